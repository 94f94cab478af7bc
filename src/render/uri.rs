//! Paths of reports as relative references (RFC 3986). Knows no format.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode_byte, utf8_percent_encode};

/// Everything but the unreserved characters and the slash. A colon too: it would make a scheme of the first folder.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// The reference to a path with `/` between its parts, where `\xNN` stands for a byte that is not UTF-8.
pub(super) fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    let mut rest = path;
    while let Some(at) = rest.find("\\x") {
        let (before, escape) = rest.split_at(at);
        uri.extend(utf8_percent_encode(before, ESCAPED));
        match byte(escape) {
            Some(byte) => {
                uri.push_str(percent_encode_byte(byte));
                rest = &escape[4..];
            }
            None => {
                uri.extend(utf8_percent_encode("\\", ESCAPED));
                rest = &escape[1..];
            }
        }
    }
    uri.extend(utf8_percent_encode(rest, ESCAPED));
    uri
}

/// The byte that `\xNN` at the start of the text stands for; bytes below 0x80 are always UTF-8 and never written so.
fn byte(escape: &str) -> Option<u8> {
    let digits = escape.get(2..4).filter(|digits| !digits.starts_with('+'))?;
    u8::from_str_radix(digits, 16).ok().filter(|byte| *byte >= 0x80)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_holds_only_what_rfc_3986_allows_and_stays_relative() {
        for (path, expected) in [
            ("tests/test_a-b.c~d.py", "tests/test_a-b.c~d.py"),
            ("a b/50%/é.py", "a%20b/50%25/%C3%A9.py"),
            ("c:/x?y#z.py", "c%3A/x%3Fy%23z.py"),
            ("../a[1].py", "../a%5B1%5D.py"),
            ("a\n\u{202e}<b>.py", "a%0A%E2%80%AE%3Cb%3E.py"),
        ] {
            assert_eq!(uri(path), expected);
        }
    }

    #[test]
    fn bytes_that_are_not_utf_8_are_themselves_and_other_backslashes_are_backslashes() {
        assert_eq!(uri("a\\xff\\xc3.py"), "a%FF%C3.py");
        assert_eq!(uri("a\\x41\\xg\\x+f\\x\\y\\xé"), "a%5Cx41%5Cxg%5Cx%2Bf%5Cx%5Cy%5Cx%C3%A9");
    }
}
