//! What `missive archive review` asks at the terminal: one question for each return, which is shown beside
//! the letter that was sent.

use crate::app::returns::after_return::ReturnsContext;
use crate::app::returns::named_letter::named_letter;
use crate::app::returns::reviewing::confirmed_fields::{FieldTexts, ProposedField};
use crate::app::returns::reviewing::review_answer::{self, ReviewAnswer, fields_to_confirm};
use crate::app::returns::reviewing::review_queue::ReturnToReview;
use crate::app::wording::count;
use crate::archive::store::Archive;
use crate::cli::args::Common;
use crate::cli::commands::archive::args::ReviewArgs;
use crate::cli::commands::archive::return_preview;
use crate::cli::commands::archive::review_view::{person, show, show_facts};
use crate::cli::context;
use crate::cli::error::CommandError;
use crate::cli::exit::Exit;
use crate::cli::ui::output::Output;
use crate::cli::ui::prompt::read_line;
use crate::ledger::Ledger;
use crate::plan::history::ReturnState;
use crate::project::folder::Project;
use crate::records::spelling::first_upper;
use crate::records::values::SingleLine;
use std::io::Write as _;

/// Asks about each return, until the person stops.
pub(super) fn ask_all(
    output: &Output,
    common: &Common,
    project: &Project,
    args: &ReviewArgs,
    queue: &[ReturnToReview],
) -> Result<Exit, CommandError> {
    let (ledger, _) = context::open_ledger(output, common, project, args.take_over)?;
    let context = ReturnsContext { project, ledger: &ledger, day: context::today(common) };
    let archive = Archive::new(project.root());
    let Some(by) = reviewer(common, args) else { return Ok(Exit::Decide) };
    let labels = context::labels(project);
    let mut left = queue.len();
    for waiting in queue {
        output.say(&format!("\n{}", count(left, "retour à relire", "retours à relire")));
        show_facts(output, waiting, &labels);
        return_preview::show_beside_letter(output, &ledger, &archive, (waiting, &labels));
        let answer = match ask(output, &ledger, waiting) {
            Reply::Answer(answer) => answer,
            Reply::Later => continue,
            Reply::Stop => break,
        };
        let answer = ReviewAnswer {
            letter: answer.letter.as_deref(),
            state: answer.state,
            by: &by,
            fields: &answer.fields,
            note: answer.note.as_deref(),
        };
        let reviewed = review_answer::answer(context, waiting, answer).map_err(CommandError::from);
        match reviewed.and_then(|reviewed| show(output, &by, reviewed, &labels)) {
            Ok(Exit::Done) => left -= 1,
            Ok(_) => {}
            Err(error) => error.print(output),
        }
    }
    return_preview::clean();
    output.say(&match left {
        0 => "Tout est relu. Ensuite : missive archive list".to_owned(),
        _ => format!("{} à relire.", count(left, "retour reste", "retours restent")),
    });
    Ok(if left == 0 { Exit::Done } else { Exit::Partial })
}

/// Who reviews; nothing at the end of input.
fn reviewer(common: &Common, args: &ReviewArgs) -> Option<String> {
    if let Some(by) = &args.seen_by {
        return Some(by.clone());
    }
    let name = person(common);
    Some(printable(&format!("Qui relit ? [{name}] "))?.unwrap_or(name))
}

/// What was typed about one return.
enum Reply {
    /// This.
    Answer(TypedAnswer),
    /// It is left for another time.
    Later,
    /// Nothing more is asked.
    Stop,
}

struct TypedAnswer {
    letter: Option<String>,
    state: ReturnState,
    fields: FieldTexts,
    note: Option<String>,
}

/// Asks about one return.
fn ask(output: &Output, ledger: &Ledger, waiting: &ReturnToReview) -> Reply {
    let Some(answer) = choose(output) else { return Reply::Stop };
    let Some(state) = answer else { return Reply::Later };
    let letter = match &waiting.returned {
        Some(_) => None,
        None => match printable("Référence de la lettre (entrée : passer) : ") {
            Some(Some(word)) => match named_letter(ledger, &word) {
                Ok(reference) => Some(reference),
                Err(error) => {
                    CommandError::from(error).print(output);
                    return Reply::Later;
                }
            },
            Some(None) => return Reply::Later,
            None => return Reply::Stop,
        },
    };
    let is_signed = state.is_signed();
    let proposed = match is_signed {
        true => fields_to_confirm(ledger, waiting).unwrap_or_default(),
        false => Vec::new(),
    };
    let Some(fields) = ask_fields(&proposed) else { return Reply::Stop };
    let Some(note) = printable("Remarque (entrée : rien) : ") else { return Reply::Stop };
    Reply::Answer(TypedAnswer { letter, state, fields, note })
}

/// What is written in each field; nothing at the end of input.
fn ask_fields(proposed: &[ProposedField]) -> Option<FieldTexts> {
    let mut texts = FieldTexts::new();
    for field in proposed {
        let name = first_upper(&field.french);
        let question = match &field.text {
            Some(text) => format!("{name} [{text}] (entrée : c'est cela, - : rien) : "),
            None => format!("{name} (entrée : rien) : "),
        };
        let typed = printable(&question)?;
        match typed.as_deref() {
            None => {}
            Some("-") => {
                texts.insert(field.name.clone(), String::new());
            }
            Some(text) => {
                texts.insert(field.name.clone(), text.to_owned());
            }
        }
    }
    Some(texts)
}

/// The answer to one return: nothing at the end, and nothing within for one that is left for later.
fn choose(output: &Output) -> Option<Option<ReturnState>> {
    loop {
        let text = line(
            "Signé (s), en partie (p), refusé (r), non signé (n), illisible (i), plus tard (entrée), arrêter (q) ? ",
        )?;
        return Some(match text.to_lowercase().as_str() {
            "s" => Some(ReturnState::Signed),
            "p" => Some(ReturnState::PartlySigned),
            "r" => Some(ReturnState::Declined),
            "n" => Some(ReturnState::NotSigned),
            "i" => Some(ReturnState::Illegible),
            "" => None,
            "q" => return None,
            _ => {
                output.say("Répondre par une de ces lettres.");
                continue;
            }
        });
    }
}

/// A line typed at the terminal; nothing at its end.
fn line(prompt: &str) -> Option<String> {
    print_prompt(prompt);
    let text = read_line();
    if text.is_empty() {
        print_prompt("\n");
        return None;
    }
    Some(text.trim().to_owned())
}

fn print_prompt(prompt: &str) {
    crate::cli::ui::output::print_out(&printable_text::for_terminal(prompt));
    let _ = std::io::stdout().flush();
}

/// A printable line, or why it is none.
fn printable(prompt: &str) -> Option<Option<String>> {
    loop {
        let text = line(prompt)?;
        if text.is_empty() {
            return Some(None);
        }
        match text.parse::<SingleLine>() {
            Ok(name) => return Some(Some(name.to_string())),
            Err(complaint) => print_prompt(&format!("{}\n", complaint.message)),
        }
    }
}
