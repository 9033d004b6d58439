//! Time stamps (RFC 3161): a token in which an authority says that a digest existed at a moment.
//!
//! Over the value of a signature, or over a document (ETSI EN 319 142-1, 5.4.3). That a stamp is
//! intact says nothing about who made it; its authority is said beside.

use super::algorithm::digest_of;
use super::authorities::Authorities;
use super::certificate::best_name;
use super::chain::{self, Purpose};
use super::message::{Message, TIME_STAMP_INFO};
use super::moment;
use super::tlv::Tlv;
use jiff::Timestamp;

/// A stamp that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    /// The moment.
    pub time: Timestamp,
    /// Name of who made it.
    pub maker: String,
    /// The authority, chosen by the office for stamping, that vouches for the maker.
    pub authority: Option<String>,
}

impl Stamp {
    /// Whether somebody whom the office chose for that vouches for the hour.
    pub(super) fn is_proven(&self) -> bool {
        self.authority.is_some()
    }

    /// What it says of something, and who vouches for that, in French.
    pub(super) fn told(&self, of: &str) -> String {
        let (when, maker) = (moment::french(self.time), &self.maker);
        match &self.authority {
            Some(authority) => {
                format!("{of} le {when} par « {maker} », reconnu par « {authority} »")
            }
            None => format!(
                "{of} le {when}, heure indiquée par un service d'horodatage que le service n'a pas choisi (« {maker} ») : elle n'est pas prouvée"
            ),
        }
    }
}

/// Verifies a token over what it should be of, given in parts; else why it does not hold, in French.
pub(super) fn verify(
    token: &[u8],
    stamped: &[&[u8]],
    authorities: &Authorities,
) -> Result<Stamp, String> {
    let message = Message::read(token)?;
    let content = message.content.as_deref().unwrap_or_default();
    let verified = message.verify(TIME_STAMP_INFO, &[content]);
    if let Some(failed) = verified.checks.iter().find(|own| !own.ok) {
        return Err(failed.detail.clone());
    }
    if !verified.weak.is_empty() {
        return Err(format!("trop faible : {}", verified.weak.join(", ")));
    }
    let unread = || "son contenu est illisible".to_owned();
    let (hash, imprint, time) = information(content).ok_or_else(unread)?;
    if hash.digest(stamped) != imprint {
        return Err("il porte sur autre chose".to_owned());
    }
    let signer = message.signer.as_ref().ok_or_else(unread)?;
    if !signer.may_stamp() {
        return Err(
            "son certificat n'est pas fait pour horodater, et pour cela seul (RFC 3161, 2.3)"
                .to_owned(),
        );
    }
    let found = chain::find(signer, &message.certificates, authorities, time, Purpose::Stamping);
    let authority = found.ok().map(|own| own.authority);
    Ok(Stamp { time, maker: best_name(signer.subject()), authority })
}

/// Digest, imprint and moment of a TSTInfo (RFC 3161, 2.4.2).
fn information(content: &[u8]) -> Option<(super::algorithm::Hash, Vec<u8>, Timestamp)> {
    let parts = Tlv::read(content)?.children()?;
    let [_version, _policy, imprint, _serial, time, ..] = parts.as_slice() else { return None };
    let imprint = imprint.children()?;
    let [algorithm, digest, ..] = imprint.as_slice() else { return None };
    Some((digest_of(algorithm)?, digest.octets()?, moment::of_asn1(time.tag, time.value)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_token_says_so() {
        let told = verify(&[0x30, 0], &[b"x"], &Authorities::default()).unwrap_err();
        assert!(told.contains("illisible"), "{told}");
        assert_eq!(information(&[0x30, 0]), None);
    }

    #[test]
    fn what_is_told_says_whether_anybody_vouches_for_it() {
        let mut stamp =
            Stamp { time: Timestamp::UNIX_EPOCH, maker: "H".to_owned(), authority: None };
        assert!(stamp.told("horodaté").contains("pas prouvée") && !stamp.is_proven());
        stamp.authority = Some("Racine".to_owned());
        assert!(stamp.told("horodaté").contains("« Racine »") && stamp.is_proven());
    }
}
