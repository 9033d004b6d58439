//! The TOML parser's errors, in French.

use crate::diagnostic::{Problem, SourceId, Span};

/// For the start of each message of the parser: what it means, and how to fix it.
const MEANINGS: &[(&str, &str, &str)] = &[
    ("duplicate key", "cette clé est écrite deux fois", "garder une seule des deux lignes"),
    ("string values must be quoted", "un texte doit être entre guillemets", "écrire \"…\""),
    (
        "invalid basic string",
        "ce texte entre guillemets n'est pas fermé",
        "ajouter le guillemet final",
    ),
    (
        "invalid literal string",
        "ce texte entre apostrophes n'est pas fermé",
        "ajouter l'apostrophe finale",
    ),
    (
        "invalid multi-line",
        "ce texte sur plusieurs lignes n'est pas fermé",
        "ajouter les trois guillemets de fin",
    ),
    ("missing opening quote", "il manque le guillemet de début", "écrire \"…\""),
    (
        "missing value for key",
        "il manque la valeur après le signe =",
        "écrire une valeur, ou supprimer la ligne",
    ),
    ("missing value", "il manque une valeur", "écrire une valeur, ou supprimer la ligne"),
    ("key with no value", "il manque « = » et une valeur après ce mot", "écrire « clé = valeur »"),
    (
        "missing assignment",
        "il manque le signe = entre la clé et la valeur",
        "écrire « clé = valeur »",
    ),
    ("extra `=`", "il y a un signe = de trop", "supprimer le second signe ="),
    ("missing comma", "il manque une virgule", "séparer les éléments par des virgules"),
    ("extra comma", "il y a une virgule de trop", "supprimer la virgule"),
    ("unclosed array table", "il manque « ]] » à la fin de ce titre", "écrire [[nom]]"),
    ("unclosed array", "cette liste n'est pas fermée", "ajouter le crochet « ] »"),
    ("unclosed inline table", "cette table n'est pas fermée", "ajouter l'accolade « } »"),
    ("unclosed table", "il manque « ] » à la fin de ce titre", "écrire [nom]"),
    (
        "invalid unquoted key",
        "ce nom de clé n'est pas permis",
        "n'écrire que des lettres sans accent, des chiffres, « - » et « _ »",
    ),
    ("unquoted keys cannot be empty", "il manque le nom de la clé", "écrire « clé = valeur »"),
    (
        "missing escaped value",
        "la barre oblique inverse est suivie d'un caractère inattendu",
        "écrire deux barres : \\\\",
    ),
    (
        "unexpected leading zero",
        "un nombre ne commence pas par zéro",
        "mettre la valeur entre guillemets si c'est un code",
    ),
    (
        "cannot recurse further",
        "les crochets ou accolades sont imbriqués trop profondément",
        "simplifier cette ligne",
    ),
    (
        "recursion limit",
        "les crochets ou accolades sont imbriqués trop profondément",
        "simplifier cette ligne",
    ),
    (
        "invalid date",
        "cette date n'existe pas",
        "vérifier le jour et le mois : année-mois-jour, comme 2026-09-01",
    ),
    (
        "invalid datetime",
        "cette date n'est pas lisible",
        "écrire année-mois-jour, comme 2026-09-01",
    ),
    (
        "unexpected content",
        "ce texte n'est pas attendu ici",
        "vérifier les guillemets de la ligne et de la précédente",
    ),
    (
        "unexpected key or value",
        "ce texte n'est pas attendu ici",
        "vérifier les guillemets de la ligne et de la précédente",
    ),
    ("cannot extend value", "cette clé a déjà une valeur", "garder une seule des deux définitions"),
];

/// One error of the parser as a problem at its place.
pub fn problem(error: &toml::de::Error, id: SourceId, text: &str) -> Problem {
    let message = error.message();
    let mut range = error.span().unwrap_or(0..0);
    range.start = range.start.min(text.len());
    range.end = range.end.clamp(range.start, text.len());
    let meaning = MEANINGS.iter().find(|(start, ..)| message.starts_with(start));
    let problem = match meaning {
        Some((_, what, fix)) => Problem::error("E-TOML", *what).help(*fix),
        None => {
            Problem::error("E-TOML", format!("cette ligne n'est pas du TOML correct ({message})"))
                .help("comparer avec les lignes voisines : « clé = \"valeur\" »")
        }
    };
    problem.at(Span::new(id, range))
}
