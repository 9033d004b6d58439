//! Planted mistakes are found, right sentences are left alone, and no text makes the reader fail.

use french_proofreader::{Paragraph, Rule, is_cut_in_two, proofread};
use proptest::prelude::*;

/// A paragraph, the rule that finds its one mistake, and what to write instead.
const PLANTED: &[(&str, Rule, &str)] = &[
    ("La lettre de Émilie est prête.", Rule::Elision, "d’Émilie"),
    ("Le bilan de établissement est remis.", Rule::Elision, "d’établissement"),
    ("Il faut que il signe la lettre.", Rule::Elision, "qu’il"),
    ("Le accès aux salles est prévu.", Rule::Elision, "L’accès"),
    ("Pour la année scolaire à venir.", Rule::Elision, "l’année"),
    ("Je ai bien reçu votre retour.", Rule::Elision, "J’ai"),
    ("Elle se exerce au lycée.", Rule::Elision, "s’exerce"),
    ("Ce document ne appelle aucune réponse.", Rule::Elision, "n’appelle"),
    ("La mission de Alix Modèle prend fin.", Rule::Elision, "d’Alix"),
    ("La fin de heure est proche.", Rule::Elision, "d’heure"),
    ("La lettre est remise à le proviseur.", Rule::Contraction, "au"),
    ("Les besoins de les élèves sont connus.", Rule::Contraction, "des"),
    ("Le bureau de le collège est ouvert.", Rule::Contraction, "du"),
    ("Il écrit à les parents.", Rule::Contraction, "aux"),
    ("Le bilan de de la mission est remis.", Rule::DoubledWord, "de"),
    ("Pour la la suite, voir plus bas.", Rule::DoubledWord, "la"),
    ("Avenant du 16 novembre 2026. nouvelle circulaire.", Rule::LowerCase, "Nouvelle"),
    ("Est-ce fait\u{a0}? oui, bien sûr.", Rule::LowerCase, "Oui"),
    ("La lettre est à retourner avant le 18 décembre", Rule::NoFullStop, "e."),
    ("La mission prend fin le 31 janvier 2027", Rule::NoFullStop, "7."),
    ("La lettre est prête..", Rule::DoubledSign, "."),
    ("La lettre, est prête,.", Rule::DoubledSign, "."),
    ("La lettre est prête. .", Rule::DoubledSign, "."),
    ("Motif : nouvelle circulaire.", Rule::BreakingSpace, "\u{a0}:"),
    ("Motif \u{a0}: nouvelle circulaire.", Rule::BreakingSpace, "\u{a0}:"),
    ("Est-ce prêt ? Oui.", Rule::BreakingSpace, "\u{a0}?"),
    ("Motif: nouvelle circulaire.", Rule::NoSpace, "\u{a0}:"),
    ("Est-ce prêt? Oui.", Rule::NoSpace, "\u{a0}?"),
    ("La lettre est prête .", Rule::SpaceBeforeStop, "."),
    ("La lettre , signée, est prête.", Rule::SpaceBeforeStop, ","),
    ("La lettre  est prête.", Rule::TwoSpaces, " "),
    ("La mention «à signer\u{a0}» figure en tête.", Rule::Quotes, "«\u{a0}"),
    ("La mention «\u{a0}à signer » figure en tête.", Rule::Quotes, "\u{a0}»"),
];

/// What French allows.
const RIGHT: &[&str] = &[
    "Madame la Principale,",
    "Elle est à retourner à dan-retours@academie.example avant le 18 décembre 2026.",
    "Je vous prie de le signer, de la dater et de les retourner.",
    "Le onze novembre, le oui l’emporte\u{a0}; le yaourt aussi.",
    "La lettre de Yasmine El Amrani, de Hugo Petit et d’Yves Modèle.",
    "M. de La Tour, Mme Anne Durand et M. Le Goff sont présents (art. L. 213-2).",
    "Code de l’éducation, art. 3\u{a0}; cf. le décret n° 2015-475.",
    "Il est prévu de l’ENT à l’EREA\u{a0}: rien d’autre… Bien sûr\u{202f}!",
    "Nous nous réjouissons que vous vous portiez bien.",
    "Voir https://www.example/page?a=1 et le fichier lettre.pdf.",
    "Il arrive à 9 h 30, ou à 14:05.",
    "La mention «\u{a0}à signer\u{a0}» figure en tête.",
    "La part de un pour cent est de 3,5 points.",
    "Fait à Le Mans, le 1er décembre 2026.",
    "",
    "   ",
];

#[test]
fn planted_mistakes_are_found_each_by_its_rule() {
    assert!(PLANTED.len() >= 30);
    for (text, rule, instead) in PLANTED {
        let found = proofread(text, Paragraph::Sentence);
        let told: Vec<_> =
            found.iter().map(|found| (found.rule, found.instead.as_deref())).collect();
        assert_eq!(told, [(*rule, Some(*instead))], "{text}");
        assert!(text.get(found[0].place.clone()).is_some_and(|place| !place.is_empty()), "{text}");
    }
    for rule in Rule::ALL {
        assert!(
            PLANTED.iter().any(|(_, planted, _)| *planted == rule),
            "{rule:?} is never planted"
        );
    }
}

#[test]
fn what_french_allows_is_left_alone() {
    for text in RIGHT {
        let paragraph = if text.ends_with('.') { Paragraph::Sentence } else { Paragraph::Fragment };
        assert_eq!(proofread(text, paragraph), [], "{text}");
    }
}

#[test]
fn a_fragment_needs_no_full_stop() {
    assert_eq!(proofread("La lettre de mission des référents numériques", Paragraph::Fragment), []);
}

#[test]
fn a_reference_stays_in_one_piece() {
    let reference = "2026-0860001J-NGRM";
    assert!(is_cut_in_two("Référence : 2026-0860001J-\nNGRM.", reference));
    assert!(!is_cut_in_two("Référence : 2026-0860001J-NGRM.", reference));
    assert!(!is_cut_in_two("Rien.", reference));
    assert!(!is_cut_in_two("Rien.", ""));
}

proptest! {
    #[test]
    fn any_text_is_read(text in ".{0,200}") {
        for paragraph in [Paragraph::Sentence, Paragraph::Fragment] {
            for mistake in proofread(&text, paragraph) {
                prop_assert!(text.get(mistake.place).is_some());
            }
        }
    }

    #[test]
    fn any_signs_are_read(text in "[ \u{a0}.,:;!?«»a1’'-]{0,40}") {
        for mistake in proofread(&text, Paragraph::Sentence) {
            prop_assert!(text.get(mistake.place).is_some());
        }
    }
}
