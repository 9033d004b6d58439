//! Scans made of a letter: read, compared, registered on it; and files that mean no good.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "../../../tests/suite/scans.rs"]
#[expect(dead_code, reason = "the suite of the program draws more of its scans here")]
mod scans;

use image::{GrayImage, ImageFormat, Luma, imageops};
use lopdf::{Document, Object, Stream, dictionary};
use page_area::PageArea;
use page_scan::{
    FileFormat, InkDiff, PageOrigin, PagePair, ScanError, ScannedPage, flattened_png, ink_diff,
    page_png, pixel_diff, scan_pages,
};
use scans::{encoded, scanned};

const LETTER: &[u8] = include_bytes!("../../../tests/fixtures/archive/letter.pdf");
const OTHER: &[u8] = include_bytes!("../../../tests/fixtures/archive/other.pdf");
const NAME: &str = "2026-0160101Y-4S54";
const SIGN: [f64; 4] = [223.94, 571.57, 147.4, 99.21];

fn reference(page: u32) -> String {
    format!("{NAME}.R1.P{page}")
}

/// Whether a code is a page's reference, as `….R1.P1`.
fn is_reference(payload: &str) -> bool {
    payload.contains(".R") && payload.contains(".P")
}

fn scanned_pages(bytes: &[u8], format: FileFormat) -> Result<Vec<ScannedPage>, ScanError> {
    scan_pages(bytes, format, &is_reference)
}

/// A page of the letter and a page of a scan, joined by a code.
fn pair<'a>(
    sent_page: u32,
    received: &'a [u8],
    received_page: u32,
    payload: &'a str,
) -> PagePair<'a> {
    PagePair {
        sent: LETTER,
        sent_page,
        received,
        format: FileFormat::Pdf,
        received_page,
        payload,
        wanted: &is_reference,
    }
}

/// What is written on the first page of a scan that shows the letter's second one.
fn ink(scan: &[u8]) -> InkDiff {
    ink_diff(&pair(2, scan, 1, &reference(2)), &areas()).unwrap()
}

fn areas() -> Vec<PageArea> {
    let [x, y, width, height] = SIGN;
    let area = |label: &str, x| PageArea { label: label.to_owned(), page: 2, x, y, width, height };
    vec![area("sign-head", x), area("sign-referent", 382.68)]
}

/// A page of the letter at 200 dots per inch.
fn printed(page: u32) -> GrayImage {
    let png = page_png(LETTER, FileFormat::Pdf, page, 0, 2339).unwrap();
    image::load_from_memory(&png).unwrap().to_luma8()
}

fn saved(mut document: Document) -> Vec<u8> {
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    bytes
}

fn skewed(image: &GrayImage, degrees: f64) -> GrayImage {
    let (width, height) = (f64::from(image.width()), f64::from(image.height()));
    let (sin, cos) = degrees.to_radians().sin_cos();
    GrayImage::from_fn(image.width(), image.height(), |x, y| {
        let (x, y) = (f64::from(x) - width / 2.0, f64::from(y) - height / 2.0);
        let (u, v) = (x * cos + y * sin + width / 2.0, y * cos - x * sin + height / 2.0);
        if u < 0.0 || v < 0.0 {
            return Luma([255]);
        }
        imageops::interpolate_bilinear(image, u as f32, v as f32).unwrap_or(Luma([255]))
    })
}

fn noisy(mut image: GrayImage, most: u32) -> GrayImage {
    let mut seed = 7u32;
    for pixel in image.pixels_mut() {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let noise = (seed >> 16) % (2 * most + 1);
        pixel.0[0] =
            (u32::from(pixel.0[0]) * 8 / 10 + 25 + noise).saturating_sub(most).min(255) as u8;
    }
    image
}

/// A pen stroke on a page of 200 dots per inch, in points.
fn stroke(image: &mut GrayImage, from: [f64; 2], to: [f64; 2]) {
    for step in 0..2000 {
        let share = f64::from(step) / 2000.0;
        let wave = (share * 40.0).sin() * 14.0;
        let x = (from[0] + (to[0] - from[0]) * share) * 200.0 / 72.0;
        let y = (from[1] + (to[1] - from[1]) * share + wave) * 200.0 / 72.0;
        for at in 0..16 {
            image.put_pixel(x as u32 + at % 4, y as u32 + at / 4, Luma([60]));
        }
    }
}

