//! Before, while and after messages go over a relay: guards, limits, interruptions, reminders.

use crate::relay::{Do, Event, Relay, Seen, Setup, Way, made, mailbox, plain, says, send, uai};
use crate::support::{Project, holds, missive, told};
use crate::terminal;
use crate::waiting::{Gate, wait_until};
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

#[test]
fn nothing_leaves_without_its_count() {
    let relay = Relay::usual();
    let project = made(3, &plain(relay.port));
    let plan = project.missive(&["plan", "--json"]).expect(0).json();
    assert_eq!(plan["messages"]["to_send"], 3);
    for words in
        [vec!["send"], vec!["run"], vec!["send", "--confirm", "2"], vec!["run", "--confirm", "4"]]
    {
        let told = project.missive(&words).expect(5);
        says(&told, &["rien n'est parti", "--confirm 3", "Domaines : academie.example (3)"]);
    }
    let json = project.missive(&["send", "--json"]).expect(5).json();
    assert_eq!((&json["handed_over"], &json["to_confirm"]), (&0.into(), &3.into()));
    assert_eq!((relay.seen.connections(), relay.seen.whole().len()), (0, 0));
    // A pilot first, confirmed by its own count or by the whole.
    let json =
        project.missive(&["send", "--limit", "1", "--confirm", "1", "--json"]).expect(0).json();
    assert_eq!(
        (&json["handed_over"], &json["remaining"], &json["stopped_by"]),
        (&1.into(), &2.into(), &"limit".into())
    );
    project.missive(&["send", "--limit", "1", "--confirm", "2"]).expect(0);
    project.missive(&["run", "--confirm", "1"]).expect(0);
    assert_eq!(relay.seen.taken().len(), 3);
    for number in 0..3 {
        assert_eq!(relay.seen.taken_by(&mailbox(number)), 1);
    }
}

#[test]
fn the_bytes_that_leave_are_the_frozen_ones_dated_by_their_freezing() {
    let relay = Relay::usual();
    let project = made(1, &plain(relay.port));
    project.missive(&["send", "--confirm", "1", "--today", "2026-11-20T09:15:00+01:00"]).expect(0);
    let message = &relay.seen.taken()[0];
    let text = String::from_utf8_lossy(&message.bytes).into_owned();
    assert!(text.contains("Date: Fri, 20 Nov 2026 08:15:00 +0000\r\n"), "{text}");
    assert!(!text.contains("X-Unsent"));
    assert!(message.message_id().starts_with("<missive.2026-0860001J-"));
    let name = crate::support::sha256(&message.bytes);
    let object = project.bytes(&format!("data/ledger/objects/{}/{}", &name[..2], &name[2..]));
    assert_eq!(object, message.bytes);
    let log = project.read("out/2026/send.log");
    assert!(log.contains("\thanded_over\t<missive.") && log.contains("queued as"), "{log}");
    // The log is a view: it comes back with everything else.
    std::fs::remove_dir_all(project.path("out")).unwrap();
    project.missive(&["generate"]).expect(0);
    let again = project.read("out/2026/send.log");
    assert_eq!(again, log);
    project.missive(&["ledger", "verify"]).expect(0);
}

#[test]
fn letters_that_are_out_of_date_are_not_sent() {
    let relay = Relay::usual();
    let project = Project::over(2, &plain(relay.port));
    says(&send(&project, 2).expect(5), &["rien n'a encore été produit"]);
    project.missive(&["generate"]).expect(0);
    project.replace("data/schools.toml", "Durand", "Durant");
    let told = send(&project, 2).expect(5);
    says(&told, &["1 lettre n'est pas à jour", "missive plan", "Collège Ada-Lovelace (0860001J)"]);
    // The other one may go.
    project.missive(&["send", "--only", &uai(1), "--confirm", "1"]).expect(0);
    assert_eq!(relay.seen.taken_by(&mailbox(1)), 1);
    project.missive(&["run", "--confirm", "1"]).expect(0);
    assert_eq!(relay.seen.taken().len(), 2);
}

