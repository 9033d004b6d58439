//! The pages of a return beside those of the letter that was sent, as images. A front end shows them.

use crate::app::returns::returned_file::ReturnedPage;
use crate::app::returns::reviewing::review_queue::ReturnToReview;
use crate::archive::examiner::{FileExaminer, MatchedPage};
use crate::archive::file_kind::FileKind;
use crate::archive::store::Archive;
use crate::ledger::Ledger;
use crate::letter::page_code;

/// Longest side of an image, in pixels.
const MAX_PX: u32 = 1000;
/// Pages that are shown of a file whose letter is unknown.
const PAGES_OF_UNKNOWN: u32 = 6;

/// A page that came back and the page of the letter that it shows, each as a PNG if it can be shown.
pub struct PagePictures {
    /// Which pages they are, in French.
    pub caption: String,
    /// The letter's page as it was sent.
    pub sent: Option<Vec<u8>>,
    /// The page that came back.
    pub received: Option<Vec<u8>>,
}

/// A page of the file, and the letter's page if it is known.
struct ShownPage {
    page: u32,
    letter_page: Option<u32>,
    turn: u16,
}

fn shown_pages(waiting: &ReturnToReview) -> Vec<ShownPage> {
    let Some(returned) = &waiting.returned else {
        let page = |page| ShownPage { page, letter_page: None, turn: 0 };
        return (1..=PAGES_OF_UNKNOWN).map(page).collect();
    };
    let known = |sheet: ReturnedPage| ShownPage {
        page: sheet.page,
        letter_page: Some(sheet.letter_page),
        turn: sheet.turn,
    };
    let pages: Vec<ShownPage> = waiting.sheets().into_iter().map(known).collect();
    if !pages.is_empty() {
        return pages;
    }
    let page = |page: &u32| ShownPage { page: *page, letter_page: Some(*page), turn: 0 };
    returned.pages.iter().map(page).collect()
}

/// The letter that a return is of.
struct SentLetter {
    pdf: Vec<u8>,
    reference: String,
    number: u32,
}

fn sent_letter(ledger: &Ledger, waiting: &ReturnToReview) -> Option<SentLetter> {
    let returned = waiting.returned.as_ref()?;
    let stored = ledger.stored(returned.revision).ok()?;
    let pdf = ledger.store.get(&stored.issued).ok()?;
    let reference = returned.reference.clone();
    Some(SentLetter { pdf, reference, number: stored.issue.revision })
}

fn page_png(kind: FileKind, bytes: &[u8], page: u32, turn: u16) -> Option<Vec<u8>> {
    FileExaminer::start(kind)?.ok()?.page_png(bytes, page, turn, MAX_PX).ok()
}

/// Makes the images of a return, one pair of pages at a time.
pub fn page_pairs(
    ledger: &Ledger,
    archive: &Archive,
    waiting: &ReturnToReview,
    mut take: impl FnMut(PagePictures),
) {
    let kind = FileKind::from_word(&waiting.file.kind);
    let Ok(file) = archive.get(&waiting.file.object, kind) else { return };
    let sent = sent_letter(ledger, waiting);
    // A photo is easier to read without its perspective.
    let flattened = |page: u32, letter_page: u32| {
        let sent = sent.as_ref().filter(|_| kind != FileKind::Pdf)?;
        let payload = page_code::payload(&sent.reference, sent.number, letter_page as usize);
        let matched = MatchedPage { sent: letter_page, received: page, payload };
        let mut examiner = FileExaminer::start(kind)?.ok()?;
        examiner.flattened_png(&sent.pdf, &file, matched, MAX_PX).ok().flatten()
    };
    for ShownPage { page, letter_page, turn } in shown_pages(waiting) {
        let flat = letter_page.and_then(|letter_page| flattened(page, letter_page));
        let received = flat.or_else(|| page_png(kind, &file, page, turn));
        if received.is_none() && letter_page.is_none() {
            break;
        }
        let sent = sent.as_ref().zip(letter_page);
        let sent = sent.and_then(|(sent, page)| page_png(FileKind::Pdf, &sent.pdf, page, 0));
        let caption = match letter_page {
            Some(letter_page) => format!("page {page} du fichier, page {letter_page} de la lettre"),
            None => format!("page {page} du fichier"),
        };
        take(PagePictures { caption, sent, received });
    }
}
