//! What a person reads: local times, counts that agree, amounts and dates as the office writes them.

use crate::support::{Project, missive, told};

/// A command in the time zone of the office.
fn in_paris(project: &Project, words: &[&str]) -> crate::support::Told {
    told(missive().env("TZ", "Europe/Paris").arg("-C").arg(project.root()).args(words))
}

#[test]
fn a_person_reads_local_times_and_a_program_utc() {
    let project = Project::small();
    let now = ["--today", "2026-11-24T09:05:00+01:00[Europe/Paris]"];
    in_paris(&project, &[["run"].as_slice(), &now].concat()).expect(0);
    let shown = in_paris(&project, &["history", "0860001J"]).expect(0).out;
    assert!(shown.contains("24/11/2026 à 09:0") && !shown.contains("T08:0"), "{shown}");
    let json = in_paris(&project, &["--json", "history", "0860001J"]).expect(0).json();
    let moment = json["events"][0]["moment"].as_str().unwrap();
    assert!(moment.starts_with("2026-11-24T08:0") && moment.ends_with('Z'), "{moment}");
    let folder = project.root().parent().unwrap().join("dossier");
    in_paris(&project, &["dossier", "0860001J", folder.to_str().unwrap()]).expect(0);
    let page = std::fs::read_to_string(folder.join("index.html")).unwrap();
    assert!(page.contains("24/11/2026 à 09:0") && !page.contains("T08:0"), "{page}");
}

#[test]
fn amounts_and_dates_are_written_as_the_office_writes_them() {
    let project = Project::sample();
    project.missive(&["run"]).expect(0);
    project.missive(&["resolve", "--deposited", "--handed-over", "--why", "partis"]).expect(0);
    let rules = project.read("data/rules/allowances.toml");
    project
        .write("data/rules/allowances.toml", rules.replace("amount = 1250.00", "amount = 1350.00"));
    project.replace("data/campaigns/2026.toml", "reply_by = 2026-12-18", "reply_by = 2026-12-19");
    let shown = project.missive(&["plan"]).expect(0).out;
    for words in ["1\u{202f}250\u{a0}€ → 1\u{202f}350\u{a0}€", "18\u{a0}décembre\u{a0}2026"]
    {
        assert!(shown.contains(words), "{shown}");
    }
}

/// Schools without a head, for many warnings of one kind.
fn schools_without_head(project: &Project, number: usize) {
    let mut text = String::new();
    for at in 0..number {
        let uai = crate::relay::uai(100 + at);
        text += &format!(
            "[[establishment]]\nuai = \"{uai}\"\nkind = \"college\"\nsector = \"public\"\nname = \"Collège Numéro-{at}\"\naddress = [\"1 rue A\"]\npostcode = \"86000\"\ncity = \"Ville\"\nemail = \"ce.{uai}@academie.example\"\n\n"
        );
    }
    project.write("data/more.toml", text);
}

#[test]
fn many_warnings_are_a_line_a_kind_with_names() {
    let project = Project::small();
    schools_without_head(&project, 6);
    let told = project.missive(&["check"]).expect(0);
    let lines: Vec<&str> =
        told.err.lines().filter(|line| line.starts_with("avertissement")).collect();
    assert_eq!(lines.len(), 2, "{}", told.err);
    let no_head = lines.iter().find(|line| line.contains("W-NO-HEAD")).unwrap();
    assert!(no_head.contains("6 établissements sans chef connu – Collège Numéro-0 ("), "{no_head}");
    assert!(no_head.ends_with("et 3 autres"), "{no_head}");
    assert!(told.err.contains("missive check --all"), "{}", told.err);
    let all = project.missive(&["check", "--all"]).expect(0);
    assert_eq!(all.err.matches("avertissement[W-NO-HEAD]").count(), 6, "{}", all.err);
    let json = project.missive(&["check", "--json"]).expect(0).json();
    assert_eq!(json["counts"]["warnings"], 12);
    let named = json["problems"].as_array().unwrap().iter();
    assert_eq!(named.filter(|p| p["subject"].as_str().unwrap().contains("Numéro-3")).count(), 2);
    project.missive(&["generate"]).expect(0);
    let report = project.read("out/2026/report.html");
    assert!((0..6).all(|at| report.contains(&format!("Collège Numéro-{at} ("))), "{report}");
}

