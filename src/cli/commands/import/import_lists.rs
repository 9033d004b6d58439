//! Lists of rows under a title: rows of one reason are one line, and a long list is cut.

use crate::app::wording::count;
use crate::cli::ui::output::Output;
use crate::import::extract::extracted_rows::FieldDifference;

/// Lines of each list that are shown; the rest is in `--json`.
pub(super) const SHOWN: usize = 12;

/// Lines under a title, the first of them.
pub(super) fn list(output: &Output, title: &str, lines: &[String]) {
    if lines.is_empty() {
        return;
    }
    output.say(&format!("{title} : {}", lines.len()));
    for line in lines.iter().take(SHOWN) {
        output.say(&format!("  • {line}"));
    }
    if lines.len() > SHOWN {
        output.say(&format!("  … et {} (avec --json)", lines.len() - SHOWN));
    }
}

/// In what two rows differ.
pub(super) fn differences(differs: &[FieldDifference]) -> String {
    let each = differs.iter().map(|FieldDifference { field, kept, left }| {
        format!("{field} : « {kept} » gardé, « {left} » laissé")
    });
    each.collect::<Vec<_>>().join(" ; ")
}

/// "ligne 4", "3 lignes (4, 7 et 12)", "117 lignes (2 à 118)".
pub(super) fn line_numbers(rows: &[usize]) -> String {
    if let [only] = rows {
        return format!("ligne {only}");
    }
    let mut parts: Vec<String> = Vec::new();
    let mut at = 0;
    while let Some(first) = rows.get(at) {
        let run = (at..rows.len()).take_while(|next| rows.get(*next) == Some(&(first + next - at)));
        let length = run.count();
        parts.extend(match length {
            1 => vec![first.to_string()],
            2 => vec![first.to_string(), (first + 1).to_string()],
            _ => vec![format!("{first} à {}", first + length - 1)],
        });
        at += length;
    }
    let more = parts.len().saturating_sub(SHOWN);
    parts.truncate(SHOWN);
    let which = match (parts.pop(), more) {
        (Some(last), 0) if parts.is_empty() => last,
        (Some(last), 0) => format!("{} et {last}", parts.join(", ")),
        (last, more) => {
            parts.extend(last);
            format!("{} et {more} de plus", parts.join(", "))
        }
    };
    format!("{} ({which})", count(rows.len(), "ligne", "lignes"))
}

/// Rows with their reasons; those of one reason are one line.
pub(super) fn list_rows(output: &Output, title: &str, rows: impl Iterator<Item = (usize, String)>) {
    let mut by_reason: Vec<(String, Vec<usize>)> = Vec::new();
    let mut all = 0;
    for (row, reason) in rows {
        all += 1;
        match by_reason.iter_mut().find(|(other, _)| *other == reason) {
            Some((_, rows)) => rows.push(row),
            None => by_reason.push((reason, vec![row])),
        }
    }
    if all == 0 {
        return;
    }
    output.say(&format!("{title} : {all}"));
    for (reason, rows) in by_reason.iter().take(SHOWN) {
        output.say(&format!("  • {} : {reason}", line_numbers(rows)));
    }
    let hidden: usize = by_reason.iter().skip(SHOWN).map(|(_, rows)| rows.len()).sum();
    if hidden > 0 {
        output.say(&format!("  … et {hidden} (avec --json)"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_rows_are_short() {
        assert_eq!(line_numbers(&[4]), "ligne 4");
        assert_eq!(line_numbers(&[4, 5]), "2 lignes (4 et 5)");
        assert_eq!(line_numbers(&[4, 7, 8, 9]), "4 lignes (4 et 7 à 9)");
        assert_eq!(line_numbers(&(2..=118).collect::<Vec<_>>()), "117 lignes (2 à 118)");
        let odd: Vec<usize> = (0..20).map(|at| 2 * at).collect();
        assert!(line_numbers(&odd).ends_with(" et 8 de plus)"), "{}", line_numbers(&odd));
    }
}
