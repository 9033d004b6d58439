//! A mail relay on loopback that does what a story tells it to, on real sockets, with real TLS.

use crate::support::{PERSON, Project, SCHOOL, Told};
use crate::waiting::Gate;
use mailparse::MailHeaderMap as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use std::fmt::Write as _;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Something the client did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// It connected (the number of the connection, from 1).
    Connect(usize),
    /// A command, as it was written; secrets included.
    Command(String),
    /// So many octets of a message have come, and not the dot.
    Body(usize),
    /// The dot has come.
    Dot,
}

/// What the relay does about it.
#[derive(Clone, Debug)]
pub enum Do {
    /// What a relay usually does.
    Usual,
    /// Says this.
    Say(String),
    /// Says this, and then opens a gate.
    SayAndOpen(String, Gate),
    /// Says this and closes.
    SayAndClose(String),
    /// Says the first part of a reply, and closes.
    Half(String),
    /// Says this, one octet at a time, so many milliseconds apart.
    Drip(String, u64),
    /// Says this in one piece, which comes one octet at a time, so many milliseconds apart: under TLS,
    /// a record that does not become whole.
    Trickle(String, u64),
    /// Says this after so many milliseconds.
    Late(u64, String),
    /// Closes.
    Close,
    /// Breaks the connection (RST).
    Reset,
    /// Says nothing any more, but stays.
    Silence,
}

/// A message that came in whole.
#[derive(Clone, Debug)]
pub struct Received {
    pub from: String,
    pub to: Vec<String>,
    pub bytes: Vec<u8>,
    /// Whether the relay answers for it, whatever it managed to say.
    pub taken: bool,
}

impl Received {
    pub fn message_id(&self) -> String {
        let mail = mailparse::parse_mail(&self.bytes).unwrap();
        mail.headers.get_first_value("Message-ID").unwrap()
    }
}

type Script = dyn Fn(&Event, &Seen) -> Do + Send + Sync;

/// What has happened so far.
#[derive(Debug, Default)]
pub struct Seen {
    connections: AtomicUsize,
    dots: AtomicUsize,
    ended: AtomicUsize,
    talking: AtomicUsize,
    inbox: Mutex<Vec<Received>>,
    said: Mutex<Vec<String>>,
}

impl Seen {
    /// Messages whose dot has come, this one included.
    pub fn dots(&self) -> usize {
        self.dots.load(Ordering::SeqCst)
    }

    /// How often a relay that drips came to its end: never, if the other side kept its time.
    pub fn ended(&self) -> usize {
        self.ended.load(Ordering::SeqCst)
    }

    /// How many connections are not over yet.
    pub fn talking(&self) -> usize {
        self.talking.load(Ordering::SeqCst)
    }

    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    /// How often a command was given.
    pub fn count(&self, start: &str) -> usize {
        self.said.lock().unwrap().iter().filter(|line| line.starts_with(start)).count()
    }

    /// Every command.
    pub fn commands(&self) -> Vec<String> {
        self.said.lock().unwrap().clone()
    }

    /// The messages that the relay answers for.
    pub fn taken(&self) -> Vec<Received> {
        self.inbox.lock().unwrap().iter().filter(|message| message.taken).cloned().collect()
    }

    /// Every message that came in whole.
    pub fn whole(&self) -> Vec<Received> {
        self.inbox.lock().unwrap().clone()
    }

    /// How often the message to an address was taken.
    pub fn taken_by(&self, address: &str) -> usize {
        self.taken().iter().filter(|message| message.to.iter().any(|to| to == address)).count()
    }
}

/// How the relay is set up.
pub struct Setup {
    /// Keywords of EHLO, STARTTLS and AUTH aside.
    pub offers: Vec<String>,
    /// Its certificate; STARTTLS is offered with it.
    pub tls: Option<Arc<ServerConfig>>,
    /// TLS from the first octet.
    pub implicit: bool,
    /// Under TLS, handshake included, each octet comes alone, so many milliseconds apart.
    pub slow: u64,
    /// AUTH keyword.
    pub auth: Option<String>,
    /// Does what the story says.
    pub script: Box<Script>,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            offers: vec!["SIZE 10240000".into(), "8BITMIME".into()],
            tls: None,
            implicit: false,
            slow: 0,
            auth: None,
            script: Box::new(|_, _| Do::Usual),
        }
    }
}

/// A running relay.
pub struct Relay {
    pub port: u16,
    pub seen: Arc<Seen>,
    /// Opened once the story is over.
    end: Gate,
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.end.open();
    }
}

