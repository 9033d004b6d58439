//! The command line itself: codes, JSON documents, French words.

use crate::support::{Project, missive, run, told};
use serde_json::Value;

#[test]
fn exit_codes_are_those_of_the_contract() {
    run(&["--version"]).expect(0);
    run(&["--help"]).expect(0);
    run(&[]).expect(2);
    run(&["chek"]).expect(2);
    run(&["check", "-C", "/nulle/part"]).expect(2);
    let empty = crate::support::folder();
    let lost = told(missive().current_dir(empty.path()).arg("check")).expect(2);
    assert!(lost.err.contains("missive.toml") && lost.err.contains("missive init"), "{}", lost.err);
    let project = Project::small();
    project.missive(&["check", "--campaign", "2031"]).expect(2);
    project.missive(&["check", "--campaign", "../2026"]).expect(2);
}

#[test]
fn options_stand_before_or_after_the_command_and_aliases_are_french() {
    let project = Project::small();
    let root = project.root();
    let root = root.to_str().unwrap();
    for words in [
        vec!["-C", root, "--json", "check"],
        vec!["check", "--json", "-C", root],
        vec!["verifier", "--project", root, "--json"],
    ] {
        let json = run(&words).expect(0).json();
        assert_eq!(json["schema"], "missive/check/1");
    }
    for alias in ["generer", "envoyer", "lancer"] {
        project.missive(&[alias, "--quiet"]).expect(0);
    }
    let folder = crate::support::folder();
    run(&["nouveau", folder.path().join("x").to_str().unwrap()]).expect(0);
}

