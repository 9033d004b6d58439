//! All records of a project, read from its texts, each with the place where it stands.
//!
//! Must not know files: `project` reads them and hands their texts over.

use super::campaign::Campaign;
use super::people::{Establishment, Referent};
use super::rule::{Allowance, Clause, Mission};
use super::settings::Settings;
use super::table::{FromKey, KeyShape, TableKey, TableShape, TomlTable, toml_table};
use super::table_reader::TableReader;
use super::toml_errors;
use crate::diagnostic::{Problem, SourceId, Sources, Span};
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::sync::Arc;
use toml::de::{DeTable, DeValue};

toml_table! {
    /// Un fichier de data/ : toute table peut être dans tout fichier.
    pub struct Data, "ce fichier" {
        /// La campagne d'une année scolaire : une seule par fichier.
        pub campaign: Option<Campaign>,
        /// Les établissements, une table à double crochet chacun.
        pub establishment: Vec<ListedRecord<Establishment>>,
        /// Les référents numériques, une table à double crochet chacun.
        pub referent: Vec<ListedRecord<Referent>>,
        /// Les missions que la lettre énumère, avec leurs versions datées.
        pub mission: Vec<ListedRecord<Mission>>,
        /// Les dispositions que la lettre et le courrier impriment, avec leurs versions datées.
        pub clause: Vec<ListedRecord<Clause>>,
        /// Les indemnités, avec leurs versions datées.
        pub allowance: Vec<ListedRecord<Allowance>>,
    }
    schema { "title": "missive : données (data/**/*.toml)" }
}

/// A table that other tables refer to by a name.
pub trait Record: TomlTable {
    /// The key of its name.
    const NAME_KEY: &'static str = "id";
    /// Whether a record with mistakes is kept if the rest of it can be read. A rule is kept, so that
    /// its other versions are still checked. A school or a person is not, so that one mistake is not
    /// reported again through what follows from it.
    const IS_KEPT_WITH_MISTAKES: bool = false;
}

impl Record for Establishment {
    const NAME_KEY: &'static str = "uai";
}

impl Record for Referent {}

impl Record for Mission {
    const IS_KEPT_WITH_MISTAKES: bool = true;
}

impl Record for Clause {
    const IS_KEPT_WITH_MISTAKES: bool = true;
}

impl Record for Allowance {
    const IS_KEPT_WITH_MISTAKES: bool = true;
}

/// A record of a list, or the name of one that cannot be used; empty if not even that can be read.
#[derive(Clone, Debug)]
pub enum ListedRecord<T> {
    /// A record.
    Sound(T),
    /// The name of one that cannot be used.
    Unusable(String),
}

impl<T: Record> FromKey for Vec<ListedRecord<T>> {
    fn shape() -> KeyShape {
        KeyShape::Tables(TableShape::of::<T>())
    }

    fn from_key(reader: &mut TableReader<'_, '_>, key: &TableKey) -> Option<Self> {
        Some(reader.tables(key.name, T::TITLE, |table| {
            let before = table.problem_count();
            let record = T::read_table(table)
                .filter(|_| T::IS_KEPT_WITH_MISTAKES || table.problem_count() == before);
            Some(match record {
                Some(record) => ListedRecord::Sound(record),
                None => ListedRecord::Unusable(table.raw_text(T::NAME_KEY).unwrap_or_default()),
            })
        }))
    }
}

/// The sound records; the names of the others go among `unreadable`.
fn sound<T>(entries: Vec<ListedRecord<T>>, unreadable: &mut BTreeSet<String>) -> Vec<T> {
    let mut records = Vec::with_capacity(entries.len());
    for entry in entries {
        match entry {
            ListedRecord::Sound(record) => records.push(record),
            ListedRecord::Unusable(name) => {
                unreadable.insert(name);
            }
        }
    }
    records
}

/// Everything a project says.
#[derive(Clone, Debug, Default)]
pub struct Records {
    /// `missive.toml`, unless it has errors.
    pub settings: Option<Settings>,
    /// Campaigns, in file order.
    pub campaigns: Vec<Campaign>,
    /// Schools, with their heads.
    pub establishments: Vec<Establishment>,
    /// Referents, with their assignments.
    pub referents: Vec<Referent>,
    /// Missions, each with its versions.
    pub missions: Vec<Mission>,
    /// Pieces of rule text.
    pub clauses: Vec<Clause>,
    /// Allowances, each with its versions.
    pub allowances: Vec<Allowance>,
    /// Where each record stands, sound or not.
    pub(super) extents: Vec<Extent>,
    /// Names of records that are there but could not be read. A reference to one of them is not
    /// reported.
    unreadable: BTreeSet<String>,
    /// Whether a referent is among them: a school without referent may have that one.
    pub(super) unreadable_referents: bool,
    /// The texts that could not be parsed: a name that was not found may be in one of them.
    broken: Vec<Arc<str>>,
}

