//! Why the next campaign cannot be opened.

use crate::app::error::{ErrorKind, UserError};
use crate::app::importing::record_files::RecordFilesError;
use crate::app::new_year::campaign_file::CampaignCopyError;
use crate::app::wording::{count, few};
use crate::import::edit_toml::apply_edits::RecordEditError;
use crate::project::replace_files::ReplaceError;
use crate::records::values::CampaignId;

/// Why the next campaign cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum NewYearError {
    /// This is not an identifier of a campaign.
    #[error("{0}")]
    CampaignId(String),
    /// The campaign is there already.
    #[error("la campagne {0} existe déjà")]
    CampaignExists(CampaignId),
    /// Its file is there already.
    #[error("{0} existe déjà")]
    FileExists(String),
    /// The campaign to begin from is unknown, or has errors.
    #[error("la campagne {asked} n'existe pas, ou a des erreurs")]
    UnknownCampaign {
        /// The identifier that was given.
        asked: String,
        /// Those that are known.
        known: Vec<String>,
    },
    /// The records cannot be edited.
    #[error(transparent)]
    RecordFiles(#[from] RecordFilesError),
    /// The campaign's file cannot be copied.
    #[error(transparent)]
    CampaignCopy(#[from] CampaignCopyError),
    /// A record cannot be changed where it stands.
    #[error(transparent)]
    RecordEdit(#[from] RecordEditError),
    /// Letters of the year before would change.
    #[error("des lettres de la campagne d'avant changeraient : {}", few(.0))]
    LettersWouldChange(Vec<String>),
    /// Nobody decided about some assignments.
    #[error("{} à décider : rien n'est écrit", undecided_text(*.number))]
    Undecided {
        /// How many.
        number: usize,
        /// The new campaign.
        id: CampaignId,
        /// The one before.
        from: CampaignId,
    },
    /// The new campaign would have errors that the records have not now.
    #[error("la nouvelle campagne aurait des erreurs : rien n'est écrit")]
    WouldHaveErrors,
    /// The files could not be written.
    #[error(transparent)]
    Write(#[from] ReplaceError),
}

fn undecided_text(number: usize) -> String {
    count(number, "désignation reste", "désignations restent")
}

impl UserError for NewYearError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::CampaignId(_)
            | Self::CampaignExists(_)
            | Self::FileExists(_)
            | Self::UnknownCampaign { .. } => ErrorKind::Usage,
            Self::RecordFiles(_)
            | Self::CampaignCopy(_)
            | Self::RecordEdit(_)
            | Self::LettersWouldChange(_)
            | Self::WouldHaveErrors => ErrorKind::InvalidProject,
            Self::Undecided { .. } => ErrorKind::Decision,
            Self::Write(_) => ErrorKind::Environment,
        }
    }

    fn todo(&self) -> String {
        match self {
            Self::CampaignId(_) => "donner un identifiant court, comme 2027",
            Self::CampaignExists(_) => "donner un autre identifiant",
            Self::FileExists(_) => {
                "donner un autre identifiant à la nouvelle campagne, ou renommer ce fichier"
            }
            Self::UnknownCampaign { known, .. } => {
                return format!("les campagnes connues : {}", known.join(", "));
            }
            Self::RecordFiles(_) | Self::CampaignCopy(_) | Self::RecordEdit(_) => {
                "corriger ce fichier : « missive check » le montre"
            }
            Self::LettersWouldChange(_) => {
                "clore d'abord la campagne d'avant, ou écrire ces changements à la main"
            }
            Self::Undecided { id, from, .. } => {
                return format!(
                    "missive campaign new {id} --from {from} --questions questions.csv, remplir la colonne Réponse, puis --answers questions.csv"
                );
            }
            Self::WouldHaveErrors => "corriger les fiches ou les réponses, puis relancer",
            Self::Write(error) => error.todo(),
        }
        .to_owned()
    }
}
