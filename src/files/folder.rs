//! Folders: created atomically, cleaned of temporary files, walked.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use unicode_normalization::UnicodeNormalization as _;

/// Start of the name of every temporary file.
pub(super) const TEMPORARY: &str = ".missive-";

/// The folder that a path lies in; the current one for a bare name, whose parent is the empty path.
pub fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Begins a temporary folder beside its final place: it is removed unless [`put_in_place`] is
/// called.
pub fn begin_folder(target: &Path) -> io::Result<tempfile::TempDir> {
    let parent = folder_of(target);
    fs::create_dir_all(parent)?;
    tempfile::Builder::new().prefix(TEMPORARY).tempdir_in(parent)
}

/// Renames a folder that was begun to its final name; an empty folder of that name is replaced.
pub fn put_in_place(folder: tempfile::TempDir, target: &Path) -> io::Result<()> {
    if target.is_dir() {
        fs::remove_dir(target)?;
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755))?;
    }
    fs::rename(folder.path(), target)?;
    // It has its final name: there is nothing to remove.
    drop(folder.keep());
    Ok(())
}

/// Whether a name is that of a temporary file of missive.
pub fn is_temporary(name: &str) -> bool {
    name.starts_with(TEMPORARY)
}

/// Syncs a folder, so that the names of its files are on the disk, where the system can do that.
pub fn sync_dir(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        #[expect(clippy::disallowed_methods, reason = "a folder, of which nothing is read")]
        let open = fs::File::open(folder)?;
        open.sync_all()?;
    }
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}

/// Removes from a folder the temporary files of an interrupted run, and the files with one of
/// these endings whose name is not to be kept. Returns what was removed, temporary files aside.
pub fn sweep(folder: &Path, endings: &[&str], keep: &BTreeSet<String>) -> io::Result<Vec<PathBuf>> {
    let mut removed = Vec::new();
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(removed),
        Err(error) => return Err(error),
    };
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type()?.is_dir() {
            continue;
        }
        if name.starts_with(TEMPORARY) {
            fs::remove_file(entry.path())?;
        } else if endings.iter().any(|ending| name.ends_with(ending)) && !keep.contains(&name) {
            fs::remove_file(entry.path())?;
            removed.push(entry.path());
        }
    }
    removed.sort();
    Ok(removed)
}

/// All files below a folder with forward-slash paths relative to it, sorted; what is not a regular
/// file is among them, so that reading it gives the error. Hidden files and folders, and office
/// programs' lock files (`~$…`), are passed over, and so are links that lead out of the folder;
/// links to folders are not followed.
pub fn walk(folder: &Path) -> io::Result<Vec<(String, PathBuf)>> {
    let mut found = Vec::new();
    let root = fs::canonicalize(folder).ok();
    let inside = |path: &Path| {
        let target = fs::canonicalize(path).ok();
        target.zip(root.as_deref()).is_some_and(|(target, root)| target.starts_with(root))
    };
    let mut pending = vec![(String::new(), folder.to_owned())];
    while let Some((prefix, folder)) = pending.pop() {
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound && prefix.is_empty() => break,
            Err(error) => return Err(error),
        };
        for entry in entries {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with('.') || name.starts_with("~$") {
                continue;
            }
            let path = format!("{prefix}{}", name.nfc());
            let kind = entry.file_type()?;
            if kind.is_dir() {
                pending.push((format!("{path}/"), entry.path()));
            } else if kind.is_symlink() && !inside(&entry.path()) {
                continue;
            } else if fs::metadata(entry.path()).is_ok_and(|metadata| !metadata.is_dir()) {
                found.push((path, entry.path()));
            }
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::write_whole;

    #[test]
    fn sweeping_leaves_strangers_alone() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["a.pdf", "b.pdf", "notes.txt", ".missive-abc"] {
            write_whole(&folder.path().join(name), b"x", false).unwrap();
        }
        let keep = BTreeSet::from(["a.pdf".to_owned()]);
        let removed = sweep(folder.path(), &[".pdf"], &keep).unwrap();
        assert_eq!(removed, [folder.path().join("b.pdf")]);
        let mut left: Vec<_> =
            fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
        left.sort();
        assert_eq!(left, ["a.pdf", "notes.txt"]);
    }
}
