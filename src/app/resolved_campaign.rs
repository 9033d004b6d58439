//! One campaign of a project, resolved and checked: what every piece of work on it borrows.
//!
//! [`resolve`](super::resolve_campaign::resolve) makes it. Must not know the ledger.

use crate::diagnostic::Sources;
use crate::letter::campaign_letters::CampaignLetters;
use crate::letter::content::EnclosureView;
use crate::letter::content::attachment_name::ascii_name;
use crate::project::folder::Project;
use crate::project::load::Enclosure;
use crate::records::campaign::{Campaign, EffectiveDates};
use crate::records::settings::Settings;
use crate::records::word_lists::{Approval, IssuerSignature, Signer};
use crate::render::engine::Engine;
use crate::render::world::TemplateFile;
use jiff::civil::Date;

/// One campaign of a project, resolved.
pub struct ResolvedCampaign<'w> {
    /// The project folder.
    pub project: &'w Project,
    /// The settings of `missive.toml`.
    pub settings: &'w Settings,
    /// What the campaign calls for.
    pub desired: CampaignLetters<'w>,
    /// Documents that go with every message.
    pub enclosures: Vec<Enclosure>,
    /// The Typst compiler with the project's templates.
    pub engine: Engine,
    /// The texts that places point into.
    pub sources: &'w Sources,
    /// The files of templates/.
    pub templates: &'w [TemplateFile],
    /// Output folder, relative to the project.
    pub output: String,
    /// The names left out by the user.
    pub left_out: Vec<String>,
    /// The same, by name.
    pub left_out_labels: Vec<String>,
}

/// Under which day's rules and dates a campaign is resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResolveOptions {
    /// The day it is.
    pub today: Date,
    /// The day of the rules, for a rehearsal or a question.
    pub as_of: Option<Date>,
    /// Whether letters say that they are a rehearsal.
    pub rehearsal: bool,
    /// Whether the content of every letter is tried beforehand; not for a plan, which resolves each
    /// anyway and writes nothing.
    pub beforehand: bool,
}

impl ResolveOptions {
    /// As things are today.
    pub fn today(today: Date) -> Self {
        Self { today, as_of: None, rehearsal: false, beforehand: true }
    }

    /// A rehearsal under the rules of a day, if one is given.
    pub fn rehearsal(today: Date, as_of: Option<Date>) -> Self {
        Self { today, as_of, rehearsal: as_of.is_some(), beforehand: true }
    }

    pub(super) fn dates(self, campaign: &Campaign) -> (EffectiveDates, Option<Date>) {
        match self.as_of {
            Some(day) if !self.rehearsal => {
                let dates = campaign.dates(self.today, None);
                (EffectiveDates { rules_date: day, as_of: Some(day), ..dates }, None)
            }
            as_of => (campaign.dates(self.today, as_of), as_of),
        }
    }
}

impl ResolvedCampaign<'_> {
    /// Whether the authority signs letters before they are sent.
    pub fn signs_first(&self) -> bool {
        self.settings.letters.issuer_signature == IssuerSignature::Required
    }

    /// Whether messages leave only once a person approved them.
    pub fn needs_approval(&self) -> bool {
        self.settings.letters.approval == Approval::Required
    }

    /// Whether signed copies are to come back; of a rehearsal none are.
    pub fn awaits_returns(&self) -> bool {
        let mut signers = self.settings.letters.signatures.iter();
        self.desired.rehearsal.is_none() && signers.any(|signer| signer.value != Signer::Issuer)
    }

    /// The output folder as a person finds it from where the command was typed.
    pub fn shown_output(&self) -> String {
        let path = self.project.path(&self.output);
        printable_text::of_path(path.strip_prefix(".").unwrap_or(&path))
    }
}

/// How the documents of a campaign are called on its covers.
pub(super) fn enclosure_views(enclosures: &[Enclosure]) -> Vec<EnclosureView> {
    enclosures
        .iter()
        .map(|document| EnclosureView {
            file: document.name.clone(),
            title: document.title.clone(),
        })
        .collect()
}

/// The name a document gets as an attachment.
pub(super) fn attachment_name(name: &str) -> String {
    ascii_name(name)
}
