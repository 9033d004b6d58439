//! What the report says of messages that a person has to look after: those that did not simply leave, and those
//! that were approved and changed since.

use crate::app::approval::approval_state::{ApprovalState, UnapprovedMessage};
use crate::app::approval::proof_error::HOW_TO_APPROVE;
use crate::app::exports::report::report_page::ReportWarning;
use crate::app::names::labels::Labels;
use crate::app::resolved_campaign::ResolvedCampaign;
use crate::app::sending::delivery_issues::{delivery_issues, todo};
use crate::clock::Clock;
use crate::plan::history::CampaignHistory;

/// Messages that did not simply leave: the server's words, and what to do.
pub(super) fn followed(
    resolved: &ResolvedCampaign<'_>,
    history: &CampaignHistory,
    clock: &Clock,
) -> Vec<ReportWarning> {
    let schools = &resolved.desired.letters;
    delivery_issues(history.all_messages())
        .into_iter()
        .map(|issue| {
            let mut schools = schools.iter().map(|letter| letter.establishment);
            let school = schools.find(|school| school.uai.as_str() == issue.school);
            let name = school.map_or(issue.school.clone(), |school| school.name.to_string());
            let due = issue.due.map(|due| clock.dated(due));
            let state = issue.state.map_or("", |state| state.french().0);
            let said =
                if issue.reply.is_empty() { String::new() } else { format!(" : {}", issue.reply) };
            ReportWarning {
                place: issue.message_id.clone(),
                message: format!("{name} ({}), {} : {state}{said}", issue.school, issue.address),
                help: todo(&issue, due.as_deref()),
            }
        })
        .collect()
}

/// Messages that were approved and changed since.
pub(super) fn lapsed(approval: &ApprovalState, labels: &Labels) -> Vec<ReportWarning> {
    let lapsed = approval.messages.iter().filter(|one| one.has_lapsed());
    let warning = |message: &UnapprovedMessage| {
        let changes: Vec<&str> = message.changes.iter().map(|change| change.french()).collect();
        ReportWarning {
            place: String::new(),
            message: format!(
                "{} : approbation caduque ({})",
                labels.school(&message.uai),
                changes.join(", ")
            ),
            help: HOW_TO_APPROVE.to_owned(),
        }
    };
    lapsed.map(warning).collect()
}
