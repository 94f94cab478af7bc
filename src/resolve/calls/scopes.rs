//! What names are bound to: in units, in modules, by star imports, by parameters.

use super::{
    Given,
    evaluate::{Evaluator, range},
    externals,
    values::{Holder, Symbol, Tag, Value, Values, normalized, or_unknown, unknown},
};
use crate::model::code::{BlockKind, ExprId, Unit, UnitFlags, UnitKind, UnitParameter, Use, Word};

/// How many bindings of one name are followed.
const MAX_BINDINGS: usize = 12;
/// How many blocks around a binding are looked at.
const MAX_BLOCKS: usize = 64;
/// How likely an import succeeds of a module that is not there.
const ABSENT: f64 = 0.02;
/// The same of what the project requires, if only for some purpose, and can do without: 18 of 40 such imports in 60 measured
/// projects.
const OPTIONAL: f64 = 0.5;
/// The same of what nothing in the project asks for: none of 9.
const UNASKED: f64 = 0.1;
/// How deeply star imports are followed.
const MAX_STAR_DEPTH: u8 = 12;

impl Evaluator<'_, '_> {
    /// What a name means in a unit.
    pub(super) fn lookup(&self, file: u32, unit: u32, name: Word, depth: u8) -> Values {
        if let Some(known) = self.names.borrow().get(&(unit, name)) {
            return known.clone();
        }
        // Empty as long as it is being worked out, so that a circle adds nothing.
        self.names.borrow_mut().insert((unit, name), Values::new());
        let values = normalized(self.looked_up(file, unit, name, depth));
        self.names.borrow_mut().insert((unit, name), values.clone());
        values
    }

    fn looked_up(&self, file: u32, unit: u32, name: Word, depth: u8) -> Values {
        let mut at = Some(unit);
        while let Some(node) = at {
            if let Some(found) = self.scope(file, node, name, depth) {
                return found;
            }
            at = self.program.parent(node);
        }
        let symbol = self.program.files[file as usize].word(name);
        self.starred(file, symbol, depth).unwrap_or_else(|| Values::from_slice(&[Value::External(symbol, true)]))
    }

    /// What a name is bound to in a unit itself; `None` where it is not.
    fn scope(&self, file: u32, node: u32, name: Word, depth: u8) -> Option<Values> {
        let (_, unit) = self.program.unit(node);
        let bound = range(&unit.binds, name, |bind| bind.0);
        let parameter = unit.parameters.iter().find(|parameter| parameter.name == name);
        if bound.is_empty() && parameter.is_none() {
            return None;
        }
        let mut found = Values::new();
        if let Some(parameter) = parameter {
            found = self.parameter(file, node, unit, parameter, depth);
        }
        found.extend(self.union(file, self.live(file, unit, bound), depth));
        if !bound.is_empty() && parameter.is_none() {
            let name = self.program.files[file as usize].word(name);
            let local = (unit.kind == UnitKind::Function).then_some(node);
            found = self.program.with_appended(name, local, found);
        }
        Some(found)
    }

    /// The bindings that may be in effect: of a module the last certain one and those behind it, without branches that
    /// are not taken.
    fn live(&self, file: u32, unit: &Unit, bound: &[(Word, ExprId, u32)]) -> Vec<ExprId> {
        let mut bound = bound;
        if bound.len() > 1 {
            if unit.kind == UnitKind::Module {
                let last = bound.iter().rposition(|(.., block)| self.is_certain(file, unit, *block));
                bound = &bound[last.unwrap_or(0)..];
            }
            let chances: Vec<f64> = bound.iter().map(|(.., block)| self.chance(file, unit, *block)).collect();
            if chances.iter().any(|chance| *chance >= 0.3) {
                let likely = bound.iter().zip(&chances).filter(|(_, chance)| **chance >= 0.3);
                let likely: Vec<ExprId> = likely.map(|((_, value, _), _)| *value).collect();
                return likely[likely.len().saturating_sub(MAX_BINDINGS)..].to_vec();
            }
        }
        bound[bound.len().saturating_sub(MAX_BINDINGS)..].iter().map(|(_, value, _)| *value).collect()
    }