#[test]
fn with_json_every_end_is_one_document() {
    let project = Project::small();
    for (words, code) in [
        (vec!["check", "--json"], 0),
        (vec!["check", "--json", "--campaign", "2031"], 2),
        (vec!["run", "--json", "--only", "personne"], 2),
        (vec!["run", "--json", "--except", "personne"], 2),
        (vec!["run", "--json", "--jobs", "0"], 2),
        (vec!["chek", "--json"], 2),
    ] {
        let told = project.missive(&words).expect(code);
        assert!(told.json()["schema"].as_str().unwrap().starts_with("missive/"), "{words:?}");
    }
    project.write("out/2026/letters", "x");
    assert_eq!(project.missive(&["run", "--json"]).expect(4).json()["schema"], "missive/run/1");
    std::fs::remove_dir_all(project.path("out")).unwrap();
    project.write("out", "x");
    assert_eq!(project.missive(&["run", "--json"]).expect(4).json()["schema"], "missive/error/1");
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

#[test]
fn json_documents_have_the_keys_of_the_contract() {
    let project = Project::small();
    let json = project.missive(&["run", "--json"]).expect(0).json();
    assert_eq!(json["schema"], "missive/run/1");
    assert_eq!(json["campaign"], "2026");
    for key in ["establishments", "referents", "letters", "blocked", "errors", "warnings"] {
        assert!(json["check"]["counts"][key].is_u64(), "{key}");
    }
    for kind in ["letters", "covers"] {
        assert_eq!(
            keys(&json["generate"][kind]),
            ["blocked", "failed", "restored", "unchanged", "written"]
        );
    }
    for key in
        ["handed_over", "deposited", "deferred", "refused", "ambiguous", "skipped", "remaining"]
    {
        assert!(json["send"][key].is_u64(), "{key}");
    }
    assert!(json["send"]["stopped_by"].is_null());
    for file in json["generate"]["files"].as_array().unwrap() {
        assert!(project.path(file.as_str().unwrap()).is_file(), "{file}");
    }
    project.replace("data/school.toml", "kind", "knid");
    let json = project.missive(&["run", "--json"]).expect(3).json();
    assert!(json["generate"].is_null() && json["send"].is_null());
    let problem = &json["check"]["problems"][0];
    for key in ["severity", "code", "file", "line", "column", "message", "help"] {
        assert!(!problem[key].is_null(), "{key}: {problem}");
    }
}

#[test]
fn several_open_campaigns_are_asked_about() {
    let project = Project::small();
    let text = project.read("data/campaigns/2026.toml");
    project.write(
        "data/campaigns/2027.toml",
        text.replace("\"2026\"", "\"2027\"")
            .replace("2026-2027", "2027-2028")
            .replace("= 2027-", "= 2028-")
            .replace("= 2026-", "= 2027-"),
    );
    let refused = project.missive(&["check"]).expect(2);
    assert!(
        refused.err.contains("2026, 2027") && refused.err.contains("--campaign"),
        "{}",
        refused.err
    );
    project.missive(&["check", "--campaign", "2027"]).expect(0);
    // Closed on a day: open the day before, closed from then on.
    project.replace(
        "data/campaigns/2026.toml",
        "id = \"2026\"",
        "id = \"2026\"\nclosed = 2027-08-31",
    );
    project.missive(&["check", "--today", "2027-08-30"]).expect(2);
    project.missive(&["check", "--today", "2027-08-31"]).expect(0);
    let closed =
        project.missive(&["check", "--campaign", "2026", "--today", "2027-09-01"]).expect(2);
    assert!(closed.err.contains("close"), "{}", closed.err);
}

#[test]
fn colours_are_for_terminals_or_on_demand() {
    let project = Project::small();
    project.replace("data/school.toml", "kind", "knid");
    assert!(!project.missive(&["check"]).expect(3).err.contains('\u{1b}'));
    assert!(project.missive(&["check", "--color", "always"]).expect(3).err.contains('\u{1b}'));
}

#[test]
fn quiet_says_nothing_when_all_is_well() {
    let project = Project::small();
    let told = project.missive(&["run", "-q"]).expect(0);
    assert_eq!((told.out.as_str(), told.err.as_str()), ("", ""));
}

#[test]
fn completions_and_manual_pages_are_made() {
    for shell in ["bash", "zsh", "fish", "powershell"] {
        assert!(run(&["completions", shell]).expect(0).out.contains("missive"));
    }
    let folder = crate::support::folder();
    run(&["man", folder.path().join("man").to_str().unwrap()]).expect(0);
    let page = std::fs::read_to_string(folder.path().join("man/missive-generate.1")).unwrap();
    assert!(page.contains(".SH NOM") && page.contains("Produire les lettres"), "{page}");
    assert!(folder.path().join("man/missive.1").is_file());
}

#[test]
fn help_is_french() {
    for words in [
        vec!["--help"],
        vec!["run", "--help"],
        vec!["generate", "-h"],
        vec!["init", "--help"],
        vec!["ledger", "--help"],
        vec!["resolve", "--help"],
        vec!["ledger", "verify", "-h"],
    ] {
        let told = run(&words).expect(0);
        for english in [
            "Options:",
            "Usage:",
            "Print",
            "default:",
            "possible values",
            "Arguments:",
            "Commands",
            "COMMAND>",
        ] {
            assert!(!told.out.contains(english), "{words:?}: {english}\n{}", told.out);
        }
    }
}

#[test]
fn letters_alone_are_timed_and_nothing_of_them_is_kept() {
    let project = Project::sample();
    let before = project.hashes(".");
    let told = project.missive(&["measure", "--json"]).expect(0).json();
    assert_eq!(told["measured"]["letters"], 13);
    assert!(told["measured"]["seconds"].as_f64().unwrap() > 0.0);
    for stage in ["content", "compile", "export", "form", "hash"] {
        assert!(told["timings"][stage].as_f64().unwrap() > 0.0, "{stage}: {told}");
    }
    assert_eq!(told["timings"]["write"].as_f64(), Some(0.0), "{told}");
    assert_eq!(project.hashes("."), before);
    // The files are those that `generate` writes; the same letter again and again is but one.
    let folder = |name: &str| project.path(name).to_str().unwrap().to_owned();
    project.missive(&["measure", "--folder", &folder("alone"), "--jobs", "2"]).expect(0);
    project.missive(&["generate"]).expect(0);
    assert_eq!(project.hashes("alone"), project.hashes("out/2026/letters"));
    let told = project.missive(&["measure", "--same", "30", "--folder", &folder("one"), "--json"]);
    assert_eq!(told.expect(0).json()["measured"]["letters"], 30);
    assert_eq!(project.names("one").len(), 1);
    let told = project.missive(&["measure", "--parse", "--json"]).expect(0).json();
    assert!(told["measured"]["files"].as_u64().unwrap() > 5, "{told}");
    project.write("data/spoilt.toml", "= 1");
    let told = project.missive(&["measure", "--parse"]).expect(4);
    assert!(told.err.contains("spoilt.toml"), "{}", told.err);
}

#[test]
fn the_time_of_each_stage_is_told_on_demand_alone() {
    let project = Project::small();
    let told = project.missive(&["run", "--json", "--timings"]).expect(0).json();
    for stage in ["content", "compile", "read_back", "export", "hash", "write", "message", "ledger"]
    {
        assert!(told["timings"][stage].as_f64().unwrap() > 0.0, "{stage}: {told}");
    }
    let told = project.missive(&["run", "--json"]).expect(0).json();
    assert!(told.get("timings").is_none());
}
