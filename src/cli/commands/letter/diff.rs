//! Finds a letter and its revisions for the commands that look at one; and `missive diff`.

use crate::app::letters::evaluate::LetterEvaluator;
use crate::app::resolve_campaign::resolve;
use crate::app::resolved_campaign::{ResolveOptions, ResolvedCampaign};
use crate::app::wording::count;
use crate::app::workspace::Workspace;
use crate::cli::args::Common;
use crate::cli::context;
use crate::cli::exit::Exit;
use crate::cli::ui::output::Output;
use crate::diagnostic::did_you_mean;
use crate::ledger::Ledger;
use crate::letter::issue::Issue;
use crate::letter::mission_letter::Letter;
use crate::letter::reference::{Reference, ReferenceError};
use crate::plan::history::{CampaignHistory, StoredRevision};
use crate::plan::{Orders, difference, summary};
use crate::project::environment;
use serde_json::{Value, json};
use similar::{ChangeTag, DiffOp, TextDiff, capture_diff_slices};

/// What a command about one letter works with.
pub struct Found {
    /// The letter.
    pub reference: Reference,
    /// The project.
    pub workspace: Workspace,
    /// The ledger, if there is one.
    pub ledger: Option<Ledger>,
    /// Its revisions: number in the ledger, number of the revision, whether it left.
    pub rows: Vec<(i64, u32, bool)>,
}

/// Finds a letter by the reference a person typed.
pub fn find(output: &Output, common: &Common, text: &str) -> Result<Found, Exit> {
    let usage = |message: &str, todo: &str| {
        output.fail(message, todo);
        Exit::Usage
    };
    let reference: Reference = text.parse().map_err(|error: ReferenceError| {
        usage(&format!("« {text} » : {error}"), "recopier la référence imprimée sur la lettre")
    })?;
    let project = context::project(output, common)?;
    let ledger = context::peek(output, &project, common)?.map(|(ledger, _)| ledger);
    let rows = match &ledger {
        Some(ledger) => ledger
            .revisions(&reference.to_string())
            .map_err(|error| context::failed(output, &error))?,
        None => Vec::new(),
    };
    let (workspace, _) = Workspace::open(project, &[]);
    Ok(Found { reference, workspace, ledger, rows })
}

impl Found {
    /// The campaign of the letter as the records are today, if they are sound.
    pub fn resolved(&self, common: &Common) -> Option<ResolvedCampaign<'_>> {
        let under = ResolveOptions::today(environment::today(common.today.as_ref()));
        resolve(&self.workspace, Some(self.reference.campaign()), under).0
    }

    /// The letter among those of a job.
    pub fn letter<'j, 'w>(&self, resolved: &'j ResolvedCampaign<'w>) -> Option<&'j Letter<'w>> {
        resolved.desired.letters.iter().find(|letter| letter.reference == self.reference)
    }

    /// What the ledger keeps of a revision.
    pub fn stored(&self, output: &Output, row: i64) -> Result<StoredRevision, Exit> {
        let Some(ledger) = &self.ledger else { return Err(Exit::Bug) };
        ledger.stored(row).map_err(|error| context::failed(output, &error))
    }

    /// The row of a revision, or of the latest.
    pub fn row(&self, output: &Output, number: Option<u32>) -> Result<Option<i64>, Exit> {
        let Some(number) = number else { return Ok(self.rows.last().map(|(row, ..)| *row)) };
        let found = self.rows.iter().rev().find(|(_, own, _)| *own == number);
        match found {
            Some((row, ..)) => Ok(Some(*row)),
            None => {
                let known: Vec<String> =
                    self.rows.iter().map(|(_, number, _)| format!("r{number}")).collect();
                let todo = match known.as_slice() {
                    [] => "la produire d'abord : missive generate".to_owned(),
                    known => format!("les révisions connues : {}", known.join(", ")),
                };
                output.fail(&format!("{} n'a pas de révision r{number}", self.reference), &todo);
                Err(Exit::Usage)
            }
        }
    }

    /// Says that the letter is not known, with the nearest name.
    pub fn unknown(&self, output: &Output, resolved: Option<&ResolvedCampaign<'_>>) -> Exit {
        let own = self.reference.to_string();
        if resolved.is_none() {
            output.fail(
                &format!("{own} n'a pas encore été produite, et les données ont des erreurs"),
                "les corriger : « missive check » les montre",
            );
            return Exit::Invalid;
        }
        let names: Vec<String> = resolved
            .iter()
            .flat_map(|resolved| {
                resolved.desired.letters.iter().map(|letter| letter.reference.to_string())
            })
            .collect();
        let near = did_you_mean(&own, names.iter().map(String::as_str));
        let todo = match near {
            Some(near) => format!("vouliez-vous écrire « {near} » ?"),
            None => "voir les références dans out/<campagne>/report.html".to_owned(),
        };
        output.fail(&format!("aucune lettre ne porte la référence {own}"), &todo);
        Exit::Usage
    }
}

