//! The other end of a connection: plain or TLS, and what it may do to keep this side waiting.
//!
//! The servers here go on for a minute unless the client leaves; the tests ask for less than a second. If the
//! client was kept waiting, the server came to its end, and that is asserted against.

use super::super::{Connection, ConnectionLoss};
use crate::net::deadline::Deadline;
use crate::protocol::redact::Redactor;
use cancel_token::CancelToken;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore, ServerConfig, ServerConnection, StreamOwned};
use std::io;
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

/// Both ends of a connection.
pub(super) fn pair() -> (Connection, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let socket = TcpStream::connect(address).unwrap();
    let connection = Connection::new(socket, &CancelToken::default(), Redactor::default()).unwrap();
    (connection, listener.accept().unwrap().0)
}

pub(super) fn within(seconds: u64) -> Deadline {
    Deadline::after(Duration::from_secs(seconds))
}

/// Looks until there is something to see.
pub(super) fn look(connection: &mut Connection) -> Result<bool, ConnectionLoss> {
    let deadline = within(10);
    loop {
        match connection.has_data() {
            Ok(false) if !deadline.is_over() => std::thread::yield_now(),
            seen => return seen,
        }
    }
}

/// Between two octets: less than a wait of ours, so that each read brings something.
const GAP: Duration = Duration::from_millis(20);
/// Steps until a server comes to its end.
pub(super) const STEPS: usize = 3000;
/// The time of a phase in these stories.
pub(super) const SHORT: Duration = Duration::from_millis(700);

/// A slow server takes its time between two octets.
pub(super) fn pace() {
    std::thread::sleep(GAP);
}

/// A certificate of this computer, and who trusts it.
pub(super) fn tls(change: impl Fn(&mut ServerConfig)) -> (Arc<ServerConfig>, Arc<ClientConfig>) {
    let key = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let chain: Vec<CertificateDer<'static>> = vec![key.cert.der().clone()];
    let private = PrivateKeyDer::Pkcs8(key.signing_key.serialize_der().into());
    let mut server = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain.clone(), private)
        .unwrap();
    change(&mut server);
    let mut roots = RootCertStore::empty();
    roots.add(chain[0].clone()).unwrap();
    let client = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    (Arc::new(server), Arc::new(client))
}

pub(super) type Peer = StreamOwned<ServerConnection, TcpStream>;

pub(super) fn localhost() -> ServerName<'static> {
    "localhost".try_into().unwrap()
}

/// A protected connection, and a server that does something at its end of it; it says whether it came
/// through with that.
pub(super) fn protected(
    change: impl Fn(&mut ServerConfig),
    act: impl FnOnce(&mut Peer) -> io::Result<()> + Send + 'static,
) -> (Connection, JoinHandle<bool>) {
    let (mut connection, socket) = pair();
    let (server, client) = tls(change);
    let relay = std::thread::spawn(move || {
        let mut peer = StreamOwned::new(ServerConnection::new(server).unwrap(), socket);
        while peer.conn.is_handshaking() {
            peer.conn.complete_io(&mut peer.sock).unwrap();
        }
        act(&mut peer).is_ok()
    });
    connection.protect(client, localhost(), &within(60)).unwrap();
    (connection, relay)
}

/// Does a step again and again, until the other side leaves.
pub(super) fn on_and_on<T>(
    peer: &mut T,
    step: impl Fn(&mut T) -> io::Result<()>,
) -> io::Result<()> {
    for _ in 0..STEPS {
        step(peer)?;
        pace();
    }
    Ok(())
}

/// The reply is given up in its time, and the server had not come to its end.
pub(super) fn given_up(mut connection: Connection, relay: JoinHandle<bool>) -> ConnectionLoss {
    let loss = connection.reply(&Deadline::after(SHORT)).unwrap_err();
    drop(connection);
    assert!(!relay.join().unwrap(), "the relay held us to its end");
    loss
}

/// What a server writes next, as octets on the wire.
pub(super) fn written(connection: &mut ServerConnection) -> Vec<u8> {
    let mut octets = Vec::new();
    while connection.wants_write() {
        connection.write_tls(&mut octets).unwrap();
    }
    octets
}
