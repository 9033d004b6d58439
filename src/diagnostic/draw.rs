//! Draws problems for a person: the source line, the place marked, what to do below.

use super::invisible::printable;
use super::located::{Excerpt, LocatedProblem};
use super::problem::Severity;
use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

/// Turns problems into text, with or without colour.
pub struct Drawer {
    renderer: Renderer,
}

impl Drawer {
    /// A drawer; `color` asks for terminal escape sequences.
    pub fn new(color: bool) -> Self {
        let renderer = if color { Renderer::styled() } else { Renderer::plain() };
        Self { renderer: renderer.decor_style(DecorStyle::Ascii) }
    }

    /// Draws one problem, ending in a line break.
    pub fn draw(&self, problem: &LocatedProblem) -> String {
        let level = match problem.severity {
            Severity::Error => Level::ERROR.with_name("erreur"),
            Severity::Warning => Level::WARNING.with_name("avertissement"),
        };
        let excerpt = problem.excerpt.as_ref().map(|excerpt| {
            snippet(excerpt, AnnotationKind::Primary, problem.label.as_deref().map(printable))
        });
        let title = level.primary_title(printable(&problem.message)).id(problem.code);
        let mut group = title.elements(excerpt);
        for (excerpt, words) in &problem.related {
            if let Some(excerpt) = excerpt {
                let label = Some(printable(words));
                group = group.element(snippet(excerpt, AnnotationKind::Context, label));
            }
        }
        // Without a place there is no frame for the help to hang from.
        let framed = problem.file.is_some() || !problem.related.is_empty();
        if let Some(help) = problem.help.as_ref().filter(|_| framed) {
            group = group.element(Level::HELP.with_name("à faire\u{a0}").message(printable(help)));
        }
        let mut text = self.renderer.render(&[group] as &[Group<'_>]);
        text.push('\n');
        if let Some(help) = problem.help.as_ref().filter(|_| !framed) {
            text.push_str(&format!("  = à faire\u{a0}: {}\n", printable(help)));
        }
        text
    }
}

fn snippet(
    excerpt: &Excerpt,
    kind: AnnotationKind,
    label: Option<String>,
) -> Snippet<'_, annotate_snippets::Annotation<'_>> {
    Snippet::source(excerpt.text.as_str())
        .path(printable_text::escaped(&excerpt.path))
        .line_start(excerpt.line)
        .annotation(kind.span(excerpt.range.clone()).label(label))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::problem::Problem;
    use crate::diagnostic::sources::{Sources, Span};

    #[test]
    fn a_problem_shows_line_mark_and_mend() {
        let mut sources = Sources::default();
        let id = sources.add("data/a.toml", "x = 1\nuai = \"0860001X\"\n");
        let problem = Problem::error("E-UAI-KEY", "la clé de l'UAI est fausse")
            .at(Span::new(id, 12..22))
            .label("la clé devrait être J")
            .help("écrire « 0860001J »");
        let text = Drawer::new(false).draw(&problem.located(&sources));
        assert!(text.contains("erreur[E-UAI-KEY]"), "{text}");
        assert!(text.contains("data/a.toml:2:7"), "{text}");
        assert!(text.contains("la clé devrait être J"), "{text}");
        assert!(text.contains("à faire\u{a0}: écrire"), "{text}");
    }

    #[test]
    fn a_very_long_line_is_cut_and_controls_are_shown() {
        let mut sources = Sources::default();
        let line = format!("name = \"{}\u{202e}\"\n", "é".repeat(10_000));
        let id = sources.add("data/a.toml", line.as_str());
        let end = line.len() - 1;
        let problem = Problem::error("E-X", "nom").at(Span::new(id, 7..end));
        let text = Drawer::new(false).draw(&problem.located(&sources));
        assert!(text.len() < 2_000, "{}", text.len());
        let problem = Problem::error("E-X", "nom").at(Span::new(id, end - 4..end));
        assert!(!Drawer::new(false).draw(&problem.located(&sources)).contains('\u{202e}'));
    }
}
