//! A process of this same program that looks at what somebody sent, under limits of memory and
//! time: what kills it kills nothing else.
//!
//! It is started for one file, asked one or several questions, and ends. A question is a length
//! (u32, little-endian), JSON, and for each blob a length (u64) and its octets; an answer likewise.
//! The process opens no file, knows nothing of the environment and waits for nothing but the next
//! question: the limit of processor time bounds how long it takes. Should it wait all the same, the
//! clock on the wall ends it.

use super::confine::{self, Allowance};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::io::{self, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

/// The word of the command line that makes this program the process that looks.
pub const WORD: &str = "examine-returned-file";
/// Octets of JSON in a question or an answer.
const LARGEST_JSON: u32 = 64 << 20;
/// Octets of a blob.
const LARGEST_BLOB: u64 = 512 << 20;

/// The process is no more: what it was looking at is for a person.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Died {
    /// It could not be started.
    #[error("l'examen n'a pas pu commencer : {0}")]
    Unstarted(String),
    /// It gave no answer and did nothing.
    #[error("l'examen ne répondait plus : il a été arrêté au bout de {} s", .0.as_secs())]
    Silent(Duration),
    /// It took too much memory or time, or broke down.
    #[error(
        "l'examen a été arrêté : le fichier demande trop de mémoire ou de temps, ou il est abîmé ({0})"
    )]
    Stopped(String),
}

/// A process that looks at one file.
#[derive(Debug)]
pub struct Examiner {
    child: Child,
    questions: Option<ChildStdin>,
    answers: ChildStdout,
    patience: Duration,
}

impl Examiner {
    /// Starts one.
    pub fn start() -> Result<Self, Died> {
        Self::start_as(WORD)
    }

    /// Starts one that another word of the command line names.
    pub fn start_as(word: &str) -> Result<Self, Died> {
        let unstarted = |error: io::Error| Died::Unstarted(crate::files::reason(&error));
        let program = std::env::current_exe().map_err(unstarted)?;
        let mut command = Command::new(program);
        command.arg(word);
        Self::spawn(command, confine::PATIENCE).map_err(unstarted)
    }

    /// Starts a program with nothing of ours but two pipes: no environment, no folder, no other
    /// file (what this program opens is closed in every program it starts).
    fn spawn(mut command: Command, patience: Duration) -> io::Result<Self> {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).env_clear();
        // The allocator sets aside little at a time: what is set aside counts against the limit.
        command.env("MIMALLOC_ARENA_RESERVE", "32MiB").env("MIMALLOC_PURGE_DELAY", "0");
        #[cfg(unix)]
        {
            use std::os::unix::process::CommandExt as _;
            command.current_dir("/");
            // A Ctrl-C meant for the command must not look like a file that kills who looks at it.
            command.process_group(0);
        }
        // Windows starts no program without it.
        #[cfg(windows)]
        if let Some(root) = std::env::var_os("SystemRoot") {
            command.env("SystemRoot", root);
        }
        let mut child = command.spawn()?;
        let pipes = child.stdin.take().zip(child.stdout.take());
        let (questions, answers) = pipes.ok_or_else(|| io::Error::other("tube"))?;
        Ok(Self { child, questions: Some(questions), answers, patience })
    }

    /// Asks a question about some octets; gives the answer and what comes with it.
    pub fn ask<A: DeserializeOwned>(
        &mut self,
        question: &impl Serialize,
        blobs: &[&[u8]],
    ) -> Result<(A, Vec<Vec<u8>>), Died> {
        let Some(questions) = &mut self.questions else { return Err(self.how_it_ended()) };
        let (child, answers, patience) = (&mut self.child, &mut self.answers, self.patience);
        let (answered, waits) = channel::<()>();
        let (told, silent) = std::thread::scope(|scope| {
            let alarm = scope.spawn(move || {
                let silent = waits.recv_timeout(patience) == Err(RecvTimeoutError::Timeout);
                // Its end is the end of the pipes: whoever reads or writes there goes on.
                silent && child.kill().is_ok()
            });
            let told = write(questions, question, blobs).and_then(|()| read(answers));
            drop(answered);
            (told, alarm.join().unwrap_or(false))
        });
        match told {
            Ok(Some(answer)) => Ok(answer),
            Ok(None) | Err(_) if silent => {
                self.how_it_ended();
                Err(Died::Silent(patience))
            }
            Ok(None) | Err(_) => Err(self.how_it_ended()),
        }
    }

    fn how_it_ended(&mut self) -> Died {
        self.questions = None;
        let _ = self.child.kill();
        let how = match self.child.wait() {
            Ok(status) => status.to_string(),
            Err(error) => crate::files::reason(&error),
        };
        Died::Stopped(how)
    }
}

