//! What an import did or would do, in sentences.

use super::import_lists::{SHOWN, differences, line_numbers, list, list_rows};
use crate::app::importing::import_outcome::{ImportOutcome, MergedOutcome};
use crate::app::importing::import_remarks::{DoubtfulName, SchoolRemark};
use crate::app::wording::count;
use crate::app::wording::few;
use crate::cli::ui::output::Output;
use crate::import::extract::extracted_rows::{LeftOutCell, MergedRow};
use crate::import::field_value::FieldValue;
use crate::import::proposal::{FieldChange, QuestionKind};
use crate::import::record_target::RecordTarget;
use crate::letter::french;
use crate::letter::reference::Reference;
use crate::project::replace_files::BEFORE;
use std::collections::BTreeMap;
use std::path::Path;

/// Columns that nothing reads and that are named.
const MOST_COLUMNS: usize = 30;

/// What is shown of an import.
pub(super) struct ImportView<'a> {
    pub(super) outcome: &'a ImportOutcome,
    /// The spreadsheet.
    pub(super) source: &'a Path,
    /// The profile that was asked for by name.
    pub(super) asked_profile: Option<&'a str>,
}

impl ImportView<'_> {
    pub(super) fn say(&self, output: &Output) {
        self.say_counts(output);
        self.say_changes(output);
        self.say_new_records(output);
        self.say_rows(output);
        self.say_unread(output);
        self.say_records(output);
        self.say_letters(output);
        self.say_next(output);
    }

    fn say_counts(&self, output: &Output) {
        let outcome = self.outcome;
        let sheet = outcome.sheet.as_ref().map(|name| format!(", feuille « {name} »"));
        output.say(&format!(
            "{} : {}{}, profil « {} » ({}).",
            printable_text::of_path(self.source),
            outcome.format,
            sheet.unwrap_or_default(),
            outcome.profile,
            outcome.profile_title
        ));
        let rows = outcome.rows;
        output.say(&format!(
            "{} : {}, {}, {}, {}.",
            count(rows.read, "ligne lue", "lignes lues"),
            count(rows.imported, "importée", "importées"),
            count(rows.merged, "réunie à une autre", "réunies à d'autres"),
            count(rows.filtered, "écartée", "écartées"),
            count(rows.rejected, "rejetée", "rejetées"),
        ));
        for (reason, number) in &outcome.filtered {
            let rows = outcome.side_rows.iter().filter(|row| row.reason == *reason);
            let rows: Vec<usize> = rows.map(|row| row.row).collect();
            let which = match rows.is_empty() {
                true => String::new(),
                false => format!(" : {}", line_numbers(&rows)),
            };
            output.say(&format!("  {number:>6}  {reason}{which}"));
        }
        let records = outcome.records;
        output.say(&format!(
            "Fiches : {}, {}, {}{}.",
            count(records.new, "nouvelle", "nouvelles"),
            count(records.changed, "changée", "changées"),
            count(records.unchanged, "inchangée", "inchangées"),
            match records.gone {
                0 => String::new(),
                number => format!(
                    ", {} dans la source",
                    count(number, "qui n'est plus", "qui ne sont plus")
                ),
            }
        ));
    }

    fn say_changes(&self, output: &Output) {
        let changes = self.outcome.changes.iter();
        let changed: Vec<&FieldChange> = changes.filter(|change| !change.new).collect();
        if changed.len() <= SHOWN {
            let lines: Vec<String> =
                changed.into_iter().map(|change| self.change_line(change)).collect();
            return list(output, "Changements", &lines);
        }
        // Many: one line a field, with an example.
        let mut by_field: BTreeMap<(&str, bool), Vec<&FieldChange>> = BTreeMap::new();
        for change in changed {
            by_field.entry((&change.field, change.before.is_some())).or_default().push(change);
        }
        output.say("Changements, par champ (tous avec --json) :");
        for ((field, replaced), changes) in by_field {
            let what = match (replaced, changes[0].after.is_some()) {
                (false, _) => count(changes.len(), "rempli", "remplis"),
                (true, true) => count(changes.len(), "remplacé", "remplacés"),
                (true, false) => count(changes.len(), "vidé", "vidés"),
            };
            output.say(&format!(
                "  • {} : {what}, par exemple {}",
                french_field(field),
                self.change_line(changes[0])
            ));
        }
    }

    fn say_new_records(&self, output: &Output) {
        let is_name =
            |change: &&FieldChange| change.new && (change.field == "name" || change.field == "id");
        let new = self.outcome.changes.iter().filter(is_name);
        let line = |change: &FieldChange| match &change.referent {
            Some(id) => {
                format!("{}, {}, ligne {}", self.label(id), self.label(&change.uai), change.row)
            }
            None => format!("{}, ligne {}", self.label(&change.uai), change.row),
        };
        list(output, "Nouvelles fiches", &new.map(line).collect::<Vec<_>>());
    }

    /// Rows that are not records of their own, and cells that were corrected.
    fn say_rows(&self, output: &Output) {
        let merged = self.outcome.merged.iter().map(|merged| match merged {
            MergedOutcome::School(row) => self.merged_line(row),
            MergedOutcome::Repeated { row, into, key, is_replaced: true, .. } => {
                format!("ligne {row} : remplacée par la ligne {into} ({key})")
            }
            MergedOutcome::Repeated { row, into, key, differs, .. } if differs.is_empty() => {
                format!("ligne {row} : déjà dit ligne {into} ({key})")
            }
            MergedOutcome::Repeated { row, into, key, differs, .. } => format!(
                "ligne {row} : une autre réponse que la ligne {into} ({key}) ; elles diffèrent : {}",
                differences(differs)
            ),
        });
        list(output, "Réunies", &merged.collect::<Vec<_>>());
        self.say_corrected(output);
        self.say_left_out(output);
        let rejected = self.outcome.rejected.iter().map(|row| (row.row, row.reason.clone()));
        list_rows(output, "Rejetées", rejected);
    }

    /// Cells that cost only themselves.
    fn say_left_out(&self, output: &Output) {
        let all = self.outcome.left_out.iter();
        let (empty, wrong): (Vec<&LeftOutCell>, Vec<&LeftOutCell>) =
            all.partition(|cell| cell.says_nothing);
        let reason = |cell: &LeftOutCell| (cell.row, format!("{} : {}", cell.field, cell.reason));
        let title = "Cases laissées de côté, sans changer la fiche";
        list_rows(output, title, wrong.into_iter().map(reason));
        list_rows(output, "Cases sans valeur", empty.into_iter().map(reason));
    }

    /// Columns that nothing reads, and what stands there that a person should know.
    fn say_unread(&self, output: &Output) {
        let unread = &self.outcome.unread;
        let filled: Vec<String> = unread
            .iter()
            .filter(|column| column.cells > 0)
            .map(|column| format!("{} ({})", column.column, count(column.cells, "case", "cases")))
            .collect();
        let empty = unread.len() - filled.len();
        let mut parts =
            vec![filled.iter().take(MOST_COLUMNS).cloned().collect::<Vec<_>>().join(", ")];
        parts.extend(
            (filled.len() > MOST_COLUMNS)
                .then(|| format!("{} de plus (avec --json)", filled.len() - MOST_COLUMNS)),
        );
        parts.extend((empty > 0).then(|| count(empty, "vide", "vides")));
        parts.retain(|part| !part.is_empty());
        if !parts.is_empty() {
            output.say(&format!("Colonnes non lues : {}.", parts.join(" ; ")));
        }
        let remarks = self.outcome.remarks.iter().map(|remark| {
            let SchoolRemark { school, row, column, text, .. } = remark;
            format!("{school}, ligne {row}, « {column} » : {text}")
        });
        list(output, "À lire dans ces colonnes", &remarks.collect::<Vec<_>>());
        let doubtful = self.outcome.doubtful.iter().map(|name| {
            let DoubtfulName { school, row, name, why, .. } = name;
            format!("{school}, ligne {row} : {name} – {why}")
        });
        list(output, "Noms à vérifier", &doubtful.collect::<Vec<_>>());
    }

    fn say_corrected(&self, output: &Output) {
        let mut by_kind: BTreeMap<(&str, &str), Vec<String>> = BTreeMap::new();
        for cell in &self.outcome.corrected {
            by_kind
                .entry((cell.field, cell.how))
                .or_default()
                .push(format!("{} → {} (ligne {})", cell.before, cell.after, cell.row));
        }
        let lines = by_kind.into_iter().map(|((field, how), cells)| {
            let number = count(cells.len(), "case", "cases");
            format!("{field}, {how} : {number}, par exemple {}", cells[0])
        });
        list(output, "Réparé en lisant", &lines.collect::<Vec<_>>());
    }

    /// A school or a referent as a person calls them.
    fn label(&self, key: &str) -> String {
        self.outcome.labels.get(key).cloned().unwrap_or_else(|| key.to_owned())
    }

    /// Whose field changes.
    fn who(&self, change: &FieldChange) -> String {
        match &change.referent {
            Some(id) => format!("{}, {}", self.label(id), self.label(&change.uai)),
            None => self.label(&change.uai),
        }
    }

    /// The school of a letter.
    fn of_letter(&self, reference: &str) -> String {
        let known = reference.parse::<Reference>();
        known.map_or_else(|_| reference.to_owned(), |known| self.label(known.uai().as_str()))
    }

    fn change_line(&self, change: &FieldChange) -> String {
        let row = if change.row > 0 { format!(" (ligne {})", change.row) } else { String::new() };
        format!(
            "{}, {} : {} → {}{row}",
            self.who(change),
            french_field(&change.field),
            value_text(change.before.as_ref()),
            value_text(change.after.as_ref())
        )
    }

    fn merged_line(&self, row: &MergedRow) -> String {
        let detail = match row.differs.is_empty() {
            true => "même contenu".to_owned(),
            false => differences(&row.differs),
        };
        let school = self.label(&row.key);
        format!("{school} : ligne {} réunie à la ligne {} ({detail})", row.row, row.into)
    }

    /// What a person has to decide or to know about records.
    fn say_records(&self, output: &Output) {
        let outcome = self.outcome;
        let open = outcome.questions.iter().filter(|question| {
            // The others are among the rejected rows.
            matches!(question.kind, QuestionKind::Side | QuestionKind::Gone)
        });
        let texts: Vec<String> = open.map(|question| question.text.clone()).collect();
        list(output, "À décider", &texts);
        let kept = outcome.kept.iter().map(|change| {
            format!(
                "{}, {} : « {} » (la source dit toujours « {} »)",
                self.who(change),
                french_field(&change.field),
                value_text(change.before.as_ref()),
                value_text(change.after.as_ref())
            )
        });
        list(output, "Corrections à la main, gardées", &kept.collect::<Vec<_>>());
        let is_asked = |key: &str| {
            outcome.questions.iter().any(|question| question.id == format!("gone:{key}"))
        };
        let gone = outcome.gone.iter().filter(|record| !is_asked(&record.key));
        let labels: Vec<String> = gone.map(|record| record.label.clone()).collect();
        list(output, "Plus dans la source", &labels);
        list(
            output,
            "Sans adresse électronique : leurs lettres seront bloquées",
            &outcome.without_email.iter().map(|uai| self.label(uai)).collect::<Vec<_>>(),
        );
        let foreign = outcome.foreign_email.iter();
        let addresses =
            foreign.map(|school| format!("{} : {}", self.label(&school.uai), school.email));
        list(
            output,
            "Adresses hors des domaines permis : leurs lettres seront bloquées tant que personne ne décide (email_exception)",
            &addresses.collect::<Vec<_>>(),
        );
        list(output, "À savoir", &outcome.notes);
    }

    fn say_letters(&self, output: &Output) {
        let outcome = self.outcome;
        for (references, one, many) in [
            (
                &outcome.reissued,
                "lettre transmise serait refaite",
                "lettres transmises seraient refaites",
            ),
            (
                &outcome.readdressed,
                "lettre transmise repartirait à un nouveau chef d'établissement",
                "lettres transmises repartiraient à un nouveau chef d'établissement",
            ),
            (
                &outcome.withdrawn,
                "lettre n'aurait plus de désignation",
                "lettres n'auraient plus de désignation",
            ),
        ] {
            if !references.is_empty() {
                let sentence = count(references.len(), one, many);
                let schools: Vec<String> =
                    references.iter().map(|letter| self.of_letter(letter)).collect();
                output.say(&format!("Effet : {sentence} ({}).", few(&schools)));
            }
        }
    }

    /// What to do where no record would change.
    fn after_nothing(&self) -> String {
        let outcome = self.outcome;
        let file = printable_text::of_path(self.source);
        match (outcome.rows.rejected, outcome.rejects.is_some(), outcome.is_partial()) {
            (0, _, false) => "rien à faire.".to_owned(),
            (0, _, true) => {
                format!("corriger dans {file} les cases laissées de côté, ou les laisser.")
            }
            (_, true, _) => "corriger les lignes rejetées, puis importer leur fichier.".to_owned(),
            (_, false, _) => format!(
                "corriger {file} (ou son profil), puis l'importer de nouveau ; --rejects FICHIER.csv met à part les lignes rejetées."
            ),
        }
    }

    fn say_next(&self, output: &Output) {
        let outcome = self.outcome;
        if let Some(path) = &outcome.rejects {
            output.say(&format!(
                "Lignes rejetées, à corriger et à importer de nouveau : {}",
                printable_text::of_path(path)
            ));
        }
        if outcome.applied {
            match outcome.written.is_empty() {
                true if outcome.rows.imported == 0 && outcome.rows.rejected > 0 => {
                    output.say("Rien à écrire : aucune ligne n'a pu être prise.");
                }
                true => output.say("Rien à écrire : les fiches disent déjà cela."),
                false => output.say(&format!(
                    "Écrit : {}. Ce qui a été remplacé est dans {BEFORE} jusqu'au prochain import.",
                    outcome.written.join(", ")
                )),
            }
            output.say("Ensuite : missive check, puis missive plan");
            return;
        }
        if outcome.nothing_to_write {
            return output.say(&format!("Rien ne changerait. Ensuite : {}", self.after_nothing()));
        }
        let profile = self.asked_profile.map(|name| format!(" --profile {name}"));
        output.say(&format!(
            "Rien n'est écrit. Ensuite, pour l'écrire : missive import {}{} --apply",
            printable_text::of_path(self.source),
            profile.unwrap_or_default()
        ));
    }
}

/// The path of a record's field as a person calls it.
fn french_field(path: &str) -> String {
    let french = |target: RecordTarget, name: &str| target.field(name).map(|field| field.french);
    let (prefix, name) = path.split_once('.').unwrap_or(("", path));
    let found =
        match prefix {
            "head" => french(RecordTarget::Head, name)
                .map(|field| format!("{field} du chef d'établissement")),
            "assignment" if name == "establishment" => {
                Some("établissement de la désignation".to_owned())
            }
            "assignment" => french(RecordTarget::Referent, name)
                .map(|field| format!("{field} de la désignation")),
            _ => french(RecordTarget::Establishment, path)
                .or(french(RecordTarget::Referent, path))
                .map(str::to_owned),
        };
    found.unwrap_or_else(|| path.to_owned())
}

fn value_text(value: Option<&FieldValue>) -> String {
    match value {
        None => "(vide)".to_owned(),
        Some(FieldValue::Day(day)) => french::date(*day),
        Some(value) => value.to_string(),
    }
}