#[test]
fn from_the_outbox_to_the_relay_a_person_says_what_was_sent() {
    for (word, leave) in [("sent", 0), ("not-sent", 2)] {
        let relay = Relay::usual();
        let project = Project::over(2, &plain(relay.port));
        project.replace("missive.toml", "transport = \"smtp\"", "transport = \"outbox\"");
        project.missive(&["run"]).expect(0);
        project.replace("missive.toml", "transport = \"outbox\"", "transport = \"smtp\"");
        let told = send(&project, 0).expect(5);
        says(&told, &["2 messages sont encore dans la boîte d'envoi", "--deposited"]);
        let told = project
            .missive(&["send", "--deposited", word, "--confirm", &leave.to_string()])
            .expect(0);
        says(&told, &["Noté : 2 messages"]);
        assert_eq!(relay.seen.taken().len(), leave);
        assert_eq!(project.names("out/2026/outbox"), [] as [&str; 0]);
        assert_eq!(project.states(), ["handed_over"; 2]);
        project.missive(&["ledger", "verify"]).expect(0);
    }
}

#[test]
fn a_test_goes_to_oneself_and_leaves_the_account_alone() {
    let relay = Relay::usual();
    let project = Project::over(5, &plain(relay.port));
    project.replace(
        "missive.toml",
        "copy_referent = false",
        "copy_referent = true\ncontrol_copy = \"dan-controle@academie.example\"",
    );
    project.missive(&["generate"]).expect(0);
    let before = project.messages();
    let told = project.missive(&["send", "--test-to", "moi@academie.example"]).expect(0);
    says(&told, &["3 copies transmises", "Le compte de la campagne ne change pas"]);
    let one = project.missive(&["send", "--test-to", "moi@academie.example", "--only", &uai(4)]);
    assert_eq!(one.code, 0);
    assert_eq!(project.messages(), before);
    let whole = relay.seen.whole();
    assert_eq!(whole.len(), 4);
    for message in &whole {
        assert_eq!(message.to, ["moi@academie.example"]);
        assert!(message.message_id().starts_with("<missive-test."));
        let text = String::from_utf8_lossy(&message.bytes).into_owned();
        assert!(text.contains("To: moi@academie.example\r\n") && !text.contains("Cc:"), "{text}");
    }
    for wrong in ["moi@ailleurs.example", "moi", "a@b\r\nRCPT TO:<x@y>"] {
        project.missive(&["send", "--test-to", wrong]).expect(2);
    }
    assert_eq!(relay.seen.whole().len(), 4);
    project.missive(&["ledger", "verify"]).expect(0);
    send(&project, 5).expect(0);
    assert_eq!(relay.seen.taken().len(), 4 + 5);
}

#[test]
fn what_is_attached_is_looked_at_once_more() {
    let relay = Relay::usual();
    let project = made(2, &plain(relay.port));
    // Frozen, but nobody listens.
    let port = relay.port.to_string();
    project.replace("missive.toml", &format!("port = {port}"), "port = 1");
    send(&project, 2).expect(4);
    project.replace("missive.toml", "port = 1", &format!("port = {port}"));
    // Somebody swaps the frozen bytes of two messages, and has the events say so.
    let swap = "UPDATE message SET bytes = other.bytes FROM message AS other
                WHERE other.id != message.id";
    assert_eq!(crate::forge::edit(&project, swap, &[]), 2);
    let told = send(&project, 2).expect(1);
    says(&told, &["retenu", "ne porte pas le bon Message-ID"]);
    assert_eq!(relay.seen.whole().len(), 0);
}

#[test]
fn a_lost_or_older_ledger_does_not_send() {
    let relay = Relay::usual();
    let project = made(3, &plain(relay.port));
    let run = |words: &[&str]| project.missive(words);
    run(&["send", "--limit", "1", "--confirm", "1"]).expect(0);
    let copy = project.path("copie.sqlite");
    run(&["ledger", "backup", copy.to_str().unwrap()]).expect(0);
    run(&["send", "--limit", "1", "--confirm", "1"]).expect(0);
    // Put back from yesterday: it does not know of the second message.
    let ledger = project.path("data/ledger/ledger.sqlite");
    std::fs::copy(&copy, &ledger).unwrap();
    says(&run(&["send", "--confirm", "2"]).expect(5), &["plus ancien", "ledger accept"]);
    // Gone altogether.
    std::fs::remove_dir_all(project.path("data/ledger")).unwrap();
    run(&["generate"]).expect(0);
    says(&run(&["send", "--confirm", "3"]).expect(5), &["plus ancien", "ou en est un autre"]);
    assert_eq!(relay.seen.taken().len(), 2, "nothing went a second time");
    // Damaged in the middle.
    let text = std::fs::read(&ledger).unwrap();
    let mut damaged = text.clone();
    damaged[4096..12_288].fill(0);
    std::fs::write(&ledger, damaged).unwrap();
    let told = run(&["send", "--confirm", "3"]);
    assert!(matches!(told.code, 4 | 5), "{}", told.code);
    assert_eq!(relay.seen.taken().len(), 2);
}

