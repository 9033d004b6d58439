//! Suggests the known word nearest to a mistyped one.

/// The candidate nearest to a mistyped word, if one is near enough; never the word itself.
pub fn did_you_mean<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    /// Longest word that is compared: a longer one is not a name.
    const LONGEST: usize = 64;
    if word.len() > LONGEST {
        return None;
    }
    let typed = word;
    let word = word.to_lowercase();
    candidates
        .into_iter()
        .filter(|candidate| *candidate != typed)
        .filter_map(|candidate| {
            // Lengths too far apart need no closer look: there may be thousands of candidates.
            let limit = (candidate.chars().count() / 3).clamp(1, 4);
            if candidate.len().abs_diff(word.len()) > 2 * limit {
                return None;
            }
            let distance = strsim::damerau_levenshtein(&word, &candidate.to_lowercase());
            (distance <= limit).then_some((distance, candidate))
        })
        .min()
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suggestions_are_near_or_absent() {
        assert_eq!(did_you_mean("emial", ["email", "name"]), Some("email"));
        assert_eq!(did_you_mean("colour", ["email", "name"]), None);
        assert_eq!(did_you_mean("0790703K", ["0790703K"]), None);
        assert_eq!(did_you_mean("École", ["ecole", "lycee"]), Some("ecole"));
    }
}
