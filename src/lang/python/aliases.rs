//! Which names of a file stand for something that is looked for: by an import, an assignment, or another such name.

use rustc_hash::FxHashMap;
use tree_sitter::Node;

use super::{
    grammar::Kind,
    names::{Bound, Names},
};
use crate::lang::anchors::words;

/// How many differences of differences are taken apart.
const MAX_DIFFERENCES: usize = 8;

/// What bindings mention: the words of an import, or of a value that can be an alias.
#[derive(Debug, Default)]
pub(super) struct Mentions<'t>(Vec<Mention<'t>>);

#[derive(Debug)]
struct Mention<'t> {
    name: &'t str,
    reach: Reach,
    text: Text<'t>,
    /// The value is what a call returns.
    is_call: bool,
}

#[derive(Debug)]
enum Text<'t> {
    Import(Box<str>),
    Value(&'t [u8]),
}

/// Where a name can mean what it was bound to: the byte range of a function, or everywhere.
pub(super) type Reach = Option<(u32, u32)>;

/// The aliases of a file, each with whether somebody looks at what a call of it returns, and where it is one.
pub(super) type Aliases<'t> = FxHashMap<&'t str, (bool, Vec<Reach>)>;

impl<'t> Mentions<'t> {
    /// Adds the names that mention a word that is looked for, or a known alias, and returns those that are new, with where
    /// they are new.
    ///
    /// What a call returns is only followed where `is_called` says that somebody looks at it.
    pub(super) fn find(
        &self,
        aliases: &mut Aliases<'t>,
        is_word: impl Fn(&[u8]) -> bool,
        is_called: impl Fn(&[u8]) -> bool,
    ) -> Vec<(&'t str, Reach)> {
        let mut fresh = Vec::new();
        for mention in &self.0 {
            let text = match &mention.text {
                Text::Import(dotted) => dotted.as_bytes(),
                Text::Value(text) => text,
            };
            let known = |word: &[u8]| {
                std::str::from_utf8(word).ok().and_then(|word| aliases.get(word)).map(|(called, _)| *called)
            };
            let called = |word: &[u8]| is_called(word) || known(word) == Some(true);
            if !words(text).any(|(_, word)| is_word(word) || known(word).is_some()) {
                continue;
            }
            let follows = match mention.is_call {
                // What is called stands last: `torch.ops.load(…)` is no call of `ops`.
                true if !words(text).last().is_some_and(|(_, word)| called(word)) => continue,
                // Of the result's attributes nothing is known to be called.
                true => false,
                false => words(text).any(|(_, word)| called(word)),
            };
            let (known_follows, reaches) = aliases.entry(mention.name).or_default();
            *known_follows |= follows;
            if !reaches.contains(&mention.reach) {
                reaches.push(mention.reach);
                fresh.push((mention.name, mention.reach));
            }
        }
        fresh
    }
}

impl<'t> Names<'t> {
    /// Records what a binding mentions: only what can be an alias, which is a name, a chain, or a call of one.
    pub(super) fn mention(&mut self, name: &'t str, reach: Reach, bound: &Bound<'t>) {
        let (text, is_call) = match bound {
            Bound::Import(dotted) => (Text::Import(dotted.as_str().into()), false),
            Bound::Value(node) => match self.grammar.kind(self.minuend(*node)) {
                Kind::Identifier => (Text::Value(&self.text[self.minuend(*node).byte_range()]), false),
                Kind::Attribute | Kind::Call => match self.spelled(*node) {
                    Some(attribute) => (Text::Value(attribute.as_bytes()), false),
                    None => {
                        let node = self.minuend(*node);
                        let head = self.head(node);
                        (Text::Value(head), self.grammar.kind(node) == Kind::Call || head.contains(&b'('))
                    }
                },
                _ => return,
            },
            Bound::Definition(_) | Bound::Unknown => return,
        };
        self.mentions.0.push(Mention { name, reach, text, is_call });
    }

    /// What something is subtracted from; anything else itself.
    fn minuend(&self, node: Node<'t>) -> Node<'t> {
        let is_difference = |node: &Node<'t>| {
            let sign = self.grammar.child(*node, self.grammar.field.operator);
            self.grammar.kind(*node) == Kind::BinaryOperator && sign.is_some_and(|sign| self.text(sign) == "-")
        };
        let left = |node: &Node<'t>| self.grammar.child(*node, self.grammar.field.left).filter(|_| is_difference(node));
        std::iter::successors(Some(node), left).take(MAX_DIFFERENCES).last().unwrap_or(node)
    }

    /// The attribute that a `getattr` call names.
    fn spelled(&self, node: Node<'t>) -> Option<&'t str> {
        let text = &self.text[node.byte_range()];
        text.starts_with(b"getattr").then(|| self.getattr(node)).flatten().map(|(_, attribute)| attribute)
    }

    /// The text of a chain up to its last call's arguments.
    fn head(&self, node: Node<'t>) -> &'t [u8] {
        let function = match self.grammar.kind(node) {
            Kind::Call => self.grammar.child(node, self.grammar.field.function),
            _ => None,
        };
        &self.text[node.start_byte()..function.unwrap_or(node).end_byte()]
    }
}
