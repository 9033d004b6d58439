//! What comes back: taken in, recognised, held against the very bytes that were sent, and kept.
//!
//! Returned files are hostile. [`intake`] opens what holds others, within bounds; a child process
//! under limits looks at their [`pages`] and [`signature`], and [`examine`] is what it is asked; [`identify`] says which letters a file holds, [`verdict`] what each is and
//! [`signers`] who signed which box, as the [`people`] whom the letter names, all pure;
//! [`store`] keeps the octets as they came. [`bag`] and [`seda`] write them out for others. Must not
//! know SMTP, Typst or the terminal.

pub mod bag;
pub mod examine;
pub mod identify;
pub mod intake;
pub mod kind;
pub mod pages;
pub mod people;
pub mod seda;
pub mod signature;
pub mod signers;
pub mod store;
pub mod verdict;

use serde::{Deserialize, Serialize};

/// One thing that was looked at, as `archive add --json` says it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// Stable word, as in "byte-range".
    pub check: String,
    /// Whether it is as it should be.
    pub ok: bool,
    /// What a person reads.
    pub detail: String,
}

/// What office staff calls a box.
fn box_name(label: &str) -> String {
    match label {
        "sign-issuer" => "la case de l'autorité".to_owned(),
        "sign-head" => "la case du chef d'établissement".to_owned(),
        "sign-referent" => "la case du référent".to_owned(),
        "write-priorities" => "la case des priorités".to_owned(),
        "write-indicators" => "la case des indicateurs".to_owned(),
        other => format!("la case « {other} »"),
    }
}
