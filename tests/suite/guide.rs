//! The page of the guide with all keys says what the tables' declarations say.
//!
//! `UPDATE_GUIDE=1 cargo test --test suite guide::` writes the page again.

use missive::records::record_set::Data;
use missive::records::schema::documents::{self, as_toml, one_line};
use missive::records::settings::Settings;
use missive::records::table::{KeyShape, TableKey, TableShape};
use serde_json::Value;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

const HEAD: &str = "# 13. Toutes les clés

Ce que l’on peut écrire dans `missive.toml` et dans les fichiers de `data/`, table par table. La page
[Les données](02-les-donnees.md) montre les mêmes tables remplies, [Les règles](03-les-regles.md) celles des
règles. Une clé marquée « oui » est obligatoire : sans elle, la table est refusée. Les autres peuvent manquer.

Un titre entre crochets simples annonce une table, entre crochets doubles une table qui peut revenir
plusieurs fois. Une petite table peut aussi s’écrire sur une ligne : `head = { given_name = \"Anne\", … }`.
";

/// A table and the headings under which it can stand.
struct Section {
    table: TableShape,
    headings: Vec<String>,
}

/// The table of a shape, if it is one, and whether it may come several times.
fn inner_table(shape: KeyShape) -> Option<(TableShape, bool)> {
    match shape {
        KeyShape::Table(table) => Some((table, false)),
        KeyShape::Tables(table) => Some((table, true)),
        KeyShape::Either([_, (_, shape)]) | KeyShape::Conditional(shape) => inner_table(*shape),
        KeyShape::Value { .. } | KeyShape::List(_) => None,
    }
}

fn heading(path: &str, is_list: bool) -> String {
    if is_list { format!("`[[{path}]]`") } else { format!("`[{path}]`") }
}

/// The tables within a table, each before those within it; one that stands in several places once.
fn collect(sections: &mut Vec<Section>, table: TableShape, path: &str) {
    for key in table.keys {
        let Some((inner, is_list)) = inner_table((key.shape)()) else { continue };
        let path =
            if path.is_empty() { key.name.to_owned() } else { format!("{path}.{}", key.name) };
        let heading = heading(&path, is_list);
        match sections.iter_mut().find(|section| section.table.title == inner.title) {
            Some(section) => section.headings.push(heading),
            None => {
                sections.push(Section { table: inner, headings: vec![heading] });
                collect(sections, inner, &path);
            }
        }
    }
}

/// A text of a declaration as the guide prints it: French apostrophes, and what one types in code.
fn printed(text: &str) -> String {
    let text = one_line(text);
    let mut printed = String::new();
    for (index, part) in text.split('"').enumerate() {
        if index % 2 == 1 {
            write!(printed, "`\"{part}\"`").unwrap();
            continue;
        }
        let words: Vec<String> = part.replace('\'', "’").split(' ').map(code).collect();
        printed.push_str(&words.join(" "));
    }
    printed
}

/// A word in code if it is a key, a path or a placeholder.
fn code(word: &str) -> String {
    let is_part = |c: char| c.is_ascii_lowercase() || "._/{}<>*".contains(c);
    let start = word.find(is_part).unwrap_or(0);
    let bare = word[start..].trim_end_matches([',', '.', ';', ')', ':']);
    let is_code = bare.chars().all(is_part)
        && bare.contains(['.', '_', '/', '{'])
        && word[..start].chars().all(|c| c == '(');
    if !is_code {
        return word.to_owned();
    }
    word.replacen(bare, &format!("`{bare}`"), 1)
}

/// What one writes behind a key, in French.
fn form(key: &TableKey, path: &str) -> String {
    let mut form = form_of(&(key.shape)(), path);
    // The example of the key says more than that of its type.
    if let (Some((before, _)), Some(example)) = (form.split_once(", comme "), key.example) {
        let example = example();
        let example = example.as_array().map_or(&example, |items| &items[0]);
        form = format!("{before}, comme `{}`", as_toml(example).unwrap());
    }
    if key.is_nonempty {
        form = form.replacen("crochets", "crochets, d’un élément au moins", 1);
    }
    match key.range {
        (Some(least), Some(most)) => form.push_str(&format!(", de {least} à {most}")),
        (Some(least), None) => form.push_str(&format!(", {least} au moins")),
        _ => {}
    }
    form
}

