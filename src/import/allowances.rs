//! Allowances that were awarded, against the assignments they are for: the amount says which allowance of
//! the rules it is, the referent is known by identifier, mail address, or name in the school. Pure.

use super::clean::Value;
use super::harvest::{Candidate, Harvest};
use super::identity::{entry_name, mailboxes, name_of, own_email, shown_name};
use super::persons::{current, gone};
use super::proposal::{Answers, Aspect, Base, Compared, Proposal, Surroundings};
use super::stock::{Entry, Fields, Stock};
use std::collections::{BTreeMap, BTreeSet};

/// Proposes what a list of allowances changes.
pub fn allowances(
    stock: &Stock,
    harvest: &Harvest,
    base: &Base,
    around: &Surroundings,
    answers: &Answers,
) -> Proposal {
    let mut proposal = Proposal::default();
    let mailboxes = mailboxes(stock);
    let mut touched: BTreeMap<String, usize> = BTreeMap::new();
    for candidate in &harvest.candidates {
        let uai = candidate.text("uai").unwrap_or_default().to_owned();
        let found = holder(stock, candidate, &uai, &mailboxes, around);
        let (entry, at) = match found {
            Ok(found) => found,
            Err(reason) => {
                proposal.rejected.push((candidate.row, reason));
                continue;
            }
        };
        let Some(record) = stock.entries.get(entry) else { continue };
        let key = format!("{}@{uai}", record.key);
        if let Some(first) = touched.get(&key) {
            proposal.merged.push((candidate.row, *first, key));
            continue;
        }
        let assignment = record.assignments.get(at).cloned().unwrap_or_default();
        let allowance = match allowance(stock, candidate, &assignment, around) {
            Ok(allowance) => allowance,
            Err(reason) => {
                proposal.rejected.push((candidate.row, reason));
                continue;
            }
        };
        touched.insert(key.clone(), candidate.row);
        let mut next = BTreeMap::new();
        let mut changed = false;
        for (name, source) in [
            ("allowance", allowance.as_ref()),
            ("allowance_granted", candidate.fields.get("allowance_granted")),
        ] {
            let compared = Compared {
                referent: Some(record.key.clone()),
                assignment: Some(at),
                told: "assignment.",
                ..Compared::new(entry, &uai, candidate.row, base.records.get(&key))
            };
            let aspect = Aspect { name, source, shouted: false, optional: true };
            changed |= proposal.compare(stock, &compared, &aspect, answers, &mut next);
        }
        proposal.base.records.insert(key, next);
        match changed {
            true => proposal.changed += 1,
            false => proposal.unchanged += 1,
        }
    }
    gone(stock, harvest, base, &mut proposal);
    proposal
}

/// Whose allowance a row is about: the referent and the assignment.
fn holder(
    stock: &Stock,
    candidate: &Candidate,
    uai: &str,
    mailboxes: &BTreeSet<String>,
    around: &Surroundings,
) -> Result<(usize, usize), String> {
    let here = |(at, entry): (usize, &Entry)| Some((at, current(entry, uai, around)?));
    let mut found: Vec<(usize, usize)> = Vec::new();
    if let Some(id) = candidate.text("id") {
        found.extend(stock.of("referent").filter(|(_, own)| own.key == id).filter_map(here));
    } else {
        let email = own_email(candidate, mailboxes);
        let by_mail = stock.of("referent").filter(|(_, own)| {
            email.is_some() && own.text("email").map(str::to_lowercase).as_deref() == email
        });
        found.extend(by_mail.filter_map(here));
        if found.is_empty() {
            let name = name_of(candidate);
            let by_name = stock.of("referent").filter(|(_, own)| {
                candidate.text("family_name").is_some() && entry_name(own) == name
            });
            found.extend(by_name.filter_map(here));
        }
    }
    match found.as_slice() {
        [only] => Ok(*only),
        [] => Err(format!(
            "aucune désignation de {} à {uai} dans les fiches : importer d'abord les référents",
            match shown_name(candidate) {
                name if name.is_empty() =>
                    candidate.text("id").or(candidate.text("email")).unwrap_or("?").to_owned(),
                name => name,
            }
        )),
        _ => Err(format!(
            "plusieurs désignations à {uai} conviennent : donner l'adresse électronique"
        )),
    }
}

