//! What one walk over the statements of a file leaves: definitions, scopes, bindings, and the units that are queried.
//!
//! Expressions are not entered, so this costs a fraction of parsing. Names are only recorded here; what they mean is
//! asked afterwards, when all bindings are known.

use tree_sitter::Node;

use super::{
    expr::Converter,
    flow::Flows,
    grammar::{Grammar, Kind},
    names::{MODULE, Names, ScopeId},
    position::line_of,
    walk::Walk,
};
use crate::model::{Binding, BindingValue, Definition, DefinitionId, Expr, GuardId, Problem, Role};

/// How deeply calls within calls are looked for.
const MAX_CALLS: u8 = 6;

/// A statement, the header of a compound one, or a decorator: what is queried at a time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Unit<'t> {
    pub(super) node: Node<'t>,
    pub(super) start: u32,
    pub(super) end: u32,
    pub(super) scope: ScopeId,
    pub(super) owner: Option<DefinitionId>,
    pub(super) role: Role,
    pub(super) conditional: bool,
    /// Whether something decides if it runs.
    pub(super) branched: bool,
    /// The compound statement around it within its function, by its place in [`Structure::enclosing`].
    pub(super) around: Option<u32>,
}

/// A compound statement or one of its clauses, around what stands in its blocks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Enclosing<'t> {
    pub(super) node: Node<'t>,
    pub(super) around: Option<u32>,
    pub(super) scope: ScopeId,
}

/// A definition before its names are resolved.
pub(super) struct Draft<'t> {
    pub(super) definition: Definition,
    /// The scope its header is evaluated in.
    pub(super) scope: ScopeId,
    pub(super) decorators: Vec<Node<'t>>,
    pub(super) superclasses: Option<Node<'t>>,
    /// The body of a function.
    pub(super) body: Option<Node<'t>>,
    /// What it returns, with the scope of its body; only of functions that may return marks.
    pub(super) returns: Vec<(Node<'t>, ScopeId)>,
    /// Whether what it returns is kept.
    pub(super) keeps_returns: bool,
}

/// A module- or class-level binding before its value is converted.
pub(super) struct DraftBinding<'t> {
    pub(super) binding: Binding,
    pub(super) value: Option<Node<'t>>,
    /// Which item of the value it is bound to, where the value is a call that several names share.
    pub(super) element: Option<u32>,
    pub(super) scope: ScopeId,
}

/// What the walk found.
pub(super) struct Structure<'t> {
    pub(super) names: Names<'t>,
    pub(super) drafts: Vec<Draft<'t>>,
    pub(super) units: Vec<Unit<'t>>,
    /// Compound statements with blocks, in the order in which they were walked.
    pub(super) enclosing: Vec<Enclosing<'t>>,
    pub(super) problems: Vec<Problem>,
    pub(super) bindings: Vec<DraftBinding<'t>>,
    /// Bodies of functions that nobody has asked about yet, in source order. They define nothing.
    pub(super) pending: Vec<Pending<'t>>,
    /// Whether `:=` stands anywhere in the file, which few have.
    pub(super) has_walrus: bool,
    /// Whether `importorskip` or `import_module` does.
    pub(super) has_import_calls: bool,
    /// Whether marks or skips can be returned by functions of the file.
    pub(super) has_marks: bool,
    /// Whether docstrings are searched for examples, and some text looks like one.
    pub(super) has_doctests: bool,
    /// Statements of the module that may call something.
    pub(super) module_statements: Vec<Node<'t>>,
    /// The line of the first `if __name__ == "__main__"`.
    pub(super) main_guard: Option<u32>,
    /// What may end functions and the import, where that is asked for.
    pub(super) flows: Option<Flows<'t>>,
}

/// A function's body that was not walked.
#[derive(Clone, Copy)]
pub(super) struct Pending<'t> {
    pub(super) body: Node<'t>,
    pub(super) start: u32,
    pub(super) end: u32,
    pub(super) place: Place,
}

/// Where the walk is.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) scope: ScopeId,
    pub(super) owner: Option<DefinitionId>,
    pub(super) conditional: bool,
    /// Whether something decides if what stands here runs.
    pub(super) branched: bool,
    /// What decides if it runs, innermost, where that is asked for.
    pub(super) guard: Option<GuardId>,
    /// As [`Unit::around`].
    pub(super) around: Option<u32>,
    pub(super) depth: u32,
}

impl<'t> Structure<'t> {
    /// Walks the tree. Bodies of functions in which `is_wanted` says that nothing of interest stands are left for
    /// [`Structure::walk_pending`]; those must hold no definition and no `global`. `path` is for problems.
    pub(super) fn new(
        grammar: &'t Grammar,
        root: Node<'t>,
        text: &'t [u8],
        path: &str,
        (doctests, flows): (bool, bool),
        is_wanted: &dyn Fn(u32, u32) -> bool,
    ) -> Self {
        let has = |word: &[u8]| memchr::memmem::find(text, word).is_some();
        let mut structure = Self {
            names: Names::new(grammar, text),
            drafts: Vec::new(),
            units: Vec::new(),
            enclosing: Vec::new(),
            problems: Vec::new(),
            bindings: Vec::new(),
            pending: Vec::new(),
            has_walrus: has(b":="),
            has_import_calls: has(b"importorskip") || has(b"import_module"),
            has_marks: may_return_marks(text),
            has_doctests: doctests && has(b">>>"),
            module_statements: Vec::new(),
            main_guard: None,
            flows: flows.then(Flows::default),
        };
        let place = Place {
            scope: MODULE,
            owner: None,
            conditional: false,
            branched: false,
            guard: None,
            around: None,
            depth: 0,
        };
        Walk { structure: &mut structure, path, is_wanted }.block(root, place);
        structure
    }

