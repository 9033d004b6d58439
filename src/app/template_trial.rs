//! Templates tried in a process of its own, under limits of memory and time, before anything is made
//! in this one: a template that asks for gigabytes or never ends is an error, not the end of the
//! command (decision 024).
//!
//! The process gets the files of `templates/` once, then one content after the other, and says what
//! is wrong with each. It knows no record but the content it is given.

use crate::diagnostic::{Problem, Severity, SourceId, Sources, Span};
use crate::render::engine::{Engine, Metadata};
use crate::render::template_names::{DATA_COVER, DATA_LETTER, DATA_REMINDER};
use crate::render::witness::Witness;
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

use crate::render::template_names::{COVER, LETTER, REMINDER};

/// The word of the command line that makes this program the process that tries.
pub const WORD: &str = "try-templates";

/// What is made of a content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Form {
    /// A letter.
    Letter,
    /// A cover as PDF.
    CoverPdf,
    /// A cover as HTML.
    CoverHtml,
    /// A reminder.
    Reminder,
}

impl Form {
    /// The template that makes it.
    pub fn main(self) -> &'static str {
        match self {
            Self::Letter => LETTER,
            Self::CoverPdf | Self::CoverHtml => COVER,
            Self::Reminder => REMINDER,
        }
    }
}

/// What the process is asked.
#[derive(Debug, Serialize, Deserialize)]
enum Question {
    /// Takes these files, whose octets come with it; `today` is what templates see as the day.
    Take { paths: Vec<String>, today: Date },
    /// Makes a document of a content, which comes with it; `shows` has to be on its pages.
    Make { form: Form, shows: Option<String> },
}

/// What it answers: what is wrong.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Answer {
    problems: Vec<Told>,
}

/// A problem on its way between two processes.
#[derive(Debug, Serialize, Deserialize)]
struct Told {
    warning: bool,
    code: String,
    message: String,
    label: Option<Box<str>>,
    help: Option<Box<str>>,
    /// Path within `templates/`, first and last octet.
    place: Option<(String, u32, u32)>,
}

impl Told {
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
        // Of which there are a few in a whole run.
        let code = Box::leak(self.code.into_boxed_str());
        Problem { severity, code, span, message, label, help, related: Vec::new() }
    }
}

/// What came of a try.
#[derive(Debug)]
pub enum Tried {
    /// These problems, or none.
    Made(Vec<Problem>),
    /// It took more memory or time than any document needs.
    Stopped(ChildError),
}

/// A process that tries templates.
pub struct Trial<'t> {
    files: &'t [TemplateFile],
    sources: &'t HashMap<String, SourceId>,
    today: Date,
    process: Option<ChildProcess>,
}

impl<'t> Trial<'t> {
    /// Tries these files; no process is started before there is something to try.
    pub fn new(
        files: &'t [TemplateFile],
        sources: &'t HashMap<String, SourceId>,
        today: Date,
    ) -> Self {
        Self { files, sources, today, process: None }
    }

    /// Makes a document of a content. After one that was stopped the next one gets a new process.
    pub fn make(&mut self, form: Form, content: &[u8], shows: Option<&str>) -> Tried {
        let shows = shows.map(str::to_owned);
        let asked = match &mut self.process {
            Some(process) => process.ask(&Question::Make { form, shows }, &[content]),
            None => match self.started() {
                Ok(process) => {
                    self.process.insert(process).ask(&Question::Make { form, shows }, &[content])
                }
                Err(error) => Err(error),
            },
        };
        match asked {
            Ok((Answer { problems }, _)) => {
                Tried::Made(problems.into_iter().map(|own| own.problem(self.sources)).collect())
            }
            Err(error) => {
                self.process = None;
                Tried::Stopped(error)
            }
        }
    }

    fn started(&self) -> Result<ChildProcess, ChildError> {
        let mut process = subprocess::start(WORD)?;
        let paths = self.files.iter().map(|file| file.path.clone()).collect();
        let blobs: Vec<&[u8]> = self.files.iter().map(|file| &*file.bytes).collect();
        let question = Question::Take { paths, today: self.today };
        let (Answer { .. }, _) = process.ask(&question, &blobs)?;
        Ok(process)
    }
}

/// The process that tries.
struct Bench {
    sources: Sources,
    engine: Result<Engine, Problem>,
    today: Date,
}

impl Bench {
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
        let engine = Engine::new(files, ids, today);
        Self { sources, engine, today }
    }

    fn make(&self, form: Form, content: Vec<u8>, shows: Option<String>) -> Vec<Problem> {
        let engine = match &self.engine {
            Ok(engine) => engine,
            Err(problem) => return vec![problem.clone()],
        };
        let words: Vec<String> = shows.into_iter().collect();
        let witness = match form {
            Form::Letter => Witness {
                code_on_every_page: !words.is_empty(),
                every_page: words,
                ..Witness::default()
            },
            _ => Witness { somewhere: words, ..Witness::default() },
        };
        let metadata = Metadata {
            title: "Essai".to_owned(),
            author: "Essai".to_owned(),
            keywords: Vec::new(),
            identity: "essai".to_owned(),
            date: self.today,
            witness,
        };
        let told = match form {
            Form::Letter => engine.pdf(LETTER, DATA_LETTER, content, &metadata).err(),
            Form::CoverPdf => engine.pdf(COVER, DATA_COVER, content, &metadata).err(),
            Form::CoverHtml => engine.html(COVER, DATA_COVER, content).err(),
            Form::Reminder => engine.html(REMINDER, DATA_REMINDER, content).err(),
        };
        told.unwrap_or_default()
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
    let mut workspace: Option<Bench> = None;
    process_child::serve(subprocess::TEMPLATE_LIMITS, |question, blobs: Vec<Vec<u8>>| {
        let problems = match (question, &workspace) {
            (Question::Take { paths, today }, _) => {
                workspace = Some(Bench::new(paths, blobs, today));
                Vec::new()
            }
            (Question::Make { form, shows }, Some(workspace)) => {
                let content = blobs.into_iter().next().unwrap_or_default();
                let problems = workspace.make(form, content, shows).into_iter();
                problems.map(|own| Told::new(own, &workspace.sources)).collect()
            }
            (Question::Make { .. }, None) => Vec::new(),
        };
        (Answer { problems }, Vec::new())
    })
}
