//! Scanning a file: its pages one by one, with their QR codes and text.

use crate::error::ScanError;
use crate::file_format::FileFormat;
use crate::ink_share;
use crate::page::{PageOrigin, QrCode, ScannedPage};
use crate::pixels::geometry::center;
use crate::qr::attempts::{PixelBudget, find_codes, find_codes_once};
use crate::qr::decode::DecodedQr;
use crate::source::page_image::{PageImage, PageSource, RENDER_DPI};

/// Resolution of the last attempt at a page of a PDF, in dots per inch.
const FINE_DPI: f64 = 300.0;
/// Pixels that this last attempt takes from the budget: about an A4 page, rendered and read.
const FINE_COST: usize = 40_000_000;

/// Scans all pages of a file.
///
/// `wanted` says which payloads the caller looks for. The search for codes on a page ends when one of
/// them is read; other codes are returned and do not end it.
///
/// # Errors
///
/// [`ScanError`] when the file cannot be opened or one of its pages cannot be read.
pub fn scan_pages(
    bytes: &[u8],
    format: FileFormat,
    wanted: &dyn Fn(&str) -> bool,
) -> Result<Vec<ScannedPage>, ScanError> {
    let mut source = PageSource::open(bytes, format)?;
    let count = source.count()?;
    let mut budget = PixelBudget::default();
    (0..count).map(|index| scan_page(&mut source, index, wanted, &mut budget)).collect()
}

fn scan_page(
    source: &mut PageSource<'_>,
    index: usize,
    wanted: &dyn Fn(&str) -> bool,
    budget: &mut PixelBudget,
) -> Result<ScannedPage, ScanError> {
    let is_found = |codes: &[QrCode]| codes.iter().any(|code| wanted(&code.payload));
    let mut image = source.page(index)?;
    let text = image.text.take();
    let grey = image.take_grey();
    let mut ink = ink_share::measure(&grey);
    let mut codes = Vec::new();
    if !ink.blank {
        codes = on_page(&image, find_codes(&grey, wanted, budget));
    }
    drop(grey);
    if image.origin == PageOrigin::Image && image.more && !is_found(&codes) {
        // Something lies on or beside the image that the image does not show.
        let mut whole = source.rendered_page(index, RENDER_DPI)?;
        let grey = whole.take_grey();
        ink = ink_share::measure(&grey);
        merge(&mut codes, on_page(&whole, find_codes(&grey, wanted, budget)));
    }
    let is_pdf = matches!(image.origin, PageOrigin::Image | PageOrigin::Rendered);
    if is_pdf && !ink.blank && !is_found(&codes) && budget.0 > FINE_COST {
        budget.0 -= FINE_COST;
        let mut fine = source.rendered_page(index, FINE_DPI)?;
        let grey = fine.take_grey();
        merge(&mut codes, on_page(&fine, find_codes_once(&grey)));
    }
    let [width_mm, height_mm] = image.millimetres();
    Ok(ScannedPage {
        number: u32::try_from(index + 1).unwrap_or(u32::MAX),
        width_mm,
        height_mm,
        source: image.origin,
        ink: ink.share,
        blank: ink.blank,
        codes,
        text,
    })
}

/// Adds the codes that are not there yet.
fn merge(codes: &mut Vec<QrCode>, more: Vec<QrCode>) {
    for code in more {
        let known = codes.iter().any(|other| {
            let ([a, b], [c, d]) = (center(&other.corners), center(&code.corners));
            other.payload == code.payload && (a - c).hypot(b - d) < 0.05
        });
        if !known {
            codes.push(code);
        }
    }
}

/// Codes found in an image, with their places on its page.
fn on_page(image: &PageImage, found: Vec<DecodedQr>) -> Vec<QrCode> {
    found
        .into_iter()
        .map(|code| {
            let [from, to] = [code.corners[0], code.corners[1]].map(|p| image.frame.apply(p));
            let angle = (to[1] - from[1]).atan2(to[0] - from[0]).to_degrees();
            let quarter = (angle / 90.0).round().rem_euclid(4.0);
            QrCode {
                payload: code.payload,
                turn: quarter as u16 * 90,
                angle: angle as f32,
                corners: code.corners.map(|corner| image.fraction(corner)),
            }
        })
        .collect()
}
