//! What opening the next campaign asks at the terminal: the dates, what stands out case by case, who
//! else leaves, and the rest as one.

use crate::app::new_year::assignment_cases::{AssignmentCase, Situation};
use crate::app::new_year::campaign_file::CampaignDates;
use crate::app::new_year::decisions::{
    AssignmentDecision, NewYearDecisions, Newcomer, ReferentSuccessor,
};
use crate::app::new_year::next_campaign::NextCampaign;
use crate::app::new_year::wording::{ReplyError, read_decision, situation_text};
use crate::app::wording::count;
use crate::cli::ui::output::Output;
use crate::cli::ui::prompt;
use crate::import::person_name::read_civility;
use crate::records::spelling;
use jiff::civil::Date;
use std::convert::Infallible;

/// Why a line is not an answer: what to type.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
enum LineError {
    #[error("« {0} » n'est désigné nulle part cette année")]
    NotAssigned(String),
    #[error("il faut une réponse")]
    Required,
    #[error("répondre Mme ou M.")]
    Civility,
    #[error("répondre oui ou non")]
    YesOrNo,
    #[error("écrire année-mois-jour, comme 2027-11-15")]
    Date,
}

/// Asks for all decisions, and changes the dates. Stopping leaves the rest undecided.
pub(super) fn ask_decisions(
    output: &Output,
    campaign: &NextCampaign<'_>,
    dates: &mut CampaignDates,
) -> NewYearDecisions {
    let mut decisions = NewYearDecisions::default();
    output.say(&format!(
        "Campagne {} ({}), d'après {}. Entrée : la réponse proposée ; Ctrl-D : arrêter sans rien écrire.",
        campaign.id, campaign.next, campaign.from.id.value
    ));
    // Nothing is the answer of somebody who stops.
    let _ = ask_all(output, campaign, dates, &mut decisions);
    decisions
}

fn ask_all(
    output: &Output,
    campaign: &NextCampaign<'_>,
    dates: &mut CampaignDates,
    decisions: &mut NewYearDecisions,
) -> Option<()> {
    ask_dates(dates)?;
    let special = campaign.cases.iter().filter(|case| case.situation != Situation::Usual);
    for case in special {
        decisions.assignments.insert(case.key(), ask_case(output, case)?);
    }
    ask_other_cases(output, campaign, decisions)?;
    ask_priorities(output, campaign, decisions)?;
    let cases = campaign.cases.iter();
    let rest: Vec<&AssignmentCase<'_>> =
        cases.filter(|case| !decisions.assignments.contains_key(&case.key())).collect();
    let question = format!(
        "{} sans changement ? (oui / non)",
        count(rest.len(), "autre désignation continue", "autres désignations continuent")
    );
    if rest.is_empty() || prompt::until(&question, yes_or_no) == Some(true) {
        let continues = rest.into_iter().map(|case| (case.key(), AssignmentDecision::Continues));
        decisions.assignments.extend(continues);
    }
    Some(())
}

fn ask_dates(dates: &mut CampaignDates) -> Option<()> {
    for (name, date) in [
        ("Date des lettres", &mut dates.date),
        ("Réponse attendue le", &mut dates.reply_by),
        ("Bilan attendu le", &mut dates.report_by),
    ] {
        let default = *date;
        *date = prompt::until(&format!("{name} [{default}] :"), |line| date_or(line, default))?;
    }
    Some(())
}

/// Referents of usual cases who stop or are replaced all the same.
fn ask_other_cases(
    output: &Output,
    campaign: &NextCampaign<'_>,
    decisions: &mut NewYearDecisions,
) -> Option<()> {
    loop {
        let question = "Un autre référent s'arrête ou est remplacé ? (identifiant ; Entrée : non)";
        let named = prompt::until(question, |line| cases_of(campaign, line))?;
        if named.is_empty() {
            return Some(());
        }
        for case in named {
            decisions.assignments.insert(case.key(), ask_case(output, case)?);
        }
    }
}

/// Whether the next year keeps what was agreed on, school by school.
fn ask_priorities(
    output: &Output,
    campaign: &NextCampaign<'_>,
    decisions: &mut NewYearDecisions,
) -> Option<()> {
    for school in &campaign.agreed {
        let texts = school.priorities.join(" ; ");
        output.say(&format!("{}, priorités convenues : {texts}", campaign.school(&school.uai)));
        let question = "Les reprendre dans les lettres de l'année suivante ? (oui / non)";
        if prompt::until(question, yes_or_no)? {
            decisions.kept_priorities.insert(school.uai.clone());
        }
    }
    Some(())
}

