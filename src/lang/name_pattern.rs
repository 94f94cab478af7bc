//! Patterns of dotted names, the arguments of `#resolves?`. Knows nothing of trees or scopes.
//!
//! - `torch.rand` is that name;
//! - `*` stands for any characters of one segment: `torch.rand*`, `numpy.random.*`;
//! - `**` stands for any number of segments: `torch.**.parametrize`;
//! - `()` marks the result of a call: `numpy.random.default_rng().normal`;
//! - `?` as the first segment stands for a value whose origin is unknown (a parameter, an attribute of `self`).

use rustc_hash::FxHashSet;

/// The first segment of a name whose root could not be followed.
pub(crate) const UNKNOWN_ROOT: &str = "?";

/// A set of patterns, of which one must match.
#[derive(Debug, Clone, Default)]
pub(crate) struct NamePatterns {
    exact: FxHashSet<String>,
    globs: Vec<String>,
}

impl NamePatterns {
    /// Compiles patterns; the message of an error says what is wrong with one.
    pub(crate) fn new<'a>(patterns: impl IntoIterator<Item = &'a str>) -> Result<Self, String> {
        let mut set = Self::default();
        for pattern in patterns {
            check(pattern)?;
            if pattern.contains('*') {
                set.globs.push(pattern.to_owned());
            } else {
                set.exact.insert(pattern.to_owned());
            }
        }
        Ok(set)
    }

    /// Whether some pattern matches the whole name.
    pub(crate) fn matches(&self, name: &str) -> bool {
        self.exact.contains(name) || self.globs.iter().any(|glob| glob_matches(glob.as_bytes(), name.as_bytes()))
    }
}

fn check(pattern: &str) -> Result<(), String> {
    if pattern.is_empty() {
        return Err("empty name".to_owned());
    }
    let segments = pattern.trim_start_matches('.').split('.');
    for (index, segment) in segments.enumerate() {
        let word = segment.replace("()", "");
        let known = index == 0 && word == UNKNOWN_ROOT;
        if segment.is_empty() || !(known || word.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '*')) {
            return Err(format!("`{pattern}` is no dotted name: segment `{segment}`"));
        }
    }
    Ok(())
}

/// Backtracks; patterns have a few stars and names a few dozen bytes.
fn glob_matches(glob: &[u8], name: &[u8]) -> bool {
    let (mut g, mut n) = (0, 0);
    let mut retry: Vec<(usize, usize, bool)> = Vec::new();
    loop {
        if g < glob.len() && glob[g] == b'*' {
            let crosses = glob.get(g + 1) == Some(&b'*');
            g += if crosses { 2 } else { 1 };
            retry.push((g, n, crosses));
            continue;
        }
        if g < glob.len() && n < name.len() && glob[g] == name[n] {
            (g, n) = (g + 1, n + 1);
            continue;
        }
        if g == glob.len() && n == name.len() {
            return true;
        }
        // Let the last star that still can swallow one more byte do so.
        loop {
            let Some((after, at, crosses)) = retry.pop() else { return false };
            match name.get(at) {
                Some(byte) if crosses || !matches!(byte, b'.' | b'(') => {
                    retry.push((after, at + 1, crosses));
                    (g, n) = (after, at + 1);
                    break;
                }
                _ => {}
            }
        }
    }
}

/// A literal that a file must contain for a pattern to match there.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Literal {
    /// The whole word.
    Word(String),
    /// A word that begins so.
    Prefix(String),
    /// Something that is no word.
    Form(super::anchor_forms::Form),
}

/// The literals of a pattern in order, the one nearest to the use last. Segments that begin with a star have none.
pub(crate) fn literals(pattern: &str) -> Vec<Literal> {
    pattern
        .split('.')
        .map(|segment| segment.split('(').next().unwrap_or_default())
        .filter(|segment| *segment != UNKNOWN_ROOT)
        .filter_map(|segment| match segment.split_once('*') {
            None if segment.is_empty() => None,
            None => Some(Literal::Word(segment.to_owned())),
            Some(("", _)) => None,
            Some((prefix, _)) => Some(Literal::Prefix(prefix.to_owned())),
        })
        // A difference is written with a sign.
        .filter(|literal| !matches!(literal, Literal::Word(word) if word == "builtins" || word == "__sub__"))
        .collect()
}

/// The literals of a pattern's segments whose call's result the pattern goes on to look at.
pub(crate) fn called_literals(pattern: &str) -> Vec<Literal> {
    pattern.split('.').filter(|segment| segment.contains("()")).flat_map(literals).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, name: &str) -> bool {
        NamePatterns::new([pattern]).unwrap().matches(name)
    }

    #[test]
    fn a_star_stays_within_its_segment() {
        assert!(matches("torch.rand*", "torch.randint_like"));
        assert!(matches("torch.rand*", "torch.rand"));
        assert!(!matches("torch.rand*", "torch.random.manual_seed"));
        assert!(!matches("torch.rand*", "torch.rand().shape"));
        assert!(!matches("numpy.random.*", "numpy.random.mtrand.normal"));
    }

    #[test]
    fn two_stars_cross_segments() {
        assert!(matches("torch.**.parametrize", "torch.testing._internal.common_utils.parametrize"));
        assert!(!matches("torch.**.parametrize", "torch.parametrize"));
        assert!(matches("a.**", "a.b.c().d"));
    }

    #[test]
    fn call_marks_and_unknown_roots_are_literal() {
        assert!(matches("numpy.random.default_rng().*", "numpy.random.default_rng().normal"));
        assert!(!matches("numpy.random.default_rng().*", "numpy.random.default_rng.normal"));
        assert!(matches("?.uniform_", "?.uniform_"));
        assert!(!matches("?.uniform_", "torch.nn.init.uniform_"));
    }

    #[test]
    fn several_stars_backtrack() {
        assert!(matches("a*b*c", "aXbYbZc"));
        assert!(!matches("a*b*c", "aXbYbZd"));
    }

    #[test]
    fn broken_patterns_are_named() {
        for pattern in ["", "a..b", "a.b-c", "a.?", "a b"] {
            assert!(NamePatterns::new([pattern]).is_err(), "{pattern}");
        }
    }

    #[test]
    fn literals_skip_stars_and_unknown_roots() {
        let word = |text: &str| Literal::Word(text.to_owned());
        assert_eq!(literals("torch.rand*"), [word("torch"), Literal::Prefix("rand".to_owned())]);
        assert_eq!(literals("?.uniform_"), [word("uniform_")]);
        assert_eq!(literals("a.**.b().*"), [word("a"), word("b")]);
        assert_eq!(literals("builtins.range"), [word("range")]);
    }
}
