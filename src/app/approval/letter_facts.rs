//! What there is to see in a letter: which branches of rules and templates it takes, and how long its texts are.
//!
//! Read from the content that the template got, so that nothing printed can be missed by asking the records.

use crate::app::names::labels::Labels;
use crate::letter::french::{count, date_of};
use crate::plan::history::{MessageEntry, StoredRevision};
use crate::records::word_lists::Act;
use crate::rules::snapshot::{RuleKind, RuleView};
use jiff::civil::Date;
use serde_json::Value;
use std::collections::BTreeSet;

/// What there is to see in a letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LetterFacts {
    /// Its reference.
    pub reference: String,
    /// The school and person, for people.
    pub name: String,
    /// The cases it shows, in French.
    pub facts: BTreeSet<String>,
    /// Its measures, in the order of [`LetterMeasure::ALL`].
    pub lengths: [usize; 4],
}

/// What can be long in a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LetterMeasure {
    /// The name of the school.
    School,
    /// The name of the person.
    Person,
    /// The town.
    Town,
    /// All that it says.
    Text,
}

impl LetterMeasure {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::School, Self::Person, Self::Town, Self::Text];

    /// The reason to read a letter that has the most of it.
    pub fn french(self) -> &'static str {
        match self {
            Self::School => "le nom d'établissement le plus long",
            Self::Person => "le nom de personne le plus long",
            Self::Town => "le nom de ville le plus long",
            Self::Text => "le texte le plus long",
        }
    }
}

impl LetterFacts {
    /// How much a letter has of something.
    pub fn measure(&self, measure: LetterMeasure) -> usize {
        let [school, person, town, text] = self.lengths;
        match measure {
            LetterMeasure::School => school,
            LetterMeasure::Person => person,
            LetterMeasure::Town => town,
            LetterMeasure::Text => text,
        }
    }
}

/// What there is to see in a revision that goes with a message; `date` is that of the campaign.
pub fn facts_of(
    stored: &StoredRevision,
    labels: &Labels,
    date: Date,
    message: &MessageEntry,
) -> LetterFacts {
    let content = &stored.content;
    let mut facts = Facts { content, found: BTreeSet::new() };
    facts.school();
    facts.person();
    facts.rules(&stored.rules);
    facts.revision(stored, date, message);
    let length = |pointer: &str| text(content, pointer).chars().count();
    let person = length("/referent/given_name") + length("/referent/family_name");
    LetterFacts {
        reference: stored.reference.clone(),
        name: labels.letter(&stored.reference),
        facts: facts.found,
        lengths: [
            length("/establishment/name"),
            person,
            length("/establishment/city"),
            stored.blocks.iter().map(|block| block.chars().count()).sum(),
        ],
    }
}

fn text<'v>(content: &'v Value, pointer: &str) -> &'v str {
    content.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

/// A clause by the first words of its text, as a person knows it; the same for every letter.
fn clause_name(id: &str, rules: &[RuleView]) -> String {
    const MOST: usize = 7;
    let rule = rules.iter().find(|rule| rule.kind == RuleKind::Clause && rule.id == id);
    let said = rule.and_then(|rule| rule.raw.split_once('\n')).map_or("", |(_, text)| text);
    // Names that a text quotes differ from letter to letter.
    let outside = said.split('{').map(|part| part.split_once('}').map_or(part, |two| two.1));
    let outside: Vec<&str> = outside.collect();
    let outside = outside.join("…");
    let mut words = outside.split_whitespace();
    let first: Vec<&str> = words.by_ref().take(MOST).collect();
    match (first.is_empty(), words.next()) {
        (true, _) => format!("disposition « {id} »"),
        (false, None) => format!("disposition « {} »", first.join(" ")),
        (false, Some(_)) => {
            format!("disposition « {}… »", first.join(" ").trim_end_matches('…'))
        }
    }
}

/// The facts of one content.
struct Facts<'v> {
    content: &'v Value,
    found: BTreeSet<String>,
}

impl<'v> Facts<'v> {
    fn add(&mut self, fact: impl Into<String>) {
        self.found.insert(fact.into());
    }

    fn is_there(&self, pointer: &str) -> bool {
        self.content.pointer(pointer).is_some_and(|value| !value.is_null())
    }

