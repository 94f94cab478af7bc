//! What decorators say that many rules ask for. Judges nothing.

use crate::model::{Definition, FileRole, Region, Suite, TestFile, fact::Decorator};

/// The decorators of all test modules that are the mark of this name, with what they stand on.
pub(super) fn marks<'s>(
    suite: &'s Suite,
    name: &str,
) -> impl Iterator<Item = (&'s TestFile, &'s Definition, &'s Decorator)> {
    let wanted = format!("pytest.mark.{name}");
    let modules = suite.files.iter().filter(|file| file.role == FileRole::TestModule);
    let definitions = modules.flat_map(|file| file.facts.definitions.iter().map(move |definition| (file, definition)));
    let decorators = definitions.flat_map(|(file, definition)| {
        definition.decorators.iter().map(move |decorator| (file, definition, decorator))
    });
    decorators.filter(move |(.., decorator)| decorator.name.split('(').next() == Some(&wanted))
}

/// Where a decorator stands.
pub(super) fn region(file: &TestFile, decorator: &Decorator) -> Region {
    Region::range(&file.path, decorator.evidence.line, decorator.start, decorator.end)
}
