//! The review of returns: what waits for a person, in the order in which it is best looked at, and
//! what that person answers.

use crate::app::error::{ErrorKind, UserError};
use crate::app::returns::after_return::{AfterReturn, ReturnsContext};
use crate::app::returns::filing::file_returns::CARRIER;
use crate::app::returns::findings::ReturnFindings;
use crate::app::returns::letter_fields::agreed;
use crate::app::returns::named_letter::{NamedLetterError, catalogue, last_sent, named_letter};
use crate::app::returns::returned_file::ReturnedPage;
use crate::archive::check::Check;
use crate::archive::file_kind::FileKind;
use crate::archive::store::path_of;
use crate::ledger::read::returns::{Received, Returned};
use crate::ledger::{Ledger, LedgerError};
use crate::letter::reference::campaign_of;
use crate::plan::history::ReturnState;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A return that waits for a person.
#[derive(Clone, Debug)]
pub struct ReturnToReview {
    /// The return; none for a file of an unknown letter.
    pub returned: Option<Returned>,
    /// The returned file, as the ledger keeps it.
    pub file: Received,
}

impl ReturnToReview {
    /// The path of the file in the archive, relative to the project.
    pub fn stored(&self) -> String {
        path_of(&self.file.object, FileKind::from_word(&self.file.kind))
    }

    /// What a person should know, in French, one sentence each.
    pub fn remarks(&self) -> Vec<String> {
        let findings = ReturnFindings::read(&self.file.findings);
        let mut checks = findings.checks.clone();
        if let Some(returned) = &self.returned {
            checks.extend(
                findings.of_letter(&returned.reference).flat_map(|letter| letter.checks.clone()),
            );
        }
        checks.retain(|check| !check.ok || ["ink", "hint", "form"].contains(&check.check.as_str()));
        let mut remarks: Vec<String> = Vec::new();
        for Check { detail, .. } in checks {
            if !remarks.contains(&detail) {
                remarks.push(detail);
            }
        }
        remarks
    }

    /// What was typed in its form, where the pages show it for certain.
    fn agreed(&self) -> BTreeMap<String, String> {
        let Some(returned) = &self.returned else { return BTreeMap::new() };
        let findings = ReturnFindings::read(&self.file.findings);
        let letters = findings.of_letter(&returned.reference);
        letters.flat_map(|letter| agreed(&letter.fields)).collect()
    }

    /// The pages of the file that show the letter; empty if that is not known.
    pub fn sheets(&self) -> Vec<ReturnedPage> {
        let Some(returned) = &self.returned else { return Vec::new() };
        let findings = ReturnFindings::read(&self.file.findings);
        let letters = findings.of_letter(&returned.reference);
        letters.flat_map(|letter| letter.sheets.iter().copied()).collect()
    }
}

/// A return that waits, as JSON documents show it.
impl Serialize for ReturnToReview {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let returned = self.returned.as_ref();
        let document = json!({
            "reference": returned.map(|returned| &returned.reference),
            "pages": returned.map(|returned| &returned.pages),
            "hint": returned.map(|returned| returned.hint),
            "path": self.file.label, "verdict": self.file.verdict, "stored": self.stored(),
            "object": self.file.object, "remarks": self.remarks(),
            "hints": ReturnFindings::read(&self.file.findings).hints,
        });
        document.serialize(serializer)
    }
}

/// What waits, or what a word names.
pub fn asked(ledger: &Ledger, word: Option<&str>) -> Result<Vec<ReturnToReview>, ReviewError> {
    let Some(word) = word else { return Ok(queue(ledger)?) };
    let found = named(ledger, word)?;
    match found.is_empty() {
        true => Err(ReviewError::NothingNamed(word.to_owned())),
        false => Ok(found),
    }
}

