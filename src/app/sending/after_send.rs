//! What follows a sending over the relay: the report is written anew, and the account has to come out even.

use super::context::SendContext;
use super::outcome::SendOutcome;
use crate::app::exports::report::write_report::{self, ReportBasis, ReportWriteError};
use crate::app::generate::outcome::GenerateOutcome;
use crate::app::sending::referents::due_referent_messages::due_referent_messages;
use crate::diagnostic::LocatedProblem;
use crate::plan::account::Account;

/// What followed a sending.
#[derive(Debug)]
pub struct AfterSend {
    /// Why the report could not be written.
    pub report_error: Option<ReportWriteError>,
    /// Whether the account comes out even.
    pub is_balanced: bool,
    /// Messages to referents that may go now, their letters having left.
    pub to_referents: usize,
}

/// Writes the report of a campaign after a sending. `made` is what the same command made before, `problems`
/// what its check found.
pub fn after_send(
    context: &SendContext<'_>,
    outcome: &SendOutcome,
    made: Option<&GenerateOutcome>,
    problems: &[LocatedProblem],
) -> AfterSend {
    let history = &outcome.history;
    let letters = context.resolved.desired.letters.iter();
    let references: Vec<String> = letters.map(|letter| letter.reference.to_string()).collect();
    let account = Account::of(history, references.iter().map(String::as_str));
    let none = GenerateOutcome::default();
    let basis = ReportBasis { known: Some((&account, history)), problems, clock: context.clock };
    let written = write_report::write(context.resolved, made.unwrap_or(&none), basis);
    let due = due_referent_messages(context.resolved, history, context.only);
    AfterSend {
        report_error: written.err(),
        is_balanced: account.is_balanced(history),
        to_referents: due.fresh.len(),
    }
}
