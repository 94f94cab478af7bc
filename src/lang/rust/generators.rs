//! Generators of pseudo-random numbers that a project writes itself, by the forms that they all have: a linear congruence
//! (`x * A + C` with a large `A`), a xorshift (three shifts in both directions), a mixed counter (splitmix).
//!
//! Owns the forms; refuses to know who calls them and what they begin with. Hashes look alike and are none: they add what
//! they are given, or shift in one direction.

use crate::model::rust::{Token, TokenKind};

/// Multipliers below are those of checksums and hashes of text.
const MIN_MULTIPLIER: u128 = 1 << 16;
/// Brackets below this depth are not looked into.
const MAX_DEPTH: usize = 64;

/// The line where a body computes the next state of a generator.
pub(super) fn generator(tokens: &[Token]) -> Option<u32> {
    let mut seen = Seen::default();
    let mut open = vec![(tokens, 0)];
    while let Some((tokens, depth)) = open.pop() {
        seen.congruence = seen.congruence.or_else(|| congruence(tokens));
        seen.count(tokens);
        for token in tokens {
            if let TokenKind::Group(group) = &token.kind
                && depth < MAX_DEPTH
            {
                open.push((&group.tokens, depth + 1));
            }
        }
    }
    let is_xorshift = seen.mixes >= 3 && seen.left > 0 && seen.right > 0;
    let is_counter = seen.mixes >= 2 && seen.steps > 0 && seen.products > 0;
    seen.congruence.or_else(|| seen.first.filter(|_| is_xorshift || is_counter))
}

/// What a body holds of the parts of generators.
#[derive(Default)]
struct Seen {
    congruence: Option<u32>,
    /// Shifted values that are mixed in by `^`.
    mixes: u32,
    left: u32,
    right: u32,
    /// Large constants that are added, and that are multiplied by.
    steps: u32,
    products: u32,
    /// The first line of a mix.
    first: Option<u32>,
}

impl Seen {
    fn count(&mut self, tokens: &[Token]) {
        for statement in tokens.split(|token| token.is_punct(';')) {
            let is_mixed = statement.iter().any(|token| token.is_punct('^'));
            let shifts = |sign: char| {
                let is_shift = |words: &[Token]| {
                    let [first, second, by] = words else { return false };
                    first.is_punct(sign) && second.is_punct(sign) && is_constant(by)
                };
                statement.windows(3).any(is_shift) || statement.iter().any(|token| in_group(token, &is_shift))
            };
            let (left, right) = (shifts('<'), shifts('>'));
            if is_mixed && (left || right) {
                self.mixes += 1;
                self.first = self.first.or_else(|| statement.first().map(|token| token.line));
            }
            self.left += u32::from(is_mixed && left);
            self.right += u32::from(is_mixed && right);
        }
        self.steps += u32::from(called_with_large(tokens, "wrapping_add").is_some());
        self.products += u32::from(called_with_large(tokens, "wrapping_mul").is_some());
    }
}

/// Whether brackets hold three tokens like these at their top.
fn in_group(token: &Token, holds: &dyn Fn(&[Token]) -> bool) -> bool {
    matches!(&token.kind, TokenKind::Group(group) if group.tokens.windows(3).any(holds))
}

/// `x.wrapping_mul(A).wrapping_add(C)`, `x * A + C`: the line.
fn congruence(tokens: &[Token]) -> Option<u32> {
    let by_methods = called_with_large(tokens, "wrapping_mul").filter(|at| {
        let behind = &tokens[at + 2..];
        matches!(behind, [dot, name, given, ..]
            if dot.is_punct('.') && name.is_ident("wrapping_add") && is_only_constant(given))
    });
    let by_operators = || {
        let is_form = |words: &[Token]| {
            let [times, large, plus, small] = words else { return false };
            // An even multiplier makes no generator: `seconds * 1_000_000 + 1`.
            let is_odd = number(large).is_some_and(|number| number >= MIN_MULTIPLIER && number % 2 == 1);
            times.is_punct('*') && is_odd && plus.is_punct('+') && is_constant(small)
        };
        tokens.windows(4).position(is_form)
    };
    by_methods.or_else(by_operators).map(|at| tokens[at].line)
}

