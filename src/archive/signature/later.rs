//! What was added to a file after a signature: nothing, something harmless that is told, or more.
//!
//! Harmless are properties, what helps to verify later on, further signatures and time stamps,
//! and bytes that no reader takes for part of the document. Whether those further signatures hold
//! is said where they are looked at themselves.

use super::compare::{Change, Kind, changes, view};
use super::document::{Opened, open};
use super::range::find;

/// Words without which no appended bytes can be read as part of a document, even by a reader that
/// repairs files.
const SYNTAX: [&[u8]; 4] = [b"obj", b"xref", b"trailer", b"stream"];
/// Last words of a revision.
const END: &[u8] = b"%%EOF";

/// What follows the signed bytes.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Later {
    /// Differences that a further revision makes.
    pub changes: Vec<Change>,
    /// Bytes that belong to no revision.
    pub stray: usize,
}

impl Later {
    /// French sentences for what is not harmless.
    pub(super) fn harm(&self) -> Vec<String> {
        let harmful = self.changes.iter().filter(|own| !is_harmless(own));
        let told = |own: &Change| match (own.kind, own.page) {
            (Kind::Content, Some(page)) => format!("ce qui est imprimé page {page} a été remplacé"),
            _ => own.detail.clone(),
        };
        harmful.map(told).collect()
    }

    /// French sentences for what is.
    pub(super) fn remarks(&self) -> Vec<String> {
        let mut told: Vec<String> = self
            .changes
            .iter()
            .filter(|own| is_harmless(own))
            .map(|own| own.detail.clone())
            .collect();
        if self.stray > 0 {
            told.push(format!("{} octets sans effet à la fin du fichier", self.stray));
        }
        told.dedup();
        told
    }
}

fn is_harmless(change: &Change) -> bool {
    let kind = matches!(
        change.kind,
        Kind::Metadata
            | Kind::Validation
            | Kind::Signature
            | Kind::Timestamp
            | Kind::Structure
            | Kind::Unused
    );
    kind && change.allowed
}

/// What was added after the signed bytes; else why that cannot be told, in French.
pub(super) fn since(file: &[u8], end: usize, whole: &Opened) -> Result<Later, String> {
    let tail = file.get(end..).unwrap_or_default();
    if tail.iter().all(|own| own.is_ascii_whitespace() || *own == 0) {
        return Ok(Later::default());
    }
    let signed = file.get(..end).unwrap_or_default();
    let before = open(signed).ok().filter(|own| !own.damaged);
    let Some(before) = before.filter(|_| !whole.damaged) else {
        return Err("ce qui a été ajouté après la signature ne peut pas être lu".to_owned());
    };
    let added = before.document.xref_start != whole.document.xref_start;
    let stray = if added { after_last_revision(tail) } else { tail };
    if SYNTAX.iter().any(|own| find(stray, own).is_some()) {
        return Err(
            "des morceaux de PDF ont été ajoutés après la signature, hors de toute révision"
                .to_owned(),
        );
    }
    let found = match added {
        true => changes(&view(&before.document), &view(&whole.document), None, true).0,
        false => Vec::new(),
    };
    let stray = stray.trim_ascii();
    Ok(Later { changes: found, stray: stray.len() })
}

/// What follows the last revision.
fn after_last_revision(tail: &[u8]) -> &[u8] {
    let last = tail.windows(END.len()).rposition(|own| own == END);
    last.and_then(|at| tail.get(at + END.len()..)).unwrap_or(tail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_and_annotations_are_never_harmless() {
        let change = |kind, allowed| Later {
            changes: vec![Change {
                kind,
                page: None,
                area: None,
                text: None,
                allowed,
                detail: "d".to_owned(),
            }],
            stray: 0,
        };
        for kind in [Kind::Content, Kind::Annotation, Kind::FormField, Kind::Presentation] {
            assert_eq!(change(kind, true).harm(), ["d"], "{kind:?}");
        }
        for kind in [Kind::Metadata, Kind::Validation, Kind::Signature, Kind::Unused] {
            assert!(change(kind, true).harm().is_empty(), "{kind:?}");
            assert_eq!(change(kind, false).harm(), ["d"], "{kind:?}");
        }
    }

    #[test]
    fn what_follows_the_last_revision_is_found() {
        assert_eq!(after_last_revision(b"1 %%EOF 2 %%EOF 3"), b" 3");
        assert_eq!(after_last_revision(b"no end"), b"no end");
    }
}
