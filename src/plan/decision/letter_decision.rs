//! What was decided about one letter, as a value.

use super::port::RenderedHashes;
use crate::letter::issue::Issue;
use crate::plan::action::PlannedLetter;
use crate::plan::history::{JudgedChange, RenderInputs, RevisionEntry};
use crate::plan::materiality::Materiality;

/// The decision about one letter. `R` is a letter that was rendered on the way.
#[derive(Debug)]
pub struct LetterDecision<R> {
    /// What is done, and why.
    pub planned: PlannedLetter,
    /// What makes the revision that is current afterwards.
    pub issue: Issue,
    /// The revision that is current afterwards.
    pub current: CurrentRevision<R>,
    /// Whether it has to be sent, for the first time or again.
    pub pending: bool,
    /// Documents of the letter that were sent before and go once more with the current one, oldest first.
    pub along: Vec<RevisionEntry>,
    /// What is to be remembered, so that the same change is not rendered again.
    pub judged: Vec<Judgement>,
    /// Drafts to be taken back, by their numbers in the ledger.
    pub drops: Vec<i64>,
    /// Whether a signed copy of it came back although nobody said that it was sent: its message must
    /// not change.
    pub came_back: bool,
}

impl<R> LetterDecision<R> {
    /// Nothing is made of a letter that the ledger does not have, until a person has decided.
    pub(super) fn nothing_made(planned: PlannedLetter, issue: Issue) -> Self {
        Self {
            planned,
            issue,
            current: CurrentRevision::Undecided,
            pending: false,
            along: Vec::new(),
            judged: Vec::new(),
            drops: Vec::new(),
            came_back: false,
        }
    }

    /// A new revision is sent; `drops` are the drafts that it replaces.
    pub(super) fn new_revision(
        planned: PlannedLetter,
        issue: Issue,
        made: R,
        drops: Vec<i64>,
    ) -> Self {
        Self {
            planned,
            issue,
            current: CurrentRevision::Made(Box::new(made)),
            pending: true,
            along: Vec::new(),
            judged: Vec::new(),
            drops,
            came_back: false,
        }
    }
}

/// The revision of a letter that is current after all is done.
#[derive(Debug)]
pub enum CurrentRevision<R> {
    /// One that the ledger has.
    Kept(Box<RevisionEntry>),
    /// A new one.
    Made(Box<R>),
    /// None: a person has to decide first.
    Undecided,
}

/// How much a later content or template matters to a revision that the ledger has.
#[derive(Clone, Debug)]
pub struct Judgement {
    /// The revision, by its number in the ledger.
    pub revision: i64,
    /// What was compared with it.
    pub change: JudgedChange,
    /// What was read to render that.
    pub inputs: RenderInputs,
    /// A person's reason, when a person said how much it matters.
    pub why: Option<String>,
}

impl Judgement {
    /// A change of a revision, as it was rendered, with its materiality.
    pub(super) fn new(
        revision: i64,
        made: &RenderedHashes,
        materiality: Materiality,
        why: Option<String>,
    ) -> Self {
        let change = JudgedChange {
            content: made.content.clone(),
            inputs: made.inputs_hash.clone(),
            materiality,
            declared: why.is_some(),
        };
        Self { revision, change, inputs: made.inputs.clone(), why }
    }
}
