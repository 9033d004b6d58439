//! Referents get their letters in a message of their own, where the settings ask for it: once, after the school, under
//! the guards of any message, counted apart.

use crate::relay::{Do, Event, Relay, mailbox, plain, says, uai};
use crate::support::{Project, Told, folder, missive, told};
use crate::waiting::{Gate, wait_until};
use serde_json::Value;
use std::process::Stdio;
use std::sync::{Arc, Mutex};

const DAY: &str = "2026-11-20";

/// The address of the referent of a school.
fn person(number: usize) -> String {
    format!("claire.martin{number}@academie.example")
}

/// Referents get a message of their own from now on.
fn tell(project: &Project) {
    let none = "issuer_signature = \"none\"";
    project.replace("missive.toml", none, &format!("{none}\nreferent_message = true"));
}

/// So many schools over a relay, whose referents have addresses but these.
fn over(schools: usize, without: &[usize], settings: &str) -> Project {
    let project = Project::over(schools, settings);
    for number in (0..schools).filter(|number| !without.contains(number)) {
        let id = format!("id = \"martin-{number}\"\n");
        project.replace("data/people.toml", &id, &format!("{id}email = \"{}\"\n", person(number)));
    }
    tell(&project);
    project
}

fn in_outbox(schools: usize) -> Project {
    let project = over(schools, &[], &plain(1));
    project.replace("missive.toml", "transport = \"smtp\"", "transport = \"outbox\"");
    project
}

fn run(project: &Project, number: &str) -> Told {
    project.missive(&["run", "--confirm", number, "--today", DAY])
}

fn send(project: &Project, number: usize) -> Told {
    project.missive(&["send", "--confirm", &number.to_string(), "--today", DAY])
}

/// A rule that changes within the year, for every school.
fn amend(project: &Project) {
    let campaign = project.read("data/campaigns/2026.toml");
    let amendment =
        "\n[[campaign.amendment]]\ndate = 2027-01-18\nreply_by = 2027-02-12\nact = \"amendment\"\n";
    project.write("data/campaigns/2026.toml", campaign + amendment);
    project.write(
        "data/rules/nouvelle.toml",
        "[[clause]]\nid = \"new-report\"\nslot = \"report\"\n[[clause.version]]\nsince = 2027-01-18\n\
         text = \"Un point d’étape a lieu en mars.\"\nsource = { title = \"Circulaire académique\" }\n",
    );
}

/// How many letters are in these states; each is in one of them.
#[track_caller]
fn counts(project: &Project, wanted: &[(&str, u64)]) {
    let document = project.missive(&["status", "--json", "--today", DAY]).json();
    let account = document["referent_messages"].as_object().unwrap().clone();
    let states = account.iter().filter(|(key, _)| *key != "total");
    let sum: u64 = states.filter_map(|(_, number)| number.as_u64()).sum();
    assert_eq!(account["total"], sum, "{account:#?}");
    assert_eq!(document["balanced"], true);
    for (key, number) in wanted {
        assert_eq!(account[*key], *number, "{key}: {account:#?}");
    }
}

fn planned(project: &Project) -> (u64, u64) {
    let plan = project.missive(&["plan", "--json", "--today", DAY]).expect(0).json();
    let number = |key: &str| plan["messages"][key].as_u64().unwrap();
    (number("to_send"), number("to_referents"))
}

/// The text of a message, in one line, and the names of its attachments.
fn read(bytes: &[u8]) -> (String, Vec<String>) {
    let mail = mailparse::parse_mail(bytes).unwrap();
    let text = mail.subparts[0].subparts[0].get_body().unwrap();
    let names = mail.subparts[1..].iter().map(|part| part.ctype.params["name"].clone());
    let text = text.replace(['\u{a0}', '\u{202f}', '\n'], " ").replace('\r', "");
    (text, names.collect())
}

fn subject(bytes: &[u8]) -> String {
    use mailparse::MailHeaderMap as _;
    let mail = mailparse::parse_mail(bytes).unwrap();
    mail.headers.get_first_value("Subject").unwrap().replace('\u{a0}', " ")
}

