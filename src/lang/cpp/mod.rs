//! Tests in a file of C++, by its tokens. Macros make them, and what macros make of a text no grammar of C++ tells: where a
//! test is cut by `#if`, or made by a macro of the tree's own, a tree of syntax has errors and loses what stands behind.
//! Owns what the text says; refuses to know other files, and which branch of an `#if` is built.

mod count;
mod forms;
mod lex;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::FileFacts;
use crate::model::cpp::{CppFacts, CppFramework, CppInstantiation, CppMacro, CppMacroUse, CppTest};
use count::{Types, arguments, closing_angle, macro_arguments, types, values};
use forms::{Form, Instantiates, Naming};
use lex::{Kind, Token, lex};

/// Calls of one macro beyond which further ones are not kept.
const MAX_USES: usize = 20_000;
/// Tokens between a macro and the end of its arguments: what is longer is no call.
const MAX_ARGUMENTS: usize = 20_000;
/// Characters of a call's arguments that are kept.
const MAX_TEXT: usize = 60;

/// Everything that a file says; nothing where it holds no word of a test.
pub(super) fn file_facts(text: &[u8]) -> FileFacts {
    if !forms::WORDS.iter().any(|word| memchr::memmem::find(text, word).is_some()) {
        return FileFacts::default();
    }
    let facts = facts(text);
    FileFacts { lines: facts.lines, parsed: true, cpp: Some(Arc::new(facts)), ..FileFacts::default() }
}

/// Everything that a text says about tests.
fn facts(text: &[u8]) -> CppFacts {
    let breaks = memchr::memchr_iter(b'\n', text).count();
    let open = usize::from(text.last().is_some_and(|last| *last != b'\n'));
    let lexed = lex(text);
    let mut facts = CppFacts { lines: u32::try_from(breaks + open).unwrap_or(u32::MAX), ..CppFacts::default() };
    let mut is_doctest = false;
    for directive in &lexed.directives {
        match directive.first().map(|first| first.text) {
            Some(b"define") => facts.macros.extend(own_macro(directive)),
            Some(b"include") => {
                is_doctest |= directive.iter().any(|token| memchr::memmem::find(token.text, b"doctest").is_some())
            }
            _ => {}
        }
    }
    facts.type_lists = type_lists(&lexed.tokens);
    let pairs = pairs(&lexed.tokens);
    Reader { tokens: &lexed.tokens, pairs, facts: &mut facts, uses: BTreeMap::new() }.read();
    if is_doctest {
        let of_catch = facts.tests.iter_mut().filter(|test| test.framework == Some(CppFramework::Catch2));
        of_catch.for_each(|test| test.framework = Some(CppFramework::Doctest));
    }
    facts
}

/// What a `#define` says, where it calls something whose name speaks of tests.
fn own_macro(directive: &[Token<'_>]) -> Option<CppMacro> {
    let [_, name, body @ ..] = directive else { return None };
    let speaks = |token: &Token<'_>| {
        token.kind == Kind::Word && forms::WORDS.iter().any(|word| memchr::memmem::find(token.text, word).is_some())
    };
    let is_called = |at: usize| body.get(at + 1).is_none_or(|next| next.is(b'('));
    let calls = body.iter().enumerate().filter(|(at, token)| speaks(token) && is_called(*at));
    let calls: Vec<_> = calls.map(|(_, token)| token.shown()).collect();
    (name.kind == Kind::Word && !calls.is_empty()).then(|| CppMacro { name: name.shown(), line: name.line, calls })
}

/// `using Name = ::testing::Types<…>;` and `typedef ::testing::Types<…> Name;`.
fn type_lists(tokens: &[Token<'_>]) -> Vec<(String, Option<u64>)> {
    let mut found = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        if !token.is_word("Types") || !tokens.get(at + 1).is_some_and(|next| next.is(b'<')) {
            continue;
        }
        let end = closing_angle(tokens, at + 1);
        let count = end.and_then(|end| u64::try_from(arguments(&tokens[at + 2..end]).len()).ok());
        let behind = end.and_then(|end| tokens.get(end + 1)).filter(|next| next.kind == Kind::Word);
        let before = || {
            let equals = tokens[..at].iter().rposition(|token| !(token.is(b':') || token.is_word("testing")))?;
            let is_using = equals > 1 && tokens[equals].is(b'=') && tokens[equals - 2].is_word("using");
            is_using.then(|| &tokens[equals - 1])
        };
        if let Some(name) = behind.or_else(before) {
            found.push((name.shown(), count));
        }
    }
    found
}

