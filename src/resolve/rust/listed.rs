//! The tests of a target, as libtest lists them: functions of its modules through the macros of test frameworks.

use std::collections::BTreeMap;
use std::sync::Arc;

use elsa::FrozenMap;

use super::frameworks::{self, Context, Generated, Version, path_segment};
use super::functions::Functions;
use super::gates::{self, gates};
use super::hardware::Features;
use super::names::Names;
use super::reasons::{self, Behaviour};
use super::walk::{Attributes, Module, TOO_MANY, Target, Visitor};
use crate::model::rust::{Delimiter, Group, Item, ItemKind, MacroCall, Token, TokenKind, Truth};
use crate::model::{CargoTarget, CargoTree, Evidence, Problem, ProblemKind, SkipStatus, Test};
use crate::model::{
    Gate,
    suite::{Property, TestReason},
};

/// Files that a glob pattern relative to a package's folder finds, as paths from that folder.
pub type Glob<'g> = dyn Fn(&str, &str) -> Option<Vec<String>> + Sync + 'g;

/// What all tests of one item have in common.
struct Known {
    behaviour: Behaviour,
    gates: Vec<Gate>,
}

/// Collects tests by the file that they stand in.
pub(super) struct Listing<'l> {
    target: &'l Target<'l>,
    tree: &'l CargoTree,
    glob: &'l Glob<'l>,
    binary: String,
    edition: u16,
    /// From the package's folder to that of its workspace.
    workspace: String,
    /// Functions that `#[template]` of rstest_reuse keeps, by their names.
    templates: FrozenMap<String, Box<Item>>,
    /// The functions of files that have tests, by the path of the file.
    functions: FrozenMap<String, Box<Functions>>,
    /// Features without which the target is not built.
    required: &'l [String],
    pub(super) tests: BTreeMap<Arc<str>, Vec<Test>>,
    pub(super) problems: Vec<Problem>,
}

impl<'l> Listing<'l> {
    pub(super) fn new(target: &'l Target<'l>, tree: &'l CargoTree, built: &'l CargoTarget, glob: &'l Glob<'l>) -> Self {
        let package = target.package;
        let workspace = crate::model::path::folder(&package.workspace);
        let below = package.folder().strip_prefix(workspace).unwrap_or_default();
        let levels = below.split('/').filter(|part| !part.is_empty()).count();
        Self {
            target,
            tree,
            glob,
            binary: built.binary_id(&package.name),
            edition: built.edition.year(),
            workspace: vec![".."; levels].join("/"),
            templates: FrozenMap::new(),
            functions: FrozenMap::new(),
            required: &built.required_features,
            tests: BTreeMap::new(),
            problems: Vec::new(),
        }
    }

    /// What is asked about the place of an item.
    fn ask<R>(&self, module: &Module<'_>, asked: impl FnOnce(&Context<'_>) -> R) -> R {
        let names = self.names(module);
        let template = |path: &[Box<str>]| self.templates.get(&**path.last()?);
        asked(&Context {
            canonical: &|path| names.canonical(path),
            version: &|package| newest(self.tree.locked(self.target.package, package)),
            truth: &|predicate| self.target.configuration.truth(predicate),
            template: &template,
            workspace: &self.workspace,
            edition: self.edition,
            files: &|pattern| (self.glob)(self.target.package.folder(), pattern),
        })
    }

    fn names<'n>(&'n self, module: &Module<'n>) -> Names<'n> {
        Names { imports: module.imports.clone(), package: self.target.package }
    }

    /// What is known of all tests that an item becomes.
    fn known(&self, item: &Item, module: &Module<'_>) -> Known {
        let file = &*module.place.file;
        let functions = match self.functions.get(file) {
            Some(functions) => functions,
            None => {
                let facts = self.target.sources.facts(file).unwrap_or_default();
                self.functions.insert(file.to_owned(), Box::new(Functions::new(&facts)))
            }
        };
        let package = self.target.package;
        let (body, name_line) = match &item.kind {
            ItemKind::Function(function) => (function.body.as_deref(), function.name_line),
            _ => (None, item.line),
        };
        let at = functions.place(&module.path);
        let features = Features { tree: self.tree, package };
        let place = gates::Place { features, required: self.required, functions, module: at };
        let gates = gates(&place, module, &item.attributes, body);
        Known {
            behaviour: reasons::behaviour(body, &item.attributes, functions, at, module, package, name_line),
            gates,
        }
    }

    fn test(&self, generated: Generated, item: &Item, module: &Module<'_>, known: &Known) -> Test {
        let suite = module.path.join("::");
        let name = if suite.is_empty() { generated.name } else { format!("{suite}::{}", generated.name) };
        let mut test = Test::plain(format!("{} {name}", self.binary), name, generated.line, None);
        test.suite = Some(suite).filter(|suite| !suite.is_empty());
        test.binary = Some(self.binary.clone());
        test.skip = match (generated.ignored, generated.condition.min(module.truth)) {
            (Truth::True, _) => SkipStatus::Always,
            (Truth::False, Truth::True) => SkipStatus::Never,
            _ => SkipStatus::Conditional,
        };
        test.skip_reason = generated.ignore_reason;
        if generated.should_panic == Truth::True {
            test.properties.push(Property::ShouldPanic);
        }
        if !generated.exact {
            (test.cases, test.declared_cases) = (None, None);
        }
        if matches!(&item.kind, ItemKind::Function(function) if function.is_async) {
            test.properties.push(Property::Async);
        }
        let made_by = reasons::attribute(&item.attributes, generated.line);
        let path = made_by.map(|attribute| attribute.path.split("::").map(Box::from).collect::<Vec<Box<str>>>());
        let what = path.and_then(|path| self.names(module).canonical(&path).into_iter().next()).unwrap_or_default();
        let evidence = Evidence::new(made_by.map_or(generated.line, |attribute| attribute.line), what, "");
        let reason = |reason| TestReason { reason, evidence: evidence.clone(), via: None };
        let of_macros = generated.reasons.into_iter().map(reason).collect();
        test.reasons = reasons::joined(of_macros, known.behaviour.reasons.clone());
        test.randomness = known.behaviour.randomness.clone();
        test.body_risks.clone_from(&known.behaviour.risks);
        test.gates = known.gates.clone();
        test
    }
}

