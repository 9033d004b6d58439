//! A campaign that follows another, one that is closed, and letters that the authority signs first.

use super::story::Story;
use crate::certificates::{adopt, with_authorities};
use crate::signed::Fixtures;
use crate::support::Project;

const NEW: &str = "campaign new 2027 --from 2026";

#[test]
fn a_year_follows_another() {
    let mut story = Story::new("next-year", Project::sample());
    story.screen("run --only 0860001J");
    story.both(NEW);
    story.both(&format!("{NEW} --questions questions.csv"));
    story.screen(&format!("{NEW} --questions ./questions.csv"));
    story.file("questions.csv");
    story.both(&format!("{NEW} --questions ./questions.csv"));
    let text = story.project.read("questions.csv");
    let answered: Vec<String> = text
        .lines()
        .map(|line| {
            let mut cells: Vec<&str> = line.split(';').collect();
            let answer = match cells.get(2) {
                Some(&"martin-claire") => ["fin", "mutation"],
                Some(&"lambert-noemie") => ["fin", ""],
                Some(&"leroy-thomas") => ["peut-être", ""],
                _ => return line.to_owned(),
            };
            cells[6] = answer[0];
            cells[7] = answer[1];
            cells.join(";")
        })
        .collect();
    story.project.write("reponses.csv", answered.join("\r\n"));
    story.both(&format!("{NEW} --answers reponses.csv"));
    let right = answered.join("\r\n").replace(";peut-être;", ";continue;");
    story.project.write("reponses.csv", right);
    story.both(&format!("{NEW} --answers reponses.csv"));
    story.both(&format!("{NEW} --answers reponses.csv --date 2026-01-01"));
    story.both(&format!(
        "{NEW} --answers reponses.csv --date 2027-11-15 --reply-by 2027-12-15 --apply"
    ));
    story.file("data/campaigns/2027.toml");
    story.both("check");
    story.both("check --campaign 2027");
    story.both("campaign close 2026");
    story.both("campaign close 2026 --confirm 2");
    story.both("campaign close 2026 --confirm 13");
    story.both("campaign close 2026");
    story.both("run --campaign 2026");
    story.both("status --campaign 2026");
    story.both("plan --campaign 2027");
    story.both("send --ask-referent --campaign 2027");
    story.both("send --ask-referent --campaign 2027");
    story.reads("status --campaign 2027");
    story.end();
}

#[test]
fn the_authority_signs_first() {
    let fixtures = Fixtures::read();
    let mut story = Story::new("sign", Project::sample());
    with_authorities(&story.project);
    story.project.replace(
        "missive.toml",
        "issuer_signature = \"none\"",
        "issuer_signature = \"required\"",
    );
    story.both("run --only 0160101Y");
    story.both("sign export a-signer");
    story.screen("sign export ./a-signer");
    story.names("a-signer");
    story.file("a-signer/lettres.csv");
    story.file("a-signer/manifest.json");
    story.both("sign export a-signer");
    story.both("sign export ailleurs --only 0860001J");
    adopt(&story.project, &fixtures);
    story.forget();
    for name in [
        "authority-certifies",
        "authority-expired",
        "authority-in-head-box",
        "authority-rewritten",
        "authority-then-title",
        "letter",
        "locked",
    ] {
        story.project.receive(&format!("{name}.pdf"), fixtures.file(name));
    }
    story.project.receive("note.txt", "bonjour");
    story.screen("sign import recu");
    std::fs::remove_dir_all(story.project.path("recu")).unwrap();
    story.project.receive("signee.pdf", fixtures.file("invisible"));
    story.project.receive("letter.pdf", fixtures.file("letter"));
    story.both("sign import recu");
    story.both("sign import recu");
    story.both("run --only 0160101Y");
    story.project.replace("data/establishments.toml", "\"Aubert\"", "\"Auber\"");
    story.both("plan");
    story.both("generate --only 0160101Y");
    story.reads("status");
    story.reads("history 0160101Y");
    story.stored("SELECT kind, body FROM event");
    story.end();
}
