//! The real history of the rules, through rehearsals of the sample.

use crate::support::Project;
use serde_json::Value;

fn missions(letter: &Value) -> Vec<(u64, String)> {
    letter["missions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|m| (m["number"].as_u64().unwrap(), m["rank"].as_str().unwrap().to_owned()))
        .collect()
}

/// The letter of the sample's first public collège, whose referent has every mission.
fn letter(date: &str) -> Value {
    let project = Project::sample();
    let letters = project.contents(&["--as-of", date]);
    assert!(!project.path("out/2026").exists(), "a rehearsal leaves no trace");
    let dir = format!("out/rehearsal/as-of-{date}");
    assert!(!project.names(&format!("{dir}/letters")).is_empty());
    assert!(project.names(&format!("{dir}/outbox")).is_empty());
    letters
        .into_values()
        .filter(|l| l["establishment"]["sector"] == "public" && l["allowance"].is_object())
        .max_by_key(|l| missions(l).len())
        .unwrap()
}

#[test]
fn in_2014_two_missions_and_the_former_allowance() {
    let letter = letter("2014-09-01");
    let priority = |n| (n, "priority".to_owned());
    assert_eq!(missions(&letter), [priority(1), priority(2)]);
    let label = letter["allowance"]["label"].as_str().unwrap();
    assert!(label.contains("IFIC") || label.contains("intérêt collectif"), "{label}");
    assert_eq!(letter["rehearsal"], "2014-09-01");
    assert!(!report(&letter).contains("copie"), "no yearly report yet");
}

/// What the letter says of the yearly report.
fn report(letter: &Value) -> String {
    let clauses = letter["clauses"].as_array().unwrap();
    let texts = clauses.iter().filter(|clause| clause["slot"] == "report");
    texts.map(|clause| clause["text"].as_str().unwrap()).collect()
}

#[test]
fn in_2015_missions_three_and_four_come_second() {
    let letter = letter("2015-09-01");
    let ranks: Vec<_> = missions(&letter);
    let expected = [(1, "priority"), (2, "priority"), (3, "secondary"), (4, "secondary")];
    assert_eq!(ranks, expected.map(|(n, rank)| (n, rank.to_owned())));
    let label = letter["allowance"]["label"].as_str().unwrap();
    assert!(label.contains("IMP") || label.contains("mission particulière"), "{label}");
    assert!(!report(&letter).contains("copie"), "no yearly report yet");
}

#[test]
fn from_november_2018_a_yearly_report_to_the_head_with_an_optional_copy() {
    assert!(!report(&letter("2018-10-31")).contains("copie"));
    let text = report(&letter("2018-11-01"));
    assert!(text.contains("reçoit un bilan") && text.contains("copie"), "{text}");
}

#[test]
fn a_rehearsal_under_an_amendment_takes_its_dates() {
    let project = Project::sample();
    let path = "data/campaigns/2026.toml";
    let text = project.read(path);
    project.write(path, format!("{text}\n[[campaign.amendment]]\ndate = 2027-01-18\nreply_by = 2027-02-12\nact = \"amendment\"\nreason = \"essai\"\n"));
    let letters = project.contents(&["--as-of", "2027-03-01"]);
    let letter = letters.values().next().unwrap();
    assert_eq!(letter["date"], "2027-01-18");
    assert_eq!(letter["campaign"]["reply_by"], "2027-02-12");
    let letters = project.contents(&["--as-of", "2026-12-01"]);
    assert_eq!(letters.values().next().unwrap()["date"], "2026-11-16");
}

#[test]
fn a_letter_with_a_blank_is_made_when_the_office_asks_for_it() {
    let project = Project::small();
    std::fs::remove_file(project.path("data/person.toml")).unwrap();
    let told = project.missive(&["run", "--json"]).expect(0).json();
    assert_eq!(told["check"]["counts"]["letters"], 0);
    project.replace("missive.toml", "without_referent = \"skip\"", "without_referent = \"open\"");
    let told = project.missive(&["run", "--json"]).expect(0).json();
    assert_eq!(told["generate"]["letters"]["written"], 1);
    assert_eq!(told["send"]["deposited"], 1);
    let contents = project.contents(&[]);
    assert!(contents.values().all(|letter| letter["referent"].is_null()));
}

#[test]
fn assignments_of_other_years_are_left_out_and_counted() {
    let project = Project::small();
    let text = project.read("data/person.toml");
    project.write(
        "data/person.toml",
        text.clone()
            + &text
                .replace("martin-claire", "ancien")
                .replace("2026-09-01", "2020-09-01\nuntil = 2021-08-31"),
    );
    let told = project.missive(&["check", "--json"]).expect(0).json();
    assert_eq!(told["counts"]["letters"], 1);
    assert_eq!(told["counts"]["other_years"], 1);
}

/// The title in the text and the salutation come from two tables that have to agree.
#[test]
fn the_head_has_one_title_in_the_whole_letter() {
    for (civility, function, title, salutation) in [
        ("civility = \"Mme\", ", "Proviseur", "la proviseure", "Madame la Proviseure"),
        ("civility = \"M.\", ", "Principale", "le principal", "Monsieur le Principal"),
        ("civility = \"Mme\", ", "PRINCIPALE", "la principale", "Madame la Principale"),
        ("civility = \"M.\", ", "Administrateur", "le principal", "Monsieur le Principal"),
        ("civility = \"Mme\", ", "Directrice", "la directrice", "Madame la Directrice"),
        (
            "",
            "Directrice",
            "le directeur ou la directrice",
            "Madame la Directrice ou Monsieur le Directeur",
        ),
        (
            "civility = \"M.\", acting = true, ",
            "Principal par intérim",
            "le principal",
            "Monsieur le Principal",
        ),
    ] {
        let project = Project::small();
        project.replace("data/school.toml", "civility = \"Mme\", ", civility);
        project.replace(
            "data/school.toml",
            "function = \"Principale\"",
            &format!("function = \"{function}\""),
        );
        project.missive(&["generate"]).expect(0);
        let name = &project.names("out/2026/letters")[0];
        let text = crate::documents::text(&project.bytes(&format!("out/2026/letters/{name}")));
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(text.contains(&format!("conseiller {title} sur")), "{function}: {text}");
        assert!(text.contains(&format!("{salutation},")), "{function}: {text}");
        assert!(!text.contains("intérim par intérim"), "{text}");
    }
}
