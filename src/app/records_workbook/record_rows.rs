//! The records as rows of cells, in the order of their files.

use crate::app::records_workbook::workbook_columns::{
    ListSizes, WorkbookColumn, french_word, referent_columns, school_columns,
};
use crate::import::existing_records::{ExistingRecords, FieldValues, RecordEntry};
use crate::import::field_value::FieldValue;
use crate::import::matching::assignments::current_assignment;
use crate::import::proposal::ImportContext;
use crate::import::record_target::RecordTarget;
use sheet_reader::{Cell, neutralize_formula};
use std::collections::BTreeSet;

/// A sheet that is to be written.
#[derive(Clone, Debug)]
pub(super) struct RecordSheet {
    pub(super) columns: Vec<WorkbookColumn>,
    pub(super) rows: Vec<Vec<Cell>>,
}

/// The records as rows, and how much of them has no row.
#[derive(Clone, Debug)]
pub(super) struct RecordRows {
    pub(super) schools: RecordSheet,
    pub(super) referents: RecordSheet,
    /// Assignments of other years, and referents without any of this one.
    pub(super) left_out: usize,
}

/// The rows of all records.
pub(super) fn record_rows(records: &ExistingRecords, context: &ImportContext) -> RecordRows {
    let columns = school_columns(list_sizes(records));
    let schools = records.of("establishment");
    let rows = schools.map(|(_, entry)| {
        let value = |column: &WorkbookColumn| {
            let field = match column.target {
                Some(RecordTarget::Head) => format!("head.{}", column.field),
                _ => column.field.to_owned(),
            };
            cell(column, entry.fields.get(&field))
        };
        columns.iter().map(value).collect()
    });
    let rows = rows.collect();
    let schools = RecordSheet { columns, rows };
    let columns = referent_columns();
    let mut rows = Vec::new();
    let mut left_out = 0;
    for (_, entry) in records.of("referent") {
        let shown = shown_assignments(entry, context);
        left_out += match (entry.assignments.len(), shown.len()) {
            (0, _) => 1,
            (all, shown) => all - shown,
        };
        for assignment in shown {
            rows.push(assignment_row(records, entry, assignment, &columns));
        }
    }
    RecordRows { schools, referents: RecordSheet { columns, rows }, left_out }
}

/// The columns of lists: some to spare, and never fewer than what the longest needs.
fn list_sizes(records: &ExistingRecords) -> ListSizes {
    let longest = |field: &str| {
        let lists = records.of("establishment").filter_map(|(_, entry)| entry.fields.get(field));
        let lengths = lists.map(|list| match list {
            FieldValue::List(items) => items.len(),
            _ => 1,
        });
        lengths.max().unwrap_or(0)
    };
    let least = ListSizes::default();
    ListSizes {
        address: longest("address").max(least.address),
        priorities: longest("priorities").max(least.priorities),
    }
}

/// The assignments that an import would hold rows against: one a school, of this school year.
fn shown_assignments<'e>(entry: &'e RecordEntry, context: &ImportContext) -> Vec<&'e FieldValues> {
    let schools = entry
        .assignments
        .iter()
        .filter_map(|fields| fields.get("establishment").and_then(FieldValue::as_text));
    let schools: BTreeSet<&str> = schools.collect();
    let current = schools.iter().filter_map(|uai| current_assignment(entry, uai, context));
    let current: BTreeSet<usize> = current.collect();
    current.into_iter().filter_map(|at| entry.assignments.get(at)).collect()
}

fn assignment_row(
    records: &ExistingRecords,
    entry: &RecordEntry,
    assignment: &FieldValues,
    columns: &[WorkbookColumn],
) -> Vec<Cell> {
    const OF_PERSON: [&str; 6] = ["id", "civility", "given_name", "family_name", "email", "post"];
    let uai = assignment.get("establishment");
    let school = uai
        .and_then(FieldValue::as_text)
        .and_then(|uai| records.find("establishment", uai))
        .and_then(|at| records.entries.get(at));
    let value = |column: &WorkbookColumn| {
        let value = match (column.target, column.field) {
            (None, field) => school.and_then(|school| school.fields.get(field)),
            (_, "uai") => uai,
            (_, field) if OF_PERSON.contains(&field) => entry.fields.get(field),
            (_, field) => assignment.get(field),
        };
        cell(column, value)
    };
    columns.iter().map(value).collect()
}

/// A value as a cell; a text that a spreadsheet program would compute is made harmless.
fn cell(column: &WorkbookColumn, value: Option<&FieldValue>) -> Cell {
    let text = |text: &str| match text.is_empty() {
        true => Cell::Empty,
        false => Cell::Text(neutralize_formula(text)),
    };
    match value {
        None => Cell::Empty,
        Some(FieldValue::Day(day)) => Cell::Day(day.to_string()),
        Some(FieldValue::Flag(flag)) => text(if *flag { "oui" } else { "non" }),
        Some(FieldValue::Text(word)) => text(&french_word(column.field, word)),
        Some(FieldValue::List(items)) => {
            items.get(column.item).map_or(Cell::Empty, |item| text(item))
        }
    }
}
