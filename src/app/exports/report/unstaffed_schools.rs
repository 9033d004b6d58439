//! The part of the report on schools without a referent, and those that were asked for one.

use crate::render::html_escape::escape;
use std::fmt::{Result, Write as _};

/// The anchor and the title of the part.
pub const PART: (&str, &str) = ("sans-referent", "Établissements sans référent");

/// A school without a referent, or that was asked for one.
#[derive(Clone, Debug)]
pub struct UnstaffedSchool {
    /// Name and UAI.
    pub school: String,
    /// Postal address.
    pub place: String,
    /// The head, if one is known.
    pub head: Option<String>,
    /// Mail address, if there is one.
    pub email: Option<String>,
    /// Telephone number, if it is known.
    pub phone: Option<String>,
    /// Where it stands.
    pub state: String,
}

/// Writes the part; nothing where every school has a referent.
pub fn write_unstaffed(page: &mut String, schools: &[UnstaffedSchool]) -> Result {
    if schools.is_empty() {
        return Ok(());
    }
    let (anchor, title) = PART;
    writeln!(
        page,
        "<h2 id=\"{anchor}\">{title}</h2>\n<table>\n<caption class=\"v\">Les établissements qui n'ont pas de référent, et ceux à qui il a été demandé d'en désigner un</caption>\n\
         <thead><tr><th scope=\"col\">Établissement</th><th scope=\"col\">Direction</th><th scope=\"col\">Courriel, téléphone</th><th scope=\"col\">Où en est la demande</th></tr></thead>\n<tbody>"
    )?;
    for one in schools {
        writeln!(
            page,
            "<tr><th scope=\"row\">{}<br><small>{}</small></th><td>{}</td><td>{}{}</td><td>{}</td></tr>",
            escape(&one.school),
            escape(&one.place),
            escape(one.head.as_deref().unwrap_or("non connue")),
            escape(one.email.as_deref().unwrap_or("pas d'adresse")),
            one.phone.as_ref().map_or(String::new(), |phone| format!("<br>{}", escape(phone))),
            escape(&one.state)
        )?;
    }
    writeln!(page, "</tbody>\n</table>")
}
