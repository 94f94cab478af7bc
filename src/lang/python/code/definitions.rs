//! Functions and classes.

use tree_sitter::Node;

use super::{
    super::{
        grammar::Kind,
        position::{line_of, offset_of},
    },
    Flow, Start, Walker,
    statements::row,
};
use crate::model::code::{ClassCode, CodeExpr, ExprId, Primitive, UnitFlags, UnitKind, UnitParameter, Use};

impl<'t> Walker<'_, 't> {
    pub(super) fn definition(&mut self, node: Node<'t>) -> Flow {
        let children = self.grammar.children(node);
        let (definition, decorators) = match self.kind(node) {
            Kind::DecoratedDefinition => {
                let decorators = children.iter().copied().filter(|child| self.kind(*child) == Kind::Decorator);
                let definition = self.grammar.child(node, self.grammar.field.definition);
                (definition, decorators.filter_map(|decorator| decorator.named_child(0)).collect())
            }
            _ => (Some(node), Vec::new()),
        };
        let Some(definition) = definition else { return Flow::default() };
        let mut is_excluded = false;
        for decorator in &decorators {
            self.lines.join(row(*decorator), decorator.end_position().row);
            is_excluded |= self.lines.is_excluded(row(*decorator));
        }
        is_excluded |= self.header(definition);
        self.count += 1;
        self.excluded += u32::from(is_excluded);
        for decorator in &decorators {
            self.line(row(*decorator));
        }
        let values: Vec<ExprId> = decorators.iter().map(|decorator| self.value(*decorator)).collect();
        for value in &values {
            self.uses(Use::Decorator(*value));
        }
        let before = self.count;
        match self.kind(definition) {
            Kind::ClassDefinition => self.class(definition),
            _ => self.function(definition, &decorators, values),
        }
        // What is in it is not in the block that defines it.
        self.count = before;
        self.excluded -= u32::from(is_excluded);
        Flow::default()
    }

    fn function(&mut self, node: Node<'t>, decorators: &[Node<'t>], values: Vec<ExprId>) {
        self.line(row(node));
        let grammar = self.grammar;
        let field = &grammar.field;
        let Some(name) = grammar.child(node, field.name) else { return };
        let parameters = self.parameters(node);
        let returns = grammar.child(node, field.return_type).and_then(|node| self.annotation(self.str(node)));
        let class = self.in_class();
        let save = (self.current, self.block, self.class);
        let id = self.unit(UnitKind::Function, self.str(name), Some(node));
        let own_name = self.word_of(name);
        match class {
            Some(class) => self.code.classes[class as usize].methods.push((own_name, id)),
            None => {
                let value = self.push(CodeExpr::Function(id));
                self.bind(own_name, value);
            }
        }
        self.uses(Use::Defines(id));
        let body = grammar.child(node, field.body);
        let flags = self.flags(decorators, body);
        let first = grammar.child(node, field.parameters).and_then(|list| grammar.children(list).first().copied());
        let has_receiver = first
            .is_some_and(|first| !matches!(self.kind(first), Kind::ListSplatPattern | Kind::DictionarySplatPattern));
        let unit = &mut self.code.units[id as usize];
        unit.class = class;
        unit.parameters = parameters;
        unit.has_receiver = has_receiver;
        unit.returns = returns;
        unit.decorators = values;
        unit.flags = flags;
        (self.current, self.block, self.class) = (id, 0, None);
        for decorator in decorators {
            self.test_decorator(*decorator);
        }
        if let Some(body) = body {
            self.body(body, true);
        }
        (self.current, self.block, self.class) = save;
    }

    /// Parametrized values are what a test's parameters hold; `usefixtures` asks for fixtures.
    fn test_decorator(&mut self, decorator: Node<'t>) {
        let grammar = self.grammar;
        if self.kind(decorator) != Kind::Call {
            return;
        }
        let callee = grammar.child(decorator, grammar.field.function).map_or("", |callee| self.str(callee));
        let Some(list) = grammar.child(decorator, grammar.field.arguments) else { return };
        let arguments = grammar.children(list);
        if callee.ends_with("usefixtures") {
            for argument in arguments {
                if let Some(name) = self.plain(argument) {
                    let name = self.word(name);
                    self.here().fixtures.push(name);
                }
            }
        } else if callee.ends_with("parametrize")
            && let [names, values, ..] = arguments.as_slice()
        {
            let names: Vec<&'t str> = match self.plain(*names) {
                Some(names) => names.split(',').map(str::trim).collect(),
                None => grammar.children(*names).into_iter().filter_map(|name| self.plain(name)).collect(),
            };
            let uses = self.here().uses.len();
            let values = self.value(*values);
            self.here().uses.truncate(uses);
            let item = self.push(CodeExpr::Item(values));
            let is_one = names.len() == 1;
            for (place, name) in (0u32..).zip(names) {
                let name = self.word(name);
                let value = if is_one { item } else { self.push(CodeExpr::ItemAt(item, place)) };
                self.bind(name, value);
            }
        }
    }

    fn parameters(&mut self, node: Node<'t>) -> Vec<UnitParameter> {
        let grammar = self.grammar;
        let field = &grammar.field;
        let mut found = Vec::new();
        let Some(list) = grammar.child(node, field.parameters) else { return found };
        for parameter in grammar.children(list) {
            let kind = self.kind(parameter);
            let (mut name, mut is_rest) = (grammar.child(parameter, field.name), false);
            match kind {
                Kind::Identifier => name = Some(parameter),
                Kind::TypedParameter | Kind::ListSplatPattern | Kind::DictionarySplatPattern => {
                    name = parameter.named_child(0);
                    is_rest = kind != Kind::TypedParameter;
                    while let Some(inner) = name
                        && matches!(self.kind(inner), Kind::ListSplatPattern | Kind::DictionarySplatPattern)
                    {
                        name = inner.named_child(0);
                        is_rest = true;
                    }
                }
                Kind::DefaultParameter | Kind::TypedDefaultParameter => {}
                _ => continue,
            }
            let Some(name) = name.filter(|name| self.kind(*name) == Kind::Identifier) else { continue };
            let name = self.word_of(name);
            let annotation = grammar.child(parameter, field.type_of).filter(|_| !is_rest);
            let annotation = annotation.and_then(|node| self.annotation(self.str(node)));
            let default = match grammar.child(parameter, field.value) {
                Some(default) => Some(self.expr(default)),
                None if is_rest => Some(self.push(CodeExpr::Constant(Primitive::Other))),
                None => None,
            };
            found.push(UnitParameter { name, annotation, default });
        }
        found
    }

    fn flags(&self, decorators: &[Node<'t>], body: Option<Node<'t>>) -> UnitFlags {
        let names: Vec<&str> = decorators.iter().map(|decorator| self.str(*decorator)).collect();
        let contains = |word: &str| names.iter().any(|name| name.contains(word));
        let ends = |word: &str| names.iter().any(|name| name.ends_with(word));
        let mut flags = UnitFlags::default();
        flags.set_if(UnitFlags::ABSTRACT, contains("abstract"));
        flags.set_if(UnitFlags::OVERLOAD, ends("overload"));
        flags.set_if(UnitFlags::PROPERTY, contains("property") || contains("reify") || ends(".getter"));
        flags.set_if(UnitFlags::SETTER, ends(".setter") || ends(".deleter"));
        flags.set_if(UnitFlags::STATIC, contains("staticmethod"));
        flags.set_if(UnitFlags::CLASS_METHOD, contains("classmethod"));
        flags.set_if(UnitFlags::FIXTURE, contains("fixture"));
        let statements = body.map(|body| self.grammar.children(body)).unwrap_or_default();
        let is_constant = |statement: &&Node<'t>| {
            self.kind(**statement) == Kind::ExpressionStatement
                && statement.named_child(0).is_some_and(|child| {
                    matches!(self.kind(child), Kind::String | Kind::ConcatenatedString | Kind::Ellipsis)
                })
        };
        let rest: Vec<_> = statements.iter().filter(|statement| !is_constant(statement)).collect();
        let only = if rest.len() == 1 { Some(*rest[0]) } else { None };
        let is_pass = only.is_some_and(|only| self.kind(only) == Kind::PassStatement);
        flags.set_if(UnitFlags::STUB, rest.is_empty() || is_pass);
        let raises = only
            .is_some_and(|only| self.kind(only) == Kind::RaiseStatement && self.str(only).contains("NotImplemented"));
        flags.set_if(UnitFlags::NOT_IMPLEMENTED, raises);
        flags
    }

    fn class(&mut self, node: Node<'t>) {
        self.line(row(node));
        let grammar = self.grammar;
        let field = &grammar.field;
        let Some(name) = grammar.child(node, field.name) else { return };
        let uses = self.here().uses.len();
        let (mut bases, mut metaclass) = (Vec::new(), None);
        for base in grammar.child(node, field.superclasses).map(|list| grammar.children(list)).unwrap_or_default() {
            if self.kind(base) == Kind::KeywordArgument {
                let keyword = grammar.child(base, field.name).map_or("", |name| self.str(name));
                if let Some(value) = grammar.child(base, field.value) {
                    let value = self.expr(value);
                    if keyword == "metaclass" {
                        metaclass = Some(value);
                    }
                }
            } else {
                bases.push(self.expr(base));
            }
        }
        // To inherit from a class is not to use it.
        let own = self.here().uses.split_off(uses);
        let calls = own.into_iter().filter(|(_, used)| matches!(used, Use::Call(_)));
        self.here().uses.extend(calls);
        let id = u32::try_from(self.code.classes.len()).unwrap_or(u32::MAX);
        let own_name = self.word_of(name);
        self.starts.insert(offset_of(name), Start::Class(id));
        self.code.classes.push(ClassCode {
            name: own_name,
            unit: self.current,
            block: self.block,
            definition: None,
            line: line_of(node),
            bases,
            metaclass,
            methods: Vec::new(),
            attributes: Vec::new(),
            members: Vec::new(),
        });
        let value = self.push(CodeExpr::Class(id));
        self.bind(own_name, value);
        self.uses(Use::DefinesClass(id));
        let save = (self.class, self.class_unit);
        (self.class, self.class_unit) = (Some(id), self.current);
        if let Some(body) = grammar.child(node, field.body) {
            self.body(body, true);
        }
        (self.class, self.class_unit) = save;
    }
}
