//! The closed list of values that rule text may quote: `{establishment.name}` and the like.
//!
//! Rule text is plain text; nothing else in it has a meaning. `letter` fills the values in.

use crate::diagnostic::did_you_mean;

/// A value that rule text may quote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Placeholder {
    /// Name of the académie.
    OrganisationName,
    /// Name of the service.
    OrganisationService,
    /// Public address of the service.
    OrganisationEmail,
    /// Address of the data protection officer, else that of the service.
    OrganisationDpo,
    /// Where signed copies go.
    ReplyTo,
    /// "2026-2027".
    CampaignSchoolYear,
    /// Where the letters are dated from.
    CampaignPlace,
    /// When signed copies are due.
    CampaignReplyBy,
    /// When the yearly report is due.
    CampaignReportBy,
    /// The date printed on the document.
    Date,
    /// The last day of the mission within the school year.
    AssignmentUntil,
    /// When the report is due: as for all, or the last day of the mission where that is earlier.
    AssignmentReportBy,
    /// Name of the school.
    EstablishmentName,
    /// "du collège Ada-Lovelace".
    EstablishmentOfName,
    /// City of the school.
    EstablishmentCity,
    /// Code of the school.
    EstablishmentUai,
    /// Authority in charge of the equipment.
    EstablishmentAuthority,
    /// The ENT.
    EstablishmentDigitalWorkspace,
    /// "la principale", "le proviseur par intérim".
    HeadTitle,
    /// "Mme Claire Martin".
    ReferentFullName,
    /// "professeure de mathématiques".
    ReferentPost,
    /// Name of the allowance.
    AllowanceLabel,
    /// "1 250 €".
    AllowanceAmount,
}

impl Placeholder {
    /// Every placeholder with the name that is written between braces.
    pub const ALL: &'static [(&'static str, Self)] = &[
        ("organisation.name", Self::OrganisationName),
        ("organisation.service", Self::OrganisationService),
        ("organisation.email", Self::OrganisationEmail),
        ("organisation.dpo", Self::OrganisationDpo),
        ("reply_to", Self::ReplyTo),
        ("campaign.school_year", Self::CampaignSchoolYear),
        ("campaign.place", Self::CampaignPlace),
        ("campaign.reply_by", Self::CampaignReplyBy),
        ("campaign.report_by", Self::CampaignReportBy),
        ("date", Self::Date),
        ("assignment.until", Self::AssignmentUntil),
        ("assignment.report_by", Self::AssignmentReportBy),
        ("establishment.name", Self::EstablishmentName),
        ("establishment.of_name", Self::EstablishmentOfName),
        ("establishment.city", Self::EstablishmentCity),
        ("establishment.uai", Self::EstablishmentUai),
        ("establishment.authority", Self::EstablishmentAuthority),
        ("establishment.digital_workspace", Self::EstablishmentDigitalWorkspace),
        ("head.title", Self::HeadTitle),
        ("referent.full_name", Self::ReferentFullName),
        ("referent.post", Self::ReferentPost),
        ("allowance.label", Self::AllowanceLabel),
        ("allowance.amount", Self::AllowanceAmount),
    ];

    /// The name between braces.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, placeholder)| *placeholder == self).map_or("", |(name, _)| name)
    }
}

/// The fields of a letter's content that rule text quotes, by the names between its braces.
pub fn quoted(text: &str) -> Vec<(&'static str, &'static str)> {
    let mut found: Vec<(&str, &str)> = Vec::new();
    for (name, placeholder) in Placeholder::ALL {
        if text.contains(&format!("{{{name}}}")) {
            let field = match placeholder {
                Placeholder::EstablishmentOfName => "establishment.name",
                Placeholder::HeadTitle => "establishment.head.function",
                Placeholder::ReferentFullName => "referent.family_name",
                _ => name,
            };
            found.push((name, field));
        }
    }
    found
}

/// A piece of rule text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextPart<'t> {
    /// Printed as it is.
    Text(&'t str),
    /// Replaced by a value.
    Value(Placeholder),
}

/// A brace that stands for no placeholder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownPlaceholder {
    /// What stands between the braces, or the rest of the text after an open one.
    pub name: String,
    /// The nearest name of the list.
    pub near: Option<&'static str>,
    /// Whether the brace is never closed.
    pub unclosed: bool,
}

/// Cuts rule text into pieces. Braces stand for placeholders only.
pub fn parse(text: &str) -> Result<Vec<TextPart<'_>>, Vec<UnknownPlaceholder>> {
    let mut pieces = Vec::new();
    let mut unknown = Vec::new();
    let mut rest = text;
    while let Some(open) = rest.find(['{', '}']) {
        if open > 0 {
            pieces.push(TextPart::Text(&rest[..open]));
        }
        let after = &rest[open + 1..];
        let close = rest[open..].starts_with('{').then(|| after.find(['{', '}'])).flatten();
        let Some(close) = close.filter(|close| after[*close..].starts_with('}')) else {
            let name = after.chars().take(30).collect();
            unknown.push(UnknownPlaceholder { name, near: None, unclosed: true });
            rest = after;
            continue;
        };
        let name = after[..close].trim();
        match Placeholder::ALL.iter().find(|(known, _)| *known == name) {
            Some((_, placeholder)) => pieces.push(TextPart::Value(*placeholder)),
            None => unknown.push(UnknownPlaceholder {
                name: name.chars().take(60).collect(),
                near: did_you_mean(name, Placeholder::ALL.iter().map(|(known, _)| *known)),
                unclosed: false,
            }),
        }
        rest = &after[close + 1..];
    }
    if !rest.is_empty() {
        pieces.push(TextPart::Text(rest));
    }
    if unknown.is_empty() { Ok(pieces) } else { Err(unknown) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn text_is_cut_at_known_names_only() {
        assert_eq!(
            parse("Pour {establishment.name}, merci."),
            Ok(vec![
                TextPart::Text("Pour "),
                TextPart::Value(Placeholder::EstablishmentName),
                TextPart::Text(", merci."),
            ])
        );
        let unknown = parse("a {establisment.name} b {x} c {open").unwrap_err();
        assert_eq!(unknown[0].near, Some("establishment.name"));
        assert_eq!(unknown[1].near, None);
        assert!(unknown[2].unclosed);
        assert!(parse("a } b").is_err());
    }

    proptest! {
        #[test]
        fn any_text_is_cut_without_loss(text in ".*") {
            if let Ok(pieces) = parse(&text) {
                let joined: String = pieces.iter().map(|piece| match piece {
                    TextPart::Text(text) => (*text).to_owned(),
                    TextPart::Value(value) => format!("{{{}}}", value.name()),
                }).collect();
                prop_assert_eq!(joined.replace(' ', ""), text.replace(' ', ""));
            }
        }
    }
}
