//! Thirty mistakes in one folder: one check, thirty problems, each with its line and its fix.

use crate::support::{PERSON, Project, SCHOOL};

/// A school with a mistake: a text of the sound one replaced.
fn school(uai: &str, from: &str, to: &str) -> String {
    let text = SCHOOL
        .replace("0860001J", uai)
        .replace("0860001j", &uai.to_lowercase())
        .replace("Ada-Lovelace", uai);
    assert!(text.contains(from), "{from}");
    text.replacen(from, to, 1)
}

/// A referent of a school with a mistake.
fn person(id: &str, uai: &str, from: &str, to: &str) -> String {
    let text = PERSON.replace("martin-claire", id).replace("0860001J", uai);
    assert!(text.contains(from), "{from}");
    text.replacen(from, to, 1)
}

fn project() -> Project {
    let project = Project::empty();
    let schools = [
        school("0860001J", "kind = \"college\"", "kind = \"colege\""),
        school("0860002K", "sector = \"public\"", "sector = 1"),
        school("0860003L", "postcode = \"86100\"", "postcode = 86100"),
        school(
            "0860004M",
            "email = \"ce.0860004m@academie.example\"",
            "email = \"ce.0860004m@academie\"",
        ),
        school("0860005N", "address = [\"3 place du Marché\"]", "address = []"),
        school("0860006P", "city = \"Valclair\"\n", ""),
        school(
            "0860007R",
            "name = \"Collège 0860007R\"",
            "nom = \"Collège\"\nname = \"Collège 0860007R\"",
        ),
        school("0860008S", "civility = \"Mme\"", "civility = \"Madame\""),
        school("0860009T", "given_name = \"Anne\", ", ""),
        school("0860010U", "\"0860010U\"", "\"0860010X\""),
        school("0860011V", "uai = \"0860011V\"", "uai = \"86011\""),
        school("0860012W", "name = \"Collège 0860012W\"", "name = \"Collège\\r\\nBcc: x\""),
        school("0860013X", "family_name = \"Durand\"", "family_name = \"Du\u{202e}rand\""),
        school("0860014Y", "city = \"Valclair\"", "city = \"\""),
        school("0860015Z", "postcode = \"86100\"", "postcode = \"8610\""),
        school("0860016A", "head = {", "closed = 2026-02-30\nhead = {"),
    ];
    // An impossible date stops the parser of that file: it stands alone.
    let (impossible, schools) = schools.split_last().unwrap();
    project.write("data/a-schools.toml", schools.join("\n"));
    project.write("data/b-date.toml", impossible);
    project.write("data/c-twice.toml", format!("{SCHOOL_SOUND}\n{SCHOOL_SOUND}"));
    let people = [
        person("Martin", "0860017B", "\"Martin\"", "\"Martin Claire\""),
        person("absent", "0860099R", "0860099R", "0860099R"),
        person("date", "0860017B", "since = 2026-09-01", "since = \"2026-09-01\""),
        person(
            "allowance",
            "0860017B",
            "since = 2026-09-01",
            "since = 2026-09-01\nallowance = \"imp-9\"",
        ),
        person(
            "granted",
            "0860017B",
            "since = 2026-09-01",
            "since = 2026-09-01\nallowance_granted = 2026-10-01",
        ),
        person(
            "mission",
            "0860017B",
            "since = 2026-09-01",
            "since = 2026-09-01\nmissions = [\"pedagogie\"]",
        ),
        person(
            "period",
            "0860017B",
            "since = 2026-09-01",
            "since = 2026-09-01\nuntil = 2026-08-01",
        ),
        person(
            "training",
            "0860017B",
            "since = 2026-09-01",
            "since = 2026-09-01\ntraining_with = [\"0860017B\"]",
        ),
        person("post", "0860017B", "post = \"professeure de mathématiques\"\n", ""),
        person(
            "long",
            "0860017B",
            "family_name = \"Martin\"",
            &format!("family_name = \"{}\"", "x".repeat(10_000)),
        ),
    ];
    project.write("data/d-people.toml", people.join("\n"));
    project.write("data/e-latin1.toml", b"# Coll\xe8ge\n");
    project.write(
        "data/rules/z.toml",
        r#"[[clause]]
id = "essai"
slot = "report"
[[clause.version]]
since = 2018-11-01
text = "Bonjour {establisment.name}."
source = "…"
[[clause.version]]
since = 2019-09-01
text = "Deux versions à la fois."

[[mission]]
id = "neuf"
number = 9
[[mission.version]]
since = 2010-11-01
rank = "first"
title = "T"
text = "T"
source = "…"
when = { allowance = false, allowance_granted = true }
"#,
    );
    project
}

