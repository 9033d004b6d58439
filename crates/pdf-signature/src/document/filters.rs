//! Streams that every reader decompresses alike (ISO 32000-2, 7.4).

use lopdf::{Dictionary, Object};
use std::ops::RangeInclusive;

/// Filters whose parameters are known.
const FILTERS: [&[u8]; 5] =
    [b"FlateDecode", b"LZWDecode", b"ASCIIHexDecode", b"ASCII85Decode", b"RunLengthDecode"];
/// Their parameters, with the values that every reader understands alike (7.4.4.3).
const PARAMETERS: [(&[u8], RangeInclusive<i64>); 5] = [
    (b"Predictor", 1..=15),
    (b"Colors", 1..=4),
    (b"BitsPerComponent", 1..=16),
    (b"Columns", 1..=100_000),
    (b"EarlyChange", 0..=1),
];
/// Abbreviated keys belong to inline images only; here readers differ about them. The other keys
/// have the data in another file.
const REFUSED_KEYS: [&[u8]; 5] = [b"F", b"DP", b"FFilter", b"FDecodeParms", b"DL"];

/// Whether every reader decompresses a stream alike: by known filters under their full names, with
/// parameters that are plain integers and no references.
pub(crate) fn is_plainly_filtered(stream: &Dictionary) -> bool {
    let list = |key: &[u8]| match stream.get(key) {
        Ok(Object::Array(all)) => all.iter().collect(),
        Err(_) | Ok(Object::Null) => Vec::new(),
        Ok(one) => vec![one],
    };
    let is_known = |filter: &&Object| filter.as_name().is_ok_and(|name| FILTERS.contains(&name));
    let (filters, parameters) = (list(b"Filter"), list(b"DecodeParms"));
    filters.iter().all(is_known)
        && parameters.iter().all(|parameters| has_plain_parameters(parameters))
        && parameters.len() <= filters.len()
        && !REFUSED_KEYS.iter().any(|key| stream.has(key))
}

fn has_plain_parameters(parameters: &Object) -> bool {
    match parameters {
        Object::Null => true,
        Object::Dictionary(parameters) => parameters.iter().all(|(key, value)| {
            let Ok(value) = value.as_i64() else { return false };
            let known = PARAMETERS.iter().find(|(name, _)| *name == key.as_slice());
            // Predictors 3 to 9 are in no standard.
            let undefined = key == b"Predictor" && (3..=9).contains(&value);
            known.is_some_and(|(_, allowed)| allowed.contains(&value)) && !undefined
        }),
        _ => false,
    }
}
