//! Small cases with expected facts: each source in `fixtures/tricky` has a JSON file that says what is true of it.
//!
//! Facts of parametrization, random data, property-based testing, gates and risks are checked; keys of other families are
//! listed in [`LATER`], so that a new key cannot be overlooked.

#![expect(clippy::unwrap_used, reason = "a test may unwrap")]

use std::{fs, path::Path};

use serde_json::Value;
use testaudit::{
    engine,
    model::{
        Gate, GateKind, Reason, RiskKind, Role, Settings, Signal, SignalKind, SkipStatus, Test, TestFile,
        gate::Mechanism, suite::Seeding,
    },
    views::{self, RiskFinding, Section},
};

/// Facts of families that are not detected yet.
const LATER: [&str; 9] = [
    "asserts",
    "dead_condition",
    "hand_rolled",
    "memory_gb",
    "note",
    "reason",
    "seed_reported",
    "serial",
    "skipped_on",
];

/// What the cases call by another name.
fn called(need: &str) -> &str {
    if need == "no-hip" { "no-rocm" } else { need }
}

/// What the gates of a test need, as the cases spell it; modules apart.
fn needs(test: &Test, modules: bool) -> Vec<String> {
    let gates = test.gates.iter().filter(|gate| (gate.kind == GateKind::MissingDependency) == modules);
    let need = |gate: &Gate| match (gate.kind, &gate.detail) {
        (GateKind::NoDevice, Some(device)) => Some(format!("no-{device}")),
        (GateKind::Gpu, Some(either)) => Some(either.replace(" or ", "|")),
        (GateKind::BuildFeature, Some(feature)) => Some(feature.clone()),
        // `cupy >= 12`.
        (GateKind::MissingDependency, Some(package)) => package.split(' ').next().map(str::to_owned),
        (kind, _) if kind.needs_device() => Some(kind.name().to_owned()),
        _ => None,
    };
    let mut needs: Vec<String> = gates.filter_map(need).collect();
    // What a test avoids besides is told by `skipped_on`.
    needs.retain(|need| need != "no-tpu");
    needs.sort();
    needs.dedup();
    needs
}

fn devices(test: &Test) -> Option<u32> {
    test.gates.iter().filter_map(|gate| gate.min_devices).max()
}

/// What the Rust cases are built with.
const MANIFEST: &str = "[package]\nname = \"acme\"\nedition = \"2024\"\n[dev-dependencies]\nfastrand = \"2\"\nrand = \"0.9\"\n\
    serial_test = \"3\"\ntokio = \"1\"\n";

fn audit(source: &Path) -> (TestFile, Vec<RiskFinding>) {
    if source.extension().is_none_or(|ending| ending != "rs") {
        return audit_at(source);
    }
    let package = tempfile::tempdir().unwrap();
    fs::create_dir_all(package.path().join("tests")).unwrap();
    fs::write(package.path().join("Cargo.toml"), MANIFEST).unwrap();
    fs::copy(source, package.path().join("tests/case.rs")).unwrap();
    audit_at(package.path())
}

fn audit_at(source: &Path) -> (TestFile, Vec<RiskFinding>) {
    let suite = engine::suite(&[source.to_owned()], &Settings::default(), Vec::new(), &|_| {}).unwrap();
    assert!(suite.problems.is_empty(), "{:?}", suite.problems);
    let risks = views::audit(&suite, &[Section::Risks]).sections.risks.unwrap();
    (
        suite.files.into_iter().find(|file| !file.tests.is_empty()).expect("a file that is given is audited"),
        risks.findings,
    )
}

fn has(test: &Test, reason: Reason) -> bool {
    test.reasons.iter().any(|found| found.reason == reason)
}

fn via(test: &Test, reason: Reason) -> &str {
    let found = test.reasons.iter().find(|found| found.reason == reason);
    found.and_then(|found| found.via.as_deref()).unwrap_or_default()
}

