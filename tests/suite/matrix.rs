//! What the network can do to a message, row by row (docs/sending.md): each story checks what the
//! ledger says, what the relay received, and the sentence a person reads.

use crate::relay::{
    Authority, Do, Event, Relay, Seen, Setup, VALID, Way, made, mailbox, plain, says, send,
};
use crate::support::Project;

/// A script that does one thing at one kind of command.
fn at(start: &'static str, text: &'static str) -> Relay {
    Relay::scripted(move |event, _| match event {
        Event::Command(line) if line.starts_with(start) => Do::Say(text.to_owned()),
        _ => Do::Usual,
    })
}

fn at_dot(action: Do) -> Relay {
    Relay::start(first_dot(action))
}

/// One that does one thing at the first dot.
fn first_dot(action: Do) -> Setup {
    let script = move |event: &Event, seen: &Seen| match event {
        Event::Dot if seen.dots() == 1 => action.clone(),
        _ => Do::Usual,
    };
    Setup { script: Box::new(script), ..Setup::default() }
}

#[test]
fn everything_goes_well() {
    let relay = Relay::usual();
    let project = made(3, &plain(relay.port));
    let told = send(&project, 3).expect(0);
    says(&told, &["À envoyer par localhost", "3 messages transmis au serveur de messagerie."]);
    assert_eq!(project.states(), ["handed_over"; 3]);
    let taken = relay.seen.taken();
    assert_eq!(taken.len(), 3);
    for (number, message) in taken.iter().enumerate() {
        assert_eq!(message.to, [mailbox(number)]);
        assert_eq!(message.from, "dan@academie.example");
    }
    says(&project.missive(&["send", "--confirm", "0"]).expect(0), &["tout est déjà parti"]);
    assert_eq!(relay.seen.taken().len(), 3);
    project.missive(&["ledger", "verify"]).expect(0);
}

#[test]
fn row_01_nobody_listens() {
    // Taken, so that no other story gets it, and never listened at.
    let taken = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
    let any: std::net::SocketAddr = "127.0.0.1:0".parse().unwrap();
    taken.bind(&any.into()).unwrap();
    let port = taken.local_addr().unwrap().as_socket().unwrap().port();
    let project = made(2, &plain(port));
    let told = send(&project, 2).expect(4);
    says(&told, &["injoignable", "connexion refusée", "rien n'est parti", "relancer missive send"]);
    assert_eq!(project.states(), ["ready"; 2]);
    // The same bytes go once somebody does.
    let before = project.messages();
    assert!(before.iter().all(|(.., tries)| *tries == 0));
}

#[test]
fn row_02_the_greeting_is_a_no() {
    for (text, words) in [("554 no service", "ne veut pas"), ("421 4.3.2 later", "421 4.3.2 later")]
    {
        let relay = Relay::scripted(move |event, _| match event {
            Event::Connect(_) => Do::SayAndClose(text.to_owned()),
            _ => Do::Usual,
        });
        let project = made(1, &plain(relay.port));
        let told = send(&project, 1).expect(4);
        says(&told, &[words]);
        assert_eq!(project.states(), ["ready"]);
        assert_eq!(relay.seen.whole().len(), 0);
    }
}

fn protected(port: u16, security: &str, host: &str) -> String {
    format!(
        "\n[mail.relay]\nhost = \"{host}\"\nport = {port}\nsecurity = \"{security}\"\nauth = []\n\
         quota = \"none\"\nca_file = \"relais.pem\"\n"
    )
}

