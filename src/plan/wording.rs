//! Reasons in French: what is printed on a letter that changes another, and how fields are called.

use super::action::Action;
use super::materiality::Materiality;
use super::reasons::Reason;
use super::summary::Group;
use crate::records::word_lists::Act;

/// How a field is called after "de" ("rectification …"), by the start of its path; the first that
/// fits counts.
const FIELDS: &[(&str, &str)] = &[
    ("establishment.head.since", "de la date de prise de fonctions du chef d’établissement"),
    ("establishment.head.function", "de la fonction du chef d’établissement"),
    ("establishment.head.acting", "de la fonction du chef d’établissement"),
    ("establishment.head", "du nom du chef d’établissement"),
    ("establishment.name", "du nom de l’établissement"),
    ("establishment.site", "du nom du site"),
    ("establishment.address", "de l’adresse de l’établissement"),
    ("establishment.postcode", "de l’adresse de l’établissement"),
    ("establishment.city", "de l’adresse de l’établissement"),
    ("establishment.email", "de l’adresse électronique de l’établissement"),
    ("establishment.authority", "de la collectivité de rattachement"),
    ("establishment.digital_workspace", "de l’espace numérique de travail"),
    ("establishment.priorities", "des priorités de l’établissement"),
    ("establishment.opinions", "des avis recueillis"),
    ("establishment", "de la situation de l’établissement"),
    ("referent.post", "de la discipline de la personne nommée"),
    ("referent.email", "de l’adresse électronique de la personne nommée"),
    ("referent", "du nom de la personne nommée"),
    ("assignment.since", "de la date de début de la mission"),
    ("assignment.until", "de la date de fin de la mission"),
    ("assignment.end_reason", "du motif de fin de la mission"),
    ("assignment.allowance_granted", "de l’indemnité"),
    ("assignment.training_with", "de la formation partagée"),
    ("assignment", "de la désignation"),
    ("other_referents", "de la liste des autres référents"),
    ("predecessor", "du nom de la personne à qui succède le référent"),
    ("allowance", "de l’indemnité"),
    ("missions", "des missions"),
    ("campaign.reply_by", "de la date de retour"),
    ("campaign.report_by", "de la date du bilan"),
    ("campaign.rules_date", "du cadre en vigueur"),
    ("campaign.signatory", "du signataire"),
    ("campaign.school_year", "de l’année scolaire"),
    ("campaign", "des dates de la campagne"),
    ("date", "de la date de la lettre"),
    ("organisation", "des coordonnées du service"),
    ("reply_to", "de l’adresse de retour"),
    ("signatures", "des cadres de signature"),
    ("writable", "des cadres à remplir"),
    ("supersedes.boxes", "des cadres à remplir"),
    ("templates", "de la rédaction de la lettre"),
    ("engine", "de la rédaction de la lettre"),
];

/// How the slots of the sample's clauses are called; other ones are "des dispositions".
const SLOTS: &[(&str, &str)] = &[
    ("legal-basis", "des textes de référence"),
    ("purpose", "de l’objet de la mission"),
    ("assistance", "de la disposition sur l’assistance"),
    ("means", "de la disposition sur les moyens"),
    ("digital-workspace", "de la disposition sur l’espace numérique de travail"),
    ("training", "de la disposition sur la formation"),
    ("allowance", "de la disposition sur l’indemnité"),
    ("report", "de la disposition sur le bilan"),
    ("evaluation", "de la disposition sur l’évaluation"),
    ("privacy", "de la disposition sur les données personnelles"),
];

/// What a field is called after "de".
pub fn of_field(reason: &Reason) -> &'static str {
    let field = reason.field.as_str();
    if field.starts_with("clauses") {
        let known = SLOTS.iter().find(|(slot, _)| reason.slot.as_deref() == Some(*slot));
        return known.map_or("des dispositions", |(_, words)| words);
    }
    let known = FIELDS.iter().find(|(start, _)| {
        field
            .strip_prefix(start)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('.') || rest.starts_with('/'))
    });
    known.map_or("de la lettre", |(_, words)| words)
}

