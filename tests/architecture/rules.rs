//! The rules the code itself keeps: arrows between modules, size of files, no loose ends.

use crate::source::{self, root};
use std::fs;
use std::path::{Path, PathBuf};

/// Modules in reading order: each may use only those before it. What is listed behind a name is
/// all it may use, where that is less.
const MODULES: &[(&str, Option<&[&str]>)] = &[
    ("diagnostic", Some(&[])),
    ("files", Some(&[])),
    ("subprocess", Some(&["files"])),
    ("clock", Some(&[])),
    ("stages", Some(&[])),
    ("records", Some(&["diagnostic"])),
    ("rules", Some(&["diagnostic", "records"])),
    ("letter", Some(&["diagnostic", "records", "rules"])),
    ("plan", Some(&["letter", "records", "rules"])),
    ("render", Some(&["diagnostic", "stages"])),
    ("mail", Some(&["diagnostic", "files", "records", "render"])),
    ("ledger", Some(&["clock", "files", "letter", "plan", "rules"])),
    ("archive", Some(&["clock", "files", "ledger", "letter", "plan", "subprocess"])),
    ("import", Some(&["diagnostic", "files", "records", "subprocess"])),
    ("project", Some(&["clock", "diagnostic", "files", "ledger", "records", "render"])),
    ("app", None),
    ("cli", None),
];

fn sources() -> Vec<(PathBuf, String)> {
    crate::source::sources().into_iter().map(|file| (root().join(&file.path), file.text)).collect()
}

fn module(path: &Path) -> String {
    let inside = path.strip_prefix(Path::new(env!("CARGO_MANIFEST_DIR")).join("src")).unwrap();
    let first = inside.components().next().unwrap().as_os_str().to_str().unwrap();
    first.trim_end_matches(".rs").to_owned()
}

#[test]
fn arrows_go_up_only() {
    let order: Vec<&str> = MODULES.iter().map(|(name, _)| *name).collect();
    let library =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs")).unwrap();
    let declared: Vec<&str> = library
        .lines()
        .filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'))
        .collect();
    assert_eq!(declared, order, "src/lib.rs lists the modules in reading order");
    let mut arrows = 0;
    for (path, text) in
        sources().into_iter().filter(|(path, _)| path.starts_with(root().join("src")))
    {
        let room = module(&path);
        let Some(place) = order.iter().position(|name| *name == room) else {
            continue;
        };
        let production = text.split("#[cfg(test)]\nmod tests").next().unwrap();
        for part in production.split("crate::").skip(1) {
            // `use crate::{a, b}` names several modules at once.
            let names: Vec<String> = match part.strip_prefix('{') {
                Some(list) => list
                    .split('}')
                    .next()
                    .unwrap()
                    .split(',')
                    .map(|n| n.trim().split("::").next().unwrap().to_owned())
                    .collect(),
                None => {
                    vec![part.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()]
                }
            };
            for name in
                names.into_iter().filter(|name| order.contains(&name.as_str()) && *name != room)
            {
                arrows += 1;
                let target = order.iter().position(|other| *other == name).unwrap();
                let allowed = MODULES[place].1.is_none_or(|list| list.contains(&name.as_str()));
                assert!(target < place && allowed, "{} uses {name}", path.display());
            }
        }
    }
    assert!(arrows > 30, "the test reads the arrows: {arrows}");
}

#[test]
fn files_are_one_idea_with_a_head() {
    for (path, text) in sources() {
        assert!(text.starts_with("//! "), "{} has no head comment", path.display());
        let lines = text.lines().count();
        assert!(lines <= 800, "{} has {lines} lines", path.display());
        for loose in ["TODO", "FIXME", "XXX", "#[allow("] {
            assert!(!text.contains(loose), "{}: {loose}", path.display());
        }
    }
    let main =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/main.rs")).unwrap();
    assert!(main.lines().count() < 30);
}

/// What opens a file to read it may wait for ever, or never end: `files::regular` knows better.
#[test]
fn files_are_read_in_one_place() {
    let readers = ["fs::read(", "fs::read_to_string(", "File::open(", "fs::read)", "read(true)"];
    let mut places = Vec::new();
    for (path, text) in sources() {
        let production = text.split("#[cfg(test)]\nmod tests").next().unwrap();
        let is_test = path.ends_with("tests.rs");
        for reader in readers.iter().filter(|reader| !is_test && calls(production, reader)) {
            places.push(format!(
                "{} {reader}",
                path.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap().display()
            ));
        }
    }
    places.sort();
    assert_eq!(
        places,
        [
            // Has the names of a folder on the disk.
            "src/files/folder.rs File::open(",
            "src/files/regular.rs read(true)",
            // Asks whether another process holds the lock; reads nothing.
            "src/ledger/lease.rs read(true)",
        ]
    );
}

/// What sleeps or spins waits for something that it does not see, too long or not long enough: a test
/// waits through `waiting`.
#[test]
fn only_one_place_of_the_tests_sleeps() {
    let sleepers = ["thread::sleep", "yield_now", "park_timeout"];
    let places: Vec<String> = source::code_with_tests()
        .into_iter()
        .filter(|(_, code)| sleepers.iter().any(|sleeper| code.contains(sleeper)))
        .map(|(path, _)| path)
        .collect();
    assert_eq!(
        places,
        [
            // The pace of a slow server.
            "crates/smtp-session/src/net/connection/tests/peers.rs",
            // Pauses that a relay asks for.
            "src/app/sending/relay/transmit.rs",
            "src/app/sending/test_message.rs",
            "tests/suite/waiting.rs",
        ]
    );
}

