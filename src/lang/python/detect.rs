//! Runs the detectors over a file's units and turns matches into signals.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};
use tree_sitter::{Node, QueryCursor, StreamingIterator};

use super::{
    expr::Converter,
    grammar::Kind,
    names::{Meaning, Names, ScopeId, ancestors},
    position::{line_of, offset},
    registration, risks,
    structure::{Structure, Unit},
};
use crate::{
    lang::{
        anchors::{Found, any_in, is_word_byte},
        detector_file::{Pattern, Test},
        query::Detectors,
        tree_pattern::{Captured, REPORTED},
    },
    model::{Evidence, Problem, ProblemKind, RiskKind, Role, Sight, Signal, SignalKind, expr::Call},
};

/// How many partial matches a cursor keeps; beyond, tree-sitter drops the oldest and says so.
pub(super) const MATCH_LIMIT: u32 = 512;
/// How deeply a statement may be nested. tree-sitter compares every node with every match that was begun around it, so
/// the time is the product of both; matches below this depth are not begun.
pub(super) const MAX_DEPTH: u32 = 400;
/// Captured text that is no name is shortened to this many characters.
const MAX_NAME: usize = 60;

/// One file's detection.
pub(super) struct Detection<'a, 't> {
    detectors: &'a Detectors,
    structure: &'a Structure<'t>,
    lines: &'a LineTexts<'t>,
    anchors: &'a Found,
    /// What a node means, for the unit at hand: several patterns ask about the same one.
    meanings: FxHashMap<usize, Vec<Meaning<'t>>>,
    /// What the words of the statement at hand tell.
    words: UnitWords,
    /// Signals with the end of their capture, by which duplicates are found.
    found: Vec<(u32, Signal)>,
}

/// What the words of a statement tell.
#[derive(Debug, Clone, Copy, Default)]
struct UnitWords {
    /// Where the statement starts.
    unit: Option<u32>,
    /// Whether it can bind names within an expression.
    binds: bool,
    /// Whether it can pass a generator.
    generator: bool,
}

/// The text of lines by row, with the row's start found through tree-sitter's positions.
pub(super) struct LineTexts<'t>(pub(super) &'t [u8]);

impl LineTexts<'_> {
    /// The line around a byte.
    pub(super) fn around(&self, byte: usize) -> String {
        let start = memchr::memrchr(b'\n', &self.0[..byte]).map_or(0, |at| at + 1);
        let end = memchr::memchr(b'\n', &self.0[byte..]).map_or(self.0.len(), |at| byte + at);
        // A generated line can be megabytes long; evidence keeps far less.
        let end = end.min(start + 8 * Evidence::TEXT);
        String::from_utf8_lossy(&self.0[start..end]).into_owned()
    }

    /// Evidence for a node.
    pub(super) fn evidence(&self, node: Node<'_>, what: &str) -> Evidence {
        Evidence::new(line_of(node), what, &self.around(node.start_byte()))
    }
}

impl<'a, 't> Detection<'a, 't> {
    pub(super) fn new(
        detectors: &'a Detectors,
        structure: &'a Structure<'t>,
        lines: &'a LineTexts<'t>,
        anchors: &'a Found,
    ) -> Self {
        Self {
            detectors,
            structure,
            lines,
            anchors,
            meanings: FxHashMap::default(),
            words: UnitWords::default(),
            found: Vec::new(),
        }
    }

    /// All signals in source order, and a problem where the cursor dropped matches.
    pub(super) fn run(mut self, cursor: &mut QueryCursor, root: Node<'t>, path: &str) -> (Vec<Signal>, Vec<Problem>) {
        let (mut exceeded, mut too_deep) = (None, None);
        if self.detectors.statement_wise {
            let everywhere = self.detectors.anchors.unanchored();
            let structure = self.structure;
            let anchors = self.anchors;
            for unit in &structure.units {
                // Only what is around the words: a match overlaps with one.
                let hits = anchors.within(unit.start, unit.end);
                let (first, last) = match (everywhere, hits) {
                    (true, _) => (unit.start, unit.end),
                    (false, [first, ..]) => (*first, hits.last().unwrap_or(first) + 1),
                    (false, []) => continue,
                };
                self.meanings.clear();
                cursor.set_byte_range(first as usize..last as usize);
                if self.matches(cursor, unit.node, hits) {
                    exceeded = exceeded.or_else(|| Some(line_of(unit.node)));
                }
                too_deep = too_deep
                    .or_else(|| deeper_than(structure.names.text, unit.node, first, last).then(|| line_of(unit.node)));
            }
        } else {
            cursor.set_byte_range(0..usize::MAX);
            if self.matches(cursor, root, &self.anchors.hits) {
                exceeded = Some(1);
            }
            if deeper_than(self.structure.names.text, root, 0, u32::MAX) {
                too_deep = Some(1);
            }
        }
        let exceeded = exceeded.map(|line| {
            let message = format!("more than {MATCH_LIMIT} partial matches at once; some may be missing");
            Problem::at(path, line, ProblemKind::MatchLimit, message)
        });
        let too_deep = too_deep.map(|line| {
            let message = format!("an expression nested deeper than {MAX_DEPTH} levels is only read so far");
            Problem::at(path, line, ProblemKind::TooDeep, message)
        });
        let problems = exceeded.into_iter().chain(too_deep);
        (self.finish(), problems.collect())
    }

