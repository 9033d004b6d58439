//! Which characters the codes of a font are (ISO 32000-1, 9.10.3), as its `ToUnicode` map says.

use crate::pdf::objects::{entry, resolve};
use lopdf::Dictionary;
use lopdf::content::Content;
use lopdf::{Document, Object};
use std::collections::BTreeMap;

/// Largest map that is read, in bytes.
const MAX_MAP_BYTES: usize = 512 * 1024;
/// Most entries that are kept.
const MAX_ENTRIES: usize = 70_000;

/// The characters of codes.
#[derive(Debug, Default)]
pub(crate) struct ToUnicode {
    /// Codes are UTF-16 themselves.
    identity: bool,
    /// First code of a range with its length in bytes, last code, characters of the first one; of the
    /// others, the last unit is counted up.
    ranges: BTreeMap<(usize, u32), (u32, Vec<u16>)>,
}

impl ToUnicode {
    /// The map of a font, if it has one that can be read.
    pub(crate) fn of(document: &Document, font: &Dictionary) -> Option<Self> {
        let map = match entry(document, font, b"ToUnicode")? {
            Object::Name(name) if name.starts_with(b"Identity") => {
                return Some(Self { identity: true, ..Self::default() });
            }
            Object::Stream(map) => map,
            _ => return None,
        };
        let content = map.get_plain_content_with_limit(MAX_MAP_BYTES).ok()?;
        let mut read = Self::default();
        for operation in Content::decode(&content).ok()?.operations {
            match operation.operator.as_str() {
                "endbfchar" => read.add_characters(document, &operation.operands),
                "endbfrange" => read.add_ranges(document, &operation.operands),
                _ => {}
            }
        }
        (!read.ranges.is_empty()).then_some(read)
    }

    /// The characters of a code.
    pub(crate) fn characters(&self, code: &[u8]) -> Option<String> {
        let number = code.iter().fold(0, |number: u32, byte| (number << 8) | u32::from(*byte));
        if self.identity {
            return String::from_utf16(&[u16::try_from(number).ok()?]).ok();
        }
        let (first, (last, units)) = self.ranges.range(..=(code.len(), number)).next_back()?;
        let within = number.checked_sub(first.1).filter(|_| first.0 == code.len())?;
        if number > *last {
            return None;
        }
        let mut units = units.clone();
        let unit = units.last_mut()?;
        *unit = unit.checked_add(u16::try_from(within).ok()?)?;
        String::from_utf16(&units).ok()
    }

    fn add_characters(&mut self, document: &Document, operands: &[Object]) {
        for pair in operands.chunks_exact(2) {
            if let [code, characters] = pair
                && let (Some(code), Some(units)) = (code_of(code), units_of(document, characters))
            {
                self.add(code, code.1, units);
            }
        }
    }

    fn add_ranges(&mut self, document: &Document, operands: &[Object]) {
        for range in operands.chunks_exact(3) {
            let [first, last, characters] = range else { continue };
            let (Some(first), Some(last)) = (code_of(first), code_of(last)) else { continue };
            match characters {
                Object::Array(each) => {
                    for (code, characters) in (first.1..=last.1).zip(each) {
                        if let Some(units) = units_of(document, characters) {
                            self.add((first.0, code), code, units);
                        }
                    }
                }
                characters => {
                    if let Some(units) = units_of(document, characters) {
                        self.add(first, last.1, units);
                    }
                }
            }
        }
    }

    fn add(&mut self, first: (usize, u32), last: u32, units: Vec<u16>) {
        if self.ranges.len() < MAX_ENTRIES {
            self.ranges.insert(first, (last, units));
        }
    }
}

/// A code with its length in bytes.
fn code_of(object: &Object) -> Option<(usize, u32)> {
    let bytes = object.as_str().ok().filter(|bytes| (1..=4).contains(&bytes.len()))?;
    Some((bytes.len(), bytes.iter().fold(0, |code, byte| (code << 8) | u32::from(*byte))))
}

/// Characters in UTF-16, a few of them.
fn units_of(document: &Document, object: &Object) -> Option<Vec<u16>> {
    let bytes = resolve(document, object).as_str().ok().filter(|bytes| bytes.len() <= 32)?;
    let (pairs, _) = bytes.as_chunks::<2>();
    (!pairs.is_empty()).then(|| pairs.iter().map(|pair| u16::from_be_bytes(*pair)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use lopdf::{Stream, dictionary};

    fn map(content: &str) -> Option<ToUnicode> {
        let mut document = Document::new();
        let map = document.add_object(Stream::new(dictionary! {}, content.as_bytes().to_vec()));
        ToUnicode::of(&document, &dictionary! { "ToUnicode" => map })
    }

    #[test]
    fn codes_are_looked_up_by_length_and_range() {
        let map = map("1 begincodespacerange <00> <ff> endcodespacerange\n2 beginbfchar\n<01> <0041>\n\
            <02> <00660069>\nendbfchar\n2 beginbfrange <10> <12> <0061> <0020> <0021> [<0031> <0032>]\n\
            endbfrange 1 beginbfrange <0030> <ffff> <0030> endbfrange").unwrap();
        let read = |code: &[u8]| map.characters(code).unwrap_or_default();
        assert_eq!([read(&[1]), read(&[2]), read(&[0x12])], ["A", "fi", "c"]);
        assert_eq!([read(&[0, 0x21]), read(&[0x13])], ["2", ""]);
        assert_eq!(read(&[0x20, 0xac]), "€");
    }

    #[test]
    fn a_map_that_says_nothing_is_no_map() {
        assert!(map("").is_none() && map("endbfchar <").is_none());
        let font = dictionary! { "ToUnicode" => "Identity-H" };
        let identity = ToUnicode::of(&Document::new(), &font).unwrap();
        assert_eq!(identity.characters(&[1, 0x53]).unwrap(), "œ");
    }
}
