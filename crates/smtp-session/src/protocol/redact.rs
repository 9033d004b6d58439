//! Removes the account's secret and terminal control characters from what a server sends.
//!
//! A server may repeat what it was given: the whole AUTH line in a refusal, a token in the greeting
//! of the next connection. Every text of a server passes through here while its reply is read
//! ([`super::reply`]), so that no caller can forget it.
//!
//! The secret is looked for as it is and as the mechanisms encode it, in upper or lower case, whatever stands
//! between its characters (spaces, quotes, the code of the next line), and under the usual escapes (`%41`,
//! `=41`, `&#65;`, `\x41`). Whole words are masked, by a mark of one length. A secret of less than four
//! characters would be found everywhere: with such a secret no words of the server are shown, only its codes.

use super::auth::{AuthMechanism, Secret};
use super::enhanced_code;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use printable_text::CharacterSet;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::Range;

/// Replaces a masked word.
pub(crate) const MARK: &str = "[masqué]";
/// Fewest characters of a secret that can be looked for.
const LEAST: usize = 4;
/// Characters of an encoded secret that count as a part of it.
const PART: usize = 8;
/// Characters at the end of a cut text that may be the start of a secret.
const START: usize = 2;

/// Octets as a text: invisible characters become spaces, octets that are not UTF-8 become U+FFFD.
pub(crate) fn printable(octets: &[u8]) -> String {
    let text = String::from_utf8_lossy(octets);
    let plain = |c: char| if CharacterSet::ALL.contains(c) { ' ' } else { c };
    text.chars().map(plain).collect::<String>().trim_end().to_owned()
}

/// How much of a text counts when it is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum View {
    /// ASCII letters and digits: what stands between them does not matter.
    Alphanumeric,
    /// Everything but spaces.
    Dense,
}

/// Both ways to compare.
const VIEWS: [View; 2] = [View::Alphanumeric, View::Dense];

impl View {
    fn counts(self, c: char) -> bool {
        match self {
            Self::Alphanumeric => c.is_ascii_alphanumeric(),
            Self::Dense => !c.is_whitespace() && !c.is_control(),
        }
    }

    fn of(self, text: &str) -> Vec<char> {
        text.chars().filter(|c| self.counts(*c)).flat_map(char::to_lowercase).collect()
    }
}

/// Masks a secret in all its forms.
#[derive(Clone, Default)]
pub(crate) struct Redactor {
    /// There is a secret, too short to be recognised.
    unrecognisable: bool,
    /// Fragments that reveal a secret, by how they are compared and their length.
    fragments: BTreeMap<(View, usize), BTreeSet<Vec<char>>>,
    /// The forms as a whole, each in both views.
    forms: Vec<(View, Vec<char>)>,
}

/// Nothing of it is printed.
impl fmt::Debug for Redactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Redactor")
    }
}

impl Redactor {
    /// Looks for the secret of an account.
    pub(crate) fn new(user: &str, secret: &Secret) -> Self {
        let mut redactor = Self::default();
        if View::Dense.of(secret.text()).len() < LEAST {
            redactor.unrecognisable = true;
            return redactor;
        }
        redactor.know_words(secret.text());
        for mechanism in [AuthMechanism::Plain, AuthMechanism::Login, AuthMechanism::Xoauth2] {
            redactor.know_encoded(&secret.response(mechanism, user));
        }
        for said in [format!("{user}:{}", secret.text()), secret.text().to_owned()] {
            redactor.know_encoded(&said);
        }
        redactor.know(&BASE64.encode(user), PART);
        redactor
    }

    /// The secret as a person writes it, and as programs that take it for another encoding do.
    fn know_words(&mut self, word: &str) {
        let octets: String = word.bytes().map(char::from).collect();
        let decoded: String = decoded(&undecoded(word)).into_iter().map(|one| one.c).collect();
        for form in [word, &octets, &decoded] {
            for view in VIEWS {
                let whole = view.of(form);
                // A core that leaves much out would be found in other words.
                let enough = match view {
                    View::Alphanumeric => whole.len() >= LEAST + 2 || whole == View::Dense.of(form),
                    View::Dense => true,
                };
                if !enough || whole.len() < LEAST {
                    continue;
                }
                // A long part of a word with digits is a part of the secret; of letters alone, it
                // may be any word of the language.
                let part = (whole.len() / 3).clamp(LEAST + 2, 2 * PART);
                if whole.len() >= 2 * part {
                    for fragment in whole.windows(part) {
                        if fragment.iter().any(char::is_ascii_digit) {
                            self.fragment(view, fragment);
                        }
                    }
                }
                self.fragment(view, &whole);
                self.forms.push((view, whole));
            }
        }
    }

