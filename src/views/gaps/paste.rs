//! Test files that are ready to paste, made of names alone. Each compiles; names that are no identifiers do not get here,
//! because modules with such names cannot be imported and have none.

use std::fmt::Write as _;

/// How many lines of names a file lists.
const MAX_NAMES: usize = 2000;

/// A text as a string of Python.
fn quoted(text: &str) -> String {
    let plain = text.chars().filter(|letter| !letter.is_control() && !matches!(letter, '"' | '\\'));
    format!("\"{}\"", plain.collect::<String>())
}

/// One test over every public module.
pub(super) fn import_smoke<'n>(names: impl Iterator<Item = &'n str>) -> String {
    let names: Vec<&str> = names.take(MAX_NAMES).collect();
    let mut tops: Vec<&str> = names.iter().map(|name| name.split('.').next().unwrap_or(name)).collect();
    tops.dedup();
    tops.sort_unstable();
    tops.dedup();
    let tops = tops.iter().map(|top| quoted(top)).collect::<Vec<_>>().join(", ");
    let mut text =
        String::from("\"\"\"Every public module can be imported.\"\"\"\n\nimport importlib\n\nimport pytest\n\n");
    let _ = writeln!(text, "PACKAGES = [{tops}]\nMODULES = [");
    for name in &names {
        let _ = writeln!(text, "    {},", quoted(name));
    }
    text.push_str(
        "]\n\n\n@pytest.mark.parametrize(\"name\", MODULES)\ndef test_module_is_importable(name):\n    try:\n        \
         module = importlib.import_module(name)\n    except ImportError as error:\n        \
         # What is missing is of this project, or an optional dependency or another platform's.\n        \
         if (error.name or \"\").split(\".\")[0] in PACKAGES:\n            raise\n        \
         pytest.skip(f\"cannot be imported here: {error}\")\n    assert module.__name__ == name\n",
    );
    text
}

/// A first test of modules that nothing imports: they can be, and offer what they are known to offer.
pub(super) fn names_are_there(modules: &[(&str, Vec<&str>)]) -> String {
    let mut text = String::from(
        "\"\"\"What these modules offer is there: a beginning, to be followed by tests of what it does.\"\"\"\n\n",
    );
    text.push_str("import importlib\n\nimport pytest\n\nOFFERED = [\n");
    let rows = modules.iter().flat_map(|(module, names)| {
        // Without names the module itself is what is there.
        let own = if names.is_empty() { vec!["__name__"] } else { names.clone() };
        own.into_iter().map(move |name| (*module, name))
    });
    for (module, name) in rows.take(MAX_NAMES) {
        let _ = writeln!(text, "    ({}, {}),", quoted(module), quoted(name));
    }
    text.push_str(
        "]\n\n\n@pytest.mark.parametrize((\"module\", \"name\"), OFFERED)\ndef test_name_is_there(module, name):\n    try:\n        \
         own = importlib.import_module(module)\n    except ImportError as error:\n        \
         if (error.name or \"\").split(\".\")[0] == module.split(\".\")[0]:\n            raise\n        \
         pytest.skip(f\"cannot be imported here: {error}\")\n    assert hasattr(own, name)\n",
    );
    text
}

/// A function that reads, or a pair of one that writes and one that reads it back.
pub(super) struct Reader<'n> {
    pub(super) module: &'n str,
    pub(super) reads: &'n str,
    /// The strategy of what it is fed with where nothing writes for it.
    pub(super) source: &'static str,
    pub(super) writes: Option<&'n str>,
}

/// The strategy for what a pair carries, by what its names say.
fn strategy(writes: &str) -> &'static str {
    let lower = writes.to_ascii_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    match () {
        () if says(&["json", "dump", "serialize"]) => "JSON",
        () if says(&["bytes", "pack", "compress", "base", "frame"]) => "st.binary()",
        () => "st.text()",
    }
}

/// Whether what such a reader's writer is given comes back as it was; of others only what was read once is read again.
pub(super) fn carries_all(reads: &str) -> bool {
    ["load", "decode", "deserialize", "unmarshal", "unpack", "from_", "decompress"]
        .iter()
        .any(|start| reads.starts_with(start))
}

