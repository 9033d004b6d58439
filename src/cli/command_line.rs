//! The command line: commands, their French aliases, their arguments.

use crate::app::template_trial;
use crate::archive::examiner;
use crate::cli::args::{
    Common, DepartementArgs, ExceptArgs, OPTIONS, SelectionArgs, day, revision,
};
use crate::cli::commands::approval::approve::ApproveArgs;
use crate::cli::commands::approval::proof::ProofArgs;
use crate::cli::commands::archive::args::ArchiveAction;
use crate::cli::commands::campaign::args::CampaignAction;
use crate::cli::commands::check::CheckArgs;
use crate::cli::commands::generate::args::GenerateArgs;
use crate::cli::commands::import::args::ImportArgs;
use crate::cli::commands::init::InitArgs;
use crate::cli::commands::ledger::args::LedgerAction;
use crate::cli::commands::measure::MeasureArgs;
use crate::cli::commands::preview::PreviewArgs;
use crate::cli::commands::send::args::{DepositArgs, ResolveArgs, SendArgs};
use crate::cli::commands::sign::SignAction;
use crate::import::read_spreadsheet;
use clap::{Parser, Subcommand};
use jiff::civil::Date;
use std::path::PathBuf;

/// Lettres de mission des référents numériques : les produire, les envoyer, savoir pourquoi elles
/// changent, archiver ce qui revient signé.
#[derive(Debug, Parser)]
#[command(
    name = "missive",
    version,
    disable_help_subcommand = true,
    disable_help_flag = true,
    disable_version_flag = true,
    subcommand_help_heading = "Commandes",
    subcommand_value_name = "COMMANDE",
    after_help = "Pour commencer : « missive init mon-dossier », puis « missive run -C mon-dossier ».\nAide d'une commande : « missive COMMANDE --help »."
)]
pub struct Arguments {
    /// Options of every command.
    #[command(flatten)]
    pub common: Common,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Créer un projet dans un dossier neuf : l'exemple, ou le vôtre (--empty)
    #[command(visible_alias = "nouveau")]
    Init(InitArgs),
    /// Tout lire et dire tous les problèmes d'un coup ; n'écrit rien
    #[command(visible_alias = "verifier")]
    Check(CheckArgs),
    /// Produire les lettres et les courriers d'accompagnement dans out/
    #[command(visible_alias = "generer")]
    Generate(GenerateArgs),
    /// Remettre les messages au serveur de messagerie, ou les déposer dans la boîte d'envoi
    #[command(visible_alias = "envoyer")]
    Send {
        /// Which messages.
        #[command(flatten)]
        selection: SelectionArgs,
        /// How they leave.
        #[command(flatten)]
        deposit: DepositArgs,
        /// What else can be sent.
        #[command(flatten)]
        args: SendArgs,
    },
    /// Écrire en un PDF les lettres à relire avant l'envoi : une par cas qui se présente, ou toutes
    #[command(visible_alias = "epreuves")]
    Proof(ProofArgs),
    /// Approuver l'envoi de ce que la dernière épreuve a montré
    #[command(visible_alias = "approuver")]
    Approve(ApproveArgs),
    /// Se connecter au serveur de messagerie et dire ce qu'il offre ; n'envoie rien
    #[command(visible_alias = "tester-messagerie")]
    Probe,
    /// Le travail de l'année en une fois : vérifier, produire, envoyer
    #[command(visible_alias = "lancer")]
    Run {
        /// Which letters are made, and how.
        #[command(flatten)]
        generate: GenerateArgs,
        /// How they leave.
        #[command(flatten)]
        deposit: DepositArgs,
    },
    /// Dire ce que produire et envoyer feraient, et pourquoi ; n'écrit rien
    #[command(visible_alias = "simuler")]
    Plan {
        /// What is left out.
        #[command(flatten)]
        except: ExceptArgs,
        /// Montrer ce que changerait le cadre en vigueur à cette date
        #[arg(long, value_name = "DATE", value_parser = day, help_heading = OPTIONS)]
        as_of: Option<Date>,
        /// Nombre de fils d'exécution (sinon autant que de cœurs)
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256), help_heading = OPTIONS)]
        jobs: Option<u16>,
    },
    /// Montrer les messages tels qu'on les lira : objet, texte, pièces jointes ; n'envoie rien
    #[command(visible_alias = "apercu")]
    Preview(PreviewArgs),
    /// Donner l'origine de chaque paragraphe d'une lettre : champ, règle, source, fichier et ligne
    #[command(visible_alias = "expliquer")]
    Explain {
        /// La lettre : référence, ou nom de l'établissement ou de la personne
        #[arg(value_name = "LETTRE")]
        reference: String,
        /// Révision (sinon la dernière), comme r1
        #[arg(long, value_name = "rN", value_parser = revision, help_heading = OPTIONS)]
        revision: Option<u32>,
    },
    /// Comparer deux révisions d'une lettre, mot à mot et champ par champ
    #[command(visible_alias = "comparer")]
    Diff {
        /// La lettre : référence, ou nom de l'établissement ou de la personne
        #[arg(value_name = "LETTRE")]
        reference: String,
        /// Révision de départ (sinon celle d'avant)
        #[arg(long, value_name = "rN", value_parser = revision, help_heading = OPTIONS)]
        from: Option<u32>,
        /// Révision d'arrivée (sinon la dernière, ou ce que donnent les données d'aujourd'hui)
        #[arg(long, value_name = "rN", value_parser = revision, help_heading = OPTIONS)]
        to: Option<u32>,
    },
    /// Raconter tout ce qui est arrivé à une lettre, un établissement ou un référent
    #[command(visible_alias = "historique")]
    History {
        /// Établissement, référent ou lettre : nom, UAI, identifiant ou référence
        #[arg(value_name = "NOM")]
        name: String,
    },
    /// Donner le compte de la campagne : chaque lettre et chaque message dans un seul état
    #[command(visible_alias = "etat")]
    Status {
        /// Which schools.
        #[command(flatten)]
        departement: DepartementArgs,
    },
    /// Dire ce que sont devenus des messages : transmis à la main, ou non envoyés
    #[command(visible_alias = "regulariser")]
    Resolve(ResolveArgs),
    /// Le journal des envois : le vérifier, en tirer les lettres transmises, le sauvegarder
    #[command(
        visible_alias = "journal",
        disable_help_subcommand = true,
        subcommand_help_heading = "Commandes",
        subcommand_value_name = "COMMANDE"
    )]
    Ledger {
        /// What to do with it.
        #[command(subcommand)]
        action: LedgerAction,
    },
    /// Sauvegarder tout le projet en un seul fichier, même pendant qu'une commande y écrit
    #[command(visible_alias = "sauvegarder")]
    Backup {
        /// Fichier à écrire, comme sauvegarde.zip
        #[arg(value_name = "FICHIER")]
        file: PathBuf,
        /// Remplacer le fichier s'il existe
        #[arg(long, help_heading = OPTIONS)]
        force: bool,
    },
    /// Remettre une sauvegarde dans un dossier neuf, vérifiée fichier par fichier
    #[command(visible_alias = "restaurer")]
    Restore {
        /// Sauvegarde faite par « missive backup »
        #[arg(value_name = "FICHIER")]
        file: PathBuf,
        /// Dossier à créer, ou vide
        #[arg(value_name = "DOSSIER")]
        folder: PathBuf,
    },
    /// Les retours signés : les ranger, les relire, les vérifier, les exporter
    #[command(
        visible_alias = "archives",
        disable_help_subcommand = true,
        subcommand_help_heading = "Commandes",
        subcommand_value_name = "COMMANDE"
    )]
    Archive {
        /// What to do with them.
        #[command(subcommand)]
        action: ArchiveAction,
    },
    /// Réunir dans un dossier lisible tout ce qui a été envoyé à un établissement et en est revenu
    Dossier {
        /// L'établissement : UAI, nom ou partie du nom
        #[arg(value_name = "ÉTABLISSEMENT")]
        uai: String,
        /// Dossier à créer, ou vide
        #[arg(value_name = "DOSSIER")]
        folder: PathBuf,
    },
    /// Une année et la suivante : ouvrir une campagne d'après une autre, ou la clore
    #[command(
        visible_alias = "campagne",
        disable_help_subcommand = true,
        subcommand_help_heading = "Commandes",
        subcommand_value_name = "COMMANDE"
    )]
    Campaign {
        /// What to do with it.
        #[command(subcommand)]
        action: CampaignAction,
    },
    /// Écrire le compte de la campagne dans un tableur : une ligne par lettre ; ou les fiches (--records)
    #[command(visible_alias = "exporter")]
    Export {
        /// Fichier à écrire : .xlsx ou .csv
        #[arg(value_name = "FICHIER")]
        file: PathBuf,
        /// Écrire les fiches (établissements, chefs, référents) dans un classeur qui revient par « missive
        /// import »
        #[arg(long, help_heading = OPTIONS)]
        records: bool,
        /// Remplacer le fichier s'il existe
        #[arg(long, help_heading = OPTIONS)]
        force: bool,
        /// Which schools.
        #[command(flatten)]
        departement: DepartementArgs,
    },
    /// Faire signer les lettres par l'autorité avant l'envoi
    #[command(
        visible_alias = "signature",
        disable_help_subcommand = true,
        subcommand_help_heading = "Commandes",
        subcommand_value_name = "COMMANDE"
    )]
    Sign {
        /// What to do with them.
        #[command(subcommand)]
        action: SignAction,
    },
    /// Prendre un tableur ou un extrait d'annuaire : dire ce qui changerait dans les fiches, puis, avec
    /// --apply, l'écrire
    #[command(visible_alias = "importer")]
    Import(ImportArgs),
    /// Lire un tableur (pour missive lui-même)
    #[command(hide = true, name = read_spreadsheet::WORD)]
    ReadSpreadsheet,
    /// Écrire les schémas des fichiers TOML, et y relier chaque fichier : un éditeur comme VS Code
    /// propose alors les clés et souligne les fautes
    Schema {
        /// N'écrire que les schémas, sans la ligne « #:schema » en tête des fichiers
        #[arg(long, help_heading = OPTIONS)]
        no_lines: bool,
    },
    /// Chronométrer des lettres, sans courrier, message ni journal (pour les développeurs)
    #[command(hide = true)]
    Measure(MeasureArgs),
    /// Examiner un fichier reçu (pour missive lui-même)
    #[command(hide = true, name = examiner::WORD)]
    Examine,
    /// Essayer des gabarits (pour missive lui-même)
    #[command(hide = true, name = template_trial::WORD)]
    TryTemplates,
    /// Écrire le complètement automatique d'un interpréteur de commandes
    Completions {
        /// Interpréteur
        #[arg(value_name = "INTERPRÉTEUR")]
        shell: clap_complete::Shell,
    },
    /// Écrire les pages de manuel
    Man {
        /// Dossier où les écrire
        #[arg(value_name = "DOSSIER")]
        folder: PathBuf,
    },
}
