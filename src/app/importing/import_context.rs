//! What the rest of a project says that matters to an import: the campaign that is open, the allowances
//! in force.

use crate::app::workspace::CampaignError;
use crate::import::proposal::{AllowanceRate, ImportContext};
use crate::project::load::Loaded;
use crate::records::campaign::Campaign;
use jiff::civil::Date;
use std::collections::BTreeSet;

/// The campaign whose school year new assignments belong to: the one that is named, or the only one that
/// is open.
pub fn campaign_of_import<'l>(
    loaded: &'l Loaded,
    asked: Option<&str>,
    today: Date,
) -> Result<Option<&'l Campaign>, CampaignError> {
    let campaigns = &loaded.records.campaigns;
    if let Some(asked) = asked {
        let found = campaigns.iter().find(|campaign| campaign.id.as_str() == asked);
        return match found {
            Some(campaign) => Ok(Some(campaign)),
            None => Err(CampaignError::Unknown(asked.to_owned())),
        };
    }
    let mut open = campaigns.iter().filter(|campaign| !campaign.is_closed(today));
    match (open.next(), open.next()) {
        (first, None) => Ok(first),
        _ => Ok(None),
    }
}

/// The school year of a campaign, and the allowances with the day that says which are in force.
pub fn import_context(loaded: &Loaded, campaign: Option<&Campaign>, today: Date) -> ImportContext {
    let year = campaign.map(|campaign| campaign.school_year.value);
    let day = campaign.map(|campaign| campaign.date.value.0);
    let campaigns = loaded.records.campaigns.iter();
    let open_campaigns = campaigns.filter(|campaign| !campaign.is_closed(today)).count();
    let mut allowances: BTreeSet<AllowanceRate> = BTreeSet::new();
    for allowance in &loaded.records.allowances {
        for version in &allowance.versions {
            let since = version.since.value.0;
            let until = version.until.as_ref().map(|until| until.value.0);
            let cents = version.amount.value.cents;
            let kinds = version.when.kind.iter().flatten();
            let sectors = version.when.sector.iter().flatten();
            allowances.insert(AllowanceRate {
                id: allowance.id.to_string(),
                amount: format!("{}.{:02}", cents / 100, cents % 100),
                kinds: kinds.map(|kind| kind.value.as_str().to_owned()).collect(),
                sectors: sectors.map(|sector| sector.value.as_str().to_owned()).collect(),
                since,
                until,
            });
        }
    }
    ImportContext {
        today,
        year: year.map(|year| (year.first_day(), year.last_day())),
        open_campaigns,
        day,
        allowances: allowances.into_iter().collect(),
    }
}
