//! `campaign close`: shows what is missing before a campaign ends, then writes its last day into
//! its file.
//!
//! [`propose`] says what would be closed and changes nothing; [`CloseProposal::close`] closes it,
//! once a person has confirmed the number of letters that are not settled.

use super::missing::Missing;
use crate::app::campaign_snapshot::{CampaignSnapshot, SnapshotError};
use crate::app::error::{ErrorKind, OlderLedger, UserError};
use crate::app::resolved_campaign::ResolvedCampaign;
use crate::app::wording::count;
use crate::app::workspace::Workspace;
use crate::diagnostic::Problem;
use crate::files;
use crate::ledger::{Ledger, LedgerError};
use crate::plan::account::Account;
use crate::records::campaign::Campaign;
use crate::records::closing_date;
use crate::records::values::CampaignId;
use jiff::civil::Date;
use serde::Serialize;
use serde_json::{Map, Value};

/// A campaign that can be closed, with what is missing.
#[derive(Serialize)]
pub struct CloseProposal<'s> {
    /// The last day to write into the campaign's file.
    pub day: Date,
    /// Letters that are not settled, and messages in doubt.
    pub missing: Missing,
    /// Each letter in one state.
    #[serde(skip)]
    pub account: Account,
    #[serde(skip)]
    snapshot: &'s CampaignSnapshot,
    #[serde(skip)]
    record: &'s Campaign,
    #[serde(skip)]
    resolved: ResolvedCampaign<'s>,
}

/// What closing comes to.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Closing<'s> {
    /// The campaign's file says already that it ends on this day.
    Already {
        /// The day.
        closed: Date,
        /// Letters that are not settled, and messages in doubt.
        missing: Missing,
    },
    /// It can be closed.
    Proposed(Box<CloseProposal<'s>>),
}

/// Why a campaign cannot be closed on the day asked for.
#[derive(Debug, thiserror::Error)]
pub enum CloseError {
    /// Its record has errors.
    #[error("la campagne {0} ne se lit pas : les données ont des erreurs")]
    Unreadable(CampaignId),
    /// No record describes it.
    #[error("la campagne {0} n'existe pas")]
    Unknown(CampaignId),
    /// The day lies before the date of its letters.
    #[error("une campagne ne se clôt pas avant la date de ses lettres ({0})")]
    BeforeLetters(Date),
    /// Its letters cannot be counted.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    /// Its letters cannot be resolved.
    #[error(
        "les données ont des erreurs : ce qui manque à cette campagne ne peut pas être dit, elle n'est pas close"
    )]
    InvalidRecords,
}

impl UserError for CloseError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Unreadable(_) | Self::InvalidRecords => ErrorKind::InvalidProject,
            Self::Unknown(_) | Self::BeforeLetters(_) => ErrorKind::Usage,
            Self::Snapshot(error) => error.kind(),
        }
    }

    fn todo(&self) -> String {
        match self {
            Self::Unreadable(_) | Self::InvalidRecords => {
                "les corriger : « missive check » les montre".to_owned()
            }
            Self::Unknown(_) => {
                "donner l'identifiant d'un [campaign] de data/, comme 2026".to_owned()
            }
            Self::BeforeLetters(_) => "donner un jour plus tardif à --on".to_owned(),
            Self::Snapshot(error) => error.todo(),
        }
    }
}

/// What a person has to decide or do before a campaign closes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CloseRefusal {
    /// The ledger is an older one: letters may be missing from it.
    #[error(
        "la campagne n'est pas close : le journal des envois est plus ancien que celui que cet ordinateur a connu, ou en est un autre"
    )]
    OlderLedger,
    /// Nobody knows whether some messages left.
    #[error(
        "la campagne n'est pas close : {}",
        count(*.messages, "message a un sort incertain", "messages ont un sort incertain")
    )]
    Ambiguous {
        /// How many.
        messages: usize,
        /// The first of them, by a name that `resolve` takes.
        first: String,
    },
    /// Some letters are not settled, and no number confirms that.
    #[error("la campagne n'est pas close : {}", unsettled_letters(*.0))]
    NotConfirmed(usize),
    /// Another number was confirmed.
    #[error(
        "la campagne n'est pas close : {}, mais {}",
        count(*.given, "confirmée", "confirmées"),
        unsettled_letters(*.unsettled)
    )]
    OtherNumber {
        /// What was given.
        given: usize,
        /// What is true.
        unsettled: usize,
    },
    /// The account is no longer the one that was shown.
    #[error("la campagne n'est pas close : le compte a changé entre-temps")]
    Changed,
}

