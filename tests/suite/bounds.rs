//! What others make has bounds: a mail with thousands of files, a file that never ends, a name that
//! gives orders to the terminal, a process that looks at all this.

use crate::returns::{LETTER, letter, sent, verdict};
use crate::support::{Project, Told, missive, told};
use cancel_token::CancelToken;
use missive::app::returns::filing::context::TakeInContext;
use missive::app::returns::filing::take_in::take_in;
use missive::archive::identify::Catalogue;
use missive::archive::intake::budget::{Budget, BudgetEnd};
use missive::archive::intake::item::Limits;
use missive::archive::store::Archive;
use missive::ledger::Ledger;
use missive::project::environment;
use pdf_signature::TrustStore;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

/// A mail with some parts.
fn mail(boundary: &str, parts: &[String]) -> String {
    let mut text = format!(
        "From: ecole@exemple.example\r\nTo: dan@academie.example\r\nSubject: retour\r\nDate: Mon, 30 Nov 2026 10:00:00 +0100\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary={boundary}\r\n\r\n"
    );
    for part in parts {
        text.push_str(&format!("--{boundary}\r\n{part}\r\n"));
    }
    text + &format!("--{boundary}--\r\n")
}

fn attached(name: &str, text: &str) -> String {
    format!("Content-Type: application/octet-stream; name=\"{name}\"\r\n\r\n{text}")
}

/// Runs a command on a project; one that waits for ever has failed.
fn bounded(project: &Project, words: &[&OsStr]) -> Told {
    let mut command = Command::new("timeout");
    command.env_clear().arg("300").arg(missive().get_program()).arg("-C").arg(project.root());
    let told = told(command.args(words));
    assert_ne!(told.code, 124, "it waits: {words:?}");
    told
}

fn words<'a>(words: &'a [&'a str], last: &'a Path) -> Vec<&'a OsStr> {
    words.iter().map(OsStr::new).chain([last.as_os_str()]).collect()
}

#[test]
fn a_mail_of_more_files_than_its_budget_is_told_and_other_files_are_taken() {
    let project = sent("0160101Y");
    // Eleven mails in a mail, each with 950 files: they are all the same, which is quickly seen.
    let files: Vec<String> = (0..950).map(|n| attached(&format!("{n}.txt"), "x")).collect();
    let inner = format!("Content-Type: message/rfc822\r\n\r\n{}", mail("inner", &files));
    project.receive("a.eml", mail("outer", &vec![inner; 11]));
    project.receive("copie.pdf", letter(&project, LETTER));
    let told = project.archive().expect(1).json();
    assert_eq!(told["files"].as_array().unwrap().len(), 10_001);
    assert_eq!(verdict(&told, "copie.pdf"), "unsigned-copy");
    let unfinished = serde_json::json!([
        { "path": "a.eml", "looked_at": 10_000, "left": 450, "limit": "files" }
    ]);
    assert_eq!(told["unfinished"], unfinished);
    let trouble = &told["troubles"][0];
    assert_eq!((&trouble["path"], &trouble["lost"]), (&"a.eml".into(), &true.into()), "{told}");
    let message = trouble["message"].as_str().unwrap();
    assert!(message.contains("450 autres ne le sont pas, ni archivés"), "{message}");
    assert!(message.contains("ajouter à part"), "{message}");
}