const SCHOOL_SOUND: &str = r#"[[establishment]]
uai = "0860017B"
kind = "college"
sector = "public"
name = "Collège Grace-Hopper"
address = ["3 place du Marché"]
postcode = "86100"
city = "Valclair"
email = "ce.0860017b@academie.example"
head = { civility = "M.", given_name = "Paul", family_name = "Petit", function = "Principal" }
"#;

#[test]
fn thirty_mistakes_are_told_in_one_pass_and_nothing_is_written() {
    let project = project();
    let told = project.missive(&["check", "--json"]).expect(3);
    let json = told.json();
    let problems = json["problems"].as_array().unwrap();
    let errors = problems.iter().filter(|p| p["severity"] == "error");
    let list: Vec<String> = errors
        .map(|p| {
            assert!(p["help"].is_string(), "no help: {p}");
            assert!(p["line"].as_u64().is_some_and(|line| line > 0), "no line: {p}");
            format!(
                "{}:{}:{} {}",
                p["file"].as_str().unwrap(),
                p["line"],
                p["column"],
                p["code"].as_str().unwrap()
            )
        })
        .collect();
    assert!(list.len() >= 30, "{}\n{}", list.len(), list.join("\n"));
    insta::assert_snapshot!("thirty_mistakes", list.join("\n"));
    for command in ["generate", "send", "run"] {
        project.missive(&[command]).expect(3);
    }
    assert!(!project.path("out").exists());
}

#[test]
fn mistakes_are_drawn_for_a_person() {
    let told = project().missive(&["check"]).expect(3);
    insta::assert_snapshot!("thirty_mistakes_drawn", told.err);
    assert!(told.out.contains("erreurs"), "{}", told.out);
}

#[test]
fn what_looks_wrong_without_being_forbidden_is_a_warning() {
    let project = Project::small();
    project.write(
        "data/school.toml",
        SCHOOL.replace("\"Durand\"", "\"DURAND\"").replace("Principale", "Principal")
            + &SCHOOL
                .replace("0860001J", "0860002K")
                .replace("head = {", "#")
                .replace("ce.0860001j@academie.example", "ce.0860001J@academie.example")
            + &SCHOOL.replace("0860001J", "0860003L").replace("email =", "#")
            + &SCHOOL
                .replace("0860001J", "0860004M")
                .replace("@academie.example", "@ailleurs.example"),
    );
    project.write(
        "data/person.toml",
        format!("{PERSON}allowance = \"indemnite-ancienne\"\ntraining_with = [\"0860002K\"]\n")
            + "[[referent]]\nid = \"seul\"\ngiven_name = \"A\"\nfamily_name = \"B\"\npost = \"professeur\"\n",
    );
    project.write(
        "data/rules/old.toml",
        "[[allowance]]\nid = \"indemnite-ancienne\"\n[[allowance.version]]\nsince = 2010-11-01\nuntil = 2011-08-31\nlabel = \"A\"\namount = 400\nsource = \"s\"\n\
         [[allowance.version]]\nsince = 2012-09-01\nuntil = 2015-08-31\nlabel = \"A\"\namount = 400\nsource = \"s\"\n",
    );
    let json = project.missive(&["check", "--json"]).expect(0).json();
    let codes: Vec<&str> =
        json["problems"].as_array().unwrap().iter().map(|p| p["code"].as_str().unwrap()).collect();
    for code in [
        "W-CAPITALS",
        "W-CIVILITY",
        "W-NO-HEAD",
        "W-SHARED-MAILBOX",
        "W-NO-ADDRESS",
        "W-DOMAIN",
        "W-NO-REFERENT",
        "W-NO-ASSIGNMENT",
        "W-TRAINING",
        "W-ALLOWANCE",
        "W-RULE-GAP",
    ] {
        assert!(codes.contains(&code), "{code} not in {codes:?}");
    }
    assert_eq!(json["counts"]["errors"], 0);
}

