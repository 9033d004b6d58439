//! Reads the rows below a header: filtered, rejected, or a candidate.

use super::columns::{ColumnPositions, HeaderMatch, RepeatedColumn, note_missing_columns};
use super::extracted_rows::{ExtractedRows, REJECTION_HEADING, RowReason};
use super::headings::{column_names, headings_for};
use super::merge_rows::{MergeRank, merge_rows};
use super::month_first::month_first_columns;
use super::remark_words::RemarkSubject;
use super::row_values::{CellNotes, RowReading, read_row};
use super::sheet_notes::sheet_notes;
use super::side_rows::{SideRow, side_row};
use super::unread_columns::UnreadColumns;
use crate::import::cells::clean_cell::clean_cell;
use crate::import::cells::field_form::FieldForm;
use crate::import::heading::Heading;
use crate::import::profile::{Profile, RowFilter};
use crate::import::record_target::RecordTarget;
use crate::records::spelling;
use jiff::civil::Date;
use sheet_reader::{Cell, Row, Sheet, Workbook};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Reads the rows below a header; what is a likely year depends on the day.
pub fn extract_rows(
    workbook: &Workbook,
    profile: &Profile,
    found: &HeaderMatch,
    today: Date,
) -> Result<ExtractedRows, RepeatedColumn> {
    let empty = Sheet::default();
    let sheet = workbook.sheets.get(found.sheet).unwrap_or(&empty);
    let Some(header) = sheet.rows.get(found.header) else { return Ok(ExtractedRows::default()) };
    let headings = headings_for(profile.target, sheet, found.header);
    let positions = ColumnPositions::find(profile, &headings)?;
    let mut extracted = ExtractedRows::default();
    note_missing_columns(profile, &positions, header, &mut extracted);
    if !profile.is_verbatim {
        extracted.notes.extend(sheet_notes(workbook, profile, found, &positions));
    }
    extracted.is_part = is_of_rejected_rows(header);
    let mut unread = UnreadColumns::find(header, &column_names(sheet, found.header), &positions);
    let rows = sheet.rows.get(found.header + 1..).unwrap_or_default();
    let month_first = month_first_columns(profile, &positions, rows);
    let reader = RowReader {
        reading: RowReading { profile, positions, month_first, today },
        header,
        text_width: text_width(sheet, header),
    };
    let mut ranks = BTreeMap::new();
    let mut above = None;
    for row in rows {
        extracted.read += 1;
        if reader.take(row, above, &mut extracted, &mut ranks) {
            unread.read(row, reader.uai(row));
        }
        above = Some(row);
    }
    unread.finish(&mut extracted);
    if matches!(profile.target, RecordTarget::Establishment | RecordTarget::Head) {
        merge_rows(&mut extracted, &ranks, profile.target);
    }
    quote_replacements(&mut extracted);
    Ok(extracted)
}

/// Two people of one school are rejected; where a row says that it takes the place of the other, its words
/// are the reason to keep it.
fn quote_replacements(extracted: &mut ExtractedRows) {
    let says =
        extracted.remarks.iter().filter(|remark| remark.subject == RemarkSubject::Replacement);
    let says: Vec<(Option<&String>, String)> = says
        .map(|remark| {
            (
                remark.uai.as_ref(),
                format!("la ligne {} dit « {} » : la garder ?", remark.row, remark.text),
            )
        })
        .collect();
    for rejected in &mut extracted.rejected {
        let about = |uai: &String| rejected.reason.contains(&format!("personnes pour {uai} "));
        let words = says.iter().find(|(uai, _)| uai.is_some_and(about));
        if let Some((_, words)) = words {
            rejected.reason = format!("{} ; {words}", rejected.reason);
        }
    }
}

/// In a text file a row that is longer or shorter than the header has shifted; in a workbook cells keep
/// their columns, and any width will do.
fn text_width(sheet: &Sheet, header: &Row) -> Option<usize> {
    sheet.name.is_empty().then_some(header.cells.len())
}

