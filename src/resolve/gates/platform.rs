//! What is asked of the platform, of Python's version, and of the environment. Owns the words of these.

use super::{
    super::names::{Entity, Located},
    condition::{Env, Judge, present},
    need::{Holds, Need},
};
use crate::model::{
    Expr, GateKind,
    expr::{Call, Comparison},
};

/// Modules of the standard library whose import is tried, for those that can be missing are of other packages.
const STANDARD: [&str; 40] = [
    "abc",
    "argparse",
    "ast",
    "asyncio",
    "builtins",
    "collections",
    "concurrent",
    "contextlib",
    "copy",
    "ctypes",
    "dataclasses",
    "datetime",
    "enum",
    "functools",
    "gc",
    "importlib",
    "inspect",
    "io",
    "itertools",
    "json",
    "logging",
    "math",
    "multiprocessing",
    "os",
    "pathlib",
    "pickle",
    "platform",
    "queue",
    "random",
    "re",
    "shutil",
    "subprocess",
    "sys",
    "tempfile",
    "threading",
    "time",
    "types",
    "typing",
    "unittest",
    "warnings",
];

/// Whether a package is part of Python everywhere.
pub(super) fn is_standard(package: &str) -> bool {
    STANDARD.contains(&package)
}

/// What is asked of the platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asked {
    System,
    Machine,
    Version,
}

fn asked(name: &str) -> Option<Asked> {
    Some(match name {
        "sys.platform"
        | "os.name"
        | "platform.system()"
        | "platform.platform()"
        | "platform.uname().system"
        | "os.uname().sysname" => Asked::System,
        "platform.machine()" | "platform.processor()" | "os.uname().machine" | "platform.uname().machine" => {
            Asked::Machine
        }
        "sys.version_info"
        | "sys.hexversion"
        | "sys.version_info.major"
        | "sys.version_info.minor"
        | "platform.python_version()"
        | "platform.python_version_tuple()" => Asked::Version,
        _ => return None,
    })
}

/// The usual name of a system or machine.
fn usual(text: &str) -> String {
    let lower = text.to_ascii_lowercase();
    match lower.as_str() {
        "win32" | "nt" | "win" => "windows".to_owned(),
        "darwin" | "mac" => "macos".to_owned(),
        "linux2" => "linux".to_owned(),
        "amd64" => "x86_64".to_owned(),
        "aarch64" => "arm64".to_owned(),
        _ => lower,
    }
}

