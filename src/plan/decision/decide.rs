//! What is done with one letter, and why: what the records call for against what the ledger knows.
//!
//! A pure function. A letter is rendered only when its content or its templates differ from those of its
//! last revision; the rendered pages then say how much the change matters. Rendering and reading the
//! ledger go through a [`DecisionPort`]. Must not know how a letter is rendered or stored. The message
//! that carries the letters is decided in [`super::decide_message`].

use super::compare::compared;
use super::context::{CalledLetter, DecisionContext};
use super::late_letter::first_issue;
use super::letter_decision::{CurrentRevision, Judgement, LetterDecision};
use super::port::{DecisionPort, LetterText, PrintedHead};
use crate::letter::french;
use crate::letter::issue::Issue;
use crate::plan::action::{Action, PlannedLetter};
use crate::plan::history::{
    JudgedChange, LetterEntry, RenderInputs, RevisionEntry, StoredRevision,
};
use crate::plan::materiality::Materiality;
use crate::plan::reasons::{self, Reason, Side};
use serde_json::Value;

/// Decides about one letter.
///
/// # Errors
/// The content cannot be resolved, the letter cannot be rendered, or the ledger does not give a
/// revision: as the port says.
pub fn decide<P: DecisionPort>(
    context: &DecisionContext<'_>,
    letter: &CalledLetter<'_>,
    port: &P,
) -> Decided<P> {
    let known = context.history.letters.get(&letter.reference);
    let decider = Decider { context, letter, known, port };
    if let Some(message) = context.history.ambiguous(&letter.reference)
        && let Some(latest) = known.and_then(LetterEntry::latest)
    {
        let mut kept = decider.kept(latest, Materiality::None);
        kept.planned.note = Some(format!(
            "en attente : on ne sait pas si le message {} est parti",
            message.message_id.as_deref().unwrap_or("de cette lettre")
        ));
        return Ok(kept);
    }
    match known.map(|known| (known.issued.as_ref(), known.draft.as_ref())) {
        Some((Some(issued), draft)) => decider.decide_sent(issued, draft),
        Some((None, Some(draft))) => decider.decide_draft(draft),
        Some((None, None)) | None => decider.decide_new(),
    }
}

/// The inputs of one decision.
pub(super) struct Decider<'d, 'a, P> {
    pub(super) context: &'d DecisionContext<'a>,
    pub(super) letter: &'d CalledLetter<'d>,
    pub(super) known: Option<&'d LetterEntry>,
    pub(super) port: &'d P,
}

pub(super) type Decided<P> =
    Result<LetterDecision<<P as DecisionPort>::Rendered>, <P as DecisionPort>::Error>;

impl<P: DecisionPort> Decider<'_, '_, P> {
    /// A letter that has no revision yet.
    fn decide_new(&self) -> Decided<P> {
        let issue = first_issue(self.context, None, self.letter.rehearsed_on);
        let mut planned = self.planned(Action::Create, &issue);
        planned.materiality = Materiality::Substantive;
        if let Some(note) = self.no_letter_note(&issue) {
            planned.note = Some(note);
            return Ok(LetterDecision::nothing_made(planned, issue));
        }
        let made = self.port.rendered(&issue, &PrintedHead::OfToday)?;
        Ok(LetterDecision::new_revision(planned, issue, made, Vec::new()))
    }

    /// Why a letter is not made at all, if that is so.
    fn no_letter_note(&self, issue: &Issue) -> Option<String> {
        let Some(ended) = self.letter.last_day.filter(|last| *last < issue.date) else {
            return self.past_reply_date_note(issue).filter(|_| issue.first_made.is_some());
        };
        Some(format!(
            "la mission a pris fin le {}, avant la date de la lettre : supprimer la désignation, ou corriger ses dates",
            french::date(ended)
        ))
    }

