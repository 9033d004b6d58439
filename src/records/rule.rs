//! `[[mission]]`, `[[clause]]`, `[[allowance]]`: dated rules with their conditions and sources.
//!
//! The comments of tables and keys are French: office staff read them in their editor and in the
//! guide. How a table is declared: see `table`.

use super::table::{FromKey, KeyShape, Read, TableKey, TableShape, TomlTable, toml_table};
use super::table_reader::{FromToml, Located, TableReader, ValueError, wrong_type};
use super::values::{Day, Euros, RuleText, SingleLine, Slug};
use super::word_lists::{Kind, Materiality, Rank, Sector};
use crate::diagnostic::{Problem, Span};
use jiff::civil::Date;
use std::ops::Deref;
use toml::de::DeValue;

toml_table! {
    /// Une mission, avec son histoire.
    pub struct Mission, "cette mission" {
        /// L'identifiant, que les désignations citent.
        #[example("pedagogy")]
        pub id: Located<Slug>,
        /// Le numéro imprimé, différent pour chaque mission.
        #[example(1)]
        pub number: Located<u32>,
        /// Les versions, une table à double crochet chacune ; deux versions ne valent pas le même jour
        /// pour les mêmes lettres.
        #[example([{
            "since": "2015-09-01",
            "rank": "priority",
            "title": "Faire grandir les usages pédagogiques du numérique",
            "text": "Donner aux équipes l'envie et les moyens d'employer les ressources numériques.",
            "source": "décret n° 2015-475 du 27 avril 2015",
        }])]
        #[key(named("version"), required("au moins une table [[….version]] avec « since » et « source »"))]
        pub versions: Vec<MissionVersion>,
    }
}

toml_table! {
    /// Une version d'une mission.
    pub struct MissionVersion, "une version de mission" {
        /// Le premier jour où elle vaut, sans guillemets.
        #[example("2015-09-01")]
        pub since: Located<Day>,
        /// Le dernier jour où elle vaut, sans guillemets ; sans cette ligne, elle vaut encore.
        #[example("2018-10-31")]
        pub until: Option<Located<Day>>,
        /// Les lettres qu'elle concerne : tout ce qui est écrit doit être vrai ; toutes sans cette ligne.
        #[example({ "kind": ["college"], "sector": ["public"] })]
        #[key(empty_if_absent)]
        pub when: Condition,
        /// Le texte juridique qui la justifie : sa référence, ou une table avec title, reference, url…
        #[example("décret n° 2015-475 du 27 avril 2015")]
        pub source: RuleSource,
        /// Si un changement de cette version vaut une nouvelle lettre ; sans cette ligne, missive le juge
        /// d'après ce qui est imprimé.
        #[example("substantive")]
        pub materiality: Option<Located<Materiality>>,
        /// Le rang : "priority" (prioritaire) ou "secondary" (secondaire).
        #[example("priority")]
        pub rank: Located<Rank>,
        /// Le titre.
        #[example("Faire grandir les usages pédagogiques du numérique")]
        pub title: Located<RuleText>,
        /// Le texte, avec au besoin des champs entre accolades, comme {establishment.name}.
        #[example("Conseiller les équipes de {establishment.name}.")]
        pub text: Located<RuleText>,
        /// Les activités, une par élément.
        #[example(["recenser les besoins de formation des équipes ;"])]
        pub activities: Vec<Located<RuleText>>,
    }
    check end_follows_start(since, until);
}

toml_table! {
    /// Une disposition, avec son histoire.
    pub struct Clause, "cette disposition" {
        /// L'identifiant.
        #[example("annual-report")]
        pub id: Located<Slug>,
        /// L'emplacement où la lettre ou le courrier l'imprime ; la liste est en tête de
        /// data/rules/clauses.toml.
        #[example("report")]
        pub slot: Located<Slug>,
        /// Le rang dans son emplacement ; sans cette ligne, l'ordre du fichier.
        #[example(1)]
        pub order: Option<Located<u32>>,
        /// Les versions, une table à double crochet chacune ; deux versions ne valent pas le même jour
        /// pour les mêmes lettres.
        #[example([{
            "since": "2018-11-01",
            "text": "Un bilan est attendu pour le {campaign.report_by}.",
            "source": "Cadrage académique de la mission, novembre 2018",
        }])]
        #[key(named("version"), required("au moins une table [[….version]] avec « since » et « source »"))]
        pub versions: Vec<ClauseVersion>,
    }
}

