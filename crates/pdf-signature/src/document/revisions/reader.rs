//! Reads a file revision by revision.
//!
//! For each revision: what its tables list, the objects there, the objects in its object streams;
//! then, whether anything else stands in it.

use super::ambiguity::{Ambiguity, AmbiguityCause};
use super::cursor::Cursor;
use super::indirect_object::{IndirectObject, indirect_object, objects_in_stream};
use super::keywords::{KeywordPositions, check_keywords};
use super::references::check_references;
use super::revision::{ObjectsByNumber, Revision};
use super::trailer::check_trailer;
use super::xref::{XrefEntry, XrefTable, skip_comments};
use super::xref_chain::{by_revision, xref_chain};
use crate::document::limits::MAX_STREAM_BYTES;
use crate::document::objects::dictionary_of;
use lopdf::encryption::{EncryptionState, decrypt_object};
use lopdf::{Object, ObjectId, Stream};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

/// Length of the header, `%PDF-1.7`.
const HEADER_LENGTH: usize = 8;
/// A file that was added to is longer than its first revision by at least so many bytes.
const MIN_ADDED: i64 = 64;

/// What the tables of one revision list, by number.
type Listed = BTreeMap<u32, XrefEntry>;

/// Reads revisions one after the other.
pub(crate) struct RevisionReader<'a> {
    file: &'a [u8],
    encryption: Option<&'a EncryptionState>,
    /// Where each object is, as far as was read.
    known: BTreeMap<u32, XrefEntry>,
    /// Numbers of tables that are streams and do not list themselves.
    unlisted: BTreeSet<u32>,
    /// Objects that hold the length of a stream: they stand in its revision and never change.
    lengths: RefCell<BTreeSet<u32>>,
    keywords: KeywordPositions,
    /// The revisions of the file, oldest first.
    pub revisions: Vec<Revision>,
    /// See [`super::history::Revisions`].
    pub unseparated: bool,
    /// See [`super::history::Revisions`].
    pub moved_into_stream: bool,
}

impl<'a> RevisionReader<'a> {
    /// Reads a whole file, without the text behind its end.
    pub(crate) fn read(
        file: &'a [u8],
        encryption: Option<&'a EncryptionState>,
    ) -> Result<Self, Ambiguity> {
        let mut reader = Self {
            file,
            encryption,
            known: BTreeMap::new(),
            unlisted: BTreeSet::new(),
            lengths: RefCell::default(),
            keywords: KeywordPositions::default(),
            revisions: Vec::new(),
            unseparated: false,
            moved_into_stream: false,
        };
        let mut start = 0;
        for tables in by_revision(xref_chain(file)?)? {
            start = reader.read_revision(&tables, start)?;
        }
        let rest = file.get(start..).unwrap_or_default();
        if !rest.iter().all(|byte| *byte == 0) {
            let cause = AmbiguityCause::Unclaimed(rest.len());
            return Err(Ambiguity { offset: start, cause });
        }
        check_references(&reader.revisions, &reader.known, &reader.unlisted)?;
        check_keywords(file, &reader.keywords)?;
        reader.check_linearized()?;
        Ok(reader)
    }

    /// Reads the revision that begins at `start`; gives where the next one begins.
    fn read_revision(&mut self, tables: &[XrefTable], start: usize) -> Result<usize, Ambiguity> {
        let (Some(main), Some(last)) = (tables.first(), tables.last()) else { return Ok(start) };
        let listed = self.listed(tables, start)?;
        let mut spans: BTreeMap<usize, usize> =
            tables.iter().map(|table| (table.start, table.end)).collect();
        let mut objects = BTreeMap::new();
        let mut streams = BTreeSet::new();
        for (number, entry) in &listed {
            let XrefEntry::InFile { offset, generation } = *entry else { continue };
            let read = self.object_at(offset, (*number, generation), &listed)?;
            let is_table = tables.iter().any(|table| table.start == offset);
            if !is_table && spans.insert(offset, read.end).is_some() {
                return Err(Ambiguity { offset, cause: AmbiguityCause::Misplaced(*number) });
            }
            if matches!(read.object, Object::Stream(_)) {
                streams.insert(offset);
            }
            objects.insert(*number, (generation, read.object));
        }
        objects.extend(unpack_object_streams(&listed, &objects)?);
        check_gaps(self.file, &spans, start, last.end)?;
        let highest = main.entries.keys().chain(self.known.keys()).max().copied().unwrap_or(0);
        let before = self.revisions.last().map(|revision| &revision.trailer);
        check_trailer(main, before, highest, last.end)?;
        for table in tables {
            self.check_table_number(table)?;
        }
        for (start, end) in &spans {
            match tables.iter().find(|table| table.start == *start) {
                Some(table) => {
                    self.keywords.add_table(self.file, *start, *end, table.stream.is_some());
                }
                None => self.keywords.add_object(self.file, *start, *end, streams.contains(start)),
            }
        }
        self.moved_into_stream |= listed.iter().any(|(number, entry)| {
            let before = self.known.get(number);
            matches!((before, entry), (Some(XrefEntry::InFile { .. }), XrefEntry::InStream { .. }))
        });
        self.known.extend(listed);
        let next = self.end_of_revision(last.end)?;
        let trailer = main.trailer.clone();
        self.revisions.push(Revision { end: last.end, next, objects, trailer });
        Ok(next)
    }

