//! Checks across records: names that no record has, duplicates, gaps, addresses that may not be
//! written to. `plausibility` adds the values that look wrong without being forbidden.

use super::campaign::Campaign;
use super::people::{Assignment, Establishment, Referent};
use super::plausibility;
use super::record_set::Records;
use super::settings::Settings;
use super::table_reader::Located;
use super::values::{Day, EmailAddress, Slug, Uai};
use super::word_lists::WithoutReferent;
use crate::diagnostic::{Problem, Span, did_you_mean};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Checks all records against each other for one campaign.
pub fn check(records: &Records, campaign: Option<&Campaign>, problems: &mut Vec<Problem>) {
    check_duplicates(records, problems);
    let schools: HashMap<&Uai, &Establishment> =
        records.establishments.iter().map(|school| (&school.uai.value, school)).collect();
    for referent in &records.referents {
        for assignment in &referent.assignments {
            check_assignment(records, &schools, campaign, assignment, problems);
        }
        if referent.assignments.is_empty() {
            problems.push(
                Problem::warning(
                    "W-NO-ASSIGNMENT",
                    format!("{} n'est désigné dans aucun établissement", referent.label()),
                )
                .at(referent.id.span)
                .help("ajouter une table [[referent.assignment]], ou supprimer ce référent"),
            );
        }
    }
    for school in &records.establishments {
        check_successor(records, &schools, school, problems);
    }
    plausibility::check(records, problems);
    if let Some(campaign) = campaign {
        check_assigned_once(records, campaign, problems);
        check_has_referent(records, campaign, problems);
        check_training_is_mutual(records, campaign, problems);
    }
    if let Some(settings) = &records.settings {
        check_mail_policy(records, settings, problems);
    }
}

fn report_duplicate<K: Ord>(
    seen: &mut BTreeMap<K, Span>,
    key: K,
    span: Span,
    what: impl FnOnce() -> String,
    help: &str,
    problems: &mut Vec<Problem>,
) {
    if let Some(first) = seen.get(&key) {
        problems.push(
            Problem::error("E-DUPLICATE", what())
                .at(span)
                .label("ici de nouveau")
                .related(*first, "une première fois ici")
                .help(help),
        );
    } else {
        seen.insert(key, span);
    }
}

fn check_duplicates(records: &Records, problems: &mut Vec<Problem>) {
    let mut seen = BTreeMap::new();
    for school in &records.establishments {
        let what = || format!("{} est décrit deux fois", school.label());
        let help = "garder une seule description";
        report_duplicate(
            &mut seen,
            school.uai.value.clone(),
            school.uai.span,
            what,
            help,
            problems,
        );
    }
    let ids = |kind: &'static str, list: Vec<&Located<Slug>>, problems: &mut Vec<Problem>| {
        let mut seen = BTreeMap::new();
        for id in list {
            let what = || format!("{kind} « {} » est décrit deux fois", id.value);
            let help = "donner un autre identifiant à l'un des deux, ou en supprimer un";
            report_duplicate(&mut seen, id.value.clone(), id.span, what, help, problems);
        }
    };
    ids("le référent", records.referents.iter().map(|r| &r.id).collect(), problems);
    ids("la mission", records.missions.iter().map(|r| &r.id).collect(), problems);
    ids("la disposition", records.clauses.iter().map(|r| &r.id).collect(), problems);
    ids("l'indemnité", records.allowances.iter().map(|r| &r.id).collect(), problems);
    let mut seen = BTreeMap::new();
    for campaign in &records.campaigns {
        let what = || format!("la campagne {} est décrite deux fois", campaign.id.value);
        let help = "changer l'un des deux identifiants";
        report_duplicate(
            &mut seen,
            campaign.id.value.clone(),
            campaign.id.span,
            what,
            help,
            problems,
        );
    }
}

/// The codes of the same département: one of them may be meant by a wrong code.
fn codes_nearby<'a>(
    schools: &HashMap<&'a Uai, &Establishment>,
    uai: &Uai,
) -> impl Iterator<Item = &'a str> {
    let department: String = uai.as_str().chars().take(3).collect();
    let all: Vec<&'a str> = schools.keys().map(|uai| uai.as_str()).collect();
    all.into_iter().filter(move |uai| uai.starts_with(&department))
}

fn unknown<'a>(
    what: &str,
    name: &str,
    span: Span,
    known: impl Iterator<Item = &'a str>,
    where_to_add: &str,
) -> Problem {
    let problem = Problem::error("E-UNKNOWN", format!("{what} « {name} » n'existe pas")).at(span);
    match did_you_mean(name, known) {
        Some(near) => problem.help(format!("vouliez-vous écrire \"{near}\" ?")),
        None => problem.help(where_to_add),
    }
}

