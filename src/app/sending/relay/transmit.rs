//! Hands messages to the relay, one at a time, each step written down before and after.
//!
//! frozen → MAIL, RCPT → intent on the disk → DATA, message, dot → verdict on the disk → next.
//! What became of a message is judged by `deliver::verdict`; what was not proven stays ambiguous
//! and the others go on.

use crate::app::sending::relay::preflight;
use crate::clock::Clock;
use crate::deliver::deadline::Hurry;
use crate::deliver::log::{Line, SendLog};
use crate::deliver::quota::Throttle;
use crate::deliver::session::{Answer, Envelope, Heard, Phase, Relay, Session, Turned, Unopened};
use crate::deliver::verdict::{self, Breakers, Fate, Stop};
use crate::deliver::wire::Cause;
use crate::ledger::write::attempt::AttemptResult;
use crate::ledger::{Ledger, LedgerError};
use crate::names;
use crate::plan::history::{CampaignHistory, FrozenEnvelope, MessageEntry, MessageState};
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeSet, VecDeque};
use std::path::PathBuf;
use std::time::Duration;

/// How long a pause may be before the connection is closed meanwhile.
const IDLE: SignedDuration = SignedDuration::from_secs(20);
/// How often a person's wish to stop is looked at during a pause.
const BLINK: Duration = Duration::from_millis(50);

/// A message in the queue.
#[derive(Clone, Debug)]
pub struct QueuedMessage<'p> {
    /// What the ledger knows of it.
    pub message: &'p MessageEntry,
    /// The school's address as the records have it now.
    pub address: Option<String>,
    /// Where it goes.
    pub route: FrozenEnvelope,
    /// What it is called: a reference, or campaign and UAI.
    pub name: String,
    /// The school as a person knows it.
    pub school: String,
}

/// Everything that a transmission needs.
pub struct Transmission<'a> {
    /// The ledger.
    pub ledger: &'a Ledger,
    /// What it knew when the messages were frozen.
    pub past: &'a CampaignHistory,
    /// The relay.
    pub relay: &'a Relay,
    /// Seconds to wait after so many tries.
    pub delay: &'a dyn Fn(u32) -> i64,
    /// The clock.
    pub clock: &'a Clock,
    /// A person's wish to stop.
    pub hurry: &'a Hurry,
    /// Stay until nothing is deferred.
    pub wait: bool,
    /// Hashes of the documents that go with every message.
    pub enclosures: BTreeSet<String>,
    /// Where the log goes.
    pub log: &'a SendLog,
    /// Where to write what the ledger could not take.
    pub emergency: Vec<PathBuf>,
}

/// Something a person has to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// The message.
    pub name: String,
    /// The school.
    pub school: String,
    /// Its address.
    pub address: String,
    /// Message-ID.
    pub message_id: String,
    /// What became of it; none when it was kept back before any attempt.
    pub state: Option<MessageState>,
    /// The relay's reply, word for word, or what happened.
    pub said: String,
    /// When it will be tried again.
    pub due: Option<Timestamp>,
}

/// What a transmission did.
#[derive(Clone, Debug, Default)]
pub struct Sent {
    /// Messages the relay took.
    pub handed_over: usize,
    /// Put off.
    pub deferred: usize,
    /// Refused.
    pub refused: usize,
    /// Nobody knows.
    pub ambiguous: usize,
    /// Kept back by the last look.
    pub kept_back: usize,
    /// Not tried.
    pub remaining: usize,
    /// Why it ended before its end.
    pub stopped: Option<Stop>,
    /// The same as a sentence, with what the relay said.
    pub why: Option<String>,
    /// When the next deferred message is due.
    pub next: Option<Timestamp>,
    /// What a person has to know.
    pub troubles: Vec<Trouble>,
    /// Copies that were not taken: message, address, reply.
    pub turned: Vec<(String, String, String)>,
}

impl Sent {
    /// Counts what became of a message; what was told of it before is told no more.
    fn tally(&mut self, own: &QueuedMessage<'_>, fate: Fate, said: &str, due: Timestamp) {
        self.troubles.retain(|told| told.message_id != id(own));
        let (state, due) = match fate {
            Fate::HandedOver => {
                self.handed_over += 1;
                return;
            }
            Fate::Untouched => return,
            // Counted at the end: it may still go.
            Fate::Deferred => (MessageState::Deferred, Some(due)),
            Fate::Refused => {
                self.refused += 1;
                (MessageState::Refused, None)
            }
            Fate::Ambiguous => {
                self.ambiguous += 1;
                (MessageState::Ambiguous, None)
            }
        };
        self.troubles.push(trouble(own, Some(state), said.to_owned(), due));
    }
}

