//! Copies that a sync program made beside a file of the project: "establishments-PC-DAN-2.toml", "… - Copie.toml",
//! "… (conflicted copy …).toml". The two say the same twice, or each half of it; a person keeps one.

use std::collections::BTreeSet;

/// What sync programs and file managers write into the name of a copy; lower case.
const MARKS: [&str; 12] = [
    " - copie",
    " - copy",
    " copie",
    " copy",
    "copie de ",
    "copy of ",
    "(copie",
    "conflicted copy",
    "en conflit",
    "sync-conflict",
    "_conflict-",
    "sfconflict",
];

/// A text file with its path in the project.
#[derive(Clone, Copy, Debug)]
pub(super) struct NamedText<'t> {
    pub(super) path: &'t str,
    pub(super) text: &'t str,
}

/// The name of a file without folders and ending.
fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// Whether a name is that of a file with something added, as a program does for a copy.
pub fn is_named_after(copy: &str, original: &str) -> bool {
    let (copy, original) = (stem(copy).to_lowercase(), stem(original).to_lowercase());
    let rest = copy.strip_prefix(&original).or_else(|| copy.strip_suffix(&original));
    rest.is_some_and(|rest| !rest.is_empty())
}

/// Whether the name of a file says that it is a copy of another one.
pub fn is_marked_copy(copy: &str, original: &str) -> bool {
    let name = stem(copy).to_lowercase();
    let is_numbered = name
        .strip_suffix(')')
        .and_then(|name| name.rsplit_once(" ("))
        .is_some_and(|(_, number)| number.bytes().all(|b| b.is_ascii_digit()));
    let is_marked = is_numbered || MARKS.iter().any(|mark| name.contains(mark));
    let added = stem(copy).strip_prefix(stem(original)).unwrap_or_default();
    // OneDrive adds the name of a computer, in capitals.
    let is_computer = added.starts_with('-')
        && added.bytes().any(|b| b.is_ascii_uppercase())
        && added.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'-');
    is_named_after(copy, original) && (is_marked || is_computer)
}

/// The file that each file is a copy of, if it is one: it is named after it, and names most of the same
/// records.
pub(super) fn originals<'t>(files: &[NamedText<'t>]) -> Vec<Option<&'t str>> {
    let names: Vec<BTreeSet<&str>> = files.iter().map(|file| record_names(file.text)).collect();
    let original = |at: usize| {
        let (copy, of_copy) = (files.get(at)?, names.get(at)?);
        let mut others = files.iter().zip(&names).filter(|(other, _)| other.path != copy.path);
        let found = others.find(|(other, of_other)| {
            let shared = of_copy.intersection(of_other).count();
            is_named_after(copy.path, other.path) && shared > 0 && shared * 2 >= of_copy.len()
        });
        found.map(|(other, _)| other.path)
    };
    (0..files.len()).map(original).collect()
}

/// The lines that name records.
fn record_names(text: &str) -> BTreeSet<&str> {
    let lines = text.lines().map(str::trim);
    lines.filter(|line| line.starts_with("uai =") || line.starts_with("id =")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_copies_are_known() {
        for copy in [
            "data/a-PC-DAN-2.toml",
            "data/a - Copie.toml",
            "data/a - Copie (2).toml",
            "data/a (1).toml",
            "data/a (conflicted copy 2026-11-28 101500).toml",
            "data/a (Copie en conflit de PC 2026-11-28).toml",
            "data/a.sync-conflict-20261128-101500-ABCDEFG.toml",
            "data/a_conflict-20261128.toml",
            "data/Copie de a.toml",
            "data/a copie.toml",
        ] {
            assert!(is_marked_copy(copy, "data/a.toml"), "{copy}");
        }
        for other in ["data/a.toml", "data/a-nord.toml", "data/b - Copie.toml", "data/ab.toml"] {
            assert!(!is_marked_copy(other, "data/a.toml"), "{other}");
        }
    }

    #[test]
    fn a_copy_names_the_same_records() {
        let file = |path, text| NamedText { path, text };
        let files = [
            file("data/a.toml", "uai = \"1\"\nuai = \"2\"\n"),
            file("data/a-nord.toml", "uai = \"3\"\n"),
            file("data/a-portable.toml", "uai = \"1\"\nuai = \"2\"\nuai = \"4\"\n"),
        ];
        assert_eq!(originals(&files), [None, None, Some("data/a.toml")]);
    }
}
