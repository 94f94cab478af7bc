//! What is known of names outside of the tree: the standard library, and what its classes call back.

use std::sync::OnceLock;

use rustc_hash::FxHashSet;

/// The public modules of CPython 3.12.
const STANDARD: &str = include_str!("stdlib.txt");

/// Whether a top-level module belongs to the standard library.
pub(super) fn is_standard(name: &str) -> bool {
    static NAMES: OnceLock<FxHashSet<&'static str>> = OnceLock::new();
    NAMES.get_or_init(|| STANDARD.split_whitespace().collect()).contains(name) || name.starts_with('_')
}

/// Whether a top-level module of the standard library is there on other platforms than Linux only.
pub(super) fn is_elsewhere(name: &str) -> bool {
    matches!(name, "winreg" | "_winreg" | "msvcrt" | "winsound" | "_winapi" | "msilib" | "nt" | "_scproxy")
}

/// Whether a top-level module went with Python 2 or since.
pub(super) fn is_gone(name: &str) -> bool {
    const GONE: [&str; 47] = [
        "StringIO",
        "cStringIO",
        "urllib2",
        "urlparse",
        "ConfigParser",
        "cPickle",
        "Queue",
        "__builtin__",
        "httplib",
        "Cookie",
        "cookielib",
        "HTMLParser",
        "Tkinter",
        "thread",
        "commands",
        "exceptions",
        "SocketServer",
        "xmlrpclib",
        "asyncore",
        "asynchat",
        "distutils",
        "imp",
        "UserDict",
        "UserList",
        "UserString",
        "htmlentitydefs",
        "dummy_thread",
        "anydbm",
        "dbhash",
        "whichdb",
        "dumbdbm",
        "copy_reg",
        "BaseHTTPServer",
        "SimpleHTTPServer",
        "CGIHTTPServer",
        "SimpleXMLRPCServer",
        "DocXMLRPCServer",
        "robotparser",
        "tkMessageBox",
        "tkFileDialog",
        "sets",
        "md5",
        "sha",
        "mimetools",
        "rfc822",
        "smtpd",
        "binhex",
    ];
    GONE.contains(&name)
}

/// Whether every module has an attribute of this name.
pub(super) fn is_of_modules(name: &str) -> bool {
    const NAMES: [&str; 12] = [
        "__name__",
        "__file__",
        "__doc__",
        "__path__",
        "__all__",
        "__dict__",
        "__spec__",
        "__loader__",
        "__package__",
        "__builtins__",
        "__annotations__",
        "__class__",
    ];
    NAMES.contains(&name)
}

/// Whether a base class of this name calls nothing of those who inherit from it.
pub(super) fn is_inert(name: &str) -> bool {
    const INERT: [&str; 17] = [
        "object",
        "ABC",
        "Generic",
        "Protocol",
        "Enum",
        "IntEnum",
        "StrEnum",
        "Flag",
        "IntFlag",
        "NamedTuple",
        "TypedDict",
        "namedtuple",
        "str",
        "int",
        "float",
        "type",
        "ABCMeta",
    ];
    INERT.contains(&name)
        || ["Error", "Exception", "Warning", "Iteration"].iter().any(|ending| name.ends_with(ending))
        || name.is_empty()
}

/// Whether classes outside of the tree call a method of this name of those who inherit from them.
pub(super) fn is_callback(name: &str) -> bool {
    const NAMES: [&str; 28] = [
        "run",
        "emit",
        "format",
        "filter",
        "default",
        "handle",
        "data_received",
        "connection_made",
        "connection_lost",
        "write",
        "read",
        "readline",
        "flush",
        "close",
        "setUp",
        "getvalue",
        "convert",
        "execute",
        "initialize",
        "finalize",
        "main",
        "forward",
        "dispatch",
        "process",
        "invoke",
        "parse",
        "get",
        "post",
    ];
    NAMES.contains(&name) || ["handle_", "visit_", "do_", "on_"].iter().any(|start| name.starts_with(start))
}

