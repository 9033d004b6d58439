//! Words of a command line that name schools, persons or letters: turned into codes, and asked about where
//! several fit.

use crate::app::names::letter_names::letters_of;
use crate::app::names::name_index::{KnownName, Meant, NameIndex, NameMatch, SeveralNames};
use crate::app::workspace::Workspace;
use crate::cli::args::Common;
use crate::cli::context;
use crate::cli::error::CommandError;
use crate::cli::ui::output::Output;
use crate::cli::ui::prompt;
use crate::ledger::Ledger;
use crate::letter::reference::Reference;
use crate::project::environment;
use crate::records::values::{CampaignId, Uai};

/// Where names are looked up, and who is asked.
#[derive(Clone, Copy)]
pub struct Naming<'n> {
    /// What was understood is said here.
    pub output: &'n Output,
    /// The project and the campaign.
    pub common: &'n Common,
}

/// Whether a word is a code as it stands, so that no name has to be looked up.
fn is_code(word: &str) -> bool {
    word.parse::<Reference>().is_ok()
        || word.to_uppercase().parse::<Uai>().is_ok()
        || word.contains(['@', '<'])
}

/// The codes of the schools and persons that words name. A word that names nothing stays as it is.
pub fn records_named(naming: Naming<'_>, words: &[String]) -> Result<Vec<String>, CommandError> {
    named(naming, words, Meant::Anyone)
}

/// The code of the one school or person that a word names.
pub fn record_named(naming: Naming<'_>, word: &str) -> Result<String, CommandError> {
    one(word, named(naming, &[word.to_owned()], Meant::Anyone)?)
}

/// The code of the one school that a word names.
pub fn school_named(naming: Naming<'_>, word: &str) -> Result<String, CommandError> {
    one(word, named(naming, &[word.to_owned()], Meant::Schools)?)
}

/// The reference of the one letter that a word names: a reference, a school or a person that has one
/// letter, or the one that a person chooses.
pub fn letter_named(naming: Naming<'_>, word: &str) -> Result<String, CommandError> {
    if word.parse::<Reference>().is_ok() {
        return Ok(word.to_owned());
    }
    let mut letters = letters_of_word(naming, word)?;
    match letters.len() {
        0 => Ok(word.to_owned()),
        1 => Ok(letters.remove(0).key),
        _ => one(word, chosen(naming.common, word, letters)?),
    }
}

/// The references of the letters that names mean; codes stay as they are.
pub fn letters_named(naming: Naming<'_>, words: &[String]) -> Result<Vec<String>, CommandError> {
    let mut references = Vec::new();
    for word in words {
        let letters = if is_code(word) { Vec::new() } else { letters_of_word(naming, word)? };
        match letters.is_empty() {
            // A school without a letter may have been asked for a referent.
            true => references.extend(records_named(naming, std::slice::from_ref(word))?),
            false => references.extend(letters.into_iter().map(|letter| letter.key)),
        }
    }
    Ok(references)
}

/// The codes of what names mean to a person who speaks of messages: the references of letters, but the UAI of a
/// school that was asked for a referent, whose request carries no letter.
pub fn messages_named(naming: Naming<'_>, words: &[String]) -> Result<Vec<String>, CommandError> {
    let mut codes = Vec::new();
    for word in words {
        let keys = named(naming, std::slice::from_ref(word), Meant::Anyone)?;
        if is_code(word) || was_asked(naming, &keys)? {
            codes.extend(keys);
            continue;
        }
        let letters = letters_of_keys(naming, &keys)?;
        match letters.is_empty() {
            true => codes.extend(keys),
            false => codes.extend(letters.into_iter().map(|letter| letter.key)),
        }
    }
    Ok(codes)
}

