//! A campaign of the sample from its first check to its last day.

use crate::browser::{Browser, CAMPAIGN, JOBS, check_campaign, clock, done, json, kind};
use crate::scans::{printed, scanned, sign};
use cancel_token::CancelToken;
use missive::app::campaign::close::{CloseFailure, CloseOutcome, CloseRefusal, Closing, propose};
use missive::app::campaign::run::RunOutcome;
use missive::app::campaign::status::status;
use missive::app::error::ErrorKind;
use missive::app::exports::account_file::{AccountFormat, write_account};
use missive::app::exports::target::require_new_file;
use missive::app::letters::events_of::{EventsError, events_of};
use missive::app::letters::explain::explain;
use missive::app::letters::letter_lookup::{LetterError, LetterLookup, parse_reference};
use missive::app::returns::after_return::ReturnsContext;
use missive::app::returns::filing::add_returns::{AddOptions, ReturnsToAdd};
use missive::app::returns::named_letter::last_sent;
use missive::app::returns::reviewing::review_answer::{self, ReviewAnswer};
use missive::app::returns::reviewing::review_error::ReviewError;
use missive::app::returns::reviewing::review_queue::{self, ReviewChoice};
use missive::app::sending::resolve::by_word::{DepositSelection, ResolveRequest, WhichMessages};
use missive::app::sending::resolve::resolve_error::ResolveError;
use missive::app::workspace::{CampaignError, OpenError};
use missive::archive::verdict::return_verdict::ReturnVerdict;
use missive::plan::Action;
use missive::plan::act_state::ActState;
use missive::plan::history::ReturnState;
use missive::plan::letter_state::LetterState;
use missive::plan::reasons::Cause;
use missive::plan::resolution::Resolution;
use missive::project::folder::{Project, ProjectError};
use missive::project::lock::Lock;
use missive::project::sample::{self, InitError};
use missive::records::word_lists::Act;
use page_area::PageArea;
use std::fs;

/// A collège with one letter, whose record is corrected.
const CORRECTED: &str = "2026-0860001J-NGRM";
/// A lycée with one letter, which comes back.
const RETURNED: &str = "2026-0160101Y-4S54";

const MADE: &str = "2026-11-18";
const SENT: &str = "2026-11-20";
const CORRECTION: &str = "2026-11-25";
const AMENDMENT: &str = "2027-01-20";
const RETURN: &str = "2027-02-01";
const LAST_DAY: &str = "2027-08-31";

pub fn from_the_first_check_to_the_last_day() {
    let browser = Browser::sample();
    a_folder_without_a_project_is_an_error_with_a_kind(&browser);
    letters_are_made_and_put_into_the_outbox(&browser);
    a_person_says_that_the_messages_were_sent(&browser);
    a_corrected_record_reissues_its_letter(&browser);
    an_amendment_reissues_the_letters_it_changes(&browser);
    a_scan_comes_back_and_is_reviewed(&browser);
    the_letter_tells_its_history(&browser);
    the_account_is_exported(&browser);
    the_campaign_is_closed(&browser);
}

fn a_folder_without_a_project_is_an_error_with_a_kind(browser: &Browser) {
    let error = Project::find(Some(&browser.beside("nowhere"))).unwrap_err();
    assert!(matches!(error, ProjectError::NotAProject(_)));
    assert_eq!(kind(&error), ErrorKind::Usage);
    let error = sample::write(&browser.root()).unwrap_err();
    assert!(matches!(error, InitError::NotEmpty(_)));
    assert_eq!(kind(&error), ErrorKind::Usage);
}

