//! Which tests a function with attributes becomes, under which names: what libtest lists once the procedural macros of
//! test frameworks were applied. Owns the frameworks; refuses to know where the function stands and how its module is
//! called, and asks its [`Context`] for everything beyond the item.
//!
//! A macro is known by the path that its name leads to. Of unknown ones, an attribute whose last segment is `test` makes
//! one test with the function's name.

mod attributes;
mod files;
mod listed;
mod ntest;
mod rstest;
mod single;
mod table;
mod test_case;
mod text;
mod toolchain;

use std::borrow::Cow;
use std::num::NonZeroU32;

use crate::model::Reason;
use crate::model::rust::token::Origin;
use crate::model::rust::{Attribute, Item, ItemKind, Parameter, Predicate, Token, Truth};
use attributes::Marks;
pub use attributes::effective_attributes;
pub use table::dependencies;
use table::{Effect, Row};
pub use text::path_segment;

/// No macro is believed to write more tests of one function than this; beyond, their number is unknown.
const MAX_CASES: usize = 1 << 14;

/// A version without what stands behind a `-` or `+`: major, minor, patch.
pub type Version = (u64, u64, u64);

/// What the walk of modules knows about the place of an item.
pub struct Context<'c> {
    /// The full paths that a path may lead to through imports, `rstest::rstest`; the path itself where nothing is known.
    pub canonical: &'c dyn Fn(&[Box<str>]) -> Vec<String>,
    /// The version of a package that the lock file has. `None` stands for the newest.
    pub version: &'c dyn Fn(&str) -> Option<Version>,
    /// Whether a predicate of `cfg` holds.
    pub truth: &'c dyn Fn(&Predicate) -> Truth,
    /// The function that `#[template]` of rstest_reuse was put on, by the path that `#[apply]` names.
    pub template: &'c dyn Fn(&[Box<str>]) -> Option<&'c Item>,
    /// The path from the package to the root of its workspace, where rustc runs: empty, `..`, `../..`.
    pub workspace: &'c str,
    /// The edition, as a year.
    pub edition: u16,
    /// The files that a glob pattern relative to the package finds, as paths from the package with `/`; `None` where that
    /// is not known. As the crate `glob` has it: `*` matches hidden names too and no `/`, `**` any number of folders.
    /// Patterns may begin with `../`.
    pub files: &'c dyn Fn(&str) -> Option<Vec<String>>,
}

/// A test that the macros of an item write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Generated {
    /// Its name below the module that the item stands in: `f`, `f::case_1`.
    pub name: String,
    /// Whether `name` is the whole name. If not, it is what the names of an unknown number of tests begin with.
    pub exact: bool,
    /// 1-based line that libtest says: that of the token whose span the macro gives the test's name (`get_location_info` of
    /// rustc_builtin_macros).
    pub line: u32,
    /// The file in which the definition of a macro by example has that token ([`Origin::file`]); `None` for the item's own.
    pub file: Option<NonZeroU32>,
    /// Whether a plain run leaves it out.
    pub ignored: Truth,
    /// Why.
    pub ignore_reason: Option<String>,
    /// Whether it has to panic.
    pub should_panic: Truth,
    /// Whether it is there at all; never [`Truth::False`].
    pub condition: Truth,
    /// Whether libtest lists it as a benchmark.
    pub benchmark: bool,
    /// Why it deserves fuzzing, as far as its macros say.
    pub reasons: Vec<Reason>,
}

/// The tests that an item becomes, in the order in which they are written.
///
/// Every `cfg` on the item counts, since rustc takes them before any macro; the caller need not ask for them.
pub fn tests(item: &Item, context: &Context<'_>) -> Vec<Generated> {
    let attributes = effective(item, context);
    let mut found = match &item.kind {
        ItemKind::Function(function) => match rstest::merged(&attributes, function, context) {
            Some(merged) => made(item, function.is_async, &merged.attributes, &merged.parameters, context),
            None => made(item, function.is_async, &attributes, &function.parameters, context),
        },
        // A `static` that holds a function.
        ItemKind::Other if finds(&attributes, context, |row| row.package == "quickcheck_macros") => {
            made(item, false, &attributes, &[], context)
        }
        ItemKind::MacroCall(call) => files::each(item, call, &attributes, context),
        _ => Vec::new(),
    };
    let there = Marks::of(&attributes, context).condition;
    found.iter_mut().for_each(|test| test.condition = test.condition.min(there));
    found.retain(|test| test.condition != Truth::False);
    found
}

/// Whether the item is a template of rstest_reuse, which is no test itself.
pub fn is_template(item: &Item, context: &Context<'_>) -> bool {
    let attributes = effective_attributes(&item.attributes, context.truth);
    finds(&attributes, context, |row| matches!(row.effect, Effect::Template))
}

/// The path of the declarative macro that an attribute passes the item to (`#[apply(name!)]` of macro_rules_attribute),
/// where [`tests`] does not know what becomes of it.
pub fn applied_macro(item: &Item, context: &Context<'_>) -> Option<Vec<Box<str>>> {
    let attributes = effective_attributes(&item.attributes, context.truth);
    attributes.iter().find_map(|(attribute, _)| {
        context.row(&attribute.path).filter(|row| matches!(row.effect, Effect::Apply))?;
        let (path, rest) = text::path(attribute.arguments())?;
        let calls = rest.first().is_some_and(|token| token.is_punct('!'));
        (calls && !single::applies_test(attribute)).then(|| segments(&path))
    })
}