/// The lines of one record, up to the next one, with the name it gives itself.
#[derive(Clone, Debug)]
pub(super) struct Extent {
    pub(super) table: &'static str,
    pub(super) name: Option<String>,
    pub(super) span: Span,
}

/// A named text to read.
pub struct Text {
    /// Its name among the sources.
    pub id: SourceId,
    /// Whether it is the settings file; data otherwise.
    pub is_settings: bool,
    /// Whether it could be decoded; the problem was reported where that failed.
    pub is_sound: bool,
}

impl Records {
    /// Reads all texts, on all processors, reporting every problem of every one in their order.
    pub fn read(texts: &[Text], sources: &Sources, problems: &mut Vec<Problem>) -> Self {
        let read = |text: &Text| {
            let mut problems = Vec::new();
            (Self::of(text, sources, &mut problems), problems)
        };
        let parts: Vec<(Self, Vec<Problem>)> = texts.par_iter().map(read).collect();
        let mut records = Self::default();
        for (part, problems_of_part) in parts {
            problems.extend(problems_of_part);
            records.add(part);
        }
        records
    }

    /// What one text says.
    fn of(text: &Text, sources: &Sources, problems: &mut Vec<Problem>) -> Self {
        let mut records = Self::default();
        let Some(source) = sources.get(text.id) else { return records };
        if !text.is_sound {
            records.broken.push(Arc::clone(&source.text));
            return records;
        }
        let (table, errors) = DeTable::parse_recoverable(&source.text);
        if !errors.is_empty() {
            records.broken.push(Arc::clone(&source.text));
            problems.extend(errors.iter().map(|e| toml_errors::problem(e, text.id, &source.text)));
            return records;
        }
        let whole = Span::new(text.id, 0..0);
        if text.is_settings {
            let mut reader =
                TableReader::new(text.id, table.get_ref(), whole, Settings::TITLE, problems);
            records.settings = Settings::read_table(&mut reader);
        } else {
            let mut reader =
                TableReader::new(text.id, table.get_ref(), whole, Data::TITLE, problems);
            if let Some(data) = Data::read_table(&mut reader) {
                records.take(data);
            }
            records.note_extents(text.id, table.get_ref(), source.text.len());
        }
        records
    }

    fn take(&mut self, data: Data) {
        let unreadable = &mut self.unreadable;
        self.campaigns.extend(data.campaign);
        self.establishments = sound(data.establishment, unreadable);
        let before = unreadable.len();
        self.referents = sound(data.referent, unreadable);
        self.unreadable_referents = unreadable.len() > before;
        self.missions = sound(data.mission, unreadable);
        self.clauses = sound(data.clause, unreadable);
        self.allowances = sound(data.allowance, unreadable);
    }

    fn add(&mut self, part: Self) {
        self.settings = part.settings.or(self.settings.take());
        self.campaigns.extend(part.campaigns);
        self.establishments.extend(part.establishments);
        self.referents.extend(part.referents);
        self.missions.extend(part.missions);
        self.clauses.extend(part.clauses);
        self.allowances.extend(part.allowances);
        self.extents.extend(part.extents);
        self.unreadable.extend(part.unreadable);
        self.unreadable_referents |= part.unreadable_referents;
        self.broken.extend(part.broken);
    }

