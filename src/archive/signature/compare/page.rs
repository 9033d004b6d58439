//! Order, size and content of pages.

use super::super::document::{PageObject, entry};
use super::super::words::counted;
use super::canonical::{Canonical, Digest};
use super::values::{Change, Kind};
use super::view::View;
use lopdf::Object;

/// Difference between two sizes of a page that rounding may make, in points.
const SMALLEST: f64 = 0.5;
/// Difference that writing a number in fewer digits makes, in points.
const ROUNDED: f64 = 0.001;
/// Entries of a page that are compared elsewhere.
const APART: [&[u8]; 12] = [
    b"Type",
    b"Parent",
    b"Annots",
    b"Contents",
    b"Resources",
    b"MediaBox",
    b"CropBox",
    b"Rotate",
    b"UserUnit",
    b"Group",
    b"LastModified",
    b"AA",
];
/// Entries that no page shows, and that programs which write a file anew add, change or leave out.
const UNSEEN: [&[u8]; 10] = [
    b"BleedBox",
    b"TrimBox",
    b"ArtBox",
    b"StructParents",
    b"Tabs",
    b"PieceInfo",
    b"Metadata",
    b"Thumb",
    b"ID",
    b"Dur",
];

/// What is known of the pages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in super::super) struct Pages {
    /// As many pages on both sides.
    pub same_count: bool,
    /// Pages, from 1, whose content is not written alike.
    pub content: Vec<u32>,
}

/// Compares page by page.
pub(super) fn compare(before: &View<'_>, after: &View<'_>, changes: &mut Vec<Change>) -> Pages {
    let (sent, received) = (&before.tree.pages, &after.tree.pages);
    let (mut here, mut there) = (before.canonical(), after.canonical());
    let left: Vec<_> = sent.iter().map(|own| content(own, before, &mut here)).collect();
    let right: Vec<_> = received.iter().map(|own| content(own, after, &mut there)).collect();
    let same_count = sent.len() == received.len();
    if !after.tree.consistent && before.tree.consistent {
        let detail = "l'arbre des pages se contredit : selon le logiciel, il en manque";
        changes.push(Change::for_review(Kind::Pages, detail));
    }
    if !same_count {
        let detail =
            format!("{} au lieu de {}", counted(received.len(), "page", "pages"), sent.len());
        changes.push(Change::new(Kind::Pages, false, detail));
    }
    let mut pages = Pages { same_count, content: Vec::new() };
    let mut moved = false;
    for (at, number) in (0..sent.len()).zip(1..) {
        let (Some(own), Some(other)) = (sent.get(at), received.get(at)) else {
            pages.content.push(number);
            continue;
        };
        let (own_content, other_content) =
            (left.get(at).copied().flatten(), right.get(at).copied().flatten());
        if own_content.is_none() || own_content != other_content {
            moved |= own_content.is_some() && right.contains(&own_content);
            pages.content.push(number);
            let detail = format!(
                "ce qui est imprimé page {number} n'est plus écrit de la même façon : à vérifier sur l'image"
            );
            changes.push(Change::on(number, Kind::Content, true, detail));
        }
        let (was, is) = (geometry(own, before), geometry(other, after));
        if !same_geometry(&was, &is, ROUNDED) {
            let near = same_geometry(&was, &is, SMALLEST);
            let detail = format!("la page {number} n'a plus la même taille ou a été tournée");
            let change = Change::on(number, Kind::Geometry, near, detail);
            changes.push(Change { review: near, ..change });
        }
        other_entries(number, (own, &mut here), (other, &mut there), changes);
    }
    if moved {
        changes.push(Change::new(Kind::Pages, false, "les pages ne sont plus dans le même ordre"));
    }
    pages
}

/// Digest of what a page prints and of what it prints with.
fn content(own: &PageObject<'_>, view: &View<'_>, canonical: &mut Canonical<'_>) -> Option<Digest> {
    let streams = canonical.streams(own.own.get(b"Contents").unwrap_or(&Object::Null))?;
    let resources = match own.get(view.document, b"Resources") {
        Some(Object::Dictionary(resources)) => canonical.without(resources, &[b"ProcSet"])?,
        Some(_) => return None,
        None => Digest::default(),
    };
    let group = canonical.of(entry(view.document, own.own, b"Group").unwrap_or(&Object::Null))?;
    let mut whole = streams.to_vec();
    whole.extend(resources);
    whole.extend(group);
    canonical.of(&Object::string_literal(whole))
}

