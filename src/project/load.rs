//! Reads the files of a project, each once and whole, and reports those that cannot be.

use crate::diagnostic::{Problem, SourceId, Sources, Span};
use crate::files;
use crate::project::folder::{Project, SETTINGS};
use crate::project::replace_files;
use crate::project::sync_copies::{NamedText, is_marked_copy, originals};
use crate::records::{Records, Text};
use crate::render::world::TemplateFile;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;
use std::sync::Arc;
use std::{fs, io};

/// What a project holds.
#[derive(Debug, Default)]
pub struct Loaded {
    /// Every text read, for drawing problems.
    pub sources: Sources,
    /// The parsed records.
    pub records: Records,
    /// The files of `templates/`.
    pub templates: Vec<TemplateFile>,
    /// The Typst files among them, as sources.
    pub template_sources: HashMap<String, SourceId>,
    /// What is wrong so far.
    pub problems: Vec<Problem>,
}

/// A document that goes with every message.
#[derive(Clone, Debug)]
pub struct Enclosure {
    /// Name as an attachment: ASCII.
    pub name: String,
    /// What it is called for readers.
    pub title: String,
    /// Content of the file.
    pub bytes: Vec<u8>,
    /// SHA-256 of the bytes, in lower-case hexadecimal digits.
    pub hash: String,
}

fn unreadable(path: &str, error: &io::Error) -> Problem {
    Problem::error("E-READ", format!("{path} ne peut pas être lu : {}", files::reason(error))).help(
        "vérifier que le fichier existe, qu'il n'est pas ouvert ailleurs et que vous y avez droit",
    )
}

/// The files of records, by their path in the project: those of the ledger, the archive and what
/// imports keep are not among them.
pub fn data_files(project: &Project) -> io::Result<Vec<(String, PathBuf)>> {
    let ours = |path: &str| {
        ["ledger/", "archive/", "imports/"].iter().any(|folder| path.starts_with(folder))
    };
    let found = files::walk(&project.path("data"))?.into_iter();
    let records = found.filter(|(path, _)| !ours(path) && path.ends_with(".toml"));
    Ok(records.map(|(path, place)| (format!("data/{path}"), place)).collect())
}

impl Loaded {
    /// Reads all of a project; a change of its files that was interrupted is finished first.
    pub fn read(project: &Project) -> Self {
        let settled = replace_files::finish(project);
        let mut loaded = Self::read_with(project, &BTreeMap::new());
        if let Err(error) = settled {
            loaded.problems.push(error.problem());
        }
        loaded
    }

    /// Reads all of a project as if these files of records held these texts.
    pub fn read_with(project: &Project, instead: &BTreeMap<String, String>) -> Self {
        let mut loaded = Self::default();
        let mut texts = Vec::new();
        match files::read(&project.path(SETTINGS)) {
            Ok(bytes) => {
                let id: (SourceId, bool) = loaded.text(SETTINGS, bytes);
                texts.push(Text { id: id.0, is_settings: true, is_sound: id.1 });
            }
            Err(error) => loaded.problems.push(unreadable(SETTINGS, &error)),
        }
        match data_files(project) {
            Ok(found) => {
                let there: BTreeSet<String> = found.iter().map(|(path, _)| path.clone()).collect();
                let added = instead.keys().filter(|path| !there.contains(*path));
                let added: Vec<_> = added.map(|path| (path.clone(), project.path(path))).collect();
                for (shown, place) in found.into_iter().chain(added) {
                    if let Some(text) = instead.get(&shown) {
                        let id = loaded.sources.add(shown, text.as_str());
                        texts.push(Text { id, is_settings: false, is_sound: true });
                        continue;
                    }
                    match files::read(&place) {
                        Ok(bytes) => {
                            let id: (SourceId, bool) = loaded.text(&shown, bytes);
                            texts.push(Text { id: id.0, is_settings: false, is_sound: id.1 });
                        }
                        Err(error) => loaded.problems.push(unreadable(&shown, &error)),
                    }
                }
            }
            Err(error) => loaded.problems.push(unreadable("data/", &error)),
        }
        loaded.set_copies_aside(&mut texts);
        loaded.note_other_copies(project);
        loaded.records = Records::read(&texts, &loaded.sources, &mut loaded.problems);
        loaded.read_templates(project);
        loaded
    }

    /// Leaves out each file that is a copy of another one, with one error for all that it repeats.
    fn set_copies_aside(&mut self, texts: &mut Vec<Text>) {
        let sources = &self.sources;
        let files: Vec<NamedText<'_>> = texts
            .iter()
            .filter(|text| !text.is_settings)
            .map(|text| {
                let whole = Span::new(text.id, 0..0);
                let content = sources.get(text.id).map_or("", |source| &source.text);
                NamedText { path: sources.path(whole), text: content }
            })
            .collect();
        let copies: Vec<(String, String)> = files
            .iter()
            .zip(originals(&files))
            .filter_map(|(file, original)| Some((file.path.to_owned(), original?.to_owned())))
            .collect();
        let is_copy = |path: &str| copies.iter().any(|(copy, _)| copy == path);
        texts.retain(|text| !is_copy(sources.path(Span::new(text.id, 0..0))));
        self.problems.extend(copies.iter().map(|(copy, original)| {
            Problem::error("E-COPY", format!("{copy} est une copie de {original} : les mêmes fiches y sont deux fois"))
                .help(format!("comparer les deux fichiers, garder dans {original} ce qui est juste, puis sortir l'autre du dossier data/"))
        }));
    }

