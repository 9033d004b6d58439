//! The ledger: honest under tampering, cuts and older copies; one writer at a time.

use crate::beginning::beginning;
use crate::support::{Project, missive, told};
use crate::waiting::{kill_after, wait_until};
use rusqlite::Connection;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

fn made() -> Project {
    beginning("ledger, made".into(), || {
        let project = Project::sample();
        project.missive(&["run", "--today", "2026-11-18"]).expect(0);
        project
    })
}

fn sent() -> Project {
    let project = made();
    let words =
        ["resolve", "--deposited", "--handed-over", "--why", "essai", "--today", "2026-11-20"];
    project.missive(&words).expect(0);
    project
}

fn open(project: &Project) -> Connection {
    Connection::open(project.path("data/ledger/ledger.sqlite")).unwrap()
}

/// Every object of the store.
fn objects(project: &Project) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for prefix in std::fs::read_dir(project.path("data/ledger/objects")).unwrap() {
        found.extend(std::fs::read_dir(prefix.unwrap().path()).unwrap().map(|e| e.unwrap().path()));
    }
    found.sort();
    found
}

fn findings(project: &Project) -> Vec<String> {
    let told = project.missive(&["ledger", "verify", "--json"]);
    assert!(told.code <= 1, "{}", told.err);
    let found: Vec<String> = told.json()["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| finding["code"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(told.code, i32::from(!found.is_empty()));
    found
}

#[test]
fn out_is_restored_from_the_ledger_without_compiling() {
    for project in [made(), sent()] {
        let before = project.hashes("out/2026");
        let log = project.read("out/2026/send.log");
        std::fs::remove_dir_all(project.path("out")).unwrap();
        let told = project.missive(&["generate", "--json"]).expect(0).json();
        assert_eq!((&told["compiled"], &told["letters"]["restored"]), (&0.into(), &13.into()));
        let after = project.hashes("out/2026");
        for (name, hash) in &before {
            assert!(after.get(name) == Some(hash) || name.ends_with("report.html"), "{name}");
        }
        assert_eq!(project.read("out/2026/send.log"), log);
    }
}

#[test]
fn an_edited_file_is_noticed_and_restored() {
    let project = made();
    let letter = "out/2026/letters/2026-0860001J-NGRM.pdf";
    let before = project.bytes(letter);
    let mut damaged = before.clone();
    damaged.extend(b"% une note");
    project.write(letter, &damaged);
    project.write("out/2026/outbox/0860001J.r1.eml", "rien");
    let told = project.missive(&["generate"]).expect(0);
    assert!(told.err.contains("2 fichiers de out/ modifiés à la main"), "{}", told.err);
    assert!(told.err.contains(letter), "{}", told.err);
    assert_eq!(project.bytes(letter), before);
    assert_eq!(project.missive(&["generate"]).expect(0).err, "");
}

#[test]
fn tampering_is_found() {
    type Spoil = fn(&Project);
    let ways: [(&str, Spoil); 14] = [
        ("event-changed", |p| {
            let sql = "DROP TRIGGER event_is_never_changed; UPDATE event SET day = '2020-01-01' WHERE seq = 5";
            open(p).execute_batch(sql).unwrap();
        }),
        ("event-missing", |p| {
            let sql = "DROP TRIGGER event_is_never_removed; DELETE FROM event WHERE seq = 7";
            open(p).execute_batch(sql).unwrap();
        }),
        ("event-order", |p| {
            let sql = "DROP TRIGGER event_is_never_changed;
                UPDATE event SET seq = 100000 WHERE seq = 8; UPDATE event SET seq = 8 WHERE seq = 9;
                UPDATE event SET seq = 9 WHERE seq = 100000";
            open(p).execute_batch(sql).unwrap();
        }),
        ("revision-changed", |p| {
            let sql = "UPDATE revision SET content = replace(content, 'Durand', 'Dupont')";
            open(p).execute_batch(sql).unwrap();
        }),
        ("message-changed", |p| {
            open(p).execute_batch("UPDATE message SET state = 'ready' WHERE id = 1").unwrap();
        }),
        ("letter-changed", |p| {
            open(p)
                .execute_batch("UPDATE letter SET withdrawn = 1 WHERE uai = '0860001J'")
                .unwrap();
        }),
        ("revision-changed", |p| {
            // Another object that is there: what was sent would be taken for something else.
            let sql = "UPDATE revision SET issued = (SELECT max(rendered) FROM revision)";
            open(p).execute_batch(sql).unwrap();
        }),
        ("revision-changed", |p| {
            open(p)
                .execute_batch("UPDATE revision SET made_on = '2020-01-01' WHERE id = 1")
                .unwrap();
        }),
        ("message-changed", |p| {
            open(p)
                .execute_batch("UPDATE message SET left_on = '2026-01-01' WHERE id = 1")
                .unwrap();
        }),
        ("message-changed", |p| {
            open(p).execute_batch("UPDATE message SET subject = 'autre' WHERE id = 1").unwrap();
        }),
        ("message-changed", |p| {
            open(p)
                .execute_batch("UPDATE message_letter SET readdressed = 1 WHERE message = 1")
                .unwrap();
        }),
        ("object-changed", |p| {
            let path = &objects(p)[3];
            let mut bytes = std::fs::read(path).unwrap();
            bytes[10] ^= 1;
            std::fs::write(path, bytes).unwrap();
        }),
        ("object-missing", |p| std::fs::remove_file(&objects(p)[2]).unwrap()),
        ("object-stray", |p| {
            let path = objects(p)[0].with_file_name("0".repeat(62));
            std::fs::write(path, "x").unwrap();
        }),
    ];
    let project = made();
    assert!(findings(&project).is_empty());
    for (code, spoil) in ways {
        let project = made();
        spoil(&project);
        let found = findings(&project);
        assert!(found.iter().any(|finding| finding == code), "{code}: {found:?}");
    }
}

#[test]
fn a_spoilt_ledger_or_a_lost_original_says_what_to_do() {
    let project = made();
    let file = project.path("data/ledger/ledger.sqlite");
    let whole = std::fs::read(&file).unwrap();
    std::fs::write(&file, &whole[..20_000]).unwrap();
    for words in [["plan"].as_slice(), &["run"], &["ledger", "verify"]] {
        let told = project.missive(words).expect(4);
        assert!(told.err.contains("sauvegarde"), "{}", told.err);
    }
    assert_eq!(std::fs::read(&file).unwrap().len(), 20_000, "left as it was");
    std::fs::write(&file, &whole).unwrap();
    std::fs::remove_dir_all(project.path("out")).unwrap();
    std::fs::remove_dir_all(project.path("data/ledger/objects")).unwrap();
    let told = project.missive(&["generate"]).expect(4);
    assert!(told.err.contains("ledger verify"), "{}", told.err);
}

#[test]
fn a_reason_is_one_printable_line() {
    let project = made();
    let why = "a\r\nb\u{1b}[31m";
    let told =
        project.missive(&["resolve", "--deposited", "--handed-over", "--why", why]).expect(2);
    assert!(!told.err.contains('\u{1b}'), "{}", told.err);
}

#[test]
fn events_cannot_be_changed_by_accident() {
    let connection = open(&made());
    for sql in ["UPDATE event SET day = ''", "DELETE FROM event"] {
        assert!(connection.execute_batch(sql).is_err(), "{sql}");
    }
}

#[test]
fn a_ledger_of_a_later_missive_is_left_alone() {
    let project = made();
    open(&project).pragma_update(None, "user_version", 99).unwrap();
    let before = project.hashes("data/ledger");
    for words in [["run"].as_slice(), &["plan"], &["status"], &["ledger", "verify"]] {
        let told = project.missive(words).expect(4);
        assert!(told.err.contains("version plus récente"), "{}", told.err);
    }
    assert_eq!(project.hashes("data/ledger"), before);
    let other = Project::sample();
    other.write("data/ledger/ledger.sqlite", "ceci n'est pas une base");
    assert_eq!(other.missive(&["run"]).code, 4);
    assert_eq!(other.read("data/ledger/ledger.sqlite"), "ceci n'est pas une base");
}

#[test]
fn every_version_of_the_tables_can_still_be_read() {
    let fixtures = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/ledger");
    let mut found = 0;
    for entry in std::fs::read_dir(fixtures).unwrap() {
        let project = Project::sample();
        let sql = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        std::fs::create_dir_all(project.path("data/ledger")).unwrap();
        open(&project).execute_batch(&sql).unwrap();
        let status = project.missive(&["status", "--json"]).expect(0).json();
        assert_eq!(
            (&status["letters"]["handed_over"], &status["balanced"]),
            (&1.into(), &true.into())
        );
        // A command that writes brings it up to date.
        let theirs = "0860001J,0160101Y,0160102Z,0170201B,0170202C";
        project.missive(&["generate", "--except", theirs]).expect(0);
        found += 1;
    }
    assert_eq!(found, missive::ledger::migrations::VERSION, "one fixture a version");
}

#[test]
fn a_second_writer_is_told_who_writes() {
    let project = made();
    let lease =
        r#"{"user":"jeanne","computer":"poste-12","process":4242,"since":"2026-11-24T08:00:00Z"}"#;
    project.write("data/ledger/bail.json", lease);
    for words in [["run"].as_slice(), &["resolve", "--deposited", "--handed-over", "--why", "x"]] {
        let told = project.missive(words).expect(4);
        for part in ["jeanne sur l'ordinateur poste-12", "depuis le 24/11/2026 à ", "--take-over"]
        {
            assert!(told.err.contains(part), "{part}: {}", told.err);
        }
    }
    // Reading disturbs nobody.
    for words in [["plan"].as_slice(), &["status"], &["history", "0860001J"]] {
        project.missive(words).expect(0);
    }
    // A writer of this version says what it does.
    let doing = lease.replace("}", ",\"command\":\"archives ajouter\"}");
    project.write("data/ledger/bail.json", doing);
    let told = project.missive(&["run"]).expect(4);
    assert!(told.err.contains("(missive archives ajouter)"), "{}", told.err);
    let told = project.missive(&["run", "--take-over"]).expect(0);
    assert!(told.err.contains("il est repris"), "{}", told.err);
    assert!(!project.path("data/ledger/bail.json").exists());
    assert!(findings(&project).is_empty());
}

#[test]
fn a_lease_whose_file_was_lost_is_known_from_the_ledger() {
    let project = made();
    let insert = "INSERT INTO lease VALUES (1, 'jeanne', 'poste-12', 4242, '2026-11-24T08:00:00Z')";
    open(&project).execute_batch(insert).unwrap();
    let told = project.missive(&["run"]).expect(4);
    assert!(told.err.contains("jeanne") && told.err.contains("poste-12"), "{}", told.err);
    assert!(!project.path("data/ledger/bail.json").exists());
    project.missive(&["run", "--take-over"]).expect(0);
    assert_eq!(project.missive(&["run"]).expect(0).err, "");
    assert!(findings(&project).is_empty());
}

#[test]
fn a_command_killed_while_it_takes_a_lease_over_accuses_nobody() {
    let project = made();
    let insert =
        "INSERT INTO lease VALUES (1, 'jeanne', 'poste-12', 4242, '2026-11-24T08:00:00.1Z')";
    open(&project).execute_batch(insert).unwrap();
    // What the next command had written of its own lease, within the same second.
    let next = r#"{"user":"jeanne","computer":"poste-12","process":4243,"since":"2026-11-24T08:00:00.2Z"}"#;
    for written in ["", &next[..30], next] {
        project.write("data/ledger/bail.json", written);
        assert!(findings(&project).is_empty(), "{written}");
    }
    // A file that is gone, or says something else of the same command, is another thing.
    for other in [next.replace("4243", "4242"), next.replace("00.2Z", "00.1Z")] {
        project.write("data/ledger/bail.json", other);
        assert_eq!(findings(&project), ["lease-changed"]);
    }
    std::fs::remove_file(project.path("data/ledger/bail.json")).unwrap();
    assert_eq!(findings(&project), ["lease-changed"]);
}

#[test]
fn one_whose_lease_was_taken_over_writes_no_more() {
    let project = many(120);
    let child = Command::new(env!("CARGO_BIN_EXE_missive"))
        .env_clear()
        .arg("-C")
        .arg(project.root())
        .args(["run", "--jobs", "1"])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    wait_until("three letters", || project.names("out/2026/letters").len() >= 3);
    // What a take-over from another computer writes.
    let connection = open(&project);
    connection.busy_timeout(Duration::from_secs(10)).unwrap();
    connection.execute_batch("UPDATE lease SET computer = 'poste-12', user = 'jeanne'").unwrap();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(4), "{said}");
    assert!(said.contains("jeanne"), "{said}");
    let holder: String =
        connection.query_row("SELECT computer FROM lease", [], |row| row.get(0)).unwrap();
    assert_eq!(holder, "poste-12", "the new owner keeps the lease");
}

