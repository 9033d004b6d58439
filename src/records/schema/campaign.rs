//! `[campaign]`: one yearly mailing, its dates, its signatory, its amendments.

use super::formats::{INVISIBLE, NOT_BLANK, printed};
use crate::records::values::{CampaignId, Day, LONGEST_LINE, Line, Prose, SchoolYear};
use crate::records::word_lists::{Act, Civility};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::json;
use std::borrow::Cow;

/// La campagne d'une année scolaire.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Campaign {
    /// L'identifiant, au début de chaque référence : 1 à 8 chiffres ou majuscules.
    #[schemars(example = &"2026")]
    pub id: CampaignId,
    /// L'année scolaire : deux années qui se suivent.
    #[schemars(example = &"2026-2027")]
    pub school_year: SchoolYear,
    /// La date imprimée sur les lettres, sans guillemets ; aussi celle des règles, sauf rules_date.
    #[schemars(example = &"2026-11-16")]
    pub date: Day,
    /// La date des règles, sans guillemets, si ce n'est pas celle des lettres.
    #[schemars(example = &"2026-11-16")]
    pub rules_date: Option<Day>,
    /// La ville d'où les lettres sont datées.
    #[schemars(example = &"Exempleville")]
    pub place: Line,
    /// Le jour où les lettres signées doivent être revenues, sans guillemets.
    #[schemars(example = &"2026-12-18")]
    pub reply_by: Day,
    /// Le jour où le bilan annuel est attendu, sans guillemets.
    #[schemars(example = &"2027-06-30")]
    pub report_by: Day,
    /// Qui signe pour l'autorité.
    #[schemars(example = json!({
        "civility": "Mme",
        "given_name": "Jeanne",
        "family_name": "Exemple",
        "function": "Déléguée académique au numérique",
    }))]
    pub signatory: Signatory,
    /// Les documents joints à chaque message : des PDF du dossier du projet.
    #[schemars(example = json!(["enclosures/ressources.pdf"]))]
    pub enclosures: Option<Vec<Enclosure>>,
    /// Le jour, sans guillemets, à partir duquel plus rien n'est produit ni envoyé.
    #[schemars(example = &"2027-08-31")]
    pub closed: Option<Day>,
    /// Les changements en cours d'année, rangés par date.
    #[schemars(example = json!([{ "date": "2027-01-18", "act": "amendment" }]))]
    pub amendment: Option<Vec<Amendment>>,
}

/// Le signataire de l'autorité.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Signatory {
    /// "Mme" ou "M.".
    #[schemars(example = &"Mme")]
    pub civility: Option<Civility>,
    /// Le prénom.
    #[schemars(example = &"Jeanne")]
    pub given_name: Line,
    /// Le nom.
    #[schemars(example = &"Exemple")]
    pub family_name: Line,
    /// La fonction, accordée avec la civilité.
    #[schemars(example = &"Déléguée académique au numérique")]
    pub function: Line,
    /// Au nom de qui il signe.
    #[schemars(example = &"Pour la rectrice et par délégation")]
    pub on_behalf_of: Option<Line>,
    /// La délégation de signature.
    #[schemars(example = &"arrêté du 1er septembre 2026")]
    pub delegation: Option<Line>,
}

/// Un changement en cours d'année.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Amendment {
    /// La date imprimée sur ce qui est produit à partir de ce jour, sans guillemets ; aussi celle de
    /// ses règles.
    #[schemars(example = &"2027-01-18")]
    pub date: Day,
    /// Le nouveau jour de retour des lettres signées, sans guillemets.
    #[schemars(example = &"2027-02-12")]
    pub reply_by: Option<Day>,
    /// Ce qu'il fait des lettres déjà transmises : "amendment" (avenant) ou "correction" (annule et
    /// remplace).
    #[schemars(example = &"amendment")]
    pub act: Act,
    /// Le motif, imprimé sur les lettres qui en changent une autre.
    #[schemars(example = &"nouvelle circulaire académique")]
    pub reason: Option<Prose>,
}

/// The path of a document within the project, with forward slashes.
pub struct Enclosure;

impl JsonSchema for Enclosure {
    fn schema_name() -> Cow<'static, str> {
        "Enclosure".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let part = format!(r"(?!\.{{1,2}}\s*(?:/|$))[^{INVISIBLE}/\\:]+");
        printed(&format!("^{NOT_BLANK}{part}(?:/{part})*$"), LONGEST_LINE)
    }
}
