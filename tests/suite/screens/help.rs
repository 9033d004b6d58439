//! Help of every command, and what is said to words that make no command.

use super::story::Story;
use crate::support::Project;

/// Every command, and every command of a command.
const COMMANDS: [&str; 48] = [
    "",
    "init",
    "check",
    "generate",
    "send",
    "proof",
    "approve",
    "probe",
    "run",
    "plan",
    "preview",
    "explain",
    "diff",
    "history",
    "status",
    "resolve",
    "ledger",
    "ledger verify",
    "ledger export-sent",
    "ledger backup",
    "ledger accept",
    "backup",
    "restore",
    "archive",
    "archive add",
    "archive review",
    "archive declare",
    "archive waive",
    "archive list",
    "archive verify",
    "archive export",
    "dossier",
    "campaign",
    "campaign new",
    "campaign close",
    "export",
    "sign",
    "sign export",
    "sign import",
    "import",
    "schema",
    "completions",
    "man",
    "measure",
    "examine-returned-file",
    "read-spreadsheet",
    "try-templates",
    "--version",
];

#[test]
fn help_of_every_command() {
    let mut story = Story::new("help", Project::small());
    for command in COMMANDS {
        story.screen(&format!("{command} --help"));
    }
    story.screen("-h");
    story.screen("--version");
    story.screen("man pages");
    story.names("pages");
    story.file("pages/missive-check.1");
    story.end();
}

#[test]
fn words_that_make_no_command() {
    let mut story = Story::new("usage", Project::small());
    for line in [
        "",
        "chek",
        "verifer",
        "help",
        "check --jsn",
        "check superflu",
        "check --campaign 2031",
        "check --campaign ../2026",
        "check -C nulle/part",
        "check -C ..",
        "check --except personne",
        "check --color parfois",
        "check --today 2026-13-01",
        "check --today hier",
        "check --today 2026-11-18T99:00",
        "plan --as-of demain",
        "plan --jobs 0",
        "plan --jobs mille",
        "generate --only personne",
        "generate --reply-by 1",
        "generate --materiality cosmetic",
        "generate --materiality peut-être --why x",
        "generate --why x",
        "generate --reason 'deux\nlignes'",
        "run --only",
        "run --limit beaucoup",
        "send --deposited perdu",
        "send --remind --test-to a@academie.example",
        "send --test-to pas-une-adresse",
        "probe",
        "explain",
        "explain 2026-0860001J-5GNF",
        "explain inconnue",
        "explain 2026-0860001J-5GNF --revision r0",
        "diff inconnue",
        "diff inconnue --from 1",
        "history personne",
        "resolve",
        "resolve --handed-over --not-sent",
        "resolve --deposited 0860001J --handed-over",
        "resolve 0860001J --handed-over",
        "resolve 0860001J --handed-over --why x",
        "resolve --copies nulle-part",
        "ledger",
        "ledger oublier",
        "ledger verify",
        "ledger accept",
        "ledger restore",
        "archive",
        "archive add",
        "archive review --answer signed",
        "archive review inconnu --answer signed",
        "archive review inconnu --answer peut-être",
        "archive review --pictures a --answer signed",
        "archive declare inconnue",
        "archive declare inconnue --paper --seen-by Jeanne",
        "archive declare inconnue --paper --seen-by Jeanne --partly --declined",
        "archive waive inconnue",
        "archive waive inconnue --why x",
        "archive list --only personne",
        "archive export",
        "dossier 0860001J",
        "dossier 0000000X dossier",
        "campaign",
        "campaign new 2027",
        "campaign new 2027 --from 2031",
        "campaign new 2026 --from 2026",
        "campaign close 2031",
        "export compte.pdf",
        "export compte",
        "export nulle/part/compte.csv",
        "sign export a-signer",
        "sign import nulle-part",
        "import nulle-part.csv",
        "import missive.toml",
        "import missive.toml --records head",
        "import missive.toml --profile inconnu",
        "import missive.toml --new-profile a --apply",
        "import missive.toml --conflicts personne",
        "completions tcsh",
        "init .",
        "measure --same 1 --parse",
    ] {
        story.screen(line);
        if line.is_empty() {
            continue;
        }
        story.document(line);
    }
    story.end();
}
