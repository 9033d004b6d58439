//! The purposes that a certificate must allow (RFC 5280, 4.2.1.12, extended key usage).

use webpki::{Error, ExtendedKeyUsageValidator, KeyPurposeId, KeyPurposeIdIter};

/// Purposes of a certificate that signs documents, as encoded object identifiers: webpki 0.103
/// decodes those with large numbers wrongly, so they are never decoded.
const SIGNING: [&[u8]; 5] = [
    // 1.3.6.1.5.5.7.3.36, document signing (RFC 9336)
    &[0x2b, 6, 1, 5, 5, 7, 3, 36],
    // 1.2.840.113583.1.1.5, Adobe
    &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x2f, 1, 1, 5],
    // 1.3.6.1.4.1.311.10.3.12, Microsoft
    &[0x2b, 6, 1, 4, 1, 0x82, 0x37, 10, 3, 12],
    // 1.3.6.1.5.5.7.3.4, mail protection
    &[0x2b, 6, 1, 5, 5, 7, 3, 4],
    // 2.5.29.37.0, any
    &[0x55, 0x1d, 0x25, 0],
];
/// 1.3.6.1.5.5.7.3.8, time stamping; or any.
const TIME_STAMPING: [&[u8]; 2] = [&[0x2b, 6, 1, 5, 5, 7, 3, 8], &[0x55, 0x1d, 0x25, 0]];

/// A purpose that a certificate must allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CertificatePurpose {
    /// Signing documents.
    Signing,
    /// Time stamping.
    TimeStamping,
}

impl ExtendedKeyUsageValidator for CertificatePurpose {
    // Intermediate authorities are checked too; most name no purpose, so an absent extension is
    // accepted.
    fn validate(&self, purposes: KeyPurposeIdIter<'_, '_>) -> Result<(), Error> {
        let accepted = match self {
            Self::Signing => &SIGNING[..],
            Self::TimeStamping => &TIME_STAMPING[..],
        };
        let mut none = true;
        for purpose in purposes {
            let purpose = purpose?;
            none = false;
            if accepted.iter().any(|oid| KeyPurposeId::new(oid) == purpose) {
                return Ok(());
            }
        }
        if none { Ok(()) } else { Err(Error::ExtensionValueInvalid) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn purposes_are_compared_as_they_are_written() {
        use der::oid::ObjectIdentifier as Oid;
        let names = [
            "1.3.6.1.5.5.7.3.36",
            "1.2.840.113583.1.1.5",
            "1.3.6.1.4.1.311.10.3.12",
            "1.3.6.1.5.5.7.3.4",
            "2.5.29.37.0",
        ];
        for (name, encoded) in names.into_iter().zip(SIGNING) {
            assert_eq!(Oid::new_unwrap(name).as_bytes(), encoded, "{name}");
        }
        assert_eq!(Oid::new_unwrap("1.3.6.1.5.5.7.3.8").as_bytes(), TIME_STAMPING[0]);
    }
}
