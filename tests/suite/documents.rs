//! The PDFs, read by programs we did not write: conformity marks, fonts, text, QR codes.

use crate::beginning::beginning;
use crate::scans::{encoded, printed};
use crate::support::{Project, skip};
use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::Pdf;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings, render};
use image::ImageFormat;
use lopdf::{Document, Object};
use page_scan::{FileFormat, PagePair, ink_diff};

/// The text of all pages.
pub fn text(bytes: &[u8]) -> String {
    let document = Document::load_mem(bytes).unwrap();
    let pages: Vec<u32> = document.get_pages().keys().copied().collect();
    document.extract_text(&pages).unwrap()
}

/// The QR payloads of each page, read from a picture of 150 dots per inch.
fn codes(bytes: Vec<u8>) -> Vec<Vec<String>> {
    let pdf = Pdf::new(bytes).unwrap();
    let cache = RenderCache::new();
    let scale = 150.0 / 72.0;
    pdf.pages()
        .iter()
        .map(|page| {
            let settings = PixmapSettings { x_scale: scale, y_scale: scale, bg_color: WHITE };
            let picture = render(
                page,
                &cache,
                &InterpreterSettings::default(),
                &RenderSettings::default(),
                &settings,
            );
            let luma: Vec<u8> = picture
                .data_as_u8_slice()
                .chunks_exact(4)
                .map(|p| ((u16::from(p[0]) + u16::from(p[1]) + u16::from(p[2])) / 3) as u8)
                .collect();
            let (width, height) = (u32::from(picture.width()), u32::from(picture.height()));
            let found =
                rxing::helpers::detect_multiple_in_luma(luma, width, height).unwrap_or_default();
            let mut texts: Vec<String> =
                found.iter().map(|code| code.getText().to_owned()).collect();
            texts.sort();
            texts.dedup();
            texts
        })
        .collect()
}

fn made() -> Project {
    beginning("documents, made".into(), || {
        let project = Project::sample();
        project.missive(&["generate"]).expect(0);
        project
    })
}

#[test]
fn every_page_carries_its_code_and_its_reference() {
    let project = made();
    for name in project.names("out/2026/letters") {
        let reference = name.trim_end_matches(".pdf").to_owned();
        let bytes = project.bytes(&format!("out/2026/letters/{name}"));
        let pages = codes(bytes.clone());
        assert!((1..=2).contains(&pages.len()), "{name}: {} pages", pages.len());
        for (index, found) in pages.iter().enumerate() {
            assert_eq!(*found, [format!("{reference}.R1.P{}", index + 1)], "{name}");
        }
        let document = Document::load_mem(&bytes).unwrap();
        for page in document.get_pages().keys() {
            let text = document.extract_text(&[*page]).unwrap();
            assert!(text.contains(&reference), "page {page} of {name} does not show its reference");
        }
    }
}

#[test]
fn a_letter_of_one_page_carries_two_codes_in_far_corners() {
    let project = Project::small();
    project.missive(&["run", "--today", "2026-11-18"]).expect(0);
    project.hand_over("2026-11-20");
    let since = "since = 2026-09-01";
    project.replace("data/person.toml", since, &format!("{since}\nuntil = 2027-01-31"));
    project.missive(&["generate", "--today", "2027-01-11"]).expect(0);
    let name = &project.names("out/2026/letters")[0];
    let bytes = project.bytes(&format!("out/2026/letters/{name}"));
    let pdf = Pdf::new(bytes.clone()).unwrap();
    assert_eq!(pdf.pages().len(), 1);
    // Two pictures of a code, or the text of one twice: count what a reader finds before dedup.
    let picture = render(
        &pdf.pages()[0],
        &RenderCache::new(),
        &InterpreterSettings::default(),
        &RenderSettings::default(),
        &PixmapSettings { x_scale: 2.0, y_scale: 2.0, bg_color: WHITE },
    );
    let luma: Vec<u8> = picture.data_as_u8_slice().chunks_exact(4).map(|p| p[1]).collect();
    let (width, height) = (u32::from(picture.width()), u32::from(picture.height()));
    let half = (luma.len() / 2 / width as usize) * width as usize;
    let halves = [
        (luma[..half].to_vec(), half as u32 / width),
        (luma[half..].to_vec(), height - half as u32 / width),
    ];
    for (part, rows) in halves {
        let found = rxing::helpers::detect_multiple_in_luma(part, width, rows).unwrap();
        assert_eq!(found.len(), 1, "a code in each half of the page");
        assert_eq!(found[0].getText(), format!("{}.R2.P1", name.trim_end_matches(".pdf")));
    }
}

