//! Letters signed by certificate: what comes back signed, and what the authority signs before anything
//! leaves.

use crate::returns::{LETTER, letter, sent};
use crate::signed::{Entry, Fixtures};
use crate::support::{Project, sha256};
use serde_json::Value;
use std::fs;

/// Makes the letter of the signed fixtures, which has no form, the one that this project made, whatever its
/// templates give today.
pub fn adopt(project: &Project, fixtures: &Fixtures) {
    let bytes = fixtures.file("letter");
    let name = sha256(&bytes);
    project.write(&format!("data/ledger/objects/{}/{}", &name[..2], &name[2..]), &bytes);
    let boxes: Vec<Value> = fixtures
        .boxes
        .iter()
        .map(|place| serde_json::json!({ "label": place.label, "page": place.page, "x": place.x, "y": place.y, "width": place.width, "height": place.height }))
        .collect();
    let boxes = serde_json::to_string(&boxes).unwrap();
    let sql = "UPDATE revision SET rendered = ?1, issued = ?1, form = NULL, boxes = ?2
               WHERE reference = ?3";
    crate::forge::edit(project, sql, &[&name, &boxes, LETTER]);
}

/// Puts the certificates of the signed fixtures where a project keeps them.
pub fn certificates(project: &Project) {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/archive/");
    for (name, place) in [
        ("academie.pem", "certs/academie.pem"),
        ("signers.pem", "certs/signers.pem"),
        ("stamping.pem", "horodatage/stamping.pem"),
    ] {
        project.write(place, fs::read(format!("{folder}{name}")).unwrap());
    }
}

/// The sample with the authorities of the signed fixtures.
pub fn with_authorities(project: &Project) {
    certificates(project);
    project.replace(
        "missive.toml",
        "[letters]",
        "[letters]\nauthorities = \"certs\"\nstamp_authorities = \"horodatage\"\nissuer_certificates = \"certs\"",
    );
}

/// The entry of one file in the answer of `archive add`.
fn file<'a>(told: &'a Value, name: &str) -> &'a Value {
    let path = format!("{name}.pdf");
    let files = told["files"].as_array().unwrap();
    files.iter().find(|file| file["path"] == path.as_str()).unwrap()
}

/// What each return of the fixtures that say so is, in a project.
fn states(project: &Project, fixtures: &Fixtures, of: impl Fn(&Entry) -> Option<String>) {
    adopt(project, fixtures);
    let meant: Vec<(&Entry, String)> =
        fixtures.entries.iter().filter_map(|entry| Some((entry, of(entry)?))).collect();
    assert!(meant.len() > 15);
    for (entry, _) in &meant {
        project.receive(&format!("{}.pdf", entry.name), fixtures.file(&entry.name));
    }
    let told = project.archive().expect(1).json();
    for (entry, wanted) in &meant {
        let said = file(&told, &entry.name);
        assert_eq!(said["verdict"], "signed", "{}: {said:#}", entry.name);
        assert_eq!(said["letters"][0]["return"], wanted.as_str(), "{}: {said:#}", entry.name);
    }
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
    let result = |name: &str| file(&told, name);
    for (name, wanted) in meant {
        assert_eq!(result(name)["verdict"], wanted, "{name}: {:#}", result(name));
        assert_eq!(result(name)["letters"][0]["reference"], LETTER, "{name}");
    }
    for (name, trust) in [
        ("rsa", "trusted"),
        ("self-signed", "unknown-authority"),
        ("expired", "expired"),
        ("sha1", "weak"),
    ] {
        let signature = &result(name)["signatures"][0];
        assert_eq!((&signature["integrity"], &signature["trust"]), (&"ok".into(), &trust.into()));
    }
    // One signature of two asked for is some; both are all.
    assert_eq!(result("rsa")["letters"][0]["return"], "partly_signed");
    assert_eq!(result("two")["letters"][0]["return"], "signed");
    // Authorities are chosen: what does not lead to them, or proves nothing, waits for a person.
    for name in ["self-signed", "expired", "sha1"] {
        assert_eq!(result(name)["letters"][0]["return"], "to_review", "{name}");
    }
    assert_eq!(project.counts()["signed"], 1);
    assert!(result("typed-then-signed")["checks"].to_string().contains("Un atelier par trimestre"));
    // The same name with another certificate is told.
    let pins = result("self-signed")["checks"].to_string();
    assert!(pins.contains("un autre certificat"), "{pins}");
}

