//! Texts of the tables turned into values.

use crate::ledger::error::LedgerError;
use jiff::Timestamp;
use serde::de::DeserializeOwned;

pub(in crate::ledger) fn moment(text: &str) -> Result<Timestamp, LedgerError> {
    text.parse().map_err(|_| LedgerError::Corrupt(format!("moment « {text} »")))
}

pub(in crate::ledger) fn parsed<T: DeserializeOwned>(
    text: &str,
    what: &str,
) -> Result<T, LedgerError> {
    serde_json::from_str(text).map_err(|error| LedgerError::Corrupt(format!("{what} : {error}")))
}
