//! Rules that change in the school year, after the date whose rules the letters follow: they change nothing
//! until the campaign announces an amendment.

use crate::diagnostic::{Problem, Span};
use crate::records::campaign::Campaign;
use crate::records::record_set::Records;
use crate::records::rule::{Condition, Version};
use crate::records::values::Slug;
use crate::rules::{Circumstances, holds};
use jiff::ToSpan as _;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// How long schools have to send an amendment back, in the table that is proposed.
const WEEKS_TO_REPLY: i64 = 4;

/// What decides which rules a letter prints.
#[derive(Clone, Debug)]
pub struct LetterCircumstances<'r> {
    /// What conditions ask.
    pub circumstances: Circumstances,
    /// The missions it is limited to; empty where it is not.
    pub missions: Vec<&'r Slug>,
    /// Its allowance.
    pub allowance: Option<&'r Slug>,
}

/// Rules that change on a day.
#[derive(Default)]
struct ChangedRules {
    names: Vec<String>,
    place: Option<Span>,
}

/// Reports the days after the last rules' date of a campaign, within its school year, on which rules change
/// that one of its letters prints. `today` is the earliest date of the amendment that is proposed.
pub fn check(
    records: &Records,
    campaign: &Campaign,
    today: Date,
    letters: &[LetterCircumstances<'_>],
    problems: &mut Vec<Problem>,
) {
    let rules_date = campaign.rules_date.as_ref().unwrap_or(&campaign.date).value.0;
    let amended = campaign.amendments.iter().map(|amendment| amendment.date.value.0);
    let last = amended.max().map_or(rules_date, |date| date.max(rules_date));
    let end = campaign.school_year.value.last_day();
    let mut found: BTreeMap<Date, ChangedRules> = BTreeMap::new();
    let mut note = |name: String, changes: Vec<(Date, Span)>| {
        for (day, place) in changes.into_iter().filter(|(day, _)| last < *day && *day <= end) {
            let rules = found.entry(day).or_default();
            if !rules.names.contains(&name) {
                rules.names.push(name.clone());
            }
            rules.place = rules.place.or(Some(place));
        }
    };
    for mission in &records.missions {
        let prints = |letter: &LetterCircumstances<'_>| {
            letter.missions.is_empty() || letter.missions.contains(&&mission.id.value)
        };
        let concerned = letters.iter().filter(|letter| prints(letter)).collect::<Vec<_>>();
        let changes = changes(&mission.versions, &concerned);
        note(format!("mission « {} »", mission.id.value), changes);
    }
    for clause in &records.clauses {
        let changes = changes(&clause.versions, &letters.iter().collect::<Vec<_>>());
        note(format!("disposition « {} »", clause.id.value), changes);
    }
    for allowance in &records.allowances {
        let has = |letter: &&LetterCircumstances<'_>| letter.allowance == Some(&allowance.id.value);
        let concerned = letters.iter().filter(has).collect::<Vec<_>>();
        let changes = changes(&allowance.versions, &concerned);
        note(format!("indemnité « {} »", allowance.id.value), changes);
    }
    for (day, rules) in found {
        let problem = Problem::warning("W-RULE-LATER", message(&rules.names, day, last))
            .help(help(campaign, day.max(today), &rules.names));
        problems.push(match rules.place {
            Some(place) => problem.at(place),
            None => problem,
        });
    }
}

