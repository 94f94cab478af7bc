//! Folds expressions to lists of known length, or gives up. Never guesses: a wrong count is worse than none.

use super::{
    classes::Classes,
    modules::World,
    names::{Choice, Entity, Located, Names},
};
use crate::model::{Expr, expr::Call};

/// How many names and calls are followed from one expression.
const MAX_DEPTH: u8 = 16;
/// Lists longer than this are not counted.
const MAX_ITEMS: usize = 100_000;
/// Sets and dicts larger than this are not counted: each item is compared with the others.
const MAX_UNIQUE: usize = 2_000;

/// Folds expressions that stand at one place.
#[derive(Clone, Copy)]
pub(super) struct Folder<'a, 'w> {
    pub(super) world: &'w World<'w>,
    pub(super) classes: &'a Classes<'w>,
    /// Where the expressions stand; the expression itself is not read.
    pub(super) at: Located<'w>,
}

impl<'w> Folder<'_, 'w> {
    /// How many items iterating over the expression gives.
    pub(super) fn length(&self, expr: &Expr) -> Option<u64> {
        self.items(expr, MAX_DEPTH).map(|items| items.len() as u64)
    }

    /// The items, where all of them are texts.
    pub(super) fn strings(&self, expr: &Expr) -> Option<Vec<String>> {
        let text = |item| match item {
            Expr::Str(text) => Some(text),
            _ => None,
        };
        self.items(expr, MAX_DEPTH)?.into_iter().map(text).collect()
    }

    /// The product of the lengths.
    pub(super) fn product<'e>(&self, exprs: impl IntoIterator<Item = &'e Expr>) -> Option<u64> {
        exprs.into_iter().try_fold(1u64, |product, expr| product.checked_mul(self.length(expr)?))
    }

    /// The value of a name, or the expression itself.
    pub(super) fn follow(&self, expr: &Expr) -> Option<Expr> {
        match expr {
            Expr::Name(name) => self.value(name).map(|value| value.expr.clone()),
            other => Some(other.clone()),
        }
    }

    /// The only expression that a name can stand for here.
    fn value(&self, name: &str) -> Option<Located<'w>> {
        match Names::new(self.world, self.classes, Choice::Only).written(self.at, name) {
            Entity::Value(value) => filled(value),
            _ => None,
        }
    }

    /// The items of what a name stands for. Those of another place keep no names, which mean something else here.
    fn items_of(&self, name: &str, depth: u8) -> Option<Vec<Expr>> {
        let value = self.value(name)?;
        let mut items = Folder { at: value, ..*self }.items(value.expr, depth)?;
        if !std::ptr::eq(value.module, self.at.module) {
            let is_literal =
                |item: &Expr| matches!(item, Expr::Int(_) | Expr::Str(_) | Expr::Bytes(_) | Expr::None | Expr::Bool(_));
            items.iter_mut().filter(|item| !is_literal(item)).for_each(|item| *item = Expr::Opaque);
        }
        Some(items)
    }

    /// The number of items among positional arguments, with `*iterable` spread out.
    pub(super) fn spread(&self, arguments: &[Expr]) -> Option<u64> {
        self.display(arguments, MAX_DEPTH).map(|items| items.len() as u64)
    }

    fn items(&self, expr: &Expr, depth: u8) -> Option<Vec<Expr>> {
        let depth = depth.checked_sub(1)?;
        let items = match expr {
            Expr::Sequence(items) | Expr::Tuple(items) => self.display(items, depth)?,
            Expr::Set(items) => unique(self.display(items, depth)?)?,
            Expr::Mapping(entries) => self.keys(entries, depth)?,
            // The text is as it is written: an escape is more than one of its letters.
            Expr::Str(text) if text.contains('\\') => return None,
            Expr::Str(text) => text.chars().map(|c| Expr::Str(c.into())).collect(),
            Expr::Bytes(text) if text.contains('\\') => return None,
            Expr::Bytes(text) => text.bytes().map(|byte| Expr::Int(byte.into())).collect(),
            Expr::Name(name) => self.items_of(name, depth)?,
            Expr::Sum(left, right) => {
                let mut items = self.items(left, depth)?;
                items.extend(self.items(right, depth)?);
                items
            }
            Expr::Product(left, right) => match (self.integer(left, depth), self.integer(right, depth)) {
                (None, Some(times)) => repeat(self.items(left, depth)?, times)?,
                (Some(times), None) => repeat(self.items(right, depth)?, times)?,
                _ => return None,
            },
            Expr::Call(call) => self.call(call, depth)?,
            Expr::Comprehension(comprehension) => {
                let depends = |iterable: &Expr| comprehension.targets.iter().any(|target| iterable.mentions(target));
                if comprehension.filtered || comprehension.unique || comprehension.iterables.iter().skip(1).any(depends)
                {
                    return None;
                }
                let mut count = 1usize;
                // Only the first iterable is evaluated in the body of the class around.
                let inner = Folder { at: Located { scope: None, ..self.at }, ..*self };
                for (place, iterable) in comprehension.iterables.iter().enumerate() {
                    let folder = if place == 0 { self } else { &inner };
                    let items = folder.items(iterable, depth)?;
                    count = count.checked_mul(items.len()).filter(|count| *count <= MAX_ITEMS)?;
                }
                vec![Expr::Opaque; count]
            }
            Expr::Int(_) | Expr::Bool(_) | Expr::None | Expr::Starred(_) | Expr::Element(..) => return None,
            Expr::Lambda(_) => return None,
            other if other.is_unknown_value() => return None,
            _ => return None,
        };
        (items.len() <= MAX_ITEMS).then_some(items)
    }

    fn display(&self, items: &[Expr], depth: u8) -> Option<Vec<Expr>> {
        let mut spread = Vec::with_capacity(items.len());
        for item in items {
            match item {
                Expr::Starred(inner) => spread.extend(self.items(inner, depth)?),
                item => spread.push(item.clone()),
            }
        }
        Some(spread)
    }

    fn keys(&self, entries: &[(Option<Expr>, Expr)], depth: u8) -> Option<Vec<Expr>> {
        let mut keys = Vec::new();
        for (key, value) in entries {
            match key {
                Some(key) => keys.push(key.clone()),
                None => keys.extend(self.items(value, depth)?),
            }
        }
        unique(keys)
    }

    /// Calls of builtins and of itertools that are pure and whose length follows from their arguments'.
    fn call(&self, call: &Call, depth: u8) -> Option<Vec<Expr>> {
        let argument = |index: usize| call.arguments.get(index);
        let plain = call.keywords.is_empty() && !call.arguments.iter().any(|item| matches!(item, Expr::Starred(_)));
        match call.callee.as_str() {
            "builtins.list" | "builtins.tuple" | "builtins.reversed" if plain => match argument(0) {
                Some(iterable) => self.items(iterable, depth),
                None => Some(Vec::new()),
            },
            // `key` and `reverse` do not change the length.
            "builtins.sorted" | "builtins.enumerate" => self.items(argument(0)?, depth),
            "builtins.set" | "builtins.frozenset" if plain => unique(self.items(argument(0)?, depth)?),
            "builtins.dict" if call.arguments.is_empty() => {
                let names = call.keywords.iter().map(|(name, _)| (!name.is_empty()).then(|| Expr::Str(name.clone())));
                names.collect()
            }
            "builtins.range" if plain => self.range(&call.arguments, depth),
            "builtins.zip" if call.keywords.iter().all(|(name, _)| name == "strict") => {
                let lengths = call.arguments.iter().map(|item| self.items(item, depth).map(|items| items.len()));
                let shortest = lengths.collect::<Option<Vec<_>>>()?.into_iter().min().unwrap_or_default();
                Some(vec![Expr::Opaque; shortest])
            }
            "builtins.map" if plain && call.arguments.len() == 2 => Some(opaque(self.items(argument(1)?, depth)?)),
            "itertools.product" => {
                let times = match call.keyword("repeat") {
                    Some(repeat) => u32::try_from(self.integer(repeat, depth)?).ok()?,
                    None => 1,
                };
                let mut count = 1usize;
                for item in self.factors(&call.arguments, depth)? {
                    count = count.checked_mul(item)?;
                }
                count.checked_pow(times).filter(|count| *count <= MAX_ITEMS).map(|count| vec![Expr::Opaque; count])
            }
            "itertools.chain" => {
                let parts = call.arguments.iter().map(|item| self.items(item, depth));
                Some(parts.collect::<Option<Vec<_>>>()?.concat())
            }
            "itertools.combinations" | "itertools.permutations" if plain => {
                let n = self.items(argument(0)?, depth)?.len() as u64;
                let r = match argument(1) {
                    Some(r) => u64::try_from(self.integer(r, depth)?).ok()?,
                    None => n,
                };
                let ordered = call.callee.ends_with("permutations");
                choices(n, r, ordered).map(|count| vec![Expr::Opaque; count])
            }
            "?.keys" | "?.values" | "?.items" | "?.copy" if call.arguments.is_empty() => {
                match self.follow(call.receiver.as_ref()?)? {
                    Expr::Mapping(entries) => self.keys(&entries, depth),
                    _ => None,
                }
            }
            callee if call.arguments.is_empty() => self.view(callee, depth),
            _ => None,
        }
    }

    /// `TABLE.items()` and the like of a mapping of another file.
    fn view(&self, callee: &str, depth: u8) -> Option<Vec<Expr>> {
        let (table, method) = callee.rsplit_once('.')?;
        if !["keys", "values", "items", "copy"].contains(&method) {
            return None;
        }
        let names = Names::new(self.world, self.classes, Choice::Only);
        let Entity::Value(value) = names.dotted(self.at.module, table) else { return None };
        let Expr::Mapping(entries) = filled(value)?.expr else { return None };
        Folder { at: value, ..*self }.keys(entries, depth).map(opaque)
    }

    /// The lengths of arguments; `*iterable` is not counted.
    fn factors(&self, arguments: &[Expr], depth: u8) -> Option<Vec<usize>> {
        arguments.iter().map(|item| self.items(item, depth).map(|items| items.len())).collect()
    }

    fn range(&self, arguments: &[Expr], depth: u8) -> Option<Vec<Expr>> {
        let numbers: Vec<i64> = arguments.iter().map(|item| self.integer(item, depth)).collect::<Option<_>>()?;
        let (start, stop, step) = match numbers[..] {
            [stop] => (0, stop, 1),
            [start, stop] => (start, stop, 1),
            [start, stop, step] if step != 0 => (start, stop, step),
            _ => return None,
        };
        let distance = if step > 0 { stop.checked_sub(start)? } else { start.checked_sub(stop)? };
        let count = usize::try_from(distance.max(0)).ok()?.div_ceil(usize::try_from(step.unsigned_abs()).ok()?);
        let number = |index: usize| i64::try_from(index).ok().map(|index| Expr::Int(start + index * step));
        (count <= MAX_ITEMS).then(|| (0..count).map(|index| number(index).unwrap_or(Expr::Opaque)).collect())
    }

    fn integer(&self, expr: &Expr, depth: u8) -> Option<i64> {
        let depth = depth.checked_sub(1)?;
        match expr {
            Expr::Int(value) => Some(*value),
            Expr::Name(name) => {
                let value = self.value(name)?;
                Folder { at: value, ..*self }.integer(value.expr, depth)
            }
            Expr::Sum(left, right) => self.integer(left, depth)?.checked_add(self.integer(right, depth)?),
            Expr::Product(left, right) => self.integer(left, depth)?.checked_mul(self.integer(right, depth)?),
            Expr::Call(call) if call.callee == "builtins.len" => {
                i64::try_from(self.items(call.arguments.first()?, depth)?.len()).ok()
            }
            _ => None,
        }
    }
}

