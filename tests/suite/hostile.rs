//! A record's string is data, whatever it looks like.

use crate::support::{PERSON, Project};

const NAME: &str = "#panic() $x$ @ref <b> \\\" \\\\ Œuvré‑D’Aÿ";
const SHOWN: &str = "#panic() $x$ @ref <b> \" \\ Œuvré‑D’Aÿ";

#[test]
fn markup_in_a_name_prints_as_it_is_in_every_form() {
    let project = Project::small();
    project.replace("data/person.toml", "\"Martin\"", &format!("\"{NAME}\""));
    project.missive(&["run"]).expect(0);
    let letter = &project.names("out/2026/letters")[0];
    let text = crate::documents::text(&project.bytes(&format!("out/2026/letters/{letter}")));
    let squeezed = |text: &str| text.split_whitespace().collect::<String>();
    assert!(squeezed(&text).contains(&squeezed(SHOWN)), "{text}");
    let html = project.read("out/2026/covers/0860001J.html");
    let escaped = SHOWN.replace('<', "&lt;");
    assert!(html.contains(&escaped) || html.contains(&escaped.replace('>', "&gt;")), "{html}");
    let mail = project.bytes("out/2026/outbox/0860001J.r1.eml");
    let body = crate::mail::plain_body(&mail);
    assert!(squeezed(&body).contains(&squeezed(SHOWN)), "{body}");
    let report = project.read("out/2026/report.html");
    assert!(report.contains("@ref &lt;b&gt; &quot;"), "{report}");
}

#[test]
fn line_breaks_controls_and_bidirectional_marks_are_refused() {
    for bad in [
        "Mar\\r\\nBcc: x@y.example",
        "Mar\\u0000tin",
        "Mar\u{202e}tin",
        "Mar\u{2066}tin",
        "Mar\\ttin\\u0007",
        "Mar\u{200b}tin",
    ] {
        let project = Project::small();
        project.replace("data/person.toml", "\"Martin\"", &format!("\"{bad}\""));
        let told = project.missive(&["run"]).expect(3);
        assert!(told.err.contains("E-CHARACTER"), "{bad:?}: {}", told.err);
        assert!(told.err.contains("data/person.toml:5:"), "{}", told.err);
        assert!(!told.err.contains('\u{202e}') && !told.err.contains('\u{7}'), "{:?}", told.err);
        assert!(!project.path("out").exists());
    }
}

#[test]
fn a_character_that_no_font_has_is_told_at_its_record() {
    let project = Project::small();
    project.replace("data/person.toml", "\"Martin\"", "\"Martin \u{13000}\"");
    let told = project.missive(&["check"]).expect(3);
    assert!(
        told.err.contains("E-GLYPH") && told.err.contains("data/person.toml:5:"),
        "{}",
        told.err
    );
}

#[test]
fn names_cannot_lead_out_of_the_project() {
    let project = Project::small();
    project.replace("data/campaigns/2026.toml", "enclosures/ressources.pdf", "../secret.pdf");
    project.write("../secret.pdf", "%PDF-1.7");
    let told = project.missive(&["run"]).expect(3);
    assert!(told.err.contains("E-ENCLOSURE"), "{}", told.err);
    let project = Project::small();
    project.replace("data/campaigns/2026.toml", "id = \"2026\"", "id = \"../../x\"");
    let told = project.missive(&["run"]).expect(3);
    assert!(told.err.contains("E-CAMPAIGN-ID"), "{}", told.err);
    let project = Project::small();
    project.replace("data/person.toml", "martin-claire", "../martin");
    project.missive(&["run"]).expect(3);
}

#[test]
fn very_long_but_lawful_texts_still_make_a_letter() {
    let project = Project::small();
    let long = "Œuvré-D’Aÿ ".repeat(18);
    project
        .write("data/person.toml", PERSON.replace("\"Martin\"", &format!("\"{}\"", long.trim())));
    project.replace(
        "data/school.toml",
        "Collège Ada-Lovelace",
        &format!("Collège {}", "Saint-Exupéry-".repeat(13)),
    );
    project.missive(&["run"]).expect(0);
}

#[test]
fn a_letter_of_more_than_two_pages_is_told() {
    let project = Project::small();
    let priority = "\"accompagner les équipes dans les usages de l'espace numérique de travail et la liaison avec les familles\", ";
    let many = format!("priorities = [{}]\nhead", priority.repeat(40));
    project.replace("data/school.toml", "head", &many);
    let told = project.missive(&["run"]).expect(0);
    let line = "1 lettre dépasse deux pages, à relire : Collège Ada-Lovelace (0860001J)";
    assert!(told.out.contains(line), "{}", told.out);
    assert!(project.read("out/2026/report.html").contains("dépasse deux pages"));
}

#[test]
fn an_address_of_ours_outside_the_allowed_domains_is_told() {
    let project = Project::small();
    project.replace("missive.toml", "dan-retours@academie.example", "dan-retours@ailleurs.example");
    let told = project.missive(&["check"]).expect(0);
    assert!(told.err.contains("W-DOMAIN") && told.err.contains("missive.toml:"), "{}", told.err);
}

#[test]
fn rule_text_is_plain_text() {
    let project = Project::small();
    project.write(
        "data/rules/z.toml",
        "[[clause]]\nid = \"z\"\nslot = \"report\"\n[[clause.version]]\nsince = 2018-11-01\nsource = \"s\"\ntext = \"#panic(1) *gras* $x$ @moi\"\n",
    );
    project.missive(&["run"]).expect(0);
    let letter = &project.names("out/2026/letters")[0];
    let text = crate::documents::text(&project.bytes(&format!("out/2026/letters/{letter}")));
    assert!(
        text.split_whitespace().collect::<String>().contains("#panic(1)*gras*$x$@moi"),
        "{text}"
    );
}
