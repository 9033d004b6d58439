//! One record of an attempt: what became of the message and how that is written down, in the ledger, in
//! `send.log`, and in a file of last resort if the ledger cannot be written.

use super::transmission::QueuedMessage;
use super::wording;
use crate::clock::Clock;
use crate::ledger::chain::event_kind::EventKind;
use crate::ledger::write::attempt::{AttemptResult, RejectedAddress};
use crate::ledger::{Ledger, LedgerError};
use crate::plan::history::MessageState;
use crate::project::send_log::{Line, SendLog};
use jiff::Timestamp;
use smtp_session::{
    Disposition, Phase, RejectedRecipient, ServerOutcome, TransactionEnd, disposition,
};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// What became of a message, as ledger, log and counts take it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttemptRecord {
    /// What the end of the transaction means.
    pub disposition: Disposition,
    /// The last phase, by its word in the ledger.
    pub phase: &'static str,
    /// What the server did, as it is kept.
    pub reply: String,
    /// When a deferred message may be tried again.
    pub due: Option<Timestamp>,
    /// Copies that were refused.
    pub rejected: Vec<RejectedRecipient>,
    /// Whether the intent to send was recorded before.
    pub intent_recorded: bool,
    /// Whether the server was asked at all: then the attempt counts against the quota.
    pub was_asked: bool,
}

impl AttemptRecord {
    /// Judges the end of a transaction; a deferred message may be tried again at `retry_at`.
    pub fn of(
        end: &TransactionEnd,
        rejected: Vec<RejectedRecipient>,
        intent_recorded: bool,
        retry_at: Timestamp,
    ) -> Self {
        let disposition = disposition(end);
        Self {
            disposition,
            phase: phase_word(end.phase),
            reply: wording::server_outcome(&end.outcome),
            due: (disposition == Disposition::Deferred).then_some(retry_at),
            rejected,
            intent_recorded,
            was_asked: !matches!(end.outcome, ServerOutcome::TooLarge { .. }),
        }
    }

    /// The state that it leaves the message in.
    pub fn state(&self) -> MessageState {
        match self.disposition {
            Disposition::HandedOver => MessageState::HandedOver,
            Disposition::Refused => MessageState::Refused,
            Disposition::Deferred => MessageState::Deferred,
            Disposition::Ambiguous => MessageState::Ambiguous,
            Disposition::Unchanged => MessageState::Ready,
        }
    }

    /// The event that it is.
    fn event(&self) -> EventKind {
        EventKind::from(self.state())
    }

    /// As the ledger keeps it.
    fn to_ledger(&self) -> AttemptResult {
        let rejected = self.rejected.iter();
        AttemptResult {
            state: self.state(),
            phase: self.phase,
            reply: self.reply.clone(),
            due: self.due,
            rejected: rejected
                .map(|one| RejectedAddress {
                    address: one.address.clone(),
                    reply: one.reply.to_string(),
                })
                .collect(),
        }
    }
}

fn phase_word(phase: Phase) -> &'static str {
    match phase {
        Phase::Mail => "mail",
        Phase::Recipient => "recipient",
        Phase::Data => "data",
        Phase::Body => "body",
        Phase::EndOfData => "end",
    }
}

/// Where attempts are written down.
#[derive(Clone, Copy)]
pub(super) struct AttemptRecorder<'a> {
    pub(super) ledger: &'a Ledger,
    pub(super) log: &'a SendLog,
    pub(super) clock: &'a Clock,
    /// Files for a result that could not be written to the ledger, the preferred one first.
    pub(super) emergency: &'a [PathBuf],
}

