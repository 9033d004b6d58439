//! A relay that repeats what it was given: nothing of the account's secret is on any screen or in any
//! file, whatever form it has in the relay's mouth.

use crate::relay::{Do, Event, Relay, Seen, Setup, mailbox, plain, says};
use crate::support::{Project, Told, holds, missive, told};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use std::fs;
use std::path::Path;

const SECRET: &str = "Tr0ub4dor-et+3/agrafes";

/// What a relay makes of the secret: each of these would give it away.
fn forms() -> Vec<String> {
    let plain = format!("\0dan\0{SECRET}");
    let token = format!("user=dan\x01auth=Bearer {SECRET}\x01\x01");
    let mut all: Vec<String> = [SECRET, "dan", &plain, &token, &format!("dan:{SECRET}")]
        .iter()
        .flat_map(|text| [STANDARD.encode(text), URL_SAFE_NO_PAD.encode(text)])
        .collect();
    let hex = |before: &str| SECRET.bytes().map(|byte| format!("{before}{byte:02X}")).collect();
    all.extend([hex(""), hex("%"), hex("\\x"), SECRET.to_owned()]);
    all.push(SECRET.replace('+', "%2B").replace('/', "%2F"));
    all.extend([SECRET.to_uppercase(), STANDARD.encode(&plain).to_lowercase()]);
    all
}

/// All of them in one reply of many lines; one is taken apart by a space and by an end of line.
fn echo(code: u16) -> String {
    let (one, rest) = SECRET.split_at(7);
    let (two, three) = rest.split_at(6);
    let mut text = format!("{code}-5.7.0 you said {one} {two}\r\n{code}-5.7.0 {three}\r\n");
    for form in forms() {
        text.push_str(&format!("{code}-5.7.0 <{form}> \"{form}\"\r\n"));
    }
    text + &format!("{code} 5.7.0 that was all")
}

/// The same, cut in the middle of the secret.
fn half(code: u16) -> String {
    let coded = STANDARD.encode(format!("\0dan\0{SECRET}"));
    format!("{code} 5.7.0 you said {}", &coded[..coded.len() - 9])
}

/// What must not be found: each form, and each half of the secret.
fn needles() -> Vec<String> {
    let mut all = forms();
    let middle = SECRET.len() / 2;
    all.extend([SECRET[..middle].to_owned(), SECRET[middle..].to_owned()]);
    all.push(STANDARD.encode(format!("\0dan\0{SECRET}"))[8..20].to_owned());
    // What is shorter is found by chance in what is compressed.
    all.retain(|form| form.len() >= 8);
    all.into_iter().map(|form| form.to_lowercase()).collect()
}

fn files(folder: &Path, found: &mut Vec<(String, Vec<u8>)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => files(&path, found),
            false => found.push((path.display().to_string(), fs::read(&path).unwrap())),
        }
    }
}

/// Nothing of the secret is in what was said, nor in any file of the project.
#[track_caller]
fn clean(name: &str, project: &Project, said: &[Told]) {
    let mut texts: Vec<(String, Vec<u8>)> = Vec::new();
    for one in said {
        texts.push(("screen".into(), one.out.clone().into_bytes()));
        texts.push(("errors".into(), one.err.clone().into_bytes()));
    }
    files(&project.root(), &mut texts);
    assert!(texts.len() > 20 && texts.iter().any(|(name, _)| name.ends_with("ledger.sqlite")));
    let needles = needles();
    for (place, text) in texts {
        let text = text.to_ascii_lowercase();
        for needle in &needles {
            assert!(
                !holds(&text, needle),
                "{name}: {needle} in {place}: {}",
                String::from_utf8_lossy(&text)
            );
        }
    }
}

type Script = fn(&Event, &Seen) -> Do;

