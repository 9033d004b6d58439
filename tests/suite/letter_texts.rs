//! What letters and acts say, word for word: every act, with one or several referents, a known or unknown
//! civility, and each kind of school. `tests/fixtures/letters` has the texts; `MISSIVE_FIXTURES=write` writes
//! what is said today, to be read aloud.

use crate::beginning::beginning;
use crate::screens::story::hold_file;
use crate::support::Project;
use rusqlite::Connection;
use serde_json::Value;
use std::fmt::Write as _;

const PEOPLE: &str = "data/person.toml";
const CAMPAIGN: &str = "data/campaigns/2026.toml";

/// UAI, kind, sector, name, head.
type School = (&'static str, &'static str, &'static str, &'static str, &'static str);

const SCHOOLS: [School; 7] = [
    (
        "0860001J",
        "college",
        "public",
        "Collège Ada-Lovelace",
        "civility = \"Mme\", given_name = \"Anne\", family_name = \"Durand\", function = \"Principale\"",
    ),
    (
        "0860002K",
        "lycee",
        "public",
        "LEGT Émilie-du-Châtelet",
        "given_name = \"Camille\", family_name = \"Œuvré\", function = \"Proviseur\"",
    ),
    (
        "0860003L",
        "lycee-professionnel",
        "public",
        "Lycée professionnel Grace-Hopper",
        "civility = \"M.\", given_name = \"Olivier\", family_name = \"Yvon\", function = \"Proviseur\", acting = true",
    ),
    (
        "0860004M",
        "college",
        "private",
        "Établissement Saint-Exemple-de-la-Haute-Clairière-sur-Exemplette",
        "civility = \"Mme\", given_name = \"Marie-Antoinette-Élisabeth\", family_name = \"de La Rochefoucauld-Montmorency d’Exempleville\", function = \"Cheffe d’établissement\"",
    ),
    ("0860005N", "erea", "public", "EREA Maryam-Mirzakhani", ""),
    (
        "0860006P",
        "lycee-polyvalent",
        "public",
        "Lycée polyvalent Blaise-Pascal",
        "civility = \"Mme\", given_name = \"Hélène\", family_name = \"Aubry\", function = \"Proviseure\"",
    ),
    ("0860007R", "other", "public", "Micro-lycée de l’Exemple", ""),
];

/// Id, civility, given name, family name, post, school.
const REFERENTS: [(&str, &str, &str, &str, &str, &str); 7] = [
    ("martin", "Mme", "Claire", "Martin", "professeure de mathématiques", "0860001J"),
    ("emery", "", "Alix", "Émery", "professeur ou professeure de physique-chimie", "0860002K"),
    ("petit", "M.", "Lucas", "Petit", "professeur de génie électrique", "0860003L"),
    (
        "ouvre",
        "",
        "Yves-Marie",
        "Œuvrard",
        "enseignant en section d’enseignement professionnel",
        "0860003L",
    ),
    (
        "longue",
        "Mme",
        "Anne-Sophie-Alexandrine",
        "Guillou-Kermorvan de Saint-Exemple-en-Clairière",
        "professeure documentaliste",
        "0860004M",
    ),
    ("roux", "Mme", "Agathe", "Roux", "enseignante spécialisée", "0860005N"),
    ("dumas", "M.", "Hugo", "Dumas", "professeur d’histoire-géographie", "0860006P"),
];

fn schools() -> String {
    let mut text = String::new();
    for (uai, kind, sector, name, head) in SCHOOLS {
        let head = match head {
            "" => String::new(),
            head => format!("head = {{ {head} }}\n"),
        };
        let _ = write!(
            text,
            "[[establishment]]\nuai = \"{uai}\"\nkind = \"{kind}\"\nsector = \"{sector}\"\nname = \"{name}\"\naddress = [\"3 place du Marché\"]\npostcode = \"86100\"\ncity = \"Valclair CEDEX 09\"\nemail = \"ce.{}@academie.example\"\ndigital_workspace = \"Exemple ENT\"\nauthority = \"Région Exemple\"\n{head}\n",
            uai.to_lowercase()
        );
    }
    text
}

fn referents() -> String {
    let mut text = String::new();
    for (id, civility, given, family, post, uai) in REFERENTS {
        let civility = match civility {
            "" => String::new(),
            civility => format!("civility = \"{civility}\"\n"),
        };
        let _ = write!(
            text,
            "[[referent]]\nid = \"{id}\"\n{civility}given_name = \"{given}\"\nfamily_name = \"{family}\"\npost = \"{post}\"\n\n[[referent.assignment]]\nestablishment = \"{uai}\"\nsince = 2026-09-01\n\n"
        );
    }
    text
}

/// Schools of every kind, all letters handed over.
fn sent() -> Project {
    beginning("letters of every kind".into(), || {
        let project = Project::empty();
        project.write("data/school.toml", schools());
        project.write(PEOPLE, referents());
        let skips = "without_referent = \"skip\"";
        project.replace("missive.toml", skips, "without_referent = \"open\"");
        project.missive(&["run", "--today", "2026-11-18"]).expect(0);
        project.hand_over("2026-11-20");
        project
    })
}

/// The texts of all letters with a revision of this number, as read from their finished pages.
fn texts(project: &Project, number: u32) -> String {
    let ledger = Connection::open(project.path("data/ledger/ledger.sqlite")).unwrap();
    let query = "SELECT reference, text, pages FROM revision JOIN letter USING (reference)
         WHERE number = ? AND NOT void ORDER BY uai, reference";
    let mut statement = ledger.prepare(query).unwrap();
    let mut rows = statement.query([number]).unwrap();
    let mut whole = String::new();
    while let Some(row) = rows.next().unwrap() {
        let (reference, blocks, pages): (String, String, u32) = row.try_into().unwrap();
        let blocks: Vec<String> = serde_json::from_str(&blocks).unwrap();
        let _ = writeln!(whole, "=== {reference}, {pages} p.");
        for block in blocks {
            let _ = writeln!(whole, "{}", block.replace(['\u{a0}', '\u{202f}'], " "));
        }
        whole.push('\n');
    }
    whole
}

fn hold(name: &str, text: &str) {
    hold_file(&format!("letters/{name}.txt"), text);
}

#[test]
fn first_letters_say() {
    hold("first", &texts(&sent(), 1));
}

#[test]
fn corrections_say() {
    let project = sent();
    let text = project.read("data/school.toml");
    project.write("data/school.toml", text.replace("3 place du Marché", "5 rue de l’École"));
    project.replace(PEOPLE, "professeure de mathématiques", "professeure agrégée de mathématiques");
    project.missive(&["run", "--today", "2026-11-25"]).expect(0);
    hold("correction", &texts(&project, 2));
}

/// Rules that change on 18 January: a mission gets a sentence, another comes, a text is another.
fn amend(project: &Project, keys: &str) {
    let table = format!(
        "\n[[campaign.amendment]]\ndate = 2027-01-18\nreply_by = 2027-02-12\nact = \"amendment\"\nreason = \"nouvelle circulaire académique sur les moyens de la mission. Elle précise le temps réservé\"\n{keys}"
    );
    project.write(CAMPAIGN, project.read(CAMPAIGN) + &table);
    let missions = project.read("data/rules/missions.toml");
    let start =
        missions.find("since = 2015-09-01\nrank = \"priority\"\ntitle = \"Coordonner").unwrap();
    let end = start + missions[start..].find("\n\n").unwrap();
    let former = &missions[start..end];
    let next = former.replace("since = 2015-09-01", "since = 2027-01-18").replace(
        "choix de l’établissement.",
        "choix de l’établissement. Une heure par semaine y est réservée.",
    );
    let closed = former.replace("since = 2015-09-01", "since = 2015-09-01\nuntil = 2027-01-17");
    let added = "\n[[mission]]\nid = \"ai\"\nnumber = 9\n[[mission.version]]\nsince = 2027-01-18\nrank = \"secondary\"\ntitle = \"Accompagner l’usage de l’intelligence artificielle\"\ntext = \"Aider les équipes à connaître le cadre d’usage de l’intelligence artificielle en éducation.\"\nactivities = [\"signaler les formations ;\", \"faire connaître ce cadre.\"]\nsource = { title = \"Cadre d’usage\", reference = \"juin 2025\" }\n";
    project.write(
        "data/rules/missions.toml",
        format!(
            "{}{closed}\n\n[[mission.version]]\n{next}{}{added}",
            &missions[..start],
            &missions[end..]
        ),
    );
}

#[test]
fn amendments_say() {
    for (name, keys) in [("amendment", ""), ("amendment-information", "signature = false\n")] {
        let project = sent();
        amend(&project, keys);
        project.missive(&["run", "--today", "2027-01-20"]).expect(0);
        hold(name, &texts(&project, 2));
    }
}

#[test]
fn acts_upon_acts_say() {
    let project = sent();
    amend(&project, "");
    project.missive(&["run", "--today", "2027-01-20"]).expect(0);
    project.hand_over("2027-01-21");
    // A second amendment, and a correction after both.
    let text = project.read("data/rules/missions.toml");
    project.write("data/rules/missions.toml", text.replace("juin 2025\" }\n", "juin 2025\" }\n[[mission.version]]\nsince = 2027-03-01\nrank = \"secondary\"\ntitle = \"Accompagner l’usage de l’intelligence artificielle\"\ntext = \"Aider les équipes à connaître le cadre d’usage de l’intelligence artificielle en éducation.\"\nactivities = [\"signaler les formations.\"]\nsource = { title = \"Cadre d’usage\", reference = \"mars 2027\" }\n"));
    project.replace(
        "data/rules/missions.toml",
        "id = \"ai\"\nnumber = 9\n[[mission.version]]\nsince = 2027-01-18\n",
        "id = \"ai\"\nnumber = 9\n[[mission.version]]\nsince = 2027-01-18\nuntil = 2027-02-28\n",
    );
    project.write(CAMPAIGN, project.read(CAMPAIGN) + "\n[[campaign.amendment]]\ndate = 2027-03-01\nreply_by = 2027-03-26\nact = \"amendment\"\n");
    project.missive(&["run", "--today", "2027-03-02"]).expect(0);
    let mut whole = texts(&project, 3);
    project.hand_over("2027-03-03");
    project.replace(PEOPLE, "professeure de mathématiques", "professeure agrégée de mathématiques");
    let words = ["run", "--today", "2027-03-08", "--reply-by", "2027-04-02"];
    project.missive(&words).expect(0);
    whole.push_str(&texts(&project, 4));
    hold("acts-upon-acts", &whole);
    project.missive(&["ledger", "verify", "--replay"]).expect(0);
}

#[test]
fn ends_say() {
    let project = sent();
    let text = project.read(PEOPLE);
    let text = text.replace("since = 2026-09-01", "since = 2026-09-01\nuntil = 2027-01-31");
    let reasons = ["mutation", "départ à la retraite."];
    let mut parts = text.split("until = 2027-01-31");
    let mut whole = parts.next().unwrap().to_owned();
    for (at, part) in parts.enumerate() {
        let reason =
            reasons.get(at).map_or_else(String::new, |why| format!("\nend_reason = \"{why}\""));
        let _ = write!(whole, "until = 2027-01-31{reason}{part}");
    }
    project.write(PEOPLE, whole);
    project.missive(&["run", "--today", "2027-01-11"]).expect(0);
    hold("end", &texts(&project, 2));
}

/// The paragraph of an explanation that holds some words.
fn paragraph<'e>(explained: &'e Value, words: &str) -> &'e Value {
    let list = explained["paragraphs"].as_array().unwrap();
    let holds = |entry: &&Value| entry["text"].as_str().unwrap().contains(words);
    list.iter().find(holds).unwrap_or_else(|| panic!("{words}: {explained:#}"))
}

