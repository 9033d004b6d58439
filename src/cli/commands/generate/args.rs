//! The arguments of `missive generate`, which `missive run` takes too.

use crate::cli::args::{OPTIONS, SelectionArgs, day, line};
use clap::{Args, ValueEnum};
use jiff::civil::Date;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// How letters are made.
#[derive(Clone, Debug, Default, Args)]
pub struct GenerateArgs {
    /// Which letters.
    #[command(flatten)]
    pub selection: SelectionArgs,
    /// Répétition sous les règles de cette date : écrit dans out/rehearsal/, n'envoie rien
    #[arg(long, value_name = "DATE", value_parser = day, help_heading = OPTIONS)]
    pub as_of: Option<Date>,
    /// Écrire aussi le contenu exact des lettres et courriers en JSON dans ce dossier
    #[arg(long, value_name = "DOSSIER", help_heading = OPTIONS)]
    pub dump_data: Option<PathBuf>,
    /// Dire aussi, dans le document JSON, le temps passé à chaque étape
    #[arg(long, hide = true, requires = "json")]
    pub timings: bool,
    /// Réécrire même les fichiers qui ne changent pas
    #[arg(long, help_heading = OPTIONS)]
    pub force: bool,
    /// Motif imprimé sur les lettres qui en changent une autre, au lieu de celui que missive écrit
    #[arg(long, value_name = "TEXTE", value_parser = line, help_heading = OPTIONS)]
    pub reason: Option<String>,
    /// Laisser signées les lettres qui l'ont été : ce qui les corrige n'annule pas leur signature ; avec
    /// --reason
    #[arg(long, requires = "reason", help_heading = OPTIONS)]
    pub keep_signatures: bool,
    /// Faire signer de nouveau ce qu'une lettre corrige : le contraire de --keep-signatures, dont un
    /// brouillon se souvient ; avec --reason
    #[arg(long, requires = "reason", conflicts_with = "keep_signatures", help_heading = OPTIONS)]
    pub void_signatures: bool,
    /// Date de retour des lettres qui en changent une autre
    #[arg(long, value_name = "DATE", value_parser = day, help_heading = OPTIONS)]
    pub reply_by: Option<Date>,
    /// References of letters that go once more (`send --again`).
    #[arg(skip)]
    pub again: BTreeSet<String>,
    /// Tenir les changements de lettres transmises pour « cosmetic » (pas de nouvelle révision) ou
    /// « substantive » (une nouvelle révision) ; avec --why
    #[arg(long, value_name = "IMPORTANCE", requires = "why", group = "explained", hide_possible_values = true, help_heading = OPTIONS)]
    pub materiality: Option<MaterialityArg>,
    /// Pourquoi ; gardé dans le journal
    #[arg(long, value_name = "TEXTE", requires = "explained", value_parser = line, help_heading = OPTIONS)]
    pub why: Option<String>,
}

/// How much the changes of letters that were handed over matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum MaterialityArg {
    /// They need no new revision.
    Cosmetic,
    /// Each needs a new revision.
    Substantive,
}
