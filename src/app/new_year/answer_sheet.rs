//! The questions of a renewal as a spreadsheet, one row an assignment, and the answers read back. Pure.

use crate::app::new_year::cases::{Answered, Case, Fate, Key, Newcomer, Situation, Successor};
use crate::import::clean::{self, Form, Value};
use crate::import::sheet::{Book, Cell, text};
use crate::letter::french;
use crate::records::Records;
use crate::records::people::Establishment;
use crate::records::spelling::{folded, tidy};
use std::collections::{BTreeMap, BTreeSet};

/// The columns, in order.
const COLUMNS: [&str; 14] = [
    "UAI",
    "Établissement",
    "Référent",
    "Nom du référent",
    "Situation",
    "Proposition",
    "Réponse",
    "Motif de fin",
    "Remplaçant",
    "Civilité du remplaçant",
    "Prénom du remplaçant",
    "Nom du remplaçant",
    "Adresse électronique du remplaçant",
    "Fonction du remplaçant",
];

/// What a fate is called in the sheet.
fn word(fate: &Fate) -> String {
    match fate {
        Fate::Continues => "continue".to_owned(),
        Fate::Ends(_) => "fin".to_owned(),
        Fate::Passes(..) => "remplacé".to_owned(),
        Fate::Follows(into) => format!("suit {into}"),
    }
}

/// What stands out, in a few words.
pub fn situation(own: &Situation) -> String {
    match own {
        Situation::Usual => String::new(),
        Situation::Ends(day) => format!("se termine le {}", french::date(*day)),
        Situation::Closes(day) => format!("établissement fermé le {}", french::date(*day)),
        Situation::Merges(day, into) => {
            format!("établissement absorbé par {into} le {}", french::date(*day))
        }
    }
}

