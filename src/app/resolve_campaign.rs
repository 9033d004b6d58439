//! All checks of a project in one pass, from the records to the templates.

use crate::app::resolved_campaign::{
    ResolveOptions, ResolvedCampaign, attachment_name, enclosure_views,
};
use crate::app::template_checks;
use crate::app::workspace::Workspace;
use crate::diagnostic::{self, Problem, Span};
use crate::letter::{CampaignLetters, Going, Mailing, Occasion};
use crate::project::Project;
use crate::project::load::Loaded;
use crate::records::campaign::Campaign;
use crate::records::people::Referent;
use crate::records::table_reader::Located;
use crate::records::values::CampaignId;
use crate::records::{Records, cross_checks};
use crate::render::Engine;
use crate::rules::check as rules_check;
use jiff::civil::Date;
use rayon::prelude::*;
use std::collections::HashMap;
use std::ops::Deref;

/// Template of a letter.
pub const LETTER: &str = "letter.typ";
/// Template of a cover.
pub const COVER: &str = "cover.typ";
/// Template of a reminder; older projects have none.
pub const REMINDER: &str = "reminder.typ";

/// Resolves and checks a campaign. The problems are all there are, in reading order; it
/// is absent when an error keeps it from being made.
pub fn resolve<'w>(
    workspace: &'w Workspace,
    campaign: Option<&CampaignId>,
    under: ResolveOptions,
) -> (Option<ResolvedCampaign<'w>>, Vec<Problem>) {
    let campaign = campaign.and_then(|id| {
        workspace.loaded.records.campaigns.iter().find(|campaign| campaign.id.value == *id)
    });
    let mut problems = workspace.loaded.problems.clone();
    let resolved = collect(workspace, campaign, under, &mut problems);
    problems.retain(|p| !p.span.is_some_and(|place| workspace.except.records.covers(place)));
    diagnostic::sort(&mut problems, &workspace.loaded.sources);
    problems.dedup_by(|a, b| a.span == b.span && a.code == b.code && a.message == b.message);
    let sound = !problems.iter().any(Problem::is_error);
    (resolved.filter(|_| sound), problems)
}

/// Checks everything; gives the campaign when there is enough to resolve it.
fn collect<'w>(
    workspace: &'w Workspace,
    campaign: Option<&'w Campaign>,
    under: ResolveOptions,
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
    let today = campaign.map_or(Date::constant(2000, 1, 1), |campaign| campaign.date.value.0);
    // A template that could not be decoded was told; it is not missing.
    let undecoded = |problem: &Problem| {
        let path = problem.span.map_or("", |span| loaded.sources.path(span));
        problem.code == "E-ENCODING" && path.starts_with("templates/")
    };
    let tries = !problems.iter().any(undecoded);
    let (engine, tried) = std::thread::scope(|scope| {
        let tried = scope
            .spawn(|| if tries { template_checks::problems(loaded, today) } else { Vec::new() });
        let files = loaded.templates.clone();
        let engine = Engine::new(files, loaded.template_sources.clone(), today);
        (engine, tried.join().unwrap_or_else(|_| vec![template_checks::broken()]))
    });
    let engine = engine.map_err(|problem| problems.push(problem)).ok()?;
    glyphs(records, &engine, problems);
    problems.extend(tried);
    slots(workspace, problems);
    let (campaign, settings) = (campaign?, records.settings.as_ref()?);
    let named: Vec<(String, Span)> =
        campaign.enclosures.iter().map(|path| (path.value.to_string(), path.span)).collect();
    let enclosures =
        workspace.loaded.enclosures(&workspace.project, &named, attachment_name, problems);
    let views = enclosure_views(&enclosures);
    let except = &workspace.except;
    let desired = CampaignLetters::resolve(
        records,
        settings,
        campaign,
        under.dates(campaign),
        except,
        views,
        problems,
    );
    let counts = |problem: &Problem| {
        problem.is_error() && !problem.span.is_some_and(|place| except.records.covers(place))
    };
    if under.beforehand && !problems.iter().any(counts) {
        contents(loaded, &desired, today, problems);
    }
    Some(ResolvedCampaign {
        project: &workspace.project,
        settings,
        desired,
        enclosures,
        engine,
        sources: &loaded.sources,
        templates: &loaded.templates,
        output: Project::output(campaign.id.as_str(), under.as_of.filter(|_| under.rehearsal)),
        left_out: except.names(),
    })
}

