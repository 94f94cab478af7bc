//! Builds audits as JSON and compares them. Knows no format.

use serde_json::{Value, json};
use testaudit::render::SCHEMA;
use testaudit::views::{Diff, Snapshot, diff};

/// An audit of these sections.
pub(crate) fn audit(sections: Value, problems: Value) -> Value {
    json!({"schema": SCHEMA, "root": ".", "sections": sections, "problems": problems})
}

/// An audit with an inventory of these tests and nothing else.
pub(crate) fn inventory<const N: usize>(tests: [Value; N]) -> Value {
    audit(json!({"inventory": {"tests": tests.as_slice()}}), json!([]))
}

/// A test by its id, with these keys besides, or instead.
pub(crate) fn test(id: &str, keys: Value) -> Value {
    let mut parts: Vec<&str> = id.split("::").collect();
    let (path, name) = (parts.remove(0), parts.pop().unwrap());
    let suite = if parts.is_empty() { None } else { Some(parts.join("::")) };
    let mut test =
        json!({"id": id, "path": path, "line": 3, "suite": suite, "name": name, "cases": 1, "skip": "never"});
    for (key, value) in keys.as_object().unwrap() {
        test[key] = value.clone();
    }
    test
}

/// A test of which nothing is remarkable.
pub(crate) fn plain(id: &str) -> Value {
    test(id, json!({}))
}

/// An audit with markers: registered by the tree, used, unregistered and unused.
pub(crate) fn markers(registered: &[&str], used: &[(&str, u64)], unregistered: &[&str], unused: &[&str]) -> Value {
    let registered: Vec<_> =
        registered.iter().map(|name| json!({"name": name, "path": "pytest.ini", "line": 2})).collect();
    let use_of = |name: &str, count| json!({"name": name, "count": count, "first": {"path": "test_a.py", "line": 5}});
    let used: Vec<_> = used.iter().map(|(name, count)| use_of(name, *count)).collect();
    let unregistered: Vec<_> = unregistered.iter().map(|name| use_of(name, 1)).collect();
    let unused: Vec<_> = unused.iter().map(|name| json!({"name": name, "path": "pytest.ini", "line": 2})).collect();
    let section = json!({"registered": registered, "used": used, "unregistered": unregistered, "unused": unused});
    audit(json!({"markers": section}), json!([]))
}

/// An audit with these candidates for fuzzing.
pub(crate) fn candidates(files: &[(&str, &[&str])]) -> Value {
    let files: Vec<_> = files.iter().map(|(path, reasons)| json!({"path": path, "reasons": reasons})).collect();
    audit(json!({"fuzz": {"files": files}}), json!([]))
}

/// An audit with the coverage of these folders, estimated and measured, and of everything.
pub(crate) fn coverage(folders: &[(&str, f64, Option<f64>)], total: f64) -> Value {
    let row = |(path, estimate, measured): &(&str, f64, Option<f64>)| json!({"path": path, "estimate": estimate, "measured": measured});
    let packages: Vec<_> = folders.iter().map(row).collect();
    audit(json!({"coverage": {"packages": packages, "total": row(&("", total, None))}}), json!([]))
}

/// An audit with these gaps: kind, priority, and the file and name where each is seen.
pub(crate) fn gaps(gaps: &[(&str, &str, &str)]) -> Value {
    let gap = |(number, (kind, priority, place)): (usize, &(&str, &str, &str))| {
        let (path, what) = place.split_once(':').unwrap();
        json!({
            "id": format!("G{number:02}"), "kind": kind, "title": format!("Nothing tests {what}"), "priority": priority,
            "evidence": [{"path": path, "line": number + 1, "what": what}],
        })
    };
    audit(json!({"gaps": {"gaps": gaps.iter().enumerate().map(gap).collect::<Vec<_>>()}}), json!([]))
}

/// An audit with these risks: kind, path, line, and what stands there.
pub(crate) fn risks(risks: &[(&str, &str, u32, &str)]) -> Value {
    let risk = |(kind, path, line, what): &(&str, &str, u32, &str)| json!({"kind": kind, "path": path, "line": line, "what": what, "text": format!("{what}()")});
    audit(json!({"risks": {"findings": risks.iter().map(risk).collect::<Vec<_>>()}}), json!([]))
}

/// An audit with these problems: path, line and message.
pub(crate) fn problems(problems: &[(&str, u32, &str)]) -> Value {
    let problem = |(path, line, message): &(&str, u32, &str)| json!({"path": path, "line": line, "kind": "syntax", "message": message});
    audit(json!({}), problems.iter().map(problem).collect())
}

pub(crate) fn snapshot(audit: &Value) -> Snapshot {
    Snapshot::from_json(audit.to_string().as_bytes(), SCHEMA).unwrap()
}

/// What changed between these audits.
pub(crate) fn changed(old: &Value, new: &Value) -> Diff {
    diff(&snapshot(old), &snapshot(new))
}
