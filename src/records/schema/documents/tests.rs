//! The schemas against the reader: both must accept and refuse the same texts.

use super::*;
use crate::diagnostic::{Problem, Sources};
use crate::records::placeholder;
use crate::records::record_set::{Records, Text};
use crate::records::table::ValueFormat;
use crate::records::table_reader::FromToml;
use crate::records::values::{
    CampaignId, Domain, EmailAddress, Mailbox, Postcode, Prose, RuleText, SchoolYear, SingleLine,
    Slug, Uai,
};
use jsonschema::Validator;
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::sync::LazyLock;
use toml::de::DeValue;

/// A key that no table has, and that is not similar to any.
const STRANGER: &str = "zzzzzzzzzzzzzzzzzzzz = 1";

/// Each table: where it stands in its schema, what the reader calls it, a text in which it holds
/// nothing but the stranger.
const TABLES: &[(&str, &str, &str)] = &[
    ("", "missive.toml", "?"),
    ("/properties/organisation", "[organisation]", "[organisation]\n?"),
    ("/properties/mail", "[mail]", "[mail]\n?"),
    (
        "/properties/mail/properties/relay/anyOf/0",
        "[mail.relay]",
        "[mail]\ntransport = \"smtp\"\n[mail.relay]\n?",
    ),
    (
        "/properties/mail/properties/relay/anyOf/0/properties/window/items",
        "[[mail.relay.window]]",
        "[mail]\ntransport = \"smtp\"\n[[mail.relay.window]]\n?",
    ),
    (
        "/properties/mail/properties/relay/anyOf/0/properties/timeouts",
        "timeouts",
        "[mail]\ntransport = \"smtp\"\n[mail.relay.timeouts]\n?",
    ),
    ("/properties/letters", "[letters]", "[letters]\n?"),
    ("", "ce fichier", "?"),
    ("/properties/campaign", "[campaign]", "[campaign]\n?"),
    (
        "/properties/campaign/properties/signatory",
        "le signataire (signatory)",
        "[campaign.signatory]\n?",
    ),
    (
        "/properties/campaign/properties/amendment/items",
        "[[campaign.amendment]]",
        "[[campaign.amendment]]\n?",
    ),
    ("/properties/establishment/items", "cet établissement", "[[establishment]]\n?"),
    (
        "/properties/establishment/items/properties/head",
        "le chef d'établissement (head)",
        "[[establishment]]\n[establishment.head]\n?",
    ),
    (
        "/properties/establishment/items/properties/opinions/items",
        "un avis (opinions)",
        "[[establishment]]\n[[establishment.opinions]]\n?",
    ),
    ("/properties/referent/items", "ce référent", "[[referent]]\n?"),
    (
        "/properties/referent/items/properties/assignment/items",
        "une désignation",
        "[[referent]]\n[[referent.assignment]]\n?",
    ),
    ("/properties/mission/items", "cette mission", "[[mission]]\n?"),
    (
        "/properties/mission/items/properties/version/items",
        "une version de mission",
        "[[mission]]\n[[mission.version]]\n?",
    ),
    (
        "/properties/mission/items/properties/version/items/properties/when",
        "la condition (when)",
        "[[mission]]\n[[mission.version]]\n[mission.version.when]\n?",
    ),
    (
        "/properties/mission/items/properties/version/items/properties/source/anyOf/1",
        "la source juridique (source)",
        "[[mission]]\n[[mission.version]]\n[mission.version.source]\n?",
    ),
    ("/properties/clause/items", "cette disposition", "[[clause]]\n?"),
    (
        "/properties/clause/items/properties/version/items",
        "une version de disposition",
        "[[clause]]\n[[clause.version]]\n?",
    ),
    ("/properties/allowance/items", "cette indemnité", "[[allowance]]\n?"),
    (
        "/properties/allowance/items/properties/version/items",
        "une version d'indemnité",
        "[[allowance]]\n[[allowance.version]]\n?",
    ),
];

fn problems(text: &str, is_settings: bool) -> Vec<Problem> {
    let mut sources = Sources::default();
    let id = sources.add("a.toml", text);
    let mut problems = Vec::new();
    Records::read(&[Text { id, is_settings, is_sound: true }], &sources, &mut problems);
    problems
}

