//! Which tests an option in pytest's configuration leaves out: `--deselect`, `-k` and `-m` in `addopts`, and
//! `collect_ignore` of conftest files.

use std::ffi::OsStr;

use super::{
    mark_expression::{self, Expression, Value},
    marks::{Mark, Marks},
    matchers,
    modules::{Module, World, folder, join},
};
use crate::model::{BindingValue, Expr, Fnmatch, Problem, ProblemKind, Test, pytest::AddOpts};

/// The options of a run.
#[derive(Default)]
pub(super) struct Selection {
    deselect: Vec<String>,
    keywords: Option<Expression>,
    marks: Option<Expression>,
}

impl Selection {
    /// The options of `addopts`. An expression that pytest would refuse selects everything and is a problem.
    pub(super) fn new(addopts: &AddOpts, source: &str, problems: &mut Vec<Problem>) -> Self {
        let mut read = |text: &Option<String>, option, parse: fn(&str) -> _| {
            let text = text.as_deref()?;
            match parse(text) {
                Ok(expression) => expression,
                Err(mark_expression::ExpressionError { column, message }) => {
                    let message = format!("`{option} {text}` in `addopts`: at column {column}: {message}");
                    problems.push(Problem::file(source, ProblemKind::Config, message));
                    None
                }
            }
        };
        let keywords = read(&addopts.keyword, "-k", mark_expression::keywords);
        let marks = read(&addopts.markexpr, "-m", mark_expression::marks);
        Self { deselect: addopts.deselect.clone(), keywords, marks }
    }

    /// Whether all items of a test are left out (`_pytest/mark/__init__.py::deselect_by_keyword`, `deselect_by_mark`,
    /// `_pytest/main.py::pytest_collection_modifyitems`). `own` are its marks.
    pub(super) fn leaves_out(&self, test: &Test, own: &Marks<'_>) -> bool {
        if self.deselect.iter().any(|prefix| test.id.starts_with(prefix.as_str())) {
            return true;
        }
        if let Some(marks) = &self.marks {
            let own: Vec<_> = own.list.iter().map(with_arguments).collect();
            if !marks.evaluate(&|name, arguments| matchers::matches_mark(&own, name, arguments)) {
                return true;
            }
        }
        // The ids of parameters are names too, and they are not known.
        let plain = test.cases == Some(1);
        self.keywords.as_ref().filter(|_| plain).is_some_and(|keywords| {
            let mut names = test.markers.clone();
            // Folders have names too.
            names.extend(test.id.split(['/', ':']).map(str::to_owned));
            let matcher = matchers::KeywordMatcher::new(&names);
            !keywords.evaluate(&|name, _| matcher.matches(name))
        })
    }
}

/// A mark with those of its keyword arguments that an expression can ask for.
fn with_arguments(mark: &Mark<'_>) -> matchers::Mark {
    let keywords = mark.call.map(|call| call.keywords.as_slice()).unwrap_or_default();
    let value = |expr: &Expr| match expr {
        Expr::Str(text) => Some(Value::Str(text.clone())),
        Expr::Int(number) => Some(Value::Int((*number).into())),
        Expr::Bool(value) => Some(Value::Bool(*value)),
        Expr::None => Some(Value::None),
        _ => None,
    };
    let arguments = keywords.iter().filter_map(|(name, expr)| Some((name.clone(), value(expr)?))).collect();
    matchers::Mark { name: mark.name.clone(), arguments }
}

/// Whether a conftest file keeps pytest from a module (`_pytest/main.py::pytest_ignore_collect`). Only what is said
/// without a condition counts.
pub(super) fn is_ignored(world: &World<'_>, path: &str) -> bool {
    world.conftests(path).into_iter().any(|conftest| {
        let below = conftest.folder();
        let ignored = strings(conftest, "collect_ignore").into_iter().any(|name| {
            let ignored = join(below, name.trim_start_matches("./").trim_end_matches('/'));
            path == ignored || path.strip_prefix(&ignored).is_some_and(|rest| rest.starts_with('/'))
        });
        ignored
            || strings(conftest, "collect_ignore_glob").into_iter().any(|glob| {
                let glob = Fnmatch::new(&join(below, glob));
                std::iter::successors(Some(path), |path| Some(folder(path)).filter(|folder| !folder.is_empty()))
                    .any(|path| glob.matches(OsStr::new(path)))
            })
    })
}

/// How many `name += […]` are read.
const MAX_SUMS: u32 = 100;

/// The literal strings of a list that a module binds.
fn strings<'m>(module: &'m Module, name: &str) -> Vec<&'m str> {
    let mut found = Vec::new();
    let mut before = u32::MAX;
    // From the last `name += […]` backwards.
    for _ in 0..MAX_SUMS {
        let live = module.live(None, name, before);
        let Some(first) = live.first().filter(|binding| !binding.conditional) else { return found };
        let BindingValue::Value(value) = &first.value else { return found };
        before = first.offset;
        let (list, more) = match value {
            Expr::Sum(left, added) if **left == Expr::Name(name.to_owned()) => (&**added, true),
            all => (all, false),
        };
        if let Expr::Sequence(items) | Expr::Tuple(items) = list {
            found.extend(items.iter().filter_map(|item| match item {
                Expr::Str(text) => Some(text.as_str()),
                _ => None,
            }));
        }
        if !more {
            break;
        }
    }
    found
}