fn finds(attributes: &[(Attribute, Truth)], context: &Context<'_>, is_meant: impl Fn(&Row) -> bool) -> bool {
    attributes.iter().any(|(attribute, _)| context.row(&attribute.path).is_some_and(&is_meant))
}

/// The attributes of an item, each that stands for another one replaced by it.
fn effective(item: &Item, context: &Context<'_>) -> Vec<(Attribute, Truth)> {
    let attributes = effective_attributes(&item.attributes, context.truth).into_iter();
    let replaced =
        attributes.filter_map(|(attribute, there)| match context.row(&attribute.path).map(|row| row.effect) {
            Some(Effect::Inner(inner)) => inner(&attribute).map(|inner| (inner, there)),
            Some(Effect::Apply) if single::applies_test(&attribute) => Some((single::plain_test(&attribute), there)),
            _ => Some((attribute, there)),
        });
    replaced.collect()
}

/// The tests that the attributes of a function make.
fn made(
    item: &Item,
    is_async: bool,
    attributes: &[(Attribute, Truth)],
    parameters: &[Parameter],
    context: &Context<'_>,
) -> Vec<Generated> {
    let rows: Vec<_> = attributes.iter().map(|(attribute, _)| context.row(&attribute.path)).collect();
    let find = |is_meant: fn(&Effect) -> bool| {
        rows.iter().enumerate().find_map(|(at, row)| row.filter(|row| is_meant(&row.effect)).map(|row| (at, row)))
    };
    // A macro that writes several tests hands what makes one test on to them.
    let several = find(|effect| matches!(effect, Effect::Several(_)));
    let Some((at, row)) = several.or_else(|| find(|effect| matches!(effect, Effect::One(_)))) else {
        return Vec::new();
    };
    let (Effect::Several(write) | Effect::One(write)) = row.effect else { return Vec::new() };
    let name = path_segment(&item.name, context.edition);
    let place = match &item.kind {
        ItemKind::Function(function) => Place::new(function.name_line, function.name_origin),
        _ => Place::new(item.line, None),
    };
    let mut found = write(&Call { name, place, is_async, parameters, attributes, at, row, rows: &rows, context });
    let makes = |row: &Option<&Row>| row.is_some_and(|row| matches!(row.effect, Effect::Several(_) | Effect::One(_)));
    let makers = rows.iter().zip(attributes).filter(|(row, _)| makes(row)).map(|(_, (_, there))| *there);
    let there = makers.max().unwrap_or(Truth::True);
    found.iter_mut().for_each(|test| test.condition = test.condition.min(there));
    found
}

/// Where a token is written.
#[derive(Debug, Clone, Copy)]
struct Place {
    line: u32,
    /// As in [`Generated::file`].
    file: Option<NonZeroU32>,
}

impl Place {
    fn new(line: u32, origin: Option<Origin>) -> Self {
        let own = Self { line, file: None };
        origin.map_or(own, |Origin { file, line }| Self { line, file: Some(file) })
    }
}

impl From<&Token> for Place {
    fn from(token: &Token) -> Self {
        Self::new(token.line, token.origin)
    }
}

impl From<&Attribute> for Place {
    fn from(attribute: &Attribute) -> Self {
        Self::new(attribute.line, attribute.origin)
    }
}

/// A function that a macro is applied to.
struct Call<'c, 'k> {
    /// The function's name as the names of tests have it.
    name: Cow<'c, str>,
    /// Where the name stands.
    place: Place,
    is_async: bool,
    parameters: &'c [Parameter],
    /// All attributes of the function.
    attributes: &'c [(Attribute, Truth)],
    /// Which of them is the macro.
    at: usize,
    row: &'static Row,
    /// What each of the attributes is.
    rows: &'c [Option<&'static Row>],
    context: &'c Context<'k>,
}

impl Call<'_, '_> {
    /// The macro.
    fn attribute(&self) -> &Attribute {
        &self.attributes[self.at].0
    }

    /// What the other attributes say, which every test gets.
    fn marks(&self) -> Marks {
        Marks::of(self.attributes, self.context)
    }

    /// Whether any other attribute makes a test of what it is put on.
    fn has_test_attribute(&self) -> bool {
        self.rows.iter().any(|row| row.is_some_and(|row| matches!(row.effect, Effect::One(_))))
    }

    /// A test of this name.
    fn test(&self, name: String, place: Place, marks: Marks) -> Generated {
        let Marks { ignored, ignore_reason, should_panic, condition } = marks;
        let reasons = match self.row.effect {
            Effect::Several(_) => vec![Reason::Parametrized],
            _ => self.row.reasons.to_vec(),
        };
        let (exact, benchmark) = (true, false);
        let Place { line, file } = place;
        Generated { name, exact, line, file, ignored, ignore_reason, should_panic, condition, benchmark, reasons }
    }

    /// An unknown number of tests whose names begin like this.
    fn unknown(&self, name: String, place: Place, marks: Marks) -> Generated {
        Generated { exact: false, ..self.test(name, place, marks) }
    }
}

fn segments(path: &str) -> Vec<Box<str>> {
    path.split("::").map(Box::from).collect()
}