#[test]
fn an_older_ledger_put_back_stops_sending_until_a_person_accepts_it() {
    let project = Project::sample();
    let home = crate::support::folder();
    let run = |words: &[&str]| {
        told(missive().env("XDG_STATE_HOME", home.path()).arg("-C").arg(project.root()).args(words))
    };
    run(&["run", "--today", "2026-11-18"]).expect(0);
    let ledger = project.path("data/ledger/ledger.sqlite");
    let older = std::fs::read(&ledger).unwrap();
    run(&["resolve", "--deposited", "--handed-over", "--why", "essai"]).expect(0);
    std::fs::write(&ledger, &older).unwrap();
    let planned = run(&["plan"]).expect(0);
    assert!(planned.err.contains("plus ancien"), "{}", planned.err);
    let stopped = run(&["run"]).expect(5);
    assert!(stopped.err.contains("ledger accept"), "{}", stopped.err);
    assert_eq!(run(&["ledger", "verify"]).code, 1);
    run(&["ledger", "accept", "--why", "la dernière sauvegarde, rien n'était parti"]).expect(0);
    assert_eq!(run(&["run"]).expect(0).err, "");
    run(&["ledger", "verify"]).expect(0);
}

#[test]
fn a_backup_can_be_taken_while_another_command_holds_the_ledger() {
    let project = sent();
    project
        .write("data/ledger/bail.json", r#"{"user":"a","computer":"b","process":1,"since":"x"}"#);
    let copy = project.path("copie.sqlite");
    project.missive(&["ledger", "backup", copy.to_str().unwrap()]).expect(0);
    let events = |path: &std::path::Path| -> i64 {
        let connection = Connection::open(path).unwrap();
        connection.query_row("SELECT count(*) FROM event", [], |row| row.get(0)).unwrap()
    };
    assert_eq!(events(&copy), events(&project.path("data/ledger/ledger.sqlite")));
    project.missive(&["ledger", "backup", copy.to_str().unwrap()]).expect(2);
}

#[test]
fn a_backup_taken_while_letters_are_made_is_sound() {
    let project = many(120);
    let mut child = Command::new(env!("CARGO_BIN_EXE_missive"))
        .env_clear()
        .arg("-C")
        .arg(project.root())
        .args(["run", "--jobs", "1"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let start = Instant::now();
    let mut copies = 0;
    while child.try_wait().unwrap().is_none() && start.elapsed() < Duration::from_secs(120) {
        let copy = project.path(&format!("copie-{copies}.sqlite"));
        let told = project.missive(&["ledger", "backup", copy.to_str().unwrap()]);
        if told.code == 2 {
            continue; // Nothing was made yet.
        }
        assert_eq!(told.code, 0, "{}", told.err);
        let connection = Connection::open(&copy).unwrap();
        let sound: String =
            connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
        assert_eq!(sound, "ok");
        copies += 1;
    }
    assert!(child.wait().unwrap().success() && copies > 0, "{copies}");
    assert!(findings(&project).is_empty());
}

#[test]
fn replaying_says_which_input_differs() {
    let project = sent();
    // The templates of what was sent are in the store: those of the project no longer matter.
    std::fs::remove_file(project.path("templates/lib/boxes.typ")).unwrap();
    project.write("templates/letter.typ", "#panic()");
    let told = project.missive(&["ledger", "verify", "--replay", "--json"]).expect(0).json();
    assert_eq!((&told["replay"]["revisions"], &told["replay"]["same"]), (&13.into(), &13.into()));
    let explained = project.missive(&["explain", "2026-0860001J-NGRM", "--json"]).expect(0).json();
    assert!(explained["paragraphs"].as_array().unwrap().len() > 20);
}

#[test]
fn a_failure_in_one_letter_leaves_the_others_done_and_the_ledger_sound() {
    let project = made();
    project.replace(
        "templates/letter.typ",
        "#let school = d.establishment",
        "#let school = d.establishment\n#if school.uai == \"0860001J\" { panic(\"essai\") }",
    );
    project.replace("templates/lib/page.typ", "#let top-margin = 30mm", "#let top-margin = 31mm");
    // The specimens carry that school's code: `check` would refuse; another school then.
    project.replace("templates/letter.typ", "\"0860001J\"", "\"0860002K\"");
    let told = project.missive(&["run", "--json"]).expect(1);
    let body = told.json();
    assert_eq!(body["generate"]["letters"]["written"], 12, "{}", told.err);
    assert_eq!(body["generate"]["letters"]["failed"], 1);
    assert!(!project.names("out/2026/outbox").contains(&"0860002K.r1.eml".to_owned()));
    assert!(findings(&project).is_empty());
    let status = project.missive(&["status", "--json"]).expect(0).json();
    assert_eq!((&status["letters"]["draft"], &status["balanced"]), (&1.into(), &true.into()));
}

/// Schools and referents enough that a run can be cut in the middle.
fn many(number: usize) -> Project {
    let project = Project::small();
    let (mut schools, mut people) = (String::new(), String::new());
    for index in 0..number {
        let uai = uai(8_600_000 + u32::try_from(index).unwrap() * 3);
        schools += &crate::support::SCHOOL
            .replace("0860001J", &uai)
            .replace("0860001j", &uai.to_lowercase());
        people += &crate::support::PERSON
            .replace("martin-claire", &format!("martin-{index}"))
            .replace("0860001J", &uai);
    }
    project.write("data/school.toml", schools);
    project.write("data/person.toml", people);
    project
}

/// A code with its check letter (the alphabet without I, O and Q).
fn uai(number: u32) -> String {
    let letters = b"ABCDEFGHJKLMNPRSTUVWXYZ";
    format!("{number:07}{}", char::from(letters[(number % 23) as usize]))
}

#[test]
fn the_number_of_workers_leaves_no_trace_in_the_log_or_the_order_of_events() {
    let told = |jobs: &str| {
        let project = many(60);
        project.missive(&["run", "--jobs", jobs, "--today", "2026-11-25"]).expect(0);
        let connection = open(&project);
        // The event that made the ledger holds its name, another one each time.
        let sql = "SELECT kind, reference, message, body FROM event WHERE kind != 'migrated'";
        let mut statement = connection.prepare(sql).unwrap();
        let rows = statement.query_map([], |row| {
            let (reference, message): (Option<String>, Option<i64>) = (row.get(1)?, row.get(2)?);
            Ok((row.get::<_, String>(0)?, reference, message, row.get::<_, String>(3)?))
        });
        let events: Vec<_> = rows.unwrap().collect::<Result<_, _>>().unwrap();
        (project.read("out/2026/send.log"), events)
    };
    assert_eq!(told("1"), told("7"));
}

/// How often, and on how many letters; MISSIVE_KILLS and MISSIVE_LETTERS ask for more.
fn asked(name: &str, usual: usize) -> usize {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

#[test]
fn killed_at_any_moment_the_ledger_is_sound_and_a_rerun_ends_in_the_same_bytes() {
    let (kills, letters) = (asked("MISSIVE_KILLS", 8), asked("MISSIVE_LETTERS", 60));
    let today = ["--today", "2026-11-25"];
    let undisturbed = many(letters);
    let project = many(letters);
    let mut cut = 0;
    // First the making of all letters, then a new revision of all of them.
    for reissue in [false, true] {
        let begin = Instant::now();
        undisturbed.missive(&[&["run"], today.as_slice()].concat()).expect(0);
        let usual = begin.elapsed();
        let whole = undisturbed.hashes("out/2026");
        for round in 0..kills {
            let mut child = Command::new(env!("CARGO_BIN_EXE_missive"))
                .env_clear()
                .arg("-C")
                .arg(project.root())
                .args([&["run"], today.as_slice()].concat())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            // Spread over the time a whole run takes, from the first moment on.
            let share = (round as u32 * 7919 % 100) as f64 / 100.0;
            let wait = Duration::from_secs_f64(usual.as_secs_f64() * share);
            cut += usize::from(kill_after(&mut child, wait));
            let verified = project.missive(&["ledger", "verify"]);
            let nothing_yet = verified.err.contains("pas encore de journal");
            assert!(verified.code == 0 || nothing_yet, "{}{}", verified.out, verified.err);
            if round % 3 == 2 {
                // Begin again with nothing made, so that every part of a run is cut.
                project.missive(&[&["run"], today.as_slice()].concat()).expect(0);
                assert_eq!(project.hashes("out/2026"), whole, "round {round}");
                std::fs::remove_dir_all(project.path("out")).unwrap();
                if !reissue {
                    std::fs::remove_dir_all(project.path("data/ledger")).unwrap();
                }
            }
        }
        project.missive(&[&["run"], today.as_slice()].concat()).expect(0);
        assert_eq!(project.hashes("out/2026"), whole);
        project.missive(&["ledger", "verify"]).expect(0);
        if reissue {
            break;
        }
        for each in [&undisturbed, &project] {
            let words =
                ["resolve", "--deposited", "--handed-over", "--why", "x", "--today", "2026-11-26"];
            each.missive(&words).expect(0);
            each.replace(
                "data/campaigns/2026.toml",
                "place = \"Exempleville\"",
                "place = \"Ailleurs\"",
            );
        }
    }
    assert!(cut > 0, "no run was cut");
}

#[test]
fn verify_says_which_events_rest_on_which_version_of_the_hash() {
    let project = Project::sample();
    let fixture =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/ledger/v4.sql");
    std::fs::create_dir_all(project.path("data/ledger")).unwrap();
    open(&project).execute_batch(&std::fs::read_to_string(fixture).unwrap()).unwrap();
    let count = |sql: &str| -> i64 { open(&project).query_row(sql, [], |row| row.get(0)).unwrap() };
    let before = count("SELECT count(*) FROM event");
    // The first command that writes continues the same chain with the new version.
    project.missive(&["archive", "verify", "--today", "2026-11-26"]);
    let after = count("SELECT count(*) FROM event");
    assert!(after > before);
    let told = project.missive(&["ledger", "verify", "--json"]).json();
    let chain = serde_json::json!([
        { "first": 1, "last": before, "version": 1 },
        { "first": before + 1, "last": after, "version": 2 },
    ]);
    assert_eq!(told["chain"], chain);
    let codes: Vec<&str> = told["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| finding["code"].as_str().unwrap())
        .filter(|code| *code != "object-missing")
        .collect();
    assert!(codes.is_empty(), "{codes:?}");
    let shown = project.missive(&["ledger", "verify"]).out;
    for part in
        [format!("événements 1 à {before},"), format!("événements {} à {after},", before + 1)]
    {
        assert!(shown.contains(&part), "{part}: {shown}");
    }
    assert_eq!(count("SELECT count(DISTINCT nonce) FROM event"), after - before);
}

#[test]
fn erased_details_leave_a_chain_that_verifies_and_are_told() {
    let project = made();
    let erase = "DROP TRIGGER event_is_never_changed;
        UPDATE event SET body = NULL, nonce = NULL WHERE kind = 'tested' OR seq = 1;
        CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event
    BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;";
    open(&project).execute_batch(erase).unwrap();
    let found = findings(&project);
    assert!(found.contains(&"event-erased".to_owned()), "{found:?}");
    for broken in ["event-changed", "event-order", "event-missing"] {
        assert!(!found.contains(&broken.to_owned()), "{found:?}");
    }
}
