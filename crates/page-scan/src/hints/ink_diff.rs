//! Handwriting on a scan: ink that the sent page does not have, and print that is gone.
//!
//! The received page is registered on the sent one and its lighting is made even. A dark pixel is new
//! ink where the sent page has no print nearby. "Nearby" is half a millimetre: a stroke that turns one
//! digit into another is not found.

use super::connected_components::{Component, components};
use super::strikethrough::strikethroughs;
use crate::error::ScanError;
use crate::pixels::geometry::{Point, center, distance};
use crate::pixels::grey::{Grey, percentile};
use crate::registration::page_pair::{PagePair, RegisteredPair};
use crate::registration::register::{DPI, Registration};
use page_area::PageArea;
use serde::{Deserialize, Serialize};

/// Pixels around print in which no ink counts as new: half a millimetre, more on a page that does not
/// lie flat.
const PRINT_MARGIN: std::ops::RangeInclusive<usize> = 3..=6;
/// Pixels by which a signature may leave its area: five millimetres.
const MAX_OVERFLOW: usize = 30;
/// Largest residual, in millimetres, with which print itself can be compared.
const MAX_PRINT_RESIDUAL: f64 = 0.1;
/// Darkness of sent print that must be found again.
const PRINT_DARKNESS: u8 = 150;
/// A component of fewer pixels is dust.
const MIN_COMPONENT_PIXELS: usize = 30;
/// A component with a smaller diagonal, in cells, is dust.
const MIN_COMPONENT_DIAGONAL: f64 = 3.0;
/// Pixels at the edge of the page in which scanners leave shadows: five millimetres.
const PAGE_EDGE: usize = 30;
/// Most regions that are returned.
const MAX_REGIONS: usize = 10;

/// What is handwritten on a scan or photo, and what is gone from it. A hint to sort a person's
/// work, not a proof.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InkDiff {
    /// Whether the page could be registered on the sent one. If not, the rest is empty.
    pub registered: bool,
    /// Median distance between printed details after registration, in millimetres on paper.
    pub residual: f32,
    /// The areas of the page.
    pub boxes: Vec<BoxInk>,
    /// Share of the page outside the areas where ink was added or print is gone, 0 to 1.
    pub outside: f32,
    /// The regions of these changes, the largest first, at most ten: left, top, right, bottom in
    /// points from the top left of the sent page.
    pub outside_regions: Vec<[f64; 4]>,
}

/// The ink in an area.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BoxInk {
    /// The area's label.
    pub label: String,
    /// Share of the area that is dark now and was not on the sent page, 0 to 1.
    pub ink: f32,
}

/// Finds what was written on a page, and what is gone from it.
///
/// `areas` are places where a person may write, in points of the sent page. Areas of other pages are
/// ignored.
///
/// # Errors
///
/// [`ScanError`] when one of the files or pages cannot be read.
pub fn ink_diff(pages: &PagePair<'_>, areas: &[PageArea]) -> Result<InkDiff, ScanError> {
    let pair = pages.register()?;
    let here: Vec<&PageArea> = areas.iter().filter(|area| area.page == pages.sent_page).collect();
    Ok(match &pair.registration {
        Some(registration) => compare(&pair, registration, &here),
        None => InkDiff {
            registered: false,
            residual: 0.0,
            boxes: here.iter().map(|a| BoxInk { label: a.label.clone(), ink: 0.0 }).collect(),
            outside: 0.0,
            outside_regions: Vec::new(),
        },
    })
}

