//! The command line: commands, their French aliases, their options.

use crate::clock::Pretended;
use crate::records::values::SingleLine;
use clap::{Args, Parser, Subcommand, ValueEnum};
use jiff::civil::Date;
use std::path::PathBuf;

/// How options of a page of help are titled.
const OPTIONS: &str = "Options";
/// How the options that every command takes are titled.
const GLOBAL: &str = "Options communes";

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
    pub today: Option<Pretended>,
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

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Créer un projet d'exemple dans un dossier neuf
    #[command(visible_alias = "nouveau")]
    Init {
        /// Dossier à créer, ou vide
        #[arg(value_name = "DOSSIER")]
        folder: PathBuf,
    },
    /// Tout lire et dire tous les problèmes d'un coup ; n'écrit rien
    #[command(visible_alias = "verifier")]
    Check {
        /// Ce qui est écarté
        #[command(flatten)]
        except: Except,
    },
    /// Produire les lettres et les courriers d'accompagnement dans out/
    #[command(visible_alias = "generer")]
    Generate {
        /// Lesquelles, et comment.
        #[command(flatten)]
        make: Make,
    },
    /// Remettre les messages au serveur de messagerie, ou les déposer dans la boîte d'envoi
    #[command(visible_alias = "envoyer")]
    Send {
        /// Lesquels.
        #[command(flatten)]
        choice: Choice,
        /// Combien.
        #[command(flatten)]
        deposit: Deposit,
        /// À qui d'autre.
        #[command(flatten)]
        sending: Sending,
    },
    /// Se connecter au serveur de messagerie et dire ce qu'il offre ; n'envoie rien
    #[command(visible_alias = "tester-messagerie")]
    Probe,
    /// Le travail de l'année en une fois : vérifier, produire, envoyer
    #[command(visible_alias = "lancer")]
    Run {
        /// Lesquelles, et comment.
        #[command(flatten)]
        make: Make,
        /// Combien.
        #[command(flatten)]
        deposit: Deposit,
    },
    /// Dire ce que produire et envoyer feraient, et pourquoi ; n'écrit rien
    #[command(visible_alias = "simuler")]
    Plan {
        /// What is left out.
        #[command(flatten)]
        except: Except,
        /// Montrer ce que changerait le cadre en vigueur à cette date
        #[arg(long, value_name = "DATE", value_parser = day, help_heading = OPTIONS)]
        as_of: Option<Date>,
        /// Nombre de fils d'exécution (sinon autant que de cœurs)
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256), help_heading = OPTIONS)]
        jobs: Option<u16>,
    },
    /// Donner l'origine de chaque paragraphe d'une lettre : champ, règle, source, fichier et ligne
    #[command(visible_alias = "expliquer")]
    Explain {
        /// Référence de la lettre
        #[arg(value_name = "RÉFÉRENCE")]
        reference: String,
        /// Révision (sinon la dernière), comme r1
        #[arg(long, value_name = "rN", value_parser = revision, help_heading = OPTIONS)]
        revision: Option<u32>,
    },
    /// Comparer deux révisions d'une lettre, mot à mot et champ par champ
    #[command(visible_alias = "comparer")]
    Diff {
        /// Référence de la lettre
        #[arg(value_name = "RÉFÉRENCE")]
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
        /// Référence, UAI ou identifiant d'un référent
        #[arg(value_name = "NOM")]
        name: String,
    },
    /// Donner le compte de la campagne : chaque lettre et chaque message dans un seul état
    #[command(visible_alias = "etat")]
    Status,
    /// Dire ce que sont devenus des messages : transmis à la main, ou non envoyés
    #[command(visible_alias = "regulariser")]
    Resolve {
        /// Références, UAI ou Message-ID
        #[arg(value_name = "NOM")]
        names: Vec<String>,
        /// Tous les messages déposés dans la boîte d'envoi
        #[arg(long, conflicts_with = "names", help_heading = OPTIONS)]
        deposited: bool,
        /// Ils sont partis
        #[arg(long, conflicts_with = "not_sent", help_heading = OPTIONS)]
        handed_over: bool,
        /// Ils ne sont pas partis
        #[arg(long, help_heading = OPTIONS)]
        not_sent: bool,
        /// Dire partis les messages au sort incertain dont la copie de contrôle est là : un dossier
        /// de .eml ou un .mbox, exportés de la boîte de contrôle
        #[arg(long, value_name = "CHEMIN", conflicts_with_all = ["names", "deposited", "handed_over", "not_sent"], help_heading = OPTIONS)]
        copies: Option<PathBuf>,
        /// Pourquoi on le sait ; gardé dans le journal
        #[arg(long, value_name = "TEXTE", value_parser = line, help_heading = OPTIONS)]
        why: Option<String>,
        /// Prendre le journal à un ordinateur en panne
        #[arg(long, help_heading = OPTIONS)]
        take_over: bool,
    },
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
        /// UAI de l'établissement
        #[arg(value_name = "UAI")]
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
    /// Écrire le compte de la campagne dans un tableur : une ligne par lettre
    #[command(visible_alias = "exporter")]
    Export {
        /// Fichier à écrire : .xlsx ou .csv
        #[arg(value_name = "FICHIER")]
        file: PathBuf,
        /// Remplacer le fichier s'il existe
        #[arg(long, help_heading = OPTIONS)]
        force: bool,
    },
    /// Faire signer les lettres par l'autorité avant l'envoi
    #[command(
        visible_alias = "signature",
        disable_help_subcommand = true,
        subcommand_help_heading = "Commandes",
        subcommand_value_name = "COMMANDE"
    )]
    Sign {
        /// Out or back.
        #[command(subcommand)]
        action: SignAction,
    },
    /// Prendre un tableur ou un extrait d'annuaire : dire ce qui changerait dans les fiches, puis, avec
    /// --apply, l'écrire
    #[command(visible_alias = "importer")]
    Import {
        /// Fichier CSV, XLSX, XLS ou ODS
        #[arg(value_name = "FICHIER")]
        file: PathBuf,
        /// How.
        #[command(flatten)]
        args: ImportArgs,
    },
    /// Lire un tableur (pour missive lui-même)
    #[command(hide = true, name = "read-spreadsheet")]
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
    Measure {
        /// Refaire N fois la première lettre, au lieu de faire chacune une fois
        #[arg(long, value_name = "N")]
        same: Option<usize>,
        /// Lire et analyser les fichiers TOML, et rien de plus
        #[arg(long, conflicts_with_all = ["same", "folder", "jobs"])]
        parse: bool,
        /// Écrire aussi les PDF dans ce dossier
        #[arg(long, value_name = "DOSSIER")]
        folder: Option<PathBuf>,
        /// Nombre de fils d'exécution
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
        jobs: Option<u16>,
    },
    /// Examiner un fichier reçu (pour missive lui-même)
    #[command(hide = true, name = "examine-returned-file")]
    Examine,
    /// Essayer des gabarits (pour missive lui-même)
    #[command(hide = true, name = "try-templates")]
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