fn payloads(bytes: &[u8], format: FileFormat) -> Vec<Vec<String>> {
    let pages = scanned_pages(bytes, format).unwrap();
    pages.into_iter().map(|p| p.codes.into_iter().map(|code| code.payload).collect()).collect()
}

#[test]
fn the_letter_itself_is_read() {
    let pages = scanned_pages(LETTER, FileFormat::Pdf).unwrap();
    assert_eq!(pages.len(), 2);
    for page in &pages {
        assert_eq!(page.codes.len(), 1);
        assert_eq!(page.codes[0].payload, reference(page.number));
        assert_eq!((page.source, page.blank, page.codes[0].turn), (PageOrigin::Rendered, false, 0));
        assert!((page.width_mm - 210.0).abs() < 0.5 && (page.height_mm - 297.0).abs() < 0.5);
        let text = page.text.as_deref().unwrap();
        assert!(text.contains(&format!("Référence {NAME} – page {} sur 2", page.number)), "{text}");
        // The code is 15 mm wide, 25 modules and no border, in the upper right.
        let [left, right] = [page.codes[0].corners[0], page.codes[0].corners[1]];
        assert!(left[0] > 0.8 && left[1] < 0.1, "{left:?}");
        let below = page.codes[0].corners[2];
        assert!((below[0] - right[0]).abs() < 0.01 && below[1] > right[1], "clockwise: {below:?}");
        let width = (right[0] - left[0]) * 210.0;
        assert!((10.0..16.0).contains(&width), "{width}");
    }
    let json = serde_json::to_string(&pages).unwrap();
    assert_eq!(serde_json::from_str::<Vec<ScannedPage>>(&json).unwrap(), pages);
}

#[test]
fn a_batch_with_all_that_goes_wrong_is_read_page_by_page() {
    let (one, two) = (printed(1), printed(2));
    let blank = noisy(GrayImage::from_pixel(1654, 2339, Luma([250])), 6);
    let batch = scanned(&[
        skewed(&one, 3.0),
        imageops::rotate180(&two),
        blank,
        noisy(skewed(&two, -2.0), 40),
        imageops::rotate90(&one),
    ]);
    let pages = scanned_pages(&batch, FileFormat::Pdf).unwrap();
    let read: Vec<Option<(String, u16)>> = pages
        .iter()
        .map(|page| page.codes.first().map(|code| (code.payload.clone(), code.turn)))
        .collect();
    let expected = [Some((1, 0)), Some((2, 180)), None, Some((2, 0)), Some((1, 90))];
    assert_eq!(read, expected.map(|page| page.map(|(page, turn)| (reference(page), turn))));
    let blanks: Vec<bool> = pages.iter().map(|page| page.blank).collect();
    assert_eq!(blanks, [false, false, true, false, false]);
    assert!(pages.iter().all(|page| page.source == PageOrigin::Image));
    assert!((pages[0].codes[0].angle - 3.0).abs() < 1.0, "{}", pages[0].codes[0].angle);
}

#[test]
fn two_pages_on_a_sheet_give_both_codes() {
    let (one, two) = (printed(1), printed(2));
    let mut sheet = GrayImage::from_pixel(3308, 2339, Luma([255]));
    imageops::replace(&mut sheet, &one, 0, 0);
    imageops::replace(&mut sheet, &two, 1654, 0);
    let sheet = imageops::resize(&sheet, 2339, 1654, imageops::FilterType::Triangle);
    let mut found = payloads(&scanned(&[sheet]), FileFormat::Pdf).remove(0);
    found.sort();
    assert_eq!(found, [reference(1), reference(2)]);
}

#[test]
fn picture_files_of_every_kind_are_read() {
    let mut page = noisy(printed(1), 8);
    for (format, image_format) in [
        (FileFormat::Jpeg, ImageFormat::Jpeg),
        (FileFormat::Png, ImageFormat::Png),
        (FileFormat::Tiff, ImageFormat::Tiff),
    ] {
        assert_eq!(payloads(&encoded(&page, image_format), format), [[reference(1)]], "{format:?}");
    }
    for pixel in page.pixels_mut() {
        pixel.0[0] = if pixel.0[0] < 130 { 0 } else { 255 };
    }
    assert_eq!(payloads(&encoded(&page, ImageFormat::Png), FileFormat::Png), [[reference(1)]]);
}

