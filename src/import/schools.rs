//! Candidates for schools and their heads against the records: what is new, what changes, who is gone.
//! Pure.

use super::clean::Value;
use super::edit::{Edit, NewRecord};
use super::harvest::{Candidate, Harvest};
use super::proposal::{
    Answers, Asked, Aspect, Base, Change, Compared, Gone, Proposal, Question, Reply, missing,
};
use super::stock::{Entry, Stock};
use crate::records::spelling;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// Fields of a school in the order they are written.
const ORDER: [&str; 14] = [
    "uai",
    "kind",
    "sector",
    "name",
    "site",
    "address",
    "postcode",
    "city",
    "email",
    "phone",
    "authority",
    "digital_workspace",
    "closed",
    "merged_into",
];
/// Fields of a head in that order.
const HEAD: [&str; 6] = ["civility", "given_name", "family_name", "function", "since", "acting"];
/// Without these a school is no record.
const NEEDED: [&str; 7] = ["uai", "kind", "sector", "name", "address", "postcode", "city"];

/// Proposes what a list of schools changes.
pub fn establishments(
    stock: &Stock,
    harvest: &Harvest,
    base: &Base,
    answers: &Answers,
) -> Proposal {
    let mut proposal = Proposal::default();
    for candidate in &harvest.candidates {
        let uai = candidate.text("uai").unwrap_or_default().to_owned();
        let last = base.records.get(&uai);
        let mut next = BTreeMap::new();
        match stock.find("establishment", &uai) {
            Some(entry) => {
                let mut changed = false;
                for name in ORDER.into_iter().filter(|name| candidate.present.contains(name)) {
                    let compared = Compared::new(entry, &uai, candidate.row, last);
                    let aspect = aspect(candidate, name);
                    changed |= proposal.compare(stock, &compared, &aspect, answers, &mut next);
                }
                let closed = stock.entries.get(entry).and_then(|own| own.fields.get("closed"));
                if let (Some(closed), false) = (closed, candidate.fields.contains_key("closed")) {
                    proposal.notes.push(format!(
                        "{uai} : la fiche le dit fermé le {closed}, la source l'a encore"
                    ));
                }
                count(&mut proposal, changed);
            }
            None if last.is_some() => {
                // It was there and somebody took it away.
                proposal.notes.push(format!("{uai} : retiré des fiches à la main, pas remis"));
                next = last.cloned().unwrap_or_default();
                proposal.unchanged += 1;
            }
            None => {
                let fields: Vec<(String, Value)> = ORDER
                    .into_iter()
                    .filter_map(|name| Some((name.to_owned(), candidate.fields.get(name)?.clone())))
                    .collect();
                added(&mut proposal, &uai, &fields, candidate.row);
                next = candidate.fields.iter().map(|(k, v)| ((*k).to_owned(), v.clone())).collect();
                proposal.additions.push(NewRecord {
                    table: "establishment",
                    key: uai.clone(),
                    fields,
                    assignments: Vec::new(),
                });
                proposal.new += 1;
            }
        }
        if candidate.present.contains("email") && !candidate.fields.contains_key("email") {
            proposal.without_mail.push(uai.clone());
        }
        proposal.base.records.insert(uai, next);
    }
    gone(stock, harvest, base, answers, &mut proposal);
    proposal
}

fn aspect<'c>(candidate: &'c Candidate, name: &'c str) -> Aspect<'c> {
    Aspect {
        name,
        source: candidate.fields.get(name),
        shouted: candidate.shouted.contains(name),
        optional: !NEEDED.contains(&name) && !HEAD[1..4].contains(&name),
    }
}

fn count(proposal: &mut Proposal, changed: bool) {
    match changed {
        true => proposal.changed += 1,
        false => proposal.unchanged += 1,
    }
}

fn added(proposal: &mut Proposal, uai: &str, fields: &[(String, Value)], row: usize) {
    for (field, value) in fields {
        proposal.changes.push(Change {
            uai: uai.to_owned(),
            referent: None,
            field: field.clone(),
            before: None,
            after: Some(value.clone()),
            row,
            new: true,
        });
    }
}

fn name_of(entry: &Entry) -> String {
    match entry.text("name") {
        Some(name) => format!("{} ({name})", entry.key),
        None => entry.key.clone(),
    }
}