#[test]
fn row_03_the_certificate_is_wrong() {
    let authority = Authority::new();
    for (pem, name, years, words) in [
        (&authority.pem, "localhost", (2020, 2021), "a expiré"),
        (&authority.pem, "localhost", (2080, 2090), "n'est pas encore valable"),
        (&authority.pem, "ailleurs.example", VALID, "n'est pas au nom de localhost"),
        (&Authority::named("Une autre").pem, "localhost", VALID, "autorité inconnue"),
    ] {
        for (security, implicit) in [("starttls", false), ("tls", true)] {
            let tls = Some(authority.server(name, years));
            let relay = Relay::start(Setup { tls, implicit, ..Setup::default() });
            let project = Project::over(1, &protected(relay.port, security, "localhost"));
            project.write("relais.pem", pem);
            project.missive(&["generate"]).expect(0);
            let told = send(&project, 1).expect(4);
            says(&told, &[words, "rien n'est parti", "ca_file"]);
            assert_eq!(project.states(), ["ready"]);
            assert_eq!(relay.seen.count("MAIL"), 0);
        }
    }
}

#[test]
fn a_right_certificate_protects_both_ways() {
    let authority = Authority::new();
    for (security, implicit) in [("starttls", false), ("tls", true)] {
        let tls = Some(authority.server("localhost", VALID));
        let relay = Relay::start(Setup { tls, implicit, ..Setup::default() });
        let project = Project::over(2, &protected(relay.port, security, "localhost"));
        project.write("relais.pem", &authority.pem);
        project.missive(&["generate"]).expect(0);
        send(&project, 2).expect(0);
        assert_eq!(relay.seen.taken().len(), 2);
        let told = project.missive(&["probe"]).expect(0);
        says(&told, &["TLS 1.3", "certificat vérifié", "Rien n'a été envoyé"]);
        assert_eq!(relay.seen.taken().len(), 2);
    }
}

#[test]
fn row_04_starttls_is_stripped_or_something_is_slipped_in() {
    let authority = Authority::new();
    let relay = Relay::usual();
    let project = Project::over(1, &protected(relay.port, "starttls", "localhost"));
    project.write("relais.pem", &authority.pem);
    project.missive(&["generate"]).expect(0);
    let told = send(&project, 1).expect(4);
    says(&told, &["ne propose pas STARTTLS", "rien n'est parti"]);
    assert_eq!((relay.seen.count("MAIL"), relay.seen.count("AUTH")), (0, 0));
    let relay = Relay::start(Setup {
        tls: Some(authority.server("localhost", VALID)),
        script: Box::new(|event, _| match event {
            Event::Command(line) if line == "STARTTLS" => {
                Do::Say("220 go\r\n250 2.0.0 slipped in".into())
            }
            _ => Do::Usual,
        }),
        ..Setup::default()
    });
    let text = project.read("missive.toml");
    let from = text.find("\nport = ").unwrap() + 1;
    let old: String = text[from..].chars().take_while(|c| *c != '\n').collect();
    project.replace("missive.toml", &old, &format!("port = {}", relay.port));
    let told = send(&project, 1).expect(4);
    says(&told, &["glissé dans la connexion"]);
    assert_eq!(project.states(), ["ready"]);
}

fn with_account(port: u16, auth: &str) -> String {
    plain(port).replace(
        "auth = []",
        &format!("auth = {auth}\nusername = \"dan\"\npassword_file = \"secret.txt\""),
    )
}

fn secret(project: &Project, text: &str) {
    project.write("secret.txt", text);
    private(project, 0o600);
}

fn private(project: &Project, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = std::fs::Permissions::from_mode(mode);
    std::fs::set_permissions(project.path("secret.txt"), mode).unwrap();
}

#[test]
fn row_05_the_password_is_refused_once() {
    for (auth, offer) in [("plain", "PLAIN LOGIN"), ("login", "LOGIN"), ("xoauth2", "XOAUTH2")] {
        let relay = Relay::start(Setup {
            auth: Some(offer.into()),
            script: Box::new(|event, _| match event {
                Event::Command(line) if line.starts_with("AUTH") => {
                    Do::Say("535 5.7.8 bad credentials".into())
                }
                _ => Do::Usual,
            }),
            ..Setup::default()
        });
        let project = Project::over(1, &with_account(relay.port, &format!("[\"{auth}\"]")));
        secret(&project, "un-mot-de-passe\n");
        project.missive(&["generate"]).expect(0);
        let told = send(&project, 1).expect(4);
        says(&told, &["535 5.7.8 bad credentials", "rien n'est parti", "un seul essai"]);
        assert_eq!(relay.seen.count("AUTH"), 1, "never tried twice");
        assert_eq!(project.states(), ["ready"]);
    }
}

