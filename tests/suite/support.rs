//! A project in a temporary folder, and the binary run on it.

use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

/// How a command ended, and what it printed.
pub struct Told {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Told {
    /// Standard output as one JSON document.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out)
            .unwrap_or_else(|_| panic!("no JSON: {}\n{}", self.out, self.err))
    }

    /// Fails unless the command ended with this code.
    pub fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, code, "\n--- out\n{}\n--- err\n{}", self.out, self.err);
        self
    }
}

/// The binary, without environment variables but that of a state folder, as a person has one.
pub fn missive() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_missive"));
    command.env_clear().env("XDG_STATE_HOME", state());
    command
}

/// The state folder of a story, as the one of a person on a computer: it lives as long as the story, and knows
/// the templates that any story has found right, for to try them is four fifths of a short command.
fn state() -> PathBuf {
    static RIGHT: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    STATE.with(|folder| {
        let known = folder.path().join("missive");
        let file = known.join("templates-tried");
        let mut right = RIGHT.lock().unwrap();
        right.extend(fs::read_to_string(&file).unwrap_or_default().lines().map(str::to_owned));
        fs::create_dir_all(&known).unwrap();
        let lines: String = right.iter().map(|line| format!("{line}\n")).collect();
        fs::write(&file, lines).unwrap();
        folder.path().to_owned()
    })
}

thread_local! {
    static STATE: tempfile::TempDir = folder();
}

/// The computer has seen this last event of a ledger that it knows.
pub fn remember_head(ledger: &str, seq: i64, hash: &str) {
    STATE.with(|folder| {
        let file = folder.path().join(format!("missive/{ledger}.json"));
        let Ok(text) = fs::read(&file) else { return };
        let mut known: serde_json::Value = serde_json::from_slice(&text).unwrap();
        (known["seq"], known["hash"]) = (seq.into(), hash.into());
        fs::write(file, known.to_string()).unwrap();
    });
}

/// What the computer remembers of each ledger, by the name of its file.
pub fn known_ledgers() -> BTreeMap<String, Vec<u8>> {
    STATE.with(|folder| {
        let Ok(entries) = fs::read_dir(folder.path().join("missive")) else {
            return BTreeMap::new();
        };
        let files = entries.map(|entry| entry.unwrap().path());
        let ledgers = files.filter(|path| path.extension().is_some_and(|end| end == "json"));
        let name = |path: &Path| path.file_name().unwrap().to_str().unwrap().to_owned();
        ledgers.map(|path| (name(&path), fs::read(&path).unwrap())).collect()
    })
}

/// The computer remembers this of these ledgers, whatever it has seen of them since.
pub fn remember_ledgers(ledgers: &BTreeMap<String, Vec<u8>>) {
    STATE.with(|folder| {
        let known = folder.path().join("missive");
        fs::create_dir_all(&known).unwrap();
        for (name, bytes) in ledgers {
            fs::write(known.join(name), bytes).unwrap();
        }
    });
}

/// The computer forgets every ledger that it has seen, so that an older one can be put back unnoticed.
pub fn forget_ledgers() {
    STATE.with(|folder| {
        let _ = fs::remove_dir_all(folder.path().join("missive"));
    });
}

/// Runs the binary with these words.
pub fn run(words: &[&str]) -> Told {
    told(missive().args(words))
}

/// Runs a prepared command.
pub fn told(command: &mut Command) -> Told {
    let output = command.output().unwrap();
    Told {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A folder of one story, gone with it. It is in memory where there is room: on a disk, a story waits for
/// the disk longer than it works, and kill -9 takes no more from the one than from the other. `TMPDIR` asks
/// for another place.
pub fn folder() -> tempfile::TempDir {
    match memory() {
        Some(memory) => tempfile::tempdir_in(memory).unwrap(),
        None => tempfile::tempdir().unwrap(),
    }
}

#[cfg(target_os = "linux")]
fn memory() -> Option<&'static Path> {
    const ROOM: u64 = 1 << 30;
    let memory = Path::new("/dev/shm");
    let disk = rustix::fs::statvfs(memory).ok()?;
    let is_roomy = disk.f_bavail * disk.f_frsize >= ROOM;
    (is_roomy && std::env::var_os("TMPDIR").is_none()).then_some(memory)
}

#[cfg(not(target_os = "linux"))]
fn memory() -> Option<&'static Path> {
    None
}

/// A project made from the sample.
pub struct Project {
    folder: tempfile::TempDir,
}

impl Project {
    /// The sample as `missive init` writes it.
    pub fn sample() -> Self {
        let project = Self::nothing();
        run(&["init", project.root().to_str().unwrap()]).expect(0);
        project
    }

    /// A folder without a project in it.
    pub fn nothing() -> Self {
        Self { folder: folder() }
    }

    /// The sample without its schools and referents, to be filled with a few lines of TOML.
    pub fn empty() -> Self {
        let project = Self::sample();
        fs::remove_file(project.path("data/establishments.toml")).unwrap();
        fs::remove_file(project.path("data/referents.toml")).unwrap();
        project
    }

    /// One school and one referent without errors, for a test to change.
    pub fn small() -> Self {
        let project = Self::empty();
        project.write("data/school.toml", SCHOOL);
        project.write("data/person.toml", PERSON);
        project
    }

    pub fn root(&self) -> PathBuf {
        self.folder.path().join("p")
    }

    pub fn path(&self, relative: &str) -> PathBuf {
        self.root().join(relative)
    }

