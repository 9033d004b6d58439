//! The arguments of `missive ledger`.

use crate::cli::args::{OPTIONS, line};
use clap::Subcommand;
use std::path::PathBuf;

/// What to do with the ledger.
#[derive(Clone, Debug, Subcommand)]
pub enum LedgerAction {
    /// Tout relire : événements, lignes, originaux, totaux
    #[command(visible_alias = "verifier")]
    Verify {
        /// Refaire aussi chaque lettre transmise et comparer les octets
        #[arg(long, help_heading = OPTIONS)]
        replay: bool,
        /// Témoin gardé ailleurs : l'écrire, ou y comparer le journal et le compléter
        #[arg(long, value_name = "FICHIER", help_heading = OPTIONS)]
        witness: Option<PathBuf>,
    },
    /// Écrire les octets de chaque révision transmise, sous le nom RÉFÉRENCE.rN.pdf
    #[command(visible_alias = "exporter-envois", aliases = ["restore", "restaurer"])]
    ExportSent {
        /// Dossier où les écrire
        #[arg(value_name = "DOSSIER")]
        folder: PathBuf,
        /// Seulement ces établissements, référents ou lettres : nom ou partie du nom, ville, UAI,
        /// identifiant, référence
        #[arg(long, value_name = "NOM,…", value_delimiter = ',', num_args = 1, help_heading = OPTIONS)]
        only: Vec<String>,
    },
    /// Copier le journal, même pendant qu'une commande y écrit
    #[command(visible_alias = "sauvegarder")]
    Backup {
        /// Fichier à écrire
        #[arg(value_name = "FICHIER")]
        file: PathBuf,
    },
    /// Continuer avec un journal plus ancien que celui que cet ordinateur a connu
    #[command(visible_alias = "accepter")]
    Accept {
        /// Pourquoi c'est le bon ; gardé dans le journal
        #[arg(long, value_name = "TEXTE", required = true, value_parser = line, help_heading = OPTIONS)]
        why: String,
    },
}
