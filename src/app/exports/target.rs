//! Where an export may be written: never over existing files, and never in a project folder that is
//! read as a whole.
//!
//! Must not know what is exported.

use crate::app::error::{ErrorKind, UserError};
use crate::files;
use crate::project::folder::Project;
use std::io;
use std::path::{Path, PathBuf};

/// A folder whose files are all read, so that nothing else may be written there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReservedFolder {
    /// `data/` of the project.
    #[error("data/ est au journal et à l'archive : rien d'autre ne s'y écrit")]
    Data,
    /// A folder or a file of the project that every command reads.
    #[error("{} est lu par toutes les commandes : rien d'autre ne s'y écrit", printable_text::of_path(.0))]
    ReadByAll(PathBuf),
    /// A BagIt bag: its manifests list all its files (RFC 8493).
    #[error("{} est un paquet BagIt : rien ne s'y ajoute", printable_text::of_path(.0))]
    Bag(PathBuf),
}

/// The reserved folder that a path lies in, if any.
pub fn reserved_folder(project: &Project, path: &Path) -> Option<ReservedFolder> {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let above = || absolute.ancestors().skip(1);
    // The nearest folder that exists tells where the path leads, links followed.
    let existing = above().find_map(|folder| std::fs::canonicalize(folder).ok());
    let data = std::fs::canonicalize(project.path("data")).ok();
    if existing.zip(data).is_some_and(|(existing, data)| existing.starts_with(data)) {
        return Some(ReservedFolder::Data);
    }
    if let Some(read) = read_by_all(project, &absolute) {
        return Some(ReservedFolder::ReadByAll(read));
    }
    let bag = above().find(|folder| folder.join("bagit.txt").is_file())?;
    Some(ReservedFolder::Bag(bag.to_owned()))
}

/// What of the project a path would take the place of, or lies in: its settings, templates, profiles, enclosures.
fn read_by_all(project: &Project, absolute: &Path) -> Option<PathBuf> {
    let place = std::fs::canonicalize(files::folder_of(absolute)).ok();
    let place = place.map(|folder| folder.join(absolute.file_name().unwrap_or_default()));
    let path = place.as_deref().unwrap_or(absolute);
    let root = std::fs::canonicalize(project.root()).ok()?;
    let read = ["missive.toml", "templates", "profiles", "enclosures"];
    read.into_iter().map(|name| root.join(name)).find(|reserved| path.starts_with(reserved))
}

/// Why an export cannot be written as a new folder.
#[derive(Debug, thiserror::Error)]
pub enum FolderTargetError {
    /// There is a folder of that name with files in it.
    #[error("{} existe déjà et n'est pas vide", printable_text::of_path(.0))]
    NotEmpty(PathBuf),
    /// A file has that name, or the name of a folder above.
    #[error("un fichier porte déjà le nom de {}, ou d'un dossier au-dessus", printable_text::of_path(.0))]
    IsFile(PathBuf),
    /// Nothing else may be written there.
    #[error(transparent)]
    Reserved(#[from] ReservedFolder),
    /// The file system refuses.
    #[error(transparent)]
    NotWritable(#[from] ExportWriteError),
}

impl UserError for FolderTargetError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::NotWritable(error) => error.kind(),
            _ => ErrorKind::Usage,
        }
    }

    fn todo(&self) -> String {
        match self {
            Self::NotWritable(error) => error.todo(),
            _ => "donner le nom d'un dossier nouveau, hors du projet ou dans out/".to_owned(),
        }
    }
}

/// Refuses a folder that cannot be made: it may be missing or empty, and lies in no reserved folder.
pub fn require_new_folder(project: &Project, folder: &Path) -> Result<(), FolderTargetError> {
    match std::fs::read_dir(folder).map(|mut entries| entries.next().is_some()) {
        Ok(true) => return Err(FolderTargetError::NotEmpty(folder.to_owned())),
        Ok(false) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
            return Err(FolderTargetError::IsFile(folder.to_owned()));
        }
        Err(error) => return Err(ExportWriteError::new(folder, error).into()),
    }
    Ok(reserved_folder(project, folder).map_or(Ok(()), Err)?)
}

/// Why an export cannot be written as a file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FileTargetError {
    /// A folder has that name.
    #[error("{} est un dossier", printable_text::of_path(.0))]
    IsFolder(PathBuf),
    /// Nothing else may be written there.
    #[error(transparent)]
    Reserved(#[from] ReservedFolder),
    /// The folder that is to hold it does not exist.
    #[error("le dossier {} n'existe pas", printable_text::of_path(.0))]
    NoFolder(PathBuf),
    /// The name ends otherwise than what is written.
    #[error("{} ne finit pas par .{}", printable_text::of_path(.0), .1)]
    OtherKind(PathBuf, &'static str),
    /// There is a file of that name, which is not to be replaced.
    #[error("{} existe déjà", printable_text::of_path(.0))]
    Exists(PathBuf),
}

impl UserError for FileTargetError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::NoFolder(_) => ErrorKind::Environment,
            _ => ErrorKind::Usage,
        }
    }

    fn todo(&self) -> String {
        match self {
            Self::IsFolder(_) => "donner le nom d'un fichier",
            Self::Reserved(_) => {
                "donner le nom d'un fichier hors des dossiers du projet, ou dans out/"
            }
            Self::OtherKind(..) => "donner un nom qui finit ainsi",
            Self::NoFolder(_) => "le créer, ou choisir un dossier qui existe",
            Self::Exists(_) => "donner un autre nom, ou ajouter --force pour le remplacer",
        }
        .to_owned()
    }
}

/// Refuses a file that cannot be written; an existing one only where `replace` allows it.
pub fn require_new_file(
    project: &Project,
    file: &Path,
    replace: bool,
) -> Result<(), FileTargetError> {
    if file.is_dir() {
        return Err(FileTargetError::IsFolder(file.to_owned()));
    }
    if let Some(reserved) = reserved_folder(project, file) {
        return Err(reserved.into());
    }
    let folder = files::folder_of(file);
    if !folder.is_dir() {
        return Err(FileTargetError::NoFolder(folder.to_owned()));
    }
    if std::fs::symlink_metadata(file).is_ok() && !replace {
        return Err(FileTargetError::Exists(file.to_owned()));
    }
    Ok(())
}

/// Refuses a name that does not end as its kind of file does.
pub fn require_extension(file: &Path, extension: &'static str) -> Result<(), FileTargetError> {
    let ends = file.extension().is_some_and(|found| found.eq_ignore_ascii_case(extension));
    if ends { Ok(()) } else { Err(FileTargetError::OtherKind(file.to_owned(), extension)) }
}

/// A file or folder of an export that the file system refuses to write.
#[derive(Debug, thiserror::Error)]
#[error("{} ne peut pas être écrit : {}", printable_text::of_path(.path), files::reason(.error))]
pub struct ExportWriteError {
    path: PathBuf,
    error: io::Error,
}

impl ExportWriteError {
    /// An error of the file system at a path.
    pub fn new(path: &Path, error: io::Error) -> Self {
        Self { path: path.to_owned(), error }
    }

    /// What the system says, in French.
    pub fn reason(&self) -> String {
        files::reason(&self.error)
    }
}

impl UserError for ExportWriteError {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Environment
    }

    fn todo(&self) -> String {
        "choisir un dossier où vous pouvez écrire".to_owned()
    }
}
