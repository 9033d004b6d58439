//! Messages that did not simply leave, as a person reads them: the school, the server's words, what to do.

use crate::app::names::labels::Labels;
use crate::app::sending::delivery_issues::todo;
use crate::app::sending::relay::transmission::DeliveryIssue;
use crate::cli::ui::output::Output;
use crate::clock::Clock;
use crate::plan::history::MessageState;

/// Characters of a reply that a screen has room for.
const REPLY: usize = 400;

/// Shows each issue.
pub(crate) fn show(output: &Output, issues: &[DeliveryIssue], labels: &Labels, clock: &Clock) {
    for issue in issues {
        let state = issue.state.map_or("retenu", |state| state.french().0);
        let school = match issue.school.as_str() {
            "" => labels.letter(&issue.name),
            uai => labels.school(uai),
        };
        output.say(&format!("  {school}, {} : {state}", issue.address));
        if !issue.reply.is_empty() {
            output.say(&format!("    {}", shortened(&issue.reply)));
        }
        if issue.state == Some(MessageState::Ambiguous) {
            output.say(&format!("    Message-ID {}", issue.message_id));
        }
        let due = issue.due.map(|due| clock.shown(due));
        let todo = todo(issue, due.as_deref());
        output.say(&format!("    À faire : {todo}."));
    }
}

fn shortened(reply: &str) -> String {
    match reply.char_indices().nth(REPLY) {
        Some((at, _)) => format!("{}…", &reply[..at]),
        None => reply.to_owned(),
    }
}
