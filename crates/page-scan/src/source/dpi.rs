//! The resolution that a JPEG or PNG gives: JFIF (ITU-T T.871, 10.1), Exif (TIFF 6.0 tags 282, 283,
//! 296), PNG `pHYs` (W3C PNG, 11.3.4.3).
//!
//! The value need not be true: telephones write 72 into every photo.

/// The resolution in dots per inch, if the file gives one that a scanner may have (50 to 2400).
pub(super) fn of(bytes: &[u8], exif: Option<&[u8]>) -> Option<f64> {
    let given = if bytes.starts_with(b"\x89PNG") { png(bytes) } else { jfif(bytes) };
    given.or_else(|| exif.and_then(from_exif)).filter(|dots| (50.0..=2400.0).contains(dots))
}

fn number(bytes: &[u8], at: usize, size: usize, little: bool) -> Option<u64> {
    let slice = bytes.get(at..at.checked_add(size)?)?;
    let fold = |value: u64, byte: &u8| value << 8 | u64::from(*byte);
    Some(if little { slice.iter().rev().fold(0, fold) } else { slice.iter().fold(0, fold) })
}

fn png(bytes: &[u8]) -> Option<f64> {
    let mut at = 8;
    // `pHYs` comes before the pixels; no scanner writes a thousand chunks before them.
    for _ in 0..1000 {
        let length = usize::try_from(number(bytes, at, 4, false)?).ok()?;
        match bytes.get(at + 4..at + 8)? {
            b"pHYs" if bytes.get(at + 16) == Some(&1) => {
                return Some(number(bytes, at + 8, 4, false)? as f64 * 0.0254);
            }
            b"IDAT" | b"pHYs" => return None,
            _ => at = at.checked_add(length)?.checked_add(12)?,
        }
    }
    None
}

fn jfif(bytes: &[u8]) -> Option<f64> {
    let head = bytes.get(..20)?;
    if head.get(..4)? != [0xff, 0xd8, 0xff, 0xe0] || head.get(6..11)? != b"JFIF\0" {
        return None;
    }
    let dots = number(head, 14, 2, false)? as f64;
    match head.get(13)? {
        1 => Some(dots),
        2 => Some(dots * 2.54),
        _ => None,
    }
}

fn from_exif(exif: &[u8]) -> Option<f64> {
    let little = exif.starts_with(b"II");
    let first = usize::try_from(number(exif, 4, 4, little)?).ok()?;
    let count = usize::try_from(number(exif, first, 2, little)?).ok()?;
    let (mut dots, mut unit) = (None, 2);
    for entry in 0..count.min(200) {
        let at = first.checked_add(2 + entry * 12)?;
        match number(exif, at, 2, little)? {
            282 => {
                let place = usize::try_from(number(exif, at + 8, 4, little)?).ok()?;
                let top = number(exif, place, 4, little)? as f64;
                let bottom = number(exif, place.checked_add(4)?, 4, little)? as f64;
                dots = (bottom > 0.0).then_some(top / bottom);
            }
            296 => unit = number(exif, at + 8, 2, little)?,
            _ => {}
        }
    }
    dots.and_then(|dots| match unit {
        2 => Some(dots),
        3 => Some(dots * 2.54),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_three_sources_are_read() {
        let jpeg = b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\x01\0\xc8\0\xc8\0\0";
        assert_eq!(of(jpeg, None), Some(200.0));
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\x09pHYs\0\0\x1e\xc3\0\0\x1e\xc3\x01";
        assert!((of(png, None).unwrap() - 200.0).abs() < 0.1);
        let exif = b"II*\0\x08\0\0\0\x01\0\x1a\x01\x05\0\x01\0\0\0\x1a\0\0\0\0\0\0\0\x2c\x01\0\0\x01\0\0\0";
        assert_eq!(of(b"", Some(exif)), Some(300.0));
    }

    #[test]
    fn truncated_or_absurd_values_give_nothing() {
        let jpeg = b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\x01\xff\xff\0\xc8\0\0";
        assert_eq!(of(jpeg, None), None);
        for cut in 0..jpeg.len() {
            assert_eq!(of(&jpeg[..cut], Some(b"II*\0\xff\xff\xff\xff")), None);
        }
        assert_eq!(of(b"\x89PNG\r\n\x1a\n\xff\xff\xff\xff????", None), None);
    }
}
