//! A sheet under a profile becomes candidates for records: rows are filtered, cells cleaned, rows of
//! one school brought together; what cannot be taken is rejected with its reason. Each row counts
//! once. Pure.

use super::clean::{self, Form, Value};
use super::people;
use super::profile::{Column, Profile, Target};
use crate::records::spelling;
use sheet_reader::{Cell, Row, Sheet, Workbook};
use std::collections::{BTreeMap, BTreeSet};

/// Rows among which the header is looked for.
const HEADER_WITHIN: usize = 30;

/// The part of a book that a profile reads.
#[derive(Clone, Debug)]
pub struct Found {
    /// Which sheet.
    pub sheet: usize,
    /// Which of its rows is the header.
    pub header: usize,
    /// How many columns and filters fit.
    pub worth: usize,
}

/// What one row says.
#[derive(Clone, Debug, Default)]
pub struct Candidate {
    /// The row.
    pub row: usize,
    /// Values by field.
    pub fields: BTreeMap<&'static str, Value>,
    /// Fields that have a column in this sheet, filled or not.
    pub present: BTreeSet<&'static str>,
    /// Fields that stood in capitals, which carry no accents.
    pub shouted: BTreeSet<&'static str>,
}

impl Candidate {
    /// The text of a field.
    pub fn text(&self, field: &str) -> Option<&str> {
        self.fields.get(field).and_then(Value::as_text)
    }

    /// The day of a field.
    pub fn day(&self, field: &str) -> Option<jiff::civil::Date> {
        match self.fields.get(field) {
            Some(Value::Day(day)) => Some(*day),
            _ => None,
        }
    }
}

/// A cell that was mended.
#[derive(Clone, Debug, PartialEq)]
pub struct Mended {
    /// The row.
    pub row: usize,
    /// The field, in French.
    pub field: &'static str,
    /// What was done.
    pub how: &'static str,
    /// The cell before.
    pub before: String,
    /// The value after.
    pub after: String,
}

/// A row that was brought together with another.
#[derive(Clone, Debug, PartialEq)]
pub struct Joined {
    /// The row.
    pub row: usize,
    /// The row that counts.
    pub into: usize,
    /// What the two are about.
    pub key: String,
    /// In what they differ: field in French, what counts, what was left.
    pub differs: Vec<(&'static str, String, String)>,
}

/// What a sheet gives.
#[derive(Clone, Debug, Default)]
pub struct Harvest {
    /// Rows read.
    pub read: usize,
    /// What can be taken.
    pub candidates: Vec<Candidate>,
    /// Rows that say something of a school that another row counts for.
    pub merged: Vec<Joined>,
    /// Rows left out by a filter, with its reason.
    pub filtered: Vec<(usize, String)>,
    /// Rows that cannot be taken, each with all its reasons.
    pub rejected: Vec<(usize, String)>,
    /// Schools that a row names which was filtered out (with the reason) or rejected (without).
    pub aside: BTreeMap<String, Option<String>>,
    /// Cells that were mended.
    pub mended: Vec<Mended>,
    /// What a person should know about the sheet as a whole.
    pub notes: Vec<String>,
}

/// Folded names of a header row.
pub fn header_names(row: &Row) -> Vec<String> {
    row.cells.iter().map(|cell| spelling::folded(&cell.text())).collect()
}

/// Where in a book a profile finds its columns, if anywhere.
pub fn find(book: &Workbook, profile: &Profile) -> Option<Found> {
    let mut best: Option<Found> = None;
    for (at, sheet) in book.sheets.iter().enumerate() {
        let named = profile.sheet.as_deref();
        if named.is_some_and(|name| spelling::folded(name) != spelling::folded(&sheet.name)) {
            continue;
        }
        for (header, row) in sheet.rows.iter().take(HEADER_WITHIN).enumerate() {
            let Some(worth) = profile.fits(&header_names(row)) else { continue };
            if best.as_ref().is_none_or(|own| worth > own.worth) {
                best = Some(Found { sheet: at, header, worth });
            }
        }
    }
    best
}

/// Where the columns of a profile are in a header.
struct Places {
    columns: Vec<Option<usize>>,
    filters: Vec<Option<usize>>,
    avoid: Option<usize>,
    most: Vec<usize>,
    last: usize,
}

fn place(header: &[String], names: &[String]) -> Result<Option<usize>, String> {
    for name in names {
        let folded = spelling::folded(name);
        let mut found = header.iter().enumerate().filter(|(_, own)| **own == folded);
        if let Some((at, _)) = found.next() {
            return match found.next() {
                None => Ok(Some(at)),
                Some((other, _)) => Err(format!(
                    "la colonne « {name} » est là deux fois (colonnes {} et {})",
                    at + 1,
                    other + 1
                )),
            };
        }
    }
    Ok(None)
}

impl Places {
    fn find(profile: &Profile, header: &[String]) -> Result<Self, String> {
        let mut columns = Vec::new();
        for column in &profile.columns {
            columns.push(place(header, &column.names)?);
        }
        let mut filters = Vec::new();
        for filter in &profile.filters {
            filters.push(place(header, &filter.names)?);
        }
        let avoid = place(header, &profile.merge.names)?;
        let mut most = Vec::new();
        for name in &profile.merge.most {
            most.extend(place(header, std::slice::from_ref(name))?);
        }
        let used = columns.iter().chain(&filters).flatten();
        let last = used.copied().max().unwrap_or(0);
        Ok(Self { columns, filters, avoid, most, last })
    }

