//! A mail: its attachments, each with the mail that brought it; the mail itself when it has none
//! that a person could want.

use super::mime::{self, Leaf, Refusal};
use super::thread::MailOf;
use super::{Intake, Place, picture};
use crate::archive::kind::Kind;
use std::ops::ControlFlow;
use std::sync::Arc;

/// Below so many octets a picture of the text is a logo.
const LOGO: usize = 20_000;
/// Below so many pixels on one side too.
const LOGO_SIDE: u32 = 300;
/// Parts that are about a mail and not of it: signatures and reports.
const ABOUT: [&str; 8] = [
    "application/pkcs7-signature",
    "application/x-pkcs7-signature",
    "application/pgp-signature",
    "application/pgp-encrypted",
    "message/delivery-status",
    "message/disposition-notification",
    "message/global-delivery-status",
    "text/rfc822-headers",
];

/// An attachment.
struct Attachment {
    name: String,
    bytes: Vec<u8>,
    picture: bool,
    mail: bool,
}

impl Attachment {
    /// Whether a picture of the text is too small to be a page, by octets or by pixels.
    fn is_logo(&self) -> bool {
        self.picture && (self.bytes.len() < LOGO || self.is_tiny())
    }

    fn is_tiny(&self) -> bool {
        picture::size(&self.bytes).is_none_or(|(width, height)| width.min(height) < LOGO_SIDE)
    }
}

impl Intake<'_> {
    /// Takes the attachments of a mail; one without any is given on itself, for a person.
    pub(super) fn mail(&mut self, place: Place, bytes: Vec<u8>) -> ControlFlow<()> {
        if place.mails >= self.limits.mails {
            self.lost(
                &place.label,
                "trop de messages les uns dans les autres : à ouvrir à la main",
            );
            return ControlFlow::Continue(());
        }
        let outermost = place.mails == 0 && place.mail.is_none();
        let about = match &place.mail {
            Some(outer) => outer.joined(&MailOf::new(&mime::headers(&bytes), &[])),
            None => MailOf::new(&mime::headers(&bytes), &bytes),
        };
        let mut place = Place { mail: Some(Arc::new(about)), ..place };
        let before = self.given;
        match mime::parts(&bytes, self.limits.parts) {
            Ok(found) if found.report => {
                self.note(&place.label, "avis de remise ou de non-remise d'un autre message");
            }
            Ok(found) => {
                let attachments = self.attachments(&place, &found.leaves);
                drop(found);
                place.mails += 1;
                let all = attachments.len();
                for (at, own) in attachments.into_iter().enumerate() {
                    if self.source.is_over() {
                        self.source.leave(all - at);
                        break;
                    }
                    self.source.unpacked(own.bytes.len() as u64);
                    let within = place.within(&own.name);
                    match own.mail {
                        true => self.mail(within, own.bytes)?,
                        false => self.bytes(within, own.bytes)?,
                    }
                }
                place.mails -= 1;
            }
            Err(refusal) => self.lost(&place.label, refused(refusal)),
        }
        // A mail within a mail is told of by the outermost.
        match outermost && self.given == before && !self.source.is_over() {
            true => self.give(place, bytes, Kind::Mail),
            false => ControlFlow::Continue(()),
        }
    }

    /// What is attached, without the logos of signatures where there is something else.
    fn attachments(&mut self, place: &Place, leaves: &[Leaf<'_>]) -> Vec<Attachment> {
        let mut found: Vec<Attachment> = Vec::new();
        for leaf in leaves {
            if leaf.cut {
                self.lost(&place.label, "message coupé : sa fin manque");
            }
            let text = leaf.kind.starts_with("text/") && leaf.name.is_none() && !leaf.attached;
            if text || ABOUT.contains(&leaf.kind.as_str()) {
                continue;
            }
            let number = found.len() + 1;
            let own = self.attachment(place, leaf, number);
            found.extend(own);
        }
        let all = found.len();
        match found.iter().any(|own| !own.is_logo()) {
            true => found.retain(|own| !own.is_logo()),
            false => found.retain(|own| !own.is_tiny()),
        }
        match all - found.len() {
            0 => {}
            1 => self.note(&place.label, "1 petite image du texte (logo) laissée de côté"),
            n => self.note(
                &place.label,
                format!("{n} petites images du texte (logos) laissées de côté"),
            ),
        }
        found
    }

    fn attachment(&mut self, place: &Place, leaf: &Leaf<'_>, number: usize) -> Option<Attachment> {
        let mail = leaf.kind == "message/rfc822" || leaf.kind == "message/global";
        let unnamed = || if mail { "message joint".to_owned() } else { format!("pièce {number}") };
        let name = leaf.name.clone().unwrap_or_else(unnamed);
        let label = place.within(&name).label;
        if let Some(why) = closed(leaf, &name) {
            self.lost(&label, why);
            return None;
        }
        let Some((bytes, amiss)) = leaf.decoded() else {
            self.lost(&label, "pièce jointe dans un codage inconnu : à enregistrer à la main");
            return None;
        };
        if amiss {
            self.lost(&label, "pièce jointe abîmée : prise telle qu'elle a pu être décodée");
        }
        let picture = leaf.shown && leaf.kind.starts_with("image/");
        Some(Attachment { name, bytes, picture, mail })
    }
}

/// Why a part cannot be opened here.
fn closed(leaf: &Leaf<'_>, name: &str) -> Option<&'static str> {
    let is_tnef = ["application/ms-tnef", "application/vnd.ms-tnef"].contains(&leaf.kind.as_str())
        || name.eq_ignore_ascii_case("winmail.dat");
    match leaf.kind.as_str() {
        _ if is_tnef => Some(
            "pièces jointes au format d'Outlook (winmail.dat), que missive ne lit pas : \
             les enregistrer depuis Outlook, ou demander un nouvel envoi",
        ),
        "application/pkcs7-mime" | "application/x-pkcs7-mime" => Some(
            "contenu chiffré ou scellé (S/MIME), que missive ne lit pas : \
             l'enregistrer depuis la messagerie",
        ),
        "message/external-body" | "message/partial" => {
            Some("pièce jointe qui n'est pas dans ce message : à demander à l'expéditeur")
        }
        _ => None,
    }
}

fn refused(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::Header => "en-tête de message illisible : à ouvrir à la main",
        Refusal::Deep => "message fait de parties imbriquées sans fin : à ouvrir à la main",
        Refusal::Many => "message fait de trop de parties : à ouvrir à la main",
    }
}
