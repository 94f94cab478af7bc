//! Why a test module is no candidate: judged from the kinds of its signals, which all give no reason by themselves.

use crate::model::{Evidence, Problem, Signal, SignalKind, TestFile};

/// How to say that a signal is no reason.
type Say = fn(&Signal) -> String;

/// The kinds that come close to a reason, the closest first.
const CLOSE: [(SignalKind, Say); 5] = [
    (SignalKind::RandomIndirect, |signal| {
        format!("draws only through imported helpers (`{}`, line {})", signal.name, signal.evidence.line)
    }),
    (SignalKind::RandomEmbedded, |signal| {
        format!("random values only in source text that is run elsewhere (line {})", signal.evidence.line)
    }),
    (SignalKind::SubcasesCall, |signal| subcases(&signal.name, &signal.evidence)),
    (SignalKind::SubcasesLoop, |signal| {
        format!("loops over a product of fixed values (line {})", signal.evidence.line)
    }),
    (SignalKind::ParametrizeInstantiate, |signal| {
        let line = signal.evidence.line;
        format!("instantiates device or parametrized templates without any list of cases (line {line})")
    }),
];

/// Why the file is no candidate, given the first problem that was had with it.
pub(super) fn why_not(file: &TestFile, problem: Option<&Problem>) -> String {
    let mut why: Vec<String> = Vec::new();
    if file.tests.is_empty() {
        why.push("no tests found".to_owned());
    } else {
        for (kind, say) in CLOSE {
            let signals = file.facts.signals.iter().filter(|signal| signal.kind == kind);
            why.extend(signals.min_by_key(|signal| signal.offset).map(say));
        }
        if why.is_empty() {
            // Sub-cases may stand in a helper or base class that the test reaches.
            let elsewhere = file.tests.iter().find_map(|test| test.runtime_subcases.as_ref());
            why.extend(elsewhere.map(|evidence| subcases(&evidence.what, evidence)));
        }
        if why.is_empty() {
            why.push("fixed cases only".to_owned());
        }
    }
    why.extend(problem.map(|problem| match problem.line {
        Some(line) => format!("not all of it could be judged (`{}`, line {line})", problem.kind.name()),
        None => format!("not all of it could be judged (`{}`)", problem.kind.name()),
    }));
    why.join("; ")
}

/// By the last part of its name: `unittest.TestCase.subTest` and `self.subTest` are `subTest`.
fn subcases(name: &str, evidence: &Evidence) -> String {
    let name = name.rsplit('.').next().unwrap_or(name);
    format!("run-time sub-cases only (`{name}` at line {})", evidence.line)
}
