//! Filing what was examined: into the archive first, then into the manifest, then into the ledger.

use crate::app::returns::context::{TakeInContext, TakeInError};
use crate::app::returns::examine_file::FileExamination;
use crate::app::returns::findings::ReturnFindings;
use crate::app::returns::returned_file::ReturnedFile;
use crate::archive::check::Check;
use crate::archive::file_kind::FileKind;
use crate::archive::intake::item::Item;
use crate::archive::intake::mail_thread::CarrierMail;
use crate::archive::store::ArchivedFile;
use crate::archive::verdict::return_verdict::ReturnVerdict;
use crate::files;
use crate::ledger::read::returns::{Received, Returned};
use serde_json::json;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// The verdict of a mail that brought files, which is not a return itself.
pub const CARRIER: &str = "carrier";

/// A file on its way to be filed.
pub(super) struct ExaminedFile {
    /// The file.
    pub item: Item,
    /// What came out; none where the budget of its source was used up.
    pub result: Option<FileExamination>,
}

/// A certificate that was seen for the first time at a school.
struct NewPin {
    uai: String,
    fingerprint: String,
    signer: String,
    object: String,
}

/// Files of one run on their way into the ledger.
pub(super) struct ReturnFiler<'a> {
    context: &'a TakeInContext<'a>,
    /// Labels of the files of this run by SHA-256, to find duplicates.
    filed: HashMap<String, String>,
    /// Certificates seen at each school: signer by fingerprint.
    pins: BTreeMap<String, BTreeMap<String, String>>,
    batch: Vec<ReturnedFile>,
    stored: Vec<ArchivedFile>,
    received: Vec<Received>,
    returned: Vec<Returned>,
    new_pins: Vec<NewPin>,
}

impl<'a> ReturnFiler<'a> {
    /// An empty batch.
    pub fn new(context: &'a TakeInContext<'a>) -> Result<Self, TakeInError> {
        Ok(Self {
            context,
            filed: HashMap::new(),
            pins: context.ledger.pins().map_err(TakeInError::Ledger)?,
            batch: Vec::new(),
            stored: Vec::new(),
            received: Vec::new(),
            returned: Vec::new(),
            new_pins: Vec::new(),
        })
    }

    /// Number of files in the batch.
    pub fn len(&self) -> usize {
        self.batch.len()
    }

    /// Archives a file and adds it to the batch. A file that was not examined is not kept: taken in
    /// again, it would pass for one that was.
    pub fn take(&mut self, examined: ExaminedFile) -> Result<(), TakeInError> {
        let ExaminedFile { item, result } = examined;
        let Some(FileExamination { object, mut file }) = result else { return Ok(()) };
        // What was judged by a ledger that has changed meanwhile does not count.
        self.context.ledger.ensure_sound().map_err(TakeInError::Ledger)?;
        if let Some(first) = self.filed.get(&object) {
            let why = format!("les mêmes octets que {first}");
            file = ReturnedFile::duplicate(&item, &object, &why);
        }
        if file.verdict == ReturnVerdict::Duplicate {
            self.take_duplicate(&item, &object, file)?;
            return Ok(());
        }
        self.check_pins(&object, &mut file);
        let mail = match &item.mail {
            // A mail without attachments is a file itself.
            Some(mail) if item.kind != FileKind::Mail => Some(self.take_carrier(mail)?),
            _ => None,
        };
        let stored = self.put(&item.bytes, item.kind)?;
        file.stored = Some(stored.path.clone());
        self.returned.extend(letters(&object, &file));
        self.received.push(Received {
            object: object.clone(),
            sha512: stored.sha512.clone(),
            size: item.bytes.len() as u64,
            kind: item.kind.as_str().to_owned(),
            label: item.label.clone(),
            mail,
            verdict: file.verdict.as_str().to_owned(),
            method: file.method.map(|method| method.as_str().to_owned()),
            findings: json!(ReturnFindings::of(&file)),
            day: String::new(),
        });
        self.stored.push(stored);
        self.filed.insert(object, item.label);
        self.batch.push(file);
        Ok(())
    }

    fn put(&self, bytes: &[u8], kind: FileKind) -> Result<ArchivedFile, TakeInError> {
        self.context.archive.put(bytes, kind).map_err(TakeInError::Archive)
    }

