//! Why a sending stopped before its end.

use serde::{Serialize, Serializer};
use smtp_session::StopReason;

/// Why a sending stopped before its end: what the server gives as a reason, or what happened here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoppedBy {
    /// The server.
    Server(StopReason),
    /// As many as were asked for were sent.
    Limit,
    /// A person asked to stop.
    Signal,
    /// The ledger cannot be written.
    Disk,
}

impl StoppedBy {
    /// The word of the JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Server(StopReason::Authentication) => "auth",
            Self::Server(StopReason::Tls) => "tls",
            Self::Server(StopReason::Policy) => "policy",
            Self::Server(StopReason::MessageSize) => "size",
            Self::Server(StopReason::Throttled) => "throttle",
            Self::Server(StopReason::Unreliable) => "relay",
            Self::Limit => "limit",
            Self::Signal => "signal",
            Self::Disk => "disk",
        }
    }
}

impl Serialize for StoppedBy {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
