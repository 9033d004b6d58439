//! The characters that strings in a font are (ISO 32000-1, 9.6.6 and 9.10).

use super::glyph_names::character_of_glyph;
use super::to_unicode::ToUnicode;
use crate::pdf::objects::{array_entry, dictionary_of, entry, integer_entry, name_entry, resolve};
use crate::pdf::win_ansi;
use encoding_rs::GBK;
use lopdf::{Dictionary, Document, Object, dictionary};
use std::collections::BTreeMap;

/// Reads the strings of one font.
#[derive(Debug)]
pub(crate) struct FontDecoder {
    /// Whether codes are of two bytes, as in composite fonts.
    two_bytes: bool,
    /// Whether strings are in the encoding of Chinese that PDFium takes for curly quotes.
    is_gbk: bool,
    to_unicode: Option<ToUnicode>,
    /// Characters by code, in a font of one byte.
    encoding: BTreeMap<u8, char>,
    /// First code with a width, and the widths from there on, in thousandths of the size.
    widths: Option<(u8, Vec<f64>)>,
}

/// How wide a string is, in sizes of the font.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum StringWidth {
    /// As the font says.
    Known(f64),
    /// By the number of its characters.
    Guessed(f64),
}

/// Width of a character of a font that does not say it, in sizes of the font.
const USUAL_WIDTH: f64 = 0.5;

/// A string that was read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct DecodedString {
    /// Its characters; the replacement character for one that is not known.
    pub text: String,
    /// Whether all are known, and the font does not contradict itself.
    pub certain: bool,
}

impl FontDecoder {
    /// The decoder of a font.
    pub(crate) fn of(document: &Document, font: &Dictionary) -> Self {
        let to_unicode = ToUnicode::of(document, font);
        if name_entry(document, font, b"Subtype") == Some(b"Type0") {
            let is_gbk = name_entry(document, font, b"Encoding") == Some(b"GBK-EUC-H");
            let encoding = BTreeMap::new();
            return Self { two_bytes: true, is_gbk, to_unicode, encoding, widths: None };
        }
        Self {
            two_bytes: false,
            is_gbk: false,
            to_unicode,
            encoding: encoding(document, font),
            widths: widths(document, font),
        }
    }

    /// How wide a string is.
    pub(crate) fn width(&self, bytes: &[u8]) -> StringWidth {
        let of_byte = |byte: &u8| {
            let (first, widths) = self.widths.as_ref()?;
            widths.get(usize::from(byte.checked_sub(*first)?)).copied()
        };
        let known: Option<f64> = bytes.iter().map(of_byte).sum();
        let count = bytes.len() / if self.two_bytes { 2 } else { 1 };
        match known {
            Some(width) => StringWidth::Known(width / 1000.0),
            None => {
                let count = u32::try_from(count).unwrap_or(u32::MAX);
                StringWidth::Guessed(f64::from(count) * USUAL_WIDTH)
            }
        }
    }

    /// Reads a string.
    pub(crate) fn decode(&self, bytes: &[u8]) -> DecodedString {
        if self.is_gbk && self.to_unicode.is_none() {
            let (text, has_errors) = GBK.decode_without_bom_handling(bytes);
            return DecodedString { text: text.into_owned(), certain: !has_errors };
        }
        let mut found = DecodedString { text: String::new(), certain: true };
        let length = if self.two_bytes { 2 } else { 1 };
        for code in bytes.chunks(length) {
            let mapped = self.to_unicode.as_ref().and_then(|map| map.characters(code));
            let drawn = match code {
                [byte] if !self.two_bytes => self.encoding.get(byte).copied(),
                _ => None,
            };
            match (drawn, mapped) {
                // The encoding chooses what is drawn, the map what is copied.
                (Some(drawn), Some(mapped)) => {
                    found.certain &= is_alike(drawn, &mapped);
                    found.text.push(drawn);
                }
                (Some(drawn), None) => found.text.push(drawn),
                (None, Some(mapped)) => found.text.push_str(&mapped),
                (None, None) => {
                    found.certain = false;
                    found.text.push(char::REPLACEMENT_CHARACTER);
                }
            }
        }
        found
    }
}

fn is_alike(drawn: char, mapped: &str) -> bool {
    let is_space = |character: char| character.is_whitespace();
    let is_hyphen = |character: char| matches!(character, '-' | '\u{ad}' | '\u{2010}');
    mapped.chars().all(|mapped| {
        mapped == drawn
            || (is_space(mapped) && is_space(drawn))
            || (is_hyphen(mapped) && is_hyphen(drawn))
    })
}

/// The widths of a simple font, if it lists them.
fn widths(document: &Document, font: &Dictionary) -> Option<(u8, Vec<f64>)> {
    let first = u8::try_from(integer_entry(document, font, b"FirstChar")?).ok()?;
    let widths = array_entry(document, font, b"Widths").iter().take(256);
    let width = |object: &Object| resolve(document, object).as_float().ok().map(f64::from);
    let widths: Option<Vec<f64>> = widths.map(width).collect();
    Some((first, widths.filter(|widths| !widths.is_empty())?))
}

