//! What is done with one letter, and why: what the records call for against what the ledger knows.
//!
//! A pure function. A letter whose content and templates are those of its last revision is not
//! rendered; any other is, and what comes out says how much the change matters. What costs time is
//! asked through a [`DecisionPort`]. Must not know how a letter is rendered or kept. The message that
//! carries the letters is decided in [`super::decide_message`].

use super::act;
use super::context::{CalledLetter, DecisionContext};
use super::letter_decision::{CurrentRevision, Judgement, LetterDecision};
use super::port::{DecisionPort, LetterText, PrintedHead, RenderedHashes};
use super::readdress;
use crate::letter::issue::Issue;
use crate::plan::action::{Action, PlannedLetter};
use crate::plan::history::{
    JudgedChange, LetterEntry, RenderInputs, RevisionEntry, StoredRevision,
};
use crate::plan::materiality::{Materiality, RenderedHash};
use crate::plan::orders::Orders;
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
        Some((Some(issued), draft)) => decider.after_sending(issued, draft),
        Some((None, Some(draft))) => decider.before_sending(draft),
        Some((None, None)) | None => decider.first(),
    }
}

/// One decision at work.
struct Decider<'d, 'a, P> {
    context: &'d DecisionContext<'a>,
    letter: &'d CalledLetter<'d>,
    known: Option<&'d LetterEntry>,
    port: &'d P,
}

type Decided<P> = Result<LetterDecision<<P as DecisionPort>::Rendered>, <P as DecisionPort>::Error>;

impl<P: DecisionPort> Decider<'_, '_, P> {
    /// A letter that was never made.
    fn first(&self) -> Decided<P> {
        let issue = self.context.first_issue.clone();
        let made = self.port.rendered(&issue, &PrintedHead::OfToday)?;
        let mut planned = self.planned(Action::Create, &issue);
        planned.materiality = Materiality::Substantive;
        Ok(made_anew(planned, issue, made, Vec::new()))
    }

    /// A letter that was made, and never sent: the draft is replaced when anything differs.
    fn before_sending(&self, draft: &RevisionEntry) -> Decided<P> {
        let issue = self.context.first_issue.clone();
        let mut kept = self.kept(draft, Materiality::None);
        (kept.pending, kept.came_back) = (true, self.came_back(draft));
        let text = self.port.content(&issue, &PrintedHead::OfToday)?;
        if self.is_same(draft, &text) || self.judged_before(draft, &text).is_some() {
            return Ok(kept);
        }
        let made = self.port.rendered(&issue, &PrintedHead::OfToday)?;
        let materiality = compared(&made, draft);
        if materiality == Materiality::None {
            kept.judged.push(judgement(draft.id, made.as_ref(), materiality, None));
            return Ok(kept);
        }
        let stored = self.port.stored(draft.id)?;
        let reasons = self.reasons(&stored, &text, &made.as_ref().inputs);
        if kept.came_back {
            // Somebody sent it and has to say so: until then it stays as it is.
            kept.planned.action = Action::Update;
            kept.planned.materiality = materiality;
            kept.planned.reasons = reasons;
            kept.planned.note = Some(CAME_BACK.to_owned());
            return Ok(kept);
        }
        let mut planned = self.planned(Action::Update, &issue);
        planned.reasons = reasons;
        planned.materiality = match &self.context.orders.judged {
            Some(judged) => judged.materiality,
            None => materiality,
        };
        Ok(made_anew(planned, issue, made, vec![draft.id]))
    }

