//! Pictures of a return beside the letter that was sent: in the terminal where it can, else as a
//! page that the system opens.

use crate::app::returns::review::Waiting;
use crate::archive::examiner::{FileExaminer, MatchedPage};
use crate::archive::file_kind::FileKind;
use crate::archive::store::Archive;
use crate::cli::ui::output::{self, Output};
use crate::files;
use crate::ledger::Ledger;
use crate::letter::page_code;
use crate::project::environment;
use crate::render::html_escape::escape;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Width of a picture, in points of the screen.
const WIDTH: u32 = 1000;
/// Pages shown of a file that nobody knows the letter of.
const STRANGE: u32 = 6;
/// Octets of one piece of a picture, as Kitty's protocol wants it.
const PIECE: usize = 4096;

/// A page of the letter as sent and the page that came back, as PNG.
struct Beside {
    caption: String,
    sent: Option<Vec<u8>>,
    received: Option<Vec<u8>>,
}

fn sheets(waiting: &Waiting) -> Vec<(u32, Option<u32>, u16)> {
    let Some(own) = &waiting.own else {
        return (1..=STRANGE).map(|page| (page, None, 0)).collect();
    };
    let letters = waiting.file.findings["letters"].as_array().into_iter().flatten();
    let sheets = letters
        .filter(|letter| letter["reference"] == own.reference.as_str())
        .flat_map(|letter| letter["sheets"].as_array().into_iter().flatten());
    let number = |value: &serde_json::Value| value.as_u64().and_then(|own| u32::try_from(own).ok());
    let mut found: Vec<(u32, Option<u32>, u16)> = sheets
        .filter_map(|own| {
            let turn = own[2].as_u64().and_then(|own| u16::try_from(own).ok());
            Some((number(&own[0])?, number(&own[1]), turn.unwrap_or(0)))
        })
        .collect();
    if found.is_empty() {
        found = own.pages.iter().map(|page| (*page, Some(*page), 0)).collect();
    }
    found
}

/// The pictures of a return, one pair at a time.
fn pairs(ledger: &Ledger, archive: &Archive, waiting: &Waiting, mut take: impl FnMut(Beside)) {
    let kind = FileKind::from_word(&waiting.file.kind);
    let Ok(file) = archive.get(&waiting.file.object, kind) else { return };
    let sent = waiting.own.as_ref().and_then(|own| {
        let stored = ledger.stored(own.revision).ok()?;
        let number = stored.issue.revision;
        Some((ledger.store.get(&stored.issued).ok()?, own.reference.as_str(), number))
    });
    let look = |kind: FileKind, bytes: &[u8], page: u32, turn: u16| {
        let mut examiner = FileExaminer::start(kind)?.ok()?;
        examiner.page_png(bytes, page, turn, WIDTH).ok()
    };
    // A photo is easier to read when its perspective is taken out.
    let flat = |page: u32, of: u32| {
        let (sent, reference, number) = sent.as_ref().filter(|_| kind != FileKind::Pdf)?;
        let payload = page_code::payload(reference, *number, of as usize);
        let pair = MatchedPage { sent: of, received: page, payload };
        FileExaminer::start(kind)?.ok()?.flattened_png(sent, &file, pair, WIDTH).ok().flatten()
    };
    for (page, of, turn) in sheets(waiting) {
        let straight = of.and_then(|of| flat(page, of));
        let received = straight.or_else(|| look(kind, &file, page, turn));
        if received.is_none() && of.is_none() {
            break;
        }
        let original = sent.as_ref().zip(of);
        let sent = original.and_then(|((sent, ..), of)| look(FileKind::Pdf, sent, of, 0));
        let caption = match of {
            Some(of) => format!("page {page} du fichier, page {of} de la lettre"),
            None => format!("page {page} du fichier"),
        };
        take(Beside { caption, sent, received });
    }
}

/// How this terminal shows pictures, if it does.
#[derive(Clone, Copy)]
enum Terminal {
    /// Kitty's graphics protocol.
    Kitty,
    /// iTerm2's inline images.
    Inline,
}

fn terminal() -> Option<Terminal> {
    let is = |name: &str, value: &str| environment::variable(name).is_some_and(|own| own == value);
    let kitty = is("TERM", "xterm-kitty") || is("TERM_PROGRAM", "ghostty");
    let inline = ["iTerm.app", "WezTerm"].iter().any(|own| is("TERM_PROGRAM", own));
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
                .chunks(PIECE)
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
pub fn beside(output: &Output, ledger: &Ledger, archive: &Archive, waiting: &Waiting) {
    if let Some(terminal) = terminal() {
        pairs(ledger, archive, waiting, |pair| {
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

/// Where pictures lie while a person looks at them.
fn pictures() -> PathBuf {
    std::env::temp_dir().join(format!("missive-relecture-{}", std::process::id()))
}

/// Takes the pictures away: they show what persons wrote.
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
    queue: &[Waiting],
    folder: &Path,
) -> io::Result<PathBuf> {
    std::fs::create_dir_all(folder)?;
    let mut html = format!(
        "<!doctype html><html lang=\"fr\"><meta charset=\"utf-8\"><title>Retours à relire</title><style>{STYLE}</style><h1>Retours à relire</h1>\n"
    );
    let mut refused = None;
    for (at, waiting) in queue.iter().enumerate() {
        let name = match &waiting.own {
            Some(own) => own.reference.clone(),
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
        pairs(ledger, archive, waiting, |pair| {
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
