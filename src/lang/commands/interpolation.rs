//! What CI systems and task runners put into a command before a shell sees it, and where a shell's own substitutions
//! end. Knows brackets and quotations; refuses to evaluate.

/// Who reads the command besides a shell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// Nobody but a CI system.
    Shell,
    /// make: `$(NAME)`, `${NAME}`, and `$$` for the shell's `$`.
    Make,
    /// tox, hatch and the like: `{posargs}`, `{envpython}`.
    Braces,
}

/// Bytes within which an interpolation ends.
const MAX_LENGTH: usize = 600;

/// The length of the interpolation that the text begins with: it counts within any quotation.
pub(super) fn interpolation(text: &str, dialect: Dialect) -> Option<usize> {
    let bytes = text.as_bytes();
    let until = |close: &str, open: usize| {
        let within = &bytes[open..bytes.len().min(MAX_LENGTH).max(open)];
        memchr::memmem::find(within, close.as_bytes()).map(|at| open + at + close.len())
    };
    match *bytes.first()? {
        b'$' if text.starts_with("${{") => until("}}", 3),
        b'$' if text.starts_with("$[[") => until("]]", 3),
        b'$' if dialect == Dialect::Make => match bytes.get(1)? {
            b'(' | b'{' => balanced(bytes, 1),
            b'@' | b'<' | b'^' | b'*' | b'?' | b'%' => Some(2),
            _ => None,
        },
        b'{' if text.starts_with("{{") => until("}}", 2),
        b'{' if dialect == Dialect::Braces => balanced(bytes, 0).filter(|length| *length > 2),
        b'%' => {
            let name = bytes[1..].iter().take_while(|byte| is_name(**byte)).count();
            (name > 0 && bytes.get(name + 1) == Some(&b'%')).then_some(name + 2)
        }
        // CircleCI's `<< parameters.x >>`.
        b'<' if text.starts_with("<<") => {
            let inner = text[2..].trim_start_matches(' ');
            let name = inner.bytes().take_while(|byte| is_name(*byte) || *byte == b'.' || *byte == b'-').count();
            let behind = inner[name..].trim_start_matches(' ');
            (name > 0 && behind.starts_with(">>")).then(|| text.len() - behind.len() + 2)
        }
        _ => None,
    }
}

/// Whether a byte can stand in the name of a variable.
pub(super) fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Behind the bracket that closes the one at `open`, quotations not looked at.
pub(super) fn balanced(bytes: &[u8], open: usize) -> Option<usize> {
    let (opening, closing) = if bytes[open] == b'(' { (b'(', b')') } else { (b'{', b'}') };
    let mut depth = 0_usize;
    for (at, byte) in bytes.iter().enumerate().take(MAX_LENGTH).skip(open) {
        if *byte == opening {
            depth += 1;
        } else if *byte == closing {
            depth -= 1;
            if depth == 0 {
                return Some(at + 1);
            }
        }
    }
    None
}

/// Where `closer` stands that ends what was opened before `from`: a `"`, the `)` of `$(` or the `}` of `${`.
pub(super) fn closing(text: &str, from: usize, closer: u8) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut stack = vec![closer];
    let mut at = from;
    while let Some(byte) = bytes.get(at) {
        let top = *stack.last()?;
        if *byte == b'\\' {
            at += 2;
            continue;
        }
        if bytes[at..].starts_with(b"${{")
            && let Some(length) = interpolation(&text[at..], Dialect::Shell)
        {
            at += length;
            continue;
        }
        if *byte == top {
            stack.pop();
            if stack.is_empty() {
                return Some(at);
            }
        } else if *byte == b'$' && matches!(bytes.get(at + 1), Some(b'(' | b'{')) {
            stack.push(if bytes[at + 1] == b'(' { b')' } else { b'}' });
            at += 1;
        } else if top != b'"' && *byte == b'"' {
            stack.push(b'"');
        } else if top == b')' && *byte == b'(' {
            stack.push(b')');
        } else if top == b')' && *byte == b'\'' {
            at += 1 + memchr::memchr(b'\'', &bytes[at + 1..])?;
        }
        at += 1;
    }
    None
}

/// The length of what stands before the default.
fn default_prefix(text: &str) -> Option<usize> {
    let plain = ["{posargs:", "{args:"].iter().find(|prefix| text.starts_with(**prefix)).map(|prefix| prefix.len());
    plain.or_else(|| {
        let name = text.strip_prefix("{env:")?;
        let length = name.bytes().take_while(|byte| is_name(*byte)).count();
        name[length..].starts_with(':').then_some("{env:".len() + length + 1)
    })
}

/// A copy in which `{posargs:DEFAULT}`, `{args:DEFAULT}` and `{env:NAME:DEFAULT}` are their defaults, marked as computed.
pub(super) fn defaults(snippet: &super::snippet::Snippet) -> super::snippet::Snippet {
    let mut expanded = super::snippet::Snippet::default();
    let text = &snippet.text;
    let (mut from, mut copied) = (0, 0);
    while let Some(at) = memchr::memchr(b'{', &text.as_bytes()[from..]).map(|at| from + at) {
        from = at + 1;
        let Some(prefix) = default_prefix(&text[at..]) else { continue };
        let Some(length) = balanced(&text.as_bytes()[at..], 0) else { continue };
        expanded.push_range(snippet, copied..at);
        let (start, end) = (at + prefix, at + length - 1);
        for (part, line) in text[start..end].split_inclusive('\n').zip(snippet.line(start)..) {
            expanded.push(part, line, true);
        }
        copied = at + length;
        from = copied;
    }
    expanded.push_range(snippet, copied..text.len());
    expanded
}
