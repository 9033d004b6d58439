//! The attachments of a mail, each with the mail that brought it; the mail itself if it has no
//! attachment that a person could want.

use super::image_size;
use super::mail_thread::CarrierMail;
use super::mime::{self, MimeError, MimeLeaf};
use super::walk::{Intake, ItemLocation};
use crate::archive::file_kind::FileKind;
use crate::letter::french::count;
use std::ops::ControlFlow;
use std::sync::Arc;

/// An image in the text with fewer octets is a logo.
const MIN_IMAGE_BYTES: usize = 20_000;
/// An image in the text with a side of fewer pixels is a logo.
const MIN_IMAGE_SIDE: u32 = 300;
/// Parts that no person attached: signatures and delivery reports.
const TECHNICAL_PARTS: [&str; 8] = [
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
    /// Whether it is an image shown in the text.
    is_inline_image: bool,
    is_mail: bool,
}

impl Attachment {
    /// Whether it is an image of the text, too small to be a page.
    fn is_logo(&self) -> bool {
        self.is_inline_image && (self.bytes.len() < MIN_IMAGE_BYTES || self.is_tiny())
    }

    fn is_tiny(&self) -> bool {
        image_size::read(&self.bytes)
            .is_none_or(|(width, height)| width.min(height) < MIN_IMAGE_SIDE)
    }
}

impl Intake<'_> {
    /// Takes the attachments of a mail. A mail without any is handed over itself, for a person.
    pub(super) fn mail(&mut self, location: ItemLocation, bytes: Vec<u8>) -> ControlFlow<()> {
        if location.mails >= self.limits.mails {
            self.lost(
                &location.label,
                "trop de messages les uns dans les autres : à ouvrir à la main",
            );
            return ControlFlow::Continue(());
        }
        let is_outermost = location.mails == 0 && location.mail.is_none();
        let carrier = match &location.mail {
            Some(outer) => outer.joined(&CarrierMail::new(&mime::headers(&bytes), &[])),
            None => CarrierMail::new(&mime::headers(&bytes), &bytes),
        };
        let mut location = ItemLocation { mail: Some(Arc::new(carrier)), ..location };
        let before = self.given;
        match mime::parts(&bytes, self.limits.parts) {
            Ok(parts) if parts.is_delivery_report => {
                self.note(&location.label, "avis de remise ou de non-remise d'un autre message");
            }
            Ok(parts) => {
                let attachments = self.attachments(&location, &parts.leaves);
                drop(parts);
                location.mails += 1;
                let all = attachments.len();
                for (index, attachment) in attachments.into_iter().enumerate() {
                    if self.source.is_over() {
                        self.source.leave(all - index);
                        break;
                    }
                    self.source.unpacked(attachment.bytes.len() as u64);
                    let inner = location.within(&attachment.name);
                    match attachment.is_mail {
                        true => self.mail(inner, attachment.bytes)?,
                        false => self.bytes(inner, attachment.bytes)?,
                    }
                }
                location.mails -= 1;
            }
            Err(error) => self.lost(&location.label, why_unreadable(error)),
        }
        // The outermost mail is kept with all mails in it.
        match is_outermost && self.given == before && !self.source.is_over() {
            true => self.hand_over(location, bytes, FileKind::Mail),
            false => ControlFlow::Continue(()),
        }
    }

    /// The attachments, without the logos of signatures if there is anything else.
    fn attachments(&mut self, location: &ItemLocation, leaves: &[MimeLeaf<'_>]) -> Vec<Attachment> {
        let mut found: Vec<Attachment> = Vec::new();
        for leaf in leaves {
            if leaf.is_truncated {
                self.lost(&location.label, "message coupé : sa fin manque");
            }
            let is_text =
                leaf.mime_type.starts_with("text/") && leaf.name.is_none() && !leaf.is_attached;
            if is_text || TECHNICAL_PARTS.contains(&leaf.mime_type.as_str()) {
                continue;
            }
            let number = found.len() + 1;
            found.extend(self.attachment(location, leaf, number));
        }
        let all = found.len();
        match found.iter().any(|attachment| !attachment.is_logo()) {
            true => found.retain(|attachment| !attachment.is_logo()),
            false => found.retain(|attachment| !attachment.is_tiny()),
        }
        match all - found.len() {
            0 => {}
            n => self.note(
                &location.label,
                count(
                    n,
                    "petite image du texte (logo) laissée de côté",
                    "petites images du texte (logos) laissées de côté",
                ),
            ),
        }
        found
    }

    fn attachment(
        &mut self,
        location: &ItemLocation,
        leaf: &MimeLeaf<'_>,
        number: usize,
    ) -> Option<Attachment> {
        let is_mail = ["message/rfc822", "message/global"].contains(&leaf.mime_type.as_str());
        let unnamed =
            || if is_mail { "message joint".to_owned() } else { format!("pièce {number}") };
        let name = leaf.name.clone().unwrap_or_else(unnamed);
        let label = location.within(&name).label;
        if let Some(why) = why_closed(leaf, &name) {
            self.lost(&label, why);
            return None;
        }
        let Some((bytes, is_damaged)) = leaf.decoded() else {
            self.lost(&label, "pièce jointe dans un codage inconnu : à enregistrer à la main");
            return None;
        };
        if is_damaged {
            self.lost(&label, "pièce jointe abîmée : prise telle qu'elle a pu être décodée");
        }
        let is_inline_image = leaf.is_inline && leaf.mime_type.starts_with("image/");
        Some(Attachment { name, bytes, is_inline_image, is_mail })
    }
}

/// Why a part cannot be opened here; none if it can.
fn why_closed(leaf: &MimeLeaf<'_>, name: &str) -> Option<&'static str> {
    let is_tnef = ["application/ms-tnef", "application/vnd.ms-tnef"]
        .contains(&leaf.mime_type.as_str())
        || name.eq_ignore_ascii_case("winmail.dat");
    match leaf.mime_type.as_str() {
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

fn why_unreadable(error: MimeError) -> &'static str {
    match error {
        MimeError::Header => "en-tête de message illisible : à ouvrir à la main",
        MimeError::TooDeep => "message fait de parties imbriquées sans fin : à ouvrir à la main",
        MimeError::TooManyParts => "message fait de trop de parties : à ouvrir à la main",
    }
}
