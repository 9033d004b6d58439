//! Each paragraph of a letter with the fields, rules and records behind it.

use crate::app::letters::evaluate::LetterEvaluator;
use crate::app::letters::letter_lookup::{LetterError, LetterLookup};
use crate::app::letters::replay;
use crate::app::letters::trace_fields::{TracedParagraph, trace_fields};
use crate::letter::issue::{Issue, Superseded};
use crate::letter::reference::Reference;
use crate::plan::history::{CampaignHistory, StoredRevision};
use crate::plan::reasons::{self, Side};
use crate::plan::{Orders, difference};
use crate::records::placeholder;
use crate::rules::snapshot::{RuleKind, RuleView};
use jiff::civil::Date;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// A letter, paragraph by paragraph, with the fields and rules behind each.
#[derive(Clone, Debug, Serialize)]
pub struct Explanation {
    /// Reference of the letter.
    pub reference: Reference,
    /// Number of the revision.
    pub revision: u32,
    /// Date printed on the document.
    pub date: Date,
    /// What it does to a former revision.
    pub supersedes: Option<Superseded>,
    /// The date of its rules.
    pub rules_date: Option<Value>,
    /// Its paragraphs, in their order.
    pub paragraphs: Vec<ExplainedParagraph>,
    /// What a person should know about it.
    #[serde(skip)]
    pub note: Option<ExplanationNote>,
}

/// What a person should know about an explanation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExplanationNote {
    /// The letter was not made yet: this is what the records of today give.
    NotMadeYet,
    /// The records changed since: files and lines are those of then.
    RecordsChanged,
}

/// A paragraph with the fields it depends on.
#[derive(Clone, Debug, Serialize)]
pub struct ExplainedParagraph {
    /// Text of the paragraph.
    pub text: String,
    /// The fields; none where the template alone says it.
    pub fields: Vec<ExplainedField>,
}

/// A field with where it comes from.
#[derive(Clone, Debug, Serialize)]
pub struct ExplainedField {
    /// Its path in the JSON.
    pub field: String,
    /// Value of the field; none if the record has none.
    pub value: Option<Value>,
    /// Place in the records or rules, as `path:line`.
    pub source: Option<String>,
    /// The rule that gives it.
    pub rule: Option<ExplainedRule>,
}

/// A version of a rule, with what it quotes.
#[derive(Clone, Debug, Serialize)]
pub struct ExplainedRule {
    /// Mission, clause or allowance.
    pub kind: RuleKind,
    /// Its identifier in the rules (a slug).
    pub id: String,
    /// First day on which it is in force.
    pub since: Date,
    /// Last day on which it is in force; none if it has no end.
    pub until: Option<Date>,
    /// Whom it concerns, as `key=value` parts.
    pub when: String,
    /// Title of the legal source.
    pub legal_source: String,
    /// Place in the records or rules, as `path:line`.
    pub place: String,
    /// The fields that its text quotes.
    pub quotes: Vec<Quotation>,
    /// The rule in words.
    #[serde(skip)]
    pub described: String,
    /// Whom it concerns, in words.
    #[serde(skip)]
    pub whom: Option<String>,
}

/// A field that the text of a rule quotes.
#[derive(Clone, Debug, Serialize)]
pub struct Quotation {
    /// The name between braces.
    pub placeholder: String,
    /// The path of the field in the JSON.
    pub field: String,
    /// Place in the records or rules, as `path:line`.
    pub source: Option<String>,
}

/// A letter traced, with all that its fields come from.
struct Traced {
    issue: Issue,
    content: Value,
    places: BTreeMap<String, String>,
    rules: Vec<RuleView>,
    paragraphs: Vec<TracedParagraph>,
    note: Option<ExplanationNote>,
}

/// Explains a revision of a letter, or the latest.
///
/// # Errors
/// There is no such letter or revision, or it cannot be laid out again.
pub fn explain(
    letter: &LetterLookup,
    revision: Option<u32>,
    today: Date,
    jobs: usize,
) -> Result<Explanation, LetterError> {
    let traced = match letter.revision(revision)? {
        None => trace_today(letter, today, jobs)?,
        Some(_) => trace_stored(letter, revision, today, jobs)?,
    };
    let side = Side { content: &traced.content, places: &traced.places, rules: &traced.rules };
    let paragraphs = traced.paragraphs.into_iter().map(|paragraph| ExplainedParagraph {
        fields: paragraph.fields.iter().map(|field| explained(side, field)).collect(),
        text: paragraph.text,
    });
    Ok(Explanation {
        reference: letter.reference.clone(),
        revision: traced.issue.revision,
        date: traced.issue.date,
        supersedes: traced.issue.supersedes,
        rules_date: traced.content.pointer("/campaign/rules_date").cloned(),
        paragraphs: paragraphs.collect(),
        note: traced.note,
    })
}