#[test]
fn row_06_the_account_cannot_be_checked_now() {
    let relay = Relay::start(Setup {
        auth: Some("PLAIN".into()),
        script: Box::new(|event, _| match event {
            Event::Command(line) if line.starts_with("AUTH") => Do::Say("454 4.7.0 later".into()),
            _ => Do::Usual,
        }),
        ..Setup::default()
    });
    let project = Project::over(1, &with_account(relay.port, "[\"plain\"]"));
    secret(&project, "un-mot-de-passe\n");
    project.missive(&["generate"]).expect(0);
    let told = send(&project, 1).expect(4);
    says(&told, &["454 4.7.0 later", "rien n'est parti", "missive send à partir de"]);
    assert_eq!(project.states(), ["ready"]);
}

#[test]
fn row_07_the_sender_is_not_ours() {
    for text in ["553 5.7.1 sender not owned", "550 5.7.1 not you"] {
        let relay = at("MAIL", text);
        let project = made(3, &plain(relay.port));
        let told = send(&project, 3).expect(4);
        says(&told, &[text, "envoi arrêté", "adresse d'expédition"]);
        assert_eq!(project.states(), ["ready"; 3]);
        assert_eq!(relay.seen.count("MAIL"), 1);
    }
}

#[test]
fn row_08_the_message_is_too_large() {
    // Announced: each is told, none is tried.
    let offers = vec!["SIZE 20000".into()];
    let relay = Relay::start(Setup { offers, ..Setup::default() });
    let project = made(2, &plain(relay.port));
    let told = send(&project, 2).expect(1);
    says(&told, &["le serveur n'en accepte que 20000", "rejeté"]);
    assert_eq!(project.states(), ["refused"; 2]);
    assert_eq!(relay.seen.count("MAIL"), 0);
    // Said at the first message: the campaign stops.
    let relay = at("MAIL", "552 5.3.4 message too big");
    let project = made(2, &plain(relay.port));
    let told = send(&project, 2).expect(4);
    says(&told, &["552 5.3.4 message too big", "trop lourd"]);
    assert_eq!(project.states(), ["refused", "ready"]);
}

#[test]
fn row_09_one_school_is_unknown() {
    let relay = Relay::scripted(|event, _| match event {
        Event::Command(line) if line.contains(&mailbox(1)) => {
            Do::Say("550 5.1.1 no such user".into())
        }
        _ => Do::Usual,
    });
    let project = made(3, &plain(relay.port));
    let told = send(&project, 3).expect(1);
    says(
        &told,
        &["550 5.1.1 no such user", &mailbox(1), "rejeté par la messagerie", "missive run"],
    );
    assert_eq!(project.states(), ["handed_over", "refused", "handed_over"]);
    assert_eq!(relay.seen.taken().len(), 2);
    // Nothing goes again by itself.
    let told = send(&project, 0).expect(1);
    says(&told, &["1 message reste rejeté"]);
    // The corrected address makes another message.
    project.replace("data/schools.toml", &mailbox(1), "ce.corrige@academie.example");
    project.missive(&["run", "--confirm", "1"]).expect(0);
    assert_eq!(relay.seen.taken_by("ce.corrige@academie.example"), 1);
    assert_eq!(relay.seen.taken().len(), 3);
    project.missive(&["ledger", "verify"]).expect(0);
}

