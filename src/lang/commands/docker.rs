//! Commands of Dockerfiles and of Jenkins pipelines. Refuses to know Groovy: only the texts behind `sh` and its like
//! count.

use super::interpolation::Dialect;
use super::runner::Finder;
use super::snippet::Snippet;
use super::values;

/// Adds the commands of a Dockerfile: `RUN`, `CMD`, `ENTRYPOINT`, `HEALTHCHECK CMD`.
pub(super) fn extract(finder: &mut Finder<'_>, text: &str) {
    let mut command = Snippet::default();
    let mut document: Option<String> = None;
    for (line, number) in text.lines().zip(1..) {
        let content = line.trim();
        if let Some(end) = &document {
            command.push(line, number, false);
            command.push("\n", number, false);
            if content == end.as_str() {
                document = None;
                run(finder, &std::mem::take(&mut command));
            }
            continue;
        }
        // A comment between continued lines is no part of the command.
        if content.starts_with('#') || content.is_empty() {
            continue;
        }
        if command.text.is_empty() {
            let (instruction, rest) = content.split_once(char::is_whitespace).unwrap_or((content, ""));
            if !["RUN", "CMD", "ENTRYPOINT"].iter().any(|known| instruction.eq_ignore_ascii_case(known)) {
                continue;
            }
            let rest = options_skipped(rest);
            command.push(rest, number, false);
            if let Some((_, end)) = rest.split_once("<<") {
                let end = end.trim_start_matches('-').split_whitespace().next().unwrap_or("");
                document = Some(end.trim_matches(['"', '\'']).to_owned()).filter(|end| !end.is_empty());
            }
        } else {
            command.push(content, number, false);
        }
        command.push("\n", number, false);
        if !content.ends_with('\\') && document.is_none() {
            run(finder, &std::mem::take(&mut command));
        }
    }
    run(finder, &command);
}

fn options_skipped(mut rest: &str) -> &str {
    rest = rest.trim_start();
    while rest.starts_with("--") {
        rest = rest.split_once(char::is_whitespace).map_or("", |(_, rest)| rest.trim_start());
    }
    rest
}

fn run(finder: &mut Finder<'_>, command: &Snippet) {
    let text = command.text.trim();
    if text.starts_with('[')
        && let Ok(words) = serde_json::from_str::<Vec<String>>(&text.replace("\\\n", "\n"))
    {
        let items: Vec<_> = words.iter().map(|word| Snippet::new(word, command.line(0))).collect();
        return values::list(finder, "", "command", &items);
    }
    // `RUN <<EOF`: the document is the script.
    match command.text.strip_prefix("<<").and_then(|_| command.text.find('\n')) {
        Some(at) => finder.text(&command.range(at + 1..command.text.len())),
        None => finder.text(command),
    }
}

/// Adds the commands of a Jenkins pipeline.
pub(super) fn extract_jenkins(finder: &mut Finder<'_>, text: &str) {
    let bytes = text.as_bytes();
    let (mut at, mut line, mut counted) = (0, 1_u32, 0);
    while at < bytes.len() {
        let rest = &text[at..];
        let quote = ["'''", "\"\"\"", "'", "\""].into_iter().find(|quote| rest.starts_with(quote));
        if rest.starts_with("//") {
            at += memchr::memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len());
        } else if rest.starts_with("/*") {
            at += rest.find("*/").map_or(rest.len(), |end| end + 2);
        } else if let Some(quote) = quote {
            let start = at + quote.len();
            let end = string_end(text, start, quote);
            line += u32::try_from(memchr::memchr_iter(b'\n', &bytes[counted..start]).count()).unwrap_or(0);
            counted = start;
            if is_shell_step(&text[..at]) {
                let body =
                    if quote.len() == 1 { text[start..end].replace("\\n", ";") } else { text[start..end].to_owned() };
                let body = body.replace(&format!("\\{}", &quote[..1]), &quote[..1]).replace("\\\\", "\\");
                // Groovy puts its own `${…}` into a text in `"`, whatever the shell's quotations are: as make does.
                finder.dialect = if quote.starts_with('"') { Dialect::Make } else { Dialect::Shell };
                finder.text(&Snippet::new(&body, line));
            }
            at = (end + quote.len()).min(text.len());
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
}

/// Where a string ends: at its quotation mark, or at the end of the line where it has none of three.
fn string_end(text: &str, start: usize, quote: &str) -> usize {
    let bytes = text.as_bytes();
    let mut at = start;
    while at < bytes.len() {
        if bytes[at] == b'\\' {
            at += 2;
            continue;
        }
        if bytes[at..].starts_with(quote.as_bytes()) || quote.len() == 1 && bytes[at] == b'\n' {
            return at;
        }
        at += 1;
    }
    text.len()
}

/// Whether the text before a string ends with a step that runs it.
fn is_shell_step(before: &str) -> bool {
    let before = before.trim_end_matches([' ', '\t', '\n', '\r', '(']);
    let before = before.strip_suffix(':').map_or(before, str::trim_end);
    let start = before.bytes().rev().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
    matches!(&before[before.len() - start..], "sh" | "bat" | "pwsh" | "powershell" | "script")
}
