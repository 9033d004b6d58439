//! The end of a campaign: what misses is said first; then nothing of it is made or sent any more,
//! while what comes back is still filed.

use crate::returns::{letter, sent};
use crate::support::{Project, Told};
use serde_json::Value;

const FILE: &str = "data/campaigns/2026.toml";
/// The lycée of the sample with one letter.
const LETTER: &str = "2026-0160101Y-4S54";
const DAY: &str = "2027-08-31";

fn close(project: &Project, more: &[&str]) -> Told {
    let words = ["campaign", "close", "2026", "--today", DAY];
    project.missive(&[&words[..], more].concat())
}

/// A campaign of one letter.
fn small() -> Project {
    let project = Project::small();
    project.missive(&["run"]).expect(0);
    project
}

fn handed_over() -> Project {
    let project = small();
    let words = ["resolve", "--deposited", "--handed-over", "--why", "envoyés"];
    project.missive(&words).expect(0);
    project
}

fn reference(project: &Project) -> String {
    let told = project.missive(&["status", "--json", "--campaign", "2026"]).expect(0).json();
    told["schools"][0]["letters"][0]["reference"].as_str().unwrap().to_owned()
}

fn declare(project: &Project, more: &[&str]) {
    let reference = reference(project);
    let words = ["archive", "declare", &reference, "--paper", "--seen-by", "Jeanne"];
    project.missive(&[&words[..], more].concat()).expect(0);
}

fn said(project: &Project, state: &str) {
    let sql = "UPDATE message SET state = ? WHERE state != 'replaced'";
    assert_eq!(crate::forge::edit(project, sql, &[state]), 1);
}

/// Another year, which is open.
fn next_year(project: &Project) {
    let text = project.read(FILE);
    let text: Vec<&str> = text.lines().filter(|line| !line.starts_with("closed")).collect();
    let text = text.join("\n").replace("= 2027-", "= 2028-").replace("= 2026-", "= 2027-");
    let text = text.replace("\"2026-2027\"", "\"2027-2028\"").replace("\"2026\"", "\"2027\"");
    project.write("data/campaigns/2027.toml", text);
}

#[test]
fn each_kind_of_missing_letter_is_told_with_what_to_do() {
    type Act = fn(&Project);
    let cases: [(&str, &str, Act); 9] = [
        ("draft", "missive generate", |project| {
            std::fs::remove_dir_all(project.path("data/ledger")).unwrap();
        }),
        ("deposited", "sans que l'on sache si elle est partie", |_| {}),
        ("ready", "missive send", |project| said(project, "ready")),
        ("deferred", "missive send", |project| said(project, "deferred")),
        ("refused", "corriger l'adresse", |project| said(project, "refused")),
        ("bounced", "corriger l'adresse", |project| said(project, "bounced")),
        ("handed_over", "transmise, en retard de signature", |project| {
            said(project, "handed_over");
        }),
        ("partly_signed", "missive send --remind", |project| {
            said(project, "handed_over");
            declare(project, &["--partly"]);
        }),
        ("blocked", "missive check", |project| {
            project.replace("data/school.toml", "email = \"ce.0860001j@academie.example\"\n", "");
            project.missive(&["generate"]).expect(1);
        }),
    ];
    for (state, word, act) in cases {
        let project = small();
        act(&project);
        let before = project.read(FILE);
        let told = close(&project, &[]).expect(5);
        assert!(told.out.contains(word), "{state}: {}", told.out);
        assert!(told.err.contains("--confirm 1"), "{state}: {}", told.err);
        let json = close(&project, &["--json"]).expect(5).json();
        assert_eq!(json["schema"], "missive/campaign-close/1");
        assert_eq!((&json["closed"], &json["unsettled"]), (&Value::Null, &1.into()), "{state}");
        assert_eq!(json["missing"][state], 1, "{json}");
        let sum: u64 =
            json["missing"].as_object().unwrap().values().filter_map(Value::as_u64).sum();
        assert_eq!(sum, 1, "{json}");
        let told = close(&project, &["--confirm", "2"]).expect(5);
        assert!(told.err.contains("2 confirmées"), "{}", told.err);
        assert_eq!(project.read(FILE), before, "{state}: nothing is written");
        let told = close(&project, &["--confirm", "1"]).expect(0);
        assert!(told.out.contains("Campagne 2026 close le 31"), "{}", told.out);
        assert!(project.read(FILE).contains("closed = 2027-08-31"));
    }
}

