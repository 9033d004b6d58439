//! The records exported as a workbook, edited as a person would, and imported again.

use crate::support::{Project, hashes};
use calamine::{Data, Reader as _, Xlsx};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use serde_json::Value;
use std::io::Cursor;

const FILE: &str = "fiches.xlsx";
const SCHOOLS: &str = "data/establishments.toml";
const PEOPLE: &str = "data/referents.toml";

/// The cells of a workbook, by sheet, as a spreadsheet program shows them.
struct Book {
    sheets: Vec<(String, Vec<Vec<Data>>)>,
}

impl Book {
    fn read(project: &Project) -> Self {
        let mut book = Xlsx::new(Cursor::new(project.bytes(FILE))).unwrap();
        let names = book.sheet_names();
        let rows = |name: &String| {
            let range = book.worksheet_range(name).unwrap();
            (name.clone(), range.rows().map(<[Data]>::to_vec).collect())
        };
        Self { sheets: names.iter().map(rows).collect() }
    }

    fn sheet(&mut self, name: &str) -> &mut Vec<Vec<Data>> {
        let (_, rows) = self.sheets.iter_mut().find(|(sheet_name, _)| sheet_name == name).unwrap();
        rows
    }

    /// The cell of a row that is known by one of its cells.
    fn cell(&mut self, sheet: &str, key: &str, heading: &str) -> &mut Data {
        let rows = self.sheet(sheet);
        let at = rows[0].iter().position(|cell| *cell == heading);
        let at = at.unwrap_or_else(|| panic!("no column {heading}: {:?}", rows[0]));
        let row = rows.iter_mut().find(|row| row.iter().any(|cell| *cell == key));
        &mut row.unwrap_or_else(|| panic!("no row {key}"))[at]
    }

    fn set(&mut self, sheet: &str, key: &str, heading: &str, text: &str) {
        *self.cell(sheet, key, heading) = match text {
            "" => Data::Empty,
            text => Data::String(text.to_owned()),
        };
    }

    fn remove(&mut self, sheet: &str, key: &str) {
        self.sheet(sheet).retain(|row| !row.iter().any(|cell| *cell == key));
    }

    /// Saves it as another program does.
    fn save(&self, project: &Project) {
        let mut book = Workbook::new();
        let date = Format::new().set_num_format("dd/mm/yyyy");
        for (name, rows) in &self.sheets {
            let sheet = book.add_worksheet();
            sheet.set_name(name).unwrap();
            for (line, row) in (0..).zip(rows) {
                for (at, cell) in (0..).zip(row) {
                    match cell {
                        Data::Empty => {}
                        Data::DateTime(day) => {
                            let (year, month, day, ..) = day.to_ymd_hms_milli();
                            let day = ExcelDateTime::from_ymd(year, month, day).unwrap();
                            sheet.write_date_with_format(line, at, &day, &date).unwrap();
                        }
                        cell => {
                            sheet.write_string(line, at, cell.to_string()).unwrap();
                        }
                    }
                }
            }
        }
        project.write(FILE, book.save_to_buffer().unwrap());
    }
}

impl Project {
    fn export_records(&self) -> Value {
        let path = self.path(FILE);
        let words = ["export", "--records", path.to_str().unwrap(), "--force", "--json"];
        self.missive(&words).expect(0).json()
    }

    fn import_records(&self, more: &[&str]) -> Value {
        let path = self.path(FILE);
        let words = ["import", path.to_str().unwrap(), "--json"];
        self.missive(&[&words[..], more].concat()).expect(0).json()
    }
}

fn changes(json: &Value) -> Vec<String> {
    let line = |change: &Value| {
        let who = change["referent"].as_str().or(change["uai"].as_str()).unwrap();
        format!(
            "{who} {} {} -> {}",
            change["field"].as_str().unwrap(),
            change["before"],
            change["after"]
        )
    };
    json["changes"].as_array().unwrap().iter().map(line).collect()
}

fn is_empty(json: &Value, list: &str) -> bool {
    json[list].as_array().unwrap().is_empty()
}

/// Values that spreadsheet programs and careless readers change.
fn make_difficult(project: &Project) {
    project.replace(SCHOOLS, "Collège Ada-Lovelace", "LYCÉE  COLLEGE ADA");
    project.replace(
        SCHOOLS,
        "\"3 place du Marché\"",
        "\"=1+1\", \"3 PLACE DU MARCHÉ\", \"Valclair\", \"-x\"",
    );
    project.replace(SCHOOLS, "function = \"Principale\"", "function = \"Principal\"");
    project.replace(SCHOOLS, "ce.0860002k@academie.example", "Ce.0860002K@Academie.example");
    project.replace(
        SCHOOLS,
        "city = \"Exempleville\"",
        "city = \"Exempleville\"\nphone = \"+33 5 49 00 00 00\"",
    );
}

