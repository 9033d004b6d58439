//! An annotation that was added to a page (ISO 32000-2, 12.5), judged.
//!
//! Allowed when it lies wholly in a box of the letter, is of a kind that people write or sign
//! with, shows the same on a screen and on paper, and does nothing by itself. A signature may also
//! show nothing at all.

use super::super::document::{
    DEEPEST, LARGEST_STREAM, array, dictionary_of, entry, inner, name, numbers, resolve,
};
use super::super::words;
use super::values::{Change, Kind};
use super::view::{Boxes, Rectangle, View, area};
use crate::archive::box_name;
use lopdf::{Dictionary, Document, Object};
use page_area::PageArea;

/// Longest text that is told.
const LONGEST_TEXT: usize = 2000;
/// Entries that place what an annotation draws, besides its rectangle.
const PLACES: [&[u8]; 6] = [b"InkList", b"Vertices", b"L", b"QuadPoints", b"CL", b"Path"];
/// Entries that an annotation may have (ISO 32000-2, tables 166 to 192): those that people's
/// programs write, and that draw nothing outside its rectangle.
const KNOWN: [&[u8]; 49] = [
    b"Type",
    b"Subtype",
    b"Rect",
    b"Contents",
    b"P",
    b"NM",
    b"M",
    b"F",
    b"AP",
    b"AS",
    b"Border",
    b"C",
    b"StructParent",
    b"CA",
    b"ca",
    b"T",
    b"Popup",
    b"RC",
    b"CreationDate",
    b"Subj",
    b"IT",
    b"DA",
    b"DS",
    b"Q",
    b"BS",
    b"BE",
    b"RD",
    b"InkList",
    b"CL",
    b"LE",
    b"Name",
    b"Parent",
    b"Open",
    b"Lang",
    b"FT",
    b"V",
    b"TU",
    b"TM",
    b"Ff",
    b"MK",
    b"H",
    b"DV",
    b"MaxLen",
    b"Opt",
    b"I",
    b"TI",
    b"RV",
    b"Kids",
    b"Rotate",
];
/// The same for the widget of a signature.
const SIGNATURE: [&[u8]; 24] = [
    b"Type",
    b"Subtype",
    b"Rect",
    b"P",
    b"NM",
    b"M",
    b"F",
    b"AP",
    b"AS",
    b"StructParent",
    b"Parent",
    b"FT",
    b"T",
    b"V",
    b"TU",
    b"TM",
    b"Ff",
    b"MK",
    b"H",
    b"DA",
    b"SV",
    b"Lock",
    b"BS",
    b"Border",
];
/// Widest line that a pen draws, in points.
const WIDEST: f32 = 12.0;
/// Flags (ISO 32000-2, table 167).
const INVISIBLE: i64 = 1;
const HIDDEN: i64 = 2;
const PRINT: i64 = 4;
const NO_ZOOM: i64 = 8;
const NO_VIEW: i64 = 32;
const TOGGLE_NO_VIEW: i64 = 256;
/// Shown on paper only, or in turns, or larger than its place.
const TRICKS: i64 = NO_VIEW | TOGGLE_NO_VIEW | NO_ZOOM;

/// The form field that a widget shows.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Shown<'a> {
    /// Type of the field.
    pub kind: &'a [u8],
    /// Its value.
    pub value: Option<&'a Object>,
    /// Its partial name.
    pub name: Option<&'a Object>,
}

/// Judges one that was added.
pub(super) fn judge(
    own: &Dictionary,
    page: u32,
    after: &View<'_>,
    boxes: Option<&Boxes<'_>>,
) -> Change {
    let document = after.document;
    let subtype = name(document, own, b"Subtype").unwrap_or_default();
    let field = shown(document, own);
    if subtype == b"Widget" && field.kind == b"Sig" {
        return signature(own, &field, page, after, boxes);
    }
    let place = sound_rectangle(own);
    let holder = place.and_then(|place| boxes?.holding(page, place));
    let kind = if subtype == b"Widget" { Kind::FormField } else { Kind::Annotation };
    let what = french(subtype);
    let fault = fault(own, subtype, page, document, boxes, holder);
    let detail = match (&fault, holder) {
        _ if boxes.is_none() => format!("page {page} : {what} de plus"),
        (None, Some(label)) => {
            let paper = match flags(document, own) & PRINT {
                0 => " (ne s'imprime pas)",
                _ => "",
            };
            format!("page {page} : {what} dans {}{paper}", box_name(label))
        }
        (Some(why), _) => format!("page {page} : {what} de plus, {why}"),
        (None, None) => format!("page {page} : {what} de plus, hors des cases prévues"),
    };
    let mut change = Change::on(page, kind, fault.is_none() && holder.is_some(), detail);
    // Without an appearance readers draw it in their own ways, some of them out of its place.
    let drawn = inner(document, own, b"AP").and_then(|own| entry(document, own, b"N"));
    change.review = change.allowed && !matches!(drawn, Some(Object::Stream(_)));
    change.area = place.map(|place| told(holder, page, place, after, boxes));
    let typed = match subtype {
        b"Widget" => words::of_pdf(field.value, LONGEST_TEXT),
        _ => words::of_pdf(entry(document, own, b"Contents"), LONGEST_TEXT),
    };
    change.text = (!typed.is_empty()).then_some(typed);
    change
}

