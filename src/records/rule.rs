//! `[[mission]]`, `[[clause]]`, `[[allowance]]`: dated rules with their conditions and sources.

use super::settings::Period;
use super::table_reader::{FromToml, Located, Reader, ValueError, wrong_type};
use super::values::{Day, Euros, Line, Prose, Slug};
use super::word_lists::{Kind, Materiality, Rank, Sector};
use crate::diagnostic::{Problem, Span};
use toml::de::DeValue;

/// A numbered duty.
#[derive(Clone, Debug)]
pub struct Mission {
    /// The place of the record.
    pub place: Span,
    /// Identifier.
    pub id: Located<Slug>,
    /// Number, as printed.
    pub number: Located<u32>,
    /// Its dated versions.
    pub versions: Vec<Version<MissionText>>,
}

/// A piece of rule text.
#[derive(Clone, Debug)]
pub struct Clause {
    /// The place of the record.
    pub place: Span,
    /// Identifier.
    pub id: Located<Slug>,
    /// Where the letter prints it.
    pub slot: Located<Slug>,
    /// Place among the clauses of its slot; file order otherwise.
    pub order: Option<Located<u32>>,
    /// Its dated versions.
    pub versions: Vec<Version<ClauseText>>,
}

/// A yearly indemnity.
#[derive(Clone, Debug)]
pub struct Allowance {
    /// The place of the record.
    pub place: Span,
    /// Identifier.
    pub id: Located<Slug>,
    /// Its dated versions.
    pub versions: Vec<Version<AllowanceRate>>,
}

/// One dated version of a rule.
#[derive(Clone, Debug)]
pub struct Version<T> {
    /// The place of the table.
    pub place: Span,
    /// In force from when to when.
    pub period: Period,
    /// Whom it concerns.
    pub condition: Condition,
    /// Legal source.
    pub legal_source: LegalSource,
    /// Whether a change to it is worth a new letter.
    pub materiality: Option<Located<Materiality>>,
    /// What it says.
    pub body: T,
}

/// What a version of a mission says.
#[derive(Clone, Debug)]
pub struct MissionText {
    /// Priority or secondary.
    pub rank: Located<Rank>,
    /// Title.
    pub title: Located<Prose>,
    /// Text.
    pub text: Located<Prose>,
    /// Activities.
    pub activities: Vec<Located<Prose>>,
}

/// What a version of a clause says.
#[derive(Clone, Debug)]
pub struct ClauseText {
    /// Text.
    pub text: Located<Prose>,
}

/// What a version of an allowance says.
#[derive(Clone, Debug)]
pub struct AllowanceRate {
    /// Name, as printed.
    pub label: Located<Line>,
    /// Euros a year.
    pub amount: Located<Euros>,
}

/// Whom a version concerns; all that is written must hold.
#[derive(Clone, Debug, Default)]
pub struct Condition {
    /// The place of the table, if there is one.
    pub place: Option<Span>,
    /// One of these kinds.
    pub kind: Option<Vec<Located<Kind>>>,
    /// One of these sectors.
    pub sector: Option<Vec<Located<Sector>>>,
    /// The school has an ENT.
    pub digital_workspace: Option<bool>,
    /// The authority in charge of the equipment is known.
    pub authority: Option<bool>,
    /// The assignment has an allowance in force.
    pub allowance: Option<bool>,
    /// The allowance was awarded.
    pub allowance_granted: Option<bool>,
    /// Schools share a training session.
    pub training_with: Option<bool>,
    /// The letter names a referent.
    pub referent: Option<bool>,
}

/// Where a rule comes from.
#[derive(Clone, Debug)]
pub struct LegalSource {
    /// Title.
    pub title: Located<Line>,
    /// Number, as in "décret n° 2015-475".
    pub reference: Option<Located<Line>>,
    /// Article.
    pub article: Option<Located<Line>>,
    /// Address of the text.
    pub url: Option<Located<Line>>,
    /// When a person last checked it.
    pub checked_on: Option<Located<Day>>,
}

/// A word that is only there to tell a text from a table.
struct TextOrTable;

impl FromToml for TextOrTable {
    const EXPECTED: &'static str = "un texte, ou { title = …, reference = … }";

    fn from_toml(value: &DeValue<'_>) -> Result<Self, ValueError> {
        match value {
            DeValue::String(_) | DeValue::Table(_) => Ok(Self),
            other => Err(wrong_type(other, Self::EXPECTED)),
        }
    }
}

