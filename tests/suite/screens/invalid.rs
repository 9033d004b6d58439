//! A project with mistakes, and what every command says of it.

use super::story::Story;
use crate::support::{PERSON, Project, SCHOOL, sha256};

const ALL: [&str; 14] = [
    "check",
    "plan",
    "generate",
    "run",
    "send",
    "status",
    "history 0860001J",
    "export compte.csv",
    "archive list",
    "archive add missive.toml",
    "sign export a-signer",
    "campaign new 2027 --from 2026",
    "campaign close 2026",
    "import ecoles.csv",
];

/// None of these writes anything while there are mistakes.
fn all(story: &mut Story, lines: &[&str]) {
    for line in lines {
        story.reads(line);
    }
    story.names("out");
}

#[test]
fn several_mistakes_in_records() {
    let project = Project::small();
    project.write(
        "data/z-schools.toml",
        SCHOOL
            .replace("0860001J", "0860002K")
            .replace("postcode = \"86100\"", "postcode = 86100")
            .replace("kind = \"college\"", "knid = \"college\""),
    );
    project.write("data/z-people.toml", PERSON.replace("2026-09-01", "2026-13-01"));
    project.write(
        "data/z-more.toml",
        PERSON.replace("martin-claire", "autre").replace("0860001J", "0860099R"),
    );
    project.replace("missive.toml", "transport = \"outbox\"", "transport = \"pigeon\"");
    let mut story = Story::new("invalid-records", project);
    story.project.write("ecoles.csv", "uai;nom\n0860001J;Ada\n");
    all(&mut story, &ALL);
    story.screen("check --quiet");
    story.screen("check --color always");
    story.end();
}

#[test]
fn mistakes_in_rules_and_templates() {
    let project = Project::small();
    project.replace("data/rules/clauses.toml", "{campaign.school_year}", "{campaign.school_yaer}");
    let mut story = Story::new("invalid-rules", project);
    story.project.write("ecoles.csv", "uai;nom\n0860001J;Ada\n");
    all(&mut story, &["check", "plan", "run", "status", "import ecoles.csv"]);
    story.end();
    let project = Project::small();
    let letter = project.read("templates/letter.typ");
    project.write("templates/letter.typ", format!("{letter}\n#inconnu\n"));
    let mut story = Story::new("invalid-template", project);
    story.project.write("ecoles.csv", "uai;nom\n0860001J;Ada\n");
    all(&mut story, &["check", "plan", "run", "status", "import ecoles.csv"]);
    story.end();
}

#[test]
fn warnings_and_letters_that_wait() {
    let project = Project::small();
    project.replace("data/school.toml", "email = \"ce.0860001j@academie.example\"\n", "");
    project.write(
        "data/z-schools.toml",
        SCHOOL.replace("0860001J", "0860002K").replace("ce.0860001j@academie", "ecole@ailleurs"),
    );
    project.write(
        "data/z-people.toml",
        PERSON.replace("martin-claire", "autre").replace("0860001J", "0860002K"),
    );
    let mut story = Story::new("warnings", project);
    for line in ["check", "plan", "generate", "run", "status", "send"] {
        story.both(line);
    }
    story.both("run --except 0860001J");
    story.screen("run");
    story.reads("status");
    story.end();
}

#[test]
fn a_ledger_that_is_not_well() {
    let project = Project::small();
    let mut story = Story::new("ledger-troubles", project);
    story.screen("run");
    story.screen("ledger backup ./copie.sqlite");
    story.screen("resolve --deposited --handed-over --why 'envoyés à la main'");
    let tell = |story: &mut Story, what: &str, lines: &[&str], spoil: &dyn Fn(&Project)| {
        story.remark(what);
        story.aside(|story| {
            spoil(&story.project);
            lines.iter().for_each(|line| story.reads(line));
        });
    };
    let ledger = "data/ledger/ledger.sqlite";
    let all = [
        "status",
        "plan",
        "run",
        "send",
        "history 0860001J",
        "ledger verify",
        "archive list",
        "archive verify",
        "export --force compte.csv",
    ];
    let some =
        ["status", "run", "ledger verify", "archive list", "resolve x --handed-over --why y"];
    tell(&mut story, "put back from before", &all, &|project| {
        std::fs::copy(project.path("copie.sqlite"), project.path(ledger)).unwrap();
    });
    tell(&mut story, "no database", &some, &|project| project.write(ledger, "bonjour"));
    tell(&mut story, "an event was changed", &some, &|project| {
        let ledger = rusqlite::Connection::open(project.path(ledger)).unwrap();
        let change =
            "DROP TRIGGER event_is_never_changed; UPDATE event SET person = 'x@y' WHERE seq = 2";
        ledger.execute_batch(change).unwrap();
    });
    tell(&mut story, "a row was changed", &some, &|project| {
        let ledger = rusqlite::Connection::open(project.path(ledger)).unwrap();
        ledger.execute_batch("UPDATE letter SET referent = 'autre'").unwrap();
    });
    tell(&mut story, "of a later version", &some, &|project| {
        let ledger = rusqlite::Connection::open(project.path(ledger)).unwrap();
        ledger.execute_batch("PRAGMA user_version = 99").unwrap();
    });
    tell(&mut story, "an original is gone", &all, &|project| {
        let letter = &project.names("out/2026/letters")[0];
        let name = sha256(&project.bytes(&format!("out/2026/letters/{letter}")));
        let object = format!("data/ledger/objects/{}/{}", &name[..2], &name[2..]);
        std::fs::remove_file(project.path(&object)).unwrap();
    });
    tell(&mut story, "another computer is at work", &some, &|project| {
        let ledger = rusqlite::Connection::open(project.path(ledger)).unwrap();
        let lease =
            "INSERT INTO lease VALUES (1, 'jeanne', 'poste-12', 4242, '2026-11-18T08:00:00Z')";
        ledger.execute_batch(lease).unwrap();
    });
    story.remark("another command is at work");
    let held = std::fs::File::create(story.project.path("out/.verrou")).unwrap();
    held.lock().unwrap();
    for line in ["run", "status", "resolve x --handed-over --why y"] {
        story.reads(line);
    }
    drop(held);
    story.aside(|story| {
        std::fs::copy(story.project.path("copie.sqlite"), story.project.path(ledger)).unwrap();
        story.both("ledger accept --why 'c’est le bon'");
        story.reads("status");
        story.stored("SELECT kind, body FROM event");
    });
    story.end();
}
