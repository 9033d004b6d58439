//! Whether the orders of a person go together.

use crate::app::error::{ErrorKind, UserError};
use crate::plan::{Materiality, Orders};

/// Orders that contradict each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OrdersError {
    /// A reply date for letters that are not made again.
    #[error(
        "--reply-by et --materiality cosmetic ne vont pas ensemble : une lettre dont le changement ne compte pas n'est pas refaite, et garde la date de retour qu'elle porte"
    )]
    DateOfNothing,
}

impl UserError for OrdersError {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Usage
    }

    fn todo(&self) -> String {
        "ôter l'un des deux ; pour des lettres ajoutées ou refaites, donner --reply-by dans une commande à part"
            .to_owned()
    }
}

/// Refuses orders of which one would be ignored.
pub fn check_orders(orders: &Orders) -> Result<(), OrdersError> {
    let judged = orders.judged.as_ref();
    let is_cosmetic = judged.is_some_and(|judged| judged.materiality == Materiality::Cosmetic);
    match is_cosmetic && orders.reply_by.is_some() {
        true => Err(OrdersError::DateOfNothing),
        false => Ok(()),
    }
}
