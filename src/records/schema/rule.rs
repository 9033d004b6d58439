//! `[[mission]]`, `[[clause]]`, `[[allowance]]`: dated rules with their conditions and sources.

use super::formats::{INVISIBLE, NOT_BLANK, Whole, printed};
use crate::records::placeholder::Placeholder;
use crate::records::values::{Day, Euros, LONGEST_PROSE, Line, Slug};
use crate::records::word_lists::{Kind, Materiality, Rank, Sector};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::json;
use std::borrow::Cow;

/// Une mission, avec son histoire.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Mission {
    /// L'identifiant, que les désignations citent.
    #[schemars(example = &"pedagogy")]
    pub id: Slug,
    /// Le numéro imprimé, différent pour chaque mission.
    #[schemars(example = 1)]
    pub number: Whole,
    /// Les versions, une table à double crochet chacune ; deux versions ne valent pas le même jour
    /// pour les mêmes lettres.
    #[schemars(example = json!([{
        "since": "2015-09-01",
        "rank": "priority",
        "title": "Faire grandir les usages pédagogiques du numérique",
        "text": "Donner aux équipes l'envie et les moyens d'employer les ressources numériques.",
        "source": "décret n° 2015-475 du 27 avril 2015",
    }]))]
    pub version: Vec<MissionVersion>,
}

/// Une version d'une mission.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct MissionVersion {
    /// Le premier jour où elle vaut, sans guillemets.
    #[schemars(example = &"2015-09-01")]
    pub since: Day,
    /// Le dernier jour où elle vaut, sans guillemets ; sans cette ligne, elle vaut encore.
    #[schemars(example = &"2018-10-31")]
    pub until: Option<Day>,
    /// Les lettres qu'elle concerne : tout ce qui est écrit doit être vrai ; toutes sans cette ligne.
    #[schemars(example = json!({ "kind": ["college"], "sector": ["public"] }))]
    pub when: Option<Condition>,
    /// Le texte juridique qui la justifie : sa référence, ou une table avec title, reference, url…
    #[schemars(example = &"décret n° 2015-475 du 27 avril 2015")]
    pub source: Source,
    /// Si un changement de cette version vaut une nouvelle lettre ; sans cette ligne, missive le juge
    /// d'après ce qui est imprimé.
    #[schemars(example = &"substantive")]
    pub materiality: Option<Materiality>,
    /// Le rang : "priority" (prioritaire) ou "secondary" (secondaire).
    #[schemars(example = &"priority")]
    pub rank: Rank,
    /// Le titre.
    #[schemars(example = &"Faire grandir les usages pédagogiques du numérique")]
    pub title: RuleText,
    /// Le texte, avec au besoin des champs entre accolades, comme {establishment.name}.
    #[schemars(example = &"Conseiller les équipes de {establishment.name}.")]
    pub text: RuleText,
    /// Les activités, une par élément.
    #[schemars(example = json!(["recenser les besoins de formation des équipes ;"]))]
    pub activities: Option<Vec<RuleText>>,
}

/// Une disposition, avec son histoire.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Clause {
    /// L'identifiant.
    #[schemars(example = &"annual-report")]
    pub id: Slug,
    /// L'emplacement où la lettre ou le courrier l'imprime ; la liste est en tête de
    /// data/rules/clauses.toml.
    #[schemars(example = &"report")]
    pub slot: Slug,
    /// Le rang dans son emplacement ; sans cette ligne, l'ordre du fichier.
    #[schemars(example = 1)]
    pub order: Option<Whole>,
    /// Les versions, une table à double crochet chacune ; deux versions ne valent pas le même jour
    /// pour les mêmes lettres.
    #[schemars(example = json!([{
        "since": "2018-11-01",
        "text": "Un bilan est attendu pour le {campaign.report_by}.",
        "source": "Cadrage académique de la mission, novembre 2018",
    }]))]
    pub version: Vec<ClauseVersion>,
}

/// Une version d'une disposition.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ClauseVersion {
    /// Le premier jour où elle vaut, sans guillemets.
    #[schemars(example = &"2018-11-01")]
    pub since: Day,
    /// Le dernier jour où elle vaut, sans guillemets ; sans cette ligne, elle vaut encore.
    #[schemars(example = &"2024-08-31")]
    pub until: Option<Day>,
    /// Les lettres qu'elle concerne : tout ce qui est écrit doit être vrai ; toutes sans cette ligne.
    #[schemars(example = json!({ "digital_workspace": true }))]
    pub when: Option<Condition>,
    /// Le texte juridique qui la justifie : sa référence, ou une table avec title, reference, url…
    #[schemars(example = &"Cadrage académique de la mission, novembre 2018")]
    pub source: Source,
    /// Si un changement de cette version vaut une nouvelle lettre ; sans cette ligne, missive le juge
    /// d'après ce qui est imprimé.
    #[schemars(example = &"cosmetic")]
    pub materiality: Option<Materiality>,
    /// Le texte, avec au besoin des champs entre accolades, comme {campaign.report_by}.
    #[schemars(example = &"Un bilan est attendu pour le {campaign.report_by}.")]
    pub text: RuleText,
}