#[test]
fn each_sentence_of_an_amendment_names_its_rule() {
    let project = sent();
    amend(&project, "");
    project.missive(&["run", "--today", "2027-01-20"]).expect(0);
    let reference = project.names("out/2026/letters")[0].replace(".pdf", "");
    let explained = project.missive(&["explain", &reference, "--json"]).expect(0).json();
    let hour = paragraph(&explained, "Une heure par semaine");
    let fields = hour["fields"].as_array().unwrap();
    let field = fields.iter().find(|field| !field["rule"].is_null()).unwrap();
    assert_eq!(field["rule"]["id"], "coordination", "{hour:#}");
    assert!(field["source"].as_str().unwrap().starts_with("data/rules/missions.toml:"), "{hour:#}");
    let diff = project.missive(&["diff", &reference]).expect(0).out;
    assert!(diff.contains("missions.") && !diff.contains("supersedes.changes"), "{diff}");
    // Once it left, another change of the rules is seen, although no line of the amendment is about it.
    project.hand_over("2027-01-21");
    let kept = ["plan", "--json", "--today", "2027-01-22"];
    let plan = project.missive(&kept).expect(0).json();
    assert_eq!(plan["letters"]["changed"], 0, "{plan:#}");
    let text = project.read("data/rules/missions.toml");
    let former = "soutenir les projets qui font évoluer les pratiques.";
    project.write("data/rules/missions.toml", text.replace(former, "soutenir les projets."));
    let plan = project.missive(&kept).expect(0).json();
    assert_eq!(plan["letters"]["changed"], 8, "{plan:#}");
    assert_eq!(plan["actions"][0]["reasons"][0]["cause"], "rule", "{plan:#}");
}

