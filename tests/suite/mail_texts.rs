//! The words of every kind of mail, as a school reads them: subject, preheader, text. Read aloud before they are
//! accepted (`INSTA_UPDATE=always` writes them again), and read by the proofreader.

use french_proofreader::{Paragraph, proofread};
use missive::letter::specimen::Specimen;
use missive::mail::mail_page::{self, MailPage};
use missive::mail::plain_text;
use missive::render::engine::Engine;
use missive::render::template_names::{
    COVER, DATA_COVER, DATA_REFERENT, DATA_REMINDER, REFERENT, REMINDER,
};
use missive::render::world::TemplateFile;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::path::Path;

const ONE: &str = "2026-0860001J-NGRM";
const TWO: &str = "2026-0860001J-QHN7";

fn engine() -> Engine {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
    let mut files = Vec::new();
    for folder in ["", "lib", "tests"] {
        for entry in std::fs::read_dir(root.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                let name = path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
                files
                    .push(TemplateFile { path: name, bytes: std::fs::read(&path).unwrap().into() });
            }
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Engine::new(files, HashMap::new(), jiff::civil::date(2026, 11, 16)).unwrap()
}

fn person(civility: Option<&str>, given: &str, family: &str) -> Value {
    json!({
        "id": family, "civility": civility, "given_name": given, "family_name": family, "email": null,
        "post": "enseignement des mathématiques",
    })
}

fn claire() -> Value {
    person(Some("Mme"), "Claire", "Martin")
}

fn alix() -> Value {
    person(None, "Alix", "Émery")
}

/// A letter of a message; `changes` are merged into it.
fn letter(reference: &str, referent: Value, changes: Value) -> Value {
    let mut letter = json!({
        "reference": reference, "revision": 1, "date": "2026-11-16", "supersedes": null,
        "readdressed": false, "for_information": false, "amendment_number": null, "ends_on": null,
        "file": format!("Piece_{reference}.pdf"),
        "establishment": {"uai": "0860001J", "name": "Collège Ada-Lovelace"},
        "referent": referent,
    });
    letter.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    letter
}

fn act(act: &str, signature: &str, reason: &str) -> Value {
    json!({
        "revision": 2, "amendment_number": (act == "amendment").then_some(1),
        "ends_on": (act == "end").then_some("2027-01-31"),
        "supersedes": {
            "revision": 1, "date": "2026-11-16", "act": act, "reason": reason, "signature": signature,
        },
    })
}

/// What a mail says of these letters; `changes` are merged into its content.
fn content(letters: Vec<Value>, changes: Value) -> Value {
    let mut content = Specimen::Full.cover("html");
    let object = content.as_object_mut().unwrap();
    object["establishments"][0]["priorities"] = json!([]);
    object["establishments"][0]["site"] = Value::Null;
    object["establishments"][0]["head"]["acting"] = json!(false);
    object["head"]["acting"] = json!(false);
    object["rehearsal"] = Value::Null;
    object["reference"] = letters[0]["reference"].clone();
    object["letters"] = letters.into();
    object.extend(changes.as_object().unwrap().clone());
    content
}

/// A reminder of these letters.
fn reminder(number: u32, letters: Vec<Value>, changes: Value) -> Value {
    let mut told = json!({
        "number": number, "sent_on": "2026-11-20", "reply_by": "2026-12-18", "incomplete": [],
        "wrong_copies": [],
    });
    told.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    content(letters, json!({ "reminder": told, "date": "2027-01-08" }))
}

/// A mail as its reader sees it.
fn said(engine: &Engine, content: &Value) -> String {
    let is = |key: &str| content.get(key).is_some();
    let (main, path) = match (is("reminder"), is("sent_on")) {
        (true, _) => (REMINDER, DATA_REMINDER),
        (_, true) => (REFERENT, DATA_REFERENT),
        _ => (COVER, DATA_COVER),
    };
    let html = engine.html(main, path, content.to_string().into_bytes()).unwrap();
    let text = plain_text::from_html(&MailPage::of(&html).framed()).unwrap();
    let (title, rest) = text.split_once("\n\n").unwrap();
    let subject = mail_page::plain(&html.subject);
    assert_eq!(
        title.split_whitespace().collect::<Vec<_>>(),
        subject.split_whitespace().collect::<Vec<_>>()
    );
    assert!(subject.chars().count() <= 78, "{subject}");
    proofread_all(rest);
    let preheader = html.preheader.unwrap();
    for line in [&subject, &preheader] {
        assert_eq!(proofread(line, Paragraph::Fragment), [], "{line}");
    }
    assert!(
        !rest.contains("Nous ") && !rest.contains("nous ") && !rest.contains("notre"),
        "{rest}"
    );
    assert!(!rest.to_lowercase().contains("rappel") && !rest.contains('\u{1d49}'), "{rest}");
    format!("Objet : {subject}\nSuite : {}\n\n{rest}", mail_page::plain(&preheader))
}

fn proofread_all(text: &str) {
    for paragraph in text.split("\n\n") {
        let paragraph = paragraph.lines().map(str::trim).collect::<Vec<_>>().join(" ");
        let found = proofread(&paragraph, Paragraph::Fragment);
        assert_eq!(found, [], "{paragraph}");
    }
}

/// The mails of a list, one after the other.
fn all(mails: &[(&str, Value)]) -> String {
    let engine = engine();
    let texts = mails
        .iter()
        .map(|(name, content)| format!("═══ {name}\n\n{}", said(&engine, content).trim_end()));
    texts.collect::<Vec<_>>().join("\n\n\n") + "\n"
}

fn nothing() -> Value {
    json!({})
}

#[test]
fn a_first_letter() {
    let blank = || letter(ONE, Value::Null, nothing());
    insta::assert_snapshot!(all(&[
        ("une lettre", content(vec![letter(ONE, claire(), nothing())], nothing())),
        ("civilité inconnue", content(vec![letter(ONE, alix(), nothing())], nothing())),
        (
            "deux lettres",
            content(
                vec![letter(ONE, claire(), nothing()), letter(TWO, alix(), nothing())],
                nothing(),
            ),
        ),
        ("à pourvoir", content(vec![blank()], nothing())),
        (
            "une lettre, et une à pourvoir",
            content(vec![letter(TWO, claire(), nothing()), blank()], nothing()),
        ),
        (
            "signature du seul chef d’établissement, date passée, sans courrier joint",
            content(
                vec![letter(ONE, claire(), nothing())],
                json!({ "signatures": ["head"], "writable": [], "date": "2027-01-20", "file": null }),
            ),
        ),
        (
            "signature du seul référent, le 1er mars, chef inconnu",
            content(
                vec![letter(ONE, alix(), nothing())],
                json!({
                    "signatures": ["issuer", "referent"], "writable": ["indicators"], "head": null,
                    "campaign": with(&Specimen::Full.cover("html")["campaign"], json!({ "reply_by": "2027-03-01" })),
                }),
            ),
        ),
        (
            "rien à signer, des cadres à remplir",
            content(vec![letter(ONE, claire(), nothing())], json!({ "signatures": [] })),
        ),
    ]));
}

fn with(value: &Value, changes: Value) -> Value {
    let mut value = value.clone();
    value.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    value
}

#[test]
fn an_act() {
    let one = |change: Value| content(vec![letter(ONE, claire(), change)], nothing());
    let two = |a: Value, b: Value| {
        content(vec![letter(ONE, claire(), a), letter(TWO, alix(), b)], nothing())
    };
    let circular = || act("amendment", "asked", "nouvelle circulaire académique");
    let end = || act("end", "information", "mutation");
    insta::assert_snapshot!(all(&[
        ("lettre rectifiée", one(act("correction", "asked", "Rectification du nom de la rue."))),
        ("lettre rectifiée, signatures gardées", one(act("correction", "kept", "nom de la rue ;"))),
        ("avenant", one(circular())),
        ("avenant, civilité inconnue", content(vec![letter(ONE, alix(), circular())], nothing())),
        ("avenant pour information", one(act("amendment", "information", "changement de taux"))),
        ("deux avenants", two(circular(), act("amendment", "asked", "« autre motif »"))),
        ("fin de mission", one(end())),
        ("deux fins de mission", two(end(), act("end", "information", "départ en retraite !"))),
        ("une fin de mission et une lettre", two(end(), nothing())),
        ("une fin de mission et un avenant", two(end(), circular())),
        (
            "deux lettres rectifiées",
            two(
                act("correction", "asked", "adresse de l’établissement"),
                act("correction", "asked", "adresse de l’établissement"),
            )
        ),
    ]));
}

#[test]
fn a_letter_that_goes_once_more() {
    let again = json!({ "readdressed": true });
    let informed = json!({ "readdressed": true, "for_information": true });
    insta::assert_snapshot!(all(&[
        ("encore", content(vec![letter(ONE, claire(), again.clone())], nothing())),
        ("pour information", content(vec![letter(ONE, alix(), informed)], nothing())),
        (
            "une nouvelle, une déjà adressée",
            content(vec![letter(ONE, claire(), again), letter(TWO, alix(), nothing())], nothing(),),
        ),
    ]));
}

#[test]
fn a_reminder() {
    let one = || vec![letter(ONE, claire(), nothing())];
    let two = || vec![letter(ONE, claire(), nothing()), letter(TWO, alix(), nothing())];
    let amended =
        || vec![letter(ONE, claire(), act("amendment", "asked", "nouvelle circulaire académique"))];
    let corrected = || vec![letter(ONE, claire(), act("correction", "asked", "adresse"))];
    let organisation = with(
        &Specimen::Full.cover("html")["organisation"],
        json!({ "contact": null, "phone": null }),
    );
    let mut silent = reminder(2, two(), nothing());
    silent["organisation"] = organisation;
    insta::assert_snapshot!(all(&[
        ("première relance", reminder(1, one(), nothing())),
        ("civilité inconnue", reminder(1, vec![letter(ONE, alix(), nothing())], nothing())),
        ("deux lettres", reminder(1, two(), nothing())),
        ("avenant", reminder(1, amended(), nothing())),
        ("à pourvoir", reminder(1, vec![letter(ONE, Value::Null, nothing())], nothing())),
        ("seconde relance", reminder(2, one(), nothing())),
        ("seconde relance, sans téléphone", silent),
        ("une signature manque", reminder(1, one(), json!({ "incomplete": [ONE] }))),
        (
            "une signature manque à l’une des deux",
            reminder(2, two(), json!({ "incomplete": [ONE] }))
        ),
        (
            "une version remplacée est revenue",
            reminder(
                1,
                corrected(),
                json!({ "wrong_copies": [{ "reference": ONE, "revision": 1 }] })
            ),
        ),
    ]));
}

#[test]
fn a_message_to_a_referent() {
    let to_her = |person: Value, change: Value| {
        content(vec![letter(ONE, person, change)], json!({ "sent_on": "2026-11-20", "file": null }))
    };
    let luc = || person(Some("M."), "Luc", "Petit");
    let mut silent = to_her(claire(), nothing());
    silent["signatures"] = json!(["head"]);
    let mut filled = to_her(luc(), nothing());
    filled["writable"] = json!([]);
    insta::assert_snapshot!(all(&[
        ("lettre", to_her(claire(), nothing())),
        ("lettre sans cadre à remplir", filled),
        ("civilité inconnue", to_her(alix(), nothing())),
        ("il ne signe pas", silent),
        ("lettre rectifiée", to_her(luc(), act("correction", "asked", "nom de la rue"))),
        (
            "lettre rectifiée, signatures gardées",
            to_her(claire(), act("correction", "kept", "nom de la rue"))
        ),
        ("avenant", to_her(alix(), act("amendment", "asked", "nouvelle circulaire académique"))),
        ("avenant pour information", to_her(luc(), act("amendment", "information", "taux"))),
        ("fin de mission", to_her(claire(), act("end", "information", "mutation"))),
    ]));
}

/// Names as long as they come: the subject says less, never nothing.
#[test]
fn a_long_name_shortens_the_subject() {
    let engine = engine();
    let long = person(Some("Mme"), "Marie", &"Longue-".repeat(9));
    for letters in [
        vec![letter(ONE, long.clone(), nothing())],
        vec![letter(ONE, long.clone(), act("amendment", "asked", "x"))],
        vec![letter(ONE, long.clone(), nothing()), letter(TWO, claire(), nothing())],
    ] {
        let text = said(&engine, &content(letters, nothing()));
        assert!(text.contains("à signer avant le 18\u{a0}décembre"), "{text}");
    }
}
