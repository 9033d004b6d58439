//! What a person answers to a return: taken or refused, and written down.

use crate::app::returns::after_return::{AfterReturn, ReturnsContext};
use crate::app::returns::named_letter::{catalogue, last_sent, named_letter};
use crate::app::returns::reviewing::confirmed_fields::{
    FieldTexts, ProposedField, confirmed_texts, proposed_fields,
};
use crate::app::returns::reviewing::review_error::ReviewError;
use crate::app::returns::reviewing::review_queue::ReturnToReview;
use crate::ledger::read::returns::{Received, Returned};
use crate::ledger::{Ledger, LedgerError};
use crate::letter::reference::campaign_of;
use crate::plan::history::ReturnState;
use page_area::PageArea;
use serde::Serialize;
use serde_json::{Value, json};

/// What a person says of a return.
#[derive(Clone, Copy, Debug)]
pub struct ReviewAnswer<'a> {
    /// What names the letter, where missive did not recognise it, or to say which of several is meant.
    pub letter: Option<&'a str>,
    /// How it is signed.
    pub state: ReturnState,
    /// Who says so.
    pub by: &'a str,
    /// What is written in its fields, where it is not what the pages show; an empty text: nothing is agreed on.
    pub fields: &'a FieldTexts,
    /// A remark.
    pub note: Option<&'a str>,
}

/// What a person said, as the ledger keeps it.
fn statement(by: &str, priorities: Option<&str>, note: Option<&str>) -> Value {
    json!({ "by": by, "priorities": priorities, "note": note })
}

/// An answer that was written down.
#[derive(Debug, Serialize)]
pub struct ReviewedReturn {
    /// The reference of the letter.
    pub reference: String,
    /// The file, by its SHA-256.
    pub object: String,
    /// How it is signed.
    pub state: ReturnState,
    /// What the person said, as the ledger keeps it.
    pub review: Value,
    /// The campaign of the letter.
    #[serde(skip)]
    pub campaign: String,
    /// What followed.
    #[serde(skip)]
    pub after: AfterReturn,
}

/// The one return that an answer is about. Of a file with several letters, `letter` says which.
fn single_return<'a>(
    found: &'a [ReturnToReview],
    letter: Option<&str>,
) -> Result<&'a ReturnToReview, ReviewError> {
    let is_meant = |waiting: &&ReturnToReview| {
        let is_of =
            |letter| waiting.returned.as_ref().is_some_and(|returned| returned.reference == letter);
        found.len() < 2 || letter.is_none_or(is_of)
    };
    let mut meant = found.iter().filter(is_meant);
    match (meant.next(), meant.next()) {
        (Some(one), None) => Ok(one),
        _ => Err(ReviewError::SeveralNamed),
    }
}

/// Why an answer to a return is refused, if it is: a proven result is not overridden without a
/// comment.
fn refusal(
    returned: &Returned,
    state: ReturnState,
    statement: &Value,
    is_superseded: bool,
) -> Option<ReviewError> {
    let is_signed = state.is_signed();
    match returned.verdict.as_str() {
        "superseded" if is_superseded => Some(ReviewError::Superseded),
        "unsigned-copy" if is_signed => Some(ReviewError::UnsignedCopy),
        "altered" if is_signed && !statement["note"].is_string() => Some(ReviewError::Altered),
        _ => None,
    }
}

/// Whether a correction took the place of the revision that came back. Earlier versions said so of amendments
/// too.
fn is_superseded(ledger: &Ledger, returned: &Returned) -> Result<bool, LedgerError> {
    let catalogue = catalogue(ledger)?;
    let known = ledger.sent_revisions()?.into_iter().find(|known| known.id == returned.revision);
    Ok(known.is_none_or(|known| catalogue.is_superseded(&known)))
}

/// Writes down what a person said of the one return among those that were found.
pub fn answer_named(
    context: ReturnsContext<'_>,
    found: &[ReturnToReview],
    answer: ReviewAnswer<'_>,
) -> Result<ReviewedReturn, ReviewError> {
    let letter = answer.letter.map(|letter| named_letter(context.ledger, letter)).transpose()?;
    let letter = letter.as_deref();
    self::answer(context, single_return(found, letter)?, ReviewAnswer { letter, ..answer })
}