#[test]
fn errors_are_told_before_warnings() {
    let project = Project::small();
    schools_without_head(&project, 6);
    project.replace("data/person.toml", "0860001J", "0860001A");
    for words in [["check"].as_slice(), &["plan"], &["generate"], &["check", "--all"]] {
        let told = project.missive(words).expect(3);
        let (error, warning) = (told.err.find("erreur["), told.err.find("avertissement["));
        assert!(error.unwrap() < warning.unwrap(), "{}", told.err);
    }
}

#[test]
fn a_name_a_part_of_it_or_a_town_is_enough_for_every_command() {
    let project = Project::sample();
    let told = project.missive(&["generate", "--only", "turing"]).expect(0);
    assert!(told.out.contains("Collège Alan-Turing (0860002K)"), "{}", told.out);
    assert_eq!(project.names("out/2026/covers"), ["0860002K.html", "0860002K.pdf"]);
    project.missive(&["run"]).expect(0);
    for words in [
        ["explain", "germain"].as_slice(),
        &["explain", "Mme Roux"],
        &["diff", "mirzakhani", "--from", "1", "--to", "1"],
        &["history", "turing"],
        &["history", "Leroy"],
        &["check", "--except", "valclair"],
        &["plan", "--except", "Port-Exemple"],
    ] {
        let told = project.missive(words);
        let asks = words[1] == "germain";
        assert_eq!(told.code, if asks { 5 } else { 0 }, "{words:?}\n{}{}", told.out, told.err);
    }
    let folder = project.root().parent().unwrap().join("dossier");
    project.missive(&["resolve", "mirzakhani", "--handed-over", "--why", "parti"]).expect(0);
    project.missive(&["dossier", "mirzakhani", folder.to_str().unwrap()]).expect(0);
    project.missive(&["archive", "waive", "Mme Roux", "--why", "congé"]).expect(0);
    let list = project.missive(&["archive", "list", "--only", "port-exemple"]).expect(0).out;
    assert!(list.contains("EREA Maryam-Mirzakhani (0170201B)"), "{list}");
}

#[test]
fn several_that_fit_are_listed_and_nothing_is_done() {
    let project = Project::sample();
    let told = project.missive(&["generate", "--only", "Exemple-le-Château"]).expect(5);
    for words in [
        "« Exemple-le-Château » peut désigner",
        "Collège Rosalind-Franklin (0790702J)",
        "Lycée Rosalind-Franklin (0790703K)",
        "0790702J (Collège Rosalind-Franklin), 0790703K (Lycée Rosalind-Franklin)",
    ] {
        assert!(told.err.contains(words), "{}", told.err);
    }
    assert!(!project.path("out").exists());
    let told = project.missive(&["explain", "germain"]).expect(5);
    assert!(
        told.err.contains("Lycée Sophie-Germain (0860003L), M.\u{a0}Thomas Leroy"),
        "{}",
        told.err
    );
    let json = project.missive(&["--json", "history", "franklin"]).expect(5).json();
    assert!(json["message"].as_str().unwrap().contains("Lycée Rosalind-Franklin"), "{json}");
}

#[test]
fn letters_and_schools_are_told_by_name() {
    let project = Project::sample();
    project.missive(&["run"]).expect(0);
    project.missive(&["resolve", "--deposited", "--handed-over", "--why", "partis"]).expect(0);
    project.replace(
        "data/establishments.toml",
        "Collège Alan-Turing",
        "Collège Alan-Mathison-Turing",
    );
    let plan = project.missive(&["plan"]).expect(0).out;
    assert!(plan.contains("Collège Alan-Mathison-Turing (0860002K), Mme"), "{plan}");
    let made = project.missive(&["generate"]).expect(0).out;
    assert!(made.contains("Collège Alan-Mathison-Turing (0860002K), Mme"), "{made}");
    let history = project.missive(&["history", "0860002K"]).expect(0).out;
    assert!(history.contains("Collège Alan-Mathison-Turing (0860002K), Mme"), "{history}");
    assert!(project.path("out/2026/covers/0860002K.pdf").exists(), "files keep their names");
}

