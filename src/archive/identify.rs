//! Which letters a file holds: by the bytes that were sent, by the codes of its pages, by the
//! reference printed on them. A name or a mail's thread is a hint for a person and no more.
//!
//! Pure, and it never guesses: what is not told by all pages alike is left to a person.

use super::pages::Page;
use crate::letter::page_code;
use crate::letter::reference::Reference;
use crate::plan::history::SentRevision;
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Every revision that a return may be of, ready to be looked up.
#[derive(Debug, Default)]
pub struct Catalogue {
    revisions: Vec<SentRevision>,
    /// By letter and number of the revision: the one that counts first.
    named: HashMap<(String, u32), usize>,
    /// By letter: the highest revision that left.
    last: HashMap<String, u32>,
    /// By size of the PDF as sent, then by its hash.
    sizes: BTreeMap<u64, HashMap<String, usize>>,
}

/// How the letters of a file were recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// It starts with the very bytes that were sent.
    Prefix,
    /// By the QR codes of its pages.
    Qr,
    /// By the reference printed on its pages.
    Text,
    /// Its name, or the mail it came with, suggests one: for a person.
    Name,
}

impl Method {
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

/// One letter in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Its place in the catalogue.
    pub at: usize,
    /// Pages of the file with the page of the letter that each shows, in the order of the file.
    pub pages: Vec<(u32, u32)>,
}

/// What the pages of a file say about whose they are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identified {
    /// How; nothing when no letter was recognised.
    pub method: Option<Method>,
    /// The letters, in the order they appear.
    pub letters: Vec<Found>,
    /// Codes or references of our form that the ledger does not know.
    pub strangers: BTreeSet<String>,
    /// Pages with something on them that nothing tells whose they are.
    pub untold: Vec<u32>,
    /// Pages that say two things at once.
    pub torn: Vec<u32>,
}

impl Catalogue {
    /// A catalogue of revisions; `size` gives the octets of a PDF as sent.
    pub fn new(revisions: Vec<SentRevision>, size: impl Fn(&str) -> Option<u64>) -> Self {
        let mut own = Self { revisions, ..Self::default() };
        for (at, known) in own.revisions.iter().enumerate() {
            let weight = |known: &SentRevision| (known.has_left(), !known.void, known.id);
            let better = |there: &usize| {
                own.revisions.get(*there).is_none_or(|there| weight(there) < weight(known))
            };
            let name = (known.reference.clone(), known.number);
            if own.named.get(&name).is_none_or(better) {
                own.named.insert(name, at);
            }
            if known.has_left() {
                let last = own.last.entry(known.reference.clone()).or_default();
                *last = known.number.max(*last);
            }
            if let Some(size) = size(&known.issued).filter(|size| *size > 0) {
                let same = own.sizes.entry(size).or_default();
                if same.get(&known.issued).is_none_or(better) {
                    same.insert(known.issued.clone(), at);
                }
            }
        }
        own
    }

    /// A revision by its place.
    pub fn get(&self, at: usize) -> Option<&SentRevision> {
        self.revisions.get(at)
    }

    /// A revision of a letter, by its number.
    pub fn named(&self, reference: &str, number: u32) -> Option<usize> {
        self.named.get(&(reference.to_owned(), number)).copied()
    }

    /// The revision of a letter that a person has in hand: the last that left, or else the last made.
    pub fn current(&self, reference: &str) -> Option<usize> {
        let number = self.last.get(reference).copied().or_else(|| {
            let own = self.named.keys().filter(|(name, _)| name == reference);
            own.map(|(_, number)| *number).max()
        })?;
        self.named(reference, number)
    }

    /// Whether a later revision of the same letter left, or another draft of the same number.
    pub fn is_superseded(&self, known: &SentRevision) -> bool {
        let counts = self.named(&known.reference, known.number).and_then(|at| self.get(at));
        let other = counts.is_some_and(|own| own.id != known.id && own.has_left());
        other || self.last.get(&known.reference).is_some_and(|last| *last > known.number)
    }

    /// The revision whose bytes a file starts with: the longest, should one start with another.
    pub fn starts_with(&self, bytes: &[u8]) -> Option<usize> {
        let mut hash = Sha256::new();
        let mut read = 0;
        let mut found = None;
        for (size, issued) in self.sizes.range(..=bytes.len() as u64) {
            let size = usize::try_from(*size).ok()?;
            hash.update(bytes.get(read..size)?);
            read = size;
            let own: String =
                hash.clone().finalize().iter().map(|byte| format!("{byte:02x}")).collect();
            found = issued.get(&own).copied().or(found);
        }
        found
    }

