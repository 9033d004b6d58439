//! How much a letter that was rendered again differs from its revision, and whether that needs a new one.

use super::port::RenderedHashes;
use crate::plan::history::RevisionEntry;
use crate::plan::materiality::{Materiality, RenderedHash};
use crate::plan::orders::Orders;
use crate::plan::reasons::Reason;

/// Whether a change of a letter that was sent needs a new revision, and the materiality that it is
/// treated as. A change that only differs in declared cosmetic fields is at most cosmetic.
pub(super) fn revision_needed(
    measured: Materiality,
    reasons: &[Reason],
    is_strict: bool,
    orders: &Orders,
) -> (bool, Materiality) {
    if let Some(judged) = &orders.judged {
        let judged = judged.materiality;
        return (judged == Materiality::Substantive && measured != Materiality::None, judged);
    }
    let declared = !reasons.is_empty() && reasons.iter().all(|reason| reason.cosmetic);
    let effective = if declared { measured.min(Materiality::Cosmetic) } else { measured };
    let needs_revision = match effective {
        Materiality::None => false,
        Materiality::Cosmetic => is_strict,
        Materiality::Substantive => true,
    };
    (needs_revision, effective)
}

pub(super) fn compared(made: &impl AsRef<RenderedHashes>, revision: &RevisionEntry) -> Materiality {
    let made = made.as_ref();
    Materiality::between(
        RenderedHash { pdf: revision.rendered.as_str(), text: &revision.text },
        RenderedHash { pdf: made.pdf.as_str(), text: &made.text },
    )
}
