//! Checks the templates of a project before the first letter: each is tried with contents that no
//! record gives, and with the largest that the records give, in a process under limits
//! ([`super::template_trial`]). Templates that were right before are not tried again
//! ([`super::template_cache`]).

use crate::app::letters::letter_document;
use crate::app::template_cache::TriedTemplates;
use crate::app::template_trial::{DocumentForm, TemplateTrial, TrialResult};
use crate::diagnostic::{Problem, SourceId, Span};
use crate::files;
use crate::letter::campaign_letters::CampaignLetters;
use crate::letter::specimen::Specimen;
use crate::project::load::Loaded;
use crate::records::Records;
use crate::records::people::Referent;
use crate::records::table_reader::Located;
use crate::render::engine::Engine;
use crate::render::largest_number::most_costly_number;
use crate::render::template_names::{COVER, DESIGNATION, LETTER, REFERENT, REMINDER};
use jiff::civil::Date;
use process_child::ChildError;
use std::collections::HashMap;
use std::ops::Deref;

/// Octets of a content beyond which it is tried by itself: some ten times what records give.
const TRIAL_SIZE: usize = 64 * 1024;

/// A problem of a template, with the specimens that showed it; none where it does not depend on them.
struct TemplateProblem {
    problem: Problem,
    specimens: Vec<&'static str>,
}

/// Tries all templates with every optional field and with none.
pub(in crate::app) fn problems(loaded: &Loaded, today: Date) -> Vec<Problem> {
    let tried = TriedTemplates::look_up(loaded, today);
    if tried.are_right() {
        return Vec::new();
    }
    let mut covers = vec![DocumentForm::CoverPdf, DocumentForm::CoverHtml];
    let others = [
        (REMINDER, DocumentForm::Reminder),
        (DESIGNATION, DocumentForm::Designation),
        (REFERENT, DocumentForm::Referent),
    ];
    let is_there = |template: &str| loaded.template_sources.contains_key(template);
    covers.extend(others.into_iter().filter(|(path, _)| is_there(path)).map(|(_, form)| form));
    let (of_letters, of_covers) = std::thread::scope(|scope| {
        let letters = scope.spawn(|| try_specimens(loaded, today, &[DocumentForm::Letter]));
        let covers = try_specimens(loaded, today, &covers);
        let failed = || vec![TemplateProblem { problem: broken(), specimens: Vec::new() }];
        (letters.join().unwrap_or_else(|_| failed()), covers)
    });
    if of_letters.is_empty() && of_covers.is_empty() {
        tried.remember();
        return Vec::new();
    }
    merged(of_letters.into_iter().chain(of_covers)).into_iter().map(named).collect()
}

/// The same problem of several specimens becomes one.
fn merged(problems: impl Iterator<Item = TemplateProblem>) -> Vec<TemplateProblem> {
    let mut merged: Vec<TemplateProblem> = Vec::new();
    for TemplateProblem { problem, specimens } in problems {
        let same = merged.iter_mut().find(|known| {
            known.problem.span == problem.span && known.problem.message == problem.message
        });
        match same {
            Some(known) => known.specimens.extend(specimens),
            None => merged.push(TemplateProblem { problem, specimens }),
        }
    }
    merged
}

/// A problem that only one specimen shows says which.
fn named(mut found: TemplateProblem) -> Problem {
    found.specimens.dedup();
    if let [only] = found.specimens.as_slice() {
        found.problem.message = format!("{} (essai {only})", found.problem.message);
    }
    found.problem
}

/// A bug of missive kept the templates from being tried.
pub(in crate::app) fn broken() -> Problem {
    Problem::error("E-BUG", "une erreur interne a empêché d'essayer les gabarits")
        .help("signaler ce cas avec templates/")
}

fn try_specimens(loaded: &Loaded, today: Date, forms: &[DocumentForm]) -> Vec<TemplateProblem> {
    let mut found = Vec::new();
    let trial = TemplateTrial::new(&loaded.templates, &loaded.template_sources, today);
    let mut trial = trial.reading();
    let mut stopped = Vec::new();
    for specimen in Specimen::ALL {
        let name = match specimen {
            Specimen::Full => "avec toutes les données facultatives",
            Specimen::Bare => "sans aucune donnée facultative",
            Specimen::End => "pour une fin de mission",
            Specimen::Amendment => "pour un avenant",
            Specimen::Unknown => "pour des personnes dont la civilité n'est pas connue",
        };
        for form in forms.iter().copied() {
            // A template that was stopped once would take as long again.
            if stopped.contains(&form.main()) {
                continue;
            }
            let (content, shows) = match form {
                DocumentForm::Letter => (specimen.letter(), Some(Specimen::REFERENCE)),
                DocumentForm::CoverPdf => (specimen.cover("pdf"), Some(Specimen::REFERENCE)),
                DocumentForm::CoverHtml => (specimen.cover("html"), None),
                DocumentForm::Reminder => (specimen.reminder(), None),
                DocumentForm::Designation => (specimen.designation(), None),
                DocumentForm::Referent => (specimen.message_to_referent(), None),
            };
            match trial.make(form, content.to_string().as_bytes(), shows) {
                TrialResult::Made(problems) => found.extend(
                    problems
                        .into_iter()
                        .map(|problem| TemplateProblem { problem, specimens: vec![name] }),
                ),
                TrialResult::Stopped(error) => {
                    stopped.push(form.main());
                    let problem = stopped_trial(loaded, form, &error);
                    found.push(TemplateProblem { problem, specimens: Vec::new() });
                }
            }
        }
    }
    found
}