#[test]
fn two_at_once_and_a_lease_left_behind() {
    // A relay that takes its time with the first message.
    let gate = Gate::default();
    let shared = gate.clone();
    let relay = Relay::scripted(move |event, seen| {
        if *event == Event::Dot && seen.dots() == 1 {
            shared.pass();
        }
        Do::Usual
    });
    let project = made(2, &plain(relay.port));
    let first = start(&project, &["send", "--confirm", "2"]);
    wait_until("the first message", || relay.seen.dots() == 1);
    let second = send(&project, 2).expect(4);
    says(
        &second,
        &["une autre commande écrit dans ce projet", "sur l'ordinateur", "missive envoyer"],
    );
    gate.open();
    assert!(first.wait_with_output().unwrap().status.success());
    assert_eq!(relay.seen.taken().len(), 2);
    // Another computer died with the lease: a person says so.
    let lease =
        r#"{"user":"jeanne","computer":"poste-12","process":4242,"since":"2026-11-24T08:00:00Z"}"#;
    project.write("data/ledger/bail.json", lease);
    let told = project.missive(&["send", "--confirm", "0"]).expect(4);
    says(&told, &["jeanne", "poste-12", "--take-over"]);
    project.missive(&["send", "--confirm", "0", "--take-over"]).expect(0);
}

fn start(project: &Project, words: &[&str]) -> std::process::Child {
    missive()
        .arg("-C")
        .arg(project.root())
        .args(words)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

fn interrupt(child: &std::process::Child) {
    let id = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
}

/// Reads what a command says on its standard error, until it says this.
fn hears(error: &mut impl BufRead, words: &str) {
    let mut line = String::new();
    while !line.contains(words) {
        line.clear();
        assert_ne!(error.read_line(&mut line).unwrap(), 0, "it ended without {words:?}");
    }
}

#[test]
fn row_34_ctrl_c_ends_what_is_in_hand_and_twice_at_once() {
    // An answer that never comes, and one that never ends.
    let drip = Do::Trickle(format!("250 2.0.0 {}\r\n", "Q".repeat(7000)), 40);
    for (way, endless) in [
        (Way::Clear, Do::Silence),
        (Way::Clear, drip.clone()),
        (Way::Starttls, drip.clone()),
        (Way::Tls, drip),
    ] {
        let gate = Gate::default();
        let passage = gate.clone();
        let script = move |event: &Event, seen: &Seen| {
            match (event, seen.dots()) {
                (Event::Dot, 1) => passage.pass(),
                (Event::Dot, 2) => return endless.clone(),
                _ => {}
            }
            Do::Usual
        };
        let setup = Setup { script: Box::new(script), ..Setup::default() };
        let long = [("end_of_data = 30", "end_of_data = 600")];
        let (relay, project) = way.made(setup, 3, &long);
        let mut child = start(&project, &["send", "--confirm", "3", "--json"]);
        let mut error = BufReader::new(child.stderr.take().unwrap());
        wait_until("the first message", || relay.seen.dots() == 1);
        interrupt(&child);
        hears(&mut error, "arrêt après le message en cours");
        gate.open();
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(
            (&json["handed_over"], &json["remaining"], &json["stopped_by"]),
            (&1.into(), &2.into(), &"signal".into())
        );
        assert_eq!(project.states(), ["handed_over", "ready", "ready"]);
        let mut child = start(&project, &["send", "--confirm", "2", "--json"]);
        let mut error = BufReader::new(child.stderr.take().unwrap());
        wait_until("the second message", || relay.seen.dots() == 2);
        interrupt(&child);
        hears(&mut error, "arrêt après le message en cours");
        interrupt(&child);
        let output = child.wait_with_output().unwrap();
        assert_eq!(relay.seen.ended(), 0, "it was held as long as the relay liked");
        assert_eq!(output.status.code(), Some(1));
        let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!((&json["ambiguous"], &json["remaining"]), (&1.into(), &1.into()));
        assert_eq!(project.states(), ["handed_over", "ambiguous", "ready"]);
        send(&project, 1).expect(0);
        assert_eq!(project.states(), ["handed_over", "ambiguous", "handed_over"]);
    }
}

#[test]
fn ctrl_c_ends_a_handshake_that_drips() {
    let setup = Setup { slow: 40, ..Setup::default() };
    let (relay, project) = Way::Tls.made(setup, 1, &[("command = 30", "command = 600")]);
    let mut child = start(&project, &["send", "--confirm", "1", "--json"]);
    let mut error = BufReader::new(child.stderr.take().unwrap());
    wait_until("the connection", || relay.seen.connections() == 1);
    // Nothing is in hand: once is enough.
    interrupt(&child);
    hears(&mut error, "arrêt après le message en cours");
    let output = child.wait_with_output().unwrap();
    assert_eq!(relay.seen.ended(), 0, "it was held as long as the relay liked");
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&json["remaining"], &json["stopped_by"]), (&1.into(), &"signal".into()));
    assert_eq!(project.states(), ["ready"]);
}

