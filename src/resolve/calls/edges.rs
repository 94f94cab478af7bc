//! The edges that the code of one file makes: what each use of an expression leads to.

use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    Passed,
    evaluate::Evaluator,
    externals,
    members::Methods,
    program::Program,
    tables::Held,
    values::{Holder, Symbol, Tag, Value},
};
use crate::model::{
    code::{CodeExpr, ExprId, UnitFlags, UnitKind, Use, Word},
    graph::{Edge, EdgeKind, Gate},
};

/// How many methods of one name are candidates of one call.
const MAX_NAMED: usize = 60;
/// How many functions a call may mean before it counts as one of several.
const MANY: usize = 3;
/// How many subclasses' methods one call may reach.
const MAX_OVERRIDES: usize = 600;
/// How many values a variable that names an attribute is followed to.
pub(super) const MAX_COMPUTED: usize = 60;

/// What classes below one have instead of its method, each behind the class that has it.
type Overriders = Rc<[(u32, Gate)]>;

/// What is known of one file's calls.
pub(super) struct Builder<'p, 'w> {
    pub(super) program: &'p Program<'w>,
    pub(super) evaluator: Evaluator<'p, 'w>,
    pub(super) file: u32,
    edges: Vec<Edge>,
    /// The use at hand.
    pub(super) from: u32,
    pub(super) block: u32,
    /// Arguments of calls of functions of the tree, which are followed into them.
    pub(super) handed: FxHashSet<ExprId>,
    /// What classes below one have instead of its method of a name.
    overriders: FxHashMap<(u32, Symbol), Overriders>,
    /// What containers hold.
    pub(super) tables: FxHashMap<Holder, Held>,
}

impl<'p, 'w> Builder<'p, 'w> {
    pub(super) fn new(program: &'p Program<'w>, passed: &'p Passed, file: u32) -> Self {
        let evaluator = Evaluator::new(program, Some(passed));
        Self {
            program,
            evaluator,
            file,
            edges: Vec::new(),
            from: 0,
            block: 0,
            handed: FxHashSet::default(),
            overriders: FxHashMap::default(),
            tables: FxHashMap::default(),
        }
    }

    /// All edges.
    pub(super) fn edges(mut self) -> Vec<Edge> {
        let own = &self.program.files[self.file as usize];
        let code = own.code;
        for (local, unit) in (0u32..).zip(&code.units) {
            self.from = own.units + local;
            self.block = 0;
            for fixture in &unit.fixtures {
                let fixtures = self.program.fixtures.get(&own.word(*fixture)).cloned().unwrap_or_default();
                for fixture in fixtures {
                    self.to(fixture, EdgeKind::Call);
                }
            }
            if unit.kind == UnitKind::Function && unit.flags.has(UnitFlags::FIXTURE) {
                self.requested(unit.parameters.iter().map(|parameter| own.word(parameter.name)).collect());
            }
            self.hand(&unit.uses);
            for (block, used) in &unit.uses {
                self.block = *block;
                self.used(*used);
            }
        }
        for local in (0u32..).take(code.classes.len()) {
            self.of_class(local);
        }
        self.edges.sort_unstable();
        self.edges.dedup();
        self.edges
    }

    /// Fixtures that a fixture asks for.
    fn requested(&mut self, names: Vec<Symbol>) {
        for name in names {
            for fixture in self.program.fixtures.get(&name).cloned().unwrap_or_default() {
                self.to(fixture, EdgeKind::Call);
            }
        }
    }

