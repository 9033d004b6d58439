//! `report.html`: one self-contained page in French that shows the state of a campaign.
//!
//! No remote file; readable on a phone, on paper and by a screen reader. Its one script searches, filters and
//! sorts: without it every row is there. Pure: takes facts, gives text.

use crate::app::exports::html_head::write_head;
use crate::app::exports::report::letter_group::LetterGroup;
use crate::app::exports::report::report_rows::{
    LetterProgress, ReportLine, ReportSchool, count_group, write_groups,
};
use crate::app::exports::report::unstaffed_schools::{PART, UnstaffedSchool, write_unstaffed};
use crate::letter::french::count;
use crate::render::html_escape::escape;
use std::collections::BTreeSet;
use std::fmt::{Result, Write as _};

/// The script of the page.
const SCRIPT: &str = include_str!("report.js");

/// What the page shows.
#[derive(Clone, Debug, Default)]
pub struct CampaignReport {
    /// Title, as in "Lettres de mission 2026-2027".
    pub title: String,
    /// Organisation and service, as the page's heading.
    pub organisation: String,
    /// When it was written: "Arrêté au 28 novembre 2026 à 14 h 05".
    pub moment: String,
    /// A rehearsal's warning, if it is one.
    pub rehearsal: Option<String>,
    /// The account: label and number, in order.
    pub account: Vec<(String, usize)>,
    /// Acts and corrections, which are counted apart: a sentence each.
    pub acts: Vec<String>,
    /// The same by département, where there are several.
    pub departements: Vec<ReportDepartement>,
    /// The schools, in order.
    pub schools: Vec<ReportSchool>,
    /// Schools without a referent, and those that were asked for one.
    pub without_referent: Vec<UnstaffedSchool>,
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
    /// The first digits of its UAIs.
    pub code: String,
    /// Its name and number.
    pub name: String,
    /// How far its letters have come.
    pub counts: ProgressCounts,
    /// How many are in each state, in words.
    pub states: Vec<String>,
}

/// Letters by how far they have come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ProgressCounts {
    /// All of them.
    pub letters: usize,
    /// Those that left, whatever came back.
    pub sent: usize,
    /// Those of which a copy came back.
    pub returned: usize,
    /// Those whose signed copy is late.
    pub late: usize,
    /// Those that are late although a copy came back: it lacks signatures, or an act is owed.
    late_and_returned: usize,
}