#[test]
fn the_orientation_of_a_photo_is_respected() {
    let lying = encoded(&imageops::rotate270(&printed(1)), ImageFormat::Jpeg);
    let mut turned = lying[..2].to_vec();
    turned.extend(
        b"\xff\xe1\0\x22Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0",
    );
    turned.extend(&lying[2..]);
    let turn = |bytes: &[u8]| scanned_pages(bytes, FileFormat::Jpeg).unwrap()[0].codes[0].turn;
    assert_eq!((turn(&lying), turn(&turned)), (270, 0));
}

#[test]
fn only_what_was_drawn_elsewhere_differs() {
    let same = pixel_diff(LETTER, LETTER, &areas(), &[]).unwrap();
    assert!(same.iter().all(|page| page.outside == 0 && page.region.is_none()));
    let [x, y, width, height] = SIGN;
    let stamped = annotated([x + 10.0, y + 10.0, x + width - 10.0, y + height - 10.0]);
    let signed = pixel_diff(LETTER, &stamped, &areas(), &[]).unwrap();
    assert_eq!(signed[1].outside, 0, "{signed:?}");
    assert!(signed[1].inside[0].1 > 5000, "annotations are drawn: {signed:?}");
    assert_eq!(signed[1].inside[1], ("sign-referent".to_owned(), 0));
    let covered =
        pixel_diff(LETTER, &annotated([60.0, 200.0, 90.0, 210.0]), &areas(), &[]).unwrap();
    let region = covered[1].region.unwrap();
    assert!(covered[1].outside > 100 && (region[0] - 60.0).abs() < 1.5, "{region:?}");
    let other = pixel_diff(LETTER, OTHER, &[], &[]).unwrap();
    assert!(other.iter().all(|page| page.outside > 1000));
}

/// The letter with a black stamp on its second page; points from the top left.
fn annotated([left, top, right, bottom]: [f64; 4]) -> Vec<u8> {
    let mut document = Document::load_mem(LETTER).unwrap();
    let page = document.get_pages()[&2];
    let (width, height) = (right - left, bottom - top);
    let real = |value: f64| Object::Real(value as f32);
    let appearance = document.add_object(Stream::new(
        dictionary! {
            "Type" => "XObject", "Subtype" => "Form",
            "BBox" => vec![0.into(), 0.into(), real(width), real(height)],
        },
        format!("0 g 0 0 {width} {height} re f").into_bytes(),
    ));
    let rect = [left, 841.89 - bottom, right, 841.89 - top].map(real).to_vec();
    let annotation = document.add_object(dictionary! {
        "Type" => "Annot", "Subtype" => "Stamp", "Rect" => rect, "F" => 4,
        "AP" => dictionary! { "N" => appearance },
    });
    let page = document.get_dictionary_mut(page).unwrap();
    page.set("Annots", vec![annotation.into()]);
    saved(document)
}

#[test]
fn a_page_too_few_or_too_many_is_told() {
    let mut document = Document::load_mem(LETTER).unwrap();
    document.delete_pages(&[1]);
    let short = saved(document);
    let found = pixel_diff(LETTER, &short, &areas(), &[]).unwrap();
    assert_eq!(found.len(), 2);
    assert!(found[1].size_changed && found[1].outside > 900_000, "{found:?}");
    let found = pixel_diff(&short, LETTER, &[], &[]).unwrap();
    assert!(found[1].size_changed && found[1].outside > 900_000, "{found:?}");
}

#[test]
fn ink_is_found_in_its_box_and_beside_it() {
    let mut signed = printed(2);
    let [x, y, width, height] = SIGN;
    let middle = y + height / 2.0;
    stroke(&mut signed, [x + 20.0, middle], [x + width - 30.0, middle + 5.0]);
    let scan = scanned(&[imageops::rotate180(&noisy(skewed(&signed, 3.0), 25))]);
    let found = ink(&scan);
    assert!(found.registered && found.residual < 0.3, "{found:?}");
    assert!(found.boxes[0].ink > 0.01 && found.boxes[1].ink < 0.001, "{found:?}");
    assert!(found.outside_regions.is_empty(), "{found:?}");

    stroke(&mut signed, [70.0, 740.0], [200.0, 740.0]);
    let scan = scanned(&[noisy(skewed(&signed, -1.5), 25)]);
    let found = ink(&scan);
    let [left, top, right, bottom] = found.outside_regions[0];
    assert!(left < 75.0 && right > 190.0 && top > 715.0 && bottom < 765.0, "{found:?}");
    let flat = flattened_png(&pair(2, &scan, 1, &reference(2)), 1754).unwrap().unwrap();
    let flat = image::load_from_memory(&flat).unwrap();
    assert_eq!((flat.width(), flat.height()), (1240, 1754));
}

