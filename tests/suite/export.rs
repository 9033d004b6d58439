//! The account as a spreadsheet: read back as a program reads it, and held against `status`.

use crate::support::{Project, Told};
use calamine::{Data, Reader as _, Xlsx};
use missive::plan::letter_state::LetterState;
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::Cursor;
use std::path::PathBuf;

const SCHOOLS: &str = "data/establishments.toml";
/// The letters of the sample that the stories name.
const CHATELET: &str = "2026-0160101Y-4S54";

/// A table by headings.
type Table = Vec<BTreeMap<String, String>>;

fn export(project: &Project, name: &str, more: &[&str]) -> Told {
    let path = project.path(name);
    let words = ["export", path.to_str().unwrap(), "--force"];
    project.missive(&[&words[..], more].concat())
}

fn csv(bytes: &[u8]) -> Table {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap();
    let mut reader = csv::ReaderBuilder::new().delimiter(b';').from_reader(bytes);
    let headings = reader.headers().unwrap().clone();
    let row = |record: csv::StringRecord| {
        headings.iter().map(str::to_owned).zip(record.iter().map(str::to_owned)).collect()
    };
    reader.records().map(|record| row(record.unwrap())).collect()
}

fn workbook(bytes: Vec<u8>) -> Xlsx<Cursor<Vec<u8>>> {
    Xlsx::new(Cursor::new(bytes)).unwrap()
}

/// The cells of a sheet, each day as it is said in CSV.
fn sheet(book: &mut Xlsx<Cursor<Vec<u8>>>, name: &str) -> Vec<Vec<String>> {
    let range = book.worksheet_range(name).unwrap();
    let cell = |cell: &Data| match cell {
        Data::Empty => String::new(),
        Data::String(text) => text.clone(),
        Data::Float(number) => format!("{number:.0}"),
        Data::DateTime(day) => {
            let (year, month, day, ..) = day.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
        other => panic!("{other:?}"),
    };
    range.rows().map(|row| row.iter().map(cell).collect()).collect()
}

fn letters(bytes: Vec<u8>) -> Table {
    let rows = sheet(&mut workbook(bytes), "Lettres");
    let (headings, rows) = rows.split_first().unwrap();
    // An amount is a number here, and as a French spreadsheet writes it in CSV.
    let cell = |(heading, cell): (&String, &String)| match heading.as_str() {
        "Montant annuel" if !cell.is_empty() => (heading.clone(), format!("{cell},00")),
        _ => (heading.clone(), cell.clone()),
    };
    rows.iter().map(|row| headings.iter().zip(row).map(cell).collect()).collect()
}

fn of<'t>(table: &'t Table, reference: &str) -> &'t BTreeMap<String, String> {
    table.iter().find(|row| row["Référence"] == reference).unwrap()
}

/// Both files hold the same letters, and count them as `status` does.
fn agree(project: &Project, more: &[&str]) -> Table {
    let status = project.missive(&[&["status", "--json"][..], more].concat()).expect(0).json();
    let mut counts = status["letters"].as_object().unwrap().clone();
    let total = counts.remove("total").unwrap();
    let told = export(project, "compte.csv", &[&["--json"][..], more].concat()).expect(0).json();
    assert_eq!((&told["schema"], &told["letters"]), (&"missive/export/1".into(), &total));
    assert_eq!(told["states"], Value::Object(counts.clone()));
    assert_eq!(told["campaign"], status["campaign"]);
    let table = csv(&project.bytes("compte.csv"));
    assert_eq!(table.len(), total.as_u64().unwrap() as usize);
    assert!(table.is_sorted_by_key(|row| row["Référence"].clone()), "by reference");
    export(project, "compte.xlsx", more).expect(0);
    let bytes = project.bytes("compte.xlsx");
    assert_eq!(letters(bytes.clone()), table);
    let bilan = sheet(&mut workbook(bytes), "Bilan");
    for state in LetterState::ALL {
        let count = &counts[state.as_str()];
        let rows = table.iter().filter(|row| row["État"] == state.french().0).count();
        assert_eq!(&Value::from(rows), count, "{}", state.as_str());
        assert!(bilan.contains(&vec![state.french().1.to_owned(), count.to_string()]), "{bilan:?}");
    }
    assert!(bilan.contains(&vec!["Total".to_owned(), total.to_string()]));
    table
}