/// What is wrong about one expected fact of a test, if anything.
fn check_test(file: &TestFile, risks: &[RiskFinding], test: &Test, key: &str, expected: &Value) -> Result<(), String> {
    let signals = |kind| file.facts.signals.iter().filter(move |signal| signal.kind == kind);
    let differs = |found: String| Err(format!("found {found}"));
    let same = |found: Value| if found == *expected { Ok(()) } else { differs(found.to_string()) };
    match key {
        "line" => {
            if file.language == testaudit::model::Language::Rust {
                return same(test.line.into());
            }
            let definition = file.facts.definition(test.definition.expect("the cases define their own tests"));
            // A test that was made by assignment has no `def`.
            let line = if test.name == "runTest" { test.line } else { definition.line };
            same(line.into())
        }
        "cases" => same(test.cases.into()),
        "cases_max" => same(test.declared_cases.into()),
        "cases_per_device" if test.multiplied => same(test.declared_cases.into()),
        "parametrized" => same(has(test, Reason::Parametrized).into()),
        "property_based" => same(has(test, Reason::Property).into()),
        "stateful" => same((test.name == "runTest" && has(test, Reason::Property)).into()),
        "seeded" => same(test.randomness.as_ref().is_some_and(|random| random.seeding == Seeding::Seeded).into()),
        "seeds" => same(signals(SignalKind::Seed).any(|signal| signal.owner == test.definition).into()),
        "runtime_subtests" => same(test.runtime_subcases.is_some().into()),
        "loop_product" => same(test.product_loop.is_some().into()),
        "random" => {
            let seeding = test.randomness.as_ref().map(|random| random.seeding);
            let holds = match expected.as_str().unwrap() {
                "none" => seeding.is_none() && !has(test, Reason::Random),
                "unseeded" => seeding == Some(Seeding::Unseeded),
                "seeded" | "seeded by framework" => seeding == Some(Seeding::Seeded),
                "seeded-at-import" => seeding == Some(Seeding::SeededAtImport),
                // The generator's name.
                name => signals(SignalKind::RandomGenerator)
                    .any(|signal| signal.owner == test.definition && signal.name.ends_with(name)),
            };
            if holds { Ok(()) } else { differs(format!("{:?}", test.randomness)) }
        }
        "via" | "by" => {
            let by = test.randomness.as_ref().map_or("", |random| random.by.as_str());
            let found = if key == "by" { by } else { via(test, Reason::Parametrized) };
            let holds = match expected.as_str().unwrap() {
                // A decorator that was kept in a variable is the test's own.
                "alias" => found.is_empty(),
                // A skip of the class around it.
                "class" => test.skip == SkipStatus::Always,
                "fixture" | "fixture argument" => found.starts_with("fixture `"),
                "autouse fixture" => found.starts_with("autouse fixture `"),
                "pytest_generate_tests" => found.contains("pytest_generate_tests"),
                "base setUp" => found == "base `setUp`",
                other => found == other,
            };
            if holds { Ok(()) } else { differs(format!("`{found}`")) }
        }
        // Values drawn at import, for the list of cases.
        "ids_random" => {
            let drawn = |signal: &Signal| {
                signal.owner == test.definition
                    && signal.role == Role::Decorator
                    && signal.kind.reason() == Some(Reason::Random)
            };
            same(file.facts.signals.iter().any(drawn).into())
        }
        "expanded" => same(test.cases.is_some().into()),
        "evidence" => {
            let by = test.randomness.as_ref().map_or("", |random| random.by.as_str());
            if by.contains("default_rng()") { Ok(()) } else { differs(format!("`{by}`")) }
        }
        "random_indirect" => {
            let name = expected.as_str().unwrap();
            let own = |signal: &Signal| signal.owner == test.definition && signal.name == name;
            if signals(SignalKind::RandomIndirect).any(own) { Ok(()) } else { differs("nothing".to_owned()) }
        }
        // The text is a constant of the module, which the test passes on.
        "random_in_embedded_code" => {
            same(signals(SignalKind::RandomEmbedded).any(|signal| signal.owner.is_none()).into())
        }
        "needs" | "needs_modules" => {
            let mut wanted: Vec<&str> =
                expected.as_array().unwrap().iter().map(|need| called(need.as_str().unwrap())).collect();
            wanted.sort_unstable();
            same_list(&needs(test, key == "needs_modules"), &wanted)
        }
        // What only a part of the test asks for is no gate.
        "partly" => same_list(&needs(test, false), &[]),
        "gpus" => same(devices(test).into()),
        "gpus_from" => Ok(()),
        "gpus_max" | "gpus_per_case" | "marker_gpus" => {
            let unknown = test.gates.iter().any(|gate| gate.kind.needs_device() && gate.min_devices.is_none());
            if unknown || devices(test).is_some() { Ok(()) } else { differs("no gate".to_owned()) }
        }
        "multi_process" => same(test.processes.is_some().into()),
        "markers" => {
            let wanted = expected.as_array().unwrap().iter().map(|name| name.as_str().unwrap());
            let missing: Vec<&str> = wanted.filter(|name| !test.markers.iter().any(|own| own == name)).collect();
            if missing.is_empty() { Ok(()) } else { differs(format!("{:?}", test.markers)) }
        }
        "always_skipped" => same(is_never_run(test).into()),
        "gate" => {
            let mechanism = match expected.as_str().unwrap() {
                "silent-return" => Mechanism::EarlyReturn,
                "skipif" => Mechanism::Decorator,
                "helper" => Mechanism::SkipCall,
                "fixture" => Mechanism::Fixture,
                "class-under-if" => Mechanism::GuardedDefinition,
                other => return differs(format!("no mechanism `{other}`")),
            };
            let found: Vec<_> = test.gates.iter().map(|gate| gate.mechanism.name()).collect();
            if found.contains(&mechanism.name()) { Ok(()) } else { differs(format!("{found:?}")) }
        }
        "skip" => {
            let found = if is_never_run(test) { "unconditional" } else { test.skip.name() };
            match expected.as_str().unwrap() {
                // A bare `return` is no skip to pytest.
                "silent" => Ok(()),
                // What is decided while the test runs.
                "conditional" if !test.gates.is_empty() => Ok(()),
                wanted if wanted == found => Ok(()),
                _ => differs(found.to_owned()),
            }
        }
        "xfail" => same_list(
            &test.markers.iter().filter(|name| *name == "xfail").cloned().collect::<Vec<_>>(),
            if expected.as_str().unwrap().contains("unittest") { &[] } else { &["xfail"] },
        ),
        // From what, the mechanism of another key says.
        "cases_min" => {
            if test.cases.is_none_or(|cases| cases >= 1) {
                Ok(())
            } else {
                differs("none".to_owned())
            }
        }
        // Kinds of risks, whatever their places.
        "risk" => {
            let mut found: Vec<_> =
                risks.iter().filter(|risk| risk.tests.contains(&test.id)).map(|risk| risk.kind.name()).collect();
            found.sort_unstable();
            found.dedup();
            let mut expected: Vec<_> = expected.as_array().unwrap().iter().map(|risk| risk.as_str().unwrap()).collect();
            expected.sort_unstable();
            if found == expected { Ok(()) } else { differs(format!("{found:?}")) }
        }
        key if LATER.contains(&key) => Ok(()),
        _ => Err("no check for this key".to_owned()),
    }
}

