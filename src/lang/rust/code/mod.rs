//! What the code of a function does: its branches, the lines in them that llvm counts, and what it calls on what. Owns how
//! statements and expressions are told apart in tokens; refuses to know what a name means, and knows of types what is
//! written.

mod expressions;
mod paths;
mod statements;

use std::collections::{BTreeMap, HashMap};

use super::bodies::may_precede_not;
use super::calls::visible;
use super::reader::plain;
use crate::model::rust::code::WordId;
use crate::model::rust::{
    CodeUse, CodeUseKind, Delimiter, Group, Parameter, Receiver, RustBranch, RustBranchKind, RustCode, Token, TokenKind,
};

/// How many uses of a function are kept.
const MAX_USES: usize = 4096;
/// How many branches of a function are told apart.
const MAX_BRANCHES: usize = 4096;
/// Names in types and paths longer than this are none that anybody wrote.
const MAX_WORDS: usize = 16;

/// The code of a body, where this token is its braces; `signature` is the line on which what stands before them ends.
pub(super) fn body(token: &Token, signature: u32, parameters: &[Parameter]) -> Option<RustCode> {
    let group = token.group(Delimiter::Brace)?;
    let mut scan = Scan::new(parameters);
    scan.block(&visible(&group.tokens), 0);
    scan.line(group.end_line, 0);
    Some(scan.finish(signature.min(token.line), group.end_line))
}

/// The names in a type, without keywords.
pub(super) fn words(tokens: &[Token]) -> Vec<Box<str>> {
    let mut found = Vec::new();
    let mut open = vec![tokens.iter()];
    while let Some(tokens) = open.last_mut() {
        match tokens.next() {
            None => drop(open.pop()),
            Some(token) => match &token.kind {
                TokenKind::Ident(name) if !is_keyword_of_types(name) && found.len() < MAX_WORDS => {
                    found.push(plain(name).into());
                }
                TokenKind::Group(group) => open.push(group.tokens.iter()),
                _ => {}
            },
        }
    }
    found
}

fn is_keyword_of_types(name: &str) -> bool {
    matches!(
        name,
        "dyn" | "impl" | "mut" | "const" | "ref" | "for" | "crate" | "super" | "self" | "fn" | "unsafe" | "as"
    )
}

/// A function being read.
struct Scan {
    branches: Vec<RustBranch>,
    /// Lines with their branches; of several on a line the outermost counts.
    lines: BTreeMap<u32, u32>,
    uses: Vec<CodeUse>,
    words: Vec<Box<str>>,
    known: HashMap<Box<str>, WordId>,
    /// What names of variables stand for.
    variables: HashMap<Box<str>, Receiver>,
}

impl Scan {
    fn new(parameters: &[Parameter]) -> Self {
        let mut scan = Self {
            branches: vec![RustBranch { parent: None, kind: RustBranchKind::Body, fails: false }],
            lines: BTreeMap::new(),
            uses: Vec::new(),
            words: Vec::new(),
            known: HashMap::new(),
            variables: HashMap::new(),
        };
        for parameter in parameters {
            for name in names_in_pattern(&parameter.pattern) {
                let words = words(&parameter.kind);
                let receiver = scan.typed(&words);
                scan.variables.insert(name.into(), receiver);
            }
        }
        scan.variables.insert("self".into(), Receiver::Own);
        scan
    }

    fn finish(self, begin: u32, end: u32) -> RustCode {
        RustCode {
            begin,
            end,
            branches: self.branches.into(),
            lines: self.lines.into_iter().collect(),
            uses: self.uses.into(),
            words: self.words.into(),
        }
    }

    fn word(&mut self, text: &str) -> WordId {
        if let Some(word) = self.known.get(text) {
            return *word;
        }
        let word = WordId::try_from(self.words.len()).unwrap_or(WordId::MAX);
        self.words.push(text.into());
        self.known.insert(text.into(), word);
        word
    }

    /// Something of a type with these names.
    fn typed(&mut self, words: &[Box<str>]) -> Receiver {
        if words.is_empty() {
            return Receiver::Unknown;
        }
        let begin = WordId::try_from(self.words.len()).unwrap_or(WordId::MAX);
        self.words.extend(words.iter().cloned());
        Receiver::Words(begin, u32::try_from(words.len()).unwrap_or(0))
    }

    fn branch(&mut self, parent: u32, kind: RustBranchKind) -> u32 {
        if self.branches.len() >= MAX_BRANCHES {
            return parent;
        }
        self.branches.push(RustBranch { parent: Some(parent), kind, fails: false });
        u32::try_from(self.branches.len() - 1).unwrap_or(parent)
    }

