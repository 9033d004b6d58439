//! Values and new records as TOML, written as people write them.

use super::record_edit::NewRecord;
use crate::import::field_value::FieldValue;
use std::collections::BTreeMap;
use toml_edit::{Array, Formatted, InlineTable, Item, Table, Value as Toml};

/// A text between plain quotes on one line, as people write it; the library would choose other quotes
/// for a text that holds some.
fn quoted(text: &str) -> Toml {
    let mut written = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => written.extend(['\\', c]),
            c if c.is_control() => written.push_str(&format!("\\u{:04X}", c as u32)),
            c => written.push(c),
        }
    }
    written.push('"');
    written.parse().unwrap_or_else(|_| Toml::from(text))
}

/// A value as TOML.
pub(super) fn toml(value: &FieldValue) -> Toml {
    match value {
        FieldValue::Flag(flag) => Toml::from(*flag),
        FieldValue::Day(day) => {
            let date = toml_edit::Date {
                year: day.year().unsigned_abs(),
                month: day.month().unsigned_abs(),
                day: day.day().unsigned_abs(),
            };
            Toml::Datetime(Formatted::new(toml_edit::Datetime {
                date: Some(date),
                time: None,
                offset: None,
            }))
        }
        FieldValue::Text(text) => quoted(text),
        FieldValue::List(list) => {
            let mut array = Array::new();
            list.iter().for_each(|text| array.push(quoted(text)));
            Toml::Array(array)
        }
    }
}

/// A new record as text. Fields of one table within follow each other and become `{ … }`.
pub(super) fn record_text(record: &NewRecord) -> String {
    let mut text = format!("[[{}]]\n", record.table);
    text.push_str(&field_lines(&record.fields));
    for assignment in &record.assignments {
        text.push_str(&format!("\n[[{}.assignment]]\n{}", record.table, field_lines(assignment)));
    }
    text
}

fn field_lines(fields: &[(String, FieldValue)]) -> String {
    let mut text = String::new();
    let mut inner: BTreeMap<&str, InlineTable> = BTreeMap::new();
    let mut order: Vec<(&str, Option<Toml>)> = Vec::new();
    for (name, value) in fields {
        match name.split_once('.') {
            Some((table, key)) => {
                if !inner.contains_key(table) {
                    order.push((table, None));
                }
                inner.entry(table).or_default().insert(key, toml(value));
            }
            None => order.push((name, Some(toml(value)))),
        }
    }
    for (name, value) in order {
        let value = match value {
            Some(value) => value,
            None => {
                let mut table = inner.remove(name).unwrap_or_default();
                table.fmt();
                Toml::InlineTable(table)
            }
        };
        text.push_str(&format!("{name} = {}\n", value.to_string().trim()));
    }
    text
}

/// The fields of a record as a table of a list.
pub(super) fn new_table(fields: &[(String, FieldValue)]) -> Table {
    let mut table = Table::new();
    table.decor_mut().set_prefix("\n");
    for (name, value) in fields {
        table.insert(name, Item::Value(toml(value)));
    }
    table
}