/// The rows of a picture in which something is printed within an area, in points: each run of them.
fn printed_runs(bytes: &[u8], area: &serde_json::Value) -> Vec<(u32, u32)> {
    const SCALE: f64 = 3.0;
    let pdf = Pdf::new(bytes.to_vec()).unwrap();
    let settings = PixmapSettings { x_scale: SCALE as f32, y_scale: SCALE as f32, bg_color: WHITE };
    let page = area["page"].as_u64().unwrap() as usize - 1;
    let (cache, plain) = (RenderCache::new(), InterpreterSettings::default());
    let picture = render(&pdf.pages()[page], &cache, &plain, &RenderSettings::default(), &settings);
    let pixels = picture.data_as_u8_slice();
    let of = |key: &str| (area[key].as_f64().unwrap() * SCALE) as usize;
    // The frame itself is left out.
    let (left, right) = (of("x") + 6, of("x") + of("width") - 6);
    let (top, bottom) = (of("y") + 6, of("y") + of("height") - 6);
    let width = usize::from(picture.width());
    let is_printed =
        |row: usize| (left..right).any(|column| pixels[(row * width + column) * 4 + 1] < 160);
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for row in (top..bottom).filter(|row| is_printed(*row)) {
        let row = row as u32;
        match runs.last_mut() {
            Some((_, end)) if *end + 1 == row => *end = row,
            _ => runs.push((row, row)),
        }
    }
    runs.into_iter().map(|(from, to)| (from / SCALE as u32, to / SCALE as u32)).collect()
}

#[test]
fn a_name_of_sixty_characters_leaves_room_to_sign() {
    let project = Project::small();
    let long = "given_name = \"Marie-Antoinette-Élisabeth\", family_name = \"de La Rochefoucauld-Montmorency-Exe\"";
    let short = "given_name = \"Anne\", family_name = \"Durand\"";
    project.replace("data/school.toml", short, long);
    project.missive(&["run", "--today", "2026-11-18"]).expect(0);
    let name = &project.names("out/2026/letters")[0];
    let bytes = project.bytes(&format!("out/2026/letters/{name}"));
    let ledger = rusqlite::Connection::open(project.path("data/ledger/ledger.sqlite")).unwrap();
    let boxes: String =
        ledger.query_row("SELECT boxes FROM revision", [], |row| row.get(0)).unwrap();
    let boxes: Vec<serde_json::Value> = serde_json::from_str(&boxes).unwrap();
    for label in ["sign-head", "sign-referent"] {
        let area = boxes.iter().find(|area| area["label"] == label).unwrap();
        let runs = printed_runs(&bytes, area);
        let free = runs.windows(2).map(|pair| pair[1].0 - pair[0].1).max().unwrap();
        assert!(f64::from(free) / 72.0 * 25.4 >= 25.0, "{label}: {free} pt free, {runs:?}");
        // Function, name in two lines at most, caption; then the line for the day.
        let above = runs.windows(2).position(|pair| pair[1].0 - pair[0].1 == free).unwrap() + 1;
        assert!(above <= 4, "{label}: {runs:?}");
    }
}

