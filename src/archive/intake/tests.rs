//! Normal files, and files made to do harm.

use super::budget::{Budget, BudgetEnd};
use super::item::{Gravity, IntakeProblem, Item, Limits};
use super::walk::{MAX_REPORTED, open, walk};
use crate::archive::file_kind::FileKind;
use ::zip::ZipWriter;
use ::zip::write::SimpleFileOptions;
use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::ops::ControlFlow;
use std::path::Path;

/// Labels with kinds, and troubles, of one file.
fn opened(name: &str, bytes: &[u8]) -> (Vec<Item>, Vec<IntakeProblem>) {
    let mut items = Vec::new();
    let walked = open(name, bytes.to_vec(), &Limits::default(), &mut |item| {
        items.push(item);
        ControlFlow::Continue(())
    });
    let troubles = walked.problems();
    assert!(!items.is_empty() || !troubles.is_empty(), "{name} disappeared");
    (items, troubles)
}

fn walked(path: &Path) -> (Vec<Item>, Vec<IntakeProblem>) {
    let mut items = Vec::new();
    let walked = walk(path, &Limits::default(), &mut |item| {
        items.push(item);
        ControlFlow::Continue(())
    });
    (items, walked.problems())
}

fn seen(items: &[Item]) -> Vec<(&str, FileKind)> {
    items.iter().map(|item| (item.label.as_str(), item.kind)).collect()
}

fn lost(troubles: &[IntakeProblem]) -> usize {
    troubles.iter().filter(|problem| problem.gravity == Gravity::Lost).count()
}

fn put(path: &Path, bytes: &[u8]) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    OpenOptions::new().create_new(true).write(true).open(path).unwrap().write_all(bytes).unwrap();
}

fn part(head: &str, body: &[u8]) -> Vec<u8> {
    [head.as_bytes(), b"\r\n\r\n", body].concat()
}

fn mail(id: &str, parts: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = format!(
        "From: =?utf-8?Q?Coll=C3=A8ge?= <a@b>\r\nTo: c@d\r\nSubject: Re: lettre\r\nDate: x\r\n\
         Message-ID: <{id}@b>\r\nIn-Reply-To: <sent@d>\r\nReferences: <first@d> <sent@d>\r\n\
         MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"q{id}\"\r\n\r\n"
    )
    .into_bytes();
    for part in parts {
        bytes.extend([format!("--q{id}\r\n").as_bytes(), part, b"\r\n"].concat());
    }
    bytes.extend(format!("--q{id}--\r\n").as_bytes());
    bytes
}

fn text() -> Vec<u8> {
    part("Content-Type: text/plain", b"Bonjour,\r\n\r\nFrom here.")
}

fn pdf(name: &str) -> Vec<u8> {
    part(&format!("Content-Type: application/pdf; name=\"{name}\""), b"%PDF-1.7 x")
}

fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(io::Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn the_attachments_of_a_mail_are_taken_with_the_mail() {
    let bytes = mail("1", &[text(), pdf("../../lettre.pdf"), pdf("C:\\\\x\\\\b.pdf")]);
    let (items, troubles) = opened("a.eml", &bytes);
    assert!(troubles.is_empty(), "{troubles:?}");
    assert_eq!(
        seen(&items),
        [("a.eml › ../../lettre.pdf", FileKind::Pdf), ("a.eml › C:\\x\\b.pdf", FileKind::Pdf)]
    );
    assert_eq!((&*items[0].name, &*items[1].name), ("lettre.pdf", "b.pdf"));
    let carrier = items[0].mail.as_ref().unwrap();
    assert_eq!(&*carrier.raw, bytes.as_slice());
    assert_eq!((&*carrier.from, &*carrier.to, &*carrier.date), ("Collège <a@b>", "c@d", "x"));
    assert_eq!(carrier.message_id.as_deref(), Some("<1@b>"));
    assert_eq!(carrier.in_reply_to.as_deref(), Some("<sent@d>"));
    assert_eq!(carrier.references, ["<first@d>", "<sent@d>"]);
}

#[test]
fn a_mail_that_brings_nothing_is_for_a_person() {
    let bytes = mail("1", &[text()]);
    let (items, troubles) = opened("a.eml", &bytes);
    assert_eq!((seen(&items), troubles.len()), (vec![("a.eml", FileKind::Mail)], 0));
    assert_eq!(items[0].bytes, bytes);
    for head in ["Content-Type: application/ms-tnef", "Content-Type: application/pkcs7-mime"] {
        let (items, troubles) = opened("a.eml", &mail("1", &[text(), part(head, b"x")]));
        assert_eq!((seen(&items), lost(&troubles)), (vec![("a.eml", FileKind::Mail)], 1), "{head}");
    }
    let (items, troubles) = opened(
        "a.eml",
        &mail(
            "1",
            &[text(), part("Content-Type: image/png\r\nContent-Disposition: inline", b"\x89PNG")],
        ),
    );
    assert_eq!((seen(&items), troubles.len()), (vec![("a.eml", FileKind::Mail)], 1));
}

#[test]
fn logos_go_where_there_is_something_else_and_pages_stay() {
    let image = |side: u32, length: usize| {
        let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        png.extend([side.to_be_bytes(), side.to_be_bytes()].concat());
        png.resize(length, 0);
        let head = "Content-Type: image/png\r\nContent-ID: <x>\r\nContent-Disposition: inline; \
                    filename=image001.png\r\nContent-Transfer-Encoding: binary";
        part(head, &png)
    };
    let (items, troubles) =
        opened("a.eml", &mail("1", &[text(), image(100, 90_000), image(900, 5_000), pdf("b.pdf")]));
    assert_eq!((items.len(), lost(&troubles)), (1, 0));
    assert!(troubles[0].message.starts_with("2 petites images"), "{troubles:?}");
    let (items, _) = opened("a.eml", &mail("1", &[text(), image(1200, 90_000), image(90, 50)]));
    assert_eq!(seen(&items), [("a.eml › image001.png", FileKind::Png)]);
    // A page scanned in black and white is small, too: alone, it is taken.
    let (items, _) = opened("a.eml", &mail("1", &[text(), image(1200, 15_000)]));
    assert_eq!(seen(&items), [("a.eml › image001.png", FileKind::Png)]);
}

#[test]
fn mails_in_mails_are_opened_and_bring_their_thread() {
    let head = "Content-Type: message/rfc822";
    let inner = mail("inner", &[text(), pdf("b.pdf")]);
    let outer = mail("outer", &[text(), part(head, &inner)]);
    let (items, troubles) = opened("a.eml", &outer);
    assert!(troubles.is_empty());
    assert_eq!(seen(&items), [("a.eml › message joint › b.pdf", FileKind::Pdf)]);
    let carrier = items[0].mail.as_ref().unwrap();
    assert_eq!(&*carrier.raw, outer.as_slice());
    assert!(carrier.references.contains(&"<inner@b>".to_owned()));
    let mut deep = inner;
    for level in 0..20 {
        deep = mail(&format!("d{level}"), &[part(head, &deep)]);
    }
    let (items, troubles) = opened("a.eml", &deep);
    assert_eq!((seen(&items), lost(&troubles)), (vec![("a.eml", FileKind::Mail)], 1));
}

#[test]
fn a_report_of_delivery_brings_nothing_back() {
    let bytes =
        mail("1", &[text(), part("Content-Type: message/rfc822", &mail("2", &[pdf("b.pdf")]))]);
    let report = String::from_utf8(bytes).unwrap().replacen(
        "multipart/mixed",
        "multipart/report; report-type=delivery-status",
        1,
    );
    let (items, troubles) = opened("a.eml", report.as_bytes());
    assert_eq!((seen(&items), troubles.len()), (vec![("a.eml", FileKind::Mail)], 1));
}

#[test]
fn a_mail_that_is_cut_gives_what_is_left() {
    let head = "Content-Type: application/pdf; name=b.pdf\r\nContent-Transfer-Encoding: base64";
    let bytes = mail("1", &[text(), part(head, b"JVBERi0xLjcgYWJjZGVm")]);
    let end = bytes.windows(4).position(|window| window == b"ZGVm").unwrap() + 2;
    let (items, troubles) = opened("a.eml", &bytes[..end]);
    assert_eq!(items[0].bytes, b"%PDF-1.7 abcd");
    assert_eq!(lost(&troubles), 2, "cut, and damaged: {troubles:?}");
    for end in 0..bytes.len() {
        opened("a.eml", &bytes[..end]);
    }
}

#[test]
fn nested_multiparts_end() {
    let mut deep = "From: a@b\r\nSubject: x\r\nMIME-Version: 1.0\r\n".to_owned();
    for level in 0..1_000 {
        deep +=
            &format!("Content-Type: multipart/mixed; boundary=\"b{level}\"\r\n\r\n--b{level}\r\n");
    }
    let (items, troubles) = opened("a.eml", deep.as_bytes());
    assert_eq!((seen(&items), lost(&troubles)), (vec![("a.eml", FileKind::Mail)], 1));
}

#[test]
fn the_mails_of_a_mailbox_are_told_apart() {
    let one = mail("1", &[text(), pdf("a.pdf")]);
    let two = String::from_utf8(mail("2", &[text(), pdf("b.pdf")])).unwrap();
    let quoted = two.replace("\r\nFrom here", "\r\n>From here");
    // No date in the line, no newline at the end, a "From " in the text that no header follows.
    let text = String::from_utf8(one.clone()).unwrap();
    let mbox = format!("From - Tue Nov 24 2026\r\n{text}\r\nFrom \r\n{}", quoted.trim_end());
    let (items, troubles) = opened("r.mbox", mbox.as_bytes());
    assert!(troubles.is_empty(), "{troubles:?}");
    assert_eq!(
        seen(&items),
        [
            ("r.mbox › message 1 › a.pdf", FileKind::Pdf),
            ("r.mbox › message 2 › b.pdf", FileKind::Pdf)
        ]
    );
    assert_eq!(&*items[0].mail.as_ref().unwrap().raw, one.as_slice());
    assert_eq!(&*items[1].mail.as_ref().unwrap().raw, two.trim_end().as_bytes());
    let damaged = format!("From x\n{text}rubbish\nFrom c@d Mon Dec  7 10:00:00 2026\n{two}");
    assert_eq!(opened("r.mbox", damaged.as_bytes()).0.len(), 2, "no blank line, but a date");
    let folder = tempfile::tempdir().unwrap();
    put(&folder.path().join("r.mbox"), mbox.as_bytes());
    let (from_disk, _) = walked(folder.path());
    assert_eq!(seen(&from_disk), seen(&items), "the same from the disk");
}

#[test]
fn a_mail_of_a_mailbox_that_is_too_large_leaves_the_others() {
    let one = mail("1", &[pdf("a.pdf")]);
    let large = mail("2", &[pdf("b.pdf"), part("Content-Type: image/png", &vec![b'x'; 40_000])]);
    let mbox = [b"From x\n", &one[..], b"\nFrom x\n", &large, b"\nFrom x\n", &one].concat();
    let limits = Limits { file: 30_000, ..Limits::default() };
    let folder = tempfile::tempdir().unwrap();
    put(&folder.path().join("r.mbox"), &mbox);
    let mut labels = Vec::new();
    let troubles = walk(folder.path(), &limits, &mut |item| {
        labels.push(item.label);
        ControlFlow::Continue(())
    });
    assert_eq!(labels, ["r.mbox › message 1 › a.pdf", "r.mbox › message 3 › a.pdf"]);
    let troubles = troubles.problems();
    assert_eq!((troubles.len(), &*troubles[0].label), (1, "r.mbox › message 2"));
}

#[test]
fn names_in_archives_are_labels() {
    let bytes = zipped(&[
        ("../../a.pdf", b"%PDF-1.7"),
        ("/etc/b.pdf", b"%PDF-1.7"),
        ("x\r\n\u{202e}c.pdf", b"%PDF-1.7"),
        (&format!("{}.pdf", "n".repeat(10_000)), b"%PDF-1.7"),
        ("__MACOSX/._a.pdf", b"x"),
        ("d/Thumbs.db", b"x"),
    ]);
    let (items, troubles) = opened("r.zip", &bytes);
    let names: Vec<&str> = items.iter().map(|item| item.name.as_str()).collect();
    assert_eq!(names[..3], ["a.pdf", "b.pdf", "xc.pdf"]);
    assert_eq!((items.len(), names[3].chars().count()), (4, 120));
    assert!(items.iter().all(|item| item.label.chars().count() < 200));
    assert_eq!((troubles.len(), lost(&troubles)), (1, 0), "{troubles:?}");
}

#[test]
fn bombs_are_refused_and_the_rest_is_taken() {
    let zeros = vec![0; 64 << 20];
    let bomb = zipped(&[("zeros", &zeros), ("a.pdf", b"%PDF-1.7")]);
    let (items, troubles) = opened("r.zip", &bomb);
    assert_eq!((seen(&items), lost(&troubles)), (vec![("r.zip › a.pdf", FileKind::Pdf)], 1));
    let budget = Budget { octets: 100_000, ..Budget::default() };
    let limits = Limits { budget, ..Limits::default() };
    let page = vec![7; 30_000];
    let inner = zipped(&[("1", &page), ("2", &page)]);
    let outer = zipped(&[("a.zip", &inner), ("b.zip", &inner), ("c.zip", &inner)]);
    let mut count = 0;
    let walked = open("r.zip", outer, &limits, &mut |item| {
        count += usize::from(item.bytes.len() == 30_000);
        ControlFlow::Continue(())
    });
    assert!((2..4).contains(&count), "the limit is of all archives together: {count}");
    let troubles = walked.problems();
    let told = troubles.last().unwrap().unfinished.as_ref().unwrap();
    assert_eq!((&*told.label, told.end), ("r.zip", BudgetEnd::Octets));
    assert!(told.left > 0, "{troubles:?}");
    let mut nested = zipped(&[("a.pdf", b"%PDF-1.7")]);
    for _ in 0..2 {
        nested = zipped(&[("n.zip", &nested)]);
    }
    assert_eq!(opened("r.zip", &nested).0[0].label, "r.zip › n.zip › n.zip › a.pdf");
    nested = zipped(&[("n.zip", &nested)]);
    let (items, troubles) = opened("r.zip", &nested);
    assert_eq!((seen(&items), lost(&troubles)), (vec![("r.zip", FileKind::Zip)], 1));
}

#[test]
fn an_archive_of_too_many_files_is_given_as_it_is() {
    let names: Vec<String> = (0..10_001).map(|n| format!("{n}.pdf")).collect();
    let files: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b""[..])).collect();
    let (items, troubles) = opened("r.zip", &zipped(&files));
    assert_eq!((seen(&items), lost(&troubles)), (vec![("r.zip", FileKind::Zip)], 1));
    let (items, _) = opened("r.zip", &zipped(&files[..10_000]));
    assert_eq!((items.len(), items[0].kind), (10_000, FileKind::Empty));
}