/// One side of a comparison.
struct Side {
    name: String,
    content: Value,
    blocks: Vec<String>,
}

impl Side {
    fn of(stored: StoredRevision) -> Self {
        let name = format!("r{}", stored.issue.revision);
        Self { name, content: stored.content, blocks: stored.blocks }
    }
}

/// `missive diff`.
pub fn diff(
    output: &Output,
    common: &Common,
    reference: &str,
    from: Option<u32>,
    to: Option<u32>,
) -> Exit {
    match compare(output, common, reference, from, to) {
        Ok(()) => Exit::Done,
        Err(exit) => exit,
    }
}

fn compare(
    output: &Output,
    common: &Common,
    reference: &str,
    from: Option<u32>,
    to: Option<u32>,
) -> Result<(), Exit> {
    let found = find(output, common, reference)?;
    let Some(latest) = found.rows.last().map(|(_, number, _)| *number) else {
        let resolved = found.resolved(common);
        return Err(match resolved.as_ref().and_then(|resolved| found.letter(resolved)) {
            Some(_) => {
                let message = format!("{} n'a encore aucune révision", found.reference);
                output.fail(&message, "la produire d'abord : missive generate");
                Exit::Usage
            }
            None => found.unknown(output, resolved.as_ref()),
        });
    };
    // One revision alone is held against what the records give today.
    let today = to.is_none()
        && from.is_none_or(|from| from == latest)
        && (latest == 1 || from == Some(latest));
    let (old, new) = if today {
        let row = found.row(output, from)?;
        let old = found.stored(output, row.unwrap_or_default())?;
        let issue = old.issue.clone();
        let new = current(output, common, &found, &issue)?;
        (Side::of(old), new)
    } else {
        let to = to.unwrap_or(latest);
        let from = from.unwrap_or(to.saturating_sub(1).max(1));
        let side = |number| -> Result<Side, Exit> {
            let row = found.row(output, Some(number))?;
            Ok(Side::of(found.stored(output, row.unwrap_or_default())?))
        };
        (side(from)?, side(to)?)
    };
    let fields = difference::leaves(&old.content, &new.content);
    let words = words(&old.blocks, &new.blocks);
    output.document(
        "diff",
        Some(found.reference.campaign().as_str()),
        json!({
            "reference": found.reference, "from": old.name, "to": new.name,
            "fields": fields.iter().map(|leaf| json!({
                "field": leaf.path, "before": leaf.before, "after": leaf.after,
            })).collect::<Vec<_>>(),
            "words": words.iter().map(|(before, after)| json!({
                "before": before, "after": after,
            })).collect::<Vec<_>>(),
        }),
    );
    output.say(&format!("{} : {} → {}", found.reference, old.name, new.name));
    if words.is_empty() && fields.is_empty() {
        output.say("Rien ne diffère.");
        return Ok(());
    }
    if words.is_empty() {
        output.say("Le texte est le même.");
    }
    for (before, after) in &words {
        let (before, after) =
            (printable_text::for_terminal(before), printable_text::for_terminal(after));
        output.say_styled(&paragraph(&before, &after, output.color()));
    }
    if !fields.is_empty() {
        output.say(&format!("{} :", count(fields.len(), "champ diffère", "champs diffèrent")));
    }
    for leaf in &fields {
        let (before, after) = summary::shown(&leaf.before, &leaf.after);
        output.say(&format!("  {} : {before} → {after}", leaf.path));
    }
    Ok(())
}