impl Visitor for Listing<'_> {
    fn item(&mut self, item: &Item, _: &Attributes<'_>, module: &Module<'_>) -> Option<String> {
        let may_be_test = match &item.kind {
            ItemKind::Function(_) | ItemKind::Other => !item.attributes.is_empty(),
            ItemKind::MacroCall(_) => true,
            _ => false,
        };
        if !may_be_test {
            return None;
        }
        if self.ask(module, |context| frameworks::is_template(item, context)) {
            self.templates.insert(item.name.to_string(), Box::new(item.clone()));
            return None;
        }
        let generated = self.ask(module, |context| frameworks::tests(item, context));
        if generated.iter().all(|test| test.benchmark) {
            return None;
        }
        let known = self.known(item, module);
        for generated in generated.into_iter().filter(|test| !test.benchmark) {
            // A name that a macro wrote stands where the macro is defined: libtest says so.
            let defined = generated.file.and_then(|number| self.target.library.file(number));
            let file = defined.map_or_else(|| module.place.file.clone(), Arc::from);
            let test = self.test(generated, item, module, &known);
            self.tests.entry(file).or_default().push(test);
        }
        None
    }

    fn module_name(&self, item: &Item) -> String {
        path_segment(&item.name, self.edition).into_owned()
    }

    fn unknown(&mut self, call: &MacroCall, line: u32, why: &str, module: &Module<'_>) {
        if why == TOO_MANY || has_test_attribute(&call.tokens) {
            let name = call.path.join("::");
            let message = format!("`{name}!` cannot be expanded ({why}): tests that it makes are not listed");
            self.problems.push(Problem::at(&*module.place.file, line, ProblemKind::HiddenTests, message));
        }
    }
}

/// The newest of these versions.
fn newest(versions: &[String]) -> Option<Version> {
    let version = |text: &String| {
        let plain = text.split(['-', '+']).next()?;
        let mut numbers = plain.split('.').map(|number| number.parse::<u64>().ok());
        Some((numbers.next()??, numbers.next()??, numbers.next()??))
    };
    versions.iter().filter_map(version).max()
}

/// Whether `#[test]`, `#[tokio::test]` or the like stands somewhere in these tokens.
fn has_test_attribute(tokens: &[Token]) -> bool {
    let mut pending = vec![tokens];
    while let Some(tokens) = pending.pop() {
        for pair in tokens.windows(2) {
            let group = pair[1].group(Delimiter::Bracket).filter(|_| pair[0].is_punct('#'));
            if group.is_some_and(names_test) {
                return true;
            }
        }
        pending.extend(tokens.iter().filter_map(|token| match &token.kind {
            TokenKind::Group(group) => Some(group.tokens.as_slice()),
            _ => None,
        }));
    }
    false
}

/// Whether the path of an attribute ends with the name of a test.
fn names_test(attribute: &Group) -> bool {
    let path = attribute.tokens.iter().take_while(|token| token.ident().is_some() || token.is_punct(':'));
    let last = path.filter_map(Token::ident).last();
    last.is_some_and(|last| {
        matches!(last, "test" | "rstest" | "test_case" | "proptest" | "quickcheck" | "parameterized")
    })
}
