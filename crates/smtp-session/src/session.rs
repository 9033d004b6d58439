//! One SMTP session (RFC 5321, 3): commands, their replies, and the phase in which a transaction
//! ended.
//!
//! A session never decides what becomes of a message: [`crate::disposition`] judges the [`TransactionEnd`] that
//! it gives. The final dot is written only after everything before it was handed to the system, so a failure
//! before the dot proves that nothing was sent (RFC 5321, 4.1.1.10).

use crate::config::Timeouts;
use crate::net::connection::{Connection, ConnectionLoss};
use crate::net::deadline::Deadline;
use crate::net::tls::Protection;
use crate::protocol::capabilities::ServerCapabilities;
use crate::protocol::reply::Reply;
use crate::protocol::wire_format::{dot_stuffed, xtext};
use crate::transaction::{Envelope, Phase, RejectedRecipient, ServerOutcome, TransactionEnd};
use std::time::Duration;

/// Most transactions in one session.
const MAX_TRANSACTIONS: usize = 50;
/// How long to wait for the server's last reply: to QUIT, or the reason of an early end.
const LAST_REPLY: Duration = Duration::from_secs(5);

/// An open session.
#[derive(Debug)]
pub struct Session {
    pub(crate) connection: Connection,
    pub(crate) timeouts: Timeouts,
    pub(crate) capabilities: ServerCapabilities,
    /// Number of transactions begun.
    transactions: usize,
    /// The connection is lost, or it is unclear which command the next reply would answer.
    broken: bool,
}

impl Session {
    /// A session over a new connection.
    pub(crate) fn new(connection: Connection, timeouts: Timeouts) -> Self {
        let capabilities = ServerCapabilities::default();
        Self { connection, timeouts, capabilities, transactions: 0, broken: false }
    }

    /// What the server announced in its last reply to EHLO.
    pub fn capabilities(&self) -> &ServerCapabilities {
        &self.capabilities
    }

    /// Protocol and cipher suite in use; none without TLS.
    pub fn protection(&self) -> Option<Protection> {
        self.connection.protection()
    }

    /// Whether the session should not be used for another message.
    pub fn is_exhausted(&self) -> bool {
        self.broken || self.transactions >= MAX_TRANSACTIONS
    }

    /// Whether a transaction was begun before the current one.
    pub fn is_used(&self) -> bool {
        self.transactions > 1
    }

    /// A command and its reply.
    pub(crate) fn command(&mut self, line: &str) -> Result<Reply, ConnectionLoss> {
        let deadline = Deadline::after(self.timeouts.command);
        self.command_within(line, &deadline)
    }

    fn command_within(&mut self, line: &str, deadline: &Deadline) -> Result<Reply, ConnectionLoss> {
        self.connection.send(format!("{line}\r\n").as_bytes(), deadline)?;
        self.connection.reply(deadline)
    }

    /// A command of a transaction. Without a clear reply the session is broken.
    fn transaction_command(&mut self, line: &str) -> ServerOutcome {
        match self.command(line) {
            Ok(reply) => {
                self.broken |= reply.code == 421;
                ServerOutcome::Reply(reply)
            }
            Err(loss) => {
                self.broken = true;
                ServerOutcome::Lost(loss)
            }
        }
    }

    /// MAIL and RCPT: begins a transaction for a message of this many octets.
    ///
    /// Gives the recipients after the first who were refused; the message goes without them. An error is
    /// the end of the transaction, which has been reset.
    pub fn send_envelope(
        &mut self,
        envelope: &Envelope,
        octets: usize,
    ) -> Result<Vec<RejectedRecipient>, TransactionEnd> {
        self.transactions += 1;
        self.connection.set_in_hand(true);
        let outcome = self.transaction_command(&self.mail_command(envelope, octets));
        if !matches!(&outcome, ServerOutcome::Reply(reply) if reply.is_positive()) {
            return Err(self.end(Phase::Mail, outcome));
        }
        let mut rejected = Vec::new();
        for (index, address) in envelope.recipients.iter().enumerate() {
            match self.transaction_command(&self.recipient_command(address)) {
                ServerOutcome::Reply(reply) if reply.is_positive() => {}
                ServerOutcome::Reply(reply) if index > 0 && reply.code != 421 => {
                    rejected.push(RejectedRecipient { address: address.clone(), reply });
                }
                outcome => return Err(self.end(Phase::Recipient, outcome)),
            }
        }
        Ok(rejected)
    }

