//! `--except`: the records that a person excludes by name, sound or not.
//!
//! A sound record stays known, so that the letters of others that speak of it do not change; one
//! that could not be read leaves only its text, in which names can still be recognised.

use super::record_set::Records;
use crate::diagnostic::{Sources, Span};

/// The records that are excluded.
#[derive(Clone, Debug, Default)]
pub struct ExcludedRecords {
    names: Vec<String>,
    spans: Vec<Span>,
    unreadable: Vec<String>,
}

impl Records {
    /// The records of these names. A name that no record has is not among [`ExcludedRecords::names`].
    pub fn exclude(&self, names: &[String], sources: &Sources) -> ExcludedRecords {
        ExcludedRecords::find(self, names, sources)
    }
}

impl ExcludedRecords {
    /// The schools and referents of these names, with their assignments.
    fn find(records: &Records, names: &[String], sources: &Sources) -> Self {
        let mut excluded = Self::default();
        for name in names {
            let is = |other: &str| other.eq_ignore_ascii_case(name);
            let sound = records.establishments.iter().any(|school| is(school.uai.as_str()))
                || records.referents.iter().any(|referent| is(referent.id.as_str()));
            let mut found = false;
            for extent in
                records.extents.iter().filter(|extent| extent.name.as_deref().is_some_and(is))
            {
                match extent.table {
                    "establishment" | "referent" => {
                        found = true;
                        if !sound {
                            excluded.unreadable.extend(text(extent.span, sources));
                        }
                    }
                    "assignment" => {}
                    _ => continue,
                }
                excluded.spans.push(extent.span);
            }
            if found {
                excluded.names.push(name.clone());
            }
        }
        excluded
    }

    /// The names that a record has.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Whether a UAI or an identifier is excluded.
    pub fn holds(&self, name: &str) -> bool {
        self.names.iter().any(|excluded| excluded.eq_ignore_ascii_case(name))
    }

    /// Whether a place lies in a record that is excluded.
    pub fn covers(&self, place: Span) -> bool {
        self.spans.iter().any(|span| span.contains(place))
    }

    /// Whether a record that is excluded, and could not be read, speaks of these words.
    pub fn mentions(&self, words: &str) -> bool {
        let words = words.to_lowercase();
        self.unreadable.iter().any(|text| text.contains(&words))
    }
}

fn text(span: Span, sources: &Sources) -> Option<String> {
    let source = sources.get(span.source)?;
    Some(source.text.get(span.start as usize..span.end as usize)?.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::super::record_set::Text;
    use super::*;

    const SCHOOL: &str = r#"
[[establishment]]
uai = "0860001Z"
kind = "colege"
sector = "public"
name = "Collège A"
adress = ["1 rue B"]
postcode = 86000
city = "Ville"
"#;

    #[test]
    fn a_record_left_out_takes_its_problems_with_it() {
        let mut sources = Sources::default();
        let id = sources.add("data/a.toml", SCHOOL);
        let mut problems = Vec::new();
        let text = Text { id, is_settings: false, is_sound: true };
        let records = Records::read(&[text], &sources, &mut problems);
        let excluded = records.exclude(&["0860001z".into()], &sources);
        assert_eq!(excluded.names(), ["0860001z"]);
        assert!(problems.iter().all(|problem| excluded.covers(problem.span.unwrap())));
        assert!(excluded.mentions("Collège A") && !excluded.mentions("Collège B"));
        assert!(records.exclude(&["0860009X".into()], &sources).names().is_empty());
    }
}
