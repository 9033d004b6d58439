//! What people really send: quotes that nobody closed, lists of a Mac, hidden sheets, web pages under the name of a
//! spreadsheet. One bad cell costs that cell, one bad row that row, and the exit code says so.

use crate::relay::{Do, Event, Relay, made, plain, says, send};
use crate::support::{Project, Told};
use serde_json::Value;
use std::io::{Cursor, Write as _};
use unicode_normalization::UnicodeNormalization as _;

const HEADS: &str = "UAI;Civilité;Nom;Prénom;Fonction;Date de prise de fonction\n";
const SCHOOLS: &str = "Identifiant_de_l_etablissement;Nom_etablissement;Type_etablissement;Statut_public_prive;Adresse_1;Code_postal;Nom_commune;Mail;Telephone\n";

fn school(uai: &str, name: &str, address: &str, rest: &str) -> String {
    format!("{uai};{name};Collège;Public;{address};86200;Neuville;{rest}\n")
}

impl Project {
    fn take(&self, name: &str, bytes: impl AsRef<[u8]>, more: &[&str]) -> Told {
        let path = self.source(name, bytes);
        self.missive(&[&["import", path.to_str().unwrap()][..], more].concat())
    }

    fn take_json(&self, name: &str, bytes: impl AsRef<[u8]>, more: &[&str]) -> Value {
        let told = self.take(name, bytes, &[more, &["--json"]].concat());
        serde_json::from_str(&told.out).unwrap_or_else(|_| panic!("{}{}", told.out, told.err))
    }
}

