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
use unicode_normalization::char::is_combining_mark;

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

/// The first letter in lower case, for a word inside a sentence.
pub fn uncapitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// Without its accents, in lower case: "Établissement" and "ETABLISSEMENT" are one word.
fn folded(word: &str) -> String {
    word.nfd().filter(|c| !is_combining_mark(*c)).collect::<String>().to_lowercase()
}

/// Whether *de*, *que* and the like lose their vowel before a word: "Anne", "Hélène", "Œuvré", "Yves".
fn elides(word: &str) -> bool {
    let plain = folded(word);
    let mut letters = plain.chars();
    match letters.next() {
        Some('a' | 'e' | 'i' | 'o' | 'u' | 'h' | 'œ' | 'æ') => true,
        Some('y') => letters.next().is_some_and(|next| !"aeiou".contains(next)),
        _ => false,
    }
}

/// *de*, *que* or *à* before a name: "de Mme Claire Martin", "d’Alix Émery", "qu’Alix Émery", "à Alix Émery".
pub fn before_name(word: &str, name: &str) -> String {
    match word.strip_suffix('e') {
        Some(start) if elides(name) => format!("{start}’{name}"),
        _ => format!("{word} {name}"),
    }
}

/// The generic words of school names with their article, without accents: `school-words` of
/// `templates/lib/french.typ`.
const GENERIC: &[(&str, &str)] = &[
    ("college", "le "),
    ("lycee", "le "),
    ("micro-lycee", "le "),
    ("lp", "le "),
    ("lpo", "le "),
    ("lgt", "le "),
    ("legt", "le "),
    ("groupe", "le "),
    ("centre", "le "),
    ("cours", "le "),
    ("pensionnat", "le "),
    ("campus", "le "),
    ("pole", "le "),
    ("cite", "la "),
    ("section", "la "),
    ("sep", "la "),
    ("segpa", "la "),
    ("maison", "la "),
    ("erea", "l’"),
    ("ecole", "l’"),
    ("etablissement", "l’"),
    ("ensemble", "l’"),
    ("institution", "l’"),
    ("institut", "l’"),
    ("externat", "l’"),
    ("internat", "l’"),
    ("espace", "l’"),
    ("unite", "l’"),
];

/// "du collège Ada-Lovelace", "de l’EREA Anne-Sylvestre", "de l’établissement Notre-Dame".
pub fn of_name(name: &str) -> String {
    let (word, rest) =
        name.split_once(' ').map_or((name, ""), |(word, _)| (word, &name[word.len()..]));
    let known = GENERIC.iter().find(|(generic, _)| *generic == folded(word));
    let Some((_, article)) = known else { return format!("de l’établissement {name}") };
    let is_acronym = word.to_uppercase() == word;
    let word = if is_acronym { word.to_owned() } else { word.to_lowercase() };
    match *article {
        "le " => format!("du {word}{rest}"),
        article => format!("de {article}{word}{rest}"),
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

/// "la principale", "le proviseur"; both forms when the civility is not known. That somebody is acting is said in the
/// address and at the signature alone.
pub fn head_title(school: &Establishment) -> String {
    let (masculine, feminine) = head_forms(school);
    let civility = school.head.as_ref().and_then(|head| head.civility.as_ref());
    match civility.map(|civility| civility.value) {
        Some(Civility::Madame) => format!("la {feminine}"),
        Some(Civility::Monsieur) => format!("le {masculine}"),
        None if (masculine, feminine) == CHIEF => "le chef ou la cheffe d’établissement".to_owned(),
        None => format!("le {masculine} ou la {feminine}"),
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
    fn every_function_that_records_may_have_has_its_titles() {
        let words: Vec<&str> = TITLES.iter().map(|(word, _)| *word).collect();
        assert_eq!(words, crate::records::people::HEAD_FUNCTIONS);
    }

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
    fn words_before_a_name_are_elided() {
        for (name, of, that) in [
            ("Alix Émery", "d’Alix Émery", "qu’Alix Émery"),
            ("Émilie Petit", "d’Émilie Petit", "qu’Émilie Petit"),
            ("Hélène Petit", "d’Hélène Petit", "qu’Hélène Petit"),
            ("Yves Petit", "d’Yves Petit", "qu’Yves Petit"),
            ("Yann Petit", "de Yann Petit", "que Yann Petit"),
            ("Œuvré Petit", "d’Œuvré Petit", "qu’Œuvré Petit"),
            ("Mme\u{a0}Anne Petit", "de Mme\u{a0}Anne Petit", "que Mme\u{a0}Anne Petit"),
            ("Claire Martin", "de Claire Martin", "que Claire Martin"),
        ] {
            assert_eq!(before_name("de", name), of);
            assert_eq!(before_name("que", name), that);
            assert_eq!(before_name("à", name), format!("à {name}"));
        }
    }

    /// The templates know the same words.
    #[test]
    fn school_words_are_those_of_the_templates() {
        let library = include_str!("../../templates/lib/french.typ");
        let start = library.find("#let school-words = (").unwrap();
        let table = &library[start..start + library[start..].find("\n)").unwrap()];
        let mut theirs: Vec<(String, String)> = Vec::new();
        let parts: Vec<&str> = table.split('"').collect();
        for pair in parts[1..].chunks(4) {
            theirs.push((pair[0].to_owned(), pair[2].to_owned()));
        }
        let ours =
            GENERIC.iter().map(|(word, article)| ((*word).to_owned(), (*article).to_owned()));
        assert_eq!(theirs, ours.collect::<Vec<_>>());
    }

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
            ("Colle\u{300}ge Ada", "du colle\u{300}ge Ada"),
            ("COLLÈGE ADA", "du COLLÈGE ADA"),
            ("Micro-lycée de l’Exemple", "du micro-lycée de l’Exemple"),
            ("LEGT Ada-Lovelace", "du LEGT Ada-Lovelace"),
            ("SEP du lycée Ada-Lovelace", "de la SEP du lycée Ada-Lovelace"),
            ("Etablissement régional Exemple", "de l’etablissement régional Exemple"),
            (
                "Établissement régional d’enseignement adapté",
                "de l’établissement régional d’enseignement adapté",
            ),
        ] {
            assert_eq!(of_name(name), of);
        }
    }
}
