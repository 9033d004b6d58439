//! The verdict on a whole file: on each letter in it, and on its pages that show none. Pure.

use super::judge_letter::{LetterEvidence, LetterVerdict, judge_letter};
use super::return_verdict::ReturnVerdict;
use crate::archive::check::Check;
use crate::archive::examiner::FileContents;
use crate::archive::identify::IdentifiedLetters;
use crate::archive::wording::signature_checks;

/// The verdict on a file.
#[derive(Clone, Debug, PartialEq)]
pub struct FileVerdict {
    /// The gravest verdict on its letters; unknown if it has none.
    pub verdict: ReturnVerdict,
    /// Checks of the file as a whole.
    pub checks: Vec<Check>,
    /// The verdict on each letter, in the order of the evidence.
    pub letters: Vec<LetterVerdict>,
}

/// Judges a file by its contents, the letters that were recognised in it, and what was found out about
/// each of them.
pub fn judge_file(
    contents: &FileContents,
    identified: &IdentifiedLetters,
    letters: &[LetterEvidence],
) -> FileVerdict {
    let mut checks = page_checks(contents, identified);
    if let Some(signatures) = &contents.signatures {
        checks.extend(signatures.checks.iter().map(signature_checks::check));
    }
    let letters: Vec<LetterVerdict> =
        letters.iter().map(|evidence| judge_letter(evidence, &contents.pages)).collect();
    let gravest = letters.iter().map(|letter| letter.verdict).max();
    FileVerdict { verdict: gravest.unwrap_or(ReturnVerdict::Unknown), checks, letters }
}

/// What the pages say besides their letters.
fn page_checks(contents: &FileContents, identified: &IdentifiedLetters) -> Vec<Check> {
    let list = |pages: &[u32]| pages.iter().map(u32::to_string).collect::<Vec<_>>().join(", ");
    let mut checks = Vec::new();
    if !identified.unattributed.is_empty() && !identified.letters.is_empty() {
        let detail = format!("page {} sans code lisible", list(&identified.unattributed));
        checks.push(Check::new("foreign-pages", false, detail));
    }
    if !identified.contradictory.is_empty() {
        let detail =
            format!("page {} : plusieurs révisions à la fois", list(&identified.contradictory));
        checks.push(Check::new("torn-pages", false, detail));
    }
    if !identified.unknown_references.is_empty() {
        let names: Vec<&str> = identified.unknown_references.iter().map(String::as_str).collect();
        let detail =
            format!("{} : référence que le journal ne permet pas d'attribuer", names.join(", "));
        checks.push(Check::new("known", false, detail));
    }
    let blank: Vec<u32> =
        contents.pages.iter().filter(|page| page.blank).map(|page| page.number).collect();
    if !blank.is_empty() {
        checks.push(Check::new("blank", true, format!("page {} blanche", list(&blank))));
    }
    if identified.letters.is_empty() && identified.unknown_references.is_empty() {
        let detail = "aucune page ne porte de code ni de référence connue";
        checks.push(Check::new("identified", false, detail));
    }
    checks
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::identify::{LetterPages, RecognisedPage};
    use page_scan::{PageOrigin, ScannedPage};

    fn page(number: u32, blank: bool) -> ScannedPage {
        ScannedPage {
            number,
            width_mm: 210.0,
            height_mm: 297.0,
            source: PageOrigin::Image,
            ink: 0.0,
            blank,
            codes: Vec::new(),
            text: None,
        }
    }

    fn words(verdict: &FileVerdict) -> Vec<(&str, bool)> {
        verdict.checks.iter().map(|check| (check.check.as_str(), check.ok)).collect()
    }

    #[test]
    fn a_file_without_a_letter_is_unknown_and_says_so() {
        let contents =
            FileContents { pages: vec![page(1, false), page(2, true)], ..FileContents::default() };
        let nothing = IdentifiedLetters { unattributed: vec![1], ..IdentifiedLetters::default() };
        let verdict = judge_file(&contents, &nothing, &[]);
        assert_eq!(verdict.verdict, ReturnVerdict::Unknown);
        assert_eq!(words(&verdict), [("blank", true), ("identified", false)]);
        let stranger = IdentifiedLetters {
            unknown_references: ["2026-0160101Y-4S54".to_owned()].into(),
            ..IdentifiedLetters::default()
        };
        assert_eq!(
            words(&judge_file(&contents, &stranger, &[])),
            [("known", false), ("blank", true)]
        );
    }

    #[test]
    fn pages_beside_a_letter_are_told() {
        let contents = FileContents { pages: vec![page(1, false)], ..FileContents::default() };
        let identified = IdentifiedLetters {
            letters: vec![LetterPages { at: 0, pages: vec![RecognisedPage::same(1)] }],
            unattributed: vec![2],
            contradictory: vec![3],
            ..IdentifiedLetters::default()
        };
        let verdict = judge_file(&contents, &identified, &[]);
        assert_eq!(words(&verdict), [("foreign-pages", false), ("torn-pages", false)]);
        assert_eq!(verdict.checks[0].detail, "page 2 sans code lisible");
    }
}
