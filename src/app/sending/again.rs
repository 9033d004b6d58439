//! `send --again`: letters whose last message came back in error go once more, and no others: nothing leaves
//! twice because somebody asked for it.

use crate::app::campaign::campaign_run::CampaignRun;
use crate::app::error::{ErrorKind, UserError};
use crate::app::names::labels::Labels;
use crate::app::selection;
use crate::ledger::LedgerError;
use crate::plan::history::{CampaignHistory, MessageState, ReturnEntry, ReturnState};
use std::collections::BTreeSet;

/// Why letters do not go once more.
#[derive(Debug, thiserror::Error)]
pub enum AgainRefusal {
    /// The last message of a letter has not come back in error.
    #[error("rien n'est renvoyé : {}", not_bounced(.letter, *.state))]
    NotBounced {
        /// Reference of the letter.
        reference: String,
        /// Its school and person.
        letter: String,
        /// What became of the last message that left with it; none if none left.
        state: Option<MessageState>,
    },
    /// A signed copy of the letter came back, however it got there.
    #[error("rien n'est renvoyé : la lettre est déjà revenue signée ({letter})")]
    CameBack {
        /// Reference of the letter.
        reference: String,
        /// Its school and person.
        letter: String,
    },
    /// The ledger.
    #[error("{0}")]
    Ledger(#[from] LedgerError),
}

fn not_bounced(letter: &str, state: Option<MessageState>) -> String {
    match state {
        None => format!("cette lettre n'est jamais partie : {letter}"),
        Some(state) => {
            let state = state.french().0;
            format!(
                "le dernier message de cette lettre est {state}, non revenu en erreur : {letter}"
            )
        }
    }
}

impl UserError for AgainRefusal {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::NotBounced { .. } | Self::CameBack { .. } => ErrorKind::Decision,
            Self::Ledger(error) => UserError::kind(error),
        }
    }

    fn todo(&self) -> String {
        match self {
            Self::NotBounced { state: None, .. } => "l'envoyer : missive send".to_owned(),
            Self::NotBounced { reference, state: Some(_), .. } => format!(
                "s'il est revenu, le dire : missive resolve {reference} --bounced --why \"…\" ; pour un rappel : missive send --remind"
            ),
            Self::CameBack { reference, .. } => {
                format!("voir ce qui est revenu : missive history {reference}")
            }
            Self::Ledger(error) => UserError::todo(error),
        }
    }
}

/// The references of the letters that words name; of each, the last message of a document that counts came back in
/// error.
pub fn bounced_letters(
    run: &CampaignRun<'_>,
    words: &[String],
) -> Result<BTreeSet<String>, AgainRefusal> {
    let named = selection::references(&run.resolved.desired, words);
    let campaign = run.resolved.desired.campaign.id.as_str();
    let history = match &run.ledger {
        Some((ledger, _)) => ledger.history(campaign)?,
        None => CampaignHistory::default(),
    };
    for reference in &named {
        let carried: BTreeSet<i64> =
            history.bounced_documents(reference).iter().map(|document| document.id).collect();
        if carried.is_empty() {
            let state = history.last_sent(reference).map(|message| message.state);
            let letter = Labels::of_campaign(&run.resolved.desired).letter(reference);
            return Err(AgainRefusal::NotBounced { reference: reference.clone(), letter, state });
        }
        let known = history.letters.get(reference);
        let is_signed = |copy: &ReturnEntry| {
            copy.state == ReturnState::Signed && carried.contains(&copy.revision)
        };
        if known.is_some_and(|known| known.returns.iter().any(is_signed)) {
            let letter = Labels::of_campaign(&run.resolved.desired).letter(reference);
            return Err(AgainRefusal::CameBack { reference: reference.clone(), letter });
        }
    }
    Ok(named)
}
