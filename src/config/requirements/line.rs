//! One requirement: the name and the versions in it. Reads PEP 508, pip's additions to it, and the specifiers of Poetry
//! and conda. Refuses to know where it stands.

use crate::model::requirement::normalized;

/// A distribution and the versions of it that are allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Distribution {
    /// Normalized as PEP 503 says.
    pub(super) name: String,
    /// As PEP 440 writes it, without blanks.
    pub(super) specifier: String,
}

/// What a text in the place of a requirement is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    Distribution(Distribution),
    /// It requires something that it does not name.
    Unread,
    /// It requires nothing but a folder or an archive of the tree itself.
    Nothing,
}

/// Reads one requirement, without a comment behind it.
pub(super) fn read(text: &str) -> Line {
    let text = text.trim();
    if text.is_empty() {
        return Line::Nothing;
    }
    let name_end = name_end(text);
    let (name, rest) = text.split_at(name_end);
    let rest = without_extras(rest.trim_start()).trim_start();
    if let Some(url) = rest.strip_prefix('@').filter(|_| is_name(name)) {
        let plain = url.starts_with(char::is_whitespace) || url.contains("://");
        return if plain { distribution(name, "") } else { Line::Unread };
    }
    if text.contains("://") && !rest.starts_with(['=', '<', '>', '!', '~', '(', ';']) {
        return url(text);
    }
    if !is_name(name) {
        let local = text.starts_with('.') || text.contains(['/', '\\']) && !text.starts_with(['$', '{', '%']);
        return if local || is_archive(text) { Line::Nothing } else { Line::Unread };
    }
    let specifier = rest.split(';').next().unwrap_or(rest);
    // pip's options of one requirement.
    let specifier = specifier.split(" --").next().unwrap_or(specifier).trim().trim_end_matches('\\').trim_end();
    let specifier = specifier.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')).unwrap_or(specifier);
    if specifier.is_empty() || specifier.starts_with(['=', '<', '>', '!', '~', '^']) {
        return if is_archive(text) { Line::Nothing } else { distribution(name, specifier) };
    }
    // A folder, if anything.
    if specifier.starts_with(['/', '\\', ':']) { Line::Nothing } else { Line::Unread }
}

fn distribution(name: &str, specifier: &str) -> Line {
    let specifier = specifier.chars().filter(|letter| !letter.is_whitespace()).collect();
    Line::Distribution(Distribution { name: normalized(name), specifier })
}

/// The end of the name in front: PEP 508's identifier.
fn name_end(text: &str) -> usize {
    let end = text.find(|letter: char| !letter.is_ascii_alphanumeric() && !matches!(letter, '-' | '_' | '.'));
    text[..end.unwrap_or(text.len())].trim_end_matches(['-', '_', '.']).len()
}

/// Whether this is a name: it begins and ends with a letter or digit.
pub(super) fn is_name(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphanumeric()) && name_end(text) == text.len()
}

fn without_extras(text: &str) -> &str {
    text.strip_prefix('[').and_then(|rest| rest.split_once(']')).map_or(text, |(_, rest)| rest)
}

fn is_archive(text: &str) -> bool {
    [".whl", ".tar.gz", ".zip"].iter().any(|ending| text.ends_with(ending))
}

/// What an address names itself: `#egg=name`, or the file name of a wheel (PEP 427).
fn url(text: &str) -> Line {
    let (address, fragment) = text.split_once('#').unwrap_or((text, ""));
    if address.starts_with("file:") {
        return Line::Nothing;
    }
    let egg = fragment.split('&').find_map(|part| part.strip_prefix("egg="));
    let wheel = || address.rsplit('/').next()?.strip_suffix(".whl")?.split('-').next();
    match egg.or_else(wheel).map(|name| &name[..name_end(name)]).filter(|name| is_name(name)) {
        Some(name) => distribution(name, ""),
        None => Line::Unread,
    }
}

/// A specifier of Poetry (`^1.2`, `~1.2`, `1.*`, `1.2`, alternatives with `||`) as PEP 440 writes it.
pub(super) fn of_poetry(text: &str) -> String {
    alternatives(text, |clause| match clause.strip_prefix('=').filter(|rest| !rest.starts_with('=')) {
        Some(version) => format!("=={version}"),
        None => clause.to_owned(),
    })
}

/// A specifier of conda (`=1.2` for any 1.2, `1.2|1.4`, a build behind the version) as PEP 440 writes it.
pub(super) fn of_conda(text: &str) -> String {
    alternatives(text, |clause| match clause.strip_prefix('=').filter(|rest| !rest.starts_with('=')) {
        Some(version) => {
            let version = version.split('=').next().unwrap_or(version);
            format!("=={}.*", version.trim_end_matches(".*").trim_end_matches('*'))
        }
        None => clause.to_owned(),
    })
}

