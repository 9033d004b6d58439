//! A project as a command begins with it: everything read, with what the user left out.
//!
//! Which campaign is meant is decided here. Must not know the terminal, nor resolve anything.

use crate::app::heads_in_office::{ComingHead, keep_heads_in_office, some_come_later};
use crate::app::names::labels::Labels;
use crate::diagnostic::Problem;
use crate::ledger::Ledger;
use crate::letter::exclusions::Exclusions;
use crate::letter::reference::Reference;
use crate::project::environment;
use crate::project::folder::{Project, ProjectError};
use crate::project::load::Loaded;
use crate::records::campaign::Campaign;
use crate::records::values::CampaignId;
use jiff::civil::Date;
use std::path::Path;

/// Everything read from a project, with what the user excluded taken out.
pub struct Workspace {
    /// The project folder.
    pub project: Project,
    /// The files of the project, read and parsed.
    pub loaded: Loaded,
    /// The schools, referents and letters given to `--except`.
    pub except: Exclusions,
    /// Heads who are not in office yet; the records name those who are.
    pub coming_heads: Vec<ComingHead>,
}

/// Why there is no one campaign to work on.
#[derive(Debug, thiserror::Error)]
pub enum CampaignError {
    /// No such campaign.
    #[error("la campagne {0} n'existe pas")]
    Unknown(String),
    /// Several are open and none was named.
    #[error("plusieurs campagnes sont ouvertes ({0}) : dire laquelle avec --campaign")]
    Several(String),
    /// The named campaign, or all of them, are closed.
    #[error("la campagne {0} est close : rien n'y est plus produit ni envoyé")]
    Closed(String),
}

/// Why a project cannot be worked on.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// There is no project here.
    #[error("{0}")]
    Project(#[from] ProjectError),
    /// The campaign is not named as campaigns are.
    #[error("{0}")]
    CampaignId(String),
    /// These words of `--except` name nothing.
    #[error("--except ne désigne rien de connu : {}", .0.join(", "))]
    NothingToExcept(Vec<String>),
    /// There is no one campaign.
    #[error("{0}")]
    Campaign(#[from] CampaignError),
}

/// Which project, campaign and records a command is about, as it was asked.
#[derive(Clone, Copy, Debug)]
pub struct OpenRequest<'a> {
    /// The folder; without it the current one or the nearest above that is a project.
    pub folder: Option<&'a Path>,
    /// The identifier of the campaign; without it the one that is open.
    pub campaign: Option<&'a str>,
    /// UAIs, referents and references that are left out.
    pub except: &'a [String],
    /// The day it is.
    pub today: Date,
}

/// A project read, with its campaign.
pub struct OpenedProject {
    /// The project, with all its files read.
    pub workspace: Workspace,
    /// The campaign to work on, if one could be read.
    pub campaign: Option<CampaignId>,
}

/// Opens a project and picks the campaign. Errors of its files are no error here: they are among
/// the problems of what was read.
pub fn open(request: OpenRequest<'_>) -> Result<OpenedProject, OpenError> {
    let project = Project::find(request.folder)?;
    let parsed = request.campaign.map(str::parse::<CampaignId>).transpose();
    let asked = parsed.map_err(|error| OpenError::CampaignId(error.message))?;
    let (mut workspace, unknown) = Workspace::open(project, request.except);
    workspace.keep_heads_in_office(request.today);
    if !unknown.is_empty() {
        return Err(OpenError::NothingToExcept(unknown));
    }
    let campaign = workspace.campaign(asked.as_ref(), request.today)?;
    let campaign = campaign.map(|campaign| campaign.id.value.clone());
    Ok(OpenedProject { workspace, campaign })
}

impl Workspace {
    /// Reads a project; `except` are the user's words, those that name nothing are returned.
    pub fn open(project: Project, except: &[String]) -> (Self, Vec<String>) {
        let loaded = Loaded::read(&project);
        let (references, names): (Vec<_>, Vec<_>) =
            except.iter().partition(|word| word.parse::<Reference>().is_ok());
        let names: Vec<String> = names.into_iter().cloned().collect();
        let records = loaded.records.exclude(&names, &loaded.sources);
        let unknown = names.into_iter().filter(|name| !records.holds(name)).collect();
        let references = references.iter().filter_map(|word| word.parse().ok()).collect();
        let except = Exclusions { records, references };
        (Self { project, loaded, except, coming_heads: Vec::new() }, unknown)
    }

    /// From now on the records name the heads in office: those of the ledger's letters where a record names one who
    /// comes later. A ledger that cannot be read changes nothing; who opens it is told.
    pub fn keep_heads_in_office(&mut self, today: Date) {
        if !some_come_later(&self.loaded.records, today) {
            return;
        }
        let opened = Ledger::open_read_only(self.project.root(), environment::actor(None));
        if let Ok(Some((ledger, _))) = opened
            && let Ok(coming) = keep_heads_in_office(&mut self.loaded.records, &ledger, today)
        {
            self.coming_heads = coming;
        }
    }

    /// What the user left out, by name.
    pub fn left_out_labels(&self) -> Vec<String> {
        let labels = Labels::of_records(&self.loaded.records);
        self.except.names().iter().map(|name| labels.anyone(name)).collect()
    }

    /// The campaign asked for, or the one that is open.
    pub fn campaign(
        &self,
        asked: Option<&CampaignId>,
        today: Date,
    ) -> Result<Option<&Campaign>, CampaignError> {
        let all = &self.loaded.records.campaigns;
        if let Some(id) = asked {
            let found = all.iter().find(|campaign| campaign.id.value == *id);
            return match found {
                Some(campaign) if campaign.is_closed(today) => {
                    Err(CampaignError::Closed(id.to_string()))
                }
                Some(campaign) => Ok(Some(campaign)),
                None if self.has_errors() => Ok(None),
                None => Err(CampaignError::Unknown(id.to_string())),
            };
        }
        let open: Vec<&Campaign> =
            all.iter().filter(|campaign| !campaign.is_closed(today)).collect();
        match open.as_slice() {
            [only] => Ok(Some(only)),
            [] => match all.last() {
                Some(last) => Err(CampaignError::Closed(last.id.to_string())),
                None => Ok(None),
            },
            [first, rest @ ..] if rest.iter().all(|other| other.id.value == first.id.value) => {
                Ok(Some(first))
            }
            several => {
                let ids: Vec<String> = several.iter().map(|c| c.id.to_string()).collect();
                Err(CampaignError::Several(ids.join(", ")))
            }
        }
    }

    fn has_errors(&self) -> bool {
        self.loaded.problems.iter().any(Problem::is_error)
    }
}
