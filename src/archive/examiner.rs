//! The examination of a received file in a child process: the questions, the answers, and what the
//! child does to answer them. It judges nothing; [`super::verdict::judge_letter`] does.

use super::file_kind::FileKind;
use super::wording::scan_errors::scan_error;
use super::wording::signature_checks::open_error;
use crate::letter::page_code;
use crate::subprocess;
use jiff::Timestamp;
use page_area::PageArea;
use page_scan::{FileFormat, InkDiff, PageDiff, PagePair, ScanError, ScannedPage};
use pdf_form::FormReading;
use pdf_signature::{BoxPurpose, Comparison, FillableBox, OpenError, SignatureReport, TrustStore};
use process_child::{ChildError, ChildProcess};
use serde::{Deserialize, Serialize};
use std::io;

/// The word of the command line that makes this program the process that looks.
pub const WORD: &str = "examine-returned-file";

/// A question to the child. The octets of the file come with it, those of the sent letter before them
/// where the question names both.
#[derive(Clone, Debug, Serialize, Deserialize)]
enum ExaminerQuestion {
    /// Which pages and signatures does the file have?
    Contents { format: FileFormat, trust_store: TrustStore, now: Timestamp },
    /// Is the PDF the letter that was sent?
    Compare { areas: Vec<PageArea> },
    /// What is written on scans of these pages?
    Ink { format: FileFormat, pages: Vec<MatchedPage>, areas: Vec<PageArea> },
    /// An image of a photographed page, flattened onto the page that was sent.
    FlattenedPng { format: FileFormat, page: MatchedPage, max_px: u32 },
    /// An image of a page, upright.
    PagePng { format: FileFormat, page: u32, turn: u16, max_px: u32 },
}

/// A page of a letter and the page of a file that shows it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MatchedPage {
    /// Number of the letter's page, from 1.
    pub sent: u32,
    /// Number of the file's page, from 1.
    pub received: u32,
    /// The text of the QR code that both have.
    pub payload: String,
}

impl MatchedPage {
    fn of<'a>(&'a self, sent: &'a [u8], received: &'a [u8], format: FileFormat) -> PagePair<'a> {
        PagePair {
            sent,
            sent_page: self.sent,
            received,
            format,
            received_page: self.received,
            payload: &self.payload,
            wanted: &page_code::has_form,
        }
    }
}

/// An answer of the child; images come with it.
#[derive(Debug, Serialize, Deserialize)]
enum ExaminerAnswer {
    Contents(FileContents),
    Compare(ComparedFile),
    Ink(Vec<PageInk>),
    Png,
    Failed(String),
}

/// What is in a file.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct FileContents {
    /// Pages of the file, in order.
    pub pages: Vec<ScannedPage>,
    /// Its signatures, for a PDF.
    pub signatures: Option<SignatureReport>,
    /// Its form, for a PDF that has one.
    pub form: Option<FormReading>,
    /// In French, why its pages could not be read although its signatures could.
    pub unread_pages: Option<String>,
}

/// What is written on the scan of a page.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PageInk {
    /// Number of the letter's page.
    pub page: u32,
    /// What is there that was not sent.
    pub diff: InkDiff,
}

/// How a PDF differs from the letter as it was sent.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ComparedFile {
    /// The comparison by PDF objects.
    pub comparison: Comparison,
    /// By what its pages show.
    pub page_diffs: Vec<PageDiff>,
}

