//! The first pages of a proof: what is in it, and why.

use super::proof_error::ProofError;
use super::select_letters::ChosenLetter;
use crate::app::resolved_campaign::ResolvedCampaign;
use crate::diagnostic::Problem;
use crate::plan::history::MessageEntry;
use crate::render::engine::{Engine, Metadata};
use crate::render::expected_content::ExpectedContent;
use crate::render::world::TemplateFile;
use serde::Serialize;
use serde_json::json;
use std::collections::HashMap;

/// The template of the list; it belongs to missive, not to the project.
const TEMPLATE: &str = include_str!("proof_list.typ");
/// Its name, and where it finds its content.
const NAME: &str = "proof_list.typ";
const DATA: &str = "/proof.json";

/// What the list says.
pub(super) struct ProofList<'a> {
    /// The campaign.
    pub(super) resolved: &'a ResolvedCampaign<'a>,
    /// What follows, in its order.
    pub(super) parts: Vec<ProofPart>,
    /// How many messages it stands for.
    pub(super) messages: usize,
}

/// A document of a proof.
#[derive(Clone, Debug, Serialize)]
pub(super) struct ProofPart {
    kind: &'static str,
    reference: String,
    name: String,
    reasons: Vec<String>,
    subject: String,
    address: String,
    attachments: Vec<String>,
}

impl ProofPart {
    /// A letter.
    pub(super) fn letter(chosen: &ChosenLetter) -> Self {
        Self {
            kind: "letter",
            reference: chosen.reference.clone(),
            name: chosen.name.clone(),
            reasons: chosen.reasons.clone(),
            subject: String::new(),
            address: String::new(),
            attachments: Vec::new(),
        }
    }

    /// The cover of a message, with what is told of the mail.
    pub(super) fn cover(message: &MessageEntry, name: &str, attachments: Vec<String>) -> Self {
        Self {
            kind: "cover",
            reference: name.to_owned(),
            name: String::new(),
            reasons: Vec::new(),
            subject: format!("[{name}] {}", message.subject),
            address: message.address.clone().unwrap_or_else(|| "aucune adresse".to_owned()),
            attachments,
        }
    }
}

/// The sender as a mail program shows it.
fn sender(resolved: &ResolvedCampaign<'_>) -> String {
    let from = &resolved.settings.mail.from;
    let name = from.name.as_deref().map_or(String::new(), |name| format!("{name}, "));
    format!("{name}{}", from.address.as_str())
}

/// The list as PDF.
pub(super) fn list_pages(list: &ProofList<'_>) -> Result<Vec<u8>, ProofError> {
    let failed = |problem: Problem| ProofError::List(Box::new(problem));
    let resolved = list.resolved;
    let campaign = resolved.desired.campaign;
    let date = campaign.date.value.0;
    let template =
        TemplateFile { path: NAME.to_owned(), bytes: TEMPLATE.as_bytes().to_vec().into() };
    let engine = Engine::new(vec![template], HashMap::new(), date).map_err(failed)?;
    let data = json!({
        "campaign": campaign.id.as_str(),
        "school_year": campaign.school_year.value.to_string(),
        "organisation": resolved.settings.organisation.name.to_string(),
        "sender": sender(resolved),
        "messages": list.messages,
        "parts": list.parts,
    });
    let metadata = Metadata {
        title: format!("Épreuves de la campagne {}", campaign.id.as_str()),
        author: resolved.settings.organisation.name.to_string(),
        keywords: Vec::new(),
        identity: format!("missive proof {}", campaign.id.as_str()),
        date,
        expected: ExpectedContent::default(),
    };
    let pdf = engine.pdf(NAME, DATA, data.to_string().into_bytes(), &metadata);
    match pdf {
        Ok(pdf) => Ok(pdf.bytes),
        Err(mut problems) => Err(match problems.is_empty() {
            true => failed(Problem::error("E-BUG", "sans message")),
            false => failed(problems.remove(0)),
        }),
    }
}
