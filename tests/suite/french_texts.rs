//! The French of rules is read before it is printed.

use crate::support::Project;

/// A text of a clause, and what is said of it.
const PLANTED: &[(&str, &str)] = &[
    ("La mission est confiée à {head.title} par ce texte.", "« à le » s'écrit « au »"),
    ("La mission de {referent.full_name} dure toute l’année.", "« de Alix » s'écrit « d’Alix »"),
    ("Le bilan de établissement est remis au plus tard en juin.", "« de établissement » s'écrit"),
    ("Il faut que il soit remis avant la fin de l’année.", "« que il » s'écrit « qu’il »"),
    ("Le bilan de de la mission est remis en fin d’année.", "« de de » : un mot de trop"),
    ("Le bilan est remis en juin. une copie est gardée.", "« une » prend une majuscule"),
    ("Le bilan est remis au plus tard à la fin du mois de juin", "pas de point final"),
    ("Le bilan est remis en juin..", "« .. » : un signe de trop"),
    ("Le bilan  est remis en juin.", "deux espaces se suivent"),
    ("Le bilan est remis en juin: merci.", "il manque une espace avant « : »"),
    ("Le bilan est remis en juin .", "une espace de trop avant « . »"),
    ("Le bilan est remis  : merci.", "avant « : », une espace insécable et une seule"),
    ("Le rôle est confié à les équipes de l’école.", "« à les » s'écrit « aux »"),
    ("Le bilan de le référent est remis en juin.", "« de le » s'écrit « du »"),
    ("Le bilan de les référents est remis en juin.", "« de les » s'écrit « des »"),
    (
        "Le bilan que établit la mission est remis en juin.",
        "« que établit » s'écrit « qu’établit »",
    ),
    ("Le bilan est remis la la semaine suivante.", "« la la » : un mot de trop"),
    ("Le bilan est remis en juin ; une copie est gardée ,", "une espace de trop avant « , »"),
    ("Le bilan est remis en juin; merci de le relire.", "il manque une espace avant « ; »"),
    ("Est-il remis en juin? Oui.", "il manque une espace avant « ? »"),
];

#[test]
fn a_mistake_of_french_in_a_rule_is_a_warning_at_its_line() {
    let project = Project::small();
    let rules = project.read("data/rules/clauses.toml");
    for (text, told) in PLANTED {
        let clause = format!(
            "\n[[clause]]\nid = \"essai\"\nslot = \"report\"\n[[clause.version]]\nsince = 2018-11-01\n\
             text = \"{text}\"\nsource = \"Essai\"\n"
        );
        project.write("data/rules/clauses.toml", format!("{rules}{clause}"));
        let answer = project.missive(&["check"]).expect(0);
        assert!(
            answer.err.contains("W-FRENCH") && answer.err.contains(told),
            "{text}: {}",
            answer.err
        );
        assert!(answer.err.contains("data/rules/clauses.toml:"), "{text}: {}", answer.err);
    }
}

#[test]
fn what_people_type_and_the_templates_set_right_is_no_mistake() {
    let project = Project::small();
    let rules = project.read("data/rules/clauses.toml");
    let clause = "\n[[clause]]\nid = \"essai\"\nslot = \"report\"\n[[clause.version]]\nsince = 2018-11-01\n\
                  text = \"Le bilan : « complet », de le relire ; est-ce fait ? Oui.\"\nsource = \"Essai\"\n";
    project.write("data/rules/clauses.toml", format!("{rules}{clause}"));
    let answer = project.missive(&["check"]).expect(0);
    assert!(!answer.err.contains("W-FRENCH"), "{}", answer.err);
}

