//! Templates: confined, and their mistakes told like those of data.

use crate::support::Project;

/// The least a letter has to show.
const IDENTITY: &str = "#set text(lang: \"fr\")\n#let d = json(\"/letter.json\")\n#set page(header: image(bytes(d.qr.at(0)), width: 15mm))\n#for s in (\"sign-issuer\", \"sign-head\", \"sign-referent\", \"write-priorities\", \"write-indicators\") [#block[x]#label(s)]\n#d.reference #if d.referent != none [#d.referent.given_name #d.referent.family_name]";

/// Replaces the letter's template by a few lines.
fn with(template: &str) -> Project {
    let project = Project::small();
    project.write("templates/letter.typ", template);
    project
}

#[test]
fn a_key_that_the_content_lacks_is_named_with_its_line() {
    let project = Project::small();
    project.replace("templates/letter.typ", "d.reference", "d.referense");
    let told = project.missive(&["check"]).expect(3);
    assert!(told.err.contains("« referense »"), "{}", told.err);
    assert!(
        told.err.contains("E-TEMPLATE-KEY") && told.err.contains("templates/letter.typ:"),
        "{}",
        told.err
    );
}

#[test]
fn every_warning_of_typst_is_an_error() {
    for (template, code) in [
        ("#set text(font: \"Marianne\")\nBonjour", "E-FONT"),
        ("#inconnu", "E-TEMPLATE"),
        ("#let", "E-TEMPLATE"),
        ("#image(\"absent.png\")", "E-TEMPLATE"),
        ("#import \"@preview/cetz:0.3.0\"", "E-TEMPLATE"),
        ("#read(\"/../missive.toml\")", "E-TEMPLATE"),
        ("#read(\"../missive.toml\")", "E-TEMPLATE"),
        ("#read(\"/etc/passwd\")", "E-TEMPLATE"),
        ("#panic(\"non\")", "E-TEMPLATE"),
        ("= A\n=== B", "E-TEMPLATE"),
    ] {
        let told = with(&format!("{IDENTITY}\n{template}")).missive(&["check"]).expect(3);
        assert!(told.err.contains(code), "{template}: {}", told.err);
        assert!(!told.err.contains("root:"), "a file outside was read");
    }
}

/// What no document needs, in each of the ways to ask for it.
#[test]
fn a_template_that_asks_for_gigabytes_or_never_ends_is_an_error_with_its_line() {
    for (template, line) in [
        ("#let all = range(0, 2000000000)\n#all.len()", 6),
        ("#let all = \"x\" * 20000000000\n#all.len()", 6),
        ("#let all = (1,) * 5000000000000\n#all.len()", 6),
        ("#for a in range(90000) { for b in range(90000) { for c in range(900) [] } }", 1),
        ("#for page in range(3000000) [#pagebreak() x]", 6),
        ("#grid(columns: range(5000000).map(x => 1pt), ..range(5000000).map(x => [x]))", 6),
    ] {
        let told = with(&format!("{IDENTITY}\n{template}")).missive(&["check"]).expect(3);
        assert!(told.err.contains("E-TEMPLATE-LIMIT"), "{template}: {}", told.err);
        assert!(told.err.contains("demande trop de mémoire ou de temps"), "{}", told.err);
        let place = format!("templates/letter.typ:{line}:");
        assert!(told.err.contains(&place), "{template}: {}", told.err);
    }
}

#[test]
fn a_cover_or_a_reminder_that_never_ends_is_named_and_nothing_is_written() {
    for (file, place) in
        [("cover.typ", "templates/cover.typ:"), ("reminder.typ", "templates/lib.typ:1:")]
    {
        let project = Project::small();
        let text = project.read(&format!("templates/{file}"));
        match file {
            "cover.typ" => {
                project.write("templates/cover.typ", text + "\n#range(3000000000).len()")
            }
            _ => {
                project.write("templates/lib.typ", "#let far = \"x\" * 40000000000");
                project.write(
                    "templates/reminder.typ",
                    "#import \"lib.typ\": far\n".to_owned() + &text,
                );
            }
        }
        let told = project.missive(&["run", "--json"]).expect(3);
        assert!(told.err.contains("E-TEMPLATE-LIMIT") && told.err.contains(file), "{}", told.err);
        assert!(told.err.contains(place), "{}", told.err);
        assert_eq!(told.json()["check"]["problems"][0]["code"], "E-TEMPLATE-LIMIT");
        assert!(!project.path("out").exists());
    }
}

