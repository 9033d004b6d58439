//! `missive schema`: the schemas of the TOML files, and the line by which editors find them.

use crate::cli::args::Common;
use crate::cli::context;
use crate::cli::exit::Exit;
use crate::cli::ui::output::{Output, count};
use crate::files::{self, Written};
use crate::project::lock::{Lock, LockError};
use crate::project::{Project, SETTINGS, load, pending};
use crate::records::schema::directive::{self, Wired};
use crate::records::schema::documents::{self, DATA};
use serde_json::{Value, json};
use std::io;
use std::path::Path;

/// Why a file was left as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Skipped {
    /// Its line leads to another schema.
    Elsewhere,
    /// It is no UTF-8.
    Encoding,
    /// Someone wrote it meanwhile.
    Changed,
    /// It is a link to another file.
    Link,
}

impl Skipped {
    /// The word in JSON.
    fn word(self) -> &'static str {
        match self {
            Self::Elsewhere => "elsewhere",
            Self::Encoding => "encoding",
            Self::Changed => "changed",
            Self::Link => "link",
        }
    }

    /// What a person is told, with what to do.
    fn sentence(self, file: &str, line: &str) -> String {
        match self {
            Self::Elsewhere => format!(
                "la ligne « #:schema » de {file} mène ailleurs et n'est pas changée ; pour ce schéma, l'écrire ainsi : {line}"
            ),
            Self::Encoding => format!(
                "{file} n'est pas en UTF-8 et n'est pas changé ; l'enregistrer en UTF-8, puis relancer « missive schema »"
            ),
            Self::Changed => format!(
                "{file} vient d'être modifié par ailleurs et n'est pas changé ; relancer « missive schema »"
            ),
            Self::Link => format!(
                "{file} est un lien et n'est pas changé ; c'est le fichier où il mène qui doit avoir en tête : {line}"
            ),
        }
    }
}

/// What became of the lines.
#[derive(Default)]
struct Lines {
    added: Vec<String>,
    kept: Vec<String>,
    skipped: Vec<(String, Skipped)>,
}

/// Why the work stopped, and what to do.
type Refused = (String, &'static str);

/// The file system refused a path.
fn refused(path: &Path) -> impl Fn(io::Error) -> Refused + '_ {
    let todo = "vérifier vos droits et la place libre, puis relancer « missive schema »";
    move |error| (format!("{} : {}", printable_text::of_path(path), files::reason(&error)), todo)
}

/// Writes the schemas, and the lines unless they are not wanted.
pub fn run(output: &Output, common: &Common, no_lines: bool) -> Exit {
    let project = match context::project(output, common) {
        Ok(project) => project,
        Err(exit) => return exit,
    };
    let mut lines = Lines::default();
    let written = write(&project).and_then(|written| {
        if !no_lines {
            wire(&project, &mut lines)?;
        }
        Ok(written)
    });
    for (file, why) in &lines.skipped {
        output.warn(&why.sentence(file, &directive::line(file, schema_of(file))));
    }
    let written = match written {
        Ok(written) => written,
        Err((message, todo)) => {
            output.fail(&message, todo);
            return Exit::Environment;
        }
    };
    tell(output, written, Some(&lines).filter(|_| !no_lines));
    output.document("schema", None, document(&lines));
    Exit::Done
}

/// Writes both schemas; says whether that changed anything.
fn write(project: &Project) -> Result<bool, Refused> {
    let folder = project.path(documents::FOLDER);
    std::fs::create_dir_all(&folder).map_err(refused(&folder))?;
    let mut changed = false;
    for (path, value) in [(documents::SETTINGS, documents::settings()), (DATA, documents::data())] {
        let path = project.path(path);
        let written = files::write_whole(&path, documents::text(&value).as_bytes(), false);
        changed |= written.map_err(refused(&path))? != Written::Unchanged;
    }
    Ok(changed)
}

/// The schema that a file of the project follows.
fn schema_of(file: &str) -> &'static str {
    if file == SETTINGS { documents::SETTINGS } else { DATA }
}

/// Puts the line into every file that lacks one. A change of the files that was cut in the middle is
/// finished first: it expects them as they are.
fn wire(project: &Project, lines: &mut Lines) -> Result<(), Refused> {
    let busy = "attendre qu'elle finisse, puis relancer « missive schema »";
    let _lock = Lock::take(project).map_err(|error| match error {
        LockError::Busy => (error.to_string(), busy),
        LockError::Io(_) => (error.to_string(), "vérifier la place libre et vos droits"),
    })?;
    pending::settle(project).map_err(|error| (error.to_string(), error.todo()))?;
    let data = load::data_files(project).map_err(refused(&project.path("data")))?;
    let settings = (SETTINGS.to_owned(), project.path(SETTINGS));
    for (file, place) in std::iter::once(settings).chain(data) {
        match one(&file, &place).map_err(refused(&place))? {
            Ok(true) => lines.added.push(file),
            Ok(false) => lines.kept.push(file),
            Err(why) => lines.skipped.push((file, why)),
        }
    }
    Ok(())
}

/// Puts the line into a file; says whether it was missing.
fn one(file: &str, place: &Path) -> io::Result<Result<bool, Skipped>> {
    let bytes = files::read(place)?;
    let wired = match directive::wire(&bytes, file, schema_of(file)) {
        Wired::Added(wired) => wired,
        Wired::Kept => return Ok(Ok(false)),
        Wired::Elsewhere => return Ok(Err(Skipped::Elsewhere)),
        Wired::Undecodable => return Ok(Err(Skipped::Encoding)),
    };
    if std::fs::symlink_metadata(place)?.is_symlink() {
        return Ok(Err(Skipped::Link));
    }
    if files::read(place)? != bytes {
        return Ok(Err(Skipped::Changed));
    }
    files::replace_durably(place, &wired)?;
    Ok(Ok(true))
}

/// What was done, in sentences.
fn tell(output: &Output, written: bool, lines: Option<&Lines>) {
    let both = format!("{} et {DATA}", documents::SETTINGS);
    output.say(&match written {
        true => format!("Schémas écrits : {both}."),
        false => format!("Schémas déjà à jour : {both}."),
    });
    if let Some(lines) = lines {
        let added = match lines.added.len() {
            0 => "Ligne « #:schema » : aucune à ajouter".to_owned(),
            number => format!(
                "Ligne « #:schema » ajoutée en tête de {}",
                count(number, "fichier", "fichiers")
            ),
        };
        let kept = match lines.kept.len() {
            0 => String::new(),
            number => format!(" ; {} déjà", count(number, "fichier l'avait", "fichiers l'avaient")),
        };
        output.say(&format!("{added}{kept}."));
    }
    output.say(
        "Ensuite : ouvrir le dossier du projet dans VS Code, avec l'extension « Even Better TOML » (guide, page 12).",
    );
}

/// What was done, as JSON.
fn document(lines: &Lines) -> Value {
    let skipped: Vec<Value> = lines
        .skipped
        .iter()
        .map(|(file, why)| json!({ "file": file, "reason": why.word() }))
        .collect();
    json!({
        "schemas": [documents::SETTINGS, DATA],
        "lines": { "added": lines.added, "kept": lines.kept, "skipped": skipped },
    })
}
