//! What functions of the tree make of their arguments where a tuple, or an import by name, stands in between:
//! `has, mark = probe("package")`. Judges no conditions of its own.

use super::{
    super::names::{Entity, Located, Place},
    condition::{Env, Judge, inside, present},
    need::{Holds, Need},
};
use crate::model::{DefinitionKind, Expr, FlowKind, GateKind};

impl<'w> Judge<'_, 'w> {
    /// An item of what a call returns: `has` of `has, mark = probe("package")`.
    pub(super) fn element(&self, at: Located<'w>, made: &'w Expr, place: u32, wanted: bool, depth: u8) -> Holds {
        let Some((function, env)) = self.maker(at, made, &Env::default()) else { return Holds::unknown() };
        let item = self.item(function, place);
        let found = item.map_or_else(Holds::unknown, |item| self.truth(item, &env, wanted, depth));
        match self.imported(function, &env) {
            Some(need) if found.needs.is_empty() => present(need, wanted),
            _ => found,
        }
    }

    /// The function of the tree that a call is one of, with its parameters there.
    pub(super) fn maker(&self, at: Located<'w>, made: &'w Expr, env: &Env<'w>) -> Option<(Place<'w>, Env<'w>)> {
        let Expr::Call(call) = made else { return None };
        let Entity::Definition(function) = self.names.dotted(at.module, &self.callee(at, call)) else { return None };
        let is_function = function.definition().kind == DefinitionKind::Function;
        is_function.then(|| (function, self.bind(function, call, at, env, false)))
    }

    /// An item of the tuple that a function returns.
    pub(super) fn item(&self, function: Place<'w>, place: u32) -> Option<Located<'w>> {
        let returned = self.only_return(function)?;
        let (Expr::Tuple(items) | Expr::Sequence(items)) = returned.expr else { return None };
        let expr = items.get(usize::try_from(place).ok()?)?;
        Some(Located { expr, ..returned })
    }

    /// The package that a function imports by a name that it is given, with the version that it is given.
    pub(super) fn imported(&self, function: Place<'w>, env: &Env<'w>) -> Option<Need> {
        let text = |expr| self.text(inside(function.module, expr), env);
        let package = function.module.flows_of(Some(function.id)).find_map(|flow| match &flow.kind {
            FlowKind::Call(call) | FlowKind::Return(Some(Expr::Call(call)))
                if matches!(call.callee.as_str(), "importlib.import_module" | "importlib.util.find_spec") =>
            {
                text(call.arguments.first()?)
            }
            _ => None,
        })?;
        let version = function.definition().parameters.iter().find(|one| one.name.to_ascii_lowercase().contains("ver"));
        let version = version.and_then(|parameter| {
            let (value, inner) = self.given(env, &parameter.name)?;
            self.text(value, &inner)
        });
        let least = version.map(|version| format!(" >= {version}")).unwrap_or_default();
        Some(Need::of(GateKind::MissingDependency, format!("{package}{least}")))
    }
}
