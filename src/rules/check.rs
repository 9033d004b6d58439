//! Checks of the rules themselves: versions that overlap or leave a gap, conditions
//! that can never hold, placeholders that do not exist, values a text quotes but may lack.

use crate::diagnostic::{Problem, Sources, Span};
use crate::records::Records;
use crate::records::placeholder::{Placeholder, TextPart, parse};
use crate::records::rule::{Condition, Version};
use crate::records::table_reader::Located;
use crate::records::values::RuleText;

/// Checks all rules.
pub fn check(records: &Records, sources: &Sources, problems: &mut Vec<Problem>) {
    for mission in &records.missions {
        check_versions(
            &mission.versions,
            &format!("la mission « {} »", mission.id.value),
            problems,
        );
        for version in &mission.versions {
            for text in [&version.title, &version.text].into_iter().chain(&version.activities) {
                check_placeholders(text, &version.when, sources, problems);
            }
        }
    }
    let mut numbers = std::collections::BTreeMap::new();
    for mission in &records.missions {
        if let Some(first) = numbers.insert(mission.number.value, mission.number.span) {
            problems.push(
                Problem::error(
                    "E-DUPLICATE",
                    format!("deux missions portent le numéro {}", mission.number.value),
                )
                .at(mission.number.span)
                .related(first, "l'autre est ici")
                .help("donner à chaque mission son numéro"),
            );
        }
    }
    for clause in &records.clauses {
        check_versions(
            &clause.versions,
            &format!("la disposition « {} »", clause.id.value),
            problems,
        );
        for version in &clause.versions {
            check_placeholders(&version.text, &version.when, sources, problems);
        }
    }
    for allowance in &records.allowances {
        check_versions(
            &allowance.versions,
            &format!("l'indemnité « {} »", allowance.id.value),
            problems,
        );
    }
}

fn check_versions<V: Version>(versions: &[V], what: &str, problems: &mut Vec<Problem>) {
    for version in versions {
        check_possible(version.condition(), problems);
    }
    let mut ordered: Vec<&V> = versions.iter().collect();
    ordered.sort_by_key(|version| version.since().value);
    for (index, first) in ordered.iter().enumerate() {
        for second in &ordered[index + 1..] {
            let ends = first.until().map(|until| until.value);
            let follows = ends.is_some_and(|ends| ends < second.since().value);
            if follows || disjoint(first.condition(), second.condition()) {
                continue;
            }
            problems.push(
                Problem::error("E-RULE-OVERLAP", format!("deux versions de {what} valent le même jour pour les mêmes lettres"))
                    .at(second.since().span)
                    .label("celle-ci commence")
                    .related(first.since().span, "celle-là vaut encore")
                    .help("finir la première la veille (« until = … »), ou leur donner des conditions (« when ») qui s'excluent"),
            );
        }
    }
    // The days covered by any version must follow each other without a hole.
    let mut covered = ordered.first().map(|v| v.until().map(|u| u.value.0));
    for version in ordered.iter().skip(1) {
        let Some(Some(last)) = covered else { break };
        let next = version.since().value.0;
        if last.tomorrow().is_ok_and(|day| day < next) {
            problems.push(
                Problem::warning("W-RULE-GAP", format!("entre deux versions de {what}, aucune ne vaut"))
                    .at(version.since().span)
                    .help("faire commencer cette version le lendemain de la fin de la précédente, si ce trou n'est pas voulu"),
            );
        }
        let until = version.until();
        covered = Some(until.map(|until| until.value.0.max(last)));
    }
}

/// Whether no letter can meet both conditions.
fn disjoint(a: &Condition, b: &Condition) -> bool {
    fn share_no_value<T: PartialEq>(
        a: &Option<Vec<Located<T>>>,
        b: &Option<Vec<Located<T>>>,
    ) -> bool {
        match (a, b) {
            (Some(a), Some(b)) => !a.iter().any(|x| b.iter().any(|y| x.value == y.value)),
            _ => false,
        }
    }
    let opposite =
        |a: Option<bool>, b: Option<bool>| matches!((a, b), (Some(a), Some(b)) if a != b);
    share_no_value(&a.kind, &b.kind)
        || share_no_value(&a.sector, &b.sector)
        || opposite(a.digital_workspace, b.digital_workspace)
        || opposite(a.authority, b.authority)
        || opposite(a.allowance, b.allowance)
        || opposite(a.allowance_granted, b.allowance_granted)
        || opposite(a.training_with, b.training_with)
        || opposite(a.referent, b.referent)
}