/// The questions: what goes on as usual is filled in, the rest waits for a person.
pub fn questions(cases: &[Case<'_>], without: &[&Establishment]) -> Vec<u8> {
    let mut rows = vec![COLUMNS.map(str::to_owned).to_vec()];
    for case in cases {
        let proposed = word(&case.proposed());
        let usual = case.situation == Situation::Usual;
        let school = case.school.map_or(String::new(), |own| own.name.value.to_string());
        let referent = case.referent;
        let mut row = vec![
            case.assignment.establishment.value.to_string(),
            school,
            referent.id.to_string(),
            format!("{} {}", &*referent.given_name.value, &*referent.family_name.value),
            situation(&case.situation),
            proposed.clone(),
            if usual { proposed } else { String::new() },
        ];
        row.resize(COLUMNS.len(), String::new());
        rows.push(row);
    }
    for school in without {
        let mut row = vec![
            school.uai.value.to_string(),
            school.name.value.to_string(),
            String::new(),
            String::new(),
            "sans référent".to_owned(),
        ];
        row.resize(COLUMNS.len(), String::new());
        rows.push(row);
    }
    text::written(&rows)
}

/// The answers of a sheet.
#[derive(Clone, Debug, Default)]
pub struct Answers {
    /// What was decided.
    pub answered: Answered,
    /// Rows that cannot be understood, with the reason.
    pub wrong: Vec<(usize, String)>,
}

/// Reads the answers back.
pub fn answers(book: &Book, cases: &[Case<'_>], records: &Records) -> Answers {
    let mut answers = Answers::default();
    let keys: BTreeMap<Key, &Case<'_>> = cases.iter().map(|case| (case.key(), case)).collect();
    let known: BTreeSet<&str> = records.referents.iter().map(|own| own.id.as_str()).collect();
    for grid in &book.grids {
        let header = grid.rows.iter().position(|row| {
            let names: Vec<String> = row.cells.iter().map(|cell| folded(&cell.text())).collect();
            ["uai", "referent", "reponse"].iter().all(|own| names.iter().any(|name| name == own))
        });
        let Some(header) = header else { continue };
        let names: Vec<String> = grid.rows.get(header).map_or_else(Vec::new, |row| {
            row.cells.iter().map(|cell| folded(&cell.text())).collect()
        });
        let place = |name: &str| names.iter().position(|own| *own == folded(name));
        for row in grid.rows.iter().skip(header + 1) {
            let empty = Cell::Empty;
            let cell = |name: &str| place(name).and_then(|at| row.cells.get(at)).unwrap_or(&empty);
            let of = |name: &str| tidy(&cell(name).text());
            let uai = match clean::clean(cell("UAI"), Form::Uai) {
                Ok(own) => own.value.map_or(String::new(), |value| value.to_string()),
                Err(why) => {
                    answers.wrong.push((row.number, why));
                    continue;
                }
            };
            let (referent, reply) = (of("Référent"), of("Réponse"));
            if reply.is_empty() {
                continue;
            }
            if referent.is_empty() {
                match successor(&cell, &known) {
                    Ok(who) => answers.answered.appointed.push((uai, who)),
                    Err(why) => answers.wrong.push((row.number, why)),
                }
                continue;
            }
            let key = (referent.clone(), uai.clone());
            let Some(case) = keys.get(&key) else {
                let why = format!("{referent} n'est pas désigné à {uai} cette année");
                answers.wrong.push((row.number, why));
                continue;
            };
            let reason = Some(of("Motif de fin")).filter(|own| !own.is_empty());
            let fate = fate(&reply, reason, case, || successor(&cell, &known));
            match fate {
                Ok(fate) if answers.answered.fates.get(&key).is_some_and(|own| *own != fate) => {
                    answers.wrong.push((
                        row.number,
                        format!("{referent} à {uai} a deux réponses différentes"),
                    ))
                }
                Ok(fate) => {
                    answers.answered.fates.insert(key, fate);
                }
                Err(why) => answers.wrong.push((row.number, why)),
            }
        }
        return answers;
    }
    answers.wrong.push((
        1,
        "les colonnes UAI, Référent et Réponse n'y sont pas : partir du fichier de --questions"
            .to_owned(),
    ));
    answers
}

/// What a word of a person means for an assignment.
pub fn fate(
    reply: &str,
    reason: Option<String>,
    case: &Case<'_>,
    successor: impl FnOnce() -> Result<Successor, String>,
) -> Result<Fate, String> {
    let into = match &case.situation {
        Situation::Merges(_, into) => Some(into.clone()),
        _ => None,
    };
    let folded = folded(reply);
    match folded.as_str() {
        "continue" | "oui" | "o" | "suite" | "c" => match case.situation {
            Situation::Closes(_) | Situation::Merges(..) => {
                Err("l'établissement ferme : répondre fin, ou suit".to_owned())
            }
            _ => Ok(Fate::Continues),
        },
        "fin" | "f" | "non" | "termine" => {
            let own = case.assignment.end_reason.as_ref().map(|own| own.value.to_string());
            Ok(Fate::Ends(reason.or(own)))
        }
        "remplace" | "remplacee" | "r" => Ok(Fate::Passes(successor()?, reason)),
        text if text == "s" || text.starts_with("suit") => match into {
            Some(into) => Ok(Fate::Follows(into)),
            None => {
                Err("aucun établissement ne prend la suite de celui-ci (merged_into)".to_owned())
            }
        },
        _ => Err(format!("« {reply} » n'est pas une réponse : continue, fin, remplacé ou suit")),
    }
}

fn successor<'c>(
    cell: &impl Fn(&str) -> &'c Cell,
    known: &BTreeSet<&str>,
) -> Result<Successor, String> {
    let id = tidy(&cell("Remplaçant").text());
    if !id.is_empty() {
        return match known.contains(id.as_str()) {
            true => Ok(Successor::Known(id)),
            false => {
                Err(format!("le référent « {id} » n'existe pas : laisser vide et donner son nom"))
            }
        };
    }
    let value = |column: &str, form: Form| -> Result<Option<String>, String> {
        let cleaned =
            clean::clean(cell(column), form).map_err(|why| format!("{column} : {why}"))?;
        Ok(cleaned.value.as_ref().and_then(Value::as_text).map(str::to_owned))
    };
    let needed = |column: &str, form: Form| -> Result<String, String> {
        value(column, form)?.ok_or_else(|| format!("{column} : manque"))
    };
    Ok(Successor::New(Newcomer {
        civility: value("Civilité du remplaçant", Form::Civility)?,
        given_name: needed("Prénom du remplaçant", Form::GivenName)?,
        family_name: needed("Nom du remplaçant", Form::FamilyName)?,
        email: value("Adresse électronique du remplaçant", Form::Email)?,
        post: needed("Fonction du remplaçant", Form::Post)?,
    }))
}