/// The stories: a name, the code of the first sending, and what the relay does.
const STORIES: &[(&str, i32, Script)] = &[
    ("at the account", 4, |event, _| match event {
        Event::Command(line) if line.starts_with("AUTH") => Do::Say(echo(535)),
        _ => Do::Usual,
    }),
    ("at the account, for now", 4, |event, _| match event {
        Event::Command(line) if line.starts_with("AUTH") => Do::Say(echo(454)),
        _ => Do::Usual,
    }),
    ("in a challenge", 4, |event, _| match event {
        Event::Command(line) if line.starts_with("AUTH") => {
            let why = format!("{{\"status\":\"401\",\"token\":\"{SECRET}\"}}");
            Do::Say(format!("334 {}", STANDARD.encode(why)))
        }
        Event::Command(line) if line.is_empty() => Do::Say("535 5.7.8 no".into()),
        _ => Do::Usual,
    }),
    ("at the account, half", 4, |event, _| match event {
        Event::Command(line) if line.starts_with("AUTH") => Do::Half(half(535)),
        _ => Do::Usual,
    }),
    ("in what it offers", 0, |event, _| match event {
        Event::Command(line) if line.starts_with("EHLO") => Do::Say(format!(
            "250-relais\r\n250-AUTH PLAIN LOGIN XOAUTH2 {SECRET}\r\n250-LIMITS {SECRET}\r\n{}",
            echo(250)
        )),
        _ => Do::Usual,
    }),
    ("in the greeting of the second connection", 4, |event, seen| match event {
        Event::Connect(_) if seen.connections() > 1 => Do::Say(echo(554)),
        _ => Do::Usual,
    }),
    ("at the sender", 4, |event, _| match event {
        Event::Command(line) if line.starts_with("MAIL") => Do::Say(echo(550)),
        _ => Do::Usual,
    }),
    ("at a school and at the copy", 1, |event, _| match event {
        Event::Command(line) if line.contains("dan-controle") => Do::Say(echo(550)),
        Event::Command(line) if line.contains(&mailbox(0)) => Do::Say(echo(451)),
        _ => Do::Usual,
    }),
    ("at the dot", 1, |event, seen| match event {
        Event::Dot if seen.dots() == 1 => Do::Say(echo(452)),
        Event::Dot => Do::Say(echo(554)),
        _ => Do::Usual,
    }),
    ("in doubt", 1, |event, seen| match event {
        Event::Dot if seen.dots() == 1 => Do::SayAndClose(echo(421)),
        Event::Dot => Do::Half(half(250)),
        _ => Do::Usual,
    }),
    ("in a yes", 0, |event, _| match event {
        Event::Dot => Do::Say(echo(250)),
        _ => Do::Usual,
    }),
];

#[test]
fn an_echo_of_the_secret_is_blotted_out_everywhere() {
    for (index, (name, code, script)) in STORIES.iter().enumerate() {
        // Each mechanism in turn.
        let auth = ["plain", "login", "xoauth2"][index % 3];
        let relay = Relay::start(Setup {
            auth: Some("PLAIN LOGIN XOAUTH2".into()),
            script: Box::new(*script),
            ..Setup::default()
        });
        let account = format!(
            "auth = [\"{auth}\"]\nusername = \"dan\"\npassword_env = \"MOT_DE_PASSE\"\nretry_after = [1]"
        );
        let project = Project::over(2, &plain(relay.port).replace("auth = []", &account));
        project.replace(
            "missive.toml",
            "reply_to",
            "control_copy = \"dan-controle@academie.example\"\nreply_to",
        );
        let run = |words: &[&str]| {
            let mut command = missive();
            command.env("MOT_DE_PASSE", SECRET).arg("-C").arg(project.root()).args(words);
            told(&mut command)
        };
        run(&["generate"]).expect(0);
        let account_file = project.path("compte.csv");
        let second = name.contains("second");
        let mut said = Vec::new();
        if second {
            said.push(run(&["probe"]).expect(0));
        }
        said.push(run(&["send", "--confirm", "2"]).expect(*code));
        let shown = match name.contains("offers") || name.contains("yes") {
            true => run(&["probe", "--json"]),
            false => run(&["status", "--json"]),
        };
        said.push(shown);
        for words in [
            &["send", "--confirm", "2", "--json"][..],
            &["send", "--test-to", "moi@academie.example"],
            &["probe"],
            &["probe", "--json"],
            &["status"],
            &["history", "0860001J"],
            &["explain", "0860001J"],
            &["export", account_file.to_str().unwrap()],
            &["generate", "--force"],
            &["ledger", "verify"],
        ] {
            said.push(run(words));
        }
        assert!(relay.seen.count("AUTH") > 0, "{name}");
        clean(name, &project, &said);
        // The echo was there, and what stood around it is still to be read.
        let log = fs::read_to_string(project.path("out/2026/send.log")).unwrap_or_default();
        let all: String = said.iter().map(|one| format!("{}{}", one.out, one.err)).collect();
        assert!((all.clone() + &log).contains("[masqué]"), "{name}: {all}{log}");
    }
}

