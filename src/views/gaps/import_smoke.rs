//! Public modules that are not imported when the tests are: an error in one of them, or in what it imports, is seen by nobody.

use super::{
    Draft, Found, Kind, PasteFile,
    look::{Look, evidence, of_module, of_noted, some},
    paste,
};
use crate::model::{
    Confidence,
    gap::GapKind,
    project::{ModuleReach, ProjectModule},
};
use crate::views::count;

pub(super) const KIND: Kind =
    Kind { kind: GapKind::ImportSmoke, title: "Import smoke test over every public module", find };

/// Modules that are run and not imported, or that tools write.
const LEFT_OUT: [&str; 7] = ["__main__", "conftest", "setup", "_version", "version", "__version__", "__about__"];

fn find(look: &Look<'_>) -> Found {
    let public: Vec<&ProjectModule> = look.project.product().filter(|module| is_importable(module)).collect();
    if public.is_empty() {
        return Found::nothing("there is no package of Python");
    }
    if !look.has_python_tests() {
        return Found::nothing("there are no tests in Python");
    }
    // A test that walks a package imports what it finds.
    let walks = look.project.tests().filter_map(|module| {
        let walk = module.facts.dynamic_imports.iter().find(|own| own.what.starts_with("pkgutil."))?;
        let imports = module.facts.words.iter().any(|word| matches!(&**word, "import_module" | "__import__"));
        imports.then(|| of_noted(module, walk))
    });
    let walks: Vec<_> = walks.collect();
    if !walks.is_empty() {
        return Found::closed("a test walks the package and imports what it finds", walks);
    }
    // What a string names is imported by its name when that is read.
    let is_missing = |module: &&ProjectModule| module.reach != ModuleReach::Loaded && module.named_by.is_none();
    let missing: Vec<&ProjectModule> = public.iter().copied().filter(is_missing).collect();
    if missing.is_empty() {
        let by = public.iter().take(1).map(|module| evidence(&module.path, 1, "imported with the tests", "")).collect();
        let why = match public.iter().all(|module| module.reach == ModuleReach::Loaded) {
            true => "every public module is imported when the tests are",
            false => "every public module is imported when the tests are, or named by a string that they lead to",
        };
        return Found::closed(why, by);
    }
    // A computed name may be that of one of them, in the same package or in a test.
    let computed = missing.iter().find_map(|module| module.perhaps_by.as_ref());
    let names = || missing.iter().map(|module| module.name.clone());
    let is_are = if missing.len() == 1 { "is" } else { "are" };
    let mut draft = Draft::new(
        GapKind::ImportSmoke,
        if computed.is_some() { Confidence::Low } else { Confidence::High },
        format!(
            "No import smoke test: {} of {} {is_are} not imported when the tests are",
            missing.len(),
            count(public.len(), "public module")
        ),
    );
    draft.description = format!(
        "Importing every test module imports {} of {}. Not among them: {}.",
        public.len() - missing.len(),
        count(public.len(), "public module"),
        some(names(), missing.len())
    );
    if let Some((path, noted)) = computed {
        let doubt =
            format!(" `{path}` (line {}) imports a name that is computed, and may be one of these.", noted.line);
        draft.description.push_str(&doubt);
    }
    draft.impact =
        "An import that breaks in one of these modules is first seen by whoever imports it: moving or renaming code \
                    is not safe there."
            .to_owned();
    draft.recommendation = "Add one parametrized test that imports every public module.".to_owned();
    draft.test_plan = vec![
        "Import each module by its name; fail where the import does.".to_owned(),
        "Skip a module whose optional dependency is not installed.".to_owned(),
    ];
    let path = look.new_file("test_import_smoke.py");
    draft.verification = Some(format!("pytest -q {path}"));
    draft.file = Some(PasteFile {
        path,
        language: "python",
        text: paste::import_smoke(public.iter().map(|module| module.name.as_str())),
    });
    draft.evidence = missing.iter().map(|module| of_module(module)).collect();
    draft.importers = missing.iter().map(|module| module.importers).sum();
    draft.statements = missing.iter().map(|module| module.facts.statements).sum();
    draft.symbols = u32::try_from(missing.len()).unwrap_or(u32::MAX);
    Found::gap(draft)
}

/// Whether others may import a module, and something happens when they do.
fn is_importable(module: &ProjectModule) -> bool {
    module.is_public()
        && !LEFT_OUT.contains(&module.stem())
        && module.facts.statements > 0
        && !module.path.ends_with("/__main__.py")
}
