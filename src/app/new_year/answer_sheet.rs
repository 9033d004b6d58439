//! The sheet of questions read back, with the answers of a person. Pure.

use crate::app::new_year::agreed_priorities::AgreedPriorities;
use crate::app::new_year::assignment_cases::AssignmentCase;
use crate::app::new_year::decisions::{
    Appointment, AssignmentKey, NewYearDecisions, Newcomer, ReferentSuccessor,
};
use crate::app::new_year::question_sheet::KEEP;
use crate::app::new_year::wording::{ReplyError, read_decision};
use crate::import::cells::cell_error::CellError;
use crate::import::cells::clean_cell::clean_cell;
use crate::import::cells::field_form::FieldForm;
use crate::import::extract::extracted_rows::RowReason;
use crate::import::field_value::FieldValue;
use crate::records::Records;
use crate::records::spelling::{folded, tidy};
use sheet_reader::{Cell, Row, Sheet, Workbook};
use std::collections::{BTreeMap, BTreeSet};

/// The answers of a sheet.
#[derive(Clone, Debug, Default)]
pub struct SheetAnswers {
    /// The decisions read from the sheet.
    pub decisions: NewYearDecisions,
    /// Rows that cannot be understood.
    pub wrong: Vec<RowReason>,
}

/// Why the answer of a row cannot be understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
enum AnswerError {
    #[error(transparent)]
    Uai(#[from] CellError),
    #[error("{column} : {error}")]
    Cell { column: &'static str, error: CellError },
    #[error("{0} : manque")]
    Missing(&'static str),
    #[error("{} n'est pas désigné à {} cette année", .0.referent, .0.uai)]
    NotAssigned(AssignmentKey),
    #[error("{} à {} a deux réponses différentes", .0.referent, .0.uai)]
    TwoAnswers(AssignmentKey),
    #[error("le référent « {0} » n'existe pas : laisser vide et donner son nom")]
    UnknownReferent(String),
    #[error("{KEEP} : « {0} » n'est ni oui ni non")]
    YesOrNo(String),
    #[error("{KEEP} : rien n'a été convenu et relu à {0} cette année")]
    NothingAgreed(String),
    #[error(transparent)]
    Reply(#[from] ReplyError),
}

/// Reads the answers of the first sheet that has the columns.
pub fn read_answers(
    workbook: &Workbook,
    cases: &[AssignmentCase<'_>],
    agreed: &[AgreedPriorities],
    records: &Records,
) -> SheetAnswers {
    let reader = AnswerReader {
        cases: cases.iter().map(|case| (case.key(), case)).collect(),
        agreed: agreed.iter().map(|school| school.uai.as_str()).collect(),
        referents: records.referents.iter().map(|referent| referent.id.as_str()).collect(),
    };
    let mut answers = SheetAnswers::default();
    let with_header = workbook.sheets.iter().find_map(|sheet| Some((sheet, find_header(sheet)?)));
    let Some((sheet, header)) = with_header else {
        answers.wrong.push(RowReason {
            row: 1,
            reason:
                "les colonnes UAI, Référent et Réponse n'y sont pas : partir du fichier de --questions"
                    .to_owned(),
        });
        return answers;
    };
    let names = sheet.rows.get(header).map_or_else(Vec::new, folded_cells);
    for row in sheet.rows.iter().skip(header + 1) {
        let row = AnswerRow { names: &names, row };
        if let Err(error) = reader.read(&row, &mut answers.decisions) {
            answers.wrong.push(RowReason { row: row.row.number, reason: error.to_string() });
        }
    }
    answers
}

fn folded_cells(row: &Row) -> Vec<String> {
    row.cells.iter().map(|cell| folded(&cell.text())).collect()
}

fn find_header(sheet: &Sheet) -> Option<usize> {
    sheet.rows.iter().position(|row| {
        let names = folded_cells(row);
        ["uai", "referent", "reponse"].iter().all(|wanted| names.iter().any(|name| name == wanted))
    })
}

/// A row under its header.
struct AnswerRow<'s> {
    /// Folded names of the columns.
    names: &'s [String],
    row: &'s Row,
}

impl AnswerRow<'_> {
    fn cell(&self, column: &str) -> &Cell {
        let column = folded(column);
        let at = self.names.iter().position(|name| *name == column);
        at.and_then(|at| self.row.cells.get(at)).unwrap_or(&Cell::Empty)
    }

    fn text(&self, column: &str) -> String {
        tidy(&self.cell(column).text())
    }

    fn value(&self, column: &'static str, form: FieldForm) -> Result<Option<String>, AnswerError> {
        let cleaned = clean_cell(self.cell(column), form)
            .map_err(|error| AnswerError::Cell { column, error })?;
        Ok(cleaned.value.as_ref().and_then(FieldValue::as_text).map(str::to_owned))
    }

    fn required(&self, column: &'static str, form: FieldForm) -> Result<String, AnswerError> {
        self.value(column, form)?.ok_or(AnswerError::Missing(column))
    }
}

struct AnswerReader<'c> {
    cases: BTreeMap<AssignmentKey, &'c AssignmentCase<'c>>,
    /// UAI of the schools where priorities were agreed on.
    agreed: BTreeSet<&'c str>,
    /// Identifiers of the referents whom the records know.
    referents: BTreeSet<&'c str>,
}

impl AnswerReader<'_> {
    /// Adds what a row decides.
    fn read(
        &self,
        row: &AnswerRow<'_>,
        decisions: &mut NewYearDecisions,
    ) -> Result<(), AnswerError> {
        let cleaned = clean_cell(row.cell("UAI"), FieldForm::Uai)?;
        let uai = cleaned.value.map_or(String::new(), |value| value.to_string());
        if self.keeps_priorities(row, &uai)? {
            decisions.kept_priorities.insert(uai.clone());
        }
        let (referent, reply) = (row.text("Référent"), row.text("Réponse"));
        if reply.is_empty() {
            return Ok(());
        }
        if referent.is_empty() {
            let referent = self.successor(row)?;
            decisions.appointments.push(Appointment { uai, referent });
            return Ok(());
        }
        let key = AssignmentKey { referent, uai };
        let Some(case) = self.cases.get(&key) else {
            return Err(AnswerError::NotAssigned(key));
        };
        let reason = Some(row.text("Motif de fin")).filter(|reason| !reason.is_empty());
        let decision = read_decision(&reply, reason, case, || self.successor(row))?;
        match decisions.assignments.get(&key) {
            Some(before) if *before != decision => Err(AnswerError::TwoAnswers(key)),
            _ => {
                decisions.assignments.insert(key, decision);
                Ok(())
            }
        }
    }

    /// Whether the next year keeps what was agreed on in a school.
    fn keeps_priorities(&self, row: &AnswerRow<'_>, uai: &str) -> Result<bool, AnswerError> {
        let answer = row.text(KEEP);
        let is_kept = match folded(&answer).as_str() {
            "" | "n" | "non" => return Ok(false),
            "o" | "oui" => self.agreed.contains(uai),
            _ => return Err(AnswerError::YesOrNo(answer)),
        };
        if is_kept { Ok(true) } else { Err(AnswerError::NothingAgreed(uai.to_owned())) }
    }

    fn successor(&self, row: &AnswerRow<'_>) -> Result<ReferentSuccessor, AnswerError> {
        let id = row.text("Remplaçant");
        if !id.is_empty() {
            return match self.referents.contains(id.as_str()) {
                true => Ok(ReferentSuccessor::Known(id)),
                false => Err(AnswerError::UnknownReferent(id)),
            };
        }
        Ok(ReferentSuccessor::New(Newcomer {
            civility: row.value("Civilité du remplaçant", FieldForm::Civility)?,
            given_name: row.required("Prénom du remplaçant", FieldForm::GivenName)?,
            family_name: row.required("Nom du remplaçant", FieldForm::FamilyName)?,
            email: row.value("Adresse électronique du remplaçant", FieldForm::Email)?,
            post: row.required("Fonction du remplaçant", FieldForm::Post)?,
        }))
    }
}