/// Property-based tests of readers and pairs.
pub(super) fn properties(readers: &[Reader<'_>]) -> String {
    let mut text = String::from(
        "\"\"\"What is written is read back, and what is read never fails but by an error of its own.\"\"\"\n\n\
         import pytest\n\n",
    );
    text.push_str("pytest.importorskip(\"hypothesis\")\n\nfrom hypothesis import given, reject, strategies as st  # noqa: E402\n\n");
    let mut aliases = Vec::new();
    for (number, reader) in (1..).zip(readers) {
        let reads = format!("reads_{number}");
        let _ = writeln!(text, "from {} import {} as {reads}  # noqa: E402", reader.module, reader.reads);
        let writes = reader.writes.map(|name| {
            let writes = format!("writes_{number}");
            let _ = writeln!(text, "from {} import {name} as {writes}  # noqa: E402", reader.module);
            (name, writes)
        });
        aliases.push((reader, reads, writes));
    }
    let is_json = |own: &(&Reader<'_>, String, Option<(&str, String)>)| {
        own.2.as_ref().is_some_and(|(name, _)| strategy(name) == "JSON")
    };
    if aliases.iter().any(is_json) {
        text.push_str(
            "\nJSON = st.recursive(\n    st.none() | st.booleans() | st.integers() | st.text(),\n    \
             lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),\n    max_leaves=8,\n)\n",
        );
    }
    for (reader, reads, writes) in &aliases {
        let name =
            format!("{}_{}", reader.module.rsplit('.').next().unwrap_or(reader.module), reader.reads).to_lowercase();
        match writes {
            Some((written, writes)) if carries_all(reader.reads) => {
                let _ = write!(
                    text,
                    "\n\n@given({})\ndef test_{name}_reads_what_is_written(value):\n    try:\n        written = {writes}(value)\n    \
                     except (TypeError, ValueError):\n        reject()\n    assert {reads}(written) == value\n",
                    strategy(written)
                );
            }
            Some((_, writes)) => {
                let _ = write!(
                    text,
                    "\n\n@given(st.text())\ndef test_{name}_reads_the_same_again(source):\n    try:\n        once = {reads}(source)\n        \
                     written = {writes}(once)\n    except (AttributeError, LookupError, TypeError, ValueError):\n        reject()\n    \
                     assert {reads}(written) == once\n"
                );
            }
            None => {
                let top = reader.module.split('.').next().unwrap_or(reader.module);
                let _ = write!(
                    text,
                    "\n\n@given({})\ndef test_{name}_fails_by_errors_of_its_own(source):\n    try:\n        \
                     {reads}(source)\n    except (TypeError, ValueError):\n        pass\n    except Exception as error:\n        \
                     assert type(error).__module__.split(\".\")[0] == {}, error\n",
                    reader.source,
                    quoted(top)
                );
            }
        }
    }
    text
}

/// A snapshot of the keys that modules of torch save.
pub(super) fn state_keys(classes: &[(&str, &str)]) -> String {
    let mut text = String::from(
        "\"\"\"The keys of saved states do not change by accident: a snapshot beside this file holds them.\"\"\"\n\n\
         import importlib\nimport json\nimport os\nfrom pathlib import Path\n\nimport pytest\n\n\
         SNAPSHOT = Path(__file__).parent / \"expect\" / \"state_dict_keys.json\"\nCLASSES = [\n",
    );
    for (module, class) in classes.iter().take(MAX_NAMES) {
        let _ = writeln!(text, "    ({}, {}),", quoted(module), quoted(class));
    }
    text.push_str(
        "]\n\n\n@pytest.mark.parametrize((\"module\", \"name\"), CLASSES)\ndef test_keys_of_the_state_are_those_of_the_snapshot(module, name):\n    \
         made = getattr(importlib.import_module(module), name)()\n    keys = sorted(made.state_dict())\n    \
         known = json.loads(SNAPSHOT.read_text()) if SNAPSHOT.exists() else {}\n    own = f\"{module}.{name}\"\n    \
         if own not in known or os.environ.get(\"UPDATE_SNAPSHOT\"):\n        known[own] = keys\n        \
         SNAPSHOT.parent.mkdir(exist_ok=True)\n        SNAPSHOT.write_text(json.dumps(known, indent=2, sort_keys=True))\n        \
         pytest.skip(\"the snapshot was written: look at it, and add it\")\n    assert keys == known[own]\n",
    );
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_quoted_whatever_they_hold() {
        assert_eq!(quoted("a\"b\\\n"), "\"ab\"");
        assert!(import_smoke(["a", "a.b", "c"].into_iter()).contains("PACKAGES = [\"a\", \"c\"]"));
    }

    #[test]
    fn a_pair_gets_a_round_trip_and_a_reader_alone_its_errors() {
        let text = properties(&[
            Reader { module: "pkg.a", reads: "loads", source: "st.text()", writes: Some("dumps") },
            Reader { module: "pkg.b", reads: "parse", source: "st.binary()", writes: None },
        ]);
        assert!(text.contains("@given(JSON)\ndef test_a_loads_reads_what_is_written"));
        assert!(text.contains("assert reads_1(written) == value"));
        assert!(text.contains("@given(st.binary())\ndef test_b_parse_fails_by_errors_of_its_own"));
        assert!(text.contains("== \"pkg\", error"));
        let text = properties(&[Reader {
            module: "pkg",
            reads: "parse_list",
            source: "st.text()",
            writes: Some("format_list"),
        }]);
        assert!(text.contains("def test_pkg_parse_list_reads_the_same_again") && text.contains("== once"));
    }
}