/// What the records give today for a revision.
fn current(output: &Output, common: &Common, found: &Found, issue: &Issue) -> Result<Side, Exit> {
    let resolved = found.resolved(common);
    let Some((resolved, letter)) =
        resolved.as_ref().and_then(|resolved| Some((resolved, found.letter(resolved)?)))
    else {
        output.fail(
            "les données d'aujourd'hui ne donnent pas cette lettre",
            "lancer « missive check », ou comparer deux révisions avec --from et --to",
        );
        return Err(Exit::Invalid);
    };
    let (past, orders) = (CampaignHistory::default(), Orders::default());
    let evaluator = LetterEvaluator::new(
        resolved,
        &past,
        None,
        &orders,
        environment::today(common.today.as_ref()),
    );
    let made = evaluator.document(letter, issue).and_then(|document| {
        let json = document.json;
        let blocks = crate::app::letters::letter_document::blocks(&resolved.engine, &json)?;
        Ok((json, blocks))
    });
    match made {
        Ok((json, blocks)) => Ok(Side {
            name: "données d'aujourd'hui".to_owned(),
            content: serde_json::from_str(&json).unwrap_or(Value::Null),
            blocks,
        }),
        Err(problems) => {
            output.problems(&problems, &found.workspace.loaded.sources, true);
            Err(Exit::Invalid)
        }
    }
}

/// The paragraphs that differ, as before and after; one of them empty for a paragraph that comes
/// or goes.
fn words(before: &[String], after: &[String]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let at = |list: &[String], index: usize| list.get(index).cloned().unwrap_or_default();
    for operation in capture_diff_slices(similar::Algorithm::Patience, before, after) {
        match operation {
            DiffOp::Equal { .. } => {}
            DiffOp::Delete { old_index, old_len, .. } => {
                found.extend(
                    (old_index..old_index + old_len).map(|i| (at(before, i), String::new())),
                );
            }
            DiffOp::Insert { new_index, new_len, .. } => {
                found.extend(
                    (new_index..new_index + new_len).map(|i| (String::new(), at(after, i))),
                );
            }
            DiffOp::Replace { old_index, old_len, new_index, new_len } => {
                for step in 0..old_len.max(new_len) {
                    let old =
                        if step < old_len { at(before, old_index + step) } else { String::new() };
                    let new =
                        if step < new_len { at(after, new_index + step) } else { String::new() };
                    found.push((old, new));
                }
            }
        }
    }
    found
}

/// A paragraph with the words that go between [- -] and those that come between {+ +}, or in
/// colour.
fn paragraph(before: &str, after: &str, color: bool) -> String {
    let diff = TextDiff::from_words(before, after);
    let mut text = String::from("  ");
    let (mut open, mut run) = (ChangeTag::Equal, String::new());
    let flush = |tag: ChangeTag, run: &mut String, text: &mut String| {
        let words = std::mem::take(run);
        if words.is_empty() {
            return;
        }
        let marked = match (tag, color) {
            (ChangeTag::Equal, _) => words,
            (ChangeTag::Delete, true) => format!("\u{1b}[31m[-{words}-]\u{1b}[0m"),
            (ChangeTag::Insert, true) => format!("\u{1b}[32m{{+{words}+}}\u{1b}[0m"),
            (ChangeTag::Delete, false) => format!("[-{words}-]"),
            (ChangeTag::Insert, false) => format!("{{+{words}+}}"),
        };
        text.push_str(&marked);
    };
    for change in diff.iter_all_changes() {
        if change.tag() != open {
            flush(open, &mut run, &mut text);
            open = change.tag();
        }
        run.push_str(change.value());
    }
    flush(open, &mut run, &mut text);
    text
}
