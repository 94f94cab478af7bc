//! Messages and files that programs of different versions exchange, where no test knows of versions: constants that number
//! a format, schemas of messages.

use super::{
    Draft, Found, Kind,
    look::{Look, TestFunction, evidence, of_noted, some},
};
use crate::model::{
    Confidence,
    gap::GapKind,
    project::{Noted, ProjectModule},
};
use crate::views::count;

pub(super) const KIND: Kind = Kind {
    kind: GapKind::ProtocolVersion,
    title: "Version or compatibility test of wire protocols and file formats",
    find,
};

/// Words of a constant that numbers what is exchanged, beside `VERSION`.
const EXCHANGED: [&str; 9] =
    ["PROTOCOL", "PROTO", "WIRE", "RPC", "SCHEMA", "FORMAT", "SERIALIZATION", "CHECKPOINT", "MESSAGE"];

/// Endings of schemas of messages.
const SCHEMAS: [&str; 6] = [".avsc", ".capnp", ".fbs", ".proto", ".smithy", ".thrift"];

fn find(look: &Look<'_>) -> Found {
    let constants: Vec<(&ProjectModule, &Noted)> = look
        .project
        .product()
        .flat_map(|module| module.facts.constants.iter().map(move |noted| (module, noted)))
        .filter(|(_, noted)| numbers_a_format(noted))
        .collect();
    let is_own = |path: &&String| {
        let aside = ["test/", "tests/", "third_party/", "vendor/", "examples/", "docs/", "testdata/", "fixtures/"];
        SCHEMAS.iter().any(|ending| path.ends_with(ending)) && !aside.iter().any(|part| path.contains(part))
    };
    let schemas: Vec<&String> = look.project.others.iter().filter(is_own).collect();
    if constants.is_empty() && schemas.is_empty() {
        return Found::nothing("no constant numbers a protocol or format, and there is no schema of messages");
    }
    let closing: Vec<TestFunction<'_>> =
        look.test_functions().filter(|test| is_of_versions(test, &constants)).collect();
    if !closing.is_empty() {
        return Found::closed(
            "tests of versions or compatibility",
            closing.iter().take(5).map(TestFunction::at).collect(),
        );
    }
    let checked = look.commands(&|line| {
        ["buf breaking", "buf-breaking", "protolock", "schema-compat"].iter().any(|tool| line.contains(tool))
    });
    if !checked.is_empty() {
        return Found::closed("a command compares schemas", checked);
    }
    let named: Vec<&str> =
        constants.iter().map(|(_, noted)| noted.what.as_str()).filter(|name| look.words.contains(name)).collect();
    let confidence = match (constants.is_empty(), named.is_empty()) {
        (false, true) => Confidence::High,
        _ => Confidence::Medium,
    };
    let names = constants.iter().map(|(_, noted)| noted.what.clone()).chain(schemas.iter().map(|path| (*path).clone()));
    let total = constants.len() + schemas.len();
    let mut draft = Draft::new(
        GapKind::ProtocolVersion,
        confidence,
        format!("No version or compatibility test for {}", some(names, total)),
    );
    draft.description = format!(
        "{} and {} say that what is exchanged has versions; no test says so in its name{}.",
        count(constants.len(), "constant"),
        count(schemas.len(), "schema"),
        if named.is_empty() { ", nor names a constant of these" } else { "" }
    );
    draft.impact = "Two programs of different versions may misread each other, in production first.".to_owned();
    draft.recommendation = "Keep what an earlier version wrote among the test data, and test that it is read, or refused with an error that says why.".to_owned();
    draft.test_plan = vec![
        "Read a message or file of each supported version, kept as bytes.".to_owned(),
        "Read one whose version is one higher: expect an error that names both versions.".to_owned(),
        "Write one, and compare its bytes with those kept for this version: a change of the format must change its number.".to_owned(),
    ];
    draft.importers = constants.iter().map(|(module, _)| module.importers).sum();
    draft.statements = constants.iter().map(|(module, _)| module.facts.statements).sum();
    draft.symbols = u32::try_from(total).unwrap_or(u32::MAX);
    draft.items = total;
    draft.evidence = constants.iter().map(|(module, noted)| of_noted(module, noted)).collect();
    draft.evidence.extend(schemas.iter().map(|path| evidence(path, 1, "schema of messages", "")));
    Found::gap(draft)
}

/// `PROTOCOL_VERSION = 3`: the words of its name say that it numbers what is exchanged, and its value is a number, a tuple
/// or a string of numbers.
fn numbers_a_format(noted: &Noted) -> bool {
    let words: Vec<&str> = noted.what.split('_').collect();
    let value = noted.text.split_once('=').map_or("", |(_, value)| value.trim());
    let value = value.trim_start_matches(['(', '[', '"', '\'', 'b', 'v']);
    words.iter().any(|word| matches!(*word, "VERSION" | "VERSIONS"))
        && words.iter().any(|word| EXCHANGED.contains(word))
        && value.starts_with(|first: char| first.is_ascii_digit())
}

/// Whether a test is about versions, by its name or by a constant that it names.
fn is_of_versions(test: &TestFunction<'_>, constants: &[(&ProjectModule, &Noted)]) -> bool {
    let name = test.symbol.name.to_ascii_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| name.contains(word));
    let names_constant = || constants.iter().any(|(_, noted)| test.has(&noted.what));
    says(&["compat", "legacy", "old_version", "older", "upgrade", "migrat"])
        || says(&["version"])
            && (says(&["protocol", "proto", "wire", "format", "schema", "message", "mismatch", "unsupported"])
                || names_constant())
        || names_constant()
}
