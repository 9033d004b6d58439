//! The parts of a mail (RFC 2045, RFC 2046), found without recursion: a mail may nest without end.
//!
//! Knows the parts and their headers; `mail` decides what becomes of them.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use mailparse::{
    DispositionType, MailHeader, MailHeaderMap as _, ParsedContentType, parse_content_disposition,
    parse_content_type, parse_headers, parse_mail,
};

/// Depth of multiparts within multiparts.
const DEPTH: usize = 32;

/// A part without parts in it.
pub(super) struct MimeLeaf<'a> {
    raw: &'a [u8],
    body: &'a [u8],
    encoding: String,
    /// MIME type in lower case.
    pub(super) mime_type: String,
    /// The name of the file, decoded (RFC 2047, RFC 2231).
    pub(super) name: Option<String>,
    /// Whether its header calls it an attachment.
    pub(super) is_attached: bool,
    /// Whether the text of the mail shows it.
    pub(super) is_inline: bool,
    /// Whether it reaches to the end of a mail whose end is missing.
    pub(super) is_truncated: bool,
}

/// Why the parts of a mail cannot be found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MimeError {
    /// The header cannot be read.
    Header,
    /// Too many multiparts within multiparts.
    TooDeep,
    /// Too many parts.
    TooManyParts,
}

/// The parts of a mail.
pub(super) struct MailParts<'a> {
    /// Those without parts in them, in order.
    pub(super) leaves: Vec<MimeLeaf<'a>>,
    /// Whether the mail reports on the delivery of another one (RFC 3462).
    pub(super) is_delivery_report: bool,
}

/// The headers of a mail; empty if they cannot be read.
pub(super) fn headers(raw: &[u8]) -> Vec<MailHeader<'_>> {
    parse_headers(raw).map(|(headers, _)| headers).unwrap_or_default()
}

/// A multipart or leaf that is still to be read.
struct PendingPart<'a> {
    raw: &'a [u8],
    depth: usize,
    /// Whether it is part of a multipart/related (RFC 2387).
    is_related: bool,
}

/// The parts of a mail, at most `most`.
pub(super) fn parts(mail: &[u8], most: usize) -> Result<MailParts<'_>, MimeError> {
    parse_headers(mail).map_err(|_| MimeError::Header)?;
    let mut found = MailParts { leaves: Vec::new(), is_delivery_report: false };
    let mut pending = vec![PendingPart { raw: mail, depth: 0, is_related: false }];
    let end = mail.as_ptr_range().end;
    let mut unclosed = false;
    while let Some(PendingPart { raw, depth, is_related }) = pending.pop() {
        let Ok((headers, start)) = parse_headers(raw) else { continue };
        let body = raw.get(start..).unwrap_or_default();
        let content_type =
            headers.get_first_value("Content-Type").map(|text| parse_content_type(&text));
        let content_type = content_type.unwrap_or_default();
        let boundary =
            content_type.params.get("boundary").filter(|boundary| !boundary.trim().is_empty());
        let is_multipart = content_type.mimetype.starts_with("multipart");
        if let Some(boundary) = boundary.filter(|_| is_multipart) {
            if depth >= DEPTH {
                return Err(MimeError::TooDeep);
            }
            let (children, closed) = split(body, boundary, most)?;
            if found.leaves.len() + pending.len() + children.len() > most {
                return Err(MimeError::TooManyParts);
            }
            found.is_delivery_report |= content_type.mimetype == "multipart/report"
                && content_type.params.get("report-type").is_none_or(|it| it.contains("deliver"));
            unclosed |= !closed && raw.as_ptr_range().end == end;
            let is_related = content_type.mimetype == "multipart/related";
            let child = |raw| PendingPart { raw, depth: depth + 1, is_related };
            pending.extend(children.into_iter().rev().map(child));
        } else if !is_multipart {
            found.leaves.push(MimeLeaf {
                is_truncated: unclosed && raw.as_ptr_range().end == end,
                ..leaf(raw, body, &headers, &content_type, is_related)
            });
        }
    }
    Ok(found)
}

fn leaf<'a>(
    raw: &'a [u8],
    body: &'a [u8],
    headers: &[MailHeader<'_>],
    content_type: &ParsedContentType,
    is_related: bool,
) -> MimeLeaf<'a> {
    let disposition = headers.get_first_value("Content-Disposition");
    let declared = disposition.is_some();
    let disposition = parse_content_disposition(&disposition.unwrap_or_default());
    let name = disposition.params.get("filename").or_else(|| content_type.params.get("name"));
    let is_attached = disposition.disposition == DispositionType::Attachment;
    let is_declared_inline = declared && disposition.disposition == DispositionType::Inline;
    let identified = headers.get_first_header("Content-ID").is_some();
    let encoding = headers.get_first_value("Content-Transfer-Encoding").unwrap_or_default();
    MimeLeaf {
        raw,
        body,
        encoding: encoding.trim().to_ascii_lowercase(),
        mime_type: content_type.mimetype.clone(),
        name: name.filter(|name| !name.trim().is_empty()).cloned(),
        is_attached,
        // Some programs call every image of the text an attachment; the text names it by its Content-ID.
        is_inline: is_declared_inline || is_related || (identified && !is_attached),
        is_truncated: false,
    }
}

