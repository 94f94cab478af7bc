//! Detectors over small Python files: what stands below a source line as carets is found there, and nothing else is.
//!
//! ```python
//! x = torch.randn(2)
//! #   ^^^^^^^^^^^ random.generator torch.randn
//! torch.manual_seed(0)
//! # <- seed.call torch.manual_seed
//! ```
//!
//! The first caret stands below the first byte of what was captured; `<-` means the column of its own `#`. Behind it:
//! the capture's name and the resolved name; in the folder `owners` also whose it is. Caret lines are taken out before
//! the file is read, so that the words in them cannot help. `UPDATE=1` writes them anew: read the diff.

#![expect(clippy::unwrap_used, reason = "helpers of tests are tests")]

#[path = "detectors/carets.rs"]
mod carets;
#[path = "detectors/extraction.rs"]
mod extraction;
#[path = "detectors/patterns.rs"]
mod patterns;

use std::{collections::BTreeMap, env, fs, path::PathBuf};

use carets::Fixture;
use extraction::{Mode, facts, fixtures};
use testaudit::model::{Reason, SignalKind};

/// Reports all differences at once.
#[track_caller]
fn assert_none(differences: &[String]) {
    assert!(differences.is_empty(), "{} differences:\n{}\n", differences.len(), differences.join("\n"));
}

#[test]
fn every_signal_is_asserted_and_every_assertion_is_met() {
    let update = env::var_os("UPDATE").is_some();
    let mut differences = Vec::new();
    for path in fixtures("python") {
        let text = fs::read_to_string(&path).unwrap();
        let fixture = Fixture::new(&path, &text);
        let mut found = fixture.describe(&facts(Mode::BuiltIn, fixture.source()));
        // Any `pytest.mark` uses a marker. That is said where markers are the subject; elsewhere it would be said of
        // every other line.
        if !fixture.path().contains("/markers/") {
            found.retain(|one| !one.is_of(SignalKind::MarkerUse));
        }
        if update {
            let updated = fixture.with(&found);
            if updated != text {
                fs::write(&path, updated).unwrap();
            }
        } else {
            differences.extend(fixture.differences(&found));
        }
    }
    assert_none(&differences);
}

/// Files are searched for words before they are parsed, and statements before they are queried. Neither may lose or add
/// a signal.
#[test]
fn looking_for_words_first_changes_nothing() {
    // Known wrong: of a star import of strategies there are no words to look for, see there.
    let same = |path: &PathBuf| !path.ends_with("property/star_import.py");
    let mut differences = Vec::new();
    for path in fixtures("python").into_iter().chain(fixtures("tricky")).filter(same) {
        let text = fs::read_to_string(&path).unwrap();
        let fixture = Fixture::new(&path, &text);
        let expected = fixture.describe(&facts(Mode::BuiltIn, fixture.source()));
        for mode in [Mode::Everywhere, Mode::WholeFile] {
            let found = fixture.describe(&facts(mode, fixture.source()));
            differences.extend(fixture.between(&expected, &found).into_iter().map(|line| format!("{mode:?}: {line}")));
        }
    }
    assert_none(&differences);
}

#[test]
fn every_name_that_a_detector_looks_for_is_found_in_some_fixture() {
    let mut found: BTreeMap<SignalKind, Vec<String>> = BTreeMap::new();
    for (_, facts) in extraction::all("python") {
        for signal in facts.signals {
            found.entry(signal.kind).or_default().push(signal.name);
        }
    }
    let mut differences = Vec::new();
    for wanted in patterns::wanted() {
        let names = found.get(&wanted.kind).map(Vec::as_slice).unwrap_or_default();
        if !names.iter().any(|name| patterns::matches(&wanted.name, name)) {
            differences.push(format!("{}: no fixture shows {} {}", wanted.file, wanted.kind.capture(), wanted.name));
        }
    }
    assert_none(&differences);
}

