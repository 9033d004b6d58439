//! The files that say everything about some letters: what was sent, what came back, what happened.
//!
//! A dossier and an archive's export hold the same files. Must not know where they are written.

use crate::app::exports::letter_history::{
    LetterHistory, ReturnHistory, RevisionHistory, SentMessage,
};
use crate::archive::file_kind::FileKind;
use crate::archive::store::Archive;
use crate::ledger::Ledger;
use crate::ledger::object_store::ObjectHash;
use crate::letter::content::attachment_name::ascii_name;
use crate::letter::french;
use crate::plan::history::MessageKind;
use std::collections::BTreeMap;
use std::io;

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DocumentKind {
    /// A letter as it was sent.
    Letter,
    /// The cover that went with it.
    Cover,
    /// A message as it was sent.
    Message,
    /// A copy that came back.
    Return,
    /// The mail that brought it.
    ReturnMail,
    /// Everything about a letter, as JSON.
    History,
    /// The page that a person opens.
    Page,
}

/// Where the bytes of a file are.
#[derive(Clone, Debug)]
pub enum DocumentSource {
    /// In the ledger's object store.
    Ledger(ObjectHash),
    /// In the archive, by SHA-256.
    Archive(String, FileKind),
    /// In memory.
    Bytes(Vec<u8>),
}

/// A file to write.
#[derive(Clone, Debug)]
pub struct ExportDocument {
    /// Path within the export, with forward slashes.
    pub path: String,
    /// Kind of document, which decides its place in the folder.
    pub kind: DocumentKind,
    /// The letter it belongs to; none where it concerns several.
    pub reference: Option<String>,
    /// Its title, in French.
    pub title: String,
    /// Where its bytes are.
    pub source: DocumentSource,
}

impl ExportDocument {
    /// The page that a person opens first.
    pub fn index_page(title: String, html: String) -> Self {
        Self {
            path: "index.html".to_owned(),
            kind: DocumentKind::Page,
            reference: None,
            title,
            source: DocumentSource::Bytes(html.into_bytes()),
        }
    }

    /// Reads its bytes. An error where they are missing, or changed since they were stored.
    pub fn read(&self, ledger: &Ledger, archive: &Archive) -> io::Result<Vec<u8>> {
        match &self.source {
            DocumentSource::Ledger(hash) => ledger.store.get(hash),
            DocumentSource::Archive(hash, kind) => archive.get(hash, *kind),
            DocumentSource::Bytes(bytes) => Ok(bytes.clone()),
        }
    }
}

/// Path of a message.
pub fn message_path(message: &SentMessage) -> String {
    let kind = match message.kind {
        MessageKind::Letters => "message",
        MessageKind::Reminder => "rappel",
        MessageKind::Designation => "demande",
        MessageKind::Referent => "referent",
    };
    format!("messages/{}-{}-{kind}-{}.eml", message.uai, message.left_on, message.id)
}

/// Path of a message's cover: a PDF with a letter, HTML with a reminder.
pub fn cover_path(message: &SentMessage) -> String {
    let extension = if message.kind == MessageKind::Letters { "pdf" } else { "html" };
    format!("courriers/{}-{}-{}.{extension}", message.uai, message.left_on, message.id)
}

/// Path of a letter's revision.
pub fn letter_path(letter: &LetterHistory, revision: u32) -> String {
    format!("lettres/{}.r{revision}.pdf", letter.reference)
}

/// Path of a letter's JSON.
pub fn history_path(letter: &LetterHistory) -> String {
    format!("historique/{}.json", letter.reference)
}

/// Path of a return: the name that its file came with, in ASCII, and the beginning of its hash.
pub fn return_path(copy: &ReturnHistory) -> Option<String> {
    let file = copy.file.as_ref()?;
    let name = file.label.rsplit(['/', '\\', '›']).next().unwrap_or_default().trim();
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let stem: String = ascii_name(stem).chars().take(60).collect();
    let extension = FileKind::from_word(&file.kind).extension();
    Some(format!("retours/{stem}-{}.{extension}", short(&file.object)))
}

/// Path of the mail that brought a return.
pub fn return_mail_path(copy: &ReturnHistory) -> Option<String> {
    let mail = copy.mail.as_ref()?;
    Some(format!("retours/message-{}.eml", short(&mail.object)))
}

fn short(hash: &str) -> &str {
    hash.get(..12).unwrap_or_default()
}

/// Every file about these letters, by path, without the index page.
pub fn documents(letters: &[LetterHistory]) -> Vec<ExportDocument> {
    let mut documents = Documents::default();
    for letter in letters {
        for revision in &letter.revisions {
            documents.add_revision(letter, revision);
        }
        for copy in &letter.returns {
            documents.add_return(letter, copy);
        }
        let json = serde_json::to_vec_pretty(&letter.to_json()).unwrap_or_default();
        documents.add(ExportDocument {
            path: history_path(letter),
            kind: DocumentKind::History,
            reference: Some(letter.reference.clone()),
            title: format!("Historique de la lettre, {}", letter.who()),
            source: DocumentSource::Bytes(json),
        });
    }
    documents.by_path.into_values().collect()
}

/// The files of messages that carry no letter, by path.
pub fn documents_of_requests(requests: &[SentMessage]) -> Vec<ExportDocument> {
    let mut documents = Documents::default();
    requests.iter().for_each(|request| documents.add_message(request));
    documents.by_path.into_values().collect()
}

/// Files by path. Messages, covers and returns of several letters are met once for each letter.
#[derive(Default)]
struct Documents {
    by_path: BTreeMap<String, ExportDocument>,
}

impl Documents {
    fn add(&mut self, document: ExportDocument) {
        self.by_path.entry(document.path.clone()).or_insert(document);
    }

    fn add_revision(&mut self, letter: &LetterHistory, revision: &RevisionHistory) {
        self.add(ExportDocument {
            path: letter_path(letter, revision.number),
            kind: DocumentKind::Letter,
            reference: Some(letter.reference.clone()),
            title: format!("Lettre, révision {}, {}", revision.number, letter.who()),
            source: DocumentSource::Ledger(revision.issued.clone()),
        });
        for message in &revision.messages {
            self.add_message(message);
        }
    }

    fn add_message(&mut self, message: &SentMessage) {
        let about = format!("du {} à {}", french::date_of(&message.left_on), message.address);
        self.add(ExportDocument {
            path: cover_path(message),
            kind: DocumentKind::Cover,
            reference: None,
            title: format!("Courrier {about}"),
            source: DocumentSource::Ledger(message.cover.clone()),
        });
        if let Some(bytes) = &message.bytes {
            self.add(ExportDocument {
                path: message_path(message),
                kind: DocumentKind::Message,
                reference: None,
                title: format!("Message {about}"),
                source: DocumentSource::Ledger(bytes.clone()),
            });
        }
    }

    fn add_return(&mut self, letter: &LetterHistory, copy: &ReturnHistory) {
        if let (Some(path), Some(file)) = (return_path(copy), &copy.file) {
            let kind = FileKind::from_word(&file.kind);
            self.add(ExportDocument {
                path,
                kind: DocumentKind::Return,
                reference: Some(letter.reference.clone()),
                title: format!("Retour : {}", copy.sentence()),
                source: DocumentSource::Archive(file.object.clone(), kind),
            });
        }
        if let (Some(path), Some(mail)) = (return_mail_path(copy), &copy.mail) {
            self.add(ExportDocument {
                path,
                kind: DocumentKind::ReturnMail,
                reference: None,
                title: mail.label.clone(),
                source: DocumentSource::Archive(mail.object.clone(), FileKind::Mail),
            });
        }
    }
}