    /// Everything within a node, in which the anchors are `hits`; whether the cursor dropped matches.
    fn matches(&mut self, cursor: &mut QueryCursor, node: Node<'t>, hits: &[u32]) -> bool {
        self.built_in(node, hits);
        let detectors = self.detectors;
        let Some(own) = detectors.own.as_ref().filter(|own| own.shape & self.anchors.shapes != 0) else { return false };
        let everywhere = detectors.anchors.unanchored();
        let mut matches = cursor.matches(&own.query, node, self.structure.names.text);
        while let Some(found) = matches.next() {
            let pattern = &own.patterns[found.pattern_index];
            let captured: Captured<'t> = found.captures().iter().map(|capture| (capture.index, capture.node)).collect();
            for (_, node) in captured.iter().filter(|(capture, _)| *capture == pattern.capture) {
                if !pattern.by_name || everywhere || is_in(hits, *node) {
                    self.report(pattern, &captured, *node);
                }
            }
        }
        cursor.did_exceed_match_limit()
    }

    /// The matches of the built-in detectors. Each of them contains an anchor.
    fn built_in(&mut self, node: Node<'t>, hits: &[u32]) {
        let shapes = &self.detectors.shapes;
        let mut cursor = node.walk();
        let mut scratch = node.walk();
        loop {
            let node = cursor.node();
            if is_in(hits, node) {
                for shape in shapes.of_kind(node.kind_id(), self.anchors.shapes) {
                    shape.tree.matches(node, &mut scratch, &mut |captured| {
                        let reported = captured.iter().filter(|(capture, _)| *capture == REPORTED);
                        for (_, node) in reported {
                            for pattern in &shape.patterns {
                                // A name means what a pattern looks for only through a word that was looked for.
                                if !pattern.by_name || is_in(hits, *node) {
                                    self.report(pattern, captured, *node);
                                }
                            }
                        }
                    });
                }
                if cursor.depth() < MAX_DEPTH && cursor.goto_first_child() {
                    continue;
                }
            }
            while !cursor.goto_next_sibling() {
                if !cursor.goto_parent() {
                    return;
                }
            }
        }
    }

    fn report(&mut self, pattern: &Pattern, captured: &Captured<'t>, node: Node<'t>) {
        if let Some(signal) = self.signal(pattern, captured, node) {
            self.found.push((offset(node.end_byte()), signal));
        }
    }