#[test]
fn row_10_a_copy_is_refused_and_the_head_gets_the_message() {
    let relay = Relay::scripted(|event, _| match event {
        Event::Command(line) if line.contains("dan-controle") => Do::Say("450 4.2.0 later".into()),
        Event::Command(line) if line.contains("martin") => Do::Say("550 5.1.1 unknown".into()),
        _ => Do::Usual,
    });
    let project = Project::over(1, &plain(relay.port));
    project.replace(
        "missive.toml",
        "copy_referent = false",
        "copy_referent = true\ncontrol_copy = \"dan-controle@academie.example\"",
    );
    project.replace(
        "data/people.toml",
        "family_name",
        "email = \"claire.martin@academie.example\"\nfamily_name",
    );
    project.missive(&["generate"]).expect(0);
    let told = send(&project, 1).expect(0);
    says(
        &told,
        &[
            "Copie non acceptée : claire.martin@academie.example",
            "550 5.1.1 unknown",
            "450 4.2.0 later",
        ],
    );
    assert_eq!(project.states(), ["handed_over"]);
    let taken = relay.seen.taken();
    assert_eq!(taken[0].to, [mailbox(0)]);
    let text = String::from_utf8_lossy(&taken[0].bytes).into_owned();
    assert!(text.contains("Cc: claire.martin@academie.example"));
    assert!(!text.contains("dan-controle"), "the control copy is in the envelope only");
}

#[test]
fn row_11_greylisting_defers_that_school() {
    let relay = Relay::scripted(|event, seen| match event {
        Event::Command(line)
            if line.contains(&mailbox(0))
                && seen.count(&format!("RCPT TO:<{}", mailbox(0))) == 1 =>
        {
            Do::Say("451 4.2.0 greylisted".into())
        }
        _ => Do::Usual,
    });
    let project = made(2, &(plain(relay.port) + "retry_after = [1]\n"));
    let told = send(&project, 2).expect(1);
    says(&told, &["451 4.2.0 greylisted", "différé", "missive send à partir de"]);
    assert_eq!(project.states(), ["deferred", "handed_over"]);
    let before = project.messages();
    let plan = project.missive(&["plan", "--json", "--today", "2020-01-01T08:00"]).json();
    assert_eq!(
        (&plan["messages"]["waiting"], &plan["messages"]["to_send"]),
        (&1.into(), &0.into())
    );
    // Later, and with the same bytes.
    let told = project.missive(&["send", "--wait", "--confirm", "1"]);
    assert_eq!(told.code, 0, "{}{}", told.out, told.err);
    assert_eq!(project.states(), ["handed_over"; 2]);
    assert_eq!(relay.seen.taken_by(&mailbox(0)), 1);
    assert_eq!(before[0].3, 1);
}

#[test]
fn row_12_an_idle_connection_was_closed() {
    for action in [Do::Close, Do::SayAndClose("421 4.4.2 idle too long".into())] {
        let relay = Relay::scripted(move |event, seen| match event {
            Event::Command(line) if line.starts_with("MAIL") && seen.count("MAIL") == 2 => {
                action.clone()
            }
            _ => Do::Usual,
        });
        let project = made(3, &plain(relay.port));
        let told = send(&project, 3).expect(0);
        assert!(!told.err.contains("421"), "{}", told.err);
        assert_eq!(project.states(), ["handed_over"; 3]);
        assert_eq!((relay.seen.taken().len(), relay.seen.connections()), (3, 2));
        assert!(project.messages().iter().all(|(.., tries)| *tries == 1));
    }
}

#[test]
fn row_13_three_throttle_answers_pause_the_campaign() {
    let relay = at("RCPT", "450 4.7.1 too much mail from you");
    let project = made(5, &plain(relay.port));
    let told = send(&project, 5).expect(1);
    says(&told, &["débit limité", "450 4.7.1 too much mail from you", "missive send à partir de"]);
    assert_eq!(project.states(), ["deferred", "deferred", "deferred", "ready", "ready"]);
    assert_eq!(relay.seen.count("MAIL"), 3);
    let json = project.missive(&["status", "--json"]).expect(0).json();
    assert_eq!(json["messages"]["deferred"], 3);
}

