//! One mail transaction (RFC 5321, 3.3): its envelope, its phases, and how it ended.

use crate::net::connection::ConnectionLoss;
use crate::protocol::reply::Reply;

/// The envelope of a message (RFC 5321, 2.3.1), independent of its headers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// The address in MAIL FROM.
    pub from: String,
    /// The addresses in RCPT TO. The first one decides: if it is refused, the transaction ends.
    pub recipients: Vec<String>,
    /// What the server repeats in a delivery status notification (ENVID, RFC 3461, 4.4).
    pub id: String,
}

/// A phase of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// MAIL FROM.
    Mail,
    /// RCPT TO of the first recipient; also of another one, if the connection was lost there.
    Recipient,
    /// DATA, up to its reply 354.
    Data,
    /// The message, up to the final dot, which was not written.
    Body,
    /// The final dot, which may have been written, and its reply.
    EndOfData,
}

/// What the server did in the last phase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ServerOutcome {
    /// It replied.
    Reply(Reply),
    /// No reply came.
    Lost(ConnectionLoss),
    /// Nothing was sent: the message is larger than the SIZE limit that the server announced.
    TooLarge {
        /// Size of the message, in octets.
        octets: u64,
        /// The server's limit, in octets.
        limit: u64,
    },
}

/// How a transaction ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransactionEnd {
    /// The last phase.
    pub phase: Phase,
    /// What the server did in it.
    pub outcome: ServerOutcome,
}

impl TransactionEnd {
    /// The reply in the last phase, if there was one.
    pub fn reply(&self) -> Option<&Reply> {
        match &self.outcome {
            ServerOutcome::Reply(reply) => Some(reply),
            ServerOutcome::Lost(_) | ServerOutcome::TooLarge { .. } => None,
        }
    }
}

/// A recipient after the first who was refused; the message went to the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RejectedRecipient {
    /// The address.
    pub address: String,
    /// The server's reply.
    pub reply: Reply,
}
