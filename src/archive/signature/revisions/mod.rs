//! A PDF read as the revisions it was written in (ISO 32000-2, 7.5.6), strictly: every octet
//! belongs to an object that the table of its revision lists once, under its own number, and every
//! entry of a table leads to its object.
//!
//! Readers of PDF repair what is wrong, each in its own way; a file in which they could see
//! different objects under one number proves nothing to a person who looks at it with one of them.
//! So such a file is told apart here, and never called signed. Pure; knows nothing of signatures.
//!
//! | file | idea |
//! |---|---|
//! | `fault` | what is wrong, and where |
//! | `syntax` | direct objects |
//! | `item` | indirect objects, streams, object streams |
//! | `table` | cross-reference tables and streams |
//! | `echo` | words of syntax where none should be |

mod echo;
mod fault;
mod item;
mod syntax;
mod table;
#[cfg(test)]
mod tests;

pub(super) use fault::{Fault, What};

use super::document::{DEEPEST, LARGEST_STREAM, dictionary_of};
use item::{Item, compressed, item};
use lopdf::encryption::{EncryptionState, decrypt_object};
use lopdf::{Dictionary, Document, Object, ObjectId};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use syntax::Cursor;
use table::{Entry, Table, closing, gap, table};

/// Most tables that a file may have.
const MOST_TABLES: usize = 100;
/// Highest number of objects: readers leave out those beyond limits of their own, from some four
/// million on.
const HIGHEST: i64 = 1_000_000;
/// Most octets behind the end of a file: readers look for the end in the last 1024.
const MOST_BEHIND: usize = 900;
/// Most octets of text that a gateway may add there, of which no reader makes anything.
const MOST_STRAY: usize = 256;
/// Entries that the trailer of a later revision may have (ISO 32000-2, tables 15 and 17), and the
/// checksum that LibreOffice writes.
const TRAILER: [&[u8]; 12] = [
    b"Size",
    b"Root",
    b"Info",
    b"ID",
    b"Prev",
    b"Encrypt",
    b"DocChecksum",
    b"Type",
    b"W",
    b"Index",
    b"Filter",
    b"DecodeParms",
];

/// A revision: what was written in one go.
#[derive(Debug)]
pub(super) struct Revision {
    /// Past its `%%EOF`.
    pub end: usize,
    /// Past the white space behind that.
    pub next: usize,
    /// The objects that it defines, by number.
    pub objects: BTreeMap<u32, (u16, Object)>,
    trailer: Dictionary,
}

/// All revisions, oldest first.
#[derive(Debug)]
pub(super) struct Revisions {
    list: Vec<Revision>,
    /// Octets of text behind the last one, such as a mail gateway adds.
    pub stray: usize,
    /// Whether the second revision begins right behind the `%%EOF` of the first, in what some readers
    /// take for a comment.
    pub glued: bool,
    /// Whether an object that stood in the file was replaced by one in an object stream: readers that
    /// repair files find the former one.
    pub repacked: bool,
}

impl Revisions {
    /// Reads a file; `encryption` where its objects are encrypted.
    pub(super) fn read(file: &[u8], encryption: Option<&EncryptionState>) -> Result<Self, Fault> {
        header(file)?;
        let whole = file;
        let file = without_stray(file)?;
        let mut reader = Reader {
            file,
            encryption,
            known: BTreeMap::new(),
            unlisted: BTreeSet::new(),
            lengths: RefCell::default(),
            repacked: false,
            glued: false,
            places: echo::Places::default(),
            revisions: Vec::new(),
        };
        let mut start = 0;
        for tables in grouped(tables(file)?)? {
            start = reader.revision(&tables, start)?;
        }
        let rest = file.get(start..).unwrap_or_default();
        if !rest.iter().all(|own| *own == 0) {
            return Err(Fault { at: start, what: What::Free(rest.len()) });
        }
        reader.references()?;
        echo::none(file, &reader.places)?;
        reader.linearized()?;
        let (repacked, glued) = (reader.repacked, reader.glued);
        Ok(Self { list: reader.revisions, stray: whole.len() - file.len(), repacked, glued })
    }

    /// How many revisions there are.
    pub(super) fn len(&self) -> usize {
        self.list.len()
    }

    /// Which revision, from 1, is the last one of those that end within some first octets of the
    /// file; `None` when these octets end in the middle of one.
    pub(super) fn ending_at(&self, end: usize) -> Option<usize> {
        self.list.iter().position(|own| (own.end..=own.next).contains(&end)).map(|at| at + 1)
    }