    fn note_extents(&mut self, id: SourceId, table: &DeTable<'_>, end: usize) {
        let mut found: Vec<(usize, &'static str, Option<String>)> = Vec::new();
        for TableKey { name, .. } in Data::KEYS {
            let name_key =
                if *name == "establishment" { Establishment::NAME_KEY } else { Referent::NAME_KEY };
            let Some(value) = table.get(*name) else { continue };
            let DeValue::Array(items) = value.get_ref() else {
                found.push((value.span().start, name, None));
                continue;
            };
            for item in items.iter() {
                found.push((item.span().start, name, text_of(item.get_ref(), name_key)));
                for inner in assignments(item.get_ref()) {
                    let name = text_of(inner.get_ref(), "establishment");
                    found.push((inner.span().start, "assignment", name));
                }
            }
        }
        found.sort();
        for (index, (start, table, name)) in found.iter().enumerate() {
            // An assignment ends where anything begins; a record holds its assignments.
            let mut later = found[index + 1..].iter();
            let next = later.find(|next| *table == "assignment" || next.1 != "assignment");
            let span = Span::new(id, *start..next.map_or(end, |next| next.0));
            self.extents.push(Extent { table, name: name.clone(), span });
        }
    }

    /// The school or person whose record a place lies in, as messages name it; none elsewhere.
    pub fn subject_at(&self, place: Span) -> Option<String> {
        let is_record = |table| matches!(table, "establishment" | "referent");
        let mut extents = self.extents.iter();
        let around = extents.find(|one| is_record(one.table) && one.span.contains(place))?;
        let name = around.name.as_deref()?;
        let is = |other: &str| other.eq_ignore_ascii_case(name);
        let school = self.establishments.iter().find(|school| is(school.uai.as_str()));
        let referent = self.referents.iter().find(|referent| is(referent.id.as_str()));
        let label = match around.table {
            "establishment" => school.map(Establishment::label),
            _ => referent.map(Referent::label),
        };
        Some(label.unwrap_or_else(|| name.to_owned()))
    }

    /// Whether a name that was not found may belong to something that could not be read: by its
    /// name, by a UAI that differs only in its check letter, or in a broken file of such records.
    pub(super) fn may_exist(&self, name: &str, table: &str) -> bool {
        let digits = |name: &str| name.get(..7).map(str::to_owned).filter(|_| name.len() == 8);
        self.may_hold(table)
            || self.unreadable.iter().any(|unreadable| {
                unreadable.eq_ignore_ascii_case(name)
                    || (digits(unreadable).is_some() && digits(unreadable) == digits(name))
            })
    }

    /// Whether a file that could not be parsed may hold records of a table.
    pub(super) fn may_hold(&self, table: &str) -> bool {
        let title = format!("[[{table}]]");
        self.broken.iter().any(|text| text.contains('\0') || text.contains(&title))
    }
}

fn text_of(value: &DeValue<'_>, key: &str) -> Option<String> {
    let DeValue::Table(table) = value else { return None };
    match table.get(key)?.get_ref() {
        DeValue::String(text) => Some(text.to_string()),
        _ => None,
    }
}

fn assignments<'t>(value: &'t DeValue<'t>) -> impl Iterator<Item = &'t toml::Spanned<DeValue<'t>>> {
    let list = match value {
        DeValue::Table(table) => table.get("assignment").map(|list| list.get_ref()),
        _ => None,
    };
    let items = match list {
        Some(DeValue::Array(items)) => Some(items.iter()),
        _ => None,
    };
    items.into_iter().flatten()
}

#[cfg(test)]
impl Campaign {
    /// The campaign that a sound text describes.
    pub(crate) fn of_text(text: &str) -> Self {
        let mut sources = Sources::default();
        let id = sources.add("data/campaign.toml", text);
        let mut problems = Vec::new();
        let text = Text { id, is_settings: false, is_sound: true };
        let mut records = Records::read(&[text], &sources, &mut problems);
        assert!(problems.is_empty(), "{problems:?}");
        records.campaigns.remove(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Records, Vec<Problem>, Sources) {
        let mut sources = Sources::default();
        let id = sources.add("data/a.toml", text);
        let mut problems = Vec::new();
        let records = Records::read(
            &[Text { id, is_settings: false, is_sound: true }],
            &sources,
            &mut problems,
        );
        (records, problems, sources)
    }

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
    fn all_mistakes_of_a_record_are_found_in_one_pass() {
        let (records, problems, sources) = read(SCHOOL);
        let codes: Vec<&str> = problems.iter().map(|p| p.code).collect();
        for code in ["E-UAI-KEY", "E-KIND", "E-UNKNOWN-KEY", "E-TYPE", "E-MISSING"] {
            assert!(codes.contains(&code), "{code} not in {codes:?}");
        }
        assert!(records.establishments.is_empty());
        let unknown = problems.iter().find(|p| p.code == "E-UNKNOWN-KEY").unwrap();
        assert_eq!(unknown.help.as_deref(), Some("vouliez-vous écrire « address » ?"));
        assert_eq!(sources.position(unknown.span.unwrap()), (7, 1));
    }

    #[test]
    fn a_wrong_transport_does_not_hide_a_mistyped_key() {
        let mut sources = Sources::default();
        let text = "[mail]\ntransport = \"courriel\"\nfromm = \"x\"\n";
        let id = sources.add("missive.toml", text);
        let mut problems = Vec::new();
        let text = Text { id, is_settings: true, is_sound: true };
        Records::read(&[text], &sources, &mut problems);
        for code in ["E-TRANSPORT", "E-UNKNOWN-KEY"] {
            assert!(problems.iter().any(|problem| problem.code == code), "{code}: {problems:?}");
        }
    }

    #[test]
    fn several_syntax_errors_are_told_in_french_with_their_lines() {
        let (_, problems, sources) = read("a = \n[[establishment]]\nuai = \"x\nb = 1\nb = 2\n");
        assert!(problems.len() >= 2, "{problems:?}");
        assert!(problems.iter().all(|p| p.code == "E-TOML"));
        assert_eq!(sources.position(problems[0].span.unwrap()).0, 1);
    }
}
