//! What the child does: it limits itself and answers. Must not know how it was started.

use crate::limits::Limits;
use crate::message::{read_message, write_message};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::io;

/// Limits this process for good, then answers the questions on standard input until there are none.
///
/// `answer` gets a question and its blobs, and returns an answer and its blobs. Nothing else may be
/// printed on standard output. Call this before anything is read, and end the process afterwards.
///
/// # Errors
///
/// A limit that the system refuses; a message that is cut off, too long, or not the JSON of `Q`.
pub fn serve<Q: DeserializeOwned, A: Serialize>(
    limits: Limits,
    mut answer: impl FnMut(Q, Vec<Vec<u8>>) -> (A, Vec<Vec<u8>>),
) -> io::Result<()> {
    limits.apply()?;
    let (mut questions, mut answers) = (io::stdin().lock(), io::stdout().lock());
    while let Some((question, blobs)) = read_message(&mut questions)? {
        let (json, blobs) = answer(question, blobs);
        let blobs: Vec<&[u8]> = blobs.iter().map(Vec::as_slice).collect();
        write_message(&mut answers, &json, &blobs)?;
    }
    Ok(())
}