#[test]
fn where_authorities_are_chosen_only_their_signers_make_a_letter_signed() {
    let fixtures = Fixtures::read();
    let project = sent("0160101Y");
    with_authorities(&project);
    states(&project, &fixtures, |entry| entry.expect.state.clone());
}

#[test]
fn without_authorities_each_signature_still_counts_for_one_box_and_one_person() {
    let fixtures = Fixtures::read();
    let project = sent("0160101Y");
    states(&project, &fixtures, |entry| entry.expect.open.clone());
}

#[test]
fn signatures_that_nobody_vouches_for_wait_until_a_person_says_so() {
    let fixtures = Fixtures::read();
    let project = sent("0160101Y");
    with_authorities(&project);
    adopt(&project, &fixtures);
    project.receive("deux.pdf", fixtures.file("two-homemade"));
    let told = project.missive(&["archive", "add", project.inbox().to_str().unwrap()]).expect(1);
    for expected in [
        "deux.pdf : signé, à relire → Lycée polyvalent Émilie-du-Châtelet (0160101Y), Dominique Morel, r1",
        "Camille Aubert : certificat d'une autorité que le service n'a pas choisie",
        "Camille Aubert : cette signature ne compte pas d'elle-même",
        "1 signé (dont 1 à relire)",
        "0 signature sur 2 demandées",
        "heure indiquée par le signataire",
        "Ensuite : missive archive review",
    ] {
        assert!(told.out.contains(expected), "{expected} is not in {}", told.out);
    }
    let counts = project.counts();
    assert_eq!((&counts["signed"], &counts["to_review"]), (&0.into(), &1.into()));
    let words = ["archive", "review", LETTER, "--answer", "signed", "--seen-by", "Jeanne Exemple"];
    project.missive(&words).expect(0);
    assert_eq!(project.counts()["signed"], 1);
}

#[test]
fn trust_and_place_of_each_signature_are_said() {
    let fixtures = Fixtures::read();
    let project = sent("0160101Y");
    with_authorities(&project);
    adopt(&project, &fixtures);
    project.receive("en-place.pdf", fixtures.file("both-in-place"));
    project.receive("invisible.pdf", fixtures.file("referent-unseen"));
    project.receive("tiers.pdf", fixtures.file("stranger-for-head"));
    let told = project.missive(&["archive", "add", project.inbox().to_str().unwrap()]).expect(0);
    for expected in [
        "Camille Aubert : certificat d'une autorité choisie par le service",
        "Camille Aubert : signature dans la case du chef d'établissement",
        "Dominique Morel : signature que la page ne montre pas",
        "la case du chef d'établissement est signée sous le nom Paule Tiers ; la lettre y nomme Camille Aubert",
    ] {
        assert!(told.out.contains(expected), "{expected} is not in {}", told.out);
    }
    assert_eq!(project.counts()["signed"], 1);
    let project = sent("0160101Y");
    adopt(&project, &fixtures);
    project.receive("en-place.pdf", fixtures.file("both-in-place"));
    let told = project.archive().expect(0).json();
    let signatures = file(&told, "en-place")["signatures"].clone();
    assert_eq!(signatures[0]["boxes"], serde_json::json!(["sign-head"]));
    assert_eq!(signatures[1]["boxes"], serde_json::json!(["sign-referent"]));
    let checks = file(&told, "en-place")["checks"].to_string();
    assert!(checks.contains("le nom n'est pas prouvé"), "{checks}");
}

#[test]
fn a_folder_of_authorities_that_holds_none_trusts_nobody() {
    let fixtures = Fixtures::read();
    let project = sent("0160101Y");
    project.replace("missive.toml", "[letters]", "[letters]\nauthorities = \"nulle-part\"");
    adopt(&project, &fixtures);
    project.receive("en-place.pdf", fixtures.file("both-in-place"));
    let told = project.archive().expect(1).json();
    assert_eq!(file(&told, "en-place")["letters"][0]["return"], "to_review");
}