/// Une indemnité, avec son histoire.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Allowance {
    /// L'identifiant, que les désignations citent.
    #[schemars(example = &"indemnite-1250")]
    pub id: Slug,
    /// Les versions, une table à double crochet chacune ; deux versions ne valent pas le même jour
    /// pour les mêmes lettres.
    #[schemars(example = json!([{
        "since": "2015-09-01",
        "label": "indemnité pour mission particulière (IMP)",
        "amount": 1250.0,
        "source": "décret n° 2015-475 du 27 avril 2015",
    }]))]
    pub version: Vec<AllowanceVersion>,
}

/// Une version d'une indemnité.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct AllowanceVersion {
    /// Le premier jour où elle vaut, sans guillemets.
    #[schemars(example = &"2015-09-01")]
    pub since: Day,
    /// Le dernier jour où elle vaut, sans guillemets ; sans cette ligne, elle vaut encore.
    #[schemars(example = &"2024-08-31")]
    pub until: Option<Day>,
    /// Les lettres qu'elle concerne : tout ce qui est écrit doit être vrai ; toutes sans cette ligne.
    #[schemars(example = json!({ "sector": ["public"] }))]
    pub when: Option<Condition>,
    /// Le texte juridique qui la justifie : sa référence, ou une table avec title, reference, url…
    #[schemars(example = &"décret n° 2015-475 du 27 avril 2015")]
    pub source: Source,
    /// Si un changement de cette version vaut une nouvelle lettre ; sans cette ligne, missive le juge
    /// d'après ce qui est imprimé.
    #[schemars(example = &"substantive")]
    pub materiality: Option<Materiality>,
    /// Le nom de l'indemnité, tel que la lettre l'imprime.
    #[schemars(example = &"indemnité pour mission particulière (IMP)")]
    pub label: Line,
    /// Le montant annuel en euros, avec un point et deux décimales au plus.
    #[schemars(example = 1250.0)]
    pub amount: Euros,
}

/// Les lettres qu'une version concerne ; tout ce qui est écrit doit être vrai.
#[derive(JsonSchema)]
#[schemars(
    deny_unknown_fields,
    extend("dependencies" = {
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
    })
)]
pub struct Condition {
    /// L'établissement est de l'un de ces types.
    #[schemars(length(min = 1), example = json!(["college"]))]
    pub kind: Option<Vec<Kind>>,
    /// L'établissement est de l'un de ces secteurs.
    #[schemars(length(min = 1), example = json!(["public"]))]
    pub sector: Option<Vec<Sector>>,
    /// L'établissement a un espace numérique de travail (false : il n'en a pas).
    #[schemars(example = true)]
    pub digital_workspace: Option<bool>,
    /// On sait qui a la charge des équipements (false : on ne le sait pas).
    #[schemars(example = true)]
    pub authority: Option<bool>,
    /// La désignation a une indemnité en vigueur (false : elle n'en a pas).
    #[schemars(example = true)]
    pub allowance: Option<bool>,
    /// L'indemnité est accordée (false : elle ne l'est pas).
    #[schemars(example = true)]
    pub allowance_granted: Option<bool>,
    /// Des établissements partagent une formation (false : aucun).
    #[schemars(example = true)]
    pub training_with: Option<bool>,
    /// La lettre nomme un référent (false : le nom est laissé en blanc).
    #[schemars(example = true)]
    pub referent: Option<bool>,
}

/// Un texte juridique : sa référence en un texte, ou une table.
#[derive(JsonSchema)]
#[schemars(untagged)]
pub enum Source {
    /// La référence, en un texte.
    Text(Line),
    /// Le titre, et ce qui permet de le retrouver.
    Table(LegalSource),
}

/// Un texte juridique, avec ce qui permet de le retrouver.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct LegalSource {
    /// Le titre.
    #[schemars(example = &"Indemnité pour mission particulière")]
    pub title: Line,
    /// Le numéro et la date.
    #[schemars(example = &"décret n° 2015-475 du 27 avril 2015")]
    pub reference: Option<Line>,
    /// L'article.
    #[schemars(example = &"article 3")]
    pub article: Option<Line>,
    /// L'adresse du texte.
    #[schemars(example = &"https://www.legifrance.gouv.fr/loda/id/JORFTEXT000030533522")]
    pub url: Option<Line>,
    /// Le jour où quelqu'un l'a vérifié pour la dernière fois, sans guillemets.
    #[schemars(example = &"2026-11-24")]
    pub checked_on: Option<Day>,
}

/// Text of a rule: braces stand for a field of the closed list, and for nothing else.
pub struct RuleText;

impl JsonSchema for RuleText {
    fn schema_name() -> Cow<'static, str> {
        "RuleText".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let names: Vec<String> =
            Placeholder::ALL.iter().map(|(name, _)| name.replace('.', r"\.")).collect();
        let field = format!(r"\{{\s*(?:{})\s*\}}", names.join("|"));
        let pattern = format!(r"^{NOT_BLANK}(?:[^{INVISIBLE}{{}}]|\r?\n|{field})*$");
        printed(&pattern, LONGEST_PROSE)
    }
}
