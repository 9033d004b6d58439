//! How often each hint is right, over a corpus of scans whose handwriting is known.
//!
//! `cargo run -p page-scan --example hints -- LETTERS BOXES SCANS`, with LETTERS the folder of the letters
//! as sent, BOXES the JSON of `boxes.py` and SCANS the folder of `scans.py` (see
//! `tests/real/returns/README.md`).

#![expect(clippy::disallowed_methods, reason = "reads a corpus that its caller has just made")]

use page_area::PageArea;
use page_scan::{FileFormat, PagePair, ScannedPage, ink_diff, scan_pages};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fs;
use std::path::Path;

/// Share of an area from which it counts as inked, as in `missive`.
const INKED: f32 = 0.004;

/// A file of the corpus (`truth.json`).
#[derive(Deserialize)]
struct Scan {
    file: String,
    kind: FileFormat,
    pages: Vec<TruePage>,
}

/// A page of the letter in it.
#[derive(Deserialize)]
struct TruePage {
    page: u32,
    reference: Option<String>,
    number: Option<u32>,
    marks: Vec<Mark>,
}

/// Ink by hand, in points of the letter's page.
#[derive(Deserialize)]
struct Mark {
    kind: String,
    label: Option<String>,
    x: f64,
    y: f64,
    width: f64,
    height: f64,
}

impl Mark {
    /// Whether a region touches it, with two millimetres around it.
    fn meets(&self, [left, top, right, bottom]: [f64; 4]) -> bool {
        const NEAR: f64 = 6.0;
        left < self.x + self.width + NEAR
            && right > self.x - NEAR
            && top < self.y + self.height + NEAR
            && bottom > self.y - NEAR
    }
}

/// Yes and no, by what was so and what was said.
#[derive(Default)]
struct Table(BTreeMap<String, [usize; 2]>);

impl Table {
    fn add(&mut self, row: &str, found: bool) {
        self.0.entry(row.to_owned()).or_default()[usize::from(found)] += 1;
    }

    fn print(&self, title: &str) {
        println!("{title}");
        for (row, [no, yes]) in &self.0 {
            println!("  {row:44} {yes:4} of {:4}", no + yes);
        }
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [letters, boxes, scans] = arguments.as_slice() else {
        return Err("usage: hints LETTERS BOXES SCANS".into());
    };
    let boxes: BTreeMap<String, Vec<PageArea>> = serde_json::from_slice(&fs::read(boxes)?)?;
    let truth = fs::read(Path::new(scans).join("truth.json"))?;
    let truth: Vec<Scan> = serde_json::from_slice(&truth)?;
    let (mut pages, mut areas, mut marks) = (Table::default(), Table::default(), Table::default());
    for scan in &truth {
        let file = fs::read(Path::new(scans).join(&scan.file))?;
        let scanned = scan_pages(&file, scan.kind, &is_page_code)?;
        for page in &scan.pages {
            let (Some(reference), Some(number)) = (&page.reference, page.number) else { continue };
            let payload = format!("{reference}.R1.P{number}");
            let read = bears(&scanned, page.page, &payload);
            pages.add("code read", read);
            if !read {
                continue;
            }
            let sent = fs::read(Path::new(letters).join(format!("{reference}.pdf")))?;
            let pair = PagePair {
                sent: &sent,
                sent_page: number,
                received: &file,
                format: scan.kind,
                received_page: page.page,
                payload: &payload,
                wanted: &is_page_code,
            };
            let none = Vec::new();
            let diff = ink_diff(&pair, boxes.get(reference).unwrap_or(&none))?;
            pages.add("registered", diff.registered);
            if !diff.registered {
                continue;
            }
            for area in &diff.boxes {
                let inside = |mark: &Mark| mark.label.as_ref() == Some(&area.label);
                let group = area.label.split('-').next().unwrap_or_default();
                let state = if page.marks.iter().any(inside) { "inked" } else { "empty" };
                areas.add(&format!("{group} box, {state}: said to be inked"), area.ink >= INKED);
            }
            let regions = &diff.outside_regions;
            let outside: Vec<&Mark> = page.marks.iter().filter(|m| m.label.is_none()).collect();
            for mark in &outside {
                let found = regions.iter().any(|region| mark.meets(*region));
                marks.add(&format!("mark found: {}", mark.kind), found);
            }
            let kinds: BTreeSet<&str> = outside.iter().map(|mark| mark.kind.as_str()).collect();
            let state = if kinds.is_empty() { "clean page" } else { "marked page" };
            marks.add(&format!("{state}: alarm"), !regions.is_empty());
            for region in regions {
                let is_true = page.marks.iter().any(|mark| mark.meets(*region));
                marks.add(&format!("{state}, region is a mark of the pen"), is_true);
                if !is_true {
                    println!("false region {region:.0?} of {} page {}", scan.file, page.page);
                }
            }
        }
    }
    pages.print("pages");
    areas.print("areas");
    marks.print("outside the areas");
    Ok(())
}

fn is_page_code(payload: &str) -> bool {
    payload.contains(".R") && payload.contains(".P")
}

fn bears(pages: &[ScannedPage], number: u32, payload: &str) -> bool {
    let page = pages.iter().find(|page| page.number == number);
    page.is_some_and(|page| page.codes.iter().any(|code| code.payload == payload))
}
