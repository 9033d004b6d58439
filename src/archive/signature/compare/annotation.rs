//! What lies on top of pages (ISO 32000-2, 12.5): kept, added, taken away. What was added is judged
//! in `added`.

use super::super::document::{array, dictionary_of, entry, inner, name, rectangle, resolve};
use super::super::words;
use super::added::{french, judge, shown};
use super::canonical::{Canonical, Digest};
use super::values::{Change, Kind};
use super::view::{Boxes, View};
use lopdf::{Dictionary, Object, ObjectId};
use std::collections::BTreeMap;

/// Most that may differ on one page.
const MOST: usize = 300;
/// Entries that tie an annotation to what is around it.
const TIES: [&[u8]; 4] = [b"P", b"Parent", b"StructParent", b"Popup"];

/// An annotation of a page.
#[derive(Clone, Debug)]
struct Annotation<'a> {
    id: Option<ObjectId>,
    own: &'a Dictionary,
    digest: Option<Digest>,
}

/// Compares what lies on each page of the letter.
pub(super) fn compare(
    before: &View<'_>,
    after: &View<'_>,
    boxes: Option<&Boxes<'_>>,
    appended: bool,
    changes: &mut Vec<Change>,
) {
    let (mut here, mut there) = (before.canonical(), after.canonical());
    for (at, page) in (0..after.tree.pages.len()).zip(1..) {
        let (mut sent, mut received) =
            differing(on_page(before, at, &mut here), on_page(after, at, &mut there));
        if sent.len() > MOST || received.len() > MOST {
            let detail = format!("page {page} : trop d'éléments pour les regarder tous");
            changes.push(Change::on(page, Kind::Annotation, false, detail));
            continue;
        }
        received.retain(|own| {
            match sent.iter().position(|other| replaces(own, other, before, after)) {
                Some(found) => {
                    let gone = sent.remove(found);
                    // A field that was filled in is told as such; a link written anew is the same.
                    name(before.document, gone.own, b"Subtype") == Some(b"Widget")
                }
                None => true,
            }
        });
        for gone in &sent {
            let subtype = name(before.document, gone.own, b"Subtype").unwrap_or_default();
            // Printing to a PDF loses links; nobody takes one away without a purpose.
            let lost = subtype == b"Link" && !appended;
            let what = french(subtype);
            let detail = format!("page {page} : {what} de la lettre a été retiré ou changé");
            changes.push(Change::on(page, Kind::Removed, lost, detail));
        }
        tell(&received, page, after, boxes, changes);
    }
}

/// Tells what was added; the window of a comment is allowed with its comment.
fn tell(
    received: &[Annotation<'_>],
    page: u32,
    after: &View<'_>,
    boxes: Option<&Boxes<'_>>,
    changes: &mut Vec<Change>,
) {
    let mut judged = BTreeMap::new();
    let (windows, others): (Vec<_>, Vec<_>) = received
        .iter()
        .partition(|own| name(after.document, own.own, b"Subtype") == Some(b"Popup"));
    for own in others {
        let change = judge(own.own, page, after, boxes);
        if let Some(id) = own.id {
            judged.insert(id, change.allowed);
        }
        changes.push(change);
    }
    for own in windows {
        let of = own.own.get(b"Parent").and_then(Object::as_reference).ok();
        let known = of.is_some_and(|of| judged.get(&of).copied().unwrap_or(false));
        if !known || own.own.has(b"AP") {
            let detail = format!("page {page} : une fenêtre de commentaire de plus");
            changes.push(Change::on(page, Kind::Annotation, false, detail));
        }
    }
}

/// Those of either side that have no equal on the other.
fn differing<'a, 'b>(
    mut sent: Vec<Annotation<'a>>,
    mut received: Vec<Annotation<'b>>,
) -> (Vec<Annotation<'a>>, Vec<Annotation<'b>>) {
    let mut there: BTreeMap<Digest, usize> = BTreeMap::new();
    for digest in received.iter().filter_map(|own| own.digest) {
        *there.entry(digest).or_default() += 1;
    }
    let take = |from: &mut BTreeMap<Digest, usize>, digest: Option<Digest>| {
        let left = digest.and_then(|own| from.get_mut(&own)).filter(|own| **own > 0);
        left.map(|own| *own -= 1).is_some()
    };
    let mut here: BTreeMap<Digest, usize> = BTreeMap::new();
    sent.retain(|own| {
        let found = take(&mut there, own.digest);
        if let Some(digest) = own.digest.filter(|_| found) {
            *here.entry(digest).or_default() += 1;
        }
        !found
    });
    received.retain(|own| !take(&mut here, own.digest));
    (sent, received)
}

fn on_page<'a>(
    view: &'a View<'_>,
    at: usize,
    canonical: &mut Canonical<'_>,
) -> Vec<Annotation<'a>> {
    let Some(page) = view.tree.pages.get(at) else { return Vec::new() };
    array(view.document, page.own, b"Annots")
        .iter()
        .filter_map(|object| {
            let own = dictionary_of(resolve(view.document, object))?;
            let digest = canonical.without(own, &TIES);
            Some(Annotation { id: object.as_reference().ok(), own, digest })
        })
        .collect()
}

