//! Where each field of a letter's content comes from: the place of the record, or of the rule.
//!
//! A field without an entry of its own has that of the nearest field around it.

use super::campaign_letters::CampaignLetters;
use super::content::mission_period::EarlyEnd;
use super::issue::Issue;
use super::mission_letter::Letter;
use crate::diagnostic::Span;
use crate::records::people::{Assignment, Establishment, Referent};
use crate::records::settings::Signatory;
use crate::records::table_reader::Located;
use crate::records::values::{SchoolYear, Slug};

/// Paths of the content's JSON with the place each was written at.
pub type Origins = Vec<(String, Span)>;

struct Collector(Origins);

impl Collector {
    fn put(&mut self, path: impl Into<String>, span: Span) {
        self.0.push((path.into(), span));
    }

    fn at<T>(&mut self, path: &str, value: &Located<T>) {
        self.put(path, value.span);
    }

    fn maybe<T>(&mut self, path: &str, value: &Option<Located<T>>) {
        if let Some(value) = value {
            self.put(path, value.span);
        }
    }

    fn each<T>(&mut self, path: &str, values: &[Located<T>]) {
        for (index, value) in values.iter().enumerate() {
            self.put(format!("{path}.{index}"), value.span);
        }
    }

    fn establishment(&mut self, school: &Establishment, year: SchoolYear) {
        let path = |key: &str| format!("establishment.{key}");
        self.put("establishment", school.place);
        self.at(&path("uai"), &school.uai);
        self.at(&path("kind"), &school.kind);
        self.at(&path("sector"), &school.sector);
        self.at(&path("name"), &school.name);
        self.maybe(&path("site"), &school.site);
        self.each(&path("address"), &school.address);
        self.at(&path("postcode"), &school.postcode);
        self.at(&path("city"), &school.city);
        self.maybe(&path("email"), &school.email);
        if let Some(head) = &school.head {
            self.put(path("head"), head.place);
            self.maybe(&path("head.civility"), &head.civility);
            self.at(&path("head.given_name"), &head.given_name);
            self.at(&path("head.family_name"), &head.family_name);
            self.at(&path("head.function"), &head.function);
            self.maybe(&path("head.since"), &head.since);
        }
        self.maybe(&path("authority"), &school.authority);
        self.maybe(&path("digital_workspace"), &school.digital_workspace);
        self.each(&path("priorities"), school.priorities_of(year));
        for (index, opinion) in
            school.opinions.iter().filter(|opinion| opinion.is_of(year)).enumerate()
        {
            self.put(path(&format!("opinions.{index}")), opinion.body.span);
            self.at(&path(&format!("opinions.{index}.date")), &opinion.date);
        }
    }

    fn referent(&mut self, referent: &Referent) {
        let path = |key: &str| format!("referent.{key}");
        self.put("referent", referent.place);
        self.at(&path("id"), &referent.id);
        self.maybe(&path("civility"), &referent.civility);
        self.at(&path("given_name"), &referent.given_name);
        self.at(&path("family_name"), &referent.family_name);
        self.maybe(&path("email"), &referent.email);
        self.at(&path("post"), &referent.post);
    }

    fn assignment(&mut self, assignment: &Assignment, end: Option<EarlyEnd<'_>>) {
        let path = |key: &str| format!("assignment.{key}");
        self.put("assignment", assignment.place);
        self.at(&path("since"), &assignment.since);
        if let Some(end) = end {
            self.at(&path("until"), end.day);
            let of_record =
                assignment.until.as_ref().is_some_and(|until| until.span == end.day.span);
            let reason = assignment.end_reason.as_ref().filter(|_| of_record);
            self.put(path("end_reason"), reason.map_or(end.day.span, |reason| reason.span));
        }
    }

    fn signatory(&mut self, signatory: &Signatory) {
        let path = |key: &str| format!("campaign.signatory.{key}");
        self.put("campaign.signatory", signatory.given_name.span);
        self.maybe(&path("civility"), &signatory.civility);
        self.at(&path("given_name"), &signatory.given_name);
        self.at(&path("family_name"), &signatory.family_name);
        self.at(&path("function"), &signatory.function);
        self.maybe(&path("on_behalf_of"), &signatory.on_behalf_of);
        self.maybe(&path("delegation"), &signatory.delegation);
    }
}

