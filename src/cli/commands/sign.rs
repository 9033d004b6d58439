//! `missive sign`: letters out to the authority's signing tool, and back, before they are sent.

use crate::app::exports::target::require_new_folder;
use crate::app::returns::countersign::{self, Answer, Counter, Unsigned};
use crate::app::wording::count;
use crate::app::workspace::Workspace;
use crate::archive::intake::item::Gravity;
use crate::cli::args::{Common, OPTIONS};
use crate::cli::commands::archive::add;
use crate::cli::context;
use crate::cli::error::CommandError;
use crate::cli::exit::Exit;
use crate::cli::ui::output::Output;
use crate::clock::Clock;
use crate::files;
use crate::project::folder::Project;
use crate::records::word_lists::IssuerSignature;
use clap::Subcommand;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The list beside the letters, for the signing tool.
const LIST: &str = "lettres.csv";
/// The same for a program.
const MANIFEST: &str = "manifest.json";

/// Letters out to the issuing authority, and back.
#[derive(Clone, Debug, Subcommand)]
pub enum SignAction {
    /// Écrire les lettres prêtes dans un dossier, avec la liste que lit l'outil de signature
    #[command(visible_alias = "exporter")]
    Export {
        /// Dossier à créer, ou vide
        #[arg(value_name = "DOSSIER")]
        folder: PathBuf,
        /// Seulement ces établissements (UAI), référents (identifiant) ou lettres (référence)
        #[arg(long, value_name = "NOM,…", value_delimiter = ',', num_args = 1, help_heading = OPTIONS)]
        only: Vec<String>,
    },
    /// Reprendre les lettres signées, après avoir prouvé que chacune est la nôtre
    #[command(visible_alias = "reprendre")]
    Import {
        /// Fichiers ou dossiers
        #[arg(value_name = "CHEMIN", required = true)]
        paths: Vec<PathBuf>,
        /// Prendre le journal à un ordinateur en panne
        #[arg(long, help_heading = OPTIONS)]
        take_over: bool,
    },
}

/// Runs one of the two.
pub fn run(output: &Output, common: &Common, action: &SignAction) -> Exit {
    let done = match action {
        SignAction::Export { folder, only } => export(output, common, folder, only),
        SignAction::Import { paths, take_over } => import(output, common, paths, *take_over),
    };
    match done {
        Ok(exit) | Err(exit) => exit,
    }
}

/// The project, if its authority signs first.
fn prepared(output: &Output, common: &Common) -> Result<(Project, Workspace), Exit> {
    let project = context::project(output, common)?;
    let (workspace, _) = Workspace::open(project.clone(), &[]);
    context::sound_settings(output, &workspace)?;
    let settings = workspace.loaded.records.settings.as_ref();
    let first = settings.map(|own| own.letters.issuer_signature);
    match first {
        None => {
            output
                .fail("missive.toml a des erreurs", "les corriger : « missive check » les montre");
            Err(Exit::Invalid)
        }
        Some(IssuerSignature::Required) => Ok((project, workspace)),
        Some(_) => {
            output.fail(
                "dans ce projet, l'autorité ne signe pas avant l'envoi",
                "écrire issuer_signature = \"required\" sous [letters] dans missive.toml, puis missive generate",
            );
            Err(Exit::Decide)
        }
    }
}

fn export(output: &Output, common: &Common, folder: &Path, only: &[String]) -> Result<Exit, Exit> {
    let (project, workspace) = prepared(output, common)?;
    let campaign = context::campaign(output, common, &workspace)?;
    let Some((ledger, _)) = context::peek(output, &project, common)? else {
        output.fail("aucune lettre n'est encore produite", "missive generate");
        return Err(Exit::Usage);
    };
    let past =
        ledger.history(campaign.as_str()).map_err(|error| context::failed(output, &error))?;
    let wanted = add::chosen(output, &ledger, only)?;
    let (mut letters, signed) = countersign::unsigned(&past);
    letters.retain(|own| wanted.as_ref().is_none_or(|names| names.contains(&own.reference)));
    if letters.is_empty() {
        output.document(
            "sign-export",
            Some(campaign.as_str()),
            json!({ "files": [], "signed": signed }),
        );
        output.say(&format!(
            "Aucune lettre à faire signer ; {}. Ensuite : missive plan",
            count(signed, "lettre prête est signée", "lettres prêtes sont signées")
        ));
        return Ok(Exit::Done);
    }
    require_new_folder(&project, folder).map_err(|error| CommandError::from(error).show(output))?;
    let refused = |error: &std::io::Error| {
        output.fail(
            &format!(
                "{} ne peut pas être écrit : {}",
                printable_text::of_path(folder),
                files::reason(error)
            ),
            "choisir un dossier où vous pouvez écrire",
        );
        Exit::Environment
    };
    std::fs::create_dir_all(folder).map_err(|error| refused(&error))?;
    let mut lost = Vec::new();
    for own in &letters {
        match ledger.store.get(&own.rendered) {
            Ok(bytes) => {
                let written = files::write_whole(&folder.join(own.file()), &bytes, false);
                written.map_err(|error| refused(&error))?;
            }
            Err(_) => lost.push(own.reference.clone()),
        }
    }
    let settings = workspace.loaded.records.settings.as_ref();
    let service = settings.map_or(String::new(), |own| own.organisation.service.value.to_string());
    let manifest = json!({
        "schema": "missive/sign-manifest/1", "campaign": campaign.as_str(), "service": service,
        "files": letters.iter().map(|own| json!({
            "file": own.file(), "reference": own.reference, "revision": own.number,
            "uai": own.uai, "sha256": own.rendered,
        })).collect::<Vec<_>>(),
    });
    let text = serde_json::to_string_pretty(&manifest).unwrap_or_default();
    for (name, text) in [(MANIFEST, text), (LIST, list(&letters))] {
        files::write_whole(&folder.join(name), text.as_bytes(), false)
            .map_err(|error| refused(&error))?;
    }
    output.document(
        "sign-export",
        Some(campaign.as_str()),
        json!({
            "folder": printable_text::path_value(folder), "files": manifest["files"], "signed": signed,
            "lost": lost,
        }),
    );
    output.say(&format!(
        "Écrit : {} dans {}, avec la liste {LIST}. Les faire signer telles quelles, sans les réenregistrer. Ensuite : missive sign import DOSSIER",
        count(letters.len() - lost.len(), "lettre à signer", "lettres à signer"),
        printable_text::of_path(folder)
    ));
    Ok(context::tell_lost(output, &lost))
}

