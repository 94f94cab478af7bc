//! Which marks a test carries and whether it is skipped: from decorators, `pytestmark`, and decorators that functions
//! and variables of the tree stand for.
//!
//! As `_pytest/mark/structures.py::get_unpacked_marks`: of a class the marks of all its bases count.

use super::{
    fixtures,
    modules::Module,
    names::{Entity, Located, Names, Place, stem},
};
use crate::model::{BindingValue, DefinitionId, DefinitionKind, Expr, SkipStatus, expr::Call, fact::Decorator};

/// How many names and calls are followed from one mark.
const MAX_DEPTH: u8 = 12;

/// A mark.
#[derive(Clone)]
pub(super) struct Mark<'w> {
    pub(super) name: String,
    /// The call that made it, where its arguments are known.
    pub(super) call: Option<&'w Call>,
    /// Where its arguments are evaluated.
    pub(super) module: &'w Module,
    pub(super) scope: Option<DefinitionId>,
    pub(super) offset: u32,
    /// Whether it came through a name that detectors, which see one file, do not follow.
    pub(super) followed: bool,
}

/// Marks with what else the same decorators say.
#[derive(Clone, Default)]
pub(super) struct Marks<'w> {
    pub(super) list: Vec<Mark<'w>>,
    pub(super) skip: SkipStatus,
    /// Fixtures that plugins add.
    added: Vec<&'static str>,
}

impl<'w> Marks<'w> {
    pub(super) fn extend(&mut self, other: &Marks<'w>) {
        self.list.extend(other.list.iter().cloned());
        self.skip = self.skip.max(other.skip);
    }

    /// Adds a `usefixtures` mark that a plugin makes.
    pub(super) fn use_fixture(&mut self, fixture: &'static str, module: &'w Module) {
        let name = "usefixtures".to_owned();
        self.list.push(Mark { name, call: None, module, scope: None, offset: u32::MAX, followed: true });
        self.added.push(fixture);
    }

    /// Fixtures that `usefixtures` asks for.
    pub(super) fn used_fixtures(&self) -> impl Iterator<Item = &'w str> {
        let added = self.added.clone().into_iter();
        let own =
            self.list.iter().filter(|mark| mark.name == "usefixtures").filter_map(|mark| mark.call).flat_map(|call| {
                call.arguments.iter().filter_map(|argument| match argument {
                    Expr::Str(name) => Some(name.as_str()),
                    _ => None,
                })
            });
        added.chain(own)
    }

    /// `parametrize` marks that came through names of other files.
    pub(super) fn followed_parametrizations(&self) -> impl Iterator<Item = &Mark<'w>> {
        self.list.iter().filter(|mark| mark.followed && mark.name == "parametrize")
    }

    fn push(&mut self, mark: Mark<'w>) {
        let skip = match mark.name.as_str() {
            "skip" => SkipStatus::Always,
            "skipif" => match mark.call.and_then(|call| call.argument(0, "condition")) {
                Some(Expr::Bool(true)) => SkipStatus::Always,
                Some(Expr::Bool(false)) => SkipStatus::Never,
                _ => SkipStatus::Conditional,
            },
            _ => SkipStatus::Never,
        };
        self.skip = self.skip.max(skip);
        self.list.push(mark);
    }
}

/// The name of a mark: `slow` of `pytest.mark.slow`, `pytest.mark.slow()` and what is made of these.
pub(super) fn mark_name(dotted: &str) -> Option<&str> {
    let rest = dotted.strip_prefix("pytest.mark.").or_else(|| dotted.strip_prefix("_pytest.mark.MARK_GEN."))?;
    let name = &rest[..rest.find(['.', '(']).unwrap_or(rest.len())];
    (!name.is_empty()).then_some(name)
}

/// What `unittest`'s own decorators say; `unittest2` and twisted's trial export the same ones.
fn skip_of(dotted: &str) -> Option<SkipStatus> {
    let stem = stem(dotted);
    let name = stem.strip_prefix("unittest.").or_else(|| stem.strip_prefix("unittest2."))?;
    match name.rsplit('.').next()? {
        "skip" => Some(SkipStatus::Always),
        "skipIf" | "skipUnless" => Some(SkipStatus::Conditional),
        _ => None,
    }
}

