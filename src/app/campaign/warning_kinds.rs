//! Warnings in few lines: those of one kind are one line with their number and three examples.

use crate::diagnostic::{LocatedProblem, Severity};
use crate::letter::french::count;
use std::collections::BTreeMap;

/// How many warnings are shown whole: more are told by kind.
const SHOWN_WHOLE: usize = 3;
/// Examples of a kind.
const EXAMPLES: usize = 3;

/// What is to be done about this one is a text to copy, so it is shown whole; there are few.
pub const COPIED: &str = "W-RULE-LATER";

/// The warnings of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WarningKind {
    /// Their code, as in `W-NO-HEAD`.
    pub code: &'static str,
    /// Their number, in words: "12 établissements sans chef connu".
    pub title: String,
    /// The first ones, by name.
    pub examples: Vec<String>,
    /// How many there are besides.
    pub others: usize,
}

/// What a person is told of the problems of a project.
#[derive(Clone, Debug)]
pub struct GroupedProblems<'p> {
    /// Those that are shown whole, errors first.
    pub whole: Vec<&'p LocatedProblem>,
    /// The others, by kind: the most frequent first.
    pub kinds: Vec<WarningKind>,
}

/// Kinds of warnings by code, for one and for several.
const TITLES: &[(&str, &str, &str)] = &[
    (
        "W-ALLOWANCE",
        "indemnité qui n'est pas en vigueur : la lettre n'en parle pas",
        "indemnités qui ne sont pas en vigueur : les lettres n'en parlent pas",
    ),
    ("W-CAPITALS", "nom tout en capitales", "noms tout en capitales"),
    ("W-BOX", "cadre de signature à revoir", "cadres de signature à revoir"),
    (
        "W-CIVILITY",
        "civilité qui ne s'accorde pas avec la fonction",
        "civilités qui ne s'accordent pas avec la fonction",
    ),
    ("W-BROKEN", "texte abîmé", "textes abîmés"),
    ("W-COPY", "copie d'un fichier, que rien ne lit", "copies de fichiers, que rien ne lit"),
    (
        "W-DOMAIN",
        "adresse hors des domaines permis : ce qui en dépend est bloqué",
        "adresses hors des domaines permis : ce qui en dépend est bloqué",
    ),
    ("W-FRENCH", "faute de français", "fautes de français"),
    (
        "W-FUNCTION",
        "fonction de chef d'établissement que les lettres ne connaissent pas",
        "fonctions de chef d'établissement que les lettres ne connaissent pas",
    ),
    ("W-ISSUER", "lettre sans signature de l'autorité", "lettres sans signature de l'autorité"),
    ("W-NAME", "nom à relire", "noms à relire"),
    (
        "W-NO-ADDRESS",
        "établissement sans adresse : sa lettre sera faite, mais bloquée",
        "établissements sans adresse : leurs lettres seront faites, mais bloquées",
    ),
    ("W-NO-ASSIGNMENT", "référent désigné nulle part", "référents désignés nulle part"),
    ("W-NO-HEAD", "établissement sans chef connu", "établissements sans chef connu"),
    ("W-NO-REFERENT", "établissement sans référent", "établissements sans référent"),
    (
        "W-REFERENT-ADDRESS",
        "référent sans adresse valable : aucun message à part ne lui sera adressé",
        "référents sans adresse valable : aucun message à part ne leur sera adressé",
    ),
    (
        "W-RULE-GAP",
        "règle dont aucune version ne vaut un temps",
        "règles dont aucune version ne vaut un temps",
    ),
    (
        "W-RULE-LATER",
        "changement du cadre après la date des règles",
        "changements du cadre après la date des règles",
    ),
    (
        "W-SHARED-MAILBOX",
        "adresse commune à plusieurs établissements",
        "adresses communes à plusieurs établissements",
    ),
    (
        "W-SLOT",
        "disposition que le gabarit n'imprime nulle part",
        "dispositions que le gabarit n'imprime nulle part",
    ),
    (
        "W-TRAINING",
        "formation partagée qui ne l'est pas en retour",
        "formations partagées qui ne le sont pas en retour",
    ),
];

