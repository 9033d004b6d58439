//! Whether references lead to objects of the generation that they name.

use super::ambiguity::{Ambiguity, AmbiguityCause};
use super::revision::Revision;
use super::xref::XrefEntry;
use crate::document::limits::MAX_DEPTH;
use lopdf::Object;
use std::collections::{BTreeMap, BTreeSet};

/// Deepest nesting of values that is followed.
const MAX_NESTING: usize = 4 * MAX_DEPTH;

/// Checks every reference of all objects and trailers. `known`: where each object is at last;
/// `unlisted`: numbers that nothing may refer to.
pub(crate) fn check_references(
    revisions: &[Revision],
    known: &BTreeMap<u32, XrefEntry>,
    unlisted: &BTreeSet<u32>,
) -> Result<(), Ambiguity> {
    let offset = revisions.last().map_or(0, |revision| revision.end);
    let mut objects = BTreeMap::new();
    for revision in revisions {
        objects.extend(&revision.objects);
    }
    // Readers that find one of these missing take the file for damaged.
    for revision in revisions {
        for key in [&b"Root"[..], b"Info"] {
            let Ok(value) = revision.trailer.get(key) else { continue };
            let found = value.as_reference().ok().and_then(|(number, _)| objects.get(&number));
            if found.is_none_or(|(_, object)| object.as_dict().is_err()) {
                let key = String::from_utf8_lossy(key).into_owned();
                return Err(Ambiguity { offset, cause: AmbiguityCause::TrailerEntry(key) });
            }
        }
    }
    let trailers = revisions.iter().flat_map(|revision| revision.trailer.iter());
    let values = objects.values().map(|(_, object)| object).chain(trailers.map(|(_, value)| value));
    let mut stack: Vec<(&Object, usize)> = values.map(|value| (value, 0)).collect();
    while let Some((value, depth)) = stack.pop() {
        if depth > MAX_NESTING {
            return Err(Ambiguity { offset, cause: AmbiguityCause::TooMany });
        }
        let dictionary = match value {
            Object::Reference((number, generation)) => {
                let wanted = match known.get(number) {
                    Some(XrefEntry::InFile { generation, .. }) => *generation,
                    _ => 0,
                };
                if *generation != wanted || unlisted.contains(number) {
                    let cause = AmbiguityCause::Generation(*number);
                    return Err(Ambiguity { offset, cause });
                }
                continue;
            }
            Object::Array(values) => {
                stack.extend(values.iter().map(|value| (value, depth + 1)));
                continue;
            }
            Object::Dictionary(dictionary) => dictionary,
            Object::Stream(stream) => &stream.dict,
            _ => continue,
        };
        stack.extend(dictionary.iter().map(|(_, value)| (value, depth + 1)));
    }
    Ok(())
}
