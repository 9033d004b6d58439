//! A project for a real office: the form, answered with the command or filled in later.

use crate::support::{Project, run};
use std::path::Path;

const ANSWERS: [&str; 16] = [
    "organisation.name=Académie d’Exemple",
    "organisation.service=Délégation \"au\" numérique",
    "organisation.address=12 rue de l’Exemple",
    "organisation.postcode=86000",
    "organisation.city=Exempleville",
    "organisation.email=dan@academie.example",
    "mail.control_copy=dan-controle@academie.example",
    "campaign.school_year=2026-2027",
    "campaign.date=2026-11-16",
    "campaign.reply_by=2026-12-18",
    "signatory.civility=Mme",
    "signatory.given_name=Jeanne",
    "signatory.family_name=Exemple",
    "signatory.function=Déléguée académique au numérique",
    "signatory.on_behalf_of=Pour la rectrice et par délégation",
    "mail.reply_to=dan-retours@academie.example",
];

fn words<'w>(folder: &'w str, answers: &'w [&'w str]) -> Vec<&'w str> {
    let answers = answers.iter().flat_map(|answer| ["--set", answer]);
    ["init", "--empty", folder, "--today", "2026-11-02"].into_iter().chain(answers).collect()
}

#[test]
fn a_form_is_left_whose_blanks_check_names_one_by_one() {
    let project = Project::nothing();
    let folder = project.root();
    let told = run(&words(folder.to_str().unwrap(), &[])).expect(0);
    assert!(
        told.out.contains("À remplir dans missive.toml et data/campaigns/2026.toml : 14 réponses"),
        "{}",
        told.out
    );
    assert!(!project.read("data/establishments.toml").contains("Lovelace"));
    assert!(!project.read("missive.toml").contains("Exemple"));
    for kept in
        ["data/rules/missions.toml", "templates/letter.typ", "profiles/annuaire.toml", ".gitignore"]
    {
        assert!(project.path(kept).exists(), "{kept}");
    }
    let told = project.missive(&["check", "--json"]).expect(3).json();
    let problems = told["problems"].as_array().unwrap();
    let errors: Vec<&str> = problems
        .iter()
        .filter(|problem| problem["severity"] == "error")
        .map(|problem| problem["message"].as_str().unwrap())
        .collect();
    assert!(
        problems
            .iter()
            .all(|problem| problem["severity"] != "error" || problem["code"] == "E-TO-FILL"),
        "{errors:?}"
    );
    for (key, what) in [
        ("name", "le nom de l'académie"),
        ("from", "l'expéditeur"),
        ("allowed_domains", "le domaine des boîtes d'établissement"),
        ("date", "la date des lettres"),
        ("civility", "la civilité du signataire (Mme ou M.)"),
    ] {
        assert!(
            errors.iter().any(|error| error.starts_with(&format!("« {key} » : à remplir, {what}"))),
            "{key}: {errors:#?}"
        );
    }
    let left = problems
        .iter()
        .find(|problem| problem["message"].to_string().contains("académie"))
        .unwrap();
    assert_eq!((&left["file"], &left["line"]), (&"missive.toml".into(), &5.into()), "{left}");
}

#[test]
fn with_all_answers_it_is_ready_for_the_first_import() {
    let project = Project::nothing();
    let folder = project.root();
    let folder = folder.to_str().unwrap();
    let told = run(&words(folder, &ANSWERS)).expect(0);
    assert!(told.out.contains("Ensuite : missive check"), "{}", told.out);
    let checked = project.missive(&["check", "--json"]).expect(0).json();
    assert_eq!(checked["counts"]["errors"], 0, "{checked}");
    let settings = project.read("missive.toml");
    assert!(settings.contains("allowed_domains = [\"academie.example\"]"), "{settings}");
    assert!(project.read("data/campaigns/2026.toml").contains("report_by = 2027-06-30"));
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/import/ecoles.csv");
    project.missive(&["import", source.to_str().unwrap(), "--apply"]).expect(0);
    project.write(
        "enquete.csv",
        "UAI;Civilité;Nom;Prénom;Courriel;Discipline\n0010001W;Mme;Martin;Claire;claire@academie.example;SVT\n",
    );
    let survey = project.path("enquete.csv");
    let survey = survey.to_str().unwrap();
    project.missive(&["import", survey, "--profile", "referents", "--apply"]).expect(0);
    let made = project.missive(&["run", "--json"]).expect(0).json();
    assert_eq!(made["generate"]["letters"]["written"], 1, "{made}");
    // The folder holds something now.
    run(&words(folder, &ANSWERS)).expect(2);
}

#[test]
fn an_answer_that_is_none_is_refused_before_anything_is_written() {
    let project = Project::nothing();
    let folder = project.root();
    for (answer, words_of_error) in [
        ("organisation.postcode=8600", "organisation.postcode"),
        ("campaign.date=16/11/2026", "année-mois-jour"),
        ("organisation.nom=A", "n'est pas une question du formulaire"),
        ("organisation.name", "CLÉ=VALEUR"),
    ] {
        let told = run(&words(folder.to_str().unwrap(), &[answer])).expect(2);
        assert!(told.err.contains(words_of_error), "{answer}: {}", told.err);
    }
    assert!(!folder.exists());
    run(&["init", folder.to_str().unwrap(), "--set", "organisation.city=A"]).expect(2);
}
