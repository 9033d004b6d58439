//! What comes back: taken in, recognised, judged, kept; and what a person says of it.

use crate::beginning::beginning;
use crate::scans::{blank, encoded, printed, scanned, sign, upside_down};
use crate::support::{Project, Told, missive, sha256, told};
use crate::waiting::kill_after;
use image::ImageFormat;
use serde_json::Value;
use std::fs;
use std::path::PathBuf;

/// The lycée of the sample with one letter.
pub const LETTER: &str = "2026-0160101Y-4S54";

/// A project whose letters were made and deposited.
pub fn deposited(only: &str) -> Project {
    beginning(format!("returns, deposited {only}"), || {
        let project = Project::sample();
        project.missive(&["run", "--only", only]).expect(0);
        project
    })
}

/// A project whose letters left.
pub fn sent(only: &str) -> Project {
    beginning(format!("returns, sent {only}"), || {
        let project = deposited(only);
        let words = ["resolve", "--deposited", "--handed-over", "--why", "envoyés"];
        project.missive(&words).expect(0);
        project
    })
}

pub fn letter(project: &Project, reference: &str) -> Vec<u8> {
    project.bytes(&format!("out/2026/letters/{reference}.pdf"))
}

/// Where the boxes of a letter are: label, page, x, y.
fn place(project: &Project, reference: &str, label: &str) -> (f64, f64) {
    let ledger = rusqlite::Connection::open(project.path("data/ledger/ledger.sqlite")).unwrap();
    let sql = "SELECT boxes FROM revision WHERE reference = ?";
    let boxes: String = ledger.query_row(sql, [reference], |row| row.get(0)).unwrap();
    let boxes: Value = serde_json::from_str(&boxes).unwrap();
    let place = boxes.as_array().unwrap().iter().find(|place| place["label"] == label).unwrap();
    (place["x"].as_f64().unwrap(), place["y"].as_f64().unwrap())
}

impl Project {
    /// A folder beside the data, for files that came back.
    pub fn inbox(&self) -> PathBuf {
        self.path("recu")
    }

    /// Puts a file there.
    pub fn receive(&self, name: &str, bytes: impl AsRef<[u8]>) {
        self.write(&format!("recu/{name}"), bytes);
    }

    /// Takes them in.
    pub fn archive(&self) -> Told {
        self.missive(&["archive", "add", self.inbox().to_str().unwrap(), "--json"])
    }

    pub fn counts(&self) -> Value {
        self.missive(&["status", "--json"]).expect(0).json()["letters"].clone()
    }
}