#[test]
fn imported_back_unchanged_it_proposes_nothing() {
    for difficult in [false, true] {
        let project = Project::sample();
        if difficult {
            make_difficult(&project);
        }
        let written = project.export_records();
        assert_eq!((&written["establishments"], &written["assignments"]), (&12.into(), &13.into()));
        let id = written["id"].as_str().unwrap();
        assert!(project.path(&format!("data/imports/{id}.json")).exists());
        let before = hashes(&project.path("data"));
        for saved_again in [false, true] {
            if saved_again {
                Book::read(&project).save(&project);
            }
            let told = project.import_records(&["--apply"]);
            for list in [
                "changes",
                "conflicts",
                "kept",
                "gone",
                "questions",
                "rejected",
                "merged",
                "unread",
            ] {
                assert!(is_empty(&told, list), "{list}: {told}");
            }
            assert_eq!(hashes(&project.path("data")), before);
        }
    }
}

#[test]
fn the_workbook_is_french_dated_open_and_harmless() {
    let project = Project::sample();
    make_difficult(&project);
    let id = project.export_records()["id"].as_str().unwrap().to_owned();
    let once = project.bytes(FILE);
    project.export_records();
    assert!(project.bytes(FILE) == once, "the same records give the same bytes");
    let mut book = Book::read(&project);
    let names: Vec<&String> = book.sheets.iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["Établissements", "Référents", "À propos"]);
    let metadata = Xlsx::new(Cursor::new(once)).unwrap().sheets_metadata().to_vec();
    assert!(metadata.iter().all(|sheet| sheet.visible == calamine::SheetVisible::Visible));
    assert_eq!(book.cell("À propos", "Identifiant du classeur", &id).to_string(), id);
    let headings: Vec<String> =
        book.sheet("Établissements")[0].iter().map(Data::to_string).collect();
    assert_eq!(headings[..5], ["Code UAI", "Nom", "Type", "Secteur", "Cité scolaire"]);
    assert!(matches!(
        book.cell("Établissements", "0860002K", "En fonction depuis"),
        Data::DateTime(_)
    ));
    assert_eq!(book.cell("Établissements", "0860001J", "Adresse 1").to_string(), "'=1+1");
    assert_eq!(book.cell("Établissements", "0860002K", "Type").to_string(), "collège");
    let cells = book.sheets.iter().flat_map(|(_, rows)| rows.iter().flatten());
    let texts: Vec<String> = cells.map(Data::to_string).collect();
    assert!(!texts.iter().any(|text| text.starts_with(['=', '+', '-', '@'])));
}

#[test]
fn a_changed_an_emptied_an_added_and_a_removed_row_each_have_their_meaning() {
    let project = Project::sample();
    project.export_records();
    let mut book = Book::read(&project);
    let schools = "Établissements";
    book.set(schools, "0860001J", "Adresse 1", "4 place du Marché");
    book.set(schools, "0860003L", "Priorité 2", "");
    book.set(schools, "0860002K", "ENT", "");
    book.set(schools, "0860002K", "Nom du chef", "Benali-Roux");
    // A school without a head any more, and one whose row was emptied but for its code.
    for heading in [
        "Civilité du chef",
        "Prénom du chef",
        "Nom du chef",
        "Fonction du chef",
        "En fonction depuis",
    ] {
        book.set(schools, "0170201B", heading, "");
    }
    let headings: Vec<String> = book.sheet(schools)[0].iter().map(Data::to_string).collect();
    headings.iter().skip(1).for_each(|heading| book.set(schools, "0170203D", heading, ""));
    book.remove(schools, "0170202C");
    let mut new = book.sheet(schools)[1].clone();
    new.iter_mut()
        .enumerate()
        .filter(|(at, _)| headings[*at].contains("chef") || headings[*at] == "En fonction depuis")
        .for_each(|(_, cell)| *cell = Data::Empty);
    new[0] = Data::String("0860005N".to_owned());
    new[1] = Data::String("Collège Nouveau".to_owned());
    book.sheet(schools).push(new);
    book.set("Référents", "martin-claire", "Fonction", "professeure de physique");
    let mut person = book.sheet("Référents")[1].clone();
    person[0] = Data::Empty;
    for (at, text) in [(2, "Zoé"), (3, "Aubert"), (4, "zoe@academie.example"), (6, "0860005N")] {
        person[at] = Data::String(text.to_owned());
    }
    book.sheet("Référents").push(person);
    book.save(&project);
    let told = project.import_records(&[]);
    let all = changes(&told);
    for line in [
        "0860001J address [\"3 place du Marché\"] -> [\"4 place du Marché\"]",
        "0860002K digital_workspace \"Exemple ENT\" -> null",
        "0860002K head.family_name \"Benali\" -> \"Benali-Roux\"",
        "martin-claire post",
        "0860005N name null -> \"Collège Nouveau\"",
        "aubert-zoe assignment.establishment null -> \"0860005N\"",
        "0170201B head.family_name",
    ] {
        assert!(all.iter().any(|line| line.starts_with(line)), "{line}: {all:#?}");
    }
    assert!(
        all.iter().any(|line| line.starts_with("0860003L priorities") && !line.ends_with("null"))
    );
    let reason = told["rejected"][0]["reason"].as_str().unwrap();
    assert!(reason.starts_with("Établissements : ligne vidée : rien n'est supprimé"), "{told}");
    assert_eq!(told["rejected"].as_array().unwrap().len(), 1, "{told}");
    assert_eq!(told["gone"].as_array().unwrap().len(), 1, "{told}");
    let notes = told["notes"].to_string();
    assert!(notes.contains("les lignes retirées du classeur ne suppriment rien"), "{notes}");
    let rows = &told["rows"];
    let sum = ["imported", "merged", "filtered", "rejected"].map(|key| rows[key].as_u64().unwrap());
    assert_eq!(rows["read"].as_u64().unwrap(), sum.iter().sum::<u64>(), "{rows}");
    project.import_records(&["--apply"]);
    let text = project.read(SCHOOLS);
    assert!(
        text.contains("0170202C")
            && text.contains("Katherine-Johnson")
            && text.contains("Benali-Roux")
    );
    project.missive(&["check"]).expect(0);
    let again = project.import_records(&["--apply"]);
    assert!(is_empty(&again, "changes"), "{again}");
}

