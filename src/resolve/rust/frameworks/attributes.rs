//! What the attributes of an item come to: `cfg_attr` unfolded, and what they say about a test. Owns no framework but
//! rustc's own attributes and test-with's; refuses to know which names are set.

use super::{Context, Effect, text, toolchain};
use crate::model::rust::{Attribute, Delimiter, Group, Predicate, Token, TokenKind, Truth};

/// How deep `cfg_attr` is unfolded within itself.
const MAX_DEPTH: u8 = 32;

/// The attributes that are left when every `cfg_attr` is unfolded, in order, each with whether it is there. Those that
/// are not there are left out.
///
/// rustc unfolds before any macro sees the item, wherever the attribute stands (`InvocationCollector::take_first_attr`).
pub fn effective_attributes(attributes: &[Attribute], truth: &dyn Fn(&Predicate) -> Truth) -> Vec<(Attribute, Truth)> {
    let mut found = Vec::with_capacity(attributes.len());
    for attribute in attributes {
        unfold(attribute, Truth::True, truth, MAX_DEPTH, &mut found);
    }
    found
}

fn unfold(
    attribute: &Attribute,
    outer: Truth,
    truth: &dyn Fn(&Predicate) -> Truth,
    depth: u8,
    found: &mut Vec<(Attribute, Truth)>,
) {
    let (holds, parts) = match toolchain::condition(attribute) {
        Some((holds, Some(parts))) => (holds, parts),
        Some((holds, None)) => {
            found.push((cfg(holds, attribute), outer));
            return;
        }
        None if &*attribute.path == "cfg_attr" && attribute.doc.is_none() => {
            let arguments = attribute.arguments();
            let end = arguments.iter().position(|token| token.is_punct(',')).unwrap_or(arguments.len());
            let (asked, parts) = arguments.split_at(end);
            (truth(&Predicate::from_tokens(asked)), parts)
        }
        None => {
            found.push((attribute.clone(), outer));
            return;
        }
    };
    let holds = holds.min(outer);
    if holds == Truth::False || depth == 0 {
        return;
    }
    for part in parts.split(|token| token.is_punct(',')) {
        if let Some(inner) = parse(part, attribute) {
            unfold(&inner, holds, truth, depth - 1, found);
        }
    }
}

/// A `cfg` that holds so, in the place of another attribute.
fn cfg(holds: Truth, place: &Attribute) -> Attribute {
    let word = |text: &str| Token { kind: TokenKind::Ident(text.into()), line: place.line, offset: 0, origin: None };
    let tokens = match holds {
        Truth::True => vec![word("true")],
        Truth::False => vec![word("false")],
        // No predicate, of which nothing is known.
        Truth::Unknown => Vec::new(),
    };
    let group = Group { delimiter: Delimiter::Parenthesis, tokens, end_line: place.line, end: 0 };
    let group = Token { kind: TokenKind::Group(Box::new(group)), line: place.line, offset: 0, origin: None };
    Attribute { path: "cfg".into(), tokens: vec![group], ..empty(place) }
}

/// The attribute that these tokens are, standing where they do (`expand_cfg_attr_item` of rustc_expand); `None` where they
/// begin with no path.
pub(super) fn parse(tokens: &[Token], place: &Attribute) -> Option<Attribute> {
    let (path, rest) = text::path(tokens)?;
    let first = tokens.first()?;
    let place = &Attribute { line: first.line, origin: first.origin, ..empty(place) };
    if path == "unsafe" {
        let group = rest.first()?.group(Delimiter::Parenthesis)?;
        let (path, rest) = text::path(&group.tokens)?;
        return Some(Attribute { path: path.into(), tokens: rest.to_vec(), ..empty(place) });
    }
    Some(Attribute { path: path.into(), tokens: rest.to_vec(), ..empty(place) })
}

fn empty(place: &Attribute) -> Attribute {
    Attribute {
        path: "".into(),
        tokens: Vec::new(),
        inner: place.inner,
        line: place.line,
        origin: place.origin,
        doc: None,
    }
}

/// Attributes written in front of something within a macro's arguments, and what follows them.
pub(super) fn leading<'t>(mut tokens: &'t [Token], place: &Attribute) -> (Vec<Attribute>, &'t [Token]) {
    let mut found = Vec::new();
    while let [hash, group, rest @ ..] = tokens
        && hash.is_punct('#')
        && let Some(group) = group.group(Delimiter::Bracket)
    {
        found.extend(parse(&group.tokens, place));
        tokens = rest;
    }
    (found, tokens)
}

/// What the attributes of a test say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Marks {
    /// Whether it is left out of a plain run.
    pub(super) ignored: Truth,
    /// Why.
    pub(super) ignore_reason: Option<String>,
    /// Whether it has to panic.
    pub(super) should_panic: Truth,
    /// Whether it is there.
    pub(super) condition: Truth,
}

impl Default for Marks {
    fn default() -> Self {
        Self { ignored: Truth::False, ignore_reason: None, should_panic: Truth::False, condition: Truth::True }
    }
}

impl Marks {
    /// What these attributes say.
    pub(super) fn of(attributes: &[(Attribute, Truth)], context: &Context<'_>) -> Self {
        let mut marks = Self::default();
        for (attribute, there) in attributes {
            match &*attribute.path {
                "ignore" => marks.ignore(*there, reason(&attribute.tokens)),
                "should_panic" => marks.should_panic = marks.should_panic.max(*there),
                "cfg" => {
                    let holds = (context.truth)(&Predicate::from_tokens(attribute.arguments()));
                    marks.condition = marks.condition.min(holds.max(!*there));
                }
                // It looks at the machine that compiles, or that runs, and ignores the test there.
                path => {
                    if context.row(path).is_some_and(|row| matches!(row.effect, Effect::IgnoredByMachine)) {
                        marks.ignore(Truth::Unknown.min(*there), None);
                    }
                }
            }
        }
        marks
    }

    /// Notes that the test is ignored, if this holds.
    pub(super) fn ignore(&mut self, holds: Truth, reason: Option<String>) {
        if holds > self.ignored || self.ignore_reason.is_none() {
            self.ignore_reason = reason.or(self.ignore_reason.take());
        }
        self.ignored = self.ignored.max(holds);
    }

    /// What both say together.
    pub(super) fn and(&self, other: &Self) -> Self {
        Self {
            ignored: self.ignored.max(other.ignored),
            ignore_reason: other.ignore_reason.clone().or_else(|| self.ignore_reason.clone()),
            should_panic: self.should_panic.max(other.should_panic),
            condition: self.condition.min(other.condition),
        }
    }
}

/// The text of `= "why"`.
fn reason(tokens: &[Token]) -> Option<String> {
    match tokens {
        [equals, text] if equals.is_punct('=') => text.string(),
        _ => None,
    }
}