/// Schools that the last import had and this source has not: closed, merged, or left out by mistake;
/// a person says which.
fn gone(stock: &Stock, harvest: &Harvest, base: &Base, answers: &Answers, proposal: &mut Proposal) {
    let seen: BTreeSet<String> = proposal.base.records.keys().cloned().collect();
    for uai in missing(base, &seen) {
        let last = base.records.get(uai).cloned().unwrap_or_default();
        let Some(at) = stock.find("establishment", uai) else { continue };
        let Some(entry) = stock.entries.get(at) else { continue };
        proposal.base.records.insert(uai.clone(), last);
        let reason = match harvest.aside.get(uai) {
            // Its row is there, and rejected: that is told already.
            Some(None) => continue,
            Some(Some(reason)) => Some(reason.clone()),
            None => None,
        };
        if entry.fields.contains_key("closed") {
            continue;
        }
        let id = format!("gone:{uai}");
        let reply = answers.each.get(&id).cloned();
        let reply = reply.or(answers.gone_closed.map(Reply::Closed));
        let (closed, into) = match reply {
            Some(Reply::Closed(day)) => (Some(day), None),
            Some(Reply::Merged(into, day)) => (Some(day), Some(into)),
            _ => (None, None),
        };
        let label = name_of(entry);
        match closed {
            Some(day) => close(proposal, at, uai, day, into.map(|own| own.to_string())),
            None => {
                proposal.questions.push(Question {
                    id,
                    row: 0,
                    kind: Asked::Gone,
                    text: match &reason {
                        Some(reason) => {
                            format!("{label} est maintenant écarté par un filtre ({reason})")
                        }
                        None => format!("{label} n'est plus dans la source"),
                    },
                });
            }
        }
        proposal.gone.push(Gone { key: uai.clone(), label, reason });
    }
}

fn close(proposal: &mut Proposal, entry: usize, uai: &str, day: Date, into: Option<String>) {
    let values = [("closed", Some(Value::Day(day))), ("merged_into", into.map(Value::Text))];
    for (field, value) in values {
        let Some(value) = value else { continue };
        proposal.changes.push(Change {
            uai: uai.to_owned(),
            referent: None,
            field: field.to_owned(),
            before: None,
            after: Some(value.clone()),
            row: 0,
            new: false,
        });
        proposal.edits.push(Edit::Set {
            entry,
            within: None,
            field: field.to_owned(),
            value: Some(value),
        });
    }
    proposal.changed += 1;
}

/// What becomes of the head of a school.
enum Successor {
    /// Compared field by field: the same person.
    Same,
    /// Nobody is known yet.
    First,
    /// Somebody else, since a day.
    New(Option<Date>),
    /// A person has to say.
    Unclear,
}

/// Proposes what a list of heads changes.
pub fn heads(stock: &Stock, harvest: &Harvest, base: &Base, answers: &Answers) -> Proposal {
    let mut proposal = Proposal::default();
    for candidate in &harvest.candidates {
        let uai = candidate.text("uai").unwrap_or_default().to_owned();
        let Some(entry) = stock.find("establishment", &uai) else {
            proposal.rejected.push((
                candidate.row,
                format!(
                    "l'établissement {uai} n'est pas dans les fiches : importer d'abord l'annuaire"
                ),
            ));
            continue;
        };
        let last = base.records.get(&uai);
        match successor(stock, entry, candidate, last, answers, &uai) {
            Successor::Unclear => {
                let own = |field: &str| {
                    stock
                        .entries
                        .get(entry)
                        .and_then(|e| e.text(&format!("head.{field}")))
                        .unwrap_or("?")
                        .to_owned()
                };
                let before = format!("{} {}", own("given_name"), own("family_name"));
                let after = format!(
                    "{} {}",
                    candidate.text("given_name").unwrap_or_default(),
                    candidate.text("family_name").unwrap_or_default()
                );
                proposal.questions.push(Question {
                    id: format!("head:{uai}"),
                    row: candidate.row,
                    kind: Asked::Head,
                    text: format!(
                        "{uai} : {before} → {after} : une correction du nom, ou une nouvelle personne (depuis quand ?)"
                    ),
                });
                proposal.rejected.push((
                    candidate.row,
                    format!("à décider : {before} → {after}, correction ou nouvelle personne (colonne de date, ou --since)"),
                ));
                if let Some(last) = last {
                    proposal.base.records.insert(uai, last.clone());
                }
            }
            Successor::New(since) => {
                replace(stock, entry, candidate, since, &uai, &mut proposal);
            }
            Successor::Same | Successor::First => {
                let mut next = BTreeMap::new();
                let mut changed = false;
                for name in HEAD.into_iter().filter(|name| candidate.present.contains(name)) {
                    if name == "acting" && !is_acting(candidate) && !is_set(stock, entry, name) {
                        continue;
                    }
                    let compared = Compared {
                        prefix: "head.",
                        told: "head.",
                        ..Compared::new(entry, &uai, candidate.row, last)
                    };
                    let aspect = aspect(candidate, name);
                    changed |= proposal.compare(stock, &compared, &aspect, answers, &mut next);
                }
                proposal.base.records.insert(uai, next);
                count(&mut proposal, changed);
            }
        }
    }
    let seen: BTreeSet<String> = proposal.base.records.keys().cloned().collect();
    for uai in missing(base, &seen) {
        let Some(entry) = stock.find("establishment", uai).and_then(|at| stock.entries.get(at))
        else {
            continue;
        };
        proposal
            .base
            .records
            .insert(uai.clone(), base.records.get(uai).cloned().unwrap_or_default());
        if harvest.aside.get(uai) != Some(&None) && !entry.fields.contains_key("closed") {
            proposal.gone.push(Gone { key: uai.clone(), label: name_of(entry), reason: None });
        }
    }
    proposal
}

