//! What is told of each difference, and that none is left out.

use super::*;
use crate::letter::specimen::Specimen;
use proptest::prelude::*;
use serde_json::json;

/// A letter with every optional field.
fn letter() -> Value {
    Specimen::Full.letter()
}

/// That letter with another value at a path.
fn with(path: &str, value: Value) -> Value {
    let mut changed = letter();
    *changed.pointer_mut(&format!("/{}", path.replace('.', "/"))).unwrap() = value;
    changed
}

fn told(before: &Value, after: &Value) -> Vec<String> {
    let none = "(rien)".to_owned();
    let line = |change: ChangeView| {
        let (before, after) =
            (change.before.unwrap_or(none.clone()), change.after.unwrap_or(none.clone()));
        format!("{} : {before} → {after}", change.label).replace(['\u{a0}', '\u{202f}'], " ")
    };
    between(before, after).into_iter().map(line).collect()
}

#[test]
fn each_difference_is_told_in_french() {
    for (path, value, expected) in [
        (
            "establishment.head.family_name",
            json!("Durant"),
            "Chef d’établissement : Mme Anne Durand, principale par intérim → Mme Anne Durant, principale par intérim",
        ),
        (
            "establishment.head",
            Value::Null,
            "Chef d’établissement : Mme Anne Durand, principale par intérim → (rien)",
        ),
        (
            "establishment.kind",
            json!("erea"),
            "Nature de l’établissement : collège → établissement régional d’enseignement adapté",
        ),
        (
            "establishment.city",
            json!("Poitiers"),
            "Adresse de l’établissement : 3 place du Marché, 86100 Châtellerault → 3 place du Marché, 86100 Poitiers",
        ),
        (
            "referent.given_name",
            json!("Clara"),
            "Personne nommée : Mme Claire Martin → Mme Clara Martin",
        ),
        (
            "referent.post",
            json!("professeure documentaliste"),
            "Discipline de la personne nommée : professeure de mathématiques → professeure documentaliste",
        ),
        (
            "assignment.until",
            json!("2027-01-31"),
            "Fin de la mission : 31 août 2027 → 31 janvier 2027",
        ),
        (
            "assignment.since",
            json!("2026-10-01"),
            "Début de la mission : 1ᵉʳ septembre 2026 → 1ᵉʳ octobre 2026",
        ),
        (
            "allowance.amount",
            json!(1500.0),
            "Indemnité : IMP, 1 250 € par an, attribuée par décision rectorale du 26 octobre 2026 → IMP, 1 500 € par an, attribuée par décision rectorale du 26 octobre 2026",
        ),
        (
            "allowance.granted",
            Value::Null,
            "Indemnité : IMP, 1 250 € par an, attribuée par décision rectorale du 26 octobre 2026 → IMP, 1 250 € par an, proposée",
        ),
        (
            "allowance",
            Value::Null,
            "Indemnité : IMP, 1 250 € par an, attribuée par décision rectorale du 26 octobre 2026 → (rien)",
        ),
        (
            "other_referents.1.since",
            Value::Null,
            "Autres référents de l’établissement : Paul Petit, Mme Jeanne Grand à compter du 1ᵉʳ février 2027 → Paul Petit, Mme Jeanne Grand",
        ),
        ("predecessor", Value::Null, "Personne qui exerçait la mission : M. Jean Moulin → (rien)"),
        (
            "establishment.priorities",
            json!(["Accompagner les équipes de sixième.", "Former."]),
            "Priorités de l’établissement : Accompagner les équipes de sixième → Accompagner les équipes de sixième ; Former",
        ),
        (
            "organisation.phone",
            json!("05 49 00 00 09"),
            "Téléphone du service : 05 49 00 00 00 → 05 49 00 00 09",
        ),
        (
            "organisation.contact.name",
            json!("Anne Modèle"),
            "Affaire suivie par : Paul Modèle, 05 49 00 00 01, paul.modele@academie.example → Anne Modèle, 05 49 00 00 01, paul.modele@academie.example",
        ),
        (
            "missions.0.title",
            json!("Un autre titre"),
            "Intitulé de la mission 1 : Un titre → Un autre titre",
        ),
        (
            "missions.0.rank",
            json!("secondary"),
            "Rang de la mission 1 : prioritaire → complémentaire",
        ),
        (
            "missions.0.text",
            json!("Un texte. Un ajout."),
            "Mission 1, « Un titre » : (rien) → Un ajout.",
        ),
        (
            "missions.0.activities",
            json!(["Une activité.", "Une autre."]),
            "Mission 1, « Un titre » : (rien) → Une autre",
        ),
        ("clauses.1.text", json!("Un autre texte."), "Bilan : Un texte. → Un autre texte."),
        ("clauses.1.slot", json!("inconnu"), "Autre disposition : (rien) → Un texte."),
    ] {
        let after = with(path, value);
        let found = told(&letter(), &after);
        assert!(found.contains(&expected.to_owned()), "{path}: {found:#?}");
    }
}

