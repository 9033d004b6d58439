//! Is what was received the letter that was sent? By its objects; what pages look like when drawn
//! is another module's work.
//!
//! The same rules hold whether a program appended to the letter or wrote it anew with other object
//! numbers: pages are compared by a fingerprint of what they are made of, the rest by an
//! allow-list. What no rule knows is not allowed. Changed page content is set apart, since only
//! drawing it tells whether it does more than fill a box.
//!
//! | file | idea |
//! |---|---|
//! | `values` | what is said |
//! | `view` | one side of the comparison |
//! | `canonical` | a digest of an object that does not depend on how it is written |
//! | `appended` | a file that begins with the sent bytes: by the numbers of objects |
//! | `page` | order, size and content of pages |
//! | `annotation`, `added` | what lies on top of them |
//! | `catalogue`, `structure`, `number_tree`, `form` | what belongs to the document as a whole |
//! | `active` | what acts by itself or leads elsewhere |
//! | `objects` | what no page shows |
//! | `text` | the words of each page |

mod active;
mod added;
mod annotation;
mod appended;
mod canonical;
mod catalogue;
mod form;
mod number_tree;
mod objects;
mod page;
mod structure;
mod text;
mod values;
mod view;

use page_area::PageArea;
pub use values::{Change, Comparison, Kind};

use super::document::{Opened, open};
use super::values::Unreadable;
use super::words::counted;
use page::Pages;
use view::{Boxes, View};

/// Most changes that are told; a letter has a handful.
const MOST: usize = 500;

/// Compares a received PDF with the letter that was sent.
///
/// `boxes` are those of the letter to sign (`sign-…`) and to write in (`write-…`). The letter as
/// sent is trusted; the received file is not.
pub fn compare(sent: &[u8], received: &[u8], boxes: &[PageArea]) -> Result<Comparison, Unreadable> {
    let before = open(sent)?;
    let after = open(received)?;
    let prefix = received.starts_with(sent);
    let revisions = reading(&after, prefix);
    let former = former(&before, &after, prefix);
    let (before, after) = (View::new(&before.document), View::new(&after.document));
    let (mut changes, pages) = changes(&before, &after, Some(boxes), prefix);
    changes.extend(revisions.into_iter().chain(former));
    let text_same = text::same(&before, &after, &pages.content);
    let recognised = pages.content.len() < before.tree.pages.len() || text_same.contains(&true);
    if !prefix && !recognised {
        changes.push(Change::new(
            Kind::Pages,
            false,
            "aucune page n'est une page de la lettre envoyée",
        ));
    }
    let same = changes.iter().all(|own| own.allowed);
    Ok(Comparison {
        same,
        prefix,
        rewritten: !prefix && recognised && pages.same_count,
        changes,
        content_pages: pages.content,
        text_same,
    })
}

/// Whether the received file can be read in one way only.
fn reading(after: &Opened, prefix: bool) -> Option<Change> {
    match &after.revisions {
        Ok(own) if own.repacked => Some(Change::for_review(
            Kind::Ambiguous,
            "des objets ont été remplacés par d'autres que certains logiciels ne trouvent pas",
        )),
        Ok(own) if own.glued && !prefix => Some(Change::for_review(
            Kind::Ambiguous,
            "un objet est écrit là où certains logiciels voient un commentaire",
        )),
        Ok(own) if own.stray == 0 => None,
        Ok(own) => {
            let what = counted(own.stray, "octet de texte suit", "octets de texte suivent");
            Some(Change::for_review(Kind::Ambiguous, format!("{what} la fin du fichier")))
        }
        Err(fault) => {
            let detail =
                format!("selon le logiciel, le fichier peut montrer autre chose : {fault}");
            Some(match prefix {
                true => Change::new(Kind::Ambiguous, false, detail),
                // A program that wrote the file anew may have written it badly.
                false => Change::for_review(Kind::Ambiguous, detail),
            })
        }
    }
}

/// Whether the file once held something else than the letter, which a later revision put right: some
/// readers show the former state. The first revision of a file that was added to is the letter.
fn former(before: &Opened, after: &Opened, prefix: bool) -> Option<Change> {
    let revisions = after.revisions.as_ref().ok()?;
    let sent = View::new(&before.document);
    let first = match &before.revisions {
        Ok(own) if prefix => own.len(),
        _ => 1,
    };
    let differs = (first..revisions.len()).any(|count| {
        let document = revisions.document(count);
        let view = View::new(&document);
        let mut found = Vec::new();
        page::compare(&sent, &view, &mut found);
        if prefix {
            appended::compare(&sent, &view, &mut found);
        }
        found.iter().any(|change| !change.allowed || change.kind == Kind::Content)
    });
    let detail = "un état antérieur du fichier ne montre pas la lettre envoyée";
    differs.then(|| Change::for_review(Kind::Ambiguous, detail))
}

/// Everything that differs between two states of a document. Without boxes, a signature may be
/// shown anywhere. `appended`: the later one was made by adding to the earlier one.
pub(super) fn changes(
    before: &View<'_>,
    after: &View<'_>,
    boxes: Option<&[PageArea]>,
    appended: bool,
) -> (Vec<Change>, Pages) {
    let boxes = boxes.map(|own| Boxes::new(own, before));
    let mut changes = Vec::new();
    let pages = page::compare(before, after, &mut changes);
    annotation::compare(before, after, boxes.as_ref(), appended, &mut changes);
    catalogue::compare(before, after, appended, &mut changes);
    structure::compare(before, after, appended, &mut changes);
    form::compare(before, after, &mut changes);
    active::compare(before, after, &mut changes);
    objects::compare(before, after, appended, &mut changes);
    if appended {
        appended::compare(before, after, &mut changes);
    }
    if changes.len() > MOST {
        // What is cut off may be what is not allowed.
        changes.truncate(MOST);
        changes.push(Change::new(Kind::Document, false, "trop de changements pour les dire tous"));
    }
    (changes, pages)
}

/// One state of a document, for [`changes`].
pub(super) fn view(document: &lopdf::Document) -> View<'_> {
    View::new(document)
}
