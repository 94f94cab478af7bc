//! Attributes of values, and what calls of them return.

use smallvec::SmallVec;

use super::{
    evaluate::{Evaluator, range},
    externals,
    values::{Holder, Symbol, Tag, Value, Values, or_unknown, unknown},
};
use crate::model::code::{CodeExpr, ExprId, UnitFlags};

/// How many classes below one are asked.
const MAX_BELOW: usize = 40;
/// How many assignments of one attribute are followed.
const MAX_MEMBERS: usize = 8;

/// Methods of one name.
pub(super) type Methods = SmallVec<[u32; 2]>;

impl Evaluator<'_, '_> {
    /// The methods of a name that a class itself defines.
    pub(super) fn own_methods(&self, class: u32, name: Symbol) -> Methods {
        let info = &self.program.classes[class as usize];
        let file = &self.program.files[info.file as usize];
        let Some(word) = file.own(name) else { return Methods::new() };
        let methods = &file.code.classes[info.local as usize].methods;
        range(methods, word, |entry| entry.0).iter().map(|(_, unit)| file.units + unit).collect()
    }

    /// The methods of a name in the first class that has some, behind the first `skip` in the order.
    pub(super) fn find(&self, class: u32, name: Symbol, skip: usize) -> Methods {
        let order = &self.program.classes[class as usize].order;
        let mut found = order.iter().skip(skip).map(|class| self.own_methods(*class, name));
        found.find(|methods| !methods.is_empty()).unwrap_or_default()
    }

    /// What the body of a class binds a name to, and what its methods assign to it.
    pub(super) fn own_values(&self, class: u32, name: Symbol, with_members: bool, depth: u8) -> Values {
        let info = &self.program.classes[class as usize];
        let file = &self.program.files[info.file as usize];
        let Some(word) = file.own(name) else { return Values::new() };
        let code = &file.code.classes[info.local as usize];
        let mut found = Values::new();
        if with_members {
            let members = range(&code.members, word, |entry| entry.0).iter().take(MAX_MEMBERS);
            found.extend(self.union(info.file, members.map(|(_, value)| *value), depth));
        }
        let bound = range(&code.attributes, word, |entry| entry.0).iter().take(MAX_MEMBERS);
        found.extend(self.union(info.file, bound.map(|(_, value)| *value), depth));
        self.program.with_appended(name, None, found)
    }

    /// Whether a class or one before it in its order has an attribute of a name that is no method.
    pub(super) fn has_attribute(&self, class: u32, name: Symbol) -> bool {
        self.program.classes[class as usize].order.iter().any(|class| {
            let info = &self.program.classes[*class as usize];
            let file = &self.program.files[info.file as usize];
            let code = &file.code.classes[info.local as usize];
            file.own(name).is_some_and(|word| {
                !range(&code.attributes, word, |entry| entry.0).is_empty()
                    || !range(&code.members, word, |entry| entry.0).is_empty()
            })
        })
    }

    /// What an attribute of a value may mean.
    pub(super) fn attribute(&self, value: Value, name: Symbol, depth: u8) -> Values {
        let one = |value| Values::from_slice(&[value]);
        match value {
            Value::Module(_) | Value::Folder(_) => self.of_module(value, name, depth),
            Value::External(..) => one(Value::External(name, false)),
            Value::Holder(holder) => one(Value::HolderMethod(holder, name)),
            Value::Foreign => one(Value::ForeignMethod(false, name)),
            Value::Literal(_) => one(Value::ForeignMethod(true, name)),
            Value::Super(unit) => one(Value::SuperMethod(unit, name)),
            Value::Class(class, tag) => self.of_class(value, class, tag, name, depth),
            Value::Instance(class, tag) => self.of_class(value, class, tag, name, depth),
            _ => unknown(),
        }
    }

