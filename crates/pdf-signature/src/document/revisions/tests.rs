//! Small files, written by hand, and what is wrong with each.

use super::ambiguity::AmbiguityCause;
use super::history::Revisions;

/// Objects of one revision behind what stands before, with their table: number, generation, text.
fn revision(before: &[u8], objects: &[(u32, u16, &str)], trailer: &str) -> Vec<u8> {
    let mut file = before.to_vec();
    let mut lines = String::new();
    for (number, generation, text) in objects {
        lines.push_str(&format!("{number} 1\n{:010} {generation:05} n \n", file.len()));
        file.extend(format!("{number} {generation} obj\n{text}\nendobj\n").bytes());
    }
    let start = file.len();
    let table = format!("xref\n{lines}trailer\n<<{trailer}>>\nstartxref\n{start}\n%%EOF\n");
    file.extend(table.bytes());
    file
}

const CATALOGUE: (u32, u16, &str) = (1, 0, "<</Type/Catalog/Pages 2 0 R>>");
const PAGES: (u32, u16, &str) = (2, 0, "<</Type/Pages/Count 0/Kids[]>>");

fn letter() -> Vec<u8> {
    revision(b"%PDF-1.7\n%\x80\x80\n", &[CATALOGUE, PAGES], "/Size 3/Root 1 0 R")
}

/// Where the last table of a file stands.
fn start(file: &[u8]) -> usize {
    let text = String::from_utf8_lossy(file).into_owned();
    let behind = text.rsplit("startxref\n").next().unwrap();
    behind.lines().next().unwrap().parse().unwrap()
}

/// The letter with one more revision.
fn added(objects: &[(u32, u16, &str)], trailer: &str) -> Vec<u8> {
    let letter = letter();
    let trailer = format!("/Root 1 0 R/Prev {}{trailer}", start(&letter));
    revision(&letter, objects, &trailer)
}

fn cause(file: &[u8]) -> Option<AmbiguityCause> {
    Revisions::read(file, None).err().map(|ambiguity| ambiguity.cause)
}

fn replaced(file: &[u8], from: &str, to: &str) -> Vec<u8> {
    assert_eq!(from.len(), to.len(), "offsets must stay");
    let at = file.windows(from.len()).rposition(|window| window == from.as_bytes()).unwrap();
    [&file[..at], to.as_bytes(), &file[at + from.len()..]].concat()
}

#[test]
fn a_file_and_what_was_added_to_it_are_read_by_revisions() {
    let letter = letter();
    assert_eq!(Revisions::read(&letter, None).unwrap().len(), 1);
    let more = added(&[(3, 0, "(a)"), (2, 0, "<</Type/Pages/Count 0/Kids[]/X 3 0 R>>")], "/Size 4");
    let read = Revisions::read(&more, None).unwrap();
    assert_eq!((read.len(), read.count_within(letter.len())), (2, Some(1)));
    assert_eq!(read.count_within(letter.len() - 1), Some(1), "without its line end");
    assert_eq!((read.count_within(letter.len() + 1), read.count_within(9)), (None, None));
    let (first, last) = (read.document(1), read.document(2));
    assert_eq!((first.objects.len(), last.objects.len()), (2, 3));
    assert_ne!(first.objects.get(&(2, 0)), last.objects.get(&(2, 0)));
}

#[test]
fn a_new_object_may_have_any_generation_and_an_old_one_keeps_its() {
    assert_eq!(cause(&added(&[(3, 1, "(a)"), (4, 0, "[3 1 R]")], "/Size 5")), None);
    let other = added(&[(3, 1, "(a)"), (4, 0, "[3 0 R]")], "/Size 5");
    assert_eq!(cause(&other), Some(AmbiguityCause::Generation(3)));
    assert_eq!(
        cause(&added(&[(2, 1, "[]")], "/Size 3")),
        Some(AmbiguityCause::Generation(2)),
        "still used"
    );
    let reused =
        added(&[(3, 0, "(a)"), (1, 0, "<</Type/Catalog/Pages 2 0 R/X 3 0 R>>")], "/Size 4");
    let trailer = format!("/Root 1 0 R/Size 4/Prev {}", start(&reused));
    let next = |generation| {
        let catalogue = format!("<</Type/Catalog/Pages 2 0 R/X 3 {generation} R>>");
        cause(&revision(&reused, &[(3, generation, "(b)"), (1, 0, &catalogue)], &trailer))
    };
    assert_eq!((next(1), next(2)), (None, Some(AmbiguityCause::Generation(3))));
}