/// Whether a text has this as a name of its own, not as the end of a longer one.
fn calls(text: &str, name: &str) -> bool {
    let is_whole = |at: usize| !text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
    text.match_indices(name).any(|(at, _)| is_whole(at))
}

/// A name that comes from outside is shown by `names` only.
#[test]
fn paths_are_shown_in_one_place() {
    for (path, text) in sources() {
        let production = text.split("#[cfg(test)]\nmod tests").next().unwrap();
        assert!(!production.contains(".display()"), "{}: printable_text::of_path", path.display());
    }
}

/// Words that were private to their makers: another engineer would not know what they name.
#[test]
fn private_words_are_no_names() {
    const PRIVATE: [&str; 7] = ["own", "clerk", "harvest", "spoilt", "heard", "folio", "fate"];
    let mut found = Vec::new();
    for (path, code) in source::code_with_tests() {
        let names = code.split(|c: char| !(c.is_alphanumeric() || c == '_'));
        for name in names.filter(|name| PRIVATE.contains(name)) {
            found.push(format!("{path}: {name}"));
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}

/// The terminal is the command line's: another front end gets values, and no line of text that nobody
/// shows. What a child process answers goes over its pipes, in `process-child` alone.
#[test]
fn only_the_command_line_knows_the_terminal() {
    const TERMINAL: [&str; 9] = [
        "print!",
        "println!",
        "dbg!",
        "stdin",
        "stdout",
        "stderr",
        "is_terminal",
        "rpassword",
        "indicatif",
    ];
    let mut places = Vec::new();
    for file in source::sources() {
        let is_command_line = file.path.starts_with("src/cli/") || file.path == "src/main.rs";
        if is_command_line || file.is_test {
            continue;
        }
        for path in ["crate::cli", "super::cli", "missive::cli"] {
            assert!(!file.code.contains(path), "{} uses {path}", file.path);
        }
        if TERMINAL.iter().any(|word| file.code.contains(word)) {
            places.push(file.path);
        }
    }
    assert_eq!(
        places,
        [
            // The pipes of a child, from the parent's side and from its own.
            "crates/process-child/src/child.rs",
            "crates/process-child/src/serve.rs",
        ]
    );
}

/// Another front end stands on `app` alone: what a command did is a value that serde can write.
#[test]
fn outcomes_can_be_serialized() {
    let files = source::sources();
    let app: Vec<&source::SourceFile> =
        files.iter().filter(|file| file.path.starts_with("src/app/") && !file.is_test).collect();
    let code: String = app.iter().map(|file| file.code.as_str()).collect();
    let mut others = Vec::new();
    let mut outcomes = 0;
    for line in code.lines() {
        let named = ["pub struct ", "pub enum "].iter().find_map(|word| line.strip_prefix(word));
        let Some(named) = named else { continue };
        let name = named.split(|c: char| !c.is_alphanumeric()).next().unwrap();
        if !name.ends_with("Outcome") {
            continue;
        }
        outcomes += 1;
        let above = &code[..code.find(line).unwrap()];
        let attributes = above.rsplit([';', '}']).next().unwrap();
        let is_derived = attributes.contains("Serialize");
        if !is_derived && !code.contains(&format!("impl Serialize for {name} ")) {
            others.push(name.to_owned());
        }
    }
    assert!(outcomes > 15, "{outcomes}");
    others.sort();
    assert_eq!(
        others,
        [
            // Parts of others: of the pass, of the verification, of what was added, of the report.
            "DepositOutcome",
            "PassOutcome",
            "ReplayOutcome",
            "TakeInOutcome",
            "TransmissionOutcome",
        ]
    );
}

#[test]
fn the_map_of_the_code_is_short_and_names_every_module() {
    let map =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/architecture.md"))
            .unwrap();
    assert!(map.lines().count() <= 150);
    for (name, _) in MODULES {
        assert!(map.contains(&format!("`{name}`")), "{name}");
    }
}

#[test]
fn the_guide_explains_every_code() {
    let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/guide/07-en-cas-de-probleme.md");
    let guide = fs::read_to_string(guide).unwrap();
    let kinds = fs::read_to_string(root().join("src/app/campaign/warning_kinds.rs")).unwrap();
    let mut codes = 0;
    for (_, text) in sources() {
        let production = text.split("#[cfg(test)]\nmod tests").next().unwrap();
        for quoted in production.split('"').filter(|q| q.starts_with("E-") || q.starts_with("W-")) {
            if quoted.len() > 3 && quoted.bytes().all(|b| b.is_ascii_uppercase() || b == b'-') {
                codes += 1;
                assert!(guide.contains(&format!("`{quoted}`")), "{quoted} is not in the guide");
                let has_title = kinds.contains(&format!("\"{quoted}\""));
                assert!(has_title || quoted.starts_with("E-"), "{quoted} has no title");
            }
        }
    }
    assert!(codes > 50, "{codes}");
}

/// "Where is…?" in docs/architecture.md, and every other file that the documents name, is there.
#[test]
fn files_that_the_documents_name_are_there() {
    let mut named = 0;
    for document in ["docs/architecture.md", "CONTRIBUTING.md", "README.md"] {
        let text = fs::read_to_string(root().join(document)).unwrap();
        for path in text.split('`').filter(|path| is_path(path)) {
            named += 1;
            assert!(root().join(path).exists(), "{document} names {path}, which is not there");
        }
    }
    assert!(named > 20, "{named}");
}

fn is_path(text: &str) -> bool {
    let starts = ["src/", "crates/", "tests/", "docs/"].iter().any(|start| text.starts_with(start));
    starts && text.chars().all(|c| c.is_ascii_alphanumeric() || "/._-".contains(c))
}
