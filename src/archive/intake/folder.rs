//! A folder and all below it, in the order of the names. Links lead nowhere outside; what a system
//! leaves behind is passed over and counted.

use super::Intake;
use super::label::plain;
use crate::files;
use std::fs;
use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

/// Something that waits to be looked at.
struct Waiting {
    label: String,
    path: PathBuf,
}

/// Whether a name is one that systems and office programs leave in folders, or hide.
pub(super) fn is_left_behind(name: &str) -> bool {
    name.starts_with('.')
        || name.starts_with("~$")
        || ["thumbs.db", "desktop.ini", "ehthumbs.db", "__macosx"]
            .contains(&name.to_ascii_lowercase().as_str())
}

impl Intake<'_> {
    pub(super) fn folder(&mut self, shown: &str, root: &Path) -> ControlFlow<()> {
        let own = fs::canonicalize(root);
        let mut passed_over = 0;
        let mut waiting = vec![Waiting { label: String::new(), path: root.to_owned() }];
        let mut flow = ControlFlow::Continue(());
        while let Some(Waiting { label, path }) = waiting.pop() {
            let about =
                if label.is_empty() { fs::metadata(&path) } else { fs::symlink_metadata(&path) };
            let kind = match about {
                Ok(about) => about.file_type(),
                Err(error) => {
                    self.lost(if label.is_empty() { shown } else { &label }, files::reason(&error));
                    continue;
                }
            };
            if kind.is_dir() {
                match children(&label, &path, &mut passed_over) {
                    Ok(own) => waiting.extend(own),
                    Err(error) => {
                        let label = if label.is_empty() { shown } else { &label };
                        self.lost(label, files::reason(&error));
                    }
                }
            } else if !kind.is_symlink() || self.leads_inside(&label, &path, own.as_deref().ok()) {
                flow = self.file(&plain(&label), &path);
                if flow.is_break() {
                    break;
                }
            }
        }
        if passed_over > 0 {
            let (s, be) = if passed_over > 1 { ("s", "laissés") } else { ("", "laissé") };
            let message = format!("{passed_over} fichier{s} caché{s} ou du système {be} de côté");
            self.note(shown, message);
        }
        flow
    }

    /// Whether a link leads to a file below the folder.
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

/// What a folder holds, the first name last: the list is a stack.
fn children(label: &str, path: &Path, passed_over: &mut usize) -> io::Result<Vec<Waiting>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(path)? {
        let name = entry?.file_name();
        if is_left_behind(&name.to_string_lossy()) {
            *passed_over += 1;
        } else {
            names.push(name);
        }
    }
    names.sort_unstable_by(|one, other| other.cmp(one));
    let waiting = |name: std::ffi::OsString| {
        let shown = printable_text::of_file_name(&name);
        let label = if label.is_empty() { shown } else { format!("{label}/{shown}") };
        Waiting { label, path: path.join(name) }
    };
    Ok(names.into_iter().map(waiting).collect())
}
