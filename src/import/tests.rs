//! The guarantees of an import, over records of every shape: what was applied is not proposed
//! again, and what was not touched stays byte for byte.

use super::edit_toml::apply_edits::apply_edits;
use super::edit_toml::record_edit::RecordEdit;
use super::existing_records::{ExistingRecords, RecordFile};
use super::extract::extracted_rows::{CandidateRow, ExtractedRows};
use super::field_value::FieldValue;
use super::import_input::ImportInput;
use super::proposal::{ImportAnswer, ImportAnswers, ImportContext, MergeBase, Proposal};
use super::propose::propose;
use super::record_target::RecordTarget;
use crate::records::values::Uai;
use jiff::civil::date;
use proptest::prelude::*;
use std::collections::BTreeMap;

fn uai(number: u32) -> String {
    format!("{number:07}{}", Uai::check_letter(number))
}

/// A name with what makes TOML difficult.
fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        "[A-Z][a-z]{1,8}",
        "[A-Za-zéèç'’\"\\\\#\\[\\]=. -]{1,20}[a-z]",
        "L'École \"[a-z]{1,5}\""
    ]
    .prop_map(|text| crate::records::spelling::tidy(&text))
    .prop_filter("no formula, not empty", |text| {
        !text.is_empty() && !crate::records::spelling::is_formula(text)
    })
}

/// The text of a school as somebody may have written it.
fn school(number: u32) -> impl Strategy<Value = String> {
    (name(), name(), 0..4u8, any::<bool>(), any::<bool>()).prop_map(
        move |(school_name, head, shape, comment, spaced)| {
            let quoted = |text: &str| toml_edit::Value::from(text).to_string();
            let equals = if spaced { "   =  " } else { "=" };
            let note = if comment { "  # vu \"là\" [[establishment]]" } else { "" };
            let head = match shape {
                0 => String::new(),
                1 => format!("head = {{ given_name = 'Anne', family_name = {}, function = \"Principale\" }}{note}\n", quoted(&head)),
                2 => format!("[establishment.head]\ngiven_name = \"Anne\"{note}\nfamily_name = {}\nfunction = \"Principale\"\n", quoted(&head)),
                _ => format!("head.given_name = \"Anne\"\nhead.family_name = {}\nhead.function = 'Principale'\n", quoted(&head)),
            };
            let address = if spaced { "address = [\n  \"1 rue A\", # l'entrée\n]\n" } else { "address = [\"1 rue A\"]\n" };
            format!(
                "# Avant {school_name}\n[[establishment]]{note}\nuai{equals}\"{}\"\nname{equals}{}{note}\nkind = \"college\"\nsector = \"public\"\n{address}postcode = \"86000\"\ncity = \"Ville\"\n{head}",
                uai(number),
                quoted(&school_name),
            )
        },
    )
}

fn file() -> impl Strategy<Value = String> {
    (proptest::collection::vec(0..40u32, 0..6), any::<bool>(), any::<bool>())
        .prop_flat_map(|(mut numbers, sorted, windows)| {
            let mut seen = std::collections::BTreeSet::new();
            numbers.retain(|number| seen.insert(*number));
            if sorted {
                numbers.sort_unstable();
            }
            let schools: Vec<_> =
                numbers.into_iter().map(|number| school(860_000 + number)).collect();
            (schools, Just(windows))
        })
        .prop_map(|(schools, windows)| {
            let text = format!("# Les écoles.\n\n{}\n# Fin.\n", schools.join("\n"));
            if windows { text.replace('\n', "\r\n") } else { text }
        })
}

fn row(number: usize, key: u32, with_head: bool) -> impl Strategy<Value = CandidateRow> {
    (name(), name(), proptest::option::of("[a-z]{1,6}@academie\\.example"), any::<bool>()).prop_map(
        move |(school_name, head, email, all_caps)| {
            let mut candidate = CandidateRow { row: number, ..CandidateRow::default() };
            let text = |text: &str| FieldValue::Text(text.to_owned());
            let mut put = |field: &'static str, value: Option<FieldValue>| {
                candidate.present.insert(field);
                candidate.fields.extend(value.map(|value| (field, value)));
            };
            put("uai", Some(text(&uai(860_000 + key))));
            if with_head {
                put("given_name", Some(text("Luc")));
                put("family_name", Some(text(&head)));
                put("function", Some(text("Principal")));
                put("since", Some(FieldValue::Day(date(2026, 9, 1))));
            } else {
                put("name", Some(text(&school_name)));
                put("kind", Some(text("college")));
                put("sector", Some(text("private")));
                put("address", Some(FieldValue::List(vec!["2 rue B".to_owned(), head])));
                put("postcode", Some(text("86100")));
                put("city", Some(text("Ville")));
                put("email", email.as_deref().map(text));
                if all_caps {
                    candidate.all_caps.insert("name");
                }
            }
            candidate
        },
    )
}

