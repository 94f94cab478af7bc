//! Detector files: what each pattern means, and strict checks. Knows the clauses of patterns, no grammar.
//!
//! Anything that tree-sitter would silently ignore (an unknown capture, predicate or `#set!` key) is an error that names
//! file and row.

use std::{
    fmt,
    sync::{Arc, OnceLock},
};

use regex::bytes::Regex;

use super::{
    anchor_forms::Form,
    anchors::{Needs, words as words_of},
    name_pattern::{Literal, NamePatterns, called_literals, literals},
    shapes::{Argument, Clause, PatternText, is_name},
};
use crate::model::{Confidence, RiskKind, RiskSeverity, SignalKind};

/// The keys of `#set!` and, where the list of values is closed, the values.
const SETTINGS: [(&str, &[&str]); 7] = [
    ("library", &["torch", "numpy", "stdlib", "jax", "tensorflow", "paddle", "faker", "any"]),
    ("cases", CASE_RULES),
    ("anchor", &[]),
    ("within", &["pytestmark", "assertion"]),
    ("risk", RiskKind::NAMES),
    ("severity", LEVELS),
    ("certainty", LEVELS),
];

/// How bad a risk is, and how sure it is that it is one.
const LEVELS: &[&str] = &["high", "medium", "low"];

/// The rules by which a parametrization is counted: the values of `#set! cases`.
const CASE_RULES: &[&str] = &[
    "argvalues",  // pytest's and torch's `parametrize(argnames, argvalues)`
    "first",      // the first argument is the list: `parameterized.expand`, `fixture(params=…)` excepted
    "params",     // the keyword `params`: a fixture
    "arguments",  // every positional argument is a case, or the only one is the list: absl `parameters`
    "product",    // keyword arguments multiply: absl `product`
    "sample",     // at most the product of the keyword arguments: jax `sample_product`
    "data",       // ddt `data(*values)`: one case for each positional argument
    "per-device", // positional arguments multiply what a device instantiation makes: torch `dtypes`
    "hook",       // decided while pytest collects
    "unknown",
];

/// Our own predicates.
const NAME_PREDICATES: [&str; 2] = ["resolves?", "not-resolves?"];

/// Our own predicates on what a capture is in its file, besides what it means.
const PLACE_PREDICATES: [&str; 8] = [
    "value-matches?",
    "not-value-matches?",
    "of-module?",
    "imported?",
    "once?",
    "discarded?",
    "behind?",
    "not-behind?",
];

/// Predicates of tree-sitter on the text of captures.
const TEXT_PREDICATES: [&str; 8] =
    ["eq?", "not-eq?", "any-eq?", "any-not-eq?", "any-of?", "not-any-of?", "match?", "not-match?"];

/// A detector file that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryError {
    /// The file as it should be shown.
    pub file: String,
    /// 1-based row in that file.
    pub row: usize,
    /// What is wrong, in the house style.
    pub message: String,
}

impl fmt::Display for QueryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "detector `{}`, row {}: {}", self.file, self.row, self.message)
    }
}

impl std::error::Error for QueryError {}

/// The text of one detector file.
#[derive(Debug, Clone)]
pub(crate) struct DetectorSource {
    /// The detector's name in signals and reports.
    pub(crate) name: String,
    /// How errors name the file.
    pub(crate) file: String,
    pub(crate) text: String,
}

/// A condition on a capture.
#[derive(Debug)]
pub(crate) struct Condition {
    pub(crate) capture: u32,
    pub(crate) test: Test,
    /// `false` for `#not-…`.
    pub(crate) positive: bool,
}

/// What a condition asks.
#[derive(Debug)]
pub(crate) enum Test {
    /// `#resolves?`: what the name means.
    Resolves(NamePatterns),
    /// `#eq?` and `#any-of?`: its text is one of these.
    OneOf(Vec<String>),
    /// `#match?`: compiled when it is first asked.
    Matches {
        /// The regular expression.
        expression: String,
        /// `None` where it is none.
        compiled: OnceLock<Option<Regex>>,
    },
    /// `#value-matches?`: the text of the literal, or of the one that the name is bound to.
    Value(Box<Test>),
    /// `#of-module?`: a variable of the module, seen from a function.
    OfModule,
    /// `#imported?`: a module, or something else that was imported.
    Imported,
    /// `#once?`: its text stands nowhere else in the function.
    Once,
    /// `#discarded?`: nothing takes the value of the call that it is the callee of.
    Discarded,
    /// `#behind?`: one of these methods of it is called before, in the function.
    Behind(Vec<String>),
}

