//! What looks like tests and is not collected: classes with a constructor, classes and files whose names pytest does not ask
//! for. Owns the judgement whether anything else can be the use of them.

use rustc_hash::FxHashSet;

use super::{
    classes::Class,
    markers::along,
    modules::{Module, World},
    names::Place,
    patterns::Patterns,
    tests::{self, Session},
};
use crate::model::{
    BindingValue, DefinitionId, DefinitionKind, FileRole, Region,
    collected::{Uncollected, UncollectedReason},
};

/// Why pytest passes a class that is no test case; `None` where that is meant. `wanted`: its name is asked for; `refused`:
/// something else than its name speaks against it.
pub(super) fn reason(class: &Class<'_>, wanted: bool, refused: bool) -> Option<UncollectedReason> {
    if class.flag("__test__") == Some(false) || class.is_abstract() || class.is_test_case() {
        return None;
    }
    match (wanted, refused) {
        (true, true) if class.has_constructor() => {
            let owner = class.mro.iter().find(|own| {
                ["__init__", "__new__"].iter().any(|name| own.module.bindings(Some(own.id), name).next().is_some())
            });
            let owner = owner.unwrap_or(&class.mro[0]).definition().name.clone();
            Some(UncollectedReason::Constructor(owner))
        }
        (false, _) => Some(UncollectedReason::ClassName),
        _ => None,
    }
}

/// A class that is passed although it has methods with the names of tests.
pub(super) fn class(class: &Class<'_>, reason: UncollectedReason, patterns: &Patterns) -> Option<Uncollected> {
    let place = class.mro[0];
    let is_test = |own: &Place<'_>, id: DefinitionId| {
        let definition = own.module.facts.definition(id);
        definition.kind == DefinitionKind::Function && patterns.is_function(&definition.name)
    };
    // A name that is not asked for is judged by what the class itself defines.
    let owners = if reason == UncollectedReason::ClassName { &class.mro[..1] } else { &class.mro[..] };
    let methods = owners.iter().flat_map(|own| {
        let bindings = own.module.scope(Some(own.id));
        bindings.filter(|binding| matches!(binding.value, BindingValue::Definition(id) if is_test(own, id)))
    });
    let names: FxHashSet<&str> = methods.map(|binding| binding.name.as_str()).collect();
    if names.is_empty() {
        return None;
    }
    let definition = place.definition();
    let lower = definition.name.to_ascii_lowercase();
    // What is called a mixin or a base waits for classes that inherit from it, perhaps elsewhere.
    let speaks = lower.contains("test") && !lower.contains("mixin") && !lower.contains("base");
    Some(Uncollected {
        name: definition.name.clone(),
        at: Region::name_of(place.module.path(), definition),
        tests: names.len(),
        certain: !class.unknown_base
            && class.external.iter().all(|base| base == "builtins.object" || base == "abc.ABC")
            && !definition.conditional
            && definition.is_plain()
            && (speaks || reason != UncollectedReason::ClassName),
        reason,
    })
}

/// Takes out the classes that others inherit from: their tests are collected there, unless the others are passed too.
pub(super) fn without_bases(world: &World<'_>, found: &mut Vec<Uncollected>) {
    let is_class = |own: &Uncollected| own.reason != UncollectedReason::FileName;
    loop {
        let passed: FxHashSet<String> = found.iter().filter(|own| is_class(own)).map(|own| own.name.clone()).collect();
        if passed.is_empty() {
            return;
        }
        let definitions = world.modules.iter().flat_map(|module| &module.facts.definitions);
        let bases: FxHashSet<&str> = definitions
            .filter(|definition| !passed.contains(&definition.name))
            .flat_map(|definition| &definition.bases)
            .map(|base| base.trim_end_matches("()").rsplit(['.', ':']).next().unwrap_or(base))
            .collect();
        let before = found.len();
        found.retain(|own| !is_class(own) || !bases.contains(own.name.as_str()));
        // What was taken out hands its own bases on.
        if found.len() == before {
            return;
        }
    }
}

/// Files among the tests that hold tests and are neither collected nor imported by anybody.
pub(super) fn files<'w>(session: &Session<'w>) -> Vec<Uncollected> {
    let world = session.world;
    let beside: FxHashSet<&str> = world
        .modules
        .iter()
        .filter(|module| module.file.role == FileRole::TestModule)
        .map(|module| module.folder())
        .collect();
    let candidates = world.modules.iter().filter(|module| {
        module.file.role == FileRole::Other
            && module.facts.parsed
            && !module.is_package()
            && beside.contains(module.folder())
    });
    let mut found = Vec::new();
    let mut imported = None;
    for module in candidates {
        let tests = tests::tests(session, module).tests;
        let own: Vec<_> =
            tests.iter().filter(|test| test.missing_fixtures.is_empty() && test.defined_in.is_none()).collect();
        let Some(first) = own.iter().filter_map(|test| test.definition).min() else { continue };
        let imported = imported.get_or_insert_with(|| imports(world));
        if imported.contains(module.path()) {
            continue;
        }
        found.push(Uncollected {
            reason: UncollectedReason::FileName,
            name: module.path().rsplit('/').next().unwrap_or(module.path()).to_owned(),
            at: Region::name_of(module.path(), module.facts.definition(first)),
            tests: own.len(),
            certain: module.facts.main_guard.is_none() && own.len() == tests.len(),
        });
    }
    found
}

/// The modules that some module imports.
fn imports<'w>(world: &'w World<'_>) -> FxHashSet<&'w str> {
    let mut found = FxHashSet::default();
    for module in &world.modules {
        for binding in &module.facts.bindings {
            if let BindingValue::Import(dotted) | BindingValue::Star(dotted) = &binding.value {
                found.extend(along(world, module, dotted).into_iter().map(Module::path));
            }
        }
    }
    found
}
