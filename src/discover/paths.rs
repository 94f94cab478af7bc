//! How paths and I/O errors are written in reports. Owns the `/`, the `\xNN` and the words; decides nothing.

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::path::{Component, Path, PathBuf};
use std::{fs, io};

/// A path with `/` between its parts and `\xNN` for each byte that is not UTF-8.
pub(super) fn shown(path: &Path) -> String {
    let mut text = String::new();
    for component in path.components() {
        if !text.is_empty() && !text.ends_with('/') {
            text.push('/');
        }
        match component {
            Component::RootDir => text.push('/'),
            other => push_name(&mut text, other.as_os_str()),
        }
    }
    text
}

fn push_name(text: &mut String, name: &OsStr) {
    for chunk in name.as_encoded_bytes().utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            write!(text, "\\x{byte:02x}").expect("writing to a string cannot fail");
        }
    }
}

/// `path` seen from the folder `from`, both absolute: with `..` where it lies outside, `.` for the folder itself.
pub(super) fn relative(from: &Path, path: &Path) -> String {
    let mut inside = path.components().peekable();
    let mut outside = from.components().peekable();
    while inside.peek().is_some() && inside.peek() == outside.peek() {
        inside.next();
        outside.next();
    }
    let seen: PathBuf = outside.map(|_| Component::ParentDir).chain(inside).collect();
    if seen.as_os_str().is_empty() { ".".to_owned() } else { shown(&seen) }
}

/// `root` seen from `current`; links are resolved only where the two names have no other relation than "outside".
pub(super) fn relative_root(current: &Path, root: &Path) -> String {
    let plain = relative(current, root);
    if !plain.starts_with("..") {
        return plain;
    }
    match (fs::canonicalize(current), fs::canonicalize(root)) {
        (Ok(current), Ok(root)) => relative(&current, &root),
        _ => plain,
    }
}

/// What the system said, in this tool's voice: lower case, without the error number where there is a name for it.
pub(super) fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "no such file or folder".to_owned(),
        kind @ (io::ErrorKind::PermissionDenied
        | io::ErrorKind::NotADirectory
        | io::ErrorKind::IsADirectory
        | io::ErrorKind::InvalidFilename
        | io::ErrorKind::StaleNetworkFileHandle
        | io::ErrorKind::TimedOut) => kind.to_string(),
        _ => {
            let text = error.to_string();
            let mut letters = text.chars();
            letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_told_from_a_folder_in_every_relation() {
        let cases = [
            ("/a/b", "/a/b", "."),
            ("/a/b", "/a/b/c/d", "c/d"),
            ("/a/b", "/a", ".."),
            ("/a/b", "/a/x", "../x"),
            ("/a/bc", "/a/b", "../b"),
            ("/", "/a", "a"),
        ];
        for (from, path, expected) in cases {
            assert_eq!(relative(Path::new(from), Path::new(path)), expected, "{path} from {from}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn bytes_that_are_not_utf_8_are_escaped_and_control_characters_are_kept_for_the_renderers() {
        use std::os::unix::ffi::OsStrExt;
        let path = Path::new(OsStr::from_bytes(b"a\xff\nb/\xc3\xa9.py"));
        assert_eq!(shown(path), "a\\xff\nb/é.py");
    }
}
