//! The tag, length, value encoding of ASN.1, DER and BER alike (ITU-T X.690, 8.1).
//!
//! Needed beside the `der` crate because a CMS is followed by a padding of zeros, may be of
//! indefinite length, and because certificates and attributes must keep the bytes that were signed.

use der::oid::ObjectIdentifier;

/// Deepest nesting of indefinite lengths that is followed.
const MAX_NESTING: usize = 32;

/// One encoded value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Tlv<'a> {
    /// Identifier octet; nothing that is read here uses tags above 30.
    pub tag: u8,
    /// Contents, without the end-of-contents octets of an indefinite length.
    pub value: &'a [u8],
    /// The whole encoding: tag, length and contents.
    pub whole: &'a [u8],
}

impl<'a> Tlv<'a> {
    /// Reads the value that the bytes begin with.
    pub(crate) fn read(bytes: &'a [u8]) -> Option<Self> {
        Self::read_at(bytes, 0)
    }

    fn read_at(bytes: &'a [u8], depth: usize) -> Option<Self> {
        let (&tag, rest) = bytes.split_first()?;
        if tag & 0x1f == 0x1f {
            return None;
        }
        let (&first, rest) = rest.split_first()?;
        let (header, length) = match first {
            0x80 => return Self::indefinite(bytes, tag, depth),
            0..=0x7f => (2, usize::from(first)),
            _ => {
                let count = usize::from(first & 0x7f);
                let octets = rest.get(..count).filter(|octets| octets.len() <= 8)?;
                let length = octets.iter().fold(0_u64, |sum, octet| (sum << 8) | u64::from(*octet));
                (2 + count, usize::try_from(length).ok()?)
            }
        };
        let end = length.checked_add(header)?;
        Some(Self { tag, value: bytes.get(header..end)?, whole: bytes.get(..end)? })
    }

    fn indefinite(bytes: &'a [u8], tag: u8, depth: usize) -> Option<Self> {
        if tag & 0x20 == 0 || depth >= MAX_NESTING {
            return None;
        }
        let mut at = 2;
        loop {
            let rest = bytes.get(at..)?;
            if rest.starts_with(&[0, 0]) {
                return Some(Self { tag, value: bytes.get(2..at)?, whole: bytes.get(..at + 2)? });
            }
            at += Self::read_at(rest, depth + 1)?.whole.len();
        }
    }

    /// The values inside this one; `None` when one of them is cut off.
    pub(crate) fn children(&self) -> Option<Vec<Self>> {
        let mut found = Vec::new();
        let mut rest = self.value;
        while !rest.is_empty() {
            let child = Self::read(rest)?;
            rest = rest.get(child.whole.len()..)?;
            found.push(child);
        }
        Some(found)
    }

    /// The object identifier that it is.
    pub(crate) fn object_identifier(&self) -> Option<ObjectIdentifier> {
        (self.tag == 0x06).then(|| ObjectIdentifier::from_bytes(self.value).ok())?
    }

    /// Contents of an octet string, in one piece or in several (X.690, 8.7).
    pub(crate) fn octets(&self) -> Option<Vec<u8>> {
        match self.tag {
            0x04 => Some(self.value.to_vec()),
            0x24 => {
                let parts = self.children()?;
                parts
                    .iter()
                    .all(|part| part.tag == 0x04)
                    .then(|| parts.iter().flat_map(|part| part.value.iter().copied()).collect())
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_ends_where_its_length_says_whatever_follows() {
        let found = Tlv::read(&[0x04, 0x02, 7, 8, 0, 0, 0]).unwrap();
        assert_eq!((found.value, found.whole.len()), (&[7_u8, 8][..], 4));
        assert_eq!(Tlv::read(&[0x04, 0x05, 1]), None, "cut");
        assert_eq!(Tlv::read(&[0x04, 0x89, 1, 1, 1, 1, 1, 1, 1, 1, 1]), None, "absurd length");
        assert_eq!(Tlv::read(&[0x04, 0x88, 255, 255, 255, 255, 255, 255, 255, 255]), None);
    }

    #[test]
    fn an_indefinite_length_ends_at_its_end_of_contents() {
        let bytes = [0x30, 0x80, 0x24, 0x80, 0x04, 1, 9, 0x04, 1, 8, 0, 0, 0, 0, 0, 0, 0xff];
        let found = Tlv::read(&bytes).unwrap();
        assert_eq!(found.whole.len(), 14);
        let inner = found.children().unwrap();
        assert_eq!(inner.first().and_then(Tlv::octets), Some(vec![9, 8]));
    }

    #[test]
    fn endless_nesting_is_refused() {
        let bytes = [0x30, 0x80].repeat(10_000);
        assert_eq!(Tlv::read(&bytes), None);
    }
}