#[test]
fn a_letter_whose_return_is_not_due_is_waited_for() {
    let project = handed_over();
    let words = ["campagne", "clore", "2026", "--today", "2026-12-01"];
    let told = project.missive(&words).expect(5);
    assert!(told.out.contains("attendre son retour"), "{}", told.out);
}

#[test]
fn a_message_in_doubt_is_settled_first() {
    let project = small();
    said(&project, "ambiguous");
    let before = project.read(FILE);
    let told = close(&project, &["--confirm", "1"]).expect(5);
    assert!(
        told.err.contains("sort incertain") && told.err.contains("missive resolve"),
        "{}",
        told.err
    );
    assert_eq!(project.read(FILE), before);
    let json = close(&project, &["--confirm", "1", "--json"]).expect(5).json();
    let id = json["ambiguous_messages"][0].as_str().unwrap();
    project.missive(&["resolve", id, "--handed-over", "--why", "vu"]).expect(0);
    close(&project, &["--confirm", "1"]).expect(0);
}

#[test]
fn when_nothing_is_missing_it_closes_and_every_other_byte_stays() {
    let project = handed_over();
    declare(&project, &[]);
    let comment = "# closed = 2027-07-31   à décider\r\n\r\n# fin";
    // Without the comment at the end of the sample, about amendments.
    let sample = project.read(FILE);
    let sample = sample.split("\n\n# Une règle").next().unwrap();
    let text = format!("\u{feff}{}\r\n{comment}", sample.replace('\n', "\r\n"));
    project.write(FILE, &text);
    let json = close(&project, &["--json", "--on", "2027-08-15"]).expect(0).json();
    assert_eq!((&json["closed"], &json["unsettled"]), (&"2027-08-15".into(), &0.into()));
    let wanted = text.replace(comment, &format!("closed = 2027-08-15\r\n{comment}"));
    assert_eq!(project.read(FILE), wanted);
    // A second time nothing is written; an earlier day takes the place of a later one.
    let told = close(&project, &[]).expect(0);
    assert!(told.out.contains("close depuis le 15"), "{}", told.out);
    assert_eq!(project.read(FILE), wanted);
    close(&project, &["--on", "2027-07-01"]).expect(0);
    assert_eq!(project.read(FILE), wanted.replace("2027-08-15", "2027-07-01"));
    close(&project, &["--on", "2026-01-01"]).expect(2);
}

#[test]
fn a_day_to_come_leaves_the_campaign_open_until_then() {
    let project = handed_over();
    declare(&project, &[]);
    let told = close(&project, &["--on", "2027-09-30"]).expect(0);
    assert!(told.out.contains("sera close le 30"), "{}", told.out);
    project.missive(&["plan", "--today", "2027-09-29"]).expect(0);
    project.missive(&["plan", "--today", "2027-09-30"]).expect(2);
    let told = close(&project, &["--on", "2027-12-31"]).expect(0);
    assert!(told.out.contains("se clôt déjà"), "{}", told.out);
    let told = close(&project, &[]).expect(0);
    assert!(told.out.contains("close le 31"), "{}", told.out);
    project.missive(&["plan", "--today", "2027-09-29"]).expect(2);
}

#[test]
fn wrong_words_and_wrong_records_close_nothing() {
    let project = small();
    project.missive(&["campaign", "close", "2031"]).expect(2);
    project.missive(&["campaign", "close", "../2026"]).expect(2);
    project.missive(&["campaign", "close", "2026", "--campaign", "2027"]).expect(2);
    project.missive(&["campaign", "close", "2026", "--on", "demain"]).expect(2);
    let told = close(&project, &["--on", "2026-09-01", "--confirm", "1"]).expect(2);
    assert!(told.err.contains("2026-11-16"), "{}", told.err);
    project.replace("data/school.toml", "kind", "knid");
    let told = close(&project, &["--confirm", "1"]).expect(3);
    assert!(told.err.contains("missive check"), "{}", told.err);
    assert!(!project.read(FILE).contains("closed ="));
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_written_is_left_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let project = small();
    let path = project.path(FILE);
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o444)).unwrap();
    let before = project.hashes("data/campaigns");
    let told = close(&project, &["--confirm", "1"]).expect(4);
    assert!(told.err.contains("n'est pas close") && told.err.contains(FILE), "{}", told.err);
    assert_eq!(project.hashes("data/campaigns"), before);
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o664)).unwrap();
    close(&project, &["--confirm", "1"]).expect(0);
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o664);
}