/// One line a letter, for a spreadsheet.
fn list(letters: &[Unsigned]) -> String {
    let mut text = "\u{feff}fichier;référence;révision;UAI;sha256\r\n".to_owned();
    for own in letters {
        text.push_str(&format!(
            "{};{};{};{};{}\r\n",
            own.file(),
            own.reference,
            own.number,
            own.uai,
            own.rendered
        ));
    }
    text
}

fn import(
    output: &Output,
    common: &Common,
    paths: &[PathBuf],
    take_over: bool,
) -> Result<Exit, Exit> {
    let (project, workspace) = prepared(output, common)?;
    if let Some(missing) = paths.iter().find(|path| !path.exists()) {
        output.fail(
            &format!("{} n'existe pas", printable_text::of_path(missing)),
            "donner le chemin d'un fichier ou d'un dossier",
        );
        return Err(Exit::Usage);
    }
    let settings = workspace.loaded.records.settings.as_ref();
    let letters = settings.map(|own| &own.letters);
    let folder = letters.and_then(|own| own.issuer_certificates.as_ref());
    let Some(folder) = folder else {
        output.fail(
            "missive ne connaît pas le certificat de l'autorité",
            "mettre ses certificats (PEM) dans un dossier du projet, et le nommer : issuer_certificates = \"certs/autorite\" sous [letters]",
        );
        return Err(Exit::Decide);
    };
    let stamping = letters.and_then(|own| own.stamp_authorities.as_ref());
    let authorities = add::authorities(output, &project, Some(folder), stamping);
    let campaign = context::campaign(output, common, &workspace)?;
    let (ledger, _) = context::open_at(output, &project, common, take_over)?;
    let failed = |error| context::failed(output, &error);
    let mut ready: BTreeSet<i64> = BTreeSet::new();
    let campaigns: BTreeSet<String> =
        ledger.sent_revisions().map_err(failed)?.into_iter().map(|own| own.campaign).collect();
    for campaign in &campaigns {
        let past = ledger.history(campaign).map_err(failed)?;
        let drafts = past.letters.values().filter(|letter| !letter.withdrawn);
        ready.extend(drafts.filter_map(|letter| letter.draft.as_ref()).map(|draft| draft.id));
    }
    let catalogue = add::catalogue(output, &ledger)?;
    let counter = Counter {
        ledger: &ledger,
        catalogue: &catalogue,
        ready: &ready,
        authorities: &authorities,
        now: Clock::new(common.today.as_ref()).now(),
    };
    let bar = output.files(0);
    let mut answers: Vec<Answer> = Vec::new();
    let (troubles, ended) = countersign::import(&counter, paths, |answer| {
        bar.inc(1);
        answers.push(answer.clone());
    });
    bar.finish_and_clear();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for own in &answers {
        let word = match (&own.refused, own.before) {
            (Some(_), _) => "refused",
            (None, true) => "unchanged",
            (None, false) => "signed",
        };
        *counts.entry(word).or_default() += 1;
    }
    let number = |word: &str| counts.get(word).copied().unwrap_or(0);
    output.document(
        "sign-import",
        Some(campaign.as_str()),
        json!({
            "signed": number("signed"), "unchanged": number("unchanged"),
            "refused": number("refused"),
            "files": answers.iter().map(|own| json!({
                "path": own.label, "reference": own.reference, "signer": own.signer,
                "accepted": own.refused.is_none(), "unchanged": own.before, "why": own.refused,
            })).collect::<Vec<_>>(),
            "troubles": troubles.iter().map(|own| json!({
                "path": own.label, "message": own.message,
            })).collect::<Vec<_>>(),
        }),
    );
    output.say(&format!(
        "Repris : {}, {}, {}.",
        count(number("signed"), "lettre signée", "lettres signées"),
        count(number("unchanged"), "déjà reprise", "déjà reprises"),
        count(number("refused"), "refusée", "refusées")
    ));
    for own in answers.iter().filter(|own| own.refused.is_some()) {
        let name = own.reference.as_deref().map_or(String::new(), |name| format!(" ({name})"));
        output.say(&format!(
            "  {}{name} : {}",
            own.label,
            own.refused.as_deref().unwrap_or_default()
        ));
    }
    for own in &troubles {
        output.say(&format!("  {} : {}", own.label, own.message));
    }
    ended.map_err(failed)?;
    if number("signed") > 0 {
        output.say("Ensuite : missive generate, puis missive send");
    } else if number("refused") > 0 {
        output.say("Ensuite : faire signer de nouveau les lettres refusées, telles que missive sign export les écrit");
    }
    let lost = troubles.iter().filter(|own| own.gravity == Gravity::Lost).count();
    Ok(match number("refused") + lost {
        0 => Exit::Done,
        _ => Exit::Partial,
    })
}