/// Why one may not be there although it lies in a box.
fn fault(
    own: &Dictionary,
    subtype: &[u8],
    page: u32,
    document: &Document,
    boxes: Option<&Boxes<'_>>,
    holder: Option<&str>,
) -> Option<&'static str> {
    if !matches!(subtype, b"FreeText" | b"Ink" | b"Stamp" | b"Text" | b"Widget") {
        return Some("d'une sorte qui n'est pas prévue");
    }
    if !holder.is_some_and(|label| label.starts_with("write-") || label.starts_with("sign-")) {
        return Some("hors des cases prévues");
    }
    // The icon of a note is always of one size.
    let tricks = if subtype == b"Text" { TRICKS & !NO_ZOOM } else { TRICKS };
    if flags(document, own) & (INVISIBLE | HIDDEN | tricks) != 0 || own.has(b"OC") {
        return Some("caché ou montré autrement à l'écran que sur le papier");
    }
    if own.has(b"A") || own.has(b"AA") {
        return Some("qui déclenche une action");
    }
    if !own.iter().all(|(key, _)| KNOWN.contains(&key.as_slice())) {
        return Some("avec une entrée qui n'est pas prévue");
    }
    if !appearance_is_plain(document, own) {
        return Some("avec une apparence de taille nulle");
    }
    // What has an appearance is drawn by it, within its rectangle (12.5.5).
    let drawn = inner(document, own, b"AP").and_then(|own| entry(document, own, b"N"));
    if matches!(drawn, Some(Object::Stream(_))) {
        return None;
    }
    if line_width(document, own) > WIDEST {
        return Some("au trait démesuré");
    }
    let outside = PLACES.iter().any(|key| {
        points(document, own, key).is_none_or(|all| {
            all.iter()
                .any(|[x, y]| boxes.and_then(|own| own.holding(page, [*x, *y, *x, *y])) != holder)
        })
    });
    outside.then_some("dont le tracé sort de la case")
}

/// The flags; all of them where they are not written as a small whole number, which readers take for
/// different ones.
fn flags(document: &Document, own: &Dictionary) -> i64 {
    match own.get(b"F").map(|own| resolve(document, own)) {
        Err(_) | Ok(Object::Null) => 0,
        Ok(Object::Integer(flags @ 0..=1023)) => *flags,
        Ok(_) => i64::MAX,
    }
}

/// A rectangle written as four numbers on a page: readers differ in what they make of another.
fn sound_rectangle(own: &Dictionary) -> Option<Rectangle> {
    let written = own.get(b"Rect").ok()?.as_array().ok()?;
    let numbers: Vec<f64> =
        written.iter().filter_map(|own| own.as_float().ok().map(f64::from)).collect();
    let [a, b, c, d] = numbers.as_slice() else { return None };
    let sound = written.len() == 4 && numbers.iter().all(|own| own.abs() <= 20_000.0);
    sound.then(|| [a.min(*c), b.min(*d), a.max(*c), b.max(*d)])
}

/// Width of the line that a reader draws when there is no appearance (12.5.4).
fn line_width(document: &Document, own: &Dictionary) -> f32 {
    let style = inner(document, own, b"BS").and_then(|own| entry(document, own, b"W"));
    let border = array(document, own, b"Border").get(2).map(|own| resolve(document, own));
    let width = |own: Option<&Object>| own.and_then(|own| own.as_float().ok()).unwrap_or(0.0);
    width(style).abs().max(width(border).abs())
}

