//! Letters that are no longer called for, and drafts whose signature no longer counts.

use crate::plan::action::{Action, PlannedLetter};
use crate::plan::history::CampaignHistory;
use crate::plan::materiality::Materiality;
use std::collections::BTreeSet;

/// The letters that the ledger has and the records no longer call for. `called` are the references of
/// those that they do.
pub fn withdrawn(history: &CampaignHistory, called: &BTreeSet<String>) -> Vec<PlannedLetter> {
    let letters = history.letters.iter();
    let gone =
        letters.filter(|(reference, letter)| !letter.withdrawn && !called.contains(*reference));
    gone.map(|(reference, letter)| PlannedLetter {
        reference: reference.clone(),
        uai: letter.uai.clone(),
        action: Action::Withdraw,
        act: None,
        materiality: Materiality::Substantive,
        revision: letter.latest().map_or(1, |latest| latest.issue.revision),
        reasons: Vec::new(),
        made: false,
        note: letter.issued.is_some().then(|| WAS_SENT_NOTE.to_owned()),
    })
    .collect()
}

/// The note on a letter that was sent and is no longer called for.
const WAS_SENT_NOTE: &str = "elle avait été transmise : pour y mettre fin par une lettre, remettre la désignation avec « until » et « end_reason »";

/// Whether the authority had signed a draft that is now taken back.
pub fn voids_signature(history: &CampaignHistory, reference: &str, drops: &[i64]) -> bool {
    let draft = history.letters.get(reference).and_then(|letter| letter.draft.as_ref());
    draft.is_some_and(|draft| draft.is_countersigned() && drops.contains(&draft.id))
}

/// The note on such a letter.
pub const VOIDED_SIGNATURE_NOTE: &str = "l'autorité l'avait signée : la lettre change, cette signature ne vaut plus, à signer de nouveau";
