//! Ink on a scan or photo that the sent page has not, and print that is gone: a hint.
//!
//! The received page is laid on the sent one, its lighting is evened out, and what is dark where
//! the letter has no print nearby is new ink. "Nearby" is generous by half a millimetre: a digit
//! turned into another by a stroke is not seen here, and nothing here decides about a letter.

use super::failure::Failure;
use super::geometry::{Point, distance, middle};
use super::grey::Grey;
use super::ladder::{self, Effort};
use super::places::{Place, places};
use super::register::{self, DOTS, Registration};
use super::sheet::{DRAWN, Sheet, Source};
use super::struck::struck;
use super::values::{BoxInk, Kind, Marks, Origin};
use page_area::PageArea;

/// Pixels around print in which nothing is called new: half a millimetre, and more on a page that
/// does not lie flat.
const NEAR: std::ops::RangeInclusive<usize> = 3..=6;
/// Pixels around a box into which a signature may run over: five millimetres.
const OVER: usize = 30;
/// Distance of printed details, in millimetres, up to which print itself can be compared.
const FLAT: f64 = 0.1;
/// Darkness of print that must still be there.
const PRINT: u8 = 150;
/// Pixels of a place below which it is dust.
const DUST: usize = 30;
/// Diagonal of a place in cells below which it is dust.
const SPECK: f64 = 3.0;
/// Edge of the page, in pixels, where scanners leave shadows: five millimetres.
const EDGE: usize = 30;
/// Places told at most.
const PLACES: usize = 10;

/// Two pages laid on each other.
pub(super) struct Pair {
    /// The received page as it came.
    pub sheet: Sheet,
    /// Its pixels in grey.
    pub received: Grey,
    /// The sent page at [`DOTS`].
    pub sent: Grey,
    /// The corners of the codes of the sent page.
    pub codes: Vec<[Point; 4]>,
    /// How they lie, unless they could not be laid.
    pub registration: Option<Registration>,
}

/// Finds what was written on a page, and what is gone from it. Areas are in points of the sent
/// page; those of other pages are passed over.
pub fn marks(
    sent: &[u8],
    sent_page: u32,
    received: &[u8],
    kind: Kind,
    received_page: u32,
    payload: &str,
    areas: &[PageArea],
) -> Result<Marks, Failure> {
    let pair = lay(sent, sent_page, received, kind, received_page, payload)?;
    let here: Vec<&PageArea> = areas.iter().filter(|area| area.page == sent_page).collect();
    Ok(match &pair.registration {
        Some(registration) => compare(&pair, registration, &here),
        None => Marks {
            registered: false,
            residual: 0.0,
            boxes: here.iter().map(|a| BoxInk { label: a.label.clone(), ink: 0.0 }).collect(),
            outside: 0.0,
            outside_regions: Vec::new(),
        },
    })
}

/// Reads both pages and lays the received one on the sent one by a code both bear.
pub(super) fn lay(
    sent: &[u8],
    sent_page: u32,
    received: &[u8],
    kind: Kind,
    received_page: u32,
    payload: &str,
) -> Result<Pair, Failure> {
    let at = |number: u32| (number as usize).checked_sub(1).ok_or(Failure::NoSuchPage(number));
    let mut letter = Source::open(sent, Kind::Pdf)?.seen(at(sent_page)?, DOTS)?;
    let letter = letter.take_grey();
    let mut source = Source::open(received, kind)?;
    let mut sheet = source.sheet(at(received_page)?)?;
    if sheet.origin == Origin::Image && sheet.more {
        sheet = source.seen(at(received_page)?, DRAWN)?;
    }
    let raster = sheet.raster.clone();
    let page = sheet.take_grey();
    sheet.raster = raster;
    let codes = |grey: &Grey| -> Vec<[Point; 4]> {
        let found = ladder::climb(grey, &mut Effort::default());
        found.into_iter().filter(|code| code.payload == payload).map(|code| code.corners).collect()
    };
    let (theirs, ours) = (codes(&page), codes(&letter));
    // The same code may be printed twice on a page: one of the pairings fits.
    let pairings = ours.iter().take(2).flat_map(|our| theirs.iter().take(2).map(move |t| (our, t)));
    let registration = pairings
        .into_iter()
        .find_map(|(our, their)| register::register(&letter, our, &page, their));
    Ok(Pair { sheet, received: page, sent: letter, codes: ours, registration })
}