    /// What base64 and hexadecimal digits make of a text, alone, within another, or twice.
    fn know_encoded(&mut self, text: &str) {
        let once = BASE64.encode(text);
        let hex: String = text.bytes().map(|byte| format!("{byte:02x}")).collect();
        for form in
            base64_alignments(text.as_bytes()).into_iter().chain(base64_alignments(once.as_bytes()))
        {
            self.know(&form, PART);
        }
        self.know(&once, PART);
        self.know(&hex, 2 * PART);
    }

    fn know(&mut self, form: &str, part: usize) {
        let core = View::Alphanumeric.of(form);
        let (view, whole) = match core.len() {
            LEAST.. => (View::Alphanumeric, core),
            _ => (View::Dense, View::Dense.of(form)),
        };
        if whole.len() < LEAST {
            return;
        }
        for fragment in whole.windows(part.min(whole.len())) {
            self.fragment(view, fragment);
        }
        self.forms.push((view, whole));
    }

    fn fragment(&mut self, view: View, fragment: &[char]) {
        self.fragments.entry((view, fragment.len())).or_default().insert(fragment.to_vec());
    }

    /// The lines of a reply without their codes, redacted.
    pub(crate) fn lines(&self, lines: Vec<String>) -> Vec<String> {
        self.shown(lines, false)
    }

    /// A text of the server, redacted.
    pub(crate) fn text(&self, octets: &[u8]) -> String {
        self.lines(vec![printable(octets)]).remove(0)
    }

    /// The lines of a reply that was cut: it may end in the middle of a secret.
    pub(crate) fn cut(&self, lines: Vec<String>) -> Vec<String> {
        self.shown(lines, true)
    }

    fn shown(&self, lines: Vec<String>, cut: bool) -> Vec<String> {
        if self.unrecognisable {
            let first = lines.first().map_or("", String::as_str);
            return vec![format!("{}{MARK}", &first[..prefix_length(first)])];
        }
        if self.forms.is_empty() {
            return lines;
        }
        let prefixes: Vec<&str> = lines.iter().map(|line| &line[..prefix_length(line)]).collect();
        let mut text = Vec::new();
        let mut places: Vec<Range<usize>> = Vec::new();
        for (line, prefix) in lines.iter().zip(&prefixes) {
            let start = text.len();
            text.extend(line[prefix.len()..].chars());
            places.push(start..text.len());
        }
        let mut hidden = vec![false; text.len()];
        let mut characters = undecoded(&text.iter().collect::<String>());
        // As it is, with its escapes decoded, and once more: an escape may be escaped.
        for _ in 0..3 {
            self.mark(&characters, &mut hidden, cut);
            characters = decoded(&characters);
        }
        prefixes
            .iter()
            .zip(places)
            .map(|(prefix, place)| {
                format!("{prefix}{}", masked(&text[place.clone()], &hidden[place]))
            })
            .collect()
    }

    /// Marks the parts that reveal a secret.
    fn mark(&self, characters: &[Decoded], hidden: &mut [bool], cut: bool) {
        for view in VIEWS {
            let seen: Vec<(char, &Decoded)> = characters
                .iter()
                .filter(|one| view.counts(one.c))
                .flat_map(|one| one.c.to_lowercase().map(move |c| (c, one)))
                .collect();
            let flat: Vec<char> = seen.iter().map(|(c, _)| *c).collect();
            let mut hide = |found: Range<usize>| {
                let (first, last) = (seen.get(found.start), seen.get(found.end.saturating_sub(1)));
                if let (Some((_, first)), Some((_, last))) = (first, last) {
                    hidden[first.place.start..last.place.end].fill(true);
                }
            };
            for ((_, length), fragments) in
                self.fragments.iter().filter(|((one, _), _)| *one == view)
            {
                for (at, fragment) in flat.windows(*length).enumerate() {
                    if fragments.contains(fragment) {
                        hide(at..at + length);
                    }
                }
            }
            for (_, form) in self.forms.iter().filter(|(one, _)| cut && *one == view) {
                let most = form.len().min(flat.len());
                let ends = |length: &usize| flat.ends_with(&form[..*length]);
                if let Some(length) = (START..=most).rev().find(ends) {
                    hide(flat.len() - length..flat.len());
                }
            }
        }
    }
}

