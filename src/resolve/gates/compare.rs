//! What has to be so for a comparison to hold: counts of devices, generations, memory, versions, what is none.

use super::{
    super::names::{Entity, Located, stem},
    condition::{Env, Judge, present, variable},
    need::{Holds, Need},
    published::{self, Role},
};
use crate::model::{
    Expr, GateKind,
    expr::{Call, Comparison},
};

/// Endings of names of an amount of memory.
const MEMORY: [&str; 6] = [
    "total_memory",
    "mem_get_info()",
    "virtual_memory().total",
    "virtual_memory().available",
    "total_mem",
    "get_device_total_memory()",
];

impl<'w> Judge<'_, 'w> {
    /// What has to be so for `left sign right` to hold.
    pub(super) fn compare(
        &self,
        left: Located<'w>,
        sign: Comparison,
        right: Located<'w>,
        env: &Env<'w>,
        depth: u8,
    ) -> Holds {
        if let (Some(one), Some(other)) = (self.integer(left, env, depth), self.integer(right, env, depth))
            && let Some(holds) = compare_numbers(one, sign, other)
        {
            // Of the environment only the default is known.
            let variable_of = |at| self.number_of_environment(at, 6);
            return match variable_of(left).or_else(|| variable_of(right)) {
                Some(name) => variable(&name, !holds),
                None => Holds::certain(holds),
            };
        }
        if let (Expr::Str(one), Expr::Str(other)) = (left.expr, right.expr) {
            match sign {
                Comparison::Equal => return Holds::certain(one == other),
                Comparison::NotEqual => return Holds::certain(one != other),
                _ => {}
            }
        }
        let turned = || Some((right, sign.turned()?, left));
        let both = [Some((left, sign, right)), turned()];
        for (one, sign, other) in both.into_iter().flatten() {
            if let Some(found) = self.compare_one(one, sign, other, env, depth) {
                return found;
            }
        }
        Holds::unknown()
    }

    fn compare_one(
        &self,
        left: Located<'w>,
        sign: Comparison,
        right: Located<'w>,
        env: &Env<'w>,
        depth: u8,
    ) -> Option<Holds> {
        let depth = depth.checked_sub(1)?;
        // Tests are imported, and not run as scripts.
        if matches!(left.expr, Expr::Name(name) if name == "__name__")
            && let Expr::Str(text) = right.expr
        {
            return Some(Holds::certain((text == "__main__") == matches!(sign, Comparison::NotEqual)));
        }
        match (right.expr, sign) {
            (Expr::None, Comparison::Is | Comparison::Equal) => return Some(self.truth(left, env, false, depth)),
            (Expr::None, Comparison::IsNot | Comparison::NotEqual) => return Some(self.truth(left, env, true, depth)),
            (Expr::Bool(value), Comparison::Is | Comparison::Equal) => {
                return Some(self.truth(left, env, *value, depth));
            }
            (Expr::Bool(value), Comparison::IsNot | Comparison::NotEqual) => {
                return Some(self.truth(left, env, !*value, depth));
            }
            _ => {}
        }
        if let Some(found) = self.compare_platform(left, sign, right, env) {
            return Some(found);
        }
        if let Some(need) = self.counted(left, env, depth) {
            return Some(self.count(need, sign, right, env, depth));
        }
        if matches!(sign, Comparison::In | Comparison::NotIn)
            && let Some(of) = self.name_of(right, env, depth)
            && of == "os.environ"
            && let Some(name) = self.text(left, env)
        {
            return Some(variable(&name, sign == Comparison::In));
        }
        if let Some(name) = self.environment(left) {
            return Some(self.compare_variable(&name, left, sign, right));
        }
        let name = self.name_of(left, env, depth)?;
        if MEMORY.iter().any(|ending| name.ends_with(ending)) {
            let wanted = matches!(sign, Comparison::More | Comparison::AtLeast);
            return Some(match wanted {
                true => {
                    Holds::needs(Need::of(GateKind::LargeMemory, amount(right).unwrap_or_else(|| "some".to_owned())))
                }
                false => Holds::unknown(),
            });
        }
        if name.contains("get_device_capability()") {
            return Some(capability(left, sign, right));
        }
        if stem(&name).rsplit('.').next().is_some_and(|last| last.to_ascii_lowercase().contains("version"))
            || name.ends_with("__version__")
        {
            return self.compare_version(left, &name, sign, right, env);
        }
        if published::row(stem(&name)).is_some_and(|row| row.role == Role::Device) {
            return Some(self.compare_device(sign, right, env));
        }
        // The version of something that may be missing at all.
        let row = published::row(stem(&name))?;
        (row.role == Role::Probe && matches!(sign, Comparison::AtLeast | Comparison::More))
            .then(|| present(row.own_need(), true))
    }

    /// `os.environ.get("NAME", "0") == "1"`.
    fn compare_variable(&self, name: &str, left: Located<'w>, sign: Comparison, right: Located<'w>) -> Holds {
        let default = match left.expr {
            Expr::Call(call) => call.arguments.get(1),
            _ => None,
        };
        let (text, is_equal) = match (right.expr, sign) {
            (Expr::Str(text), Comparison::Equal) => (text.clone(), true),
            (Expr::Str(text), Comparison::NotEqual) => (text.clone(), false),
            _ => return variable(name, matches!(sign, Comparison::In | Comparison::More | Comparison::AtLeast)),
        };
        // What the default satisfies needs nothing to be set.
        let by_default = default == Some(&Expr::Str(text.clone()));
        match (is_equal, by_default) {
            (true, true) | (false, false) => variable(name, false),
            (true, false) | (false, true) => Holds::needs(Need::of(GateKind::EnvironmentVariable, name)),
        }
    }

    /// `jax.default_backend() == "gpu"`.
    fn compare_device(&self, sign: Comparison, right: Located<'w>, env: &Env<'w>) -> Holds {
        let names: Vec<String> = match right.expr {
            Expr::Tuple(items) | Expr::Sequence(items) | Expr::Set(items) => {
                items.iter().filter_map(|expr| self.text(Located { expr, ..right }, env)).collect()
            }
            _ => self.text(right, env).into_iter().collect(),
        };
        on_devices(&names, matches!(sign, Comparison::Equal | Comparison::In | Comparison::Is))
    }

    /// A number of devices, as a need of some of them.
    pub(super) fn counted(&self, at: Located<'w>, env: &Env<'w>, depth: u8) -> Option<Need> {
        let depth = depth.checked_sub(1)?;
        match at.expr {
            Expr::Call(call) => {
                let callee = self.callee(at, call);
                if let Some(row) = published::row(&callee) {
                    return (row.role == Role::Count).then(|| row.need(None));
                }
                let inner = call.arguments.first().map(|expr| Located { expr, ..at });
                match callee.as_str() {
                    "builtins.len" => match inner?.expr {
                        Expr::Call(inner) if matches!(inner.callee.as_str(), "jax.devices" | "jax.local_devices") => {
                            Some(of_listed(inner.arguments.first()))
                        }
                        Expr::Call(inner)
                            if inner.callee.ends_with("list_physical_devices")
                                || inner.callee.ends_with("list_logical_devices") =>
                        {
                            Some(of_listed(inner.arguments.first()))
                        }
                        _ => None,
                    },
                    "builtins.int" | "builtins.max" => self.counted(inner?, env, depth),
                    _ => match self.names.dotted(at.module, &callee) {
                        Entity::Definition(function) => {
                            self.counted(self.only_return(function)?, &Env::default(), depth)
                        }
                        _ => {
                            let last = callee.rsplit('.').next().unwrap_or(&callee);
                            let (kind, _) = super::super::devices::device(last)?;
                            (last.ends_with("device_count")
                                || last.ends_with("num_gpus")
                                || last.ends_with("gpu_count"))
                            .then(|| Need::devices(kind, None))
                        }
                    },
                }
            }
            Expr::Name(written) => {
                if let Entity::Value(value) = self.names.written(at, written) {
                    return self.counted(value, env, depth);
                }
                let name = self.full_name(at, written)?;
                published::row(&name).filter(|row| row.role == Role::Count).map(|row| row.need(None))
            }
            Expr::Local(written) => match self.given(env, written) {
                Some((value, inner)) => self.counted(value, &inner, depth),
                None => self.counted(self.attribute(written)?, &Env::default(), depth),
            },
            Expr::Choice(parts) => {
                // `device_count() if is_available() else 0`.
                let [_, then, otherwise] = &**parts;
                let zero = |expr: &Expr| *expr == Expr::Int(0);
                match (zero(then), zero(otherwise)) {
                    (false, true) => self.counted(Located { expr: then, ..at }, env, depth),
                    (true, false) => self.counted(Located { expr: otherwise, ..at }, env, depth),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// What has to be so for a number of devices to compare like this.
    fn count(&self, need: Need, sign: Comparison, right: Located<'w>, env: &Env<'w>, depth: u8) -> Holds {
        let number = self.integer(right, env, depth);
        let at_least = |least: Option<i64>| match least {
            Some(least) if least <= 0 => Holds::certain(true),
            Some(least) => Holds::needs(Need { least: u32::try_from(least).ok(), ..need.clone() }),
            None => Holds::needs(Need { least: None, ..need.clone() }),
        };
        let fewer = |below: Option<i64>| match below {
            Some(1) => present(need.clone(), false),
            _ => Holds::unknown(),
        };
        let next = number.map(|number| number.saturating_add(1));
        match sign {
            Comparison::AtLeast => at_least(number),
            Comparison::More => at_least(next),
            Comparison::Equal | Comparison::Is if number == Some(0) => fewer(Some(1)),
            Comparison::Equal | Comparison::Is => at_least(number),
            Comparison::NotEqual | Comparison::IsNot if number == Some(0) => at_least(Some(1)),
            Comparison::Less => fewer(number),
            Comparison::AtMost => fewer(next),
            _ => Holds::unknown(),
        }
    }

    /// A whole number that the source tells; of the environment the default.
    pub(super) fn integer(&self, at: Located<'w>, env: &Env<'w>, depth: u8) -> Option<i64> {
        let depth = depth.checked_sub(1)?;
        self.step()?;
        let of = |expr: &'w Expr| self.integer(Located { expr, ..at }, env, depth);
        match at.expr {
            Expr::Int(number) => Some(*number),
            Expr::Str(text) => text.trim().parse().ok(),
            Expr::Sum(left, right) => of(left)?.checked_add(of(right)?),
            Expr::Product(left, right) => of(left)?.checked_mul(of(right)?),
            Expr::Name(written) => match self.names.written(at, written) {
                Entity::Value(value) => self.integer(value, &Env::default(), depth),
                Entity::External(dotted) => {
                    let row = published::row(&dotted).filter(|row| row.role == Role::Integer)?;
                    row.detail?.parse().ok()
                }
                _ => None,
            },
            Expr::Local(written) => match self.given(env, written) {
                Some((value, inner)) => self.integer(value, &inner, depth),
                None => self.integer(self.attribute(written)?, &Env::default(), depth),
            },
            Expr::Call(call) => self.called_integer(at, call, env, depth),
            _ => None,
        }
    }

    /// The variable of the environment that a number comes from.
    pub(super) fn number_of_environment(&self, at: Located<'w>, depth: u8) -> Option<String> {
        let depth = depth.checked_sub(1)?;
        match at.expr {
            Expr::Name(written) => match self.names.written(at, written) {
                Entity::Value(value) => self.number_of_environment(value, depth),
                _ => None,
            },
            Expr::Call(call) if call.callee == "builtins.int" => {
                self.number_of_environment(Located { expr: call.arguments.first()?, ..at }, depth)
            }
            _ => self.environment(at),
        }
    }

    fn called_integer(&self, at: Located<'w>, call: &'w Call, env: &Env<'w>, depth: u8) -> Option<i64> {
        let callee = self.callee(at, call);
        let mut all = call.arguments.iter().map(|expr| self.integer(Located { expr, ..at }, env, depth));
        match callee.as_str() {
            "builtins.int" => all.next()?,
            "os.environ.get" | "os.getenv" => all.nth(1)?,
            // Of a number and what is not known the number bounds.
            "builtins.min" => all.flatten().min(),
            "builtins.max" => all.collect::<Option<Vec<_>>>()?.into_iter().max(),
            _ => None,
        }
    }

    /// `Version(torch.__version__) >= Version("2.1")`.
    fn compare_version(
        &self,
        left: Located<'w>,
        name: &str,
        sign: Comparison,
        right: Located<'w>,
        env: &Env<'w>,
    ) -> Option<Holds> {
        let own = |name: &str| {
            name.strip_suffix(".__version__").map(|package| package.split('.').next().unwrap_or(package).to_owned())
        };
        let argument = |at: Located<'w>| match at.expr {
            Expr::Call(call) => call.arguments.first().map(|expr| Located { expr, ..at }),
            _ => None,
        };
        let package = own(name).or_else(|| own(&self.name_of(argument(left)?, env, 4)?));
        let package = package.or_else(|| match stem(name) {
            callee if callee.ends_with("metadata.version") => self.text(argument(left)?, env),
            _ => None,
        })?;
        let version = self.text(right, env).or_else(|| self.text(argument(right)?, env));
        let sign = match sign {
            Comparison::Less => "<",
            Comparison::AtMost => "<=",
            Comparison::More => ">",
            Comparison::AtLeast => ">=",
            Comparison::Equal => "==",
            Comparison::NotEqual => "!=",
            _ => return None,
        };
        let version = version.map(|version| format!(" {sign} {version}")).unwrap_or_default();
        Some(Holds::needs(Need::of(GateKind::MissingDependency, format!("{package}{version}"))))
    }
}

/// What has to be so to run on one of these devices, or on none of them.
pub(super) fn on_devices(names: &[String], wanted: bool) -> Holds {
    let kinds: Vec<Option<GateKind>> =
        names.iter().map(|name| super::super::devices::of_word(&name.to_ascii_lowercase())).collect();
    let each = names.iter().zip(&kinds).map(|(_, kind)| match kind {
        Some(kind) => present(Need::device(*kind), wanted),
        // On a processor alone.
        None if wanted => Holds::needs(Need::of(GateKind::NoDevice, GateKind::Gpu.name())),
        None => Holds::needs(Need::device(GateKind::Gpu)),
    });
    let each: Vec<Holds> = each.collect();
    match wanted {
        _ if each.is_empty() => Holds::unknown(),
        true => Holds::any(each),
        false => Holds::all(each),
    }
}

fn of_listed(kind: Option<&Expr>) -> Need {
    let kind = match kind {
        Some(Expr::Str(name)) => super::super::devices::of_word(&name.to_ascii_lowercase()),
        _ => None,
    };
    Need {
        detail: Some("devices".to_owned()).filter(|_| kind.is_none()),
        ..Need::devices(kind.unwrap_or(GateKind::Gpu), None)
    }
}

fn compare_numbers(one: i64, sign: Comparison, other: i64) -> Option<bool> {
    Some(match sign {
        Comparison::Equal | Comparison::Is => one == other,
        Comparison::NotEqual | Comparison::IsNot => one != other,
        Comparison::Less => one < other,
        Comparison::AtMost => one <= other,
        Comparison::More => one > other,
        Comparison::AtLeast => one >= other,
        Comparison::In | Comparison::NotIn => return None,
    })
}

/// `torch.cuda.get_device_capability() >= (8, 0)`.
fn capability(left: Located<'_>, sign: Comparison, right: Located<'_>) -> Holds {
    let digits = |expr: &Expr| match expr {
        Expr::Int(number) => Some(number.to_string()),
        _ => None,
    };
    let text = match right.expr {
        Expr::Tuple(parts) | Expr::Sequence(parts) => {
            parts.iter().map(digits).collect::<Option<Vec<_>>>().map(|parts| parts.join("."))
        }
        Expr::Int(number) => Some(number.to_string()),
        _ => None,
    };
    let minor = matches!(left.expr, Expr::Item(_, key) if **key == Expr::Int(1));
    let sign = match sign {
        Comparison::AtLeast => ">=",
        Comparison::More => ">",
        Comparison::Equal => "==",
        Comparison::Less => "<",
        Comparison::AtMost => "<=",
        _ => return Holds::unknown(),
    };
    let detail = text.filter(|_| !minor).map(|text| format!("{sign} {text}"));
    Holds::needs(Need { detail, ..Need::device(GateKind::ComputeCapability) })
}

/// An amount of memory, as it is written.
fn amount(at: Located<'_>) -> Option<String> {
    fn number(expr: &Expr) -> Option<i64> {
        match expr {
            Expr::Int(number) => Some(*number),
            Expr::Product(left, right) => number(left)?.checked_mul(number(right)?),
            _ => None,
        }
    }
    let bytes = number(at.expr)?;
    Some(match bytes {
        bytes if bytes >= 1 << 30 => format!("{} GB", bytes >> 30),
        bytes if bytes >= 1 << 20 => format!("{} MB", bytes >> 20),
        bytes => bytes.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::{super::condition::negated, *};

    #[test]
    fn numbers_compare_as_in_python_and_details_have_opposites() {
        assert_eq!(compare_numbers(1, Comparison::AtMost, 1), Some(true));
        assert_eq!(compare_numbers(1, Comparison::In, 1), None);
        assert_eq!(negated("< 3.11"), ">= 3.11");
        assert_eq!(negated("no cupy"), "cupy");
        assert_eq!(negated("cupy"), "no cupy");
    }
}