impl Drop for Examiner {
    fn drop(&mut self) {
        // Without questions it ends by itself; one that does not is ended.
        self.questions = None;
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What the process does: limits itself, and answers until there is no question left.
pub fn serve<Q: DeserializeOwned, A: Serialize>(
    allowance: Allowance,
    mut answer: impl FnMut(Q, Vec<Vec<u8>>) -> (A, Vec<Vec<u8>>),
) -> io::Result<()> {
    confine::confine(allowance)?;
    let (mut questions, mut answers) = (io::stdin().lock(), io::stdout().lock());
    while let Some((question, blobs)) = read(&mut questions)? {
        let (told, blobs) = answer(question, blobs);
        let blobs: Vec<&[u8]> = blobs.iter().map(Vec::as_slice).collect();
        write(&mut answers, &told, &blobs)?;
    }
    Ok(())
}

fn write(to: &mut impl Write, json: &impl Serialize, blobs: &[&[u8]]) -> io::Result<()> {
    let json = serde_json::to_vec(json)?;
    let length = |length: usize| u32::try_from(length).map_err(io::Error::other);
    to.write_all(&length(json.len())?.to_le_bytes())?;
    to.write_all(&json)?;
    to.write_all(&length(blobs.len())?.to_le_bytes())?;
    for blob in blobs {
        to.write_all(&(blob.len() as u64).to_le_bytes())?;
        to.write_all(blob)?;
    }
    to.flush()
}

/// JSON and what comes with it; nothing at the end.
fn read<T: DeserializeOwned>(from: &mut impl Read) -> io::Result<Option<(T, Vec<Vec<u8>>)>> {
    let mut four = [0; 4];
    let first = from.read(&mut four)?;
    if first == 0 {
        return Ok(None);
    }
    from.read_exact(four.get_mut(first..).unwrap_or_default())?;
    let json = take(from, u64::from(u32::from_le_bytes(four)), u64::from(LARGEST_JSON))?;
    from.read_exact(&mut four)?;
    let mut blobs = Vec::new();
    for _ in 0..u32::from_le_bytes(four) {
        let mut eight = [0; 8];
        from.read_exact(&mut eight)?;
        blobs.push(take(from, u64::from_le_bytes(eight), LARGEST_BLOB)?);
    }
    Ok(Some((serde_json::from_slice(&json)?, blobs)))
}

fn take(from: &mut impl Read, length: u64, most: u64) -> io::Result<Vec<u8>> {
    if length > most {
        return Err(io::Error::other("too long"));
    }
    let mut bytes = Vec::new();
    from.take(length).read_to_end(&mut bytes)?;
    match bytes.len() as u64 == length {
        true => Ok(bytes),
        false => Err(io::ErrorKind::UnexpectedEof.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn one_that_waits_for_ever_is_ended_by_the_clock() {
        let mut command = Command::new("/bin/sleep");
        command.arg("600");
        let mut own = Examiner::spawn(command, Duration::from_millis(30)).unwrap();
        // More than a pipe holds: the question itself cannot be told.
        let long = vec![0; 4 << 20];
        let told = own.ask::<()>(&"?", &[&long]).unwrap_err();
        assert_eq!(told, Died::Silent(Duration::from_millis(30)));
        assert!(matches!(own.ask::<()>(&"?", &[]), Err(Died::Stopped(_))), "it is gone");
    }

    #[cfg(unix)]
    #[test]
    fn it_knows_nothing_of_where_it_was_started() {
        let mut command = Command::new("/bin/sh");
        // An answer without blobs: a length, JSON, and no number of blobs.
        let script = r#"told="\"$(/usr/bin/env | /usr/bin/cut -d= -f1 | /usr/bin/sort | /usr/bin/tr '\n' ' ')in $(pwd)\""
            printf "\\$(printf %03o ${#told})\000\000\000%s\000\000\000\000" "$told""#;
        command.args(["-c", script]).env("SECRET", "x");
        let mut own = Examiner::spawn(command, Duration::from_secs(60)).unwrap();
        let (told, _) = own.ask::<String>(&"?", &[]).unwrap();
        let ours: Vec<&str> =
            told.split(' ').filter(|word| word.starts_with(char::is_uppercase)).collect();
        assert!(told.ends_with("in /"), "{told}");
        let shell = ["PWD", "OLDPWD", "SHLVL"];
        for word in ours {
            assert!(word.starts_with("MIMALLOC_") || shell.contains(&word), "{told}");
        }
    }

    #[test]
    fn a_question_arrives_as_it_was_asked_or_not_at_all() {
        let mut wire = Vec::new();
        write(&mut wire, &("look", 3), &[b"one", b""]).unwrap();
        let read_back = |bytes: &[u8]| read::<(String, u32)>(&mut &bytes[..]);
        let (json, blobs) = read_back(&wire).unwrap().unwrap();
        assert_eq!((json, blobs), (("look".to_owned(), 3), vec![b"one".to_vec(), Vec::new()]));
        assert!(read_back(&[]).unwrap().is_none());
        for cut in 1..wire.len() {
            assert!(read_back(&wire[..cut]).is_err(), "cut after {cut} octets");
        }
    }
}
