//! The letters that a school or a person has: those of the ledger, and those that the records call for.

use super::labels::Labels;
use super::name_index::KnownName;
use crate::ledger::{Ledger, LedgerError};
use crate::letter::reference::{Reference, campaign_of};
use crate::records::campaign::Campaign;
use crate::records::record_set::Records;
use std::collections::BTreeSet;

/// The letters of a campaign (of all, without one) that a UAI or an identifier names.
pub fn letters_of(
    records: &Records,
    ledger: Option<&Ledger>,
    campaign: Option<&str>,
    key: &str,
) -> Result<Vec<KnownName>, LedgerError> {
    let mut references: BTreeSet<String> = BTreeSet::new();
    if let Some(ledger) = ledger {
        references.extend(ledger.letters_named(key)?);
    }
    let campaigns = records.campaigns.iter();
    let campaigns = campaigns.filter(|one| campaign.is_none_or(|id| one.id.as_str() == id));
    for one in campaigns {
        called_for(records, one, key, &mut references);
    }
    let of_campaign = |reference: &String| campaign.is_none_or(|id| campaign_of(reference) == id);
    let labels = Labels::of_records(records);
    let letters = references.into_iter().filter(of_campaign);
    Ok(letters
        .map(|reference| {
            let label = format!("{} ({reference})", labels.letter(&reference));
            KnownName::letter(reference, label)
        })
        .collect())
}

fn called_for(records: &Records, campaign: &Campaign, key: &str, found: &mut BTreeSet<String>) {
    let is = |name: &str| name.eq_ignore_ascii_case(key);
    for referent in &records.referents {
        for assignment in &referent.assignments {
            let uai = &assignment.establishment.value;
            let until = assignment.until.as_ref().map(|until| until.value.0);
            let in_year = campaign.school_year.value.touches(assignment.since.value.0, until);
            if in_year && (is(uai.as_str()) || is(referent.id.as_str())) {
                let reference = Reference::new(&campaign.id.value, uai, Some(&referent.id.value));
                found.insert(reference.to_string());
            }
        }
    }
}
