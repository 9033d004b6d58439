//! What missive.toml puts on the letter besides names: telephone, agent, logo, signature, copies.

use crate::support::Project;

/// The text of the first letter, page by page.
fn letter(project: &Project) -> String {
    let path = project.names("out/2026/letters").remove(0);
    let document =
        lopdf::Document::load(project.path(&format!("out/2026/letters/{path}"))).unwrap();
    let pages: Vec<u32> = document.get_pages().keys().copied().collect();
    document.extract_text(&pages).unwrap()
}

#[test]
fn telephone_agent_and_copies_are_printed_where_they_are_given() {
    let project = Project::small();
    project.missive(&["generate"]).expect(0);
    let printed = letter(&project);
    assert!(printed.contains("Affaire suivie par"), "{printed}");
    assert!(!printed.contains("Copie"), "{printed}");
    project.replace(
        "missive.toml",
        "# copies = [\"Inspection académique de la Haute-Clairière\"]",
        "copies = [\"Inspection académique\", \"Rectorat ; secrétariat\"]",
    );
    project.missive(&["generate"]).expect(0);
    assert!(letter(&project).contains("Copies"));
    // Without them: nothing is printed, nothing is asked.
    for line in ["phone = ", "contact = ", "logo = ", "copies = "] {
        let text = project.read("missive.toml");
        let line = text.lines().find(|text| text.starts_with(line)).unwrap().to_owned();
        project.replace("missive.toml", &format!("{line}\n"), "");
    }
    project.missive(&["check"]).expect(0);
    project.missive(&["generate"]).expect(0);
    assert!(!letter(&project).contains("Affaire suivie par"));
}

#[test]
fn a_picture_that_is_not_there_or_does_not_fit_is_an_error_at_its_line() {
    let wide = r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 900 100"/>"#;
    let logo = "logo = { file = \"logo.svg\", alt = \"Académie d’Exemple\", height = 16 }";
    for (file, bytes, height, told) in [
        ("absent.svg", None, 16, "n'est pas dans le dossier templates/"),
        ("large.svg", Some(wide.as_bytes()), 16, "écrire height = 6 au plus"),
        ("logo.svg", None, 19, "écrire height = 18 au plus"),
        ("logo.svg", None, 4, "height"),
        ("logo.svg", None, 26, "height"),
        ("faux.png", Some(b"<svg/>".as_slice()), 16, "n'est pas une image SVG ou PNG lisible"),
        ("photo.jpg", Some(b"\xff\xd8\xff".as_slice()), 16, "n'est pas une image SVG ou PNG"),
        ("vide.svg", Some(b"".as_slice()), 16, "n'est pas une image SVG ou PNG lisible"),
        ("../missive.toml", None, 16, "n'est pas dans le dossier templates/"),
    ] {
        let project = Project::small();
        if let Some(bytes) = bytes {
            project.write(&format!("templates/{file}"), bytes);
        }
        let line = format!("logo = {{ file = \"{file}\", alt = \"Logo\", height = {height} }}");
        project.replace("missive.toml", logo, &line);
        let answer = project.missive(&["check"]).expect(3);
        assert!(answer.err.contains(told), "{file}, {height}: {}", answer.err);
        assert!(answer.err.contains("missive.toml:"), "{file}: {}", answer.err);
    }
}

#[test]
fn letters_without_the_authoritys_signature_are_warned_about() {
    let image = "issuer_image = { file = \"signature.svg\", alt = \"Signature de Jeanne Exemple\", height = 14 }";
    let warns = |change: &dyn Fn(&Project)| {
        let project = Project::small();
        change(&project);
        project.missive(&["check"]).expect(0).err.contains("W-ISSUER")
    };
    let without = |project: &Project| project.replace("missive.toml", image, "");
    assert!(!warns(&|_| {}));
    assert!(warns(&without));
    assert!(!warns(&|project| {
        without(project);
        project.replace(
            "missive.toml",
            "issuer_signature = \"none\"",
            "issuer_signature = \"required\"",
        );
    }));
    assert!(!warns(&|project| {
        without(project);
        project.replace(
            "missive.toml",
            "[\"issuer\", \"head\", \"referent\"]",
            "[\"head\", \"referent\"]",
        );
    }));
}

#[test]
fn a_function_without_a_salutation_is_warned_about() {
    let project = Project::small();
    project.replace("data/school.toml", "function = \"Principale\"", "function = \"Gestionnaire\"");
    let told = project.missive(&["check"]).expect(0).err;
    assert!(told.contains("W-FUNCTION") && told.contains("« Gestionnaire »"), "{told}");
}
