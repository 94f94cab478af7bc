//! What a decorator asks for: by the table of published names, by what a function or value of the tree does with a test, else
//! by its words.

use super::{
    super::names::{Entity, Located, Place, stem},
    compare::on_devices,
    condition::{Env, Judge, inside, present},
    need::{Holds, Need},
    published::{self, Number, Role, Row},
    words,
};
use crate::model::{DefinitionKind, Expr, FlowKind, GateKind, expr::Call};

/// How many functions within a function are looked at.
const MAX_INNER: usize = 16;

/// The arguments of a call, and of the `functools.partial` around what is called.
#[derive(Clone, Default)]
pub(super) struct Arguments<'w> {
    /// Calls with how many of their first arguments do not count.
    pub(super) parts: Vec<(&'w Call, usize, Located<'w>, Env<'w>)>,
}

impl<'w> Arguments<'w> {
    pub(super) fn of(call: &'w Call, at: Located<'w>, env: &Env<'w>) -> Self {
        Self { parts: vec![(call, 0, at, Env::clone(env))] }
    }

    /// The argument of this name, or else at this position.
    fn get(&self, position: usize, names: &[&str]) -> Option<(Located<'w>, Env<'w>)> {
        let named = self.parts.iter().rev().find_map(|(call, _, at, env)| {
            let expr = names.iter().find_map(|name| call.keyword(name))?;
            Some((Located { expr, ..*at }, Env::clone(env)))
        });
        let mut all = self.parts.iter().flat_map(|(call, skip, at, env)| {
            call.arguments.iter().skip(*skip).map(move |expr| (Located { expr, ..*at }, Env::clone(env)))
        });
        named.or_else(|| all.nth(position))
    }

    fn positional(&self) -> impl Iterator<Item = (Located<'w>, &Env<'w>)> {
        self.parts.iter().flat_map(|(call, skip, at, env)| {
            call.arguments.iter().skip(*skip).map(move |expr| (Located { expr, ..*at }, env))
        })
    }
}

