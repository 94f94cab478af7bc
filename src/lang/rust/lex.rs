//! One file's text as pieces: what rustc's lexer finds, without blanks and comments. Owns what precedes the first token
//! and where each piece stands; refuses to know which brackets belong together.

use std::borrow::Cow;

use ra_ap_rustc_lexer::{Cursor, DocStyle, FrontmatterAllowed, LiteralKind, TokenKind, strip_shebang};

use crate::model::rust::Delimiter;

/// A token or half of a pair of brackets.
pub(super) struct Piece<'t> {
    pub(super) kind: PieceKind<'t>,
    /// 1-based.
    pub(super) line: u32,
    /// Byte offset in the file.
    pub(super) offset: u32,
    /// Length in bytes.
    pub(super) length: u32,
}

pub(super) enum PieceKind<'t> {
    Ident(&'t str),
    Lifetime(&'t str),
    Literal(Cow<'t, str>),
    Punct(char),
    Doc {
        inner: bool,
        block: bool,
        text: Cow<'t, str>,
    },
    Open(Delimiter),
    Close(Delimiter),
    /// Nothing that a parser would be given: a message.
    Problem(&'static str),
}

/// The pieces of a text, in order.
pub(super) struct Pieces<'t> {
    text: &'t str,
    cursor: Cursor<'t>,
    offset: usize,
    line: u32,
}

impl<'t> Pieces<'t> {
    /// Skips a byte order mark and a shebang line; the lexer skips a frontmatter.
    pub(super) fn new(text: &'t str) -> Self {
        let mark = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        let offset = mark + strip_shebang(&text[mark..]).unwrap_or(0);
        Self { text, cursor: Cursor::new(&text[offset..], FrontmatterAllowed::Yes), offset, line: 1 }
    }

    /// 1-based line of what was not read yet.
    pub(super) fn line(&self) -> u32 {
        self.line
    }
}

impl<'t> Iterator for Pieces<'t> {
    type Item = Piece<'t>;

    fn next(&mut self) -> Option<Piece<'t>> {
        loop {
            let token = self.cursor.advance_token();
            if token.kind == TokenKind::Eof {
                return None;
            }
            let (offset, line) = (self.offset, self.line);
            let mut length = token.len as usize;
            if token.kind == TokenKind::GuardedStrPrefix {
                // Before edition 2024 these are separate tokens, and in it they are an error:
                // `maybe_report_guarded_str` of rustc_parse's lexer.
                length = 1;
                self.cursor = Cursor::new(&self.text[offset + 1..], FrontmatterAllowed::No);
            }
            let text = &self.text[offset..offset + length];
            self.offset += length;
            if may_break(token.kind) {
                self.line += u32::try_from(memchr::memchr_iter(b'\n', text.as_bytes()).count()).unwrap_or(u32::MAX);
            }
            if let Some(kind) = piece_kind(token.kind, text) {
                let (offset, length) = (place(offset), place(length));
                return Some(Piece { kind, line, offset, length });
            }
        }
    }
}

/// A byte offset; files are far below 4 GiB.
fn place(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}

/// Whether such a token may contain a line break.
fn may_break(kind: TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::Whitespace
            | TokenKind::LineComment { .. }
            | TokenKind::BlockComment { .. }
            | TokenKind::Literal { .. }
            | TokenKind::Frontmatter { .. }
    )
}

/// What the lexer's token is; `None` for what means nothing.
fn piece_kind(kind: TokenKind, text: &str) -> Option<PieceKind<'_>> {
    Some(match kind {
        TokenKind::Whitespace | TokenKind::Frontmatter { .. } | TokenKind::Eof => return None,
        TokenKind::LineComment { doc_style } => doc(doc_style?, false, &text[3..]),
        TokenKind::BlockComment { terminated: false, .. } => PieceKind::Problem("unterminated block comment"),
        TokenKind::BlockComment { doc_style, .. } => doc(doc_style?, true, &text[3..text.len() - 2]),
        TokenKind::Ident
        | TokenKind::RawIdent
        | TokenKind::InvalidIdent
        | TokenKind::ForcedKeywordIdent
        | TokenKind::UnknownPrefix => PieceKind::Ident(text),
        TokenKind::Lifetime { .. } | TokenKind::RawLifetime | TokenKind::UnknownPrefixLifetime => {
            PieceKind::Lifetime(text)
        }
        TokenKind::Literal { kind, .. } if !is_terminated(kind) => PieceKind::Problem("unterminated literal"),
        TokenKind::Literal { .. } => PieceKind::Literal(unix_lines(text)),
        TokenKind::OpenParen => PieceKind::Open(Delimiter::Parenthesis),
        TokenKind::OpenBrace => PieceKind::Open(Delimiter::Brace),
        TokenKind::OpenBracket => PieceKind::Open(Delimiter::Bracket),
        TokenKind::CloseParen => PieceKind::Close(Delimiter::Parenthesis),
        TokenKind::CloseBrace => PieceKind::Close(Delimiter::Brace),
        TokenKind::CloseBracket => PieceKind::Close(Delimiter::Bracket),
        TokenKind::Unknown => PieceKind::Problem("unknown character"),
        TokenKind::GuardedStrPrefix
        | TokenKind::Semi
        | TokenKind::Comma
        | TokenKind::Dot
        | TokenKind::At
        | TokenKind::Pound
        | TokenKind::Tilde
        | TokenKind::Question
        | TokenKind::Colon
        | TokenKind::Dollar
        | TokenKind::Eq
        | TokenKind::Bang
        | TokenKind::Lt
        | TokenKind::Gt
        | TokenKind::Minus
        | TokenKind::And
        | TokenKind::Or
        | TokenKind::Plus
        | TokenKind::Star
        | TokenKind::Slash
        | TokenKind::Caret
        | TokenKind::Percent => PieceKind::Punct(text.chars().next()?),
    })
}

fn doc(style: DocStyle, block: bool, text: &str) -> PieceKind<'_> {
    // The lexer ends a line before its `\n`, so that the `\r` of a file with such line breaks is left.
    let text = if block { unix_lines(text) } else { Cow::Borrowed(text.strip_suffix('\r').unwrap_or(text)) };
    PieceKind::Doc { inner: style == DocStyle::Inner, block, text }
}

/// rustc replaces `\r\n` before it looks at a text: `normalize_newlines` of rustc_span.
fn unix_lines(text: &str) -> Cow<'_, str> {
    if memchr::memchr(b'\r', text.as_bytes()).is_some() {
        Cow::Owned(text.replace("\r\n", "\n"))
    } else {
        Cow::Borrowed(text)
    }
}

fn is_terminated(kind: LiteralKind) -> bool {
    match kind {
        LiteralKind::Int { .. } | LiteralKind::Float { .. } => true,
        LiteralKind::Char { terminated }
        | LiteralKind::Byte { terminated }
        | LiteralKind::Str { terminated }
        | LiteralKind::ByteStr { terminated }
        | LiteralKind::CStr { terminated } => terminated,
        LiteralKind::RawStr { n_hashes } | LiteralKind::RawByteStr { n_hashes } | LiteralKind::RawCStr { n_hashes } => {
            n_hashes.is_some()
        }
    }
}
