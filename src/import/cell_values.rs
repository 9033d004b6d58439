//! One cell becomes one value of a record: text stays text, lost leading zeros are restored,
//! capitals are lowered, dates are read; corrections are noted. Pure.

use super::person_name::read_civility;
use crate::records::spelling;
use crate::records::values::{EmailAddress, SingleLine, Uai};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sheet_reader::Cell;
use std::fmt;

/// A value as a record holds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum FieldValue {
    /// True or false.
    Flag(bool),
    /// A day.
    Day(Date),
    /// A text.
    Text(String),
    /// Several texts.
    List(Vec<String>),
}

impl fmt::Display for FieldValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(flag) => f.write_str(if *flag { "oui" } else { "non" }),
            Self::Day(day) => write!(f, "{day}"),
            Self::Text(text) => f.write_str(text),
            Self::List(list) => f.write_str(&list.join(", ")),
        }
    }
}

impl FieldValue {
    /// Whether two values are equal, apart from typography.
    pub fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Text(one), Self::Text(other)) => spelling::same(one, other),
            (Self::List(one), Self::List(other)) => {
                one.len() == other.len() && one.iter().zip(other).all(|(a, b)| spelling::same(a, b))
            }
            (one, other) => one == other,
        }
    }

    /// Whether two values differ at most by accents and capitals.
    pub fn same_ignoring_accents(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Text(one), Self::Text(other)) => {
                spelling::folded(one) == spelling::folded(other)
            }
            (Self::List(one), Self::List(other)) => {
                let folded = |list: &[String]| -> Vec<String> {
                    list.iter().map(|text| spelling::folded(text)).collect()
                };
                folded(one) == folded(other)
            }
            (one, other) => one == other,
        }
    }

    /// The text, if it is one.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// How a field is written in a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldForm {
    /// A code of a school.
    Uai,
    /// The name of a school.
    SchoolName,
    /// A line of an address; several make a list.
    Address,
    /// A city.
    City,
    /// A postcode.
    Postcode,
    /// A mail address.
    Email,
    /// A telephone number.
    Phone,
    /// A family name.
    FamilyName,
    /// A given name.
    GivenName,
    /// Mme or M.
    Civility,
    /// A function, with a capital.
    Function,
    /// A post, without.
    Post,
    /// A word of a closed list, or an identifier.
    Word,
    /// A line of text.
    Line,
    /// A day.
    Day,
    /// Yes or no.
    Flag,
    /// An amount of euros, written with two decimals.
    Amount,
}

/// A value, and what was corrected to get it.
#[derive(Clone, Debug, PartialEq)]
pub struct CleanedValue {
    /// The value; nothing for an empty cell.
    pub value: Option<FieldValue>,
    /// What was corrected, in a few words that fit many cells.
    pub corrected: Option<&'static str>,
    /// Whether it was written in capitals, which often lack accents.
    pub all_caps: bool,
}

impl CleanedValue {
    fn plain(value: Option<FieldValue>) -> Self {
        Self { value, corrected: None, all_caps: false }
    }

    fn corrected(value: FieldValue, how: &'static str) -> Self {
        Self { value: Some(value), corrected: Some(how), all_caps: false }
    }
}

/// Takes a cell as a field of a form, or says why not.
pub fn clean_cell(cell: &Cell, form: FieldForm) -> Result<CleanedValue, String> {
    if let Cell::Error(error) = cell {
        return Err(format!("la case contient l'erreur de calcul « {error} »"));
    }
    let raw = cell.text();
    let text = spelling::tidy(&raw);
    if text.is_empty() {
        return Ok(CleanedValue::plain(None));
    }
    if let Some(bad) = spelling::invisible(&text) {
        return Err(format!("la case contient un caractère invisible (U+{:04X})", bad as u32));
    }
    if spelling::is_garbled(&text) {
        return Err(format!("les accents sont abîmés : « {} »", shortened(&text)));
    }
    if matches!(
        text.as_str(),
        "#N/A"
            | "#REF!"
            | "#NAME?"
            | "#VALUE!"
            | "#DIV/0!"
            | "#NUM!"
            | "#NULL!"
            | "#NOM?"
            | "#VALEUR!"
    ) {
        return Err(format!("la case contient l'erreur de calcul « {text} »"));
    }
    if spelling::is_formula(&text) && !matches!(form, FieldForm::Phone | FieldForm::Amount) {
        return Err(format!("la case contient une formule : « {} »", shortened(&text)));
    }
    shaped(&text, cell, form)
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(40) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text.to_owned(),
    }
}

