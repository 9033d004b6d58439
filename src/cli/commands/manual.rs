//! `missive completions` and `missive man`.

use crate::app::wording::count;
use crate::cli::error::CommandError;
use crate::cli::exit::Exit;
use crate::cli::ui::clap_french;
use crate::cli::ui::output::{Output, print_out};
use crate::files;
use serde_json::json;
use std::io;
use std::path::Path;

/// Prints a shell's completion script.
pub fn completions(shell: clap_complete::Shell) -> Exit {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut clap_french::command(), "missive", &mut script);
    print_out(&String::from_utf8_lossy(&script));
    Exit::Done
}

/// Writes one manual page a command.
pub fn pages(output: &Output, folder: &Path) -> Result<Exit, CommandError> {
    let pages = write(folder).map_err(|error| {
        let shown = printable_text::of_path(folder);
        let message = format!("{shown} ne peut pas être écrit : {}", files::reason(&error));
        CommandError::new(Exit::Environment, message, "choisir un dossier où vous pouvez écrire")
    })?;
    let written = count(pages, "page de manuel écrite", "pages de manuel écrites");
    output.say(&format!("{written} dans {}.", printable_text::of_path(folder)));
    output.say(&format!("Ensuite : man -l {}/missive.1", printable_text::of_path(folder)));
    output.document("man", None, json!({ "folder": folder, "pages": pages }));
    Ok(Exit::Done)
}

fn write(folder: &Path) -> io::Result<usize> {
    std::fs::create_dir_all(folder)?;
    let mut command = clap_french::command();
    command.build();
    let mut pages = vec![("missive.1".to_owned(), command.clone())];
    for sub in command.get_subcommands() {
        let name = format!("missive-{}", sub.get_name());
        pages.push((format!("{name}.1"), sub.clone().name(name)));
    }
    let written = pages.len();
    for (file, command) in pages {
        let mut page = Vec::new();
        clap_mangen::Man::new(command).render(&mut page)?;
        let page = french_headings(&String::from_utf8_lossy(&page));
        files::write_whole(&folder.join(file), page.as_bytes(), false)?;
    }
    Ok(written)
}

fn french_headings(page: &str) -> String {
    let mut text = clap_french::help(page);
    for (english, french) in [
        (".SH NAME", ".SH NOM"),
        (".SH SUBCOMMANDS", ".SH COMMANDES"),
        (".SH EXTRA", ".SH VOIR AUSSI"),
        (".SH AUTHORS", ".SH AUTEURS"),
    ] {
        text = text.replace(english, french);
    }
    text
}