/// Whether builtin containers, strings and files have a method of this name: a match by it says little.
pub(super) fn is_common(name: &str) -> bool {
    const NAMES: [&str; 69] = [
        "get",
        "items",
        "keys",
        "values",
        "append",
        "extend",
        "pop",
        "insert",
        "remove",
        "clear",
        "copy",
        "update",
        "setdefault",
        "add",
        "discard",
        "union",
        "index",
        "count",
        "sort",
        "reverse",
        "join",
        "split",
        "strip",
        "lower",
        "upper",
        "replace",
        "startswith",
        "endswith",
        "format",
        "encode",
        "decode",
        "read",
        "write",
        "readline",
        "readlines",
        "close",
        "flush",
        "seek",
        "tell",
        "open",
        "find",
        "rfind",
        "partition",
        "rstrip",
        "lstrip",
        "splitlines",
        "title",
        "isdigit",
        "match",
        "search",
        "sub",
        "group",
        "groups",
        "start",
        "end",
        "send",
        "throw",
        "put",
        "acquire",
        "release",
        "wait",
        "set",
        "run",
        "exists",
        "name",
        "sum",
        "mean",
        "size",
        "shape",
    ];
    NAMES.contains(&name)
}

/// Whether what a call outside of the tree returns may be something of the tree: it returns what it gets.
pub(super) fn is_opaque(name: &str) -> bool {
    const NAMES: [&str; 34] = [
        "next",
        "getattr",
        "min",
        "max",
        "copy",
        "deepcopy",
        "cast",
        "reduce",
        "choice",
        "sum",
        "vars",
        "globals",
        "locals",
        "eval",
        "loads",
        "partial",
        "sorted",
        "list",
        "dict",
        "set",
        "tuple",
        "iter",
        "reversed",
        "filter",
        "map",
        "zip",
        "wraps",
        "__new__",
        "type",
        "proxy",
        "ref",
        "OrderedDict",
        "MappingProxyType",
        "deque",
    ];
    NAMES.contains(&name) || matches!(name, "run" | "gather" | "invoke" | "get" | "wait_for" | "parametrize" | "param")
}

/// Whether a call outside of the tree returns its first argument, or the same items.
pub(super) fn is_transparent(name: &str) -> bool {
    matches!(
        name,
        "copy"
            | "deepcopy"
            | "iter"
            | "list"
            | "dict"
            | "OrderedDict"
            | "MappingProxyType"
            | "deque"
            | "sorted"
            | "tuple"
            | "set"
            | "reversed"
            | "partial"
            | "wraps"
            | "frozenset"
            | "wait_for"
            | "shield"
            | "run"
    )
}

/// Generic types that mean one of their arguments.
pub(super) fn is_choice(name: &str) -> bool {
    matches!(name, "Optional" | "Union" | "Annotated" | "ClassVar" | "Final" | "Awaitable" | "Required" | "NotRequired")
}

/// Generic types that hold their arguments.
pub(super) fn is_container(name: &str) -> bool {
    const NAMES: [&str; 34] = [
        "List",
        "list",
        "Sequence",
        "Iterable",
        "Iterator",
        "Generator",
        "Set",
        "set",
        "frozenset",
        "FrozenSet",
        "Tuple",
        "tuple",
        "Collection",
        "Deque",
        "deque",
        "AsyncIterator",
        "AsyncGenerator",
        "AsyncIterable",
        "Dict",
        "dict",
        "Mapping",
        "MutableMapping",
        "DefaultDict",
        "OrderedDict",
        "MutableSequence",
        "Coroutine",
        "defaultdict",
        "AbstractSet",
        "MutableSet",
        "ContextManager",
        "AbstractContextManager",
        "AsyncContextManager",
        "KeysView",
        "ValuesView",
    ];
    NAMES.contains(&name)
}

/// Whether a decorator of this name registers nothing.
pub(super) fn is_plain_decorator(name: &str) -> bool {
    const NAMES: [&str; 26] = [
        "property",
        "staticmethod",
        "classmethod",
        "wraps",
        "abstractmethod",
        "overload",
        "contextmanager",
        "setter",
        "getter",
        "deleter",
        "lru_cache",
        "cache",
        "cached_property",
        "asynccontextmanager",
        "final",
        "override",
        "deprecated",
        "no_type_check",
        "total_ordering",
        "dataclass",
        "fixture",
        "skip",
        "skipif",
        "parametrize",
        "singledispatch",
        "functools",
    ];
    NAMES.contains(&name)
}
