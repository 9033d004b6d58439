//! Reads a message that missive made, as another program would: to whom it goes, under which name, with
//! which PDFs, and which letter each of those says it is.

use mailparse::{DispositionType, MailHeaderMap as _, MailParseError, ParsedMail};

/// What a message holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inspected {
    /// Its Message-ID, angle brackets included.
    pub message_id: String,
    /// Addresses of To and Cc, in lower case.
    pub to: Vec<String>,
    /// Subject of the message.
    pub subject: String,
    /// Who it is from, as the header says.
    pub from: String,
    /// The text body.
    pub text: String,
    /// The HTML body.
    pub html: String,
    /// The attached PDFs, in order.
    pub attached: Vec<Attached>,
}

/// A PDF in a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attached {
    /// Name of the attached file.
    pub name: String,
    /// Content of the file.
    pub bytes: Vec<u8>,
}

impl Attached {
    /// The keywords that the PDF carries: the references of what it is.
    pub fn keywords(&self) -> Vec<String> {
        let Ok(document) = lopdf::Document::load_mem(&self.bytes) else { return Vec::new() };
        let info = document.trailer.get(b"Info").and_then(|info| match info.as_reference() {
            Ok(id) => document.get_dictionary(id),
            Err(_) => info.as_dict(),
        });
        let words = info.and_then(|info| info.get(b"Keywords")).and_then(lopdf::decode_text_string);
        let words = words.unwrap_or_default();
        words.split([',', ' ']).filter(|word| !word.is_empty()).map(str::to_owned).collect()
    }
}

/// A message cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("message illisible ({0})")]
pub struct UnreadableMessage(#[from] MailParseError);

/// Reads a message.
pub fn inspect(message: &[u8]) -> Result<Inspected, UnreadableMessage> {
    let mail = mailparse::parse_mail(message)?;
    let mut found = Inspected {
        message_id: mail.headers.get_first_value("Message-ID").unwrap_or_default(),
        subject: mail.headers.get_first_value("Subject").unwrap_or_default(),
        from: mail.headers.get_first_value("From").unwrap_or_default(),
        ..Inspected::default()
    };
    for name in ["To", "Cc"] {
        if let Some(header) = mail.headers.get_first_header(name) {
            let list = mailparse::addrparse_header(header)?;
            for single in list.iter() {
                match single {
                    mailparse::MailAddr::Single(one) => found.to.push(one.addr.to_lowercase()),
                    mailparse::MailAddr::Group(group) => {
                        found.to.extend(group.addrs.iter().map(|one| one.addr.to_lowercase()));
                    }
                }
            }
        }
    }
    attached(&mail, &mut found.attached)?;
    found.text = body(&mail, "text/plain")?.unwrap_or_default();
    found.html = body(&mail, "text/html")?.unwrap_or_default();
    Ok(found)
}

/// The first part of a type that is not attached.
fn body(mail: &ParsedMail<'_>, mimetype: &str) -> Result<Option<String>, MailParseError> {
    let is_attached = mail.get_content_disposition().disposition == DispositionType::Attachment;
    if mail.ctype.mimetype == mimetype && !is_attached {
        return Ok(Some(mail.get_body()?.replace("\r\n", "\n")));
    }
    for part in &mail.subparts {
        if let Some(found) = body(part, mimetype)? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

fn attached(mail: &ParsedMail<'_>, list: &mut Vec<Attached>) -> Result<(), MailParseError> {
    let disposition = mail.get_content_disposition();
    if disposition.disposition == DispositionType::Attachment {
        let name = disposition.params.get("filename").cloned().unwrap_or_default();
        list.push(Attached { name, bytes: mail.get_body_raw()? });
    }
    mail.subparts.iter().try_for_each(|part| attached(part, list))
}
