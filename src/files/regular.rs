//! Reads a file named by a user: a regular file, within bounds, that does not change meanwhile.
//! Files that block (pipes, devices) or never end (`/proc`) are refused.
//!
//! The only place that opens a file to read it; `tests/suite/architecture.rs` holds that. Knows
//! nothing of what files hold.

use std::fs;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use unicode_normalization::UnicodeNormalization as _;

/// What changes when a file does.
type State = (u64, Option<std::time::SystemTime>);

/// How often a file that changes while it is read is read again.
const MAX_ATTEMPTS: usize = 3;

fn state(metadata: &fs::Metadata) -> State {
    (metadata.len(), metadata.modified().ok())
}

/// A regular file, open, with what it was then.
#[derive(Debug)]
pub struct RegularFile {
    file: fs::File,
    path: PathBuf,
    before: State,
}

/// The path as the disk has it: a Mac writes the accents of a name apart from their letters, and nobody
/// sees the difference.
fn in_any_form(path: &Path) -> PathBuf {
    let is_there = |path: &Path| fs::symlink_metadata(path).is_ok();
    if is_there(path) || path.to_str().is_none_or(str::is_ascii) {
        return path.to_owned();
    }
    let mut found = PathBuf::new();
    for part in path {
        let next = found.join(part);
        let folder = if found.as_os_str().is_empty() { Path::new(".") } else { &found };
        let composed = |name: &std::ffi::OsStr| name.to_string_lossy().nfc().collect::<String>();
        let same = |name: &std::ffi::OsString| composed(name) == composed(part);
        let mut names = fs::read_dir(folder).into_iter().flatten().flatten().map(|e| e.file_name());
        match is_there(&next) {
            true => found = next,
            false => match names.find(same) {
                Some(name) => found.push(name),
                None => return path.to_owned(),
            },
        }
    }
    found
}

impl RegularFile {
    /// Opens a file; links are followed, and the accents of its name may be written apart.
    pub fn open(path: &Path) -> io::Result<Self> {
        let path = &in_any_form(path);
        // Checked before opening: a pipe would block, and opening a device may have an effect.
        regular(&fs::metadata(path)?)?;
        let file = non_blocking().open(path)?;
        let metadata = file.metadata()?;
        // And after: another may have taken its place.
        regular(&metadata)?;
        kept_on_a_disk(&file)?;
        Ok(Self { file, path: path.to_owned(), before: state(&metadata) })
    }

    /// How many octets it had when it was opened.
    pub fn size(&self) -> u64 {
        self.before.0
    }

    /// Its first octets, so many at most.
    pub fn start(&mut self, most: u64) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.content()?.take(most).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// What it holds, from its start, no further than it went when it was opened.
    pub fn content(&mut self) -> io::Result<impl io::Read + '_> {
        self.file.seek(SeekFrom::Start(0))?;
        let size = self.before.0;
        Ok(self.file.by_ref().take(size))
    }

    /// What it holds, for a reader that goes to and fro.
    pub fn reader(&mut self) -> impl io::Read + io::Seek + '_ {
        &mut self.file
    }

    /// Whether it is still what it was when it was opened, and still there under its name.
    pub fn unchanged(&self) -> io::Result<()> {
        let now = self.file.metadata().map(|metadata| state(&metadata));
        let named = fs::metadata(&self.path).map(|metadata| state(&metadata));
        match (now, named) {
            (Ok(now), Ok(named)) if now == self.before && named == self.before => Ok(()),
            _ => Err(changed()),
        }
    }

    /// The whole, if it has no more octets than that and does not change meanwhile.
    pub fn read(mut self, most: u64) -> io::Result<Vec<u8>> {
        let size = self.before.0;
        if size > most {
            let message = format!("le fichier dépasse {} Mo", most >> 20);
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, message));
        }
        let mut bytes = Vec::new();
        self.file.seek(SeekFrom::Start(0))?;
        // One octet more: this detects a file that grows or that reports no size.
        self.file.by_ref().take(size + 1).read_to_end(&mut bytes)?;
        self.unchanged()?;
        match bytes.len() as u64 == size {
            true => Ok(bytes),
            false => Err(changed()),
        }
    }
}

/// The whole of a regular file of so many octets at most. One that is being written is read again,
/// and refused when it keeps changing.
pub fn read_up_to(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let mut attempt = 1;
    loop {
        match RegularFile::open(path)?.read(most) {
            Err(error) if is_change(&error) && attempt < MAX_ATTEMPTS => attempt += 1,
            told => return told,
        }
    }
}

/// The error of a file that changed while it was read.
#[derive(Debug, thiserror::Error)]
#[error("le fichier a changé pendant la lecture : recommencer quand il sera complet")]
struct FileChanged;

fn changed() -> io::Error {
    io::Error::other(FileChanged)
}

fn is_change(error: &io::Error) -> bool {
    error.get_ref().is_some_and(|inner| inner.is::<FileChanged>())
}