/// How a spreadsheet is taken.
#[derive(Clone, Debug, Args)]
pub struct ImportArgs {
    /// Profil de profiles/ (sinon celui que ses colonnes désignent)
    #[arg(long, value_name = "NOM", help_heading = OPTIONS)]
    pub profile: Option<String>,
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
    #[command(visible_alias = "restaurer")]
    Restore {
        /// Dossier où les écrire
        #[arg(value_name = "DOSSIER")]
        folder: PathBuf,
        /// Seulement ces établissements (UAI), référents (identifiant) ou lettres (référence)
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

/// What to do with signed copies.
#[derive(Clone, Debug, Subcommand)]
pub enum ArchiveAction {
    /// Prendre des fichiers ou des dossiers (PDF, images, .eml, .mbox, .zip), vérifier chacun et le
    /// ranger sous sa lettre
    #[command(visible_alias = "ajouter")]
    Add {
        /// Fichiers ou dossiers ; ils ne sont ni déplacés ni modifiés
        #[arg(value_name = "CHEMIN", required = true)]
        paths: Vec<PathBuf>,
        /// Nombre de fils d'exécution (sinon autant que de cœurs)
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256), help_heading = OPTIONS)]
        jobs: Option<u16>,
        /// Prendre le journal à un ordinateur en panne
        #[arg(long, help_heading = OPTIONS)]
        take_over: bool,
    },
    /// Relire ce qui attend un œil : une question par retour, à côté de la lettre envoyée
    #[command(visible_alias = "relire")]
    Review {
        /// Ce qu'on veut relire : référence de la lettre, ou début du nom du fichier archivé (sinon
        /// tout ce qui attend)
        #[arg(value_name = "NOM")]
        name: Option<String>,
        /// Répondre sans question : signed, partly, declined, not-signed ou illegible
        #[arg(long, value_name = "RÉPONSE", requires = "name", hide_possible_values = true, help_heading = OPTIONS)]
        answer: Option<Answer>,
        /// Ranger sous cette lettre un fichier que missive n'a pas reconnu
        #[arg(long, value_name = "RÉFÉRENCE", requires = "answer", help_heading = OPTIONS)]
        letter: Option<String>,
        /// Qui a relu (sinon le compte de l'ordinateur)
        #[arg(long, value_name = "NOM", value_parser = line, help_heading = OPTIONS)]
        seen_by: Option<String>,
        /// Priorités convenues, telles que l'établissement les a écrites
        #[arg(long, value_name = "TEXTE", requires = "answer", value_parser = line, help_heading = OPTIONS)]
        priorities: Option<String>,
        /// Remarque, gardée dans le journal
        #[arg(long, value_name = "TEXTE", requires = "answer", value_parser = line, help_heading = OPTIONS)]
        note: Option<String>,
        /// Écrire dans ce dossier les images à comparer, et une page pour les lire ; ne rien demander
        #[arg(long, value_name = "DOSSIER", conflicts_with = "answer", help_heading = OPTIONS)]
        pictures: Option<PathBuf>,
        /// Prendre le journal à un ordinateur en panne
        #[arg(long, help_heading = OPTIONS)]
        take_over: bool,
    },
    /// Noter un retour que missive ne voit pas : un original sur papier
    #[command(visible_alias = "declarer")]
    Declare {
        /// Référence de la lettre
        #[arg(value_name = "RÉFÉRENCE")]
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
        /// Référence de la lettre
        #[arg(value_name = "RÉFÉRENCE")]
        reference: String,
        /// Pourquoi ; gardé dans le journal
        #[arg(long, value_name = "TEXTE", value_parser = line, required_unless_present = "undo", help_heading = OPTIONS)]
        why: Option<String>,
        /// Attendre de nouveau un retour
        #[arg(long, conflicts_with = "why", help_heading = OPTIONS)]
        undo: bool,
    },
    /// Dire, établissement par établissement, ce qui est parti, revenu, et manque encore
    #[command(visible_alias = "lister")]
    List {
        /// Seulement ces établissements (UAI), référents (identifiant) ou lettres (référence)
        #[arg(long, value_name = "NOM,…", value_delimiter = ',', num_args = 1, help_heading = OPTIONS)]
        only: Vec<String>,
        /// Seulement ce qui manque encore
        #[arg(long, help_heading = OPTIONS)]
        missing: bool,
    },
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
        /// Seulement ces établissements (UAI), référents (identifiant) ou lettres (référence)
        #[arg(long, value_name = "NOM,…", value_delimiter = ',', num_args = 1, help_heading = OPTIONS)]
        only: Vec<String>,
    },
}