/// The verdict of the one file with this name.
pub fn verdict(told: &Value, name: &str) -> String {
    let files = told["files"].as_array().unwrap();
    let result = files.iter().find(|result| result["path"].as_str().unwrap().ends_with(name));
    result.unwrap_or_else(|| panic!("{name} is not in {told}"))["verdict"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[test]
fn a_letter_sent_back_as_it_was_is_an_unsigned_copy_and_a_second_time_a_duplicate() {
    let project = sent("0160101Y");
    let bytes = letter(&project, LETTER);
    project.receive("copie.pdf", &bytes);
    let told = project.archive().expect(0).json();
    let file = &told["files"][0];
    assert_eq!(
        (file["verdict"].as_str(), file["method"].as_str()),
        (Some("unsigned-copy"), Some("prefix"))
    );
    assert_eq!(file["letters"][0]["reference"], LETTER);
    assert_eq!(file["letters"][0]["pages"], serde_json::json!([1, 2]));
    let stored = file["stored"].as_str().unwrap();
    assert_eq!(project.bytes(stored), bytes, "kept as it came");
    assert!(stored.contains(&sha256(&bytes)));
    assert!(fs::metadata(project.path(stored)).unwrap().permissions().readonly());
    assert_eq!(project.counts()["handed_over"], 1, "its return is still awaited");
    let before = project.hashes("data/archive");
    project.receive("autre nom.pdf", &bytes);
    let told = project.archive().expect(0).json();
    assert_eq!(verdict(&told, "autre nom.pdf"), "duplicate");
    assert_eq!(project.hashes("data/archive"), before, "nothing is written");
    project.missive(&["ledger", "verify"]).expect(0);
    project.missive(&["archive", "verify"]).expect(0);
}

#[test]
fn a_scan_waits_for_a_persons_eye_and_their_word_counts() {
    let project = sent("0160101Y");
    let bytes = letter(&project, LETTER);
    let mut second = printed(&bytes, 2);
    for label in ["sign-head", "sign-referent"] {
        let (x, y) = place(&project, LETTER, label);
        sign(&mut second, x, y);
    }
    let scan = scanned(&[upside_down(&second), blank(), printed(&bytes, 1)]);
    project.receive("scan.pdf", &scan);
    let told = project.archive().expect(1).json();
    let file = &told["files"][0];
    assert_eq!((file["verdict"].as_str(), file["method"].as_str()), (Some("scanned"), Some("qr")));
    assert_eq!(file["letters"][0]["pages"], serde_json::json!([1, 3]));
    assert_eq!(file["letters"][0]["state"], "to_review");
    let details: Vec<&str> =
        file["checks"].as_array().unwrap().iter().map(|c| c["detail"].as_str().unwrap()).collect();
    for expected in [
        "de l'encre dans la case du chef d'établissement",
        "de l'encre dans la case du référent",
        "les pages ne sont pas dans l'ordre",
        "de travers : page 1",
        "page 2 blanche",
        "la lettre est entière : 2 pages",
    ] {
        assert!(details.contains(&expected), "{expected} is not in {details:#?}");
    }
    assert!(!details.contains(&"de l'encre dans la case de l'autorité"), "{details:#?}");
    // Nobody is reminded of what waits for our own eye.
    let told = project.missive(&["send", "--remind", "--today", "2027-02-01"]).expect(0);
    assert!(told.out.contains("Aucun rappel"), "{}", told.out);
    let pictures = project.path("relecture");
    project.missive(&["archive", "review", "--pictures", pictures.to_str().unwrap()]).expect(0);
    assert_eq!(project.names("relecture").iter().filter(|n| n.ends_with(".png")).count(), 4);
    // Without a terminal nothing is asked and nothing assumed.
    project.missive(&["archive", "review"]).expect(5);
    let words = ["archive", "review", LETTER, "--answer", "signed", "--seen-by", "Jeanne Exemple"];
    project.missive(&[&words[..], &["--priorities", "accueil des élèves"]].concat()).expect(0);
    let counts = project.counts();
    assert_eq!((&counts["signed"], &counts["to_review"]), (&1.into(), &0.into()));
    let history = project.missive(&["history", LETTER]).expect(0).out;
    assert!(
        history.contains(
            "retour signé, vu par Jeanne Exemple ; priorités inscrites : accueil des élèves"
        ),
        "{history}"
    );
    // A mistake is corrected by answering again.
    let words = ["archive", "review", LETTER, "--answer", "partly", "--seen-by", "Jeanne Exemple"];
    project.missive(&words).expect(0);
    assert_eq!(project.counts()["partly_signed"], 1);
    project.missive(&["ledger", "verify"]).expect(0);
    let list = project.missive(&["archive", "list", "--json"]).expect(0).json();
    let letter = &list["schools"][0]["letters"][0];
    assert_eq!(
        (letter["state"].as_str(), letter["returns"][0]["state"].as_str()),
        (Some("partly_signed"), Some("partly_signed"))
    );
}

#[test]
fn several_letters_in_one_file_are_told_page_by_page_and_the_file_stays_whole() {
    let project = sent("0170201B,0170202C");
    let names: Vec<String> = project.names("out/2026/letters");
    let [one, two] = [0, 1].map(|at| names[at].trim_end_matches(".pdf").to_owned());
    let pages = [
        printed(&letter(&project, &one), 1),
        printed(&letter(&project, &two), 2),
        printed(&letter(&project, &one), 2),
    ];
    let file = scanned(&pages);
    project.receive("lot.pdf", &file);
    let told = project.archive().expect(1).json();
    let result = &told["files"][0];
    let letters: Vec<(&str, &Value)> = result["letters"]
        .as_array()
        .unwrap()
        .iter()
        .map(|letter| (letter["reference"].as_str().unwrap(), &letter["pages"]))
        .collect();
    assert_eq!(
        letters,
        [(one.as_str(), &serde_json::json!([1, 3])), (two.as_str(), &serde_json::json!([2]))]
    );
    let text = result["checks"].to_string();
    assert!(text.contains("il manque la page 1 sur 2"), "{text}");
    assert_eq!(project.bytes(result["stored"].as_str().unwrap()), file);
    assert_eq!(project.counts()["to_review"], 2);
    project.missive(&["archive", "review", &sha256(&file)[..12], "--answer", "signed"]).expect(2);
    let words = ["archive", "review", &sha256(&file)[..12], "--answer", "signed", "--letter", &one];
    project.missive(&words).expect(0);
    assert_eq!(project.counts()["signed"], 1);
}

#[test]
fn what_nobody_can_read_is_kept_for_a_person_and_stops_nothing() {
    let project = sent("0160101Y");
    let bytes = letter(&project, LETTER);
    project.receive("a/vide.pdf", "");
    project.receive("a/page.pdf", "<html>bonjour</html>");
    project.receive("a/coupe.pdf", &bytes[..bytes.len() / 3]);
    project.receive("a/entete.pdf", "%PDF-1.7\n");
    project.receive("a/lettre.docx", b"PK\x03\x04....[Content_Types].xml");
    project.receive("a/faux.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\x02\0\0\0\x02\0\0\x08\0\0\0\0");
    project.receive("copie.pdf", &bytes);
    let told = project.archive().expect(1).json();
    assert_eq!(told["files"].as_array().unwrap().len(), 7);
    for name in ["vide.pdf", "page.pdf", "coupe.pdf", "entete.pdf", "lettre.docx", "faux.png"] {
        let verdict = verdict(&told, name);
        assert!(verdict == "unreadable" || verdict == "unknown", "{name}: {verdict}");
    }
    assert_eq!(verdict(&told, "copie.pdf"), "unsigned-copy");
    let told = project.archive().expect(0).json();
    for result in told["files"].as_array().unwrap() {
        assert_eq!(result["verdict"], "duplicate", "{result}");
    }
    let queue = project.missive(&["archive", "review", "--json"]).expect(5).json();
    assert_eq!(queue["waiting"].as_array().unwrap().len(), 6);
    // A person knows the letter of one of them.
    let name = sha256(b"PK\x03\x04....[Content_Types].xml");
    project.missive(&["archive", "review", &name[..10], "--answer", "declined"]).expect(2);
    let words = ["archive", "review", &name[..10], "--answer", "declined", "--letter", LETTER];
    project.missive(&words).expect(0);
    assert_eq!(project.counts()["declined"], 1);
    project.missive(&["ledger", "verify"]).expect(0);
}

#[test]
fn a_file_that_would_take_all_memory_is_a_verdict() {
    let project = sent("0160101Y");
    // A page whose description is three gigabytes of blanks, in three megabytes: stored blocks of
    // deflate that each stand for the same 64 kB.
    let mut packed = vec![0x78, 0x01];
    let mut deflate = flate2::Compress::new(flate2::Compression::best(), false);
    let mut block = Vec::with_capacity(1 << 16);
    let blanks = vec![b' '; 1 << 16];
    deflate.compress_vec(&blanks, &mut block, flate2::FlushCompress::Full).unwrap();
    (0..48_000).for_each(|_| packed.extend_from_slice(&block));
    packed.extend_from_slice(&[1, 0, 0, 0xff, 0xff]);
    let mut text = b"%PDF-1.7\n".to_vec();
    for object in [
        "1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj\n",
        "2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>> endobj\n",
        "3 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 5 0 R>> endobj\n",
    ] {
        text.extend_from_slice(object.as_bytes());
    }
    let head = format!("5 0 obj <</Filter/FlateDecode/Length {}>> stream\n", packed.len());
    text.extend_from_slice(head.as_bytes());
    text.extend_from_slice(&packed);
    text.extend_from_slice(b"\nendstream endobj\ntrailer <</Root 1 0 R/Size 6>>\n%%EOF\n");
    project.receive("bombe.pdf", &text);
    project.receive("copie.pdf", letter(&project, LETTER));
    let told = project.archive().expect(1).json();
    assert_eq!(verdict(&told, "bombe.pdf"), "unreadable", "{told}");
    assert_eq!(verdict(&told, "copie.pdf"), "unsigned-copy");
}

#[test]
fn a_return_of_a_letter_that_is_only_deposited_shows_that_somebody_sent_it() {
    let project = deposited("0160101Y");
    project.receive("copie.pdf", letter(&project, LETTER));
    let told = project.missive(&["archive", "add", project.inbox().to_str().unwrap()]).expect(1);
    assert!(told.out.contains("missive ne la savait pas envoyée ("), "{}", told.out);
    assert_eq!(project.counts()["deposited"], 1, "only a person says so");
    project.missive(&["resolve", LETTER, "--handed-over", "--why", "revenue"]).expect(0);
    assert_eq!(project.counts()["handed_over"], 1);
    project.missive(&["ledger", "verify"]).expect(0);
}

#[test]
fn attachments_keep_the_mail_that_brought_them() {
    let project = sent("0160101Y");
    let bytes = letter(&project, LETTER);
    use base64::Engine as _;
    let body = base64::engine::general_purpose::STANDARD.encode(&bytes);
    let mail = format!(
        "From: ecole@exemple.example\r\nTo: dan@academie.example\r\nSubject: retour\r\nDate: Mon, 30 Nov 2026 10:00:00 +0100\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=q\r\n\r\n--q\r\nContent-Type: text/plain\r\n\r\nVoici.\r\n--q\r\nContent-Type: application/pdf; name=\"../../lettre.pdf\"\r\nContent-Transfer-Encoding: base64\r\n\r\n{body}\r\n--q--\r\n"
    );
    project.receive("retour.eml", &mail);
    let told = project.archive().expect(0).json();
    assert_eq!(told["files"][0]["path"], "retour.eml › ../../lettre.pdf");
    let stored = project.hashes("data/archive");
    assert_eq!(stored.len(), 2, "the letter and the mail: {stored:?}");
    assert!(stored.keys().any(|name| name.contains(&sha256(mail.as_bytes()))));
    let dossier = project.path("dossier");
    project.missive(&["dossier", "0160101Y", dossier.to_str().unwrap()]).expect(0);
    let page = project.read("dossier/index.html");
    for expected in ["Lycée", LETTER, "message reçu", "Règles appliquées et sources", "décret"]
    {
        assert!(page.contains(expected), "{expected}");
    }
    for link in page.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap()) {
        assert!(project.path("dossier").join(link).is_file(), "{link}");
    }
    project.missive(&["dossier", "0160101Y", dossier.to_str().unwrap()]).expect(2);
}

#[test]
fn paper_and_waived_letters_count() {
    let project = sent("0170201B,0170202C");
    let names: Vec<String> = project.names("out/2026/letters");
    let [one, two] = [0, 1].map(|at| names[at].trim_end_matches(".pdf").to_owned());
    project.missive(&["archive", "declare", &one, "--paper"]).expect(2);
    let words = ["archive", "declare", &one, "--paper", "--seen-by", "Jeanne Exemple"];
    project.missive(&words).expect(0);
    project.missive(&["archive", "waive", &two]).expect(2);
    project.missive(&["archive", "waive", &two, "--why", "établissement fermé"]).expect(0);
    let counts = project.counts();
    assert_eq!((&counts["signed"], &counts["waived"]), (&1.into(), &1.into()));
    let told = project.missive(&["send", "--remind", "--today", "2027-02-01"]).expect(0);
    assert!(told.out.contains("Aucun rappel"), "{}", told.out);
    assert!(
        project.missive(&["archive", "list", "--missing"]).expect(0).out.contains("Rien ne manque")
    );
    project.missive(&["archive", "waive", &two, "--undo"]).expect(0);
    assert_eq!(project.counts()["handed_over"], 1);
    project.missive(&["ledger", "verify"]).expect(0);
    let project = deposited("0160101Y");
    let words = ["archive", "declare", LETTER, "--paper", "--seen-by", "Jeanne"];
    project.missive(&words).expect(5);
}

#[test]
fn a_return_of_a_replaced_revision_is_filed_and_answered() {
    let project = sent("0160101Y");
    let first = letter(&project, LETTER);
    project.replace(
        "data/establishments.toml",
        "family_name = \"Aubert\"",
        "family_name = \"Auber\"",
    );
    project.missive(&["run", "--only", "0160101Y", "--today", "2026-12-01"]).expect(0);
    let words =
        ["resolve", "--deposited", "--handed-over", "--why", "envoyés", "--today", "2026-12-01"];
    project.missive(&words).expect(0);
    assert_ne!(letter(&project, LETTER), first, "a second revision left");
    project.receive("ancienne.pdf", &first);
    let told = project.archive().expect(0).json();
    assert_eq!(verdict(&told, "ancienne.pdf"), "superseded");
    assert_eq!(project.counts()["handed_over"], 1, "the new one is still awaited");
    // The answer goes at once, although the new letter is not overdue.
    project.missive(&["send", "--remind", "--today", "2026-12-02"]).expect(0);
    let answer: Vec<String> =
        project.names("out/2026/outbox").into_iter().filter(|n| n.contains("rappel")).collect();
    assert_eq!(answer.len(), 1);
    let text = project.read(&format!("out/2026/outbox/{}", answer[0]));
    let parsed = mailparse::parse_mail(text.as_bytes()).unwrap();
    let subject =
        mailparse::MailHeaderMap::get_first_value(&parsed.headers[..], "Subject").unwrap();
    assert!(subject.contains("version plus récente"), "{subject}");
    let told = project.missive(&["send", "--remind", "--today", "2026-12-02"]).expect(0);
    assert!(told.out.contains("Aucun rappel"), "answered once: {}", told.out);
    // The report links messages, not a reminder in the place of one that left.
    project.missive(&["run", "--today", "2026-12-02"]).expect(0);
    assert!(project.names("out/2026/outbox").contains(&answer[0]), "the reminder is still there");
    let report = project.read("out/2026/report.html");
    assert!(report.contains("outbox/0160102Z.r1.eml") && !report.contains(&answer[0]));
    project.missive(&["ledger", "verify"]).expect(0);
}

#[test]
fn a_fixity_check_names_what_is_missing_changed_or_extra() {
    let project = sent("0160101Y");
    let bytes = letter(&project, LETTER);
    for (name, more) in [("a.pdf", "\n"), ("b.pdf", "\n\n"), ("c.pdf", "\n\n\n")] {
        project.receive(name, [bytes.clone(), more.as_bytes().to_vec()].concat());
    }
    let told = project.archive().expect(0).json();
    project.missive(&["archive", "verify"]).expect(0);
    let kept = project.bytes("data/ledger/archive.sha512");
    project.write("manifeste-ailleurs", kept);
    let stored: Vec<String> = told["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["stored"].as_str().unwrap().to_owned())
        .collect();
    let flip = |name: &str| {
        let path = project.path(name);
        let mut bytes = fs::read(&path).unwrap();
        bytes[1000] ^= 1;
        fs::remove_file(&path).unwrap();
        fs::write(&path, bytes).unwrap();
    };
    flip(&stored[0]);
    fs::remove_file(project.path(&stored[1])).unwrap();
    project.write("data/archive/00/intrus.pdf", "%PDF-1.7");
    let told = project.missive(&["archive", "verify", "--json"]).expect(1).json();
    let mut found: Vec<(String, String)> = told["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| {
            (item["fault"].as_str().unwrap().to_owned(), item["path"].as_str().unwrap().to_owned())
        })
        .collect();
    found.sort();
    assert_eq!(
        found,
        [
            ("changed".to_owned(), stored[0].clone()),
            ("extra".to_owned(), "data/archive/00/intrus.pdf".to_owned()),
            ("missing".to_owned(), stored[1].clone()),
        ]
    );
    // A manifest that was made to fit is told by the copy kept elsewhere.
    let elsewhere = project.path("manifeste-ailleurs");
    let lie = project.read("data/ledger/archive.sha512").replacen(&stored[2], "data/archive/zz", 1);
    project.write("data/ledger/archive.sha512", lie);
    let words = ["archive", "verify", "--manifest", elsewhere.to_str().unwrap(), "--json"];
    let told = project.missive(&words).expect(1).json();
    assert!(told["findings"].to_string().contains("manifest"), "{told}");
    project.missive(&["ledger", "verify"]).expect(0);
}

#[test]
fn killed_while_it_files_it_leaves_nothing_half_and_a_rerun_completes() {
    let rounds: u64 =
        std::env::var("MISSIVE_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(3);
    let project = sent("0160101Y");
    let bytes = letter(&project, LETTER);
    let files: u64 = 6;
    let mut cut = 0;
    for round in 0..rounds {
        for file in 0..files {
            let more = format!("\n%{round}-{file}\n");
            project.receive(&format!("r{round}/{file}.pdf"), [&bytes, more.as_bytes()].concat());
        }
        let inbox = project.inbox();
        let mut child = missive()
            .arg("-C")
            .arg(project.root())
            .args(["archive", "add", inbox.to_str().unwrap(), "--quiet"])
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        // Anywhere between the first file and the last.
        let moment = std::time::Duration::from_millis(150 + (round * 131) % 1500);
        cut += u64::from(kill_after(&mut child, moment));
        project.missive(&["ledger", "verify"]).expect(0);
        let told = project.archive().expect(0).json();
        for result in told["files"].as_array().unwrap() {
            let verdict = result["verdict"].as_str().unwrap();
            assert!(["unsigned-copy", "duplicate"].contains(&verdict), "{result}");
        }
        let report = project.missive(&["archive", "verify", "--json"]).expect(0).json();
        assert_eq!(report["files"], (round + 1) * files);
        assert_eq!(report["leftovers"], 0);
    }
    println!("{rounds} rounds, {cut} cut");
}

#[test]
fn an_archive_goes_out_as_a_bag_and_a_seda_manifest_needs_a_retention() {
    let project = sent("0160101Y");
    project.receive("copie.pdf", letter(&project, LETTER));
    project.archive().expect(0);
    let bag = project.path("sac");
    let export = |more: &[&str]| {
        let words = [&["archive", "export", bag.to_str().unwrap()][..], more].concat();
        project.missive(&words)
    };
    let told = export(&["--seda"]).expect(5);
    assert!(told.err.contains("durée de conservation"), "{}", told.err);
    assert!(!bag.exists());
    project.replace("missive.toml", "[letters]", "[letters]\nretention_years = 10");
    export(&["--seda"]).expect(0);
    assert_eq!(
        project.read("sac/bagit.txt"),
        "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
    );
    let manifest = project.read("sac/manifest-sha256.txt");
    let payload: Vec<&str> =
        manifest.lines().map(|line| line.split_once("  ").unwrap().1).collect();
    for line in manifest.lines() {
        let (sum, path) = line.split_once("  ").unwrap();
        assert_eq!(sha256(&project.bytes(&format!("sac/{path}"))), sum, "{path}");
    }
    for start in [
        "data/lettres/",
        "data/courriers/",
        "data/messages/",
        "data/retours/",
        "data/historique/",
        "data/index.html",
    ] {
        assert!(
            payload.iter().any(|path| path.starts_with(start)),
            "{start} is not in {payload:?}"
        );
    }
    let seda = project.read("sac/manifest.xml");
    assert!(seda.contains("<Rule>DUA-10-ANS</Rule>") && seda.contains("fmt/476"), "{seda}");
    for path in payload {
        assert!(seda.contains(&format!("<Uri>{path}</Uri>")), "{path}");
    }
    export(&[]).expect(2);
}

#[test]
fn a_letter_whose_page_was_changed_is_altered() {
    let project = sent("0160101Y");
    let bytes = letter(&project, LETTER);
    let mut document = lopdf::Document::load_mem(&bytes).unwrap();
    let page = document.get_pages()[&1];
    let white = b"q 1 1 1 rg 60 600 200 20 re f Q".to_vec();
    let content = document.get_page_content(page);
    document.change_page_content(page, [content, white].concat()).unwrap();
    let mut changed = Vec::new();
    document.save_to(&mut changed).unwrap();
    project.receive("modifiee.pdf", changed);
    let told = project.archive().expect(1).json();
    assert_eq!(verdict(&told, "modifiee.pdf"), "altered", "{told}");
    assert_eq!(project.counts()["to_review"], 1);
}

#[test]
fn a_picture_of_a_page_is_read_like_a_scan_and_a_name_is_only_a_hint() {
    let project = sent("0160101Y");
    let page = printed(&letter(&project, LETTER), 2);
    project.receive("photo.jpg", encoded(&page, ImageFormat::Jpeg));
    project.receive(&format!("{LETTER}.png"), encoded(&blank(), ImageFormat::Png));
    let told = project.archive().expect(1).json();
    assert_eq!(verdict(&told, "photo.jpg"), "scanned", "{told}");
    let named = format!("{LETTER}.png");
    assert_eq!(verdict(&told, &named), "unknown");
    let files = told["files"].as_array().unwrap();
    let result =
        files.iter().find(|result| result["path"].as_str().unwrap().ends_with(".png")).unwrap();
    assert_eq!((result["method"].as_str(), &result["hints"][0]), (Some("name"), &LETTER.into()));
    assert!(result["letters"].as_array().unwrap().is_empty());
}

#[test]
fn the_process_that_looks_can_write_nothing_and_ends_by_itself() {
    let told = told(missive().arg("examine-returned-file").stdin(std::process::Stdio::null()));
    assert_eq!((told.code, told.out.as_str()), (0, ""));
}

#[test]
fn what_a_return_proves_is_not_overwritten_by_a_corrected_record() {
    let project = deposited("0160101Y");
    let bytes = letter(&project, LETTER);
    project.receive("copie.pdf", &bytes);
    project.archive().expect(1);
    let outbox = project.hashes("out/2026/outbox");
    project.replace(
        "data/establishments.toml",
        "family_name = \"Aubert\"",
        "family_name = \"Auber\"",
    );
    let told = project.missive(&["run", "--only", "0160101Y"]).expect(5);
    assert!(told.err.contains("son retour est archivé"), "{}", told.err);
    assert_eq!(project.hashes("out/2026/outbox"), outbox, "the message that was sent stays");
    project.missive(&["resolve", LETTER, "--not-sent", "--why", "erreur"]).expect(5);
    project.missive(&["resolve", LETTER, "--handed-over", "--why", "revenue"]).expect(0);
    project.missive(&["run", "--only", "0160101Y", "--today", "2026-12-01"]).expect(0);
    assert_ne!(letter(&project, LETTER), bytes, "the corrected record is a second revision now");
    project.missive(&["ledger", "verify"]).expect(0);
}

#[test]
fn a_persons_word_is_corrected_by_saying_it_again_and_does_not_undo_what_was_proven() {
    let project = sent("0160101Y");
    let declare = |more: &[&str]| {
        let words = ["archive", "declare", LETTER, "--paper", "--seen-by", "Jeanne"];
        project.missive(&[&words[..], more].concat()).expect(0);
    };
    declare(&[]);
    declare(&["--declined"]);
    assert_eq!(project.counts()["declined"], 1, "there is one original: the last word counts");
    let project = sent("0160101Y");
    let bytes = letter(&project, LETTER);
    project.receive("copie.pdf", &bytes);
    project.archive().expect(0);
    project.missive(&["archive", "review", LETTER, "--answer", "signed"]).expect(5);
    assert_eq!(project.counts()["handed_over"], 1);
    // The cover that went with it proves nothing and is not taken for a forgery.
    project.receive("courrier.pdf", project.bytes("out/2026/covers/0160101Y.pdf"));
    let told = project.archive().expect(0).json();
    assert_eq!(verdict(&told, "courrier.pdf"), "unsigned-copy");
    // The archived copy is lost, and the file is still at hand.
    let stored =
        told["files"].as_array().unwrap().iter().find(|result| result["path"] == "copie.pdf");
    let stored = stored.unwrap()["stored"].as_str().unwrap();
    fs::remove_file(project.path(stored)).unwrap();
    project.missive(&["archive", "verify"]).expect(1);
    project.archive().expect(0);
    project.missive(&["archive", "verify"]).expect(0);
    // Nothing is written where every file counts.
    let inside = project.path("data/archive/sac");
    project.missive(&["archive", "export", inside.to_str().unwrap()]).expect(2);
}

#[test]
fn a_reminder_in_the_outbox_leaves_it_when_the_letter_comes_back() {
    let project = sent("0160101Y");
    project.missive(&["send", "--remind", "--today", "2027-02-01"]).expect(0);
    assert_eq!(project.names("out/2026/outbox").len(), 1);
    let words = ["archive", "declare", LETTER, "--paper", "--seen-by", "Jeanne"];
    let told = project.missive(&words).expect(0);
    assert!(told.out.contains("rappel est retiré"), "{}", told.out);
    assert!(project.names("out/2026/outbox").is_empty());
    project.missive(&["ledger", "verify"]).expect(0);
}

#[test]
fn a_mistake_in_the_settings_does_not_decide_whom_to_trust() {
    let project = sent("0160101Y");
    project.receive("copie.pdf", letter(&project, LETTER));
    project.replace("missive.toml", "[letters]", "[letters]\nautorities = \"certs\"");
    let inbox = project.inbox();
    let told = project.missive(&["archive", "add", inbox.to_str().unwrap()]).expect(3);
    assert!(told.err.contains("authorities") && told.err.contains("missive.toml:"), "{}", told.err);
    assert!(!project.path("data/archive").exists(), "nothing was written");
    project.replace("missive.toml", "autorities", "authorities");
    // A record that is wrong says nothing about what came back.
    project.replace("data/establishments.toml", "kind = \"college\"", "kind = \"colege\"");
    project.archive().expect(0);
}

#[test]
fn a_photo_is_shown_laid_flat() {
    let project = sent("0160101Y");
    let page = printed(&letter(&project, LETTER), 2);
    // Another lens, another distance: wider than high.
    let photo = image::imageops::resize(&page, 1500, 1400, image::imageops::FilterType::Triangle);
    project.receive("photo.jpg", encoded(&photo, ImageFormat::Jpeg));
    let told = project.archive().expect(1).json();
    assert_eq!(verdict(&told, "photo.jpg"), "scanned", "{told}");
    let pictures = project.path("images");
    project.missive(&["archive", "review", "--pictures", pictures.to_str().unwrap()]).expect(0);
    let names = project.names("images");
    let shown = |word: &str| {
        let name = names.iter().find(|name| name.contains(word)).unwrap();
        let picture = image::load_from_memory(&project.bytes(&format!("images/{name}"))).unwrap();
        f64::from(picture.height()) / f64::from(picture.width())
    };
    assert!((shown("envoyee") - 1.414).abs() < 0.02);
    assert!(
        (shown("revenue") - 1.414).abs() < 0.02,
        "the shape of the sheet again: {}",
        shown("revenue")
    );
}

#[test]
fn a_reminder_says_that_signatures_are_missing_when_some_came() {
    let project = sent("0160101Y");
    let words = ["archive", "declare", LETTER, "--paper", "--seen-by", "Jeanne", "--partly"];
    project.missive(&words).expect(0);
    project.missive(&["send", "--remind", "--today", "2027-02-01"]).expect(0);
    let names = project.names("out/2026/outbox");
    let bytes = project.bytes(&format!("out/2026/outbox/{}", names[0]));
    let mail = mailparse::parse_mail(&bytes).unwrap();
    fn text(mail: &mailparse::ParsedMail<'_>) -> String {
        let body = (mail.ctype.mimetype == "text/plain").then(|| mail.get_body().unwrap());
        body.unwrap_or_default() + &mail.subparts.iter().map(text).collect::<String>()
    }
    let text = text(&mail).split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains("m’est revenue, mais il y manque"), "{text}");
    assert!(!text.contains("Sauf erreur"), "{text}");
    let told = project.missive(&["send", "--remind", "--today", "2027-02-02"]).expect(0);
    assert!(told.out.contains("déjà dans la boîte d'envoi"), "{}", told.out);
}
