//! The size of an image from its first octets, without decoding it: enough to tell a logo from a page.

/// Width and height in pixels, where the octets say so: PNG (ISO 15948, 11.2.2), GIF (89a, 18),
/// JPEG (T.81, B.2.2).
pub(super) fn read(bytes: &[u8]) -> Option<(u32, u32)> {
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        let four = |at: usize| Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
        return Some((four(16)?, four(20)?));
    }
    if bytes.starts_with(b"GIF8") {
        let two = |at: usize| Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?));
        return Some((two(6)?.into(), two(8)?.into()));
    }
    if bytes.starts_with(&[0xff, 0xd8]) {
        return jpeg(bytes);
    }
    None
}

fn jpeg(bytes: &[u8]) -> Option<(u32, u32)> {
    let two = |at: usize| Some(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?));
    let mut at = 2;
    loop {
        if *bytes.get(at)? != 0xff {
            return None;
        }
        let marker = *bytes.get(at + 1)?;
        match marker {
            // Fill octets.
            0xff => at += 1,
            // Frames, but for tables and the extension that share their range.
            0xc0..=0xcf if !matches!(marker, 0xc4 | 0xc8 | 0xcc) => {
                return Some((two(at + 7)?.into(), two(at + 5)?.into()));
            }
            0x01 | 0xd0..=0xd8 => at += 2,
            // The picture itself, or its end: too late.
            0xd9 | 0xda => return None,
            _ => at += 2 + usize::from(two(at + 2)?.max(2)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_and_lies_end() {
        let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        png.extend([0, 0, 1, 0, 0, 0, 2, 0]);
        assert_eq!(read(&png), Some((256, 512)));
        assert_eq!(read(&png[..20]), None);
        assert_eq!(read(b"GIF89a\x10\0\x20\0"), Some((16, 32)));
        let jpeg = b"\xff\xd8\xff\xe0\0\x04xx\xff\xc4\0\x02\xff\xc2\0\x11\x08\x01\0\x02\0";
        assert_eq!(read(jpeg), Some((512, 256)));
        assert_eq!(read(b"\xff\xd8\xff\xe0\0\0\xff\xe0\0\0"), None);
        assert_eq!(read(b"\xff\xd8\xff\xda"), None);
    }
}
