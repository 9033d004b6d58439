//! What is built in: its licences, where it comes from, and whether it was weighed.

use crate::support::skip;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

fn read(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

fn table(name: &str) -> toml::Table {
    toml::from_str(&read(name)).unwrap()
}

/// Crates of the lock file: name, versions, sources.
fn locked() -> Vec<(String, String, Option<String>)> {
    let lock = table("Cargo.lock");
    let text =
        |package: &toml::Value, key: &str| package.get(key).map(|v| v.as_str().unwrap().to_owned());
    let all = lock["package"].as_array().unwrap().iter();
    all.map(|package| {
        (text(package, "name").unwrap(), text(package, "version").unwrap(), text(package, "source"))
    })
    .collect()
}

#[test]
fn everything_comes_from_the_registry() {
    let deny = table("deny.toml");
    let allowed = deny["sources"]["allow-registry"].as_array().unwrap();
    let refused: BTreeSet<String> = deny["bans"]["deny"]
        .as_array()
        .unwrap()
        .iter()
        .map(|kind| kind["crate"].as_str().unwrap().to_owned())
        .collect();
    for (name, version, source) in locked() {
        if let Some(source) = source {
            let known = allowed
                .iter()
                .any(|registry| source == format!("registry+{}", registry.as_str().unwrap()));
            assert!(known, "{name} {version}: {source}");
        } else {
            let is_ours = Path::new(env!("CARGO_MANIFEST_DIR")).join("crates").join(&name).is_dir();
            assert!(is_ours || name == "missive", "{name} {version} comes from a folder");
        }
        assert!(!refused.contains(&name), "{name} is refused in deny.toml");
    }
}

/// Whether an SPDX expression can be met with these licences.
fn is_met(expression: &str, allowed: &BTreeSet<&str>) -> bool {
    // Crates write "A/B" for "A OR B"; brackets hold alternatives only.
    let expression = expression.replace('/', " OR ");
    let within: Vec<String> =
        expression.split(" AND ").map(|part| part.replace(['(', ')'], "")).collect();
    within.iter().all(|all| all.split(" OR ").any(|one| allowed.contains(one.trim())))
}

#[test]
fn every_licence_is_one_that_may_be_built_in() {
    let deny = table("deny.toml");
    let allowed: BTreeSet<&str> = deny["licenses"]["allow"]
        .as_array()
        .unwrap()
        .iter()
        .map(|name| name.as_str().unwrap())
        .collect();
    assert!(
        is_met("MIT OR GPL-3.0", &allowed)
            && is_met("(MIT OR Apache-2.0) AND Unicode-3.0", &allowed)
    );
    assert!(!is_met("GPL-3.0", &allowed) && !is_met("MIT AND GPL-3.0", &allowed));
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--locked", "--offline", "--format-version", "1"])
        .args(["--filter-platform", "x86_64-unknown-linux-gnu"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    if !output.status.success() {
        skip(&String::from_utf8_lossy(&output.stderr));
        return;
    }
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    assert!(packages.len() > 300, "{}", packages.len());
    for package in packages {
        let licence = package["license"].as_str().unwrap_or_default();
        assert!(is_met(licence, &allowed), "{} {}: {licence}", package["name"], package["version"]);
    }
}

#[test]
fn every_version_that_was_weighed_is_the_one_that_is_built_in() {
    let mut locked_versions: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (name, version, _) in locked() {
        locked_versions.entry(name).or_default().insert(version);
    }
    let weighed = read("docs/dependencies.md");
    let mut rows = 0;
    for line in
        weighed.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| crate"))
    {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        rows += 1;
        let versions = locked_versions.get(cells[1]);
        assert!(
            versions.is_some_and(|known| known.contains(cells[2])),
            "{} {} is not in Cargo.lock ({versions:?}): weigh it anew in docs/dependencies.md",
            cells[1],
            cells[2]
        );
    }
    assert!(rows > 15, "{rows}");
}
