//! Scans made from a letter, without a scanner: pages rendered, turned, inked, put into a PDF.
//! The tests of `page-scan` use this file too.

use image::{DynamicImage, GrayImage, ImageFormat, Luma, imageops};
use lopdf::{Dictionary, Document, Object, Stream, dictionary};
use page_scan::{FileFormat, page_png};
use std::io::Cursor;

/// Dots per inch of a drawn page.
const DPI: f64 = 130.0;

/// A page of a letter as a printer would bring it out.
pub fn printed(letter: &[u8], page: u32) -> GrayImage {
    let height = (841.89 / 72.0 * DPI) as u32;
    let png = page_png(letter, FileFormat::Pdf, page, 0, height).unwrap();
    image::load_from_memory(&png).unwrap().to_luma8()
}

pub fn encoded(image: &GrayImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::from(image.clone()).write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// A page with nothing on it, as a scanner sees it.
pub fn blank() -> GrayImage {
    GrayImage::from_fn(1075, 1520, |x, y| Luma([248 + ((x * 7 + y * 13) % 5) as u8]))
}

pub fn upside_down(image: &GrayImage) -> GrayImage {
    imageops::rotate180(image)
}

/// A scanner's PDF: one JPEG a page, A4 or A4 across.
pub fn scanned(images: &[GrayImage]) -> Vec<u8> {
    let mut document = Document::with_version("1.4");
    let pages = document.new_object_id();
    let kids: Vec<Object> = images
        .iter()
        .map(|image| {
            let across = image.width() > image.height();
            let (width, height) = if across { (842, 595) } else { (595, 842) };
            let xobject = document.add_object(Stream::new(
                dictionary! {
                    "Type" => "XObject", "Subtype" => "Image", "ColorSpace" => "DeviceGray",
                    "Width" => i64::from(image.width()), "Height" => i64::from(image.height()),
                    "BitsPerComponent" => 8, "Filter" => "DCTDecode",
                },
                encoded(image, ImageFormat::Jpeg),
            ));
            let draw = format!("q {width} 0 0 {height} 0 0 cm /I Do Q");
            let contents = document.add_object(Stream::new(Dictionary::new(), draw.into_bytes()));
            let page = document.add_object(dictionary! {
                "Type" => "Page", "Parent" => pages, "Contents" => contents,
                "MediaBox" => vec![0.into(), 0.into(), width.into(), height.into()],
                "Resources" => dictionary! { "XObject" => dictionary! { "I" => xobject } },
            });
            page.into()
        })
        .collect();
    let number = kids.len() as i64;
    document
        .objects
        .insert(pages, dictionary! { "Type" => "Pages", "Kids" => kids, "Count" => number }.into());
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages });
    document.trailer.set("Root", catalog);
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    bytes
}

/// A pen's wave in a box, given in points from the top left corner of the page.
pub fn sign(image: &mut GrayImage, x: f64, y: f64) {
    for step in 0..3000 {
        let share = f64::from(step) / 3000.0;
        let wave = (share * 40.0).sin() * 14.0;
        let (x, y) = (x + 20.0 + share * 100.0, y + 50.0 + wave);
        for at in 0..9 {
            let (across, down) = (x * DPI / 72.0, y * DPI / 72.0);
            image.put_pixel(across as u32 + at % 3, down as u32 + at / 3, Luma([50]));
        }
    }
}
