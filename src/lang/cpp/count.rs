//! How many cases a generator of values has, and how many types a list. `None` rather than a guess: only what the tokens
//! themselves list is counted.

use super::lex::{Kind, Token};

/// Tokens within angle brackets: what is longer is a comparison.
const MAX_TYPE: usize = 512;
/// How deep generators stand in each other.
const MAX_DEPTH: u8 = 8;

/// The end of the group that begins at `open` with a bracket: the place of the closing one. Brackets of each kind close only
/// their own.
pub(super) fn closing(tokens: &[Token<'_>], open: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        match token.kind {
            Kind::Sign(b'(' | b'[' | b'{') => depth += 1,
            Kind::Sign(b')' | b']' | b'}') => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Some(at);
                }
            }
            _ => {}
        }
    }
    None
}

/// What commas separate at the top, where `<` opens a group where it can only be one.
pub(super) fn arguments<'a, 't>(tokens: &'a [Token<'t>]) -> Vec<&'a [Token<'t>]> {
    let mut found = Vec::new();
    let (mut depth, mut start, mut at) = (0_usize, 0, 0);
    while let Some(token) = tokens.get(at) {
        match token.kind {
            Kind::Sign(b'(' | b'[' | b'{') => depth += 1,
            Kind::Sign(b')' | b']' | b'}') => depth = depth.saturating_sub(1),
            Kind::Sign(b'<') if at > 0 && tokens[at - 1].kind == Kind::Word => {
                at = closing_angle(tokens, at).unwrap_or(at);
            }
            Kind::Sign(b',') if depth == 0 => {
                found.push(&tokens[start..at]);
                start = at + 1;
            }
            _ => {}
        }
        at += 1;
    }
    if start < tokens.len() {
        found.push(&tokens[start..]);
    }
    found
}

/// The macro's arguments, as the preprocessor takes them apart: only round brackets group.
pub(super) fn macro_arguments<'a, 't>(tokens: &'a [Token<'t>]) -> Vec<&'a [Token<'t>]> {
    let mut found = Vec::new();
    let (mut depth, mut start) = (0_usize, 0);
    for (at, token) in tokens.iter().enumerate() {
        match token.kind {
            Kind::Sign(b'(') => depth += 1,
            Kind::Sign(b')') => depth = depth.saturating_sub(1),
            Kind::Sign(b',') if depth == 0 => {
                found.push(&tokens[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    if !tokens.is_empty() {
        found.push(&tokens[start..]);
    }
    found
}

/// The `>` that closes the `<` at `open`, where only what types are made of stands between.
pub(super) fn closing_angle(tokens: &[Token<'_>], open: usize) -> Option<usize> {
    let tokens = &tokens[..tokens.len().min(open + MAX_TYPE)];
    let mut depth = 0_usize;
    let mut at = open;
    while let Some(token) = tokens.get(at) {
        match token.kind {
            Kind::Sign(b'<') => depth += 1,
            Kind::Sign(b'>') => {
                depth -= 1;
                if depth == 0 {
                    return Some(at);
                }
            }
            Kind::Word | Kind::Number | Kind::Sign(b':' | b',' | b'*' | b'&' | b'.') => {}
            Kind::Sign(b'(') => at = closing(tokens, at)?,
            Kind::Text | Kind::Sign(_) => return None,
        }
        at += 1;
    }
    None
}

/// The last name of a path and what stands behind it: of `::testing::Values(1, 2)`, `Values` and `(1, 2)`.
fn path<'a, 't>(tokens: &'a [Token<'t>]) -> Option<(&'a Token<'t>, &'a [Token<'t>])> {
    let mut rest = tokens;
    loop {
        while let [colon, others @ ..] = rest
            && colon.is(b':')
        {
            rest = others;
        }
        let [name, others @ ..] = rest else { return None };
        if name.kind != Kind::Word {
            return None;
        }
        match others {
            [one, two, ..] if one.is(b':') && two.is(b':') => rest = others,
            _ => return Some((name, others)),
        }
    }
}

/// How many values a generator makes.
pub(super) fn values(tokens: &[Token<'_>]) -> Option<u64> {
    generated(tokens, 0)
}

fn generated(tokens: &[Token<'_>], depth: u8) -> Option<u64> {
    let (name, rest) = path(tokens)?;
    let first = rest.first().filter(|first| first.is(b'('))?;
    let end = closing(rest, 0)?;
    // Anything behind it makes another value of it.
    if end + 1 != rest.len() || !first.is(b'(') || depth > MAX_DEPTH {
        return None;
    }
    let inner = arguments(&rest[1..end]);
    match name.text {
        b"Values" => u64::try_from(inner.len()).ok(),
        b"Bool" if inner.is_empty() => Some(2),
        b"Combine" => inner.iter().try_fold(1_u64, |product, part| product.checked_mul(generated(part, depth + 1)?)),
        b"Range" => range(&inner),
        b"ValuesIn" => match inner.as_slice() {
            [[open, ..]] if open.is(b'{') && closing(inner[0], 0) == Some(inner[0].len() - 1) => {
                u64::try_from(arguments(&inner[0][1..inner[0].len() - 1]).len()).ok()
            }
            _ => None,
        },
        _ => None,
    }
}

/// `Range(begin, end)` and `Range(begin, end, step)` of whole numbers.
fn range(arguments: &[&[Token<'_>]]) -> Option<u64> {
    let number = |tokens: &[Token<'_>]| match tokens {
        [one] => std::str::from_utf8(one.text).ok()?.parse::<i64>().ok(),
        [sign, one] if sign.is(b'-') => std::str::from_utf8(one.text).ok()?.parse::<i64>().ok()?.checked_neg(),
        _ => None,
    };
    let (begin, end) = (number(arguments.first()?)?, number(arguments.get(1)?)?);
    let step = match arguments.get(2) {
        Some(step) => number(step).filter(|step| *step > 0)?,
        None => 1,
    };
    let length = u64::try_from(end.checked_sub(begin)?).ok()?;
    Some(length.div_ceil(u64::try_from(step).ok()?))
}

/// A list of types as an argument of a macro.
pub(super) enum Types {
    Counted(u64),
    /// It stands elsewhere, under this name.
    Named(String),
    Unknown,
}

/// Reads `::testing::Types<int, float>`, or a name.
pub(super) fn types(tokens: &[Token<'_>]) -> Types {
    let Some((name, rest)) = path(tokens) else { return Types::Unknown };
    match rest.first() {
        None => Types::Named(name.shown()),
        Some(open) if open.is(b'<') && name.is_word("Types") => match closing_angle(rest, 0) {
            Some(end) if end + 1 == rest.len() => {
                u64::try_from(arguments(&rest[1..end]).len()).map_or(Types::Unknown, Types::Counted)
            }
            _ => Types::Unknown,
        },
        Some(_) => Types::Unknown,
    }
}
