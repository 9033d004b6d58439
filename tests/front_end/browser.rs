//! What every page of a browser begins with: the project opened, the clock set, the ledger opened.

use missive::app::campaign::campaign_run::{self, RunStart, StartRequest};
use missive::app::campaign::check::{self, CheckOutcome};
use missive::app::campaign::plan::{self, PlanOutcome, PlanRequest};
use missive::app::campaign::run::{GenerateRun, RunOptions};
use missive::app::campaign_snapshot::CampaignSnapshot;
use missive::app::error::{ErrorKind, UserError};
use missive::app::resolved_campaign::{ResolveOptions, ResolvedCampaign};
use missive::app::selection::LetterChoice;
use missive::app::sending::resolve::by_word::{ResolveOutcome, ResolveRequest, WhichMessages};
use missive::app::workspace::{self, OpenError, OpenRequest, OpenedProject};
use missive::clock::{Clock, SimulatedTime};
use missive::ledger::{Actor, Ledger, LedgerOpening};
use missive::plan::Orders;
use missive::plan::resolution::Resolution;
use missive::project::folder::Project;
use missive::project::{environment, sample};
use serde::Serialize;
use serde_json::Value;
use std::fs;
use std::path::PathBuf;

/// The campaign of the sample.
pub const CAMPAIGN: &str = "2026";

/// Workers.
pub const JOBS: usize = 2;

/// A value as a browser gets it: it has to become a JSON object.
pub fn json(outcome: &impl Serialize) -> Value {
    let value = serde_json::to_value(outcome).unwrap();
    assert!(value.is_object(), "{value}");
    value
}

/// The kind of an error. Whatever the error is, it says what happened and what to do.
pub fn kind(error: &impl UserError) -> ErrorKind {
    assert!(!error.to_string().is_empty() && !error.todo().is_empty(), "{error}");
    error.kind()
}

/// Fails with the sentence of an error.
#[track_caller]
pub fn done<T, E: UserError>(result: Result<T, E>) -> T {
    result.unwrap_or_else(|error| panic!("{error} ; {}", error.todo()))
}

/// Nine o'clock in the morning of a day.
pub fn morning(day: &str) -> SimulatedTime {
    format!("{day}T09:00+01:00[Europe/Paris]").parse().unwrap()
}

/// The clock on a day.
pub fn clock(day: &str) -> Clock {
    Clock::new(Some(&morning(day)))
}

/// A front end with a project in a temporary folder.
pub struct Browser {
    folder: tempfile::TempDir,
    /// Where the computer remembers the last event of a ledger; nowhere when absent.
    pub state: Option<PathBuf>,
}

impl Browser {
    /// The built-in sample.
    pub fn sample() -> Self {
        let browser = Self { folder: crate::support::folder(), state: None };
        assert_eq!(done(sample::write(&browser.root())), sample::FILES.len());
        browser
    }

    /// The folder of the project.
    pub fn root(&self) -> PathBuf {
        self.folder.path().join("project")
    }

    /// A place beside the project.
    pub fn beside(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The project.
    pub fn project(&self) -> Project {
        done(Project::find(Some(&self.root())))
    }

    /// Edits a record: replaces a text that has to be there.
    pub fn edit(&self, file: &str, from: &str, to: &str) {
        let path = self.root().join(file);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{file} does not hold {from:?}");
        fs::write(path, text.replacen(from, to, 1)).unwrap();
    }

    /// Adds to the end of a file.
    pub fn append(&self, file: &str, more: &str) {
        let path = self.root().join(file);
        let text = fs::read_to_string(&path).unwrap();
        fs::write(path, text + more).unwrap();
    }

    /// The files of the outbox.
    pub fn outbox(&self) -> Vec<String> {
        let entries = fs::read_dir(self.root().join("out/2026/outbox")).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// The project read, and its open campaign.
    pub fn try_open(&self, day: &str) -> Result<OpenedProject, OpenError> {
        let root = self.root();
        let today = clock(day).day();
        workspace::open(OpenRequest { folder: Some(&root), campaign: None, except: &[], today })
    }

    /// The same, where nothing stands in the way.
    pub fn open(&self, day: &str) -> OpenedProject {
        done(self.try_open(day))
    }

    /// The ledger, open for writing.
    pub fn ledger(&self, day: &str) -> (Ledger, LedgerOpening) {
        done(Ledger::open(&self.root(), self.actor(day), false))
    }

    /// Who works.
    pub fn actor(&self, day: &str) -> Actor {
        let state = self.state.clone();
        Actor { state, ..environment::actor(Some(&morning(day))) }
    }

    /// The ledger, open for reading, if there is one.
    pub fn reader(&self, day: &str) -> Option<(Ledger, LedgerOpening)> {
        done(Ledger::open_read_only(&self.root(), environment::actor(Some(&morning(day)))))
    }

    /// What is known of the campaign.
    pub fn snapshot(&self, day: &str) -> CampaignSnapshot {
        let opened = self.open_closed_or_not();
        let campaign = CAMPAIGN.parse().unwrap();
        done(CampaignSnapshot::read(opened, campaign, self.reader(day), clock(day).day()))
    }

    fn open_closed_or_not(&self) -> workspace::Workspace {
        workspace::Workspace::open(self.project(), &[]).0
    }

    /// What would be done with each letter.
    pub fn plan(&self, day: &str) -> PlanOutcome {
        let opened = self.open(day);
        let (resolved, found) = check_campaign(&opened, day);
        let request = PlanRequest {
            check: &found,
            workspace: &opened.workspace,
            campaign: opened.campaign.as_ref(),
            as_of: None,
            today: clock(day).day(),
            now: clock(day).now(),
            jobs: JOBS,
        };
        let ledger = self.reader(day);
        let ledger = ledger.as_ref().map(|(ledger, _)| ledger);
        done(plan::plan(&resolved, ledger, &request, |_| {}))
    }

    /// Makes the letters; `sends` also puts their messages into the outbox, where there is no relay.
    pub fn generate(&self, day: &str, sends: bool) -> GenerateRun {
        let opened = self.open(day);
        let day_of_run = clock(day).day();
        let request = StartRequest {
            options: RunOptions {
                only: LetterChoice::default(),
                sends,
                limit: None,
                jobs: Some(2),
                force: false,
                day: day_of_run,
            },
            as_of: None,
            take_over: false,
            actor: self.actor(day),
        };
        let RunStart::Ready(run) = done(campaign_run::start(&opened, request)) else {
            panic!("the project has no errors")
        };
        let mut letters = 0;
        let made = done(run.generate(&Orders::default(), |more| letters += more));
        assert_eq!(letters, run.chosen_letters());
        if let Some(stop) = made.stop(false) {
            panic!("{stop} ; {}", stop.todo());
        }
        made
    }

    /// A person says that messages left.
    pub fn hand_over(&self, day: &str, messages: WhichMessages) -> ResolveOutcome {
        let (ledger, _) = self.ledger(day);
        let why = Some("sent from the mail program");
        let request = done(ResolveRequest::new(messages, Resolution::HandedOver, why));
        done(request.resolve(&self.project(), &ledger, None, clock(day).day()))
    }
}

/// Checks a project in which nothing is wrong.
pub fn check_campaign<'w>(
    opened: &'w OpenedProject,
    day: &str,
) -> (ResolvedCampaign<'w>, CheckOutcome) {
    let options = ResolveOptions::today(clock(day).day());
    let (resolved, found) = check::check(&opened.workspace, opened.campaign.as_ref(), options);
    assert!(!found.has_errors(), "{:?}", found.problems);
    (resolved.unwrap(), found)
}
