//! Which words of each command name schools, persons or letters: names become codes before it runs.

use super::args::{Common, SelectionArgs};
use super::command_line::Command;
use super::commands::archive::args::ArchiveAction;
use super::commands::ledger::args::LedgerAction;
use super::commands::sign::SignAction;
use super::error::CommandError;
use super::names::{
    Naming, letter_named, letters_named, messages_named, record_named, records_named, school_named,
};
use super::ui::output::Output;

/// Replaces names by codes in the words of a command.
pub fn replace_names(
    output: &Output,
    common: &Common,
    command: &mut Command,
) -> Result<(), CommandError> {
    let naming = Naming { output, common };
    match command {
        Command::Check(args) => records(naming, &mut args.except.except),
        Command::Plan { except, .. } => records(naming, &mut except.except),
        Command::Preview(args) => records(naming, &mut args.names),
        Command::Generate(args) => selection(naming, &mut args.selection),
        Command::Run { generate, .. } => selection(naming, &mut generate.selection),
        Command::Send { selection: words, args, .. } => {
            args.again = letters_named(naming, &args.again)?;
            selection(naming, words)
        }
        Command::Explain { reference, .. } | Command::Diff { reference, .. } => {
            letter(naming, reference)
        }
        Command::History { name } => {
            *name = record_named(naming, name)?;
            Ok(())
        }
        Command::Dossier { uai, .. } => {
            *uai = school_named(naming, uai)?;
            Ok(())
        }
        Command::Resolve(args) => {
            args.names = messages_named(naming, &args.names)?;
            Ok(())
        }
        Command::Archive { action } => archive(naming, action),
        Command::Ledger { action: LedgerAction::ExportSent { only, .. } }
        | Command::Sign { action: SignAction::Export { only, .. } } => records(naming, only),
        _ => Ok(()),
    }
}

fn selection(naming: Naming<'_>, words: &mut SelectionArgs) -> Result<(), CommandError> {
    records(naming, &mut words.only)?;
    records(naming, &mut words.except.except)
}

fn records(naming: Naming<'_>, words: &mut Vec<String>) -> Result<(), CommandError> {
    *words = records_named(naming, words)?;
    Ok(())
}

fn letter(naming: Naming<'_>, word: &mut String) -> Result<(), CommandError> {
    *word = letter_named(naming, word)?;
    Ok(())
}

fn archive(naming: Naming<'_>, action: &mut ArchiveAction) -> Result<(), CommandError> {
    match action {
        ArchiveAction::Declare { reference, .. } | ArchiveAction::Waive { reference, .. } => {
            letter(naming, reference)
        }
        ArchiveAction::List(args) => records(naming, &mut args.only),
        ArchiveAction::Export { only, .. } => records(naming, only),
        ArchiveAction::Review(args) => {
            if let Some(name) = &mut args.name {
                *name = record_named(naming, name)?;
            }
            args.letter.as_mut().map_or(Ok(()), |word| letter(naming, word))
        }
        ArchiveAction::Add(_) | ArchiveAction::Verify { .. } => Ok(()),
    }
}
