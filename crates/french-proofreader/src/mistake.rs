//! A mistake: which rule, where, and what to write instead.

use std::ops::Range;

/// What a paragraph is: only a sentence must end with a full stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paragraph {
    /// One or several whole sentences.
    Sentence,
    /// A heading, an item, an address, a cell: any text.
    Fragment,
}

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Rule {
    /// "de Émilie".
    Elision,
    /// "à le collège".
    Contraction,
    /// "de de".
    DoubledWord,
    /// A sentence that begins in lower case.
    LowerCase,
    /// A paragraph that ends without a full stop.
    NoFullStop,
    /// "..", ",.".
    DoubledSign,
    /// A space before `:` `;` `!` `?` that may break, or two.
    BreakingSpace,
    /// No space before `:` `;` `!` `?`.
    NoSpace,
    /// A space before a comma or a full stop.
    SpaceBeforeStop,
    /// Two spaces between two words.
    TwoSpaces,
    /// Quotation marks without no-break spaces inside.
    Quotes,
}

impl Rule {
    /// Every rule, in the order of the declaration.
    pub const ALL: [Self; 11] = [
        Self::Elision,
        Self::Contraction,
        Self::DoubledWord,
        Self::LowerCase,
        Self::NoFullStop,
        Self::DoubledSign,
        Self::BreakingSpace,
        Self::NoSpace,
        Self::SpaceBeforeStop,
        Self::TwoSpaces,
        Self::Quotes,
    ];
}

/// One mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// What is wrong.
    pub rule: Rule,
    /// Where, in octets of the paragraph.
    pub place: Range<usize>,
    /// What to write there instead; none where it takes a person.
    pub instead: Option<String>,
}
