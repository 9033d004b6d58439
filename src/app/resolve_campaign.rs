//! All checks of a project in one pass, from the records to the templates, and the campaign that comes
//! out of them.
//!
//! Must not know the ledger.

use crate::app::letter_checks::{picture_checks, referent_checks};
use crate::app::resolved_campaign::{
    ResolveOptions, ResolvedCampaign, attachment_name, enclosure_views,
};
use crate::app::template_checks;
use crate::app::workspace::Workspace;
use crate::diagnostic::{self, Problem, Span};
use crate::letter::campaign_letters::{CampaignInputs, CampaignLetters};
use crate::letter::mailing::{LetterInMessage, Mailing, Occasion};
use crate::project::folder::Project;
use crate::project::load::Loaded;
use crate::records::campaign::Campaign;
use crate::records::cross_checks;
use crate::records::values::CampaignId;
use crate::render::engine::Engine;
use crate::rules::{check as rules_check, later_versions, proofread};
use jiff::civil::Date;
use rayon::prelude::*;

/// Resolves and checks a campaign. The problems are all there are, in reading order; it
/// is absent when an error keeps it from being made.
pub fn resolve<'w>(
    workspace: &'w Workspace,
    campaign: Option<&CampaignId>,
    options: ResolveOptions,
) -> (Option<ResolvedCampaign<'w>>, Vec<Problem>) {
    let campaign = campaign.and_then(|id| {
        workspace.loaded.records.campaigns.iter().find(|campaign| campaign.id.value == *id)
    });
    let mut problems = workspace.loaded.problems.clone();
    let resolved = collect(workspace, campaign, options, &mut problems);
    problems.retain(|p| !p.span.is_some_and(|place| workspace.except.records.covers(place)));
    diagnostic::sort(&mut problems, &workspace.loaded.sources);
    problems.dedup_by(|a, b| a.span == b.span && a.code == b.code && a.message == b.message);
    let is_sound = !problems.iter().any(Problem::is_error);
    (resolved.filter(|_| is_sound), problems)
}

/// Checks everything; gives the campaign when there is enough to resolve it.
fn collect<'w>(
    workspace: &'w Workspace,
    campaign: Option<&'w Campaign>,
    options: ResolveOptions,
    problems: &mut Vec<Problem>,
) -> Option<ResolvedCampaign<'w>> {
    let loaded = &workspace.loaded;
    let records = &loaded.records;
    if records.campaigns.is_empty() && !problems.iter().any(Problem::is_error) {
        problems.push(
            Problem::error("E-NO-CAMPAIGN", "aucune campagne n'est décrite")
                .help("ajouter data/campaigns/<année>.toml avec une table [campaign]"),
        );
    }
    cross_checks::check(records, campaign, problems);
    rules_check::check(records, &loaded.sources, problems);
    proofread::check(records, problems);
    let today = campaign.map_or(Date::constant(2000, 1, 1), |campaign| campaign.date.value.0);
    // A template that could not be decoded is reported already, and is not missing.
    let is_undecoded = |problem: &Problem| {
        let path = problem.span.map_or("", |span| loaded.sources.path(span));
        problem.code == "E-ENCODING" && path.starts_with("templates/")
    };
    picture_checks::check(loaded, problems);
    let tries = !problems.iter().any(is_undecoded);
    let (engine, trials) = std::thread::scope(|scope| {
        let trials = scope
            .spawn(|| if tries { template_checks::problems(loaded, today) } else { Vec::new() });
        let files = loaded.templates.clone();
        let engine = Engine::new(files, loaded.template_sources.clone(), today);
        (engine, trials.join().unwrap_or_else(|_| vec![template_checks::broken()]))
    });
    let engine = engine.map_err(|problem| problems.push(problem)).ok()?;
    template_checks::unprintable_characters(records, &engine, problems);
    problems.extend(trials);
    template_checks::unprinted_slots(loaded, problems);
    let (campaign, settings) = (campaign?, records.settings.as_ref()?);
    let named: Vec<(String, Span)> =
        campaign.enclosures.iter().map(|path| (path.value.to_string(), path.span)).collect();
    let enclosures =
        workspace.loaded.enclosures(&workspace.project, &named, attachment_name, problems);
    let views = enclosure_views(&enclosures);
    let except = &workspace.except;
    let (dates, rehearsal) = options.dates(campaign);
    let inputs = CampaignInputs {
        records,
        settings,
        campaign,
        dates,
        rehearsal,
        exclusions: except,
        enclosures: views,
    };
    let desired = CampaignLetters::resolve(inputs, problems);
    referent_checks::check(loaded, settings, &desired, problems);
    if options.as_of.is_none() {
        let letters = desired.rule_facts();
        later_versions::check(records, campaign, options.today, &letters, problems);
    }
    let is_in_the_way = |problem: &Problem| {
        problem.is_error() && !problem.span.is_some_and(|place| except.records.covers(place))
    };
    if options.beforehand && !problems.iter().any(is_in_the_way) {
        try_contents(loaded, &desired, today, problems);
    }
    Some(ResolvedCampaign {
        project: &workspace.project,
        settings,
        desired,
        enclosures,
        engine,
        sources: &loaded.sources,
        templates: &loaded.templates,
        output: Project::output(campaign.id.as_str(), options.as_of.filter(|_| options.rehearsal)),
        left_out: except.names(),
        left_out_labels: workspace.left_out_labels(),
    })
}

/// Tries to make the content of every letter and cover: a text may quote a value that its record
/// lacks. The largest content, if it is unusually large, is compiled by itself.
fn try_contents(
    loaded: &Loaded,
    desired: &CampaignLetters<'_>,
    today: Date,
    problems: &mut Vec<Problem>,
) {
    let first = desired.first_issue();
    let letter = |letter| desired.words(letter, &first).map(|content| size(&content));
    let mailing = |mailing: &Mailing<'_>| {
        let going = vec![LetterInMessage::new(first.clone()); mailing.letters.len()];
        let occasion = Occasion { date: first.date, letters: &going };
        desired.cover(mailing, &occasion, "html").map(|content| size(&content))
    };
    // On all processors; problems are reported in the order of letters and messages.
    let of_letters: Vec<Result<usize, Problem>> = desired.letters.par_iter().map(letter).collect();
    let of_mailings: Vec<Result<usize, Problem>> =
        desired.mailings.par_iter().map(mailing).collect();
    let sizes: Vec<usize> = of_letters.iter().map(|size| *size.as_ref().unwrap_or(&0)).collect();
    let failed = of_letters.into_iter().chain(of_mailings).filter_map(Result::err);
    let before = problems.len();
    problems.extend(failed);
    if problems.len() == before {
        problems.extend(template_checks::of_largest(loaded, desired, today, &sizes));
    }
}

fn size(content: &impl serde::Serialize) -> usize {
    let mut counter = ByteCounter(0);
    // A content that cannot be written is reported when its letter is made.
    let _ = serde_json::to_writer(&mut counter, content);
    counter.0
}

/// Counts what is written.
struct ByteCounter(usize);

impl std::io::Write for ByteCounter {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