fn alternatives(text: &str, of_equals: fn(&str) -> String) -> String {
    let alternative = |text: &str| {
        // Blanks part clauses too, but not an operator from its version.
        let mut clauses = Vec::new();
        let mut operator = String::new();
        for word in text.split([',', ' ', '\t']).map(str::trim).filter(|word| !word.is_empty()) {
            if word.chars().all(|letter| "=<>!~^".contains(letter)) {
                operator = word.to_owned();
            } else {
                let clause = clause(&format!("{operator}{word}"), of_equals);
                operator.clear();
                clauses.extend(Some(clause).filter(|clause| !clause.is_empty()));
            }
        }
        clauses.join(",")
    };
    let alternatives: Vec<_> = text.split('|').filter(|part| !part.trim().is_empty()).map(alternative).collect();
    if alternatives.iter().any(String::is_empty) { String::new() } else { alternatives.join("||") }
}

fn clause(clause: &str, of_equals: fn(&str) -> String) -> String {
    let bump = |numbers: &[u64], at: usize| {
        let mut upper: Vec<_> = numbers[..=at].to_vec();
        upper[at] = upper[at].saturating_add(1);
        upper.iter().map(u64::to_string).collect::<Vec<_>>().join(".")
    };
    let numbers = |version: &str| -> Option<Vec<u64>> { version.split('.').map(|part| part.parse().ok()).collect() };
    if let Some(version) = clause.strip_prefix('^') {
        return match numbers(version) {
            Some(numbers) if !numbers.is_empty() => {
                let at = numbers.iter().position(|number| *number > 0).unwrap_or(numbers.len() - 1);
                format!(">={version},<{}", bump(&numbers, at))
            }
            _ => format!(">={version}"),
        };
    }
    if let Some(version) = clause.strip_prefix('~').filter(|rest| !rest.starts_with('=')) {
        return match numbers(version) {
            Some(numbers) if !numbers.is_empty() => {
                format!(">={version},<{}", bump(&numbers, (numbers.len() - 1).min(1)))
            }
            _ => format!(">={version}"),
        };
    }
    match clause {
        "*" => String::new(),
        _ if clause.starts_with(|first: char| first.is_ascii_digit()) => format!("=={clause}"),
        _ => of_equals(clause),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> String {
        match read(text) {
            Line::Distribution(Distribution { name, specifier }) => format!("{name} {specifier}"),
            Line::Unread => "unread".to_owned(),
            Line::Nothing => "nothing".to_owned(),
        }
    }

    #[test]
    fn the_name_and_the_versions_of_a_requirement_are_read() {
        for (text, expected) in [
            ("pytest", "pytest "),
            ("Pytest_Cov >= 4, <6", "pytest-cov >=4,<6"),
            ("pytest>=7 ; python_version > '3.8'", "pytest >=7"),
            ("pytest;python_version>'3.8'", "pytest "),
            ("pytest (>=7)", "pytest >=7"),
            ("hypothesis[pytest, zoneinfo]>=6", "hypothesis >=6"),
            ("pytest==8.0 --hash=sha256:abc \\", "pytest ==8.0"),
            ("pytest-x @ git+https://github.com/a/b", "pytest-x "),
            ("pytest-x@https://host/x.zip", "pytest-x "),
            ("git+https://github.com/a/b@main#egg=Pytest_X[y]&subdirectory=z", "pytest-x "),
            ("https://host/pytest_x-1.0-py3-none-any.whl", "pytest-x "),
            ("pytest==${VERSION}", "pytest ==${VERSION}"),
            ("zope.interface", "zope-interface "),
        ] {
            assert_eq!(told(text), expected, "{text}");
        }
    }

    #[test]
    fn what_names_no_distribution_is_told_and_what_is_the_tree_itself_is_nothing() {
        for (text, expected) in [
            ("", "nothing"),
            (".", "nothing"),
            (".[test]", "nothing"),
            ("./plugins/x", "nothing"),
            ("dist/x-1.0.whl", "nothing"),
            ("x-1.0-py3-none-any.whl", "nothing"),
            ("/abs/path", "nothing"),
            ("git+https://github.com/a/pytest-x", "unread"),
            ("$PACKAGES", "unread"),
            ("{[testenv]x}", "unread"),
            ("pytest what is this", "unread"),
            ("-", "unread"),
            ("é", "unread"),
        ] {
            assert_eq!(told(text), expected, "{text}");
        }
    }

    #[test]
    fn specifiers_of_poetry_and_conda_become_those_of_pep_440() {
        for (text, expected) in [
            ("*", ""),
            ("^7.1", ">=7.1,<8"),
            ("^0.2.3", ">=0.2.3,<0.3"),
            ("^0.0", ">=0.0,<0.1"),
            ("~7.1.2", ">=7.1.2,<7.2"),
            ("~7", ">=7,<8"),
            ("~=7.1", "~=7.1"),
            ("7.*", "==7.*"),
            (">=7,<9 || ^10", ">=7,<9||>=10,<11"),
            (">= 7 <9", ">=7,<9"),
            ("^x", ">=x"),
        ] {
            assert_eq!(of_poetry(text), expected, "{text}");
        }
        assert_eq!(of_poetry("=7.1"), "==7.1");
        for (text, expected) in
            [("=8.0", "==8.0.*"), ("=8.0=py_0", "==8.0.*"), ("8.1|8.3", "==8.1||==8.3"), ("=8.*", "==8.*"), ("", "")]
        {
            assert_eq!(of_conda(text), expected, "{text}");
        }
    }
}