/// Whether one takes the place of another: an empty signature field that was signed, a field that
/// was filled in, a link that a program wrote anew.
fn replaces(
    own: &Annotation<'_>,
    other: &Annotation<'_>,
    before: &View<'_>,
    after: &View<'_>,
) -> bool {
    let kinds =
        (name(before.document, other.own, b"Subtype"), name(after.document, own.own, b"Subtype"));
    let places = (
        rectangle(before.document, other.own, b"Rect"),
        rectangle(after.document, own.own, b"Rect"),
    );
    let (Some(place), Some(new_place)) = places else { return false };
    let same_place = place.iter().zip(new_place).all(|(a, b)| (a - b).abs() < 1.0);
    match kinds {
        (Some(b"Widget"), Some(b"Widget")) => {
            let (was, is) = (shown(before.document, other.own), shown(after.document, own.own));
            let same_name = words::of_pdf(was.name, 200) == words::of_pdf(is.name, 200);
            same_place && same_name && was.kind == is.kind && was.value.is_none()
        }
        // One that draws something is not the same.
        (Some(b"Link"), Some(b"Link")) => {
            same_place && leads(own, after) == leads(other, before) && !own.own.has(b"AP")
        }
        _ => false,
    }
}

/// Where a link leads: kind of action and address, or nothing for a place in the document.
fn leads(own: &Annotation<'_>, view: &View<'_>) -> (Vec<u8>, Vec<u8>) {
    let action = inner(view.document, own.own, b"A");
    let value = |key: &[u8]| match action.and_then(|own| entry(view.document, own, key)) {
        Some(Object::Name(own) | Object::String(own, _)) => own.clone(),
        _ => Vec::new(),
    };
    let kind = value(b"S");
    if kind == b"GoTo" { (Vec::new(), Vec::new()) } else { (kind, value(b"URI")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lopdf::{Document, dictionary};

    fn with(annotations: Vec<Dictionary>) -> Document {
        let mut document = Document::with_version("1.7");
        let annots: Vec<Object> =
            annotations.into_iter().map(|own| document.add_object(own).into()).collect();
        let page = document.add_object(dictionary! { "Type" => "Page", "Annots" => annots });
        let pages = document.add_object(dictionary! { "Kids" => vec![page.into()] });
        let catalog = document.add_object(dictionary! { "Pages" => pages });
        document.trailer.set("Root", catalog);
        document
    }

    fn link(at: i64, to: &str) -> Dictionary {
        let place = vec![at.into(), 0.into(), 9.into(), 9.into()];
        let action = dictionary! { "S" => "URI", "URI" => Object::string_literal(to) };
        dictionary! { "Subtype" => "Link", "Rect" => place, "A" => action }
    }

    fn differ(sent: &Document, received: &Document, appended: bool) -> Vec<(Kind, bool)> {
        let mut changes = Vec::new();
        compare(&View::new(sent), &View::new(received), None, appended, &mut changes);
        changes.into_iter().map(|own| (own.kind, own.allowed)).collect()
    }

    #[test]
    fn a_link_written_anew_is_the_same_and_one_that_leads_elsewhere_is_not() {
        let sent = with(vec![link(1, "mailto:a"), link(1, "mailto:a")]);
        assert_eq!(differ(&sent, &sent, true), []);
        let mut framed = link(1, "mailto:a");
        framed.set("Border", 1);
        assert_eq!(differ(&sent, &with(vec![framed.clone(), framed.clone()]), true), []);
        framed.set("AP", 1);
        let drawn = differ(&sent, &with(vec![link(1, "mailto:a"), framed]), true);
        assert_eq!(drawn, [(Kind::Removed, false), (Kind::Annotation, false)]);
        let other = differ(&sent, &with(vec![link(1, "mailto:a"), link(1, "mailto:b")]), true);
        assert_eq!(other, [(Kind::Removed, false), (Kind::Annotation, false)]);
        assert_eq!(differ(&sent, &with(vec![link(1, "mailto:a")]), false), [(Kind::Removed, true)]);
    }

    #[test]
    fn a_window_without_its_comment_is_not_allowed_and_too_many_are_not_looked_at() {
        let window = dictionary! { "Subtype" => "Popup", "Parent" => (9, 0) };
        let told = differ(&with(vec![]), &with(vec![window]), true);
        assert_eq!(told, [(Kind::Annotation, false)]);
        let many = (0..=300).map(|at| link(at, "x")).collect();
        assert_eq!(differ(&with(vec![]), &with(many), true).len(), 1);
    }
}
