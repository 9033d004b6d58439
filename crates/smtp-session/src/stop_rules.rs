//! When a run of many messages has to stop early: a server that refuses one message for a reason
//! that all share would refuse them all, and may block the account.

use crate::connect_error::ConnectError;
use crate::disposition::{Disposition, disposition};
use crate::protocol::reply::Reply;
use crate::protocol::sender_refusal::{SenderRefusal, sender_refusal};
use crate::transaction::{Phase, TransactionEnd};

/// What the server gives as a reason to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StopReason {
    /// It refuses the account, or the account cannot be tried.
    Authentication,
    /// The connection cannot be protected.
    Tls,
    /// It refuses the sender, or what is sent.
    Policy,
    /// It refuses the size of the messages.
    MessageSize,
    /// It asks to send more slowly.
    Throttled,
    /// It cannot be reached, or too many messages in a row ended without a clear reply.
    Unreliable,
}

impl From<&ConnectError> for StopReason {
    fn from(error: &ConnectError) -> Self {
        match error {
            ConnectError::NotLoopback
            | ConnectError::NotAServerName
            | ConnectError::NoStartTls
            | ConnectError::StartTlsRefused(_)
            | ConnectError::InjectedBeforeTls
            | ConnectError::Tls(_) => Self::Tls,
            ConnectError::NoMechanism { .. }
            | ConnectError::NoSecret
            | ConnectError::AuthRejected { .. } => Self::Authentication,
            ConnectError::NoAddress
            | ConnectError::Unreachable(_)
            | ConnectError::Socket(_)
            | ConnectError::Lost(_) => Self::Unreliable,
            ConnectError::AuthUnavailable(_) => Self::Throttled,
            ConnectError::SessionRefused(reply) if reply.is_transient() => Self::Throttled,
            ConnectError::SessionRefused(_) => Self::Unreliable,
        }
    }
}

/// Throttle replies in a row that stop a run.
const THROTTLES_IN_A_ROW: usize = 3;
/// Refused messages in a row that stop it.
const REFUSALS_IN_A_ROW: usize = 5;
/// Messages in a row, refused for their content with the same code, that stop it.
const SAME_REFUSALS_IN_A_ROW: usize = 3;
/// Ambiguous messages, none handed over in between, that stop it.
const AMBIGUOUS_IN_A_ROW: usize = 3;
/// From this number of attempts on, the share of refused messages counts.
const MIN_ATTEMPTS: usize = 250;
/// A run stops when more than one message in so many is refused.
const MESSAGES_PER_REFUSAL: usize = 50;

/// Code, and subject and detail of the enhanced code.
type ReplyKind = (u16, Option<(u16, u16)>);

/// Watches the transactions of one run, and says when to stop.
#[derive(Clone, Debug, Default)]
pub struct StopRules {
    tried: usize,
    handed_over: usize,
    refused: usize,
    refusals_in_a_row: usize,
    throttles_in_a_row: usize,
    ambiguous_in_a_row: usize,
    last_content_refusal: Option<ReplyKind>,
    same_refusals_in_a_row: usize,
}

impl StopRules {
    /// Counts one transaction, and gives the reason to stop, if there is one now.
    pub fn note(&mut self, end: &TransactionEnd) -> Option<StopReason> {
        let disposition = disposition(end);
        self.count(end, disposition);
        if self.ambiguous_in_a_row >= AMBIGUOUS_IN_A_ROW {
            return Some(StopReason::Unreliable);
        }
        let reply = end.reply()?;
        if reply.is_about_account() {
            return Some(StopReason::Authentication);
        }
        if sender_refusal(reply) == Some(SenderRefusal::Quota) {
            return Some(StopReason::Throttled);
        }
        if disposition == Disposition::Unchanged {
            return Some(StopReason::Policy);
        }
        if reply.is_about_size() && self.handed_over == 0 {
            return Some(StopReason::MessageSize);
        }
        let is_early = matches!(end.phase, Phase::Recipient | Phase::Data);
        let is_policy = matches!(reply.subject_and_detail(), Some((7, _)));
        if disposition == Disposition::Refused && is_early && is_policy {
            return Some(StopReason::Policy);
        }
        if self.throttles_in_a_row >= THROTTLES_IN_A_ROW {
            return Some(StopReason::Throttled);
        }
        let too_many =
            self.tried >= MIN_ATTEMPTS && self.refused * MESSAGES_PER_REFUSAL > self.tried;
        (self.refusals_in_a_row >= REFUSALS_IN_A_ROW
            || self.same_refusals_in_a_row >= SAME_REFUSALS_IN_A_ROW
            || too_many)
            .then_some(StopReason::Policy)
    }

