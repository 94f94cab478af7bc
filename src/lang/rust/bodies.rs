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
    let mut scan = Scan { attributes: Vec::new(), items: Vec::new() };
    scan.block(tokens, true, depth);
    (scan.attributes, scan.items)
}

/// Whether a call at the beginning of a statement is all of it, and may define items.
pub(super) fn is_statement_call(path: &[Box<str>], group: &Group, next: Option<&Token>) -> bool {
    let last = path.last().map_or("", |last| last);
    let standard = path.len() == 1 || matches!(path.first().map(|first| &**first), Some("std" | "core"));
    let whole = group.delimiter == Delimiter::Brace || next.is_none_or(|next| next.is_punct(';'));
    whole && !(standard && WITHOUT_ITEMS.contains(&last))
}

struct Scan {
    attributes: Vec<Attribute>,
    items: Vec<Item>,
}

/// Brackets that are being read.
struct Frame<'t> {
    reader: Reader<'t>,
    /// Whether statements stand in them.
    block: bool,
    /// Whether a statement may begin here.
    begins: bool,
}

impl Scan {
    /// One stack for all brackets, however deep; only invisible ones recurse.
    fn block(&mut self, tokens: &[Token], block: bool, depth: usize) {
        if depth > MAX_DEPTH {
            return;
        }
        let tokens = flat(tokens);
        let mut frames = vec![Frame { reader: Reader::new(&tokens), block, begins: block }];
        while let Some(frame) = frames.last_mut() {
            let reader = &mut frame.reader;
            if frame.begins {
                let mut inner = Vec::new();
                let outer = attributes(reader, &mut inner);
                // Of inner blocks too, which have no item that could carry them, but their own are not looked for.
                self.attributes.append(&mut inner);
                if let Some(item) = item(reader, outer, Place::Statements, depth) {
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
                TokenKind::Punct { character: ';', .. } => frame.begins = frame.block,
                TokenKind::Group(group) => {
                    let block = group.delimiter == Delimiter::Brace;
                    frame.begins = frame.block && block;
                    if is_argument || group.tokens.is_empty() {
                        continue;
                    }
                    if group.tokens.iter().any(|token| token.group(Delimiter::None).is_some()) {
                        self.block(&group.tokens, block, depth + 1);
                    } else {
                        frames.push(Frame { reader: Reader::new(&group.tokens), block, begins: block });
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
    reader.before(1).is_some_and(|token| token.is_punct('!'))
        && name.is_some_and(|name| !matches!(name, "if" | "while" | "match" | "return" | "in" | "break" | "else"))
}
