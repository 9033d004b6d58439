//! The files of the archive: each as it was received, named by its SHA-256, read-only and never
//! overwritten; and their manifest with SHA-512, in the ledger's folder.
//!
//! `data/archive/ab/ab12….pdf`. A file is on the disk before the manifest names it, and the manifest is
//! on the disk before the ledger names the file. The extension is for people; nothing reads it.

use super::file_kind::FileKind;
use crate::files;
use sha2::{Digest as _, Sha512};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// Folder of the archive in a project.
pub const FOLDER: &str = "data/archive";
/// The manifest in a project: one line for each file, as `sha512sum` writes it.
pub const MANIFEST: &str = "data/ledger/archive.sha512";

/// The archive of a project.
#[derive(Clone, Debug)]
pub struct Archive {
    root: PathBuf,
}

/// A file that is in the archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArchivedFile {
    /// SHA-256.
    pub object: String,
    /// SHA-512.
    pub sha512: String,
    /// Its path, relative to the project.
    pub path: String,
}

/// SHA-512 as hexadecimal digits.
pub fn sha512(bytes: &[u8]) -> String {
    Sha512::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The path of a file, relative to the project. `object` is its SHA-256.
pub fn path_of(object: &str, kind: FileKind) -> String {
    let start = object.get(..2).unwrap_or("00");
    format!("{FOLDER}/{start}/{object}.{}", kind.extension())
}

impl Archive {
    /// The archive of a project folder.
    pub fn new(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }

    /// Keeps a file as it was received, if it is not there.
    pub fn put(&self, bytes: &[u8], kind: FileKind) -> io::Result<ArchivedFile> {
        let object = files::sha256(bytes);
        let path = path_of(&object, kind);
        let target = self.root.join(&path);
        let folder = target.parent().unwrap_or(&self.root);
        if !folder.is_dir() {
            fs::create_dir_all(folder)?;
            files::sync_dir(&self.root.join(FOLDER))?;
        }
        if files::write_once(&target, bytes)? {
            files::sync_dir(folder)?;
        }
        Ok(ArchivedFile { object, sha512: sha512(bytes), path })
    }

    /// Puts a file back that is missing or changed. Gives whether it had to.
    pub fn repair(&self, bytes: &[u8], kind: FileKind) -> io::Result<bool> {
        let object = files::sha256(bytes);
        if self.get(&object, kind).is_ok() {
            return Ok(false);
        }
        match fs::remove_file(self.root.join(path_of(&object, kind))) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        self.put(bytes, kind)?;
        Ok(true)
    }

    /// The octets of a file. An error if their SHA-256 is not its name.
    pub fn get(&self, object: &str, kind: FileKind) -> io::Result<Vec<u8>> {
        let bytes = files::read_kept(&self.root.join(path_of(object, kind)))?;
        match files::sha256(&bytes) == object {
            true => Ok(bytes),
            false => Err(io::Error::new(io::ErrorKind::InvalidData, "le fichier a été modifié")),
        }
    }

    /// The octets of a file by its path, without checking them.
    pub fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        files::read_kept(&self.root.join(path))
    }

    /// Whether a file is there.
    pub fn has(&self, path: &str) -> bool {
        self.root.join(path).is_file()
    }

    /// Adds to the manifest the files that it lacks, and waits until it is on the disk.
    pub fn note(&self, stored: &[ArchivedFile]) -> io::Result<()> {
        let path = self.root.join(MANIFEST);
        let there = self.manifest()?;
        let fresh: Vec<&ArchivedFile> =
            stored.iter().filter(|file| !there.contains_key(&file.path)).collect();
        if fresh.is_empty() {
            return Ok(());
        }
        let existed = path.is_file();
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut file = OpenOptions::new().create(true).append(true).open(&path)?;
        let mut lines: String =
            fresh.iter().map(|file| format!("{}  {}\n", file.sha512, file.path)).collect();
        // A line that a crash cut in the middle stays a line by itself.
        if existed && files::read_kept(&path)?.last().is_some_and(|last| *last != b'\n') {
            lines.insert(0, '\n');
        }
        file.write_all(lines.as_bytes())?;
        file.sync_all()?;
        match path.parent().filter(|_| !existed) {
            Some(folder) => files::sync_dir(folder),
            None => Ok(()),
        }
    }

    /// The manifest: path to SHA-512. Invalid lines are ignored.
    pub fn manifest(&self) -> io::Result<BTreeMap<String, String>> {
        read_manifest(&self.root.join(MANIFEST))
    }

    /// The paths of all files, relative to the project, without temporary files of an interrupted run.
    pub fn list(&self) -> io::Result<BTreeSet<String>> {
        let mut found = BTreeSet::new();
        let mut pending = vec![FOLDER.to_owned()];
        while let Some(folder) = pending.pop() {
            let entries = match fs::read_dir(self.root.join(&folder)) {
                Ok(entries) => entries,
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(error),
            };
            for entry in entries {
                let entry = entry?;
                let name = entry.file_name().to_string_lossy().into_owned();
                let path = format!("{folder}/{name}");
                if entry.file_type()?.is_dir() {
                    pending.push(path);
                } else if !files::is_temporary(&name) {
                    found.insert(path);
                }
            }
        }
        Ok(found)
    }

    /// Removes temporary files of an interrupted run.
    pub fn sweep(&self) -> io::Result<()> {
        let entries = match fs::read_dir(self.root.join(FOLDER)) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(error),
        };
        for entry in entries {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                files::sweep(&entry.path(), &[], &BTreeSet::new())?;
            }
        }
        Ok(())
    }
}

/// Reads a manifest as `sha512sum` writes it: path to SHA-512.
pub fn read_manifest(path: &Path) -> io::Result<BTreeMap<String, String>> {
    let text = match files::read_kept(path) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(error),
    };
    let line = |line: &str| {
        let (sum, path) = line.split_once("  ")?;
        let is_valid = sum.len() == 128 && path.starts_with(FOLDER);
        is_valid.then(|| (path.to_owned(), sum.to_owned()))
    };
    Ok(text.lines().filter_map(line).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_that_was_cut_goes_on() {
        let root = tempfile::tempdir().unwrap();
        let archive = Archive::new(root.path());
        let one = archive.put(b"%PDF-1.7 one", FileKind::Pdf).unwrap();
        let two = archive.put(b"%PDF-1.7 two", FileKind::Pdf).unwrap();
        archive.note(std::slice::from_ref(&one)).unwrap();
        let path = root.path().join(MANIFEST);
        OpenOptions::new().append(true).open(&path).unwrap().write_all(b"abcdef").unwrap();
        archive.note(&[one.clone(), two.clone()]).unwrap();
        let there = archive.manifest().unwrap();
        assert_eq!(there.get(&two.path), Some(&two.sha512));
        assert_eq!(there.len(), 2);
        assert_eq!(archive.list().unwrap(), BTreeSet::from([one.path.clone(), two.path]));
        assert_eq!(archive.get(&one.object, FileKind::Pdf).unwrap(), b"%PDF-1.7 one");
    }
}
