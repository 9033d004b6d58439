//! What a spreadsheet says that no field takes, and names that look like none: for a person to read, each
//! with its row and its school.

use crate::app::importing::import_changes::ImportChanges;
use crate::app::importing::prepared_import::PreparedImport;
use crate::import::record_target::RecordTarget;
use crate::records::values::name_doubt::doubt_of_name;
use serde::Serialize;
use std::collections::BTreeMap;

/// A cell that nothing reads, with words that matter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SchoolRemark {
    /// Number of the row in the spreadsheet, from 1.
    pub row: usize,
    /// UAI of the school, if the row says it.
    pub uai: Option<String>,
    /// The school as a person calls it.
    pub school: String,
    /// Name of the column.
    pub column: String,
    /// Text of the cell.
    pub text: String,
}

/// A name that looks like none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DoubtfulName {
    /// Number of the row in the spreadsheet, from 1.
    pub row: usize,
    /// UAI of the school.
    pub uai: String,
    /// The school as a person calls it.
    pub school: String,
    /// The whole name.
    pub name: String,
    /// What is doubtful, in French.
    pub why: String,
}

/// The cells that a person should read.
pub(super) fn remarks(import: &PreparedImport<'_>) -> Vec<SchoolRemark> {
    let found = import.parts.iter().flat_map(|part| &part.extracted.remarks);
    let records = &import.files.records;
    found
        .map(|remark| SchoolRemark {
            row: remark.row,
            uai: remark.uai.clone(),
            school: remark.uai.as_ref().map_or_else(
                || "établissement non dit".to_owned(),
                |uai| records.school_label(uai),
            ),
            column: remark.column.clone(),
            text: remark.text.clone(),
        })
        .collect()
}

/// The names of heads and referents that look like none.
pub(super) fn doubtful_names(import: &PreparedImport<'_>) -> Vec<DoubtfulName> {
    let of_people = import
        .parts
        .iter()
        .filter(|part| matches!(part.profile.target, RecordTarget::Head | RecordTarget::Referent));
    let records = &import.files.records;
    let candidates = of_people.flat_map(|part| &part.extracted.candidates);
    let doubts = candidates.filter_map(|candidate| {
        let given = candidate.text("given_name").unwrap_or_default();
        let family = candidate.text("family_name").unwrap_or_default();
        let capitals = candidate.doubtful_capitals.first();
        let of_capitals =
            capitals.map(|name| format!("« {name} » : majuscules et minuscules à vérifier"));
        let doubt = doubt_of_name(given, family).map(|doubt| doubt.to_string());
        let why = doubt.or(of_capitals)?;
        Some(DoubtfulName {
            row: candidate.row,
            uai: candidate.uai().to_owned(),
            school: records.school_label(candidate.uai()),
            name: format!("{given} {family}").trim().to_owned(),
            why,
        })
    });
    doubts.collect()
}

/// Schools and referents as a person calls them, those that are new included.
pub(super) fn labels(
    import: &PreparedImport<'_>,
    changes: &ImportChanges,
) -> BTreeMap<String, String> {
    let records = &import.files.records;
    let mut labels: BTreeMap<String, String> = BTreeMap::new();
    for (_, school) in records.of("establishment") {
        labels.insert(school.key.clone(), school.school_label());
    }
    for (_, person) in records.of("referent") {
        labels.insert(person.key.clone(), records.person_label(&person.key));
    }
    for record in &changes.proposal.additions {
        let text = |field: &str| {
            let found = record.fields.iter().find(|(name, _)| name == field);
            found.and_then(|(_, value)| value.as_text()).unwrap_or_default()
        };
        let (key, name) = match record.table {
            "referent" => (text("id"), format!("{} {}", text("given_name"), text("family_name"))),
            _ => (text("uai"), text("name").to_owned()),
        };
        labels.insert(key.to_owned(), format!("{name} ({key})"));
    }
    labels
}
