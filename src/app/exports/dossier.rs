//! A dossier: everything about the letters of one school, in one folder that reads without missive.

use crate::app::error::{ErrorKind, UserError};
use crate::app::exports::documents::{self, ExportDocument};
use crate::app::exports::dossier_page::DossierPage;
use crate::app::exports::letter_history::{self, LetterHistory, SentMessage};
use crate::app::exports::target::{ExportWriteError, FolderTargetError, require_new_folder};
use crate::app::workspace::Workspace;
use crate::archive::store::Archive;
use crate::files;
use crate::ledger::{Ledger, LedgerError};
use crate::project::folder::Project;
use crate::records::settings::Settings;
use jiff::civil::Date;
use serde::Serialize;
use std::collections::BTreeSet;
use std::io;
use std::path::Path;

/// A school's dossier to write.
#[derive(Clone, Copy)]
pub struct DossierRequest<'r> {
    /// The project folder.
    pub project: &'r Project,
    /// Its ledger, if there is one.
    pub ledger: Option<&'r Ledger>,
    /// The school's code, in any case.
    pub uai: &'r str,
    /// The folder to make.
    pub folder: &'r Path,
    /// The day it is.
    pub today: Date,
}

/// A dossier that was written. Serialized, it is the JSON document of `dossier`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Dossier {
    /// The school.
    pub uai: String,
    /// The folder.
    pub folder: String,
    /// The references of its letters.
    pub letters: BTreeSet<String>,
    /// The paths of its files within the folder, also of those that are lost.
    pub files: Vec<String>,
    /// The titles of the files whose original is missing or changed: they are not in the folder.
    pub lost: Vec<String>,
}

/// Why a dossier cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum DossierError {
    /// No letter to such a school has left.
    #[error("rien n'est noté de « {0} »")]
    UnknownSchool(String),
    /// The folder cannot be made.
    #[error(transparent)]
    Target(#[from] FolderTargetError),
    /// The ledger cannot be read.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// A file cannot be written.
    #[error(transparent)]
    Write(#[from] ExportWriteError),
}

impl UserError for DossierError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::UnknownSchool(_) => ErrorKind::Usage,
            Self::Target(error) => error.kind(),
            Self::Ledger(error) => error.kind(),
            Self::Write(error) => error.kind(),
        }
    }

    fn todo(&self) -> String {
        match self {
            Self::UnknownSchool(_) => {
                "donner le nom ou l'UAI d'un établissement à qui une lettre a été faite".to_owned()
            }
            Self::Target(error) => error.todo(),
            Self::Ledger(error) => UserError::todo(error),
            Self::Write(error) => error.todo(),
        }
    }
}

/// Writes the dossier of a school.
pub fn write_dossier(request: DossierRequest<'_>) -> Result<Dossier, DossierError> {
    let DossierRequest { project, uai, folder, .. } = request;
    let unknown = || DossierError::UnknownSchool(uai.to_owned());
    let ledger = request.ledger.ok_or_else(unknown)?;
    let references = letters_of(ledger, uai)?;
    let school = uai.to_ascii_uppercase();
    let requests = letter_history::requests_to(ledger, &school)?;
    if references.is_empty() && requests.is_empty() {
        return Err(unknown());
    }
    require_new_folder(project, folder)?;
    let letters = letter_history::read_letters(ledger, &references)?;
    let documents = all_documents(&request, &letters, &requests);
    let archive = Archive::new(project.root());
    let lost = write_folder(folder, &documents, |document| document.read(ledger, &archive))
        .map_err(|error| ExportWriteError::new(folder, error))?;
    let files = documents.into_iter().map(|document| document.path).collect();
    let (uai, folder) = (uai.to_ascii_uppercase(), printable_text::path_value(folder));
    Ok(Dossier { uai, folder, letters: references, files, lost })
}

/// The letters of a school that left, whatever their campaigns.
fn letters_of(ledger: &Ledger, uai: &str) -> Result<BTreeSet<String>, LedgerError> {
    let revisions = ledger.sent_revisions()?;
    let of_school = revisions.into_iter().filter(|one| one.uai.eq_ignore_ascii_case(uai));
    Ok(of_school.map(|revision| revision.reference).collect())
}

/// The files of the letters and of the requests to designate a referent, and the page.
fn all_documents(
    request: &DossierRequest<'_>,
    letters: &[LetterHistory],
    requests: &[SentMessage],
) -> Vec<ExportDocument> {
    let (workspace, _) = Workspace::open(request.project.clone(), &[]);
    let settings = workspace.loaded.records.settings.as_ref();
    let organisation = settings.map_or(String::new(), organisation);
    let school = letters.iter().map(|letter| letter.school.as_str()).find(|name| !name.is_empty());
    let uai = request.uai.to_ascii_uppercase();
    // A school that was only asked for a referent has no letter that names it.
    let mut records = workspace.loaded.records.establishments.iter();
    let record = records.find(|school| school.uai.as_str() == uai);
    let school = school.or(record.map(|school| &*school.name.value));
    let title = format!("{} ({uai})", school.unwrap_or("Établissement"));
    let day = request.today;
    let page = DossierPage { title: &title, organisation: &organisation, day, letters, requests };
    let html = page.to_html();
    let mut documents = documents::documents(letters);
    documents.extend(documents::documents_of_requests(requests));
    documents.push(ExportDocument::index_page(title, html));
    documents
}

/// Organisation and service, as an export names its maker.
pub fn organisation(settings: &Settings) -> String {
    let organisation = &settings.organisation;
    format!("{} – {}", organisation.name.value, organisation.service.value)
}

/// Writes documents into a new folder, which is there whole or not at all. Gives the titles of those that
/// cannot be read.
fn write_folder(
    folder: &Path,
    documents: &[ExportDocument],
    read: impl Fn(&ExportDocument) -> io::Result<Vec<u8>>,
) -> io::Result<Vec<String>> {
    let unfinished = files::begin_folder(folder)?;
    let mut lost = Vec::new();
    for document in documents {
        let path = unfinished.path().join(&document.path);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent)?;
        }
        match read(document) {
            Ok(bytes) => drop(files::write_whole(&path, &bytes, false)?),
            Err(_) => lost.push(document.title.clone()),
        }
    }
    files::put_in_place(unfinished, folder)?;
    Ok(lost)
}
