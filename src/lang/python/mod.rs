//! Python: tree-sitter's tree, one walk for structure and names, one for all detectors.

mod aliases;
mod bind;
mod bodies;
mod chain;
mod code;
mod condition;
mod descent;
mod detect;
mod expr;
mod flow;
mod grammar;
mod imports;
mod names;
mod outline;
mod position;
mod project;
mod prose;
mod references;
mod registration;
mod risks;
mod sight;
mod structure;
mod suppressions;
mod values;
mod walk;

use std::sync::Arc;

use regex::Regex;
use tree_sitter::{Node, Parser, QueryCursor, Tree};

use self::{
    aliases::Aliases,
    detect::{Detection, LineTexts, MATCH_LIMIT, MAX_DEPTH},
    expr::Converter,
    grammar::{Grammar, Kind},
    outline::{Outline, Part},
    position::{line_of, offset, offset_of},
    structure::{Draft, Structure},
};
use super::anchors::{Found, occurrences};
use super::continuations;
use super::query::{DetectorSource, Detectors, QueryError};
pub(in crate::lang) use project::first_example;

use crate::model::{
    Definition, FileFacts, FileRole, Problem, ProblemKind, Settings, Source, fact::Decorator, settings::Wanted,
};

/// Whether a detector has to run.
type Need = fn(&Wanted) -> bool;
/// It helps to decide what is collected.
const TESTS: Need = |wanted| wanted.tests;
const FUZZ: Need = |wanted| wanted.fuzz;
const WHY_NOT: Need = |wanted| wanted.why_not;
const JUDGED: Need = |wanted| wanted.judged;
const MARKERS: Need = |wanted| wanted.markers;
const RISKS: Need = |wanted| wanted.risks;
const PROSE: Need = |wanted| wanted.prose;
const LAYOUT: Need = |wanted| wanted.layout;
const KINDS: Need = |wanted| wanted.kinds;

/// The built-in detectors: name and text of each query file, and what it is needed for.
const BUILT_IN: [(&str, &str, Need); 27] = [
    ("parametrization", include_str!("../../../queries/python/parametrization.scm"), TESTS),
    ("random", include_str!("../../../queries/python/random.scm"), FUZZ),
    ("embedded", include_str!("../../../queries/python/embedded.scm"), WHY_NOT),
    ("seeding", include_str!("../../../queries/python/seeding.scm"), FUZZ),
    ("property", include_str!("../../../queries/python/property.scm"), TESTS),
    ("fixtures", include_str!("../../../queries/python/fixtures.scm"), TESTS),
    ("requests", include_str!("../../../queries/python/requests.scm"), JUDGED),
    ("generated", include_str!("../../../queries/python/generated.scm"), TESTS),
    ("skips", include_str!("../../../queries/python/skips.scm"), TESTS),
    ("markers", include_str!("../../../queries/python/markers.scm"), MARKERS),
    ("options", include_str!("../../../queries/python/options.scm"), MARKERS),
    ("sleeps", include_str!("../../../queries/python/sleeps.scm"), RISKS),
    ("clocks", include_str!("../../../queries/python/clocks.scm"), RISKS),
    ("ports", include_str!("../../../queries/python/ports.scm"), RISKS),
    ("network", include_str!("../../../queries/python/network.scm"), RISKS),
    ("environment", include_str!("../../../queries/python/environment.scm"), RISKS),
    ("global_state", include_str!("../../../queries/python/global_state.scm"), RISKS),
    ("module_state", include_str!("../../../queries/python/module_state.scm"), RISKS),
    ("floats", include_str!("../../../queries/python/floats.scm"), RISKS),
    ("ordering", include_str!("../../../queries/python/ordering.scm"), RISKS),
    ("waits", include_str!("../../../queries/python/waits.scm"), RISKS),
    ("temp_files", include_str!("../../../queries/python/temp_files.scm"), RISKS),
    ("retries", include_str!("../../../queries/python/retries.scm"), RISKS),
    ("layout", include_str!("../../../queries/python/layout.scm"), LAYOUT),
    ("running", include_str!("../../../queries/python/running.scm"), PROSE),
    ("effects", include_str!("../../../queries/python/effects.scm"), KINDS),
    ("scripts", include_str!("../../../queries/python/scripts.scm"), KINDS),
];

