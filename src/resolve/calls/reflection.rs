//! Edges by names that are strings, or put together, and by operators: what the code does not call by its name.

use super::{
    edges::{Builder, MAX_COMPUTED},
    values::{Tag, Value, Values},
};
use crate::model::{
    code::{CodeExpr, ExprId, Word},
    graph::{EdgeKind, Gate},
};

/// How long the beginning of a name must be to say which names may be meant.
const MIN_PREFIX: usize = 2;

impl Builder<'_, '_> {
    /// A string that spells the dotted path of something of the tree, or names a group of what the project publishes.
    pub(super) fn dotted(&mut self, text: Word) {
        let text = self.program.files[self.file as usize].code.word(text);
        self.published(text);
        let kind = if self.is_module_of_product() { EdgeKind::ListedString } else { EdgeKind::DottedString };
        self.path(text, kind, None);
    }

    /// What the project publishes in a group: who asks for the group may load any of it.
    pub(super) fn published(&mut self, group: &str) {
        let points: Vec<_> = self.program.entry_points.iter().filter(|point| point.group == group).copied().collect();
        for point in points {
            let is_named = self.is_said(self.evaluator.symbol(&point.name));
            self.path(&point.target, EdgeKind::EntryPoint, Some(is_named));
        }
    }

    /// What a dotted path leads to.
    fn path(&mut self, text: &str, kind: EdgeKind, is_named: Option<bool>) {
        let text = text.replace(':', ".");
        let mut parts = text.split('.');
        let Some(first) = parts.next() else { return };
        let Some(mut value) = self.program.top(self.file, first) else { return };
        let mut rest: Vec<&str> = parts.collect();
        rest.reverse();
        while let Some(name) = rest.last()
            && let Some(child) = self.evaluator.symbol(name).and_then(|name| self.program.child(value, name))
        {
            value = child;
            rest.pop();
        }
        let Value::Module(file) = value else { return };
        let unit = self.program.files[file as usize].units;
        let last = self.evaluator.symbol(text.rsplit('.').next().unwrap_or_default());
        let is_named = is_named.unwrap_or_else(|| self.is_said(last));
        self.edge(unit, kind, is_named, Gate::Open);
        let mut values = Values::from_slice(&[value]);
        while let Some(name) = rest.pop() {
            let Some(name) = self.evaluator.symbol(name) else { return };
            values = self.evaluator.each(&values, |value| self.evaluator.attribute(value, name, 0));
        }
        for value in values {
            match value {
                Value::Function(unit) => self.edge(unit, kind, is_named, Gate::Open),
                Value::Class(class, _) => {
                    self.edge(self.program.class_node(class), kind, is_named, Gate::Open);
                }
                _ => {}
            }
        }
    }

    /// `getattr(object, "visit_" + name)`: visitors, tables of commands.
    pub(super) fn begins(&mut self, object: ExprId, prefix: Word) {
        let program = self.program;
        let prefix = program.files[self.file as usize].code.word(prefix);
        let mut classes: Vec<u32> = Vec::new();
        for value in self.evaluator.values(self.file, object) {
            if let Value::Instance(class, _) | Value::Class(class, _) = value {
                classes.extend(&program.classes[class as usize].order);
                classes.extend(&program.classes[class as usize].below);
            }
        }
        classes.sort_unstable();
        classes.dedup();
        let mut candidates: Vec<(u32, Gate)> = Vec::new();
        for class in &classes {
            let info = &program.classes[*class as usize];
            let file = &program.files[info.file as usize];
            for (name, unit) in &file.code.classes[info.local as usize].methods {
                if file.code.word(*name).starts_with(prefix) {
                    candidates.push((file.units + unit, Gate::Class(program.class_node(*class))));
                }
            }
        }
        if classes.is_empty() {
            let first = program.method_names.partition_point(|(name, _)| *name < prefix);
            for (_, name) in program.method_names[first..].iter().take_while(|(name, _)| name.starts_with(prefix)) {
                candidates.extend(program.methods[name].iter().map(|method| (*method, Gate::Owner(*method))));
            }
        }
        for (method, gate) in candidates {
            let (file, unit) = program.unit(method);
            let rest_text = &file.code.word(unit.name)[prefix.len()..];
            let rest = self.evaluator.symbol(rest_text);
            match rest
                .and_then(|rest| program.class_names.get(&rest))
                .or_else(|| program.class_in_lower_case(rest_text))
            {
                // The visitor of a class of the tree runs where that class is used.
                Some(class) => {
                    self.edge(method, EdgeKind::BeginsClass, false, Gate::Class(program.class_node(*class)));
                }
                None => {
                    let is_named = self.is_mentioned(rest);
                    self.edge(method, EdgeKind::Begins, is_named, gate);
                }
            }
        }
    }

