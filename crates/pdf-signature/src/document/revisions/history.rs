//! All revisions of a file, and the document as it stood after each of them.

use super::ambiguity::Ambiguity;
use super::file_end;
use super::reader::RevisionReader;
use super::revision::Revision;
use lopdf::Document;
use lopdf::encryption::EncryptionState;
use std::collections::BTreeMap;

/// All revisions, oldest first.
#[derive(Debug)]
pub(crate) struct Revisions {
    list: Vec<Revision>,
    /// Bytes of text behind the last revision, such as a mail gateway adds.
    pub trailing_text: usize,
    /// Whether the second revision begins right behind the `%%EOF` of the first, in what some
    /// readers take for a comment.
    pub unseparated: bool,
    /// Whether an object that stood in the file was replaced by one in an object stream. Readers that
    /// repair files find the former one.
    pub moved_into_stream: bool,
}

impl Revisions {
    /// Reads a file; `encryption` where its objects are encrypted.
    pub(crate) fn read(
        file: &[u8],
        encryption: Option<&EncryptionState>,
    ) -> Result<Self, Ambiguity> {
        file_end::check_header(file)?;
        let document = file_end::without_trailing_text(file)?;
        let reader = RevisionReader::read(document, encryption)?;
        Ok(Self {
            list: reader.revisions,
            trailing_text: file.len() - document.len(),
            unseparated: reader.unseparated,
            moved_into_stream: reader.moved_into_stream,
        })
    }

    /// How many revisions there are.
    pub(crate) fn len(&self) -> usize {
        self.list.len()
    }

    /// How many revisions the first `length` bytes of the file hold; `None` when they end in the
    /// middle of one.
    pub(crate) fn count_within(&self, length: usize) -> Option<usize> {
        let ends_here = |revision: &Revision| (revision.end..=revision.next).contains(&length);
        self.list.iter().position(ends_here).map(|at| at + 1)
    }

    /// The document as it stood after the first `count` revisions.
    pub(crate) fn document(&self, count: usize) -> Document {
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
