//! Why: each paragraph traced to its record and rule, each difference shown, each event told.

use crate::support::Project;
use serde_json::Value;

const ADA: &str = "2026-0860001J-NGRM";
const SCHOOLS: &str = "data/establishments.toml";

fn explain(project: &Project, words: &[&str]) -> Value {
    project.missive(&[&["explain", ADA, "--json"], words].concat()).expect(0).json()
}

/// The fields of the paragraph that holds some words.
fn fields<'e>(explained: &'e Value, words: &str) -> Vec<&'e Value> {
    let plain = |entry: &Value| entry["text"].as_str().unwrap().replace('\u{a0}', " ");
    let list = explained["paragraphs"].as_array().unwrap();
    let found =
        list.iter().find(|entry| plain(entry).contains(words)).unwrap_or_else(|| panic!("{words}"));
    found["fields"].as_array().unwrap().iter().collect()
}

fn line_of(project: &Project, file: &str, text: &str) -> String {
    let line = project.read(file).lines().position(|line| line.contains(text)).unwrap() + 1;
    format!("{file}:{line}")
}

#[test]
fn each_paragraph_names_its_record_and_its_rule() {
    let project = Project::sample();
    for made in [false, true] {
        if made {
            project.missive(&["run"]).expect(0);
        }
        let explained = explain(&project, &[]);
        let head = fields(&explained, "Madame Anne Durand");
        let name =
            head.iter().find(|field| field["field"] == "establishment.head.family_name").unwrap();
        assert_eq!(name["value"], "Durand");
        assert_eq!(name["source"], line_of(&project, SCHOOLS, "family_name = \"Durand\""));
        let law = fields(&explained, "article L. 213-2");
        let law =
            law.iter().find(|text| text["rule"]["id"] == "text-education-code-college").unwrap();
        assert_eq!(law["rule"]["legal_source"], "Code de l’éducation, art. L213-2");
        assert_eq!(law["rule"]["since"], "2010-11-01");
        let place =
            line_of(&project, "data/rules/clauses.toml", "code de l’éducation, article L. 213-2 ;");
        assert_eq!(law["source"], place);
        // The text of a rule quotes a date of the campaign.
        let report = fields(&explained, "reçoit un bilan écrit");
        let quotes = report.iter().flat_map(|entry| entry["rule"]["quotes"].as_array()).flatten();
        let quoted = quotes.filter(|quote| quote["placeholder"] == "assignment.report_by").count();
        assert_eq!(quoted, 1);
        assert!(fields(&explained, "Lettre de mission").is_empty(), "the template's own words");
        // An enumeration that only decides about a form is found as well.
        let greeting = fields(&explained, "Madame la Principale,");
        assert_eq!(greeting[0]["field"], "establishment.head.civility");
    }
    // Lines that moved are told where they are now.
    project.write(SCHOOLS, format!("# un\n# deux\n{}", project.read(SCHOOLS)));
    let head = explain(&project, &[]);
    let head = fields(&head, "Madame Anne Durand");
    let name =
        head.iter().find(|field| field["field"] == "establishment.head.family_name").unwrap();
    assert_eq!(name["source"], line_of(&project, SCHOOLS, "family_name = \"Durand\""));
}

#[test]
fn a_former_revision_is_explained_as_it_was() {
    let project = Project::sample();
    project.missive(&["run", "--today", "2026-11-18"]).expect(0);
    let words = ["resolve", ADA, "--handed-over", "--why", "essai", "--today", "2026-11-20"];
    project.missive(&words).expect(0);
    project.replace(SCHOOLS, "family_name = \"Durand\"", "family_name = \"Durant\"");
    project.missive(&["run", "--today", "2026-11-25"]).expect(0);
    let first = explain(&project, &["--revision", "r1"]);
    assert_eq!(first["revision"], 1);
    fields(&first, "Madame Anne Durand");
    let second = explain(&project, &[]);
    assert_eq!(
        (&second["revision"], &second["supersedes"]["act"]),
        (&2.into(), &"correction".into())
    );
    fields(&second, "Madame Anne Durant");
    assert!(
        project.missive(&["explain", ADA, "--revision", "r3"]).expect(2).err.contains("r1, r2")
    );
    let diff = project.missive(&["diff", ADA]).expect(0).out.replace('\u{a0}', " ");
    for part in [
        "r1 → r2",
        "[-Durand-]{+Durant+}",
        "{+Acte : annule et remplace",
        "establishment.head.family_name",
    ] {
        assert!(diff.contains(part), "{part}: {diff}");
    }
    let json =
        project.missive(&["diff", ADA, "--from", "r2", "--to", "r1", "--json"]).expect(0).json();
    let fields = json["fields"].as_array().unwrap();
    let name =
        fields.iter().find(|field| field["field"] == "establishment.head.family_name").unwrap();
    assert_eq!((&name["before"], &name["after"]), (&"Durant".into(), &"Durand".into()));
}

#[test]
fn one_revision_is_compared_with_the_records_of_today() {
    let project = Project::sample();
    project.missive(&["run"]).expect(0);
    assert!(project.missive(&["diff", ADA]).expect(0).out.contains("Rien ne diffère"));
    project.replace(SCHOOLS, "family_name = \"Durand\"", "family_name = \"Durant\"");
    let told = project.missive(&["diff", ADA]).expect(0).out;
    assert!(
        told.contains("données d'aujourd'hui") && told.contains("[-Durand-]{+Durant+}"),
        "{told}"
    );
}

#[test]
fn history_is_told_for_a_letter_a_school_and_a_referent() {
    let project = Project::sample();
    let none = project.missive(&["history", ADA]).expect(2);
    assert!(none.err.contains("pas encore de journal"), "{}", none.err);
    project.missive(&["run"]).expect(0);
    for name in [ADA, "0860001j", "martin-claire"] {
        let told = project.missive(&["history", name]).expect(0).out;
        for part in ["révision 1 produite", "0860001J.r1.eml", "<missive."] {
            assert!(told.contains(part), "{name}: {part}: {told}");
        }
    }
    let near = project.missive(&["history", "martin-clare"]).expect(2);
    assert!(near.err.contains("martin-claire"), "{}", near.err);
}

#[test]
fn a_mistyped_reference_is_told_as_such() {
    let project = Project::sample();
    for command in ["explain", "diff"] {
        let typo = project.missive(&[command, "2026-0860001J-NGRN"]).expect(2);
        assert!(typo.err.contains("faute de frappe"), "{}", typo.err);
        let shape = project.missive(&[command, "personne"]).expect(2);
        assert!(shape.err.contains("a la forme"), "{}", shape.err);
    }
    project.missive(&["run"]).expect(0);
    let words = ["resolve", "2026-0860001J-XXXX", "--handed-over", "--why", "essai"];
    assert!(project.missive(&words).expect(2).err.contains(ADA));
    for missing in [
        ["resolve", "--deposited"].as_slice(),
        &["resolve", "--handed-over", "--why", "x"],
        &["resolve", "--deposited", "--handed-over"],
    ] {
        project.missive(missing).expect(2);
    }
}

#[test]
fn a_project_with_errors_is_told_as_such() {
    let project = Project::sample();
    project.replace(SCHOOLS, "city = ", "citty = ");
    for words in [["explain", ADA].as_slice(), &["diff", ADA], &["status"]] {
        let told = project.missive(words).expect(3);
        assert!(told.err.contains("missive check"), "{}", told.err);
    }
}