/// A file of the templates, what stands there, the mistake in its place, and what is said.
const PLANTED_IN_TEMPLATES: &[(&str, &str, &str, &str)] = &[
    ("letter.typ", "[*Objet~:*", "[*Objet:*", "il manque une espace avant « : »"),
    ("letter.typ", "[*Motif~:*", "[*Motif :*", "avant « : », une espace insécable et une seule"),
    (
        "letter.typ",
        "[Je vous remercie, ",
        "[Je vous remercie de de l’attention, ",
        "« de de » : un mot de trop",
    ),
    (
        "letter.typ",
        "[Je vous remercie, ",
        "[Je vous remercie. merci, ",
        "« merci » prend une majuscule",
    ),
    (
        "letter.typ",
        "[Je vous remercie, ",
        "[Je vous remercie au nom de Alix, ",
        "« de Alix » s'écrit « d’Alix »",
    ),
    (
        "lib/mail.typ",
        "*Répondre à ce message* en",
        "*Répondre* à le message en",
        "« à le » s'écrit « au »",
    ),
    (
        "designation.typ",
        "Sauf erreur de ma part, aucun",
        "Sauf que erreur, aucun",
        "« que erreur » s'écrit « qu’erreur »",
    ),
    ("lib/boxes.typ", "#let sign-height = 44mm", "#let sign-height = 30mm", "W-BOX"),
    // A subject, and what a list of messages shows after it.
    (
        "referent.typ",
        "\"letter\": \"Votre lettre de \"",
        "\"letter\": \"Votre  lettre de \"",
        "deux espaces se suivent",
    ),
    ("referent.typ", "À lire, puis à signer", "À lire ; puis à signer", "avant « ; »"),
    (
        "reminder.typ",
        "Sauf erreur de ma part, #what",
        "Sauf que erreur, #what",
        "« que erreur » s'écrit « qu’erreur »",
    ),
];

/// Thirty mistakes and more are planted in all.
#[test]
fn thirty_mistakes_are_planted() {
    assert!(PLANTED.len() + PLANTED_IN_TEMPLATES.len() >= 30);
}

#[test]
fn a_mistake_in_a_template_is_a_warning_that_names_it() {
    for (file, right, wrong, told) in PLANTED_IN_TEMPLATES {
        let project = Project::small();
        project.replace(&format!("templates/{file}"), right, wrong);
        let answer = project.missive(&["check", "--all"]).expect(0);
        assert!(answer.err.contains(told), "{file}, {wrong}: {}", answer.err);
        assert!(answer.err.contains("templates/"), "{file}: {}", answer.err);
    }
}

#[test]
fn the_sample_has_no_mistake() {
    let answer = Project::sample().missive(&["check", "--all"]).expect(0);
    assert!(answer.err.is_empty(), "{}", answer.err);
}

/// Turns clauses of the sample on that are off: the `#` before their lines are taken away.
fn turn_on(project: &Project, clauses: &[&str]) {
    let rules = project.read("data/rules/clauses.toml");
    let (before, off) = rules.split_once("# Le réseau des référents").unwrap();
    let mut text = format!("{before}# Le réseau des référents");
    let mut is_on = false;
    let lines: Vec<&str> = off.lines().collect();
    for (at, line) in lines.iter().enumerate() {
        if *line == "# [[clause]]" {
            let id = lines[at + 1].trim_start_matches("# id = ").trim_matches('"');
            is_on = clauses.contains(&id);
        } else if line.is_empty() {
            is_on = false;
        }
        text += if is_on { line.trim_start_matches("# ") } else { line };
        text.push('\n');
    }
    project.write("data/rules/clauses.toml", text);
}

#[test]
fn the_clauses_that_are_off_read_well_and_leave_the_letters_on_two_pages() {
    const MEANS: &str = "writable = [\"priorities\", \"means\", \"indicators\"]";
    let daily = ["network", "time-released", "committee", "follow-up"];
    let digital = ["pix", "gar", "artificial-intelligence"];
    for (clauses, means, words) in [
        (&daily[..], false, &["DRANE", "commission numérique", "journal de la mission"][..]),
        (&digital[..], false, &["Pix", "(GAR)", "Intelligence artificielle"][..]),
        (&[][..], true, &["Moyens convenus"][..]),
    ] {
        let project = Project::sample();
        turn_on(&project, clauses);
        if means {
            project.replace("missive.toml", "writable = [\"priorities\", \"indicators\"]", MEANS);
        }
        let answer = project.missive(&["check", "--all"]).expect(0);
        assert!(answer.err.is_empty(), "{}", answer.err);
        let made = project.missive(&["generate", "--json"]).expect(0).json();
        assert_eq!(made["long"], serde_json::json!([]), "{clauses:?}: {made:#}");
        let letter = project.missive(&["explain", "2026-0860001J-NGRM"]).expect(0).out;
        for word in words {
            assert!(letter.contains(word), "{word}: {letter}");
        }
    }
}
