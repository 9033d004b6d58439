//! `missive diff`: what differs between two revisions of a letter.

use super::find_letter::find_letter;
use crate::app::letters::diff_revisions::{DiffRequest, RevisionDiff, diff_revisions};
use crate::app::names::labels::Labels;
use crate::app::wording::count;
use crate::cli::args::Common;
use crate::cli::context;
use crate::cli::error::CommandError;
use crate::cli::exit::Exit;
use crate::cli::ui::output::Output;
use crate::plan::summary;
use serde_json::json;
use similar::{ChangeTag, TextDiff};

/// Compares two revisions, or one with what the records give today.
pub fn run(
    output: &Output,
    common: &Common,
    reference: &str,
    (from, to): (Option<u32>, Option<u32>),
) -> Result<Exit, CommandError> {
    let letter = find_letter(output, common, reference)?;
    let request = DiffRequest { from, to, today: context::today(common) };
    let diff = diff_revisions(&letter, &request)?;
    output.document("diff", Some(letter.reference.campaign().as_str()), json!(diff));
    let labels = Labels::of_records(&letter.workspace.loaded.records);
    output.say(&format!("{} :", labels.letter(&letter.reference.to_string())));
    show(output, &diff);
    Ok(Exit::Done)
}

fn show(output: &Output, diff: &RevisionDiff) {
    let RevisionDiff { reference, from, to, fields, words } = diff;
    output.say(&format!("{reference} : {from} → {to}"));
    if words.is_empty() && fields.is_empty() {
        output.say("Rien ne diffère.");
        return;
    }
    if words.is_empty() {
        output.say("Le texte est le même.");
    }
    for change in words {
        let before = printable_text::for_terminal(&change.before);
        let after = printable_text::for_terminal(&change.after);
        output.say_styled(&paragraph(&before, &after, output.color()));
    }
    if !fields.is_empty() {
        output.say(&format!("{} :", count(fields.len(), "champ diffère", "champs diffèrent")));
    }
    for change in fields {
        let (before, after) = summary::shown(&change.field, &change.before, &change.after);
        output.say(&format!("  {} : {before} → {after}", change.field));
    }
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
