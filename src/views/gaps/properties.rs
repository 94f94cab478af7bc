//! Functions that read what others wrote, and write what others read, where neither a property-based test nor a fuzz target
//! names them.

use std::collections::HashSet;

use super::{
    Draft, Found, Kind, PasteFile,
    look::{Look, apart, of_symbol, own_name, some},
    paste,
};
use crate::model::{
    Confidence,
    gap::GapKind,
    project::{ModuleReach, ProjectModule, Symbol, SymbolKind},
};
use crate::views::count;

pub(super) const KIND: Kind = Kind {
    kind: GapKind::Properties,
    title: "Property-based or fuzz test of parsers, serialization and protocols",
    find,
};

/// Beginnings of names of what reads, with those of what writes it: `decode_header` and `encode_header`.
const PAIRS: [(&str, &str); 15] = [
    ("loads", "dumps"),
    ("load", "dump"),
    ("decode", "encode"),
    ("deserialize", "serialize"),
    ("unmarshal", "marshal"),
    ("unpack", "pack"),
    ("parse", "unparse"),
    ("parse", "format"),
    ("parse", "dump"),
    ("parse", "serialize"),
    ("from_bytes", "to_bytes"),
    ("from_string", "to_string"),
    ("from_json", "to_json"),
    ("unquote", "quote"),
    ("decompress", "compress"),
];
/// Names, or their beginnings up to `_`, of what reads by itself.
const READERS: [&str; 17] = [
    "parse",
    "loads",
    "decode",
    "deserialize",
    "unmarshal",
    "unpack",
    "tokenize",
    "tokenise",
    "lex",
    "from_bytes",
    "from_string",
    "from_str",
    "from_json",
    "fromstring",
    "frombytes",
    "unquote",
    "decompress",
];
/// Those of them that other things are called as well: `unpack(node)` takes a graph apart, and a model decodes
/// tensors.
const AMBIGUOUS: [&str; 4] = ["decode", "unpack", "lex", "decompress"];
/// Names of parameters that nothing else is passed in; others end with one behind `_`.
const CLEAR: [&str; 11] =
    ["blob", "buf", "buffer", "bytes", "encoded", "fp", "packet", "payload", "stream", "string", "text"];
/// Words by which one of these shows that it takes text or bytes.
const TEXTUAL: [&str; 16] = [
    "BytesIO",
    "StringIO",
    "bytearray",
    "bytes",
    "decode",
    "from_bytes",
    "getvalue",
    "loads",
    "memoryview",
    "ord",
    "read",
    "readline",
    "split",
    "splitlines",
    "struct",
    "unpack_from",
];
/// Beginnings of names that only look like these: what is read is written by the user of a command, or is no text.
const LEFT_OUT: [&str; 9] = [
    "parse_arg",
    "parse_cli",
    "parse_cmd",
    "parse_command",
    "parse_opt",
    "parse_known",
    "load_",
    "lexicographic",
    "parse_kwargs",
];

/// Words in functions that read what the user of a command wrote.
const OF_COMMANDS: [&str; 6] =
    ["ArgumentParser", "OptionParser", "add_argument", "parse_args", "parse_known_args", "Namespace"];

/// Names of parameters that text or bytes are passed in; others end with one behind `_`.
const SOURCES: [&str; 37] = [
    "b",
    "blob",
    "body",
    "buf",
    "buffer",
    "bytes",
    "content",
    "data",
    "doc",
    "document",
    "encoded",
    "expr",
    "expression",
    "file",
    "fp",
    "frame",
    "header",
    "html",
    "input",
    "json",
    "line",
    "lines",
    "message",
    "msg",
    "packet",
    "payload",
    "query",
    "raw",
    "s",
    "source",
    "src",
    "str",
    "stream",
    "string",
    "text",
    "value",
    "xml",
];

fn is_source(parameter: &str) -> bool {
    let last = parameter.rsplit('_').next().unwrap_or(parameter);
    SOURCES.contains(&last) || ["token", "tokens", "url", "uri", "header", "headers"].contains(&last)
}

/// A reader with what writes for it.
struct Reader<'s> {
    module: &'s ProjectModule,
    reads: &'s Symbol,
    writes: Option<&'s Symbol>,
}