/// Sends at a terminal, until it says these words and thereby waits; then a person stops it.
#[track_caller]
fn stopped_while_it_waits(project: &Project, words: &[&str], waits: &[&str]) {
    let mut session = terminal::at_a_drawing_terminal(project, words);
    for said in waits {
        terminal::says(&mut session, said);
    }
    session.send_control('c').unwrap();
    terminal::says(&mut session, "arrêt après le message en cours");
    let (said, code) = terminal::rest(session);
    assert_eq!(code, 1, "{said}");
}

#[test]
fn a_limit_is_kept_across_a_restart_and_when_the_clock_is_set_back() {
    let relay = Relay::usual();
    let limited = plain(relay.port).replace("quota = \"none\"", "pause = 0")
        + "[[mail.relay.window]]\nminutes = 60\nrecipients = 2\n";
    let project = made(4, &limited);
    // A Tuesday; the end is announced.
    let words = ["send", "--confirm", "4", "--today", "2026-11-24T10:00:00+01:00"];
    stopped_while_it_waits(
        &project,
        &words,
        &["Durée : environ 61 minutes", "limite d'envoi : reprise à"],
    );
    assert_eq!(relay.seen.taken().len(), 2);
    // Half an hour later, and with the clock set back an hour: nothing may go yet.
    for moment in ["2026-11-24T10:30:00+01:00", "2026-11-24T09:00:00+01:00"] {
        let words = ["send", "--confirm", "2", "--today", moment];
        stopped_while_it_waits(&project, &words, &["limite d'envoi : reprise à"]);
        assert_eq!(relay.seen.taken().len(), 2, "{moment}");
    }
    project.missive(&["send", "--confirm", "2", "--today", "2026-11-24T11:00:05+01:00"]).expect(0);
    assert_eq!(relay.seen.taken().len(), 4);
    // The hour that is said twice: what was said before the change is not an hour old after it.
    let project = made(2, &(limited.replace("recipients = 2", "recipients = 1")));
    let zone = "[Europe/Paris]";
    let first = format!("2026-10-25T02:30:00+02:00{zone}");
    project.missive(&["send", "--limit", "1", "--confirm", "1", "--today", &first]).expect(0);
    let moment = format!("2026-10-25T02:20:00+01:00{zone}");
    let words = ["send", "--confirm", "1", "--today", &moment];
    stopped_while_it_waits(&project, &words, &["limite d'envoi : reprise à"]);
    assert_eq!(project.states(), ["handed_over", "ready"]);
    project
        .missive(&[
            "send",
            "--confirm",
            "1",
            "--today",
            &format!("2026-10-25T02:30:05+01:00{zone}"),
        ])
        .expect(0);
}