/// What is going on, for a person who watches.
#[derive(Clone, Copy, Debug)]
pub enum Progress {
    /// One message more is done.
    One,
    /// Waiting until then: for the quota, or for a message that was put off.
    Until(Timestamp, &'static str),
}

impl Transmission<'_> {
    /// Sends what is in the queue. `later` are deferred messages that are not due yet.
    pub fn run(
        &self,
        queue: Vec<QueuedMessage<'_>>,
        later: Vec<QueuedMessage<'_>>,
        mut throttle: Throttle,
        progress: &mut dyn FnMut(Progress),
    ) -> Sent {
        let mut sent = Sent::default();
        let tried = |own: &QueuedMessage<'_>| own.message.tries;
        let due = |own: &QueuedMessage<'_>| own.message.due.unwrap_or_else(|| self.clock.now());
        // Each with the number of its tries; what is put off, with the moment it is due.
        let mut pending: VecDeque<(QueuedMessage<'_>, u32)> = queue
            .into_iter()
            .map(|own| {
                let tries = tried(&own);
                (own, tries)
            })
            .collect();
        let mut deferred: Vec<(Timestamp, QueuedMessage<'_>, u32)> = later
            .into_iter()
            .map(|own| {
                let (due, tries) = (due(&own), tried(&own));
                (due, own, tries)
            })
            .collect();
        let mut breakers = Breakers::default();
        let mut session: Option<Session> = None;
        let mut setbacks = 0;
        loop {
            if self.hurry.asked() {
                sent.stopped = Some(Stop::Signal);
                break;
            }
            let now = self.clock.now();
            deferred.sort_by_key(|(due, ..)| *due);
            let ready = deferred.iter().take_while(|(due, ..)| *due <= now).count();
            pending.extend(deferred.drain(..ready).map(|(_, own, tries)| (own, tries)));
            let Some((own, tries)) = pending.pop_front() else {
                match deferred.first() {
                    Some((due, ..)) if self.wait => {
                        close(&mut session);
                        self.pause(*due, "différés", progress);
                        continue;
                    }
                    _ => break,
                }
            };
            let recipients = own.route.recipients();
            let at = throttle.ready_at(now, recipients);
            if at > now {
                if at.duration_since(now) > IDLE {
                    close(&mut session);
                }
                pending.push_front((own, tries));
                self.pause(at, "limite d'envoi", progress);
                continue;
            }
            let bytes = match self.look(&own) {
                Ok(bytes) => bytes,
                Err(said) => {
                    sent.kept_back += 1;
                    sent.troubles.push(trouble(&own, None, said, None));
                    progress(Progress::One);
                    continue;
                }
            };
            if session.as_ref().is_none_or(Session::is_spent) {
                close(&mut session);
                match Session::open(self.relay, self.hurry) {
                    Ok(open) => session = Some(open),
                    Err(why) => {
                        pending.push_front((own, tries));
                        setbacks += 1;
                        let due = self.after((self.delay)(setbacks));
                        if self.gives_up(&why, due, &mut sent) {
                            break;
                        }
                        self.pause(due, "serveur indisponible", progress);
                        continue;
                    }
                }
            }
            let Some(open) = session.as_mut() else { continue };
            match self.one(open, &own, &bytes) {
                Ok(None) => {
                    // The relay had closed an idle connection: nothing was tried yet.
                    close(&mut session);
                    pending.push_front((own, tries));
                }
                Ok(Some(tried)) => {
                    let answer = &tried.answer;
                    throttle.spend(self.clock.now(), recipients);
                    setbacks = 0;
                    let fate = verdict::fate(answer);
                    let tries = tries + 1;
                    let due = self.after((self.delay)(tries));
                    if let Err(error) = self.note(&own, &tried, fate, due) {
                        self.rescue(&own, &tried, fate, &error, &mut sent);
                        close(&mut session);
                        break;
                    }
                    for one in &tried.turned {
                        let reply = one.reply.to_string();
                        sent.turned.push((own.name.clone(), one.address.clone(), reply));
                    }
                    let said = answer.heard.to_string();
                    sent.tally(&own, fate, &said, due);
                    let stop = match answer.heard {
                        // Each is told: a shorter list would help nobody.
                        Heard::TooLarge(..) => None,
                        _ => breakers.note(answer),
                    };
                    match fate {
                        Fate::Deferred => deferred.push((due, own, tries)),
                        Fate::Untouched => pending.push_front((own, tries)),
                        _ => progress(Progress::One),
                    }
                    if stop == Some(Stop::Throttle) && self.wait {
                        close(&mut session);
                        breakers = Breakers::default();
                        self.pause(self.after((self.delay)(1)), "débit limité", progress);
                        continue;
                    }
                    if stop.is_some() {
                        sent.stopped = stop;
                        sent.why = Some(match stop {
                            Some(Stop::Relay) => format!(
                                "envoi arrêté, plusieurs messages de suite ont un sort incertain : {said}"
                            ),
                            _ => format!("le serveur répond : « {said} »"),
                        });
                        break;
                    }
                }
                Err(error) => {
                    // The intent is not on the disk: the message is not sent.
                    open.reset();
                    pending.push_front((own, tries));
                    sent.stopped = Some(Stop::Disk);
                    sent.why = Some(error.to_string());
                    break;
                }
            }
        }
        close(&mut session);
        sent.deferred = deferred.len();
        sent.remaining += pending.len();
        let due = deferred.iter().map(|(due, ..)| *due).min();
        sent.next = sent.next.or(due);
        if sent.stopped == Some(Stop::Throttle) {
            sent.next = due.or(sent.next);
        }
        sent
    }

    /// Whether a relay that cannot be talked to ends the sending; with `wait` one that may come back
    /// is waited for.
    fn gives_up(&self, why: &Unopened, due: Timestamp, sent: &mut Sent) -> bool {
        let stop = verdict::unopened(why);
        if self.hurry.asked() {
            sent.stopped = Some(Stop::Signal);
            return true;
        }
        let passing = matches!(stop, Stop::Relay | Stop::Throttle);
        if passing && self.wait {
            return false;
        }
        sent.stopped = Some(stop);
        sent.why = Some(why.to_string());
        let lasting = matches!(why, Unopened::Unwelcome(reply) if reply.is_permanent());
        sent.next = Some(due).filter(|_| passing && !lasting);
        true
    }

    fn after(&self, seconds: i64) -> Timestamp {
        let now = self.clock.now();
        now.checked_add(SignedDuration::from_secs(seconds)).unwrap_or(now)
    }

    /// Waits, while a person may still stop it.
    fn pause(&self, until: Timestamp, why: &'static str, progress: &mut dyn FnMut(Progress)) {
        progress(Progress::Until(until, why));
        while self.clock.now() < until && !self.hurry.asked() {
            let left = until.duration_since(self.clock.now());
            let left = Duration::try_from(left).unwrap_or(BLINK);
            std::thread::sleep(left.clamp(Duration::from_millis(1), BLINK));
        }
    }

    fn look(&self, own: &QueuedMessage<'_>) -> Result<Vec<u8>, String> {
        let hash = own.message.bytes.as_deref().unwrap_or_default();
        let bytes = self.ledger.store.get(hash).map_err(|error| {
            format!("le message gardé ne peut pas être relu : {}", crate::files::reason(&error))
        })?;
        let address = own.address.as_deref();
        preflight::look(&bytes, own.message, &own.route, address, self.past, &self.enclosures)?;
        Ok(bytes)
    }

    /// One transaction; none when an idle connection turned out to be closed.
    fn one(
        &self,
        session: &mut Session,
        own: &QueuedMessage<'_>,
        bytes: &[u8],
    ) -> Result<Option<Tried>, LedgerError> {
        if session.offer().is_too_large(bytes.len()) {
            let most = session.offer().size.unwrap_or(0);
            let heard = Heard::TooLarge(bytes.len() as u64, most);
            return Ok(Some(Tried::early(Answer { phase: Phase::Mail, heard })));
        }
        let envelope = Envelope {
            from: own.route.from.clone(),
            recipients: std::iter::once(&own.route.to)
                .chain(&own.route.copies)
                .chain(&own.route.control)
                .cloned()
                .collect(),
            id: format!("{}.r{}", own.name, own.message.number),
        };
        let turned = match session.address(&envelope, bytes.len()) {
            Ok(turned) => turned,
            Err(answer) => {
                let gone = match &answer.heard {
                    Heard::Lost(loss) => loss.cause != Cause::Interrupted,
                    Heard::Reply(reply) => reply.code == 421,
                    Heard::TooLarge(..) => false,
                };
                if session.is_used() && answer.phase == Phase::Mail && gone {
                    return Ok(None);
                }
                return Ok(Some(Tried::early(answer)));
            }
        };
        let relay = format!("{}:{}", self.relay.host, self.relay.port);
        let recipients = own.route.recipients();
        let moment = self.ledger.write(|change| {
            change.record_intent(own.message.id, &relay, recipients)?;
            Ok(change.moment().to_owned())
        })?;
        let line = Line::Sent {
            moment: &moment,
            kind: "intent",
            message_id: id(own),
            to: &own.route.to,
            said: &relay,
        };
        let _ = self.log.append(line);
        Ok(Some(Tried { answer: session.message(bytes), turned, intended: true }))
    }

    /// Writes the verdict down, in the ledger and in the log.
    fn note(
        &self,
        own: &QueuedMessage<'_>,
        tried: &Tried,
        fate: Fate,
        due: Timestamp,
    ) -> Result<(), LedgerError> {
        let Tried { answer, turned, intended } = tried;
        let state = state(fate);
        if !intended && fate == Fate::Untouched {
            return Ok(());
        }
        let said = answer.heard.to_string();
        let verdict = AttemptResult {
            state,
            phase: phase(answer.phase),
            reply: said.clone(),
            due: (fate == Fate::Deferred).then_some(due),
            turned: turned.iter().map(|one| (one.address.clone(), one.reply.to_string())).collect(),
        };
        let recipients = (!intended).then(|| match answer.heard {
            Heard::TooLarge(..) => 0,
            _ => own.route.recipients(),
        });
        let moment = self.ledger.write(|change| {
            change.record_result(own.message.id, &verdict, recipients)?;
            Ok(change.moment().to_owned())
        })?;
        let kind = if fate == Fate::Untouched { "not_sent" } else { state.as_str() };
        let line = Line::Sent {
            moment: &moment,
            kind,
            message_id: id(own),
            to: &own.route.to,
            said: &said,
        };
        // The log is a view: the ledger has it, and the next run writes it anew.
        let _ = self.log.append(line);
        Ok(())
    }

    /// The verdict could not be written: it is told, and put down wherever that is possible.
    fn rescue(
        &self,
        own: &QueuedMessage<'_>,
        tried: &Tried,
        fate: Fate,
        error: &LedgerError,
        sent: &mut Sent,
    ) {
        sent.stopped = Some(Stop::Disk);
        sent.why = Some(error.to_string());
        if !tried.intended {
            // Nothing was sent, and the ledger says so.
            sent.remaining += 1;
            return;
        }
        let answer = &tried.answer;
        let text = format!(
            "{}\t{}\t{}\t{}\t{}\n",
            self.clock.moment(),
            state(fate).as_str(),
            id(own),
            own.route.to,
            answer.heard
        );
        let kept = self.emergency.iter().find(|path| {
            let file = std::fs::OpenOptions::new().create(true).append(true).open(path);
            file.and_then(|mut file| {
                std::io::Write::write_all(&mut file, text.as_bytes())?;
                file.sync_all()
            })
            .is_ok()
        });
        let place =
            kept.map_or(String::new(), |path| format!(" ; noté dans {}", names::of_path(path)));
        sent.ambiguous += 1;
        let said = format!("{} (le journal n'a pas pu le noter{place})", answer.heard);
        sent.troubles.push(trouble(own, Some(MessageState::Ambiguous), said, None));
    }
}

/// A transaction that was tried.
struct Tried {
    answer: Answer,
    /// Copies that were turned away.
    turned: Vec<Turned>,
    /// Whether an intent was written.
    intended: bool,
}

impl Tried {
    /// One that ended before its intent.
    fn early(answer: Answer) -> Self {
        Self { answer, turned: Vec::new(), intended: false }
    }
}

fn close(session: &mut Option<Session>) {
    if let Some(session) = session.take() {
        session.close();
    }
}

fn id<'q>(own: &'q QueuedMessage<'_>) -> &'q str {
    own.message.message_id.as_deref().unwrap_or_default()
}

fn trouble(
    own: &QueuedMessage<'_>,
    state: Option<MessageState>,
    said: String,
    due: Option<Timestamp>,
) -> Trouble {
    Trouble {
        name: own.name.clone(),
        school: own.school.clone(),
        address: own.route.to.clone(),
        message_id: id(own).to_owned(),
        state,
        said,
        due,
    }
}

fn state(fate: Fate) -> MessageState {
    match fate {
        Fate::HandedOver => MessageState::HandedOver,
        Fate::Refused => MessageState::Refused,
        Fate::Deferred => MessageState::Deferred,
        Fate::Ambiguous => MessageState::Ambiguous,
        Fate::Untouched => MessageState::Ready,
    }
}

fn phase(phase: Phase) -> &'static str {
    match phase {
        Phase::Mail => "mail",
        Phase::Recipient => "recipient",
        Phase::Data => "data",
        Phase::Body => "body",
        Phase::End => "end",
    }
}