    fn used(&mut self, used: Use) {
        match used {
            Use::Call(call) => self.call(call),
            Use::Load(value) => self.load(value, EdgeKind::Load, EdgeKind::ClassLoad),
            Use::Argument(value) if self.handed.contains(&value) => {
                self.load(value, EdgeKind::Handed, EdgeKind::ClassHanded);
            }
            Use::Argument(value) => self.load(value, EdgeKind::Passed, EdgeKind::ClassPassed),
            Use::Store(target) => self.store(target),
            Use::Operator(name, value) => self.operator(name, value),
            Use::Entry(key, value) => self.entry(key, value),
            Use::Dotted(text) => self.dotted(text),
            Use::Import(module, name) => self.import(module, name),
            Use::Decorator(value) => self.decorator(value),
            Use::Defines(unit) => self.defines(unit),
            Use::DefinesClass(class) => self.defines_class(class),
            Use::Begins(object, prefix) => self.begins(object, prefix),
            Use::Computed(object, variable) => self.computed(object, variable),
        }
    }

    pub(super) fn edge(&mut self, to: u32, kind: EdgeKind, is_named: bool, gate: Gate) {
        if to != self.from {
            self.edges.push(Edge { from: self.from, block: self.block, to, kind, is_named, gate });
        }
    }

    pub(super) fn to(&mut self, to: u32, kind: EdgeKind) {
        // What a test itself passes on or reads is meant to be used.
        let is_passed = matches!(
            kind,
            EdgeKind::Load
                | EdgeKind::Passed
                | EdgeKind::ClassLoad
                | EdgeKind::ClassPassed
                | EdgeKind::Handed
                | EdgeKind::ClassHanded
                | EdgeKind::Several
        );
        self.edge(to, kind, is_passed && self.is_of_tests(), Gate::Open);
    }

    fn is_of_tests(&self) -> bool {
        !self.program.is_measured[self.file as usize]
    }

    pub(super) fn lead_to_class(&mut self, class: u32, kind: EdgeKind) {
        self.to(self.program.class_node(class), kind);
    }

    /// A method of a receiver of a class, or of one below it.
    pub(super) fn lead_to_method(&mut self, method: u32, class: u32, tag: Tag, kind: EdgeKind) {
        self.to(method, kind);
        if tag == Tag::Exact {
            return;
        }
        let (file, unit) = self.program.unit(method);
        let name = file.word(unit.name);
        for (own, gate) in &*self.overriders(class, name) {
            if *own != method {
                self.edge(*own, EdgeKind::Override, false, *gate);
            }
        }
    }

    /// What classes below one have instead of its method: methods, and functions or callable objects that their bodies
    /// put in its place.
    fn overriders(&mut self, class: u32, name: Symbol) -> Overriders {
        if let Some(known) = self.overriders.get(&(class, name)) {
            return Rc::clone(known);
        }
        let mut found = Vec::new();
        for below in &self.program.classes[class as usize].below {
            let gate = Gate::Class(self.program.class_node(*below));
            found.extend(self.evaluator.own_methods(*below, name).into_iter().map(|own| (own, gate)));
            found.extend(self.values_instead(*below, name).into_iter().map(|own| (own, gate)));
            if found.len() >= MAX_OVERRIDES {
                break;
            }
        }
        let found: Overriders = found.into();
        self.overriders.insert((class, name), Rc::clone(&found));
        found
    }

    /// What the body of a subclass puts in the place of a method: functions, or something that can be called.
    fn values_instead(&self, class: u32, name: Symbol) -> Methods {
        let target = |value| match value {
            Value::Function(unit) | Value::Bound(unit, ..) => Some(unit),
            Value::Instance(class, _) => self.evaluator.special(class, "__call__"),
            _ => None,
        };
        self.evaluator.own_values(class, name, false, 0).into_iter().filter_map(target).collect()
    }

