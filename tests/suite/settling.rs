//! Messages of unknown fate, and what a person says of them.

use crate::relay::{Do, Event, Relay, made, plain, says, send};
use crate::support::Project;

/// A project with one message of unknown fate, and the rest handed over.
fn doubtful(schools: usize) -> (Project, Relay) {
    let relay = Relay::scripted(|event, seen| match event {
        Event::Dot if seen.dots() == 1 => Do::Close,
        _ => Do::Usual,
    });
    let project = made(schools, &plain(relay.port));
    send(&project, schools).expect(1);
    (project, relay)
}

fn first_reference(project: &Project) -> String {
    let name = project.names("out/2026/letters").remove(0);
    name.trim_end_matches(".pdf").to_owned()
}

#[test]
fn a_doubtful_message_of_a_withdrawn_letter_is_settled_like_any_other() {
    for word in ["--not-sent", "--handed-over"] {
        let (project, relay) = doubtful(2);
        let reference = first_reference(&project);
        // The first school has no referent any more.
        let people = project.read("data/people.toml");
        let second = people.find("[[referent]]\nid = \"martin-1\"").unwrap();
        project.write("data/people.toml", &people[second..]);
        project.missive(&["generate"]).expect(0);
        says(
            &project.missive(&["send", "--confirm", "0"]).expect(5),
            &["1 message reste au sort incertain"],
        );
        project.missive(&["resolve", &reference, word, "--why", "vu au relais"]).expect(0);
        project.missive(&["status"]).expect(0);
        project.missive(&["generate"]).expect(0);
        project.missive(&["ledger", "verify"]).expect(0);
        assert_eq!(relay.seen.dots(), 2, "{word}");
    }
}

#[test]
fn a_word_that_was_wrong_can_be_taken_back_before_anything_goes() {
    let (project, relay) = doubtful(1);
    let reference = first_reference(&project);
    project.missive(&["resolve", &reference, "--not-sent", "--why", "x"]).expect(0);
    project
        .missive(&["resolve", &reference, "--handed-over", "--why", "le relais l'a bien"])
        .expect(0);
    send(&project, 0).expect(0);
    assert_eq!((project.states(), relay.seen.dots()), (vec!["handed_over".to_owned()], 1));
    // The name that the account gives works too, and so does the school's.
    for key in ["name", "school"] {
        let (project, _) = doubtful(1);
        let open = project.missive(&["status", "--json"]).expect(0).json()["open"][0].clone();
        let word = open[key].as_str().unwrap();
        project.missive(&["resolve", word, "--handed-over", "--why", "x"]).expect(0);
        assert_eq!(project.states(), ["handed_over"], "{word}");
    }
}

#[test]
fn a_closed_campaign_can_still_be_settled() {
    let (project, relay) = doubtful(2);
    let bytes = relay.seen.whole()[0].bytes.clone();
    project.write("copies/1.eml", bytes);
    let text = project.read("data/campaigns/2026.toml");
    project.write(
        "data/campaigns/2026.toml",
        text.replacen("[campaign]", "[campaign]\nclosed = 2026-11-21", 1),
    );
    send(&project, 0).expect(2);
    let folder = project.path("copies");
    project.missive(&["resolve", "--copies", folder.to_str().unwrap()]).expect(0);
    assert_eq!(project.states(), ["handed_over"; 2]);
}