    /// A letter that was made and never sent: its draft is replaced when anything differs.
    fn decide_draft(&self, draft: &RevisionEntry) -> Decided<P> {
        let issue = first_issue(self.context, Some(&draft.issue), None);
        let mut kept = self.kept(draft, Materiality::None);
        (kept.pending, kept.came_back) = (true, self.came_back(draft));
        let text = self.port.content(&issue, &PrintedHead::OfToday)?;
        if self.is_same(draft, &text) || self.judged_before(draft, &text).is_some() {
            return Ok(kept);
        }
        let made = self.port.rendered(&issue, &PrintedHead::OfToday)?;
        let materiality = compared(&made, draft);
        if materiality == Materiality::None {
            kept.judged.push(Judgement::new(draft.id, made.as_ref(), materiality, None));
            return Ok(kept);
        }
        let stored = self.port.stored(draft.id)?;
        let reasons = self.reasons(&stored, &text, &made.as_ref().inputs);
        if kept.came_back {
            // Somebody sent it and has to say so: until then it stays as it is.
            kept.planned.action = Action::Update;
            kept.planned.materiality = materiality;
            kept.planned.reasons = reasons;
            kept.planned.note = Some(RETURNED_NOTE.to_owned());
            return Ok(kept);
        }
        let late = self.past_reply_date_note(&issue).filter(|_| issue.first_made.is_some());
        if let Some(note) = late {
            // What is there is no longer right, and what would be right asks for a day that is past.
            kept.planned = PlannedLetter { reasons, materiality, ..kept.planned };
            (kept.planned.action, kept.planned.note) = (Action::Update, Some(note));
            kept.pending = false;
            return Ok(kept);
        }
        let mut planned = self.planned(Action::Update, &issue);
        planned.reasons = reasons;
        planned.materiality = match &self.context.orders.judged {
            Some(judged) => judged.materiality,
            None => materiality,
        };
        Ok(LetterDecision::new_revision(planned, issue, made, vec![draft.id]))
    }

    /// The note on a new revision whose reply date is already past.
    pub(super) fn past_reply_date_note(&self, issue: &Issue) -> Option<String> {
        let due = issue.due(self.context.campaign);
        let is_past = due < issue.date.max(self.context.today);
        let is_asked = self.context.is_returned && issue.asks_signature();
        (is_asked && is_past).then(|| {
            let due = french::date(due);
            format!("la date de retour ({due}) est passée : en donner une avec --reply-by")
        })
    }

    /// Whether a signed copy of a draft came back: then somebody sent it, although the ledger has no
    /// record of it.
    fn came_back(&self, draft: &RevisionEntry) -> bool {
        self.known.is_some_and(|known| known.returns.iter().any(|copy| copy.revision == draft.id))
    }

    pub(super) fn is_current(&self, inputs: &str) -> bool {
        self.context.current_inputs.contains(inputs)
    }

    pub(super) fn is_same(&self, revision: &RevisionEntry, text: &LetterText) -> bool {
        revision.content == text.hash && self.is_current(&revision.inputs)
    }

    /// The judgement of this change, if it was judged before.
    pub(super) fn judged_before<'r>(
        &self,
        revision: &'r RevisionEntry,
        text: &LetterText,
    ) -> Option<&'r JudgedChange> {
        let change = revision.judged.as_ref()?;
        (change.content == text.hash && self.is_current(&change.inputs)).then_some(change)
    }

    pub(super) fn reasons(
        &self,
        stored: &StoredRevision,
        text: &LetterText,
        inputs: &RenderInputs,
    ) -> Vec<Reason> {
        let content: Value = serde_json::from_str(&text.json).unwrap_or(Value::Null);
        let (places, rules) = (self.port.origins(&stored.issue), self.port.rules(&stored.issue));
        let old = Side { content: &stored.content, places: &stored.origins, rules: &stored.rules };
        let new = Side { content: &content, places: &places, rules: &rules };
        let mut reasons = reasons::of_contents(old, new);
        reasons.extend(reasons::of_inputs(&stored.inputs, inputs));
        reasons
    }

    pub(super) fn planned(&self, action: Action, issue: &Issue) -> PlannedLetter {
        PlannedLetter {
            reference: self.letter.reference.clone(),
            uai: self.letter.recipient.uai.to_owned(),
            action,
            act: None,
            materiality: Materiality::None,
            revision: issue.revision,
            reasons: Vec::new(),
            made: false,
            note: None,
        }
    }

    pub(super) fn kept(
        &self,
        revision: &RevisionEntry,
        materiality: Materiality,
    ) -> LetterDecision<P::Rendered> {
        let mut planned = self.planned(Action::Keep, &revision.issue);
        planned.materiality = materiality;
        planned.made = true;
        LetterDecision {
            planned,
            issue: revision.issue.clone(),
            current: CurrentRevision::Kept(Box::new(revision.clone())),
            pending: false,
            along: Vec::new(),
            judged: Vec::new(),
            drops: Vec::new(),
            came_back: false,
        }
    }
}

/// The note on a draft of which a signed copy came back.
const RETURNED_NOTE: &str =
    "son retour est archivé : quelqu'un l'a envoyée, elle ne peut plus être corrigée sans le dire";

#[cfg(test)]
mod tests;