    /// A file that is in the archive already: its copy there is put back if it is missing or damaged.
    fn take_duplicate(
        &mut self,
        item: &Item,
        object: &str,
        mut file: ReturnedFile,
    ) -> Result<(), TakeInError> {
        let archive = self.context.archive;
        let is_of_this_run = self.filed.contains_key(object);
        let is_repaired = !is_of_this_run
            && archive.repair(&item.bytes, item.kind).map_err(TakeInError::Archive)?;
        if is_repaired {
            let detail = "sa copie archivée manquait ou était abîmée : elle est remise";
            file.checks.push(Check::new("repaired", true, detail));
        }
        self.batch.push(file);
        Ok(())
    }

    /// Archives the mail that brought a file, once; gives its SHA-256.
    fn take_carrier(&mut self, mail: &Arc<CarrierMail>) -> Result<String, TakeInError> {
        let object = files::sha256(&mail.raw);
        let known = self.context.ledger.received_as(&object).map_err(TakeInError::Ledger)?;
        if known.is_some() || self.filed.contains_key(&object) {
            return Ok(object);
        }
        let stored = self.put(&mail.raw, FileKind::Mail)?;
        let label = format!("message de {} du {} : {}", mail.from, mail.date, mail.subject);
        self.received.push(Received {
            object: object.clone(),
            sha512: stored.sha512.clone(),
            size: mail.raw.len() as u64,
            kind: FileKind::Mail.as_str().to_owned(),
            label: label.clone(),
            mail: None,
            verdict: CARRIER.to_owned(),
            method: None,
            findings: json!({
                "from": mail.from, "date": mail.date, "subject": mail.subject,
                "message_id": mail.message_id, "in_reply_to": mail.in_reply_to,
            }),
            day: String::new(),
        });
        self.stored.push(stored);
        self.filed.insert(object.clone(), label);
        Ok(object)
    }

    /// Compares the certificates with those seen at the school before.
    fn check_pins(&mut self, object: &str, file: &mut ReturnedFile) {
        let Some(uai) = file.letters.first().map(|letter| letter.revision.uai.clone()) else {
            return;
        };
        let seen = self.pins.entry(uai.clone()).or_default();
        for signature in &file.signatures {
            if signature.fingerprint.is_empty() {
                continue;
            }
            let name = &signature.signer;
            let (ok, detail) = match seen.get(&signature.fingerprint) {
                Some(_) => (true, format!("{name} : certificat déjà vu dans cet établissement")),
                None if seen.values().any(|other| other == name) => (
                    false,
                    format!(
                        "{name} : un autre certificat que celui vu jusqu'ici sous ce nom dans cet établissement"
                    ),
                ),
                None => (
                    true,
                    format!("{name} : premier certificat vu sous ce nom dans cet établissement"),
                ),
            };
            file.checks.push(Check::new("pin", ok, detail));
            let fingerprint = signature.fingerprint.clone();
            if seen.insert(fingerprint.clone(), name.clone()).is_none() {
                self.new_pins.push(NewPin {
                    uai: uai.clone(),
                    fingerprint,
                    signer: name.clone(),
                    object: object.to_owned(),
                });
            }
        }
    }

    /// Writes the batch to the manifest and the ledger, and reports each file of it.
    pub fn write(&mut self, report: &mut impl FnMut(ReturnedFile)) -> Result<(), TakeInError> {
        let stored = std::mem::take(&mut self.stored);
        self.context.archive.note(&stored).map_err(TakeInError::Archive)?;
        let received = std::mem::take(&mut self.received);
        let returned = std::mem::take(&mut self.returned);
        let new_pins = std::mem::take(&mut self.new_pins);
        if !received.is_empty() {
            let written = self.context.ledger.write(|change| {
                received.iter().try_for_each(|file| change.received(file))?;
                for letter in &returned {
                    change.returned(letter)?;
                }
                new_pins.iter().try_for_each(|pin| {
                    change.pin(&pin.uai, &pin.fingerprint, &pin.signer, &pin.object)
                })
            });
            written.map_err(TakeInError::Ledger)?;
        }
        self.batch.drain(..).for_each(report);
        Ok(())
    }
}

/// The letters of a file as the ledger keeps them.
fn letters(object: &str, file: &ReturnedFile) -> impl Iterator<Item = Returned> {
    file.letters.iter().map(move |letter| Returned {
        id: 0,
        object: Some(object.to_owned()),
        reference: letter.revision.reference.clone(),
        revision: letter.revision.id,
        pages: letter.pages.clone(),
        verdict: letter.judged.verdict.as_str().to_owned(),
        hint: letter.judged.hint,
        day: String::new(),
        state: letter.judged.state,
        review: None,
    })
}