impl Test {
    /// Whether it holds of a node with this text, whose names mean something that `resolves` judges.
    pub(crate) fn holds(&self, text: &[u8], resolves: impl FnOnce(&NamePatterns) -> bool) -> bool {
        match self {
            Self::Resolves(patterns) => resolves(patterns),
            Self::OneOf(texts) => texts.iter().any(|own| own.as_bytes() == text),
            Self::Matches { expression, compiled } => {
                compiled.get_or_init(|| Regex::new(expression).ok()).as_ref().is_some_and(|regex| regex.is_match(text))
            }
            Self::Value(test) => test.holds(text, resolves),
            // These are no questions to a text.
            Self::OfModule | Self::Imported | Self::Once | Self::Discarded | Self::Behind(_) => false,
        }
    }
}

/// What a match of one pattern means.
#[derive(Debug)]
pub(crate) struct Pattern {
    /// Index of its file.
    pub(crate) detector: usize,
    /// The capture that is reported.
    pub(crate) capture: u32,
    pub(crate) kind: SignalKind,
    pub(crate) conditions: Vec<Condition>,
    /// Whether `#resolves?` is asked of the reported capture.
    pub(crate) by_name: bool,
    /// `#set! within pytestmark`: only what is assigned to that name counts.
    pub(crate) in_pytestmark: bool,
    /// `#set! within assertion`: only what stands in an `assert` or a call of what is named like one.
    pub(crate) in_assertion: bool,
    pub(crate) library: Option<Arc<str>>,
    pub(crate) cases: Option<Arc<str>>,
    pub(crate) risk: Option<RiskSetting>,
}

/// What a detector of risks says about its matches.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RiskSetting {
    pub(crate) kind: RiskKind,
    pub(crate) severity: Option<RiskSeverity>,
    pub(crate) certainty: Confidence,
}

/// The concatenated text of detector files.
pub(super) struct Files<'a> {
    sources: &'a [DetectorSource],
    /// Where each begins.
    starts: Vec<usize>,
    pub(super) text: String,
}

impl<'a> Files<'a> {
    pub(super) fn new(sources: &'a [DetectorSource]) -> Self {
        let mut text = String::new();
        let mut starts = Vec::new();
        for source in sources {
            starts.push(text.len());
            text.push_str(&source.text);
            text.push('\n');
        }
        Self { sources, starts, text }
    }

    /// The error about a place of the text.
    pub(super) fn error(&self, byte: usize, message: impl Into<String>) -> QueryError {
        let index = self.source_index(byte);
        let start = self.starts.get(index).copied().unwrap_or_default();
        let before = &self.text.as_bytes()[start..byte.min(self.text.len())];
        QueryError {
            file: self.sources.get(index).map(|source| source.file.clone()).unwrap_or_default(),
            row: memchr::memchr_iter(b'\n', before).count() + 1,
            message: message.into(),
        }
    }

    fn source_index(&self, byte: usize) -> usize {
        self.starts.partition_point(|start| *start <= byte).saturating_sub(1)
    }

    /// The offset of a word within a pattern; the pattern's start where it is not there.
    fn place(&self, pattern: &PatternText<'_>, word: &str) -> usize {
        let mut places = pattern.text.match_indices(word);
        let whole = places.find(|(at, _)| !pattern.text[at + word.len()..].starts_with(is_name));
        pattern.start + whole.map_or(0, |(at, _)| at)
    }

