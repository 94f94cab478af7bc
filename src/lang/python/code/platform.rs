//! Conditions on the platform and the version of Python, for CPython 3.12 on Linux: by their text.

use std::cmp::Ordering;

/// The version that is assumed.
const VERSION: [i64; 3] = [3, 12, 1];

/// What a condition on the platform comes to; `None` where it is no such condition or not known.
pub(super) fn truth(condition: &str) -> Option<bool> {
    joined(condition, 0)
}

/// Whether a condition asks for the platform at all.
pub(super) fn is_about(condition: &str) -> bool {
    const WORDS: [&str; 8] = ["version_info", "platform", "os.name", "PY2", "PY3", "PYPY", "WINDOWS", "implementation"];
    WORDS.iter().any(|word| condition.contains(word))
}

fn joined(condition: &str, depth: u8) -> Option<bool> {
    let condition = condition.trim();
    if depth > 4 || condition.len() > 300 {
        return None;
    }
    if let Some(inner) = condition.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'))
        && !inner.contains(['(', ')'])
    {
        return joined(inner, depth + 1);
    }
    for (word, decides) in [(" or ", true), (" and ", false)] {
        if condition.contains(word) {
            let parts: Vec<_> = condition.split(word).map(|part| joined(part, depth + 1)).collect();
            if parts.contains(&Some(decides)) {
                return Some(decides);
            }
            return parts.iter().all(Option::is_some).then_some(!decides);
        }
    }
    if let Some(inner) = condition.strip_prefix("not ") {
        return joined(inner, depth + 1).map(|truth| !truth);
    }
    single(condition)
}

fn single(condition: &str) -> Option<bool> {
    if condition.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.')) {
        return flag(condition);
    }
    if let Some(rest) = condition.strip_prefix("sys.platform.startswith(") {
        return Some("linux".starts_with(literal(rest.trim_end_matches(')'))?));
    }
    for operator in ["==", "!=", ">=", "<=", " not in ", " in ", ">", "<"] {
        if let Some((left, right)) = condition.split_once(operator) {
            return compared(left.trim(), operator.trim(), right.trim());
        }
    }
    None
}

fn flag(name: &str) -> Option<bool> {
    let name = name.rsplit('.').next()?.to_ascii_uppercase();
    let name = name.trim_start_matches('_');
    let name = name.strip_prefix("IS_").or_else(|| name.strip_prefix("ON_")).unwrap_or(name);
    match name {
        "PY2" | "PY26" | "PY27" | "PYTHON2" | "WIN" | "WINDOWS" | "WIN32" | "NT" | "PYPY" | "JYTHON" | "IRONPYTHON"
        | "MACOS" | "MAC" | "DARWIN" | "OSX" | "CYGWIN" | "EMSCRIPTEN" | "WASM" => Some(false),
        "PY3" | "PYTHON3" | "PY3K" | "LINUX" | "CPYTHON" | "POSIX" | "NIX" | "UNIX" => Some(true),
        _ => {
            let version = name
                .strip_prefix("PY3_")
                .or_else(|| name.strip_prefix("PY_3_"))
                .or_else(|| name.strip_prefix("PY3"))?;
            let version = version.strip_suffix("_PLUS").unwrap_or(version);
            version.parse::<i64>().ok().map(|minor| VERSION[1] >= minor)
        }
    }
}

fn literal(text: &str) -> Option<&str> {
    let text = text.trim();
    let inner = text.strip_prefix(['"', '\''])?.strip_suffix(['"', '\''])?;
    (!inner.contains(['"', '\''])).then_some(inner)
}

fn compared(left: &str, operator: &str, right: &str) -> Option<bool> {
    let text = match left {
        "sys.platform" | "platform" => "linux",
        "os.name" => "posix",
        "platform.system()" => "Linux",
        "platform.python_implementation()" | "python_implementation()" => "CPython",
        "sys.implementation.name" => "cpython",
        _ => {
            if literal(left) == Some("__pypy__") {
                return Some(operator == "not in");
            }
            let own: &[i64] = match left {
                "sys.version_info" | "version_info" | "sys.version_info[:2]" | "sys.version_info[0:2]" => &VERSION,
                "sys.version_info[0]" | "sys.version_info.major" | "version_info[0]" => &VERSION[..1],
                "sys.version_info[1]" | "sys.version_info.minor" => &VERSION[1..2],
                _ => return None,
            };
            let numbers: Option<Vec<i64>> = right
                .trim_matches(['(', ')'])
                .split(',')
                .map(str::trim)
                .filter(|part| !part.is_empty())
                .map(|part| part.parse().ok())
                .collect();
            let numbers = numbers.filter(|numbers| !numbers.is_empty())?;
            let own = if left.contains('[') && own.len() > 1 { &own[..2] } else { own };
            let order = own.cmp(&numbers);
            return ordered(order, operator);
        }
    };
    match operator {
        "==" => Some(text == literal(right)?),
        "!=" => Some(text != literal(right)?),
        "in" | "not in" => {
            let inner = right.strip_prefix(['(', '[', '{'])?.strip_suffix([')', ']', '}'])?;
            let has = inner.split(',').any(|item| literal(item) == Some(text));
            Some(has == (operator == "in"))
        }
        _ => None,
    }
}

fn ordered(order: Ordering, operator: &str) -> Option<bool> {
    match operator {
        "==" => Some(order.is_eq()),
        "!=" => Some(order.is_ne()),
        ">=" => Some(order.is_ge()),
        "<=" => Some(order.is_le()),
        ">" => Some(order.is_gt()),
        "<" => Some(order.is_lt()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_on_version_and_platform_are_decided_for_cpython_3_12_on_linux() {
        assert_eq!(truth("sys.version_info >= (3, 8)"), Some(true));
        assert_eq!(truth("sys.version_info < (3, 8) or sys.platform == 'win32'"), Some(false));
        assert_eq!(truth("sys.version_info[:2] == (3, 12)"), Some(true));
        assert_eq!(truth("not PY2 and os.name == \"posix\""), Some(true));
        assert_eq!(truth("sys.platform in ('linux', 'darwin')"), Some(true));
        assert_eq!(truth("IS_WINDOWS"), Some(false));
        assert_eq!(truth("PY_3_13_PLUS"), Some(false));
    }

    #[test]
    fn other_conditions_are_not() {
        assert_eq!(truth("value"), None);
        assert_eq!(truth("len(x) > 3"), None);
        assert_eq!(truth("sys.platform == NAME"), None);
        assert_eq!(truth("PY2 or value"), None);
    }
}