    fn count(&mut self, end: &TransactionEnd, disposition: Disposition) {
        self.tried += 1;
        let reply = end.reply();
        let throttled =
            reply.is_some_and(Reply::is_throttle) && disposition != Disposition::HandedOver;
        self.throttles_in_a_row = if throttled { self.throttles_in_a_row + 1 } else { 0 };
        match disposition {
            Disposition::Refused => {
                self.refused += 1;
                self.refusals_in_a_row += 1;
            }
            Disposition::HandedOver => {
                self.handed_over += 1;
                self.refusals_in_a_row = 0;
                self.ambiguous_in_a_row = 0;
            }
            Disposition::Ambiguous => self.ambiguous_in_a_row += 1,
            Disposition::Deferred | Disposition::Unchanged => {}
        }
        let is_content = matches!(end.phase, Phase::Body | Phase::EndOfData)
            && disposition == Disposition::Refused;
        let kind = reply.filter(|_| is_content).map(|r| (r.code, r.subject_and_detail()));
        self.same_refusals_in_a_row = match kind {
            Some(_) if self.last_content_refusal == kind => self.same_refusals_in_a_row + 1,
            Some(_) => 1,
            None => 0,
        };
        self.last_content_refusal = kind;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transaction::ServerOutcome;

    fn reply(text: &str) -> ServerOutcome {
        let (code, rest) = text.split_at(3);
        ServerOutcome::Reply(Reply::from_lines(code.parse().unwrap(), vec![rest.trim().to_owned()]))
    }

    #[test]
    fn a_run_stops_at_the_right_moment() {
        let run = |answers: &[(Phase, &str)]| {
            let mut rules = StopRules::default();
            answers.iter().find_map(|(phase, text)| {
                rules.note(&TransactionEnd { phase: *phase, outcome: reply(text) })
            })
        };
        let (mail, to, end) = (Phase::Mail, Phase::Recipient, Phase::EndOfData);
        assert_eq!(run(&[(mail, "553 5.7.1 not owned")]), Some(StopReason::Policy));
        assert_eq!(run(&[(mail, "530 5.7.0 authenticate")]), Some(StopReason::Authentication));
        assert_eq!(run(&[(mail, "552 5.3.4 size")]), Some(StopReason::MessageSize));
        assert_eq!(run(&[(end, "250 ok"), (mail, "552 5.3.4 size")]), None);
        assert_eq!(run(&[(to, "550 5.1.1 unknown")]), None);
        assert_eq!(run(&[(to, "550 5.7.1 relaying denied")]), Some(StopReason::Policy));
        assert_eq!(run(&[(to, "450 4.7.1 slow"); 2]), None);
        assert_eq!(run(&[(to, "450 4.7.1 slow"); 3]), Some(StopReason::Throttled));
        assert_eq!(run(&[(to, "450 4.2.0 later"); 9]), None);
        assert_eq!(run(&[(to, "550 5.1.1 unknown"); 5]), Some(StopReason::Policy));
        assert_eq!(run(&[(end, "554 5.6.0 virus"); 3]), Some(StopReason::Policy));
        assert_eq!(run(&[(end, "421 4.4.2 timeout"); 2]), None);
        assert_eq!(
            run(&[(end, "354 go"); 3]),
            Some(StopReason::Unreliable),
            "not all schools in doubt"
        );
        let mut mixed = vec![(end, "250 ok"); 244];
        for at in 0..6 {
            mixed.insert(at * 40, (to, "550 5.1.1 unknown"));
        }
        assert_eq!(run(&mixed), Some(StopReason::Policy), "6 of 250 are more than 2 %");
        mixed.remove(0);
        mixed.push((end, "250 ok"));
        assert_eq!(run(&mixed), None, "5 of 250 are not");
    }
}