    /// The document as it stood after so many revisions.
    pub(super) fn document(&self, count: usize) -> Document {
        let mut document = Document::with_version("1.7");
        let mut objects = BTreeMap::new();
        for revision in self.list.iter().take(count) {
            objects.extend(&revision.objects);
            document.trailer.clone_from(&revision.trailer);
        }
        document.max_id = objects.keys().last().map_or(0, |number| **number);
        document.objects = objects
            .into_iter()
            .map(|(number, (generation, object))| ((*number, *generation), object.clone()))
            .collect();
        document
    }
}

fn header(file: &[u8]) -> Result<(), Fault> {
    let fault = Fault { at: 0, what: What::Header };
    match file {
        [b'%', b'P', b'D', b'F', b'-', major, b'.', minor, end, ..]
            if major.is_ascii_digit() && minor.is_ascii_digit() && syntax::is_space(*end) =>
        {
            Ok(())
        }
        _ => Err(fault),
    }
}

/// A file without the text that stands behind its end, as long as no reader could take it for part
/// of the document.
fn without_stray(file: &[u8]) -> Result<&[u8], Fault> {
    let word = b"%%EOF";
    let near = file.len().saturating_sub(MOST_BEHIND + word.len());
    let tail = file.get(near..).unwrap_or_default();
    let fault = |count| Fault { at: near, what: What::Free(count) };
    let last = tail.windows(word.len()).rposition(|own| own == word).ok_or(fault(tail.len()))?;
    let end = near + last + word.len();
    let behind = file.get(end..).unwrap_or_default();
    let text = behind.trim_ascii();
    if behind.iter().all(|own| syntax::is_space(*own) || *own == 0) {
        return Ok(file);
    }
    let mut cursor = Cursor::new(behind, 0);
    let harmless = text.len() <= MOST_STRAY
        && cursor.space() > 0
        && text
            .iter()
            .all(|own| own.is_ascii_graphic() || own.is_ascii_whitespace() || *own >= 0x80)
        && !table::speaks_syntax(text);
    match harmless {
        true => Ok(file.get(..end + cursor.at).unwrap_or_default()),
        false => Err(Fault { at: end, what: What::Free(text.len()) }),
    }
}

/// All tables of a file, newest first, each leading to the one before.
fn tables(file: &[u8]) -> Result<Vec<Table>, Fault> {
    let blank = |own: &&u8| syntax::is_space(**own) || **own == 0;
    let trimmed = file.len() - file.iter().rev().take_while(blank).count();
    let near = trimmed.saturating_sub(64);
    let tail = file.get(near..trimmed).unwrap_or_default();
    let word = b"startxref";
    let last = tail.windows(word.len()).rposition(|own| own == word);
    let at = last.ok_or(Fault { at: near, what: What::Table })? + near;
    let (first, end) = closing(&mut Cursor::new(file, at))?;
    if end != trimmed {
        return Err(Fault { at: end, what: What::Free(trimmed - end) });
    }
    let mut found = Vec::new();
    let mut next = Some(first);
    while let Some(start) = next {
        let own = table(file, start)?;
        next = own.previous()?;
        found.push(own);
        if found.len() > MOST_TABLES {
            return Err(Fault { at: start, what: What::TooMany });
        }
    }
    match found.iter().any(|own| own.end == trimmed) {
        true => Ok(found),
        false => Err(Fault { at: first, what: What::Table }),
    }
}

/// The tables of each revision, oldest first. All have one but the first of a file made for
/// reading over a network (annex F), which has two: the one that is read first stands first.
fn grouped(mut tables: Vec<Table>) -> Result<Vec<Vec<Table>>, Fault> {
    let mut groups = Vec::new();
    let oldest = tables.pop();
    let linearized = matches!((&oldest, tables.last()), (Some(a), Some(b)) if b.start < a.start);
    if let Some(oldest) = oldest {
        let main = if linearized { tables.pop() } else { None };
        groups.push(main.into_iter().chain([oldest]).collect::<Vec<_>>());
    }
    groups.extend(tables.into_iter().rev().map(|own| vec![own]));
    // What is told behind a table is where it stands; the first one of two is told behind the other.
    let mut before = 0;
    for group in &groups {
        let (Some(main), Some(last)) = (group.first(), group.last()) else { continue };
        if last.told != main.start || main.start < before {
            return Err(Fault { at: last.start, what: What::Table });
        }
        before = last.end;
    }
    Ok(groups)
}

