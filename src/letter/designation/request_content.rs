//! What the message says that asks a school to designate a referent: the content of its template.

use super::without_referent::SchoolWithoutReferent;
use crate::letter::campaign_letters::CampaignLetters;
use crate::letter::content::record_views::{EstablishmentView, HeadView, PersonView, address};
use crate::letter::content::{self, CampaignView, OrganisationView};
use crate::letter::resolve_content::shared_head;
use crate::records::people::Establishment;
use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::Serialize;
use std::fmt::Write as _;

/// The content of a request: `/designation.json` for the template.
#[derive(Clone, Debug, Serialize)]
pub struct RequestContent<'r> {
    /// Campaign and lowest UAI.
    pub reference: String,
    /// Date printed on the message.
    pub date: Date,
    /// The service that writes.
    pub organisation: OrganisationView<'r>,
    /// Where the answer goes.
    pub reply_to: &'r str,
    /// A link that begins the answer, subject included (RFC 6068).
    pub answer: String,
    /// What templates may print of the campaign; `reply_by` is the day by which the school answers.
    pub campaign: CampaignView<'r>,
    /// The schools of this address without a referent, lowest UAI first.
    pub establishments: Vec<EstablishmentView<'r>>,
    /// The head they share.
    pub head: Option<HeadView<'r>>,
    /// The referent whose mission ended within the year, where one school is asked.
    pub former: Option<FormerView<'r>>,
    /// Whether an allowance is in force for one of the schools.
    pub allowance: bool,
    /// The day the school was first asked; none the first time.
    pub asked_on: Option<Date>,
}

/// A referent whose mission is over.
#[derive(Clone, Debug, Serialize)]
pub struct FormerView<'r> {
    /// The person.
    #[serde(flatten)]
    pub person: PersonView<'r>,
    /// The last day of the mission.
    pub last_day: Date,
}

/// What one request is for.
#[derive(Clone, Copy, Debug)]
pub struct RequestOccasion {
    /// Date printed on the message.
    pub date: Date,
    /// The day the school was first asked; none the first time.
    pub asked_on: Option<Date>,
}

impl<'r> CampaignLetters<'r> {
    /// The name of a request: campaign and lowest UAI.
    pub fn request_name(&self, uai: &str) -> String {
        format!("{}-{uai}", self.campaign.id.value)
    }

    /// The day by which a school answers that is asked on a day: the return date of the campaign, or where it
    /// is past, after the time between two reminders.
    pub fn answer_by(&self, asked: Date) -> Date {
        let pause = i64::from(self.settings.mail.remind_every);
        match self.dates.reply_by >= asked {
            true => self.dates.reply_by,
            false => asked.checked_add(pause.days()).unwrap_or(asked),
        }
    }

    /// What a request to schools of one address must say.
    pub fn request(
        &self,
        schools: &[SchoolWithoutReferent<'r>],
        occasion: RequestOccasion,
    ) -> RequestContent<'r> {
        let records: Vec<&'r Establishment> =
            schools.iter().map(|school| school.establishment).collect();
        let reply_by = self.answer_by(occasion.date);
        let year = self.campaign.school_year.value;
        let (organisation, campaign) =
            content::common(self.settings, self.campaign, self.dates.rules_date, reply_by);
        let uai = records.first().map_or("", |school| school.uai.as_str());
        let reference = self.request_name(uai);
        let reply_to = address(&self.settings.mail.reply_to);
        let former = match schools {
            [only] => only.former,
            _ => None,
        };
        RequestContent {
            answer: answer_link(
                reply_to,
                &format!("Désignation d’un référent numérique [{reference}]"),
            ),
            date: occasion.date,
            organisation,
            reply_to,
            campaign,
            head: records.first().and_then(|_| shared_head(&records)),
            allowance: records.iter().any(|school| self.has_allowance(school)),
            establishments: records
                .into_iter()
                .map(|one| EstablishmentView::new(one, year))
                .collect(),
            former: former.map(|former| FormerView {
                person: PersonView::new(former.referent),
                last_day: former.last_day,
            }),
            asked_on: occasion.asked_on,
            reference,
        }
    }

    /// Whether any allowance is in force for the referent of a school.
    fn has_allowance(&self, school: &'r Establishment) -> bool {
        let facts = self.circumstances(school, None);
        let ruleset = self.ruleset();
        self.allowances.iter().any(|id| ruleset.allowance_for(id, &facts).is_some())
    }
}

/// A `mailto` link with a subject.
fn answer_link(to: &str, subject: &str) -> String {
    let mut link = format!("mailto:{to}?subject=");
    for octet in subject.bytes() {
        match octet {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                link.push(char::from(octet));
            }
            // Writing to a String cannot fail.
            _ => drop(write!(link, "%{octet:02X}")),
        }
    }
    link
}

#[cfg(test)]
mod tests {
    use super::answer_link;

    #[test]
    fn a_subject_stands_in_a_link_octet_by_octet() {
        let link = answer_link("dan@academie.example", "Désigné [2026-0860001J]");
        assert_eq!(
            link,
            "mailto:dan@academie.example?subject=D%C3%A9sign%C3%A9%20%5B2026-0860001J%5D"
        );
    }
}
