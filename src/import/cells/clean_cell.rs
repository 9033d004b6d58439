//! One cell becomes one value of a record: text stays text, capitals are softened, what was corrected is
//! noted.

use super::amounts::amount;
use super::cell_error::CellError;
use super::cleaned_value::CleanedValue;
use super::codes::{email, phone, postcode, uai};
use super::dates::day;
use super::empty_words::says_nothing;
use super::field_form::FieldForm;
use super::guard::unguarded;
use crate::import::field_value::FieldValue;
use crate::import::person_name::read_civility;
use crate::records::spelling;
use crate::records::values::broken_text::broken_text;
use crate::records::values::{Prose, SingleLine};
use sheet_reader::Cell;

/// Takes a cell as a field of a form, or says why not.
pub fn clean_cell(cell: &Cell, form: FieldForm) -> Result<CleanedValue, CellError> {
    match cell {
        Cell::Error(error) => return Err(CellError::Calculation(error.clone())),
        Cell::Uncomputed => return Err(CellError::Uncomputed),
        _ => {}
    }
    let raw = cell.text();
    let text = unguarded(&spelling::tidy(&raw));
    if text.is_empty() {
        return Ok(CleanedValue::plain(None));
    }
    if is_ditto(&text) {
        return Err(CellError::Ditto(text));
    }
    if is_calculation_error(&text) {
        return Err(CellError::Calculation(text));
    }
    if matches!(cell, Cell::Text(_)) && says_nothing(&text, form) {
        return Err(CellError::SaysNothing(text));
    }
    if let Some(bad) = spelling::invisible(&text) {
        return Err(CellError::Invisible(bad));
    }
    if let Some(what) = broken_text(&text).filter(|_| is_printed(form)) {
        return Err(CellError::Broken { what, text });
    }
    if is_printed(form) && text.matches('"').count() % 2 == 1 {
        return Err(CellError::LoneQuote(text));
    }
    if matches!(form, FieldForm::FamilyName | FieldForm::GivenName) && has_several_lines(&raw) {
        return Err(CellError::SeveralLines(text));
    }
    let is_formula = spelling::is_formula(&text);
    if is_formula && !matches!(form, FieldForm::Phone | FieldForm::Amount | FieldForm::Email) {
        return Err(CellError::Formula(text));
    }
    shaped(&text, cell, form)
}

/// Whether the text itself may stand in a letter, and not a code read out of it.
fn is_printed(form: FieldForm) -> bool {
    !matches!(
        form,
        FieldForm::Uai
            | FieldForm::Postcode
            | FieldForm::Email
            | FieldForm::Phone
            | FieldForm::Day
            | FieldForm::Flag
            | FieldForm::Amount
            | FieldForm::Item
    )
}

/// Whether a text has line breaks between its words.
pub fn has_several_lines(text: &str) -> bool {
    text.split(['\n', '\r']).filter(|line| !spelling::tidy(line).is_empty()).count() > 1
}

/// "idem", or the marks that stand for it.
fn is_ditto(text: &str) -> bool {
    matches!(spelling::folded(text).as_str(), "idem" | "ditto" | "cidessus" | "dito")
        || matches!(text, "\"" | "''" | "〃" | "”" | "“" | "»" | "« »" | "-\"-" | "\"\"")
}

/// What a spreadsheet program shows where it could not calculate, in French or in English.
fn is_calculation_error(text: &str) -> bool {
    let compact: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let compact = compact.to_uppercase();
    if compact.len() > 1 && compact.chars().all(|c| c == '#') {
        return true;
    }
    if let Some(number) = compact.strip_prefix("ERR:") {
        return !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    }
    let Some(name) = compact.strip_prefix('#') else { return false };
    let is_name = |name: &str| {
        !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '/' | '_'))
    };
    matches!(name, "N/D" | "N/A" | "NV" | "NA" | "ND" | "GETTING_DATA")
        || name.strip_suffix(['!', '?']).is_some_and(is_name)
}

