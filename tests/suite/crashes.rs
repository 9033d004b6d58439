//! The process is killed for real, at every step of a transaction and at random instants: no
//! message is received twice, and none is called handed over that was not.

use crate::relay::{Do, Event, Relay, mailbox, plain};
use crate::support::{Project, missive};
use crate::waiting::{Gate, kill_when, wait_until};
use std::process::{Child, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

fn start(project: &Project, words: &[&str]) -> Child {
    missive()
        .arg("-C")
        .arg(project.root())
        .args(words)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// How often, and on how many messages; MISSIVE_KILLS and MISSIVE_MESSAGES ask for more.
fn asked(name: &str, usual: usize) -> usize {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// Each message was taken once at most; what was not taken is not called handed over; what is not
/// in doubt is right.
#[track_caller]
fn sound(project: &Project, relay: &Relay) -> usize {
    let mut ambiguous = 0;
    for (number, (address, state, ..)) in project.messages().into_iter().enumerate() {
        assert_eq!(address, mailbox(number));
        let taken = relay.seen.taken_by(&address);
        assert!(taken <= 1, "{address} was taken {taken} times");
        match state.as_str() {
            "handed_over" => assert_eq!(taken, 1, "{address} is called handed over"),
            "ambiguous" => ambiguous += 1,
            _ => assert_eq!(taken, 0, "{address} is {state}, and was taken"),
        }
    }
    project.missive(&["ledger", "verify"]).expect(0);
    ambiguous
}

/// What the relay still had to do for one who was killed is done.
#[track_caller]
fn all_heard(relay: &Relay) {
    wait_until("the end of all connections", || relay.seen.talking() == 0);
}

/// The next send goes on without further words than its count.
#[track_caller]
fn finish(project: &Project) {
    let plan = project.missive(&["plan", "--json"]).expect(0).json();
    let number = plan["messages"]["to_send"].to_string();
    let told = project.missive(&["send", "--confirm", &number]);
    assert!(matches!(told.code, 0 | 1 | 5), "{}\n{}{}", told.code, told.out, told.err);
}

/// When the process is killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    /// Frozen, and just connected.
    Freeze,
    /// The intent is on the disk: DATA has come.
    Intent,
    /// In the middle of the body.
    Body,
    /// The dot has come, nothing was answered.
    Dot,
    /// The answer is on its way.
    Reply,
}

#[test]
fn row_25_and_26_killed_at_each_step() {
    for (at, doubt) in [
        (At::Freeze, Some(0)),
        (At::Intent, Some(1)),
        (At::Body, Some(1)),
        (At::Dot, Some(1)),
        // Whether the verdict reached the disk is a matter of microseconds.
        (At::Reply, None),
    ] {
        let victim: Arc<Mutex<Option<Child>>> = Arc::default();
        let shared = Arc::clone(&victim);
        let kill = move || {
            // The one who started it may not have put it down yet.
            wait_until("the command to kill", || shared.lock().unwrap().is_some());
            if let Some(child) = shared.lock().unwrap().as_mut() {
                child.kill().ok();
                child.wait().ok();
            }
        };
        let replied = Gate::default();
        if at == At::Reply {
            let (kill, replied) = (kill.clone(), replied.clone());
            std::thread::spawn(move || {
                replied.pass();
                kill();
            });
        }
        let relay = Relay::scripted(move |event, seen| {
            let first = seen.connections() == 1;
            let now = match event {
                Event::Connect(1) => at == At::Freeze,
                Event::Command(line) if line == "DATA" => {
                    at == At::Intent && seen.count("DATA") == 2
                }
                Event::Body(octets) => at == At::Body && seen.count("DATA") == 2 && *octets > 1000,
                Event::Dot => at == At::Dot && seen.dots() == 2,
                _ => false,
            };
            if first && now {
                kill();
            }
            if first && at == At::Reply && *event == Event::Dot && seen.dots() == 2 {
                return Do::SayAndOpen("250 2.0.0 Ok: queued as Q0002".into(), replied.clone());
            }
            Do::Usual
        });
        let project = Project::over(4, &plain(relay.port));
        project.missive(&["generate"]).expect(0);
        *victim.lock().unwrap() = Some(start(&project, &["send", "--confirm", "4"]));
        wait_until("the kill", || {
            victim.lock().unwrap().as_mut().unwrap().try_wait().unwrap().is_some()
        });
        all_heard(&relay);
        let ambiguous = sound(&project, &relay);
        assert!(doubt.is_none_or(|doubt| doubt == ambiguous), "{at:?}: {ambiguous} in doubt");
        finish(&project);
        assert_eq!(sound(&project, &relay), ambiguous, "{at:?}");
        let states = project.states();
        let rest = states.iter().filter(|state| *state == "handed_over").count();
        assert_eq!(rest, 4 - ambiguous, "{at:?}: {states:?}");
        if ambiguous > 0 {
            let told = project.missive(&["send", "--confirm", "0"]).expect(5);
            assert!(told.err.contains("interrompue pendant l'envoi"), "{at:?}: {}", told.err);
        }
    }
}

#[test]
fn killed_at_random_instants_nothing_is_sent_twice() {
    let (kills, messages) = (asked("MISSIVE_KILLS", 10), asked("MISSIVE_MESSAGES", 25));
    // How long a whole run takes here.
    let relay = Relay::usual();
    let project = Project::over(messages, &plain(relay.port));
    project.missive(&["generate"]).expect(0);
    let number = messages.to_string();
    let begin = Instant::now();
    project.missive(&["send", "--confirm", &number]).expect(0);
    let usual = begin.elapsed().as_secs_f64();
    let (mut cut, mut doubts) = (0, 0);
    let mut open: Option<(Project, Relay)> = None;
    for round in 0..kills {
        // Some rounds go on with what the last one left.
        let (project, relay) = open.take().unwrap_or_else(|| {
            let relay = Relay::usual();
            let project = Project::over(messages, &plain(relay.port));
            project.missive(&["generate"]).expect(0);
            (project, relay)
        });
        let plan = project.missive(&["plan", "--json"]).expect(0).json();
        let count = plan["messages"]["to_send"].as_u64().unwrap() as usize;
        let mut child = start(&project, &["send", "--confirm", &count.to_string()]);
        let share = (round * 7919 % 101) as f64 / 101.0;
        let wait = Duration::from_secs_f64(usual * (0.15 + 0.85 * share));
        // Before the last message, however fast the computer is by now.
        let last = relay.seen.dots() + count.max(2) - 1;
        cut += usize::from(kill_when(&mut child, wait, || relay.seen.dots() >= last));
        all_heard(&relay);
        doubts += sound(&project, &relay);
        if round % 2 == 1 {
            finish(&project);
            let ambiguous = sound(&project, &relay);
            let states = project.states();
            let rest = states.iter().filter(|state| *state == "handed_over").count();
            assert_eq!(rest + ambiguous, messages, "round {round}: {states:?}");
        } else {
            open = Some((project, relay));
        }
    }
    println!("{kills} rounds, {cut} cut, {doubts} messages in doubt");
    assert!(cut * 2 > kills, "only {cut} of {kills} were cut: the times are off");
}
