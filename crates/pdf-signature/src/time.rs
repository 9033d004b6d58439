//! Dates and times as PDF and ASN.1 write them (ISO 32000-2, 7.9.4; ITU-T X.680, 46 and 47).
//!
//! Must not read the clock: the caller says what time it is.

use jiff::civil::DateTime;
use jiff::tz::Offset;
use jiff::{Timestamp, ToSpan as _};

/// Tag of an ASN.1 UTCTime.
const UTC_TIME: u8 = 0x17;
/// Tag of an ASN.1 GeneralizedTime.
const GENERALIZED_TIME: u8 = 0x18;

/// The number that the first `count` digits of a text are, and the rest of the text.
fn digits(text: &str, count: usize) -> Option<(i16, &str)> {
    let (number, rest) = text.split_at_checked(count)?;
    number.bytes().all(|byte| byte.is_ascii_digit()).then_some(())?;
    Some((number.parse().ok()?, rest))
}

/// The number of the next two digits, or `default` where no digit follows; and the rest of the text.
fn two_digits(text: &str, default: i8) -> Option<(i8, &str)> {
    match text.as_bytes().first() {
        Some(b'0'..=b'9') => {
            let (value, rest) = digits(text, 2)?;
            Some((i8::try_from(value).ok()?, rest))
        }
        _ => Some((default, text)),
    }
}

/// A PDF date, `D:YYYYMMDDHHmmSSOHH'mm'`. Parts that are missing at the right count as the earliest
/// moment; without an offset the date is in UTC.
pub(crate) fn parse_pdf_date(text: &str) -> Option<Timestamp> {
    let (year, rest) = digits(text.strip_prefix("D:").unwrap_or(text), 4)?;
    let (month, rest) = two_digits(rest, 1)?;
    let (day, rest) = two_digits(rest, 1)?;
    let (hour, rest) = two_digits(rest, 0)?;
    let (minute, rest) = two_digits(rest, 0)?;
    let (second, rest) = two_digits(rest, 0)?;
    let local = DateTime::new(year, month, day, hour, minute, second.min(59), 0).ok()?;
    let (sign, rest) = match rest.as_bytes().first() {
        Some(b'+') => (1, rest.get(1..)?),
        Some(b'-') => (-1, rest.get(1..)?),
        Some(b'Z') | None => (0, ""),
        _ => return None,
    };
    let (hours, rest) = two_digits(rest, 0)?;
    let (minutes, _) = two_digits(rest.trim_start_matches('\''), 0)?;
    let seconds = sign * (i32::from(hours) * 3600 + i32::from(minutes) * 60);
    Offset::from_seconds(seconds).ok()?.to_timestamp(local).ok()
}

/// A UTCTime or GeneralizedTime in UTC; `tag` says which. Fractions of a second are cut.
pub(crate) fn parse_asn1_time(tag: u8, value: &[u8]) -> Option<Timestamp> {
    let text = std::str::from_utf8(value).ok()?.strip_suffix('Z')?;
    let (year, rest) = match tag {
        UTC_TIME => {
            let (year, rest) = digits(text, 2)?;
            // RFC 5652, 11.3: the years 50 to 99 belong to the last century.
            (if year < 50 { 2000 + year } else { 1900 + year }, rest)
        }
        GENERALIZED_TIME => digits(text, 4)?,
        _ => return None,
    };
    let (month, rest) = two_digits(rest, 0)?;
    let (day, rest) = two_digits(rest, 0)?;
    let (hour, rest) = two_digits(rest, -1)?;
    let (minute, rest) = two_digits(rest, -1)?;
    let (second, rest) = two_digits(rest, 0)?;
    (rest.is_empty() || rest.starts_with(['.', ','])).then_some(())?;
    let local = DateTime::new(year, month, day, hour, minute, second.min(59), 0).ok()?;
    Offset::UTC.to_timestamp(local).ok()
}

/// Whether a moment lies more than a day after `now`: clocks differ by less than that.
pub(crate) fn is_ahead(moment: Timestamp, now: Timestamp) -> bool {
    now.checked_add(24.hours()).is_ok_and(|limit| moment > limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(moment: Option<Timestamp>) -> String {
        moment.map(|time| time.to_string()).unwrap_or_default()
    }

    #[test]
    fn pdf_dates_may_be_short_and_have_an_offset() {
        assert_eq!(text(parse_pdf_date("D:20261116093015+01'00'")), "2026-11-16T08:30:15Z");
        assert_eq!(text(parse_pdf_date("D:20261116093015-0330")), "2026-11-16T13:00:15Z");
        assert_eq!(text(parse_pdf_date("20261116")), "2026-11-16T00:00:00Z");
        for bad in ["", "D:", "D:2026131", "D:20261332", "D:20260230", "D:2026é", "D:20261116X"] {
            assert_eq!(parse_pdf_date(bad), None, "{bad}");
        }
    }

    #[test]
    fn asn1_times_are_utc_and_may_have_fractions() {
        assert_eq!(text(parse_asn1_time(UTC_TIME, b"261116093015Z")), "2026-11-16T09:30:15Z");
        assert_eq!(text(parse_asn1_time(UTC_TIME, b"991116093015Z")), "1999-11-16T09:30:15Z");
        let fraction = parse_asn1_time(GENERALIZED_TIME, b"20261116093015.25Z");
        assert_eq!(text(fraction), "2026-11-16T09:30:15Z");
        assert_eq!(parse_asn1_time(GENERALIZED_TIME, b"20261116093015+0100"), None);
        assert_eq!(parse_asn1_time(0x04, b"20261116093015Z"), None);
    }

    #[test]
    fn a_day_of_difference_between_clocks_is_tolerated() {
        let now: Timestamp = "2026-11-16T12:00:00Z".parse().unwrap();
        assert!(!is_ahead("2026-11-17T11:00:00Z".parse().unwrap(), now));
        assert!(is_ahead("2026-11-17T13:00:00Z".parse().unwrap(), now));
    }
}
