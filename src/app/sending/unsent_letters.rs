//! How many of the chosen letters have not left: "everything has left" is said only where that is true.

use crate::app::resolved_campaign::ResolvedCampaign;
use crate::plan::history::CampaignHistory;
use std::collections::BTreeSet;

/// The chosen letters, and those among them that have not left, or would go once more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UnsentLetters {
    /// All chosen letters.
    pub chosen: usize,
    /// Those that never left, or whose message has not.
    pub unsent: usize,
}

impl UnsentLetters {
    /// Counts the letters of the chosen mailings; of all without a choice.
    pub fn of(
        resolved: &ResolvedCampaign<'_>,
        history: &CampaignHistory,
        only: Option<&BTreeSet<usize>>,
    ) -> Self {
        let desired = &resolved.desired;
        let mailings = desired.mailings.iter().enumerate();
        let chosen = mailings.filter(|(at, _)| only.is_none_or(|only| only.contains(at)));
        let letters = chosen.flat_map(|(_, mailing)| &mailing.letters);
        let mut counts = Self::default();
        for at in letters {
            let reference = desired.letters[*at].reference.to_string();
            let has_left = history.last_sent(&reference).is_some();
            counts.chosen += 1;
            counts.unsent += usize::from(!has_left || history.open_of(&reference).is_some());
        }
        counts
    }
}
