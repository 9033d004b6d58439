//! The message of a mailing against the message that is there, with the covers that were rendered.

use super::{
    CoverHashes, DueMessage, MailingState, MessageContext, MessageDecision, MessagePort,
    decide_message, retired,
};
use crate::letter::issue::Issue;
use crate::plan::decision::letter_decision::{CurrentRevision, LetterDecision};
use crate::plan::decision::port::RenderedHashes;
use crate::plan::history::examples;
use crate::plan::history::{
    CampaignHistory, MessageEntry, MessageLetter, MessageState, RenderInputs, RevisionEntry,
};
use crate::plan::{Action, Materiality, PlannedLetter};
use jiff::civil::{Date, date};
use std::cell::Cell;
use std::collections::BTreeSet;
use std::convert::Infallible;

const UAI: &str = "0860001J";
const CAMPAIGN: Date = date(2026, 9, 20);
const TODAY: Date = date(2026, 11, 24);
const EARLIER: Date = date(2026, 11, 2);

/// A cover whose content is the date, and a fingerprint over all that is given.
#[derive(Default)]
struct Covers {
    rendered: Cell<usize>,
}

impl AsRef<CoverHashes> for CoverHashes {
    fn as_ref(&self) -> &CoverHashes {
        self
    }
}

impl MessagePort for Covers {
    type Cover = CoverHashes;
    type Error = Infallible;

    fn cover_content(&self, date: Date) -> Result<String, Infallible> {
        Ok(format!("content {date}"))
    }

    fn cover(&self, number: u32, date: Date) -> Result<CoverHashes, Infallible> {
        self.rendered.set(self.rendered.get() + 1);
        Ok(CoverHashes {
            pdf: format!("pdf {number} {date}").into(),
            html: format!("html {date}").into(),
            subject: "Lettre de mission".to_owned(),
            inputs: "inputs of today".to_owned(),
        })
    }

    fn fingerprint(
        &self,
        edition: (u32, Date),
        letters: &[&str],
        cover: &CoverHashes,
        is_held: bool,
    ) -> String {
        let CoverHashes { pdf, html, subject, .. } = cover;
        format!("{edition:?} {letters:?} {pdf} {html} {subject} {is_held}")
    }
}

fn issue() -> Issue {
    Issue::first(CAMPAIGN, None)
}

fn letter(
    action: Action,
    current: CurrentRevision<RenderedHashes>,
) -> LetterDecision<RenderedHashes> {
    let planned = PlannedLetter {
        reference: "2026-0860001J-MART".to_owned(),
        uai: UAI.to_owned(),
        action,
        act: None,
        materiality: Materiality::None,
        revision: 1,
        reasons: Vec::new(),
        made: true,
        note: None,
    };
    LetterDecision {
        planned,
        issue: issue(),
        current,
        pending: true,
        along: Vec::new(),
        judged: Vec::new(),
        drops: Vec::new(),
        came_back: false,
    }
}

fn kept(action: Action, issued: &str) -> LetterDecision<RenderedHashes> {
    let revision = RevisionEntry {
        id: 5,
        issue: issue(),
        content: String::new(),
        inputs: String::new(),
        rendered: "rendered".to_owned().into(),
        form: None,
        issued: issued.to_owned().into(),
        text: String::new(),
        judged: None,
        waived: false,
        settled_on: None,
    };
    letter(action, CurrentRevision::Kept(Box::new(revision)))
}

fn made() -> LetterDecision<RenderedHashes> {
    let made = RenderedHashes {
        form: None,
        content: String::new(),
        pdf: "new".to_owned().into(),
        text: String::new(),
        inputs: RenderInputs::default(),
        inputs_hash: String::new(),
    };
    letter(Action::Create, CurrentRevision::Made(Box::new(made)))
}