fn check_assignment(
    records: &Records,
    schools: &HashMap<&Uai, &Establishment>,
    campaign: Option<&Campaign>,
    assignment: &Assignment,
    problems: &mut Vec<Problem>,
) {
    let school = |uai: &Located<Uai>, problems: &mut Vec<Problem>| {
        if !schools.contains_key(&uai.value) && !records.may_exist(uai.as_str(), "establishment") {
            let known = codes_nearby(schools, &uai.value);
            let add = "ajouter l'établissement, ou corriger le code";
            problems.push(unknown("l'établissement", uai.as_str(), uai.span, known, add));
        }
    };
    school(&assignment.establishment, problems);
    for uai in &assignment.training_with {
        school(uai, problems);
        if uai.value == assignment.establishment.value {
            problems.push(
                Problem::error(
                    "E-TRAINING",
                    "un établissement ne partage pas de formation avec lui-même",
                )
                .at(uai.span)
                .help("supprimer ce code de la liste"),
            );
        }
    }
    for id in &assignment.missions {
        let known = || records.missions.iter().map(|mission| mission.id.as_str());
        if !known().any(|known| known == id.as_str()) && !records.may_exist(id.as_str(), "mission")
        {
            let add = "ajouter la mission dans data/rules, ou corriger le nom";
            problems.push(unknown("la mission", id.as_str(), id.span, known(), add));
        }
    }
    if let Some(id) = &assignment.allowance {
        let known = || records.allowances.iter().map(|allowance| allowance.id.as_str());
        if !known().any(|known| known == id.as_str())
            && !records.may_exist(id.as_str(), "allowance")
        {
            let add = "ajouter l'indemnité dans data/rules, ou corriger le nom";
            problems.push(unknown("l'indemnité", id.as_str(), id.span, known(), add));
        }
    }
    let (Some(school), Some(campaign)) = (schools.get(&assignment.establishment.value), campaign)
    else {
        return;
    };
    let year = campaign.school_year.value;
    let until = assignment.until.as_ref().map(|until| until.value.0);
    // Closed before the mission begins, or before the letters and the mission goes on.
    let is_after = |closed: Date| {
        let goes_on = until.is_none_or(|until| until > closed);
        closed < assignment.since.value.0 || closed <= campaign.date.value.0 && goes_on
    };
    if let Some(closed) = &school.closed
        && is_after(closed.value.0)
        && year.touches(assignment.since.value.0, until)
    {
        let mut help =
            "terminer la désignation (« until »), ou corriger la date de fermeture".to_owned();
        if let Some(into) = &school.merged_into {
            help = format!(
                "désigner le référent dans l'établissement qui lui succède : {}",
                schools.get(&into.value).map_or(into.value.to_string(), |next| next.label())
            );
        }
        problems.push(
            Problem::error("E-CLOSED", format!("{} est fermé", school.label()))
                .at(assignment.establishment.span)
                .related(closed.span, "fermé depuis ce jour")
                .help(help),
        );
    }
}

fn check_successor(
    records: &Records,
    schools: &HashMap<&Uai, &Establishment>,
    school: &Establishment,
    problems: &mut Vec<Problem>,
) {
    if let Some(into) = &school.merged_into
        && !schools.contains_key(&into.value)
        && !records.may_exist(into.as_str(), "establishment")
    {
        let known = codes_nearby(schools, &into.value);
        let add = "ajouter cet établissement, ou corriger le code";
        problems.push(unknown("l'établissement", into.as_str(), into.span, known, add));
    }
}

fn in_year<'a>(
    records: &'a Records,
    campaign: &'a Campaign,
) -> impl Iterator<Item = (&'a Referent, &'a Assignment)> {
    records
        .referents
        .iter()
        .flat_map(|referent| referent.assignments.iter().map(move |a| (referent, a)))
        .filter(|(_, assignment)| {
            let until = assignment.until.as_ref().map(|until| until.value.0);
            campaign.school_year.value.touches(assignment.since.value.0, until)
        })
}

fn check_assigned_once(records: &Records, campaign: &Campaign, problems: &mut Vec<Problem>) {
    let mut seen = BTreeMap::new();
    for (referent, assignment) in in_year(records, campaign) {
        let key = (referent.id.value.clone(), assignment.establishment.value.clone());
        let what = || {
            format!(
                "« {} » est désigné deux fois dans {} pour la même année",
                referent.id.value, assignment.establishment.value
            )
        };
        let help = "réunir les deux désignations en une seule";
        report_duplicate(&mut seen, key, assignment.establishment.span, what, help, problems);
    }
}

fn check_has_referent(records: &Records, campaign: &Campaign, problems: &mut Vec<Problem>) {
    let served: BTreeSet<&Uai> =
        in_year(records, campaign).map(|(_, a)| &a.establishment.value).collect();
    let settings = records.settings.as_ref();
    let is_skipped =
        settings.is_none_or(|settings| settings.letters.without_referent == WithoutReferent::Skip);
    let help = match is_skipped {
        true => {
            "ajouter une désignation quand le nom est connu ; le demander à l'établissement : missive send --ask-referent"
        }
        false => {
            "ajouter une désignation quand le nom est connu ; d'ici là, la lettre a un blanc pour le nom (without_referent, dans missive.toml)"
        }
    };
    for school in &records.establishments {
        let closed = school.closed.as_ref().is_some_and(|c| c.value.0 <= campaign.date.value.0);
        if closed
            || served.contains(&school.uai.value)
            || records.unreadable_referents
            || records.may_hold("referent")
        {
            continue;
        }
        problems.push(
            Problem::warning(
                "W-NO-REFERENT",
                format!(
                    "{} n'a pas de référent pour {}",
                    school.label(),
                    campaign.school_year.value
                ),
            )
            .at(school.uai.span)
            .help(help),
        );
    }
}