#[test]
fn the_password_is_never_written_anywhere() {
    let secret = "Tr0ub4dor-et-3-agrafes";
    let encoded: Vec<String> = [
        secret.to_owned(),
        format!("\0dan\0{secret}"),
        format!("user=dan\x01auth=Bearer {secret}\x01\x01"),
    ]
    .iter()
    .map(|text| base64::Engine::encode(&base64::engine::general_purpose::STANDARD, text))
    .collect();
    for (auth, word) in [("plain", &encoded[1]), ("login", &encoded[0]), ("xoauth2", &encoded[2])] {
        for refused in [false, true] {
            let relay = Relay::start(Setup {
                auth: Some("PLAIN LOGIN XOAUTH2".into()),
                script: Box::new(move |event, _| match event {
                    Event::Command(line) if refused && line.starts_with("AUTH") => {
                        Do::Say("535 5.7.8 no".into())
                    }
                    _ => Do::Usual,
                }),
                ..Setup::default()
            });
            let settings = plain(relay.port).replace(
                "auth = []",
                &format!(
                    "auth = [\"{auth}\"]\nusername = \"dan\"\npassword_env = \"MOT_DE_PASSE\""
                ),
            );
            let project = made(1, &settings);
            let run = |words: &[&str]| {
                let mut command = missive();
                command.env("MOT_DE_PASSE", secret).arg("-C").arg(project.root()).args(words);
                told(&mut command)
            };
            let all = [run(&["probe"]), run(&["send", "--confirm", "1"]), run(&["status"])];
            assert_eq!(all[1].code, if refused { 4 } else { 0 }, "{}", all[1].err);
            assert!(
                relay.seen.commands().iter().any(|line| line.contains(word.as_str())),
                "{auth}"
            );
            let said: String = all.iter().map(|each| format!("{}{}", each.out, each.err)).collect();
            let mut texts = vec![("terminal".to_owned(), said.into_bytes())];
            for (name, _) in crate::support::hashes(&project.root()) {
                texts.push((name.clone(), project.bytes(&name)));
            }
            texts.push((
                "send.log".to_owned(),
                std::fs::read(project.path("out/2026/send.log")).unwrap_or_default(),
            ));
            for (name, text) in texts {
                for needle in encoded.iter().map(String::as_str).chain([secret]) {
                    assert!(!holds(&text, needle), "{auth}: in {name}");
                }
            }
        }
    }
}

#[test]
fn a_password_that_others_can_read_or_that_is_missing_stops_before_any_connection() {
    let relay = Relay::start(Setup { auth: Some("PLAIN".into()), ..Setup::default() });
    let settings = plain(relay.port).replace(
        "auth = []",
        "auth = [\"plain\"]\nusername = \"dan\"\npassword_file = \"secret.txt\"",
    );
    let project = made(1, &settings);
    says(&send(&project, 1).expect(4), &["ne peut pas être lu", "rien n'est parti"]);
    project.write("secret.txt", "x\n");
    let mode = |bits| {
        let mode = <std::fs::Permissions as std::os::unix::fs::PermissionsExt>::from_mode(bits);
        std::fs::set_permissions(project.path("secret.txt"), mode).unwrap();
    };
    mode(0o644);
    says(&send(&project, 1).expect(4), &["peut être lu par d'autres", "chmod 600"]);
    mode(0o600);
    project.write("secret.txt", "");
    says(&send(&project, 1).expect(4), &["est vide"]);
    project.replace("missive.toml", "password_file = \"secret.txt\"\n", "");
    says(&send(&project, 1).expect(4), &["il manque le mot de passe", "MISSIVE_SMTP_PASSWORD"]);
    assert_eq!(relay.seen.connections(), 0);
    project.replace("missive.toml", "username = \"dan\"", "username = \"dan\"\npassword = \"x\"");
    says(&send(&project, 1).expect(3), &["« password » n'existe pas"]);
}

#[test]
fn the_settings_of_a_relay_are_checked() {
    let project = Project::over(1, &plain(25));
    for (from, to, code) in [
        ("host = \"localhost\"", "host = \"relais.academie.example\"", "E-SECURITY"),
        ("quota = \"none\"", "quota = \"rapide\"", "E-QUOTA"),
        ("command = 30", "command = 0", "E-TIMEOUT"),
        (
            "quota = \"none\"",
            "quota = \"none\"\nwindow = [{ minutes = 1, recipients = 5 }]",
            "E-QUOTA",
        ),
        ("quota = \"none\"", "window = [{ minutes = 1, recipients = 0 }]", "E-QUOTA"),
        ("transport", "remind_every = 0\ntransport", "E-INTERVAL"),
    ] {
        let text = project.read("missive.toml");
        project.replace("missive.toml", from, to);
        let told = project.missive(&["check"]).expect(3);
        assert!(told.err.contains(code), "{to}: {}", told.err);
        project.write("missive.toml", text);
    }
}

