//! Compiles templates with a content to PDF and HTML bytes, with the Typst compiler, in process.
//!
//! One immutable [`Engine`] (fonts, templates, standard library) is shared by all workers; each
//! letter is compiled in a small world of its own, so that no letter can see another's content.
//! Must not know records, the ledger or mail: it takes JSON and gives bytes.

use super::box_room::{self, BoxRoom};
use super::expected_content::{self, ExpectedContent};
use super::template_names::DATA_LETTER;
use super::world::{SharedTemplates, TemplateFile, World};
use super::{page_text, typst_errors};
use crate::diagnostic::{Problem, SourceId, Span};
use crate::stages::{Stage, Stages};
use jiff::civil::Date;
use page_area::PageArea;
use std::collections::{BTreeMap, HashMap};
use typst::diag::{SourceDiagnostic, SourceResult};
use typst::foundations::{Bytes, Datetime, Label, Smart, Value};
use typst::introspection::MetadataElem;
use typst::syntax::FileId;
use typst::utils::PicoStr;
use typst::{Feature, Library, LibraryExt};
use typst_html::{HtmlDocument, HtmlOptions};
use typst_kit::fonts::FontStore;
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

/// Documents compiled between two clean-ups of Typst's caches: rarer ones take more memory and little
/// less time.
const EVICT_EVERY: usize = 16;
/// How many clean-ups a cached result stays without being used.
const EVICT_AGE: usize = 1;

/// Fonts, templates and standard library, shared by all workers.
pub struct Engine {
    templates: SharedTemplates,
    standards: PdfStandards,
    compiled: std::sync::atomic::AtomicUsize,
    stages: Stages,
}

/// The metadata of a PDF.
#[derive(Clone, Debug)]
pub struct Metadata {
    /// Title of the document.
    pub title: String,
    /// Author: the organisation.
    pub author: String,
    /// The reference, as a keyword.
    pub keywords: Vec<String>,
    /// Stable name, from which the document identifier is derived.
    pub identity: String,
    /// Date of the document.
    pub date: Date,
    /// What its pages have to show.
    pub expected: ExpectedContent,
}

/// A rendered PDF with the text of its pages.
#[derive(Clone, Debug)]
pub struct Pdf {
    /// Content of the PDF file.
    pub bytes: Vec<u8>,
    /// Number of pages.
    pub pages: usize,
    /// What it says, block by block in reading order.
    pub blocks: Vec<String>,
    /// Its boxes to sign and to write in.
    pub places: Vec<PageArea>,
    /// Where its template wants form fields (`field-…`).
    pub fields: Vec<PageArea>,
    /// Template files that were read for it.
    pub read: Vec<String>,
}

/// A finished HTML page.
#[derive(Clone, Debug)]
pub struct Html {
    /// The page as HTML.
    pub text: String,
    /// The mail's subject, as the template says it.
    pub subject: String,
    /// What a list of messages shows after the subject, if the template says it.
    pub preheader: Option<String>,
    /// Template files that were read for it.
    pub read: Vec<String>,
}

/// The text of a labelled `#metadata("…")`.
fn metadata(document: &HtmlDocument, label: &str) -> Option<String> {
    use typst::introspection::Introspector as _;
    let label = Label::new(PicoStr::intern(label))?;
    let content = document.introspector().query_label(label).ok()?;
    match &content.to_packed::<MetadataElem>()?.value {
        Value::Str(text) => Some(text.to_string()),
        _ => None,
    }
}

impl Engine {
    /// An engine over the files of `templates/`. `sources` names those that problems can point
    /// into; `today` is the date that templates may ask for: never the clock.
    pub fn new(
        files: Vec<TemplateFile>,
        sources: HashMap<String, SourceId>,
        today: Date,
    ) -> Result<Self, Problem> {
        let mut fonts = FontStore::new();
        fonts.extend(typst_kit::fonts::embedded());
        let library =
            Library::builder().with_features([Feature::Html].into_iter().collect()).build();
        let standards = PdfStandards::new(&[PdfStandard::Ua_1, PdfStandard::A_2a])
            .map_err(|error| Problem::error("E-PDF", error.message().to_string()))?;
        let templates = SharedTemplates::new(library, fonts, files, sources, datetime(today))?;
        let compiled = std::sync::atomic::AtomicUsize::new(0);
        Ok(Self { templates, standards, compiled, stages: Stages::default() })
    }