fn is_acting(candidate: &Candidate) -> bool {
    candidate.fields.get("acting") == Some(&Value::Flag(true))
}

fn is_set(stock: &Stock, entry: usize, name: &str) -> bool {
    stock.entries.get(entry).is_some_and(|own| own.fields.contains_key(&format!("head.{name}")))
}

fn successor(
    stock: &Stock,
    entry: usize,
    candidate: &Candidate,
    last: Option<&BTreeMap<String, Value>>,
    answers: &Answers,
    uai: &str,
) -> Successor {
    let Some(record) = stock.entries.get(entry) else { return Successor::Unclear };
    let names = ["given_name", "family_name"];
    let file = names.map(|name| record.fields.get(&format!("head.{name}")));
    if file.iter().all(Option::is_none) {
        return Successor::First;
    }
    let source = names.map(|name| candidate.fields.get(name));
    let spelt = |value: Option<&Value>| {
        value.and_then(Value::as_text).map(spelling::folded).unwrap_or_default()
    };
    if file.map(spelt) == source.map(spelt) {
        return Successor::Same;
    }
    // The source says what it said before: a hand changed the name.
    let unchanged = names.iter().zip(source).all(|(name, source)| {
        let last = last.and_then(|own| own.get(*name));
        last.is_some_and(|last| source.is_some_and(|source| last.alike(source)))
    });
    if unchanged {
        return Successor::Same;
    }
    match answers.each.get(&format!("head:{uai}")) {
        Some(Reply::Correction) => return Successor::Same,
        Some(Reply::NewSince(day)) => return Successor::New(Some(*day)),
        Some(_) => return Successor::Unclear,
        None => {}
    }
    let before = match record.fields.get("head.since") {
        Some(Value::Day(day)) => Some(*day),
        _ => None,
    };
    match (candidate.day("since"), before) {
        (Some(now), Some(before)) if now > before => Successor::New(Some(now)),
        (Some(now), Some(before)) if now == before => Successor::Same,
        _ => match answers.since {
            Some(day) => Successor::New(Some(candidate.day("since").unwrap_or(day))),
            None => Successor::Unclear,
        },
    }
}

