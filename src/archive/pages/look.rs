//! What a returned file holds, page by page.

use super::code::{Found, is_reference};
use super::failure::Failure;
use super::geometry::middle;
use super::ink;
use super::ladder::{self, Effort};
use super::sheet::{DRAWN, Sheet, Source};
use super::values::{Code, Kind, Origin, Page};
use std::ops::Range;

/// Resolution of the last attempt at a page of a PDF, in dots per inch.
const FINE: f64 = 300.0;
/// Pixels that this last attempt costs, roughly.
const FINE_COST: usize = 40_000_000;

/// How many pages a file has, without looking at them.
pub fn count(bytes: &[u8], kind: Kind) -> Result<u32, Failure> {
    let count = Source::open(bytes, kind)?.count()?;
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}

/// Looks at all pages of a file.
pub fn look(bytes: &[u8], kind: Kind) -> Result<Vec<Page>, Failure> {
    look_at(bytes, kind, 1..u32::MAX)
}

/// Looks at the pages of these numbers (from 1), as far as they exist: a way to read a long file in
/// portions, since the time of one process is limited.
pub fn look_at(bytes: &[u8], kind: Kind, pages: Range<u32>) -> Result<Vec<Page>, Failure> {
    let mut source = Source::open(bytes, kind)?;
    let count = u32::try_from(source.count()?).unwrap_or(u32::MAX);
    let mut effort = Effort::default();
    (pages.start.max(1)..pages.end.min(count.saturating_add(1)))
        .map(|number| page(&mut source, number, &mut effort))
        .collect()
}

fn page(source: &mut Source<'_>, number: u32, effort: &mut Effort) -> Result<Page, Failure> {
    let at = number as usize - 1;
    let mut sheet = source.sheet(at)?;
    let text = sheet.text.take();
    let grey = sheet.take_grey();
    let mut ink = ink::measure(&grey);
    let mut codes = Vec::new();
    if !ink.blank {
        codes = placed(&sheet, ladder::climb(&grey, effort));
    }
    drop(grey);
    if sheet.origin == Origin::Image && sheet.more && !referenced(&codes) {
        // Something lies on or beside the image that the image does not show.
        let mut whole = source.seen(at, DRAWN)?;
        let grey = whole.take_grey();
        ink = ink::measure(&grey);
        merge(&mut codes, placed(&whole, ladder::climb(&grey, effort)));
    }
    let drawable = matches!(sheet.origin, Origin::Image | Origin::Rendered);
    if drawable && !ink.blank && !referenced(&codes) && effort.0 > FINE_COST {
        effort.0 -= FINE_COST;
        let mut fine = source.seen(at, FINE)?;
        let grey = fine.take_grey();
        merge(&mut codes, placed(&fine, ladder::once(&grey)));
    }
    let [width_mm, height_mm] = sheet.millimetres();
    Ok(Page {
        number,
        width_mm,
        height_mm,
        source: sheet.origin,
        ink: ink.share,
        blank: ink.blank,
        codes,
        text,
    })
}

fn referenced(codes: &[Code]) -> bool {
    codes.iter().any(|code| is_reference(&code.payload))
}

fn merge(codes: &mut Vec<Code>, more: Vec<Code>) {
    for code in more {
        let known = codes.iter().any(|other| {
            let ([a, b], [c, d]) = (middle(&other.corners), middle(&code.corners));
            other.payload == code.payload && (a - c).hypot(b - d) < 0.05
        });
        if !known {
            codes.push(code);
        }
    }
}

/// Codes in fractions of the page.
pub(super) fn placed(sheet: &Sheet, found: Vec<Found>) -> Vec<Code> {
    found
        .into_iter()
        .map(|code| {
            let [from, to] = [code.corners[0], code.corners[1]].map(|p| sheet.frame.apply(p));
            let angle = (to[1] - from[1]).atan2(to[0] - from[0]).to_degrees();
            let quarter = (angle / 90.0).round().rem_euclid(4.0);
            Code {
                payload: code.payload,
                turn: quarter as u16 * 90,
                angle: angle as f32,
                corners: code.corners.map(|corner| sheet.fraction(corner)),
            }
        })
        .collect()
}
