//! The examples in a library's documentation, as rustdoc lists them.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::sources::{Place, folder, joined, opened};
use super::walk::{Attributes, Module, Target, Visitor};
use crate::model::rust::token::Origin;
use crate::model::rust::{
    Attribute, CodeBlock, Fragment, FragmentKind, Group, Item, MacroCall, Mode, Token, TokenKind, Truth,
};
use crate::model::suite::Property;
use crate::model::{CargoTarget, Edition, SkipStatus, Test};

/// Gives the text of a file by a path in the sources.
pub type ReadFile<'r> = dyn Fn(&str) -> Option<String> + 'r;

/// How documentation is read: what this stage needs of a language, given from outside.
#[derive(Clone, Copy)]
pub struct DocumentationSyntax {
    /// The pieces of documentation among attributes; the function reads files by the path in `include_str!`.
    pub fragments: fn(&[Attribute], &ReadFile<'_>) -> Vec<Fragment>,
    /// The blocks of code in them that are tests.
    pub blocks: fn(&[Fragment], Edition) -> Vec<CodeBlock>,
    /// The names of an item, one for each time that its documentation is listed.
    pub components: fn(&Item, Edition) -> Vec<String>,
    /// The name of a test: file, names, line.
    pub name: fn(&str, &[&str], u32) -> String,
    /// The features of processors that attributes demand.
    pub target_features: fn(&[Attribute]) -> Vec<String>,
}

/// Collects examples by the file that they stand in.
pub(super) struct Examples<'e> {
    target: &'e Target<'e>,
    syntax: DocumentationSyntax,
    binary: String,
    edition: Edition,
    /// Whether `cargo test` runs them without `--doc`: the target's `doctest`.
    is_tested: bool,
    pub(super) tests: BTreeMap<Arc<str>, Vec<Test>>,
}

/// The platform's name, in which `ignore-x86_64` and the like look for their words.
const TRIPLE: &str = "x86_64-unknown-linux-gnu";

impl<'e> Examples<'e> {
    pub(super) fn new(target: &'e Target<'e>, syntax: DocumentationSyntax, built: &CargoTarget) -> Self {
        let package = &target.package.name;
        Self {
            target,
            syntax,
            binary: format!("{package}::doc"),
            edition: built.edition,
            is_tested: built.doctest,
            tests: BTreeMap::new(),
        }
    }

    /// A path as rustdoc, run in the workspace's folder, prints it.
    fn shown<'p>(&self, path: &'p str) -> &'p str {
        let workspace = folder(&self.target.package.workspace);
        path.strip_prefix(workspace).map_or(path, |rest| rest.trim_start_matches('/'))
    }

    fn test(&self, block: &CodeBlock, path: &[&str], file: &str, truth: Truth) -> Test {
        let name = (self.syntax.name)(self.shown(file), path, block.line);
        let mut test = Test::plain(format!("{} {name}", self.binary), name, block.line, None);
        test.binary = Some(self.binary.clone());
        test.properties = vec![Property::Doctest];
        test.properties.extend(match block.mode {
            Mode::ShouldPanic => Some(Property::ShouldPanic),
            Mode::NoRun => Some(Property::NoRun),
            Mode::CompileFail => Some(Property::CompileFail),
            Mode::Ignore | Mode::Run => None,
        });
        if !self.is_tested {
            test.properties.push(Property::Deselected);
        }
        let is_ignored = block.mode == Mode::Ignore || block.ignored_on.iter().any(|part| TRIPLE.contains(&**part));
        test.skip = match (is_ignored, truth) {
            (true, _) => SkipStatus::Always,
            (false, Truth::True) => SkipStatus::Never,
            (false, _) => SkipStatus::Conditional,
        };
        test
    }
}

impl Visitor for Examples<'_> {
    fn item(&mut self, item: &Item, attributes: &Attributes<'_>, module: &Module<'_>) -> Option<String> {
        let components = (self.syntax.components)(item, self.edition);
        let first = components.first()?.clone();
        let demanded = (self.syntax.target_features)(attributes.own);
        let enabled = |feature: &String| self.target.configuration.enables(feature);
        if !demanded.iter().all(enabled) {
            return None;
        }
        let documented = |attribute: &&Attribute| &*attribute.path == "doc";
        let parts = |attributes: &[Attribute], place: &Place| {
            let attributes: Vec<Attribute> = attributes.iter().filter(documented).cloned().collect();
            let read = |path: &str| (self.target.sources.text)(&joined(folder(&place.opened), path)?);
            let fragments = (self.syntax.fragments)(&attributes, &read);
            (attributes, fragments)
        };
        let (mut all, mut fragments) = parts(attributes.own, &module.place);
        // What documents a module from outside and from its own file is one text.
        let outer = fragments.len();
        let inner_place = attributes.inner.map_or(&module.place, |(inner, place)| {
            let (mut more, mut inner) = parts(inner, place);
            all.append(&mut more);
            fragments.append(&mut inner);
            place
        });
        all.retain(is_documentation);
        // Whose macro wrote the first fragment decides which rules it follows. Published macros that are known are old.
        let written = all.first().and_then(|attribute| attribute.origin);
        let edition = if written.is_some_and(Origin::is_foreign) { Edition::Rust2021 } else { self.edition };
        for block in (self.syntax.blocks)(&fragments, edition) {
            let (Some(fragment), Some(attribute)) = (fragments.get(block.base), all.get(block.base)) else { continue };
            let place = if block.base < outer { &module.place } else { inner_place };
            let elsewhere = match fragment.kind {
                _ if edition < Edition::Rust2024 => None,
                FragmentKind::Included => {
                    included_path(&attribute.tokens).map(|path| opened(folder(&place.opened), &path))
                }
                _ => {
                    value_origin(attribute).and_then(|origin| self.target.library.file(origin.file)).map(str::to_owned)
                }
            };
            let shown = elsewhere.as_deref().unwrap_or(&place.opened);
            for component in &components {
                let mut path: Vec<&str> = module.path.iter().map(String::as_str).collect();
                path.push(component);
                let test = self.test(&block, &path, shown, module.truth);
                self.tests.entry(Arc::clone(&place.file)).or_default().push(test);
            }
        }
        Some(first)
    }

    fn module_name(&self, item: &Item) -> String {
        (self.syntax.components)(item, self.edition).into_iter().next().unwrap_or_default()
    }

    fn unknown(&mut self, _: &MacroCall, _: u32, _: &str, _: &Module<'_>) {}
}

/// Whether an attribute called `doc` is a piece of documentation.
fn is_documentation(attribute: &Attribute) -> bool {
    attribute.doc.is_some() || attribute.tokens.first().is_some_and(|token| token.is_punct('='))
}

/// Where the definition of a macro has the value of a piece of documentation.
fn value_origin(attribute: &Attribute) -> Option<Origin> {
    if attribute.doc.is_some() { attribute.origin } else { attribute.tokens.get(1)?.origin }
}

/// The path in `= include_str!("…")`.
fn included_path(value: &[Token]) -> Option<String> {
    let mut group = value.iter().find_map(any_group)?;
    // A macro's `$path` stands in brackets without a sign.
    while let Some(inner) = group.tokens.first().and_then(any_group) {
        group = inner;
    }
    group.tokens.first()?.string()
}

fn any_group(token: &Token) -> Option<&Group> {
    match &token.kind {
        TokenKind::Group(group) => Some(group),
        _ => None,
    }
}