fn letters_are_made_and_put_into_the_outbox(browser: &Browser) {
    let opened = browser.open(MADE);
    assert_eq!(opened.campaign.as_ref().unwrap().as_str(), CAMPAIGN);
    let (_, found) = check_campaign(&opened, MADE);
    assert_eq!((found.counts.letters, found.counts.errors), (13, 0));
    assert_eq!(json(&found)["counts"]["letters"], 13);

    let planned = browser.plan(MADE);
    assert_eq!((planned.letters.new, planned.letters.total(), planned.failed), (13, 13, 0));
    assert!(planned.actions.iter().all(|letter| letter.action == Action::Create));
    assert_eq!(json(&planned)["letters"]["new"], 13);
    assert!(browser.reader(MADE).is_none(), "a plan writes nothing");

    let made = browser.generate(MADE, true);
    assert_eq!((made.outcome.letters.written, made.outcome.letters.failed), (13, 0));
    assert_eq!(browser.outbox().len(), made.outcome.deposited.len());
    let deposits = made.outcome.deposits();
    let outcome =
        RunOutcome { check: &found, generate: Some(&made.outcome), send: Some(json(&deposits)) };
    assert_eq!(json(&outcome)["send"]["deposited"], deposits.deposited);

    // While one page writes, another one is told so.
    let _lock = done(Lock::take(&browser.project(), &browser.actor(LAST_DAY)));
    assert_eq!(
        kind(&Lock::take(&browser.project(), &browser.actor(LAST_DAY)).unwrap_err()),
        ErrorKind::Environment
    );
}

fn a_person_says_that_the_messages_were_sent(browser: &Browser) {
    let resolved = browser.hand_over(SENT, WhichMessages::Deposited(DepositSelection::default()));
    assert!(resolved.some_were_deposited && !resolved.all_are_reminders);
    assert_eq!(
        (resolved.letters.len(), resolved.campaigns.as_slice()),
        (13, &[CAMPAIGN.to_owned()][..])
    );
    assert_eq!(json(&resolved)["state"], "handed_over");
    assert!(browser.outbox().is_empty(), "nobody sends it twice");
    let planned = browser.plan(SENT);
    assert_eq!((planned.letters.unchanged, planned.messages.to_send), (13, 0));
}

fn a_corrected_record_reissues_its_letter(browser: &Browser) {
    browser.edit(
        "data/establishments.toml",
        "family_name = \"Durand\"",
        "family_name = \"Durant\"",
    );
    let planned = browser.plan(CORRECTION);
    let mut changed = planned.actions.iter().filter(|letter| letter.action != Action::Keep);
    let letter = changed.next().unwrap();
    assert!(changed.next().is_none(), "one letter alone");
    assert_eq!((letter.reference.as_str(), letter.action), (CORRECTED, Action::Reissue));
    assert_eq!((letter.act, letter.revision), (Some(Act::Correction), 2));
    let reason = &letter.reasons[0];
    assert_eq!(
        (reason.cause, &reason.before, &reason.after),
        (Cause::Record, &"Durand".into(), &"Durant".into())
    );
    assert!(reason.source.as_deref().unwrap().starts_with("data/establishments.toml:"));
    let document = json(&planned);
    let listed = document["actions"].as_array().unwrap().iter();
    let listed = listed.clone().find(|letter| letter["action"] == "reissue").unwrap();
    assert_eq!(listed["reasons"][0]["cause"], "record");

    let made = browser.generate(CORRECTION, true);
    assert_eq!(made.outcome.changes.len(), 1);
    assert_eq!(browser.outbox(), ["0860001J.r2.eml"]);
    let named = WhichMessages::Named(vec![CORRECTED.to_owned()]);
    assert_eq!(browser.hand_over(CORRECTION, named).messages, 1);
}