    /// A file that starts with a letter as it was sent.
    pub fn by_prefix(&self, at: usize) -> Identified {
        let pages = self.get(at).map_or(0, |known| known.pages);
        Identified {
            method: Some(Method::Prefix),
            letters: vec![Found { at, pages: (1..=pages).map(|page| (page, page)).collect() }],
            ..Identified::default()
        }
    }

    /// What the pages say, by their codes, or where no code could be read by their text.
    pub fn by_pages(&self, pages: &[Page]) -> Identified {
        let codes = self.by_codes(pages);
        match codes.method {
            None if codes.strangers.is_empty() => self.by_text(pages),
            _ => codes,
        }
    }

    fn by_codes(&self, pages: &[Page]) -> Identified {
        let mut found = Identified::default();
        for page in pages {
            let own = page.codes.iter().filter_map(|code| page_code::read(&code.payload));
            let mut on_page: BTreeSet<(String, u32, u32)> =
                own.map(|(name, revision, page)| (name.to_string(), revision, page)).collect();
            let strange =
                |(name, number, _): &(String, u32, u32)| self.named(name, *number).is_none();
            found
                .strangers
                .extend(on_page.iter().filter(|own| strange(own)).map(|(name, ..)| name.clone()));
            let strangers_only = !on_page.is_empty() && on_page.iter().all(strange);
            on_page.retain(|own| !strange(own));
            if on_page.is_empty() {
                if !page.blank && !strangers_only {
                    found.untold.push(page.number);
                }
                continue;
            }
            // Two pages on one sheet are well; the same page of two revisions is not.
            let letters: BTreeSet<(&String, u32)> =
                on_page.iter().map(|(name, _, page)| (name, *page)).collect();
            if letters.len() < on_page.len() {
                found.torn.push(page.number);
                continue;
            }
            for (name, revision, of) in on_page {
                let Some(at) = self.named(&name, revision) else { continue };
                match found.letters.iter_mut().find(|own| own.at == at) {
                    Some(letter) => letter.pages.push((page.number, of)),
                    None => found.letters.push(Found { at, pages: vec![(page.number, of)] }),
                }
            }
        }
        found.method = (!found.letters.is_empty()).then_some(Method::Qr);
        found
    }

    fn by_text(&self, pages: &[Page]) -> Identified {
        let mut found = Identified::default();
        let mut agreed: Option<(String, Vec<u32>)> = None;
        for page in pages.iter().filter(|page| !page.blank) {
            let names = page.text.as_deref().map(references).unwrap_or_default();
            let (known, strange): (BTreeSet<String>, BTreeSet<String>) =
                names.into_iter().partition(|name| self.current(name).is_some());
            found.strangers.extend(strange);
            match (known.len(), known.into_iter().next()) {
                (1, Some(name)) => match &mut agreed {
                    Some((first, on)) if *first == name => on.push(page.number),
                    None => agreed = Some((name, vec![page.number])),
                    Some(_) => found.torn.push(page.number),
                },
                (0, _) => found.untold.push(page.number),
                _ => found.torn.push(page.number),
            }
        }
        let Some((name, on)) = agreed.filter(|_| found.torn.is_empty()) else { return found };
        // The text does not say which revision it is: it tells only when there is one.
        let left = self.revisions.iter().filter(|own| own.reference == name && own.has_left());
        let numbers: BTreeSet<u32> = left.map(|own| own.number).collect();
        if let (Some(at), true) = (self.current(&name), numbers.len() < 2) {
            found.letters.push(Found { at, pages: on.iter().map(|page| (*page, *page)).collect() });
            found.method = Some(Method::Text);
        } else {
            found.strangers.insert(name);
        }
        found
    }

    /// Letters of the ledger whose reference or school a name suggests.
    pub fn hints(&self, name: &str) -> BTreeSet<String> {
        let whole: BTreeSet<String> =
            references(name).into_iter().filter(|own| self.current(own).is_some()).collect();
        if !whole.is_empty() {
            return whole;
        }
        let upper = name.to_ascii_uppercase();
        let schools: BTreeSet<&str> = upper
            .split(|c: char| !c.is_ascii_alphanumeric())
            .filter(|word| word.len() == 8 && word.bytes().take(7).all(|b| b.is_ascii_digit()))
            .collect();
        let own = self.revisions.iter().filter(|own| schools.contains(own.uai.as_str()));
        own.map(|known| known.reference.clone()).collect()
    }
}

/// Everything of the form of a reference with a sound check character.
fn references(text: &str) -> BTreeSet<String> {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-')
        .flat_map(|word| {
            // A name such as `lettre-2026-0790709S-K7Q4-signee` has words around it.
            let parts: Vec<&str> = word.split('-').collect();
            let three = parts.windows(3).filter_map(|own| own.join("-").parse::<Reference>().ok());
            three.map(|own| own.to_string()).collect::<Vec<_>>()
        })
        .collect()
}