/// The sample with a letter in each state that can be reached.
fn varied() -> Project {
    let project = Project::sample();
    // Two stay to be made.
    project.missive(&["run", "--except", "0160102Z,0170203D"]).expect(0);
    for uai in ["0160101Y", "0170201B", "0170202C", "0790701H", "0860004M", "0790702J"] {
        project.missive(&["resolve", uai, "--handed-over", "--why", "envoyé"]).expect(0);
    }
    let row = |uai: &str| {
        let told = project.missive(&["status", "--json"]).expect(0).json();
        let school = told["schools"].as_array().unwrap().iter().find(|school| school["uai"] == uai);
        school.unwrap()["letters"][0]["reference"].as_str().unwrap().to_owned()
    };
    let declare = |uai: &str, more: &[&str]| {
        let reference = row(uai);
        let words = ["archive", "declare", &reference, "--paper", "--seen-by", "Jeanne"];
        project.missive(&[&words[..], more].concat()).expect(0);
    };
    declare("0160101Y", &[]);
    declare("0170201B", &["--partly"]);
    declare("0170202C", &["--declined"]);
    let reference = row("0790701H");
    project.missive(&["archive", "waive", &reference, "--why", "mutée"]).expect(0);
    // A school whose referent is there no more, after the letter left.
    let people = project.read("data/referents.toml");
    let start = people.find("id = \"guillou-anne-sophie\"").unwrap();
    let start = people[..start].rfind("[[referent]]").unwrap();
    let end = start + 5 + people[start + 5..].find("[[referent]]").unwrap();
    project.write("data/referents.toml", format!("{}{}", &people[..start], &people[end..]));
    // A school without a mailbox.
    project.replace(SCHOOLS, "email = \"ce.0860003l@academie.example\"\n", "");
    let made = project.missive(&["generate", "--only", "0860003L"]);
    assert!(made.code <= 1, "{}", made.err);
    let said = |uai: &str, state: &str| {
        let sql = "UPDATE message SET state = ? WHERE uai = ? AND state != 'replaced'";
        assert_eq!(crate::forge::edit(&project, sql, &[state, uai]), 1, "{uai}");
    };
    said("0790702J", "bounced");
    said("0860001J", "ambiguous");
    project
}

#[test]
fn every_letter_is_a_row_in_the_state_that_status_counts() {
    let project = varied();
    let table = agree(&project, &["--today", "2026-12-01"]);
    assert_eq!(table.len(), 13);
    let counts = project.missive(&["status", "--json"]).expect(0).json()["letters"].clone();
    for state in [
        "draft",
        "blocked",
        "ambiguous",
        "bounced",
        "partly_signed",
        "signed",
        "declined",
        "waived",
        "withdrawn",
    ] {
        assert!(counts[state].as_u64().unwrap() > 0, "{state}: {counts}");
    }
    let signed = of(&table, CHATELET);
    for (heading, value) in [
        ("UAI", "0160101Y"),
        ("Établissement", "Lycée polyvalent Émilie-du-Châtelet"),
        ("Type", "lycée polyvalent"),
        ("Secteur", "public"),
        ("Adresse électronique de l’établissement", "ce.0160101y@academie.example"),
        ("Révision", "1"),
        ("État", "signée"),
        ("Date de la lettre", "2026-11-16"),
        ("Réponse attendue le", "2026-12-18"),
        ("En retard", "non"),
        ("Rappels", "0"),
        ("État du retour", "signé"),
    ] {
        assert_eq!(signed[heading], value, "{heading}");
    }
    assert!(signed["Référent"].ends_with("Morel") && signed["Chef d’établissement"].contains(", "));
    assert!(!signed["Transmise le"].is_empty() && !signed["Revenue le"].is_empty());
    let state = |word: &str| table.iter().find(|row| row["État"] == word).unwrap();
    let draft = state("à produire");
    assert_eq!((draft["Révision"].as_str(), draft["Date de la lettre"].as_str()), ("", ""));
    assert!(!draft["Établissement"].is_empty() && !draft["Référent"].is_empty());
    // From the ledger: no record names that person any more.
    let withdrawn = state("retirée");
    assert!(withdrawn["Référent"].ends_with("Guillou"), "{withdrawn:?}");
    assert_eq!(withdrawn["Établissement"], "Collège Sainte-Hildegarde");
    let blocked = state("bloquée");
    assert_eq!(blocked["Pourquoi bloquée"], "l'établissement n'a pas d'adresse électronique");
    assert_eq!(blocked["Adresse électronique de l’établissement"], "");
    // Once the day has passed, what is owed is late, and only that.
    let late = agree(&project, &["--today", "2026-12-19"]);
    let owed = ["transmise", "revenue en erreur", "signée en partie"];
    for row in &late {
        let wanted = if owed.contains(&row["État"].as_str()) { "oui" } else { "non" };
        assert_eq!(row["En retard"], wanted, "{row:?}");
    }
}

