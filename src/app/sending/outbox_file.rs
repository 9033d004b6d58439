//! The file of a message in the outbox, and taking it out once a person said what became of the message.

use crate::app::error::{ErrorKind, UserError};
use crate::files;
use crate::plan::history::{MessageEntry, MessageKind, MessageState};
use crate::project::folder::Project;
use crate::project::outbox::Outbox;
use crate::project::send_log::SendLog;
use jiff::civil::Date;
use std::io;

/// The name of a message's file in the outbox.
pub fn outbox_file(message: &MessageEntry) -> String {
    let (uai, number) = (&message.uai, message.number);
    match message.kind {
        MessageKind::Letters => Outbox::file_name(uai, number),
        MessageKind::Reminder => Outbox::reminder_name(uai, number),
        MessageKind::Designation => Outbox::designation_name(uai, number),
        MessageKind::Referent => Outbox::referent_name(uai, number),
    }
}

/// A file that is still in the outbox although its message is resolved: somebody could send it once more.
#[derive(Debug, thiserror::Error)]
#[error("noté dans le journal, mais {file} n'a pas pu être retiré de la boîte d'envoi : {why}")]
pub struct NotRemoved {
    /// Name of the `.eml` file.
    pub file: String,
    /// Why it cannot be removed, in French.
    pub why: String,
}

impl UserError for NotRemoved {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Environment
    }

    fn todo(&self) -> String {
        "le supprimer à la main, pour que personne ne l'envoie une seconde fois".to_owned()
    }
}

/// Takes the files of resolved messages out of the outbox. All are tried; the error is the first by name.
pub fn empty_outbox(
    project: &Project,
    campaigns: &[String],
    messages: &[MessageEntry],
    day: Date,
) -> Result<(), NotRemoved> {
    let mut first: Option<NotRemoved> = None;
    for campaign in campaigns {
        let out = project.path(&Project::output(campaign, None));
        let log = SendLog::new(&out, day);
        for message in messages.iter().filter(|message| message.state == MessageState::Deposited) {
            let file = outbox_file(message);
            match std::fs::remove_file(out.join("outbox").join(&file)) {
                Ok(()) => drop(log.withdrawn(&file)),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => {
                    if first.as_ref().is_none_or(|other| file <= other.file) {
                        first = Some(NotRemoved { file, why: files::reason(&error) });
                    }
                }
            }
        }
    }
    first.map_or(Ok(()), Err)
}