    /// Walks those function bodies that were left out and are wanted now.
    pub(super) fn walk_pending(&mut self, path: &str, is_wanted: &dyn Fn(u32, u32) -> bool) {
        let (wanted, left): (Vec<_>, Vec<_>) =
            self.pending.iter().partition(|pending| is_wanted(pending.start, pending.end));
        if wanted.is_empty() {
            return;
        }
        self.pending = left;
        for pending in wanted {
            Walk { structure: self, path, is_wanted: &|_, _| true }.block(pending.body, pending.place);
        }
        self.units.sort_by_key(|unit| unit.start);
    }

    /// The module- and class-level bindings, with their values converted.
    pub(super) fn take_bindings(&mut self) -> Vec<Binding> {
        let drafts = std::mem::take(&mut self.bindings);
        let convert = |draft: DraftBinding<'t>| match draft.value {
            Some(value) => {
                let value = Converter::new(&self.names).expr(value, draft.scope);
                let value = match draft.element {
                    Some(element) => Expr::Element(Box::new(value), element),
                    None => value,
                };
                Binding { value: BindingValue::Value(value), ..draft.binding }
            }
            None => draft.binding,
        };
        drafts.into_iter().map(convert).collect()
    }

    /// The line of the first example in the docstring of a block: `>>>` behind nothing but blanks
    /// (`doctest.DocTestParser._EXAMPLE_RE`).
    pub(super) fn doctest(&self, block: Node<'t>) -> Option<u32> {
        let grammar = self.names.grammar;
        if !self.has_doctests {
            return None;
        }
        let first = grammar.children(block).into_iter().next()?;
        if grammar.kind(first) != Kind::ExpressionStatement {
            return None;
        }
        let string = first
            .named_child(0)
            .filter(|child| matches!(grammar.kind(*child), Kind::String | Kind::ConcatenatedString))?;
        let text = &self.names.text[string.byte_range()];
        // Only plain strings are docstrings.
        let prefix = text.iter().take_while(|byte| byte.is_ascii_alphabetic());
        let is_plain = prefix.into_iter().all(|byte| matches!(byte, b'r' | b'R' | b'u' | b'U'));
        is_plain.then(|| example(line_of(string), text)).flatten()
    }

    /// What statements of the module call, as far as their outermost expressions go.
    pub(super) fn module_calls(&self) -> Vec<String> {
        let grammar = self.names.grammar;
        let mut found = Vec::new();
        for statement in &self.module_statements {
            // `sys.exit(main())`, `raise SystemExit(main())`.
            let mut pending: Vec<_> = grammar.children(*statement).into_iter().map(|child| (child, 0)).collect();
            while let Some((node, depth)) = pending.pop() {
                if grammar.kind(node) == Kind::Call {
                    let function = grammar.child(node, grammar.field.function);
                    found.extend(function.and_then(|function| self.names.dotted(function, MODULE)));
                }
                let is_outer = matches!(grammar.kind(node), Kind::Call | Kind::ArgumentList | Kind::Await);
                if is_outer && depth < MAX_CALLS {
                    pending.extend(grammar.children(node).into_iter().map(|child| (child, depth + 1)));
                }
            }
        }
        found
    }

    /// The unit whose range holds the byte.
    pub(super) fn unit_at(&self, byte: u32) -> Option<&Unit<'t>> {
        let after = self.units.partition_point(|unit| unit.start <= byte);
        // A decorated header can be followed by units of its decorators that end before: look back a little.
        self.units[..after].iter().rev().take(4).find(|unit| byte < unit.end)
    }
}

/// The line of the first example in a text that begins at a line.
pub(super) fn example(first: u32, text: &[u8]) -> Option<u32> {
    let quotes = [b' ', b'\t', b'"', b'\'', b'r', b'R', b'u', b'U'];
    (first..).zip(text.split(|byte| *byte == b'\n')).find_map(|(line, text)| {
        // The string's own prefix and quotes may stand before it.
        let blanks: &[u8] = if line == first { &quotes } else { b" \t" };
        let start = text.iter().position(|byte| !blanks.contains(byte))?;
        let rest = text[start..].strip_prefix(b">>>")?;
        (rest.first().is_none_or(|byte| *byte == b' ')).then_some(line)
    })
}

/// Whether a function with this body, or a file with this text, may return a mark or a decorator that skips.
pub(super) fn may_return_marks(text: &[u8]) -> bool {
    [b"mark.".as_slice(), b"unittest.skip", b"return skip"]
        .iter()
        .any(|word| memchr::memmem::find(text, word).is_some())
}
