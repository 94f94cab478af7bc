//! Places in a body whose form alone may make a test fail without a defect: an upper bound on elapsed time in an assertion,
//! the present time in one, a literal port, an exact comparison with a float, the order of a hash map.
//!
//! Owns the forms; refuses to know what else the test does, and follows variables within one body by their names only.

use std::collections::HashSet;

use super::reader::split_at_commas;
use crate::model::RiskKind;
use crate::model::rust::{Delimiter, Hazard, Token, TokenKind};

/// How many places of one body are kept.
const MAX_HAZARDS: usize = 32;
/// Methods whose value is a time that has passed.
const ELAPSED: [&str; 2] = ["elapsed", "duration_since"];
/// Types that listen.
const LISTENERS: [&str; 4] = ["TcpListener", "UdpSocket", "TcpSocket", "Server"];
/// Types that know the present time.
const CLOCKS: [&str; 4] = ["SystemTime", "Utc", "Local", "OffsetDateTime"];
/// Methods that walk a map or set in its order.
const WALKS: [&str; 6] = ["keys", "values", "iter", "into_iter", "into_keys", "into_values"];

/// The places, in source order.
pub(super) fn hazards(tokens: &[Token]) -> Vec<Hazard> {
    let statements = statements(tokens);
    let bound = |holds: &dyn Fn(&[Token]) -> bool| -> HashSet<&str> {
        statements.iter().filter(|statement| holds(statement)).filter_map(|statement| variable(statement)).collect()
    };
    let times = bound(&|statement| has(statement, &ELAPSED));
    let maps = bound(&|statement| has(statement, &["HashMap", "HashSet"]) && !has(statement, &WALKS[..3]));
    let sorted = |name: &str| {
        statements.iter().any(|statement| {
            let calls = statement.windows(3);
            let mut calls = calls.filter(|words| words[0].is_ident(name) && words[1].is_punct('.'));
            calls.any(|words| words[2].ident().is_some_and(|method| method.starts_with("sort")))
        })
    };
    let lists = bound(&|statement| {
        let walked = statement.windows(3).any(|words| {
            words[0].ident().is_some_and(|name| maps.contains(name))
                && words[1].is_punct('.')
                && words[2].ident().is_some_and(|method| WALKS.contains(&method))
        });
        walked && has(statement, &["Vec"]) && !has(statement, &["BTreeMap", "BTreeSet", "sorted"])
    });
    let lists: HashSet<&str> = lists.into_iter().filter(|name| !sorted(name)).collect();
    let mut found = Vec::new();
    let mut open = vec![tokens];
    while let Some(tokens) = open.pop() {
        for (at, token) in tokens.iter().enumerate() {
            let TokenKind::Group(group) = &token.kind else { continue };
            open.push(&group.tokens);
            let before = &tokens[..at];
            let kind = match assertion(before) {
                Some(name) => asserted(name, &group.tokens, &times, &lists),
                None => listens(before, &group.tokens).then_some(RiskKind::FixedPort),
            };
            found.extend(kind.map(|kind| Hazard { line: before.last().map_or(token.line, |last| last.line), kind }));
        }
    }
    found.sort_by_key(|hazard| (hazard.line, hazard.kind));
    found.dedup();
    found.truncate(MAX_HAZARDS);
    found
}

/// The statements of the body and of the blocks in it.
fn statements(tokens: &[Token]) -> Vec<&[Token]> {
    let mut found = Vec::new();
    let mut open = vec![tokens];
    while let Some(tokens) = open.pop() {
        found.extend(tokens.split(|token| token.is_punct(';')));
        open.extend(tokens.iter().filter_map(|token| match &token.kind {
            TokenKind::Group(group) => Some(group.tokens.as_slice()),
            _ => None,
        }));
    }
    found
}

/// The variable that a statement binds.
fn variable(statement: &[Token]) -> Option<&str> {
    let begin = statement.iter().position(|token| token.is_ident("let"))?;
    let name = statement[begin + 1..].iter().find(|token| !token.is_ident("mut"))?;
    name.ident()
}

/// Whether one of these names stands among the tokens themselves.
fn has(tokens: &[Token], names: &[&str]) -> bool {
    tokens.iter().any(|token| token.ident().is_some_and(|name| names.contains(&name)))
}

