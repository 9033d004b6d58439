//! French sentences about reading a spreadsheet: how a file was read, why it cannot be read, what
//! to do.

use super::read_spreadsheet::SpreadsheetError;
use crate::files;
use crate::subprocess;
use sheet_reader::limits::{MAX_CELLS, MAX_COLUMNS, MAX_ROWS, MAX_UNPACKED};
use sheet_reader::{FileFormat, OtherFormat, Separator, SheetError, TextEncoding};

/// How a file was read, as in "texte, Windows-1252, séparateur « ; »".
pub fn format_name(format: FileFormat) -> String {
    let name = match format {
        FileFormat::Text { encoding, separator } => {
            return format!(
                "texte, {}, séparateur {}",
                encoding_name(encoding),
                separator_name(separator)
            );
        }
        FileFormat::Xls => "classeur Excel 97-2003 (XLS)",
        FileFormat::Xlsx => "classeur Excel (XLSX)",
        FileFormat::Xlsb => "classeur Excel binaire (XLSB)",
        FileFormat::Ods => "classeur LibreOffice (ODS)",
    };
    name.to_owned()
}

fn encoding_name(encoding: TextEncoding) -> &'static str {
    match encoding {
        TextEncoding::Utf8 => "UTF-8",
        TextEncoding::DamagedUtf8 => "UTF-8 abîmé",
        TextEncoding::Utf16Le => "UTF-16LE",
        TextEncoding::Utf16Be => "UTF-16BE",
        TextEncoding::Windows1252 => "Windows-1252",
        TextEncoding::Iso8859_15 => "ISO-8859-15",
        TextEncoding::CodePage850 => "MS-DOS (page de codes 850)",
        TextEncoding::MacRoman => "Macintosh (Mac OS Roman)",
    }
}

fn separator_name(separator: Separator) -> &'static str {
    match separator {
        Separator::Semicolon => "« ; »",
        Separator::Tab => "tabulation",
        Separator::Comma => "« , »",
        Separator::Pipe => "« | »",
    }
}

impl SpreadsheetError {
    /// Why, in a sentence.
    pub fn message(&self) -> String {
        match self {
            Self::Unreadable(path, error) => {
                format!(
                    "{} ne peut pas être lu : {}",
                    printable_text::of_path(path),
                    files::reason(error)
                )
            }
            Self::Sheet(error) => sheet_message(error),
            Self::Child(error) => subprocess::reason(error),
            Self::Incomplete => damaged("lecture incomplète"),
        }
    }

    /// What the user can do about it, as a French sentence.
    pub fn todo(&self) -> &'static str {
        match self {
            Self::Unreadable(..) => {
                "vérifier le nom du fichier, et qu'il n'est pas ouvert ailleurs"
            }
            Self::Sheet(error) => sheet_todo(error),
            Self::Child(_) => ASK_AGAIN_AS_CSV,
            Self::Incomplete => SAVE_AGAIN,
        }
    }
}

