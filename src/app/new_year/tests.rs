//! Every situation of an assignment with every answer, and what each decision writes.

use super::agreed_priorities::AgreedPriorities;
use super::assignment_cases::{AssignmentCase, Situation, assignment_cases};
use super::decisions::{
    Appointment, AssignmentDecision, NewYearDecisions, Newcomer, ReferentSuccessor,
};
use super::record_changes::{AssignmentCounts, NewYearChanges, priority_edits, record_changes};
use super::wording::{ReplyError, read_decision};
use crate::diagnostic::Sources;
use crate::import::edit_toml::record_edit::{NewRecord, RecordEdit};
use crate::import::existing_records::{ExistingRecords, RecordFile};
use crate::records::{Records, Text};

/// One assignment goes on, one ends, one is of a school that closes, one of a school that is merged.
const TEXT: &str = r#"
[campaign]
id = "2026"
school_year = "2026-2027"
date = 2026-11-16
place = "Ville"
reply_by = 2026-12-18
report_by = 2027-06-30
signatory = { given_name = "A", family_name = "B", function = "Déléguée" }

[[establishment]]
uai = "0860001J"
kind = "college"
sector = "public"
name = "Collège A"
address = ["1 rue A"]
postcode = "86000"
city = "Ville"

[[establishment]]
uai = "0860002K"
kind = "college"
sector = "public"
name = "Collège B"
address = ["2 rue B"]
postcode = "86000"
city = "Ville"
closed = 2027-08-31

[[establishment]]
uai = "0860003L"
kind = "college"
sector = "public"
name = "Collège C"
address = ["3 rue C"]
postcode = "86000"
city = "Ville"
closed = 2027-08-31
merged_into = "0860001J"

[[referent]]
id = "usual"
given_name = "Claire"
family_name = "Martin"
post = "professeure"
[[referent.assignment]]
establishment = "0860001J"
since = 2024-09-01
allowance = "imp-2"
allowance_granted = 2024-11-04

[[referent]]
id = "ends"
given_name = "Luc"
family_name = "Petit"
post = "professeur"
[[referent.assignment]]
establishment = "0860001J"
since = 2024-09-01
until = 2027-08-31
end_reason = "retraite"

[[referent]]
id = "closes"
given_name = "Zoé"
family_name = "Durand"
post = "professeure"
[[referent.assignment]]
establishment = "0860002K"
since = 2024-09-01

[[referent]]
id = "merges"
given_name = "Max"
family_name = "Roux"
post = "professeur"
[[referent.assignment]]
establishment = "0860003L"
since = 2024-09-01
"#;

fn records() -> Records {
    let mut sources = Sources::default();
    let id = sources.add("data/a.toml", TEXT);
    let mut problems = Vec::new();
    let records =
        Records::read(&[Text { id, is_settings: false, is_sound: true }], &sources, &mut problems);
    assert!(problems.is_empty(), "{problems:?}");
    records
}

fn cases(records: &Records) -> Vec<AssignmentCase<'_>> {
    let from = &records.campaigns[0];
    assignment_cases(records, from, from.school_year.value.next())
}

fn case<'c>(cases: &'c [AssignmentCase<'c>], referent: &str) -> &'c AssignmentCase<'c> {
    cases.iter().find(|case| case.referent.id.as_str() == referent).unwrap()
}

/// What a decision about one referent writes.
fn changes(referent: &str, decision: AssignmentDecision) -> NewYearChanges {
    let records = records();
    let cases = cases(&records);
    let key = case(&cases, referent).key();
    let decisions =
        NewYearDecisions { assignments: [(key, decision)].into(), ..NewYearDecisions::default() };
    written(&records, &cases, &decisions)
}

