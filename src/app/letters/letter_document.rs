//! One letter as a document: its content, resolved once, and the PDF made from it.
//!
//! Gives bytes; must not know where they go, nor what the ledger has.

use crate::app::resolved_campaign::ResolvedCampaign;
use crate::app::wording::count;
use crate::diagnostic::Problem;
use crate::files::sha256;
use crate::letter::campaign_letters::CampaignLetters;
use crate::letter::content::LetterContent;
use crate::letter::content::act_views::ChangeView;
use crate::letter::issue::Issue;
use crate::letter::mission_letter::Letter;
use crate::letter::page_code;
use crate::letter::provenance::Origins;
use crate::plan::changes::between::{between, said_before};
use crate::records::word_lists::Writable;
use crate::render::engine::{Engine, Metadata, Pdf};
use crate::render::expected_content::ExpectedContent;
use crate::render::template_names::{DATA_LETTER, LETTER};
use crate::stages::Stage;
use jiff::civil::Date;
use serde::Serialize;
use serde_json::Value;

/// The content of a letter, ready for the template: made once, compared, rendered and kept.
#[derive(Clone, Debug)]
pub struct LetterDocument {
    /// The JSON that the template reads, without QR codes: those follow from reference and revision.
    pub json: String,
    /// SHA-256 of `json`, in lower-case hexadecimal digits.
    pub hash: String,
    /// Labels of the boxes that the PDF has to show.
    box_labels: Vec<String>,
}

impl LetterDocument {
    /// Resolves what a letter says. `compared` is what it is compared with, where it says what differs from a
    /// former revision.
    ///
    /// # Errors
    /// A rule quotes what the records do not have.
    pub fn resolve<'x>(
        resolved: &'x ResolvedCampaign<'x>,
        letter: &'x Letter<'x>,
        issue: &Issue,
        compared: Option<&ComparedContents>,
    ) -> Result<Self, Vec<Problem>> {
        let desired: &CampaignLetters<'x> = &resolved.desired;
        let mut content = desired.words(letter, issue).map_err(|problem| vec![problem])?;
        if let Some(compared) = compared {
            let changes = compared.changes(&content);
            content.supersedes.iter_mut().for_each(|act| act.changes = Some(changes.clone()));
        }
        let json = json(&content)?;
        Ok(Self { hash: sha256(json.as_bytes()), box_labels: box_labels(&content), json })
    }
}

/// What the content of a revision is compared with, to say what differs.
#[derive(Clone, Debug)]
pub struct ComparedContents {
    /// The content of the revision that it replaces or changes.
    pub former: Value,
    /// Its own content as the ledger has it, if it was made before.
    pub stored: Option<Value>,
}

impl ComparedContents {
    fn changes(&self, content: &LetterContent<'_>) -> Vec<ChangeView> {
        let now = serde_json::to_value(content).unwrap_or_default();
        let said = self.stored.as_ref().and_then(|stored| said_before(stored, &now));
        said.unwrap_or_else(|| between(&self.former, &now))
    }
}

/// A content as JSON.
pub(in crate::app) fn json(value: &impl Serialize) -> Result<String, Vec<Problem>> {
    serde_json::to_string(value)
        .map_err(|error| vec![Problem::error("E-BUG", format!("contenu illisible : {error}"))])
}

/// Where the fields of a letter come from.
pub(in crate::app) fn origins<'x>(
    resolved: &'x ResolvedCampaign<'x>,
    letter: &'x Letter<'x>,
    issue: &Issue,
) -> Origins {
    let desired: &CampaignLetters<'x> = &resolved.desired;
    desired.origins(letter, issue)
}

/// The PDF of a letter from its content.
///
/// # Errors The template fails, an expected text or box is missing on a page, or the letter has too
/// many pages.
pub(in crate::app) fn pdf(
    resolved: &ResolvedCampaign<'_>,
    letter: &Letter<'_>,
    issue: &Issue,
    document: &LetterDocument,
) -> Result<Pdf, Vec<Problem>> {
    let reference = letter.reference.to_string();
    let expected = ExpectedContent {
        every_page: vec![reference.clone()],
        somewhere: letter.referent.map_or_else(Vec::new, |(referent, _)| {
            vec![referent.given_name.to_string(), referent.family_name.to_string()]
        }),
        labels: document.box_labels.clone(),
        code_on_every_page: true,
    };
    let info = serde_json::json!({
        "reference": reference, "revision": issue.revision, "date": issue.date,
        "organisation": { "name": &*resolved.settings.organisation.name.value },
        "supersedes": issue.supersedes,
    });
    let metadata = metadata(&info, expected);
    let codes = || with_codes(&document.json, &reference, issue.revision);
    let data = resolved.engine.stages().time(Stage::Content, codes)?;
    let pdf = resolved
        .engine
        .pdf(LETTER, DATA_LETTER, data, &metadata)
        .map_err(|problems| with_record(problems, letter))?;
    if pdf.pages > page_code::PAGES {
        let problem = Problem::error(
            "E-LENGTH",
            format!("la lettre a {}", count(pdf.pages as usize, "page", "pages")),
        )
        .at(letter.place())
        .help("raccourcir les priorités ou les textes de l'établissement");
        return Err(vec![problem]);
    }
    Ok(pdf)
}

