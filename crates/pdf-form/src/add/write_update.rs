//! An incremental update as bytes: objects in the order of their numbers, then a cross-reference table
//! or stream, as the document ends with one or the other (ISO 32000-1, 7.5.4 to 7.5.8).

use super::add_error::AddError;
use super::update::Update;
use lopdf::xref::XrefType;
use lopdf::{Dictionary, Object, ObjectId, Stream, StringFormat, Writer, dictionary};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Bytes of a file identifier (14.4).
const IDENTIFIER_LENGTH: usize = 16;

/// The document, byte for byte, and the update behind it.
pub(crate) fn write_update(document: &[u8], update: Update<'_>) -> Result<Vec<u8>, AddError> {
    let mut file = document.to_vec();
    // A comment, and `%%EOF` is one, ends with its line.
    if !document.ends_with(b"\n") {
        file.push(b'\n');
    }
    let mut offsets = BTreeMap::new();
    for (id, object) in &update.objects {
        offsets.insert(*id, file.len());
        write_object(&mut file, *id, object)?;
    }
    let added = file.get(document.len()..).unwrap_or_default();
    let trailer = trailer(&update, added);
    let table = file.len();
    match update.document.reference_table.cross_reference_type {
        XrefType::CrossReferenceTable => write_table(&mut file, &offsets, trailer)?,
        XrefType::CrossReferenceStream => {
            let id = (update.size(), 0);
            offsets.insert(id, table);
            write_object(&mut file, id, &table_stream(&offsets, trailer).into())?;
        }
    }
    file.extend_from_slice(format!("startxref\n{table}\n%%EOF\n").as_bytes());
    Ok(file)
}

fn write_object(
    file: &mut Vec<u8>,
    (number, generation): ObjectId,
    object: &Object,
) -> Result<(), AddError> {
    file.extend_from_slice(format!("{number} {generation} obj\n").as_bytes());
    write_value(file, object)?;
    file.extend_from_slice(b"\nendobj\n");
    Ok(())
}

fn write_value(file: &mut Vec<u8>, object: &Object) -> Result<(), AddError> {
    Writer::write_object(file, object).map_err(|error| AddError::Unreadable(error.to_string()))
}

/// The trailer: what the one before says, and where that is. The second part of the identifier changes
/// with what is added (14.4).
fn trailer(update: &Update<'_>, added: &[u8]) -> Dictionary {
    let former = &update.document.trailer;
    let mut trailer = dictionary! { "Size" => i64::from(update.size()) };
    for key in ["Root", "Info"] {
        if let Ok(value) = former.get(key.as_bytes()) {
            trailer.set(key, value.clone());
        }
    }
    if let Ok([permanent, _]) = former.get(b"ID").and_then(Object::as_array).map(Vec::as_slice) {
        let digest = Sha256::digest(added);
        let changing = digest.get(..IDENTIFIER_LENGTH).unwrap_or_default().to_vec();
        let changing = Object::String(changing, StringFormat::Hexadecimal);
        trailer.set("ID", vec![permanent.clone(), changing]);
    }
    trailer.set("Prev", i64::try_from(update.document.xref_start).unwrap_or(0));
    trailer
}

/// Numbers that follow one another, with the first of each group.
fn groups(offsets: &BTreeMap<ObjectId, usize>) -> Vec<(u32, Vec<(u16, usize)>)> {
    let mut groups: Vec<(u32, Vec<(u16, usize)>)> = Vec::new();
    let mut expected = None;
    for ((number, generation), offset) in offsets {
        match groups.last_mut() {
            Some((_, group)) if expected == Some(*number) => group.push((*generation, *offset)),
            _ => groups.push((*number, vec![(*generation, *offset)])),
        }
        expected = number.checked_add(1);
    }
    groups
}

fn write_table(
    file: &mut Vec<u8>,
    offsets: &BTreeMap<ObjectId, usize>,
    trailer: Dictionary,
) -> Result<(), AddError> {
    file.extend_from_slice(b"xref\n");
    for (first, group) in groups(offsets) {
        file.extend_from_slice(format!("{first} {}\n", group.len()).as_bytes());
        for (generation, offset) in group {
            file.extend_from_slice(format!("{offset:010} {generation:05} n \n").as_bytes());
        }
    }
    file.extend_from_slice(b"trailer\n");
    write_value(file, &trailer.into())?;
    file.push(b'\n');
    Ok(())
}

/// Entries of a kind, an offset in four bytes and a generation in two.
fn table_stream(offsets: &BTreeMap<ObjectId, usize>, mut trailer: Dictionary) -> Stream {
    let mut index: Vec<Object> = Vec::new();
    let mut entries = Vec::new();
    for (first, group) in groups(offsets) {
        index.push(i64::from(first).into());
        index.push(i64::try_from(group.len()).unwrap_or(0).into());
        for (generation, offset) in group {
            entries.push(1);
            entries.extend_from_slice(&u32::try_from(offset).unwrap_or(0).to_be_bytes());
            entries.extend_from_slice(&generation.to_be_bytes());
        }
    }
    let highest = offsets.keys().last().map_or(0, |(number, _)| i64::from(*number));
    trailer.set("Type", "XRef");
    trailer.set("Size", highest + 1);
    trailer.set("W", vec![1.into(), 4.into(), 2.into()]);
    trailer.set("Index", index);
    Stream::new(trailer, entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_follow_one_another_are_one_group() {
        let offsets = [((3, 0), 10), ((4, 0), 20), ((9, 1), 30)].into();
        assert_eq!(groups(&offsets), [(3, vec![(0, 10), (0, 20)]), (9, vec![(1, 30)])]);
    }
}
