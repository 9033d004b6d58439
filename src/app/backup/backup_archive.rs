//! A backup as a ZIP archive (APPNOTE 6.3): written, and read with every file held against the manifest. No name and no
//! size that an archive claims is trusted.

use super::backup_manifest::{
    BackedUpFile, BackupManifest, CONTENT, MANIFEST, NOTICE, PERSONAL_DATA, SCHEMA, is_safe_path,
};
use crate::files;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::io::{self, Read, Seek, Write};
use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// Most octets of a manifest that are read: a project of a million files.
const LARGEST_MANIFEST: u64 = 256 << 20;
/// Most files of a backup.
const MOST_FILES: usize = 1_000_000;
/// A larger file that grew by more than [`MAX_RATIO`] is a decompression bomb.
const BOMB_SIZE: u64 = 64 << 20;
/// Growth of a text that repeats itself.
const MAX_RATIO: u64 = 500;
/// Octets that are unpacked at once.
const PIECE: usize = 1 << 16;

/// What is wrong with an archive.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// It is no ZIP archive, or a damaged one.
    #[error("ce n'est pas une archive ZIP lisible")]
    Zip(#[from] ZipError),
    /// It cannot be read or written.
    #[error("{}", files::reason(.0))]
    Io(#[from] io::Error),
    /// It has no manifest of ours.
    #[error("ce n'est pas une sauvegarde de missive")]
    NoManifest,
    /// A later missive made it.
    #[error("cette sauvegarde vient d'une version plus récente de missive")]
    Newer,
    /// It holds more files than any project.
    #[error("elle contient trop de fichiers")]
    TooMany,
    /// A file would lie outside the project, or where missive looks for nothing.
    #[error("le nom « {} » n'a rien à y faire", printable_text::of_file_name(std::ffi::OsStr::new(.0)))]
    Name(String),
    /// Two files have one name.
    #[error("deux fichiers y portent le même nom")]
    Twice,
    /// A file is a link, or encrypted.
    #[error("« {0} » y est un lien ou est chiffré")]
    Special(String),
    /// A file is not in the manifest.
    #[error("« {0} » n'est pas dans sa liste")]
    NotListed(String),
    /// A file of the manifest is not there.
    #[error("il manque « {0} »")]
    Missing(String),
    /// A file is not what the manifest says.
    #[error("« {0} » n'est pas ce que dit sa liste : l'archive est abîmée ou a été modifiée")]
    Changed(String),
    /// A file grows out of all proportion.
    #[error("« {0} » grandit démesurément une fois extrait")]
    Bomb(String),
}

/// Writes a backup, file after file.
pub(super) struct BackupWriter<W: Write + Seek> {
    zip: ZipWriter<W>,
    files: Vec<BackedUpFile>,
}

impl<W: Write + Seek> BackupWriter<W> {
    pub(super) fn new(to: W) -> Self {
        Self { zip: ZipWriter::new(to), files: Vec::new() }
    }

    /// Adds a file of the project.
    pub(super) fn add(&mut self, path: &str, bytes: &[u8]) -> Result<(), ArchiveError> {
        self.entry(&format!("{CONTENT}{path}"), bytes)?;
        self.files.push(BackedUpFile {
            path: path.to_owned(),
            size: bytes.len() as u64,
            sha256: files::sha256(bytes),
        });
        Ok(())
    }

    /// Ends the archive with the manifest; gives what it says.
    pub(super) fn finish(
        mut self,
        manifest: BackupManifest,
    ) -> Result<BackupManifest, ArchiveError> {
        let manifest = BackupManifest { files: std::mem::take(&mut self.files), ..manifest };
        let text = serde_json::to_vec_pretty(&manifest).map_err(io::Error::other)?;
        self.entry(NOTICE, notice(&manifest).as_bytes())?;
        self.entry(MANIFEST, &text)?;
        self.zip.finish()?.flush()?;
        Ok(manifest)
    }

    fn entry(&mut self, name: &str, bytes: &[u8]) -> Result<(), ArchiveError> {
        // PDFs and images hardly shrink.
        let is_packed = bytes.starts_with(b"%PDF") || bytes.starts_with(b"PK");
        let method =
            if is_packed { CompressionMethod::Stored } else { CompressionMethod::Deflated };
        let options = SimpleFileOptions::default().compression_method(method).large_file(true);
        self.zip.start_file(name, options)?;
        self.zip.write_all(bytes)?;
        Ok(())
    }
}

fn notice(manifest: &BackupManifest) -> String {
    format!(
        "Sauvegarde d'un projet missive, faite le {} par {}.\r\n\r\n{PERSONAL_DATA}\r\n\r\nPour la remettre dans un dossier neuf : missive restore FICHIER DOSSIER\r\nLes fichiers sont dans {CONTENT} ; leur liste, avec leurs empreintes, dans {MANIFEST}.\r\n",
        crate::clock::local_time_of(&manifest.made),
        manifest.by
    )
}

/// A backup that is read.
pub(super) struct BackupReader<R: Read + Seek> {
    zip: ZipArchive<R>,
    pub(super) manifest: BackupManifest,
}

impl<R: Read + Seek> BackupReader<R> {
    /// Opens a backup, and holds its list of files against the manifest.
    pub(super) fn open(from: R) -> Result<Self, ArchiveError> {
        let mut zip = ZipArchive::new(from)?;
        if zip.len() > MOST_FILES {
            return Err(ArchiveError::TooMany);
        }
        let manifest = read_manifest(&mut zip)?;
        Ok(Self { zip, manifest })
    }

    /// Reads every file once, in pieces: `take` gets path and size of each before its octets, and says where they
    /// go. An error means that what was taken is not to be used.
    pub(super) fn read<T: Write>(
        &mut self,
        mut take: impl FnMut(&BackedUpFile) -> io::Result<T>,
    ) -> Result<(), ArchiveError> {
        let mut listed: BTreeMap<String, BackedUpFile> = BTreeMap::new();
        for file in &self.manifest.files {
            if !is_safe_path(&file.path) {
                return Err(ArchiveError::Name(file.path.clone()));
            }
            if listed.insert(file.path.clone(), file.clone()).is_some() {
                return Err(ArchiveError::Twice);
            }
        }
        // The archive's own index hides a name that comes twice; its list of entries does not.
        if self.zip.has_duplicate_names() {
            return Err(ArchiveError::Twice);
        }
        for index in 0..self.zip.len() {
            let mut entry = self.zip.by_index(index)?;
            let name = entry.name()?.into_owned();
            if entry.is_symlink() || entry.encrypted() || entry.is_dir() {
                return Err(ArchiveError::Special(name));
            }
            if name == MANIFEST || name == NOTICE {
                continue;
            }
            let path =
                name.strip_prefix(CONTENT).ok_or_else(|| ArchiveError::Name(name.clone()))?;
            let file = listed.remove(path).ok_or_else(|| match is_safe_path(path) {
                true => ArchiveError::NotListed(path.to_owned()),
                false => ArchiveError::Name(path.to_owned()),
            })?;
            let packed = entry.compressed_size();
            unpack(&mut entry, &file, packed, take(&file)?)?;
        }
        match listed.into_keys().next() {
            Some(path) => Err(ArchiveError::Missing(path)),
            None => Ok(()),
        }
    }
}

fn read_manifest<R: Read + Seek>(zip: &mut ZipArchive<R>) -> Result<BackupManifest, ArchiveError> {
    let entry = zip.by_name(MANIFEST).map_err(|_| ArchiveError::NoManifest)?;
    let mut text = Vec::new();
    entry.take(LARGEST_MANIFEST).read_to_end(&mut text)?;
    let value: serde_json::Value =
        serde_json::from_slice(&text).map_err(|_| ArchiveError::NoManifest)?;
    match value["schema"].as_str() {
        Some(SCHEMA) => serde_json::from_value(value).map_err(|_| ArchiveError::NoManifest),
        Some(other) if other.starts_with("missive/backup/") => Err(ArchiveError::Newer),
        _ => Err(ArchiveError::NoManifest),
    }
}

/// Unpacks a file in pieces, no further than its listed size.
fn unpack(
    entry: &mut impl Read,
    file: &BackedUpFile,
    packed: u64,
    mut to: impl Write,
) -> Result<(), ArchiveError> {
    let changed = || ArchiveError::Changed(file.path.clone());
    let (mut digest, mut octets) = (Sha256::new(), 0_u64);
    let mut piece = vec![0; PIECE];
    loop {
        let read = entry.read(&mut piece).map_err(|_| changed())?;
        let Some(part) = piece.get(..read).filter(|part| !part.is_empty()) else { break };
        octets += part.len() as u64;
        if octets > file.size {
            return Err(changed());
        }
        if octets > BOMB_SIZE && octets / MAX_RATIO > packed {
            return Err(ArchiveError::Bomb(file.path.clone()));
        }
        digest.update(part);
        to.write_all(part)?;
    }
    to.flush()?;
    match octets == file.size && files::hex(&digest.finalize()) == file.sha256 {
        true => Ok(()),
        false => Err(changed()),
    }
}