/// Decorators whose arguments say which fixtures a test asks for, or whether a class gets an `__init__`.
const WITH_ARGUMENTS: [&str; 8] =
    ["pytest.mark.", "unittest.mock.", "mock.", "hypothesis.", "pytest.fixture", "dataclasses.", "attr.", "attrs."];
/// But of these the signal has the arguments.
const PARAMETRIZE: &str = "pytest.mark.parametrize";

/// Words of statements that change what is known outside of the function they stand in.
const DEFINING: [&str; 3] = ["def", "class", "global"];

/// How often a file is parsed again because a name turned out to matter; at last, all of it is.
const MAX_ROUNDS: u8 = 3;

/// What is compiled once and shared.
pub struct Extractor {
    grammar: Grammar,
    detectors: Detectors,
    /// Whether docstrings are searched for examples: pytest's `--doctest-modules`, or somebody asks for them.
    doctests: bool,
    /// Whether files are parsed for their tests alone.
    tests: bool,
    /// Whether it is asked for what the bodies of functions do.
    bodies: bool,
    /// Whether it is asked for what runs when a file is run as a script.
    judged: bool,
    /// Whether it is asked for what decides if tests run.
    gates: bool,
    /// Whether it is asked for what files say about themselves.
    prose: bool,
    /// Whether it is asked for the commands in them that start several processes.
    launched: bool,
    /// What coverage.py leaves out; `None` where the code is not asked for.
    coverage: Option<Vec<Regex>>,
    /// Whether it is asked for which files are scripts.
    kinds: bool,
    /// Whether it is asked for what may make tests fail without a defect.
    risks: bool,
    /// What are statements, where it is asked for what files say as parts of their project.
    project: Option<project::Statements>,
}

/// One thread's parser and cursor.
pub struct Worker {
    parser: Parser,
    cursor: QueryCursor,
}

impl Extractor {
    pub(super) fn new(settings: &Settings) -> Result<Self, QueryError> {
        let grammar = Grammar::new();
        let wanted = BUILT_IN.iter().filter(|(.., need)| need(&settings.wanted));
        let built_in = wanted.map(|(name, text, _)| DetectorSource {
            name: (*name).to_owned(),
            file: format!("queries/python/{name}.scm"),
            text: (*text).to_owned(),
        });
        let own = settings.detectors.iter().filter(|_| settings.wanted.fuzz).map(|detector| DetectorSource {
            name: detector.name.clone(),
            file: detector.path.to_string_lossy().into_owned(),
            text: detector.text.clone(),
        });
        let (built_in, own): (Vec<_>, Vec<_>) = (built_in.collect(), own.collect());
        let detectors = Detectors::new(&grammar.language, &built_in, &own, &DEFINING)?;
        let wanted = &settings.wanted;
        let exclude = || settings.measure.exclude.iter().filter_map(|exclude| excluding(exclude)).collect();
        let coverage = wanted.coverage.then(exclude);
        let doctests = wanted.tests && settings.pytest.addopts.doctest_modules || wanted.kinds;
        let project = wanted.gaps.then(|| project::Statements::new(&grammar));
        let Wanted { tests, bodies, judged, kinds, prose, launched, gates, risks, .. } = settings.wanted;
        Ok(Self {
            grammar,
            detectors,
            doctests,
            tests,
            bodies,
            judged,
            kinds,
            risks,
            prose,
            launched,
            coverage,
            gates,
            project,
        })
    }

