//! Returns that wait for a person, as a page: each beside the letter that was sent.

use crate::app::exports::target::ExportWriteError;
use crate::app::names::labels::Labels;
use crate::app::returns::page_pairs::page_pairs;
use crate::app::returns::reviewing::review_queue::ReturnToReview;
use crate::archive::store::Archive;
use crate::files;
use crate::ledger::Ledger;
use crate::render::html_escape::escape;
use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};

/// How the page looks.
const STYLE: &str = "body{font:16px/1.4 sans-serif;margin:2rem;color:#222}\
section{border-top:2px solid #ccc;margin-top:2rem;padding-top:1rem}\
.pair{display:flex;gap:1rem}.pair figure{flex:1;margin:0}\
img{width:100%;border:1px solid #999}figcaption{color:#555}li{margin:.2rem 0}";

/// Writes pictures and a page to read them; gives the page.
pub fn write_review_page(
    ledger: &Ledger,
    archive: &Archive,
    (queue, labels): (&[ReturnToReview], &Labels),
    folder: &Path,
) -> Result<PathBuf, ExportWriteError> {
    write(ledger, archive, (queue, labels), folder)
        .map_err(|error| ExportWriteError::new(folder, error))
}

fn write(
    ledger: &Ledger,
    archive: &Archive,
    (queue, labels): (&[ReturnToReview], &Labels),
    folder: &Path,
) -> io::Result<PathBuf> {
    std::fs::create_dir_all(folder)?;
    let mut html = format!(
        "<!doctype html><html lang=\"fr\"><meta charset=\"utf-8\"><title>Retours à relire</title><style>{STYLE}</style><h1>Retours à relire</h1>\n"
    );
    let mut refused = None;
    for (at, waiting) in queue.iter().enumerate() {
        let name = match &waiting.returned {
            Some(returned) => labels.letter(&returned.reference),
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
