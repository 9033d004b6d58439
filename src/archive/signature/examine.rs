//! The first question: is each signature intact, and who vouches for it?
//!
//! Everything is looked at that can be, so that a broken signature still says whose it is. A value
//! that cannot be read is a broken signature, never none.

use super::authorities::Authorities;
use super::certificate::best_name;
use super::chain::{self, Missing, Purpose};
use super::check;
use super::document::{Opened, dictionary_of, entry, inner, name, open, page_tree, resolve};
use super::field::{Field, fields};
use super::message::{DATA, Message, SIGNING_TIME, TIME_STAMP, Verified};
use super::range::{self, Range};
use super::stamp::{self, Stamp};
use super::tlv::Tlv;
use super::values::{Examination, Integrity, Signature, Trust, Unreadable};
use super::{certification, later, moment, place, words};
use crate::archive::Check;
use der::Encode as _;
use jiff::Timestamp;
use lopdf::Dictionary;

/// Most signatures that are verified; a letter has three.
const MOST: usize = 40;
/// Bytes at the end of a file where its last words must stand.
const END: usize = 1024;

/// A time stamp of the document that holds.
struct Sealed {
    range: Range,
    stamp: Stamp,
}

/// What every signature is judged by.
struct Case<'a> {
    file: &'a [u8],
    opened: &'a Opened,
    authorities: &'a Authorities,
    now: Timestamp,
}

