//! The proof that a file is one of our letters, signed by the authority and by nobody else.

use super::countersign_result::CountersignResult;
use super::refusal::{CountersignRefusal, SignatureFault};
use crate::archive::examiner::FileExaminer;
use crate::archive::identify::{Catalogue, RecognisedPage};
use crate::archive::intake::item::Item;
use crate::archive::signers::signature_places::label_places;
use crate::archive::verdict::content_comparison::{doubtful_content, other_content};
use crate::archive::wording::signature_checks;
use crate::archive::wording::signing_time::signer_name;
use crate::ledger::Ledger;
use crate::ledger::object_store;
use crate::plan::history::SentRevision;
use jiff::Timestamp;
use page_area::PageArea;
use pdf_signature::{Integrity, Signature, Trust, TrustStore};
use std::collections::BTreeSet;

/// What files are compared with.
pub struct CountersignContext<'a> {
    /// The ledger, open for writing.
    pub ledger: &'a Ledger,
    /// All revisions.
    pub catalogue: &'a Catalogue,
    /// The revisions that have not left, as rows of the ledger.
    pub ready: &'a BTreeSet<i64>,
    /// The certificates of the authority, or those of its issuers.
    pub authorities: &'a TrustStore,
    /// The moment at which certificates are judged.
    pub now: Timestamp,
}

/// Proves that a file is one of our letters with a signature of the authority; none if it is exactly what
/// was taken before. What was recognised and who signed is noted in `result`.
pub(super) fn prove(
    context: &CountersignContext<'_>,
    item: &Item,
    result: &mut CountersignResult,
) -> Result<Option<SentRevision>, CountersignRefusal> {
    let mut examiner = match FileExaminer::start(item.kind) {
        Some(examiner) => examiner?,
        None => return Err(CountersignRefusal::NotPdf),
    };
    let contents = examiner.contents(&item.bytes, context.authorities, context.now)?;
    let identified = match context.catalogue.starts_with(&item.bytes) {
        Some(at) => context.catalogue.by_prefix(at),
        None => context.catalogue.by_pages(&contents.pages),
    };
    let found = match identified.letters.as_slice() {
        [one] => context.catalogue.get(one.at),
        _ => None,
    };
    let known = found.ok_or(CountersignRefusal::NotRecognised)?;
    result.reference = Some(known.reference.clone());
    let stored = context.ledger.stored(known.id)?;
    // The bytes that were taken before; not the letter itself, which nobody signed.
    if object_store::hash(&item.bytes) == known.issued && known.issued != *stored.unsigned() {
        return Ok(None);
    }
    awaits_signature(context, known)?;
    // Compared with the unsigned letter: until it leaves, a signature may replace an earlier one.
    let sent = context.ledger.store.get(stored.unsigned());
    let sent = sent.map_err(|_| CountersignRefusal::LetterMissing)?;
    let areas: Vec<PageArea> = serde_json::from_str(&context.ledger.boxes(known.id)?)?;
    // Only the authority's own box may hold its signature.
    let (own_box, others): (Vec<PageArea>, Vec<PageArea>) =
        areas.into_iter().partition(|area| area.label == ISSUER_BOX);
    let compared = examiner.compare(&sent, &item.bytes, &own_box)?;
    if let Some(why) = other_content(&compared) {
        return Err(CountersignRefusal::OtherContent(why));
    }
    let mut signatures = contents.signatures.map(|report| report.signatures).unwrap_or_default();
    let pages: Vec<RecognisedPage> = (1..=known.pages).map(RecognisedPage::same).collect();
    label_places(&mut signatures, &own_box, &pages);
    let signature = one_signature(&signatures, &sent, &item.bytes)?;
    let others_sign = others.iter().any(|area| area.label.starts_with("sign-"));
    authority(signature, &item.bytes, others_sign).map_err(|fault| {
        CountersignRefusal::Signature { signer: signer_name(signature).to_owned(), fault }
    })?;
    if let Some(why) = doubtful_content(&compared) {
        return Err(CountersignRefusal::DoubtfulContent(why));
    }
    result.signer = signature.signer.clone();
    Ok(Some(known.clone()))
}

/// Whether a letter waits for a signature.
fn awaits_signature(
    context: &CountersignContext<'_>,
    known: &SentRevision,
) -> Result<(), CountersignRefusal> {
    if known.has_left() {
        return Err(CountersignRefusal::HasLeft);
    }
    if known.void || known.withdrawn {
        return Err(CountersignRefusal::HasChanged);
    }
    match context.ready.contains(&known.id) {
        true => Ok(()),
        false => Err(CountersignRefusal::NotAwaited),
    }
}

/// The only signature of a file, which must be the last thing in it.
fn one_signature<'a>(
    signatures: &'a [Signature],
    sent: &[u8],
    file: &[u8],
) -> Result<&'a Signature, CountersignRefusal> {
    if signatures.is_empty() {
        return Err(CountersignRefusal::NoSignature);
    }
    last_word(sent, file)?;
    match signatures {
        [one] => Ok(one),
        several => Err(CountersignRefusal::SeveralSignatures(several.len())),
    }
}

/// The authority's own box.
const ISSUER_BOX: &str = "sign-issuer";

/// Whether a file is the letter that was made and one revision of it, which ends the file. Only line ends
/// may follow what the authority signed.
fn last_word(sent: &[u8], file: &[u8]) -> Result<(), CountersignRefusal> {
    let Some(added) = file.strip_prefix(sent) else {
        return Err(CountersignRefusal::Rewritten);
    };
    let times = |word: &[u8]| added.windows(word.len()).filter(|window| *window == word).count();
    if times(b"%%EOF") > 1 || times(b"startxref") > 1 {
        return Err(CountersignRefusal::SavedAgain);
    }
    if !without_line_ends(added).ends_with(b"%%EOF") {
        return Err(CountersignRefusal::SomethingAfterEnd);
    }
    Ok(())
}

fn without_line_ends(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().rposition(|byte| !matches!(byte, b'\r' | b'\n'));
    bytes.get(..end.map_or(0, |at| at + 1)).unwrap_or_default()
}

/// Whether the signature of a file is the authority's, in its place, with nothing after it. `others_sign`
/// says whether others have to sign after it.
fn authority(signature: &Signature, file: &[u8], others_sign: bool) -> Result<(), SignatureFault> {
    if signature.integrity != Integrity::Intact {
        let broken = signature.checks.iter().find(|check| !check.is_ok());
        return Err(SignatureFault::Broken(broken.map(signature_checks::sentence)));
    }
    match signature.trust {
        Trust::Trusted => {}
        Trust::UnknownAuthority => return Err(SignatureFault::UnknownAuthority),
        Trust::Expired => return Err(SignatureFault::Expired),
        Trust::Weak => return Err(SignatureFault::Weak),
    }
    match signature.places.as_slice() {
        [] => {}
        [one] if one.label == ISSUER_BOX => {}
        [_] => return Err(SignatureFault::OutsideBox),
        _ => return Err(SignatureFault::SeveralPlaces),
    }
    if signature.certification == Some(1) && others_sign {
        return Err(SignatureFault::ForbidsOthers);
    }
    let covered = usize::try_from(signature.covers).unwrap_or(0);
    let behind = file.get(covered..).unwrap_or_default();
    if covered == 0 || !without_line_ends(behind).is_empty() {
        return Err(SignatureFault::SomethingAfter);
    }
    Ok(())
}
