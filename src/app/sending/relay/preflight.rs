//! The last look before a message goes: what is frozen is what the ledger says, for whom it says.

use crate::ledger::object_store::hash;
use crate::mail::inspect::{Attached, inspect};
use crate::plan::history::{CampaignHistory, FrozenEnvelope, MessageEntry};
use std::collections::BTreeSet;

/// Looks at frozen bytes once more; the error is a sentence that ends the sending of this message.
pub fn look(
    bytes: &[u8],
    message: &MessageEntry,
    route: &FrozenEnvelope,
    address: Option<&str>,
    past: &CampaignHistory,
    enclosures: &BTreeSet<String>,
) -> Result<(), String> {
    let found = inspect(bytes)?;
    if Some(found.message_id.as_str()) != message.message_id.as_deref() {
        return Err("le message ne porte pas le bon Message-ID".to_owned());
    }
    let same = |one: &str, other: &str| one.eq_ignore_ascii_case(other);
    let written = message.address.as_deref().unwrap_or_default();
    if !same(&route.to, written) || !address.is_some_and(|own| same(own, written)) {
        return Err(format!("l'adresse « {} » n'est plus celle de l'établissement", route.to));
    }
    let mut wanted: Vec<String> =
        std::iter::once(&route.to).chain(&route.copies).map(|own| own.to_lowercase()).collect();
    let mut there = found.to.clone();
    wanted.sort();
    there.sort();
    if wanted != there {
        return Err("le message n'est pas adressé à qui il devrait".to_owned());
    }
    let mut strange: Vec<(String, &Attached)> =
        found.attached.iter().map(|pdf| (hash(&pdf.bytes), pdf)).collect();
    for (reference, revision, _) in &message.letters {
        let issued = past.issued(reference, *revision);
        let Some(at) = strange.iter().position(|(own, _)| Some(own) == issued) else {
            return Err(format!(
                "la lettre {reference} n'est pas jointe telle qu'elle a été produite"
            ));
        };
        let (_, pdf) = strange.swap_remove(at);
        if !pdf.keywords().iter().any(|word| word == reference) {
            return Err(format!("le PDF joint ne porte pas la référence {reference}"));
        }
    }
    // Nothing else goes but the cover and the campaign's own documents.
    strange.retain(|(own, _)| *own != message.cover_pdf && !enclosures.contains(own));
    match strange.first() {
        Some((_, pdf)) => Err(format!("la pièce jointe {} n'est pas de ce message", pdf.name)),
        None => Ok(()),
    }
}