#[test]
fn row_14_data_is_answered_otherwise() {
    for (text, state, code) in [
        ("451 4.3.0 later", "deferred", 1),
        ("554 5.6.0 no", "refused", 1),
        ("250 2.0.0 ok", "deferred", 1),
    ] {
        let relay = at("DATA", text);
        let project = made(1, &plain(relay.port));
        let told = send(&project, 1).expect(code);
        says(&told, &[text]);
        assert_eq!(project.states(), [state]);
        assert_eq!(relay.seen.whole().len(), 0);
    }
}

#[test]
fn row_15_the_body_is_cut() {
    for action in [Do::Close, Do::Reset, Do::Silence] {
        let hangs = action.clone();
        let relay = Relay::scripted(move |event, seen| match event {
            Event::Body(octets) if *octets > 40_000 && seen.connections() == 1 => action.clone(),
            _ => Do::Usual,
        });
        // The reply to the dot keeps its time: only the body is hurried, and only where it hangs.
        let time = if matches!(hangs, Do::Silence) { ", data = 3" } else { ", data = 30" };
        let hurried = plain(relay.port).replace(", data = 30", time);
        let project = made(2, &(hurried + "retry_after = [1]\n"));
        // A body larger than what the system takes off our hands at once.
        project.write("enclosures/gros.pdf", [&b"%PDF-1.7\n"[..], &vec![b'x'; 4_500_000]].concat());
        project.replace(
            "data/campaigns/2026.toml",
            "enclosures = [",
            "enclosures = [\"enclosures/gros.pdf\", ",
        );
        project.missive(&["generate"]).expect(0);
        let told = project.missive(&["send", "--wait", "--confirm", "2"]);
        assert_eq!(told.code, 0, "{}{}", told.out, told.err);
        assert_eq!(project.states(), ["handed_over"; 2]);
        assert_eq!(relay.seen.taken_by(&mailbox(0)), 1);
        assert_eq!(project.messages()[0].3, 2, "tried again, with the same bytes");
        let log = project.read("out/2026/send.log");
        assert!(log.contains("\tdeferred\t"), "{log}");
    }
}

#[test]
fn row_16_a_no_during_the_body() {
    let relay = Relay::scripted(|event, _| match event {
        Event::Body(_) => Do::SayAndClose("552 5.3.4 too much".into()),
        _ => Do::Usual,
    });
    let project = made(1, &plain(relay.port));
    let told = send(&project, 1).expect(4);
    says(&told, &["552 5.3.4 too much"]);
    assert_eq!(project.states(), ["refused"]);
    assert_eq!(relay.seen.taken().len(), 0);
}

#[test]
fn row_17_the_content_is_refused() {
    let relay = Relay::scripted(|event, _| match event {
        Event::Dot => Do::Say("554 5.7.1 looks like spam".into()),
        _ => Do::Usual,
    });
    let project = made(5, &plain(relay.port));
    let told = send(&project, 5).expect(4);
    says(&told, &["554 5.7.1 looks like spam", "envoi arrêté"]);
    assert_eq!(project.states(), ["refused", "refused", "refused", "ready", "ready"]);
    assert_eq!(relay.seen.dots(), 3, "three alike are enough");
}

#[test]
fn row_18_later_after_the_dot() {
    let relay = at_dot(Do::Say("452 4.3.1 no space".into()));
    let project = made(1, &(plain(relay.port) + "retry_after = [1]\n"));
    let told = project.missive(&["send", "--wait", "--confirm", "1"]);
    assert_eq!(told.code, 0, "{}{}", told.out, told.err);
    assert_eq!(project.states(), ["handed_over"]);
    let whole = relay.seen.whole();
    assert_eq!(whole.len(), 2);
    assert_eq!(whole[0].bytes, whole[1].bytes, "the same bytes, the same Date and Message-ID");
    assert_eq!(relay.seen.taken().len(), 1);
}