    pub fn read(&self, relative: &str) -> String {
        fs::read_to_string(self.path(relative)).unwrap_or_else(|e| panic!("{relative}: {e}"))
    }

    pub fn bytes(&self, relative: &str) -> Vec<u8> {
        fs::read(self.path(relative)).unwrap_or_else(|e| panic!("{relative}: {e}"))
    }

    pub fn write(&self, relative: &str, text: impl AsRef<[u8]>) {
        let path = self.path(relative);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Replaces a text; fails where it is not there.
    pub fn replace(&self, relative: &str, from: &str, to: &str) {
        let text = self.read(relative);
        assert!(text.contains(from), "{relative} does not hold {from:?}");
        self.write(relative, text.replacen(from, to, 1));
    }

    /// Runs a command on the project.
    pub fn missive(&self, words: &[&str]) -> Told {
        told(missive().arg("-C").arg(self.root()).args(words))
    }

    /// A person says on this day that all that lies in the outbox was sent by hand.
    pub fn hand_over(&self, day: &str) {
        let why = "envoyés depuis la messagerie";
        let words = ["resolve", "--deposited", "--handed-over", "--why", why, "--today", day];
        self.missive(&words).expect(0);
    }

    /// The names of the files in a folder.
    pub fn names(&self, relative: &str) -> Vec<String> {
        let Ok(entries) = fs::read_dir(self.path(relative)) else {
            return Vec::new();
        };
        let mut names: Vec<String> =
            entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// The names of the files attached to a message of the outbox, in their order.
    pub fn attached(&self, message: &str) -> Vec<String> {
        let text = self.read(&format!("out/2026/outbox/{message}"));
        let names = text.split(" filename=\"").skip(1);
        names.map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
    }

    /// A hash of every file below a folder, without the log and the lock.
    pub fn hashes(&self, relative: &str) -> BTreeMap<String, String> {
        hashes(&self.path(relative))
    }

    /// The content of every letter as JSON, by reference.
    pub fn contents(&self, words: &[&str]) -> BTreeMap<String, serde_json::Value> {
        let dump = self.folder.path().join("dump");
        let _ = fs::remove_dir_all(&dump);
        let mut all = vec!["generate", "--dump-data", dump.to_str().unwrap()];
        all.extend(words);
        let told = self.missive(&all);
        assert!(told.code <= 1, "{}", told.err);
        let mut contents = BTreeMap::new();
        for entry in fs::read_dir(dump.join("letters")).unwrap() {
            let path = entry.unwrap().path();
            let value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
            contents.insert(path.file_stem().unwrap().to_str().unwrap().to_owned(), value);
        }
        contents
    }
}

/// Whether a text of plain letters is in a file, at any place.
pub fn holds(bytes: &[u8], text: &str) -> bool {
    assert!(text.is_ascii());
    // What is no UTF-8 is replaced, which leaves every plain letter where it is.
    String::from_utf8_lossy(bytes).contains(text)
}

/// SHA-256 as hexadecimal digits.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A hash of every file below a folder, without the log and the lock.
pub fn hashes(folder: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut pending = vec![folder.to_owned()];
    while let Some(next) = pending.pop() {
        for entry in fs::read_dir(&next).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
            if path.is_dir() {
                pending.push(path);
            } else if !["send.log", ".verrou", ".verrou.json"]
                .iter()
                .any(|ending| name.ends_with(ending))
            {
                let bytes = without_moment(&name, fs::read(&path).unwrap());
                found.insert(name, format!("{:x?}", Sha256::digest(bytes)));
            }
        }
    }
    found
}

/// The report without the line that tells the minute it was written.
fn without_moment(name: &str, bytes: Vec<u8>) -> Vec<u8> {
    if !name.ends_with("report.html") {
        return bytes;
    }
    let text = String::from_utf8(bytes).unwrap();
    text.lines().filter(|line| !line.contains("Arrêté au")).collect::<String>().into_bytes()
}

/// Says what keeps a story from being told here: a tool or a right that is missing. Where
/// `MISSIVE_REQUIRE_ALL=1` is set, as `.ci/run` does when it has installed the tools, that is a failure.
pub fn skip(reason: &str) {
    assert!(std::env::var_os("MISSIVE_REQUIRE_ALL").is_none(), "cannot run: {reason}");
    println!("SKIPPED: {reason}");
}

/// A file of the real data beside the checkout, which not everybody may have: never a failure. Where it is missing, a line says so.
pub fn shared(relative: &str) -> Option<Vec<u8>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data").join(relative);
    match fs::read(&path) {
        Ok(bytes) => Some(bytes),
        Err(_) => {
            println!("SKIPPED: ../shared/data/{relative} is not here");
            None
        }
    }
}

pub const SCHOOL: &str = r#"[[establishment]]
uai = "0860001J"
kind = "college"
sector = "public"
name = "Collège Ada-Lovelace"
address = ["3 place du Marché"]
postcode = "86100"
city = "Valclair"
email = "ce.0860001j@academie.example"
head = { civility = "Mme", given_name = "Anne", family_name = "Durand", function = "Principale" }
"#;

pub const PERSON: &str = r#"[[referent]]
id = "martin-claire"
civility = "Mme"
given_name = "Claire"
family_name = "Martin"
post = "professeure de mathématiques"

[[referent.assignment]]
establishment = "0860001J"
since = 2026-09-01
"#;
