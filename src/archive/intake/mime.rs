//! The parts of a mail (RFC 2045, 2046), found without recursion: a mail may nest without end.
//!
//! Knows what parts there are and what they say of themselves; `mail` decides what becomes of them.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use mailparse::{
    DispositionType, MailHeader, MailHeaderMap as _, ParsedContentType, parse_content_disposition,
    parse_content_type, parse_headers, parse_mail,
};

/// Multiparts within each other.
const DEPTH: usize = 32;

/// A part that holds no others.
pub(super) struct Leaf<'a> {
    raw: &'a [u8],
    body: &'a [u8],
    encoding: String,
    /// MIME type, lower-case.
    pub(super) kind: String,
    /// The name it has, decoded (RFC 2047, RFC 2231).
    pub(super) name: Option<String>,
    /// Whether it is declared to be an attachment.
    pub(super) attached: bool,
    /// Whether the text of the mail shows it.
    pub(super) shown: bool,
    /// Whether it goes to the end of a mail whose end is missing.
    pub(super) cut: bool,
}

/// Why parts cannot be told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// The header is no header.
    Header,
    /// Multiparts in multiparts, too many.
    Deep,
    /// Too many parts.
    Many,
}

/// What a mail is made of.
pub(super) struct Parts<'a> {
    /// Its parts, in order.
    pub(super) leaves: Vec<Leaf<'a>>,
    /// Whether it is a report on the delivery of another one (RFC 3462).
    pub(super) report: bool,
}

/// The headers of a mail alone; none when they cannot be read.
pub(super) fn headers(raw: &[u8]) -> Vec<MailHeader<'_>> {
    parse_headers(raw).map(|(headers, _)| headers).unwrap_or_default()
}

/// A multipart, or a leaf, that waits to be looked at.
struct Waiting<'a> {
    raw: &'a [u8],
    depth: usize,
    related: bool,
}

/// The parts of a mail, `most` at the most.
pub(super) fn parts(mail: &[u8], most: usize) -> Result<Parts<'_>, Refusal> {
    parse_headers(mail).map_err(|_| Refusal::Header)?;
    let mut found = Parts { leaves: Vec::new(), report: false };
    let mut waiting = vec![Waiting { raw: mail, depth: 0, related: false }];
    let end = mail.as_ptr_range().end;
    let mut unclosed = false;
    while let Some(Waiting { raw, depth, related }) = waiting.pop() {
        let Ok((headers, start)) = parse_headers(raw) else { continue };
        let body = raw.get(start..).unwrap_or_default();
        let kind = headers.get_first_value("Content-Type").map(|text| parse_content_type(&text));
        let kind = kind.unwrap_or_default();
        let boundary = kind.params.get("boundary").filter(|boundary| !boundary.trim().is_empty());
        let multipart = kind.mimetype.starts_with("multipart");
        if let Some(boundary) = boundary.filter(|_| multipart) {
            if depth >= DEPTH {
                return Err(Refusal::Deep);
            }
            let (children, closed) = split(body, boundary, most)?;
            if found.leaves.len() + waiting.len() + children.len() > most {
                return Err(Refusal::Many);
            }
            found.report |= kind.mimetype == "multipart/report"
                && kind.params.get("report-type").is_none_or(|own| own.contains("deliver"));
            unclosed |= !closed && raw.as_ptr_range().end == end;
            let related = kind.mimetype == "multipart/related";
            let own = |raw| Waiting { raw, depth: depth + 1, related };
            waiting.extend(children.into_iter().rev().map(own));
        } else if !multipart {
            let cut = unclosed && raw.as_ptr_range().end == end;
            found.leaves.push(leaf(raw, body, &headers, &kind, (related, cut)));
        }
    }
    Ok(found)
}

fn leaf<'a>(
    raw: &'a [u8],
    body: &'a [u8],
    headers: &[MailHeader<'_>],
    kind: &ParsedContentType,
    (related, cut): (bool, bool),
) -> Leaf<'a> {
    let disposition = headers.get_first_value("Content-Disposition");
    let declared = disposition.is_some();
    let disposition = parse_content_disposition(&disposition.unwrap_or_default());
    let name = disposition.params.get("filename").or_else(|| kind.params.get("name"));
    let attached = disposition.disposition == DispositionType::Attachment;
    let inline = declared && disposition.disposition == DispositionType::Inline;
    let identified = headers.get_first_header("Content-ID").is_some();
    let encoding = headers.get_first_value("Content-Transfer-Encoding").unwrap_or_default();
    Leaf {
        raw,
        body,
        encoding: encoding.trim().to_ascii_lowercase(),
        kind: kind.mimetype.clone(),
        name: name.filter(|name| !name.trim().is_empty()).cloned(),
        attached,
        // Some programs declare every picture of the text to be attached: it is named there.
        shown: inline || related || (identified && !attached),
        cut,
    }
}

impl Leaf<'_> {
    /// Its octets, decoded; with whether something was amiss. None for a coding that is not of
    /// MIME (RFC 2045, 6.1).
    pub(super) fn decoded(&self) -> Option<(Vec<u8>, bool)> {
        match self.encoding.as_str() {
            "" | "7bit" | "8bit" | "binary" => Some((self.body.to_vec(), false)),
            "base64" | "quoted-printable" => {
                let whole = parse_mail(self.raw).and_then(|part| part.get_body_raw());
                match whole {
                    Ok(bytes) => Some((bytes, false)),
                    Err(_) if self.encoding == "base64" => Some((what_is_left(self.body), true)),
                    Err(_) => Some((self.body.to_vec(), true)),
                }
            }
            _ => None,
        }
    }
}

/// What can be decoded of base64 that was cut or damaged: foreign characters are passed over, as
/// RFC 2045, 6.8 asks, and an end that makes no octet is dropped.
fn what_is_left(body: &[u8]) -> Vec<u8> {
    let own = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    let ended = body.iter().position(|byte| *byte == b'=').unwrap_or(body.len());
    let body = body.get(..ended).unwrap_or_default();
    let mut clean: Vec<u8> = body.iter().copied().filter(own).collect();
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
) -> Result<(Vec<&'a [u8]>, bool), Refusal> {
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
            return Err(Refusal::Many);
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
        assert_eq!(split(&b"--b\n".repeat(20), "b", 10).unwrap_err(), Refusal::Many);
    }

    #[test]
    fn what_is_left_of_base64_is_decoded() {
        assert_eq!(what_is_left(b"YWJj\r\nZGV"), b"abcde");
        assert_eq!(what_is_left(b"YW!Jj=ZGVm"), b"abc");
        assert_eq!(what_is_left(b"A"), b"");
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
        assert_eq!(parts(deep.as_bytes(), 1_000).err(), Some(Refusal::Deep));
        let many = format!("Content-Type: multipart/mixed; boundary=b\n\n{}", "--b\n\n".repeat(50));
        assert_eq!(parts(many.as_bytes(), 20).err(), Some(Refusal::Many));
    }
}
