//! Files by their first octets, and files that two programs could read differently.

use super::*;

fn zip_start(name: &str, content: &[u8]) -> Vec<u8> {
    let mut bytes = b"PK\x03\x04".to_vec();
    bytes.extend([0; 22]);
    bytes.extend([name.len() as u8, 0, 0, 0]);
    bytes.extend(name.as_bytes());
    bytes.extend(content);
    bytes
}

fn compound_file(class: u32, name: &str) -> Vec<u8> {
    let mut bytes = vec![0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
    bytes.resize(1024, 0);
    bytes[30] = 9;
    bytes[512 + 80..512 + 84].copy_from_slice(&class.to_le_bytes());
    bytes.extend(name.encode_utf16().flat_map(u16::to_le_bytes));
    bytes
}

#[test]
fn a_file_is_what_its_octets_say() {
    for (bytes, kind) in [
        (&b""[..], FileKind::Empty),
        (b"%PDF-1.7\n", FileKind::Pdf),
        (b"\r\n\r\n%PDF-1.7", FileKind::Pdf),
        (b"Content-Type: application/pdf\r\n\r\n%PDF-1.7", FileKind::Pdf),
        (b"\xff\xd8\xff\xe0", FileKind::Jpeg),
        (b"\x89PNG\r\n\x1a\n", FileKind::Png),
        (b"MM\0*", FileKind::Tiff),
        (b"PK\x05\x06", FileKind::Zip),
        (b"From: a@b\r\nTo: c@d\r\nSubject: x\r\n\r\n%PDF-1.7", FileKind::Mail),
        (b"\xef\xbb\xbfX-Own: y\nDate: x\nMIME-Version: 1.0\n\n", FileKind::Mail),
        (b"From a@b Tue Nov 24\nFrom: a@b\nSubject: x\n\n", FileKind::Mailbox),
        (b"From: only one", FileKind::Other),
        (b"bonjour", FileKind::Other),
        (b"{\\rtf1 x}", FileKind::Word),
        (b"....ftypheic", FileKind::Heic),
        (b"....ftypisom", FileKind::Other),
    ] {
        assert_eq!(FileKind::of(bytes), kind, "{}", String::from_utf8_lossy(bytes));
    }
    let far = |junk: usize| [&vec![b' '; junk][..], b"%PDF-1.7"].concat();
    assert_eq!(FileKind::of(&far(1024)), FileKind::Pdf);
    assert_eq!(FileKind::of(&far(1025)), FileKind::Other);
}

#[test]
fn office_files_are_told_from_archives_and_mails() {
    let returns = zip_start("word/lettre.pdf", b"%PDF-1.7");
    assert_eq!(FileKind::of(&returns), FileKind::Zip);
    let docx = zip_start("docProps/app.xml", b"[Content_Types].xml word/document.xml");
    assert_eq!(FileKind::of(&docx), FileKind::Word);
    let sheet = zip_start("[Content_Types].xml", b"xl/workbook.xml");
    assert_eq!(FileKind::of(&sheet), FileKind::Other);
    let odt = zip_start("mimetype", b"application/vnd.oasis.opendocument.text");
    assert_eq!(FileKind::of(&odt), FileKind::Word);
    assert_eq!(FileKind::of(&zip_start("mimetype", b"application/epub+zip")), FileKind::Other);
    assert_eq!(FileKind::of(&compound_file(0x0002_0d0b, "WordDocument")), FileKind::Outlook);
    assert_eq!(FileKind::of(&compound_file(0, "__substg1.0_001A001F")), FileKind::Outlook);
    assert_eq!(FileKind::of(&compound_file(0, "WordDocument")), FileKind::Word);
    assert_eq!(FileKind::of(&compound_file(0, "Workbook")), FileKind::Other);
    assert_eq!(FileKind::of(&compound_file(0, "")[..40]), FileKind::Other, "cut");
}

#[test]
fn what_is_two_things_is_told() {
    let mut end = b"PK\x05\x06".to_vec();
    end.resize(22, 0);
    end[10] = 1;
    let both = [b"%PDF-1.7 ....", &end[..]].concat();
    assert_eq!((FileKind::of(&both), FileKind::also(&both)), (FileKind::Pdf, Some(FileKind::Zip)));
    assert_eq!(FileKind::also(&[&both[..], b"more"].concat()), None, "not the end");
    let picture = b"\xff\xd8\xff\xe0 %PDF-1.7";
    assert_eq!(
        (FileKind::of(picture), FileKind::also(picture)),
        (FileKind::Jpeg, Some(FileKind::Pdf))
    );
    assert_eq!(FileKind::also(b"%PDF-1.7"), None);
    assert_eq!(FileKind::also(&zip_start("a.pdf", b"%PDF-1.7")), None);
}

#[test]
fn words_are_those_of_json() {
    for kind in FileKind::ALL {
        assert_eq!(FileKind::from_word(kind.as_str()), kind);
        assert_eq!(serde_json::to_string(&kind).unwrap(), format!("\"{}\"", kind.as_str()));
    }
}
