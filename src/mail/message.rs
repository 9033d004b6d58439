//! A cover and its letters become one message: MIME bytes that will not change any more, with a
//! Message-ID.
//!
//! The same content always gives the same bytes; other content never gives the same Message-ID.
//! Must not know sockets.

use crate::diagnostic::Problem;
use crate::records::values::{EmailAddress, Mailbox};
use jiff::Timestamp;
use jiff::civil::Date;
use lettre::Message;
use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{MultiPart, SinglePart};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Longest line of a message in octets, without CR/LF (RFC 5322, 2.1.1).
const LONGEST_LINE: usize = 998;
/// Hour (UTC) written in the Date of a message of the outbox.
const HOUR: u64 = 8;

/// A document that goes with a message.
#[derive(Clone, Copy, Debug)]
pub struct Part<'a> {
    /// File name of the attachment, ASCII.
    pub name: &'a str,
    /// Content of the PDF.
    pub bytes: &'a [u8],
}

/// What a message is for: decides where its subject has the name, and the start of its Message-ID.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DraftKind {
    /// It brings letters.
    Letters,
    /// It reminds of letters sent before.
    Reminder,
    /// It asks for a referent.
    Designation,
    /// It brings a letter to the referent whom it names.
    Referent,
}

/// What a message is made of.
#[derive(Clone, Debug)]
pub struct Draft<'a> {
    /// Reference, or campaign and UAI: in brackets in the subject, and in the Message-ID.
    pub name: &'a str,
    /// Number of the revision, from 1.
    pub revision: u32,
    /// What it is for.
    pub kind: DraftKind,
    /// Sender, for the From header.
    pub from: &'a Mailbox,
    /// Address for the Reply-To header.
    pub reply_to: &'a EmailAddress,
    /// Address of the school, for the To header.
    pub to: &'a EmailAddress,
    /// Addresses for the Cc header.
    pub copies: &'a [&'a EmailAddress],
    /// Subject without the bracket.
    pub subject: &'a str,
    /// Plain-text body.
    pub text: &'a str,
    /// HTML body.
    pub html: &'a str,
    /// Attachments: letters, cover, enclosures.
    pub parts: &'a [Part<'a>],
    /// Message-IDs of the messages it follows.
    pub references: &'a [String],
    /// How the message is sent.
    pub method: SendMethod,
}

/// How a message is sent: decides its Date and one header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SendMethod {
    /// A file that a mail program opens as a draft to be sent; dated by what it prints.
    Outbox(Date),
    /// Over the relay; dated when it is frozen.
    Relay(Timestamp),
    /// A copy to oneself.
    Test(Timestamp),
}

impl SendMethod {
    fn moment(self) -> Option<SystemTime> {
        match self {
            Self::Outbox(date) => moment(date),
            Self::Relay(moment) | Self::Test(moment) => {
                let seconds = u64::try_from(moment.as_second()).ok()?;
                Some(UNIX_EPOCH + Duration::from_secs(seconds))
            }
        }
    }

    fn word(self) -> String {
        match self {
            Self::Outbox(date) => date.to_string(),
            Self::Relay(moment) => format!("relay {moment}"),
            Self::Test(moment) => format!("trial {moment}"),
        }
    }
}

impl Draft<'_> {
    /// The start of the Message-ID.
    fn prefix(&self) -> &'static str {
        match self.method {
            SendMethod::Test(_) => "missive-test",
            _ => match self.kind {
                DraftKind::Letters => "missive",
                DraftKind::Reminder => "missive-reminder",
                DraftKind::Designation => "missive-designation",
                DraftKind::Referent => "missive-referent",
            },
        }
    }
}

/// A message that will not change any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FrozenMessage {
    /// The bytes, CR/LF line ends.
    pub bytes: Vec<u8>,
    /// Its Message-ID, angle brackets included.
    pub message_id: String,
}

