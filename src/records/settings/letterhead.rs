//! What the head of a letter shows besides the name of the service: an agent, pictures.

use crate::diagnostic::Problem;
use crate::records::table::{Read, toml_table};
use crate::records::table_reader::{Located, TableReader};
use crate::records::values::{EmailAddress, SingleLine};
use std::ops::RangeInclusive;

toml_table! {
    /// L'agent qui suit le dossier.
    pub struct Contact, "l'agent qui suit le dossier (contact)" {
        /// Son prénom et son nom.
        #[example("Paul Modèle")]
        pub name: Located<SingleLine>,
        /// Son téléphone.
        #[example("05 49 00 00 01")]
        pub phone: Option<Located<SingleLine>>,
        /// Son adresse électronique.
        #[example("paul.modele@academie.example")]
        pub email: Option<Located<EmailAddress>>,
    }
}

toml_table! {
    /// Une image que la lettre imprime.
    pub struct Picture, "une image (file, alt, height)" {
        /// Le fichier, SVG ou PNG, dans le dossier templates/.
        #[example("logo.svg")]
        pub file: Located<SingleLine>,
        /// Ce que l'image montre, pour qui ne la voit pas.
        #[example("Académie d'Exemple")]
        pub alt: Located<SingleLine>,
        /// Sa hauteur une fois imprimée, en millimètres.
        #[example(16)]
        #[key(min(5), max(25))]
        pub height: Located<u32>,
    }
    check picture_can_be_seen(height);
}

/// The heights that a picture may have, in millimetres.
pub const HEIGHTS: RangeInclusive<u32> = 5..=25;

fn picture_can_be_seen(reader: &mut TableReader<'_, '_>, height: &Read<Located<u32>>) {
    if let Some(height) = height
        && !HEIGHTS.contains(&height.value)
    {
        reader.report(
            Problem::error("E-PICTURE", "height va de 5 à 25 millimètres")
                .at(height.span)
                .help("écrire par exemple height = 16"),
        );
    }
}
