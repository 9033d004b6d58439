//! The start of a command: opens the project, the campaign and the ledger.

use crate::app::campaign_snapshot::{self, CampaignSnapshot};
use crate::app::names::labels::Labels;
use crate::app::workspace::{self, OpenRequest, OpenedProject, Workspace};
use crate::cli::args::Common;
use crate::cli::error::CommandError;
use crate::cli::exit::Exit;
use crate::cli::ui::output::Output;
use crate::clock::Clock;
use crate::ledger::{Actor, Ledger, LedgerOpening};
use crate::project::environment;
use crate::project::folder::Project;
use crate::project::load::Loaded;
use crate::records::values::{CampaignId, Departement};
use jiff::civil::Date;

/// Opens the project that a command line is about, and picks the campaign.
pub fn open_project(common: &Common, except: &[String]) -> Result<OpenedProject, CommandError> {
    let request = OpenRequest {
        folder: common.project.as_deref(),
        campaign: common.campaign.as_deref(),
        except,
        today: today(common),
    };
    Ok(workspace::open(request)?)
}

/// Finds the project, for a command that does not need its records.
pub fn find_project(common: &Common) -> Result<Project, CommandError> {
    Ok(Project::find(common.project.as_deref())?)
}

/// The day it is, or the one that `--today` pretends.
pub fn today(common: &Common) -> Date {
    environment::today(common.today.as_ref())
}

/// Who works, and with which command.
pub fn actor(common: &Common) -> Actor {
    let command = (!common.command.is_empty()).then(|| common.command.clone());
    Actor { command, ..environment::actor(common.today.as_ref()) }
}

/// The clock of a command, which `--today` may set.
pub fn clock(common: &Common) -> Clock {
    Clock::new(common.today.as_ref())
}

/// The names of a project's schools, persons and letters.
pub fn labels(project: &Project) -> Labels {
    Labels::of_records(&Loaded::read(project).records)
}

/// Opens the ledger to write in it, and warns of what a person should know about it.
pub fn open_ledger(
    output: &Output,
    common: &Common,
    project: &Project,
    take_over: bool,
) -> Result<(Ledger, LedgerOpening), CommandError> {
    let (ledger, opened) = Ledger::open(project.root(), actor(common), take_over)?;
    warn_of_opening(output, &opened);
    Ok((ledger, opened))
}

/// Warns of what a person should know about a ledger that was opened to write in it.
pub fn warn_of_opening(output: &Output, opened: &LedgerOpening) {
    if let Some(owner) = &opened.took_over {
        output.warn(&format!(
            "le journal des envois était resté tenu par {owner}, commande interrompue : il est repris"
        ));
    }
    warn_if_older(output, opened);
}

/// Opens the ledger to read it, if there is one, and warns if it is an older one.
pub fn read_ledger(
    output: &Output,
    common: &Common,
    project: &Project,
) -> Result<Option<(Ledger, LedgerOpening)>, CommandError> {
    let found = Ledger::open_read_only(project.root(), actor(common))?;
    if let Some((_, opened)) = &found {
        warn_if_older(output, opened);
    }
    Ok(found)
}

/// What is known of the campaign that a command asks about. Writes nothing.
pub fn read_snapshot(output: &Output, common: &Common) -> Result<CampaignSnapshot, CommandError> {
    let project = find_project(common)?;
    let ledger = read_ledger(output, common, &project)?;
    let (mut workspace, _) = Workspace::open(project, &[]);
    workspace.keep_heads_in_office(today(common));
    let campaign = campaign_to_read(common, &workspace)?;
    Ok(CampaignSnapshot::read(workspace, campaign, ledger, today(common))?)
}

/// The same of one département, where one is given.
pub fn read_departement(
    output: &Output,
    common: &Common,
    departement: Option<&Departement>,
) -> Result<CampaignSnapshot, CommandError> {
    let snapshot = read_snapshot(output, common)?;
    Ok(CampaignSnapshot { departement: departement.cloned(), ..snapshot })
}

/// The campaign that a question about what was done is about.
pub fn campaign_to_read(
    common: &Common,
    workspace: &Workspace,
) -> Result<CampaignId, CommandError> {
    Ok(campaign_snapshot::campaign_to_read(workspace, common.campaign.as_deref(), today(common))?)
}

/// The originals that could not be written out, as they are missing or changed.
pub fn lost_originals(lost: &[String]) -> Result<(), CommandError> {
    if lost.is_empty() {
        return Ok(());
    }
    Err(CommandError::new(
        Exit::Partial,
        format!("l'original manque ou a changé : {}", lost.join(", ")),
        "lancer missive ledger verify et missive archive verify, et remettre une sauvegarde de data/ledger et data/archive",
    ))
}

fn warn_if_older(output: &Output, opened: &LedgerOpening) {
    if opened.older {
        output.warn(
            "ce journal des envois est plus ancien que celui que cet ordinateur a connu, ou en est un autre : des envois peuvent y manquer",
        );
    }
}
