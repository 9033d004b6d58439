//! Why nothing, or nothing more, is sent: each reason with its data, its sentence and what to do.

use super::first_hand_over;
use super::outbox_file::NotRemoved;
use super::outcome::SendReport;
use super::queue::freeze::FreezeError;
use super::relay::open_relay::RelayError;
use crate::app::error::{ErrorKind, OlderLedger, UserError};
use crate::app::letters::outdated::OutdatedReason;
use crate::app::wording::{count, few};
use crate::ledger::LedgerError;
use crate::ledger::place::FirstHandOver;
use crate::render::template_names::{REFERENT, REMINDER};
use serde::Serialize;
use std::collections::BTreeSet;
use std::fmt;

/// Why a test ended before its end.
#[derive(Debug, thiserror::Error)]
pub enum TestFailure {
    /// A copy cannot be made.
    #[error(transparent)]
    NotFrozen(#[from] FreezeError),
    /// The server did not take a copy.
    #[error("{name} : « {outcome} »")]
    NotTaken {
        /// The name of its message.
        name: String,
        /// What the server did, in French.
        outcome: String,
    },
}

/// Letters that are not as the records are now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutOfDate {
    /// Their references.
    pub references: Vec<String>,
    /// The letters by name.
    pub labels: Vec<String>,
    /// What is not as it was.
    pub reasons: BTreeSet<OutdatedReason>,
    /// The names of documents to all messages that are new or changed.
    pub enclosures: BTreeSet<String>,
}

impl fmt::Display for OutOfDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let reasons = self.reasons.iter().map(|reason| reason.told(&self.enclosures));
        let reasons: Vec<String> = reasons.collect();
        write!(
            f,
            "{} à jour avec les données ({}), à cause de : {}",
            count(self.references.len(), "lettre n'est pas", "lettres ne sont pas"),
            few(&self.labels),
            reasons.join(" ; ")
        )
    }
}