    /// `getattr(object, name)`: names from literal lists, else any method of the receiver.
    pub(super) fn computed(&mut self, object: ExprId, variable: Word) {
        let own = &self.program.files[self.file as usize];
        let code = own.code;
        let local = self.from - own.units;
        let binds = super::evaluate::range(&code.units[local as usize].binds, variable, |bind| bind.0);
        let mut names: Vec<Word> = Vec::new();
        let mut has_prefix = false;
        for (_, value, _) in binds.iter().take(6) {
            let (holder, place) = match code.expression(code.unwrapped_text(*value)) {
                CodeExpr::Str(name) => {
                    names.push(name);
                    continue;
                }
                CodeExpr::Prefix(prefix) if code.word(prefix).len() >= MIN_PREFIX => {
                    self.begins(object, prefix);
                    has_prefix = true;
                    continue;
                }
                CodeExpr::Item(of) => (of, None),
                CodeExpr::ItemAt(of, place) => match code.expression(of) {
                    CodeExpr::Item(of) => (of, Some(place)),
                    _ => continue,
                },
                _ => continue,
            };
            let CodeExpr::Display(list) = code.expression(holder) else { continue };
            for item in self.evaluator.parts(self.file, list) {
                let item = match (code.expression(item), place) {
                    (CodeExpr::Display(inner), Some(place)) => {
                        self.evaluator.parts(self.file, inner).nth(place as usize)
                    }
                    _ => Some(item),
                };
                if let Some(CodeExpr::Str(name)) = item.map(|item| code.expression(item)) {
                    names.push(name);
                }
            }
        }
        let objects = self.evaluator.values(self.file, object);
        for name in names.iter().take(MAX_COMPUTED) {
            let name = own.word(*name);
            for value in self.evaluator.each(&objects, |value| self.evaluator.attribute(value, name, 0)) {
                match value {
                    Value::Function(unit) => self.to(unit, EdgeKind::Passed),
                    Value::Bound(unit, class, tag) => self.lead_to_method(unit, class, tag, EdgeKind::Passed),
                    Value::Class(class, _) => self.lead_to_class(class, EdgeKind::ClassPassed),
                    _ => {}
                }
            }
            self.properties(&objects, name);
        }
        if names.is_empty() && !has_prefix {
            self.any_method(&objects);
            if self.is_loaded(object) {
                self.any_definition();
            }
        }
    }

    /// Whether an expression is a module that is imported by a name which is not known here.
    fn is_loaded(&self, object: ExprId) -> bool {
        let own = &self.program.files[self.file as usize];
        let code = own.code;
        let loads = |value: ExprId| {
            matches!(code.expression(value), CodeExpr::Call(callee, _)
                if matches!(self.evaluator.last_name(self.file, callee), "import_module" | "__import__"))
        };
        match code.expression(object) {
            CodeExpr::Name(name) => {
                let binds = &code.units[(self.from - own.units) as usize].binds;
                super::evaluate::range(binds, name, |bind| bind.0).iter().any(|(_, value, _)| loads(*value))
            }
            _ => loads(object),
        }
    }

    /// What modules define under a name that the product has as a string: any of it may be what is looked up.
    fn any_definition(&mut self) {
        for value in &self.program.spelled_definitions {
            match *value {
                Value::Class(class, _) => {
                    let (node, is_named) = (self.program.class_node(class), self.is_said_class(class));
                    self.edge(node, EdgeKind::Loaded, is_named, Gate::Open);
                }
                Value::Function(unit) => {
                    let (file, code) = self.program.unit(unit);
                    let is_named = self.is_said(Some(file.word(code.name)));
                    self.edge(unit, EdgeKind::Loaded, is_named, Gate::Open);
                }
                _ => {}
            }
        }
    }

    fn is_said_class(&self, class: u32) -> bool {
        let info = &self.program.classes[class as usize];
        let file = &self.program.files[info.file as usize];
        self.is_said(Some(file.word(file.code.classes[info.local as usize].name)))
    }

    /// Every method of the receiver, and of classes below it: likelier those whose name the product has as a string.
    fn any_method(&mut self, objects: &[Value]) {
        let program = self.program;
        for value in objects {
            let (Value::Instance(class, tag) | Value::Class(class, tag)) = *value else { continue };
            let info = &program.classes[class as usize];
            let below = if tag == Tag::Exact { &[][..] } else { &info.below[..] };
            let own = info.order.iter().map(|base| (*base, Gate::Open));
            let below = below.iter().take(MAX_COMPUTED).map(|below| (*below, Gate::Class(program.class_node(*below))));
            for (base, gate) in own.chain(below) {
                let info = &program.classes[base as usize];
                let file = &program.files[info.file as usize];
                for (name, unit) in &file.code.classes[info.local as usize].methods {
                    let symbol = file.word(*name);
                    if file.code.word(*name).starts_with("__") {
                        continue;
                    }
                    let is_spelled = program.spelled.contains(&symbol);
                    let kind = if is_spelled { EdgeKind::ComputedSpelled } else { EdgeKind::Computed };
                    let is_named = self.is_mentioned(Some(symbol));
                    self.edge(file.units + unit, kind, is_named, gate);
                }
            }
        }
    }

    /// An operator or builtin that calls a special method of a known receiver.
    pub(super) fn operator(&mut self, name: Word, id: ExprId) {
        let own = &self.program.files[self.file as usize];
        let text = own.code.word(name);
        let instead: &[&str] = match text {
            "__bool__" => &["__len__"],
            "__str__" => &["__repr__"],
            "__format__" => &["__str__", "__repr__"],
            _ => &[],
        };
        let name = own.word(name);
        for value in self.evaluator.values(self.file, id) {
            match value {
                Value::Instance(class, tag) => {
                    let mut methods = self.evaluator.find(class, name, 0);
                    for other in instead {
                        if methods.is_empty()
                            && let Some(other) = self.evaluator.symbol(other)
                        {
                            methods = self.evaluator.find(class, other, 0);
                        }
                    }
                    for method in methods {
                        self.lead_to_method(method, class, tag, EdgeKind::Operator);
                    }
                }
                Value::Class(class, _) => {
                    if text == "__getitem__"
                        && let Some(method) = self.evaluator.special(class, "__class_getitem__")
                    {
                        self.to(method, EdgeKind::Operator);
                    }
                    for meta in self.evaluator.metaclasses(class, 0) {
                        for method in self.evaluator.find(meta, name, 0) {
                            self.to(method, EdgeKind::Operator);
                        }
                    }
                }
                _ => {}
            }
        }
    }
}
