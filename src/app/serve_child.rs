//! This program as a child process of its own: what it answers when it was started with one of these words.

use crate::app::template_trial;
use crate::archive::examiner;
use crate::import::read_spreadsheet;
use std::io;

/// Answers the questions of the process that started this one with a word, until it asks no more; nothing
/// where the word asks for no child. A front end looks here before it reads its arguments.
pub fn serve_child(word: &str) -> Option<io::Result<()>> {
    match word {
        read_spreadsheet::WORD => Some(read_spreadsheet::serve()),
        examiner::WORD => Some(examiner::serve()),
        template_trial::WORD => Some(template_trial::serve()),
        _ => None,
    }
}
