//! `missive archive review`: one question a return, beside the letter that was sent.

use crate::app::returns::review::{self, Waiting};
use crate::app::wording::count;
use crate::archive::store::Archive;
use crate::cli::args::Common;
use crate::cli::commands::archive::args::ReviewAnswer;
use crate::cli::commands::archive::command::{balance, last_sent, one_letter, withdraw_reminders};
use crate::cli::commands::archive::return_preview;
use crate::cli::context;
use crate::cli::exit::Exit;
use crate::cli::ui::output::Output;
use crate::cli::ui::prompt::read_line;
use crate::ledger::Ledger;
use crate::ledger::read::returns::Returned;
use crate::letter::reference::campaign_of;
use crate::plan::history::ReturnState;
use crate::project::environment;
use crate::project::folder::Project;
use crate::records::values::SingleLine;
use serde_json::{Value, json};
use std::io::{IsTerminal as _, Write as _};
use std::path::Path;

/// What the person typed.
pub struct Word<'a> {
    /// Which.
    pub name: Option<&'a str>,
    /// What they say of it.
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
    word: &Word<'_>,
) -> Result<Exit, Exit> {
    if let Some(answer) = word.answer {
        return answered(output, common, project, word, answer);
    }
    let queue = queue(output, common, project, word)?;
    if queue.is_empty() {
        output.document("archive-review", common.campaign.as_deref(), json!({ "waiting": [] }));
        output.say("Rien n'attend d'être relu. Ensuite : missive archive list");
        return Ok(Exit::Done);
    }
    if !std::io::stdin().is_terminal() || common.json {
        return Ok(listed(output, common, &queue));
    }
    ask_all(output, common, project, word, &queue)
}

fn queue(
    output: &Output,
    common: &Common,
    project: &Project,
    word: &Word<'_>,
) -> Result<Vec<Waiting>, Exit> {
    let Some((ledger, _)) = context::peek(output, project, common)? else { return Ok(Vec::new()) };
    let found = match word.name {
        Some(name) => review::named(&ledger, name),
        None => review::queue(&ledger),
    };
    let found = found.map_err(|error| context::failed(output, &error))?;
    if let (true, Some(name)) = (found.is_empty(), word.name) {
        output.fail(
            &format!("aucun retour ne correspond à « {name} »"),
            "donner une référence, ou le début du nom d'un fichier de data/archive",
        );
        return Err(Exit::Usage);
    }
    Ok(found)
}

fn waiting_json(own: &Waiting) -> Value {
    json!({
        "reference": own.own.as_ref().map(|own| &own.reference),
        "pages": own.own.as_ref().map(|own| &own.pages),
        "hint": own.own.as_ref().map(|own| own.hint),
        "path": own.file.label, "verdict": own.file.verdict, "stored": own.stored(),
        "object": own.file.object, "remarks": own.remarks(),
        "hints": own.file.findings["hints"],
    })
}

/// What waits, for somebody who cannot be asked.
fn listed(output: &Output, common: &Common, queue: &[Waiting]) -> Exit {
    output.document(
        "archive-review",
        common.campaign.as_deref(),
        json!({ "waiting": queue.iter().map(waiting_json).collect::<Vec<_>>() }),
    );
    output.say(&format!(
        "{} :",
        count(queue.len(), "retour attend d'être relu", "retours attendent d'être relus")
    ));
    queue.iter().for_each(|own| tell(output, own));
    output.say("Ensuite : dans un terminal, missive archive review ; ou missive archive review NOM --answer signed --seen-by \"…\"");
    Exit::Decide
}

fn tell(output: &Output, own: &Waiting) {
    let short = own.file.object.get(..12).unwrap_or_default();
    output.say(&match &own.own {
        Some(letter) => {
            let pages: Vec<String> = letter.pages.iter().map(u32::to_string).collect();
            let pages = match pages.as_slice() {
                [] => String::new(),
                [page] => format!(", page {page}"),
                pages => format!(", pages {}", pages.join(", ")),
            };
            format!("  {} : {}{pages} (fichier {short})", letter.reference, own.file.label)
        }
        None => format!("  lettre inconnue : {} (fichier {short})", own.file.label),
    });
    for remark in own.remarks() {
        output.say(&format!("      {remark}"));
    }
}

/// One answer, given on the command line.
fn answered(
    output: &Output,
    common: &Common,
    project: &Project,
    word: &Word<'_>,
    answer: ReviewAnswer,
) -> Result<Exit, Exit> {
    let mut found = queue(output, common, project, word)?;
    let (ledger, _) = context::open_at(output, project, common, word.take_over)?;
    let letter = match word.letter {
        Some(letter) => Some(one_letter(output, &ledger, letter)?),
        None => None,
    };
    // A file with several letters: the one that is meant.
    if let (true, Some(letter)) = (found.len() > 1, &letter) {
        found.retain(|own| own.own.as_ref().is_some_and(|own| own.reference == *letter));
    }
    let own = match found.as_slice() {
        [one] => one,
        _ => {
            output.fail(
                "plusieurs retours répondent à ce nom",
                "nommer le fichier par le début de son nom (missive archive review les donne), et la lettre par --letter",
            );
            return Err(Exit::Usage);
        }
    };
    let by = word.seen_by.map_or_else(|| person(common), str::to_owned);
    let said = review::said(&by, word.priorities, word.note);
    settle(output, (common, project), &ledger, own, letter.as_deref(), (state(answer), &said))
}

/// Who works at this computer.
fn person(common: &Common) -> String {
    let actor = environment::actor(common.today.as_ref());
    format!("{}@{}", actor.user, actor.computer)
}

