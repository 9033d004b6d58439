//! Counts the words of a text in a child process: `cargo run -p process-child --example count_words`.

use process_child::{ChildCommand, ChildError, ChildProcess, Limits, serve};
use std::time::Duration;

const ARGUMENT: &str = "count-words";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    if std::env::args().nth(1).as_deref() == Some(ARGUMENT) {
        let limits = Limits { memory: 256 << 20, cpu_seconds: 5 };
        return Ok(serve(limits, |(): (), blobs| (count_words(&blobs), Vec::new()))?);
    }
    println!("{} words", ask("a page that somebody sent")?);
    Ok(())
}

fn ask(text: &str) -> Result<usize, ChildError> {
    let mut child = ChildProcess::start(&ChildCommand {
        argument: ARGUMENT,
        environment: &[],
        answer_timeout: Duration::from_secs(10),
    })?;
    let (words, _) = child.ask(&(), &[text.as_bytes()])?;
    Ok(words)
}

fn count_words(blobs: &[Vec<u8>]) -> usize {
    blobs.iter().map(|blob| String::from_utf8_lossy(blob).split_whitespace().count()).sum()
}