#[test]
fn a_control_copy_settles_what_is_in_doubt() {
    let relay = Relay::scripted(|event, seen| match event {
        Event::Dot if seen.dots() <= 2 => Do::Close,
        _ => Do::Usual,
    });
    let project = Project::over(3, &plain(relay.port));
    project.replace(
        "missive.toml",
        "reply_to",
        "control_copy = \"dan-controle@academie.example\"\nreply_to",
    );
    project.missive(&["generate"]).expect(0);
    send(&project, 3).expect(1);
    assert_eq!(project.states(), ["ambiguous", "ambiguous", "handed_over"]);
    // One copy came, with the headers that a mailbox adds; a quoted Message-ID proves nothing.
    let whole = relay.seen.whole();
    let copy = [b"Received: from relais.example\r\n".as_slice(), &whole[0].bytes].concat();
    project.write("copies/1.eml", copy);
    project.write(
        "copies/2.eml",
        format!("Subject: re\r\n\r\n> Message-ID: {}\r\n", whole[1].message_id()),
    );
    let folder = project.path("copies");
    let told = project.missive(&["resolve", "--copies", folder.to_str().unwrap()]).expect(1);
    says(&told, &["1 message au sort incertain est parti", "une copie absente ne prouve rien"]);
    assert_eq!(project.states(), ["handed_over", "ambiguous", "handed_over"]);
    project.missive(&["ledger", "verify"]).expect(0);
}

#[test]
fn a_reissue_refers_to_what_it_follows() {
    let relay = Relay::usual();
    let project = made(1, &plain(relay.port));
    project.missive(&["send", "--confirm", "1", "--today", "2026-11-20"]).expect(0);
    project.replace("data/schools.toml", "Durand", "Durant");
    project.missive(&["run", "--confirm", "1", "--today", "2026-11-25"]).expect(0);
    let taken = relay.seen.taken();
    assert_eq!(taken.len(), 2);
    let text = String::from_utf8_lossy(&taken[1].bytes).replace("\r\n ", " ");
    assert!(text.contains(&format!("References: {}", taken[0].message_id())), "{text}");
    assert_ne!(taken[0].message_id(), taken[1].message_id());
}

#[test]
fn reminders_go_once_to_those_whose_return_is_missing() {
    let relay = Relay::scripted(|event, seen| match event {
        Event::Dot if seen.dots() == 4 => Do::Close,
        _ => Do::Usual,
    });
    let project = made(3, &plain(relay.port));
    project.missive(&["send", "--limit", "2", "--confirm", "2", "--today", "2026-11-20"]).expect(0);
    let remind = |day: &str, number: &str| {
        project.missive(&["send", "--remind", "--confirm", number, "--today", day])
    };
    says(&remind("2026-12-18", "0").expect(0), &["Aucun rappel", "2 lettres attendent encore"]);
    let asked = project.missive(&["send", "--remind", "--today", "2026-12-19"]).expect(5);
    says(&asked, &["À envoyer", "2 rappels", "--confirm 2"]);
    let told = remind("2026-12-19", "2").expect(1);
    says(&told, &["1 message transmis", "1 au sort incertain"]);
    let whole = relay.seen.whole();
    assert_eq!(whole.len(), 4);
    let message = &whole[2];
    assert!(message.message_id().starts_with("<missive-reminder.2026-0860001J-"));
    let mail = mailparse::parse_mail(&message.bytes).unwrap();
    let body = mail.subparts[0].subparts[0].get_body().unwrap().replace('\u{a0}', " ");
    for words in [
        "Sauf erreur de ma part, la lettre de mission",
        "Je l’attendais pour le 18 décembre 2026.",
        "ne tenez pas compte de ce message",
    ] {
        assert!(body.replace('\n', " ").replace('\r', "").contains(words), "{words}: {body}");
    }
    let text = String::from_utf8_lossy(&message.bytes).replace("\r\n ", " ");
    assert!(text.contains(&format!("References: {}", whole[0].message_id())));
    // The letter comes once more, byte for byte.
    let first = mailparse::parse_mail(&whole[0].bytes).unwrap();
    assert_eq!(mail.subparts[1].get_body_raw().unwrap(), first.subparts[1].get_body_raw().unwrap());
    // The account of the letters is as it was; the doubtful reminder is not sent again.
    let status = project.missive(&["status", "--json"]).expect(0).json();
    assert_eq!(
        (&status["letters"]["handed_over"], &status["reminders"]["ambiguous"]),
        (&2.into(), &1.into())
    );
    says(&remind("2026-12-20", "0").expect(5), &["Aucun rappel", "relancés il y a peu"]);
    assert_eq!(relay.seen.whole().len(), 4);
    // Once the interval is over, a second one.
    remind("2027-01-02", "2").expect(0);
    let text = crate::mail::plain_body(&relay.seen.whole()[4].bytes);
    assert!(text.contains("Je me permets de revenir vers vous"), "{text}");
    project.missive(&["ledger", "verify"]).expect(0);
}

