//! Messages over a relay: shown, confirmed by their number, sent; one address is refused.

use crate::browser::{Browser, JOBS, check_campaign, clock, done, json, kind};
use crate::relay::{Do, Event, Relay, plain};
use missive::app::error::ErrorKind;
use missive::app::sending::context::SendContext;
use missive::app::sending::refusal::{Confirmation, SendRefusal};
use missive::app::sending::relay::open_relay::{Password, find_password, open_relay};
use missive::app::sending::send::{NothingReason, SendOptions, SendPlan, preview_send, send};
use missive::app::sending::transmit_queue::{SendMonitor, SendProgress};
use smtp_session::CancelToken;

const MADE: &str = "2026-11-18";
const SENT: &str = "2026-11-20";

pub fn messages_are_shown_confirmed_and_sent() {
    let relay = Relay::scripted(|event, _| match event {
        Event::Command(line) if line.starts_with("RCPT TO:<ce.0860001j@") => {
            Do::Say("550 5.1.1 unknown".to_owned())
        }
        _ => Do::Usual,
    });
    let mut browser = Browser::sample();
    browser.state = Some(browser.beside("state"));
    browser.edit("missive.toml", "transport = \"outbox\"", "transport = \"smtp\"");
    browser.append("missive.toml", &plain(relay.port));
    let made = browser.generate(MADE, false);
    assert_eq!((made.outcome.letters.made(), made.outcome.deposited.len()), (13, 0));

    let opened = browser.open(SENT);
    let (resolved, _) = check_campaign(&opened, SENT);
    let (ledger, opening) = browser.ledger(SENT);
    let clock = clock(SENT);
    let context = SendContext {
        resolved: &resolved,
        ledger: &ledger,
        opened: &opening,
        relay: resolved.relay_settings().unwrap(),
        only: None,
        jobs: JOBS,
        clock: &clock,
        just_generated: false,
    };
    let options = SendOptions::default();
    let SendPlan::Messages(preview) = done(preview_send(&context, options)) else {
        panic!("there is something to send")
    };
    let number = preview.counts.now;
    assert_eq!(number, preview.messages.recipients.len());
    assert_eq!(preview.messages.first.len(), 3);
    assert_eq!(json(&preview.messages)["domains"]["academie.example"], number);
    assert_eq!(relay.seen.connections(), 0, "looking at it sends nothing");

    assert!(matches!(
        find_password(context.resolved.project, context.relay),
        Ok(Password::NotNeeded)
    ));
    let config = done(open_relay(context.resolved.project, context.relay, None));
    let cancel = CancelToken::default();
    let mut told = 0;
    let mut progress = |progress: SendProgress<'_>| {
        told += usize::from(matches!(progress, SendProgress::Done(_)));
    };
    let mut monitor = SendMonitor { cancel: &cancel, progress: &mut progress };
    let refused = send(&context, options, Confirmation::Count(number + 1), &config, &mut monitor);
    let refused = refused.err().unwrap();
    assert!(
        matches!(&refused, SendRefusal::NotConfirmed { numbers, .. } if *numbers == preview.counts)
    );
    assert_eq!(kind(&refused), ErrorKind::Decision);
    assert_eq!(json(&refused.report())["to_confirm"], number);
    assert!(relay.seen.taken().is_empty());

    let outcome = done(send(&context, options, Confirmation::Count(number), &config, &mut monitor));
    assert_eq!(outcome.transmission.handed_over, number - 1);
    assert_eq!((outcome.transmission.refused, outcome.transmission.ambiguous), (1, 0));
    assert_eq!((relay.seen.taken().len(), told), (number - 1, number));
    let report = json(&outcome.report());
    assert_eq!(
        (&report["refused"], &report["problems"][0]["state"]),
        (&1.into(), &"refused".into())
    );
    match done(preview_send(&context, options)) {
        SendPlan::Nothing(nothing) => assert_eq!(nothing.reason, NothingReason::Refused(1)),
        SendPlan::Messages(_) => panic!("nothing goes twice"),
    }
}
