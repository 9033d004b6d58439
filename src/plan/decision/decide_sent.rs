//! A letter that was sent: it is kept, sent once more, or followed by a new revision.
//!
//! Part of [`super::decide`].

use super::act::{self, LetterChange, NewHead};
use super::compare::revision_needed;
use super::decide::{Decided, Decider};
use super::head_change::{HeadChange, head_change, may_be_new, ordered};
use super::letter_decision::{CurrentRevision, Judgement, LetterDecision};
use super::port::{DecisionPort, LetterText, PrintedHead};
use super::readdress;
use crate::letter::issue::Issue;
use crate::plan::action::Action;
use crate::plan::history::letter::LetterEntry;
use crate::plan::history::{RevisionEntry, StoredRevision};
use crate::plan::materiality::{Materiality, RenderedHash};
use crate::records::word_lists::Act;

impl<P: DecisionPort> Decider<'_, '_, P> {
    /// A letter that was sent: it is kept, sent again, or superseded by a new revision. `draft` is that
    /// revision if it exists already.
    pub(super) fn decide_sent(
        &self,
        issued: &RevisionEntry,
        draft: Option<&RevisionEntry>,
    ) -> Decided<P> {
        let text = self.port.content(&issued.issue, &PrintedHead::OfToday)?;
        if let Some(decided) = self.decide_new_head(issued, draft, &text)? {
            return Ok(decided);
        }
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
                self.reissue(issued, draft, LetterChange::ordinary(&reasons))
            }
            None => self.decide_changed(issued, draft, &text),
        }
    }

    /// A letter that was sent and whose school has another person at its head since: nothing where no other
    /// person came, and where a copy of it is all that may be due.
    fn decide_new_head(
        &self,
        issued: &RevisionEntry,
        draft: Option<&RevisionEntry>,
        text: &LetterText,
    ) -> Result<Option<LetterDecision<P::Rendered>>, P::Error> {
        let (context, recipient) = (self.context, &self.letter.recipient);
        let Some(letter) = self.known else { return Ok(None) };
        if self.is_same(issued, text) || !may_be_new(recipient, context.history, issued) {
            return Ok(None);
        }
        let stored = self.port.stored(issued.id)?;
        let Some(change) = head_change(recipient, letter, &stored) else { return Ok(None) };
        let judged = self.judged_before(issued, text);
        let declared = judged.filter(|judged| judged.declared).map(|judged| judged.materiality);
        match ordered(context.orders, declared).unwrap_or(change) {
            HeadChange::Copy => Ok(None),
            HeadChange::Review => {
                let mut kept = self.kept(issued, Materiality::None);
                kept.drops = draft.iter().map(|draft| draft.id).collect();
                kept.planned.reasons = self.reasons(&stored, text, &stored.inputs);
                kept.planned.note = Some(REVIEW_NOTE.to_owned());
                Ok(Some(kept))
            }
            HeadChange::Amendments(former) => {
                // Where more has changed than the head, the letter follows its own way.
                let head = self.head_to_compare(issued.id, &stored);
                let with_former = self.port.content(&issued.issue, &head)?;
                if !self.reasons(&stored, &with_former, &stored.inputs).is_empty() {
                    return Ok(None);
                }
                let reasons = self.reasons(&stored, text, &stored.inputs);
                let new_head = NewHead::Amendments(&former);
                let change = LetterChange { reasons: &reasons, new_head };
                self.reissue(issued, draft, change).map(Some)
            }
            HeadChange::Correction => {
                let reasons = self.reasons(&stored, text, &stored.inputs);
                let mut decision = self.reissue(
                    issued,
                    draft,
                    LetterChange { reasons: &reasons, new_head: NewHead::Letter },
                )?;
                if let Some(order) = &context.orders.judged {
                    let made = self.port.rendered(&issued.issue, &PrintedHead::OfToday)?;
                    let why = Some(order.why.clone());
                    let materiality = Materiality::Substantive;
                    let judgement = Judgement::new(issued.id, made.as_ref(), materiality, why);
                    decision.judged.push(judgement);
                }
                Ok(Some(decision))
            }
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
        let head = self.head_to_compare(issued.id, &stored);
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
        let mut decision = self.reissue(issued, draft, LetterChange::ordinary(&reasons))?;
        decision.judged.insert(0, judgement);
        Ok(decision)
    }

    /// The revision that follows one that was sent.
    fn reissue(
        &self,
        issued: &RevisionEntry,
        draft: Option<&RevisionEntry>,
        change: LetterChange<'_>,
    ) -> Decided<P> {
        let context = self.context;
        let former = draft.map(|draft| &draft.issue);
        let mut issue = act::next_issue(
            &issued.issue,
            change,
            context.campaign,
            former,
            context.orders,
            context.today,
        );
        if let Some(letter) = self.known {
            act::name_former_documents(&mut issue, letter);
        }
        let act = issue.act();
        let action = if act == Some(Act::End) { Action::End } else { Action::Reissue };
        let mut planned = self.planned(action, &issue);
        planned.act = act;
        planned.materiality = Materiality::Substantive;
        planned.reasons = change.reasons.to_vec();
        let text = self.port.content(&issue, &PrintedHead::OfToday)?;
        let along = self.bounced_before(&issue);
        let mut decision = LetterDecision {
            planned,
            issue,
            current: CurrentRevision::Undecided,
            pending: true,
            along,
            judged: Vec::new(),
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
            // A letter and its acts are read together.
            let in_force = self.known.map(LetterEntry::in_force).unwrap_or_default();
            kept.along = others(in_force, issued);
        }
        if !kept.pending && self.goes_again(issued) {
            kept.planned.action = Action::Readdress;
            kept.planned.note = Some(AGAIN_NOTE.to_owned());
            kept.pending = true;
            let bounced = self.context.history.bounced_documents(&self.letter.reference);
            kept.along = others(bounced, issued);
        }
        kept
    }

    /// The documents that came back in error and go with an act that is added to them; a revision that takes their
    /// place goes alone.
    fn bounced_before(&self, issue: &Issue) -> Vec<RevisionEntry> {
        if issue.stands_alone() {
            return Vec::new();
        }
        let bounced = self.context.history.bounced_documents(&self.letter.reference).into_iter();
        let bounced =
            bounced.filter(|document| !issue.takes_over.contains(&document.issue.revision));
        bounced.cloned().collect()
    }

    /// Whether a letter goes once more as it is: the last message of a document that counts came back in error, and a
    /// person ordered it, now or when the message was made that waits.
    fn goes_again(&self, issued: &RevisionEntry) -> bool {
        let (history, reference) = (self.context.history, &self.letter.reference);
        let has_bounced = !history.bounced_documents(reference).is_empty();
        let is_waiting = || {
            let open = history.open_of(reference).into_iter().flat_map(|open| &open.letters);
            open.into_iter().any(|carried| carried.revision == issued.id && carried.readdressed)
        };
        has_bounced && (self.context.orders.again.contains(reference) || is_waiting())
    }

    /// The head whose name is printed when the letter is compared with what was sent.
    fn head_to_compare(&self, revision: i64, stored: &StoredRevision) -> PrintedHead {
        let left_on = self.context.history.first_left_on(revision);
        let head = readdress::former_head(&self.letter.recipient, stored, left_on)
            .and_then(|head| self.port.read_head(head));
        match head {
            Some(head) => PrintedHead::WhenSent(Box::new(head)),
            None => PrintedHead::OfToday,
        }
    }
}

/// Documents without one of them.
fn others(documents: Vec<&RevisionEntry>, one: &RevisionEntry) -> Vec<RevisionEntry> {
    documents.into_iter().filter(|document| document.id != one.id).cloned().collect()
}

/// The note on a letter whose school has a new head while a copy waits for a person.
const REVIEW_NOTE: &str =
    "la direction a changé, et un retour est à relire : « missive archive review » d'abord";

/// The note on a letter that goes once more as it is.
const AGAIN_NOTE: &str = "son message était revenu en erreur : elle repart telle quelle";
