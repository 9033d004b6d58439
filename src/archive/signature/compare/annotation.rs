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

/// Entries that the window of a comment may have: none by which it draws something.
const WINDOW: [&[u8]; 11] = [
    b"Type",
    b"Subtype",
    b"Rect",
    b"Parent",
    b"Open",
    b"P",
    b"NM",
    b"M",
    b"F",
    b"StructParent",
    b"Contents",
];
/// Entries by which a link draws something (12.5.2, 12.5.6.5).
const DRAWS: [&[u8]; 7] = [b"AP", b"Border", b"BS", b"C", b"BE", b"MK", b"OC"];

/// Whether a comment or its window is open: readers then draw it over the page.
fn is_open(own: &Dictionary, view: &View<'_>) -> bool {
    entry(view.document, own, b"Open").is_some_and(|own| !matches!(own.as_bool(), Ok(false)))
}

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
            let stands = |other: &Annotation<'_>| replaces(own, other, before, after, appended);
            match sent.iter().position(stands) {
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
            let change = Change::on(page, Kind::Removed, lost, detail);
            changes.push(Change { review: lost, ..change });
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
        let plain = own.own.iter().all(|(key, _)| WINDOW.contains(&key.as_slice()));
        let open = is_open(own.own, after)
            || inner(after.document, own.own, b"Parent").is_some_and(|of| is_open(of, after));
        let place = rectangle(after.document, own.own, b"Rect");
        let inside =
            place.is_some_and(|at| boxes.is_some_and(|own| own.holding(page, at).is_some()));
        if !known || !plain || (open && !inside) {
            let what = if open && !inside { "ouverte par-dessus la lettre" } else { "de plus" };
            let detail = format!("page {page} : une fenêtre de commentaire {what}");
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
    appended: bool,
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
        // Nobody who only adds to a file writes a link anew. One that draws something, be it a
        // frame, is not the same.
        (Some(b"Link"), Some(b"Link")) => {
            let draws = DRAWS
                .iter()
                .any(|key| own.own.has(key) && own.own.get(key).ok() != other.own.get(key).ok());
            !appended && same_place && lead_alike((own, after), (other, before)) && !draws
        }
        _ => false,
    }
}

/// Whether two links lead to the same place: the page, the point, the address.
fn lead_alike(
    (own, after): (&Annotation<'_>, &View<'_>),
    (other, before): (&Annotation<'_>, &View<'_>),
) -> bool {
    let leads = |own: &Annotation<'_>, view: &View<'_>| {
        let mut canonical = view.canonical();
        let action = inner(view.document, own.own, b"A");
        let action = action.map(|own| canonical.without(own, &[b"Type"]));
        let place = entry(view.document, own.own, b"Dest").map(|own| canonical.of(own));
        (action, place)
    };
    let (is, was) = (leads(own, after), leads(other, before));
    let known = |digest: Option<Option<Digest>>| digest != Some(None);
    known(is.0) && known(is.1) && is == was
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
        let mut anew = link(1, "mailto:a");
        anew.set("H", 1);
        let both = with(vec![anew.clone(), anew.clone()]);
        assert_eq!(differ(&sent, &both, false), []);
        let refused = [(Kind::Removed, false), (Kind::Annotation, false)];
        assert_eq!(differ(&sent, &with(vec![link(1, "mailto:a"), anew.clone()]), true), refused);
        for key in ["AP", "Border", "C"] {
            let mut drawn = link(1, "mailto:a");
            drawn.set(key, 1);
            let found = differ(&sent, &with(vec![link(1, "mailto:a"), drawn]), false);
            assert_eq!(found, [(Kind::Removed, true), (Kind::Annotation, false)], "{key}");
        }
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