    pub(super) fn worker(&self) -> Worker {
        let mut cursor = QueryCursor::new();
        cursor.set_match_limit(MATCH_LIMIT);
        cursor.set_max_start_depth(Some(MAX_DEPTH));
        Worker { parser: parser(&self.grammar), cursor }
    }

    pub(super) fn extract(&self, worker: &mut Worker, role: FileRole, path: &str, source: &Source) -> FileFacts {
        let text = source.text.as_slice();
        let mut facts = FileFacts { lines: count_lines(text), ..FileFacts::default() };
        if role == FileRole::DoctestText {
            facts.doctest = structure::example(1, text);
            return facts;
        }
        if self.prose {
            facts.about = Some(Box::new(prose::about(text)));
            facts.main_guard = prose::main_guard(text);
        } else if self.launched && prose::names_a_launcher(text) {
            facts.about = Some(Box::new(prose::about(text)));
        }
        let anchors = self.detectors.anchors.scan(text);
        let has_tests = (self.tests || role == FileRole::Imported) && may_define_tests(text, role)
            || self.doctests && memchr::memmem::find(text, b">>>").is_some()
            || self.kinds && memchr::memmem::find(text, b"__main__").is_some()
            || (self.bodies || self.gates) && bodies::may_help_tests(path)
            || self.coverage.is_some()
            || self.project.is_some();
        // What a conftest or plugin loads can matter whatever it is called.
        let loads = || role == FileRole::Conftest || memchr::memmem::find(text, b"pytest_plugins").is_some();
        let is_suppressed = suppressions::may_have(text);
        if !anchors.possible && !has_tests && !is_suppressed && !loads() {
            if !self.tests {
                facts.bindings = imports::scan(text);
            }
            return facts;
        }
        if let Some(line) = continuations::too_long(text) {
            let message =
                format!("more than {} empty continuation lines in a row; the file is not read", continuations::MAX_RUN);
            facts.problems.push(Problem::at(path, line, ProblemKind::TooDeep, message));
            return facts;
        }
        facts.parsed = true;
        // Comments in idle bodies are not parsed.
        let outline = if is_suppressed { None } else { self.outline(text, &anchors) };
        let mut keep = anchors.hits.clone();
        if let Some(outline) = &outline {
            let names = outline.bound(|word| anchors.words.contains(word));
            keep.extend(names.iter().flat_map(|name| occurrences(text, name)));
            keep.sort_unstable();
        }
        for round in 0..=MAX_ROUNDS {
            let parts = match &outline {
                Some(outline) if round < MAX_ROUNDS => outline.idle(&keep, &anchors.marks),
                _ => Vec::new(),
            };
            let Some((tree, parts)) = parse(&mut worker.parser, text, parts) else {
                facts.problems.push(Problem::file(path, ProblemKind::Internal, "the parser gave no tree"));
                return facts;
            };
            let mut found = anchors.clone();
            let structure = self.structure(tree.root_node(), text, path, &mut found);
            // A name was found to stand for what is looked for, and is used in what was left out.
            if parts.iter().any(|part| found.any_in(part.start, part.end)) {
                keep.append(&mut found.hits);
                keep.sort_unstable();
                continue;
            }
            let facts = self.facts(facts.clone(), worker, (path, role), text, &tree, structure, &found);
            // A variable that is changed is used in what was left out.
            let used = risks::changed(&facts.signals).into_iter().flat_map(|name| occurrences(text, name.as_bytes()));
            let before = keep.len();
            keep.extend(used.filter(|place| parts.iter().any(|part| part.start <= *place && *place < part.end)));
            if keep.len() == before {
                return facts;
            }
            keep.sort_unstable();
        }
        facts
    }