#[test]
fn a_referent_gets_her_letter_once_after_the_school() {
    let relay = Relay::usual();
    let project = over(3, &[2], &plain(relay.port));
    says(
        &project.missive(&["check"]).expect(0),
        &["Claire Martin", "n'a pas d'adresse : aucun message à part ne lui sera adressé"],
    );
    project.missive(&["generate", "--today", DAY]).expect(0);
    assert_eq!(planned(&project), (3, 0), "the school comes first");
    counts(&project, &[("waiting", 3), ("total", 3)]);
    let told = send(&project, 3).expect(0);
    says(&told, &["2 messages aux référents peuvent partir à présent. Ensuite : missive send"]);
    assert_eq!(planned(&project), (2, 2));
    says(
        &project.missive(&["plan", "--today", DAY]).expect(0),
        &[
            "3 messages aux référents : 1 sans adresse valable, 2 prêts à partir",
            "2 messages à envoyer, dont 2 aux référents",
        ],
    );
    counts(&project, &[("ready", 2), ("blocked", 1)]);
    // Nothing leaves without its count.
    says(&send(&project, 1).expect(5), &["--confirm 2"]);
    assert_eq!(relay.seen.taken().len(), 3);
    says(&send(&project, 2).expect(0), &["2 messages transmis"]);
    let taken = relay.seen.taken();
    assert_eq!(taken.len(), 5);
    let message = &taken[3];
    assert_eq!(message.to, [person(0)]);
    assert!(
        message.message_id().starts_with("<missive-referent.2026-"),
        "{}",
        message.message_id()
    );
    assert!(
        subject(&message.bytes).starts_with("Votre lettre de mission de référente numérique [")
    );
    let (text, names) = read(&message.bytes);
    assert_eq!(names.len(), 1, "the letter alone: {names:?}");
    assert!(names[0].starts_with("Lettre_de_mission_MARTIN_Claire_2026-"), "{names:?}");
    for words in [
        "Vous trouverez ci-joint votre lettre de mission de référente numérique au collège",
        "a été transmise à votre établissement le 20 novembre 2026",
        "rien à renvoyer par ce message",
        "Données personnelles",
        "vous opposer à leur traitement",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    // The very bytes that the school got.
    let pdf =
        |bytes: &[u8]| mailparse::parse_mail(bytes).unwrap().subparts[1].get_body_raw().unwrap();
    assert_eq!(pdf(&taken[0].bytes), pdf(&message.bytes));
    // A second time nothing leaves, neither from a fresh folder.
    std::fs::remove_dir_all(project.path("out")).unwrap();
    run(&project, "0").expect(0);
    says(&send(&project, 0).expect(0), &["tout est déjà parti"]);
    assert_eq!(relay.seen.taken().len(), 5);
    counts(&project, &[("handed_over", 2), ("blocked", 1), ("total", 3)]);
    // They are told apart from the letters' messages, and reminders go to schools alone.
    let document = project.missive(&["status", "--json", "--today", DAY]).expect(0).json();
    assert_eq!(document["messages"]["total"], 3);
    let late = ["send", "--remind", "--confirm", "3", "--today", "2027-01-10"];
    project.missive(&late).expect(0);
    assert!(relay.seen.taken()[5..].iter().all(|one| one.to != [person(0)]));
    assert_eq!(relay.seen.taken_by(&person(0)), 1);
    says(
        &project.missive(&["history", &uai(0)]).expect(0),
        &["message n° 4 composé, pour le référent"],
    );
    project.missive(&["ledger", "verify"]).expect(0);
}

#[test]
fn nothing_goes_to_referents_where_it_is_not_asked_for() {
    let relay = Relay::usual();
    let project = over(1, &[], &plain(relay.port));
    project.replace("missive.toml", "referent_message = true\n", "");
    run(&project, "1").expect(0);
    assert_eq!(planned(&project), (0, 0));
    let document = project.missive(&["status", "--json", "--today", DAY]).expect(0).json();
    assert_eq!(document["referent_messages"], Value::Null);
    assert_eq!(relay.seen.taken().len(), 1);
    // Turned on late, it catches up: the letter left before.
    tell(&project);
    assert_eq!(planned(&project), (1, 1));
    send(&project, 1).expect(0);
    assert_eq!(relay.seen.taken_by(&person(0)), 1);
}

#[test]
fn an_amendment_goes_to_the_referent_too_and_a_correction_that_waits_holds_the_letter_back() {
    let relay = Relay::usual();
    let project = over(1, &[], &plain(relay.port));
    run(&project, "1").expect(0);
    // What is about to be replaced does not go.
    project.replace("data/people.toml", "given_name = \"Claire\"", "given_name = \"Clara\"");
    project.missive(&["generate", "--today", DAY]).expect(0);
    assert_eq!(planned(&project), (1, 0));
    counts(&project, &[("waiting", 1)]);
    send(&project, 1).expect(0);
    send(&project, 1).expect(0);
    let (text, names) = read(&relay.seen.taken().last().unwrap().bytes);
    assert!(text.contains("rectifiée") && text.contains("Elle annule et remplace celle"), "{text}");
    assert!(names[0].ends_with("_r2.pdf"), "{names:?}");
    assert_eq!(relay.seen.taken_by(&person(0)), 1);
    amend(&project);
    let day = "2027-01-20";
    let run = |number: &str| project.missive(&["run", "--confirm", number, "--today", day]);
    run("1").expect(0);
    run("1").expect(0);
    let last = relay.seen.taken();
    let last = last.last().unwrap();
    assert_eq!(last.to, [person(0)]);
    let (text, names) = read(&last.bytes);
    assert!(text.contains("Vous trouverez ci-joint l’avenant n° 1 à votre lettre"), "{text}");
    assert!(names[0].starts_with("Avenant_1_"), "{names:?}");
    project.missive(&["ledger", "verify"]).expect(0);
}

#[test]
fn what_the_relay_says_of_it_is_kept_and_the_school_keeps_its_own_state() {
    let relay = Relay::scripted(|event, seen| match event {
        Event::Command(line) if line.starts_with("RCPT") && line.contains("martin1") => {
            Do::Say("451 4.3.0 plus tard".into())
        }
        Event::Command(line) if line.starts_with("RCPT") && line.contains("martin2") => {
            Do::Say("550 5.1.1 inconnu".into())
        }
        Event::Dot if seen.dots() == 5 => Do::Close,
        _ => Do::Usual,
    });
    let project = over(4, &[], &plain(relay.port));
    run(&project, "4").expect(0);
    let told = send(&project, 4).expect(1);
    says(&told, &["1 différé", "1 rejeté", "1 au sort incertain"]);
    counts(
        &project,
        &[("deferred", 1), ("refused", 1), ("ambiguous", 1), ("handed_over", 1), ("total", 4)],
    );
    let document = project.missive(&["status", "--json", "--today", DAY]).json();
    assert_eq!(document["letters"]["handed_over"], 4, "{document:#}");
    // A signed copy proves that the school has it, and nothing of the referent.
    let open = document["open"].as_array().unwrap().clone();
    let doubt = open.iter().find(|one| one["state"] == "ambiguous").unwrap();
    let name = doubt["name"].as_str().unwrap();
    let declared = ["archive", "declare", name, "--paper", "--seen-by", "Essai", "--today", DAY];
    project.missive(&declared).expect(0);
    project.missive(&["resolve", name, "--not-sent", "--why", "absent de la boîte"]).expect(0);
    // What was refused waits for another address.
    project.replace("data/people.toml", &person(2), "clara.martin@academie.example");
    project.missive(&["generate", "--today", DAY]).expect(0);
    assert_eq!(planned(&project).1, 2);
    send(&project, 2);
    assert_eq!(relay.seen.taken_by("clara.martin@academie.example"), 1);
    counts(&project, &[("handed_over", 3), ("deferred", 1), ("total", 4)]);
    project.missive(&["ledger", "verify"]).expect(0);
}

#[test]
fn one_that_came_back_goes_again_to_another_address_alone() {
    let relay = Relay::usual();
    let project = over(1, &[], &plain(relay.port));
    run(&project, "1").expect(0);
    send(&project, 1).expect(0);
    let id = relay.seen.taken()[1].message_id();
    let name = project.names("out/2026/letters")[0].trim_end_matches(".pdf").to_owned();
    let bounce = |word: &str| {
        project.missive(&["resolve", word, "--bounced", "--why", "avis du serveur", "--today", DAY])
    };
    says(&bounce(&id).expect(0), &["corriger l'adresse du référent"]);
    counts(&project, &[("bounced", 1)]);
    assert_eq!(planned(&project), (0, 0));
    project.replace("data/people.toml", &person(0), "clara.martin@academie.example");
    project.missive(&["generate", "--today", DAY]).expect(0);
    send(&project, 1).expect(0);
    assert_eq!(relay.seen.taken_by("clara.martin@academie.example"), 1);
    // The reference alone means the school's message.
    bounce(&name).expect(0);
    let document = project.missive(&["status", "--json", "--today", DAY]).json();
    assert_eq!(document["letters"]["bounced"], 1);
    counts(&project, &[("handed_over", 1)]);
    project.missive(&["ledger", "verify"]).expect(0);
}

#[test]
fn without_a_relay_it_lies_in_the_outbox_once_the_school_has_its_own() {
    let project = in_outbox(2);
    project.missive(&["run", "--today", DAY]).expect(0);
    let schools = [0, 1].map(|number| format!("{}.r1.eml", uai(number)));
    assert_eq!(project.names("out/2026/outbox"), schools);
    let handed = |names: &[&str]| {
        let words = ["--handed-over", "--why", "envoyé à la main", "--today", DAY];
        project.missive(&[&["resolve", "--deposited"], names, &words].concat())
    };
    let first = uai(0);
    says(&handed(&[&first]).expect(0), &["missive run, pour les messages aux référents"]);
    let told = project.missive(&["run", "--today", DAY]).expect(0);
    says(&told, &["2 messages (1 au référent) dans"]);
    let file = format!("{first}.referent1.eml");
    assert_eq!(project.names("out/2026/outbox"), [file.clone(), schools[1].clone()]);
    // It comes back with the rest, follows a mended address, and leaves with the setting.
    let bytes = project.bytes(&format!("out/2026/outbox/{file}"));
    std::fs::remove_dir_all(project.path("out")).unwrap();
    project.missive(&["run", "--today", DAY]).expect(0);
    assert_eq!(project.bytes(&format!("out/2026/outbox/{file}")), bytes);
    project.replace("data/people.toml", &person(0), "clara.martin@academie.example");
    project.missive(&["run", "--today", DAY]).expect(0);
    let mended = project.bytes(&format!("out/2026/outbox/{file}"));
    assert!(String::from_utf8_lossy(&mended).contains("clara.martin@academie.example"));
    project.replace("missive.toml", "referent_message = true", "referent_message = false");
    project.missive(&["run", "--today", DAY]).expect(0);
    assert_eq!(project.names("out/2026/outbox"), [schools[1].clone()]);
    project.replace("missive.toml", "referent_message = false", "referent_message = true");
    project.missive(&["run", "--today", DAY]).expect(0);
    says(&handed(&[]).expect(0), &["2 messages transmis"]);
    counts(&project, &[("handed_over", 1), ("ready", 1)]);
    project.missive(&["send", "--limit", "1", "--today", DAY]).expect(0);
    assert_eq!(project.names("out/2026/outbox"), [format!("{}.referent1.eml", uai(1))]);
    counts(&project, &[("deposited", 1)]);
    let not_sent = ["resolve", "--deposited", "--not-sent", "--why", "x", "--today", DAY];
    project.missive(&not_sent).expect(0);
    counts(&project, &[("ready", 1)]);
    project.missive(&["ledger", "verify"]).expect(0);
}

#[test]
fn preview_and_test_show_it_before_anything_left() {
    let relay = Relay::usual();
    let project = over(2, &[], &plain(relay.port));
    project.missive(&["generate", "--today", DAY]).expect(0);
    let shown = project.missive(&["preview", "--json", "--today", DAY]).expect(0).json();
    let kinds: Vec<&str> = shown["messages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["kind"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["to_send", "referent", "to_send", "referent"]);
    assert!(
        project.read("out/2026/preview/index.html").contains("au référent, une fois sa lettre")
    );
    let test = ["send", "--test-to", "essai@academie.example", "--today", DAY];
    let told = project.missive(&[&test[..], &["--limit", "2", "--json"]].concat()).expect(0);
    let tested = told.json()["tested"].as_array().unwrap().clone();
    assert!(tested[1].as_str().unwrap().ends_with("(au référent)"), "{tested:?}");
    let taken = relay.seen.taken();
    assert_eq!((taken.len(), relay.seen.taken_by("essai@academie.example")), (2, 2));
    assert!(subject(&taken[1].bytes).starts_with("ESSAI – Votre lettre de mission"));
    assert_eq!(planned(&project), (2, 0));
    counts(&project, &[("waiting", 2)]);
    // Once the schools have theirs, a test shows what is left.
    send(&project, 2).expect(0);
    project.missive(&test).expect(0);
    assert_eq!(relay.seen.taken_by("essai@academie.example"), 4);
    assert_eq!(relay.seen.taken_by(&mailbox(0)), 1);
    counts(&project, &[("ready", 2)]);
}

#[test]
fn an_approval_binds_to_whom_and_in_which_words_it_goes() {
    let relay = Relay::usual();
    let project = over(1, &[], &plain(relay.port));
    let none = "issuer_signature = \"none\"";
    project.replace("missive.toml", none, &format!("{none}\napproval = \"required\""));
    project.missive(&["generate"]).expect(0);
    let approve = || {
        let file = project.path("../epreuves.pdf");
        project.missive(&["proof", file.to_str().unwrap(), "--force"]).expect(0);
        project.missive(&["approve", "--by", "Jeanne Exemple"]).expect(0);
    };
    approve();
    assert_eq!(planned(&project), (1, 0));
    project.replace("data/people.toml", &person(0), "clara.martin@academie.example");
    project.missive(&["generate"]).expect(0);
    assert_eq!(planned(&project), (0, 0), "another addressee: not as it was read");
    approve();
    project.replace("templates/referent.typ", "Une erreur, une question", "Une question");
    project.missive(&["generate"]).expect(0);
    assert_eq!(planned(&project), (0, 0), "other words");
    send(&project, 1).expect(5);
    approve();
    send(&project, 1).expect(0);
    send(&project, 1).expect(0);
    assert_eq!(relay.seen.taken_by("clara.martin@academie.example"), 1);
}

#[test]
fn killed_after_the_dot_it_is_in_doubt_and_goes_no_second_time() {
    let victim: Arc<Mutex<Option<std::process::Child>>> = Arc::default();
    let shared = Arc::clone(&victim);
    let killed = Gate::default();
    let gate = killed.clone();
    let relay = Relay::scripted(move |event, seen| {
        if *event == Event::Dot && seen.dots() == 3 {
            wait_until("the command to kill", || shared.lock().unwrap().is_some());
            if let Some(child) = shared.lock().unwrap().as_mut() {
                child.kill().ok();
                child.wait().ok();
            }
            gate.open();
        }
        Do::Usual
    });
    let project = over(2, &[], &plain(relay.port));
    run(&project, "2").expect(0);
    let words = ["send", "--confirm", "2", "--today", DAY];
    let mut command = missive();
    command.arg("-C").arg(project.root()).args(words);
    let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    *victim.lock().unwrap() = Some(child);
    killed.pass();
    wait_until("the end of all connections", || relay.seen.talking() == 0);
    counts(&project, &[("ambiguous", 1), ("ready", 1)]);
    assert_eq!(planned(&project), (1, 1));
    send(&project, 1).expect(0);
    assert_eq!([0, 1].map(|number| relay.seen.taken_by(&person(number))), [1, 1]);
    says(&send(&project, 0).expect(5), &["1 message reste au sort incertain"]);
    let name = project.names("out/2026/letters")[0].trim_end_matches(".pdf").to_owned();
    project.missive(&["resolve", &name, "--handed-over", "--why", "copie reçue"]).expect(0);
    counts(&project, &[("handed_over", 2)]);
    project.missive(&["ledger", "verify"]).expect(0);
}

#[test]
fn from_another_account_a_person_is_asked_and_deposits_stand_in_the_way() {
    let relay = Relay::usual();
    let project = over(1, &[], &plain(relay.port));
    run(&project, "1").expect(0);
    let state = folder();
    let other = |words: &[&str]| {
        let mut command = missive();
        command.env("XDG_STATE_HOME", state.path()).env("USER", "autre");
        command.arg("-C").arg(project.root());
        told(command.args(["send", "--confirm", "1", "--today", DAY]).args(words))
    };
    says(&other(&[]).expect(5), &["rien n'est parti", "--first-from-here"]);
    assert_eq!(relay.seen.taken().len(), 1);
    other(&["--first-from-here", "--why", "l'autre poste est éteint"]).expect(0);
    assert_eq!(relay.seen.taken_by(&person(0)), 1);
    // One that lies in the outbox may have been sent by hand.
    let project = over(1, &[], &plain(relay.port));
    run(&project, "1").expect(0);
    project.replace("missive.toml", "transport = \"smtp\"", "transport = \"outbox\"");
    project.missive(&["run", "--today", DAY]).expect(0);
    project.replace("missive.toml", "transport = \"outbox\"", "transport = \"smtp\"");
    says(&send(&project, 1).expect(5), &["encore dans la boîte d'envoi"]);
    let sent = ["send", "--deposited", "sent", "--confirm", "0", "--today", DAY];
    project.missive(&sent).expect(0);
    counts(&project, &[("handed_over", 1)]);
}

#[test]
fn an_older_project_is_told_which_template_it_lacks() {
    let project = in_outbox(1);
    std::fs::remove_file(project.path("templates/referent.typ")).unwrap();
    let told = project.missive(&["check"]).expect(3);
    says(&told, &["templates/referent.typ", "missive init essai"]);
    project.replace("missive.toml", "referent_message = true\n", "");
    project.missive(&["check"]).expect(0);
}
