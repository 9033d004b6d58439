//! Schools without a referent are asked to designate one: once, under the guards of any message, counted and reminded.

use crate::relay::{Do, Event, Relay, mailbox, plain, says, uai};
use crate::support::{PERSON, Project, Told, folder, missive, told};
use crate::waiting::{Gate, wait_until};
use serde_json::Value;
use std::process::Stdio;
use std::sync::{Arc, Mutex};

const DAY: &str = "2026-11-20";

/// Takes the referents of these schools away.
fn leave(project: &Project, schools: &[usize]) {
    let people = project.read("data/people.toml");
    let starts: Vec<usize> = people.match_indices("[[referent]]").map(|(at, _)| at).collect();
    let mut kept = String::new();
    for (at, start) in starts.iter().enumerate() {
        let end = starts.get(at + 1).copied().unwrap_or(people.len());
        let person = &people[*start..end];
        if !schools.iter().any(|school| person.contains(&uai(*school))) {
            kept += person;
        }
    }
    project.write("data/people.toml", kept);
}

/// Gives a school a referent.
fn designate(project: &Project, school: usize) {
    let person = PERSON
        .replace("martin-claire", &format!("nouvelle-{school}"))
        .replace("0860001J", &uai(school));
    let people = project.read("data/people.toml");
    project.write("data/people.toml", people + "\n" + &person);
}

/// So many schools over a relay, of which these have no referent.
fn over(schools: usize, without: &[usize], relay: &Relay) -> Project {
    let project = Project::over(schools, &plain(relay.port));
    leave(&project, without);
    project
}

fn ask(project: &Project, day: &str, words: &[&str]) -> Told {
    project.missive(&[&["send", "--ask-referent", "--today", day], words].concat())
}

fn status(project: &Project, day: &str) -> Value {
    let document = project.missive(&["status", "--json", "--today", day]).expect(0).json();
    let account = document["without_referent"].clone();
    let states = account.as_object().unwrap().iter();
    let sum: u64 =
        states.filter(|(key, _)| *key != "total").filter_map(|(_, one)| one.as_u64()).sum();
    assert_eq!(account["total"].as_u64(), Some(sum), "{account:#}");
    assert_eq!(document["balanced"], true);
    document
}

/// How many schools are in a state.
#[track_caller]
fn counts(project: &Project, day: &str, wanted: &[(&str, u64)]) {
    let document = status(project, day);
    for (key, number) in wanted {
        assert_eq!(document["without_referent"][key], *number, "{key}: {document:#}");
    }
}

fn body(bytes: &[u8]) -> String {
    let mail = mailparse::parse_mail(bytes).unwrap();
    assert_eq!(mail.subparts.len(), 1, "nothing is attached");
    let text = mail.subparts[0].subparts[0].get_body().unwrap();
    text.replace(['\u{a0}', '\u{202f}', '\n'], " ").replace('\r', "")
}

fn subject(bytes: &[u8]) -> String {
    use mailparse::MailHeaderMap as _;
    let mail = mailparse::parse_mail(bytes).unwrap();
    mail.headers.get_first_value("Subject").unwrap().replace('\u{a0}', " ")
}

