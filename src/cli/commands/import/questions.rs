//! What an import asks at the terminal, one question a line.

use crate::app::importing::prepared_import::PreparedImport;
use crate::app::wording::count;
use crate::cli::ui::output::Output;
use crate::cli::ui::prompt;
use crate::import::proposal::{
    ImportAnswer, ImportAnswers, ImportQuestion, Proposal, QuestionKind, Replaced,
};
use crate::records::values::Uai;
use jiff::civil::Date;

/// Why a line is not an answer: what to type.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
enum AnswerLineError {
    #[error("répondre f, s, ou Entrée")]
    NoSide,
    #[error("répondre a, {0}, ou Entrée")]
    NoPerson(String),
    #[error("ce n'est pas un code UAI")]
    NotUai,
    #[error("{0} n'est pas dans les fiches")]
    UnknownSchool(Uai),
    #[error("répondre par une date, et au besoin un UAI")]
    NoClosure,
    #[error("écrire la date année-mois-jour, comme 2026-09-01")]
    NotDate,
    #[error("répondre r, a, ou Entrée")]
    NoReplacement,
}

/// Asks what a proposal needs to know; Enter leaves the thing as it is.
pub(super) fn ask(
    output: &Output,
    import: &PreparedImport<'_>,
    proposal: &Proposal,
    answers: &mut ImportAnswers,
) {
    let total = proposal.questions.len();
    output.say(&format!(
        "{} (Entrée : laisser ; Ctrl-D : laisser toutes les suivantes).",
        count(total, "question", "questions")
    ));
    for (at, question) in proposal.questions.iter().enumerate() {
        output.say(&format!("{}/{total}. {}", at + 1, question.text));
        let Some(answer) = ask_one(import, question) else { return };
        answers.each.insert(question.id.clone(), answer);
    }
}

fn ask_one(import: &PreparedImport<'_>, question: &ImportQuestion) -> Option<ImportAnswer> {
    match &question.kind {
        QuestionKind::Head => prompt::until(
            "c = correction du nom, ou la date de prise de fonction de la nouvelle personne :",
            |line| match line {
                "" => Ok(ImportAnswer::Leave),
                "c" | "C" => Ok(ImportAnswer::Correction),
                text => day(text).map(ImportAnswer::NewSince),
            },
        ),
        QuestionKind::Side => {
            prompt::until("f = garder la fiche, s = prendre la source :", |line| match line {
                "" => Ok(ImportAnswer::Leave),
                "f" | "F" => Ok(ImportAnswer::File),
                "s" | "S" => Ok(ImportAnswer::Source),
                _ => Err(AnswerLineError::NoSide),
            })
        }
        QuestionKind::Gone => prompt::until(
            "fermé depuis quelle date (ou « date UAI » s'il est absorbé par un autre) :",
            |line| gone_answer(import, line),
        ),
        QuestionKind::Replacement(replaced) => ask_replacement(*replaced),
        QuestionKind::Person(known) => {
            let choices = known.join(", ");
            prompt::until(
                &format!("a = une autre personne, ou l'identifiant de la même ({choices}) :"),
                |line| match line {
                    "" => Ok(ImportAnswer::Leave),
                    "a" | "A" => Ok(ImportAnswer::Other),
                    id if known.iter().any(|known| known == id) => {
                        Ok(ImportAnswer::Same(id.to_owned()))
                    }
                    _ => Err(AnswerLineError::NoPerson(choices.clone())),
                },
            )
        }
    }
}

fn ask_replacement(replaced: Replaced) -> Option<ImportAnswer> {
    match replaced {
        Replaced::Rows => {
            prompt::until("r = prend la place, a = les deux restent :", |line| match line {
                "" => Ok(ImportAnswer::Leave),
                "r" | "R" => Ok(ImportAnswer::Replaces),
                "a" | "A" => Ok(ImportAnswer::Other),
                _ => Err(AnswerLineError::NoReplacement),
            })
        }
        Replaced::Both => prompt::until(
            "r = prend la place de l'autre ligne, ou la date depuis laquelle elle remplace aussi le référent des fiches, a = tous restent :",
            |line| match line {
                "" => Ok(ImportAnswer::Leave),
                "r" | "R" => Ok(ImportAnswer::Replaces),
                "a" | "A" => Ok(ImportAnswer::Other),
                text => day(text).map(ImportAnswer::NewSince),
            },
        ),
        Replaced::Referent => prompt::until(
            "depuis quelle date (la désignation d'avant finit la veille), ou a = les deux restent :",
            |line| match line {
                "" => Ok(ImportAnswer::Leave),
                "a" | "A" => Ok(ImportAnswer::Other),
                text => day(text).map(ImportAnswer::NewSince),
            },
        ),
    }
}

fn gone_answer(import: &PreparedImport<'_>, line: &str) -> Result<ImportAnswer, AnswerLineError> {
    match line.split_whitespace().collect::<Vec<_>>().as_slice() {
        [] => Ok(ImportAnswer::Leave),
        [date] => day(date).map(ImportAnswer::Closed),
        [date, into] => {
            let into: Uai = into.parse().map_err(|_| AnswerLineError::NotUai)?;
            if import.files.records.find("establishment", into.as_str()).is_none() {
                return Err(AnswerLineError::UnknownSchool(into));
            }
            Ok(ImportAnswer::Merged(into, day(date)?))
        }
        _ => Err(AnswerLineError::NoClosure),
    }
}

fn day(text: &str) -> Result<Date, AnswerLineError> {
    text.parse().map_err(|_| AnswerLineError::NotDate)
}
