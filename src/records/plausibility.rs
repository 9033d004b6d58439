//! Warnings: values that look wrong without being forbidden.

use super::people::{Establishment, HEAD_FUNCTIONS, Head, Referent};
use super::record_set::Records;
use super::spelling;
use super::table_reader::Located;
use super::values::broken_text::broken_text;
use super::values::name_doubt::doubt_of_name;
use super::values::{EmailAddress, SingleLine};
use super::word_lists::Civility;
use crate::diagnostic::Problem;
use std::collections::BTreeMap;

/// Reports what looks wrong in the records.
pub(super) fn check(records: &Records, problems: &mut Vec<Problem>) {
    for referent in &records.referents {
        check_person_name(&referent.given_name, &referent.family_name, problems);
        check_post_agrees(referent, problems);
    }
    for school in &records.establishments {
        check_establishment(school, problems);
    }
    check_shared_mailboxes(records, problems);
}

/// Whether a name in capitals is reported: two letters may well be a name, "LI".
fn is_all_caps(name: &str) -> bool {
    name.chars().filter(|c| c.is_alphabetic()).count() >= 3 && spelling::is_all_caps(name)
}

fn check_person_name(
    given: &Located<SingleLine>,
    family: &Located<SingleLine>,
    problems: &mut Vec<Problem>,
) {
    check_capitals(given, spelling::given_name, problems);
    check_capitals(family, spelling::family_name, problems);
    check_text(given, problems);
    check_text(family, problems);
    if let Some(doubt) = doubt_of_name(given, family) {
        problems.push(
            Problem::warning("W-NAME", doubt.to_string())
                .at(family.span)
                .help("si c'est bien son nom, rien à faire ; sinon, le corriger avant d'envoyer"),
        );
    }
}

/// A text that is broken to the eye goes into the letter as it is.
fn check_text(text: &Located<SingleLine>, problems: &mut Vec<Problem>) {
    if let Some(what) = broken_text(text) {
        problems.push(
            Problem::warning("W-BROKEN", format!("« {} » : {what}", text.value))
                .at(text.span)
                .help("retaper ce texte ; la lettre l'imprimerait ainsi"),
        );
    }
}

fn check_capitals(
    name: &Located<SingleLine>,
    soften: fn(&str) -> String,
    problems: &mut Vec<Problem>,
) {
    if is_all_caps(name) {
        problems.push(
            Problem::warning("W-CAPITALS", format!("« {} » est tout en capitales", name.value))
                .at(name.span)
                .help(format!("écrire « {} », avec ses accents", soften(name))),
        );
    }
}

fn check_function(head: &Head, problems: &mut Vec<Problem>) {
    let function = head.function.to_lowercase();
    let word = function.split([' ', '\u{a0}', '-']).next().unwrap_or("");
    if !HEAD_FUNCTIONS.contains(&word) {
        let message =
            format!("la fonction « {} » n'est pas d'un chef d'établissement", head.function.value);
        problems.push(
            Problem::warning("W-FUNCTION", message).at(head.function.span).help(
                "écrire Principal, Principale, Proviseur, Proviseure, Directeur, Directrice, ou Chef \
                 d'établissement : la formule d'appel en dépend ; sinon elle suit le type d'établissement",
            ),
        );
    }
}

fn check_post_agrees(referent: &Referent, problems: &mut Vec<Problem>) {
    const FEMININE: &[&str] =
        &["professeure", "enseignante", "conseillère", "certifiée", "agrégée"];
    const MASCULINE: &[&str] = &["enseignant", "conseiller", "certifié", "agrégé"];
    let Some(civility) = &referent.civility else {
        return;
    };
    let word = referent.post.split_whitespace().next().unwrap_or("").to_lowercase();
    let odd = match civility.value {
        Civility::Monsieur => FEMININE.contains(&word.as_str()),
        Civility::Madame => MASCULINE.contains(&word.as_str()),
    };
    if odd {
        problems.push(
            Problem::warning("W-CIVILITY", "la civilité et la fonction ne s'accordent pas")
                .at(referent.post.span)
                .related(civility.span, "civilité")
                .help("corriger l'une des deux"),
        );
    }
}

fn check_establishment(school: &Establishment, problems: &mut Vec<Problem>) {
    check_capitals(&school.name, spelling::place_name, problems);
    check_text(&school.name, problems);
    check_text(&school.city, problems);
    school.address.iter().for_each(|line| check_text(line, problems));
    let Some(head) = &school.head else {
        problems.push(
            Problem::warning(
                "W-NO-HEAD",
                format!("{} : le chef d'établissement n'est pas connu", school.label()),
            )
            .at(school.uai.span)
            .help("la lettre s'adresse aux deux formes (« Madame la Principale ou Monsieur le Principal ») ; ajouter « head = { … } » dès que possible"),
        );
        return;
    };
    check_person_name(&head.given_name, &head.family_name, problems);
    check_function(head, problems);
    let Some(civility) = &head.civility else {
        return;
    };
    let word = head.function.split_whitespace().next().unwrap_or("").to_lowercase();
    let odd = match civility.value {
        Civility::Madame => matches!(word.as_str(), "principal" | "proviseur" | "directeur"),
        Civility::Monsieur => matches!(word.as_str(), "principale" | "proviseure" | "directrice"),
    };
    if odd {
        problems.push(
            Problem::warning("W-CIVILITY", "la civilité et la fonction ne s'accordent pas")
                .at(head.function.span)
                .related(civility.span, "civilité")
                .help("corriger l'une des deux"),
        );
    }
}

fn check_shared_mailboxes(records: &Records, problems: &mut Vec<Problem>) {
    let mut boxes: BTreeMap<String, Vec<(&Establishment, &Located<EmailAddress>)>> =
        BTreeMap::new();
    for school in &records.establishments {
        if let Some(email) = &school.email {
            boxes.entry(email.key()).or_default().push((school, email));
        }
    }
    for sharing in boxes.values().filter(|sharing| sharing.len() > 1) {
        let site = sharing[0].0.site.as_ref().map(|site| site.value.clone());
        let same = site.is_some()
            && sharing
                .iter()
                .all(|(s, _)| s.site.as_ref().map(|site| &site.value) == site.as_ref());
        if same {
            continue;
        }
        let names: Vec<String> = sharing.iter().map(|(school, _)| school.label()).collect();
        problems.push(
            Problem::warning(
                "W-SHARED-MAILBOX",
                format!("une même adresse sert {} établissements : {}", names.len(), names.join(", ")),
            )
            .at(sharing[1].1.span)
            .related(sharing[0].1.span, "la même adresse")
            .help("corriger l'adresse, ou écrire le même « site = \"…\" » pour chacun : leurs lettres partent dans un seul message"),
        );
    }
}
