//! `missive schema`: what it writes, and that its schemas judge as `check` does.

use crate::support::{PERSON, Project, SCHOOL};
use jsonschema::Validator;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// A schema that the binary wrote.
fn schema(project: &Project, name: &str) -> Value {
    serde_json::from_str(&project.read(&format!("schemas/{name}.schema.json"))).unwrap()
}

/// A TOML value as editors hand it to a schema: dates are texts.
fn as_json(value: &toml::Value) -> Value {
    match value {
        toml::Value::Datetime(date) => json!(date.to_string()),
        toml::Value::Array(items) => items.iter().map(as_json).collect(),
        toml::Value::Table(table) => {
            table.iter().map(|(key, value)| (key.clone(), as_json(value))).collect()
        }
        toml::Value::String(text) => json!(text),
        toml::Value::Integer(number) => json!(number),
        toml::Value::Float(number) => json!(number),
        toml::Value::Boolean(flag) => json!(flag),
    }
}

/// What a schema says of a TOML text.
fn complaints(validator: &Validator, text: &str) -> Vec<String> {
    let table: toml::Table = text.parse().unwrap();
    let value = as_json(&toml::Value::Table(table));
    validator
        .iter_errors(&value)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect()
}

/// A project whose files one after the other give way to those of the corpus.
struct Bench {
    project: Project,
    settings: Validator,
    data: Validator,
}

impl Bench {
    fn new() -> Self {
        let project = Project::small();
        project.missive(&["schema", "--no-lines"]).expect(0);
        let of = |name| jsonschema::validator_for(&schema(&project, name)).unwrap();
        let (settings, data) = (of("missive"), of("data"));
        Self { project, settings, data }
    }

    /// What the schema and `check` say of a text; its name tells which file it is.
    fn judge(&self, name: &str, text: &str) -> (Vec<String>, Vec<String>) {
        let (path, validator) = match name.split_once('-').map_or(name, |(table, _)| table) {
            "settings" => ("missive.toml", &self.settings),
            "campaign" | "amendment" => ("data/campaigns/2026.toml", &self.data),
            _ => ("data/essai.toml", &self.data),
        };
        let before = fs::read(self.project.path(path)).ok();
        self.project.write(path, text);
        let told = self.project.missive(&["check", "--json"]);
        match before {
            Some(bytes) => self.project.write(path, bytes),
            None => fs::remove_file(self.project.path(path)).unwrap(),
        }
        let document = told.json();
        let problems = document["problems"].as_array().unwrap_or_else(|| panic!("{}", told.err));
        let errors = problems.iter().filter(|problem| problem["severity"] == "error");
        let codes = errors.map(|problem| problem["code"].as_str().unwrap().to_owned()).collect();
        (complaints(validator, text), codes)
    }
}

/// The files of a folder of the corpus: name, text, and what stands in the first line.
fn corpus(folder: &str) -> Vec<(String, String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/schema").join(folder);
    let mut found: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let text = fs::read_to_string(&path).unwrap();
            let head = text.lines().next().unwrap().trim_start_matches("# ").to_owned();
            (path.file_stem().unwrap().to_str().unwrap().to_owned(), text, head)
        })
        .collect();
    found.sort();
    found
}

#[test]
fn what_check_accepts_the_schema_accepts() {
    let workspace = Bench::new();
    let files = corpus("good");
    assert!(files.len() >= 15);
    for (name, text, _) in files {
        assert_eq!(workspace.judge(&name, &text), (Vec::new(), Vec::new()), "{name}");
    }
    for (name, text) in [("establishment", SCHOOL), ("referent", PERSON)] {
        assert_eq!(complaints(&workspace.data, text), Vec::<String>::new(), "{name}");
    }
    let sample = Project::sample();
    assert!(complaints(&workspace.settings, &sample.read("missive.toml")).is_empty());
    for file in ["establishments", "referents", "campaigns/2026"].iter().chain(&[
        "rules/missions",
        "rules/clauses",
        "rules/allowances",
    ]) {
        let text = sample.read(&format!("data/{file}.toml"));
        assert_eq!(complaints(&workspace.data, &text), Vec::<String>::new(), "{file}");
    }
}

