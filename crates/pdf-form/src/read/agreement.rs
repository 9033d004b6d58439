//! Whether lines of text are a value that was broken into lines.

/// Whether `lines` are the value. Between two lines the value may have spaces, line ends or nothing;
/// within a line, any spaces are alike.
pub(crate) fn agrees(value: &str, lines: &[String]) -> bool {
    let mut rest = value.trim_start();
    for line in lines {
        let mut words = line.split_whitespace().peekable();
        if words.peek().is_none() {
            continue;
        }
        let mut is_first = true;
        for word in words {
            if !is_first && !rest.starts_with(char::is_whitespace) {
                return false;
            }
            is_first = false;
            match rest.trim_start().strip_prefix(word) {
                Some(behind) => rest = behind,
                None => return false,
            }
        }
        rest = rest.trim_start();
    }
    rest.trim_start().is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_same(value: &str, lines: &[&str]) -> bool {
        agrees(value, &lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn a_value_may_be_broken_anywhere_and_spaces_are_alike() {
        assert!(is_same("un deux\ntrois", &["un", "deux trois"]));
        assert!(is_same("un\u{a0}: deux", &["un : deux"]));
        assert!(is_same("mot-long", &["mot-", "long"]));
        assert!(is_same("a\r\n\r\nb", &["a", "", "b"]));
        assert!(is_same("", &[]) && is_same(" \n", &["", " "]));
    }

    #[test]
    fn other_words_are_other_words() {
        assert!(!is_same("12 34", &["1234"]));
        assert!(!is_same("1234", &["12 34"]));
        assert!(!is_same("un", &["un deux"]));
        assert!(!is_same("un deux", &["un"]));
        assert!(!is_same("", &["un"]));
        assert!(!is_same("un", &[]));
    }
}
