//! What differs of the school, the people, the dates and the means: each described as a letter says it.

use crate::letter::content::act_views::ChangeView;
use crate::letter::french;
use crate::plan::difference::at;
use crate::records::values::Euros;
use serde_json::Value;

/// One thing that a letter says.
pub(super) struct Field {
    /// Its path in the content.
    path: &'static str,
    /// What it is called.
    label: &'static str,
    /// The paths that its description is made from, or that no letter prints beside it.
    pub(super) covers: &'static [&'static str],
    /// What a content says of it.
    describe: fn(&Value) -> Option<String>,
}

macro_rules! field {
    ($path:literal, $label:literal, [$($covers:literal),+], $describe:expr) => {
        Field { path: $path, label: $label, covers: &[$($covers),+], describe: $describe }
    };
    ($path:literal, $label:literal) => {
        Field { path: $path, label: $label, covers: &[$path], describe: |content| text(content, $path) }
    };
    ($path:literal, $label:literal, $describe:expr) => {
        field!($path, $label, [$path], $describe)
    };
}

/// How many of the fields come before the missions: who, where and when.
const PEOPLE: usize = 18;

/// All that records give, in the order of a letter.
pub(super) const FIELDS: &[Field] = &[
    field!("campaign.school_year", "Année scolaire"),
    field!("establishment.name", "Établissement"),
    field!("establishment.uai", "Code UAI de l’établissement"),
    field!("establishment.kind", "Nature de l’établissement", kind),
    field!("establishment.sector", "Secteur de l’établissement", sector),
    field!("establishment.site", "Site"),
    field!(
        "establishment.address",
        "Adresse de l’établissement",
        ["establishment.address", "establishment.postcode", "establishment.city"],
        |content| address(content.get("establishment")?)
    ),
    field!("establishment.email", "Adresse électronique de l’établissement"),
    field!("establishment.head", "Chef d’établissement", head),
    field!(
        "referent",
        "Personne nommée",
        ["referent.id", "referent.civility", "referent.given_name", "referent.family_name"],
        |content| full_name(content.get("referent")?)
    ),
    field!("referent.post", "Discipline de la personne nommée"),
    field!("referent.email", "Adresse électronique de la personne nommée"),
    field!("assignment.since", "Début de la mission", |content| day(content, "assignment.since")),
    field!("assignment.until", "Fin de la mission", |content| day(content, "assignment.until")),
    field!("assignment.end_reason", "Motif de la fin de la mission"),
    field!("predecessor", "Personne qui exerçait la mission", |content| {
        full_name(content.get("predecessor")?)
    }),
    field!("other_referents", "Autres référents de l’établissement", colleagues),
    field!("establishment.opinions", "Avis recueillis", opinions),
    field!("establishment.priorities", "Priorités de l’établissement", |content| {
        list(content, "establishment.priorities", " ; ")
    }),
    field!("establishment.authority", "Collectivité de rattachement"),
    field!("establishment.digital_workspace", "Nom de l’espace numérique de travail"),
    field!("assignment.training_with", "Formation partagée", neighbours),
    field!("allowance", "Indemnité", allowance),
    field!("campaign.report_by", "Remise du bilan", |content| day(content, "campaign.report_by")),
    field!("reply_to", "Adresse de retour"),
    field!(
        "organisation.name",
        "Service qui écrit",
        ["organisation.name", "organisation.service"],
        |content| {
            let part = |key: &str| text(content, key);
            Some(format!("{}, {}", part("organisation.name")?, part("organisation.service")?))
        }
    ),
    field!(
        "organisation.address",
        "Adresse du service",
        ["organisation.address", "organisation.postcode", "organisation.city"],
        |content| address(content.get("organisation")?)
    ),
    field!("organisation.phone", "Téléphone du service"),
    field!("organisation.email", "Adresse électronique du service"),
    field!("organisation.contact", "Affaire suivie par", contact),
    field!("organisation.dpo", "Délégué à la protection des données"),
    field!("organisation.copies", "Copies", |content| list(content, "organisation.copies", " ; ")),
];

/// What differs of what stands before the missions.
pub(super) fn of_people(before: &Value, after: &Value) -> Vec<ChangeView> {
    differing(&FIELDS[..PEOPLE], before, after)
}

/// What differs of what stands after them.
pub(super) fn of_means(before: &Value, after: &Value) -> Vec<ChangeView> {
    differing(&FIELDS[PEOPLE..], before, after)
}

fn differing(fields: &[Field], before: &Value, after: &Value) -> Vec<ChangeView> {
    let of = |field: &Field| {
        let (old, new) = ((field.describe)(before), (field.describe)(after));
        (old != new).then(|| ChangeView {
            field: field.path.to_owned(),
            label: field.label.to_owned(),
            before: old,
            after: new,
        })
    };
    fields.iter().filter_map(of).collect()
}

