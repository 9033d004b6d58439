//! Every state of a letter against every act and every answer to it: where both stand.
//!
//! `accounts.txt` is the table. Each block is an act with what it asks for; each line is what had come back of
//! the letter when the act left, then where letter and act stand: once the act left, once it came back in
//! error, and once each kind of copy of it was returned. `-` is an act that is not counted apart.

use super::Account;
use crate::letter::content::agreed_texts::AgreedTexts;
use crate::letter::issue::{Issue, Superseded};
use crate::plan::act_state::ActState;
use crate::plan::history::examples;
use crate::plan::history::{
    CampaignHistory, LetterEntry, MessageEntry, MessageLetter, MessageState, ReturnEntry,
    ReturnState, RevisionEntry,
};
use crate::plan::letter_state::LetterState;
use crate::records::values::SignatureRequest::{self, Asked, Information, Kept};
use crate::records::word_lists::Act;
use jiff::civil::{Date, date};
use std::fmt::Write as _;

const REFERENCE: &str = "2026-0350003N-MART";
const SENT: Date = date(2026, 11, 16);

const ACTS: [(Act, SignatureRequest); 7] = [
    (Act::Correction, Asked),
    (Act::Correction, Kept),
    (Act::Correction, Information),
    (Act::Amendment, Asked),
    (Act::Amendment, Information),
    (Act::End, Information),
    // Earlier versions asked nothing in ends either, and did not write it down.
    (Act::End, Asked),
];

fn revision(id: i64, act: Option<(Act, SignatureRequest)>, is_whole: bool) -> RevisionEntry {
    let number = u32::try_from(id).unwrap();
    let supersedes = act.map(|(act, signature)| Superseded {
        revision: number - 1,
        date: SENT,
        act,
        reason: String::new(),
        signature,
        number: None,
        letter: None,
        acts: Vec::new(),
        agreed: AgreedTexts::default(),
    });
    examples::revision(
        id,
        Issue { revision: number, supersedes, is_whole, ..Issue::first(SENT, None) },
    )
}

fn message(revision: i64, state: MessageState) -> MessageEntry {
    MessageEntry {
        letters: vec![MessageLetter {
            reference: REFERENCE.to_owned(),
            revision,
            readdressed: false,
        }],
        left_on: state.has_left().then_some(SENT),
        ..examples::message(revision, state, SENT)
    }
}

/// A letter with its revisions in messages, as the ledger gives them.
#[derive(Clone)]
struct Story(LetterEntry, Vec<MessageEntry>);

impl Story {
    fn new() -> Self {
        let mut story = Self(LetterEntry::default(), Vec::new());
        story.0.uai = "0350003N".to_owned();
        story.sent(revision(1, None, true), MessageState::HandedOver);
        story
    }

    /// Another revision, in a message of this state.
    fn sent(&mut self, revision: RevisionEntry, state: MessageState) {
        self.1.push(message(revision.id, state));
        match state.has_left() {
            true => self.0.earlier.extend(self.0.issued.replace(revision)),
            false => self.0.draft = Some(revision),
        }
    }

    fn returned(&mut self, revision: i64, state: Option<ReturnState>) {
        let Some(state) = state else { return };
        let id = i64::try_from(self.0.returns.len()).unwrap();
        let number = u32::try_from(revision).unwrap();
        self.0.returns.push(ReturnEntry {
            id,
            object: None,
            revision,
            number,
            day: SENT,
            state,
            head_signed: false,
            agreed: AgreedTexts::default(),
        });
    }

    fn account(&self) -> Account {
        let mut history = CampaignHistory::default();
        history.letters.insert(REFERENCE.to_owned(), self.0.clone());
        history.messages.extend(self.1.iter().map(|message| (message.id, message.clone())));
        history.index();
        let account = Account::of(&history, []);
        assert!(account.is_balanced(&history));
        account
    }

    fn letter(&self) -> LetterState {
        self.account().letters[REFERENCE]
    }

    /// "signed/awaiting".
    fn states(&self) -> String {
        let account = self.account();
        let act = account.acts.last().map_or("-", |act| act.state.as_str());
        format!("{}/{act}", account.letters[REFERENCE].as_str())
    }
}

/// What may have come back of a document; nothing at first.
fn returns() -> [Option<ReturnState>; 8] {
    let mut all = [None; 8];
    for (slot, state) in all.iter_mut().skip(1).zip(ReturnState::ALL) {
        *slot = Some(state);
    }
    all
}

fn word(state: Option<ReturnState>) -> &'static str {
    state.map_or("nothing", ReturnState::as_str)
}