fn an_amendment_reissues_the_letters_it_changes(browser: &Browser) {
    browser.append(
        "data/campaigns/2026.toml",
        "\n[[campaign.amendment]]\ndate = 2027-01-18\nreply_by = 2027-02-12\nact = \"amendment\"\n",
    );
    let clauses = "data/rules/clauses.toml";
    let text = "text = \"code de l’éducation, article L. 214-6 ;\"";
    browser.edit(clauses, text, &format!("until = 2027-01-17\n{text}"));
    let source = "source = { title = \"Code de l’éducation\", article = \"L214-6\" }\n";
    let version = "[[clause.version]]\nsince = 2027-01-18\n\
         when = { kind = [\"lycee\", \"lycee-professionnel\", \"lycee-polyvalent\", \"erea\"], sector = [\"public\"] }\n\
         text = \"code de l’éducation, article L. 214-6-1 ;\"\n\
         source = { title = \"Code de l’éducation\", article = \"L214-6-1\" }\n";
    browser.edit(clauses, source, &format!("{source}{version}"));
    let planned = browser.plan(AMENDMENT);
    let changed = planned.actions.iter().filter(|letter| letter.action == Action::Reissue);
    let changed: Vec<_> = changed.collect();
    assert_eq!((changed.len(), planned.letters.changed, planned.letters.unchanged), (7, 7, 6));
    for letter in changed {
        assert_eq!(letter.act, Some(Act::Amendment));
        assert!(letter.reasons.iter().any(|reason| reason.cause == Cause::Rule));
    }
    let made = browser.generate(AMENDMENT, true);
    assert_eq!(made.outcome.changes.len(), 7);
    assert_eq!(
        browser
            .hand_over(AMENDMENT, WhichMessages::Deposited(DepositSelection::default()))
            .letters
            .len(),
        7
    );
}

fn a_scan_comes_back_and_is_reviewed(browser: &Browser) {
    let folder = browser.beside("returned");
    fs::create_dir(&folder).unwrap();
    let (ledger, _) = browser.ledger(RETURN);
    let sent = done(last_sent(&ledger, RETURNED));
    assert_eq!(sent.number, 2, "the amendment counts");
    let letter = ledger.store.get(&sent.issued).unwrap();
    let areas: Vec<PageArea> = serde_json::from_str(&ledger.boxes(sent.id).unwrap()).unwrap();
    let mut last = printed(&letter, sent.pages);
    for area in areas.iter().filter(|area| area.label != "sign-issuer") {
        sign(&mut last, area.x, area.y);
    }
    let mut pages: Vec<_> = (1..sent.pages).map(|page| printed(&letter, page)).collect();
    pages.push(last);
    fs::write(folder.join("scan.pdf"), scanned(&pages)).unwrap();

    let project = browser.project();
    let paths = [folder];
    let today = clock(RETURN).day();
    let returns = done(ReturnsToAdd::prepare(&project, &paths, None, today));
    assert_eq!((returns.campaign.as_str(), returns.warnings.len()), (CAMPAIGN, 0));
    let cancel = CancelToken::default();
    let now = clock(RETURN).now();
    let options = AddOptions { jobs: Some(2), now, day: today, cancel: &cancel };
    let mut filed = 0;
    let taken = done(returns.add(&ledger, &options, || filed += 1));
    assert!(taken.failure.is_none() && !taken.is_interrupted);
    assert_eq!((filed, taken.files.len(), taken.problems.len()), (1, 1, 0));
    let file = &taken.files[0];
    assert_eq!((file.verdict, file.is_to_review()), (ReturnVerdict::Scanned, true));
    assert_eq!(file.letters[0].revision.reference, RETURNED);
    assert_eq!(file.letters[0].judged.state, ReturnState::ToReview);

    // What came back is the amendment: the letter stands where it stood.
    assert_eq!(file.letters[0].state, Some(LetterState::HandedOver));
    assert_eq!(json(&taken)["files"][0]["letters"][0]["state"], "handed_over");

    let found = done(review_queue::chosen(&ledger, ReviewChoice::Waiting));
    assert_eq!(found.len(), 1);
    assert!(!found[0].remarks().is_empty() && !found[0].sheets().is_empty());
    assert_eq!(json(&found[0])["reference"], RETURNED);
    let context = ReturnsContext { project: &project, ledger: &ledger, day: today };
    let fields = [("priorities".to_owned(), "accueil des élèves".to_owned())].into();
    let answer = ReviewAnswer {
        letter: Some(CORRECTED),
        state: ReturnState::Signed,
        by: "Jeanne Exemple",
        fields: &fields,
        note: None,
    };
    let error = review_answer::answer(context, &found[0], answer).err().unwrap();
    assert!(matches!(&error, ReviewError::Recognised(reference) if reference == RETURNED));
    assert_eq!(kind(&error), ErrorKind::Decision);
    let answer = ReviewAnswer { letter: None, ..answer };
    let reviewed = done(review_answer::answer_named(context, &found, answer));
    assert!(reviewed.after.failure.is_none());
    assert_eq!((reviewed.reference.as_str(), reviewed.campaign.as_str()), (RETURNED, CAMPAIGN));
    assert_eq!(json(&reviewed)["review"]["priorities"], "accueil des élèves");
    assert!(done(review_queue::queue(&ledger)).is_empty());
    drop(ledger);

    let snapshot = browser.snapshot(RETURN);
    let found = done(status(&snapshot));
    assert!(found.is_balanced && !found.is_closed && found.open.is_empty());
    let count = |state| found.account.count(state);
    assert_eq!((count(LetterState::Signed), count(LetterState::HandedOver)), (0, 13));
    assert_eq!((found.account.letters.len(), found.account.superseded), (13, 1));
    assert_eq!(found.account.count_acts(ActState::Signed), 1);
    assert_eq!(found.account.count_acts(ActState::Awaiting), 6);
    assert_eq!(found.returns.map(|returns| (returns.came_back, returns.to_review)), Some((1, 0)));
    let document = json(&found);
    assert_eq!((&document["acts"]["signed"], &document["balanced"]), (&1.into(), &true.into()));
}

