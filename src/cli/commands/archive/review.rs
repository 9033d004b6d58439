//! `missive archive review`: one question for each return, which is shown beside the letter that was sent.

use crate::app::returns::findings::ReturnFindings;
use crate::app::returns::named_letter::named_letter;
use crate::app::returns::review::{self, ReturnToReview, ReviewError};
use crate::app::wording::count;
use crate::archive::store::Archive;
use crate::cli::args::Common;
use crate::cli::commands::archive::after_return::end;
use crate::cli::commands::archive::args::ReviewAnswer;
use crate::cli::commands::archive::return_preview;
use crate::cli::context;
use crate::cli::error::CommandError;
use crate::cli::exit::Exit;
use crate::cli::ui::output::Output;
use crate::cli::ui::prompt::read_line;
use crate::ledger::Ledger;
use crate::plan::history::ReturnState;
use crate::project::environment;
use crate::project::folder::Project;
use crate::records::values::SingleLine;
use serde_json::{Value, json};
use std::io::{IsTerminal as _, Write as _};
use std::path::Path;

/// What the person asked for.
pub struct ReviewRequest<'a> {
    /// Which return; without it all that wait.
    pub name: Option<&'a str>,
    /// The answer to it.
    pub answer: Option<ReviewAnswer>,
    /// The letter of a file that missive did not recognise.
    pub letter: Option<&'a str>,
    /// Who they are.
    pub seen_by: Option<&'a str>,
    /// What the school wrote.
    pub priorities: Option<&'a str>,
    /// A remark.
    pub note: Option<&'a str>,
    /// Take the ledger from a dead computer.
    pub take_over: bool,
}

fn state(answer: ReviewAnswer) -> ReturnState {
    match answer {
        ReviewAnswer::Signed => ReturnState::Signed,
        ReviewAnswer::Partly => ReturnState::PartlySigned,
        ReviewAnswer::Declined => ReturnState::Declined,
        ReviewAnswer::NotSigned => ReturnState::NotSigned,
        ReviewAnswer::Illegible => ReturnState::Illegible,
    }
}

/// Reviews what waits, or what was named.
pub fn run(
    output: &Output,
    common: &Common,
    project: &Project,
    request: &ReviewRequest<'_>,
) -> Result<Exit, CommandError> {
    if let Some(answer) = request.answer {
        return answered(output, common, project, request, answer);
    }
    let queue = queue(output, common, project, request)?;
    if queue.is_empty() {
        output.document("archive-review", common.campaign.as_deref(), json!({ "waiting": [] }));
        output.say("Rien n'attend d'être relu. Ensuite : missive archive list");
        return Ok(Exit::Done);
    }
    if !std::io::stdin().is_terminal() || common.json {
        return Ok(listed(output, common, &queue));
    }
    ask_all(output, common, project, request, &queue)
}

fn queue(
    output: &Output,
    common: &Common,
    project: &Project,
    request: &ReviewRequest<'_>,
) -> Result<Vec<ReturnToReview>, CommandError> {
    let Some((ledger, _)) = context::read_ledger(output, common, project)? else {
        return Ok(Vec::new());
    };
    let Some(name) = request.name else { return Ok(review::queue(&ledger)?) };
    let found = review::named(&ledger, name)?;
    match found.is_empty() {
        true => Err(ReviewError::NothingNamed(name.to_owned()).into()),
        false => Ok(found),
    }
}

fn waiting_json(waiting: &ReturnToReview) -> Value {
    json!({
        "reference": waiting.returned.as_ref().map(|returned| &returned.reference),
        "pages": waiting.returned.as_ref().map(|returned| &returned.pages),
        "hint": waiting.returned.as_ref().map(|returned| returned.hint),
        "path": waiting.file.label, "verdict": waiting.file.verdict, "stored": waiting.stored(),
        "object": waiting.file.object, "remarks": waiting.remarks(),
        "hints": ReturnFindings::read(&waiting.file.findings).hints,
    })
}

/// What waits, for somebody who cannot be asked.
fn listed(output: &Output, common: &Common, queue: &[ReturnToReview]) -> Exit {
    output.document(
        "archive-review",
        common.campaign.as_deref(),
        json!({ "waiting": queue.iter().map(waiting_json).collect::<Vec<_>>() }),
    );
    output.say(&format!(
        "{} :",
        count(queue.len(), "retour attend d'être relu", "retours attendent d'être relus")
    ));
    queue.iter().for_each(|waiting| tell(output, waiting));
    output.say("Ensuite : dans un terminal, missive archive review ; ou missive archive review NOM --answer signed --seen-by \"…\"");
    Exit::Decide
}

fn tell(output: &Output, waiting: &ReturnToReview) {
    let short = waiting.file.object.get(..12).unwrap_or_default();
    output.say(&match &waiting.returned {
        Some(letter) => {
            let pages: Vec<String> = letter.pages.iter().map(u32::to_string).collect();
            let pages = match pages.as_slice() {
                [] => String::new(),
                [page] => format!(", page {page}"),
                pages => format!(", pages {}", pages.join(", ")),
            };
            format!("  {} : {}{pages} (fichier {short})", letter.reference, waiting.file.label)
        }
        None => format!("  lettre inconnue : {} (fichier {short})", waiting.file.label),
    });
    for remark in waiting.remarks() {
        output.say(&format!("      {remark}"));
    }
}

