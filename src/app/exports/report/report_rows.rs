//! The letters of the report: what is shown of each, in groups by what is next, a row a letter.
//!
//! Pure: takes facts, gives HTML.

use crate::app::exports::report::letter_group::LetterGroup;
use crate::letter::french;
use crate::render::html_escape::escape;
use jiff::civil::Date;
use std::fmt::{Result, Write as _};

/// How many letters a group shows without being opened.
const OPEN: usize = 20;

/// A school with its letters.
#[derive(Clone, Debug)]
pub struct ReportSchool {
    /// UAI of the school.
    pub uai: String,
    /// Name of the school.
    pub name: String,
    /// City of the school.
    pub city: String,
    /// Number of its département.
    pub departement: String,
    /// Its telephone, if it is known.
    pub phone: Option<String>,
    /// Address, if there is one.
    pub email: Option<String>,
    /// Its letters, in the order of the campaign.
    pub letters: Vec<ReportLine>,
    /// The files of its mail.
    pub links: Vec<ReportLink>,
    /// Why it is blocked.
    pub blocked: Option<String>,
}

/// A file of a school's mail.
#[derive(Clone, Debug)]
pub struct ReportLink {
    /// What it is, in one word.
    pub label: &'static str,
    /// Relative path.
    pub path: String,
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
    /// What is next, for it and its acts.
    pub group: LetterGroup,
    /// What it counts as, beside all letters.
    pub progress: LetterProgress,
    /// The day by which a signed copy is owed, and how many days ago that was.
    pub due: Option<ReportDue>,
    /// What came after it, each with its state.
    pub acts: Vec<String>,
}

/// How far a letter has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LetterProgress {
    /// It has not left, or came back in error.
    NotSent,
    /// It left.
    Sent,
    /// It left, and a copy came back.
    Returned,
}

/// When a signed copy is owed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReportDue {
    /// The day.
    pub day: Date,
    /// Days since then; none before it.
    pub late_by: Option<i32>,
}

/// A letter in its row.
struct ReportRow<'r> {
    school: &'r ReportSchool,
    letter: &'r ReportLine,
}

impl ReportRow<'_> {
    /// By the day it was due where it is late; else the order of the campaign stays.
    fn due_if_late(&self) -> Option<Date> {
        let due = self.letter.due.filter(|_| self.letter.group == LetterGroup::Late);
        due.map(|due| due.day)
    }

    fn write(&self, page: &mut String) -> Result {
        let ReportRow { school, letter } = self;
        let due = letter.due.map_or(String::new(), |due| format!(" data-t=\"{}\"", due.day));
        write!(
            page,
            "<tr data-d=\"{}\" data-s=\"{}\"{due}><th scope=\"row\">{}<small>{} · {}</small></th><td>",
            escape(&school.departement),
            escape(letter.state),
            escape(&school.name),
            escape(&school.uai),
            escape(&school.city)
        )?;
        match &letter.link {
            Some(link) => {
                write!(page, "<a href=\"{}\">{}</a>", escape(link), escape(&letter.person))?
            }
            None => write!(page, "{}", escape(&letter.person))?,
        }
        write!(page, "<small class=\"b\">{}</small></td><td>", escape(&letter.reference))?;
        self.write_state(page)?;
        write!(page, "</td><td>")?;
        if let Some(phone) = &school.phone {
            write!(page, "{} ", telephone(phone))?;
        }
        if let Some(email) = &school.email {
            write!(page, "<small class=\"b\">{}</small>", escape(email))?;
        }
        write!(page, "</td><td>")?;
        for link in &school.links {
            write!(
                page,
                "<a href=\"{}\">{}<span class=\"v\"> : {}, {}</span></a>",
                escape(&link.path),
                escape(link.label),
                escape(&school.name),
                escape(&letter.person)
            )?;
        }
        writeln!(page, "</td></tr>")
    }

    fn write_state(&self, page: &mut String) -> Result {
        let ReportRow { school, letter } = self;
        match &school.blocked {
            Some(why) if letter.progress == LetterProgress::NotSent => write!(
                page,
                "<span class=\"blocked\">{}</span> : {}",
                escape(letter.state),
                escape(why)
            )?,
            _ => write!(page, "{}", escape(letter.state))?,
        }
        for act in &letter.acts {
            write!(page, "<small class=\"b\">{}</small>", escape(act))?;
        }
        let Some(due) = letter.due else { return Ok(()) };
        let day = french::date(due.day);
        match due.late_by.and_then(|days| usize::try_from(days).ok()) {
            Some(days) => write!(
                page,
                "<small class=\"b late\">attendue le {day}, {} de retard</small>",
                french::count(days, "jour", "jours")
            ),
            None => write!(page, "<small class=\"b\">à rendre le {day}</small>"),
        }
    }
}

/// A telephone that a telephone can call.
fn telephone(phone: &str) -> String {
    let number: String = phone.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
    match number.len() {
        0..5 => escape(phone),
        _ => format!("<a href=\"tel:{number}\">{}</a>", escape(phone)),
    }
}

/// How many letters are in a group.
pub fn count_group(schools: &[ReportSchool], group: LetterGroup) -> usize {
    schools.iter().flat_map(|school| &school.letters).filter(|line| line.group == group).count()
}

/// The letters in their groups, the most urgent first. A group of many is closed; a script, where there is
/// one, shows it in parts.
pub fn write_groups(page: &mut String, schools: &[ReportSchool]) -> Result {
    for group in LetterGroup::ALL {
        let rows = schools.iter().flat_map(|school| {
            let letters = school.letters.iter().filter(|letter| letter.group == group);
            letters.map(move |letter| ReportRow { school, letter })
        });
        let mut rows: Vec<ReportRow<'_>> = rows.collect();
        rows.sort_by_key(ReportRow::due_if_late);
        if !rows.is_empty() {
            write_group(page, group, &rows)?;
        }
    }
    Ok(())
}

fn write_group(page: &mut String, group: LetterGroup, rows: &[ReportRow<'_>]) -> Result {
    let (anchor, title) = (group.anchor(), group.title());
    let letters = french::count(rows.len(), "lettre", "lettres");
    let is_open = rows.len() <= OPEN;
    writeln!(
        page,
        "<section id=\"{anchor}\" data-g=\"{anchor}\" data-o=\"{}\">\n<h2>{title}\u{a0}: {letters}</h2>\n<p>{}</p>\n\
         <details{}><summary>Voir les lettres «\u{a0}{title}\u{a0}»</summary>\n<table>\n<caption class=\"v\">{title}</caption>\n\
         <thead><tr><th scope=\"col\">Établissement</th><th scope=\"col\">Lettre</th><th scope=\"col\">État</th><th scope=\"col\">Contact</th><th scope=\"col\">Courrier</th></tr></thead>\n<tbody>",
        u8::from(is_open),
        escape(group.hint()),
        if is_open { " open" } else { "" },
    )?;
    for row in rows {
        row.write(page)?;
    }
    writeln!(
        page,
        "</tbody>\n</table>\n<button type=\"button\" hidden data-l=\"Afficher les suivantes\"></button>\n</details>\n</section>"
    )
}
