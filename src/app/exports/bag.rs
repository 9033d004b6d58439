//! The archive of a campaign as a BagIt bag: the documents of its letters, with a SEDA manifest if asked.

use crate::app::error::{ErrorKind, UserError};
use crate::app::exports::documents::{self, ExportDocument};
use crate::app::exports::dossier::organisation;
use crate::app::exports::dossier_page::DossierPage;
use crate::app::exports::letter_history::LetterHistory;
use crate::app::exports::seda_manifest::{self, TransferRequest, WrittenFile};
use crate::app::exports::target::ExportWriteError;
use crate::archive::bagit::Bag;
use crate::archive::store::Archive;
use crate::ledger::Ledger;
use crate::plan::history::CampaignHistory;
use crate::records::settings::Settings;
use jiff::civil::Date;
use std::collections::BTreeSet;
use std::io;
use std::path::Path;

/// Why no bag can be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BagError {
    /// The settings cannot be read.
    #[error("missive.toml a des erreurs")]
    SettingsInvalid,
    /// A SEDA manifest must give the retention period.
    #[error("un bordereau SEDA demande une durée de conservation, et aucune n'est fixée")]
    RetentionMissing,
    /// No letter has left.
    #[error("aucune lettre de cette campagne n'est partie")]
    NothingSent,
}

impl UserError for BagError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::SettingsInvalid => ErrorKind::InvalidProject,
            Self::RetentionMissing | Self::NothingSent => ErrorKind::Decision,
        }
    }

    fn todo(&self) -> String {
        match self {
            Self::SettingsInvalid => "les corriger : « missive check » les montre",
            Self::RetentionMissing => {
                "écrire retention_years = … sous [letters] dans missive.toml, d'après le tableau de gestion de votre service"
            }
            Self::NothingSent => "rien à exporter pour l'instant",
        }
        .to_owned()
    }
}

/// What a bag is of, and who hands it over.
pub struct BagRequest<'a> {
    campaign: &'a str,
    title: String,
    organisation: String,
    archival_agency: Option<&'a str>,
    day: Date,
    retention_years: Option<u32>,
    with_seda: bool,
}

impl<'a> BagRequest<'a> {
    /// The request for a campaign on a day. With a SEDA manifest, the settings must say how long the
    /// archives are kept.
    pub fn new(
        settings: &'a Settings,
        campaign: &'a str,
        day: Date,
        with_seda: bool,
    ) -> Result<Self, BagError> {
        let years = settings.letters.retention_years.as_ref().map(|years| years.value);
        if with_seda && years.is_none() {
            return Err(BagError::RetentionMissing);
        }
        Ok(Self {
            campaign,
            title: format!("Lettres de mission, campagne {campaign}"),
            organisation: organisation(settings),
            archival_agency: settings.letters.archival_agency.as_ref().map(|agency| &*agency.value),
            day,
            retention_years: years.filter(|_| with_seda),
            with_seda,
        })
    }

    /// The documents of the bag: those of the letters, and a page that lists them.
    pub fn documents(&self, letters: &[LetterHistory]) -> Vec<ExportDocument> {
        let (title, organisation) = (&self.title, &self.organisation);
        let page = DossierPage { title, organisation, day: self.day, letters };
        let mut documents = documents::documents(letters);
        documents.push(ExportDocument::index_page(title.clone(), page.to_html()));
        documents
    }

    fn transfer(&self) -> TransferRequest<'_> {
        TransferRequest {
            campaign: self.campaign,
            title: &self.title,
            organisation: &self.organisation,
            archival_agency: self.archival_agency,
            day: self.day,
            retention: self.retention_years,
        }
    }
}

/// References of the letters of a campaign that have left, among those that were selected.
pub fn sent_letters(
    history: &CampaignHistory,
    selected: Option<&BTreeSet<String>>,
) -> Result<BTreeSet<String>, BagError> {
    let sent = history.letters.iter().filter(|(_, letter)| letter.issued.is_some());
    let references: BTreeSet<String> = sent
        .map(|(reference, _)| reference.clone())
        .filter(|reference| selected.is_none_or(|names| names.contains(reference)))
        .collect();
    match references.is_empty() {
        true => Err(BagError::NothingSent),
        false => Ok(references),
    }
}

/// Where the octets of documents are.
#[derive(Clone, Copy)]
pub struct BagSources<'a> {
    /// The ledger with its store.
    pub ledger: &'a Ledger,
    /// The archive.
    pub archive: &'a Archive,
}

/// Writes a bag; `progress` is called for each document. Gives the titles of the documents whose original
/// is missing or has changed, which are not in the bag.
pub fn write_bag(
    sources: BagSources<'_>,
    request: &BagRequest<'_>,
    (letters, documents): (&[LetterHistory], &[ExportDocument]),
    folder: &Path,
    progress: impl FnMut(),
) -> Result<Vec<String>, ExportWriteError> {
    let written = write(sources, request, (letters, documents), folder, progress);
    written.map_err(|error| ExportWriteError::new(folder, error))
}

fn write(
    sources: BagSources<'_>,
    request: &BagRequest<'_>,
    (letters, documents): (&[LetterHistory], &[ExportDocument]),
    folder: &Path,
    mut progress: impl FnMut(),
) -> io::Result<Vec<String>> {
    let mut lost = Vec::new();
    let mut bag = Bag::begin(folder)?;
    let mut written = Vec::new();
    for document in documents {
        progress();
        match document.read(sources.ledger, sources.archive) {
            Ok(bytes) => {
                bag.add(&document.path, &bytes)?;
                written.push(WrittenFile::new(document, &bytes));
            }
            Err(_) => lost.push(document.title.clone()),
        }
    }
    if request.with_seda {
        let manifest = seda_manifest::manifest(&request.transfer(), letters, &written)?;
        bag.tag("manifest.xml", &manifest)?;
    }
    let (campaign, day) = (request.campaign, request.day);
    bag.finish(&[
        ("Source-Organization", request.organisation.clone()),
        ("Bagging-Date", day.to_string()),
        ("Bag-Software-Agent", format!("missive {}", env!("CARGO_PKG_VERSION"))),
        ("External-Identifier", format!("missive-{campaign}-{day}")),
        ("External-Description", request.title.clone()),
    ])?;
    Ok(lost)
}
