//! What an import says and asks: the summary, the changes, the questions, the JSON document.

use crate::app::importing::import_file::{Effects, Import};
use crate::app::wording::count;
use crate::cli::ui::output::Output;
use crate::cli::ui::prompt as terminal;
use crate::import::clean::Value;
use crate::import::profile::Target;
use crate::import::proposal::{Answers, Asked, Change, Proposal, Question, Reply};
use crate::letter::french;
use crate::names;
use crate::project::load::Loaded;
use crate::records::values::Uai;
use jiff::civil::Date;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Lines of each list that are shown; the rest is in `--json`.
const SHOWN: usize = 12;

/// Everything that is told of one import.
pub struct Shown<'a> {
    /// The source.
    pub file: &'a Path,
    /// The import.
    pub import: &'a Import<'a>,
    /// What it changes.
    pub proposal: &'a Proposal,
    /// What that does to letters.
    pub effects: &'a Effects,
    /// Rows that cannot be taken.
    pub rejected: &'a [(usize, String)],
    /// The project.
    pub loaded: &'a Loaded,
    /// Files of records that were written.
    pub written: Vec<String>,
    /// Where the rejected rows are.
    pub rejects: Option<PathBuf>,
    /// Whether it was written.
    pub applied: bool,
    /// The profile that was asked for by name.
    pub asked: Option<&'a str>,
}