#[test]
fn reminders_without_a_relay_lie_in_the_outbox() {
    let project = Project::sample();
    project.missive(&["run", "--today", "2026-11-18"]).expect(0);
    project
        .missive(&[
            "resolve",
            "--deposited",
            "--handed-over",
            "--why",
            "envoyés",
            "--today",
            "2026-11-20",
        ])
        .expect(0);
    let told = project.missive(&["send", "--remind", "--today", "2027-01-04"]).expect(0);
    says(&told, &["11 rappels dans", "Rien n'est encore parti"]);
    assert_eq!(project.names("out/2026/outbox").len(), 11);
    assert!(project.names("out/2026/outbox").contains(&"0860001J.rappel1.eml".to_owned()));
    project.missive(&["run", "--today", "2027-01-04"]).expect(0);
    assert_eq!(project.names("out/2026/outbox").len(), 11, "they stay until they were sent");
    project
        .missive(&[
            "resolve",
            "--deposited",
            "--handed-over",
            "--why",
            "envoyés",
            "--today",
            "2027-01-04",
        ])
        .expect(0);
    assert_eq!(project.names("out/2026/outbox").len(), 0);
    says(
        &project.missive(&["send", "--remind", "--today", "2027-01-10"]).expect(0),
        &["Aucun rappel"],
    );
    project.missive(&["send", "--remind", "--today", "2027-01-20"]).expect(0);
    assert!(project.names("out/2026/outbox").contains(&"0860001J.rappel2.eml".to_owned()));
    project.missive(&["ledger", "verify"]).expect(0);
}

#[test]
fn waiting_is_confirmed_and_limited_like_the_rest() {
    let relay = Relay::scripted(|event, seen| match event {
        Event::Command(line) if line.starts_with("RCPT") && seen.count("RCPT") <= 3 => {
            Do::Say("451 4.2.0 greylisted".into())
        }
        _ => Do::Usual,
    });
    let project = made(3, &(plain(relay.port) + "retry_after = [1]\n"));
    let morning = ["--today", "2026-11-24T08:00:00+01:00"];
    project.missive(&[&["send", "--confirm", "3"], morning.as_slice()].concat()).expect(1);
    let early = ["--today", "2020-01-01T08:00"];
    let told = project.missive(&[&["send", "--wait"], early.as_slice()].concat()).expect(5);
    says(&told, &["3 messages", "--confirm 3"]);
    assert_eq!(relay.seen.taken().len(), 0);
    // Another day they are due.
    let words = ["send", "--wait", "--limit", "1", "--confirm", "1", "--json"];
    let late = ["--today", "2026-11-25"];
    let json = project.missive(&[words.as_slice(), &late].concat()).expect(0).json();
    assert_eq!((&json["handed_over"], &json["remaining"]), (&1.into(), &2.into()));
    assert_eq!(relay.seen.taken().len(), 1);
    let told = project.missive(&["send", "--limit", "0"]).expect(5);
    says(&told, &["rien n'est parti : --limit 0"]);
}

