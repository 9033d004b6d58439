//! What becomes of a message, decided by the phase in which its transaction ended.
//!
//! | the last that is known | what is true | disposition |
//! |---|---|---|
//! | the message was not handed over whole | it was not sent (RFC 5321, 4.1.1.10) | deferred, or refused on 5yz |
//! | dot written, 4yz or 5yz read | it was not sent (4.1.1.4) | deferred, or refused |
//! | dot written, 2yz read | the server is responsible for it (4.1.1.4) | handed over |
//! | dot perhaps written, no clear reply | nobody knows | ambiguous |
//!
//! A server that gives up after the dot (421, or 451 4.4.2) may have kept the message: ambiguous too. A refusal
//! of the sender or the account is not about the message, which stays as it was.

use crate::protocol::reply::{Reply, ReplyClass};
use crate::protocol::sender_refusal::sender_refusal;
use crate::transaction::{Phase, ServerOutcome, TransactionEnd};

/// What becomes of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disposition {
    /// The server is responsible for it.
    HandedOver,
    /// It was refused and not sent; the same message would be refused again.
    Refused,
    /// It was not sent, and may be tried again.
    Deferred,
    /// Nobody knows whether it was sent.
    Ambiguous,
    /// It was not sent, for a reason that has nothing to do with the message: its state stays as it
    /// was.
    Unchanged,
}

/// Decides what becomes of a message from how its transaction ended.
///
/// ```
/// use smtp_session::{Disposition, Phase, Reply, ServerOutcome, TransactionEnd, disposition};
/// let reply = Reply::from_lines(451, vec!["4.3.0 try again later".to_owned()]);
/// let end = TransactionEnd { phase: Phase::EndOfData, outcome: ServerOutcome::Reply(reply) };
/// assert_eq!(disposition(&end), Disposition::Deferred);
/// ```
pub fn disposition(end: &TransactionEnd) -> Disposition {
    match (end.phase, &end.outcome) {
        (_, ServerOutcome::TooLarge { .. }) => Disposition::Refused,
        (Phase::EndOfData, ServerOutcome::Lost(_)) => Disposition::Ambiguous,
        (Phase::EndOfData, ServerOutcome::Reply(reply)) => after_dot(reply),
        (Phase::Mail | Phase::Recipient | Phase::Data | Phase::Body, ServerOutcome::Lost(_)) => {
            Disposition::Deferred
        }
        (Phase::Mail, ServerOutcome::Reply(reply))
            if reply.is_permanent() && !reply.is_about_size() =>
        {
            Disposition::Unchanged
        }
        (
            Phase::Mail | Phase::Recipient | Phase::Data | Phase::Body,
            ServerOutcome::Reply(reply),
        ) => before_dot(reply),
    }
}

/// Before the dot nothing was sent, whatever the reply.
fn before_dot(reply: &Reply) -> Disposition {
    match reply.class() {
        ReplyClass::Permanent if is_about_us(reply) => Disposition::Unchanged,
        ReplyClass::Permanent => Disposition::Refused,
        ReplyClass::Transient => Disposition::Deferred,
        // Not what the command asks for: the transaction ended there.
        ReplyClass::Positive | ReplyClass::Intermediate => Disposition::Deferred,
    }
}

fn after_dot(reply: &Reply) -> Disposition {
    match reply.class() {
        ReplyClass::Positive => Disposition::HandedOver,
        ReplyClass::Transient if timed_out(reply) => Disposition::Ambiguous,
        // The server is not responsible for the message (RFC 5321, 4.1.1.4): a later try cannot double it.
        ReplyClass::Transient => Disposition::Deferred,
        ReplyClass::Permanent if is_about_us(reply) => Disposition::Unchanged,
        ReplyClass::Permanent => Disposition::Refused,
        // No reply to a final dot.
        ReplyClass::Intermediate => Disposition::Ambiguous,
    }
}

/// The account, a quota, the host: any message would have been refused, and this one may go later.
fn is_about_us(reply: &Reply) -> bool {
    reply.is_about_account() || sender_refusal(reply).is_some()
}

