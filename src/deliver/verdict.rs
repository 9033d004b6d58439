//! What becomes of a message, judged by where its transaction ended, never by the kind of an error;
//! and when a whole campaign has to stop.
//!
//! | last that is known | truth | fate |
//! |---|---|---|
//! | no body was handed over in full | not sent (RFC 5321, 4.1.1.10) | deferred, or refused on 5xx |
//! | dot written, 4xx or 5xx read | not sent (4.1.1.4) | deferred, or refused |
//! | dot written, 2xx read | the relay answers for it (4.1.1.4) | handed over |
//! | dot perhaps written, no clear reply | nobody knows | ambiguous |
//!
//! A relay that gives up after the dot (421, 451 4.4.2) may have kept the message: ambiguous too.

use super::reply::Reply;
use super::session::{Answer, Heard, Phase, Unopened};

/// What becomes of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// The relay answers for it.
    HandedOver,
    /// A clear and lasting no.
    Refused,
    /// Not sent, to be tried again.
    Deferred,
    /// Nobody knows.
    Ambiguous,
    /// Not sent, and not the message's fault: it stays as it was.
    Untouched,
}

/// Why a campaign stops before its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The account.
    Auth,
    /// The protection of the connection.
    Tls,
    /// The relay refuses the sender or what is sent.
    Policy,
    /// The messages are too large.
    Size,
    /// The relay slows down.
    Throttle,
    /// The relay cannot be reached.
    Relay,
    /// As many as were asked for.
    Limit,
    /// A person broke off.
    Signal,
    /// The ledger cannot be written.
    Disk,
}

impl Stop {
    /// The word of the JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Auth => "auth",
            Self::Tls => "tls",
            Self::Policy => "policy",
            Self::Size => "size",
            Self::Throttle => "throttle",
            Self::Relay => "relay",
            Self::Limit => "limit",
            Self::Signal => "signal",
            Self::Disk => "disk",
        }
    }
}

/// What becomes of a message whose transaction ended so.
pub fn fate(answer: &Answer) -> Fate {
    match (answer.phase, &answer.heard) {
        (Phase::End, Heard::Lost(_)) => Fate::Ambiguous,
        (Phase::End, Heard::Reply(reply)) if reply.is_positive() => Fate::HandedOver,
        (Phase::End, Heard::Reply(reply)) if gave_up(reply) => Fate::Ambiguous,
        (Phase::End, Heard::Reply(reply)) if reply.code < 400 => Fate::Ambiguous,
        (Phase::Mail, Heard::Reply(reply)) if reply.is_permanent() && !reply.is_about_size() => {
            Fate::Untouched
        }
        (_, Heard::TooLarge(..)) => Fate::Refused,
        (_, Heard::Reply(reply)) if is_about_account(reply) => Fate::Untouched,
        (_, Heard::Reply(reply)) if reply.is_permanent() => Fate::Refused,
        _ => Fate::Deferred,
    }
}

/// 421, or 451 4.4.2: a server that ran out of time after the dot may have kept the message.
fn gave_up(reply: &Reply) -> bool {
    reply.code == 421 || (reply.code == 451 && reply.detail() == Some((4, 2)))
}

fn is_about_account(reply: &Reply) -> bool {
    matches!(reply.code, 530 | 534 | 535 | 538)
}

/// Why there is no session, as a reason to stop.
pub fn unopened(why: &Unopened) -> Stop {
    match why {
        Unopened::Unprotected(_) => Stop::Tls,
        Unopened::Unknown(_) => Stop::Auth,
        Unopened::Unreachable(_) | Unopened::Lost(_) => Stop::Relay,
        Unopened::AuthLater(_) => Stop::Throttle,
        Unopened::Unwelcome(reply) if reply.is_transient() => Stop::Throttle,
        Unopened::Unwelcome(_) => Stop::Relay,
    }
}

/// Throttle answers in a row that stop a campaign.
const SLOW: usize = 3;
/// Refusals in a row that stop it.
const ROW: usize = 5;
/// The same refusal of content in a row that stops it.
const ALIKE: usize = 3;
/// Messages in doubt, none handed over in between, that stop it.
const DOUBT: usize = 3;
/// Messages tried before a share of refusals counts.
const ENOUGH: usize = 250;

/// Code, and subject and detail of its enhanced code.
type Kind = (u16, Option<(u16, u16)>);

/// Watches the answers of one run, and says when to stop.
#[derive(Clone, Debug, Default)]
pub struct Breakers {
    tried: usize,
    accepted: usize,
    refused: usize,
    row: usize,
    slow: usize,
    doubt: usize,
    alike: (Option<Kind>, usize),
}

