//! Which templates this computer has tried and found right, so that they are not tried again with
//! every command. It can be deleted: the templates are then tried again.

use crate::files;
use crate::letter::specimen::Specimen;
use crate::project::environment;
use crate::project::load::Loaded;
use crate::render::engine::Engine;
use jiff::civil::Date;
use std::path::PathBuf;

/// Name of the file in the user's cache folder.
const FILE: &str = "templates-tried";
/// How many are remembered, the oldest first to go.
const MAX_ENTRIES: usize = 64;

/// The templates of a project as they are tried: by this program, with these contents, on a day.
pub(in crate::app) struct TriedTemplates {
    file: Option<PathBuf>,
    key: String,
    lines: Vec<String>,
}

impl TriedTemplates {
    /// Looks up what a project holds.
    pub(in crate::app) fn look_up(loaded: &Loaded, today: Date) -> Self {
        let file = environment::actor(None).state.map(|folder| folder.join(FILE));
        let read = file.as_deref().and_then(|file| files::read(file).ok());
        let text = String::from_utf8(read.unwrap_or_default()).unwrap_or_default();
        let lines = text.lines().map(str::to_owned).collect();
        Self { file, key: key(loaded, today), lines }
    }

    /// Whether they were right before.
    pub(in crate::app) fn are_right(&self) -> bool {
        self.lines.contains(&self.key)
    }

    /// Remembers that they are right; if that cannot be written, they are tried again.
    pub(in crate::app) fn remember(mut self) {
        let Some(file) = self.file else { return };
        self.lines.push(self.key);
        let first = self.lines.len().saturating_sub(MAX_ENTRIES);
        let text: String = self.lines.iter().skip(first).map(|line| format!("{line}\n")).collect();
        if let Some(folder) = file.parent() {
            let _ = std::fs::create_dir_all(folder);
        }
        let _ = files::write_whole(&file, text.as_bytes(), false);
    }
}

fn key(loaded: &Loaded, today: Date) -> String {
    let mut parts = vec![Engine::version(), Engine::platform(), today.to_string()];
    // Another build may find other problems.
    let program = std::env::current_exe().and_then(std::fs::metadata);
    parts.push(program.map_or(String::new(), |metadata| {
        format!("{} {:?}", metadata.len(), metadata.modified().ok())
    }));
    for file in &loaded.templates {
        parts.push(format!(
            "{} {}",
            files::sha256(file.path.as_bytes()),
            files::sha256(&file.bytes)
        ));
    }
    for specimen in Specimen::ALL {
        parts.push(specimen.letter().to_string());
        parts.push(specimen.cover("pdf").to_string());
        parts.push(specimen.reminder().to_string());
        parts.push(specimen.designation().to_string());
        parts.push(specimen.message_to_referent().to_string());
    }
    files::sha256(parts.join("\n").as_bytes())
}