impl<'r> CampaignLetters<'r> {
    /// The place of each field of a letter; missions, clauses and the allowance are at the version
    /// of the rule that gives them.
    pub fn origins(&self, letter: &Letter<'r>, issue: &Issue) -> Origins {
        let mut list = Collector(Vec::with_capacity(80));
        let settings = self.settings;
        let organisation = &settings.organisation;
        list.put("organisation", organisation.name.span);
        list.at("organisation.service", &organisation.service);
        list.each("organisation.address", &organisation.address);
        list.at("organisation.postcode", &organisation.postcode);
        list.at("organisation.city", &organisation.city);
        list.at("organisation.email", &organisation.email);
        list.maybe("organisation.phone", &organisation.phone);
        list.maybe("organisation.dpo", &organisation.dpo);
        list.each("organisation.copies", &organisation.copies);
        if let Some(contact) = &organisation.contact {
            list.put("organisation.contact", contact.place);
        }
        if let Some(logo) = &organisation.logo {
            list.put("organisation.logo", logo.place);
        }
        if let Some(image) = &settings.letters.issuer_image {
            list.put("issuer_image", image.place);
        }
        list.at("reply_to", &settings.mail.reply_to);
        list.each("signatures", &settings.letters.signatures);
        list.each("writable", &settings.letters.writable);
        self.campaign_origins(&mut list);
        let year = self.campaign.school_year.value;
        list.establishment(letter.establishment, year);
        if let Some((referent, assignment)) = letter.referent {
            list.referent(referent);
            list.assignment(assignment, EarlyEnd::of(assignment, letter.establishment, year));
            list.maybe("assignment.allowance_granted", &assignment.granted(year).cloned());
            let neighbours = self.neighbours(assignment, letter.establishment);
            for (index, neighbour) in neighbours.iter().enumerate() {
                let mut codes = assignment.training_with.iter();
                let code = codes.find(|code| code.value == neighbour.uai.value);
                let path = format!("assignment.training_with.{index}");
                list.put(path, code.map_or(assignment.place, |code| code.span));
            }
        }
        for (index, colleague) in self.colleagues_of(letter, issue.date).iter().enumerate() {
            list.put(format!("other_referents.{index}"), colleague.referent.place);
        }
        if let Some(former) = self.predecessor_of(letter) {
            list.put("predecessor", former.place);
        }
        self.rule_origins(letter, issue, &mut list);
        self.act_origins(issue, &mut list);
        list.0
    }

    /// Why a later revision is an amendment or a correction, where a record of the campaign says so.
    fn act_origins(&self, issue: &Issue, list: &mut Collector) {
        let mut amendments = self.campaign.amendments.iter();
        let in_force = amendments.find(|one| Some(one.date.value.0) == issue.amended);
        if let Some(amendment) = in_force.filter(|one| issue.act() == Some(one.act.value)) {
            list.at("supersedes.act", &amendment.act);
            list.at("supersedes.number", &amendment.act);
        }
    }

    fn campaign_origins(&self, list: &mut Collector) {
        let campaign = self.campaign;
        list.put("campaign", campaign.place);
        list.at("campaign.id", &campaign.id);
        list.at("campaign.school_year", &campaign.school_year);
        list.at("campaign.date", &campaign.date);
        list.at("campaign.place", &campaign.city);
        list.at("campaign.report_by", &campaign.report_by);
        list.at("date", &campaign.date);
        list.at("campaign.rules_date", campaign.rules_date.as_ref().unwrap_or(&campaign.date));
        list.at("campaign.reply_by", &campaign.reply_by);
        let amended = self.dates.amended;
        let in_force = campaign.amendments.iter().find(|a| Some(a.date.value.0) == amended);
        if let Some(amendment) = in_force {
            list.at("date", &amendment.date);
            list.at("campaign.rules_date", &amendment.date);
            list.maybe("campaign.reply_by", &amendment.reply_by);
        }
        list.signatory(&campaign.signatory);
    }

    fn rule_origins(&self, letter: &Letter<'r>, issue: &Issue, list: &mut Collector) {
        let year = self.campaign.school_year.value;
        let ruleset = self.ruleset_of(issue);
        let assignment = letter.referent.map(|(_, assignment)| assignment);
        let facts = self.circumstances_of(letter, &ruleset);
        let chosen: Vec<&Slug> =
            assignment.map_or_else(Vec::new, |a| a.missions.iter().map(|id| &id.value).collect());
        let missions = ruleset.missions_for(&facts, &chosen);
        for (index, (_, version)) in missions.iter().enumerate() {
            let path = format!("missions.{index}");
            list.put(path.as_str(), version.place);
            list.at(&format!("{path}.title"), &version.title);
            list.at(&format!("{path}.text"), &version.text);
            list.each(&format!("{path}.activities"), &version.activities);
        }
        for (index, (_, version)) in ruleset.clauses_for(&facts).iter().enumerate() {
            list.put(format!("clauses.{index}"), version.place);
            list.at(&format!("clauses.{index}.text"), &version.text);
        }
        let Some(id) = assignment.and_then(|a| a.allowance.as_ref()) else { return };
        let asked = self.circumstances(letter.establishment, assignment);
        if let Some((_, version)) = ruleset.allowance_for(&id.value, &asked) {
            list.put("allowance", version.place);
            list.put("allowance.id", id.span);
            list.at("allowance.label", &version.label);
            list.at("allowance.amount", &version.amount);
            list.maybe("allowance.granted", &assignment.and_then(|a| a.granted(year).cloned()));
        }
    }
}
