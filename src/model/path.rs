//! How paths are normalized and written in reports: `/` between the parts, `\xNN` for bytes that are no text, nothing
//! absolute. Looks at no disk.

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::path::{Component, Path, PathBuf};

/// A path with `/` between its parts and `\xNN` for each byte that is not UTF-8.
pub fn shown(path: &Path) -> String {
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

/// The folder that a path is in; empty at the root.
pub fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// `path` seen from the folder `from`, both absolute: with `..` where it lies outside, `.` for the folder itself.
pub fn relative(from: &Path, path: &Path) -> String {
    let mut inside = path.components().peekable();
    let mut outside = from.components().peekable();
    while inside.peek().is_some() && inside.peek() == outside.peek() {
        inside.next();
        outside.next();
    }
    let seen: PathBuf = outside.map(|_| Component::ParentDir).chain(inside).collect();
    if seen.as_os_str().is_empty() { ".".to_owned() } else { shown(&seen) }
}

/// `path` seen from `folder`, absolute and without `.` and `..`, links not looked at: Python's `os.path.abspath`.
pub fn absolute(folder: &Path, path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for component in folder.join(path).components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                normal.pop();
            }
            other => normal.push(other),
        }
    }
    normal
}

/// Whether a path with `/` stands in a folder that is named for tests, benchmarks or profiling.
pub fn is_of_tests(path: &str) -> bool {
    folder_of_tests(path).is_some()
}

/// The uppermost folder of a path with `/` that is named for tests, benchmarks or profiling.
pub fn folder_of_tests(path: &str) -> Option<&str> {
    const NAMES: [&str; 11] = [
        "test",
        "tests",
        "unittest",
        "unittests",
        "e2e",
        "bench",
        "benches",
        "benchmark",
        "benchmarks",
        "perf",
        "profiling",
    ];
    let is_named = |name: &str| {
        let name = name.to_ascii_lowercase();
        let starts = ["test_", "tests_", "test-", "tests-", "benchmarks_"].iter().any(|start| name.starts_with(start));
        let ends = ["_test", "_tests", "-tests", "_benchmarks"].iter().any(|end| name.ends_with(end));
        NAMES.contains(&&*name) || starts || ends
    };
    let ends = path.match_indices('/').map(|(at, _)| at);
    let mut start = 0;
    for end in ends {
        if is_named(&path[start..end]) {
            return Some(&path[..end]);
        }
        start = end + 1;
    }
    None
}

/// Whether a path with `/` is this one, or stands below it; everything stands below the empty path.
pub fn is_below(path: &str, above: &str) -> bool {
    let above = above.trim_end_matches('/');
    above.is_empty() || path.strip_prefix(above).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
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

    #[cfg(unix)]
    #[test]
    fn a_path_is_made_absolute_by_its_names_alone() {
        let cases =
            [("", "/a/b"), (".", "/a/b"), ("../c", "/a/c"), ("x/./y/..", "/a/b/x"), ("/z", "/z"), ("../../..", "/")];
        for (path, expected) in cases {
            assert_eq!(absolute(Path::new("/a/b"), Path::new(path)), Path::new(expected), "{path}");
        }
    }

    #[test]
    fn a_path_stands_below_folders_by_whole_names() {
        for (path, above, expected) in [
            ("a/b", "a", true),
            ("a", "a", true),
            ("a/b", "a/", true),
            ("ab", "a", false),
            ("a", "a/b", false),
            ("a", "", true),
        ] {
            assert_eq!(is_below(path, above), expected, "{path} {above}");
        }
    }
}