impl Relay {
    /// One that takes everything.
    pub fn usual() -> Self {
        Self::start(Setup::default())
    }

    /// One that follows a script.
    pub fn scripted(script: impl Fn(&Event, &Seen) -> Do + Send + Sync + 'static) -> Self {
        Self::start(Setup { script: Box::new(script), ..Setup::default() })
    }

    /// Starts one; it ends with the test.
    pub fn start(setup: Setup) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen = Arc::new(Seen::default());
        let (shared, setup) = (Arc::clone(&seen), Arc::new(setup));
        let end = Gate::default();
        let over = end.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (seen, setup, end) = (Arc::clone(&shared), Arc::clone(&setup), over.clone());
                seen.talking.fetch_add(1, Ordering::SeqCst);
                std::thread::spawn(move || {
                    let number = seen.connections.fetch_add(1, Ordering::SeqCst) + 1;
                    Talk::new(stream, &setup, &seen, end).run(number);
                    seen.talking.fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
        Self { port, seen, end }
    }
}

enum Stream {
    Plain(TcpStream),
    Tls(Box<StreamOwned<ServerConnection, Slow>>),
}

impl Stream {
    fn socket(&self) -> &TcpStream {
        match self {
            Self::Plain(stream) => stream,
            Self::Tls(stream) => &stream.sock.socket,
        }
    }
}

/// A socket that is written an octet at a time, so many milliseconds apart; or as usual, for none.
struct Slow {
    socket: TcpStream,
    apart: u64,
    end: Gate,
}

impl Read for Slow {
    fn read(&mut self, piece: &mut [u8]) -> std::io::Result<usize> {
        self.socket.read(piece)
    }
}

impl Write for Slow {
    fn write(&mut self, octets: &[u8]) -> std::io::Result<usize> {
        if self.apart == 0 {
            return self.socket.write(octets);
        }
        self.end.pass_within(Duration::from_millis(self.apart));
        self.socket.write(&octets[..octets.len().min(1)])
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.socket.flush()
    }
}

/// The connection is over.
struct Over;

struct Talk<'t> {
    stream: Option<Stream>,
    arrived: Vec<u8>,
    setup: &'t Setup,
    seen: &'t Seen,
    from: String,
    to: Vec<String>,
    end: Gate,
}

impl<'t> Talk<'t> {
    fn new(stream: TcpStream, setup: &'t Setup, seen: &'t Seen, end: Gate) -> Self {
        let stream = Some(Stream::Plain(stream));
        let (from, to) = (String::new(), Vec::new());
        Self { stream, arrived: Vec::new(), setup, seen, from, to, end }
    }

    fn run(&mut self, number: usize) {
        let _ = self.talk(number);
    }

    fn talk(&mut self, number: usize) -> Result<(), Over> {
        if self.setup.implicit {
            self.protect()?;
        }
        self.answer(&Event::Connect(number), "220 relais.example ESMTP\r\n")?;
        loop {
            let line = self.line()?;
            self.seen.said.lock().unwrap().push(line.clone());
            let word = line.to_ascii_uppercase();
            let event = Event::Command(line.clone());
            if word.starts_with("EHLO") {
                let text = self.hello();
                self.answer(&event, &text)?;
            } else if word == "STARTTLS" && self.setup.tls.is_some() {
                self.answer(&event, "220 go\r\n")?;
                self.protect()?;
            } else if let Some(rest) = word.strip_prefix("AUTH ") {
                let challenge = match rest.split(' ').next() {
                    Some("LOGIN") => vec!["334 VXNlcm5hbWU6\r\n", "334 UGFzc3dvcmQ6\r\n"],
                    _ => Vec::new(),
                };
                for step in challenge {
                    self.write(step.as_bytes())?;
                    let line = self.line()?;
                    self.seen.said.lock().unwrap().push(line);
                }
                self.answer(&event, "235 2.7.0 welcome\r\n")?;
            } else if word.starts_with("MAIL FROM:") {
                self.from = address(&line);
                self.to.clear();
                self.answer(&event, "250 2.1.0 ok\r\n")?;
            } else if word.starts_with("RCPT TO:") {
                self.to.push(address(&line));
                if self.answer(&event, "250 2.1.5 ok\r\n")? != '2' {
                    self.to.pop();
                }
            } else if word == "DATA" {
                if self.answer(&event, "354 go\r\n")? == '3' {
                    self.message()?;
                }
            } else if word == "QUIT" {
                self.answer(&event, "221 bye\r\n")?;
                return Ok(());
            } else {
                self.answer(&event, "250 2.0.0 ok\r\n")?;
            }
        }
    }

