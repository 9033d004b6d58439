//! Files read within bounds and written whole: a temporary file beside the target, then a rename.
//!
//! A reader never sees half a file, and a crash leaves at worst a temporary one, which
//! [`sweep`] removes. Knows nothing of what the files hold. Next: `regular`, the one way to read.

mod regular;

pub use regular::{Regular, read_up_to};

use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// Start of the name of every temporary file.
const TEMPORARY: &str = ".missive-";
/// Largest file taken in: far above any record, template or enclosure.
pub const LARGEST: u64 = 64 * 1024 * 1024;
/// Largest file of those that missive made itself.
const LARGEST_KEPT: u64 = 1 << 30;

/// What writing a file did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// It was not there.
    Created,
    /// It was there with other bytes.
    Replaced,
    /// It was there with the same bytes; nothing was written.
    Unchanged,
}

/// Why the file system refused, in French.
pub fn reason(error: &io::Error) -> String {
    let known = match error.kind() {
        io::ErrorKind::NotFound => "fichier ou dossier introuvable",
        io::ErrorKind::PermissionDenied => "vous n'en avez pas le droit",
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "le disque est plein",
        io::ErrorKind::ReadOnlyFilesystem => "le disque est en lecture seule",
        io::ErrorKind::AlreadyExists => "un fichier porte déjà ce nom",
        io::ErrorKind::NotADirectory => "un fichier est à la place d'un dossier",
        io::ErrorKind::IsADirectory => "un dossier est à la place d'un fichier",
        _ => return error.to_string(),
    };
    known.to_owned()
}

/// Reads a regular file of at most [`LARGEST`] bytes.
pub fn read(path: &Path) -> io::Result<Vec<u8>> {
    read_up_to(path, LARGEST)
}

/// Reads a file that missive made itself: a message, an object, a return as it came.
pub fn read_kept(path: &Path) -> io::Result<Vec<u8>> {
    read_up_to(path, LARGEST_KEPT)
}

fn holds(path: &Path, bytes: &[u8]) -> bool {
    let same_size = fs::symlink_metadata(path)
        .is_ok_and(|about| about.is_file() && about.len() == bytes.len() as u64);
    same_size && read_kept(path).is_ok_and(|old| old == bytes)
}

/// Writes a file whole, unless it already has these bytes (or always, with `force`). The folder
/// must exist.
pub fn write_whole(path: &Path, bytes: &[u8], force: bool) -> io::Result<Written> {
    let existed = fs::symlink_metadata(path).is_ok();
    if existed && !force && holds(path, bytes) {
        return Ok(Written::Unchanged);
    }
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(TEMPORARY);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // The umask of the person decides, as for any file they make.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(if existed { Written::Replaced } else { Written::Created })
}

/// SHA-256 as hexadecimal digits.
pub fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Bytes as lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |value: u8| char::from(DIGITS[usize::from(value & 0x0f)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(*byte)]).collect()
}