#[test]
fn a_template_that_does_not_know_what_changes_prints_the_whole_letter() {
    let project = sent();
    let letter = project.read("templates/letter.typ");
    let knows = "#let amends = act == \"amendment\" and former.changes != none";
    assert!(letter.contains(knows));
    project.write("templates/letter.typ", letter.replace(knows, "#let amends = false"));
    amend(&project, "");
    project.missive(&["run", "--today", "2027-01-20"]).expect(0);
    let said = texts(&project, 2);
    assert!(said.contains("Missions prioritaires") && said.contains("Avenant n° 1"), "{said}");
    assert!(!said.contains("Indicateurs retenus"), "nothing to fill in: {said}");
}

/// What does not fit on one page goes on; formula and boxes stay together, under what they close.
#[test]
fn a_long_amendment_goes_on_with_its_name_on_every_page() {
    let project = sent();
    amend(&project, "");
    let many: Vec<String> = (1..=60)
        .map(|at| format!("\"tenir à jour la liste {at} des usages de l’établissement ;\""))
        .collect();
    let former = "\"faire connaître ce cadre.\"";
    project.replace("data/rules/missions.toml", former, &many.join(", "));
    project.missive(&["run", "--today", "2027-01-20"]).expect(0);
    let name = &project.names("out/2026/letters")[0];
    let bytes = project.bytes(&format!("out/2026/letters/{name}"));
    let document = lopdf::Document::load_mem(&bytes).unwrap();
    let pages = u32::try_from(document.get_pages().len()).unwrap();
    assert_eq!(pages, 2);
    let page = |number: u32| {
        let text = document.extract_text(&[number]).unwrap();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    for number in 1..=pages {
        let foot = format!("révision 2 du 18 janvier 2027 – page {number} sur {pages}");
        assert!(page(number).contains(&foot), "{foot}: {}", page(number));
    }
    let last = page(pages);
    for words in [
        "Avenant n° 1 à la lettre de mission 2026-2027",
        "Les autres dispositions",
        "Je vous remercie",
        "Signature et cachet",
    ] {
        assert!(last.contains(words), "{words}: {last}");
    }
    assert!(page(1).contains("liste 1 des usages") && last.contains("60"), "{last}");
}
