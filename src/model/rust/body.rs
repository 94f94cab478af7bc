//! What the body of a function does: what it calls, and where it gives up early. Owns the words and how they are kept
//! small, since there is one for each function of a tree; refuses to know what a name means.

use crate::model::RiskKind;

/// The body of a function. Names are as they are written, without generics and blanks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RustBody {
    /// All names, one behind the other.
    names: Box<str>,
    uses: Box<[Entry]>,
    /// How many `.unwrap()` there are.
    pub unwraps: u32,
    /// How many `?` there are.
    pub questions: u32,
    /// Statements that leave the function early, in source order.
    pub guards: Box<[Guard]>,
    /// Places that may make a test fail by their form alone, in source order.
    pub hazards: Box<[Hazard]>,
    /// The line where it computes the next state of a generator of pseudo-random numbers by itself.
    pub generator: Option<u32>,
    /// Whether it uses more than is kept.
    pub truncated: bool,
}

/// One name that a body uses, with its first place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BodyUse<'b> {
    /// How it is used.
    pub kind: UseKind,
    /// The path with `::`, or the last name of a method.
    pub name: &'b str,
    /// 1-based line of its first use of this kind.
    pub line: u32,
    /// How often it is used so; more than 65,535 times are 65,535.
    pub count: u16,
    /// What it is passed; the least certain of all places.
    pub argument: Argument,
    /// Whether the value of a seed depends on it: it stands in the arguments of a call whose name speaks of a seed, or in
    /// the `let` of a variable that does.
    pub in_seed: bool,
}

/// How a name is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum UseKind {
    /// `path(…)`; a pattern of a tuple's form looks the same.
    Call,
    /// `.name(…)`.
    Method,
    /// `path!(…)`.
    Macro,
    /// A path of several names that is not called, or a name that is an argument by itself: functions that are passed on
    /// are among them.
    Value,
}

/// What a call is passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Argument {
    /// Nothing.
    None,
    /// Literals and constants only.
    Constant,
    /// Anything else.
    Other,
}

/// A place whose form alone is a risk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hazard {
    /// 1-based.
    pub line: u32,
    /// Which.
    pub kind: RiskKind,
}

/// A statement in the body itself that may `return`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guard {
    /// 1-based line where the statement begins.
    pub line: u32,
    /// What is asked, blanks removed where they mean nothing: `!cuda_is_available()`, the `device()` of
    /// `let Some(device) = device() else { return };`. Cut when it is long.
    pub condition: Box<str>,
    /// Whether the function goes on where the condition holds, or the value is there (`Some`, `Ok`); else it goes on where
    /// that is not so.
    pub goes_on: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    /// Where the name ends in `names`.
    end: u32,
    line: u32,
    count: u16,
    kind: UseKind,
    argument: Argument,
    in_seed: bool,
}

impl RustBody {
    /// A body that uses these names.
    pub fn new<'b>(uses: impl IntoIterator<Item = BodyUse<'b>>) -> Self {
        let mut names = String::new();
        let mut entries = Vec::new();
        for BodyUse { kind, name, line, count, argument, in_seed } in uses {
            names.push_str(name);
            let end = u32::try_from(names.len()).unwrap_or(u32::MAX);
            entries.push(Entry { end, line, count, kind, argument, in_seed });
        }
        Self { names: names.into(), uses: entries.into(), ..Self::default() }
    }

    /// How many names it uses.
    pub fn use_count(&self) -> usize {
        self.uses.len()
    }

    /// What it uses, in the order of first uses.
    pub fn uses(&self) -> impl Iterator<Item = BodyUse<'_>> {
        let mut begin = 0;
        self.uses.iter().filter_map(move |entry| {
            let end = entry.end as usize;
            let name = self.names.get(begin..end)?;
            begin = end;
            let &Entry { line, count, kind, argument, in_seed, .. } = entry;
            Some(BodyUse { kind, name, line, count, argument, in_seed })
        })
    }
}

impl BodyUse<'_> {
    /// The last name of its path.
    pub fn last(&self) -> &str {
        self.name.rsplit("::").next().unwrap_or(self.name)
    }
}
