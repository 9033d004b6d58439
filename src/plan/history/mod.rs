//! What the ledger knows of a campaign, as plain values. Must not know SQL.

pub mod approval;
pub mod campaign_history;
#[cfg(test)]
pub mod examples;
pub mod letter;
pub mod message;
pub mod object_hash;
pub mod render_inputs;
pub mod return_state;
pub mod sent_revision;
pub mod stored_revision;

pub use approval::{ApprovalChange, ApprovalHistory, ProofEntry, ProofreadMessage};
pub use campaign_history::CampaignHistory;
pub use letter::{JudgedChange, LetterEntry, RevisionEntry};
pub use message::{
    Addressee, FrozenEnvelope, MessageEntry, MessageKind, MessageLetter, MessageState,
};
pub use object_hash::ObjectHash;
pub use render_inputs::{Hash, RenderInputs};
pub use return_state::{ReturnEntry, ReturnState};
pub use sent_revision::SentRevision;
pub use stored_revision::StoredRevision;