#[test]
fn before_anything_is_made_and_with_reminders_and_when_records_are_wrong() {
    let project = Project::sample();
    assert!(agree(&project, &[]).iter().all(|row| row["État"] == "à produire"));
    project.missive(&["run"]).expect(0);
    let resolve = ["resolve", "--deposited", "--handed-over", "--why", "envoyés"];
    project.missive(&resolve).expect(0);
    project.missive(&["send", "--remind", "--today", "2027-02-01"]).expect(0);
    let resolve = [&resolve[..], &["--today", "2027-02-02"]].concat();
    project.missive(&resolve).expect(0);
    let table = agree(&project, &["--today", "2027-02-03"]);
    let row = of(&table, CHATELET);
    assert_eq!((row["Rappels"].as_str(), row["Dernier rappel le"].as_str()), ("1", "2027-02-02"));
    // Wrong records: what the ledger knows is still there.
    project.replace(SCHOOLS, "kind = \"college\"", "kind = \"colege\"");
    let again = agree(&project, &["--today", "2027-02-03"]);
    assert_eq!(again.len(), 13);
    assert_eq!(of(&again, CHATELET)["Réponse attendue le"], "2026-12-18");
    // Nothing was made, and nothing can be said of what would be.
    let project = Project::sample();
    project.replace(SCHOOLS, "kind = \"college\"", "kind = \"colege\"");
    export(&project, "compte.csv", &[]).expect(3);
    assert!(!project.path("compte.csv").exists());
}

