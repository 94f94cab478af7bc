//! Runs of lines that hold nothing but a continuation: the parser's time grows with the square of their length.

/// Empty continuation lines in a row beyond which a text is not parsed.
pub(super) const MAX_RUN: usize = 2000;

/// The 1-based line at which a run begins that is longer than [`MAX_RUN`].
pub(super) fn too_long(text: &[u8]) -> Option<u32> {
    let mut run = 0;
    let mut begin = 0;
    let mut last_end = usize::MAX;
    for at in memchr::memchr_iter(b'\\', text) {
        let end = match &text[at + 1..] {
            [b'\n', ..] => at + 2,
            [b'\r', b'\n', ..] => at + 3,
            _ => continue,
        };
        let goes_on = text.get(last_end..at).is_some_and(|between| between.trim_ascii().is_empty());
        if goes_on {
            run += 1;
        } else {
            (run, begin) = (1, at);
        }
        if run > MAX_RUN {
            let line = memchr::memchr_iter(b'\n', &text[..begin]).count() + 1;
            return Some(u32::try_from(line).unwrap_or(u32::MAX));
        }
        last_end = end;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_run_without_anything_between_is_too_long() {
        let long = format!("a = 1\nx = {}1\n", "\\\n   ".repeat(MAX_RUN + 1));
        assert_eq!(too_long(long.as_bytes()), Some(2));
        let windows = format!("x = {}1\n", "\\\r\n".repeat(MAX_RUN + 1));
        assert_eq!(too_long(windows.as_bytes()), Some(1));
        let short = format!("x = {}1\n", "\\\n".repeat(MAX_RUN));
        assert_eq!(too_long(short.as_bytes()), None);
        let sum = format!("x = 1{}\n", " + \\\n 1".repeat(3 * MAX_RUN));
        assert_eq!(too_long(sum.as_bytes()), None);
        assert_eq!(too_long(b"\\"), None);
        assert_eq!(too_long(b""), None);
    }
}
