//! ZIP archives, within bounds. Nothing is ever written to the disk under a name of theirs.

use super::{Intake, Item, MailOf, last_part, plain};
use crate::archive::kind::Kind;
use std::io::{Cursor, Read as _};
use std::ops::ControlFlow;
use std::sync::Arc;
use zip::ZipArchive;

impl Intake<'_> {
    /// Opens an archive; one that cannot be opened is given on as it is.
    pub(super) fn zip(
        &mut self,
        label: &str,
        name: String,
        bytes: Vec<u8>,
        mail: Option<&Arc<MailOf>>,
        depth: usize,
    ) -> ControlFlow<()> {
        let whole = |bytes: Vec<u8>| Item {
            label: label.to_owned(),
            name: name.clone(),
            bytes,
            kind: Kind::Zip,
            mail: mail.cloned(),
        };
        let mut archive = match ZipArchive::new(Cursor::new(bytes.as_slice())) {
            Ok(archive) if archive.len() <= self.limits.entries => archive,
            Ok(archive) => {
                let message = format!("archive de {} fichiers : trop grande", archive.len());
                self.trouble(label, &message);
                return (self.take)(whole(bytes));
            }
            Err(_) => {
                self.trouble(label, "archive ZIP abîmée");
                return (self.take)(whole(bytes));
            }
        };
        let mut left = self.limits.unpacked;
        for at in 0..archive.len() {
            let own = archive.name_for_index(at).and_then(Result::ok);
            let shown = own.map_or_else(|| format!("fichier {}", at + 1), |own| plain(&own));
            let label = format!("{label} › {shown}");
            let Ok(mut entry) = archive.by_index(at) else {
                self.trouble(&label, "ne peut pas être extrait (chiffré, ou abîmé)");
                continue;
            };
            if entry.is_dir() {
                continue;
            }
            let own = last_part(&shown);
            if own.starts_with('.') || super::is_the_systems(&shown) {
                continue;
            }
            let most = self.limits.file.min(left);
            let mut unpacked = Vec::new();
            // The size it claims is not believed.
            let read = entry.by_ref().take(most + 1).read_to_end(&mut unpacked);
            drop(entry);
            match read {
                Ok(length) if length as u64 > most => {
                    self.trouble(&label, "trop grand une fois extrait : à extraire à la main");
                    left = left.saturating_sub(length as u64);
                    if left == 0 {
                        break;
                    }
                }
                Ok(length) => {
                    left -= length as u64;
                    self.bytes(&label, own, unpacked, mail, depth + 1)?;
                }
                Err(_) => self.trouble(&label, "abîmé dans l'archive"),
            }
        }
        ControlFlow::Continue(())
    }
}
