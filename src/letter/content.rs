//! What a template may print of one letter or cover: the JSON of the contract, resolved.
//!
//! Every key is always there, `null` where a record has nothing, so that a template that reads a
//! misspelt key fails instead of printing nothing.

pub mod act_views;
pub mod agreed_texts;
pub mod attachment_name;
pub mod mission_period;
pub mod record_views;

use super::reference::Reference;
use crate::records::campaign::Campaign;
use crate::records::rule::LegalSource;
use crate::records::settings::letterhead::{Contact, Picture};
use crate::records::settings::{Organisation, Settings, Signatory};
use crate::records::values::Euros;
use crate::records::word_lists::{Civility, Rank, Signer, Writable};
use act_views::{ActView, SupersedesView};
use jiff::civil::Date;
use record_views::{
    AssignmentView, ColleagueView, EstablishmentView, HeadView, PersonView, ReferentView, lines,
    text, value,
};
use serde::Serialize;

/// The content of a letter: `/letter.json` for the template.
#[derive(Clone, Debug, Serialize)]
pub struct LetterContent<'r> {
    /// Name of the letter.
    pub reference: Reference,
    /// Number of the revision, from 1.
    pub revision: u32,
    /// Date printed on the document.
    pub date: Date,
    /// The revision this one replaces or amends.
    pub supersedes: Option<SupersedesView>,
    /// The date of the rules when this is a rehearsal.
    pub rehearsal: Option<Date>,
    /// The service that writes.
    pub organisation: OrganisationView<'r>,
    /// Where signed copies go.
    pub reply_to: &'r str,
    /// What templates may print of the campaign.
    pub campaign: CampaignView<'r>,
    /// The school.
    pub establishment: EstablishmentView<'r>,
    /// The referent.
    pub referent: Option<ReferentView<'r>>,
    /// The assignment.
    pub assignment: Option<AssignmentView<'r>>,
    /// The school's other referents who exercise the mission at the same time.
    pub other_referents: Vec<ColleagueView<'r>>,
    /// The referent from whom this one takes over within the year, where it can only be one person.
    pub predecessor: Option<PersonView<'r>>,
    /// Missions in printing order.
    pub missions: Vec<MissionView<'r>>,
    /// Clauses in printing order.
    pub clauses: Vec<ClauseView<'r>>,
    /// The allowance in force; null if there is none.
    pub allowance: Option<AllowanceView<'r>>,
    /// Boxes to sign, in order.
    pub signatures: Vec<Signer>,
    /// The picture in the authority's box; null if there is none.
    pub issuer_image: Option<PictureView<'r>>,
    /// Boxes to fill in.
    pub writable: Vec<Writable>,
    /// One SVG a page; left out of what is compared and kept, as reference and revision give it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub qr: Vec<String>,
}

/// The content of a cover: `/cover.json` for the template.
#[derive(Clone, Debug, Serialize)]
pub struct CoverContent<'r> {
    /// The form that is rendered: `pdf` or `html`.
    pub form: &'static str,
    /// The letter's reference, or campaign and lowest UAI for several letters.
    pub reference: String,
    /// Date printed on the document.
    pub date: Date,
    /// The date of the rules when this is a rehearsal.
    pub rehearsal: Option<Date>,
    /// The service that writes.
    pub organisation: OrganisationView<'r>,
    /// Where signed copies go.
    pub reply_to: &'r str,
    /// What templates may print of the campaign.
    pub campaign: CampaignView<'r>,
    /// The schools of this address, lowest UAI first.
    pub establishments: Vec<EstablishmentView<'r>>,
    /// The head they share.
    pub head: Option<HeadView<'r>>,
    /// The letters that go with it.
    pub letters: Vec<LetterView<'r>>,
    /// The name of its own PDF among the attachments, if it is attached.
    pub file: Option<String>,
    /// The documents that go with it.
    pub enclosures: Vec<EnclosureView>,
    /// Clauses of the first school.
    pub clauses: Vec<ClauseView<'r>>,
    /// Boxes to sign, in order.
    pub signatures: Vec<Signer>,
    /// Boxes to fill in.
    pub writable: Vec<Writable>,
}

/// The service that writes.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the keys of missive.toml, documented in records::settings")]
pub struct OrganisationView<'r> {
    pub name: &'r str,
    pub service: &'r str,
    pub address: Vec<&'r str>,
    pub postcode: &'r str,
    pub city: &'r str,
    pub email: &'r str,
    pub phone: Option<&'r str>,
    pub contact: Option<ContactView<'r>>,
    pub logo: Option<PictureView<'r>>,
    pub dpo: Option<&'r str>,
    pub copies: Vec<&'r str>,
}

/// The agent who follows the matter.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the keys of contact, documented in records::settings")]
pub struct ContactView<'r> {
    pub name: &'r str,
    pub phone: Option<&'r str>,
    pub email: Option<&'r str>,
}

impl<'r> ContactView<'r> {
    fn new(contact: &'r Contact) -> Self {
        Self {
            name: &contact.name,
            phone: text(&contact.phone),
            email: contact.email.as_ref().map(|email| email.as_str()),
        }
    }
}

