//! Who made a signature, and when.

use crate::clock::local_time;
use pdf_signature::Signature;

/// Who signed, as a person reads it.
pub fn signer_name(signature: &Signature) -> &str {
    match signature.signer.is_empty() {
        true => "signataire sans nom",
        false => &signature.signer,
    }
}

/// When a signature was made and who says so; none if no time is given.
pub fn signing_time(signature: &Signature) -> Option<String> {
    let times = (signature.proven_time, signature.claimed, signature.unproven_time);
    let (time, source) = match times {
        (Some(time), ..) => (time, "heure de l'horodatage"),
        (None, Some(time), None) => (time, "heure indiquée par le signataire"),
        (None, Some(time), Some(_)) => (
            time,
            "heure indiquée par le signataire, et par un service d'horodatage que le service n'a pas choisi",
        ),
        (None, None, Some(time)) => {
            (time, "heure indiquée par un service d'horodatage que le service n'a pas choisi")
        }
        (None, None, None) => return None,
    };
    Some(format!("{} ({source})", local_time(time)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;
    use pdf_signature::{Integrity, Trust};

    #[test]
    fn a_time_says_who_vouches_for_it() {
        let time = Some(Timestamp::UNIX_EPOCH);
        let mut signature = Signature {
            field: String::new(),
            signer: String::new(),
            fingerprint: String::new(),
            key: String::new(),
            issuer: String::new(),
            claimed: None,
            proven_time: None,
            unproven_time: time,
            integrity: Integrity::Intact,
            trust: Trust::Trusted,
            authority: None,
            certification: None,
            covers: 1,
            places: Vec::new(),
            checks: Vec::new(),
        };
        assert_eq!(signer_name(&signature), "signataire sans nom");
        assert!(signing_time(&signature).unwrap().contains("n'a pas choisi"));
        signature.claimed = time;
        let said = signing_time(&signature).unwrap();
        assert!(said.contains("indiquée par le signataire") && said.contains("n'a pas choisi"));
        signature.proven_time = time;
        assert_eq!(
            signing_time(&signature).unwrap(),
            format!("{} (heure de l'horodatage)", local_time(Timestamp::UNIX_EPOCH))
        );
    }
}
