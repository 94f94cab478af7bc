//! Words that tell what an expression shows of a value, and which calls assert. Owns the words alone.

/// Attributes and methods that show nothing of the values in an array, tensor or frame.
const SHAPES: [&str; 42] = [
    "shape",
    "dtype",
    "dtypes",
    "ndim",
    "size",
    "device",
    "nbytes",
    "itemsize",
    "layout",
    "requires_grad",
    "is_cuda",
    "is_cpu",
    "is_contiguous",
    "stride",
    "strides",
    "dim",
    "numel",
    "nelement",
    "is_sparse",
    "is_leaf",
    "grad_fn",
    "flags",
    "chunks",
    "chunksize",
    "npartitions",
    "numblocks",
    "divisions",
    "columns",
    "dims",
    "sizes",
    "is_floating_point",
    "is_complex",
    "is_quantized",
    "storage_offset",
    "element_size",
    "data_ptr",
    "memory_format",
    "batch_shape",
    "event_shape",
    "__class__",
    "__name__",
    "__doc__",
];

/// Functions whose result says nothing of the values that they are given.
const BLIND: [&str; 15] = [
    "isinstance",
    "issubclass",
    "type",
    "hasattr",
    "callable",
    "id",
    "shape",
    "ndim",
    "isnan",
    "isfinite",
    "isinf",
    "is_tensor",
    "result_type",
    "isscalar",
    "iscoroutinefunction",
];

/// What stands behind `assert` in names of assertions that look at no value.
const BLIND_ASSERTIONS: [&str; 11] = [
    "raises",
    "warns",
    "nowarns",
    "nowarnings",
    "deprecated",
    "logs",
    "nologs",
    "isinstance",
    "notisinstance",
    "isnone",
    "isnotnone",
];

/// Parts of names of functions that check what they are given.
const CHECKS: [&str; 11] =
    ["assert", "check", "verify", "compare", "expect", "validate", "ensure", "test", "equal", "close", "same"];

/// Methods that put what they are given into what they are called on.
const STORES: [&str; 16] = [
    "append",
    "appendleft",
    "extend",
    "add",
    "insert",
    "update",
    "setdefault",
    "put",
    "put_nowait",
    "push",
    "copy_",
    "write",
    "writelines",
    "send",
    "sendall",
    "set",
];

/// Endings of names of classes that hold values as they are.
const CONTAINERS: [&str; 10] =
    ["Tensor", "Array", "Frame", "Series", "Matrix", "Dataset", "Variable", "Parameter", "Counter", "Index"];

/// Whether a call makes an object that holds what it is given, and of which anything may be asserted.
pub(super) fn holds(callee: &str) -> bool {
    let name = &callee[callee.rfind('.').map_or(0, |at| at + 1)..];
    let is_class = name.starts_with(|letter: char| letter.is_ascii_uppercase())
        && name.contains(|letter: char| letter.is_ascii_lowercase());
    is_class && !CONTAINERS.iter().any(|ending| name.ends_with(ending))
}

/// Methods that leave nothing of what was there before.
const OVERWRITES: [&str; 4] = ["fill", "fill_", "zero_", "clear"];

/// Parts of what a `with` statement enters to see something raised or warned of.
const EXPECTING: [&str; 5] = ["raises", "Raises", "warns", "Warns", "deprecated"];

/// Whether a `with` statement expects that something is raised or warned of, by what it enters.
pub(super) fn expects(entered: &str) -> bool {
    EXPECTING.iter().any(|part| entered.contains(part))
}

/// What an expression may choose by values with.
const CHOOSING: [&str; 10] = ["<", ">", "==", "!=", "set(", "unique", "nonzero", "where", "filter", " if "];

/// Whether how much an expression holds may depend on values, by its text.
pub(super) fn chooses(text: &str) -> bool {
    CHOOSING.iter().any(|part| text.contains(part))
}

pub(super) fn is_shape(name: &str) -> bool {
    SHAPES.contains(&name)
}

pub(super) fn is_blind(name: &str) -> bool {
    BLIND.contains(&name)
}

pub(super) fn stores(name: &str) -> bool {
    STORES.contains(&name)
}

pub(super) fn overwrites(name: &str) -> bool {
    OVERWRITES.contains(&name)
}

/// Whether a function checks what it is given, by its name.
pub(super) fn checks(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    CHECKS.iter().any(|part| lower.contains(part))
}

/// Of a function that is named as an assertion, whether it looks at values.
pub(super) fn asserts(name: &str) -> Option<bool> {
    let bare = name.trim_start_matches('_');
    if !bare.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("assert")) {
        return None;
    }
    let rest: String = bare[6..].chars().filter(|letter| *letter != '_').collect::<String>().to_ascii_lowercase();
    let is_call = rest.contains("called") || rest.contains("awaited");
    let is_blind = rest == "is"
        || rest == "isnot"
        || is_call && !rest.contains("with") && !rest.contains("any")
        || BLIND_ASSERTIONS.iter().any(|part| rest.starts_with(part));
    Some(!is_blind)
}

/// What stands in an assertion that has a tolerance or a bound.
const MEASURING: [&str; 18] = [
    "close", "almost", "Almost", "approx", "tol", "delta=", "places=", "decimal", "eps", " < ", " > ", "<=", ">=",
    "Less", "Greater", "less", "pvalue", "grad",
];

/// Whether an assertion has a tolerance or a bound, by its text.
pub(super) fn measures(text: &[u8]) -> bool {
    MEASURING.iter().any(|part| memchr::memmem::find(text, part.as_bytes()).is_some())
}

/// Whether an assertion asks for the very same values, by its name.
pub(super) fn is_exact(name: &str) -> bool {
    let bare = name.trim_start_matches('_').to_ascii_lowercase().replace('_', "");
    let kinds =
        ["equal", "equals", "arrayequal", "listequal", "tupleequal", "sequenceequal", "dictequal", "countequal"];
    bare.strip_prefix("assert").is_some_and(|kind| kinds.contains(&kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_assertion_looks_at_values_unless_its_name_says_what_else_it_looks_at() {
        for name in ["assertEqual", "assert_allclose", "_assert_same", "assert_called_once_with", "assert_"] {
            assert_eq!(asserts(name), Some(true), "{name}");
        }
        for name in ["assertRaises", "assert_warns", "assertIsNone", "assertIs", "assert_called_once", "assertLogs"] {
            assert_eq!(asserts(name), Some(false), "{name}");
        }
        for name in ["check_equal", "as", "append"] {
            assert_eq!(asserts(name), None, "{name}");
        }
        for text in
            ["assert_allclose(a, b)", "assert error < 0.1", "assertAlmostEqual(a, b, places=3)", "gradcheck(f, x)"]
        {
            assert!(measures(text.as_bytes()), "{text}");
        }
        for text in ["assertEqual(a, b)", "assert a != b", "assert set(a) == set(b)"] {
            assert!(!measures(text.as_bytes()), "{text}");
        }
        assert!(checks("gradcheck") && checks("_compare_outputs") && !checks("publish"));
    }
}
