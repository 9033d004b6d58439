//! What a server may do to a connection, plain or under TLS.

mod peers;
mod replies;
mod slow_peer;
mod tls_end;
