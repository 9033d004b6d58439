//! HTML that a program wrote, walked tag by tag: texts and opening tags, changed one by one.
//!
//! For well-formed pages of our own making, not for what comes from outside.

/// Changes every text between tags.
pub fn map_texts(html: &str, change: impl Fn(&str) -> String) -> String {
    let mut out = String::with_capacity(html.len() + html.len() / 8);
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        out.push_str(&change(&rest[..at]));
        let end = tag_end(&rest[at..]);
        out.push_str(&rest[at..at + end]);
        rest = &rest[at + end..];
    }
    out.push_str(&change(rest));
    out
}

/// Gives opening tags a style: `style` is asked with the name and the attributes.
pub fn map_tags(html: &str, style: impl Fn(&str, &str) -> Option<String>) -> String {
    let mut out = String::with_capacity(html.len() * 2);
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        let end = tag_end(&rest[at..]);
        let (before, tag) = (&rest[..at], &rest[at..at + end]);
        out.push_str(before);
        out.push_str(&with_style(tag, &style).unwrap_or_else(|| tag.to_owned()));
        rest = &rest[at + end..];
    }
    out.push_str(rest);
    out
}

fn with_style(tag: &str, style: impl Fn(&str, &str) -> Option<String>) -> Option<String> {
    let inner = tag.strip_prefix('<')?.strip_suffix('>')?;
    let (inner, close) = inner.strip_suffix('/').map_or((inner, ">"), |inner| (inner, "/>"));
    let (name, attributes) = inner.split_once(char::is_whitespace).unwrap_or((inner, ""));
    let style = style(name, attributes)?;
    Some(format!("<{} style=\"{style}\"{close}", inner.trim_end()))
}

/// Where a tag ends: a `>` within a quoted attribute is none.
fn tag_end(tag: &str) -> usize {
    if tag.starts_with("<!--") {
        return tag.find("-->").map_or(tag.len(), |at| at + 3);
    }
    let mut quote = None;
    for (at, character) in tag.char_indices() {
        match (quote, character) {
            (None, '"' | '\'') => quote = Some(character),
            (Some(open), _) if open == character => quote = None,
            (None, '>') => return at + 1,
            _ => {}
        }
    }
    tag.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_and_comments_hide_what_looks_like_a_tag() {
        let html = "<!-- <p>x --><a title=\"a > b\">c</a> d";
        let upper = map_texts(html, str::to_uppercase);
        assert_eq!(upper, "<!-- <p>x --><a title=\"a > b\">C</a> D");
        let styled = map_tags(html, |name, _| (name == "a").then(|| "x:y".to_owned()));
        assert_eq!(styled, "<!-- <p>x --><a title=\"a > b\" style=\"x:y\">c</a> d");
    }
}
