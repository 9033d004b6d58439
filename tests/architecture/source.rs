//! Rust files as text: where they are, and their code without comments and strings.

use std::fs;
use std::path::{Path, PathBuf};

/// One Rust file of the product.
pub struct SourceFile {
    /// `missive`, or the name of a crate in `crates/`.
    pub package: String,
    /// Path from the root of the repository, as in `src/app/mod.rs`.
    pub path: String,
    /// Its module, as in `["app", "sending"]`; empty for the root of a crate.
    pub module: Vec<String>,
    /// The text as it is.
    pub text: String,
    /// The text without the tests at its end.
    pub production: String,
    /// The same without comments and with empty strings.
    pub code: String,
    /// Whether it holds tests only.
    pub is_test: bool,
}

/// The root of the repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every file of `src` and of the crates, sorted by path.
pub fn sources() -> Vec<SourceFile> {
    let mut found = Vec::new();
    read_folder("missive", &root().join("src"), &mut found);
    for entry in fs::read_dir(root().join("crates")).unwrap() {
        let folder = entry.unwrap().path();
        let package = folder.file_name().unwrap().to_str().unwrap().to_owned();
        read_folder(&package, &folder.join("src"), &mut found);
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

/// Path and code, without comments and with empty strings, of every file there is, with its tests.
pub fn code_with_tests() -> Vec<(String, String)> {
    let mut files = Vec::new();
    for folder in ["src", "crates", "tests", "bench"] {
        read_folder("missive", &root().join(folder), &mut files);
    }
    let mut found: Vec<_> =
        files.into_iter().map(|file| (file.path, code_of(&file.text))).collect();
    found.sort();
    found
}

fn read_folder(package: &str, top: &Path, found: &mut Vec<SourceFile>) {
    let mut pending = vec![top.to_owned()];
    while let Some(folder) = pending.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                pending.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(read_file(package, top, &path));
            }
        }
    }
}

fn read_file(package: &str, top: &Path, path: &Path) -> SourceFile {
    let text = fs::read_to_string(path).unwrap();
    let production = text.split("#[cfg(test)]\nmod tests {").next().unwrap().to_owned();
    let inside = path.strip_prefix(top).unwrap().with_extension("");
    let mut module: Vec<String> =
        inside.iter().map(|part| part.to_str().unwrap().to_owned()).collect();
    if ["mod", "lib", "main"].contains(&module.last().unwrap().as_str()) {
        module.pop();
    }
    SourceFile {
        package: package.to_owned(),
        path: shown(path),
        code: code_of(&production),
        is_test: module.iter().any(|part| part == "tests"),
        module,
        text,
        production,
    }
}

fn shown(path: &Path) -> String {
    let path: PathBuf = path.strip_prefix(root()).unwrap().iter().collect();
    path.to_str().unwrap().replace('\\', "/")
}

/// Code without comments, with strings and characters emptied; lines stay where they are.
fn code_of(text: &str) -> String {
    let bytes: Vec<char> = text.chars().collect();
    let mut code = String::with_capacity(text.len());
    let mut at = 0;
    while at < bytes.len() {
        let rest = &bytes[at..];
        let length = match rest {
            ['/', '/', ..] => until(rest, "\n"),
            ['/', '*', ..] => until(rest, "*/") + 2,
            ['r', '"' | '#', ..] if !precedes_name(&bytes, at) => raw_string(rest),
            ['"', ..] => string(rest),
            ['\'', '\\', ..] => string_of(rest, '\''),
            ['\'', _, '\'', ..] => 3,
            _ => 0,
        };
        if length == 0 {
            code.push(bytes[at]);
            at += 1;
            continue;
        }
        let end = (at + length).min(bytes.len());
        if rest[0] == '"' || rest[0] == 'r' {
            code.push_str("\"\"");
        }
        code.extend(bytes[at..end].iter().filter(|character| **character == '\n'));
        at = end;
    }
    code
}

fn precedes_name(bytes: &[char], at: usize) -> bool {
    at > 0 && (bytes[at - 1].is_alphanumeric() || bytes[at - 1] == '_')
}

fn until(rest: &[char], end: &str) -> usize {
    let end: Vec<char> = end.chars().collect();
    rest.windows(end.len()).position(|window| window == end).unwrap_or(rest.len())
}

fn raw_string(rest: &[char]) -> usize {
    let hashes = rest[1..].iter().take_while(|character| **character == '#').count();
    if rest.get(1 + hashes) != Some(&'"') {
        return 0;
    }
    let end = format!("\"{}", "#".repeat(hashes));
    let begin = 2 + hashes;
    begin + until(&rest[begin..], &end) + end.len()
}

fn string(rest: &[char]) -> usize {
    string_of(rest, '"')
}

fn string_of(rest: &[char], quote: char) -> usize {
    let mut at = 1;
    while at < rest.len() && rest[at] != quote {
        at += if rest[at] == '\\' { 2 } else { 1 };
    }
    at + 1
}

#[test]
fn comments_and_strings_are_no_code() {
    let code =
        code_of("let a = \"crate::x\"; // crate::y\nlet b = r#\"\"c\"#; let c = '\"'; d::<'a>()");
    assert_eq!(code, "let a = \"\"; \nlet b = \"\"; let c = ; d::<'a>()");
}
