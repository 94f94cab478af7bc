//! Tests that are made of files: `#[files]` of rstest, dir_test, fixtures, test_each_file. Owns which pattern each asks
//! for and how a file becomes a name; refuses to know the disk, and asks the context.

use std::collections::{BTreeMap, BTreeSet};

use super::attributes::{Marks, leading, parse};
use super::{Call, Context, Generated, Place, effective_attributes, text};
use crate::model::Reason;
use crate::model::rust::{Attribute, Delimiter, Item, MacroCall, Token, Truth};

/// The crate and names of the macro that is called in the place of an item.
const EACH: (&str, [&str; 2]) = ("test_each_file", ["test_each_file", "test_each_path"]);

/// Whether a name may go on with this letter.
pub(super) fn is_continue(letter: char) -> bool {
    unicode_ident::is_xid_continue(letter)
}

/// What rstest's attributes on a parameter ask for.
#[derive(Default)]
pub(super) struct FilesParameter {
    patterns: Vec<Option<String>>,
    base: Option<String>,
    excluded: Vec<Option<String>>,
    with_hidden: bool,
    with_folders: bool,
}

impl FilesParameter {
    /// `None` where there is no `#[files]`.
    pub(super) fn of(attributes: &[(Attribute, Truth)]) -> Option<Self> {
        let mut asked = Self::default();
        for (attribute, _) in attributes {
            let text = attribute.arguments().first().and_then(Token::string);
            match &*attribute.path {
                "files" => asked.patterns.push(text.and_then(|text| substituted(&text))),
                "exclude" => asked.excluded.push(text),
                "include_dot_files" => asked.with_hidden = true,
                "dirs" => asked.with_folders = true,
                "base_dir" => asked.base = attribute.tokens.last().and_then(Token::string),
                _ => {}
            }
        }
        (!asked.patterns.is_empty()).then_some(asked)
    }

    /// The files from the base folder, in the order of rstest (`ValueListFromFiles::file_list_values`); `None` where they
    /// are not known.
    pub(super) fn paths(&self, context: &Context<'_>) -> Option<Vec<String>> {
        if self.with_folders {
            return None;
        }
        let base = normalized(&substituted(self.base.as_deref().unwrap_or_default())?);
        let mut found = Vec::new();
        for pattern in &self.patterns {
            found.extend((context.files)(&normalized(&format!("{base}/{}", pattern.as_ref()?)))?);
        }
        found.sort_by(|a, b| a.split('/').cmp(b.split('/')));
        found.dedup();
        let mut relative = Vec::new();
        for path in found {
            let path = below(&path, &base)?;
            let hidden = path.split('/').any(|part| part.starts_with('.') && part != "..");
            if (self.with_hidden || !hidden) && !self.excludes(path)? {
                relative.push(path.to_owned());
            }
        }
        Some(relative)
    }

    /// Whether an `#[exclude]` matches; `None` where it is more than plain text.
    fn excludes(&self, path: &str) -> Option<bool> {
        let mut excluded = false;
        for pattern in &self.excluded {
            let pattern = pattern.as_ref()?;
            if pattern.contains(['\\', '.', '+', '*', '?', '(', ')', '|', '[', ']', '{', '}', '^', '$']) {
                return None;
            }
            excluded |= path.contains(pattern.as_str());
        }
        Some(excluded)
    }
}

/// The text with `${NAME:-default}` replaced by the default; `None` where a variable of the environment decides.
fn substituted(text: &str) -> Option<String> {
    let mut written = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('$') {
        let (inside, after) = behind.strip_prefix('{')?.split_once('}')?;
        written.push_str(before);
        written.push_str(inside.split_once(":-")?.1);
        rest = after;
    }
    written.push_str(rest);
    Some(written)
}

/// The path without `.`, and without `..` behind a folder.
fn normalized(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// The path from this folder, if it is below.
fn below<'p>(path: &'p str, folder: &str) -> Option<&'p str> {
    if folder.is_empty() { Some(path) } else { path.strip_prefix(folder)?.strip_prefix('/') }
}