    /// How likely the platform and the imports are such that a block runs.
    fn chance(&self, file: u32, unit: &Unit, block: u32) -> f64 {
        let (mut chance, mut at) = (1.0, Some(block));
        for _ in 0..MAX_BLOCKS {
            let Some(block) = at.map(|at| &unit.blocks[at as usize]) else { break };
            chance *= match block.kind {
                BlockKind::Never => 0.0,
                BlockKind::OtherPlatform => 0.01,
                BlockKind::ImportFails => 1.0 - self.import_chance_in(file, &block.imports),
                _ => 1.0,
            };
            at = block.parent;
        }
        chance
    }

    /// Whether a block always runs with its module.
    fn is_certain(&self, file: u32, unit: &Unit, block: u32) -> bool {
        let mut at = block;
        for _ in 0..MAX_BLOCKS {
            let block = &unit.blocks[at as usize];
            let Some(parent) = block.parent else { return true };
            let is_certain = match block.kind {
                BlockKind::Always | BlockKind::ThisPlatform | BlockKind::Try => true,
                BlockKind::TryImport => self.import_chance_in(file, &block.imports) > 0.9,
                _ => false,
            };
            if !is_certain {
                return false;
            }
            at = parent;
        }
        false
    }

    /// How likely all of these modules can be imported.
    pub(super) fn import_chance_in(&self, file: u32, modules: &[Word]) -> f64 {
        let code = self.program.files[file as usize].code;
        let chance = |module: &Word| {
            let dotted = code.word(*module);
            let top = dotted.split('.').next().unwrap_or_default();
            match self.program.module(file, dotted) {
                Value::Module(_) | Value::Folder(_) => 0.98,
                // A module of ours without source: compiled.
                Value::Any => 0.5,
                _ if externals::is_gone(top) || externals::is_elsewhere(top) => ABSENT,
                _ if externals::is_standard(top) => 0.98,
                _ if self.program.requires(top) => OPTIONAL,
                _ => UNASKED,
            }
        };
        modules.iter().map(chance).fold(1.0, f64::min)
    }

    /// How likely the imports succeed that a module cannot do without: whatever stands after one that fails does not
    /// run, nor does what the module defines.
    pub(super) fn body_chance(&self, file: u32) -> f64 {
        let own = &self.program.files[file as usize];
        let is_absent = |used: &(u32, Use)| {
            let (0, Use::Import(module, name)) = used else { return false };
            let top = match (own.code.word(*module), name) {
                ("six.moves", Some(name)) => own.code.word(*name),
                (module, _) => module.split('.').next().unwrap_or_default(),
            };
            (externals::is_gone(top) || externals::is_elsewhere(top))
                && !matches!(self.program.module(file, top), Value::Module(_) | Value::Folder(_))
        };
        let is_failing = own.code.units.first().is_some_and(|unit| unit.uses.iter().any(is_absent));
        if is_failing { ABSENT } else { 1.0 }
    }

    /// What a name of a module means.
    pub(super) fn of_module(&self, module: Value, name: Symbol, depth: u8) -> Values {
        let one = |value| Values::from_slice(&[value]);
        let file = match module {
            Value::Module(file) => file,
            Value::Folder(_) => return self.program.child(module, name).map_or_else(unknown, one),
            Value::External(..) => return one(Value::External(name, false)),
            _ => return unknown(),
        };
        let own = &self.program.files[file as usize];
        let found = own.own(name).and_then(|word| self.scope(file, own.units, word, depth));
        let child = || self.program.child(module, name).map(one);
        match found {
            Some(found) if found.iter().any(|value| *value != Value::Any) => found,
            Some(found) => child().unwrap_or(found),
            None => child().or_else(|| self.starred(file, name, depth)).unwrap_or_else(unknown),
        }
    }

    /// What a star import brings.
    fn starred(&self, file: u32, name: Symbol, depth: u8) -> Option<Values> {
        let own = &self.program.files[file as usize];
        if depth >= MAX_STAR_DEPTH || own.code.stars.is_empty() || self.program.name(name).starts_with('_') {
            return None;
        }
        own.code.stars.iter().find_map(|star| {
            let module = self.program.module(file, own.code.word(*star));
            if !matches!(module, Value::Module(other) if other != file) {
                return None;
            }
            let found = self.of_module(module, name, depth + 2);
            found.iter().any(|value| *value != Value::Any).then_some(found)
        })
    }

