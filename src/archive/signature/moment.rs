//! Moments as PDF and ASN.1 write them (ISO 32000-2, 7.9.4; ITU-T X.680, 46 and 47).

use jiff::civil::DateTime;
use jiff::tz::Offset;
use jiff::{Timestamp, ToSpan as _};

/// Tag of an ASN.1 UTCTime.
const UTC_TIME: u8 = 0x17;
/// Tag of an ASN.1 GeneralizedTime.
const GENERALIZED_TIME: u8 = 0x18;

/// The number that the first digits of a text are, and the rest.
fn digits(text: &str, count: usize) -> Option<(i16, &str)> {
    let (own, rest) = text.split_at_checked(count)?;
    own.bytes().all(|byte| byte.is_ascii_digit()).then_some(())?;
    Some((own.parse().ok()?, rest))
}

/// Two digits, or a default where the text ends.
fn part(text: &str, default: i8) -> Option<(i8, &str)> {
    match text.as_bytes().first() {
        Some(b'0'..=b'9') => {
            let (value, rest) = digits(text, 2)?;
            Some((i8::try_from(value).ok()?, rest))
        }
        _ => Some((default, text)),
    }
}

/// A PDF date, `D:YYYYMMDDHHmmSSOHH'mm'`; what is missing from the right is the earliest, and UTC.
pub(super) fn of_pdf(text: &str) -> Option<Timestamp> {
    let (year, rest) = digits(text.strip_prefix("D:").unwrap_or(text), 4)?;
    let (month, rest) = part(rest, 1)?;
    let (day, rest) = part(rest, 1)?;
    let (hour, rest) = part(rest, 0)?;
    let (minute, rest) = part(rest, 0)?;
    let (second, rest) = part(rest, 0)?;
    let local = DateTime::new(year, month, day, hour, minute, second.min(59), 0).ok()?;
    let (sign, rest) = match rest.as_bytes().first() {
        Some(b'+') => (1, rest.get(1..)?),
        Some(b'-') => (-1, rest.get(1..)?),
        Some(b'Z') | None => (0, ""),
        _ => return None,
    };
    let (hours, rest) = part(rest, 0)?;
    let (minutes, _) = part(rest.trim_start_matches('\''), 0)?;
    let seconds = sign * (i32::from(hours) * 3600 + i32::from(minutes) * 60);
    Offset::from_seconds(seconds).ok()?.to_timestamp(local).ok()
}

/// An ASN.1 time in UTC, with its tag; fractions of a second are cut.
pub(super) fn of_asn1(tag: u8, value: &[u8]) -> Option<Timestamp> {
    let text = std::str::from_utf8(value).ok()?.strip_suffix('Z')?;
    let (year, rest) = match tag {
        UTC_TIME => {
            let (year, rest) = digits(text, 2)?;
            // RFC 5652, 11.3: 50 to 99 are of the last century.
            (if year < 50 { 2000 + year } else { 1900 + year }, rest)
        }
        GENERALIZED_TIME => digits(text, 4)?,
        _ => return None,
    };
    let (month, rest) = part(rest, 0)?;
    let (day, rest) = part(rest, 0)?;
    let (hour, rest) = part(rest, -1)?;
    let (minute, rest) = part(rest, -1)?;
    let (second, rest) = part(rest, 0)?;
    (rest.is_empty() || rest.starts_with(['.', ','])).then_some(())?;
    let local = DateTime::new(year, month, day, hour, minute, second.min(59), 0).ok()?;
    Offset::UTC.to_timestamp(local).ok()
}

/// A moment as office staff reads it.
pub(super) fn french(moment: Timestamp) -> String {
    moment.strftime("%d/%m/%Y à %H:%M UTC").to_string()
}

/// Whether a moment lies further ahead than clocks differ.
pub(super) fn is_ahead(moment: Timestamp, now: Timestamp) -> bool {
    now.checked_add(24.hours()).is_ok_and(|limit| moment > limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(moment: Option<Timestamp>) -> String {
        moment.map(|own| own.to_string()).unwrap_or_default()
    }

    #[test]
    fn pdf_dates_may_be_short_and_have_an_offset() {
        assert_eq!(told(of_pdf("D:20261116093015+01'00'")), "2026-11-16T08:30:15Z");
        assert_eq!(told(of_pdf("D:20261116093015-0330")), "2026-11-16T13:00:15Z");
        assert_eq!(told(of_pdf("20261116")), "2026-11-16T00:00:00Z");
        for bad in ["", "D:", "D:2026131", "D:20261332", "D:20260230", "D:2026é", "D:20261116X"] {
            assert_eq!(of_pdf(bad), None, "{bad}");
        }
    }

    #[test]
    fn asn1_times_are_utc_and_may_have_fractions() {
        assert_eq!(told(of_asn1(UTC_TIME, b"261116093015Z")), "2026-11-16T09:30:15Z");
        assert_eq!(told(of_asn1(UTC_TIME, b"991116093015Z")), "1999-11-16T09:30:15Z");
        let fraction = of_asn1(GENERALIZED_TIME, b"20261116093015.25Z");
        assert_eq!(told(fraction), "2026-11-16T09:30:15Z");
        assert_eq!(of_asn1(GENERALIZED_TIME, b"20261116093015+0100"), None);
        assert_eq!(of_asn1(0x04, b"20261116093015Z"), None);
    }

    #[test]
    fn a_day_of_difference_between_clocks_is_tolerated() {
        let now: Timestamp = "2026-11-16T12:00:00Z".parse().unwrap();
        assert!(!is_ahead("2026-11-17T11:00:00Z".parse().unwrap(), now));
        assert!(is_ahead("2026-11-17T13:00:00Z".parse().unwrap(), now));
    }
}
