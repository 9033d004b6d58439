//! A ZIP archive (APPNOTE 6.3), within bounds that all archives of a file share. Nothing is written to
//! the disk under the name of an entry, and no size that an entry claims is trusted.

use super::folder::is_left_behind;
use super::walk::{Intake, ItemLocation};
use crate::archive::file_kind::FileKind;
use crate::letter::french::count;
use std::io::{self, Cursor, Read};
use std::ops::ControlFlow;
use zip::ZipArchive;

/// A larger entry that grew by more than [`MAX_RATIO`] is a decompression bomb. Scans do not grow so.
const BOMB_SIZE: u64 = 16 << 20;
/// Growth of a blank page of a scanner.
const MAX_RATIO: u64 = 200;

/// An entry after unpacking.
enum Unpacked {
    Whole(Vec<u8>),
    TooLarge,
    Bomb,
    Damaged,
}

impl Intake<'_> {
    /// Takes the entries of an archive. An archive that cannot be opened is handed over itself, for a
    /// person. So is one without a file in it, unless it lies in another: bombs consist of such archives.
    pub(super) fn zip(&mut self, location: ItemLocation, bytes: Vec<u8>) -> ControlFlow<()> {
        let before = self.given;
        let mut is_inner = location.archives > 0;
        if location.archives >= self.limits.archives {
            self.lost(
                &location.label,
                "trop d'archives les unes dans les autres : à extraire à la main",
            );
        } else if central_entries(&bytes) > self.entries {
            // Counted before the list of entries is built, which would be large.
            let most = count(self.entries, "fichier", "fichiers");
            let message = format!("archive de plus de {most} : à extraire à la main");
            self.lost(&location.label, message);
        } else {
            match ZipArchive::new(Cursor::new(bytes.as_slice())) {
                Ok(archive) => self.entries_of(&location, archive)?,
                Err(_) => {
                    // It is handed over and kept, so that a person sees it.
                    self.note(&location.label, "archive ZIP abîmée");
                    is_inner = false;
                }
            }
        }
        match self.given == before && !is_inner {
            true => self.hand_over(location, bytes, FileKind::Zip),
            false => ControlFlow::Continue(()),
        }
    }

    fn entries_of(
        &mut self,
        location: &ItemLocation,
        mut archive: ZipArchive<Cursor<&[u8]>>,
    ) -> ControlFlow<()> {
        if archive.is_empty() {
            self.note(&location.label, "archive ZIP vide");
        }
        if archive.has_duplicate_names() {
            self.lost(
                &location.label,
                "plusieurs fichiers de cette archive portent le même nom : un seul de chaque est pris, \
                 extraire les autres à la main",
            );
        }
        let location = ItemLocation { archives: location.archives + 1, ..location.clone() };
        let mut ignored = 0;
        for index in 0..archive.len() {
            self.entries = self.entries.saturating_sub(1);
            let Some(entry) = EntryHeader::read(&mut archive, index) else { continue };
            if entry.is_left_behind() {
                ignored += 1;
                continue;
            }
            let inner = location.within(&entry.name);
            if let Some(why) = entry.why_closed() {
                self.lost(&inner.label, why);
                continue;
            }
            if self.source.is_over() {
                self.source.leave(archive.len() - index);
                break;
            }
            let most = self.limits.file.min(self.source.octets_left());
            let (unpacked, octets) = match archive.by_index(index) {
                Ok(reader) => unpack(reader, entry.packed_size, most),
                Err(_) => (Unpacked::Damaged, 0),
            };
            self.source.unpacked(octets);
            self.entry(inner, unpacked)?;
        }
        if ignored > 0 {
            let s = if ignored > 1 { "s" } else { "" };
            let message = format!("{ignored} fichier{s} caché{s} ou du système laissé{s} de côté");
            self.note(&location.label, message);
        }
        ControlFlow::Continue(())
    }

    /// Takes an unpacked entry, or says why it is not taken.
    fn entry(&mut self, location: ItemLocation, unpacked: Unpacked) -> ControlFlow<()> {
        let label = location.label.clone();
        match unpacked {
            Unpacked::Whole(bytes) => return self.bytes(location, bytes),
            Unpacked::TooLarge if self.source.is_over() => self.source.leave(1),
            Unpacked::TooLarge => {
                self.lost(&label, "trop grand une fois extrait : à extraire à la main");
            }
            Unpacked::Bomb => self.lost(&label, "grandit démesurément une fois extrait : pas pris"),
            Unpacked::Damaged => {
                self.lost(&label, "abîmé dans l'archive, ou comprimé d'une façon inconnue");
            }
        }
        ControlFlow::Continue(())
    }
}

/// What the header of an entry says.
struct EntryHeader {
    name: String,
    packed_size: u64,
    is_symlink: bool,
    is_encrypted: bool,
}

impl EntryHeader {
    /// Reads the header of a file; none for a folder and for a header that cannot be read.
    fn read(archive: &mut ZipArchive<Cursor<&[u8]>>, index: usize) -> Option<Self> {
        let entry = archive.by_index_data(index).ok().filter(|entry| !entry.is_dir())?;
        // Many programs write UTF-8 without saying so.
        let name = match str::from_utf8(entry.name_raw()) {
            Ok(name) => name.to_owned(),
            Err(_) => entry.name().map_or_else(|_| format!("fichier {}", index + 1), Into::into),
        };
        Some(Self {
            name,
            packed_size: entry.compressed_size(),
            is_symlink: entry.is_symlink(),
            is_encrypted: entry.encrypted(),
        })
    }

    /// Whether it is hidden, or one of the files that systems leave in folders.
    fn is_left_behind(&self) -> bool {
        let mut parts = self.name.split(['/', '\\']);
        parts.any(|part| part != "." && part != ".." && is_left_behind(part))
    }

    /// Why it cannot be unpacked here; none if it can.
    fn why_closed(&self) -> Option<&'static str> {
        if self.is_symlink {
            return Some("lien dans une archive : pas suivi");
        }
        self.is_encrypted
            .then_some("protégé par un mot de passe : l'extraire à la main et l'ajouter de nouveau")
    }
}

/// Unpacks an entry in pieces, and counts the octets that came out even if it cannot be used.
fn unpack(mut entry: impl Read, packed_size: u64, most: u64) -> (Unpacked, u64) {
    let mut bytes = Vec::new();
    loop {
        let piece = (most + 1 - bytes.len() as u64).min(1 << 20);
        let read: io::Result<usize> = entry.by_ref().take(piece).read_to_end(&mut bytes);
        let length = bytes.len() as u64;
        match read {
            Err(_) => return (Unpacked::Damaged, length),
            Ok(0) => return (Unpacked::Whole(bytes), length),
            Ok(_) if length > most => return (Unpacked::TooLarge, length),
            Ok(_) if length > BOMB_SIZE && length / MAX_RATIO > packed_size => {
                return (Unpacked::Bomb, length);
            }
            Ok(_) => {}
        }
    }
}

/// An upper bound of the number of entries: headers of a central directory (APPNOTE 4.3.12).
fn central_entries(bytes: &[u8]) -> usize {
    bytes.windows(4).filter(|window| window == b"PK\x01\x02").count()
}
