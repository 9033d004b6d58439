//! One file that came back: examined in a child process, its letters recognised, and judged. Writes
//! nothing.

use crate::app::returns::filing::context::TakeInContext;
use crate::app::returns::letter_fields::{field_checks, fields_of_letter};
use crate::app::returns::returned_file::{ReturnedFile, ReturnedLetter, ReturnedPage};
use crate::archive::check::Check;
use crate::archive::examiner::{ExamineError, FileContents, FileExaminer, MatchedPage, PageInk};
use crate::archive::file_kind::FileKind;
use crate::archive::identify::{IdentifiedBy, IdentifiedLetters, LetterPages, RecognisedPage};
use crate::archive::intake::item::Item;
use crate::archive::signers::people::LetterPeople;
use crate::archive::signers::signature_places::label_places;
use crate::archive::verdict::judge_file::judge_file;
use crate::archive::verdict::judge_letter::{LetterEvidence, LetterVerdict, are_pictures};
use crate::archive::verdict::return_verdict::ReturnVerdict;
use crate::files;
use crate::ledger::LedgerError;
use crate::letter::french;
use crate::letter::page_code;
use crate::plan::history::{ReturnState, SentRevision};
use page_area::PageArea;
use page_scan::ScannedPage;
use pdf_signature::{Integrity, Signature};
use std::collections::BTreeSet;

/// What the examination of a file gave.
#[derive(Clone, Debug)]
pub struct FileExamination {
    /// The SHA-256 of the file, which is its name in the archive.
    pub object: String,
    /// What became of it.
    pub file: ReturnedFile,
}

/// Examines a file.
pub fn examine_file(context: &TakeInContext<'_>, item: &Item) -> FileExamination {
    let object = files::sha256(&item.bytes);
    if let Some(known) = context.ledger.received_as(&object).ok().flatten() {
        let why = format!("archivé le {} : {}", french::date_of(&known.day), known.label);
        let file = ReturnedFile::duplicate(item, &object, &why);
        return FileExamination { object, file };
    }
    let mut file = read_file(context, item, &object);
    if file.letters.is_empty() {
        file.hints = hints(context, item);
    }
    if !file.hints.is_empty() {
        let names: Vec<&str> = file.hints.iter().map(String::as_str).collect();
        let detail = format!(
            "le nom du fichier ou le message évoque {} : à une personne de le dire",
            names.join(", ")
        );
        file.checks.push(Check::new("hint", true, detail));
        file.method = Some(IdentifiedBy::Name);
    }
    FileExamination { object, file }
}

/// References of letters that the name of a file or its mail suggests.
fn hints(context: &TakeInContext<'_>, item: &Item) -> BTreeSet<String> {
    let mut found = context.catalogue.hints(&item.name);
    if let Some(mail) = &item.mail {
        for id in mail.in_reply_to.iter().chain(&mail.references) {
            found.extend(context.ledger.letters_of(id).unwrap_or_default());
        }
        if found.is_empty() {
            found = context.catalogue.hints(&mail.subject);
        }
    }
    found
}

fn read_file(context: &TakeInContext<'_>, item: &Item, object: &str) -> ReturnedFile {
    if context.ledger.is_cover(object).unwrap_or(false) {
        let mut file = ReturnedFile::new(item, ReturnVerdict::UnsignedCopy);
        let detail = "courrier d'accompagnement, tel qu'il a été envoyé";
        file.checks.push(Check::new("cover", true, detail));
        return file;
    }
    let mut examiner = match FileExaminer::start(item.kind) {
        Some(Ok(examiner)) => examiner,
        Some(Err(error)) => return ReturnedFile::unreadable(item, error.to_string()),
        None => return ReturnedFile::unreadable(item, item.kind.review_reason()),
    };
    let contents = match examiner.contents(&item.bytes, context.authorities, context.now) {
        Ok(contents) => contents,
        Err(error) => return ReturnedFile::unreadable(item, error.to_string()),
    };
    if let Some(why) = &contents.unread_pages {
        let signatures = all_signatures(&contents);
        return ReturnedFile { signatures, ..ReturnedFile::unreadable(item, why) };
    }
    judged(context, item, &mut examiner, &contents)
}

fn all_signatures(contents: &FileContents) -> Vec<Signature> {
    contents.signatures.iter().flat_map(|report| report.signatures.iter().cloned()).collect()
}

/// Recognises the letters of a file, and judges it.
fn judged(
    context: &TakeInContext<'_>,
    item: &Item,
    examiner: &mut FileExaminer,
    contents: &FileContents,
) -> ReturnedFile {
    let is_pdf = item.kind == FileKind::Pdf;
    let prefix = is_pdf.then(|| context.catalogue.starts_with(&item.bytes)).flatten();
    let identified = match prefix {
        Some(at) => context.catalogue.by_prefix(at),
        None => context.catalogue.by_pages(&contents.pages),
    };
    let method = identified.method;
    let mut source = LetterSource { context, item, examiner, contents, identified: &identified };
    let letters: Result<Vec<LetterEvidence>, EvidenceError> =
        identified.letters.iter().map(|letter| source.evidence(letter)).collect();
    let letters = match letters {
        Ok(letters) => letters,
        Err(error) => {
            return ReturnedFile { method, ..ReturnedFile::unreadable(item, error.to_string()) };
        }
    };
    let verdict = judge_file(contents, &identified, &letters);
    let signatures = match letters.last() {
        Some(last) => last.signatures.clone(),
        None => all_signatures(contents),
    };
    let letters = letters.into_iter().zip(verdict.letters);
    ReturnedFile {
        method,
        checks: verdict.checks,
        signatures,
        letters: letters.map(|(letter, judged)| returned(contents, letter, judged)).collect(),
        ..ReturnedFile::new(item, verdict.verdict)
    }
}

