//! What `missive archive review` says of a return that waits, and of an answer.

use crate::app::names::labels::Labels;
use crate::app::returns::reviewing::review_answer::ReviewedReturn;
use crate::app::returns::reviewing::review_queue::ReturnToReview;
use crate::cli::args::Common;
use crate::cli::commands::archive::after_return::end;
use crate::cli::error::CommandError;
use crate::cli::exit::Exit;
use crate::cli::ui::output::Output;
use crate::project::environment;

/// A return that waits, and what a person should know of it.
pub(super) fn show_facts(output: &Output, waiting: &ReturnToReview, labels: &Labels) {
    let short = waiting.file.object.get(..12).unwrap_or_default();
    output.say(&match &waiting.returned {
        Some(letter) => {
            let pages: Vec<String> = letter.pages.iter().map(u32::to_string).collect();
            let pages = match pages.as_slice() {
                [] => String::new(),
                [page] => format!(", page {page}"),
                pages => format!(", pages {}", pages.join(", ")),
            };
            format!(
                "  {} : {}{pages} (fichier {short})",
                labels.letter(&letter.reference),
                waiting.file.label
            )
        }
        None => format!("  lettre inconnue : {} (fichier {short})", waiting.file.label),
    });
    for remark in waiting.remarks() {
        output.say(&format!("      {remark}"));
    }
}

/// Who works at this computer.
pub(super) fn person(common: &Common) -> String {
    let actor = environment::actor(common.today.as_ref());
    format!("{}@{}", actor.user, actor.computer)
}

/// Shows an answer that was written down.
pub(super) fn show(
    output: &Output,
    by: &str,
    reviewed: ReviewedReturn,
    labels: &Labels,
) -> Result<Exit, CommandError> {
    output.value("archive-review", Some(&reviewed.campaign), &reviewed);
    output.say(&format!(
        "Noté : {}, {}, relu par {by}.",
        labels.letter(&reviewed.reference),
        reviewed.state.french(),
    ));
    end(output, reviewed.after, labels)
}