impl Shown<'_> {
    fn merged(&self) -> usize {
        self.import.harvest.merged.len() + self.proposal.merged.len()
    }

    fn imported(&self) -> usize {
        let harvest = &self.import.harvest;
        harvest.read - self.merged() - harvest.filtered.len() - self.rejected.len()
    }

    fn filtered(&self) -> BTreeMap<&str, usize> {
        let mut reasons = BTreeMap::new();
        for (_, reason) in &self.import.harvest.filtered {
            *reasons.entry(reason.as_str()).or_default() += 1;
        }
        reasons
    }

    /// Schools whose mail address lies outside the allowed domains.
    fn foreign(&self) -> Vec<(&str, &str)> {
        let allowed = |email: &str| {
            let domain = email.rsplit('@').next().unwrap_or_default().to_lowercase();
            let settings = self.loaded.records.settings.as_ref();
            settings.is_none_or(|own| own.mail.allowed_domains.iter().any(|d| d.covers(&domain)))
        };
        let emails = self.import.harvest.candidates.iter().filter_map(|own| {
            let schools = self.import.profile.target == Target::Establishment;
            Some((own.text("uai")?, own.text("email").filter(|_| schools)?))
        });
        emails.filter(|(_, email)| !allowed(email)).collect()
    }

    /// The JSON document.
    pub fn document(&self) -> Json {
        let harvest = &self.import.harvest;
        let proposal = self.proposal;
        let rejected: Vec<Json> = self
            .rejected
            .iter()
            .map(|(row, reason)| json!({ "row": row, "reason": reason }))
            .collect();
        let merged: Vec<Json> = harvest
            .merged
            .iter()
            .map(|own| json!({ "row": own.row, "into": own.into, "key": own.key, "differs": own.differs }))
            .chain(proposal.merged.iter().map(
                |(row, into, key)| json!({ "row": row, "into": into, "key": key, "differs": [] }),
            ))
            .collect();
        let mended: Vec<Json> = harvest
            .mended
            .iter()
            .map(|own| json!({ "row": own.row, "field": own.field, "how": own.how, "before": own.before, "after": own.after }))
            .collect();
        let questions: Vec<Json> = proposal
            .questions
            .iter()
            .map(|own| json!({ "id": own.id, "row": own.row, "text": own.text }))
            .collect();
        json!({
            "profile": self.import.profile.name,
            "format": self.import.book.format,
            "rows": {
                "read": harvest.read,
                "imported": self.imported(),
                "merged": self.merged(),
                "filtered": harvest.filtered.len(),
                "rejected": self.rejected.len(),
            },
            "filtered": self.filtered(),
            "records": {
                "new": proposal.new,
                "changed": proposal.changed,
                "unchanged": proposal.unchanged,
                "gone": proposal.gone.len(),
            },
            "changes": proposal.changes,
            "conflicts": proposal.conflicts,
            "kept": proposal.kept,
            "gone": proposal.gone,
            "questions": questions,
            "rejected": rejected,
            "merged": merged,
            "mended": mended,
            "notes": harvest.notes.iter().chain(&proposal.notes).collect::<Vec<_>>(),
            "without_email": proposal.without_mail,
            "foreign_email": self.foreign().into_iter().map(|(uai, email)| json!({ "uai": uai, "email": email })).collect::<Vec<_>>(),
            "reissues": self.effects.reissued.len(),
            "reissued": self.effects.reissued,
            "readdressed": self.effects.readdressed,
            "withdrawn": self.effects.withdrawn,
            "applied": self.applied,
            "written": self.written,
            "rejects": self.rejects.as_ref().map(names::value),
        })
    }

    /// The same for people.
    pub fn say(&self, output: &Output) {
        let harvest = &self.import.harvest;
        let proposal = self.proposal;
        output.say(&format!(
            "{} : {}, profil « {} » ({}).",
            names::of_path(self.file),
            self.import.book.format,
            self.import.profile.name,
            self.import.profile.title
        ));
        output.say(&format!(
            "{} : {}, {}, {}, {}.",
            count(harvest.read, "ligne lue", "lignes lues"),
            count(self.imported(), "importée", "importées"),
            count(self.merged(), "réunie à une autre", "réunies à d'autres"),
            count(harvest.filtered.len(), "écartée", "écartées"),
            count(self.rejected.len(), "rejetée", "rejetées"),
        ));
        for (reason, number) in self.filtered() {
            output.say(&format!("  {number:>6}  {reason}"));
        }
        output.say(&format!(
            "Fiches : {}, {}, {}{}.",
            count(proposal.new, "nouvelle", "nouvelles"),
            count(proposal.changed, "changée", "changées"),
            count(proposal.unchanged, "inchangée", "inchangées"),
            match proposal.gone.len() {
                0 => String::new(),
                number => format!(", {number} qui ne sont plus dans la source"),
            }
        ));
        self.changes(output);
        let lines = |title: &str, lines: Vec<String>| list(output, title, &lines);
        lines(
            "Réunies",
            harvest
                .merged
                .iter()
                .map(joined)
                .chain(
                    proposal.merged.iter().map(|(row, into, key)| {
                        format!("ligne {row} : déjà dit ligne {into} ({key})")
                    }),
                )
                .collect(),
        );
        self.mended(output);
        lines(
            "Rejetées",
            self.rejected.iter().map(|(row, why)| format!("ligne {row} : {why}")).collect(),
        );
        lines(
            "À décider",
            proposal
                .questions
                .iter()
                .filter(|q| q.kind != Asked::Head && !matches!(q.kind, Asked::Person(_)))
                .map(|q| q.text.clone())
                .collect(),
        );
        lines(
            "Corrections à la main, gardées",
            proposal
                .kept
                .iter()
                .map(|own| {
                    format!(
                        "{} {} : « {} » (la source dit toujours « {} »)",
                        own.uai,
                        french_field(&own.field),
                        words(own.before.as_ref()),
                        words(own.after.as_ref())
                    )
                })
                .collect(),
        );
        let gone = proposal
            .gone
            .iter()
            .filter(|own| !proposal.questions.iter().any(|q| q.id == format!("gone:{}", own.key)));
        lines("Plus dans la source", gone.map(|own| own.label.clone()).collect());
        lines(
            "Sans adresse électronique : leurs lettres seront bloquées",
            proposal.without_mail.clone(),
        );
        lines(
            "Adresses hors des domaines permis : leurs lettres seront bloquées tant que personne ne décide (email_exception)",
            self.foreign().into_iter().map(|(uai, email)| format!("{uai} : {email}")).collect(),
        );
        lines("À savoir", harvest.notes.iter().chain(&proposal.notes).cloned().collect());
        self.letters(output);
        self.next(output);
    }

    fn changes(&self, output: &Output) {
        let changed: Vec<&Change> = self.proposal.changes.iter().filter(|own| !own.new).collect();
        let line = |own: &Change| {
            let who = own.referent.as_ref().map_or(String::new(), |id| format!(" {id}"));
            let row = if own.row > 0 { format!(" (ligne {})", own.row) } else { String::new() };
            format!(
                "{}{who}, {} : {} → {}{row}",
                own.uai,
                french_field(&own.field),
                words(own.before.as_ref()),
                words(own.after.as_ref())
            )
        };
        if changed.len() <= SHOWN {
            list(output, "Changements", &changed.into_iter().map(line).collect::<Vec<_>>());
        } else {
            // Many: one line a field, with an example.
            let mut fields: BTreeMap<(&str, bool), Vec<&Change>> = BTreeMap::new();
            for own in changed {
                fields.entry((&own.field, own.before.is_some())).or_default().push(own);
            }
            output.say("Changements, par champ (tous avec --json) :");
            for ((field, replaced), own) in fields {
                let what = match (replaced, own[0].after.is_some()) {
                    (false, _) => count(own.len(), "rempli", "remplis"),
                    (true, true) => count(own.len(), "remplacé", "remplacés"),
                    (true, false) => count(own.len(), "vidé", "vidés"),
                };
                output.say(&format!(
                    "  • {} : {what}, par exemple {}",
                    french_field(field),
                    line(own[0])
                ));
            }
        }
        let name = |own: &&Change| own.new && (own.field == "name" || own.field == "id");
        let new: Vec<String> = self
            .proposal
            .changes
            .iter()
            .filter(name)
            .map(|own| format!("{} {} (ligne {})", own.uai, words(own.after.as_ref()), own.row))
            .collect();
        list(output, "Nouvelles fiches", &new);
    }

    fn mended(&self, output: &Output) {
        let mut groups: BTreeMap<(&str, &str), Vec<String>> = BTreeMap::new();
        for own in &self.import.harvest.mended {
            groups
                .entry((own.field, own.how))
                .or_default()
                .push(format!("{} → {} (ligne {})", own.before, own.after, own.row));
        }
        let lines: Vec<String> = groups
            .into_iter()
            .map(|((field, how), all)| {
                format!(
                    "{field}, {how} : {}, par exemple {}",
                    count(all.len(), "case", "cases"),
                    all[0]
                )
            })
            .collect();
        list(output, "Réparé en lisant", &lines);
    }

    fn letters(&self, output: &Output) {
        let few = |names: &[String]| {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            crate::app::wording::few(&names)
        };
        let effects = self.effects;
        for (names, one, many) in [
            (
                &effects.reissued,
                "lettre transmise serait refaite",
                "lettres transmises seraient refaites",
            ),
            (
                &effects.readdressed,
                "lettre transmise repartirait à un nouveau chef d'établissement",
                "lettres transmises repartiraient à un nouveau chef d'établissement",
            ),
            (
                &effects.withdrawn,
                "lettre n'aurait plus de désignation",
                "lettres n'auraient plus de désignation",
            ),
        ] {
            if !names.is_empty() {
                let sentence = count(names.len(), one, many);
                output.say(&format!("Effet : {sentence} ({}).", few(names)));
            }
        }
    }

    fn next(&self, output: &Output) {
        if let Some(path) = &self.rejects {
            output.say(&format!(
                "Lignes rejetées, à corriger et à importer de nouveau : {}",
                names::of_path(path)
            ));
        }
        let nothing = self.proposal.is_empty();
        if self.applied {
            match self.written.is_empty() {
                true => output.say("Rien à écrire : les fiches disent déjà cela."),
                false => output.say(&format!(
                    "Écrit : {}. Ce qui a été remplacé est dans {} jusqu'au prochain import.",
                    self.written.join(", "),
                    crate::project::replace_files::BEFORE
                )),
            }
            output.say("Ensuite : missive check, puis missive plan");
            return;
        }
        match nothing {
            true => output.say("Rien ne changerait. Ensuite : rien à faire."),
            false => output.say(&format!(
                "Rien n'est écrit. Ensuite, pour l'écrire : missive import {}{} --apply",
                names::of_path(self.file),
                match self.asked {
                    Some(name) => format!(" --profile {name}"),
                    None => String::new(),
                }
            )),
        }
    }
}