    /// Where the next revision begins, behind the white space after a revision that ends at `end`.
    fn end_of_revision(&mut self, end: usize) -> Result<usize, Ambiguity> {
        let unseparated = self.file.get(end).is_some_and(u8::is_ascii_digit);
        // A program may write right behind a file that ends without a line end; none does so behind
        // its own revision.
        if unseparated && !self.revisions.is_empty() {
            return Err(Ambiguity { offset: end, cause: AmbiguityCause::XrefTable });
        }
        self.unseparated |= unseparated;
        Ok(end + Cursor::new(self.file, end).skip_space())
    }

    /// What the tables of the revision that begins at `start` list and that was not listed before.
    fn listed(&self, tables: &[XrefTable], start: usize) -> Result<Listed, Ambiguity> {
        let mut found = BTreeMap::new();
        for table in tables {
            for (number, entry) in &table.entries {
                let wrong = |cause| Ambiguity { offset: table.start, cause };
                if !self.is_news(*number, *entry, start).map_err(wrong)? {
                    continue;
                }
                if found.insert(*number, *entry).is_some() {
                    return Err(wrong(AmbiguityCause::ListedTwice(*number)));
                }
            }
        }
        Ok(found)
    }

    /// Whether an entry says something that the tables before did not say.
    fn is_news(&self, number: u32, entry: XrefEntry, start: usize) -> Result<bool, AmbiguityCause> {
        let before = self.known.get(&number).filter(|known| **known != XrefEntry::Free);
        // Number 0 heads the list of free ones (7.5.4).
        if number == 0 && entry != XrefEntry::Free {
            return Err(AmbiguityCause::Misplaced(0));
        }
        match (before, entry) {
            (Some(_), XrefEntry::Free) => Err(AmbiguityCause::Freed(number)),
            (None, XrefEntry::Free) => Ok(false),
            // A table that is written whole repeats what stands earlier.
            (Some(before), entry) if *before == entry => Ok(false),
            (Some(_), _) if self.lengths.borrow().contains(&number) => {
                Err(AmbiguityCause::StreamLength(number))
            }
            (_, XrefEntry::InFile { offset, .. }) if offset < start => {
                Err(AmbiguityCause::Misplaced(number))
            }
            (Some(before), XrefEntry::InFile { generation, .. }) => {
                let former = match before {
                    XrefEntry::InFile { generation, .. } => *generation,
                    _ => 0,
                };
                // Some programs give the number of an object that nothing uses any more to another
                // one, of the next generation (7.5.4).
                match generation == former || generation == former.saturating_add(1) {
                    true => Ok(true),
                    false => Err(AmbiguityCause::Generation(number)),
                }
            }
            _ => Ok(true),
        }
    }

    /// The object at an offset, decrypted; it must be the one that its table says.
    fn object_at(
        &self,
        offset: usize,
        id: ObjectId,
        listed: &Listed,
    ) -> Result<IndirectObject, Ambiguity> {
        let misplaced = Ambiguity { offset, cause: AmbiguityCause::Misplaced(id.0) };
        if !self.file.get(offset).is_some_and(u8::is_ascii_digit) {
            return Err(misplaced);
        }
        let cursor = Cursor::new(self.file, offset);
        let mut found = indirect_object(cursor, &|of| self.stream_length(of, listed))?;
        if found.id != id {
            return Err(misplaced);
        }
        if let Some(state) = self.encryption {
            let is_table = found.object.type_name().is_ok_and(|name| name == b"XRef");
            if !is_table && state.encrypt_object_id() != Some(id) {
                decrypt_object(state, id, &mut found.object).map_err(|_| misplaced)?;
            }
        }
        Ok(found)
    }

    /// The length of a stream that another object of the same revision holds.
    fn stream_length(&self, id: ObjectId, listed: &Listed) -> Option<usize> {
        let XrefEntry::InFile { offset, generation } = *listed.get(&id.0)? else { return None };
        self.lengths.borrow_mut().insert(id.0);
        let found = indirect_object(Cursor::new(self.file, offset), &|_| None).ok()?;
        (generation == id.1 && found.id == id).then_some(())?;
        usize::try_from(found.object.as_i64().ok()?).ok()
    }