/// A character as it is meant, and the characters it is written with.
#[derive(Clone, Debug)]
struct Decoded {
    c: char,
    place: Range<usize>,
}

fn undecoded(text: &str) -> Vec<Decoded> {
    text.chars().enumerate().map(|(at, c)| Decoded { c, place: at..at + 1 }).collect()
}

/// The text with its escapes decoded.
fn decoded(characters: &[Decoded]) -> Vec<Decoded> {
    let mut out = Vec::with_capacity(characters.len());
    let mut at = 0;
    while let Some(one) = characters.get(at) {
        let (c, length) = escape(&characters[at..]).unwrap_or((one.c, 1));
        let last = characters.get(at + length - 1).unwrap_or(one);
        out.push(Decoded { c, place: one.place.start..last.place.end });
        at += length;
    }
    out
}

/// The character that an escape at the start of a text stands for, and the escape's length.
fn escape(characters: &[Decoded]) -> Option<(char, usize)> {
    /// Longer than the longest escape.
    const MOST: usize = 12;
    let text: String = characters.iter().take(MOST).map(|one| one.c).collect();
    let number = |start: &str, digits: usize, base: u32| {
        let number = text.strip_prefix(start)?.get(..digits)?;
        let number = u32::from_str_radix(number, base).ok()?;
        Some((char::from_u32(number)?, start.len() + digits))
    };
    match text.chars().next()? {
        '%' => number("%u", 4, 16).or_else(|| number("%", 2, 16)),
        '=' => number("=", 2, 16),
        '+' => number("+", 2, 16),
        '0' => number("0x", 2, 16),
        '\\' => number("\\x", 2, 16)
            .or_else(|| number("\\u", 4, 16))
            .or_else(|| number("\\", 3, 8))
            .or_else(|| {
                let next = text.chars().nth(1)?;
                next.is_ascii_punctuation().then_some((next, 2))
            }),
        '&' => {
            let end = text.find(';')?;
            let name = &text[1..end];
            let c = match (name, name.strip_prefix('#')) {
                ("amp", _) => '&',
                ("lt", _) => '<',
                ("gt", _) => '>',
                ("quot", _) => '"',
                ("apos", _) => '\'',
                (_, Some(number)) => {
                    let hex = number.strip_prefix(['x', 'X']);
                    let (digits, base) = hex.map_or((number, 10), |hex| (hex, 16));
                    char::from_u32(u32::from_str_radix(digits, base).ok()?)?
                }
                _ => return None,
            };
            Some((c, text[..=end].chars().count()))
        }
        _ => None,
    }
}

/// What base64 makes of octets wherever they stand within others: the characters that they alone
/// decide.
fn base64_alignments(octets: &[u8]) -> Vec<String> {
    let coded = |before: usize| {
        let all = [&vec![0; before], octets].concat();
        let text = BASE64.encode(&all);
        let (start, end) = ((before * 8).div_ceil(6), all.len() * 8 / 6);
        text.get(start..end).unwrap_or_default().to_owned()
    };
    (0..3).map(coded).collect()
}

/// The length of the enhanced code at the start of a line, with what follows it: never a secret, and
/// not to be found between two parts of one.
fn prefix_length(line: &str) -> usize {
    let start = line.len() - line.trim_start().len();
    let word = line[start..].split(' ').next().unwrap_or_default();
    if enhanced_code::parse(word).is_none() {
        return 0;
    }
    let end = start + word.len();
    end + usize::from(line[end..].starts_with(' '))
}

/// The text, with every word that holds a marked part replaced by [`MARK`].
fn masked(text: &[char], hidden: &[bool]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        let word = |from: usize| {
            text[from..].iter().position(|c| c.is_whitespace()).map_or(text.len(), |n| from + n)
        };
        if text[at].is_whitespace() && !hidden[at] {
            out.push(text[at]);
            at += 1;
            continue;
        }
        let mut end = word(at);
        if !hidden[at..end.max(at + 1)].contains(&true) {
            out.extend(&text[at..end]);
            at = end;
            continue;
        }
        // The space within a secret that was split is a part of it.
        while end < text.len() && hidden[end] {
            end = word(end + 1);
        }
        out.push_str(MARK);
        at = end;
    }
    out
}

#[cfg(test)]
mod tests;