/// After these the message of the first school is in doubt, and the second goes on.
#[track_caller]
fn in_doubt(action: Do, words: &[&str]) {
    in_doubt_over(Way::Clear, action, words);
}

#[track_caller]
fn in_doubt_over(way: Way, action: Do, words: &[&str]) {
    let short = [("end_of_data = 30", "end_of_data = 1")];
    let (relay, project) = way.made(first_dot(action), 2, &short);
    let told = send(&project, 2).expect(1);
    assert_eq!(relay.seen.ended(), 0, "it was held as long as the relay liked");
    says(&told, words);
    says(&told, &["au sort incertain", "missive resolve", "boîte de contrôle", "<missive."]);
    assert_eq!(project.states(), ["ambiguous", "handed_over"]);
    // Nothing sends it again without a person's word.
    let again = project.missive(&["send", "--confirm", "0"]).expect(5);
    says(&again, &["1 message reste au sort incertain", "resolve"]);
    assert_eq!(relay.seen.dots(), 2);
    let reference = project.missive(&["status", "--json"]).expect(0).json()["open"][0]["name"]
        .as_str()
        .unwrap()
        .to_owned();
    // Said to be gone: it never goes again. Said not to be: the same bytes go.
    project
        .missive(&["resolve", &reference, "--not-sent", "--why", "vu au journal du relais"])
        .expect(0);
    send(&project, 1).expect(0);
    assert_eq!(project.states(), ["handed_over"; 2]);
    let whole = relay.seen.whole();
    let same: Vec<_> = whole.iter().filter(|message| message.to == [mailbox(0)]).collect();
    assert_eq!(same.len(), 2);
    assert_eq!(same[0].bytes, same[1].bytes);
    project.missive(&["ledger", "verify"]).expect(0);
    project.missive(&["history", &reference]).expect(0);
}

#[test]
fn row_19_the_relay_gives_up_after_the_dot() {
    in_doubt(Do::SayAndClose("421 4.4.2 timeout".into()), &["421 4.4.2 timeout"]);
    in_doubt(Do::Say("451 4.4.2 timeout".into()), &["451 4.4.2 timeout"]);
}

#[test]
fn row_20_the_connection_goes_after_the_dot() {
    in_doubt(Do::Close, &["a coupé la connexion"]);
    in_doubt(Do::Reset, &["s'est rompue"]);
}

#[test]
fn row_21_silence_after_the_dot() {
    for way in Way::ALL {
        in_doubt_over(way, Do::Silence, &["n'a pas répondu en 1 s"]);
    }
}

#[test]
fn row_21_a_reply_that_drips_after_the_dot() {
    // For minutes, each octet sooner than anybody would lose patience; under TLS, in a record of its
    // own.
    let drip = Do::Drip(format!("250 2.0.0 Ok: queued as {}", "Q".repeat(7000)), 40);
    let record = Do::Trickle(format!("250 2.0.0 Ok: queued as {}\r\n", "Q".repeat(7000)), 40);
    let lines = Do::Drip("250-2.0.0 wait\r\n".repeat(400), 40);
    for way in Way::ALL {
        in_doubt_over(way, drip.clone(), &["n'a pas répondu en 1 s", "reçu : « 250 2."]);
    }
    in_doubt_over(Way::Tls, lines, &["n'a pas répondu en 1 s", "reçu : « 250-2.0.0 w"]);
    in_doubt_over(Way::Starttls, record.clone(), &["n'a pas répondu en 1 s"]);
    in_doubt_over(Way::Tls, record, &["n'a pas répondu en 1 s"]);
}

