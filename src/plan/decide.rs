//! What is done with a letter.

use super::materiality::Materiality;
use super::orders::Orders;
use super::reasons::Reason;

/// Whether a change of something handed over is worth a new revision.
pub fn is_worth_a_revision(
    seen: Materiality,
    reasons: &[Reason],
    strict: bool,
    orders: &Orders,
) -> (bool, Materiality) {
    if let Some((judged, _)) = &orders.judged {
        return (*judged == Materiality::Substantive && seen != Materiality::None, *judged);
    }
    let declared = !reasons.is_empty() && reasons.iter().all(|reason| reason.cosmetic);
    let counted = if declared { seen.min(Materiality::Cosmetic) } else { seen };
    let worth = match counted {
        Materiality::None => false,
        Materiality::Cosmetic => strict,
        Materiality::Substantive => true,
    };
    (worth, counted)
}