fn sheet_message(error: &SheetError) -> String {
    match error {
        SheetError::Empty => "le fichier est vide : il n'y a rien à importer".to_owned(),
        SheetError::NotASpreadsheet(format) => {
            let what = match format {
                OtherFormat::Pdf => "c'est un PDF",
                OtherFormat::Image => "c'est une image",
                OtherFormat::Rtf => "c'est un texte mis en forme (RTF)",
                OtherFormat::Html => "c'est une page web, quel que soit son nom",
                OtherFormat::Xml => "c'est du XML (classeur « XML 2003 » ou autre)",
                OtherFormat::Json => "ce sont des données JSON",
                OtherFormat::TextDocument => {
                    "c'est un document de traitement de texte (Word, Writer)"
                }
                OtherFormat::Presentation => "c'est une présentation ou un dessin",
                OtherFormat::Numbers => "c'est un document Numbers (Apple)",
                OtherFormat::Archive => "c'est une archive ZIP",
                OtherFormat::PackedOtherwise => "c'est une archive compressée",
                OtherFormat::Mail => "c'est un courriel",
                OtherFormat::OldDocument => {
                    "c'est un ancien document Office sans feuille de calcul"
                }
                OtherFormat::Database => "c'est une base de données",
            };
            format!("ce n'est pas un tableau : {what}")
        }
        SheetError::PasswordProtected => "le classeur est protégé par un mot de passe".to_owned(),
        SheetError::NulCharacter { line } => format!(
            "le fichier contient des octets nuls (ligne {line}) : il est abîmé, ou ce n'est pas du texte"
        ),
        SheetError::TruncatedCharacter => {
            "le fichier est coupé au milieu d'un caractère : sa fin manque".to_owned()
        }
        SheetError::TooManyRows => format!("le tableau a plus de {MAX_ROWS} lignes"),
        SheetError::TooManyCells => format!(
            "le tableau est trop grand : plus de {MAX_COLUMNS} colonnes, ou de {MAX_CELLS} cases"
        ),
        SheetError::CellTooLong { row } => format!("une case de la ligne {row} est démesurée"),
        SheetError::UnpacksTooLarge => {
            format!(
                "le classeur est démesuré : déplié, il ferait plus de {} Mo (des formules tirées jusqu'au bas de la feuille, ou un fichier piégé)",
                MAX_UNPACKED >> 20
            )
        }
        SheetError::Damaged(why) => damaged(why),
    }
}

fn damaged(why: &str) -> String {
    format!("le classeur est abîmé : {why}")
}

const SAVE_AGAIN: &str =
    "l'ouvrir dans un tableur, vérifier son contenu et l'enregistrer de nouveau";
const ASK_AGAIN_AS_CSV: &str =
    "ne pas l'ouvrir ; demander de nouveau le fichier, en CSV, à qui l'a envoyé";

fn sheet_todo(error: &SheetError) -> &'static str {
    match error {
        SheetError::PasswordProtected => {
            "l'ouvrir dans le tableur et l'enregistrer sans mot de passe"
        }
        SheetError::Empty => "demander de nouveau le fichier à qui l'a envoyé",
        SheetError::TooManyRows | SheetError::TooManyCells | SheetError::CellTooLong { .. } => {
            "n'y garder que les lignes et les colonnes utiles, puis relancer"
        }
        SheetError::NotASpreadsheet(format) => way_out(*format),
        SheetError::NulCharacter { .. }
        | SheetError::TruncatedCharacter
        | SheetError::Damaged(_) => SAVE_AGAIN,
        SheetError::UnpacksTooLarge => ASK_AGAIN_AS_CSV,
    }
}

/// How a table comes out of another file.
fn way_out(format: OtherFormat) -> &'static str {
    match format {
        OtherFormat::Html | OtherFormat::Xml => {
            "l'ouvrir dans un tableur et l'enregistrer en XLSX, ODS ou CSV, puis importer ce fichier"
        }
        OtherFormat::Pdf | OtherFormat::Image => {
            "demander le tableau lui-même (XLSX, ODS ou CSV) à qui l'a envoyé"
        }
        OtherFormat::Rtf
        | OtherFormat::TextDocument
        | OtherFormat::Presentation
        | OtherFormat::OldDocument => {
            "en copier le tableau dans un tableur et l'enregistrer en XLSX, ODS ou CSV"
        }
        OtherFormat::Numbers => "l'exporter de Numbers en XLSX ou CSV (Fichier, Exporter vers)",
        OtherFormat::Archive | OtherFormat::PackedOtherwise => {
            "en extraire le fichier du tableau, puis importer celui-ci"
        }
        OtherFormat::Mail => "en enregistrer la pièce jointe, puis importer celle-ci",
        OtherFormat::Json | OtherFormat::Database => {
            "demander l'export en CSV ou en XLSX à qui l'a envoyé"
        }
    }
}
