//! Files of the user, read and replaced as a whole: nobody ever sees half a file, whatever happens in between. Owns what
//! must hold before one is replaced; refuses to know why it is.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read as _, Write as _},
    path::{Path, PathBuf},
};

/// Bytes beyond which no file is edited.
const MAX_SIZE: u64 = 16 * 1024 * 1024;

/// The bytes of a file; its path may be absolute, here and below.
///
/// # Errors
/// Why it cannot be edited: it is missing, lies outside of `root` or is too large.
pub fn read(root: &Path, path: impl AsRef<Path>) -> Result<Vec<u8>, String> {
    let (file, size) = open(&inside(root, path)?, OpenOptions::new().read(true))?;
    contents(file, size)
}

/// The file that a path leads to, without links.
///
/// # Errors
/// When there is none, or when it lies outside of `root`.
pub fn inside(root: &Path, path: impl AsRef<Path>) -> Result<PathBuf, String> {
    let canonical = |path: &Path| fs::canonicalize(path).map_err(reason);
    let target = canonical(&root.join(path))?;
    if target.starts_with(canonical(root)?) { Ok(target) } else { Err("it lies outside of the root".to_owned()) }
}

/// Puts `after` in place of a file that holds `before`: written to a new file beside it, which then takes its name. Mode
/// and owner stay; a link keeps leading to it.
///
/// # Errors
/// Why the file was left as it is: it lies outside of `root`, may not be written, or has changed.
pub fn replace(root: &Path, path: impl AsRef<Path>, before: &[u8], after: &[u8]) -> Result<(), String> {
    let target = inside(root, path)?;
    let (file, size) = open(&target, OpenOptions::new().read(true).write(true))?;
    let metadata = file.metadata().map_err(reason)?;
    if metadata.permissions().readonly() {
        return Err("it is read-only".to_owned());
    }
    if contents(file, size)? != before {
        return Err("it has changed since it was read; run again".to_owned());
    }
    let folder = target.parent().unwrap_or(root);
    let mut fresh = tempfile::Builder::new()
        .prefix(".testaudit-")
        .suffix(".tmp")
        .tempfile_in(folder)
        .map_err(|error| format!("no file can be made beside it: {}", reason(error)))?;
    fresh.write_all(after).map_err(reason)?;
    keep_owner(fresh.as_file(), &metadata).map_err(|error| format!("cannot keep its owner: {}", reason(error)))?;
    fresh.as_file().set_permissions(metadata.permissions()).map_err(reason)?;
    fresh.as_file().sync_all().map_err(reason)?;
    fresh.persist(&target).map_err(|error| reason(error.error))?;
    // The new name lasts once the folder is on the disk; systems that cannot be asked for that do it by themselves.
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
    Ok(())
}

/// Opens a regular file. What is none is not opened: a FIFO would wait.
fn open(path: &Path, options: &OpenOptions) -> Result<(File, u64), String> {
    if !fs::metadata(path).map_err(reason)?.is_file() {
        return Err("it is not a regular file".to_owned());
    }
    let file = options.open(path).map_err(reason)?;
    let size = file.metadata().map_err(reason)?.len();
    if size > MAX_SIZE { Err(format!("it is larger than {MAX_SIZE} bytes")) } else { Ok((file, size)) }
}

fn contents(file: File, size: u64) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0));
    file.take(MAX_SIZE).read_to_end(&mut bytes).map_err(reason)?;
    Ok(bytes)
}

/// Gives a new file the owner and group of the one that it replaces.
#[cfg(unix)]
fn keep_owner(fresh: &File, metadata: &fs::Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt as _, fchown};
    let own = fresh.metadata()?;
    let changed = |old: u32, new: u32| (old != new).then_some(old);
    match (changed(metadata.uid(), own.uid()), changed(metadata.gid(), own.gid())) {
        (None, None) => Ok(()),
        (user, group) => fchown(fresh, user, group),
    }
}

#[cfg(not(unix))]
fn keep_owner(_: &File, _: &fs::Metadata) -> io::Result<()> {
    Ok(())
}

/// What the system said, in this tool's voice.
fn reason(error: io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        io::ErrorKind::PermissionDenied => "it may not be written".to_owned(),
        kind @ io::ErrorKind::StorageFull => kind.to_string(),
        _ => error.to_string(),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).expect("the test made it").permissions().mode() & 0o7777
    }

    #[test]
    fn a_file_is_replaced_with_its_mode_and_nothing_stays_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.ini");
        fs::write(&path, "old").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        assert_eq!(replace(folder.path(), "a.ini", b"old", b"new"), Ok(()));
        assert_eq!((fs::read(&path).unwrap(), mode(&path)), (b"new".to_vec(), 0o640));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_changed_meanwhile_or_is_read_only_or_missing_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.ini");
        fs::write(&path, "other").unwrap();
        let refused = |name: &str, before: &[u8]| replace(folder.path(), name, before, b"new").unwrap_err();
        assert_eq!(refused("a.ini", b"old"), "it has changed since it was read; run again");
        assert_eq!(refused("b.ini", b"old"), "there is no such file");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).unwrap();
        // Whoever may write everything is told by the mode, all others by the system.
        assert!(["it is read-only", "it may not be written"].contains(&&*refused("a.ini", b"other")));
        assert_eq!(fs::read(&path).unwrap(), b"other");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_link_within_the_root_stays_one_and_a_link_out_of_it_is_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("root");
        fs::create_dir_all(root.join("sub")).unwrap();
        fs::write(root.join("sub/a.ini"), "old").unwrap();
        fs::write(folder.path().join("outside.ini"), "old").unwrap();
        symlink("sub/a.ini", root.join("within.ini")).unwrap();
        symlink("../outside.ini", root.join("out.ini")).unwrap();
        assert_eq!(replace(&root, "within.ini", b"old", b"new"), Ok(()));
        assert!(fs::symlink_metadata(root.join("within.ini")).unwrap().is_symlink());
        assert_eq!(fs::read(root.join("sub/a.ini")).unwrap(), b"new");
        for path in ["out.ini", "../outside.ini"] {
            assert_eq!(replace(&root, path, b"old", b"new").unwrap_err(), "it lies outside of the root", "{path}");
            assert_eq!(read(&root, path).unwrap_err(), "it lies outside of the root", "{path}");
        }
        assert_eq!(fs::read(folder.path().join("outside.ini")).unwrap(), b"old");
    }
}
