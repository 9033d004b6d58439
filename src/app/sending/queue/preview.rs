//! What a person sees of messages before they leave.

use super::open_messages::OutgoingMessage;
use super::route::route;
use crate::app::resolved_campaign::ResolvedCampaign;
use crate::ledger::Ledger;
use crate::mail::message;
use crate::plan::history::{CampaignHistory, ObjectHash};
use serde::Serialize;
use std::collections::BTreeMap;

/// Messages shown in full.
const MAX_SHOWN: usize = 3;
/// What a message grows by on its way (base64, RFC 2045), in hundredths.
const ENCODED_PERCENT: u64 = 137;
/// Octets of a message besides its documents.
const MESSAGE_OVERHEAD: u64 = 4_000;

/// What is about to leave.
#[derive(Clone, Debug, Default, Serialize)]
pub struct MessagesPreview {
    /// Messages by domain of their school's address.
    pub domains: BTreeMap<String, usize>,
    /// Recipients that the relay will count, message by message.
    pub recipients: Vec<u32>,
    /// Octets of all messages, about.
    pub octets: u64,
    /// Octets of the largest, about.
    pub largest: u64,
    /// How many of them go to referents.
    pub to_referents: usize,
    /// The first messages, shown in full.
    pub first: Vec<MessagePreview>,
}

/// One message, before it leaves.
#[derive(Clone, Debug, Serialize)]
pub struct MessagePreview {
    /// Mail address of the school.
    pub to: String,
    /// Subject of the message.
    pub subject: String,
    /// The names of its attachments.
    pub attachments: Vec<String>,
}

impl MessagesPreview {
    /// Counts the messages and shows the first ones.
    pub fn of(
        resolved: &ResolvedCampaign<'_>,
        ledger: &Ledger,
        history: &CampaignHistory,
        messages: &[&OutgoingMessage<'_, '_>],
    ) -> Self {
        let mut preview = Self::default();
        let attach_cover = resolved.settings.mail.attach_cover;
        for outgoing in messages {
            let (message, mailing) = (outgoing.message, &outgoing.mailing);
            let sent = history.carried(message);
            let enclosures = resolved.enclosed_with(&sent);
            let enclosed: u64 = enclosures.iter().map(|file| file.bytes.len() as u64).sum();
            let size = |hash: &ObjectHash| ledger.store.size(hash).unwrap_or(0);
            let letters = message.letters.iter();
            let issued =
                letters.filter_map(|letter| history.issued(&letter.reference, letter.revision));
            let mut documents = issued.map(size).sum::<u64>() + enclosed;
            if attach_cover {
                documents += size(&message.cover_pdf);
            }
            let octets = octets_of_message(documents) + 2 * size(&message.cover_html);
            let recipients = route(resolved, outgoing).recipients();
            preview.add(message.address.as_deref().unwrap_or_default(), recipients, octets, || {
                let mut attachments = resolved.attachment_names(mailing, &sent);
                if attach_cover {
                    attachments.push(mailing.attachment_name());
                }
                attachments.extend(enclosures.iter().map(|file| file.name.clone()));
                let name = resolved.desired.mailing_name(mailing);
                (message::subject_line(&message.subject, &name), attachments)
            });
        }
        preview
    }

    /// Adds one message; `details` gives subject and attachments of those that are shown in full.
    pub(crate) fn add(
        &mut self,
        to: &str,
        recipients: u32,
        octets: u64,
        details: impl FnOnce() -> (String, Vec<String>),
    ) {
        let domain = to.rsplit('@').next().unwrap_or_default().to_lowercase();
        *self.domains.entry(domain).or_default() += 1;
        self.recipients.push(recipients);
        self.octets += octets;
        self.largest = self.largest.max(octets);
        if self.first.len() < MAX_SHOWN {
            let (subject, attachments) = details();
            self.first.push(MessagePreview { to: to.to_owned(), subject, attachments });
        }
    }
}

/// Octets of a message with documents of so many octets.
pub fn octets_of_message(documents: u64) -> u64 {
    documents * ENCODED_PERCENT / 100 + MESSAGE_OVERHEAD
}
