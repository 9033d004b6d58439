//! Which fields of its content each paragraph of a letter comes from.
//!
//! Nothing is guessed from the words: each field is changed in turn, the letter is laid out again,
//! and the paragraphs that differ are those that depend on it.

use crate::app::letters::letter_document::{identity, with_codes};
use crate::diagnostic::Problem;
use crate::render::engine::Engine;
use crate::render::template_names::LETTER;
use crate::render::worker_pool;
use serde_json::Value;
use similar::{Algorithm, DiffOp, capture_diff_slices};
use std::collections::BTreeSet;
use std::sync::atomic::AtomicBool;

/// A paragraph with the fields it depends on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TracedParagraph {
    /// What it says.
    pub text: String,
    /// Paths of the content's JSON, in its order.
    pub fields: Vec<String>,
}

/// Fields that name the letter or decide its layout: they are not traced.
const NOT_TRACED: &[&str] = &["revision", "rehearsal", "campaign.id"];

/// Finds the fields behind each paragraph of a letter, from its content's JSON (without QR codes).
pub fn trace_fields(
    engine: &Engine,
    json: &str,
    jobs: usize,
) -> Result<Vec<TracedParagraph>, Vec<Problem>> {
    let content: Value = serde_json::from_str(json).unwrap_or(Value::Null);
    let (reference, revision) = identity(&content);
    let base = engine.blocks(LETTER, with_codes(json, reference, revision)?)?;
    let mut leaves = Vec::new();
    collect("", &content, &mut leaves);
    let mut found: Vec<Vec<(usize, String)>> = base.iter().map(|_| Vec::new()).collect();
    let stop = AtomicBool::new(false);
    let work = |at: usize| {
        let (path, value) = &leaves[at];
        let mut changed = content.clone();
        *changed.pointer_mut(&format!("/{}", path.replace('.', "/")))? = altered(path, value)?;
        // A template may refuse a value it never sees; then nothing is known of that field.
        let json = changed.to_string();
        let data = with_codes(&json, reference, revision).ok()?;
        Some(changed_blocks(&base, &engine.blocks(LETTER, data).ok()?))
    };
    worker_pool::run(leaves.len(), jobs, &stop, work, |at, blocks| {
        for block in blocks.flatten().unwrap_or_default() {
            found[block].push((at, leaves[at].0.clone()));
        }
    });
    Ok(base
        .into_iter()
        .zip(found)
        .map(|(text, mut fields)| {
            fields.sort();
            TracedParagraph { text, fields: fields.into_iter().map(|(_, path)| path).collect() }
        })
        .collect())
}

fn collect(path: &str, value: &Value, leaves: &mut Vec<(String, Value)>) {
    let join = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                collect(&join(key), value, leaves);
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                collect(&join(&index.to_string()), value, leaves);
            }
        }
        Value::Null => {}
        leaf if !NOT_TRACED.contains(&path) => leaves.push((path.to_owned(), leaf.clone())),
        _ => {}
    }
}

/// Another value of the same kind.
fn altered(path: &str, value: &Value) -> Option<Value> {
    let last = path.rsplit('.').next().unwrap_or(path);
    Some(match value {
        Value::Bool(flag) => Value::Bool(!flag),
        Value::Number(number) => Value::from(number.as_f64()? + 1.0),
        Value::String(text) => {
            let pick = |choices: &[&str]| {
                choices.iter().find(|choice| *choice != text).map(|choice| (*choice).to_owned())
            };
            let new = match last {
                "kind" => pick(&["erea", "college"])?,
                "sector" => pick(&["private", "public"])?,
                "civility" => pick(&["Mme", "M."])?,
                "rank" => pick(&["secondary", "priority"])?,
                "act" => pick(&["amendment", "correction"])?,
                // Where a clause goes and how it is called is not a text.
                "slot" | "id" => return None,
                "school_year" => "2051-2052".to_owned(),
                _ if path.starts_with("signatures") || path.starts_with("writable") => return None,
                _ => match text.parse::<jiff::civil::Date>() {
                    Ok(date) => date.checked_add(jiff::Span::new().days(400)).ok()?.to_string(),
                    Err(_) => format!("{text}\u{b7}"),
                },
            };
            Value::String(new)
        }
        _ => return None,
    })
}

/// The blocks of `base` that are not there, as they are, in `other`.
fn changed_blocks(base: &[String], other: &[String]) -> BTreeSet<usize> {
    let mut blocks = BTreeSet::new();
    for operation in capture_diff_slices(Algorithm::Myers, base, other) {
        match operation {
            DiffOp::Equal { .. } | DiffOp::Insert { .. } => {}
            DiffOp::Delete { old_index, old_len, .. }
            | DiffOp::Replace { old_index, old_len, .. } => {
                blocks.extend(old_index..old_index + old_len);
            }
        }
    }
    blocks
}
