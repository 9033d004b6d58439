//! `missive archive review`: what waits for a person, listed, answered in one word, or asked about
//! ([`review_prompts`]).
//!
//! [`review_prompts`]: super::review_prompts

use crate::app::names::labels::Labels;
use crate::app::returns::after_return::ReturnsContext;
use crate::app::returns::reviewing::confirmed_fields::FieldTexts;
use crate::app::returns::reviewing::review_answer::{ReviewAnswer, answer_named};
use crate::app::returns::reviewing::review_page::write_review_page;
use crate::app::returns::reviewing::review_queue::{ReturnToReview, ReviewChoice, chosen};
use crate::app::wording::count;
use crate::archive::store::Archive;
use crate::cli::args::Common;
use crate::cli::commands::archive::args::{AnswerArg, ReviewArgs};
use crate::cli::commands::archive::review_prompts;
use crate::cli::commands::archive::review_view::{person, show, show_facts};
use crate::cli::context;
use crate::cli::error::CommandError;
use crate::cli::exit::Exit;
use crate::cli::ui::output::Output;
use crate::plan::history::ReturnState;
use crate::project::folder::Project;
use serde_json::json;
use std::io::IsTerminal as _;
use std::path::Path;

/// Reviews what waits, or what was named.
pub fn run(
    output: &Output,
    common: &Common,
    project: &Project,
    args: &ReviewArgs,
) -> Result<Exit, CommandError> {
    let queue = queue(output, common, project, args)?;
    if let Some(folder) = &args.pictures {
        return pictures(output, common, project, &queue, folder);
    }
    if let Some(answer) = args.answer {
        return answered(output, common, project, args, (&queue, answer));
    }
    if queue.is_empty() {
        output.document("archive-review", common.campaign.as_deref(), json!({ "waiting": [] }));
        output.say(match args.filled {
            true => {
                "Rien de ce qui a été écrit à l'écran n'attend d'être confirmé. Ensuite : missive archive list"
            }
            false => "Rien n'attend d'être relu. Ensuite : missive archive list",
        });
        return Ok(Exit::Done);
    }
    if !std::io::stdin().is_terminal() || common.json {
        return Ok(listed(output, common, &queue, &context::labels(project)));
    }
    review_prompts::ask_all(output, common, project, args, &queue)
}

fn queue(
    output: &Output,
    common: &Common,
    project: &Project,
    args: &ReviewArgs,
) -> Result<Vec<ReturnToReview>, CommandError> {
    let Some((ledger, _)) = context::read_ledger(output, common, project)? else {
        return Ok(Vec::new());
    };
    let choice = match args.name.as_deref() {
        Some(word) => ReviewChoice::Named(word),
        None if args.filled => ReviewChoice::Filled,
        None => ReviewChoice::Waiting,
    };
    Ok(chosen(&ledger, choice)?)
}

/// What waits, for somebody who cannot be asked.
fn listed(output: &Output, common: &Common, queue: &[ReturnToReview], labels: &Labels) -> Exit {
    output.document("archive-review", common.campaign.as_deref(), json!({ "waiting": queue }));
    output.say(&format!(
        "{} :",
        count(queue.len(), "retour attend d'être relu", "retours attendent d'être relus")
    ));
    queue.iter().for_each(|waiting| show_facts(output, waiting, labels));
    output.say("Ensuite : dans un terminal, missive archive review ; ou missive archive review NOM --answer signed --seen-by \"…\"");
    Exit::Decide
}

/// One answer, given on the command line.
fn answered(
    output: &Output,
    common: &Common,
    project: &Project,
    args: &ReviewArgs,
    (found, answer): (&[ReturnToReview], AnswerArg),
) -> Result<Exit, CommandError> {
    let (ledger, _) = context::open_ledger(output, common, project, args.take_over)?;
    let context = ReturnsContext { project, ledger: &ledger, day: context::today(common) };
    let by = args.seen_by.clone().unwrap_or_else(|| person(common));
    let answer = ReviewAnswer {
        letter: args.letter.as_deref(),
        state: state(answer),
        by: &by,
        fields: &typed_fields(args),
        note: args.note.as_deref(),
    };
    let reviewed = answer_named(context, found, answer)?;
    show(output, &by, reviewed, &context::labels(project))
}

/// The texts that were given on the command line.
fn typed_fields(args: &ReviewArgs) -> FieldTexts {
    let priorities = args.priorities.iter().map(|text| ("priorities".to_owned(), text.clone()));
    let others = args.fields.iter().map(|field| (field.name.clone(), field.text.clone()));
    priorities.chain(others).collect()
}

fn state(answer: AnswerArg) -> ReturnState {
    match answer {
        AnswerArg::Signed => ReturnState::Signed,
        AnswerArg::Partly => ReturnState::PartlySigned,
        AnswerArg::Declined => ReturnState::Declined,
        AnswerArg::NotSigned => ReturnState::NotSigned,
        AnswerArg::Illegible => ReturnState::Illegible,
    }
}

/// Writes what waits as pictures beside those of the letters, and a page to read them.
fn pictures(
    output: &Output,
    common: &Common,
    project: &Project,
    queue: &[ReturnToReview],
    folder: &Path,
) -> Result<Exit, CommandError> {
    let Some((ledger, _)) = context::read_ledger(output, common, project)? else {
        return Ok(Exit::Done);
    };
    let labels = context::labels(project);
    let page = write_review_page(&ledger, &Archive::new(project.root()), (queue, &labels), folder)?;
    output.document(
        "archive-review",
        common.campaign.as_deref(),
        json!({ "page": printable_text::path_value(&page), "waiting": queue }),
    );
    output.say(&format!(
        "Écrit : {} dans {}. Ensuite : l'ouvrir, puis répondre : missive archive review",
        count(queue.len(), "retour à relire", "retours à relire"),
        printable_text::of_path(&page)
    ));
    Ok(Exit::Done)
}
