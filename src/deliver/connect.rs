//! Finding the relay's addresses and reaching one: names and addresses share one deadline.
//!
//! The system's resolver and its `connect` cannot be broken off, so they run in the background; whoever waits
//! leaves them behind at the deadline, or when a person wants to stop.

use super::deadline::{Deadline, Hurry};
use std::io;
use std::net::{SocketAddr, TcpStream, ToSocketAddrs as _};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

/// Why nothing was reached.
#[derive(Debug)]
pub enum Unreached {
    /// The system says why.
    Failed(io::Error),
    /// Not within the time.
    Silence,
    /// A person broke off.
    Interrupted,
}

/// The addresses of a host.
pub fn resolve(
    host: &str,
    port: u16,
    deadline: &Deadline,
    hurry: &Hurry,
) -> Result<Vec<SocketAddr>, Unreached> {
    let host = host.to_owned();
    in_background(deadline, hurry, move || Ok((host.as_str(), port).to_socket_addrs()?.collect()))
}

/// A connection to the first address that answers. Each gets its share of what is left, so that one
/// that is silent does not cost the others their chance.
pub fn connect(
    addresses: Vec<SocketAddr>,
    deadline: &Deadline,
    hurry: &Hurry,
) -> Result<TcpStream, Unreached> {
    let phase = *deadline;
    in_background(deadline, hurry, move || {
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

/// What a work that may block for long comes to, if it does so in time.
fn in_background<T: Send + 'static>(
    deadline: &Deadline,
    hurry: &Hurry,
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, Unreached> {
    let (done, answer) = channel();
    let thread = std::thread::Builder::new().name("missive-connect".to_owned());
    // Nobody may be listening any more when it is done.
    thread.spawn(move || done.send(work()).is_ok()).map_err(Unreached::Failed)?;
    loop {
        match answer.recv_timeout(deadline.slice()) {
            Ok(Ok(found)) => return Ok(found),
            Ok(Err(error)) if error.kind() == io::ErrorKind::TimedOut => {
                return Err(Unreached::Silence);
            }
            Ok(Err(error)) => return Err(Unreached::Failed(error)),
            Err(RecvTimeoutError::Disconnected) => {
                return Err(Unreached::Failed(io::Error::from(io::ErrorKind::Other)));
            }
            // Nothing is in hand before there is a connection: one wish is enough.
            Err(RecvTimeoutError::Timeout) if hurry.asked() => return Err(Unreached::Interrupted),
            Err(RecvTimeoutError::Timeout) if deadline.is_over() => return Err(Unreached::Silence),
            Err(RecvTimeoutError::Timeout) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    /// A work that does not end before the story does.
    fn endless(deadline: &Deadline, hurry: &Hurry) -> Unreached {
        let (end, never) = channel::<()>();
        let stuck = in_background(deadline, hurry, move || {
            let _ = never.recv();
            Ok(())
        });
        drop(end);
        stuck.unwrap_err()
    }

    #[test]
    fn a_resolver_that_hangs_is_left_behind() {
        let short = Deadline::after(Duration::from_millis(300));
        assert!(matches!(endless(&short, &Hurry::default()), Unreached::Silence));
        let hurry = Hurry::default();
        hurry.more();
        let long = Deadline::after(Duration::from_secs(600));
        assert!(matches!(endless(&long, &hurry), Unreached::Interrupted));
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
            connect(vec![full; 20], &Deadline::after(time), &Hurry::default()).unwrap_err();
        assert!(matches!(silent, Unreached::Silence), "{silent:?}");
        assert!(start.elapsed() < time * 5, "not twenty times as long");
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let mut all = vec![full; 7];
        all.push(listener.local_addr().unwrap());
        let stream = connect(all, &Deadline::after(time), &Hurry::default()).unwrap();
        assert_eq!(stream.peer_addr().unwrap(), listener.local_addr().unwrap());
    }
}