/// What waits: returns of known letters, those with most ink in their boxes first, then files of unknown
/// letters.
pub fn queue(ledger: &Ledger) -> Result<Vec<ReturnToReview>, LedgerError> {
    let files: Vec<Received> = ledger.all_received()?;
    let by_object: HashMap<&str, &Received> =
        files.iter().map(|file| (file.object.as_str(), file)).collect();
    let all = ledger.all_returned()?;
    let filed: BTreeSet<&str> =
        all.iter().filter_map(|returned| returned.object.as_deref()).collect();
    let mut queue: Vec<ReturnToReview> = all
        .iter()
        .filter(|returned| returned.state == ReturnState::ToReview)
        .filter_map(|returned| {
            let file = *by_object.get(returned.object.as_deref()?)?;
            Some(ReturnToReview { returned: Some(returned.clone()), file: file.clone() })
        })
        .collect();
    queue.sort_by_key(|waiting| {
        let hint = waiting.returned.as_ref().map_or(0, |returned| returned.hint);
        (waiting.file.verdict == "altered", u32::MAX - hint)
    });
    let unknown = files
        .iter()
        .filter(|file| file.verdict != CARRIER && !filed.contains(file.object.as_str()));
    queue.extend(unknown.map(|file| ReturnToReview { returned: None, file: file.clone() }));
    Ok(queue)
}

/// The returns that a word names: a letter, the start of a file's name in the archive, or the name of the
/// file as it came. Those that wait come first; if none waits, one that was answered may be answered again.
fn named(ledger: &Ledger, word: &str) -> Result<Vec<ReturnToReview>, LedgerError> {
    let references: BTreeSet<String> = ledger.letters_named(word)?.into_iter().collect();
    let start = word.to_ascii_lowercase();
    let is_hash = start.len() >= 6 && start.bytes().all(|byte| byte.is_ascii_hexdigit());
    let last = |label: &str| label.rsplit(['/', '›']).next().unwrap_or_default().trim().to_owned();
    let is_named = |waiting: &ReturnToReview| {
        let (letter, file) = (waiting.returned.as_ref(), &waiting.file);
        letter.is_some_and(|returned| references.contains(&returned.reference))
            || (is_hash && file.object.starts_with(&start))
            || file.label == word
            || last(&file.label) == word
    };
    let waiting: Vec<ReturnToReview> = queue(ledger)?.into_iter().filter(is_named).collect();
    if !waiting.is_empty() {
        return Ok(waiting);
    }
    let files: HashMap<String, Received> =
        ledger.all_received()?.into_iter().map(|file| (file.object.clone(), file)).collect();
    let answered = ledger.all_returned()?.into_iter().filter_map(|returned| {
        let file = files.get(returned.object.as_deref()?)?.clone();
        Some(ReturnToReview { returned: Some(returned), file })
    });
    let mut found: Vec<ReturnToReview> = answered.filter(is_named).collect();
    // A letter's reference means the return that was filed last, unless the file was named.
    if !references.is_empty() {
        found = found.pop().into_iter().collect();
    }
    Ok(found)
}

/// What a person says of a return.
#[derive(Clone, Copy, Debug)]
pub struct ReviewAnswer<'a> {
    /// What names the letter, where missive did not recognise it, or to say which of several is meant.
    pub letter: Option<&'a str>,
    /// How it is signed.
    pub state: ReturnState,
    /// Who says so.
    pub by: &'a str,
    /// The priorities that were agreed, as they are written.
    pub priorities: Option<&'a str>,
    /// A remark.
    pub note: Option<&'a str>,
}

/// What a person said, as the ledger keeps it.
fn statement(by: &str, priorities: Option<&str>, note: Option<&str>) -> Value {
    json!({ "by": by, "priorities": priorities, "note": note })
}

