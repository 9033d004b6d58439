//! Octets between two computers; each wait has a deadline and a cancel token. Knows the syntax of a
//! reply (to find where one ends), but no command.

pub(crate) mod cancel;
pub(crate) mod connect;
pub(crate) mod connection;
pub(crate) mod deadline;
pub(crate) mod tls;