#[test]
fn archives_that_are_damaged_or_locked_are_told() {
    let mut bytes =
        zipped(&[("a.pdf", b"%PDF-1.7 aaaaaaaaaaaaaaaaaaaaaaaa"), ("b.pdf", b"%PDF-1.7")]);
    let (items, troubles) = opened("r.zip", &bytes[..bytes.len() - 30]);
    // It is kept itself: told, and not lost.
    assert_eq!((items[0].kind, lost(&troubles), troubles.len()), (FileKind::Zip, 0, 1));
    // The flag of encryption, in the central directory and before the file (APPNOTE 4.4.4).
    let central = bytes.windows(4).position(|window| window == b"PK\x01\x02").unwrap();
    bytes[6] |= 1;
    bytes[central + 8] |= 1;
    let (items, troubles) = opened("r.zip", &bytes);
    assert_eq!(seen(&items), [("r.zip › b.pdf", FileKind::Pdf)]);
    assert!(troubles[0].message.contains("mot de passe"), "{troubles:?}");
    assert_eq!(opened("r.zip", &zipped(&[])).0[0].kind, FileKind::Zip);
}

#[test]
fn two_names_alike_are_told() {
    let mut bytes = zipped(&[("a.pdf", b"%PDF-1.7 1"), ("b.pdf", b"%PDF-1.7 2")]);
    for at in 0..bytes.len() - 5 {
        if bytes[at..].starts_with(b"b.pdf") {
            bytes[at] = b'a';
        }
    }
    let (items, troubles) = opened("r.zip", &bytes);
    assert_eq!((items.len(), lost(&troubles)), (1, 1), "{troubles:?}");
}