/// Why an answer is not taken.
#[derive(Debug, thiserror::Error)]
pub enum ReviewError {
    /// Nothing has this name.
    #[error("aucun retour ne correspond à « {0} »")]
    NothingNamed(String),
    /// Several returns have it.
    #[error("plusieurs retours répondent à ce nom")]
    SeveralNamed,
    /// A revision that does not count any more.
    #[error("ce retour est celui d'une version remplacée : il ne compte plus")]
    Superseded,
    /// Said to be signed, and it is the letter as it was sent.
    #[error("ce fichier est la lettre telle qu'elle a été envoyée : personne ne l'a signée")]
    UnsignedCopy,
    /// Said to be signed, without a comment on the proof against it.
    #[error("ce fichier n'est pas ce qui a été envoyé, ou une signature y est rompue")]
    Altered,
    /// Said to be of another letter than the one that was recognised.
    #[error("missive a reconnu une autre lettre dans ce fichier : {0}")]
    Recognised(String),
    /// It was not said which letter it is.
    #[error("missive ne sait pas de quelle lettre est ce fichier")]
    LetterMissing,
    /// The letter that was named.
    #[error("{0}")]
    Letter(#[from] NamedLetterError),
    /// The ledger.
    #[error("{0}")]
    Ledger(#[from] LedgerError),
}

impl UserError for ReviewError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::NothingNamed(_) | Self::SeveralNamed | Self::LetterMissing => ErrorKind::Usage,
            Self::Superseded | Self::UnsignedCopy | Self::Altered | Self::Recognised(_) => {
                ErrorKind::Decision
            }
            Self::Letter(error) => error.kind(),
            Self::Ledger(error) => UserError::kind(error),
        }
    }

    fn todo(&self) -> String {
        match self {
            Self::NothingNamed(_) => {
                "donner une référence, ou le début du nom d'un fichier de data/archive"
            }
            Self::SeveralNamed => {
                "nommer le fichier par le début de son nom (missive archive review les donne), et la lettre par --letter"
            }
            Self::Superseded => {
                "attendre le retour de la version en vigueur ; missive send --remind la redemande"
            }
            Self::UnsignedCopy => {
                "redemander la lettre signée ; un original sur papier se note par missive archive declare"
            }
            Self::Altered => {
                "appeler l'établissement ; pour le tenir pour signé malgré tout, dire pourquoi avec --note"
            }
            Self::Recognised(_) => {
                "répondre sans --letter ; un fichier reconnu ne change pas de lettre"
            }
            Self::LetterMissing => "le dire par --letter RÉFÉRENCE",
            Self::Letter(error) => return error.todo(),
            Self::Ledger(error) => return UserError::todo(error),
        }
        .to_owned()
    }
}

/// An answer that was written down.
#[derive(Debug, Serialize)]
pub struct ReviewedReturn {
    /// The reference of the letter.
    pub reference: String,
    /// The file, by its SHA-256.
    pub object: String,
    /// How it is signed.
    pub state: ReturnState,
    /// What the person said, as the ledger keeps it.
    pub review: Value,
    /// The campaign of the letter.
    #[serde(skip)]
    pub campaign: String,
    /// What followed.
    #[serde(skip)]
    pub after: AfterReturn,
}

/// The one return that an answer is about. Of a file with several letters, `letter` says which.
fn single_return<'a>(
    found: &'a [ReturnToReview],
    letter: Option<&str>,
) -> Result<&'a ReturnToReview, ReviewError> {
    let is_meant = |waiting: &&ReturnToReview| {
        let is_of =
            |letter| waiting.returned.as_ref().is_some_and(|returned| returned.reference == letter);
        found.len() < 2 || letter.is_none_or(is_of)
    };
    let mut meant = found.iter().filter(is_meant);
    match (meant.next(), meant.next()) {
        (Some(one), None) => Ok(one),
        _ => Err(ReviewError::SeveralNamed),
    }
}

/// Why an answer to a return is refused, if it is: a proven result is not overridden without a
/// comment.
fn refusal(
    returned: &Returned,
    state: ReturnState,
    statement: &Value,
    is_superseded: bool,
) -> Option<ReviewError> {
    let is_signed = matches!(state, ReturnState::Signed | ReturnState::PartlySigned);
    match returned.verdict.as_str() {
        "superseded" if is_superseded => Some(ReviewError::Superseded),
        "unsigned-copy" if is_signed => Some(ReviewError::UnsignedCopy),
        "altered" if is_signed && !statement["note"].is_string() => Some(ReviewError::Altered),
        _ => None,
    }
}

/// Whether a correction took the place of the revision that came back. Earlier versions said so of amendments
/// too.
fn is_superseded(ledger: &Ledger, returned: &Returned) -> Result<bool, LedgerError> {
    let catalogue = catalogue(ledger)?;
    let known = ledger.sent_revisions()?.into_iter().find(|known| known.id == returned.revision);
    Ok(known.is_none_or(|known| catalogue.is_superseded(&known)))
}