#[test]
#[expect(clippy::disallowed_methods, reason = "it writes its table anew where that is asked for")]
fn every_state_against_every_act_and_signature() {
    let mut table = String::new();
    for is_whole in [true, false] {
        for (act, signature) in ACTS {
            let form = if is_whole { "the whole letter" } else { "what changes" };
            let asks = serde_json::to_string(&signature).unwrap().replace('"', "");
            writeln!(table, "{}, {asks}, prints {form}", act.as_str()).unwrap();
            for before in returns() {
                let mut story = Story::new();
                story.returned(1, before);
                let left = |state| {
                    let mut story = story.clone();
                    story.sent(revision(2, Some((act, signature)), is_whole), state);
                    story
                };
                let handed_over = left(MessageState::HandedOver);
                let after = returns().into_iter().skip(1).map(|after| {
                    let mut story = handed_over.clone();
                    story.returned(2, after);
                    format!("{} {}", word(after), story.states())
                });
                let line = format!(
                    "  {:13} left {}, bounced {}, {}",
                    word(before),
                    handed_over.states(),
                    left(MessageState::Bounced).states(),
                    after.collect::<Vec<_>>().join(", ")
                );
                writeln!(table, "{line}").unwrap();
            }
        }
    }
    let expected = include_str!("accounts.txt");
    if std::env::var_os("MISSIVE_FIXTURES").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/plan/account/accounts.txt");
        std::fs::write(path, &table).unwrap();
        return;
    }
    assert!(table == expected, "MISSIVE_FIXTURES=write writes what is so today:\n{table}");
}

#[test]
fn an_act_that_has_not_left_changes_nothing_for_the_letter() {
    for (act, signature) in ACTS {
        for before in returns() {
            let mut story = Story::new();
            story.returned(1, before);
            let standing = story.letter();
            for state in MessageState::ALL.into_iter().filter(|state| !state.has_left()) {
                let mut story = story.clone();
                story.sent(revision(2, Some((act, signature)), true), state);
                let account = story.account();
                assert_eq!(account.letters[REFERENCE], standing, "{act:?} {state:?} {before:?}");
                let wanted = match state {
                    MessageState::Replaced => "draft",
                    state => state.as_str(),
                };
                let found = match act {
                    Act::Correction => account.corrections[REFERENCE].as_str(),
                    _ => account.acts[0].state.as_str(),
                };
                assert_eq!(found, wanted, "{act:?} {state:?}");
                assert_eq!(account.acts.is_empty(), act == Act::Correction);
            }
        }
    }
}

#[test]
fn a_correction_replaces_letter_and_acts() {
    let mut story = Story::new();
    story.sent(revision(2, Some((Act::Amendment, Asked)), false), MessageState::HandedOver);
    story.returned(1, Some(ReturnState::Signed));
    assert_eq!(story.states(), "signed/awaiting");
    story.sent(revision(3, Some((Act::Correction, Asked)), true), MessageState::HandedOver);
    assert_eq!(story.states(), "handed_over/-");
    story.sent(revision(4, Some((Act::Correction, Kept)), true), MessageState::HandedOver);
    assert_eq!(story.states(), "handed_over/-", "what was void stays void");
    assert_eq!(story.account().superseded, 3, "the letter, its amendment, the first correction");
    story.returned(3, Some(ReturnState::Signed));
    assert_eq!(story.states(), "signed/-");
}

#[test]
fn an_end_releases_what_is_not_signed() {
    let mut story = Story::new();
    story.sent(revision(2, Some((Act::Amendment, Asked)), false), MessageState::HandedOver);
    story.sent(revision(3, Some((Act::End, Information)), false), MessageState::HandedOver);
    let acts = |story: &Story| -> Vec<ActState> {
        story.account().acts.into_iter().map(|act| act.state).collect()
    };
    assert_eq!(story.letter(), LetterState::Waived);
    assert_eq!(acts(&story), [ActState::Waived, ActState::Information]);
    story.returned(1, Some(ReturnState::Signed));
    assert_eq!(story.letter(), LetterState::Signed, "it came after all");
    assert_eq!(acts(&story), [ActState::Waived, ActState::Information]);
}

#[test]
fn a_document_is_released_by_itself_and_a_letter_of_a_former_ledger_as_a_whole() {
    let mut story = Story::new();
    story.sent(revision(2, Some((Act::Amendment, Asked)), false), MessageState::HandedOver);
    story.0.issued.as_mut().unwrap().waived = true;
    assert_eq!(story.states(), "handed_over/waived");
    story.0.waived = true;
    assert_eq!(story.states(), "waived/waived");
    story.0.withdrawn = true;
    assert_eq!(story.states(), "withdrawn/withdrawn");
}

#[test]
fn departements_are_the_same_account_in_parts() {
    let mut story = Story::new();
    story.sent(revision(2, Some((Act::Amendment, Asked)), true), MessageState::HandedOver);
    let document = story.account().to_json(true);
    let part = &document["departements"]["035"];
    for key in ["letters", "acts", "messages"] {
        assert_eq!(document[key], part[key], "{key}");
        assert_eq!(document[key]["total"], if key == "messages" { 2 } else { 1 });
    }
    assert_eq!(document["departements"].as_object().unwrap().len(), 1);
}
