//! What is done with one letter, and why: what the records call for against what the ledger knows.
//!
//! A pure function. A letter is rendered only when its content or its templates differ from those of its
//! last revision; the rendered pages then say how much the change matters. Rendering and reading the
//! ledger go through a [`DecisionPort`]. Must not know how a letter is rendered or stored. The message
//! that carries the letters is decided in [`super::decide_message`].

use super::act;
use super::compare::{compared, revision_needed};
use super::context::{CalledLetter, DecisionContext};
use super::late_letter::first_issue;
use super::letter_decision::{CurrentRevision, Judgement, LetterDecision};
use super::port::{DecisionPort, LetterText, PrintedHead};
use super::readdress;
use crate::letter::french;
use crate::letter::issue::Issue;
use crate::plan::action::{Action, PlannedLetter};
use crate::plan::history::{
    JudgedChange, LetterEntry, MessageState, RenderInputs, RevisionEntry, StoredRevision,
};
use crate::plan::materiality::{Materiality, RenderedHash};
use crate::plan::reasons::{self, Reason, Side};
use crate::records::word_lists::Act;
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
struct Decider<'d, 'a, P> {
    context: &'d DecisionContext<'a>,
    letter: &'d CalledLetter<'d>,
    known: Option<&'d LetterEntry>,
    port: &'d P,
}

type Decided<P> = Result<LetterDecision<<P as DecisionPort>::Rendered>, <P as DecisionPort>::Error>;

