//! `[[establishment]]` and `[[referent]]`: the schools, their heads, the teachers.
//!
//! The comments of tables and keys are French: office staff read them in their editor and in the
//! guide. How a table is declared: see `table`.

use super::rule::end_follows_start;
use super::table::{Read, toml_table};
use super::table_reader::{Located, TableReader};
use super::values::{Day, EmailAddress, Postcode, Prose, SchoolYear, SingleLine, Slug, Uai};
use super::word_lists::{Civility, Kind, Sector};
use crate::diagnostic::Problem;

toml_table! {
    /// Un établissement.
    pub struct Establishment, "cet établissement" {
        /// Le code UAI : sept chiffres et une lettre, recopiés de l'annuaire de l'éducation.
        #[example("0860001J")]
        pub uai: Located<Uai>,
        /// Le type d'établissement.
        #[example("college")]
        pub kind: Located<Kind>,
        /// Le secteur : "public", ou "private" (privé sous contrat).
        #[example("public")]
        pub sector: Located<Sector>,
        /// Le nom, tel que la lettre l'imprime.
        #[example("Collège Ada-Lovelace")]
        pub name: Located<SingleLine>,
        /// La cité scolaire, le même texte pour chacun de ses établissements : leurs lettres partent dans
        /// un seul message.
        #[example("Cité scolaire Lovelace")]
        pub site: Option<Located<SingleLine>>,
        /// Les lignes de l'adresse, sans le code postal ni la ville.
        #[example(["3 place du Marché", "BP 40"])]
        #[key(at_least_one)]
        pub address: Vec<Located<SingleLine>>,
        /// Le code postal, entre guillemets : cinq chiffres, zéro initial compris.
        #[example("86100")]
        pub postcode: Located<Postcode>,
        /// La ville.
        #[example("Valclair")]
        pub city: Located<SingleLine>,
        /// La boîte de l'établissement. Sans elle, la lettre est faite, mais bloquée.
        #[example("ce.0860001j@academie.example")]
        pub email: Option<Located<EmailAddress>>,
        /// Pourquoi cette adresse est hors des domaines permis (mail.allowed_domains).
        #[example("établissement privé, domaine confirmé par le chef d'établissement")]
        pub email_exception: Option<Located<Prose>>,
        /// Le téléphone, pour qui appelle l'établissement ; jamais imprimé.
        #[example("05 49 00 00 00")]
        pub phone: Option<Located<SingleLine>>,
        /// Le chef d'établissement. Sans lui, la lettre s'adresse aux deux formes.
        #[example({
            "civility": "Mme",
            "given_name": "Anne",
            "family_name": "Durand",
            "function": "Principale",
        })]
        pub head: Option<Head>,
        /// Qui achète et entretient les équipements.
        #[example("Département de la Haute-Clairière")]
        pub authority: Option<Located<SingleLine>>,
        /// Le nom de l'espace numérique de travail ; pas de ligne s'il n'y en a pas.
        #[example("Exemple ENT")]
        pub digital_workspace: Option<Located<SingleLine>>,
        /// Les priorités de l'établissement, si elles sont connues.
        #[example(["préparer la certification des compétences numériques"])]
        pub priorities: Vec<Located<Prose>>,
        /// L'année scolaire de ces priorités ; les lettres des autres années laissent le cadre à remplir. Sans
        /// cette ligne, toutes les impriment.
        #[example("2026-2027")]
        pub priorities_school_year: Option<Located<SchoolYear>>,
        /// Les avis rendus par les conseils de l'établissement.
        #[example([{ "body": "conseil pédagogique", "date": "2026-10-05" }])]
        pub opinions: Vec<Opinion>,
        /// La date de fermeture de l'établissement, sans guillemets.
        #[example("2027-08-31")]
        pub closed: Option<Located<Day>>,
        /// Le code UAI de l'établissement qui lui succède.
        #[example("0860002K")]
        pub merged_into: Option<Located<Uai>>,
    }
}

toml_table! {
    /// Un chef d'établissement.
    pub struct Head, "le chef d'établissement (head)" {
        /// "Mme" ou "M." ; sans elle, la lettre s'adresse aux deux formes.
        #[example("Mme")]
        pub civility: Option<Located<Civility>>,
        /// Le prénom, avec ses accents.
        #[example("Anne")]
        pub given_name: Located<SingleLine>,
        /// Le nom, avec ses accents, sans capitales d'un bout à l'autre.
        #[example("Durand")]
        pub family_name: Located<SingleLine>,
        /// La fonction, accordée avec la civilité.
        #[example("Principale")]
        pub function: Located<SingleLine>,
        /// Le premier jour dans cette fonction, sans guillemets.
        #[example("2026-09-01")]
        pub since: Option<Located<Day>>,
        /// Si la fonction est exercée par intérim (false si la ligne manque).
        #[example(false)]
        pub acting: bool = false,
    }
}

toml_table! {
    /// Un avis rendu par un conseil.
    pub struct Opinion, "un avis (opinions)" {
        /// Le conseil.
        #[example("conseil pédagogique")]
        pub body: Located<SingleLine>,
        /// Le jour de l'avis, sans guillemets.
        #[example("2026-10-05")]
        pub date: Located<Day>,
        /// L'année scolaire dont il parle ; les lettres des autres années ne l'impriment pas. Sans cette
        /// ligne, toutes l'impriment.
        #[example("2026-2027")]
        pub school_year: Option<Located<SchoolYear>>,
    }
}

