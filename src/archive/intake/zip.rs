//! A ZIP archive (APPNOTE 6.3), within bounds that all archives of a file share. Nothing is written to
//! the disk under the name of an entry, and no size that an entry claims is trusted.

use super::folder::is_left_behind;
use super::walk::{Intake, ItemLocation};
use crate::archive::file_kind::FileKind;
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
            let message =
                format!("archive de plus de {} fichiers : à extraire à la main", self.entries);
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
            true => self.give(location, bytes, FileKind::Zip),
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
            let Ok(entry) = archive.by_index_data(index) else { continue };
            if entry.is_dir() {
                continue;
            }
            // Many programs write UTF-8 without saying so.
            let shown = match str::from_utf8(entry.name_raw()) {
                Ok(name) => name.to_owned(),
                Err(_) => {
                    entry.name().map_or_else(|_| format!("fichier {}", index + 1), Into::into)
                }
            };
            if shown
                .split(['/', '\\'])
                .any(|part| part != "." && part != ".." && is_left_behind(part))
            {
                ignored += 1;
                continue;
            }
            let inner = location.within(&shown);
            if entry.is_symlink() {
                self.lost(&inner.label, "lien dans une archive : pas suivi");
                continue;
            }
            if entry.encrypted() {
                self.lost(
                    &inner.label,
                    "protégé par un mot de passe : l'extraire à la main et l'ajouter de nouveau",
                );
                continue;
            }
            if self.source.is_over() {
                self.source.leave(archive.len() - index);
                break;
            }
            let packed_size = entry.compressed_size();
            let most = self.limits.file.min(self.source.octets_left());
            let (unpacked, octets) = match archive.by_index(index) {
                Ok(entry) => unpack(entry, packed_size, most),
                Err(_) => (Unpacked::Damaged, 0),
            };
            self.source.unpacked(octets);
            match unpacked {
                Unpacked::Whole(bytes) => self.bytes(inner, bytes)?,
                Unpacked::TooLarge if self.source.is_over() => self.source.leave(1),
                Unpacked::TooLarge => {
                    self.lost(&inner.label, "trop grand une fois extrait : à extraire à la main");
                }
                Unpacked::Bomb => {
                    self.lost(&inner.label, "grandit démesurément une fois extrait : pas pris");
                }
                Unpacked::Damaged => {
                    self.lost(
                        &inner.label,
                        "abîmé dans l'archive, ou comprimé d'une façon inconnue",
                    );
                }
            }
        }
        if ignored > 0 {
            let s = if ignored > 1 { "s" } else { "" };
            let message = format!("{ignored} fichier{s} caché{s} ou du système laissé{s} de côté");
            self.note(&location.label, message);
        }
        ControlFlow::Continue(())
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