fn written(
    records: &Records,
    cases: &[AssignmentCase<'_>],
    decisions: &NewYearDecisions,
) -> NewYearChanges {
    let file = RecordFile { path: "data/a.toml".into(), text: TEXT.into(), mark: false };
    let existing = ExistingRecords::read(vec![file]).unwrap();
    let year = records.campaigns[0].school_year.value;
    record_changes(&existing, cases, decisions, year, year.next())
}

/// The edits in short, without the year that the allowance of "usual" was granted for.
fn edits(changes: &NewYearChanges) -> Vec<String> {
    let shown = changes.edits.iter().filter_map(|edit| match edit {
        RecordEdit::Set { field, .. } if field == "allowance_school_year" => None,
        RecordEdit::Set { field, value, .. } => {
            Some(format!("{field}={}", value.as_ref().map_or(String::new(), ToString::to_string)))
        }
        RecordEdit::Assign { fields, .. } => Some(new_assignment(fields)),
    });
    shown.collect()
}

fn new_assignment(fields: &[(String, crate::import::field_value::FieldValue)]) -> String {
    let values: Vec<String> = fields.iter().map(|(_, value)| value.to_string()).collect();
    format!("+ {}", values.join(" "))
}

fn newcomer() -> ReferentSuccessor {
    ReferentSuccessor::New(Newcomer {
        given_name: "Anne".to_owned(),
        family_name: "Blanc".to_owned(),
        post: "professeure".to_owned(),
        ..Newcomer::default()
    })
}

#[test]
fn each_answer_means_something_in_each_situation() {
    use AssignmentDecision::{Continues, Ends, Follows, Passes};
    let records = records();
    let cases = cases(&records);
    let merged = || Follows("0860001J".parse().unwrap());
    let reason = |text: &str| Some(text.to_owned());
    let passes = || Passes(newcomer(), None);
    for (referent, reply, expected) in [
        ("usual", "continue", Some(Continues)),
        ("usual", "Oui", Some(Continues)),
        ("usual", "fin", Some(Ends(None))),
        ("usual", "remplacé", Some(passes())),
        ("usual", "suit", None),
        ("usual", "peut-être", None),
        ("ends", "c", Some(Continues)),
        ("ends", "f", Some(Ends(reason("retraite")))),
        ("ends", "r", Some(passes())),
        ("ends", "s", None),
        ("closes", "continue", None),
        ("closes", "terminé", Some(Ends(None))),
        ("closes", "remplacée", Some(passes())),
        ("closes", "suit 0860001J", None),
        ("merges", "continue", None),
        ("merges", "fin", Some(Ends(None))),
        ("merges", "r", Some(passes())),
        ("merges", "suit 0860001J", Some(merged())),
    ] {
        let decision =
            read_decision(reply, None, case(&cases, referent), || Ok::<_, ReplyError>(newcomer()))
                .ok();
        assert_eq!(decision, expected, "{referent}: {reply}");
    }
    let proposed = cases.iter().map(AssignmentCase::proposed).collect::<Vec<_>>();
    let closing = Ends(reason("fermeture de l’établissement"));
    assert_eq!(proposed, [Continues, Ends(reason("retraite")), closing, merged()]);
    assert_eq!(case(&cases, "usual").situation, Situation::Usual);
}

#[test]
fn each_decision_writes_what_it_says() {
    use AssignmentDecision::{Continues, Ends, Follows, Passes};
    let known = || ReferentSuccessor::Known("ends".to_owned());
    let into = || Follows("0860001J".parse().unwrap());
    let leaves = || Some("mutation".to_owned());
    for (referent, decision, expected) in [
        ("usual", Continues, vec![]),
        ("usual", Ends(None), vec!["until=2027-08-31"]),
        ("usual", Ends(leaves()), vec!["until=2027-08-31", "end_reason=mutation"]),
        (
            "usual",
            Passes(known(), leaves()),
            vec!["until=2027-08-31", "end_reason=mutation", "+ 0860001J 2027-09-01 imp-2"],
        ),
        ("ends", Continues, vec!["until=", "end_reason="]),
        ("ends", Ends(leaves()), vec![]),
        ("closes", Ends(None), vec!["until=2027-08-31"]),
        (
            "merges",
            into(),
            vec![
                "until=2027-08-31",
                "end_reason=fermeture de l’établissement",
                "+ 0860001J 2027-09-01",
            ],
        ),
    ] {
        let name = format!("{referent}: {decision:?}");
        assert_eq!(edits(&changes(referent, decision)), expected, "{name}");
    }
    let undecided = written(&records(), &cases(&records()), &NewYearDecisions::default());
    assert!(edits(&undecided).is_empty());
    assert_eq!(undecided.edits.len(), 1, "the year of the allowance is said all the same");
}

#[test]
fn one_new_person_in_two_schools_is_one_referent() {
    let records = records();
    let cases = cases(&records);
    let key = case(&cases, "usual").key();
    let decisions = NewYearDecisions {
        assignments: [(key, AssignmentDecision::Passes(newcomer(), None))].into(),
        appointments: vec![Appointment { uai: "0860002K".to_owned(), referent: newcomer() }],
        ..NewYearDecisions::default()
    };
    let changes = written(&records, &cases, &decisions);
    let [NewRecord { fields, assignments, .. }] = changes.additions.as_slice() else {
        panic!("{:?}", changes.additions)
    };
    assert_eq!(fields[0].1.to_string(), "blanc-anne");
    let assignments: Vec<String> =
        assignments.iter().map(|fields| new_assignment(fields)).collect();
    assert_eq!(assignments, ["+ 0860001J 2027-09-01 imp-2", "+ 0860002K 2027-09-01"]);
    let expected = AssignmentCounts { passed: 1, appointed: 1, ..AssignmentCounts::default() };
    assert_eq!(changes.counts, expected);
}

#[test]
fn what_was_agreed_and_is_kept_is_for_the_next_year_alone() {
    let file = RecordFile { path: "data/a.toml".into(), text: TEXT.into(), mark: false };
    let existing = ExistingRecords::read(vec![file]).unwrap();
    let next = records().campaigns[0].school_year.value.next();
    let school = |uai: &str, kept: bool| AgreedPriorities {
        uai: uai.to_owned(),
        priorities: vec!["un".to_owned(), "deux".to_owned()],
        kept,
    };
    let agreed = [school("0860001J", true), school("0860002K", false), school("0869999Z", true)];
    let changes = NewYearChanges {
        edits: priority_edits(&existing, &agreed, next),
        ..NewYearChanges::default()
    };
    assert_eq!(edits(&changes), ["priorities=un, deux", "priorities_school_year=2027-2028"]);
}