/// The problem of a template whose trial had to be stopped.
fn stopped_trial(loaded: &Loaded, form: DocumentForm, error: &ChildError) -> Problem {
    let main = form.main();
    if let ChildError::NotStarted(why) = error {
        let why = files::reason(why);
        let message = format!("templates/{main} n'a pas pu être essayé : {why}");
        return Problem::error("E-TEMPLATE-LIMIT", message)
            .help("fermer d'autres programmes, puis relancer");
    }
    let message = format!("le gabarit templates/{main} demande trop de mémoire ou de temps");
    let problem = Problem::error("E-TEMPLATE-LIMIT", message).help(
        "chercher une boucle démesurée, un texte répété sans fin (range, *) ou une page sans bornes",
    );
    match place_to_look(loaded, main) {
        Some((span, true)) => problem.at(span).label("ce nombre est le plus grand du gabarit"),
        Some((span, false)) => problem.at(span),
        None => problem,
    }
}

/// Where to look: the largest number of the template or of a file beside it, or the template as a
/// whole; with whether it is a number.
fn place_to_look(loaded: &Loaded, main: &str) -> Option<(Span, bool)> {
    let text = |id: SourceId| loaded.sources.get(id).map(|source| &*source.text);
    let mut files: Vec<(&String, SourceId)> =
        loaded.template_sources.iter().map(|(path, id)| (path, *id)).collect();
    // The template itself first, then the others in their order.
    files.sort_by_key(|(path, _)| (*path != main, path.starts_with("tests/"), (*path).clone()));
    let numbers = files.iter().filter_map(|(_, id)| {
        let (number, range) = most_costly_number(text(*id)?)?;
        Some((number, Span::new(*id, range)))
    });
    let mut largest: Option<(f64, Span)> = None;
    for (number, span) in numbers {
        if largest.is_none_or(|(other, _)| number > other) {
            largest = Some((number, span));
        }
    }
    let whole = loaded.template_sources.get(main).map(|id| (Span::new(*id, 0..0), false));
    largest.map(|(_, span)| (span, true)).or(whole)
}

/// The letter with the largest content, if it is unusually large, can be made at all; what else is
/// wrong with it is reported when it is made.
pub(in crate::app) fn of_largest(
    loaded: &Loaded,
    desired: &CampaignLetters<'_>,
    today: Date,
    sizes: &[usize],
) -> Option<Problem> {
    let (at, size) = sizes.iter().enumerate().max_by_key(|(_, size)| **size)?;
    let letter = desired.letters.get(at).filter(|_| *size > TRIAL_SIZE)?;
    let issue = desired.first_issue();
    let content = desired.words(letter, &issue).ok()?;
    let json = serde_json::to_string(&content).ok()?;
    let reference = letter.reference.to_string();
    let data = letter_document::with_codes(&json, &reference, issue.revision).ok()?;
    let mut trial = TemplateTrial::new(&loaded.templates, &loaded.template_sources, today);
    match trial.make(DocumentForm::Letter, &data, None) {
        TrialResult::Made(_) => None,
        TrialResult::Stopped(_) => Some(
            Problem::error(
                "E-TEMPLATE-LIMIT",
                format!("la lettre {reference} demande trop de mémoire ou de temps"),
            )
            .at(letter.place())
            .label(format!("son contenu fait {} ko", size / 1024))
            .help("raccourcir les textes de cet enregistrement ou de ses missions"),
        ),
    }
}

/// Warns of clauses that no template prints: one that does names the clause's slot between quotes.
pub(in crate::app) fn unprinted_slots(loaded: &Loaded, problems: &mut Vec<Problem>) {
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

/// Reports texts of records with a character that no font can print.
pub(in crate::app) fn unprintable_characters(
    records: &Records,
    engine: &Engine,
    problems: &mut Vec<Problem>,
) {
    let mut known: HashMap<char, bool> = HashMap::new();
    let mut prints =
        |character: char| *known.entry(character).or_insert_with(|| engine.can_print(character));
    for (text, span) in printed_texts(records) {
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

/// The texts of records that letters print.
fn printed_texts(records: &Records) -> Vec<(&str, Span)> {
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
    texts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Sources;
    use crate::render::world::TemplateFile;
    use std::sync::Arc;

    #[test]
    fn the_largest_number_is_where_to_look() {
        let mut loaded = Loaded { sources: Sources::default(), ..Loaded::default() };
        for (path, text) in [
            ("letter.typ", "#let a = 12\n#import \"lib.typ\": *\n= 2026"),
            ("lib.typ", "// 99999999999\n#range(1000000)"),
        ] {
            let id = loaded.sources.add(format!("templates/{path}"), text);
            loaded.template_sources.insert(path.to_owned(), id);
            let bytes = Arc::from(text.as_bytes());
            loaded.templates.push(TemplateFile { path: path.to_owned(), bytes });
        }
        let (span, is_number) = place_to_look(&loaded, "letter.typ").unwrap();
        assert_eq!((loaded.sources.place(span).as_str(), is_number), ("templates/lib.typ:2", true));
    }
}