/// Why the child cannot read a file.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum UnreadableFile {
    /// It cannot be scanned.
    #[error("{}", scan_error(.0))]
    Scan(#[from] ScanError),
    /// It cannot be read as a PDF.
    #[error("{}", open_error(*.0))]
    Pdf(#[from] OpenError),
}

/// Why a file could not be examined.
#[derive(Debug, thiserror::Error)]
pub enum ExamineError {
    /// The child could not read the file; says why, in French.
    #[error("{0}")]
    Unreadable(String),
    /// The child has ended.
    #[error("{}", subprocess::reason(.0))]
    Child(#[from] ChildError),
    /// The answer does not fit the question.
    #[error("l'examen a donné une réponse incompréhensible")]
    UnexpectedAnswer,
}

/// A child process that examines one file.
pub struct FileExaminer {
    child: ChildProcess,
    format: FileFormat,
}

impl FileExaminer {
    /// Starts a child for a file that has pages; none for a file of another kind.
    pub fn start(kind: FileKind) -> Option<Result<Self, ExamineError>> {
        let format = match kind {
            FileKind::Pdf => FileFormat::Pdf,
            FileKind::Jpeg => FileFormat::Jpeg,
            FileKind::Png => FileFormat::Png,
            FileKind::Tiff => FileFormat::Tiff,
            _ => return None,
        };
        let child = subprocess::start(WORD).map_err(ExamineError::from);
        Some(child.map(|child| Self { child, format }))
    }

    fn ask(
        &mut self,
        question: &ExaminerQuestion,
        blobs: &[&[u8]],
    ) -> Result<(ExaminerAnswer, Vec<Vec<u8>>), ExamineError> {
        match self.child.ask(question, blobs)? {
            (ExaminerAnswer::Failed(why), _) => Err(ExamineError::Unreadable(why)),
            answer => Ok(answer),
        }
    }

    /// The pages and signatures of the file. `now` is the moment at which certificates are judged.
    pub fn contents(
        &mut self,
        file: &[u8],
        trust_store: &TrustStore,
        now: Timestamp,
    ) -> Result<FileContents, ExamineError> {
        let trust_store = trust_store.clone();
        let question = ExaminerQuestion::Contents { format: self.format, trust_store, now };
        match self.ask(&question, &[file])? {
            (ExaminerAnswer::Contents(contents), _) => Ok(contents),
            _ => Err(ExamineError::UnexpectedAnswer),
        }
    }

    /// How a PDF differs from the letter that was sent.
    pub fn compare(
        &mut self,
        sent: &[u8],
        file: &[u8],
        areas: &[PageArea],
    ) -> Result<ComparedFile, ExamineError> {
        let question = ExaminerQuestion::Compare { areas: areas.to_vec() };
        match self.ask(&question, &[sent, file])? {
            (ExaminerAnswer::Compare(compared), _) => Ok(compared),
            _ => Err(ExamineError::UnexpectedAnswer),
        }
    }

    /// What is written on scans of pages.
    pub fn ink(
        &mut self,
        sent: &[u8],
        file: &[u8],
        pages: Vec<MatchedPage>,
        areas: &[PageArea],
    ) -> Result<Vec<PageInk>, ExamineError> {
        let areas = areas.to_vec();
        let question = ExaminerQuestion::Ink { format: self.format, pages, areas };
        match self.ask(&question, &[sent, file])? {
            (ExaminerAnswer::Ink(pages), _) => Ok(pages),
            _ => Err(ExamineError::UnexpectedAnswer),
        }
    }

    /// A photographed page as a PNG, without its perspective; none if it does not fit the page that was
    /// sent. No side is longer than `max_px` pixels.
    pub fn flattened_png(
        &mut self,
        sent: &[u8],
        file: &[u8],
        page: MatchedPage,
        max_px: u32,
    ) -> Result<Option<Vec<u8>>, ExamineError> {
        let question = ExaminerQuestion::FlattenedPng { format: self.format, page, max_px };
        match self.ask(&question, &[sent, file])? {
            (ExaminerAnswer::Png, mut images) => Ok(images.pop()),
            _ => Err(ExamineError::UnexpectedAnswer),
        }
    }

    /// A page as a PNG, rotated back by `turn` degrees. No side is longer than `max_px` pixels.
    pub fn page_png(
        &mut self,
        file: &[u8],
        page: u32,
        turn: u16,
        max_px: u32,
    ) -> Result<Vec<u8>, ExamineError> {
        let question = ExaminerQuestion::PagePng { format: self.format, page, turn, max_px };
        match self.ask(&question, &[file])? {
            (ExaminerAnswer::Png, mut images) => images.pop().ok_or(ExamineError::UnexpectedAnswer),
            _ => Err(ExamineError::UnexpectedAnswer),
        }
    }
}

/// What the child does: it answers questions until there are no more.
pub fn serve() -> io::Result<()> {
    process_child::serve(subprocess::FILE_LIMITS, |question: ExaminerQuestion, blobs| {
        answer(question, &blobs)
            .unwrap_or_else(|error| (ExaminerAnswer::Failed(error.to_string()), Vec::new()))
    })
}

fn answer(
    question: ExaminerQuestion,
    blobs: &[Vec<u8>],
) -> Result<(ExaminerAnswer, Vec<Vec<u8>>), UnreadableFile> {
    let blob = |index: usize| blobs.get(index).map_or(&[][..], Vec::as_slice);
    let answer = match question {
        ExaminerQuestion::Contents { format, trust_store, now } => {
            ExaminerAnswer::Contents(contents(blob(0), format, &trust_store, now)?)
        }
        ExaminerQuestion::Compare { areas } => {
            ExaminerAnswer::Compare(compare_pdf(blob(0), blob(1), &areas)?)
        }
        ExaminerQuestion::Ink { format, pages, areas } => {
            let diffs = pages.iter().map(|page| {
                let diff = page_scan::ink_diff(&page.of(blob(0), blob(1), format), &areas);
                diff.map(|diff| PageInk { page: page.sent, diff })
            });
            ExaminerAnswer::Ink(diffs.collect::<Result<_, ScanError>>()?)
        }
        ExaminerQuestion::FlattenedPng { format, page, max_px } => {
            let pages = page.of(blob(0), blob(1), format);
            let png = page_scan::flattened_png(&pages, max_px)?;
            return Ok((ExaminerAnswer::Png, png.into_iter().collect()));
        }
        ExaminerQuestion::PagePng { format, page, turn, max_px } => {
            let png = page_scan::page_png(blob(0), format, page, turn, max_px)?;
            return Ok((ExaminerAnswer::Png, vec![png]));
        }
    };
    Ok((answer, Vec::new()))
}

/// Compares a PDF with the letter that was sent, by its objects and by its pages. A hostile file may take
/// any memory and time: call this in a child process.
pub fn compare_pdf(
    sent: &[u8],
    file: &[u8],
    areas: &[PageArea],
) -> Result<ComparedFile, UnreadableFile> {
    let boxes = fillable_boxes(areas);
    let comparison = pdf_signature::compare(sent, file, &boxes)?;
    // A program that only appends to a file has no reason to rewrite a page.
    let rewritten = if comparison.starts_with_sent_bytes {
        &[][..]
    } else {
        &comparison.pages_with_changed_content
    };
    let page_diffs = page_scan::pixel_diff(sent, file, areas, rewritten)?;
    Ok(ComparedFile { comparison, page_diffs })
}

/// The boxes of a letter that may be filled in: those to sign and those to write in.
fn fillable_boxes(areas: &[PageArea]) -> Vec<FillableBox> {
    let fillable = |area: &PageArea| {
        let purpose = match area.label.split_once('-') {
            Some(("sign", _)) => BoxPurpose::Sign,
            Some(("write", _)) => BoxPurpose::Write,
            _ => return None,
        };
        Some(FillableBox { area: area.clone(), purpose })
    };
    areas.iter().filter_map(fillable).collect()
}

/// The pages and signatures of a file. A PDF whose pages cannot be read still has its signatures.
fn contents(
    file: &[u8],
    format: FileFormat,
    trust_store: &TrustStore,
    now: Timestamp,
) -> Result<FileContents, UnreadableFile> {
    let pages = page_scan::scan_pages(file, format, &page_code::has_form);
    if format != FileFormat::Pdf {
        return Ok(FileContents { pages: pages?, ..FileContents::default() });
    }
    let signatures = pdf_signature::verify_signatures(file, trust_store, now)?;
    let (pages, unread_pages) = match pages {
        Ok(pages) => (pages, None),
        Err(error) => (Vec::new(), Some(scan_error(&error))),
    };
    let form = pdf_form::read_form(file).ok().filter(|form| form.has_form);
    Ok(FileContents { pages, signatures: Some(signatures), form, unread_pages })
}
