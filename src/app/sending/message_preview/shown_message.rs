//! One message as its reader will see it, read back from its bytes.

use crate::mail::inspect::{self, UnreadableMessage};
use crate::mail::mail_page;
use serde::Serialize;

/// What is shown of a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ShownMessage {
    /// Name of the message: a reference, or campaign and UAI.
    pub name: String,
    /// The school, as a person knows it.
    pub school: String,
    /// Which message it is.
    pub kind: ShownKind,
    /// Who it is from.
    pub from: String,
    /// To whom it goes, copies included.
    pub to: Vec<String>,
    /// The whole subject.
    pub subject: String,
    /// What a list of messages shows after the subject.
    pub preheader: Option<String>,
    /// The text body.
    pub text: String,
    /// The HTML body.
    pub html: String,
    /// Its attachments, in order.
    pub attachments: Vec<ShownAttachment>,
    /// Octets of the whole message.
    pub octets: usize,
}

/// Which message is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ShownKind {
    /// It has to go, as the records are now.
    ToSend,
    /// The last one that left: nothing has to go.
    Sent,
    /// A reminder that is due.
    Reminder,
    /// A message to a referent, as it goes once the letter was handed over, or as it left.
    Referent,
}

/// A document that a message brings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ShownAttachment {
    /// Name of the file.
    pub name: String,
    /// Its octets.
    pub octets: usize,
}

/// Whose message it is.
#[derive(Clone, Debug)]
pub(super) struct MessageLabel {
    pub(super) name: String,
    pub(super) school: String,
    pub(super) kind: ShownKind,
}

impl ShownMessage {
    /// Reads a message.
    pub(super) fn read(label: MessageLabel, bytes: &[u8]) -> Result<Self, UnreadableMessage> {
        let found = inspect::inspect(bytes)?;
        let attached = found.attached.into_iter();
        Ok(Self {
            name: label.name,
            school: label.school,
            kind: label.kind,
            from: found.from,
            to: found.to,
            subject: found.subject,
            preheader: mail_page::preheader_of(&found.html).map(unescaped),
            text: found.text,
            html: found.html,
            attachments: attached
                .map(|file| ShownAttachment { name: file.name, octets: file.bytes.len() })
                .collect(),
            octets: bytes.len(),
        })
    }
}

/// What [`escape`](crate::render::html_escape::escape) wrote, read back.
fn unescaped(text: &str) -> String {
    let signs = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")];
    signs.into_iter().fold(text.to_owned(), |text, (code, sign)| text.replace(code, sign))
}
