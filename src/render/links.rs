//! Where the sources of a report are published, and how a place in them is linked to.

use super::uri::uri;

/// Where the sources are published; by default nowhere, and places are no links.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Links {
    /// Ends in a slash.
    base: Option<String>,
}

impl Links {
    /// Links to paths below this address, such as `https://github.com/OWNER/NAME/blob/COMMIT/`.
    pub fn to(base: &str) -> Result<Self, String> {
        let rest = base.strip_prefix("https://").or_else(|| base.strip_prefix("http://"));
        if rest.is_none_or(|rest| rest.is_empty() || rest.starts_with('/')) {
            return Err("sources are linked to at an address that begins with `https://` or `http://`".to_owned());
        }
        if let Some(character) = base.chars().find(|own| !own.is_ascii_graphic() || "\"'<>`\\#?".contains(*own)) {
            return Err(format!(
                "`{}` cannot stand in the address that paths are put behind",
                character.escape_default()
            ));
        }
        Ok(Self { base: Some(format!("{}/", base.trim_end_matches('/'))) })
    }

    /// The address of a path, and of a line of it.
    pub(super) fn href(&self, path: &str, line: Option<u32>) -> Option<String> {
        let address = format!("{}{}", self.base.as_ref()?, uri(path));
        Some(line.map_or_else(|| address.clone(), |line| format!("{address}#L{line}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_linked_to_behind_the_base_and_nothing_in_a_path_is_more_than_a_path() {
        let links = Links::to("https://github.com/o/r/blob/main").unwrap();
        let href = |path, line| links.href(path, line).unwrap();
        assert_eq!(href("tests/test_a.py", Some(4)), "https://github.com/o/r/blob/main/tests/test_a.py#L4");
        assert_eq!(href("a b/\"><#?%.py", None), "https://github.com/o/r/blob/main/a%20b/%22%3E%3C%23%3F%25.py");
        assert_eq!(Links::default().href("a.py", Some(1)), None);
    }

    #[test]
    fn an_address_that_a_browser_would_run_or_that_ends_early_is_refused() {
        for base in [
            "javascript:alert(1)//",
            "data:text/html,x",
            "https://",
            "https:///x",
            "//host/",
            "",
            "https://h/\"x",
            "https://h/#x",
            "https://h/ x",
            "https://h/\u{202e}",
        ] {
            assert!(Links::to(base).is_err(), "{base}");
        }
    }
}