    fn hello(&self) -> String {
        let mut lines = vec!["relais.example".to_owned()];
        lines.extend(self.setup.offers.clone());
        let plain = matches!(self.stream, Some(Stream::Plain(_)));
        if plain && self.setup.tls.is_some() && !self.setup.implicit {
            lines.push("STARTTLS".into());
        }
        lines.extend(self.setup.auth.iter().map(|auth| format!("AUTH {auth}")));
        let last = lines.len() - 1;
        lines.iter().enumerate().fold(String::new(), |mut text, (index, line)| {
            let mark = if index == last { ' ' } else { '-' };
            write!(text, "250{mark}{line}\r\n").unwrap();
            text
        })
    }

    fn message(&mut self) -> Result<(), Over> {
        let mut looked = 0;
        loop {
            // What was looked at before is not looked at again.
            let from = usize::saturating_sub(looked, 4);
            let found = find(&self.arrived[from..], b"\r\n.\r\n").map(|end| from + end);
            looked = self.arrived.len();
            if let Some(end) = found {
                let raw: Vec<u8> = self.arrived.drain(..end + 5).collect();
                let bytes = unstuffed(&raw[..end + 2]);
                let dots = self.seen.dots.fetch_add(1, Ordering::SeqCst) + 1;
                let reply = format!("250 2.0.0 Ok: queued as Q{dots:04}\r\n");
                let script = (self.setup.script)(&Event::Dot, self.seen);
                // What is cut or late or half was taken all the same.
                let taken = match &script {
                    Do::Say(text) | Do::SayAndClose(text) => text.starts_with('2'),
                    _ => true,
                };
                let (from, to) = (self.from.clone(), self.to.clone());
                self.seen.inbox.lock().unwrap().push(Received { from, to, bytes, taken });
                self.perform(script, &reply)?;
                return Ok(());
            }
            let script = (self.setup.script)(&Event::Body(self.arrived.len()), self.seen);
            if !matches!(script, Do::Usual) {
                self.perform(script, "")?;
                return Ok(());
            }
            self.more()?;
        }
    }

    /// The first character of what was said.
    fn answer(&mut self, event: &Event, usual: &str) -> Result<char, Over> {
        let script = (self.setup.script)(event, self.seen);
        self.perform(script, usual)
    }

    fn perform(&mut self, script: Do, usual: &str) -> Result<char, Over> {
        let text = match script {
            Do::Usual => usual.to_owned(),
            Do::Say(text) => format!("{text}\r\n"),
            Do::SayAndOpen(text, gate) => {
                self.write(format!("{text}\r\n").as_bytes())?;
                gate.open();
                return Ok(text.chars().next().unwrap_or(' '));
            }
            Do::SayAndClose(text) => {
                self.write(format!("{text}\r\n").as_bytes())?;
                self.drain();
                return Err(Over);
            }
            Do::Half(text) => {
                self.write(text.as_bytes())?;
                return Err(Over);
            }
            Do::Late(time, text) => {
                self.end.pass_within(Duration::from_millis(time));
                format!("{text}\r\n")
            }
            Do::Drip(text, time) => {
                for byte in text.bytes() {
                    self.write(&[byte])?;
                    self.end.pass_within(Duration::from_millis(time));
                }
                self.seen.ended.fetch_add(1, Ordering::SeqCst);
                return Err(Over);
            }
            Do::Trickle(text, time) => {
                match self.stream.as_mut() {
                    Some(Stream::Tls(stream)) => {
                        stream.sock.apart = time;
                        self.write(text.as_bytes())?;
                    }
                    _ => return self.perform(Do::Drip(text, time), usual),
                }
                self.seen.ended.fetch_add(1, Ordering::SeqCst);
                return Err(Over);
            }
            Do::Close => return Err(Over),
            Do::Reset => {
                // Closing with something unread breaks the connection.
                if let Some(stream) = self.stream.take() {
                    reset(stream.socket());
                }
                return Err(Over);
            }
            Do::Silence => {
                self.end.pass();
                return Err(Over);
            }
        };
        self.write(text.as_bytes())?;
        Ok(text.chars().next().unwrap_or(' '))
    }

