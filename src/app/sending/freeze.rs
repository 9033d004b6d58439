//! Freezes messages: the documents that the ledger keeps become bytes that will not change any more.

use crate::app::letters::render_documents::{self, Contents};
use crate::app::resolved_campaign::ResolvedCampaign;
use crate::diagnostic::Problem;
use crate::ledger::Ledger;
use crate::letter::mailing::Mailing;
use crate::mail::message::{FrozenMessage, Way};
use crate::plan::past::{CampaignHistory, MessagePast};
use std::collections::{BTreeSet, HashMap};
use std::io;

/// Why a message cannot be frozen.
pub enum Failed {
    /// It cannot be composed.
    Problem(Box<Problem>),
    /// The store cannot be read or written.
    Disk(io::Error),
}

impl Failed {
    /// Work that panicked.
    pub fn bug<T>() -> Result<T, Self> {
        let problem = Problem::error("E-BUG", "une erreur interne de missive a empêché ce message");
        Err(Self::Problem(Box::new(problem)))
    }
}

/// A message that was frozen, with the name of its bytes in the store.
pub type Sealed = Result<(FrozenMessage, String), Failed>;

/// The messages whose letters the campaign still calls for, by UAI, each as a mailing. With `only`,
/// those of the chosen mailings.
pub fn open_messages<'p, 'r>(
    resolved: &ResolvedCampaign<'r>,
    messages: impl Iterator<Item = &'p MessagePast>,
    only: Option<&BTreeSet<usize>>,
) -> Vec<(&'p MessagePast, Mailing<'r>)> {
    let desired = &resolved.desired;
    let places: HashMap<String, usize> = desired
        .letters
        .iter()
        .enumerate()
        .map(|(at, own)| (own.reference.to_string(), at))
        .collect();
    let chosen: Option<BTreeSet<usize>> =
        only.map(|only| only.iter().flat_map(|at| desired.mailings[*at].letters.clone()).collect());
    let mut open: Vec<&MessagePast> = messages.collect();
    open.sort_by(|a, b| a.uai.cmp(&b.uai));
    let mut found = Vec::new();
    for message in open {
        let letters: Vec<usize> =
            message.letters.iter().filter_map(|(name, ..)| places.get(name).copied()).collect();
        let whole = letters.len() == message.letters.len() && !letters.is_empty();
        let wanted = chosen.as_ref().is_none_or(|only| letters.iter().any(|at| only.contains(at)));
        if !whole || !wanted {
            continue;
        }
        let school = desired.letters[letters[0]].establishment;
        let uais = letters.iter().map(|at| &desired.letters[*at].establishment.uai.value);
        let uai = uais.min().unwrap_or(&school.uai.value);
        let address = school.email.as_ref().map(|email| &email.value);
        found.push((message, Mailing { uai, address, letters }));
    }
    found
}

/// The PDFs of a message's letters, as they are issued.
fn letters(
    ledger: &Ledger,
    past: &CampaignHistory,
    message: &MessagePast,
) -> Result<Vec<Vec<u8>>, Failed> {
    let one = |(reference, row, _): &(String, i64, bool)| {
        let hash = past.issued(reference, *row).ok_or_else(|| {
            Failed::Problem(Box::new(Problem::error("E-LEDGER", "une révision manque au journal")))
        })?;
        ledger.store.get(hash).map_err(Failed::Disk)
    };
    message.letters.iter().map(one).collect()
}

/// Freezes a message and puts its bytes in the store.
pub fn seal(
    resolved: &ResolvedCampaign<'_>,
    ledger: &Ledger,
    past: &CampaignHistory,
    message: &MessagePast,
    mailing: &Mailing<'_>,
    way: Way,
) -> Sealed {
    let frozen = freeze(resolved, ledger, past, message, mailing, way)?;
    let name = ledger.store.put(&frozen.bytes).map_err(Failed::Disk)?;
    Ok((frozen, name))
}

/// Freezes a message.
pub fn freeze(
    resolved: &ResolvedCampaign<'_>,
    ledger: &Ledger,
    past: &CampaignHistory,
    message: &MessagePast,
    mailing: &Mailing<'_>,
    way: Way,
) -> Result<FrozenMessage, Failed> {
    let object = |hash: &str| ledger.store.get(hash).map_err(Failed::Disk);
    let letters = letters(ledger, past, message)?;
    let cover_html = String::from_utf8(object(&message.cover_html)?)
        .map_err(|_| Failed::Disk(io::Error::other("courrier illisible")))?;
    // What follows a letter that left says which message brought it.
    let mut references: Vec<String> = Vec::new();
    for (reference, ..) in &message.letters {
        let former = past.last_sent(reference).and_then(|sent| sent.message_id.clone());
        references.extend(former.filter(|id| !references.contains(id)));
    }
    let contents = Contents {
        number: message.number,
        way,
        references: &references,
        letters: &letters,
        cover_pdf: &object(&message.cover_pdf)?,
        cover_html: &cover_html,
        subject: &message.subject,
    };
    render_documents::message(resolved, mailing, &contents)
        .map_err(|problem| Failed::Problem(Box::new(problem)))
}
