//! Checks of what letters look like and say, before the first is made: their pictures ([`picture_checks`]), the
//! French and the boxes of what the templates make ([`template_reading`]), and the addresses of referents who get a
//! message of their own ([`referent_checks`]).

pub(in crate::app) mod picture_checks;
pub(in crate::app) mod referent_checks;
pub(in crate::app) mod template_reading;
