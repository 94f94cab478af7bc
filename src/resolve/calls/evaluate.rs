//! What an expression may mean, by following names, attributes, calls and items: flow-insensitively, each expression
//! once, within limits of depth and of steps.

use std::cell::{Cell, RefCell};

use rustc_hash::FxHashMap;

use super::{
    Passed, externals,
    program::Program,
    values::{Anywhere, Holder, Symbol, Tag, Value, Values, normalized, or_unknown, unknown},
};
use crate::model::code::{Code, CodeExpr, ExprId, List, Primitive, Word};

/// How deeply expressions are followed.
const MAX_DEPTH: u8 = 14;
/// How many expressions one question may lead to.
const MAX_STEPS: u32 = 1500;
/// How many items of a container are looked at.
const MAX_ITEMS: usize = 40;

/// Works out values for one file; what it finds out is kept for that file alone, so that files need not wait for each
/// other and give the same whatever the order.
pub(super) struct Evaluator<'p, 'w> {
    pub(super) program: &'p Program<'w>,
    pub(super) passed: Option<&'p Passed>,
    /// What is known; empty of what is being worked out, so that a circle adds nothing.
    memo: RefCell<FxHashMap<Anywhere, Values>>,
    /// The same of names by the unit that they stand in.
    pub(super) names: RefCell<FxHashMap<(u32, Word), Values>>,
    /// Whether the annotation of a parameter says anything, by unit and place.
    pub(super) annotated: RefCell<FxHashMap<(u32, u32), bool>>,
    steps: Cell<u32>,
}

impl<'p, 'w> Evaluator<'p, 'w> {
    pub(super) fn new(program: &'p Program<'w>, passed: Option<&'p Passed>) -> Self {
        Self {
            program,
            passed,
            memo: RefCell::default(),
            names: RefCell::default(),
            annotated: RefCell::default(),
            steps: Cell::new(MAX_STEPS),
        }
    }

    /// What an expression of a file may mean: a question of its own.
    pub(super) fn values(&self, file: u32, id: ExprId) -> Values {
        self.steps.set(MAX_STEPS);
        self.eval(file, id, 0)
    }

    /// The same on the way to something else.
    pub(super) fn eval(&self, file: u32, id: ExprId, depth: u8) -> Values {
        let anywhere = self.program.files[file as usize].expressions + id.0;
        if let Some(known) = self.memo.borrow().get(&anywhere) {
            return known.clone();
        }
        let left = self.steps.get();
        if depth > MAX_DEPTH || left == 0 {
            return unknown();
        }
        self.steps.set(left - 1);
        self.memo.borrow_mut().insert(anywhere, Values::new());
        let values = normalized(self.eval_within(file, id, anywhere, depth + 1));
        self.memo.borrow_mut().insert(anywhere, values.clone());
        values
    }

    pub(super) fn each(&self, values: &[Value], of: impl Fn(Value) -> Values) -> Values {
        let mut found = Values::new();
        for value in values {
            found.extend(of(*value));
        }
        found
    }

    /// What any of these expressions means.
    pub(super) fn union(&self, file: u32, ids: impl IntoIterator<Item = ExprId>, depth: u8) -> Values {
        let mut found = Values::new();
        for id in ids {
            found.extend(self.eval(file, id, depth));
        }
        found
    }

