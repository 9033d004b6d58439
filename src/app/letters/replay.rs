//! Former revisions made again: from their kept content, template files, fonts and engine.

use crate::app::letters::render_documents;
use crate::diagnostic::Problem;
use crate::ledger::object_store::{ObjectStore, hash};
use crate::plan::history::{RenderInputs, StoredRevision};
use crate::render::engine::Engine;
use crate::render::world::TemplateFile;
use jiff::civil::Date;
use std::collections::HashMap;
use std::sync::Arc;

/// What came of making a revision again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Replayed {
    /// The very same bytes.
    Same,
    /// Other bytes, though every input is the same but those named here.
    Differs(Vec<String>),
    /// It cannot be made here.
    Impossible(String),
}

/// A compiler over the template files that a revision was made with. `fonts` are the project's own
/// font files of today.
pub fn engine(
    store: &ObjectStore,
    inputs: &RenderInputs,
    fonts: &[TemplateFile],
    date: Date,
) -> Result<Engine, String> {
    let mut files = Vec::new();
    for (path, name) in &inputs.templates {
        let bytes = store
            .get(name)
            .map_err(|_| format!("le gabarit {path} d'alors manque dans data/ledger/objects"))?;
        files.push(TemplateFile { path: path.clone(), bytes: Arc::from(bytes) });
    }
    files.extend(fonts.iter().filter(|file| file.path.starts_with("fonts/")).cloned());
    Engine::new(files, HashMap::new(), date).map_err(|problem| problem.message)
}

/// The day that templates may ask for: that of the campaign.
pub fn day(stored: &StoredRevision) -> Date {
    let date = stored.content.pointer("/campaign/date").and_then(serde_json::Value::as_str);
    date.and_then(|text| text.parse().ok()).unwrap_or(Date::constant(2000, 1, 1))
}

/// Makes a revision again with an engine over its own templates.
pub fn replay(stored: &StoredRevision, engine: &Engine) -> Replayed {
    let mut other = Vec::new();
    let inputs = &stored.inputs;
    for (what, then, now) in [
        ("version", inputs.engine.as_str(), Engine::version()),
        ("polices", inputs.fonts.as_str(), engine.fonts().to_owned()),
        ("machine", inputs.platform.as_str(), Engine::platform()),
    ] {
        if then != now {
            other.push(format!("{what} : {then} → {now}"));
        }
    }
    match render_documents::again(engine, &stored.json, &stored.content) {
        Ok(pdf) if hash(&pdf.bytes) == stored.rendered => Replayed::Same,
        Ok(_) => Replayed::Differs(other),
        Err(problems) => Replayed::Impossible(first(&problems)),
    }
}

fn first(problems: &[Problem]) -> String {
    problems.first().map_or(String::new(), |problem| problem.message.clone())
}
