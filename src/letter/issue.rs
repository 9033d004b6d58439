//! What makes a revision of a letter: its number, its dates, and what it does to a former one.
//!
//! The content of a letter is a function of the records, the rules and an [`Issue`]; the issue of
//! what was handed over is kept in the ledger, so that the same question can be asked again later:
//! would this revision still say the same?

use crate::letter::content::agreed_texts::AgreedTexts;
use crate::records::campaign::Campaign;
use crate::records::values::SignatureRequest;
use crate::records::word_lists::Act;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What makes a revision of a letter: number, dates, act.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issue {
    /// Number of the revision, from 1.
    pub revision: u32,
    /// Date printed on the document.
    pub date: Date,
    /// A day for the signed copy that is this revision's own.
    pub reply_by: Option<Date>,
    /// The campaign's amendment that was in force, by its date.
    pub amended: Option<Date>,
    /// The day a late letter was first made: its rules are those of that day, also for what follows it. A letter
    /// is late when others of its campaign were handed over before it was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_made: Option<Date>,
    /// What it does to a former revision.
    pub supersedes: Option<Superseded>,
    /// Whether a person gave the printed reason, which then stays.
    #[serde(default)]
    pub reason_given: bool,
    /// Whether a person ordered what becomes of the signatures, which then stays.
    #[serde(default)]
    pub signatures_ordered: bool,
    /// Whether it prints the letter as it then stands, and not only what changes: who signs an amendment that
    /// does has signed the letter too. Amendments of earlier versions did.
    #[serde(default = "whole_letter")]
    pub is_whole: bool,
    /// The amendments that it takes the place of, by their revisions: the head who was to sign them has left.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub takes_over: Vec<u32>,
}

fn whole_letter() -> bool {
    true
}

impl Issue {
    /// The first revision of a letter.
    pub fn first(date: Date, amended: Option<Date>) -> Self {
        Self {
            revision: 1,
            date,
            reply_by: None,
            amended,
            first_made: None,
            supersedes: None,
            reason_given: false,
            signatures_ordered: false,
            is_whole: true,
            takes_over: Vec::new(),
        }
    }

    /// The first revision of a late letter: dated the day it was first made, or of the amendment since.
    pub fn late(made: Date, amended: Option<Date>, reply_by: Option<Date>) -> Self {
        let date = amended.map_or(made, |amended| made.max(amended));
        Self { first_made: Some(made), reply_by, ..Self::first(date, amended) }
    }

    /// What it does to a former revision; nothing for the first.
    pub fn act(&self) -> Option<Act> {
        self.supersedes.as_ref().map(|former| former.act)
    }

    /// Whether it is a letter that stands alone, the first or a correction: it takes the place of what was
    /// sent before. Amendments and ends are added to it.
    pub fn stands_alone(&self) -> bool {
        matches!(self.act(), None | Some(Act::Correction))
    }

    /// Whether it asks for signatures, and what becomes of former ones.
    pub fn signature(&self) -> SignatureRequest {
        self.supersedes.as_ref().map_or(SignatureRequest::Asked, |former| former.signature)
    }

    /// Whether a signed copy of it is expected. Ends ask for none, those of earlier versions either.
    pub fn asks_signature(&self) -> bool {
        self.act() != Some(Act::End) && self.signature() != SignatureRequest::Information
    }

    /// Whether signed copies of what was sent before count no more.
    pub fn voids_signatures(&self) -> bool {
        self.act() == Some(Act::Correction) && self.signature() != SignatureRequest::Kept
    }

    /// Whether it prints what changes and nothing else of the letter.
    pub fn prints_changes_only(&self) -> bool {
        self.act() == Some(Act::Amendment) && !self.is_whole
    }

    /// The revision that it replaces or changes, where it says what differs.
    pub fn compared_with(&self) -> Option<u32> {
        let former = self.supersedes.as_ref()?;
        let compares = match former.act {
            Act::Amendment => !self.is_whole,
            Act::Correction => true,
            Act::End => false,
        };
        compares.then_some(former.revision)
    }

    /// The day its signed copy is due.
    pub fn due(&self, campaign: &Campaign) -> Date {
        self.reply_by.unwrap_or_else(|| campaign.reply_by(self.amended))
    }
}

/// A revision that was replaced or changed, as the template reads it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Superseded {
    /// Number of the revision, from 1.
    pub revision: u32,
    /// Date printed on the document.
    pub date: Date,
    /// What the new one does to it.
    pub act: Act,
    /// The reason, as printed on the letter.
    pub reason: String,
    /// Whether the new one asks for signatures.
    #[serde(default)]
    pub signature: SignatureRequest,
    /// The number of the new one among the amendments of its letter, from 1; none for other acts, and for
    /// amendments of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<u32>,
    /// The letter that stands: the first, or the last correction. Absent where it is this revision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub letter: Option<StandingLetter>,
    /// The acts that were added to that letter, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub acts: Vec<FormerAct>,
    /// What was agreed on in the boxes of that letter. What is agreed on later changes nothing here.
    #[serde(default, skip_serializing_if = "AgreedTexts::is_empty")]
    pub agreed: AgreedTexts,
}

impl Superseded {
    /// The letter that stands, whichever revision is replaced or changed.
    pub fn standing(&self) -> StandingLetter {
        self.letter.unwrap_or(StandingLetter { revision: self.revision, date: self.date })
    }
}

/// The letter that acts are added to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StandingLetter {
    /// Number of the revision.
    pub revision: u32,
    /// Date printed on the document.
    pub date: Date,
}

/// An act that was added to a letter before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormerAct {
    /// What it did.
    pub act: Act,
    /// Its number among the amendments of its letter.
    pub number: Option<u32>,
    /// Date printed on the document.
    pub date: Date,
}