/// 421, or 451 4.4.2: a server that ran out of time after the dot may have kept the message.
fn timed_out(reply: &Reply) -> bool {
    reply.code == 421 || (reply.code == 451 && reply.subject_and_detail() == Some((4, 2)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::connection::{ConnectionLoss, LossCause};
    use proptest::prelude::*;

    fn reply(text: &str) -> ServerOutcome {
        let (code, rest) = text.split_at(3);
        ServerOutcome::Reply(Reply::from_lines(code.parse().unwrap(), vec![rest.trim().to_owned()]))
    }

    fn lost() -> ServerOutcome {
        ServerOutcome::Lost(ConnectionLoss::new(LossCause::Closed))
    }

    fn phase() -> impl Strategy<Value = Phase> {
        prop::sample::select(vec![
            Phase::Mail,
            Phase::Recipient,
            Phase::Data,
            Phase::Body,
            Phase::EndOfData,
        ])
    }

    proptest! {
        /// Whatever comes back, only a 2xx to the dot is a hand-over, and before the dot nothing is
        /// ever in doubt.
        #[test]
        fn only_the_dot_hands_over_and_only_the_dot_leaves_doubt(phase in phase(), code in 200u16..600, detail in "|[245]\\.[0-9]\\.[0-9] x", silent: bool) {
            let outcome = if silent { lost() } else { reply(&format!("{code}{detail}")) };
            let disposition = disposition(&TransactionEnd { phase, outcome });
            let positive = !silent && code / 100 == 2;
            prop_assert_eq!(disposition == Disposition::HandedOver, phase == Phase::EndOfData && positive);
            if phase != Phase::EndOfData {
                prop_assert!(disposition != Disposition::Ambiguous);
            }
            if phase == Phase::EndOfData && silent {
                prop_assert_eq!(disposition, Disposition::Ambiguous);
            }
        }
    }

    #[test]
    fn a_transient_no_after_the_dot_defers_unless_the_server_gave_up() {
        let after_dot = |text: &str| {
            disposition(&TransactionEnd { phase: Phase::EndOfData, outcome: reply(text) })
        };
        for text in ["451 4.3.0 later", "451", "450 4.2.0 busy", "452 4.3.1 full", "450 4.7.1 slow"]
        {
            assert_eq!(after_dot(text), Disposition::Deferred, "{text}");
        }
        for text in ["421 4.4.2 timeout", "421", "451 4.4.2 timeout"] {
            assert_eq!(after_dot(text), Disposition::Ambiguous, "{text}");
        }
    }

    #[test]
    fn every_phase_and_class_has_its_disposition() {
        use Disposition::{Ambiguous, Deferred, HandedOver, Refused, Unchanged};
        let rows: &[(Phase, &str, Disposition)] = &[
            (Phase::Mail, "553 5.7.1 not owned", Unchanged),
            (Phase::Mail, "552 5.3.4 too big", Refused),
            (Phase::Mail, "451 4.3.0 later", Deferred),
            (Phase::Mail, "354 what", Deferred),
            (Phase::Recipient, "550 5.1.1 unknown", Refused),
            (Phase::Recipient, "530 5.7.0 authenticate", Unchanged),
            (Phase::Recipient, "450 4.2.1 busy", Deferred),
            (Phase::Data, "250 what", Deferred),
            (Phase::Data, "554 5.6.0 no", Refused),
            (Phase::Body, "552 5.3.4 too big", Refused),
            (Phase::Body, "451 4.3.0 later", Deferred),
            (Phase::Body, "250 what", Deferred),
            (Phase::EndOfData, "250 ok", HandedOver),
            (Phase::EndOfData, "354 what", Ambiguous),
            (Phase::EndOfData, "554 5.6.0 virus", Refused),
            (Phase::EndOfData, "535 5.7.8 who", Unchanged),
            (Phase::EndOfData, "550 5.4.5 Daily user sending quota exceeded", Unchanged),
            (Phase::Recipient, "554 5.7.1 Client host blocked using Spamhaus", Unchanged),
            (Phase::Recipient, "552 5.2.2 over quota", Refused),
        ];
        for (phase, text, expected) in rows {
            let end = TransactionEnd { phase: *phase, outcome: reply(text) };
            assert_eq!(disposition(&end), *expected, "{phase:?} {text}");
        }
        let too_large = ServerOutcome::TooLarge { octets: 2, limit: 1 };
        let end = TransactionEnd { phase: Phase::Mail, outcome: too_large };
        assert_eq!(disposition(&end), Refused);
        for phase in [Phase::Mail, Phase::Recipient, Phase::Data, Phase::Body] {
            assert_eq!(disposition(&TransactionEnd { phase, outcome: lost() }), Deferred);
        }
    }
}