/// What is told of problems: all of them where that is wanted or short; else errors, and warnings by kind.
pub fn grouped_warnings(problems: &[LocatedProblem], all: bool) -> GroupedProblems<'_> {
    let is_error = |problem: &&LocatedProblem| problem.severity == Severity::Error;
    let (mut whole, mut warnings): (Vec<_>, Vec<_>) = problems.iter().partition(is_error);
    let are_few = warnings.len() <= SHOWN_WHOLE;
    whole.extend(warnings.extract_if(.., |problem| problem.code == COPIED));
    if all || are_few {
        whole.extend(warnings);
        return GroupedProblems { whole, kinds: Vec::new() };
    }
    let mut by_code: BTreeMap<&'static str, Vec<&LocatedProblem>> = BTreeMap::new();
    for warning in warnings {
        by_code.entry(warning.code).or_default().push(warning);
    }
    let mut kinds: Vec<_> = by_code.into_iter().collect();
    kinds.sort_by_key(|(_, alike)| std::cmp::Reverse(alike.len()));
    let kinds = kinds.into_iter().map(|(code, alike)| kind(code, &alike)).collect();
    GroupedProblems { whole, kinds }
}

fn kind(code: &'static str, alike: &[&LocatedProblem]) -> WarningKind {
    let known = TITLES.iter().find(|(known, ..)| *known == code);
    let (_, one, many) = known.unwrap_or(&("", "autre avertissement", "autres avertissements"));
    let mut examples: Vec<String> = Vec::new();
    for problem in alike {
        let example = problem.subject.clone().unwrap_or_else(|| problem.message.clone());
        if examples.len() < EXAMPLES && !examples.contains(&example) {
            examples.push(example);
        }
    }
    let others = alike.len().saturating_sub(examples.len());
    WarningKind { code, title: count(alike.len(), one, many), examples, others }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{Problem, Sources};

    fn located(problem: &Problem, subject: Option<&str>) -> LocatedProblem {
        let problem = problem.located(&Sources::default());
        LocatedProblem { subject: subject.map(str::to_owned), ..problem }
    }

    #[test]
    fn errors_come_first_and_many_warnings_are_a_line_a_kind() {
        let mut problems = vec![located(&Problem::warning("W-SLOT", "rien ne l'imprime"), None)];
        for school in ["A", "B", "C", "D", "E"] {
            problems.push(located(&Problem::warning("W-NO-HEAD", "inconnu"), Some(school)));
        }
        problems.push(located(&Problem::error("E-UAI-KEY", "fausse"), None));
        let shown = grouped_warnings(&problems, false);
        let codes: Vec<&str> = shown.whole.iter().map(|problem| problem.code).collect();
        assert_eq!(codes, ["E-UAI-KEY"]);
        assert_eq!(shown.kinds[0].title, "5 établissements sans chef connu");
        assert_eq!(shown.kinds[0].examples, ["A", "B", "C"]);
        assert_eq!(shown.kinds[0].others, 2);
        assert_eq!(shown.kinds[1].title, "1 disposition que le gabarit n'imprime nulle part");
        assert_eq!(shown.kinds[1].examples, ["rien ne l'imprime"]);
        let all = grouped_warnings(&problems, true);
        assert_eq!(all.whole.len(), 7);
        assert_eq!(all.whole[0].code, "E-UAI-KEY");
        assert!(all.kinds.is_empty());
        assert!(grouped_warnings(&problems[..3], false).kinds.is_empty(), "three are shown whole");
        // A text to copy is whole among any number, and counts as one.
        let mut four = problems[..3].to_vec();
        four.push(located(&Problem::warning(COPIED, "copier"), None));
        let shown = grouped_warnings(&four, false);
        assert_eq!((shown.whole.len(), shown.kinds.len()), (1, 2));
    }
}