fn unsettled_letters(letters: usize) -> String {
    count(letters, "lettre n'est pas réglée", "lettres ne sont pas réglées")
}

impl UserError for CloseRefusal {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Decision
    }

    fn todo(&self) -> String {
        match self {
            Self::OlderLedger => OlderLedger.todo(),
            Self::Ambiguous { first, .. } => format!(
                "dire d'abord ce qu'il en est : missive resolve '{first}' --handed-over ou --not-sent, avec --why"
            ),
            Self::NotConfirmed(unsettled) | Self::OtherNumber { unsettled, .. } => {
                format!("les régler, ou clore quand même : --confirm {unsettled}")
            }
            Self::Changed => "relancer la même commande et relire".to_owned(),
        }
    }
}

/// Why the campaign's file does not get its last day.
#[derive(Debug, thiserror::Error)]
#[error("la campagne n'est pas close : {message}")]
pub struct CloseWriteError {
    message: String,
    todo: String,
}

impl CloseWriteError {
    fn new(message: impl Into<String>, todo: impl Into<String>) -> Self {
        Self { message: message.into(), todo: todo.into() }
    }
}

impl UserError for CloseWriteError {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Environment
    }

    fn todo(&self) -> String {
        self.todo.clone()
    }
}

/// Why a campaign that could be closed is not.
#[derive(Debug, thiserror::Error)]
pub enum CloseFailure {
    /// A person has to decide or do something first.
    #[error(transparent)]
    Refused(#[from] CloseRefusal),
    /// Its file cannot be written.
    #[error(transparent)]
    Write(#[from] CloseWriteError),
    /// The ledger.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

impl UserError for CloseFailure {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Refused(error) => error.kind(),
            Self::Write(error) => error.kind(),
            Self::Ledger(error) => UserError::kind(error),
        }
    }

    fn todo(&self) -> String {
        match self {
            Self::Refused(error) => error.todo(),
            Self::Write(error) => error.todo(),
            Self::Ledger(error) => UserError::todo(error),
        }
    }
}

/// The command's JSON document.
#[derive(Clone, Debug, Serialize)]
pub struct CloseOutcome<'a> {
    closed: Option<Date>,
    unsettled: usize,
    missing: Map<String, Value>,
    missing_acts: Map<String, Value>,
    ambiguous_messages: &'a [String],
}

impl<'a> CloseOutcome<'a> {
    /// A campaign with its last day, if it has one.
    pub fn new(missing: &'a Missing, closed: Option<Date>) -> Self {
        Self {
            closed,
            unsettled: missing.unsettled(),
            missing: missing.states(),
            missing_acts: missing.act_states(),
            ambiguous_messages: &missing.ambiguous,
        }
    }
}

/// Prepares the closing of a campaign; without a day it ends today.
pub fn propose(snapshot: &CampaignSnapshot, on: Option<Date>) -> Result<Closing<'_>, CloseError> {
    let Some(record) = snapshot.record() else {
        let has_errors = snapshot.workspace.loaded.problems.iter().any(Problem::is_error);
        return Err(match has_errors {
            true => CloseError::Unreadable(snapshot.campaign.clone()),
            false => CloseError::Unknown(snapshot.campaign.clone()),
        });
    };
    let (history, today) = (&snapshot.history, snapshot.today);
    let day = on.unwrap_or(today);
    if let Some(closed) = record.closed.as_ref().filter(|closed| closed.value.0 <= day) {
        let missing = Missing::of(&Account::of(history, []), history, record, today);
        return Ok(Closing::Already { closed: closed.value.0, missing });
    }
    if day < record.date.value.0 {
        return Err(CloseError::BeforeLetters(record.date.value.0));
    }
    let counted = snapshot.count()?;
    let resolved = counted.resolved.ok_or(CloseError::InvalidRecords)?;
    let account = counted.account;
    let missing = Missing::of(&account, history, record, today);
    Ok(Closing::Proposed(Box::new(CloseProposal {
        day,
        missing,
        account,
        snapshot,
        record,
        resolved,
    })))
}

