//! What was added to a file after a signature: nothing, something harmless that is told, or more.
//!
//! Harmless are properties, what helps to verify later on, further signatures and time stamps,
//! and bytes that no reader takes for part of the document. Whether those further signatures hold
//! is said where they are looked at themselves.

use super::compare::{Change, Kind, changes, view};
use super::document::Opened;

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
    kind && change.allowed && !change.review
}

/// What was added after the signed bytes; else why that cannot be told, in French.
pub(super) fn since(file: &[u8], end: usize, whole: &Opened) -> Result<Later, String> {
    let tail = file.get(end..).unwrap_or_default();
    if tail.iter().all(|own| own.is_ascii_whitespace() || *own == 0) {
        return Ok(Later::default());
    }
    let revisions = whole.revisions.as_ref().map_err(|fault| {
        format!("ce qui a été ajouté après la signature peut être lu de plusieurs façons : {fault}")
    })?;
    let count = revisions
        .ending_at(end)
        .ok_or_else(|| "la signature finit au milieu de ce que le fichier contient".to_owned())?;
    let found = if count < revisions.len() {
        let before = revisions.document(count);
        changes(&view(&before), &view(&whole.document), None, true).0
    } else {
        Vec::new()
    };
    Ok(Later { changes: found, stray: revisions.stray })
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
                review: false,
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
}
