//! This program is its own child: it is asked, overdraws each of its limits, and leaves the parent be.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test that cannot go on has failed"
)]

use process_child::{ChildCommand, ChildError, ChildProcess, Limits, serve};
use serde::{Deserialize, Serialize};
use std::io;
use std::time::Duration;

const ARGUMENT: &str = "be-the-child";
const LIMITS: Limits = Limits { memory: 256 << 20, cpu_seconds: 1 };

#[derive(Serialize, Deserialize)]
enum Question {
    /// Answers with the blobs, turned round.
    Reverse,
    /// Takes memory until there is none.
    TakeMemory,
    /// Computes for ever.
    Spin,
    /// Opens its own program file; answers whether it could.
    OpenFile,
}

fn main() -> io::Result<()> {
    if std::env::args().nth(1).as_deref() == Some(ARGUMENT) {
        return serve(LIMITS, answer);
    }
    answers_come_with_their_blobs();
    if cfg!(unix) {
        no_file_can_be_opened();
        too_much_memory_ends_the_child_alone();
        too_much_time_ends_the_child_alone();
    }
    Ok(())
}

fn answer(question: Question, mut blobs: Vec<Vec<u8>>) -> (bool, Vec<Vec<u8>>) {
    match question {
        Question::Reverse => {
            blobs.iter_mut().for_each(|blob| blob.reverse());
            (true, blobs)
        }
        Question::TakeMemory => {
            let mut taken: Vec<Vec<u8>> = Vec::new();
            loop {
                taken.push(vec![1; 16 << 20]);
            }
        }
        Question::Spin => {
            let mut count: u64 = 0;
            loop {
                count = std::hint::black_box(count.wrapping_add(1));
            }
        }
        Question::OpenFile => {
            let program = std::env::current_exe().and_then(std::fs::File::open);
            (program.is_ok(), Vec::new())
        }
    }
}

fn start() -> ChildProcess {
    ChildProcess::start(&ChildCommand {
        argument: ARGUMENT,
        environment: &[],
        answer_timeout: Duration::from_secs(60),
    })
    .unwrap()
}

fn answers_come_with_their_blobs() {
    let mut child = start();
    for (sent, expected) in [(&b"one"[..], &b"eno"[..]), (b"", b"")] {
        let (done, blobs): (bool, _) = child.ask(&Question::Reverse, &[sent]).unwrap();
        assert_eq!((done, blobs), (true, vec![expected.to_vec()]));
    }
}

fn no_file_can_be_opened() {
    let (opened, _): (bool, _) = start().ask(&Question::OpenFile, &[]).unwrap();
    assert!(!opened);
}

fn too_much_memory_ends_the_child_alone() {
    stops(Question::TakeMemory);
}

fn too_much_time_ends_the_child_alone() {
    stops(Question::Spin);
}

fn stops(question: Question) {
    let error = start().ask::<bool>(&question, &[]).expect_err("it has no answer");
    let ChildError::Stopped(status) = error else { panic!("{error}") };
    assert!(!status.success(), "{status}");
}
