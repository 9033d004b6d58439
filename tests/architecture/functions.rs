//! Functions: how long, and with which parameters. The sources are formatted by rustfmt, so a function
//! ends at the brace that stands as far in as it begins.

use crate::source::SourceFile;

/// A function of the product.
pub struct Function {
    /// As in `src/app/mod.rs:12 name`.
    pub place: String,
    /// Its lines, from `fn` to the closing brace.
    pub lines: usize,
    /// Parameters, `self` left out.
    pub parameters: usize,
    /// How many of them are `bool`.
    pub bools: usize,
}

/// The functions of a file, tests left out.
pub fn functions(file: &SourceFile) -> Vec<Function> {
    let lines: Vec<&str> = file.code.lines().collect();
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let Some(name) = name_of(line) else { continue };
        let indent = line.len() - line.trim_start().len();
        let closing = format!("{}}}", " ".repeat(indent));
        let is_single = line.trim_end().ends_with('}') || line.trim_end().ends_with(';');
        let length = match is_single {
            true => 1,
            false => lines[at..].iter().position(|line| *line == closing).unwrap_or(0) + 1,
        };
        let list = parameters(&lines[at..].join("\n"));
        let taken = list.iter().filter(|parameter| !is_self(parameter));
        found.push(Function {
            place: format!("{}:{} {name}", file.path, at + 1),
            lines: length,
            parameters: taken.clone().count(),
            bools: taken.filter(|parameter| parameter.ends_with(": bool")).count(),
        });
    }
    found
}

fn name_of(line: &str) -> Option<&str> {
    let rest = line.trim_start();
    let begin = match rest.strip_prefix("fn ") {
        Some(rest) => rest,
        None => {
            let (before, rest) = rest.split_once(" fn ")?;
            let is_head = before.starts_with("pub") || before == "const" || before == "async";
            if !is_head {
                return None;
            }
            rest
        }
    };
    let end = begin.find(|character: char| !character.is_alphanumeric() && character != '_')?;
    Some(&begin[..end])
}

fn is_self(parameter: &str) -> bool {
    parameter.split_once(':').map_or(parameter, |(name, _)| name).split_whitespace().last()
        == Some("self")
        || parameter.ends_with("self")
}

/// The parameters of the function that a text begins with.
fn parameters(text: &str) -> Vec<String> {
    let mut depth = 0i32;
    let mut list = Vec::new();
    let mut current = String::new();
    let mut previous = ' ';
    let mut is_inside = false;
    let mut angles = 0i32;
    for character in text.chars() {
        match character {
            '<' => angles += 1,
            '>' if previous != '-' && previous != '=' => angles -= 1,
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            _ => {}
        }
        if !is_inside {
            is_inside = depth == 1 && angles == 0 && character == '(';
        } else if depth == 0 {
            break;
        } else if depth == 1 && angles == 0 && character == ',' {
            list.push(std::mem::take(&mut current));
        } else {
            current.push(character);
        }
        previous = character;
    }
    list.push(current);
    let list = list.into_iter().map(|parameter| parameter.trim().to_owned());
    list.filter(|parameter| !parameter.is_empty()).collect()
}

#[test]
fn parameters_are_told_apart() {
    let text = "fn f<T: Fn(usize) -> bool>(&self, a: (u8, bool), b: &dyn Fn(A, B) -> C<D, E>, c: bool) -> X {";
    assert_eq!(
        parameters(text),
        ["&self", "a: (u8, bool)", "b: &dyn Fn(A, B) -> C<D, E>", "c: bool"]
    );
}