    fn of_class(&self, value: Value, class: u32, tag: Tag, name: Symbol, depth: u8) -> Values {
        let is_instance = matches!(value, Value::Instance(..));
        let info = &self.program.classes[class as usize];
        let mut found = Values::new();
        for base in &info.order {
            let methods = self.own_methods(*base, name);
            for method in &methods {
                let flags = self.program.flags(*method);
                if flags.has(UnitFlags::PROPERTY) && is_instance {
                    found.extend(self.returned(*method, Some(value), depth));
                } else if !flags.has(UnitFlags::SETTER) {
                    let is_bound = is_instance || flags.has(UnitFlags::CLASS_METHOD);
                    let bound = Value::Bound(*method, class, tag);
                    found.push(if is_bound { bound } else { Value::Function(*method) });
                }
            }
            if !methods.is_empty() {
                break;
            }
            found.extend(self.own_values(*base, name, is_instance, depth));
            if !found.is_empty() {
                break;
            }
        }
        let is_class = |value: &Value| matches!(value, Value::Class(..));
        if tag != Tag::Exact && found.iter().any(is_class) {
            // An attribute that subclasses set to other classes.
            for below in info.below.iter().take(MAX_BELOW) {
                for value in self.own_values(*below, name, false, depth) {
                    if let Value::Class(class, _) = value
                        && !found.iter().any(|known| matches!(known, Value::Class(known, _) if *known == class))
                    {
                        found.push(Value::Class(class, Tag::Overridden));
                    }
                }
            }
        }
        if found.is_empty() && tag == Tag::Receiver {
            // A mixin: only those who inherit from it define it.
            for below in info.below.iter().take(MAX_BELOW) {
                let methods = self.own_methods(*below, name);
                let plain = methods.iter().filter(|method| !self.program.flags(**method).has(UnitFlags::PROPERTY));
                found.extend(plain.map(|method| Value::Bound(*method, *below, Tag::Mixed)));
            }
        }
        if found.is_empty() && !is_instance {
            for meta in self.metaclasses(class, depth) {
                found.extend(self.find(meta, name, 0).iter().map(|method| Value::Bound(*method, meta, Tag::Exact)));
            }
        }
        if !found.is_empty() {
            return found;
        }
        let is_foreign = info.is_called_back;
        Values::from_slice(&[if is_foreign { Value::ForeignMethod(false, name) } else { Value::Any }])
    }

    /// The metaclasses of the tree that a class has.
    pub(super) fn metaclasses(&self, class: u32, depth: u8) -> Vec<u32> {
        let order = &self.program.classes[class as usize].order;
        let own = order.iter().find_map(|base| {
            let info = &self.program.classes[*base as usize];
            let code = &self.program.files[info.file as usize].code.classes[info.local as usize];
            code.metaclass.map(|metaclass| (info.file, metaclass))
        });
        let Some((file, metaclass)) = own else { return Vec::new() };
        let values = self.eval(file, metaclass, depth);
        let classes = values.into_iter().filter_map(|value| match value {
            Value::Class(class, _) => Some(class),
            _ => None,
        });
        classes.collect()
    }

    /// What a function returns; what is declared of the receiver's class is narrowed to the receiver.
    pub(super) fn returned(&self, method: u32, receiver: Option<Value>, depth: u8) -> Values {
        let (_, unit) = self.program.unit(method);
        let file = self.program.unit_files[method as usize];
        let own = match receiver {
            Some(Value::Instance(class, tag) | Value::Class(class, tag)) => Some((class, tag)),
            _ => None,
        };
        let is_above =
            |class: u32| own.is_some_and(|(own, _)| self.program.classes[own as usize].order.contains(&class));
        if let Some(returns) = unit.returns {
            let mut values = self.annotated(file, returns, method, depth);
            if values.iter().any(|value| *value != Value::Any) {
                for value in &mut values {
                    if let Value::Instance(class, tag) = value
                        && let Some((own, _)) = own
                        && *class != own
                        && is_above(*class)
                    {
                        *value = Value::Instance(own, *tag);
                    }
                }
                return values;
            }
        }
        if !unit.yielded.is_empty() {
            return Values::from_slice(&[Value::Holder(Holder::Generator(method))]);
        }
        let mut values = self.union(file, unit.returned.iter().take(10).copied(), depth);
        for value in &mut values {
            if let (Value::Instance(class, own_tag) | Value::Class(class, own_tag), Some((own, tag))) = (value, own)
                && *own_tag != Tag::Exact
                && is_above(*class)
            {
                (*class, *own_tag) = (own, tag);
            }
        }
        values
    }