#[test]
fn two_commands_at_once_are_told() {
    let project = small();
    let file = std::fs::OpenOptions::new().write(true).open(project.path("out/.verrou")).unwrap();
    file.lock().unwrap();
    let told = close(&project, &["--confirm", "1"]).expect(4);
    assert!(told.err.contains("une autre commande"), "{}", told.err);
    assert!(!project.read(FILE).contains("closed ="));
}

#[test]
fn a_closed_campaign_makes_and_sends_nothing_and_still_answers() {
    let project = sent("0160101Y");
    let copy = letter(&project, LETTER);
    project.missive(&["run", "--only", "0860001J"]).expect(0);
    let told = close(&project, &["--json", "--confirm", "13"]).expect(0).json();
    assert_eq!(told["closed"], DAY);
    let outbox = project.hashes("out/2026/outbox");
    assert!(!outbox.is_empty());
    for words in [
        vec!["plan"],
        vec!["generate"],
        vec!["send"],
        vec!["send", "--remind"],
        vec!["run"],
        vec!["check"],
        vec!["send", "--campaign", "2026"],
    ] {
        let told = project.missive(&[&words[..], &["--today", "2027-09-15"]].concat()).expect(2);
        assert!(told.err.contains("la campagne 2026 est close"), "{words:?}: {}", told.err);
    }
    assert_eq!(project.hashes("out/2026/outbox"), outbox, "what was deposited stays");
    next_year(&project);
    let later = |words: &[&str]| project.missive(&[words, &["--today", "2027-09-15"]].concat());
    // The year that is open is found by itself; the closed one when it is named.
    assert_eq!(later(&["check", "--json"]).expect(0).json()["campaign"], "2027");
    let status = later(&["status", "--campaign", "2026"]).expect(0);
    assert!(status.out.contains("Campagne 2026 (close)"), "{}", status.out);
    assert!(!status.out.contains("missive plan"), "{}", status.out);
    // A return is filed, reviewed, declared, whatever is open.
    project.receive("copie.pdf", &copy);
    let inbox = project.inbox();
    let told = later(&["archive", "add", inbox.to_str().unwrap(), "--json"]).expect(0).json();
    assert_eq!(told["files"][0]["letters"][0]["reference"], LETTER, "{told}");
    assert_eq!(told["files"][0]["letters"][0]["state"], "handed_over");
    let words = ["archive", "declare", LETTER, "--paper", "--seen-by", "Jeanne"];
    later(&words).expect(0);
    later(&["archive", "review"]).expect(0);
    let status = later(&["status", "--campaign", "2026", "--json"]).expect(0).json();
    assert_eq!(status["letters"]["signed"], 1);
    // What was never made is called for no more.
    assert_eq!(status["letters"]["draft"], 0);
    later(&["archive", "list", "--campaign", "2026"]).expect(0);
    later(&["history", LETTER]).expect(0);
    later(&["explain", LETTER]).expect(0);
    later(&["ledger", "verify"]).expect(0);
    let restored = project.path("tiré");
    later(&["ledger", "restore", restored.to_str().unwrap(), "--campaign", "2026"]).expect(0);
    let file = project.path("compte.csv");
    let export = ["export", file.to_str().unwrap(), "--campaign", "2026", "--json"];
    let told = later(&export).expect(0).json();
    assert_eq!((&told["campaign"], &told["states"]["signed"]), (&"2026".into(), &1.into()));
    assert_eq!(told["letters"], status["letters"]["total"]);
    // The new year is made beside the old one, of which nothing changes.
    let made = later(&["generate"]);
    assert!(made.code <= 1, "{}", made.err);
    assert_eq!(project.hashes("out/2026/outbox"), outbox);
}