impl<'w> Judge<'_, 'w> {
    /// The resolved dotted name of an expression, with calls as `()`.
    pub(super) fn name_of(&self, at: Located<'w>, env: &Env<'w>, depth: u8) -> Option<String> {
        let depth = depth.checked_sub(1)?;
        match at.expr {
            Expr::Name(written) if !written.contains(['.', '(', '[']) => match self.names.written(at, written) {
                Entity::Value(value) => self.name_of(value, env, depth),
                _ => self.full_name(at, written),
            },
            Expr::Name(written) => self.full_name(at, written),
            Expr::Dotted(dotted) => Some(dotted.clone()),
            Expr::Call(call) => Some(format!("{}()", self.callee(at, call))),
            Expr::Local(written) => {
                let (value, inner) = self.given(env, written)?;
                self.name_of(value, &inner, depth)
            }
            Expr::Item(object, _) => self.name_of(Located { expr: object, ..at }, env, depth),
            _ => None,
        }
    }

    /// A text, or the name of a constant that holds one.
    pub(super) fn text(&self, at: Located<'w>, env: &Env<'w>) -> Option<String> {
        match at.expr {
            Expr::Str(text) => Some(text.clone()),
            Expr::Local(written) => self.given(env, written).and_then(|(value, inner)| self.text(value, &inner)),
            Expr::Name(written) => match self.names.written(at, written) {
                Entity::Value(value) => match value.expr {
                    Expr::Str(text) => Some(text.clone()),
                    _ => None,
                },
                _ => None,
            },
            _ => None,
        }
    }

    /// The variable of the environment whose value an expression is.
    pub(super) fn environment(&self, at: Located<'w>) -> Option<String> {
        let (object, name) = match at.expr {
            Expr::Call(call) => {
                let callee = self.callee(at, call);
                if !matches!(callee.as_str(), "os.environ.get" | "os.getenv" | "os.environ.__contains__") {
                    return None;
                }
                (None, call.arguments.first()?)
            }
            Expr::Item(object, key) => (Some(&**object), &**key),
            Expr::Name(written) => match self.names.written(at, written) {
                Entity::Value(value) if !matches!(value.expr, Expr::Name(_)) => {
                    self.step()?;
                    return self.environment(value);
                }
                _ => return None,
            },
            _ => return None,
        };
        if let Some(expr) = object {
            let of = self.name_of(Located { expr, ..at }, &Env::default(), 4)?;
            if of != "os.environ" {
                return None;
            }
        }
        Some(self.text(Located { expr: name, ..at }, &Env::default()).unwrap_or_else(|| "?".to_owned()))
    }

    /// `sys.platform.startswith("win")`.
    pub(super) fn platform_method(&self, at: Located<'w>, call: &'w Call, callee: &str, wanted: bool) -> Option<Holds> {
        let of = callee.strip_suffix(".startswith").or_else(|| callee.strip_suffix(".endswith"))?;
        let of = of.strip_suffix(".lower()").unwrap_or(of);
        let kind = asked(of)?;
        let expr = call.arguments.first()?;
        Some(self.system(kind, Located { expr, ..at }, wanted))
    }

    /// What a comparison with the platform, Python's version or the environment asks for; `None` where it is none.
    pub(super) fn compare_platform(
        &self,
        left: Located<'w>,
        sign: Comparison,
        right: Located<'w>,
        env: &Env<'w>,
    ) -> Option<Holds> {
        let mut name = self.name_of(left, env, 6)?;
        for (ending, with) in [("()[]", "()"), (".lower()", "")] {
            if let Some(rest) = name.strip_suffix(ending) {
                name = format!("{rest}{with}");
            }
        }
        let kind = asked(&name)?;
        if kind == Asked::Version {
            return Some(Holds::needs(version(left, sign, right)?));
        }
        Some(match sign {
            Comparison::Equal | Comparison::Is | Comparison::In => self.system(kind, right, true),
            Comparison::NotEqual | Comparison::IsNot | Comparison::NotIn => self.system(kind, right, false),
            _ => return None,
        })
    }

    fn system(&self, kind: Asked, value: Located<'w>, wanted: bool) -> Holds {
        let env = Env::default();
        let texts: Vec<String> = match value.expr {
            Expr::Tuple(items) | Expr::Sequence(items) | Expr::Set(items) => {
                items.iter().filter_map(|expr| self.text(Located { expr, ..value }, &env)).collect()
            }
            _ => self.text(value, &env).into_iter().collect(),
        };
        if texts.is_empty() || kind == Asked::Version {
            return Holds::unknown();
        }
        let texts: Vec<String> = texts.iter().map(|text| usual(text)).collect();
        let separator = if wanted { " or " } else { " and not " };
        present(Need::of(GateKind::Platform, texts.join(separator)), wanted)
    }
}

/// `sys.version_info >= (3, 11)`.
fn version(left: Located<'_>, sign: Comparison, right: Located<'_>) -> Option<Need> {
    let digits = |expr: &Expr| match expr {
        Expr::Int(number) => Some(number.to_string()),
        _ => None,
    };
    let mut text = match right.expr {
        Expr::Tuple(parts) => parts.iter().map(digits).collect::<Option<Vec<_>>>()?.join("."),
        Expr::Int(number) => number.to_string(),
        _ => return None,
    };
    // `sys.version_info[0] == 3`, `sys.version_info.minor < 8`.
    let is_minor = match left.expr {
        Expr::Item(_, key) => **key == Expr::Int(1),
        Expr::Name(written) => written.ends_with(".minor"),
        _ => false,
    };
    if is_minor {
        text = format!("3.{text}");
    }
    let sign = match sign {
        Comparison::Equal | Comparison::Is => "== ",
        Comparison::NotEqual | Comparison::IsNot => "!= ",
        Comparison::Less => "< ",
        Comparison::AtMost => "<= ",
        Comparison::More => "> ",
        Comparison::AtLeast => ">= ",
        Comparison::In | Comparison::NotIn => return None,
    };
    Some(Need::of(GateKind::PythonVersion, format!("{sign}{text}")))
}
