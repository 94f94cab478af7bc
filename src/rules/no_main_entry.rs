//! A file of tests that is run as a script, and that runs none of them.
//!
//! # Why
//!
//! `python test_upload.py` defines its tests and ends: without a call of `unittest.main()`, `pytest.main()` or a runner of the
//! project the job is green whatever the tests would say.
//!
//! # Example
//!
//! ```yaml
//! - run: python tests/test_upload.py
//! ```
//!
//! ```python
//! class TestUpload(unittest.TestCase):
//!     def test_upload(self): ...
//! ```
//!
//! # Better
//!
//! ```python
//! if __name__ == "__main__":
//!     unittest.main()
//! ```
//!
//! or run the file with pytest.
//!
//! # Limits
//!
//! Scripts that the configuration of CI services, tox, nox, make, just and shell scripts name by their path. Any call at the top of
//! the file whose name speaks of running, and any function of the file that is called there, counts as a runner.

use super::{Context, Group, Report, Rule};
use crate::model::{Confidence, Program, Region, Severity, TestFile, settings::Wanted};

pub(super) const RULE: Rule = Rule {
    name: "no-main-entry",
    group: Group::Collection,
    severity: Severity::Warning,
    needs: Wanted { judged: true, commands: true, ..Wanted::COLLECTION },
    applies: |_| true,
    source: include_str!("no_main_entry.rs"),
    check,
};

fn check(context: &Context<'_>, report: &mut Report<'_>) {
    let suite = context.suite;
    for invocation in &suite.invocations {
        let Program::Script(script) = &invocation.program else { continue };
        let name = script.text.trim_start_matches("./");
        // From which folder a command runs is not known: the path, or the only file that ends with it.
        let ends = |file: &&TestFile| {
            file.path == name || file.path.strip_suffix(name).is_some_and(|rest| rest.ends_with('/'))
        };
        let mut found = suite.files.iter().filter(ends);
        let (Some(file), None) = (found.next(), found.next()) else { continue };
        if script.computed || file.tests.is_empty() || file.facts.module_calls.iter().any(|name| is_runner(name)) {
            continue;
        }
        let Some(first) = file.tests.iter().filter_map(|test| test.definition).min() else { continue };
        let at = Region::name_of(&file.path, file.facts.definition(first));
        let message = format!("`{}` is run as a script and calls no runner: its tests do not run", file.path);
        let finding = report.add(Confidence::High, at, message);
        finding.help =
            Some("end the file with `if __name__ == \"__main__\": unittest.main()`, or run it with pytest".to_owned());
        finding.related.push((Region::line(&invocation.path, invocation.line), "it is run here".to_owned()));
    }
}

/// Whether a call at the top of a file may run its tests.
fn is_runner(name: &str) -> bool {
    let last = name.trim_end_matches("()").rsplit('.').next().unwrap_or(name).to_ascii_lowercase();
    name.starts_with([':', '.', '?'])
        || ["main", "run", "test", "exec", "spawn", "launch"].iter().any(|word| last.contains(word))
}
