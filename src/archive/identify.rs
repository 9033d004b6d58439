//! Which letters a file holds: by the bytes that were sent, by the QR codes of its pages, or by the
//! reference printed on them. The name of a file or the thread of its mail is only a hint for a person.
//!
//! Pure. It never guesses: where pages contradict each other, a person decides.

use crate::letter::page_code::{self, PageCode};
use crate::letter::reference::Reference;
use crate::plan::history::{ObjectHash, SentRevision};
use page_scan::ScannedPage;
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// An index of all revisions that may come back.
#[derive(Debug, Default)]
pub struct Catalogue {
    revisions: Vec<SentRevision>,
    /// By reference and number of the revision. Of several drafts with one number, the one that counts.
    by_name: HashMap<(String, u32), usize>,
    /// By reference: the highest revision that left, of those that ask for signatures if there are any.
    last_sent: HashMap<String, (bool, u32)>,
    /// By reference: the highest revision that left and voids former signatures.
    last_void: HashMap<String, u32>,
    /// Revisions that left and whose place another took in the name of a new head, by reference and number.
    taken_over: HashSet<(String, u32)>,
    /// By size of the PDF as sent, then by its SHA-256.
    by_size: BTreeMap<u64, HashMap<ObjectHash, usize>>,
}

/// How the letters of a file were recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdentifiedBy {
    /// It begins with the bytes that were sent.
    Prefix,
    /// By the QR codes of its pages.
    Qr,
    /// By the reference printed on its pages.
    Text,
    /// Its name or its mail suggests one: a hint for a person.
    Name,
}

impl IdentifiedBy {
    /// The word of the JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Prefix => "prefix",
            Self::Qr => "qr",
            Self::Text => "text",
            Self::Name => "name",
        }
    }
}

/// A page of a file, and the page of the letter that it shows, both from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecognisedPage {
    /// Number of the file's page.
    pub page: u32,
    /// Number of the letter's page.
    pub letter_page: u32,
}

impl RecognisedPage {
    /// A page of a file that has the same number as that of the letter.
    pub fn same(page: u32) -> Self {
        Self { page, letter_page: page }
    }
}

/// One letter in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LetterPages {
    /// Its index in the catalogue.
    pub at: usize,
    /// Pages of the file that show it, in the order of the file.
    pub pages: Vec<RecognisedPage>,
}

/// The letters that were recognised in a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IdentifiedLetters {
    /// How; none if no letter was recognised.
    pub method: Option<IdentifiedBy>,
    /// The letters, in the order of their first page.
    pub letters: Vec<LetterPages>,
    /// References in codes or text that the ledger cannot attribute.
    pub unknown_references: BTreeSet<String>,
    /// Pages that are not empty and belong to no letter.
    pub unattributed: Vec<u32>,
    /// Pages that name two letters or revisions.
    pub contradictory: Vec<u32>,
}

/// What a code says, in the order of the letters' names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct NamedPage {
    name: String,
    revision: u32,
    page: u32,
}

impl From<PageCode> for NamedPage {
    fn from(code: PageCode) -> Self {
        Self { name: code.reference.to_string(), revision: code.revision, page: code.page }
    }
}

impl Catalogue {
    /// Indexes revisions. `size` gives the octets of a PDF by its SHA-256.
    pub fn new(revisions: Vec<SentRevision>, size: impl Fn(&ObjectHash) -> Option<u64>) -> Self {
        let mut catalogue = Self { revisions, ..Self::default() };
        for (at, known) in catalogue.revisions.iter().enumerate() {
            let weight = |known: &SentRevision| (known.has_left(), !known.void, known.id);
            let better = |there: &usize| {
                catalogue.revisions.get(*there).is_none_or(|there| weight(there) < weight(known))
            };
            let name = (known.reference.clone(), known.number);
            if catalogue.by_name.get(&name).is_none_or(better) {
                catalogue.by_name.insert(name, at);
            }
            if known.has_left() {
                let last = catalogue.last_sent.entry(known.reference.clone()).or_default();
                *last = (known.issue.asks_signature(), known.number).max(*last);
                let numbers = known.issue.takes_over.iter();
                catalogue
                    .taken_over
                    .extend(numbers.map(|number| (known.reference.clone(), *number)));
                if known.issue.voids_signatures() {
                    let last = catalogue.last_void.entry(known.reference.clone()).or_default();
                    *last = known.number.max(*last);
                }
            }
            if let Some(size) = size(&known.issued).filter(|size| *size > 0) {
                let same_size = catalogue.by_size.entry(size).or_default();
                if same_size.get(&known.issued).is_none_or(better) {
                    same_size.insert(known.issued.clone(), at);
                }
            }
        }
        catalogue
    }

