//! The arguments of `missive import`.

use crate::cli::args::{OPTIONS, day};
use clap::{Args, ValueEnum};
use jiff::civil::Date;
use std::path::PathBuf;

/// How a spreadsheet is taken.
#[derive(Clone, Debug, Args)]
pub struct ImportArgs {
    /// Fichier CSV, XLSX, XLS ou ODS
    #[arg(value_name = "FICHIER")]
    pub file: PathBuf,
    /// Profil de profiles/ (sinon celui que ses colonnes désignent)
    #[arg(long, value_name = "NOM", help_heading = OPTIONS)]
    pub profile: Option<String>,
    /// Feuille du classeur (sinon la première feuille visible qui convient)
    #[arg(long, value_name = "NOM", help_heading = OPTIONS)]
    pub sheet: Option<String>,
    /// Écrire les changements ; sans cela, rien n'est écrit
    #[arg(long, help_heading = OPTIONS)]
    pub apply: bool,
    /// Les nouveaux chefs d'établissement sont en fonction depuis ce jour, quand la source ne le dit
    /// pas
    #[arg(long, value_name = "DATE", value_parser = day, help_heading = OPTIONS)]
    pub since: Option<Date>,
    /// Ce qui a changé à la fois dans la fiche et dans la source : garder file ou prendre source
    #[arg(long, value_name = "CÔTÉ", hide_possible_values = true, help_heading = OPTIONS)]
    pub conflicts: Option<ConflictSide>,
    /// Les établissements qui ne sont plus dans la source sont fermés depuis ce jour
    #[arg(long, value_name = "DATE", value_parser = day, help_heading = OPTIONS)]
    pub gone_closed: Option<Date>,
    /// Où écrire les lignes rejetées (sinon, avec --apply, dans out/import/)
    #[arg(long, value_name = "FICHIER", help_heading = OPTIONS)]
    pub rejects: Option<PathBuf>,
    /// Finir par le code 1 si une ligne ou une case n'a pas pu être prise, pour qu'un script le voie
    #[arg(long, help_heading = OPTIONS)]
    pub strict: bool,
    /// Écrire un premier profil pour ce fichier dans profiles/, à corriger ; ne rien importer
    #[arg(long, value_name = "NOM", conflicts_with_all = ["profile", "apply"], help_heading = OPTIONS)]
    pub new_profile: Option<String>,
    /// Avec --new-profile, ce que sont les lignes : establishment, head, referent ou allowance (sinon
    /// deviné)
    #[arg(long, value_name = "GENRE", requires = "new_profile", hide_possible_values = true, help_heading = OPTIONS)]
    pub records: Option<RecordKind>,
}

/// Who is right where the file and the source both changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ConflictSide {
    /// The file.
    File,
    /// The source.
    Source,
}

/// What the rows of a spreadsheet are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum RecordKind {
    /// Schools.
    Establishment,
    /// Their heads.
    Head,
    /// Referents.
    Referent,
    /// Allowances.
    Allowance,
}
