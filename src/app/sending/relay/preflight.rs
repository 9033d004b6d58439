//! The last check before a message is sent: the frozen bytes and the recipients are those of the
//! ledger.

use super::wording::not_read_back;
use crate::ledger::LedgerError;
use crate::ledger::object_store::hash;
use crate::mail::inspect::{Attached, Inspected, UnreadableMessage, inspect};
use crate::plan::history::{
    CampaignHistory, FrozenEnvelope, MessageEntry, MessageLetter, ObjectHash,
};
use std::collections::BTreeSet;
use std::io;

/// What a message is held against.
pub(super) struct Preflight<'a> {
    /// What the ledger knows of it.
    pub(super) message: &'a MessageEntry,
    /// Its envelope.
    pub(super) route: &'a FrozenEnvelope,
    /// The school's address as the records have it now.
    pub(super) address: Option<&'a str>,
    /// What the ledger knows of its letters.
    pub(super) history: &'a CampaignHistory,
    /// Hashes of the documents that go with every message.
    pub(super) enclosures: &'a BTreeSet<String>,
}

/// Why a message does not go.
#[derive(Debug, thiserror::Error)]
pub(super) enum PreflightError {
    #[error("{}", not_read_back(.0))]
    NotReadBack(#[from] io::Error),
    #[error(transparent)]
    Unreadable(#[from] UnreadableMessage),
    #[error("le message ne porte pas le bon Message-ID")]
    OtherMessageId,
    #[error("l'adresse « {0} » n'est plus celle de l'établissement")]
    OtherAddress(String),
    #[error("le message n'est pas adressé à qui il devrait")]
    OtherRecipients,
    #[error("la lettre {0} n'est pas jointe telle qu'elle a été produite")]
    LetterMissing(String),
    #[error("le PDF joint ne porte pas la référence {0}")]
    OtherReference(String),
    #[error("la pièce jointe {0} n'est pas de ce message")]
    ForeignAttachment(String),
    #[error("personne n'a approuvé ce message tel qu'il est")]
    NotApproved,
    #[error("{0}")]
    Ledger(#[from] LedgerError),
}

/// Looks at frozen bytes once more.
pub(super) fn check(bytes: &[u8], preflight: &Preflight<'_>) -> Result<(), PreflightError> {
    let found = inspect(bytes)?;
    if Some(found.message_id.as_str()) != preflight.message.message_id.as_deref() {
        return Err(PreflightError::OtherMessageId);
    }
    check_addresses(&found, preflight)?;
    check_attachments(&found, preflight)
}

fn check_addresses(found: &Inspected, preflight: &Preflight<'_>) -> Result<(), PreflightError> {
    let Preflight { message, route, address, .. } = preflight;
    let same = |one: &str, other: &str| one.eq_ignore_ascii_case(other);
    let written = message.address.as_deref().unwrap_or_default();
    if !same(&route.to, written) || !address.is_some_and(|address| same(address, written)) {
        return Err(PreflightError::OtherAddress(route.to.clone()));
    }
    let mut wanted: Vec<String> =
        std::iter::once(&route.to).chain(&route.copies).map(|to| to.to_lowercase()).collect();
    let mut there = found.to.clone();
    wanted.sort();
    there.sort();
    if wanted == there { Ok(()) } else { Err(PreflightError::OtherRecipients) }
}

/// Every letter is there, and nothing else but the cover and the campaign's documents.
fn check_attachments(found: &Inspected, preflight: &Preflight<'_>) -> Result<(), PreflightError> {
    let Preflight { message, history, enclosures, .. } = preflight;
    let mut others: Vec<(ObjectHash, &Attached)> =
        found.attached.iter().map(|pdf| (hash(&pdf.bytes), pdf)).collect();
    for MessageLetter { reference, revision, .. } in &message.letters {
        let issued = history.issued(reference, *revision);
        let Some(at) = others.iter().position(|(found, _)| Some(found) == issued) else {
            return Err(PreflightError::LetterMissing(reference.clone()));
        };
        let (_, pdf) = others.swap_remove(at);
        if !pdf.keywords().iter().any(|word| word == reference) {
            return Err(PreflightError::OtherReference(reference.clone()));
        }
    }
    others.retain(|(found, _)| *found != message.cover_pdf && !enclosures.contains(found.as_str()));
    match others.first() {
        Some((_, pdf)) => Err(PreflightError::ForeignAttachment(pdf.name.clone())),
        None => Ok(()),
    }
}