#[test]
fn a_folder_is_taken_in_order_and_its_links_stay_inside() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("retours");
    for name in ["b/2.pdf", "a.pdf", "b/10.pdf", "z/.DS_Store", "Thumbs.db", "~$x.docx"] {
        put(&root.join(name), b"%PDF-1.7");
    }
    put(&root.join("empty"), b"");
    put(&folder.path().join("outside.pdf"), b"%PDF-1.7");
    #[cfg(unix)]
    {
        use std::os::unix::fs::symlink;
        symlink(folder.path().join("outside.pdf"), root.join("c.pdf")).unwrap();
        symlink(root.join("a.pdf"), root.join("d.pdf")).unwrap();
        symlink(&root, root.join("loop")).unwrap();
        symlink("/nowhere", root.join("nowhere")).unwrap();
    }
    let (items, troubles) = walked(&root);
    let labels: Vec<&str> = items.iter().map(|item| item.label.as_str()).collect();
    let links: &[&str] = if cfg!(unix) { &["d.pdf"] } else { &[] };
    assert_eq!(labels, [&["a.pdf", "b/10.pdf", "b/2.pdf"], links, &["empty"]].concat());
    assert_eq!(items.last().unwrap().kind, FileKind::Empty);
    assert_eq!(lost(&troubles), if cfg!(unix) { 2 } else { 0 }, "{troubles:?}");
    assert!(troubles.last().unwrap().message.starts_with("3 fichiers cachés"), "{troubles:?}");
    assert_eq!(walked(&root.join("a.pdf")).0[0].name, "a.pdf");
    assert_eq!(lost(&walked(&root.join("missing")).1), 1);
}