/// The characters of the codes of a simple font. Empty for one whose pictures are no letters.
fn encoding(document: &Document, font: &Dictionary) -> BTreeMap<u8, char> {
    let name = name_entry(document, font, b"BaseFont").unwrap_or_default();
    let is_pictures = |known: &[u8]| name.windows(known.len()).any(|part| part == known);
    let font_type = name_entry(document, font, b"Subtype").unwrap_or_default();
    let written = entry(document, font, b"Encoding");
    if is_pictures(b"Symbol") || is_pictures(b"Dingbats") || font_type == b"Type3" {
        return BTreeMap::new();
    }
    match written {
        Some(Object::Name(name)) => base_encoding(name),
        Some(other) => match dictionary_of(other) {
            Some(differences) => with_differences(document, differences, font_type),
            None => BTreeMap::new(),
        },
        None => default_encoding(font_type),
    }
}

/// The encoding of a font that does not say which (9.6.6.2 and 9.6.6.4).
fn default_encoding(font_type: &[u8]) -> BTreeMap<u8, char> {
    match font_type == b"TrueType" {
        true => base_encoding(b"WinAnsiEncoding"),
        false => base_encoding(b"StandardEncoding"),
    }
}

fn base_encoding(name: &[u8]) -> BTreeMap<u8, char> {
    if name == b"WinAnsiEncoding" {
        return (0..=u8::MAX).filter_map(|byte| Some((byte, win_ansi::character(byte)?))).collect();
    }
    if !matches!(name, b"StandardEncoding" | b"MacRomanEncoding" | b"PDFDocEncoding") {
        return BTreeMap::new();
    }
    let font = dictionary! { "Type" => "Font", "Encoding" => Object::Name(name.to_vec()) };
    let document = Document::new();
    let Ok(known) = font.get_font_encoding(&document) else { return BTreeMap::new() };
    let character = |byte: u8| known.bytes_to_string(&[byte]).ok()?.chars().next();
    (0..=u8::MAX).filter_map(|byte| Some((byte, character(byte)?))).collect()
}

/// An encoding with other characters at some codes (9.6.6.1); a glyph of an unknown name has none.
fn with_differences(
    document: &Document,
    dictionary: &Dictionary,
    font_type: &[u8],
) -> BTreeMap<u8, char> {
    let mut found = match name_entry(document, dictionary, b"BaseEncoding") {
        Some(name) => base_encoding(name),
        None => default_encoding(font_type),
    };
    let mut code: u8 = 0;
    for object in array_entry(document, dictionary, b"Differences").iter().take(1024) {
        match object {
            Object::Integer(first) => code = u8::try_from(*first).unwrap_or(0),
            Object::Name(glyph) => {
                found.remove(&code);
                if let Some(character) = character_of_glyph(glyph) {
                    found.insert(code, character);
                }
                code = code.wrapping_add(1);
            }
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use lopdf::Stream;

    fn read(font: &Dictionary, bytes: &[u8]) -> (String, bool) {
        let found = FontDecoder::of(&Document::new(), font).decode(bytes);
        (found.text, found.certain)
    }

    #[test]
    fn simple_fonts_are_read_by_their_encoding() {
        let windows = dictionary! { "Subtype" => "TrueType", "Encoding" => "WinAnsiEncoding" };
        assert_eq!(read(&windows, b"\x9cuvre"), ("œuvre".into(), true));
        let standard = dictionary! { "Subtype" => "Type1", "BaseFont" => "Helvetica" };
        assert_eq!(read(&standard, b"a\xea"), ("aŒ".into(), true));
        let differences = vec![0x80.into(), "eacute".into(), "uni0153".into(), "g17".into()];
        let differences = dictionary! { "Differences" => differences };
        let font = dictionary! { "Subtype" => "Type1", "Encoding" => differences };
        assert_eq!(read(&font, b"\x80\x81"), ("éœ".into(), true));
        assert_eq!(read(&font, b"\x82"), ("\u{fffd}".into(), false));
        let pictures = dictionary! { "Subtype" => "Type1", "BaseFont" => "ZapfDingbats" };
        assert!(!read(&pictures, b"4").1);
    }

    #[test]
    fn a_width_is_known_or_guessed() {
        let font = dictionary! { "FirstChar" => 65, "Widths" => vec![600.into(), 700.into()] };
        let decoder = FontDecoder::of(&Document::new(), &font);
        assert_eq!(decoder.width(b"AB"), StringWidth::Known(1.3));
        assert_eq!(decoder.width(b"AC"), StringWidth::Guessed(1.0));
    }

    #[test]
    fn a_map_that_contradicts_the_encoding_is_told() {
        let mut document = Document::new();
        let content = b"1 beginbfchar <41> <0042> endbfchar".to_vec();
        let map = document.add_object(Stream::new(dictionary! {}, content));
        let font = dictionary! {
            "Subtype" => "TrueType", "Encoding" => "WinAnsiEncoding", "ToUnicode" => map,
        };
        let found = FontDecoder::of(&document, &font).decode(b"A");
        assert_eq!(found, DecodedString { text: "A".to_owned(), certain: false });
    }

    #[test]
    fn composite_fonts_are_read_by_their_map_only() {
        let font = dictionary! { "Subtype" => "Type0", "Encoding" => "Identity-H" };
        assert!(!read(&font, b"\0A").1);
        let font = dictionary! { "Subtype" => "Type0", "ToUnicode" => "Identity-H" };
        assert_eq!(read(&font, b"\0A\x01\x53"), ("Aœ".into(), true));
        let font = dictionary! { "Subtype" => "Type0", "Encoding" => "GBK-EUC-H" };
        assert_eq!(read(&font, b"\xa1\xaf"), ("’".into(), true));
    }
}