    /// The signal of one reported node, if all conditions hold.
    fn signal(&mut self, pattern: &Pattern, captured: &Captured<'t>, node: Node<'t>) -> Option<Signal> {
        let names = &self.structure.names;
        let start = offset(node.start_byte());
        let unit = *self.structure.unit_at(start)?;
        if pattern.in_pytestmark && unit.role != Role::Pytestmark {
            return None;
        }
        let mut meaning = None;
        if pattern.in_assertion && !risks::is_assertion(names, &unit) {
            return None;
        }
        for condition in &pattern.conditions {
            let mut holds = false;
            for (_, asked) in captured.iter().filter(|(capture, _)| *capture == condition.capture) {
                let text = match &condition.test {
                    Test::Value(_) => risks::literal(names, *asked, unit.scope),
                    Test::OfModule => {
                        holds |= names.is_of_module(*asked, unit.scope);
                        continue;
                    }
                    Test::Imported => {
                        holds |= names.is_imported(*asked, unit.scope);
                        continue;
                    }
                    Test::Once => {
                        holds |= risks::is_once(self.structure, *asked, &unit);
                        continue;
                    }
                    Test::Discarded => {
                        holds |= risks::is_discarded(names, *asked, &unit);
                        continue;
                    }
                    Test::Behind(methods) => {
                        holds |= risks::is_behind(self.structure, *asked, methods, &unit);
                        continue;
                    }
                    Test::Resolves(_) | Test::OneOf(_) | Test::Matches { .. } => names.text(*asked),
                };
                holds |= condition.test.holds(text.as_bytes(), |patterns| {
                    let meanings = self.meanings.entry(asked.id()).or_insert_with(|| names.resolve(*asked, unit.scope));
                    let matching = meanings.iter().find(|meaning| patterns.matches(&meaning.name));
                    let is_name = matches!(names.grammar.kind(*asked), Kind::Identifier | Kind::Attribute);
                    let matching = matching.filter(|_| !is_name || is_load(names, unit.node, *asked));
                    if condition.positive && *asked == node && matching.is_some() {
                        meaning = matching.cloned();
                    }
                    matching.is_some()
                });
            }
            if holds != condition.positive {
                return None;
            }
        }
        if meaning.is_some() && self.words(&unit).binds && names.shadowed_in_expression(node, unit.node) {
            return None;
        }
        let name = match &meaning {
            Some(meaning) => meaning.name.clone(),
            None => shortened(names.text(node)),
        };
        Some(Signal {
            kind: pattern.kind,
            detector: Arc::clone(&self.detectors.names[pattern.detector]),
            library: pattern.library.clone(),
            cases: pattern.cases.clone(),
            evidence: self.lines.evidence(node, &name),
            offset: start,
            end: offset(node.end_byte()),
            owner: unit.owner,
            role: unit.role,
            conditional: unit.conditional,
            branched: unit.branched,
            call: self.call(pattern.kind, node, &unit, meaning.as_ref()),
            risk: pattern.risk.map(|risk| Box::new(risks::place(self.structure, risk, node, &unit))),
            sight: Sight::default(),
            name,
        })
    }

