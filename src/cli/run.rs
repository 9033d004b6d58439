//! One command line, from its words to its exit code.

use super::args::{Arguments, CampaignAction, Command, Common};
use super::commands::{
    archive, campaign, check, dossier, export, generate, import, init, ledger, letter, manual,
    measure, plan, probe, schema, send, sign, status,
};
use super::error::CommandError;
use super::exit::Exit;
use super::ui::clap_french;
use super::ui::output::{self, Output};
use clap::FromArgMatches as _;
use std::ffi::OsString;

/// Runs a command line, program name included.
pub fn run(words: impl IntoIterator<Item = OsString>) -> Exit {
    // Where the system refuses, the command works all the same.
    let _ = process_child::disable_core_dumps();
    match arguments(words) {
        Ok(Arguments { common, command }) => {
            let output = Output::new(&common);
            let done = execute(&output, &common, command);
            written(&output, done.unwrap_or_else(|error| error.show(&output)))
        }
        Err(exit) => exit,
    }
}

/// Reads the words of a command line. Help, and what is wrong with the words, is shown here.
fn arguments(words: impl IntoIterator<Item = OsString>) -> Result<Arguments, Exit> {
    let words: Vec<OsString> = words.into_iter().collect();
    let wants_json = words.iter().any(|word| word == "--json");
    let matches = clap_french::command().try_get_matches_from(words);
    let arguments = matches.and_then(|matches| Arguments::from_arg_matches(&matches));
    match arguments {
        Ok(arguments) => Ok(arguments),
        Err(error) if !error.use_stderr() => {
            output::print_out(&clap_french::help(&error.render().to_string()));
            Err(Exit::Done)
        }
        Err(error) => {
            let (sentence, todo) = clap_french::error(&error);
            if wants_json {
                output::print_out(&output::failure(&sentence, &todo));
            }
            let shown = format!("erreur : {sentence}\nà faire : {todo}\n");
            output::print_err(&printable_text::for_terminal(&shown));
            Err(Exit::Usage)
        }
    }
}

/// Does what a command line says.
fn execute(output: &Output, common: &Common, command: Command) -> Result<Exit, CommandError> {
    match command {
        Command::Init { folder } => init::run(output, &folder),
        Command::Check { except } => check::run(output, common, &except.except),
        Command::Generate { make } => generate::command::run(output, common, &make),
        Command::Send { choice, deposit, sending } => {
            send::run::run(output, common, choice, &deposit, &sending)
        }
        Command::Probe => probe::run(output, common),
        Command::Run { make, deposit } => generate::run::run(output, common, &make, &deposit),
        Command::Plan { except, as_of, jobs } => {
            plan::run(output, common, &except.except, as_of, jobs)
        }
        Command::Explain { reference, revision } => {
            letter::explain::run(output, common, &reference, revision)
        }
        Command::Diff { reference, from, to } => {
            letter::diff::run(output, common, &reference, (from, to))
        }
        Command::History { name } => letter::history::run(output, common, &name),
        Command::Status => status::run(output, common),
        Command::Resolve { copies: Some(copies), take_over, .. } => {
            send::resolve_by_copies::run(output, common, &copies, take_over)
        }
        Command::Resolve { names, deposited, handed_over, not_sent, why, take_over, .. } => {
            let args = send::resolve::ResolveArgs {
                names,
                deposited,
                handed_over,
                not_sent,
                why,
                take_over,
            };
            send::resolve::run(output, common, &args)
        }
        Command::Ledger { action } => Ok(ledger::run(output, common, &action)),
        Command::Archive { action } => archive::command::run(output, common, &action),
        Command::Dossier { uai, folder } => Ok(dossier::run(output, common, &uai, &folder)),
        Command::Campaign { action: CampaignAction::New { year } } => {
            campaign::new::run(output, common, &year)
        }
        Command::Campaign { action: CampaignAction::Close { id, on, confirm } } => {
            campaign::close::close(output, common, &id, on, confirm)
        }
        Command::Export { file, force } => Ok(export::run(output, common, &file, force)),
        Command::Sign { action } => sign::run(output, common, &action),
        Command::Import { file, args } => import::command::run(output, common, &file, &args),
        Command::ReadSpreadsheet => Ok(served(&crate::import::read_spreadsheet::serve())),
        Command::Schema { no_lines } => schema::run(output, common, no_lines),
        Command::Measure { parse: true, .. } => measure::parse(output, common),
        Command::Measure { same, folder, jobs, .. } => {
            measure::run(output, common, same, folder.as_deref(), jobs)
        }
        Command::Examine => Ok(served(&crate::archive::examiner::serve())),
        Command::TryTemplates => Ok(served(&crate::app::template_trial::serve())),
        Command::Completions { shell } => Ok(manual::completions(shell)),
        Command::Man { folder } => manual::pages(output, &folder),
    }
}

/// The exit code of a command, or of its lost output: what it printed could not be written.
fn written(output: &Output, exit: Exit) -> Exit {
    if output.lost() && exit == Exit::Done {
        output::print_err(
            "erreur : la sortie standard ne peut pas être écrite\nà faire : faire de la place, ou écrire ailleurs\n",
        );
        return Exit::Environment;
    }
    exit
}

/// The exit code of a child process that answered questions until none was left.
fn served(result: &std::io::Result<()>) -> Exit {
    if result.is_ok() { Exit::Done } else { Exit::Environment }
}

/// What a panic prints: a bug, with what to report.
pub fn on_panic(info: &std::panic::PanicHookInfo<'_>) {
    let place =
        info.location().map_or(String::new(), |at| format!(" ({}:{})", at.file(), at.line()));
    let why = info
        .payload()
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| info.payload().downcast_ref::<String>().cloned())
        .unwrap_or_default();
    output::print_err(&format!(
        "erreur interne de missive {}{place} : {why}\nà faire : signaler ce message et la commande ; rien d'écrit n'est abîmé\n",
        env!("CARGO_PKG_VERSION")
    ));
}