    /// Reads on until the other side closes, so that what was said is not lost by a reset.
    fn drain(&mut self) {
        if let Some(stream) = &self.stream {
            let _ = stream.socket().shutdown(std::net::Shutdown::Write);
        }
        while self.more().is_ok() {}
    }

    fn line(&mut self) -> Result<String, Over> {
        loop {
            if let Some(end) = find(&self.arrived, b"\r\n") {
                let line: Vec<u8> = self.arrived.drain(..end + 2).collect();
                return Ok(String::from_utf8_lossy(&line[..end]).into_owned());
            }
            self.more()?;
        }
    }

    fn more(&mut self) -> Result<(), Over> {
        let mut piece = [0; 16 * 1024];
        let number = match self.stream.as_mut().ok_or(Over)? {
            Stream::Plain(stream) => stream.read(&mut piece),
            Stream::Tls(stream) => stream.read(&mut piece),
        };
        match number {
            Ok(0) | Err(_) => Err(Over),
            Ok(number) => {
                self.arrived.extend_from_slice(&piece[..number]);
                Ok(())
            }
        }
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), Over> {
        let written = match self.stream.as_mut().ok_or(Over)? {
            Stream::Plain(stream) => stream.write_all(bytes).and_then(|()| stream.flush()),
            Stream::Tls(stream) => stream.write_all(bytes).and_then(|()| stream.flush()),
        };
        written.map_err(|_| Over)
    }

    fn protect(&mut self) -> Result<(), Over> {
        let Some(Stream::Plain(stream)) = self.stream.take() else { return Err(Over) };
        let config = self.setup.tls.clone().ok_or(Over)?;
        let connection = ServerConnection::new(config).map_err(|_| Over)?;
        let end = self.end.clone();
        let slow = Slow { socket: stream, apart: self.setup.slow, end };
        let mut stream = StreamOwned::new(connection, slow);
        while stream.conn.is_handshaking() {
            if !stream.conn.wants_write() {
                let read = stream.conn.read_tls(&mut stream.sock).map_err(|_| Over)?;
                stream.conn.process_new_packets().map_err(|_| Over)?;
                if read == 0 {
                    return Err(Over);
                }
                continue;
            }
            while stream.conn.wants_write() {
                stream.conn.write_tls(&mut stream.sock).map_err(|_| Over)?;
            }
            // All of its part is said.
            self.seen.ended.fetch_add(usize::from(self.setup.slow > 0), Ordering::SeqCst);
        }
        self.stream = Some(Stream::Tls(Box::new(stream)));
        Ok(())
    }
}

/// Makes a connection break once it is dropped: the peer gets RST, as the time to linger is nought.
fn reset(stream: &TcpStream) {
    let socket = socket2::SockRef::from(stream);
    socket.set_linger(Some(Duration::ZERO)).unwrap();
}

fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len()).position(|window| window == part)
}

fn address(line: &str) -> String {
    let start = line.find('<').unwrap() + 1;
    line[start..line.find('>').unwrap()].to_owned()
}

/// Doubled dots taken back.
fn unstuffed(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        out.extend_from_slice(if line.starts_with(b".") { &line[1..] } else { line });
    }
    out
}

/// A certificate authority and what it signs.
pub struct Authority {
    issuer: rcgen::Issuer<'static, rcgen::KeyPair>,
    pub pem: String,
}

impl Authority {
    pub fn new() -> Self {
        Self::named("Autorité d'essai")
    }

    pub fn named(name: &str) -> Self {
        let mut params = rcgen::CertificateParams::new(Vec::<String>::new()).unwrap();
        params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        params.distinguished_name.push(rcgen::DnType::CommonName, name);
        let key = rcgen::KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap();
        Self { issuer: rcgen::Issuer::new(params, key), pem: certificate.pem() }
    }

    /// A relay's certificate for a name, valid from one year to another.
    pub fn server(&self, name: &str, years: (i32, i32)) -> Arc<ServerConfig> {
        let mut params = rcgen::CertificateParams::new(vec![name.to_owned()]).unwrap();
        params.not_before = rcgen::date_time_ymd(years.0, 1, 1);
        params.not_after = rcgen::date_time_ymd(years.1, 1, 1);
        let key = rcgen::KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let chain = vec![CertificateDer::from(certificate.der().to_vec())];
        let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .unwrap();
        Arc::new(config)
    }
}

/// Years in which a certificate of the stories is valid.
pub const VALID: (i32, i32) = (2020, 2090);

