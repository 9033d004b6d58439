//! What messages were made of when they were written to be proofread, which of them were approved, and what of a
//! message changed since: an approval holds for exactly what was read.
//!
//! Must not know how fingerprints are computed, nor what is done about them.

use super::render_inputs::Hash;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What a message is made of, as far as a person reads it before it leaves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProofreadMessage {
    /// Lowest UAI of its letters.
    pub uai: String,
    /// Hash over all that follows.
    pub fingerprint: Hash,
    /// Where it goes; none when blocked.
    pub address: Option<String>,
    /// Hash over sender, reply address and copies.
    pub sender: Hash,
    /// Hash over subject and cover.
    pub cover: Hash,
    /// Hash of each letter as it was rendered, by reference.
    pub letters: BTreeMap<String, Hash>,
    /// Hash over the documents that go with every message.
    pub enclosures: Hash,
}

/// What of a message is not as it was approved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ApprovalChange {
    /// It was never approved.
    Never,
    /// A letter says something else, or is another one.
    Letter,
    /// The cover says something else.
    Cover,
    /// It goes to another address.
    Address,
    /// Another sender, reply address or copy.
    Sender,
    /// Another document goes with every message.
    Enclosures,
}

impl ApprovalChange {
    /// What a person reads.
    pub fn french(self) -> &'static str {
        match self {
            Self::Never => "jamais approuvé",
            Self::Letter => "lettre changée",
            Self::Cover => "courrier d'accompagnement changé",
            Self::Address => "adresse changée",
            Self::Sender => "expéditeur ou copies changés",
            Self::Enclosures => "pièces jointes changées",
        }
    }
}

impl ProofreadMessage {
    /// What is not as it was in a former one of the same school.
    pub fn changes_since(&self, former: Option<&Self>) -> BTreeSet<ApprovalChange> {
        let Some(former) = former else { return BTreeSet::from([ApprovalChange::Never]) };
        let compared = [
            (ApprovalChange::Letter, self.letters != former.letters),
            (ApprovalChange::Cover, self.cover != former.cover),
            (ApprovalChange::Address, self.address != former.address),
            (ApprovalChange::Sender, self.sender != former.sender),
            (ApprovalChange::Enclosures, self.enclosures != former.enclosures),
        ];
        let mut found: BTreeSet<ApprovalChange> = compared
            .into_iter()
            .filter(|(_, differs)| *differs)
            .map(|(change, _)| change)
            .collect();
        // A cover lists its letters: another letter is said once.
        if found.contains(&ApprovalChange::Letter) {
            found.remove(&ApprovalChange::Cover);
        }
        found
    }
}

/// Proofs and approvals of a campaign.
#[derive(Clone, Debug, Default)]
pub struct ApprovalHistory {
    /// Fingerprints of the messages that were approved.
    approved: BTreeSet<Hash>,
    /// The message of each school that was approved last, by UAI.
    last: BTreeMap<String, ProofreadMessage>,
    /// What was last written to be proofread.
    pub last_proof: Option<ProofEntry>,
}

/// Messages that were written to be proofread.
#[derive(Clone, Debug)]
pub struct ProofEntry {
    /// Number in the ledger.
    pub id: i64,
    /// The messages, as they were.
    pub messages: Vec<ProofreadMessage>,
}

impl ProofEntry {
    /// Whether a message was in it, as it is.
    pub fn holds(&self, message: &ProofreadMessage) -> bool {
        self.messages.iter().any(|read| read.fingerprint == message.fingerprint)
    }

    /// The message of a school as it was.
    pub fn of_school(&self, uai: &str) -> Option<&ProofreadMessage> {
        self.messages.iter().find(|read| read.uai == uai)
    }
}

impl ApprovalHistory {
    /// Adds messages that were approved, later than those before.
    pub fn approve(&mut self, messages: Vec<ProofreadMessage>) {
        for message in messages {
            self.approved.insert(message.fingerprint.clone());
            self.last.insert(message.uai.clone(), message);
        }
    }

    /// Whether a message was approved as it is.
    pub fn is_approved(&self, message: &ProofreadMessage) -> bool {
        self.approved.contains(&message.fingerprint)
    }

    /// What of a message is not as it was when the message of its school was last approved.
    pub fn changes(&self, message: &ProofreadMessage) -> BTreeSet<ApprovalChange> {
        message.changes_since(self.last.get(&message.uai))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(uai: &str) -> ProofreadMessage {
        ProofreadMessage {
            uai: uai.to_owned(),
            fingerprint: "f1".into(),
            address: Some("a@b".to_owned()),
            sender: "s".into(),
            cover: "c".into(),
            letters: BTreeMap::from([("r".to_owned(), "l".into())]),
            enclosures: "e".into(),
        }
    }

    #[test]
    fn each_part_that_differs_is_named_and_a_letter_speaks_for_its_cover() {
        let was = message("1");
        let other = |change: fn(&mut ProofreadMessage)| {
            let mut now = message("1");
            change(&mut now);
            now.changes_since(Some(&was)).into_iter().collect::<Vec<_>>()
        };
        assert_eq!(other(|_| {}), []);
        assert_eq!(other(|now| now.address = None), [ApprovalChange::Address]);
        assert_eq!(other(|now| now.cover = "x".into()), [ApprovalChange::Cover]);
        assert_eq!(other(|now| now.sender = "x".into()), [ApprovalChange::Sender]);
        assert_eq!(other(|now| now.enclosures = "x".into()), [ApprovalChange::Enclosures]);
        let letter = other(|now| {
            now.letters.clear();
            now.cover = "x".into();
        });
        assert_eq!(letter, [ApprovalChange::Letter]);
        assert_eq!(
            was.changes_since(None).into_iter().collect::<Vec<_>>(),
            [ApprovalChange::Never]
        );
    }

    #[test]
    fn only_what_was_read_is_approved() {
        let mut history = ApprovalHistory::default();
        assert!(!history.is_approved(&message("1")));
        history.approve(vec![message("1")]);
        assert!(history.is_approved(&message("1")));
        let changed = ProofreadMessage { fingerprint: "f2".into(), ..message("1") };
        assert!(!history.is_approved(&changed));
    }
}
