//! Why a file cannot be looked at, in words for a person.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Why a file cannot be looked at. Its text is French, and fit for the end of a sentence.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Failure {
    /// A password is needed to open it (ISO 32000-1, 7.6).
    #[error("le fichier est protégé par un mot de passe")]
    Encrypted,
    /// It can be opened, and holds nothing.
    #[error("le fichier ne contient aucune page")]
    NoPages,
    /// Something in it is larger than what is taken in; says what.
    #[error("trop grand pour être lu : {0}")]
    TooLarge(String),
    /// More pages than [`PAGES`](super::PAGES); says how many.
    #[error("le fichier compte {0} pages, plus qu'il n'en est lu d'un coup")]
    TooMany(usize),
    /// Its bytes are not what they should be; says what.
    #[error("le fichier est endommagé : {0}")]
    Damaged(String),
    /// A sound file of a sort that is not read; says which.
    #[error("cette sorte de fichier n'est pas lue : {0}")]
    Unsupported(String),
    /// Two readers of PDF do not find the same number of pages: a file that shows different things
    /// to different programs.
    #[error("le fichier est ambigu : selon le lecteur, il a {0} ou {1} pages")]
    Disagree(usize, usize),
    /// There is no page of this number.
    #[error("le fichier n'a pas de page {0}")]
    NoSuchPage(u32),
}

impl Failure {
    /// An image of too many pixels.
    pub(super) fn pixels(width: u64, height: u64) -> Self {
        Self::TooLarge(format!("une image de {width} × {height} points"))
    }

    /// Something broken.
    pub(super) fn damaged(what: impl Into<String>) -> Self {
        Self::Damaged(what.into())
    }
}

impl From<image::ImageError> for Failure {
    fn from(error: image::ImageError) -> Self {
        match error {
            image::ImageError::Limits(_) => Self::TooLarge("une image".to_owned()),
            image::ImageError::Unsupported(error) => Self::Unsupported(error.to_string()),
            error => Self::Damaged(error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_says_what_in_french_and_travels() {
        let failure = Failure::pixels(70_000, 70_000);
        assert!(failure.to_string().contains("70000 × 70000"), "{failure}");
        let text = serde_json::to_string(&Failure::Disagree(4, 1)).unwrap();
        assert_eq!(text, r#"{"disagree":[4,1]}"#);
        assert_eq!(serde_json::from_str::<Failure>(&text).unwrap(), Failure::Disagree(4, 1));
    }
}