    fn call(&mut self, call: ExprId) {
        let code = self.program.files[self.file as usize].code;
        let CodeExpr::Call(callee, _) = code.expression(call) else { return };
        let values = self.evaluator.values(self.file, callee);
        let is_callable = |value: &&Value| matches!(value, Value::Function(_) | Value::Bound(..) | Value::Class(..));
        let is_one_of_many = values.iter().filter(is_callable).count() > MANY;
        for value in &values {
            match *value {
                Value::Function(unit) if is_one_of_many => self.to(unit, EdgeKind::Several),
                Value::Bound(unit, class, _) if is_one_of_many => {
                    let gate = Gate::Class(self.program.class_node(class));
                    self.edge(unit, EdgeKind::Several, self.is_of_tests(), gate);
                }
                Value::Class(class, _) if is_one_of_many => self.lead_to_class(class, EdgeKind::Several),
                Value::Function(unit) => self.to(unit, EdgeKind::Call),
                Value::Bound(unit, class, tag) => self.lead_to_method(unit, class, tag, EdgeKind::Call),
                Value::Class(class, Tag::Overridden) => self.lead_to_class(class, EdgeKind::HeldInstance),
                Value::Class(class, _) => {
                    self.lead_to_class(class, EdgeKind::Instance);
                    for meta in self.evaluator.metaclasses(class, 0) {
                        if let Some(method) = self.evaluator.special(meta, "__call__") {
                            self.to(method, EdgeKind::Call);
                        }
                    }
                }
                Value::Instance(class, tag) => {
                    if let Some(method) = self.evaluator.special(class, "__call__") {
                        self.lead_to_method(method, class, tag, EdgeKind::Call);
                    }
                }
                Value::SuperMethod(unit, name) => {
                    for method in self.evaluator.super_targets(unit, name) {
                        self.to(method, EdgeKind::Call);
                    }
                }
                Value::External(name, false) => match self.program.name(name) {
                    "partial" => self.first_argument(call),
                    "entry_points" | "iter_entry_points" => self.group(call),
                    _ => {}
                },
                _ => {}
            }
        }
        if (values.is_empty() || values.contains(&Value::Any))
            && let CodeExpr::Attribute(_, name) = code.expression(callee)
        {
            self.named(self.program.files[self.file as usize].word(name));
        }
    }

    /// `entry_points(group="…")`.
    fn group(&mut self, call: ExprId) {
        let code = self.program.files[self.file as usize].code;
        let arguments = self.evaluator.arguments(self.file, call).iter().map(|argument| ExprId(*argument));
        let keywords = self.evaluator.keywords(self.file, call).map(|(_, value)| value);
        for argument in arguments.chain(keywords).collect::<Vec<_>>() {
            if let CodeExpr::Str(group) = code.expression(argument) {
                self.published(code.word(group));
            }
        }
    }

    /// What `functools.partial` gets is called sooner or later.
    fn first_argument(&mut self, call: ExprId) {
        if let Some(first) = self.evaluator.arguments(self.file, call).first() {
            for value in self.evaluator.values(self.file, ExprId(*first)) {
                if let Value::Function(unit) | Value::Bound(unit, ..) = value {
                    self.to(unit, EdgeKind::Several);
                }
            }
        }
    }

    /// A method of a receiver that is not known: every one of that name.
    fn named(&mut self, name: Symbol) {
        let text = self.program.name(name);
        if text.starts_with("__") && text.ends_with("__") && text != "__call__" {
            return;
        }
        let is_method = |method: &&u32| !self.program.flags(**method).has(UnitFlags::PROPERTY);
        let methods = self.program.methods.get(&name).map(Vec::as_slice).unwrap_or_default();
        let methods: Methods = methods.iter().filter(is_method).copied().collect();
        let kind = match methods.len() {
            _ if externals::is_common(text) => EdgeKind::CommonNamed,
            1 => EdgeKind::OneNamed,
            2 | 3 => EdgeKind::FewNamed,
            4..=8 => EdgeKind::SomeNamed,
            _ => EdgeKind::ManyNamed,
        };
        for method in methods.into_iter().take(MAX_NAMED) {
            let is_static =
                self.program.flags(method).has_any(UnitFlags(UnitFlags::STATIC.0 | UnitFlags::CLASS_METHOD.0));
            let gate = if is_static { Gate::Open } else { Gate::Owner(method) };
            self.edge(method, kind, self.is_of_tests(), gate);
        }
    }