impl LegalSource {
    fn read(reader: &mut Reader<'_, '_>) -> Option<Self> {
        if !reader.has("source") {
            reader.report(
                Problem::error("E-SOURCE", "cette version n'a pas de source juridique")
                    .at(reader.place())
                    .help("ajouter « source = \"décret n° … du …\" » : chaque phrase doit pouvoir être justifiée"),
            );
            let _: Option<Located<TextOrTable>> = reader.optional("source");
            return None;
        }
        let kind: Located<TextOrTable> = reader.optional("source")?;
        if reader.raw_text("source").is_some() {
            let title: Located<Line> = reader.optional("source")?;
            return Some(Self {
                title,
                reference: None,
                article: None,
                url: None,
                checked_on: None,
            });
        }
        let mut table = reader.table("source", "la source juridique (source)")?;
        let title = table.required("title");
        let reference = table.optional("reference");
        let article = table.optional("article");
        let url = table.optional("url");
        let checked_on = table.optional("checked_on");
        table.finish();
        let _ = kind;
        Some(Self { title: title?, reference, article, url, checked_on })
    }
}

impl Condition {
    fn read(reader: &mut Reader<'_, '_>) -> Self {
        let Some(mut table) = reader.table("when", "la condition (when)") else {
            return Self::default();
        };
        let flag =
            |table: &mut Reader<'_, '_>, key| table.optional::<bool>(key).map(|value| value.value);
        let kind = table.has("kind").then(|| table.required_list("kind"));
        let sector = table.has("sector").then(|| table.required_list("sector"));
        let _: (Vec<Located<Kind>>, Vec<Located<Sector>>) = (
            if kind.is_none() { table.list("kind") } else { Vec::new() },
            if sector.is_none() { table.list("sector") } else { Vec::new() },
        );
        let condition = Self {
            place: Some(table.place()),
            kind,
            sector,
            digital_workspace: flag(&mut table, "digital_workspace"),
            authority: flag(&mut table, "authority"),
            allowance: flag(&mut table, "allowance"),
            allowance_granted: flag(&mut table, "allowance_granted"),
            training_with: flag(&mut table, "training_with"),
            referent: flag(&mut table, "referent"),
        };
        table.finish();
        condition
    }
}

fn versions<T>(
    reader: &mut Reader<'_, '_>,
    what: &'static str,
    mut body: impl FnMut(&mut Reader<'_, '_>) -> Option<T>,
) -> Vec<Version<T>> {
    if !reader.has("version") {
        reader.missing("version", "au moins une table [[….version]] avec « since » et « source »");
    }
    reader.tables("version", what, |table| {
        let place = table.place();
        let period = Period::read(table);
        let condition = Condition::read(table);
        let legal_source = LegalSource::read(table);
        let materiality = table.optional("materiality");
        let body = body(table);
        Some(Version {
            place,
            period: period?,
            condition,
            legal_source: legal_source?,
            materiality,
            body: body?,
        })
    })
}

impl Mission {
    pub(super) fn read(reader: &mut Reader<'_, '_>) -> Option<Self> {
        let place = reader.place();
        let id = reader.required("id");
        let number = reader.required("number");
        let versions = versions(reader, "une version de mission", |table| {
            let rank = table.required("rank");
            let title = table.required("title");
            let text = table.required("text");
            let activities = table.list("activities");
            Some(MissionText { rank: rank?, title: title?, text: text?, activities })
        });
        Some(Self { place, id: id?, number: number?, versions })
    }
}

impl Clause {
    pub(super) fn read(reader: &mut Reader<'_, '_>) -> Option<Self> {
        let place = reader.place();
        let id = reader.required("id");
        let slot = reader.required("slot");
        let order = reader.optional("order");
        let versions = versions(reader, "une version de disposition", |table| {
            Some(ClauseText { text: table.required("text")? })
        });
        Some(Self { place, id: id?, slot: slot?, order, versions })
    }
}

impl Allowance {
    pub(super) fn read(reader: &mut Reader<'_, '_>) -> Option<Self> {
        let place = reader.place();
        let id = reader.required("id");
        let versions = versions(reader, "une version d'indemnité", |table| {
            let label = table.required("label");
            let amount = table.required("amount");
            Some(AllowanceRate { label: label?, amount: amount? })
        });
        Some(Self { place, id: id?, versions })
    }
}
