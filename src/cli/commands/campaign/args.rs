//! The arguments of `missive campaign`.

use crate::cli::args::{OPTIONS, day};
use clap::{Args, Subcommand};
use jiff::civil::Date;
use std::path::PathBuf;

/// What to do with a campaign.
#[derive(Clone, Debug, Subcommand)]
pub enum CampaignAction {
    /// Préparer l'année suivante : chaque désignation continue, se termine ou passe à quelqu'un d'autre,
    /// comme on le dit
    #[command(visible_alias = "nouvelle")]
    New {
        /// How.
        #[command(flatten)]
        year: NewYearArgs,
    },
    /// Dire ce qui manque encore, puis clore : plus rien n'est produit ni envoyé, et les retours se
    /// rangent toujours
    #[command(visible_alias = "clore")]
    Close {
        /// Identifiant de la campagne, comme 2026
        #[arg(value_name = "ID")]
        id: String,
        /// Jour de la clôture (sinon aujourd'hui)
        #[arg(long, value_name = "DATE", value_parser = day, help_heading = OPTIONS)]
        on: Option<Date>,
        /// Nombre de lettres non réglées, pour clore quand même sans question
        #[arg(long, value_name = "N", help_heading = OPTIONS)]
        confirm: Option<usize>,
    },
}

/// How the next year is made.
#[derive(Clone, Debug, Args)]
pub struct NewYearArgs {
    /// Identifiant de la nouvelle campagne, comme 2027
    #[arg(value_name = "ID")]
    pub id: String,
    /// Campagne de départ
    #[arg(long, value_name = "ID", help_heading = OPTIONS)]
    pub from: String,
    /// Écrire les questions dans un tableur (CSV), à remplir ; ne rien changer
    #[arg(long, value_name = "FICHIER", conflicts_with_all = ["answers", "apply"], help_heading = OPTIONS)]
    pub questions: Option<PathBuf>,
    /// Tableur rempli : une réponse par désignation
    #[arg(long, value_name = "FICHIER", help_heading = OPTIONS)]
    pub answers: Option<PathBuf>,
    /// Date des lettres (sinon la même, un an après)
    #[arg(long, value_name = "DATE", value_parser = day, help_heading = OPTIONS)]
    pub date: Option<Date>,
    /// Date de réponse
    #[arg(long, value_name = "DATE", value_parser = day, help_heading = OPTIONS)]
    pub reply_by: Option<Date>,
    /// Date du bilan
    #[arg(long, value_name = "DATE", value_parser = day, help_heading = OPTIONS)]
    pub report_by: Option<Date>,
    /// Écrire ; sans cela, et sans question au terminal, rien n'est écrit
    #[arg(long, help_heading = OPTIONS)]
    pub apply: bool,
}