/// Builds the MIME bytes of a message and its Message-ID.
pub fn freeze(draft: &Draft<'_>) -> Result<FrozenMessage, Problem> {
    let failed = |what: &str| {
        Problem::error(
            "E-MESSAGE",
            format!("le message de {} ne peut pas être composé : {what}", draft.name),
        )
        .help("vérifier les adresses et l'objet ; si rien ne cloche, signaler le cas")
    };
    let digest = fingerprint(draft);
    let message_id = format!(
        "<{}.{}.r{}.{}@{}>",
        draft.prefix(),
        draft.name,
        draft.revision,
        &digest[..12],
        draft.from.address.domain()
    );
    let address = |email: &EmailAddress| {
        email.as_str().parse::<lettre::Address>().map_err(|_| failed("adresse refusée"))
    };
    let mailbox = |name: Option<&str>, email: &EmailAddress| {
        Ok(lettre::message::Mailbox::new(name.map(str::to_owned), address(email)?))
    };
    let mut builder = Message::builder()
        .message_id(Some(message_id.clone()))
        .date(draft.method.moment().ok_or_else(|| failed("date"))?)
        .from(mailbox(draft.from.name.as_deref(), &draft.from.address)?)
        .reply_to(mailbox(None, draft.reply_to)?)
        .to(mailbox(None, draft.to)?)
        .subject(subject_line(draft.subject, draft.name))
        .header(ContentLanguage);
    if matches!(draft.method, SendMethod::Outbox(_)) {
        builder = builder.header(Unsent);
    }
    if !draft.references.is_empty() {
        builder = builder.references(draft.references.join(" "));
    }
    for copy in draft.copies {
        builder = builder.cc(mailbox(None, copy)?);
    }
    let body = MultiPart::alternative()
        .boundary(format!("=_alternative_{}", &digest[..32]))
        .singlepart(SinglePart::plain(draft.text.to_owned()))
        .singlepart(SinglePart::html(draft.html.to_owned()));
    let mut mixed =
        MultiPart::mixed().boundary(format!("=_mixed_{}", &digest[..32])).multipart(body);
    for part in draft.parts {
        if !is_plain_name(part.name) {
            return Err(failed("un nom de pièce jointe a des signes inattendus"));
        }
        let headers = SinglePart::builder()
            .header(AttachedType(part.name.to_owned()))
            .header(AttachedAs(part.name.to_owned()));
        mixed = mixed.singlepart(headers.body(part.bytes.to_vec()));
    }
    let message = builder.multipart(mixed).map_err(|error| failed(&error.to_string()))?;
    let bytes = message.formatted();
    if !bytes.is_ascii() {
        return Err(failed("octets hors ASCII"));
    }
    if bytes.split(|byte| *byte == b'\n').any(|line| line.len() > LONGEST_LINE + 1) {
        return Err(failed("une ligne dépasse 998 octets"));
    }
    Ok(FrozenMessage { bytes, message_id })
}

/// The whole subject: what, who, when, then the reference in brackets, by which an answer is recognised.
pub fn subject_line(subject: &str, name: &str) -> String {
    format!("{subject} [{name}]")
}

/// A name that stands between quotes as it is (RFC 5322, 3.2.4).
fn is_plain_name(name: &str) -> bool {
    let sound = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    !name.is_empty() && name.chars().all(sound)
}

/// A hash over everything that makes the message, so that other content has another name.
fn fingerprint(draft: &Draft<'_>) -> String {
    let mut hash = Sha256::new();
    let mut add = |bytes: &[u8]| {
        hash.update((bytes.len() as u64).to_be_bytes());
        hash.update(bytes);
    };
    add(b"missive message 2");
    add(draft.name.as_bytes());
    add(&draft.revision.to_be_bytes());
    add(draft.from.name.as_deref().unwrap_or("").as_bytes());
    for email in [&draft.from.address, draft.reply_to, draft.to] {
        add(email.as_str().as_bytes());
    }
    for copy in draft.copies {
        add(copy.as_str().as_bytes());
    }
    for text in [draft.subject, draft.text, draft.html, &draft.method.word()] {
        add(text.as_bytes());
    }
    for part in draft.parts {
        add(part.name.as_bytes());
        add(part.bytes);
    }
    for reference in draft.references {
        add(reference.as_bytes());
    }
    hash.finalize().iter().fold(String::with_capacity(64), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn moment(date: Date) -> Option<SystemTime> {
    let midnight = jiff::tz::TimeZone::UTC.to_timestamp(date.at(0, 0, 0, 0)).ok()?.as_second();
    Some(UNIX_EPOCH + Duration::from_secs(u64::try_from(midnight).ok()? + HOUR * 3600))
}

/// The language of the message (RFC 3282).
#[derive(Clone)]
struct ContentLanguage;

impl Header for ContentLanguage {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Content-Language")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "fr".to_owned())
    }
}

/// The type of an attachment with its name. Written by hand: Outlook calls "untitled" what has its name in the
/// pieces of RFC 2231 alone, which the builder makes of every long one.
#[derive(Clone)]
struct AttachedType(String);

impl Header for AttachedType {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Content-Type")
    }

    fn parse(value: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self(value.to_owned()))
    }

    fn display(&self) -> HeaderValue {
        named(Self::name(), "application/pdf", "name", &self.0)
    }
}