/// A map of the sent page: how dark the received one is there, 0 to 255 in terms of its own print.
fn darkness(sent: &Grey, received: &Grey, registration: &Registration) -> Grey {
    let centre = [sent.width as f64 / 2.0, sent.height as f64 / 2.0];
    let thin = (registration.scale_at(centre).floor() as usize).clamp(1, 16);
    let small = received.shrunk(thin);
    // What the received picture does not show is black here, lest it pass for paper.
    let mut laid = Grey::plain(sent.width, sent.height, 0);
    let mut beyond = vec![false; sent.pixels()];
    for y in 0..sent.height {
        for (x, [u, v]) in registration.row(y, sent.width).into_iter().enumerate() {
            let at = y * sent.width + x;
            match small.at([u / thin as f64, v / thin as f64]) {
                Some(shade) => laid.data[at] = shade as u8,
                None => beyond[at] = true,
            }
        }
    }
    let mut dark = laid.shade(40, 0.8);
    for (dark, beyond) in dark.data.iter_mut().zip(&beyond) {
        *dark = if *beyond { 0 } else { *dark };
    }
    let strongest = spread(&dark, 1);
    let mut counts = [0u32; 256];
    for (print, dark) in sent.data.iter().zip(&strongest.data) {
        if *print < 80 {
            counts[usize::from(*dark)] += 1;
        }
    }
    let black = f32::from(super::grey::percentile(&counts, 0.6).max(40));
    for pixel in &mut dark.data {
        *pixel = (f32::from(*pixel) * 230.0 / black).min(255.0) as u8;
    }
    dark
}

/// The darkest of all pixels within `reach`, for pictures in which high is dark.
fn spread(dark: &Grey, reach: usize) -> Grey {
    let line = |values: &[u8]| -> Vec<u8> {
        (0..values.len())
            .map(|at| {
                let window = &values[at.saturating_sub(reach)..(at + reach + 1).min(values.len())];
                window.iter().copied().max().unwrap_or(0)
            })
            .collect()
    };
    let across: Vec<Vec<u8>> = dark.rows().map(line).collect();
    let mut data = Vec::with_capacity(dark.data.len());
    for y in 0..dark.height {
        let band = &across[y.saturating_sub(reach)..(y + reach + 1).min(dark.height)];
        data.extend((0..dark.width).map(|x| band.iter().map(|row| row[x]).max().unwrap_or(0)));
    }
    Grey { width: dark.width, height: dark.height, data }
}