fn text(content: &Value, path: &str) -> Option<String> {
    at(content, path)?.as_str().map(str::to_owned)
}

fn day(content: &Value, path: &str) -> Option<String> {
    text(content, path).map(|day| french::date_of(&day))
}

fn items<'v>(content: &'v Value, path: &str) -> &'v [Value] {
    at(content, path).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn joined(parts: &[String], between: &str) -> Option<String> {
    (!parts.is_empty()).then(|| parts.join(between))
}

fn list(content: &Value, path: &str, between: &str) -> Option<String> {
    let texts = items(content, path).iter().filter_map(Value::as_str);
    let texts: Vec<String> =
        texts.map(|text| text.trim_end_matches(['.', ';', ' ']).to_owned()).collect();
    joined(&texts, between)
}

/// "Mme Claire Martin"
fn full_name(person: &Value) -> Option<String> {
    let parts = ["civility", "given_name", "family_name"];
    let parts: Vec<&str> = parts.iter().filter_map(|key| person.get(key)?.as_str()).collect();
    match parts.as_slice() {
        [] => None,
        [civility, given, family] => Some(format!("{civility}\u{a0}{given} {family}")),
        others => Some(others.join(" ")),
    }
}

/// "3 place du Marché, 86100 Valclair"
fn address(place: &Value) -> Option<String> {
    let mut parts: Vec<String> =
        items(place, "address").iter().filter_map(Value::as_str).map(str::to_owned).collect();
    let town: Vec<String> =
        ["postcode", "city"].iter().filter_map(|key| text(place, key)).collect();
    parts.extend(joined(&town, "\u{a0}"));
    joined(&parts, ", ")
}

/// "Mme Anne Durand, principale par intérim"
fn head(content: &Value) -> Option<String> {
    let head = at(content, "establishment.head")?;
    let name = full_name(head)?;
    let mut function = french::uncapitalised(&text(head, "function")?);
    let is_acting = head.get("acting").and_then(Value::as_bool).unwrap_or_default();
    if is_acting && !function.contains("intérim") {
        function.push_str(" par intérim");
    }
    Some(format!("{name}, {function}"))
}

fn kind(content: &Value) -> Option<String> {
    let word = match text(content, "establishment.kind")?.as_str() {
        "college" => "collège",
        "lycee" => "lycée général et technologique",
        "lycee-professionnel" => "lycée professionnel",
        "lycee-polyvalent" => "lycée polyvalent",
        "erea" => "établissement régional d’enseignement adapté",
        _ => "autre établissement",
    };
    Some(word.to_owned())
}

fn sector(content: &Value) -> Option<String> {
    let word = match text(content, "establishment.sector")?.as_str() {
        "public" => "public",
        _ => "privé sous contrat",
    };
    Some(word.to_owned())
}

fn opinions(content: &Value) -> Option<String> {
    let of =
        |opinion: &Value| Some(format!("{} le {}", text(opinion, "body")?, day(opinion, "date")?));
    let texts: Vec<String> =
        items(content, "establishment.opinions").iter().filter_map(of).collect();
    joined(&texts, ", ")
}

fn colleagues(content: &Value) -> Option<String> {
    let of = |person: &Value| {
        let name = full_name(person)?;
        Some(match day(person, "since") {
            Some(since) => format!("{name} à compter du {since}"),
            None => name,
        })
    };
    let texts: Vec<String> = items(content, "other_referents").iter().filter_map(of).collect();
    joined(&texts, ", ")
}

fn neighbours(content: &Value) -> Option<String> {
    let of = |school: &Value| {
        let city = text(school, "city")?;
        Some(format!("{} ({})", text(school, "name")?, french::town(&city)))
    };
    let texts: Vec<String> =
        items(content, "assignment.training_with").iter().filter_map(of).collect();
    joined(&texts, ", ")
}

/// "indemnité pour mission particulière, 1 250 € par an, proposée"
fn allowance(content: &Value) -> Option<String> {
    let allowance = content.get("allowance")?;
    let label = text(allowance, "label")?;
    let amount = allowance.get("amount").and_then(Value::as_f64)?;
    let amount = Euros::of_float(amount).map_or_else(|| amount.to_string(), french::amount);
    let granted = match day(allowance, "granted") {
        Some(granted) => format!("attribuée par décision rectorale du {granted}"),
        None => "proposée".to_owned(),
    };
    Some(format!("{label}, {amount} par an, {granted}"))
}

fn contact(content: &Value) -> Option<String> {
    let contact = at(content, "organisation.contact")?;
    let parts: Vec<String> =
        ["name", "phone", "email"].iter().filter_map(|key| text(contact, key)).collect();
    joined(&parts, ", ")
}