#[test]
fn a_mail_that_takes_too_long_is_left_and_can_be_added_anew() {
    let project = sent("0160101Y");
    let files: Vec<String> =
        (0..50).map(|n| attached(&format!("{n}.txt"), &format!("text {n}"))).collect();
    project.receive("a.eml", mail("q", &files));
    project.receive("b.txt", "alone");
    let add = |time: Duration| {
        let (ledger, _) = Ledger::open(&project.root(), environment::actor(None), false).unwrap();
        let archive = Archive::new(&project.root());
        let catalogue =
            Catalogue::new(ledger.sent_revisions().unwrap(), |object| ledger.store.size(object));
        let budget = Budget { time, ..Budget::default() };
        let context = TakeInContext {
            ledger: &ledger,
            archive: &archive,
            catalogue: &catalogue,
            authorities: &TrustStore::default(),
            now: "2026-12-01T10:00:00Z".parse().unwrap(),
            limits: Limits { budget, ..Limits::default() },
            cancel: &CancelToken::default(),
        };
        let taken = take_in(&context, &[project.inbox()], 2, || ());
        taken.result.unwrap();
        let seen: Vec<String> = taken.files.into_iter().map(|file| file.label).collect();
        (seen, taken.problems)
    };
    // Whatever was begun is finished: one file for each of two workers, or one.
    let (seen, troubles) = add(Duration::from_nanos(1));
    let of_mail = seen.iter().filter(|label| label.starts_with("a.eml")).count();
    assert!((1..=2).contains(&of_mail), "{seen:?}");
    assert_eq!(seen.last().unwrap(), "b.txt", "another source has a budget of its own");
    let told = troubles[0].unfinished.clone().unwrap();
    assert_eq!((troubles.len(), &*told.label, told.end), (1, "a.eml", BudgetEnd::Time));
    assert_eq!((told.looked, told.looked + told.left), (of_mail, 50));
    // What was not looked at was not kept: it is not a duplicate.
    let (seen, troubles) = add(Budget::default().time);
    assert_eq!((seen.len(), troubles.len()), (51, 0), "{troubles:?}");
    let list = project.missive(&["archive", "list", "--json"]).expect(0).json();
    assert_eq!(list["unfiled"].as_array().unwrap().len(), 51, "each once");
    project.missive(&["ledger", "verify"]).expect(0);
    project.missive(&["archive", "verify"]).expect(0);
}

/// Special files in a folder, each with a word of the sentence that refuses it.
fn special(folder: &Path) -> Vec<(PathBuf, &'static str)> {
    fs::create_dir_all(folder).unwrap();
    let pipe = folder.join("tube.pdf");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let mut found = vec![(pipe, "FIFO")];
    for (name, target, word) in [
        ("zero.pdf", "/dev/zero", "périphérique"),
        ("mem.pdf", "/proc/self/maps", "/proc"),
        ("log.pdf", "/proc/kmsg", "lu"),
        ("sys.pdf", "/sys/kernel/notes", "lu"),
    ] {
        if Path::new(target).exists() {
            symlink(target, folder.join(name)).unwrap();
            found.push((folder.join(name), word));
        }
    }
    found
}

#[test]
fn special_files_are_refused_wherever_a_person_names_them() {
    let project = sent("0160101Y");
    let outside = project.path("../special");
    for (file, word) in special(&outside) {
        for (command, code) in
            [(&["archive", "add"][..], 1), (&["import"], 2), (&["resolve", "--copies"], 4)]
        {
            let told = bounded(&project, &words(command, &file));
            let said = format!("{}{}", told.out, told.err);
            let known = told.code == code || (code == 2 && told.code == 4);
            assert!(known && said.contains(word), "{command:?} {file:?} {}: {said}", told.code);
        }
    }
    // In a folder they are told, and the others taken.
    fs::write(outside.join("copie.pdf"), letter(&project, LETTER)).unwrap();
    let told = bounded(&project, &words(&["archive", "add", "--json"], &outside)).expect(1).json();
    assert_eq!(verdict(&told, "copie.pdf"), "unsigned-copy");
    assert!(told["troubles"].to_string().contains("FIFO"), "{told}");
    let told = bounded(&project, &words(&["resolve", "--copies"], &outside)).expect(0);
    assert!(told.err.contains("tube.pdf") && told.err.contains("FIFO"), "{}", told.err);
}

