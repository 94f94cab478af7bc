//! Python: tree-sitter's tree, one walk for structure and names, one query for all detectors.

mod aliases;
mod bind;
mod chain;
mod detect;
mod expr;
mod grammar;
mod names;
mod position;
mod references;
mod structure;
mod walk;

use tree_sitter::{Node, Parser, QueryCursor, Tree};

use self::{
    aliases::Aliases,
    detect::{Detection, LineTexts, MATCH_LIMIT, MAX_DEPTH},
    expr::Converter,
    grammar::{Grammar, Kind},
    position::line_of,
    structure::{Draft, Structure},
};
use super::anchors::Found;
use super::query::{DetectorSource, Detectors, QueryError};
use crate::model::{Definition, FileFacts, FileRole, Problem, ProblemKind, Settings, Source, fact::Decorator};

/// The built-in detectors: name and text of each query file.
const BUILT_IN: [(&str, &str); 6] = [
    ("parametrization", include_str!("../../../queries/python/parametrization.scm")),
    ("random", include_str!("../../../queries/python/random.scm")),
    ("seeding", include_str!("../../../queries/python/seeding.scm")),
    ("property", include_str!("../../../queries/python/property.scm")),
    ("fixtures", include_str!("../../../queries/python/fixtures.scm")),
    ("skips", include_str!("../../../queries/python/skips.scm")),
];

/// Decorators whose arguments say which fixtures a test asks for, or whether a class gets an `__init__`.
const WITH_ARGUMENTS: [&str; 8] =
    ["pytest.mark.", "unittest.mock.", "mock.", "hypothesis.", "pytest.fixture", "dataclasses.", "attr.", "attrs."];
/// But of these the signal has the arguments.
const PARAMETRIZE: &str = "pytest.mark.parametrize";

/// Words of statements that change what is known outside of the function they stand in.
const DEFINING: [&str; 3] = ["def", "class", "global"];

/// What is compiled once and shared.
pub struct Extractor {
    grammar: Grammar,
    detectors: Detectors,
}

/// One thread's parser and cursor.
pub struct Worker {
    parser: Parser,
    cursor: QueryCursor,
}

impl Extractor {
    pub(super) fn new(settings: &Settings) -> Result<Self, QueryError> {
        let grammar = Grammar::new();
        let built_in = BUILT_IN.iter().map(|(name, text)| DetectorSource {
            name: (*name).to_owned(),
            file: format!("queries/python/{name}.scm"),
            text: (*text).to_owned(),
        });
        let own = settings.detectors.iter().map(|detector| DetectorSource {
            name: detector.name.clone(),
            file: detector.path.to_string_lossy().into_owned(),
            text: detector.text.clone(),
        });
        let sources: Vec<_> = built_in.chain(own).collect();
        let detectors = Detectors::new(&grammar.language, &sources, &DEFINING)?;
        Ok(Self { grammar, detectors })
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
        let mut anchors = self.detectors.anchors.scan(text);
        let has_tests = may_define_tests(text, role);
        if !anchors.possible && !has_tests {
            return facts;
        }
        let Some(tree) = worker.parser.parse(text, None) else {
            facts.problems.push(Problem::file(path, ProblemKind::Internal, "the parser gave no tree"));
            return facts;
        };
        facts.parsed = true;
        facts.problems.extend(syntax_problem(&tree, path));
        let root = tree.root_node();
        let mut structure = self.structure(root, text, path, &mut anchors);
        facts.problems.append(&mut structure.problems);
        let lines = LineTexts(text);
        let (signals, problems) =
            Detection::new(&self.detectors, &structure, &lines, &anchors).run(&mut worker.cursor, root, path);
        facts.problems.extend(problems);
        facts.references = references::find(&mut structure, &signals, path);
        facts.signals = signals;
        let drafts = std::mem::take(&mut structure.drafts);
        facts.definitions = drafts.into_iter().map(|draft| finish(draft, &structure, &lines)).collect();
        facts.bindings = structure.take_bindings();
        facts
    }
}

impl Extractor {
    /// Walks what can matter: everything outside of functions, and those functions that contain an anchor or define
    /// something. A function can bind a name to what is looked for, which makes that name an anchor, and so on.
    fn structure<'t>(&'t self, root: Node<'t>, text: &'t [u8], path: &str, anchors: &mut Found) -> Structure<'t> {
        let everywhere = self.detectors.anchors.unanchored();
        let mut structure = Structure::new(&self.grammar, root, text, path, &|start, end| {
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
fn finish<'t>(draft: Draft<'t>, structure: &Structure<'t>, lines: &LineTexts<'t>) -> Definition {
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
        let (name, made) = meaning.map(|meaning| (meaning.name, meaning.call)).unwrap_or_default();
        let wanted = WITH_ARGUMENTS.iter().any(|prefix| name.starts_with(prefix)) && !name.starts_with(PARAMETRIZE);
        // Of a decorator that is kept in a variable the call that made it.
        let calls = node.map(|node| (node, draft.scope)).into_iter().chain(made).filter(|_| wanted);
        let call = calls.into_iter().find_map(|(node, scope)| Converter::new(names).call(node, scope));
        Decorator { evidence: lines.evidence(*decorator, &name), name, call }
    });
    let decorators = decorators.collect();
    let returns = draft.returns.iter().map(|(value, scope)| Converter::new(names).expr(*value, *scope)).collect();
    Definition { bases, metaclass, decorators, returns, ..draft.definition }
}

/// Whether the text has a word that begins a test's or a test class's name; outside of test modules, the definition of
/// a function that looks like a test.
fn may_define_tests(text: &[u8], role: FileRole) -> bool {
    let has = |word: &[u8]| memchr::memmem::find(text, word).is_some();
    match role {
        // What is collected can come from a star import alone, and have any name.
        FileRole::TestModule | FileRole::Conftest | FileRole::Imported => true,
        FileRole::Other => has(b"def test"),
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
