//! `report.html`: one self-contained page in French that shows the state of a campaign.
//!
//! No script, no remote file; readable on a phone and by a screen reader. Pure: takes facts, gives
//! text.

use crate::render::html_escape::escape;
use std::fmt::Write as _;

/// What the page shows.
#[derive(Clone, Debug, Default)]
pub struct CampaignReport {
    /// Title, as in "Lettres de mission 2026-2027".
    pub title: String,
    /// Organisation and service, as the page's heading.
    pub organisation: String,
    /// A rehearsal's warning, if it is one.
    pub rehearsal: Option<String>,
    /// The account: label and number, in order.
    pub account: Vec<(String, usize)>,
    /// The same by département, where there are several: name, label and number.
    pub departements: Vec<ReportDepartement>,
    /// The schools, in order.
    pub schools: Vec<ReportSchool>,
    /// Schools without a referent, and those that were asked for one.
    pub without_referent: Vec<ReportUnstaffed>,
    /// What was left out on purpose.
    pub left_out: Vec<String>,
    /// What a person should look at, place and sentence.
    pub warnings: Vec<ReportWarning>,
    /// What could not be made.
    pub failures: Vec<ReportWarning>,
    /// Messages that did not simply leave.
    pub issues: Vec<ReportWarning>,
}

/// The letters of one département.
#[derive(Clone, Debug)]
pub struct ReportDepartement {
    /// Its name and number.
    pub name: String,
    /// Number of letters.
    pub letters: usize,
    /// How many are in each state, in words.
    pub states: Vec<String>,
}

