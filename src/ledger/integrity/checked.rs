//! The last check that found nothing wrong, so that rows are checked again only after another program
//! wrote.

use super::check_rows::{self, Depth};
use super::expected_rows::ExpectedRows;
use crate::ledger::chain::events::{self, ChainHead};
use crate::ledger::error::LedgerError;
use crate::letter::french::count;
use rusqlite::Connection;

/// A check that found nothing wrong, and the state of the file at that time.
#[derive(Debug)]
pub(in crate::ledger) struct Checked {
    pub(in crate::ledger) expected: ExpectedRows,
    pub(in crate::ledger) last: ChainHead,
    version: i64,
}

/// `PRAGMA data_version`: another number after another program wrote.
fn version(connection: &Connection) -> Result<i64, LedgerError> {
    Ok(connection.pragma_query_value(None, "data_version", |row| row.get(0))?)
}

impl Checked {
    /// Checks all rows.
    ///
    /// # Errors
    /// [`LedgerError::Corrupt`] names the first finding.
    pub(in crate::ledger) fn new(connection: &Connection) -> Result<Self, LedgerError> {
        let check = check_rows::check(connection, Depth::Use)?;
        match check.findings.as_slice() {
            [] => {
                let version = version(connection)?;
                Ok(Self { expected: check.expected, last: check.last, version })
            }
            [one] => Err(LedgerError::Corrupt(one.message.clone())),
            [first, others @ ..] => {
                let others = count(others.len(), "autre", "autres");
                Err(LedgerError::Corrupt(format!("{} (et {others})", first.message)))
            }
        }
    }

    /// Whether no other program wrote since; what this program added is applied first.
    fn is_current(&mut self, connection: &Connection) -> Result<bool, LedgerError> {
        let last = events::last(connection)?;
        if version(connection)? != self.version {
            return Ok(false);
        }
        if last != self.last {
            events::scan(connection, self.last.seq, |event, _| self.expected.follow(event))?;
            self.last = last;
        }
        Ok(true)
    }
}

/// Checks again if another program wrote. What was found wrong once stays an error for this
/// command, even if somebody corrects it meanwhile.
pub(in crate::ledger) fn ensure_checked(
    connection: &Connection,
    checked: &mut Option<Checked>,
    corruption: &mut Option<String>,
) -> Result<(), LedgerError> {
    if let Some(what) = corruption {
        return Err(LedgerError::Corrupt(what.clone()));
    }
    if let Some(last_check) = checked
        && last_check.is_current(connection)?
    {
        return Ok(());
    }
    *checked = None;
    let fresh = Checked::new(connection);
    if let Err(LedgerError::Corrupt(what)) = &fresh {
        *corruption = Some(what.clone());
    }
    *checked = Some(fresh?);
    Ok(())
}
