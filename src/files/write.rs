//! Files written whole: a temporary file beside the target, then a rename.
//!
//! A reader never sees half a file, and a crash leaves at worst a temporary one, which
//! [`sweep`](super::folder::sweep) removes.

use super::folder::{TEMPORARY, folder_of, sync_dir};
use super::read::read_kept;
use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

/// What writing a file did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WriteOutcome {
    /// It was not there.
    Created,
    /// It was there with other bytes.
    Replaced,
    /// It was there with the same bytes; nothing was written.
    Unchanged,
}

fn holds(path: &Path, bytes: &[u8]) -> bool {
    let same_size = fs::symlink_metadata(path)
        .is_ok_and(|metadata| metadata.is_file() && metadata.len() == bytes.len() as u64);
    same_size && read_kept(path).is_ok_and(|old| old == bytes)
}

/// A temporary file that is later renamed. Its mode follows the user's umask, as for any new file.
fn temporary_file(folder: &Path) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(TEMPORARY);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}

/// Writes a file whole, unless it already has these bytes (or always, with `force`). The folder
/// must exist.
pub fn write_whole(path: &Path, bytes: &[u8], force: bool) -> io::Result<WriteOutcome> {
    let existed = fs::symlink_metadata(path).is_ok();
    if existed && !force && holds(path, bytes) {
        return Ok(WriteOutcome::Unchanged);
    }
    let folder = folder_of(path);
    let mut file = temporary_file(folder)?;
    file.write_all(bytes)?;
    put(file, path)?;
    Ok(if existed { WriteOutcome::Replaced } else { WriteOutcome::Created })
}

/// Writes a file whole that only its owner may read; its bytes may not be on the disk yet
/// ([`sync`]).
pub fn write_hidden(path: &Path, bytes: &[u8]) -> io::Result<()> {
    put(hidden(path, bytes)?, path)
}

/// The same, with its bytes on the disk before it gets its name.
pub fn write_durably(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let file = hidden(path, bytes)?;
    file.as_file().sync_all()?;
    put(file, path)?;
    Ok(())
}

/// Gives a temporary file its final name, in the place of a file or a link, never of a device or a pipe.
fn put(file: tempfile::NamedTempFile, path: &Path) -> io::Result<()> {
    let is_replaceable = |metadata: fs::Metadata| metadata.is_file() || metadata.is_symlink();
    if !fs::symlink_metadata(path).map_or(true, is_replaceable) {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "ce n'est pas un fichier ordinaire",
        ));
    }
    file.persist(path).map(drop).map_err(|error| error.error)
}

fn hidden(path: &Path, bytes: &[u8]) -> io::Result<tempfile::NamedTempFile> {
    let folder = folder_of(path);
    let mut file = tempfile::Builder::new().prefix(TEMPORARY).tempfile_in(folder)?;
    file.write_all(bytes)?;
    Ok(file)
}

/// Begins a temporary file beside its final place, which only its owner may read: it is removed unless
/// [`put_file_in_place`] is called.
pub fn begin_file(target: &Path) -> io::Result<tempfile::NamedTempFile> {
    tempfile::Builder::new().prefix(TEMPORARY).tempfile_in(folder_of(target))
}

/// Gives a file that was begun its final name, its bytes on the disk before; one of that name is only replaced if
/// that is wanted.
pub fn put_file_in_place(
    file: tempfile::NamedTempFile,
    target: &Path,
    replace: bool,
) -> io::Result<()> {
    file.as_file().sync_all()?;
    match replace {
        true => put(file, target),
        false => file.persist_noclobber(target).map(drop).map_err(|error| error.error),
    }
}

/// Syncs the bytes of a file to the disk; for its name, see [`sync_dir`].
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
    let folder = folder_of(path);
    fs::create_dir_all(folder)?;
    let mut file = temporary_file(folder)?;
    file.write_all(bytes)?;
    if let Ok(metadata) = fs::metadata(path) {
        file.as_file().set_permissions(metadata.permissions())?;
    }
    file.as_file().sync_all()?;
    put(file, path)?;
    sync_dir(folder)
}

/// Writes a file that is never to change: whole, on the disk before it gets its name, read-only,
/// and only if no file has that name. Gives whether it was written; a file with that name and other
/// bytes is an error.
pub fn write_once(path: &Path, bytes: &[u8]) -> io::Result<bool> {
    let folder = folder_of(path);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::read;

    #[cfg(target_os = "linux")]
    #[test]
    fn a_pipe_or_a_device_is_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("tube");
        rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, 0o600.into(), 0)
            .unwrap();
        for write in [
            |path: &Path| write_whole(path, b"x", true).map(drop),
            |path: &Path| write_hidden(path, b"x"),
            |path: &Path| write_durably(path, b"x"),
            |path: &Path| replace_durably(path, b"x"),
            |path: &Path| put_file_in_place(begin_file(path)?, path, true),
        ] {
            let why = crate::files::reason(&write(&pipe).unwrap_err());
            assert!(why.contains("fichier ordinaire"), "{why}");
        }
        assert!(!fs::symlink_metadata(&pipe).unwrap().is_file());
    }

    #[test]
    fn a_file_is_written_whole_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.pdf");
        assert_eq!(write_whole(&path, b"one", false).unwrap(), WriteOutcome::Created);
        assert_eq!(write_whole(&path, b"one", false).unwrap(), WriteOutcome::Unchanged);
        assert_eq!(write_whole(&path, b"one", true).unwrap(), WriteOutcome::Replaced);
        assert_eq!(write_whole(&path, b"two", false).unwrap(), WriteOutcome::Replaced);
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
}
