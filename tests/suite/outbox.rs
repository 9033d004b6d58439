//! What lies in `out/` follows the records: nothing outdated stays where a person could send it.

use crate::support::{PERSON, Project, SCHOOL};

#[test]
fn a_corrected_record_replaces_its_letter_and_its_message_and_no_other() {
    let project = Project::sample();
    project.missive(&["run"]).expect(0);
    let before = project.hashes("out/2026");
    project.replace("data/referents.toml", "given_name = \"Claire\"", "given_name = \"Clara\"");
    let told = project.missive(&["run", "--json"]).expect(0).json();
    let after = project.hashes("out/2026");
    let changed: Vec<&String> = after
        .iter()
        .filter(|(name, hash)| before.get(*name) != Some(hash))
        .map(|(name, _)| name)
        .collect();
    let written = told["generate"]["letters"]["written"].as_u64().unwrap();
    assert!((1..=2).contains(&written), "{told}");
    // Each letter with its cover (two forms) and its message, and the report.
    assert!(changed.len() as u64 <= written * 4 + 1, "{changed:?}");
    assert!(changed.iter().any(|name| name.ends_with(".eml")));
    assert_eq!(before.len(), after.len());
}

#[test]
fn generate_takes_back_a_message_that_no_longer_says_the_truth() {
    let project = Project::small();
    project.missive(&["run"]).expect(0);
    project.missive(&["generate"]).expect(0);
    assert_eq!(project.names("out/2026/outbox").len(), 1, "same content: the message stays");
    project.replace("data/person.toml", "\"Martin\"", "\"Martín\"");
    let told = project.missive(&["generate"]).expect(0);
    assert!(told.out.contains("1 message retiré"), "{}", told.out);
    assert_eq!(project.names("out/2026/outbox"), [] as [&str; 0]);
    assert!(project.read("out/2026/send.log").contains("withdrawn\t0860001J.r1.eml"));
    project.missive(&["send"]).expect(0);
    assert_eq!(project.names("out/2026/outbox"), ["0860001J.r1.eml"]);
}

#[test]
fn files_of_a_letter_that_is_no_longer_called_for_go_away() {
    let project = Project::small();
    project.write(
        "data/school2.toml",
        SCHOOL.replace("0860001J", "0860002K").replace("0860001j", "0860002k"),
    );
    project.write(
        "data/person2.toml",
        PERSON.replace("martin-claire", "b").replace("0860001J", "0860002K"),
    );
    project.missive(&["run"]).expect(0);
    assert_eq!(project.names("out/2026/outbox").len(), 2);
    project.write("out/2026/letters/notes.txt", "mine");
    std::fs::remove_file(project.path("data/person2.toml")).unwrap();
    let told = project.missive(&["run"]).expect(0);
    assert!(told.out.contains("fichiers retirés"), "{}", told.out);
    assert!(
        told.out.contains("1 message retiré") && told.out.contains("0860002K.r1.eml"),
        "{}",
        told.out
    );
    assert!(project.read("out/2026/send.log").contains("withdrawn\t0860002K.r1.eml"));
    assert_eq!(project.names("out/2026/outbox"), ["0860001J.r1.eml"]);
    assert_eq!(project.names("out/2026/covers"), ["0860001J.html", "0860001J.pdf"]);
    let letters = project.names("out/2026/letters");
    assert_eq!(letters.len(), 2, "the letter and the person's own note: {letters:?}");
}

#[test]
fn a_blocked_letter_is_made_and_not_sent() {
    for (from, to) in [
        ("email = \"ce.0860001j@academie.example\"\n", ""),
        ("@academie.example\"", "@ailleurs.example\""),
    ] {
        let project = Project::small();
        project.missive(&["run"]).expect(0);
        project.replace("data/school.toml", from, to);
        let told = project.missive(&["run", "--json"]).expect(1);
        let json = told.json();
        assert_eq!(json["check"]["counts"]["blocked"], 1);
        assert_eq!(json["generate"]["letters"]["blocked"], 1);
        assert_eq!(json["send"]["deposited"], 0);
        assert_eq!(json["send"]["skipped"], 1);
        assert_eq!(project.names("out/2026/letters").len(), 1);
        assert_eq!(
            project.names("out/2026/outbox"),
            [] as [&str; 0],
            "the earlier message is gone"
        );
        assert!(project.read("out/2026/report.html").contains("bloquée"));
    }
    let project = Project::small();
    project.replace(
        "data/school.toml",
        "@academie.example\"",
        "@ailleurs.example\"\nemail_exception = \"domaine de la région\"",
    );
    project.missive(&["run"]).expect(0);
    assert_eq!(project.names("out/2026/outbox").len(), 1);
}

