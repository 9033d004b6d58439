//! Letters that are filled in and signed on the screen: the form that leaves with them, and what is read in a
//! copy that comes back.

use crate::returns::{LETTER, letter, sent};
use crate::support::{Project, folder, sha256, skip};
use lopdf::{Document, Object, ObjectId, Stream, dictionary};
use pdf_form::{FieldType, read_form};
use std::fs;

/// A copy in which a program filled in a field: `value` is kept, `shown` is drawn.
pub fn filled(file: &[u8], name: &str, value: &str, shown: &str) -> Vec<u8> {
    let document = Document::load_mem(file).unwrap();
    let is_named = |object: &Object| {
        let name_of = |widget: &lopdf::Dictionary| {
            widget.get(b"T").and_then(Object::as_str).map(<[u8]>::to_vec).unwrap_or_default()
        };
        object.as_dict().is_ok_and(|widget| name_of(widget).ends_with(name.as_bytes()))
    };
    let (id, widget) = document.objects.iter().find(|(_, object)| is_named(object)).unwrap();
    let mut widget = widget.as_dict().unwrap().clone();
    let font: ObjectId = (document.max_id + 1, 0);
    let drawing: ObjectId = (document.max_id + 2, 0);
    widget.set("V", Object::string_literal(value));
    widget.set("AP", dictionary! { "N" => drawing });
    let sides = widget.get(b"Rect").unwrap().as_array().unwrap().clone();
    let side = |at: usize| sides[at].as_float().unwrap();
    let size = [0.0, 0.0, side(2) - side(0), side(3) - side(1)];
    let helvetica = dictionary! {
        "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica", "Encoding" => "WinAnsiEncoding",
    };
    let form = dictionary! {
        "Type" => "XObject", "Subtype" => "Form", "BBox" => size.map(Object::from).to_vec(),
        "Resources" => dictionary! { "Font" => dictionary! { "F" => font } },
    };
    let text = format!("/Tx BMC q BT 0 g /F 10 Tf 2 4 Td ({shown}) Tj ET Q EMC");
    let objects: [(ObjectId, Object); 3] = [
        (*id, widget.into()),
        (font, helvetica.into()),
        (drawing, Stream::new(form, text.into_bytes()).into()),
    ];
    updated(file, &document, objects)
}

/// The file with an update that holds these objects.
fn updated(file: &[u8], document: &Document, objects: [(ObjectId, Object); 3]) -> Vec<u8> {
    let mut bytes = file.to_vec();
    let mut table = String::new();
    for ((number, _), object) in objects {
        bytes.push(b'\n');
        table.push_str(&format!("{number} 1\n{:010} 00000 n \n", bytes.len()));
        // Written by the library as the only object of a document.
        let mut alone = Document::with_version("1.7");
        alone.objects.insert((number, 0), object);
        alone.max_id = number;
        let mut written = Vec::new();
        alone.save_to(&mut written).unwrap();
        let start = format!("{number} 0 obj");
        let from = written.windows(start.len()).position(|at| at == start.as_bytes()).unwrap();
        let end = b"endobj";
        let length = written[from..].windows(end.len()).position(|at| at == end).unwrap();
        bytes.extend(&written[from..from + length + end.len()]);
    }
    let former = String::from_utf8_lossy(&file[file.len() - 40..]).into_owned();
    let former = former.rsplit("startxref").next().unwrap().trim();
    let former = former.trim_end_matches("%%EOF").trim().to_owned();
    let trailer = |key: &[u8]| document.trailer.get(key).unwrap().as_reference().unwrap().0;
    let start = bytes.len() + 1;
    bytes.extend(
        format!(
            "\nxref\n{table}trailer\n<</Size {} /Root {} 0 R /Info {} 0 R /Prev {former}>>\nstartxref\n{start}\n%%EOF\n",
            document.max_id + 3,
            trailer(b"Root"),
            trailer(b"Info"),
        )
        .bytes(),
    );
    bytes
}

/// What `archive add` says of a copy of the letter.
pub fn returned(project: &Project, name: &str, file: Vec<u8>) -> serde_json::Value {
    project.receive(name, file);
    let told = project.archive();
    assert!(told.code <= 1, "{}", told.err);
    let files = told.json()["files"].as_array().unwrap().clone();
    files.into_iter().find(|file| file["path"] == name).unwrap()
}

