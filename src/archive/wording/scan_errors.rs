//! Why a file cannot be scanned, in French: the detail of the check `readable`, which the ledger keeps.

use page_scan::{DamageCause, ScanError, TooLargeItem, UnsupportedFeature};

/// The sentence for an error of a scan, fit for the end of a longer one.
pub fn scan_error(error: &ScanError) -> String {
    match error {
        ScanError::Encrypted => "le fichier est protégé par un mot de passe".to_owned(),
        ScanError::NoPages => "le fichier ne contient aucune page".to_owned(),
        ScanError::TooLarge(item) => format!("trop grand pour être lu : {}", too_large(item)),
        ScanError::TooManyPages(pages) => {
            format!("le fichier compte {pages} pages, plus qu'il n'en est lu d'un coup")
        }
        ScanError::Damaged(cause) => format!("le fichier est endommagé : {}", damage(cause)),
        ScanError::Unsupported(feature) => {
            format!("cette sorte de fichier n'est pas lue : {}", unsupported(feature))
        }
        ScanError::PageCountsDiffer(one, other) => {
            format!("le fichier est ambigu : selon le lecteur, il a {one} ou {other} pages")
        }
        ScanError::NoSuchPage(page) => format!("le fichier n'a pas de page {page}"),
    }
}

fn too_large(item: &TooLargeItem) -> String {
    match item {
        TooLargeItem::Pixels { width, height } => {
            format!("une image de {width} × {height} points")
        }
        TooLargeItem::Image => "une image".to_owned(),
        TooLargeItem::TiffPage => "une page de TIFF".to_owned(),
        TooLargeItem::PdfPage { width, height } => {
            format!("une page de {width} × {height} points")
        }
    }
}

fn damage(cause: &DamageCause) -> &str {
    match cause {
        DamageCause::Decoder(words) => words,
        DamageCause::EmptyImage => "une image sans aucun point",
        DamageCause::Encryption => "chiffrement illisible",
        DamageCause::NotPdf => "ce n'est pas un PDF lisible",
        DamageCause::EmptyPage => "une page sans étendue",
        DamageCause::FaxUnreadable => "une page de fax est illisible",
        DamageCause::FaxEmpty => "une page de fax est vide",
        DamageCause::TiffIncomplete => "une page de TIFF est incomplète",
    }
}

fn unsupported(feature: &UnsupportedFeature) -> String {
    match feature {
        UnsupportedFeature::Decoder(words) => words.clone(),
        UnsupportedFeature::Tiff(words) => format!("TIFF, {words}"),
        UnsupportedFeature::TiffColours(colours) => format!("TIFF, couleurs {colours}"),
        UnsupportedFeature::TiffPlanes => "TIFF, couleurs en plans séparés".to_owned(),
        UnsupportedFeature::FloatImage => "une image à virgule flottante".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The ledger keeps these sentences, and a duplicate shows them years later: they never change.
    #[test]
    fn every_error_has_its_sentence() {
        let damaged = ScanError::Damaged;
        let unsupported = ScanError::Unsupported;
        let large = ScanError::TooLarge;
        let decoder = || "Format error".to_owned();
        let sentences = [
            (ScanError::Encrypted, "le fichier est protégé par un mot de passe"),
            (ScanError::NoPages, "le fichier ne contient aucune page"),
            (
                large(TooLargeItem::Pixels { width: 70_000, height: 60_000 }),
                "trop grand pour être lu : une image de 70000 × 60000 points",
            ),
            (large(TooLargeItem::Image), "trop grand pour être lu : une image"),
            (large(TooLargeItem::TiffPage), "trop grand pour être lu : une page de TIFF"),
            (
                large(TooLargeItem::PdfPage { width: 1.5, height: 20_000.0 }),
                "trop grand pour être lu : une page de 1.5 × 20000 points",
            ),
            (
                ScanError::TooManyPages(201),
                "le fichier compte 201 pages, plus qu'il n'en est lu d'un coup",
            ),
            (damaged(DamageCause::Decoder(decoder())), "le fichier est endommagé : Format error"),
            (
                damaged(DamageCause::EmptyImage),
                "le fichier est endommagé : une image sans aucun point",
            ),
            (damaged(DamageCause::Encryption), "le fichier est endommagé : chiffrement illisible"),
            (
                damaged(DamageCause::NotPdf),
                "le fichier est endommagé : ce n'est pas un PDF lisible",
            ),
            (damaged(DamageCause::EmptyPage), "le fichier est endommagé : une page sans étendue"),
            (
                damaged(DamageCause::FaxUnreadable),
                "le fichier est endommagé : une page de fax est illisible",
            ),
            (damaged(DamageCause::FaxEmpty), "le fichier est endommagé : une page de fax est vide"),
            (
                damaged(DamageCause::TiffIncomplete),
                "le fichier est endommagé : une page de TIFF est incomplète",
            ),
            (
                unsupported(UnsupportedFeature::Decoder(decoder())),
                "cette sorte de fichier n'est pas lue : Format error",
            ),
            (
                unsupported(UnsupportedFeature::Tiff(decoder())),
                "cette sorte de fichier n'est pas lue : TIFF, Format error",
            ),
            (
                unsupported(UnsupportedFeature::TiffColours("CMYK(16)".to_owned())),
                "cette sorte de fichier n'est pas lue : TIFF, couleurs CMYK(16)",
            ),
            (
                unsupported(UnsupportedFeature::TiffPlanes),
                "cette sorte de fichier n'est pas lue : TIFF, couleurs en plans séparés",
            ),
            (
                unsupported(UnsupportedFeature::FloatImage),
                "cette sorte de fichier n'est pas lue : une image à virgule flottante",
            ),
            (
                ScanError::PageCountsDiffer(4, 1),
                "le fichier est ambigu : selon le lecteur, il a 4 ou 1 pages",
            ),
            (ScanError::NoSuchPage(3), "le fichier n'a pas de page 3"),
        ];
        for (error, sentence) in sentences {
            assert_eq!(scan_error(&error), sentence);
        }
    }
}
