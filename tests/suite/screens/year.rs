//! A campaign from its first check to its last export, by the outbox.

use super::story::Story;
use crate::support::Project;

const SCHOOLS: &str = "data/establishments.toml";
/// The letter of the lycée.
const CHATELET: &str = "2026-0160101Y-4S54";
/// The letter of a collège.
const LOVELACE: &str = "2026-0860001J-NGRM";

#[test]
fn letters_are_made_and_deposited() {
    let mut story = Story::new("year-made", Project::sample());
    story.reads("check");
    story.reads("check --except 0160101Y");
    story.reads("status");
    story.reads("plan");
    story.reads("plan --as-of 2027-01-15");
    story.both("generate --only 0860001J,0160101Y");
    story.file("out/2026/report.html");
    story.both("generate --only 0860001J,0160101Y --as-of 2026-12-01");
    story.both("send --only 0860001J --limit 1");
    story.both("run --except 0160102Z");
    story.both("run --quiet");
    story.names("out/2026");
    story.file("out/2026/send.log");
    story.reads("status");
    story.reads("plan");
    story.reads(&format!("explain {LOVELACE}"));
    story.reads(&format!("diff {LOVELACE}"));
    story.reads(&format!("history {LOVELACE}"));
    story.reads("history 0860003L");
    story.reads("history martin-claire");
    story.both("generate --force --only 0860001J");
    story.reads("ledger verify");
    story.reads("ledger verify --replay");
    story.end();
}

#[test]
fn letters_that_left_are_changed_and_withdrawn() {
    let mut story = Story::new("year-changed", Project::sample());
    story.screen("run --only 0160101Y,0860001J,0860002K");
    story.both("resolve 0860002K --not-sent --why 'boîte fermée'");
    story.both("resolve --deposited --handed-over --why 'envoyés à la main'");
    story.both("resolve 0860001J --not-sent --why 'erreur'");
    story.reads("status");
    story.reads(&format!("history {CHATELET}"));
    story.now("2026-12-01T10:30:00+01:00");
    story.project.replace(SCHOOLS, "family_name = \"Aubert\"", "family_name = \"Auber\"");
    story.reads("plan");
    story.reads(&format!("diff {CHATELET}"));
    story.both("run --only 0160101Y --reason 'Le nom était mal écrit.' --reply-by 2027-01-10");
    story.both("run --only 0160101Y --materiality substantive --why 'il y tient'");
    story.reads("status");
    story.reads(&format!("diff {CHATELET} --from r1 --to r2"));
    story.document(&format!("explain {CHATELET}"));
    story.screen(&format!("explain {CHATELET} --revision r1"));
    story.reads(&format!("history {CHATELET}"));
    story.both("generate --only 0860001J --materiality cosmetic --why 'rien de neuf'");
    story.reads("plan --except 0160101Y");
    story.both("export compte.csv");
    story.file("compte.csv");
    story.both("export compte.csv");
    story.both("export compte.xlsx");
    story.both("ledger verify --witness ./temoin.json");
    story.both("ledger verify --witness ./temoin.json");
    story.both("ledger restore transmises");
    story.names("transmises");
    story.both("ledger backup copie.sqlite");
    story.both("ledger accept --why 'c’est le bon'");
    story.both("dossier 0160101Y dossier");
    story.names("dossier");
    story.file("dossier/index.html");
    story.stored("event");
    story.end();
}