fn zipped(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A workbook whose sheets are these: name, attributes, XML of the rows and what stands behind.
fn xlsx(sheets: &[(&str, &str, String)]) -> Vec<u8> {
    const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
    let each = || (1..).zip(sheets);
    let list: String = each()
        .map(|(at, (name, more, _))| {
            format!(r#"<sheet name="{name}" sheetId="{at}" r:id="r{at}" {more}/>"#)
        })
        .collect();
    let links: String = each()
        .map(|(at, _)| format!(r#"<Relationship Id="r{at}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{at}.xml"/>"#))
        .collect();
    let types: String = each()
        .map(|(at, _)| format!(r#"<Override PartName="/xl/worksheets/sheet{at}.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>"#))
        .collect();
    let types = format!(
        r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>{types}</Types>"#
    );
    let root = format!(
        r#"<Relationships xmlns="{PACKAGE}"><Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>"#
    );
    let links = format!(r#"<Relationships xmlns="{PACKAGE}">{links}</Relationships>"#);
    let book = format!(
        r#"<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{list}</sheets></workbook>"#
    );
    let mut parts = vec![
        ("[Content_Types].xml".to_owned(), types),
        ("_rels/.rels".to_owned(), root),
        ("xl/_rels/workbook.xml.rels".to_owned(), links),
        ("xl/workbook.xml".to_owned(), book),
    ];
    for (at, (_, _, rows)) in each() {
        let text = format!(r#"<worksheet xmlns="{MAIN}">{rows}</worksheet>"#);
        parts.push((format!("xl/worksheets/sheet{at}.xml"), text));
    }
    let parts: Vec<(&str, &str)> = parts.iter().map(|(name, text)| (&**name, &**text)).collect();
    zipped(&parts)
}

/// Rows of texts as a sheet; a text with "=" in front is a formula without a result.
fn sheet(rows: &[&[&str]]) -> String {
    let mut xml = String::from("<sheetData>");
    for (number, cells) in (1..).zip(rows) {
        xml += &format!(r#"<row r="{number}">"#);
        for (column, text) in ('A'..).zip(*cells) {
            xml += &match text.strip_prefix('=') {
                Some(formula) => format!(r#"<c r="{column}{number}"><f>{formula}</f><v></v></c>"#),
                None if text.is_empty() => String::new(),
                None => format!(r#"<c r="{column}{number}" t="str"><v>{text}</v></c>"#),
            };
        }
        xml += "</row>";
    }
    xml + "</sheetData>"
}

const HEAD_ROW: [&str; 5] = ["UAI", "Civilité", "Nom", "Prénom", "Fonction"];

#[test]
fn a_quote_that_nobody_closed_costs_its_row() {
    let project = Project::sample();
    for (name, text) in [
        ("a.csv", format!("{HEADS}0860001J;M.;\"Ferrand;Luc;Principal;01/09/2026\n0860002K;M.;Vidal;Paul;Principal;01/09/2026\n0860003L;Mme;\"Ortiz;Ana;Proviseure;01/09/2026\n")),
        ("b.csv", format!("{HEADS}0860001J;M.;\"Ferrand;Luc;Principal;01/09/2026\n0860002K;M.;Vidal;Paul;Principal;01/09/2026\n0860003L;Mme;Ortiz;Ana;\"Proviseure;01/09/2026\n").replace(';', "\t")),
    ] {
        let told = project.take_json(name, text, &["--profile", "chefs"]);
        assert_eq!(told["rows"]["rejected"], 2, "{told}");
        assert_eq!(told["changes"].as_array().unwrap().iter().filter(|c| c["uai"] == "0860002K").count(), 3);
        assert!(told["rejected"][0]["reason"].as_str().unwrap().contains("guillemet"), "{told}");
    }
    let people =
        "UAI;Nom;Prénom;Discipline\n0860001J;\"Ferrand;Luc;Anglais\n0860002K;Vidal;Paul;Anglais\n";
    let told = project.take("r.csv", people, &["--apply"]).expect(0);
    says(
        &told,
        &["ligne 2 : un guillemet ouvert n'est jamais fermé : « \"Ferrand »", "1 importée"],
    );
    assert!(!project.read("data/referents.toml").contains("Ferrand"));
}

#[test]
fn the_same_text_in_another_unicode_form_is_no_change() {
    let project = Project::sample();
    project.missive(&["run"]).expect(0);
    project.missive(&["resolve", "--deposited", "--handed-over", "--why", "envoyés"]).expect(0);
    let list =
        "UAI;Civilité;Nom;Prénom;Fonction\n0860003L;Mme;Castaing-Lefèvre;Hélène;Proviseure\n";
    let apart: String = list.nfd().collect();
    assert_ne!(apart, list);
    let told = project.take_json("nfd.csv", apart, &["--profile", "chefs", "--apply"]);
    assert_eq!(told["records"]["unchanged"], 1, "{told}");
    for file in ["data/establishments.toml", "data/referents.toml", "data/campaigns/2026.toml"] {
        let apart: String = project.read(file).nfd().collect();
        project.write(file, apart);
    }
    let plan = project.missive(&["plan", "--json"]).expect(0).json();
    assert_eq!(
        (&plan["letters"]["changed"], &plan["letters"]["unchanged"]),
        (&0.into(), &13.into())
    );
    let apart: String = "enclosures/Ressources numériques.pdf".nfd().collect();
    let pdf = project.bytes("enclosures/ressources.pdf");
    project.write(&apart, pdf);
    let campaign = project.read("data/campaigns/2026.toml");
    let named =
        campaign.replace("enclosures/ressources.pdf", "enclosures/Ressources numériques.pdf");
    assert_ne!(named, campaign);
    project.write("data/campaigns/2026.toml", named);
    project.missive(&["check"]).expect(0);
}

#[test]
fn what_protects_a_code_from_spreadsheets_is_no_content() {
    let project = Project::sample();
    let text = format!(
        "{SCHOOLS}'0860005N;'Collège Cinq;Collège;Public;'1 rue A;'07200;'Neuville;'ce.0860005n@academie.example;'+33 5 49 00 00 05\n\
         \"=\"\"0860006P\"\"\";\"=\"\"Collège Six\"\"\";Collège;Public;\"=\"\"1 rue B\"\"\";\"=\"\"07200\"\"\";\"=\"\"Neuville\"\"\";;=\"0549000006\"\n"
    );
    project.take("a.csv", text, &["--apply"]).expect(0);
    let text = project.read("data/establishments.toml");
    for value in [
        "name = \"Collège Cinq\"",
        "name = \"Collège Six\"",
        "postcode = \"07200\"",
        "address = [\"1 rue A\"]",
        "phone = \"05 49 00 00 05\"",
        "phone = \"05 49 00 00 06\"",
    ] {
        assert!(text.contains(value), "{value}");
    }
}

#[test]
fn a_copy_that_a_sync_program_made_is_one_error() {
    let project = Project::sample();
    let schools = project.read("data/establishments.toml");
    for copy in [
        "data/establishments-PC-DAN-2.toml",
        "data/establishments - Copie.toml",
        "data/establishments (conflicted copy 2026-11-28).toml",
        "data/establishments-portable de Zoé.toml",
    ] {
        project.write(copy, &schools);
        let json = project.missive(&["check", "--json"]).expect(3).json();
        let problems = json["problems"].as_array().unwrap();
        assert_eq!(problems.len(), 1, "{copy}: {json}");
        assert_eq!(problems[0]["code"], "E-COPY");
        let message = problems[0]["message"].as_str().unwrap();
        assert!(
            message.contains(copy) && message.contains("data/establishments.toml"),
            "{message}"
        );
        std::fs::remove_file(project.path(copy)).unwrap();
    }
    project.write("data/referents - Copie.toml", project.read("data/referents.toml"));
    let json = project.missive(&["check", "--json"]).expect(3).json();
    assert_eq!(json["counts"]["errors"], 1, "{json}");
    std::fs::remove_file(project.path("data/referents - Copie.toml")).unwrap();
    // Beside what nothing reads twice, it is told and stops nothing.
    project.write("missive-PC-DAN.toml", project.read("missive.toml"));
    std::fs::create_dir_all(project.path("data/ledger")).unwrap();
    project.write("data/ledger/ledger-PC-DAN.sqlite", "x");
    let told = project.missive(&["check"]).expect(0);
    says(&told, &["missive-PC-DAN.toml est une copie", "ledger-PC-DAN.sqlite est une copie"]);
    project.write("profiles/chefs-PC-DAN.toml", project.read("profiles/chefs.toml"));
    let list = format!("{HEADS}0860001J;Mme;Durand;Anne;Principale;01/09/2024\n");
    let told = project.take_json("chefs.csv", list, &[]);
    assert_eq!(told["profile"], "chefs");
}

#[test]
fn text_that_is_broken_to_the_eye_is_rejected() {
    let project = Project::sample();
    let before = project.read("data/establishments.toml");
    let names = [
        "Collège de l?Océan",
        "Coll?ge Zay",
        "Collège de l¿Océan",
        "CollÃ¨ge Zay",
        "Collège du Sacré-C½ur",
        "CollŠge Zay",
        "\"Collège de l&#039;Océan\"",
        "Coll\\u00e8ge Zay",
        "#N/D",
        "Err:502",
        "###",
        "#REF !",
        "undefined",
        "[object Object]",
        "?",
    ];
    let rows: String = names.iter().map(|name| school("0860005N", name, "1 rue A", ";")).collect();
    let told = project.take_json("a.csv", format!("{SCHOOLS}{rows}"), &["--apply"]);
    assert_eq!(told["rows"]["rejected"], names.len(), "{told}");
    let rows: String = ["NaN;Luc", "Petit;null", "P?tit;Luc", "-;Luc", "Petit\";Luc", "idem;Luc"]
        .iter()
        .map(|name| format!("0860001J;M.;{name};Principal;\n"))
        .collect();
    let told =
        project.take_json("b.csv", format!("{HEADS}{rows}"), &["--profile", "chefs", "--apply"]);
    assert_eq!(told["rows"]["rejected"], 6, "{told}");
    assert_eq!(project.read("data/establishments.toml"), before);
    project.replace("data/establishments.toml", "Collège Ada-Lovelace", "Coll?ge Ada-Lovelace");
    says(&project.missive(&["check"]).expect(0), &["W-BROKEN", "un caractère s'est perdu"]);
}

#[test]
fn the_accents_of_older_code_pages_are_read() {
    let text = format!(
        "{SCHOOLS}{}",
        school("0860005N", "Collège Hélène-Boucher", "3 allée des Chênes", ";")
    );
    let octets = |table: &[(char, u8)]| -> Vec<u8> {
        let octet = |c: char| match table.iter().find(|(letter, _)| *letter == c) {
            Some((_, octet)) => *octet,
            None => u8::try_from(c).unwrap(),
        };
        text.chars().map(octet).collect()
    };
    for (format, table) in [
        ("MS-DOS", &[('è', 0x8a), ('é', 0x82), ('ê', 0x88)][..]),
        ("Macintosh", &[('è', 0x8f), ('é', 0x8e), ('ê', 0x90)]),
        ("Windows-1252", &[('è', 0xe8), ('é', 0xe9), ('ê', 0xea)]),
    ] {
        let project = Project::sample();
        let told = project.take("a.csv", octets(table), &["--apply"]).expect(0);
        says(&told, &[format]);
        assert!(
            project.read("data/establishments.toml").contains("name = \"Collège Hélène-Boucher\"")
        );
    }
    let project = Project::sample();
    let bytes: Vec<u8> = text
        .replace("Hélène-Boucher", "Sacré-C\u{bd}ur")
        .chars()
        .map(|c| u8::try_from(c).unwrap())
        .collect();
    project.take("a.csv", bytes, &["--apply"]).expect(0);
    assert!(project.read("data/establishments.toml").contains("Collège Sacré-Cœur"));
}

#[test]
fn one_bad_cell_costs_that_cell_and_the_exit_code_says_so() {
    let project = Project::sample();
    let text = format!(
        "{SCHOOLS}{}{}",
        school(
            "0860001J",
            "Collège Ada-Lovelace",
            "3 place du Marché",
            "a@academie.example / b@academie.example;05 49 00"
        ),
        school(
            "0860006P",
            "Collège Six",
            "1 rue B",
            "Secrétariat <ce.0860006p@academie.example>;05 49 00 00 01 / 06 00 00 00 02"
        ),
    );
    let told = project.take_json("a.csv", &text, &["--apply"]);
    assert_eq!(told["left_out"].as_array().unwrap().len(), 2, "{told}");
    project.take("a.csv", &text, &[]).expect(0);
    project.take("a.csv", &text, &["--strict"]).expect(1);
    let records = project.read("data/establishments.toml");
    assert!(records.contains("email = \"ce.0860001j@academie.example\""), "the address stays");
    assert!(
        records.contains("email = \"ce.0860006p@academie.example\"\nphone = \"05 49 00 00 01\""),
        "{records}"
    );
    let people = "UAI;Nom;Prénom;Discipline;Mail;Jusqu’au\n\
        0860001J;Ferrand;Luc;Anglais;non communiqué;\n\
        0860002K;Vidal;Paul;Anglais;paul.vidal@academie.example,;\n\
        0860003L;Ortiz;Ana;Anglais;a@x.example, b@x.example;\n\
        0860004M;Roux;Lise;Anglais;;un jour\n";
    let told = project.take("r.csv", people, &["--apply"]).expect(0);
    says(
        &told,
        &[
            "3 importées",
            "plusieurs adresses dans la case",
            "Cases sans valeur : 1",
            "« un jour » n'est pas une date",
        ],
    );
    let records = project.read("data/referents.toml");
    assert!(records.contains("paul.vidal@academie.example\"") && !records.contains("a@x.example"));
    // An end before its beginning: the row, not the list.
    let people = "UAI;Nom;Prénom;Discipline;Depuis le;Jusqu’au\n0860001J;Bon;Max;Anglais;01/09/2026;01/09/2025\n0860002K;Bel;Zoé;Anglais;01/09/2026;\n";
    says(
        &project.take("d.csv", people, &["--apply"]).expect(0),
        &["1 importée", "ligne 2 : la fiche ne tiendrait pas"],
    );
}

#[test]
fn a_formula_without_a_result_empties_nothing() {
    let project = Project::sample();
    let header = [
        "UAI",
        "Nom établissement",
        "Type d'établissement",
        "Secteur",
        "Adresse",
        "CP",
        "Ville",
        "Mail",
    ];
    let row = |mail| {
        [
            "0860001J",
            "Collège Ada-Lovelace",
            "CLG",
            "PU",
            "3 place du Marché",
            "86100",
            "Valclair",
            mail,
        ]
    };
    let full = xlsx(&[("A", "", sheet(&[&header, &row("ce.0860001j@academie.example")]))]);
    project.take("a.xlsx", full, &["--apply"]).expect(0);
    let formulas = xlsx(&[("A", "", sheet(&[&header, &row("=LOWER(A2)")]))]);
    let told = project.take("b.xlsx", formulas, &["--apply"]).expect(0);
    says(&told, &["adresse électronique : formule sans résultat enregistré", "1 inchangée"]);
    assert!(project.read("data/establishments.toml").contains("ce.0860001j@academie.example"));
    let names = xlsx(&[(
        "A",
        "",
        sheet(&[&HEAD_ROW, &["0860001J", "Mme", "=PROPER(\"X\")", "Anne", "Principale"]]),
    )]);
    says(
        &project.take("c.xlsx", names, &["--profile", "chefs"]).expect(0),
        &["nom : formule sans résultat"],
    );
}

#[test]
fn a_day_that_can_be_read_in_two_ways_is_not_guessed() {
    let project = Project::sample();
    let row = |uai: &str, day: &str| format!("{uai};Mme;Neuve;Zoé;Principale;{day}\n");
    let short = format!(
        "{HEADS}0860001J;Mme;Durand;Anne;Principale;01/09/98\n0860003L;Mme;Castaing-Lefèvre;Hélène;Proviseure;01/09/19\n"
    );
    let told = project.take_json("a.csv", short, &[]);
    let days: Vec<&str> =
        told["changes"].as_array().unwrap().iter().filter_map(|c| c["after"].as_str()).collect();
    assert_eq!(days, ["1998-09-01", "2019-09-01"], "{told}");
    assert_eq!(told["mended"].as_array().unwrap().len(), 2);
    let american =
        format!("{HEADS}{}{}", row("0860001J", "9/1/2026"), row("0860002K", "9/15/2026"));
    let told = project.take("b.csv", american, &["--apply"]).expect(0);
    says(&told, &["jour et mois inversés ? la ligne 3 dit « 9/15/2026 »"]);
    assert!(!project.read("data/establishments.toml").contains("Neuve"));
    for far in ["01/09/2098", "01/09/1899", "26-09-01"] {
        let told = project.take_json("c.csv", format!("{HEADS}{}", row("0860001J", far)), &[]);
        assert!(told["changes"].as_array().unwrap().is_empty(), "{far}: {told}");
        assert_eq!(told["left_out"].as_array().unwrap().len(), 1, "{far}: {told}");
    }
}

#[test]
fn what_is_hidden_is_not_read_and_said() {
    let project = Project::sample();
    let old = sheet(&[&HEAD_ROW, &["0860001J", "M.", "Ancien", "Guy", "Principal"]]);
    let new = sheet(&[
        &HEAD_ROW,
        &["0860001J", "Mme", "Neuve", "Zoé", "Principale"],
        &["0860002K", "M.", "Parti", "Jean", "Principal"],
    ]);
    let new = new.replace(r#"<row r="3">"#, r#"<row r="3" hidden="1">"#);
    let book = xlsx(&[
        ("2025", r#"state="hidden""#, old.clone()),
        ("2026", "", new),
        ("Notes", "", sheet(&[&["x"]])),
    ]);
    let words = ["--profile", "chefs", "--since", "2026-09-01"];
    let told = project.take("chefs.xlsx", &book, &words).expect(0);
    says(
        &told,
        &[
            "feuille « 2026 »",
            "masquée dans le classeur",
            "ligne 3",
            "la feuille « 2025 » (masquée, lignes : 1)",
            "feuilles non lues, d'autres colonnes : « Notes »",
        ],
    );
    assert!(!told.out.contains("Ancien") && !told.out.contains("Parti"), "{}", told.out);
    let other =
        project.take("chefs.xlsx", &book, &[&words[..], &["--sheet", "2025"]].concat()).expect(0);
    says(&other, &["Ancien", "feuille « 2025 »"]);
    says(
        &project.take("chefs.xlsx", &book, &["--sheet", "2024"]).expect(2),
        &["ses feuilles : 2025, 2026, Notes"],
    );
    let two = xlsx(&[("Titulaires", "", old.clone()), ("Nouveaux", "", old)]);
    says(
        &project.take("deux.xlsx", two, &words).expect(0),
        &["feuille « Titulaires »", "--sheet \"Nouveaux\""],
    );
    let ods = opendocument(
        &[
            "UAI;Nom;Prénom;Fonction",
            "0860001J;Roux;Lise;professeure",
            "~0860002K;Parti;Jean;professeur",
        ],
        "",
    );
    let told = project.take_json("r.ods", ods, &["--profile", "referents"]);
    assert_eq!(
        (&told["rows"]["imported"], &told["side_rows"][0]["row"]),
        (&1.into(), &3.into()),
        "{told}"
    );
}

/// An OpenDocument sheet of rows with ";" between cells; "~" in front hides a row.
fn opendocument(rows: &[&str], behind: &str) -> Vec<u8> {
    let cells = |row: &str| -> String {
        row.split(';').map(|text| format!(r#"<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>"#)).collect()
    };
    let rows: String = rows
        .iter()
        .map(|row| match row.strip_prefix('~') {
            Some(row) => format!(
                r#"<table:table-row table:visibility="filter">{}</table:table-row>"#,
                cells(row)
            ),
            None => format!("<table:table-row>{}</table:table-row>", cells(row)),
        })
        .collect();
    let name =
        |part: &str| format!(r#"xmlns:{part}="urn:oasis:names:tc:opendocument:xmlns:{part}:1.0""#);
    let content = format!(
        r#"<office:document-content {} {} {}><office:body><office:spreadsheet><table:table table:name="A">{rows}{behind}</table:table></office:spreadsheet></office:body></office:document-content>"#,
        name("office"),
        name("table"),
        name("text")
    );
    zipped(&[
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        ("content.xml", &content),
    ])
}

#[test]
fn a_text_pulled_down_to_the_last_row_is_no_danger() {
    let project = Project::sample();
    let rows = ["UAI;Civilité;Nom;Prénom;Fonction", "0860001J;Mme;Durand;Anne;Principale"];
    for cell in [
        r#"<table:table-cell table:formula="of:=A1" office:value-type="string" office:string-value=""><text:p/></table:table-cell>"#,
        r#"<table:table-cell table:number-columns-repeated="6"/><table:table-cell office:value-type="string"><text:p>2026-2027</text:p></table:table-cell>"#,
    ] {
        let behind = format!(
            r#"<table:table-row table:number-rows-repeated="1048574">{}</table:table-row>"#,
            cell.repeat(8)
        );
        let told =
            project.take_json("a.ods", opendocument(&rows, &behind), &["--profile", "chefs"]);
        assert_eq!(told["rows"]["read"], 1, "{told}");
    }
    let csv = format!("{}\n{}\n{}", rows[0], rows[1], ";;;;2026-2027\n".repeat(250_000));
    let told = project.take("a.csv", csv, &["--profile", "chefs"]).expect(0);
    says(&told, &["les lignes 3 à 250002 disent toutes la même chose"]);
}

#[test]
fn rejected_rows_come_back_as_they_went() {
    let project = Project::sample();
    let text = format!(
        "{SCHOOLS}{}",
        school(
            "0860005P",
            "Collège Neuf",
            "-1 rue A",
            "ce.0860005n@academie.example;+33 5 49 00 00 05"
        )
    );
    let rejects = project.path("r.csv");
    project.take("a.csv", text, &["--rejects", rejects.to_str().unwrap()]).expect(0);
    let text = project.read("r.csv");
    assert!(text.contains("'+33") && text.matches("Raison du rejet").count() == 1, "{text}");
    let mended = text.replace("0860005P;", "0860005N;").replace("'-1 rue A", "1 rue A");
    project.take("r2.csv", mended, &["--apply"]).expect(0);
    assert!(project.read("data/establishments.toml").contains("phone = \"05 49 00 00 05\""));
}

#[test]
fn what_is_no_table_is_said_in_french_with_the_way_out() {
    let project = Project::sample();
    let word = zipped(&[("[Content_Types].xml", "<Types/>"), ("word/document.xml", "<x/>")]);
    let slides = zipped(&[("[Content_Types].xml", "<Types/>"), ("ppt/presentation.xml", "<x/>")]);
    let writer = zipped(&[("mimetype", "application/vnd.oasis.opendocument.text")]);
    let archive = zipped(&[("liste.csv", "UAI;Nom")]);
    for (name, bytes, what, way) in [
        (
            "a.xls",
            b"<html xmlns:x=\"urn:x\"><table><tr><td>UAI".to_vec(),
            "une page web",
            "XLSX, ODS ou CSV",
        ),
        ("b.xls", b"<?xml version=\"1.0\"?>\n<Workbook>".to_vec(), "du XML", "XLSX, ODS ou CSV"),
        ("c.xlsx", word, "traitement de texte", "copier le tableau"),
        ("d.xlsx", slides, "présentation", "copier le tableau"),
        ("e.ods", writer, "traitement de texte", "copier le tableau"),
        ("f.xlsx", archive, "archive ZIP", "extraire"),
        ("g.csv", b"[{\"uai\": \"0860001J\"}]".to_vec(), "JSON", "CSV"),
        (
            "h.csv",
            b"Return-Path: <a@b>\r\nMIME-Version: 1.0\r\n\r\nBonjour".to_vec(),
            "un courriel",
            "pièce jointe",
        ),
        ("i.csv", b"GIF89a....".to_vec(), "une image", "demander le tableau"),
        ("j.csv", b"7z\xbc\xaf'\x1c".to_vec(), "archive compressée", "extraire"),
    ] {
        let told = project.take(name, bytes, &[]).expect(4);
        says(&told, &["ce n'est pas un tableau", what, way]);
    }
}

#[test]
fn names_in_capitals_get_their_small_letters_where_they_belong() {
    let project = Project::sample();
    for (capitals, name) in [
        ("NGUYEN VAN ANH", "Nguyen Van Anh"),
        ("MARTIN ÉP. DURAND", "Martin ép. Durand"),
        ("DURAND (NÉE MARTIN)", "Durand (née Martin)"),
        ("VAN DER BERG", "Van der Berg"),
        ("LE BRAS-LE GOFF", "Le Bras-Le Goff"),
    ] {
        let text = format!("{HEADS}0860001J;Mme;{capitals};ZOÉ;PRINCIPALE;01/09/2026\n");
        let told = project.take_json("a.csv", text, &[]);
        let changes = told["changes"].as_array().unwrap();
        let family = changes.iter().find(|change| change["field"] == "head.family_name").unwrap();
        assert_eq!(family["after"], name, "{told}");
        let is_doubtful = !told["doubtful"].as_array().unwrap().is_empty();
        assert_eq!(is_doubtful, !capitals.starts_with("LE BRAS"), "{told}");
    }
}

#[test]
fn columns_and_rows_are_those_that_are_meant() {
    let project = Project::sample();
    let groups: [&str; 10] =
        ["", "", "Chef d’établissement", "", "", "", "Référent numérique", "", "", ""];
    let header = [
        "UAI",
        "Établissement",
        "Civ",
        "Nom",
        "Prénom",
        "Fonction",
        "Civ",
        "Nom",
        "Prénom",
        "Fonction",
    ];
    let row = [
        "0860001J",
        "Collège Ada-Lovelace",
        "Mme",
        "DURAND",
        "Anne",
        "Principale",
        "M.",
        "ROUX",
        "Luc",
        "professeur",
    ];
    let book = xlsx(&[("A", "", sheet(&[&groups, &header, &row]))]);
    let told = project.take_json("deux.xlsx", &book, &["--profile", "chefs"]);
    assert_eq!(told["records"]["unchanged"], 1, "{told}");
    says(
        &project.take("deux.xlsx", &book, &["--profile", "referents"]).expect(0),
        &["Luc Roux (roux-luc)"],
    );
    let new = ["--new-profile", "mien", "--records", "head"];
    says(&project.take("deux.xlsx", &book, &new).expect(0), &["Chef d’établissement – Nom"]);
    let told = project.take_json("deux.xlsx", &book, &["--profile", "mien"]);
    assert_eq!(told["records"]["unchanged"], 1, "{told}");
    // A code that is merged over two people.
    let people = sheet(&[
        &["UAI", "Nom", "Prénom", "Fonction"],
        &["0860001J", "Roux", "Lise", "professeure"],
        &["", "Leroy", "Paul", "professeur"],
        &["idem", "Vert", "Max", "professeur"],
    ]);
    let people = people + r#"<mergeCells><mergeCell ref="A2:A3"/></mergeCells>"#;
    let told =
        project.take("r.xlsx", xlsx(&[("A", "", people)]), &["--profile", "referents"]).expect(0);
    says(&told, &["2 importées", "ligne 4 : code UAI : « idem »", "0860001J"]);
    let people =
        "UAI;Nom;Prénom;Fonction\n0860001J;Roux;Lise;professeure\n;Leroy;Paul;professeur\n";
    says(
        &project.take("r.csv", people, &["--profile", "referents"]).expect(0),
        &["manque (ligne 2, au-dessus : 0860001J"],
    );
    // Rows that are no records.
    let list = format!(
        "{HEADS}Ex. : 0860001J;Mme;DUPONT;Marie;Principale;01/09/2026\n0860001J;Mme;Durand;Anne;Principale;01/09/2024\n{HEADS}0860002K;M.;Benali;Karim;Principal;01/09/2022\nTotal;;2 établissements;;;\nÉdité le 12/10/2026;;;;;\n"
    );
    let told = project.take("c.csv", list, &["--apply"]).expect(0);
    says(
        &told,
        &[
            "ligne d’exemple : ligne 2",
            "en-tête répété : ligne 4",
            "ligne de total : ligne 6",
            "ligne de texte, sans données : ligne 7",
            "2 inchangées",
        ],
    );
}

#[test]
fn two_answers_of_one_person_say_in_what_they_differ() {
    let project = Project::sample();
    let text = "UAI;Nom;Prénom;Fonction;Mail\n0860001J;Roux;Lise;professeure de lettres;lise@academie.example\n0860001J;Roux;Lise;documentaliste;lise@academie.example\n";
    let told = project.take("r.csv", text, &["--profile", "referents"]).expect(0);
    says(
        &told,
        &[
            "ligne 2 : une autre réponse que la ligne 3",
            "elles diffèrent : fonction",
            "professeure de lettres",
        ],
    );
}

#[test]
fn an_address_of_several_lines_keeps_them() {
    let project = Project::sample();
    let text = format!(
        "{SCHOOLS}{}",
        school(
            "0860005N",
            "\"Collège\nCinq\"",
            "\"3 place du Marché\nBP 40\n86200 Neuville\"",
            ";"
        )
    );
    project.take("a.csv", text, &["--apply"]).expect(0);
    let records = project.read("data/establishments.toml");
    assert!(records.contains("address = [\"3 place du Marché\", \"BP 40\"]"), "{records}");
    assert!(records.contains("name = \"Collège Cinq\""));
    let two = "UAI;Civilité;Nom;Prénom;Fonction\n0860001J;M.;\"Petit\nLeroy\";Luc;Principal\n";
    says(
        &project.take("b.csv", two, &["--profile", "chefs"]).expect(0),
        &["plusieurs lignes dans la case"],
    );
}

#[test]
fn a_guessed_profile_reads_full_columns_and_says_what_it_cannot_do() {
    let project = Project::sample();
    let text = "ID;Nom;Code UAI de l’établissement*;Nom de famille*;Prénom*;Votre discipline ?;Souhaitez-vous une indemnité, et à quel taux ?\n1;;0860001J;ROUX;Lise;Mathématiques;Oui\n2;;0860002K;LEROY;Paul;Anglais;Non\n";
    let told = project.take("forms.csv", text, &["--new-profile", "enq"]).expect(0);
    says(&told, &["Nom de famille*", "nom (family_name"]);
    let told = project.take_json("forms.csv", text, &["--profile", "enq"]);
    assert_eq!(
        (&told["rows"]["imported"], &told["records"]["new"]),
        (&2.into(), &2.into()),
        "{told}"
    );
    let poor = "Code;Ville\nA;Lyon\nB;Nantes\n";
    says(
        &project.take("pauvre.csv", poor, &["--new-profile", "pauvre"]).expect(0),
        &["inutilisable tel quel"],
    );
    // Its mistakes are nobody's who imports something else.
    let list = format!("{HEADS}0860001J;Mme;Durand;Anne;Principale;01/09/2024\n");
    let told = project.take("c.csv", list, &["--profile", "chefs"]).expect(0);
    assert!(!told.err.contains("pauvre"), "{}", told.err);
}

#[test]
fn official_tables_are_known_by_their_headers_and_a_like_column_is_proposed() {
    let project = Project::sample();
    let text = "Code établissement;Appellation officielle;Dénomination principale;Patronyme uai;Secteur Public/Privé;Adresse;Lieu dit;Boite postale;Code postal;Localite d'acheminement;Commune;Latitude;Nature;État établissement;Département;Région;Libellé ministère\n\
        0860005N;Collège Cinq;COLLEGE;CINQ;Public;5 rue des Prés;;BP 12;86200;NEUVILLE CEDEX;Neuville;46.6;COLLEGE;OUVERT;Vienne;Nouvelle-Aquitaine;MINISTERE DE L'EDUCATION NATIONALE\n\
        0860006P;École Six;ECOLE;SIX;Public;6 rue des Prés;;;86200;NEUVILLE;Neuville;46.6;ECOLE DE NIVEAU ELEMENTAIRE;OUVERT;Vienne;Nouvelle-Aquitaine;MINISTERE DE L'EDUCATION NATIONALE\n";
    let told = project.take_json("geo.csv", text, &["--apply"]);
    assert_eq!(
        (&told["profile"], &told["records"]["new"]),
        (&"annuaire".into(), &1.into()),
        "{told}"
    );
    assert_eq!(told["rows"]["filtered"], 1, "{told}");
    let records = project.read("data/establishments.toml");
    assert!(
        records.contains("name = \"Collège Cinq\"")
            && records.contains("authority = \"Département de la Vienne\"")
    );
    let bcn = "NUMERO_UAI;APPELLATION_OFFICIELLE;NATURE_UAI;SECTEUR_PUBLIC_PRIVE;ADRESSE_UAI;CODE_POSTAL_UAI;LOCALITE_ACHEMINEMENT_UAI;MEL_UAI\n0860007R;Collège Sept;340;PU;7 RUE DES PRES;86200;NEUVILLE;ce.0860007r@academie.example\n0860008S;École Huit;151;PU;8 rue;86200;NEUVILLE;\n";
    let told = project.take_json("bcn.csv", bcn, &["--apply"]);
    assert_eq!(
        (&told["records"]["new"], &told["rows"]["filtered"]),
        (&1.into(), &1.into()),
        "{told}"
    );
    // Many rows of one reason are one line, and something can be done.
    let mut list = String::from(
        "UAI;Nom établissement;Type d'établissement;Secteur d’enseignement;Adresse;CP;Ville\n",
    );
    for number in 0..117 {
        list += &format!(
            "{};Collège {number};CLG;PU;1 rue A;86200;Neuville\n",
            crate::relay::uai(100 + number)
        );
    }
    let told = project.take("cent.csv", list, &[]).expect(0);
    says(&told, &["117 lignes (2 à 118) : secteur", "« Secteur d’enseignement » y ressemble"]);
    assert!(!told.out.contains("rien à faire"), "{}", told.out);
    let like = "Code établiss.;Nom;Prénom;Civilité;Fonction\n0860001J;Durand;Anne;Mme;Principale\n";
    says(
        &project.take("like.csv", like, &["--profile", "chefs"]).expect(2),
        &["il manque « code UAI » (la colonne « Code établiss. » y ressemble)"],
    );
}

#[test]
fn the_second_school_of_a_site_names_their_message() {
    let project = Project::sample();
    project.missive(&["run"]).expect(0);
    project.missive(&["resolve", "0790703K", "--not-sent", "--why", "retenu"]).expect(0);
    let told = project.missive(&["resolve", "0790703K", "--not-sent", "--why", "retenu"]);
    assert_ne!(told.code, 0);
    assert!(!told.err.contains("vouliez-vous"), "{}", told.err);
    let told = project.missive(&["resolve", "0790999X", "--not-sent", "--why", "x"]).expect(2);
    assert!(told.err.contains("aucun message"), "{}", told.err);
}

#[test]
fn a_quota_of_ours_is_booked_against_nobody() {
    for text in [
        "550 5.4.5 Daily user sending quota exceeded",
        "554 5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException",
        "550 5.7.1 daily sending limit exceeded",
    ] {
        let relay = Relay::scripted(move |event, seen| match event {
            Event::Dot if seen.dots() > 2 => Do::Say(text.into()),
            _ => Do::Usual,
        });
        let project = made(4, &plain(relay.port));
        let told = send(&project, 4);
        says(&told, &["débit limité", text]);
        assert_eq!(project.states(), ["handed_over", "handed_over", "ready", "ready"], "{text}");
    }
    let relay = Relay::scripted(|event, _| match event {
        Event::Command(line) if line.starts_with("RCPT") => {
            Do::Say("554 5.7.1 Client host blocked using Spamhaus".into())
        }
        _ => Do::Usual,
    });
    let project = made(2, &plain(relay.port));
    send(&project, 2);
    assert_eq!(project.states(), ["ready", "ready"]);
}
