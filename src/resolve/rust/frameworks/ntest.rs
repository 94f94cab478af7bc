//! `#[test_case]` of ntest: tests beside the function, named after the arguments (`ntest_test_cases`, version 0.10).

use super::attributes::Marks;
use super::{Call, Generated, Place, text};
use crate::model::rust::{Attribute, Token};

/// The tests of a function with `#[test_case(…)]`. What stands between two of them belongs to the one above.
pub(super) fn tests(call: &Call<'_, '_>) -> Vec<Generated> {
    let mut cases = vec![(call.attribute(), Vec::new())];
    for (index, (attribute, there)) in call.attributes.iter().enumerate() {
        if index == call.at {
            continue;
        }
        if &*attribute.path == "test_case" {
            cases.push((attribute, vec![]));
        } else if let Some((_, behind)) = cases.last_mut() {
            behind.push((attribute.clone(), *there));
        }
    }
    let condition = call.marks().condition;
    // The names have the span of the call.
    let place = Place::from(call.attribute());
    let named = cases.into_iter().map(|(attribute, behind)| {
        let marks = Marks { condition, ..Marks::of(&behind, call.context) };
        match name(call, attribute) {
            Some(name) => call.test(name, place, marks),
            None => call.unknown(format!("{}_", call.name), place, marks),
        }
    });
    named.collect()
}

/// `calculate_test_name`; `None` where an argument is of a kind that it refuses.
fn name(call: &Call<'_, '_>, attribute: &Attribute) -> Option<String> {
    let mut name = call.name.to_string();
    for argument in text::expressions(attribute.arguments()) {
        match argument {
            [key, equals, value] if equals.is_punct('=') && matches!(key.ident(), Some("name" | "test_name")) => {
                return Some(escaped(&value.string()?));
            }
            [token] if token.literal().is_some() => {
                name.push('_');
                name.push_str(&literal(token)?);
            }
            // Attributes take a minus sign as a part of the number behind it.
            [minus, token] if minus.is_punct('-') && token.literal().is_some() && token.string().is_none() => {
                name.push_str("_n");
                name.push_str(&literal(token)?);
            }
            path => {
                let last = path.last()?.ident()?;
                name.push('_');
                name.push_str(text::plain(last));
            }
        }
    }
    Some(name)
}

/// A literal's part of the name (`syn_helper::lit_to_str`).
fn literal(token: &Token) -> Option<String> {
    if let Some(text) = token.string() {
        return Some(escaped(&text));
    }
    let text = token.literal().filter(|text| text.starts_with(|first: char| first.is_ascii_digit()))?.replace('_', "");
    let radix = match text.get(..2) {
        Some("0x") => 16,
        Some("0o") => 8,
        Some("0b") => 2,
        _ => 10,
    };
    if radix == 10 {
        let digits = text.trim_start_matches(|letter: char| letter.is_ascii_digit() || letter == '.');
        let exponent = digits.starts_with(['e', 'E']);
        let number = &text[..text.len() - digits.len()];
        let number = if number.contains('.') { number } else { number.trim_start_matches('0') };
        let number = if number.is_empty() { "0" } else { number };
        return (!exponent).then(|| number.replace('.', "d"));
    }
    let digits = text[2..].trim_end_matches("usize").trim_end_matches("isize");
    let suffix = digits.find(['i', 'u']).unwrap_or(digits.len());
    u128::from_str_radix(&digits[..suffix], radix).ok().map(|number| number.to_string())
}

/// A text as a part of a name (`string_to_identifier`).
fn escaped(text: &str) -> String {
    let mut name = String::with_capacity(text.len());
    for letter in text.chars() {
        let word = match letter {
            '0'..='9' | 'a'..='z' | 'A'..='Z' => {
                name.push(letter);
                continue;
            }
            '!' => "exclamation",
            '"' => "double_quote",
            '#' => "hash",
            '$' => "dollar",
            '%' => "percent",
            '&' => "ampercand",
            '\'' => "quote",
            '(' => "left_paranthesis",
            ')' => "right_paranthesis",
            '*' => "asterisk",
            '+' => "plus",
            ',' => "comma",
            '-' => "minus",
            '.' => "full_stop",
            '/' => "slash",
            ':' => "colon",
            ';' => "semicolon",
            '<' => "less_than",
            '=' => "equal",
            '>' => "greater_than",
            '?' => "questionmark",
            '@' => "at",
            '[' => "left_bracket",
            '\\' => "back_slash",
            ']' => "right_bracket",
            '^' => "caret",
            '`' => "backtick",
            '{' => "left_brace",
            '|' => "vertical_bar",
            '}' => "right_brace",
            '~' => "tilde",
            _ => "",
        };
        name.push('_');
        name.push_str(word);
    }
    name
}
