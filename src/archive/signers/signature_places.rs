//! In which box of the letter a signature is shown. Pure.

use crate::archive::identify::RecognisedPage;
use page_area::PageArea;
use pdf_signature::Signature;

/// Labels each place with the box of the letter that it lies in; with nothing when it lies in none.
pub fn label_places(signatures: &mut [Signature], boxes: &[PageArea], pages: &[RecognisedPage]) {
    for place in signatures.iter_mut().flat_map(|signature| &mut signature.places) {
        let shows =
            |letter_page: u32| pages.contains(&RecognisedPage { page: place.page, letter_page });
        let found = boxes.iter().find(|area| shows(area.page) && holds(area, place));
        place.label = found.map_or(String::new(), |area| area.label.clone());
    }
}

/// Whether more than half of a place lies in a box.
fn holds(area: &PageArea, place: &PageArea) -> bool {
    let overlap = |from: f64, length: f64, other: f64, other_length: f64| {
        ((from + length).min(other + other_length) - from.max(other)).max(0.0)
    };
    let width = overlap(area.x, area.width, place.x, place.width);
    let height = overlap(area.y, area.height, place.y, place.height);
    width * height * 2.0 > place.width * place.height
}

#[cfg(test)]
mod tests {
    use super::*;
    use pdf_signature::{Integrity, Trust};

    fn shown_at(place: PageArea) -> Signature {
        Signature {
            field: String::new(),
            signer: String::new(),
            fingerprint: String::new(),
            key: String::new(),
            issuer: String::new(),
            claimed: None,
            proven_time: None,
            unproven_time: None,
            integrity: Integrity::Intact,
            trust: Trust::Trusted,
            authority: None,
            certification: None,
            covers: 1,
            places: vec![place],
            checks: Vec::new(),
        }
    }

    #[test]
    fn a_place_is_in_the_box_that_holds_most_of_it() {
        let area = |label: &str, x: f64, width: f64| PageArea {
            label: label.to_owned(),
            page: 2,
            x,
            y: 100.0,
            width,
            height: 50.0,
        };
        let shown = |page, letter_page| RecognisedPage { page, letter_page };
        let pages = [shown(3, 1), shown(4, 2)];
        let areas = [area("sign-head", 0.0, 100.0), area("sign-referent", 100.0, 100.0)];
        for (x, width, page, wanted) in [
            (10.0, 80.0, 4, "sign-head"),
            (60.0, 100.0, 4, "sign-referent"),
            (50.0, 100.0, 4, ""),
            (0.0, 500.0, 4, ""),
            (10.0, 80.0, 2, ""),
        ] {
            let mut all = [shown_at(PageArea { page, ..area("", x, width) })];
            label_places(&mut all, &areas, &pages);
            assert_eq!(all[0].places[0].label, wanted, "{x} {width} {page}");
        }
    }
}