#[test]
fn plan_says_what_send_says_of_an_enclosure() {
    let project = crate::relay::made(2, &crate::relay::plain(9));
    let mut enclosure = project.bytes("enclosures/ressources.pdf");
    enclosure.extend(b"\n");
    project.write("enclosures/ressources.pdf", enclosure);
    let plan = project.missive(&["plan"]).expect(0).out;
    assert!(plan.contains("2 messages à refaire") && plan.contains("pièce jointe"), "{plan}");
    assert!(plan.contains("Ensuite : missive run"), "{plan}");
    let refused = project.missive(&["send", "--confirm", "2"]).expect(5).err;
    assert!(refused.contains("pièce jointe"), "{refused}");
    let json = project.missive(&["--json", "plan"]).expect(0).json();
    assert_eq!(json["outdated"][0]["reasons"], serde_json::json!(["enclosure"]));
    assert_eq!(json["outdated"][0]["enclosures"], serde_json::json!(["ressources.pdf"]));
    assert!(plan.contains("ce qui a changé : la pièce jointe ressources.pdf"), "{plan}");
}

#[test]
fn plan_names_each_part_of_a_message_that_changed() {
    let reasons = |change: &dyn Fn(&Project)| {
        let project = Project::over(2, &crate::relay::plain(9));
        let people = project.read("data/people.toml");
        let post = "\npost = ";
        let email = "\nemail = \"claire.martin@academie.example\"";
        project.write("data/people.toml", people.replacen(post, &format!("{email}{post}"), 1));
        project.missive(&["generate"]).expect(0);
        change(&project);
        let told = project.missive(&["plan"]).expect(0).out;
        let refused = project.missive(&["send", "--confirm", "2"]).expect(5).err;
        let json = project.missive(&["--json", "plan"]).expect(0).json();
        (json["outdated"][0]["reasons"].clone(), told, refused)
    };
    let settings = "missive.toml";
    let copies = |project: &Project| {
        project.replace(settings, "copy_referent = false", "copy_referent = true");
    };
    let sender = |project: &Project| {
        let text = project.read(settings);
        let line = text.lines().find(|line| line.starts_with("from = ")).unwrap().to_owned();
        project.replace(settings, &line, "from = \"Une autre <dan@academie.example>\"");
    };
    let removed = |project: &Project| {
        let text = project.read("data/campaigns/2026.toml");
        let line = text.lines().find(|line| line.starts_with("enclosures = ")).unwrap().to_owned();
        project.replace("data/campaigns/2026.toml", &line, "");
    };
    for (found, reason, words) in [
        (reasons(&sender), "sender", "l'expéditeur, ou l'adresse de réponse"),
        (reasons(&copies), "copies", "les adresses en copie"),
        (reasons(&removed), "enclosure", "une pièce jointe à tous les messages a été retirée"),
    ] {
        let (reasons, told, refused) = found;
        assert!(reasons.as_array().unwrap().contains(&reason.into()), "{reason}: {reasons}");
        assert!(told.contains(words), "{words}: {told}");
        assert!(refused.contains(words), "{words}: {refused}");
    }
}

#[test]
fn a_departement_is_made_sent_and_archived_by_itself() {
    let project = Project::sample();
    let made = project.missive(&["--json", "generate", "--departement", "16"]).expect(0).json();
    assert_eq!(made["letters"]["written"], 2, "{made}");
    let sent = project.missive(&["--json", "run", "--departement", "Charente"]).expect(0).json();
    assert_eq!(sent["send"]["deposited"], 2, "{sent}");
    let names = project.names("out/2026/outbox");
    assert!(names.iter().all(|name| name.starts_with("016")), "{names:?}");
    let both = ["--json", "run", "--departement", "17", "--only", "0170201B,0860001J"];
    assert_eq!(project.missive(&both).expect(0).json()["send"]["deposited"], 1);
    project.hand_over("2026-11-20");
    let place = crate::support::folder();
    for (departement, code) in [("17", 0), ("79", 5)] {
        let bag = place.path().join(departement).to_string_lossy().into_owned();
        project.missive(&["archive", "export", "--departement", departement, &bag]).expect(code);
    }
    // Nothing of it: said, and nothing is done.
    for words in [["generate", "--departement", "35"], ["send", "--departement", "35"]] {
        let told = project.missive(&words).expect(2).err;
        assert!(told.contains("Ille-et-Vilaine (35)"), "{told}");
    }
}

#[test]
fn what_is_not_sent_again_is_told_by_name() {
    let project = Project::sample();
    project.missive(&["run"]).expect(0);
    let told = project.missive(&["send", "--again", "2026-0860001J-NGRM"]).expect(5).err;
    assert!(told.contains("Collège Ada-Lovelace (0860001J), Mme"), "{told}");
}