/// One answer, given on the command line.
fn answered(
    output: &Output,
    common: &Common,
    project: &Project,
    request: &ReviewRequest<'_>,
    answer: ReviewAnswer,
) -> Result<Exit, CommandError> {
    let found = queue(output, common, project, request)?;
    let (ledger, _) = context::open_ledger(output, common, project, request.take_over)?;
    let letter = request.letter.map(|letter| named_letter(&ledger, letter)).transpose()?;
    let waiting = review::the_one(&found, letter.as_deref())?;
    let by = request.seen_by.map_or_else(|| person(common), str::to_owned);
    let statement = review::statement(&by, request.priorities, request.note);
    let answer =
        GivenAnswer { letter: letter.as_deref(), state: state(answer), statement: &statement };
    write(output, (common, project), &ledger, waiting, &answer)
}

/// Who works at this computer.
fn person(common: &Common) -> String {
    let actor = environment::actor(common.today.as_ref());
    format!("{}@{}", actor.user, actor.computer)
}

/// What a person says of a return.
struct GivenAnswer<'a> {
    /// The reference of the letter, where the person gave it.
    letter: Option<&'a str>,
    state: ReturnState,
    statement: &'a Value,
}

/// Writes an answer down and shows it.
fn write(
    output: &Output,
    (common, project): (&Common, &Project),
    ledger: &Ledger,
    waiting: &ReturnToReview,
    answer: &GivenAnswer<'_>,
) -> Result<Exit, CommandError> {
    let GivenAnswer { letter, state, statement } = *answer;
    let reviewed = review::answer(ledger, waiting, letter, state, statement)?;
    output.document(
        "archive-review",
        Some(&reviewed.campaign),
        json!({
            "reference": reviewed.reference, "object": waiting.file.object,
            "state": state.as_str(), "review": statement,
        }),
    );
    output.say(&format!(
        "Noté : {}, {}, relu par {}.",
        reviewed.reference,
        state.french(),
        statement["by"].as_str().unwrap_or_default()
    ));
    end(output, common, project, ledger, &reviewed.campaign)
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

fn ask_all(
    output: &Output,
    common: &Common,
    project: &Project,
    request: &ReviewRequest<'_>,
    queue: &[ReturnToReview],
) -> Result<Exit, CommandError> {
    let (ledger, _) = context::open_ledger(output, common, project, request.take_over)?;
    let archive = Archive::new(project.root());
    let name = person(common);
    let by = match request.seen_by {
        Some(by) => by.to_owned(),
        None => match printable(&format!("Qui relit ? [{name}] ")) {
            Some(Some(by)) => by,
            Some(None) => name,
            None => return Ok(Exit::Decide),
        },
    };
    let mut left = queue.len();
    for waiting in queue {
        output.say(&format!("\n{}", count(left, "retour à relire", "retours à relire")));
        tell(output, waiting);
        return_preview::beside(output, &ledger, &archive, waiting);
        let Some(answer) = choose(output) else { break };
        let Some(state) = answer else {
            continue;
        };
        let letter = match &waiting.returned {
            Some(_) => None,
            None => match printable("Référence de la lettre (entrée : passer) : ") {
                Some(Some(reference)) => match named_letter(&ledger, &reference) {
                    Ok(reference) => Some(reference),
                    Err(error) => {
                        CommandError::from(error).show(output);
                        continue;
                    }
                },
                Some(None) => continue,
                None => break,
            },
        };
        let priorities = match state {
            ReturnState::Signed | ReturnState::PartlySigned => {
                match printable(
                    "Priorités convenues, telles qu'elles sont écrites (entrée : rien) : ",
                ) {
                    Some(text) => text,
                    None => break,
                }
            }
            _ => None,
        };
        let Some(note) = printable("Remarque (entrée : rien) : ") else { break };
        let statement = review::statement(&by, priorities.as_deref(), note.as_deref());
        let answer = GivenAnswer { letter: letter.as_deref(), state, statement: &statement };
        match write(output, (common, project), &ledger, waiting, &answer) {
            Ok(Exit::Done) => left -= 1,
            Ok(_) => {}
            Err(error) => {
                error.show(output);
            }
        }
    }
    return_preview::clean();
    output.say(&match left {
        0 => "Tout est relu. Ensuite : missive archive list".to_owned(),
        _ => format!("{} à relire.", count(left, "retour reste", "retours restent")),
    });
    Ok(if left == 0 { Exit::Done } else { Exit::Partial })
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

/// Writes what waits as pictures beside those of the letters, and a page to read them.
pub fn pictures(
    output: &Output,
    common: &Common,
    project: &Project,
    request: &ReviewRequest<'_>,
    folder: &Path,
) -> Result<Exit, CommandError> {
    let queue = queue(output, common, project, request)?;
    let Some((ledger, _)) = context::read_ledger(output, common, project)? else {
        return Ok(Exit::Done);
    };
    let archive = Archive::new(project.root());
    let page = return_preview::write(&ledger, &archive, &queue, folder).map_err(|error| {
        CommandError::new(
            Exit::Environment,
            format!(
                "{} ne peut pas être écrit : {}",
                printable_text::of_path(folder),
                crate::files::reason(&error)
            ),
            "choisir un dossier où vous pouvez écrire",
        )
    })?;
    output.document(
        "archive-review",
        common.campaign.as_deref(),
        json!({
            "page": printable_text::path_value(&page),
            "waiting": queue.iter().map(waiting_json).collect::<Vec<_>>(),
        }),
    );
    output.say(&format!(
        "Écrit : {} dans {}. Ensuite : l'ouvrir, puis répondre : missive archive review",
        count(queue.len(), "retour à relire", "retours à relire"),
        printable_text::of_path(&page)
    ));
    Ok(Exit::Done)
}
