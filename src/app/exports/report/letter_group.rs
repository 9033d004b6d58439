//! Which letters of the report go together: what a person does about them next.
//!
//! Pure: takes states, gives a group.

use crate::plan::act_state::ActState;
use crate::plan::letter_state::LetterState;

/// What is next for a letter and its acts; the most urgent first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LetterGroup {
    /// A signed copy is owed, and its day is past.
    Late,
    /// The office has something to do.
    ToDo,
    /// It is ready to leave.
    Outgoing,
    /// A signed copy is expected.
    Awaited,
    /// Nothing more is expected.
    Settled,
}

impl LetterGroup {
    /// All groups, in the order of the page.
    pub const ALL: [Self; 5] =
        [Self::Late, Self::ToDo, Self::Outgoing, Self::Awaited, Self::Settled];

    /// The group of a letter in this state; none where no file could be made.
    pub fn of_letter(state: Option<LetterState>) -> Self {
        match state {
            None
            | Some(
                LetterState::Draft
                | LetterState::Blocked
                | LetterState::Deferred
                | LetterState::Refused
                | LetterState::Ambiguous
                | LetterState::Bounced
                | LetterState::ToReview,
            ) => Self::ToDo,
            Some(LetterState::Ready | LetterState::Deposited) => Self::Outgoing,
            Some(LetterState::HandedOver | LetterState::PartlySigned) => Self::Awaited,
            Some(state) if state.is_settled() => Self::Settled,
            Some(_) => Self::Awaited,
        }
    }

    /// The group of an act in this state.
    pub fn of_act(state: ActState) -> Self {
        match state {
            ActState::Draft
            | ActState::Blocked
            | ActState::Deferred
            | ActState::Refused
            | ActState::Ambiguous
            | ActState::Bounced
            | ActState::ToReview => Self::ToDo,
            ActState::Ready | ActState::Deposited => Self::Outgoing,
            ActState::Awaiting | ActState::PartlySigned => Self::Awaited,
            ActState::Signed
            | ActState::Declined
            | ActState::Waived
            | ActState::Information
            | ActState::Withdrawn => Self::Settled,
        }
    }

    /// The word of its anchor.
    pub fn anchor(self) -> &'static str {
        match self {
            Self::Late => "retard",
            Self::ToDo => "a-faire",
            Self::Outgoing => "a-envoyer",
            Self::Awaited => "attente",
            Self::Settled => "termine",
        }
    }

    /// Its heading.
    pub fn title(self) -> &'static str {
        match self {
            Self::Late => "En retard",
            Self::ToDo => "À faire",
            Self::Outgoing => "À envoyer",
            Self::Awaited => "Retour attendu",
            Self::Settled => "Terminé",
        }
    }

    /// What to do about its letters.
    pub fn hint(self) -> &'static str {
        match self {
            Self::Late => {
                "La date de retour est passée : appeler l'établissement, ou relancer par «\u{a0}missive send --remind\u{a0}»."
            }
            Self::ToDo => {
                "L'état de chaque lettre dit ce qui manque : la produire, corriger une adresse, relire un retour («\u{a0}missive archive review\u{a0}»)."
            }
            Self::Outgoing => {
                "Ces lettres n'attendent que leur départ. Une fois envoyées à la main, le dire : «\u{a0}missive resolve\u{a0}»."
            }
            Self::Awaited => "La date de retour n'est pas passée : rien à faire.",
            Self::Settled => "Plus rien n'est attendu de ces établissements.",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settled_letters_and_acts_ask_for_nothing() {
        for state in LetterState::ALL {
            let is_settled = LetterGroup::of_letter(Some(state)) == LetterGroup::Settled;
            assert_eq!(is_settled, state.is_settled(), "{state:?}");
        }
        for state in ActState::ALL {
            let is_settled = LetterGroup::of_act(state) == LetterGroup::Settled;
            assert_eq!(is_settled, state.is_settled(), "{state:?}");
        }
        assert_eq!(LetterGroup::of_letter(None), LetterGroup::ToDo);
    }

    #[test]
    fn the_most_urgent_comes_first() {
        assert!(LetterGroup::ALL.is_sorted());
        let all = [ActState::Signed, ActState::ToReview, ActState::Awaiting];
        let group = all.into_iter().map(LetterGroup::of_act).min();
        assert_eq!(group, Some(LetterGroup::ToDo));
    }
}
