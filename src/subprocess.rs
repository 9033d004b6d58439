//! Missive started again as a child process: the limits of what it does there, its environment, and
//! the French of its failures. Must not know what a child is asked.

use crate::files;
use process_child::{ChildCommand, ChildError, ChildProcess, Limits};
use std::time::Duration;

/// For a file that somebody sent: a page of 600 dpi in colour takes 145 MB. The unoptimised program of
/// the tests takes longer.
pub const FILE_LIMITS: Limits =
    Limits { memory: 1 << 30, cpu_seconds: if cfg!(debug_assertions) { 120 } else { 20 } };

/// For the templates of a project: they take some 200 MB and a fraction of a second.
pub const TEMPLATE_LIMITS: Limits = Limits { memory: 2 << 30, cpu_seconds: 10 };

/// Far more than any child may compute: only one that waits for ever is stopped by the clock.
const ANSWER_TIMEOUT: Duration =
    Duration::from_secs(if cfg!(debug_assertions) { 1_200 } else { 200 });

/// mimalloc reserves little at a time: what it reserves counts against the limit of memory.
const ENVIRONMENT: &[(&str, &str)] =
    &[("MIMALLOC_ARENA_RESERVE", "32MiB"), ("MIMALLOC_PURGE_DELAY", "0")];

/// Starts missive with one word on its command line.
pub fn start(argument: &str) -> Result<ChildProcess, ChildError> {
    let environment = ENVIRONMENT;
    ChildProcess::start(&ChildCommand { argument, environment, answer_timeout: ANSWER_TIMEOUT })
}

/// Why a child gave no answer, in French. It is stored as a check of a returned file.
pub fn reason(error: &ChildError) -> String {
    match error {
        ChildError::NotStarted(error) => {
            format!("l'examen n'a pas pu commencer : {}", files::reason(error))
        }
        ChildError::TimedOut(timeout) => format!(
            "l'examen ne répondait plus : il a été arrêté au bout de {} s",
            timeout.as_secs()
        ),
        ChildError::Stopped(status) => stopped(&status.to_string()),
        ChildError::Lost(error) => stopped(&files::reason(error)),
    }
}

fn stopped(how: &str) -> String {
    format!(
        "l'examen a été arrêté : le fichier demande trop de mémoire ou de temps, ou il est abîmé ({how})"
    )
}