    pub(super) fn is_module_of_product(&self) -> bool {
        let (_, unit) = self.program.unit(self.from);
        unit.kind == UnitKind::Module && self.program.is_measured[self.file as usize]
    }

    /// A name or attribute that is read without being called: passed on, kept, a property, a table of functions.
    fn load(&mut self, id: ExprId, function: EdgeKind, class: EdgeKind) {
        let is_passed = matches!(function, EdgeKind::Passed | EdgeKind::Handed);
        let of_module = self.is_module_of_product() && !is_passed;
        let values = self.evaluator.values(self.file, id);
        let is_function = self.program.unit(self.from).1.kind == UnitKind::Function;
        for value in &values {
            match *value {
                Value::Function(unit) => {
                    let is_nested = is_function && self.program.parent(unit) == Some(self.from);
                    let kind = match () {
                        () if is_nested => EdgeKind::Nested,
                        () if of_module => EdgeKind::ModuleLoad,
                        () => function,
                    };
                    self.to(unit, kind);
                }
                Value::Bound(unit, class, tag) => self.lead_to_method(unit, class, tag, EdgeKind::Load),
                Value::Holder(holder) => self.table(holder),
                Value::Class(known, _) => {
                    self.lead_to_class(known, if of_module { EdgeKind::ClassModuleLoad } else { class });
                }
                _ => {}
            }
        }
        let code = self.program.files[self.file as usize].code;
        if let CodeExpr::Attribute(object, name) = code.expression(id) {
            let objects = self.evaluator.values(self.file, object);
            self.properties(&objects, self.program.files[self.file as usize].word(name));
        }
    }

    /// Properties and `__getattr__` of what an attribute is read of.
    pub(super) fn properties(&mut self, objects: &[Value], name: Symbol) {
        let program = self.program;
        for value in objects {
            let (class, tag) = match *value {
                Value::Instance(class, tag) => (class, tag),
                Value::Module(file) => {
                    self.module_hook(file, name);
                    continue;
                }
                _ => continue,
            };
            let methods = self.evaluator.find(class, name, 0);
            for method in &methods {
                if program.flags(*method).has(UnitFlags::PROPERTY) {
                    self.lead_to_method(*method, class, tag, EdgeKind::Call);
                }
            }
            if !methods.is_empty() {
                continue;
            }
            if !self.evaluator.has_attribute(class, name)
                && let Some(method) = self.evaluator.special(class, "__getattr__")
            {
                self.to(method, EdgeKind::Operator);
            }
            if tag != Tag::Exact {
                for (own, gate) in &*self.overriders(class, name) {
                    if program.flags(*own).has(UnitFlags::PROPERTY) {
                        self.edge(*own, EdgeKind::Override, false, *gate);
                    }
                }
            }
        }
    }

    pub(super) fn is_mentioned(&self, word: Option<Symbol>) -> bool {
        word.is_some_and(|word| self.program.vocabulary.contains(&word))
    }

    /// Whether a string of a test says a name.
    pub(super) fn is_said(&self, word: Option<Symbol>) -> bool {
        word.is_some_and(|word| self.program.said.contains(&word))
    }

    /// An assignment to an attribute: property setters and `__setattr__`.
    fn store(&mut self, id: ExprId) {
        let own = &self.program.files[self.file as usize];
        let CodeExpr::Attribute(object, name) = own.code.expression(id) else { return };
        let name = own.word(name);
        for value in self.evaluator.values(self.file, object) {
            let (Value::Instance(class, _) | Value::Class(class, _)) = value else { continue };
            let program = self.program;
            for base in &program.classes[class as usize].order {
                for method in self.evaluator.own_methods(*base, name) {
                    if program.flags(method).has(UnitFlags::SETTER) {
                        self.to(method, EdgeKind::Call);
                    }
                }
            }
            if let Some(method) = self.evaluator.special(class, "__setattr__") {
                self.to(method, EdgeKind::Call);
            }
        }
    }