/// Why nothing is sent.
#[derive(Debug, thiserror::Error)]
pub enum SendRefusal {
    /// The ledger lacks events that this computer has seen.
    #[error(
        "rien n'est envoyé : le journal des envois est plus ancien que celui que cet ordinateur a connu, ou en est un autre"
    )]
    LedgerOlder,
    /// There was no ledger: nothing was made yet.
    #[error("rien n'a encore été produit : il n'y a rien à envoyer")]
    NothingGenerated,
    /// These letters are not as the records are now.
    #[error("rien n'est parti : {0}")]
    OutOfDate(Box<OutOfDate>),
    /// Messages lie in the outbox: they may have been sent by hand.
    #[error("rien n'est parti : {} à la main", count(*.0, "message est encore dans la boîte d'envoi, et a pu partir", "messages sont encore dans la boîte d'envoi, et ont pu partir"))]
    DepositsStanding(usize),
    /// A copy of the ledger may lack what was sent elsewhere; this is known of it.
    #[error("rien n'est parti : {} ; {}", first_hand_over::reason(.0.doubt), first_hand_over::facts(.0).join(" ; "))]
    FirstHandOver(FirstHandOver),
    /// What became of deposited messages was said together with a choice of messages.
    #[error("--deposited vaut pour tous les messages déposés")]
    DepositsNeedAll,
    /// The count was not confirmed.
    #[error("rien n'est parti : {}", not_confirmed(.numbers, .given))]
    NotConfirmed {
        /// The numbers that would have been accepted.
        numbers: CountsToConfirm,
        /// What was given.
        given: Confirmation,
    },
    /// The relay cannot be used as it is set, or its password is missing.
    #[error("{0} ; rien n'est parti")]
    Relay(#[from] RelayError),
    /// The disk or the ledger refused before anything left.
    #[error("{0} ; rien n'est parti")]
    NotFrozen(String),
    /// There is no template of this name for reminders, or for requests.
    #[error("il manque le gabarit {}, templates/{}", messages_of(.0), .0)]
    TemplateMissing(&'static str),
    /// A message cannot be made with its template, for the relay.
    #[error("{why} ; rien n'est parti")]
    NotMade {
        /// The template.
        template: &'static str,
        /// Why.
        why: String,
    },
    /// A message cannot be made with its template, for the outbox.
    #[error("{why}")]
    NotDeposited {
        /// The template.
        template: &'static str,
        /// Why.
        why: String,
    },
    /// Each school has a letter with a blank for the name: none is asked apart.
    #[error(
        "rien n'est demandé : avec without_referent = \"open\", un établissement sans référent reçoit une lettre où inscrire le nom"
    )]
    LettersAreOpen,
    /// A word of `--only` names no school without a referent.
    #[error("--only ne désigne aucun établissement sans référent : « {word} »")]
    NoSuchSchool {
        /// The word.
        word: String,
        /// The UAI that may be meant.
        nearest: Option<String>,
    },
    /// A school that `--only` names has a referent: there is nothing to ask.
    #[error("{0} a un référent : il n'y a personne à lui demander de désigner")]
    HasReferent(String),
    /// The address of a test is not an address.
    #[error("« {0} » n'est pas une adresse électronique")]
    NotAnAddress(String),
    /// The address of a test is outside the domains that may be written to.
    #[error("le domaine {0} n'est pas dans allowed_domains")]
    ForeignDomain(String),
    /// No message is ready for a test.
    #[error("aucun message prêt à essayer")]
    NothingToTest,
    /// There is no session with the relay, for this reason.
    #[error("{0} ; rien n'est parti")]
    NoSession(String),
    /// A test ended before its end; these copies were sent.
    #[error("l'essai s'est arrêté : {why}")]
    TestStopped {
        /// Why.
        why: TestFailure,
        /// Names of the messages of which a copy was sent.
        tested: Vec<String>,
    },
    /// The ledger has it, but a file is still in the outbox.
    #[error("{0}")]
    OutboxNotEmptied(#[from] NotRemoved),
    /// The ledger.
    #[error("{0}")]
    Ledger(#[from] LedgerError),
}

/// The number of messages that a person confirms; each of the three is accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct CountsToConfirm {
    /// Number of messages that would be sent now.
    pub now: usize,
    /// The same without what was deferred.
    pub due: usize,
    /// The same with what `--limit` leaves for another time.
    pub all: usize,
}

/// What a person answered to the question how many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Confirmation {
    /// This many.
    Count(usize),
    /// Nothing, or no number.
    Declined,
    /// Nobody could be asked.
    NotAsked,
}

impl CountsToConfirm {
    /// Whether the answer is one of the numbers.
    pub fn confirm(self, given: Confirmation) -> Result<(), SendRefusal> {
        let Self { now, due, all } = self;
        match given {
            Confirmation::Count(number) if [now, due, all].contains(&number) => Ok(()),
            given => Err(SendRefusal::NotConfirmed { numbers: self, given }),
        }
    }
}

/// What the messages of a template are called.
fn messages_of(template: &str) -> &'static str {
    match template {
        REMINDER => "des rappels",
        REFERENT => "des messages aux référents",
        _ => "des demandes de désignation",
    }
}

fn not_confirmed(numbers: &CountsToConfirm, given: &Confirmation) -> String {
    let now = numbers.now;
    match given {
        Confirmation::Declined => "envoi non confirmé".to_owned(),
        Confirmation::NotAsked => {
            format!("{} à confirmer", count(now, "message est", "messages sont"))
        }
        Confirmation::Count(number) => format!(
            "{}, mais {}",
            count(*number, "confirmé", "confirmés"),
            count(now, "message est à envoyer", "messages sont à envoyer")
        ),
    }
}

