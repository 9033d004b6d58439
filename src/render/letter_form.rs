//! The form of a letter: where its template wants fields, they are put on the finished pages.
//!
//! Everything follows from the PDF and the content that the ledger keeps, so that the same bytes come out
//! later. Must not know how a form is written (crate `pdf-form`) nor where the bytes go.

use crate::diagnostic::Problem;
use crate::render::engine::Pdf;
use page_area::PageArea;
use pdf_form::{AddError, FieldKind, FormField};
use serde_json::Value;

/// What the label of a field's place begins with.
const LABEL: &str = "field-";
/// The height of a line to fill in, of which the template draws the bottom alone, in points.
const LINE_HEIGHT: f64 = 14.0;
/// How far its field reaches beyond what the template draws: below, and to the right.
const BELOW_LINE: f64 = 1.0;
const BESIDE_LINE: f64 = 4.0;

/// The PDF with its form; none where the template wants no field. `json` is the letter's content.
///
/// # Errors
/// The template put a field where none can be.
pub fn with_form(pdf: &Pdf, json: &str) -> Result<Option<Vec<u8>>, Problem> {
    if pdf.fields.is_empty() {
        return Ok(None);
    }
    let content: Value = serde_json::from_str(json).unwrap_or_default();
    let mut fields: Vec<FormField> =
        pdf.fields.iter().map(|place| field(place, &pdf.places, &content)).collect();
    // In a box, the signature comes last: what is filled in afterwards changes what was signed.
    let box_of = |field: &FormField| pdf.places.iter().position(|one| *one == field.caption);
    fields.sort_by_key(|field| (box_of(field), field.kind == FieldKind::Signature));
    pdf_form::add_fields(&pdf.bytes, &fields).map(Some).map_err(|error| problem(&error))
}

fn field(place: &PageArea, boxes: &[PageArea], content: &Value) -> FormField {
    let what = place.label.strip_prefix(LABEL).unwrap_or(&place.label);
    let reference = content.get("reference").and_then(Value::as_str).unwrap_or_default();
    let (kind, name, area) = match what.split_once('-') {
        Some(("sign", signer)) => (FieldKind::Signature, signer, place.clone()),
        Some(("date" | "name", _)) => (FieldKind::TextLine { value: None }, what, line(place)),
        // The signature of the referent has the other name.
        None if what == "referent" => {
            (FieldKind::TextArea { value: None }, "designation", place.clone())
        }
        _ => (FieldKind::TextArea { value: None }, what, place.clone()),
    };
    let contains = |one: &&PageArea| {
        let within = |start: f64, length: f64, at: f64| (start..=start + length).contains(&at);
        one.page == place.page
            && within(one.x, one.width, place.x + place.width / 2.0)
            && within(one.y, one.height, place.y + place.height / 2.0)
    };
    let caption = boxes.iter().find(contains).unwrap_or(place).clone();
    FormField {
        name: format!("{reference}_{name}"),
        kind,
        area,
        alternative_name: alternative_name(what, content),
        caption,
    }
}

/// The area over a line of which the template draws the bottom.
fn line(place: &PageArea) -> PageArea {
    let bottom = place.y + place.height + BELOW_LINE;
    PageArea {
        y: bottom - LINE_HEIGHT,
        height: LINE_HEIGHT,
        width: place.width + BESIDE_LINE,
        ..place.clone()
    }
}

/// What a screen reader says of a field: short, as it is heard each time the field is entered.
fn alternative_name(what: &str, content: &Value) -> String {
    match what {
        "priorities" => "Priorités de l’année".to_owned(),
        "indicators" => "Indicateurs retenus d’un commun accord".to_owned(),
        "referent" => "Personne référente : nom, prénom, discipline, date de début".to_owned(),
        _ => match what.split_once('-') {
            Some(("date", signer)) => {
                format!("Date, comme 18/12/2026 : {}", person(signer, content))
            }
            Some(("name", signer)) => format!("Nom : {}", office(signer)),
            Some(("sign", signer)) => format!("Signature : {}", person(signer, content)),
            _ => format!("À compléter : {what}"),
        },
    }
}

/// Who signs, by name where it is known.
fn person(signer: &str, content: &Value) -> String {
    let pointer = match signer {
        "head" => "/establishment/head",
        _ => "/referent",
    };
    let text = |key: &str| content.pointer(&format!("{pointer}/{key}")).and_then(Value::as_str);
    match (text("given_name"), text("family_name")) {
        (Some(given), Some(family)) => {
            let names = [text("civility"), Some(given), Some(family)].into_iter().flatten();
            names.collect::<Vec<_>>().join(" ")
        }
        _ => office(signer).to_owned(),
    }
}

fn office(signer: &str) -> &'static str {
    match signer {
        "head" => "chef ou cheffe d’établissement",
        _ => "référent ou référente numérique",
    }
}

fn problem(error: &AddError) -> Problem {
    let why = match error {
        AddError::NoCaption(name) => format!("le champ {name} n'a pas de texte auprès de lui"),
        AddError::OutsidePage(name) => format!("le champ {name} sort de la page"),
        AddError::DuplicateName(name) => format!("le champ {name} y est deux fois"),
        AddError::Name(name) => format!("« {name} » ne peut pas nommer un champ"),
        other => other.to_string(),
    };
    Problem::error("E-FORM", format!("la lettre ne peut pas recevoir son formulaire : {why}"))
        .help("vérifier les étiquettes <field-…> de templates/lib/boxes.typ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_field_says_what_is_written_there_and_whose_it_is() {
        let known = json!({
            "establishment": { "head": { "civility": "Mme", "given_name": "Anne", "family_name": "Durand" } },
            "referent": { "given_name": "Alix", "family_name": "Émery", "civility": null },
        });
        let unknown = json!({ "establishment": { "head": null }, "referent": null });
        for (what, content, name) in [
            ("priorities", &known, "Priorités de l’année"),
            ("date-head", &known, "Date, comme 18/12/2026 : Mme Anne Durand"),
            ("sign-referent", &known, "Signature : Alix Émery"),
            ("sign-head", &unknown, "Signature : chef ou cheffe d’établissement"),
            ("name-referent", &unknown, "Nom : référent ou référente numérique"),
            ("budget", &known, "À compléter : budget"),
        ] {
            assert_eq!(alternative_name(what, content), name);
        }
    }
}
