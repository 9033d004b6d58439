//! The French words for an assignment's situation and decision, in sheets and at the terminal.

use crate::app::new_year::assignment_cases::{AssignmentCase, Situation};
use crate::app::new_year::decisions::{AssignmentDecision, ReferentSuccessor};
use crate::letter::french;
use crate::records::spelling::folded;

/// What a decision is called in a sheet.
pub(super) fn decision_word(decision: &AssignmentDecision) -> String {
    match decision {
        AssignmentDecision::Continues => "continue".to_owned(),
        AssignmentDecision::Ends(_) => "fin".to_owned(),
        AssignmentDecision::Passes(..) => "remplacé".to_owned(),
        AssignmentDecision::Follows(into) => format!("suit {into}"),
    }
}

/// What stands out about an assignment, in a few words; nothing where nothing does.
pub fn situation_text(situation: &Situation) -> String {
    match situation {
        Situation::Usual => String::new(),
        Situation::Ends(day) => format!("se termine le {}", french::date(*day)),
        Situation::Closes(day) => format!("établissement fermé le {}", french::date(*day)),
        Situation::Merges(day, into) => {
            format!("établissement absorbé par {into} le {}", french::date(*day))
        }
    }
}

/// Why a reply is no decision: what to answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReplyError {
    /// It continues in a school that closes.
    #[error("l'établissement ferme : répondre fin, ou suit")]
    SchoolCloses,
    /// It follows a school that nothing takes over.
    #[error("aucun établissement ne prend la suite de celui-ci (merged_into)")]
    NothingToFollow,
    /// It is none of the words.
    #[error("« {0} » n'est pas une réponse : continue, fin, remplacé ou suit")]
    UnknownWord(String),
}

/// What a word of a person means for an assignment. `successor` is asked for only if somebody else takes
/// over.
pub fn read_decision<E: From<ReplyError>>(
    reply: &str,
    reason: Option<String>,
    case: &AssignmentCase<'_>,
    successor: impl FnOnce() -> Result<ReferentSuccessor, E>,
) -> Result<AssignmentDecision, E> {
    match folded(reply).as_str() {
        "continue" | "oui" | "o" | "suite" | "c" => match case.situation {
            Situation::Closes(_) | Situation::Merges(..) => Err(ReplyError::SchoolCloses.into()),
            _ => Ok(AssignmentDecision::Continues),
        },
        "fin" | "f" | "non" | "termine" => {
            Ok(AssignmentDecision::Ends(reason.or_else(|| case.end_reason())))
        }
        "remplace" | "remplacee" | "r" => Ok(AssignmentDecision::Passes(successor()?, reason)),
        text if text == "s" || text.starts_with("suit") => match &case.situation {
            Situation::Merges(_, into) => Ok(AssignmentDecision::Follows(into.clone())),
            _ => Err(ReplyError::NothingToFollow.into()),
        },
        _ => Err(ReplyError::UnknownWord(reply.to_owned()).into()),
    }
}