/// Somebody else: nothing of the one before stays.
fn replace(
    stock: &Stock,
    entry: usize,
    candidate: &Candidate,
    since: Option<Date>,
    uai: &str,
    proposal: &mut Proposal,
) {
    let Some(record) = stock.entries.get(entry) else { return };
    for name in HEAD {
        let field = format!("head.{name}");
        let before = record.fields.get(&field).cloned();
        let after = match name {
            "since" => since.map(Value::Day).or_else(|| candidate.fields.get(name).cloned()),
            "acting" if !is_acting(candidate) => None,
            _ => candidate.fields.get(name).cloned(),
        };
        if before == after {
            continue;
        }
        proposal.changes.push(Change {
            uai: uai.to_owned(),
            referent: None,
            field: field.clone(),
            before,
            after: after.clone(),
            row: candidate.row,
            new: false,
        });
        proposal.edits.push(Edit::Set { entry, within: None, field, value: after });
    }
    let known = HEAD
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), candidate.fields.get(*name)?.clone())));
    proposal.base.records.insert(uai.to_owned(), known.collect());
    proposal.changed += 1;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::stock::File;

    fn stock(text: &str) -> Stock {
        Stock::read(vec![File { path: "data/a.toml".into(), text: text.into(), mark: false }])
            .unwrap()
    }

    fn head(given: &str, family: &str, since: Option<Date>) -> Harvest {
        let mut candidate = Candidate { row: 2, ..Candidate::default() };
        for (name, value) in [
            ("uai", "0860001J"),
            ("given_name", given),
            ("family_name", family),
            ("function", "Principale"),
        ] {
            candidate.fields.insert(name, Value::Text(value.into()));
            candidate.present.insert(name);
        }
        if let Some(day) = since {
            candidate.fields.insert("since", Value::Day(day));
            candidate.present.insert("since");
        }
        Harvest { read: 1, candidates: vec![candidate], ..Harvest::default() }
    }

    const ANNE: &str = "[[establishment]]\nuai = \"0860001J\"\nhead = { civility = \"Mme\", given_name = \"Anne\", family_name = \"Durand\", function = \"Principale\", since = 2024-09-01 }\n";

    #[test]
    fn another_name_is_asked_about_unless_a_date_tells() {
        let day = jiff::civil::date(2026, 9, 1);
        let (stock, base) = (stock(ANNE), Base::default());
        let of = |harvest: &Harvest, answers: &Answers| heads(&stock, harvest, &base, answers);
        let asked = of(&head("Luc", "Petit", None), &Answers::default());
        assert_eq!((asked.questions.len(), asked.rejected.len(), asked.edits.len()), (1, 1, 0));
        let dated = of(&head("Luc", "Petit", Some(day)), &Answers::default());
        let civility = dated.changes.iter().find(|own| own.field == "head.civility").unwrap();
        assert_eq!(civility.after, None, "nothing of the one before stays");
        let same =
            of(&head("Anne", "Durant", Some(jiff::civil::date(2024, 9, 1))), &Answers::default());
        assert_eq!(same.changes.len(), 1);
        let all =
            of(&head("Luc", "Petit", None), &Answers { since: Some(day), ..Answers::default() });
        assert!(
            all.changes
                .iter()
                .any(|own| own.field == "head.since" && own.after == Some(Value::Day(day)))
        );
        let accents = of(&head("Anne", "DURAND", None), &Answers::default());
        assert!(accents.questions.is_empty());
    }

    #[test]
    fn a_name_mended_by_hand_is_not_asked_about() {
        let stock = stock(&ANNE.replace("Durand", "Durand-Leroy"));
        let known = [("given_name", "Anne"), ("family_name", "Durand")];
        let record = known.map(|(k, v)| (k.to_owned(), Value::Text(v.to_owned()))).into();
        let base = Base { records: [("0860001J".to_owned(), record)].into() };
        let proposal = heads(&stock, &head("Anne", "Durand", None), &base, &Answers::default());
        assert!(proposal.questions.is_empty() && proposal.is_empty(), "{proposal:?}");
        assert_eq!(proposal.kept.len(), 1);
    }

    #[test]
    fn a_school_that_is_gone_is_closed_only_by_a_person() {
        let text = "[[establishment]]\nuai = \"0860001J\"\nname = \"A\"\n";
        let base = Base { records: [("0860001J".to_owned(), BTreeMap::new())].into() };
        let nothing = Harvest::default();
        let told = establishments(&stock(text), &nothing, &base, &Answers::default());
        assert_eq!((told.gone.len(), told.questions.len(), told.edits.len()), (1, 1, 0));
        let day = jiff::civil::date(2027, 8, 31);
        let answers = Answers { gone_closed: Some(day), ..Answers::default() };
        assert_eq!(establishments(&stock(text), &nothing, &base, &answers).edits.len(), 1);
        let rejected =
            Harvest { aside: [("0860001J".to_owned(), None)].into(), ..Harvest::default() };
        assert!(
            establishments(&stock(text), &rejected, &base, &Answers::default()).gone.is_empty()
        );
    }
}