/// The value, unless it is written empty: then it is there for something else to fill, a decorator, a loop in a function.
fn filled(value: Located<'_>) -> Option<Located<'_>> {
    let empty = match value.expr {
        Expr::Sequence(items) | Expr::Tuple(items) | Expr::Set(items) => items.is_empty(),
        Expr::Mapping(entries) => entries.is_empty(),
        Expr::Call(call) => {
            call.callee.starts_with("builtins.") && call.arguments.is_empty() && call.keywords.is_empty()
        }
        _ => false,
    };
    (!empty).then_some(value)
}

fn opaque(items: Vec<Expr>) -> Vec<Expr> {
    vec![Expr::Opaque; items.len()]
}

fn repeat(items: Vec<Expr>, times: i64) -> Option<Vec<Expr>> {
    let times = usize::try_from(times.max(0)).ok()?;
    items.len().checked_mul(times).filter(|count| *count <= MAX_ITEMS)?;
    Some(std::iter::repeat_n(items, times).flatten().collect())
}

/// Whether a literal equals another only where both look the same.
fn is_plain(item: &Expr) -> bool {
    match item {
        Expr::Int(_) | Expr::None => true,
        // An escape may stand for a letter.
        Expr::Str(text) | Expr::Bytes(text) => !text.contains('\\'),
        _ => false,
    }
}

/// Drops duplicates among literals; gives up where two items might be equal without looking so.
fn unique(items: Vec<Expr>) -> Option<Vec<Expr>> {
    let mut kept: Vec<Expr> = Vec::with_capacity(items.len());
    if items.len() > MAX_UNIQUE {
        return None;
    }
    for item in items {
        if !is_plain(&item) {
            // A single item is unique whatever it is.
            if kept.is_empty() {
                kept.push(item);
                continue;
            }
            return None;
        }
        if kept.first().is_some_and(|first| !is_plain(first)) {
            return None;
        }
        if !kept.contains(&item) {
            kept.push(item);
        }
    }
    Some(kept)
}

/// n over r, or the number of ordered choices.
fn choices(n: u64, r: u64, ordered: bool) -> Option<usize> {
    if r > n {
        return Some(0);
    }
    let mut count: u64 = 1;
    for index in 0..r {
        count = count.checked_mul(n - index)?;
        if !ordered {
            count /= index + 1;
        }
        if count > MAX_ITEMS as u64 {
            return None;
        }
    }
    usize::try_from(count).ok()
}