/// Why an answer is not taken: what the machine proved is not answered away without a word.
fn refusal(
    own: &Returned,
    state: ReturnState,
    said: &Value,
) -> Option<(&'static str, &'static str)> {
    let signed = matches!(state, ReturnState::Signed | ReturnState::PartlySigned);
    match own.verdict.as_str() {
        "superseded" => Some((
            "ce retour est celui d'une version remplacée : il ne compte plus",
            "attendre le retour de la version en vigueur ; missive send --remind la redemande",
        )),
        "unsigned-copy" if signed => Some((
            "ce fichier est la lettre telle qu'elle a été envoyée : personne ne l'a signée",
            "redemander la lettre signée ; un original sur papier se note par missive archive declare",
        )),
        "altered" if signed && !said["note"].is_string() => Some((
            "ce fichier n'est pas ce qui a été envoyé, ou une signature y est rompue",
            "appeler l'établissement ; pour le tenir pour signé malgré tout, dire pourquoi avec --note",
        )),
        _ => None,
    }
}

/// Writes an answer down and tells it.
fn settle(
    output: &Output,
    (common, project): (&Common, &Project),
    ledger: &Ledger,
    waiting: &Waiting,
    letter: Option<&str>,
    (state, said): (ReturnState, &Value),
) -> Result<Exit, Exit> {
    let failed = |error| context::failed(output, &error);
    if let Some((message, todo)) = waiting.own.as_ref().and_then(|own| {
        let other = letter.is_some_and(|letter| letter != own.reference);
        refusal(own, state, said).filter(|_| !other)
    }) {
        output.fail(message, todo);
        return Ok(Exit::Decide);
    }
    let (reference, campaign) = match (&waiting.own, letter) {
        (Some(own), None) => {
            review::answer(ledger, own, state, said).map_err(failed)?;
            (own.reference.clone(), campaign_of(&own.reference).to_owned())
        }
        (Some(own), Some(letter)) if own.reference == letter => {
            review::answer(ledger, own, state, said).map_err(failed)?;
            (own.reference.clone(), campaign_of(&own.reference).to_owned())
        }
        // A person had said the letter, and says another now.
        (Some(own), Some(letter)) if own.verdict == "unknown" || own.verdict == "unreadable" => {
            let (revision, _, campaign) = last_sent(output, ledger, letter)?;
            let note = format!("rangé sous {letter}");
            let moved = review::said(said["by"].as_str().unwrap_or_default(), None, Some(&note));
            review::answer(ledger, own, ReturnState::Illegible, &moved).map_err(failed)?;
            review::assign(ledger, &waiting.file, (letter, revision), state, said)
                .map_err(failed)?;
            (letter.to_owned(), campaign)
        }
        (Some(own), Some(_)) => {
            output.fail(
                &format!("missive a reconnu {} dans ce fichier", own.reference),
                "répondre sans --letter ; un fichier reconnu ne change pas de lettre",
            );
            return Err(Exit::Decide);
        }
        (None, Some(letter)) => {
            let (revision, _, campaign) = last_sent(output, ledger, letter)?;
            review::assign(ledger, &waiting.file, (letter, revision), state, said)
                .map_err(failed)?;
            (letter.to_owned(), campaign)
        }
        (None, None) => {
            output.fail(
                "missive ne sait pas de quelle lettre est ce fichier",
                "le dire par --letter RÉFÉRENCE",
            );
            return Err(Exit::Usage);
        }
    };
    output.document(
        "archive-review",
        Some(&campaign),
        json!({
            "reference": reference, "object": waiting.file.object, "state": state.as_str(),
            "review": said,
        }),
    );
    output.say(&format!(
        "Noté : {reference}, {}, relu par {}.",
        state.french(),
        said["by"].as_str().unwrap_or_default()
    ));
    withdraw_reminders(output, common, project, ledger, &campaign)?;
    balance(output, ledger, &campaign)
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
            Ok(own) => return Some(Some(own.to_string())),
            Err(complaint) => print_prompt(&format!("{}\n", complaint.message)),
        }
    }
}

fn ask_all(
    output: &Output,
    common: &Common,
    project: &Project,
    word: &Word<'_>,
    queue: &[Waiting],
) -> Result<Exit, Exit> {
    let (ledger, _) = context::open_at(output, project, common, word.take_over)?;
    let archive = Archive::new(project.root());
    let own = person(common);
    let by = match word.seen_by {
        Some(by) => by.to_owned(),
        None => match printable(&format!("Qui relit ? [{own}] ")) {
            Some(Some(by)) => by,
            Some(None) => own,
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
        let letter = match &waiting.own {
            Some(_) => None,
            None => match printable("Référence de la lettre (entrée : passer) : ") {
                Some(Some(reference)) => match one_letter(output, &ledger, &reference) {
                    Ok(reference) => Some(reference),
                    Err(_) => continue,
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
        let said = review::said(&by, priorities.as_deref(), note.as_deref());
        let settled =
            settle(output, (common, project), &ledger, waiting, letter.as_deref(), (state, &said));
        if settled == Ok(Exit::Done) {
            left -= 1;
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
    word: &Word<'_>,
    folder: &Path,
) -> Result<Exit, Exit> {
    let queue = queue(output, common, project, word)?;
    let Some((ledger, _)) = context::peek(output, project, common)? else { return Ok(Exit::Done) };
    let archive = Archive::new(project.root());
    let page = return_preview::write(&ledger, &archive, &queue, folder).map_err(|error| {
        output.fail(
            &format!(
                "{} ne peut pas être écrit : {}",
                printable_text::of_path(folder),
                crate::files::reason(&error)
            ),
            "choisir un dossier où vous pouvez écrire",
        );
        Exit::Environment
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