fn compare(pair: &RegisteredPair, registration: &Registration, areas: &[&PageArea]) -> InkDiff {
    let sent = &pair.sent;
    let dark = darkness(sent, &pair.received, registration);
    let print = Grey { data: sent.data.iter().map(|shade| 255 - shade).collect(), ..sent.clone() };
    let changed = changed_pixels(&dark, &print, registration);
    let boxes = Boxes(areas.iter().map(|area| in_pixels(area, sent)).collect());
    let mut ink = vec![0usize; areas.len()];
    let mut regions: Vec<Region> = Vec::new();
    for component in components(&changed, sent.width) {
        if component.count < MIN_COMPONENT_PIXELS
            || component.diagonal() < MIN_COMPONENT_DIAGONAL
            || component.is_hole(sent)
        {
            continue;
        }
        let counts = boxes.count(component.pixels(&changed, sent.width));
        // A signature runs over the edge of its area.
        if counts.outside * 2 > component.count {
            let extent = component.extent(sent);
            regions.push(Region { pixels: counts.outside + counts.beside, extent });
        }
        ink.iter_mut().zip(counts.inside).for_each(|(sum, count)| *sum += count);
    }
    if registration.residual < MAX_PRINT_RESIDUAL {
        let is_outside = |line: &Component| {
            let [left, top, right, bottom] = line.extent(sent);
            let (x, y) = (usize::midpoint(left, right), usize::midpoint(top, bottom));
            // A code is as dark as can be, and it is read besides.
            boxes.at(x, y).is_none() && !pair.codes.iter().any(|code| covers(code, x, y))
        };
        let lines = strikethroughs(&dark, &print).into_iter().filter(is_outside);
        regions.extend(lines.map(|line| Region { pixels: line.count, extent: line.extent(sent) }));
    }
    regions.sort_by_key(|region| std::cmp::Reverse(region.pixels));
    let total: usize = regions.iter().map(|region| region.pixels).sum();
    let covered: usize = boxes.0.iter().map(area_of).sum();
    let share = |area: &PageArea, count: usize, pixels: &[usize; 4]| BoxInk {
        label: area.label.clone(),
        ink: count as f32 / area_of(pixels).max(1) as f32,
    };
    let inked = areas.iter().zip(ink).zip(&boxes.0);
    InkDiff {
        registered: true,
        residual: registration.residual as f32,
        boxes: inked.map(|((area, count), pixels)| share(area, count, pixels)).collect(),
        outside: total as f32 / sent.pixels().saturating_sub(covered).max(1) as f32,
        outside_regions: regions
            .iter()
            .take(MAX_REGIONS)
            .map(|region| region.extent.map(|side| side as f64 * 72.0 / DPI))
            .collect(),
    }
}

/// A place outside the areas where something changed.
struct Region {
    /// Changed pixels.
    pixels: usize,
    /// Left, top, right, bottom in pixels of the sent page.
    extent: [usize; 4],
}

/// The areas in pixels of the sent page: left, top, right, bottom.
struct Boxes(Vec<[usize; 4]>);

/// Where the pixels of a component lie.
struct PixelCounts {
    /// Inside each area.
    inside: Vec<usize>,
    /// Outside the areas, where a signature may run over.
    beside: usize,
    /// Anywhere else.
    outside: usize,
}

impl Boxes {
    /// The first area that holds a pixel.
    fn at(&self, x: usize, y: usize) -> Option<usize> {
        self.0.iter().position(|[left, top, right, bottom]| {
            (*left..*right).contains(&x) && (*top..*bottom).contains(&y)
        })
    }

    fn count(&self, pixels: impl Iterator<Item = (usize, usize)>) -> PixelCounts {
        let mut counts = PixelCounts { inside: vec![0; self.0.len()], beside: 0, outside: 0 };
        for (x, y) in pixels {
            match self.at(x, y) {
                Some(index) => counts.inside[index] += 1,
                None if self.0.iter().any(|area| is_beside(area, x, y)) => counts.beside += 1,
                None => counts.outside += 1,
            }
        }
        counts
    }
}