fn line(text: String) -> Result<FieldValue, String> {
    match text.parse::<SingleLine>() {
        Ok(_) => Ok(FieldValue::Text(text)),
        Err(complaint) => Err(complaint.message),
    }
}

fn softened(text: &str, soft: impl Fn(&str) -> String) -> Result<CleanedValue, String> {
    let all_caps = spelling::is_all_caps(text);
    let changed = if all_caps { soft(text) } else { text.to_owned() };
    let corrected = (changed != text).then_some("en capitales, adouci (accents à vérifier)");
    Ok(CleanedValue { value: Some(line(changed)?), corrected, all_caps })
}

fn shaped(text: &str, cell: &Cell, form: FieldForm) -> Result<CleanedValue, String> {
    match form {
        FieldForm::Uai => uai(text),
        FieldForm::Postcode => postcode(text),
        FieldForm::Email => email(text),
        FieldForm::Phone => phone(text),
        FieldForm::Day => day(text, cell),
        FieldForm::Flag => flag(text),
        FieldForm::Amount => amount(text, cell),
        FieldForm::Civility => civility(text),
        FieldForm::SchoolName => softened(&spelling::first_upper(text), spelling::place_name),
        FieldForm::City => softened(text, spelling::place_name),
        FieldForm::Address => {
            let changed = spelling::address_line(text);
            let corrected =
                (changed != text).then_some("en capitales, adouci (accents à vérifier)");
            Ok(CleanedValue {
                value: Some(line(changed)?),
                corrected,
                all_caps: corrected.is_some(),
            })
        }
        FieldForm::FamilyName => softened(text, spelling::family_name),
        FieldForm::GivenName => {
            let changed = spelling::given_name(text);
            let all_caps = spelling::is_all_caps(text);
            let corrected =
                (changed != text).then_some("en capitales, adouci (accents à vérifier)");
            Ok(CleanedValue { value: Some(line(changed)?), corrected, all_caps })
        }
        FieldForm::Function => {
            let text = spelling::first_upper(text);
            let changed = spelling::first_upper(&spelling::sentence_case(&text));
            let corrected =
                spelling::is_all_caps(&text).then_some("en capitales, adouci (accents à vérifier)");
            Ok(CleanedValue {
                value: Some(line(changed)?),
                corrected,
                all_caps: corrected.is_some(),
            })
        }
        FieldForm::Post => {
            let changed = spelling::sentence_case(text);
            let corrected =
                spelling::is_all_caps(text).then_some("en capitales, adouci (accents à vérifier)");
            Ok(CleanedValue {
                value: Some(line(changed)?),
                corrected,
                all_caps: corrected.is_some(),
            })
        }
        FieldForm::Line | FieldForm::Word => Ok(CleanedValue::plain(Some(line(text.to_owned())?))),
    }
}

fn uai(text: &str) -> Result<CleanedValue, String> {
    let compact: String = text.chars().filter(|c| c.is_ascii_alphanumeric()).collect();
    let compact = compact.to_ascii_uppercase();
    let shape = match compact.parse::<Uai>() {
        Ok(uai) => return Ok(CleanedValue::plain(Some(FieldValue::Text(uai.to_string())))),
        Err(complaint) => complaint,
    };
    // A spreadsheet that reads a code as a number drops its leading zeros.
    if (5..8).contains(&compact.len())
        && let Ok(uai) = format!("{compact:0>8}").parse::<Uai>()
    {
        return Ok(CleanedValue::corrected(
            FieldValue::Text(uai.to_string()),
            "zéro initial rétabli",
        ));
    }
    // A list to choose from gives "0860001J - Collège Ada-Lovelace".
    let words = text.split(|c: char| !c.is_ascii_alphanumeric());
    let found: Vec<Uai> = words.filter_map(|word| word.parse().ok()).collect();
    if let [only] = found.as_slice() {
        return Ok(CleanedValue::corrected(
            FieldValue::Text(only.to_string()),
            "code pris dans un texte",
        ));
    }
    Err(match shape.label {
        Some(label) => format!("{} ({label})", shape.message),
        None => format!("« {} » n'est pas un code UAI", shortened(text)),
    })
}