#[test]
fn every_pdf_is_tagged_titled_french_and_archivable() {
    let project = made();
    let mut seen = 0;
    for folder in ["letters", "covers"] {
        for name in project.names(&format!("out/2026/{folder}")) {
            if !name.ends_with(".pdf") {
                continue;
            }
            seen += 1;
            let bytes = project.bytes(&format!("out/2026/{folder}/{name}"));
            let document = Document::load_mem(&bytes).unwrap();
            let catalog = document.catalog().unwrap();
            assert_eq!(catalog.get(b"Lang").unwrap().as_str().unwrap(), b"fr", "{name}");
            let marks = document.dereference(catalog.get(b"MarkInfo").unwrap()).unwrap().1;
            assert!(marks.as_dict().unwrap().get(b"Marked").unwrap().as_bool().unwrap());
            assert!(catalog.get(b"StructTreeRoot").is_ok());
            assert!(
                !catalog.has(b"Names") || !bytes.windows(13).any(|w| w == b"EmbeddedFiles"),
                "an attachment"
            );
            let xmp = document.dereference(catalog.get(b"Metadata").unwrap()).unwrap().1;
            let stream = xmp.as_stream().unwrap();
            let xmp = String::from_utf8(
                stream.decompressed_content().unwrap_or_else(|_| stream.content.clone()),
            )
            .unwrap();
            for mark in [
                "<pdfaid:part>2</pdfaid:part>",
                "<pdfaid:conformance>A</pdfaid:conformance>",
                "<pdfuaid:part>1</pdfuaid:part>",
            ] {
                assert!(xmp.contains(mark), "{mark} not in the metadata of {name}");
            }
            let wanted = name.trim_end_matches(".pdf");
            assert!(xmp.contains(wanted), "{wanted} not in the metadata of {name}");
            for object in document.objects.values() {
                let Object::Dictionary(font) = object else {
                    continue;
                };
                if font.get(b"Type").and_then(Object::as_name).ok() == Some(b"FontDescriptor") {
                    assert!(
                        font.has(b"FontFile3") || font.has(b"FontFile2"),
                        "{name}: a font is not embedded"
                    );
                }
            }
        }
    }
    assert!(seen > 20);
}

#[test]
fn poppler_and_qpdf_have_nothing_to_say() {
    use std::process::Command;
    let project = made();
    for (program, arguments) in
        [("qpdf", ["--check"].as_slice()), ("pdfinfo", &[]), ("pdffonts", &[])]
    {
        for folder in ["letters", "covers"] {
            for name in project.names(&format!("out/2026/{folder}")) {
                if !name.ends_with(".pdf") {
                    continue;
                }
                let path = project.path(&format!("out/2026/{folder}/{name}"));
                let Ok(output) = Command::new(program).args(arguments).arg(&path).output() else {
                    skip(&format!("{program} is not here"));
                    return;
                };
                assert!(output.status.success(), "{program} {name}");
                assert!(
                    output.stderr.is_empty(),
                    "{program} {name}: {}",
                    String::from_utf8_lossy(&output.stderr)
                );
            }
        }
    }
}

/// The inside of a dark logo looks like paper to who makes the lighting even: it is not gone for that.
#[test]
fn a_page_with_a_dark_logo_that_nobody_wrote_on_has_no_change() {
    let project = Project::small();
    project.missive(&["run", "--today", "2026-11-18"]).expect(0);
    let name = &project.names("out/2026/letters")[0];
    let letter = project.bytes(&format!("out/2026/letters/{name}"));
    for page in 1..=2 {
        let received = encoded(&printed(&letter, page), ImageFormat::Png);
        let pair = PagePair {
            sent: &letter,
            sent_page: page,
            received: &received,
            format: FileFormat::Png,
            received_page: 1,
            payload: &format!("{}.R1.P{page}", name.trim_end_matches(".pdf")),
            wanted: &|payload: &str| payload.contains(".R1.P"),
        };
        let found = ink_diff(&pair, &[]).unwrap();
        assert!(found.registered);
        assert!(found.outside_regions.is_empty(), "page {page}: {found:?}");
    }
}
