//! `generate`, `run` and `send` to an outbox: one pass over a campaign with its report, and the
//! reasons to stop after it.
//!
//! Asks nothing and prints nothing. Sending over the relay follows when [`GenerateRun::stop`] gives
//! no reason to stop.

use super::check::CheckOutcome;
use crate::app::approval::proof_error::Unapproved;
use crate::app::error::{ErrorKind, OlderLedger, UserError};
use crate::app::exports::report::write_report::{self, ReportBasis, ReportWriteError};
use crate::app::failure::StopCause;
use crate::app::generate::outcome::{GenerateOutcome, GenerateRequest};
use crate::app::generate::pass::{self, LedgerAfter};
use crate::app::resolved_campaign::ResolvedCampaign;
use crate::app::selection::{self, ChoiceError, LetterChoice};
use crate::app::wording::count;
use crate::ledger::{Ledger, LedgerError};
use crate::plan::{Action, Orders, PlannedLetter};
use crate::render::worker_pool;
use jiff::civil::Date;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeSet;

/// What a person asked for.
#[derive(Clone, Debug)]
pub struct RunOptions<'a> {
    /// Which letters.
    pub only: LetterChoice<'a>,
    /// Whether messages are to leave, into the outbox or over the relay.
    pub sends: bool,
    /// At most so many messages.
    pub limit: Option<usize>,
    /// Workers; as many as there are cores when absent.
    pub jobs: Option<u16>,
    /// Whether files are written even when they hold the same bytes.
    pub force: bool,
    /// The day it is.
    pub day: Date,
}

/// What a pass over the campaign has to make. Messages go into the outbox only where there is no
/// relay; unneeded files stay when the user leaves something out.
pub(super) fn request(
    resolved: &ResolvedCampaign<'_>,
    options: &RunOptions<'_>,
) -> Result<GenerateRequest, ChoiceError> {
    let only = selection::chosen(&resolved.desired, options.only)?;
    Ok(GenerateRequest {
        only,
        deposit: options.sends && resolved.relay_settings().is_none(),
        limit: options.limit,
        jobs: worker_pool::workers(options.jobs),
        force: options.force,
        sweep: resolved.left_out.is_empty(),
        day: options.day,
        late: BTreeSet::new(),
    })
}

/// A pass over a campaign, with its report.
pub struct GenerateRun {
    /// What the pass did.
    pub outcome: GenerateOutcome,
    /// What the ledger knows after it; a rehearsal has none.
    pub after: Option<LedgerAfter>,
    /// Why the report could not be written.
    report_error: Option<ReportWriteError>,
}

/// Makes what the campaign calls for, and writes the report: `basis` is what it says besides. `progress` gets the number of letters of
/// each message once it is made.
pub(super) fn generate(
    resolved: &ResolvedCampaign<'_>,
    ledger: Option<&Ledger>,
    request: &GenerateRequest,
    orders: &Orders,
    basis: ReportBasis<'_>,
    progress: impl FnMut(usize) + Send,
) -> Result<GenerateRun, LedgerError> {
    let made = pass::run(resolved, ledger, request, orders, progress)?;
    let known = made.after.as_ref().map(|after| (&after.account, &after.history));
    let report = write_report::write(resolved, &made.outcome, ReportBasis { known, ..basis });
    Ok(GenerateRun { outcome: made.outcome, after: made.after, report_error: report.err() })
}

/// How many letters a request chooses.
pub(super) fn chosen_letters(resolved: &ResolvedCampaign<'_>, request: &GenerateRequest) -> usize {
    let desired = &resolved.desired;
    match &request.only {
        Some(only) => only.iter().map(|at| desired.mailings[*at].letters.len()).sum(),
        None => desired.letters.len(),
    }
}

impl GenerateRun {
    /// The reason to stop and end the command. `blocks_sending` says that messages were to leave
    /// and the ledger is an older one.
    pub fn stop(&self, blocks_sending: bool) -> Option<RunStop<'_>> {
        if let Some(cause) = &self.outcome.stopped {
            return Some(RunStop::Stopped(cause));
        }
        if let Some(error) = &self.report_error {
            return Some(RunStop::Report(error));
        }
        if blocks_sending {
            return Some(RunStop::OlderLedger(OlderLedger));
        }
        if let Some(first) = self.outcome.undecided().next() {
            return Some(RunStop::Undecided { first, letters: self.outcome.undecided().count() });
        }
        match self.outcome.only_unapproved() {
            0 => None,
            messages => Some(RunStop::Unapproved(Unapproved { messages })),
        }
    }
}

/// Why a run goes no further after its pass. What was made stays.
#[derive(Debug, thiserror::Error)]
pub enum RunStop<'a> {
    /// The disk, the ledger or the machine refused.
    #[error(transparent)]
    Stopped(&'a StopCause),
    /// The report could not be written.
    #[error(transparent)]
    Report(&'a ReportWriteError),
    /// Sending might send twice.
    #[error(transparent)]
    OlderLedger(OlderLedger),
    /// Nothing goes before a person approved it.
    #[error(transparent)]
    Unapproved(Unapproved),
    /// Letters that were handed over have changed in a way that a person decides about.
    #[error(
        "{} : {}",
        count(*.letters, "lettre n'est pas refaite", "lettres ne sont pas refaites"),
        .first.note.as_deref().unwrap_or_default()
    )]
    Undecided {
        /// The first of them.
        first: &'a PlannedLetter,
        /// How many.
        letters: usize,
    },
}

impl UserError for RunStop<'_> {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Stopped(_) | Self::Report(_) => ErrorKind::Environment,
            Self::OlderLedger(error) => error.kind(),
            Self::Unapproved(error) => error.kind(),
            Self::Undecided { .. } => ErrorKind::Decision,
        }
    }

    fn todo(&self) -> String {
        match self {
            Self::Stopped(cause) if cause.is_lost_original() => {
                "lancer « missive ledger verify », puis remettre une sauvegarde de data/ledger/objects"
                    .to_owned()
            }
            Self::Stopped(_) | Self::Report(_) => {
                "faire de la place ou demander l'accès, puis relancer la même commande : ce qui est fait le reste"
                    .to_owned()
            }
            Self::OlderLedger(error) => error.todo(),
            Self::Unapproved(error) => error.todo(),
            Self::Undecided { first, .. } => match first.action {
                Action::Update => format!(
                    "le dire : missive resolve {} --handed-over --why \"…\", puis relancer",
                    first.reference
                ),
                _ => "relancer avec --reply-by AAAA-MM-JJ, la nouvelle date de retour".to_owned(),
            },
        }
    }
}

/// What `run` did, as its JSON document says it.
#[derive(Debug, Serialize)]
pub struct RunOutcome<'a> {
    /// What was found before anything was made.
    pub check: &'a CheckOutcome,
    /// What was made; nothing where the check found errors.
    pub generate: Option<&'a GenerateOutcome>,
    /// The `send` part of the document; none if nothing was sent.
    pub send: Option<Value>,
}