/// Writes down what a person said of the one return among those that were found.
pub fn answer_named(
    context: ReturnsContext<'_>,
    found: &[ReturnToReview],
    answer: ReviewAnswer<'_>,
) -> Result<ReviewedReturn, ReviewError> {
    let letter = answer.letter.map(|letter| named_letter(context.ledger, letter)).transpose()?;
    let letter = letter.as_deref();
    self::answer(context, single_return(found, letter)?, ReviewAnswer { letter, ..answer })
}

/// Writes down what a person said of a return. The letter is given by its reference.
pub fn answer(
    context: ReturnsContext<'_>,
    waiting: &ReturnToReview,
    answer: ReviewAnswer<'_>,
) -> Result<ReviewedReturn, ReviewError> {
    let mut statement = statement(answer.by, answer.priorities, answer.note);
    if matches!(answer.state, ReturnState::Signed | ReturnState::PartlySigned) {
        let mut agreed = waiting.agreed();
        // What the person read counts.
        if let Some(priorities) = answer.priorities {
            agreed.insert("priorities".to_owned(), priorities.to_owned());
        }
        if !agreed.is_empty() {
            statement["agreed"] = json!(agreed);
        }
    }
    let answered = write_answer(context.ledger, waiting, answer, &statement)?;
    let after = context.after_return(&answered.campaign);
    Ok(ReviewedReturn {
        reference: answered.reference,
        object: waiting.file.object.clone(),
        state: answer.state,
        review: statement,
        campaign: answered.campaign,
        after,
    })
}

/// The letter that an answer was written down for.
struct AnsweredLetter {
    reference: String,
    campaign: String,
}

fn write_answer(
    ledger: &Ledger,
    waiting: &ReturnToReview,
    answer: ReviewAnswer<'_>,
    statement: &Value,
) -> Result<AnsweredLetter, ReviewError> {
    let state = answer.state;
    let Some(returned) = &waiting.returned else {
        let letter = answer.letter.ok_or(ReviewError::LetterMissing)?;
        return assign(ledger, &waiting.file, letter, state, statement);
    };
    let letter = answer.letter.filter(|letter| *letter != returned.reference);
    let Some(letter) = letter else {
        let is_superseded = is_superseded(ledger, returned)?;
        if let Some(error) = refusal(returned, state, statement, is_superseded) {
            return Err(error);
        }
        ledger.write(|change| change.review(returned, state, statement))?;
        let reference = returned.reference.clone();
        let campaign = campaign_of(&reference).to_owned();
        return Ok(AnsweredLetter { reference, campaign });
    };
    if returned.verdict != "unknown" && returned.verdict != "unreadable" {
        return Err(ReviewError::Recognised(returned.reference.clone()));
    }
    // A person had said the letter, and says another one now.
    last_sent(ledger, letter)?;
    let note = format!("rangé sous {letter}");
    let moved = self::statement(answer.by, None, Some(&note));
    ledger.write(|change| change.review(returned, ReturnState::Illegible, &moved))?;
    assign(ledger, &waiting.file, letter, state, statement)
}

/// Files under a letter what was not recognised, with what a person said of it.
fn assign(
    ledger: &Ledger,
    file: &Received,
    letter: &str,
    state: ReturnState,
    statement: &Value,
) -> Result<AnsweredLetter, ReviewError> {
    let revision = last_sent(ledger, letter)?;
    let new = Returned {
        id: 0,
        object: Some(file.object.clone()),
        reference: letter.to_owned(),
        revision: revision.id,
        pages: Vec::new(),
        verdict: file.verdict.clone(),
        hint: 0,
        day: String::new(),
        state: ReturnState::ToReview,
        review: None,
    };
    ledger.write(|change| {
        let id = change.returned(&new)?;
        change.review(&Returned { id, ..new.clone() }, state, statement)
    })?;
    Ok(AnsweredLetter { reference: letter.to_owned(), campaign: revision.campaign })
}
