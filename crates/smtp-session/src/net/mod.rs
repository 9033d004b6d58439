//! Octets between two computers, each wait under a deadline and a cancel token. Knows the syntax of a reply
//! (it has to know where one ends), and no command.

pub(crate) mod connect;
pub(crate) mod connection;
pub(crate) mod deadline;
pub(crate) mod tls;