/// Of each opening bracket the place of the closing one, else its own. Brackets of different kinds are paired apart: `#if`
/// can make two of one that belongs to one of the other.
fn pairs(tokens: &[Token<'_>]) -> Vec<usize> {
    let mut pairs: Vec<usize> = (0..tokens.len()).collect();
    let (mut round, mut curly) = (Vec::new(), Vec::new());
    for (at, token) in tokens.iter().enumerate() {
        match token.kind {
            Kind::Sign(b'(') => round.push(at),
            Kind::Sign(b'{') => curly.push(at),
            Kind::Sign(b')') => round.pop().into_iter().for_each(|open: usize| pairs[open] = at),
            Kind::Sign(b'}') => curly.pop().into_iter().for_each(|open: usize| pairs[open] = at),
            _ => {}
        }
    }
    pairs
}

/// Reads the tokens from the first to the last.
struct Reader<'a, 't> {
    tokens: &'a [Token<'t>],
    pairs: Vec<usize>,
    facts: &'a mut CppFacts,
    uses: BTreeMap<&'t [u8], usize>,
}

impl<'t> Reader<'_, 't> {
    fn read(mut self) {
        let mut at = 0;
        while let Some(token) = self.tokens.get(at) {
            at = if token.kind == Kind::Word { self.word(at) } else { at + 1 };
        }
    }

    /// Judges the word at this place; says where to go on.
    fn word(&mut self, at: usize) -> usize {
        let token = self.tokens[at];
        let Some(end) = self.call_end(at) else { return at + 1 };
        let inner = &self.tokens[at + 2..end];
        if let Some(form) = forms::named(token.text) {
            return self.test(form, at, end, inner).unwrap_or(at + 1);
        }
        if let Some((_, gives)) = forms::INSTANTIATIONS.iter().find(|(name, _)| token.is_word(name)) {
            self.instantiation(*gives, token.line, inner);
            return end + 1;
        }
        if !is_macro_name(token.text) {
            return at + 1;
        }
        let shown: Vec<_> = inner.iter().take(MAX_TEXT).map(Token::shown).collect();
        self.used(&token, Some(shortened(&shown.concat())));
        // A macro that is handed to another one.
        for argument in macro_arguments(inner) {
            if let [name] = argument
                && name.kind == Kind::Word
                && is_macro_name(name.text)
            {
                self.used(name, None);
            }
        }
        at + 1
    }

    /// The closing bracket of the call of the word at this place.
    fn call_end(&self, at: usize) -> Option<usize> {
        self.tokens.get(at + 1).filter(|open| open.is(b'('))?;
        let end = self.pairs[at + 1];
        (end > at + 1 && end - at <= MAX_ARGUMENTS).then_some(end)
    }

    fn used(&mut self, token: &Token<'t>, arguments: Option<String>) {
        let count = self.uses.entry(token.text).or_default();
        *count += 1;
        if *count <= MAX_USES {
            self.facts.uses.push(CppMacroUse { name: token.shown(), line: token.line, arguments });
        }
    }

    /// A test, where the macro's call looks like one; then where its body ends.
    fn test(&mut self, form: &'static Form, at: usize, end: usize, inner: &[Token<'t>]) -> Option<usize> {
        let next = self.tokens.get(end + 1);
        if form.has_body && !next.is_some_and(|next| next.is(b'{')) {
            return None;
        }
        let parts = macro_arguments(inner);
        let (suite, name, own_cases) = named(form, &parts)?;
        let body_end = if form.has_body { self.body_end(end + 1) } else { end + 1 };
        let body = self.tokens.get(end + 1..body_end).unwrap_or_default();
        let is_disabled =
            [suite.as_deref(), Some(&*name)].into_iter().flatten().any(|name| name.starts_with("DISABLED_"));
        let is_hidden = inner.iter().any(|token| {
            token.kind == Kind::Text
                && (token.text.starts_with(b"\"[.") || memchr::memmem::find(token.text, b"[!hide]").is_some())
                || token.is_word("skip")
        });
        let calls = |names: &[&str]| {
            body.windows(2)
                .filter(|two| two[1].is(b'(') && names.iter().any(|name| two[0].is_word(name)))
                .map(|two| two[0].line)
                .collect::<Vec<_>>()
        };
        let skips: &[&str] = match form.framework {
            CppFramework::Gtest => &["GTEST_SKIP"],
            CppFramework::Catch2 | CppFramework::Doctest => &["SKIP"],
            _ => &[],
        };
        let sections = calls(&["SECTION", "SUBCASE", "DYNAMIC_SECTION"]).len();
        self.facts.tests.push(CppTest {
            form: form.name.to_owned(),
            framework: Some(form.framework),
            kind: form.kind,
            suite,
            name,
            line: self.tokens[at].line,
            disabled: is_disabled
                || matches!(form.framework, CppFramework::Catch2 | CppFramework::Doctest) && is_hidden,
            skip: calls(skips).first().copied(),
            sections: u32::try_from(sections).unwrap_or(u32::MAX),
            own_cases,
        });
        Some(body_end)
    }

    /// Behind the body that begins at `open`. A body whose brackets do not match, because `#if` gives it two ends, ends where
    /// the next test begins.
    fn body_end(&self, open: usize) -> usize {
        let paired = self.pairs[open];
        let end = if paired == open { self.tokens.len() } else { paired + 1 };
        (open..end).find(|at| self.begins_test(*at)).unwrap_or(end)
    }

    /// Whether a macro of GoogleTest that has a body begins here: it cannot stand in another one's.
    fn begins_test(&self, at: usize) -> bool {
        let gtest = |form: &&Form| form.framework == CppFramework::Gtest;
        let Some(form) = forms::named(self.tokens[at].text).filter(gtest) else { return false };
        let Some(end) = self.call_end(at) else { return false };
        let is_followed = self.tokens.get(end + 1).is_some_and(|next| next.is(b'{'));
        is_followed && named(form, &macro_arguments(&self.tokens[at + 2..end])).is_some()
    }

    fn instantiation(&mut self, gives: Instantiates, line: u32, inner: &[Token<'t>]) {
        let parts = macro_arguments(inner);
        let at = usize::from(matches!(gives, Instantiates::Values | Instantiates::Pattern));
        let Some([suite]) = parts.get(at).copied() else { return };
        let suite = suite.shown();
        // What preprocessors separate, generators and lists of types may hold together.
        let skipped: usize = parts.iter().take(at + 1).map(|part| part.len() + 1).sum();
        let rest = inner.get(skipped..).unwrap_or_default();
        let (mut count, mut list) = (None, None);
        match gives {
            Instantiates::Nothing => return self.facts.allowed.push(suite),
            Instantiates::Values => count = arguments(rest).first().and_then(|generator| values(generator)),
            Instantiates::Types | Instantiates::Pattern => match arguments(rest).first().map(|list| types(list)) {
                Some(Types::Counted(number)) => count = Some(number),
                Some(Types::Named(name)) => list = Some(name),
                Some(Types::Unknown) | None => {}
            },
        }
        let of_types = gives != Instantiates::Values;
        self.facts.instantiations.push(CppInstantiation { suite, of_types, count, list, line });
    }
}

