//! `missive sign`: letters out to the authority's signing tool, and back, before they are sent.

use crate::app::exports::target::{ExportWriteError, require_new_folder};
use crate::app::returns::countersign::countersign_result::CountersignResult;
use crate::app::returns::countersign::prove::CountersignContext;
use crate::app::returns::countersign::take_back;
use crate::app::returns::countersign::unsigned::{
    LettersToSign, UnsignedLetter, drafts, letters_to_sign,
};
use crate::app::returns::named_letter::{catalogue, selected_letters};
use crate::app::wording::count;
use crate::app::workspace::Workspace;
use crate::archive::intake::item::{Gravity, IntakeProblem};
use crate::cli::args::{Common, OPTIONS};
use crate::cli::commands::archive::add;
use crate::cli::context;
use crate::cli::error::CommandError;
use crate::cli::exit::Exit;
use crate::cli::ui::output::Output;
use crate::files;
use crate::project::folder::Project;
use crate::records::word_lists::IssuerSignature;
use clap::Subcommand;
use serde_json::{Value, json};
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
pub fn run(output: &Output, common: &Common, action: &SignAction) -> Result<Exit, CommandError> {
    match action {
        SignAction::Export { folder, only } => export(output, common, folder, only),
        SignAction::Import { paths, take_over } => import(output, common, paths, *take_over),
    }
}

/// The project, if its authority signs first.
fn prepared(output: &Output, common: &Common) -> Result<(Project, Workspace), CommandError> {
    let project = context::find_project(common)?;
    let (workspace, _) = Workspace::open(project.clone(), &[]);
    context::require_sound_settings(output, &workspace)?;
    let settings = workspace.loaded.records.settings.as_ref();
    let first = settings.map(|settings| settings.letters.issuer_signature);
    match first {
        None => Err(CommandError::new(
            Exit::Invalid,
            "missive.toml a des erreurs",
            "les corriger : « missive check » les montre",
        )),
        Some(IssuerSignature::Required) => Ok((project, workspace)),
        Some(_) => Err(CommandError::new(
            Exit::Decide,
            "dans ce projet, l'autorité ne signe pas avant l'envoi",
            "écrire issuer_signature = \"required\" sous [letters] dans missive.toml, puis missive generate",
        )),
    }
}

