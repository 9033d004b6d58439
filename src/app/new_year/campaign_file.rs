//! The file of the next campaign: that of the one before, its dates moved by a year, what happened
//! within the year left out, comments kept. Pure.

use crate::import::edit_toml::edit_record::set_field;
use crate::import::field_value::FieldValue;
use crate::records::campaign::Campaign;
use crate::records::values::{CampaignId, SchoolYear};
use jiff::civil::{Date, Weekday};
use toml_edit::{DocumentMut, Item};

/// The dates of a campaign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CampaignDates {
    /// Of the letters.
    pub date: Date,
    /// When signed copies are due.
    pub reply_by: Date,
    /// When the yearly report is due.
    pub report_by: Date,
}

/// A year later, on a working day: one that falls on a weekend becomes the Monday after.
fn moved_by_years(day: Date, years: i16) -> Date {
    let span = jiff::Span::new().years(years);
    let later = day.checked_add(span).unwrap_or(day);
    let days = match later.weekday() {
        Weekday::Saturday => 2,
        Weekday::Sunday => 1,
        _ => 0,
    };
    later.checked_add(jiff::Span::new().days(days)).unwrap_or(later)
}

/// The dates that are proposed for the next school year.
pub fn proposed_dates(from: &Campaign, next: SchoolYear) -> CampaignDates {
    let years = next.first_day().year() - from.school_year.value.first_day().year();
    let report_by = from.report_by.value.0;
    CampaignDates {
        date: moved_by_years(from.date.value.0, years),
        reply_by: moved_by_years(from.reply_by.value.0, years),
        // The end of a school year is a day of the calendar, weekend or not.
        report_by: report_by.checked_add(jiff::Span::new().years(years)).unwrap_or(report_by),
    }
}

/// The file of a campaign cannot be copied.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("la campagne {campaign} ne peut pas être recopiée de son fichier ({cause})")]
pub struct CampaignCopyError {
    /// The campaign.
    pub campaign: CampaignId,
    /// What is wrong with its file.
    pub cause: CampaignCopyCause,
}

/// What is wrong with the file of a campaign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CampaignCopyCause {
    /// It is no TOML.
    #[error("erreur d'écriture")]
    NotToml,
    /// It has no campaign.
    #[error("pas de [campaign]")]
    NoCampaign,
    /// One of its values is a table.
    #[error("une valeur est une table")]
    ValueIsTable,
}

/// The text of the new file, made from that of the old one.
pub fn new_campaign_text(
    old: &str,
    from: &Campaign,
    id: &CampaignId,
    next: SchoolYear,
    dates: CampaignDates,
) -> Result<String, CampaignCopyError> {
    let error = |cause| CampaignCopyError { campaign: from.id.value.clone(), cause };
    let mut document: DocumentMut = old.parse().map_err(|_| error(CampaignCopyCause::NotToml))?;
    let others: Vec<String> =
        document.iter().map(|(key, _)| key.to_owned()).filter(|key| key != "campaign").collect();
    for key in others {
        document.remove(&key);
    }
    let campaign = document.get_mut("campaign").and_then(Item::as_table_like_mut);
    let campaign = campaign.ok_or_else(|| error(CampaignCopyCause::NoCampaign))?;
    for past in ["amendment", "closed"] {
        campaign.remove(past);
    }
    let mut values = vec![
        ("id", FieldValue::Text(id.to_string())),
        ("school_year", FieldValue::Text(next.to_string())),
        ("date", FieldValue::Day(dates.date)),
        ("reply_by", FieldValue::Day(dates.reply_by)),
        ("report_by", FieldValue::Day(dates.report_by)),
    ];
    if from.rules_date.is_some() {
        values.push(("rules_date", FieldValue::Day(dates.date)));
    }
    for (key, value) in values {
        set_field(campaign, key, Some(&value))
            .map_err(|_| error(CampaignCopyCause::ValueIsTable))?;
    }
    // Comments speak of the year too.
    let year = from.school_year.value.to_string();
    let lines: Vec<String> = document
        .to_string()
        .lines()
        .map(|line| match line.trim_start().starts_with('#') {
            true => line.replace(&year, &next.to_string()),
            false => line.to_owned(),
        })
        .collect();
    Ok(format!("{}\n", lines.join("\n").trim_end()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Sources;
    use crate::records::{Records, Text};
    use jiff::civil::date;

    const OLD: &str = "# L’année scolaire 2026-2027.\n\n[campaign]\nid = \"2026\" # court\nschool_year = \"2026-2027\"\ndate = 2026-11-16\nrules_date = 2026-10-01\nplace = \"Ville\"\nreply_by = 2026-12-18\nreport_by = 2027-06-30\nclosed = 2027-08-31\nsignatory = { given_name = \"A\", family_name = \"B\", function = \"Déléguée\" }\n\n[[campaign.amendment]]\ndate = 2027-01-18\nact = \"amendment\"\n";

    fn campaign(text: &str) -> Campaign {
        let mut sources = Sources::default();
        let id = sources.add("data/c.toml", text);
        let mut problems = Vec::new();
        let texts = [Text { id, is_settings: false, is_sound: true }];
        let records = Records::read(&texts, &sources, &mut problems);
        assert!(problems.is_empty(), "{problems:?}");
        records.campaigns.into_iter().next().unwrap()
    }

    #[test]
    fn dates_move_and_what_happened_is_left_out() {
        let from = campaign(OLD);
        let next: SchoolYear = "2027-2028".parse().unwrap();
        let dates = proposed_dates(&from, next);
        assert_eq!(dates.date, date(2027, 11, 16));
        assert_eq!(dates.reply_by, date(2027, 12, 20), "18 December 2027 is a Saturday");
        let text = new_campaign_text(OLD, &from, &"2027".parse().unwrap(), next, dates).unwrap();
        assert!(
            text.starts_with(
                "# L’année scolaire 2027-2028.\n\n[campaign]\nid = \"2027\" # court\n"
            ),
            "{text}"
        );
        assert!(!text.contains("closed") && !text.contains("amendment"), "{text}");
        let new = campaign(&text);
        assert_eq!(new.rules_date.unwrap().value.0, date(2027, 11, 16));
        assert_eq!(new.report_by.value.0, date(2028, 6, 30));
    }
}
