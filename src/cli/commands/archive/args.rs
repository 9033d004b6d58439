//! The arguments of `missive archive`.

use crate::cli::args::{DepartementArgs, OPTIONS, line, revision};
use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

/// What to do with signed copies.
#[derive(Clone, Debug, Subcommand)]
pub enum ArchiveAction {
    /// Prendre des fichiers ou des dossiers (PDF, images, .eml, .mbox, .zip), vérifier chacun et le
    /// ranger sous sa lettre
    #[command(visible_alias = "ajouter")]
    Add(AddArgs),
    /// Relire ce qui attend un œil : une question par retour, à côté de la lettre envoyée
    #[command(visible_alias = "relire")]
    Review(ReviewArgs),
    /// Noter un retour que missive ne voit pas : un original sur papier
    #[command(visible_alias = "declarer")]
    Declare {
        /// La lettre : référence, ou nom de l'établissement ou de la personne
        #[arg(value_name = "LETTRE")]
        reference: String,
        /// Un original signé, sur papier
        #[arg(long, required = true, help_heading = OPTIONS)]
        paper: bool,
        /// Qui l'a eu en main
        #[arg(long, value_name = "NOM", required = true, value_parser = line, help_heading = OPTIONS)]
        seen_by: String,
        /// Il n'y a pas toutes les signatures
        #[arg(long, conflicts_with = "declined", help_heading = OPTIONS)]
        partly: bool,
        /// L'établissement refuse
        #[arg(long, help_heading = OPTIONS)]
        declined: bool,
        /// Remarque : où se trouve l'original, ce qui y est écrit
        #[arg(long, value_name = "TEXTE", value_parser = line, help_heading = OPTIONS)]
        note: Option<String>,
    },
    /// Noter qu'on n'attend plus de retour d'une lettre
    #[command(visible_alias = "dispenser")]
    Waive {
        /// La lettre : référence, ou nom de l'établissement ou de la personne
        #[arg(value_name = "LETTRE")]
        reference: String,
        /// Seulement ce document de la lettre, par exemple un avenant (sinon tous ceux dont un retour est
        /// attendu)
        #[arg(long, value_name = "rN", value_parser = revision, help_heading = OPTIONS)]
        revision: Option<u32>,
        /// Pourquoi ; gardé dans le journal
        #[arg(long, value_name = "TEXTE", value_parser = line, required_unless_present = "undo", help_heading = OPTIONS)]
        why: Option<String>,
        /// Attendre de nouveau un retour
        #[arg(long, conflicts_with = "why", help_heading = OPTIONS)]
        undo: bool,
    },
    /// Dire, établissement par établissement, ce qui est parti, revenu, et manque encore
    #[command(visible_alias = "lister")]
    List(ListArgs),
    /// Relire chaque fichier de l'archive et dire ce qui manque, a changé ou est de trop
    #[command(visible_alias = "verifier")]
    Verify {
        /// Comparer aussi à une copie du manifeste (archive.sha512) gardée ailleurs
        #[arg(long, value_name = "FICHIER", help_heading = OPTIONS)]
        manifest: Option<PathBuf>,
    },
    /// Écrire l'archive de la campagne comme paquet BagIt (RFC 8493)
    #[command(visible_alias = "exporter")]
    Export {
        /// Dossier à créer
        #[arg(value_name = "DOSSIER")]
        folder: PathBuf,
        /// Ajouter le bordereau SEDA 2.2 (manifest.xml)
        #[arg(long, help_heading = OPTIONS)]
        seda: bool,
        /// Seulement ces établissements, référents ou lettres : nom ou partie du nom, ville, UAI,
        /// identifiant, référence
        #[arg(long, value_name = "NOM,…", value_delimiter = ',', num_args = 1, help_heading = OPTIONS)]
        only: Vec<String>,
        /// Which schools.
        #[command(flatten)]
        departement: DepartementArgs,
    },
}