/// The name without its last extension, as `Path::file_stem` has it.
fn stem(name: &str) -> &str {
    match name.rsplit_once('.') {
        Some((stem, _)) if !stem.is_empty() => stem,
        _ => name,
    }
}

/// `#[dir_test(dir: "$CARGO_MANIFEST_DIR/…", glob: "*", postfix: "…")]`: tests beside the function
/// (`dir_test_macros::TestBuilder`). What the tests are marked by stands in `#[dir_test_attr(…)]`.
pub(super) fn dir_test(call: &Call<'_, '_>) -> Vec<Generated> {
    let argument = |name: &str| {
        text::expressions(call.attribute().arguments()).into_iter().find_map(|argument| match argument {
            [key, colon, value] if key.is_ident(name) && colon.is_punct(':') => value.string(),
            _ => None,
        })
    };
    let mut marks = Marks { condition: call.marks().condition, ..Marks::default() };
    for (attribute, there) in call.attributes.iter().filter(|(attribute, _)| &*attribute.path == "dir_test_attr") {
        let (written, _) = leading(attribute.arguments(), attribute);
        let written: Vec<_> = written.into_iter().map(|attribute| (attribute, *there)).collect();
        marks = marks.and(&Marks::of(&written, call.context));
    }
    let begin = format!("{}__", call.name);
    let folder = argument("dir").and_then(|folder| Some(normalized(folder.strip_prefix("$CARGO_MANIFEST_DIR")?)));
    let found = folder.and_then(|folder| {
        let pattern = argument("glob").unwrap_or_else(|| "*".to_owned());
        let paths = (call.context.files)(&normalized(&format!("{folder}/{pattern}")))?;
        paths.iter().map(|path| below(path, &folder).map(str::to_owned)).collect::<Option<Vec<_>>>()
    });
    // The names have the span of the call (`make_test_name`).
    let place = Place::from(call.attribute());
    let Some(found) = found else { return vec![call.unknown(begin, place, marks)] };
    let end = argument("postfix").map(|postfix| format!("_{postfix}")).unwrap_or_default();
    let named = found.iter().map(|path| {
        let path = match path.rsplit_once('/') {
            Some((folders, name)) => format!("{folders}/{}", stem(name)),
            None => stem(path).to_owned(),
        };
        let name = path.replace(|letter: char| letter.is_ascii_punctuation(), "_");
        call.test(format!("{begin}{name}{end}"), place, marks.clone())
    });
    named.collect()
}

/// `#[fixtures(["*.txt"])]` on a test: one test for each file below the function's name. Its patterns are those of
/// `.gitignore`; what it ignores is matched by others.
pub(super) fn fixtures(call: &Call<'_, '_>) -> Vec<Generated> {
    if !call.has_test_attribute() {
        return Vec::new();
    }
    let mut marks = call.marks();
    let ignores = |(attribute, _): &(Attribute, Truth)| attribute.path.ends_with("::ignore");
    if call.attributes.iter().any(ignores) {
        marks.ignore(Truth::Unknown, None);
    }
    let arguments = call.attribute().arguments();
    let list = arguments.first().and_then(|token| token.group(Delimiter::Bracket));
    let list = list.map_or(arguments, |group| &group.tokens);
    let mut found = BTreeSet::new();
    for pattern in text::expressions(list) {
        let pattern = pattern.first().and_then(Token::string).filter(|text| !text.contains(['!', '{', '[']));
        let anchored = |pattern: String| if pattern.contains('/') { pattern } else { format!("**/{pattern}") };
        let pattern = pattern.map(|pattern| normalized(&format!("{}/{}", call.context.workspace, anchored(pattern))));
        match pattern.and_then(|pattern| (call.context.files)(&pattern)) {
            Some(paths) => {
                found.extend(paths.iter().map(|path| path.split('/').map(str::to_owned).collect::<Vec<_>>()))
            }
            None => return vec![call.unknown(format!("{}::", call.name), call.place, marks)],
        }
    }
    let mut taken: BTreeMap<String, usize> = BTreeMap::new();
    let named = found.iter().filter_map(|path| path.last()).map(|name| {
        let count = taken.entry(name.clone()).or_default();
        *count += 1;
        let number = if *count > 1 { format!("_{count}") } else { String::new() };
        call.test(format!("{}::{}{number}", call.name, fixture_name(name)), call.place, marks.clone())
    });
    named.collect()
}

