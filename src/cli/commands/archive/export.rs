//! `missive archive export`: the archive of a campaign as a BagIt bag, with a SEDA manifest if asked.

use crate::app::exports::documents::{self, ExportDocument};
use crate::app::exports::dossier::organisation;
use crate::app::exports::dossier_page::DossierPage;
use crate::app::exports::letter_history::read_letters;
use crate::app::exports::seda_manifest::{self, TransferRequest, WrittenFile};
use crate::app::exports::target::require_new_folder;
use crate::app::wording::count;
use crate::app::workspace::Workspace;
use crate::archive::bagit::Bag;
use crate::archive::store::Archive;
use crate::cli::args::Common;
use crate::cli::commands::archive::add;
use crate::cli::context;
use crate::cli::error::CommandError;
use crate::cli::exit::Exit;
use crate::cli::ui::output::Output;
use crate::files;
use crate::project::folder::Project;
use crate::records::settings::Settings;
use serde_json::json;
use std::collections::BTreeSet;
use std::path::Path;

/// Writes the bag.
pub fn run(
    output: &Output,
    common: &Common,
    project: &Project,
    folder: &Path,
    seda: bool,
    only: &[String],
) -> Result<Exit, Exit> {
    let Some((ledger, _)) = context::peek(output, project, common)? else { return Ok(Exit::Done) };
    let (workspace, _) = Workspace::open(project.clone(), &[]);
    let campaign = context::campaign(output, common, &workspace)?;
    let Some(settings) = workspace.loaded.records.settings.as_ref() else {
        output.fail("missive.toml a des erreurs", "les corriger : « missive check » les montre");
        return Err(Exit::Invalid);
    };
    let retention = retention(output, settings, seda)?;
    let failed = |error| context::failed(output, &error);
    let wanted = add::chosen(output, &ledger, only)?;
    let past = ledger.history(campaign.as_str()).map_err(failed)?;
    let references: BTreeSet<String> = past
        .letters
        .iter()
        .filter(|(_, letter)| letter.issued.is_some())
        .map(|(reference, _)| reference.clone())
        .filter(|name| wanted.as_ref().is_none_or(|wanted| wanted.contains(name)))
        .collect();
    if references.is_empty() {
        output
            .fail("aucune lettre de cette campagne n'est partie", "rien à exporter pour l'instant");
        return Err(Exit::Decide);
    }
    require_new_folder(project, folder).map_err(|error| CommandError::from(error).show(output))?;
    let letters = read_letters(&ledger, &references).map_err(failed)?;
    let day = context::today(common);
    let organisation = organisation(settings);
    let title = format!("Lettres de mission, campagne {campaign}");
    let page = DossierPage { title: &title, organisation: &organisation, day, letters: &letters }
        .to_html();
    let mut documents = documents::documents(&letters);
    documents.push(ExportDocument::index_page(title.clone(), page));
    let archive = Archive::new(project.root());
    let transfer = TransferRequest {
        campaign: campaign.as_str(),
        title: &title,
        organisation: &organisation,
        archival_agency: settings.letters.archival_agency.as_ref().map(|own| &*own.value),
        day,
        retention,
    };
    let mut lost: Vec<String> = Vec::new();
    let bar = output.files(documents.len());
    let made = (|| {
        let mut bag = Bag::begin(folder)?;
        let mut written = Vec::new();
        for document in &documents {
            bar.inc(1);
            match document.read(&ledger, &archive) {
                Ok(bytes) => {
                    bag.add(&document.path, &bytes)?;
                    written.push(WrittenFile::new(document, &bytes));
                }
                Err(_) => lost.push(document.title.clone()),
            }
        }
        if seda {
            bag.tag("manifest.xml", &seda_manifest::manifest(&transfer, &letters, &written)?)?;
        }
        bag.finish(&[
            ("Source-Organization", organisation.clone()),
            ("Bagging-Date", day.to_string()),
            ("Bag-Software-Agent", format!("missive {}", env!("CARGO_PKG_VERSION"))),
            ("External-Identifier", format!("missive-{campaign}-{day}")),
            ("External-Description", title.clone()),
        ])
    })();
    bar.finish_and_clear();
    made.map_err(|error: std::io::Error| {
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
        "archive-export",
        Some(campaign.as_str()),
        json!({
            "folder": printable_text::path_value(folder), "letters": references.len(),
            "files": documents.len() - lost.len(), "seda": seda, "lost": lost,
        }),
    );
    output.say(&format!(
        "Écrit : {} ({}, {}), sommes SHA-512 et SHA-256 dans les manifestes.",
        printable_text::of_path(folder),
        count(references.len(), "lettre", "lettres"),
        count(documents.len() - lost.len(), "fichier", "fichiers")
    ));
    Ok(context::tell_lost(output, &lost))
}

/// How long the archives are kept; there has to be an answer for a SEDA manifest.
fn retention(output: &Output, settings: &Settings, seda: bool) -> Result<Option<u32>, Exit> {
    let years = settings.letters.retention_years.as_ref().map(|years| years.value);
    match (seda, years) {
        (false, _) => Ok(None),
        (true, Some(years)) => Ok(Some(years)),
        (true, None) => {
            output.fail(
                "un bordereau SEDA demande une durée de conservation, et aucune n'est fixée",
                "écrire retention_years = … sous [letters] dans missive.toml, d'après le tableau de gestion de votre service",
            );
            Err(Exit::Decide)
        }
    }
}