fn check_training_is_mutual(records: &Records, campaign: &Campaign, problems: &mut Vec<Problem>) {
    let mut shared: BTreeSet<(&Uai, &Uai)> = BTreeSet::new();
    for (_, assignment) in in_year(records, campaign) {
        for other in &assignment.training_with {
            shared.insert((&assignment.establishment.value, &other.value));
        }
    }
    let schools: HashMap<&Uai, &Establishment> =
        records.establishments.iter().map(|school| (&school.uai.value, school)).collect();
    let label = |uai: &Uai| schools.get(uai).map_or(uai.to_string(), |school| school.label());
    for (_, assignment) in in_year(records, campaign) {
        let school = &assignment.establishment.value;
        let first = assignment.since.value.0.max(campaign.school_year.value.first_day());
        for other in &assignment.training_with {
            let closed = schools.get(&other.value).and_then(|other| other.closed.as_ref());
            if let Some(closed) = closed.filter(|closed| closed.value.0 < first) {
                problems.push(closed_neighbour(other, closed));
                continue;
            }
            let known = schools.contains_key(&other.value);
            if known && other.value != *school && !shared.contains(&(&other.value, school)) {
                problems.push(
                    Problem::warning(
                        "W-TRAINING",
                        format!(
                            "{} ne partage pas cette formation en retour avec {}",
                            label(&other.value),
                            label(school)
                        ),
                    )
                    .at(other.span)
                    .help(format!(
                        "ajouter \"{school}\" dans « training_with » de la désignation à cet établissement : {}",
                        label(&other.value)
                    )),
                );
            }
        }
    }
}

/// A school that shares a training session and closed before the mission began.
fn closed_neighbour(other: &Located<Uai>, closed: &Located<Day>) -> Problem {
    let what = format!(
        "la formation partagée avec {} n'est pas dans la lettre : il est fermé depuis avant la mission",
        other.value
    );
    Problem::warning("W-TRAINING", what)
        .at(other.span)
        .related(closed.span, "fermé depuis ce jour")
        .help("supprimer ce code de « training_with », ou le remplacer par celui de l'établissement qui lui succède")
}

fn check_mail_policy(records: &Records, settings: &Settings, problems: &mut Vec<Problem>) {
    let allowed = |address: &EmailAddress| {
        settings.mail.allowed_domains.iter().any(|domain| domain.covers(&address.domain()))
    };
    for school in &records.establishments {
        match &school.email {
            None => problems.push(
                Problem::warning(
                    "W-NO-ADDRESS",
                    format!("{} n'a pas d'adresse : sa lettre sera faite, mais bloquée", school.label()),
                )
                .at(school.uai.span)
                .help("ajouter « email = \"…\" » à l'établissement"),
            ),
            Some(email) if !allowed(email) && school.email_exception.is_none() => problems.push(
                Problem::warning(
                    "W-DOMAIN",
                    format!(
                        "{} a une adresse hors des domaines permis : sa lettre sera faite, mais bloquée",
                        school.label()
                    ),
                )
                .at(email.span)
                .help("corriger l'adresse, ou justifier : « email_exception = \"…\" »"),
            ),
            Some(_) => {}
        }
    }
    let addresses = [
        ("l'expéditeur", &settings.mail.from.value.address, settings.mail.from.span),
        ("l'adresse de retour", &settings.mail.reply_to.value, settings.mail.reply_to.span),
    ];
    for (what, address, place) in addresses {
        if !allowed(address) {
            problems.push(
                Problem::warning("W-DOMAIN", format!("{what} est hors des domaines permis"))
                    .at(place)
                    .help(
                        "prendre une boîte du service : un message venu d'ailleurs paraît suspect",
                    ),
            );
        }
    }
    if settings.mail.copy_referent {
        for referent in &records.referents {
            if let Some(email) = referent.email.as_ref().filter(|email| !allowed(email)) {
                problems.push(
                    Problem::warning(
                        "W-DOMAIN",
                        format!(
                            "{} ne recevra pas de copie : son adresse est hors des domaines permis",
                            referent.label()
                        ),
                    )
                    .at(email.span)
                    .help("mettre son adresse professionnelle, ou la supprimer"),
                );
            }
        }
    }
    if let Some(copy) = settings.mail.control_copy.as_ref().filter(|copy| !allowed(copy)) {
        problems.push(
            Problem::error("E-CONTROL-COPY", "la copie de contrôle sortirait des domaines permis")
                .at(copy.span)
                .help("choisir une boîte du service"),
        );
    }
}