#[test]
fn each_school_without_a_referent_is_asked_once_and_counted_apart_from_the_letters() {
    let relay = Relay::usual();
    let project = over(4, &[1, 2], &relay);
    let plan = project.missive(&["plan", "--json", "--today", DAY]).expect(0).json();
    assert_eq!(
        (&plan["messages"]["to_send"], &plan["messages"]["designations"]),
        (&2.into(), &2.into())
    );
    assert_eq!(plan["without_referent"]["ready"], 2);
    says(
        &project.missive(&["plan", "--today", DAY]).expect(0),
        &["2 établissements sans référent : 2 à qui le demander", "missive send --ask-referent"],
    );
    // No letter need have been made. Nothing leaves without its count.
    for words in [&[][..], &["--confirm", "1"]] {
        says(&ask(&project, DAY, words).expect(5), &["2 demandes", "--confirm 2"]);
    }
    assert_eq!(relay.seen.connections(), 0);
    says(&ask(&project, DAY, &["--confirm", "2"]).expect(0), &["2 messages transmis"]);
    let taken = relay.seen.taken();
    assert_eq!(taken.len(), 2);
    assert_eq!(taken[0].to, [mailbox(1)]);
    assert!(
        taken[0].message_id().starts_with(&format!("<missive-designation.2026-{}.r1.", uai(1)))
    );
    assert_eq!(
        subject(&taken[0].bytes),
        format!(
            "Désigner un référent numérique : réponse attendue avant le 18 décembre [2026-{}]",
            uai(1)
        )
    );
    let text = body(&taken[0].bytes);
    for words in [
        "aucun référent numérique n’est désigné à ce jour",
        "avant le 18 décembre 2026",
        "la civilité, le nom et le prénom",
        "Répondre à dan-retours@academie.example",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    // A second time nothing leaves, and `run` never asks.
    says(
        &ask(&project, DAY, &["--confirm", "0"]).expect(0),
        &["Aucune demande", "2 établissements ont déjà reçu"],
    );
    project.missive(&["run", "--confirm", "2", "--today", DAY]).expect(0);
    assert_eq!(relay.seen.taken().len(), 4);
    for number in 0..4 {
        assert_eq!(relay.seen.taken_by(&mailbox(number)), 1);
    }
    let document = status(&project, DAY);
    assert_eq!(
        (&document["messages"]["total"], &document["letters"]["total"]),
        (&2.into(), &2.into())
    );
    assert_eq!(document["without_referent"]["asked"], 2);
    assert_eq!(document["departements"]["086"]["without_referent"]["asked"], 2);
    assert_eq!(document["without_referent"]["schools"][0]["asked_on"], DAY);
    project.missive(&["ledger", "verify"]).expect(0);
}

#[test]
fn who_designates_gets_a_late_letter_and_is_counted_as_such() {
    let relay = Relay::usual();
    let project = over(3, &[1], &relay);
    project.missive(&["generate", "--today", DAY]).expect(0);
    project.missive(&["send", "--confirm", "2", "--today", DAY]).expect(0);
    ask(&project, DAY, &["--confirm", "1"]).expect(0);
    // The answer comes back with a spreadsheet.
    let answer =
        format!("UAI;Civilité;Nom;Prénom;Fonction\n{};M.;NOUVEAU;Paul;documentaliste\n", uai(1));
    project.write("reponses.csv", answer);
    let file = project.path("reponses.csv");
    let words = ["import", file.to_str().unwrap(), "--profile", "referents", "--apply"];
    let told = project.missive(&[&words[..], &["--today", "2026-12-01"]].concat());
    says(&told.expect(0), &["1"]);
    let letters = project.names("out/2026/letters").len();
    project.missive(&["run", "--confirm", "1", "--today", "2026-12-01"]).expect(0);
    assert_eq!(project.names("out/2026/letters").len(), letters + 1);
    let files = project.names("out/2026/letters");
    let late = files.iter().find(|file| file.contains(&uai(1))).unwrap().trim_end_matches(".pdf");
    let explained = ["explain", late, "--json", "--today", "2026-12-02"];
    let made = project.missive(&explained).expect(0).json();
    assert_eq!(made["date"], "2026-12-01", "a late letter, dated the day it is made");
    counts(&project, "2026-12-01", &[("designated", 1), ("asked", 0), ("total", 1)]);
    says(
        &ask(&project, "2027-02-01", &["--remind", "--confirm", "0"]).expect(0),
        &["Tous les établissements ont un référent"],
    );
    says(
        &project.missive(&["status", "--today", "2026-12-01"]).expect(0),
        &["Aucun établissement sans référent ; 1 référent désigné après la demande."],
    );
    project.missive(&["ledger", "verify"]).expect(0);
}

#[test]
fn a_post_that_is_vacant_again_is_asked_for_anew() {
    let relay = Relay::usual();
    let project = over(2, &[1], &relay);
    ask(&project, DAY, &["--confirm", "1"]).expect(0);
    designate(&project, 1);
    counts(&project, "2026-12-01", &[("designated", 1), ("total", 1)]);
    // The mission ends within the year: the request of before was answered.
    let people = project.read("data/people.toml");
    let at = people.rfind("since = ").unwrap();
    let end = at + people[at..].find('\n').unwrap();
    let (before, after) = people.split_at(end);
    project.write("data/people.toml", format!("{before}\nuntil = 2027-01-31{after}"));
    let day = "2027-02-01";
    counts(&project, day, &[("ready", 1), ("asked", 0), ("total", 1)]);
    ask(&project, day, &["--remind", "--confirm", "0"]).expect(0);
    assert_eq!(relay.seen.taken().len(), 1, "no reminder of what was answered");
    ask(&project, day, &["--confirm", "1"]).expect(0);
    counts(&project, day, &[("asked", 1), ("total", 1)]);
    let text = body(&relay.seen.taken()[1].bytes);
    assert!(text.contains("y a pris fin le 31 janvier 2027"), "{text}");
    assert!(!text.contains("je vous ai demandé"), "{text}");
    project.missive(&["ledger", "verify"]).expect(0);
}

#[test]
fn schools_of_one_mailbox_get_one_message_that_names_all_and_only_those_without() {
    let relay = Relay::usual();
    let project = over(4, &[1, 2], &relay);
    for number in [2, 3] {
        project.replace("data/schools.toml", &mailbox(number), &mailbox(1));
    }
    // One of them is enough to name the message.
    let told = ask(&project, DAY, &["--only", &uai(2), "--confirm", "1"]).expect(0);
    says(&told, &["1 message transmis"]);
    let message = &relay.seen.taken()[0];
    assert_eq!(message.to, [mailbox(1)]);
    assert!(subject(&message.bytes).starts_with("Désigner des référents numériques"));
    let text = body(&message.bytes);
    assert!(text.contains(&uai(1)) && text.contains(&uai(2)) && !text.contains(&uai(3)), "{text}");
    counts(&project, DAY, &[("asked", 2), ("total", 2)]);
    // One designates: only the other is reminded.
    designate(&project, 1);
    ask(&project, "2027-01-05", &["--remind", "--confirm", "1"]).expect(0);
    let text = body(&relay.seen.taken()[1].bytes);
    assert!(!text.contains(&uai(1)) && text.contains("Sauf erreur de ma part"), "{text}");
    counts(&project, "2027-01-05", &[("asked", 1), ("designated", 1)]);
    says(&ask(&project, DAY, &["--only", &uai(0)]).expect(2), &["a un référent"]);
}

#[test]
fn a_reminder_goes_on_demand_once_the_day_has_passed_and_the_pause_is_over() {
    let relay = Relay::usual();
    let project = over(2, &[1], &relay);
    says(
        &ask(&project, DAY, &["--remind", "--confirm", "0"]).expect(0),
        &["Aucun rappel", "1 établissement n'a pas encore reçu la demande"],
    );
    ask(&project, DAY, &["--confirm", "1"]).expect(0);
    let remind = |day: &str, number: &str| ask(&project, day, &["--remind", "--confirm", number]);
    says(&remind("2026-12-18", "0").expect(0), &["a encore le temps de répondre"]);
    let plan = project.missive(&["plan", "--json", "--today", "2026-12-19"]).expect(0).json();
    assert_eq!(plan["messages"]["designation_reminders"], 1);
    remind("2026-12-19", "1").expect(0);
    let taken = relay.seen.taken();
    let text = body(&taken[1].bytes);
    for words in [
        "Le 20 novembre 2026, je vous ai demandé",
        "votre réponse ne m’est pas encore parvenue",
        "avant le 2 janvier 2027",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    assert!(subject(&taken[1].bytes).starts_with("Un référent numérique à désigner : réponse"));
    let whole = String::from_utf8_lossy(&taken[1].bytes).replace("\r\n ", " ");
    assert!(whole.contains(&format!("References: {}", taken[0].message_id())));
    // The next one waits for the day that this one told; `--remind` alone is about letters.
    says(&remind("2027-01-02", "0").expect(0), &["a encore le temps de répondre"]);
    let late = ["generate", "--today", "2027-01-03", "--reply-by", "2027-02-01"];
    project.missive(&late).expect(0);
    says(
        &project.missive(&["send", "--remind", "--today", "2027-01-03"]).expect(0),
        &["Aucun rappel"],
    );
    remind("2027-01-03", "1").expect(0);
    let document = status(&project, "2027-01-03");
    assert_eq!(document["without_referent"]["schools"][0]["reminders"], 2);
    assert_eq!(relay.seen.taken().len(), 3);
}

#[test]
fn without_a_relay_requests_lie_in_the_outbox_until_a_person_says_that_they_left() {
    let project = Project::over(4, "");
    project.replace("missive.toml", "transport = \"smtp\"", "transport = \"outbox\"");
    leave(&project, &[1, 2, 3]);
    says(
        &ask(&project, DAY, &["--limit", "2"]).expect(0),
        &["2 demandes de désigner", "Rien n'est encore parti"],
    );
    ask(&project, DAY, &[]).expect(0);
    let files = [1, 2, 3].map(|number| format!("{}.designation1.eml", uai(number)));
    assert_eq!(project.names("out/2026/outbox"), files);
    says(&ask(&project, DAY, &[]).expect(0), &["3 demandes sont déjà dans la boîte d'envoi"]);
    // They come back with everything else, and one that is answered leaves.
    std::fs::remove_dir_all(project.path("out")).unwrap();
    designate(&project, 3);
    project.missive(&["run", "--today", DAY]).expect(0);
    let there = project.names("out/2026/outbox");
    assert!(
        there.contains(&files[0]) && there.contains(&files[1]) && !there.contains(&files[2]),
        "{there:?}"
    );
    let told = project
        .missive(&[
            "resolve",
            "--deposited",
            &uai(1),
            "--handed-over",
            "--why",
            "x",
            "--today",
            DAY,
        ])
        .expect(0);
    says(&told, &["1 demande transmise"]);
    counts(&project, DAY, &[("asked", 1), ("deposited", 1), ("designated", 0), ("total", 2)]);
    let told = project
        .missive(&["resolve", "--deposited", "--not-sent", "--why", "x", "--today", DAY])
        .expect(0);
    assert_eq!(project.names("out/2026/outbox"), Vec::<String>::new(), "{}", told.out);
    counts(&project, DAY, &[("asked", 1), ("ready", 1)]);
    ask(&project, DAY, &[]).expect(0);
    assert!(project.names("out/2026/outbox").contains(&files[1]));
    project.missive(&["ledger", "verify"]).expect(0);
}

#[test]
fn what_a_relay_says_of_a_request_is_kept_like_of_any_message() {
    let relay = Relay::scripted(|event, seen| match event {
        Event::Command(line)
            if line.starts_with("RCPT") && line.contains(&uai(1).to_lowercase()) =>
        {
            match seen.count("RCPT") < 4 {
                true => Do::Say("451 4.3.0 plus tard".into()),
                false => Do::Usual,
            }
        }
        Event::Command(line)
            if line.starts_with("RCPT") && line.contains(&uai(2).to_lowercase()) =>
        {
            Do::Say("550 5.1.1 inconnu".into())
        }
        Event::Dot if seen.dots() == 1 => Do::Close,
        _ => Do::Usual,
    });
    let project = over(4, &[1, 2, 3], &relay);
    let told = ask(&project, "2026-11-20T08:00:00+01:00", &["--confirm", "3"]).expect(1);
    says(&told, &["1 différé", "1 rejeté", "1 au sort incertain", "missive send --ask-referent"]);
    counts(
        &project,
        "2026-11-20T08:00:00+01:00",
        &[("deferred", 1), ("refused", 1), ("ambiguous", 1), ("total", 3)],
    );
    let open = status(&project, DAY)["open"].as_array().unwrap().len();
    assert_eq!(open, 3);
    // The deferred one goes with the same bytes, the others wait for a person.
    let told = ask(&project, "2026-11-21T08:00:00+01:00", &["--confirm", "1"]).expect(0);
    says(&told, &["1 message transmis"]);
    let told = ask(&project, "2026-11-21T08:00:00+01:00", &["--confirm", "0"]).expect(1);
    says(&told, &["1 demande est rejetée", "1 établissement a une demande au sort incertain"]);
    // A corrected address gets a request of its own; a person says of the doubtful one.
    project.replace("data/schools.toml", &mailbox(2), "corrige@academie.example");
    project.missive(&["resolve", &uai(3), "--not-sent", "--why", "vu avec le service"]).expect(0);
    counts(
        &project,
        "2026-11-21T08:00:00+01:00",
        &[("asked", 1), ("ready", 1), ("refused", 1), ("ambiguous", 0)],
    );
    ask(&project, "2026-11-21T08:00:00+01:00", &["--confirm", "2"]).expect(0);
    counts(&project, "2026-11-21T08:00:00+01:00", &[("asked", 3), ("total", 3)]);
    assert_eq!(relay.seen.taken_by(&mailbox(1)), 1);
    assert_eq!(relay.seen.taken_by("corrige@academie.example"), 1);
    project.missive(&["ledger", "verify"]).expect(0);
}

#[test]
fn a_request_that_came_back_goes_to_another_address_or_where_a_person_says_so() {
    let relay = Relay::usual();
    let project = over(3, &[1, 2], &relay);
    ask(&project, DAY, &["--confirm", "2"]).expect(0);
    for number in [1, 2] {
        let told = project.missive(&["resolve", &uai(number), "--bounced", "--why", "avis reçu"]);
        says(&told.expect(0), &["1 demande revenue en erreur", "missive send --ask-referent"]);
    }
    counts(&project, DAY, &[("bounced", 2)]);
    says(
        &ask(&project, DAY, &["--confirm", "0"]).expect(0),
        &["2 établissements ont une demande revenue en erreur"],
    );
    project.replace("data/schools.toml", &mailbox(1), "corrige@academie.example");
    ask(&project, DAY, &["--confirm", "1"]).expect(0);
    assert_eq!(relay.seen.taken_by("corrige@academie.example"), 1);
    ask(&project, DAY, &["--only", &uai(2), "--confirm", "1"]).expect(0);
    assert_eq!(relay.seen.taken_by(&mailbox(2)), 2);
    counts(&project, DAY, &[("asked", 2), ("bounced", 0)]);
}

#[test]
fn a_school_without_a_valid_address_is_told_and_not_asked() {
    let relay = Relay::usual();
    let project = over(4, &[1, 2, 3], &relay);
    project.replace("data/schools.toml", &format!("email = \"{}\"\n", mailbox(1)), "");
    project.replace("data/schools.toml", &mailbox(2), "college@ailleurs.example");
    let text = project.read("data/schools.toml");
    let at = text.find(&uai(1)).unwrap();
    let (before, after) = text.split_at(at);
    project.write(
        "data/schools.toml",
        before.to_owned() + &after.replacen("city =", "phone = \"05 49 00 00 01\"\ncity =", 1),
    );
    ask(&project, DAY, &["--confirm", "1"]).expect(1);
    assert_eq!(relay.seen.taken().len(), 1);
    counts(&project, DAY, &[("blocked", 2), ("asked", 1), ("total", 3)]);
    let told = ask(&project, DAY, &["--confirm", "0"]).expect(1);
    says(&told, &["2 établissements sans adresse valable"]);
    let report = project.read("out/2026/report.html");
    for words in [
        "Établissements sans référent",
        &uai(1),
        &uai(3),
        "demandé le 20\u{a0}novembre",
        "3 place",
        "05 49 00 00 01",
    ] {
        let plain = report.replace('\u{a0}', " ");
        assert!(plain.contains(&words.replace('\u{a0}', " ")), "{words}: {plain}");
    }
}

#[test]
fn who_is_asked_follows_from_the_records() {
    let relay = Relay::usual();
    let project = over(6, &[1, 2, 3], &relay);
    let close = |number: usize, line: &str| {
        let code = format!("uai = \"{}\"", uai(number));
        project.replace("data/schools.toml", &code, &format!("{code}\n{line}"));
    };
    close(1, "closed = 2026-10-31");
    close(2, &format!("closed = 2027-08-31\nmerged_into = \"{}\"", uai(0)));
    // A mission that ended leaves a school without a referent from the next day on.
    let people = project.read("data/people.toml");
    let code = format!("establishment = \"{}\"\n", uai(4));
    project
        .write("data/people.toml", people.replace(&code, &format!("{code}until = 2027-01-31\n")));
    counts(&project, "2027-01-31", &[("ready", 1), ("total", 1)]);
    counts(&project, "2027-02-01", &[("ready", 2), ("total", 2)]);
    // Who is left out by name is not asked, nor a school whose referent alone is.
    ask(&project, "2027-02-01", &["--except", &format!("{},martin-5", uai(3)), "--confirm", "1"])
        .expect(0);
    let message = &relay.seen.taken()[0];
    assert_eq!(message.to, [mailbox(4)]);
    let text = body(&message.bytes);
    assert!(
        text.contains("La mission de") && text.contains("y a pris fin le 31 janvier 2027"),
        "{text}"
    );
    assert!(text.contains("avant le 15 février 2027"), "the return date is past: {text}");
    // Letters with a blank for the name ask for it themselves.
    project.replace("missive.toml", "without_referent = \"skip\"", "without_referent = \"open\"");
    says(&ask(&project, "2027-02-01", &[]).expect(2), &["without_referent = \"open\""]);
}

#[test]
fn a_copy_to_oneself_asks_nobody() {
    let relay = Relay::usual();
    let project = over(3, &[1, 2], &relay);
    let told = ask(&project, DAY, &["--test-to", "moi@academie.example"]).expect(0);
    says(&told, &["2 copies transmises", "Rien n'est demandé"]);
    assert_eq!(relay.seen.taken_by("moi@academie.example"), 2);
    assert!(subject(&relay.seen.taken()[0].bytes).starts_with("ESSAI – Désigner"));
    assert!(relay.seen.taken()[0].message_id().starts_with("<missive-test."));
    counts(&project, DAY, &[("ready", 2)]);
    ask(&project, DAY, &["--test-to", "moi@ailleurs.example"]).expect(2);
    project.missive(&["ledger", "verify"]).expect(0);
}

#[test]
fn history_dossier_and_export_tell_what_was_asked() {
    let relay = Relay::usual();
    let project = over(2, &[1], &relay);
    ask(&project, DAY, &["--confirm", "1"]).expect(0);
    let told = project.missive(&["history", &uai(1)]).expect(0);
    says(&told, &["composé, demande d'un référent", "transmis, le serveur répond"]);
    let dossier = project.path("dossier");
    project.missive(&["dossier", &uai(1), dossier.to_str().unwrap()]).expect(0);
    let page = project.read("dossier/index.html");
    assert!(
        page.contains("Demandes de désigner un référent") && page.contains(&mailbox(1)),
        "{page}"
    );
    assert_eq!(project.names("dossier/messages").len(), 1);
    project.missive(&["generate", "--today", DAY]).expect(0);
    let file = project.path("compte.xlsx");
    let told = project.missive(&["export", file.to_str().unwrap(), "--today", DAY]).expect(0);
    says(&told, &["1 établissement sans référent, dans la feuille « Sans référent »"]);
    let mut archive = zip_names(&project.bytes("compte.xlsx"));
    archive.retain(|name| name.starts_with("xl/worksheets/sheet"));
    assert_eq!(archive.len(), 3, "{archive:?}");
}

/// The names of the files in a zip archive.
fn zip_names(bytes: &[u8]) -> Vec<String> {
    let archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    archive.file_names().map(|name| name.unwrap().into_owned()).collect()
}

#[test]
fn a_project_without_the_template_is_told_where_to_find_it() {
    let relay = Relay::usual();
    let project = over(2, &[1], &relay);
    std::fs::remove_file(project.path("templates/designation.typ")).unwrap();
    project.missive(&["check"]).expect(0);
    says(
        &ask(&project, DAY, &[]).expect(3),
        &["il manque le gabarit des demandes", "missive init essai"],
    );
}

#[test]
fn the_ledger_of_another_account_asks_first_and_deposits_stand_in_the_way() {
    let relay = Relay::usual();
    let project = over(3, &[1, 2], &relay);
    ask(&project, DAY, &["--limit", "1", "--confirm", "1"]).expect(0);
    let state = folder();
    let other = |words: &[&str]| {
        let words = [&["send", "--ask-referent", "--confirm", "1", "--today", DAY], words].concat();
        let mut command = missive();
        command.env("XDG_STATE_HOME", state.path()).env("USER", "autre");
        told(command.arg("-C").arg(project.root()).args(words))
    };
    says(&other(&[]).expect(5), &["rien n'est parti", "--first-from-here"]);
    assert_eq!(relay.seen.taken().len(), 1);
    other(&["--first-from-here", "--why", "l'autre poste est éteint"]).expect(0);
    assert_eq!(relay.seen.taken().len(), 2);
    // A request in the outbox may have been sent by hand.
    let project = over(2, &[1], &relay);
    project.replace("missive.toml", "transport = \"smtp\"", "transport = \"outbox\"");
    ask(&project, DAY, &[]).expect(0);
    project.replace("missive.toml", "transport = \"outbox\"", "transport = \"smtp\"");
    says(&ask(&project, DAY, &["--confirm", "1"]).expect(5), &["encore dans la boîte d'envoi"]);
    assert_eq!(relay.seen.taken().len(), 2);
}

#[test]
fn killed_after_the_dot_a_request_is_in_doubt_and_not_sent_again() {
    let victim: Arc<Mutex<Option<std::process::Child>>> = Arc::default();
    let shared = Arc::clone(&victim);
    let killed = Gate::default();
    let gate = killed.clone();
    let relay = Relay::scripted(move |event, seen| {
        if *event == Event::Dot && seen.dots() == 1 {
            wait_until("the command to kill", || shared.lock().unwrap().is_some());
            if let Some(child) = shared.lock().unwrap().as_mut() {
                child.kill().ok();
                child.wait().ok();
            }
            gate.open();
        }
        Do::Usual
    });
    let project = over(3, &[1, 2], &relay);
    let child = missive()
        .arg("-C")
        .arg(project.root())
        .args(["send", "--ask-referent", "--confirm", "2", "--today", DAY])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    *victim.lock().unwrap() = Some(child);
    killed.pass();
    wait_until("the end of all connections", || relay.seen.talking() == 0);
    counts(&project, DAY, &[("ambiguous", 1), ("ready", 1)]);
    project.missive(&["ledger", "verify"]).expect(0);
    let told = ask(&project, DAY, &["--confirm", "1"]).expect(0);
    assert!(told.err.contains("interrompue pendant l'envoi"), "{}", told.err);
    for number in [1, 2] {
        assert_eq!(relay.seen.taken_by(&mailbox(number)), 1);
    }
    let told = ask(&project, DAY, &["--confirm", "0"]).expect(5);
    says(&told, &["1 établissement a une demande au sort incertain"]);
    project.missive(&["resolve", &uai(1), "--handed-over", "--why", "copie reçue"]).expect(0);
    counts(&project, DAY, &[("asked", 2)]);
}

#[test]
fn a_request_in_the_outbox_is_made_anew_when_it_would_be_written_otherwise() {
    let project = over(3, &[1, 2], &Relay::usual());
    project.replace("missive.toml", "transport = \"smtp\"", "transport = \"outbox\"");
    ask(&project, DAY, &[]).expect(0);
    let files = project.names("out/2026/outbox");
    let file = format!("out/2026/outbox/{}", files[0]);
    let before = project.bytes(&file);
    ask(&project, "2026-11-21", &[]).expect(0);
    assert_eq!(project.bytes(&file), before, "nothing changed");
    project.replace("missive.toml", "dan-retours@academie", "dan-autre@academie");
    says(&ask(&project, "2026-11-21", &[]).expect(0), &["2 "]);
    assert_eq!(project.names("out/2026/outbox"), files);
    let after = String::from_utf8(project.bytes(&file)).unwrap();
    assert!(after.contains("dan-autre@academie"), "{after}");
    counts(&project, DAY, &[("deposited", 2), ("total", 2)]);
    project.missive(&["ledger", "verify"]).expect(0);
    // What lies there is not forgotten.
    for command in ["status", "plan"] {
        let told = project.missive(&[command, "--today", "2026-11-21"]);
        assert!(told.out.contains("la boîte d'envoi"), "{command}: {}", told.out);
    }
}

#[test]
fn a_school_that_has_a_referent_is_not_taken_for_another() {
    let project = over(3, &[1], &Relay::usual());
    let told = ask(&project, DAY, &["--only", &uai(2), "--confirm", "1"]).expect(2);
    says(&told, &[&uai(2), "a un référent"]);
    assert!(!told.err.contains("vouliez-vous"), "{}", told.err);
}

#[test]
fn of_letters_and_a_request_to_one_school_it_is_asked_which_came_back() {
    let relay = Relay::usual();
    let project = over(2, &[1], &relay);
    let ends = "since = 2026-09-01\n";
    ask(&project, DAY, &["--confirm", "1"]).expect(0);
    designate(&project, 1);
    let run = ["run", "--confirm", "2", "--today", "2026-11-21"];
    project.missive(&run).expect(0);
    assert!(project.read("data/people.toml").contains(ends));
    let bounced = ["resolve", &uai(1), "--bounced", "--why", "avis reçu"];
    let told = project.missive(&bounced).expect(5);
    says(
        &told,
        &[
            "plusieurs messages",
            "demande de désigner un référent",
            "lettres",
            "missive-designation.",
        ],
    );
    let sent = relay.seen.taken();
    let request = sent.iter().find(|one| one.message_id().contains("designation")).unwrap();
    let id = request.message_id();
    let told = project.missive(&["resolve", &id, "--bounced", "--why", "avis reçu"]).expect(0);
    says(&told, &["1 demande revenue en erreur"]);
    project.missive(&bounced).expect(0);
    project.missive(&["ledger", "verify"]).expect(0);
}
