//! The line `#:schema …` at the top of a TOML file, by which Taplo finds its schema.
//!
//! All else stays byte for byte: a byte order mark stays first, and the line ends as the others do.

/// What a line starts with that leads to a schema.
const START: &str = "#:schema";
/// The byte order mark that some editors put first.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// What became of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InsertedLine {
    /// These bytes have the line, which was missing.
    Added(Vec<u8>),
    /// The line is there.
    AlreadyThere,
    /// A line is there that leads to another schema.
    OtherSchema,
    /// The file is no UTF-8: nothing can be put before its text.
    NotUtf8,
}

/// The line that leads from a document to a schema, both paths of the project.
pub fn line(document: &str, schema: &str) -> String {
    let up = match document.matches('/').count() {
        0 => "./".to_owned(),
        depth => "../".repeat(depth),
    };
    format!("{START} {up}{schema}")
}

/// Puts the line at the top of a document, unless one is there.
pub fn insert_schema_line(bytes: &[u8], document: &str, schema: &str) -> InsertedLine {
    let (mark, rest) = match bytes.strip_prefix(MARK) {
        Some(rest) => (MARK, rest),
        None => (&[][..], bytes),
    };
    let Ok(text) = std::str::from_utf8(rest) else { return InsertedLine::NotUtf8 };
    // As Taplo does: only the comments before the first key or table are looked at.
    let head =
        text.lines().map(str::trim).take_while(|line| line.is_empty() || line.starts_with('#'));
    let mut targets = head.filter_map(|line| {
        let target = line.strip_prefix(START)?;
        target.starts_with(char::is_whitespace).then(|| target.trim())
    });
    match targets.next() {
        Some(target) if resolved(document, target) == resolved("", schema) => {
            return InsertedLine::AlreadyThere;
        }
        Some(_) => return InsertedLine::OtherSchema,
        None => {}
    }
    let crlf = text.find('\n').is_some_and(|end| text[..end].ends_with('\r'));
    let end = if crlf { "\r\n" } else { "\n" };
    InsertedLine::Added([mark, line(document, schema).as_bytes(), end.as_bytes(), rest].concat())
}

/// Where a relative path leads, seen from a document; nothing if it leaves the project.
fn resolved<'p>(document: &'p str, path: &'p str) -> Option<Vec<&'p str>> {
    let mut parts: Vec<&str> = document.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DATA: &str = "schemas/data.schema.json";

    fn added(bytes: &[u8], document: &str) -> String {
        match insert_schema_line(bytes, document, DATA) {
            InsertedLine::Added(bytes) => String::from_utf8(bytes).unwrap(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_line_comes_first_and_the_rest_stays() {
        assert_eq!(added(b"", "data/a.toml"), "#:schema ../schemas/data.schema.json\n");
        assert_eq!(added(b"# a", "data/a.toml"), "#:schema ../schemas/data.schema.json\n# a");
        assert_eq!(
            added(b"a = 1\r\nb = 2\r\n", "data/rules/a.toml"),
            "#:schema ../../schemas/data.schema.json\r\na = 1\r\nb = 2\r\n"
        );
        assert_eq!(
            added(b"\xef\xbb\xbfa = 1\n", "a.toml"),
            "\u{feff}#:schema ./schemas/data.schema.json\na = 1\n"
        );
    }

    #[test]
    fn a_line_that_is_there_is_left() {
        for (text, document, expected) in [
            ("#:schema ../schemas/data.schema.json\n", "data/a.toml", InsertedLine::AlreadyThere),
            (
                "# a\n\n  #:schema .././schemas/data.schema.json\n",
                "data/a.toml",
                InsertedLine::AlreadyThere,
            ),
            ("#:schema schemas/data.schema.json\n", "a.toml", InsertedLine::AlreadyThere),
            (
                "\u{feff}#:schema ../schemas/data.schema.json\r\n",
                "data/a.toml",
                InsertedLine::AlreadyThere,
            ),
            ("#:schema ./schemas/data.schema.json\n", "data/a.toml", InsertedLine::OtherSchema),
            ("#:schema ../../../x.json\n", "data/a.toml", InsertedLine::OtherSchema),
            ("#:schema https://json.example/x.json\n", "data/a.toml", InsertedLine::OtherSchema),
        ] {
            assert_eq!(insert_schema_line(text.as_bytes(), document, DATA), expected, "{text}");
        }
    }

    #[test]
    fn only_the_head_of_the_file_counts() {
        for text in ["a = \"\"\"\n#:schema x\n\"\"\"\n", "#:schemas x\n", "# :schema x\n"] {
            assert!(added(text.as_bytes(), "data/a.toml").ends_with(text), "{text}");
        }
        assert_eq!(
            insert_schema_line(b"# Coll\xe8ge\n", "data/a.toml", DATA),
            InsertedLine::NotUtf8
        );
        assert_eq!(insert_schema_line(b"\xff\xfea\0", "data/a.toml", DATA), InsertedLine::NotUtf8);
    }
}