    /// What a call of a value returns.
    pub(super) fn called(&self, value: Value, file: u32, call: ExprId, depth: u8) -> Values {
        let one = |value| Values::from_slice(&[value]);
        match value {
            Value::Class(class, tag) => one(Value::Instance(class, tag)),
            Value::Function(unit) => self.returned(unit, None, depth),
            Value::Bound(unit, class, tag) => {
                let is_class = self.program.flags(unit).has(UnitFlags::CLASS_METHOD);
                let receiver = if is_class { Value::Class(class, tag) } else { Value::Instance(class, tag) };
                self.returned(unit, Some(receiver), depth)
            }
            Value::Instance(class, _) => match self.special(class, "__call__") {
                Some(method) => self.returned(method, Some(value), depth),
                None => unknown(),
            },
            Value::SuperMethod(unit, name) => match self.super_targets(unit, name).first() {
                Some(method) => self.returned(*method, None, depth),
                None => unknown(),
            },
            Value::HolderMethod(holder, name) => match self.program.name(name) {
                "values" | "copy" | "union" | "keys" => one(Value::Holder(holder)),
                "items" => one(Value::Pairs(holder)),
                "get" | "pop" | "setdefault" | "popleft" => self.item(Value::Holder(holder), None, depth),
                _ => unknown(),
            },
            Value::Lambda(anywhere) => {
                let (file, id) = self.program.locate(anywhere);
                match self.program.files[file as usize].code.expression(id) {
                    CodeExpr::Lambda(body) => self.eval(file, body, depth),
                    _ => unknown(),
                }
            }
            Value::External(name, _) => self.called_outside(self.program.name(name), value, file, call, depth),
            Value::ForeignMethod(true, name)
                if matches!(
                    self.program.name(name),
                    "join" | "format" | "strip" | "lower" | "upper" | "replace" | "decode" | "encode"
                ) =>
            {
                one(Value::Literal(true))
            }
            _ => unknown(),
        }
    }

    /// What a call of something outside of the tree returns.
    fn called_outside(&self, name: &str, value: Value, file: u32, call: ExprId, depth: u8) -> Values {
        let arguments = self.arguments(file, call);
        let first = || arguments.first().map(|first| self.eval(file, ExprId(*first), depth)).unwrap_or_default();
        if name == "enumerate" && !arguments.is_empty() {
            let pairs = first().into_iter().map(|value| match value {
                Value::Holder(holder) => Value::Pairs(holder),
                Value::Instance(class, tag) => Value::Pairs(Holder::Instance(class, tag)),
                _ => Value::Any,
            });
            return pairs.collect();
        }
        if !externals::is_opaque(name) {
            let is_class_like = matches!(value, Value::External(..));
            return Values::from_slice(&[if is_class_like { Value::Foreign } else { Value::Any }]);
        }
        let code = self.program.files[file as usize].code;
        match (name, arguments) {
            ("cast", [annotation, _]) => {
                let (_, unit) = self.program.expression(file, ExprId(*annotation));
                or_unknown(self.annotated(file, ExprId(*annotation), unit, depth))
            }
            ("next", [_, ..]) => {
                let iterated = first();
                or_unknown(self.each(&iterated, |value| self.item(value, None, depth)))
            }
            // The sets of a parametrization.
            ("param", _) => match arguments {
                [one] => self.eval(file, ExprId(*one), depth),
                _ => unknown(),
            },
            ("type", [_]) => first()
                .into_iter()
                .map(|value| match value {
                    Value::Instance(class, tag) => Value::Class(class, tag),
                    _ => Value::Any,
                })
                .collect(),
            ("getattr", [object, name, ..]) => {
                let CodeExpr::Str(word) = code.expression(ExprId(*name)) else { return unknown() };
                let name = self.program.files[file as usize].word(word);
                let objects = self.eval(file, ExprId(*object), depth);
                let mut found = self.each(&objects, |value| self.attribute(value, name, depth));
                found.push(Value::Any);
                found
            }
            _ if externals::is_transparent(name) && !arguments.is_empty() => {
                let mut found = first();
                found.push(Value::Any);
                found
            }
            _ => unknown(),
        }
    }

    /// The methods that `super().name` means in a unit.
    pub(super) fn super_targets(&self, unit: u32, name: Symbol) -> Methods {
        let mut at = Some(unit);
        while let Some(node) = at {
            if let Some(class) = self.program.class_of(node) {
                let found = self.find(class, name, 1);
                if !found.is_empty() {
                    return found;
                }
                // Cooperative mixins: what comes next in the order of a subclass.
                for below in self.program.classes[class as usize].below.iter().take(MAX_BELOW) {
                    let order = &self.program.classes[*below as usize].order;
                    let behind = order.iter().skip_while(|base| **base != class).skip(1);
                    for base in behind {
                        let found = self.own_methods(*base, name);
                        if !found.is_empty() {
                            return found;
                        }
                    }
                }
                return Methods::new();
            }
            at = self.program.parent(node);
        }
        Methods::new()
    }
}