/// Points of an entry that places what is drawn; none when absent, `None` when unreadable.
fn points(document: &Document, own: &Dictionary, key: &[u8]) -> Option<Vec<[f64; 2]>> {
    let outer = array(document, own, key);
    let mut found = Vec::new();
    let nested = outer.iter().any(|own| resolve(document, own).as_array().is_ok());
    if nested {
        for own in outer {
            found.extend(numbers(document, resolve(document, own).as_array().ok()?)?);
        }
    } else {
        found = numbers(document, outer)?;
    }
    Some(found.as_chunks::<2>().0.to_vec())
}

/// Whether each appearance is a form with a box of some size, and not laid out in a way that readers
/// differ about (12.5.5).
fn appearance_is_plain(document: &Document, own: &Dictionary) -> bool {
    let numbers = |own: &Dictionary, key: &[u8]| -> Option<Vec<f64>> {
        let written = resolve(document, own.get(key).ok()?).as_array().ok()?;
        written.iter().map(|side| side.as_float().ok().map(f64::from)).collect()
    };
    appearances(document, own).iter().all(|own| {
        let form = matches!(name(document, own, b"Subtype"), Some(b"Form") | None);
        let sized = numbers(own, b"BBox").is_some_and(|sides| {
            matches!(sides.as_slice(), [a, b, c, d] if (a - c).abs() > 0.0 && (b - d).abs() > 0.0)
        });
        let turned = match numbers(own, b"Matrix").as_deref() {
            Some([a, b, c, d, _, _]) => (a * d - b * c).abs() > 1e-6,
            Some(_) => false,
            None => !own.has(b"Matrix"),
        };
        form && sized && turned
    })
}

/// Dictionaries of the streams that draw it.
fn appearances<'a>(document: &'a Document, own: &'a Dictionary) -> Vec<&'a Dictionary> {
    let Some(all) = inner(document, own, b"AP") else { return Vec::new() };
    let mut found = Vec::new();
    for (_, state) in all.iter() {
        match resolve(document, state) {
            Object::Stream(own) => found.push(&own.dict),
            Object::Dictionary(own) => {
                found.extend(own.iter().filter_map(|(_, own)| match resolve(document, own) {
                    Object::Stream(own) => Some(&own.dict),
                    _ => None,
                }));
            }
            _ => {}
        }
    }
    found
}

/// Whether all appearances are without content.
fn draws_nothing(document: &Document, own: &Dictionary) -> bool {
    let Some(all) = inner(document, own, b"AP") else { return true };
    all.iter().all(|(_, state)| match resolve(document, state) {
        Object::Stream(drawn) => drawn
            .get_plain_content_with_limit(LARGEST_STREAM)
            .is_ok_and(|content| content.trim_ascii().is_empty()),
        Object::Null => true,
        _ => false,
    })
}

/// Judges the widget of a signature: it may show itself in a box, or nowhere.
fn signature(
    own: &Dictionary,
    field: &Shown<'_>,
    page: u32,
    after: &View<'_>,
    boxes: Option<&Boxes<'_>>,
) -> Change {
    let document = after.document;
    let sound = sound_rectangle(own);
    let place = sound.unwrap_or([0.0; 4]);
    let [left, bottom, right, top] = place;
    // Readers draw a field without appearance themselves: a frame, a colour, a text (12.5.6.19). Some
    // draw an appearance in its own size where the field has none.
    let empty = right - left < 0.01 && top - bottom < 0.01 && draws_nothing(document, own);
    let unseen = empty || flags(document, own) & HIDDEN != 0;
    let value = field.value.and_then(dictionary_of);
    let stamp = value.is_some_and(|own| is_stamp(document, own));
    let kind = if stamp { Kind::Timestamp } else { Kind::Signature };
    let what = match (stamp, value) {
        (true, _) => "un horodatage du document",
        (false, Some(_)) => "une signature électronique",
        (false, None) => "un champ de signature vide",
    };
    let tricks = !unseen && flags(document, own) & TRICKS != 0;
    let known = own.iter().all(|(key, _)| SIGNATURE.contains(&key.as_slice()));
    // One signature has one picture: of states readers choose different ones.
    let drawn = inner(document, own, b"AP").and_then(|own| entry(document, own, b"N"));
    let picture = match drawn {
        None => true,
        Some(Object::Stream(_)) => unseen || appearance_is_plain(document, own),
        Some(_) => false,
    };
    let acts = tricks || !known || !picture || sound.is_none() || flags(document, own) == i64::MAX;
    let holder = boxes.and_then(|own| own.holding(page, place));
    let (allowed, detail) = match (unseen, boxes, holder) {
        _ if acts => {
            (false, format!("page {page} : {what} qui fait ou montre autre chose qu'il ne semble"))
        }
        (true, ..) => (true, format!("{what}, que la page ne montre pas")),
        (false, None, _) if value.is_some() => (true, format!("page {page} : {what}")),
        (false, None, _) => {
            (false, format!("page {page} : {what}, qui montre pourtant quelque chose"))
        }
        (false, _, Some(label)) => (true, format!("page {page} : {what} dans {}", box_name(label))),
        (false, ..) => (
            false,
            format!("page {page} : {what} hors des cases prévues, qui peut recouvrir la lettre"),
        ),
    };
    let mut change = Change::on(page, kind, allowed, detail);
    // In a box to write in it may cover what somebody wrote.
    let elsewhere = holder.is_some_and(|label| !label.starts_with("sign-"));
    change.review = allowed && !unseen && (elsewhere || stamp);
    change.area = (!unseen).then(|| told(holder, page, place, after, boxes));
    change
}

