//! `ledger verify`: everything in the ledger read and checked, and compared with a witness.

use super::witness_file::{WitnessFile, WitnessFileError, WitnessOutcome};
use crate::ledger::Ledger;
use crate::ledger::integrity::finding::VerifyReport;

/// What a check of the ledger gave.
#[derive(Clone, Debug)]
pub struct LedgerVerification {
    /// What was read, and what is wrong.
    pub report: VerifyReport,
    /// What became of the witness, where one was given.
    pub witness: Option<WitnessOutcome>,
}

/// Checks the whole ledger. A witness that cannot be read is an error before anything is checked.
pub fn verify_ledger(
    ledger: &Ledger,
    witness: Option<&WitnessFile>,
) -> Result<LedgerVerification, WitnessFileError> {
    let former = witness.map(WitnessFile::read).transpose()?;
    let mut report = ledger.verify()?;
    let witness = match witness.zip(former) {
        Some((file, former)) => Some(file.compare_and_update(ledger, &mut report, former)?),
        None => None,
    };
    Ok(LedgerVerification { report, witness })
}
