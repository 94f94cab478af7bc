//! Files of expected output.

use std::path::Path;

/// Asserts that a file of `tests/expected` holds this; `UPDATE=1` writes it.
pub(crate) fn expect(name: &str, actual: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/expected").join(name);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, actual).expect("`tests/expected` can be written");
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(expected == actual, "`{name}` differs, run again with `UPDATE=1` and read the difference:\n{actual}");
}
