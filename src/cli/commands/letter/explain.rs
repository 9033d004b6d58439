//! `missive explain`: each paragraph of a letter with the fields, rules and records behind it.

use super::find_letter::find_letter;
use crate::app::letters::explain::{ExplainedParagraph, Explanation, ExplanationNote, explain};
use crate::app::names::labels::Labels;
use crate::cli::args::Common;
use crate::cli::context;
use crate::cli::error::CommandError;
use crate::cli::exit::Exit;
use crate::cli::ui::output::Output;
use crate::letter::french;
use crate::render::worker_pool;
use serde_json::json;

/// Explains a letter.
pub fn run(
    output: &Output,
    common: &Common,
    reference: &str,
    revision: Option<u32>,
) -> Result<Exit, CommandError> {
    let letter = find_letter(output, common, reference)?;
    let jobs = worker_pool::workers(None);
    let explanation = explain(&letter, revision, context::today(common), jobs)?;
    output.document("explain", Some(letter.reference.campaign().as_str()), json!(explanation));
    let labels = Labels::of_records(&letter.workspace.loaded.records);
    output.say(&format!("{} :", labels.letter(&letter.reference.to_string())));
    show(output, &explanation);
    Ok(Exit::Done)
}

fn show(output: &Output, explanation: &Explanation) {
    output.say(&format!(
        "{}, révision {}, datée du {}.",
        explanation.reference,
        explanation.revision,
        french::date(explanation.date)
    ));
    if let Some(former) = &explanation.supersedes {
        output.say(&format!(
            "Acte : {} (révision {}). Motif : {}",
            former.act.french(),
            former.revision,
            former.reason
        ));
    }
    if let Some(note) = explanation.note {
        output.say(&format!("À savoir : {}.", note_text(note)));
    }
    for paragraph in &explanation.paragraphs {
        output.say(&format!("\n« {} »", paragraph.text));
        if paragraph.fields.is_empty() {
            output.say("    texte du gabarit");
        }
        for line in sources(paragraph) {
            output.say(&format!("    {line}"));
        }
    }
}

fn note_text(note: ExplanationNote) -> &'static str {
    match note {
        ExplanationNote::NotMadeYet => {
            "pas encore produite : voici ce que donnent les données d'aujourd'hui"
        }
        ExplanationNote::RecordsChanged => {
            "les données ont changé depuis : fichiers et lignes sont ceux d'alors"
        }
    }
}

/// The rules of a paragraph, each once, with what they quote, then its fields from records.
fn sources(paragraph: &ExplainedParagraph) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut push = |line: String| {
        if !lines.contains(&line) {
            lines.push(line);
        }
    };
    for field in &paragraph.fields {
        let name = &field.field;
        let place = field.source.as_deref().unwrap_or_default();
        match &field.rule {
            Some(rule) => {
                let (described, whom) = (&rule.described, rule.whom.as_ref());
                let whom = whom.map_or(String::new(), |whom| format!(" ; pour : {whom}"));
                push(format!("{described}{whom} ({place})"));
                for quotation in &rule.quotes {
                    // Only the text of the rule quotes; its title does not say which part did.
                    if let Some(place) = &quotation.source {
                        push(format!("  cite {{{}}} ({place})", quotation.placeholder));
                    }
                }
            }
            None if place.is_empty() => {
                push(format!("{name} (tiré de la campagne, de l'UAI et du référent)"));
            }
            None => push(format!("{name} ({place})")),
        }
    }
    lines
}
