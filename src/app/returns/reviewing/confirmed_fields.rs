//! What was written in the boxes of a letter, as a person confirms it: proposed from what came back, or typed.
//!
//! A confirmed text is one line that later letters can print.

use crate::app::returns::letter_fields::{BOX_FIELDS, LetterField, field_of_box, french_name};
use crate::records::values::Prose;
use std::collections::BTreeMap;

/// Texts by the name of their field.
pub type FieldTexts = BTreeMap<String, String>;

/// A field that a person may confirm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProposedField {
    /// Its name, without the reference.
    pub name: String,
    /// What it is called, in French.
    pub french: String,
    /// What its page shows for certain; none where nothing does.
    pub text: Option<String>,
}

/// Why a text that was typed for a field is not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FieldError {
    /// The letter has no such field.
    #[error("la lettre n'a pas de champ « {name} »")]
    Unknown {
        /// The name that was given.
        name: String,
        /// Those it may be.
        known: Vec<String>,
    },
    /// The text cannot be printed.
    #[error("{french} : {why}")]
    Text {
        /// The field, in French.
        french: String,
        /// What is wrong with it.
        why: String,
    },
}

/// The fields of a letter that a person may confirm: its boxes, and what else was filled in.
pub fn proposed_fields(boxes: &[String], fields: &[LetterField]) -> Vec<ProposedField> {
    let certain = |name: &str| {
        let field = fields.iter().find(|field| field.name == name && !field.differs);
        field.and_then(|field| printable(field.value.as_deref()?).ok())
    };
    let proposed = |name: &str| ProposedField {
        name: name.to_owned(),
        french: french_name(name),
        text: certain(name),
    };
    let of_boxes: Vec<&str> = boxes.iter().filter_map(|label| field_of_box(label)).collect();
    let is_filled = |field: &&LetterField| {
        let is_told = field.differs || field.value.is_some();
        is_told && !of_boxes.contains(&field.name.as_str())
    };
    let others = fields.iter().filter(is_filled).map(|field| field.name.as_str());
    of_boxes.iter().copied().chain(others).map(proposed).collect()
}

/// What a person confirms: what was typed, else what is proposed. Nothing typed for a field takes its text away.
pub fn confirmed_texts(
    proposed: &[ProposedField],
    typed: &FieldTexts,
) -> Result<FieldTexts, FieldError> {
    let texts = proposed.iter().filter_map(|field| Some((field.name.clone(), field.text.clone()?)));
    let mut texts: FieldTexts = texts.collect();
    for (name, text) in typed {
        let is_known =
            BOX_FIELDS.contains(&name.as_str()) || proposed.iter().any(|field| field.name == *name);
        if !is_known {
            let mut known: Vec<String> = BOX_FIELDS.map(str::to_owned).to_vec();
            known.extend(proposed.iter().map(|field| field.name.clone()));
            known.sort();
            known.dedup();
            return Err(FieldError::Unknown { name: name.clone(), known });
        }
        match text.trim().is_empty() {
            true => texts.remove(name),
            false => {
                let text = printable(text)
                    .map_err(|why| FieldError::Text { french: french_name(name), why })?;
                texts.insert(name.clone(), text)
            }
        };
    }
    Ok(texts)
}

/// One line of what was typed in several, or why no letter could print it.
fn printable(text: &str) -> Result<String, String> {
    let lines = text.split(['\r', '\n']).map(str::trim).filter(|line| !line.is_empty());
    let joined = lines.fold(String::new(), |mut joined, line| {
        match joined.chars().last() {
            None => {}
            Some('.' | ';' | ':' | ',' | '!' | '?') => joined.push(' '),
            Some(_) => joined.push_str(" ; "),
        }
        joined.push_str(line);
        joined
    });
    let prose = joined.parse::<Prose>().map_err(|error| error.message)?;
    Ok(prose.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(name: &str, value: &str, differs: bool) -> LetterField {
        let text = Some(value.to_owned()).filter(|text| !text.is_empty());
        LetterField { name: name.to_owned(), value: text.clone(), shown: text, differs }
    }

    #[test]
    fn boxes_and_filled_fields_are_proposed_with_what_shows_for_certain() {
        let boxes = ["sign-head", "write-priorities", "write-indicators"].map(str::to_owned);
        for (fields, wanted) in [
            (vec![], vec![("priorities", None), ("indicators", None)]),
            (
                vec![field("priorities", "Deux ateliers", false), field("date-head", "", false)],
                vec![("priorities", Some("Deux ateliers")), ("indicators", None)],
            ),
            (
                vec![field("indicators", "dix", true), field("date-head", "18/12", false)],
                vec![("priorities", None), ("indicators", None), ("date-head", Some("18/12"))],
            ),
            (
                vec![field("priorities", "Ateliers\r\nClasse mobile.\nVeille", false)],
                vec![
                    ("priorities", Some("Ateliers ; Classe mobile. Veille")),
                    ("indicators", None),
                ],
            ),
            // No letter can print it: it has to be typed.
            (
                vec![field("priorities", "Ateliers \u{202e}", false)],
                vec![("priorities", None), ("indicators", None)],
            ),
        ] {
            let proposed = proposed_fields(&boxes, &fields);
            let found: Vec<_> =
                proposed.iter().map(|one| (one.name.as_str(), one.text.as_deref())).collect();
            assert_eq!(found, wanted);
        }
    }

    #[test]
    fn what_is_typed_counts_and_an_empty_text_takes_away() {
        let boxes = ["write-priorities", "write-indicators"].map(str::to_owned);
        let read = [field("priorities", "Deux ateliers", false)];
        let proposed = proposed_fields(&boxes, &read);
        let typed = |texts: &[(&str, &str)]| -> FieldTexts {
            texts.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
        };
        for (given, wanted) in [
            (&[][..], &[("priorities", "Deux ateliers")][..]),
            (&[("priorities", "Trois ateliers")], &[("priorities", "Trois ateliers")]),
            (&[("priorities", " ")], &[]),
            (
                &[("indicators", "Dix classes")],
                &[("indicators", "Dix classes"), ("priorities", "Deux ateliers")],
            ),
            (
                &[("name-head", "Anne Durand")],
                &[("name-head", "Anne Durand"), ("priorities", "Deux ateliers")],
            ),
        ] {
            assert_eq!(confirmed_texts(&proposed, &typed(given)), Ok(typed(wanted)), "{given:?}");
        }
        let unknown = confirmed_texts(&proposed, &typed(&[("prioritys", "x")]));
        assert!(matches!(unknown, Err(FieldError::Unknown { .. })), "{unknown:?}");
        let hidden = confirmed_texts(&proposed, &typed(&[("indicators", "a\u{202e}b")]));
        assert!(matches!(hidden, Err(FieldError::Text { .. })), "{hidden:?}");
    }
}
