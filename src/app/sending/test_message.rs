//! Copies of a few messages to oneself, under another Message-ID; the account of the campaign does not change.

use super::context::SendContext;
use super::queue::freeze::{FreezeContext, FreezeError};
use super::queue::open_messages::OutgoingMessage;
use super::queue::send_queue::SendQueueState;
use super::referents::due_referent_messages::due_referent_messages;
use super::referents::render_referent_message::{
    ReferentLetter, check_template, compose_referent_message,
};
use super::refusal::{SendRefusal, TestFailure};
use super::relay::wording;
use crate::ledger::LedgerError;
use crate::letter::mailing::{LetterInMessage, Mailing};
use crate::mail::message::{FrozenMessage, SendMethod};
use crate::plan::history::{CampaignHistory, ObjectHash};
use crate::records::values::EmailAddress;
use serde_json::json;
use smtp_session::{
    Attempt, CancelToken, Disposition, Envelope, RateLimiter, RelayConfig, Session, disposition,
};
use std::time::Duration;

/// Messages sent when no number is given.
const DEFAULT_COUNT: usize = 3;
/// Time between two looks at the clock while waiting for the quota.
const QUOTA_POLL: Duration = Duration::from_millis(100);

/// The address of a test: one of the service's own domains.
pub struct TestAddress(EmailAddress);

impl TestAddress {
    /// Checks an address.
    pub fn of(context: &SendContext<'_>, to: &str) -> Result<Self, SendRefusal> {
        let to: EmailAddress = to.parse().map_err(|_| SendRefusal::NotAnAddress(to.to_owned()))?;
        let domain = to.domain();
        let allowed = &context.resolved.settings.mail.allowed_domains;
        match allowed.iter().any(|one| one.covers(&domain)) {
            true => Ok(Self(to)),
            false => Err(SendRefusal::ForeignDomain(domain)),
        }
    }

    /// The address.
    pub fn address(&self) -> &EmailAddress {
        &self.0
    }
}

/// A test that may be sent.
pub struct TestRequest {
    to: TestAddress,
    limit: Option<usize>,
}

/// Checks whether a test may be sent to an address; writes nothing.
pub fn check_test(
    context: &SendContext<'_>,
    to: &str,
    limit: Option<usize>,
) -> Result<TestRequest, SendRefusal> {
    let history = context.check()?;
    let to = TestAddress::of(context, to)?;
    check_template(context.resolved)?;
    let request = TestRequest { to, limit };
    match request.copies(context, &history).is_empty() {
        true => Err(SendRefusal::NothingToTest),
        false => Ok(request),
    }
}

impl TestRequest {
    /// Mail address of the test.
    pub fn to(&self) -> &str {
        self.to.0.as_str()
    }

    /// What is copied: the first messages to schools, each with those to its referents; those that are due to
    /// referents where nothing goes to schools.
    fn copies<'p, 'r>(
        &self,
        context: &SendContext<'r>,
        history: &'p CampaignHistory,
    ) -> Vec<TestCopy<'p, 'r>> {
        let SendContext { resolved, only, clock, .. } = *context;
        let mut queue = SendQueueState::of(resolved, history, only, clock.now());
        queue.limit_to(self.limit.or(only.is_none().then_some(DEFAULT_COUNT)));
        let mut copies = Vec::new();
        for outgoing in queue.now {
            let to_referents = referents_of(context, history, &outgoing);
            copies.push(TestCopy::School(outgoing));
            copies.extend(to_referents.into_iter().map(TestCopy::Referent));
        }
        if copies.is_empty() {
            let due = due_referent_messages(resolved, history, only).fresh.into_iter();
            copies.extend(due.take(DEFAULT_COUNT).map(|due| {
                let (place, letter) = (due.place, due.letter);
                TestCopy::Referent(CopiedLetter {
                    place,
                    letter,
                    issued: due.revision.issued.clone(),
                })
            }));
        }
        copies.truncate(self.limit.unwrap_or(usize::MAX));
        copies
    }
}

/// A message of which a copy is made.
enum TestCopy<'p, 'r> {
    /// To a school.
    School(OutgoingMessage<'p, 'r>),
    /// To a referent.
    Referent(CopiedLetter),
}

/// A letter as its referent will get it.
struct CopiedLetter {
    /// Its place among those of the campaign.
    place: usize,
    letter: LetterInMessage,
    issued: ObjectHash,
}

/// The letters of a message that go to their referents afterwards.
fn referents_of(
    context: &SendContext<'_>,
    history: &CampaignHistory,
    outgoing: &OutgoingMessage<'_, '_>,
) -> Vec<CopiedLetter> {
    let resolved = context.resolved;
    if !resolved.settings.letters.referent_message {
        return Vec::new();
    }
    let sent = history.carried(outgoing.message);
    let letters = outgoing.mailing.letters.iter().zip(&outgoing.message.letters).zip(sent);
    let copied = letters.filter_map(|((place, row), letter)| {
        let called = &resolved.desired.letters[*place];
        resolved.desired.referent_address(called)?;
        let issued = history.issued(&row.reference, row.revision)?.clone();
        Some(CopiedLetter { place: *place, letter, issued })
    });
    copied.collect()
}

impl TestCopy<'_, '_> {
    /// How a person finds it among the others.
    fn name(&self, context: &SendContext<'_>) -> String {
        let desired = &context.resolved.desired;
        match self {
            Self::School(outgoing) => desired.mailing_name(&outgoing.mailing),
            Self::Referent(copied) => {
                format!("{} (au référent)", desired.letters[copied.place].reference)
            }
        }
    }