    /// The token stands on a line that llvm counts.
    fn line(&mut self, line: u32, branch: u32) {
        let own = self.lines.entry(line).or_insert(branch);
        // An outer branch was begun before those in it.
        *own = (*own).min(branch);
    }

    /// Adds a use; its place among the uses.
    fn uses(&mut self, branch: u32, kind: CodeUseKind, name: &str, receiver: Receiver) -> Receiver {
        if self.uses.len() >= MAX_USES {
            return Receiver::Unknown;
        }
        let name = self.word(name);
        self.uses.push(CodeUse { branch, kind, name, receiver });
        Receiver::Result(u32::try_from(self.uses.len() - 1).unwrap_or(0))
    }
}

/// The variables that a pattern binds.
fn names_in_pattern(tokens: &[Token]) -> Vec<&str> {
    let mut found = Vec::new();
    let mut open = vec![tokens];
    while let Some(tokens) = open.pop() {
        for (at, token) in tokens.iter().enumerate() {
            match &token.kind {
                TokenKind::Group(group) => open.push(&group.tokens),
                TokenKind::Ident(name) => {
                    let next = tokens.get(at + 1);
                    let is_path = next.is_some_and(|next| next.is_punct(':') && !is_field(tokens, at))
                        || next.is_some_and(|next| matches!(next.kind, TokenKind::Group(_)))
                        || at > 0 && tokens[at - 1].is_punct(':') && at > 1 && tokens[at - 2].is_punct(':');
                    let is_variable = name.starts_with(|first: char| first.is_lowercase() || first == '_');
                    let is_keyword = matches!(&**name, "mut" | "ref" | "box" | "_" | "true" | "false");
                    if is_variable && !is_path && !is_keyword && !is_field(tokens, at) && found.len() < 32 {
                        found.push(plain(name));
                    }
                }
                _ => {}
            }
        }
    }
    found
}

/// Whether a name is that of a field, with a pattern behind it: `name: pattern`.
fn is_field(tokens: &[Token], at: usize) -> bool {
    tokens.get(at + 1).is_some_and(|next| next.is_punct(':'))
        && !tokens.get(at + 2).is_some_and(|next| next.is_punct(':'))
}

/// A brace group that is next.
fn braces(tokens: &[Token], at: usize) -> Option<&Group> {
    tokens.get(at)?.group(Delimiter::Brace)
}

/// Whether `=>` is next.
fn is_arrow(tokens: &[Token], at: usize) -> bool {
    tokens.get(at).is_some_and(|token| token.is_punct('='))
        && tokens.get(at + 1).is_some_and(|token| token.is_punct('>'))
}

/// Whether these tokens are the brackets of an attribute, the `#` before them.
fn is_attribute(tokens: &[Token], at: usize) -> Option<usize> {
    if !tokens.get(at)?.is_punct('#') {
        return None;
    }
    let at = if tokens.get(at + 1)?.is_punct('!') { at + 2 } else { at + 1 };
    tokens.get(at)?.group(Delimiter::Bracket).map(|_| at + 1)
}

/// Whether a word cannot be the end of an operand, so that what follows begins one.
fn begins_operand(word: &str) -> bool {
    may_precede_not(word)
        || matches!(word, "let" | "mut" | "ref" | "unsafe" | "async" | "as" | "loop" | "where" | "else")
}

/// What the rules of a macro by example do wherever it is called: all that they may write.
pub fn of_macro(rules: &[Token]) -> RustCode {
    let mut scan = Scan::new(&[]);
    for (at, token) in rules.iter().enumerate() {
        let is_written = at > 1 && rules[at - 1].is_punct('>') && rules[at - 2].is_punct('=');
        if let (true, TokenKind::Group(group)) = (is_written, &token.kind) {
            scan.expression(&visible(&group.tokens), 0, None);
        }
    }
    RustCode { lines: Box::default(), ..scan.finish(0, 0) }
}

/// What an example in documentation does.
pub fn of_text(text: &str) -> RustCode {
    let trees = super::token_trees(text);
    let mut scan = Scan::new(&[]);
    let mut rest = trees.tokens.as_slice();
    while !rest.is_empty() {
        if rest[0].is_ident("use") || rest[0].is_ident("extern") {
            let end = rest.iter().position(|token| token.is_punct(';')).map_or(rest.len(), |end| end + 1);
            rest = &rest[end..];
            continue;
        }
        let end = rest.iter().position(|token| token.is_punct(';')).map_or(rest.len(), |end| end + 1);
        scan.block(&rest[..end], 0);
        for token in &rest[..end] {
            // A `main` around it, or functions of its own.
            if let Some(group) = token.group(Delimiter::Brace) {
                scan.expression(&group.tokens, 0, None);
            }
        }
        rest = &rest[end..];
    }
    RustCode { lines: Box::default(), ..scan.finish(0, 0) }
}
