//! The start that `generate`, `run` and `send` share: the campaign checked and resolved, the project
//! locked, the ledger open for writing. What runs from there has one value to stand on.

use super::check::{self, CheckOutcome};
use super::run::{self, GenerateRun, RunOptions};
use crate::app::error::{Complaint, ErrorKind, UserError};
use crate::app::exports::report::write_report::ReportBasis;
use crate::app::generate::outcome::GenerateRequest;
use crate::app::resolved_campaign::{ResolveOptions, ResolvedCampaign};
use crate::app::selection::ChoiceError;
use crate::app::sending::context::SendContext;
use crate::app::workspace::OpenedProject;
use crate::clock::Clock;
use crate::ledger::{Actor, Ledger, LedgerError, LedgerOpening};
use crate::plan::Orders;
use crate::plan::decision::late_letter::is_late_in_rehearsal;
use crate::project::lock::{Lock, LockError};
use jiff::civil::Date;
use std::collections::BTreeSet;

/// What a run starts with.
#[derive(Clone, Debug)]
pub struct StartRequest<'a> {
    /// What a person asked for.
    pub options: RunOptions<'a>,
    /// The day of the rules, for a rehearsal, which leaves no trace in the ledger.
    pub as_of: Option<Date>,
    /// Whether the ledger is taken from a computer that broke down.
    pub take_over: bool,
    /// Who writes in the ledger.
    pub actor: Actor,
}

/// A campaign that a command works on. The project stays locked as long as it is there.
pub struct CampaignRun<'w> {
    /// The campaign.
    pub resolved: ResolvedCampaign<'w>,
    /// What the check found; no error is among it.
    pub check: CheckOutcome,
    /// What is to be made.
    pub request: GenerateRequest,
    /// The ledger; a rehearsal has none.
    pub ledger: Option<(Ledger, LedgerOpening)>,
    clock: Clock,
    _lock: Lock,
}

/// How a run starts.
pub enum RunStart<'w> {
    /// With everything it needs.
    Ready(Box<CampaignRun<'w>>),
    /// Not at all: the project has errors.
    Invalid(CheckOutcome),
}

/// Why a run does not start, in a project without errors.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Words of `--only` name nothing.
    #[error(transparent)]
    Names(#[from] ChoiceError),
    /// Somebody else writes.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// The ledger.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

impl StartError {
    fn cause(&self) -> &dyn UserError {
        match self {
            Self::Names(error) => error,
            Self::Lock(error) => error,
            Self::Ledger(error) => error,
        }
    }
}

impl UserError for StartError {
    fn kind(&self) -> ErrorKind {
        self.cause().kind()
    }

    fn todo(&self) -> String {
        self.cause().todo()
    }

    fn complaints(&self) -> Vec<Complaint> {
        self.cause().complaints()
    }
}

/// Starts a run. Where the project has errors nothing is locked or opened.
pub fn start<'w>(
    opened: &'w OpenedProject,
    request: StartRequest<'_>,
) -> Result<RunStart<'w>, StartError> {
    let StartRequest { options, as_of, take_over, actor } = request;
    let workspace = &opened.workspace;
    let resolve = ResolveOptions::rehearsal(options.day, as_of);
    let (resolved, check) = check::check(workspace, opened.campaign.as_ref(), resolve);
    let Some(resolved) = resolved else { return Ok(RunStart::Invalid(check)) };
    let mut request = run::request(&resolved, &options)?;
    let lock = Lock::take(&workspace.project, &actor)?;
    let clock = actor.clock.clone();
    if let Some(day) = as_of {
        request.late = late_letters(&resolved, &actor, day)?;
    }
    let ledger = match as_of {
        Some(_) => None,
        None => Some(Ledger::open(workspace.project.root(), actor, take_over)?),
    };
    request.deposit &= ledger.as_ref().is_none_or(|(_, opened)| !opened.older);
    Ok(RunStart::Ready(Box::new(CampaignRun {
        resolved,
        check,
        request,
        ledger,
        clock,
        _lock: lock,
    })))
}

/// The letters that would be late if they were made on the day of a rehearsal. The ledger is read only.
fn late_letters(
    resolved: &ResolvedCampaign<'_>,
    actor: &Actor,
    day: Date,
) -> Result<BTreeSet<String>, LedgerError> {
    let opened = Ledger::open_read_only(resolved.project.root(), actor.clone())?;
    let Some((ledger, _)) = opened else { return Ok(BTreeSet::new()) };
    let campaign = resolved.desired.campaign;
    let history = ledger.history(campaign.id.as_str())?;
    let references = resolved.desired.letters.iter().map(|letter| letter.reference.to_string());
    Ok(references
        .filter(|reference| is_late_in_rehearsal(&history, campaign, reference, day))
        .collect())
}

impl CampaignRun<'_> {
    /// Whether the ledger is older than the one this computer has known.
    pub fn has_older_ledger(&self) -> bool {
        self.ledger.as_ref().is_some_and(|(_, opened)| opened.older)
    }

    /// How many letters are to be made.
    pub fn chosen_letters(&self) -> usize {
        run::chosen_letters(&self.resolved, &self.request)
    }

    /// Makes what the campaign calls for; `progress` gets the number of letters of each message once it
    /// is made.
    pub fn generate(
        &self,
        orders: &Orders,
        progress: impl FnMut(usize) + Send,
    ) -> Result<GenerateRun, LedgerError> {
        let ledger = self.ledger.as_ref().map(|(ledger, _)| ledger);
        let basis = ReportBasis { known: None, problems: &self.check.problems, clock: &self.clock };
        run::generate(&self.resolved, ledger, &self.request, orders, basis, progress)
    }

    /// What a sending over the relay stands on; nothing where there is no relay, or in a rehearsal.
    /// `just_generated` says that this run made its documents before.
    pub fn send_context<'c>(
        &'c self,
        clock: &'c Clock,
        just_generated: bool,
    ) -> Option<SendContext<'c>> {
        let (ledger, opened) = self.ledger.as_ref()?;
        Some(SendContext {
            resolved: &self.resolved,
            ledger,
            opened,
            relay: self.resolved.relay_settings()?,
            only: self.request.only.as_ref(),
            jobs: self.request.jobs,
            clock,
            just_generated,
        })
    }
}
