//! A message as it is sent: letters, cover and enclosures as MIME.
//!
//! Gives bytes; must not know where they go, nor what the ledger has.

use crate::app::resolved_campaign::ResolvedCampaign;
use crate::diagnostic::Problem;
use crate::letter::content::attachment_name;
use crate::letter::mailing::{LetterInMessage, Mailing, carries_enclosures};
use crate::mail::message::{Draft, DraftKind, FrozenMessage, Part, SendMethod};
use crate::mail::{message, plain_text};
use crate::project::load::Enclosure;

/// What a message is made of, besides the campaign.
pub(in crate::app) struct MessageParts<'a> {
    /// Number among the messages of its UAI.
    pub(in crate::app) number: u32,
    /// How it is sent.
    pub(in crate::app) method: SendMethod,
    /// Message-IDs of the messages it follows.
    pub(in crate::app) references: &'a [String],
    /// What each letter is, in the order of the mailing.
    pub(in crate::app) sent: &'a [LetterInMessage],
    /// The letters as PDF, in the order of the mailing.
    pub(in crate::app) letters: &'a [Vec<u8>],
    /// The cover as PDF.
    pub(in crate::app) cover_pdf: &'a [u8],
    /// The cover as HTML.
    pub(in crate::app) cover_html: &'a str,
    /// Subject of the message.
    pub(in crate::app) subject: &'a str,
}

/// The message of letters that were made, with their cover.
///
/// # Errors
/// The mailing has no address, or the message cannot be built.
pub(in crate::app) fn message(
    resolved: &ResolvedCampaign<'_>,
    mailing: &Mailing<'_>,
    contents: &MessageParts<'_>,
) -> Result<FrozenMessage, Problem> {
    let Some(to) = mailing.address else {
        return Err(Problem::error("E-MESSAGE", "ce message n'a pas d'adresse"));
    };
    let names = resolved.attachment_names(mailing, contents.sent);
    let cover_name = mailing.attachment_name();
    let mut parts: Vec<Part<'_>> =
        contents.letters.iter().zip(&names).map(|(bytes, name)| Part { name, bytes }).collect();
    if resolved.settings.mail.attach_cover {
        parts.push(Part { name: &cover_name, bytes: contents.cover_pdf });
    }
    let enclosed = resolved.enclosed_with(contents.sent).iter();
    parts.extend(enclosed.map(|document| Part { name: &document.name, bytes: &document.bytes }));
    let text = plain_text::from_html(contents.cover_html)?;
    message::freeze(&Draft {
        name: &resolved.desired.mailing_name(mailing),
        revision: contents.number,
        kind: DraftKind::Letters,
        from: &resolved.settings.mail.from,
        reply_to: &resolved.settings.mail.reply_to,
        to,
        copies: &match contents.method {
            // A copy to oneself goes to nobody else.
            SendMethod::Test(_) => Vec::new(),
            _ => resolved.desired.copies(mailing),
        },
        subject: contents.subject,
        text: &text,
        html: contents.cover_html,
        parts: &parts,
        references: contents.references,
        method: contents.method,
    })
}

impl ResolvedCampaign<'_> {
    /// The names of the letters of a message as attachments.
    pub fn attachment_names(&self, mailing: &Mailing<'_>, sent: &[LetterInMessage]) -> Vec<String> {
        let letters = mailing.letters.iter().map(|at| &self.desired.letters[*at]);
        letters.zip(sent).map(|(letter, sent)| attachment_name::of_letter(letter, sent)).collect()
    }

    /// The documents of the campaign that go with these letters.
    pub fn enclosed_with(&self, sent: &[LetterInMessage]) -> &[Enclosure] {
        match carries_enclosures(sent) {
            true => &self.enclosures,
            false => &[],
        }
    }
}