#[test]
fn deposited_is_said_of_all_or_of_none() {
    let relay = Relay::usual();
    let project = Project::over(2, &plain(relay.port));
    project.replace("missive.toml", "transport = \"smtp\"", "transport = \"outbox\"");
    project.missive(&["run"]).expect(0);
    project.replace("missive.toml", "transport = \"outbox\"", "transport = \"smtp\"");
    for words in [["--only", "0860001J"], ["--except", "0860001J"], ["--limit", "1"]] {
        let all = [&["send", "--deposited", "sent", "--confirm", "1"], words.as_slice()].concat();
        says(&project.missive(&all).expect(2), &["vaut pour tous les messages déposés"]);
    }
    assert_eq!(project.states(), ["deposited"; 2]);
}

#[test]
fn reminders_change_their_way_and_are_not_lost() {
    let relay = Relay::usual();
    let project = Project::over(2, &plain(relay.port));
    let transport = |from: &str, to: &str| {
        project.replace(
            "missive.toml",
            &format!("transport = \"{from}\""),
            &format!("transport = \"{to}\""),
        );
    };
    transport("smtp", "outbox");
    project.missive(&["run", "--today", "2026-11-18"]).expect(0);
    project.hand_over("2026-11-20");
    let remind = |words: &[&str]| {
        project.missive(&[&["send", "--remind", "--today", "2027-01-20"], words].concat())
    };
    remind(&[]).expect(0);
    project
        .missive(&["resolve", "--deposited", "--not-sent", "--why", "x", "--today", "2027-01-20"])
        .expect(0);
    says(&remind(&[]).expect(0), &["2 rappels dans"]);
    assert_eq!(project.names("out/2026/outbox").len(), 2);
    transport("outbox", "smtp");
    let told = remind(&["--deposited", "not-sent", "--confirm", "2"]).expect(0);
    says(&told, &["2 messages transmis"]);
    assert_eq!(relay.seen.taken().len(), 2);
    says(&remind(&["--confirm", "0"]).expect(0), &["Aucun rappel"]);
    project.missive(&["ledger", "verify"]).expect(0);
}

#[test]
fn a_test_that_did_not_leave_is_not_called_so() {
    let relay = Relay::scripted(|event, _| match event {
        Event::Command(line) if line == "DATA" => Do::Say("250 2.0.0 ok".into()),
        _ => Do::Usual,
    });
    let project = made(2, &plain(relay.port));
    let told = project.missive(&["send", "--test-to", "moi@academie.example"]).expect(4);
    says(&told, &["l'essai s'est arrêté", "250 2.0.0 ok"]);
    assert_eq!(relay.seen.whole().len(), 0);
}

#[test]
fn another_control_copy_holds_for_what_was_never_tried() {
    let relay = Relay::scripted(|event, seen| match event {
        Event::Command(line) if line.starts_with("MAIL") && seen.count("MAIL") == 1 => {
            Do::Say("553 5.7.1 not yours".into())
        }
        _ => Do::Usual,
    });
    let project = Project::over(1, &plain(relay.port));
    project.replace("missive.toml", "reply_to", "control_copy = \"un@academie.example\"\nreply_to");
    project.missive(&["generate"]).expect(0);
    send(&project, 1).expect(4);
    project.replace("missive.toml", "un@academie.example", "deux@academie.example");
    send(&project, 1).expect(0);
    assert_eq!(relay.seen.taken()[0].to, [mailbox(0), "deux@academie.example".to_owned()]);
    project.missive(&["ledger", "verify"]).expect(0);
}

#[test]
fn a_reminder_that_was_put_off_waits_for_its_hour() {
    let relay = Relay::scripted(|event, seen| match event {
        Event::Command(line) if line.starts_with("RCPT") && seen.count("RCPT") == 2 => {
            Do::Say("450 4.2.0 later".into())
        }
        _ => Do::Usual,
    });
    let project = made(1, &(plain(relay.port) + "retry_after = [600]\n"));
    project.missive(&["send", "--confirm", "1", "--today", "2026-11-20"]).expect(0);
    let words = ["send", "--remind", "--confirm", "1", "--today", "2026-12-21"];
    says(&project.missive(&words).expect(1), &["1 différé", "missive send --remind à partir de"]);
    says(&project.missive(&words).expect(1), &["Aucun rappel", "1 rappel est différé"]);
    let words = [&words[..], &["--wait"]].concat();
    stopped_while_it_waits(&project, &words, &["différés : reprise à"]);
    assert_eq!(relay.seen.count("RCPT"), 2);
}