fn within<'t>(text: &'t str, before: &str, after: &str) -> Option<&'t str> {
    text.split_once(before)?.1.split_once(after).map(|(inner, _)| inner)
}

#[test]
fn the_keys_are_those_of_the_reader() {
    let (settings, data) = (settings(), data());
    let first_of_data = TABLES.iter().position(|(_, what, _)| *what == "ce fichier").unwrap();
    for (index, (pointer, what, text)) in TABLES.iter().enumerate() {
        let is_settings = index < first_of_data;
        let table = if is_settings { &settings } else { &data };
        let table = table.pointer(pointer).unwrap_or_else(|| panic!("{pointer}"));
        assert_eq!(table["additionalProperties"], false, "{what}");
        let problems = problems(&text.replace('?', STRANGER), is_settings);
        let unknown: Vec<&Problem> =
            problems.iter().filter(|problem| problem.code == "E-UNKNOWN-KEY").collect();
        let [unknown] = unknown.as_slice() else { panic!("{what}: {unknown:?}") };
        assert!(unknown.message.ends_with(&format!("dans {what}")), "{}", unknown.message);
        let help = unknown.help.as_deref().unwrap();
        let known: BTreeSet<&str> = help.split_once(" : ").unwrap().1.split(", ").collect();
        let keys = table["properties"].as_object().unwrap().keys().map(String::as_str);
        assert_eq!(keys.collect::<BTreeSet<_>>(), known, "{what}");
        let missing: BTreeSet<&str> = problems
            .iter()
            .filter_map(|problem| match problem.code {
                "E-SOURCE" if what.contains("version") => Some("source"),
                "E-MISSING" if problem.message.ends_with(&format!("dans {what}")) => {
                    within(&problem.message, "« ", " »").or(within(&problem.message, "[", "]"))
                }
                _ => None,
            })
            .collect();
        let required = table["required"].as_array();
        let required = required.into_iter().flatten().map(|key| key.as_str().unwrap());
        assert_eq!(required.collect::<BTreeSet<_>>(), missing, "{what}: what is required");
    }
}

/// Walks a schema: each key is described, and shown by an example unless it is a table.
fn described(schema: &Value, path: &str) {
    let Some(object) = schema.as_object() else { return };
    for (key, value) in object.get("properties").and_then(Value::as_object).into_iter().flatten() {
        let path = format!("{path}/{key}");
        let told = value.get("anyOf").map_or(value, |either| {
            if value.get("description").is_some() { value } else { &either[0] }
        });
        let words = told["description"].as_str().unwrap_or_else(|| panic!("{path}"));
        let (sentence, example) = words.split_once("\n\n").unwrap_or((words, "`"));
        assert!(sentence.ends_with(['.', '…']) && example.ends_with('`'), "{path}: {words}");
        let whole = ["organisation", "mail", "letters", "relay", "campaign", "establishment"];
        let whole = whole.iter().chain(&["referent", "mission", "clause", "allowance"]);
        if path.matches('/').count() > 2 || !whole.clone().any(|table| table == key) {
            let examples = told["examples"].as_array().unwrap_or_else(|| panic!("{path}"));
            let mut bare = value.clone();
            bare.as_object_mut().unwrap().remove("$schema");
            let validator = jsonschema::draft7::new(&bare).unwrap();
            for example in examples {
                let errors: Vec<String> =
                    validator.iter_errors(example).map(|error| error.to_string()).collect();
                assert_eq!(errors, Vec::<String>::new(), "{path}");
            }
        }
        described(value, &path);
    }
    for key in ["items", "anyOf"] {
        let inner = object.get(key);
        for inner in inner.and_then(Value::as_array).into_iter().flatten() {
            described(inner, path);
        }
        inner.into_iter().for_each(|inner| described(inner, path));
    }
}

#[test]
fn every_key_is_described_and_its_examples_are_sound() {
    described(&settings(), "");
    described(&data(), "");
}

