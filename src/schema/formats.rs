//! What single values may be: the formats of `records::values`, as patterns.
//!
//! Patterns keep to what ECMA 262 and the regex engines of editors have in common: no classes by
//! name, no flags.

use crate::records::values::{
    CampaignId, Day, Domain, EmailAddress, Euros, LONGEST_LINE, LONGEST_PROSE, Line, Mailbox,
    Postcode, Prose, SchoolYear, Slug, Uai,
};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use std::borrow::Cow;

/// Inside a class: the characters that no text may hold, line breaks among them.
pub(super) const INVISIBLE: &str = printable_text::TYPED_TEXT_CLASS;
/// Something to read: not only spaces.
pub(super) const NOT_BLANK: &str = r"(?=[\s\S]*\S)";
/// A mail address: what `lettre` takes, without quotes, comments and addresses of computers.
const EMAIL: &str = r"(?=[!-~]{3,254}(?:[\s>]|$))(?=[^@]{1,64}@)[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@[A-Za-z0-9](?:[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{0,61}[A-Za-z0-9])?)+";

/// A whole number that is not negative, as the reader takes it.
pub struct Whole;

/// Says what a value may be.
macro_rules! formats {
    ($($name:ty as $word:literal: $schema:expr),+ $(,)?) => { $(
        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                $word.into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                $schema
            }
        }
    )+ };
}

/// A text that has a pattern.
fn pattern(pattern: &str) -> Schema {
    json_schema!({ "type": "string", "pattern": pattern })
}

/// A text that is printed: not blank, not too long, without invisible characters.
pub(super) fn printed(pattern: &str, longest: usize) -> Schema {
    json_schema!({ "type": "string", "minLength": 1, "maxLength": longest, "pattern": pattern })
}

formats!(
    Line as "Line": printed(&format!("^{NOT_BLANK}[^{INVISIBLE}]*$"), LONGEST_LINE),
    Prose as "Prose":
        printed(&format!(r"^{NOT_BLANK}(?:[^{INVISIBLE}]|\r?\n)*$"), LONGEST_PROSE),
    // The letters I, O and Q are never a check letter.
    Uai as "Uai": pattern(r"^\s*[0-9]{7}[A-HJ-NPR-Za-hj-npr-z]\s*$"),
    // Editors see a TOML date as its text; one with an hour is told apart by the pattern.
    Day as "Day": json_schema!({
        "type": "string",
        "format": "date",
        "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
    }),
    SchoolYear as "SchoolYear": pattern("^(?:19|[2-8][0-9])[0-9]{2}-[0-9]{4}$"),
    EmailAddress as "EmailAddress": pattern(&format!(r"^\s*{EMAIL}\s*$")),
    Mailbox as "Mailbox":
        pattern(&format!(r"^\s*(?:{EMAIL}|[^{INVISIBLE}]{{0,{LONGEST_LINE}}}<\s*{EMAIL}\s*>)\s*$")),
    Domain as "Domain": pattern(
        r"^\s*(?=[!-~]{1,253}(?:\s|$))[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)+\s*$",
    ),
    Postcode as "Postcode": pattern(r"^\s*[0-9]{5}\s*$"),
    CampaignId as "CampaignId": pattern("^[0-9A-Z]{1,8}$"),
    Slug as "Slug": pattern("^[a-z0-9][a-z0-9._-]{0,63}$"),
    // No `multipleOf` for the cents: binary fractions make editors refuse sound amounts.
    Euros as "Euros": json_schema!({ "type": "number", "minimum": 0, "maximum": 10_000_000 }),
    Whole as "Whole": json_schema!({ "type": "integer", "minimum": 0, "maximum": u32::MAX }),
);