    /// Copies of what is not a file of records: nothing reads them, though they may say more.
    fn note_other_copies(&mut self, project: &Project) {
        for (folder, original) in [("", SETTINGS), ("data/ledger/", "ledger.sqlite")] {
            let entries = fs::read_dir(project.path(folder)).into_iter().flatten().flatten();
            let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
            let mut copies: Vec<String> = names
                .filter(|name| name.ends_with(".toml") || name.ends_with(".sqlite"))
                .filter(|name| is_marked_copy(name, original))
                .collect();
            copies.sort();
            self.problems.extend(copies.into_iter().map(|copy| {
                Problem::warning(
                    "W-COPY",
                    format!("{folder}{copy} est une copie de {folder}{original}, que rien ne lit"),
                )
                .help("un programme de synchronisation l'a sans doute faite : ce qui a été changé ou envoyé sur un autre ordinateur n'est peut-être que là ; comparer, puis la sortir du projet")
            }));
        }
    }

    /// Takes a file's text and says whether it is sound; a wrong encoding is a problem at its
    /// first bad byte.
    fn text(&mut self, path: &str, bytes: Vec<u8>) -> (SourceId, bool) {
        let bytes = match bytes.strip_prefix(b"\xef\xbb\xbf") {
            Some(rest) => rest.to_vec(),
            None => bytes,
        };
        match String::from_utf8(bytes) {
            Ok(text) => (self.sources.add(path, text), true),
            Err(error) => {
                let offset = error.utf8_error().valid_up_to();
                let bytes = error.into_bytes();
                let wide = bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff");
                let found = if wide { "UTF-16" } else { "Windows-1252, sans doute" };
                let text = String::from_utf8_lossy(&bytes).into_owned();
                let id = self.sources.add(path, text);
                self.problems.push(
                    Problem::error("E-ENCODING", format!("{path} n'est pas en UTF-8 ({found})"))
                        .at(Span::new(id, offset..offset + '\u{fffd}'.len_utf8()))
                        .label("premier caractère illisible")
                        .help("enregistrer le fichier en UTF-8 (menu « Enregistrer sous », codage UTF-8)"),
                );
                (id, false)
            }
        }
    }

    fn read_templates(&mut self, project: &Project) {
        let found = match files::walk(&project.path("templates")) {
            Ok(found) => found,
            Err(error) => {
                self.problems.push(unreadable("templates/", &error));
                return;
            }
        };
        for (path, place) in found {
            let shown = format!("templates/{path}");
            match files::read(&place) {
                Ok(bytes) => {
                    if path.ends_with(".typ") {
                        match std::str::from_utf8(&bytes) {
                            Ok(text) => {
                                let id = self.sources.add(shown, text);
                                self.template_sources.insert(path.clone(), id);
                            }
                            Err(_) => {
                                self.text(&shown, bytes);
                                continue;
                            }
                        }
                    }
                    self.templates.push(TemplateFile { path, bytes: Arc::from(bytes) });
                }
                Err(error) => self.problems.push(unreadable(&shown, &error)),
            }
        }
    }

    /// Reads the documents of a campaign; what cannot be sent is a problem.
    pub fn enclosures(
        &self,
        project: &Project,
        named: &[(String, Span)],
        ascii: impl Fn(&str) -> String,
        problems: &mut Vec<Problem>,
    ) -> Vec<Enclosure> {
        /// Above, a message is refused by many mail systems.
        const LARGEST: usize = 5_000_000;
        let mut list: Vec<Enclosure> = Vec::new();
        for (path, span) in named {
            let inside = !path.starts_with('/')
                && !path.contains(['\\', ':'])
                && !path.split('/').any(|part| matches!(part, ".." | "." | ""));
            if !inside {
                problems.push(
                    Problem::error(
                        "E-ENCLOSURE",
                        "une pièce jointe doit être dans le dossier du projet",
                    )
                    .at(*span)
                    .help("la copier dans enclosures/ et écrire \"enclosures/nom.pdf\""),
                );
                continue;
            }
            let bytes = match files::read(&project.path(path)) {
                Ok(bytes) => bytes,
                Err(error) => {
                    problems.push(unreadable(path, &error).at(*span));
                    continue;
                }
            };
            if !bytes.starts_with(b"%PDF-") {
                problems.push(
                    Problem::error("E-ENCLOSURE", "une pièce jointe doit être un PDF")
                        .at(*span)
                        .help("l'exporter en PDF"),
                );
                continue;
            }
            if bytes.len() > LARGEST {
                problems.push(
                    Problem::error(
                        "E-ENCLOSURE",
                        format!(
                            "cette pièce jointe fait {} Mo : elle serait refusée",
                            bytes.len() / 1_000_000
                        ),
                    )
                    .at(*span)
                    .help("la réduire sous 5 Mo, ou donner un lien dans le courrier"),
                );
                continue;
            }
            let file = path.rsplit('/').next().unwrap_or(path);
            let name = ascii(file);
            if list.iter().any(|other| other.name.eq_ignore_ascii_case(&name)) {
                problems.push(
                    Problem::error("E-DUPLICATE", "deux pièces jointes auraient le même nom")
                        .at(*span)
                        .help("renommer l'un des deux fichiers"),
                );
                continue;
            }
            let title = file.trim_end_matches(".pdf").replace(['_', '-'], " ");
            let hash = files::sha256(&bytes);
            list.push(Enclosure { name, title, bytes, hash });
        }
        list
    }
}
