//! The object store: files named by the SHA-256 of what they hold, written once, never changed.
//!
//! `objects/ab/cd…`. An object is on the disk, its name included, before any row names it: those of
//! many messages are synced together, which takes hardly longer than one.

use crate::files;
pub use crate::plan::history::ObjectHash;
use rusqlite::types::{FromSql, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// A folder of objects.
#[derive(Debug)]
pub struct ObjectStore {
    folder: PathBuf,
    unsynced: Mutex<Unsynced>,
}

/// Objects that are not known to be on the disk yet.
#[derive(Debug, Default)]
struct Unsynced {
    objects: BTreeSet<PathBuf>,
    folders: BTreeSet<PathBuf>,
}

impl ToSql for ObjectHash {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        self.as_str().to_sql()
    }
}

impl FromSql for ObjectHash {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        String::column_result(value).map(Self::from)
    }
}

/// The name of an object.
pub fn hash(bytes: &[u8]) -> ObjectHash {
    ObjectHash::from(files::sha256(bytes))
}

impl ObjectStore {
    /// The objects of a ledger folder.
    pub fn new(ledger: &Path) -> Self {
        Self { folder: ledger.join("objects"), unsynced: Mutex::default() }
    }

    fn path(&self, hash: &ObjectHash) -> Option<PathBuf> {
        let hash = hash.as_str();
        let sound = hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
        let (start, rest) = hash.split_at_checked(2).filter(|_| sound)?;
        Some(self.folder.join(start).join(rest))
    }

    /// Keeps bytes and gives their name.
    pub fn put(&self, bytes: &[u8]) -> io::Result<ObjectHash> {
        let name = hash(bytes);
        let path = self.path(&name).ok_or_else(|| io::Error::other("nom d'objet"))?;
        let folder = path.parent().unwrap_or(&self.folder);
        let mut folders = vec![folder];
        // An existing one may come from a run that was interrupted before its bytes were on the
        // disk.
        if !files::read_kept(&path).is_ok_and(|there| there == bytes) {
            if !folder.is_dir() {
                fs::create_dir_all(folder)?;
                folders.push(&self.folder);
            }
            files::write_hidden(&path, bytes)?;
        }
        let mut unsynced = self.unsynced.lock().map_err(|_| io::Error::other("verrou"))?;
        unsynced.folders.extend(folders.into_iter().map(Path::to_owned));
        unsynced.objects.insert(path);
        Ok(name)
    }

    /// Makes sure that all objects and their names are on the disk; to be called before a row that
    /// names them is committed. After a failure the next call tries again.
    pub fn sync(&self) -> io::Result<()> {
        let mut held = self.unsynced.lock().map_err(|_| io::Error::other("verrou"))?;
        let Unsynced { objects, folders } = std::mem::take(&mut *held);
        drop(held);
        let synced = objects
            .iter()
            .try_for_each(|object| files::sync(object))
            .and_then(|()| folders.iter().try_for_each(|folder| files::sync_dir(folder)));
        if synced.is_err()
            && let Ok(mut held) = self.unsynced.lock()
        {
            held.objects.extend(objects);
            held.folders.extend(folders);
        }
        synced
    }

    /// The bytes of an object, if they are what its name says.
    pub fn get(&self, hash: &ObjectHash) -> io::Result<Vec<u8>> {
        let path = self.path(hash).ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))?;
        let bytes = files::read_kept(&path)?;
        match self::hash(&bytes) == *hash {
            true => Ok(bytes),
            false => Err(io::Error::new(io::ErrorKind::InvalidData, "l'objet a été modifié")),
        }
    }

    /// How many octets an object has; none when it is not there.
    pub fn size(&self, hash: &ObjectHash) -> Option<u64> {
        fs::metadata(self.path(hash)?).ok().map(|metadata| metadata.len())
    }

    /// Whether an object is there.
    pub fn has(&self, hash: &ObjectHash) -> bool {
        self.path(hash).is_some_and(|path| path.is_file())
    }

    /// Every object, whole or not, and temporary files of interrupted runs.
    pub fn list(&self) -> io::Result<BTreeSet<String>> {
        let mut found = BTreeSet::new();
        let prefixes = match fs::read_dir(&self.folder) {
            Ok(prefixes) => prefixes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(found),
            Err(error) => return Err(error),
        };
        for prefix in prefixes {
            let prefix = prefix?;
            let start = prefix.file_name().to_string_lossy().into_owned();
            if !prefix.file_type()?.is_dir() {
                found.insert(start);
                continue;
            }
            for object in fs::read_dir(prefix.path())? {
                let rest = object?.file_name().to_string_lossy().into_owned();
                found.insert(format!("{start}{rest}"));
            }
        }
        Ok(found)
    }

    /// Removes an object that nothing refers to.
    pub fn remove(&self, name: &str) -> io::Result<()> {
        let path = match name.split_at_checked(2) {
            Some((start, rest)) if !rest.is_empty() => self.folder.join(start).join(rest),
            _ => self.folder.join(name),
        };
        match fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_is_named_by_what_it_holds() {
        let folder = tempfile::tempdir().unwrap();
        let store = ObjectStore::new(folder.path());
        let name = store.put(b"abc").unwrap();
        assert_eq!(
            name.as_str(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        assert_eq!(store.put(b"abc").unwrap(), name);
        store.sync().unwrap();
        assert_eq!(store.get(&name).unwrap(), b"abc");
        files::write_durably(&store.path(&name).unwrap(), b"abd").unwrap();
        assert_eq!(store.get(&name).unwrap_err().kind(), io::ErrorKind::InvalidData);
        assert_eq!(store.put(b"abc").unwrap(), name, "a changed object is written again");
        assert_eq!(store.get(&name).unwrap(), b"abc");
        assert_eq!(store.list().unwrap(), BTreeSet::from([name.to_string()]));
        store.remove(name.as_str()).unwrap();
        assert!(
            !store.has(&name)
                && store.path(&ObjectHash::from("../../etc/passwd".to_owned())).is_none()
        );
    }
}
