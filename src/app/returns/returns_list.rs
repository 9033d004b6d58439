//! What was sent to each school, what came back of it, and what came back of no known letter: the values
//! of `archive list`.

use crate::app::returns::filing::file_returns::CARRIER;
use crate::app::returns::findings::ReturnFindings;
use crate::app::returns::named_letter::{NamedLetterError, selected_letters};
use crate::archive::file_kind::FileKind;
use crate::archive::store::path_of;
use crate::ledger::Ledger;
use crate::ledger::read::returns::{Received, Returned};
use crate::plan::account::Account;
use crate::plan::act_state::ActState;
use crate::plan::history::{CampaignHistory, ReturnState};
use crate::plan::letter_state::LetterState;
use crate::records::Records;
use crate::records::values::Departement;
use crate::records::word_lists::Act;
use jiff::civil::Date;
use serde::Serialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The returns of a campaign.
#[derive(Serialize)]
pub struct ReturnsList {
    /// Schools by UAI, those without a letter to show left out.
    pub schools: Vec<SchoolReturns>,
    /// Files of which no letter is known, of all campaigns.
    pub unfiled: Vec<UnfiledFile>,
}

/// The letters of one school.
#[derive(Serialize)]
pub struct SchoolReturns {
    /// UAI of the school.
    pub uai: String,
    /// Its name, if the records still have it.
    pub name: Option<String>,
    /// Letters sent to the school.
    pub letters: Vec<ListedLetter>,
}

/// A letter with what came back of it.
#[derive(Serialize)]
pub struct ListedLetter {
    /// Reference of the letter.
    pub reference: String,
    /// Its state; none if the account does not have it.
    pub state: Option<LetterState>,
    /// Its amendments and ends that nothing replaced.
    pub acts: Vec<ListedAct>,
    /// The day it was sent last.
    pub sent_on: Option<Date>,
    /// Returns of the letter.
    pub returns: Vec<ListedReturn>,
}

/// An act of a letter.
#[derive(Serialize)]
pub struct ListedAct {
    /// Number of the revision.
    pub revision: u32,
    /// What it does to the letter.
    pub act: Act,
    /// Where it stands.
    pub state: ActState,
}

/// A return of a letter.
#[derive(Serialize)]
pub struct ListedReturn {
    /// The number of its revision.
    #[serde(skip)]
    pub number: u32,
    /// The verdict, as a word of the ledger.
    pub verdict: String,
    /// State of the return.
    pub state: ReturnState,
    /// Pages of the file.
    pub pages: Vec<u32>,
    /// The day it was filed.
    pub day: String,
    /// Where the file was found; none for an original on paper.
    pub path: Option<String>,
    /// The path of the file in the archive.
    pub stored: Option<String>,
    /// What a person said of it.
    pub review: Option<Value>,
}

/// A file of which no letter is known.
#[derive(Serialize)]
pub struct UnfiledFile {
    /// Where it was found.
    pub path: String,
    /// The verdict, as a word of the ledger.
    pub verdict: String,
    /// References of letters that its name or its mail suggests.
    pub hints: BTreeSet<String>,
    /// The path of the file in the archive.
    pub stored: String,
    /// The day it was filed.
    pub day: String,
}

/// Which returns are listed.
#[derive(Clone, Copy)]
pub struct ListRequest<'a> {
    /// Identifier of the campaign.
    pub campaign: &'a str,
    /// UAIs, referents and references; all letters without any.
    pub only: &'a [String],
    /// Only letters of which a return is awaited or has to be reviewed.
    pub only_missing: bool,
    /// Only schools of this département.
    pub departement: Option<&'a Departement>,
}