    /// What was found in a tree.
    #[expect(clippy::too_many_arguments, reason = "the tail of `extract`, which borrows the tree")]
    fn facts<'t>(
        &self,
        mut facts: FileFacts,
        worker: &mut Worker,
        (path, role): (&str, FileRole),
        text: &'t [u8],
        tree: &'t Tree,
        mut structure: Structure<'t>,
        anchors: &Found,
    ) -> FileFacts {
        let root = tree.root_node();
        facts.problems.extend(syntax_problem(tree, path));
        facts.problems.append(&mut structure.problems);
        facts.doctest = structure.doctest(root);
        facts.main_guard = structure.main_guard;
        if self.judged {
            facts.module_calls = structure.module_calls();
        }
        facts.suppressions = suppressions::find(&self.grammar, root, text);
        let lines = LineTexts(text);
        let detection = Detection::new(&self.detectors, &structure, &lines, anchors);
        let (mut signals, problems) = detection.run(&mut worker.cursor, root, path);
        facts.problems.extend(problems);
        let uses = risks::uses(&mut structure, &lines, &signals, path);
        if !uses.is_empty() {
            signals.extend(uses);
            signals.sort_by_key(|signal| (signal.offset, signal.kind));
        }
        facts.references = references::find(&mut structure, &signals, path);
        let drafts = std::mem::take(&mut structure.drafts);
        let sees = if self.risks { sight::look(&structure.names, &drafts, &mut signals) } else { Vec::new() };
        facts.signals = signals;
        let mut bodies = if self.bodies { bodies::find(&structure.names, &drafts) } else { Vec::new() }.into_iter();
        let flows = structure.flows.take();
        facts.definitions = drafts.into_iter().map(|draft| finish(draft, &structure, &lines, self.gates)).collect();
        if self.prose {
            facts.definitions.iter_mut().for_each(|definition| describe(definition, text));
        }
        for definition in &mut facts.definitions {
            definition.body = bodies.next().flatten();
        }
        for (id, sees) in sees {
            if let Some(body) = &mut facts.definitions[id.0 as usize].body {
                body.sees = sees;
            }
        }
        facts.bindings = structure.take_bindings();
        if let Some(flows) = flows {
            (facts.guards, facts.flows) = flows.finish(&structure.names, &lines);
        }
        if let Some(exclude) = &self.coverage {
            let is_of_tests = matches!(role, FileRole::TestModule | FileRole::Conftest) || bodies::may_help_tests(path);
            let code = code::code(&self.grammar, root, text, exclude, is_of_tests, &facts.definitions);
            facts.code = Some(Arc::new(code));
        }
        if let Some(statements) = &self.project {
            facts.module = Some(Box::new(project::module_facts(&self.grammar, statements, root, text)));
        }
        facts
    }
}

impl Extractor {
    /// The statements that need not be parsed; `None` where all must be.
    fn outline<'t>(&self, text: &'t [u8], anchors: &Found) -> Option<Outline<'t>> {
        // Every statement is queried for a pattern without anchors, and docstrings are no idle statements.
        let everything = self.bodies
            || self.gates
            || self.coverage.is_some()
            || self.project.is_some()
            || self.detectors.anchors.unanchored() && anchors.possible
            || !self.detectors.statement_wise
            || self.doctests && memchr::memmem::find(text, b">>>").is_some();
        if everything { None } else { Outline::new(text) }
    }

    /// Walks what can matter: everything outside of functions, and those functions that contain an anchor or define
    /// something. A function can bind a name to what is looked for, which makes that name an anchor, and so on.
    fn structure<'t>(&'t self, root: Node<'t>, text: &'t [u8], path: &str, anchors: &mut Found) -> Structure<'t> {
        let everywhere = self.bodies || self.gates || self.detectors.anchors.unanchored();
        let mut structure =
            Structure::new(&self.grammar, root, text, path, (self.doctests, self.gates), &|start, end| {
                everywhere || anchors.any_or_mark_in(start, end)
            });
        if !anchors.possible {
            return structure;
        }
        let mut aliases = Aliases::default();
        loop {
            let is_called = |word: &[u8]| self.detectors.anchors.is_called(word);
            let fresh = structure.names.mentions.find(&mut aliases, |word| anchors.words.contains(word), is_called);
            if fresh.is_empty() {
                return structure;
            }
            anchors.add_names(text, &fresh);
            structure.walk_pending(path, &|start, end| anchors.any_in(start, end));
        }
    }
}

