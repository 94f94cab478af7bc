//! The tokens of a C++ file: words, signs and literals with their lines, and preprocessor directives apart from them.
//! Owns comments, strings, raw strings, continued lines and `#if 0`; refuses to know what any word means.

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A name or keyword.
    Word,
    /// One sign: `::` is two.
    Sign(u8),
    /// A number.
    Number,
    /// A string or character.
    Text,
}

/// A token.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token<'t> {
    pub(super) kind: Kind,
    pub(super) text: &'t [u8],
    pub(super) line: u32,
}

impl Token<'_> {
    pub(super) fn is(&self, sign: u8) -> bool {
        self.kind == Kind::Sign(sign)
    }

    pub(super) fn is_word(&self, word: &str) -> bool {
        self.kind == Kind::Word && self.text == word.as_bytes()
    }

    /// The text as it stands there.
    pub(super) fn shown(&self) -> String {
        String::from_utf8_lossy(self.text).into_owned()
    }
}

/// A file in tokens.
#[derive(Debug, Default)]
pub(super) struct Lexed<'t> {
    /// What the compiler sees, apart from directives.
    pub(super) tokens: Vec<Token<'t>>,
    /// Each directive without its `#`, in source order.
    pub(super) directives: Vec<Vec<Token<'t>>>,
}

/// Reads a text. Never fails: what is not closed ends with the line or the file.
pub(super) fn lex(text: &[u8]) -> Lexed<'_> {
    let mut lexer = Lexer { text, at: 0, line: 1, is_first: true };
    let mut found = Lexed::default();
    // How many conditions are open within a dead part, the part itself included.
    let mut dead = 0_usize;
    loop {
        let begins_line = lexer.skip_blanks(false);
        let Some(token) = lexer.token() else { return found };
        if !(begins_line && token.is(b'#')) {
            if dead == 0 {
                found.tokens.push(token);
            }
            continue;
        }
        let mut directive = Vec::new();
        while !lexer.skip_blanks(true) {
            let Some(token) = lexer.token() else { break };
            directive.push(token);
        }
        let Some(first) = directive.first() else { continue };
        match first.text {
            b"if" | b"ifdef" | b"ifndef" if dead > 0 => dead += 1,
            b"if" if directive.len() == 2 && matches!(directive[1].text, b"0" | b"false") => dead = 1,
            b"endif" if dead > 0 => dead -= 1,
            b"else" | b"elif" if dead == 1 => dead = 0,
            _ if dead == 0 => found.directives.push(directive),
            _ => {}
        }
    }
}

struct Lexer<'t> {
    text: &'t [u8],
    at: usize,
    line: u32,
    /// Whether no token of the line was read.
    is_first: bool,
}

impl<'t> Lexer<'t> {
    fn byte(&self, ahead: usize) -> Option<u8> {
        self.text.get(self.at + ahead).copied()
    }

    /// Moves on by so many bytes, and counts lines.
    fn advance(&mut self, length: usize) {
        let end = self.text.len().min(self.at + length);
        let breaks = memchr::memchr_iter(b'\n', &self.text[self.at..end]).count();
        self.line = self.line.saturating_add(u32::try_from(breaks).unwrap_or(u32::MAX));
        self.at = end;
    }

    /// Passes blanks, comments and continued lines. Within a directive it stops at the end of the line. Says whether a line
    /// ended, or the file.
    fn skip_blanks(&mut self, within_directive: bool) -> bool {
        while let Some(byte) = self.byte(0) {
            let rest = &self.text[self.at..];
            match byte {
                b'\n' => {
                    self.is_first = true;
                    if within_directive {
                        return true;
                    }
                    self.advance(1);
                }
                b'\\' if rest.starts_with(b"\\\n") => self.advance(2),
                b'\\' if rest.starts_with(b"\\\r\n") => self.advance(3),
                b'/' if rest.starts_with(b"//") => {
                    // A comment goes on where its line does.
                    let mut end = 0;
                    loop {
                        end += memchr::memchr(b'\n', &rest[end..]).unwrap_or(rest.len() - end);
                        let before = rest[..end].strip_suffix(b"\r").unwrap_or(&rest[..end]);
                        if end >= rest.len() || !before.ends_with(b"\\") {
                            break;
                        }
                        end += 1;
                    }
                    self.advance(end);
                }
                b'/' if rest.starts_with(b"/*") => {
                    let end = memchr::memmem::find(&rest[2..], b"*/").map_or(rest.len(), |end| end + 4);
                    self.advance(end);
                }
                _ if byte.is_ascii_whitespace() || byte == 0x0b => self.advance(1),
                _ => return std::mem::take(&mut self.is_first) && !within_directive,
            }
        }
        true
    }