/// A history with one open message: what this letter came to in the same world.
fn history_of(
    letter: &LetterDecision<RenderedHashes>,
    date: Date,
    signs_first: bool,
) -> CampaignHistory {
    let (first, _) = decided(&CampaignHistory::default(), letter, date, signs_first);
    let hashes = first.cover.hashes().clone();
    let is_again = super::is_resent(letter);
    let mut history = CampaignHistory::default();
    history.messages.insert(
        3,
        MessageEntry {
            uai: UAI.to_owned(),
            number: first.number,
            letters: vec![MessageLetter {
                reference: "2026-0860001J-MART".to_owned(),
                revision: 5,
                readdressed: is_again,
            }],
            cover: first.cover_content,
            inputs: hashes.inputs,
            fingerprint: first.fingerprint,
            cover_pdf: hashes.pdf,
            cover_html: hashes.html,
            subject: hashes.subject,
            ..examples::message(3, MessageState::Ready, first.date)
        },
    );
    history.index();
    history
}

fn decided(
    history: &CampaignHistory,
    letter: &LetterDecision<RenderedHashes>,
    today: Date,
    signs_first: bool,
) -> (MessageDecision<CoverHashes>, usize) {
    let context = MessageContext {
        history,
        today,
        date: CAMPAIGN,
        signs_first,
        current_inputs: &BTreeSet::from(["inputs of today"]),
    };
    let port = Covers::default();
    let decision = decide_message(&context, UAI, &[letter], &port).unwrap();
    (decision, port.rendered.get())
}

#[test]
fn the_message_that_is_there_stays_and_its_cover_is_not_rendered() {
    let letter = kept(Action::Keep, "rendered");
    let (decision, rendered) = decided(&history_of(&letter, TODAY, false), &letter, TODAY, false);
    assert_eq!((decision.same, decision.is_refreshed, rendered), (Some(3), false, 0));
    assert_eq!((decision.number, decision.date), (1, CAMPAIGN));
}

#[test]
fn another_letter_is_another_message_under_the_same_cover() {
    let history = history_of(&kept(Action::Keep, "rendered"), TODAY, false);
    for letter in [made(), kept(Action::Keep, "signed")] {
        let (decision, rendered) = decided(&history, &letter, TODAY, false);
        assert_eq!((decision.same, rendered), (None, 0));
    }
}

#[test]
fn a_template_that_gives_the_same_cover_is_noted() {
    let letter = kept(Action::Keep, "rendered");
    let mut history = history_of(&letter, TODAY, false);
    for message in history.messages.values_mut() {
        message.inputs = "inputs of before".to_owned();
    }
    let (decision, rendered) = decided(&history, &letter, TODAY, false);
    assert_eq!((decision.same, decision.is_refreshed, rendered), (Some(3), true, 1));
}

#[test]
fn a_letter_sent_again_has_the_day_it_was_first_said() {
    let again = kept(Action::Readdress, "rendered");
    let (first, _) = decided(&CampaignHistory::default(), &again, EARLIER, false);
    assert_eq!(first.date, EARLIER);
    let (later, rendered) = decided(&history_of(&again, EARLIER, false), &again, TODAY, false);
    assert_eq!((later.date, later.same, rendered), (EARLIER, Some(3), 0));
}

#[test]
fn a_message_waits_until_the_authority_signed() {
    let is_held = |letter| decided(&CampaignHistory::default(), &letter, TODAY, true).0.is_held;
    assert!(is_held(made()) && is_held(kept(Action::Keep, "rendered")));
    assert!(!is_held(kept(Action::Keep, "signed")));
}

#[test]
fn which_open_messages_are_taken_back() {
    let history = history_of(&kept(Action::Keep, "rendered"), TODAY, false);
    let reference = "2026-0860001J-MART";
    let taken_back = |is_whole, came_back, message| {
        let state = MailingState { is_whole, came_back, message };
        retired(&history, [reference], state).into_iter().collect::<Vec<i64>>()
    };
    let none: [i64; 0] = [];
    let due = |same| Some(DueMessage { uai: UAI, same });
    let (same, other) = (due(Some(3)), due(None));
    assert_eq!(taken_back(true, false, same), none);
    assert_eq!(taken_back(false, false, same), [3], "one of its letters could not be made");
    assert_eq!(taken_back(true, false, other), [3]);
    assert_eq!(taken_back(true, false, None), [3], "nothing has to go any more");
    assert_eq!(taken_back(true, true, same), none);
    assert_eq!(taken_back(true, true, other), none, "somebody sent it, and has to say so first");
    assert_eq!(taken_back(true, true, None), none);
}
