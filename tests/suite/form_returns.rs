//! Letters that came back filled in and signed on the screen, by the programs that people have: fixtures of
//! `tests/real/forms/returns.py`.

use crate::returns::{LETTER, sent};
use crate::support::{Project, sha256};
use serde_json::{Value, json};
use std::fs;
use std::path::PathBuf;

pub const PRIORITIES: &str = "Deux ateliers par trimestre, d’abord en sixième";
const INDICATORS: &str = "Dix classes, vingt professeurs";

fn fixture(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/forms").join(name)
}

/// A return: what a program appended to the letter, or a file that it wrote anew.
pub fn file(name: &str) -> Vec<u8> {
    match fs::read(fixture(&format!("{name}.tail"))) {
        Ok(tail) => [fs::read(fixture("letter.pdf")).unwrap(), tail].concat(),
        Err(_) => fs::read(fixture(&format!("{name}.pdf"))).unwrap(),
    }
}

/// Makes the letter of the fixtures, with its form, the one that this project made, whatever its templates give
/// today.
fn adopt(project: &Project) {
    let bytes = fs::read(fixture("letter.pdf")).unwrap();
    let name = sha256(&bytes);
    project.write(&format!("data/ledger/objects/{}/{}", &name[..2], &name[2..]), &bytes);
    // Nothing refers to what the templates of today gave.
    let ledger = rusqlite::Connection::open(project.path("data/ledger/ledger.sqlite")).unwrap();
    let columns = "SELECT issued FROM revision WHERE reference = ?1";
    let made: String = ledger.query_row(columns, [LETTER], |row| row.get(0)).unwrap();
    drop(ledger);
    if made != name {
        let object = format!("data/ledger/objects/{}/{}", &made[..2], &made[2..]);
        fs::remove_file(project.path(&object)).unwrap();
    }
    let boxes: Value = serde_json::from_slice(&fs::read(fixture("boxes.json")).unwrap()).unwrap();
    let sql = "UPDATE revision SET rendered = ?1, issued = ?1, form = ?1, boxes = ?2 WHERE reference = ?3";
    crate::forge::edit(project, sql, &[&name, &boxes.to_string(), LETTER]);
}

/// The letter as it was sent, by a service that has chosen the authority of the signers.
fn sent_letter() -> Project {
    let project = sent("0160101Y");
    project.write("certs/academie.pem", fs::read(fixture("academie.pem")).unwrap());
    project.replace("missive.toml", "[letters]", "[letters]\nauthorities = \"certs\"");
    adopt(&project);
    project
}

/// What `archive add` says of one return.
fn taken_in(project: &Project, name: &str) -> Value {
    project.receive(&format!("{name}.pdf"), file(name));
    let told = project.archive();
    assert!(told.code <= 1, "{name}: {}", told.err);
    let files = told.json()["files"].as_array().unwrap().clone();
    files.into_iter().find(|file| file["path"] == format!("{name}.pdf")).unwrap()
}

fn value(found: &Value, field: &str) -> Value {
    let fields = found["letters"][0]["fields"].as_array().unwrap();
    fields.iter().find(|one| one["name"] == field).unwrap_or(&Value::Null)["value"].clone()
}

#[test]
fn a_letter_is_signed_in_its_fields_by_one_after_the_other() {
    for (name, state, signatures) in [
        ("head", "partly_signed", 1),
        ("head-then-dated", "to_review", 1),
        ("both", "signed", 2),
        ("head-then-referent", "signed", 2),
        ("dated-by-poppler-then-signed", "signed", 2),
        ("referent-then-head", "signed", 2),
        ("unfilled", "signed", 2),
    ] {
        let project = sent_letter();
        let found = taken_in(&project, name);
        assert_eq!(found["verdict"], "signed", "{name}: {found:#}");
        assert_eq!(found["letters"][0]["return"], state, "{name}: {found:#}");
        let all = found["signatures"].as_array().unwrap();
        assert_eq!(all.len(), signatures, "{name}: {found:#}");
        for signature in all {
            assert_eq!(signature["integrity"], "ok", "{name}: {found:#}");
            assert_eq!(signature["trust"], "trusted", "{name}: {found:#}");
        }
        if name != "unfilled" {
            assert_eq!(value(&found, "priorities"), PRIORITIES, "{name}");
            assert_eq!(value(&found, "indicators"), INDICATORS, "{name}");
            assert_eq!(value(&found, "date-head"), "14/12/2026", "{name}");
        }
        project.missive(&["ledger", "verify"]).expect(0);
    }
}

#[test]
fn what_is_written_after_the_last_signature_waits_for_a_person_and_what_was_signed_never_changes() {
    for (name, verdict, state) in [
        ("filled-after-both", "signed", "to_review"),
        ("other-than-shown", "signed", "to_review"),
        ("changed-after-head", "altered", "to_review"),
        ("changed-after-both", "altered", "to_review"),
        ("changed-before-referent", "altered", "to_review"),
    ] {
        let project = sent_letter();
        let found = taken_in(&project, name);
        assert_eq!(found["verdict"], verdict, "{name}: {found:#}");
        assert_eq!(found["letters"][0]["return"], state, "{name}: {found:#}");
        assert_eq!(project.counts()["signed"], 0, "{name}");
    }
}

#[test]
fn no_field_is_changed_behind_a_signature() {
    let project = sent_letter();
    for name in [
        // A value that the page does not show, drawn by readers; the same through a parent.
        "forged-redrawn",
        "forged-inherited",
        // Hidden, moved over the text, announced otherwise.
        "forged-hidden",
        "forged-moved",
        "forged-filled-and-moved",
        "forged-spoken",
    ] {
        let found = taken_in(&project, name);
        assert_eq!(found["verdict"], "altered", "{name}: {found:#}");
        let signatures = found["signatures"].as_array().unwrap();
        assert!(signatures.iter().any(|one| one["integrity"] == "broken"), "{name}: {found:#}");
        assert_eq!(project.counts()["signed"], 0, "{name}");
    }
}