/// A path of a record's field as a person calls it.
fn french_field(path: &str) -> String {
    let french = |target: Target, name: &str| target.field(name).map(|field| field.french);
    let (prefix, name) = path.split_once('.').unwrap_or(("", path));
    let found = match prefix {
        "head" => french(Target::Head, name).map(|own| format!("{own} du chef d'établissement")),
        "assignment" if name == "establishment" => {
            Some("établissement de la désignation".to_owned())
        }
        "assignment" => {
            french(Target::Referent, name).map(|own| format!("{own} de la désignation"))
        }
        _ => french(Target::Establishment, path)
            .or(french(Target::Referent, path))
            .map(str::to_owned),
    };
    found.unwrap_or_else(|| path.to_owned())
}

fn words(value: Option<&Value>) -> String {
    match value {
        None => "(vide)".to_owned(),
        Some(Value::Day(day)) => french::date(*day),
        Some(value) => value.to_string(),
    }
}

fn joined(own: &crate::import::harvest::Joined) -> String {
    let differs: Vec<String> = own
        .differs
        .iter()
        .map(|(field, kept, left)| format!("{field} : « {kept} » gardé, « {left} » laissé"))
        .collect();
    let detail = match differs.is_empty() {
        true => "même contenu".to_owned(),
        false => differs.join(" ; "),
    };
    format!("{} : ligne {} réunie à la ligne {} ({detail})", own.key, own.row, own.into)
}

