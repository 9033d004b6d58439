//! `[campaign]`: one yearly mailing, its dates, its signatory, its amendments.

use super::settings::Signatory;
use super::table_reader::{Located, Reader};
use super::values::{CampaignId, Day, Line, Prose, SchoolYear};
use super::word_lists::Act;
use crate::diagnostic::{Problem, Span};
use jiff::civil::Date;

/// One yearly mailing.
#[derive(Clone, Debug)]
pub struct Campaign {
    /// The place of the table.
    pub place: Span,
    /// Identifier, part of every reference.
    pub id: Located<CampaignId>,
    /// School year.
    pub school_year: Located<SchoolYear>,
    /// Printed on the first revision.
    pub date: Located<Day>,
    /// Date of the rules, when it is not `date`.
    pub rules_date: Option<Located<Day>>,
    /// Where the letters are dated from.
    pub city: Located<Line>,
    /// Signed copies are due on that day.
    pub reply_by: Located<Day>,
    /// The yearly report is due on that day.
    pub report_by: Located<Day>,
    /// Who signs for the authority.
    pub signatory: Signatory,
    /// Documents that go with every message.
    pub enclosures: Vec<Located<Line>>,
    /// Since when nothing is planned or sent any more.
    pub closed: Option<Located<Day>>,
    /// Changes in the year.
    pub amendments: Vec<Amendment>,
}

/// A change of rule or date within the year.
#[derive(Clone, Debug)]
pub struct Amendment {
    /// Printed on what is issued from then on; also the date of its rules.
    pub date: Located<Day>,
    /// New day for the signed copies.
    pub reply_by: Option<Located<Day>>,
    /// What it does to a letter handed over.
    pub act: Located<Act>,
    /// Why.
    pub reason: Option<Located<Prose>>,
}

/// The dates in force at a moment of a campaign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EffectiveDates {
    /// Printed date.
    pub date: Date,
    /// Date of the rules.
    pub rules_date: Date,
    /// Signed copies are due.
    pub reply_by: Date,
    /// The amendment in force, by its date.
    pub amended: Option<Date>,
}

impl Campaign {
    pub(super) fn read(reader: &mut Reader<'_, '_>) -> Option<Self> {
        let place = reader.place();
        let id = reader.required("id");
        let school_year: Option<Located<SchoolYear>> = reader.required("school_year");
        let date: Option<Located<Day>> = reader.required("date");
        let rules_date = reader.optional("rules_date");
        let city = reader.required("place");
        let reply_by: Option<Located<Day>> = reader.required("reply_by");
        let report_by: Option<Located<Day>> = reader.required("report_by");
        let signatory = match reader.table("signatory", "le signataire (signatory)") {
            Some(mut table) => Signatory::read(&mut table),
            None => {
                if !reader.has("signatory") {
                    reader
                        .missing("signatory", "{ given_name = …, family_name = …, function = … }");
                }
                None
            }
        };
        let enclosures = reader.list("enclosures");
        let closed = reader.optional("closed");
        let amendments = reader.tables("amendment", "[[campaign.amendment]]", |table| {
            let date = table.required("date");
            let reply_by = table.optional("reply_by");
            let act = table.required("act");
            let reason = table.optional("reason");
            Some(Amendment { date: date?, reply_by, act: act?, reason })
        });
        let ordered = [("reply_by", &reply_by), ("report_by", &report_by)];
        for (key, later) in ordered {
            if let (Some(date), Some(later)) = (&date, later)
                && later.value < date.value
            {
                reader.report(
                    Problem::error("E-DATES", format!("« {key} » est avant la date des lettres"))
                        .at(later.span)
                        .related(date.span, "les lettres sont datées de ce jour")
                        .help("corriger l'une des deux dates"),
                );
            }
        }
        if let (Some(year), Some(date)) = (&school_year, &date)
            && !(year.value.first_day().year()..=year.value.last_day().year())
                .contains(&date.value.year())
        {
            reader.report(
                Problem::error("E-DATES", "la date des lettres n'est pas dans l'année scolaire")
                    .at(date.span)
                    .related(year.span, "année scolaire")
                    .help("corriger l'une des deux"),
            );
        }
        let mut previous: Option<&Located<Day>> = date.as_ref();
        for amendment in &amendments {
            if let Some(before) = previous
                && amendment.date.value <= before.value
            {
                reader.report(
                    Problem::error(
                        "E-DATES",
                        "les avenants doivent se suivre, après la date des lettres",
                    )
                    .at(amendment.date.span)
                    .related(before.span, "celui-ci vient avant")
                    .help("ranger les avenants par date"),
                );
            }
            if let Some(reply_by) = &amendment.reply_by
                && reply_by.value < amendment.date.value
            {
                reader.report(
                    Problem::error("E-DATES", "« reply_by » est avant la date de l'avenant")
                        .at(reply_by.span)
                        .help("corriger l'une des deux dates"),
                );
            }
            previous = Some(&amendment.date);
        }
        reader.finish();
        Some(Self {
            place,
            id: id?,
            school_year: school_year?,
            date: date?,
            rules_date,
            city: city?,
            reply_by: reply_by?,
            report_by: report_by?,
            signatory: signatory?,
            enclosures,
            closed,
            amendments,
        })
    }

    /// Whether the campaign is over on a day.
    pub fn is_closed(&self, today: Date) -> bool {
        self.closed.as_ref().is_some_and(|closed| closed.value.0 <= today)
    }

    /// The dates of what is issued today, or in a rehearsal as of another day. An amendment counts
    /// from its day on: its date is printed, and is the date of the rules.
    pub fn dates(&self, today: Date, as_of: Option<Date>) -> EffectiveDates {
        let amendment = self.amendment_at(as_of.unwrap_or(today));
        let amended = amendment.map(|amendment| amendment.date.value.0);
        let rules_date = self.rules_date.as_ref().map_or(self.date.value.0, |d| d.value.0);
        EffectiveDates {
            date: amended.unwrap_or(self.date.value.0),
            rules_date: as_of.or(amended).unwrap_or(rules_date),
            reply_by: self.reply_by(amended),
            amended,
        }
    }

    /// The amendment in force on a day.
    pub fn amendment_at(&self, day: Date) -> Option<&Amendment> {
        self.amendments.iter().rev().find(|amendment| amendment.date.value.0 <= day)
    }

    /// When signed copies of what was issued under an amendment (or none) are due.
    pub fn reply_by(&self, amended: Option<Date>) -> Date {
        let own = self.amendments.iter().rev();
        own.filter(|amendment| amended.is_some_and(|day| amendment.date.value.0 <= day))
            .find_map(|amendment| amendment.reply_by.as_ref())
            .map_or(self.reply_by.value.0, |day| day.value.0)
    }
}