#[test]
fn what_check_refuses_the_schema_refuses() {
    let workspace = Bench::new();
    let files = corpus("bad");
    assert!(files.len() >= 40);
    for (name, text, code) in files {
        let (complaints, codes) = workspace.judge(&name, &text);
        assert_eq!(codes, [code], "{name}: one mistake");
        assert!(!complaints.is_empty(), "{name}: the schema accepts it");
    }
}

#[test]
fn what_only_check_can_see_is_known() {
    let workspace = Bench::new();
    let files = corpus("beyond");
    let mut seen = BTreeSet::new();
    for (name, text, code) in files {
        let (complaints, codes) = workspace.judge(&name, &text);
        assert_eq!(codes, [code.as_str()], "{name}: one mistake");
        assert_eq!(complaints, Vec::<String>::new(), "{name}");
        seen.insert(code);
    }
    let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/guide/12-avec-un-editeur.md");
    let guide = fs::read_to_string(guide).unwrap();
    for code in seen {
        assert!(guide.contains(&format!("`{code}`")), "{code} is a limit that the guide tells");
    }
}

#[test]
fn the_schemas_are_sound_and_in_french() {
    let project = Project::sample();
    project.missive(&["schema"]).expect(0);
    for name in ["missive", "data"] {
        let schema = schema(&project, name);
        assert_eq!(schema["$schema"], "http://json-schema.org/draft-07/schema#");
        assert!(jsonschema::draft7::meta::is_valid(&schema), "{name}");
        let text = schema.to_string();
        assert!(text.contains("guillemets") && !text.contains("\"null\""), "{name}");
    }
}

#[test]
fn each_file_gets_its_line_once_and_nothing_else_changes() {
    let project = Project::sample();
    let before = project.hashes("data");
    let counts = project.missive(&["check", "--json"]).expect(0).json()["counts"].clone();
    let texts: Vec<(&str, &str)> = vec![
        ("missive.toml", "#:schema ./schemas/missive.schema.json\n"),
        ("data/referents.toml", "#:schema ../schemas/data.schema.json\n"),
        ("data/campaigns/2026.toml", "#:schema ../../schemas/data.schema.json\n"),
    ];
    let old: Vec<String> = texts.iter().map(|(path, _)| project.read(path)).collect();
    let told = project.missive(&["schema"]).expect(0);
    assert!(told.out.contains("Schémas écrits") && told.out.contains("7 fichiers"), "{}", told.out);
    assert!(told.out.contains("Ensuite : "), "{}", told.out);
    for ((path, line), old) in texts.iter().zip(old) {
        assert_eq!(project.read(path), format!("{line}{old}"));
    }
    assert_ne!(project.hashes("data"), before);
    let json = project.missive(&["check", "--json"]).expect(0).json();
    assert_eq!(json["counts"], counts);
    let all = hashes(&project);
    let told = project.missive(&["schema"]).expect(0);
    assert!(told.out.contains("déjà à jour") && told.out.contains("7 fichiers"), "{}", told.out);
    assert_eq!(hashes(&project), all, "a second run writes nothing");
}

/// What stands in the files that the command may write.
fn hashes(project: &Project) -> Vec<impl PartialEq + std::fmt::Debug + use<>> {
    let mut all = vec![project.hashes("data"), project.hashes("schemas")];
    let settings = crate::support::sha256(&project.bytes("missive.toml"));
    all.push([("missive.toml".to_owned(), settings)].into());
    all
}

