//! `missive check`: every problem in one pass, drawn or as JSON.

use super::arguments::Common;
use super::output::{Output, count};
use super::{Exit, work};
use crate::diagnostic::Problem;
use crate::job::{Job, Under, Workbench};
use crate::project;
use serde_json::{Value, json};

/// Checks a project.
pub fn run(output: &Output, common: &Common, except: &[String]) -> Exit {
    let opened = match work::open(output, common, except) {
        Ok(opened) => opened,
        Err(exit) => return exit,
    };
    let (job, problems) = opened
        .bench
        .job(opened.campaign.as_ref(), Under::today(project::today(common.today.as_ref())));
    output.problems(&problems, &opened.bench.loaded.sources, true);
    let body = document(&opened.bench, job.as_ref(), &problems);
    output.document("check", opened.campaign.as_ref().map(|id| id.as_str()), body);
    for line in summary(&opened.bench, job.as_ref(), &problems) {
        output.say(&line);
    }
    if problems.iter().any(Problem::is_error) {
        output.say("Ensuite : corriger ces erreurs, puis relancer « missive check ».");
        return Exit::Invalid;
    }
    let folder =
        common.project.as_ref().map(|folder| format!(" -C {}", printable_text::of_path(folder)));
    output.say(&format!("Ensuite : missive run{}", folder.unwrap_or_default()));
    Exit::Done
}

fn blocked(job: &Job<'_>) -> usize {
    job.desired.letters.iter().filter(|letter| letter.blocked.is_some()).count()
}

/// The `check` part of JSON documents.
pub fn document(bench: &Workbench, job: Option<&Job<'_>>, problems: &[Problem]) -> Value {
    let records = &bench.loaded.records;
    let errors = problems.iter().filter(|problem| problem.is_error()).count();
    let list: Vec<_> =
        problems.iter().map(|problem| problem.to_json(&bench.loaded.sources)).collect();
    json!({
        "problems": list,
        "counts": {
            "establishments": records.establishments.len(),
            "referents": records.referents.len(),
            "letters": job.map_or(0, |job| job.desired.letters.len()),
            "blocked": job.map_or(0, blocked),
            "other_years": job.map_or(0, |job| job.desired.other_years),
            "errors": errors,
            "warnings": problems.len() - errors,
        },
        "left_out": job.map(|job| job.left_out.clone()).unwrap_or_default(),
    })
}

/// What was read and found, in sentences.
pub fn summary(bench: &Workbench, job: Option<&Job<'_>>, problems: &[Problem]) -> Vec<String> {
    let records = &bench.loaded.records;
    let errors = problems.iter().filter(|problem| problem.is_error()).count();
    let warnings = problems.len() - errors;
    let found = match (errors, warnings) {
        (0, 0) => "aucun problème".to_owned(),
        (0, _) => count(warnings, "avertissement", "avertissements"),
        (_, 0) => count(errors, "erreur", "erreurs"),
        _ => format!(
            "{} et {}",
            count(errors, "erreur", "erreurs"),
            count(warnings, "avertissement", "avertissements")
        ),
    };
    let letters = job.map_or(String::new(), |job| {
        format!(", {}", count(job.desired.letters.len(), "lettre", "lettres"))
    });
    let mut lines = vec![format!(
        "Vérifié : {}, {}{letters} ; {found}.",
        count(records.establishments.len(), "établissement", "établissements"),
        count(records.referents.len(), "référent", "référents"),
    )];
    if let Some(job) = job {
        if job.desired.other_years > 0 {
            lines.push(format!(
                "{} : sans effet sur cette campagne.",
                count(
                    job.desired.other_years,
                    "désignation d'une autre année",
                    "désignations d'autres années"
                )
            ));
        }
        if blocked(job) > 0 {
            lines.push(format!(
                "{} tant que l'adresse manque ou sort des domaines permis.",
                count(
                    blocked(job),
                    "lettre est bloquée : faite, mais pas envoyée",
                    "lettres sont bloquées : faites, mais pas envoyées"
                )
            ));
        }
    }
    if !bench.except.is_empty() {
        let names = bench.except.names().join(", ");
        let letters = job.map_or(String::new(), |job| {
            let told = count(job.desired.left_out, "lettre", "lettres");
            format!(" ({told}, avec celles du même message ou qui ne peuvent pas s'en passer)")
        });
        lines.push(format!("Laissés de côté à votre demande : {names}{letters}."));
    }
    lines
}
