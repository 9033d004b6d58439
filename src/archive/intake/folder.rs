//! A folder and everything below it, in the order of the names. Links that lead out of it are not
//! followed; files that systems leave in folders are ignored and counted.

use super::label::plain;
use super::walk::Intake;
use crate::files;
use std::fs;
use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

/// A file or folder that is still to be read.
struct PendingEntry {
    label: String,
    path: PathBuf,
}

/// Whether a name is hidden, or one that systems and office programs leave in folders.
pub(super) fn is_left_behind(name: &str) -> bool {
    name.starts_with('.')
        || name.starts_with("~$")
        || ["thumbs.db", "desktop.ini", "ehthumbs.db", "__macosx"]
            .contains(&name.to_ascii_lowercase().as_str())
}

impl Intake<'_> {
    pub(super) fn folder(&mut self, shown: &str, root: &Path) -> ControlFlow<()> {
        let canonical_root = fs::canonicalize(root);
        let mut ignored = 0;
        let mut pending = vec![PendingEntry { label: String::new(), path: root.to_owned() }];
        let mut flow = ControlFlow::Continue(());
        while let Some(PendingEntry { label, path }) = pending.pop() {
            let metadata =
                if label.is_empty() { fs::metadata(&path) } else { fs::symlink_metadata(&path) };
            let kind = match metadata {
                Ok(metadata) => metadata.file_type(),
                Err(error) => {
                    self.lost(if label.is_empty() { shown } else { &label }, files::reason(&error));
                    continue;
                }
            };
            if kind.is_dir() {
                match children(&label, &path, &mut ignored) {
                    Ok(entries) => pending.extend(entries),
                    Err(error) => {
                        let label = if label.is_empty() { shown } else { &label };
                        self.lost(label, files::reason(&error));
                    }
                }
            } else if !kind.is_symlink()
                || self.leads_inside(&label, &path, canonical_root.as_deref().ok())
            {
                flow = self.file(&plain(&label), &path);
                if flow.is_break() {
                    break;
                }
            }
        }
        if ignored > 0 {
            let (s, left) = if ignored > 1 { ("s", "laissés") } else { ("", "laissé") };
            let message = format!("{ignored} fichier{s} caché{s} ou du système {left} de côté");
            self.note(shown, message);
        }
        flow
    }

    /// Whether a link leads to a file below the root folder.
    fn leads_inside(&mut self, label: &str, path: &Path, root: Option<&Path>) -> bool {
        let label = plain(label);
        let (Ok(target), Some(root)) = (fs::canonicalize(path), root) else {
            self.lost(&label, "lien qui ne mène nulle part");
            return false;
        };
        match (target.starts_with(root), target.is_dir()) {
            (true, false) => true,
            (true, true) => {
                self.note(&label, "lien vers un dossier déjà parcouru : pas suivi");
                false
            }
            (false, _) => {
                self.lost(&label, "lien vers l'extérieur du dossier : pas suivi");
                false
            }
        }
    }
}

/// The entries of a folder, the first name last: the list is used as a stack.
fn children(label: &str, path: &Path, ignored: &mut usize) -> io::Result<Vec<PendingEntry>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(path)? {
        let name = entry?.file_name();
        if is_left_behind(&name.to_string_lossy()) {
            *ignored += 1;
        } else {
            names.push(name);
        }
    }
    names.sort_unstable_by(|one, other| other.cmp(one));
    let entry = |name: std::ffi::OsString| {
        let shown = printable_text::of_file_name(&name);
        let label = if label.is_empty() { shown } else { format!("{label}/{shown}") };
        PendingEntry { label, path: path.join(name) }
    };
    Ok(names.into_iter().map(entry).collect())
}
