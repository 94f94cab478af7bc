//! A test that needs a GPU without the marker that the project has for such tests, or the reverse.
//!
//! # Why
//!
//! Where jobs select by a hardware marker, a test that lacks it is only ever run where it skips itself: it counts as passed
//! and never ran. One that is marked as running without a GPU and skips there is the same in the other direction.
//!
//! # Example
//!
//! ```python
//! @pytest.mark.skipif(not torch.cuda.is_available(), reason="no GPU")
//! def test_kernel(): ...          # other tests of the project are marked `gpu_1`
//! ```
//!
//! # Better
//!
//! ```python
//! @pytest.mark.gpu_1
//! @pytest.mark.skipif(not torch.cuda.is_available(), reason="no GPU")
//! def test_kernel(): ...
//! ```
//!
//! # Limits
//!
//! Judged only in projects of which some test carries a marker whose name speaks of GPUs (`gpu`, `cuda`, `gpu_2`, `multi_gpu` …) or
//! of their absence (`gpu_0`, `cpu_only`). Gates are those that the section `gates` of an audit lists for a GPU: decorators, skips in the test,
//! its fixtures and set-up, in its module, and conditions around it. One that a name alone tells makes the finding less certain.

use std::collections::BTreeSet;

use super::{Context, Group, Report, Rule};
use crate::model::{Confidence, Gate, GateKind, Region, Severity, gate::Mechanism, settings::Wanted};

pub(super) const RULE: Rule = Rule {
    name: "gated-without-marker",
    group: Group::Tests,
    severity: Severity::Warning,
    needs: Wanted { markers: true, gates: true, ..Wanted::COLLECTION },
    applies: |_| true,
    source: include_str!("gated_without_marker.rs"),
    check,
};

fn check(context: &Context<'_>, report: &mut Report<'_>) {
    let suite = context.suite;
    let tests = || suite.files.iter().flat_map(|file| file.tests.iter().map(move |test| (file, test)));
    let of_project: BTreeSet<&str> = tests()
        .flat_map(|(_, test)| &test.markers)
        .map(String::as_str)
        .filter(|name| needs_gpu(name).is_some())
        .collect();
    if of_project.is_empty() {
        return;
    }
    let with_gpu: Vec<&str> = of_project.iter().copied().filter(|name| needs_gpu(name) == Some(true)).collect();
    for (file, test) in tests() {
        let Some(gate) = test.gates.iter().find(|gate| asks_for_gpu(gate)) else { continue };
        let Some(definition) = test.definition.map(|id| file.facts.definition(id)) else { continue };
        let mut own = test.markers.iter().filter_map(|name| Some((name, needs_gpu(name)?)));
        let at = Region::name_of(&file.path, definition);
        let condition = &gate.condition;
        match own.clone().find(|(_, needs)| !needs) {
            Some((name, _)) if !own.any(|(_, needs)| needs) => {
                let message = format!("`{}` is marked `{name}` and needs a GPU: `{condition}`", test.name);
                report.add(gate.confidence, at, message);
            }
            None if own.next().is_none() && !with_gpu.is_empty() => {
                let message = format!("`{}` needs a GPU and has no marker for it: `{condition}`", test.name);
                let finding = report.add(Confidence::Medium, at, message);
                finding.help = Some(format!("the project has `{}`", with_gpu.join("`, `")));
            }
            _ => {}
        }
    }
}

/// Whether a gate skips where there is no GPU.
fn asks_for_gpu(gate: &Gate) -> bool {
    let is_gpu = matches!(gate.kind, GateKind::Cuda | GateKind::Rocm | GateKind::Gpu | GateKind::Nccl);
    is_gpu && gate.mechanism != Mechanism::Marker
}

/// Whether a marker speaks of GPUs (`true`) or of their absence; `None` for any other.
fn needs_gpu(name: &str) -> Option<bool> {
    let lower = name.to_ascii_lowercase();
    let words: Vec<&str> = lower.split('_').collect();
    let speaks = words.iter().any(|word| {
        ["gpu", "gpus", "cuda", "multigpu"].contains(word) || word.strip_suffix("gpu").is_some_and(is_number)
    });
    let absent = words.contains(&"cpu")
        || speaks
            && (words.contains(&"0") || words.contains(&"no") || words.contains(&"without") || words.contains(&"0gpu"));
    match (absent, speaks) {
        (true, _) => Some(false),
        (false, true) => Some(true),
        (false, false) => None,
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_digit())
}
