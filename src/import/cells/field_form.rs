//! The forms that a field of a record may have.

/// How a field is written in a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldForm {
    /// A code of a school.
    Uai,
    /// The name of a school.
    SchoolName,
    /// A line of an address; several make a list.
    Address,
    /// A city.
    City,
    /// A postcode.
    Postcode,
    /// A mail address.
    Email,
    /// A telephone number.
    Phone,
    /// A family name.
    FamilyName,
    /// A given name.
    GivenName,
    /// Mme or M.
    Civility,
    /// A function, with a capital.
    Function,
    /// A post, without.
    Post,
    /// A word of a closed list, or an identifier.
    Word,
    /// A line of text.
    Line,
    /// A day.
    Day,
    /// Yes or no.
    Flag,
    /// An amount of euros, written with two decimals.
    Amount,
    /// A text of a list, one a column.
    Item,
    /// Another school: its code, or else its name.
    School,
}

impl FieldForm {
    /// Whether several columns make a list.
    pub fn is_list(self) -> bool {
        matches!(self, Self::Address | Self::Item | Self::School)
    }
}
