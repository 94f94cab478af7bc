//! The encoding that a Python source declares for itself (PEP 263). Refuses to know what its name means.

/// The line and name of the cookie: `get_coding_spec` and `check_coding_spec` of CPython's `Parser/tokenizer`, that is
/// `^[ \t\f]*#.*?coding[:=][ \t]*([-_.a-zA-Z0-9]+)` in the first line, or in the second if the first holds no code. The
/// bytes have no byte order mark.
pub fn cookie(bytes: &[u8]) -> Option<(u32, &str)> {
    let mut rest = bytes;
    for line in 1..=2 {
        let end = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(rest.len());
        let blanks = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | 0x0C)).count();
        let content = &rest[blanks..end];
        match content.first() {
            None => {}
            Some(b'#') => {
                if let Some(name) = coding_spec(content) {
                    return Some((line, name));
                }
            }
            Some(_) => return None,
        }
        let newline = if rest[end..].starts_with(b"\r\n") { 2 } else { 1 };
        rest = rest.get(end + newline..)?;
    }
    None
}

/// The name that a comment declares.
pub fn coding_spec(comment: &[u8]) -> Option<&str> {
    let mut rest = comment;
    while let Some(at) = memchr::memmem::find(rest, b"coding") {
        rest = &rest[at + b"coding".len()..];
        let Some(name) = rest.strip_prefix(b":").or_else(|| rest.strip_prefix(b"=")) else { continue };
        let name = &name[name.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count()..];
        let part = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        let name = &name[..name.iter().take_while(part).count()];
        if !name.is_empty() {
            return std::str::from_utf8(name).ok();
        }
    }
    None
}
