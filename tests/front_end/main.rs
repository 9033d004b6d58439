//! Stories of a second front end: what a browser would do, through `missive::app` and without
//! `missive::cli`. What is asserted are the values that `app` returns, and that they become JSON.
//!
//! This is a program without test harness: `app` starts the running program again as a child, to try
//! templates and to examine files, and every front end has to answer then.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a story that cannot go on has failed, and it makes its files as a person would"
)]

mod browser;
mod campaign_story;
mod older_ledger_story;
mod outcomes;
mod relay_story;
#[path = "../suite/relay.rs"]
#[expect(dead_code, reason = "the stories of the command line use the rest")]
mod relay;
#[path = "../suite/scans.rs"]
#[expect(dead_code, reason = "the stories of the command line use the rest")]
mod scans;
#[path = "../suite/support.rs"]
#[expect(dead_code, reason = "the stories of the command line use the rest")]
mod support;
#[path = "../suite/waiting.rs"]
#[expect(dead_code, reason = "the stories of the command line use the rest")]
mod waiting;

use missive::app::serve_child::serve_child;
use std::process::{Command, ExitCode};

/// The argument with which the stories are told, in an environment without variables: what a person's
/// computer remembers must neither help nor change.
const TELL: &str = "tell-the-stories";

fn main() -> ExitCode {
    let argument = std::env::args().nth(1);
    if let Some(served) = argument.as_deref().and_then(serve_child) {
        served.unwrap();
        return ExitCode::SUCCESS;
    }
    match argument.as_deref() {
        Some(TELL) => {
            outcomes::every_outcome_is_a_value_and_every_error_says_what_to_do();
            campaign_story::from_the_first_check_to_the_last_day();
            older_ledger_story::nothing_is_deposited_that_may_have_left();
            relay_story::messages_are_shown_confirmed_and_sent();
        }
        _ => {
            let program = std::env::current_exe().unwrap();
            let status = Command::new(program).arg(TELL).env_clear().status().unwrap();
            return if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE };
        }
    }
    ExitCode::SUCCESS
}
