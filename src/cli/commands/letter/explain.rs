//! `missive explain`: each paragraph of a letter with the fields, rules and records behind it.

use crate::app::letters::evaluate::LetterEvaluator;
use crate::app::letters::replay;
use crate::app::letters::trace::{self, Paragraph};
use crate::cli::args::Common;
use crate::cli::commands::letter::diff::{self, Found};
use crate::cli::exit::Exit;
use crate::cli::ui::output::Output;
use crate::diagnostic::Problem;
use crate::letter::issue::Issue;
use crate::plan::history::CampaignHistory;
use crate::plan::reasons::{self, Side};
use crate::plan::{Orders, difference};
use crate::project::environment;
use crate::records::placeholder;
use crate::rules::snapshot::RuleView;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A letter traced, with all that its fields come from.
struct Traced {
    issue: Issue,
    content: Value,
    places: BTreeMap<String, String>,
    rules: Vec<RuleView>,
    paragraphs: Vec<Paragraph>,
    /// What a person should know about it.
    note: Option<String>,
}

/// Explains a letter.
pub fn run(output: &Output, common: &Common, reference: &str, revision: Option<u32>) -> Exit {
    let found = match diff::find(output, common, reference) {
        Ok(found) => found,
        Err(exit) => return exit,
    };
    match traced(output, common, &found, revision) {
        Ok(traced) => {
            tell(output, &found, &traced);
            Exit::Done
        }
        Err(exit) => exit,
    }
}

fn traced(
    output: &Output,
    common: &Common,
    found: &Found,
    revision: Option<u32>,
) -> Result<Traced, Exit> {
    let refused = |problems: Vec<Problem>| {
        output.problems(&problems, &found.workspace.loaded.sources, true);
        Exit::Invalid
    };
    let row = found.row(output, revision)?;
    let resolved = found.resolved(common);
    let letter = resolved.as_ref().and_then(|resolved| Some((resolved, found.letter(resolved)?)));
    let (past, orders) = (CampaignHistory::default(), Orders::default());
    let today = environment::today(common.today.as_ref());
    let Some(row) = row else {
        // Not made yet: what the records give today.
        let Some((resolved, letter)) = letter else {
            return Err(found.unknown(output, resolved.as_ref()));
        };
        let evaluator = LetterEvaluator::new(resolved, &past, None, &orders, today);
        let issue = resolved.desired.first_issue();
        let json =
            evaluator.document(letter, &issue).map(|document| document.json).map_err(refused)?;
        return Ok(Traced {
            paragraphs: trace::trace(
                &resolved.engine,
                &json,
                crate::render::worker_pool::workers(None),
            )
            .map_err(refused)?,
            content: serde_json::from_str(&json).unwrap_or(Value::Null),
            places: evaluator.places(letter),
            rules: evaluator.rules,
            issue,
            note: Some(
                "pas encore produite : voici ce que donnent les données d'aujourd'hui".to_owned(),
            ),
        });
    };
    let stored = found.stored(output, row)?;
    let Some(ledger) = &found.ledger else { return Err(Exit::Bug) };
    let fonts = &found.workspace.loaded.templates;
    let engine = replay::engine(&ledger.store, &stored.inputs, fonts, replay::day(&stored));
    let engine = engine.map_err(|why| {
        output.fail(&why, "lancer « missive ledger verify », et remettre une sauvegarde");
        Exit::Environment
    })?;
    let paragraphs = trace::trace(&engine, &stored.json, crate::render::worker_pool::workers(None))
        .map_err(refused)?;
    // Lines move when a file is edited: where the records still say the same, they say where.
    let live = letter.and_then(|(resolved, letter)| {
        let evaluator = LetterEvaluator::new(resolved, &past, None, &orders, today);
        let json = evaluator.document(letter, &stored.issue).map(|document| document.json).ok()?;
        (json == stored.json).then(|| (evaluator.places(letter), evaluator.rules))
    });
    let note = match live {
        Some(_) => None,
        None => {
            Some("les données ont changé depuis : fichiers et lignes sont ceux d'alors".to_owned())
        }
    };
    let (places, rules) = live.unwrap_or((stored.origins, stored.rules));
    Ok(Traced { issue: stored.issue, content: stored.content, places, rules, paragraphs, note })
}

/// What is behind one field.
fn behind(side: Side<'_>, field: &str) -> Value {
    let rule = reasons::element(field).and_then(|element| side.rule(element));
    json!({
        "field": field,
        "value": difference::at(side.content, field),
        "source": side.place(field),
        "rule": rule.map(|rule| json!({
            "kind": rule.kind, "id": rule.id, "since": rule.since, "until": rule.until,
            "when": rule.when, "legal_source": rule.source, "place": rule.place,
            "quotes": placeholder::quoted(&rule.raw).iter().map(|(name, field)| json!({
                "placeholder": name, "field": field, "source": side.place(field),
            })).collect::<Vec<_>>(),
        })),
    })
}

fn tell(output: &Output, found: &Found, traced: &Traced) {
    let side = Side { content: &traced.content, places: &traced.places, rules: &traced.rules };
    let paragraphs: Vec<Value> = traced
        .paragraphs
        .iter()
        .map(|paragraph| {
            let fields: Vec<Value> =
                paragraph.fields.iter().map(|field| behind(side, field)).collect();
            json!({ "text": paragraph.text, "fields": fields })
        })
        .collect();
    output.document(
        "explain",
        Some(found.reference.campaign().as_str()),
        json!({
            "reference": found.reference, "revision": traced.issue.revision,
            "date": traced.issue.date, "supersedes": traced.issue.supersedes,
            "rules_date": traced.content.pointer("/campaign/rules_date"),
            "paragraphs": paragraphs,
        }),
    );
    output.say(&format!(
        "{}, révision {}, datée du {}.",
        found.reference,
        traced.issue.revision,
        crate::letter::french::date(traced.issue.date)
    ));
    if let Some(former) = &traced.issue.supersedes {
        output.say(&format!(
            "Acte : {} (révision {}). Motif : {}",
            former.act.french(),
            former.revision,
            former.reason
        ));
    }
    if let Some(note) = &traced.note {
        output.say(&format!("À savoir : {note}."));
    }
    for paragraph in &traced.paragraphs {
        output.say(&format!("\n« {} »", paragraph.text));
        if paragraph.fields.is_empty() {
            output.say("    texte du gabarit");
        }
        for line in sources(side, paragraph) {
            output.say(&format!("    {line}"));
        }
    }
}

/// The rules of a paragraph, each once, with what they quote, then its fields from records.
fn sources(side: Side<'_>, paragraph: &Paragraph) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut push = |line: String| {
        if !lines.contains(&line) {
            lines.push(line);
        }
    };
    for field in &paragraph.fields {
        let place = side.place(field).map_or("", String::as_str);
        let rule = reasons::element(field).and_then(|element| side.rule(element));
        match rule {
            Some(rule) => {
                let when = rule.whom().map_or(String::new(), |whom| format!(" ; pour : {whom}"));
                push(format!("{}{when} ({place})", rule.describe()));
                for (name, quoted) in placeholder::quoted(&rule.raw) {
                    // Only the text of the rule quotes; its title does not say which part did.
                    if let Some(place) = side.place(quoted) {
                        push(format!("  cite {{{name}}} ({place})"));
                    }
                }
            }
            None if place.is_empty() => {
                push(format!("{field} (tiré de la campagne, de l'UAI et du référent)"));
            }
            None => push(format!("{field} ({place})")),
        }
    }
    lines
}