#[test]
fn errors_tell_letters_and_schools_by_name() {
    let project = Project::sample();
    let letter = "2026-0860001J-NGRM";
    let name = "Collège Ada-Lovelace (0860001J), Mme Claire Martin";
    let refused =
        |words: &[&str], exit: i32| project.missive(words).expect(exit).err.replace('\u{a0}', " ");
    project.missive(&["run"]).expect(0);
    let why = ["--why", "parti"];
    for words in [
        &["archive", "waive", letter, "--why", "inutile"][..],
        &["archive", "declare", letter, "--paper", "--seen-by", "Jeanne"],
    ] {
        let told = refused(words, 5);
        assert!(
            told.contains(&format!("missive ne sait pas que cette lettre est partie : {name}")),
            "{told}"
        );
        assert!(told.contains(&format!("missive resolve {letter} --handed-over")), "{told}");
    }
    project.missive(&[&["resolve", letter, "--handed-over"][..], &why].concat()).expect(0);
    let settled = refused(&[&["resolve", letter, "--not-sent"][..], &why].concat(), 5);
    assert!(settled.contains(&format!("cela ne se change plus : {name}")), "{settled}");
    let undone = refused(&["archive", "waive", letter, "--undo"], 5);
    assert!(undone.contains(&format!("dispensée de retour : {name}")), "{undone}");
    let revision = refused(&["explain", letter, "--revision", "7"], 2);
    assert!(revision.contains(&format!("révision r7 : {name}")), "{revision}");
    let unknown = refused(&["explain", "2026-0860001J-5GNF"], 2);
    assert!(
        unknown.contains("« 2026-0860001J-NGRM » (Collège Ada-Lovelace, Mme Claire Martin)"),
        "{unknown}"
    );
    let several = refused(&["archive", "declare", "0860003L", "--paper", "--seen-by", "Jeanne"], 5);
    assert!(
        several.contains("2026-0860003L-6SVT (Lycée Sophie-Germain, Mme Inês Ferreira)"),
        "{several}"
    );
    let except = project.missive(&["check", "--except", "0860001J,dumas-pierre"]).expect(0).out;
    let except = except.replace('\u{a0}', " ");
    assert!(except.contains("Collège Ada-Lovelace (0860001J), M. Pierre Dumas"), "{except}");
    let json = project.missive(&[&["--json", "resolve", letter, "--not-sent"][..], &why].concat());
    let message = json.expect(5).json()["message"].as_str().unwrap().replace('\u{a0}', " ");
    assert!(message.contains(name), "{message}");
}

#[test]
fn a_rule_that_no_letter_prints_changes_without_a_word() {
    let version = |when: &str| {
        format!(
            "[[clause]]\nid = \"essai\"\nslot = \"report\"\n[[clause.version]]\nsince = 2027-01-18\n\
             when = {when}\ntext = \"Le texte d’après.\"\nsource = \"essai\"\n"
        )
    };
    for (when, is_told) in [("{ kind = [\"college\"] }", true), ("{ kind = [\"other\"] }", false)] {
        let project = Project::sample();
        project.write("data/rules/later.toml", version(when));
        let told = project.missive(&["check", "--today", "2026-11-20"]).expect(0).err;
        assert_eq!(told.contains("W-RULE-LATER"), is_told, "{when}: {told}");
    }
}

#[test]
fn a_rule_that_changes_later_is_told_with_the_amendment_to_copy() {
    let project = Project::sample();
    let version = |since: &str, until: &str, text: &str| {
        format!(
            "[[clause.version]]\nsince = {since}\n{until}text = \"{text}\"\nsource = \"essai\"\n"
        )
    };
    project.write(
        "data/rules/later.toml",
        format!(
            "[[clause]]\nid = \"essai\"\nslot = \"report\"\n{}{}",
            version("2018-11-01", "until = 2027-01-17\n", "Le texte d’avant."),
            version("2027-01-18", "", "Le texte d’après.")
        ),
    );
    let id = "essai";
    let day = ["--today", "2026-11-20"];
    for command in ["check", "plan"] {
        let told = project.missive(&[&[command], day.as_slice()].concat()).expect(0);
        for words in [id, "18/01/2027", "[[campaign.amendment]]", "date = 2027-01-18"] {
            assert!(told.err.contains(words), "{command} {words}: {}", told.err);
        }
    }
    let json = project.missive(&["--json", "plan", "--today", "2026-11-20"]).expect(0).json();
    let help = json["problems"][0]["help"].as_str().unwrap();
    let table = &help[help.find("[[campaign.amendment]]").unwrap()..];
    let campaign = project.read("data/campaigns/2026.toml");
    project.write("data/campaigns/2026.toml", format!("{campaign}\n{table}"));
    let told = project.missive(&["check", "--today", "2026-11-20"]).expect(0);
    assert!(!told.err.contains("W-RULE-LATER"), "{}", told.err);
    project.missive(&["run", "--today", "2026-11-20"]).expect(0);
    project.missive(&["resolve", "--deposited", "--handed-over", "--why", "partis"]).expect(0);
    let plan = project.missive(&["plan", "--today", "2027-01-18"]).expect(0).out;
    assert!(plan.contains("à compléter par un avenant"), "{plan}");
}

