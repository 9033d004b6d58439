//! Whether each referent can get a message of her own, where the project asks for that.

use crate::diagnostic::Problem;
use crate::letter::campaign_letters::CampaignLetters;
use crate::project::load::Loaded;
use crate::records::settings::Settings;
use crate::render::template_names::REFERENT;
use std::collections::BTreeSet;

/// Reports a template that is missing, and referents without an address that may be written to.
pub(in crate::app) fn check(
    loaded: &Loaded,
    settings: &Settings,
    desired: &CampaignLetters<'_>,
    problems: &mut Vec<Problem>,
) {
    if !settings.letters.referent_message {
        return;
    }
    if !loaded.template_sources.contains_key(REFERENT) {
        let what = format!("il manque le gabarit des messages aux référents, templates/{REFERENT}");
        problems.push(Problem::error("E-TEMPLATE", what).help(format!(
            "le copier d'un projet neuf (missive init essai, puis essai/templates/{REFERENT}), ou retirer referent_message"
        )));
    }
    let mut seen = BTreeSet::new();
    for letter in &desired.letters {
        let Some((referent, _)) = letter.referent else { continue };
        if desired.referent_address(letter).is_some() || !seen.insert(&referent.id.value) {
            continue;
        }
        let (why, place, help) = match &referent.email {
            None => ("n'a pas d'adresse", referent.id.span, "ajouter « email = \"…\" » à sa fiche"),
            Some(email) => (
                "a une adresse hors des domaines permis",
                email.span,
                "mettre son adresse professionnelle",
            ),
        };
        let what = format!("{} {why} : aucun message à part ne lui sera adressé", referent.label());
        problems.push(Problem::warning("W-REFERENT-ADDRESS", what).at(place).help(help));
    }
}
