//! All checks of a project in one pass, from the records to the templates.

use super::{Job, Under, Workbench, attachment_name, enclosure_views};
use crate::diagnostic::{Problem, Span};
use crate::letter::specimen::Specimen;
use crate::letter::{Desired, Going, Mailing, Occasion};
use crate::project::Project;
use crate::records::Records;
use crate::records::campaign::Campaign;
use crate::records::reader::Located;
use crate::records::{check as records_check, people::Referent};
use crate::render::{DATA_COVER, DATA_LETTER, DATA_REMINDER, Engine, Metadata, Witness, pool};
use crate::rules::check as rules_check;
use jiff::civil::Date;
use rayon::prelude::*;
use std::collections::HashMap;
use std::ops::Deref;
use std::sync::atomic::AtomicBool;

/// Template of a letter.
pub const LETTER: &str = "letter.typ";
/// Template of a cover.
pub const COVER: &str = "cover.typ";
/// Template of a reminder; older projects have none.
pub const REMINDER: &str = "reminder.typ";

/// Checks everything; gives the job when there is enough to make one.
pub(super) fn job<'w>(
    bench: &'w Workbench,
    campaign: Option<&'w Campaign>,
    under: Under,
    problems: &mut Vec<Problem>,
) -> Option<Job<'w>> {
    let loaded = &bench.loaded;
    let records = &loaded.records;
    if records.campaigns.is_empty() && !problems.iter().any(Problem::is_error) {
        problems.push(
            Problem::error("E-NO-CAMPAIGN", "aucune campagne n'est décrite")
                .help("ajouter data/campaigns/<année>.toml avec une table [campaign]"),
        );
    }
    records_check::check(records, campaign, problems);
    rules_check::check(records, &loaded.sources, problems);
    let today = campaign.map_or(Date::constant(2000, 1, 1), |campaign| campaign.date.value.0);
    let engine = Engine::new(loaded.templates.clone(), loaded.template_sources.clone(), today)
        .map_err(|problem| problems.push(problem))
        .ok()?;
    glyphs(records, &engine, problems);
    // A template that could not be decoded was told; it is not missing.
    let undecoded = |problem: &Problem| {
        let path = problem.span.map_or("", |span| loaded.sources.path(span));
        problem.code == "E-ENCODING" && path.starts_with("templates/")
    };
    if !problems.iter().any(undecoded) {
        let reminds = loaded.template_sources.contains_key(REMINDER);
        templates(&engine, today, reminds, problems);
    }
    slots(bench, problems);
    let (campaign, settings) = (campaign?, records.settings.as_ref()?);
    let named: Vec<(String, Span)> =
        campaign.enclosures.iter().map(|path| (path.value.to_string(), path.span)).collect();
    let enclosures = bench.loaded.enclosures(&bench.project, &named, attachment_name, problems);
    let views = enclosure_views(&enclosures);
    let except = &bench.except;
    let desired = Desired::resolve(
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
        contents(&desired, problems);
    }
    Some(Job {
        project: &bench.project,
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

/// The content of every letter can be made: no text quotes a value that its record lacks.
fn contents(desired: &Desired<'_>, problems: &mut Vec<Problem>) {
    let first = desired.first_issue();
    let letter = |letter| desired.words(letter, &first).err();
    let mailing = |mailing: &Mailing<'_>| {
        let going = vec![Going { issue: first.clone(), readdressed: false }; mailing.letters.len()];
        let occasion = Occasion { date: first.date, letters: &going };
        desired.cover(mailing, &occasion, "html").err()
    };
    // On all processors, told in their order.
    let of_letters: Vec<Problem> = desired.letters.par_iter().filter_map(letter).collect();
    let of_mailings: Vec<Problem> = desired.mailings.par_iter().filter_map(mailing).collect();
    problems.extend(of_letters);
    problems.extend(of_mailings);
}

/// All templates compile with every optional field and with none.
fn templates(engine: &Engine, date: Date, reminds: bool, problems: &mut Vec<Problem>) {
    let metadata = Metadata {
        title: "Essai".to_owned(),
        author: "Essai".to_owned(),
        keywords: Vec::new(),
        identity: "essai".to_owned(),
        date,
        witness: Witness::default(),
    };
    let reference = Specimen::REFERENCE.to_owned();
    let witness = Witness {
        every_page: vec![reference.clone()],
        code_on_every_page: true,
        ..Witness::default()
    };
    let of_letter = Metadata { witness, ..metadata.clone() };
    let witness = Witness { somewhere: vec![reference], ..Witness::default() };
    let of_cover = Metadata { witness, ..metadata };
    // Each problem with the specimens it came up with: one that both have needs no more words.
    let mut found: Vec<(Problem, Vec<&str>)> = Vec::new();
    let json = |value: serde_json::Value| value.to_string().into_bytes();
    let attempt = |at: usize| {
        let specimen = Specimen::ALL[at];
        let outcomes = [
            engine.pdf(LETTER, DATA_LETTER, json(specimen.letter()), &of_letter).err(),
            engine.pdf(COVER, DATA_COVER, json(specimen.cover("pdf")), &of_cover).err(),
            engine.html(COVER, DATA_COVER, json(specimen.cover("html"))).err(),
            reminds
                .then(|| engine.html(REMINDER, DATA_REMINDER, json(specimen.reminder())).err())
                .flatten(),
        ];
        outcomes.into_iter().flatten().flatten().collect::<Vec<Problem>>()
    };
    let jobs = std::thread::available_parallelism().map_or(1, usize::from);
    let mut tried = 0;
    pool::run(Specimen::ALL.len(), jobs, &AtomicBool::new(false), attempt, |at, outcome| {
        let what = match Specimen::ALL[at] {
            Specimen::Full => "avec toutes les données facultatives",
            Specimen::Bare => "sans aucune donnée facultative",
            Specimen::End => "pour une fin de mission",
        };
        let Some(outcome) = outcome else { return };
        tried += 1;
        for problem in outcome {
            let twin =
                |other: &Problem| other.span == problem.span && other.message == problem.message;
            match found.iter_mut().find(|(other, _)| twin(other)) {
                Some((_, with)) => with.push(what),
                None => found.push((problem, vec![what])),
            }
        }
    });
    if tried < Specimen::ALL.len() {
        let broken = "une erreur interne a empêché d'essayer les gabarits";
        problems.push(Problem::error("E-BUG", broken).help("signaler ce cas avec templates/"));
    }
    for (mut problem, mut with) in found {
        with.dedup();
        if let [only] = with.as_slice() {
            problem.message = format!("{} (essai {only})", problem.message);
        }
        problems.push(problem);
    }
}

/// Every clause goes to a place that some template prints: its slot stands there between quotes.
fn slots(bench: &Workbench, problems: &mut Vec<Problem>) {
    let loaded = &bench.loaded;
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
        add(&mut texts, &version.body.title);
        add(&mut texts, &version.body.text);
        version.body.activities.iter().for_each(|text| add(&mut texts, text));
    }
    for version in records.clauses.iter().flat_map(|clause| &clause.versions) {
        add(&mut texts, &version.body.text);
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
