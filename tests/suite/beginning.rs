//! Projects that several stories begin with: made once for all of them, and copied for each.
//!
//! A ledger knows nothing of the folder that it lies in, so that a copy is as good as the first; what the computer
//! remembers of the ledger is copied with it.

use crate::support::{Project, known_ledgers, remember_ledgers};
use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock};

/// A file of a project, as it is.
struct File {
    path: PathBuf,
    bytes: Vec<u8>,
    permissions: Permissions,
}

/// A project that others are copied from.
struct Model {
    /// All its files; folders without a file are left out.
    files: Vec<File>,
    /// What the computer remembers of ledgers.
    ledgers: BTreeMap<String, Vec<u8>>,
}

/// Whoever comes first makes it.
type Models = BTreeMap<String, Arc<OnceLock<Model>>>;

/// A project as this makes it. Whoever comes first under a name makes it, the others get a copy.
pub fn beginning(name: String, make: impl FnOnce() -> Project) -> Project {
    static MADE: Mutex<Models> = Mutex::new(BTreeMap::new());
    let model = Arc::clone(MADE.lock().unwrap().entry(name).or_default());
    copy(model.get_or_init(|| read(&make())))
}

/// The sample, made on 18 November, all of it handed over on 20 November.
pub fn sent_sample() -> Project {
    beginning("sent sample".into(), || {
        let project = Project::sample();
        project.missive(&["run", "--today", "2026-11-18"]).expect(0);
        project.hand_over("2026-11-20");
        project
    })
}

fn read(project: &Project) -> Model {
    let mut files = Vec::new();
    let mut pending = vec![project.root()];
    while let Some(folder) = pending.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                pending.push(path);
                continue;
            }
            let permissions = fs::metadata(&path).unwrap().permissions();
            let bytes = fs::read(&path).unwrap();
            let path = path.strip_prefix(project.root()).unwrap().to_owned();
            files.push(File { path, bytes, permissions });
        }
    }
    Model { files, ledgers: known_ledgers() }
}

fn copy(model: &Model) -> Project {
    let project = Project::nothing();
    remember_ledgers(&model.ledgers);
    for file in &model.files {
        let path = project.root().join(&file.path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, &file.bytes).unwrap();
        fs::set_permissions(&path, file.permissions.clone()).unwrap();
    }
    project
}
