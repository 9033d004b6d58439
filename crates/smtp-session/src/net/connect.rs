//! Finds the addresses of a server and connects to one of them: both share one deadline.
//!
//! The system's resolver and its `connect` cannot be interrupted, so they run in a thread of their
//! own, which is abandoned at the deadline or on a request to stop.

use super::cancel::CancelToken;
use super::deadline::Deadline;
use std::io;
use std::net::{SocketAddr, TcpStream, ToSocketAddrs as _};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

/// Why no connection was made.
#[derive(Debug)]
pub(crate) enum ReachError {
    /// The system says why.
    Failed(io::Error),
    /// Nothing answered within the time.
    NoAnswer,
    /// The caller asked to stop.
    Cancelled,
}

/// The addresses of a host.
pub(crate) fn resolve(
    host: &str,
    port: u16,
    deadline: &Deadline,
    cancel: &CancelToken,
) -> Result<Vec<SocketAddr>, ReachError> {
    let host = host.to_owned();
    in_background(deadline, cancel, move || Ok((host.as_str(), port).to_socket_addrs()?.collect()))
}

/// A connection to the first address that answers. The time that is left is divided among the addresses
/// that are left, so that a silent one does not use up the time of the others.
pub(crate) fn connect(
    addresses: Vec<SocketAddr>,
    deadline: &Deadline,
    cancel: &CancelToken,
) -> Result<TcpStream, ReachError> {
    let phase = *deadline;
    in_background(deadline, cancel, move || {
        let mut last = io::Error::from(io::ErrorKind::AddrNotAvailable);
        let mut others = u32::try_from(addresses.len()).unwrap_or(u32::MAX);
        for address in &addresses {
            let share = phase.left() / others.max(1);
            others = others.saturating_sub(1);
            match TcpStream::connect_timeout(address, share.max(Duration::from_millis(1))) {
                Ok(stream) => return Ok(stream),
                Err(error) => last = error,
            }
        }
        Err(last)
    })
}

/// The result of work that may block for long, if it comes in time.
fn in_background<T: Send + 'static>(
    deadline: &Deadline,
    cancel: &CancelToken,
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, ReachError> {
    let (done, answer) = channel();
    let thread = std::thread::Builder::new().name("smtp-connect".to_owned());
    // The receiver may be gone.
    thread.spawn(move || done.send(work()).is_ok()).map_err(ReachError::Failed)?;
    loop {
        match answer.recv_timeout(deadline.slice()) {
            Ok(Ok(found)) => return Ok(found),
            Ok(Err(error)) if error.kind() == io::ErrorKind::TimedOut => {
                return Err(ReachError::NoAnswer);
            }
            Ok(Err(error)) => return Err(ReachError::Failed(error)),
            Err(RecvTimeoutError::Disconnected) => {
                return Err(ReachError::Failed(io::Error::from(io::ErrorKind::Other)));
            }
            // No message is in hand before there is a connection: one request is enough.
            Err(RecvTimeoutError::Timeout) if cancel.is_requested() => {
                return Err(ReachError::Cancelled);
            }
            Err(RecvTimeoutError::Timeout) if deadline.is_over() => {
                return Err(ReachError::NoAnswer);
            }
            Err(RecvTimeoutError::Timeout) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    /// Work that does not end before the test does.
    fn endless(deadline: &Deadline, cancel: &CancelToken) -> ReachError {
        let (end, never) = channel::<()>();
        let stuck = in_background(deadline, cancel, move || {
            let _ = never.recv();
            Ok(())
        });
        drop(end);
        stuck.unwrap_err()
    }

    #[test]
    fn a_resolver_that_hangs_is_left_behind() {
        let short = Deadline::after(Duration::from_millis(300));
        assert!(matches!(endless(&short, &CancelToken::default()), ReachError::NoAnswer));
        let cancel = CancelToken::default();
        cancel.request();
        let long = Deadline::after(Duration::from_secs(600));
        assert!(matches!(endless(&long, &cancel), ReachError::Cancelled));
    }

    #[test]
    fn silent_addresses_share_one_deadline_and_leave_the_others_their_chance() {
        // A listener whose queue is full answers no one.
        let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None);
        let socket = socket.unwrap();
        let any: SocketAddr = "127.0.0.1:0".parse().unwrap();
        socket.bind(&any.into()).unwrap();
        socket.listen(0).unwrap();
        let full = socket.local_addr().unwrap().as_socket().unwrap();
        let mut waiting = Vec::new();
        while let Ok(stream) = TcpStream::connect_timeout(&full, Duration::from_millis(500)) {
            waiting.push(stream);
        }
        let time = Duration::from_secs(4);
        let start = std::time::Instant::now();
        let silent =
            connect(vec![full; 20], &Deadline::after(time), &CancelToken::default()).unwrap_err();
        assert!(matches!(silent, ReachError::NoAnswer), "{silent:?}");
        assert!(start.elapsed() < time * 5, "not twenty times as long");
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let mut all = vec![full; 7];
        all.push(listener.local_addr().unwrap());
        let stream = connect(all, &Deadline::after(time), &CancelToken::default()).unwrap();
        assert_eq!(stream.peer_addr().unwrap(), listener.local_addr().unwrap());
    }
}
