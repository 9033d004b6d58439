//! QR codes in the picture of a page: [`decode`] tries one picture, [`attempts`] chooses the pictures.

pub(crate) mod attempts;
pub(crate) mod decode;