struct Reader<'a> {
    file: &'a [u8],
    encryption: Option<&'a EncryptionState>,
    /// Where each object is as far as was read.
    known: BTreeMap<u32, Entry>,
    /// Numbers of tables that are streams and do not list themselves.
    unlisted: BTreeSet<u32>,
    /// Objects that hold the length of a stream: they stand in its revision and never change.
    lengths: RefCell<BTreeSet<u32>>,
    repacked: bool,
    glued: bool,
    /// Where words of syntax stand.
    places: echo::Places,
    revisions: Vec<Revision>,
}

impl Reader<'_> {
    /// Reads one revision; gives where the next one begins.
    fn revision(&mut self, tables: &[Table], start: usize) -> Result<usize, Fault> {
        let (Some(main), Some(last)) = (tables.first(), tables.last()) else { return Ok(start) };
        let entries = self.entries(tables, start)?;
        let mut spans: BTreeMap<usize, usize> =
            tables.iter().map(|own| (own.start, own.end)).collect();
        let mut objects = BTreeMap::new();
        let mut streams = BTreeMap::new();
        let mut packed = BTreeSet::new();
        for (number, entry) in &entries {
            let Entry::At(at, generation) = *entry else { continue };
            let item = self.item(*number, at, generation, &entries)?;
            let is_table = tables.iter().any(|own| own.start == at);
            if !is_table && spans.insert(at, item.end).is_some() {
                return Err(Fault { at, what: What::Elsewhere(*number) });
            }
            if matches!(item.object, Object::Stream(_)) {
                packed.insert(at);
            }
            if is_object_stream(&item.object) {
                streams.insert(*number, (at, item.object.clone()));
            }
            objects.insert(*number, (generation, item.object));
        }
        self.unpack(&entries, &streams, &mut objects)?;
        covered(self.file, &spans, start, last.end)?;
        self.trailer(main, last.end)?;
        for table in tables {
            self.stands(table)?;
        }
        for (from, to) in &spans {
            match tables.iter().find(|own| own.start == *from) {
                Some(own) => self.places.table(self.file, *from, *to, own.stream.is_some()),
                None => self.places.object(self.file, *from, *to, packed.contains(from)),
            }
        }
        self.repacked |= entries.iter().any(|(number, entry)| {
            matches!((self.known.get(number), entry), (Some(Entry::At(..)), Entry::In(..)))
        });
        self.known.extend(entries);
        // Behind the first revision a program may write without a line end; none does behind its own.
        let glued = self.file.get(last.end).is_some_and(u8::is_ascii_digit);
        if glued && !self.revisions.is_empty() {
            return Err(Fault { at: last.end, what: What::Table });
        }
        self.glued |= glued;
        let space = Cursor::new(self.file, last.end).space();
        let next = last.end + space;
        let trailer = main.trailer.clone();
        self.revisions.push(Revision { end: last.end, next, objects, trailer });
        Ok(next)
    }

    /// What the tables of a revision list that was not there before.
    fn entries(&self, tables: &[Table], start: usize) -> Result<BTreeMap<u32, Entry>, Fault> {
        let mut found = BTreeMap::new();
        for table in tables {
            let fault = |what| Fault { at: table.start, what };
            for (number, entry) in &table.entries {
                let before = self.known.get(number).filter(|own| **own != Entry::Free);
                // Number 0 heads the list of free ones (7.5.4).
                if *number == 0 && *entry != Entry::Free {
                    return Err(fault(What::Elsewhere(0)));
                }
                match (before, entry) {
                    (Some(_), Entry::Free) => return Err(fault(What::Freed(*number))),
                    (None, Entry::Free) => continue,
                    // A table that is written whole repeats what stands earlier.
                    (Some(before), entry) if before == entry => continue,
                    (Some(_), _) if self.lengths.borrow().contains(number) => {
                        return Err(fault(What::Stream(*number)));
                    }
                    (_, Entry::At(at, _)) if *at < start => {
                        return Err(fault(What::Elsewhere(*number)));
                    }
                    (Some(before), Entry::At(_, generation)) => {
                        let was = match before {
                            Entry::At(_, own) => *own,
                            _ => 0,
                        };
                        // Some programs give the number of an object that nothing uses any more to
                        // another one, of the next generation (7.5.4).
                        if *generation != was && *generation != was.saturating_add(1) {
                            return Err(fault(What::Generation(*number)));
                        }
                    }
                    _ => {}
                }
                if found.insert(*number, *entry).is_some() {
                    return Err(fault(What::Twice(*number)));
                }
            }
        }
        Ok(found)
    }

    fn item(
        &self,
        number: u32,
        at: usize,
        generation: u16,
        entries: &BTreeMap<u32, Entry>,
    ) -> Result<Item, Fault> {
        let elsewhere = Fault { at, what: What::Elsewhere(number) };
        if !self.file.get(at).is_some_and(u8::is_ascii_digit) {
            return Err(elsewhere);
        }
        let length = |(number, generation): ObjectId| {
            let Entry::At(at, own) = *entries.get(&number)? else { return None };
            self.lengths.borrow_mut().insert(number);
            let found = item(Cursor::new(self.file, at), &|_| None).ok()?;
            let same = own == generation && (found.number, found.generation) == (number, own);
            same.then(|| usize::try_from(found.object.as_i64().ok()?).ok())?
        };
        let mut found = item(Cursor::new(self.file, at), &length)?;
        if (found.number, found.generation) != (number, generation) {
            return Err(elsewhere);
        }
        if let Some(state) = self.encryption {
            let table = found.object.type_name().is_ok_and(|own| own == b"XRef");
            if !table && state.encrypt_object_id() != Some((number, generation)) {
                decrypt_object(state, (number, generation), &mut found.object)
                    .map_err(|_| elsewhere)?;
            }
        }
        Ok(found)
    }

    /// Adds the objects of object streams, which hold all that the tables say and nothing else.
    fn unpack(
        &self,
        entries: &BTreeMap<u32, Entry>,
        streams: &BTreeMap<u32, (usize, Object)>,
        objects: &mut BTreeMap<u32, (u16, Object)>,
    ) -> Result<(), Fault> {
        let mut wanted: BTreeSet<(u32, usize, u32)> = entries
            .iter()
            .filter_map(|(number, entry)| match entry {
                Entry::In(stream, place) => Some((*stream, *place, *number)),
                _ => None,
            })
            .collect();
        let mut octets: usize = 0;
        for (stream, (at, object)) in streams {
            let Object::Stream(own) = object else { continue };
            octets = octets.saturating_add(own.content.len());
            if octets > LARGEST_STREAM {
                return Err(Fault { at: *at, what: What::TooMany });
            }
            for (place, (number, object)) in compressed(own, *at)?.into_iter().enumerate() {
                if !wanted.remove(&(*stream, place, number)) {
                    return Err(Fault { at: *at, what: What::Unlisted(number) });
                }
                objects.insert(number, (0, object));
            }
        }
        match wanted.first() {
            None => Ok(()),
            Some((_, _, number)) => Err(Fault { at: 0, what: What::Elsewhere(*number) }),
        }
    }

    /// A file that was made for reading over a network and then added to: readers that find its
    /// length as it says begin with the first table and never see what was added (annex F).
    fn linearized(&self) -> Result<(), Fault> {
        let first = self.revisions.first().into_iter().flat_map(|own| own.objects.values());
        let lengths = first.filter_map(|(_, own)| {
            let own = dictionary_of(own).filter(|own| own.has(b"Linearized"))?;
            Some(match own.get(b"L") {
                Ok(Object::Integer(length)) => *length,
                _ => i64::MAX,
            })
        });
        let whole = i64::try_from(self.file.len()).unwrap_or(i64::MAX);
        // One that was added to is longer than it was.
        let near = |length: i64| length > whole.saturating_sub(64);
        match self.revisions.len() > 1 && lengths.into_iter().any(near) {
            true => Err(Fault { at: 0, what: What::Hybrid }),
            false => Ok(()),
        }
    }

    /// A table that is a stream is an object too. It lists itself, or has a number that stands for
    /// nothing else; then nothing may refer to it either.
    fn stands(&mut self, table: &Table) -> Result<(), Fault> {
        let Some(number) = table.stream else { return Ok(()) };
        let listed = match table.entries.get(&number) {
            Some(Entry::At(at, _)) => *at == table.start,
            Some(_) => false,
            None => !self.known.contains_key(&number) && self.unlisted.insert(number),
        };
        match listed {
            true => Ok(()),
            false => Err(Fault { at: table.start, what: What::Unlisted(number) }),
        }
    }

    /// What the trailer of a later revision may say.
    fn trailer(&self, main: &Table, end: usize) -> Result<(), Fault> {
        let fault = |key: &[u8]| Fault { at: end, what: What::Trailer(key.to_vec()) };
        let highest = main.entries.keys().chain(self.known.keys()).max().copied().unwrap_or(0);
        let size = main.trailer.get(b"Size").and_then(Object::as_i64).unwrap_or(0);
        let most = HIGHEST.min(i64::from(highest) + 1000);
        if size <= i64::from(highest) || size > most {
            return Err(fault(b"Size"));
        }
        let Some(before) = self.revisions.last() else { return Ok(()) };
        for key in [&b"Root"[..], b"Encrypt"] {
            if before.trailer.get(key).ok() != main.trailer.get(key).ok() {
                return Err(fault(key));
            }
        }
        let first = |own: &Dictionary| match own.get(b"ID") {
            Ok(Object::Array(own)) => {
                own.first().and_then(|own| own.as_str().ok()).map(<[u8]>::to_vec)
            }
            _ => None,
        };
        if main.trailer.has(b"ID") && first(&before.trailer) != first(&main.trailer) {
            return Err(fault(b"ID"));
        }
        let stream = main.stream.is_some();
        for (key, _) in main.trailer.iter() {
            let known = TRAILER.contains(&key.as_slice()) || (stream && key == b"Length");
            if !known {
                return Err(fault(key));
            }
        }
        Ok(())
    }

    /// Whether every reference names the generation that its object has at last.
    fn references(&self) -> Result<(), Fault> {
        let at = self.revisions.last().map_or(0, |own| own.end);
        let mut objects = BTreeMap::new();
        for revision in &self.revisions {
            objects.extend(&revision.objects);
        }
        // Readers that find one of these missing take the file for damaged.
        for revision in &self.revisions {
            for key in [&b"Root"[..], b"Info"] {
                let Ok(value) = revision.trailer.get(key) else { continue };
                let found = value.as_reference().ok().and_then(|(number, _)| objects.get(&number));
                if found.is_none_or(|(_, own)| own.as_dict().is_err()) {
                    return Err(Fault { at, what: What::Trailer(key.to_vec()) });
                }
            }
        }
        let trailers = self.revisions.iter().flat_map(|own| own.trailer.iter());
        let objects = objects.values().map(|(_, own)| own);
        let mut stack: Vec<(&Object, usize)> =
            objects.chain(trailers.map(|(_, own)| own)).map(|own| (own, 0)).collect();
        while let Some((object, depth)) = stack.pop() {
            if depth > 4 * DEEPEST {
                return Err(Fault { at, what: What::TooMany });
            }
            match object {
                Object::Reference((number, generation)) => {
                    let wanted = match self.known.get(number) {
                        Some(Entry::At(_, own)) => *own,
                        _ => 0,
                    };
                    if *generation != wanted || self.unlisted.contains(number) {
                        return Err(Fault { at, what: What::Generation(*number) });
                    }
                }
                Object::Array(own) => stack.extend(own.iter().map(|own| (own, depth + 1))),
                Object::Dictionary(own) => {
                    stack.extend(own.iter().map(|(_, own)| (own, depth + 1)));
                }
                Object::Stream(own) => {
                    stack.extend(own.dict.iter().map(|(_, own)| (own, depth + 1)));
                }
                _ => {}
            }
        }
        Ok(())
    }
}

fn is_object_stream(object: &Object) -> bool {
    matches!(object, Object::Stream(own)
        if own.dict.get(b"Type").and_then(Object::as_name).ok() == Some(b"ObjStm"))
}

/// Whether between two offsets nothing stands but spans and what may lie between them.
fn covered(
    file: &[u8],
    spans: &BTreeMap<usize, usize>,
    start: usize,
    end: usize,
) -> Result<(), Fault> {
    let mut at = start;
    for (from, to) in spans {
        let free = Fault { at, what: What::Free(from.saturating_sub(at)) };
        let between = file.get(at..*from).ok_or(Fault { at: *from, what: What::Table })?;
        let mut cursor = Cursor::new(between, 0);
        if at == 0 {
            // The header is a comment like no other.
            cursor.at = 8;
        }
        gap(&mut cursor)?;
        if !cursor.rest().is_empty() {
            return Err(free);
        }
        at = *to;
    }
    match at == end {
        true => Ok(()),
        false => Err(Fault { at, what: What::Free(end.saturating_sub(at)) }),
    }
}
