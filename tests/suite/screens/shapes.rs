//! The keys of JSON documents with the types of their values: an interface, so nothing of it goes away.

use serde_json::Value;
use std::collections::BTreeSet;

/// Each as "missive/check/1 .counts.errors number".
#[derive(Default)]
pub struct Shapes(BTreeSet<String>);

impl Shapes {
    /// Takes in a document, or a row of the ledger.
    pub fn add(&mut self, schema: &str, document: &Value) {
        self.walk(schema, "", document);
    }

    fn walk(&mut self, schema: &str, path: &str, value: &Value) {
        let kind = match value {
            Value::Null => "null",
            Value::Bool(_) => "boolean",
            Value::Number(_) => "number",
            Value::String(_) => "string",
            Value::Array(_) => "array",
            Value::Object(_) => "object",
        };
        let shown = if path.is_empty() { "." } else { path };
        self.0.insert(format!("{schema} {shown} {kind}"));
        match value {
            Value::Array(items) => {
                items.iter().for_each(|item| self.walk(schema, &format!("{path}[]"), item));
            }
            Value::Object(fields) => {
                fields
                    .iter()
                    .for_each(|(key, inner)| self.walk(schema, &format!("{path}.{key}"), inner));
            }
            _ => {}
        }
    }

    /// What a list has and this has not.
    pub fn missing<'t>(&self, list: &'t str) -> Vec<&'t str> {
        list.lines().filter(|line| !self.0.contains(*line)).collect()
    }

    /// A list with everything that is here added to it.
    pub fn added_to(&self, list: &str) -> String {
        let mut all: BTreeSet<&str> = list.lines().collect();
        all.extend(self.0.iter().map(String::as_str));
        all.into_iter().map(|line| format!("{line}\n")).collect()
    }
}

#[test]
fn a_key_that_goes_away_or_changes_its_type_is_missing() {
    let mut before = Shapes::default();
    before.add("a/1", &serde_json::json!({ "x": [1, "y"], "z": null }));
    let list = before.added_to("");
    let mut after = Shapes::default();
    after.add("a/1", &serde_json::json!({ "x": [1, 2], "z": null, "new": true }));
    assert_eq!(after.missing(&list), ["a/1 .x[] string"]);
    assert!(after.added_to(&list).contains("a/1 .new boolean"));
}