/// Takes a cell of a workbook that missive wrote: a text as it stands, without the apostrophe that keeps a
/// spreadsheet program from taking it for a formula.
pub fn verbatim_cell(cell: &Cell, form: FieldForm) -> Result<CleanedValue, CellError> {
    let text = spelling::tidy(&cell.text());
    let text = match text.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@']) => rest.to_owned(),
        _ => text,
    };
    match form {
        _ if text.is_empty() && *cell != Cell::Uncomputed => Ok(CleanedValue::plain(None)),
        FieldForm::Uai
        | FieldForm::Civility
        | FieldForm::Day
        | FieldForm::Flag
        | FieldForm::Amount => clean_cell(cell, form),
        FieldForm::Postcode if matches!(cell, Cell::Number(_)) => clean_cell(cell, form),
        _ if matches!(cell, Cell::Error(_) | Cell::Uncomputed) || is_calculation_error(&text) => {
            clean_cell(cell, form)
        }
        _ => match spelling::invisible(&text) {
            Some(bad) => Err(CellError::Invisible(bad)),
            None if form == FieldForm::Item => {
                text.parse::<Prose>()?;
                Ok(CleanedValue::plain(Some(FieldValue::Text(text))))
            }
            None => Ok(CleanedValue::plain(Some(line(text)?))),
        },
    }
}

fn line(text: String) -> Result<FieldValue, CellError> {
    text.parse::<SingleLine>()?;
    Ok(FieldValue::Text(text))
}

fn softened(text: &str, soft: impl Fn(&str) -> String) -> Result<CleanedValue, CellError> {
    let all_caps = spelling::is_all_caps(text);
    let changed = if all_caps { soft(text) } else { text.to_owned() };
    let corrected = (changed != text).then_some("en capitales, adouci (accents à vérifier)");
    Ok(CleanedValue { value: Some(line(changed)?), corrected, all_caps })
}

fn shaped(text: &str, cell: &Cell, form: FieldForm) -> Result<CleanedValue, CellError> {
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
        FieldForm::School => {
            uai(text).or_else(|_| Ok(CleanedValue::plain(Some(line(text.to_owned())?))))
        }
        FieldForm::Line | FieldForm::Word | FieldForm::Item => {
            Ok(CleanedValue::plain(Some(line(text.to_owned())?)))
        }
    }
}

fn flag(text: &str) -> Result<CleanedValue, CellError> {
    let flag = match spelling::folded(text).as_str() {
        "oui" | "o" | "vrai" | "true" | "x" | "1" | "yes" => true,
        "non" | "n" | "faux" | "false" | "0" | "no" => false,
        _ => return Err(CellError::NotFlag(text.to_owned())),
    };
    Ok(CleanedValue::plain(Some(FieldValue::Flag(flag))))
}

fn civility(text: &str) -> Result<CleanedValue, CellError> {
    match read_civility(text) {
        Some(civility) => Ok(CleanedValue::plain(Some(FieldValue::Text(civility.to_owned())))),
        None => Err(CellError::NotCivility(text.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(raw: &str, form: FieldForm) -> Result<String, CellError> {
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
        assert!(text("0860001K", FieldForm::Uai).unwrap_err().to_string().contains("clé"));
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
        for raw in ["#N/D", "#n/d", "Err:502", "#VALEUR !", "#REF !", "###", "#DIV/0 !", "#Calc!"] {
            let error = text(raw, FieldForm::City).unwrap_err().to_string();
            assert!(error.contains("erreur de calcul"), "{error}");
        }
        for raw in ["undefined", "NULL", "NaN", "[object Object]", "-", "?", "None", "N/C", "néant"]
        {
            let error = text(raw, FieldForm::Post).unwrap_err().to_string();
            assert!(error.contains("tient lieu de valeur"), "{error}");
        }
        assert!(
            text("idem", FieldForm::Post).is_err()
                && text("Martin\nLeroy", FieldForm::FamilyName).is_err()
        );
        assert!(text("Durand\"", FieldForm::FamilyName).is_err());
        assert!(text(&"x".repeat(10_000), FieldForm::SchoolName).is_err());
        assert_eq!(text("#eval(\"x\")", FieldForm::SchoolName).unwrap(), "#eval(\"x\")");
        assert!(text("a@b.fr\r\nBcc: x@y.fr", FieldForm::Email).is_err());
        assert_eq!(
            text("Ce.0350003N@AC-Rennes.fr", FieldForm::Email).unwrap(),
            "ce.0350003n@ac-rennes.fr"
        );
        assert_eq!(text("1 250,00 €", FieldForm::Amount).unwrap(), "1250.00");
    }

    const FORMS: [FieldForm; 19] = [
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
        FieldForm::Item,
        FieldForm::School,
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