toml_table! {
    /// Une version d'une disposition.
    pub struct ClauseVersion, "une version de disposition" {
        /// Le premier jour où elle vaut, sans guillemets.
        #[example("2018-11-01")]
        pub since: Located<Day>,
        /// Le dernier jour où elle vaut, sans guillemets ; sans cette ligne, elle vaut encore.
        #[example("2024-08-31")]
        pub until: Option<Located<Day>>,
        /// Les lettres qu'elle concerne : tout ce qui est écrit doit être vrai ; toutes sans cette ligne.
        #[example({ "digital_workspace": true })]
        #[key(empty_if_absent)]
        pub when: Condition,
        /// Le texte juridique qui la justifie : sa référence, ou une table avec title, reference, url…
        #[example("Cadrage académique de la mission, novembre 2018")]
        pub source: RuleSource,
        /// Si un changement de cette version vaut une nouvelle lettre ; sans cette ligne, missive le juge
        /// d'après ce qui est imprimé.
        #[example("cosmetic")]
        pub materiality: Option<Located<Materiality>>,
        /// Le texte, avec au besoin des champs entre accolades, comme {campaign.report_by}.
        #[example("Un bilan est attendu pour le {campaign.report_by}.")]
        pub text: Located<RuleText>,
    }
    check end_follows_start(since, until);
}

toml_table! {
    /// Une indemnité, avec son histoire.
    pub struct Allowance, "cette indemnité" {
        /// L'identifiant, que les désignations citent.
        #[example("indemnite-1250")]
        pub id: Located<Slug>,
        /// Les versions, une table à double crochet chacune ; deux versions ne valent pas le même jour
        /// pour les mêmes lettres.
        #[example([{
            "since": "2015-09-01",
            "label": "indemnité pour mission particulière (IMP)",
            "amount": 1250.0,
            "source": "décret n° 2015-475 du 27 avril 2015",
        }])]
        #[key(named("version"), required("au moins une table [[….version]] avec « since » et « source »"))]
        pub versions: Vec<AllowanceVersion>,
    }
}

toml_table! {
    /// Une version d'une indemnité.
    pub struct AllowanceVersion, "une version d'indemnité" {
        /// Le premier jour où elle vaut, sans guillemets.
        #[example("2015-09-01")]
        pub since: Located<Day>,
        /// Le dernier jour où elle vaut, sans guillemets ; sans cette ligne, elle vaut encore.
        #[example("2024-08-31")]
        pub until: Option<Located<Day>>,
        /// Les lettres qu'elle concerne : tout ce qui est écrit doit être vrai ; toutes sans cette ligne.
        #[example({ "sector": ["public"] })]
        #[key(empty_if_absent)]
        pub when: Condition,
        /// Le texte juridique qui la justifie : sa référence, ou une table avec title, reference, url…
        #[example("décret n° 2015-475 du 27 avril 2015")]
        pub source: RuleSource,
        /// Si un changement de cette version vaut une nouvelle lettre ; sans cette ligne, missive le juge
        /// d'après ce qui est imprimé.
        #[example("substantive")]
        pub materiality: Option<Located<Materiality>>,
        /// Le nom de l'indemnité, tel que la lettre l'imprime.
        #[example("indemnité pour mission particulière (IMP)")]
        pub label: Located<SingleLine>,
        /// Le montant annuel en euros, avec un point et deux décimales au plus.
        #[example(1250.0)]
        pub amount: Located<Euros>,
    }
    check end_follows_start(since, until);
}

toml_table! {
    /// Les lettres qu'une version concerne ; tout ce qui est écrit doit être vrai.
    pub struct Condition, "la condition (when)" {
        /// L'établissement est de l'un de ces types.
        #[example(["college"])]
        #[key(not_empty)]
        pub kind: Option<Vec<Located<Kind>>>,
        /// L'établissement est de l'un de ces secteurs.
        #[example(["public"])]
        #[key(not_empty)]
        pub sector: Option<Vec<Located<Sector>>>,
        /// L'établissement a un espace numérique de travail (false : il n'en a pas).
        #[example(true)]
        pub digital_workspace: Option<bool>,
        /// On sait qui a la charge des équipements (false : on ne le sait pas).
        #[example(true)]
        pub authority: Option<bool>,
        /// La désignation a une indemnité en vigueur (false : elle n'en a pas).
        #[example(true)]
        pub allowance: Option<bool>,
        /// L'indemnité est accordée (false : elle ne l'est pas).
        #[example(true)]
        pub allowance_granted: Option<bool>,
        /// Des établissements partagent une formation (false : aucun).
        #[example(true)]
        pub training_with: Option<bool>,
        /// La lettre nomme un référent (false : le nom est laissé en blanc).
        #[example(true)]
        pub referent: Option<bool>,
    }
    schema {
        "dependencies": {
            "allowance_granted": {
                "if": { "properties": { "allowance_granted": { "const": true } } },
                "then": { "properties": { "allowance": { "const": true } } },
            },
            "referent": {
                "if": { "properties": { "referent": { "const": false } } },
                "then": { "properties": {
                    "allowance": { "const": false },
                    "allowance_granted": { "const": false },
                    "training_with": { "const": false },
                } },
            },
        },
    }
}

