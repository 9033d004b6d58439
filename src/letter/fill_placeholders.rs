//! Fills the placeholders of rule text in with the values of one letter.

use super::french;
use crate::diagnostic::{Problem, Span};
use crate::records::campaign::Campaign;
use crate::records::people::{Establishment, Referent};
use crate::records::placeholder::{Placeholder, TextPart, parse};
use crate::records::rule::AllowanceVersion;
use crate::records::settings::Settings;
use jiff::civil::Date;

/// The values that the placeholders of one letter or cover stand for.
pub(super) struct PlaceholderValues<'r> {
    pub(super) settings: &'r Settings,
    pub(super) campaign: &'r Campaign,
    pub(super) school: &'r Establishment,
    /// Absent where the name is to be filled in.
    pub(super) referent: Option<&'r Referent>,
    pub(super) allowance: Option<&'r AllowanceVersion>,
    /// The day the signed copy is due.
    pub(super) reply_by: Date,
    /// The day printed on the document.
    pub(super) date: Date,
    /// The last day of the mission within the school year.
    pub(super) last_day: Date,
}

impl PlaceholderValues<'_> {
    /// The text with its placeholders filled in; `span` is the place of the text.
    pub(super) fn fill(&self, text: &str, span: Span) -> Result<String, Problem> {
        if !text.contains(['{', '}']) {
            return Ok(text.to_owned());
        }
        let pieces = parse(text).map_err(|_| {
            Problem::error("E-PLACEHOLDER", "ce texte cite un champ qui n'existe pas").at(span)
        })?;
        let mut filled = String::with_capacity(text.len() + 32);
        for piece in pieces {
            match piece {
                TextPart::Text(text) => filled.push_str(text),
                TextPart::Value(placeholder) => {
                    let value = self.value(placeholder).ok_or_else(|| {
                        Problem::error(
                            "E-PLACEHOLDER-ABSENT",
                            format!(
                                "ce texte cite {{{}}}, que {} n'a pas",
                                placeholder.name(),
                                self.school.uai.value
                            ),
                        )
                        .at(span)
                        .related(self.school.uai.span, "l'établissement")
                        .help("compléter l'établissement, ou réserver le texte avec « when »")
                    })?;
                    push_elided(&mut filled, &value);
                }
            }
        }
        Ok(filled)
    }

    fn value(&self, placeholder: Placeholder) -> Option<String> {
        let (settings, campaign, school) = (self.settings, self.campaign, self.school);
        Some(match placeholder {
            Placeholder::OrganisationName => settings.organisation.name.to_string(),
            Placeholder::OrganisationService => settings.organisation.service.to_string(),
            Placeholder::OrganisationEmail => settings.organisation.email.as_str().to_owned(),
            Placeholder::OrganisationDpo => {
                let organisation = &settings.organisation;
                organisation.dpo.as_ref().unwrap_or(&organisation.email).as_str().to_owned()
            }
            Placeholder::ReplyTo => settings.mail.reply_to.as_str().to_owned(),
            Placeholder::CampaignSchoolYear => campaign.school_year.value.to_string(),
            Placeholder::CampaignPlace => campaign.city.to_string(),
            Placeholder::CampaignReplyBy => french::date(self.reply_by),
            Placeholder::CampaignReportBy => french::date(campaign.report_by.value.0),
            Placeholder::Date => french::date(self.date),
            Placeholder::AssignmentUntil => french::date(self.last_day),
            Placeholder::AssignmentReportBy => {
                french::date(campaign.report_by.value.0.min(self.last_day))
            }
            Placeholder::EstablishmentName => school.name.to_string(),
            Placeholder::EstablishmentOfName => french::of_name(&school.name),
            Placeholder::EstablishmentCity => french::town(&school.city).to_owned(),
            Placeholder::EstablishmentUai => school.uai.value.to_string(),
            Placeholder::EstablishmentAuthority => school.authority.as_ref()?.to_string(),
            Placeholder::EstablishmentDigitalWorkspace => {
                school.digital_workspace.as_ref()?.to_string()
            }
            Placeholder::HeadTitle => french::head_title(school),
            Placeholder::ReferentFullName => match self.referent {
                Some(referent) => french::full_name(
                    referent.civility.as_ref().map(|civility| civility.value),
                    &referent.given_name,
                    &referent.family_name,
                ),
                None => "la personne désignée".to_owned(),
            },
            Placeholder::ReferentPost => self.referent?.post.to_string(),
            Placeholder::AllowanceLabel => self.allowance?.label.to_string(),
            Placeholder::AllowanceAmount => french::amount(self.allowance?.amount.value),
        })
    }
}

/// Adds a value to a text: a "de" or "que" before it loses its vowel where the value asks for it.
fn push_elided(filled: &mut String, value: &str) {
    for word in ["de", "que"] {
        let Some(start) = filled.strip_suffix(' ').and_then(|text| text.strip_suffix(word)) else {
            continue;
        };
        if start.is_empty() || start.ends_with([' ', '\u{a0}', '(', '«', '\n']) {
            let kept = start.len();
            filled.truncate(kept);
            filled.push_str(&french::before_name(word, value));
            return;
        }
    }
    filled.push_str(value);
}
