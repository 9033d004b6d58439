//! What opening the next campaign did or would do, as `campaign new --json` says it.

use crate::app::new_year::agreed_priorities::AgreedPriorities;
use crate::app::new_year::campaign_file::CampaignDates;
use crate::app::new_year::next_campaign::{NextCampaign, PreparedNewYear};
use crate::app::new_year::record_changes::AssignmentCounts;
use crate::app::new_year::unknown_records::UnknownRecords;
use jiff::civil::Date;
use serde::Serialize;

/// What opening the next campaign did or would do.
#[derive(Clone, Debug, Serialize)]
pub struct NewYearOutcome {
    /// Identifier of the new campaign.
    pub id: String,
    /// Identifier of the campaign it was made from.
    pub from: String,
    /// The new campaign's school year.
    pub school_year: String,
    /// Date of its letters.
    pub date: Date,
    /// When signed copies are due.
    pub reply_by: Date,
    /// When the yearly report is due.
    pub report_by: Date,
    /// What becomes of the assignments.
    pub assignments: AssignmentCounts,
    /// Assignments nobody decided about, as `referent (UAI)`: nothing is written while there are some.
    pub undecided: Vec<String>,
    /// What is still unknown then.
    pub unknown: UnknownRecords,
    /// What was agreed on in the letters of the year before, school by school.
    pub agreed: Vec<AgreedPriorities>,
    /// Whether it was written.
    pub applied: bool,
    /// Files that were written.
    pub written: Vec<String>,
}

impl NewYearOutcome {
    /// What decisions would do; it is not applied, and nothing is written.
    pub fn new(
        campaign: &NextCampaign<'_>,
        dates: CampaignDates,
        prepared: &PreparedNewYear,
    ) -> Self {
        Self {
            id: campaign.id.to_string(),
            from: campaign.from.id.value.to_string(),
            school_year: campaign.next.to_string(),
            date: dates.date,
            reply_by: dates.reply_by,
            report_by: dates.report_by,
            assignments: prepared.counts,
            undecided: prepared.undecided.clone(),
            unknown: prepared.unknown.clone(),
            agreed: prepared.agreed.clone(),
            applied: false,
            written: Vec::new(),
        }
    }
}