/// Whether a signature is a time stamp of the document (ISO 32000-2, 12.8.5).
fn is_stamp(document: &Document, value: &Dictionary) -> bool {
    name(document, value, b"Type") == Some(b"DocTimeStamp")
        || name(document, value, b"SubFilter") == Some(b"ETSI.RFC3161")
}

fn told(
    holder: Option<&str>,
    page: u32,
    place: Rectangle,
    after: &View<'_>,
    boxes: Option<&Boxes<'_>>,
) -> PageArea {
    let label = holder.unwrap_or_default();
    if let Some(boxes) = boxes {
        return boxes.told(label, page, place);
    }
    let at = usize::try_from(page).unwrap_or(0).saturating_sub(1);
    let shown = after.tree.pages.get(at).and_then(|own| own.shown(after.document));
    let [from, _, _, up] = shown.unwrap_or([0.0; 4]);
    area(label, page, place, from, up)
}

/// What an annotation is called, with its article.
pub(super) fn french(subtype: &[u8]) -> String {
    let known = match subtype {
        b"FreeText" => "un texte tapé",
        b"Ink" => "un dessin à main levée",
        b"Stamp" => "un tampon ou une image",
        b"Text" => "une note",
        b"Widget" => "un champ de formulaire",
        b"Link" => "un lien",
        b"FileAttachment" => "un fichier joint",
        b"Highlight" | b"Underline" | b"StrikeOut" | b"Squiggly" => "un passage surligné ou barré",
        b"Square" | b"Circle" | b"Line" | b"Polygon" | b"PolyLine" => "une figure",
        b"Redact" => "un caviardage",
        other => {
            return format!("un élément « {} »", words::plain(&String::from_utf8_lossy(other), 40));
        }
    };
    known.to_owned()
}

