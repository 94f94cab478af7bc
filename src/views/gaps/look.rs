//! What kinds of gaps ask of the project and its tests: which words stand in tests, which functions are tests, what is run.
//! Finds no gap.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::{GapEvidence, expected::Estimate};
use crate::model::{
    FileRole, Language, Reason, Suite,
    project::{ModuleFacts, Noted, Part, Project, ProjectModule, Symbol, SymbolKind, WordUse},
};

/// The suite with what is worked out once for all kinds.
pub(super) struct Look<'s> {
    pub(super) suite: &'s Suite,
    pub(super) project: &'s Project,
    /// What the tests are expected to run.
    pub(super) estimate: Estimate<'s>,
    /// Words that stand in tests, in their imports and strings too.
    pub(super) words: HashSet<&'s str>,
    /// Where new tests would stand; empty for the root.
    pub(super) test_folder: String,
    /// Files with property-based tests.
    property_files: BTreeSet<&'s str>,
    /// Names that public modules import from others of the code under test.
    handed_on: HashSet<&'s str>,
    modules: HashMap<&'s str, &'s ProjectModule>,
}

/// A function of a test module that is a test by its name.
#[derive(Clone, Copy)]
pub(super) struct TestFunction<'s> {
    pub(super) module: &'s ProjectModule,
    pub(super) symbol: &'s Symbol,
}

impl<'s> TestFunction<'s> {
    /// Words that stand in it, with how often.
    pub(super) fn words(&self) -> impl Iterator<Item = (&'s str, u16)> + use<'s> {
        self.module.facts.words_of(&self.symbol.uses)
    }

    pub(super) fn has(&self, word: &str) -> bool {
        self.words().any(|(own, _)| own == word)
    }

    pub(super) fn at(&self) -> GapEvidence {
        of_symbol(self.module, self.symbol)
    }
}

impl<'s> Look<'s> {
    pub(super) fn new(suite: &'s Suite) -> Self {
        let project = &suite.project;
        let words = project.tests().flat_map(|module| module.facts.words.iter().map(|word| &**word)).collect();
        let is_property = |file: &&crate::model::TestFile| {
            file.tests.iter().any(|test| test.reasons.iter().any(|own| own.reason == Reason::Property))
        };
        let mut property_files: BTreeSet<&str> =
            suite.files.iter().filter(is_property).map(|file| file.path.as_str()).collect();
        // Helpers of such tests, and programs that feed a fuzzer.
        let uses_hypothesis = |module: &&ProjectModule| {
            module.part == Part::Fuzzing
                || module.part != Part::Product
                    && module.facts.imports.iter().any(|import| {
                        ["hypothesis", "atheris", "schemathesis", "crosshair", "pythonfuzz"]
                            .contains(&import.module.split('.').next().unwrap_or_default())
                    })
        };
        property_files.extend(project.modules.iter().filter(uses_hypothesis).map(|module| module.path.as_str()));
        let modules = project.modules.iter().map(|module| (module.path.as_str(), module)).collect();
        let public = project.product().filter(|module| module.is_public());
        let handed_on = public
            .flat_map(|module| module.facts.imports.iter().flat_map(|import| import.names.iter().map(String::as_str)));
        let handed_on = handed_on.collect();
        let (test_folder, estimate) = (test_folder(suite), Estimate::new(suite));
        Self { suite, project, estimate, words, test_folder, property_files, handed_on, modules }
    }

    /// Functions that are tests by their names, in tests.
    pub(super) fn test_functions(&self) -> impl Iterator<Item = TestFunction<'s>> + use<'s> {
        let functions = self.project.tests().flat_map(|module| {
            module
                .facts
                .symbols
                .iter()
                .filter(|own| own.kind != SymbolKind::Class)
                .map(move |symbol| TestFunction { module, symbol })
        });
        functions.filter(|own| own.symbol.name.to_ascii_lowercase().starts_with("test"))
    }

    /// Whether something of a module is for others: it and the classes around it have public names, and so has the module, or
    /// a public one hands it on.
    pub(super) fn is_offered(&self, module: &ProjectModule, symbol: &Symbol) -> bool {
        let mut outermost = symbol;
        while let Some(class) = outermost.parent.and_then(|place| module.facts.symbols.get(place as usize)) {
            if !class.is_public() {
                return false;
            }
            outermost = class;
        }
        symbol.is_public() && (module.is_public() || self.handed_on.contains(outermost.name.as_str()))
    }

    /// Modules with property-based tests or fuzz targets.
    pub(super) fn property_modules(&self) -> impl Iterator<Item = &'s ProjectModule> {
        self.property_files.iter().filter_map(|path| self.modules.get(path).copied())
    }

    /// Lines of what is run in which all of these words stand.
    pub(super) fn commands(&self, wanted: &dyn Fn(&str) -> bool) -> Vec<GapEvidence> {
        let lines = self.project.commands.iter().filter(|own| wanted(&own.text));
        lines.map(|own| evidence(&own.path, own.line, "command", &own.text)).collect()
    }