/// A school without a referent, or that was asked for one.
#[derive(Clone, Debug)]
pub struct ReportUnstaffed {
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

/// A school with its letters.
#[derive(Clone, Debug)]
pub struct ReportSchool {
    /// UAI of the school.
    pub uai: String,
    /// Name of the school.
    pub name: String,
    /// City of the school.
    pub city: String,
    /// Address, if there is one.
    pub email: Option<String>,
    /// Its letters, in the order of the campaign.
    pub letters: Vec<ReportLine>,
    /// Links: label and relative path.
    pub links: Vec<(String, String)>,
    /// Why it is blocked.
    pub blocked: Option<String>,
}

/// A letter with its state and its file.
#[derive(Clone, Debug)]
pub struct ReportLine {
    /// Reference of the letter.
    pub reference: String,
    /// Name of the referent.
    pub person: String,
    /// Relative path of the PDF, if it is there.
    pub link: Option<String>,
    /// Its state, as a person reads it.
    pub state: &'static str,
    /// What came after it, each with its state.
    pub acts: Vec<String>,
}

/// A sentence with its place.
#[derive(Clone, Debug)]
pub struct ReportWarning {
    /// Place as `path:line`; empty if there is none.
    pub place: String,
    /// The warning, as a French sentence.
    pub message: String,
    /// What the user can do about it, as a French sentence.
    pub help: String,
}

pub(in crate::app) const STYLE: &str = "
:root{--ink:#1c2530;--soft:#5a6672;--line:#d6dce2;--accent:#1f4e79;--warn:#8a4b00;--bad:#a11212}
*{box-sizing:border-box}
body{margin:0 auto;max-width:62rem;padding:1.5rem 1rem 4rem;color:var(--ink);background:#fff;
font:1rem/1.5 system-ui,sans-serif}
h1{font-size:1.5rem;margin:.2rem 0;color:var(--accent)}h2{font-size:1.15rem;margin:2rem 0 .6rem}
p.org{color:var(--soft);margin:0}
.account{display:flex;flex-wrap:wrap;gap:.6rem;padding:0;list-style:none}
.account li{border:1px solid var(--line);border-radius:.4rem;padding:.4rem .9rem;min-width:7rem}
.account strong{display:block;font-size:1.4rem}
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;
padding:.5rem .6rem;border-bottom:1px solid var(--line)}th{color:var(--soft);font-weight:600}
td small{color:var(--soft);white-space:nowrap}a{color:var(--accent)}
.blocked{color:var(--warn);font-weight:600}.failed{color:var(--bad)}
.notice{border-left:.3rem solid var(--warn);background:#fff7ec;padding:.6rem 1rem}
@media(max-width:40rem){thead{position:absolute;left:-99rem}tr{display:block;
border-bottom:1px solid var(--line);padding:.5rem 0}td{display:block;border:0;padding:.15rem 0}}
@media(prefers-color-scheme:dark){:root{--ink:#e8edf2;--soft:#a6b1bc;--line:#3a444e;
--accent:#8fc1f0;--warn:#f0b25f;--bad:#ff9c9c}body{background:#14191f}.notice{background:#2b2416}}
@media print{body{max-width:none}a{color:inherit}}";

impl CampaignReport {
    /// The page as HTML (UTF-8).
    pub fn to_html(&self) -> String {
        let mut page = String::new();
        // Writing to a String cannot fail.
        let _ = self.write(&mut page);
        page
    }

    fn write(&self, page: &mut String) -> std::fmt::Result {
        let title = escape(&self.title);
        write!(
            page,
            "<!DOCTYPE html>\n<html lang=\"fr\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <title>{title}</title>\n<style>{STYLE}\n</style>\n</head>\n<body>\n<header>\n\
             <p class=\"org\">{}</p>\n<h1>{title}</h1>\n</header>\n<main>\n",
            escape(&self.organisation)
        )?;
        if let Some(rehearsal) = &self.rehearsal {
            writeln!(page, "<p class=\"notice\">{}</p>", escape(rehearsal))?;
        }
        writeln!(page, "<h2 id=\"compte\">Le compte</h2>\n<ul class=\"account\">")?;
        for (label, number) in &self.account {
            writeln!(page, "<li><strong>{number}</strong> {}</li>", escape(label))?;
        }
        writeln!(page, "</ul>")?;
        if !self.left_out.is_empty() {
            let names: Vec<String> = self.left_out.iter().map(|name| escape(name)).collect();
            writeln!(
                page,
                "<p class=\"notice\">Laissés de côté à votre demande : {}. Leurs fichiers, s'il y en a, n'ont pas été touchés.</p>",
                names.join(", ")
            )?;
        }
        self.departements(page)?;
        list(page, "Ce qui n'a pas pu être fait", "echecs", "failed", &self.failures)?;
        list(page, "Messages à suivre", "messages", "", &self.issues)?;
        self.blocked(page)?;
        self.without_referent(page)?;
        self.table(page)?;
        list(page, "À vérifier", "a-verifier", "", &self.warnings)?;
        writeln!(page, "</main>\n</body>\n</html>")
    }

    fn blocked(&self, page: &mut String) -> std::fmt::Result {
        let blocked: Vec<(&ReportSchool, &str)> = self
            .schools
            .iter()
            .filter_map(|school| Some((school, school.blocked.as_deref()?)))
            .collect();
        if blocked.is_empty() {
            return Ok(());
        }
        writeln!(page, "<h2 id=\"bloquees\">Lettres bloquées</h2>\n<ul>")?;
        for (school, why) in blocked {
            writeln!(
                page,
                "<li><span class=\"blocked\">{} ({})</span> : {}</li>",
                escape(&school.name),
                escape(&school.uai),
                escape(why)
            )?;
        }
        writeln!(page, "</ul>")
    }

    fn without_referent(&self, page: &mut String) -> std::fmt::Result {
        if self.without_referent.is_empty() {
            return Ok(());
        }
        writeln!(
            page,
            "<h2 id=\"sans-referent\">Établissements sans référent</h2>\n<table>\n<caption hidden>Les établissements qui n'ont pas de référent, et ceux à qui il a été demandé d'en désigner un</caption>\n\
             <thead><tr><th scope=\"col\">Établissement</th><th scope=\"col\">Direction</th><th scope=\"col\">Courriel, téléphone</th><th scope=\"col\">Où en est la demande</th></tr></thead>\n<tbody>"
        )?;
        for one in &self.without_referent {
            writeln!(
                page,
                "<tr><td>{}<br><small>{}</small></td><td>{}</td><td>{}{}</td><td>{}</td></tr>",
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

    fn departements(&self, page: &mut String) -> std::fmt::Result {
        if self.departements.len() < 2 {
            return Ok(());
        }
        writeln!(
            page,
            "<h2 id=\"departements\">Par département</h2>\n<table>\n<caption hidden>Les lettres de chaque département</caption>\n\
             <thead><tr><th scope=\"col\">Département</th><th scope=\"col\">Lettres</th><th scope=\"col\">États</th></tr></thead>\n<tbody>"
        )?;
        for one in &self.departements {
            writeln!(
                page,
                "<tr><td>{}</td><td>{}</td><td>{}</td></tr>",
                escape(&one.name),
                one.letters,
                escape(&one.states.join(", "))
            )?;
        }
        writeln!(page, "</tbody>\n</table>")
    }

    fn table(&self, page: &mut String) -> std::fmt::Result {
        writeln!(
            page,
            "<h2 id=\"etablissements\">Par établissement</h2>\n<table>\n<caption hidden>Les lettres de chaque établissement</caption>\n\
             <thead><tr><th scope=\"col\">Établissement</th><th scope=\"col\">Lettres</th><th scope=\"col\">Courrier</th><th scope=\"col\">État</th></tr></thead>\n<tbody>"
        )?;
        for school in &self.schools {
            write!(
                page,
                "<tr><td>{}<br><small>{} · {}{}</small></td><td>",
                escape(&school.name),
                escape(&school.uai),
                escape(&school.city),
                school
                    .email
                    .as_ref()
                    .map_or(String::new(), |email| format!("<br>{}", escape(email)))
            )?;
            for (index, line) in school.letters.iter().enumerate() {
                if index > 0 {
                    write!(page, "<br>")?;
                }
                match &line.link {
                    Some(link) => {
                        write!(page, "<a href=\"{}\">{}</a>", escape(link), escape(&line.person))?
                    }
                    None => write!(page, "{}", escape(&line.person))?,
                }
                write!(page, "<br><small>{}</small>", escape(&line.reference))?;
            }
            write!(page, "</td><td>")?;
            for (index, (label, link)) in school.links.iter().enumerate() {
                let comma = if index > 0 { ", " } else { "" };
                write!(page, "{comma}<a href=\"{}\">{}</a>", escape(link), escape(label))?;
            }
            let class = if school.blocked.is_some() { " class=\"blocked\"" } else { "" };
            let mut states: Vec<&str> = school.letters.iter().map(|line| line.state).collect();
            states.dedup();
            write!(page, "</td><td{class}>{}", escape(&states.join(", ")))?;
            for act in school.letters.iter().flat_map(|line| &line.acts) {
                write!(page, "<br><small>{}</small>", escape(act))?;
            }
            writeln!(page, "</td></tr>")?;
        }
        writeln!(page, "</tbody>\n</table>")
    }
}

fn list(
    page: &mut String,
    title: &str,
    id: &str,
    class: &str,
    warnings: &[ReportWarning],
) -> std::fmt::Result {
    if warnings.is_empty() {
        return Ok(());
    }
    writeln!(page, "<h2 id=\"{id}\">{title}</h2>\n<ul class=\"{class}\">")?;
    for warning in warnings {
        let place = match warning.place.as_str() {
            "" => String::new(),
            place => format!(" <small>{}</small>", escape(place)),
        };
        let help = match warning.help.as_str() {
            "" => String::new(),
            help => format!("<br>À faire : {}.", escape(help)),
        };
        writeln!(page, "<li>{}.{place}{help}</li>", escape(&warning.message))?;
    }
    writeln!(page, "</ul>")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_record_becomes_markup() {
        let report = CampaignReport {
            title: "<script>alert(1)</script>".into(),
            schools: vec![ReportSchool {
                uai: "\"onload=\"x".into(),
                name: "<b>".into(),
                city: "'".into(),
                email: Some("a&b".into()),
                letters: vec![ReportLine {
                    reference: "r".into(),
                    person: "</td>".into(),
                    link: Some("letters/\"x\".pdf".into()),
                    state: "prête",
                    acts: Vec::new(),
                }],
                links: vec![],
                blocked: None,
            }],
            ..CampaignReport::default()
        };
        let page = report.to_html();
        assert!(!page.contains("<script>") && !page.contains("<b>") && !page.contains("\"x\".pdf"));
        assert!(page.contains("&lt;script&gt;") && page.contains("a&amp;b"));
    }
}
