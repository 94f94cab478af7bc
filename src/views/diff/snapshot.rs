//! An audit read back from its JSON: only what comparing needs, each value checked.
//!
//! Keys that are not known are passed over, so that a later version may add some. Knows neither files nor formats.

use std::collections::BTreeMap;

use serde::{Deserialize, de::IgnoredAny};

use super::{
    coverage::CoverageSnapshot, fuzz::FuzzSnapshot, gaps::GapsSnapshot, inventory::InventorySnapshot,
    markers::MarkersSnapshot, problems::ProblemSnapshot, risks::RisksSnapshot,
};

/// An audit as far as it is compared.
#[derive(Debug, Deserialize)]
pub struct Snapshot {
    pub(super) root: String,
    pub(super) sections: Sections,
    pub(super) problems: Vec<ProblemSnapshot>,
    /// The names of all its sections, compared or not.
    #[serde(skip)]
    pub(super) names: Vec<String>,
}

/// The sections that are compared; `None` where the audit was made without.
#[derive(Debug, Deserialize)]
pub(super) struct Sections {
    pub(super) inventory: Option<InventorySnapshot>,
    pub(super) fuzz: Option<FuzzSnapshot>,
    pub(super) markers: Option<MarkersSnapshot>,
    pub(super) risks: Option<RisksSnapshot>,
    pub(super) coverage: Option<CoverageSnapshot>,
    pub(super) gaps: Option<GapsSnapshot>,
}

/// What tells whether a document is an audit at all.
#[derive(Deserialize)]
struct Header {
    schema: Option<String>,
    sections: Option<BTreeMap<String, IgnoredAny>>,
}

/// What to do where a document is none that can be compared.
const ADVICE: &str = "make one with `testaudit audit --format json`";

impl Snapshot {
    /// Reads an audit of this schema.
    ///
    /// # Errors
    /// What is wrong with the document, as the end of a sentence that begins with its name. May quote the document.
    pub fn from_json(bytes: &[u8], schema: &str) -> Result<Self, String> {
        if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
            return Err("is UTF-16, and JSON is UTF-8; write it with `--output` instead of a redirection".to_owned());
        }
        let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
        if bytes.trim_ascii().is_empty() {
            return Err(format!("is empty; {ADVICE}"));
        }
        let header: Header = serde_json::from_slice(bytes).map_err(|error| match error.is_data() {
            true => format!("is not an audit: {error}; {ADVICE}"),
            false => format!("is not JSON: {error}; {ADVICE}"),
        })?;
        match header.schema {
            None => return Err(format!("is not an audit: it has no `schema`; {ADVICE}")),
            Some(own) if own != schema => return Err(other_schema(&own, schema)),
            Some(_) => {}
        }
        let snapshot: Self = serde_json::from_slice(bytes)
            .map_err(|error| format!("says it is an audit and does not read as one: {error}; {ADVICE}"))?;
        let names = header.sections.into_iter().flat_map(BTreeMap::into_keys).collect();
        Ok(Self { names, ..snapshot })
    }
}

fn other_schema(own: &str, schema: &str) -> String {
    let kind = |schema: &str| schema.rsplit_once('/').map(|(kind, _)| kind.to_owned());
    if kind(own) == kind(schema) {
        return format!("has the schema `{own}` and this version reads `{schema}`; make both audits with one version");
    }
    format!("has the schema `{own}`, not `{schema}`; {ADVICE}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCHEMA: &str = "testaudit/audit/1";

    fn refusal(bytes: &[u8]) -> String {
        Snapshot::from_json(bytes, SCHEMA).expect_err("it should be refused")
    }

    fn with_sections(sections: &str) -> String {
        format!("{{\"schema\": \"{SCHEMA}\", \"root\": \".\", \"sections\": {sections}, \"problems\": []}}")
    }

    #[test]
    fn an_audit_is_read_whatever_else_it_holds() {
        let text = with_sections("{\"later\": {\"x\": [1]}, \"fuzz\": {\"files\": [], \"new\": 1}}");
        for text in [text.clone(), format!("\u{feff}{text}\r\n")] {
            let snapshot = Snapshot::from_json(text.as_bytes(), SCHEMA).unwrap();
            assert_eq!(snapshot.names, ["fuzz", "later"]);
            assert!(snapshot.sections.fuzz.is_some() && snapshot.sections.inventory.is_none());
        }
    }

    #[test]
    fn what_is_no_audit_is_refused_with_what_it_is() {
        for (bytes, words) in [
            (&b""[..], "is empty"),
            (b" \n", "is empty"),
            (b"# Test Audit", "is not JSON: expected value at line 1 column 1"),
            (b"{\"schema\": ", "is not JSON: EOF"),
            (b"{\"schema\": \"\xff\"}", "is not JSON"),
            (b"\xff\xfe{\0", "is UTF-16"),
            (b"[]", "is not an audit"),
            (b"1", "is not an audit"),
            (b"{}", "it has no `schema`"),
            (b"{\"schema\": null}", "it has no `schema`"),
            (b"{\"schema\": 1}", "is not an audit: invalid type: integer `1`"),
            (b"{\"schema\": \"testaudit/list/1\"}", "has the schema `testaudit/list/1`, not `testaudit/audit/1`"),
            (b"{\"schema\": \"testaudit/audit/2\"}", "make both audits with one version"),
            (b"{\"schema\": \"testaudit/audit/1\"}", "does not read as one: missing field `root`"),
        ] {
            let refusal = refusal(bytes);
            assert!(refusal.contains(words), "{}: {refusal}", String::from_utf8_lossy(bytes));
        }
    }

    #[test]
    fn a_section_that_is_not_what_it_should_be_is_refused_with_its_line() {
        for (sections, words) in [
            ("{\"inventory\": {}}", "missing field `tests`"),
            ("{\"inventory\": {\"tests\": [{\"id\": 1}]}}", "invalid type: integer `1`, expected a string"),
            ("{\"fuzz\": {\"files\": [\n{\"path\": \"a\", \"reasons\": \"x\"}]}}", "at line 2 column"),
            ("{\"markers\": []}", "invalid length"),
            ("[]", "invalid type"),
        ] {
            let refusal = refusal(with_sections(sections).as_bytes());
            assert!(refusal.contains(words), "{sections}: {refusal}");
        }
    }

    #[test]
    fn nesting_ends_in_a_refusal_or_is_passed_over_and_never_in_an_overflow() {
        let deep = |open: &str, close: &str| open.repeat(200_000) + "1" + &close.repeat(200_000);
        for value in [deep("[", "]"), deep("{\"a\":", "}"), "[".repeat(1_000_000)] {
            refusal(value.as_bytes());
            refusal(format!("{{\"schema\": {value}}}").as_bytes());
            refusal(with_sections(&format!("{{\"inventory\": {value}}}")).as_bytes());
        }
        let unknown = with_sections(&format!("{{\"later\": {}}}", deep("[", "]")));
        assert!(Snapshot::from_json(unknown.as_bytes(), SCHEMA).is_ok());
    }
}
