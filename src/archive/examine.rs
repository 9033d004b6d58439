//! What the process that looks at a returned file is asked, and what it answers.

use super::kind::Kind;
use super::pages::{self, Failure, Marks, Page, PageDifference};
use super::signature::{self, Authorities, Comparison, Examination};
use crate::subprocess;
use jiff::Timestamp;
use page_area::PageArea;
use process_child::{ChildError, ChildProcess};
use serde::{Deserialize, Serialize};
use std::io;

/// The word of the command line that makes this program the process that looks.
pub const ARGUMENT: &str = "examine-returned-file";

/// A question; the file, or the letter as sent and the file, come with it.
#[derive(Clone, Debug, Serialize, Deserialize)]
enum Question {
    /// What pages and signatures are there?
    Look { kind: pages::Kind, authorities: Authorities, now: Timestamp },
    /// Is a PDF the letter that was sent?
    Compare { areas: Vec<PageArea> },
    /// What is on a picture of a page that the letter has not?
    Marks { kind: pages::Kind, pages: Vec<Pair>, areas: Vec<PageArea> },
    /// A photo of a page as a picture, laid flat on the page that was sent.
    Flat { kind: pages::Kind, pair: Pair, width: u32 },
    /// A page as a picture, upright.
    Picture { kind: pages::Kind, page: u32, turn: u16, width: u32 },
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

/// An answer.
#[derive(Debug, Serialize, Deserialize)]
enum Answer {
    Look(Look),
    Compare(Compared),
    Marks(Vec<(u32, Marks)>),
    Picture,
    Failed(String),
}

/// What is in a file.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Look {
    /// Its pages.
    pub pages: Vec<Page>,
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
    pub differences: Vec<PageDifference>,
}

/// Why a file could not be looked at.
#[derive(Debug, thiserror::Error)]
pub enum Unexamined {
    /// It said so itself.
    #[error("{0}")]
    Refused(String),
    /// The process that looked is no more.
    #[error("{}", subprocess::reason(.0))]
    Child(#[from] ChildError),
    /// It answered something else than what was asked.
    #[error("l'examen a donné une réponse incompréhensible")]
    Confused,
}

/// What looks at one file.
pub struct Eye {
    child: ChildProcess,
    kind: pages::Kind,
}

impl Eye {
    /// Opens it for a file of a kind that has pages; nothing for another kind.
    pub fn open(kind: Kind) -> Option<Result<Self, Unexamined>> {
        let kind = match kind {
            Kind::Pdf => pages::Kind::Pdf,
            Kind::Jpeg => pages::Kind::Jpeg,
            Kind::Png => pages::Kind::Png,
            Kind::Tiff => pages::Kind::Tiff,
            _ => return None,
        };
        let child = subprocess::start(ARGUMENT).map_err(Unexamined::from);
        Some(child.map(|child| Self { child, kind }))
    }

    fn ask(
        &mut self,
        question: &Question,
        blobs: &[&[u8]],
    ) -> Result<(Answer, Vec<Vec<u8>>), Unexamined> {
        match self.child.ask(question, blobs)? {
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
        let question = Question::Look { kind: self.kind, authorities, now };
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
    ) -> Result<Vec<(u32, Marks)>, Unexamined> {
        let question = Question::Marks { kind: self.kind, pages, areas: areas.to_vec() };
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
        let question = Question::Flat { kind: self.kind, pair, width };
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
        let question = Question::Picture { kind: self.kind, page, turn, width };
        match self.ask(&question, &[file])? {
            (Answer::Picture, mut blobs) => blobs.pop().ok_or(Unexamined::Confused),
            _ => Err(Unexamined::Confused),
        }
    }
}

/// The process that looks: answers until nothing more is asked.
pub fn serve() -> io::Result<()> {
    process_child::serve(subprocess::FILE_LIMITS, |question: Question, blobs| {
        match answer(question, &blobs) {
            Ok(told) => told,
            Err(why) => (Answer::Failed(why), Vec::new()),
        }
    })
}

fn answer(question: Question, blobs: &[Vec<u8>]) -> Result<(Answer, Vec<Vec<u8>>), String> {
    let blob = |at: usize| blobs.get(at).map_or(&[][..], Vec::as_slice);
    let failed = |failure: Failure| failure.to_string();
    let told = match question {
        Question::Look { kind, authorities, now } => {
            Answer::Look(look(blob(0), kind, &authorities, now)?)
        }
        Question::Compare { areas } => Answer::Compare(compared(blob(0), blob(1), &areas)?),
        Question::Marks { kind, pages, areas } => {
            let mut found = Vec::new();
            for own in pages {
                let marks = pages::marks(
                    blob(0),
                    own.sent,
                    blob(1),
                    kind,
                    own.received,
                    &own.payload,
                    &areas,
                );
                found.push((own.sent, marks.map_err(failed)?));
            }
            Answer::Marks(found)
        }
        Question::Flat { kind, pair: own, width } => {
            let png = pages::straightened(
                blob(0),
                own.sent,
                blob(1),
                kind,
                own.received,
                &own.payload,
                width,
            );
            return Ok((Answer::Picture, png.map_err(failed)?.into_iter().collect()));
        }
        Question::Picture { kind, page, turn, width } => {
            let png = pages::picture(blob(0), kind, page, turn, width).map_err(failed)?;
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
        pages::differences(sent, file, areas, anew).map_err(|failure| failure.to_string())?;
    Ok(Compared { comparison, differences })
}

/// Pages and signatures; a file whose signatures can be read and whose pages cannot is told as such.
fn look(
    file: &[u8],
    kind: pages::Kind,
    authorities: &Authorities,
    now: Timestamp,
) -> Result<Look, String> {
    let seen = pages::look(file, kind);
    if kind != pages::Kind::Pdf {
        return Ok(Look { pages: seen.map_err(|e| e.to_string())?, ..Look::default() });
    }
    let signatures = signature::examine(file, authorities, now).map_err(|e| e.to_string())?;
    match seen {
        Ok(pages) => Ok(Look { pages, signatures: Some(signatures), unseen: None }),
        Err(why) => Ok(Look {
            pages: Vec::new(),
            signatures: Some(signatures),
            unseen: Some(why.to_string()),
        }),
    }
}
