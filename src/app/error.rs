//! Errors for a front end: their kind, what happened, what to do.
//!
//! The command line gives each kind an exit code; a browser gives it a page. Display says what
//! happened, in French.

use crate::app::workspace::{CampaignError, OpenError};
use crate::diagnostic::LocatedProblem;
use crate::ledger::LedgerError;
use crate::project::folder::ProjectError;
use crate::project::lock::LockError;
use crate::project::sample::InitError;
use serde::Serialize;
use std::fmt::Display;

/// What kind of error it is, for programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorKind {
    /// What was asked makes no sense here: another word, option or order is needed.
    Usage,
    /// The records, rules, settings or templates have errors; nothing was written or sent.
    InvalidProject,
    /// A disk, an access right, a server or another program prevents it.
    Environment,
    /// A person must decide first.
    Decision,
    /// A bug in missive.
    Bug,
}

/// What happened, and what to do about it, in French.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Complaint {
    /// What happened.
    pub message: String,
    /// What to do.
    pub todo: String,
}

/// An error that a person is shown. Its Display says what happened.
pub trait UserError: Display {
    /// What kind it is.
    fn kind(&self) -> ErrorKind;

    /// What the person can do, in French.
    fn todo(&self) -> String;

    /// Each thing that is wrong; nearly always one.
    fn complaints(&self) -> Vec<Complaint> {
        vec![Complaint { message: self.to_string(), todo: self.todo() }]
    }

    /// Problems of the project's files behind it, shown before it.
    fn problems(&self) -> &[LocatedProblem] {
        &[]
    }
}

impl UserError for ProjectError {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Usage
    }

    fn todo(&self) -> String {
        "indiquer le dossier du projet avec -C, ou en créer un : « missive init mon-dossier »"
            .to_owned()
    }
}

/// The ledger is older than the one this computer has known, or is another: sending might send twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "rien n'est envoyé : le journal des envois est plus ancien que celui que cet ordinateur a connu, ou en est un autre"
)]
pub struct OlderLedger;

impl UserError for OlderLedger {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Decision
    }

    fn todo(&self) -> String {
        "remettre le dernier journal ; si c'est bien celui-ci, rapprocher d'abord les copies de contrôle (missive resolve --copies DOSSIER), puis : missive ledger accept --why \"…\""
            .to_owned()
    }
}

impl UserError for LedgerError {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Environment
    }

    fn todo(&self) -> String {
        Self::todo(self).to_owned()
    }
}

impl UserError for LockError {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Environment
    }

    fn todo(&self) -> String {
        match self {
            Self::Busy(_) => "attendre qu'elle finisse, puis relancer",
            Self::Io(_) => "vérifier la place libre et vos droits sur ce dossier",
        }
        .to_owned()
    }
}

impl UserError for InitError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::NotEmpty(_) => ErrorKind::Usage,
            Self::Io(..) => ErrorKind::Environment,
        }
    }

    fn todo(&self) -> String {
        match self {
            Self::NotEmpty(_) => "choisir un dossier neuf ou vide : rien n'a été écrit",
            Self::Io(..) => "vérifier la place libre et vos droits sur ce dossier",
        }
        .to_owned()
    }
}

impl UserError for CampaignError {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Usage
    }

    fn todo(&self) -> String {
        match self {
            Self::Closed(_) => {
                "ouvrir la campagne suivante, ou en nommer une autre avec --campaign"
            }
            _ => "nommer une campagne de data/, par exemple : --campaign 2026",
        }
        .to_owned()
    }
}

impl UserError for OpenError {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Usage
    }

    fn todo(&self) -> String {
        match self {
            Self::Project(error) => error.todo(),
            Self::CampaignId(_) => "donner l'identifiant de [campaign], comme 2026".to_owned(),
            Self::NothingToExcept(_) => {
                "donner un nom, une ville, un UAI, l'identifiant d'un référent ou une référence"
                    .to_owned()
            }
            Self::Campaign(error) => error.todo(),
        }
    }
}
