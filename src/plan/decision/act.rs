//! Which act a new revision is (annule et remplace, avenant, fin de mission), and its number, dates
//! and printed reason.

use crate::letter::content::agreed_texts::AgreedTexts;
use crate::letter::issue::{FormerAct, Issue, StandingLetter, Superseded};
use crate::plan::history::LetterEntry;
use crate::plan::orders::{Orders, SignaturesOrder};
use crate::plan::reasons::{Cause, Reason};
use crate::plan::wording;
use crate::records::campaign::{Amendment, Campaign};
use crate::records::values::SignatureRequest;
use crate::records::word_lists::Act;
use jiff::civil::Date;

/// What changes in a letter that was sent.
#[derive(Clone, Copy, Debug)]
pub struct LetterChange<'a> {
    /// What differs, and why.
    pub reasons: &'a [Reason],
    /// What is made again in the name of a new head, who signs it instead of the former.
    pub new_head: NewHead<'a>,
}

/// What a new head gets to sign instead of the former.
#[derive(Clone, Copy, Debug)]
pub enum NewHead<'a> {
    /// Nothing for that reason.
    Nothing,
    /// The letter.
    Letter,
    /// Amendments that the former head has not signed, oldest first; the letter itself is signed.
    Amendments(&'a [&'a Issue]),
}

impl<'a> LetterChange<'a> {
    /// A change that has nothing to do with a new head.
    pub fn ordinary(reasons: &'a [Reason]) -> Self {
        Self { reasons, new_head: NewHead::Nothing }
    }
}

/// The act for a change. The end of a mission comes first, then the act that an amendment in force
/// gives, then "amendment" for a rule and "correction" for a record.
pub fn act(change: LetterChange<'_>, campaign: &Campaign, former: &Issue, today: Date) -> Act {
    let reasons = change.reasons;
    if reasons.iter().any(|reason| reason.ends_mission()) {
        return Act::End;
    }
    match change.new_head {
        NewHead::Amendments(_) => return Act::Amendment,
        NewHead::Letter => return Act::Correction,
        NewHead::Nothing if !reasons.iter().any(of_rules) => return Act::Correction,
        NewHead::Nothing => {}
    }
    if let Some(amendment) = fresh_amendment(campaign, former, today) {
        return amendment.act.value;
    }
    match reasons.iter().any(|reason| reason.cause == Cause::Rule) {
        true => Act::Amendment,
        false => Act::Correction,
    }
}

/// Whether a difference comes from the rules or the campaign. That another day's rules were looked
/// at changes nothing by itself.
fn of_rules(reason: &Reason) -> bool {
    matches!(reason.cause, Cause::Rule | Cause::Campaign) && reason.field != "campaign.rules_date"
}

/// The amendment that came into force after a revision was issued.
fn fresh_amendment<'c>(
    campaign: &'c Campaign,
    former: &Issue,
    today: Date,
) -> Option<&'c Amendment> {
    campaign
        .amendment_at(today)
        .filter(|amendment| former.amended.is_none_or(|before| amendment.date.value.0 > before))
}

