//! Templates tried in a process of its own, under limits of memory and time, before anything is made
//! in this one: a template that asks for gigabytes or never ends is an error, not the end of the
//! command (decision 024).
//!
//! The process gets the files of `templates/` once, then one content after the other, and says what
//! is wrong with each. It knows no record but the content it is given.

use crate::app::letter_checks::template_reading::{blocks_of_html, cramped_boxes, mistakes_of};
use crate::diagnostic::{Problem, Severity, SourceId, Sources, Span};
use crate::render::engine::{Engine, Metadata};
use crate::render::expected_content::ExpectedContent;
use crate::render::template_names::{
    DATA_COVER, DATA_DESIGNATION, DATA_LETTER, DATA_REFERENT, DATA_REMINDER,
};
use crate::render::worker_pool;
use crate::render::world::TemplateFile;
use crate::subprocess;
use jiff::civil::Date;
use process_child::{ChildError, ChildProcess};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::io;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use crate::render::template_names::{COVER, DESIGNATION, LETTER, REFERENT, REMINDER};

/// The word of the command line that makes this program the process that tries.
pub const WORD: &str = "try-templates";

/// A kind of document that a template makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DocumentForm {
    /// A letter.
    Letter,
    /// A cover as PDF.
    CoverPdf,
    /// A cover as HTML.
    CoverHtml,
    /// A reminder.
    Reminder,
    /// A request to designate a referent.
    Designation,
    /// A message to a referent.
    Referent,
}

impl DocumentForm {
    /// The template that makes it.
    pub fn main(self) -> &'static str {
        match self {
            Self::Letter => LETTER,
            Self::CoverPdf | Self::CoverHtml => COVER,
            Self::Reminder => REMINDER,
            Self::Designation => DESIGNATION,
            Self::Referent => REFERENT,
        }
    }
}

/// What the process is asked.
#[derive(Debug, Serialize, Deserialize)]
enum TrialQuestion {
    /// Takes these files, whose bytes come with it; `today` is what templates see as the day.
    Take { paths: Vec<String>, today: Date },
    /// Makes a document of a content, which comes with it; `shows` has to be on its pages.
    /// With `reads`, its French is read and its boxes are measured, too.
    Make { form: DocumentForm, shows: Option<String>, reads: bool },
}

/// What it answers: what is wrong.
#[derive(Debug, Default, Serialize, Deserialize)]
struct TrialAnswer {
    problems: Vec<SentProblem>,
}

/// A problem on its way between two processes.
#[derive(Debug, Serialize, Deserialize)]
struct SentProblem {
    warning: bool,
    code: String,
    message: String,
    label: Option<Box<str>>,
    help: Option<Box<str>>,
    /// Path within `templates/`, first byte, and one past the last.
    place: Option<(String, u32, u32)>,
}

impl SentProblem {
    fn new(problem: Problem, sources: &Sources) -> Self {
        let place = problem.span.map(|span| (sources.path(span).to_owned(), span.start, span.end));
        let Problem { severity, code, message, label, help, .. } = problem;
        let warning = severity == Severity::Warning;
        Self { warning, code: code.to_owned(), message, label, help, place }
    }

    fn problem(self, sources: &HashMap<String, SourceId>) -> Problem {
        let severity = if self.warning { Severity::Warning } else { Severity::Error };
        let span = self
            .place
            .and_then(|(path, start, end)| Some(Span { source: *sources.get(&path)?, start, end }));
        let Self { message, label, help, .. } = self;
        // A run has a few problems at most, so little is leaked.
        let code = Box::leak(self.code.into_boxed_str());
        Problem { severity, code, span, message, label, help, related: Vec::new() }
    }
}

/// What came of a trial.
#[derive(Debug)]
pub enum TrialResult {
    /// These problems, or none.
    Made(Vec<Problem>),
    /// It took more memory or time than any document needs.
    Stopped(ChildError),
}

/// A process that tries templates.
pub struct TemplateTrial<'t> {
    files: &'t [TemplateFile],
    sources: &'t HashMap<String, SourceId>,
    today: Date,
    reads: bool,
    process: Option<ChildProcess>,
}

impl<'t> TemplateTrial<'t> {
    /// Tries these files; no process is started before there is something to try.
    pub fn new(
        files: &'t [TemplateFile],
        sources: &'t HashMap<String, SourceId>,
        today: Date,
    ) -> Self {
        Self { files, sources, today, reads: false, process: None }
    }

    /// Its documents are read as well: what they say is the templates' and no record's.
    pub fn reading(self) -> Self {
        Self { reads: true, ..self }
    }

    /// Makes a document of a content. After one that was stopped the next one gets a new process.
    pub fn make(&mut self, form: DocumentForm, content: &[u8], shows: Option<&str>) -> TrialResult {
        let shows = shows.map(str::to_owned);
        let answer = match &mut self.process {
            Some(process) => {
                process.ask(&TrialQuestion::Make { form, shows, reads: self.reads }, &[content])
            }
            None => match self.started() {
                Ok(process) => self
                    .process
                    .insert(process)
                    .ask(&TrialQuestion::Make { form, shows, reads: self.reads }, &[content]),
                Err(error) => Err(error),
            },
        };
        match answer {
            Ok((TrialAnswer { problems }, _)) => TrialResult::Made(
                problems.into_iter().map(|sent| sent.problem(self.sources)).collect(),
            ),
            Err(error) => {
                self.process = None;
                TrialResult::Stopped(error)
            }
        }
    }

