//! The expressions of pytest's `-m` and `-k`: their grammar. What a name in them matches is in `matchers`.
//!
//! The grammar and its messages are those of `_pytest/mark/expression.py`. Which names and marks a test has is the
//! caller's to know.
//!
//! ```text
//! expression: expr? EOF
//! expr:       and_expr ('or' and_expr)*
//! and_expr:   not_expr ('and' not_expr)*
//! not_expr:   'not' not_expr | '(' expr ')' | ident kwargs?
//! kwargs:     '(' name '=' value (',' name '=' value)* ')'
//! ```
//!
//! Two things differ, both outside of ASCII: what a letter is (`char::is_alphanumeric` counts combining vowel signs), and
//! digits of other scripts are no numbers.

/// Parentheses deeper than this are an error; pytest runs out of stack at about 350.
const MAX_DEPTH: usize = 300;

/// A keyword argument of a mark, or of a name in an expression.
pub(crate) type Argument = (String, Value);

/// What an argument may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value {
    Str(String),
    Int(i128),
    Bool(bool),
    None,
}

impl Value {
    /// Whether Python's `==` holds: `True == 1`.
    pub(crate) fn equals(&self, other: &Value) -> bool {
        match (self, other) {
            (Value::Int(int), Value::Bool(bool)) | (Value::Bool(bool), Value::Int(int)) => *int == i128::from(*bool),
            _ => self == other,
        }
    }
}

/// A parsed expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Expression {
    root: Node,
}

/// Why a text is no expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ExpressionError {
    /// In characters, from 1.
    pub(crate) column: usize,
    pub(crate) message: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Node {
    /// The empty expression, which matches nothing.
    Nothing,
    Name(String, Vec<Argument>),
    Not(Box<Node>),
    And(Vec<Node>),
    Or(Vec<Node>),
}

/// Parses an expression as it is. For the value of an option see [`marks`] and [`keywords`].
pub(crate) fn parse(text: &str) -> Result<Expression, ExpressionError> {
    let mut parser = Parser::new(text)?;
    let root = if parser.token == Token::End { Node::Nothing } else { parser.any(0)? };
    if parser.token != Token::End {
        return Err(parser.expected("end of input"));
    }
    let mut refused = None;
    root.visit(&mut |_, arguments| refused = refused.take().or_else(|| uncallable(arguments)));
    match refused {
        // Python's compiler refuses these, without a place, once all is parsed.
        Some(message) => Err(error(1, message)),
        None => Ok(Expression { root }),
    }
}

fn uncallable(arguments: &[Argument]) -> Option<String> {
    arguments.iter().enumerate().find_map(|(at, (name, _))| {
        if name == "__debug__" {
            return Some("cannot assign to __debug__".to_owned());
        }
        let repeated = arguments[at + 1..].iter().any(|(later, _)| later == name);
        repeated.then(|| format!("keyword argument repeated: {name}"))
    })
}

/// The value of `-m`; `None` where it selects everything.
pub(crate) fn marks(text: &str) -> Result<Option<Expression>, ExpressionError> {
    if text.is_empty() { Ok(None) } else { parse(text).map(Some) }
}

/// The value of `-k`; `None` where it selects everything. Columns are counted behind leading blanks.
pub(crate) fn keywords(text: &str) -> Result<Option<Expression>, ExpressionError> {
    let text = text.trim_start_matches(|letter: char| letter.is_whitespace() || ('\x1c'..='\x1f').contains(&letter));
    marks(text)
}

impl Expression {
    /// Whether the expression holds, where each name holds as `matcher` says of it and its arguments.
    pub(crate) fn evaluate(&self, matcher: &dyn Fn(&str, &[Argument]) -> bool) -> bool {
        self.evaluate_known(&|name, arguments| Some(matcher(name, arguments))).unwrap_or(false)
    }

    /// Whether the expression holds where some names are not known to hold; `None` if it depends on those.
    pub(crate) fn evaluate_known(&self, matcher: &dyn Fn(&str, &[Argument]) -> Option<bool>) -> Option<bool> {
        self.root.evaluate(matcher)
    }

