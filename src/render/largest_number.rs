//! Where a template may ask for too much: its largest number, read from its syntax.

use std::ops::Range;
use typst::syntax::{LinkedNode, SyntaxKind, parse};

/// Below, a number costs nothing: years, colours and lengths.
const MIN_COSTLY: f64 = 100_000.0;

/// The largest number of a template with its place, if it is a large one. Comments and texts do not
/// count.
pub fn most_costly_number(text: &str) -> Option<(f64, Range<usize>)> {
    let root = parse(text);
    let mut largest: Option<(f64, Range<usize>)> = None;
    let mut pending = vec![LinkedNode::new(&root)];
    while let Some(node) = pending.pop() {
        if matches!(node.kind(), SyntaxKind::Int | SyntaxKind::Float | SyntaxKind::Numeric) {
            let leaf = node.leaf_text();
            let digits = leaf.trim_end_matches(|c: char| c.is_alphabetic() || c == '%');
            let number: f64 = digits.parse().unwrap_or(0.0);
            if number >= MIN_COSTLY && largest.as_ref().is_none_or(|(other, _)| number > *other) {
                largest = Some((number, node.range()));
            }
        }
        pending.extend(node.children());
    }
    largest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_found_where_they_count() {
        for (text, found) in [
            ("#range(0, 1000000000)", Some("1000000000")),
            ("#(\"x\" * 10000000)", Some("10000000")),
            ("#set page(height: 5000000pt)", Some("5000000pt")),
            ("#let a = 1e9\n#range(200000)", Some("1e9")),
            ("1000000 // 1000000\n#\"1000000\" #rgb(\"#100000\") #2026", None),
        ] {
            let number = most_costly_number(text);
            assert_eq!(number.map(|(_, range)| &text[range]), found, "{text}");
        }
    }
}