impl<'w> Judge<'_, 'w> {
    /// What has to be so for a test to run that this decorates; `None` where it has nothing to do with that.
    pub(super) fn decorated(&self, at: Located<'w>, name: &str, arguments: &Arguments<'w>, depth: u8) -> Option<Holds> {
        let depth = depth.checked_sub(1)?;
        self.step()?;
        let stem = stem(name);
        if let Some(row) = published::row(stem) {
            return self.published(row, arguments, depth);
        }
        let foreign = ["builtins.", "pytest.", "functools.", "contextlib.", "unittest.mock.", "hypothesis."];
        if stem.is_empty() || foreign.iter().any(|package| stem.starts_with(package)) {
            return None;
        }
        let call = arguments.parts.last().map(|(call, ..)| *call);
        let told = || words::decorator(stem, call).map(|(need, _)| Holds::needs(need));
        if !self.names.is_of_tests(at.module, stem) && told().is_none() && !speaks(stem) {
            return None;
        }
        match self.names.dotted(at.module, stem) {
            Entity::Definition(function) => {
                let found = self.summary(function, arguments, depth);
                // What cannot be followed in there, its name may say.
                let is_vague = found.as_ref().is_some_and(|found| found.needs.is_empty() && found.certain.is_none());
                if is_vague { told().or(found) } else { found }
            }
            Entity::Value(value) => self.value(value, &Env::default(), arguments, depth),
            Entity::External(dotted) => match published::row(&dotted) {
                Some(row) => self.published(row, arguments, depth),
                None => told(),
            },
            _ => told(),
        }
    }

    /// What a decorator asks for that is a partial call under another name, by what is written.
    pub(super) fn by_alias(&self, at: Located<'w>, written: &str, arguments: &Arguments<'w>) -> Option<Holds> {
        let name = written.trim_start_matches('@').trim_start();
        let name = &name[..name.find(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '.')).unwrap_or(name.len())];
        match self.names.written(at, name) {
            Entity::Value(value) => self.value(value, &Env::default(), arguments, super::condition::MAX_DEPTH),
            _ => None,
        }
    }

    /// What an expression asks for that is applied to a test: a mark, a list of marks, what a function returns.
    pub(super) fn value(&self, at: Located<'w>, env: &Env<'w>, outer: &Arguments<'w>, depth: u8) -> Option<Holds> {
        let depth = depth.checked_sub(1)?;
        match at.expr {
            Expr::Call(call) => {
                let callee = self.callee(at, call);
                if callee == "functools.partial" {
                    let mut arguments = Arguments::of(call, at, env);
                    arguments.parts[0].1 = 1;
                    arguments.parts.extend(outer.parts.iter().cloned());
                    let target = call.arguments.first()?;
                    let name = self.name_of(Located { expr: target, ..at }, env, 6)?;
                    return self.decorated(at, &name, &arguments, depth);
                }
                // `skipIf(condition)(function)`.
                if let (true, Some(Expr::Call(inner))) = (callee.ends_with("()"), &call.receiver) {
                    return self.decorated(at, &inner.callee, &Arguments::of(inner, at, env), depth);
                }
                self.decorated(at, &callee, &Arguments::of(call, at, env), depth)
            }
            Expr::Name(written) => match self.names.written(at, written) {
                Entity::Value(value) if !std::ptr::eq(value.expr, at.expr) => {
                    self.value(value, &Env::default(), outer, depth)
                }
                _ => self.decorated(at, &self.full_name(at, written)?, outer, depth),
            },
            Expr::Dotted(dotted) => self.decorated(at, dotted, outer, depth),
            Expr::Local(written) => {
                let (value, inner) = self.given(env, written)?;
                self.value(value, &inner, outer, depth)
            }
            // `has, mark = probe("package")`.
            Expr::Element(made, place) => {
                let (function, inner) = self.maker(at, made, env)?;
                let item = self.item(function, *place);
                let found = item.and_then(|item| self.value(item, &inner, outer, depth));
                let is_vague = found.as_ref().is_none_or(|found| found.needs.is_empty() && found.certain.is_none());
                match &**made {
                    Expr::Call(call) if is_vague => {
                        self.summary(function, &Arguments::of(call, at, env), depth).or(found)
                    }
                    _ => found,
                }
            }
            Expr::Sequence(items) | Expr::Tuple(items) => {
                let each: Vec<Holds> =
                    items.iter().filter_map(|expr| self.value(Located { expr, ..at }, env, outer, depth)).collect();
                (!each.is_empty()).then(|| Holds::all(each))
            }
            Expr::Sum(left, right) => {
                let [left, right] = [left, right].map(|expr| self.value(Located { expr, ..at }, env, outer, depth));
                let each: Vec<Holds> = left.into_iter().chain(right).collect();
                (!each.is_empty()).then(|| Holds::all(each))
            }
            Expr::Choice(parts) => {
                let [condition, then, otherwise] = &**parts;
                let part = |expr| self.value(Located { expr, ..at }, env, outer, depth);
                let (first, second) = (part(then), part(otherwise));
                if first.is_none() && second.is_none() {
                    return None;
                }
                let condition = |wanted| self.truth(Located { expr: condition, ..at }, env, wanted, depth);
                let or_nothing = |found: Option<Holds>| found.unwrap_or_else(|| Holds::certain(true));
                let first = Holds::all([condition(true), or_nothing(first)]);
                let second = Holds::all([condition(false), or_nothing(second)]);
                Some(Holds::any([first, second]))
            }
            _ => None,
        }
    }

    fn published(&self, row: &Row, arguments: &Arguments<'w>, depth: u8) -> Option<Holds> {
        Some(match row.role {
            Role::Condition => {
                let (condition, env) = arguments.get(0, &["condition"])?;
                let parsed = arguments.parts.iter().find_map(|(call, ..)| call.receiver.as_ref());
                match (condition.expr, parsed) {
                    (Expr::Str(_), Some(expr)) => self.truth(Located { expr, ..condition }, &env, false, depth),
                    _ => self.truth(condition, &env, false, depth),
                }
            }
            Role::Unless => {
                let (condition, env) = arguments.get(0, &["condition"])?;
                self.truth(condition, &env, true, depth)
            }
            Role::Always => Holds::certain(false),
            Role::Decorator if row.kind == GateKind::LargeMemory => {
                let (size, env) = arguments.get(0, &["size"])?;
                let text = self.text(size, &env).unwrap_or_else(|| "some".to_owned());
                Holds::needs(Need::of(GateKind::LargeMemory, text))
            }
            Role::Decorator => {
                let least = match row.number {
                    Number::Fixed(least) => Some(least),
                    Number::First => {
                        let (number, env) = arguments.get(0, &["x", "n", "num_required_devices"])?;
                        self.integer(number, &env, depth).and_then(|number| u32::try_from(number).ok())
                    }
                    Number::World => self.world_size(),
                };
                Holds::needs(row.need(least))
            }
            Role::Avoid => present(row.own_need(), false),
            Role::AvoidNamed | Role::OnlyNamed => {
                let names: Vec<String> = arguments.positional().filter_map(|(at, env)| self.text(at, env)).collect();
                on_devices(&names, row.role == Role::OnlyNamed)
            }
            Role::Probe | Role::Absent | Role::Count | Role::Integer | Role::Module | Role::Device | Role::None => {
                return None;
            }
        })
    }

    /// How many processes the class of the test says that it starts.
    pub(super) fn world_size(&self) -> Option<u32> {
        let size = self.attribute("self.world_size")?;
        u32::try_from(self.integer(size, &Env::default(), 6)?).ok()
    }

    /// What a function asks for of the tests that it decorates: what it returns, and where it, or a function in it, skips.
    fn summary(&self, function: Place<'w>, arguments: &Arguments<'w>, depth: u8) -> Option<Holds> {
        if function.definition().kind != DefinitionKind::Function {
            return None;
        }
        let depth = depth.checked_sub(1)?;
        let env = match arguments.parts.last() {
            Some((call, 0, at, env)) => self.bind(function, call, *at, env, false),
            _ => Env::default(),
        };
        let module = function.module;
        let mut parts = Vec::new();
        let mut levels = vec![function];
        let mut next = 0;
        while let Some(level) = levels.get(next).copied() {
            next += 1;
            let children = module.index().children(level.id).iter().map(|id| Place { module, id: *id });
            levels.extend(children.filter(|child| child.definition().kind == DefinitionKind::Function));
            levels.truncate(MAX_INNER);
            let mut returned = Vec::new();
            let mut is_gate = false;
            for flow in module.flows_of(Some(level.id)) {
                match &flow.kind {
                    FlowKind::Return(value) => {
                        let applied = value
                            .as_ref()
                            .and_then(|expr| self.value(inside(module, expr), &env, &Arguments::default(), depth));
                        is_gate |= applied.is_some();
                        let applied = applied.unwrap_or_else(|| Holds::certain(true));
                        if value.is_none() && next > 1 && flow.guard.is_some() {
                            // It does not call what it decorates, and nobody is told.
                            let silent = self.not_guards(module, flow.guard, &env, depth);
                            parts.extend((!silent.unknown && !silent.needs.is_empty()).then_some(silent));
                        } else if !applied.is_never() {
                            returned.push(Holds::all([self.guards(module, flow.guard, &env, depth), applied]));
                        }
                    }
                    FlowKind::Call(call) => {
                        let at = Located { module, scope: None, offset: u32::MAX, expr: &Expr::Opaque };
                        let callee = self.callee(at, call);
                        let makes = published::row(stem(&callee)).is_some_and(|row| {
                            matches!(row.role, Role::Condition | Role::Unless | Role::Always) && !callee.contains('(')
                        });
                        if makes && let Some(found) = self.decorated(at, &callee, &Arguments::of(call, at, &env), depth)
                        {
                            parts.push(Holds::any([self.not_guards(module, flow.guard, &env, depth), found]));
                        }
                    }
                    FlowKind::Raise(_) | FlowKind::Check => {}
                }
            }
            if is_gate {
                parts.push(Holds::any(returned));
            }
            let skips = self.exits(level, &env, true, depth);
            parts.extend(skips.into_iter().map(|exit| exit.holds));
        }
        let found = (!parts.is_empty()).then(|| Holds::all(parts))?;
        // What a variable says that an import decides about, the import says.
        let is_vague = found.needs.is_empty() && found.certain.is_none();
        match self.imported(function, &env).filter(|_| is_vague) {
            Some(need) => Some(Holds::needs(need)),
            None => Some(found),
        }
    }
}

/// Whether a name has a word of decorators that skip.
fn speaks(name: &str) -> bool {
    let last = name.rsplit('.').next().unwrap_or(name).to_ascii_lowercase();
    ["skip", "require", "need", "only", "slow", "unless"].iter().any(|word| last.contains(word))
}
