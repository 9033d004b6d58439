//! Which pictures of a page are tried, in what order, until a reference is read.
//!
//! Each rung is worth its place by measurement (README of the spike): the first reads almost all
//! there is, the later ones cost more and rescue a few. A page with nothing to read costs them all,
//! so that a call has a budget of pixels for the later rungs.

use super::code::{Found, Threshold, is_reference, read};
use super::geometry::{Point, distance, middle};
use super::grey::Grey;

/// Pixels above which a picture is first tried at half its size.
const LARGE: usize = 16_000_000;
/// Pixels below which a picture is tried at twice its size.
const SMALL: usize = 9_000_000;

/// What the later rungs may still cost, in pixels looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Effort(pub usize);

impl Default for Effort {
    /// About five seconds of one core.
    fn default() -> Self {
        Self(800_000_000)
    }
}

/// A picture to be tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rung {
    Plain,
    Doubled,
    Softened,
    Halved,
    Quartered,
    Global,
    Evened,
    Sharpened,
    DoubledSharpened,
    Corners,
}

/// The codes of a page in pixels of its picture. Rungs are climbed until one reads a reference;
/// codes of other people are kept and stop nothing.
pub(super) fn climb(grey: &Grey, effort: &mut Effort) -> Vec<Found> {
    let rungs = if grey.pixels() > LARGE {
        &[Rung::Halved, Rung::Plain, Rung::Quartered, Rung::Evened, Rung::Corners][..]
    } else {
        &[
            Rung::Plain,
            Rung::Global,
            Rung::Doubled,
            Rung::Evened,
            Rung::Sharpened,
            Rung::DoubledSharpened,
            Rung::Softened,
            Rung::Halved,
            Rung::Corners,
        ]
    };
    let mut found: Vec<Found> = Vec::new();
    for (at, rung) in rungs.iter().enumerate() {
        if at > 0 {
            let cost = cost(*rung, grey.pixels());
            let doubled = matches!(rung, Rung::Doubled | Rung::DoubledSharpened);
            if cost > effort.0 || (doubled && grey.pixels() >= SMALL) {
                continue;
            }
            effort.0 -= cost;
        }
        for code in attempt(grey, *rung) {
            keep(&mut found, code);
        }
        if found.iter().any(|code| is_reference(&code.payload)) {
            beside(grey, &mut found);
            break;
        }
    }
    found
}

/// Codes of one attempt at the picture as it is.
pub(super) fn once(grey: &Grey) -> Vec<Found> {
    attempt(grey, if grey.pixels() > LARGE { Rung::Halved } else { Rung::Plain })
}

/// Adds a code unless it is there already.
pub(super) fn keep(found: &mut Vec<Found>, code: Found) {
    let size = distance(code.corners[0], code.corners[2]);
    let known = found.iter().any(|other| {
        other.payload == code.payload
            && distance(middle(&other.corners), middle(&code.corners)) < size
    });
    if !known {
        found.push(code);
    }
}

fn cost(rung: Rung, pixels: usize) -> usize {
    match rung {
        Rung::Doubled => pixels * 5,
        Rung::DoubledSharpened => pixels * 10,
        Rung::Corners => pixels * 2,
        Rung::Halved => pixels / 3,
        Rung::Quartered => pixels / 8,
        Rung::Plain | Rung::Global => pixels,
        Rung::Softened | Rung::Evened | Rung::Sharpened => pixels * 2,
    }
}

fn attempt(grey: &Grey, rung: Rung) -> Vec<Found> {
    let local = |grey: &Grey| read(grey, Threshold::Local);
    match rung {
        Rung::Plain => local(grey),
        Rung::Global => read(grey, Threshold::Global),
        Rung::Softened => local(&grey.softened()),
        Rung::Evened => local(&grey.evened()),
        Rung::Sharpened => local(&grey.sharpened()),
        Rung::DoubledSharpened => {
            let large = grey.doubled().softened().softened();
            moved(local(&large.sharpened().sharpened()), 0.5, [0.0, 0.0])
        }
        Rung::Doubled => moved(local(&grey.doubled()), 0.5, [0.0, 0.0]),
        Rung::Halved => moved(local(&grey.shrunk(2)), 2.0, [0.0, 0.0]),
        Rung::Quartered => moved(local(&grey.shrunk(4)), 4.0, [0.0, 0.0]),
        Rung::Corners => {
            let (width, height) = (grey.width * 7 / 20, grey.height / 4);
            let (right, bottom) = (grey.width - width, grey.height - height);
            [(0, 0), (right, 0), (0, bottom), (right, bottom)]
                .into_iter()
                .flat_map(|(left, top)| {
                    let corner = grey.part(left, top, width, height).doubled();
                    moved(local(&corner), 0.5, [left as f64, top as f64])
                })
                .collect()
        }
    }
}

/// Brings corners found in a picture of a part, at another scale, back to the whole.
fn moved(mut codes: Vec<Found>, scale: f64, [left, top]: Point) -> Vec<Found> {
    for corner in codes.iter_mut().flat_map(|code| &mut code.corners) {
        *corner = [corner[0] * scale + left, corner[1] * scale + top];
    }
    codes
}

/// Two pages side by side on one sheet show in a code that stands across the sheet's longer side:
/// if one only was read, the other half is looked at once more.
fn beside(grey: &Grey, found: &mut Vec<Found>) {
    let mut references = found.iter().filter(|code| is_reference(&code.payload));
    let (Some(code), None) = (references.next(), references.next()) else { return };
    let [from, to] = [code.corners[0], code.corners[1]];
    let lying = (to[0] - from[0]).abs() < (to[1] - from[1]).abs();
    let wide = grey.width > grey.height;
    if lying == wide {
        return;
    }
    let [x, y] = middle(&code.corners);
    let (half_width, half_height) = (grey.width.div_ceil(2), grey.height.div_ceil(2));
    let (left, top, width, height) = if wide {
        (if x < half_width as f64 { half_width } else { 0 }, 0, half_width, grey.height)
    } else {
        (0, if y < half_height as f64 { half_height } else { 0 }, grey.width, half_height)
    };
    let other = grey.part(left, top, width, height);
    let mut codes = read(&other, Threshold::Local);
    if codes.is_empty() && other.pixels() < SMALL {
        codes = moved(read(&other.doubled(), Threshold::Local), 0.5, [0.0, 0.0]);
    }
    for code in moved(codes, 1.0, [left as f64, top as f64]) {
        keep(found, code);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(payload: &str, x: f64) -> Found {
        let corners = [[x, 0.0], [x + 10.0, 0.0], [x + 10.0, 10.0], [x, 10.0]];
        Found { payload: payload.to_owned(), corners }
    }

    #[test]
    fn a_code_is_kept_once_and_its_twin_elsewhere_too() {
        let mut found = Vec::new();
        for (payload, x) in [("A", 0.0), ("A", 1.0), ("A", 90.0), ("B", 0.0)] {
            keep(&mut found, code(payload, x));
        }
        assert_eq!(found.len(), 3);
    }

    #[test]
    fn an_empty_page_costs_no_more_than_there_is() {
        let grey = Grey::plain(800, 1000, 255);
        let mut effort = Effort(1_000_000);
        assert_eq!(climb(&grey, &mut effort), []);
        assert!(effort.0 < 800_000, "{effort:?}");
    }

    #[test]
    fn corners_come_back_to_the_whole() {
        let back = moved(vec![code("A", 20.0)], 0.5, [100.0, 200.0]);
        assert_eq!(back[0].corners[1], [115.0, 200.0]);
    }
}
