//! What a message is made of, as one fingerprint: an approval holds as long as it is the same.
//!
//! The number of the message and the authority's signature are no part of it: neither changes what was read.

use crate::app::letters::plan_message::PlannedMessage;
use crate::app::resolved_campaign::ResolvedCampaign;
use crate::app::sending::queue::open_messages::OutgoingMessage;
use crate::files::sha256;
use crate::letter::mailing::Mailing;
use crate::plan::decision::letter_decision::{CurrentRevision, LetterDecision};
use crate::plan::decision::port::RenderedHashes;
use crate::plan::history::{CampaignHistory, ObjectHash, ProofreadMessage};
use crate::render::template_names::REFERENT;
use std::collections::BTreeMap;

/// A cover, as it is kept.
struct CoverParts<'a> {
    subject: &'a str,
    html: &'a ObjectHash,
    pdf: &'a ObjectHash,
}

/// What a message of the ledger is made of.
pub fn of_message(
    resolved: &ResolvedCampaign<'_>,
    history: &CampaignHistory,
    outgoing: &OutgoingMessage<'_, '_>,
) -> ProofreadMessage {
    let message = outgoing.message;
    let cover = CoverParts {
        subject: &message.subject,
        html: &message.cover_html,
        pdf: &message.cover_pdf,
    };
    let rendered = |reference: &str, revision| {
        let entry = history.revision(reference, revision);
        entry.map_or(String::new(), |entry| entry.rendered.as_str().to_owned())
    };
    let letters = message.letters.iter();
    let letters = letters
        .map(|letter| (letter.reference.clone(), rendered(&letter.reference, letter.revision)));
    let letters = by_reference(letters);
    fingerprinted(resolved, &outgoing.mailing, message.address.as_deref(), cover, letters)
}

/// What a message is made of that would be made, or stays as it is.
pub fn of_plan<R: AsRef<RenderedHashes>>(
    resolved: &ResolvedCampaign<'_>,
    message: &PlannedMessage<'_>,
    letters: &[&LetterDecision<R>],
) -> ProofreadMessage {
    let hashes = message.decision.cover.hashes();
    let cover = CoverParts { subject: &hashes.subject, html: &hashes.html, pdf: &hashes.pdf };
    let rendered = |letter: &LetterDecision<R>| match &letter.current {
        CurrentRevision::Kept(revision) => revision.rendered.as_str().to_owned(),
        CurrentRevision::Made(made) => (**made).as_ref().pdf.as_str().to_owned(),
        CurrentRevision::Undecided => String::new(),
    };
    let letters = letters.iter().flat_map(|one| {
        let along = one.along.iter().map(|document| document.rendered.as_str().to_owned());
        let documents = along.chain([rendered(one)]);
        documents.map(|hash| (one.planned.reference.clone(), hash))
    });
    let address = message.mailing.address.map(|to| to.as_str());
    fingerprinted(resolved, &message.mailing, address, cover, by_reference(letters))
}

/// The hashes of the documents of each letter, in their order, as one text.
fn by_reference(documents: impl Iterator<Item = (String, String)>) -> BTreeMap<String, String> {
    let mut letters: BTreeMap<String, String> = BTreeMap::new();
    for (reference, hash) in documents {
        let said = letters.entry(reference).or_default();
        if !said.is_empty() {
            said.push(' ');
        }
        said.push_str(&hash);
    }
    letters
}

fn fingerprinted(
    resolved: &ResolvedCampaign<'_>,
    mailing: &Mailing<'_>,
    address: Option<&str>,
    cover: CoverParts<'_>,
    letters: BTreeMap<String, String>,
) -> ProofreadMessage {
    let mail = &resolved.settings.mail;
    let copies = resolved.desired.copies(mailing);
    let mut sender =
        vec![mail.from.name.as_deref().unwrap_or_default(), mail.from.address.as_str()];
    sender.push(mail.reply_to.as_str());
    sender.extend(copies.iter().map(|copy| copy.as_str()));
    // Whoever gets a copy gets the letters.
    sender.extend(mail.control_copy.iter().map(|copy| copy.as_str()));
    // What goes to referents, once this message has left.
    let mut words_to_referents = None;
    if resolved.settings.letters.referent_message {
        let letters = mailing.letters.iter().map(|at| &resolved.desired.letters[*at]);
        let addresses = letters.filter_map(|letter| resolved.desired.referent_address(letter));
        sender.extend(addresses.map(|address| address.as_str()));
        let template = resolved.templates.iter().find(|file| file.path == REFERENT);
        words_to_referents = template.map(|file| sha256(&file.bytes));
    }
    let mut said = vec![cover.subject, cover.html.as_str()];
    said.extend(words_to_referents.as_deref());
    if mail.attach_cover {
        said.push(cover.pdf.as_str());
    }
    let files = resolved.enclosures.iter().flat_map(|file| [file.name.as_str(), &file.hash]);
    let (sender, cover, enclosures) =
        (hash(sender.into_iter()), hash(said.into_iter()), hash(files));
    let uai = mailing.uai.to_string();
    let whole = [uai.as_str(), address.unwrap_or_default(), &sender, &cover, &enclosures];
    let of_letters = letters.iter().flat_map(|(reference, hash)| [reference.as_str(), hash]);
    let fingerprint = hash(whole.into_iter().chain(of_letters));
    ProofreadMessage {
        uai,
        fingerprint,
        address: address.map(str::to_owned),
        sender,
        cover,
        letters,
        enclosures,
    }
}

/// SHA-256 over parts, each with its length, so that no two lists share one.
fn hash<'a>(parts: impl Iterator<Item = &'a str>) -> String {
    let mut whole = String::from("missive approval 1\n");
    parts.for_each(|part| whole.push_str(&format!("{} {part}\n", part.len())));
    sha256(whole.as_bytes())
}