/// The settings of a relay without protection on this computer.
pub fn plain(port: u16) -> String {
    format!(
        "\n[mail.relay]\nhost = \"localhost\"\nport = {port}\nsecurity = \"none\"\nauth = []\nquota = \"none\"\n\
         timeouts = {{ connect = 30, command = 30, data = 30, end_of_data = 30 }}\n"
    )
}

/// How a relay of the stories is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    Clear,
    Starttls,
    Tls,
}

impl Way {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Clear, Self::Starttls, Self::Tls];

    /// Starts a relay that is reached this way, and makes the letters of so many schools over it;
    /// the settings are those of [`plain`] but for the protection, with these changes.
    pub fn made(self, setup: Setup, schools: usize, changes: &[(&str, &str)]) -> (Relay, Project) {
        let authority = Authority::new();
        let tls = (self != Self::Clear).then(|| authority.server("localhost", VALID));
        let relay = Relay::start(Setup { tls, implicit: self == Self::Tls, ..setup });
        let mut settings = plain(relay.port);
        match self {
            Self::Clear => {}
            Self::Starttls => settings = protected(&settings, "starttls"),
            Self::Tls => settings = protected(&settings, "tls"),
        }
        for (from, to) in changes {
            assert!(settings.contains(from), "{settings} does not hold {from:?}");
            settings = settings.replace(from, to);
        }
        let project = Project::over(schools, &settings);
        project.write("relais.pem", authority.pem);
        project.missive(&["generate"]).expect(0);
        (relay, project)
    }
}

fn protected(settings: &str, word: &str) -> String {
    let security = format!("security = \"{word}\"\nca_file = \"relais.pem\"");
    settings.replace("security = \"none\"", &security)
}

/// A school's UAI, with its key.
pub fn uai(number: usize) -> String {
    let digits = 860_001 + number;
    let key = b"ABCDEFGHJKLMNPRSTUVWXYZ"[digits % 23] as char;
    format!("{digits:07}{key}")
}

/// The address of a school.
pub fn mailbox(number: usize) -> String {
    format!("ce.{}@academie.example", uai(number).to_lowercase())
}

/// Makes the letters of so many schools.
pub fn made(schools: usize, settings: &str) -> Project {
    let project = Project::over(schools, settings);
    project.missive(&["generate"]).expect(0);
    project
}

/// Sends, confirming so many messages.
pub fn send(project: &Project, number: usize) -> Told {
    project.missive(&["send", "--confirm", &number.to_string()])
}

/// Fails unless the command said all of this, wherever.
#[track_caller]
pub fn says(told: &Told, words: &[&str]) {
    let all = format!("{}{}", told.out, told.err);
    for word in words {
        assert!(all.contains(word), "no {word:?} in:\n{all}");
    }
}

impl Project {
    /// A project of so many schools, each with one letter, over a relay with these settings.
    pub fn over(schools: usize, settings: &str) -> Self {
        let project = Self::empty();
        let (mut places, mut people) = (String::new(), String::new());
        for number in 0..schools {
            let code = uai(number);
            places += &SCHOOL.replace("0860001J", &code).replace("0860001j", &code.to_lowercase());
            places += "\n";
            people += &PERSON
                .replace("martin-claire", &format!("martin-{number}"))
                .replace("0860001J", &code);
            people += "\n";
        }
        project.write("data/schools.toml", places);
        project.write("data/people.toml", people);
        project.replace("missive.toml", "control_copy = \"dan-controle@academie.example\"\n", "");
        project.relay(settings);
        project
    }

    /// Sends over a relay from now on.
    pub fn relay(&self, settings: &str) {
        self.replace("missive.toml", "transport = \"outbox\"", "transport = \"smtp\"");
        let text = self.read("missive.toml");
        self.write("missive.toml", text + settings);
    }

    /// The state of each message in the ledger, by address, with what was last heard and the
    /// number of tries.
    pub fn messages(&self) -> Vec<(String, String, String, u32)> {
        let path = self.path("data/ledger/ledger.sqlite");
        let connection = rusqlite::Connection::open(path).unwrap();
        let mut statement = connection
            .prepare(
                "SELECT coalesce(address, ''), state, coalesce(reply, ''), tries FROM message
                 WHERE state != 'replaced' ORDER BY address, id",
            )
            .unwrap();
        let rows = statement
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))
            .unwrap();
        rows.map(Result::unwrap).collect()
    }

    /// The states alone, in the order of the addresses.
    pub fn states(&self) -> Vec<String> {
        self.messages().into_iter().map(|(_, state, ..)| state).collect()
    }
}