fn the_letter_tells_its_history(browser: &Browser) {
    let ledger = browser.reader(RETURN).map(|(ledger, _)| ledger);
    let events = done(events_of(ledger.as_ref(), RETURNED));
    assert!(events.windows(2).all(|pair| pair[0].seq < pair[1].seq), "oldest first");
    let is_of_letter = |reference: &Option<String>| reference.as_deref() == Some(RETURNED);
    assert!(events.iter().all(|event| is_of_letter(&event.reference) || event.message.is_some()));
    let count = |kind: &str| events.iter().filter(|event| event.word == kind).count();
    assert_eq!(
        (count("made"), count("handed_over"), count("returned"), count("reviewed")),
        (2, 2, 1, 1)
    );
    assert_eq!(events.first().unwrap().day, MADE);
    assert_eq!(events.last().unwrap().day, RETURN);
    let error = events_of(ledger.as_ref(), "2026-0160101Y-4S55").unwrap_err();
    assert!(matches!(&error, EventsError::Unknown { near: Some(near), .. } if near == RETURNED));
    assert_eq!(kind(&error), ErrorKind::Usage);

    let reference = done(parse_reference(RETURNED));
    let today = clock(RETURN).day();
    let letter = done(LetterLookup::new(reference, browser.project(), ledger, today));
    let numbers: Vec<u32> = letter.revisions.iter().map(|revision| revision.number).collect();
    assert_eq!(numbers, [1, 2]);
    let explanation = done(explain(&letter, None, today, JOBS));
    assert_eq!((explanation.revision, explanation.note), (2, None));
    assert_eq!(explanation.supersedes.as_ref().unwrap().act, Act::Amendment);
    let fields = explanation.paragraphs.iter().flat_map(|paragraph| &paragraph.fields);
    let rules: Vec<_> = fields.filter_map(|field| field.rule.as_ref()).collect();
    assert!(rules.iter().any(|rule| rule.since.to_string() == "2027-01-18"));
    assert_eq!(json(&explanation)["reference"], RETURNED);
    let error = explain(&letter, Some(7), today, JOBS).unwrap_err();
    assert!(matches!(&error, LetterError::NoSuchRevision { known, .. } if *known == [1, 2]));
    assert_eq!(kind(&error), ErrorKind::Usage);
}