    /// A table that is a stream is an object too. It lists itself, or has a number that is used for
    /// nothing else; then nothing may refer to it either.
    fn check_table_number(&mut self, table: &XrefTable) -> Result<(), Ambiguity> {
        let Some(number) = table.stream else { return Ok(()) };
        let listed = match table.entries.get(&number) {
            Some(XrefEntry::InFile { offset, .. }) => *offset == table.start,
            Some(_) => false,
            None => !self.known.contains_key(&number) && self.unlisted.insert(number),
        };
        match listed {
            true => Ok(()),
            false => {
                let cause = AmbiguityCause::Unlisted(number);
                Err(Ambiguity { offset: table.start, cause })
            }
        }
    }

    /// A linearized file that was added to: readers that find the length that it says begin with its
    /// first table and never see what was added (annex F).
    fn check_linearized(&self) -> Result<(), Ambiguity> {
        let first = self.revisions.first().into_iter().flat_map(|first| first.objects.values());
        let lengths = first.filter_map(|(_, object)| {
            let parameters = dictionary_of(object).filter(|found| found.has(b"Linearized"))?;
            Some(match parameters.get(b"L") {
                Ok(Object::Integer(length)) => *length,
                _ => i64::MAX,
            })
        });
        let whole = i64::try_from(self.file.len()).unwrap_or(i64::MAX);
        let believable = |length: i64| length > whole.saturating_sub(MIN_ADDED);
        match self.revisions.len() > 1 && lengths.into_iter().any(believable) {
            true => Err(Ambiguity { offset: 0, cause: AmbiguityCause::HybridXref }),
            false => Ok(()),
        }
    }
}

/// The objects of the object streams among `objects`. The streams must hold all objects that the
/// tables say, and no others.
fn unpack_object_streams(
    listed: &Listed,
    objects: &ObjectsByNumber,
) -> Result<ObjectsByNumber, Ambiguity> {
    let mut wanted: BTreeSet<(u32, usize, u32)> = listed
        .iter()
        .filter_map(|(number, entry)| match entry {
            XrefEntry::InStream { stream, index } => Some((*stream, *index, *number)),
            _ => None,
        })
        .collect();
    let mut bytes: usize = 0;
    let mut unpacked = BTreeMap::new();
    for (stream_number, (_, object)) in objects {
        let Some(stream) = object_stream(object) else { continue };
        let offset = match listed.get(stream_number) {
            Some(XrefEntry::InFile { offset, .. }) => *offset,
            _ => 0,
        };
        bytes = bytes.saturating_add(stream.content.len());
        if bytes > MAX_STREAM_BYTES {
            return Err(Ambiguity { offset, cause: AmbiguityCause::TooMany });
        }
        for (index, (number, object)) in objects_in_stream(stream, offset)?.into_iter().enumerate()
        {
            if !wanted.remove(&(*stream_number, index, number)) {
                return Err(Ambiguity { offset, cause: AmbiguityCause::Unlisted(number) });
            }
            unpacked.insert(number, (0, object));
        }
    }
    match wanted.first() {
        None => Ok(unpacked),
        Some((_, _, number)) => {
            Err(Ambiguity { offset: 0, cause: AmbiguityCause::Misplaced(*number) })
        }
    }
}

/// The object stream that an object is (7.5.7).
fn object_stream(object: &Object) -> Option<&Stream> {
    let Object::Stream(stream) = object else { return None };
    let stream_type = stream.dict.get(b"Type").and_then(Object::as_name).ok();
    (stream_type == Some(b"ObjStm")).then_some(stream)
}

/// Whether in `start..end` nothing stands but the spans, given by start and end, and what may lie
/// between them.
fn check_gaps(
    file: &[u8],
    spans: &BTreeMap<usize, usize>,
    start: usize,
    end: usize,
) -> Result<(), Ambiguity> {
    let mut at = start;
    for (span_start, span_end) in spans {
        let between = file
            .get(at..*span_start)
            .ok_or(Ambiguity { offset: *span_start, cause: AmbiguityCause::XrefTable })?;
        // The header is not a comment like others.
        let mut cursor = Cursor::new(between, if at == 0 { HEADER_LENGTH } else { 0 });
        skip_comments(&mut cursor)?;
        if !cursor.rest().is_empty() {
            let cause = AmbiguityCause::Unclaimed(span_start.saturating_sub(at));
            return Err(Ambiguity { offset: at, cause });
        }
        at = *span_end;
    }
    match at == end {
        true => Ok(()),
        false => {
            let cause = AmbiguityCause::Unclaimed(end.saturating_sub(at));
            Err(Ambiguity { offset: at, cause })
        }
    }
}
