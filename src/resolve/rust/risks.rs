//! Which calls of a test, and of the functions of its file that it reaches, may make it fail without a defect, and what
//! makes them harmless. Owns the names; refuses to know values, lengths of time and what other tests do.

use super::functions::Reached;
use super::names::Names;
use crate::model::rust::{Attribute, BodyUse, RustBody, UseKind};
use crate::model::{BodyRisk, Confidence, Evidence, RiskKind, RiskSeverity};

/// Full paths of functions, and what calling them is.
const CALLS: [(&str, RiskKind); 8] = [
    ("std::thread::sleep", RiskKind::Sleep),
    ("tokio::time::sleep", RiskKind::Sleep),
    ("tokio::time::sleep_until", RiskKind::Sleep),
    ("async_std::task::sleep", RiskKind::Sleep),
    ("std::env::set_var", RiskKind::EnvironmentMutation),
    ("std::env::remove_var", RiskKind::EnvironmentMutation),
    ("std::env::set_current_dir", RiskKind::WorkingDirectoryMutation),
    ("std::thread::spawn", RiskKind::ThreadWithoutJoin),
];

/// Methods by which tests wait for a thread, or for what it sends.
const WAITS: [&str; 6] = ["join", "join_all", "recv", "recv_timeout", "wait", "wait_timeout"];
/// Methods and functions that put a limit on a wait: a sleep beside them may be a step of polling.
const LIMITS: [&str; 6] = ["elapsed", "timeout", "timeout_at", "recv_timeout", "wait_timeout", "select"];

/// What the body of a test and those that it reaches call.
#[derive(Debug, Default)]
pub(super) struct Seen {
    calls: Vec<(RiskKind, Evidence, Option<String>)>,
    is_paused: bool,
    is_locked: bool,
    is_joined: bool,
    is_limited: bool,
}

impl Seen {
    /// Adds one body.
    pub(super) fn add(&mut self, reached: &Reached<'_>, names: &Names<'_>) {
        self.is_locked |= has(reached.body, &["lock", "blocking_lock", "lock_blocking"]);
        self.is_joined |= has(reached.body, &WAITS);
        self.is_limited |= has(reached.body, &LIMITS);
        self.is_paused |= has(reached.body, &["start_paused"]);
        for hazard in &reached.body.hazards {
            let via = reached.helper.map(|helper| format!("helper `{}`, used in line {}", helper.name, helper.used));
            self.calls.push((hazard.kind, Evidence::new(hazard.line, form(hazard.kind), ""), via));
        }
        for used in reached.body.uses().filter(|used| used.kind == UseKind::Call) {
            if !CALLS.iter().any(|(path, _)| path.ends_with(used.last()))
                && used.last() != "pause"
                && !is_renamed(used, names)
            {
                continue;
            }
            let path: Vec<Box<str>> = used.name.split("::").map(Box::from).collect();
            // Where imports differ by configuration it is not known which is meant.
            let Some(full) = names.canonical(&path).into_iter().next() else { continue };
            self.is_paused |= full == "tokio::time::pause";
            if let Some((_, kind)) = CALLS.iter().find(|(path, _)| *path == full) {
                let via =
                    reached.helper.map(|helper| format!("helper `{}`, used in line {}", helper.name, helper.used));
                self.calls.push((*kind, Evidence::new(used.line, full, ""), via));
            }
        }
    }

    /// Those that nothing seen makes harmless; the attributes are the test's, `written_by` the macros around it.
    pub(super) fn risks(self, attributes: &[Attribute], written_by: &[Box<str>]) -> Vec<BodyRisk> {
        let is_paused = self.is_paused || attributes.iter().any(is_start_paused);
        let is_alone = |name: &str| name.contains("serial") || name.contains("fork");
        let last = |attribute: &Attribute| attribute.path.rsplit("::").next().is_some_and(is_alone);
        let is_serial = self.is_locked || attributes.iter().any(last) || written_by.iter().any(|name| is_alone(name));
        let judged = self.calls.into_iter().filter_map(|(kind, evidence, via)| {
            let own = if via.is_none() { Confidence::High } else { Confidence::Medium };
            let (severity, confidence) = match kind {
                RiskKind::Sleep if is_paused && evidence.what.starts_with("tokio::") => return None,
                RiskKind::Sleep if self.is_limited => (RiskSeverity::Low, Confidence::Low),
                RiskKind::Sleep => (RiskSeverity::Low, Confidence::Medium),
                RiskKind::ClockAssert if self.is_paused => return None,
                RiskKind::ClockAssert => (RiskSeverity::Medium, own),
                RiskKind::Unordered => (RiskSeverity::High, Confidence::Medium),
                RiskKind::WallClock => (RiskSeverity::Medium, Confidence::Low),
                RiskKind::FloatEquality => (RiskSeverity::Low, Confidence::Low),
                RiskKind::FixedPort if is_serial => (RiskSeverity::Medium, Confidence::Medium),
                RiskKind::FixedPort => (RiskSeverity::Medium, own),
                RiskKind::ThreadWithoutJoin if self.is_joined => return None,
                RiskKind::ThreadWithoutJoin => (RiskSeverity::Low, Confidence::Low),
                _ if is_serial => return None,
                _ => (RiskSeverity::High, own),
            };
            Some(BodyRisk { kind, severity, confidence, evidence, via })
        });
        judged.collect()
    }
}

/// What stands at such a place, in words.
fn form(kind: RiskKind) -> &'static str {
    match kind {
        RiskKind::ClockAssert => "an upper bound on elapsed time",
        RiskKind::WallClock => "the present time in an assertion",
        RiskKind::FixedPort => "bind",
        RiskKind::FloatEquality => "assert_eq",
        RiskKind::Unordered => "the order of a hash map or set",
        other => other.name(),
    }
}

/// Whether a body uses one of these names in any way.
fn has(body: &RustBody, names: &[&str]) -> bool {
    body.uses().any(|used| names.contains(&used.last()))
}

/// Whether an import gives a call its name: `use std::thread::sleep as rest`.
fn is_renamed(used: BodyUse<'_>, names: &Names<'_>) -> bool {
    let mut imports = names.imports.iter().flat_map(|imports| imports.iter());
    imports.any(|import| *import.name == *used.name && import.path.last().is_some_and(|last| *last != import.name))
}

/// `#[tokio::test(start_paused = true)]`.
fn is_start_paused(attribute: &Attribute) -> bool {
    let mut groups = attribute.tokens.iter().filter_map(|token| match &token.kind {
        crate::model::rust::TokenKind::Group(group) => Some(&group.tokens),
        _ => None,
    });
    groups.any(|tokens| {
        tokens
            .windows(3)
            .any(|words| words[0].is_ident("start_paused") && words[1].is_punct('=') && words[2].is_ident("true"))
    })
}
