//! Makes the reminders that are due, in batches, each written into the ledger with what becomes of it.

use super::due_reminders::DueReminder;
use super::render_reminder::{RenderedReminder, render_reminder};
use crate::app::letters::evaluate::LetterEvaluator;
use crate::app::resolved_campaign::ResolvedCampaign;
use crate::app::sending::queue::freeze::FreezeError;
use crate::app::sending::refusal::SendRefusal;
use crate::ledger::write::change::Change;
use crate::ledger::{Ledger, LedgerError};
use crate::mail::message::SendMethod;
use crate::render::template_names::REMINDER;
use jiff::civil::Date;
use std::collections::BTreeSet;

/// Reminders made in one transaction.
const BATCH: usize = 24;

/// The project can write reminders.
pub(super) fn check_template(resolved: &ResolvedCampaign<'_>) -> Result<(), SendRefusal> {
    match resolved.templates.iter().any(|file| file.path == REMINDER) {
        true => Ok(()),
        false => Err(SendRefusal::ReminderTemplateMissing),
    }
}

/// Why a reminder was not made.
pub(super) enum MakeError {
    /// The template.
    Template(String),
    /// The ledger or the store.
    Ledger(LedgerError),
}

impl From<LedgerError> for MakeError {
    fn from(error: LedgerError) -> Self {
        Self::Ledger(error)
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
        mut keep: impl FnMut(&mut Change<'_>, i64, &RenderedReminder) -> Result<(), LedgerError>,
    ) -> Result<BTreeSet<i64>, MakeError> {
        let mut ids = BTreeSet::new();
        for batch in due.chunks(BATCH) {
            let rendered: Vec<RenderedReminder> =
                batch.iter().map(|one| self.render(one)).collect::<Result<_, _>>()?;
            let kept = self.ledger.write(|change| {
                let mut kept = Vec::new();
                for reminder in &rendered {
                    let id = reminder.write(change)?;
                    keep(change, id, reminder)?;
                    kept.push(id);
                }
                Ok(kept)
            })?;
            ids.extend(kept);
        }
        Ok(ids)
    }

    fn render(&self, due: &DueReminder<'_, '_>) -> Result<RenderedReminder, MakeError> {
        let made = render_reminder(self.evaluator, self.ledger, due, self.today, self.method);
        made.map_err(|error| match error {
            FreezeError::Problem(problem) => MakeError::Template(problem.message),
            FreezeError::Disk(error) => MakeError::Ledger(error.into()),
        })
    }
}
