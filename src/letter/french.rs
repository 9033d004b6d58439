//! The few French forms that rule text needs: dates, amounts, titles, contracted articles.
//!
//! The templates have their own library (`templates/lib/french.typ`) for what they set
//! themselves; this one only serves the placeholders of rule text.

use crate::records::people::{Establishment, Head};
use crate::records::values::{Euros, Line};
use crate::records::words::{Civility, Kind};
use jiff::civil::Date;

const MONTHS: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];

/// "18 décembre 2026", "1ᵉʳ mars 2027", with no-break spaces.
pub fn date(date: Date) -> String {
    let day = match date.day() {
        1 => "1\u{1d49}\u{02b3}".to_owned(),
        day => day.to_string(),
    };
    let month = MONTHS[usize::try_from(date.month() - 1).unwrap_or(0)];
    format!("{day}\u{a0}{month}\u{a0}{}", date.year())
}

/// "1 250 €", "312,50 €": no-break thin space between thousands, no-break space before the sign.
pub fn amount(euros: Euros) -> String {
    let whole = (euros.cents / 100).to_string();
    let mut grouped = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            grouped.push('\u{202f}');
        }
        grouped.push(digit);
    }
    match euros.cents % 100 {
        0 => format!("{grouped}\u{a0}€"),
        cents => format!("{grouped},{cents:02}\u{a0}€"),
    }
}

/// Whether the article before a word is elided ("l'établissement").
fn elides(word: &str) -> bool {
    let first = word.chars().next().map(|c| c.to_lowercase().next().unwrap_or(c));
    matches!(
        first,
        Some('a' | 'à' | 'â' | 'e' | 'é' | 'è' | 'ê' | 'i' | 'î' | 'o' | 'ô' | 'u' | 'y' | 'œ')
    )
}

/// How the generic words of school names take "de": the word, whether it is lower-cased inside a
/// sentence, and the contracted form.
const GENERIC: &[(&str, &str)] = &[
    ("collège", "du"),
    ("lycée", "du"),
    ("groupe", "du"),
    ("centre", "du"),
    ("cours", "du"),
    ("campus", "du"),
    ("pôle", "du"),
    ("cité", "de la"),
    ("section", "de la"),
    ("maison", "de la"),
    ("école", "de l’"),
    ("institution", "de l’"),
    ("institut", "de l’"),
    ("ensemble", "de l’"),
    ("établissement", "de l’"),
    ("externat", "de l’"),
    ("internat", "de l’"),
];

/// "du collège Ada-Lovelace", "de l’EREA Anne-Sylvestre", "de l’établissement Notre-Dame".
pub fn of_name(name: &str) -> String {
    let (word, rest) = name.split_once(' ').map_or((name, ""), |(word, rest)| (word, rest));
    let join = |article: &str, word: &str| {
        let space = if article.ends_with('’') { "" } else { " " };
        let rest = if rest.is_empty() { String::new() } else { format!(" {rest}") };
        format!("{article}{space}{word}{rest}")
    };
    let lower = word.to_lowercase();
    if let Some((generic, article)) = GENERIC.iter().find(|(generic, _)| *generic == lower) {
        return join(article, generic);
    }
    match word {
        "EREA" => join("de l’", word),
        "LP" | "LPO" | "LGT" | "LEGT" => join("du", word),
        _ => format!("de l’établissement {name}"),
    }
}

/// "la principale", "le proviseur par intérim"; both forms when the civility is not known.
pub fn head_title(school: &Establishment) -> String {
    let interim = school.head.as_ref().is_some_and(|head| head.acting);
    let title = match school.head.as_ref().and_then(|head| Some((head, head.civility.as_ref()?))) {
        Some((head, civility)) => titled(&head.function, civility.value),
        None => both_titles(school.kind.value).to_owned(),
    };
    if interim { format!("{title} par intérim") } else { title }
}

fn titled(function: &Line, civility: Civility) -> String {
    let mut characters = function.chars();
    let lower: String = match characters.next() {
        Some(first) => first.to_lowercase().chain(characters).collect(),
        None => String::new(),
    };
    match civility {
        _ if elides(&lower) => format!("l’{lower}"),
        Civility::Madame => format!("la {lower}"),
        Civility::Monsieur => format!("le {lower}"),
    }
}

fn both_titles(kind: Kind) -> &'static str {
    match kind {
        Kind::College => "la principale ou le principal",
        Kind::Lycee | Kind::LyceeProfessionnel | Kind::LyceePolyvalent => {
            "la proviseure ou le proviseur"
        }
        Kind::Erea | Kind::Other => "la directrice ou le directeur",
    }
}

/// "Mme Claire Martin", "Claire Martin" when the civility is not known; a no-break space after
/// the civility.
pub fn full_name(civility: Option<Civility>, given: &str, family: &str) -> String {
    match civility {
        Some(civility) => format!("{}\u{a0}{given} {family}", civility.as_str()),
        None => format!("{given} {family}"),
    }
}

/// "Mme Anne Durand" for a head.
pub fn head_name(head: &Head) -> String {
    full_name(head.civility.as_ref().map(|c| c.value), &head.given_name, &head.family_name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date as day;

    #[test]
    fn forms_are_right() {
        assert_eq!(date(day(2026, 12, 18)), "18\u{a0}décembre\u{a0}2026");
        assert_eq!(date(day(2027, 3, 1)), "1ᵉʳ\u{a0}mars\u{a0}2027");
        assert_eq!(amount(Euros { cents: 125_000 }), "1\u{202f}250\u{a0}€");
        assert_eq!(amount(Euros { cents: 31_250 }), "312,50\u{a0}€");
        assert_eq!(amount(Euros { cents: 123_456_700 }), "1\u{202f}234\u{202f}567\u{a0}€");
        for (name, of) in [
            ("Collège Ada-Lovelace", "du collège Ada-Lovelace"),
            ("Lycée professionnel Jean Dupont", "du lycée professionnel Jean Dupont"),
            ("EREA Anne-Sylvestre", "de l’EREA Anne-Sylvestre"),
            ("Cité scolaire Lovelace", "de la cité scolaire Lovelace"),
            ("École alsacienne", "de l’école alsacienne"),
            ("Notre-Dame", "de l’établissement Notre-Dame"),
            ("Collège", "du collège"),
        ] {
            assert_eq!(of_name(name), of);
        }
    }
}