#[test]
fn a_letter_leaves_with_a_form_that_names_it_and_whose_each_field_is() {
    let project = sent("0160101Y");
    let bytes = letter(&project, LETTER);
    let form = read_form(&bytes).unwrap();
    assert!(form.has_form && form.complete);
    let named: Vec<(&str, FieldType)> = form
        .fields
        .iter()
        .map(|field| (field.name.strip_prefix(&format!("{LETTER}_")).unwrap(), field.field_type))
        .collect();
    let wanted = [
        ("priorities", FieldType::Text),
        ("indicators", FieldType::Text),
        ("date-head", FieldType::Text),
        ("head", FieldType::Signature),
        ("date-referent", FieldType::Text),
        ("referent", FieldType::Signature),
    ];
    assert_eq!(named, wanted);
    assert!(form.fields.iter().all(|field| field.shows_its_value() && field.value.is_none()));
    // The bytes that left come out again, from the store and from the ledger's content.
    let folder = project.path("../envoye");
    project.missive(&["ledger", "export-sent", folder.to_str().unwrap()]).expect(0);
    assert_eq!(fs::read(folder.join(format!("{LETTER}.r1.pdf"))).unwrap(), bytes);
    let told = project.missive(&["ledger", "verify", "--replay"]).expect(0);
    assert!(told.out.contains("1 lettre refaite sur 1 donnent les mêmes octets."), "{}", told.out);
}

#[test]
fn a_letter_without_boxes_has_no_form() {
    let project = Project::sample();
    project.replace(
        "missive.toml",
        "signatures = [\"issuer\", \"head\", \"referent\"]",
        "signatures = [\"issuer\"]",
    );
    project.replace("missive.toml", "writable = [\"priorities\", \"indicators\"]", "writable = []");
    project.missive(&["generate", "--only", "0160101Y"]).expect(0);
    assert!(!read_form(&letter(&project, LETTER)).unwrap().has_form);
}

#[test]
fn what_was_typed_is_read_told_and_kept_once_a_person_has_read_it() {
    let project = sent("0160101Y");
    let bytes = letter(&project, LETTER);
    let copy = filled(&bytes, "_priorities", "Deux ateliers", "Deux ateliers");
    let file = returned(&project, "rempli.pdf", copy);
    assert_eq!((&file["verdict"], &file["method"]), (&"scanned".into(), &"prefix".into()));
    assert_eq!(file["letters"][0]["return"], "to_review");
    let fields = file["letters"][0]["fields"].as_array().unwrap();
    let field = fields.iter().find(|field| field["name"] == "priorities").unwrap();
    assert_eq!(
        *field,
        serde_json::json!({
            "name": "priorities", "value": "Deux ateliers", "shown": "Deux ateliers", "differs": false,
        })
    );
    let checks = file["checks"].to_string();
    assert!(checks.contains("priorités inscrites : « Deux ateliers »"), "{checks}");
    let words = [
        "archive",
        "review",
        LETTER,
        "--answer",
        "partly",
        "--seen-by",
        "Jeanne Exemple",
        "--json",
    ];
    let told = project.missive(&words);
    assert!(told.code <= 1, "{}", told.err);
    assert_eq!(told.json()["review"]["agreed"]["priorities"], "Deux ateliers");
    project.missive(&["ledger", "verify"]).expect(0);
}

#[test]
fn a_field_that_keeps_another_text_than_it_shows_is_told() {
    let project = sent("0160101Y");
    let bytes = letter(&project, LETTER);
    let copy = filled(&bytes, "_indicators", "Dix", "Vingt");
    let file = returned(&project, "autre.pdf", copy);
    let checks = file["checks"].to_string();
    let told = "indicateurs inscrits : la page montre « Vingt », le fichier garde « Dix »";
    assert!(checks.contains(told), "{checks}");
    let emptied = filled(&bytes, "_indicators", "", "");
    let file = returned(&project, "vide.pdf", emptied);
    assert!(!file["checks"].to_string().contains("\"form\""), "{file:#}");
}

/// A school with two letters. Its records have priorities: indicators are left to write.
const TWO: &str = "0860003L";

