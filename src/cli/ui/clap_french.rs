//! Translates clap's help pages and errors into French.

use crate::cli::command_line::Arguments;
use crate::diagnostic::did_you_mean;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{ArgMatches, Command, CommandFactory as _};

/// Longest value that an error repeats, in characters.
const LONGEST_SHOWN: usize = 200;

/// The command line with French templates of help.
pub fn command() -> Command {
    translate(Arguments::command())
}

fn translate(command: Command) -> Command {
    let template = "{about-with-newline}\nUsage : {usage}\n\n{all-args}{after-help}\n";
    command
        .help_template(template)
        .mut_args(|argument| {
            let positional = argument.is_positional();
            match positional {
                true => argument.help_heading("Arguments").hide_possible_values(false),
                false => argument,
            }
        })
        .mut_subcommands(translate)
}

/// The words of the command that was typed, by their French names where they have one: "journal accepter".
pub fn command_name(known: &Command, typed: &ArgMatches) -> String {
    let Some((word, inner)) = typed.subcommand() else { return String::new() };
    let Some(command) = known.find_subcommand(word) else { return String::new() };
    let name = command.get_visible_aliases().next().unwrap_or(word);
    format!("{name} {}", command_name(command, inner)).trim_end().to_owned()
}

/// The text of a page of help: clap's own English words replaced.
pub fn help(text: &str) -> String {
    let text = text
        .replace("[aliases: ", "[alias : ")
        .replace("[alias: ", "[alias : ")
        .replace("[default: ", "[défaut : ")
        .replace("[possible values: ", "[valeurs : ")
        .replace("Possible values:", "Valeurs :");
    // A heading ends in a colon, which French sets apart.
    let lines = text.lines().map(|line| match line.strip_suffix(':') {
        Some(heading) if !heading.starts_with(' ') && !heading.is_empty() => format!("{heading} :"),
        _ => line.to_owned(),
    });
    lines.collect::<Vec<_>>().join("\n") + "\n"
}

/// Arguments of which one is asked for, which clap writes `<--a <X>|--b>`; any other argument as it is.
fn one_of(argument: &str) -> String {
    match argument.strip_prefix("<--").and_then(|rest| rest.strip_suffix('>')) {
        Some(group) => format!("--{}", group.replace('|', " ou ")),
        None => argument.to_owned(),
    }
}

/// An error of usage as a French sentence, and what to do.
pub fn error(error: &clap::Error) -> (String, String) {
    let context = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(list)) => list.join(", "),
        Some(ContextValue::Number(number)) => number.to_string(),
        _ => String::new(),
    };
    let argument = context(ContextKind::InvalidArg);
    // What was typed is shown, but never drives the terminal.
    let typed = context(ContextKind::InvalidValue);
    let ending = if typed.chars().count() > LONGEST_SHOWN { "…" } else { "" };
    let value: String = typed
        .chars()
        .take(LONGEST_SHOWN)
        .chain(ending.chars())
        .map(|character| if character.is_control() { ' ' } else { character })
        .collect();
    let suggestion =
        [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue]
            .into_iter()
            .map(|kind| match error.get(kind) {
                Some(ContextValue::Strings(list)) => list.join(" » ou « "),
                _ => context(kind),
            })
            .find(|text| !text.is_empty());
    let sentence = match error.kind() {
        ErrorKind::UnknownArgument => format!("l'option « {argument} » n'existe pas ici"),
        ErrorKind::InvalidSubcommand => {
            format!("la commande « {} » n'existe pas", context(ContextKind::InvalidSubcommand))
        }
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            "il manque une commande".to_owned()
        }
        ErrorKind::MissingRequiredArgument => format!("il manque {}", one_of(&argument)),
        ErrorKind::InvalidValue if value.is_empty() => {
            format!("il manque une valeur à « {argument} »")
        }
        ErrorKind::InvalidValue => {
            let valid = context(ContextKind::ValidValue);
            format!("« {value} » ne convient pas à « {argument} » (valeurs : {valid})")
        }
        ErrorKind::ValueValidation => {
            let why = std::error::Error::source(error).map(|source| numbers(&source.to_string()));
            format!(
                "« {value} » ne convient pas à « {argument} »{}",
                why.map_or(String::new(), |why| format!(" : {why}"))
            )
        }
        ErrorKind::ArgumentConflict => {
            let other = context(ContextKind::PriorArg);
            if other == argument || other.is_empty() {
                format!("« {argument} » est donné deux fois")
            } else {
                format!("« {argument} » et « {other} » ne vont pas ensemble")
            }
        }
        ErrorKind::TooManyValues => format!("« {value} » est de trop pour « {argument} »"),
        ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => {
            format!("le nombre de valeurs de « {argument} » ne va pas")
        }
        ErrorKind::NoEquals => format!("« {argument} » demande le signe ="),
        ErrorKind::InvalidUtf8 => "un mot de la commande n'est pas en UTF-8".to_owned(),
        _ => "cette commande n'est pas comprise".to_owned(),
    };
    let suggestion = suggestion.or_else(|| {
        let names: Vec<String> = Arguments::command()
            .get_subcommands()
            .flat_map(|c| c.get_name_and_visible_aliases().into_iter().map(str::to_owned))
            .collect();
        let typed = context(ContextKind::InvalidSubcommand);
        did_you_mean(&typed, names.iter().map(String::as_str)).map(str::to_owned)
    });
    let todo = match suggestion {
        Some(near) => format!("vouliez-vous écrire « {near} » ?"),
        None => "voir « missive --help », ou « missive COMMANDE --help »".to_owned(),
    };
    (sentence, todo)
}

/// The few sentences of clap's number parsers.
fn numbers(text: &str) -> String {
    if text.starts_with("invalid digit") || text.starts_with("cannot parse integer") {
        return "un nombre entier est attendu".to_owned();
    }
    if text.starts_with("number too large") {
        return "ce nombre est trop grand".to_owned();
    }
    match text.split_once(" is not in ").and_then(|(_, range)| range.split_once("..=")) {
        Some((first, last)) => format!("un nombre de {first} à {last} est attendu"),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        command().debug_assert();
    }

    #[test]
    fn errors_are_french_and_say_what_to_do() {
        let told = |words: &[&str]| {
            let (sentence, todo) = error(&command().try_get_matches_from(words).unwrap_err());
            assert!(!sentence.is_empty() && !todo.is_empty());
            format!("{sentence} / {todo}")
        };
        for words in [
            vec!["missive", "chek"],
            vec!["missive", "check", "--excpt", "a"],
            vec!["missive", "generate", "--jobs", "zéro"],
            vec!["missive", "generate", "--jobs", "0"],
            vec!["missive", "generate", "--as-of", "hier"],
            vec!["missive", "init"],
            vec!["missive", "check", "--color", "rouge"],
            vec!["missive", "completions", "dos"],
            vec!["missive", "init", "a", "b"],
            vec!["missive", "generate", "--jobs"],
            vec!["missive", "generate", "--jobs", "1", "--jobs", "2"],
        ] {
            let text = told(&words);
            for english in ["error", "unexpected", "invalid", "value", "required", "not in"] {
                assert!(!text.contains(english), "{words:?}: {text}");
            }
        }
        assert!(told(&["missive", "chek"]).contains("« check »"));
    }
}
