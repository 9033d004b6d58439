//! `ledger verify`: everything in the ledger read and checked, compared with a witness, and its letters made
//! again.

use super::witness_file::{WitnessFile, WitnessFileError, WitnessOutcome};
use crate::app::letters::replay::{ReplayOutcome, ReplayedRevision, replay_revisions};
use crate::app::workspace::Workspace;
use crate::ledger::integrity::finding::VerifyReport;
use crate::ledger::{Ledger, LedgerError};
use crate::project::folder::Project;
use serde::{Serialize, Serializer};
use serde_json::json;

/// What is checked.
#[derive(Clone, Copy)]
pub struct VerifyRequest<'a> {
    /// The project.
    pub project: &'a Project,
    /// Its ledger.
    pub ledger: &'a Ledger,
    /// What it is compared with.
    pub witness: Option<&'a WitnessFile>,
    /// Whether letters are made again, where nothing else is wrong.
    pub replays: bool,
    /// The campaign whose letters are made again; all without it.
    pub campaign: Option<&'a str>,
}

/// What a check of the ledger gave. Serialized, it is the JSON document of `ledger verify`.
#[derive(Clone, Debug)]
pub struct LedgerVerification {
    /// What was read, and what is wrong.
    pub report: VerifyReport,
    /// What became of the witness, where one was given.
    pub witness: Option<WitnessOutcome>,
    /// The letters that were made again, where that was asked for and nothing else is wrong.
    pub replayed: Option<Vec<ReplayedRevision>>,
}

/// Checks the whole ledger. A witness that cannot be read is an error before anything is checked.
/// `progress` gets the number of letters that are made again, of all.
pub fn verify_ledger(
    request: VerifyRequest<'_>,
    progress: impl FnMut(usize, usize),
) -> Result<LedgerVerification, WitnessFileError> {
    let VerifyRequest { ledger, witness, .. } = request;
    let former = witness.map(WitnessFile::read).transpose()?;
    let mut report = ledger.verify()?;
    let witness = match witness.zip(former) {
        Some((file, former)) => Some(file.compare_and_update(ledger, &mut report, former)?),
        None => None,
    };
    let replayed = match request.replays && report.findings.is_empty() {
        true => Some(replay(request, progress)?),
        false => None,
    };
    Ok(LedgerVerification { report, witness, replayed })
}

fn replay(
    request: VerifyRequest<'_>,
    mut progress: impl FnMut(usize, usize),
) -> Result<Vec<ReplayedRevision>, LedgerError> {
    let (workspace, _) = Workspace::open(request.project.clone(), &[]);
    let revisions = request.ledger.handed_over(request.campaign)?;
    let (mut done, all) = (0, revisions.len());
    replay_revisions(request.ledger, &workspace.loaded.templates, revisions, || {
        done += 1;
        progress(done, all);
    })
}

impl LedgerVerification {
    /// Whether nothing is wrong, and every letter that was made again is the same.
    pub fn is_sound(&self) -> bool {
        let mut replayed = self.replayed.iter().flatten();
        self.report.findings.is_empty()
            && replayed.all(|one| matches!(one.outcome, ReplayOutcome::Same))
    }
}

/// The revisions that came out otherwise, or not at all.
pub fn different(replayed: &[ReplayedRevision]) -> impl Iterator<Item = &ReplayedRevision> {
    replayed.iter().filter(|one| !matches!(one.outcome, ReplayOutcome::Same))
}

impl Serialize for LedgerVerification {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let report = &self.report;
        let document = json!({
            "events": report.events, "chain": report.chain, "rows": report.rows, "objects": report.objects,
            "leftovers": report.leftovers, "findings": report.findings, "notes": report.notes,
            "witness": self.witness,
            "replay": self.replayed.as_ref().map(|all| json!({
                "revisions": all.len(), "same": all.len() - different(all).count(),
                "differences": different(all).collect::<Vec<_>>(),
            })),
        });
        document.serialize(serializer)
    }
}
