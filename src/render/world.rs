//! What a template can see: the files of `templates/`, the embedded fonts, one JSON, one date.
//!
//! Nothing else exists for it: no other folder, no package, no network, no clock.

use crate::diagnostic::{Problem, SourceId, Span};
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;
use std::sync::{Arc, Mutex};
use typst::Library;
use typst::diag::{FileError, FileResult, PackageError};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst_kit::fonts::FontStore;

/// A file of `templates/`.
#[derive(Clone, Debug)]
pub struct TemplateFile {
    /// Path within `templates/`, with forward slashes.
    pub path: String,
    /// Content of the file.
    pub bytes: Arc<[u8]>,
}

/// A template file, read once; parsed once if it is Typst.
struct KnownFile {
    bytes: Bytes,
    source: Option<Source>,
    source_id: Option<SourceId>,
}

/// What all workers share: library, fonts and the files of `templates/`.
pub(super) struct SharedTemplates {
    library: LazyHash<Library>,
    fonts: FontStore,
    files: HashMap<FileId, KnownFile>,
    today: Option<Datetime>,
    hashes: BTreeMap<String, String>,
    fonts_hash: String,
}

/// The fonts that are compiled in: another release of Typst has other ones.
const EMBEDDED_FONTS: &str = "typst-assets 0.15.1";

fn hex(bytes: impl AsRef<[u8]>) -> String {
    bytes.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn file_id(path: &str) -> Option<FileId> {
    let path = VirtualPath::new(path).ok()?;
    Some(RootedPath::new(VirtualRoot::Project, path).intern())
}

impl SharedTemplates {
    pub(super) fn new(
        library: Library,
        mut fonts: FontStore,
        files: Vec<TemplateFile>,
        sources: HashMap<String, SourceId>,
        today: Option<Datetime>,
    ) -> Result<Self, Problem> {
        let mut known = HashMap::new();
        let mut hashes = BTreeMap::new();
        let mut of_fonts = Sha256::new();
        of_fonts.update(EMBEDDED_FONTS);
        for file in files {
            let lower = file.path.to_ascii_lowercase();
            let digest = Sha256::digest(&file.bytes);
            hashes.insert(file.path.clone(), hex(digest));
            let bytes = Bytes::new(file.bytes.to_vec());
            if lower.starts_with("fonts/") && (lower.ends_with(".ttf") || lower.ends_with(".otf")) {
                let found: Vec<_> = Font::iter(bytes.clone())
                    .map(|font| {
                        let info = font.info().clone();
                        (font, info)
                    })
                    .collect();
                of_fonts.update(digest);
                let none = found.is_empty();
                fonts.extend(found);
                if none {
                    return Err(Problem::error(
                        "E-FONT",
                        format!("templates/{} n'est pas une police lisible", file.path),
                    )
                    .help("remplacer ce fichier par une police TrueType ou OpenType"));
                }
            }
            let Some(id) = file_id(&file.path) else {
                continue;
            };
            let source = (lower.ends_with(".typ"))
                .then(|| std::str::from_utf8(&file.bytes).ok())
                .flatten()
                .map(|text| Source::new(id, text.to_owned()));
            let source_id = sources.get(&file.path).copied();
            known.insert(id, KnownFile { bytes, source, source_id });
        }
        let fonts_hash = hex(of_fonts.finalize());
        let library = LazyHash::new(library);
        Ok(Self { library, fonts, files: known, today, hashes, fonts_hash })
    }

    /// Whether some font has a sign for a character.
    pub(super) fn covers(&self, character: char) -> bool {
        let book = self.fonts.book();
        (0..)
            .map_while(|index| book.info(index))
            .any(|info| info.coverage.contains(u32::from(character)))
    }

    pub(super) fn hashes(&self) -> &BTreeMap<String, String> {
        &self.hashes
    }

    pub(super) fn fonts_hash(&self) -> &str {
        &self.fonts_hash
    }

    pub(super) fn source_id(&self, id: FileId) -> Option<SourceId> {
        self.files.get(&id)?.source_id
    }

    /// The start of a template, for problems that concern all of it.
    pub(super) fn whole(&self, path: &str) -> Option<Span> {
        Some(Span::new(self.source_id(file_id(path)?)?, 0..0))
    }
}

/// The world of one document.
pub(super) struct World<'e> {
    templates: &'e SharedTemplates,
    main: FileId,
    data_id: FileId,
    data: Bytes,
    /// What was asked for; also on a cached result, whose questions are asked again.
    read: Mutex<HashSet<FileId>>,
}

impl<'e> World<'e> {
    pub(super) fn new(
        templates: &'e SharedTemplates,
        main: &str,
        data_path: &str,
        data: Bytes,
    ) -> Result<Self, Problem> {
        let absent = || {
            Problem::error("E-TEMPLATE", format!("il manque le gabarit templates/{main}"))
                .help("le restaurer, ou recopier celui que « missive init » écrit")
        };
        let main_id =
            file_id(main).filter(|id| templates.files.contains_key(id)).ok_or_else(absent)?;
        if templates.files.get(&main_id).is_some_and(|file| file.source.is_none()) {
            return Err(Problem::error(
                "E-ENCODING",
                format!("templates/{main} n'est pas en UTF-8"),
            )
            .help("l'enregistrer en UTF-8"));
        }
        let data_id = file_id(data_path).ok_or_else(absent)?;
        Ok(Self { templates, main: main_id, data_id, data, read: Mutex::default() })
    }

    /// The template files that were read so far, sorted.
    pub(super) fn read(&self) -> Vec<String> {
        let read = self.read.lock().map(|read| read.clone()).unwrap_or_default();
        let mut paths: Vec<String> =
            read.iter().map(|id| id.get().vpath().get_without_slash().to_owned()).collect();
        paths.sort();
        paths
    }

    fn known(&self, id: FileId) -> FileResult<&KnownFile> {
        if matches!(id.get().root(), VirtualRoot::Package(_)) {
            return Err(FileError::Package(PackageError::Other(None)));
        }
        if let Ok(mut read) = self.read.lock() {
            read.insert(id);
        }
        self.templates.files.get(&id).ok_or_else(|| {
            FileError::NotFound(Path::new(id.get().vpath().get_without_slash()).to_owned())
        })
    }
}

impl typst::World for World<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &self.templates.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        self.templates.fonts.book()
    }

    fn main(&self) -> FileId {
        self.main
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        let file = self.known(id)?;
        file.source.clone().ok_or(FileError::NotSource)
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == self.data_id {
            return Ok(self.data.clone());
        }
        Ok(self.known(id)?.bytes.clone())
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.templates.fonts.font(index)
    }

    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        self.templates.today
    }
}
