//! What schemars writes for Rust, turned into what is true of TOML and seen in an editor.
//!
//! TOML has no null: what is optional is absent. A description is one line, however it is wrapped in
//! the source, followed by its example.

use schemars::Schema;
use serde_json::Value;

/// Tidies one schema, not those within.
pub(super) fn tidy(schema: &mut Schema) {
    let Some(object) = schema.as_object_mut() else { return };
    if let Some(Value::Array(types)) = object.get_mut("type") {
        types.retain(|name| name != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            object.insert("type".to_owned(), only);
        }
    }
    if let Some(Value::Array(words)) = object.get_mut("enum") {
        words.retain(|word| !word.is_null());
    }
    let inner = match object.get("anyOf").and_then(Value::as_array).map(Vec::as_slice) {
        Some([Value::Object(inner), null]) if null["type"] == "null" => Some(inner.clone()),
        _ => None,
    };
    if let Some(inner) = inner {
        object.remove("anyOf");
        for (key, value) in inner {
            object.entry(key).or_insert(value);
        }
    }
    // Editors show the description alone: the example is told there, too.
    let example = object.get("examples").and_then(|examples| as_written(&examples[0]));
    if let Some(Value::String(words)) = object.get_mut("description") {
        *words = words.split('\n').map(str::trim).collect::<Vec<_>>().join(" ");
        if let Some(example) = example {
            words.push_str(&format!("\n\nExemple : `{example}`"));
        }
    }
}

/// A value as one writes it in TOML; nothing for a list of tables, which is written otherwise.
fn as_written(value: &Value) -> Option<String> {
    let is_date = |text: &str| {
        text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-')
    };
    match value {
        Value::String(text) if is_date(text) => Some(text.clone()),
        Value::Array(items) if items.iter().any(Value::is_object) => None,
        Value::Array(items) => {
            let items: Option<Vec<String>> = items.iter().map(as_written).collect();
            Some(format!("[{}]", items?.join(", ")))
        }
        Value::Object(table) => {
            let pairs =
                table.iter().map(|(key, own)| Some(format!("{key} = {}", as_written(own)?)));
            Some(format!("{{ {} }}", pairs.collect::<Option<Vec<_>>>()?.join(", ")))
        }
        other => Some(other.to_string()),
    }
}
