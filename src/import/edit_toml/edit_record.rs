//! The text of one record, edited.

use super::record_edit::RecordEdit;
use super::write_values::{new_table, toml};
use crate::import::existing_records::RecordEntry;
use crate::import::field_value::FieldValue;
use toml_edit::{
    ArrayOfTables, DocumentMut, InlineTable, Item, TableLike, TomlError, Value as Toml,
};

/// Why a record cannot be edited where it is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// Its text is no TOML.
    #[error(transparent)]
    Toml(#[from] TomlError),
    /// Its text holds no record.
    #[error("table absente")]
    NoRecord,
    /// A list of it has no such table.
    #[error("{0} absent")]
    NoItem(String),
    /// What should be a table is a value.
    #[error("{0} n'est pas une table")]
    NotTable(String),
    /// What should be a value is a table.
    #[error("{0} n'est pas une valeur")]
    NotValue(String),
    /// Its assignments are no list.
    #[error("assignment n'est pas une liste")]
    AssignmentsNotList,
}

/// The text of a record with its changes.
pub(super) fn edited_record(
    text: &str,
    entry: &RecordEntry,
    edits: &[&RecordEdit],
) -> Result<String, EditError> {
    if entry.inline {
        let holder = format!("x = {text}\n");
        let mut document: DocumentMut = holder.parse()?;
        let table =
            document.get_mut("x").and_then(Item::as_table_like_mut).ok_or(EditError::NoRecord)?;
        edit_table(table, edits)?;
        let out = document.to_string();
        let out = out.strip_prefix("x = ").unwrap_or(&out);
        return Ok(out.strip_suffix('\n').unwrap_or(out).to_owned());
    }
    let mut document: DocumentMut = text.parse()?;
    let list = document.get_mut(entry.table).and_then(Item::as_array_of_tables_mut);
    let table = list.and_then(|list| list.get_mut(0)).ok_or(EditError::NoRecord)?;
    edit_table(table, edits)?;
    Ok(document.to_string())
}

fn edit_table(table: &mut dyn TableLike, edits: &[&RecordEdit]) -> Result<(), EditError> {
    for edit in edits {
        match edit {
            RecordEdit::Set { within: None, field, value, .. } => {
                set_field(table, field, value.as_ref())?
            }
            RecordEdit::Set { within: Some((list, at)), field, value, .. } => {
                set_field(list_item(table, list, *at)?, field, value.as_ref())?;
            }
            RecordEdit::Assign { fields, .. } => add_assignment(table, fields)?,
        }
    }
    Ok(())
}

fn list_item<'t>(
    table: &'t mut dyn TableLike,
    list: &str,
    at: usize,
) -> Result<&'t mut dyn TableLike, EditError> {
    let absent = || EditError::NoItem(list.to_owned());
    match table.get_mut(list) {
        Some(Item::ArrayOfTables(tables)) => {
            tables.get_mut(at).map(|table| table as &mut dyn TableLike).ok_or_else(absent)
        }
        Some(Item::Value(Toml::Array(array))) => array
            .get_mut(at)
            .and_then(Toml::as_inline_table_mut)
            .map(|table| table as &mut dyn TableLike)
            .ok_or_else(absent),
        _ => Err(absent()),
    }
}

/// Sets a field of a table, or takes it away; what stands around the old value stays.
pub fn set_field(
    table: &mut dyn TableLike,
    field: &str,
    value: Option<&FieldValue>,
) -> Result<(), EditError> {
    if let Some((outer, rest)) = field.split_once('.') {
        if table.get(outer).is_none() {
            let Some(value) = value else { return Ok(()) };
            let mut inner = InlineTable::new();
            inner.insert(rest, toml(value));
            inner.fmt();
            table.insert(outer, Item::Value(Toml::InlineTable(inner)));
            return Ok(());
        }
        let inner = table.get_mut(outer).and_then(Item::as_table_like_mut);
        set_field(inner.ok_or_else(|| EditError::NotTable(outer.to_owned()))?, rest, value)?;
        let empty =
            table.get(outer).and_then(Item::as_table_like).is_some_and(|table| table.is_empty());
        if empty {
            table.remove(outer);
        }
        if let Some(Item::Value(Toml::InlineTable(inner))) = table.get_mut(outer)
            && !inner.to_string().contains('\n')
        {
            let decor = inner.decor().clone();
            inner.fmt();
            *inner.decor_mut() = decor;
        }
        return Ok(());
    }
    match value {
        None => {
            table.remove(field);
        }
        Some(value) => {
            let mut new = toml(value);
            match table.get_mut(field) {
                Some(Item::Value(old)) => {
                    *new.decor_mut() = old.decor().clone();
                    *old = new;
                }
                Some(_) => return Err(EditError::NotValue(field.to_owned())),
                None => {
                    table.insert(field, Item::Value(new));
                }
            }
        }
    }
    Ok(())
}

fn add_assignment(
    table: &mut dyn TableLike,
    fields: &[(String, FieldValue)],
) -> Result<(), EditError> {
    match table.get_mut("assignment") {
        None => {
            let mut list = ArrayOfTables::new();
            list.push(new_table(fields));
            table.insert("assignment", Item::ArrayOfTables(list));
        }
        Some(Item::ArrayOfTables(list)) => list.push(new_table(fields)),
        Some(Item::Value(Toml::Array(array))) => {
            let mut inline = InlineTable::new();
            for (name, value) in fields {
                inline.insert(name, toml(value));
            }
            inline.fmt();
            array.push(inline);
        }
        Some(_) => return Err(EditError::AssignmentsNotList),
    }
    Ok(())
}