    /// What a match of a pattern means. `capture` gives the numbers of captures; with `texts` what is asked of the text of
    /// captures is among the conditions, else tree-sitter asks it.
    pub(super) fn pattern(
        &self,
        text: &PatternText<'_>,
        capture: &dyn Fn(&str) -> u32,
        texts: bool,
    ) -> Result<Pattern, QueryError> {
        let (name, kind) = self.reported(text)?;
        let setting = |key| text.setting(key).map(Arc::from);
        let mut pattern = Pattern {
            detector: self.source_index(text.start),
            capture: capture(name),
            kind,
            conditions: Vec::new(),
            by_name: false,
            in_pytestmark: text.setting("within") == Some("pytestmark"),
            in_assertion: text.setting("within") == Some("assertion"),
            library: setting("library"),
            cases: setting("cases"),
            risk: None,
        };
        // Where the anchor is given, it may stand anywhere in the match.
        let is_anchored = text.setting("anchor").is_some();
        for clause in &text.clauses {
            if clause.operator == "set!" {
                self.check_setting(text, clause)?;
                continue;
            }
            let is_text = TEXT_PREDICATES.contains(&clause.operator);
            let is_place = PLACE_PREDICATES.contains(&clause.operator);
            if !is_text && !is_place && !NAME_PREDICATES.contains(&clause.operator) {
                let known = NAME_PREDICATES.iter().chain(&PLACE_PREDICATES).chain(&TEXT_PREDICATES);
                let known: Vec<_> = known.map(|name| format!("`#{name}`")).collect();
                let message = format!("unknown predicate `#{}`; known are {}", clause.operator, known.join(", "));
                return Err(self.error(self.place(text, &format!("#{}", clause.operator)), message));
            }
            if is_text && !texts {
                continue;
            }
            let condition = self.condition(text, clause, capture)?;
            pattern.by_name |=
                !is_text && !is_place && !is_anchored && condition.positive && condition.capture == pattern.capture;
            pattern.conditions.push(condition);
        }
        pattern.risk = self.risk(text, kind)?;
        Ok(pattern)
    }

    /// What is said about a risk, which needs a name, and a place of one a severity.
    fn risk(&self, text: &PatternText<'_>, kind: SignalKind) -> Result<Option<RiskSetting>, QueryError> {
        if !matches!(kind, SignalKind::RiskSite | SignalKind::RiskRelief) {
            return Ok(None);
        }
        let severity = text.setting("severity").and_then(RiskSeverity::from_name);
        let level = text.setting("certainty").unwrap_or("high");
        let certainty = Confidence::ALL.into_iter().find(|known| known.name() == level).unwrap_or(Confidence::High);
        let named = text.setting("risk").and_then(RiskKind::from_name);
        let missing = |what| self.error(text.start, format!("`@{}` needs `(#set! {what} …)`", kind.capture()));
        let kind_of = named.ok_or_else(|| missing("risk"))?;
        if kind == SignalKind::RiskSite && severity.is_none() {
            return Err(missing("severity"));
        }
        Ok(Some(RiskSetting { kind: kind_of, severity, certainty }))
    }