#[test]
fn what_readers_take_for_different_objects_is_refused() {
    let good = added(&[(2, 0, "<</Type/Pages/Count 0/Kids[]>>"), (3, 0, "(a)")], "/Size 4");
    assert_eq!(cause(&good), None);
    let place = |file: &[u8], text: &str| {
        file.windows(text.len()).rposition(|window| window == text.as_bytes()).unwrap()
    };
    let offset = format!("{:010} 00000 n ", place(&good, "3 0 obj"));
    let other = format!("{:010} 00000 n ", place(&good, "2 0 obj"));
    let one_off = format!("{:010} 00000 n ", place(&good, "3 0 obj") - 1);
    for (from, to, wanted) in [
        ("3 0 obj", "9 0 obj", AmbiguityCause::Misplaced(3)),
        ("3 0 obj", "3 1 obj", AmbiguityCause::Misplaced(3)),
        (&offset, &other, AmbiguityCause::Misplaced(3)),
        (&offset, &one_off, AmbiguityCause::Misplaced(3)),
        ("3 1\n", "2 1\n", AmbiguityCause::ListedTwice(2)),
        ("3 1\n", "9 1\n", AmbiguityCause::Misplaced(9)),
        ("/Count 0", "/Type 00", AmbiguityCause::DuplicateKey("Type".to_owned())),
        ("/Root 1", "/Root 2", AmbiguityCause::TrailerEntry("Root".to_owned())),
        ("/Size 4", "/Size 3", AmbiguityCause::TrailerEntry("Size".to_owned())),
        ("/Size 4", "/Sise 4", AmbiguityCause::TrailerEntry("Size".to_owned())),
        ("00000 n ", "00000 f ", AmbiguityCause::Unclaimed(20)),
        ("%%EOF", "%%EOG", AmbiguityCause::Unclaimed(177)),
    ] {
        let file = replaced(&good, from, to);
        assert_eq!(cause(&file), Some(wanted), "{from} → {to}");
    }
    assert_eq!(
        cause(&added(&[(3, 0, "(a)")], "/Size 4/Foo 1")),
        Some(AmbiguityCause::TrailerEntry("Foo".to_owned()))
    );
    let missing = added(&[(3, 0, "(a)")], "/Size 4/Info 9 0 R");
    assert_eq!(cause(&missing), Some(AmbiguityCause::TrailerEntry("Info".to_owned())));
    assert_eq!(cause(&added(&[(0, 0, "(a)")], "/Size 4")), Some(AmbiguityCause::Misplaced(0)));
    let hybrid = added(&[(3, 0, "(a)")], "/Size 4/XRefStm 9");
    assert_eq!(cause(&hybrid), Some(AmbiguityCause::HybridXref));
    assert_eq!(cause(&[b" ".as_slice(), &good].concat()), Some(AmbiguityCause::Header));
}

