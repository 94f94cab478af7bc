//! What the code of a file does: [`Code`], made in one pass over its tree.
//!
//! Which lines count as statements follows coverage.py under CPython 3.12 (`coverage/parser.py`, and what the compiler
//! drops). Names are not resolved here.

mod annotations;
mod calls;
mod compound;
mod constants;
mod definitions;
mod expressions;
mod lines;
mod platform;
mod statements;

use regex::Regex;
use rustc_hash::{FxHashMap, FxHashSet};
use tree_sitter::Node;

use self::lines::Lines;
use super::{
    grammar::{Grammar, Kind},
    position::{line_of, offset_of},
};
use crate::{
    lang::anchors::words,
    model::{
        Code, Definition,
        code::{BlockKind, CodeBlock, CodeExpr, ExprId, List, Unit, UnitFlags, UnitKind, Use, Word},
    },
};

/// How deeply expressions are read.
const MAX_DEPTH: u32 = 60;
/// How deeply blocks are read: CPython refuses 100 levels of indentation.
const MAX_NESTING: u32 = 110;

/// The code of a file. `exclude` finds what coverage.py leaves out; a file among the tests keeps its words.
pub(super) fn code(
    grammar: &Grammar,
    root: Node<'_>,
    text: &[u8],
    exclude: &[Regex],
    is_of_tests: bool,
    definitions: &[Definition],
) -> Code {
    let mut walker = Walker {
        grammar,
        text,
        lines: Lines::new(text, exclude),
        code: Code::default(),
        symbols: FxHashMap::default(),
        starts: FxHashMap::default(),
        current: 0,
        block: 0,
        class: None,
        class_unit: 0,
        dead: 0,
        excluded: 0,
        is_patching: false,
        count: 0,
        depth: 0,
        nesting: 0,
    };
    walker.unit(UnitKind::Module, "<module>", None);
    walker.body(root, true);
    let (mut code, starts) = (walker.code, walker.starts);
    for (place, definition) in (0u32..).zip(definitions) {
        match starts.get(&definition.name_start) {
            Some(Start::Unit(unit)) => code.units[*unit as usize].definition = Some(crate::model::DefinitionId(place)),
            Some(Start::Class(class)) => {
                code.classes[*class as usize].definition = Some(crate::model::DefinitionId(place));
            }
            None => {}
        }
    }
    if is_of_tests {
        let mut seen = FxHashSet::default();
        for (_, word) in words(text).filter(|(_, word)| word.len() > 1 && seen.insert(*word)) {
            code.vocabulary.push_str(std::str::from_utf8(word).unwrap_or_default());
            code.vocabulary.push(' ');
        }
        code.vocabulary.shrink_to_fit();
    }
    for unit in &mut code.units {
        unit.binds.sort_by_key(|(name, ..)| *name);
    }
    for class in &mut code.classes {
        class.methods.sort_by_key(|(name, _)| *name);
        class.attributes.sort_by_key(|(name, _)| *name);
        class.members.sort_by_key(|(name, _)| *name);
    }
    code.expressions.shrink_to_fit();
    code.owners.shrink_to_fit();
    code.lists.shrink_to_fit();
    code
}

/// What begins at an offset.
enum Start {
    Unit(u32),
    Class(u32),
}

/// The pass.
struct Walker<'w, 't> {
    grammar: &'w Grammar,
    text: &'t [u8],
    lines: Lines,
    code: Code,
    symbols: FxHashMap<&'t str, Word>,
    /// Units and classes by the offset of their names.
    starts: FxHashMap<u32, Start>,
    /// The unit, block and class at hand.
    current: u32,
    block: u32,
    class: Option<u32>,
    /// The unit that the class at hand stands in.
    class_unit: u32,
    /// How many blocks around are never compiled, or excluded.
    dead: u32,
    excluded: u32,
    /// Whether strings name what is patched.
    is_patching: bool,
    /// Statements so far.
    count: u32,
    /// How deep the expression at hand, and the block, is.
    depth: u32,
    nesting: u32,
}