/// Where a method of this name is called with nothing but a large constant.
fn called_with_large(tokens: &[Token], method: &str) -> Option<usize> {
    let is_call = |words: &[Token]| {
        words[0].is_ident(method)
            && matches!(&words[1].kind, TokenKind::Group(group) if matches!(group.tokens.as_slice(), [only] if is_large(only)))
    };
    tokens.windows(2).position(is_call)
}

/// Whether brackets hold nothing but a constant.
fn is_only_constant(token: &Token) -> bool {
    matches!(&token.kind, TokenKind::Group(group) if matches!(group.tokens.as_slice(), [only] if is_constant(only)))
}

/// A number, or the name of a constant.
fn is_constant(token: &Token) -> bool {
    number(token).is_some() || is_constant_name(token)
}

/// A constant that no checksum of texts multiplies by.
fn is_large(token: &Token) -> bool {
    number(token).is_some_and(|number| number >= MIN_MULTIPLIER) || is_constant_name(token)
}

fn is_constant_name(token: &Token) -> bool {
    let upper = |letter: char| letter.is_ascii_uppercase() || letter.is_ascii_digit() || letter == '_';
    token.ident().is_some_and(|name| name.chars().all(upper))
}

fn number(token: &Token) -> Option<u128> {
    let text: String = token.literal()?.chars().filter(|letter| *letter != '_').collect();
    let (digits, radix) = match text.strip_prefix("0x") {
        Some(digits) => (digits, 16),
        None => (text.as_str(), 10),
    };
    // A suffix ends the digits; in hexadecimal none of its letters is one of them.
    let end = digits.find(|letter: char| !letter.is_digit(radix)).unwrap_or(digits.len());
    u128::from_str_radix(&digits[..end], radix).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::rust::token_trees;

    fn line(body: &str) -> Option<u32> {
        generator(&token_trees(body).tokens)
    }

    #[test]
    fn the_forms_of_generators_are_known() {
        for body in [
            "*s = s.wrapping_mul(6364136223846793005).wrapping_add(1); *s >> 33",
            "self.state = self.state.wrapping_mul(A).wrapping_add(C);",
            "let next = (state * 1103515245 + 12345) & 0x7fff_ffff;",
            "x ^= x << 13; x ^= x >> 7; x ^= x << 17; x",
            "let mut x = self.0; x = x ^ (x << 13); x = x ^ (x >> 17); x = x ^ (x << 5); self.0 = x;",
            "self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15); let mut z = self.0; z = (z ^ (z >> 30)).wrapping_mul(0xbf58476d1ce4e5b9u64); \
             z = (z ^ (z >> 27)).wrapping_mul(0x94d049bb133111eb); z ^ (z >> 31)",
        ] {
            assert_eq!(line(body), Some(1), "{body}");
        }
    }

    #[test]
    fn hashes_and_checksums_are_no_generators() {
        for body in [
            "hash = hash.wrapping_mul(31).wrapping_add(u32::from(byte));",
            "hash ^= u64::from(byte); hash = hash.wrapping_mul(0x100000001b3);",
            "hash = hash.wrapping_mul(0x9e3779b97f4a7c15).wrapping_add(value);",
            "h ^= h >> 16; h = h.wrapping_mul(0x85ebca6b); h ^= h >> 13; h = h.wrapping_mul(0xc2b2ae35); h ^= h >> 16;",
            "let area = width * 4096 + 1;",
            "let micros = seconds * 1_000_000 + 1;",
            "let at = row * WIDTH + OFFSET;",
            "let bits = (a << 3) ^ (b >> 2);",
            "x = x << 13; y = y >> 7;",
        ] {
            assert_eq!(line(body), None, "{body}");
        }
    }
}
