//! What `missive archive add` shows of the files that were taken in, as JSON and in words.

use crate::app::returns::returned_file::ReturnedFile;
use crate::app::wording::count;
use crate::archive::intake::item::{Gravity, IntakeProblem};
use crate::archive::verdict::return_verdict::ReturnVerdict;
use crate::cli::exit::Exit;
use crate::cli::ui::output::Output;
use crate::plan::letter_state::LetterState;
use pdf_signature::Signature;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Most files that are all shown; of more, only those with something to do.
const MAX_SHOWN: usize = 20;

/// Checks that are shown whether they passed or not: by whom a file is signed, and where.
const ALWAYS: [&str; 2] = ["trust", "place"];

/// What was taken in.
pub struct TakenIn<'a> {
    /// The campaign that the command is about.
    pub campaign: &'a str,
    /// The files.
    pub files: &'a [ReturnedFile],
    /// What could not be taken.
    pub problems: &'a [IntakeProblem],
    /// The states of letters by reference.
    pub states: &'a HashMap<String, LetterState>,
}

impl TakenIn<'_> {
    /// Number of files and problems that a person has to do something about.
    fn need_a_person(&self) -> usize {
        let files = self.files.iter().filter(|file| file.needs_a_person()).count();
        files + self.problems.iter().filter(|problem| is_lost(problem)).count()
    }

    /// Shows it, and gives the exit code.
    pub fn show(&self, output: &Output) -> Exit {
        output.document("archive-add", Some(self.campaign), self.document());
        output.say(&format!(
            "Regardé : {}{}.",
            count(self.files.len(), "fichier", "fichiers"),
            self.verdicts()
        ));
        for file in self.files {
            if file.needs_a_person() || self.files.len() <= MAX_SHOWN {
                say_file(output, file);
            }
        }
        for problem in self.problems {
            output.say(&format!("  {} : {}", problem.label, problem.message));
        }
        say_next(output, self.files);
        match self.need_a_person() {
            0 => Exit::Done,
            _ => Exit::Partial,
        }
    }

    fn document(&self) -> Value {
        let files = self.files.iter().map(|file| file_json(file, self.states));
        let unfinished = self.problems.iter().filter_map(|problem| problem.unfinished.as_ref());
        json!({
            "files": files.collect::<Vec<_>>(),
            "troubles": self.problems.iter().map(|problem| json!({
                "path": problem.label, "message": problem.message, "lost": is_lost(problem),
            })).collect::<Vec<_>>(),
            "unfinished": unfinished.map(|source| json!({
                "path": source.label, "looked_at": source.looked, "left": source.left,
                "limit": source.end.as_str(),
            })).collect::<Vec<_>>(),
            "need_a_person": self.need_a_person(),
        })
    }

    /// How many files of each verdict there are, as the end of a sentence.
    fn verdicts(&self) -> String {
        let mut numbers: BTreeMap<ReturnVerdict, usize> = BTreeMap::new();
        for file in self.files {
            *numbers.entry(file.verdict).or_default() += 1;
        }
        let part = |(verdict, number): (&ReturnVerdict, &usize)| {
            let (one, many) = verdict.french();
            let is_to_review =
                |file: &&ReturnedFile| file.verdict == *verdict && file.is_to_review();
            let to_review = self.files.iter().filter(is_to_review).count();
            let part = count(*number, one, many);
            match (verdict, to_review) {
                (ReturnVerdict::Signed, 1..) => format!("{part} (dont {to_review} à relire)"),
                _ => part,
            }
        };
        let parts: Vec<String> = numbers.iter().map(part).collect();
        if parts.is_empty() { String::new() } else { format!(" : {}", parts.join(", ")) }
    }
}

fn is_lost(problem: &IntakeProblem) -> bool {
    problem.gravity == Gravity::Lost
}

fn signature_json(signature: &Signature) -> Value {
    let time = signature.proven_time.or(signature.claimed);
    json!({
        "signer": signature.signer, "time": time.map(|time| time.to_string()),
        "stamped": signature.proven_time.is_some(),
        "stamp_unproven": signature.unproven_time.map(|time| time.to_string()),
        "integrity": signature.integrity, "trust": signature.trust,
        "authority": signature.authority, "fingerprint": signature.fingerprint,
        "boxes": signature.places.iter().map(|place| &place.label).collect::<Vec<_>>(),
    })
}

fn file_json(file: &ReturnedFile, states: &HashMap<String, LetterState>) -> Value {
    let letters: Vec<Value> = file
        .letters
        .iter()
        .map(|letter| {
            let state = states.get(&letter.revision.reference).map(|state| state.as_str());
            json!({
                "reference": letter.revision.reference, "revision": letter.revision.number,
                "pages": letter.pages, "state": state, "return": letter.judged.state.as_str(),
                "verdict": letter.judged.verdict.as_str(), "hint": letter.judged.hint,
            })
        })
        .collect();
    let mut checks: Vec<Value> = file.checks.iter().map(|check| json!(check)).collect();
    for letter in &file.letters {
        checks.extend(letter.judged.checks.iter().map(|check| {
            let mut body = json!(check);
            body["reference"] = letter.revision.reference.clone().into();
            body
        }));
    }
    json!({
        "path": file.label, "verdict": file.verdict.as_str(), "letters": letters,
        "method": file.method.map(|method| method.as_str()), "hints": file.hints,
        "signatures": file.signatures.iter().map(signature_json).collect::<Vec<_>>(),
        "checks": checks, "stored": file.stored,
    })
}

/// What is to be said of a file, one sentence each.
fn remarks(file: &ReturnedFile) -> Vec<&str> {
    let failed = file.checks.iter().filter(|check| !check.ok);
    let of_letters = file.letters.iter().flat_map(|letter| &letter.judged.checks);
    let of_letters = of_letters.filter(|check| !check.ok || ALWAYS.contains(&check.check.as_str()));
    let hints = file.checks.iter().filter(|check| check.check == "hint");
    failed.chain(of_letters).chain(hints).map(|check| check.detail.as_str()).collect()
}

fn say_file(output: &Output, file: &ReturnedFile) {
    let names: Vec<String> = file
        .letters
        .iter()
        .map(|letter| format!("{} r{}", letter.revision.reference, letter.revision.number))
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

fn say_next(output: &Output, files: &[ReturnedFile]) {
    let letters = files.iter().flat_map(|file| &file.letters);
    let unsent: BTreeSet<&str> = letters
        .filter(|letter| !letter.revision.has_left())
        .map(|letter| letter.revision.reference.as_str())
        .collect();
    if let Some(first) = unsent.first() {
        let (them, all) = match unsent.len() {
            1 => ("la", ""),
            _ => ("les", " (ou --deposited --handed-over pour toute la boîte d'envoi)"),
        };
        output.say(&format!(
            "{} : missive ne {them} savait pas envoyée. Le dire : missive resolve {first} --handed-over --why \"…\"{all}",
            count(unsent.len(), "lettre revenue", "lettres revenues")
        ));
    }
    output.say(match files.iter().any(ReturnedFile::is_to_review) {
        true => "Ensuite : missive archive review",
        false => "Ensuite : missive archive list",
    });
}
