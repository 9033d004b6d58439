//! What a sending did, as the JSON of `send` and `run` gives it.

use super::relay::stopped_by::StoppedBy;
use super::relay::transmission::{DeliveryIssue, RejectedCopy, TransmissionOutcome, whole_seconds};
use crate::ledger::place::FirstHandOver;
use crate::plan::history::CampaignHistory;
use jiff::Timestamp;
use serde::{Serialize, Serializer};

/// The `send` part of the JSON. The optional fields say why nothing was sent.
#[derive(Clone, Debug, Default, Serialize)]
pub struct SendReport {
    /// Messages that the relay took.
    pub handed_over: usize,
    /// Messages in the outbox: none, by this way.
    pub deposited: usize,
    /// Messages that wait for their moment.
    pub deferred: usize,
    /// Messages that were refused.
    pub refused: usize,
    /// Messages for which nobody knows whether they were sent.
    pub ambiguous: usize,
    /// Messages without a valid address, or kept back by the last look.
    pub skipped: usize,
    /// Messages that were not tried.
    pub remaining: usize,
    /// Why it ended before its end.
    pub stopped_by: Option<StoppedBy>,
    /// When the next deferred message is due.
    #[serde(serialize_with = "whole_seconds")]
    pub next: Option<Timestamp>,
    /// What a person has to know.
    pub problems: Vec<DeliveryIssue>,
    /// Copies that were not taken.
    pub copies_refused: Vec<RejectedCopy>,
    /// References of letters that are not as the records are now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub out_of_date: Option<Vec<String>>,
    /// Messages in the outbox that may have been sent by hand.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub standing: Option<usize>,
    /// What is known of the ledger, where a person has yet to let messages leave from here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_hand_over: Option<FirstHandOver>,
    /// The number to be confirmed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to_confirm: Option<usize>,
    /// Messages that nobody approved as they are, where that is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unapproved: Option<usize>,
    /// Names of messages of which a test copy was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tested: Option<Vec<String>>,
}

impl SendReport {
    /// What a transmission did; `blocked` are mailings without a valid address.
    pub fn of(transmission: &TransmissionOutcome, blocked: usize) -> Self {
        Self {
            handed_over: transmission.handed_over,
            deferred: transmission.deferred,
            refused: transmission.refused,
            ambiguous: transmission.ambiguous,
            skipped: blocked + transmission.kept_back,
            remaining: transmission.remaining,
            stopped_by: transmission.stopped,
            next: transmission.next,
            problems: transmission.issues.clone(),
            copies_refused: transmission.rejected_copies.clone(),
            ..Self::default()
        }
    }
}

/// What a sending did; serialized as its [`SendReport`].
pub struct SendOutcome {
    /// Result of the transmission.
    pub transmission: TransmissionOutcome,
    /// Chosen mailings without a valid address.
    pub blocked: usize,
    /// Messages that nobody approved as they are, where that is asked for.
    pub unapproved: Option<usize>,
    /// What the ledger knows after it.
    pub history: CampaignHistory,
}

impl SendOutcome {
    /// Whether messages did not leave that were to.
    pub fn is_partial(&self) -> bool {
        let TransmissionOutcome { deferred, refused, ambiguous, kept_back, .. } = self.transmission;
        let unapproved = self.unapproved.unwrap_or(0);
        deferred + refused + ambiguous + kept_back + self.blocked + unapproved > 0
    }

    /// The result as the `send` part of the JSON document.
    pub fn report(&self) -> SendReport {
        let report = SendReport::of(&self.transmission, self.blocked);
        SendReport { unapproved: self.unapproved, ..report }
    }
}

impl Serialize for SendOutcome {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.report().serialize(serializer)
    }
}
