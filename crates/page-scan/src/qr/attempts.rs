//! The attempts to read the QR codes of a page: which variants of its image are tried, in which order.
//!
//! Attempts are ordered by measured yield: the first reads almost every code, the later ones cost more
//! and read a few more. A page without a code costs all of them, so the later attempts of a file share
//! one budget.

use super::decode::{DecodedQr, Threshold, decode};
use crate::pixels::geometry::{Point, center, distance};
use crate::pixels::grey::Grey;

/// An image of more pixels is first tried at half its size.
const LARGE: usize = 16_000_000;
/// An image of fewer pixels is also tried at twice its size.
const SMALL: usize = 9_000_000;

/// Pixels that the later attempts may still read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PixelBudget(pub usize);

impl Default for PixelBudget {
    /// About five seconds of one core.
    fn default() -> Self {
        Self(800_000_000)
    }
}

/// A variant of an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Attempt {
    Plain,
    Doubled,
    Blurred,
    Halved,
    Quartered,
    /// With one threshold for the whole image.
    GlobalThreshold,
    EvenLighting,
    Sharpened,
    DoubledSharpened,
    /// Each corner of the page alone, at twice its size.
    Corners,
}

/// The codes of a page, with corners in pixels of its image. Attempts are made until one reads a code
/// that is wanted; other codes are kept and do not end the search.
pub(crate) fn find_codes(
    grey: &Grey,
    wanted: &dyn Fn(&str) -> bool,
    budget: &mut PixelBudget,
) -> Vec<DecodedQr> {
    let attempts = if grey.pixels() > LARGE {
        &[
            Attempt::Halved,
            Attempt::Plain,
            Attempt::Quartered,
            Attempt::EvenLighting,
            Attempt::Corners,
        ][..]
    } else {
        &[
            Attempt::Plain,
            Attempt::GlobalThreshold,
            Attempt::Doubled,
            Attempt::EvenLighting,
            Attempt::Sharpened,
            Attempt::DoubledSharpened,
            Attempt::Blurred,
            Attempt::Halved,
            Attempt::Corners,
        ]
    };
    let mut found: Vec<DecodedQr> = Vec::new();
    for (index, attempt) in attempts.iter().enumerate() {
        if index > 0 {
            let cost = cost(*attempt, grey.pixels());
            let doubled = matches!(attempt, Attempt::Doubled | Attempt::DoubledSharpened);
            if cost > budget.0 || (doubled && grey.pixels() >= SMALL) {
                continue;
            }
            budget.0 -= cost;
        }
        for code in read(grey, *attempt) {
            add(&mut found, code);
        }
        if found.iter().any(|code| wanted(&code.payload)) {
            find_second_page(grey, wanted, &mut found);
            break;
        }
    }
    found
}

/// The codes that one attempt at the image as it is can read.
pub(crate) fn find_codes_once(grey: &Grey) -> Vec<DecodedQr> {
    read(grey, if grey.pixels() > LARGE { Attempt::Halved } else { Attempt::Plain })
}

/// Adds a code unless it is there already.
fn add(found: &mut Vec<DecodedQr>, code: DecodedQr) {
    let size = distance(code.corners[0], code.corners[2]);
    let known = found.iter().any(|other| {
        other.payload == code.payload
            && distance(center(&other.corners), center(&code.corners)) < size
    });
    if !known {
        found.push(code);
    }
}

fn cost(attempt: Attempt, pixels: usize) -> usize {
    match attempt {
        Attempt::Doubled => pixels * 5,
        Attempt::DoubledSharpened => pixels * 10,
        Attempt::Corners => pixels * 2,
        Attempt::Halved => pixels / 3,
        Attempt::Quartered => pixels / 8,
        Attempt::Plain | Attempt::GlobalThreshold => pixels,
        Attempt::Blurred | Attempt::EvenLighting | Attempt::Sharpened => pixels * 2,
    }
}

