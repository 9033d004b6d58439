//! Takes out of a text what differs from one machine or moment to the next, and nothing else.

use std::collections::HashMap;

/// The shortest run of hexadecimal digits that is taken for a hash.
const SHORTEST: usize = 12;

/// What varies in a story.
pub struct Normal {
    /// Texts and what stands for them: the temporary folder, the computer, ports.
    names: Vec<(String, String)>,
    /// Hashes by their first digits. Equal ones keep an equal number.
    hashes: HashMap<String, usize>,
}

impl Normal {
    pub fn new() -> Self {
        let computer = gethostname::gethostname().to_string_lossy().into_owned();
        let in_person = (format!("@{computer}"), "@COMPUTER".to_owned());
        let alone = (format!("\"{computer}\""), "\"COMPUTER\"".to_owned());
        Self { names: vec![in_person, alone], hashes: HashMap::new() }
    }

    /// From now on `word` stands for `text`.
    pub fn name(&mut self, text: impl Into<String>, word: &str) {
        self.names.insert(0, (text.into(), word.to_owned()));
    }

    pub fn apply(&mut self, text: &str) -> String {
        let mut text = text.to_owned();
        for (from, to) in &self.names {
            text = text.replace(from, to);
        }
        self.hashes(&local_to_the_hour(&to_the_hour(&text)))
    }

    /// Numbers hashes in the order in which they appear: most depend on the second.
    fn hashes(&mut self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(start) = rest.find(|c: char| c.is_ascii_alphanumeric()) {
            out.push_str(&rest[..start]);
            let word = &rest[start..];
            let end = word.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(word.len());
            let (word, after) = word.split_at(end);
            match is_hash(word) {
                true => {
                    let next = self.hashes.len() + 1;
                    let number = *self.hashes.entry(word[..SHORTEST].to_owned()).or_insert(next);
                    out.push_str(&format!("{{hash {number}, {}}}", word.len()));
                }
                false => out.push_str(word),
            }
            rest = after;
        }
        out + rest
    }
}

fn is_hash(word: &str) -> bool {
    let digits = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
    let usual = [12, 16, 32, 40, 64, 128].contains(&word.len());
    word.len() >= SHORTEST
        && word.chars().all(digits)
        && (usual || word.contains(char::is_alphabetic))
}

/// "T08:00:07.5Z" and "T09:00:07+01:00" without what is smaller than an hour: a pretended moment goes
/// on while a command runs.
fn to_the_hour(text: &str) -> String {
    let shape = |window: &[u8]| {
        window.iter().zip(b"T00:00:00").all(|(byte, like)| match like {
            b'0' => byte.is_ascii_digit(),
            other => byte == other,
        })
    };
    let (mut out, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(start) = rest.as_bytes().windows(9).position(shape) {
        out.push_str(&rest[..start + 4]);
        out.push_str("MM:SS");
        rest = &rest[start + 9..];
        if let Some(fraction) = rest.strip_prefix('.') {
            rest = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
        }
    }
    out + rest
}

/// The same of "18/11/2026 à 09:00", as a person reads it.
fn local_to_the_hour(text: &str) -> String {
    let shape = |window: &[u8]| {
        window.iter().zip("/0000 à 00:00".as_bytes()).all(|(byte, like)| match like {
            b'0' => byte.is_ascii_digit(),
            other => byte == other,
        })
    };
    let length = "/0000 à 00:00".len();
    let (mut out, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(start) = rest.as_bytes().windows(length).position(shape) {
        out.push_str(&rest[..start + length - 2]);
        out.push_str("MM");
        rest = &rest[start + length..];
    }
    out + rest
}

#[test]
fn only_what_varies_is_taken_out() {
    let mut normal = Normal::new();
    normal.name("/tmp/x", "FOLDER");
    let text = "/tmp/x/a 2026-11-18T08:00:07.25Z 18/11/2026 à 09:00 0123456789ab, 0123456789abcdef; 20261118090000 4711";
    let told = normal.apply(text);
    let wanted = "FOLDER/a 2026-11-18T08:MM:SSZ 18/11/2026 à 09:MM {hash 1, 12}, {hash 1, 16}; 20261118090000 4711";
    assert_eq!(told, wanted);
}
