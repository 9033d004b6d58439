//! Runs one command line, from its arguments to its exit code.

use super::args::Common;
use super::command_line::{Arguments, Command};
use super::commands::{
    approval, archive, backup, campaign, check, dossier, export, export_records, generate, import,
    init, ledger, letter, manual, measure, plan, preview, probe, schema, send, sign, status,
};
use super::context;
use super::error::CommandError;
use super::exit::Exit;
use super::name_codes::replace_names;
use super::refresh_report;
use super::ui::clap_french;
use super::ui::output::{self, Output};
use crate::app::serve_child::serve_child;
use crate::app::template_trial;
use crate::archive::examiner;
use crate::import::read_spreadsheet;
use crate::project::folder::Project;
use clap::FromArgMatches as _;
use std::ffi::OsString;

/// Runs a command line, program name included.
pub fn run(words: impl IntoIterator<Item = OsString>) -> Exit {
    // If the system refuses, the command runs anyway.
    let _ = process_child::disable_core_dumps();
    let arguments = match parse(words.into_iter().collect()) {
        Ok(arguments) => arguments,
        Err(exit) => return exit,
    };
    let output = Output::new(&arguments.common);
    let common = arguments.common.clone();
    let exit = dispatch(&output, arguments).unwrap_or_else(|error| {
        let exit = error.exit;
        with_names(error, &common).print(&output);
        exit
    });
    if output.lost() && exit == Exit::Done {
        output::print_err(
            "erreur : la sortie standard ne peut pas être écrite\nà faire : faire de la place, ou écrire ailleurs\n",
        );
        return Exit::Environment;
    }
    exit
}

/// An error that tells schools and letters by name, where the project has names for them.
fn with_names(error: CommandError, common: &Common) -> CommandError {
    match Project::find(common.project.as_deref()) {
        Ok(project) if error.holds_codes() => error.with_names(&context::labels(&project)),
        _ => error,
    }
}

/// Parses the arguments. Help and usage errors are shown here, as there is no command to run.
fn parse(words: Vec<OsString>) -> Result<Arguments, Exit> {
    let wants_json = words.iter().any(|word| word == "--json");
    let known = clap_french::command();
    let matches = known.clone().try_get_matches_from(words);
    let arguments = matches.and_then(|matches| {
        let mut arguments = Arguments::from_arg_matches(&matches)?;
        arguments.common.command = clap_french::command_name(&known, &matches);
        Ok(arguments)
    });
    let error = match arguments {
        Ok(arguments) => return Ok(arguments),
        Err(error) => error,
    };
    if !error.use_stderr() {
        output::print_out(&clap_french::help(&error.render().to_string()));
        return Err(Exit::Done);
    }
    let (sentence, todo) = clap_french::error(&error);
    if wants_json {
        output::print_out(&output::failure(&sentence, &todo));
    }
    let message = format!("erreur : {sentence}\nà faire : {todo}\n");
    output::print_err(&printable_text::for_terminal(&message));
    Err(Exit::Usage)
}

/// Runs the command that the words name.
fn dispatch(output: &Output, mut arguments: Arguments) -> Result<Exit, CommandError> {
    let common = &arguments.common;
    replace_names(output, common, &mut arguments.command)?;
    let changes_states = refresh_report::changes_states(&arguments.command);
    let ended = run_command(output, common, arguments.command);
    // Also where it failed: a part may be done.
    if changes_states {
        refresh_report::refresh(output, common);
    }
    ended
}

fn run_command(output: &Output, common: &Common, command: Command) -> Result<Exit, CommandError> {
    match command {
        Command::Init(args) => init::run(output, common, &args),
        Command::Check(args) => check::run(output, common, &args),
        Command::Generate(args) => generate::command::run(output, common, &args),
        Command::Send { selection, deposit, args } => {
            send::run::run(output, common, selection, &deposit, &args)
        }
        Command::Proof(args) => approval::proof::run(output, common, &args),
        Command::Approve(args) => approval::approve::run(output, common, &args),
        Command::Probe => probe::run(output, common),
        Command::Run { generate, deposit } => {
            generate::run::run(output, common, &generate, &deposit)
        }
        Command::Plan { except, as_of, jobs } => {
            plan::run(output, common, &except.except, as_of, jobs)
        }
        Command::Preview(args) => preview::run(output, common, &args),
        Command::Explain { reference, revision } => {
            letter::explain::run(output, common, &reference, revision)
        }
        Command::Diff { reference, from, to } => {
            letter::diff::run(output, common, &reference, (from, to))
        }
        Command::History { name } => letter::history::run(output, common, &name),
        Command::Status { departement } => status::run(output, common, &departement),
        Command::Resolve(args) => match &args.copies {
            Some(copies) => send::resolve_by_copies::run(output, common, copies, args.take_over),
            None => send::resolve::run(output, common, &args),
        },
        Command::Ledger { action } => ledger::command::run(output, common, &action),
        Command::Backup { file, force } => backup::run(output, common, &file, force),
        Command::Restore { file, folder } => backup::restore(output, common, &file, &folder),
        Command::Archive { action } => archive::command::run(output, common, &action),
        Command::Dossier { uai, folder } => dossier::run(output, common, &uai, &folder),
        Command::Campaign { action } => campaign::command::run(output, common, &action),
        Command::Export { file, force, records: false, departement } => {
            export::run(output, common, &file, force, &departement)
        }
        Command::Export { file, force, records: true, .. } => {
            export_records::run(output, common, &file, force)
        }
        Command::Sign { action } => sign::run(output, common, &action),
        Command::Import(args) => import::command::run(output, common, &args),
        Command::Schema { no_lines } => schema::run(output, common, no_lines),
        Command::Measure(args) => measure::run(output, common, &args),
        Command::ReadSpreadsheet => exit_of_child(read_spreadsheet::WORD),
        Command::Examine => exit_of_child(examiner::WORD),
        Command::TryTemplates => exit_of_child(template_trial::WORD),
        Command::Completions { shell } => Ok(manual::completions(shell)),
        Command::Man { folder } => manual::pages(output, &folder),
    }
}

/// Answers as a child process of this program, and says how that ended.
fn exit_of_child(word: &str) -> Result<Exit, CommandError> {
    let is_served = serve_child(word).is_some_and(|ended| ended.is_ok());
    Ok(if is_served { Exit::Done } else { Exit::Environment })
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
