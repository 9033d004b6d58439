//! The arguments of `missive send` and `missive resolve`.

use crate::cli::args::{OPTIONS, day, line};
use clap::{Args, ValueEnum};
use jiff::civil::Date;
use std::path::PathBuf;

/// What became of deposited messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DepositsArg {
    /// They were sent by hand.
    Sent,
    /// They were not.
    NotSent,
}

/// How messages leave.
#[derive(Clone, Debug, Default, Args)]
pub struct DepositArgs {
    /// Au plus N messages cette fois
    #[arg(long, value_name = "N", help_heading = OPTIONS)]
    pub limit: Option<usize>,
    /// Nombre de messages à envoyer, pour confirmer sans question (envoi par un serveur)
    #[arg(long, value_name = "N", help_heading = OPTIONS)]
    pub confirm: Option<usize>,
    /// Ce que sont devenus les messages déposés avant le passage au serveur : sent (envoyés à la
    /// main) ou not-sent (jamais envoyés)
    #[arg(long, value_name = "SORT", hide_possible_values = true, help_heading = OPTIONS)]
    pub deposited: Option<DepositsArg>,
    /// Envoyer d'ici bien que le journal vienne d'une sauvegarde ou d'un autre ordinateur ; avec --why
    #[arg(long, requires = "why", group = "explained", help_heading = OPTIONS)]
    pub first_from_here: bool,
    /// Attendre les messages différés jusqu'au dernier
    #[arg(long, help_heading = OPTIONS)]
    pub wait: bool,
}

/// What `send` alone can do.
#[derive(Clone, Debug, Default, Args)]
pub struct SendArgs {
    /// Envoyer à cette adresse une copie d'essai des messages choisis (sinon des trois premiers) ;
    /// rien d'autre ne part et le compte ne change pas
    #[arg(long, value_name = "ADRESSE", help_heading = OPTIONS)]
    pub test_to: Option<String>,
    /// Envoyer un rappel aux établissements dont le retour signé manque
    #[arg(long, help_heading = OPTIONS)]
    pub remind: bool,
    /// Demander aux établissements sans référent d'en désigner un, une fois ; avec --remind, le rappeler
    /// à ceux qui n'ont pas répondu à la date
    #[arg(long, help_heading = OPTIONS)]
    pub ask_referent: bool,
    /// The schools that are asked; all if there is no choice.
    #[arg(skip)]
    pub asked: Vec<String>,
    /// Pourquoi ; gardé dans le journal
    #[arg(long, value_name = "TEXTE", requires = "explained", value_parser = line, help_heading = OPTIONS)]
    pub why: Option<String>,
    /// Renvoyer une lettre dont le message est revenu en erreur (références ou UAI, séparés par des
    /// virgules), à la même adresse ou à l'adresse corrigée
    #[arg(long, value_name = "NOM,…", value_delimiter = ',', num_args = 1, conflicts_with_all = ["test_to", "remind", "ask_referent", "only", "except"], help_heading = OPTIONS)]
    pub again: Vec<String>,
}

/// What became of messages, as a person says it.
#[derive(Clone, Debug, Args)]
pub struct ResolveArgs {
    /// Références, UAI, noms ou Message-ID
    #[arg(value_name = "NOM")]
    pub names: Vec<String>,
    /// Les messages déposés dans la boîte d'envoi : tous, ou ceux qui sont nommés
    #[arg(long, help_heading = OPTIONS)]
    pub deposited: bool,
    /// Seulement ceux qui ont été déposés jusqu'à ce jour
    #[arg(long, value_name = "DATE", requires = "deposited", value_parser = day, help_heading = OPTIONS)]
    pub until: Option<Date>,
    /// Nombre de messages dont il s'agit, pour vérifier
    #[arg(long, value_name = "N", requires = "deposited", help_heading = OPTIONS)]
    pub confirm: Option<usize>,
    /// Ils sont partis
    #[arg(long, conflicts_with = "not_sent", help_heading = OPTIONS)]
    pub handed_over: bool,
    /// Ils ne sont pas partis
    #[arg(long, help_heading = OPTIONS)]
    pub not_sent: bool,
    /// Ils étaient partis et sont revenus en erreur
    #[arg(long, conflicts_with_all = ["handed_over", "not_sent", "deposited"], help_heading = OPTIONS)]
    pub bounced: bool,
    /// Dire partis les messages dont la copie de contrôle est là, au sort incertain ou partis d'un autre
    /// poste : un dossier de .eml ou un .mbox, exportés de la boîte de contrôle
    #[arg(long, value_name = "CHEMIN", conflicts_with_all = ["names", "deposited", "handed_over", "not_sent", "bounced"], help_heading = OPTIONS)]
    pub copies: Option<PathBuf>,
    /// Pourquoi on le sait ; gardé dans le journal
    #[arg(long, value_name = "TEXTE", value_parser = line, help_heading = OPTIONS)]
    pub why: Option<String>,
    /// Prendre le journal à un ordinateur en panne
    #[arg(long, help_heading = OPTIONS)]
    pub take_over: bool,
}
