//! Findings as SARIF 2.1.0 (OASIS), with what GitHub's code scanning reads of it. Section numbers are the standard's.

use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use serde::Serialize;
use serde_json::{Value, json};

use crate::render::uri::uri;
use crate::{
    model::Problem,
    render::{Style, escape::visible, json as writer},
    views::{Lint, LintFinding, LintPlace, LintRule},
};

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// What all paths are relative to: whoever reads the document knows where the repository lies (3.4.4).
const BASE: &str = "%SRCROOT%";

#[derive(Serialize)]
struct Log {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run {
    tool: Value,
    invocations: Value,
    original_uri_base_ids: Value,
    column_kind: &'static str,
    results: Vec<Value>,
}

/// Writes one run.
pub(super) fn write(lint: &Lint, _: Style, out: &mut dyn Write) -> io::Result<()> {
    let mut fingerprints = Fingerprints::default();
    let rules: BTreeMap<&str, usize> = lint.rules.iter().enumerate().map(|(index, rule)| (rule.name, index)).collect();
    let results = lint.findings.iter().map(|finding| {
        let fingerprint = fingerprints.of(lint, finding);
        result(lint, finding, rules.get(finding.rule).copied(), &fingerprint)
    });
    let results = results.collect();
    let notifications: Vec<_> = lint.problems.iter().map(|problem| notification(lint, problem)).collect();
    let run = Run {
        tool: json!({ "driver": driver(&lint.rules) }),
        invocations: json!([{ "executionSuccessful": true, "toolExecutionNotifications": notifications }]),
        original_uri_base_ids: json!({ BASE: { "description": { "text": "the root of the repository" } } }),
        column_kind: "unicodeCodePoints",
        results,
    };
    writer::lines(&Log { schema: SCHEMA, version: "2.1.0", runs: [run] }, 2, out)
}

fn driver(rules: &[LintRule]) -> Value {
    let version = env!("CARGO_PKG_VERSION");
    let mut driver = json!({ "name": "testaudit", "version": version, "semanticVersion": version });
    // Empty as long as `Cargo.toml` names none; the standard wants a URI or nothing.
    if let Some(repository) = Some(env!("CARGO_PKG_REPOSITORY")).filter(|repository| !repository.is_empty()) {
        driver["informationUri"] = json!(repository);
    }
    driver["rules"] = rules.iter().map(rule).collect();
    driver
}

fn rule(rule: &LintRule) -> Value {
    json!({
        "id": rule.name,
        "shortDescription": { "text": rule.summary },
        "fullDescription": { "text": rule.summary },
        "help": { "text": rule.page, "markdown": rule.page },
        "defaultConfiguration": { "level": rule.severity.name() },
        "properties": { "tags": ["tests"] },
    })
}

/// A finding. `level` has the names of severities.
fn result(lint: &Lint, finding: &LintFinding, rule: Option<usize>, fingerprint: &str) -> Value {
    let mut lines = vec![plain(&finding.message)];
    let related = finding.related.iter().enumerate();
    // A link to the place of this id (3.11.6): GitHub shows no place that the message does not lead to.
    lines.extend(related.map(|(index, related)| format!("[{}]({})", link(&related.message), index + 1)));
    lines.extend(super::advice(finding).map(|line| plain(&line)));
    let related = finding.related.iter().enumerate().map(|(index, related)| {
        let mut location = location(lint, &related.place);
        location["id"] = json!(index + 1);
        location["message"] = json!({ "text": plain(&related.message) });
        location
    });
    let related: Vec<_> = related.collect();
    let mut result = json!({
        "ruleId": finding.rule,
        "level": finding.severity.name(),
        "message": { "text": lines.join("\n") },
        "locations": [location(lint, &finding.place)],
        // GitHub's own name, `primaryLocationLineHash`, belongs to its own algorithm: its upload compares the two, and
        // fills in what is missing.
        "partialFingerprints": { "ruleAndLine/v1": fingerprint },
        "properties": { "confidence": finding.confidence.name() },
    });
    if let Some(index) = rule {
        result["ruleIndex"] = json!(index);
    }
    if !related.is_empty() {
        result["relatedLocations"] = json!(related);
    }
    result
}

fn location(lint: &Lint, place: &LintPlace) -> Value {
    json!({ "physicalLocation": {
        "artifactLocation": artifact(lint, &place.path),
        "region": {
            "startLine": place.line.max(1),
            "startColumn": place.column.max(1),
            "endLine": place.end_line.max(1),
            "endColumn": place.end_column.max(1),
        },
    } })
}

fn artifact(lint: &Lint, path: &str) -> Value {
    json!({ "uri": uri(&lint.path_in_repository(path)), "uriBaseId": BASE })
}

/// A problem: something that could not be judged.
fn notification(lint: &Lint, problem: &Problem) -> Value {
    let mut physical = json!({ "artifactLocation": artifact(lint, &problem.path) });
    if let Some(line) = problem.line {
        physical["region"] = json!({ "startLine": line.max(1) });
    }
    json!({
        "descriptor": { "id": problem.kind.name() },
        "level": "warning",
        "message": { "text": plain(&problem.message) },
        "locations": [{ "physicalLocation": physical }],
    })
}

/// Text in which nothing is a link.
fn plain(text: &str) -> String {
    visible(text).replace("](", "]\\(")
}

/// The text of a link (3.11.6).
fn link(text: &str) -> String {
    visible(text).replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]")
}

/// What tells findings apart when lines are added above them: the rule, the path, the text of the first line, and the
/// how-manieth it is with these.
#[derive(Default)]
struct Fingerprints(BTreeMap<u64, u32>);

impl Fingerprints {
    fn of(&mut self, lint: &Lint, finding: &LintFinding) -> String {
        let line = finding.place.text.lines().next().unwrap_or_default().trim();
        let path = lint.path_in_repository(&finding.place.path);
        let hash = hash([finding.rule, &path, line]);
        let number = self.0.entry(hash).or_default();
        *number += 1;
        format!("{hash:016x}:{number}")
    }
}

/// FNV-1a, 64 bits: it is the same in every version, and nobody gains by a collision.
fn hash(parts: [&str; 3]) -> u64 {
    let bytes = parts.iter().flat_map(|part| part.bytes().chain([0]));
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