/// Whether one of the schools was asked to designate a referent.
fn was_asked(naming: Naming<'_>, keys: &[String]) -> Result<bool, CommandError> {
    let project = context::find_project(naming.common)?;
    let actor = environment::actor(naming.common.today.as_ref());
    let Some((ledger, _)) = Ledger::open_read_only(project.root(), actor)? else {
        return Ok(false);
    };
    for key in keys {
        if ledger.messages_named(key)?.iter().any(|message| message.is_request) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn letters_of_word(naming: Naming<'_>, word: &str) -> Result<Vec<KnownName>, CommandError> {
    let keys = named(naming, &[word.to_owned()], Meant::Anyone)?;
    letters_of_keys(naming, &keys)
}

fn letters_of_keys(naming: Naming<'_>, keys: &[String]) -> Result<Vec<KnownName>, CommandError> {
    let Naming { common, .. } = naming;
    let project = context::find_project(common)?;
    // The command itself warns of what a person should know about the ledger.
    let ledger = Ledger::open_read_only(project.root(), environment::actor(common.today.as_ref()))?;
    let (workspace, _) = Workspace::open(project, &[]);
    let campaign = context::campaign_to_read(common, &workspace).ok();
    let campaign = campaign.as_ref().map(CampaignId::as_str);
    let mut letters = Vec::new();
    for key in keys {
        let ledger = ledger.as_ref().map(|(ledger, _)| ledger);
        letters.extend(letters_of(&workspace.loaded.records, ledger, campaign, key)?);
    }
    Ok(letters)
}

fn named(naming: Naming<'_>, words: &[String], meant: Meant) -> Result<Vec<String>, CommandError> {
    if words.iter().all(|word| is_code(word)) {
        return Ok(words.to_vec());
    }
    let project = context::find_project(naming.common)?;
    let (workspace, _) = Workspace::open(project, &[]);
    let index = NameIndex::new(&workspace.loaded.records);
    let mut keys = Vec::new();
    for word in words {
        let found = if is_code(word) { NameMatch::AsTyped } else { index.find(word, meant) };
        match found {
            NameMatch::AsTyped => keys.push(word.clone()),
            NameMatch::One(known) => {
                naming.output.say(&format!("« {word} » : {}.", known.label));
                keys.push(known.key);
            }
            NameMatch::Several(candidates) => {
                keys.extend(chosen(naming.common, word, candidates)?);
            }
        }
    }
    Ok(keys)
}

fn one(word: &str, mut named: Vec<String>) -> Result<String, CommandError> {
    match named.len() {
        1 => Ok(named.remove(0)),
        _ => Err(CommandError::usage(
            format!("« {word} » : un seul est attendu"),
            "donner un seul numéro",
        )),
    }
}

/// Asks which of several are meant; an error where nobody can be asked.
fn chosen(
    common: &Common,
    word: &str,
    candidates: Vec<KnownName>,
) -> Result<Vec<String>, CommandError> {
    let several = || SeveralNames { word: word.to_owned(), candidates: candidates.clone() };
    if !prompt::can(common) {
        return Err(several().into());
    }
    let lines = candidates.iter().zip(1..);
    let lines: String =
        lines.map(|(known, number)| format!("  {number}  {}\n", known.label)).collect();
    let question = format!(
        "« {word} » peut désigner :\n{lines}Lesquels ? (numéros séparés par des virgules, ou « tous »)"
    );
    let answer = prompt::until(&question, |line| numbers(line, candidates.len()));
    let answer = answer.ok_or_else(several)?;
    let keys = answer.into_iter().filter_map(|at| candidates.get(at));
    Ok(keys.map(|known| known.key.clone()).collect())
}

/// The places that an answer chooses, counted from 0.
fn numbers(line: &str, most: usize) -> Result<Vec<usize>, String> {
    if line.eq_ignore_ascii_case("tous") || line.eq_ignore_ascii_case("toutes") {
        return Ok((0..most).collect());
    }
    let number = |part: &str| {
        let number: Option<usize> = part.trim().parse().ok();
        number.filter(|number| (1..=most).contains(number)).map(|number| number - 1)
    };
    let chosen: Option<Vec<usize>> = line.split(',').map(number).collect();
    chosen.filter(|some| !some.is_empty()).ok_or_else(|| format!("un numéro de 1 à {most}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_one_number_several_or_all() {
        assert_eq!(numbers("2", 3), Ok(vec![1]));
        assert_eq!(numbers("1, 3", 3), Ok(vec![0, 2]));
        assert_eq!(numbers("tous", 2), Ok(vec![0, 1]));
        for wrong in ["", "0", "4", "un", "1,,2"] {
            assert!(numbers(wrong, 3).is_err(), "{wrong}");
        }
    }
}