    fn eval_within(&self, file: u32, id: ExprId, anywhere: Anywhere, depth: u8) -> Values {
        let (expression, unit) = self.program.expression(file, id);
        let one = |value| Values::from_slice(&[value]);
        let own = &self.program.files[file as usize];
        match expression {
            CodeExpr::Unknown => unknown(),
            CodeExpr::Super => one(Value::Super(unit)),
            CodeExpr::Name(name) => self.lookup(file, unit, name, depth),
            CodeExpr::InClass(name, class) => {
                let code = &own.code.classes[class as usize];
                let methods: Values = range(&code.methods, name, |entry| entry.0)
                    .iter()
                    .map(|(_, method)| Value::Function(own.units + method))
                    .collect();
                if !methods.is_empty() {
                    return methods;
                }
                let bound = range(&code.attributes, name, |entry| entry.0);
                if bound.is_empty() {
                    return self.lookup(file, unit, name, depth);
                }
                self.union(file, bound.iter().take(8).map(|(_, value)| *value), depth)
            }
            CodeExpr::Attribute(object, name) => {
                let name = own.word(name);
                let objects = self.eval(file, object, depth);
                or_unknown(self.each(&objects, |value| self.attribute(value, name, depth)))
            }
            CodeExpr::Call(callee, _) => {
                let callees = self.eval(file, callee, depth);
                or_unknown(self.each(&callees, |value| self.called(value, file, id, depth)))
            }
            CodeExpr::Subscript(object) => {
                let objects = self.eval(file, object, depth);
                or_unknown(self.each(&objects, |value| self.subscripted(value, depth)))
            }
            CodeExpr::Constant(Primitive::None) => Values::new(),
            CodeExpr::Constant(primitive) => one(Value::Literal(primitive == Primitive::Str)),
            CodeExpr::Str(_) | CodeExpr::Prefix(_) => one(Value::Literal(true)),
            CodeExpr::Either(list) => self.union(file, self.parts(file, list), depth),
            CodeExpr::Item(of) => {
                let holders = self.eval(file, of, depth);
                or_unknown(self.each(&holders, |value| self.item(value, None, depth)))
            }
            CodeExpr::ItemAt(of, place) => {
                let holders = self.eval(file, of, depth);
                or_unknown(self.each(&holders, |value| self.item(value, Some(place), depth)))
            }
            CodeExpr::Entered(context) => {
                let contexts = self.eval(file, context, depth);
                or_unknown(self.each(&contexts, |value| self.entered(value, depth)))
            }
            CodeExpr::Display(_) | CodeExpr::Mapping(_) | CodeExpr::Each(_) => {
                one(Value::Holder(Holder::Display(anywhere)))
            }
            CodeExpr::Lambda(_) => one(Value::Lambda(anywhere)),
            CodeExpr::Annotated(annotation) => self.annotated(file, annotation, unit, depth),
            CodeExpr::Function(unit) => one(Value::Function(own.units + unit)),
            CodeExpr::Class(class) => one(Value::Class(own.classes + class, Tag::Exact)),
            CodeExpr::Module(module) => one(self.program.module(file, own.code.word(module))),
            CodeExpr::Member(module, name) => {
                let module = self.program.module(file, own.code.word(module));
                self.of_module(module, own.word(name), depth)
            }
            CodeExpr::Binary(left) => {
                let mut values = self.eval(file, left, depth);
                values.retain(|value| matches!(value, Value::Literal(_) | Value::Instance(..) | Value::Foreign));
                or_unknown(values)
            }
            // Annotations alone have these.
            CodeExpr::Union(..) | CodeExpr::Generic(..) => self.annotated(file, id, unit, depth),
        }
    }