fn rows(with_head: bool) -> impl Strategy<Value = Vec<CandidateRow>> {
    proptest::collection::btree_set(0..40u32, 0..8).prop_flat_map(move |keys| {
        let rows: Vec<_> =
            keys.into_iter().enumerate().map(|(at, key)| row(at + 2, key, with_head)).collect();
        rows
    })
}

/// Answers of a survey: few names and few schools, so that the same people appear several times.
fn answers() -> impl Strategy<Value = Vec<CandidateRow>> {
    let one = (0..4u32, 0..4usize, proptest::option::of(0..4usize), any::<bool>());
    proptest::collection::vec(one, 0..10).prop_map(|rows| {
        let answer =
            |(at, (school, name, mail, dated)): (usize, (u32, usize, Option<usize>, bool))| {
                let mut candidate = CandidateRow { row: at + 2, ..CandidateRow::default() };
                let text = |text: &str| FieldValue::Text(text.to_owned());
                let mut put = |field: &'static str, value: Option<FieldValue>| {
                    candidate.present.insert(field);
                    candidate.fields.extend(value.map(|value| (field, value)));
                };
                put("uai", Some(text(&uai(860_000 + school))));
                put("given_name", Some(text(["Claire", "Luc", "Zoé", "Claire"][name])));
                put("family_name", Some(text(["Martin", "Petit", "d'Ange", "Martin"][name])));
                put("post", Some(text("professeur de \"lettres\"")));
                put("email", mail.map(|number| text(&format!("p{number}@academie.example"))));
                put("since", dated.then(|| FieldValue::Day(date(2026, 9, 1))));
                candidate
            };
        rows.into_iter().enumerate().map(answer).collect()
    })
}

const FOUR_SCHOOLS: [u32; 4] = [860_000, 860_001, 860_002, 860_003];

/// Somebody whom an answer may mean, or not.
const CLAIRE: &str = "[[referent]] # relu\nid = \"martin-claire\"\ngiven_name = \"Claire\"\nfamily_name = 'Martin'\npost = \"professeure\" # de maths\n\n[[referent.assignment]]\nestablishment = \"0860001J\"\nsince = 2024-09-01 # ici\n";

fn existing(text: &str) -> ExistingRecords {
    let file =
        RecordFile { path: "data/establishments.toml".into(), text: text.into(), mark: false };
    ExistingRecords::read(vec![file]).unwrap_or_else(|_| panic!("no TOML: {text}"))
}

fn extracted(rows: &[CandidateRow]) -> ExtractedRows {
    ExtractedRows { read: rows.len(), candidates: rows.to_vec(), ..ExtractedRows::default() }
}

fn proposed(target: RecordTarget, text: &str, rows: &[CandidateRow], base: &MergeBase) -> Proposal {
    let answers = ImportAnswers {
        since: Some(date(2026, 9, 1)),
        conflicts: Some(ImportAnswer::Source),
        ..ImportAnswers::default()
    };
    let (records, extracted) = (&existing(text), &extracted(rows));
    let context = &ImportContext::default();
    propose(target, &ImportInput { records, extracted, base, context, answers: &answers })
}

fn of_survey(text: &str, rows: &[CandidateRow], base: &MergeBase) -> Proposal {
    let context = ImportContext {
        year: Some((date(2026, 9, 1), date(2027, 8, 31))),
        ..ImportContext::default()
    };
    let (records, extracted) = (&existing(text), &extracted(rows));
    let answers = &ImportAnswers::default();
    let input = ImportInput { records, extracted, base, context: &context, answers };
    propose(RecordTarget::Referent, &input)
}

