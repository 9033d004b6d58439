//! What a person says of a return that missive cannot see: an original on paper.

use crate::app::returns::after_return::{AfterReturn, ReturnsContext};
use crate::app::returns::named_letter::{NamedLetterError, last_sent, named_letter};
use crate::ledger::read::returns::Returned;
use crate::plan::history::ReturnState;
use serde::Serialize;
use serde_json::{Value, json};

/// An original on paper, as a person speaks of it.
#[derive(Clone, Copy, Debug)]
pub struct PaperOriginal<'a> {
    /// What names the letter.
    pub letter: &'a str,
    /// Whether it is signed.
    pub state: ReturnState,
    /// Who had it in hand.
    pub seen_by: &'a str,
    /// A remark.
    pub note: Option<&'a str>,
}

/// An original on paper that was written down.
#[derive(Debug, Serialize)]
pub struct DeclaredOriginal {
    /// The reference of the letter.
    pub reference: String,
    /// The number of the revision that it is of.
    pub revision: u32,
    /// Whether it is signed.
    pub state: ReturnState,
    /// What the person said of it, as the ledger keeps it.
    pub review: Value,
    /// The campaign of the letter.
    #[serde(skip)]
    pub campaign: String,
    /// What followed.
    #[serde(skip)]
    pub after: AfterReturn,
}

/// Writes down an original on paper. Said again, it replaces what was said before: there is one original.
pub fn declare_paper(
    context: ReturnsContext<'_>,
    original: PaperOriginal<'_>,
) -> Result<DeclaredOriginal, NamedLetterError> {
    let (ledger, state) = (context.ledger, original.state);
    let statement = json!({ "by": original.seen_by, "note": original.note });
    let revision = last_sent(ledger, &named_letter(ledger, original.letter)?)?;
    let paper = Returned {
        id: 0,
        object: None,
        reference: revision.reference.clone(),
        revision: revision.id,
        pages: Vec::new(),
        verdict: "paper".to_owned(),
        hint: 0,
        day: String::new(),
        state: ReturnState::ToReview,
        review: None,
    };
    let is_same = |other: &Returned| {
        other.object.is_none()
            && other.reference == paper.reference
            && other.revision == paper.revision
    };
    let before = ledger.all_returned()?.into_iter().rev().find(is_same);
    ledger.write(|change| match &before {
        Some(before) => change.review(before, state, &statement),
        None => {
            let id = change.returned(&paper)?;
            change.review(&Returned { id, ..paper.clone() }, state, &statement)
        }
    })?;
    let after = context.after_return(&revision.campaign);
    Ok(DeclaredOriginal {
        reference: revision.reference,
        revision: revision.number,
        state,
        review: statement,
        campaign: revision.campaign,
        after,
    })
}