fn compare(pair: &Pair, registration: &Registration, areas: &[&PageArea]) -> Marks {
    let (sent, received) = (&pair.sent, &pair.received);
    let dark = darkness(sent, received, registration);
    let print = Grey { data: sent.data.iter().map(|shade| 255 - shade).collect(), ..sent.clone() };
    let apart = (registration.residual * 2.0 / 25.4 * DOTS).round() as usize;
    let near = (NEAR.start() + apart).min(*NEAR.end());
    let (near_print, near_dark) = (spread(&print, near), spread(&dark, near));
    let threshold = threshold(&dark, &near_print);
    let width = sent.width;
    let boxes: Vec<[usize; 4]> = areas.iter().map(|area| pixels(area, sent)).collect();
    let owner = |x: usize, y: usize| {
        boxes.iter().position(|[left, top, right, bottom]| {
            (*left..*right).contains(&x) && (*top..*bottom).contains(&y)
        })
    };
    let mut changed = vec![false; sent.pixels()];
    for y in EDGE..sent.height.saturating_sub(EDGE) {
        for x in EDGE..width.saturating_sub(EDGE) {
            let at = y * width + x;
            let added = dark.data[at] > threshold && near_print.data[at] < 60;
            let gone = print.data[at] > PRINT && near_dark.data[at] < 50;
            changed[at] = added || gone;
        }
    }
    let mut inked = vec![0usize; boxes.len()];
    let mut regions: Vec<(usize, [usize; 4])> = Vec::new();
    for place in places(&changed, width) {
        if place.count < DUST || place.diagonal() < SPECK || place.is_hole(sent) {
            continue;
        }
        let mut within = vec![0usize; boxes.len()];
        let (mut outside, mut over) = (0, 0);
        for (x, y) in place.pixels(&changed, width) {
            match owner(x, y) {
                Some(at) => within[at] += 1,
                None if boxes.iter().any(|area| beside(area, x, y)) => over += 1,
                None => outside += 1,
            }
        }
        // A signature runs over the edge of its box.
        if outside * 2 > place.count {
            regions.push((outside + over, place.extent(sent)));
        }
        inked.iter_mut().zip(within).for_each(|(sum, count)| *sum += count);
    }
    if registration.residual < FLAT {
        let outside = |place: &Place| {
            let [left, top, right, bottom] = place.extent(sent);
            let (x, y) = (usize::midpoint(left, right), usize::midpoint(top, bottom));
            // A code is as dark as can be, and read besides.
            owner(x, y).is_none() && !pair.codes.iter().any(|code| covers(code, x, y))
        };
        let lines = struck(&dark, &print).into_iter().filter(outside);
        regions.extend(lines.map(|place| (place.count, place.extent(sent))));
    }
    regions.sort_by_key(|region| std::cmp::Reverse(region.0));
    let total: usize = regions.iter().map(|region| region.0).sum();
    let covered: usize = boxes.iter().map(area_of).sum();
    Marks {
        registered: true,
        residual: registration.residual as f32,
        boxes: areas
            .iter()
            .zip(inked.iter().zip(&boxes))
            .map(|(area, (count, pixels))| BoxInk {
                label: area.label.clone(),
                ink: *count as f32 / area_of(pixels).max(1) as f32,
            })
            .collect(),
        outside: total as f32 / sent.pixels().saturating_sub(covered).max(1) as f32,
        outside_regions: regions
            .iter()
            .take(PLACES)
            .map(|(_, extent)| extent.map(|side| side as f64 * 72.0 / DOTS))
            .collect(),
    }
}

/// Whether a point lies within four corners or close by.
fn covers(code: &[Point; 4], x: usize, y: usize) -> bool {
    let place = [x as f64, y as f64];
    let centre = middle(code);
    distance(place, centre) < distance(code[0], centre) * 1.2
}

fn beside([left, top, right, bottom]: &[usize; 4], x: usize, y: usize) -> bool {
    (left.saturating_sub(OVER)..right + OVER).contains(&x)
        && (top.saturating_sub(OVER)..bottom + OVER).contains(&y)
}

fn area_of([left, top, right, bottom]: &[usize; 4]) -> usize {
    (right - left) * (bottom - top)
}

/// An area in pixels of the sent page, never beyond it.
fn pixels(area: &PageArea, sent: &Grey) -> [usize; 4] {
    let side = |points: f64, most: usize| ((points * DOTS / 72.0).max(0.0) as usize).min(most);
    let (left, top) = (side(area.x, sent.width), side(area.y, sent.height));
    let right = side(area.x + area.width, sent.width).max(left);
    let bottom = side(area.y + area.height, sent.height).max(top);
    [left, top, right, bottom]
}

/// Darkness from which a pixel is ink: above the noise of the paper.
fn threshold(dark: &Grey, near_print: &Grey) -> u8 {
    let mut counts = [0u32; 256];
    for (dark, print) in dark.data.iter().zip(&near_print.data) {
        if *print < 20 {
            counts[usize::from(*dark)] += 1;
        }
    }
    super::grey::percentile(&counts, 0.95).saturating_mul(2).clamp(60, 150)
}