#[test]
fn the_document_says_what_became_of_each_file() {
    let project = Project::small();
    project.write("data/latin.toml", b"# Coll\xe8ge\n");
    project.write("data/ailleurs.toml", "#:schema https://json.example/x.json\n");
    project.write("data/deja.toml", "\n# ici\n#:schema ../schemas/data.schema.json\n");
    project.write("data/crlf.toml", "# a\r\n# b\r\n");
    project.write("data/bom.toml", "\u{feff}# a\n");
    for aside in ["ledger", "archive", "imports"] {
        project.write(&format!("data/{aside}/a.toml"), "# a\n");
    }
    let told = project.missive(&["schema", "--json"]).expect(0);
    let json = told.json();
    assert_eq!(json["schema"], "missive/schema/1");
    assert_eq!(json["schemas"], json!(["schemas/missive.schema.json", "schemas/data.schema.json"]));
    let lines = &json["lines"];
    let added: Vec<&str> =
        lines["added"].as_array().unwrap().iter().map(|line| line.as_str().unwrap()).collect();
    assert!(added.contains(&"missive.toml") && added.contains(&"data/rules/clauses.toml"));
    assert!(!added.iter().any(|line| line.ends_with("/a.toml")), "{added:?}");
    assert_eq!(lines["kept"], json!(["data/deja.toml"]));
    assert_eq!(
        lines["skipped"],
        json!([
            { "file": "data/ailleurs.toml", "reason": "elsewhere" },
            { "file": "data/latin.toml", "reason": "encoding" },
        ])
    );
    assert!(told.err.contains("mène ailleurs") && told.err.contains("UTF-8"), "{}", told.err);
    let line = "#:schema ../schemas/data.schema.json";
    assert_eq!(project.read("data/crlf.toml"), format!("{line}\r\n# a\r\n# b\r\n"));
    assert_eq!(project.read("data/bom.toml"), format!("\u{feff}{line}\n# a\n"));
    assert_eq!(project.bytes("data/latin.toml"), b"# Coll\xe8ge\n");
    assert_eq!(project.read("data/ailleurs.toml"), "#:schema https://json.example/x.json\n");
}

#[test]
fn it_works_while_the_records_have_mistakes_and_without_lines() {
    let project = Project::small();
    project.replace("data/school.toml", "kind = \"college\"", "kind = ");
    let before = project.hashes("data");
    let json = project.missive(&["schema", "--no-lines", "--json"]).expect(0).json();
    assert_eq!(json["lines"], json!({ "added": [], "kept": [], "skipped": [] }));
    assert_eq!(project.hashes("data"), before);
    let text = project.read("data/school.toml");
    project.missive(&["schema", "-q"]).expect(0);
    assert!(project.read("data/school.toml").ends_with(&text));
    let empty = crate::support::folder();
    crate::support::run(&["schema", "-C", empty.path().to_str().unwrap()]).expect(2);
}

#[test]
fn a_letter_copied_for_a_preview_changes_nothing() {
    let project = Project::small();
    project.missive(&["generate"]).expect(0);
    let before = project.hashes("out/2026/letters");
    for name in ["letter", "cover"] {
        project.write(&format!("templates/{name}.json"), "{ \"reference\": \"celle d’un autre\" }");
    }
    let json = project.missive(&["generate", "--json"]).expect(0).json();
    assert_eq!(
        (json["letters"]["written"].as_u64(), json["compiled"].as_u64()),
        (Some(0), Some(0))
    );
    project.missive(&["generate", "--force"]).expect(0);
    assert_eq!(project.hashes("out/2026/letters"), before);
}

#[test]
fn a_file_keeps_its_rights_and_a_refusal_of_the_disk_is_told() {
    let project = Project::small();
    #[cfg(unix)]
    {
        use std::os::unix::fs::{PermissionsExt as _, symlink};
        let private = fs::Permissions::from_mode(0o600);
        fs::set_permissions(project.path("missive.toml"), private).unwrap();
        symlink(project.path("data/school.toml"), project.path("data/lien.toml")).unwrap();
        let json = project.missive(&["schema", "--json"]).expect(0).json();
        let mode = fs::metadata(project.path("missive.toml")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(json["lines"]["skipped"][0]["reason"], "link", "{json}");
        assert!(fs::symlink_metadata(project.path("data/lien.toml")).unwrap().is_symlink());
    }
    let project = Project::small();
    project.write("schemas", "x");
    let told = project.missive(&["schema", "--json"]).expect(4);
    assert_eq!(told.json()["schema"], "missive/error/1");
    assert!(told.err.contains("à faire : "), "{}", told.err);
}
