//! Letters signed by certificate: what comes back signed, and what the authority signs before anything
//! leaves.

use crate::returns::{LETTER, letter, sent};
use crate::signed::Fixtures;
use crate::support::{Project, sha256};
use serde_json::Value;
use std::fs;

/// Makes the letter of the signed fixtures the one that this project made, whatever its templates
/// give today.
fn adopt(project: &Project, fixtures: &Fixtures) {
    let bytes = fixtures.file("letter");
    let name = sha256(&bytes);
    project.write(&format!("data/ledger/objects/{}/{}", &name[..2], &name[2..]), &bytes);
    let ledger = rusqlite::Connection::open(project.path("data/ledger/ledger.sqlite")).unwrap();
    let sql = "UPDATE revision SET rendered = ?1, issued = ?1 WHERE reference = ?2";
    ledger.execute(sql, [name.as_str(), LETTER]).unwrap();
    let boxes: Vec<Value> = fixtures
        .boxes
        .iter()
        .map(|own| serde_json::json!({ "label": own.label, "page": own.page, "x": own.x, "y": own.y, "width": own.width, "height": own.height }))
        .collect();
    let boxes = serde_json::to_string(&boxes).unwrap();
    ledger
        .execute("UPDATE revision SET boxes = ? WHERE reference = ?", [boxes.as_str(), LETTER])
        .unwrap();
}

/// The sample with the authorities of the signed fixtures.
fn with_authorities(project: &Project) {
    let pem = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/archive/academie.pem");
    project.write("certs/academie.pem", fs::read(pem).unwrap());
    project.replace(
        "missive.toml",
        "[letters]",
        "[letters]\nauthorities = \"certs\"\nissuer_certificates = \"certs\"",
    );
}

#[test]
fn a_signed_letter_is_signed_only_when_it_is_the_letter() {
    let fixtures = Fixtures::read();
    let project = sent("0160101Y");
    with_authorities(&project);
    adopt(&project, &fixtures);
    let meant = [
        ("rsa", "signed"),
        ("two", "signed"),
        ("typed-then-signed", "signed"),
        ("qpdf-then-signed", "signed"),
        ("gs-then-signed", "scanned"),
        ("cairo-then-signed", "altered"),
        ("gateway-after", "scanned"),
        ("self-signed", "signed"),
        ("expired", "signed"),
        ("sha1", "signed"),
        ("ink", "scanned"),
        ("qpdf-unsigned", "unsigned-copy"),
        ("page-before", "altered"),
        ("page-after", "altered"),
        ("annotation-before", "altered"),
        ("rewritten-changed", "altered"),
        ("range-zero", "altered"),
        ("contents-null", "altered"),
        ("transplant", "altered"),
        ("padding", "altered"),
    ];
    for (name, _) in meant {
        project.receive(&format!("{name}.pdf"), fixtures.file(name));
    }
    let told = project.archive().expect(1).json();
    let files = told["files"].as_array().unwrap();
    let own = |name: &str| {
        let path = format!("{name}.pdf");
        files.iter().find(|own| own["path"] == path.as_str()).unwrap()
    };
    for (name, wanted) in meant {
        assert_eq!(own(name)["verdict"], wanted, "{name}: {:#}", own(name));
        assert_eq!(own(name)["letters"][0]["reference"], LETTER, "{name}");
    }
    for (name, trust) in [
        ("rsa", "trusted"),
        ("self-signed", "unknown-authority"),
        ("expired", "expired"),
        ("sha1", "weak"),
    ] {
        let signature = &own(name)["signatures"][0];
        assert_eq!((&signature["integrity"], &signature["trust"]), (&"ok".into(), &trust.into()));
    }
    // One signature of two asked for is some; both are all.
    assert_eq!(own("rsa")["letters"][0]["return"], "partly_signed");
    assert_eq!(own("two")["letters"][0]["return"], "signed");
    assert_eq!(project.counts()["signed"], 1);
    assert!(own("typed-then-signed")["checks"].to_string().contains("Un atelier par trimestre"));
    // The same name with another certificate is told.
    let pins = own("self-signed")["checks"].to_string();
    assert!(pins.contains("un autre certificat"), "{pins}");
}

#[test]
fn the_authority_signs_first_and_its_bytes_are_what_leaves() {
    let fixtures = Fixtures::read();
    let project = Project::sample();
    with_authorities(&project);
    project.replace(
        "missive.toml",
        "issuer_signature = \"none\"",
        "issuer_signature = \"required\"",
    );
    let told = project.missive(&["run", "--only", "0160101Y"]).expect(1);
    assert!(told.out.contains("signature de l'autorité"), "{}", told.out);
    assert_eq!(project.counts()["blocked"], 1);
    assert!(project.names("out/2026/outbox").is_empty());
    let folder = project.path("a-signer");
    project.missive(&["sign", "export", folder.to_str().unwrap()]).expect(0);
    assert_eq!(
        project.names("a-signer"),
        [&format!("{LETTER}.r1.pdf"), "lettres.csv", "manifest.json"]
    );
    adopt(&project, &fixtures);
    let inbox = project.inbox();
    let import = || project.missive(&["sign", "import", inbox.to_str().unwrap(), "--json"]);
    // None of these is our letter with a signature of that authority; a second signature that was cut
    // off and a page that nothing shows leave one that is (docs/signatures.md).
    let sound = ["second-cut-off", "shadow-before"];
    let attacks = fixtures.entries.iter().filter(|own| own.kind == "attack");
    let attacks = attacks.map(|own| own.name.as_str()).filter(|name| !sound.contains(name));
    let all: Vec<&str> =
        attacks.chain(["letter", "self-signed", "expired", "sha1", "rsa"]).collect();
    for name in &all {
        project.receive(&format!("{name}.pdf"), fixtures.file(name));
    }
    let told = import().expect(1).json();
    assert_eq!((&told["signed"], &told["refused"]), (&0.into(), &all.len().into()), "{told:#}");
    fs::remove_dir_all(&inbox).unwrap();
    let signed = fixtures.file("invisible");
    project.receive("signee.pdf", &signed);
    let told = import().expect(0).json();
    assert_eq!(told["signed"], 1, "{told:#}");
    let told = import().expect(0).json();
    assert_eq!((&told["signed"], &told["unchanged"]), (&0.into(), &1.into()));
    // What the authority signed is what goes out, and what a return is held against.
    project.missive(&["run", "--only", "0160101Y"]).expect(0);
    assert_eq!(letter(&project, LETTER), signed);
    assert_eq!(project.counts()["deposited"], 1);
    let eml = project.names("out/2026/outbox");
    let parsed = project.bytes(&format!("out/2026/outbox/{}", eml[0]));
    let mail = mailparse::parse_mail(&parsed).unwrap();
    let attached = mail.subparts.iter().any(|part| part.get_body_raw().unwrap() == signed);
    assert!(attached, "the signed bytes are attached");
    // A record that changes voids it.
    project.replace(
        "data/establishments.toml",
        "family_name = \"Aubert\"",
        "family_name = \"Auber\"",
    );
    let plan = project.missive(&["plan"]).expect(0);
    assert!(plan.out.contains("cette signature ne vaut plus"), "{}", plan.out);
    let told = project.missive(&["generate", "--only", "0160101Y"]).expect(1);
    assert!(told.err.contains("la signature de l'autorité ne vaut plus"), "{}", told.err);
    assert_eq!(project.counts()["blocked"], 1);
}
