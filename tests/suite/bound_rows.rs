//! The rows of the ledger are what its events say, before any command uses them: an edit is refused
//! with its row and column, and `ledger verify` finds one in any column there is.

use crate::support::{Project, SCHOOL, Told, missive, told};
use missive::ledger::write::approval::{NewApproval, NewProof};
use rusqlite::Connection;
use std::path::Path;

const TODAY: &str = "2026-11-25";

fn open(root: &Path) -> Connection {
    Connection::open(root.join("data/ledger/ledger.sqlite")).unwrap()
}

/// Two letters, one handed over and come back, with a reminder of nothing: a row in every table.
fn full() -> Project {
    let project = Project::small();
    let second = SCHOOL.replace("0860001J", "0860002K").replace("0860001j", "0860002k");
    project.write("data/second.toml", second);
    let person = crate::support::PERSON.replace("martin-claire", "petit-jean");
    let person = person.replace("0860001J", "0860002K");
    project.write("data/second-person.toml", person);
    project.missive(&["run", "--today", TODAY]).expect(0);
    project
        .missive(&["resolve", "0860001J", "--handed-over", "--why", "x", "--today", TODAY])
        .expect(0);
    let copy = project.path("out/2026/letters").join(reference(&project) + ".pdf");
    let mut bytes = std::fs::read(copy).unwrap();
    bytes.extend(b"\n% returned\n");
    project.write("../back.pdf", bytes);
    let back = project.path("../back.pdf");
    let words = ["archive", "add", back.to_str().unwrap(), "--today", TODAY];
    assert!(project.missive(&words).code <= 1);
    project
}

/// The letter that was handed over.
fn reference(project: &Project) -> String {
    let sql = "SELECT reference FROM letter WHERE uai = '0860001J'";
    open(&project.root()).query_row(sql, [], |row| row.get(0)).unwrap()
}

fn verify(root: &Path) -> Told {
    told(missive().arg("-C").arg(root).args(["ledger", "verify", "--json"]))
}

/// A row for the tables that a short story leaves empty, with the event that tells of it.
fn with_every_table(project: &Project) {
    let fingerprint = "ab".repeat(32);
    let person = missive::clock::Clock::new(None);
    let actor = missive::ledger::Actor {
        user: "jeanne".into(),
        computer: "vm".into(),
        process: 1,
        command: None,
        clock: person,
        seed: "essai".into(),
        state: None,
    };
    let (ledger, _) = missive::ledger::Ledger::open(&project.root(), actor, false).unwrap();
    ledger.write(|change| change.pin("0860001J", &fingerprint, "Anne Durand", "00")).unwrap();
    let letters = [reference(project)];
    let proof = NewProof { campaign: "2026", messages: &[], letters: &letters };
    let proof = ledger.write(|change| change.proof(&proof)).unwrap();
    let (name, why) = ("Jeanne Exemple", Some("relu"));
    let approval = NewApproval { campaign: "2026", proof, name, why, letters: &letters };
    ledger.write(|change| change.approve(&approval)).unwrap();
}

/// Every column of every table, from the schema: a later one cannot be forgotten.
fn columns(connection: &Connection) -> Vec<(String, String, String)> {
    let sql = "SELECT m.name, c.name, c.type FROM sqlite_schema m, pragma_table_info(m.name) c
               WHERE m.type = 'table' ORDER BY m.name, c.cid";
    let mut statement = connection.prepare(sql).unwrap();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)));
    rows.unwrap().map(Result::unwrap).collect()
}

/// Ways to change a cell that the table's own rules may allow.
const WAYS: [&str; 4] = ["CAST({} AS BLOB)", "NULL", "{} || ' '", "coalesce({}, 0) + 1"];