impl MimeLeaf<'_> {
    /// Its octets, decoded, and whether they are damaged. None for an encoding that MIME does not have
    /// (RFC 2045, 6.1).
    pub(super) fn decoded(&self) -> Option<(Vec<u8>, bool)> {
        match self.encoding.as_str() {
            "" | "7bit" | "8bit" | "binary" => Some((self.body.to_vec(), false)),
            "base64" | "quoted-printable" => {
                let whole = parse_mail(self.raw).and_then(|part| part.get_body_raw());
                match whole {
                    Ok(bytes) => Some((bytes, false)),
                    Err(_) if self.encoding == "base64" => {
                        Some((decode_damaged_base64(self.body), true))
                    }
                    Err(_) => Some((self.body.to_vec(), true)),
                }
            }
            _ => None,
        }
    }
}

/// Decodes base64 that was cut or damaged. Other characters are ignored, as RFC 2045, 6.8 demands, and
/// an end that makes no octet is dropped.
fn decode_damaged_base64(body: &[u8]) -> Vec<u8> {
    let is_base64 = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    let end = body.iter().position(|byte| *byte == b'=').unwrap_or(body.len());
    let body = body.get(..end).unwrap_or_default();
    let mut clean: Vec<u8> = body.iter().copied().filter(is_base64).collect();
    if clean.len() % 4 == 1 {
        clean.pop();
    }
    let config = GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true);
    GeneralPurpose::new(&STANDARD, config).decode(&clean).unwrap_or_default()
}

/// The parts between the lines of a boundary (RFC 2046, 5.1.1), and whether the last one closes.
fn split<'a>(
    body: &'a [u8],
    boundary: &str,
    most: usize,
) -> Result<(Vec<&'a [u8]>, bool), MimeError> {
    let mark = [b"--", boundary.as_bytes()].concat();
    let mut parts = Vec::new();
    let mut begun: Option<usize> = None;
    let mut at = 0;
    for line in body.split_inclusive(|byte| *byte == b'\n') {
        let start = at;
        at += line.len();
        let Some(rest) = line.strip_prefix(mark.as_slice()) else { continue };
        let rest = rest.trim_ascii();
        let closes = rest == b"--";
        if !rest.is_empty() && !closes {
            continue;
        }
        if let Some(begun) = begun.take() {
            let part = body.get(begun..start).unwrap_or_default();
            // The end of the line before the boundary belongs to the boundary.
            let part = part.strip_suffix(b"\n").unwrap_or(part);
            parts.push(part.strip_suffix(b"\r").unwrap_or(part));
        }
        if closes {
            return Ok((parts, true));
        }
        if parts.len() >= most {
            return Err(MimeError::TooManyParts);
        }
        begun = Some(at);
    }
    parts.extend(begun.and_then(|begun| body.get(begun..)));
    Ok((parts, false))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_boundary_is_a_whole_line() {
        let body = b"before\r\n--b\r\none\r\n--bb\r\n--b \r\ntwo\r\n\r\n--b--\r\nafter";
        let (parts, closed) = split(body, "b", 10).unwrap();
        assert_eq!(parts, [&b"one\r\n--bb"[..], b"two\r\n"]);
        assert!(closed);
        assert_eq!(split(b"--b\nx", "b", 10).unwrap(), (vec![&b"x"[..]], false));
        assert_eq!(split(&b"--b\n".repeat(20), "b", 10).unwrap_err(), MimeError::TooManyParts);
    }

    #[test]
    fn damaged_base64_is_decoded() {
        assert_eq!(decode_damaged_base64(b"YWJj\r\nZGV"), b"abcde");
        assert_eq!(decode_damaged_base64(b"YW!Jj=ZGVm"), b"abc");
        assert_eq!(decode_damaged_base64(b"A"), b"");
    }

    #[test]
    fn names_are_decoded_in_each_of_the_ways() {
        for (header, name) in [
            ("name=\"=?utf-8?Q?lettre_sign=C3=A9e.pdf?=\"", "lettre signée.pdf"),
            ("name*=iso-8859-1'fr'lettre%20sign%E9e.pdf", "lettre signée.pdf"),
            (
                "name*0*=utf-8''lettre%20sign%C3;\r\n name*1*=%A9e;\r\n name*2=.pdf",
                "lettre signée.pdf",
            ),
            ("name=\"a;b\\\"c.pdf\"", "a;b\"c.pdf"),
        ] {
            let mail = format!("Content-Type: application/pdf; {header}\r\n\r\nx");
            let found = parts(mail.as_bytes(), 10).unwrap();
            assert_eq!(found.leaves[0].name.as_deref(), Some(name), "{header}");
        }
    }

    #[test]
    fn nesting_and_number_have_an_end() {
        let deep: String = (0..1_000)
            .map(|n| format!("Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n"))
            .collect();
        assert_eq!(parts(deep.as_bytes(), 1_000).err(), Some(MimeError::TooDeep));
        let many = format!("Content-Type: multipart/mixed; boundary=b\n\n{}", "--b\n\n".repeat(50));
        assert_eq!(parts(many.as_bytes(), 20).err(), Some(MimeError::TooManyParts));
    }
}