    fn mail_command(&self, envelope: &Envelope, octets: usize) -> String {
        let mut line = format!("MAIL FROM:<{}>", envelope.from);
        if self.capabilities.size.is_some() {
            line.push_str(&format!(" SIZE={octets}"));
        }
        if self.capabilities.dsn {
            line.push_str(&format!(" RET=HDRS ENVID={}", xtext(&envelope.id)));
        }
        line
    }

    fn recipient_command(&self, address: &str) -> String {
        let mut line = format!("RCPT TO:<{address}>");
        if self.capabilities.dsn {
            line.push_str(&format!(" NOTIFY=FAILURE,DELAY ORCPT=rfc822;{}", xtext(address)));
        }
        line
    }

    /// DATA, the message and the final dot. The phase says whether the dot may have been written.
    pub fn send_message(&mut self, octets: &[u8]) -> TransactionEnd {
        let outcome = self.transaction_command("DATA");
        if !matches!(&outcome, ServerOutcome::Reply(reply) if reply.code == 354) {
            if matches!(&outcome, ServerOutcome::Reply(reply) if reply.code < 400) {
                self.broken = true;
            }
            return self.end(Phase::Data, outcome);
        }
        let deadline = Deadline::after(self.timeouts.data);
        if let Err(loss) = self.connection.send(&dot_stuffed(octets), &deadline) {
            return self.lost(Phase::Body, loss);
        }
        // A server that has already refused does not get the dot, so the message is surely not
        // sent.
        match self.connection.has_data() {
            Ok(false) => {}
            Ok(true) => {
                self.broken = true;
                let reply = self.connection.reply(&deadline.with_at_least(LAST_REPLY));
                let outcome = reply.map_or_else(ServerOutcome::Lost, ServerOutcome::Reply);
                return TransactionEnd { phase: Phase::Body, outcome };
            }
            Err(loss) => return self.lost(Phase::Body, loss),
        }
        self.send_dot()
    }

    /// The final dot and its reply, with one deadline.
    fn send_dot(&mut self) -> TransactionEnd {
        let deadline = Deadline::after(self.timeouts.end_of_data);
        // A request to stop that comes before the dot leaves the message surely unsent.
        if let Some(loss) = self.connection.cancelled() {
            self.broken = true;
            return TransactionEnd { phase: Phase::Body, outcome: ServerOutcome::Lost(loss) };
        }
        if let Err(loss) = self.connection.send(b".\r\n", &deadline) {
            return self.lost(Phase::EndOfData, loss);
        }
        let reply = self.connection.reply(&deadline);
        let outcome = reply.map_or_else(ServerOutcome::Lost, ServerOutcome::Reply);
        let is_clear = matches!(&outcome, ServerOutcome::Reply(reply) if reply.code != 421 && reply.code >= 400 || reply.is_positive());
        self.broken |= !is_clear;
        self.connection.set_in_hand(false);
        TransactionEnd { phase: Phase::EndOfData, outcome }
    }

    /// After a failed write the server's reason may still be there to be read.
    fn lost(&mut self, phase: Phase, loss: ConnectionLoss) -> TransactionEnd {
        self.broken = true;
        let outcome = match self.connection.reply(&Deadline::after(LAST_REPLY)) {
            Ok(reply) => ServerOutcome::Reply(reply),
            Err(_) => ServerOutcome::Lost(loss),
        };
        TransactionEnd { phase, outcome }
    }

    /// A transaction that ended early is reset, so that the next one starts from a clean state.
    fn end(&mut self, phase: Phase, outcome: ServerOutcome) -> TransactionEnd {
        if !self.broken {
            self.reset();
        }
        self.connection.set_in_hand(false);
        TransactionEnd { phase, outcome }
    }

    /// RSET: aborts a transaction before its message is sent.
    pub fn reset(&mut self) {
        self.broken |= !self.command("RSET").is_ok_and(|reply| reply.is_positive());
        self.connection.set_in_hand(false);
    }

    /// QUIT, and the end of the connection; waits five seconds at most.
    pub fn close(mut self) {
        if !self.broken {
            self.connection.set_in_hand(false);
            let _ = self.command_within("QUIT", &Deadline::after(LAST_REPLY));
            self.connection.close_tls();
        }
    }
}