/// Writes a file whole that only its owner may read; its bytes may not be on the disk yet
/// ([`sync`]).
pub fn write_hidden(path: &Path, bytes: &[u8]) -> io::Result<()> {
    hidden(path, bytes)?.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// The same, with its bytes on the disk before it gets its name.
pub fn write_durably(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let file = hidden(path, bytes)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

fn hidden(path: &Path, bytes: &[u8]) -> io::Result<tempfile::NamedTempFile> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new().prefix(TEMPORARY).tempfile_in(folder)?;
    file.write_all(bytes)?;
    Ok(file)
}

/// Has the bytes of a file on the disk; its name, see [`settle`].
pub fn sync(path: &Path) -> io::Result<()> {
    // Windows wants the right to write for it.
    fs::OpenOptions::new().write(true).open(path)?.sync_all()
}

/// Writes a file whole, on the disk before it gets its name, with the access rights of the file it
/// replaces; a new one has those that the person's files have. A link is followed, and a file that
/// may not be written to is left alone.
pub fn replace_durably(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let target = match fs::canonicalize(path) {
        Ok(target) if fs::metadata(&target)?.permissions().readonly() => {
            return Err(io::ErrorKind::PermissionDenied.into());
        }
        Ok(target) => target,
        Err(error) if error.kind() == io::ErrorKind::NotFound => path.to_owned(),
        Err(error) => return Err(error),
    };
    let path = target.as_path();
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut builder = tempfile::Builder::new();
    builder.prefix(TEMPORARY);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(bytes)?;
    if let Ok(about) = fs::metadata(path) {
        file.as_file().set_permissions(about.permissions())?;
    }
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    settle(folder)
}

/// Writes a file that is never to change: whole, on the disk before it gets its name, read-only,
/// and only if no file has that name. Gives whether it was written; a file with that name and other
/// bytes is an error.
pub fn write_once(path: &Path, bytes: &[u8]) -> io::Result<bool> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new().prefix(TEMPORARY).tempfile_in(folder)?;
    file.write_all(bytes)?;
    let mut access = file.as_file().metadata()?.permissions();
    #[cfg(unix)]
    std::os::unix::fs::PermissionsExt::set_mode(&mut access, 0o444);
    #[cfg(not(unix))]
    access.set_readonly(true);
    file.as_file().set_permissions(access)?;
    file.as_file().sync_all()?;
    match file.persist_noclobber(path) {
        Ok(_) => Ok(true),
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => {
            match holds(path, bytes) {
                true => Ok(false),
                false => {
                    Err(io::Error::new(io::ErrorKind::InvalidData, "un autre contenu porte ce nom"))
                }
            }
        }
        Err(error) => Err(error.error),
    }
}

/// Begins a folder beside the place where it is to be: nothing of it stays unless
/// [`put_in_place`] is called.
pub fn begin_folder(target: &Path) -> io::Result<tempfile::TempDir> {
    let parent = target.parent().filter(|own| !own.as_os_str().is_empty());
    let parent = parent.unwrap_or(Path::new("."));
    fs::create_dir_all(parent)?;
    tempfile::Builder::new().prefix(TEMPORARY).tempdir_in(parent)
}

/// Gives a folder that was begun its name, whole; an empty folder of that name makes way.
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
    // It is there under its own name: nothing is left to take away.
    drop(folder.keep());
    Ok(())
}

/// Whether a name is that of a temporary file of ours.
pub fn is_temporary(name: &str) -> bool {
    name.starts_with(TEMPORARY)
}

/// Has the names of a folder's files on the disk, where the system knows how.
pub fn settle(folder: &Path) -> io::Result<()> {
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

/// Removes from a folder the temporary files of a run that was cut, and the files with one of
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

/// All files below a folder with forward-slash paths relative to it, sorted; what is no regular file
/// is among them, so that reading it tells. Hidden files and folders, and office programs' lock
/// files (`~$…`), are passed over, and so are links that lead out of the folder; links to folders are
/// not followed.
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
            let path = format!("{prefix}{name}");
            let kind = entry.file_type()?;
            if kind.is_dir() {
                pending.push((format!("{path}/"), entry.path()));
            } else if kind.is_symlink() && !inside(&entry.path()) {
                continue;
            } else if fs::metadata(entry.path()).is_ok_and(|about| !about.is_dir()) {
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

    #[test]
    fn a_file_is_written_whole_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.pdf");
        assert_eq!(write_whole(&path, b"one", false).unwrap(), Written::Created);
        assert_eq!(write_whole(&path, b"one", false).unwrap(), Written::Unchanged);
        assert_eq!(write_whole(&path, b"one", true).unwrap(), Written::Replaced);
        assert_eq!(write_whole(&path, b"two", false).unwrap(), Written::Replaced);
        assert_eq!(read(&path).unwrap(), b"two");
        assert!(write_whole(&folder.path().join("no/b.pdf"), b"x", false).is_err());
    }

    #[test]
    fn what_is_written_once_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        assert!(write_once(&path, b"one").unwrap());
        assert!(!write_once(&path, b"one").unwrap());
        assert_eq!(write_once(&path, b"two").unwrap_err().kind(), io::ErrorKind::InvalidData);
        assert_eq!(read(&path).unwrap(), b"one");
        assert!(fs::metadata(&path).unwrap().permissions().readonly());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no temporary file stays");
    }

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
