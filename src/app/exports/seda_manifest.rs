//! The archive of a campaign described for an archive service: campaign, school, letter, document.

use crate::app::exports::dossier::{Document, What};
use crate::app::exports::letter_history::Folio;
use crate::archive::file_kind::FileKind;
use crate::archive::seda::{self, Object, Unit};
use crate::archive::store::sha512;
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::io;

/// What is handed over.
#[derive(Clone, Debug)]
pub struct TransferRequest<'a> {
    /// The campaign.
    pub campaign: &'a str,
    /// Its title.
    pub title: &'a str,
    /// Who hands it over.
    pub organisation: &'a str,
    /// The archive service, as it names itself.
    pub archival_agency: Option<&'a str>,
    /// The day.
    pub day: Date,
    /// Years it is kept.
    pub retention: Option<u32>,
}

/// A file that was written, with what proves it.
#[derive(Clone, Debug)]
pub struct Written {
    path: String,
    what: What,
    reference: Option<String>,
    title: String,
    sha512: String,
    size: u64,
    kind: FileKind,
}

impl Written {
    /// A file with its octets.
    pub fn new(own: &Document, bytes: &[u8]) -> Self {
        Self {
            path: own.path.clone(),
            what: own.what,
            reference: own.reference.clone(),
            title: own.title.clone(),
            sha512: sha512(bytes),
            size: bytes.len() as u64,
            kind: FileKind::of(bytes),
        }
    }

    /// MIME type, PRONOM identifier and name of its format.
    fn format(&self) -> (&'static str, &'static str, &'static str) {
        match (self.what, self.kind) {
            // Letters and covers are made as PDF/A-2a.
            (What::Letter, _) | (What::Cover, FileKind::Pdf) => {
                ("application/pdf", "fmt/476", "PDF/A-2a")
            }
            (What::Cover, _) => ("text/html", "fmt/471", "HTML 5"),
            (What::History, _) => ("application/json", "fmt/817", "JSON"),
            (What::Page, _) => ("text/html", "fmt/471", "HTML 5"),
            (_, FileKind::Pdf) => ("application/pdf", "fmt/276", "PDF 1.7"),
            (_, FileKind::Jpeg) => ("image/jpeg", "fmt/43", "JPEG"),
            (_, FileKind::Png) => ("image/png", "fmt/11", "PNG"),
            (_, FileKind::Tiff) => ("image/tiff", "fmt/353", "TIFF"),
            (_, FileKind::Mail) => ("message/rfc822", "fmt/950", "MIME Email"),
            (_, FileKind::Zip) => ("application/zip", "x-fmt/263", "ZIP"),
            _ => ("application/octet-stream", "UNKNOWN", "inconnu"),
        }
    }

    fn object(&self) -> Object {
        let (mime, pronom, format) = self.format();
        Object {
            uri: format!("data/{}", self.path),
            sha512: self.sha512.clone(),
            size: self.size,
            mime,
            pronom,
            format,
        }
    }

    fn unit(&self, at: usize) -> Unit {
        Unit {
            level: "Item",
            title: self.title.clone(),
            description: None,
            dates: None,
            object: Some(at),
            units: Vec::new(),
        }
    }
}

fn days(folio: &Folio) -> Option<(Date, Date)> {
    let sent = folio.revisions.iter().filter_map(|own| own.date.parse().ok());
    let back = folio.returns.iter().filter_map(|own| own.own.day.parse().ok());
    let all: Vec<Date> = sent.chain(back).collect();
    Some((*all.iter().min()?, *all.iter().max()?))
}

/// The manifest of a transfer.
pub fn manifest(
    transfer: &TransferRequest<'_>,
    folios: &[Folio],
    written: &[Written],
) -> io::Result<Vec<u8>> {
    let objects: Vec<Object> = written.iter().map(Written::object).collect();
    let mut schools: BTreeMap<&str, Vec<&Folio>> = BTreeMap::new();
    for folio in folios {
        schools.entry(&folio.uai).or_default().push(folio);
    }
    let of = |reference: Option<&str>| -> Vec<Unit> {
        let own = written.iter().enumerate();
        let own = own.filter(|(_, own)| own.reference.as_deref() == reference);
        own.map(|(at, own)| own.unit(at)).collect()
    };
    let mut units: Vec<Unit> = schools
        .iter()
        .map(|(uai, folios)| Unit {
            level: "RecordGrp",
            title: folios
                .iter()
                .find(|own| !own.school.is_empty())
                .map_or_else(|| (*uai).to_owned(), |own| format!("{} ({uai})", own.school)),
            description: None,
            dates: None,
            object: None,
            units: folios
                .iter()
                .map(|folio| Unit {
                    level: "File",
                    title: format!("Lettre de mission {}", folio.reference),
                    description: Some(format!(
                        "{}. État : {}.",
                        if folio.person.is_empty() {
                            "Sans référent nommé"
                        } else {
                            &folio.person
                        },
                        folio.state.french().0
                    )),
                    dates: days(folio),
                    object: None,
                    units: of(Some(&folio.reference)),
                })
                .collect(),
        })
        .collect();
    // What is about several letters: messages, covers, the page.
    units.push(Unit {
        level: "File",
        title: "Messages, courriers et état".to_owned(),
        description: None,
        dates: None,
        object: None,
        units: of(None),
    });
    let last = folios.iter().filter_map(days).map(|(_, last)| last).max();
    let whole = Unit {
        level: "RecordGrp",
        title: transfer.title.to_owned(),
        description: Some(format!("Campagne {}, {}", transfer.campaign, transfer.organisation)),
        dates: None,
        object: None,
        units,
    };
    let about = seda::SedaTransfer {
        comment: transfer.title.to_owned(),
        date: transfer.day,
        identifier: format!("missive-{}-{}", transfer.campaign, transfer.day),
        archival_agency: transfer.archival_agency.unwrap_or(transfer.organisation).to_owned(),
        transferring_agency: transfer.organisation.to_owned(),
        retention: transfer.retention.unwrap_or_default(),
        since: last.unwrap_or(transfer.day),
    };
    seda::manifest(&about, &objects, &[whole])
}