    /// Whether some font has a sign for a character. Spaces and line-breaking marks need none.
    pub fn can_print(&self, character: char) -> bool {
        character.is_whitespace() || self.templates.covers(character)
    }

    /// Where the time of all workers went so far.
    pub fn stages(&self) -> &Stages {
        &self.stages
    }

    /// How many documents were compiled so far.
    pub fn compiled(&self) -> usize {
        self.compiled.load(std::sync::atomic::Ordering::Relaxed)
    }

    /// Compiles a template of the project to PDF/UA-1 and PDF/A-2a. `data` is served to it as
    /// `data_path`.
    pub fn pdf(
        &self,
        main: &str,
        data_path: &'static str,
        data: Vec<u8>,
        metadata: &Metadata,
    ) -> Result<Pdf, Vec<Problem>> {
        let world = self.world(main, data_path, data)?;
        let mut document: PagedDocument = self.compile(&world)?;
        let unseen = self
            .stages
            .time(Stage::ReadBack, || expected_content::problems(&document, &metadata.expected));
        if !unseen.is_empty() {
            let whole = self.templates.whole(main);
            let placed = unseen.into_iter().map(|mut problem| {
                problem.span = whole;
                problem
            });
            return Err(placed.collect());
        }
        let info = document.info_mut();
        info.title = Some(metadata.title.as_str().into());
        info.author = vec![metadata.author.as_str().into()];
        info.keywords = metadata.keywords.iter().map(|word| word.as_str().into()).collect();
        let options = PdfOptions {
            ident: Smart::Custom(metadata.identity.clone()),
            creator: Smart::Custom(Some("missive".to_owned())),
            timestamp: datetime(metadata.date).map(Timestamp::new_utc),
            standards: self.standards.clone(),
            ..PdfOptions::default()
        };
        let bytes = self
            .stages
            .time(Stage::Export, || typst_pdf::pdf(&document, &options).map(without_suspects))
            .map_err(|errors| self.problems(&world, errors.iter()))?;
        let page_text::PageText { blocks, places, fields } =
            self.stages.time(Stage::ReadBack, || page_text::read(&document));
        Ok(Pdf { bytes, pages: document.pages().len(), blocks, places, fields, read: world.read() })
    }

    /// Compiles a template of the project to an HTML page, without a title; the template has to hold a
    /// `#metadata("…") <subject>`, and may hold a `<preheader>`.
    pub fn html(
        &self,
        main: &str,
        data_path: &'static str,
        data: Vec<u8>,
    ) -> Result<Html, Vec<Problem>> {
        let world = self.world(main, data_path, data)?;
        let document: HtmlDocument = self.compile(&world)?;
        let text = self
            .stages
            .time(Stage::Export, || typst_html::html(&document, &HtmlOptions::default()))
            .map_err(|errors| self.problems(&world, errors.iter()))?;
        let Some(subject) = metadata(&document, "subject") else {
            let mut problem = Problem::error(
                "E-SUBJECT",
                format!("templates/{main} ne dit pas l'objet du message"),
            )
            .help("ajouter une ligne #metadata(\"Lettre de mission …\") <subject>");
            problem.span = self.templates.whole(main);
            return Err(vec![problem]);
        };
        let preheader = metadata(&document, "preheader");
        Ok(Html { text, subject, preheader, read: world.read() })
    }

    /// Compiles a letter's template to pages only and measures its boxes to sign.
    pub fn box_rooms(&self, main: &str, data: Vec<u8>) -> Result<Vec<BoxRoom>, Vec<Problem>> {
        let world = self.world(main, DATA_LETTER, data)?;
        let document: PagedDocument = self.compile(&world)?;
        Ok(box_room::of_document(&document))
    }

    /// Compiles a letter's template to pages only and gives what they say.
    pub fn blocks(&self, main: &str, data: Vec<u8>) -> Result<Vec<String>, Vec<Problem>> {
        let world = self.world(main, DATA_LETTER, data)?;
        let document: PagedDocument = self.compile(&world)?;
        Ok(page_text::read(&document).blocks)
    }