/// `fixtures_proc::file_name_to_valid_identifier`.
fn fixture_name(file: &str) -> String {
    let mut name = String::new();
    for (index, letter) in file.chars().enumerate() {
        match letter {
            '.' if index == 0 => name.push_str("dot_"),
            '.' => name.push_str("_dot_"),
            letter if index == 0 && letter.is_numeric() => name.extend(['_', letter]),
            letter if index == 0 && letter != '_' && !unicode_ident::is_xid_start(letter) => name.push('_'),
            letter => name.push(if is_continue(letter) { letter } else { '_' }),
        }
    }
    name
}

/// `test_each_file! { #[ignore] for ["in", "out"] in "./folder" as module => function }`: modules are made of folders.
pub(super) fn each(
    item: &Item,
    call: &MacroCall,
    attributes: &[(Attribute, Truth)],
    context: &Context<'_>,
) -> Vec<Generated> {
    let is_meant = |path: &String| {
        let (krate, names) = EACH;
        let mut segments = path.trim_start_matches("::").split("::");
        let first = segments.next().unwrap_or_default();
        let last = segments.last();
        names.contains(&last.unwrap_or(first)) && (last.is_none() || first == krate)
    };
    if !(context.canonical)(&call.path).iter().any(is_meant) {
        return Vec::new();
    }
    let place =
        Attribute { path: "".into(), tokens: Vec::new(), inner: false, line: item.line, origin: None, doc: None };
    let (written, rest) = each_attributes(&call.tokens, &place, context);
    let marks = Marks::of(&written, context);
    let marks = Marks { condition: Marks::of(attributes, context).condition, ..marks };
    let is_async = rest.first().is_some_and(|token| token.is_ident("async"));
    if is_async && !written.iter().any(|(attribute, _)| context.row(&attribute.path).is_some()) {
        return Vec::new();
    }
    let behind = |word: &str| rest.iter().position(|token| token.is_ident(word)).and_then(|at| rest.get(at + 1));
    let extensions = behind("for").and_then(|token| token.group(Delimiter::Bracket));
    let extensions: Vec<_> = extensions.iter().flat_map(|group| &group.tokens).filter_map(Token::string).collect();
    let module = behind("as").and_then(Token::ident).map(|name| text::path_segment(text::plain(name), context.edition));
    let module = module.map(|name| format!("{name}::")).unwrap_or_default();
    let reasons = vec![Reason::Parametrized];
    let Marks { ignored, ignore_reason, should_panic, condition } = marks;
    let (line, benchmark) = (item.line, false);
    let test = |name: String, exact: bool| {
        let (ignore_reason, reasons) = (ignore_reason.clone(), reasons.clone());
        Generated { name, exact, line, file: None, ignored, ignore_reason, should_panic, condition, benchmark, reasons }
    };
    let folder = behind("in").and_then(Token::string);
    let folder = folder.map(|folder| normalized(&format!("{}/{folder}", context.workspace)));
    let found = folder.as_ref().and_then(|folder| (context.files)(&normalized(&format!("{folder}/**/*"))));
    let (Some(folder), Some(found)) = (folder, found) else { return vec![test(module, false)] };
    let skipped = each_ignored(rest);
    let mut tree = Tree::new(context.edition);
    let below: BTreeSet<Vec<&str>> = found
        .iter()
        .filter_map(|path| with_extension(below(path, &folder)?, &extensions))
        .map(|path| path.split('/').collect())
        .collect();
    let named = below.iter().filter_map(|path| {
        let (file, folders) = path.split_last()?;
        let (within, name) = tree.name(folders, file);
        let mut test = test(format!("{module}{within}{name}"), true);
        if let Some(reason) = skipped.get(text::plain(&name)) {
            (test.ignored, test.ignore_reason) = (Truth::True, Some(reason.clone()));
        }
        Some(test)
    });
    named.collect()
}

