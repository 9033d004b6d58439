//! Spaces and signs: before `: ; ! ?`, before a stop, between words, inside quotation marks.

use crate::mistake::{Mistake, Rule};

/// The no-break spaces of French typography: U+00A0, and U+202F, the thin one.
const NO_BREAK: [char; 2] = ['\u{a0}', '\u{202f}'];

pub(crate) fn mistakes(text: &str) -> Vec<Mistake> {
    let characters: Vec<(usize, char)> = text.char_indices().collect();
    let mut found = Vec::new();
    for index in 0..characters.len() {
        found.extend(before_high_sign(text, &characters, index));
        found.extend(before_stop(text, &characters, index));
        found.extend(two_spaces(text, &characters, index));
        found.extend(quotes(text, &characters, index));
    }
    found
}

/// The octets from one character to another, both included.
fn place(characters: &[(usize, char)], from: usize, to: usize) -> std::ops::Range<usize> {
    let (end, last) = characters[to];
    characters[from].0..end + last.len_utf8()
}

fn at(characters: &[(usize, char)], index: usize) -> Option<char> {
    characters.get(index).map(|(_, character)| *character)
}

/// How many spaces stand before a character.
fn spaces_before(characters: &[(usize, char)], index: usize) -> usize {
    characters[..index].iter().rev().take_while(|(_, c)| c.is_whitespace()).count()
}

/// `:` `;` `!` `?` after a word: one no-break space. A time, an address or a row of signs is left alone.
fn before_high_sign(text: &str, characters: &[(usize, char)], index: usize) -> Option<Mistake> {
    let sign = characters[index].1;
    if !matches!(sign, ':' | ';' | '!' | '?') {
        return None;
    }
    let next = at(characters, index + 1);
    let ends_word = next.is_none_or(|next| next.is_whitespace() || matches!(next, '»' | ')' | '”'));
    let count = spaces_before(characters, index);
    let from = index - count;
    let previous = from.checked_sub(1).and_then(|index| at(characters, index))?;
    if !ends_word || matches!(previous, ':' | ';' | '!' | '?' | '.' | '…') {
        return None;
    }
    if count == 0 {
        return (previous.is_alphanumeric() || matches!(previous, '»' | ')')).then(|| Mistake {
            rule: Rule::NoSpace,
            place: place(characters, index, index),
            instead: Some(format!("\u{a0}{sign}")),
        });
    }
    let is_right = count == 1 && at(characters, from).is_some_and(|c| NO_BREAK.contains(&c));
    (!is_right).then(|| Mistake {
        rule: Rule::BreakingSpace,
        place: place(characters, from, index),
        instead: text.is_char_boundary(characters[from].0).then(|| format!("\u{a0}{sign}")),
    })
}

/// A comma or a full stop after a space, or after another.
fn before_stop(text: &str, characters: &[(usize, char)], index: usize) -> Option<Mistake> {
    let sign = characters[index].1;
    if !matches!(sign, ',' | '.') {
        return None;
    }
    let next = at(characters, index + 1);
    // " .eml", ".." within "…", "3,5": not the end of anything.
    if next.is_some_and(|next| next.is_alphanumeric()) {
        return None;
    }
    let count = spaces_before(characters, index);
    let from = index - count;
    let previous = from.checked_sub(1).and_then(|index| at(characters, index))?;
    let is_dots = sign == '.' && (text[..characters[index].0].ends_with("..") || next == Some('.'));
    if matches!(previous, ',' | ';' | ':' | '.') && !is_dots {
        return Some(Mistake {
            rule: Rule::DoubledSign,
            place: place(characters, from - 1, index),
            instead: Some(if sign == '.' { '.' } else { previous }.to_string()),
        });
    }
    (count > 0 && previous.is_alphanumeric()).then(|| Mistake {
        rule: Rule::SpaceBeforeStop,
        place: place(characters, from, index),
        instead: Some(sign.to_string()),
    })
}

/// Two spaces or more between two words, told at the first.
fn two_spaces(_text: &str, characters: &[(usize, char)], index: usize) -> Option<Mistake> {
    let is_space = |index: usize| at(characters, index).is_some_and(char::is_whitespace);
    let is_first = is_space(index) && index > 0 && !is_space(index - 1);
    if !is_first || !is_space(index + 1) {
        return None;
    }
    let count = characters[index..].iter().take_while(|(_, c)| c.is_whitespace()).count();
    let next = at(characters, index + count)?;
    // Before a sign the other rules tell it.
    let is_told = matches!(next, ':' | ';' | '!' | '?' | ',' | '.' | '»');
    (!is_told).then(|| Mistake {
        rule: Rule::TwoSpaces,
        place: place(characters, index, index + count - 1),
        instead: Some(" ".to_owned()),
    })
}

/// `«` is followed and `»` preceded by one no-break space.
fn quotes(_text: &str, characters: &[(usize, char)], index: usize) -> Option<Mistake> {
    let is_right = |from: usize, to: usize| {
        to - from == 1 && at(characters, from).is_some_and(|c| NO_BREAK.contains(&c))
    };
    match characters[index].1 {
        '«' => {
            let rest = &characters[index + 1..];
            let count = rest.iter().take_while(|(_, c)| c.is_whitespace()).count();
            (!is_right(index + 1, index + 1 + count)).then(|| Mistake {
                rule: Rule::Quotes,
                place: place(characters, index, index + count),
                instead: Some("«\u{a0}".to_owned()),
            })
        }
        '»' => {
            let count = spaces_before(characters, index);
            (!is_right(index - count, index)).then(|| Mistake {
                rule: Rule::Quotes,
                place: place(characters, index - count, index),
                instead: Some("\u{a0}»".to_owned()),
            })
        }
        _ => None,
    }
}
