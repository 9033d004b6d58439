//! What a person reads calls schools and letters by name: in every screen of the fixtures, a code that has a name
//! stands behind it in parentheses, or in a command, a path, a table or a program's file.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Texts for a person; what stands around them is a table, a mail's subject or a file for programs.
const FOR_A_PERSON: [&str; 6] =
    ["erreur : ", "à faire : ", "attention : ", "  anomalie : ", "Laissés ", "<h"];

#[test]
fn a_code_stands_behind_its_name() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/screens");
    let texts: Vec<(String, String)> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, fs::read_to_string(path).unwrap())
        })
        .collect();
    let named: BTreeSet<&str> =
        texts.iter().flat_map(|(_, text)| words(text)).filter_map(|word| word.named()).collect();
    assert!(named.contains("0860001J"), "{named:?}");
    let mut bare = Vec::new();
    for (file, text) in &texts {
        for line in text.lines().filter(|line| is_for_a_person(line)) {
            let codes = words(line).filter(|word| word.is_bare(&named));
            bare.extend(codes.map(|word| format!("{file}: {} in: {line}", word.text)));
        }
    }
    assert!(bare.is_empty(), "codes without names:\n{}", bare.join("\n"));
}

fn is_for_a_person(line: &str) -> bool {
    FOR_A_PERSON.iter().any(|start| line.starts_with(start))
}

/// A word of a text that looks like a code.
struct Word<'t> {
    before: &'t str,
    text: &'t str,
    behind: &'t str,
}

fn words(text: &str) -> impl Iterator<Item = Word<'_>> {
    let is_part = |c: char| c.is_alphanumeric() || "-_./@".contains(c);
    let starts = text.char_indices().scan(' ', move |last, (at, c)| {
        let before = std::mem::replace(last, c);
        Some((at, is_part(c) && !is_part(before)))
    });
    starts.filter(|(_, starts)| *starts).map(move |(at, _)| {
        let end = text[at..].find(|c| !is_part(c)).map_or(text.len(), |length| at + length);
        let word = text[at..end].trim_end_matches('.');
        Word { before: &text[..at], text: word, behind: &text[at + word.len()..] }
    })
}

impl<'t> Word<'t> {
    /// The code, where a name stands before it.
    fn named(&self) -> Option<&'t str> {
        let is_named = self.before.ends_with(" (") && self.behind.starts_with(')');
        (is_named && is_uai(self.text)).then_some(self.text)
    }

    /// Whether it is the code of a school that has a name, or of one of its letters, and stands without it.
    fn is_bare(&self, named: &BTreeSet<&str>) -> bool {
        let uai = self.text.split('-').find(|part| is_uai(part));
        let is_code = uai.is_some_and(|uai| named.contains(uai)) && !self.text.contains(['.', '/']);
        let is_typed = self
            .before
            .rfind("missive ")
            .is_some_and(|command| !self.before[command..].contains([';', '»']));
        let has_name_behind = [" »", ""].iter().any(|end| {
            self.behind.strip_prefix(end).is_some_and(|behind| behind.starts_with(" ("))
        });
        is_code
            && !is_typed
            && !has_name_behind
            && self.named().is_none()
            // A reference that no record calls for has its school before it.
            && !["id=\"", "), "].iter().any(|start| self.before.ends_with(start))
    }
}

fn is_uai(word: &str) -> bool {
    let (digits, letter) = word.split_at_checked(7).unwrap_or_default();
    digits.len() == 7
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && letter.len() == 1
        && letter.bytes().all(|byte| byte.is_ascii_uppercase())
}
