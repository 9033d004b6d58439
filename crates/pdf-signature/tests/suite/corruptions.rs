//! Signed files with bytes flipped, cut out or doubled at random: nothing panics or lasts for ever,
//! and a signature that is hurt is never passed over.

use crate::signed::Fixtures;
use lopdf::{Document, Object, Stream, dictionary};
use pdf_signature::{compare, verify_signatures};
use std::time::{Duration, Instant};

/// xorshift64: the same corruptions in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit as u64).unwrap()
    }
}

/// A file hurt in one of three ways, and whether nothing was taken out of it.
fn hurt(file: &[u8], dice: &mut Dice) -> (Vec<u8>, bool) {
    let mut hurt = file.to_vec();
    let (at, length) = (dice.below(hurt.len()), 1 + dice.below(400));
    let end = (at + length).min(hurt.len());
    match dice.below(3) {
        0 => {
            for _ in 0..=dice.below(8) {
                let at = dice.below(hurt.len());
                hurt[at] ^= 1 << dice.below(8);
            }
            (hurt, true)
        }
        1 => {
            hurt.drain(at..end);
            (hurt, false)
        }
        _ => {
            let again = hurt[at..end].to_vec();
            hurt.splice(at..at, again);
            (hurt, true)
        }
    }
}

#[test]
fn nothing_panics_or_lasts_and_no_signature_is_passed_over() {
    let fixtures = Fixtures::read();
    let letter = fixtures.file("letter");
    let mut dice = Dice(0x2026_1116_0160_101f);
    let (mut read, mut longest) = (0, Duration::ZERO);
    for name in ["rsa", "two", "qpdf-then-signed", "pades-t", "document-timestamp"] {
        let file = fixtures.file(name);
        for turn in 0..110 {
            let (damaged, whole) = hurt(&file, &mut dice);
            let start = Instant::now();
            let examined = verify_signatures(&damaged, &fixtures.authorities, fixtures.now);
            let compared = compare(&letter, &damaged, &fixtures.fillable());
            longest = longest.max(start.elapsed());
            assert_eq!(examined.is_ok(), compared.is_ok(), "{name} {turn}");
            if let Ok(examined) = examined {
                read += 1;
                assert!(!whole || !examined.signatures.is_empty(), "{name} {turn}");
            }
        }
    }
    println!("{read} of 550 could be opened, the longest took {longest:?}");
}

/// A PDF of one page with these annotations and this content.
fn built(content: Vec<u8>, annotations: usize, depth: usize) -> Vec<u8> {
    let mut document = Document::with_version("1.7");
    let mut stream = Stream::new(dictionary! {}, content);
    stream.compress().unwrap();
    let content = document.add_object(stream);
    let mut deep = document.add_object(1);
    for _ in 0..depth {
        deep = document.add_object(vec![Object::from(deep), Object::from(deep)]);
    }
    let square = dictionary! { "Subtype" => "Square", "Any" => deep };
    let annots: Vec<Object> = (0..annotations).map(|_| square.clone().into()).collect();
    let page = document
        .add_object(dictionary! { "Type" => "Page", "Contents" => content, "Annots" => annots });
    let pages = document.add_object(dictionary! { "Type" => "Pages", "Kids" => vec![page.into()] });
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages });
    document.trailer.set("Root", catalog);
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    bytes
}

#[test]
fn what_is_built_to_exhaust_is_looked_at_within_bounds() {
    let fixtures = Fixtures::read();
    let letter = fixtures.file("letter");
    for (what, file) in [
        ("a stream of 60 MB", built(vec![b' '; 60_000_000], 0, 0)),
        ("10 million operators", built(b"q Q ".repeat(5_000_000), 0, 0)),
        ("100 000 annotations", built(Vec::new(), 100_000, 0)),
        ("a billion laughs", built(Vec::new(), 10, 100)),
        ("a chain of 20 000 objects", built(Vec::new(), 1, 20_000)),
    ] {
        let start = Instant::now();
        let examined = verify_signatures(&file, &fixtures.authorities, fixtures.now).unwrap();
        assert!(examined.signatures.is_empty(), "{what}");
        assert!(
            !compare(&letter, &file, &fixtures.fillable()).unwrap().all_changes_allowed,
            "{what}"
        );
        let changed = compare(&file, &[&file[..], b"\n%\n"].concat(), &[]).unwrap();
        assert!(changed.starts_with_sent_bytes, "{what}");
        println!("{what}: {} bytes, {:?}", file.len(), start.elapsed());
    }
}
