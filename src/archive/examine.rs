//! What the process that looks at a returned file is asked, and what it answers.

use super::child::{self, Died, Examiner};
use super::confine;
use super::kind::Kind;
use super::signature::{self, Authorities, Comparison, Examination};
use super::wording::scan_errors::scan_error;
use crate::letter::qr;
use jiff::Timestamp;
use page_area::PageArea;
use page_scan::{FileFormat, InkDiff, PageDiff, PagePair, ScanError, ScannedPage};
use serde::{Deserialize, Serialize};
use std::io;

/// A question; the file, or the letter as sent and the file, come with it.
#[derive(Clone, Debug, Serialize, Deserialize)]
enum Question {
    /// What pages and signatures are there?
    Look { format: FileFormat, authorities: Authorities, now: Timestamp },
    /// Is a PDF the letter that was sent?
    Compare { areas: Vec<PageArea> },
    /// What is on a picture of a page that the letter has not?
    Marks { format: FileFormat, pages: Vec<Pair>, areas: Vec<PageArea> },
    /// A photo of a page as a picture, laid flat on the page that was sent.
    Flat { format: FileFormat, pair: Pair, width: u32 },
    /// A page as a picture, upright.
    Picture { format: FileFormat, page: u32, turn: u16, width: u32 },
}

/// A page of the letter and the page of the file that shows it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Pair {
    /// Of the letter.
    pub sent: u32,
    /// Of the file.
    pub received: u32,
    /// What its code says.
    pub payload: String,
}

impl Pair {
    /// The two pages, with the files that hold them.
    fn of<'a>(&'a self, sent: &'a [u8], received: &'a [u8], format: FileFormat) -> PagePair<'a> {
        PagePair {
            sent,
            sent_page: self.sent,
            received,
            format,
            received_page: self.received,
            payload: &self.payload,
            wanted: &qr::has_form,
        }
    }
}

/// An answer.
#[derive(Debug, Serialize, Deserialize)]
enum Answer {
    Look(Look),
    Compare(Compared),
    Marks(Vec<(u32, InkDiff)>),
    Picture,
    Failed(String),
}

/// What is in a file.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Look {
    /// Its pages.
    pub pages: Vec<ScannedPage>,
    /// Its signatures, for a PDF.
    pub signatures: Option<Examination>,
    /// Why its pages could not be looked at although its signatures could.
    pub unseen: Option<String>,
}

/// How a PDF differs from the letter as it was sent.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Compared {
    /// By its objects.
    pub comparison: Comparison,
    /// By what its pages show.
    pub differences: Vec<PageDiff>,
}

/// Why a file could not be looked at.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unexamined {
    /// It said so itself.
    #[error("{0}")]
    Refused(String),
    /// The process that looked is no more.
    #[error(transparent)]
    Died(#[from] Died),
    /// It answered something else than what was asked.
    #[error("l'examen a donné une réponse incompréhensible")]
    Confused,
}

/// What looks at one file.
pub struct Eye {
    examiner: Examiner,
    format: FileFormat,
}

impl Eye {
    /// Opens it for a file of a kind that has pages; nothing for another kind.
    pub fn open(kind: Kind) -> Option<Result<Self, Unexamined>> {
        let format = match kind {
            Kind::Pdf => FileFormat::Pdf,
            Kind::Jpeg => FileFormat::Jpeg,
            Kind::Png => FileFormat::Png,
            Kind::Tiff => FileFormat::Tiff,
            _ => return None,
        };
        let examiner = Examiner::start().map_err(Unexamined::from);
        Some(examiner.map(|examiner| Self { examiner, format }))
    }

    fn ask(
        &mut self,
        question: &Question,
        blobs: &[&[u8]],
    ) -> Result<(Answer, Vec<Vec<u8>>), Unexamined> {
        match self.examiner.ask(question, blobs)? {
            (Answer::Failed(why), _) => Err(Unexamined::Refused(why)),
            told => Ok(told),
        }
    }

    /// What is in the file.
    pub fn look(
        &mut self,
        file: &[u8],
        authorities: &Authorities,
        now: Timestamp,
    ) -> Result<Look, Unexamined> {
        let authorities = authorities.clone();
        let question = Question::Look { format: self.format, authorities, now };
        match self.ask(&question, &[file])? {
            (Answer::Look(look), _) => Ok(look),
            _ => Err(Unexamined::Confused),
        }
    }

    /// Whether a PDF is the letter that was sent.
    pub fn compare(
        &mut self,
        sent: &[u8],
        file: &[u8],
        areas: &[PageArea],
    ) -> Result<Compared, Unexamined> {
        let question = Question::Compare { areas: areas.to_vec() };
        match self.ask(&question, &[sent, file])? {
            (Answer::Compare(compared), _) => Ok(compared),
            _ => Err(Unexamined::Confused),
        }
    }

