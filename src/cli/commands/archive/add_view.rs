//! What `missive archive add` says of the files that were taken in.

use crate::app::names::labels::Labels;
use crate::app::returns::filing::add_returns::AddReturnsOutcome;
use crate::app::returns::returned_file::ReturnedFile;
use crate::app::wording::{count, few};
use crate::archive::verdict::return_verdict::ReturnVerdict;
use crate::cli::ui::output::Output;
use crate::letter::french::noun;
use std::collections::{BTreeMap, BTreeSet};

/// Most files that are all shown; of more, only those with something to do.
const MAX_SHOWN: usize = 20;

/// Checks that are shown whether they passed or not: by whom a file is signed, where, and what was filled in.
const ALWAYS_SHOWN: [&str; 3] = ["trust", "place", "form"];

/// Says what was taken in.
pub fn say(output: &Output, outcome: &AddReturnsOutcome, labels: &Labels) {
    let files = &outcome.files;
    output.say(&format!(
        "Regardé : {}{}.",
        count(files.len(), "fichier", "fichiers"),
        verdicts(files)
    ));
    for file in files {
        if file.needs_a_person() || files.len() <= MAX_SHOWN {
            say_file(output, file, labels);
        }
    }
    for problem in &outcome.problems {
        output.say(&format!("  {} : {}", problem.label, problem.message));
    }
    say_next(output, files, labels);
}

/// How many files of each verdict there are, as the end of a sentence.
fn verdicts(files: &[ReturnedFile]) -> String {
    let mut numbers: BTreeMap<ReturnVerdict, usize> = BTreeMap::new();
    for file in files {
        *numbers.entry(file.verdict).or_default() += 1;
    }
    let part = |(verdict, number): (&ReturnVerdict, &usize)| {
        let (one, many) = verdict.french();
        let is_to_review = |file: &&ReturnedFile| file.verdict == *verdict && file.is_to_review();
        let to_review = files.iter().filter(is_to_review).count();
        let part = count(*number, one, many);
        match (verdict, to_review) {
            (ReturnVerdict::Signed, 1..) => format!("{part} (dont {to_review} à relire)"),
            _ => part,
        }
    };
    let parts: Vec<String> = numbers.iter().map(part).collect();
    if parts.is_empty() { String::new() } else { format!(" : {}", parts.join(", ")) }
}

/// What is to be said of a file, one sentence each.
fn remarks(file: &ReturnedFile) -> Vec<&str> {
    let failed = file.checks.iter().filter(|check| !check.ok);
    let of_letters = file.letters.iter().flat_map(|letter| &letter.judged.checks);
    let of_letters =
        of_letters.filter(|check| !check.ok || ALWAYS_SHOWN.contains(&check.check.as_str()));
    let hints = file.checks.iter().filter(|check| check.check == "hint");
    failed.chain(of_letters).chain(hints).map(|check| check.detail.as_str()).collect()
}

fn say_file(output: &Output, file: &ReturnedFile, labels: &Labels) {
    let names: Vec<String> = file
        .letters
        .iter()
        .map(|letter| {
            let name = labels.letter(&letter.revision.reference);
            format!("{name}, r{}", letter.revision.number)
        })
        .collect();
    let names = if names.is_empty() { String::new() } else { format!(" → {}", names.join(", ")) };
    // An intact signature is not enough where a person has to accept it.
    let verdict = match file.verdict {
        ReturnVerdict::Signed if file.is_to_review() => "signé, à relire",
        other => other.french().0,
    };
    output.say(&format!("  {} : {verdict}{names}", file.label));
    for remark in remarks(file) {
        output.say(&format!("      {remark}"));
    }
}

fn say_next(output: &Output, files: &[ReturnedFile], labels: &Labels) {
    let letters = files.iter().flat_map(|file| &file.letters);
    let unsent: BTreeSet<&str> = letters
        .filter(|letter| !letter.revision.has_left())
        .map(|letter| letter.revision.reference.as_str())
        .collect();
    if !unsent.is_empty() {
        let them = noun(unsent.len(), "la", "les");
        let references: Vec<&str> = unsent.iter().copied().collect();
        let names: Vec<String> = unsent.iter().map(|reference| labels.letter(reference)).collect();
        output.say(&format!(
            "{} : missive ne {them} savait pas envoyée{} ({}). Le dire : missive resolve {} --handed-over --why \"…\"",
            count(unsent.len(), "lettre revenue", "lettres revenues"),
            noun(unsent.len(), "", "s"),
            few(&names),
            references.join(" ")
        ));
    }
    if files.iter().any(ReturnedFile::is_to_confirm) {
        output.say("Écrit à l'écran, à confirmer : missive archive review --filled");
    }
    output.say(match files.iter().any(ReturnedFile::is_to_review) {
        true => "Ensuite : missive archive review",
        false => "Ensuite : missive archive list",
    });
}
