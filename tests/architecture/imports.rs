//! Which file imports from which, and the circles among them. `mod.rs` and `lib.rs` are files like
//! others: who imports through one depends on all that it hands on.

use crate::source::SourceFile;
use std::collections::{BTreeMap, BTreeSet};

/// Imports by the number of a file in the list.
pub type Graph = Vec<BTreeSet<usize>>;

/// Draws the imports of all files.
pub fn graph(files: &[SourceFile]) -> Graph {
    let modules: BTreeMap<(&str, &[String]), usize> = files
        .iter()
        .enumerate()
        .filter(|(_, file)| !file.is_test && !file.path.ends_with("/main.rs"))
        .map(|(at, file)| ((file.package.as_str(), file.module.as_slice()), at))
        .collect();
    files
        .iter()
        .enumerate()
        .map(|(at, file)| {
            let mut targets = BTreeSet::new();
            for path in paths(file) {
                // The longest beginning of the path that is a module.
                let target = (0..=path.len())
                    .rev()
                    .find_map(|end| modules.get(&(file.package.as_str(), &path[..end])));
                targets.extend(target.copied().filter(|target| *target != at));
            }
            if file.is_test { BTreeSet::new() } else { targets }
        })
        .collect()
}

/// Paths within the crate that a file names, from its root.
fn paths(file: &SourceFile) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    let is_hub = file.path.ends_with("/mod.rs") || file.path.ends_with("/lib.rs");
    for statement in uses(&file.code) {
        for leaf in leaves(&statement) {
            let first = leaf.split("::").next().unwrap();
            let is_child = is_hub && file.production.contains(&format!("mod {first};"));
            if ["crate", "super", "self"].contains(&first) {
                found.extend(resolved(file, &leaf));
            } else if is_child {
                found.extend(resolved(file, &format!("self::{leaf}")));
            }
        }
    }
    for start in ["crate::", "super::"] {
        for (at, _) in file.code.match_indices(start) {
            // `pub(in crate::app)` says who may see an item, and imports nothing.
            if file.code[..at].ends_with("pub(in ") {
                continue;
            }
            let rest = &file.code[at..];
            let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_' && c != ':');
            let path = rest[..end.unwrap_or(rest.len())].trim_end_matches(':');
            let before = file.code[..at].chars().next_back();
            if before.is_none_or(|c| !c.is_alphanumeric() && c != '_' && c != ':')
                && path.len() > start.len()
            {
                found.extend(resolved(file, path));
            }
        }
    }
    found
}

/// The trees of `use` statements.
fn uses(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = code;
    while let Some(at) = rest.find("use ") {
        let is_word = rest[..at].chars().next_back().is_none_or(|c| c.is_whitespace());
        rest = &rest[at + 4..];
        if is_word && let Some((tree, after)) = rest.split_once(';') {
            found.push(tree.split_whitespace().collect::<Vec<_>>().join(" "));
            rest = after;
        }
    }
    found
}

/// The paths of a tree, as in `a::{b, c::d}`.
fn leaves(tree: &str) -> Vec<String> {
    let tree = tree.trim();
    let Some((before, list)) = tree.split_once('{') else {
        return vec![tree.split(" as ").next().unwrap().to_owned()];
    };
    let list = list.trim_end().strip_suffix('}').unwrap_or(list);
    let (mut found, mut depth, mut current) = (Vec::new(), 0, String::new());
    for character in list.chars().chain([',']) {
        match character {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if character == ',' && depth == 0 {
            let part = std::mem::take(&mut current);
            if !part.trim().is_empty() {
                found.extend(leaves(part.trim()).into_iter().map(|leaf| format!("{before}{leaf}")));
            }
        } else {
            current.push(character);
        }
    }
    found
}

fn resolved(file: &SourceFile, path: &str) -> Option<Vec<String>> {
    let mut base: Vec<String> = Vec::new();
    let mut parts = path.split("::").peekable();
    match parts.next()? {
        "crate" => {}
        "self" => base.clone_from(&file.module),
        _ => {
            base.clone_from(&file.module);
            base.pop()?;
            while parts.next_if_eq(&"super").is_some() {
                base.pop()?;
            }
        }
    }
    base.extend(parts.filter(|part| *part != "self" && *part != "*").map(str::to_owned));
    Some(base)
}

/// Groups of files that import each other in a circle.
pub fn circles(graph: &Graph) -> Vec<Vec<usize>> {
    let reached: Vec<BTreeSet<usize>> =
        (0..graph.len()).map(|from| reachable(graph, from)).collect();
    let mut found: Vec<Vec<usize>> = Vec::new();
    for from in 0..graph.len() {
        if found.iter().flatten().any(|known| *known == from) {
            continue;
        }
        let circle: Vec<usize> =
            reached[from].iter().copied().filter(|to| reached[*to].contains(&from)).collect();
        if !circle.is_empty() {
            found.push(circle);
        }
    }
    found
}

fn reachable(graph: &Graph, from: usize) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    let mut pending = vec![from];
    while let Some(at) = pending.pop() {
        pending.extend(graph[at].iter().copied().filter(|to| found.insert(*to)));
    }
    found
}

#[test]
fn trees_have_leaves() {
    assert_eq!(leaves("a::{b::{self, c}, d as e}"), ["a::b::self", "a::b::c", "a::d"]);
}

#[test]
fn a_circle_is_found() {
    let graph: Graph = vec![[1].into(), [2].into(), [1].into(), [].into()];
    assert_eq!(circles(&graph), [[1, 2]]);
}
