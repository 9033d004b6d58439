//! Mistakes that filling in a French sentence by program makes, found in one paragraph of finished text.
//!
//! Each rule is on its own and errs on the side of silence: what French allows in some case is left
//! alone. Sources: *Lexique des règles typographiques en usage à l'Imprimerie nationale*; Grevisse,
//! *Le bon usage*.
//!
//! ```
//! use french_proofreader::{Paragraph, Rule, proofread};
//! let found = proofread("La lettre de Émilie est prête.", Paragraph::Sentence);
//! assert_eq!(found[0].rule, Rule::Elision);
//! assert_eq!(found[0].instead.as_deref(), Some("d’Émilie"));
//! ```

mod grammar;
mod mistake;
mod proofread;
mod spaces;
mod words;

pub use mistake::{Mistake, Paragraph, Rule};
pub use proofread::{is_cut_in_two, proofread};