fn check_possible(condition: &Condition, problems: &mut Vec<Problem>) {
    let granted_without =
        condition.allowance == Some(false) && condition.allowance_granted == Some(true);
    let nobody = condition.referent == Some(false)
        && [condition.allowance, condition.allowance_granted, condition.training_with]
            .contains(&Some(true));
    // An empty list of kinds or sectors was told by the reader.
    if granted_without || nobody {
        problems.push(
            Problem::error("E-RULE-NEVER", "cette condition ne peut jamais être remplie")
                .at(condition.place)
                .help("enlever l'une des deux exigences qui se contredisent"),
        );
    }
}

fn check_placeholders(
    text: &Located<RuleText>,
    condition: &Condition,
    sources: &Sources,
    problems: &mut Vec<Problem>,
) {
    match parse(text) {
        Ok(pieces) => {
            for piece in pieces {
                let TextPart::Value(value) = piece else {
                    continue;
                };
                check_value_is_there(value, text.span, condition, problems);
            }
        }
        Err(unknown) => {
            for brace in unknown {
                let place = place_within(text.span, &brace.name, sources);
                let known = || {
                    let names: Vec<&str> = Placeholder::ALL.iter().map(|(name, _)| *name).collect();
                    format!("les champs possibles : {}", names.join(", "))
                };
                problems.push(if brace.unclosed {
                    Problem::error("E-PLACEHOLDER", "une accolade n'a pas sa pareille")
                        .at(place)
                        .help("écrire {champ}, accolades comprises, ou supprimer l'accolade")
                } else {
                    let message = format!("le champ {{{}}} n'existe pas", brace.name);
                    let problem = Problem::error("E-PLACEHOLDER", message).at(place);
                    match brace.near {
                        Some(near) => problem.help(format!("vouliez-vous écrire {{{near}}} ?")),
                        None => problem.help(known()),
                    }
                });
            }
        }
    }
}

/// A text that quotes a value some letters lack must be reserved to those that have it.
fn check_value_is_there(
    value: Placeholder,
    span: Span,
    condition: &Condition,
    problems: &mut Vec<Problem>,
) {
    let (met, needed) = match value {
        Placeholder::EstablishmentDigitalWorkspace => {
            (condition.digital_workspace == Some(true), "digital_workspace = true")
        }
        Placeholder::EstablishmentAuthority => {
            (condition.authority == Some(true), "authority = true")
        }
        Placeholder::AllowanceLabel | Placeholder::AllowanceAmount => (
            condition.allowance == Some(true) || condition.allowance_granted == Some(true),
            "allowance = true",
        ),
        Placeholder::ReferentPost => (condition.referent == Some(true), "referent = true"),
        _ => (true, ""),
    };
    if !met {
        problems.push(
            Problem::error(
                "E-PLACEHOLDER-ABSENT",
                format!("{{{}}} peut manquer pour certaines lettres", value.name()),
            )
            .at(span)
            .help(format!("réserver ce texte à celles qui l'ont : when = {{ {needed} }}")),
        );
    }
}

/// The place of a word inside a value, or the whole value if it is not found there.
fn place_within(span: Span, word: &str, sources: &Sources) -> Span {
    let text = sources.get(span.source).map_or("", |source| &source.text);
    let value = text.get(span.start as usize..span.end as usize).unwrap_or("");
    match value.find(word).filter(|_| !word.is_empty()) {
        Some(offset) => {
            let start = span.start as usize + offset;
            Span::new(span.source, start..start + word.len())
        }
        None => span,
    }
}