/// Whether nothing lets a test run.
fn is_never_run(test: &Test) -> bool {
    test.skip == SkipStatus::Always || test.gates.iter().any(|gate| gate.detail.as_deref() == Some("always"))
}

fn same_list(found: &[String], wanted: &[&str]) -> Result<(), String> {
    if found == wanted { Ok(()) } else { Err(format!("found {found:?}")) }
}

fn check_file(file: &TestFile, key: &str, expected: &Value) -> Result<(), String> {
    let found: Value = match key {
        "parametrized" => (!file.evidence(Reason::Parametrized).is_empty()).into(),
        "random" => (!file.evidence(Reason::Random).is_empty()).into(),
        "hypothesis" => (!file.evidence(Reason::Property).is_empty()).into(),
        "property_tests" => file.tests.iter().filter(|test| has(test, Reason::Property)).count().into(),
        // pytest makes one skipped item of an empty list.
        "collected" => file.tests.iter().map(|test| test.cases.map(|cases| cases.max(1))).sum::<Option<u64>>().into(),
        "seeded_by" => return Ok(()),
        "uses_cuda_if_available" => return Ok(()),
        _ => return Err("no check for this key".to_owned()),
    };
    if found == *expected { Ok(()) } else { Err(format!("found {found}")) }
}

/// The case that a sidecar speaks of.
fn source(sidecar: &Path) -> std::path::PathBuf {
    let rust = sidecar.with_extension("rs");
    if rust.exists() { rust } else { sidecar.with_extension("py") }
}

#[test]
fn every_expected_fact_of_the_tricky_cases_holds() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/tricky");
    let mut wrong = Vec::new();
    let mut checked = 0;
    let mut sidecars: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    sidecars.retain(|path| path.extension().is_some_and(|ending| ending == "json"));
    sidecars.sort();
    for sidecar in &sidecars {
        let expected: Value = serde_json::from_slice(&fs::read(sidecar).unwrap()).unwrap();
        let (file, risks) = audit(&source(sidecar));
        let name = sidecar.file_stem().unwrap().to_string_lossy();
        for (key, value) in expected["file"].as_object().into_iter().flatten() {
            checked += 1;
            if let Err(what) = check_file(&file, key, value) {
                wrong.push(format!("{name}: file.{key} should be {value}: {what}"));
            }
        }
        for finding in expected["findings"].as_array().into_iter().flatten() {
            // Rules that are kinds of risks here; others are `lint`'s.
            let (rule, line) = (finding["rule"].as_str().unwrap(), finding["line"].as_u64());
            let is_risk = RiskKind::from_name(rule).is_some();
            if is_risk && !risks.iter().any(|risk| risk.kind.name() == rule && Some(risk.line.into()) == line) {
                wrong.push(format!("{name}: {rule} in line {line:?} is not found"));
            }
            checked += usize::from(is_risk);
        }
        let tests = expected["tests"].as_array().unwrap();
        for expected in tests {
            let wanted = expected["name"].as_str().unwrap();
            let own = |test: &&Test| {
                test.id.rsplit_once(' ').or(test.id.split_once("::")).is_some_and(|(_, name)| name == wanted)
            };
            let Some(test) = file.tests.iter().find(own) else {
                wrong.push(format!("{name}: {wanted} is not found"));
                continue;
            };
            for (key, value) in expected.as_object().unwrap().iter().filter(|(key, _)| *key != "name") {
                checked += 1;
                if let Err(what) = check_test(&file, &risks, test, key, value) {
                    wrong.push(format!("{name}: {wanted}: {key} should be {value}: {what}"));
                }
            }
        }
        if file.tests.len() != tests.len() {
            let ids: Vec<_> = file.tests.iter().map(|test| &test.id).collect();
            wrong.push(format!("{name}: {} tests are expected, found {ids:?}", tests.len()));
        }
    }
    assert!(sidecars.len() >= 14 && checked > 150, "{} files, {checked} facts", sidecars.len());
    assert!(wrong.is_empty(), "{} of {checked} facts differ:\n{}", wrong.len(), wrong.join("\n"));
}