#[test]
fn draws_and_seeds_concern_the_library_that_their_name_begins_with() {
    let mut differences = Vec::new();
    for (path, facts) in extraction::all("python") {
        for signal in facts.signals {
            let expected = match signal.kind {
                SignalKind::RandomInPlace | SignalKind::RandomIndirect => Some("torch"),
                _ if signal.kind.reason() == Some(Reason::Random) || signal.kind == SignalKind::Seed => {
                    library_of(&signal.name)
                }
                _ => None,
            };
            if signal.library.as_deref() != expected {
                let (line, name) = (signal.evidence.line, &signal.name);
                differences.push(format!("{path}:{line}: `{name}` concerns {:?}, not {expected:?}", signal.library));
            }
        }
    }
    assert_none(&differences);
}

/// The library by a name's root; those that seed several at once concern any.
fn library_of(name: &str) -> Option<&'static str> {
    const ANY: [&str; 2] =
        ["torch.testing._internal.common_utils.set_rng_seed", "tensorflow.keras.utils.set_random_seed"];
    let root = name.split('.').next().unwrap_or_default();
    Some(match root {
        _ if ANY.contains(&name) => "any",
        "torch" => "torch",
        "numpy" => "numpy",
        "random" => "stdlib",
        "jax" => "jax",
        "tensorflow" => "tensorflow",
        "faker" => "faker",
        _ => "any",
    })
}

#[test]
fn parametrizations_are_counted_by_the_rule_of_their_framework() {
    const RULES: [(&str, &str); 13] = [
        ("pytest.mark.parametrize", "argvalues"),
        ("pytest.mark.parametrize()", "argvalues"),
        ("torch.testing._internal.common_utils.parametrize", "argvalues"),
        ("parameterized.parameterized.expand", "first"),
        ("parameterized.parameterized_class", "first"),
        ("absl.testing.parameterized.parameters", "arguments"),
        ("absl.testing.parameterized.named_parameters", "arguments"),
        ("absl.testing.parameterized.product", "product"),
        ("jax._src.test_util.sample_product", "sample"),
        ("ddt.data", "data"),
        ("torch.testing._internal.common_device_type.dtypes", "per-device"),
        ("pytest.fixture", "params"),
        ("torch.testing._internal.common_device_type.ops", "unknown"),
    ];
    let mut met = vec![false; RULES.len()];
    let mut differences = Vec::new();
    for (path, facts) in extraction::all("python") {
        for signal in facts.signals.iter().filter(|signal| signal.kind.reason() == Some(Reason::Parametrized)) {
            let Some(rule) = signal.cases.as_deref() else {
                differences.push(format!("{path}:{}: `{}` has no rule", signal.evidence.line, signal.name));
                continue;
            };
            if let Some(row) = RULES.iter().position(|(name, _)| *name == signal.name) {
                met[row] = true;
                if RULES[row].1 != rule {
                    differences.push(format!("{path}:{}: `{}` by {rule}", signal.evidence.line, signal.name));
                }
            }
        }
    }
    differences
        .extend(RULES.iter().zip(met).filter(|(_, met)| !met).map(|((name, _), _)| format!("no fixture shows {name}")));
    assert_none(&differences);
}

#[test]
fn source_text_over_several_lines_is_named_on_one() {
    let facts = facts(Mode::BuiltIn, "CODE = \"\"\"\nimport torch\n\nprint(torch.randn(2))\n\"\"\"\n");
    let found: Vec<_> = facts.signals.iter().map(|signal| (signal.evidence.line, signal.name.as_str())).collect();
    assert_eq!(found, [(1, "import torch print(torch.randn(2))")]);
}

#[test]
fn every_fixture_is_understood_by_the_parser() {
    let problems: Vec<_> = extraction::all("python")
        .into_iter()
        .chain(extraction::all("tricky"))
        .flat_map(|(path, facts)| facts.problems.into_iter().map(move |problem| format!("{path}: {}", problem.message)))
        .collect();
    assert_none(&problems);
}