#[test]
fn a_file_that_is_too_large_is_not_taken() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.pdf");
    put(&path, b"%PDF-1.7 12345");
    let limits = Limits { file: 10, ..Limits::default() };
    let mut taken = 0;
    let walked = walk(&path, &limits, &mut |_| {
        taken += 1;
        ControlFlow::Continue(())
    });
    assert_eq!((taken, lost(&walked.problems())), (0, 1));
}

#[test]
fn a_source_is_taken_within_its_budget_and_the_rest_is_told() {
    let budget = Budget { files: 4, ..Budget::default() };
    let limits = Limits { budget, ..Limits::default() };
    let attached =
        |name: &str| part(&format!("Content-Type: application/pdf; name={name}"), b"%PDF-");
    let parts: Vec<Vec<u8>> = (0..3).map(|n| attached(&format!("{n}.pdf"))).collect();
    let inner = mail("2", &parts);
    let forwarded = part("Content-Type: message/rfc822", &inner);
    let outer = mail("1", &[forwarded.clone(), forwarded.clone(), forwarded]);
    let box_of = |mails: &[Vec<u8>]| {
        mails.iter().fold(Vec::new(), |all, mail| {
            [
                &all[..],
                b"From a@b Mon Dec  7 10:00:00 2026
",
                mail,
                b"

",
            ]
            .concat()
        })
    };
    let small = mail("3", &parts);
    for (name, bytes, given, left) in [
        // Two of the second mail and all of the third are left.
        ("a.eml", outer.clone(), 4, 3),
        ("a.zip", zipped(&[("a.eml", &outer), ("b.eml", &small)]), 4, 4),
        ("inner.zip", zipped(&[("a.mbox", &box_of(&[small.clone(), small.clone()]))]), 4, 2),
    ] {
        let mut items = Vec::new();
        let walked = open(name, bytes, &limits, &mut |item| {
            items.push(item);
            ControlFlow::Continue(())
        });
        let troubles = walked.problems();
        let told = troubles.iter().find_map(|problem| problem.unfinished.clone()).expect(name);
        assert_eq!((items.len(), &*told.label), (given, name), "{troubles:?}");
        assert!(told.left >= left - 1, "{name}: {told:?}");
    }
    // Each mail of a mailbox on the disk is somebody's own.
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.mbox");
    put(&path, &box_of(&[small.clone(), outer, small]));
    let mut given = 0;
    let walked = walk(&path, &limits, &mut |_| {
        given += 1;
        ControlFlow::Continue(())
    });
    let troubles = walked.problems();
    assert_eq!((given, troubles.len()), (3 + 4 + 3, 1), "{troubles:?}");
    assert!(troubles[0].label.ends_with("a.mbox › message 2"), "{troubles:?}");
}

#[test]
fn a_break_ends_it() {
    let bytes = zipped(&[("a.pdf", b"%PDF-1.7"), ("b.pdf", b"%PDF-1.7")]);
    let mut taken = 0;
    open("r.zip", bytes, &Limits::default(), &mut |_| {
        taken += 1;
        ControlFlow::Break(())
    });
    assert_eq!(taken, 1);
}

#[test]
fn what_is_told_of_one_file_has_an_end() {
    let tnef = vec![part("Content-Type: application/ms-tnef", b"x"); 500];
    let (_, troubles) = opened("a.eml", &mail("1", &tnef));
    assert_eq!(troubles.len(), MAX_REPORTED + 1);
    assert!(troubles.last().unwrap().message.starts_with("et 400 autres"), "{troubles:?}");
}