    /// All names in the expression, in its order. Under strict markers, pytest refuses `-m` with one not registered.
    pub(crate) fn names(&self) -> Vec<&str> {
        let mut names = Vec::new();
        self.root.visit(&mut |name, _| names.push(name));
        names
    }

    /// Whether a name has arguments, which pytest refuses in `-k`.
    #[cfg_attr(not(test), expect(dead_code, reason = "for the rule on markers in expressions"))]
    pub(crate) fn has_arguments(&self) -> bool {
        let mut found = false;
        self.root.visit(&mut |_, arguments| found |= !arguments.is_empty());
        found
    }
}

impl Node {
    fn evaluate(&self, matcher: &dyn Fn(&str, &[Argument]) -> Option<bool>) -> Option<bool> {
        match self {
            Node::Nothing => Some(false),
            Node::Name(name, arguments) => matcher(name, arguments),
            Node::Not(inner) => inner.evaluate(matcher).map(|holds| !holds),
            Node::And(parts) => decided_by(false, parts, matcher),
            Node::Or(parts) => decided_by(true, parts, matcher),
        }
    }

    fn visit<'n>(&'n self, visitor: &mut dyn FnMut(&'n str, &'n [Argument])) {
        match self {
            Node::Nothing => {}
            Node::Name(name, arguments) => visitor(name, arguments),
            Node::Not(inner) => inner.visit(visitor),
            Node::And(parts) | Node::Or(parts) => parts.iter().for_each(|part| part.visit(visitor)),
        }
    }
}

/// One part that is `decisive` decides; otherwise all have to be known.
fn decided_by(decisive: bool, parts: &[Node], matcher: &dyn Fn(&str, &[Argument]) -> Option<bool>) -> Option<bool> {
    let mut holds = Some(!decisive);
    for part in parts {
        match part.evaluate(matcher) {
            Some(part) if part == decisive => return Some(decisive),
            Some(_) => {}
            None => holds = None,
        }
    }
    holds
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Open,
    Close,
    Or,
    And,
    Not,
    Ident(String),
    End,
    Equal,
    Str(String),
    Comma,
}

impl Token {
    fn name(&self) -> &'static str {
        match self {
            Token::Open => "left parenthesis",
            Token::Close => "right parenthesis",
            Token::Or => "or",
            Token::And => "and",
            Token::Not => "not",
            Token::Ident(_) => "identifier",
            Token::End => "end of input",
            Token::Equal => "=",
            Token::Str(_) => "string literal",
            Token::Comma => ",",
        }
    }
}

/// A parser that is one token ahead: what is wrong further on is not looked at before what is wrong here.
struct Parser {
    letters: Vec<char>,
    /// Behind the current token.
    at: usize,
    token: Token,
    /// Of the current token.
    column: usize,
}

impl Parser {
    fn new(text: &str) -> Result<Self, ExpressionError> {
        let mut parser = Self { letters: text.chars().collect(), at: 0, token: Token::End, column: 1 };
        parser.advance()?;
        Ok(parser)
    }

    /// Goes on to the next token and gives back the one before it.
    fn advance(&mut self) -> Result<Token, ExpressionError> {
        while matches!(self.letters.get(self.at), Some(' ' | '\t')) {
            self.at += 1;
        }
        self.column = self.at + 1;
        let rest = &self.letters[self.at..];
        let (token, length) = match rest.first() {
            None => (Token::End, 0),
            Some('(') => (Token::Open, 1),
            Some(')') => (Token::Close, 1),
            Some('=') => (Token::Equal, 1),
            Some(',') => (Token::Comma, 1),
            Some(quote @ ('\'' | '"')) => {
                let Some(length) = rest[1..].iter().position(|letter| letter == quote) else {
                    return Err(error(self.column, format!("closing quote \"{quote}\" is missing")));
                };
                let inside = &rest[1..=length];
                if let Some(slash) = inside.iter().position(|letter| *letter == '\\') {
                    let message = "escaping with \"\\\" not supported in marker expression";
                    return Err(error(self.column + 1 + slash, message));
                }
                (Token::Str(inside.iter().collect()), length + 2)
            }
            Some(first) => {
                let word: String = rest.iter().take_while(|letter| is_word(**letter)).collect();
                let length = word.chars().count();
                match word.as_str() {
                    "" => return Err(error(self.column, format!("unexpected character \"{first}\""))),
                    "or" => (Token::Or, length),
                    "and" => (Token::And, length),
                    "not" => (Token::Not, length),
                    _ => (Token::Ident(word), length),
                }
            }
        };
        self.at += length;
        Ok(std::mem::replace(&mut self.token, token))
    }

