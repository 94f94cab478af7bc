//! What a machine with nothing but a CPU makes of a test's gates: the platform and versions that are assumed.

use serde::Serialize;

use crate::model::{Gate, GateKind, SkipStatus, Test};

/// The platform that is assumed: that of most jobs of CI.
pub(super) const PLATFORM: &str = "x86-64 Linux";
/// The version of Python that is assumed: the newest.
const PYTHON: [u32; 2] = [3, 14];
pub(super) const PYTHON_TEXT: &str = "3.14";
/// Names of platforms that the assumed one has.
const HERE: [&str; 6] = ["linux", "posix", "x86_64", "x86", "x86-64", "unix"];

/// What the machine makes of a test.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// It runs.
    Runs,
    /// It runs where packages, variables, options or conditions are as they are asked for.
    Depends,
    /// The machine lacks something.
    Lacks,
    /// It runs nowhere.
    Skipped,
}

/// The verdict on a test.
pub(super) fn verdict(test: &Test) -> Verdict {
    if test.skip == SkipStatus::Always {
        return Verdict::Skipped;
    }
    test.gates.iter().map(of_gate).max().unwrap_or(Verdict::Runs)
}

fn of_gate(gate: &Gate) -> Verdict {
    let detail = gate.detail.as_deref().unwrap_or_default();
    let lacks = |lacks| if lacks { Verdict::Lacks } else { Verdict::Runs };
    match gate.kind {
        kind if kind.needs_device() => Verdict::Lacks,
        GateKind::NoDevice => Verdict::Runs,
        // `cfg` of Rust: what is compiled is listed, and nothing else.
        GateKind::Platform if detail.is_empty() => Verdict::Runs,
        GateKind::Platform => lacks(!is_here(detail)),
        GateKind::PythonVersion => python(detail).map_or(Verdict::Depends, |holds| lacks(!holds)),
        GateKind::Condition if detail == "always" => Verdict::Skipped,
        GateKind::EnvironmentVariable | GateKind::Option | GateKind::MissingDependency if detail.starts_with("no ") => {
            Verdict::Runs
        }
        _ => Verdict::Depends,
    }
}

/// Whether the assumed platform is as it is asked for: `linux`, `windows or macos`, `not windows and not macos`.
fn is_here(detail: &str) -> bool {
    match detail.strip_prefix("not ") {
        Some(rest) => !rest.split(" and not ").any(|name| HERE.contains(&name)),
        None => detail.split(" or ").any(|name| HERE.contains(&name)),
    }
}

/// Whether the assumed version of Python is as it is asked for.
fn python(detail: &str) -> Option<bool> {
    let (sign, version) = detail.split_once(' ')?;
    let parts: Vec<u32> = version.split('.').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    // Of what is not told the assumed version has the newest.
    let own = &PYTHON[..parts.len().min(PYTHON.len())];
    let other = &parts[..own.len()];
    let micro = parts.len() > PYTHON.len();
    Some(match sign {
        ">=" => own >= other,
        ">" => own > other || own == other && (micro || parts.len() < PYTHON.len()),
        "<" => own < other,
        "<=" => own < other || own == other && !micro && parts.len() == PYTHON.len(),
        "==" => own == other && !micro,
        "!=" => own != other,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::gate::Mechanism;

    fn of(kind: GateKind, detail: &str) -> Verdict {
        let detail = Some(detail.to_owned()).filter(|detail| !detail.is_empty());
        of_gate(&Gate { detail, ..Gate::new(kind, Mechanism::Decorator, 1, "") })
    }

    #[test]
    fn devices_and_other_platforms_are_lacked_and_packages_depend() {
        let cases = [
            (GateKind::Cuda, "", Verdict::Lacks),
            (GateKind::Nccl, "", Verdict::Lacks),
            (GateKind::NoDevice, "rocm", Verdict::Runs),
            (GateKind::Platform, "windows", Verdict::Lacks),
            (GateKind::Platform, "not windows", Verdict::Runs),
            (GateKind::Platform, "linux or macos", Verdict::Runs),
            (GateKind::Platform, "not windows and not linux", Verdict::Lacks),
            (GateKind::PythonVersion, ">= 3.11", Verdict::Runs),
            (GateKind::PythonVersion, "< 3.11", Verdict::Lacks),
            (GateKind::PythonVersion, "< 3", Verdict::Lacks),
            (GateKind::PythonVersion, ">= 3.11.2", Verdict::Runs),
            (GateKind::PythonVersion, "sometimes", Verdict::Depends),
            (GateKind::MissingDependency, "cupy", Verdict::Depends),
            (GateKind::EnvironmentVariable, "SLOW", Verdict::Depends),
            (GateKind::EnvironmentVariable, "no SLOW", Verdict::Runs),
            (GateKind::LargeMemory, "40GB", Verdict::Depends),
            (GateKind::Condition, "always", Verdict::Skipped),
            (GateKind::Condition, "", Verdict::Depends),
        ];
        for (kind, detail, expected) in cases {
            assert_eq!(of(kind, detail), expected, "{kind:?} {detail}");
        }
    }
}