/// What a field is called on its own: "nom du chef d’établissement".
pub fn name(reason: &Reason) -> String {
    let words = of_field(reason);
    for (article, kept) in [("du ", ""), ("de la ", ""), ("de l’", ""), ("des ", "")] {
        if let Some(rest) = words.strip_prefix(article) {
            return format!("{kept}{rest}");
        }
    }
    words.to_owned()
}

/// The reason printed on the revision that changes a letter.
pub fn reason(act: Act, reasons: &[Reason]) -> String {
    if act == Act::End {
        let why = reasons.iter().find(|reason| reason.field == "assignment.end_reason");
        return why.and_then(|why| why.after.as_str()).unwrap_or_default().to_owned();
    }
    let mut words: Vec<&str> = Vec::new();
    for reason in reasons {
        let field = of_field(reason);
        // The date of the rules says nothing beside the rules that changed.
        let bookkeeping = reason.field == "campaign.rules_date";
        let others = reasons.iter().any(|other| other.field != "campaign.rules_date");
        if !(words.contains(&field) || bookkeeping && others) {
            words.push(field);
        }
    }
    let start = match act {
        Act::Amendment => "Modification",
        _ => "Rectification",
    };
    format!("{start} {}.", list(&words))
}

/// The same where the letter is made in the name of a new head.
pub fn new_head_reason(reasons: &[Reason]) -> String {
    const NEW_HEAD: &str = "Changement de chef d’établissement";
    let is_other = |reason: &&Reason| !reason.field.starts_with("establishment.head");
    let others: Vec<Reason> = reasons.iter().filter(is_other).cloned().collect();
    match others.is_empty() {
        true => format!("{NEW_HEAD}."),
        false => format!("{NEW_HEAD}. {}", reason(Act::Correction, &others)),
    }
}

/// The reason of an amendment that takes the place of others in the name of a new head; theirs are given.
pub fn taken_over_reason(former: &[&str]) -> String {
    let mut sentences: Vec<String> = Vec::new();
    for reason in former {
        let sentence = reason.trim_end_matches(['.', ' ']);
        let sentence = sentence.split(TAKEN_OVER).next().unwrap_or(sentence);
        let sentence = format!("{}.", sentence.trim_end_matches(['.', ' ']));
        if !sentences.contains(&sentence) {
            sentences.push(sentence);
        }
    }
    let replaced = match former {
        [_] => "il remplace le précédent.",
        _ => "il remplace les précédents que l'ancienne direction n'a pas signés.",
    };
    sentences.push(format!("{TAKEN_OVER} ; {replaced}"));
    sentences.join(" ")
}

/// What is added to the reason of an amendment that is made again.
const TAKEN_OVER: &str = "Avenant repris au nom de la nouvelle direction";

/// "a", "a et b", "a, b et c".
pub fn list(words: &[&str]) -> String {
    match words {
        [] => "de la lettre".to_owned(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} et {last}", first.join(", ")),
    }
}

/// What is done with the letters of a group, after their number: "3 lettres à produire".
pub fn group(group: &Group<'_>) -> &'static str {
    let act = group.letters.first().and_then(|letter| letter.act);
    match (group.action, group.materiality, act) {
        (Action::Update, Materiality::Cosmetic, _) => "à refaire, même texte",
        (Action::Update, ..) => "à refaire, rien n'étant encore transmis",
        (Action::Reissue, _, Some(Act::Amendment)) => "à compléter par un avenant",
        (Action::Reissue, ..) => "à annuler et remplacer",
        (Action::End, ..) => "dont la mission prend fin",
        (Action::Readdress, ..) => "à envoyer une fois de plus, inchangée",
        (Action::Withdraw, ..) => "à retirer : plus rien ne la demande",
        (Action::Keep, Materiality::None, _) => "en attente",
        (Action::Keep, ..) => "déjà transmise, gardée : même texte",
        (Action::Create, ..) => "à produire",
    }
}