#[test]
fn the_words_around_an_echo_stay_and_those_beside_a_short_secret_do_not() {
    for (secret, said, meant) in [
        (
            SECRET,
            "535 5.7.8 <Tr0ub4dor-et+3/agrafes> is wrong, dan",
            "535 5.7.8 [masqué] is wrong, dan",
        ),
        ("abc", "535 5.7.8 no word of it", "535 5.7.8 [masqué] »"),
    ] {
        let relay = Relay::start(Setup {
            auth: Some("PLAIN".into()),
            script: Box::new(move |event, _| match event {
                Event::Command(line) if line.starts_with("AUTH") => Do::Say(said.into()),
                _ => Do::Usual,
            }),
            ..Setup::default()
        });
        let account = "auth = [\"plain\"]\nusername = \"dan\"\npassword_env = \"MOT_DE_PASSE\"";
        let project = Project::over(1, &plain(relay.port).replace("auth = []", account));
        project.missive(&["generate"]).expect(0);
        let mut command = missive();
        command.env("MOT_DE_PASSE", secret).arg("-C").arg(project.root());
        let told = told(command.args(["send", "--confirm", "1"])).expect(4);
        says(&told, &[meant, "un seul essai"]);
    }
}

#[test]
fn what_moves_a_cursor_or_turns_a_text_reaches_neither_screen_nor_file() {
    let relay = Relay::scripted(|event, _| {
        match event {
        Event::Dot => Do::Say(
            "452 4.3.1 \u{1b}[2J\u{1b}]0;x\u{7}a\tb\u{202e}c\u{2028}d\u{200b}e\u{9b}31m \u{8}\rno space".into(),
        ),
        _ => Do::Usual,
    }
    });
    let project = crate::relay::made(1, &plain(relay.port));
    let told = crate::relay::send(&project, 1).expect(1);
    says(&told, &["452 4.3.1  [2J ]0;x a b c d e 31m   no space"]);
    let log = project.read("out/2026/send.log");
    let reply = project.messages()[0].2.clone();
    for text in [&told.out, &told.err, &log, &reply] {
        let bad = |c: char| {
            (c.is_control() && !matches!(c, '\n' | '\t'))
                || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
        };
        assert!(!text.contains(bad), "{text:?}");
    }
    assert!(log.lines().all(|line| line.split('\t').count() == 5), "{log:?}");
}

#[test]
fn a_long_reply_is_cut_short_on_screen_and_in_the_ledger() {
    let relay = Relay::scripted(|event, _| match event {
        Event::Dot => Do::Say(format!("452-4.3.1 {}\r\n452 4.3.1 end", "x".repeat(7000))),
        _ => Do::Usual,
    });
    let project = crate::relay::made(1, &plain(relay.port));
    let told = crate::relay::send(&project, 1).expect(1);
    says(&told, &["452 4.3.1 xxx", "…"]);
    assert!(told.out.len() + told.err.len() < 4_000, "{}", told.out.len());
    assert!(project.messages()[0].2.chars().count() <= 1_001);
}
