//! Text as token trees. Owns which brackets belong together, what becomes of those that do not, and how deep they may
//! nest; refuses to know what the tokens mean.

use super::lex::{Piece, PieceKind, Pieces};
use crate::model::rust::token::DocComment;
use crate::model::rust::{Delimiter, Group, Token, TokenKind};

/// Brackets nested deeper than this are empty: what walks token trees may then recurse.
pub const MAX_DEPTH: usize = 256;

/// Not more problems of one text are kept.
const MAX_PROBLEMS: usize = 64;

/// A text as token trees.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TokenTrees {
    /// Its tokens.
    pub tokens: Vec<Token>,
    /// What rustc would not accept: a 1-based line, and a message.
    pub problems: Vec<(u32, String)>,
    /// 1-based line of the first brackets that are deeper than [`MAX_DEPTH`] and therefore empty.
    pub too_deep: Option<u32>,
}

/// A text as token trees. A byte order mark, a shebang line and a frontmatter are skipped. An unclosed bracket ends where
/// one around it is closed, or with the text; a closing one too many is dropped.
pub fn token_trees(text: &str) -> TokenTrees {
    let mut builder = Builder::default();
    let mut pieces = Pieces::new(text);
    for piece in &mut pieces {
        builder.piece(piece);
    }
    let (line, end) = (pieces.line(), u32::try_from(text.len()).unwrap_or(u32::MAX));
    while builder.innermost().is_some() {
        builder.close_unclosed(line, end);
    }
    builder.trees.tokens = builder.tokens;
    builder.trees
}

/// An open bracket.
struct Open {
    delimiter: Delimiter,
    line: u32,
    offset: u32,
    /// Where its tokens begin among those that were read.
    first: usize,
}

#[derive(Default)]
struct Builder {
    trees: TokenTrees,
    /// Tokens of all open brackets, one behind the other: a group is cut off at its end, at its exact size.
    tokens: Vec<Token>,
    open: Vec<Open>,
    /// Open brackets below the innermost that is kept.
    deep: Vec<Delimiter>,
    /// How many of each kind are open.
    counts: [usize; 4],
    /// Offset behind the last punctuation character.
    punct_end: u32,
}

impl Builder {
    fn piece(&mut self, piece: Piece<'_>) {
        let Piece { line, offset, length, .. } = piece;
        let kind = match piece.kind {
            PieceKind::Open(delimiter) => return self.open(delimiter, line, offset),
            PieceKind::Close(delimiter) => return self.close(delimiter, line, offset + length),
            PieceKind::Problem(message) => return self.problem(line, message.to_owned()),
            _ if self.open.len() > MAX_DEPTH => return,
            PieceKind::Ident(text) => return self.ident(text, line, offset),
            PieceKind::Lifetime(text) => TokenKind::Lifetime(text.into()),
            PieceKind::Literal(text) => TokenKind::Literal(text.into()),
            PieceKind::Doc { inner, block, text } => {
                TokenKind::Doc(Box::new(DocComment { inner, block, text: text.into() }))
            }
            PieceKind::Punct(character) => {
                if self.punct_end == offset
                    && let Some(Token { kind: TokenKind::Punct { joint, .. }, .. }) = self.tokens.last_mut()
                {
                    *joint = true;
                }
                self.punct_end = offset + length;
                TokenKind::Punct { character, joint: false }
            }
        };
        self.tokens.push(Token { kind, line, offset, origin: None });
    }

    /// A name; `$` and `crate` at once are one.
    fn ident(&mut self, text: &str, line: u32, offset: u32) {
        if text == "crate"
            && self.punct_end == offset
            && let Some(token) = self.tokens.last_mut()
            && token.is_punct('$')
        {
            token.kind = TokenKind::Ident("$crate".into());
            return;
        }
        self.tokens.push(Token { kind: TokenKind::Ident(text.into()), line, offset, origin: None });
    }

    fn open(&mut self, delimiter: Delimiter, line: u32, offset: u32) {
        self.counts[delimiter as usize] += 1;
        if self.open.len() > MAX_DEPTH {
            return self.deep.push(delimiter);
        }
        self.open.push(Open { delimiter, line, offset, first: self.tokens.len() });
        if self.open.len() > MAX_DEPTH && self.trees.too_deep.is_none() {
            self.trees.too_deep = Some(line);
        }
    }

    fn close(&mut self, delimiter: Delimiter, line: u32, end: u32) {
        if self.counts[delimiter as usize] == 0 {
            return self.problem(line, format!("unexpected closing `{}`", brackets(delimiter).1));
        }
        while self.innermost().is_some_and(|innermost| innermost != delimiter) {
            self.close_unclosed(line, end - 1);
        }
        self.end_innermost(line, end);
    }

    fn close_unclosed(&mut self, line: u32, end: u32) {
        if self.deep.is_empty()
            && let Some(open) = self.open.last()
        {
            self.problem(open.line, format!("unclosed `{}`", brackets(open.delimiter).0));
        }
        self.end_innermost(line, end);
    }

    fn innermost(&self) -> Option<Delimiter> {
        self.deep.last().copied().or_else(|| self.open.last().map(|open| open.delimiter))
    }

    fn end_innermost(&mut self, end_line: u32, end: u32) {
        if let Some(delimiter) = self.deep.pop() {
            self.counts[delimiter as usize] -= 1;
        } else if let Some(Open { delimiter, line, offset, first }) = self.open.pop() {
            self.counts[delimiter as usize] -= 1;
            let tokens: Vec<Token> = self.tokens.drain(first..).collect();
            let kind = TokenKind::Group(Box::new(Group { delimiter, tokens, end_line, end }));
            self.tokens.push(Token { kind, line, offset, origin: None });
        }
    }

    fn problem(&mut self, line: u32, message: String) {
        if self.trees.problems.len() < MAX_PROBLEMS {
            self.trees.problems.push((line, message));
        }
    }
}

fn brackets(delimiter: Delimiter) -> (&'static str, &'static str) {
    delimiter.brackets()
}
