//! Caret comments: what they assert, how they compare with what was found, and how they are written.

use std::path::Path;

use testaudit::model::{DefinitionId, FileFacts, Role, SignalKind};

/// A file without its caret lines, and what these asserted.
pub(crate) struct Fixture {
    path: String,
    source: String,
    /// By line of the source, the 1-based line of the file.
    file_lines: Vec<usize>,
    asserted: Vec<Assertion>,
    shows_owners: bool,
}

/// One signal, as a caret line can state it. Lines are those of the source and begin with 0.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Assertion {
    line: usize,
    /// In characters, from 0.
    column: usize,
    /// Capture, resolved name and perhaps the owner.
    says: String,
}

impl Assertion {
    /// Whether it states a signal of this kind.
    pub(crate) fn is_of(&self, kind: SignalKind) -> bool {
        self.says.split(' ').next() == Some(kind.capture())
    }
}

impl Fixture {
    pub(crate) fn new(path: &Path, text: &str) -> Self {
        let components: Vec<_> = path.iter().map(|component| component.to_string_lossy()).collect();
        let start = components.iter().rposition(|component| component == "fixtures").unwrap_or_default();
        let mut fixture = Self {
            path: components[start..].join("/"),
            source: String::new(),
            file_lines: Vec::new(),
            asserted: Vec::new(),
            shows_owners: components.iter().any(|component| component == "owners"),
        };
        for (number, line) in (1..).zip(text.lines()) {
            if let Some((column, says)) = read(line) {
                assert!(!fixture.file_lines.is_empty(), "{}:{number}: carets below nothing", fixture.path);
                let line = fixture.file_lines.len() - 1;
                fixture.asserted.push(Assertion { line, column, says: says.to_owned() });
            } else {
                fixture.source.push_str(line);
                fixture.source.push('\n');
                fixture.file_lines.push(number);
            }
        }
        fixture
    }

    /// The path from the folder of fixtures.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// The text without caret lines.
    pub(crate) fn source(&self) -> &str {
        &self.source
    }

    /// What was found, as caret lines would state it, in the order in which they would.
    pub(crate) fn describe(&self, facts: &FileFacts) -> Vec<Assertion> {
        let mut found: Vec<_> = facts
            .signals
            .iter()
            .map(|signal| {
                let before = &self.source[..signal.offset as usize];
                let line = before.matches('\n').count();
                assert_eq!(line + 1, signal.evidence.line as usize, "evidence and offset name one line");
                let mut says = format!("{} {}", signal.kind.capture(), signal.name);
                if self.shows_owners {
                    says.push_str(&owner(facts, signal.owner, signal.role));
                }
                let column = before.rsplit('\n').next().unwrap_or_default().chars().count();
                Assertion { line, column, says }
            })
            .collect();
        found.sort();
        found
    }

    /// Differences between what is asserted and what was found.
    pub(crate) fn differences(&self, found: &[Assertion]) -> Vec<String> {
        self.between(&self.asserted, found)
    }

    /// Differences between two lists of what stands in this file.
    pub(crate) fn between(&self, expected: &[Assertion], found: &[Assertion]) -> Vec<String> {
        let surplus = |these: &[Assertion], those: &[Assertion], word: &str| {
            let mut rest = those.to_vec();
            let mut lines = Vec::new();
            for one in these {
                match rest.iter().position(|other| other == one) {
                    Some(at) => drop(rest.swap_remove(at)),
                    None => {
                        let (line, column) = (self.file_lines[one.line], one.column + 1);
                        lines.push(format!("{}:{line}:{column}: {word} {}", self.path, one.says));
                    }
                }
            }
            lines
        };
        let mut differences = surplus(expected, found, "expected");
        differences.extend(surplus(found, expected, "unexpected"));
        differences
    }

    /// The file's text with caret lines for what was found.
    pub(crate) fn with(&self, found: &[Assertion]) -> String {
        let mut text = String::new();
        for (number, line) in self.source.lines().enumerate() {
            text.push_str(line);
            text.push('\n');
            for one in found.iter().filter(|one| one.line == number) {
                text.push_str(&write(one, line));
                text.push('\n');
            }
        }
        text
    }
}

/// The column that a caret line points at, and what it says.
fn read(line: &str) -> Option<(usize, &str)> {
    let comment = line.trim_start();
    let rest = comment.strip_prefix('#')?.trim_start();
    if let Some(says) = rest.strip_prefix("<- ") {
        return Some((line.len() - comment.len(), says.trim()));
    }
    let says = rest.trim_start_matches('^');
    (says.len() < rest.len()).then(|| (line.len() - rest.len(), says.trim()))
}

fn write(one: &Assertion, line: &str) -> String {
    if one.column == 0 {
        return format!("# <- {}", one.says);
    }
    let is_name = |c: &char| c.is_alphanumeric() || matches!(c, '_' | '.');
    let width = line.chars().skip(one.column).take_while(is_name).count().max(1);
    format!("#{}{} {}", " ".repeat(one.column - 1), "^".repeat(width), one.says)
}

/// ` in A.test_b`, or ` on A.test_b` for what stands in its decorators or header; nothing at module level.
fn owner(facts: &FileFacts, owner: Option<DefinitionId>, role: Role) -> String {
    let mut names: Vec<_> = facts.ancestors(owner).map(|id| facts.definition(id).name.as_str()).collect();
    names.reverse();
    let word = match role {
        Role::Decorator => "decorates",
        Role::Header => "in the header of",
        Role::Body if names.is_empty() => return " in the module".to_owned(),
        Role::Body => "in",
        Role::Pytestmark if names.is_empty() => return " for the module".to_owned(),
        Role::Pytestmark => "for",
    };
    format!(" {word} {}", names.join("."))
}
