//! The font of the form (ISO 32000-1, 9.6.3): Arimo, as wide as Arial and Helvetica, so that a program
//! that takes one of these instead breaks lines alike. It is embedded whole, with every character of
//! WinAnsiEncoding, since nobody knows what will be typed. `font/README.md` says where it is from.

use super::update::Update;
use crate::pdf::win_ansi;
use lopdf::{Object, ObjectId, Stream, dictionary};
use std::sync::OnceLock;

/// Its name among the resources of the form.
pub(crate) const FONT_NAME: &str = "Arimo";
/// How text is set: the font, its size, black.
pub(crate) const DEFAULT_APPEARANCE: &str = "/Arimo 10 Tf 0 g";
/// Its size in points.
pub(crate) const FONT_SIZE: f64 = 10.0;
/// Its height above the line, for a size of 1.
pub(crate) const ASCENT: f64 = 0.905;
/// Its depth below the line, for a size of 1; negative.
pub(crate) const DESCENT: f64 = -0.212;

/// The font file.
const FONT_FILE: &[u8] = include_bytes!("../../font/form.ttf");
/// First and last byte that has a width.
const FIRST: u8 = 0x20;
const LAST: u8 = 0xff;
/// Flag of a font whose characters are all of the Latin alphabet (table 123).
const NONSYMBOLIC: i64 = 1 << 5;
/// Widths from [`FIRST`] to [`LAST`], in thousandths of the size; an unused byte is as wide as a bullet
/// (annex D).
#[rustfmt::skip]
const WIDTHS: [u16; 224] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278,
    556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
    1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,
    667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
    333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556,
    556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584, 350,
    556, 350, 222, 556, 333, 1000, 556, 556, 333, 1000, 667, 333, 1000, 350, 611, 350,
    350, 222, 222, 333, 333, 350, 556, 1000, 333, 1000, 500, 333, 944, 350, 500, 667,
    278, 333, 556, 556, 556, 556, 260, 556, 333, 737, 370, 556, 584, 333, 737, 552,
    400, 549, 333, 333, 333, 576, 537, 333, 333, 333, 365, 556, 834, 834, 834, 611,
    667, 667, 667, 667, 667, 667, 1000, 722, 667, 667, 667, 667, 278, 278, 278, 278,
    722, 722, 778, 778, 778, 778, 778, 584, 778, 722, 722, 722, 722, 667, 667, 611,
    556, 556, 556, 556, 556, 556, 889, 500, 556, 556, 556, 556, 278, 278, 278, 278,
    556, 556, 556, 556, 556, 556, 556, 549, 611, 556, 556, 556, 556, 500, 556, 500,
];

/// How wide a character is, in thousandths of the size.
pub(crate) fn width(byte: u8) -> u16 {
    byte.checked_sub(FIRST).and_then(|at| WIDTHS.get(usize::from(at))).copied().unwrap_or(0)
}

/// Adds the font, embedded whole.
pub(crate) fn add_font(update: &mut Update<'_>) -> ObjectId {
    let streams = font_streams();
    let file = update.add(streams.file.clone());
    let bounds: Vec<Object> = [-203, -223, 1000, 878].map(Object::from).to_vec();
    let descriptor = update.add(dictionary! {
        "Type" => "FontDescriptor",
        "FontName" => FONT_NAME,
        "Flags" => NONSYMBOLIC,
        "FontBBox" => bounds,
        "ItalicAngle" => 0,
        "Ascent" => 905,
        "Descent" => -212,
        "CapHeight" => 688,
        "StemV" => 80,
        "FontFile2" => file,
    });
    let to_unicode = update.add(streams.to_unicode.clone());
    let widths: Vec<Object> = WIDTHS.iter().map(|width| i64::from(*width).into()).collect();
    update.add(dictionary! {
        "Type" => "Font",
        "Subtype" => "TrueType",
        "BaseFont" => FONT_NAME,
        "FirstChar" => i64::from(FIRST),
        "LastChar" => i64::from(LAST),
        "Widths" => widths,
        "FontDescriptor" => descriptor,
        "Encoding" => "WinAnsiEncoding",
        "ToUnicode" => to_unicode,
    })
}

/// What a font refers to that takes time to compress.
struct FontStreams {
    file: Stream,
    to_unicode: Stream,
}

/// The streams of the font, compressed once.
fn font_streams() -> &'static FontStreams {
    static STREAMS: OnceLock<FontStreams> = OnceLock::new();
    STREAMS.get_or_init(|| {
        let length = i64::try_from(FONT_FILE.len()).unwrap_or(0);
        let file = Stream::new(dictionary! { "Length1" => length }, FONT_FILE.to_vec());
        let to_unicode = Stream::new(dictionary! {}, to_unicode().into_bytes());
        FontStreams { file: compressed(file), to_unicode: compressed(to_unicode) }
    })
}

/// A stream, compressed where that can be done.
fn compressed(plain: Stream) -> Stream {
    let mut smaller = plain.clone();
    match smaller.compress() {
        Ok(()) => smaller,
        Err(_) => plain,
    }
}

/// The characters of all bytes (9.10.3), a hundred a section at most.
fn to_unicode() -> String {
    let mut map = String::from(
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CIDSystemInfo\n\
         << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n/CMapName /Adobe-Identity-UCS def\n\
         /CMapType 2 def\n1 begincodespacerange\n<00> <FF>\nendcodespacerange\n",
    );
    let pairs: Vec<(u8, char)> =
        (FIRST..=LAST).filter_map(|byte| Some((byte, win_ansi::character(byte)?))).collect();
    for section in pairs.chunks(100) {
        map.push_str(&format!("{} beginbfchar\n", section.len()));
        for (byte, character) in section {
            map.push_str(&format!("<{byte:02X}> <{:04X}>\n", u32::from(*character)));
        }
        map.push_str("endbfchar\n");
    }
    map.push_str("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n");
    map
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_are_those_of_helvetica() {
        assert_eq!([b' ', b'A', b'i', 0xe9].map(width), [278, 667, 222, 556]);
        assert_eq!(width(b'\n'), 0);
    }
}