/// How control leaves a statement.
#[derive(Clone, Copy, Default)]
struct Flow {
    /// It never falls out at the end: the compiler drops what follows.
    ends: bool,
    /// It breaks the loop around it.
    breaks: bool,
    /// A branch of it leaves early.
    exits: Option<BlockKind>,
    /// It is a `raise`.
    raises: bool,
}

impl<'t> Walker<'_, 't> {
    fn kind(&self, node: Node<'t>) -> Kind {
        self.grammar.kind(node)
    }

    fn str(&self, node: Node<'t>) -> &'t str {
        std::str::from_utf8(&self.text[node.byte_range()]).unwrap_or_default()
    }

    fn word(&mut self, text: &'t str) -> Word {
        let Self { symbols, code, .. } = self;
        *symbols.entry(text).or_insert_with(|| {
            code.names.push(text.into());
            Word(u32::try_from(code.names.len() - 1).unwrap_or(u32::MAX))
        })
    }

    fn word_of(&mut self, node: Node<'t>) -> Word {
        let text = self.str(node);
        self.word(text)
    }

    fn push(&mut self, expression: CodeExpr) -> ExprId {
        self.code.expressions.push(expression);
        self.code.owners.push(self.current);
        ExprId(u32::try_from(self.code.expressions.len() - 1).unwrap_or(u32::MAX))
    }

    fn list(&mut self, entries: &[u32]) -> List {
        let start = u32::try_from(self.code.lists.len()).unwrap_or(u32::MAX);
        self.code.lists.extend_from_slice(entries);
        List { start, len: u32::try_from(entries.len()).unwrap_or(u32::MAX) }
    }

    fn here(&mut self) -> &mut Unit {
        &mut self.code.units[self.current as usize]
    }

    fn in_class(&self) -> Option<u32> {
        self.class.filter(|_| self.class_unit == self.current)
    }

    fn uses(&mut self, used: Use) {
        let block = self.block;
        self.here().uses.push((block, used));
    }

    fn bind(&mut self, name: Word, value: ExprId) {
        let block = self.block;
        match self.in_class() {
            Some(class) => self.code.classes[class as usize].attributes.push((name, value)),
            None => self.here().binds.push((name, value, block)),
        }
    }

    /// Counts the statement in a row.
    fn line(&mut self, row: usize) {
        if self.dead > 0 || self.excluded > 0 {
            return;
        }
        if let Some(line) = self.lines.take(row) {
            let block = self.block;
            self.here().lines.push((line, block));
            self.code.statements += 1;
        }
    }

    fn new_block(&mut self, kind: BlockKind) -> u32 {
        let parent = Some(self.block);
        let blocks = &mut self.here().blocks;
        blocks.push(CodeBlock {
            parent,
            kind,
            statements: 0,
            asks_parameter: false,
            raises: false,
            imports: Vec::new(),
        });
        u32::try_from(blocks.len() - 1).unwrap_or(u32::MAX)
    }

    /// Adds a unit within the one at hand.
    fn unit(&mut self, kind: UnitKind, name: &'t str, node: Option<Node<'t>>) -> u32 {
        let name = self.word(name);
        let id = u32::try_from(self.code.units.len()).unwrap_or(u32::MAX);
        let end = node.map_or(0, |node| u32::try_from(node.end_position().row + 1).unwrap_or(u32::MAX));
        let body = CodeBlock {
            parent: None,
            kind: BlockKind::Body,
            statements: 0,
            asks_parameter: false,
            raises: false,
            imports: Vec::new(),
        };
        self.code.units.push(Unit {
            kind,
            name,
            class: None,
            parent: (id > 0).then_some(self.current),
            defined_in: self.block,
            definition: None,
            line: node.map_or(1, line_of),
            end,
            parameters: Vec::new(),
            has_receiver: false,
            returns: None,
            decorators: Vec::new(),
            flags: UnitFlags::default(),
            blocks: vec![body],
            lines: Vec::new(),
            uses: Vec::new(),
            binds: Vec::new(),
            returned: Vec::new(),
            yielded: Vec::new(),
            fixtures: Vec::new(),
        });
        if let Some(name) = node.and_then(|node| self.grammar.child(node, self.grammar.field.name)) {
            self.starts.insert(offset_of(name), Start::Unit(id));
        }
        id
    }
}