fn postcode(text: &str) -> Result<CleanedValue, String> {
    let digits: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let digits = digits.strip_suffix(".0").or(digits.strip_suffix(",0")).unwrap_or(&digits);
    let sound = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    match digits.len() {
        5 if sound => Ok(CleanedValue::plain(Some(FieldValue::Text(digits.to_owned())))),
        4 if sound => Ok(CleanedValue::corrected(
            FieldValue::Text(format!("0{digits}")),
            "zéro initial rétabli",
        )),
        _ => Err(format!("« {} » n'est pas un code postal", shortened(text))),
    }
}

fn email(text: &str) -> Result<CleanedValue, String> {
    let text = text.strip_prefix("mailto:").unwrap_or(text);
    let small = text.to_lowercase();
    match small.parse::<EmailAddress>() {
        Ok(address) => Ok(CleanedValue::plain(Some(FieldValue::Text(address.as_str().to_owned())))),
        Err(complaint) => Err(format!("{} : « {} »", complaint.message, shortened(text))),
    }
}

fn phone(text: &str) -> Result<CleanedValue, String> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let digits = match (digits.strip_prefix("0033"), digits.strip_prefix("33")) {
        (Some(rest), _) => format!("0{}", rest.trim_start_matches('0')),
        (None, Some(rest)) if text.trim_start().starts_with('+') => {
            format!("0{}", rest.trim_start_matches('0'))
        }
        _ => digits,
    };
    let (digits, corrected) = match digits.len() {
        9 if !digits.starts_with('0') => (format!("0{digits}"), Some("zéro initial rétabli")),
        _ => (digits, None),
    };
    if digits.len() != 10 || !digits.starts_with('0') {
        return Err(format!("« {} » n'est pas un numéro de téléphone", shortened(text)));
    }
    let pairs: Vec<&str> = (0..5).filter_map(|at| digits.get(2 * at..2 * at + 2)).collect();
    Ok(CleanedValue { value: Some(FieldValue::Text(pairs.join(" "))), corrected, all_caps: false })
}

/// Days that a spreadsheet counts from 30 December 1899, between 1980 and 2100.
const SERIALS: std::ops::RangeInclusive<i64> = 29_221..=73_050;
const MONTHS: [&str; 12] = [
    "janvier",
    "fevrier",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "aout",
    "septembre",
    "octobre",
    "novembre",
    "decembre",
];

/// The number of a month by its name, or by its first letters: "sept", "févr".
fn named_month(text: &str) -> Option<usize> {
    let folded = spelling::folded(text);
    let mut fit = MONTHS.iter().enumerate().filter(|(_, name)| {
        folded.len() >= 3 && folded.chars().all(char::is_alphabetic) && name.starts_with(&folded)
    });
    let (at, _) = fit.next()?;
    fit.next().is_none().then_some(at + 1)
}