fn applied(text: &str, proposal: &Proposal) -> String {
    let path = "data/establishments.toml";
    let changed = apply_edits(&existing(text), &proposal.edits, &proposal.additions, path).unwrap();
    changed.get(path).map_or_else(|| text.to_owned(), |file| file.text.clone())
}

/// The stretches of the records by key, without what was inserted between.
fn records(text: &str) -> BTreeMap<String, String> {
    let existing = existing(text);
    let entries = existing
        .entries
        .iter()
        .map(|entry| (entry.key.clone(), text[entry.range.clone()].trim_end().to_owned()));
    entries.collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn what_was_applied_is_not_proposed_again(text in file(), rows in rows(false), heads in rows(true)) {
        let base = MergeBase::default();
        let first = proposed(RecordTarget::Establishment, &text, &rows, &base);
        let once = applied(&text, &first);
        let again = proposed(RecordTarget::Establishment, &once, &rows, &first.base);
        prop_assert!(again.is_empty(), "{:?}\n{once}", again.changes);
        prop_assert!(again.conflicts.is_empty() && again.questions.is_empty());
        prop_assert_eq!(&again.base, &first.base);
        prop_assert_eq!(applied(&once, &again), once.clone());
        // Heads, in the schools that are there now.
        let first = proposed(RecordTarget::Head, &once, &heads, &base);
        let twice = applied(&once, &first);
        let again = proposed(RecordTarget::Head, &twice, &heads, &first.base);
        prop_assert!(again.is_empty(), "{:?}\n{twice}", again.changes);
    }

    #[test]
    fn answers_of_a_survey_are_taken_once_and_nobody_is_lost(rows in answers(), known in any::<bool>()) {
        let schools: String = FOUR_SCHOOLS.iter()
            .map(|number| format!("[[establishment]]\nuai = \"{}\"\n\n", uai(*number))).collect();
        let text = if known { format!("{schools}{CLAIRE}") } else { schools };
        let base = MergeBase::default();
        let first = of_survey(&text, &rows, &base);
        // Each row is taken, said again, or rejected with a reason; never two of these.
        let aside: std::collections::BTreeSet<usize> = first.rejected.iter().map(|rejected| rejected.row)
            .chain(first.merged.iter().map(|repeated| repeated.row)).collect();
        prop_assert_eq!(aside.len(), first.rejected.len() + first.merged.len());
        let once = applied(&text, &first);
        let again = of_survey(&once, &rows, &first.base);
        prop_assert!(again.is_empty(), "{:?}\n{once}", again.changes);
        prop_assert!(again.conflicts.is_empty());
        prop_assert_eq!(&again.base, &first.base);
        prop_assert!(!known || once.contains("# relu") && once.contains("# de maths") && once.contains("# ici"));
    }

    #[test]
    fn records_that_do_not_change_stay_byte_for_byte(text in file(), rows in rows(false)) {
        let proposal = proposed(RecordTarget::Establishment, &text, &rows, &MergeBase::default());
        let (before, after) = (records(&text), records(&applied(&text, &proposal)));
        let touched: Vec<&str> = proposal.changes.iter().map(|change| change.uai.as_str()).collect();
        for (key, record) in before {
            if !touched.contains(&key.as_str()) {
                prop_assert_eq!(&record, &after[&key]);
            }
        }
    }

    #[test]
    fn a_correction_by_hand_survives_the_same_source(text in file(), rows in rows(false), by_hand in "[A-Z][a-z]{9,12}") {
        let first = proposed(RecordTarget::Establishment, &text, &rows, &MergeBase::default());
        let once = applied(&text, &first);
        for row in &rows {
            let key = row.text("uai").unwrap();
            let existing = existing(&once);
            let entry = existing.find("establishment", key).unwrap();
            let hand = RecordEdit::Set { entry, within: None, field: "name".into(), value: Some(FieldValue::Text(by_hand.clone())) };
            let corrected = apply_edits(&existing, &[hand], &[], "").unwrap();
            let Some(corrected) = corrected.get("data/establishments.toml") else { continue };
            let again = proposed(RecordTarget::Establishment, &corrected.text, &rows, &first.base);
            prop_assert!(again.is_empty(), "{:?}", again.changes);
            prop_assert_eq!(again.kept.len(), 1);
        }
    }
}
