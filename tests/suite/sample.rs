//! The yearly job on the sample: it runs clean, and gives the same bytes wherever it runs.

use crate::support::{Project, hashes, missive, run, told};

#[test]
fn the_sample_runs_clean_from_records_to_messages() {
    let project = Project::sample();
    let told = project.missive(&["run"]).expect(0);
    assert_eq!(told.err, "");
    assert!(told.out.contains("aucun problème"), "{}", told.out);
    assert!(told.out.contains("Ensuite :"), "{}", told.out);
    let letters = project.names("out/2026/letters");
    assert!(letters.len() >= 10, "{letters:?}");
    let messages = project.names("out/2026/outbox");
    assert!(messages.iter().all(|name| name.ends_with(".r1.eml")), "{messages:?}");
    // Mailboxes are small, and some relays take no more.
    for name in &messages {
        let size = project.bytes(&format!("out/2026/outbox/{name}")).len();
        assert!(size < 300_000, "{name}: {size}");
    }
    // One message an address, one cover a message, in two forms.
    assert_eq!(project.names("out/2026/covers").len(), 2 * messages.len());
    let report = project.read("out/2026/report.html");
    let count = letters.len();
    assert!(report.contains(&format!("<strong>{count}</strong> lettres</li>")), "{report}");
    assert!(report.contains(&format!("<strong>{count}</strong> déposées")), "{report}");
    assert_eq!(project.read("out/2026/send.log").lines().count(), messages.len());
}

#[test]
fn a_second_run_changes_nothing() {
    let project = Project::sample();
    let first = project.missive(&["run", "--json"]).expect(0).json();
    let before = project.hashes("out/2026");
    let log = project.read("out/2026/send.log");
    let second = project.missive(&["run", "--json"]).expect(0).json();
    assert_eq!(before, project.hashes("out/2026"));
    assert_eq!(log, project.read("out/2026/send.log"));
    assert_eq!(first["generate"]["letters"]["written"], first["check"]["counts"]["letters"]);
    assert_eq!(second["generate"]["letters"]["written"], 0);
    assert_eq!(second["generate"]["letters"]["unchanged"], first["check"]["counts"]["letters"]);
    assert_eq!(second["send"]["unchanged"], second["send"]["deposited"]);
}

#[test]
fn threads_folders_clock_and_locale_change_no_byte() {
    let project = Project::sample();
    project.missive(&["run"]).expect(0);
    let reference = project.hashes("out");
    for (words, variables) in [
        (vec!["run", "--jobs", "1"], vec![("TZ", "Pacific/Auckland")]),
        (vec!["run", "--jobs", "7"], vec![("LANG", "tr_TR.UTF-8"), ("LC_ALL", "tr_TR.UTF-8")]),
        (vec!["run", "--today", "2027-02-28"], vec![("TZ", "America/Los_Angeles")]),
    ] {
        let elsewhere = Project::sample();
        let mut command = missive();
        command.current_dir(elsewhere.path("data/rules")).args(&words).envs(variables);
        told(&mut command).expect(0);
        assert_eq!(reference, hashes(&elsewhere.path("out")), "{words:?}");
    }
    // Letters made alone are the letters made together, messages included.
    let one = Project::sample();
    let letter = &project.names("out/2026/letters")[0];
    one.missive(&["run", "--only", letter.trim_end_matches(".pdf")]).expect(0);
    let alone = one.hashes("out/2026");
    assert!(alone.len() >= 5, "{alone:?}");
    for (name, hash) in alone.iter().filter(|(name, _)| *name != "report.html") {
        assert_eq!(reference.get(&format!("2026/{name}")), Some(hash), "{name}");
    }
}

#[test]
fn init_refuses_a_folder_that_holds_something() {
    let project = Project::sample();
    let before = project.hashes("");
    let told = run(&["init", project.root().to_str().unwrap()]).expect(2);
    assert!(told.err.contains("n'est pas vide"), "{}", told.err);
    assert_eq!(before, project.hashes(""));
    assert!(project.read(".gitignore").contains("/data/ledger/"));
}

#[test]
fn the_repository_is_the_sample() {
    let root = env!("CARGO_MANIFEST_DIR");
    let told = run(&["-C", root, "check", "--json"]).expect(0).json();
    assert_eq!(told["problems"], serde_json::json!([]));
    assert!(told["counts"]["letters"].as_u64().unwrap() >= 10);
    assert_eq!(told["counts"]["blocked"], 0);
}

/// What the contract asks of the sample, so that a change to it cannot lose a case.
#[test]
fn the_sample_holds_the_cases_that_matter() {
    let project = Project::sample();
    let schools = project.read("data/establishments.toml");
    for word in [
        "\"college\"",
        "\"lycee\"",
        "\"lycee-professionnel\"",
        "\"erea\"",
        "\"private\"",
        "\"public\"",
        "acting = true",
        "civility = \"M.\"",
        "civility = \"Mme\"",
        "site = ",
    ] {
        assert!(schools.contains(word), "{word}");
    }
    let contents = project.contents(&[]);
    let schools_of =
        |id: &str| contents.values().filter(|letter| letter["referent"]["id"] == id).count();
    let shared = contents.values().any(|l| schools_of(l["referent"]["id"].as_str().unwrap()) == 2);
    assert!(shared, "a referent of two schools");
    assert!(contents.values().any(|l| !l["other_referents"].as_array().unwrap().is_empty()));
    assert!(contents.values().any(|l| l["establishment"]["head"]["civility"].is_null()));
    assert!(contents.values().any(|l| l["allowance"].is_null()));
    assert!(contents.values().any(|l| l["allowance"]["granted"].is_string()));
    assert!(
        contents
            .values()
            .any(|l| l["allowance"].is_object() && l["allowance"]["granted"].is_null())
    );
}