/// Examines a PDF: what it is, and every signature in it.
///
/// `now` is used where a signature says no time, and to tell times that lie ahead.
pub fn examine(
    pdf: &[u8],
    authorities: &Authorities,
    now: Timestamp,
) -> Result<Examination, Unreadable> {
    let opened = open(pdf)?;
    let document = &opened.document;
    let case = Case { file: pdf, opened: &opened, authorities, now };
    let mut checks = Vec::new();
    let damaged = whole(&case, &mut checks);
    let signed: Vec<(Field<'_>, Option<&Dictionary>)> = fields(document)
        .into_iter()
        .filter(|own| own.kind == b"Sig" && own.value.is_some())
        .take(MOST + 1)
        .map(|own| {
            let value = own.value.and_then(|own| dictionary_of(resolve(document, own)));
            (own, value)
        })
        .collect();
    let mut accounted = usage_rights(&case, &mut checks);
    accounted.extend(signed.iter().filter_map(|(_, own)| range::numbers(document, (*own)?)));
    let (stamps, persons): (Vec<_>, Vec<_>) =
        signed.iter().partition(|(_, own)| own.is_some_and(|own| is_stamp(&case, own)));
    let sealed: Vec<Sealed> =
        stamps.iter().filter_map(|(_, own)| seal(&case, (*own)?, &mut checks)).collect();
    let loose = checks.iter().filter(|own| own.check == "document-timestamp" && !own.ok);
    let loose: Vec<Check> = loose.cloned().collect();
    let mut signatures: Vec<Signature> = persons
        .iter()
        .take(MOST)
        .map(|(field, value)| person(&case, field, *value, &sealed))
        .collect();
    // What calls itself a time stamp and does not hold is a signature that is not intact.
    signatures.extend(loose.into_iter().map(|own| Signature { checks: vec![own], ..broken("") }));
    // A field whose value is unreadable and a range that no field leads to are the same signature.
    let unread = persons.iter().filter(|(_, own)| own.is_none()).count();
    signatures.extend(lost(pdf, &accounted, unread));
    if signed.len() > MOST {
        let mut own = broken("");
        let detail = "trop de signatures : les suivantes n'ont pas été vérifiées";
        own.checks.push(check("cms", false, detail));
        signatures.push(own);
    }
    signatures.sort_by_key(|own| own.covers);
    let pages = u32::try_from(page_tree(document).pages.len()).unwrap_or(u32::MAX);
    if pages == 0 {
        checks.push(check("pages", false, "le fichier n'a aucune page"));
    }
    Ok(Examination { pages, encrypted: opened.encrypted, damaged, signatures, checks })
}

/// Looks at the file as a whole; gives whether it is damaged.
fn whole(case: &Case<'_>, checks: &mut Vec<Check>) -> bool {
    if case.opened.encrypted {
        let detail = "le fichier est chiffré, mais s'ouvre sans mot de passe";
        checks.push(check("encrypted", true, detail));
    }
    if case.opened.damaged {
        let detail = "le fichier est abîmé : la table de ses objets a dû être reconstituée";
        checks.push(check("damaged", false, detail));
    }
    let text = case.file.trim_ascii_end();
    let end = text.get(text.len().saturating_sub(END)..).unwrap_or_default();
    let cut = range::find(end, b"%%EOF").is_none();
    if cut {
        checks.push(check("end-of-file", false, "la fin du fichier manque : il a été coupé"));
    }
    case.opened.damaged || cut
}

/// Whether a signature is a time stamp of the document (ISO 32000-2, 12.8.5).
fn is_stamp(case: &Case<'_>, value: &Dictionary) -> bool {
    let document = &case.opened.document;
    name(document, value, b"Type") == Some(b"DocTimeStamp")
        || name(document, value, b"SubFilter") == Some(b"ETSI.RFC3161")
}

/// Ranges of the signature by which Acrobat lets its free reader write: nobody's (12.8.2.3).
fn usage_rights(case: &Case<'_>, checks: &mut Vec<Check>) -> Vec<[i64; 4]> {
    let document = &case.opened.document;
    let permissions = document.catalog().ok().and_then(|own| inner(document, own, b"Perms"));
    let found: Vec<[i64; 4]> = [&b"UR3"[..], b"UR"]
        .iter()
        .filter_map(|key| inner(document, permissions?, key))
        .filter_map(|own| range::numbers(document, own))
        .collect();
    if !found.is_empty() {
        let detail = "Acrobat a marqué le fichier pour que son lecteur gratuit puisse l'annoter : ce n'est pas une signature de personne";
        checks.push(check("usage-rights", true, detail));
    }
    found
}

/// The range of a signature and the CMS in its hole; what fails is told.
fn read(case: &Case<'_>, value: &Dictionary, checks: &mut Vec<Check>) -> (Option<Range>, Vec<u8>) {
    let Some(numbers) = range::numbers(&case.opened.document, value) else {
        let detail = "la signature ne dit pas sur quels octets elle porte";
        checks.push(check("byte-range", false, detail));
        return (None, contents(case, value));
    };
    let own = match range::read(case.file, numbers) {
        Ok(own) => own,
        Err(why) => {
            checks.push(check("byte-range", false, why));
            return (None, contents(case, value));
        }
    };
    let detail = "la signature porte sur tout ce qui la précède et l'entoure";
    checks.push(check("byte-range", true, detail));
    let hole = match range::hole(case.file, &own) {
        Ok(hole) => hole,
        Err(why) => {
            checks.push(check("contents", false, why));
            return (Some(own), contents(case, value));
        }
    };
    // An encrypted file is decrypted on opening, its signatures too, although they are not.
    if !case.opened.encrypted && !range::is_contents(&case.opened.document, value, &hole) {
        let detail = "l'emplacement de la signature contient autre chose qu'elle";
        checks.push(check("contents", false, detail));
        return (Some(own), contents(case, value));
    }
    (Some(own), hole)
}

/// The /Contents of a signature whose hole cannot be trusted: good enough to say whose it was.
fn contents(case: &Case<'_>, value: &Dictionary) -> Vec<u8> {
    let found = entry(&case.opened.document, value, b"Contents");
    found.and_then(|own| own.as_str().ok()).unwrap_or_default().to_vec()
}

/// The CMS without what fills up its hole; what fails is told.
fn unpadded<'a>(hole: &'a [u8], checks: &mut Vec<Check>) -> Option<&'a [u8]> {
    let Some((cms, clean)) = range::message(hole) else {
        let detail = "la signature est absente ou abîmée : elle ne peut pas être vérifiée";
        checks.push(check("cms", false, detail));
        return None;
    };
    if !clean {
        let detail = "des octets sont cachés derrière la signature";
        checks.push(check("padding", false, detail));
    }
    Some(cms)
}

/// Verifies a time stamp of the document.
fn seal(case: &Case<'_>, value: &Dictionary, checks: &mut Vec<Check>) -> Option<Sealed> {
    let mut own = Vec::new();
    let (range, hole) = read(case, value, &mut own);
    let cms = unpadded(&hole, &mut own);
    let failed = own.into_iter().find(|own| !own.ok);
    let held = match (failed, range, cms) {
        (Some(failed), ..) => Err(failed.detail),
        (None, Some(range), Some(cms)) => {
            stamp::verify(cms, &range.parts(case.file), case.authorities)
                .map(|stamp| Sealed { range, stamp })
        }
        _ => Err("illisible".to_owned()),
    };
    match held {
        Ok(sealed) => {
            let detail = sealed.stamp.told("document horodaté");
            checks.push(check("document-timestamp", true, detail));
            Some(sealed)
        }
        Err(why) => {
            let detail = format!("l'horodatage du document ne tient pas : {why}");
            checks.push(check("document-timestamp", false, detail));
            None
        }
    }
}

