//! Letters that are first made when others of their campaign were handed over already: which they are, and
//! their date.

use super::context::DecisionContext;
use crate::letter::issue::Issue;
use crate::plan::history::{CampaignHistory, LetterEntry};
use crate::records::campaign::Campaign;
use jiff::civil::Date;

/// Number and dates of the first revision of a letter. One that is first made after others were handed over is
/// late: it is dated the day it is made, under the rules of that day. Its draft keeps that day. `rehearsed_on` is the
/// day of a late letter in a rehearsal, which knows nothing of the others.
pub(super) fn first_issue(
    context: &DecisionContext<'_>,
    draft: Option<&Issue>,
    rehearsed_on: Option<Date>,
) -> Issue {
    let campaign = context.campaign;
    let made = match draft {
        None if rehearsed_on.is_some() => rehearsed_on,
        Some(draft) => draft.first_made,
        None => late_since(context.history, campaign, context.today),
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
    was_late && late_since(history, campaign, day).is_some()
}

/// The day of a letter that is first made today, if it is late: others were handed over, and the date of the
/// letters is past.
pub fn late_since(history: &CampaignHistory, campaign: &Campaign, today: Date) -> Option<Date> {
    (history.has_begun() && today > campaign.date.value.0).then_some(today)
}
