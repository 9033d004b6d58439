//! Makes the reminders that are due, each written into the ledger with what becomes of it.

use super::due_reminders::DueReminder;
use super::render_reminder::render_reminder;
use crate::app::letters::evaluate::LetterEvaluator;
use crate::app::resolved_campaign::ResolvedCampaign;
use crate::app::sending::queue::rendered_message::{MakeError, RenderedMessage, make};
use crate::app::sending::refusal::SendRefusal;
use crate::ledger::write::change::Change;
use crate::ledger::{Ledger, LedgerError};
use crate::mail::message::SendMethod;
use crate::render::template_names::REMINDER;
use jiff::civil::Date;
use std::collections::BTreeSet;

/// The project can write reminders.
pub(super) fn check_template(resolved: &ResolvedCampaign<'_>) -> Result<(), SendRefusal> {
    match resolved.templates.iter().any(|file| file.path == REMINDER) {
        true => Ok(()),
        false => Err(SendRefusal::TemplateMissing(REMINDER)),
    }
}

/// What reminders are made with.
pub(super) struct ReminderMaker<'m> {
    pub(super) evaluator: &'m LetterEvaluator<'m>,
    pub(super) ledger: &'m Ledger,
    pub(super) today: Date,
    pub(super) method: SendMethod,
}

impl ReminderMaker<'_> {
    /// Makes reminders; `keep` writes beside each row what becomes of the message. Gives their numbers.
    pub(super) fn make(
        &self,
        due: &[DueReminder<'_, '_>],
        keep: impl FnMut(&mut Change<'_>, i64, &RenderedMessage) -> Result<(), LedgerError>,
    ) -> Result<BTreeSet<i64>, MakeError> {
        let Self { evaluator, ledger, today, method } = *self;
        let render =
            |one: &DueReminder<'_, '_>| render_reminder(evaluator, ledger, one, today, method);
        make(ledger, due, render, keep)
    }
}