    fn freeze(
        &self,
        context: &SendContext<'_>,
        history: &CampaignHistory,
        to: &EmailAddress,
    ) -> Result<FrozenMessage, FreezeError> {
        let copied = match self {
            Self::School(outgoing) => return freeze(context, history, outgoing, to),
            Self::Referent(copied) => copied,
        };
        let CopiedLetter { place, letter, issued } = copied;
        let issued = context.ledger.store.get(issued).map_err(FreezeError::Disk)?;
        let (place, clock) = (*place, context.clock);
        let one = ReferentLetter { place, letter, issued: &issued, to, number: 1, sent_on: None };
        let method = SendMethod::Test(clock.now());
        let made = compose_referent_message(context.resolved, &one, clock.day(), method)?;
        Ok(made.frozen)
    }
}

/// Sends the copies; gives the names of their messages.
pub fn send_test(
    context: &SendContext<'_>,
    request: &TestRequest,
    relay: &RelayConfig,
) -> Result<Vec<String>, SendRefusal> {
    let history = context.check()?;
    let copies = request.copies(context, &history);
    let names = copies.iter().map(|copy| copy.name(context)).collect();
    let to = &request.to;
    TestCopies { context, to, relay }.send(names, |at| copies[at].freeze(context, &history, &to.0))
}

/// Copies to oneself, over one session.
pub(super) struct TestCopies<'t> {
    pub(super) context: &'t SendContext<'t>,
    pub(super) to: &'t TestAddress,
    pub(super) relay: &'t RelayConfig,
}

impl TestCopies<'_> {
    /// Sends the copies that `copy` makes, by the names of their messages; gives those that left.
    pub(super) fn send(
        self,
        names: Vec<String>,
        copy: impl Fn(usize) -> Result<FrozenMessage, FreezeError>,
    ) -> Result<Vec<String>, SendRefusal> {
        let Self { context, to, relay } = self;
        let session = Some(open(relay)?);
        let mut test = Test { context, to, relay, limiter: context.limiter()?, session };
        let mut tested = Vec::new();
        let mut stopped = None;
        for (at, name) in names.into_iter().enumerate() {
            match test.send_one(&name, || copy(at))? {
                Ok(()) => tested.push(name),
                Err(why) => {
                    stopped = Some(why);
                    break;
                }
            }
        }
        test.close_session();
        match stopped {
            None => Ok(tested),
            Some(why) => Err(SendRefusal::TestStopped { why, tested }),
        }
    }
}

fn open(relay: &RelayConfig) -> Result<Session, SendRefusal> {
    Session::open(relay, &CancelToken::default())
        .map_err(|error| SendRefusal::NoSession(wording::connect_error(&error, relay)))
}

struct Test<'t> {
    context: &'t SendContext<'t>,
    to: &'t TestAddress,
    relay: &'t RelayConfig,
    limiter: RateLimiter,
    session: Option<Session>,
}

impl Test<'_> {
    /// Sends one copy; a failure ends the test.
    fn send_one(
        &mut self,
        name: &str,
        copy: impl FnOnce() -> Result<FrozenMessage, FreezeError>,
    ) -> Result<Result<(), TestFailure>, SendRefusal> {
        let SendContext { resolved, clock, .. } = *self.context;
        let at = self.limiter.ready_at(clock.now(), 1);
        while clock.now() < at {
            std::thread::sleep(QUOTA_POLL);
        }
        if self.session.as_ref().is_none_or(Session::is_exhausted) {
            self.close_session();
            self.session = Some(open(self.relay)?);
        }
        let copy = match copy() {
            Ok(copy) => copy,
            Err(error) => return Ok(Err(error.into())),
        };
        let to = self.to.0.as_str();
        self.record(name, &copy)?;
        self.limiter.record(Attempt { moment: clock.now(), recipients: 1 });
        let envelope = Envelope {
            from: resolved.settings.mail.from.address.as_str().to_owned(),
            recipients: vec![to.to_owned()],
            id: format!("test.{name}"),
        };
        let Some(session) = &mut self.session else { return Ok(Ok(())) };
        let end = match session.send_envelope(&envelope, copy.bytes.len()) {
            Ok(_) => session.send_message(&copy.bytes),
            Err(end) => end,
        };
        Ok(match disposition(&end) {
            Disposition::HandedOver => Ok(()),
            _ => {
                let outcome = wording::server_outcome(&end.outcome);
                Err(TestFailure::NotTaken { name: name.to_owned(), outcome })
            }
        })
    }

    fn close_session(&mut self) {
        if let Some(session) = self.session.take() {
            session.close();
        }
    }

    /// The event that counts against the quota.
    fn record(&self, name: &str, copy: &FrozenMessage) -> Result<(), LedgerError> {
        let campaign = self.context.campaign();
        let body = json!({
            "name": name, "to": self.to.0.as_str(), "message_id": copy.message_id, "recipients": 1,
        });
        self.context.ledger.write(|change| change.record_test(campaign, body))
    }
}

/// Freezes a copy of a message to another address.
fn freeze(
    context: &SendContext<'_>,
    history: &CampaignHistory,
    outgoing: &OutgoingMessage<'_, '_>,
    to: &EmailAddress,
) -> Result<FrozenMessage, FreezeError> {
    let SendContext { resolved, ledger, clock, .. } = *context;
    let mut copy = outgoing.message.clone();
    copy.subject = format!("ESSAI – {}", copy.subject);
    let mailing = &outgoing.mailing;
    let (uai, letters) = (mailing.uai, mailing.letters.clone());
    let mailing = Mailing { uai, address: Some(to), letters };
    let freeze = FreezeContext { resolved, ledger, history };
    freeze.freeze(&copy, &mailing, SendMethod::Test(clock.now()))
}
