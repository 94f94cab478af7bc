//! Conditions as a report shows them: what an expression says, in one line. Decides nothing.

use crate::model::{
    Evidence, Expr,
    expr::{Call, Comparison},
};

/// How many characters are shown.
const MAX: usize = 100;

/// An expression.
pub(super) fn expr(expr: &Expr) -> String {
    let mut text = String::new();
    write(expr, 8, &mut text);
    cut(text)
}

/// A decorator: of `skipif` and the like under which condition it skips, else as it is written.
pub(super) fn decorator(name: &str, call: Option<&Call>, evidence: &Evidence) -> String {
    let skips = call.and_then(|call| skipped(name, call));
    skips.unwrap_or_else(|| {
        let text = evidence.text.trim_start_matches('@');
        // What stands behind it on its line.
        text.split("  #").next().unwrap_or(text).trim_end().to_owned()
    })
}

/// A mark in a list.
pub(super) fn mark(mark: &Expr) -> String {
    match mark {
        Expr::Call(call) => skipped(&call.callee, call).unwrap_or_else(|| expr(mark)),
        _ => expr(mark),
    }
}

fn skipped(name: &str, call: &Call) -> Option<String> {
    let last = name.trim_end_matches("()").rsplit('.').next()?;
    let condition = call.argument(0, "condition")?;
    match last {
        "skipif" | "skipIf" => Some(expr(condition)),
        _ if last.ends_with("_if") => Some(expr(condition)),
        "skipUnless" => {
            let text = expr(condition);
            Some(if matches!(condition, Expr::Name(_) | Expr::Call(_)) {
                format!("not {text}")
            } else {
                format!("not ({text})")
            })
        }
        _ => None,
    }
}

fn cut(text: String) -> String {
    match text.char_indices().nth(MAX) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

fn write(expr: &Expr, depth: u8, text: &mut String) {
    let Some(depth) = depth.checked_sub(1).filter(|_| text.len() <= 4 * MAX) else {
        return text.push('…');
    };
    match expr {
        Expr::Int(number) => text.push_str(&number.to_string()),
        Expr::Str(value) => text.push_str(&format!("\"{value}\"")),
        Expr::Bool(true) => text.push_str("True"),
        Expr::Bool(false) => text.push_str("False"),
        Expr::None => text.push_str("None"),
        Expr::Name(name) | Expr::Local(name) | Expr::Dotted(name) => text.push_str(name),
        Expr::Call(call) => {
            text.push_str(call.callee.trim_start_matches("builtins.").trim_start_matches([':', '?', '.']));
            text.push('(');
            list(&call.arguments, ", ", depth, text);
            text.push(')');
        }
        Expr::Not(inner) => {
            text.push_str("not ");
            nested(inner, depth, text);
        }
        Expr::All(parts) => list(parts, " and ", depth, text),
        Expr::Any(parts) => list(parts, " or ", depth, text),
        Expr::Compare(left, sign, right) => {
            write(left, depth, text);
            text.push_str(match sign {
                Comparison::Equal => " == ",
                Comparison::NotEqual => " != ",
                Comparison::Less => " < ",
                Comparison::AtMost => " <= ",
                Comparison::More => " > ",
                Comparison::AtLeast => " >= ",
                Comparison::Is => " is ",
                Comparison::IsNot => " is not ",
                Comparison::In => " in ",
                Comparison::NotIn => " not in ",
            });
            write(right, depth, text);
        }
        Expr::Tuple(parts) => {
            text.push('(');
            list(parts, ", ", depth, text);
            text.push(')');
        }
        Expr::Sequence(parts) | Expr::Set(parts) => {
            text.push('[');
            list(parts, ", ", depth, text);
            text.push(']');
        }
        Expr::Item(object, key) => {
            write(object, depth, text);
            text.push('[');
            write(key, depth, text);
            text.push(']');
        }
        Expr::Product(left, right) => {
            write(left, depth, text);
            text.push_str(" * ");
            write(right, depth, text);
        }
        _ => text.push('…'),
    }
}

fn nested(expr: &Expr, depth: u8, text: &mut String) {
    let needs = matches!(expr, Expr::All(_) | Expr::Any(_) | Expr::Compare(..));
    if needs {
        text.push('(');
    }
    write(expr, depth, text);
    if needs {
        text.push(')');
    }
}

fn list(parts: &[Expr], between: &str, depth: u8, text: &mut String) {
    for (place, part) in parts.iter().enumerate() {
        if place > 0 {
            text.push_str(between);
        }
        match between {
            ", " => write(part, depth, text),
            _ => match part {
                Expr::Compare(..) => write(part, depth, text),
                _ => nested(part, depth, text),
            },
        }
    }
}
