//! The two schemas: of `missive.toml` and of the files of `data/`, made of the tables' declarations.

use crate::records::record_set::Data;
use crate::records::settings::Settings;
use crate::records::table::{KeyShape, TableKey, TableShape, TomlTable};
use serde_json::{Map, Value, json};

/// The folder of the schemas, in the project.
pub const FOLDER: &str = "schemas";
/// The schema of `missive.toml`, in the project.
pub const SETTINGS: &str = "schemas/missive.schema.json";
/// The schema of every file of `data/`, in the project.
pub const DATA: &str = "schemas/data.schema.json";

/// The schema of `missive.toml` (draft-07).
pub fn settings() -> Value {
    document::<Settings>()
}

/// The schema of every file of `data/` (draft-07).
pub fn data() -> Value {
    document::<Data>()
}

/// A schema as the text of a file.
pub fn text(schema: &Value) -> String {
    format!("{schema:#}\n")
}

/// One schema without references: editors then show the words of the field they are at.
fn document<T: TomlTable>() -> Value {
    let mut schema = of_table(TableShape::of::<T>());
    schema.insert("$schema".to_owned(), json!("http://json-schema.org/draft-07/schema#"));
    Value::Object(schema)
}

fn of_table(table: TableShape) -> Map<String, Value> {
    let properties: Map<String, Value> =
        table.keys.iter().map(|key| (key.name.to_owned(), of_key(key))).collect();
    let required: Vec<&str> =
        table.keys.iter().filter(|key| key.is_required).map(|key| key.name).collect();
    let mut schema = Map::new();
    schema.insert("type".to_owned(), json!("object"));
    schema.insert("description".to_owned(), json!(one_line(table.description)));
    schema.insert("properties".to_owned(), properties.into());
    schema.insert("additionalProperties".to_owned(), json!(false));
    if !required.is_empty() {
        schema.insert("required".to_owned(), json!(required));
    }
    if let Value::Object(more) = (table.schema)() {
        schema.extend(more);
    }
    schema
}

fn of_key(key: &TableKey) -> Value {
    let mut schema = match (key.shape)() {
        KeyShape::Conditional(shape) => {
            // Its keys are proposed, and nothing is refused.
            return json!({ "anyOf": [described(of_shape(*shape), key), true] });
        }
        shape => of_shape(shape),
    };
    if key.is_nonempty {
        schema.insert("minItems".to_owned(), json!(1));
    }
    if key.is_unique {
        schema.insert("uniqueItems".to_owned(), json!(true));
    }
    for (name, limit) in [("minimum", key.range.0), ("maximum", key.range.1)] {
        if let Some(limit) = limit {
            schema.insert(name.to_owned(), json!(limit));
        }
    }
    Value::Object(described(schema, key))
}

fn of_shape(shape: KeyShape) -> Map<String, Value> {
    let schema = match shape {
        KeyShape::Value { schema, .. } => schema,
        KeyShape::List(item) => json!({ "type": "array", "items": of_shape(*item) }),
        KeyShape::Table(table) => Value::Object(of_table(table)),
        KeyShape::Tables(table) => json!({ "type": "array", "items": of_table(table) }),
        KeyShape::Either(two) => {
            let two = two.map(|(description, shape)| {
                let mut schema = of_shape(*shape);
                schema.insert("description".to_owned(), json!(description));
                schema
            });
            json!({ "anyOf": two })
        }
        KeyShape::Conditional(shape) => Value::Object(of_shape(*shape)),
    };
    match schema {
        Value::Object(schema) => schema,
        _ => Map::new(),
    }
}

/// Says what a key means. Editors show only the description, so the example is repeated there.
fn described(mut schema: Map<String, Value>, key: &TableKey) -> Map<String, Value> {
    let mut description = one_line(key.description);
    if let Some(example) = key.example.map(|example| example()) {
        if let Some(example) = as_toml(&example) {
            description.push_str(&format!("\n\nExemple : `{example}`"));
        }
        schema.insert("examples".to_owned(), json!([example]));
    }
    schema.insert("description".to_owned(), json!(description));
    schema
}

/// A text however it is wrapped in the source.
pub fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A value as one writes it in TOML; nothing for a list of tables, which is written otherwise.
pub fn as_toml(value: &Value) -> Option<String> {
    let is_date = |text: &str| {
        text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-')
    };
    match value {
        Value::String(text) if is_date(text) => Some(text.clone()),
        Value::Array(items) if items.iter().any(Value::is_object) => None,
        Value::Array(items) => {
            let items: Option<Vec<String>> = items.iter().map(as_toml).collect();
            Some(format!("[{}]", items?.join(", ")))
        }
        Value::Object(table) => {
            let pairs =
                table.iter().map(|(key, value)| Some(format!("{key} = {}", as_toml(value)?)));
            Some(format!("{{ {} }}", pairs.collect::<Option<Vec<_>>>()?.join(", ")))
        }
        other => Some(other.to_string()),
    }
}

#[cfg(test)]
mod tests;
