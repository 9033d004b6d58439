//! What opening the next campaign did or would do, in sentences.

use crate::app::names::labels::Labels;
use crate::app::new_year::new_year_outcome::NewYearOutcome;
use crate::app::new_year::next_campaign::NextCampaign;
use crate::app::new_year::question_sheet::QuestionsOutcome;
use crate::app::new_year::unknown_records::UnknownRecords;
use crate::app::wording::{count, few};
use crate::cli::ui::output::Output;
use crate::letter::french;

/// The questions that were written, and how to answer them.
pub(super) fn say_questions(
    output: &Output,
    campaign: &NextCampaign<'_>,
    written: &QuestionsOutcome,
) {
    let path = printable_text::of_path(&written.path);
    output.say(&format!(
        "{path} : {}, dont {} où « continue » est déjà écrit ; {} sans référent.",
        count(written.assignments, "désignation", "désignations"),
        written.usual,
        count(written.without_referent, "établissement", "établissements"),
    ));
    output.say("Réponses possibles : continue, fin, remplacé, suit ; « nouveau » pour un établissement sans référent.");
    if !campaign.agreed.is_empty() {
        output.say("Priorités convenues cette année : répondre oui, dans « Reprendre les priorités », là où les lettres suivantes doivent les imprimer.");
    }
    output.say(&format!(
        "Ensuite : remplir la colonne Réponse, puis missive campaign new {} --from {} --answers {path}",
        campaign.id, campaign.from.id.value,
    ));
}

/// The campaign as it would be, and what is left to do about it.
pub(super) fn say_outcome(
    output: &Output,
    campaign: &NextCampaign<'_>,
    outcome: &NewYearOutcome,
    labels: &Labels,
) {
    output.say(&format!(
        "Campagne {} ({}) : lettres datées du {}, réponse attendue le {}, bilan le {}.",
        outcome.id,
        outcome.school_year,
        french::date(outcome.date),
        french::date(outcome.reply_by),
        french::date(outcome.report_by)
    ));
    let counts = outcome.assignments;
    let mut parts = vec![count(counts.continued, "continue", "continuent")];
    for (number, one, many) in [
        (counts.ended, "se termine", "se terminent"),
        (counts.passed, "passe à quelqu'un d'autre", "passent à quelqu'un d'autre"),
        (counts.followed, "suit une fusion", "suivent une fusion"),
        (outcome.undecided.len(), "reste à décider", "restent à décider"),
    ] {
        if number > 0 {
            parts.push(count(number, one, many));
        }
    }
    output.say(&format!(
        "{} : {}.",
        count(campaign.cases.len(), "désignation", "désignations"),
        parts.join(", ")
    ));
    if counts.appointed > 0 {
        output.say(&format!(
            "{} dans un établissement qui n'en avait pas.",
            count(counts.appointed, "nouveau référent", "nouveaux référents")
        ));
    }
    say_agreed(output, outcome, labels);
    say_unknown(output, &outcome.unknown, labels);
    output.say("À relire dans la nouvelle campagne : le signataire, sa délégation, les pièces jointes, le cadre (data/rules).");
}

/// What was agreed on this year, and what becomes of it.
fn say_agreed(output: &Output, outcome: &NewYearOutcome, labels: &Labels) {
    let of = |kept: bool| -> Vec<String> {
        let schools = outcome.agreed.iter().filter(|school| school.kept == kept);
        schools.map(|school| school.uai.clone()).collect()
    };
    let (kept, left) = (of(true), of(false));
    if !kept.is_empty() {
        output.say(&format!(
            "Priorités convenues, reprises pour {} : {} ({}).",
            outcome.school_year,
            count(kept.len(), "établissement", "établissements"),
            few(&labels.schools(&kept))
        ));
    }
    if !left.is_empty() {
        output.say(&format!(
            "Priorités convenues cette année, laissées de côté : {} ({}). Leurs lettres auront de nouveau un cadre à remplir.",
            count(left.len(), "établissement", "établissements"),
            few(&labels.schools(&left))
        ));
    }
}

fn say_unknown(output: &Output, unknown: &UnknownRecords, labels: &Labels) {
    for (uais, what) in [
        (&unknown.without_referent, "sans référent"),
        (
            &unknown.without_head,
            "sans chef d'établissement connu, ou par intérim (missive import d'une liste de chefs)",
        ),
        (&unknown.without_email, "sans adresse électronique"),
        (&unknown.old_priorities, "dont les priorités locales datent de l'an dernier"),
    ] {
        if !uais.is_empty() {
            let schools = count(uais.len(), "établissement", "établissements");
            output
                .say(&format!("À compléter : {schools} {what} ({}).", few(&labels.schools(uais))));
        }
    }
    let without_email = unknown.referents_without_email.iter();
    let referents: Vec<String> = without_email.map(|id| labels.referent(id)).collect();
    if !referents.is_empty() {
        let people = count(referents.len(), "référent", "référents");
        output.say(&format!(
            "À compléter : {people} sans adresse électronique ({}).",
            few(&referents)
        ));
    }
    if !unknown.training_with_closed.is_empty() {
        output.say(&format!(
            "À revoir : « training_with » nomme un établissement fermé ({}).",
            few(&unknown.training_with_closed)
        ));
    }
}
