//! Fixtures that tests of several files share: those of conftest files and plugins of the tree.

use serde::Serialize;

use crate::model::Suite;

/// A shared fixture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SharedFixture {
    /// The name by which it is asked for.
    pub name: String,
    /// The file that defines it.
    pub path: String,
    /// 1-based.
    pub line: u32,
    /// What its docstring says.
    pub about: Option<String>,
    /// `function`, `class`, `module`, `package` or `session`; `None` where it is computed.
    pub scope: Option<String>,
    /// Whether tests get it unasked.
    pub autouse: bool,
    /// How many parameters it has; 0 where it is not parametrized, `None` where they are computed.
    pub params: Option<usize>,
    /// Whether it has something to do when its tests are done.
    pub teardown: bool,
    /// How many tests get it, directly or through another fixture.
    pub users: usize,
}

/// The fixtures of conftest files and plugins, sorted by file, those with most users first.
pub(super) fn fixtures(suite: &Suite) -> Vec<SharedFixture> {
    let modules: Vec<&str> =
        suite.files.iter().filter(|file| !file.tests.is_empty()).map(|file| file.path.as_str()).collect();
    let shared = suite.fixtures.iter().filter(|fixture| modules.binary_search(&&*fixture.at.path).is_err());
    let mut found: Vec<SharedFixture> = shared
        .map(|fixture| SharedFixture {
            name: fixture.name.clone(),
            path: fixture.at.path.clone(),
            line: fixture.at.line,
            about: fixture.doc.as_ref().map(|doc| doc.text.clone()),
            scope: fixture.scope.clone(),
            autouse: fixture.autouse,
            params: fixture.params,
            teardown: fixture.teardown,
            users: fixture.users,
        })
        .collect();
    found.sort_by(|a, b| (&a.path, b.users, &a.name, a.line).cmp(&(&b.path, a.users, &b.name, b.line)));
    found
}