    fn expected(&self, what: &str) -> ExpressionError {
        error(self.column, format!("expected {what}; got {}", self.token.name()))
    }

    fn require(&mut self, token: &Token) -> Result<(), ExpressionError> {
        if self.token != *token {
            return Err(self.expected(token.name()));
        }
        self.advance().map(drop)
    }

    fn ident(&mut self) -> Result<String, ExpressionError> {
        match &self.token {
            Token::Ident(word) => {
                let word = word.clone();
                self.advance()?;
                Ok(word)
            }
            _ => Err(self.expected("identifier")),
        }
    }

    /// `and_expr ('or' and_expr)*`, below so many parentheses.
    fn any(&mut self, depth: usize) -> Result<Node, ExpressionError> {
        let mut parts = vec![self.all(depth)?];
        while self.token == Token::Or {
            self.advance()?;
            parts.push(self.all(depth)?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Node::Or(parts) })
    }

    fn all(&mut self, depth: usize) -> Result<Node, ExpressionError> {
        let mut parts = vec![self.negated(depth)?];
        while self.token == Token::And {
            self.advance()?;
            parts.push(self.negated(depth)?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Node::And(parts) })
    }

    fn negated(&mut self, depth: usize) -> Result<Node, ExpressionError> {
        // Two of them are none, so a row of them is not deep.
        let mut negate = false;
        while self.token == Token::Not {
            self.advance()?;
            negate = !negate;
        }
        let node = self.operand(depth)?;
        Ok(if negate { Node::Not(Box::new(node)) } else { node })
    }

    fn operand(&mut self, depth: usize) -> Result<Node, ExpressionError> {
        match self.token {
            Token::Open if depth == MAX_DEPTH => {
                Err(error(self.column, format!("more than {MAX_DEPTH} parentheses inside each other")))
            }
            Token::Open => {
                self.advance()?;
                let node = self.any(depth + 1)?;
                self.require(&Token::Close)?;
                Ok(node)
            }
            Token::Ident(_) => {
                let name = self.ident()?;
                let arguments = if self.token == Token::Open { self.arguments()? } else { Vec::new() };
                Ok(Node::Name(name, arguments))
            }
            _ => Err(self.expected("not OR left parenthesis OR identifier")),
        }
    }

    fn arguments(&mut self) -> Result<Vec<Argument>, ExpressionError> {
        let mut arguments: Vec<Argument> = Vec::new();
        while matches!((arguments.len(), &self.token), (0, Token::Open) | (1.., Token::Comma)) {
            self.advance()?;
            arguments.push(self.argument()?);
        }
        self.require(&Token::Close)?;
        Ok(arguments)
    }

    fn argument(&mut self) -> Result<Argument, ExpressionError> {
        let column = self.column;
        let name = self.ident()?;
        if !is_identifier(&name) {
            return Err(error(column, format!("not a valid python identifier {name}")));
        }
        if PYTHON_KEYWORDS.contains(&name.as_str()) {
            return Err(error(column, format!("unexpected reserved python keyword `{name}`")));
        }
        self.require(&Token::Equal)?;
        Ok((name, self.value()?))
    }

    fn value(&mut self) -> Result<Value, ExpressionError> {
        if let Token::Str(text) = &self.token {
            let value = Value::Str(text.clone());
            self.advance()?;
            return Ok(value);
        }
        let column = self.column;
        let word = self.ident()?;
        match word.as_str() {
            "True" => Ok(Value::Bool(true)),
            "False" => Ok(Value::Bool(false)),
            "None" => Ok(Value::None),
            _ if is_number(&word) => {
                word.parse().map(Value::Int).map_err(|_| error(column, format!("number too large: {word}")))
            }
            _ => Err(error(column, format!("unexpected character/s \"{word}\""))),
        }
    }
}