    fn parameter(&self, file: u32, node: u32, unit: &Unit, parameter: &UnitParameter, depth: u8) -> Values {
        let is_first = unit.parameters.first() == Some(parameter);
        if let Some(class) = self.program.class_of(node)
            && is_first
            && unit.has_receiver
            && !unit.flags.has(UnitFlags::STATIC)
        {
            if self.program.classes[class as usize].is_metaclass {
                return unknown();
            }
            let code = self.program.files[file as usize].code;
            let is_class = unit.flags.has(UnitFlags::CLASS_METHOD)
                || matches!(code.word(unit.name), "__new__" | "__init_subclass__" | "__class_getitem__");
            let value = if is_class { Value::Class } else { Value::Instance };
            return Values::from_slice(&[value(class, Tag::Receiver)]);
        }
        if let Some(annotation) = parameter.annotation {
            let values = self.annotated(file, annotation, node, depth);
            if self.says_something(&values, depth) {
                return values;
            }
        }
        let symbol = self.program.files[file as usize].word(parameter.name);
        if !self.program.is_measured.get(file as usize).copied().unwrap_or_default()
            && let Some(fixtures) = self.program.fixtures.get(&symbol)
        {
            let mut found = Values::new();
            for fixture in fixtures.iter().filter(|fixture| **fixture != node).take(4) {
                found.extend(self.provided(*fixture, depth));
            }
            return or_unknown(found);
        }
        let mut found = unknown();
        if let Some(default) = parameter.default {
            let values = self.eval(file, default, depth);
            found.extend(values.into_iter().filter(|value| matches!(value, Value::Class(..) | Value::Function(_))));
        }
        let place = unit.parameters.iter().position(|own| own == parameter).unwrap_or_default();
        let key = (node, u32::try_from(place).unwrap_or(u32::MAX));
        for given in self.passed.and_then(|passed| passed.get(&key)).into_iter().flatten() {
            match *given {
                Given::Argument(file, argument) => found.extend(self.eval(file, argument, depth)),
                Given::Decorated(value) => found.push(value),
            }
        }
        found
    }

    /// Whether anything is known, of a container what it holds.
    fn says_something(&self, values: &[Value], depth: u8) -> bool {
        let is_protocol = |class: u32| self.program.classes[class as usize].is_protocol;
        let is_known = |value: &Value| match *value {
            Value::Any | Value::Literal(_) => false,
            Value::Instance(class, _) => !is_protocol(class),
            _ => true,
        };
        values.is_empty()
            || values.iter().any(|value| match value {
                Value::Holder(holder @ Holder::Types(_)) => {
                    self.item(Value::Holder(*holder), None, depth).iter().any(is_known)
                }
                Value::Instance(class, _) => !is_protocol(*class),
                value => *value != Value::Any,
            })
    }

    /// Whether the annotation of a parameter says what it gets: type variables, `Any` and `Callable` do not.
    pub(super) fn is_annotated(&self, unit: u32, place: u32, parameter: &UnitParameter) -> bool {
        let Some(annotation) = parameter.annotation else { return false };
        if let Some(known) = self.annotated.borrow().get(&(unit, place)) {
            return *known;
        }
        let file = self.program.unit_files[unit as usize];
        let is_annotated = self.says_something(&self.annotated(file, annotation, unit, 0), 0);
        self.annotated.borrow_mut().insert((unit, place), is_annotated);
        is_annotated
    }

    /// Whether a module has a name of its own, as far as can be seen.
    pub(super) fn defines(&self, file: u32, name: Symbol) -> bool {
        let own = &self.program.files[file as usize];
        let is_bound = |word: Word| {
            let binds = own.code.units.first().map(|unit| range(&unit.binds, word, |bind| bind.0));
            binds.is_some_and(|binds| !binds.is_empty())
        };
        let module = Value::Module(file);
        own.own(name).is_some_and(is_bound)
            || self.program.child(module, name).is_some()
            || self.starred(file, name, 0).is_some()
            || externals::is_of_modules(self.program.name(name))
    }

    /// What a fixture gives to who asks for it.
    fn provided(&self, fixture: u32, depth: u8) -> Values {
        let (_, unit) = self.program.unit(fixture);
        let file = self.program.unit_files[fixture as usize];
        if let Some(returns) = unit.returns {
            let mut values = self.annotated(file, returns, fixture, depth);
            if !unit.yielded.is_empty() {
                values = self.each(&values, |value| self.item(value, Some(0), depth));
            }
            if values.iter().any(|value| *value != Value::Any) {
                return values;
            }
        }
        let given = if unit.yielded.is_empty() { &unit.returned } else { &unit.yielded };
        self.union(file, given.iter().copied(), depth)
    }
}