fn read(grey: &Grey, attempt: Attempt) -> Vec<DecodedQr> {
    let local = |grey: &Grey| decode(grey, Threshold::Local);
    match attempt {
        Attempt::Plain => local(grey),
        Attempt::GlobalThreshold => decode(grey, Threshold::Global),
        Attempt::Blurred => local(&grey.blurred()),
        Attempt::EvenLighting => local(&grey.with_even_lighting()),
        Attempt::Sharpened => local(&grey.sharpened()),
        Attempt::DoubledSharpened => {
            let large = grey.doubled().blurred().blurred();
            moved(local(&large.sharpened().sharpened()), 0.5, [0.0, 0.0])
        }
        Attempt::Doubled => moved(local(&grey.doubled()), 0.5, [0.0, 0.0]),
        Attempt::Halved => moved(local(&grey.shrunk(2)), 2.0, [0.0, 0.0]),
        Attempt::Quartered => moved(local(&grey.shrunk(4)), 4.0, [0.0, 0.0]),
        Attempt::Corners => {
            let (width, height) = (grey.width * 7 / 20, grey.height / 4);
            let (right, bottom) = (grey.width - width, grey.height - height);
            [(0, 0), (right, 0), (0, bottom), (right, bottom)]
                .into_iter()
                .flat_map(|(left, top)| {
                    let corner = grey.crop(left, top, width, height).doubled();
                    moved(local(&corner), 0.5, [left as f64, top as f64])
                })
                .collect()
        }
    }
}

/// Codes found in a cropped and scaled image, with corners in pixels of the whole image.
fn moved(mut codes: Vec<DecodedQr>, scale: f64, [left, top]: Point) -> Vec<DecodedQr> {
    for corner in codes.iter_mut().flat_map(|code| &mut code.corners) {
        *corner = [corner[0] * scale + left, corner[1] * scale + top];
    }
    codes
}

/// Looks for the second code of a sheet with two pages side by side. Such a sheet is recognised by a
/// wanted code that stands across the sheet's longer side.
fn find_second_page(grey: &Grey, wanted: &dyn Fn(&str) -> bool, found: &mut Vec<DecodedQr>) {
    let mut found_wanted = found.iter().filter(|code| wanted(&code.payload));
    let (Some(code), None) = (found_wanted.next(), found_wanted.next()) else { return };
    let [from, to] = [code.corners[0], code.corners[1]];
    let is_lying = (to[0] - from[0]).abs() < (to[1] - from[1]).abs();
    let is_wide = grey.width > grey.height;
    if is_lying == is_wide {
        return;
    }
    let [x, y] = center(&code.corners);
    let (half_width, half_height) = (grey.width.div_ceil(2), grey.height.div_ceil(2));
    let (left, top, width, height) = if is_wide {
        (if x < half_width as f64 { half_width } else { 0 }, 0, half_width, grey.height)
    } else {
        (0, if y < half_height as f64 { half_height } else { 0 }, grey.width, half_height)
    };
    let other = grey.crop(left, top, width, height);
    let mut codes = decode(&other, Threshold::Local);
    if codes.is_empty() && other.pixels() < SMALL {
        codes = moved(decode(&other.doubled(), Threshold::Local), 0.5, [0.0, 0.0]);
    }
    for code in moved(codes, 1.0, [left as f64, top as f64]) {
        add(found, code);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(payload: &str, x: f64) -> DecodedQr {
        let corners = [[x, 0.0], [x + 10.0, 0.0], [x + 10.0, 10.0], [x, 10.0]];
        DecodedQr { payload: payload.to_owned(), corners }
    }

    #[test]
    fn a_code_is_kept_once_and_its_twin_elsewhere_too() {
        let mut found = Vec::new();
        for (payload, x) in [("A", 0.0), ("A", 1.0), ("A", 90.0), ("B", 0.0)] {
            add(&mut found, code(payload, x));
        }
        assert_eq!(found.len(), 3);
    }

    #[test]
    fn an_empty_page_costs_no_more_than_there_is() {
        let grey = Grey::plain(800, 1000, 255);
        let mut budget = PixelBudget(1_000_000);
        assert_eq!(find_codes(&grey, &|_| false, &mut budget), []);
        assert!(budget.0 < 800_000, "{budget:?}");
    }

    #[test]
    fn corners_come_back_to_the_whole() {
        let back = moved(vec![code("A", 20.0)], 0.5, [100.0, 200.0]);
        assert_eq!(back[0].corners[1], [115.0, 200.0]);
    }
}
