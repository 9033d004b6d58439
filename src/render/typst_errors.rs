//! Typst's diagnostics, in French, as problems. The commonest are translated in full; the others
//! keep Typst's own words behind a French sentence, so that a search for them still works.

use crate::diagnostic::Problem;
use typst::diag::{SourceDiagnostic, Tracepoint};

/// One diagnostic as a problem without place.
pub(super) fn problem(diagnostic: &SourceDiagnostic) -> Problem {
    let message = diagnostic.message.as_str();
    let mut problem = translate(message);
    if problem.help.is_none() && !diagnostic.hints.is_empty() {
        let hints: Vec<&str> = diagnostic.hints.iter().map(|hint| hint.v.as_str()).collect();
        problem = problem.help(format!("indication de Typst : {}", hints.join(" ; ")));
    }
    let call = diagnostic.trace.iter().find_map(|point| match &point.v {
        Tracepoint::Call(Some(name)) => Some(name.as_str()),
        _ => None,
    });
    if let Some(name) = call {
        problem = problem.label(format!("en appelant « {name} »"));
    }
    problem
}

fn quoted(message: &str) -> Option<&str> {
    let start = message.find(['"', '`'])?;
    let rest = &message[start + 1..];
    rest.rfind(['"', '`']).map(|end| &rest[..end])
}

fn translate(message: &str) -> Problem {
    let after = |prefix: &str| message.strip_prefix(prefix).map(str::trim);
    if message.starts_with("dictionary does not contain key") {
        let key = quoted(message).unwrap_or("?");
        return Problem::error(
            "E-TEMPLATE-KEY",
            format!("le gabarit lit la clé « {key} », que le contenu n'a pas"),
        )
        .help("corriger le nom de la clé ; « missive generate --dump-data DOSSIER » écrit le contenu exact");
    }
    if let Some(name) = after("unknown variable:") {
        return Problem::error(
            "E-TEMPLATE",
            format!("« {name} » n'est pas défini dans ce gabarit"),
        )
        .help("corriger le nom, ou ajouter l'importation (#import) qui manque");
    }
    if let Some(name) = after("unknown font family:") {
        return Problem::error("E-FONT", format!("la police « {name} » n'est pas disponible"))
            .help("utiliser « Libertinus Serif », ou déposer la police dans templates/fonts/");
    }
    if message.contains("could not be displayed with") {
        let text = quoted(message).unwrap_or("?");
        return Problem::error("E-GLYPH", format!("aucune police n'a de signe pour « {text} »"))
            .help("remplacer ce caractère dans l'enregistrement, ou ajouter une police qui l'a");
    }
    if message.starts_with("file not found") {
        let path = message.split("searched at ").nth(1).map_or("?", |p| p.trim_end_matches(')'));
        return Problem::error(
            "E-TEMPLATE",
            format!("le gabarit demande templates/{path}, qui n'existe pas"),
        )
        .help("ajouter ce fichier, ou corriger son nom");
    }
    if message.contains("failed to load package") || message.starts_with("package not found") {
        return Problem::error("E-TEMPLATE", "un gabarit ne peut pas utiliser de paquet")
            .help("copier les fonctions utiles dans templates/lib/");
    }
    if message.contains("would escape") || message.contains("outside of project root") {
        return Problem::error("E-TEMPLATE", "un gabarit ne peut rien lire hors de templates/")
            .help("déplacer le fichier dans templates/");
    }
    if let Some(text) = after("assertion failed:").or_else(|| after("panicked with:")) {
        return Problem::error("E-TEMPLATE", format!("le gabarit s'arrête : {text}"))
            .help("ce gabarit refuse ce contenu à dessein : lire la ligne montrée");
    }
    if message.contains("maximum function call depth")
        || message.contains("infinite")
        || message.starts_with("condition is always true")
    {
        return Problem::error("E-TEMPLATE", "le gabarit tourne sans fin")
            .help("revoir la boucle ou la fonction montrée : elle n'a pas de fin");
    }
    if message.starts_with("expected")
        || message.starts_with("unexpected")
        || message.starts_with("unclosed")
    {
        return Problem::error(
            "E-TEMPLATE",
            format!("le gabarit n'est pas correct (Typst : {message})"),
        );
    }
    Problem::error("E-TEMPLATE", format!("le gabarit ne peut pas être composé (Typst : {message})"))
}