/// That a part is an attachment, with the name of its file (RFC 2183).
#[derive(Clone)]
struct AttachedAs(String);

impl Header for AttachedAs {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Content-Disposition")
    }

    fn parse(value: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self(value.to_owned()))
    }

    fn display(&self) -> HeaderValue {
        named(Self::name(), "attachment", "filename", &self.0)
    }
}

/// A header with one quoted parameter on a line of its own.
fn named(header: HeaderName, value: &str, parameter: &str, file: &str) -> HeaderValue {
    let raw = format!("{value}; {parameter}=\"{file}\"");
    let encoded = format!("{value};\r\n {parameter}=\"{file}\"");
    HeaderValue::dangerous_new_pre_encoded(header, raw, encoded)
}

/// The mark by which Outlook opens an `.eml` file in a window that can send it (MS-OXCMAIL).
#[derive(Clone)]
struct Unsent;

impl Header for Unsent {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("X-Unsent")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "1".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::records::table_reader::FromToml;
    use proptest::prelude::*;
    use toml::de::DeValue;

    fn mailbox(text: &str) -> Mailbox {
        Mailbox::from_toml(&DeValue::String(text.into())).unwrap()
    }

    fn frozen(subject: &str, text: &str, pdf: &[u8]) -> Result<FrozenMessage, Problem> {
        let from = mailbox("DAN – Académie d'Exemple <dan@academie.example>");
        let to = "ce.0860001j@academie.example".parse().unwrap();
        freeze(&Draft {
            name: "2026-0790709S-FB3H",
            revision: 1,
            kind: DraftKind::Letters,
            from: &from,
            reply_to: &from.address,
            to: &to,
            copies: &[],
            subject,
            text,
            html: "<p>é</p>",
            parts: &[Part { name: "a.pdf", bytes: pdf }],
            references: &[],
            method: SendMethod::Outbox(jiff::civil::date(2026, 11, 16)),
        })
    }

    #[test]
    fn other_content_has_another_message_id() {
        let one = frozen("Objet", "corps", b"%PDF 1").unwrap();
        assert_eq!(one, frozen("Objet", "corps", b"%PDF 1").unwrap());
        assert_ne!(one.message_id, frozen("Objet", "corps", b"%PDF 2").unwrap().message_id);
        assert_ne!(one.message_id, frozen("Objets", "corps", b"%PDF 1").unwrap().message_id);
        assert!(one.message_id.starts_with("<missive.2026-0790709S-FB3H.r1."));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn a_message_can_always_be_read_back(subject in "[^\\p{C}]{1,120}", text in "\\PC{0,400}", pdf in prop::collection::vec(any::<u8>(), 0..2000)) {
            let message = frozen(&subject, &text, &pdf).unwrap();
            let mail = mailparse::parse_mail(&message.bytes).unwrap();
            prop_assert_eq!(mail.subparts.len(), 2);
            prop_assert_eq!(&mail.subparts[1].get_body_raw().unwrap(), &pdf);
            let body = mail.subparts[0].subparts[0].get_body().unwrap();
            prop_assert_eq!(body.trim_end(), text.trim_end());
        }
    }
}
