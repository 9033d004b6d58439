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
    // Where the system refuses, the command is none the worse.
    let _ = process_child::disable_core_dumps();
    let words: Vec<OsString> = words.into_iter().collect();
    let wants_json = words.iter().any(|word| word == "--json");
    let matches = clap_french::command().try_get_matches_from(words);
    let arguments = matches.and_then(|matches| Arguments::from_arg_matches(&matches));
    let arguments = match arguments {
        Ok(arguments) => arguments,
        Err(error) if !error.use_stderr() => {
            output::print_out(&clap_french::help(&error.render().to_string()));
            return Exit::Done;
        }
        Err(error) => {
            let (sentence, todo) = clap_french::error(&error);
            if wants_json {
                output::print_out(&output::failure(&sentence, &todo));
            }
            let told = format!("erreur : {sentence}\nà faire : {todo}\n");
            output::print_err(&printable_text::for_terminal(&told));
            return Exit::Usage;
        }
    };
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
            let sent = send::send::run(&output, &arguments.common, choice, &deposit, &sending);
            ended(&output, sent)
        }
        Command::Probe => ended(&output, probe::run(&output, &arguments.common)),
        Command::Run { make, deposit } => {
            ended(&output, generate::run::run(&output, &arguments.common, &make, &deposit))
        }
        Command::Plan { except, as_of, jobs } => {
            plan::run(&output, &arguments.common, &except.except, as_of, jobs)
        }
        Command::Explain { reference, revision } => {
            letter::explain::run(&output, &arguments.common, &reference, revision)
        }
        Command::Diff { reference, from, to } => {
            letter::diff::diff(&output, &arguments.common, &reference, from, to)
        }
        Command::History { name } => letter::history::run(&output, &arguments.common, &name),
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
        Command::Ledger { action } => {
            ended(&output, ledger::command::run(&output, &arguments.common, &action))
        }
        Command::Archive { action } => archive::command::run(&output, &arguments.common, &action),
        Command::Dossier { uai, folder } => {
            ended(&output, dossier::run(&output, &arguments.common, &uai, &folder))
        }
        Command::Campaign { action: CampaignAction::New { year } } => {
            ended(&output, campaign::new::run(&output, &arguments.common, &year))
        }
        Command::Campaign { action: CampaignAction::Close { id, on, confirm } } => {
            let closed = campaign::close::close(&output, &arguments.common, &id, on, confirm);
            ended(&output, closed)
        }
        Command::Export { file, force } => {
            ended(&output, export::run(&output, &arguments.common, &file, force))
        }
        Command::Sign { action } => sign::run(&output, &arguments.common, &action),
        Command::Import { file, args } => {
            ended(&output, import::command::run(&output, &arguments.common, &file, &args))
        }
        Command::ReadSpreadsheet => match crate::import::read_spreadsheet::serve() {
            Ok(()) => Exit::Done,
            Err(_) => Exit::Environment,
        },
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
        Command::Examine => match crate::archive::examiner::serve() {
            Ok(()) => Exit::Done,
            Err(_) => Exit::Environment,
        },
        Command::TryTemplates => match crate::app::template_trial::serve() {
            Ok(()) => Exit::Done,
            Err(_) => Exit::Environment,
        },
        Command::Completions { shell } => manual::completions(shell),
        Command::Man { folder } => ended(&output, manual::pages(&output, &folder)),
    };
    if output.lost() && exit == Exit::Done {
        output::print_err(
            "erreur : la sortie standard ne peut pas être écrite\nà faire : faire de la place, ou écrire ailleurs\n",
        );
        return Exit::Environment;
    }
    exit
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
