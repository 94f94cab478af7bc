//! Items within the bodies of functions. Owns where a statement begins; refuses to know expressions.

use super::attributes::attributes;
use super::items::{Place, item};
use super::reader::{Reader, flat};
use crate::model::rust::{Attribute, Delimiter, Group, Item, Token, TokenKind};

/// Invisible brackets below this depth are not looked into.
const MAX_DEPTH: usize = 64;

/// Macros of the standard library that never expand to items: most statements that are calls of macros.
const WITHOUT_ITEMS: [&str; 23] = [
    "assert",
    "assert_eq",
    "assert_matches",
    "assert_ne",
    "compile_error",
    "dbg",
    "debug_assert",
    "debug_assert_eq",
    "debug_assert_ne",
    "eprint",
    "eprintln",
    "format",
    "format_args",
    "matches",
    "panic",
    "print",
    "println",
    "todo",
    "unimplemented",
    "unreachable",
    "vec",
    "write",
    "writeln",
];

/// Inner attributes of a body, and the items in it at any depth.
pub(super) fn body(tokens: &[Token], depth: usize) -> (Vec<Attribute>, Vec<Item>) {
    let mut scan = Scan { attributes: Vec::new(), items: Vec::new(), depth };
    scan.brackets(tokens, Some(Place::Statements), depth);
    (scan.attributes, scan.items)
}

/// The items among what a macro expands to in the place of a statement, at any depth.
pub fn statements(tokens: &[Token]) -> Vec<Item> {
    let mut scan = Scan { attributes: Vec::new(), items: Vec::new(), depth: 0 };
    scan.brackets(tokens, Some(Place::ExpandedStatements), 0);
    scan.items
}

/// Whether a call at the beginning of a statement is all of it, and may define items: `parse_stmt_mac` of rustc_parse.
pub(super) fn is_statement_call(path: &[Box<str>], group: &Group, next: Option<&Token>, place: Place) -> bool {
    let last = path.last().map_or("", |last| last);
    let standard = path.len() == 1 || matches!(path.first().map(|first| &**first), Some("std" | "core"));
    let whole = match next {
        Some(next) if next.is_punct(';') => true,
        Some(next) => group.delimiter == Delimiter::Brace && !next.is_punct('.') && !next.is_punct('?'),
        // The value of the block.
        None => group.delimiter == Delimiter::Brace || place == Place::ExpandedStatements,
    };
    whole && !(standard && WITHOUT_ITEMS.contains(&last))
}

struct Scan {
    attributes: Vec<Attribute>,
    items: Vec<Item>,
    /// That of the function: attributes of blocks within it belong to no item.
    depth: usize,
}

/// Brackets that are being read.
struct Frame<'t> {
    reader: Reader<'t>,
    /// What statements stand in them, if any.
    place: Option<Place>,
    /// Whether a statement may begin here.
    begins: bool,
}

impl Scan {
    /// One stack for all brackets, however deep; only invisible ones recurse.
    fn brackets(&mut self, tokens: &[Token], place: Option<Place>, depth: usize) {
        if depth > MAX_DEPTH {
            return;
        }
        let tokens = flat(tokens);
        let mut frames = vec![Frame { reader: Reader::new(&tokens), place, begins: true }];
        while !frames.is_empty() {
            let is_nested = depth > self.depth || frames.len() > 1;
            let Some(frame) = frames.last_mut() else { break };
            let reader = &mut frame.reader;
            if frame.begins
                && let Some(place) = frame.place
            {
                let mut inner = Vec::new();
                let outer = attributes(reader, &mut inner);
                if !is_nested {
                    self.attributes.append(&mut inner);
                }
                if let Some(item) = item(reader, outer, place, depth) {
                    self.items.push(item);
                    continue;
                }
                frame.begins = false;
            }
            let is_argument = is_argument(reader);
            let Some(token) = reader.next() else {
                frames.pop();
                continue;
            };
            match &token.kind {
                TokenKind::Punct { character: ';', .. } => frame.begins = true,
                TokenKind::Group(group) => {
                    let in_braces = group.delimiter == Delimiter::Brace;
                    frame.begins = in_braces;
                    if is_argument || group.tokens.is_empty() {
                        continue;
                    }
                    let place = in_braces.then_some(Place::Statements);
                    if group.tokens.iter().any(|token| token.group(Delimiter::None).is_some()) {
                        self.brackets(&group.tokens, place, depth + 1);
                    } else {
                        frames.push(Frame { reader: Reader::new(&group.tokens), place, begins: true });
                    }
                }
                _ => {}
            }
        }
    }
}

/// Whether the next brackets are those of a macro's call.
fn is_argument(reader: &Reader<'_>) -> bool {
    let name = reader.before(2).and_then(Token::ident);
    reader.before(1).is_some_and(|token| token.is_punct('!')) && name.is_some_and(|name| !may_precede_not(name))
}

/// Whether a `!` behind this keyword negates what follows.
pub(super) fn may_precede_not(word: &str) -> bool {
    matches!(word, "if" | "while" | "match" | "return" | "in" | "break" | "else" | "yield" | "move" | "become")
}