    /// Hashes of the template files, by path within `templates/`.
    pub fn template_hashes(&self) -> &BTreeMap<String, String> {
        self.templates.hashes()
    }

    /// A hash over all fonts a template may use.
    pub fn fonts(&self) -> &str {
        self.templates.fonts_hash()
    }

    /// The compiler with its version, and that of the code around it.
    pub fn version() -> String {
        let typst = typst::utils::version();
        format!("typst {}, missive {}", typst.raw(), env!("CARGO_PKG_VERSION"))
    }

    /// Processor and system: floating-point arithmetic may differ in the last bit.
    pub fn platform() -> String {
        format!("{}-{}", std::env::consts::ARCH, std::env::consts::OS)
    }

    fn world<'e>(
        &'e self,
        main: &str,
        data_path: &'static str,
        data: Vec<u8>,
    ) -> Result<World<'e>, Vec<Problem>> {
        World::new(&self.templates, main, data_path, Bytes::new(data))
            .map_err(|problem| vec![problem])
    }

    fn compile<T: typst::foundations::Output>(&self, world: &World<'_>) -> Result<T, Vec<Problem>> {
        let count = self.compiled.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let result = self.stages.time(Stage::Compile, || {
            if count % EVICT_EVERY == EVICT_EVERY - 1 {
                comemo::evict(EVICT_AGE);
            }
            typst::compile::<T>(world)
        });
        let output: SourceResult<T> = result.output;
        let document = output.map_err(|errors| self.problems(world, errors.iter()))?;
        let warnings: Vec<&SourceDiagnostic> = result
            .warnings
            .iter()
            .filter(|warning| !warning.message.starts_with("html export is under active"))
            .collect();
        if warnings.is_empty() {
            Ok(document)
        } else {
            Err(self.problems(world, warnings.into_iter()))
        }
    }

    fn problems<'d>(
        &self,
        world: &World<'_>,
        diagnostics: impl Iterator<Item = &'d SourceDiagnostic>,
    ) -> Vec<Problem> {
        let mut problems: Vec<Problem> = Vec::new();
        for diagnostic in diagnostics {
            let mut problem = typst_errors::problem(diagnostic);
            problem.span = self.span(world, diagnostic);
            // One unclosed parenthesis makes the rest of its file wrong: only its first error is
            // reported.
            let same_file = |other: &Problem| {
                other.span.map(|span| span.source) == problem.span.map(|span| span.source)
            };
            let is_error = diagnostic.severity == typst::diag::Severity::Error;
            if !(is_error && problems.iter().any(same_file)) {
                problems.push(problem);
            }
        }
        problems
    }

    /// The place in a template: that of the problem, or the nearest call that lies in one.
    fn span(&self, world: &World<'_>, diagnostic: &SourceDiagnostic) -> Option<Span> {
        use typst::WorldExt as _;
        let in_file = |id: FileId, range: Option<std::ops::Range<usize>>| {
            Some(Span::new(self.templates.source_id(id)?, range?))
        };
        diagnostic.span.id().and_then(|id| in_file(id, world.range(diagnostic.span))).or_else(
            || {
                diagnostic
                    .trace
                    .iter()
                    .find_map(|point| in_file(point.span.id()?, world.range(point.span)))
            },
        )
    }
}

/// Blanks the catalogue's `/Suspects false`, which says what its absence says (ISO 32000-1,
/// 14.7.1) but makes poppler print a false "Syntax Error" for every file. Lengths and offsets stay.
fn without_suspects(mut bytes: Vec<u8>) -> Vec<u8> {
    const WORDS: &[u8] = b"<</Marked true/Suspects false>>";
    if let Some(at) = bytes.windows(WORDS.len()).rposition(|window| window == WORDS) {
        let start = at + b"<</Marked true".len();
        bytes[start..start + b"/Suspects false".len()].fill(b' ');
    }
    bytes
}

fn datetime(date: Date) -> Option<Datetime> {
    let month = u8::try_from(date.month()).ok()?;
    let day = u8::try_from(date.day()).ok()?;
    Datetime::from_ymd_hms(i32::from(date.year()), month, day, 0, 0, 0)
}
