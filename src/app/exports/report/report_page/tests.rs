//! The page against hostile names, and the counts of its bar.

use super::*;
use crate::app::exports::report::report_rows::{ReportDue, ReportLink};

fn line(group: LetterGroup, progress: LetterProgress) -> ReportLine {
    ReportLine {
        reference: "r".into(),
        person: "</td>".into(),
        link: Some("letters/\"x\".pdf".into()),
        state: "prête",
        group,
        progress,
        due: None,
        acts: vec!["<i>".into()],
    }
}

fn school(letters: Vec<ReportLine>) -> ReportSchool {
    ReportSchool {
        uai: "\"onload=\"x".into(),
        name: "<b>".into(),
        city: "'".into(),
        departement: "\"><img>".into(),
        phone: Some("<u>01 02 03 04 05".into()),
        email: Some("a&b".into()),
        letters,
        links: vec![ReportLink { label: "PDF", path: "covers/\"y\".pdf".into() }],
        blocked: Some("<s>".into()),
    }
}

#[test]
fn nothing_of_a_record_becomes_markup() {
    let report = CampaignReport {
        title: "<script>alert(1)</script>".into(),
        moment: "<em>".into(),
        acts: vec!["<q>".into()],
        schools: vec![school(vec![line(LetterGroup::Late, LetterProgress::NotSent)])],
        ..CampaignReport::default()
    };
    let page = report.to_html();
    assert_eq!(page.matches("<script>").count(), 1, "the page's own");
    for markup in ["<b>", "<i>", "<u>", "<s>", "<q>", "<em>", "<img>", "\"x\".pdf", "\"y\".pdf"] {
        assert!(!page.contains(markup), "{markup}");
    }
    assert!(page.contains("&lt;script&gt;") && page.contains("a&amp;b"));
    assert!(page.contains("href=\"tel:0102030405\""), "{page}");
}

#[test]
fn the_script_and_the_style_are_those_of_the_policy() {
    let page = CampaignReport::default().to_html();
    assert!(page.contains("default-src 'none'") && page.contains("script-src 'sha256-"));
    assert!(
        !page.contains(" style=\"") && !page.contains(" onclick"),
        "inline code would be refused"
    );
    assert!(!SCRIPT.contains("</"), "it would end its own element");
    assert!(!SCRIPT.contains("http") && !SCRIPT.contains("innerHTML"));
}

#[test]
fn the_parts_of_the_bar_do_not_overlap() {
    let lines = [
        line(LetterGroup::Late, LetterProgress::Sent),
        line(LetterGroup::Late, LetterProgress::Returned),
        line(LetterGroup::Settled, LetterProgress::Returned),
        line(LetterGroup::Awaited, LetterProgress::Sent),
        line(LetterGroup::Outgoing, LetterProgress::NotSent),
    ];
    let counts = ProgressCounts::of(&lines);
    let ProgressCounts { letters, sent, returned, late, .. } = counts;
    assert_eq!([letters, sent, returned, late], [5, 4, 2, 2]);
    assert_eq!(counts.parts().map(|(_, number)| number), [1, 2, 1]);
}

#[test]
fn overdue_letters_are_first_the_oldest_of_them_at_the_top() {
    let due = |day, late_by| ReportDue { day: jiff::civil::date(2026, 12, day), late_by };
    let named = |person: &str, group, due| ReportLine {
        person: person.into(),
        due: Some(due),
        ..line(group, LetterProgress::Sent)
    };
    let schools = vec![school(vec![
        named("en attente", LetterGroup::Awaited, due(30, None)),
        named("douze jours", LetterGroup::Late, due(18, Some(12))),
        named("un jour", LetterGroup::Late, due(29, Some(1))),
        named("vingt jours", LetterGroup::Late, due(10, Some(20))),
    ])];
    let page = CampaignReport { schools, ..CampaignReport::default() }.to_html();
    let place = |words: &str| page.find(words).unwrap();
    let places = [">vingt jours<", ">douze jours<", ">un jour<", ">en attente<"].map(place);
    assert!(places.is_sorted(), "{places:?}");
    assert!(page.contains("1 jour de retard") && page.contains("20 jours de retard"), "{page}");
    assert!(page.contains("à rendre le 30\u{a0}décembre\u{a0}2026"));
}

#[test]
fn six_hundred_letters_are_a_row_each_in_a_page_of_moderate_size() {
    let groups = LetterGroup::ALL.into_iter().cycle();
    let schools: Vec<ReportSchool> = groups
        .take(600)
        .enumerate()
        .map(|(at, group)| ReportSchool {
            uai: format!("{:07}A", 350_000 + at),
            name: format!("Collège Numéro-{at}"),
            letters: vec![ReportLine {
                person: format!("Mme Personne-{at}"),
                ..line(group, LetterProgress::Sent)
            }],
            ..school(Vec::new())
        })
        .collect();
    let page = CampaignReport { schools, ..CampaignReport::default() }.to_html();
    assert_eq!(page.matches("<tr data-d").count(), 600);
    assert_eq!(page.matches("<th scope=\"row\">").count(), 600);
    for at in 0..600 {
        assert!(page.contains(&format!(">Mme Personne-{at}</a>")), "named in the link: {at}");
    }
    // A group of many is closed, and each can be reached from the top.
    assert_eq!(page.matches("<details><summary>").count(), 5);
    for group in LetterGroup::ALL {
        assert!(page.contains(&format!(
            "<a href=\"#{}\">{} (120)</a>",
            group.anchor(),
            group.title()
        )));
    }
    assert!(page.len() < 600_000, "{}", page.len());
}