/// The PDF of a letter made again from its kept content alone.
///
/// # Errors
/// The template fails.
pub(in crate::app) fn pdf_again(
    engine: &Engine,
    json: &str,
    content: &Value,
) -> Result<Pdf, Vec<Problem>> {
    let (reference, revision) = identity(content);
    let data = with_codes(json, reference, revision)?;
    engine.pdf(LETTER, DATA_LETTER, data, &metadata(content, ExpectedContent::default()))
}

/// The text of a letter, block by block, from its content's JSON.
///
/// # Errors
/// The template fails.
pub fn blocks(engine: &Engine, json: &str) -> Result<Vec<String>, Vec<Problem>> {
    let content: Value = serde_json::from_str(json).unwrap_or(Value::Null);
    let (reference, revision) = identity(&content);
    engine.blocks(LETTER, with_codes(json, reference, revision)?)
}

/// Reference and number of the revision of a content.
pub(in crate::app) fn identity(content: &Value) -> (&str, u32) {
    let reference = content.get("reference").and_then(Value::as_str).unwrap_or_default();
    let revision = content.get("revision").and_then(Value::as_u64).unwrap_or(1);
    (reference, u32::try_from(revision).unwrap_or(1))
}

/// The content as a template reads it: with the QR codes of the revision at its end.
pub(in crate::app) fn with_codes(
    json: &str,
    reference: &str,
    revision: u32,
) -> Result<Vec<u8>, Vec<Problem>> {
    let codes = page_code::codes(reference, revision).map_err(|problem| vec![problem])?;
    let body = json.strip_suffix('}').unwrap_or(json);
    Ok(format!("{body},\"qr\":{}}}", self::json(&codes)?).into_bytes())
}

/// The metadata of a letter's PDF, all from its content, so that it can be rendered again.
fn metadata(content: &Value, expected: ExpectedContent) -> Metadata {
    let text = |path: &str| {
        let value = content.pointer(path);
        value.and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    let reference = text("/reference");
    let revision = content.pointer("/revision").and_then(Value::as_u64).unwrap_or(1);
    let act = match content.pointer("/supersedes/act").and_then(Value::as_str) {
        Some("amendment") => match content.pointer("/supersedes/number").and_then(Value::as_u64) {
            Some(number) => format!("Avenant n°\u{a0}{number} à la lettre de mission"),
            None => "Avenant à la lettre de mission".to_owned(),
        },
        Some("end") => "Fin de mission".to_owned(),
        _ => "Lettre de mission".to_owned(),
    };
    Metadata {
        title: format!("{act} {reference}"),
        author: text("/organisation/name"),
        keywords: vec![reference.clone(), format!("révision {revision}")],
        identity: format!("missive {reference} r{revision}"),
        date: text("/date").parse().unwrap_or(Date::constant(2000, 1, 1)),
        expected,
    }
}

/// The labels of the boxes that a letter has to show: those to sign, and those to fill in unless
/// the record already says what they are for.
fn box_labels(content: &LetterContent<'_>) -> Vec<String> {
    let signed = content.signatures.iter().map(|signer| format!("sign-{}", signer.as_str()));
    let written = content
        .writable
        .iter()
        .filter(|w| **w != Writable::Priorities || content.establishment.priorities.is_empty())
        .map(|writable| format!("write-{}", writable.as_str()));
    signed.chain(written).collect()
}

/// A template's problem also says which record it came up with.
pub(in crate::app) fn with_record(problems: Vec<Problem>, letter: &Letter<'_>) -> Vec<Problem> {
    let place = letter.place();
    problems
        .into_iter()
        .map(|problem| match problem.span {
            Some(_) => problem.related(place, "en composant la lettre de cet enregistrement"),
            None => problem.at(place).label("en composant la lettre de cet enregistrement"),
        })
        .collect()
}