    fn unit_text(&self, unit: &Unit<'t>) -> &'t [u8] {
        &self.structure.names.text[unit.start as usize..unit.end as usize]
    }

    /// What the words of a statement tell; asked for many nodes of the same one.
    fn words(&mut self, unit: &Unit<'t>) -> UnitWords {
        if self.words.unit != Some(unit.start) {
            let text = self.unit_text(unit);
            let has = |word: &[u8]| memchr::memmem::find(text, word).is_some();
            self.words = UnitWords {
                unit: Some(unit.start),
                binds: has(b"lambda") || has(b"for"),
                generator: has(b"generator"),
            };
        }
        self.words
    }

    /// The call that gives the signal its meaning, with its arguments.
    fn call(
        &mut self,
        kind: SignalKind,
        node: Node<'t>,
        unit: &Unit<'t>,
        meaning: Option<&Meaning<'t>>,
    ) -> Option<Call> {
        // A use of a marker says nothing but its name; of a risk, the detector has said all.
        if matches!(kind, SignalKind::MarkerUse | SignalKind::RiskSite | SignalKind::RiskRelief) {
            return None;
        }
        let names = &self.structure.names;
        let grammar = names.grammar;
        let draws = matches!(kind, SignalKind::RandomGenerator | SignalKind::RandomConstructor);
        // Of a plain draw only an explicit generator matters, and few have one.
        if kind == SignalKind::RandomGenerator
            && meaning.is_none_or(|meaning| meaning.call.is_none())
            && !self.words(unit).generator
        {
            return None;
        }
        let parent = |node| names.parent(node, unit.node);
        // The name of a method stands for the whole callee.
        let is_method = |parent: &Node<'t>| {
            grammar.kind(*parent) == Kind::Attribute && grammar.child(*parent, grammar.field.attribute) == Some(node)
        };
        let callee = parent(node).filter(is_method).unwrap_or(node);
        let around = parent(callee)
            .filter(|parent| grammar.kind(*parent) == Kind::Call)
            .filter(|parent| grammar.child(*parent, grammar.field.function) == Some(callee))
            .map(|call| (call, unit.scope));
        let on_the_way = meaning.and_then(|meaning| meaning.call);
        // A draw from a generator object is decided by how that object was made, anything else by its own arguments.
        let chosen: Option<(Node<'t>, ScopeId)> = if draws { on_the_way.or(around) } else { around.or(on_the_way) };
        let (node, scope) = chosen?;
        let call = Converter::new(names).call(node, scope)?;
        let registers = kind == SignalKind::MarkerRegister;
        Some(if registers { registration::with_rounds(names, node, scope, call) } else { call })
    }

    /// Drops what two patterns said about the same place, and orders the rest.
    fn finish(mut self) -> Vec<Signal> {
        let risk = |signal: &Signal| signal.risk.as_ref().map(|risk| risk.kind);
        self.found.sort_by_key(|(_, signal)| (signal.offset, signal.kind, risk(signal)));
        let mut seen: FxHashSet<(u32, SignalKindClass)> = FxHashSet::default();
        let mut signals = Vec::with_capacity(self.found.len());
        for (end, signal) in self.found {
            let class = match signal.kind {
                SignalKind::Custom => SignalKindClass::Custom(signal.detector.clone()),
                SignalKind::RiskSite | SignalKind::RiskRelief => {
                    SignalKindClass::Risk(signal.kind, signal.risk.as_ref().map(|risk| risk.kind))
                }
                kind => kind.reason().map_or(SignalKindClass::Kind(kind), SignalKindClass::Reason),
            };
            if seen.insert((end, class)) {
                signals.push(signal);
            }
        }
        signals
    }
}

/// Whether an anchor stands in a node.
fn is_in(hits: &[u32], node: Node<'_>) -> bool {
    any_in(hits, offset(node.start_byte()), offset(node.end_byte()))
}

/// What counts as the same statement about the same place.
#[derive(PartialEq, Eq, Hash)]
enum SignalKindClass {
    Reason(crate::model::Reason),
    Kind(SignalKind),
    Custom(Arc<str>),
    Risk(SignalKind, Option<RiskKind>),
}

/// The beginning of a text, on one line.
fn shortened(text: &str) -> String {
    let mut name = String::new();
    for word in text.split_whitespace() {
        if name.len() > MAX_NAME {
            break;
        }
        if !name.is_empty() {
            name.push(' ');
        }
        name.extend(word.chars().take(MAX_NAME));
    }
    name.chars().take(MAX_NAME).collect()
}

/// Words and punctuation, but for commas, which nest nothing.
fn tokens(text: &[u8]) -> usize {
    let mut in_word = false;
    let mut count = 0;
    for byte in text {
        let starts = is_word_byte(*byte) && !in_word;
        let is_mark = byte.is_ascii_punctuation() && !is_word_byte(*byte) && *byte != b',';
        count += usize::from(starts || is_mark);
        in_word = is_word_byte(*byte);
    }
    count
}

/// Whether a statement has nodes below [`MAX_DEPTH`] within the range. Every level takes a token, so the tree of a
/// statement with few tokens need not be walked.
fn deeper_than(text: &[u8], statement: Node<'_>, start: u32, end: u32) -> bool {
    let text = &text[statement.byte_range()];
    if text.len() < MAX_DEPTH as usize || tokens(text) < MAX_DEPTH as usize {
        return false;
    }
    let mut cursor = statement.walk();
    loop {
        let node = cursor.node();
        let outside = offset(node.end_byte()) <= start || offset(node.start_byte()) >= end;
        if cursor.depth() > MAX_DEPTH {
            return true;
        }
        if !outside && cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return false;
            }
        }
    }
}

/// Whether a name or attribute is evaluated here, rather than bound, imported, part of an annotation, or the name of a
/// keyword or attribute.
fn is_load<'t>(names: &Names<'t>, unit: Node<'t>, node: Node<'t>) -> bool {
    let grammar = names.grammar;
    let mut parent = None;
    for ancestor in ancestors(node, unit) {
        if grammar.kind(ancestor) == Kind::Type {
            return false;
        }
        parent = Some(ancestor);
    }
    let Some(parent) = parent else { return true };
    let is = |field| grammar.child(parent, field) == Some(node);
    match grammar.kind(parent) {
        Kind::Attribute => is(grammar.field.object),
        Kind::KeywordArgument | Kind::DefaultParameter | Kind::TypedDefaultParameter | Kind::NamedExpression => {
            is(grammar.field.value)
        }
        Kind::Assignment | Kind::AugmentedAssignment => is(grammar.field.right),
        Kind::ForStatement | Kind::ForInClause => is(grammar.field.right),
        Kind::ClassDefinition
        | Kind::FunctionDefinition
        | Kind::Parameters
        | Kind::LambdaParameters
        | Kind::TypedParameter
        | Kind::ListSplatPattern
        | Kind::DictionarySplatPattern
        | Kind::DottedName
        | Kind::AliasedImport
        | Kind::GlobalStatement
        | Kind::NonlocalStatement
        | Kind::PatternList
        | Kind::TuplePattern
        | Kind::ListPattern
        | Kind::DeleteStatement
        | Kind::AsPatternTarget => false,
        _ => true,
    }
}
