//! Rows below a header that are no records: hidden ones, the header once more, an example of how to fill the
//! form, a total, a line of text. They are left out, and said.

use crate::import::heading::Heading;
use crate::records::spelling;
use crate::records::values::Uai;
use sheet_reader::{Cell, Row};

/// Why a row is no record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SideRow {
    Hidden,
    Header,
    Example,
    Total,
    Numbers,
    Text,
}

impl SideRow {
    /// The reason, in French.
    pub(super) fn reason(self) -> &'static str {
        match self {
            Self::Hidden => "masquée dans le classeur (à afficher dans le tableur pour la lire)",
            Self::Header => "en-tête répété",
            Self::Example => "ligne d’exemple",
            Self::Total => "ligne de total",
            Self::Numbers => "numéros de colonnes",
            Self::Text => "ligne de texte, sans données",
        }
    }
}

/// Beginnings of a row that adds up others; folded.
const TOTALS: [&str; 7] =
    ["total", "totaux", "soustotal", "totalgeneral", "nombretotal", "effectiftotal", "moyenne"];
/// Words of an example; folded.
const EXAMPLES: [&str; 6] = ["ex", "exemple", "exemples", "pex", "parexemple", "example"];

/// Whether a row is no record; the column of the UAI says that it may be one.
pub(super) fn side_row(row: &Row, header: &Row, uai: Option<usize>) -> Option<SideRow> {
    if row.is_hidden {
        return Some(SideRow::Hidden);
    }
    let filled: Vec<(usize, &Cell)> =
        row.cells.iter().enumerate().filter(|(_, cell)| !cell.is_blank()).collect();
    let (first, text) = filled.first().map(|(at, cell)| (*at, cell.text()))?;
    if is_header(&filled, header) {
        return Some(SideRow::Header);
    }
    let code = uai.and_then(|at| row.cells.get(at)).map(Cell::text).unwrap_or_default();
    if is_example(&text) || is_example(&code) || filled.iter().any(|(_, cell)| says_example(cell)) {
        return Some(SideRow::Example);
    }
    if may_be_code(&code) || may_be_code(&text) {
        return None;
    }
    let label = spelling::folded(&text);
    if TOTALS.iter().any(|total| label.starts_with(total)) {
        return Some(SideRow::Total);
    }
    if is_numbering(&filled) {
        return Some(SideRow::Numbers);
    }
    // Somebody may have forgotten all but a name: only what stands where the code belongs is a line of text.
    let is_text = filled.len() == 1 && (first == 0 || uai == Some(first));
    is_text.then_some(SideRow::Text)
}

fn is_header(filled: &[(usize, &Cell)], header: &Row) -> bool {
    let is_same = |(at, cell): &&(usize, &Cell)| {
        let heading = header.cells.get(*at).map(Cell::text).unwrap_or_default();
        !heading.trim().is_empty() && Heading::of(&heading).is(&cell.text())
    };
    let same = filled.iter().filter(is_same).count();
    same >= 2 && same * 10 >= filled.len() * 6
}

/// "Ex. : 0860001J", "Exemple – 0860001J", "(exemple)".
fn is_example(text: &str) -> bool {
    let text = text.trim_start_matches(|c: char| !c.is_alphabetic());
    let parts: Vec<&str> = text.splitn(2, [':', '-', '–', '(', ')']).collect();
    let starts = parts.first().map(|part| spelling::folded(part)).unwrap_or_default();
    let word = text.split_whitespace().next().map(spelling::folded).unwrap_or_default();
    EXAMPLES.contains(&starts.as_str()) || EXAMPLES.contains(&word.as_str()) && may_be_code(text)
}

/// "Ex. : DUPONT" in any cell.
fn says_example(cell: &Cell) -> bool {
    let Cell::Text(text) = cell else { return false };
    let start = text.split_once(':').map(|(start, _)| spelling::folded(start));
    start.is_some_and(|start| EXAMPLES.contains(&start.as_str()))
}

/// Whether a text holds something like a code of a school, right or wrong.
fn may_be_code(text: &str) -> bool {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric());
    let digits = |word: &str| word.bytes().filter(u8::is_ascii_digit).count();
    words.clone().any(|word| word.parse::<Uai>().is_ok() || digits(word) >= 5 && word.len() <= 9)
}

/// "(1) (2) (3)" below a header.
fn is_numbering(filled: &[(usize, &Cell)]) -> bool {
    let number = |cell: &Cell| -> Option<usize> {
        cell.text().trim_matches(|c: char| !c.is_ascii_digit()).parse().ok()
    };
    let numbers: Option<Vec<usize>> = filled
        .iter()
        .map(|(_, cell)| number(cell).filter(|_| cell.text().chars().count() <= 4))
        .collect();
    numbers.is_some_and(|numbers| {
        numbers.len() >= 3 && numbers.windows(2).all(|pair| pair[1] == pair[0] + 1)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(texts: &[&str]) -> Row {
        let cells = texts.iter().map(|text| match *text {
            "" => Cell::Empty,
            text => Cell::Text(text.to_owned()),
        });
        Row { number: 2, cells: cells.collect(), ..Row::default() }
    }

    #[test]
    fn rows_that_are_no_records_are_known_and_others_stay() {
        let header = row(&["UAI", "Civilité", "Nom", "Prénom", "Fonction"]);
        for (texts, expected) in [
            (&["UAI", "Civilité", "Nom", "Prénom", "Fonction"][..], Some(SideRow::Header)),
            (&["uai", "CIVILITE", "NOM", "", "suite"], Some(SideRow::Header)),
            (&["Ex. : 0860001J", "Mme", "DUPONT", "Marie"], Some(SideRow::Example)),
            (&["Exemple 0860001J", "Mme", "DUPONT", "Marie"], Some(SideRow::Example)),
            (&["0860001J", "Mme", "ex : DUPONT", "Marie"], Some(SideRow::Example)),
            (&["exemple", "Mme", "DUPONT", "Marie"], Some(SideRow::Example)),
            (&["Total", "", "12 établissements"], Some(SideRow::Total)),
            (&["", "", "TOTAL : 12"], Some(SideRow::Total)),
            (&["(1)", "(2)", "(3)", "(4)", "(5)"], Some(SideRow::Numbers)),
            (&["Page 1 sur 3"], Some(SideRow::Text)),
            (&["0860001J", "Mme", "Durand", "Anne", "Principale"], None),
            (&["0860001J - Collège Ada-Lovelace", "Mme", "Durand"], None),
            (&["", "Mme", "Durand", "Anne", "Principale"], None),
            (&["", "", "Durand"], None),
            (&["086001J"], None),
            (&["0860001J", "Mme", "Exemple", "Jeanne", "Principale"], None),
            (&["0860001J", "Mme", "Exmelin", "Jeanne", "Principale"], None),
            (&["0860001J", "Mme", "Total", "Anne", "Principale"], None),
        ] {
            assert_eq!(side_row(&row(texts), &header, Some(0)), expected, "{texts:?}");
        }
        assert_eq!(side_row(&row(&["", "", "TOTAL"]), &header, None), Some(SideRow::Total));
    }
}
