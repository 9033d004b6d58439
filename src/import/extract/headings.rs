//! The headings of a sheet, with the groups that stand in the row above: "Chef d’établissement" over four
//! columns, "Référent numérique" over four more. A column of a group about somebody else is not read for a
//! name that both have.

use crate::import::heading::Heading;
use crate::import::record_target::RecordTarget;
use crate::records::spelling;
use sheet_reader::{Cell, Sheet};
use std::collections::BTreeSet;

/// Number of non-blank rows that are searched for the header.
pub(super) const HEADER_ROWS: usize = 30;

/// The headings of a header row, as they stand.
pub fn headings(sheet: &Sheet, header: usize) -> Vec<Heading> {
    let Some(row) = sheet.rows.get(header) else { return Vec::new() };
    let groups = groups(sheet, header);
    let each = row.cells.iter().enumerate();
    each.map(|(at, cell)| Heading::of(&cell.text()).in_group(groups.get(at).cloned().flatten()))
        .collect()
}

/// The same for one kind of records.
pub(in crate::import) fn headings_for(
    target: RecordTarget,
    sheet: &Sheet,
    header: usize,
) -> Vec<Heading> {
    let all = headings(sheet, header).into_iter();
    all.map(|heading| match heading.group().is_some_and(|group| is_of_others(target, group)) {
        true => heading.grouped_only(),
        false => heading,
    })
    .collect()
}

/// The group of each column: the last text of the row above, up to the next one. A title alone is none.
fn groups(sheet: &Sheet, header: usize) -> Vec<Option<String>> {
    let above = header.checked_sub(1).and_then(|at| sheet.rows.get(at));
    let (Some(above), Some(row)) = (above, sheet.rows.get(header)) else { return Vec::new() };
    if above.number + 1 != row.number {
        return Vec::new();
    }
    let labels: Vec<String> = above.cells.iter().map(|cell| spelling::tidy(&cell.text())).collect();
    let heading = |at: usize| row.cells.get(at).map(|cell| spelling::folded(&cell.text()));
    let different: BTreeSet<String> = labels
        .iter()
        .enumerate()
        .map(|(at, label)| (at, spelling::folded(label)))
        .filter(|(at, label)| !label.is_empty() && heading(*at).as_ref() != Some(label))
        .map(|(_, label)| label)
        .collect();
    if different.len() < 2 {
        return Vec::new();
    }
    let mut last = None;
    let group = |at: usize| {
        if let Some(label) = labels.get(at).filter(|label| !label.is_empty()) {
            // A cell that is merged over both rows is a heading and no group.
            last = (heading(at) != Some(spelling::folded(label))).then(|| label.clone());
        }
        last.clone()
    };
    (0..row.cells.len()).map(group).collect()
}

/// Whether a group is about somebody else than these records.
fn is_of_others(target: RecordTarget, group: &str) -> bool {
    let folded = spelling::folded(group);
    let says = |stems: &[&str]| stems.iter().any(|stem| folded.contains(stem));
    let of_head = says(&["chef", "principal", "proviseur", "directeur", "directrice", "direction"]);
    let of_referent = says(&["referent", "rupn", "personneressource", "designe"]);
    match target {
        RecordTarget::Head => of_referent && !of_head,
        RecordTarget::Referent | RecordTarget::Allowance => of_head && !of_referent,
        RecordTarget::Establishment => of_head || of_referent,
    }
}

/// The name of a column as a profile may give it: with its group, where another column has the same.
pub(in crate::import) fn column_names(sheet: &Sheet, header: usize) -> Vec<String> {
    let all = headings(sheet, header);
    let Some(row) = sheet.rows.get(header) else { return Vec::new() };
    let texts: Vec<String> =
        row.cells.iter().map(Cell::text).map(|text| spelling::tidy(&text)).collect();
    let is_repeated = |at: usize, text: &String| {
        let folded = spelling::folded(text);
        let mut others = texts.iter().enumerate().filter(|(other, _)| *other != at);
        !folded.is_empty() && others.any(|(_, other)| spelling::folded(other) == folded)
    };
    let named = texts.iter().enumerate().map(|(at, text)| {
        match all.get(at).and_then(Heading::group).filter(|_| is_repeated(at, text)) {
            Some(group) => format!("{group} – {text}"),
            None => text.clone(),
        }
    });
    named.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_tells_columns_of_one_name_apart() {
        let text = ";;Chef d’établissement;;Référent numérique;\nUAI;Lieu;Nom;Prénom;Nom;Prénom\n";
        let workbook = sheet_reader::read(text.as_bytes()).unwrap();
        let sheet = &workbook.sheets[0];
        let of_head = headings_for(RecordTarget::Head, sheet, 1);
        let places = |headings: &[Heading], name: &str| -> Vec<usize> {
            let found = headings.iter().enumerate().filter(|(_, heading)| heading.is(name));
            found.map(|(at, _)| at).collect()
        };
        assert_eq!(places(&of_head, "Nom"), [2]);
        assert_eq!(places(&headings_for(RecordTarget::Referent, sheet, 1), "Nom"), [4]);
        assert_eq!(places(&of_head, "Référent numérique : Nom"), [4]);
        assert_eq!(column_names(sheet, 1)[5], "Référent numérique – Prénom");
        let title = sheet_reader::read("Liste des référents;\nUAI;Nom\n".as_bytes()).unwrap();
        assert_eq!(headings(&title.sheets[0], 1)[1].group(), None);
    }
}
