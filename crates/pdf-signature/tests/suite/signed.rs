//! Fixtures of `tests/real/signatures/fixtures.py`: files kept as what differs from another one. The
//! tests of `missive` use them, too.

#![expect(dead_code, reason = "neither test uses all of it")]

use jiff::Timestamp;
use page_area::PageArea;
use pdf_signature::{BoxPurpose, FillableBox, TrustStore};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

/// What its maker says of a file.
#[derive(Clone, Debug, Deserialize)]
pub struct Entry {
    #[serde(skip)]
    pub name: String,
    pub kind: String,
    pub sent: String,
    /// Whose certificates are chosen for it: "signers", else those of everybody.
    #[serde(default)]
    pub authorities: Option<String>,
    pub expect: Expected,
}

/// What is expected; what is absent may be anything.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Expected {
    pub integrity: Option<Vec<String>>,
    pub trust: Option<Vec<String>>,
    pub same: Option<bool>,
    pub content_pages: Option<Vec<u32>>,
    pub caught_by: Option<String>,
    pub told: Option<String>,
    pub certification: Option<u8>,
    pub rewritten: Option<bool>,
    pub stamped: bool,
    /// It has a time stamp that proves nothing.
    pub unproven: bool,
    /// What its return is where authorities are chosen, and where none are.
    pub state: Option<String>,
    pub open: Option<String>,
    /// Why `sign import` refuses it; nothing when it does not.
    pub import: Option<String>,
    pub encrypted: bool,
    pub remark: bool,
    pub texts: Vec<String>,
    /// Whether the letter comes out as signed.
    pub signed: Option<bool>,
}

#[derive(Deserialize)]
struct Truth {
    now: Timestamp,
    files: BTreeMap<String, Entry>,
}

/// The folder of fixtures.
pub struct Fixtures {
    folder: PathBuf,
    pub now: Timestamp,
    pub entries: Vec<Entry>,
    pub boxes: Vec<PageArea>,
    pub authorities: TrustStore,
}

impl Fixtures {
    pub fn read() -> Self {
        Self::of("archive")
    }

    /// Those of `tests/real/signatures/forged.py`.
    pub fn forged() -> Self {
        Self::of("forged")
    }

    fn of(name: &str) -> Self {
        let package = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
        let places = ["tests/fixtures", "../../tests/fixtures"].map(|place| package.join(place));
        let folder =
            places.into_iter().map(|place| place.join(name)).find(|folder| folder.is_dir());
        let folder = folder.unwrap();
        let text = |name: &str| fs::read_to_string(folder.join(name)).unwrap();
        let truth: Truth = serde_json::from_str(&text("truth.json")).unwrap();
        let boxes = serde_json::from_str(&text("boxes.json")).unwrap();
        let all = authorities(&text("academie.pem"));
        let authorities = all.clone().with_timestamping(all);
        let named = |(name, entry)| Entry { name, ..entry };
        let entries = truth.files.into_iter().map(named).collect();
        Self { folder, now: truth.now, entries, boxes, authorities }
    }

    /// Those that are chosen for a file.
    pub fn chosen(&self, entry: &Entry) -> TrustStore {
        match entry.authorities.as_deref() {
            Some("signers") => self.signers().with_timestamping(self.pem("stamping.pem")),
            _ => self.authorities.clone(),
        }
    }

    /// The trust store with the persons whom the letter names, without any for time stamps.
    pub fn signers(&self) -> TrustStore {
        self.pem("signers.pem")
    }

    /// The boxes of the letter, those to sign and those to write in.
    pub fn fillable(&self) -> Vec<FillableBox> {
        let fillable = |area: &PageArea| FillableBox {
            area: area.clone(),
            purpose: match area.label.starts_with("sign-") {
                true => BoxPurpose::Sign,
                false => BoxPurpose::Write,
            },
        };
        self.boxes.iter().map(fillable).collect()
    }

    fn pem(&self, name: &str) -> TrustStore {
        authorities(&fs::read_to_string(self.folder.join(name)).unwrap())
    }

    pub fn entry(&self, name: &str) -> &Entry {
        self.entries.iter().find(|entry| entry.name == name).unwrap()
    }

    /// Certificates of persons, as if the office had put them in its folder.
    pub fn persons(&self) -> TrustStore {
        self.pem("persons.pem")
    }

    /// The bytes of a file.
    pub fn file(&self, name: &str) -> Vec<u8> {
        if let Ok(whole) = fs::read(self.folder.join(format!("{name}.pdf"))) {
            return whole;
        }
        let patch = fs::read(self.folder.join(format!("{name}.patch"))).unwrap();
        let line = patch.iter().position(|byte| *byte == b'\n').unwrap();
        let head = std::str::from_utf8(&patch[..line]).unwrap();
        let [base, prefix, suffix] = head.split(' ').collect::<Vec<_>>().try_into().unwrap();
        let base = self.file(base);
        let (prefix, suffix): (usize, usize) = (prefix.parse().unwrap(), suffix.parse().unwrap());
        [&base[..prefix], &patch[line + 1..], &base[base.len() - suffix..]].concat()
    }
}

fn authorities(pem: &str) -> TrustStore {
    let (read, problems) = TrustStore::read(&[("x.pem".to_owned(), pem.as_bytes().to_vec())]);
    assert!(problems.is_empty(), "{problems:?}");
    read
}