#[test]
fn templates_that_were_right_are_not_tried_again_and_others_are() {
    let project = Project::small();
    let state = project.path("../state");
    let check = |code| {
        let mut command = crate::support::missive();
        command.env("XDG_STATE_HOME", &state).arg("-C").arg(project.root()).arg("check");
        let told = crate::support::told(&mut command).expect(code);
        let tried = std::fs::read_to_string(state.join("missive/templates-tried"));
        (told.err, tried.unwrap_or_default().lines().count())
    };
    assert_eq!(check(0).1, 1);
    assert_eq!(check(0).1, 1, "remembered once");
    let letter = project.read("templates/letter.typ");
    project.write("templates/letter.typ", format!("{letter}\n#range(2000000000).len()"));
    for _ in 0..2 {
        let (err, tried) = check(3);
        assert!(err.contains("E-TEMPLATE-LIMIT") && tried == 1, "never taken for right: {err}");
    }
    project.write("templates/letter.typ", format!("{letter}\n// a word"));
    assert_eq!(check(0).1, 2);
    // What is remembered may be lost or spoilt.
    std::fs::write(state.join("missive/templates-tried"), b"\xff\xfe").unwrap();
    assert_eq!(check(0).1, 1);
}

#[test]
fn a_letter_with_a_boundless_content_is_tried_by_itself() {
    let project = Project::small();
    let letter = project.read("templates/letter.typ");
    // Harmless with every specimen, and not with a long text.
    let costly = "#if d.establishment.priorities.len() > 1000 { range(4000000000).len() }";
    project.write("templates/letter.typ", letter + "\n" + costly);
    project.missive(&["check"]).expect(0);
    let many: Vec<String> = (0..3_000)
        .map(|n| format!("\"Accompagner l'équipe numéro {n} dans ses usages du numérique\""))
        .collect();
    let school = project.read("data/school.toml");
    project.write("data/school.toml", school + &format!("priorities = [{}]\n", many.join(", ")));
    let told = project.missive(&["check"]).expect(3);
    assert!(told.err.contains("E-TEMPLATE-LIMIT"), "{}", told.err);
    assert!(told.err.contains("data/") && told.err.contains("son contenu fait"), "{}", told.err);
}

#[test]
fn a_letter_that_does_not_show_whose_it_is_is_refused() {
    let told = with("#set text(lang: \"fr\")\nBonjour").missive(&["check"]).expect(3);
    assert!(told.err.contains("E-IDENTITY") && told.err.contains("page 1"), "{}", told.err);
    // The reference on the first page only.
    let told = with(&format!("{IDENTITY}\n#pagebreak()\nSuite")).missive(&["check"]).expect(3);
    assert!(told.err.contains("la page 2 ne montre pas"), "{}", told.err);
    // No box to sign, no code: what the office asked for is not there.
    for (from, to, missing) in [
        ("sign-row(d.signatures,", "[] + sign-row((),", "<sign-issuer>"),
        ("codes: d.qr", "codes: ()", "code QR"),
        ("write-box(\"indicators\"", "write-box(\"autre\"", "<write-indicators>"),
    ] {
        let project = Project::small();
        project.replace("templates/letter.typ", from, to);
        let told = project.missive(&["run"]);
        assert!(told.err.contains("E-IDENTITY") && told.err.contains(missing), "{}", told.err);
        assert_eq!(project.names("out/2026/outbox"), [] as [&str; 0], "{missing}");
    }
    // Somebody else's name.
    let project = Project::small();
    let letter = project.read("templates/letter.typ");
    let wrong =
        "#let referent = d.referent\n#if referent != none { referent.family_name = \"Leroi\" }";
    project.write("templates/letter.typ", letter.replace("#let referent = d.referent", wrong));
    let told = project.missive(&["run"]).expect(1);
    assert!(told.err.contains("E-IDENTITY") && told.err.contains("« Martin »"), "{}", told.err);
    assert_eq!(project.names("out/2026/outbox"), [] as [&str; 0]);
}

#[test]
fn a_link_that_leads_out_of_the_project_is_passed_over() {
    let project = Project::small();
    project.write("../secret.toml", "secret = 1");
    std::os::unix::fs::symlink(project.path("../secret.toml"), project.path("data/link.toml"))
        .unwrap();
    std::os::unix::fs::symlink(project.path("../secret.toml"), project.path("templates/link.toml"))
        .unwrap();
    project.missive(&["check"]).expect(0);
    project.write("templates/letter.typ", "#read(\"link.toml\")");
    let told = project.missive(&["check"]).expect(3);
    assert!(told.err.contains("qui n'existe pas") && !told.err.contains("secret"), "{}", told.err);
}

#[test]
fn a_template_has_no_clock() {
    let project = with(&format!("{IDENTITY}\n#datetime.today().display()"));
    project.missive(&["generate", "--today", "2031-01-01"]).expect(0);
    let letter = &project.names("out/2026/letters")[0];
    let text = crate::documents::text(&project.bytes(&format!("out/2026/letters/{letter}")));
    assert!(text.contains("2026-11-16"), "{text}");
}

#[test]
fn one_open_parenthesis_is_one_error() {
    let project = Project::small();
    project.replace("templates/letter.typ", "#letterhead(d.organisation)", "#upper(");
    let json = project.missive(&["check", "--json"]).expect(3).json();
    assert_eq!(json["counts"]["errors"], 1, "{json}");
}