#[test]
fn verify_finds_an_edit_in_every_column_of_every_table() {
    let project = full();
    with_every_table(&project);
    assert_eq!(verify(&project.root()).code, 0, "{}", verify(&project.root()).out);
    let file = project.path("data/ledger/ledger.sqlite");
    let lease = "INSERT INTO lease VALUES (1, 'jeanne', 'vm', 7, '2026-11-25T09:00:00Z')";
    open(&project.root()).execute_batch(lease).unwrap();
    let owner = r#"{"user":"jeanne","computer":"vm","process":7,"since":"2026-11-25T09:00:00Z"}"#;
    project.write("data/ledger/bail.json", owner);
    assert_eq!(verify(&project.root()).code, 0, "{}", verify(&project.root()).out);
    let whole = std::fs::read(&file).unwrap();
    let all = columns(&open(&project.root()));
    assert!(all.len() > 80, "{}", all.len());
    let mut silent = Vec::new();
    for (table, column, kind) in &all {
        let mut edits = 0;
        for way in WAYS {
            let value = way.replace("{}", &format!("\"{column}\""));
            let connection = open(&project.root());
            let key = &all.iter().find(|column| column.0 == *table).unwrap().1;
            let sql = format!(
                "UPDATE \"{table}\" SET \"{column}\" = {value}
                 WHERE \"{key}\" = (SELECT max(\"{key}\") FROM \"{table}\")"
            );
            let before = all_of(&connection, table, column);
            let open = "PRAGMA foreign_keys = OFF; DROP TRIGGER event_is_never_changed";
            connection.execute_batch(open).unwrap();
            // The table's own rules may forbid it.
            let _ = connection.execute(&sql, []);
            // The trigger is put back, so that only the edit is there to be found.
            let trigger = "CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event
    BEGIN SELECT RAISE(ABORT, 'events are append-only'); END";
            connection.execute_batch(trigger).unwrap();
            let changed = all_of(&connection, table, column) != before;
            drop(connection);
            if changed {
                edits += 1;
                let told = verify(&project.root());
                let found = told.code == 1
                    && told.json()["findings"]
                        .as_array()
                        .is_some_and(|findings| !findings.is_empty());
                if !found {
                    silent.push(format!("{table}.{column} {kind} = {way}: {}", told.err));
                }
            }
            std::fs::write(&file, &whole).unwrap();
        }
        // A number under a CHECK, or what nothing but itself may stand for.
        assert!(
            edits > 0 || (table, column.as_str()) == (&"lease".to_owned(), "one"),
            "{table}.{column} was not edited"
        );
    }
    assert!(silent.is_empty(), "{silent:#?}");
}

/// Everything in a column, with its types.
fn all_of(connection: &Connection, table: &str, column: &str) -> Option<String> {
    let sql = format!(
        "SELECT group_concat(typeof(\"{column}\") || quote(\"{column}\")) FROM \"{table}\""
    );
    connection.query_row(&sql, [], |row| row.get(0)).unwrap()
}

/// Edits a ledger, runs a command, puts the ledger back: it must have been refused, with this.
fn refused(project: &Project, sql: &str, words: &[&str], parts: &[&str]) {
    let file = project.path("data/ledger/ledger.sqlite");
    let whole = std::fs::read(&file).unwrap();
    let edited = open(&project.root());
    edited.pragma_update(None, "foreign_keys", false).unwrap();
    assert!(edited.execute(sql, []).unwrap() > 0, "{sql}");
    drop(edited);
    let before = std::fs::read(&file).unwrap();
    let told = project.missive(words);
    assert_eq!(told.code, 4, "{words:?}\n{}\n{}", told.out, told.err);
    for part in [&["journal des envois est abîmé", "ledger verify", "sauvegarde"], parts].concat()
    {
        assert!(told.err.contains(part), "{words:?} {part}: {}", told.err);
    }
    assert_eq!(std::fs::read(&file).unwrap(), before, "{words:?} wrote in it");
    std::fs::write(&file, &whole).unwrap();
}