/// The field that a widget shows, with what it inherits.
pub(super) fn shown<'a>(document: &'a Document, widget: &'a Dictionary) -> Shown<'a> {
    let mut found = Shown::default();
    let mut own = Some(widget);
    for _ in 0..DEEPEST {
        let Some(here) = own else { break };
        if found.kind.is_empty() {
            found.kind = name(document, here, b"FT").unwrap_or_default();
        }
        found.value = found.value.or_else(|| entry(document, here, b"V"));
        found.name = found.name.or_else(|| entry(document, here, b"T"));
        own = inner(document, here, b"Parent");
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use lopdf::dictionary;

    /// Whether one may lie on the first page of a letter with one box to write in.
    fn allowed(annotation: &Dictionary) -> bool {
        told(annotation).0
    }

    fn told(annotation: &Dictionary) -> (bool, String) {
        let mut letter = Document::with_version("1.7");
        let media = vec![0.into(), 0.into(), 595.into(), 842.into()];
        let page = letter.add_object(dictionary! { "Type" => "Page", "MediaBox" => media });
        let pages = letter.add_object(dictionary! { "Kids" => vec![page.into()] });
        let catalog = letter.add_object(dictionary! { "Pages" => pages });
        letter.trailer.set("Root", catalog);
        let view = View::new(&letter);
        let label = "write-priorities".to_owned();
        let areas = [PageArea { label, page: 1, x: 100.0, y: 142.0, width: 200.0, height: 100.0 }];
        let told = judge(annotation, 1, &view, Some(&Boxes::new(&areas, &view)));
        (told.allowed, told.detail)
    }

    fn annotation(subtype: &str, place: [i64; 4]) -> Dictionary {
        let place: Vec<Object> = place.into_iter().map(Object::from).collect();
        dictionary! { "Subtype" => subtype, "Rect" => place, "F" => 4 }
    }

    const INSIDE: [i64; 4] = [110, 610, 200, 690];

    #[test]
    fn only_what_people_write_with_may_lie_in_a_box_and_nothing_outside() {
        assert!(allowed(&annotation("FreeText", INSIDE)));
        assert!(!allowed(&annotation("FreeText", [90, 610, 200, 690])));
        assert!(!allowed(&annotation("Square", INSIDE)));
    }

    #[test]
    fn what_shows_or_acts_otherwise_than_it_seems_is_not_allowed() {
        for (key, value) in [
            ("F", Object::Integer(2)),
            ("F", Object::Integer(NO_VIEW | PRINT)),
            ("F", Object::Integer(NO_ZOOM | PRINT)),
            ("BS", dictionary! { "W" => 500 }.into()),
            ("A", Object::Null),
            ("ExData", Object::Null),
            ("OC", Object::Integer(1)),
            ("InkList", vec![vec![110.into(), 610.into(), 50.into(), 50.into()].into()].into()),
            ("CL", vec![0.into(), 0.into()].into()),
        ] {
            let mut own = annotation("Ink", INSIDE);
            own.set(key, value);
            assert!(!allowed(&own), "{key}");
        }
        let mut own = annotation("FreeText", INSIDE);
        own.set("CL", vec![0.into(), 0.into()]);
        let bounds = vec![0.into(), 0.into(), 9.into(), 9.into()];
        let drawn = lopdf::Stream::new(dictionary! { "BBox" => bounds }, Vec::new());
        own.set("AP", dictionary! { "N" => Object::Stream(drawn) });
        assert!(allowed(&own), "drawn by its appearance");
        let mut own = annotation("Ink", INSIDE);
        own.set("F", 0);
        let (allowed, detail) = told(&own);
        assert!(allowed && detail.contains("ne s'imprime pas"), "{detail}");
    }

    #[test]
    fn a_signature_outside_every_box_may_not_show_anything() {
        let mut own = annotation("Widget", [0, 0, 500, 500]);
        own.set("FT", "Sig");
        assert!(!allowed(&own), "readers draw it themselves");
        own.set("MK", dictionary! { "BG" => vec![1.into()] });
        own.set("Rect", [0, 0, 0, 0].map(Object::from).to_vec());
        assert!(allowed(&own), "of no size");
        let drawn = |text: &[u8]| Object::Stream(lopdf::Stream::new(dictionary! {}, text.to_vec()));
        own.set("AP", dictionary! { "N" => drawn(b" \n") });
        assert!(allowed(&own), "of no size, and without content");
        own.set("AP", dictionary! { "N" => drawn(b"0 0 9 9 re f") });
        assert!(!allowed(&own), "some readers draw it all the same");
        own.remove(b"AP");
        own.set("Rect", [0, 0, 500, 0].map(Object::from).to_vec());
        assert!(!allowed(&own), "a line");
        own.set("Rect", [0, 0, 500, 500].map(Object::from).to_vec());
        own.remove(b"MK");
        let sides = |all: &[i64]| all.iter().map(|own| Object::from(*own)).collect::<Vec<_>>();
        let form = dictionary! { "BBox" => sides(&[0, 0, 9, 9]), "Subtype" => "Form" };
        let picture = |form: &Dictionary| {
            dictionary! { "N" => Object::Stream(lopdf::Stream::new(form.clone(), Vec::new())) }
        };
        own.set("AP", picture(&form));
        assert!(!allowed(&own));
        own.set("F", HIDDEN);
        assert!(allowed(&own), "hidden");
        own.set("Rect", INSIDE.map(Object::from).to_vec());
        own.set("F", PRINT);
        assert!(allowed(&own), "in a box");
        for (key, value) in [
            ("Subtype", Object::from("Image")),
            ("BBox", sides(&[0, 0, 9]).into()),
            ("BBox", sides(&[0, 0, 9, 0]).into()),
            ("Matrix", sides(&[1, 0, 0, 1, 0]).into()),
            ("Matrix", sides(&[0, 0, 0, 0, 0, 0]).into()),
        ] {
            let mut other = form.clone();
            other.set(key, value);
            own.set("AP", picture(&other));
            assert!(!allowed(&own), "{key}: readers lay it out in their own ways");
        }
        own.set("AP", dictionary! { "N" => dictionary! { "On" => 1 } });
        assert!(!allowed(&own), "a picture of states");
        own.set("AP", picture(&form));
        own.set("F", PRINT | NO_VIEW);
        assert!(!allowed(&own), "on paper only");
    }
}