fn find(look: &Look<'_>) -> Found {
    if !look.has_python_tests() {
        return Found::nothing("there are no tests in Python");
    }
    let readers: Vec<Reader<'_>> = look.project.product().flat_map(|module| readers(look, module)).collect();
    if readers.is_empty() {
        return Found::nothing("nothing public is named like a parser, a reader or a writer");
    }
    let properties: Vec<&ProjectModule> = look.property_modules().collect();
    let words: HashSet<&str> =
        properties.iter().flat_map(|module| module.facts.words.iter().map(|word| &**word)).collect();
    // A method is reached by its own name, and mostly through its class or module.
    let is_named = |own: &Reader<'_>| {
        let class = own.reads.parent.and_then(|place| own.module.facts.symbols.get(place as usize));
        words.contains(own.reads.name.as_str())
            && class.is_none_or(|class| {
                words.contains(class.name.as_str())
                    || words.contains(own.module.stem())
                    || words.contains(own.module.name.split('.').next().unwrap_or_default())
            })
    };
    let left: Vec<&Reader<'_>> = readers.iter().filter(|own| !is_named(own)).collect();
    if left.is_empty() {
        return Found::closed(
            "property-based tests or fuzz targets name each",
            properties
                .iter()
                .take(5)
                .map(|module| super::look::evidence(&module.path, 1, "property-based tests", ""))
                .collect(),
        );
    }
    let confidence = if properties.is_empty() { Confidence::High } else { Confidence::Medium };
    let (pairs, alone): (Vec<_>, Vec<_>) = left.into_iter().partition(|own| own.writes.is_some());
    let drafts = [pairs, alone]
        .into_iter()
        .filter(|own| !own.is_empty())
        .map(|own| gap(look, &own, confidence, properties.is_empty()));
    Found { drafts: drafts.collect(), ..Found::default() }
}

/// The readers that a module offers, once each.
fn readers<'s>(look: &Look<'s>, module: &'s ProjectModule) -> Vec<Reader<'s>> {
    let facts = &module.facts;
    let mut found: Vec<Reader<'_>> = Vec::new();
    for symbol in facts.symbols.iter().filter(|own| own.kind != SymbolKind::Class && look.is_offered(module, own)) {
        // What is read comes first: whatever follows says how.
        let first = symbol.parameters.iter().map(String::as_str).find(|name| !["self", "cls"].contains(name));
        let name = symbol.name.as_str();
        let is_declared = symbol
            .decorators
            .iter()
            .any(|own| own.ends_with("abstractmethod") || own.ends_with("overload") || own.ends_with("property"));
        let of_command = facts.words_of(&symbol.uses).any(|(word, _)| OF_COMMANDS.contains(&word));
        if first.is_none() || is_declared || of_command || LEFT_OUT.iter().any(|own| name.starts_with(own)) {
            continue;
        }
        let beside = |wanted: &str| {
            facts
                .symbols
                .iter()
                .find(|own| own.name == wanted && own.parent == symbol.parent && own.kind == symbol.kind)
                // What is read like a field writes nothing.
                .filter(|own| !own.decorators.iter().any(|decorator| decorator.ends_with("property")))
        };
        // `parse_config(model)` reads an object, `parse_header(value)` a text; `unpack(format, buffer)` one behind another.
        let any_source = symbol.parameters.iter().any(|name| is_source(name));
        let is_textual = || {
            symbol.parameters.iter().any(|name| CLEAR.contains(&name.rsplit('_').next().unwrap_or(name)))
                || symbol.text.contains(": str")
                || facts.words_of(&symbol.uses).any(|(word, _)| TEXTUAL.contains(&word))
        };
        let is_clear = |reader: &str| !AMBIGUOUS.contains(&reader) || any_source && is_textual();
        let writes = PAIRS.iter().find_map(|(read, write)| {
            let rest = name.strip_prefix(read)?;
            let is_whole = rest.is_empty() || rest.starts_with('_');
            if is_whole && is_clear(read) { beside(&format!("{write}{rest}")) } else { None }
        });
        let reads = READERS.iter().any(|reader| match name.strip_prefix(reader) {
            Some("") => is_clear(reader),
            Some(rest) => rest.starts_with('_') && first.is_some_and(is_source) && is_clear(reader),
            None => false,
        });
        // One line that hands on to another is tested there.
        let is_own = symbol.statements >= 3 || writes.is_some_and(|own| own.statements >= 2 && symbol.statements >= 2);
        if (reads || writes.is_some())
            && is_own
            && !found.iter().any(|own| own.reads.name == symbol.name && own.reads.parent == symbol.parent)
        {
            found.push(Reader { module, reads: symbol, writes });
        }
    }
    // What `deserialize` reads, `parse` beside it does not.
    let rank = |own: &Reader<'_>| PAIRS.iter().position(|(read, _)| own.reads.name.starts_with(read));
    let ranks: Vec<_> = found.iter().map(|own| (own.writes.map(|writes| writes.line), rank(own))).collect();
    for own in &mut found {
        let line = own.writes.map(|writes| writes.line);
        let is_taken =
            line.is_some() && ranks.iter().any(|(other, other_rank)| *other == line && *other_rank < rank(own));
        if is_taken {
            own.writes = None;
        }
    }
    found
}

