//! What is said of messages that did not simply leave.

use crate::app::sending::delivery_issues;
use crate::app::sending::relay::transmit::Trouble;
use crate::cli::ui::output::Output;
use crate::clock::Clock;
use crate::deliver::reply::short;
use crate::plan::past::MessageState;

/// Says of each message: the school, the relay's words, and what to do.
pub fn tell(output: &Output, issues: &[Trouble], clock: &Clock) {
    for issue in issues {
        let state = issue.state.map_or("retenu", |state| state.french().0);
        let school = if issue.school.is_empty() { &issue.name } else { &issue.school };
        output.say(&format!("  {school}, {} : {state}", issue.address));
        if !issue.said.is_empty() {
            output.say(&format!("    {}", short(&issue.said)));
        }
        if issue.state == Some(MessageState::Ambiguous) {
            output.say(&format!("    Message-ID {}", issue.message_id));
        }
        let due = issue.due.map(|due| clock.shown(due));
        output.say(&format!(
            "    À faire : {}.",
            delivery_issues::todo(issue.state, &issue.name, due.as_deref())
        ));
    }
}
