//! A département, by its number or its name: the first three digits of the UAIs of its schools.

use crate::records::spelling::folded;
use std::fmt;

/// A département.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Departement {
    code: String,
}

/// A word is no département.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("« {0} » n'est pas un département : donner son numéro (35) ou son nom (Ille-et-Vilaine)")]
pub struct DepartementError(String);

/// Numbers and names (INSEE, code officiel géographique).
const NAMES: &[(&str, &str)] = &[
    ("01", "Ain"),
    ("02", "Aisne"),
    ("03", "Allier"),
    ("04", "Alpes-de-Haute-Provence"),
    ("05", "Hautes-Alpes"),
    ("06", "Alpes-Maritimes"),
    ("07", "Ardèche"),
    ("08", "Ardennes"),
    ("09", "Ariège"),
    ("10", "Aube"),
    ("11", "Aude"),
    ("12", "Aveyron"),
    ("13", "Bouches-du-Rhône"),
    ("14", "Calvados"),
    ("15", "Cantal"),
    ("16", "Charente"),
    ("17", "Charente-Maritime"),
    ("18", "Cher"),
    ("19", "Corrèze"),
    ("2A", "Corse-du-Sud"),
    ("2B", "Haute-Corse"),
    ("21", "Côte-d’Or"),
    ("22", "Côtes-d’Armor"),
    ("23", "Creuse"),
    ("24", "Dordogne"),
    ("25", "Doubs"),
    ("26", "Drôme"),
    ("27", "Eure"),
    ("28", "Eure-et-Loir"),
    ("29", "Finistère"),
    ("30", "Gard"),
    ("31", "Haute-Garonne"),
    ("32", "Gers"),
    ("33", "Gironde"),
    ("34", "Hérault"),
    ("35", "Ille-et-Vilaine"),
    ("36", "Indre"),
    ("37", "Indre-et-Loire"),
    ("38", "Isère"),
    ("39", "Jura"),
    ("40", "Landes"),
    ("41", "Loir-et-Cher"),
    ("42", "Loire"),
    ("43", "Haute-Loire"),
    ("44", "Loire-Atlantique"),
    ("45", "Loiret"),
    ("46", "Lot"),
    ("47", "Lot-et-Garonne"),
    ("48", "Lozère"),
    ("49", "Maine-et-Loire"),
    ("50", "Manche"),
    ("51", "Marne"),
    ("52", "Haute-Marne"),
    ("53", "Mayenne"),
    ("54", "Meurthe-et-Moselle"),
    ("55", "Meuse"),
    ("56", "Morbihan"),
    ("57", "Moselle"),
    ("58", "Nièvre"),
    ("59", "Nord"),
    ("60", "Oise"),
    ("61", "Orne"),
    ("62", "Pas-de-Calais"),
    ("63", "Puy-de-Dôme"),
    ("64", "Pyrénées-Atlantiques"),
    ("65", "Hautes-Pyrénées"),
    ("66", "Pyrénées-Orientales"),
    ("67", "Bas-Rhin"),
    ("68", "Haut-Rhin"),
    ("69", "Rhône"),
    ("70", "Haute-Saône"),
    ("71", "Saône-et-Loire"),
    ("72", "Sarthe"),
    ("73", "Savoie"),
    ("74", "Haute-Savoie"),
    ("75", "Paris"),
    ("76", "Seine-Maritime"),
    ("77", "Seine-et-Marne"),
    ("78", "Yvelines"),
    ("79", "Deux-Sèvres"),
    ("80", "Somme"),
    ("81", "Tarn"),
    ("82", "Tarn-et-Garonne"),
    ("83", "Var"),
    ("84", "Vaucluse"),
    ("85", "Vendée"),
    ("86", "Vienne"),
    ("87", "Haute-Vienne"),
    ("88", "Vosges"),
    ("89", "Yonne"),
    ("90", "Territoire de Belfort"),
    ("91", "Essonne"),
    ("92", "Hauts-de-Seine"),
    ("93", "Seine-Saint-Denis"),
    ("94", "Val-de-Marne"),
    ("95", "Val-d’Oise"),
    ("971", "Guadeloupe"),
    ("972", "Martinique"),
    ("973", "Guyane"),
    ("974", "La Réunion"),
    ("975", "Saint-Pierre-et-Miquelon"),
    ("976", "Mayotte"),
    ("987", "Polynésie française"),
    ("988", "Nouvelle-Calédonie"),
];

/// The first digits of UAIs that are not the number: Corsica keeps those of before its numbers.
const OTHER_DIGITS: [(&str, &str); 3] = [("2A", "620"), ("2B", "720"), ("987", "984")];

impl Departement {
    /// The département of a UAI, or of its first three digits.
    pub fn of_uai(uai: &str) -> Self {
        Self { code: uai.chars().take(3).collect() }
    }

    /// The first three digits of its UAIs.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// Whether a school lies in it.
    pub fn has(&self, uai: &str) -> bool {
        uai.starts_with(&self.code)
    }

    fn of_number(number: &str) -> Self {
        let other = OTHER_DIGITS.iter().find(|(digits, _)| *digits == number);
        let code = other.map_or_else(|| format!("{number:0>3}"), |(_, code)| (*code).to_owned());
        Self { code }
    }

    /// Its number, as people know it: "35", "2A", "974".
    pub fn number(&self) -> &str {
        let other = OTHER_DIGITS.iter().find(|(_, code)| *code == self.code);
        let short = self.code.strip_prefix('0').unwrap_or(&self.code);
        other.map_or(short, |(number, _)| number)
    }
}

/// "Ille-et-Vilaine (35)"; the number alone where it has no name.
impl fmt::Display for Departement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = self.number();
        match NAMES.iter().find(|(known, _)| *known == number) {
            Some((_, name)) => write!(f, "{name} ({number})"),
            None => write!(f, "département {number}"),
        }
    }
}

impl std::str::FromStr for Departement {
    type Err = DepartementError;

    fn from_str(word: &str) -> Result<Self, DepartementError> {
        let word = word.trim();
        let (name, number) = (folded(word), word.to_uppercase());
        if let Some((number, _)) = NAMES.iter().find(|(_, known)| folded(known) == name) {
            return Ok(Self::of_number(number));
        }
        let is_number =
            (1..=3).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit());
        match is_number || ["2A", "2B"].contains(&number.as_str()) {
            true => Ok(Self::of_number(
                number.strip_prefix("0").filter(|_| number.len() == 3).unwrap_or(&number),
            )),
            false => Err(DepartementError(word.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_departement_is_a_number_or_a_name() {
        for (word, code, shown) in [
            ("35", "035", "Ille-et-Vilaine (35)"),
            ("035", "035", "Ille-et-Vilaine (35)"),
            ("ille et vilaine", "035", "Ille-et-Vilaine (35)"),
            ("1", "001", "Ain (01)"),
            ("Côtes d'Armor", "022", "Côtes-d’Armor (22)"),
            ("2a", "620", "Corse-du-Sud (2A)"),
            ("974", "974", "La Réunion (974)"),
            ("086", "086", "Vienne (86)"),
            ("000", "000", "département 00"),
        ] {
            let found: Departement = word.parse().unwrap();
            assert_eq!((found.code(), found.to_string().as_str()), (code, shown), "{word}");
        }
        assert_eq!(Departement::of_uai("0350003N").to_string(), "Ille-et-Vilaine (35)");
        assert!("35".parse::<Departement>().unwrap().has("0350003N"));
        for wrong in ["", "Rennes", "2C", "1234"] {
            assert!(wrong.parse::<Departement>().is_err(), "{wrong}");
        }
    }
}