    /// The capture that a pattern reports, and as what.
    fn reported<'t>(&self, text: &PatternText<'t>) -> Result<(&'t str, SignalKind), QueryError> {
        let mut reported = None;
        for name in text.captures().into_iter().filter(|name| !name.starts_with('_')) {
            let place = || self.place(text, &format!("@{name}"));
            let Some(kind) = capture_kind(name) else {
                let known: Vec<_> = SignalKind::CAPTURES.iter().map(|(name, _)| format!("`@{name}`")).collect();
                let message = format!(
                    "unknown capture `@{name}`; known are {}, and helpers that begin with `_`",
                    known.join(", ")
                );
                return Err(self.error(place(), message));
            };
            if reported.is_some() {
                return Err(self.error(place(), "a pattern reports one capture; others begin with `_`"));
            }
            reported = Some((name, kind));
        }
        reported.ok_or_else(|| {
            self.error(text.start, "the pattern reports nothing: it has no capture such as `@custom.match`")
        })
    }

    fn condition(
        &self,
        text: &PatternText<'_>,
        clause: &Clause<'_>,
        capture: &dyn Fn(&str) -> u32,
    ) -> Result<Condition, QueryError> {
        let operator = clause.operator;
        let error = |message: String| self.error(self.place(text, &format!("#{operator}")), message);
        let Some((Argument::Capture(name), others)) = clause.arguments.split_first() else {
            return Err(error(format!("`#{operator}` takes a capture and then names")));
        };
        let texts = clause.texts();
        let (positive, asked) = match operator.strip_prefix("not-") {
            Some(asked) => (false, asked),
            None => (true, operator),
        };
        let of_place = match asked {
            "of-module?" => Some(Test::OfModule),
            "imported?" => Some(Test::Imported),
            "once?" => Some(Test::Once),
            "discarded?" => Some(Test::Discarded),
            _ => None,
        };
        if let Some(test) = of_place {
            if !others.is_empty() {
                return Err(error(format!("`#{operator}` takes a capture and nothing else")));
            }
            return Ok(Condition { capture: capture(name), test, positive });
        }
        if texts.is_empty() || texts.len() < others.len() {
            return Err(error(format!("`#{operator}` takes a capture and then at least one quoted name")));
        }
        let matches = || Test::Matches { expression: texts[0].to_owned(), compiled: OnceLock::new() };
        let test = match asked {
            "resolves?" => Test::Resolves(NamePatterns::new(texts).map_err(error)?),
            "eq?" | "any-of?" => Test::OneOf(texts.into_iter().map(str::to_owned).collect()),
            "match?" => matches(),
            "value-matches?" => Test::Value(Box::new(matches())),
            "behind?" => Test::Behind(texts.into_iter().map(str::to_owned).collect()),
            _ => return Err(error(format!("`#{operator}` is not for one node"))),
        };
        Ok(Condition { capture: capture(name), test, positive })
    }

    fn check_setting(&self, text: &PatternText<'_>, clause: &Clause<'_>) -> Result<(), QueryError> {
        let words = clause.texts();
        let key = words.first().copied().unwrap_or_default();
        let error = |message: String| Err(self.error(self.place(text, key), message));
        let Some((_, allowed)) = SETTINGS.iter().find(|(known, _)| *known == key) else {
            let known: Vec<_> = SETTINGS.iter().map(|(key, _)| format!("`{key}`")).collect();
            return error(format!("unknown `#set!` key `{key}`; known are {}", known.join(", ")));
        };
        let value = words.get(1).copied().unwrap_or_default();
        if value.is_empty() || (!allowed.is_empty() && !allowed.contains(&value)) {
            let allowed: Vec<_> = allowed.iter().map(|value| format!("`{value}`")).collect();
            return error(format!("`#set! {key}` takes one of {}, not `{value}`", allowed.join(", ")));
        }
        Ok(())
    }
}

/// The literals without which a pattern cannot match: from `#set! anchor`, else `#resolves?`, else `#eq?` and `#any-of?`.
pub(super) fn needs(text: &PatternText<'_>) -> Needs {
    let of = |operators: &[&str]| text.clauses.iter().find(|clause| operators.contains(&clause.operator));
    if let Some(anchor) = text.setting("anchor") {
        let literal = |word: &str| Form::new(word).map_or_else(|| Literal::Word(word.to_owned()), Literal::Form);
        let words = anchor.split_whitespace().map(|word| vec![literal(word)]);
        return Needs { alternatives: words.collect(), ..Needs::default() };
    }
    if let Some(clause) = of(&["resolves?"]) {
        let names = clause.texts();
        let called = names.iter().copied().flat_map(called_literals).collect();
        // A builtin stands alone.
        let dotted = !names.iter().any(|name| name.starts_with("builtins."));
        return Needs { alternatives: names.into_iter().map(literals).collect(), dotted, called, ..Needs::default() };
    }
    // The text of a node begins and ends with whole words, all of which stand in the file.
    let whole = |text: &str| {
        let word = |(_, word): (u32, &[u8])| Literal::Word(String::from_utf8_lossy(word).into_owned());
        words_of(text.as_bytes()).map(word).collect()
    };
    let texts = of(&["eq?"]).or_else(|| of(&["any-of?"])).map(Clause::texts).unwrap_or_default();
    Needs { alternatives: texts.into_iter().map(whole).collect(), ..Needs::default() }
}

fn capture_kind(name: &str) -> Option<SignalKind> {
    SignalKind::CAPTURES.iter().find(|(capture, _)| *capture == name).map(|(_, kind)| *kind)
}