fn the_account_is_exported(browser: &Browser) {
    for name in ["account.csv", "account.xlsx"] {
        let file = browser.beside(name);
        let format = done(AccountFormat::of(&file));
        done(require_new_file(&browser.project(), &file, false));
        let written = done(write_account(&browser.snapshot(RETURN), &file, format));
        assert_eq!((written.account.letters.len(), written.is_incomplete), (13, false));
        assert_eq!(written.account.states()["handed_over"], 13);
        assert!(fs::metadata(&file).unwrap().len() > 1_000);
        let error = require_new_file(&browser.project(), &file, false).unwrap_err();
        assert_eq!(kind(&error), ErrorKind::Usage);
    }
    let error = AccountFormat::of(&browser.beside("account.ods")).unwrap_err();
    assert_eq!(kind(&error), ErrorKind::Usage);
}

fn the_campaign_is_closed(browser: &Browser) {
    let _lock = done(Lock::take(&browser.project(), &browser.actor(LAST_DAY)));
    let mut snapshot = browser.snapshot(LAST_DAY);
    // It is opened for writing below.
    drop(snapshot.ledger.take());
    let Closing::Proposed(proposal) = done(propose(&snapshot, None)) else {
        panic!("it is not closed yet")
    };
    assert_eq!((proposal.missing.unsettled(), proposal.obstacle()), (13, None));
    assert_eq!(proposal.day, clock(LAST_DAY).day());
    let refusal = proposal.confirm(Some(12)).unwrap_err();
    assert_eq!(refusal, CloseRefusal::OtherNumber { given: 12, unsettled: 13 });
    assert_eq!(kind(&refusal), ErrorKind::Decision);
    let (ledger, _) = browser.ledger(LAST_DAY);
    let refused = proposal.close(None, Some(&ledger)).unwrap_err();
    assert!(matches!(refused, CloseFailure::Refused(CloseRefusal::NotConfirmed(13))));
    assert_eq!(done(proposal.close(Some(13), Some(&ledger))), "data/campaigns/2026.toml");
    let outcome = json(&CloseOutcome::new(&proposal.missing, Some(proposal.day)));
    assert_eq!((&outcome["closed"], &outcome["unsettled"]), (&LAST_DAY.into(), &13.into()));
    drop(ledger);

    let error = browser.try_open(LAST_DAY).err().unwrap();
    assert!(matches!(&error, OpenError::Campaign(CampaignError::Closed(id)) if id == CAMPAIGN));
    assert_eq!(kind(&error), ErrorKind::Usage);
    let snapshot = browser.snapshot(LAST_DAY);
    let found = done(status(&snapshot));
    assert!(found.is_closed && found.is_balanced);
    assert!(matches!(done(propose(&snapshot, None)), Closing::Already { .. }));
    // Nothing is left to be said of the messages.
    let (ledger, _) = browser.ledger(LAST_DAY);
    let resolve = |why| {
        ResolveRequest::new(
            WhichMessages::Deposited(DepositSelection::default()),
            Resolution::HandedOver,
            why,
        )
    };
    let error = resolve(Some(" ")).unwrap_err();
    assert!(matches!(error, ResolveError::ReasonMissing));
    assert_eq!(kind(&error), ErrorKind::Usage);
    let request = done(resolve(Some("asked once more")));
    let today = clock(LAST_DAY).day();
    let error = request.resolve(&browser.project(), &ledger, Some(CAMPAIGN), today);
    let error = error.unwrap_err();
    assert!(matches!(error, ResolveError::NothingToResolve));
    assert_eq!(kind(&error), ErrorKind::Usage);
}
