//! Electronic signatures in a returned PDF, and whether it is the letter that was sent.
//!
//! Two questions, answered apart. [`examine`]: is each signature intact, and who vouches for its
//! certificate? [`compare`]: does the file show what was sent? A letter changed *before* it is
//! signed passes the first and fails the second; both are needed.
//!
//! Pure: bytes in, values out, no clock, no file, no network (so no revocation). Every byte read
//! here is hostile. Must not know the ledger, or how pages look when drawn.
//!
//! | file | idea |
//! |---|---|
//! | `values` | what is said about a file and its signatures |
//! | `revisions` | a PDF read strictly, as the revisions it was written in |
//! | `document` | a PDF opened within bounds |
//! | `field` | the form's signature fields |
//! | `range` | which bytes a signature covers |
//! | `tlv`, `message`, `algorithm` | the CMS in the hole, and its mathematics |
//! | `stamp` | time stamps |
//! | `place` | where pages show a signature |
//! | `certificate`, `authorities`, `chain` | who signed, and who vouches for it |
//! | `later`, `certification` | what was added after a signature, and whether it may |
//! | `examine` | the first question |
//! | `compare` | the second one |

mod algorithm;
mod authorities;
mod certificate;
mod certification;
mod chain;
mod compare;
mod document;
mod examine;
mod field;
mod later;
mod message;
mod moment;
mod place;
mod range;
mod revisions;
mod stamp;
mod tlv;
mod values;
mod words;

pub use authorities::Authorities;
pub use compare::{Change, Comparison, Kind, compare};
pub use examine::examine;
pub use values::{Examination, Integrity, Signature, Trust, Unreadable};

use crate::archive::Check;

/// One thing that was looked at.
fn check(name: &str, ok: bool, detail: impl Into<String>) -> Check {
    Check { check: name.to_owned(), ok, detail: detail.into() }
}