/// The content of every letter can be made: no text quotes a value that its record lacks. The
/// largest one, if it is out of the common, is tried by itself.
fn contents(
    loaded: &Loaded,
    desired: &CampaignLetters<'_>,
    today: Date,
    problems: &mut Vec<Problem>,
) {
    let first = desired.first_issue();
    let letter = |letter| desired.words(letter, &first).map(|content| size(&content));
    let mailing = |mailing: &Mailing<'_>| {
        let going = vec![Going { issue: first.clone(), readdressed: false }; mailing.letters.len()];
        let occasion = Occasion { date: first.date, letters: &going };
        desired.cover(mailing, &occasion, "html").map(|content| size(&content))
    };
    // On all processors, told in their order.
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
    let mut counted = Counted(0);
    // A content that cannot be written is told when its letter is made.
    let _ = serde_json::to_writer(&mut counted, content);
    counted.0
}

/// Counts what is written.
struct Counted(usize);

impl std::io::Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Every clause goes to a place that some template prints: its slot stands there between quotes.
fn slots(workspace: &Workspace, problems: &mut Vec<Problem>) {
    let loaded = &workspace.loaded;
    if [LETTER, COVER].iter().any(|main| !loaded.template_sources.contains_key(*main)) {
        return;
    }
    let sources = loaded.template_sources.values().filter_map(|id| loaded.sources.get(*id));
    let texts: Vec<&str> = sources.map(|source| &*source.text).collect();
    for clause in &loaded.records.clauses {
        let quoted = format!("\"{}\"", clause.slot.value);
        if !texts.iter().any(|text| text.contains(&quoted)) {
            problems.push(
                Problem::warning(
                    "W-SLOT",
                    format!("aucun gabarit n'imprime l'emplacement « {} »", clause.slot.value),
                )
                .at(clause.slot.span)
                .help("corriger « slot » ; les emplacements sont listés en tête de data/rules/clauses.toml"),
            );
        }
    }
}

/// Every character of a record can be printed by some font.
fn glyphs(records: &Records, engine: &Engine, problems: &mut Vec<Problem>) {
    let mut texts: Vec<(&str, Span)> = Vec::new();
    fn add<'a, T: Deref<Target = str>>(texts: &mut Vec<(&'a str, Span)>, text: &'a Located<T>) {
        texts.push((&text.value, text.span));
    }
    for school in &records.establishments {
        add(&mut texts, &school.name);
        add(&mut texts, &school.city);
        school.address.iter().for_each(|line| add(&mut texts, line));
        school.priorities.iter().for_each(|text| add(&mut texts, text));
        school.opinions.iter().for_each(|opinion| add(&mut texts, &opinion.body));
        for text in
            [&school.authority, &school.digital_workspace, &school.site].into_iter().flatten()
        {
            add(&mut texts, text);
        }
        if let Some(head) = &school.head {
            for text in [&head.given_name, &head.family_name, &head.function] {
                add(&mut texts, text);
            }
        }
    }
    for Referent { given_name, family_name, post, .. } in &records.referents {
        for text in [given_name, family_name, post] {
            add(&mut texts, text);
        }
    }
    for version in records.missions.iter().flat_map(|mission| &mission.versions) {
        add(&mut texts, &version.title);
        add(&mut texts, &version.text);
        version.activities.iter().for_each(|text| add(&mut texts, text));
    }
    for version in records.clauses.iter().flat_map(|clause| &clause.versions) {
        add(&mut texts, &version.text);
    }
    let mut known: HashMap<char, bool> = HashMap::new();
    let mut prints =
        |character: char| *known.entry(character).or_insert_with(|| engine.can_print(character));
    for (text, span) in texts {
        if let Some(character) = text.chars().find(|character| !prints(*character)) {
            problems.push(
                Problem::error(
                    "E-GLYPH",
                    format!(
                        "aucune police n'a de signe pour « {character} » (U+{:04X})",
                        character as u32
                    ),
                )
                .at(span)
                .help(
                    "remplacer ce caractère, ou déposer dans templates/fonts/ une police qui l'a",
                ),
            );
        }
    }
}