#[test]
fn an_edited_row_is_refused_by_every_command_that_would_use_it() {
    let project = full();
    let back = project.path("../back.pdf");
    let add = ["archive", "add", back.to_str().unwrap(), "--today", TODAY];
    let wide = "UPDATE revision SET boxes = replace(boxes, '\"width\":128.5', '\"width\":590')";
    refused(&project, wide, &add, &["la révision", "boxes", &reference(&project)]);
    let address = "UPDATE message SET address = 'autre@example.org' WHERE uai = '0860002K'";
    let cases: [(&str, &[&str], &str); 12] = [
        (address, &["send", "--today", TODAY], "le message"),
        (
            "UPDATE message SET state = 'ready' WHERE left_on IS NOT NULL",
            &["send"],
            "colonne state",
        ),
        (
            "UPDATE message SET left_on = '2026-01-01' WHERE left_on IS NOT NULL",
            &["status"],
            "colonne left_on",
        ),
        ("DELETE FROM letter WHERE uai = '0860002K'", &["status"], "a disparu"),
        ("UPDATE letter SET withdrawn = 1", &["generate"], "colonne withdrawn"),
        ("UPDATE revision SET pages = 9", &["generate"], "pages"),
        ("UPDATE revision SET seen_materiality = 'cosmetic'", &["plan"], "seen_materiality"),
        (
            "UPDATE revision SET issued = (SELECT max(issued) FROM revision)",
            &["archive", "list"],
            "colonne issued",
        ),
        ("UPDATE returned SET state = 'signed'", &["archive", "review"], "colonne state"),
        ("UPDATE received SET verdict = 'signed'", &["archive", "review"], "le fichier reçu"),
        (
            "UPDATE message_letter SET readdressed = 1",
            &["resolve", "--deposited", "--not-sent", "--why", "x"],
            "le message",
        ),
        ("UPDATE inputs SET json = replace(json, 'typst', 'autre')", &["run"], "inputs"),
    ];
    for (sql, words, part) in cases {
        refused(&project, sql, words, &[part]);
    }
    project.missive(&["ledger", "verify"]).expect(0);
}

#[test]
fn the_long_texts_of_a_revision_are_checked_when_they_are_read() {
    let project = full();
    let reference = reference(&project);
    for (column, text) in [("content", "Durand"), ("origins", "data/"), ("text", "Durand")] {
        let sql = format!("UPDATE revision SET {column} = replace({column}, '{text}', 'Dupont')");
        refused(&project, &sql, &["explain", &reference], &[column, &reference]);
    }
}

#[test]
fn a_trigger_or_a_table_that_missive_did_not_make_is_refused() {
    let project = full();
    let trigger = "CREATE TRIGGER quiet AFTER INSERT ON received
        BEGIN UPDATE received SET verdict = 'signed'; END";
    open(&project.root()).execute_batch(trigger).unwrap();
    let told = project.missive(&["status"]).expect(4);
    assert!(told.err.contains("trigger quiet"), "{}", told.err);
    let told = project.missive(&["ledger", "verify"]).expect(1);
    assert!(told.out.contains("trigger quiet"), "{}", told.out);
}

#[test]
fn a_former_ledger_is_taken_up_only_as_its_events_tell_it() {
    for version in [1, 2, 3] {
        let project = Project::sample();
        let fixture = format!("tests/fixtures/ledger/v{version}.sql");
        let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join(fixture);
        std::fs::create_dir_all(project.path("data/ledger")).unwrap();
        open(&project.root()).execute_batch(&std::fs::read_to_string(fixture).unwrap()).unwrap();
        refused(&project, "UPDATE revision SET boxes = '[]'", &["status"], &["boxes"]);
        refused(&project, "UPDATE revision SET boxes = '[]'", &["archive", "verify"], &["boxes"]);
        // What no event told is taken as it is found, once.
        project.missive(&["archive", "verify"]);
        refused(&project, "UPDATE message SET cover = 'x'", &["status"], &["cover"]);
    }
}

#[test]
fn dates_that_run_backwards_are_told_and_accuse_nobody() {
    let project = Project::small();
    project.missive(&["run", "--today", "2026-11-25T09:00:00Z"]).expect(0);
    let words = ["resolve", "0860001J", "--handed-over", "--why", "x"];
    project.missive(&[&words[..], &["--today", "2026-11-20T09:00:00Z"]].concat()).expect(0);
    let told = project.missive(&["ledger", "verify"]).expect(0);
    for part in ["à savoir", "20/11/2026 à ", "25/11/2026 à ", "horloge", "Tout est en ordre"] {
        assert!(told.out.contains(part), "{part}: {}", told.out);
    }
    let told = project.missive(&["ledger", "verify", "--json"]).expect(0).json();
    assert_eq!(told["notes"][0]["code"], "clock");
}