    pub(super) fn parts(&self, file: u32, list: List) -> impl Iterator<Item = ExprId> + use<'w> {
        let code = self.program.files[file as usize].code;
        code.list(list).iter().map(|entry| ExprId(*entry))
    }

    /// The positional arguments of a call.
    pub(super) fn arguments(&self, file: u32, call: ExprId) -> &'w [u32] {
        let code = self.program.files[file as usize].code;
        match code.expression(call) {
            CodeExpr::Call(_, list) => match code.list(list) {
                [count, rest @ ..] => &rest[..(*count as usize).min(rest.len())],
                [] => &[],
            },
            _ => &[],
        }
    }

    /// The keyword arguments of a call.
    pub(super) fn keywords(&self, file: u32, call: ExprId) -> impl Iterator<Item = (Word, ExprId)> + use<'w> {
        let code = self.program.files[file as usize].code;
        let entries: &'w [u32] = match code.expression(call) {
            CodeExpr::Call(_, list) => match code.list(list) {
                [count, rest @ ..] => rest.get(*count as usize..).unwrap_or_default(),
                [] => &[],
            },
            _ => &[],
        };
        entries.chunks_exact(2).map(|pair| (Word(pair[0]), ExprId(pair[1])))
    }

    /// An item of a container, where one is asked for by its place.
    pub(super) fn item(&self, value: Value, place: Option<u32>, depth: u8) -> Values {
        match value {
            Value::Pairs(holder) => Values::from_slice(&[Value::Pair(holder)]),
            Value::Pair(holder) if place == Some(1) => self.held(holder, None, depth),
            Value::Holder(holder) => self.held(holder, place, depth),
            Value::Instance(class, tag) => self.held(Holder::Instance(class, tag), place, depth),
            Value::Function(_) | Value::Class(..) => unknown(),
            _ => unknown(),
        }
    }

    fn held(&self, holder: Holder, place: Option<u32>, depth: u8) -> Values {
        if depth > MAX_DEPTH {
            return unknown();
        }
        match holder {
            Holder::Display(anywhere) => {
                let (file, id) = self.program.locate(anywhere);
                let code = self.program.files[file as usize].code;
                match code.expression(id) {
                    CodeExpr::Display(list) => {
                        let items = code.list(list);
                        match place {
                            Some(place) => match items.get(place as usize) {
                                Some(item) => self.eval(file, ExprId(*item), depth),
                                None => unknown(),
                            },
                            None => self.union(file, items.iter().take(MAX_ITEMS).map(|item| ExprId(*item)), depth),
                        }
                    }
                    CodeExpr::Mapping(list) => {
                        let values = self.mapping(file, list).map(|(_, value)| value);
                        self.union(file, values.take(MAX_ITEMS), depth)
                    }
                    CodeExpr::Each(element) => self.eval(file, element, depth),
                    _ => unknown(),
                }
            }
            Holder::Types(anywhere) => {
                let (file, id) = self.program.locate(anywhere);
                let (expression, unit) = self.program.expression(file, id);
                let CodeExpr::Generic(_, list) = expression else { return unknown() };
                let types: Vec<ExprId> = self.parts(file, list).collect();
                match place.and_then(|place| types.get(place as usize)) {
                    Some(annotation) => self.annotated(file, *annotation, unit, depth + 1),
                    None => {
                        let mut found = Values::new();
                        for annotation in types {
                            found.extend(self.annotated(file, annotation, unit, depth + 1));
                        }
                        or_unknown(found)
                    }
                }
            }
            Holder::Instance(class, tag) => {
                let value = Value::Instance(class, tag);
                for name in ["__next__", "__getitem__"] {
                    if let Some(method) = self.special(class, name) {
                        return self.returned(method, Some(value), depth);
                    }
                }
                let Some(method) = self.special(class, "__iter__") else { return unknown() };
                let iterators = self.returned(method, Some(value), depth);
                let is_holder = |value: &Value| matches!(value, Value::Holder(_));
                let iterators: Values = iterators.into_iter().filter(is_holder).collect();
                or_unknown(self.each(&iterators, |value| self.item(value, None, depth + 1)))
            }
            Holder::Generator(unit) => {
                let (_, code) = self.program.unit(unit);
                let file = self.program.unit_files[unit as usize];
                self.union(file, code.yielded.iter().copied(), depth)
            }
        }
    }

    /// The keys and values of a mapping.
    pub(super) fn mapping(&self, file: u32, list: List) -> impl Iterator<Item = (Option<Word>, ExprId)> + use<'w> {
        let code = self.program.files[file as usize].code;
        let keys = code.list(list);
        let values = code.list(List { start: list.start + list.len, len: list.len });
        keys.iter().zip(values).map(|(key, value)| (key.checked_sub(1).map(Word), ExprId(*value)))
    }

    fn subscripted(&self, value: Value, depth: u8) -> Values {
        match value {
            Value::Class(..) => Values::from_slice(&[value]),
            Value::Holder(_) => self.item(value, None, depth),
            Value::Instance(class, _) => match self.special(class, "__getitem__") {
                Some(method) => self.returned(method, Some(value), depth),
                None => unknown(),
            },
            _ => unknown(),
        }
    }

    fn entered(&self, value: Value, depth: u8) -> Values {
        match value {
            Value::Instance(class, _) => {
                let method = self.special(class, "__enter__").or_else(|| self.special(class, "__aenter__"));
                match method {
                    Some(method) => self.returned(method, Some(value), depth),
                    None => Values::from_slice(&[value]),
                }
            }
            Value::Holder(Holder::Generator(_)) => self.item(value, None, depth),
            _ => unknown(),
        }
    }

    /// The first method of a name in the order of a class.
    pub(super) fn special(&self, class: u32, name: &str) -> Option<u32> {
        self.find(class, self.program.known(name)?, 0).first().copied()
    }

    /// Instances of what an annotation names.
    pub(super) fn annotated(&self, file: u32, id: ExprId, unit: u32, depth: u8) -> Values {
        if depth > MAX_DEPTH {
            return unknown();
        }
        let (expression, _) = self.program.expression(file, id);
        match expression {
            CodeExpr::Union(left, right) => {
                let mut found = self.annotated(file, left, unit, depth + 1);
                found.extend(self.annotated(file, right, unit, depth + 1));
                found
            }
            CodeExpr::Generic(of, list) => {
                let name = self.last_name(file, of);
                let arguments: Vec<ExprId> = self.parts(file, list).collect();
                if externals::is_choice(name) {
                    let mut found = Values::new();
                    for argument in arguments {
                        found.extend(self.annotated(file, argument, unit, depth + 1));
                    }
                    return or_unknown(found);
                }
                if matches!(name, "Type" | "type") {
                    let Some(first) = arguments.first() else { return unknown() };
                    let types = self.annotated(file, *first, unit, depth + 1);
                    return types
                        .into_iter()
                        .map(|value| match value {
                            Value::Instance(class, tag) => Value::Class(class, tag),
                            _ => Value::Any,
                        })
                        .collect();
                }
                if externals::is_container(name) {
                    let anywhere = self.program.files[file as usize].expressions + id.0;
                    return Values::from_slice(&[Value::Holder(Holder::Types(anywhere))]);
                }
                if name == "Literal" {
                    return Values::from_slice(&[Value::Literal(true)]);
                }
                let mut found = self.annotated(file, of, unit, depth + 1);
                if found.iter().any(|value| matches!(value, Value::Instance(..))) {
                    // `Registry[Handler]` holds handlers, as far as its own methods do not say.
                    let anywhere = self.program.files[file as usize].expressions + id.0;
                    found.push(Value::Holder(Holder::Types(anywhere)));
                }
                found
            }
            CodeExpr::Constant(Primitive::None) => Values::new(),
            CodeExpr::Name(_) | CodeExpr::Attribute(..) => {
                if self.last_name(file, id) == "Self"
                    && let Some(class) = self.program.class_of(unit)
                {
                    return Values::from_slice(&[Value::Instance(class, Tag::Receiver)]);
                }
                let values = self.eval(file, id, depth + 1);
                values.into_iter().map(|value| self.instance_of(value)).collect()
            }
            _ => unknown(),
        }
    }

    fn instance_of(&self, value: Value) -> Value {
        match value {
            Value::Class(class, _) => Value::Instance(class, Tag::Declared),
            Value::External(name, is_builtin) => match self.program.name(name) {
                "str" | "int" | "float" | "bool" | "bytes" => Value::Literal(self.program.name(name) == "str"),
                "Any" | "object" | "Callable" => Value::Any,
                name if externals::is_container(name) || is_builtin && !matches!(name, "bytearray" | "complex") => {
                    Value::Any
                }
                _ => Value::Foreign,
            },
            _ => Value::Any,
        }
    }

    /// The last name of an annotation, a base or a decorator.
    pub(super) fn last_name(&self, file: u32, id: ExprId) -> &'w str {
        last_name(self.program.files[file as usize].code, id)
    }

    /// The tree's symbol of a word, if any code has it.
    pub(super) fn symbol(&self, name: &str) -> Option<Symbol> {
        self.program.known(name)
    }
}

/// The last name of an annotation, a base or a decorator.
pub(super) fn last_name(code: &Code, id: ExprId) -> &str {
    let mut id = id;
    for _ in 0..MAX_DEPTH {
        match code.expression(id) {
            CodeExpr::Subscript(inner) | CodeExpr::Call(inner, _) | CodeExpr::Generic(inner, _) => id = inner,
            CodeExpr::Attribute(_, name) | CodeExpr::Name(name) | CodeExpr::InClass(name, _) => {
                return code.word(name);
            }
            _ => return "",
        }
    }
    ""
}

/// The entries of a sorted list that a name has.
pub(super) fn range<T>(entries: &[T], name: Word, of: impl Fn(&T) -> Word) -> &[T] {
    let first = entries.partition_point(|entry| of(entry) < name);
    let count = entries[first..].partition_point(|entry| of(entry) == name);
    &entries[first..first + count]
}