#[test]
fn a_line_that_was_crossed_out_is_pointed_at() {
    let mut page = printed(2);
    for x in 70..450 {
        for y in 0..4 {
            let (x, y) = (f64::from(x) * 200.0 / 72.0, 323.5 * 200.0 / 72.0 + f64::from(y));
            page.put_pixel(x as u32, y as u32, Luma([50]));
            page.put_pixel(x as u32 + 1, y as u32, Luma([50]));
            page.put_pixel(x as u32 + 2, y as u32, Luma([50]));
        }
    }
    let scan = scanned(&[noisy(skewed(&page, 1.0), 15)]);
    let found = ink(&scan);
    let hit = |[left, top, right, bottom]: &[f64; 4]| {
        right - left > 15.0 && *top > 310.0 && *bottom < 336.0
    };
    assert!(found.registered && found.outside_regions.iter().any(hit), "{found:?}");
}

#[test]
fn a_page_without_its_code_or_of_another_letter_is_not_laid() {
    let scan = scanned(&[printed(1)]);
    let found = ink(&scan);
    assert!(!found.registered && found.boxes.iter().all(|area| area.ink == 0.0));
    let missing = ink_diff(&pair(3, &scan, 1, &reference(2)), &[]);
    assert_eq!(missing, Err(ScanError::NoSuchPage(3)));
    assert_eq!(ink_diff(&pair(2, &scan, 0, &reference(2)), &[]), Err(ScanError::NoSuchPage(0)));
}

#[test]
fn a_picture_stands_upright_and_is_no_larger_than_asked() {
    let scan = scanned(&[imageops::rotate90(&printed(1))]);
    let png = page_png(&scan, FileFormat::Pdf, 1, 90, 1000).unwrap();
    let image = image::load_from_memory(&png).unwrap();
    assert!(image.height() <= 1000 && image.height() > image.width());
    let upright = page_png(&scan, FileFormat::Pdf, 1, 90, 2339).unwrap();
    assert_eq!(scanned_pages(&upright, FileFormat::Png).unwrap()[0].codes[0].turn, 0);
}

#[test]
fn hostile_files_fail_in_words() {
    let png = encoded(&GrayImage::new(2, 2), ImageFormat::Png);
    let mut lying = png.clone();
    lying[16..24].copy_from_slice(&[0, 0, 0xff, 0xff, 0, 0, 0xff, 0xff]);
    let mut empty = png.clone();
    empty[16..24].fill(0);
    let cases: [(&[u8], FileFormat); 9] = [
        (b"", FileFormat::Pdf),
        (b"", FileFormat::Tiff),
        (b"%PDF-", FileFormat::Pdf),
        (&LETTER[..LETTER.len() / 3], FileFormat::Pdf),
        (LETTER, FileFormat::Tiff),
        (LETTER, FileFormat::Jpeg),
        (&png[..40], FileFormat::Png),
        (&lying, FileFormat::Png),
        (&empty, FileFormat::Png),
    ];
    for (bytes, format) in cases {
        let failure = scanned_pages(bytes, format).unwrap_err();
        assert!(!failure.to_string().is_empty());
        assert!(page_png(bytes, format, 1, 0, 100).is_err());
        assert!(ink_diff(&PagePair { format, ..pair(1, bytes, 1, "X") }, &[]).is_err());
    }
    assert!(matches!(scanned_pages(&scanned(&[]), FileFormat::Pdf), Err(ScanError::NoPages)));
    let many = vec![GrayImage::new(1, 1); 201];
    assert_eq!(scanned_pages(&scanned(&many), FileFormat::Pdf), Err(ScanError::TooManyPages(201)));
}