/// How dark the received page is at each pixel of the sent one, 0 to 255; its own print has 230.
fn darkness(sent: &Grey, received: &Grey, registration: &Registration) -> Grey {
    let page_center = [sent.width as f64 / 2.0, sent.height as f64 / 2.0];
    let factor = (registration.scale_at(page_center).floor() as usize).clamp(1, 16);
    let small = received.shrunk(factor);
    // Parts outside the received image are black here, so that they are not taken for paper.
    let mut registered = Grey::plain(sent.width, sent.height, 0);
    let mut is_missing = vec![false; sent.pixels()];
    for y in 0..sent.height {
        for (x, [u, v]) in registration.map_row(y, sent.width).into_iter().enumerate() {
            let at = y * sent.width + x;
            match small.at([u / factor as f64, v / factor as f64]) {
                Some(shade) => registered.data[at] = shade as u8,
                None => is_missing[at] = true,
            }
        }
    }
    let mut dark = registered.darkness(40, 0.8);
    for (dark, is_missing) in dark.data.iter_mut().zip(&is_missing) {
        *dark = if *is_missing { 0 } else { *dark };
    }
    let strongest = dilated(&dark, 1);
    let mut counts = [0u32; 256];
    for (print, dark) in sent.data.iter().zip(&strongest.data) {
        if *print < 80 {
            counts[usize::from(*dark)] += 1;
        }
    }
    let black = f32::from(percentile(&counts, 0.6).max(40));
    for pixel in &mut dark.data {
        *pixel = (f32::from(*pixel) * 230.0 / black).min(255.0) as u8;
    }
    dark
}

/// The pixels where ink was added or print is gone.
fn changed_pixels(dark: &Grey, print: &Grey, registration: &Registration) -> Vec<bool> {
    let slack = (registration.residual * 2.0 / 25.4 * DPI).round() as usize;
    let near = (PRINT_MARGIN.start() + slack).min(*PRINT_MARGIN.end());
    let (near_print, near_dark) = (dilated(print, near), dilated(dark, near));
    let threshold = ink_threshold(dark, &near_print);
    let width = print.width;
    let mut changed = vec![false; print.pixels()];
    for y in PAGE_EDGE..print.height.saturating_sub(PAGE_EDGE) {
        for x in PAGE_EDGE..width.saturating_sub(PAGE_EDGE) {
            let at = y * width + x;
            let added = dark.data[at] > threshold && near_print.data[at] < 60;
            let gone = print.data[at] > PRINT_DARKNESS && near_dark.data[at] < 50;
            changed[at] = added || gone;
        }
    }
    changed
}

/// The largest value of all pixels within `reach`, across and down.
fn dilated(dark: &Grey, reach: usize) -> Grey {
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

/// Whether a pixel lies within the four corners of a code, or close by.
fn covers(code: &[Point; 4], x: usize, y: usize) -> bool {
    let code_center = center(code);
    distance([x as f64, y as f64], code_center) < distance(code[0], code_center) * 1.2
}

/// Whether a pixel is as close to an area as a signature may run over.
fn is_beside([left, top, right, bottom]: &[usize; 4], x: usize, y: usize) -> bool {
    (left.saturating_sub(MAX_OVERFLOW)..right + MAX_OVERFLOW).contains(&x)
        && (top.saturating_sub(MAX_OVERFLOW)..bottom + MAX_OVERFLOW).contains(&y)
}

fn area_of([left, top, right, bottom]: &[usize; 4]) -> usize {
    (right - left) * (bottom - top)
}

/// An area in pixels of the sent page, cut at the edge of the page.
fn in_pixels(area: &PageArea, sent: &Grey) -> [usize; 4] {
    let side = |points: f64, most: usize| ((points * DPI / 72.0).max(0.0) as usize).min(most);
    let (left, top) = (side(area.x, sent.width), side(area.y, sent.height));
    let right = side(area.x + area.width, sent.width).max(left);
    let bottom = side(area.y + area.height, sent.height).max(top);
    [left, top, right, bottom]
}

/// Darkness above which a pixel is ink: twice the noise of the paper.
fn ink_threshold(dark: &Grey, near_print: &Grey) -> u8 {
    let mut counts = [0u32; 256];
    for (dark, print) in dark.data.iter().zip(&near_print.data) {
        if *print < 20 {
            counts[usize::from(*dark)] += 1;
        }
    }
    percentile(&counts, 0.95).saturating_mul(2).clamp(60, 150)
}
