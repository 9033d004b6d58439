//! What is said and kept of a mail relay, and of each fault of it.

use super::story::Story;
use crate::relay::{Authority, Do, Event, Relay, Seen, Setup, VALID, mailbox, plain};
use crate::support::Project;
use std::sync::Mutex;

/// A story whose messages go over a relay on this computer.
fn over(name: &'static str, schools: usize, relay: &Relay) -> Story {
    let mut story = Story::new(name, Project::over(schools, &plain(relay.port)));
    known(&mut story, relay);
    story
}

/// The port of a relay is another one each time.
fn known(story: &mut Story, relay: &Relay) {
    for (before, word) in [("localhost:", "localhost:PORT"), ("127.0.0.1:", "127.0.0.1:PORT")] {
        story.normal.name(format!("{before}{}", relay.port), word);
    }
    story.normal.name(format!("\"port\": {}", relay.port), "\"port\": \"PORT\"");
}

/// A relay that treats each school's message in another way, the first time.
fn one_fault_each() -> Relay {
    let school = Mutex::new((0, Vec::new()));
    Relay::scripted(move |event, _: &Seen| {
        let mut state = school.lock().unwrap();
        let (number, done) = &mut *state;
        if let Event::Command(line) = event
            && line.starts_with("RCPT TO:")
        {
            *number = (0..8).find(|number_of| line.contains(&mailbox(*number_of))).unwrap_or(0);
        }
        let step = match event {
            Event::Command(line) if line.starts_with("RCPT TO:") => "rcpt",
            Event::Command(line) if line == "DATA" => "data",
            Event::Dot => "dot",
            _ => return Do::Usual,
        };
        let answer = match (*number, step) {
            (1, "rcpt") => Do::Say("550 5.1.1 no such mailbox".into()),
            (2, "rcpt") => Do::Say("452 4.2.2 mailbox full".into()),
            (3, "data") => Do::Say("554 5.6.0 not like that".into()),
            (4, "dot") => Do::Say("554 5.7.1 content refused".into()),
            (5, "dot") => Do::Say("451 4.7.1 greylisted, come back".into()),
            (6, "dot") => Do::Close,
            (7, "rcpt") => Do::SayAndClose("421 4.3.2 going down".into()),
            _ => return Do::Usual,
        };
        if done.contains(number) {
            return Do::Usual;
        }
        done.push(*number);
        answer
    })
}

#[test]
fn one_message_of_each_fate() {
    let relay = one_fault_each();
    let mut story = over("relay-faults", 8, &relay);
    story.screen("generate");
    story.reads("plan");
    story.reads("probe");
    story.both("send");
    story.both("send --confirm 3");
    story.both("send --test-to ailleurs@autre.example");
    story.both("send --deposited sent --confirm 0");
    story.screen("send --test-to moi@academie.example --limit 1");
    story.document("send --test-to moi@academie.example --only 0860001J");
    story.screen("send --limit 2 --confirm 2");
    story.screen("send --confirm 6");
    story.screen("send --confirm 6");
    story.reads("status");
    story.reads("plan");
    story.file("out/2026/send.log");
    story.now("2026-11-18T11:00:00+01:00");
    story.document("send --confirm 1");
    story.screen("send --confirm 2");
    story.reads("status");
    story.both("resolve 0860007R --not-sent --why 'vu au relais'");
    story.both("resolve 0860007R --handed-over --why 'vu au relais'");
    story.reads("history 0860002K");
    story.reads("history 0860007R");
    story.now("2027-02-01T11:00:00+01:00");
    story.both("send --remind");
    story.screen("send --remind --confirm 2 --limit 1");
    story.reads("status");
    story.file("out/2026/send.log");
    story.reads("ledger verify");
    story.stored("message");
    story.stored("event");
    story.end();
}

#[test]
fn messages_of_each_fate_in_one_document() {
    let relay = one_fault_each();
    let mut story = over("relay-document", 8, &relay);
    story.screen("generate");
    story.document("send --confirm 8");
    story.document("run --confirm 0");
    story.file("out/2026/send.log");
    story.end();
}