/// A picture of `templates/`.
#[derive(Clone, Debug, Serialize)]
pub struct PictureView<'r> {
    /// Its path, from the root that templates see: it begins with a slash.
    pub file: String,
    /// What it shows, in French.
    pub alt: &'r str,
    /// Its height when printed, in millimetres.
    pub height: u32,
}

impl<'r> PictureView<'r> {
    /// What may be printed of a picture.
    pub fn new(picture: &'r Picture) -> Self {
        let file = format!("/{}", picture.file.trim_start_matches('/'));
        Self { file, alt: &picture.alt, height: picture.height.value }
    }
}

impl<'r> OrganisationView<'r> {
    fn new(organisation: &'r Organisation) -> Self {
        Self {
            name: &organisation.name,
            service: &organisation.service,
            address: lines(&organisation.address),
            postcode: &organisation.postcode,
            city: &organisation.city,
            email: organisation.email.as_str(),
            phone: text(&organisation.phone),
            contact: organisation.contact.as_ref().map(ContactView::new),
            logo: organisation.logo.as_ref().map(PictureView::new),
            dpo: organisation.dpo.as_ref().map(|address| address.as_str()),
            copies: lines(&organisation.copies),
        }
    }
}

/// What templates may print of the campaign.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the keys of [campaign], documented in records::campaign")]
pub struct CampaignView<'r> {
    pub id: &'r str,
    pub school_year: String,
    pub date: Date,
    pub rules_date: Date,
    pub place: &'r str,
    pub reply_by: Date,
    pub report_by: Date,
    pub signatory: SignatoryView<'r>,
}

/// Who signs for the authority.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the keys of signatory, documented in records::settings")]
pub struct SignatoryView<'r> {
    pub civility: Option<Civility>,
    pub given_name: &'r str,
    pub family_name: &'r str,
    pub function: &'r str,
    pub on_behalf_of: Option<&'r str>,
    pub delegation: Option<&'r str>,
}

impl<'r> SignatoryView<'r> {
    fn new(signatory: &'r Signatory) -> Self {
        Self {
            civility: value(&signatory.civility),
            given_name: &signatory.given_name,
            family_name: &signatory.family_name,
            function: &signatory.function,
            on_behalf_of: text(&signatory.on_behalf_of),
            delegation: text(&signatory.delegation),
        }
    }
}

/// A mission in force.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the keys of [[mission]], documented in records::rule")]
pub struct MissionView<'r> {
    pub id: &'r str,
    pub number: u32,
    pub rank: Rank,
    pub title: String,
    pub text: String,
    pub activities: Vec<String>,
    pub source: SourceView<'r>,
}

/// A clause in force.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the keys of [[clause]], documented in records::rule")]
pub struct ClauseView<'r> {
    pub id: &'r str,
    pub slot: &'r str,
    pub text: String,
    pub source: SourceView<'r>,
}

/// An allowance in force.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the keys of [[allowance]], documented in records::rule")]
pub struct AllowanceView<'r> {
    pub id: &'r str,
    pub label: &'r str,
    pub amount: Euros,
    pub granted: Option<Date>,
    pub source: SourceView<'r>,
}

/// The legal source of a rule.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the keys of source, documented in records::rule")]
pub struct SourceView<'r> {
    pub title: &'r str,
    pub reference: Option<&'r str>,
    pub article: Option<&'r str>,
    pub url: Option<&'r str>,
}

impl<'r> SourceView<'r> {
    /// What may be printed of a source.
    pub fn new(source: &'r LegalSource) -> Self {
        Self {
            title: &source.title,
            reference: text(&source.reference),
            article: text(&source.article),
            url: text(&source.url),
        }
    }
}

/// A letter listed on a cover.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the keys of the contract's cover.json")]
pub struct LetterView<'r> {
    pub reference: Reference,
    pub revision: u32,
    pub date: Date,
    pub supersedes: Option<ActView>,
    pub readdressed: bool,
    pub for_information: bool,
    pub amendment_number: Option<u32>,
    pub ends_on: Option<Date>,
    pub file: String,
    pub establishment: NameView<'r>,
    pub referent: Option<ReferentView<'r>>,
}

/// A school's code and name.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the keys of [[establishment]], documented in records::people")]
pub struct NameView<'r> {
    pub uai: &'r str,
    pub name: &'r str,
}

/// A document listed on a cover.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the keys of the contract's cover.json")]
pub struct EnclosureView {
    pub file: String,
    pub title: String,
}

/// The parts that are the same for a whole campaign.
pub(super) fn common<'r>(
    settings: &'r Settings,
    campaign: &'r Campaign,
    rules_date: Date,
    reply_by: Date,
) -> (OrganisationView<'r>, CampaignView<'r>) {
    let view = CampaignView {
        id: campaign.id.as_str(),
        school_year: campaign.school_year.value.to_string(),
        date: campaign.date.value.0,
        rules_date,
        place: &campaign.city,
        reply_by,
        report_by: campaign.report_by.value.0,
        signatory: SignatoryView::new(&campaign.signatory),
    };
    (OrganisationView::new(&settings.organisation), view)
}