/// The tree of a text without these parts, and the parts; of the whole text where leaving them out does not fit.
fn parse(parser: &mut Parser, text: &[u8], parts: Vec<Part>) -> Option<(Tree, Vec<Part>)> {
    if !parts.is_empty() {
        let tree = parser.parse(outline::without(text, &parts), None)?;
        if !tree.root_node().has_error() {
            return Some((tree, parts));
        }
    }
    Some((parser.parse(text, None)?, Vec::new()))
}

/// A tree and nothing else: what the time of extraction is measured against.
pub fn parse_only() -> impl FnMut(&[u8]) -> usize {
    let mut parser = parser(&Grammar::new());
    move |text| parser.parse(text, None).map_or(0, |tree| tree.root_node().end_byte())
}

fn parser(grammar: &Grammar) -> Parser {
    let mut parser = Parser::new();
    parser.set_language(&grammar.language).expect("the grammar was built for this tree-sitter: every test would fail");
    parser
}

/// Resolves the names in a definition's header.
fn finish<'t>(draft: Draft<'t>, structure: &Structure<'t>, lines: &LineTexts<'t>, all_calls: bool) -> Definition {
    let names = &structure.names;
    let grammar = names.grammar;
    let dotted = |node: Node<'t>| names.dotted(node, draft.scope).unwrap_or_default();
    let mut bases = Vec::new();
    let mut metaclass = String::new();
    for base in draft.superclasses.map(|list| grammar.children(list)).unwrap_or_default() {
        match grammar.kind(base) {
            Kind::KeywordArgument => {
                let name = grammar.child(base, grammar.field.name).map_or("", |name| names.text(name));
                if let Some(value) = grammar.child(base, grammar.field.value).filter(|_| name == "metaclass") {
                    metaclass = dotted(value);
                }
            }
            // `Base[int]` inherits from `Base`.
            Kind::Subscript => bases.push(grammar.child(base, grammar.field.value).map(dotted).unwrap_or_default()),
            _ => bases.push(dotted(base)),
        }
    }
    let decorators = draft.decorators.iter().map(|decorator| {
        let node = grammar.children(*decorator).first().copied();
        let meaning = node.and_then(|node| names.resolve(node, draft.scope).into_iter().next());
        let (name, made) = meaning.map_or_else(Default::default, |meaning| (meaning.name, meaning.call));
        let wanted = all_calls || WITH_ARGUMENTS.iter().any(|prefix| name.starts_with(prefix));
        let wanted = wanted && !name.starts_with(PARAMETRIZE);
        // A name can stand for the call: `slow = pytest.mark.usefixtures("clock")`.
        let own = || node.and_then(|node| Converter::new(names).call(node, draft.scope));
        let named = || made.and_then(|(call, scope)| Converter::new(names).call(call, scope));
        let call = if wanted { own().or_else(named) } else { None };
        let (start, end) = (offset_of(*decorator), offset(decorator.end_byte()));
        Decorator { evidence: lines.evidence(*decorator, &name), name, call, start, end }
    });
    let decorators = decorators.collect();
    let returns = draft.returns.iter().map(|(value, scope)| Converter::new(names).expr(*value, *scope)).collect();
    Definition { bases, metaclass, decorators, returns, ..draft.definition }
}

/// Adds what a definition says about itself.
fn describe(definition: &mut Definition, text: &[u8]) {
    let Some((start, line)) = definition.body_start else { return };
    definition.doc = prose::of_body(text, start, line).map(Box::new);
    let is_fixture = || definition.decorators.iter().any(|decorator| decorator.name.contains("fixture"));
    definition.yields = is_fixture() && prose::yields(&text[start as usize..definition.span.end as usize]);
}

