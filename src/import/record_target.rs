//! What kind of record the rows of a spreadsheet are, and which fields its columns may fill.

use super::cells::field_form::FieldForm;
use crate::records::table_reader::{FromToml, ValueError, wrong_type};
use toml::de::DeValue;

/// What kind of record the rows of a spreadsheet are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RecordTarget {
    /// Schools.
    Establishment,
    /// Heads of schools that are known.
    Head,
    /// Referents and their assignments.
    Referent,
    /// Allowances of assignments that are known.
    Allowance,
}

/// One field that a column may fill.
#[derive(Clone, Copy, Debug)]
pub struct ProfileField {
    /// Its key in the record.
    pub name: &'static str,
    /// How it is written.
    pub form: FieldForm,
    /// Whether a record cannot do without.
    pub required: bool,
    /// How a person calls it.
    pub french: &'static str,
}

impl ProfileField {
    /// Whether a row is taken without this field where its cell cannot be read: the letter says less then,
    /// and nothing wrong.
    pub fn is_dispensable(&self) -> bool {
        let free = [
            "civility",
            "email",
            "phone",
            "site",
            "authority",
            "digital_workspace",
            "priorities",
            "end_reason",
        ];
        !self.required && (free.contains(&self.name) || self.french == HEAD_SINCE)
    }
}

/// The first day of a head; that of a referent is printed.
const HEAD_SINCE: &str = "date de prise de fonction";

const fn field(
    name: &'static str,
    form: FieldForm,
    required: bool,
    french: &'static str,
) -> ProfileField {
    ProfileField { name, form, required, french }
}

const ESTABLISHMENT: [ProfileField; 15] = [
    field("uai", FieldForm::Uai, true, "code UAI"),
    field("kind", FieldForm::Word, true, "type"),
    field("sector", FieldForm::Word, true, "secteur"),
    field("name", FieldForm::SchoolName, true, "nom"),
    field("site", FieldForm::Line, false, "site"),
    field("address", FieldForm::Address, true, "adresse"),
    field("postcode", FieldForm::Postcode, true, "code postal"),
    field("city", FieldForm::City, true, "commune"),
    field("email", FieldForm::Email, false, "adresse électronique"),
    field("phone", FieldForm::Phone, false, "téléphone"),
    field("authority", FieldForm::Line, false, "collectivité"),
    field("digital_workspace", FieldForm::Line, false, "ENT"),
    field("priorities", FieldForm::Item, false, "priorités"),
    field("closed", FieldForm::Day, false, "date de fermeture"),
    field("merged_into", FieldForm::Uai, false, "établissement qui succède"),
];
const HEAD: [ProfileField; 8] = [
    field("uai", FieldForm::Uai, true, "code UAI"),
    field("civility", FieldForm::Civility, false, "civilité"),
    field("given_name", FieldForm::GivenName, true, "prénom"),
    field("family_name", FieldForm::FamilyName, true, "nom"),
    field("person", FieldForm::Line, false, "nom entier"),
    field("function", FieldForm::Function, true, "fonction"),
    field("since", FieldForm::Day, false, HEAD_SINCE),
    field("acting", FieldForm::Flag, false, "intérim"),
];
const REFERENT: [ProfileField; 14] = [
    field("uai", FieldForm::Uai, true, "code UAI"),
    field("other_uai", FieldForm::School, false, "autre établissement"),
    field("id", FieldForm::Word, false, "identifiant"),
    field("civility", FieldForm::Civility, false, "civilité"),
    field("given_name", FieldForm::GivenName, true, "prénom"),
    field("family_name", FieldForm::FamilyName, true, "nom"),
    field("person", FieldForm::Line, false, "nom entier"),
    field("email", FieldForm::Email, false, "adresse électronique"),
    field("post", FieldForm::Post, true, "fonction"),
    field("since", FieldForm::Day, false, "date de début"),
    field("until", FieldForm::Day, false, "date de fin"),
    field("end_reason", FieldForm::Line, false, "motif de fin"),
    field("allowance", FieldForm::Word, false, "indemnité"),
    field("allowance_granted", FieldForm::Day, false, "date de la décision"),
];
const ALLOWANCE: [ProfileField; 8] = [
    field("uai", FieldForm::Uai, true, "code UAI"),
    field("id", FieldForm::Word, false, "identifiant"),
    field("given_name", FieldForm::GivenName, false, "prénom"),
    field("family_name", FieldForm::FamilyName, false, "nom"),
    field("person", FieldForm::Line, false, "nom entier"),
    field("email", FieldForm::Email, false, "adresse électronique"),
    field("amount", FieldForm::Amount, false, "montant"),
    field("allowance", FieldForm::Word, false, "indemnité"),
];
const GRANTED: ProfileField =
    field("allowance_granted", FieldForm::Day, false, "date de la décision");

impl RecordTarget {
    /// Every variant, in the order of the declaration.
    pub const ALL: [Self; 4] = [Self::Establishment, Self::Head, Self::Referent, Self::Allowance];

    /// The word that is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Establishment => "establishment",
            Self::Head => "head",
            Self::Referent => "referent",
            Self::Allowance => "allowance",
        }
    }

    /// The file where new records go unless a profile says otherwise.
    pub fn usual_file(self) -> &'static str {
        match self {
            Self::Establishment | Self::Head => "data/establishments.toml",
            Self::Referent | Self::Allowance => "data/referents.toml",
        }
    }

    /// The fields that columns may fill.
    pub fn fields(self) -> Vec<ProfileField> {
        match self {
            Self::Establishment => ESTABLISHMENT.to_vec(),
            Self::Head => HEAD.to_vec(),
            Self::Referent => REFERENT.to_vec(),
            Self::Allowance => ALLOWANCE.into_iter().chain([GRANTED]).collect(),
        }
    }

    /// The field of this name, if the kind of record has it.
    pub fn field(self, name: &str) -> Option<ProfileField> {
        self.fields().into_iter().find(|field| field.name == name)
    }

    /// Fields without which a sheet is not of this kind; one of each group has to have a column.
    pub(super) fn needed(self) -> &'static [&'static [&'static str]] {
        match self {
            Self::Establishment => &[&["uai"], &["name"], &["postcode", "city"]],
            Self::Head => &[&["uai"], &["family_name", "person"], &["function"]],
            Self::Referent => &[&["uai"], &["family_name", "person"], &["post"]],
            Self::Allowance => {
                &[&["uai"], &["family_name", "person", "email", "id"], &["amount", "allowance"]]
            }
        }
    }
}

impl FromToml for RecordTarget {
    const EXPECTED: &'static str =
        "\"establishment\", \"head\", \"referent\" ou \"allowance\", entre guillemets";

    fn from_toml(value: &DeValue<'_>) -> Result<Self, ValueError> {
        let DeValue::String(text) = value else { return Err(wrong_type(value, Self::EXPECTED)) };
        Self::ALL.into_iter().find(|target| target.as_str() == text).ok_or_else(|| {
            ValueError::new("E-PROFILE", "ce genre de fiche n'existe pas")
                .help(format!("écrire {}", Self::EXPECTED))
        })
    }
}
