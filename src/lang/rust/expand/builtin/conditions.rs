//! `cfg_if!` and `cfg_select!`: branches of items become items with `#[cfg(…)]` on each. Source: crate `cfg-if`, and
//! `core::cfg_select` of the standard library.

use super::super::NoExpansion;
use super::super::extent::items::split;
use super::super::extent::operator;
use crate::model::rust::{Delimiter, Group, Token, TokenKind};

/// `if #[cfg(a)] { … } else if #[cfg(b)] { … } else { … }`.
pub(super) fn cfg_if(tokens: &[Token], line: u32) -> Result<Vec<Token>, NoExpansion> {
    let mut branches = Branches::new(line);
    let mut rest = tokens;
    loop {
        let behind = match rest {
            [] => break,
            [word, hash, attribute, block, behind @ ..] if word.is_ident("if") && hash.is_punct('#') => {
                let predicate = attribute.group(Delimiter::Bracket).and_then(|group| match &*group.tokens {
                    [name, predicate] if name.is_ident("cfg") => predicate.group(Delimiter::Parenthesis),
                    _ => None,
                });
                let predicate = predicate.ok_or(NoExpansion::NoRule)?;
                branches.add(Some(&predicate.tokens), items(block)?);
                behind
            }
            [block, behind @ ..] => {
                branches.add(None, items(block)?);
                behind
            }
        };
        rest = match behind {
            [word, behind @ ..] if word.is_ident("else") => behind,
            [] => break,
            _ => return Err(NoExpansion::NoRule),
        };
    }
    Ok(branches.output)
}

/// `a => { … } b => { … } _ => { … }`.
pub(super) fn cfg_select(tokens: &[Token], line: u32) -> Result<Vec<Token>, NoExpansion> {
    let mut branches = Branches::new(line);
    let mut rest = tokens;
    while !rest.is_empty() {
        let arrow = (0..rest.len()).find(|at| operator(&rest[*at..]) == Some("=>")).ok_or(NoExpansion::NoRule)?;
        let (predicate, behind) = rest.split_at(arrow);
        let block = behind.get(2).ok_or(NoExpansion::NoRule)?;
        let predicate = if matches!(predicate, [only] if only.is_ident("_")) { None } else { Some(predicate) };
        branches.add(predicate, items(block)?);
        rest = &behind[3..];
        if let [comma, behind @ ..] = rest
            && comma.is_punct(',')
        {
            rest = behind;
        }
    }
    Ok(branches.output)
}

fn items(token: &Token) -> Result<&[Token], NoExpansion> {
    token.group(Delimiter::Brace).map(|group| &*group.tokens).ok_or(NoExpansion::NoRule)
}

/// The branches so far: each holds if the ones before do not.
struct Branches {
    line: u32,
    before: Vec<Vec<Token>>,
    output: Vec<Token>,
}

impl Branches {
    fn new(line: u32) -> Self {
        Self { line, before: Vec::new(), output: Vec::new() }
    }

    fn add(&mut self, predicate: Option<&[Token]>, items: &[Token]) {
        let mut parts: Vec<Vec<Token>> = predicate.map(<[Token]>::to_vec).into_iter().collect();
        if !self.before.is_empty() {
            let any = self.call("any", self.before.clone());
            parts.push(self.call("not", vec![any]));
        }
        let all = if parts.len() == 1 { parts.remove(0) } else { self.call("all", parts) };
        let condition = self.call("cfg", vec![all]);
        let attribute =
            [self.token(TokenKind::Punct { character: '#', joint: false }), self.group(Delimiter::Bracket, condition)];
        for item in split(items) {
            self.output.extend_from_slice(&attribute);
            self.output.extend_from_slice(item);
        }
        self.before.extend(predicate.map(<[Token]>::to_vec));
    }

    fn token(&self, kind: TokenKind) -> Token {
        Token { kind, line: self.line, offset: 0, origin: None }
    }

    fn group(&self, delimiter: Delimiter, tokens: Vec<Token>) -> Token {
        self.token(TokenKind::Group(Box::new(Group { delimiter, tokens, end_line: self.line, end: 0 })))
    }

    /// `name(part, part)`.
    fn call(&self, name: &str, parts: Vec<Vec<Token>>) -> Vec<Token> {
        let comma = self.token(TokenKind::Punct { character: ',', joint: false });
        let inside = parts.join(&comma);
        vec![self.token(TokenKind::Ident(name.into())), self.group(Delimiter::Parenthesis, inside)]
    }
}