#[test]
fn missions_come_and_go_by_their_name() {
    let mut after = letter();
    let missions = after["missions"].as_array_mut().unwrap();
    missions.remove(0);
    missions.push(json!({"id": "new", "number": 5, "rank": "secondary", "title": "Informer",
        "text": "Tenir l’équipe informée.", "activities": ["écrire une lettre ;", "tenir une page."]}));
    assert_eq!(
        told(&letter(), &after),
        [
            "Mission ajoutée : (rien) → 5. Informer (mission complémentaire). Tenir l’équipe informée. Activités : écrire une lettre ; tenir une page.",
            "Mission supprimée : 1. Un titre → (rien)",
        ]
    );
}

#[test]
fn what_a_rule_quotes_is_told_once() {
    let mut before = letter();
    before["clauses"][1]["text"] = json!("Un bilan est remis le 30\u{a0}juin\u{a0}2027.");
    let mut after = before.clone();
    after["campaign"]["report_by"] = json!("2027-06-15");
    assert_eq!(told(&before, &after), ["Remise du bilan : 30 juin 2027 → 15 juin 2027"]);
    after["clauses"][1]["text"] = json!("Un bilan est remis le 15\u{a0}juin\u{a0}2027.");
    assert_eq!(
        told(&before, &after),
        ["Bilan : Un bilan est remis le 30 juin 2027. → Un bilan est remis le 15 juin 2027."]
    );
}

#[test]
fn what_was_sent_keeps_its_words() {
    let mut now = Specimen::Amendment.letter();
    let mut stored = now.clone();
    stored["supersedes"]["changes"] = json!([
        {"field": "missions.0.text", "label": "D’autres mots", "before": null, "after": "Un ajout."},
    ]);
    now["supersedes"]["changes"] = Value::Null;
    assert_eq!(said_before(&stored, &now).unwrap()[0].label, "D’autres mots");
    now["referent"]["post"] = json!("autre");
    assert_eq!(said_before(&stored, &now), None);
    assert_eq!(said_before(&Specimen::Bare.letter(), &now), None, "a first letter");
}

#[test]
fn an_unknown_field_is_told_as_it_is() {
    let mut after = letter();
    after["establishment"]["colour"] = json!("bleu");
    assert_eq!(
        told(&letter(), &after),
        ["Autre changement (establishment.colour) : (rien) → bleu"]
    );
}

#[test]
fn the_document_itself_is_no_change() {
    let mut after = letter();
    for (path, value) in [
        ("/revision", json!(3)),
        ("/date", json!("2027-01-18")),
        ("/campaign/reply_by", json!("2027-02-12")),
        ("/campaign/rules_date", json!("2027-01-18")),
        ("/writable", json!([])),
        ("/signatures", json!(["issuer"])),
        ("/supersedes/reason", json!("Autre.")),
    ] {
        *after.pointer_mut(path).unwrap() = value;
    }
    assert!(between(&letter(), &after).is_empty());
}

/// The leaves of a content that say something of the mission.
fn leaves_of(content: &Value) -> Vec<String> {
    let no_document = |path: &String| {
        let silent = [
            "head.since",
            "source",
            "missions.0.id",
            "missions.1.id",
            "clauses.0.id",
            "clauses.1.id",
            "allowance.id",
            "referent.id",
            "training_with.0.uai",
            "slot",
        ];
        let document = OF_THE_DOCUMENT.iter().any(|known| is_within(path, known));
        !document && !silent.iter().any(|words| path.contains(words))
    };
    let all = leaves(&Value::Object(serde_json::Map::new()), content);
    all.into_iter().map(|leaf| leaf.path).filter(no_document).collect()
}

proptest! {
    #[test]
    fn no_difference_is_silent(at in any::<prop::sample::Index>(), word in "[a-z]{5}") {
        let content = letter();
        let paths = leaves_of(&content);
        let path = &paths[at.index(paths.len())];
        let old = content.pointer(&format!("/{}", path.replace('.', "/"))).cloned();
        let Some(old) = old.filter(|old| !old.is_null()) else { return Ok(()) };
        let new = match &old {
            Value::Bool(flag) => json!(!flag),
            Value::Number(number) => json!(number.as_f64().unwrap() + 1.0),
            Value::String(text) if text.parse::<jiff::civil::Date>().is_ok() => json!("2026-12-24"),
            _ if path.ends_with("kind") => json!("erea"),
            _ if path.ends_with("sector") => json!("private"),
            _ if path.ends_with("rank") => json!(if old == "priority" { "secondary" } else { "priority" }),
            _ => json!(word),
        };
        prop_assert!(!between(&content, &with(path, new)).is_empty(), "{path}");
    }
}
