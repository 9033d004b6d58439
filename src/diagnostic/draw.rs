//! Draws problems for a person: the source line, the place marked, the mend below.

use super::{Problem, Severity, Source, Sources, Span};
use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use printable_text::CharacterSet;

/// Longest piece of a source line shown; a 10,000-character name must not fill the screen.
const LONGEST_LINE: usize = 200;

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
    pub fn draw(&self, problem: &Problem, sources: &Sources) -> String {
        let level = match problem.severity {
            Severity::Error => Level::ERROR.with_name("erreur"),
            Severity::Warning => Level::WARNING.with_name("avertissement"),
        };
        let mut group = level.primary_title(printable(&problem.message)).id(problem.code).elements(
            problem.span.and_then(|span| excerpt(sources, span)).map(|excerpt| {
                let label = problem.label.as_deref().map(printable);
                excerpt.snippet(AnnotationKind::Primary, label)
            }),
        );
        for (span, words) in &problem.related {
            if let Some(excerpt) = excerpt(sources, *span) {
                group =
                    group.element(excerpt.snippet(AnnotationKind::Context, Some(printable(words))));
            }
        }
        // Without a place there is no frame for the mend to hang from.
        let framed = problem.span.is_some() || !problem.related.is_empty();
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

/// The lines around one span, cut to a readable width.
struct Excerpt {
    path: String,
    line: usize,
    text: String,
    range: std::ops::Range<usize>,
}

impl Excerpt {
    fn snippet(
        self,
        kind: AnnotationKind,
        label: Option<String>,
    ) -> Snippet<'static, annotate_snippets::Annotation<'static>> {
        Snippet::source(self.text)
            .path(printable_text::escaped(&self.path))
            .line_start(self.line)
            .annotation(kind.span(self.range).label(label))
    }
}

fn excerpt(sources: &Sources, span: Span) -> Option<Excerpt> {
    let source: &Source = sources.get(span.source)?;
    let (line, _) = sources.position(span);
    let line_start = sources.line_start(source, line - 1);
    let line_end = source.text[line_start..]
        .find('\n')
        .map_or(source.text.len(), |length| line_start + length);
    let start = (span.start as usize).clamp(line_start, line_end);
    let end = (span.end as usize).clamp(start, line_end);
    // A window of the line, on character boundaries, that keeps the start of the span.
    let from = floor_boundary(&source.text, start.saturating_sub(LONGEST_LINE / 2).max(line_start));
    let to = floor_boundary(&source.text, (from + LONGEST_LINE).min(line_end)).max(start);
    let end = end.min(to);
    let text: String = source.text[from..to].to_owned();
    // Invisible and control characters would garble the drawing: show them as a visible sign of
    // the same length, so that the marks below stay aligned with the bytes.
    let mut shown = String::with_capacity(text.len());
    let mut range = (start - from)..(end - from);
    let mut shift_start = 0;
    let mut shift_end = 0;
    for (offset, character) in text.char_indices() {
        let before = shown.len();
        if CharacterSet::TYPED_TEXT.contains(character) {
            shown.push('\u{fffd}');
        } else {
            shown.push(character);
        }
        let delta = (shown.len() - before) as isize - character.len_utf8() as isize;
        if offset < range.start {
            shift_start += delta;
        }
        if offset < range.end {
            shift_end += delta;
        }
    }
    range.start = range.start.saturating_add_signed(shift_start);
    range.end = range.end.saturating_add_signed(shift_end).max(range.start);
    Some(Excerpt { path: source.path.clone(), line, text: shown, range })
}

fn floor_boundary(text: &str, mut offset: usize) -> usize {
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

/// A message made safe for a terminal: line breaks kept, other controls made visible.
pub fn printable(text: &str) -> String {
    text.chars()
        .map(|c| if CharacterSet::TYPED_TEXT.contains(c) && c != '\n' { '\u{fffd}' } else { c })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_shows_line_mark_and_mend() {
        let mut sources = Sources::default();
        let id = sources.add("data/a.toml", "x = 1\nuai = \"0860001X\"\n");
        let problem = Problem::error("E-UAI-KEY", "la clé de l'UAI est fausse")
            .at(Span::new(id, 12..22))
            .label("la clé devrait être J")
            .help("écrire « 0860001J »");
        let text = Drawer::new(false).draw(&problem, &sources);
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
        let text = Drawer::new(false).draw(&problem, &sources);
        assert!(text.len() < 2_000, "{}", text.len());
        let problem = Problem::error("E-X", "nom").at(Span::new(id, end - 4..end));
        assert!(!Drawer::new(false).draw(&problem, &sources).contains('\u{202e}'));
    }
}