/// What a person says of a return.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Answer {
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

/// How a person judges the changes at hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Judged {
    /// No new revision for them.
    Cosmetic,
    /// A new revision for each.
    Substantive,
}

/// What is left out.
#[derive(Clone, Debug, Default, Args)]
pub struct Except {
    /// Laisser de côté ces établissements (UAI), référents (identifiant) ou lettres (référence)
    #[arg(long, value_name = "NOM,…", value_delimiter = ',', num_args = 1, help_heading = OPTIONS)]
    pub except: Vec<String>,
}

/// What is taken and what is left out.
#[derive(Clone, Debug, Default, Args)]
pub struct Choice {
    /// Seulement ces établissements (UAI), référents (identifiant) ou lettres (référence)
    #[arg(long, value_name = "NOM,…", value_delimiter = ',', num_args = 1, help_heading = OPTIONS)]
    pub only: Vec<String>,
    /// What is left out.
    #[command(flatten)]
    pub except: Except,
    /// Nombre de fils d'exécution (sinon autant que de cœurs)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256), help_heading = OPTIONS)]
    pub jobs: Option<u16>,
    /// Prendre le journal des envois à un ordinateur en panne
    #[arg(long, help_heading = OPTIONS)]
    pub take_over: bool,
}

/// How letters are made.
#[derive(Clone, Debug, Default, Args)]
pub struct Make {
    /// Which.
    #[command(flatten)]
    pub choice: Choice,
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
    /// Date de retour des lettres qui en changent une autre
    #[arg(long, value_name = "DATE", value_parser = day, help_heading = OPTIONS)]
    pub reply_by: Option<Date>,
    /// Tenir les changements de lettres transmises pour « cosmetic » (pas de nouvelle révision) ou
    /// « substantive » (une nouvelle révision) ; avec --why
    #[arg(long, value_name = "IMPORTANCE", requires = "why", hide_possible_values = true, help_heading = OPTIONS)]
    pub materiality: Option<Judged>,
    /// Pourquoi ; gardé dans le journal
    #[arg(long, value_name = "TEXTE", requires = "materiality", value_parser = line, help_heading = OPTIONS)]
    pub why: Option<String>,
}