fn gap(look: &Look<'_>, readers: &[&Reader<'_>], confidence: Confidence, none: bool) -> Draft {
    let is_pairs = readers.iter().all(|own| own.writes.is_some());
    let reads = apart(&readers.iter().map(|own| (own.module, own.reads)).collect::<Vec<_>>());
    let names = reads.into_iter().zip(readers).map(|(reads, own)| match own.writes {
        Some(writes) => format!("{reads}/{}", writes.name),
        None => reads,
    });
    let named = some(names, readers.len());
    let what = if is_pairs { "No property-based round trip of" } else { "No property-based or fuzz test of" };
    let mut draft = Draft::new(GapKind::Properties, confidence, format!("{what} {named}"));
    draft.description = format!(
        "{} {}; {}.",
        count(readers.len(), if is_pairs { "pair" } else { "function" }),
        match (is_pairs, readers.len()) {
            (true, 1) => "writes and reads",
            (true, _) => "write and read",
            (false, 1) => "reads what others wrote",
            (false, _) => "read what others wrote",
        },
        if none {
            "there is no property-based test and no fuzz target"
        } else {
            "no module with property-based tests or fuzz targets names them"
        }
    );
    draft.impact = "Examples hold what their author thought of: the inputs that break a reader are others.".to_owned();
    let is_lossy = readers.iter().any(|own| !paste::carries_all(&own.reads.name));
    draft.recommendation = if is_pairs && is_lossy {
        "Test over generated input that what was read once is written and read again as the same."
    } else if is_pairs {
        "Test that what is written is read back, over generated values."
    } else {
        "Feed each with generated text and bytes: it may refuse them, by an error of its own."
    }
    .to_owned();
    draft.test_plan = readers
        .iter()
        .take(8)
        .map(|own| match own.writes {
            Some(writes) if !paste::carries_all(&own.reads.name) => format!(
                "What `{}` read, `{}` writes and it reads again as the same, for generated input.",
                own_name(&own.module.facts, own.reads),
                writes.name
            ),
            Some(writes) => format!(
                "`{}({}(value)) == value` for generated values.",
                own_name(&own.module.facts, own.reads),
                writes.name
            ),
            None => format!(
                "`{}` of generated input returns, or raises what its documentation names.",
                own_name(&own.module.facts, own.reads)
            ),
        })
        .collect();
    let pasted: Vec<paste::Reader<'_>> = readers
        .iter()
        .filter(|own| is_plain(own))
        .take(8)
        .map(|own| paste::Reader {
            module: &own.module.name,
            reads: &own.reads.name,
            source: source(own.reads),
            writes: own.writes.map(|writes| writes.name.as_str()),
        })
        .collect();
    if !pasted.is_empty() {
        let path = look.new_file(if is_pairs { "test_round_trips.py" } else { "test_readers.py" });
        draft.verification = Some(format!("pytest -q {path}"));
        draft.file = Some(PasteFile { path, language: "python", text: paste::properties(&pasted) });
    }
    draft.evidence = readers
        .iter()
        .flat_map(|own| [Some(own.reads), own.writes].into_iter().flatten().map(|symbol| of_symbol(own.module, symbol)))
        .collect();
    draft.statements = readers.iter().map(|own| own.reads.statements).sum();
    draft.symbols = u32::try_from(readers.len()).unwrap_or(u32::MAX);
    let mut modules: Vec<&ProjectModule> = readers.iter().map(|own| own.module).collect();
    modules.dedup_by_key(|module| module.path.as_str());
    draft.importers = modules.iter().map(|module| module.importers).sum();
    draft.items = readers.len().min(20);
    draft
}

/// What a reader is fed with: text, unless its line or its parameter says bytes.
fn source(reads: &Symbol) -> &'static str {
    const BYTES: [&str; 7] = ["blob", "buf", "buffer", "bytes", "frame", "packet", "payload"];
    let is_bytes = |name: &String| BYTES.contains(&name.rsplit('_').next().unwrap_or(name));
    let is_annotated = reads.text.contains(": bytes") || reads.text.contains(": bytearray");
    if is_annotated || reads.parameters.first().is_some_and(is_bytes) { "st.binary()" } else { "st.text()" }
}

/// Whether a reader can be called with one value and nothing else.
fn is_plain(own: &Reader<'_>) -> bool {
    let one = |symbol: &Symbol| {
        symbol.parent.is_none() && symbol.required == 1 && !symbol.is_conditional && !symbol.text.starts_with("async")
    };
    one(own.reads) && own.writes.is_none_or(one) && own.module.reach != ModuleReach::None
}