impl<P: DecisionPort> Decider<'_, '_, P> {
    /// A letter that has no revision yet.
    fn decide_new(&self) -> Decided<P> {
        let issue = first_issue(self.context, None);
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
        let issue = first_issue(self.context, Some(&draft.issue));
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

    /// A letter that was sent: it is kept, sent again, or superseded by a new revision. `draft` is that
    /// revision if it exists already.
    fn decide_sent(&self, issued: &RevisionEntry, draft: Option<&RevisionEntry>) -> Decided<P> {
        let text = self.port.content(&issued.issue, &PrintedHead::OfToday)?;
        let before = match self.is_same(issued, &text) {
            true => Some(Materiality::None),
            false => self.judged_before(issued, &text).map(|change| change.materiality),
        };
        match before.filter(|_| self.context.orders.judged.is_none()) {
            Some(Materiality::None | Materiality::Cosmetic) => {
                Ok(self.kept_as_sent(issued, draft, Materiality::None))
            }
            Some(Materiality::Substantive) => {
                let stored = self.port.stored(issued.id)?;
                // The reasons are those that were found when the change was judged.
                let inputs = issued
                    .judged
                    .as_ref()
                    .and_then(|change| self.context.history.inputs.get(&change.inputs));
                let reasons = self.reasons(&stored, &text, inputs.unwrap_or(&stored.inputs));
                self.reissue(issued, draft, reasons, Vec::new())
            }
            None => self.decide_changed(issued, draft, &text),
        }
    }

    /// A letter that was sent and whose content or templates differ today, in a way that was not judged
    /// before: it is rendered and compared.
    fn decide_changed(
        &self,
        issued: &RevisionEntry,
        draft: Option<&RevisionEntry>,
        text: &LetterText,
    ) -> Decided<P> {
        let orders = self.context.orders;
        let stored = self.port.stored(issued.id)?;
        // The name printed on what was sent stays when only the head is another person now.
        let head = self.head_to_compare(&stored);
        let shown = match head.is_of_today() {
            true => text.clone(),
            false => self.port.content(&issued.issue, &head)?,
        };
        let made = self.port.rendered(&issued.issue, &head)?;
        let made = made.as_ref();
        let measured = Materiality::between(
            RenderedHash { pdf: issued.rendered.as_str(), text: &issued.text },
            RenderedHash { pdf: made.pdf.as_str(), text: &made.text },
        );
        let reasons = self.reasons(&stored, &shown, &made.inputs);
        let (needs_revision, effective) =
            revision_needed(measured, &reasons, self.context.is_strict, orders);
        let cosmetic = effective.min(Materiality::Cosmetic);
        let judged_as = if needs_revision { Materiality::Substantive } else { cosmetic };
        let why = orders.judged.as_ref().map(|judged| judged.why.clone());
        let mut judgement = Judgement::new(issued.id, made, judged_as, why);
        judgement.change.content.clone_from(&text.hash);
        if !needs_revision {
            let mut kept = self.kept_as_sent(issued, draft, cosmetic);
            if cosmetic != Materiality::None && kept.planned.action == Action::Keep {
                kept.planned.reasons = reasons;
            }
            kept.judged.push(judgement);
            return Ok(kept);
        }
        let reasons = match head.is_of_today() {
            true => reasons,
            // A new revision is addressed to the new head.
            false => self.reasons(&stored, text, &made.inputs),
        };
        self.reissue(issued, draft, reasons, vec![judgement])
    }

    /// The revision that follows one that was sent.
    fn reissue(
        &self,
        issued: &RevisionEntry,
        draft: Option<&RevisionEntry>,
        reasons: Vec<Reason>,
        judged: Vec<Judgement>,
    ) -> Decided<P> {
        let context = self.context;
        let former = draft.map(|draft| &draft.issue);
        let issue = act::next_issue(
            &issued.issue,
            &reasons,
            context.campaign,
            former,
            context.orders,
            context.today,
        );
        let act = issue.supersedes.as_ref().map(|former| former.act);
        let action = if act == Some(Act::End) { Action::End } else { Action::Reissue };
        let mut planned = self.planned(action, &issue);
        planned.act = act;
        planned.materiality = Materiality::Substantive;
        planned.reasons = reasons;
        let text = self.port.content(&issue, &PrintedHead::OfToday)?;
        let mut decision = LetterDecision {
            planned,
            issue,
            current: CurrentRevision::Undecided,
            pending: true,
            judged,
            drops: Vec::new(),
            came_back: false,
        };
        // The same pages may ask for something else now.
        let asks_same = |draft: &RevisionEntry| {
            let (now, before) = (&decision.issue, &draft.issue);
            now.signature() == before.signature()
                && now.signatures_ordered == before.signatures_ordered
        };
        if let Some(draft) = draft {
            let is_same = self.is_same(draft, &text) || self.judged_before(draft, &text).is_some();
            if is_same && asks_same(draft) {
                decision.current = CurrentRevision::Kept(Box::new(draft.clone()));
                decision.planned.made = true;
                return Ok(decision);
            }
            decision.drops.push(draft.id);
        }
        let past = self.past_reply_date_note(&decision.issue);
        if let Some(note) = past.filter(|_| action == Action::Reissue) {
            decision.planned.note = Some(note);
            decision.pending = false;
            return Ok(decision);
        }
        let made = self.port.rendered(&decision.issue, &PrintedHead::OfToday)?;
        let is_same =
            |draft: &&RevisionEntry| draft.rendered == made.as_ref().pdf && asks_same(draft);
        decision.current = match draft.filter(is_same) {
            Some(draft) => {
                let same = Judgement::new(draft.id, made.as_ref(), Materiality::None, None);
                decision.judged.push(same);
                decision.drops.clear();
                CurrentRevision::Kept(Box::new(draft.clone()))
            }
            None => CurrentRevision::Made(Box::new(made)),
        };
        Ok(decision)
    }

    /// A letter that was sent and does not change; it may have to be sent again to a new address. A draft
    /// that was made after it is dropped.
    fn kept_as_sent(
        &self,
        issued: &RevisionEntry,
        draft: Option<&RevisionEntry>,
        materiality: Materiality,
    ) -> LetterDecision<P::Rendered> {
        let mut kept = self.kept(issued, materiality);
        kept.drops = draft.iter().map(|draft| draft.id).collect();
        let last = self.context.history.last_sent(&self.letter.reference);
        let recipient = &self.letter.recipient;
        let reasons =
            last.map(|last| readdress::readdress(recipient, last, |field| self.port.place(field)));
        if let Some(reasons) = reasons.filter(|reasons| !reasons.is_empty()) {
            kept.planned.action = Action::Readdress;
            kept.planned.reasons = reasons;
            kept.pending = true;
        }
        if !kept.pending && self.goes_again(issued) {
            kept.planned.action = Action::Readdress;
            kept.planned.note = Some(AGAIN_NOTE.to_owned());
            kept.pending = true;
        }
        kept
    }

    /// Whether a letter goes once more as it is: its last message came back in error, and a person ordered
    /// it, now or when the message was made that waits.
    fn goes_again(&self, issued: &RevisionEntry) -> bool {
        let (history, reference) = (self.context.history, &self.letter.reference);
        let last = history.last_sent(reference);
        let has_bounced = last.is_some_and(|last| last.state == MessageState::Bounced);
        let is_waiting = || {
            let open = history.open_of(reference).into_iter().flat_map(|open| &open.letters);
            open.into_iter().any(|carried| carried.revision == issued.id && carried.readdressed)
        };
        has_bounced && (self.context.orders.again.contains(reference) || is_waiting())
    }

    /// The note on a new revision whose reply date is already past.
    fn past_reply_date_note(&self, issue: &Issue) -> Option<String> {
        let due = issue.due(self.context.campaign);
        let is_past = due < issue.date.max(self.context.today);
        let is_asked = self.context.is_returned && issue.asks_signature();
        (is_asked && is_past).then(|| {
            format!("la date de retour ({due}) est passée : en donner une avec --reply-by")
        })
    }

    /// The head whose name is printed when the letter is compared with what was sent.
    fn head_to_compare(&self, stored: &StoredRevision) -> PrintedHead {
        let last = self.context.history.last_sent(&self.letter.reference);
        let head = last
            .and_then(|last| readdress::former_head(&self.letter.recipient, stored, last))
            .and_then(|head| self.port.read_head(head));
        match head {
            Some(head) => PrintedHead::WhenSent(Box::new(head)),
            None => PrintedHead::OfToday,
        }
    }

    /// Whether a signed copy of a draft came back: then somebody sent it, although the ledger has no
    /// record of it.
    fn came_back(&self, draft: &RevisionEntry) -> bool {
        self.known.is_some_and(|known| known.returns.iter().any(|copy| copy.revision == draft.id))
    }

    fn is_current(&self, inputs: &str) -> bool {
        self.context.current_inputs.contains(inputs)
    }

    fn is_same(&self, revision: &RevisionEntry, text: &LetterText) -> bool {
        revision.content == text.hash && self.is_current(&revision.inputs)
    }

    /// The judgement of this change, if it was judged before.
    fn judged_before<'r>(
        &self,
        revision: &'r RevisionEntry,
        text: &LetterText,
    ) -> Option<&'r JudgedChange> {
        let change = revision.judged.as_ref()?;
        (change.content == text.hash && self.is_current(&change.inputs)).then_some(change)
    }

    fn reasons(
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

    fn planned(&self, action: Action, issue: &Issue) -> PlannedLetter {
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

    fn kept(
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
            judged: Vec::new(),
            drops: Vec::new(),
            came_back: false,
        }
    }
}

/// The note on a letter that goes once more as it is.
const AGAIN_NOTE: &str = "son message était revenu en erreur : elle repart telle quelle";

/// The note on a draft of which a signed copy came back.
const RETURNED_NOTE: &str =
    "son retour est archivé : quelqu'un l'a envoyée, elle ne peut plus être corrigée sans le dire";

#[cfg(test)]
mod tests;