fn error(column: usize, message: impl Into<String>) -> ExpressionError {
    ExpressionError { column, message: message.into() }
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '_' | ':' | '+' | '-' | '.' | '[' | ']' | '\\' | '/')
}

fn is_identifier(word: &str) -> bool {
    !word.starts_with(char::is_numeric) && word.chars().all(|letter| letter.is_alphanumeric() || letter == '_')
}

fn is_number(word: &str) -> bool {
    let digits = word.strip_prefix('-').unwrap_or(word);
    !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit())
}

/// `keyword.kwlist` without `and`, `or` and `not`, which are tokens of their own here.
const PYTHON_KEYWORDS: &[&str] = &[
    "False", "None", "True", "as", "assert", "async", "await", "break", "class", "continue", "def", "del", "elif",
    "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal", "pass",
    "raise", "return", "try", "while", "with", "yield",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(text: &str, names: &[&str]) -> bool {
        parse(text).unwrap_or_else(|error| panic!("{text}: {error:?}")).evaluate(&|name, _| names.contains(&name))
    }

    #[test]
    fn expressions_hold_as_python_has_it() {
        const TRUE: &str = "a; not x; not not a; not a or a; a or x and x; x and x or b; a and b and x or b;
            not x and not x; None or a; a(x=1); (((a)))";
        const FALSE: &str = "; x; not (a or x); a and x; (a or x) and x; True; nota; (not(a))";
        for (texts, expected) in [(TRUE, true), (FALSE, false)] {
            for text in texts.split(';') {
                let text = text.trim_start_matches(['\n', ' ']);
                assert_eq!(holds(text, &["a", "b"]), expected, "{text}");
            }
        }
    }

    #[test]
    fn a_name_may_hold_what_node_ids_do() {
        for text in
            [":::", "a:::c", "a+-b", "[mod::tests]", "日本語", "123.232", "a\\nb", "test_a[1/2]", "été", "or_", "NOT"]
        {
            assert!(holds(text, &[text]), "{text}");
            assert_eq!(parse(text).unwrap().names(), [text]);
        }
    }

    #[test]
    fn what_is_no_expression_is_refused_where_pytest_refuses_it() {
        const OPERAND: &str = "expected not OR left parenthesis OR identifier; got ";
        for (text, column, message) in [
            ("(", 2, format!("{OPERAND}end of input")),
            (" (", 3, format!("{OPERAND}end of input")),
            (")", 1, format!("{OPERAND}right parenthesis")),
            (") ", 1, format!("{OPERAND}right parenthesis")),
            ("not", 4, format!("{OPERAND}end of input")),
            ("not not", 8, format!("{OPERAND}end of input")),
            ("a and", 6, format!("{OPERAND}end of input")),
            ("and", 1, format!("{OPERAND}and")),
            ("a not", 3, "expected end of input; got not".into()),
            ("a b", 3, "expected end of input; got identifier".into()),
            ("(a", 3, "expected right parenthesis; got end of input".into()),
            ("a=1", 2, "expected end of input; got =".into()),
            ("'s'", 1, format!("{OPERAND}string literal")),
            ("a & b", 3, "unexpected character \"&\"".into()),
            ("é & b", 3, "unexpected character \"&\"".into()),
            ("a b &", 3, "expected end of input; got identifier".into()),
            ("a\n", 2, "unexpected character \"\n\"".into()),
            ("a()", 3, "expected identifier; got right parenthesis".into()),
            ("a(x=1,)", 7, "expected identifier; got right parenthesis".into()),
            ("a(,x=1)", 3, "expected identifier; got ,".into()),
            ("a(x)", 4, "expected =; got right parenthesis".into()),
            ("a(x=1 or)", 7, "expected right parenthesis; got or".into()),
            ("a(x=1)(y=2)", 7, "expected end of input; got left parenthesis".into()),
            ("a(or=1)", 3, "expected identifier; got or".into()),
            ("a(class=1)", 3, "unexpected reserved python keyword `class`".into()),
            ("a(x:y=1)", 3, "not a valid python identifier x:y".into()),
            ("a(1x=1)", 3, "not a valid python identifier 1x".into()),
            ("a(x=--1)", 5, "unexpected character/s \"--1\"".into()),
            ("a(x=-)", 5, "unexpected character/s \"-\"".into()),
            ("a(x=1.5)", 5, "unexpected character/s \"1.5\"".into()),
            ("a(x=b)", 5, "unexpected character/s \"b\"".into()),
            ("a(x='b)", 5, "closing quote \"'\" is missing".into()),
            ("a(x='b\\n')", 7, "escaping with \"\\\" not supported in marker expression".into()),
            ("a(x=1, x=2)", 1, "keyword argument repeated: x".into()),
            ("a(x=1, x=2) &", 13, "unexpected character \"&\"".into()),
            ("b or a(__debug__=1)", 1, "cannot assign to __debug__".into()),
        ] {
            assert_eq!(parse(text).unwrap_err(), ExpressionError { column, message }, "{text}");
        }
    }

    #[test]
    fn arguments_are_values_of_python() {
        let expression = parse("a (s='it', t=\"\", i=-007, yes = True, no=False, none=None)").unwrap();
        let seen = std::cell::RefCell::new(Vec::new());
        expression.evaluate(&|_, arguments| {
            seen.borrow_mut().extend_from_slice(arguments);
            true
        });
        let expected = [
            ("s", Value::Str("it".into())),
            ("t", Value::Str(String::new())),
            ("i", Value::Int(-7)),
            ("yes", Value::Bool(true)),
            ("no", Value::Bool(false)),
            ("none", Value::None),
        ];
        assert_eq!(seen.into_inner(), expected.map(|(name, value)| (name.to_owned(), value)));
        assert!(expression.has_arguments() && !parse("a or b").unwrap().has_arguments());
        assert_eq!(parse(&format!("a(x={})", "9".repeat(60))).unwrap_err().column, 5);
    }

    #[test]
    fn depth_is_bounded_and_length_is_not() {
        let nested = |depth: usize| format!("{}a{}", "(".repeat(depth), ")".repeat(depth));
        assert!(holds(&nested(MAX_DEPTH), &["a"]));
        let error = parse(&nested(MAX_DEPTH + 1)).unwrap_err();
        assert_eq!((error.column, error.message.as_str()), (301, "more than 300 parentheses inside each other"));
        assert!(parse(&"(".repeat(1_000_000)).is_err());
        assert!(!holds(&format!("{}a", "not ".repeat(100_001)), &["a"]));
        assert!(holds(&format!("{}a", "x or ".repeat(100_000)), &["a"]));
        assert!(!holds(&format!("{}x", "a and ".repeat(100_000)), &["a"]));
        let alternating = format!("{}a{}", "(x or a and not (".repeat(150), "))".repeat(150));
        assert!(parse(&alternating).is_ok());
    }

    #[test]
    fn an_unknown_name_matters_only_where_the_rest_does_not_decide() {
        for (text, expected) in [
            ("a or unknown", Some(true)),
            ("unknown or a", Some(true)),
            ("x or unknown", None),
            ("x and unknown", Some(false)),
            ("unknown and a", None),
            ("not unknown", None),
            ("not (unknown and x)", Some(true)),
        ] {
            let known = |name: &str| (name != "unknown").then_some(name == "a");
            assert_eq!(parse(text).unwrap().evaluate_known(&|name, _| known(name)), expected, "{text}");
        }
    }

    #[test]
    fn an_empty_option_selects_everything_and_a_blank_one_differs() {
        assert_eq!(marks(""), Ok(None));
        assert_eq!(keywords(" \n "), Ok(None));
        assert!(!marks(" ").unwrap().unwrap().evaluate(&|_, _| true));
        assert_eq!(keywords("  a b").unwrap_err().column, 3);
        assert_eq!(marks("  a b").unwrap_err().column, 5);
    }
}
