//! The rows of a campaign without any file: what a question about other rules is compared with.

use super::made_message::LetterRow;
use crate::app::letters::evaluate::LetterEvaluator;
use crate::app::resolved_campaign::ResolvedCampaign;
use crate::ledger::{Ledger, LedgerError};
use crate::plan::Orders;
use crate::plan::history::CampaignHistory;
use crate::render::worker_pool;
use jiff::civil::Date;
use std::sync::atomic::AtomicBool;

/// Writes the rows of all letters of a campaign into a ledger made for this purpose. Letters that
/// cannot be made have none.
pub fn write_baseline(
    resolved: &ResolvedCampaign<'_>,
    ledger: &Ledger,
    orders: &Orders,
    today: Date,
    jobs: usize,
) -> Result<(), LedgerError> {
    let history = CampaignHistory::default();
    let evaluator = LetterEvaluator::new(resolved, &history, Some(ledger), orders, today);
    let mailings = &resolved.desired.mailings;
    let mut rows: Vec<LetterRow> = Vec::new();
    worker_pool::run(
        mailings.len(),
        jobs,
        &AtomicBool::new(false),
        |at| evaluator.plan_mailing(&mailings[at]),
        |at, planned| {
            let decisions = planned.map(|planned| planned.letters).unwrap_or_default();
            for (letter, decision) in mailings[at].letters.iter().zip(decisions) {
                if let Ok(decision) = decision {
                    rows.push(LetterRow::new(
                        &evaluator,
                        &resolved.desired.letters[*letter],
                        decision,
                    ));
                }
            }
        },
    );
    let campaign = resolved.desired.campaign.id.as_str();
    ledger.write(|change| {
        for row in &rows {
            let Some((new, inputs)) = &row.new else { continue };
            change.letter(&row.reference, campaign, &row.uai, row.referent.as_deref())?;
            change.inputs(&new.inputs, inputs)?;
            change.revision(new, &[])?;
        }
        Ok(())
    })
}