/// The references of the letters of a school, in order.
fn references(project: &Project) -> Vec<String> {
    let names = project.names("out/2026/letters").into_iter();
    let found = names.filter(|name| name.contains(TWO));
    let mut found: Vec<String> =
        found.map(|name| name.trim_end_matches(".pdf").to_owned()).collect();
    found.sort();
    found
}

#[test]
fn two_letters_filled_in_and_joined_in_one_file_are_read_each_for_itself() {
    let project = sent(TWO);
    let references = references(&project);
    assert_eq!(references.len(), 2);
    let work = folder();
    let mut parts = Vec::new();
    for (reference, text) in references.iter().zip(["Deux classes", "Trois classes"]) {
        let path = work.path().join(format!("{reference}.pdf"));
        fs::write(&path, filled(&letter(&project, reference), "_indicators", text, text)).unwrap();
        parts.push(path);
    }
    let joined = work.path().join("ensemble.pdf");
    let mut qpdf = std::process::Command::new("qpdf");
    qpdf.args(["--empty", "--pages"]).args(&parts).arg("--").arg(&joined);
    let Ok(output) = qpdf.output() else { return skip("qpdf is not here") };
    assert!(output.status.success(), "{output:?}");
    let file = returned(&project, "ensemble.pdf", fs::read(joined).unwrap());
    let letters = file["letters"].as_array().unwrap();
    assert_eq!(letters.len(), 2, "{file:#}");
    for (reference, text) in references.iter().zip(["Deux classes", "Trois classes"]) {
        let found = letters.iter().find(|letter| letter["reference"] == reference.as_str());
        let found = found.unwrap_or_else(|| panic!("{reference}: {file:#}"));
        assert_eq!(found["return"], "to_review", "{file:#}");
        let fields = found["fields"].as_array().unwrap();
        let field = fields.iter().find(|field| field["name"] == "indicators").unwrap();
        assert_eq!((&field["value"], &field["differs"]), (&text.into(), &false.into()), "{file:#}");
        let words =
            ["archive", "review", "ensemble.pdf", "--letter", reference, "--answer", "signed"];
        let told = project.missive(&[&words[..], &["--json"]].concat());
        assert_eq!(told.expect(0).json()["review"]["agreed"]["indicators"], text);
    }
}

#[test]
fn each_field_is_large_enough_to_type_in() {
    let project = sent("0160101Y");
    let form = read_form(&letter(&project, LETTER)).unwrap();
    for field in form.fields {
        let area = &field.widgets[0].area;
        let least = if field.name.contains("_date-") { (92.0, 14.0) } else { (92.0, 28.0) };
        assert!(
            area.width >= least.0 && area.height >= least.1,
            "{}: {} × {}",
            field.name,
            area.width,
            area.height
        );
    }
}

#[test]
fn a_letter_that_left_without_a_form_is_not_sent_again_for_having_one() {
    let project = sent("0160101Y");
    let bytes = letter(&project, LETTER);
    // As earlier versions sent it: the pages alone.
    let end = b"%%EOF";
    let pages = bytes.windows(end.len()).position(|at| at == end).unwrap() + end.len();
    let pages = &bytes[..pages];
    let name = sha256(pages);
    project.write(&format!("data/ledger/objects/{}/{}", &name[..2], &name[2..]), pages);
    let sql =
        "UPDATE revision SET issued = rendered, form = NULL WHERE reference = ? AND rendered = ?";
    crate::forge::edit(&project, sql, &[LETTER, &name]);
    let planned = project.missive(&["plan", "--json", "--today", "2026-12-20"]).expect(0).json();
    let actions = planned["actions"].as_array().unwrap();
    let action = actions.iter().find(|action| action["reference"] == LETTER).unwrap();
    assert_eq!(action["action"], "keep", "{action:#}");
    fs::remove_dir_all(project.path("out")).unwrap();
    project.missive(&["generate", "--only", "0160101Y", "--today", "2026-12-20"]).expect(0);
    assert_eq!(letter(&project, LETTER), pages, "restored as it left");
    let file = returned(&project, "copie.pdf", pages.to_vec());
    assert_eq!((&file["verdict"], &file["method"]), (&"unsigned-copy".into(), &"prefix".into()));
    project.missive(&["ledger", "verify", "--replay"]).expect(0);
}
