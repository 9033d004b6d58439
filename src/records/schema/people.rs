//! `[[establishment]]` and `[[referent]]`: the schools, their heads, the teachers.

use crate::records::values::{Day, EmailAddress, Line, Postcode, Prose, SchoolYear, Slug, Uai};
use crate::records::word_lists::{Civility, Kind, Sector};
use schemars::JsonSchema;
use serde_json::json;

/// Un établissement.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Establishment {
    /// Le code UAI : sept chiffres et une lettre, recopiés de l'annuaire de l'éducation.
    #[schemars(example = &"0860001J")]
    pub uai: Uai,
    /// Le type d'établissement.
    #[schemars(example = &"college")]
    pub kind: Kind,
    /// Le secteur : "public", ou "private" (privé sous contrat).
    #[schemars(example = &"public")]
    pub sector: Sector,
    /// Le nom, tel que la lettre l'imprime.
    #[schemars(example = &"Collège Ada-Lovelace")]
    pub name: Line,
    /// La cité scolaire, le même texte pour chacun de ses établissements : leurs lettres partent dans
    /// un seul message.
    #[schemars(example = &"Cité scolaire Lovelace")]
    pub site: Option<Line>,
    /// Les lignes de l'adresse, sans le code postal ni la ville.
    #[schemars(length(min = 1), example = json!(["3 place du Marché", "BP 40"]))]
    pub address: Vec<Line>,
    /// Le code postal, entre guillemets : cinq chiffres, zéro initial compris.
    #[schemars(example = &"86100")]
    pub postcode: Postcode,
    /// La ville.
    #[schemars(example = &"Valclair")]
    pub city: Line,
    /// La boîte de l'établissement. Sans elle, la lettre est faite, mais bloquée.
    #[schemars(example = &"ce.0860001j@academie.example")]
    pub email: Option<EmailAddress>,
    /// Pourquoi cette adresse est hors des domaines permis (mail.allowed_domains).
    #[schemars(example = &"établissement privé, domaine confirmé par le chef d'établissement")]
    pub email_exception: Option<Prose>,
    /// Le téléphone, pour qui appelle l'établissement ; jamais imprimé.
    #[schemars(example = &"05 49 00 00 00")]
    pub phone: Option<Line>,
    /// Le chef d'établissement. Sans lui, la lettre s'adresse aux deux formes.
    #[schemars(example = json!({
        "civility": "Mme",
        "given_name": "Anne",
        "family_name": "Durand",
        "function": "Principale",
    }))]
    pub head: Option<Head>,
    /// Qui achète et entretient les équipements.
    #[schemars(example = &"Département de la Haute-Clairière")]
    pub authority: Option<Line>,
    /// Le nom de l'espace numérique de travail ; pas de ligne s'il n'y en a pas.
    #[schemars(example = &"Exemple ENT")]
    pub digital_workspace: Option<Line>,
    /// Les priorités de l'établissement, si elles sont connues.
    #[schemars(example = json!(["préparer la certification des compétences numériques"]))]
    pub priorities: Option<Vec<Prose>>,
    /// Les avis rendus par les conseils de l'établissement.
    #[schemars(example = json!([{ "body": "conseil pédagogique", "date": "2026-10-05" }]))]
    pub opinions: Option<Vec<Opinion>>,
    /// La date de fermeture de l'établissement, sans guillemets.
    #[schemars(example = &"2027-08-31")]
    pub closed: Option<Day>,
    /// Le code UAI de l'établissement qui lui succède.
    #[schemars(example = &"0860002K")]
    pub merged_into: Option<Uai>,
}