    /// A letter that was sent: it is kept, sent once more, or followed by a new revision. `draft` is
    /// that revision when it was made already.
    fn after_sending(&self, issued: &RevisionEntry, draft: Option<&RevisionEntry>) -> Decided<P> {
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
            None => self.compare(issued, draft, &text),
        }
    }

    /// A letter that was sent, and whose content or templates differ today in a way that nobody
    /// judged yet: it is rendered.
    fn compare(
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
        let seen = Materiality::between(
            RenderedHash { pdf: issued.rendered.as_str(), text: &issued.text },
            RenderedHash { pdf: made.pdf.as_str(), text: &made.text },
        );
        let reasons = self.reasons(&stored, &shown, &made.inputs);
        let (is_worth, counted) =
            is_worth_a_revision(seen, &reasons, self.context.is_strict, orders);
        let cosmetic = counted.min(Materiality::Cosmetic);
        let judged_as = if is_worth { Materiality::Substantive } else { cosmetic };
        let why = orders.judged.as_ref().map(|judged| judged.why.clone());
        let mut judgement = judgement(issued.id, made, judged_as, why);
        judgement.change.content.clone_from(&text.hash);
        if !is_worth {
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
        if let Some(draft) = draft {
            if self.is_same(draft, &text) || self.judged_before(draft, &text).is_some() {
                decision.current = CurrentRevision::Kept(Box::new(draft.clone()));
                decision.planned.made = true;
                return Ok(decision);
            }
            decision.drops.push(draft.id);
        }
        if let Some(note) = self.reply_date_gone_by(action, &decision.issue) {
            decision.planned.note = Some(note);
            decision.pending = false;
            return Ok(decision);
        }
        let made = self.port.rendered(&decision.issue, &PrintedHead::OfToday)?;
        decision.current = match draft.filter(|draft| draft.rendered == made.as_ref().pdf) {
            Some(draft) => {
                let same = judgement(draft.id, made.as_ref(), Materiality::None, None);
                decision.judged.push(same);
                decision.drops.clear();
                CurrentRevision::Kept(Box::new(draft.clone()))
            }
            None => CurrentRevision::Made(Box::new(made)),
        };
        Ok(decision)
    }

    /// A letter that was sent and stays as it is; it may have to go once more. A draft that was made
    /// after it is taken back.
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
        kept
    }

    /// What to say when a new revision would ask for an answer by a day that is past.
    fn reply_date_gone_by(&self, action: Action, issue: &Issue) -> Option<String> {
        let due = issue.due(self.context.campaign);
        let is_past = due < issue.date.max(self.context.today);
        (self.context.is_returned && is_past && action == Action::Reissue).then(|| {
            format!("la date de retour ({due}) est passée : en donner une avec --reply-by")
        })
    }

    /// Whom the letter is addressed to when it is compared with what was sent.
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

    /// Whether a signed copy of a draft came back: then somebody sent it, whatever was said.
    fn came_back(&self, draft: &RevisionEntry) -> bool {
        self.known.is_some_and(|known| known.returns.iter().any(|copy| copy.revision == draft.id))
    }

    fn is_current(&self, inputs: &str) -> bool {
        self.context.current_inputs.contains(inputs)
    }

    fn is_same(&self, revision: &RevisionEntry, text: &LetterText) -> bool {
        revision.content == text.hash && self.is_current(&revision.inputs)
    }

    /// The judgement of this very change, if it was judged before.
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
        let places = self.port.origins();
        let old = Side { content: &stored.content, places: &stored.origins, rules: &stored.rules };
        let new = Side { content: &content, places: &places, rules: self.context.rules };
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

/// Whether a change of a letter that was sent is worth a new revision, and how much it counts.
fn is_worth_a_revision(
    seen: Materiality,
    reasons: &[Reason],
    is_strict: bool,
    orders: &Orders,
) -> (bool, Materiality) {
    if let Some(judged) = &orders.judged {
        let judged = judged.materiality;
        return (judged == Materiality::Substantive && seen != Materiality::None, judged);
    }
    let declared = !reasons.is_empty() && reasons.iter().all(|reason| reason.cosmetic);
    let counted = if declared { seen.min(Materiality::Cosmetic) } else { seen };
    let is_worth = match counted {
        Materiality::None => false,
        Materiality::Cosmetic => is_strict,
        Materiality::Substantive => true,
    };
    (is_worth, counted)
}

fn compared(made: &impl AsRef<RenderedHashes>, revision: &RevisionEntry) -> Materiality {
    let made = made.as_ref();
    Materiality::between(
        RenderedHash { pdf: revision.rendered.as_str(), text: &revision.text },
        RenderedHash { pdf: made.pdf.as_str(), text: &made.text },
    )
}

fn judgement(
    revision: i64,
    made: &RenderedHashes,
    materiality: Materiality,
    why: Option<String>,
) -> Judgement {
    let change = JudgedChange {
        content: made.content.clone(),
        inputs: made.inputs_hash.clone(),
        materiality,
        declared: why.is_some(),
    };
    Judgement { revision, change, inputs: made.inputs.clone(), why }
}

fn made_anew<R>(
    planned: PlannedLetter,
    issue: Issue,
    made: R,
    drops: Vec<i64>,
) -> LetterDecision<R> {
    LetterDecision {
        planned,
        issue,
        current: CurrentRevision::Made(Box::new(made)),
        pending: true,
        judged: Vec::new(),
        drops,
        came_back: false,
    }
}

/// What is said of a letter that came back although nobody said that it was sent.
const CAME_BACK: &str =
    "son retour est archivé : quelqu'un l'a envoyée, elle ne peut plus être corrigée sans le dire";

#[cfg(test)]
mod tests;