    /// A revision by its index.
    pub fn get(&self, at: usize) -> Option<&SentRevision> {
        self.revisions.get(at)
    }

    /// The index of a revision, by the reference of its letter and its number.
    pub fn named(&self, reference: &str, number: u32) -> Option<usize> {
        self.by_name.get(&(reference.to_owned(), number)).copied()
    }

    /// The index of the revision that a person has in hand: the last that left and asks for signatures, or
    /// else the last made.
    pub fn current(&self, reference: &str) -> Option<usize> {
        let number = self.last_sent.get(reference).map(|last| last.1).or_else(|| {
            let drafts = self.by_name.keys().filter(|(name, _)| name == reference);
            drafts.map(|(_, number)| *number).max()
        })?;
        self.named(reference, number)
    }

    /// Whether a correction that voids its signatures left, or an act that takes its place, or another draft with the
    /// same number. Another amendment leaves the letter as it is.
    pub fn is_superseded(&self, known: &SentRevision) -> bool {
        let counts = self.named(&known.reference, known.number).and_then(|at| self.get(at));
        let other_left = counts.is_some_and(|other| other.id != known.id && other.has_left());
        let is_taken_over = || self.taken_over.contains(&(known.reference.clone(), known.number));
        other_left
            || is_taken_over()
            || self.last_void.get(&known.reference).is_some_and(|last| *last > known.number)
    }

    /// The index of the revision with whose bytes a file begins; the longest, if one begins with another.
    pub fn starts_with(&self, bytes: &[u8]) -> Option<usize> {
        let mut hash = Sha256::new();
        let mut read = 0;
        let mut found = None;
        for (size, issued) in self.by_size.range(..=bytes.len() as u64) {
            let size = usize::try_from(*size).ok()?;
            hash.update(bytes.get(read..size)?);
            read = size;
            let digest: String =
                hash.clone().finalize().iter().map(|byte| format!("{byte:02x}")).collect();
            found = issued.get(&ObjectHash::from(digest)).copied().or(found);
        }
        found
    }

    /// The letter of a file that begins with the bytes of a revision.
    pub fn by_prefix(&self, at: usize) -> IdentifiedLetters {
        let pages = self.get(at).map_or(0, |known| known.pages);
        IdentifiedLetters {
            method: Some(IdentifiedBy::Prefix),
            letters: vec![LetterPages {
                at,
                pages: (1..=pages).map(RecognisedPage::same).collect(),
            }],
            ..IdentifiedLetters::default()
        }
    }

    /// The letters of pages, by their codes, or by their text if no code could be read.
    pub fn by_pages(&self, pages: &[ScannedPage]) -> IdentifiedLetters {
        let codes = self.by_codes(pages);
        match codes.method {
            None if codes.unknown_references.is_empty() => self.by_text(pages),
            _ => codes,
        }
    }