/// Un chef d'établissement.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Head {
    /// "Mme" ou "M." ; sans elle, la lettre s'adresse aux deux formes.
    #[schemars(example = &"Mme")]
    pub civility: Option<Civility>,
    /// Le prénom, avec ses accents.
    #[schemars(example = &"Anne")]
    pub given_name: Line,
    /// Le nom, avec ses accents, sans capitales d'un bout à l'autre.
    #[schemars(example = &"Durand")]
    pub family_name: Line,
    /// La fonction, accordée avec la civilité.
    #[schemars(example = &"Principale")]
    pub function: Line,
    /// Le premier jour dans cette fonction, sans guillemets.
    #[schemars(example = &"2026-09-01")]
    pub since: Option<Day>,
    /// Si la fonction est exercée par intérim (false si la ligne manque).
    #[schemars(example = false)]
    pub acting: Option<bool>,
}

/// Un avis rendu par un conseil.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Opinion {
    /// Le conseil.
    #[schemars(example = &"conseil pédagogique")]
    pub body: Line,
    /// Le jour de l'avis, sans guillemets.
    #[schemars(example = &"2026-10-05")]
    pub date: Day,
    /// L'année scolaire dont il parle ; les lettres des autres années ne l'impriment pas. Sans cette
    /// ligne, toutes l'impriment.
    #[schemars(example = &"2026-2027")]
    pub school_year: Option<SchoolYear>,
}

/// Un référent numérique.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Referent {
    /// L'identifiant, qui ne change plus : minuscules sans accent, chiffres, « - », « . » ou « _ ».
    #[schemars(example = &"martin-claire")]
    pub id: Slug,
    /// "Mme" ou "M." ; sans elle, la lettre s'écrit aux deux formes.
    #[schemars(example = &"Mme")]
    pub civility: Option<Civility>,
    /// Le prénom, avec ses accents.
    #[schemars(example = &"Claire")]
    pub given_name: Line,
    /// Le nom, avec ses accents, sans capitales d'un bout à l'autre.
    #[schemars(example = &"Martin")]
    pub family_name: Line,
    /// Son adresse professionnelle, pour la copie (mail.copy_referent).
    #[schemars(example = &"claire.martin@academie.example")]
    pub email: Option<EmailAddress>,
    /// Le poste, accordé avec la civilité.
    #[schemars(example = &"professeure de mathématiques")]
    pub post: Line,
    /// Les établissements où il est désigné, une table à double crochet chacun.
    #[schemars(example = json!([{ "establishment": "0860001J", "since": "2026-09-01" }]))]
    pub assignment: Option<Vec<Assignment>>,
}

/// Une désignation : un référent dans un établissement.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, extend("dependencies" = { "allowance_granted": ["allowance"] }))]
pub struct Assignment {
    /// Le code UAI de l'établissement.
    #[schemars(example = &"0860001J")]
    pub establishment: Uai,
    /// Le premier jour de la désignation, sans guillemets.
    #[schemars(example = &"2026-09-01")]
    pub since: Day,
    /// Le dernier jour de la désignation, sans guillemets.
    #[schemars(example = &"2027-08-31")]
    pub until: Option<Day>,
    /// Pourquoi elle prend fin.
    #[schemars(example = &"mutation")]
    pub end_reason: Option<Line>,
    /// L'indemnité : l'identifiant d'une table allowance de data/rules.
    #[schemars(example = &"indemnite-1250")]
    pub allowance: Option<Slug>,
    /// Le jour où l'indemnité a été accordée, sans guillemets ; sans cette ligne, la lettre la dit
    /// proposée. Demande la ligne allowance.
    #[schemars(example = &"2026-11-09")]
    pub allowance_granted: Option<Day>,
    /// L'année scolaire pour laquelle elle est accordée ; les lettres des autres années la disent
    /// proposée.
    #[schemars(example = &"2026-2027")]
    pub allowance_school_year: Option<SchoolYear>,
    /// Les missions, quand ce ne sont pas toutes celles en vigueur : des identifiants de data/rules.
    #[schemars(example = json!(["pedagogy", "coordination"]))]
    pub missions: Option<Vec<Slug>>,
    /// Les codes UAI des établissements qui partagent une formation locale avec celui-ci.
    #[schemars(example = json!(["0860002K"]))]
    pub training_with: Option<Vec<Uai>>,
}
