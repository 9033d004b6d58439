//! The table of what was guessed of a spreadsheet: a person reads it, and corrects the profile.

use crate::app::wording::count;
use crate::cli::ui::output::Output;
use crate::import::guess::guess_profile::GuessedRow;
use crate::import::guess::sample::GuessedBy;

/// Widest text of a column of the table.
const WIDEST: usize = 48;

/// Says what each column seems to be, and what that rests on.
pub(super) fn say_guess(output: &Output, table: &[GuessedRow]) {
    let lines: Vec<[String; 3]> = table.iter().map(line).collect();
    let head = ["colonne", "par exemple", "devient"].map(str::to_owned);
    let width = |at: usize| {
        let texts = lines.iter().chain([&head]).map(|line| line[at].chars().count());
        texts.max().unwrap_or(0)
    };
    let (first, second) = (width(0), width(1));
    for [column, example, meaning] in [&head].into_iter().chain(&lines) {
        output.say(&format!("  {column:<first$}  {example:<second$}  {meaning}"));
    }
}

fn line(row: &GuessedRow) -> [String; 3] {
    let meaning = match (row.french, row.field, row.by) {
        (Some(french), Some(field), by) => {
            let by = match by {
                Some(GuessedBy::Heading) => ", d'après l'intitulé",
                Some(GuessedBy::Content) => ", d'après le contenu",
                _ => "",
            };
            format!("{french} ({field}{by})")
        }
        _ => format!("non lue ({})", count(row.cells, "case", "cases")),
    };
    [shortened(&row.column), shortened(&row.example), meaning]
}

fn shortened(text: &str) -> String {
    match text.chars().count() > WIDEST {
        true => format!("{}…", text.chars().take(WIDEST - 1).collect::<String>()),
        false => text.to_owned(),
    }
}