#[test]
fn examples_are_shown_as_one_writes_them() {
    let data = data();
    let of = |pointer: &str| {
        let words = data.pointer(pointer).unwrap()["description"].as_str().unwrap();
        words.split_once("\n\n").unwrap().1.to_owned()
    };
    let school = "/properties/establishment/items/properties";
    assert_eq!(of(&format!("{school}/uai")), "Exemple : `\"0860001J\"`");
    assert_eq!(of(&format!("{school}/closed")), "Exemple : `2027-08-31`");
    let version = "/properties/mission/items/properties/version/items/properties";
    assert_eq!(
        of(&format!("{version}/when")),
        "Exemple : `{ kind = [\"college\"], sector = [\"public\"] }`"
    );
    let rate = "/properties/allowance/items/properties/version/items/properties/amount";
    assert_eq!(of(rate), "Exemple : `1250.0`");
}

fn validator<T: ValueFormat>() -> Validator {
    jsonschema::validator_for(&T::schema()).unwrap()
}

/// What the reader says of a text.
fn read<T: FromToml>(text: &str) -> Result<T, &'static str> {
    T::from_toml(&DeValue::String(text.into())).map_err(|error| error.code)
}

macro_rules! agree {
    ($($test:ident: $name:ty, $texts:expr;)+) => { proptest! { $(
        #[test]
        fn $test(text in $texts) {
            static SCHEMA: LazyLock<Validator> = LazyLock::new(validator::<$name>);
            let schema = SCHEMA.is_valid(&text.clone().into());
            match read::<$name>(&text) {
                Err("E-UAI-KEY") => {}
                Err("E-SCHOOL-YEAR") if text.len() == 9 => {}
                told => prop_assert_eq!(schema, told.is_ok(), "{:?}: {:?}", text, told.err()),
            }
        }
    )+ } };
}

agree! {
    lines: SingleLine, "\\PC*|.*|[ \t]{0,3}[aé]{0,3}";
    proses: Prose, "[a \t\r\n\u{200b}]{0,5}";
    codes: Uai, "[ \n]?[0-9]{6,8}[A-Za-zé]{0,2} ?";
    slugs: Slug, "[a-zA-Zé0-9._-]{0,6}|[a-z]{62,66}";
    campaigns: CampaignId, "[0-9A-Za-z -]{0,10}";
    postcodes: Postcode, " ?[0-9a]{4,6} ?";
    years: SchoolYear, "[0-9]{3,5}[-/][0-9]{3,5}|20[0-9]{2}-20[0-9]{2}";
    domains: Domain, " ?[a-zA-Z0-9.-]{0,6}[.@_]?[a-z.-]{0,4} ?|[a-z]{120,130}[.][a-z]{120,130}";
    addresses: EmailAddress, " ?[a-z.'+_é\"<(-]{0,4}@[a-z.@_-]{0,6} ?|[a-z]{60,68}@[a-z]{60,66}[.]fr";
    mailboxes: Mailbox, "[Aé<>@\". ]{0,3}[a ]{0,2}<?[a. ]{0,2}@[a.]{0,4} ?>?[ >]?";
}

#[test]
fn the_same_characters_are_refused_everywhere() {
    let schema = validator::<SingleLine>();
    for character in ('\0'..='\u{ffff}').chain('\u{1f600}'..='\u{1f610}') {
        let text = format!("a{character}b");
        assert_eq!(
            schema.is_valid(&text.as_str().into()),
            read::<SingleLine>(&text).is_ok(),
            "{text:?}"
        );
    }
}

proptest! {
    #[test]
    fn fields_of_rule_texts_are_those_of_the_rules(
        pieces in proptest::collection::vec(
            proptest::sample::select(vec![
                "{", "}", " ", "\n", "a", "reply_to", "establishment.name", "establishmentxname",
                "{head.title}", "{ referent.post }",
            ]),
            0..7,
        )
    ) {
        static SCHEMA: LazyLock<Validator> = LazyLock::new(validator::<RuleText>);
        let text = pieces.concat();
        let sound = read::<Prose>(&text).is_ok_and(|text| placeholder::parse(&text).is_ok());
        prop_assert_eq!(SCHEMA.is_valid(&text.clone().into()), sound, "{:?}", text);
    }
}
