//! Freezes a message: the documents that the ledger keeps become bytes that do not change any more.

use crate::app::letters::message_document::{self, MessageParts};
use crate::app::resolved_campaign::ResolvedCampaign;
use crate::diagnostic::Problem;
use crate::files;
use crate::ledger::Ledger;
use crate::letter::mailing::Mailing;
use crate::mail::message::{FrozenMessage, SendMethod};
use crate::plan::history::{CampaignHistory, MessageEntry, MessageLetter, ObjectHash};
use std::io;

/// Why a message cannot be frozen.
#[derive(Debug, thiserror::Error)]
pub enum FreezeError {
    /// It cannot be composed.
    #[error("{}", .0.message)]
    Problem(Box<Problem>),
    /// The store cannot be read or written.
    #[error("{}", files::reason(.0))]
    Disk(io::Error),
}

impl FreezeError {
    /// The work panicked.
    pub fn bug() -> Self {
        let problem = Problem::error("E-BUG", "une erreur interne de missive a empêché ce message");
        Self::Problem(Box::new(problem))
    }
}

/// A frozen message whose bytes are in the store.
#[derive(Debug)]
pub struct StoredMessage {
    /// The frozen bytes and their Message-ID.
    pub frozen: FrozenMessage,
    /// Hash of its bytes.
    pub hash: ObjectHash,
}

/// What freezing reads: the campaign, and what the ledger knows.
#[derive(Clone, Copy)]
pub struct FreezeContext<'a> {
    /// The campaign, resolved and checked.
    pub resolved: &'a ResolvedCampaign<'a>,
    /// The ledger, for the stored documents.
    pub ledger: &'a Ledger,
    /// What it knows of the campaign.
    pub history: &'a CampaignHistory,
}

impl FreezeContext<'_> {
    /// Freezes a message and puts its bytes in the store.
    pub fn freeze_and_store(
        &self,
        message: &MessageEntry,
        mailing: &Mailing<'_>,
        method: SendMethod,
    ) -> Result<StoredMessage, FreezeError> {
        let frozen = self.freeze(message, mailing, method)?;
        let hash = self.ledger.store.put(&frozen.bytes).map_err(FreezeError::Disk)?;
        Ok(StoredMessage { frozen, hash })
    }

    /// Freezes a message.
    pub fn freeze(
        &self,
        message: &MessageEntry,
        mailing: &Mailing<'_>,
        method: SendMethod,
    ) -> Result<FrozenMessage, FreezeError> {
        let object = |hash: &ObjectHash| self.ledger.store.get(hash).map_err(FreezeError::Disk);
        let letters = self.letter_pdfs(message)?;
        let cover_html = String::from_utf8(object(&message.cover_html)?)
            .map_err(|_| FreezeError::Disk(io::Error::other("courrier illisible")))?;
        // A letter that left before names the message that brought it.
        let mut references: Vec<String> = Vec::new();
        for MessageLetter { reference, .. } in &message.letters {
            let former = self.history.last_sent(reference).and_then(|sent| sent.message_id.clone());
            references.extend(former.filter(|id| !references.contains(id)));
        }
        let sent = self.history.carried(message);
        let contents = MessageParts {
            sent: &sent,
            number: message.number,
            method,
            references: &references,
            letters: &letters,
            cover_pdf: &object(&message.cover_pdf)?,
            cover_html: &cover_html,
            subject: &message.subject,
        };
        message_document::message(self.resolved, mailing, &contents)
            .map_err(|problem| FreezeError::Problem(Box::new(problem)))
    }

    /// The PDFs of a message's letters, as they are issued.
    fn letter_pdfs(&self, message: &MessageEntry) -> Result<Vec<Vec<u8>>, FreezeError> {
        let pdf = |letter: &MessageLetter| {
            let issued = self.history.issued(&letter.reference, letter.revision);
            let hash = issued.ok_or_else(|| {
                let problem = Problem::error("E-LEDGER", "une révision manque au journal");
                FreezeError::Problem(Box::new(problem))
            })?;
            self.ledger.store.get(hash).map_err(FreezeError::Disk)
        };
        message.letters.iter().map(pdf).collect()
    }
}