impl Breakers {
    /// Takes note of one answer.
    pub fn note(&mut self, answer: &Answer) -> Option<Stop> {
        self.tried += 1;
        let fate = fate(answer);
        let reply = match &answer.heard {
            Heard::Reply(reply) => Some(reply),
            Heard::Lost(_) | Heard::TooLarge(..) => None,
        };
        let slow = reply.is_some_and(Reply::is_throttle) && fate != Fate::HandedOver;
        self.slow = if slow { self.slow + 1 } else { 0 };
        if fate == Fate::Refused {
            (self.refused, self.row) = (self.refused + 1, self.row + 1);
        } else if fate == Fate::HandedOver {
            (self.accepted, self.row) = (self.accepted + 1, 0);
        }
        let content = matches!(answer.phase, Phase::Body | Phase::End) && fate == Fate::Refused;
        let kind = reply.filter(|_| content).map(|reply| (reply.code, reply.detail()));
        self.alike = match kind {
            Some(_) if self.alike.0 == kind => (kind, self.alike.1 + 1),
            Some(_) => (kind, 1),
            None => (None, 0),
        };
        self.doubt = match fate {
            Fate::Ambiguous => self.doubt + 1,
            Fate::HandedOver => 0,
            _ => self.doubt,
        };
        if self.doubt >= DOUBT {
            return Some(Stop::Relay);
        }
        let reply = reply?;
        if is_about_account(reply) {
            return Some(Stop::Auth);
        }
        if fate == Fate::Untouched {
            return Some(Stop::Policy);
        }
        if reply.is_about_size() && self.accepted == 0 {
            return Some(Stop::Size);
        }
        let early = matches!(answer.phase, Phase::Recipient | Phase::Data);
        let policy = matches!(reply.detail(), Some((7, _)));
        if fate == Fate::Refused && early && policy {
            return Some(Stop::Policy);
        }
        if self.slow >= SLOW {
            return Some(Stop::Throttle);
        }
        let share = self.tried >= ENOUGH && self.refused * 50 > self.tried;
        (self.row >= ROW || self.alike.1 >= ALIKE || share).then_some(Stop::Policy)
    }
}

#[cfg(test)]
mod tests {
    use super::super::redact::Redactor;
    use super::super::wire::{Cause, Loss};
    use super::*;
    use proptest::prelude::*;

    fn reply(text: &str) -> Heard {
        let (code, rest) = text.split_at(3);
        let lines = vec![rest.trim().to_owned()];
        Heard::Reply(Reply::new(code.parse().unwrap(), lines, &Redactor::default()))
    }

    fn lost() -> Heard {
        Heard::Lost(Loss { cause: Cause::Closed, heard: String::new() })
    }

    fn phase() -> impl Strategy<Value = Phase> {
        prop::sample::select(vec![
            Phase::Mail,
            Phase::Recipient,
            Phase::Data,
            Phase::Body,
            Phase::End,
        ])
    }

    proptest! {
        /// Whatever comes back, only a 2xx to the dot is a hand-over, and before the dot nothing is
        /// ever in doubt.
        #[test]
        fn only_the_dot_hands_over_and_only_the_dot_leaves_doubt(phase in phase(), code in 200u16..600, detail in "|[245]\\.[0-9]\\.[0-9] x", silent: bool) {
            let heard = if silent { lost() } else { reply(&format!("{code}{detail}")) };
            let fate = fate(&Answer { phase, heard: heard.clone() });
            let positive = !silent && code / 100 == 2;
            prop_assert_eq!(fate == Fate::HandedOver, phase == Phase::End && positive);
            if phase != Phase::End {
                prop_assert!(fate != Fate::Ambiguous);
            }
            if phase == Phase::End && silent {
                prop_assert_eq!(fate, Fate::Ambiguous);
            }
        }
    }

    #[test]
    fn a_campaign_stops_at_the_right_moment() {
        let run = |answers: &[(Phase, &str)]| {
            let mut breakers = Breakers::default();
            answers.iter().find_map(|(phase, text)| {
                breakers.note(&Answer { phase: *phase, heard: reply(text) })
            })
        };
        let (mail, to, end) = (Phase::Mail, Phase::Recipient, Phase::End);
        assert_eq!(run(&[(mail, "553 5.7.1 not owned")]), Some(Stop::Policy));
        assert_eq!(run(&[(mail, "530 5.7.0 authenticate")]), Some(Stop::Auth));
        assert_eq!(run(&[(mail, "552 5.3.4 size")]), Some(Stop::Size));
        assert_eq!(run(&[(end, "250 ok"), (mail, "552 5.3.4 size")]), None);
        assert_eq!(run(&[(to, "550 5.1.1 unknown")]), None);
        assert_eq!(run(&[(to, "550 5.7.1 relaying denied")]), Some(Stop::Policy));
        assert_eq!(run(&[(to, "450 4.7.1 slow"); 2]), None);
        assert_eq!(run(&[(to, "450 4.7.1 slow"); 3]), Some(Stop::Throttle));
        assert_eq!(run(&[(to, "450 4.2.0 later"); 9]), None);
        assert_eq!(run(&[(to, "550 5.1.1 unknown"); 5]), Some(Stop::Policy));
        assert_eq!(run(&[(end, "554 5.6.0 virus"); 3]), Some(Stop::Policy));
        assert_eq!(run(&[(end, "421 4.4.2 timeout"); 2]), None);
        assert_eq!(run(&[(end, "354 go"); 3]), Some(Stop::Relay), "not all schools in doubt");
        let mut mixed = vec![(end, "250 ok"); 244];
        for at in 0..6 {
            mixed.insert(at * 40, (to, "550 5.1.1 unknown"));
        }
        assert_eq!(run(&mixed), Some(Stop::Policy), "6 of 250 are more than 2 %");
        mixed.remove(0);
        mixed.push((end, "250 ok"));
        assert_eq!(run(&mixed), None, "5 of 250 are not");
    }
}
