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

/// What a typed answer means for an assignment. `successor` is asked for only if somebody else
/// takes over. The error says what to answer, in French.
pub fn read_decision(
    reply: &str,
    reason: Option<String>,
    case: &AssignmentCase<'_>,
    successor: impl FnOnce() -> Result<ReferentSuccessor, String>,
) -> Result<AssignmentDecision, String> {
    match folded(reply).as_str() {
        "continue" | "oui" | "o" | "suite" | "c" => match case.situation {
            Situation::Closes(_) | Situation::Merges(..) => {
                Err("l'établissement ferme : répondre fin, ou suit".to_owned())
            }
            _ => Ok(AssignmentDecision::Continues),
        },
        "fin" | "f" | "non" | "termine" => {
            Ok(AssignmentDecision::Ends(reason.or_else(|| case.end_reason())))
        }
        "remplace" | "remplacee" | "r" => Ok(AssignmentDecision::Passes(successor()?, reason)),
        text if text == "s" || text.starts_with("suit") => match &case.situation {
            Situation::Merges(_, into) => Ok(AssignmentDecision::Follows(into.clone())),
            _ => Err("aucun établissement ne prend la suite de celui-ci (merged_into)".to_owned()),
        },
        _ => Err(format!("« {reply} » n'est pas une réponse : continue, fin, remplacé ou suit")),
    }
}