/// Whether these are rows that an import rejected, to be imported once more.
pub fn is_of_rejected_rows(header: &Row) -> bool {
    header.cells.first().is_some_and(|cell| Heading::of(&cell.text()).is_exactly(REJECTION_HEADING))
}

struct RowReader<'p> {
    reading: RowReading<'p>,
    header: &'p Row,
    /// How many cells a row of a text file has.
    text_width: Option<usize>,
}

impl RowReader<'_> {
    /// Says what becomes of a row; gives whether it counts as one of the list.
    fn take(
        &self,
        row: &Row,
        above: Option<&Row>,
        extracted: &mut ExtractedRows,
        ranks: &mut BTreeMap<usize, MergeRank>,
    ) -> bool {
        let uai = self.uai(row);
        if let Some(side) = self.side_row(row) {
            let reason = side.reason().to_owned();
            extracted.filtered.push(RowReason { row: row.number, reason: reason.clone() });
            extracted.side_rows.push(RowReason { row: row.number, reason });
            extracted.aside.extend(uai.map(|uai| (uai, None)));
            return false;
        }
        if let Some(reason) = self.unreadable(row) {
            extracted.rejected.push(RowReason { row: row.number, reason });
            extracted.aside.extend(uai.map(|uai| (uai, None)));
            return true;
        }
        if let Some(filter) = self.left_out_by(row) {
            let reason = filter.reason.clone();
            extracted.filtered.push(RowReason { row: row.number, reason });
            if let Some(uai) = uai {
                extracted.aside.entry(uai).or_insert_with(|| Some(filter.reason.clone()));
            }
            return false;
        }
        let mut notes = CellNotes::default();
        match read_row(&self.reading, row, &mut notes) {
            Ok(candidate) => {
                ranks.insert(candidate.row, self.rank(row));
                extracted.candidates.push(candidate);
                extracted.corrected.append(&mut notes.corrected);
                extracted.left_out.append(&mut notes.left_out);
            }
            Err(reasons) => {
                let reason = self.with_code_above(reasons.join(" ; "), above);
                extracted.rejected.push(RowReason { row: row.number, reason });
                extracted.aside.extend(uai.map(|uai| (uai, None)));
            }
        }
        true
    }

    /// Whether a row is no record; the workbook that missive wrote has only records.
    fn side_row(&self, row: &Row) -> Option<SideRow> {
        let RowReading { profile, positions, .. } = &self.reading;
        match profile.is_verbatim {
            true => None,
            false => side_row(row, self.header, positions.uai(profile)),
        }
    }

    /// Why a row cannot be read at all.
    fn unreadable(&self, row: &Row) -> Option<String> {
        if row.has_stray_quote {
            let opened = row.cells.iter().map(Cell::text).find(|text| text.starts_with('"'));
            let opened: String = opened.unwrap_or_default().chars().take(40).collect();
            return Some(format!(
                "un guillemet ouvert n'est jamais fermé : « {opened} » ; le retirer, ou le fermer"
            ));
        }
        self.has_shifted(row).or_else(|| self.without_filter(row))
    }

    /// Where the cell of a filter has no result, nobody knows whether the row counts.
    fn without_filter(&self, row: &Row) -> Option<String> {
        let RowReading { profile, positions, .. } = &self.reading;
        let filters = profile.filters.iter().zip(&positions.filters);
        let mut cells = filters.filter_map(|(filter, at)| Some((filter, cell(row, (*at)?))));
        let (filter, cell) =
            cells.find(|(_, cell)| matches!(cell, Cell::Uncomputed | Cell::Error(_)))?;
        let error = clean_cell(cell, FieldForm::Line).err()?;
        let name = filter.names.first().map_or("", String::as_str);
        Some(format!("{name} : {error} ; impossible de dire si la ligne compte"))
    }

    /// A code that is missing may stand in the row above, for both.
    fn with_code_above(&self, reason: String, above: Option<&Row>) -> String {
        let french = "code UAI : ";
        let is_missing = reason.starts_with(&format!("{french}manque"))
            || reason.starts_with(&format!("{french}« "))
                && reason.contains("écrire la valeur elle-même");
        let code = above.and_then(|above| Some((above.number, self.uai(above)?)));
        match code.filter(|_| is_missing) {
            Some((number, uai)) => {
                format!("{reason} (ligne {number}, au-dessus : {uai} ; une cellule fusionnée ?)")
            }
            None => reason,
        }
    }

    fn uai(&self, row: &Row) -> Option<String> {
        let at = self.reading.positions.uai(self.reading.profile)?;
        let cleaned = clean_cell(cell(row, at), FieldForm::Uai).ok()?;
        cleaned.value.map(|value| value.to_string())
    }

    fn has_shifted(&self, row: &Row) -> Option<String> {
        let width = self.text_width?;
        let beyond = row.cells.iter().skip(width).any(|cell| !cell.is_blank());
        let short = row.cells.len() < width && row.cells.len() <= self.reading.positions.last;
        (beyond || short).then(|| {
            format!("nombre de cases de la ligne : {} au lieu de {width}", row.cells.len())
        })
    }

    fn left_out_by(&self, row: &Row) -> Option<&RowFilter> {
        let RowReading { profile, positions, .. } = &self.reading;
        let mut filters = profile.filters.iter().zip(&positions.filters);
        let found = filters.find(|(filter, at)| {
            let Some(at) = at else { return false };
            let value = spelling::folded(&cell(row, *at).text());
            (!filter.keep.is_empty() && !filter.keep.contains(&value))
                || filter.drop.contains(&value)
        });
        found.map(|(filter, _)| filter)
    }

    fn rank(&self, row: &Row) -> MergeRank {
        let text = |at: usize| cell(row, at).text();
        let RowReading { profile, positions, .. } = &self.reading;
        let avoided = positions.avoid.map_or(String::new(), |at| spelling::folded(&text(at)));
        let avoid = profile.merge.avoid.iter().any(|word| avoided.contains(word.as_str()));
        let ones = positions.count_ones_in.iter().filter(|at| text(**at).trim() == "1").count();
        MergeRank { avoid, ones: Reverse(ones) }
    }
}