    fn started(&self) -> Result<ChildProcess, ChildError> {
        let mut process = subprocess::start(WORD)?;
        let paths = self.files.iter().map(|file| file.path.clone()).collect();
        let blobs: Vec<&[u8]> = self.files.iter().map(|file| &*file.bytes).collect();
        let question = TrialQuestion::Take { paths, today: self.today };
        let (TrialAnswer { .. }, _) = process.ask(&question, &blobs)?;
        Ok(process)
    }
}

/// The templates in the process that tries them.
struct TrialServer {
    sources: Sources,
    ids: HashMap<String, SourceId>,
    engine: Result<Engine, Problem>,
    today: Date,
}

impl TrialServer {
    fn new(paths: Vec<String>, blobs: Vec<Vec<u8>>, today: Date) -> Self {
        let mut sources = Sources::default();
        let mut ids = HashMap::new();
        let mut files = Vec::new();
        for (path, bytes) in paths.into_iter().zip(blobs) {
            if let Some(text) = std::str::from_utf8(&bytes).ok().filter(|_| path.ends_with(".typ"))
            {
                ids.insert(path.clone(), sources.add(path.clone(), text));
            }
            files.push(TemplateFile { path, bytes: Arc::from(bytes) });
        }
        let engine = Engine::new(files, ids.clone(), today);
        Self { sources, ids, engine, today }
    }

    fn make(
        &self,
        (form, reads): (DocumentForm, bool),
        content: Vec<u8>,
        shows: Option<String>,
    ) -> Vec<Problem> {
        let engine = match &self.engine {
            Ok(engine) => engine,
            Err(problem) => return vec![problem.clone()],
        };
        let words: Vec<String> = shows.into_iter().collect();
        let expected = match form {
            DocumentForm::Letter => ExpectedContent {
                code_on_every_page: !words.is_empty(),
                every_page: words,
                ..ExpectedContent::default()
            },
            _ => ExpectedContent { somewhere: words, ..ExpectedContent::default() },
        };
        let metadata = Metadata {
            title: "Essai".to_owned(),
            author: "Essai".to_owned(),
            keywords: Vec::new(),
            identity: "essai".to_owned(),
            date: self.today,
            expected,
        };
        let whole = metadata.expected.every_page.first().cloned();
        let rooms = match form {
            DocumentForm::Letter if reads => engine.box_rooms(LETTER, content.clone()),
            _ => Ok(Vec::new()),
        };
        let pdf_blocks =
            |main, data| engine.pdf(main, data, content.clone(), &metadata).map(|pdf| pdf.blocks);
        let html_blocks = |main, data| {
            engine.html(main, data, content.clone()).map(|page| {
                let in_a_list = [Some(page.subject), page.preheader].into_iter().flatten();
                blocks_of_html(&page.text).into_iter().chain(in_a_list).collect()
            })
        };
        let blocks = match form {
            DocumentForm::Letter => pdf_blocks(LETTER, DATA_LETTER),
            DocumentForm::CoverPdf => pdf_blocks(COVER, DATA_COVER),
            DocumentForm::CoverHtml => html_blocks(COVER, DATA_COVER),
            DocumentForm::Reminder => html_blocks(REMINDER, DATA_REMINDER),
            DocumentForm::Designation => html_blocks(DESIGNATION, DATA_DESIGNATION),
            DocumentForm::Referent => html_blocks(REFERENT, DATA_REFERENT),
        };
        let read = match (blocks, rooms) {
            (Err(problems), _) | (_, Err(problems)) => return problems,
            (Ok(_), Ok(_)) if !reads => return Vec::new(),
            (Ok(blocks), Ok(rooms)) => {
                mistakes_of(&blocks, whole.as_deref()).into_iter().chain(cramped_boxes(&rooms))
            }
        };
        let place = self.ids.get(form.main()).map(|id| Span::new(*id, 0..0));
        let placed = read.map(|problem| Problem { span: place, ..problem });
        placed.collect()
    }
}

/// The process that tries: answers until nothing more is asked.
pub fn serve() -> io::Result<()> {
    let mut ended = Ok(());
    // On a worker's stack, as letters are.
    worker_pool::run(
        1,
        1,
        &AtomicBool::new(false),
        |_| answer_all(),
        |_, outcome| ended = outcome.unwrap_or_else(|| Err(io::Error::other("panic"))),
    );
    ended
}

fn answer_all() -> io::Result<()> {
    let mut server: Option<TrialServer> = None;
    process_child::serve(subprocess::TEMPLATE_LIMITS, |question, blobs: Vec<Vec<u8>>| {
        let problems = match (question, &server) {
            (TrialQuestion::Take { paths, today }, _) => {
                server = Some(TrialServer::new(paths, blobs, today));
                Vec::new()
            }
            (TrialQuestion::Make { form, shows, reads }, Some(server)) => {
                let content = blobs.into_iter().next().unwrap_or_default();
                let problems = server.make((form, reads), content, shows).into_iter();
                problems.map(|problem| SentProblem::new(problem, &server.sources)).collect()
            }
            (TrialQuestion::Make { .. }, None) => Vec::new(),
        };
        (TrialAnswer { problems }, Vec::new())
    })
}
