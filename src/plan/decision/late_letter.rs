//! Letters that are first made when others of their campaign were handed over already, or when the day of their
//! return has passed: which they are, and their date.

use super::context::DecisionContext;
use crate::letter::issue::Issue;
use crate::plan::history::{CampaignHistory, LetterEntry};
use crate::records::campaign::Campaign;
use jiff::civil::Date;

/// Number and dates of the first revision of a letter. One that is first made after others were handed over, or
/// after the day its signed copy is due, is late: it is dated the day it is made, under the rules of that day. Its
/// draft keeps that day. `rehearsed_on` is the day of a late letter in a rehearsal, which knows nothing of the others.
pub(super) fn first_issue(
    context: &DecisionContext<'_>,
    draft: Option<&Issue>,
    rehearsed_on: Option<Date>,
) -> Issue {
    let campaign = context.campaign;
    let made = match draft {
        None if rehearsed_on.is_some() => rehearsed_on,
        Some(draft) => draft.first_made,
        None => {
            let due = context.is_returned.then(|| context.first_issue.due(campaign));
            late_since(context.history, campaign, due, context.today)
        }
    };
    let Some(made) = made else { return context.first_issue.clone() };
    let reply_by = context.orders.reply_by.or(draft.and_then(|draft| draft.reply_by));
    Issue::late(made, context.first_issue.amended, reply_by)
}

/// Whether a rehearsal of this day makes a letter as a late one: others were handed over, and it was not made
/// before, or was late when it was.
pub fn is_late_in_rehearsal(
    history: &CampaignHistory,
    campaign: &Campaign,
    reference: &str,
    day: Date,
) -> bool {
    let made = history.letters.get(reference).and_then(LetterEntry::latest);
    let was_late = made.is_none_or(|revision| revision.issue.first_made.is_some());
    was_late && late_since(history, campaign, None, day).is_some()
}

/// The day of a letter that is first made today, if it is late: the date of the letters is past, and others were
/// handed over or the day that signed copies are due (if any are) has passed as well.
pub fn late_since(
    history: &CampaignHistory,
    campaign: &Campaign,
    due: Option<Date>,
    today: Date,
) -> Option<Date> {
    let is_overdue = due.is_some_and(|due| due < today);
    ((history.has_begun() || is_overdue) && today > campaign.date.value.0).then_some(today)
}