    /// The token that begins here; `None` at the end of the file.
    fn token(&mut self) -> Option<Token<'t>> {
        let byte = self.byte(0)?;
        let rest = &self.text[self.at..];
        let line = self.line;
        let (kind, length) = match byte {
            b'"' | b'\'' => (Kind::Text, quoted(rest, byte)),
            b'0'..=b'9' => (Kind::Number, number(rest)),
            _ if is_word(byte) => {
                let length = rest.iter().position(|byte| !is_word(*byte)).unwrap_or(rest.len());
                match (&rest[..length], rest.get(length)) {
                    (b"R" | b"u8R" | b"uR" | b"UR" | b"LR", Some(b'"')) => (Kind::Text, raw(rest, length)),
                    (b"u8" | b"u" | b"U" | b"L", Some(quote @ (b'"' | b'\''))) => {
                        (Kind::Text, length + quoted(&rest[length..], *quote))
                    }
                    _ => (Kind::Word, length),
                }
            }
            sign => (Kind::Sign(sign), 1),
        };
        let text = &rest[..length];
        self.advance(length);
        Some(Token { kind, text, line })
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || byte >= 0x80
}

/// The length of a string or character that begins with its quote.
fn quoted(text: &[u8], quote: u8) -> usize {
    let mut at = 1;
    while let Some(found) = text.get(at..).and_then(|rest| memchr::memchr3(quote, b'\\', b'\n', rest)) {
        at += found;
        match text[at] {
            // A line that is continued within a string is part of it.
            b'\\' => at += if text[at..].starts_with(b"\\\r\n") { 3 } else { 2 },
            b'\n' => return at,
            _ => return at + 1,
        }
    }
    text.len()
}

/// The length of a raw string, whose prefix has this length: `R"x(…)x"`.
fn raw(text: &[u8], prefix: usize) -> usize {
    const LONGEST: usize = 16;
    let behind = &text[prefix + 1..];
    let Some(open) = behind.iter().take(LONGEST + 1).position(|byte| *byte == b'(') else {
        return prefix + quoted(&text[prefix..], b'"');
    };
    let close = [b")", &behind[..open], b"\""].concat();
    let end = memchr::memmem::find(&behind[open..], &close);
    end.map_or(text.len(), |end| prefix + 1 + open + end + close.len())
}

/// The length of a number: letters, points, signs of exponents and `'` between digits are part of it.
fn number(text: &[u8]) -> usize {
    let mut at = 1;
    while let Some(byte) = text.get(at) {
        let before = text[at - 1];
        let is_part = match byte {
            b'+' | b'-' => {
                matches!(before, b'e' | b'E' | b'p' | b'P')
                    && !(text.starts_with(b"0x") && matches!(before, b'e' | b'E'))
            }
            b'\'' => text.get(at + 1).is_some_and(u8::is_ascii_alphanumeric),
            _ => is_word(*byte) || *byte == b'.',
        };
        if !is_part {
            break;
        }
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        lex(text.as_bytes()).tokens.iter().map(|token| format!("{}:{}", token.line, token.shown())).collect()
    }

    #[test]
    fn comments_and_directives_are_no_tokens_and_lines_are_counted() {
        assert_eq!(words("a // b\n/* c\n d */ e\n#define f g \\\n h\ni"), ["1:a", "3:e", "6:i"]);
        assert_eq!(words("a // b \\\n c\nd"), ["1:a", "3:d"]);
        let lexed = lex(b"  # define A(x) \\\n  x /* y\n */ z\nb # c");
        let directive: Vec<_> = lexed.directives[0].iter().map(Token::shown).collect();
        assert_eq!(directive, ["define", "A", "(", "x", ")", "x", "z"]);
        assert_eq!(lexed.tokens.len(), 3, "a sign within a line begins no directive");
    }

    #[test]
    fn literals_are_one_token_whatever_stands_in_them() {
        assert_eq!(words(r#""a\"b" 'c' '"' u8"d" 1'000 0x1e+2 1e+2"#).len(), 9);
        assert_eq!(words("R\"x(a \" )\" )x\" b"), ["1:R\"x(a \" )\" )x\"", "1:b"]);
        assert_eq!(words("\"open\nb"), ["1:\"open", "2:b"]);
        assert_eq!(words("\"two\\\nlines\" b"), ["1:\"two\\\nlines\"", "2:b"]);
    }

    #[test]
    fn what_the_preprocessor_never_keeps_is_left_out() {
        assert_eq!(words("#if 0\na\n#if x\nb\n#endif\nc\n#else\nd\n#endif\ne"), ["8:d", "10:e"]);
        assert_eq!(words("#if X\na\n#else\nb\n#endif"), ["2:a", "4:b"]);
    }

    #[test]
    fn nothing_that_is_cut_off_is_read_beyond_its_end() {
        for text in ["\"", "'", "R\"", "R\"x(", "/*", "//", "\\", "#", "u8", "1'", "R\"toolongdelimiter12345(", "\"\\"]
        {
            lex(text.as_bytes());
        }
    }
}
