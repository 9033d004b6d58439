//! The interactive form (ISO 32000-2, 12.7): fields that no page shows, and forms of the other
//! kind (XFA), which draw pages of their own. What a page shows of it is compared there.

use super::super::document::{array, inner};
use super::super::field::{Field, fields};
use super::super::words;
use super::values::{Change, Kind};
use super::view::View;
use lopdf::Object;
use std::collections::BTreeSet;

/// Entries of the form that a program that signs or fills in may set.
const KNOWN: [&[u8]; 4] = [b"Fields", b"SigFlags", b"DR", b"DA"];

/// Compares what the form holds besides what pages show.
pub(super) fn compare(before: &View<'_>, after: &View<'_>, changes: &mut Vec<Change>) {
    let (sent, received) = (before.catalogue(), after.catalogue());
    let (mut here, mut there) = (before.canonical(), after.canonical());
    let own = inner(before.document, &sent, b"AcroForm");
    for (key, value) in
        inner(after.document, &received, b"AcroForm").into_iter().flat_map(|own| own.iter())
    {
        let was = own.and_then(|own| own.get(key).ok()).unwrap_or(&Object::Null);
        // That readers need not draw fields themselves is the rule (12.7.3).
        let idle = key == b"NeedAppearances" && matches!(value.as_bool(), Ok(false));
        if KNOWN.contains(&key.as_slice()) || idle || here.of(was) == there.of(value) {
            continue;
        }
        changes.push(if key == b"NeedAppearances" {
            Change::new(
                Kind::FormField,
                false,
                "le fichier demande que le logiciel de lecture dessine lui-même les champs",
            )
        } else if key == b"XFA" {
            Change::new(
                Kind::Active,
                false,
                "le fichier contient un formulaire XFA, qui peut montrer autre chose que la lettre",
            )
        } else {
            let key = String::from_utf8_lossy(key);
            Change::new(
                Kind::Document,
                false,
                format!("le formulaire a une entrée de plus ou changée (« {key} »)"),
            )
        });
    }
    hidden(before, after, changes);
}

/// Fields with a value that no page shows; signatures need none.
fn hidden(before: &View<'_>, after: &View<'_>, changes: &mut Vec<Change>) {
    let shown: BTreeSet<_> = after
        .tree
        .pages
        .iter()
        .flat_map(|page| array(after.document, page.own, b"Annots"))
        .filter_map(|own| own.as_reference().ok())
        .collect();
    let known: BTreeSet<String> = fields(before.document).into_iter().map(|own| own.name).collect();
    let mut claimed = BTreeSet::new();
    let twice = fields(after.document)
        .into_iter()
        .any(|own| own.objects.into_iter().any(|object| !claimed.insert(object)));
    if twice {
        let detail = "deux champs de formulaire se disputent une même case";
        changes.push(Change::new(Kind::FormField, false, detail));
    }
    let is_hidden = |own: &Field<'_>| own.kind != b"Sig" && own.objects.is_disjoint(&shown);
    for own in fields(after.document).into_iter().filter(is_hidden) {
        if known.contains(&own.name) {
            continue;
        }
        let text = words::of_pdf(
            own.value.and_then(|own| after.document.dereference(own).ok()).map(|own| own.1),
            2000,
        );
        let detail = format!("un champ de formulaire que la page ne montre pas (« {} »)", own.name);
        let mut change = Change::new(Kind::FormField, false, detail);
        change.text = (!text.is_empty()).then_some(text);
        changes.push(change);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lopdf::{Document, dictionary};

    fn with(form: lopdf::Dictionary) -> Document {
        let mut document = Document::with_version("1.7");
        let catalog = document.add_object(dictionary! { "AcroForm" => form });
        document.trailer.set("Root", catalog);
        document
    }

    fn differ(received: &Document) -> Vec<Kind> {
        let mut changes = Vec::new();
        compare(&View::new(&with(dictionary! {})), &View::new(received), &mut changes);
        assert!(changes.iter().all(|own| !own.allowed));
        changes.into_iter().map(|own| own.kind).collect()
    }

    #[test]
    fn only_what_signing_needs_may_be_added() {
        assert_eq!(differ(&with(dictionary! { "SigFlags" => 3 })), []);
        assert_eq!(differ(&with(dictionary! { "NeedAppearances" => false })), []);
        assert_eq!(differ(&with(dictionary! { "NeedAppearances" => true })), [Kind::FormField]);
        assert_eq!(differ(&with(dictionary! { "XFA" => 1 })), [Kind::Active]);
        assert_eq!(differ(&with(dictionary! { "CO" => 1 })), [Kind::Document]);
        let field = |kind: &str| {
            let own = dictionary! { "T" => Object::string_literal("x"), "FT" => kind };
            with(dictionary! { "Fields" => vec![own.into()] })
        };
        assert_eq!(differ(&field("Tx")), [Kind::FormField]);
        assert_eq!(differ(&field("Sig")), []);
    }
}
