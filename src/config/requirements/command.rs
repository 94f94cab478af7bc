//! `pip install`, and what other tools have in its place, in command lines: workflows, Dockerfiles, makefiles and scripts. Knows how pip's arguments are told
//! from its options; refuses to know the language around them and what variables stand for.

use super::{Parsed, Said, line};

/// Options of `pip install` whose value is a word of its own.
const WITH_VALUE: [&str; 30] = [
    "-c",
    "--constraint",
    "-i",
    "--index-url",
    "--extra-index-url",
    "-f",
    "--find-links",
    "-t",
    "--target",
    "--prefix",
    "--root",
    "--no-binary",
    "--only-binary",
    "--python",
    "-p",
    "--python-version",
    "--platform",
    "--implementation",
    "--abi",
    "--progress-bar",
    "--cache-dir",
    "--timeout",
    "--retries",
    "--trusted-host",
    "--src",
    "--upgrade-strategy",
    "--proxy",
    "--group",
    "--extra",
    "--config-settings",
];

/// Reads the command lines of any text.
pub(super) fn script(text: &str, said: &mut Said) -> Parsed {
    let mut lines = (1..).zip(text.lines());
    while let Some((number, first)) = lines.next() {
        if first.trim_start().starts_with(['#', ';']) || first.trim_start().starts_with("//") {
            continue;
        }
        let mut command = first.to_owned();
        while command.trim_end().ends_with('\\') {
            command.truncate(command.trim_end().len() - 1);
            let Some((_, next)) = lines.next() else { break };
            command.push(' ');
            command.push_str(next.trim());
        }
        if command.contains("install ") || command.contains(" add ") || command.contains("--with") {
            line(number, &command, said);
        }
    }
    Ok(())
}

/// Reads every `pip install` of one line.
pub(super) fn line(number: u32, command: &str, said: &mut Said) {
    let words = words(command);
    let mut at = 0;
    while at + 1 < words.len() {
        at += 1;
        let adds = |word: &str| words[at] == Word::Plain(word.to_owned());
        if adds("install") && words[at - 1].is_pip() || adds("add") && words[at - 1].is_project_tool() {
            let end = words[at..].iter().position(|word| *word == Word::End).map_or(words.len(), |end| at + end);
            let arguments = words[at + 1..end].iter().filter_map(|word| match word {
                Word::Plain(word) => Some(&**word),
                Word::End => None,
            });
            install(number, arguments, said);
            at = end;
        } else if let Word::Plain(option) = &words[at]
            && let Some(Word::Plain(value)) = words.get(at + 1)
            && option == "--with"
        {
            // `uv run --with x,y`
            value.split(',').for_each(|value| said.require(number, value));
        }
    }
}

/// Reads the arguments of one `pip install`. Files named are relative to the project's folder, where commands run.
pub(super) fn install<'w>(number: u32, words: impl Iterator<Item = &'w str>, said: &mut Said) {
    let mut words = words.peekable();
    while let Some(word) = words.next() {
        if WITH_VALUE.contains(&word) {
            words.next();
        } else if matches!(word, "-r" | "--requirement" | "--requirements") {
            if let Some(file) = words.next() {
                said.below.push((number, file.to_owned()));
            }
        } else if let Some(file) = word.strip_prefix("-r").or_else(|| word.strip_prefix("--requirement=")) {
            said.below.push((number, file.to_owned()));
        } else if let Some(editable) = word.strip_prefix("--editable=") {
            said.require(number, editable);
        } else if !word.starts_with('-') {
            // A word that cannot be part of a name ends what can be told of this line.
            if matches!(line::read(word), line::Line::Unread)
                && !word.contains(['$', '{', '%'])
                && !word.contains("://")
            {
                return;
            }
            said.require(number, word);
        }
    }
}

/// Whether the word behind an option belongs to it.
pub(super) fn has_value(option: &str) -> bool {
    WITH_VALUE.contains(&option) || matches!(option, "-r" | "--requirement" | "--requirements" | "-e" | "--editable")
}

#[derive(Debug, PartialEq, Eq)]
enum Word {
    Plain(String),
    /// `&&`, `;`, `|` and the like.
    End,
}

impl Word {
    fn is_project_tool(&self) -> bool {
        matches!(self, Self::Plain(word) if matches!(&**word, "uv" | "poetry" | "pdm" | "pixi" | "rye"))
    }

    fn is_pip(&self) -> bool {
        let Self::Plain(word) = self else { return false };
        let name = word.rsplit(['/', '\\']).next().unwrap_or(word);
        let name = name.strip_suffix(".exe").unwrap_or(name);
        name.strip_prefix("pip")
            .is_some_and(|version| version.chars().all(|letter| letter.is_ascii_digit() || letter == '.'))
    }
}

/// The words of a command line. `${{ … }}` is part of a word.
fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    for word in split(text) {
        match word {
            // A whole command in quotes: of YAML, or of `sh -c`.
            Word::Plain(word) if word.contains("install ") && word.contains(' ') => {
                words.extend(split(&word));
                words.push(Word::End);
            }
            word => words.push(word),
        }
    }
    words
}

fn split(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut quote = None;
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let mut taken = letter.len_utf8();
        let begins = word.is_empty();
        if rest.starts_with("${{") {
            taken = rest.find("}}").map_or(rest.len(), |end| end + 2);
            word.push_str(&rest[..taken]);
        } else if Some(letter) == quote {
            quote = None;
        } else if quote.is_some() {
            word.push(letter);
        } else if matches!(letter, '"' | '\'' | '`') {
            quote = Some(letter);
        } else if letter == '#' && begins {
            break;
        } else if letter.is_whitespace() || matches!(letter, ';' | '&' | '|') || begins && "()<>".contains(letter) {
            if !begins {
                words.push(Word::Plain(std::mem::take(&mut word)));
            }
            if !letter.is_whitespace() {
                words.push(Word::End);
            }
        } else {
            word.push(letter);
        }
        rest = &rest[taken..];
    }
    // A quote that is not closed belonged to the language around.
    if !word.is_empty() {
        let parts: Vec<_> = if quote.is_some() { word.split_whitespace().collect() } else { vec![&*word] };
        words.extend(parts.into_iter().map(|part| Word::Plain(part.to_owned())));
    }
    words
}
