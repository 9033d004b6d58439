//! `missive check`: every problem in one pass, drawn or as JSON.

use crate::app::resolve_campaign::resolve;
use crate::app::resolved_campaign::{ResolveOptions, ResolvedCampaign};
use crate::app::workspace::Workspace;
use crate::cli::args::Common;
use crate::cli::commands::generate;
use crate::cli::exit::Exit;
use crate::cli::ui::output::{Output, count};
use crate::diagnostic::Problem;
use crate::project;
use serde_json::{Value, json};

/// Checks a project.
pub fn run(output: &Output, common: &Common, except: &[String]) -> Exit {
    let opened = match generate::open(output, common, except) {
        Ok(opened) => opened,
        Err(exit) => return exit,
    };
    let (resolved, problems) = resolve(
        &opened.workspace,
        opened.campaign.as_ref(),
        ResolveOptions::today(project::today(common.today.as_ref())),
    );
    output.problems(&problems, &opened.workspace.loaded.sources, true);
    let body = document(&opened.workspace, resolved.as_ref(), &problems);
    output.document("check", opened.campaign.as_ref().map(|id| id.as_str()), body);
    for line in summary(&opened.workspace, resolved.as_ref(), &problems) {
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

fn blocked(resolved: &ResolvedCampaign<'_>) -> usize {
    resolved.desired.letters.iter().filter(|letter| letter.blocked.is_some()).count()
}

/// The `check` part of JSON documents.
pub fn document(
    workspace: &Workspace,
    resolved: Option<&ResolvedCampaign<'_>>,
    problems: &[Problem],
) -> Value {
    let records = &workspace.loaded.records;
    let errors = problems.iter().filter(|problem| problem.is_error()).count();
    let list: Vec<_> =
        problems.iter().map(|problem| problem.to_json(&workspace.loaded.sources)).collect();
    json!({
        "problems": list,
        "counts": {
            "establishments": records.establishments.len(),
            "referents": records.referents.len(),
            "letters": resolved.map_or(0, |resolved| resolved.desired.letters.len()),
            "blocked": resolved.map_or(0, blocked),
            "other_years": resolved.map_or(0, |resolved| resolved.desired.other_years),
            "errors": errors,
            "warnings": problems.len() - errors,
        },
        "left_out": resolved.map(|resolved| resolved.left_out.clone()).unwrap_or_default(),
    })
}

/// What was read and found, in sentences.
pub fn summary(
    workspace: &Workspace,
    resolved: Option<&ResolvedCampaign<'_>>,
    problems: &[Problem],
) -> Vec<String> {
    let records = &workspace.loaded.records;
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
    let letters = resolved.map_or(String::new(), |resolved| {
        format!(", {}", count(resolved.desired.letters.len(), "lettre", "lettres"))
    });
    let mut lines = vec![format!(
        "Vérifié : {}, {}{letters} ; {found}.",
        count(records.establishments.len(), "établissement", "établissements"),
        count(records.referents.len(), "référent", "référents"),
    )];
    if let Some(resolved) = resolved {
        if resolved.desired.other_years > 0 {
            lines.push(format!(
                "{} : sans effet sur cette campagne.",
                count(
                    resolved.desired.other_years,
                    "désignation d'une autre année",
                    "désignations d'autres années"
                )
            ));
        }
        if blocked(resolved) > 0 {
            lines.push(format!(
                "{} tant que l'adresse manque ou sort des domaines permis.",
                count(
                    blocked(resolved),
                    "lettre est bloquée : faite, mais pas envoyée",
                    "lettres sont bloquées : faites, mais pas envoyées"
                )
            ));
        }
    }
    if !workspace.except.is_empty() {
        let names = workspace.except.names().join(", ");
        let letters = resolved.map_or(String::new(), |resolved| {
            let told = count(resolved.desired.left_out, "lettre", "lettres");
            format!(" ({told}, avec celles du même message ou qui ne peuvent pas s'en passer)")
        });
        lines.push(format!("Laissés de côté à votre demande : {names}{letters}."));
    }
    lines
}