/// Suite, name and listed cases of a call with these arguments; `None` where they are not those of the macro.
fn named(form: &Form, parts: &[&[Token<'_>]]) -> Option<(Option<String>, String, Option<u64>)> {
    let word = |at: usize| match parts.get(at)? {
        [one] if one.kind == Kind::Word => Some(one.shown()),
        // `DISABLED_ON_WINDOWS(Name)`: a macro decides what goes before the name.
        [makes, open, one, close] if makes.kind == Kind::Word && open.is(b'(') && close.is(b')') => {
            (one.kind == Kind::Word).then(|| one.shown())
        }
        // What macros paste together is no name yet.
        _ => None,
    };
    let text = |at: usize| {
        let first = parts.get(at)?.first().filter(|first| first.kind == Kind::Text)?.shown();
        Some(first.trim_matches('"').to_owned())
    };
    let count = |from: usize| u64::try_from(parts.len().saturating_sub(from)).ok();
    let once = Some(1);
    match form.naming {
        Naming::SuiteAndName if form.framework == CppFramework::Gtest && parts.len() != 2 => None,
        Naming::SuiteAndName => Some((Some(word(0)?), word(1)?, once)),
        Naming::Text => Some((None, text(0).unwrap_or_default(), once)),
        Naming::FixtureAndText => Some((Some(word(0)?), text(1).unwrap_or_default(), once)),
        Naming::TextAndTypes => Some((None, text(0)?, count(2))),
        Naming::TextVariableAndTypes => Some((None, text(0)?, count(2))),
        Naming::Name => Some((None, word(0)?, once)),
        Naming::Function => Some((None, form.name.to_owned(), once)),
    }
}

/// Whether a word is written as macros are, or speaks of tests.
fn is_macro_name(word: &[u8]) -> bool {
    let is_upper = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_';
    let speaks = || forms::WORDS.iter().any(|own| memchr::memmem::find(word, own).is_some());
    word.len() > 2 && word[0].is_ascii_uppercase() && (word.iter().all(is_upper) || speaks())
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(MAX_TEXT) {
        Some((cut, _)) => format!("{}…", &text[..cut]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests;
