//! Why messages cannot be resolved: each reason with its data, its sentence and what to do.

use crate::app::campaign_snapshot::CampaignToReadError;
use crate::app::error::{ErrorKind, UserError};
use crate::app::sending::outbox_file::NotRemoved;
use crate::app::wording::count;
use crate::ledger::LedgerError;
use crate::plan::history::MessageState;

/// Why messages cannot be resolved.
#[derive(Debug, thiserror::Error)]
pub enum ResolveError {
    /// It was not said what became of them.
    #[error("il faut dire ce que sont devenus ces messages")]
    ResolutionMissing,
    /// It was not said which messages.
    #[error("il faut dire quels messages")]
    MessagesMissing,
    /// It was not said how that is known.
    #[error("il faut dire pourquoi on le sait : c'est gardé dans le journal")]
    ReasonMissing,
    /// There is no one campaign whose outbox is meant.
    #[error(transparent)]
    Campaign(#[from] CampaignToReadError),
    /// There is no ledger.
    #[error("il n'y a pas encore de journal des envois")]
    NoLedger,
    /// A reference means several messages.
    #[error("« {name} » désigne plusieurs messages à la fois ({})", .messages.join(" ; "))]
    SeveralMessages {
        /// The name.
        name: String,
        /// What each is, where it stands, and its Message-ID.
        messages: Vec<String>,
    },
    /// A name means no message.
    #[error("aucun message déposé ou au sort incertain pour « {name} »")]
    NoSuchMessage {
        /// The name.
        name: String,
        /// A name that is close to it.
        near: Option<String>,
    },
    /// The messages that a name means are in a state of which there is nothing to say.
    #[error("le message de {name} est {} : il n'y a rien à en dire ainsi", .state.french().0)]
    NotOpen {
        /// The name.
        name: String,
        /// The state of the last of them.
        state: MessageState,
    },
    /// There is nothing to resolve.
    #[error("aucun message n'attend d'être régularisé ici")]
    NothingToResolve,
    /// The number that was confirmed is not that of the messages.
    #[error("rien n'est noté : {}, mais {} dans la boîte d'envoi", count(*.given, "message confirmé", "messages confirmés"), count(*.number, "est", "sont"))]
    OtherCount {
        /// What was given.
        given: usize,
        /// How many there are.
        number: usize,
    },
    /// A person did not confirm the number.
    #[error("rien n'est noté : nombre de messages non confirmé")]
    NotConfirmed,
    /// What became of a message is known.
    #[error("ce message est {}, cela ne se change plus : {name}", .state.french().0)]
    Settled {
        /// Its first letter.
        name: String,
        /// Its state.
        state: MessageState,
    },
    /// A return of a message that is said not to have left is archived.
    #[error("un retour de ce message est archivé, donc il est parti : {0}")]
    CameBack(String),
    /// The ledger has it, but a file is still in the outbox.
    #[error("{0}")]
    OutboxNotEmptied(#[from] NotRemoved),
    /// The account of the letters is wrong.
    #[error("le compte des lettres ne tombe pas juste")]
    NotBalanced,
    /// The ledger.
    #[error("{0}")]
    Ledger(#[from] LedgerError),
}

impl UserError for ResolveError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Campaign(error) => error.kind(),
            Self::ResolutionMissing
            | Self::MessagesMissing
            | Self::ReasonMissing
            | Self::NoLedger
            | Self::NoSuchMessage { .. }
            | Self::NotOpen { .. }
            | Self::NothingToResolve => ErrorKind::Usage,
            Self::OtherCount { .. }
            | Self::NotConfirmed
            | Self::SeveralMessages { .. }
            | Self::Settled { .. }
            | Self::CameBack(_) => ErrorKind::Decision,
            Self::OutboxNotEmptied(_) | Self::NotBalanced | Self::Ledger(_) => {
                ErrorKind::Environment
            }
        }
    }

    fn todo(&self) -> String {
        match self {
            Self::ResolutionMissing => "ajouter --handed-over (ils sont partis), --not-sent (ils ne sont pas partis) ou --bounced (ils sont revenus en erreur)".to_owned(),
            Self::MessagesMissing => "donner des références ou des Message-ID, ou --deposited pour tous ceux de la boîte d'envoi".to_owned(),
            Self::ReasonMissing => {
                "ajouter --why \"envoyés depuis la messagerie de la DAN le 24 novembre\"".to_owned()
            }
            Self::Campaign(error) => error.todo(),
            Self::NoLedger => "produire et déposer d'abord les messages : missive run".to_owned(),
            Self::SeveralMessages { .. } => "nommer l'un d'eux par son Message-ID".to_owned(),
            Self::NoSuchMessage { near: Some(near), .. } => {
                format!("vouliez-vous écrire « {near} » ?")
            }
            Self::NotOpen { state: MessageState::Ready, .. } => {
                "l'envoyer : missive send ; ou voir ce qui partirait : missive plan".to_owned()
            }
            Self::NotOpen { name, .. } => format!("voir ce qui lui est arrivé : missive history {name}"),
            Self::NoSuchMessage { near: None, .. } | Self::NothingToResolve => {
                "voir où en sont les messages : missive status".to_owned()
            }
            Self::OtherCount { number, .. } => format!(
                "vérifier lesquels sont partis : les nommer, ou --until AAAA-MM-JJ ; sinon --confirm {number}"
            ),
            Self::NotConfirmed => {
                "vérifier lesquels sont partis, puis relancer ; un choix : leurs noms, ou --until AAAA-MM-JJ".to_owned()
            }
            Self::Settled { .. } => {
                "ne nommer que des messages déposés ou au sort incertain".to_owned()
            }
            Self::CameBack(name) => {
                format!("le dire : missive resolve {name} --handed-over --why \"…\"")
            }
            Self::OutboxNotEmptied(error) => error.todo(),
            Self::NotBalanced => "lancer « missive ledger verify »".to_owned(),
            Self::Ledger(error) => LedgerError::todo(error).to_owned(),
        }
    }
}
