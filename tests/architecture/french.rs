//! What the program says in French: a count agrees with its noun, through one function.

use crate::source;

/// Words in -s that follow a number or a name without counting it, and units of measure.
const NOT_COUNTED: [&str; 26] = [
    "après", "bits", "ces", "dans", "depuis", "des", "dès", "fois", "hors", "les", "mais", "mois",
    "octets", "pas", "plus", "points", "puis", "sans", "ses", "sous", "très", "vers", "alors",
    "ailleurs", "suis", "moins",
];

/// Sentences that are only said of many: file and word.
const ALWAYS_MANY: [(&str, &str); 8] = [
    ("src/archive/intake/budget.rs", "minutes"),
    ("src/archive/wording/scan_errors.rs", "pages"),
    ("src/cli/commands/generate/generate_view.rs", "deux"),
    ("src/import/spreadsheet_wording.rs", "cases"),
    ("src/import/spreadsheet_wording.rs", "colonnes"),
    ("src/import/spreadsheet_wording.rs", "lignes"),
    ("src/records/plausibility.rs", "établissements"),
    ("src/records/values/text.rs", "caractères"),
];

/// "{} lettres" is wrong for one: `letter::french::count` writes both.
#[test]
fn counts_agree_in_one_place() {
    let mut wrong = Vec::new();
    for file in source::sources() {
        if file.is_test || !file.path.starts_with("src/") {
            continue;
        }
        for line in file.production.lines().filter(|line| !line.trim_start().starts_with("//")) {
            if line.contains("(s)") && line.contains('"') && !line.contains("Signé (s)") {
                wrong.push(format!("{} : (s) in {}", file.path, line.trim()));
            }
            for word in plurals_after_a_number(line) {
                let known = ALWAYS_MANY.contains(&(file.path.as_str(), word));
                if !known && !NOT_COUNTED.contains(&word) {
                    wrong.push(format!("{} : {word} in {}", file.path, line.trim()));
                }
            }
            if let Some(words) = chosen_plural(line) {
                wrong.push(format!("{} : {words} in {}", file.path, line.trim()));
            }
        }
    }
    assert!(wrong.is_empty(), "letter::french::count makes these agree:\n{}", wrong.join("\n"));
}

/// Words in -s or -x just behind a placeholder of a format: "{number} lettres".
fn plurals_after_a_number(line: &str) -> Vec<&str> {
    let behind = |at: usize| {
        let name = line[..at].rsplit_once('{').map(|(_, name)| name);
        let is_placeholder = name.is_some_and(|name| {
            name.chars().all(|c| c.is_ascii_alphanumeric() || "_.:$".contains(c))
        });
        let word = line[at..].strip_prefix("} ").filter(|_| is_placeholder)?;
        let end = word.find(|c: char| !c.is_alphabetic()).unwrap_or(word.len());
        let word = &word[..end];
        (word.chars().count() > 2 && word.ends_with(['s', 'x'])).then_some(word)
    };
    line.match_indices('}').filter_map(|(at, _)| behind(at)).collect()
}

/// `"pages" } else { "page"`, whichever comes first.
fn chosen_plural(line: &str) -> Option<&str> {
    let (before, after) = line.split_once("\" } else { \"")?;
    let first = before.rsplit('"').next()?;
    let second = after.split('"').next()?;
    let plural = |one: &str, many: &str| !one.is_empty() && format!("{one}s") == many;
    (plural(first, second) || plural(second, first)).then_some(first)
}

#[test]
fn a_plural_made_by_hand_is_found() {
    assert_eq!(
        plurals_after_a_number("format!(\"{} lettres, {n} autres\")"),
        ["lettres", "autres"]
    );
    assert_eq!(plurals_after_a_number("format!(\"{one} lettre dans {}\")"), [""; 0]);
    assert_eq!(chosen_plural("if n > 1 { \"pages\" } else { \"page\" }"), Some("pages"));
    assert_eq!(chosen_plural("if n > 1 { \"oui\" } else { \"non\" }"), None);
}