impl AttemptRecorder<'_> {
    /// Records the intent to send: from here on the message is ambiguous.
    pub(super) fn record_intent(
        &self,
        queued: &QueuedMessage<'_>,
        relay: &str,
    ) -> Result<(), LedgerError> {
        let recipients = queued.route.recipients();
        let moment = self.ledger.write(|change| {
            change.record_intent(queued.message.id, relay, recipients)?;
            Ok(change.moment().to_owned())
        })?;
        self.log(queued, &moment, EventKind::Intent, relay);
        Ok(())
    }

    /// Records the result. One that changed nothing before its intent leaves no trace.
    pub(super) fn record(
        &self,
        queued: &QueuedMessage<'_>,
        result: &AttemptRecord,
    ) -> Result<(), LedgerError> {
        if !result.intent_recorded && result.disposition == Disposition::Unchanged {
            return Ok(());
        }
        let asked = if result.was_asked { queued.route.recipients() } else { 0 };
        let recipients = (!result.intent_recorded).then_some(asked);
        let moment = self.ledger.write(|change| {
            change.record_result(queued.message.id, &result.to_ledger(), recipients)?;
            Ok(change.moment().to_owned())
        })?;
        self.log(queued, &moment, result.event(), &result.reply);
        Ok(())
    }

    /// The log is a view of the ledger: if a line is missing, the next run writes it again.
    fn log(&self, queued: &QueuedMessage<'_>, moment: &str, kind: EventKind, detail: &str) {
        let (message_id, to) = (queued.message_id(), queued.route.to.as_str());
        let _ = self.log.append(Line::Sent { moment, kind, message_id, to, detail });
    }

    /// Writes a result that could not be written to the ledger to the first file that works; gives
    /// its path.
    pub(super) fn record_elsewhere(
        &self,
        queued: &QueuedMessage<'_>,
        result: &AttemptRecord,
    ) -> Option<&Path> {
        let line = format!(
            "{}\t{}\t{}\t{}\t{}\n",
            self.clock.moment(),
            result.state().as_str(),
            queued.message_id(),
            queued.route.to,
            result.reply
        );
        self.emergency.iter().map(PathBuf::as_path).find(|path| append(path, &line).is_ok())
    }
}

fn append(path: &Path, line: &str) -> io::Result<()> {
    let mut file = std::fs::OpenOptions::new().create(true).append(true).open(path)?;
    file.write_all(line.as_bytes())?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use smtp_session::Reply;

    fn result(phase: Phase, code: u16, text: &str) -> AttemptRecord {
        let outcome = ServerOutcome::Reply(Reply::from_lines(code, vec![text.to_owned()]));
        let retry_at = Timestamp::from_second(60).unwrap();
        AttemptRecord::of(&TransactionEnd { phase, outcome }, Vec::new(), true, retry_at)
    }

    #[test]
    fn each_disposition_is_kept_by_its_words() {
        for (phase, code, text, state, log) in [
            (Phase::EndOfData, 250, "2.0.0 ok", "handed_over", "handed_over"),
            (Phase::EndOfData, 451, "4.3.0 later", "deferred", "deferred"),
            (Phase::EndOfData, 421, "4.4.2 bye", "ambiguous", "ambiguous"),
            (Phase::Recipient, 550, "5.1.1 unknown", "refused", "refused"),
            (Phase::Mail, 553, "5.7.1 no", "ready", "not_sent"),
        ] {
            let result = result(phase, code, text);
            assert_eq!((result.state().as_str(), result.event().as_str()), (state, log), "{code}");
            assert_eq!(result.reply, format!("{code} {text}"));
            assert_eq!(result.due.is_some(), state == "deferred", "{code}");
        }
        assert_eq!(result(Phase::EndOfData, 250, "ok").phase, "end");
    }

    #[test]
    fn a_message_that_was_too_large_to_ask_for_costs_no_quota() {
        let outcome = ServerOutcome::TooLarge { octets: 2, limit: 1 };
        let end = TransactionEnd { phase: Phase::Mail, outcome };
        let result = AttemptRecord::of(&end, Vec::new(), false, Timestamp::UNIX_EPOCH);
        assert_eq!((result.state(), result.was_asked), (MessageState::Refused, false));
    }
}
