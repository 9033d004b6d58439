//! The French names of the boxes of a letter.

/// The French name of a box, with its article.
pub(crate) fn box_name(label: &str) -> String {
    match label {
        "sign-issuer" => "la case de l'autorité".to_owned(),
        "sign-head" => "la case du chef d'établissement".to_owned(),
        "sign-referent" => "la case du référent".to_owned(),
        "write-priorities" => "la case des priorités".to_owned(),
        "write-indicators" => "la case des indicateurs".to_owned(),
        "write-means" => "la case des moyens".to_owned(),
        other => format!("la case « {other} »"),
    }
}