impl CloseProposal<'_> {
    /// What prevents closing, even if a person confirms.
    pub fn obstacle(&self) -> Option<CloseRefusal> {
        if self.snapshot.is_older {
            return Some(CloseRefusal::OlderLedger);
        }
        let first = self.missing.ambiguous.first()?;
        let messages = self.missing.ambiguous.len();
        Some(CloseRefusal::Ambiguous { messages, first: first.clone() })
    }

    /// Whether the number that a person gives confirms the letters that are not settled. Where all
    /// are settled, none is needed.
    pub fn confirm(&self, given: Option<usize>) -> Result<(), CloseRefusal> {
        match (self.missing.unsettled(), given) {
            (0, _) => Ok(()),
            (unsettled, Some(given)) if given == unsettled => Ok(()),
            (unsettled, Some(given)) => Err(CloseRefusal::OtherNumber { given, unsettled }),
            (unsettled, None) => Err(CloseRefusal::NotConfirmed(unsettled)),
        }
    }

    /// Whether the ledger, now open for writing, still says what was shown.
    fn is_current(&self, ledger: &Ledger) -> Result<bool, LedgerError> {
        let history = ledger.history(self.snapshot.campaign.as_str())?;
        let letters = self.resolved.desired.letters.iter();
        let desired: Vec<String> = letters.map(|letter| letter.reference.to_string()).collect();
        Ok(Account::of(&history, desired.iter().map(String::as_str)) == self.account)
    }

    /// Closes the campaign, once more looked at: nothing stands in the way, the number that a person gave
    /// confirms what is not settled, and the ledger, now open for writing, still says what was shown.
    /// Gives the name of the file that has the last day now.
    pub fn close(
        &self,
        confirmed: Option<usize>,
        ledger: Option<&Ledger>,
    ) -> Result<String, CloseFailure> {
        self.obstacle().map_or(Ok(()), Err)?;
        self.confirm(confirmed)?;
        if let Some(ledger) = ledger
            && !self.is_current(ledger)?
        {
            return Err(CloseRefusal::Changed.into());
        }
        Ok(self.write()?)
    }

    /// Writes the last day into the campaign's file, and reads it back. Gives the file's name.
    fn write(&self) -> Result<String, CloseWriteError> {
        let (project, day) = (&self.snapshot.workspace.project, self.day);
        let sources = &self.snapshot.workspace.loaded.sources;
        let name = sources.path(self.record.place).to_owned();
        let path = project.path(&name);
        let by_hand = format!("écrire « closed = {day} » sous [campaign], dans {name}");
        let bytes = files::read(&path).map_err(|error| {
            CloseWriteError::new(
                format!("{name} ne peut pas être lu : {}", files::reason(&error)),
                "vérifier vos droits sur ce fichier",
            )
        })?;
        let (mark, text) = match bytes.strip_prefix(b"\xef\xbb\xbf") {
            Some(rest) => (&bytes[..3], rest),
            None => (&bytes[..0], &bytes[..]),
        };
        let known = sources.get(self.record.place.source).map(|source| source.text.clone());
        let Some(known) = known.filter(|known| known.as_bytes() == text) else {
            let message = format!("{name} vient d'être modifié");
            return Err(CloseWriteError::new(message, "relancer la même commande"));
        };
        let Some(edited) = closing_date::close(&known, day) else {
            let message = format!("{name} est écrit d'une façon que missive ne sait pas compléter");
            return Err(CloseWriteError::new(message, by_hand));
        };
        files::replace_durably(&path, &[mark, edited.as_bytes()].concat()).map_err(|error| {
            CloseWriteError::new(
                format!("{name} ne peut pas être écrit : {}", files::reason(&error)),
                "faire de la place ou demander l'accès à ce fichier, puis relancer",
            )
        })?;
        let (again, _) = Workspace::open(project.clone(), &[]);
        let mut records = again.loaded.records.campaigns.iter();
        let record = records.find(|record| record.id.value == self.record.id.value);
        if !record.is_some_and(|record| closing_date::closes_on(record, day)) {
            let message = format!("{name} a été écrit, et ne se relit pas ainsi");
            return Err(CloseWriteError::new(message, by_hand));
        }
        Ok(name)
    }
}