/// Verifies the signature of a person.
fn person(
    case: &Case<'_>,
    field: &Field<'_>,
    value: Option<&Dictionary>,
    sealed: &[Sealed],
) -> Signature {
    let mut told = broken(&field.name);
    told.places = place::places(&case.opened.document, field);
    let Some(value) = value else {
        let detail = "le champ de signature est abîmé : sa valeur est illisible";
        told.checks.push(check("cms", false, detail));
        return told;
    };
    let document = &case.opened.document;
    let mut checks = Vec::new();
    let format = name(document, value, b"SubFilter").unwrap_or_default();
    if !matches!(format, b"adbe.pkcs7.detached" | b"ETSI.CAdES.detached") {
        let format = words::plain(&String::from_utf8_lossy(format), 40);
        checks.push(check("sub-filter", false, format!("format non pris en charge ({format})")));
    }
    let (range, hole) = read(case, value, &mut checks);
    let message = unpadded(&hole, &mut checks).and_then(|cms| {
        Message::read(cms).map_err(|why| checks.push(check("cms", false, why))).ok()
    });
    let verified = message.as_ref().map(|own| verify(case, own, range.as_ref(), &mut checks));
    told.certification = certification::permission(document, value);
    if let Some(own) = &range {
        told.covers = own.end as u64;
        after(case, own, told.certification, &mut checks);
    }
    let whole = range.is_some() && verified.as_ref().is_some_and(Verified::holds);
    if whole && checks.iter().all(|own| own.ok) {
        told.integrity = Integrity::Ok;
    }
    let said = words::of_pdf(entry(document, value, b"M"), 40);
    let signed = message.as_ref().and_then(|own| own.signed_attribute(SIGNING_TIME));
    told.claimed = signed
        .and_then(|own| own.to_der().ok())
        .and_then(|own| Tlv::read(&own).and_then(|own| moment::of_asn1(own.tag, own.value)))
        .or_else(|| moment::of_pdf(&said));
    told.checks = checks;
    if let Some(message) = &message {
        stamped(case, message, range.as_ref(), sealed, &mut told);
        trust(case, message, verified.unwrap_or_default(), &mut told);
    }
    told
}

/// A signature of which nothing is known yet.
fn broken(field: &str) -> Signature {
    Signature {
        field: field.to_owned(),
        signer: String::new(),
        fingerprint: String::new(),
        key: String::new(),
        issuer: String::new(),
        claimed: None,
        stamped: None,
        stamp_unproven: None,
        integrity: Integrity::Broken,
        trust: Trust::UnknownAuthority,
        authority: None,
        certification: None,
        covers: 0,
        places: Vec::new(),
        checks: Vec::new(),
    }
}

fn verify(
    case: &Case<'_>,
    message: &Message,
    range: Option<&Range>,
    checks: &mut Vec<Check>,
) -> Verified {
    if message.content.is_some() {
        let detail = "la signature porte sur un contenu à elle et non sur le fichier";
        checks.push(check("cms", false, detail));
    }
    let Some(range) = range else { return Verified::default() };
    let verified = message.verify(DATA, &range.parts(case.file));
    checks.extend(verified.checks.iter().cloned());
    verified
}

/// Looks at what was added after the signed bytes.
fn after(case: &Case<'_>, range: &Range, level: Option<u8>, checks: &mut Vec<Check>) {
    let later = match later::since(case.file, range.end, case.opened) {
        Ok(later) => later,
        Err(why) => return checks.push(check("later-changes", false, why)),
    };
    let harm = later.harm();
    let remarks = later.remarks();
    checks.push(if let [first, others @ ..] = harm.as_slice() {
        let more = match others.len() {
            0 => String::new(),
            more => {
                format!(" (et {})", words::counted(more, "autre changement", "autres changements"))
            }
        };
        check("later-changes", false, format!("modifié après la signature : {first}{more}"))
    } else if remarks.is_empty() {
        check("later-changes", true, "rien n'a été ajouté après la signature")
    } else {
        check(
            "later-changes",
            true,
            format!(
                "ajouté après la signature, sans effet sur la lettre : {}",
                remarks.join(" ; ")
            ),
        )
    });
    let Some(level) = level else { return };
    let forbidden = later.changes.iter().find(|own| !certification::permits(level, own));
    checks.push(match forbidden {
        Some(own) => {
            let detail =
                format!("le premier signataire avait interdit tout changement : {}", own.detail);
            check("certification", false, detail)
        }
        None => check("certification", true, "ce que permet le premier signataire est respecté"),
    });
}