#[test]
fn a_handshake_that_drips_is_given_up_in_its_time() {
    for way in [Way::Starttls, Way::Tls] {
        let setup = Setup { slow: 40, ..Setup::default() };
        let (relay, project) = way.made(setup, 1, &[("command = 30", "command = 2")]);
        let told = send(&project, 1).expect(4);
        says(&told, &["n'a pas répondu en 2 s", "rien n'est parti"]);
        let told = project.missive(&["probe"]).expect(4);
        says(&told, &["n'a pas répondu en 2 s", "rien n'a été envoyé"]);
        assert_eq!((relay.seen.ended(), relay.seen.connections()), (0, 2));
        assert_eq!(project.states(), ["ready"]);
    }
}

#[test]
fn row_22_a_late_yes_is_a_yes() {
    let relay = at_dot(Do::Late(2500, "250 2.0.0 Ok: queued as LATE1".into()));
    let project = made(2, &plain(relay.port));
    send(&project, 2).expect(0);
    assert_eq!(project.states(), ["handed_over"; 2]);
    assert!(project.messages()[0].2.contains("LATE1"));
    assert_eq!(relay.seen.taken().len(), 2);
}

#[test]
fn row_23_half_a_reply_then_nothing() {
    in_doubt(Do::Half("250 2.0.0 Ok: que".into()), &["reçu : « 250 2.0.0 Ok: que »"]);
}

#[test]
fn row_24_no_sense_after_the_dot() {
    in_doubt(Do::Say("354 go on".into()), &["354 go on"]);
    in_doubt(Do::Say("HTTP/1.1 200 OK".into()), &["incompréhensible", "HTTP/1.1 200 OK"]);
}

#[test]
fn a_relay_that_leaves_every_message_in_doubt_is_left() {
    let relay = Relay::scripted(|event, _| match event {
        Event::Dot => Do::Close,
        _ => Do::Usual,
    });
    let project = made(5, &plain(relay.port));
    let told = send(&project, 5).expect(4);
    says(&told, &["plusieurs messages de suite ont un sort incertain"]);
    assert_eq!(project.states(), ["ambiguous", "ambiguous", "ambiguous", "ready", "ready"]);
}

#[test]
fn a_reply_without_end_is_cut_short() {
    let relay = at_dot(Do::Say(format!("250 {}", "x".repeat(3_000_000))));
    let project = made(1, &plain(relay.port));
    let told = send(&project, 1).expect(1);
    assert!(told.out.len() < 4_000, "{}", told.out.len());
    assert_eq!(project.states(), ["ambiguous"]);
    assert!(project.messages()[0].2.len() < 2_000);
}

#[test]
fn parameters_go_only_to_a_relay_that_offers_them() {
    for (offers, mail, to) in [
        (vec![], "MAIL FROM:<dan@academie.example>", "RCPT TO:<ce.0860001j@academie.example>"),
        (
            vec!["size 0", "dsn"],
            "MAIL FROM:<dan@academie.example> SIZE=",
            "RCPT TO:<ce.0860001j@academie.example> NOTIFY=FAILURE,DELAY ORCPT=rfc822;ce.0860001j@academie.example",
        ),
    ] {
        let offers: Vec<String> = offers.into_iter().map(str::to_owned).collect();
        let dsn = offers.len() > 1;
        let relay = Relay::start(Setup { offers, ..Setup::default() });
        let project = made(1, &plain(relay.port));
        send(&project, 1).expect(0);
        let said = relay.seen.commands();
        let line = |start: &str| said.iter().find(|line| line.starts_with(start)).unwrap().clone();
        assert_eq!(line("RCPT"), to);
        if dsn {
            assert!(line("MAIL").starts_with(mail), "{}", line("MAIL"));
            assert!(line("MAIL").contains(" RET=HDRS ENVID=2026-0860001J-"), "{}", line("MAIL"));
        } else {
            assert_eq!(line("MAIL"), mail);
        }
    }
}

#[test]
fn a_connection_carries_fifty_messages() {
    let relay = Relay::usual();
    let project = made(55, &plain(relay.port));
    send(&project, 55).expect(0);
    assert_eq!((relay.seen.taken().len(), relay.seen.connections()), (55, 2));
    assert_eq!(relay.seen.count("QUIT"), 2);
}