fn export(
    output: &Output,
    common: &Common,
    folder: &Path,
    only: &[String],
) -> Result<Exit, CommandError> {
    let (project, workspace) = prepared(output, common)?;
    let campaign = context::campaign_to_read(common, &workspace)?;
    let Some((ledger, _)) = context::read_ledger(output, common, &project)? else {
        return Err(CommandError::usage("aucune lettre n'est encore produite", "missive generate"));
    };
    let past = ledger.history(campaign.as_str())?;
    let wanted = selected_letters(&ledger, only)?;
    let LettersToSign { unsigned: mut letters, signed } = letters_to_sign(&past);
    letters.retain(|letter| wanted.as_ref().is_none_or(|names| names.contains(&letter.reference)));
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
    require_new_folder(&project, folder)?;
    let refused = |error| ExportWriteError::new(folder, error);
    std::fs::create_dir_all(folder).map_err(refused)?;
    let mut lost = Vec::new();
    for letter in &letters {
        match ledger.store.get(&letter.rendered) {
            Ok(bytes) => {
                let written = files::write_whole(&folder.join(letter.file()), &bytes, false);
                written.map_err(refused)?;
            }
            Err(_) => lost.push(letter.reference.clone()),
        }
    }
    let manifest = manifest(&workspace, campaign.as_str(), &letters);
    let text = serde_json::to_string_pretty(&manifest).unwrap_or_default();
    for (name, text) in [(MANIFEST, text), (LIST, list(&letters))] {
        files::write_whole(&folder.join(name), text.as_bytes(), false).map_err(refused)?;
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
    context::lost_originals(&lost)?;
    Ok(Exit::Done)
}

/// The list for a program.
fn manifest(workspace: &Workspace, campaign: &str, letters: &[UnsignedLetter]) -> Value {
    let settings = workspace.loaded.records.settings.as_ref();
    let service =
        settings.map_or(String::new(), |settings| settings.organisation.service.value.to_string());
    json!({
        "schema": "missive/sign-manifest/1", "campaign": campaign, "service": service,
        "files": letters.iter().map(|letter| json!({
            "file": letter.file(), "reference": letter.reference, "revision": letter.number,
            "uai": letter.uai, "sha256": letter.rendered,
        })).collect::<Vec<_>>(),
    })
}

/// One line a letter, for a spreadsheet.
fn list(letters: &[UnsignedLetter]) -> String {
    let mut text = "\u{feff}fichier;référence;révision;UAI;sha256\r\n".to_owned();
    for letter in letters {
        text.push_str(&format!(
            "{};{};{};{};{}\r\n",
            letter.file(),
            letter.reference,
            letter.number,
            letter.uai,
            letter.rendered
        ));
    }
    text
}

fn import(
    output: &Output,
    common: &Common,
    paths: &[PathBuf],
    take_over: bool,
) -> Result<Exit, CommandError> {
    let (project, workspace) = prepared(output, common)?;
    add::require_paths(paths)?;
    let settings = workspace.loaded.records.settings.as_ref();
    let letters = settings.map(|settings| &settings.letters);
    let folder = letters.and_then(|letters| letters.issuer_certificates.as_ref());
    let Some(folder) = folder else {
        return Err(CommandError::new(
            Exit::Decide,
            "missive ne connaît pas le certificat de l'autorité",
            "mettre ses certificats (PEM) dans un dossier du projet, et le nommer : issuer_certificates = \"certs/autorite\" sous [letters]",
        ));
    };
    let stamping = letters.and_then(|letters| letters.stamp_authorities.as_ref());
    let authorities = add::authorities(output, &project, Some(folder), stamping);
    let campaign = context::campaign_to_read(common, &workspace)?;
    let (ledger, _) = context::open_ledger(output, common, &project, take_over)?;
    let ready = drafts(&ledger)?;
    let catalogue = catalogue(&ledger)?;
    let counter = CountersignContext {
        ledger: &ledger,
        catalogue: &catalogue,
        ready: &ready,
        authorities: &authorities,
        now: context::clock(common).now(),
    };
    let bar = output.files(0);
    let mut answers: Vec<CountersignResult> = Vec::new();
    let (problems, ended) = take_back::import(&counter, paths, |answer| {
        bar.inc(1);
        answers.push(answer);
    });
    bar.finish_and_clear();
    say_import(output, campaign.as_str(), &answers, &problems);
    ended?;
    let signed = ImportCounts::of(&answers);
    if signed.signed > 0 {
        output.say("Ensuite : missive generate, puis missive send");
    } else if signed.refused > 0 {
        output.say("Ensuite : faire signer de nouveau les lettres refusées, telles que missive sign export les écrit");
    }
    let lost = problems.iter().filter(|problem| problem.gravity == Gravity::Lost).count();
    Ok(match signed.refused + lost {
        0 => Exit::Done,
        _ => Exit::Partial,
    })
}

/// How many files were taken, known already, and refused.
struct ImportCounts {
    signed: usize,
    unchanged: usize,
    refused: usize,
}

impl ImportCounts {
    fn of(results: &[CountersignResult]) -> Self {
        let refused = results.iter().filter(|result| result.refused.is_some()).count();
        let is_unchanged =
            |result: &&CountersignResult| result.refused.is_none() && result.is_known;
        let unchanged = results.iter().filter(is_unchanged).count();
        Self { signed: results.len() - refused - unchanged, unchanged, refused }
    }
}

/// Shows what became of each file.
fn say_import(
    output: &Output,
    campaign: &str,
    results: &[CountersignResult],
    problems: &[IntakeProblem],
) {
    let ImportCounts { signed, unchanged, refused } = ImportCounts::of(results);
    output.document(
        "sign-import",
        Some(campaign),
        json!({
            "signed": signed, "unchanged": unchanged, "refused": refused,
            "files": results.iter().map(|result| json!({
                "path": result.label, "reference": result.reference, "signer": result.signer,
                "accepted": result.refused.is_none(), "unchanged": result.is_known,
                "why": result.refused.as_ref().map(ToString::to_string),
            })).collect::<Vec<_>>(),
            "troubles": problems.iter().map(|problem| json!({
                "path": problem.label, "message": problem.message,
            })).collect::<Vec<_>>(),
        }),
    );
    output.say(&format!(
        "Repris : {}, {}, {}.",
        count(signed, "lettre signée", "lettres signées"),
        count(unchanged, "déjà reprise", "déjà reprises"),
        count(refused, "refusée", "refusées")
    ));
    for result in results {
        let Some(why) = &result.refused else { continue };
        let name = result.reference.as_deref().map_or(String::new(), |name| format!(" ({name})"));
        output.say(&format!("  {}{name} : {why}", result.label));
    }
    for problem in problems {
        output.say(&format!("  {} : {}", problem.label, problem.message));
    }
}
