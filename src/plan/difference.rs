//! The leaves in which two contents differ.
//!
//! Lists of things with an `id` are compared by it, other lists by position, so that a mission
//! added before others is one difference and not one for each that follows.

use serde_json::Value;

/// One leaf that differs.
#[derive(Clone, Debug, PartialEq)]
pub struct Leaf {
    /// Its path in the new content, or in the old one when it is gone.
    pub path: String,
    /// Its path in the old content, when it was there.
    pub old_path: Option<String>,
    /// Whether the new content has it.
    pub is_new: bool,
    /// Old value; JSON null if there was none.
    pub before: Value,
    /// New value; JSON null if there is none.
    pub after: Value,
}

/// The leaves that differ, in the order of the new content.
pub fn leaves(before: &Value, after: &Value) -> Vec<Leaf> {
    let mut found = Vec::new();
    walk("", "", Some(before), Some(after), &mut found);
    found
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

fn walk(
    old: &str,
    new: &str,
    before: Option<&Value>,
    after: Option<&Value>,
    found: &mut Vec<Leaf>,
) {
    if before == after {
        return;
    }
    let empty = |value: Option<&Value>| matches!(value, None | Some(Value::Null));
    match (before, after) {
        (Some(Value::Object(a)), Some(Value::Object(b))) => {
            for (key, value) in b {
                walk(&join(old, key), &join(new, key), a.get(key), Some(value), found);
            }
            for (key, value) in a.iter().filter(|(key, _)| !b.contains_key(*key)) {
                walk(&join(old, key), &join(new, key), Some(value), None, found);
            }
        }
        (Some(Value::Array(a)), Some(Value::Array(b))) => lists(old, new, a, b, found),
        // An object that is added or removed: all its leaves are.
        (Some(Value::Object(a)), rest) if empty(rest) => {
            for (key, value) in a {
                walk(&join(old, key), &join(new, key), Some(value), None, found);
            }
        }
        (rest, Some(Value::Object(b))) if empty(rest) => {
            for (key, value) in b {
                walk(&join(old, key), &join(new, key), None, Some(value), found);
            }
        }
        (Some(Value::Array(a)), None) => lists(old, new, a, &[], found),
        (None, Some(Value::Array(b))) => lists(old, new, &[], b, found),
        (before, after) => {
            let null = |value: Option<&Value>| value.cloned().unwrap_or(Value::Null);
            if null(before) == null(after) {
                return;
            }
            let is_new = after.is_some();
            found.push(Leaf {
                path: if is_new { new } else { old }.to_owned(),
                old_path: before.map(|_| old.to_owned()),
                is_new,
                before: null(before),
                after: null(after),
            });
        }
    }
}

fn lists(old: &str, new: &str, a: &[Value], b: &[Value], found: &mut Vec<Leaf>) {
    let id = |value: &Value| value.get("id").and_then(Value::as_str).map(str::to_owned);
    let named =
        a.iter().chain(b).all(|value| id(value).is_some()) && !(a.is_empty() && b.is_empty());
    if !named {
        for index in 0..a.len().max(b.len()) {
            let key = index.to_string();
            walk(&join(old, &key), &join(new, &key), a.get(index), b.get(index), found);
        }
        return;
    }
    for (index, value) in b.iter().enumerate() {
        let twin = a.iter().position(|other| id(other) == id(value));
        let old_path = join(old, &twin.unwrap_or(index).to_string());
        let former = twin.map(|at| &a[at]);
        walk(&old_path, &join(new, &index.to_string()), former, Some(value), found);
    }
    for (index, value) in a.iter().enumerate() {
        if !b.iter().any(|other| id(other) == id(value)) {
            let path = join(old, &index.to_string());
            walk(&path, &path, Some(value), None, found);
        }
    }
}

/// Whether a path is in what an act says of former revisions: it follows from them, and from the other fields.
pub fn is_derived(path: &str) -> bool {
    ["supersedes.changes", "supersedes.letter", "supersedes.acts"]
        .iter()
        .any(|of| path.starts_with(of))
}

/// The value at a path.
pub fn at<'v>(content: &'v Value, path: &str) -> Option<&'v Value> {
    path.split('.').try_fold(content, |value, key| match value {
        Value::Array(items) => items.get(key.parse::<usize>().ok()?),
        other => other.get(key),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn a_list_of_named_things_is_compared_by_name() {
        let before = json!({"missions": [{"id": "a", "text": "1"}, {"id": "b", "text": "2"}]});
        let after = json!({"missions": [{"id": "z", "text": "0"}, {"id": "a", "text": "1"}, {"id": "b", "text": "3"}]});
        let found = leaves(&before, &after);
        let paths: Vec<&str> = found.iter().map(|leaf| leaf.path.as_str()).collect();
        assert_eq!(paths, ["missions.0.id", "missions.0.text", "missions.2.text"]);
        assert_eq!(found[2].old_path.as_deref(), Some("missions.1.text"));
        assert_eq!((&found[2].before, &found[2].after), (&json!("2"), &json!("3")));
    }

    #[test]
    fn what_comes_and_goes_is_told_leaf_by_leaf() {
        let with = json!({"head": {"name": "Durand", "since": null}});
        let without = json!({"head": null});
        let gone = leaves(&with, &without);
        assert_eq!(gone.len(), 1);
        assert_eq!((gone[0].path.as_str(), &gone[0].after), ("head.name", &Value::Null));
        assert_eq!(leaves(&without, &with)[0].after, json!("Durand"));
    }

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            (0..5i64).prop_map(Value::from),
            "[a-c]{0,2}".prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map("[a-d]", inner, 0..4)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn equal_contents_have_no_difference_and_others_a_true_one(a in value(), b in value()) {
            prop_assert!(leaves(&a, &a).is_empty());
            for leaf in leaves(&a, &b) {
                prop_assert_ne!(&leaf.before, &leaf.after);
                if leaf.is_new && !leaf.path.is_empty() {
                    prop_assert_eq!(at(&b, &leaf.path).unwrap_or(&Value::Null), &leaf.after);
                }
                if let Some(old) = leaf.old_path.filter(|path| !path.is_empty()) {
                    prop_assert_eq!(at(&a, &old).unwrap_or(&Value::Null), &leaf.before);
                }
            }
        }
    }
}