/// Lists the returns of a campaign. `records` give the names of schools.
pub fn returns_list(
    ledger: &Ledger,
    records: &Records,
    request: ListRequest<'_>,
) -> Result<ReturnsList, NamedLetterError> {
    let history = ledger.history(request.campaign)?;
    let account = Account::of(&history, []);
    let selected = selected_letters(ledger, request.only)?;
    let filed = FiledReturns::read(ledger)?;
    let mut schools: BTreeMap<&str, SchoolReturns> = BTreeMap::new();
    for (reference, letter) in &history.letters {
        let state = account.letters.get(reference).copied();
        let acts = acts(&account, reference);
        let is_awaited = is_missing(state) || acts.iter().any(|act| is_act_missing(act.state));
        let is_left_out = request.only_missing && !is_awaited
            || request.departement.is_some_and(|one| !one.has(&letter.uai))
            || selected.as_ref().is_some_and(|names| !names.contains(reference));
        if is_left_out {
            continue;
        }
        let mut establishments = records.establishments.iter();
        let establishment =
            establishments.find(|establishment| establishment.uai.value.as_str() == letter.uai);
        let school = schools.entry(&letter.uai).or_insert_with(|| SchoolReturns {
            uai: letter.uai.clone(),
            name: establishment.map(|establishment| establishment.name.value.to_string()),
            letters: Vec::new(),
        });
        school.letters.push(ListedLetter {
            reference: reference.clone(),
            state,
            acts,
            sent_on: sent_on(&history, reference),
            returns: filed.of_letter(reference),
        });
    }
    Ok(ReturnsList { schools: schools.into_values().collect(), unfiled: filed.unfiled() })
}

/// Whether something of a letter is still awaited, or has to be reviewed.
fn is_missing(state: Option<LetterState>) -> bool {
    matches!(
        state,
        Some(
            LetterState::HandedOver
                | LetterState::Bounced
                | LetterState::PartlySigned
                | LetterState::ToReview
        )
    )
}

/// Likewise of an act.
fn is_act_missing(state: ActState) -> bool {
    matches!(
        state,
        ActState::Awaiting | ActState::Bounced | ActState::PartlySigned | ActState::ToReview
    )
}

fn acts(account: &Account, reference: &str) -> Vec<ListedAct> {
    let acts = account.acts.iter().filter(|act| act.reference == reference);
    acts.map(|act| ListedAct { revision: act.revision, act: act.act, state: act.state }).collect()
}

fn sent_on(history: &CampaignHistory, reference: &str) -> Option<Date> {
    history.last_sent(reference).and_then(|message| message.left_on)
}

/// All that came back, as the ledger has it.
struct FiledReturns {
    received: HashMap<String, Received>,
    returned: Vec<Returned>,
    /// Numbers of revisions by their rows in the ledger.
    numbers: HashMap<i64, u32>,
}

impl FiledReturns {
    fn read(ledger: &Ledger) -> Result<Self, NamedLetterError> {
        let received = ledger.all_received()?.into_iter();
        let revisions = ledger.sent_revisions()?.into_iter();
        Ok(Self {
            received: received.map(|file| (file.object.clone(), file)).collect(),
            returned: ledger.all_returned()?,
            numbers: revisions.map(|revision| (revision.id, revision.number)).collect(),
        })
    }

    fn of_letter(&self, reference: &str) -> Vec<ListedReturn> {
        let returns = self.returned.iter().filter(|returned| returned.reference == reference);
        returns
            .map(|returned| {
                let file = returned.object.as_ref().and_then(|object| self.received.get(object));
                ListedReturn {
                    number: self.numbers.get(&returned.revision).copied().unwrap_or(1),
                    verdict: returned.verdict.clone(),
                    state: returned.state,
                    pages: returned.pages.clone(),
                    day: returned.day.clone(),
                    path: file.map(|file| file.label.clone()),
                    stored: file.map(stored),
                    review: returned.review.clone(),
                }
            })
            .collect()
    }

    fn unfiled(&self) -> Vec<UnfiledFile> {
        let filed: BTreeSet<&String> =
            self.returned.iter().filter_map(|returned| returned.object.as_ref()).collect();
        let is_unfiled =
            |file: &&Received| file.verdict != CARRIER && !filed.contains(&file.object);
        let mut unfiled: Vec<UnfiledFile> = self
            .received
            .values()
            .filter(is_unfiled)
            .map(|file| UnfiledFile {
                path: file.label.clone(),
                verdict: file.verdict.clone(),
                hints: ReturnFindings::read(&file.findings).hints,
                stored: stored(file),
                day: file.day.clone(),
            })
            .collect();
        unfiled.sort_by(|a, b| a.path.cmp(&b.path));
        unfiled
    }
}

fn stored(file: &Received) -> String {
    path_of(&file.object, FileKind::from_word(&file.kind))
}
