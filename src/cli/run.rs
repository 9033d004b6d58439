//! One command line, from its words to its exit code.

use super::args::{Arguments, CampaignAction, Command};
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
        Ok(arguments) => execute(arguments),
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
fn execute(arguments: Arguments) -> Exit {
    let output = Output::new(&arguments.common);
    let exit = match arguments.command {
        Command::Init { folder } => ended(&output, init::run(&output, &folder)),
        Command::Check { except } => {
            ended(&output, check::run(&output, &arguments.common, &except.except))
        }
        Command::Generate { make } => {
            ended(&output, generate::command::run(&output, &arguments.common, &make))
        }
        Command::Send { choice, deposit, sending } => {
            let sent = send::run::run(&output, &arguments.common, choice, &deposit, &sending);
            ended(&output, sent)
        }
        Command::Probe => ended(&output, probe::run(&output, &arguments.common)),
        Command::Run { make, deposit } => {
            ended(&output, generate::run::run(&output, &arguments.common, &make, &deposit))
        }
        Command::Plan { except, as_of, jobs } => {
            let result = plan::run(&output, &arguments.common, &except.except, as_of, jobs);
            ended(&output, result)
        }
        Command::Explain { reference, revision } => {
            let result = letter::explain::run(&output, &arguments.common, &reference, revision);
            ended(&output, result)
        }
        Command::Diff { reference, from, to } => {
            ended(&output, letter::diff::run(&output, &arguments.common, &reference, (from, to)))
        }
        Command::History { name } => {
            ended(&output, letter::history::run(&output, &arguments.common, &name))
        }
        Command::Status => ended(&output, status::run(&output, &arguments.common)),
        Command::Resolve { copies: Some(copies), take_over, .. } => {
            let result =
                send::resolve_by_copies::run(&output, &arguments.common, &copies, take_over);
            ended(&output, result)
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
            ended(&output, send::resolve::run(&output, &arguments.common, &args))
        }
        Command::Ledger { action } => ledger::run(&output, &arguments.common, &action),
        Command::Archive { action } => {
            ended(&output, archive::command::run(&output, &arguments.common, &action))
        }
        Command::Dossier { uai, folder } => dossier::run(&output, &arguments.common, &uai, &folder),
        Command::Campaign { action: CampaignAction::New { year } } => {
            ended(&output, campaign::new::run(&output, &arguments.common, &year))
        }
        Command::Campaign { action: CampaignAction::Close { id, on, confirm } } => {
            let closed = campaign::close::close(&output, &arguments.common, &id, on, confirm);
            ended(&output, closed)
        }
        Command::Export { file, force } => export::run(&output, &arguments.common, &file, force),
        Command::Sign { action } => ended(&output, sign::run(&output, &arguments.common, &action)),
        Command::Import { file, args } => {
            ended(&output, import::command::run(&output, &arguments.common, &file, &args))
        }
        Command::ReadSpreadsheet => served(&crate::import::read_spreadsheet::serve()),
        Command::Schema { no_lines } => {
            ended(&output, schema::run(&output, &arguments.common, no_lines))
        }
        Command::Measure { parse: true, .. } => {
            ended(&output, measure::parse(&output, &arguments.common))
        }
        Command::Measure { same, folder, jobs, .. } => {
            let common = &arguments.common;
            ended(&output, measure::run(&output, common, same, folder.as_deref(), jobs))
        }
        Command::Examine => served(&crate::archive::examiner::serve()),
        Command::TryTemplates => served(&crate::app::template_trial::serve()),
        Command::Completions { shell } => manual::completions(shell),
        Command::Man { folder } => ended(&output, manual::pages(&output, &folder)),
    };
    written(&output, exit)
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

/// Shows why a command failed, if it did, and gives its exit code.
fn ended(output: &Output, result: Result<Exit, CommandError>) -> Exit {
    result.unwrap_or_else(|error| error.show(output))
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
