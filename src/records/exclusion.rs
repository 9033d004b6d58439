//! `--except`: records a person leaves out by name, sound or not.
//!
//! A sound record stays known, so that the letters of others that speak of it do not change; one
//! that could not be read leaves only its text, in which names can still be recognised.

use super::record_set::Records;
use crate::diagnostic::{Sources, Span};

/// What is left out.
#[derive(Clone, Debug, Default)]
pub struct LeftOut {
    names: Vec<String>,
    spans: Vec<Span>,
    unreadable: Vec<String>,
}

impl Records {
    /// What these names leave out; those that stand for nothing are not among its names.
    pub fn leave_out(&self, names: &[String], sources: &Sources) -> LeftOut {
        LeftOut::find(self, names, sources)
    }
}

impl LeftOut {
    /// The schools and referents of these names, with their assignments.
    fn find(records: &Records, names: &[String], sources: &Sources) -> Self {
        let mut left_out = Self::default();
        for name in names {
            let is = |own: &str| own.eq_ignore_ascii_case(name);
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
        let left_out = records.leave_out(&["0860001z".into()], &sources);
        assert_eq!(left_out.names(), ["0860001z"]);
        assert!(problems.iter().all(|problem| left_out.covers(problem.span.unwrap())));
        assert!(left_out.mentions("Collège A") && !left_out.mentions("Collège B"));
        assert!(records.leave_out(&["0860009X".into()], &sources).names().is_empty());
    }
}
