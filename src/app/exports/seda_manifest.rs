//! The archive of a campaign as a SEDA manifest describes it: campaign, school, letter, file.

use crate::app::exports::documents::{DocumentKind, ExportDocument};
use crate::app::exports::letter_history::LetterHistory;
use crate::archive::file_kind::FileKind;
use crate::archive::seda::{self, Object, SedaTransfer, Unit};
use crate::archive::store::sha512;
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::io;

/// A transfer to an archive service.
#[derive(Clone, Debug)]
pub struct TransferRequest<'a> {
    /// Identifier of the campaign.
    pub campaign: &'a str,
    /// The title, in French.
    pub title: &'a str,
    /// The organisation that hands it over.
    pub organisation: &'a str,
    /// The archive service, as it names itself.
    pub archival_agency: Option<&'a str>,
    /// The day of the transfer.
    pub day: Date,
    /// How many years it is kept.
    pub retention: Option<u32>,
}

/// A file that was written, with what the manifest says of it.
#[derive(Clone, Debug)]
pub struct WrittenFile {
    path: String,
    kind: DocumentKind,
    reference: Option<String>,
    title: String,
    sha512: String,
    size: u64,
    format: FileKind,
}

/// A file format by three names.
struct FormatNames {
    /// MIME type.
    mime: &'static str,
    /// Identifier in PRONOM, the register of formats of The National Archives.
    pronom: &'static str,
    /// Name for a person.
    name: &'static str,
}

impl WrittenFile {
    /// A file with its bytes.
    pub fn new(document: &ExportDocument, bytes: &[u8]) -> Self {
        Self {
            path: document.path.clone(),
            kind: document.kind,
            reference: document.reference.clone(),
            title: document.title.clone(),
            sha512: sha512(bytes),
            size: bytes.len() as u64,
            format: FileKind::of(bytes),
        }
    }

    fn format(&self) -> FormatNames {
        let names = |mime, pronom, name| FormatNames { mime, pronom, name };
        match (self.kind, self.format) {
            // Letters and covers are made as PDF/A-2a.
            (DocumentKind::Letter, _) | (DocumentKind::Cover, FileKind::Pdf) => {
                names("application/pdf", "fmt/476", "PDF/A-2a")
            }
            (DocumentKind::Cover | DocumentKind::Page, _) => {
                names("text/html", "fmt/471", "HTML 5")
            }
            (DocumentKind::History, _) => names("application/json", "fmt/817", "JSON"),
            (_, FileKind::Pdf) => names("application/pdf", "fmt/276", "PDF 1.7"),
            (_, FileKind::Jpeg) => names("image/jpeg", "fmt/43", "JPEG"),
            (_, FileKind::Png) => names("image/png", "fmt/11", "PNG"),
            (_, FileKind::Tiff) => names("image/tiff", "fmt/353", "TIFF"),
            (_, FileKind::Mail) => names("message/rfc822", "fmt/950", "MIME Email"),
            (_, FileKind::Zip) => names("application/zip", "x-fmt/263", "ZIP"),
            _ => names("application/octet-stream", "UNKNOWN", "inconnu"),
        }
    }

    fn object(&self) -> Object {
        let format = self.format();
        Object {
            uri: format!("data/{}", self.path),
            sha512: self.sha512.clone(),
            size: self.size,
            mime: format.mime,
            pronom: format.pronom,
            format: format.name,
        }
    }
}

/// The manifest of a transfer, as XML.
pub fn manifest(
    transfer: &TransferRequest<'_>,
    letters: &[LetterHistory],
    files: &[WrittenFile],
) -> io::Result<Vec<u8>> {
    let objects: Vec<Object> = files.iter().map(WrittenFile::object).collect();
    let last_day = letters.iter().filter_map(days).map(|(_, last)| last).max();
    let seda_transfer = SedaTransfer {
        comment: transfer.title.to_owned(),
        date: transfer.day,
        identifier: format!("missive-{}-{}", transfer.campaign, transfer.day),
        archival_agency: transfer.archival_agency.unwrap_or(transfer.organisation).to_owned(),
        transferring_agency: transfer.organisation.to_owned(),
        retention: transfer.retention.unwrap_or_default(),
        since: last_day.unwrap_or(transfer.day),
    };
    let campaign = Unit {
        description: Some(format!("Campagne {}, {}", transfer.campaign, transfer.organisation)),
        ..unit("RecordGrp", transfer.title.to_owned(), units(letters, files))
    };
    seda::manifest(&seda_transfer, &objects, &[campaign])
}

/// A unit of description without text, days or file.
fn unit(level: &'static str, title: String, units: Vec<Unit>) -> Unit {
    Unit { level, title, description: None, dates: None, object: None, units }
}

/// The schools with their letters, then what belongs to several letters: messages, covers, the page.
fn units(letters: &[LetterHistory], files: &[WrittenFile]) -> Vec<Unit> {
    let mut schools: BTreeMap<&str, Vec<&LetterHistory>> = BTreeMap::new();
    for letter in letters {
        schools.entry(&letter.uai).or_default().push(letter);
    }
    let mut units: Vec<Unit> =
        schools.into_iter().map(|(uai, letters)| school_unit(uai, &letters, files)).collect();
    let title = "Messages, courriers et état".to_owned();
    units.push(unit("File", title, file_units(files, None)));
    units
}

fn school_unit(uai: &str, letters: &[&LetterHistory], files: &[WrittenFile]) -> Unit {
    let named = letters.iter().find(|letter| !letter.school.is_empty());
    let title = match named {
        Some(letter) => format!("{} ({uai})", letter.school),
        None => uai.to_owned(),
    };
    unit("RecordGrp", title, letters.iter().map(|letter| letter_unit(letter, files)).collect())
}

fn letter_unit(letter: &LetterHistory, files: &[WrittenFile]) -> Unit {
    let (person, title) = match letter.person.as_str() {
        "" => ("Sans référent nommé", format!("Lettre de mission {}", letter.reference)),
        person => (person, format!("Lettre de mission, {person} ({})", letter.reference)),
    };
    Unit {
        description: Some(format!("{person}. État : {}.", letter.state.french().0)),
        dates: days(letter),
        ..unit("File", title, file_units(files, Some(&letter.reference)))
    }
}

/// One item for each file of a letter, or of no letter.
fn file_units(files: &[WrittenFile], reference: Option<&str>) -> Vec<Unit> {
    let numbered = files.iter().enumerate();
    let of_letter = numbered.filter(|(_, file)| file.reference.as_deref() == reference);
    of_letter
        .map(|(at, file)| Unit { object: Some(at), ..unit("Item", file.title.clone(), Vec::new()) })
        .collect()
}

/// The first and the last day of a letter's revisions and returns.
fn days(letter: &LetterHistory) -> Option<(Date, Date)> {
    let sent = letter.revisions.iter().filter_map(|revision| revision.date.parse().ok());
    let returned = letter.returns.iter().filter_map(|copy| copy.entry.day.parse().ok());
    let days: Vec<Date> = sent.chain(returned).collect();
    Some((*days.iter().min()?, *days.iter().max()?))
}