#[test]
fn deposited_messages_are_told_sent_by_name_by_day_and_by_number() {
    let project = Project::sample();
    project.missive(&["run", "--only", "turing,mirzakhani", "--today", "2026-11-18"]).expect(0);
    project.missive(&["run", "--today", "2026-11-20"]).expect(0);
    let resolve = |words: &[&str]| {
        let start = ["resolve", "--deposited", "--handed-over", "--why", "partis"];
        project.missive(&[start.as_slice(), words].concat())
    };
    let wrong = resolve(&["--confirm", "3"]).expect(5);
    assert!(wrong.err.contains("3 messages confirmés, mais 11 sont"), "{}", wrong.err);
    let first = resolve(&["--until", "2026-11-18", "--confirm", "2"]).expect(0);
    assert!(first.out.contains("2 messages transmis"), "{}", first.out);
    assert!(resolve(&["0170201B"]).expect(2).err.contains("0170201B"), "it has left already");
    let one = resolve(&["germain"]).expect(0);
    assert!(one.out.contains("1 message transmis, 2 lettres"), "{}", one.out);
    resolve(&["0790701H", "--confirm", "1"]).expect(0);
    let rest = resolve(&[]).expect(0);
    assert!(rest.out.contains("7 messages transmis"), "{}", rest.out);
    project.missive(&["ledger", "verify"]).expect(0);
    let status = project.missive(&["status"]).expect(0).out;
    assert!(!status.contains("--deposited"), "{status}");
}

#[test]
fn who_has_not_signed_in_a_departement_is_one_command() {
    let project = Project::sample();
    project.missive(&["run"]).expect(0);
    project.missive(&["resolve", "--deposited", "--handed-over", "--why", "partis"]).expect(0);
    let told = project.missive(&["archive", "list", "--missing", "--departement", "deux-sèvres"]);
    let list = told.expect(0).out;
    assert!(list.contains("Lycée Rosalind-Franklin (0790703K)"), "{list}");
    assert!(list.contains("3 établissements.") && !list.contains("086000"), "{list}");
    let status = project.missive(&["status", "--departement", "79"]).expect(0).out;
    assert!(status.contains("Campagne 2026, Deux-Sèvres (79) : 3 lettres."), "{status}");
    let whole = project.missive(&["status"]).expect(0).out;
    assert!(whole.contains("Vienne (86) : 5") && whole.contains("Deux-Sèvres (79) : 3"), "{whole}");
    let json = project.missive(&["--json", "status", "--departement", "079"]).expect(0).json();
    assert_eq!(json["letters"]["total"], 3);
    assert_eq!(json["schools"].as_array().unwrap().len(), 3);
    let file = project.root().parent().unwrap().join("compte.csv");
    let words = ["export", file.to_str().unwrap(), "--departement", "079"];
    project.missive(&words).expect(0);
    let csv = std::fs::read_to_string(&file).unwrap();
    assert_eq!(csv.lines().count(), 4, "{csv}");
    assert!(csv.contains("Deux-Sèvres (79)") && csv.contains(";1250,00;"), "{csv}");
    let report = project.read("out/2026/report.html");
    let row = "<th scope=\"row\">Deux-Sèvres (79)</th><td class=\"n\" data-l=\"Lettres\">3</td>";
    assert!(report.contains(row), "{report}");
    assert!(project.missive(&["status", "--departement", "35"]).expect(2).err.contains("(35)"));
    assert!(
        project.missive(&["status", "--departement", "Rennes"]).expect(2).err.contains("Rennes")
    );
}
