//! One piece of work on a campaign: the project read, checked and resolved, ready to be produced.
//!
//! [`Workbench`] owns what was read; a [`Job`] borrows from it what one campaign needs.
//! [`produce`] makes the files, [`report`] the page that tells about them. Must not know the
//! terminal.

pub mod account_rows;
pub mod attempt;
pub mod check;
pub mod chronicle;
mod compose;
pub mod closing;
pub mod consider;
pub mod countersign;
pub mod deposit;
pub mod dispatch;
pub mod dump;
pub mod perform;
pub mod dossier;
pub mod explain;
pub mod fixity;
pub mod folio;
pub mod guard;
pub mod import;
pub mod measure;
pub mod place;
pub mod planning;
pub mod post;
pub mod produce;
pub mod relay;
pub mod renewal;
pub mod remind;
pub mod replay;
pub mod report;
pub mod returns;
pub mod review;
pub mod seal;
pub mod select;
pub mod sheet;
mod templates;
pub mod transfer;
mod tried;
pub mod transmit;

use crate::diagnostic::{self, Problem, Sources};
use crate::letter::content::EnclosureView;
use crate::letter::reference::Reference;
use crate::letter::{Desired, Except};
use crate::mail::ascii_name;
use crate::project::Project;
use crate::project::load::{Enclosure, Loaded};
use crate::records::campaign::Campaign;
use crate::records::campaign::EffectiveDates;
use crate::records::settings::Settings;
use crate::records::values::CampaignId;
use crate::records::words::IssuerSignature;
use crate::render::{Engine, TemplateFile};
use jiff::civil::Date;

/// Everything read from a project, with what the user excluded taken out.
pub struct Workbench {
    /// The project.
    pub project: Project,
    /// What it holds.
    pub loaded: Loaded,
    /// The schools, referents and letters given to `--except`.
    pub except: Except,
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

/// One campaign of a project, resolved.
pub struct Job<'w> {
    /// The project.
    pub project: &'w Project,
    /// The settings.
    pub settings: &'w Settings,
    /// What the campaign calls for.
    pub desired: Desired<'w>,
    /// Documents that go with every message.
    pub enclosures: Vec<Enclosure>,
    /// The compiler.
    pub engine: Engine,
    /// The texts that places point into.
    pub sources: &'w Sources,
    /// The files of templates/.
    pub templates: &'w [TemplateFile],
    /// Output folder, relative to the project.
    pub output: String,
    /// The names left out by the user.
    pub left_out: Vec<String>,
}

/// Under which day's rules and dates a campaign is resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Under {
    /// The day it is.
    pub today: Date,
    /// The day of the rules, for a rehearsal or a question.
    pub as_of: Option<Date>,
    /// Whether letters say that they are a rehearsal.
    pub rehearsal: bool,
    /// Whether the content of every letter is tried beforehand; not for a plan, which resolves each
    /// anyway and writes nothing.
    pub beforehand: bool,
}

impl Under {
    /// As things are today.
    pub fn today(today: Date) -> Self {
        Self { today, as_of: None, rehearsal: false, beforehand: true }
    }

    /// A rehearsal under the rules of a day, if one is given.
    pub fn rehearsal(today: Date, as_of: Option<Date>) -> Self {
        Self { today, as_of, rehearsal: as_of.is_some(), beforehand: true }
    }

    fn dates(self, campaign: &Campaign) -> (EffectiveDates, Option<Date>) {
        match self.as_of {
            Some(day) if !self.rehearsal => {
                let dates = campaign.dates(self.today, None);
                (EffectiveDates { rules_date: day, ..dates }, None)
            }
            as_of => (campaign.dates(self.today, as_of), as_of),
        }
    }
}

impl Workbench {
    /// Reads a project; `except` are the user's words, those that name nothing are returned.
    pub fn open(project: Project, except: &[String]) -> (Self, Vec<String>) {
        let loaded = Loaded::read(&project);
        let (references, names): (Vec<_>, Vec<_>) =
            except.iter().partition(|word| word.parse::<Reference>().is_ok());
        let names: Vec<String> = names.into_iter().cloned().collect();
        let records = loaded.records.leave_out(&names, &loaded.sources);
        let unknown = names.into_iter().filter(|name| !records.holds(name)).collect();
        let references = references.iter().filter_map(|word| word.parse().ok()).collect();
        let except = Except { records, references };
        (Self { project, loaded, except }, unknown)
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

    /// Resolves and checks a campaign. The problems are all there are, in reading order; the job
    /// is absent when an error keeps it from being made.
    pub fn job(
        &self,
        campaign: Option<&CampaignId>,
        under: Under,
    ) -> (Option<Job<'_>>, Vec<Problem>) {
        let campaign = campaign.and_then(|id| {
            self.loaded.records.campaigns.iter().find(|campaign| campaign.id.value == *id)
        });
        let mut problems = self.loaded.problems.clone();
        let job = check::job(self, campaign, under, &mut problems);
        problems.retain(|p| !p.span.is_some_and(|place| self.except.records.covers(place)));
        diagnostic::sort(&mut problems, &self.loaded.sources);
        problems.dedup_by(|a, b| a.span == b.span && a.code == b.code && a.message == b.message);
        let sound = !problems.iter().any(Problem::is_error);
        (job.filter(|_| sound), problems)
    }
}

impl Job<'_> {
    /// Whether the authority signs letters before they are sent.
    pub fn signs_first(&self) -> bool {
        self.settings.letters.issuer_signature == IssuerSignature::Required
    }

    /// The output folder as a person finds it from where the command was typed.
    pub fn shown_output(&self) -> String {
        let path = self.project.path(&self.output);
        printable_text::of_path(path.strip_prefix(".").unwrap_or(&path))
    }
}

/// How the documents of a campaign are called on its covers.
fn enclosure_views(enclosures: &[Enclosure]) -> Vec<EnclosureView> {
    enclosures
        .iter()
        .map(|document| EnclosureView {
            file: document.name.clone(),
            title: document.title.clone(),
        })
        .collect()
}

/// The name a document gets as an attachment.
fn attachment_name(name: &str) -> String {
    ascii_name(name)
}