/// Whether media box, shown part, turn and unit are the same.
fn same_geometry(own: &[f64], other: &[f64], most: f64) -> bool {
    own.len() == other.len() && own.iter().zip(other).all(|(a, b)| (a - b).abs() < most)
}

fn geometry(own: &PageObject<'_>, view: &View<'_>) -> Vec<f64> {
    let number =
        |object: Option<&Object>| object.and_then(|own| own.as_float().ok()).map(f64::from);
    let turn = number(own.get(view.document, b"Rotate")).unwrap_or(0.0).rem_euclid(360.0);
    let unit = number(entry(view.document, own.own, b"UserUnit")).unwrap_or(1.0);
    let media = own.rectangle(view.document, b"MediaBox");
    let mut all: Vec<f64> = media.into_iter().chain(own.shown(view.document)).flatten().collect();
    // The unit is the same or it is not.
    all.extend([turn, unit * 1e7]);
    all
}

/// Entries of a page that no rule knows: none may be new or different.
fn other_entries(
    number: u32,
    (own, here): (&PageObject<'_>, &mut Canonical<'_>),
    (other, there): (&PageObject<'_>, &mut Canonical<'_>),
    changes: &mut Vec<Change>,
) {
    let mut keys: Vec<&Vec<u8>> =
        own.own.iter().chain(other.own.iter()).map(|(key, _)| key).collect();
    keys.sort();
    keys.dedup();
    for key in keys.into_iter().filter(|key| !APART.contains(&key.as_slice())) {
        let was = here.of(own.own.get(key).unwrap_or(&Object::Null));
        let is = there.of(other.own.get(key).unwrap_or(&Object::Null));
        if is.is_some() && was == is {
            continue;
        }
        let unseen = UNSEEN.contains(&key.as_slice());
        let key = String::from_utf8_lossy(key);
        let detail =
            format!("la page {number} a une entrée de plus, de moins ou changée (« {key} »)");
        let change = Change::on(number, Kind::Page, unseen, detail);
        changes.push(Change { review: unseen, ..change });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lopdf::{Document, Stream, dictionary};

    fn letter(contents: &[&[u8]], rotate: i64) -> Document {
        let mut document = Document::with_version("1.7");
        let tree = document.new_object_id();
        let mut kids = Vec::new();
        for content in contents {
            let stream = document.add_object(Stream::new(dictionary! {}, content.to_vec()));
            let media = vec![0.into(), 0.into(), 595.into(), 842.into()];
            kids.push(document.add_object(dictionary! {
                "Type" => "Page", "Parent" => tree, "MediaBox" => media, "Contents" => stream,
                "Rotate" => rotate,
            }));
        }
        let kids: Vec<Object> = kids.into_iter().map(Object::from).collect();
        document.objects.insert(tree, dictionary! { "Kids" => kids }.into());
        let catalog = document.add_object(dictionary! { "Pages" => tree });
        document.trailer.set("Root", catalog);
        document
    }

    fn differ(sent: &Document, received: &Document) -> (Vec<u32>, Vec<(Kind, bool)>) {
        let mut changes = Vec::new();
        let pages = compare(&View::new(sent), &View::new(received), &mut changes);
        (pages.content, changes.into_iter().map(|own| (own.kind, own.allowed)).collect())
    }

    #[test]
    fn content_is_set_apart_and_order_number_and_turn_are_not_allowed() {
        let sent = letter(&[b"one", b"two"], 0);
        assert_eq!(differ(&sent, &letter(&[b"one\n", b"two"], 0)), (vec![], vec![]));
        let content = (Kind::Content, true);
        assert_eq!(differ(&sent, &letter(&[b"one", b"2"], 0)), (vec![2], vec![content]));
        let turned = (Kind::Geometry, false);
        assert_eq!(differ(&sent, &letter(&[b"one", b"two"], 90)), (vec![], vec![turned; 2]));
        let (pages, changes) = differ(&sent, &letter(&[b"two", b"one"], 0));
        assert_eq!((pages.len(), changes.last()), (2, Some(&(Kind::Pages, false))));
        let (pages, changes) = differ(&sent, &letter(&[b"one"], 0));
        assert_eq!((pages, changes), (vec![2], vec![(Kind::Pages, false)]));
    }
}