fn day(text: &str, cell: &Cell) -> Result<CleanedValue, String> {
    let bad = || format!("« {} » n'est pas une date", shortened(text));
    let dated = |year: &str, month: &str, day: &str| -> Result<Date, String> {
        let number = |text: &str| text.trim().parse::<i16>().map_err(|_| bad());
        let small = |text: &str| text.trim().parse::<i8>().map_err(|_| bad());
        let mut year = number(year)?;
        if (0..100).contains(&year) {
            year += 2000;
        }
        if !(1950..2100).contains(&year) {
            return Err(bad());
        }
        Date::new(year, small(month)?, small(day)?).map_err(|_| bad())
    };
    if let Ok(serial) = text.parse::<i64>()
        && (SERIALS.contains(&serial) || matches!(cell, Cell::Number(_)))
    {
        if !SERIALS.contains(&serial) {
            return Err(bad());
        }
        let start = Date::constant(1899, 12, 30);
        let span = jiff::Span::new().days(serial);
        let date = start.checked_add(span).map_err(|_| bad())?;
        return Ok(CleanedValue::corrected(FieldValue::Day(date), "date de tableur convertie"));
    }
    let parts: Vec<&str> =
        text.split(['/', '-', '.', ' ', 'T']).filter(|p| !p.is_empty()).collect();
    let date = match parts.as_slice() {
        [year, month, day, ..] if year.len() == 4 && year.bytes().all(|b| b.is_ascii_digit()) => {
            dated(year, month, day)?
        }
        // "sept. 2018": the day was not said.
        [month, year] if year.len() == 4 && named_month(month).is_some() => {
            let month = named_month(month).unwrap_or_default();
            let date = dated(year, &month.to_string(), "1")?;
            return Ok(CleanedValue::corrected(
                FieldValue::Day(date),
                "jour non dit, pris au premier du mois",
            ));
        }
        [day, month, year, rest @ ..] if rest.len() <= 1 => match named_month(month) {
            Some(month) => dated(year, &month.to_string(), day.trim_end_matches("er"))?,
            None => dated(year, month, day)?,
        },
        _ => return Err(bad()),
    };
    Ok(CleanedValue::plain(Some(FieldValue::Day(date))))
}

fn flag(text: &str) -> Result<CleanedValue, String> {
    let flag = match spelling::folded(text).as_str() {
        "oui" | "o" | "vrai" | "true" | "x" | "1" | "yes" => true,
        "non" | "n" | "faux" | "false" | "0" | "no" => false,
        _ => return Err(format!("« {} » n'est ni oui ni non", shortened(text))),
    };
    Ok(CleanedValue::plain(Some(FieldValue::Flag(flag))))
}

fn amount(text: &str, cell: &Cell) -> Result<CleanedValue, String> {
    if let Cell::Number(number) = cell {
        return Ok(CleanedValue::plain(Some(FieldValue::Text(format!("{number:.2}")))));
    }
    let plain: String = text
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '€' | '\'' | '’'))
        .map(|c| if c == ',' { '.' } else { c })
        .collect();
    let plain = plain.trim_end_matches("EUR").trim_end_matches("euros");
    match plain.parse::<f64>() {
        Ok(number) if number.is_finite() && (0.0..1e9).contains(&number) => {
            Ok(CleanedValue::plain(Some(FieldValue::Text(format!("{number:.2}")))))
        }
        _ => Err(format!("« {} » n'est pas un montant", shortened(text))),
    }
}