fn cases_of<'n>(
    campaign: &'n NextCampaign<'_>,
    referent: &str,
) -> Result<Vec<&'n AssignmentCase<'n>>, LineError> {
    let cases = campaign.cases.iter();
    let named: Vec<&AssignmentCase<'_>> =
        cases.filter(|case| case.referent.id.as_str() == referent).collect();
    match named.is_empty() && !referent.is_empty() {
        true => Err(LineError::NotAssigned(referent.to_owned())),
        false => Ok(named),
    }
}

fn ask_case(output: &Output, case: &AssignmentCase<'_>) -> Option<AssignmentDecision> {
    let name =
        format!("{} {}", &*case.referent.given_name.value, &*case.referent.family_name.value);
    let school = case.school.map_or(String::new(), |school| format!(" ({})", &*school.name.value));
    let mut line = format!("{name}, {}{school}", case.assignment.establishment.value);
    if case.situation != Situation::Usual {
        line = format!("{line} : {}", situation_text(&case.situation));
    }
    output.say(&line);
    let default = match case.proposed() {
        AssignmentDecision::Continues => "c",
        AssignmentDecision::Follows(_) => "s",
        _ => "f",
    };
    let question = format!("c = continue, f = fin, r = remplacé, s = suit la fusion [{default}] :");
    // Who it is, is asked next.
    let nobody_yet = || Ok::<_, ReplyError>(ReferentSuccessor::New(Newcomer::default()));
    let decision = prompt::until(&question, |line| {
        let reply = if line.is_empty() { default } else { line };
        read_decision(reply, None, case, nobody_yet)
    })?;
    match decision {
        AssignmentDecision::Passes(..) => {
            Some(AssignmentDecision::Passes(ask_successor()?, ask_reason()?))
        }
        AssignmentDecision::Ends(None) => Some(AssignmentDecision::Ends(ask_reason()?)),
        decision => Some(decision),
    }
}

fn ask_reason() -> Option<Option<String>> {
    prompt::until("  motif, imprimé sur une fin de mission (Entrée : aucun) :", optional)
}

fn ask_successor() -> Option<ReferentSuccessor> {
    let required = |line: &str| match spelling::tidy(line) {
        text if text.is_empty() => Err(LineError::Required),
        text => Ok(text),
    };
    let family_name = prompt::until("  nom du remplaçant (ou son identifiant) :", required)?;
    let is_identifier = family_name.contains('-')
        && family_name.chars().all(|c| c.is_ascii_lowercase() || c == '-');
    if is_identifier {
        return Some(ReferentSuccessor::Known(family_name));
    }
    let given_name = prompt::until("  prénom :", required)?;
    let civility = prompt::until("  civilité (Mme, M., Entrée : inconnue) :", |line| match line {
        "" => Ok(None),
        text => {
            read_civility(text).map(|civility| Some(civility.to_owned())).ok_or(LineError::Civility)
        }
    })?;
    let email = prompt::until("  adresse électronique (Entrée : inconnue) :", optional)?;
    let post = prompt::until("  fonction, comme « professeur de technologie » :", required)?;
    Some(ReferentSuccessor::New(Newcomer { civility, given_name, family_name, email, post }))
}

/// Whether what was shown is to be written.
pub(super) fn confirm_writing() -> bool {
    prompt::until("Écrire ces changements ? (oui / non)", yes_or_no) == Some(true)
}

fn optional(line: &str) -> Result<Option<String>, Infallible> {
    Ok(Some(spelling::tidy(line)).filter(|text| !text.is_empty()))
}

fn yes_or_no(line: &str) -> Result<bool, LineError> {
    match spelling::folded(line).as_str() {
        "o" | "oui" => Ok(true),
        "n" | "non" | "" => Ok(false),
        _ => Err(LineError::YesOrNo),
    }
}

fn date_or(line: &str, default: Date) -> Result<Date, LineError> {
    match line {
        "" => Ok(default),
        text => text.parse().map_err(|_| LineError::Date),
    }
}