/// The macro of an assertion that these tokens end with.
fn assertion(before: &[Token]) -> Option<&str> {
    let [.., name, mark] = before else { return None };
    let name = name.ident().filter(|_| mark.is_punct('!'))?;
    matches!(name.strip_prefix("debug_").unwrap_or(name), "assert" | "assert_eq").then_some(name)
}

fn asserted(name: &str, tokens: &[Token], times: &HashSet<&str>, lists: &HashSet<&str>) -> Option<RiskKind> {
    let arguments = split_at_commas(tokens);
    let count = if name.ends_with("_eq") { 2 } else { 1 };
    let asked = arguments.get(..count)?;
    let reads_clock = |argument: &&[Token]| {
        argument.windows(4).any(|words| {
            words[0].ident().is_some_and(|name| CLOCKS.contains(&name))
                && words[1].is_punct(':')
                && words[3].ident().is_some_and(|name| matches!(name, "now" | "now_utc" | "now_local"))
        })
    };
    if asked.iter().any(reads_clock) {
        return Some(RiskKind::WallClock);
    }
    if count == 1 {
        return is_bounded(asked[0], times).then_some(RiskKind::ClockAssert);
    }
    let is_list = |argument: &&[Token]| match argument {
        [name] => name.ident().is_some_and(|name| lists.contains(name)),
        [and, name] => and.is_punct('&') && name.ident().is_some_and(|name| lists.contains(name)),
        _ => false,
    };
    if asked.iter().any(is_list) {
        return Some(RiskKind::Unordered);
    }
    asked.iter().any(|argument| is_inexact(argument)).then_some(RiskKind::FloatEquality)
}

/// `begin.elapsed() < limit`, `limit > took`: a lower bound holds on every machine.
fn is_bounded(condition: &[Token], times: &HashSet<&str>) -> bool {
    let is_time = |tokens: &[Token]| {
        has(tokens, &ELAPSED) || tokens.iter().any(|token| token.ident().is_some_and(|name| times.contains(name)))
    };
    let comparison = condition.iter().enumerate().position(|(at, token)| {
        let is_turbofish = at > 0 && condition[at - 1].is_punct(':');
        (token.is_punct('<') || token.is_punct('>')) && !is_turbofish
    });
    let Some(at) = comparison else { return false };
    let (left, right) = (&condition[..at], &condition[at + 1..]);
    if condition[at].is_punct('<') { is_time(left) && !is_time(right) } else { is_time(right) && !is_time(left) }
}

/// A float literal that has no exact binary form.
fn is_inexact(argument: &[Token]) -> bool {
    let literal = match argument {
        [literal] => literal,
        [minus, literal] if minus.is_punct('-') => literal,
        _ => return false,
    };
    let Some(text) = literal.literal() else { return false };
    let digits: String = text.chars().filter(|character| *character != '_').collect();
    let number = digits.trim_end_matches("f32").trim_end_matches("f64");
    number.contains('.')
        && number.starts_with(|character: char| character.is_ascii_digit())
        && number.parse::<f64>().is_ok_and(|value| (value * 1_048_576.0).fract().abs() > 0.0)
}

/// `TcpListener::bind("127.0.0.1:9123")`, `UdpSocket::bind(("::1", 9123))`.
fn listens(before: &[Token], arguments: &[Token]) -> bool {
    let [.., kind, first, second, bind] = before else { return false };
    let is_bind = kind.ident().is_some_and(|name| LISTENERS.contains(&name))
        && first.is_punct(':')
        && second.is_punct(':')
        && bind.is_ident("bind");
    let mut arguments = arguments.iter().filter(|token| !token.is_punct('&'));
    let (Some(address), true) = (arguments.next(), is_bind) else { return false };
    let port = match address.group(Delimiter::Parenthesis) {
        Some(pair) => pair.tokens.last().and_then(Token::literal).map(str::to_owned),
        None => address.string().and_then(|text| text.rsplit_once(':').map(|(_, port)| port.to_owned())),
    };
    port.and_then(|port| port.trim_end_matches("u16").replace('_', "").parse::<u16>().ok())
        .is_some_and(|port| port != 0)
}
