//! Doctests as pytest names them: `_pytest/doctest.py::DoctestModule`, `DoctestTextfile`, and the finder of Python's
//! `doctest` module, which looks into a module's own functions and classes and does not enter functions.

use super::{marks::Marks, modules::Module, tests::Session};
use crate::model::{DefinitionId, DefinitionKind, FileRole, Test, suite::Property};

/// The doctests of a file in pytest's order, which is that of their names. `modules`: whether docstrings count
/// (`--doctest-modules`).
pub(super) fn tests(session: &Session<'_>, module: &Module, modules: bool) -> Vec<Test> {
    let mut found = all(session, module, modules);
    for test in &mut found {
        if session.selection.leaves_out(test, &Marks::default()) {
            test.properties.push(Property::Deselected);
        }
    }
    found
}

fn all(session: &Session<'_>, module: &Module, modules: bool) -> Vec<Test> {
    let file_name = module.path().rsplit('/').next().unwrap_or_default();
    if module.file.role == FileRole::DoctestText {
        return module.facts.doctest.map(|line| test(module, file_name.to_owned(), line, None)).into_iter().collect();
    }
    // `_is_main_py`, `_is_setup_py`.
    if !modules || file_name == "__main__.py" || file_name == "setup.py" {
        return Vec::new();
    }
    let name = session.world.import_name(module);
    let mut found: Vec<Test> =
        module.facts.doctest.map(|line| test(module, name.clone(), line, None)).into_iter().collect();
    for (id, definition) in module.facts.enumerate() {
        let Some(line) = definition.doctest else { continue };
        if let Some(path) = path(module, id) {
            found.push(test(module, format!("{name}.{path}"), line, Some(id)));
        }
    }
    found.sort_by(|one, other| one.name.cmp(&other.name));
    found
}

/// The path of a definition through classes; `None` where a function is around it or a later one has its name.
fn path(module: &Module, id: DefinitionId) -> Option<String> {
    let index = module.index();
    let mut names = vec![index.definition(id).name.as_str()];
    for around in index.facts.ancestors(index.definition(id).parent) {
        if index.definition(around).kind == DefinitionKind::Function {
            return None;
        }
        names.push(index.definition(around).name.as_str());
    }
    names.reverse();
    let path = names.join(".");
    (index.find(&path) == Some(id)).then_some(path)
}

fn test(module: &Module, name: String, line: u32, definition: Option<DefinitionId>) -> Test {
    let id = format!("{}::{name}", module.path());
    Test { properties: vec![Property::Doctest], ..Test::plain(id, name, line, definition) }
}
