//! Which message carries the letters of a mailing that have to go, and whether the ledger has it.
//!
//! It carries what was not sent yet and what has to be sent again, and nothing else. A pure function:
//! the cover and the fingerprint are asked through a [`MessagePort`], the cover is rendered only when
//! the one in the ledger does not fit. Must not know how a cover is made.

use super::envelope_parts::is_same_message;
use super::letter_decision::{CurrentRevision, LetterDecision};
use super::port::RenderedHashes;
use crate::plan::action::Action;
use crate::plan::history::{CampaignHistory, Hash, MessageEntry, ObjectHash};
use jiff::civil::Date;
use std::collections::BTreeSet;

/// Answers questions about one message.
pub trait MessagePort {
    /// A cover that was rendered.
    type Cover: AsRef<CoverHashes>;
    /// Why a question has no answer.
    type Error;

    /// The hash of what the cover says on this date.
    fn cover_content(&self, date: Date) -> Result<Hash, Self::Error>;

    /// That cover as a document, for the message of this number.
    fn cover(&self, number: u32, date: Date) -> Result<Self::Cover, Self::Error>;

    /// A hash over everything that decides about the bytes of the message. `letters` are the hashes of
    /// the PDFs, `is_held` whether it waits for a signature of the authority.
    fn fingerprint(
        &self,
        edition: (u32, Date),
        letters: &[&str],
        cover: &CoverHashes,
        is_held: bool,
    ) -> Hash;
}

/// What is kept of a cover.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CoverHashes {
    /// SHA-256 of the PDF.
    pub pdf: ObjectHash,
    /// SHA-256 of the HTML page.
    pub html: ObjectHash,
    /// The subject of the message.
    pub subject: String,
    /// Of what was read to render it.
    pub inputs: Hash,
}

/// Where the cover of a message comes from.
#[derive(Debug)]
pub enum MessageCover<C> {
    /// The ledger has it.
    Kept(CoverHashes),
    /// It was rendered.
    Made(Box<C>),
}

impl<C: AsRef<CoverHashes>> MessageCover<C> {
    /// What is kept of it.
    pub fn hashes(&self) -> &CoverHashes {
        match self {
            Self::Kept(hashes) => hashes,
            Self::Made(cover) => (**cover).as_ref(),
        }
    }
}

/// What the decisions about all messages of a campaign have in common.
#[derive(Clone, Copy)]
pub struct MessageContext<'a> {
    /// What the ledger knows.
    pub history: &'a CampaignHistory,
    /// The day it is.
    pub today: Date,
    /// The date of the campaign.
    pub date: Date,
    /// Whether the authority signs letters before they are sent.
    pub signs_first: bool,
    /// Hashes of the inputs that are those of today: same templates, fonts and engine.
    pub current_inputs: &'a BTreeSet<&'a str>,
}

/// The decision about one message. `C` is a cover that was rendered on the way.
#[derive(Debug)]
pub struct MessageDecision<C> {
    /// Number among the messages of its UAI.
    pub number: u32,
    /// Date printed on the document.
    pub date: Date,
    /// Hash over what its cover says.
    pub cover_content: Hash,
    /// The cover, stored or rendered.
    pub cover: MessageCover<C>,
    /// Whether the authority has yet to sign one of its letters: it is not sent before.
    pub is_held: bool,
    /// Hash over everything that decides about its bytes.
    pub fingerprint: Hash,
    /// The message in the ledger that is this one.
    pub same: Option<i64>,
    /// Whether the ledger has to note another content of the same cover.
    pub is_refreshed: bool,
}

/// Whether a letter goes once more, as it was sent before.
pub fn is_resent<R>(letter: &LetterDecision<R>) -> bool {
    letter.planned.action == Action::Readdress
}

/// Decides about the message of a UAI that carries these letters.
///
/// # Errors
/// The cover cannot be resolved or rendered: as the port says.
pub fn decide_message<R: AsRef<RenderedHashes>, P: MessagePort>(
    context: &MessageContext<'_>,
    uai: &str,
    letters: &[&LetterDecision<R>],
    port: &P,
) -> Result<MessageDecision<P::Cover>, P::Error> {
    let open = context.history.open(uai);
    let number = context.history.next_number(uai);
    let date = date(context, letters, open);
    let cover_content = port.cover_content(date)?;
    let fits = |open: &&MessageEntry| {
        open.cover == cover_content
            && open.number == number
            && context.current_inputs.contains(open.inputs.as_str())
    };
    let cover = match open.filter(fits) {
        Some(open) => MessageCover::Kept(CoverHashes {
            pdf: open.cover_pdf.clone(),
            html: open.cover_html.clone(),
            subject: open.subject.clone(),
            inputs: open.inputs.clone(),
        }),
        None => MessageCover::Made(Box::new(port.cover(number, date)?)),
    };
    let hashes: Vec<&str> = letters.iter().flat_map(|letter| document_hashes(letter)).collect();
    let is_held = context.signs_first && letters.iter().any(|letter| !is_signed_first(letter));
    let fingerprint = port.fingerprint((number, date), &hashes, cover.hashes(), is_held);
    let same = open.filter(|open| {
        is_same_message(&open.fingerprint, &fingerprint) && carries_same(open, letters)
    });
    let is_refreshed = same
        .is_some_and(|open| open.cover != cover_content || open.inputs != cover.hashes().inputs);
    let same = same.map(|open| open.id);
    Ok(MessageDecision {
        number,
        date,
        cover_content,
        cover,
        is_held,
        fingerprint,
        same,
        is_refreshed,
    })
}