#[test]
fn a_missing_template_or_subject_is_told() {
    let project = Project::small();
    std::fs::remove_file(project.path("templates/cover.typ")).unwrap();
    let told = project.missive(&["check"]).expect(3);
    assert!(told.err.contains("templates/cover.typ"), "{}", told.err);
    assert!(!told.err.contains("(essai"), "missing whatever the content: {}", told.err);
    project.write("templates/cover.typ", "#set text(lang: \"fr\")\nBonjour");
    let told = project.missive(&["check"]).expect(3);
    assert!(told.err.contains("E-SUBJECT"), "{}", told.err);
    project.write("templates/cover.typ", b"\xe9");
    let told = project.missive(&["check"]).expect(3);
    assert!(told.err.contains("E-ENCODING"), "{}", told.err);
}

#[test]
fn a_letter_that_alone_fails_costs_only_its_own_message() {
    let project = Project::sample();
    project.missive(&["run"]).expect(0);
    let before = project.names("out/2026/outbox").len();
    // A template that stumbles over one name only.
    let letter = project.read("templates/letter.typ");
    project.write("templates/letter.typ", letter + "\n#if d.referent != none and d.referent.given_name == \"Thomas\" { panic(\"essai\") }\n");
    let told = project.missive(&["run", "--json"]).expect(1);
    let json = told.json();
    let failed = json["generate"]["letters"]["failed"].as_u64().unwrap();
    assert!(failed >= 1, "{json}");
    assert!(told.err.contains("data/referents.toml:"), "{}", told.err);
    let total = json["check"]["counts"]["letters"].as_u64().unwrap();
    assert_eq!(json["generate"]["letters"]["unchanged"].as_u64().unwrap(), total - failed);
    assert!(json["send"]["skipped"].as_u64().unwrap() >= 1);
    // What no longer holds is not left where a person could send it.
    let kept = project.names("out/2026/outbox").len() as u64;
    assert_eq!(kept, before as u64 - json["send"]["skipped"].as_u64().unwrap());
    assert_eq!(project.names("out/2026/letters").len() as u64, total - failed);
}

#[test]
fn the_french_library_of_the_templates_is_right() {
    let project = Project::small();
    let library = project.read("templates/tests/french.typ");
    assert!(library.matches("assert").count() > 20);
    project.write(
        "templates/letter.typ",
        format!(
            "{IDENTITY}
#include \"tests/french.typ\""
        ),
    );
    project.missive(&["check"]).expect(0);
    project.replace("templates/tests/french.typ", "#assert", "#assert(false)\n#assert");
    project.missive(&["check"]).expect(3);
}

#[test]
fn the_library_of_the_mails_is_right() {
    let project = Project::small();
    let library = project.read("templates/tests/mail.typ");
    assert!(library.matches("assert").count() > 15);
    project.write("templates/letter.typ", format!("{IDENTITY}\n#include \"tests/mail.typ\""));
    project.missive(&["check"]).expect(0);
    project.replace("templates/tests/mail.typ", "#assert", "#assert(false)\n#assert");
    project.missive(&["check"]).expect(3);
}

#[test]
fn a_clause_that_no_template_prints_is_told() {
    let project = Project::small();
    project.replace("data/rules/clauses.toml", "slot = \"report\"", "slot = \"raport\"");
    let told = project.missive(&["check"]).expect(0);
    assert!(told.err.contains("W-SLOT"), "{}", told.err);
}

/// A specimen that lacked a key would let a template's mistake through.
#[test]
fn the_specimens_have_exactly_the_keys_of_a_real_content() {
    use missive::letter::specimen::Specimen;
    use serde_json::Value;
    fn same(path: &str, a: &Value, b: &Value) {
        match (a, b) {
            (Value::Object(a), Value::Object(b)) => {
                let keys =
                    |map: &serde_json::Map<String, Value>| map.keys().cloned().collect::<Vec<_>>();
                assert_eq!(keys(a), keys(b), "{path}");
                for key in a.keys() {
                    same(&format!("{path}.{key}"), &a[key], &b[key]);
                }
            }
            (Value::Array(a), Value::Array(b)) => {
                if let (Some(a), Some(b)) = (a.first(), b.first()) {
                    same(&format!("{path}[]"), a, b);
                }
            }
            _ => {}
        }
    }
    let project = Project::sample();
    let letters = project.contents(&[]);
    for letter in letters.values() {
        same("letter", &Specimen::Full.letter(), letter);
        same("letter", &Specimen::Bare.letter(), letter);
    }
    let covers = project.path("../dump/covers");
    for entry in std::fs::read_dir(covers).unwrap() {
        let cover = serde_json::from_slice(&std::fs::read(entry.unwrap().path()).unwrap()).unwrap();
        same("cover", &Specimen::Full.cover("pdf"), &cover);
        same("cover", &Specimen::Bare.cover("html"), &cover);
    }
}
