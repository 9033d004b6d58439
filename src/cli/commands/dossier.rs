//! `missive dossier`: everything of one school in one folder that reads without missive.

use crate::app::exports::dossier::{self, Document, Source, What};
use crate::app::exports::letter_history::{self, Folio, Shelf};
use crate::app::wording::count;
use crate::app::workspace::Workspace;
use crate::archive::store::Archive;
use crate::cli::args::Common;
use crate::cli::context;
use crate::cli::exit::Exit;
use crate::cli::ui::output::Output;
use crate::files;
use crate::ledger::Ledger;
use crate::letter::reference::campaign_of;
use crate::plan::account::Account;
use crate::project::environment;
use crate::project::folder::Project;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;

/// Writes the dossier of a school.
pub fn run(output: &Output, common: &Common, uai: &str, folder: &Path) -> Exit {
    match write(output, common, uai, folder) {
        Ok(exit) | Err(exit) => exit,
    }
}

/// The folios of some letters, whatever their campaigns.
pub fn folios(
    output: &Output,
    ledger: &Ledger,
    references: &BTreeSet<String>,
) -> Result<Vec<Folio>, Exit> {
    let failed = |error| context::failed(output, &error);
    let shelf = Shelf::read(ledger).map_err(failed)?;
    let mut campaigns: BTreeMap<String, Vec<&String>> = BTreeMap::new();
    for reference in references {
        let campaign = campaign_of(reference).to_owned();
        campaigns.entry(campaign).or_default().push(reference);
    }
    let mut found = Vec::new();
    for (campaign, references) in campaigns {
        let past = ledger.history(&campaign).map_err(failed)?;
        let account = Account::of(&past, []);
        for reference in references {
            let own = letter_history::read(ledger, &shelf, (&campaign, &past, &account), reference);
            found.push(own.map_err(failed)?);
        }
    }
    Ok(found)
}

/// Whether a folder can be made there: nothing is at its place, and it lies in no folder whose every
/// file counts. The answer is what ends the command.
pub fn is_free(output: &Output, project: &Project, folder: &Path) -> Result<(), Exit> {
    let usage = |message: &str| {
        output.fail(message, "donner le nom d'un dossier nouveau, hors du projet ou dans out/");
        Exit::Usage
    };
    let shown = printable_text::of_path(folder);
    match std::fs::read_dir(folder).map(|mut entries| entries.next().is_some()) {
        Ok(true) => return Err(usage(&format!("{shown} existe déjà et n'est pas vide"))),
        Ok(false) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
            return Err(usage(&format!(
                "un fichier porte déjà le nom de {shown}, ou d'un dossier au-dessus"
            )));
        }
        Err(error) => {
            output.fail(
                &format!("{shown} ne peut pas être écrit : {}", files::reason(&error)),
                "choisir un dossier où vous pouvez écrire",
            );
            return Err(Exit::Environment);
        }
    }
    match context::reserved(project, folder) {
        Some(why) => Err(usage(&why)),
        None => Ok(()),
    }
}

fn write(output: &Output, common: &Common, uai: &str, folder: &Path) -> Result<Exit, Exit> {
    let project = context::project(output, common)?;
    let nothing = |output: &Output| {
        output.fail(
            &format!("rien n'est noté de « {uai} »"),
            "donner l'UAI d'un établissement à qui une lettre a été faite",
        );
        Exit::Usage
    };
    let Some((ledger, _)) = context::peek(output, &project, common)? else {
        return Err(nothing(output));
    };
    let failed = |error| context::failed(output, &error);
    let known = ledger.sent_revisions().map_err(failed)?;
    let references: BTreeSet<String> = known
        .iter()
        .filter(|own| own.uai.eq_ignore_ascii_case(uai))
        .map(|own| own.reference.clone())
        .collect();
    if references.is_empty() {
        return Err(nothing(output));
    }
    is_free(output, &project, folder)?;
    let folios = folios(output, &ledger, &references)?;
    let (workspace, _) = Workspace::open(project.clone(), &[]);
    let settings = workspace.loaded.records.settings.as_ref();
    let organisation = settings.map_or(String::new(), |own| {
        format!("{} – {}", own.organisation.name.value, own.organisation.service.value)
    });
    let school = folios.iter().map(|own| own.school.as_str()).find(|own| !own.is_empty());
    let title = format!("{} ({})", school.unwrap_or("Établissement"), uai.to_ascii_uppercase());
    let day = environment::today(common.today.as_ref()).to_string();
    let page = dossier::page(&title, &organisation, &day, &folios);
    let mut documents = dossier::documents(&folios);
    documents.push(Document {
        path: "index.html".to_owned(),
        what: What::Page,
        reference: None,
        title,
        source: Source::Text(page.into_bytes()),
    });
    let archive = Archive::new(project.root());
    let mut lost: Vec<String> = Vec::new();
    let made = files::begin_folder(folder).and_then(|place| {
        for own in &documents {
            let path = place.path().join(&own.path);
            if let Some(parent) = path.parent() {
                std::fs::create_dir_all(parent)?;
            }
            match dossier::bytes(&ledger, &archive, &own.source) {
                Ok(bytes) => drop(files::write_whole(&path, &bytes, false)?),
                Err(_) => lost.push(own.title.clone()),
            }
        }
        files::put_in_place(place, folder)
    });
    made.map_err(|error| {
        output.fail(
            &format!(
                "{} ne peut pas être écrit : {}",
                printable_text::of_path(folder),
                files::reason(&error)
            ),
            "choisir un dossier où vous pouvez écrire",
        );
        Exit::Environment
    })?;
    output.document(
        "dossier",
        common.campaign.as_deref(),
        json!({
            "uai": uai.to_ascii_uppercase(), "folder": printable_text::path_value(folder),
            "letters": references, "lost": lost,
            "files": documents.iter().map(|own| &own.path).collect::<Vec<_>>(),
        }),
    );
    output.say(&format!(
        "Écrit : {} ({}). Ensuite : ouvrir {}",
        printable_text::of_path(folder),
        count(folios.len(), "lettre", "lettres"),
        printable_text::of_path(folder.join("index.html"))
    ));
    Ok(context::tell_lost(output, &lost))
}
