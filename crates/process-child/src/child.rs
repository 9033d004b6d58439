//! The parent's side: starts the child, asks it, and stops it. Must not know what is asked.

use crate::error::ChildError;
use crate::message::{read_message, write_message};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::io;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

/// How the running program is started as a child.
#[derive(Clone, Copy, Debug)]
pub struct ChildCommand<'a> {
    /// The only argument: with it the program calls [`serve`](crate::serve).
    pub argument: &'a str,
    /// Its whole environment, names and values (Windows adds `SystemRoot`).
    pub environment: &'a [(&'a str, &'a str)],
    /// Wall-clock limit of one answer. Processors may be busy: set it far above the limit of
    /// processor time, so that it only stops a child that waits for ever.
    pub answer_timeout: Duration,
}

/// A child that runs. It is killed when this value is dropped.
#[derive(Debug)]
pub struct ChildProcess {
    child: Child,
    questions: Option<ChildStdin>,
    answers: ChildStdout,
    answer_timeout: Duration,
}

impl ChildProcess {
    /// Starts the running program as a child.
    ///
    /// # Errors
    ///
    /// [`ChildError::NotStarted`].
    pub fn start(command: &ChildCommand<'_>) -> Result<Self, ChildError> {
        let start = || {
            let mut program = Command::new(std::env::current_exe()?);
            program.arg(command.argument);
            Self::spawn(program, command.environment, command.answer_timeout)
        };
        start().map_err(ChildError::NotStarted)
    }

    /// Starts a program with two pipes and nothing else: no environment, no folder, no other open
    /// file (Rust opens files close-on-exec).
    fn spawn(
        mut program: Command,
        environment: &[(&str, &str)],
        answer_timeout: Duration,
    ) -> io::Result<Self> {
        program.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        program.env_clear().envs(environment.iter().copied());
        #[cfg(unix)]
        {
            use std::os::unix::process::CommandExt as _;
            program.current_dir("/");
            // A Ctrl-C meant for the parent must not look like data that crashes the child.
            program.process_group(0);
        }
        // Windows starts no program without it.
        #[cfg(windows)]
        if let Some(root) = std::env::var_os("SystemRoot") {
            program.env("SystemRoot", root);
        }
        let mut child = program.spawn()?;
        let pipes = child.stdin.take().zip(child.stdout.take());
        let (questions, answers) = pipes.ok_or_else(|| io::Error::other("no pipe"))?;
        Ok(Self { child, questions: Some(questions), answers, answer_timeout })
    }

    /// Asks a question, with blobs, and waits for the answer and its blobs.
    ///
    /// # Errors
    ///
    /// All but [`ChildError::NotStarted`]. The child has then ended, and each later question gives
    /// [`ChildError::Stopped`].
    pub fn ask<A: DeserializeOwned>(
        &mut self,
        question: &impl Serialize,
        blobs: &[&[u8]],
    ) -> Result<(A, Vec<Vec<u8>>), ChildError> {
        let Some(questions) = &mut self.questions else { return Err(self.stop()) };
        let (child, answers, timeout) = (&mut self.child, &mut self.answers, self.answer_timeout);
        let (done, wait_done) = channel::<()>();
        let (answer, timed_out) = std::thread::scope(|scope| {
            let timer = scope.spawn(move || {
                let timed_out = wait_done.recv_timeout(timeout) == Err(RecvTimeoutError::Timeout);
                // The pipes end with the child, so that reading and writing below return.
                timed_out && child.kill().is_ok()
            });
            let answer =
                write_message(questions, question, blobs).and_then(|()| read_message(answers));
            drop(done);
            (answer, timer.join().unwrap_or(false))
        });
        match answer {
            Ok(Some(answer)) => Ok(answer),
            Ok(None) | Err(_) if timed_out => {
                self.stop();
                Err(ChildError::TimedOut(timeout))
            }
            Ok(None) | Err(_) => Err(self.stop()),
        }
    }

    /// Stops the child, if it still runs, and says how it ended.
    fn stop(&mut self) -> ChildError {
        self.questions = None;
        let _ = self.child.kill();
        match self.child.wait() {
            Ok(status) => ChildError::Stopped(status),
            Err(error) => ChildError::Lost(error),
        }
    }
}

impl Drop for ChildProcess {
    fn drop(&mut self) {
        self.stop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn one_that_waits_for_ever_is_ended_by_the_clock() {
        let mut program = Command::new("/bin/sleep");
        program.arg("600");
        let mut child = ChildProcess::spawn(program, &[], Duration::from_millis(30)).unwrap();
        // More than a pipe holds: even the question cannot be written whole.
        let long = vec![0; 4 << 20];
        let error = child.ask::<()>(&"?", &[&long]).unwrap_err();
        assert!(matches!(error, ChildError::TimedOut(after) if after == Duration::from_millis(30)));
        assert!(matches!(child.ask::<()>(&"?", &[]), Err(ChildError::Stopped(_))), "it is gone");
    }

    #[cfg(unix)]
    #[test]
    fn it_knows_nothing_of_where_it_was_started() {
        let mut program = Command::new("/bin/sh");
        // An answer without blobs: a length, JSON, and no number of blobs.
        let script = r#"told="\"$(/usr/bin/env | /usr/bin/cut -d= -f1 | /usr/bin/sort | /usr/bin/tr '\n' ' ')in $(pwd)\""
            printf "\\$(printf %03o ${#told})\000\000\000%s\000\000\000\000" "$told""#;
        program.args(["-c", script]).env("SECRET", "x");
        let environment = [("GIVEN", "1")];
        let mut child =
            ChildProcess::spawn(program, &environment, Duration::from_secs(60)).unwrap();
        let (answer, _) = child.ask::<String>(&"?", &[]).unwrap();
        assert!(answer.ends_with("in /"), "{answer}");
        let names: Vec<&str> =
            answer.split(' ').filter(|word| word.starts_with(char::is_uppercase)).collect();
        let of_the_shell = ["PWD", "OLDPWD", "SHLVL"];
        assert!(names.contains(&"GIVEN"), "{answer}");
        for name in names {
            assert!(name == "GIVEN" || of_the_shell.contains(&name), "{answer}");
        }
    }
}
