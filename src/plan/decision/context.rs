//! The inputs of a decision that need no port.

use super::readdress::Recipient;
use crate::letter::issue::Issue;
use crate::plan::history::CampaignHistory;
use crate::plan::orders::Orders;
use crate::records::campaign::Campaign;
use jiff::civil::Date;
use std::collections::BTreeSet;

/// What the decisions about all letters of a campaign have in common.
pub struct DecisionContext<'a> {
    /// What the ledger knows.
    pub history: &'a CampaignHistory,
    /// The record of the campaign.
    pub campaign: &'a Campaign,
    /// What makes the first revision of a letter.
    pub first_issue: Issue,
    /// What a person ordered.
    pub orders: &'a Orders,
    /// The day it is.
    pub today: Date,
    /// Whether a change of layout alone leads to a new revision of a letter that was sent.
    pub is_strict: bool,
    /// Whether schools send a signed copy back.
    pub is_returned: bool,
    /// Hashes of the inputs that are those of today: same templates, fonts and engine.
    pub current_inputs: &'a BTreeSet<&'a str>,
}

/// A letter that the records call for.
#[derive(Clone, Debug)]
pub struct CalledLetter<'a> {
    /// Reference of the letter.
    pub reference: String,
    /// The last day of its mission; none where it names nobody.
    pub last_day: Option<Date>,
    /// The school that gets the letter.
    pub recipient: Recipient<'a>,
    /// The day that a rehearsal is of, for a letter that would be late then.
    pub rehearsed_on: Option<Date>,
}
