//! A BagIt 1.0 bag (RFC 8493): a folder of files with their checksums, which any archive tool can take in.
//!
//! It is written beside its target and renamed at the end, so that there is never half a bag. One file
//! is in memory at a time.

use super::store::sha512;
use crate::files;
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A bag that is being written.
#[derive(Debug)]
pub struct Bag {
    folder: TempDir,
    target: PathBuf,
    /// SHA-512 and SHA-256 of each payload file, by its path in the bag.
    payload: BTreeMap<String, [String; 2]>,
    tags: BTreeMap<String, String>,
    octets: u64,
}

/// A path as a manifest writes it (RFC 8493, 2.1.3): without line ends.
fn encoded(path: &str) -> String {
    path.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A line of `bag-info.txt`.
fn info_line((label, value): &(&str, String)) -> String {
    let value: String = value.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    format!("{label}: {value}\n")
}

impl Bag {
    /// Begins a bag. An error if `target` exists.
    pub fn begin(target: &Path) -> io::Result<Self> {
        let folder = files::begin_folder(target)?;
        Ok(Self {
            folder,
            target: target.to_owned(),
            payload: BTreeMap::new(),
            tags: BTreeMap::new(),
            octets: 0,
        })
    }

    fn write(&self, path: &str, bytes: &[u8]) -> io::Result<()> {
        let target = self.folder.path().join(path);
        if let Some(parent) = target.parent() {
            std::fs::create_dir_all(parent)?;
        }
        files::write_whole(&target, bytes, false).map(drop)
    }

    /// Adds a payload file, under `data/`.
    pub fn add(&mut self, path: &str, bytes: &[u8]) -> io::Result<()> {
        let path = format!("data/{path}");
        self.write(&path, bytes)?;
        self.octets += bytes.len() as u64;
        self.payload.insert(path, [sha512(bytes), files::sha256(bytes)]);
        Ok(())
    }

    /// Adds a tag file: a file about the payload.
    pub fn tag(&mut self, path: &str, bytes: &[u8]) -> io::Result<()> {
        self.write(path, bytes)?;
        self.tags.insert(path.to_owned(), sha512(bytes));
        Ok(())
    }

    /// Writes the manifests and renames the bag to its target. `info` becomes `bag-info.txt`, with the
    /// size of the payload added.
    pub fn finish(mut self, info: &[(&str, String)]) -> io::Result<()> {
        self.tag("bagit.txt", b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")?;
        let mut lines: String = info.iter().map(info_line).collect();
        lines.push_str(&format!("Payload-Oxum: {}.{}\n", self.octets, self.payload.len()));
        self.tag("bag-info.txt", lines.as_bytes())?;
        for (index, name) in ["manifest-sha512.txt", "manifest-sha256.txt"].into_iter().enumerate()
        {
            let line = |(path, sums): (&String, &[String; 2])| {
                let sum = sums.get(index).map_or("", String::as_str);
                format!("{sum}  {}\n", encoded(path))
            };
            let text: String = self.payload.iter().map(line).collect();
            self.tag(name, text.as_bytes())?;
        }
        let line = |(path, sum): (&String, &String)| format!("{sum}  {}\n", encoded(path));
        let tags: String = self.tags.iter().map(line).collect();
        self.write("tagmanifest-sha512.txt", tags.as_bytes())?;
        files::put_in_place(self.folder, &self.target)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bag_lists_what_it_holds_and_nothing_stays_of_one_that_was_dropped() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("sac");
        let mut bag = Bag::begin(&target).unwrap();
        bag.add("lettres/a b.pdf", b"abc").unwrap();
        bag.finish(&[("Source-Organization", "DAN\nX: y".to_owned())]).unwrap();
        let read =
            |name: &str| String::from_utf8(files::read(&target.join(name)).unwrap()).unwrap();
        assert_eq!(read("bag-info.txt"), "Source-Organization: DAN X: y\nPayload-Oxum: 3.1\n");
        assert!(read("manifest-sha256.txt").starts_with("ba7816bf"));
        assert!(read("manifest-sha512.txt").ends_with("  data/lettres/a b.pdf\n"));
        assert_eq!(read("tagmanifest-sha512.txt").lines().count(), 4);
        assert_eq!(encoded("a\n%"), "a%0A%25");
        drop(Bag::begin(&folder.path().join("autre")).unwrap());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