#[test]
fn octets_that_belong_to_nothing_are_refused_unless_they_are_a_gateway_s_words() {
    let good = added(&[(3, 0, "(a)")], "/Size 4");
    for (tail, wanted) in [
        (&b"\r\n\r\n"[..], None),
        (b"-- \nanalyse par la passerelle\n", None),
        (b"9 0 obj\n<<>>\nendobj\n", Some(19)),
        (b"<</Root 1 0 R>>", Some(15)),
        (&[b'a'; 300], Some(300)),
    ] {
        let found = cause(&[&good, tail].concat());
        let free = found
            .as_ref()
            .map(|cause| matches!(cause, AmbiguityCause::Unclaimed(_) | AmbiguityCause::XrefTable));
        assert_eq!(free, wanted.map(|_: i32| true), "{}: {found:?}", String::from_utf8_lossy(tail));
    }
    let spaces = [good.as_slice(), &[b' '; 2000]].concat();
    assert!(cause(&spaces).is_some(), "readers no longer find the end");
    // Between revisions: a table that does not list an object leaves its octets to nobody.
    let letter = letter();
    let loose = [letter.as_slice(), b"9 0 obj\n<<>>\nendobj\n"].concat();
    let trailer = format!("/Root 1 0 R/Prev {}/Size 4", start(&letter));
    let file = revision(&loose, &[(3, 0, "(a)")], &trailer);
    assert_eq!(cause(&file), Some(AmbiguityCause::Unclaimed(20)));
}

#[test]
fn a_stream_has_the_length_it_says_and_its_data_here() {
    let stream = |dictionary: &str, data: &str| {
        let text = format!("<<{dictionary}>>\nstream\n{data}\nendstream");
        cause(&added(&[(3, 0, &text), (4, 0, "3")], "/Size 5"))
    };
    assert_eq!(stream("/Length 3", "abc"), None);
    assert_eq!(stream("/Length 4 0 R", "abc"), None);
    let first =
        added(&[(3, 0, "<</Length 4 0 R>>\nstream\nabc\nendstream"), (4, 0, "3")], "/Size 5");
    let trailer = format!("/Root 1 0 R/Size 5/Prev {}", start(&first));
    let later = cause(&revision(&first, &[(4, 0, "2")], &trailer));
    assert_eq!(later, Some(AmbiguityCause::StreamLength(4)), "a length that changes afterwards");
    for dictionary in ["/Length 2", "/Length 5", "/Length 9 0 R", "", "/Length 3/F(x)"] {
        assert_eq!(
            stream(dictionary, "abc"),
            Some(AmbiguityCause::StreamLength(3)),
            "{dictionary}"
        );
    }
}

#[test]
fn numbers_and_spaces_that_some_readers_do_not_take_are_refused() {
    let good = added(&[(3, 0, "(a)")], "/Size 4");
    for (from, to) in [
        ("startxref\n", "startxref\0"),
        ("startxref\n", "startxref\x0c"),
        ("xref\n3 1", "xref\x003 1"),
        ("3 0 obj\n", "3 0 obj\0"),
    ] {
        assert!(cause(&replaced(&good, from, to)).is_some(), "{to:?}");
    }
    assert_eq!(cause(&[&good[..], &[0; 20]].concat()), None, "what fills up a block");
    assert!(cause(&added(&[(3, 0, "(a)")], "/Size 9000000")).is_some());
    assert!(cause(&added(&[(5_000_000, 0, "(a)")], "/Size 5000001")).is_some());
    let text = format!("startxref\n{:0300}\n%%EOF\n", start(&good));
    let at = good.windows(9).rposition(|window| window == b"startxref").unwrap();
    assert!(cause(&[&good[..at], text.as_bytes()].concat()).is_some());
}

#[test]
fn tables_that_lead_nowhere_or_in_circles_are_refused() {
    let letter = letter();
    for previous in [0, 5, letter.len() * 3] {
        let trailer = format!("/Root 1 0 R/Size 4/Prev {previous}");
        let file = revision(&letter, &[(3, 0, "(a)")], &trailer);
        assert!(cause(&file).is_some(), "{previous}");
    }
    let trailer = format!("/Root 1 0 R/Size 4/Prev {}", letter.len() + 19);
    let circle = revision(&letter, &[(3, 0, "(a)")], &trailer);
    assert!(cause(&circle).is_some());
    let skipped = revision(
        &added(&[(3, 0, "(a)")], "/Size 4"),
        &[(4, 0, "(b)")],
        &format!("/Root 1 0 R/Size 5/Prev {}", start(&letter)),
    );
    assert!(cause(&skipped).is_some(), "a revision that no table leads to");
}