fn civility(text: &str) -> Result<CleanedValue, String> {
    match read_civility(text) {
        Some(civility) => Ok(CleanedValue::plain(Some(FieldValue::Text(civility.to_owned())))),
        None => Err(format!("« {} » n'est pas une civilité (Mme ou M.)", shortened(text))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(raw: &str, form: FieldForm) -> Result<String, String> {
        let cleaned = clean_cell(&Cell::Text(raw.to_owned()), form)?;
        Ok(cleaned.value.map(|value| value.to_string()).unwrap_or_default())
    }

    #[test]
    fn zeros_that_a_spreadsheet_ate_come_back_and_it_is_said() {
        let cleaned = clean_cell(&Cell::Text("860001J".to_owned()), FieldForm::Uai).unwrap();
        assert_eq!(cleaned.value, Some(FieldValue::Text("0860001J".to_owned())));
        assert_eq!(cleaned.corrected, Some("zéro initial rétabli"));
        assert_eq!(text(" 0860001j\u{a0}", FieldForm::Uai).unwrap(), "0860001J");
        assert_eq!(text("0860001J - Collège Ada", FieldForm::Uai).unwrap(), "0860001J");
        assert!(text("0860001J ou 0860002K", FieldForm::Uai).is_err());
        assert!(text("0860001K", FieldForm::Uai).unwrap_err().contains("clé"));
        assert!(text("../../etc/passwd", FieldForm::Uai).is_err());
        assert_eq!(
            clean_cell(&Cell::Number(1000.0), FieldForm::Postcode).unwrap().value,
            Some(FieldValue::Text("01000".into()))
        );
        assert_eq!(text("35580.0", FieldForm::Postcode).unwrap(), "35580");
        assert_eq!(
            clean_cell(&Cell::Number(299853802.0), FieldForm::Phone).unwrap().value,
            Some(FieldValue::Text("02 99 85 38 02".into()))
        );
        assert_eq!(text("+33 (0)2 99 85 38 02", FieldForm::Phone).unwrap(), "02 99 85 38 02");
    }

    #[test]
    fn dates_are_read_in_the_ways_people_write_them() {
        for raw in [
            "01/09/2026",
            "1/9/26",
            "2026-09-01",
            "1er septembre 2026",
            "46266",
            "01.09.2026",
            "2026-09-01T00:00:00",
            "1 sept. 2026",
            "septembre 2026",
            "01/09/2026 00:00",
        ] {
            assert_eq!(text(raw, FieldForm::Day).unwrap(), "2026-09-01", "{raw}");
        }
        assert_eq!(
            clean_cell(&Cell::Number(46266.0), FieldForm::Day).unwrap().corrected,
            Some("date de tableur convertie")
        );
        for raw in ["32/13/2026", "2026", "hier", "0/0/0", "31/02/2026"] {
            assert!(text(raw, FieldForm::Day).is_err(), "{raw}");
        }
    }

    #[test]
    fn what_is_no_text_is_refused() {
        for raw in ["=HYPERLINK(\"x\")", "CollÃ¨ge", "#N/A", "a\u{202e}b", "a\u{7}b"] {
            assert!(text(raw, FieldForm::SchoolName).is_err(), "{raw}");
        }
        assert!(text(&"x".repeat(10_000), FieldForm::SchoolName).is_err());
        assert_eq!(text("#eval(\"x\")", FieldForm::SchoolName).unwrap(), "#eval(\"x\")");
        assert!(text("a@b.fr\r\nBcc: x@y.fr", FieldForm::Email).is_err());
        assert_eq!(
            text("Ce.0350003N@AC-Rennes.fr", FieldForm::Email).unwrap(),
            "ce.0350003n@ac-rennes.fr"
        );
        assert_eq!(text("1 250,00 €", FieldForm::Amount).unwrap(), "1250.00");
    }

    const FORMS: [FieldForm; 17] = [
        FieldForm::Uai,
        FieldForm::SchoolName,
        FieldForm::Address,
        FieldForm::City,
        FieldForm::Postcode,
        FieldForm::Email,
        FieldForm::Phone,
        FieldForm::FamilyName,
        FieldForm::GivenName,
        FieldForm::Civility,
        FieldForm::Function,
        FieldForm::Post,
        FieldForm::Word,
        FieldForm::Line,
        FieldForm::Day,
        FieldForm::Flag,
        FieldForm::Amount,
    ];

    proptest! {
        #[test]
        fn no_cell_ever_panics(raw in "\\PC*|.*") {
            for form in FORMS {
                let _ = text(&raw, form);
            }
        }

        #[test]
        fn cleaning_twice_is_cleaning_once(raw in "[ -~À-ÿœŒŸ’ﬀ-ﬆ]{0,30}") {
            for form in [FieldForm::SchoolName, FieldForm::Address, FieldForm::City, FieldForm::FamilyName, FieldForm::GivenName,
                FieldForm::Function, FieldForm::Post, FieldForm::Phone, FieldForm::Postcode, FieldForm::Email, FieldForm::Uai, FieldForm::Line] {
                if let Ok(once) = text(&raw, form) {
                    prop_assert_eq!(text(&once, form), Ok(once), "{:?}", form);
                }
            }
        }
    }
}