fn form_of(shape: &KeyShape, path: &str) -> String {
    match shape {
        KeyShape::Value { expected, schema } => match schema["enum"].as_array() {
            Some(words) => {
                let meanings = schema["x-taplo"]["docs"]["enumValues"].as_array().unwrap();
                let words = words.iter().zip(meanings).map(|(word, meaning)| {
                    format!("<br>`{word}` – {}", printed(meaning.as_str().unwrap()))
                });
                format!("un de ces mots :{}", words.collect::<String>())
            }
            None => printed(expected),
        },
        KeyShape::List(item) => {
            format!("une liste entre crochets ; chaque élément est {}", form_of(item, path))
        }
        KeyShape::Table(_) => format!("une table : {}", heading(path, false)),
        KeyShape::Tables(_) => format!("des tables : {}", heading(path, true)),
        KeyShape::Either([(_, first), (_, second)]) => {
            format!("{}, ou {}", form_of(first, path), form_of(second, path))
        }
        KeyShape::Conditional(shape) => form_of(shape, path),
    }
}

/// The keys of a table.
fn rows(page: &mut String, table: TableShape, path: &str) {
    page.push_str("| clé | ce que l’on écrit | obligatoire | ce qu’elle veut dire |\n");
    page.push_str("|---|---|---|---|\n");
    for key in table.keys {
        let path =
            if path.is_empty() { key.name.to_owned() } else { format!("{path}.{}", key.name) };
        let required = if key.is_required { "oui" } else { "non" };
        let (form, about) = (form(key, &path), printed(key.description));
        writeln!(page, "| `{}` | {form} | {required} | {about} |", key.name).unwrap();
    }
}

fn page() -> String {
    let mut page = HEAD.to_owned();
    let files = [
        ("Les réglages : `missive.toml`", TableShape::of::<Settings>()),
        ("Les données : `data/**/*.toml`", TableShape::of::<Data>()),
    ];
    for (title, file) in files {
        let mut sections = Vec::new();
        collect(&mut sections, file, "");
        write!(page, "\n## {title}\n\n{}\n\n", printed(file.description)).unwrap();
        rows(&mut page, file, "");
        for Section { table, headings } in sections {
            let path = headings[0].trim_matches(['`', '[', ']']).to_owned();
            let about = printed(table.description);
            write!(page, "\n### {}\n\n{about}\n\n", headings.join(", ")).unwrap();
            rows(&mut page, table, &path);
        }
    }
    unbreakable(&page)
}

/// French signs stay with the word before or after them; code stays as it is.
fn unbreakable(page: &str) -> String {
    let mut parts: Vec<String> = page.split('`').map(str::to_owned).collect();
    for text in parts.iter_mut().step_by(2) {
        for sign in [":", ";", "?", "!", "»"] {
            *text = text.replace(&format!(" {sign}"), &format!("\u{a0}{sign}"));
        }
        *text = text.replace("« ", "«\u{a0}");
    }
    parts.join("`")
}

#[test]
fn the_page_of_keys_is_that_of_the_declarations() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/guide/13-toutes-les-cles.md");
    let page = page();
    if std::env::var_os("UPDATE_GUIDE").is_some() {
        fs::write(&path, &page).unwrap();
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    let first = written.lines().zip(page.lines()).find(|(written, wanted)| written != wanted);
    assert!(written == page, "UPDATE_GUIDE=1 writes the page anew; first difference: {first:?}");
}

#[test]
fn every_key_of_the_schemas_is_on_the_page() {
    fn keys<'s>(schema: &'s Value, found: &mut Vec<&'s str>) {
        match schema {
            Value::Object(object) => {
                for (name, value) in object {
                    if name == "properties" {
                        found.extend(value.as_object().unwrap().keys().map(String::as_str));
                    }
                    keys(value, found);
                }
            }
            Value::Array(items) => items.iter().for_each(|item| keys(item, found)),
            _ => {}
        }
    }
    let (settings, data) = (documents::settings(), documents::data());
    let mut found = Vec::new();
    keys(&settings, &mut found);
    keys(&data, &mut found);
    assert!(found.len() > 100);
    let page = page();
    for name in found {
        assert!(page.contains(&format!("\n| `{name}` |")), "{name}");
    }
}