/// Finds the time stamp of a signature: its own, or one of the document that came after it. Only
/// those of a chosen authority prove an hour.
fn stamped(
    case: &Case<'_>,
    message: &Message,
    range: Option<&Range>,
    sealed: &[Sealed],
    told: &mut Signature,
) {
    if let Some(token) = message.unsigned_attribute(TIME_STAMP) {
        let bytes = token.to_der().unwrap_or_default();
        match stamp::verify(&bytes, &[message.value()], case.authorities) {
            Ok(own) => {
                told.checks.push(check("timestamp", true, own.told("signature horodatée")));
                note(&own, told);
            }
            Err(why) => {
                let detail = format!("l'horodatage de la signature ne tient pas : {why}");
                told.checks.push(check("timestamp", false, detail));
            }
        }
    }
    if told.stamped.is_none() && told.integrity == Integrity::Ok {
        let end = range.map_or(usize::MAX, |own| own.end);
        let later = sealed.iter().filter(|own| own.range.before >= end);
        later.for_each(|own| note(&own.stamp, told));
    }
}

/// Notes the earliest hour of each worth.
fn note(stamp: &Stamp, told: &mut Signature) {
    let hour = match stamp.is_proven() {
        true => &mut told.stamped,
        false => &mut told.stamp_unproven,
    };
    *hour = Some(hour.map_or(stamp.time, |before| before.min(stamp.time)));
}

/// Says whose the certificate is and who vouches for it.
fn trust(case: &Case<'_>, message: &Message, verified: Verified, told: &mut Signature) {
    let Some(signer) = &message.signer else { return };
    told.signer = best_name(signer.subject());
    told.issuer = best_name(signer.issuer());
    told.fingerprint = signer.fingerprint();
    told.key = signer.key_fingerprint();
    let ahead = told.claimed.is_some_and(|own| moment::is_ahead(own, case.now));
    if ahead {
        let detail = "le signataire dit avoir signé à une heure qui n'est pas encore venue";
        told.checks.push(check("time", false, detail));
    }
    // Whoever signs can write any hour. Without a stamp, the certificate has to be good today, and
    // at the hour that the signer says as well.
    let now = (case.now, "heure de l'examen, faute d'horodatage reconnu");
    let moments = match (told.stamped, told.claimed.filter(|_| !ahead)) {
        (Some(time), _) => vec![(time, "heure de l'horodatage")],
        (None, Some(time)) => vec![now, (time, "heure que dit le signataire")],
        (None, None) => vec![now],
    };
    let mut found = Err(Missing::Unknown(String::new()));
    let mut when = String::new();
    for (time, source) in moments {
        found =
            chain::find(signer, &message.certificates, case.authorities, time, Purpose::Signing);
        when = format!("le {} ({source})", moment::french(time));
        if found.is_err() {
            break;
        }
    }
    let (word, detail) = match found {
        Ok(_) if !signer.may_sign() => {
            (Trust::UnknownAuthority, "sa clé n'est pas faite pour signer des documents".to_owned())
        }
        Ok(own) => {
            let detail = format!("« {} » répond de ce certificat {when}", own.authority);
            told.authority = Some(own.authority);
            (Trust::Trusted, detail)
        }
        Err(Missing::Expired(authority)) => {
            let detail = format!(
                "« {authority} » répondait de ce certificat {}, mais pas {when}",
                signer.period()
            );
            told.authority = Some(authority);
            (Trust::Expired, detail)
        }
        Err(Missing::Unknown(why)) => (Trust::UnknownAuthority, why),
    };
    told.checks.push(check("chain", word == Trust::Trusted, detail));
    told.trust = word;
    if !verified.weak.is_empty() {
        told.checks.push(check("strength", false, verified.weak.join(" ; ")));
        told.trust = Trust::Weak;
    }
}

/// A broken signature for each range in the file that belongs to none: its field was cut off or
/// taken away.
fn lost(file: &[u8], accounted: &[[i64; 4]], unread: usize) -> Vec<Signature> {
    let mut found: Vec<Option<[i64; 4]>> = range::written(file);
    found.retain(|own| own.is_none_or(|own| !accounted.contains(&own)));
    found.sort_unstable();
    found.dedup();
    let mut told: Vec<Signature> = Vec::new();
    for _ in found.iter().skip(unread).take(MOST) {
        let mut own = broken("");
        let detail = "une signature est écrite dans le fichier, mais plus rien ne mène à elle : il a été coupé, ou quelqu'un l'a retirée";
        own.checks.push(check("orphan", false, detail));
        told.push(own);
    }
    told
}
