//! What is to be done with each letter, and why: desired contents against what the ledger knows.
//!
//! Pure: takes contents and what was rendered from them, gives actions with reasons; must not know
//! how actions are done, nor files, nor SQL. [`past`] is what the ledger knows, [`difference`]
//! compares two contents leaf by leaf, [`reasons`] finds the cause of each difference, [`wording`]
//! says it in French, [`summary`] puts like reasons together.

pub mod account;
pub mod difference;
pub mod past;
pub mod reasons;
pub mod returned;
pub mod summary;
pub mod wording;

use crate::letter::issue::{Deed, Issue, Superseded};
use crate::records::campaign::{Amendment, Campaign};
use crate::records::words::Act;
use jiff::civil::Date;
use reasons::{Cause, Reason};
use serde::{Deserialize, Serialize};

/// What is done with a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// Made for the first time.
    Create,
    /// Made anew under the same revision: nothing was handed over yet.
    Update,
    /// A new revision of what was handed over.
    Reissue,
    /// The same revision goes once more: the head or the address is another.
    Readdress,
    /// The mission ends: a new revision says so.
    End,
    /// Left as it is.
    Keep,
    /// Nothing calls for it any more.
    Withdraw,
}

/// How much a change matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Materiality {
    /// The same bytes come out.
    None,
    /// The same text, laid out otherwise.
    Cosmetic,
    /// The text that a reader relies on changes.
    Substantive,
}

impl Materiality {
    /// The word of the JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Cosmetic => "cosmetic",
            Self::Substantive => "substantive",
        }
    }

    /// Judged by what came out before and now.
    pub fn of(same_bytes: bool, same_text: bool) -> Self {
        match (same_bytes, same_text) {
            (true, _) => Self::None,
            (false, true) => Self::Cosmetic,
            (false, false) => Self::Substantive,
        }
    }
}

/// What is to be done with one letter.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PlannedLetter {
    /// Which letter.
    pub reference: String,
    /// Its school.
    pub uai: String,
    /// What is done.
    pub action: Action,
    /// What the new revision does to the former.
    pub act: Option<Deed>,
    /// How much the change matters.
    pub materiality: Materiality,
    /// The revision that stands when it is done.
    pub revision: u32,
    /// Why.
    pub reasons: Vec<Reason>,
    /// Whether that revision was made already and only has to go.
    #[serde(skip)]
    pub made: bool,
    /// What a person should know besides.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// How many letters there are of each kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LetterCounts {
    /// To be made for the first time.
    pub new: usize,
    /// Their text changes.
    pub changed: usize,
    /// Only their layout changes.
    pub cosmetic: usize,
    /// As they were.
    pub unchanged: usize,
    /// Not called for any more.
    pub withdrawn: usize,
}

impl LetterCounts {
    /// Counts actions: each letter once.
    pub fn of<'p>(letters: impl IntoIterator<Item = &'p PlannedLetter>) -> Self {
        let mut counts = Self::default();
        for letter in letters {
            let slot = match (letter.action, letter.materiality) {
                (Action::Create, _) => &mut counts.new,
                (Action::Withdraw, _) => &mut counts.withdrawn,
                (Action::Readdress, _) | (_, Materiality::None) => &mut counts.unchanged,
                (_, Materiality::Cosmetic) => &mut counts.cosmetic,
                (_, Materiality::Substantive) => &mut counts.changed,
            };
            *slot += 1;
        }
        counts
    }

    /// All of them.
    pub fn total(&self) -> usize {
        self.new + self.changed + self.cosmetic + self.unchanged + self.withdrawn
    }
}

/// What a person ordered about the changes at hand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Orders {
    /// The changes count as this, whatever comes out; with the reason.
    pub judged: Option<(Materiality, String)>,
    /// The reason to be printed on new revisions.
    pub reason: Option<String>,
    /// When the signed copies of new revisions are due.
    pub reply_by: Option<Date>,
}

/// The act a change calls for: the end of a mission before all, then what an amendment in force
/// says, then an amendment for a rule and a correction for a record.
pub fn act(reasons: &[Reason], campaign: &Campaign, former: &Issue, today: Date) -> Deed {
    if reasons.iter().any(|reason| reason.ends_mission()) {
        return Deed::End;
    }
    if !reasons.iter().any(of_rules) {
        return Deed::Correction;
    }
    if let Some(amendment) = fresh_amendment(campaign, former, today) {
        return match amendment.act.value {
            Act::Amendment => Deed::Amendment,
            Act::Correction => Deed::Correction,
        };
    }
    match reasons.iter().any(|reason| reason.cause == Cause::Rule) {
        true => Deed::Amendment,
        false => Deed::Correction,
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
/// earlier but not handed over: its date was said once and stays.
pub fn next_issue(
    former: &Issue,
    reasons: &[Reason],
    campaign: &Campaign,
    draft: Option<&Issue>,
    orders: &Orders,
    today: Date,
) -> Issue {
    let deed = act(reasons, campaign, former, today);
    let amendment = fresh_amendment(campaign, former, today)
        .filter(|_| deed != Deed::End && reasons.iter().any(of_rules));
    let made = draft.map_or(today, |draft| draft.date);
    let date = amendment.map_or(made, |amendment| amendment.date.value.0).max(former.date);
    // What a person said once about this very revision stays, until they say something else.
    let kept = draft.filter(|draft| draft.reason_given).and_then(|draft| draft.supersedes.as_ref());
    let given = orders.reason.clone().or_else(|| kept.map(|own| own.reason.clone()));
    let reason_given = given.is_some();
    let reason = given
        .or_else(|| {
            amendment.and_then(|amendment| amendment.reason.as_ref()).map(|r| r.to_string())
        })
        .unwrap_or_else(|| wording::reason(deed, reasons));
    Issue {
        revision: former.revision + 1,
        date,
        reply_by: orders.reply_by.or(draft.and_then(|draft| draft.reply_by)),
        amended: campaign.amendment_at(today).map(|amendment| amendment.date.value.0),
        supersedes: Some(Superseded {
            revision: former.revision,
            date: former.date,
            act: deed,
            reason,
        }),
        reason_given,
    }
}

/// Whether a change of something handed over is worth a new revision.
pub fn is_worth_a_revision(
    seen: Materiality,
    reasons: &[Reason],
    strict: bool,
    orders: &Orders,
) -> (bool, Materiality) {
    if let Some((judged, _)) = &orders.judged {
        return (*judged == Materiality::Substantive && seen != Materiality::None, *judged);
    }
    let declared = !reasons.is_empty() && reasons.iter().all(|reason| reason.cosmetic);
    let counted = if declared { seen.min(Materiality::Cosmetic) } else { seen };
    let worth = match counted {
        Materiality::None => false,
        Materiality::Cosmetic => strict,
        Materiality::Substantive => true,
    };
    (worth, counted)
}