#[test]
fn only_and_limit_take_what_they_say_and_leave_the_rest() {
    let project = Project::sample();
    let all = project.missive(&["check", "--json"]).expect(0).json()["counts"]["letters"]
        .as_u64()
        .unwrap();
    let told = project.missive(&["run", "--limit", "3", "--json"]).expect(0).json();
    assert_eq!(told["send"]["deposited"], 3);
    assert_eq!(told["generate"]["letters"]["written"], all);
    assert!(told["send"]["remaining"].as_u64().unwrap() > 0);
    assert_eq!(project.names("out/2026/outbox").len(), 3);
    // The next three, not the same again.
    let told = project.missive(&["send", "--limit", "3", "--json"]).expect(0).json();
    assert_eq!(told["deposited"], 6);
    assert_eq!(told["unchanged"], 3);
    assert_eq!(project.names("out/2026/outbox").len(), 6);
    let told = project.missive(&["run", "--only", "personne"]).expect(2);
    assert!(told.err.contains("--only ne désigne aucune lettre : « personne »"), "{}", told.err);
    let before = project.hashes("out/2026");
    project.missive(&["generate", "--only", "martin-claire"]).expect(0);
    let after = project.hashes("out/2026");
    assert_eq!(before.keys().collect::<Vec<_>>(), after.keys().collect::<Vec<_>>());
}

#[test]
fn a_relay_is_not_pretended() {
    let project = Project::small();
    project.replace("missive.toml", "transport = \"outbox\"", "transport = \"smtp\"");
    let told = project.missive(&["run"]).expect(3);
    assert!(told.err.contains("E-RELAY"), "{}", told.err);
    // A relay that is not used may be half written.
    let text = project.read("missive.toml");
    project.write(
        "missive.toml",
        text.replace("\"smtp\"", "\"outbox\"") + "\n[mail.relay]\nhost = 1\n",
    );
    project.missive(&["check"]).expect(0);
    project.write("missive.toml", text + "\n[mail.relay]\nhost = \"localhost\"\nport = 2525\nsecurity = \"none\"\nauth = []\n");
    project.missive(&["check"]).expect(0);
    let told = project.missive(&["run"]).expect(5);
    assert!(told.err.contains("rien n'est parti"), "{}", told.err);
    assert!(!told.out.contains(".eml"), "{}", told.out);
    assert_eq!(project.names("out/2026/outbox"), [] as [&str; 0]);
    project.replace("missive.toml", "\"localhost\"", "\"relais.academie.example\"");
    let told = project.missive(&["run"]).expect(3);
    assert!(told.err.contains("E-SECURITY"), "{}", told.err);
}

#[test]
fn a_deposit_that_cannot_be_taken_out_is_told_in_one_document() {
    let project = Project::small();
    project.missive(&["run"]).expect(0);
    // A folder stands where the message was: it cannot be removed as a file.
    let file = project.path("out/2026/outbox/0860001J.r1.eml");
    std::fs::remove_file(&file).unwrap();
    std::fs::create_dir(&file).unwrap();
    project.write("out/2026/outbox/0860001J.r1.eml/notes.txt", "à garder");
    let settings = project.read("missive.toml").replace("\"outbox\"", "\"smtp\"");
    project.write("missive.toml", settings + &crate::relay::plain(9));
    let told = project.missive(&["send", "--deposited", "sent", "--confirm", "1", "--json"]);
    let told = told.expect(4);
    // `json` refuses two documents.
    assert_eq!(told.json()["schema"], "missive/send/1");
    assert!(told.err.contains("à faire :"), "{}", told.err);
    assert_eq!(project.read("out/2026/outbox/0860001J.r1.eml/notes.txt"), "à garder");
    project.missive(&["ledger", "verify"]).expect(0);
}