/// A relay that says this to a command.
fn says(start: &'static str, reply: Do) -> Setup {
    let script = move |event: &Event, _: &Seen| match event {
        Event::Connect(_) if start.is_empty() => reply.clone(),
        Event::Command(line) if !start.is_empty() && line.starts_with(start) => reply.clone(),
        _ => Do::Usual,
    };
    Setup { script: Box::new(script), ..Setup::default() }
}

#[test]
fn connections_that_do_not_come_about() {
    let mut story = Story::new("relay-connections", Project::over(1, &plain(1)));
    story.screen("generate");
    story.both("send --confirm 1");
    story.both("probe");
    let settings = story.project.read("missive.toml");
    let authority = Authority::new();
    story.project.write("relais.pem", &authority.pem);
    let tls = || Some(authority.server("localhost", VALID));
    let login = || Some("LOGIN PLAIN".to_owned());
    let protected = "security = \"starttls\"\nca_file = \"relais.pem\"";
    let accounted = format!("{protected}\nusername = \"dan\"\npassword_env = \"MOT_DE_PASSE\"");
    let say = |text: &str| Do::Say(text.to_owned());
    let cases: Vec<(&str, &str, Setup)> = vec![
        ("refused at once", "", says("", say("554 5.7.1 go away"))),
        ("busy at once", "", says("", Do::SayAndClose("421 4.3.2 too busy".into()))),
        ("closes at once", "", says("", Do::Close)),
        ("breaks at once", "", says("EHLO", Do::Reset)),
        ("half a reply", "", says("EHLO", Do::Half("250-relais.exam".into()))),
        ("no SMTP", "", says("", say("bonjour"))),
        ("EHLO refused", "", says("EHLO", say("502 5.5.1 what?"))),
        ("MAIL put off", "", says("MAIL", say("451 4.3.0 later"))),
        ("MAIL refused", "", says("MAIL", say("550 5.7.1 you may not send"))),
        ("no STARTTLS", protected, Setup::default()),
        (
            "STARTTLS refused",
            protected,
            Setup { tls: tls(), ..says("STARTTLS", say("454 4.7.0 no")) },
        ),
        (
            "another authority",
            protected,
            Setup {
                tls: Some(Authority::named("Une autre").server("localhost", VALID)),
                ..Setup::default()
            },
        ),
        (
            "another name",
            protected,
            Setup { tls: Some(authority.server("autre.example", VALID)), ..Setup::default() },
        ),
        (
            "expired",
            protected,
            Setup { tls: Some(authority.server("localhost", (2020, 2021))), ..Setup::default() },
        ),
        (
            "not yet valid",
            protected,
            Setup { tls: Some(authority.server("localhost", (2089, 2090))), ..Setup::default() },
        ),
        (
            "TLS where there is none",
            "security = \"tls\"\nca_file = \"relais.pem\"",
            Setup::default(),
        ),
        (
            "no account",
            &accounted,
            Setup { tls: tls(), auth: Some("CRAM-MD5".to_owned()), ..Setup::default() },
        ),
        (
            "account refused",
            &accounted,
            Setup { tls: tls(), auth: login(), ..says("AUTH", say("535 5.7.8 no")) },
        ),
        (
            "account put off",
            &accounted,
            Setup { tls: tls(), auth: login(), ..says("AUTH", say("454 4.7.0 later")) },
        ),
        ("too large", "", Setup { offers: vec!["SIZE 1000".into()], ..Setup::default() }),
    ];
    for (what, security, setup) in cases {
        let relay = Relay::start(setup);
        known(&mut story, &relay);
        let mut text = settings.replace("port = 1\n", &format!("port = {}\n", relay.port));
        if !security.is_empty() {
            text = text.replace("security = \"none\"", security);
        }
        if security.contains("username") {
            text = text.replace("auth = []", "auth = [\"plain\"]");
        }
        story.project.write("missive.toml", text);
        story.remark(what);
        story.aside(|story| {
            story.screen("send --confirm 1");
            story.stored("SELECT state, reply, tries, due FROM message");
        });
        story.aside(|story| {
            story.document("send --confirm 1");
        });
        story.screen("probe");
    }
    story.end();
}
