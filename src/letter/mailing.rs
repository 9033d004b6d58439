//! Which letters go together: the letters of one address share a message and its cover.

use super::issue::Issue;
use crate::records::values::{EmailAddress, Uai};
use crate::records::word_lists::Act;
use jiff::civil::Date;

/// The letters that go to one address, under one cover. Blocked letters have one per school.
#[derive(Clone, Debug)]
pub struct Mailing<'r> {
    /// The lowest UAI: it names the cover and the message.
    pub uai: &'r Uai,
    /// Where to; absent when blocked.
    pub address: Option<&'r EmailAddress>,
    /// Its letters by reference, as places in
    /// [`CampaignLetters::letters`](super::campaign_letters::CampaignLetters::letters).
    pub letters: Vec<usize>,
}

impl Mailing<'_> {
    /// The name of the cover as an attachment.
    pub fn attachment_name(&self) -> String {
        format!("Courrier_{}.pdf", self.uai)
    }
}

/// What one message is for.
#[derive(Clone, Copy, Debug)]
pub struct Occasion<'a> {
    /// Date printed on the document.
    pub date: Date,
    /// The revision of each of its letters, in the order of the mailing.
    pub letters: &'a [LetterInMessage],
}

/// A letter in a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LetterInMessage {
    /// Number, dates and act of the revision.
    pub issue: Issue,
    /// Whether it was sent before, and is sent once more because the head or the address changed.
    pub readdressed: bool,
    /// Whether the head has nothing to sign in it: it came back signed, or no copy is expected.
    pub for_information: bool,
    /// Which amendment of its letter it is, from 1.
    pub amendment_number: Option<u32>,
}

impl LetterInMessage {
    /// A letter that goes for the first time, or an act that does.
    pub fn new(issue: Issue) -> Self {
        Self { issue, readdressed: false, for_information: false, amendment_number: None }
    }
}

/// Whether the documents of the campaign go with these letters. They do not go again with ends of missions.
pub fn carries_enclosures(letters: &[LetterInMessage]) -> bool {
    letters.is_empty() || letters.iter().any(|letter| letter.issue.act() != Some(Act::End))
}
