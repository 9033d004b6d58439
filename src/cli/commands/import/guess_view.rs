//! The table of what was guessed of a spreadsheet: a person reads it, and corrects the profile.

use crate::app::importing::import_part::ImportSource;
use crate::app::importing::new_profile::guess_columns;
use crate::app::wording::count;
use crate::cli::ui::output::Output;
use crate::cli::ui::prompt;
use crate::import::guess::guess_profile::{GuessRequest, GuessedProfile, GuessedRow};
use crate::import::guess::sample::GuessedBy;
use crate::records::spelling;

/// Widest text of a column of the table.
const WIDEST: usize = 48;

/// Says what each column seems to be, and what that rests on.
pub(super) fn say_guess(output: &Output, table: &[GuessedRow]) {
    let lines: Vec<[String; 4]> = table.iter().map(line).collect();
    let head = ["n°", "colonne", "par exemple", "devient"].map(str::to_owned);
    let width = |at: usize| {
        let texts = lines.iter().chain([&head]).map(|line| line[at].chars().count());
        texts.max().unwrap_or(0)
    };
    let (number, first, second) = (width(0), width(1), width(2));
    for [at, column, example, meaning] in [&head].into_iter().chain(&lines) {
        output.say(&format!("  {at:>number$}  {column:<first$}  {example:<second$}  {meaning}"));
    }
}

fn line(row: &GuessedRow) -> [String; 4] {
    let meaning = match (row.french, row.field, row.by) {
        (Some(french), Some(field), by) => {
            let by = match by {
                Some(GuessedBy::Heading) => ", d'après l'intitulé",
                Some(GuessedBy::Content) => ", d'après le contenu",
                Some(GuessedBy::Person) => ", comme vous l'avez dit",
                _ => "",
            };
            format!("{french} ({field}{by})")
        }
        _ => format!("non lue ({})", count(row.cells, "case", "cases")),
    };
    [row.number.to_string(), shortened(&row.column), shortened(&row.example), meaning]
}

/// Why a line is no correction of the table.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
enum CorrectionError {
    #[error("écrire le numéro d'une colonne et un champ, comme « 4 nom », ou « 4 - »")]
    Unreadable,
    #[error("il n'y a pas de colonne {0}")]
    UnknownColumn(usize),
    #[error("« {0} » n'est pas un champ ; les champs : {1}")]
    UnknownField(String, String),
}

/// Shows the table until a person finds it right; each line of theirs corrects one column.
pub(super) fn ask_guess(output: &Output, source: ImportSource<'_>, request: &mut GuessRequest) {
    while let Some(guess) = guess_columns(source.path, source.workbook, request) {
        // What the rows are stays what it was when the first table was shown.
        request.target = Some(guess.target);
        say_guess(output, &guess.table);
        let answer = prompt::until(
            "une colonne à corriger (« 4 nom », « 4 - » pour ne pas la lire), ou Entrée si tout est juste :",
            |line| correction(&guess, line),
        );
        let Some(Some((number, field))) = answer else { return };
        request.columns.insert(number, field);
    }
}

/// A column and its field; nothing of an empty line.
type Correction = Option<(usize, Option<&'static str>)>;

fn correction(guess: &GuessedProfile, line: &str) -> Result<Correction, CorrectionError> {
    if line.is_empty() {
        return Ok(None);
    }
    let (number, field) = line.split_once(' ').ok_or(CorrectionError::Unreadable)?;
    let number: usize = number.parse().map_err(|_| CorrectionError::Unreadable)?;
    if !guess.table.iter().any(|row| row.number == number) {
        return Err(CorrectionError::UnknownColumn(number));
    }
    let wanted = field.trim();
    if wanted == "-" {
        return Ok(Some((number, None)));
    }
    let fields = guess.target.fields();
    let folded = spelling::folded(wanted);
    let is_meant = |french: &str| spelling::folded(french) == folded;
    let found = fields.iter().find(|field| field.name == wanted || is_meant(field.french));
    match found {
        Some(field) => Ok(Some((number, Some(field.name)))),
        None => {
            let known: Vec<&str> = fields.iter().map(|field| field.french).collect();
            Err(CorrectionError::UnknownField(wanted.to_owned(), known.join(", ")))
        }
    }
}

fn shortened(text: &str) -> String {
    match text.chars().count() > WIDEST {
        true => format!("{}…", text.chars().take(WIDEST - 1).collect::<String>()),
        false => text.to_owned(),
    }
}
