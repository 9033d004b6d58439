//! Every signed, altered and forged return of `tests/real/signatures.py`: what comes out of each is
//! what its maker wrote down, and no forgery comes out as a good return.

use crate::signed::{Entry, Fixtures};
use pdf_signature::details::{LaterChanges, TimestampError};
use pdf_signature::{
    ChangeKind, Comparison, Integrity, OpenError, Signature, SignatureCheck, SignatureReport,
    Trust, TrustStore, compare, verify_signatures,
};

/// What the two questions say of a file.
struct Said {
    examined: SignatureReport,
    compared: Comparison,
}

fn look(fixtures: &Fixtures, entry: &Entry) -> Said {
    let received = fixtures.file(&entry.name);
    let examined = verify_signatures(&received, &fixtures.chosen(entry), fixtures.now).unwrap();
    let compared = compare(&fixtures.file(&entry.sent), &received, &fixtures.fillable()).unwrap();
    Said { examined, compared }
}

fn word(value: impl serde::Serialize) -> String {
    serde_json::to_value(value).unwrap().as_str().unwrap().to_owned()
}

/// Everything that differs from what was expected.
fn differences(entry: &Entry, said: &Said) -> Vec<String> {
    let mut found = Vec::new();
    let mut expect = |what: &str, wanted: String, got: String| {
        if wanted != got {
            found.push(format!("{}: {what}: wanted {wanted}, got {got}", entry.name));
        }
    };
    let expected = &entry.expect;
    let words = |of: &dyn Fn(&Signature) -> String| {
        said.examined.signatures.iter().map(of).collect::<Vec<_>>()
    };
    if let Some(wanted) = &expected.integrity {
        expect(
            "integrity",
            format!("{wanted:?}"),
            format!("{:?}", words(&|signature| word(signature.integrity))),
        );
    }
    if let Some(wanted) = &expected.trust {
        expect(
            "trust",
            format!("{wanted:?}"),
            format!("{:?}", words(&|signature| word(signature.trust))),
        );
    }
    if let Some(wanted) = expected.same {
        expect("same", wanted.to_string(), said.compared.all_changes_allowed.to_string());
    }
    if let Some(wanted) = &expected.content_pages {
        expect(
            "content",
            format!("{wanted:?}"),
            format!("{:?}", said.compared.pages_with_changed_content),
        );
    }
    let first = said.examined.signatures.first();
    if let Some(wanted) = expected.certification {
        expect(
            "certification",
            format!("{wanted:?}"),
            format!("{:?}", first.and_then(|first| first.certification).unwrap_or(0)),
        );
    }
    if let Some(wanted) = expected.rewritten {
        expect("rewritten", wanted.to_string(), said.compared.rewritten.to_string());
    }
    let stamped = first.is_some_and(|first| first.proven_time.is_some());
    expect("stamped", expected.stamped.to_string(), stamped.to_string());
    let unproven = first.is_some_and(|first| first.unproven_time.is_some());
    expect("unproven", expected.unproven.to_string(), unproven.to_string());
    expect("encrypted", expected.encrypted.to_string(), said.examined.encrypted.to_string());
    for text in &expected.texts {
        let told = said.compared.changes.iter().any(|change| change.text.as_ref() == Some(text));
        expect("text", text.clone(), if told { text.clone() } else { "untold".to_owned() });
    }
    if let Some(wanted) = &expected.caught_by {
        let names: Vec<&str> = said
            .examined
            .signatures
            .iter()
            .flat_map(|signature| &signature.checks)
            .filter(|check| !check.is_ok())
            .map(SignatureCheck::name)
            .collect();
        let caught = match wanted.as_str() {
            "compare" => !said.compared.all_changes_allowed,
            "content" => !said.compared.pages_with_changed_content.is_empty(),
            "told" => said
                .compared
                .changes
                .iter()
                .any(|change| expected.told.as_ref() == Some(&word(change.kind))),
            "count" => true,
            check => names.contains(&check),
        };
        expect(
            "caught",
            wanted.clone(),
            if caught { wanted.clone() } else { format!("{names:?}") },
        );
    }
    found
}