impl ProgressCounts {
    /// Counts letters.
    pub fn of<'l>(lines: impl IntoIterator<Item = &'l ReportLine>) -> Self {
        let mut counts = Self::default();
        for line in lines {
            let is_back = line.progress == LetterProgress::Returned;
            let is_late = line.group == LetterGroup::Late;
            counts.letters += 1;
            counts.sent += usize::from(line.progress != LetterProgress::NotSent);
            counts.returned += usize::from(is_back);
            counts.late += usize::from(is_late);
            counts.late_and_returned += usize::from(is_back && is_late);
        }
        counts
    }

    /// Three parts of a bar that do not overlap: back and in time, late, on its way.
    fn parts(self) -> [(&'static str, usize); 3] {
        let back = self.returned - self.late_and_returned;
        let rest = self.sent.saturating_sub(back + self.late);
        [("back", back), ("late", self.late), ("wait", rest)]
    }
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

impl CampaignReport {
    /// The page as HTML (UTF-8).
    pub fn to_html(&self) -> String {
        let mut page = String::new();
        // Writing to a String cannot fail.
        let _ = self.write(&mut page);
        page
    }

    fn write(&self, page: &mut String) -> Result {
        write_head(page, &self.title, Some(SCRIPT))?;
        write!(
            page,
            "<body>\n<header>\n<p class=\"org\">{}</p>\n<h1>{}</h1>\n<p class=\"org\">{}</p>\n</header>\n<main>\n",
            escape(&self.organisation),
            escape(&self.title),
            escape(&self.moment)
        )?;
        if let Some(rehearsal) = &self.rehearsal {
            writeln!(page, "<p class=\"notice\">{}</p>", escape(rehearsal))?;
        }
        self.write_account(page)?;
        self.write_contents(page)?;
        write_list(page, ("echecs", "Ce qui n'a pas pu être fait"), "failed", &self.failures)?;
        write_list(page, ("messages", "Messages à suivre"), "", &self.issues)?;
        self.write_form(page)?;
        write_groups(page, &self.schools)?;
        write_unstaffed(page, &self.without_referent)?;
        self.write_departements(page)?;
        write_list(page, ("a-verifier", "À vérifier dans les données"), "", &self.warnings)?;
        writeln!(page, "</main>\n<script>{SCRIPT}</script>\n</body>\n</html>")
    }

    fn lines(&self) -> impl Iterator<Item = &ReportLine> {
        self.schools.iter().flat_map(|school| &school.letters)
    }

    fn write_account(&self, page: &mut String) -> Result {
        writeln!(page, "<h2 id=\"compte\">Le compte</h2>")?;
        write_bar(page, ProgressCounts::of(self.lines()))?;
        writeln!(page, "<ul class=\"account\">")?;
        for (label, number) in &self.account {
            writeln!(page, "<li><strong>{number}</strong> {}</li>", escape(label))?;
        }
        writeln!(page, "</ul>")?;
        for sentence in &self.acts {
            writeln!(page, "<p>{}.</p>", escape(sentence))?;
        }
        if !self.left_out.is_empty() {
            let names: Vec<String> = self.left_out.iter().map(|name| escape(name)).collect();
            writeln!(
                page,
                "<p class=\"notice\">Laissés de côté à votre demande : {}. Leurs fichiers, s'il y en a, n'ont pas été touchés.</p>",
                names.join(", ")
            )?;
        }
        Ok(())
    }

    /// Links to the parts of the page.
    fn write_contents(&self, page: &mut String) -> Result {
        writeln!(page, "<nav aria-label=\"Parties de cette page\">\n<ul>")?;
        let groups = LetterGroup::ALL
            .map(|group| (group.anchor(), group.title(), count_group(&self.schools, group)));
        let departements = if self.departements.len() < 2 { 0 } else { self.departements.len() };
        let parts = [
            ("echecs", "Ce qui n'a pas pu être fait", self.failures.len()),
            ("messages", "Messages à suivre", self.issues.len()),
        ];
        let last = [
            (PART.0, PART.1, self.without_referent.len()),
            ("departements", "Par département", departements),
            ("a-verifier", "À vérifier dans les données", self.warnings.len()),
        ];
        for (anchor, title, number) in parts.into_iter().chain(groups).chain(last) {
            if number > 0 {
                writeln!(page, "<li><a href=\"#{anchor}\">{title} ({number})</a></li>")?;
            }
        }
        writeln!(page, "</ul>\n</nav>")
    }

    fn write_departements(&self, page: &mut String) -> Result {
        if self.departements.len() < 2 {
            return Ok(());
        }
        writeln!(
            page,
            "<h2 id=\"departements\">Par département</h2>\n<table>\n<caption class=\"v\">Les lettres de chaque département</caption>\n\
             <thead><tr><th scope=\"col\">Département</th><th scope=\"col\" class=\"n\">Lettres</th><th scope=\"col\" class=\"n\">Parties</th><th scope=\"col\" class=\"n\">Revenues</th><th scope=\"col\" class=\"n\">En retard</th><th scope=\"col\">États</th></tr></thead>\n<tbody>"
        )?;
        for one in &self.departements {
            let ProgressCounts { letters, sent, returned, late, .. } = one.counts;
            write!(page, "<tr><th scope=\"row\">{}</th>", escape(&one.name))?;
            let cells = [
                ("Lettres", letters),
                ("Parties", sent),
                ("Revenues", returned),
                ("En retard", late),
            ];
            for (label, number) in cells {
                write!(page, "<td class=\"n\" data-l=\"{label}\">{number}</td>")?;
            }
            writeln!(page, "<td>{}</td></tr>", escape(&one.states.join(", ")))?;
        }
        writeln!(page, "</tbody>\n</table>")
    }

    /// What the script works with; hidden without it.
    fn write_form(&self, page: &mut String) -> Result {
        writeln!(
            page,
            "<form id=\"choix\" hidden role=\"search\" aria-label=\"Choisir des lettres\">\n\
             <label class=\"wide\">Chercher un établissement, une personne, une ville\n<input type=\"search\" name=\"mots\"></label>\n\
             <label>Montrer\n<select name=\"etat\"><option value=\"\">toutes les lettres</option>"
        )?;
        for group in LetterGroup::ALL {
            if count_group(&self.schools, group) > 0 {
                let (anchor, title) = (group.anchor(), group.title());
                writeln!(page, "<option value=\"g={anchor}\">{}</option>", title.to_lowercase())?;
            }
        }
        let states: BTreeSet<&str> = self.lines().map(|line| line.state).collect();
        for state in states {
            writeln!(page, "<option value=\"s={0}\">état : {0}</option>", escape(state))?;
        }
        writeln!(page, "</select></label>")?;
        if self.departements.len() > 1 {
            writeln!(
                page,
                "<label>Département\n<select name=\"dept\"><option value=\"\">tous</option>"
            )?;
            for one in &self.departements {
                let (code, name) = (escape(&one.code), escape(&one.name));
                writeln!(page, "<option value=\"{code}\">{name}</option>")?;
            }
            writeln!(page, "</select></label>")?;
        }
        writeln!(
            page,
            "<label>Trier par\n<select name=\"ordre\"><option value=\"place\">ordre habituel</option><option value=\"school\">établissement</option><option value=\"person\">personne</option><option value=\"state\">état</option><option value=\"departement\">département</option><option value=\"due\">date de retour</option></select></label>\n\
             <button type=\"reset\">Tout montrer</button>\n</form>\n\
             <p id=\"montre\" role=\"status\" data-l=\"Lettres affichées : {{}} sur {{}}\"></p>"
        )
    }
}

/// How far the letters have come, as a bar and in words.
fn write_bar(page: &mut String, counts: ProgressCounts) -> Result {
    if counts.letters == 0 {
        return Ok(());
    }
    writeln!(
        page,
        "<svg class=\"bar\" viewBox=\"0 0 {} 1\" preserveAspectRatio=\"none\" aria-hidden=\"true\" focusable=\"false\">",
        counts.letters
    )?;
    let mut from = 0;
    for (class, number) in counts.parts() {
        if number > 0 {
            writeln!(
                page,
                "<rect class=\"{class}\" x=\"{from}\" width=\"{number}\" height=\"1\"/>"
            )?;
        }
        from += number;
    }
    let ProgressCounts { letters, sent, returned, late, .. } = counts;
    let [.., (_, others)] = counts.parts();
    writeln!(
        page,
        "</svg>\n<ul class=\"legend\"><li>{} sur {letters}\u{a0}:</li>{}{}{}</ul>",
        count(sent, "lettre partie", "lettres parties"),
        legend("back", &count(returned, "revenue", "revenues")),
        legend("late", &count(late, "en retard", "en retard")),
        legend("wait", &count(others, "autre", "autres"))
    )
}

/// A part of the bar in words, beside its colour.
fn legend(class: &str, words: &str) -> String {
    format!(
        "<li><svg viewBox=\"0 0 1 1\" aria-hidden=\"true\" focusable=\"false\"><rect class=\"{class}\" width=\"1\" height=\"1\"/></svg> {words}</li>"
    )
}

/// A list of sentences; many of them wait until a person opens the list.
fn write_list(
    page: &mut String,
    (id, title): (&str, &str),
    class: &str,
    warnings: &[ReportWarning],
) -> Result {
    if warnings.is_empty() {
        return Ok(());
    }
    let open = if warnings.len() <= 10 { " open" } else { "" };
    writeln!(
        page,
        "<section id=\"{id}\">\n<h2>{title}</h2>\n<details{open}><summary>{}</summary>\n<ul class=\"{class}\">",
        count(warnings.len(), "point", "points")
    )?;
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
    writeln!(page, "</ul>\n</details>\n</section>")
}

#[cfg(test)]
mod tests;