#[test]
fn an_hour_is_that_of_a_stamp_only_when_its_authority_was_chosen_for_stamping() {
    let fixtures = Fixtures::read();
    let names =
        ["stamped", "stamped-by-persons", "stamped-by-nobody", "document-stamped-by-persons"];
    for (chosen, proven) in [(true, 1), (false, 0)] {
        let project = sent("0160101Y");
        with_authorities(&project);
        if !chosen {
            project.replace("missive.toml", "stamp_authorities = \"horodatage\"", "");
        }
        adopt(&project, &fixtures);
        for name in names {
            project.receive(&format!("{name}.pdf"), fixtures.file(name));
        }
        let told = project.archive().expect(0).json();
        let mut stamped = 0;
        for name in names {
            let result = file(&told, name);
            let signature = &result["signatures"][0];
            assert_eq!(signature["trust"], "trusted", "{result:#}");
            let checks = result["checks"].to_string();
            assert_eq!(
                checks.contains("(heure de l'horodatage)"),
                signature["stamped"] == true,
                "{result:#}"
            );
            assert_eq!(signature["stamped"] == true, signature["stamp_unproven"].is_null());
            if signature["stamped"] == true {
                stamped += 1;
            } else {
                let told = "par un service d'horodatage que le service n'a pas choisi";
                assert!(checks.contains(told), "{result:#}");
            }
        }
        assert_eq!(stamped, proven);
    }
}

#[test]
fn nothing_follows_what_the_authority_signed() {
    let fixtures = Fixtures::read();
    let entries: Vec<&Entry> =
        fixtures.entries.iter().filter(|entry| entry.kind == "import").collect();
    assert!(entries.len() > 15);
    let project = Project::sample();
    with_authorities(&project);
    project.replace(
        "missive.toml",
        "issuer_signature = \"none\"",
        "issuer_signature = \"required\"",
    );
    project.missive(&["run", "--only", "0160101Y"]).expect(1);
    adopt(&project, &fixtures);
    let (good, bad): (Vec<&Entry>, Vec<&Entry>) =
        entries.into_iter().partition(|entry| entry.expect.import.is_none());
    let folder = project.path("signees");
    let import = |exit| {
        let words = ["sign", "import", folder.to_str().unwrap(), "--json"];
        project.missive(&words).expect(exit).json()
    };
    for entry in &bad {
        project.write(&format!("signees/{}.pdf", entry.name), fixtures.file(&entry.name));
    }
    project.write("signees/letter.pdf", fixtures.file("letter"));
    let told = import(1);
    assert_eq!(told["signed"], 0, "{told:#}");
    let unsigned = ("letter", Some("aucune signature électronique"));
    let reasons = bad.iter().map(|entry| (entry.name.as_str(), entry.expect.import.as_deref()));
    for (name, wanted) in reasons.chain([unsigned]) {
        let why = file(&told, name)["why"].as_str().unwrap();
        assert!(why.contains(wanted.unwrap()), "{name}: {why}");
    }
    // Another one may take its place until the letter leaves.
    for entry in &good {
        fs::remove_dir_all(&folder).unwrap();
        project.write("signees/lettre.pdf", fixtures.file(&entry.name));
        let told = import(0);
        assert_eq!(told["signed"], 1, "{}: {told:#}", entry.name);
    }
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
    // None of these is our letter with a signature of that authority, in its box, as the last word.
    let attacks = fixtures.entries.iter().filter(|entry| entry.kind == "attack");
    let attacks = attacks.map(|entry| entry.name.as_str());
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

#[test]
fn what_the_authority_signs_stays_approved() {
    let fixtures = Fixtures::read();
    let project = Project::sample();
    with_authorities(&project);
    let (none, required) = ("issuer_signature = \"none\"", "issuer_signature = \"required\"");
    project.replace("missive.toml", none, &format!("{required}\napproval = \"required\""));
    assert!(project.missive(&["generate"]).code <= 1);
    adopt(&project, &fixtures);
    // The message is made of the letter that was put in its place.
    assert!(project.missive(&["generate"]).code <= 1);
    let proof = project.path("../epreuves.pdf");
    project.missive(&["proof", proof.to_str().unwrap()]).expect(0);
    project.missive(&["approve", "--by", "Jeanne Exemple"]).expect(0);
    project.receive("signee.pdf", fixtures.file("invisible"));
    let inbox = project.inbox();
    project.missive(&["sign", "import", inbox.to_str().unwrap()]).expect(0);
    project.missive(&["run", "--only", "0160101Y"]).expect(0);
    assert_eq!(project.counts()["deposited"], 1);
}