#[test]
fn a_form_that_a_program_filled_in_is_still_the_letter() {
    let project = sent_letter();
    let appended = ["filled-mupdf", "filled-pdfjs", "filled-poppler"];
    for name in appended {
        let found = taken_in(&project, name);
        let told = (&found["verdict"], &found["method"], &found["letters"][0]["return"]);
        assert_eq!(told, (&json!("scanned"), &json!("prefix"), &json!("to_review")), "{found:#}");
        assert_eq!(value(&found, "priorities"), PRIORITIES, "{name}");
        assert_eq!(value(&found, "indicators"), INDICATORS, "{name}");
        let fields = found["letters"][0]["fields"].as_array().unwrap();
        assert!(fields.iter().all(|field| field["differs"] == false), "{name}: {found:#}");
    }
}

#[test]
fn a_filled_form_that_a_program_wrote_anew_waits_for_a_person() {
    let project = sent_letter();
    for name in
        ["filled-pdfium", "filled-pdf_lib", "filled-qpdf", "filled-pypdf", "filled-libreoffice"]
    {
        let found = taken_in(&project, name);
        assert_eq!(found["letters"][0]["reference"], LETTER, "{name}: {found:#}");
        assert_eq!(found["letters"][0]["return"], "to_review", "{name}: {found:#}");
        // LibreOffice draws the pages anew, and its lines are not those of the letter.
        let wanted = if name == "filled-libreoffice" { "altered" } else { "scanned" };
        assert_eq!(found["verdict"], wanted, "{name}: {found:#}");
        // A program may cut a text off, never make another of it unseen.
        if let Some(fields) = found["letters"][0]["fields"].as_array() {
            let told = |field: &Value| field["differs"] == true || field["value"] == field["shown"];
            let typed = fields.iter().find(|field| field["name"] == "priorities");
            assert!(
                typed.is_none_or(|field| told(field) || field["value"] == PRIORITIES),
                "{found:#}"
            );
        }
    }
}

#[test]
fn a_service_that_signs_first_signs_the_letter_with_its_form() {
    let import = |name: &str| {
        let project = Project::sample();
        project.replace(
            "missive.toml",
            "issuer_signature = \"none\"",
            "issuer_signature = \"required\"",
        );
        project.replace(
            "missive.toml",
            "[letters]",
            "[letters]\nauthorities = \"certs\"\nissuer_certificates = \"signataire\"",
        );
        project.write("certs/academie.pem", fs::read(fixture("academie.pem")).unwrap());
        project.write("signataire/signatory.pem", fs::read(fixture("signatory.pem")).unwrap());
        project.missive(&["run", "--only", "0160101Y"]).expect(1);
        adopt(&project);
        let folder = project.path("a-signer");
        project.missive(&["sign", "export", folder.to_str().unwrap()]).expect(0);
        let exported = project.bytes(&format!("a-signer/{LETTER}.r1.pdf"));
        assert_eq!(
            exported,
            fs::read(fixture("letter.pdf")).unwrap(),
            "the form is there to be signed"
        );
        project.write(&format!("signees/{LETTER}.pdf"), file(name));
        let told = project.missive(&[
            "sign",
            "import",
            project.path("signees").to_str().unwrap(),
            "--json",
        ]);
        (project, told)
    };
    for name in ["authority", "authority-certifies"] {
        let (project, told) = import(name);
        assert_eq!(told.expect(0).json()["signed"], 1, "{name}");
        project.missive(&["send", "--only", "0160101Y"]).expect(0);
        project.hand_over("2026-11-20");
        let found = taken_in(&project, &format!("{name}-then-both"));
        assert_eq!(found["verdict"], "signed", "{name}: {found:#}");
        assert_eq!(found["letters"][0]["return"], "signed", "{name}: {found:#}");
        assert_eq!(value(&found, "priorities"), PRIORITIES, "{name}");
    }
    // The letter as it was exported is what the authority signs: empty, and open to those who sign after it.
    for name in ["filled-then-authority", "authority-locks"] {
        let (_, told) = import(name);
        assert_eq!(told.json()["signed"], 0, "{name}");
    }
}

#[test]
fn what_was_signed_on_the_screen_is_confirmed_before_it_counts_as_agreed() {
    let project = sent_letter();
    project.receive("both.pdf", file("both"));
    let told = project.missive(&["archive", "add", project.inbox().to_str().unwrap()]).expect(0);
    for wanted in [
        "priorités inscrites : « Deux ateliers par trimestre, d’abord en sixième »",
        "date inscrite par le référent : « 15/12/2026 »",
        "Écrit à l'écran, à confirmer : missive archive review --filled",
    ] {
        assert!(told.out.contains(wanted), "{wanted} is not in {}", told.out);
    }
    let waiting = project.missive(&["archive", "review", "--filled", "--json"]).expect(5).json();
    assert_eq!(waiting["waiting"][0]["reference"], LETTER, "{waiting:#}");
    let words = ["archive", "review", LETTER, "--answer", "signed", "--seen-by", "Jeanne Exemple"];
    project.missive(&words).expect(0);
    let waiting = project.missive(&["archive", "review", "--filled", "--json"]).expect(0).json();
    assert_eq!(waiting["waiting"], json!([]));
    assert_eq!(project.counts()["signed"], 1);
}