fn cell(row: &Row, at: usize) -> &Cell {
    row.cells.get(at).unwrap_or(&Cell::Empty)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::extract::columns::find_header;
    use crate::import::field_value::FieldValue;

    const TODAY: Date = Date::constant(2026, 11, 18);
    const HEADER: &str = "Identifiant_de_l_etablissement;Nom_etablissement;Type_etablissement;Statut_public_prive;Adresse_1;Adresse_2;Adresse_3;Code_postal;Nom_commune;Mail;Type_contrat_prive;ministere_tutelle;libelle_nature;etablissement_mere";

    fn of(name: &str, text: &str) -> ExtractedRows {
        let workbook = sheet_reader::read(text.as_bytes()).unwrap();
        let profile = Profile::built_in(name).unwrap();
        let header = find_header(&workbook, &profile).unwrap();
        extract_rows(&workbook, &profile, &header, TODAY).unwrap()
    }

    fn balanced(extracted: &ExtractedRows) -> bool {
        extracted.read
            == extracted.candidates.len()
                + extracted.merged.len()
                + extracted.filtered.len()
                + extracted.rejected.len()
    }

    #[test]
    fn a_row_of_the_directory_becomes_a_school() {
        let found = of(
            "annuaire",
            &format!(
                "{HEADER}\n0860001J;COLLEGE ADA LOVELACE;Collège;Public;3 RUE DE LA MER;BP 12;86100 VALCLAIR CEDEX;86100;Valclair;Ce.0860001J@academie.example;SANS OBJET;MINISTERE DE L'EDUCATION NATIONALE;COLLEGE;\n"
            ),
        );
        assert!(balanced(&found) && found.candidates.len() == 1, "{found:?}");
        let school = &found.candidates[0];
        assert_eq!(school.text("name"), Some("Collège Ada Lovelace"));
        assert_eq!(
            school.fields["address"],
            FieldValue::List(vec!["3 rue de la Mer".into(), "BP 12".into()])
        );
        assert_eq!(school.text("email"), Some("ce.0860001j@academie.example"));
        assert_eq!(school.text("kind"), Some("college"));
    }

    #[test]
    fn each_row_counts_once_with_its_reason() {
        let row = |uai: &str, kind: &str, contract: &str, ministry: &str, mother: &str| {
            format!(
                "{uai};Lycée B;{kind};Privé;1 rue A;;;86000;Ville;;{contract};{ministry};LYCEE POLYVALENT;{mother}\n"
            )
        };
        let national = "MINISTERE DE L'EDUCATION NATIONALE";
        let found = of(
            "annuaire",
            &[
                format!("{HEADER}\n"),
                row("0860001J", "Ecole", "", national, ""),
                row("0860001J", "Lycée", "HORS CONTRAT", national, ""),
                row("0860001J", "Lycée", "", "AGRICULTURE", ""),
                row("0860001J", "Lycée", "", national, "0860002K"),
                row("0860001K", "Lycée", "", national, ""),
                row("0860001J", "Lycée", "", national, ""),
                "0860002K;=1+1;Lycée;Public\n".to_owned(),
            ]
            .concat(),
        );
        assert!(balanced(&found), "{found:?}");
        assert_eq!((found.candidates.len(), found.filtered.len(), found.rejected.len()), (1, 4, 2));
        assert!(
            found.rejected[0].reason.contains("clé") && found.rejected[1].reason.contains("cases")
        );
    }

    #[test]
    fn rows_of_one_school_are_one_and_the_branch_does_not_count() {
        let row = |name: &str, street: &str| {
            format!(
                "0860001J;{name};Collège;Public;{street};;;86000;Ville;;;EDUCATION NATIONALE;COLLEGE;\n"
            )
        };
        let found = of(
            "annuaire",
            &[
                format!("{HEADER}\n"),
                row("Collège A (annexe du collège B)", "1 rue X"),
                row("Collège B", "2 rue Y"),
            ]
            .concat(),
        );
        assert_eq!(found.candidates[0].text("name"), Some("Collège B"));
        assert_eq!(found.merged[0].differs.len(), 2);
        assert!(balanced(&found));
    }

    #[test]
    fn two_heads_of_one_school_are_nobody() {
        let found = of(
            "chefs",
            "UAI;Civilité;Nom;Prénom;Fonction\n0860001J;Mme;DURAND;Anne;PRINCIPAL\n0860001J;M.;PETIT;Luc;PRINCIPAL\n0860002K;Mme;LE GOFF;Maï;PROVISEUR\n",
        );
        assert!(balanced(&found), "{found:?}");
        assert_eq!(found.rejected.len(), 2);
        assert_eq!(found.candidates[0].text("function"), Some("Proviseure"));
        assert_eq!(found.candidates[0].text("family_name"), Some("Le Goff"));
    }

    #[test]
    fn a_needed_column_that_is_there_twice_is_an_error() {
        let workbook =
            sheet_reader::read(b"UAI;UAI;Nom;Pr\xc3\xa9nom;Fonction\n1;2;A;B;C\n").unwrap();
        let profile = Profile::built_in("chefs").unwrap();
        let header = find_header(&workbook, &profile).unwrap();
        assert!(
            extract_rows(&workbook, &profile, &header, TODAY)
                .unwrap_err()
                .to_string()
                .contains("deux fois")
        );
    }
}