/// A letter that was not made yet: what the records give today.
fn trace_today(letter: &LetterLookup, today: Date, jobs: usize) -> Result<Traced, LetterError> {
    let resolved = letter.resolved(today);
    let found = resolved.as_ref().and_then(|resolved| Some((resolved, letter.letter(resolved)?)));
    let Some((resolved, called)) = found else { return Err(letter.unknown(resolved.as_ref())) };
    let (history, orders) = (CampaignHistory::default(), Orders::default());
    let evaluator =
        LetterEvaluator::new(resolved, &history, letter.ledger.as_ref(), &orders, today);
    let issue = letter.first_issue(resolved, today)?;
    let json = evaluator.document(called, &issue).map_err(|found| letter.problems(found))?.json;
    let paragraphs =
        trace_fields(&resolved.engine, &json, jobs).map_err(|found| letter.problems(found))?;
    Ok(Traced {
        paragraphs,
        content: serde_json::from_str(&json).unwrap_or(Value::Null),
        places: evaluator.places(called, &issue),
        rules: evaluator.rules_of(&issue),
        issue,
        note: Some(ExplanationNote::NotMadeYet),
    })
}

/// A revision that the ledger has, laid out with its own templates.
fn trace_stored(
    letter: &LetterLookup,
    revision: Option<u32>,
    today: Date,
    jobs: usize,
) -> Result<Traced, LetterError> {
    let resolved = letter.resolved(today);
    let revision = letter.revision(revision)?;
    let revision = revision.ok_or_else(|| LetterError::NoRevision(letter.reference.clone()))?;
    let stored = letter.stored(revision)?;
    let ledger = letter.ledger.as_ref().ok_or(LetterError::NoLedger)?;
    let fonts = &letter.workspace.loaded.templates;
    let date = replay::template_date(&stored);
    let engine = replay::engine(&ledger.store, &stored.inputs, fonts, date);
    let engine = engine.map_err(LetterError::Templates)?;
    let paragraphs =
        trace_fields(&engine, &stored.json, jobs).map_err(|found| letter.problems(found))?;
    // Lines move when a file is edited: where the records still say the same, they say where.
    let (history, orders) = (CampaignHistory::default(), Orders::default());
    let live = resolved.as_ref().and_then(|resolved| {
        let called = letter.letter(resolved)?;
        let evaluator =
            LetterEvaluator::new(resolved, &history, letter.ledger.as_ref(), &orders, today);
        let document = evaluator.document(called, &stored.issue).ok()?;
        let live = || (evaluator.places(called, &stored.issue), evaluator.rules_of(&stored.issue));
        (document.json == stored.json).then(live)
    });
    let note = if live.is_none() { Some(ExplanationNote::RecordsChanged) } else { None };
    let (mut places, rules) = live.unwrap_or((stored.origins, stored.rules));
    if let Some(number) = stored.issue.compared_with()
        && let Some(former) = letter.revision(Some(number))?
    {
        add_former_places(&mut places, &stored.content, &letter.stored(former)?);
    }
    Ok(Traced { issue: stored.issue, content: stored.content, places, rules, paragraphs, note })
}

/// The field that a word of an amendment is about, where the letter still has it.
fn changed_field<'c>(content: &'c Value, field: &str) -> Option<&'c str> {
    let at = field.strip_prefix("supersedes.changes.")?.split('.').next()?;
    let path = difference::at(content, &format!("supersedes.changes.{at}.field"))?.as_str()?;
    difference::at(content, path).map(|_| path)
}

/// What an amendment says of a field that the letter has no more comes from the place of then.
fn add_former_places(
    places: &mut BTreeMap<String, String>,
    content: &Value,
    former: &StoredRevision,
) {
    let side = Side { content: &former.content, places: &former.origins, rules: &former.rules };
    let changes = content.pointer("/supersedes/changes").and_then(Value::as_array);
    for (at, change) in changes.into_iter().flatten().enumerate() {
        let Some(path) = change.get("field").and_then(Value::as_str) else { continue };
        if difference::at(content, path).is_none()
            && let Some(place) = side.place(path)
        {
            places.insert(format!("supersedes.changes.{at}"), place.clone());
        }
    }
}

fn explained(side: Side<'_>, field: &str) -> ExplainedField {
    let about = changed_field(side.content, field).unwrap_or(field);
    let rule = reasons::element(about).and_then(|element| side.rule(element));
    ExplainedField {
        field: field.to_owned(),
        value: difference::at(side.content, field).cloned(),
        source: side.place(about).cloned(),
        rule: rule.map(|rule| ExplainedRule {
            kind: rule.kind,
            id: rule.id.clone(),
            since: rule.since,
            until: rule.until,
            when: rule.when.clone(),
            legal_source: rule.source.clone(),
            place: rule.place.clone(),
            quotes: placeholder::quoted(&rule.raw)
                .iter()
                .map(|(name, field)| Quotation {
                    placeholder: (*name).to_owned(),
                    field: (*field).to_owned(),
                    source: side.place(field).cloned(),
                })
                .collect(),
            described: rule.describe(),
            whom: rule.whom(),
        }),
    }
}