#[test]
fn a_record_left_out_is_named_in_every_summary_and_the_others_go_on() {
    let project = Project::sample();
    project.replace("data/establishments.toml", "kind = \"college\"", "kind = \"colege\"");
    let uai = project
        .read("data/establishments.toml")
        .lines()
        .find_map(|line| Some(line.strip_prefix("uai = \"")?[..8].to_owned()))
        .unwrap();
    project.missive(&["run"]).expect(3);
    assert!(!project.path("out/2026").exists());
    let told = project.missive(&["run", "--except", &uai]).expect(0);
    assert!(told.out.contains("Laissés de côté") && told.out.contains(&uai), "{}", told.out);
    assert!(project.read("out/2026/report.html").contains("Laissés de côté"));
    assert!(!project.names("out/2026/letters").iter().any(|name| name.contains(&uai)));
    let told = project.missive(&["run", "--except", "0750655E"]).expect(2);
    assert!(told.err.contains("--except ne désigne rien"), "{}", told.err);
}

#[test]
fn leaving_a_record_out_changes_nobody_elses_letter() {
    let project = Project::sample();
    project.missive(&["run"]).expect(0);
    let before = project.hashes("out/2026");
    let unchanged = |project: &Project| {
        let mut after = project.hashes("out/2026");
        after.insert("report.html".to_owned(), before["report.html"].clone());
        assert_eq!(before, after);
    };
    let reference = project.names("out/2026/letters")[0].trim_end_matches(".pdf").to_owned();
    // A school that another cites, one of two referents, a letter: all sound.
    for name in ["0860001J", "leroy-thomas", reference.as_str()] {
        let json = project.missive(&["run", "--except", name, "--json"]).expect(0).json();
        assert_eq!(json["generate"]["letters"]["written"], 0, "{name}");
        assert_eq!(json["generate"]["left_out"], serde_json::json!([name]));
        unchanged(&project);
    }
    // A school that cannot be read: the letter that cites it stays as it was, too.
    project.replace("data/establishments.toml", "uai = \"0860001J\"", "uai = \"0860001K\"");
    let told = project.missive(&["check", "--json"]).expect(3).json();
    assert_eq!(told["counts"]["errors"], 1, "told once, not again through what it entails: {told}");
    let json = project.missive(&["run", "--except", "0860001K", "--json"]).expect(0).json();
    assert_eq!(json["generate"]["letters"]["written"], 0);
    unchanged(&project);
    // A referent that cannot be read: the colleague's letter names them, and stays as it was.
    let project = Project::sample();
    project.missive(&["run"]).expect(0);
    project.replace("data/referents.toml", "given_name = \"Thomas\"", "given_nam = \"Thomas\"");
    let json = project.missive(&["run", "--except", "leroy-thomas", "--json"]).expect(0).json();
    assert_eq!(json["generate"]["letters"]["written"], 0, "{json}");
    unchanged(&project);
}

#[test]
fn a_mistyped_key_is_told_once_and_not_as_a_missing_value_too() {
    let project = Project::small();
    project.replace("data/school.toml", "email =", "emial =");
    let json = project.missive(&["check", "--json"]).expect(3).json();
    let problems = json["problems"].as_array().unwrap();
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert_eq!(problems[0]["help"], "vouliez-vous écrire « email » ?");
}

#[test]
fn a_condition_with_a_wrong_word_is_not_called_impossible_too() {
    let project = Project::small();
    for (kinds, code) in [("[\"ecole\"]", "E-KIND"), ("[]", "E-EMPTY")] {
        project.write(
            "data/rules/z.toml",
            format!("[[clause]]\nid = \"essai\"\nslot = \"report\"\n[[clause.version]]\nsince = 2018-11-01\ntext = \"Essai.\"\nsource = \"s\"\nwhen = {{ kind = {kinds} }}\n"),
        );
        let json = project.missive(&["check", "--json"]).expect(3).json();
        let problems = json["problems"].as_array().unwrap();
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert_eq!(problems[0]["code"], code);
    }
}

#[test]
fn a_suggestion_is_the_same_every_time() {
    let project = Project::sample();
    project.replace(
        "data/referents.toml",
        "establishment = \"0860001J\"",
        "establishment = \"0860005N\"",
    );
    let first = project.missive(&["check"]).expect(3).err;
    for _ in 0..5 {
        assert_eq!(project.missive(&["check"]).expect(3).err, first);
    }
}

#[test]
fn files_that_are_no_records_are_told_or_passed_over() {
    let project = Project::small();
    project.write("data/~$verrou.toml", "x");
    project.write("data/notes.txt", "x");
    project.write("data/.cache/a.toml", "x");
    project.write("data/vide.toml", "");
    project.write("data/bom.toml", "\u{feff}# rien\n");
    project.missive(&["check"]).expect(0);
    project.write("data/utf16.toml", b"\xff\xfea\0=\0");
    let told = project.missive(&["check"]).expect(3);
    assert!(told.err.contains("UTF-16"), "{}", told.err);
}