fn list(output: &Output, title: &str, lines: &[String]) {
    if lines.is_empty() {
        return;
    }
    output.say(&format!("{title} : {}", lines.len()));
    for line in lines.iter().take(SHOWN) {
        output.say(&format!("  • {line}"));
    }
    if lines.len() > SHOWN {
        output.say(&format!("  … et {} (avec --json)", lines.len() - SHOWN));
    }
}

fn day(text: &str) -> Result<Date, String> {
    text.parse().map_err(|_| "écrire la date année-mois-jour, comme 2026-09-01".to_owned())
}

/// Asks what the proposal needs to know, one question a line; Enter leaves the thing as it is.
pub fn ask(output: &Output, import: &Import<'_>, proposal: &Proposal, answers: &mut Answers) {
    let total = proposal.questions.len();
    output.say(&format!(
        "{} (Entrée : laisser ; Ctrl-D : laisser toutes les suivantes).",
        count(total, "question", "questions")
    ));
    for (at, question) in proposal.questions.iter().enumerate() {
        output.say(&format!("{}/{total}. {}", at + 1, question.text));
        let Some(reply) = one(import, question) else { return };
        answers.each.insert(question.id.clone(), reply);
    }
}

fn one(import: &Import<'_>, question: &Question) -> Option<Reply> {
    match &question.kind {
        Asked::Head => terminal::until(
            "c = correction du nom, ou la date de prise de fonction de la nouvelle personne :",
            |line| match line {
                "" => Ok(Reply::Leave),
                "c" | "C" => Ok(Reply::Correction),
                text => day(text).map(Reply::NewSince),
            },
        ),
        Asked::Side => {
            terminal::until("f = garder la fiche, s = prendre la source :", |line| match line {
                "" => Ok(Reply::Leave),
                "f" | "F" => Ok(Reply::File),
                "s" | "S" => Ok(Reply::Source),
                _ => Err("répondre f, s, ou Entrée".to_owned()),
            })
        }
        Asked::Gone => terminal::until(
            "fermé depuis quelle date (ou « date UAI » s'il est absorbé par un autre) :",
            |line| match line.split_whitespace().collect::<Vec<_>>().as_slice() {
                [] => Ok(Reply::Leave),
                [date] => day(date).map(Reply::Closed),
                [date, into] => {
                    let into: Uai =
                        into.parse().map_err(|_| "ce n'est pas un code UAI".to_owned())?;
                    if import.shelf.stock.find("establishment", into.as_str()).is_none() {
                        return Err(format!("{into} n'est pas dans les fiches"));
                    }
                    Ok(Reply::Merged(into, day(date)?))
                }
                _ => Err("répondre par une date, et au besoin un UAI".to_owned()),
            },
        ),
        Asked::Person(known) => {
            let choices = known.join(", ");
            terminal::until(
                &format!("a = une autre personne, ou l'identifiant de la même ({choices}) :"),
                |line| match line {
                    "" => Ok(Reply::Leave),
                    "a" | "A" => Ok(Reply::Other),
                    id if known.iter().any(|own| own == id) => Ok(Reply::Same(id.to_owned())),
                    _ => Err(format!("répondre a, {choices}, ou Entrée")),
                },
            )
        }
    }
}
