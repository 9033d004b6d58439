//! A ledger from a backup: what it does not know may have left already, so no front end may deposit it.

use crate::browser::{Browser, check_campaign, clock, kind};
use missive::app::error::ErrorKind;
use missive::app::sending::refusal::SendRefusal;
use missive::app::sending::reminders::deposit_reminders::deposit_reminders;
use std::fs;

const MADE: &str = "2026-11-18";
const SENT: &str = "2026-11-20";
const RESTORED: &str = "2026-12-21";

pub fn nothing_is_deposited_that_may_have_left() {
    let mut browser = Browser::sample();
    browser.state = Some(browser.beside("state"));
    browser.generate(MADE, false);
    let file = browser.root().join("data/ledger/ledger.sqlite");
    let backup = fs::read(&file).unwrap();
    let made = browser.generate(SENT, true);
    assert_eq!(browser.outbox().len(), made.outcome.deposited.len());
    assert!(!browser.outbox().is_empty());

    fs::write(&file, backup).unwrap();
    fs::remove_dir_all(browser.root().join("out")).unwrap();
    let (ledger, opening) = browser.ledger(RESTORED);
    assert!(opening.older && ledger.lacks_known_events());
    let opened = browser.open(RESTORED);
    let (resolved, _) = check_campaign(&opened, RESTORED);
    let refusal =
        deposit_reminders(&resolved, &ledger, None, None, &clock(RESTORED)).err().unwrap();
    assert!(matches!(refusal, SendRefusal::LedgerOlder));
    assert_eq!(kind(&refusal), ErrorKind::Decision);
    drop(ledger);

    let made = browser.generate(RESTORED, true);
    assert!(made.outcome.deposited.is_empty());
    assert!(!browser.root().join("out/2026/outbox").exists() || browser.outbox().is_empty());
}