    fn list(&self, pointer: &str) -> &'v [Value] {
        let list = self.content.pointer(pointer).and_then(Value::as_array);
        list.map(Vec::as_slice).unwrap_or_default()
    }

    /// One of two facts, by whether a key has a value.
    fn with_or_without(&mut self, pointer: &str, words: &str) {
        let word = if self.is_there(pointer) { "avec" } else { "sans" };
        self.add(format!("{word} {words}"));
    }

    fn school(&mut self) {
        let kind = match text(self.content, "/establishment/kind") {
            "college" => "collège",
            "lycee" => "lycée",
            "lycee-professionnel" => "lycée professionnel",
            "lycee-polyvalent" => "lycée polyvalent",
            "erea" => "EREA",
            _ => "autre genre d'établissement",
        };
        self.add(kind);
        self.add(match text(self.content, "/establishment/sector") {
            "private" => "enseignement privé",
            _ => "enseignement public",
        });
        self.head();
        self.with_or_without("/establishment/digital_workspace", "espace numérique de travail");
        self.with_or_without("/establishment/site", "site commun");
        self.with_or_without("/establishment/authority", "collectivité de rattachement");
        let priorities = self.list("/establishment/priorities").len();
        self.add(match priorities {
            0 => "aucune priorité locale".to_owned(),
            number => count(number, "priorité locale", "priorités locales"),
        });
        let opinions = self.list("/establishment/opinions").len();
        self.add(match opinions {
            0 => "aucun avis recueilli".to_owned(),
            number => count(number, "avis recueilli", "avis recueillis"),
        });
    }

    fn head(&mut self) {
        if !self.is_there("/establishment/head") {
            return self.add("sans chef d'établissement");
        }
        self.add(match text(self.content, "/establishment/head/civility") {
            "" => "chef d'établissement sans civilité".to_owned(),
            civility => format!("chef d'établissement : {civility}"),
        });
        self.add(format!("fonction : {}", text(self.content, "/establishment/head/function")));
        if self.content.pointer("/establishment/head/acting") == Some(&Value::Bool(true)) {
            self.add("chef d'établissement par intérim");
        }
    }

    fn person(&mut self) {
        if !self.is_there("/referent") {
            self.add("poste sans nom");
        } else {
            self.add(match text(self.content, "/referent/civility") {
                "" => "référent sans civilité".to_owned(),
                civility => format!("référent : {civility}"),
            });
        }
        if !self.list("/other_referents").is_empty() {
            self.add("plusieurs référents dans l'établissement");
        }
        if self.is_there("/predecessor") {
            self.add("succède à quelqu'un");
        }
        if self.is_there("/assignment/until") {
            self.add("mission qui s'arrête dans l'année");
        }
        if self.is_there("/assignment/end_reason") {
            self.add("motif de fin de mission");
        }
        if !self.list("/assignment/training_with").is_empty() {
            self.add("formation partagée avec un autre établissement");
        }
    }

    fn rules(&mut self, rules: &[RuleView]) {
        for mission in self.list("/missions") {
            self.add(format!("mission « {} »", text(mission, "/title")));
            let name = format!("mission « {} »", text(mission, "/title"));
            self.version((RuleKind::Mission, &name), mission, rules);
        }
        for clause in self.list("/clauses") {
            let name = clause_name(text(clause, "/id"), rules);
            self.add(name.clone());
            self.version((RuleKind::Clause, &name), clause, rules);
        }
        if !self.is_there("/allowance") {
            return self.add("sans indemnité");
        }
        let label = text(self.content, "/allowance/label");
        let state = if self.is_there("/allowance/granted") { "accordée" } else { "proposée" };
        self.add(format!("indemnité {state} : {label}"));
    }

    /// Which version of a rule is printed, where several are in force for different schools. The words around
    /// the names that it quotes tell.
    fn version(&mut self, (kind, name): (RuleKind, &str), printed: &Value, rules: &[RuleView]) {
        let id = text(printed, "/id");
        let versions: Vec<&RuleView> =
            rules.iter().filter(|rule| rule.kind == kind && rule.id == id).collect();
        if versions.len() < 2 {
            return;
        }
        let said = format!("{}\n{}", text(printed, "/title"), text(printed, "/text"));
        let pieces = |raw: &str| -> Vec<String> {
            let last = raw.lines().last().unwrap_or_default();
            let outside =
                last.split('{').map(|part| part.split_once('}').map_or(part, |two| two.1));
            outside.map(str::to_owned).collect()
        };
        let is_printed =
            |rule: &&&RuleView| pieces(&rule.raw).iter().all(|piece| said.contains(piece.as_str()));
        if let Some(rule) = versions.iter().find(is_printed) {
            let whom = rule.whom().unwrap_or_else(|| "tous".to_owned());
            self.add(format!("{name}, texte pour : {whom}"));
        }
    }

    fn revision(&mut self, stored: &StoredRevision, date: Date, message: &MessageEntry) {
        let issue = &stored.issue;
        match issue.supersedes.as_ref().map(|former| former.act) {
            None if issue.date != date => {
                self.add(format!("lettre datée du {}", date_of(&issue.date.to_string())));
            }
            None => self.add("lettre à la date de la campagne"),
            Some(Act::Correction) => self.add("annule et remplace"),
            Some(Act::Amendment) => self.add("avenant"),
            Some(Act::End) => self.add("fin de mission"),
        }
        let mut letters = message.letters.iter();
        if letters.any(|one| one.reference == stored.reference && one.readdressed) {
            self.add("renvoyée telle quelle");
        }
        if message.letters.len() > 1 {
            self.add("plusieurs lettres dans un message");
        }
        if message.address.is_none() {
            self.add("bloquée : pas d'adresse où l'envoyer");
        }
    }
}
