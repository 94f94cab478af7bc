//! Requirements in `setup.cfg` and `tox.ini`. The files are read as pytest reads them: of `configparser`'s dialect,
//! which setuptools and tox use, only indented keys and headers differ. Refuses to judge the syntax.

use super::{Parsed, Said, command, listed};
use crate::config::pytest::ini::{self, Entry, Line};

/// Reads the options of setuptools, and tox's in the same file.
pub(super) fn setup_cfg(text: &str, said: &mut Said) -> Parsed {
    let ini = ini::parse(text);
    for section in &ini.sections {
        for entry in &section.entries {
            // setuptools took dashes for underscores.
            let option = entry.name.to_ascii_lowercase().replace('-', "_");
            if section.name == "metadata" && option == "name" {
                said.project = entry.lines.first().map(|line| line.text.clone());
            }
            let requires = match &*section.name {
                "options" => matches!(&*option, "install_requires" | "tests_require" | "setup_requires"),
                "options.extras_require" => true,
                // pbr
                "extras" => true,
                _ => false,
            };
            if requires {
                list(entry, said);
            }
        }
    }
    of_tox(&ini, said);
    Ok(())
}

/// Reads the `deps` of every environment.
pub(super) fn tox_ini(text: &str, said: &mut Said) -> Parsed {
    of_tox(&ini::parse(text), said);
    Ok(())
}

/// `list-semi` of setuptools: lines, or a single one with `;` between the items; or `file:` with names of files.
fn list(entry: &Entry, said: &mut Said) {
    if let [Line { text, line }] = entry.lines.as_slice() {
        if let Some(files) = text.strip_prefix("file:") {
            let names = files.split(',').map(str::trim).filter(|name| !name.is_empty());
            said.below.extend(names.map(|name| (*line, name.to_owned())));
            return;
        }
        if text.starts_with("attr:") {
            said.unread.push(*line);
            return;
        }
        if *line == entry.line {
            text.split(';').for_each(|item| said.require(*line, listed::without_comment(item)));
            return;
        }
    }
    for line in &entry.lines {
        said.require(line.line, listed::without_comment(&line.text));
    }
}

fn of_tox(ini: &ini::Ini, said: &mut Said) {
    for section in &ini.sections {
        for entry in &section.entries {
            if entry.name == "deps" {
                entry.lines.iter().for_each(|line| dependency(line, said));
            } else if entry.name.starts_with("commands") {
                for line in &entry.lines {
                    command::line(line.line, &with_folders(conditional(&line.text)), said);
                }
            }
        }
    }
}

/// One line of `deps`: a requirement, an option of requirements files, or a reference to another section.
fn dependency(Line { text, line }: &Line, said: &mut Said) {
    let written = listed::without_comment(conditional(text));
    let text = with_defaults(&with_folders(written));
    if text.trim().is_empty() && !written.is_empty() {
        // Nothing unless a variable is set, which is then all that it is for.
        said.unread.push(*line);
    }
    if text.starts_with("{[") && text.ends_with('}') || text.starts_with("{posargs") {
        return;
    }
    if text.contains('{') && (text.starts_with('{') || text.starts_with('-')) {
        said.unread.push(*line);
        return;
    }
    let mut own = Said::default();
    listed::one(*line, &text, &mut own);
    said.required.append(&mut own.required);
    said.unread.append(&mut own.unread);
    // Environments are made in the project's folder.
    said.below.append(&mut own.beside);
}

/// The names of the project's own folder.
fn with_folders(text: &str) -> String {
    ["{toxinidir}", "{tox_root}", "{work_dir}/..", "{toxworkdir}/.."]
        .iter()
        .fold(text.to_owned(), |text, name| text.replace(&format!("{name}/"), "").replace(name, "."))
}

/// `{env:NAME:default}` as it is where nobody sets the variable.
fn with_defaults(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, variable)) = rest.split_once("{env:") {
        plain.push_str(before);
        let Some((inner, behind)) = variable.split_once('}') else {
            rest = variable;
            break;
        };
        match inner.split_once(':') {
            Some((_, default)) => plain.push_str(default),
            None => plain.push_str("$VARIABLE"),
        }
        rest = behind;
    }
    plain.push_str(rest);
    plain
}

/// What follows a condition: `py{38,39}-x,!y: pytest`.
fn conditional(text: &str) -> &str {
    let condition = |letter: char| letter.is_ascii_alphanumeric() || "-_.,{}! ".contains(letter);
    match text.split_once(':') {
        Some((factors, rest)) if rest.starts_with([' ', '\t']) && factors.chars().all(condition) => rest.trim(),
        _ => text,
    }
}
