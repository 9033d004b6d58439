//! The few French forms that rule text needs: dates, amounts, titles, contracted articles.
//!
//! The templates have their own library (`templates/lib/french.typ`) for what they set
//! themselves; this one only serves the placeholders of rule text.

pub use crate::records::people::full_name;

use crate::records::people::Establishment;
use crate::records::values::Euros;
use crate::records::word_lists::{Civility, Kind, Sector};
use jiff::civil::Date;
use unicode_normalization::UnicodeNormalization as _;

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

/// The same of a day that is written as YYYY-MM-DD; what is no day stays as it is.
pub fn date_of(text: &str) -> String {
    text.parse().map_or_else(|_| text.to_owned(), date)
}

/// The town as a sentence writes it: without CEDEX, which belongs to an address ("Exempleville CEDEX 09").
pub fn town(city: &str) -> &str {
    let is_number = |word: &str| word.len() <= 2 && word.chars().all(|c| c.is_ascii_digit());
    let words = city.trim_end();
    let (rest, last) = words.rsplit_once(char::is_whitespace).unwrap_or(("", words));
    let rest = if is_number(last) { rest.trim_end() } else { words };
    match rest.rsplit_once(char::is_whitespace) {
        Some((town, word)) if word.eq_ignore_ascii_case("cedex") => town.trim_end(),
        _ => city,
    }
}

/// "1 250 €", "312,50 €": no-break thin space between thousands, no-break space before the sign.
pub fn amount(euros: Euros) -> String {
    euros.to_string()
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
    let lower: String = word.nfc().collect::<String>().to_lowercase();
    if let Some((generic, article)) = GENERIC.iter().find(|(generic, _)| *generic == lower) {
        return join(article, generic);
    }
    match word {
        "EREA" => join("de l’", word),
        "LP" | "LPO" | "LGT" | "LEGT" => join("du", word),
        _ => format!("de l’établissement {name}"),
    }
}

/// Titles of heads by the first word of their function, as in `templates/lib/french.typ`: the
/// same table there makes the salutation, so that both always agree.
const TITLES: &[(&str, (&str, &str))] = &[
    ("principal", ("principal", "principale")),
    ("principale", ("principal", "principale")),
    ("proviseur", ("proviseur", "proviseure")),
    ("proviseure", ("proviseur", "proviseure")),
    ("directeur", ("directeur", "directrice")),
    ("directrice", ("directeur", "directrice")),
    ("chef", CHIEF),
    ("cheffe", CHIEF),
];
const CHIEF: (&str, &str) = ("chef d’établissement", "cheffe d’établissement");

/// The masculine and the feminine title: by the function that is written, else by kind and sector.
fn head_forms(school: &Establishment) -> (&'static str, &'static str) {
    let word = school.head.as_ref().and_then(|head| {
        let function = head.function.to_lowercase();
        function.split([' ', '\u{a0}']).next().map(str::to_owned)
    });
    let known = word.and_then(|word| TITLES.iter().find(|(title, _)| *title == word));
    match (known, school.sector.value, school.kind.value) {
        (Some((_, forms)), ..) => *forms,
        (None, Sector::Private, _) | (None, _, Kind::Erea) => ("directeur", "directrice"),
        (None, _, Kind::College) => ("principal", "principale"),
        (None, _, Kind::Other) => CHIEF,
        (None, _, Kind::Lycee | Kind::LyceeProfessionnel | Kind::LyceePolyvalent) => {
            ("proviseur", "proviseure")
        }
    }
}

/// "la principale", "le proviseur par intérim"; both forms when the civility is not known.
pub fn head_title(school: &Establishment) -> String {
    let (masculine, feminine) = head_forms(school);
    let civility = school.head.as_ref().and_then(|head| head.civility.as_ref());
    let title = match civility.map(|civility| civility.value) {
        Some(Civility::Madame) => format!("la {feminine}"),
        Some(Civility::Monsieur) => format!("le {masculine}"),
        None => format!("le {masculine} ou la {feminine}"),
    };
    match school.head.as_ref().is_some_and(|head| head.acting) {
        true => format!("{title} par intérim"),
        false => title,
    }
}

/// A noun that agrees with a number in French: none and one are singular.
pub fn noun<'a>(number: usize, one: &'a str, many: &'a str) -> &'a str {
    if number < 2 { one } else { many }
}

/// A number with its noun: "0 lettre", "1 lettre", "3 lettres".
pub fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", noun(number, one, many))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_town_in_a_sentence_has_no_cedex() {
        for (city, expected) in [
            ("Valclair", "Valclair"),
            ("Exempleville CEDEX", "Exempleville"),
            ("Exempleville Cedex 09", "Exempleville"),
            ("Saint-Exemple-sur-Clairière  cedex 9 ", "Saint-Exemple-sur-Clairière"),
            ("Paris 12", "Paris 12"),
            ("CEDEX", "CEDEX"),
            ("", ""),
        ] {
            assert_eq!(town(city), expected, "{city}");
        }
    }

    #[test]
    fn nouns_agree_with_their_number() {
        assert_eq!(count(0, "lettre", "lettres"), "0 lettre");
        assert_eq!(count(1, "lettre", "lettres"), "1 lettre");
        assert_eq!(count(2, "lettre", "lettres"), "2 lettres");
    }
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
            ("Colle\u{300}ge Ada", "du collège Ada"),
        ] {
            assert_eq!(of_name(name), of);
        }
    }
}