/// The attributes that the tests get: `#[a, b]`.
fn each_attributes<'t>(
    tokens: &'t [Token],
    place: &Attribute,
    context: &Context<'_>,
) -> (Vec<(Attribute, Truth)>, &'t [Token]) {
    let [hash, list, rest @ ..] = tokens else { return (Vec::new(), tokens) };
    let Some(list) = list.group(Delimiter::Bracket).filter(|_| hash.is_punct('#')) else { return (Vec::new(), tokens) };
    let written: Vec<_> = text::expressions(&list.tokens).into_iter().filter_map(|part| parse(part, place)).collect();
    (effective_attributes(&written, context.truth), rest)
}

/// What stands in `ignore: { "name" => "reason" }` at the end.
fn each_ignored(tokens: &[Token]) -> BTreeMap<String, String> {
    let list = match tokens {
        [.., word, colon, list] if word.is_ident("ignore") && colon.is_punct(':') => list,
        [.., word, list] if word.is_ident("ignore") => list,
        _ => return BTreeMap::new(),
    };
    let list = list.group(Delimiter::Brace).map_or(&[][..], |group| &group.tokens);
    let strings: Vec<_> = list.iter().filter_map(Token::string).collect();
    strings.chunks_exact(2).map(|pair| (pair[0].clone(), pair[1].clone())).collect()
}

/// The path without its extension, which has to be one of these; the path itself where all are wanted.
fn with_extension<'p>(path: &'p str, extensions: &[String]) -> Option<&'p str> {
    if extensions.is_empty() {
        return Some(path);
    }
    let (before, extension) = path.rsplit_once('.')?;
    let is_name = !before.is_empty() && !before.ends_with('/') && !extension.contains('/');
    (is_name && extensions.iter().any(|wanted| wanted == extension)).then_some(before)
}

/// The names that folders and files get, each once within its folder.
struct Tree {
    edition: u16,
    folders: BTreeMap<Vec<String>, String>,
    /// Whether a folder, where, its name; and the number to try next.
    taken: BTreeMap<(bool, Vec<String>, String), usize>,
}

impl Tree {
    fn new(edition: u16) -> Self {
        Self { edition, folders: BTreeMap::new(), taken: BTreeMap::new() }
    }

    /// The modules around a file with `::` behind each, and its name.
    fn name(&mut self, folders: &[&str], file: &str) -> (String, String) {
        let mut within = String::new();
        let mut parent = Vec::new();
        for folder in folders {
            let mut path = parent.clone();
            path.push((*folder).to_owned());
            let name = match self.folders.get(&path) {
                Some(name) => name.clone(),
                None => self.unique(true, &parent, folder),
            };
            within.push_str(&name);
            within.push_str("::");
            self.folders.insert(path.clone(), name);
            parent = path;
        }
        let name = self.unique(false, &parent, stem(file));
        (within, name)
    }

    /// `test_each_file::generate_name`.
    fn unique(&mut self, is_folder: bool, parent: &[String], text: &str) -> String {
        let name: String = text.chars().map(|letter| if is_continue(letter) { letter } else { '_' }).collect();
        let begins = name.chars().next().is_some_and(unicode_ident::is_xid_start);
        let name = if begins { name } else { format!("test_{name}") };
        let key = |name: &str| (is_folder, parent.to_vec(), name.to_owned());
        // From where numbers are tried, so that many files of one name stay cheap.
        let mut number = self.taken.get(&key(&name)).copied().unwrap_or(1);
        let mut candidate = if number == 1 { name.clone() } else { format!("{name}_{number}") };
        while self.taken.contains_key(&key(&candidate)) {
            number += 1;
            candidate = format!("{name}_{number}");
        }
        self.taken.insert(key(&candidate), 2);
        self.taken.insert(key(&name), number + 1);
        text::path_segment(&candidate, self.edition).into_owned()
    }
}
