//! Some of the returns that `tests/real/signatures/mutations.py` tampers with: none is a signed
//! letter; and some honest ones of `honest.py`: each is. Which they are, `forged.py` wrote down.

use crate::signed::{Entry, Fixtures};
use missive::archive::examiner::compare_pdf;
use missive::archive::verdict::content_comparison::{doubtful_content, other_content};
use missive::archive::wording::signature_checks::{open_error, sentence};
use pdf_signature::{Integrity, Trust, verify_signatures};

/// Why a file is not a signed letter; nothing when it is one.
fn fault(fixtures: &Fixtures, entry: &Entry) -> Option<String> {
    let (sent, received) = (fixtures.file(&entry.sent), fixtures.file(&entry.name));
    let examined = match verify_signatures(&received, &fixtures.authorities, fixtures.now) {
        Ok(examined) => examined,
        Err(why) => return Some(open_error(why).to_owned()),
    };
    let broken = examined.signatures.iter().find(|signature| {
        signature.integrity != Integrity::Intact || signature.trust != Trust::Trusted
    });
    if let Some(signature) = broken {
        let failed = signature.checks.iter().filter(|check| !check.is_ok());
        let details: Vec<String> = failed.map(sentence).collect();
        return Some(format!(
            "{:?} {:?}: {}",
            signature.integrity,
            signature.trust,
            details.join("; ")
        ));
    }
    if examined.signatures.is_empty() {
        return Some("no signature".to_owned());
    }
    match compare_pdf(&sent, &received, &fixtures.boxes) {
        Ok(compared) => other_content(&compared).or_else(|| doubtful_content(&compared)),
        Err(error) => Some(error.to_string()),
    }
}

/// What each file is that is not what its maker wrote down.
fn wrong(fixtures: &Fixtures, entries: &[Entry]) -> Vec<String> {
    let told = |entry: &Entry| {
        let found = fault(fixtures, entry);
        let line = format!("{}: {}", entry.name, found.as_deref().unwrap_or("signed"));
        (entry.expect.signed != Some(found.is_none())).then_some(line)
    };
    entries.iter().filter_map(told).collect()
}

#[test]
fn no_mutation_is_a_signed_letter_and_every_honest_return_is() {
    let fixtures = Fixtures::forged();
    let all = fixtures.entries.len();
    let share = all.div_ceil(std::thread::available_parallelism().map_or(1, usize::from));
    let wrong: Vec<String> = std::thread::scope(|scope| {
        let shares = fixtures.entries.chunks(share);
        let started: Vec<_> = shares.map(|some| scope.spawn(|| wrong(&fixtures, some))).collect();
        started.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    assert!(wrong.is_empty(), "{} of {all}:\n{}", wrong.len(), wrong.join("\n"));
}