/// Which allowance of the rules a row means.
fn allowance(
    stock: &Stock,
    candidate: &Candidate,
    assignment: &Fields,
    around: &Surroundings,
) -> Result<Option<Value>, String> {
    if let Some(id) = candidate.text("allowance") {
        return match around.allowances.iter().any(|own| own.id == id) {
            true => Ok(Some(Value::Text(id.to_owned()))),
            false => Err(format!("l'indemnité « {id} » n'existe pas dans data/rules")),
        };
    }
    let Some(amount) = candidate.text("amount") else { return Ok(None) };
    let uai = candidate.text("uai").unwrap_or_default();
    let school = stock.find("establishment", uai).and_then(|at| stock.entries.get(at));
    let suits = |list: &[String], field: &str| {
        let own = school.and_then(|school| school.text(field));
        list.is_empty() || own.is_none_or(|own| list.iter().any(|word| word == own))
    };
    let fit: BTreeSet<&str> = around
        .allowances
        .iter()
        .filter(|own| own.amount == amount)
        .filter(|own| suits(&own.kinds, "kind") && suits(&own.sectors, "sector"))
        .map(|own| own.id.as_str())
        .collect();
    let fit: Vec<&str> = fit.into_iter().collect();
    let there = assignment.get("allowance").and_then(Value::as_text);
    match fit.as_slice() {
        [only] => Ok(Some(Value::Text((*only).to_owned()))),
        [] => Err(format!("aucune indemnité en vigueur n'est de {amount} € dans data/rules")),
        several => match there.filter(|own| several.contains(own)) {
            Some(own) => Ok(Some(Value::Text(own.to_owned()))),
            None => {
                Err(format!("plusieurs indemnités sont de {amount} € : {}", several.join(", ")))
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::proposal::Rate;
    use crate::import::stock::File;
    use jiff::civil::date;

    const CLAIRE: &str = "[[establishment]]\nuai = \"0860001J\"\nsector = \"public\"\n[[establishment]]\nuai = \"0860002K\"\n[[referent]]\nid = \"martin-claire\"\ngiven_name = \"Claire\"\nfamily_name = \"Martin\"\npost = \"professeure\"\n[[referent.assignment]]\nestablishment = \"0860001J\"\nsince = 2024-09-01\n";

    fn rate(id: &str, amount: &str, sectors: &[&str]) -> Rate {
        let sectors = sectors.iter().map(|own| (*own).to_owned()).collect();
        Rate { id: id.into(), amount: amount.into(), sectors, ..Rate::default() }
    }

    fn stock(text: &str) -> Stock {
        let file = File { path: "data/a.toml".into(), text: text.into(), mark: false };
        Stock::read(vec![file]).unwrap()
    }

    fn row(row: usize, fields: &[(&'static str, &str)]) -> Candidate {
        let mut candidate = Candidate { row, ..Candidate::default() };
        for (name, value) in fields {
            candidate.fields.insert(name, Value::Text((*value).to_owned()));
            candidate.present.insert(name);
        }
        candidate
    }

    #[test]
    fn an_amount_names_its_allowance() {
        let around = Surroundings {
            year: Some((date(2026, 9, 1), date(2027, 8, 31))),
            allowances: vec![
                rate("imp-2", "1250.00", &[]),
                rate("imp-1", "625.00", &[]),
                rate("imp-prive", "1250.00", &["private"]),
            ],
        };
        let rows = vec![
            row(
                2,
                &[
                    ("uai", "0860001J"),
                    ("given_name", "CLAIRE"),
                    ("family_name", "MARTIN"),
                    ("amount", "1250.00"),
                ],
            ),
            row(
                3,
                &[
                    ("uai", "0860002K"),
                    ("given_name", "CLAIRE"),
                    ("family_name", "MARTIN"),
                    ("amount", "1250.00"),
                ],
            ),
            row(
                4,
                &[
                    ("uai", "0860001J"),
                    ("given_name", "CLAIRE"),
                    ("family_name", "MARTIN"),
                    ("amount", "1.00"),
                ],
            ),
        ];
        let harvest = Harvest { read: 3, candidates: rows, ..Harvest::default() };
        let found =
            allowances(&stock(CLAIRE), &harvest, &Base::default(), &around, &Answers::default());
        assert_eq!(
            (found.changed, found.rejected.len(), found.merged.len()),
            (1, 1, 1),
            "{found:?}"
        );
        assert_eq!(found.changes[0].after, Some(Value::Text("imp-2".into())));
    }
}
