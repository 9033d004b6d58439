//! Shows a return beside the letter that was sent: as images in a terminal that can show them, else
//! as a page in the system's viewer.

use crate::app::names::labels::Labels;
use crate::app::returns::page_pairs::page_pairs;
use crate::app::returns::reviewing::review_page::write_review_page;
use crate::app::returns::reviewing::review_queue::ReturnToReview;
use crate::archive::store::Archive;
use crate::cli::ui::open_page::open_page;
use crate::cli::ui::output::{self, Output};
use crate::ledger::Ledger;
use crate::project::environment;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::fmt::Write as _;
use std::path::PathBuf;

/// Octets of one chunk of an image in Kitty's protocol.
const CHUNK: usize = 4096;

/// How a terminal shows images.
#[derive(Clone, Copy)]
enum Terminal {
    /// Kitty's graphics protocol.
    Kitty,
    /// iTerm2's inline images.
    Inline,
}

fn terminal() -> Option<Terminal> {
    let is =
        |name: &str, value: &str| environment::variable(name).is_some_and(|actual| actual == value);
    let kitty = is("TERM", "xterm-kitty") || is("TERM_PROGRAM", "ghostty");
    let inline = ["iTerm.app", "WezTerm"].iter().any(|program| is("TERM_PROGRAM", program));
    match (kitty, inline) {
        (true, _) => Some(Terminal::Kitty),
        (_, true) => Some(Terminal::Inline),
        _ => None,
    }
}

fn draw(terminal: Terminal, png: &[u8]) -> String {
    let text = STANDARD.encode(png);
    match terminal {
        Terminal::Inline => {
            format!("\x1b]1337;File=inline=1;width=48%;preserveAspectRatio=1:{text}\x07\n")
        }
        Terminal::Kitty => {
            let pieces: Vec<&str> = text
                .as_bytes()
                .chunks(CHUNK)
                .filter_map(|piece| std::str::from_utf8(piece).ok())
                .collect();
            let mut drawn = String::new();
            for (at, piece) in pieces.iter().enumerate() {
                let more = u8::from(at + 1 < pieces.len());
                let head = if at == 0 { "a=T,f=100,c=60," } else { "" };
                // Writing to a String cannot fail.
                let _ = write!(drawn, "\x1b_G{head}m={more};{piece}\x1b\\");
            }
            drawn + "\n"
        }
    }
}

/// Shows a return beside the letter, in the terminal or in the system's viewer.
pub fn show_beside_letter(
    output: &Output,
    ledger: &Ledger,
    archive: &Archive,
    (waiting, labels): (&ReturnToReview, &Labels),
) {
    if let Some(terminal) = terminal() {
        page_pairs(ledger, archive, waiting, |pair| {
            output.say(&pair.caption);
            for (name, png) in [("envoyée", &pair.sent), ("revenue", &pair.received)] {
                if let Some(png) = png {
                    output::print_out(&format!("{name} :\n{}", draw(terminal, png)));
                }
            }
        });
        return;
    }
    let folder = pictures();
    match write_review_page(ledger, archive, (std::slice::from_ref(waiting), labels), &folder) {
        Ok(page) => {
            let opened =
                if open_page(&page) { "Ouvert dans votre navigateur" } else { "À ouvrir" };
            output.say(&format!("  {opened} : {}", printable_text::of_path(&page)));
        }
        Err(error) => output.warn(&format!(
            "les images ne peuvent pas être écrites : {} ; ouvrir {}",
            error.reason(),
            waiting.stored()
        )),
    }
}

/// The folder of the pictures while a person looks at them.
fn pictures() -> PathBuf {
    std::env::temp_dir().join(format!("missive-relecture-{}", std::process::id()))
}

/// Deletes the pictures: they show personal data.
pub fn clean() {
    let _ = std::fs::remove_dir_all(pictures());
}
