//! `--only`: which messages a few words name.

use crate::diagnostic::did_you_mean;
use crate::letter::CampaignLetters;
use std::collections::BTreeSet;

/// The chosen messages, or the words that name nothing, each with the nearest name.
pub fn mailings(
    desired: &CampaignLetters<'_>,
    words: &[String],
) -> Result<BTreeSet<usize>, Vec<(String, Option<String>)>> {
    let mut chosen = BTreeSet::new();
    let mut unknown = Vec::new();
    for word in words {
        let before = chosen.len();
        let mut hit = false;
        for (index, mailing) in desired.mailings.iter().enumerate() {
            let named = mailing.letters.iter().any(|at| {
                let letter = &desired.letters[*at];
                let is = |own: &str| own.eq_ignore_ascii_case(word);
                is(letter.establishment.uai.as_str())
                    || is(&letter.reference.to_string())
                    || letter.referent.is_some_and(|(referent, _)| is(referent.id.as_str()))
            });
            if named {
                hit = true;
                chosen.insert(index);
            }
        }
        if !hit && chosen.len() == before {
            let names: Vec<String> = desired
                .letters
                .iter()
                .flat_map(|letter| {
                    [
                        Some(letter.reference.to_string()),
                        Some(letter.establishment.uai.value.to_string()),
                        letter.referent.map(|(referent, _)| referent.id.value.to_string()),
                    ]
                })
                .flatten()
                .collect();
            let near = did_you_mean(word, names.iter().map(String::as_str)).map(str::to_owned);
            unknown.push((word.clone(), near));
        }
    }
    if unknown.is_empty() { Ok(chosen) } else { Err(unknown) }
}