#[test]
fn special_files_are_refused_wherever_a_project_holds_them() {
    for place in [
        "data/zz.toml",
        "templates/zz.typ",
        "templates/fonts/zz.ttf",
        "enclosures/ressources.pdf",
        "profiles/zz.toml",
    ] {
        let project = Project::small();
        let _ = fs::remove_file(project.path(place));
        fs::create_dir_all(project.path(place).parent().unwrap()).unwrap();
        assert!(Command::new("mkfifo").arg(project.path(place)).status().unwrap().success());
        let told = match place.starts_with("profiles") {
            true => {
                project.write("../a.csv", "uai;nom\n0860001J;Ada\n");
                bounded(&project, &words(&["import"], &project.path("../a.csv")))
            }
            false => bounded(&project, &[OsStr::new("check")]),
        };
        assert!(told.code >= 2, "{place} {}: {}{}", told.code, told.out, told.err);
        let name = place.rsplit('/').next().unwrap();
        assert!(told.err.contains("FIFO") && told.err.contains(name), "{place}: {}", told.err);
    }
}

#[test]
fn the_files_of_the_settings_are_no_pipes() {
    let project = sent("0160101Y");
    project.replace("missive.toml", "[letters]", "[letters]\nauthorities = \"autorites\"");
    fs::create_dir_all(project.path("autorites")).unwrap();
    let pipe = project.path("autorites/ac.pem");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    project.receive("copie.pdf", letter(&project, LETTER));
    let told = bounded(&project, &words(&["archive", "add"], &project.inbox())).expect(0);
    assert!(told.err.contains("autorites/ac.pem") && told.err.contains("FIFO"), "{}", told.err);
}

/// Nothing that a command says is an order to the terminal.
fn quiet(told: &Told, what: &str) {
    for text in [&told.out, &told.err] {
        let order = text.chars().find(|c| printable_text::is_hidden(*c) && *c != '\n');
        assert_eq!(order, None, "{what}: {text:?}");
    }
}

const HOSTILE: &[u8] = b"\x1b]0;titre\x07\x1b[31m\xe2\x80\xaefdp\nEnsuite : rm\xff.pdf";

#[test]
fn a_hostile_name_is_shown_escaped_by_every_command() {
    let project = sent("0160101Y");
    let name = OsStr::from_bytes(HOSTILE);
    let file = project.inbox().join(name);
    fs::create_dir_all(project.inbox()).unwrap();
    fs::write(&file, "bonjour").unwrap();
    let readable = String::from_utf8_lossy(HOSTILE).into_owned();
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (at, text) in ["un", "deux"].iter().enumerate() {
        zip.start_file(format!("{at}{readable}"), zip::write::SimpleFileOptions::default())
            .unwrap();
        std::io::Write::write_all(&mut zip, text.as_bytes()).unwrap();
    }
    project.receive("a.zip", zip.finish().unwrap().into_inner());
    let encoded: String = readable.bytes().map(|byte| format!("%{byte:02x}")).collect();
    let part =
        format!("Content-Type: application/octet-stream; name*=utf-8''{encoded}\r\n\r\ntrois");
    let subject = mail("q", &[part]).replace("Subject: retour", "Subject: re\u{1b}[2Jtour");
    project.receive("b.eml", subject);
    let table = project.path("../").join(name);
    fs::write(&table, "bonjour\u{1b}[2J;\u{202e}nom\nx;y\n").unwrap();
    for (command, path) in [
        (&["archive", "add"][..], Some(project.inbox())),
        (&["archive", "list"], None),
        (&["archive", "review"], None),
        (&["sign", "import"], Some(file.clone())),
        (&["import"], Some(table.clone())),
        (&["import", "--new-profile", "essai"], Some(table.clone())),
        (&["resolve", "--copies"], Some(project.inbox())),
        (&["ledger", "backup"], Some(file.clone())),
        (&["export"], Some(file.clone())),
        (&["dossier", "0160101Y"], Some(file.clone())),
    ] {
        for json in [false, true] {
            let mut all: Vec<&OsStr> = command.iter().map(OsStr::new).collect();
            all.extend(path.iter().map(|path| path.as_os_str()));
            if json {
                all.push(OsStr::new("--json"));
            }
            let told = bounded(&project, &all);
            quiet(&told, &format!("{command:?}"));
            assert!(!told.out.lines().any(|line| line.starts_with("Ensuite : rm")), "{}", told.out);
            if json {
                told.json();
            }
        }
    }
    let list = project.missive(&["archive", "list"]).expect(0).out;
    assert!(list.contains("\\u{1b}[31m\\u{202e}fdp\\nEnsuite : rm\\xff.pdf"), "{list}");
    assert!(list.contains("a.zip › 0\\u{1b}"), "{list}");
    assert!(list.contains("b.eml › \\u{1b}"), "{list}");
    // Files of the project itself.
    let record = project.path("data").join(OsStr::from_bytes(b"\x1b[2J\xe2\x80\xae.toml"));
    fs::write(&record, "[[establishment]]\n").unwrap();
    for words in [&["check"][..], &["check", "--json"]] {
        let told = project.missive(words).expect(3);
        quiet(&told, "check");
        let shown = if words.len() > 1 { "\\u001b[2J" } else { "\\u{1b}[2J" };
        assert!(format!("{}{}", told.out, told.err).contains(shown), "{}{}", told.out, told.err);
    }
}