/// The issue of the revision that follows `former`. `draft` is that of the same revision made
/// earlier but not handed over: its date was set once and stays.
pub fn next_issue(
    former: &Issue,
    change: LetterChange<'_>,
    campaign: &Campaign,
    draft: Option<&Issue>,
    orders: &Orders,
    today: Date,
) -> Issue {
    let reasons = change.reasons;
    let act = act(change, campaign, former, today);
    let amendment = fresh_amendment(campaign, former, today)
        .filter(|_| act != Act::End && reasons.iter().any(of_rules))
        .filter(|_| matches!(change.new_head, NewHead::Nothing));
    let made = draft.map_or(today, |draft| draft.date);
    let date = amendment.map_or(made, |amendment| amendment.date.value.0).max(former.date);
    // A person's choice for this revision stays until they change it.
    let kept = draft.filter(|draft| draft.reason_given).and_then(|draft| draft.supersedes.as_ref());
    let given = orders.reason.clone().or_else(|| kept.map(|former| former.reason.clone()));
    let reason_given = given.is_some();
    let (signature, signatures_ordered) = signature(act, amendment, draft, orders);
    let reason = given
        .or_else(|| {
            amendment.and_then(|amendment| amendment.reason.as_ref()).map(|r| r.to_string())
        })
        .unwrap_or_else(|| match (change.new_head, act) {
            (NewHead::Letter, Act::Correction) => wording::new_head_reason(reasons),
            (NewHead::Amendments(former), Act::Amendment) => {
                let former = former.iter().filter_map(|issue| issue.supersedes.as_ref());
                let said: Vec<&str> = former.map(|former| former.reason.as_str()).collect();
                wording::taken_over_reason(&said)
            }
            _ => wording::reason(act, reasons),
        });
    let taken_over = match change.new_head {
        NewHead::Amendments(former) if act == Act::Amendment => former,
        _ => &[],
    };
    // What the first of them changed is what this one changes.
    let base = taken_over.first().and_then(|first| first.supersedes.as_ref());
    let base = base.map_or((former.revision, former.date), |base| (base.revision, base.date));
    Issue {
        revision: former.revision + 1,
        date,
        reply_by: orders.reply_by.or(draft.and_then(|draft| draft.reply_by)),
        amended: campaign.amendment_at(today).map(|amendment| amendment.date.value.0),
        first_made: former.first_made,
        supersedes: Some(Superseded {
            revision: base.0,
            date: base.1,
            act,
            reason,
            signature,
            number: None,
            letter: None,
            acts: Vec::new(),
            agreed: AgreedTexts::default(),
        }),
        reason_given,
        signatures_ordered,
        is_whole: act != Act::Amendment,
        takes_over: taken_over.iter().map(|issue| issue.revision).collect(),
    }
}

/// Names what a new revision is added to: the letter that stands, what was agreed on in its boxes, the acts
/// since, and the number of an amendment, which no other of its letter has. `letter` is what the ledger knows.
pub fn name_former_documents(issue: &mut Issue, letter: &LetterEntry) {
    let number = letter.amendment_number(issue);
    let Some(former) = &mut issue.supersedes else { return };
    former.agreed = letter.agreed();
    former.number = number;
    let standing = letter.standing().filter(|standing| standing.issue.revision != former.revision);
    former.letter = standing
        .map(|sent| StandingLetter { revision: sent.issue.revision, date: sent.issue.date });
    let added = |revision: u32| revision < issue.revision && !issue.takes_over.contains(&revision);
    let acts = letter.acts().into_iter().filter(|sent| added(sent.issue.revision));
    former.acts = acts
        .filter_map(|sent| {
            let (act, number) = (sent.issue.act()?, letter.amendment_number(&sent.issue));
            Some(FormerAct { act, number, date: sent.issue.date })
        })
        .collect();
}

