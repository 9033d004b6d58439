//! The formats a record's values must have, as types that cannot hold a bad value.
//!
//! They are parsed once, here; the rest of the program relies on the types. Knows nothing of
//! tables.

pub mod broken_text;
pub mod dates;
pub mod departement;
pub mod identifiers;
pub mod mail;
pub mod name_doubt;
pub mod numbers;
pub mod signature_request;
pub mod text;

pub use dates::{Day, SchoolYear};
pub use departement::{Departement, DepartementError};
pub use identifiers::{CampaignId, Postcode, Slug, Uai};
pub use mail::{Domain, EmailAddress, Mailbox};
pub use numbers::Euros;
pub use signature_request::SignatureRequest;
pub use text::{EnclosurePath, LONGEST_LINE, LONGEST_PROSE, Prose, RuleText, SingleLine};