toml_table! {
    /// Un texte juridique, avec ce qui permet de le retrouver.
    pub struct LegalSource, "la source juridique (source)" {
        /// Le titre.
        #[example("Indemnité pour mission particulière")]
        pub title: Located<SingleLine>,
        /// Le numéro et la date.
        #[example("décret n° 2015-475 du 27 avril 2015")]
        pub reference: Option<Located<SingleLine>>,
        /// L'article.
        #[example("article 3")]
        pub article: Option<Located<SingleLine>>,
        /// L'adresse du texte.
        #[example("https://www.legifrance.gouv.fr/loda/id/JORFTEXT000030533522")]
        pub url: Option<Located<SingleLine>>,
        /// Le jour où quelqu'un l'a vérifié pour la dernière fois, sans guillemets.
        #[example("2026-11-24")]
        pub checked_on: Option<Located<Day>>,
    }
}

/// Checks that an end date is not before the start date.
pub(super) fn end_follows_start(
    reader: &mut TableReader<'_, '_>,
    since: &Read<Located<Day>>,
    until: &Read<Option<Located<Day>>>,
) {
    if let (Some(since), Some(Some(until))) = (since, until)
        && until.value < since.value
    {
        reader.report(
            Problem::error("E-PERIOD", "cette période finit avant de commencer")
                .at(until.span)
                .related(since.span, "elle commence ici")
                .help("corriger l'une des deux dates"),
        );
    }
}

/// What the versions of all rules have.
pub trait Version {
    /// Where the table stands.
    fn place(&self) -> Span;
    /// The first day it is in force.
    fn since(&self) -> &Located<Day>;
    /// The last day it is in force.
    fn until(&self) -> Option<&Located<Day>>;
    /// Whom it concerns.
    fn condition(&self) -> &Condition;
    /// Its legal source.
    fn source(&self) -> &LegalSource;
    /// Whether it declares that a change to it leads to a new letter.
    fn materiality(&self) -> Option<Materiality>;

    /// Whether it is in force on a day, both ends included.
    fn is_in_force(&self, day: Date) -> bool {
        self.since().value.0 <= day && self.until().is_none_or(|until| day <= until.value.0)
    }
}

macro_rules! versions {
    ($($name:ident),+) => { $(
        impl Version for $name {
            fn place(&self) -> Span {
                self.place
            }

            fn since(&self) -> &Located<Day> {
                &self.since
            }

            fn until(&self) -> Option<&Located<Day>> {
                self.until.as_ref()
            }

            fn condition(&self) -> &Condition {
                &self.when
            }

            fn source(&self) -> &LegalSource {
                &self.source
            }

            fn materiality(&self) -> Option<Materiality> {
                self.materiality.as_ref().map(|materiality| materiality.value)
            }
        }
    )+ };
}
versions!(MissionVersion, ClauseVersion, AllowanceVersion);

/// The source of a version: its title alone, or a table. A version without one is refused with words
/// that say why.
#[derive(Clone, Debug)]
pub struct RuleSource(LegalSource);

impl Deref for RuleSource {
    type Target = LegalSource;

    fn deref(&self) -> &LegalSource {
        &self.0
    }
}

impl FromKey for RuleSource {
    const IS_REQUIRED: bool = true;

    fn shape() -> KeyShape {
        KeyShape::Either([
            ("La référence, en un texte.", Box::new(Located::<SingleLine>::shape())),
            (
                "Le titre, et ce qui permet de le retrouver.",
                Box::new(KeyShape::Table(TableShape::of::<LegalSource>())),
            ),
        ])
    }

    fn from_key(reader: &mut TableReader<'_, '_>, key: &TableKey) -> Option<Self> {
        if !reader.has(key.name) {
            reader.report(
                Problem::error("E-SOURCE", "cette version n'a pas de source juridique")
                    .at(reader.place())
                    .help("ajouter « source = \"décret n° … du …\" » : chaque phrase doit pouvoir être justifiée"),
            );
        }
        reader.optional::<TextOrTable>(key.name)?;
        if reader.raw_text(key.name).is_some() {
            let title: Located<SingleLine> = reader.optional(key.name)?;
            return Some(Self(LegalSource {
                place: title.span,
                title,
                reference: None,
                article: None,
                url: None,
                checked_on: None,
            }));
        }
        LegalSource::read_table(&mut reader.table(key.name, LegalSource::TITLE)?).map(Self)
    }
}

/// Distinguishes a text, a table and anything else.
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