/// A letter as it came back, with the pages that show it.
fn returned(
    contents: &FileContents,
    letter: LetterEvidence,
    mut judged: LetterVerdict,
) -> ReturnedLetter {
    let turn = |page: u32, letter_page: u32| {
        let payload = payload(&letter.known, letter_page);
        let codes = page_of(contents, page).map_or(&[][..], |page| page.codes.as_slice());
        codes.iter().find(|code| code.payload == payload).map_or(0, |code| code.turn)
    };
    let sheets = letter.pages.iter().map(|shown| ReturnedPage {
        page: shown.page,
        letter_page: shown.letter_page,
        turn: turn(shown.page, shown.letter_page),
    });
    let sheets = sheets.collect();
    let mut pages: Vec<u32> = letter.pages.iter().map(|shown| shown.page).collect();
    pages.dedup();
    let fields = fields_of_letter(contents.form.as_ref(), &letter.known.reference);
    judged.checks.extend(field_checks(&fields));
    // A file that keeps another text than its pages show was not only filled in.
    let is_signed = judged.state.is_signed();
    if is_signed && fields.iter().any(|field| field.differs) {
        judged.state = ReturnState::ToReview;
    }
    ReturnedLetter { revision: letter.known, pages, sheets, fields, judged, state: None }
}

fn page_of(contents: &FileContents, number: u32) -> Option<&ScannedPage> {
    contents.pages.iter().find(|page| page.number == number)
}

/// The text of the QR code on a page of a letter.
fn payload(known: &SentRevision, page: u32) -> String {
    page_code::payload(&known.reference, known.number, page as usize)
}

/// Whether a signature was there when the letter was sent. A broken signature does not say when it was
/// made.
fn is_older(signature: &Signature, sent_size: u64) -> bool {
    let covers = signature.covers;
    signature.integrity == Integrity::Intact && covers > 0 && covers <= sent_size
}

/// Why a file cannot be compared with a letter.
#[derive(Debug, thiserror::Error)]
enum EvidenceError {
    #[error("la lettre envoyée manque au journal : missive ledger verify")]
    LetterMissing,
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    #[error(transparent)]
    Boxes(#[from] serde_json::Error),
    #[error(transparent)]
    Examine(#[from] ExamineError),
}

/// A file whose letters are examined one by one.
struct LetterSource<'a> {
    context: &'a TakeInContext<'a>,
    item: &'a Item,
    examiner: &'a mut FileExaminer,
    contents: &'a FileContents,
    identified: &'a IdentifiedLetters,
}

impl LetterSource<'_> {
    /// Finds out about one letter.
    fn evidence(&mut self, found: &LetterPages) -> Result<LetterEvidence, EvidenceError> {
        let (context, item, contents) = (self.context, self.item, self.contents);
        let known = context.catalogue.get(found.at).ok_or(EvidenceError::LetterMissing)?;
        let sent = context.ledger.store.get(&known.issued);
        let sent = sent.map_err(|_| EvidenceError::LetterMissing)?;
        let areas: Vec<PageArea> = serde_json::from_str(&context.ledger.boxes(known.id)?)?;
        // A signature that was there when the letter was sent is the authority's.
        let begins_as_sent = item.bytes.starts_with(&sent);
        let mut signatures = all_signatures(contents);
        signatures.retain(|signature| !(begins_as_sent && is_older(signature, sent.len() as u64)));
        label_places(&mut signatures, &areas, &found.pages);
        let content = context.ledger.content(&known.reference, Some(known.id))?;
        let content = content.unwrap_or_default();
        let is_single =
            self.identified.letters.len() == 1 && self.identified.contradictory.is_empty();
        let is_picture = are_pictures(&contents.pages, &found.pages);
        let is_document =
            item.kind == FileKind::Pdf && is_single && (begins_as_sent || !is_picture);
        let (compared, ink) = if is_document {
            (Some(self.examiner.compare(&sent, &item.bytes, &areas)?), Vec::new())
        } else {
            (None, self.ink(known, &sent, found, &areas))
        };
        Ok(LetterEvidence {
            known: known.clone(),
            is_superseded: context.catalogue.is_superseded(known),
            required: boxes_to_sign(&areas),
            people: LetterPeople::of(&content),
            authorities_are_chosen: context.authorities.is_chosen(),
            pages: found.pages.clone(),
            signatures,
            compared,
            ink,
        })
    }

    /// The handwriting on the pages whose code was read. It is a hint: without it the letter is judged
    /// as well.
    fn ink(
        &mut self,
        known: &SentRevision,
        sent: &[u8],
        found: &LetterPages,
        areas: &[PageArea],
    ) -> Vec<PageInk> {
        let pages = found.pages.iter().filter_map(|shown| {
            let RecognisedPage { page: received, letter_page: sent } = *shown;
            let payload = payload(known, sent);
            let codes = &page_of(self.contents, received)?.codes;
            let is_read = codes.iter().any(|code| code.payload == payload);
            is_read.then_some(MatchedPage { sent, received, payload })
        });
        let pages = pages.collect();
        self.examiner.ink(sent, &self.item.bytes, pages, areas).unwrap_or_default()
    }
}

/// Labels of the boxes that a return must carry a signature in: all but the authority's.
fn boxes_to_sign(areas: &[PageArea]) -> BTreeSet<String> {
    let labels = areas.iter().map(|area| area.label.clone());
    labels.filter(|label| label.starts_with("sign-") && label != "sign-issuer").collect()
}