    /// The path of a new test file.
    pub(super) fn new_file(&self, name: &str) -> String {
        if self.test_folder.is_empty() { name.to_owned() } else { format!("{}/{name}", self.test_folder) }
    }

    /// Whether any file of Python holds tests.
    pub(super) fn has_python_tests(&self) -> bool {
        let is_test = |file: &&crate::model::TestFile| file.language == Language::Python && !file.tests.is_empty();
        self.suite.files.iter().any(|file| is_test(&file)) || self.test_functions().next().is_some()
    }
}

/// The folder that holds most tests, of those that are least deep.
fn test_folder(suite: &Suite) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let files = suite.files.iter().filter(|file| file.role == FileRole::TestModule && !file.tests.is_empty());
    for file in files {
        *counts.entry(crate::model::path::folder(&file.path)).or_default() += file.tests.len();
    }
    let depth = |folder: &str| if folder.is_empty() { 0 } else { folder.matches('/').count() + 1 };
    let least = counts.keys().map(|folder| depth(folder)).min().unwrap_or_default();
    let best = counts
        .iter()
        .filter(|(folder, _)| depth(folder) == least)
        .max_by_key(|(folder, count)| (**count, std::cmp::Reverse(**folder)));
    best.map_or_else(|| "tests".to_owned(), |(folder, _)| (*folder).to_owned())
}

pub(super) fn evidence(path: &str, line: u32, what: impl Into<String>, text: &str) -> GapEvidence {
    GapEvidence { path: path.to_owned(), line, what: what.into(), text: text.to_owned() }
}

pub(super) fn of_module(module: &ProjectModule) -> GapEvidence {
    let statements = super::super::words::count(module.facts.statements as usize, "statement");
    evidence(&module.path, 1, format!("module {} ({statements})", module.name), "")
}

pub(super) fn of_symbol(module: &ProjectModule, symbol: &Symbol) -> GapEvidence {
    evidence(&module.path, symbol.line, full_name(module, symbol), &symbol.text)
}

pub(super) fn of_noted(module: &ProjectModule, noted: &Noted) -> GapEvidence {
    evidence(&module.path, noted.line, noted.what.clone(), &noted.text)
}

/// The name of a symbol behind that of its module.
pub(super) fn full_name(module: &ProjectModule, symbol: &Symbol) -> String {
    let module_name = if module.name.is_empty() { &module.path } else { &module.name };
    format!("{module_name}.{}", own_name(&module.facts, symbol))
}

/// The name of a symbol within its module: `Class.method`.
pub(super) fn own_name(facts: &ModuleFacts, symbol: &Symbol) -> String {
    let mut name = symbol.name.clone();
    let mut at = symbol.parent;
    while let Some(class) = at.and_then(|place| facts.symbols.get(place as usize)) {
        name = format!("{}.{name}", class.name);
        at = class.parent;
    }
    name
}

/// The names of symbols within their modules; those that are not alone with theirs, behind the shortest end of their
/// module's name that tells them apart.
pub(super) fn apart(symbols: &[(&ProjectModule, &Symbol)]) -> Vec<String> {
    let of = |(module, symbol): &(&ProjectModule, &Symbol), parts: usize| {
        let name = own_name(&module.facts, symbol);
        let start = module.name.rmatch_indices('.').map(|(at, _)| at + 1).nth(parts.wrapping_sub(1)).unwrap_or(0);
        if parts == 0 { name } else { format!("{}.{name}", &module.name[start..]) }
    };
    let most = symbols.iter().map(|(module, _)| module.name.split('.').count()).max().unwrap_or_default();
    let mut names: Vec<String> = symbols.iter().map(|own| of(own, 0)).collect();
    for parts in 1..=most {
        let mut times: HashMap<String, usize> = HashMap::new();
        for name in &names {
            *times.entry(name.clone()).or_default() += 1;
        }
        for (name, own) in names.iter_mut().zip(symbols) {
            if times.get(name).is_some_and(|times| *times > 1) {
                *name = of(own, parts);
            }
        }
    }
    names
}

/// How often one of these words stands among some uses.
pub(super) fn count_of(facts: &ModuleFacts, uses: &[WordUse], wanted: &[&str]) -> u32 {
    facts.words_of(uses).filter(|(word, _)| wanted.contains(word)).map(|(_, count)| u32::from(count)).sum()
}

/// A few of some names in words, and how many more there are.
pub(super) fn some(names: impl IntoIterator<Item = String>, total: usize) -> String {
    const SHOWN: usize = 4;
    let names: Vec<String> = names.into_iter().take(SHOWN).map(|name| format!("`{name}`")).collect();
    let more = total.saturating_sub(names.len());
    let joined = names.join(", ");
    if more > 0 { format!("{joined} and {more} more") } else { joined }
}
