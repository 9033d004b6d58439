//! Entries of a form field that a program writes anew although they say the same: a text in another encoding, a place
//! that was rounded.
//!
//! Must not know which entries may change: [`super::appended_objects`] does.

use lopdf::{Dictionary, Object};

/// How far a side of a rectangle may move, in points: what single precision loses on a page.
const ROUNDING: f32 = 0.001;

/// Whether an entry of a field says the same before and after.
pub(crate) fn says_the_same(key: &[u8], before: &Dictionary, after: &Dictionary) -> bool {
    let (Ok(before), Ok(after)) = (before.get(key), after.get(key)) else { return false };
    match key {
        b"T" | b"TU" | b"TM" => is_same_text(before, after),
        b"Rect" => is_same_place(before, after),
        _ => false,
    }
}

/// Two text strings (ISO 32000-1, 7.9.2.2), in whichever encoding.
fn is_same_text(before: &Object, after: &Object) -> bool {
    match (lopdf::decode_text_string(before), lopdf::decode_text_string(after)) {
        (Ok(before), Ok(after)) => before == after,
        _ => false,
    }
}

/// Two rectangles. One whose corners change places is another: some readers draw it otherwise.
fn is_same_place(before: &Object, after: &Object) -> bool {
    let (Ok(before), Ok(after)) = (before.as_array(), after.as_array()) else { return false };
    let side = |object: &Object| object.as_float().ok().filter(|side| side.is_finite());
    before.len() == 4
        && after.len() == 4
        && before.iter().zip(after).all(|(before, after)| match (side(before), side(after)) {
            (Some(before), Some(after)) => (before - after).abs() <= ROUNDING,
            _ => false,
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use lopdf::dictionary;

    #[test]
    fn an_entry_says_the_same_in_another_encoding_and_rounded_and_in_no_other_way() {
        let text = |bytes: &[u8]| Object::string_literal(bytes);
        let place = |sides: [f32; 4]| Object::from(sides.map(Object::Real).to_vec());
        let utf_16 = lopdf::text_string("Signature : Éva, l’élève");
        let sent = place([253.6, 108.38, 351.14, 122.38]);
        for (key, before, after, is_same) in [
            ("TU", utf_16.clone(), text(b"Signature : \xc9va, l\x90\xe9l\xe8ve"), true),
            ("TU", utf_16.clone(), lopdf::text_string("Signature : Éva, l’élève."), false),
            ("TU", utf_16.clone(), Object::Null, false),
            ("T", text(b"head"), text(b"\xfe\xff\0h\0e\0a\0d"), true),
            ("T", text(b"head"), text(b"heaf"), false),
            ("Rect", sent.clone(), place([253.6, 108.380_01, 351.14, 122.380_01]), true),
            ("Rect", sent.clone(), place([253.6, 108.4, 351.14, 122.38]), false),
            ("Rect", sent.clone(), place([351.14, 108.38, 253.6, 122.38]), false),
            ("Rect", sent.clone(), Object::from(vec![Object::Real(253.6)]), false),
            ("Rect", sent.clone(), place([f32::NAN, 108.38, 351.14, 122.38]), false),
            ("DA", text(b"a"), text(b"\xfe\xff\0a"), false),
        ] {
            let (before, after) = (dictionary! { key => before }, dictionary! { key => after });
            assert_eq!(
                says_the_same(key.as_bytes(), &before, &after),
                is_same,
                "{key} {before:?} {after:?}"
            );
        }
    }
}
