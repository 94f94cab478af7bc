//! What calls and decorators pass to the functions of the tree.

use super::{
    Argument, Given,
    edges::Builder,
    values::{Tag, Value},
};
use crate::model::code::{CodeExpr, ExprId, Use, Word};

impl Builder<'_, '_> {
    /// What the calls and decorators of the file pass to functions whose parameters have no annotation that says what
    /// they are: the function with the place of the parameter, and what it is given.
    pub(super) fn arguments(&self) -> Vec<Argument> {
        let code = self.program.files[self.file as usize].code;
        let mut found = Vec::new();
        let says_something = |id: ExprId| {
            matches!(
                code.expression(id),
                CodeExpr::Name(_)
                    | CodeExpr::Attribute(..)
                    | CodeExpr::Call(..)
                    | CodeExpr::Display(_)
                    | CodeExpr::Mapping(_)
                    | CodeExpr::Lambda(_)
            )
        };
        let own = &self.program.files[self.file as usize];
        let mut decorators: Vec<ExprId> = Vec::new();
        for (_, used) in code.units.iter().flat_map(|unit| &unit.uses) {
            let mut put_on =
                |value| found.extend(decorators.drain(..).flat_map(|decorator| self.decorated(decorator, value)));
            let call = match used {
                Use::Call(call) => call,
                Use::Decorator(decorator) => {
                    decorators.push(*decorator);
                    continue;
                }
                Use::Defines(unit) => {
                    put_on(Value::Function(own.units + unit));
                    continue;
                }
                Use::DefinesClass(class) => {
                    put_on(Value::Class(own.classes + class, Tag::Exact));
                    continue;
                }
                _ => continue,
            };
            let CodeExpr::Call(callee, _) = code.expression(*call) else { continue };
            let arguments = self.evaluator.arguments(self.file, *call);
            let keywords: Vec<(Word, ExprId)> = self.evaluator.keywords(self.file, *call).collect();
            if arguments.is_empty() && keywords.is_empty() {
                continue;
            }
            for value in self.evaluator.values(self.file, callee) {
                let (target, skip) = match value {
                    Value::Function(unit) => (Some(unit), 0),
                    Value::Bound(unit, ..) => (Some(unit), 1),
                    Value::Class(class, _) => (self.evaluator.special(class, "__init__"), 1),
                    _ => (None, 0),
                };
                let Some(target) = target else { continue };
                let (file, unit) = self.program.unit(target);
                for ((place, parameter), index) in (0u32..).zip(&unit.parameters).skip(skip).zip(0usize..) {
                    let name = file.word(parameter.name);
                    let by_name = keywords.iter().find(|(keyword, _)| own.word(*keyword) == name);
                    let by_place = arguments.get(index).map(|argument| ExprId(*argument));
                    let given = by_place.into_iter().chain(by_name.map(|(_, value)| *value));
                    let given: Vec<ExprId> = given.filter(|argument| says_something(*argument)).collect();
                    if given.is_empty() || self.evaluator.is_annotated(target, place, parameter) {
                        continue;
                    }
                    let given = given.into_iter().map(|argument| Given::Argument(self.file, argument));
                    found.extend(given.map(|given| ((target, place), given)));
                }
            }
        }
        found
    }

    /// What a decorator of the tree gets: what it is put on.
    fn decorated(&self, decorator: ExprId, value: Value) -> Vec<Argument> {
        let mut found = Vec::new();
        for callee in self.evaluator.values(self.file, decorator) {
            let (target, place) = match callee {
                Value::Function(unit) => (unit, 0),
                Value::Bound(unit, ..) => (unit, 1),
                _ => continue,
            };
            let (_, unit) = self.program.unit(target);
            if let Some(parameter) = unit.parameters.get(place as usize)
                && !self.evaluator.is_annotated(target, place, parameter)
            {
                found.push(((target, place), Given::Decorated(value)));
            }
        }
        found
    }

    /// Notes the arguments of calls that mean nothing but functions of the tree.
    pub(super) fn hand(&mut self, uses: &[(u32, Use)]) {
        self.handed.clear();
        let code = self.program.files[self.file as usize].code;
        for (_, used) in uses {
            let Use::Call(call) = used else { continue };
            let CodeExpr::Call(callee, _) = code.expression(*call) else { continue };
            let arguments = self.evaluator.arguments(self.file, *call).iter().map(|argument| ExprId(*argument));
            let arguments: Vec<ExprId> =
                arguments.chain(self.evaluator.keywords(self.file, *call).map(|(_, value)| value)).collect();
            if arguments.is_empty() {
                continue;
            }
            let values = self.evaluator.values(self.file, callee);
            let is_of_tree = |value: &Value| matches!(value, Value::Function(_) | Value::Bound(..));
            if !values.is_empty() && values.iter().all(is_of_tree) {
                self.handed.extend(arguments);
            }
        }
    }
}