/// Whether a new revision asks for signatures, and whether a person ordered it: the order of today, else
/// the one that its draft keeps, else what the amendment in force says.
fn signature(
    act: Act,
    amendment: Option<&Amendment>,
    draft: Option<&Issue>,
    orders: &Orders,
) -> (SignatureRequest, bool) {
    if act == Act::End {
        return (SignatureRequest::Information, false);
    }
    let remembered = draft.filter(|draft| draft.signatures_ordered);
    let remembered = remembered.map(|draft| match draft.signature() {
        SignatureRequest::Kept => SignaturesOrder::Keep,
        SignatureRequest::Asked | SignatureRequest::Information => SignaturesOrder::Void,
    });
    match orders.signatures.or(remembered).filter(|_| act == Act::Correction) {
        Some(SignaturesOrder::Keep) => return (SignatureRequest::Kept, true),
        Some(SignaturesOrder::Void) => return (SignatureRequest::Asked, true),
        None => {}
    }
    let said = amendment.and_then(|amendment| amendment.signature.as_ref());
    match said.map(|said| said.value) {
        // The table's own act is a correction, this letter's another: nothing is kept of it.
        Some(SignatureRequest::Kept) if act != Act::Correction => (SignatureRequest::Asked, false),
        said => (said.unwrap_or_default(), false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::history::{ReturnEntry, ReturnState, RevisionEntry, examples};
    use jiff::civil::date;

    const FIRST: Date = date(2026, 11, 16);

    fn issue(revision: u32, act: Option<Act>) -> Issue {
        let supersedes = act.map(|act| Superseded {
            revision: revision - 1,
            date: FIRST,
            act,
            reason: String::new(),
            signature: SignatureRequest::Asked,
            number: None,
            letter: None,
            acts: Vec::new(),
            agreed: AgreedTexts::default(),
        });
        let date = FIRST.saturating_add(jiff::Span::new().days(i64::from(revision)));
        Issue { revision, supersedes, ..Issue::first(date, None) }
    }

    /// A letter of which these acts were handed over, in this order, after the first one.
    fn letter(acts: &[Act]) -> LetterEntry {
        let acts = [None].into_iter().chain(acts.iter().copied().map(Some));
        let mut sent: Vec<RevisionEntry> = (1..)
            .zip(acts)
            .map(|(id, act)| examples::revision(i64::from(id), issue(id, act)))
            .collect();
        let issued = sent.pop();
        LetterEntry { issued, earlier: sent, ..LetterEntry::default() }
    }

    #[test]
    fn an_act_names_the_letter_and_what_was_added_to_it() {
        use Act::{Amendment, Correction, End};
        // What was sent after the first letter, the next act, its number, the letter that stands, its acts.
        for (sent, next, number, standing, acts) in [
            (&[][..], Amendment, Some(1), 1, &[][..]),
            (&[], Correction, None, 1, &[]),
            (&[Amendment], Amendment, Some(2), 1, &[(Amendment, Some(1))]),
            (&[Amendment], Correction, None, 1, &[(Amendment, Some(1))]),
            (&[Amendment], End, None, 1, &[(Amendment, Some(1))]),
            (&[End], Correction, None, 1, &[(End, None)]),
            // A correction takes the place of all; numbers go on, none is given twice.
            (&[Amendment, Correction], Amendment, Some(2), 3, &[]),
            (&[Correction, Amendment], Amendment, Some(2), 2, &[(Amendment, Some(1))]),
        ] {
            let revision = u32::try_from(sent.len()).unwrap() + 2;
            let mut made = issue(revision, Some(next));
            name_former_documents(&mut made, &letter(sent));
            let former = made.supersedes.unwrap();
            let named: Vec<_> = former.acts.iter().map(|act| (act.act, act.number)).collect();
            let letter = former.standing().revision;
            assert_eq!(
                (former.number, letter, &named[..]),
                (number, standing, acts),
                "{sent:?} {next:?}"
            );
        }
    }

    #[test]
    fn an_act_takes_up_what_a_person_read_last_in_each_box() {
        use ReturnState::{NotSigned, PartlySigned, Signed, ToReview};
        let texts = |[priorities, indicators]: [Option<&str>; 2]| AgreedTexts {
            priorities: priorities.map(str::to_owned),
            indicators: indicators.map(str::to_owned),
        };
        let (one, two) = ([Some("un"), None], [Some("deux"), Some("dix")]);
        for (copies, agreed) in [
            (&[][..], [None, None]),
            (&[(Signed, one)], one),
            (&[(PartlySigned, two), (Signed, one)], [Some("un"), Some("dix")]),
            (&[(ToReview, one)], [None, None]),
            (&[(Signed, one), (NotSigned, two)], one),
        ] {
            let returns = copies.iter().map(|(state, agreed)| ReturnEntry {
                id: 1,
                object: None,
                revision: 0,
                number: 1,
                day: FIRST,
                state: *state,
                head_signed: false,
                agreed: texts(*agreed),
            });
            let letter = LetterEntry { returns: returns.collect(), ..letter(&[]) };
            for act in [Act::Amendment, Act::Correction, Act::End] {
                let mut made = issue(2, Some(act));
                name_former_documents(&mut made, &letter);
                assert_eq!(made.supersedes.unwrap().agreed, texts(agreed), "{copies:?} {act:?}");
            }
        }
    }
}
