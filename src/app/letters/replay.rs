//! Renders former revisions again from their stored content, template files and fonts, and compares
//! the bytes.

use crate::app::letters::letter_document;
use crate::diagnostic::Problem;
use crate::ledger::object_store::{ObjectStore, hash};
use crate::ledger::read::revisions::HandedOverRevision;
use crate::ledger::{Ledger, LedgerError};
use crate::plan::history::{RenderInputs, StoredRevision};
use crate::render::engine::{Engine, Pdf};
use crate::render::letter_form;
use crate::render::world::TemplateFile;
use jiff::civil::Date;
use serde::{Serialize, Serializer};
use serde_json::json;
use std::collections::HashMap;
use std::sync::Arc;

/// Why a revision cannot be made on this computer.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ReplayError {
    /// A template file of then is missing in the store.
    #[error("le gabarit {0} d'alors manque dans data/ledger/objects")]
    TemplateMissing(String),
    /// The template files of then cannot be used.
    #[error("{}", .0.message)]
    Templates(Box<Problem>),
    /// The letter cannot be composed.
    #[error("{}", first_message(.0))]
    Letter(Vec<Problem>),
}

/// A revision that was made again.
#[derive(Clone, Debug)]
pub struct ReplayedRevision {
    /// Reference of the letter.
    pub reference: String,
    /// Number of the revision, from 1.
    pub revision: u32,
    /// What came of it.
    pub outcome: ReplayOutcome,
}

/// The revision in the JSON document of `ledger verify`.
impl Serialize for ReplayedRevision {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (outcome, why) = match &self.outcome {
            ReplayOutcome::Same => ("same", Vec::new()),
            ReplayOutcome::Differs(inputs) => ("differs", inputs.clone()),
            ReplayOutcome::Impossible(error) => ("impossible", vec![error.to_string()]),
        };
        let document = json!({
            "reference": self.reference, "revision": self.revision,
            "outcome": outcome, "why": why,
        });
        document.serialize(serializer)
    }
}

/// What came of making a revision again.
#[derive(Clone, Debug)]
pub enum ReplayOutcome {
    /// The same bytes.
    Same,
    /// Other bytes. The inputs that differ are named, in French; none where the cause is unknown.
    Differs(Vec<String>),
    /// It cannot be made on this computer.
    Impossible(ReplayError),
}

/// Makes some revisions again. `progress` is called after each.
pub fn replay_revisions(
    ledger: &Ledger,
    fonts: &[TemplateFile],
    revisions: Vec<HandedOverRevision>,
    mut progress: impl FnMut(),
) -> Result<Vec<ReplayedRevision>, LedgerError> {
    // One compiler for all revisions that were made with the same files on the same day.
    let mut engines: HashMap<String, Result<Engine, ReplayError>> = HashMap::new();
    let mut replayed = Vec::new();
    for HandedOverRevision { id, reference, number } in revisions {
        let stored = ledger.stored(id)?;
        let day = template_date(&stored);
        let key = format!("{day} {:?}", stored.inputs);
        let engine =
            engines.entry(key).or_insert_with(|| engine(&ledger.store, &stored.inputs, fonts, day));
        let outcome = match engine {
            Ok(engine) => replay(&stored, engine),
            Err(error) => ReplayOutcome::Impossible(error.clone()),
        };
        progress();
        replayed.push(ReplayedRevision { reference, revision: number, outcome });
    }
    Ok(replayed)
}

/// A compiler over the template files that a revision was made with. `fonts` are the project's own
/// font files of today.
pub fn engine(
    store: &ObjectStore,
    inputs: &RenderInputs,
    fonts: &[TemplateFile],
    date: Date,
) -> Result<Engine, ReplayError> {
    let mut files = Vec::new();
    for (path, name) in &inputs.templates {
        let bytes = store.get(name).map_err(|_| ReplayError::TemplateMissing(path.clone()))?;
        files.push(TemplateFile { path: path.clone(), bytes: Arc::from(bytes) });
    }
    files.extend(fonts.iter().filter(|file| file.path.starts_with("fonts/")).cloned());
    Engine::new(files, HashMap::new(), date)
        .map_err(|problem| ReplayError::Templates(Box::new(problem)))
}

/// The day that templates may ask for: that of the campaign.
pub fn template_date(stored: &StoredRevision) -> Date {
    let date = stored.content.pointer("/campaign/date").and_then(serde_json::Value::as_str);
    date.and_then(|text| text.parse().ok()).unwrap_or(Date::constant(2000, 1, 1))
}

/// Makes a revision again with an engine over its own templates.
fn replay(stored: &StoredRevision, engine: &Engine) -> ReplayOutcome {
    let mut differing = Vec::new();
    let inputs = &stored.inputs;
    for (input, then, now) in [
        ("version", inputs.engine.as_str(), Engine::version()),
        ("polices", inputs.fonts.as_str(), engine.fonts().to_owned()),
        ("machine", inputs.platform.as_str(), Engine::platform()),
    ] {
        if then != now {
            differing.push(format!("{input} : {then} → {now}"));
        }
    }
    match letter_document::pdf_again(engine, &stored.json, &stored.content) {
        Ok(pdf) if hash(&pdf.bytes) == stored.rendered && has_same_form(stored, &pdf) => {
            ReplayOutcome::Same
        }
        Ok(_) => ReplayOutcome::Differs(differing),
        Err(problems) => ReplayOutcome::Impossible(ReplayError::Letter(problems)),
    }
}

/// Whether the form of a revision comes out as it was; one that was made without stays so.
fn has_same_form(stored: &StoredRevision, pdf: &Pdf) -> bool {
    let Some(before) = &stored.form else { return true };
    let again = letter_form::with_form(pdf, &stored.json);
    again.is_ok_and(|form| form.is_some_and(|bytes| hash(&bytes) == *before))
}

fn first_message(problems: &[Problem]) -> &str {
    problems.first().map_or("", |problem| &problem.message)
}