/// The days on which a rule begins to say something else to one of these letters, or ends.
fn changes<V: Version>(versions: &[V], letters: &[&LetterCircumstances<'_>]) -> Vec<(Date, Span)> {
    let meets = |condition: &Condition| {
        letters.iter().any(|letter| holds(condition, &letter.circumstances))
    };
    let versions: Vec<&V> = versions.iter().filter(|version| meets(version.condition())).collect();
    let begins = versions.iter().map(|version| (version.since().value.0, version.since().span));
    let ends = versions.iter().filter_map(|version| {
        let until = version.until()?;
        Some((until.value.0.tomorrow().ok()?, until.span))
    });
    begins.chain(ends).collect()
}

/// "24/01/2027", as this module knows no letters.
fn shown(day: Date) -> String {
    day.strftime("%d/%m/%Y").to_string()
}

fn message(names: &[String], day: Date, last: Date) -> String {
    format!(
        "le cadre change le {} ({}), après la date des règles ({}) : les lettres de cette campagne n'en disent rien",
        shown(day),
        names.join(", "),
        shown(last)
    )
}

fn help(campaign: &Campaign, day: Date, names: &[String]) -> String {
    let reply_by = day.checked_add(WEEKS_TO_REPLY.weeks()).unwrap_or(day);
    format!(
        "pour qu'elles en tiennent compte, copier ceci à la fin du fichier de la campagne {}, et relire le motif :\n\n[[campaign.amendment]]\ndate = {day}\nreply_by = {reply_by}\nact = \"amendment\"\nsignature = true\nreason = \"changement du cadre : {}\"\n",
        campaign.id.value,
        names.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Sources;
    use crate::records::record_set::Text;
    use crate::records::word_lists::{Kind, Sector};

    fn found(amendment: &str, versions: &str, today: Date) -> Vec<Problem> {
        let text = format!(
            "[campaign]\nid = \"2026\"\nschool_year = \"2026-2027\"\ndate = 2026-11-16\nplace = \"V\"\nreply_by = 2026-12-18\nreport_by = 2027-06-30\nsignatory = {{ given_name = \"A\", family_name = \"B\", function = \"C\" }}\n{amendment}\n[[clause]]\nid = \"privacy\"\nslot = \"privacy\"\n{versions}"
        );
        let mut sources = Sources::default();
        let id = sources.add("data/a.toml", text);
        let mut problems = Vec::new();
        let text = Text { id, is_settings: false, is_sound: true };
        let records = Records::read(&[text], &sources, &mut problems);
        assert!(problems.is_empty(), "{problems:?}");
        check(&records, &records.campaigns[0], today, &[public_college()], &mut problems);
        problems
    }

    fn public_college() -> LetterCircumstances<'static> {
        let circumstances = Circumstances {
            kind: Kind::College,
            sector: Sector::Public,
            digital_workspace: true,
            authority: true,
            allowance: false,
            allowance_granted: false,
            training_with: false,
            referent: true,
        };
        LetterCircumstances { circumstances, missions: Vec::new(), allowance: None }
    }

    fn version(since: &str, until: Option<&str>) -> String {
        let until = until.map_or(String::new(), |until| format!("until = {until}\n"));
        format!("[[clause.version]]\nsince = {since}\n{until}text = \"T\"\nsource = \"S\"\n")
    }

    #[test]
    fn a_rule_that_changes_after_the_rules_date_is_told_with_the_amendment_to_copy() {
        let day = Date::constant;
        let both = version("2018-11-01", Some("2027-01-03")) + &version("2027-01-04", None);
        let told = found("", &both, day(2026, 11, 20));
        assert_eq!(told.len(), 1, "its end and the new version are one change");
        assert!(
            told[0].message.contains("04/01/2027 (disposition « privacy »)"),
            "{}",
            told[0].message
        );
        let help = told[0].help.as_deref().unwrap();
        for line in ["[[campaign.amendment]]", "date = 2027-01-04", "reply_by = 2027-02-01"] {
            assert!(help.contains(line), "{help}");
        }
        let late = found("", &both, day(2027, 1, 20));
        assert!(late[0].help.as_deref().unwrap().contains("date = 2027-01-20"));
        let amended = "[[campaign.amendment]]\ndate = 2027-01-04\nact = \"amendment\"";
        assert!(found(amended, &both, day(2026, 11, 20)).is_empty(), "announced");
        let ended = version("2018-11-01", Some("2027-01-03"));
        assert_eq!(found("", &ended, day(2026, 11, 20)).len(), 1, "a rule that ends");
        let limited = |when: &str| {
            version("2018-11-01", Some("2027-01-03"))
                .replace("text =", &format!("when = {{ {when} }}\ntext ="))
        };
        assert_eq!(found("", &limited("kind = [\"college\"]"), day(2026, 11, 20)).len(), 1);
        for quiet in [
            limited("kind = [\"lycee\"]"),
            limited("sector = [\"private\"]"),
            limited("digital_workspace = false"),
            version("2018-11-01", None),
            version("2018-11-01", Some("2027-08-31")) + &version("2027-09-01", None),
        ] {
            assert!(found("", &quiet, day(2026, 11, 20)).is_empty(), "{quiet}");
        }
    }
}
