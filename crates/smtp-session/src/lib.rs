//! A client's side of SMTP (RFC 5321) that always knows whether a message left.
//!
//! A [`Session`] is opened with a [`RelayConfig`], and sends one message after the other: first its
//! [`Envelope`], then its octets. How a transaction ended is a value, [`TransactionEnd`]: the last phase and
//! what the server did in it. [`disposition`] says what becomes of the message, [`StopRules`] when a run of
//! messages has to stop, and [`RateLimiter`] when the next message may go.
//!
//! The crate writes nothing down, reads no clock and has no sentences for people: its errors are values. Text
//! of a server (a [`Reply`]) holds nothing of the account's secret and nothing that a terminal would obey.

mod config;
mod connect_error;
mod disposition;
mod net;
mod open_session;
mod protocol;
mod rate_limit;
mod session;
mod stop_rules;
mod transaction;

pub use cancel_token::CancelToken;
pub use config::{RelayConfig, Security, Timeouts};
pub use connect_error::{ConnectError, Unreachable};
pub use disposition::{Disposition, disposition};
pub use net::connection::{BreakCause, ConnectionLoss, LossCause};
pub use net::tls::{Protection, TlsFailure, TrustAnchors, TrustError};
pub use protocol::auth::{AuthMechanism, Secret};
pub use protocol::capabilities::ServerCapabilities;
pub use protocol::enhanced_code::EnhancedCode;
pub use protocol::reply::{Reply, ReplyClass};
pub use rate_limit::{Attempt, Quota, RateLimiter, Window};
pub use session::Session;
pub use stop_rules::{StopReason, StopRules};
pub use transaction::{Envelope, Phase, RejectedRecipient, ServerOutcome, TransactionEnd};