#[test]
fn a_name_is_a_text_and_never_a_formula() {
    let project = Project::small();
    let name = "=HYPERLINK(\\\"https://a.example\\\";\\\"x\\\")";
    project.replace("data/school.toml", "Collège Ada-Lovelace", name);
    project.replace("data/school.toml", "\"Valclair\"", "\"@Valclair; \\\"sur\\\" Mer\"");
    project.replace("data/school.toml", "\"Principale\"", "\"https://b.example\"");
    project.replace("data/school.toml", "email =", "phone = \"+33 5 49 00 00 00\"\nemail =");
    project.write(
        "data/person.toml",
        crate::support::PERSON
            .replace("civility = \"Mme\"\n", "")
            .replace("\"Claire\"", "\"-2+3 Claire\""),
    );
    export(&project, "compte.csv", &[]).expect(0);
    let bytes = project.bytes("compte.csv");
    let text = String::from_utf8(bytes.clone()).unwrap();
    assert!(text.starts_with("\u{feff}Référence;UAI;"), "{text}");
    assert_eq!(text.matches("\r\n").count(), 2);
    assert_eq!(text.matches('\n').count(), 2);
    let row = &csv(&bytes)[0];
    let name = "=HYPERLINK(\"https://a.example\";\"x\")";
    assert_eq!(row["Établissement"], format!("'{name}"));
    assert_eq!(row["Commune"], "'@Valclair; \"sur\" Mer");
    assert_eq!(row["Référent"], "'-2+3 Claire Martin");
    assert_eq!(row["Téléphone"], "'+33 5 49 00 00 00");
    export(&project, "compte.xlsx", &[]).expect(0);
    let bytes = project.bytes("compte.xlsx");
    let row = &letters(bytes.clone())[0];
    assert_eq!(
        (row["Établissement"].as_str(), row["Commune"].as_str()),
        (name, "@Valclair; \"sur\" Mer")
    );
    assert_eq!(row["Référent"], "-2+3 Claire Martin");
    let mut book = workbook(bytes.clone());
    let formulas = book.worksheet_formula("Lettres").unwrap();
    assert!(formulas.used_cells().next().is_none(), "no formula");
    let mut parts = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let names: Vec<String> = parts.file_names().map(|name| name.unwrap().into_owned()).collect();
    assert!(!names.iter().any(|name| name.contains("worksheets/_rels")), "no link: {names:?}");
    let mut part = |name: &str| std::io::read_to_string(parts.by_name(name).unwrap()).unwrap();
    let sheet = part("xl/worksheets/sheet1.xml");
    assert!(sheet.contains("<autoFilter ref=\"A1:AB2\"/>"), "{sheet}");
    assert!(sheet.contains("state=\"frozen\"") && sheet.contains("ySplit=\"1\""));
    assert!(part("xl/styles.xml").contains("formatCode=\"dd/mm/yyyy\""));
    let core = part("docProps/core.xml");
    assert!(core.contains("2026-11-16T00:00:00Z"), "the campaign's day: {core}");
    assert!(core.contains("<dc:creator></dc:creator>"), "nobody's name: {core}");
}

#[test]
fn the_same_account_gives_the_same_bytes() {
    let project = Project::small();
    project.missive(&["run", "--today", "2026-11-20"]).expect(0);
    for name in ["compte.csv", "compte.xlsx", "COMPTE.XLSX"] {
        export(&project, name, &["--today", "2026-11-21"]).expect(0);
        let first = project.bytes(name);
        export(&project, name, &["--today", "2026-11-21"]).expect(0);
        assert!(first == project.bytes(name), "{name}");
    }
    let shared = project.path("compte.csv");
    let told = project.missive(&["exporter", shared.to_str().unwrap()]).expect(2);
    assert!(told.err.contains("--force"), "{}", told.err);
}

#[test]
fn a_place_where_it_cannot_be_is_told_and_nothing_is_written() {
    let project = Project::small();
    project.missive(&["run"]).expect(0);
    project.write("x.csv", "à moi");
    project.write("file", "x");
    let before = project.hashes("");
    let path = |name: &str| -> PathBuf { project.path(name) };
    for (name, code, word) in [
        ("compte.ods", 2, ".xlsx"),
        ("compte", 2, ".xlsx"),
        ("x.csv", 2, "--force"),
        ("data/compte.csv", 2, "data/"),
        ("data/archive/compte.csv", 2, "data/"),
        ("templates/../data/rules/compte.xlsx", 2, "data/"),
        ("nulle/part/compte.csv", 4, "n'existe pas"),
        ("file/compte.csv", 4, "n'existe pas"),
    ] {
        let told = project.missive(&["export", path(name).to_str().unwrap()]).expect(code);
        assert!(told.err.contains(word) && told.err.contains("à faire"), "{name}: {}", told.err);
    }
    assert_eq!(project.hashes(""), before);
    // A device takes no temporary file beside its name, whoever asks.
    let told = project.missive(&["export", "/proc/compte.csv"]).expect(4);
    assert!(told.err.contains("ne peut pas être écrit"), "{}", told.err);
    let told = project.missive(&["export", path("x.csv").to_str().unwrap(), "--force"]).expect(0);
    assert!(told.out.contains("1 lettre dans"), "{}", told.out);
}