#[test]
fn every_return_is_what_its_maker_wrote_down() {
    let fixtures = Fixtures::read();
    let mut wrong = Vec::new();
    for entry in &fixtures.entries {
        let said = look(&fixtures, entry);
        let found = differences(entry, &said);
        if std::env::args().any(|argument| argument == "--nocapture") {
            tell(entry, &said);
        }
        wrong.extend(found);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn tell(entry: &Entry, said: &Said) {
    println!(
        "{} [{}] prefix={} rewritten={} same={} content={:?} text={:?} damaged={}",
        entry.name,
        entry.kind,
        said.compared.starts_with_sent_bytes,
        said.compared.rewritten,
        said.compared.all_changes_allowed,
        said.compared.pages_with_changed_content,
        said.compared.page_words_match,
        said.examined.damaged,
    );
    for check in &said.examined.checks {
        println!("    file {} {} {check:?}", check.name(), check.is_ok());
    }
    for signature in &said.examined.signatures {
        println!(
            "    «{}» {} {:?} {:?} {:?}",
            signature.field,
            signature.signer,
            signature.integrity,
            signature.trust,
            signature.claimed
        );
        let is_told = |check: &&SignatureCheck| !check.is_ok() || check.name() == "later-changes";
        for check in signature.checks.iter().filter(is_told) {
            println!("        {} {} {check:?}", check.name(), check.is_ok());
        }
    }
    for change in &said.compared.changes {
        println!(
            "    {:?} {} {:?} {:?}",
            change.kind,
            change.is_allowed(),
            change.detail,
            change.text
        );
    }
}

#[test]
fn no_forgery_comes_out_as_a_good_return() {
    let fixtures = Fixtures::read();
    for entry in fixtures.entries.iter().filter(|entry| entry.kind == "attack") {
        // An unused page does no harm; a signature that was cut off only its absence shows.
        let exempt = matches!(entry.expect.caught_by.as_deref(), Some("told" | "count"));
        let said = look(&fixtures, entry);
        let good = said.examined.signatures.iter().all(|signature| {
            signature.integrity == Integrity::Intact && signature.trust == Trust::Trusted
        });
        let passes = good
            && said.compared.all_changes_allowed
            && said.compared.pages_with_changed_content.is_empty();
        assert_eq!(passes, exempt, "{}", entry.name);
        assert!(!said.examined.signatures.is_empty(), "{}: never « no signature »", entry.name);
    }
}

#[test]
fn a_harmless_addition_is_told() {
    let fixtures = Fixtures::read();
    for entry in fixtures.entries.iter().filter(|entry| entry.expect.remark) {
        let said = look(&fixtures, entry);
        let signature = said.examined.signatures.first().unwrap();
        let told = signature.checks.iter().find(|check| check.name() == "later-changes").unwrap();
        let harmless = matches!(told, SignatureCheck::LaterChanges(LaterChanges::Harmless { .. }));
        assert!(told.is_ok() && harmless, "{}: {told:?}", entry.name);
    }
}

#[test]
fn what_was_done_in_a_box_says_which() {
    let fixtures = Fixtures::read();
    for (name, kind, label) in [
        ("rsa", ChangeKind::Signature, "sign-head"),
        ("typed-then-signed", ChangeKind::Annotation, "write-priorities"),
        ("ink", ChangeKind::Annotation, "sign-head"),
    ] {
        let entry = fixtures.entries.iter().find(|entry| entry.name == name).unwrap();
        let said = look(&fixtures, entry);
        let change = said.compared.changes.iter().find(|change| change.kind == kind).unwrap();
        let area = change.area.as_ref().unwrap();
        assert_eq!((change.page, area.label.as_str(), change.shows()), (Some(2), label, true));
        let inside = fixtures.boxes.iter().find(|area| area.label == label).unwrap();
        assert!((area.x - inside.x - 4.0).abs() < 0.1 && (area.y - inside.y - 4.0).abs() < 0.1);
    }
}

#[test]
fn a_person_in_the_folder_is_trusted_for_itself_and_for_nobody_else() {
    let fixtures = Fixtures::read();
    let persons = fixtures.persons();
    for (name, wanted) in
        [("self-signed", Trust::Trusted), ("under-person", Trust::UnknownAuthority)]
    {
        let examined = verify_signatures(&fixtures.file(name), &persons, fixtures.now).unwrap();
        assert_eq!(examined.signatures[0].trust, wanted, "{name}");
    }
}

#[test]
fn a_password_is_asked_for() {
    let fixtures = Fixtures::read();
    let locked = fixtures.file("locked");
    let examined = verify_signatures(&locked, &fixtures.authorities, fixtures.now);
    assert_eq!(examined.unwrap_err(), OpenError::Encrypted);
    let compared = compare(&fixtures.file("letter"), &locked, &fixtures.fillable());
    assert_eq!(compared.unwrap_err(), OpenError::Encrypted);
}

#[test]
fn a_letter_that_the_authority_signed_first_comes_back_with_one_more() {
    let fixtures = Fixtures::read();
    let (sent, received) = (fixtures.file("rsa"), fixtures.file("two"));
    let examined = verify_signatures(&received, &fixtures.authorities, fixtures.now).unwrap();
    assert!(examined.signatures.iter().all(|signature| signature.integrity == Integrity::Intact));
    // `rsa` and `two` begin with signatures made apart, so only what follows is alike.
    let first = usize::try_from(examined.signatures[0].covers).unwrap();
    let compared = compare(&received[..first], &received, &fixtures.fillable()).unwrap();
    assert!(
        compared.starts_with_sent_bytes
            && compared.all_changes_allowed
            && compared.pages_with_changed_content.is_empty()
    );
    let kinds: Vec<ChangeKind> = compared.changes.iter().map(|change| change.kind).collect();
    assert!(kinds.contains(&ChangeKind::Signature), "{kinds:?}");
    // Another signature in the place of the one that was sent is not the letter that was sent.
    let replaced = compare(&sent, &received, &fixtures.fillable()).unwrap();
    assert!(!replaced.starts_with_sent_bytes && !replaced.all_changes_allowed);
}

#[test]
fn everything_travels_as_json() {
    let fixtures = Fixtures::read();
    let entry = fixtures.entries.iter().find(|entry| entry.name == "two").unwrap();
    let said = look(&fixtures, entry);
    let text = serde_json::to_string(&said.examined).unwrap();
    assert_eq!(serde_json::from_str::<SignatureReport>(&text).unwrap(), said.examined);
    let text = serde_json::to_string(&said.compared).unwrap();
    assert_eq!(serde_json::from_str::<Comparison>(&text).unwrap(), said.compared);
    let text = serde_json::to_string(&fixtures.authorities).unwrap();
    let again: TrustStore = serde_json::from_str(&text).unwrap();
    assert_eq!(again, fixtures.authorities);
    assert_eq!(again.names().collect::<Vec<_>>(), ["Racine de l'académie", "Racine P-521"]);
}

#[test]
fn only_a_stamp_of_a_chosen_authority_proves_the_hour() {
    let fixtures = Fixtures::read();
    // The certificates of persons are good until 2036.
    let late = "2040-01-01T00:00:00Z".parse().unwrap();
    let trust = |name: &str, authorities: &TrustStore| {
        let examined = verify_signatures(&fixtures.file(name), authorities, late).unwrap();
        let first = examined.signatures.into_iter().next().unwrap();
        let times =
            (first.proven_time.is_some(), first.claimed.is_some(), first.unproven_time.is_some());
        (first.trust, times.0, times.1, times.2)
    };
    for name in ["stamped", "document-stamped"] {
        let chosen = fixtures.chosen(fixtures.entry(name));
        let (found, stamped, ..) = trust(name, &chosen);
        assert_eq!((found, stamped), (Trust::Trusted, true), "{name}");
        // Nobody was chosen for stamping: what the signer says is all there is, and not enough.
        let found = trust(name, &fixtures.signers());
        assert_eq!(found, (Trust::Expired, false, true, true), "{name}");
    }
    for name in
        ["stamped-by-persons", "stamped-by-nobody", "document-stamped-by-persons", "head-alone"]
    {
        let (found, stamped, ..) = trust(name, &fixtures.chosen(fixtures.entry(name)));
        assert_eq!((found, stamped), (Trust::Expired, false), "{name}");
    }
}

#[test]
fn a_stamp_by_a_certificate_that_is_for_more_than_stamping_holds_nothing() {
    let fixtures = Fixtures::read();
    let entry = fixtures.entry("stamped-and-more");
    let said = look(&fixtures, entry);
    let signature = said.examined.signatures.first().unwrap();
    let told = signature.checks.iter().find(|check| check.name() == "timestamp").unwrap();
    let refused = SignatureCheck::SignatureTimestamp(Err(TimestampError::WrongPurpose));
    assert_eq!((told, told.is_ok()), (&refused, false));
    let found = (signature.integrity, signature.proven_time, signature.unproven_time);
    assert_eq!(found, (Integrity::Intact, None, None));
}

#[test]
fn a_signature_says_where_pages_show_it() {
    let fixtures = Fixtures::read();
    for (name, wanted) in
        [("both-in-place", &[1, 1][..]), ("referent-unseen", &[1, 0]), ("two-places", &[2])]
    {
        let said = look(&fixtures, fixtures.entry(name));
        let places: Vec<usize> =
            said.examined.signatures.iter().map(|signature| signature.places.len()).collect();
        assert_eq!(places, wanted, "{name}");
    }
    let said = look(&fixtures, fixtures.entry("head-alone"));
    let place = &said.examined.signatures[0].places[0];
    let inside = fixtures.boxes.iter().find(|area| area.label == "sign-head").unwrap();
    assert_eq!(place.page, inside.page);
    assert!((place.x - inside.x - 4.0).abs() < 0.1 && (place.y - inside.y - 4.0).abs() < 0.1);
}