/// The printed date: that of the latest letter that is new, or the day a letter is first sent
/// again, which is set once and stays.
fn date<R>(
    context: &MessageContext<'_>,
    letters: &[&LetterDecision<R>],
    open: Option<&MessageEntry>,
) -> Date {
    let new = letters.iter().filter(|letter| !is_resent(letter));
    let mut date = new.map(|letter| letter.issue.date).max();
    if letters.iter().any(|letter| is_resent(letter)) {
        let said = open.filter(|open| open.letters.iter().any(|letter| letter.readdressed));
        date = date.max(Some(said.map_or(context.today, |open| open.date)));
    }
    date.unwrap_or(context.date)
}

/// Whether the authority signed a letter before it is sent.
fn is_signed_first<R>(letter: &LetterDecision<R>) -> bool {
    match &letter.current {
        CurrentRevision::Kept(revision) => revision.is_countersigned(),
        CurrentRevision::Made(_) | CurrentRevision::Undecided => false,
    }
}

/// The hashes of the documents that go of a letter, the current one last.
fn document_hashes<R: AsRef<RenderedHashes>>(
    letter: &LetterDecision<R>,
) -> impl Iterator<Item = &str> {
    let current = match &letter.current {
        CurrentRevision::Kept(revision) => revision.issued.as_str(),
        CurrentRevision::Made(made) => (**made).as_ref().issued().as_str(),
        CurrentRevision::Undecided => "",
    };
    letter.along.iter().map(|document| document.issued.as_str()).chain([current])
}

/// Whether a message carries exactly these revisions of these letters.
fn carries_same<R>(open: &MessageEntry, letters: &[&LetterDecision<R>]) -> bool {
    let kept = letters.iter().filter_map(|letter| match &letter.current {
        CurrentRevision::Kept(revision) => Some((revision.id, is_resent(letter))),
        CurrentRevision::Made(_) | CurrentRevision::Undecided => None,
    });
    let along = letters.iter().flat_map(|letter| &letter.along).map(|document| (document.id, true));
    let kept: BTreeSet<(i64, bool)> = kept.chain(along).collect();
    let going: usize = letters.iter().map(|letter| letter.along.len() + 1).sum();
    let there: BTreeSet<(i64, bool)> =
        open.letters.iter().map(|letter| (letter.revision, letter.readdressed)).collect();
    kept == there && kept.len() == going
}

/// What a mailing came to: whether each of its letters could be made, whether a signed copy of one
/// came back unannounced, and the message, if one has to go and its cover could be made.
#[derive(Clone, Copy, Debug)]
pub struct MailingState<'a> {
    /// Every letter could be made.
    pub is_whole: bool,
    /// A signed copy of a letter came back although nobody said that it was sent.
    pub came_back: bool,
    /// The message that has to go.
    pub message: Option<DueMessage<'a>>,
}

/// A message that has to go.
#[derive(Clone, Copy, Debug)]
pub struct DueMessage<'a> {
    /// Its UAI.
    pub uai: &'a str,
    /// The message in the ledger that is this one.
    pub same: Option<i64>,
}

/// The open messages that are no longer right, by their numbers in the ledger. None where somebody sent
/// the message that is there, and the one to be sent is another: nothing may take its place before
/// that is said, and the new one is not made ([`MailingState::must_wait`]).
pub fn retired<'r>(
    history: &CampaignHistory,
    references: impl IntoIterator<Item = &'r str>,
    mailing: MailingState<'_>,
) -> BTreeSet<i64> {
    if mailing.needs_resolution() {
        return BTreeSet::new();
    }
    let open = references.into_iter().filter_map(|reference| history.open_of(reference));
    let mut retired: BTreeSet<i64> = open.map(|message| message.id).collect();
    match mailing.message {
        Some(DueMessage { same: Some(same), .. }) if mailing.is_whole => {
            retired.remove(&same);
        }
        Some(DueMessage { same: Some(_), .. }) | None => {}
        Some(DueMessage { uai, same: None }) => {
            retired.extend(history.open(uai).map(|open| open.id));
        }
    }
    retired
}

impl MailingState<'_> {
    /// Whether a person has to say first that the message which is there was sent.
    pub fn needs_resolution(&self) -> bool {
        self.came_back && !matches!(self.message, Some(DueMessage { same: Some(_), .. }))
    }
}

#[cfg(test)]
mod tests;
