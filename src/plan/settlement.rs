//! Which messages a return settles: a signed copy proves that the school has the letter, so its message need
//! not go any more, whatever kept it.
//!
//! Pure. Proven is a letter of which an intact signature came back, or a copy that a person read and called
//! signed or declined. Where a message may have left (deposited, in doubt) and only some of its letters are
//! proven, a person has to say what became of it: the others may have arrived with it.

use super::history::{
    CampaignHistory, MessageEntry, MessageLetter, MessageState, ReturnEntry, ReturnState,
};

/// A letter of a message that has not left, as far as anybody said, and of which a proven return came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProvenLetter {
    /// Reference of the letter.
    pub reference: String,
    /// Its revision, as a row of the ledger.
    pub revision: i64,
    /// Number of the revision.
    pub number: u32,
    /// The return that proves it, as a row of the ledger.
    pub returned: i64,
}

/// A message with letters that came back.
#[derive(Clone, Debug)]
pub struct Settlement<'h> {
    /// The message.
    pub message: &'h MessageEntry,
    /// Its letters that came back.
    pub proven: Vec<ProvenLetter>,
    /// References of its other letters.
    pub others: Vec<String>,
}

impl Settlement<'_> {
    /// Whether a person has to say first what became of the message.
    pub fn needs_a_person(&self) -> bool {
        let may_have_left =
            matches!(self.message.state, MessageState::Deposited | MessageState::Ambiguous);
        may_have_left && !self.others.is_empty()
    }
}

/// The messages of a campaign with letters that came back although nobody said that they had left.
pub fn settlements(history: &CampaignHistory) -> Vec<Settlement<'_>> {
    let open = |state: MessageState| state.is_open() || state == MessageState::Ambiguous;
    let messages = history.messages.values().filter(|message| open(message.state));
    messages.filter_map(|message| settlement(history, message)).collect()
}

/// What came back of a message; nothing if nothing did.
pub fn settlement<'h>(
    history: &'h CampaignHistory,
    message: &'h MessageEntry,
) -> Option<Settlement<'h>> {
    let mut found = Settlement { message, proven: Vec::new(), others: Vec::new() };
    for letter in &message.letters {
        match proof(history, letter) {
            Some(copy) => found.proven.push(ProvenLetter {
                reference: letter.reference.clone(),
                revision: letter.revision,
                number: copy.number,
                returned: copy.id,
            }),
            None => found.others.push(letter.reference.clone()),
        }
    }
    (!found.proven.is_empty()).then_some(found)
}

/// The return that proves that a school has a letter of a message that has not left.
fn proof<'h>(history: &'h CampaignHistory, carried: &MessageLetter) -> Option<&'h ReturnEntry> {
    let letter = history.letters.get(&carried.reference)?;
    // A letter that goes once more was handed over before: its return says nothing of this message.
    if letter.handed_over().any(|sent| sent.id == carried.revision) {
        return None;
    }
    letter.returns.iter().rfind(|copy| copy.revision == carried.revision && proves(copy.state))
}

fn proves(state: ReturnState) -> bool {
    matches!(state, ReturnState::Signed | ReturnState::PartlySigned | ReturnState::Declined)
}

#[cfg(test)]
mod tests;
