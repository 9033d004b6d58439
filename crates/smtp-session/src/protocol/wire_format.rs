//! How values are written in commands and in the data of a message.

/// `+`, `=` and what is not printable, encoded (RFC 3461, 4).
pub(crate) fn xtext(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'!'..=b'~' if !matches!(byte, b'+' | b'=') => encoded.push(char::from(byte)),
            _ => encoded.push_str(&format!("+{byte:02X}")),
        }
    }
    encoded
}

/// A message as it is sent: a dot at the start of a line is doubled, and the last line ends in CR LF
/// (RFC 5321, 4.5.2).
pub(crate) fn dot_stuffed(octets: &[u8]) -> Vec<u8> {
    let mut stuffed = Vec::with_capacity(octets.len() + 64);
    for line in octets.split_inclusive(|byte| *byte == b'\n') {
        if line.first() == Some(&b'.') {
            stuffed.push(b'.');
        }
        stuffed.extend_from_slice(line);
    }
    if !stuffed.ends_with(b"\r\n") {
        stuffed.extend_from_slice(b"\r\n");
    }
    stuffed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_over_the_wire_is_as_the_standards_say() {
        assert_eq!(dot_stuffed(b"a\r\n.b\r\n..\r\n"), b"a\r\n..b\r\n...\r\n");
        assert_eq!(dot_stuffed(b"a"), b"a\r\n");
        assert_eq!(xtext("a+b=c d\u{e9}"), "a+2Bb+3Dc+20d+C3+A9");
    }
}
