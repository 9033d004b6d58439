//! Shows a return beside the letter that was sent: as images in a terminal that can show them, else
//! as a page in the system's viewer.

use crate::app::returns::page_pairs::page_pairs;
use crate::app::returns::review::ReturnToReview;
use crate::archive::store::Archive;
use crate::cli::ui::output::{self, Output};
use crate::files;
use crate::ledger::Ledger;
use crate::project::environment;
use crate::render::html_escape::escape;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

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
pub fn beside(output: &Output, ledger: &Ledger, archive: &Archive, waiting: &ReturnToReview) {
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
    match write(ledger, archive, std::slice::from_ref(waiting), &folder) {
        Ok(page) => {
            let opened = if open(&page) { "Ouvert dans votre navigateur" } else { "À ouvrir" };
            output.say(&format!("  {opened} : {}", printable_text::of_path(&page)));
        }
        Err(error) => output.warn(&format!(
            "les images ne peuvent pas être écrites : {} ; ouvrir {}",
            files::reason(&error),
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

/// Has the system open a page.
fn open(page: &Path) -> bool {
    let program = if cfg!(target_os = "macos") {
        "open"
    } else if cfg!(windows) {
        "explorer"
    } else {
        "xdg-open"
    };
    let quiet = || Stdio::null();
    Command::new(program).arg(page).stdin(quiet()).stdout(quiet()).stderr(quiet()).spawn().is_ok()
}

const STYLE: &str = "body{font:16px/1.4 sans-serif;margin:2rem;color:#222}\
section{border-top:2px solid #ccc;margin-top:2rem;padding-top:1rem}\
.pair{display:flex;gap:1rem}.pair figure{flex:1;margin:0}\
img{width:100%;border:1px solid #999}figcaption{color:#555}li{margin:.2rem 0}";

/// Writes pictures and a page to read them; gives the page.
pub fn write(
    ledger: &Ledger,
    archive: &Archive,
    queue: &[ReturnToReview],
    folder: &Path,
) -> io::Result<PathBuf> {
    std::fs::create_dir_all(folder)?;
    let mut html = format!(
        "<!doctype html><html lang=\"fr\"><meta charset=\"utf-8\"><title>Retours à relire</title><style>{STYLE}</style><h1>Retours à relire</h1>\n"
    );
    let mut refused = None;
    for (at, waiting) in queue.iter().enumerate() {
        let name = match &waiting.returned {
            Some(returned) => returned.reference.clone(),
            None => "Lettre inconnue".to_owned(),
        };
        let _ = write!(
            html,
            "<section><h2>{}</h2><p>{}</p><ul>",
            escape(&name),
            escape(&waiting.file.label)
        );
        for remark in waiting.remarks() {
            let _ = write!(html, "<li>{}</li>", escape(&remark));
        }
        html.push_str("</ul>\n");
        let mut number = 0;
        page_pairs(ledger, archive, waiting, |pair| {
            number += 1;
            let _ = write!(html, "<p>{}</p><div class=\"pair\">", escape(&pair.caption));
            for (word, title, png) in
                [("envoyee", "envoyée", &pair.sent), ("revenue", "revenue", &pair.received)]
            {
                let Some(png) = png else { continue };
                let file = format!("{:03}-{number}-{word}.png", at + 1);
                if let Err(error) = files::write_whole(&folder.join(&file), png, false) {
                    refused.get_or_insert(error);
                }
                let _ = write!(
                    html,
                    "<figure><figcaption>{title}</figcaption><img src=\"{file}\" alt=\"page {title}\"></figure>"
                );
            }
            html.push_str("</div>\n");
        });
        html.push_str("</section>\n");
    }
    html.push_str("</html>\n");
    if let Some(error) = refused {
        return Err(error);
    }
    let page = folder.join("index.html");
    files::write_whole(&page, html.as_bytes(), false)?;
    Ok(page)
}