/// Which returns are listed.
#[derive(Clone, Debug, Args)]
pub struct ListArgs {
    /// Seulement ces établissements, référents ou lettres : nom ou partie du nom, ville, UAI,
    /// identifiant, référence
    #[arg(long, value_name = "NOM,…", value_delimiter = ',', num_args = 1, help_heading = OPTIONS)]
    pub only: Vec<String>,
    /// Seulement ce qui manque encore
    #[arg(long, help_heading = OPTIONS)]
    pub missing: bool,
    /// Which schools.
    #[command(flatten)]
    pub departement: DepartementArgs,
}

/// What is taken in, and how.
#[derive(Clone, Debug, Args)]
pub struct AddArgs {
    /// Fichiers ou dossiers ; ils ne sont ni déplacés ni modifiés
    #[arg(value_name = "CHEMIN", required = true)]
    pub paths: Vec<PathBuf>,
    /// Nombre de fils d'exécution (sinon autant que de cœurs)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256), help_heading = OPTIONS)]
    pub jobs: Option<u16>,
    /// Prendre le journal à un ordinateur en panne
    #[arg(long, help_heading = OPTIONS)]
    pub take_over: bool,
}

/// What is reviewed, and the answer.
#[derive(Clone, Debug, Args)]
pub struct ReviewArgs {
    /// Ce qu'on veut relire : référence de la lettre, ou début du nom du fichier archivé (sinon
    /// tout ce qui attend)
    #[arg(value_name = "NOM")]
    pub name: Option<String>,
    /// Répondre sans question : signed, partly, declined, not-signed ou illegible
    #[arg(long, value_name = "RÉPONSE", requires = "name", hide_possible_values = true, help_heading = OPTIONS)]
    pub answer: Option<AnswerArg>,
    /// Ranger sous cette lettre un fichier que missive n'a pas reconnu
    #[arg(long, value_name = "RÉFÉRENCE", requires = "answer", help_heading = OPTIONS)]
    pub letter: Option<String>,
    /// Qui a relu (sinon le compte de l'ordinateur)
    #[arg(long, value_name = "NOM", value_parser = line, help_heading = OPTIONS)]
    pub seen_by: Option<String>,
    /// Priorités inscrites, telles que l'établissement les a écrites
    #[arg(long, value_name = "TEXTE", requires = "answer", value_parser = line, help_heading = OPTIONS)]
    pub priorities: Option<String>,
    /// Ce qui est écrit dans une case, comme indicators=TEXTE ; sans texte : rien n'y est convenu
    #[arg(long = "field", value_name = "CASE=TEXTE", requires = "answer", value_parser = field, help_heading = OPTIONS)]
    pub fields: Vec<FieldArg>,
    /// Les retours signés où l'on a écrit à l'écran, et que personne n'a confirmés
    #[arg(long, conflicts_with = "name", help_heading = OPTIONS)]
    pub filled: bool,
    /// Remarque, gardée dans le journal
    #[arg(long, value_name = "TEXTE", requires = "answer", value_parser = line, help_heading = OPTIONS)]
    pub note: Option<String>,
    /// Écrire dans ce dossier les images à comparer, et une page pour les lire ; ne rien demander
    #[arg(long, value_name = "DOSSIER", conflicts_with = "answer", help_heading = OPTIONS)]
    pub pictures: Option<PathBuf>,
    /// Prendre le journal à un ordinateur en panne
    #[arg(long, help_heading = OPTIONS)]
    pub take_over: bool,
}

/// What a person read in a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldArg {
    /// The name of the field.
    pub name: String,
    /// What is written there; empty: nothing was agreed on.
    pub text: String,
}

fn field(word: &str) -> Result<FieldArg, String> {
    let (name, text) = word.split_once('=').ok_or("écrire CASE=TEXTE, comme indicators=…")?;
    let (name, text) = (name.trim().to_owned(), text.trim().to_owned());
    Ok(FieldArg { name, text })
}

/// What a person says of a return.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum AnswerArg {
    /// All signatures are there.
    Signed,
    /// Some are missing.
    Partly,
    /// The school says no.
    Declined,
    /// Nobody signed.
    NotSigned,
    /// It cannot be read.
    Illegible,
}