/// What became of deposited messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Deposited {
    /// They were sent by hand.
    Sent,
    /// They were not.
    NotSent,
}

/// How messages leave.
#[derive(Clone, Debug, Default, Args)]
pub struct Deposit {
    /// Au plus N messages cette fois
    #[arg(long, value_name = "N", help_heading = OPTIONS)]
    pub limit: Option<usize>,
    /// Nombre de messages à envoyer, pour confirmer sans question (envoi par un serveur)
    #[arg(long, value_name = "N", help_heading = OPTIONS)]
    pub confirm: Option<usize>,
    /// Ce que sont devenus les messages déposés avant le passage au serveur : sent (envoyés à la
    /// main) ou not-sent (jamais envoyés)
    #[arg(long, value_name = "SORT", hide_possible_values = true, help_heading = OPTIONS)]
    pub deposited: Option<Deposited>,
    /// Attendre les messages différés jusqu'au dernier
    #[arg(long, help_heading = OPTIONS)]
    pub wait: bool,
}

/// What `send` alone can do.
#[derive(Clone, Debug, Default, Args)]
pub struct Sending {
    /// Envoyer à cette adresse une copie d'essai des messages choisis (sinon des trois premiers) ;
    /// rien d'autre ne part et le compte ne change pas
    #[arg(long, value_name = "ADRESSE", help_heading = OPTIONS)]
    pub test_to: Option<String>,
    /// Envoyer un rappel aux établissements dont le retour signé manque
    #[arg(long, conflicts_with = "test_to", help_heading = OPTIONS)]
    pub remind: bool,
}

/// "r2" or "2".
fn revision(text: &str) -> Result<u32, String> {
    let number = text.strip_prefix(['r', 'R']).unwrap_or(text);
    let wrong = || "une révision s'écrit r1, r2…".to_owned();
    number.parse().ok().filter(|number| *number > 0).ok_or_else(wrong)
}

/// One printable line.
fn line(text: &str) -> Result<String, String> {
    text.parse::<SingleLine>().map(|line| line.to_string()).map_err(|complaint| complaint.message)
}

fn day(text: &str) -> Result<Date, String> {
    text.parse().map_err(|_| "une date s'écrit AAAA-MM-JJ, comme 2026-09-01".to_owned())
}
