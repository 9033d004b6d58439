//! One letter and its revisions, as the ledger knows them.

use super::object_hash::ObjectHash;
use super::render_inputs::Hash;
use super::return_state::ReturnEntry;
use crate::letter::content::agreed_texts::AgreedTexts;
use crate::letter::issue::Issue;
use crate::plan::materiality::Materiality;
use crate::records::word_lists::Act;
use jiff::civil::Date;
use std::collections::BTreeSet;

/// A letter with its revisions and returns.
#[derive(Clone, Debug, Default)]
pub struct LetterEntry {
    /// UAI of the school.
    pub uai: String,
    /// Identifier of the referent.
    pub referent: Option<String>,
    /// Whether nothing calls for it any more.
    pub withdrawn: bool,
    /// Its last revision handed over.
    pub issued: Option<RevisionEntry>,
    /// The revisions handed over before that, oldest first.
    pub earlier: Vec<RevisionEntry>,
    /// The revision made after that, not handed over yet.
    pub draft: Option<RevisionEntry>,
    /// Whether a person said that no signed copy of any of its documents is expected any more, as could be
    /// said before each could be released by itself.
    pub waived: bool,
    /// What came back of any of its revisions.
    pub returns: Vec<ReturnEntry>,
}

impl LetterEntry {
    /// The latest revision: the draft, else the one that was issued.
    pub fn latest(&self) -> Option<&RevisionEntry> {
        self.draft.as_ref().or(self.issued.as_ref())
    }

    /// The revisions that were handed over, oldest first.
    pub fn handed_over(&self) -> impl DoubleEndedIterator<Item = &RevisionEntry> {
        self.earlier.iter().chain(&self.issued)
    }

    /// The revision that the letter's state comes from: the last one handed over that is the first letter
    /// or a correction; the draft of a letter of which nothing was handed over.
    pub fn standing(&self) -> Option<&RevisionEntry> {
        let last = self.handed_over().rfind(|revision| revision.issue.stands_alone());
        last.or_else(|| self.handed_over().next()).or(self.draft.as_ref())
    }

    /// Amendments and ends that nothing replaced, oldest first; the last one may be a draft.
    pub fn acts(&self) -> Vec<&RevisionEntry> {
        let Some(standing) = self.standing() else { return Vec::new() };
        let mut acts: Vec<&RevisionEntry> = Vec::new();
        for act in self.handed_over().skip_while(|sent| sent.id != standing.id).skip(1) {
            // Of two drafts that both left, the later one counts.
            acts.retain(|former| former.issue.revision != act.issue.revision);
            acts.retain(|former| !act.issue.takes_over.contains(&former.issue.revision));
            acts.push(act);
        }
        let draft = self.draft.iter().filter(|draft| !draft.issue.stands_alone());
        acts.extend(draft.filter(|draft| draft.id != standing.id));
        acts
    }

    /// What was handed over and counts, oldest first: the revision that stands, and the acts that nothing
    /// replaced.
    pub fn in_force(&self) -> Vec<&RevisionEntry> {
        let standing = self.standing().map(|standing| standing.id);
        let acts: BTreeSet<i64> = self.acts().into_iter().map(|act| act.id).collect();
        let counts = |sent: &&RevisionEntry| Some(sent.id) == standing || acts.contains(&sent.id);
        self.handed_over().filter(counts).collect()
    }

    /// Which amendment an issue of this letter is, from 1; numbers go on after a correction, none is given twice.
    pub fn amendment_number(&self, issue: &Issue) -> Option<u32> {
        (issue.act() == Some(Act::Amendment)).then(|| self.amendments_before(issue.revision) + 1)
    }

    /// How many amendments were handed over before a revision.
    pub fn amendments_before(&self, revision: u32) -> u32 {
        let before = self.handed_over().map(|sent| &sent.issue);
        let before = before.filter(|issue| issue.revision < revision);
        let amendments = before.filter(|issue| issue.act() == Some(Act::Amendment));
        let numbers: BTreeSet<u32> = amendments.map(|issue| issue.revision).collect();
        u32::try_from(numbers.len()).unwrap_or(u32::MAX - 1)
    }

    /// What was agreed on in its boxes, whichever revision came back: a later copy says what counts of a box.
    pub fn agreed(&self) -> AgreedTexts {
        let copies = self.returns.iter().filter(|copy| copy.state.is_signed());
        copies.fold(AgreedTexts::default(), |agreed, copy| agreed.updated_by(&copy.agreed))
    }

    /// A correction that was made and has not been handed over.
    pub fn pending_correction(&self) -> Option<&RevisionEntry> {
        let draft = self.draft.as_ref().filter(|_| self.issued.is_some());
        draft.filter(|draft| draft.issue.stands_alone())
    }
}

/// A revision of a letter.
#[derive(Clone, Debug)]
pub struct RevisionEntry {
    /// Number in the ledger.
    pub id: i64,
    /// Number, dates and act of the revision.
    pub issue: Issue,
    /// Hash of its content's JSON.
    pub content: Hash,
    /// Hash of what was read to render it.
    pub inputs: Hash,
    /// Hash of the PDF as rendered.
    pub rendered: ObjectHash,
    /// Hash of that PDF with its form fields; none where it has no form.
    pub form: Option<ObjectHash>,
    /// Hash of the PDF as sent.
    pub issued: ObjectHash,
    /// Hash of its text.
    pub text: Hash,
    /// A later content or template that was compared with it, and how much it mattered.
    pub judged: Option<JudgedChange>,
    /// Whether a person said that no signed copy of it is expected any more.
    pub waived: bool,
    /// The day a return proved that the school has it, whatever became of its message.
    pub settled_on: Option<Date>,
}

impl RevisionEntry {
    /// The PDF as it is before the authority signs it.
    pub fn unsigned(&self) -> &ObjectHash {
        self.form.as_ref().unwrap_or(&self.rendered)
    }

    /// Whether the authority signed it before it is sent.
    pub fn is_countersigned(&self) -> bool {
        self.issued != *self.unsigned()
    }
}

/// A change that was judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JudgedChange {
    /// Hash of the content that was compared.
    pub content: Hash,
    /// Hash of what was read to render it.
    pub inputs: Hash,
    /// How much it matters.
    pub materiality: Materiality,
    /// Whether a person said so.
    pub declared: bool,
}
