//! Names of types: each means one thing in its crate.

use crate::source::SourceFile;
use std::collections::BTreeMap;

/// Types by crate and name, with the files that define them.
pub fn types(files: &[SourceFile]) -> BTreeMap<(String, String), Vec<String>> {
    let mut found: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    for file in files.iter().filter(|file| !file.is_test) {
        for line in file.code.lines() {
            if let Some(name) = defined(line) {
                let key = (file.package.clone(), name.to_owned());
                found.entry(key).or_default().push(file.path.clone());
            }
        }
    }
    found
}

/// The type that a line begins to define; a `type` within an `impl` is not a type of its own.
fn defined(line: &str) -> Option<&str> {
    let rest = line.trim_start();
    let is_inner = rest.len() < line.len();
    let rest = match rest.strip_prefix("pub(") {
        Some(rest) => rest.split_once(") ")?.1,
        None => rest.strip_prefix("pub ").unwrap_or(rest),
    };
    let words = ["struct ", "enum ", "trait ", "union "];
    let named = words.iter().find_map(|word| rest.strip_prefix(word));
    let named = named.or_else(|| rest.strip_prefix("type ").filter(|_| !is_inner))?;
    let end = named.find(|character: char| !character.is_alphanumeric() && character != '_');
    // A macro's `$name` is not a name.
    Some(&named[..end.unwrap_or(named.len())]).filter(|name| !name.is_empty())
}

#[test]
fn definitions_are_seen() {
    assert_eq!(defined("pub(crate) struct A<'a> {"), Some("A"));
    assert_eq!(defined("    type Err = X;"), None);
    assert_eq!(defined("struct B;"), Some("B"));
    assert_eq!(defined("let structure = 1;"), None);
    assert_eq!(defined("        pub struct $name {"), None);
}