/// An expression of coverage.py's, which are matched line by line.
fn excluding(expression: &str) -> Option<Regex> {
    Regex::new(&format!("(?m){expression}")).ok()
}

/// Whether the text has a word that begins a test's or a test class's name; outside of test modules, the definition of
/// a function that looks like a test.
fn may_define_tests(text: &[u8], role: FileRole) -> bool {
    let has = |word: &[u8]| memchr::memmem::find(text, word).is_some();
    match role {
        // What is collected can come from a star import alone, and have any name.
        FileRole::TestModule | FileRole::Conftest | FileRole::Imported => true,
        FileRole::Other | FileRole::DoctestText => has(b"def test"),
    }
}

fn count_lines(text: &[u8]) -> u32 {
    let breaks = memchr::memchr_iter(b'\n', text).count();
    let open = usize::from(text.last().is_some_and(|last| *last != b'\n'));
    u32::try_from(breaks + open).unwrap_or(u32::MAX)
}

/// Where the parser first had to skip or to invent text.
fn syntax_problem(tree: &Tree, path: &str) -> Option<Problem> {
    if !tree.root_node().has_error() {
        return None;
    }
    let mut cursor = tree.walk();
    'search: loop {
        let node = cursor.node();
        if node.is_error() || node.is_missing() {
            let line = line_of(node);
            let message = "syntax that is not understood here; facts of this part may be missing";
            return Some(Problem::at(path, line, ProblemKind::Syntax, message));
        }
        if node.has_error() && cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                break 'search;
            }
        }
    }
    Some(Problem::file(path, ProblemKind::Syntax, "syntax that is not understood; facts may be missing"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::settings::Wanted;

    fn sources() -> Vec<DetectorSource> {
        let source = |(name, text, _): &(&str, &str, Need)| DetectorSource {
            name: (*name).to_owned(),
            file: format!("{name}.scm"),
            text: (*text).to_owned(),
        };
        BUILT_IN.iter().map(source).collect()
    }

    #[test]
    fn built_in_detectors_find_what_they_would_find_as_queries_of_tree_sitter() {
        let wanted = Wanted {
            tests: true,
            fuzz: true,
            why_not: true,
            markers: true,
            judged: true,
            risks: true,
            prose: true,
            layout: true,
            kinds: true,
            ..Wanted::NOTHING
        };
        let settings = Settings { wanted, ..Settings::default() };
        let built_in = Extractor::new(&settings).unwrap();
        let detectors = Detectors::new(&built_in.grammar.language, &[], &sources(), &DEFINING).unwrap();
        let users = Extractor { detectors, ..Extractor::new(&settings).unwrap() };
        let signals = |extractor: &Extractor, text: &str| {
            let source = Source { text: text.as_bytes().to_vec() };
            extractor.extract(&mut extractor.worker(), FileRole::TestModule, "test_a.py", &source).signals
        };
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
        let mut found = 0;
        for entry in walkdir::WalkDir::new(folder).into_iter().filter_map(Result::ok) {
            if entry.path().extension().is_none_or(|extension| extension != "py") {
                continue;
            }
            let Ok(text) = std::fs::read_to_string(entry.path()) else { continue };
            let own = signals(&built_in, &text);
            assert_eq!(own, signals(&users, &text), "{}", entry.path().display());
            found += own.len();
        }
        assert!(found > 500, "{found} signals");
    }

    #[test]
    fn every_built_in_pattern_needs_a_word() {
        let grammar = Grammar::new();
        let detectors = Detectors::new(&grammar.language, &sources(), &[], &DEFINING).unwrap();
        assert!(!detectors.anchors.unanchored() && detectors.statement_wise);
    }
}
