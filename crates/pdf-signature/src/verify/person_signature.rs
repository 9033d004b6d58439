//! The signature of a person: whether it is intact, when it was made, and what was added after it.

use super::byte_range::ByteRange;
use super::check::SignatureCheck;
use super::context::VerificationContext;
use super::doc_mdp::{locks_fields, permission_level, permits};
use super::document_timestamp::DocumentTimestamp;
use super::later_changes::{AddedContent, is_filled_field};
use super::report::{Integrity, Signature};
use super::signature_contents::SignatureContents;
use super::trust::judge_trust;
use crate::cms::ber::Tlv;
use crate::cms::signed_data::{DATA, SIGNING_TIME, SignedData, TIME_STAMP, Verified};
use crate::cms::timestamp::{TimestampToken, verify_timestamp};
use crate::compare::change::DocumentChange;
use crate::document::field_places::field_places;
use crate::document::form_fields::FormField;
use crate::document::objects::{entry, name_entry};
use crate::text::{printable, printable_string};
use crate::time::{parse_asn1_time, parse_pdf_date};
use der::Encode as _;
use jiff::Timestamp;
use lopdf::{Dictionary, Document};

/// Longest date or name of a format that is kept, in characters.
const MAX_WORD_LENGTH: usize = 40;

/// Verifies the signature of a field. `signature`: the field's value, when it is a dictionary;
/// `timestamps`: those of the document.
pub(crate) fn verify_person(
    context: &VerificationContext<'_>,
    field: &FormField<'_>,
    signature: Option<&Dictionary>,
    timestamps: &[DocumentTimestamp],
) -> Signature {
    let document = context.document();
    let mut report = Signature::unverified(&field.name);
    report.places = field_places(document, field);
    let Some(signature) = signature else {
        report.checks.push(SignatureCheck::FieldUnreadable);
        return report;
    };
    report.checks.extend(check_format(document, signature));
    let contents = SignatureContents::read(context, signature);
    report.checks.extend(contents.checks);
    let signed_data = contents.cms.and_then(|cms| match SignedData::read(&cms) {
        Ok(signed_data) => Some(signed_data),
        Err(error) => {
            report.checks.push(SignatureCheck::CmsUnreadable(error));
            None
        }
    });
    let range = contents.range;
    let verified = signed_data
        .as_ref()
        .map(|signed_data| verify_cms(context, signed_data, range.as_ref(), &mut report.checks));
    report.certification = permission_level(document, signature);
    if let Some(range) = &range {
        report.covers = range.end as u64;
        let later = later_checks(context, range, signature);
        report.checks.extend(later);
    }
    let holds = range.is_some() && verified.as_ref().is_some_and(Verified::holds);
    if holds && report.checks.iter().all(SignatureCheck::is_ok) {
        report.integrity = Integrity::Intact;
    }
    report.claimed = claimed_time(document, signature, signed_data.as_ref());
    if let Some(signed_data) = &signed_data {
        add_timestamps(context, signed_data, range.as_ref(), timestamps, &mut report);
        let weaknesses = verified.map(|verified| verified.weaknesses).unwrap_or_default();
        judge_trust(context, signed_data, weaknesses, &mut report);
    }
    report
}

/// A format (12.8.3.3.1 and ETSI EN 319 142-1, 5.3) that is not verified here.
fn check_format(document: &Document, signature: &Dictionary) -> Option<SignatureCheck> {
    let format = name_entry(document, signature, b"SubFilter").unwrap_or_default();
    if matches!(format, b"adbe.pkcs7.detached" | b"ETSI.CAdES.detached") {
        return None;
    }
    let format = printable(&String::from_utf8_lossy(format), MAX_WORD_LENGTH);
    Some(SignatureCheck::UnknownFormat(format))
}

/// Verifies the CMS over what it covers.
fn verify_cms(
    context: &VerificationContext<'_>,
    signed_data: &SignedData,
    range: Option<&ByteRange>,
    checks: &mut Vec<SignatureCheck>,
) -> Verified {
    if signed_data.content.is_some() {
        checks.push(SignatureCheck::EncapsulatedContent);
    }
    let Some(range) = range else { return Verified::default() };
    let verified = signed_data.verify(DATA, &range.signed_parts(context.file));
    checks.extend(verified.checks.iter().cloned().map(SignatureCheck::Cms));
    verified
}

/// What was added after the signed bytes, and whether the signature permits it: a certifying one, or one
/// that locks fields.
fn later_checks(
    context: &VerificationContext<'_>,
    range: &ByteRange,
    signature: &Dictionary,
) -> Vec<SignatureCheck> {
    let added = match AddedContent::after(context.file, range.end, context.pdf) {
        Ok(added) => added,
        Err(error) => return vec![SignatureCheck::LaterChanges(error.into_check())],
    };
    let document = context.document();
    let level = permission_level(document, signature);
    let is_locked = locks_fields(document, signature);
    let is_forbidden = |change: &DocumentChange| {
        level.is_some_and(|level| !permits(level, change)) || is_locked && is_filled_field(change)
    };
    let mut checks = vec![SignatureCheck::LaterChanges(added.judge())];
    let forbidden = added.changes.into_iter().find(is_forbidden);
    if level.is_some() || forbidden.is_some() {
        let result = forbidden.map_or(Ok(()), |change| Err(Box::new(change)));
        checks.push(SignatureCheck::Certification(result));
    }
    checks
}

/// When the signer says that it was made: by the signed attribute, else by the dictionary.
fn claimed_time(
    document: &Document,
    signature: &Dictionary,
    signed_data: Option<&SignedData>,
) -> Option<Timestamp> {
    signed_data
        .and_then(|signed_data| signed_data.signed_attribute(SIGNING_TIME))
        .and_then(|attribute| attribute.to_der().ok())
        .and_then(|der| Tlv::read(&der).and_then(|time| parse_asn1_time(time.tag, time.value)))
        .or_else(|| {
            let date = printable_string(entry(document, signature, b"M"), MAX_WORD_LENGTH);
            parse_pdf_date(&date)
        })
}

/// Adds the time stamp of a signature: its own, or one of the document that came after it.
fn add_timestamps(
    context: &VerificationContext<'_>,
    signed_data: &SignedData,
    range: Option<&ByteRange>,
    timestamps: &[DocumentTimestamp],
    report: &mut Signature,
) {
    if let Some(token) = signed_data.unsigned_attribute(TIME_STAMP) {
        let token = token.to_der().unwrap_or_default();
        let result = verify_timestamp(&token, &[signed_data.value()], context.trust_store);
        if let Ok(token) = &result {
            add_earliest(token, report);
        }
        report.checks.push(SignatureCheck::SignatureTimestamp(result));
    }
    if report.proven_time.is_none() && report.integrity == Integrity::Intact {
        let end = range.map_or(usize::MAX, |range| range.end);
        for timestamp in timestamps.iter().filter(|timestamp| timestamp.range.hole_start >= end) {
            add_earliest(&timestamp.token, report);
        }
    }
}

/// Keeps the earliest proven time, and the earliest that is not. Only a time stamp of a trusted
/// authority proves one.
fn add_earliest(token: &TimestampToken, report: &mut Signature) {
    let earliest = match token.authority {
        Some(_) => &mut report.proven_time,
        None => &mut report.unproven_time,
    };
    *earliest = Some(earliest.map_or(token.time, |before| before.min(token.time)));
}
