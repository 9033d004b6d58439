//! What was typed in the form fields of a letter that came back.
//!
//! What a page shows counts; the value that the file keeps beside it only proposes, and a difference is told.

use crate::archive::check::Check;
use pdf_form::{FieldReading, FieldType, FormReading};
use serde::{Deserialize, Serialize};

/// The text fields that letters have.
pub const BOX_FIELDS: [&str; 7] = [
    "priorities",
    "indicators",
    "designation",
    "date-head",
    "date-referent",
    "name-head",
    "name-referent",
];

/// The text field within a box; none within a box to sign, which has a date.
pub fn field_of_box(label: &str) -> Option<&str> {
    match label.strip_prefix("write-")? {
        "referent" => Some("designation"),
        name => Some(name),
    }
}

/// A text field of a letter, as it came back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LetterField {
    /// Its name, without the reference: `priorities`, `date-head`.
    pub name: String,
    /// What the file keeps; none where nothing was typed.
    pub value: Option<String>,
    /// What the page shows; none where it shows nothing.
    pub shown: Option<String>,
    /// Whether that is not the same, or cannot be read with certainty.
    pub differs: bool,
}

/// The text fields of a letter in a file. Fields of another letter have another name.
pub fn fields_of_letter(form: Option<&FormReading>, reference: &str) -> Vec<LetterField> {
    let start = format!("{reference}_");
    let fields = form.into_iter().flat_map(|form| &form.fields);
    let texts = fields.filter(|field| field.field_type == FieldType::Text);
    // Programs that merge documents put something before a name.
    let named = texts.filter_map(|field| Some((field.name.split_once(&start)?.1, field)));
    named.map(|(name, field)| letter_field(name, field)).collect()
}

fn letter_field(name: &str, field: &FieldReading) -> LetterField {
    let visible = field.widgets.iter().filter(|widget| widget.visible);
    let mut shown = visible.filter_map(|widget| widget.shown.as_ref());
    let text = |text: String| Some(text).filter(|text| !text.trim().is_empty());
    LetterField {
        name: name.to_owned(),
        value: field.value.clone().and_then(text),
        shown: shown.next().and_then(|shown| text(shown.text())),
        differs: !field.shows_its_value(),
    }
}

/// What a person should know of the fields.
pub fn field_checks(fields: &[LetterField]) -> Vec<Check> {
    let is_told = |field: &&LetterField| field.differs || field.value.is_some();
    fields.iter().filter(is_told).map(field_check).collect()
}

fn field_check(field: &LetterField) -> Check {
    let quoted = |text: &Option<String>| match text {
        Some(text) => {
            let words: Vec<&str> = text.split_whitespace().collect();
            format!("« {} »", words.join(" "))
        }
        None => "rien".to_owned(),
    };
    let name = french_name(&field.name);
    let detail = match field.differs {
        false => format!("{name} : {}", quoted(&field.value)),
        true => format!(
            "{name} : la page montre {}, le fichier garde {} : c'est ce qui se voit qui compte",
            quoted(&field.shown),
            quoted(&field.value)
        ),
    };
    Check::new("form", !field.differs, detail)
}

/// What a field is called, with what was done to it: "priorités inscrites".
pub fn french_name(name: &str) -> String {
    match name {
        "priorities" => "priorités inscrites",
        "indicators" => "indicateurs inscrits",
        "means" => "moyens inscrits",
        "designation" => "référent inscrit",
        "date-head" => "date inscrite par le chef d'établissement",
        "date-referent" => "date inscrite par le référent",
        "name-head" => "nom inscrit du chef d'établissement",
        "name-referent" => "nom inscrit du référent",
        other => return format!("champ {other}"),
    }
    .to_owned()
}

/// Whether something was written that was left to agree on: more than dates and names.
pub fn is_agreed_on(field: &LetterField) -> bool {
    let is_written = field.value.is_some() || field.shown.is_some();
    is_written && !field.name.starts_with("date-") && !field.name.starts_with("name-")
}

#[cfg(test)]
mod tests {
    use super::*;
    use page_area::PageArea;
    use pdf_form::{ShownText, WidgetReading};

    fn reading(name: &str, value: &str, shown: &str) -> FieldReading {
        let area =
            PageArea { label: String::new(), page: 1, x: 0.0, y: 0.0, width: 9.0, height: 9.0 };
        let shown = ShownText { lines: vec![shown.to_owned()], certain: true };
        FieldReading {
            name: name.to_owned(),
            field_type: FieldType::Text,
            value: Some(value.to_owned()),
            signed: false,
            widgets: vec![WidgetReading { area, visible: true, shown: Some(shown) }],
        }
    }

    #[test]
    fn a_field_is_told_by_what_it_shows_and_only_of_its_own_letter() {
        let fields = vec![
            reading("2026-0860001J-NGRM_priorities", "deux ateliers", "deux ateliers"),
            reading("copie.2026-0860001J-NGRM_indicators", "dix", "vingt"),
            reading("2026-0860001J-NGRM_date-head", "", ""),
            reading("2026-0860002K-QHN7_priorities", "autre", "autre"),
        ];
        let form = FormReading { has_form: true, fields, complete: true };
        let found = fields_of_letter(Some(&form), "2026-0860001J-NGRM");
        let told: Vec<_> = field_checks(&found).into_iter().map(|c| (c.ok, c.detail)).collect();
        let texts = [
            (true, "priorités inscrites : « deux ateliers »"),
            (
                false,
                "indicateurs inscrits : la page montre « vingt », le fichier garde « dix » : c'est ce qui se voit qui compte",
            ),
        ];
        assert_eq!(told, texts.map(|(ok, text)| (ok, text.to_owned())));
        assert_eq!(found.len(), 3);
        let agreed: Vec<&str> =
            found.iter().filter(|one| is_agreed_on(one)).map(|one| one.name.as_str()).collect();
        assert_eq!(agreed, ["priorities", "indicators"]);
    }
}
