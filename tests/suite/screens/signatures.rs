//! What is said of every signed, altered and forged file of `tests/fixtures/archive` and `forged`, word
//! by word. The sentences that none of them brings about are held from values: `signature_words.rs`.

use super::story::hold_alone;
use crate::signed::{Entry, Fixtures};
use missive::archive::wording::signature_checks::{self, open_error};
use missive::archive::wording::signing_time::{signer_name, signing_time};
use missive::archive::wording::{document_changes, trust_store};
use pdf_signature::{Signature, SignatureCheck, TrustStore, compare, verify_signatures};
use std::fmt::Write as _;

/// A value as the word that stands for it in JSON.
fn word(value: impl serde::Serialize) -> String {
    serde_json::to_string(&value).unwrap()
}

/// One check, as it is said.
fn said(check: &SignatureCheck) -> String {
    let check = signature_checks::check(check);
    format!("{} {}: {}", check.check, check.ok, check.detail)
}

/// Checks and signatures of a file.
fn examined(text: &mut String, file: &[u8], trust_store: &TrustStore, now: jiff::Timestamp) {
    let examined = match verify_signatures(file, trust_store, now) {
        Ok(examined) => examined,
        Err(why) => return writeln!(text, "unreadable: {}", open_error(why)).unwrap(),
    };
    let (pages, encrypted, damaged) = (examined.pages, examined.encrypted, examined.damaged);
    writeln!(text, "pages {pages}, encrypted {encrypted}, damaged {damaged}").unwrap();
    for check in &examined.checks {
        writeln!(text, "  {}", said(check)).unwrap();
    }
    examined.signatures.iter().for_each(|signed| signature(text, signed));
}

fn signature(text: &mut String, signed: &Signature) {
    let (integrity, trust) = (word(signed.integrity), word(signed.trust));
    writeln!(
        text,
        "  signature {:?} of {}: {integrity} {trust}",
        signed.field,
        signer_name(signed)
    )
    .unwrap();
    writeln!(
        text,
        "    issuer {:?}, authority {}, certification {}, covers {}",
        signed.issuer,
        word(&signed.authority),
        word(signed.certification),
        signed.covers
    )
    .unwrap();
    writeln!(text, "    when: {}", signing_time(signed).unwrap_or_default()).unwrap();
    for place in &signed.places {
        writeln!(text, "    place {}", word(place)).unwrap();
    }
    for check in &signed.checks {
        writeln!(text, "    {}", said(check)).unwrap();
    }
}

/// What differs from the letter that was sent.
fn compared(text: &mut String, fixtures: &Fixtures, entry: &Entry) {
    let sent = fixtures.file(&entry.sent);
    let compared = match compare(&sent, &fixtures.file(&entry.name), &fixtures.fillable()) {
        Ok(compared) => compared,
        Err(why) => return writeln!(text, "not compared: {}", open_error(why)).unwrap(),
    };
    writeln!(
        text,
        "compared: same {}, prefix {}, rewritten {}, content pages {:?}, text same {:?}",
        compared.all_changes_allowed,
        compared.starts_with_sent_bytes,
        compared.rewritten,
        compared.pages_with_changed_content,
        compared.page_words_match
    )
    .unwrap();
    for change in &compared.changes {
        let (kind, allowed, shows) = (word(change.kind), change.is_allowed(), change.shows());
        writeln!(
            text,
            "  {kind} allowed {allowed}, shows {shows}: {}",
            document_changes::sentence(change)
        )
        .unwrap();
        for value in [word(change.page), word(&change.area), word(&change.text)] {
            if value != "null" {
                writeln!(text, "    {value}").unwrap();
            }
        }
    }
}

fn told(fixtures: &Fixtures, entries: &[Entry]) -> String {
    let mut text = String::new();
    for entry in entries {
        writeln!(text, "== {}", entry.name).unwrap();
        let file = fixtures.file(&entry.name);
        examined(&mut text, &file, &fixtures.chosen(entry), fixtures.now);
        compared(&mut text, fixtures, entry);
    }
    text
}

/// All files of a corpus, on all cores.
fn corpus(fixtures: &Fixtures) -> String {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let share = fixtures.entries.len().div_ceil(cores);
    std::thread::scope(|scope| {
        let shares = fixtures.entries.chunks(share);
        let started: Vec<_> = shares.map(|some| scope.spawn(|| told(fixtures, some))).collect();
        started.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

#[test]
fn signed_and_altered_files() {
    hold_alone("signatures-archive", &corpus(&Fixtures::read()));
}

#[test]
fn forged_files() {
    hold_alone("signatures-forged", &corpus(&Fixtures::forged()));
}

#[test]
fn other_authorities_and_another_time() {
    let fixtures = Fixtures::read();
    let late = "2040-01-01T00:00:00Z".parse().unwrap();
    let early = "2020-01-01T00:00:00Z".parse().unwrap();
    let mut text = String::new();
    for (what, authorities, now) in [
        ("no authorities", TrustStore::default(), fixtures.now),
        ("authorities of persons alone, in 2040", fixtures.signers(), late),
        ("certificates of persons", fixtures.persons(), fixtures.now),
        ("before it was signed", fixtures.authorities.clone(), early),
    ] {
        for name in ["rsa", "self-signed", "stamped", "document-stamped", "under-person"] {
            writeln!(text, "== {name}: {what}").unwrap();
            examined(&mut text, &fixtures.file(name), &authorities, now);
        }
    }
    for (name, bytes) in
        [("no PDF", &b"bonjour"[..]), ("nothing", b""), ("a header", b"%PDF-1.7\n")]
    {
        writeln!(text, "== {name}").unwrap();
        examined(&mut text, bytes, &fixtures.authorities, fixtures.now);
    }
    writeln!(text, "== locked").unwrap();
    examined(&mut text, &fixtures.file("locked"), &fixtures.authorities, fixtures.now);
    hold_alone("signatures-trust", &text);
}

#[test]
fn a_folder_of_certificates_with_mistakes() {
    let mut text = String::new();
    for bytes in [
        &b""[..],
        b"hello",
        b"-----BEGIN CERTIFICATE-----\nMIIB",
        b"-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----",
        b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
        b"\x30\x82",
        b"-----BEGIN EC PRIVATE KEY-----",
    ] {
        let (_, problems) = TrustStore::read(&[("racine.pem".to_owned(), bytes.to_vec())]);
        let problems: Vec<String> = problems.iter().map(trust_store::problem).collect();
        writeln!(text, "{}", problems.join("\n")).unwrap();
    }
    hold_alone("signatures-authorities", &text);
}
