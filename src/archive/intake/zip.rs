//! A ZIP archive (APPNOTE 6.3), within bounds that all archives of a file share. Nothing is ever
//! written to the disk under a name of theirs, and no size they claim is believed.

use super::folder::is_left_behind;
use super::{Intake, Place};
use crate::archive::kind::Kind;
use std::io::{self, Cursor, Read};
use std::ops::ControlFlow;
use zip::ZipArchive;

/// Beyond so many octets, an entry that grew by more than [`RATIO`] is a bomb: pages do not.
const SUSPECT: u64 = 16 << 20;
/// Growth that a blank page of a scanner still has.
const RATIO: u64 = 200;

/// How an entry came out.
enum Unpacked {
    Whole(Vec<u8>),
    TooLarge,
    Bomb,
    Damaged,
}

impl Intake<'_> {
    /// Opens an archive; one that cannot be opened is given on as it is, for a person, and so is one
    /// that gives nothing unless something else holds it: bombs are made of such.
    pub(super) fn zip(&mut self, place: Place, bytes: Vec<u8>) -> ControlFlow<()> {
        let before = self.given;
        let mut inner = place.archives > 0;
        if place.archives >= self.limits.archives {
            self.lost(
                &place.label,
                "trop d'archives les unes dans les autres : à extraire à la main",
            );
        } else if central_entries(&bytes) > self.entries {
            // Asked before the list is made, which is large then.
            let message =
                format!("archive de plus de {} fichiers : à extraire à la main", self.entries);
            self.lost(&place.label, message);
        } else {
            match ZipArchive::new(Cursor::new(bytes.as_slice())) {
                Ok(archive) => self.entries_of(&place, archive)?,
                Err(_) => {
                    // It is given on, and kept: a person sees it there.
                    self.note(&place.label, "archive ZIP abîmée");
                    inner = false;
                }
            }
        }
        match self.given == before && !inner {
            true => self.give(place, bytes, Kind::Zip),
            false => ControlFlow::Continue(()),
        }
    }

    fn entries_of(
        &mut self,
        place: &Place,
        mut archive: ZipArchive<Cursor<&[u8]>>,
    ) -> ControlFlow<()> {
        if archive.is_empty() {
            self.note(&place.label, "archive ZIP vide");
        }
        if archive.has_duplicate_names() {
            self.lost(
                &place.label,
                "plusieurs fichiers de cette archive portent le même nom : un seul de chaque est pris, \
                 extraire les autres à la main",
            );
        }
        let place = Place { archives: place.archives + 1, ..place.clone() };
        let mut passed_over = 0;
        for at in 0..archive.len() {
            self.entries = self.entries.saturating_sub(1);
            let Ok(entry) = archive.by_index_data(at) else { continue };
            if entry.is_dir() {
                continue;
            }
            // Many programs write UTF-8 without saying so.
            let shown = match str::from_utf8(entry.name_raw()) {
                Ok(own) => own.to_owned(),
                Err(_) => entry.name().map_or_else(|_| format!("fichier {}", at + 1), Into::into),
            };
            if shown
                .split(['/', '\\'])
                .any(|part| part != "." && part != ".." && is_left_behind(part))
            {
                passed_over += 1;
                continue;
            }
            let own = place.within(&shown);
            if entry.is_symlink() {
                self.lost(&own.label, "lien dans une archive : pas suivi");
                continue;
            }
            if entry.encrypted() {
                self.lost(
                    &own.label,
                    "protégé par un mot de passe : l'extraire à la main et l'ajouter de nouveau",
                );
                continue;
            }
            if self.source.is_over() {
                self.source.leave(archive.len() - at);
                break;
            }
            let packed = entry.compressed_size();
            let most = self.limits.file.min(self.source.octets_left());
            let (unpacked, octets) = match archive.by_index(at) {
                Ok(entry) => unpack(entry, packed, most),
                Err(_) => (Unpacked::Damaged, 0),
            };
            self.source.unpacked(octets);
            match unpacked {
                Unpacked::Whole(bytes) => self.bytes(own, bytes)?,
                Unpacked::TooLarge if self.source.is_over() => self.source.leave(1),
                Unpacked::TooLarge => {
                    self.lost(&own.label, "trop grand une fois extrait : à extraire à la main");
                }
                Unpacked::Bomb => {
                    self.lost(&own.label, "grandit démesurément une fois extrait : pas pris");
                }
                Unpacked::Damaged => {
                    self.lost(&own.label, "abîmé dans l'archive, ou comprimé d'une façon inconnue");
                }
            }
        }
        if passed_over > 0 {
            let s = if passed_over > 1 { "s" } else { "" };
            let message =
                format!("{passed_over} fichier{s} caché{s} ou du système laissé{s} de côté");
            self.note(&place.label, message);
        }
        ControlFlow::Continue(())
    }
}

/// Unpacks one entry, by pieces; with how many octets came out, whatever they are worth.
fn unpack(mut entry: impl Read, packed: u64, most: u64) -> (Unpacked, u64) {
    let mut bytes = Vec::new();
    loop {
        let piece = (most + 1 - bytes.len() as u64).min(1 << 20);
        let read: io::Result<usize> = entry.by_ref().take(piece).read_to_end(&mut bytes);
        let length = bytes.len() as u64;
        match read {
            Err(_) => return (Unpacked::Damaged, length),
            Ok(0) => return (Unpacked::Whole(bytes), length),
            Ok(_) if length > most => return (Unpacked::TooLarge, length),
            Ok(_) if length > SUSPECT && length / RATIO > packed => {
                return (Unpacked::Bomb, length);
            }
            Ok(_) => {}
        }
    }
}

/// How many headers of a central directory (APPNOTE 4.3.12) there can be at most.
fn central_entries(bytes: &[u8]) -> usize {
    bytes.windows(4).filter(|own| own == b"PK\x01\x02").count()
}