#[test]
fn corrections_made_in_the_records_meanwhile_stay_and_clashes_are_asked() {
    let project = Project::sample();
    project.export_records();
    let mut book = Book::read(&project);
    book.set("Établissements", "0860002K", "Commune", "Port-Clair");
    book.set("Établissements", "0860001J", "Commune", "Mont-Clair");
    book.save(&project);
    // Somebody else corrects the records while the workbook is on its way.
    project.replace(SCHOOLS, "Lycée Sophie-Germain", "Lycée général Sophie-Germain");
    project.replace(SCHOOLS, "city = \"Saint-Exemple-sur-Clairière\"", "city = \"Saint-Exemple\"");
    let told = project.import_records(&["--apply"]);
    assert_eq!(changes(&told).len(), 1, "{told}");
    assert_eq!(told["kept"][0]["before"], "Lycée général Sophie-Germain", "{told}");
    assert_eq!(told["conflicts"][0]["field"], "city", "{told}");
    let text = project.read(SCHOOLS);
    assert!(
        text.contains("général Sophie")
            && text.contains("Mont-Clair")
            && !text.contains("Port-Clair")
    );
    project.import_records(&["--apply", "--conflicts", "source"]);
    assert!(project.read(SCHOOLS).contains("Port-Clair"));
}

#[test]
fn a_person_of_two_schools_is_changed_from_either_row() {
    let project = Project::sample();
    project.export_records();
    let mut book = Book::read(&project);
    let rows = book.sheet("Référents");
    let ids: Vec<String> = rows.iter().map(|row| row[0].to_string()).collect();
    let first = (1..ids.len()).find(|at| ids[at + 1..].contains(&ids[*at])).unwrap();
    rows[first][5] = Data::String("professeure de musique".to_owned());
    let id = ids[first].clone();
    book.save(&project);
    let told = project.import_records(&["--apply"]);
    assert_eq!(changes(&told).len(), 1, "{told}");
    assert!(changes(&told)[0].starts_with(&format!("{id} post")), "{told}");
    assert!(project.read(PEOPLE).contains("professeure de musique"));
}

#[test]
fn a_workbook_that_cannot_be_compared_is_refused() {
    let project = Project::sample();
    let id = project.export_records()["id"].as_str().unwrap().to_owned();
    let path = project.path(FILE);
    let words = ["import", path.to_str().unwrap()];
    let other = Project::sample();
    let told = other.missive(&words).expect(2);
    assert!(
        told.err.contains(&id) && told.err.contains("missive export --records"),
        "{}",
        told.err
    );
    let mut book = Book::read(&project);
    book.sheet("Référents").remove(0);
    book.save(&project);
    let told = project.missive(&words).expect(2);
    assert!(told.err.contains("la feuille « Référents » de ce classeur manque"), "{}", told.err);
    project.missive(&["export", "--records", "fiches.csv"]).expect(2);
}
