//! What differs of missions and clauses: what came, what went, and of a text the sentences that differ.
//!
//! Missions are compared by their `id`, clauses by the place that prints them: a clause that takes another's
//! place there is a change of that text.

use super::sentences::{ReplacedText, Sentence, replaced, sentences};
use crate::letter::content::act_views::ChangeView;
use serde_json::Value;

/// What the slots of the sample's rules are about.
const SLOTS: &[(&str, &str)] = &[
    ("legal-basis", "Textes de référence"),
    ("purpose", "Objet de la mission"),
    ("assistance", "Assistance"),
    ("means", "Moyens"),
    ("digital-workspace", "Espace numérique de travail"),
    ("training", "Formation"),
    ("allowance", "Règles de l’indemnité"),
    ("report", "Bilan"),
    ("evaluation", "Évaluation"),
    ("privacy", "Données personnelles"),
];

/// An element of a list of the content, with its path.
struct Element<'v> {
    value: &'v Value,
    path: String,
}

impl<'v> Element<'v> {
    fn text(&self, key: &str) -> &'v str {
        self.value.get(key).and_then(Value::as_str).unwrap_or_default()
    }

    fn number(&self) -> String {
        self.value.get("number").map(ToString::to_string).unwrap_or_default()
    }

    fn rank(&self) -> String {
        let word = match self.text("rank") {
            "priority" => "prioritaire",
            _ => "complémentaire",
        };
        word.to_owned()
    }

    /// "3. Veiller à la disponibilité des équipements"
    fn heading(&self) -> String {
        format!("{}. {}", self.number(), self.text("title"))
    }

    /// The sentences of its text and its activities.
    fn sentences(&self) -> Vec<Sentence> {
        let mut found = sentences(self.text("text"), &format!("{}.text", self.path));
        let activities = self.value.get("activities").and_then(Value::as_array);
        for (at, activity) in activities.into_iter().flatten().enumerate() {
            let text = activity.as_str().unwrap_or_default().trim_end_matches(['.', ' ']);
            found.extend(sentences(text, &format!("{}.activities.{at}", self.path)));
        }
        found
    }

    /// "5. Informer (mission complémentaire). Tenir l’équipe informée. Activités : écrire une lettre."
    fn whole(&self) -> String {
        let mut whole = format!("{} (mission {}).", self.heading(), self.rank());
        let text = self.text("text").trim();
        if !text.is_empty() {
            whole.push_str(&format!(" {text}"));
        }
        let activities = self.sentences().into_iter().filter(|part| !part.field.ends_with(".text"));
        let activities: Vec<String> = activities.map(|part| part.text).collect();
        if !activities.is_empty() {
            whole.push_str(&format!(" Activités : {}.", activities.join(" ; ")));
        }
        whole
    }
}

fn elements<'v>(content: &'v Value, list: &str) -> Vec<Element<'v>> {
    let values = content.get(list).and_then(Value::as_array).into_iter().flatten();
    let path = |at: usize| format!("{list}.{at}");
    values.enumerate().map(|(at, value)| Element { value, path: path(at) }).collect()
}

fn change(label: &str, field: String, before: Option<String>, after: Option<String>) -> ChangeView {
    ChangeView { field, label: label.to_owned(), before, after }
}

/// What differs of the missions.
pub(super) fn missions(before: &Value, after: &Value) -> Vec<ChangeView> {
    let (old, new) = (elements(before, "missions"), elements(after, "missions"));
    let mut found = Vec::new();
    for mission in &new {
        match old.iter().find(|former| former.text("id") == mission.text("id")) {
            Some(former) => found.extend(of_mission(former, mission)),
            None => {
                let field = format!("{}.text", mission.path);
                found.push(change("Mission ajoutée", field, None, Some(mission.whole())));
            }
        }
    }
    let is_gone =
        |former: &&Element<'_>| !new.iter().any(|now| now.text("id") == former.text("id"));
    for former in old.iter().filter(is_gone) {
        let field = format!("{}.title", former.path);
        found.push(change("Mission supprimée", field, Some(former.heading()), None));
    }
    found
}

fn of_mission(old: &Element<'_>, new: &Element<'_>) -> Vec<ChangeView> {
    let field = |key: &str| format!("{}.{key}", new.path);
    let mut found = Vec::new();
    if old.number() != new.number() {
        let label = format!("Numéro de la mission « {} »", new.text("title"));
        found.push(change(&label, field("number"), Some(old.number()), Some(new.number())));
    }
    let number = new.number();
    if old.text("title") != new.text("title") {
        let (before, after) = (old.text("title").to_owned(), new.text("title").to_owned());
        let label = format!("Intitulé de la mission {number}");
        found.push(change(&label, field("title"), Some(before), Some(after)));
    }
    if old.text("rank") != new.text("rank") {
        let label = format!("Rang de la mission {number}");
        found.push(change(&label, field("rank"), Some(old.rank()), Some(new.rank())));
    }
    let label = format!("Mission {number}, « {} »", new.text("title"));
    let texts = replaced(&old.sentences(), &new.sentences());
    found.extend(texts.into_iter().map(|text| of_text(&label, text)));
    found
}

fn of_text(label: &str, text: ReplacedText) -> ChangeView {
    change(label, text.field, text.before, text.after)
}

/// What differs of the clauses.
pub(super) fn clauses(before: &Value, after: &Value) -> Vec<ChangeView> {
    let (old, new) = (elements(before, "clauses"), elements(after, "clauses"));
    let mut slots: Vec<&str> = Vec::new();
    for slot in new.iter().chain(&old).map(|clause| clause.text("slot")) {
        if !slots.contains(&slot) {
            slots.push(slot);
        }
    }
    let in_slot = |clauses: &[Element<'_>], slot: &str| -> Vec<Sentence> {
        let there = clauses.iter().filter(|clause| clause.text("slot") == slot);
        there.flat_map(Element::sentences).collect()
    };
    let mut found = Vec::new();
    for slot in slots {
        let known = SLOTS.iter().find(|(known, _)| *known == slot);
        let label = known.map_or("Autre disposition", |(_, label)| label);
        let texts = replaced(&in_slot(&old, slot), &in_slot(&new, slot));
        found.extend(texts.into_iter().map(|text| of_text(label, text)));
    }
    found
}