    fn import(&mut self, module: Word, name: Option<Word>) {
        let own = &self.program.files[self.file as usize];
        let dotted = own.code.word(module);
        let mut at = self.program.module(self.file, dotted);
        if let Some(name) = name.map(|name| own.word(name)) {
            match (self.program.child(at, name), at) {
                (Some(child), _) => at = child,
                (None, Value::Module(file)) => self.module_hook(file, name),
                (None, _) => {}
            }
        }
        // Packages run before what is in them.
        for place in self.program.with_packages(at) {
            let unit = self.program.files[place as usize].units;
            self.to(unit, EdgeKind::Import);
        }
    }

    /// What a module does not define, its `__getattr__` is asked for.
    fn module_hook(&mut self, file: u32, name: Symbol) {
        if !self.evaluator.defines(file, name)
            && let Some(hook) = self.evaluator.symbol("__getattr__")
        {
            for value in self.evaluator.of_module(Value::Module(file), hook, 0) {
                if let Value::Function(unit) = value {
                    self.to(unit, EdgeKind::Call);
                }
            }
        }
    }

    /// A decorator is called when the definition runs, and what a factory of decorators returns is, too.
    fn decorator(&mut self, id: ExprId) {
        let code = self.program.files[self.file as usize].code;
        let (mut callee, mut is_factory) = (id, false);
        while let CodeExpr::Call(inner, _) = code.expression(callee) {
            (callee, is_factory) = (inner, true);
        }
        for value in self.evaluator.values(self.file, callee) {
            match value {
                Value::Function(unit) | Value::Bound(unit, ..) => {
                    self.to(unit, EdgeKind::Call);
                    if is_factory {
                        for made in self.evaluator.returned(unit, None, 3) {
                            if let Value::Function(made) = made {
                                self.to(made, EdgeKind::Call);
                            }
                        }
                    }
                }
                Value::Class(class, _) => self.lead_to_class(class, EdgeKind::Instance),
                Value::Instance(class, _) => {
                    if let Some(method) = self.evaluator.special(class, "__call__") {
                        self.to(method, EdgeKind::Call);
                    }
                }
                _ => {}
            }
        }
    }

    /// A decorator that is not known may register what it decorates.
    fn defines(&mut self, local: u32) {
        let own = &self.program.files[self.file as usize];
        let unit = &own.code.units[local as usize];
        let is_of_product = self.program.is_measured[self.file as usize];
        let is_within = self.program.unit(self.from).1.kind == UnitKind::Function;
        if !is_of_product && !is_within {
            return;
        }
        let is_plain =
            |decorator: &ExprId| externals::is_plain_decorator(self.evaluator.last_name(self.file, *decorator));
        if !unit.decorators.iter().all(is_plain) {
            let is_named = self.is_mentioned(Some(own.word(unit.name)));
            self.edge(own.units + local, EdgeKind::Registered, is_named, Gate::Open);
        }
    }

    fn defines_class(&mut self, local: u32) {
        let class = self.program.files[self.file as usize].classes + local;
        if let Some(hook) = self.evaluator.symbol("__init_subclass__") {
            for method in self.evaluator.find(class, hook, 1) {
                self.to(method, EdgeKind::Call);
            }
        }
        for meta in self.evaluator.metaclasses(class, 0) {
            for name in ["__new__", "__init__", "__prepare__"] {
                if let Some(method) = self.evaluator.special(meta, name) {
                    self.to(method, EdgeKind::Call);
                }
            }
        }
        if let Some(hook) = self.evaluator.symbol("__set_name__") {
            let file = &self.program.files[self.file as usize];
            let attributes = &file.code.classes[local as usize].attributes;
            for (_, value) in attributes.iter().take(MAX_COMPUTED) {
                for value in self.evaluator.values(self.file, *value) {
                    if let Value::Instance(class, _) = value {
                        for method in self.evaluator.find(class, hook, 0) {
                            self.to(method, EdgeKind::Call);
                        }
                    }
                }
            }
        }
    }
}