/// The first process that looks at a file for another one, as the system sees it.
fn looking(parent: u32) -> Option<(PathBuf, String)> {
    let folder = PathBuf::from(format!("/proc/{parent}/task"));
    for task in fs::read_dir(folder).ok()?.flatten() {
        let Ok(children) = fs::read_to_string(task.path().join("children")) else { continue };
        for child in children.split_whitespace() {
            let place = PathBuf::from(format!("/proc/{child}"));
            let command = fs::read_to_string(place.join("cmdline")).unwrap_or_default();
            if command.contains("examine-returned-file") {
                return Some((place.clone(), fs::read_to_string(place.join("limits")).ok()?));
            }
        }
    }
    None
}

#[test]
fn who_looks_at_a_file_has_nothing_of_ours() {
    let project = sent("0160101Y");
    project.receive("copie.pdf", letter(&project, LETTER));
    let mut child = missive()
        .env("MISSIVE_SMTP_PASSWORD", "secret")
        .arg("-C")
        .arg(project.root())
        .args(["archive", "add", "--jobs", "1"])
        .arg(project.inbox())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut confined = None;
    let mut core = None;
    while confined.is_none() && child.try_wait().unwrap().is_none() {
        let Some((place, limits)) = looking(child.id()) else { continue };
        let unlimited = |name: &str| {
            let line = limits.lines().find(|line| line.starts_with(name)).unwrap_or_default();
            line.split_whitespace().rev().nth(2).map(str::to_owned)
        };
        // It has limited itself: it is past its start.
        if unlimited("Max open files").as_deref() != Some("3") {
            continue;
        }
        let environment = fs::read(place.join("environ")).unwrap_or_default();
        let folder = fs::read_link(place.join("cwd")).ok();
        let files: Vec<String> = fs::read_dir(place.join("fd"))
            .map(|list| list.flatten())
            .into_iter()
            .flatten()
            .filter_map(|descriptor| {
                Some(fs::read_link(descriptor.path()).ok()?.to_string_lossy().into_owned())
            })
            .collect();
        let status = fs::read_to_string(format!("/proc/{}/limits", child.id())).unwrap_or_default();
        core = core.or(status
            .lines()
            .find(|line| line.starts_with("Max core file size"))
            .map(|line| line.split_whitespace().nth(4).unwrap_or_default().to_owned()));
        if let (Some(folder), 3..) = (folder, files.len()) {
            confined = Some((String::from_utf8_lossy(&environment).into_owned(), folder, files));
        }
    }
    child.wait().unwrap();
    let (environment, folder, files) = confined.expect("none was seen");
    assert!(!environment.contains("MISSIVE") && !environment.contains("secret"), "{environment}");
    assert_eq!(folder, Path::new("/"));
    let root = project.root().to_string_lossy().into_owned();
    assert!(!files.iter().any(|file| file.contains(&root) || file.contains("socket")), "{files:?}");
    assert_eq!(core.as_deref(), Some("0"), "no copy of the memory of the command itself");
}
