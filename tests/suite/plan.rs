//! Plan: what changes, why, and nothing else; before anything was handed over.

use crate::beginning::beginning;
use crate::support::Project;
use serde_json::Value;

fn plan(project: &Project, words: &[&str]) -> Value {
    let mut all = vec!["plan", "--json"];
    all.extend(words);
    project.missive(&all).expect(0).json()
}

/// The letters that are not left as they are.
fn touched(plan: &Value) -> Vec<&Value> {
    plan["actions"].as_array().unwrap().iter().filter(|action| action["action"] != "keep").collect()
}

fn made() -> Project {
    beginning("plan, made".into(), || {
        let project = Project::sample();
        project.missive(&["run"]).expect(0);
        project
    })
}

const SCHOOLS: &str = "data/establishments.toml";
const CLAUSES: &str = "data/rules/clauses.toml";

#[test]
fn after_a_run_everything_is_unchanged() {
    let project = Project::sample();
    let before = plan(&project, &[]);
    assert_eq!(before["letters"]["new"], 13);
    assert_eq!(before["messages"]["to_send"], 11);
    assert!(!project.path("data/ledger").exists(), "plan writes nothing");
    project.missive(&["run"]).expect(0);
    let after = plan(&project, &[]);
    assert_eq!(after["letters"]["unchanged"], 13);
    assert_eq!(after["messages"]["to_send"], 0);
    insta::assert_snapshot!(project.missive(&["plan"]).expect(0).out, @"
    13 lettres : 13 inchangées.
    0 message à envoyer.
    11 messages sont dans la boîte d'envoi, à envoyer à la main.
    Ensuite : envoyer à la main les messages déposés, puis le dire : missive resolve --deposited --handed-over --why \"…\"
    ");
}

#[test]
fn a_head_who_is_renamed_changes_the_letters_of_one_school() {
    let project = made();
    project.replace(SCHOOLS, "family_name = \"Durand\"", "family_name = \"Durant\"");
    let plan = plan(&project, &[]);
    let touched = touched(&plan);
    assert_eq!(touched.len(), 1, "{touched:#?}");
    assert_eq!(touched[0]["uai"], "0860001J");
    assert_eq!((&touched[0]["action"], &touched[0]["revision"]), (&"update".into(), &1.into()));
    let reasons = touched[0]["reasons"].as_array().unwrap();
    assert_eq!(reasons.len(), 1, "{reasons:#?}");
    assert_eq!(reasons[0]["field"], "establishment.head.family_name");
    assert_eq!((&reasons[0]["before"], &reasons[0]["after"]), (&"Durand".into(), &"Durant".into()));
    assert_eq!(reasons[0]["cause"], "record");
    let line = project.read(SCHOOLS).lines().position(|line| line.contains("Durant")).unwrap() + 1;
    assert_eq!(reasons[0]["source"], format!("{SCHOOLS}:{line}"));
    assert_eq!(plan["messages"]["to_send"], 1);
}

#[test]
fn a_clause_for_lycees_changes_the_letters_of_lycees_in_one_line() {
    let project = made();
    project.replace(CLAUSES, "article L. 214-6 ;", "articles L. 214-6 et suivants ;");
    let plan = plan(&project, &[]);
    let touched = touched(&plan);
    assert_eq!(touched.len(), 7);
    for letter in &touched {
        let reasons = letter["reasons"].as_array().unwrap();
        assert_eq!(reasons.len(), 1, "{reasons:#?}");
        assert_eq!(reasons[0]["cause"], "rule");
        assert!(reasons[0]["source"].as_str().unwrap().starts_with("data/rules/clauses.toml:"));
        assert!(reasons[0]["rule"].as_str().unwrap().contains("L214-6"));
    }
    insta::assert_snapshot!(project.missive(&["plan"]).expect(0).out);
}

#[test]
fn a_name_that_a_clause_quotes_is_told_once() {
    let project = made();
    // The ENT stands in a field of its own and in the text of a clause.
    project.replace(
        SCHOOLS,
        "digital_workspace = \"Exemple ENT\"",
        "digital_workspace = \"Autre ENT\"",
    );
    let plan = plan(&project, &[]);
    for letter in touched(&plan) {
        let fields: Vec<&Value> =
            letter["reasons"].as_array().unwrap().iter().map(|reason| &reason["field"]).collect();
        assert_eq!(fields, ["establishment.digital_workspace"]);
    }
    assert!(!touched(&plan).is_empty());
}

#[test]
fn what_no_letter_reads_changes_nothing() {
    let project = made();
    let quiet = |what: &str| {
        let plan = plan(&project, &[]);
        assert!(touched(&plan).is_empty(), "{what}: {:#?}", touched(&plan));
        assert_eq!(plan["letters"]["unchanged"], 13, "{what}");
        assert_eq!(plan["messages"]["to_send"], 0, "{what}");
    };
    for file in [SCHOOLS, "data/referents.toml", CLAUSES] {
        project.write(file, format!("# un commentaire\n\n{}", project.read(file)));
    }
    quiet("comments");
    let text = project.read("data/referents.toml");
    let mut records: Vec<&str> = text.split("[[referent]]").collect();
    let head = records.remove(0);
    records.reverse();
    let (first, second) = records.split_at(5);
    let join =
        |list: &[&str]| list.iter().map(|r| format!("[[referent]]{r}\n")).collect::<String>();
    project.write("data/referents.toml", format!("{head}{}", join(first)));
    project.write("data/autres/suite.toml", join(second));
    quiet("order of tables and files");
    project.write("templates/lib/unused.typ", "#let never = 1\n");
    quiet("a helper that no letter reads");
    project.write("templates/tests/french.typ", "// autre\n");
    quiet("a test of the templates");
}

#[test]
fn another_layout_is_cosmetic_and_another_word_is_not() {
    let project = made();
    let page = "templates/lib/page.typ";
    let before = project.read(page);
    project.replace(page, "#let top-margin = 30mm", "#let top-margin = 31mm");
    let moved = plan(&project, &[]);
    assert_eq!(moved["letters"]["cosmetic"], 13, "{moved:#}");
    let reasons = moved["actions"][0]["reasons"].as_array().unwrap();
    assert_eq!(
        (&reasons[0]["cause"], &reasons[0]["source"]),
        (&"template".into(), &"templates/lib/page.typ".into())
    );
    project.write(page, &before);
    project.replace(
        "templates/lib/local.typ",
        "#let accent = rgb(",
        "#let accent = color.mix(red, black) //",
    );
    let coloured = plan(&project, &[]);
    assert_eq!(coloured["letters"]["cosmetic"], 13, "{coloured:#}");
    project.missive(&["run"]).expect(0);
    let after = plan(&project, &[]);
    assert_eq!(after["letters"]["unchanged"], 13);
    assert_eq!(after["actions"][0]["revision"], 1);
    project.replace("templates/letter.typ", "Avis recueilli\"", "Avis donné\"");
    let worded = plan(&project, &[]);
    assert!(worded["letters"]["changed"].as_u64().unwrap() > 0, "{worded:#}");
    // A template with a comment more is rendered, and gives the same bytes.
    project.replace("templates/letter.typ", "Avis donné\"", "Avis recueilli\"");
    project.write(
        "templates/letter.typ",
        format!("{}\n// fin\n", project.read("templates/letter.typ")),
    );
    assert_eq!(plan(&project, &[])["letters"]["unchanged"], 13);
}

#[test]
fn another_date_of_the_rules_is_a_question_that_leaves_no_trace() {
    let project = made();
    let before = project.hashes("data");
    let mut found = Vec::new();
    for date in ["2014-09-01", "2015-09-01", "2018-12-01"] {
        let plan = plan(&project, &["--as-of", date]);
        let rules: std::collections::BTreeSet<String> = touched(&plan)
            .iter()
            .flat_map(|letter| letter["reasons"].as_array().unwrap())
            .filter(|reason| reason["cause"] == "rule")
            .map(|reason| reason["id"].as_str().unwrap().to_owned())
            .collect();
        found.push(format!("{date}: {} letters, {rules:?}", touched(&plan).len()));
    }
    insta::assert_snapshot!(found.join("\n"));
    assert_eq!(project.hashes("data"), before);
    // Without a ledger the question is what the date would change in today's letters.
    let fresh = Project::sample();
    assert_eq!(
        touched(&plan(&fresh, &["--as-of", "2014-09-01"])).len(),
        touched(&plan(&project, &["--as-of", "2014-09-01"])).len()
    );
    assert!(!fresh.path("data/ledger").exists());
}

#[test]
fn edits_and_their_undoing_lead_back_to_the_first_bytes() {
    let project = made();
    let bytes = project.hashes("out/2026");
    let text = project.read(SCHOOLS);
    for (from, to) in [("Valclair", "Valsombre"), ("\"Principale\"", "\"Proviseure\"")] {
        project.replace(SCHOOLS, from, to);
        project.missive(&["run"]).expect(0);
        assert_ne!(project.hashes("out/2026"), bytes);
    }
    project.write(SCHOOLS, text);
    project.missive(&["run"]).expect(0);
    assert_eq!(project.hashes("out/2026"), bytes);
    assert_eq!(plan(&project, &[])["letters"]["unchanged"], 13);
    project.missive(&["ledger", "verify"]).expect(0);
}

#[test]
fn a_letter_that_is_not_called_for_any_more_is_withdrawn() {
    let project = made();
    let text = project.read("data/referents.toml");
    let at = text.rfind("[[referent]]").unwrap();
    project.write("data/referents.toml", &text[..at]);
    let before = plan(&project, &[]);
    let gone = before["letters"]["withdrawn"].as_u64().unwrap();
    assert!(gone > 0, "{before:#}");
    let told = project.missive(&["run"]).expect(0);
    assert!(told.out.contains("lettre"), "{}", told.out);
    let status = project.missive(&["status", "--json"]).expect(0).json();
    assert_eq!(status["letters"]["withdrawn"], gone, "it had been deposited");
    assert_eq!(status["balanced"], true);
    project.write("data/referents.toml", &text);
    project.missive(&["run"]).expect(0);
    let status = project.missive(&["status", "--json"]).expect(0).json();
    assert_eq!(status["letters"]["deposited"], 13, "{status}");
    project.missive(&["ledger", "verify"]).expect(0);
}
