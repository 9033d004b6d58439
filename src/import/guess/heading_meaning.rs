//! The field that a long heading means: "4. NOM de la personne désignée", "Si elle exerce aussi dans un
//! second établissement, son code UAI". A guess, for a person to correct. Pure.

use crate::import::heading::bare_heading;
use crate::import::record_target::RecordTarget;
use crate::records::people::HEAD_FUNCTIONS;
use crate::records::spelling;

/// The words of a heading, folded.
struct Words(Vec<String>);

impl Words {
    fn of(heading: &str) -> Self {
        let words = bare_heading(heading).split(|c: char| !c.is_alphanumeric());
        Self(words.map(spelling::folded).filter(|word| !word.is_empty()).collect())
    }

    /// Whether one of these stands there; one that ends with `*` is a beginning.
    fn has(&self, wanted: &[&str]) -> bool {
        self.0.iter().any(|word| {
            wanted.iter().any(|wanted| match wanted.strip_suffix('*') {
                Some(stem) => word.starts_with(stem),
                None => word == wanted,
            })
        })
    }
}

const SCHOOL: [&str; 6] = ["etablissement", "etablissements", "uai", "rne", "college", "lycee"];
/// Who filled in the survey is not who it is about.
const RESPONDENT: [&str; 5] = ["repondant*", "remplit", "remplissez", "declarant*", "saisie"];

/// The field that a heading means, if it means one.
pub(in crate::import) fn heading_meaning(
    target: RecordTarget,
    heading: &str,
) -> Option<&'static str> {
    let words = Words::of(heading);
    if words.has(&RESPONDENT) {
        return None;
    }
    match target {
        RecordTarget::Establishment => of_school(&words),
        RecordTarget::Head if words.has(&["referent*", "design*", "rupn"]) => None,
        RecordTarget::Head => of_person(&words).or_else(|| of_head(&words)),
        RecordTarget::Referent
            if words.has(&HEAD_FUNCTIONS) && !words.has(&["referent*", "design*"]) =>
        {
            None
        }
        RecordTarget::Referent => of_referent(&words),
        RecordTarget::Allowance => of_allowance(&words),
    }
}

fn is_code(words: &Words) -> bool {
    words.has(&["uai", "rne"]) || words.has(&["code", "numero"]) && words.has(&["etablissement"])
}

fn is_email(words: &Words) -> bool {
    words.has(&["courriel*", "mail", "mel", "email", "messagerie"])
        || words.has(&["adresse"]) && words.has(&["electronique", "academique"])
}

fn of_person(words: &Words) -> Option<&'static str> {
    let names_a_school =
        words.has(&["etablissement", "college", "lycee"]) && !words.has(&HEAD_FUNCTIONS);
    let (family, given) = (words.has(&["nom", "patronyme"]), words.has(&["prenom", "prenoms"]));
    if is_code(words) {
        Some("uai")
    } else if is_email(words) {
        Some("email")
    } else if family && given {
        Some("person")
    } else if given {
        Some("given_name")
    } else if family && !names_a_school {
        Some("family_name")
    } else if words.has(&["civilite"]) {
        Some("civility")
    } else {
        None
    }
}

fn is_since(words: &Words) -> bool {
    let begins =
        ["debut", "prise", "nomination", "effet", "installation", "affectation", "design*"];
    words.has(&["depuis", "compter"]) || words.has(&["date", "jour"]) && words.has(&begins)
}

fn of_head(words: &Words) -> Option<&'static str> {
    if is_since(words) {
        Some("since")
    } else if words.has(&["fonction", "fonctions", "corps", "emploi", "grade"]) {
        Some("function")
    } else {
        words.has(&["interim", "interimaire", "faisant"]).then_some("acting")
    }
}

fn of_referent(words: &Words) -> Option<&'static str> {
    let is_second =
        words.has(&["second", "deuxieme", "autre", "autres", "egalement", "aussi", "2e", "2eme"]);
    if is_second && words.has(&SCHOOL) {
        return Some("other_uai");
    }
    if let Some(field) = of_person(words) {
        return Some(field);
    }
    if words.has(&["date", "jour", "jusqu"]) && words.has(&["fin", "terme", "jusqu"]) {
        Some("until")
    } else if is_since(words) {
        Some("since")
    } else if words.has(&["motif"]) {
        Some("end_reason")
    } else {
        let is_post =
            ["discipline*", "fonction", "fonctions", "matiere*", "corps", "poste", "emploi"];
        words.has(&is_post).then_some("post")
    }
}

fn of_allowance(words: &Words) -> Option<&'static str> {
    if words.has(&["montant", "somme", "euros"]) {
        Some("amount")
    } else if words.has(&["date", "jour"]) && words.has(&["decision", "attribution", "accord*"]) {
        Some("allowance_granted")
    } else {
        of_person(words)
    }
}

fn of_school(words: &Words) -> Option<&'static str> {
    if words.has(&HEAD_FUNCTIONS) || words.has(&["referent*", "prenom"]) {
        return None;
    }
    if is_code(words) {
        Some("uai")
    } else if is_email(words) {
        Some("email")
    } else if words.has(&["postal", "cp"]) {
        Some("postcode")
    } else if words.has(&["commune", "ville", "localite"]) {
        Some("city")
    } else if words.has(&["adresse", "rue"]) {
        Some("address")
    } else if words.has(&["telephone", "tel"]) {
        Some("phone")
    } else if words.has(&["nom", "denomination", "appellation"]) {
        Some("name")
    } else if words.has(&["type", "nature", "categorie"]) {
        Some("kind")
    } else {
        words.has(&["secteur", "statut"]).then_some("sector")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_headings_of_a_survey_are_understood() {
        for (heading, field) in [
            ("1. Code UAI de votre établissement *", Some("uai")),
            ("2. Nom de votre établissement", None),
            ("3. Civilité de la personne désignée", Some("civility")),
            ("4. NOM de la personne désignée", Some("family_name")),
            ("5. Prénom(s) de la personne désignée", Some("given_name")),
            ("Nom et prénom du référent numérique", Some("person")),
            ("6. Son adresse électronique académique", Some("email")),
            ("7. Quelle est sa discipline ou sa fonction ?", Some("post")),
            ("8. Date de prise de fonction", Some("since")),
            ("9. Date de fin de mission, si elle est connue", Some("until")),
            (
                "10. Exerce-t-elle aussi dans un second établissement ? Lequel (UAI) ?",
                Some("other_uai"),
            ),
            ("11. Nom du chef d’établissement", None),
            ("12. Adresse mail du répondant", None),
            ("Horodateur", None),
        ] {
            assert_eq!(heading_meaning(RecordTarget::Referent, heading), field, "{heading}");
        }
        for (heading, field) in [
            ("Nom du chef d’établissement", Some("family_name")),
            ("Sa fonction exacte", Some("function")),
            ("Exerce-t-il par intérim ?", Some("acting")),
            ("Nom du référent", None),
        ] {
            assert_eq!(heading_meaning(RecordTarget::Head, heading), field, "{heading}");
        }
        for (heading, field) in [
            ("Nom usuel de l’établissement", Some("name")),
            ("Code postal de la commune", Some("postcode")),
            ("Adresse électronique", Some("email")),
        ] {
            assert_eq!(heading_meaning(RecordTarget::Establishment, heading), field, "{heading}");
        }
    }
}