fn regular(metadata: &fs::Metadata) -> io::Result<()> {
    if metadata.is_file() {
        return Ok(());
    }
    if metadata.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    let message =
        format!("ce n'est pas un fichier ordinaire mais {} : il n'est pas lu", kind(metadata));
    Err(io::Error::new(io::ErrorKind::InvalidInput, message))
}

#[cfg(unix)]
fn kind(metadata: &fs::Metadata) -> &'static str {
    use std::os::unix::fs::FileTypeExt as _;
    let kind = metadata.file_type();
    match () {
        () if kind.is_fifo() => "un tube (FIFO)",
        () if kind.is_socket() => "une prise de communication (socket)",
        () if kind.is_char_device() || kind.is_block_device() => "un périphérique",
        () => "autre chose",
    }
}

#[cfg(not(unix))]
fn kind(_: &fs::Metadata) -> &'static str {
    "autre chose"
}

/// Options to open a file without blocking, even if another file replaced it after the check.
fn non_blocking() -> fs::OpenOptions {
    let mut options = fs::OpenOptions::new();
    options.read(true);
    #[cfg(target_os = "linux")]
    {
        use rustix::fs::OFlags;
        use std::os::unix::fs::OpenOptionsExt as _;
        let flags = OFlags::NONBLOCK | OFlags::NOCTTY;
        options.custom_flags(flags.bits().cast_signed());
    }
    options
}

/// Refuses files that the system generates on reading: they have no size, and some never end.
#[cfg(target_os = "linux")]
fn kept_on_a_disk(file: &fs::File) -> io::Result<()> {
    /// Numbers of such file systems (linux/magic.h): proc, sysfs, debugfs, tracefs, securityfs,
    /// cgroup, cgroup2, configfs, bpf, selinuxfs, mqueue, devpts, efivarfs.
    const VIRTUAL_FILE_SYSTEMS: [u64; 13] = [
        0x9fa0,
        0x6265_6572,
        0x6462_6720,
        0x7472_6163,
        0x7363_6673,
        0x0027_e0eb,
        0x6367_7270,
        0x6265_6570,
        0xcafe_4a11,
        0xf97c_ff8c,
        0x1980_0202,
        0x1cd1,
        0xde5e_81e4,
    ];
    let number = rustix::fs::fstatfs(file)?.f_type;
    // The type of the number is not the same on every processor; the magic numbers have 32 bits.
    let number = number as u64 & 0xffff_ffff;
    match VIRTUAL_FILE_SYSTEMS.contains(&number) {
        false => Ok(()),
        true => {
            let message = "ce fichier est fabriqué par le système (/proc, /sys) : il n'est pas lu";
            Err(io::Error::new(io::ErrorKind::InvalidInput, message))
        }
    }
}

#[cfg(not(target_os = "linux"))]
fn kept_on_a_disk(_: &fs::File) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    fn file(bytes: &[u8]) -> tempfile::NamedTempFile {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(bytes).unwrap();
        file
    }

    #[test]
    fn a_file_is_read_whole_or_not_at_all() {
        let written = file(b"0123456789");
        assert_eq!(read_up_to(written.path(), 10).unwrap(), b"0123456789");
        assert_eq!(read_up_to(written.path(), 9).unwrap_err().kind(), io::ErrorKind::FileTooLarge);
        let mut open = RegularFile::open(written.path()).unwrap();
        assert_eq!(open.start(3).unwrap(), b"012");
        assert_eq!(open.start(30).unwrap(), b"0123456789");
        written.as_file().set_len(12).unwrap();
        assert_eq!(open.start(30).unwrap(), b"0123456789", "no further than it went");
        assert!(open.unchanged().is_err());
        assert!(is_change(&open.read(100).unwrap_err()));
    }

    #[test]
    fn one_that_was_replaced_or_cut_is_told() {
        for cut in [true, false] {
            let written = file(b"one");
            let open = RegularFile::open(written.path()).unwrap();
            match cut {
                true => written.as_file().set_len(1).unwrap(),
                false => fs::remove_file(written.path()).unwrap(),
            }
            assert!(is_change(&open.read(100).unwrap_err()), "{cut}");
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn what_waits_or_never_ends_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("tube");
        rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, 0o600.into(), 0)
            .unwrap();
        let socket = folder.path().join("prise");
        let _listening = std::os::unix::net::UnixListener::bind(&socket).unwrap();
        let link = folder.path().join("lien.pdf");
        std::os::unix::fs::symlink("/proc/self/environ", &link).unwrap();
        for (path, word) in [
            (pipe.as_path(), "FIFO"),
            (&socket, "socket"),
            (&link, "/proc"),
            (Path::new("/dev/zero"), "périphérique"),
            (Path::new("/dev/null"), "périphérique"),
            (Path::new("/proc/self/maps"), "/proc"),
            (Path::new("/sys/kernel/uevent_seqnum"), "/sys"),
            (folder.path(), "dossier"),
        ] {
            if path.exists() {
                let why = crate::files::reason(&read_up_to(path, 1 << 20).unwrap_err());
                assert!(why.contains(word), "{path:?}: {why}");
            }
        }
    }
}
