//! Arguments that several commands take, and how values of arguments are read.
//!
//! Arguments of one command are beside it, in its file or in the `args.rs` of its folder. Doc comments in
//! French are the pages of help.

use crate::app::selection::LetterChoice;
use crate::clock::{MomentError, SimulatedTime};
use crate::records::table_reader::ValueError;
use crate::records::values::{Departement, SingleLine};
use clap::{Args, ValueEnum};
use jiff::civil::Date;
use std::path::PathBuf;

/// How options of a page of help are titled.
pub(crate) const OPTIONS: &str = "Options";
/// How the options that every command takes are titled.
const GLOBAL: &str = "Options communes";

/// Options of every command, before or after it.
#[derive(Clone, Debug, Args)]
pub struct Common {
    /// Dossier du projet (sinon le dossier courant, ou le plus proche au-dessus qui contient
    /// missive.toml)
    #[arg(short = 'C', long, global = true, value_name = "DOSSIER", help_heading = GLOBAL)]
    pub project: Option<PathBuf>,
    /// Campagne (sinon la seule qui soit ouverte)
    #[arg(long, global = true, value_name = "ID", help_heading = GLOBAL)]
    pub campaign: Option<String>,
    /// Un seul document JSON sur la sortie standard
    #[arg(long, global = true, help_heading = GLOBAL)]
    pub json: bool,
    /// N'afficher que les erreurs
    #[arg(short, long, global = true, help_heading = GLOBAL)]
    pub quiet: bool,
    /// Couleurs : auto (au terminal, sauf si NO_COLOR est défini), always ou never
    #[arg(long, global = true, value_name = "QUAND", default_value = "auto", hide_possible_values = true, help_heading = GLOBAL)]
    pub color: Color,
    /// Pas de barre d'avancement
    #[arg(long, global = true, help_heading = GLOBAL)]
    pub no_progress: bool,
    /// Faire comme si l'on était ce jour-là (essais)
    #[arg(long, global = true, value_name = "DATE", help_heading = GLOBAL)]
    pub today: Option<SimulatedTime>,
    /// The command that was typed, by its French name.
    #[arg(skip)]
    pub command: String,
    /// Afficher l'aide
    #[arg(short, long, global = true, action = clap::ArgAction::Help, help_heading = GLOBAL)]
    help: Option<bool>,
    /// Afficher la version
    #[arg(short = 'V', long, action = clap::ArgAction::Version, help_heading = GLOBAL)]
    version: Option<bool>,
}

/// When to use colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// As the terminal and NO_COLOR say.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// Letters that are left out.
#[derive(Clone, Debug, Default, Args)]
pub struct ExceptArgs {
    /// Laisser de côté ces établissements, référents ou lettres : nom ou partie du nom, ville, UAI,
    /// identifiant, référence
    #[arg(long, value_name = "NOM,…", value_delimiter = ',', num_args = 1, help_heading = OPTIONS)]
    pub except: Vec<String>,
}

/// Letters that are chosen, and how a command works on them.
#[derive(Clone, Debug, Default, Args)]
pub struct SelectionArgs {
    /// Seulement ces établissements, référents ou lettres : nom ou partie du nom, ville, UAI,
    /// identifiant, référence
    #[arg(long, value_name = "NOM,…", value_delimiter = ',', num_args = 1, help_heading = OPTIONS)]
    pub only: Vec<String>,
    /// Which schools.
    #[command(flatten)]
    pub departement: DepartementArgs,
    /// Letters that are left out.
    #[command(flatten)]
    pub except: ExceptArgs,
    /// Nombre de fils d'exécution (sinon autant que de cœurs)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256), help_heading = OPTIONS)]
    pub jobs: Option<u16>,
    /// Prendre le journal des envois à un ordinateur en panne
    #[arg(long, help_heading = OPTIONS)]
    pub take_over: bool,
}

impl SelectionArgs {
    /// The letters that are chosen.
    pub(crate) fn choice(&self) -> LetterChoice<'_> {
        LetterChoice { names: &self.only, departement: self.departement.departement.as_ref() }
    }
}

/// A choice of schools by their département.
#[derive(Clone, Debug, Default, Args)]
pub struct DepartementArgs {
    /// Seulement les établissements de ce département : numéro ou nom
    #[arg(long, value_name = "DÉPARTEMENT", help_heading = OPTIONS)]
    pub departement: Option<Departement>,
}

/// A text is not a number of a revision.
#[derive(Clone, Debug, thiserror::Error)]
#[error("une révision s'écrit r1, r2…")]
pub(crate) struct RevisionNumberError;

/// The number of a revision: "r2" or "2".
pub(crate) fn revision(text: &str) -> Result<u32, RevisionNumberError> {
    let number = text.strip_prefix(['r', 'R']).unwrap_or(text);
    number.parse().ok().filter(|number| *number > 0).ok_or(RevisionNumberError)
}

/// A text of one printable line.
pub(crate) fn line(text: &str) -> Result<String, ValueError> {
    text.parse::<SingleLine>().map(|line| line.to_string())
}

/// A day.
pub(crate) fn day(text: &str) -> Result<Date, MomentError> {
    text.parse().map_err(|_| MomentError::Day)
}