toml_table! {
    /// Un référent numérique.
    pub struct Referent, "ce référent" {
        /// L'identifiant, qui ne change plus : minuscules sans accent, chiffres, « - », « . » ou « _ ».
        #[example("martin-claire")]
        pub id: Located<Slug>,
        /// "Mme" ou "M." ; sans elle, la lettre s'écrit aux deux formes.
        #[example("Mme")]
        pub civility: Option<Located<Civility>>,
        /// Le prénom, avec ses accents.
        #[example("Claire")]
        pub given_name: Located<SingleLine>,
        /// Le nom, avec ses accents, sans capitales d'un bout à l'autre.
        #[example("Martin")]
        pub family_name: Located<SingleLine>,
        /// Son adresse professionnelle, pour la copie (mail.copy_referent) ou son message (letters.referent_message).
        #[example("claire.martin@academie.example")]
        pub email: Option<Located<EmailAddress>>,
        /// Le poste, accordé avec la civilité.
        #[example("professeure de mathématiques")]
        pub post: Located<SingleLine>,
        /// Les établissements où il est désigné, une table à double crochet chacun.
        #[example([{ "establishment": "0860001J", "since": "2026-09-01" }])]
        #[key(named("assignment"))]
        pub assignments: Vec<Assignment>,
    }
}

toml_table! {
    /// Une désignation : un référent dans un établissement.
    pub struct Assignment, "une désignation" {
        /// Le code UAI de l'établissement.
        #[example("0860001J")]
        pub establishment: Located<Uai>,
        /// Le premier jour de la désignation, sans guillemets.
        #[example("2026-09-01")]
        pub since: Located<Day>,
        /// Le dernier jour de la désignation, sans guillemets.
        #[example("2027-08-31")]
        pub until: Option<Located<Day>>,
        /// Pourquoi elle prend fin.
        #[example("mutation")]
        pub end_reason: Option<Located<SingleLine>>,
        /// L'indemnité : l'identifiant d'une table allowance de data/rules.
        #[example("indemnite-1250")]
        pub allowance: Option<Located<Slug>>,
        /// Le jour où l'indemnité a été accordée, sans guillemets ; sans cette ligne, la lettre la dit
        /// proposée. Demande la ligne allowance.
        #[example("2026-11-09")]
        pub allowance_granted: Option<Located<Day>>,
        /// L'année scolaire pour laquelle elle est accordée ; les lettres des autres années la disent
        /// proposée.
        #[example("2026-2027")]
        pub allowance_school_year: Option<Located<SchoolYear>>,
        /// Les missions, quand ce ne sont pas toutes celles en vigueur : des identifiants de data/rules.
        #[example(["pedagogy", "coordination"])]
        pub missions: Vec<Located<Slug>>,
        /// Les codes UAI des établissements qui partagent une formation locale avec celui-ci.
        #[example(["0860002K"])]
        pub training_with: Vec<Located<Uai>>,
    }
    check end_follows_start(since, until);
    check granted_allowance_is_named(allowance_granted);
    schema { "dependencies": { "allowance_granted": ["allowance"] } }
}

fn granted_allowance_is_named(
    reader: &mut TableReader<'_, '_>,
    allowance_granted: &Read<Option<Located<Day>>>,
) {
    if let Some(Some(granted)) = allowance_granted
        && !reader.has("allowance")
    {
        reader.report(
            Problem::error("E-ALLOWANCE", "une indemnité est accordée sans être nommée")
                .at(granted.span)
                .help("ajouter « allowance = \"…\" », ou supprimer cette date"),
        );
    }
}

/// "Mme Claire Martin", "Claire Martin" when the civility is not known; a no-break space after
/// the civility.
pub fn full_name(civility: Option<Civility>, given: &str, family: &str) -> String {
    match civility {
        Some(civility) => format!("{}\u{a0}{given} {family}", civility.as_str()),
        None => format!("{given} {family}"),
    }
}

/// The first words of a head's function, for which letters have a salutation.
pub const HEAD_FUNCTIONS: [&str; 8] = [
    "principal",
    "principale",
    "proviseur",
    "proviseure",
    "directeur",
    "directrice",
    "chef",
    "cheffe",
];

impl Establishment {
    /// The school as messages name it: "Collège René-Cassin (0350003N)".
    pub fn label(&self) -> String {
        format!("{} ({})", self.name.value, self.uai.value)
    }
}

impl Referent {
    /// The person as messages name it: "Mme Claire Martin".
    pub fn label(&self) -> String {
        let civility = self.civility.as_ref().map(|civility| civility.value);
        full_name(civility, &self.given_name, &self.family_name)
    }
}

impl Establishment {
    /// The priorities that the letters of a school year print.
    pub fn priorities_of(&self, year: SchoolYear) -> &[Located<Prose>] {
        let of_year = self.priorities_school_year.as_ref().is_none_or(|of| of.value == year);
        if of_year { &self.priorities } else { &[] }
    }
}

impl Opinion {
    /// Whether the letters of a school year print it.
    pub fn is_of(&self, year: SchoolYear) -> bool {
        self.school_year.as_ref().is_none_or(|of| of.value == year)
    }
}

impl Assignment {
    /// The date of the decision, if it is for this school year.
    pub fn granted(&self, year: SchoolYear) -> Option<&Located<Day>> {
        let of_year = self.allowance_school_year.as_ref().is_none_or(|of| of.value == year);
        self.allowance_granted.as_ref().filter(|_| of_year)
    }
}
