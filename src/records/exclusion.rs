//! `--except`: records a person leaves out by name, sound or not.
//!
//! A sound record stays known, so that the letters of others that speak of it do not change; one
//! that could not be read leaves only its text, in which names can still be recognised.

use super::{Extent, Records};
use crate::diagnostic::{Sources, Span};

/// What is left out.
#[derive(Clone, Debug, Default)]
pub struct LeftOut {
    names: Vec<String>,
    spans: Vec<Span>,
    unreadable: Vec<String>,
}

impl LeftOut {
    /// The schools and referents of these names, with their assignments.
    pub(super) fn find(
        records: &Records,
        extents: &[Extent],
        names: &[String],
        sources: &Sources,
    ) -> Self {
        let mut left_out = Self::default();
        for name in names {
            let is = |own: &str| own.eq_ignore_ascii_case(name);
            let sound = records.establishments.iter().any(|school| is(school.uai.as_str()))
                || records.referents.iter().any(|referent| is(referent.id.as_str()));
            let mut found = false;
            for extent in extents.iter().filter(|extent| extent.name.as_deref().is_some_and(is)) {
                match extent.table {
                    "establishment" | "referent" => {
                        found = true;
                        if !sound {
                            left_out.unreadable.extend(text(extent.span, sources));
                        }
                    }
                    "assignment" => {}
                    _ => continue,
                }
                left_out.spans.push(extent.span);
            }
            if found {
                left_out.names.push(name.clone());
            }
        }
        left_out
    }

    /// The names that stand for something.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Whether a UAI or an identifier is left out.
    pub fn holds(&self, name: &str) -> bool {
        self.names.iter().any(|own| own.eq_ignore_ascii_case(name))
    }

    /// Whether a place lies in a record that is left out.
    pub fn covers(&self, place: Span) -> bool {
        self.spans.iter().any(|span| span.contains(place))
    }

    /// Whether a record that is left out, and could not be read, speaks of these words.
    pub fn mentions(&self, words: &str) -> bool {
        let words = words.to_lowercase();
        self.unreadable.iter().any(|text| text.contains(&words))
    }
}

fn text(span: Span, sources: &Sources) -> Option<String> {
    let source = sources.get(span.source)?;
    Some(source.text.get(span.start as usize..span.end as usize)?.to_lowercase())
}
