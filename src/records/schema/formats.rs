//! The allowed forms of single values: the formats of `records::values`, as patterns.
//!
//! Patterns keep to what ECMA 262 and the regex engines of editors have in common: no classes by
//! name, no flags.

use crate::records::placeholder::Placeholder;
use crate::records::table::ValueFormat;
use crate::records::values::{
    CampaignId, Day, Domain, EmailAddress, EnclosurePath, Euros, LONGEST_LINE, LONGEST_PROSE,
    Mailbox, Postcode, Prose, RuleText, SchoolYear, SignatureRequest, SingleLine, Slug, Uai,
};
use serde_json::{Value, json};

/// Inside a class: the characters that no text may hold, line breaks among them.
const INVISIBLE: &str = printable_text::TYPED_TEXT_CLASS;
/// Something to read: not only spaces.
const NOT_BLANK: &str = r"(?=[\s\S]*\S)";
/// A mail address: what `lettre` takes, without quotes, comments and addresses of computers.
const EMAIL: &str = r"(?=[!-~]{3,254}(?:[\s>]|$))(?=[^@]{1,64}@)[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@[A-Za-z0-9](?:[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{0,61}[A-Za-z0-9])?)+";

/// Says what a value may be.
macro_rules! formats {
    ($($name:ty: $schema:expr),+ $(,)?) => { $(
        impl ValueFormat for $name {
            fn schema() -> Value {
                $schema
            }
        }
    )+ };
}

/// A text that has a pattern.
fn pattern(pattern: &str) -> Value {
    json!({ "type": "string", "pattern": pattern })
}

/// A text that is printed: not blank, not too long, without invisible characters.
fn printed(pattern: &str, longest: usize) -> Value {
    json!({ "type": "string", "minLength": 1, "maxLength": longest, "pattern": pattern })
}

formats!(
    SingleLine: printed(&format!("^{NOT_BLANK}[^{INVISIBLE}]*$"), LONGEST_LINE),
    Prose:
        printed(&format!(r"^{NOT_BLANK}(?:[^{INVISIBLE}]|\r?\n)*$"), LONGEST_PROSE),
    // The letters I, O and Q are never a check letter.
    Uai: pattern(r"^\s*[0-9]{7}[A-HJ-NPR-Za-hj-npr-z]\s*$"),
    SignatureRequest: json!({
        "enum": [true, false, "kept"],
        // What Taplo shows beside each value that it proposes.
        "x-taplo": { "docs": { "enumValues": [
            "Un retour signé est attendu",
            "Pour information : rien n'est à signer",
            "Ce qui a été signé le reste ; seulement pour une correction",
        ] } },
    }),
    // Editors see a TOML date as its text; the pattern refuses one with a time.
    Day: json!({
        "type": "string",
        "format": "date",
        "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
    }),
    SchoolYear: pattern("^(?:19|[2-8][0-9])[0-9]{2}-[0-9]{4}$"),
    EmailAddress: pattern(&format!(r"^\s*{EMAIL}\s*$")),
    Mailbox:
        pattern(&format!(r"^\s*(?:{EMAIL}|[^{INVISIBLE}]{{0,{LONGEST_LINE}}}<\s*{EMAIL}\s*>)\s*$")),
    Domain: pattern(
        r"^\s*(?=[!-~]{1,253}(?:\s|$))[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)+\s*$",
    ),
    Postcode: pattern(r"^\s*[0-9]{5}\s*$"),
    CampaignId: pattern("^[0-9A-Z]{1,8}$"),
    Slug: pattern("^[a-z0-9][a-z0-9._-]{0,63}$"),
    // No `multipleOf` for the cents: binary fractions make editors refuse sound amounts.
    Euros: json!({ "type": "number", "minimum": 0, "maximum": 10_000_000 }),
    u32: json!({ "type": "integer", "minimum": 0, "maximum": u32::MAX }),
    bool: json!({ "type": "boolean" }),
    RuleText: rule_text(),
    EnclosurePath: enclosure_path(),
);

/// Braces stand for a field of the closed list, and for nothing else.
fn rule_text() -> Value {
    let names: Vec<String> =
        Placeholder::ALL.iter().map(|(name, _)| name.replace('.', r"\.")).collect();
    let field = format!(r"\{{\s*(?:{})\s*\}}", names.join("|"));
    let pattern = format!(r"^{NOT_BLANK}(?:[^{INVISIBLE}{{}}]|\r?\n|{field})*$");
    printed(&pattern, LONGEST_PROSE)
}

/// Parts between forward slashes, none of them `.` or `..`.
fn enclosure_path() -> Value {
    let part = format!(r"(?!\.{{1,2}}\s*(?:/|$))[^{INVISIBLE}/\\:]+");
    printed(&format!("^{NOT_BLANK}{part}(?:/{part})*$"), LONGEST_LINE)
}
