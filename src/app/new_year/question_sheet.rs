//! The questions about a new year as a spreadsheet (CSV), one row an assignment; what
//! [`answer_sheet`](super::answer_sheet) reads back. Pure, but for writing the file.

use crate::app::error::{ErrorKind, UserError};
use crate::app::new_year::agreed_priorities::AgreedPriorities;
use crate::app::new_year::assignment_cases::{AssignmentCase, Situation};
use crate::app::new_year::next_campaign::NextCampaign;
use crate::app::new_year::wording::{decision_word, situation_text};
use crate::files;
use crate::records::people::Establishment;
use serde::{Serialize, Serializer};
use sheet_reader::write_csv;
use std::io;
use std::path::{Path, PathBuf};

/// What was agreed on in the letter of the year that ends.
const AGREED: &str = "Priorités convenues";
/// Whether the next year keeps it.
pub(super) const KEEP: &str = "Reprendre les priorités";

/// The columns, in order.
pub(super) const COLUMNS: [&str; 16] = [
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
    AGREED,
    KEEP,
];

/// Questions that were written.
#[derive(Clone, Debug, Serialize)]
pub struct QuestionsOutcome {
    /// Path of the CSV file.
    #[serde(rename = "questions", serialize_with = "path_text")]
    pub path: PathBuf,
    /// How many assignments it asks about.
    pub assignments: usize,
    /// Those of them where nothing stands out: the answer is filled in.
    #[serde(skip)]
    pub usual: usize,
    /// How many schools without a referent it asks about.
    pub without_referent: usize,
}

fn path_text<S: Serializer>(path: &Path, serializer: S) -> Result<S::Ok, S::Error> {
    printable_text::path_value(path).serialize(serializer)
}

/// Why the questions were not written.
#[derive(Debug, thiserror::Error)]
pub enum QuestionsError {
    /// The file is there; it may hold answers.
    #[error("{} existe déjà", printable_text::of_path(.0))]
    Exists(PathBuf),
    /// The file system refused.
    #[error("{} ne peut pas être écrit : {}", printable_text::of_path(.0), files::reason(.1))]
    Unwritable(PathBuf, io::Error),
}

impl UserError for QuestionsError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Exists(_) => ErrorKind::Usage,
            Self::Unwritable(..) => ErrorKind::Environment,
        }
    }

    fn todo(&self) -> String {
        match self {
            Self::Exists(_) => "donner un autre nom : des réponses pourraient y être perdues",
            Self::Unwritable(..) => "choisir un autre endroit",
        }
        .to_owned()
    }
}

/// Writes the questions about a new year to a file that is not there yet.
pub fn write_questions(
    campaign: &NextCampaign<'_>,
    path: &Path,
) -> Result<QuestionsOutcome, QuestionsError> {
    if path.exists() {
        return Err(QuestionsError::Exists(path.to_owned()));
    }
    let without_referent = campaign.schools_without_referent();
    let csv = questions_csv(&campaign.cases, &without_referent, &campaign.agreed);
    files::replace_durably(path, &csv)
        .map_err(|error| QuestionsError::Unwritable(path.to_owned(), error))?;
    let is_usual = |case: &&AssignmentCase<'_>| case.situation == Situation::Usual;
    Ok(QuestionsOutcome {
        path: path.to_owned(),
        assignments: campaign.cases.len(),
        usual: campaign.cases.iter().filter(is_usual).count(),
        without_referent: without_referent.len(),
    })
}

/// What goes on as usual is filled in, the rest waits for a person.
fn questions_csv(
    cases: &[AssignmentCase<'_>],
    without_referent: &[&Establishment],
    agreed: &[AgreedPriorities],
) -> Vec<u8> {
    let mut rows = vec![COLUMNS.map(str::to_owned).to_vec()];
    for case in cases {
        let proposed = decision_word(&case.proposed());
        let is_usual = case.situation == Situation::Usual;
        let referent = case.referent;
        rows.push(vec![
            case.assignment.establishment.value.to_string(),
            case.school.map_or(String::new(), |school| school.name.value.to_string()),
            referent.id.to_string(),
            format!("{} {}", &*referent.given_name.value, &*referent.family_name.value),
            situation_text(&case.situation),
            proposed.clone(),
            if is_usual { proposed } else { String::new() },
        ]);
    }
    for school in without_referent {
        rows.push(vec![
            school.uai.value.to_string(),
            school.name.value.to_string(),
            String::new(),
            String::new(),
            "sans référent".to_owned(),
        ]);
    }
    rows.iter_mut().for_each(|row| row.resize(COLUMNS.len(), String::new()));
    // Once a school: its answer counts for all its letters.
    let column = COLUMNS.iter().position(|name| *name == AGREED);
    for school in agreed {
        let row = rows.iter_mut().find(|row| row.first() == Some(&school.uai));
        if let Some(cell) = row.zip(column).and_then(|(row, at)| row.get_mut(at)) {
            *cell = school.priorities.join(" ; ");
        }
    }
    write_csv(&rows)
}
