//! Environments of conda: the lines of their lists of dependencies. No YAML is parsed: such a file is a list of names.

use super::{Parsed, Said, line, listed};
use crate::model::requirement::normalized;

/// Reads an environment: items below `dependencies:`, and those of the `pip:` list in it.
pub(super) fn environment(text: &str, said: &mut Said) -> Parsed {
    let mut inside = false;
    let mut pip: Option<usize> = None;
    for (number, text) in (1..).zip(text.lines()) {
        let text = listed::without_comment(text);
        let bare = text.trim_start();
        if bare.is_empty() {
            continue;
        }
        let indent = text.len() - bare.len();
        let Some(item) = bare.strip_prefix('-').filter(|rest| rest.starts_with([' ', '\t'])) else {
            if indent == 0 {
                let list = bare.strip_prefix("dependencies:").map(str::trim);
                inside = list == Some("");
                pip = None;
                if list.is_some_and(|list| !list.is_empty() && list != "[]") {
                    said.unread.push(number);
                }
            }
            continue;
        };
        if !inside {
            continue;
        }
        let item = item.trim().trim_matches(['"', '\'']).trim();
        pip = pip.filter(|parent| indent > *parent);
        if pip.is_some() {
            listed::one(number, item, said);
        } else if item == "pip:" {
            pip = Some(indent);
        } else {
            conda(number, item, said);
        }
    }
    Ok(())
}

/// One package of conda: `channel::name=1.2=build`, `name 1.2.* build`.
fn conda(number: u32, item: &str, said: &mut Said) {
    let item = item.rsplit_once("::").map_or(item, |(_, item)| item);
    let item = item.split('[').next().unwrap_or(item);
    let end = item.find(|letter: char| !letter.is_ascii_alphanumeric() && !matches!(letter, '-' | '_' | '.'));
    let (name, rest) = item.split_at(end.unwrap_or(item.len()));
    if !line::is_name(name) {
        said.unread.push(number);
    } else if !matches!(name, "python" | "pip") {
        let mut words = rest.trim().splitn(2, ' ');
        let version = words.next().unwrap_or_default();
        // Without an operator, the second word is a build.
        let exact = version.starts_with(|first: char| first.is_ascii_digit());
        let specifier = line::of_conda(if exact { version } else { rest });
        said.required.push((number, line::Distribution { name: normalized(name), specifier }));
    }
}