    /// What is on pictures of pages that the letter has not.
    pub fn marks(
        &mut self,
        sent: &[u8],
        file: &[u8],
        pages: Vec<Pair>,
        areas: &[PageArea],
    ) -> Result<Vec<(u32, InkDiff)>, Unexamined> {
        let question = Question::Marks { format: self.format, pages, areas: areas.to_vec() };
        match self.ask(&question, &[sent, file])? {
            (Answer::Marks(marks), _) => Ok(marks),
            _ => Err(Unexamined::Confused),
        }
    }

    /// A photo of a page as a PNG, its perspective taken out; nothing when it could not be laid on
    /// the page that was sent.
    pub fn flat(
        &mut self,
        sent: &[u8],
        file: &[u8],
        pair: Pair,
        width: u32,
    ) -> Result<Option<Vec<u8>>, Unexamined> {
        let question = Question::Flat { format: self.format, pair, width };
        match self.ask(&question, &[sent, file])? {
            (Answer::Picture, mut blobs) => Ok(blobs.pop()),
            _ => Err(Unexamined::Confused),
        }
    }

    /// A page as a PNG, turned upright, so many points wide at most.
    pub fn picture(
        &mut self,
        file: &[u8],
        page: u32,
        turn: u16,
        width: u32,
    ) -> Result<Vec<u8>, Unexamined> {
        let question = Question::Picture { format: self.format, page, turn, width };
        match self.ask(&question, &[file])? {
            (Answer::Picture, mut blobs) => blobs.pop().ok_or(Unexamined::Confused),
            _ => Err(Unexamined::Confused),
        }
    }
}

/// The process that looks: answers until nothing more is asked.
pub fn serve() -> io::Result<()> {
    child::serve(confine::FILE, |question: Question, blobs| match answer(question, &blobs) {
        Ok(told) => told,
        Err(why) => (Answer::Failed(why), Vec::new()),
    })
}

fn answer(question: Question, blobs: &[Vec<u8>]) -> Result<(Answer, Vec<Vec<u8>>), String> {
    let blob = |at: usize| blobs.get(at).map_or(&[][..], Vec::as_slice);
    let failed = |error: ScanError| scan_error(&error);
    let told = match question {
        Question::Look { format, authorities, now } => {
            Answer::Look(look(blob(0), format, &authorities, now)?)
        }
        Question::Compare { areas } => Answer::Compare(compared(blob(0), blob(1), &areas)?),
        Question::Marks { format, pages, areas } => {
            let mut found = Vec::new();
            for own in pages {
                let diff = page_scan::ink_diff(&own.of(blob(0), blob(1), format), &areas);
                found.push((own.sent, diff.map_err(failed)?));
            }
            Answer::Marks(found)
        }
        Question::Flat { format, pair: own, width } => {
            let pages = own.of(blob(0), blob(1), format);
            let png = page_scan::flattened_png(&pages, width).map_err(failed)?;
            return Ok((Answer::Picture, png.into_iter().collect()));
        }
        Question::Picture { format, page, turn, width } => {
            let png = page_scan::page_png(blob(0), format, page, turn, width).map_err(failed)?;
            return Ok((Answer::Picture, vec![png]));
        }
    };
    Ok((told, Vec::new()))
}

/// A PDF held against the letter that was sent, by its objects and by its pages; else why it cannot be,
/// in French. A hostile file may take any memory and time: call it in a child process.
pub fn compared(sent: &[u8], file: &[u8], areas: &[PageArea]) -> Result<Compared, String> {
    let comparison = signature::compare(sent, file, areas).map_err(|e| e.to_string())?;
    // Who only adds to a file has no reason to draw a page otherwise.
    let anew = if comparison.prefix { &[][..] } else { &comparison.content_pages };
    let differences =
        page_scan::pixel_diff(sent, file, areas, anew).map_err(|error| scan_error(&error))?;
    Ok(Compared { comparison, differences })
}

/// Pages and signatures; a file whose signatures can be read and whose pages cannot is told as such.
fn look(
    file: &[u8],
    format: FileFormat,
    authorities: &Authorities,
    now: Timestamp,
) -> Result<Look, String> {
    let seen = page_scan::scan_pages(file, format, &qr::has_form);
    if format != FileFormat::Pdf {
        return Ok(Look { pages: seen.map_err(|error| scan_error(&error))?, ..Look::default() });
    }
    let signatures = signature::examine(file, authorities, now).map_err(|e| e.to_string())?;
    match seen {
        Ok(pages) => Ok(Look { pages, signatures: Some(signatures), unseen: None }),
        Err(why) => Ok(Look {
            pages: Vec::new(),
            signatures: Some(signatures),
            unseen: Some(scan_error(&why)),
        }),
    }
}