/// What a person may confirm of a return: the boxes of its letter, and what else was filled in.
pub fn fields_to_confirm(
    ledger: &Ledger,
    waiting: &ReturnToReview,
) -> Result<Vec<ProposedField>, LedgerError> {
    let Some(returned) = &waiting.returned else { return Ok(Vec::new()) };
    let boxes = ledger.boxes(returned.revision)?;
    let unreadable = |_| LedgerError::Corrupt("cases d'une lettre".to_owned());
    let boxes: Vec<PageArea> = serde_json::from_str(&boxes).map_err(unreadable)?;
    let labels: Vec<String> = boxes.into_iter().map(|place| place.label).collect();
    Ok(proposed_fields(&labels, &waiting.fields()))
}

/// Writes down what a person said of a return. The letter is given by its reference.
pub fn answer(
    context: ReturnsContext<'_>,
    waiting: &ReturnToReview,
    answer: ReviewAnswer<'_>,
) -> Result<ReviewedReturn, ReviewError> {
    let typed = answer.fields;
    let priorities = typed.get("priorities").filter(|text| !text.is_empty());
    let mut statement = statement(answer.by, priorities.map(String::as_str), answer.note);
    let proposed = fields_to_confirm(context.ledger, waiting)?;
    let agreed = confirmed_texts(&proposed, typed)?;
    if answer.state.is_signed() && !agreed.is_empty() {
        statement["agreed"] = json!(agreed);
    }
    let answered = write_answer(context.ledger, waiting, answer, &statement)?;
    let after = context.after_return(&answered.campaign);
    Ok(ReviewedReturn {
        reference: answered.reference,
        object: waiting.file.object.clone(),
        state: answer.state,
        review: statement,
        campaign: answered.campaign,
        after,
    })
}

/// The letter that an answer was written down for.
struct AnsweredLetter {
    reference: String,
    campaign: String,
}

fn write_answer(
    ledger: &Ledger,
    waiting: &ReturnToReview,
    answer: ReviewAnswer<'_>,
    statement: &Value,
) -> Result<AnsweredLetter, ReviewError> {
    let state = answer.state;
    let Some(returned) = &waiting.returned else {
        let letter = answer.letter.ok_or(ReviewError::LetterMissing)?;
        return assign(ledger, &waiting.file, letter, state, statement);
    };
    let letter = answer.letter.filter(|letter| *letter != returned.reference);
    let Some(letter) = letter else {
        let is_superseded = is_superseded(ledger, returned)?;
        if let Some(error) = refusal(returned, state, statement, is_superseded) {
            return Err(error);
        }
        ledger.write(|change| change.review(returned, state, statement))?;
        let reference = returned.reference.clone();
        let campaign = campaign_of(&reference).to_owned();
        return Ok(AnsweredLetter { reference, campaign });
    };
    if returned.verdict != "unknown" && returned.verdict != "unreadable" {
        return Err(ReviewError::Recognised(returned.reference.clone()));
    }
    // A person had said the letter, and says another one now.
    last_sent(ledger, letter)?;
    let note = format!("rangé sous {letter}");
    let moved = self::statement(answer.by, None, Some(&note));
    ledger.write(|change| change.review(returned, ReturnState::Illegible, &moved))?;
    assign(ledger, &waiting.file, letter, state, statement)
}

/// Files under a letter what was not recognised, with what a person said of it.
fn assign(
    ledger: &Ledger,
    file: &Received,
    letter: &str,
    state: ReturnState,
    statement: &Value,
) -> Result<AnsweredLetter, ReviewError> {
    let revision = last_sent(ledger, letter)?;
    let new = Returned {
        id: 0,
        object: Some(file.object.clone()),
        reference: letter.to_owned(),
        revision: revision.id,
        pages: Vec::new(),
        verdict: file.verdict.clone(),
        hint: 0,
        day: String::new(),
        state: ReturnState::ToReview,
        review: None,
    };
    ledger.write(|change| {
        let id = change.returned(&new)?;
        change.review(&Returned { id, ..new.clone() }, state, statement)
    })?;
    Ok(AnsweredLetter { reference: letter.to_owned(), campaign: revision.campaign })
}
