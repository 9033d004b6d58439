//! What a program wraps around a code so that a spreadsheet leaves its zeros alone, and missive around what a
//! spreadsheet would compute: an apostrophe in front, `="…"`, quotation marks. It is no content. Pure.

/// A text without its wrapping.
pub(super) fn unguarded(text: &str) -> String {
    let mut text = text.trim().to_owned();
    // Each turn makes it shorter.
    while let Some(inner) = without_one(&text) {
        text = inner.trim().to_owned();
    }
    text
}

fn without_one(text: &str) -> Option<String> {
    let within = |start: &str, end: &str| text.strip_prefix(start)?.strip_suffix(end);
    let formula =
        within("=\"", "\"").or_else(|| within("=T(\"", "\")")).or_else(|| within("\"", "\""));
    if let Some(inner) = formula {
        let is_one_text = !inner.replace("\"\"", "").contains('"');
        return is_one_text.then(|| inner.replace("\"\"", "\""));
    }
    let rest = text.strip_prefix('\'')?;
    // "'t Hooft" is a name.
    let is_article = ["t ", "s ", "n "].iter().any(|article| rest.starts_with(article));
    (!is_article).then(|| rest.strip_suffix('\'').unwrap_or(rest).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrapping_is_no_content() {
        for (text, expected) in [
            ("'07200", "07200"),
            ("=\"07200\"", "07200"),
            ("=T(\"07200\")", "07200"),
            ("'=\"0860001J\"", "0860001J"),
            ("'+33 5 49 00 00 05", "+33 5 49 00 00 05"),
            ("'Collège l'Océan'", "Collège l'Océan"),
            ("\"Collège\"", "Collège"),
            ("=\"L\"\"Océan\"", "L\"Océan"),
            ("=\"ce.\"&A2&\"@x\"", "=\"ce.\"&A2&\"@x\""),
            ("'t Hooft", "'t Hooft"),
            ("L'Hermine", "L'Hermine"),
            ("Collège \"Ada\"", "Collège \"Ada\""),
            ("'", ""),
            ("\"", "\""),
            ("", ""),
        ] {
            assert_eq!(unguarded(text), expected, "{text}");
        }
    }
}