impl SendRefusal {
    /// The `send` part of the JSON.
    pub fn report(&self) -> SendReport {
        let mut report = SendReport::default();
        match self {
            Self::OutOfDate(outdated) => report.out_of_date = Some(outdated.references.clone()),
            Self::FirstHandOver(known) => report.first_hand_over = Some(known.clone()),
            Self::DepositsStanding(number) => report.standing = Some(*number),
            Self::NotConfirmed { numbers, .. } => {
                report.to_confirm = Some(numbers.now);
                report.remaining = numbers.all;
            }
            Self::TestStopped { tested, .. } => report.tested = Some(tested.clone()),
            _ => {}
        }
        report
    }
}

impl UserError for SendRefusal {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::LedgerOlder
            | Self::NothingGenerated
            | Self::OutOfDate(_)
            | Self::DepositsStanding(_)
            | Self::FirstHandOver(_)
            | Self::NotConfirmed { .. }
            | Self::NothingToTest => ErrorKind::Decision,
            Self::DepositsNeedAll
            | Self::NotAnAddress(_)
            | Self::ForeignDomain(_)
            | Self::LettersAreOpen
            | Self::HasReferent(_)
            | Self::NoSuchSchool { .. } => ErrorKind::Usage,
            Self::TemplateMissing(_) | Self::NotMade { .. } | Self::NotDeposited { .. } => {
                ErrorKind::InvalidProject
            }
            Self::Relay(_)
            | Self::NotFrozen(_)
            | Self::NoSession(_)
            | Self::TestStopped { .. }
            | Self::OutboxNotEmptied(_)
            | Self::Ledger(_) => ErrorKind::Environment,
        }
    }

    fn todo(&self) -> String {
        match self {
            Self::LedgerOlder => OlderLedger.todo(),
            Self::NothingGenerated => {
                "lancer « missive generate », relire, puis « missive send »".to_owned()
            }
            Self::OutOfDate(_) => {
                "voir pourquoi avec « missive plan », puis « missive generate », relire et relancer"
                    .to_owned()
            }
            Self::DepositsStanding(_) => "dire ce qu'il en est : --deposited sent (envoyés à la main) ou --deposited not-sent (jamais envoyés)".to_owned(),
            Self::FirstHandOver(_) => "si des messages ont pu partir d'ailleurs, rapprocher d'abord les copies de contrôle : missive resolve --copies DOSSIER ; sinon, envoyer d'ici : --first-from-here --why \"…\"".to_owned(),
            Self::DepositsNeedAll => "le dire sans --only, --except ni --limit ; ou, un par un : missive resolve RÉFÉRENCE".to_owned(),
            Self::NotConfirmed { numbers, .. } => {
                format!("confirmer le nombre de messages : --confirm {}", numbers.now)
            }
            Self::Relay(error) => error.todo(),
            Self::NotFrozen(_) => {
                "faire de la place ou demander l'accès, puis relancer la même commande".to_owned()
            }
            Self::TemplateMissing(template) => format!(
                "le copier d'un projet neuf : missive init essai, puis essai/templates/{template}"
            ),
            Self::NotMade { template, .. } | Self::NotDeposited { template, .. } => {
                format!("corriger templates/{template}")
            }
            Self::LettersAreOpen => {
                "écrire without_referent = \"skip\" dans missive.toml pour demander d'abord un nom".to_owned()
            }
            Self::NoSuchSchool { nearest: Some(nearest), .. } => {
                format!("vouliez-vous écrire « {nearest} » ?")
            }
            Self::HasReferent(_) | Self::NoSuchSchool { nearest: None, .. } => {
                "voir lesquels n'en ont pas : missive status".to_owned()
            }
            Self::NotAnAddress(_) | Self::ForeignDomain(_) => {
                "donner une adresse du service, dans un domaine de allowed_domains".to_owned()
            }
            Self::NothingToTest => "missive generate, puis missive send --test-to".to_owned(),
            Self::NoSession(_) | Self::TestStopped { .. } => {
                "voir ce qu'en dit « missive probe »".to_owned()
            }
            Self::OutboxNotEmptied(error) => error.todo(),
            Self::Ledger(error) => LedgerError::todo(error).to_owned(),
        }
    }
}