/// The marks that all sets of a list of parameters carry: they are on every item.
pub(super) fn common_to<'w>(sets: Vec<Marks<'w>>) -> Marks<'w> {
    let both = |left: Marks<'w>, right: Marks<'w>| {
        let shared = |mark: &Mark<'w>| right.list.iter().any(|other| other.name == mark.name);
        let list = left.list.into_iter().filter(shared).collect();
        Marks { list, skip: left.skip.min(right.skip), added: Vec::new() }
    };
    sets.into_iter().reduce(both).unwrap_or_default()
}

/// Evaluates marks.
pub(super) struct Reader<'n, 'a, 'w> {
    names: &'n Names<'a, 'w>,
}

impl<'n, 'a, 'w> Reader<'n, 'a, 'w> {
    pub(super) fn new(names: &'n Names<'a, 'w>) -> Self {
        Self { names }
    }

    /// The marks of a function's or class's own decorators.
    pub(super) fn decorators(&self, place: Place<'w>) -> Marks<'w> {
        let mut marks = Marks::default();
        for decorator in &place.definition().decorators {
            self.decorator(place, decorator, &mut marks);
        }
        marks
    }

    /// The marks of a `pytestmark` of a module or class.
    pub(super) fn pytestmark(&self, module: &'w Module, scope: Option<DefinitionId>) -> Marks<'w> {
        let mut marks = Marks::default();
        for binding in module.live(scope, "pytestmark", u32::MAX) {
            if let BindingValue::Value(expr) = &binding.value {
                let at = Located { module, scope, offset: binding.offset, expr };
                self.expr(at, false, MAX_DEPTH, &mut marks);
            }
        }
        marks
    }

    fn decorator(&self, place: Place<'w>, decorator: &'w Decorator, marks: &mut Marks<'w>) {
        let (module, definition) = (place.module, place.definition());
        // Decorators of a method stand in the class body.
        let scope = definition.parent.filter(|parent| module.facts.definition(*parent).kind == DefinitionKind::Class);
        let offset = definition.span.start;
        if let Some(name) = mark_name(&decorator.name) {
            marks.push(Mark {
                name: name.to_owned(),
                call: decorator.call.as_ref(),
                module,
                scope,
                offset,
                followed: false,
            });
        } else if let Some(skip) = skip_of(&decorator.name) {
            marks.skip = marks.skip.max(skip);
        } else {
            self.named(module, &decorator.name, MAX_DEPTH, marks);
        }
    }

    /// What a decorator means that is no mark by its name: a function or a variable of the tree.
    fn named(&self, module: &'w Module, dotted: &str, depth: u8, marks: &mut Marks<'w>) {
        let Some(depth) = depth.checked_sub(1) else { return };
        let stem = stem(dotted);
        if stem.is_empty() || !self.names.is_of_tests(module, stem) || fixtures::is_fixture_maker(stem) {
            return;
        }
        match self.names.dotted(module, stem) {
            Entity::Definition(place) => self.returned(place, depth, marks),
            Entity::Value(value) => self.expr(value, true, depth, marks),
            Entity::External(name) => self.external(module, &name, true, marks),
            _ => {}
        }
    }

    /// What a name outside of the tree means: a mark without arguments, or a decorator that skips.
    fn external(&self, module: &'w Module, dotted: &str, followed: bool, marks: &mut Marks<'w>) {
        if let Some(name) = mark_name(dotted) {
            let mark = Mark { name: name.to_owned(), call: None, module, scope: None, offset: u32::MAX, followed };
            marks.push(mark);
        } else if let Some(skip) = skip_of(dotted) {
            marks.skip = marks.skip.max(skip);
        }
    }

    /// What a function may return: a decorator that skips, and the marks that are among all it may return. What it was
    /// given is no alternative: `return test` behind `if available: return mark(test)` is for where nothing is marked.
    fn returned(&self, place: Place<'w>, depth: u8, marks: &mut Marks<'w>) {
        let mut of_all: Option<Marks<'w>> = None;
        for expr in place.definition().returns.iter().filter(|expr| !expr.is_unknown_value()) {
            let at = Located { module: place.module, scope: None, offset: u32::MAX, expr };
            let mut found = Marks::default();
            self.expr(at, true, depth, &mut found);
            of_all = Some(match of_all {
                None => found,
                Some(before) => {
                    let list = before.list.into_iter();
                    let list = list.filter(|mark| found.list.iter().any(|other| other.name == mark.name)).collect();
                    // Some branch skips.
                    let skip = before.skip.max(found.skip).min(SkipStatus::Conditional);
                    Marks { list, skip, added: Vec::new() }
                }
            });
        }
        if let Some(found) = of_all {
            marks.extend(&found);
        }
    }

    /// The marks in an expression. `followed`: it was reached through a name.
    fn expr(&self, at: Located<'w>, followed: bool, depth: u8, marks: &mut Marks<'w>) {
        let Some(depth) = depth.checked_sub(1) else { return };
        match at.expr {
            Expr::Name(written) => match self.names.written(at, written) {
                Entity::External(dotted) => self.external(at.module, &dotted, followed, marks),
                // `pytestmark += […]`: detectors see both statements.
                Entity::Value(value) => self.expr(value, followed || written != "pytestmark", depth, marks),
                Entity::Definition(place) => self.returned(place, depth, marks),
                _ => {}
            },
            Expr::Call(call) => {
                if let Some(name) = mark_name(&call.callee) {
                    // `pytest.mark.slow(…)(function)` is the mark that the inner call made.
                    let call = (!call.callee.contains('(')).then_some(&**call);
                    let mark = Mark {
                        name: name.to_owned(),
                        call,
                        module: at.module,
                        scope: at.scope,
                        offset: at.offset,
                        followed,
                    };
                    marks.push(mark);
                } else if let Some(skip) = skip_of(&call.callee) {
                    marks.skip = marks.skip.max(skip);
                } else {
                    self.named(at.module, &call.callee, depth, marks);
                }
            }
            Expr::Sequence(items) | Expr::Tuple(items) | Expr::Set(items) => {
                for expr in items {
                    self.expr(Located { expr, ..at }, followed, depth, marks);
                }
            }
            Expr::Sum(left, right) => {
                self.expr(Located { expr: left, ..at }, followed, depth, marks);
                self.expr(Located { expr: right, ..at }, followed, depth, marks);
            }
            Expr::Starred(inner) => self.expr(Located { expr: inner, ..at }, followed, depth, marks),
            Expr::Element(inner, element) => self.element(Located { expr: inner, ..at }, *element, depth, marks),
            _ => {}
        }
    }

    /// The marks that each set of a list of parameters carries (`pytest.param(…, marks=…)`), as far as the list is known.
    pub(super) fn each_set(&self, at: Located<'w>) -> Vec<Marks<'w>> {
        let mut found = Vec::new();
        self.sets(at, MAX_DEPTH, &mut found);
        found
    }

    fn sets(&self, at: Located<'w>, depth: u8, found: &mut Vec<Marks<'w>>) {
        let Some(depth) = depth.checked_sub(1) else { return found.push(Marks::default()) };
        match at.expr {
            Expr::Sequence(items) | Expr::Tuple(items) | Expr::Set(items) => {
                for expr in items {
                    match expr {
                        // A single name is a value, and looking for it would lead into the code under test.
                        Expr::Name(_) => found.push(Marks::default()),
                        _ => self.sets(Located { expr, ..at }, depth, found),
                    }
                }
            }
            Expr::Sum(left, right) => {
                self.sets(Located { expr: left, ..at }, depth, found);
                self.sets(Located { expr: right, ..at }, depth, found);
            }
            Expr::Starred(inner) => self.sets(Located { expr: inner, ..at }, depth, found),
            Expr::Comprehension(comprehension) => {
                self.sets(Located { expr: &comprehension.element, ..at }, depth, found);
            }
            Expr::Name(written) => match self.names.written(at, written) {
                Entity::Value(value) => self.sets(value, depth, found),
                _ => found.push(Marks::default()),
            },
            Expr::Call(call) if call.callee == "pytest.param" => {
                let mut marks = Marks::default();
                if let Some(expr) = call.keyword("marks") {
                    self.expr(Located { expr, ..at }, false, depth, &mut marks);
                }
                found.push(marks);
            }
            _ => found.push(Marks::default()),
        }
    }

    /// One item of the tuple that a call returns.
    fn element(&self, at: Located<'w>, element: u32, depth: u8, marks: &mut Marks<'w>) {
        let Expr::Call(call) = at.expr else { return };
        let stem = stem(&call.callee);
        let Entity::Definition(place) = self.names.dotted(at.module, stem) else { return };
        for returned in &place.definition().returns {
            if let Expr::Tuple(items) = returned
                && let Some(expr) = items.get(element as usize)
            {
                let at = Located { module: place.module, scope: None, offset: u32::MAX, expr };
                self.expr(at, true, depth, marks);
            }
        }
    }
}
