//! Macros that write their content several times: `seq!(N in 0..4 { … })` of crate `seq-macro`, `duplicate!{[…] …}` of crate
//! `duplicate`.

use super::super::strings::group_like;
use super::super::{NoExpansion, count};
use crate::model::rust::{Delimiter, Token, TokenKind};

/// More tokens than this are not written by one call.
const MAX_TOKENS: usize = 1 << 20;

/// `seq!(N in first..last { … })`: the content for each number, or `#(…)*` in it for each. Source: crate `seq-macro`, README.
pub(super) fn expand(tokens: &[Token], _line: u32) -> Result<Vec<Token>, NoExpansion> {
    let [name, word, from, first_dot, second_dot, behind @ ..] = tokens else { return Err(NoExpansion::NoRule) };
    let (Some(name), Some(from)) = (name.ident(), from.literal()) else { return Err(NoExpansion::NoRule) };
    if !word.is_ident("in") || !first_dot.is_punct('.') || !second_dot.is_punct('.') {
        return Err(NoExpansion::NoRule);
    }
    let (inclusive, to, body) = match behind {
        [equals, to, body] if equals.is_punct('=') => (true, to, body),
        [to, body] => (false, to, body),
        _ => return Err(NoExpansion::NoRule),
    };
    let to = to.literal().ok_or(NoExpansion::NoRule)?;
    let body = body.group(Delimiter::Brace).ok_or(NoExpansion::NoRule)?;
    let (first, last) = number(from).zip(number(to)).ok_or(NoExpansion::NoRule)?;
    let last = if inclusive { last.checked_add(1).ok_or(NoExpansion::TooLarge)? } else { last };
    // Numbers are as wide as the wider bound's digits if one of them begins with 0.
    let width = if from.starts_with('0') && from.len() > 1 { from.len() } else { 0 };
    let numbers = usize::try_from(last.saturating_sub(first)).map_err(|_| NoExpansion::TooLarge)?;
    if numbers.saturating_mul(count(&body.tokens) + 1) > MAX_TOKENS {
        return Err(NoExpansion::TooLarge);
    }
    let sequence = Sequence { name, numbers: (first..last).map(|number| format!("{number:0width$}")).collect() };
    let mut repeated = false;
    let output = sequence.sections(&body.tokens, &mut repeated);
    if repeated {
        return Ok(output);
    }
    Ok(sequence.numbers.iter().flat_map(|number| sequence.replaced(&body.tokens, number)).collect())
}

fn number(text: &str) -> Option<u64> {
    text.parse().ok()
}

struct Sequence<'n> {
    name: &'n str,
    numbers: Vec<String>,
}

impl Sequence<'_> {
    /// The tokens with each `#(…)*` written for each number.
    fn sections(&self, tokens: &[Token], repeated: &mut bool) -> Vec<Token> {
        let mut output = Vec::new();
        let mut rest = tokens;
        while let [token, behind @ ..] = rest {
            rest = behind;
            if token.is_punct('#')
                && let [section, star, after @ ..] = behind
                && let Some(group) = section.group(Delimiter::Parenthesis)
                && star.is_punct('*')
            {
                *repeated = true;
                output.extend(self.numbers.iter().flat_map(|number| self.replaced(&group.tokens, number)));
                rest = after;
                continue;
            }
            output.push(match &token.kind {
                TokenKind::Group(group) => group_like(token, group.delimiter, self.sections(&group.tokens, repeated)),
                _ => token.clone(),
            });
        }
        output
    }

    /// The tokens with the variable replaced by a number, and `name~N` by a name.
    fn replaced(&self, tokens: &[Token], number: &str) -> Vec<Token> {
        let mut output: Vec<Token> = Vec::with_capacity(tokens.len());
        let mut rest = tokens;
        while let [token, behind @ ..] = rest {
            rest = behind;
            if token.is_punct('~')
                && let [next, after @ ..] = behind
                && let Some(Token { kind: TokenKind::Ident(word), .. }) = output.last_mut()
                && let Some(piece) = next.ident()
            {
                *word = format!("{word}{}", if piece == self.name { number } else { piece }).into();
                rest = after;
                continue;
            }
            let kind = match &token.kind {
                TokenKind::Ident(word) if **word == *self.name => TokenKind::Literal(number.into()),
                TokenKind::Group(group) => {
                    output.push(group_like(token, group.delimiter, self.replaced(&group.tokens, number)));
                    continue;
                }
                kind => kind.clone(),
            };
            output.push(Token { kind, line: token.line, offset: token.offset, origin: token.origin });
        }
        output
    }
}

/// `duplicate!{ [name; [a]; [b]] … }` or `[name other; [a] [b]; …]`: the content once for each row. Source: crate
/// `duplicate`, "short syntax".
pub(super) fn duplicate(tokens: &[Token], _line: u32) -> Result<Vec<Token>, NoExpansion> {
    let [table, content @ ..] = tokens else { return Err(NoExpansion::NoRule) };
    let table = table.group(Delimiter::Bracket).ok_or(NoExpansion::NoRule)?;
    let mut rows = table.tokens.split(|token| token.is_punct(';')).filter(|row| !row.is_empty());
    let names: Option<Vec<&str>> = rows.next().unwrap_or(&[]).iter().map(Token::ident).collect();
    let names = names.filter(|names| !names.is_empty()).ok_or(NoExpansion::NoRule)?;
    let mut output = Vec::new();
    for row in rows {
        let values: Option<Vec<&[Token]>> =
            row.iter().map(|token| Some(&*token.group(Delimiter::Bracket)?.tokens)).collect();
        let values = values.filter(|values| values.len() == names.len()).ok_or(NoExpansion::NoRule)?;
        output.extend(substituted(content, &names, &values));
        if count(&output) > MAX_TOKENS {
            return Err(NoExpansion::TooLarge);
        }
    }
    Ok(output)
}

fn substituted(tokens: &[Token], names: &[&str], values: &[&[Token]]) -> Vec<Token> {
    let mut output = Vec::with_capacity(tokens.len());
    for token in tokens {
        match &token.kind {
            TokenKind::Ident(word) => match names.iter().position(|name| **name == **word) {
                Some(at) => output.extend_from_slice(values[at]),
                None => output.push(token.clone()),
            },
            TokenKind::Group(group) => {
                output.push(group_like(token, group.delimiter, substituted(&group.tokens, names, values)));
            }
            _ => output.push(token.clone()),
        }
    }
    output
}