    fn by_codes(&self, pages: &[ScannedPage]) -> IdentifiedLetters {
        let mut found = IdentifiedLetters::default();
        for page in pages {
            let named = page.codes.iter().filter_map(|code| page_code::read(&code.payload));
            let mut on_page: BTreeSet<NamedPage> = named.map(NamedPage::from).collect();
            let is_unknown = |code: &NamedPage| self.named(&code.name, code.revision).is_none();
            let unknown = on_page.iter().filter(|code| is_unknown(code));
            found.unknown_references.extend(unknown.map(|code| code.name.clone()));
            let only_unknown = !on_page.is_empty() && on_page.iter().all(is_unknown);
            on_page.retain(|code| !is_unknown(code));
            if on_page.is_empty() {
                if !page.blank && !only_unknown {
                    found.unattributed.push(page.number);
                }
                continue;
            }
            // Two pages on one sheet are fine, the same page of two revisions is a contradiction.
            let letters: BTreeSet<(&String, u32)> =
                on_page.iter().map(|code| (&code.name, code.page)).collect();
            if letters.len() < on_page.len() {
                found.contradictory.push(page.number);
                continue;
            }
            for code in on_page {
                let Some(at) = self.named(&code.name, code.revision) else { continue };
                let shown = RecognisedPage { page: page.number, letter_page: code.page };
                match found.letters.iter_mut().find(|letter| letter.at == at) {
                    Some(letter) => letter.pages.push(shown),
                    None => found.letters.push(LetterPages { at, pages: vec![shown] }),
                }
            }
        }
        found.method = (!found.letters.is_empty()).then_some(IdentifiedBy::Qr);
        found
    }

    fn by_text(&self, pages: &[ScannedPage]) -> IdentifiedLetters {
        let mut found = IdentifiedLetters::default();
        let mut agreed: Option<(String, Vec<u32>)> = None;
        for page in pages.iter().filter(|page| !page.blank) {
            let names = page.text.as_deref().map(references).unwrap_or_default();
            let (known, unknown): (BTreeSet<String>, BTreeSet<String>) =
                names.into_iter().partition(|name| self.current(name).is_some());
            found.unknown_references.extend(unknown);
            match (known.len(), known.into_iter().next()) {
                (1, Some(name)) => match &mut agreed {
                    Some((first, on)) if *first == name => on.push(page.number),
                    None => agreed = Some((name, vec![page.number])),
                    Some(_) => found.contradictory.push(page.number),
                },
                (0, _) => found.unattributed.push(page.number),
                _ => found.contradictory.push(page.number),
            }
        }
        let Some((name, on)) = agreed.filter(|_| found.contradictory.is_empty()) else {
            return found;
        };
        // The text does not say which revision it is, so it is enough only if one revision left.
        let left =
            self.revisions.iter().filter(|known| known.reference == name && known.has_left());
        let numbers: BTreeSet<u32> = left.map(|known| known.number).collect();
        if let (Some(at), true) = (self.current(&name), numbers.len() < 2) {
            found.letters.push(LetterPages {
                at,
                pages: on.into_iter().map(RecognisedPage::same).collect(),
            });
            found.method = Some(IdentifiedBy::Text);
        } else {
            found.unknown_references.insert(name);
        }
        found
    }

    /// References of letters whose reference or school stands in a name.
    pub fn hints(&self, name: &str) -> BTreeSet<String> {
        let whole: BTreeSet<String> =
            references(name).into_iter().filter(|name| self.current(name).is_some()).collect();
        if !whole.is_empty() {
            return whole;
        }
        let upper = name.to_ascii_uppercase();
        let schools: BTreeSet<&str> = upper
            .split(|c: char| !c.is_ascii_alphanumeric())
            .filter(|word| word.len() == 8 && word.bytes().take(7).all(|b| b.is_ascii_digit()))
            .collect();
        let of_schools = self.revisions.iter().filter(|known| schools.contains(known.uai.as_str()));
        of_schools.map(|known| known.reference.clone()).collect()
    }
}

/// All references in a text whose check character is right.
fn references(text: &str) -> BTreeSet<String> {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-')
        .flat_map(|word| {
            // A name such as `lettre-2026-0790709S-K7Q4-signee` has words around the reference.
            let parts: Vec<&str> = word.split('-').collect();
            let three =
                parts.windows(3).filter_map(|three| three.join("-").parse::<Reference>().ok());
            three.map(|reference| reference.to_string()).collect::<Vec<_>>()
        })
        .collect()
}
