//! The sentences of rules as letters print them, read for mistakes of French: each text is filled in with a
//! few different values, so that « à {head.title} » is found before a letter says « à le proviseur ».

use crate::diagnostic::Problem;
use crate::records::Records;
use crate::records::placeholder::{Placeholder, TextPart, parse};
use crate::records::table_reader::Located;
use crate::records::values::RuleText;
use french_proofreader::{Mistake, Paragraph, Rule, proofread};

/// Values of placeholders: a woman, a man and a person whose civility is unknown, names that begin with a
/// vowel and names that do not.
const VALUES: [fn(Placeholder) -> &'static str; 3] = [woman, man, unknown];

fn woman(placeholder: Placeholder) -> &'static str {
    match placeholder {
        Placeholder::EstablishmentName => "Collège Ada-Lovelace",
        Placeholder::EstablishmentOfName => "du collège Ada-Lovelace",
        Placeholder::EstablishmentCity => "Valclair",
        Placeholder::EstablishmentAuthority => "Département de la Haute-Clairière",
        Placeholder::HeadTitle => "la principale",
        Placeholder::ReferentFullName => "Mme Claire Martin",
        Placeholder::ReferentPost => "professeure de mathématiques",
        other => common(other),
    }
}

fn man(placeholder: Placeholder) -> &'static str {
    match placeholder {
        Placeholder::EstablishmentName => "Lycée Blaise-Pascal",
        Placeholder::EstablishmentOfName => "du lycée Blaise-Pascal",
        Placeholder::EstablishmentCity => "Pont-l’Exemple",
        Placeholder::EstablishmentAuthority => "Région Grand-Exemple",
        Placeholder::HeadTitle => "le proviseur",
        Placeholder::ReferentFullName => "M. Pierre Dumas",
        Placeholder::ReferentPost => "professeur de génie électrique",
        other => common(other),
    }
}

fn unknown(placeholder: Placeholder) -> &'static str {
    match placeholder {
        Placeholder::EstablishmentName => "EREA Maryam-Mirzakhani",
        Placeholder::EstablishmentOfName => "de l’EREA Maryam-Mirzakhani",
        Placeholder::EstablishmentCity => "Exempleville",
        Placeholder::EstablishmentAuthority => "Région Grand-Exemple",
        Placeholder::HeadTitle => "le directeur ou la directrice",
        Placeholder::ReferentFullName => "Alix Émery",
        Placeholder::ReferentPost => "enseignant ou enseignante",
        other => common(other),
    }
}

/// Values that are the same for all: their form changes nothing in a sentence.
fn common(placeholder: Placeholder) -> &'static str {
    match placeholder {
        Placeholder::OrganisationName => "Académie d’Exemple",
        Placeholder::OrganisationService => "Délégation académique au numérique",
        Placeholder::OrganisationEmail => "dan@academie.example",
        Placeholder::OrganisationDpo => "dpd@academie.example",
        Placeholder::ReplyTo => "dan-retours@academie.example",
        Placeholder::CampaignSchoolYear => "2026-2027",
        Placeholder::CampaignPlace => "Exempleville",
        Placeholder::CampaignReplyBy | Placeholder::Date => "18\u{a0}décembre\u{a0}2026",
        Placeholder::CampaignReportBy
        | Placeholder::AssignmentUntil
        | Placeholder::AssignmentReportBy => "30\u{a0}juin\u{a0}2027",
        Placeholder::EstablishmentUai => "0860001J",
        Placeholder::EstablishmentDigitalWorkspace => "Exemple ENT",
        Placeholder::AllowanceLabel => "indemnité pour mission particulière",
        Placeholder::AllowanceAmount => "1\u{202f}250\u{a0}€",
        // The others differ from letter to letter, and have a value of their own above.
        _ => "Exemple",
    }
}

/// Warns of mistakes of French in the texts of missions and clauses.
pub fn check(records: &Records, problems: &mut Vec<Problem>) {
    let mut read = |text: &Located<RuleText>, paragraph: Paragraph| {
        problems.extend(mistakes_of(text, paragraph));
    };
    for version in records.missions.iter().flat_map(|mission| &mission.versions) {
        read(&version.title, Paragraph::Fragment);
        read(&version.text, Paragraph::Sentence);
        version.activities.iter().for_each(|text| read(text, Paragraph::Fragment));
    }
    for version in records.clauses.iter().flat_map(|clause| &clause.versions) {
        read(&version.text, Paragraph::Sentence);
    }
}

fn mistakes_of(text: &Located<RuleText>, paragraph: Paragraph) -> Vec<Problem> {
    let Ok(parts) = parse(text) else { return Vec::new() };
    let mut told: Vec<String> = Vec::new();
    for values in VALUES {
        let filled: String = parts
            .iter()
            .map(|part| match part {
                TextPart::Text(text) => text,
                TextPart::Value(placeholder) => values(*placeholder),
            })
            .collect();
        for mistake in proofread(&filled, paragraph) {
            let sentence = wording(&mistake, &filled);
            if !is_set_right(&mistake, &filled) && !told.contains(&sentence) {
                told.push(sentence);
            }
        }
    }
    let warnings = told.into_iter().map(|sentence| {
        Problem::warning("W-FRENCH", sentence)
            .at(text.span)
            .help("corriger le texte ; si c'est voulu, rien à faire")
    });
    warnings.collect()
}

/// Whether the templates set it right: the one plain space that people type before a high sign, and any inside
/// quotation marks.
fn is_set_right(mistake: &Mistake, text: &str) -> bool {
    let found = text.get(mistake.place.clone()).unwrap_or("");
    match mistake.rule {
        Rule::BreakingSpace => found.len() == 2 && found.starts_with(' '),
        Rule::Quotes => true,
        _ => false,
    }
}

/// What is wrong, as a sentence in French without a full stop.
pub fn wording(mistake: &Mistake, text: &str) -> String {
    let found = text.get(mistake.place.clone()).unwrap_or("");
    let instead = mistake.instead.as_deref().unwrap_or("");
    match mistake.rule {
        Rule::Elision | Rule::Contraction => format!("« {found} » s'écrit « {instead} »"),
        Rule::DoubledWord => format!("« {found} » : un mot de trop"),
        Rule::LowerCase => format!("après un point, « {found} » prend une majuscule"),
        Rule::NoFullStop => "cette phrase n'a pas de point final".to_owned(),
        Rule::DoubledSign => format!("« {found} » : un signe de trop"),
        Rule::BreakingSpace => {
            format!("avant « {} », une espace insécable et une seule", instead.trim_start())
        }
        Rule::NoSpace => format!("il manque une espace avant « {found} »"),
        Rule::SpaceBeforeStop => format!("une espace de trop avant « {} »", found.trim_start()),
        Rule::TwoSpaces => "deux espaces se suivent".to_owned(),
        Rule::Quotes => {
            "les guillemets « » s'écrivent avec une espace insécable à l'intérieur".to_owned()
        }
    }
}
