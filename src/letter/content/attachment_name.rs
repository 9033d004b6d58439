//! Names of attachments: what it is, whose, which letter, which revision; in characters that every mail program
//! can write to a disk.
//!
//! `Lettre_de_mission_MARTIN_Claire_2026-0860001J-NGRM_r1.pdf`. Files in `out/` have other names.

use crate::letter::mailing::LetterInMessage;
use crate::letter::mission_letter::Letter;
use crate::records::word_lists::Act;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// Most characters of a person's name within a file name.
const LONGEST_PERSON: usize = 40;
/// Most characters of a file name.
const LONGEST: usize = 100;

/// The name of a letter's PDF as an attachment.
pub fn of_letter(letter: &Letter<'_>, sent: &LetterInMessage) -> String {
    let what = match sent.issue.act() {
        None => "Lettre_de_mission".to_owned(),
        Some(Act::Correction) => "Lettre_rectifiee".to_owned(),
        Some(Act::Amendment) => match sent.amendment_number {
            Some(number) => format!("Avenant_{number}"),
            None => "Avenant".to_owned(),
        },
        Some(Act::End) => "Fin_de_mission".to_owned(),
    };
    let who = letter.referent.map_or_else(
        || "a_pourvoir".to_owned(),
        |(person, _)| person_words(&person.family_name, &person.given_name),
    );
    let who = if who.is_empty() { String::new() } else { format!("_{who}") };
    format!("{what}{who}_{}_r{}.pdf", letter.reference, sent.issue.revision)
}

/// "MARTIN_Claire", as long as a file name bears.
fn person_words(family: &str, given: &str) -> String {
    let words = [words(&family.to_uppercase()), words(given)];
    let words: Vec<&str> = words.iter().map(String::as_str).filter(|w| !w.is_empty()).collect();
    let whole: String = words.join("_").chars().take(LONGEST_PERSON).collect();
    whole.trim_end_matches(['_', '-']).to_owned()
}

/// The letters and digits of a name, everything else as single underscores.
fn words(name: &str) -> String {
    let plain = folded(name);
    let words = plain.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
    let words = words.map(|word| word.trim_matches('-')).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("_")
}

/// An ASCII file name of bounded length: accents dropped, anything else but letters, digits, `.`, `-` and `_`
/// replaced by `_`, the extension kept.
pub fn ascii_name(name: &str) -> String {
    let plain: String = folded(name)
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_') { c } else { '_' })
        .collect();
    let plain = plain.trim_start_matches('.');
    if plain.len() <= LONGEST {
        return plain.to_owned();
    }
    let (stem, extension) = plain.rsplit_once('.').unwrap_or((plain, ""));
    let extension: String = extension.chars().take(10).collect();
    let stem: String = stem.chars().take(LONGEST - 1 - extension.len()).collect();
    if extension.is_empty() { stem } else { format!("{stem}.{extension}") }
}

/// A text without accents and ligatures.
fn folded(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for character in text.nfd().filter(|c| !is_combining_mark(*c)) {
        match character {
            'œ' => plain.push_str("oe"),
            'Œ' => plain.push_str("OE"),
            'æ' => plain.push_str("ae"),
            'Æ' => plain.push_str("AE"),
            'ø' => plain.push('o'),
            'Ø' => plain.push('O'),
            'ł' => plain.push('l'),
            'Ł' => plain.push('L'),
            'đ' => plain.push('d'),
            'Đ' => plain.push('D'),
            'ß' => plain.push_str("ss"),
            'ı' => plain.push('i'),
            other => plain.push(other),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_of_attachments_are_plain() {
        assert_eq!(ascii_name("Œuvré à l’École.pdf"), "OEuvre_a_l_Ecole.pdf");
        assert_eq!(ascii_name("../x\r\n\"y\".pdf"), "_x___y_.pdf");
        let long = ascii_name(&format!("{}.pdf", "é".repeat(300)));
        assert_eq!((long.len(), long.ends_with("e.pdf")), (LONGEST, true));
    }

    #[test]
    fn a_person_is_named_as_in_a_list() {
        for (family, given, expected) in [
            ("Martin", "Claire", "MARTIN_Claire"),
            ("Émery", "Alix", "EMERY_Alix"),
            ("de La Tour d'Auvergne", "Anne-Sophie", "DE_LA_TOUR_D_AUVERGNE_Anne-Sophie"),
            ("Œuvrard", "Zoë", "OEUVRARD_Zoe"),
            ("Łęcki", "Kåre", "LECKI_Kare"),
            ("../\"\r\n", "Jean", "Jean"),
            ("山田", "太郎", ""),
            (&"X".repeat(60), "Y", &"X".repeat(40)),
        ] {
            assert_eq!(person_words(family, given), expected);
        }
    }

    proptest! {
        #[test]
        fn no_name_of_a_person_or_a_file_leaves_its_quotes(family in "\\PC{0,120}", given in any::<String>(), file in any::<String>()) {
            let person = person_words(&family, &given);
            let sound = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
            prop_assert!(person.chars().all(sound) && person.len() <= LONGEST_PERSON, "{person}");
            let name = ascii_name(&file);
            prop_assert!(name.chars().all(|c| sound(c) || c == '.') && name.len() <= LONGEST, "{name}");
            prop_assert!(!name.starts_with('.'), "{name}");
        }
    }
}