    /// The column of the code of the school.
    fn uai(&self, profile: &Profile) -> Option<usize> {
        let mut columns = profile.columns.iter().zip(&self.columns);
        columns.find(|(column, _)| column.field.name == "uai").and_then(|(_, at)| *at)
    }
}

/// Reads the rows below a header. An error is one of the sheet as a whole.
pub fn harvest(book: &Workbook, profile: &Profile, found: &Found) -> Result<Harvest, String> {
    let empty = Sheet::default();
    let sheet = book.sheets.get(found.sheet).unwrap_or(&empty);
    let Some(head) = sheet.rows.get(found.header) else { return Ok(Harvest::default()) };
    let header = header_names(head);
    let places = Places::find(profile, &header)?;
    let mut harvest = Harvest::default();
    missing_columns(profile, &places, &mut harvest);
    // In a text file a row that is longer or shorter than the header has shifted; in a workbook cells
    // keep their columns.
    let is_text = sheet.name.is_empty();
    let width = head.cells.len();
    let mut ranks = BTreeMap::new();
    for row in sheet.rows.iter().skip(found.header + 1) {
        harvest.read += 1;
        let blank = Cell::Empty;
        let cell = |at: usize| row.cells.get(at).unwrap_or(&blank);
        let uai = places.uai(profile).and_then(|at| match clean::clean(cell(at), Form::Uai) {
            Ok(cleaned) => cleaned.value.map(|value| value.to_string()),
            Err(_) => None,
        });
        let beyond = row.cells.iter().skip(width).any(|cell| !cell.is_blank());
        let short = row.cells.len() < width && row.cells.len() <= places.last;
        if is_text && (beyond || short) {
            harvest.rejected.push((
                row.number,
                format!("la ligne a {} cases au lieu de {width}", row.cells.len()),
            ));
            harvest.aside.extend(uai.map(|uai| (uai, None)));
            continue;
        }
        let left = profile.filters.iter().zip(&places.filters).find(|(filter, at)| {
            let Some(at) = at else { return false };
            let value = spelling::folded(&cell(*at).text());
            (!filter.keep.is_empty() && !filter.keep.contains(&value))
                || filter.leave.contains(&value)
        });
        if let Some((filter, _)) = left {
            harvest.filtered.push((row.number, filter.reason.clone()));
            if let Some(uai) = uai {
                harvest.aside.entry(uai).or_insert_with(|| Some(filter.reason.clone()));
            }
            continue;
        }
        let mut mended = Vec::new();
        match candidate(profile, &places, row, &mut mended) {
            Ok(candidate) => {
                let avoided =
                    places.avoid.map_or(String::new(), |at| spelling::folded(&cell(at).text()));
                let avoid = profile.merge.avoid.iter().any(|word| avoided.contains(word.as_str()));
                let ones = places.most.iter().filter(|at| cell(**at).text().trim() == "1").count();
                ranks.insert(candidate.row, (avoid, std::cmp::Reverse(ones)));
                harvest.candidates.push(candidate);
                harvest.mended.append(&mut mended);
            }
            Err(reasons) => {
                harvest.rejected.push((row.number, reasons.join(" ; ")));
                harvest.aside.extend(uai.map(|uai| (uai, None)));
            }
        }
    }
    if matches!(profile.target, Target::Establishment | Target::Head) {
        join(&mut harvest, &ranks, profile.target);
    }
    Ok(harvest)
}

fn missing_columns(profile: &Profile, places: &Places, harvest: &mut Harvest) {
    let fields: BTreeSet<&str> = profile
        .columns
        .iter()
        .zip(&places.columns)
        .filter(|(column, at)| at.is_some() || column.constant.is_some())
        .map(|(column, _)| column.field.name)
        .collect();
    let mut told = BTreeSet::new();
    for column in &profile.columns {
        let person = ["given_name", "family_name", "civility", "person"];
        let by_person = person.contains(&column.field.name)
            && (fields.contains("person") || fields.contains("family_name"));
        if !fields.contains(column.field.name)
            && column.expected
            && !by_person
            && told.insert(column.field.name)
        {
            harvest.notes.push(format!("pas de colonne pour « {} »", column.field.french));
        }
    }
    for (filter, at) in profile.filters.iter().zip(&places.filters) {
        if at.is_none() {
            harvest.notes.push(format!(
                "le filtre « {} » n'a pu servir : pas de colonne {}",
                filter.reason,
                filter.names.first().map_or("", String::as_str)
            ));
        }
    }
}

fn candidate(
    profile: &Profile,
    places: &Places,
    row: &Row,
    mended: &mut Vec<Mended>,
) -> Result<Candidate, Vec<String>> {
    let mut candidate = Candidate { row: row.number, ..Candidate::default() };
    let mut reasons = Vec::new();
    let mut unknown: BTreeMap<&'static str, String> = BTreeMap::new();
    let mut lines: Vec<String> = Vec::new();
    for (column, at) in profile.columns.iter().zip(&places.columns) {
        let name = column.field.name;
        if at.is_none() && column.constant.is_none() {
            continue;
        }
        candidate.present.insert(name);
        let is_address = column.field.form == Form::Address;
        if (!is_address && candidate.fields.contains_key(name)) || !applies(column, &candidate) {
            continue;
        }
        let blank = Cell::Empty;
        let cell = match (&column.constant, at) {
            (Some(constant), None) => Cell::Text(constant.clone()),
            (_, Some(at)) => row.cells.get(*at).unwrap_or(&blank).clone(),
            (None, None) => continue,
        };
        match taken(column, &cell) {
            Ok(Taken::Nothing) => {}
            Ok(Taken::Unlisted(text)) => {
                unknown.entry(name).or_insert(text);
            }
            Ok(Taken::Value(cleaned)) => {
                let Some(value) = cleaned.value else { continue };
                if let Some(how) = cleaned.mended {
                    let before = spelling::tidy(&cell.text());
                    mended.push(Mended {
                        row: row.number,
                        field: column.field.french,
                        how,
                        before,
                        after: value.to_string(),
                    });
                }
                if cleaned.shouted {
                    candidate.shouted.insert(name);
                }
                if is_address {
                    lines.extend(value.as_text().map(str::to_owned));
                } else if name == "person" {
                    person(column, &value, &mut candidate, &mut reasons, mended);
                } else {
                    candidate.fields.insert(name, value);
                }
            }
            Err(reason) => reasons.push(format!("{} : {reason}", column.field.french)),
        }
    }
    if !lines.is_empty() {
        let lines = without_city(lines, &candidate);
        if !lines.is_empty() {
            candidate.fields.insert("address", Value::List(lines));
        }
    }
    agree(&mut candidate);
    for field in profile.target.fields().iter().filter(|field| field.required) {
        if candidate.fields.contains_key(field.name)
            || reasons.iter().any(|own| own.starts_with(field.french))
        {
            continue;
        }
        reasons.push(match unknown.get(field.name) {
            Some(text) => format!("{} : « {text} » n'est pas dans le profil", field.french),
            None if ["given_name", "family_name"].contains(&field.name)
                && reasons.iter().any(|own| own.contains("impossible de dire")) =>
            {
                continue;
            }
            None => format!("{} : manque", field.french),
        });
    }
    match reasons.is_empty() {
        true => Ok(candidate),
        false => Err(reasons),
    }
}

fn applies(column: &Column, candidate: &Candidate) -> bool {
    column.when.iter().all(|(field, wanted)| {
        candidate.text(field).is_some_and(|value| wanted.iter().any(|own| own == value))
    })
}

enum Taken {
    Nothing,
    Unlisted(String),
    Value(clean::Cleaned),
}

fn taken(column: &Column, cell: &Cell) -> Result<Taken, String> {
    let folded = spelling::folded(&cell.text());
    if cell.is_blank() || column.ignore.contains(&folded) && !column.ignore.is_empty() {
        return Ok(Taken::Nothing);
    }
    let mut cell = cell.clone();
    if !column.values.is_empty() {
        match column.values.iter().find(|(from, _)| *from == folded) {
            Some((_, to)) if to.is_empty() => return Ok(Taken::Nothing),
            Some((_, to)) => cell = Cell::Text(to.clone()),
            None if !column.keep_others => {
                let shown: String = spelling::tidy(&cell.text()).chars().take(40).collect();
                return Ok(Taken::Unlisted(shown));
            }
            None => {}
        }
    }
    let cleaned = clean::clean(&cell, column.field.form)?;
    if let (Some(pattern), Some(Value::Text(text))) = (&column.pattern, &cleaned.value) {
        let value = Some(Value::Text(pattern.replace("{}", text)));
        return Ok(Taken::Value(clean::Cleaned { value, ..cleaned }));
    }
    Ok(Taken::Value(cleaned))
}

fn person(
    column: &Column,
    value: &Value,
    candidate: &mut Candidate,
    reasons: &mut Vec<String>,
    mended: &mut Vec<Mended>,
) {
    let Some(text) = value.as_text() else { return };
    match people::split(text, column.order) {
        Ok(person) => {
            let loud = |word: &str| spelling::is_shouted(word) && word.chars().count() > 2;
            if text.split(' ').any(loud) {
                candidate.shouted.insert("family_name");
            } else {
                mended.push(Mended {
                    row: candidate.row,
                    field: column.field.french,
                    how: "sans capitales, coupé dans l'ordre que dit la colonne",
                    before: text.to_owned(),
                    after: format!("{} {}", person.given, person.family),
                });
            }
            for (name, part) in [("given_name", person.given), ("family_name", person.family)] {
                candidate.fields.entry(name).or_insert(Value::Text(part));
                candidate.present.insert(name);
            }
            if let Some(civility) = person.civility {
                candidate.fields.entry("civility").or_insert(Value::Text(civility.to_owned()));
                candidate.present.insert("civility");
            }
        }
        Err(reason) => reasons.push(format!("{} : {reason}", column.field.french)),
    }
}

/// Lines of an address that only say postcode and city again are no lines of their own, nor is a
/// line that is there twice.
fn without_city(lines: Vec<String>, candidate: &Candidate) -> Vec<String> {
    let city = spelling::folded(candidate.text("city").unwrap_or_default());
    let postcode = candidate.text("postcode").unwrap_or_default();
    let mut kept: Vec<String> = Vec::new();
    for line in lines {
        let folded = spelling::folded(&line);
        let digits = line.chars().take(5).filter(char::is_ascii_digit).count() == 5;
        let repeats = folded == city
            || (digits && (line.starts_with(postcode) || folded.contains("cedex")))
            || (digits && !city.is_empty() && folded.ends_with(&city));
        if !repeats && !kept.iter().any(|own| spelling::folded(own) == folded) {
            kept.push(line);
        }
    }
    kept
}

/// Masculine functions and posts, and what they are for a woman.
const AGREEMENTS: [(&str, &str); 10] = [
    ("Principal", "Principale"),
    ("Proviseur", "Proviseure"),
    ("Directeur", "Directrice"),
    ("Chef d’établissement", "Cheffe d’établissement"),
    ("professeur", "professeure"),
    ("enseignant", "enseignante"),
    ("conseiller", "conseillère"),
    ("certifié", "certifiée"),
    ("agrégé", "agrégée"),
    ("principal", "principale"),
];

/// Lists write functions in the masculine; a letter agrees with the person.
fn agree(candidate: &mut Candidate) {
    if candidate.text("civility") != Some("Mme") {
        return;
    }
    for field in ["function", "post"] {
        let Some(text) = candidate.text(field) else { continue };
        let agreed: Vec<&str> = text
            .split(' ')
            .enumerate()
            .map(|(at, word)| {
                let first = at == 0 || (at == 1 && text.starts_with("conseill"));
                let found = AGREEMENTS.iter().find(|(own, _)| first && *own == word);
                found.map_or(word, |(_, woman)| woman)
            })
            .collect();
        let whole = AGREEMENTS.iter().find(|(own, _)| *own == text);
        let agreed = whole.map_or_else(|| agreed.join(" "), |(_, woman)| (*woman).to_owned());
        candidate
            .fields
            .insert(if field == "post" { "post" } else { "function" }, Value::Text(agreed));
    }
}

/// Rows of one school: the best by rank counts, the others are told with what they say otherwise.
fn join(
    harvest: &mut Harvest,
    ranks: &BTreeMap<usize, (bool, std::cmp::Reverse<usize>)>,
    target: Target,
) {
    let mut by_key: BTreeMap<String, Vec<Candidate>> = BTreeMap::new();
    for candidate in std::mem::take(&mut harvest.candidates) {
        by_key
            .entry(candidate.text("uai").unwrap_or_default().to_owned())
            .or_default()
            .push(candidate);
    }
    for (key, mut rows) in by_key {
        rows.sort_by_key(|own| (ranks.get(&own.row).copied(), own.row));
        let mut rows = rows.into_iter();
        let Some(mut main) = rows.next() else { continue };
        let mut contrary = Vec::new();
        for other in rows {
            let mut differs = Vec::new();
            for field in target.fields() {
                match (main.fields.get(field.name), other.fields.get(field.name)) {
                    (Some(own), Some(left)) if !own.alike(left) => {
                        differs.push((field.french, own.to_string(), left.to_string()));
                    }
                    (None, Some(more)) => {
                        main.fields.insert(field.name, more.clone());
                    }
                    _ => {}
                }
            }
            let names = ["nom", "prénom"];
            if target == Target::Head && differs.iter().any(|(field, ..)| names.contains(field)) {
                contrary.push(other.row);
            }
            harvest.merged.push(Joined {
                row: other.row,
                into: main.row,
                key: key.clone(),
                differs,
            });
        }
        if contrary.is_empty() {
            harvest.candidates.push(main);
            continue;
        }
        // Two heads of one school: nobody can know which.
        harvest.merged.retain(|own| own.key != key || !contrary.contains(&own.row));
        contrary.push(main.row);
        contrary.sort_unstable();
        let list: Vec<String> = contrary.iter().map(ToString::to_string).collect();
        let reason = format!(
            "deux personnes pour {key} (lignes {}) : n'en garder qu'une",
            list.join(" et ")
        );
        let mut left: Vec<usize> =
            harvest.merged.iter().filter(|own| own.key == key).map(|own| own.row).collect();
        harvest.merged.retain(|own| own.key != key);
        left.extend(&contrary);
        harvest.rejected.extend(left.into_iter().map(|row| (row, reason.clone())));
        harvest.aside.insert(key, None);
    }
    harvest.candidates.sort_by_key(|own| own.row);
    harvest.rejected.sort();
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "Identifiant_de_l_etablissement;Nom_etablissement;Type_etablissement;Statut_public_prive;Adresse_1;Adresse_2;Adresse_3;Code_postal;Nom_commune;Mail;Type_contrat_prive;ministere_tutelle;libelle_nature;etablissement_mere";

    fn of(name: &str, text: &str) -> Harvest {
        let book = sheet_reader::read(text.as_bytes()).unwrap();
        let profile = Profile::built_in(name).unwrap();
        let found = find(&book, &profile).unwrap();
        harvest(&book, &profile, &found).unwrap()
    }

    fn balanced(harvest: &Harvest) -> bool {
        harvest.read
            == harvest.candidates.len()
                + harvest.merged.len()
                + harvest.filtered.len()
                + harvest.rejected.len()
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
            Value::List(vec!["3 rue de la Mer".into(), "BP 12".into()])
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
        assert!(found.rejected[0].1.contains("clé") && found.rejected[1].1.contains("cases"));
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
        let book = sheet_reader::read(b"UAI;UAI;Nom;Pr\xc3\xa9nom;Fonction\n1;2;A;B;C\n").unwrap();
        let profile = Profile::built_in("chefs").unwrap();
        let found = find(&book, &profile).unwrap();
        assert!(harvest(&book, &profile, &found).unwrap_err().contains("deux fois"));
    }
}
