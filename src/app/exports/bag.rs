//! The archive of a campaign as a BagIt bag: the documents of its letters, with a SEDA manifest if asked.

use crate::app::error::{ErrorKind, UserError};
use crate::app::exports::documents::{self, ExportDocument};
use crate::app::exports::dossier::organisation;
use crate::app::exports::dossier_page::DossierPage;
use crate::app::exports::letter_history::{LetterHistory, read_letters};
use crate::app::exports::seda_manifest::{self, TransferRequest, WrittenFile};
use crate::app::exports::target::{ExportWriteError, FolderTargetError, require_new_folder};
use crate::app::returns::named_letter::{NamedLetterError, selected_letters};
use crate::app::workspace::Workspace;
use crate::archive::bagit::Bag;
use crate::archive::store::Archive;
use crate::ledger::{Ledger, LedgerError};
use crate::letter::reference::Reference;
use crate::plan::history::CampaignHistory;
use crate::records::settings::Settings;
use crate::records::values::Departement;
use jiff::civil::Date;
use serde::Serialize;
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

impl UserError for BagExportError {
    fn kind(&self) -> ErrorKind {
        self.cause().kind()
    }

    fn todo(&self) -> String {
        self.cause().todo()
    }
}

impl BagExportError {
    fn cause(&self) -> &dyn UserError {
        match self {
            Self::Bag(error) => error,
            Self::Names(error) => error,
            Self::Target(error) => error,
            Self::Write(error) => error,
            Self::Ledger(error) => error,
        }
    }
}

/// Why an archive is not exported.
#[derive(Debug, thiserror::Error)]
pub enum BagExportError {
    /// There is nothing to write a bag of.
    #[error(transparent)]
    Bag(#[from] BagError),
    /// A word names no letter.
    #[error(transparent)]
    Names(#[from] NamedLetterError),
    /// The folder cannot be made.
    #[error(transparent)]
    Target(#[from] FolderTargetError),
    /// A file cannot be written.
    #[error(transparent)]
    Write(#[from] ExportWriteError),
    /// The ledger cannot be read.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

/// What is exported, and where to.
#[derive(Clone, Copy, Debug)]
pub struct BagExport<'a> {
    /// The campaign.
    pub campaign: &'a str,
    /// UAIs, referents or references; all letters when empty.
    pub only: &'a [String],
    /// Their département.
    pub departement: Option<&'a Departement>,
    /// The day it is.
    pub day: Date,
    /// Whether a SEDA manifest goes with it.
    pub with_seda: bool,
    /// The new folder.
    pub folder: &'a Path,
}

/// A bag that was written. Serialized, it is the JSON document of `archive export`.
#[derive(Clone, Debug, Serialize)]
pub struct BagOutcome {
    /// The folder.
    pub folder: String,
    /// How many letters it is of.
    pub letters: usize,
    /// How many documents are in it.
    pub files: usize,
    /// Whether a SEDA manifest goes with it.
    pub seda: bool,
    /// Titles of the documents whose original is missing or has changed: they are not in it.
    pub lost: Vec<String>,
}

/// Writes the archive of a campaign; `progress` gets the number of documents that are done, and of all.
pub fn export_bag(
    workspace: &Workspace,
    ledger: &Ledger,
    export: BagExport<'_>,
    mut progress: impl FnMut(usize, usize),
) -> Result<BagOutcome, BagExportError> {
    let BagExport { campaign, only, departement, day, with_seda, folder } = export;
    let settings = workspace.loaded.records.settings.as_ref();
    let settings = settings.ok_or(BagError::SettingsInvalid)?;
    let request = BagRequest::new(settings, campaign, day, with_seda)?;
    let selected = selected_letters(ledger, only)?;
    let references = sent_letters(&ledger.history(campaign)?, selected.as_ref(), departement)?;
    require_new_folder(&workspace.project, folder)?;
    let letters = read_letters(ledger, &references)?;
    let documents = request.documents(&letters);
    let archive = Archive::new(workspace.project.root());
    let sources = BagSources { ledger, archive: &archive };
    let (mut done, all) = (0, documents.len());
    let written = write(sources, &request, (&letters, &documents), folder, || {
        done += 1;
        progress(done, all);
    });
    let lost = written.map_err(|error| ExportWriteError::new(folder, error))?;
    Ok(BagOutcome {
        folder: printable_text::path_value(folder),
        letters: references.len(),
        files: all - lost.len(),
        seda: with_seda,
        lost,
    })
}

/// What a bag is of, and who hands it over.
struct BagRequest<'a> {
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
    fn new(
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
    fn documents(&self, letters: &[LetterHistory]) -> Vec<ExportDocument> {
        let (title, organisation) = (&self.title, &self.organisation);
        let page = DossierPage { title, organisation, day: self.day, letters, requests: &[] };
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
fn sent_letters(
    history: &CampaignHistory,
    selected: Option<&BTreeSet<String>>,
    departement: Option<&Departement>,
) -> Result<BTreeSet<String>, BagError> {
    let lies_in = |reference: &str| {
        let school = reference.parse::<Reference>().ok();
        departement.is_none_or(|one| school.is_some_and(|name| one.has(name.uai().as_str())))
    };
    let sent = history.letters.iter().filter(|(_, letter)| letter.issued.is_some());
    let references: BTreeSet<String> = sent
        .map(|(reference, _)| reference.clone())
        .filter(|reference| selected.is_none_or(|names| names.contains(reference)))
        .filter(|reference| lies_in(reference))
        .collect();
    match references.is_empty() {
        true => Err(BagError::NothingSent),
        false => Ok(references),
    }
}

/// Where the octets of documents are.
#[derive(Clone, Copy)]
struct BagSources<'a> {
    /// The ledger with its store.
    ledger: &'a Ledger,
    /// The archive.
    archive: &'a Archive,
}

/// Gives the titles of the documents whose original is missing or has changed, which are not in the bag.
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
