//! What a class leads to when it is live: its special methods, and what bases outside of the tree call back.

use rustc_hash::FxHashSet;

use super::{externals, program::Program};
use crate::model::graph::{Edge, EdgeKind, Gate};

/// The edges of all classes.
pub(super) fn of_classes(program: &Program<'_>) -> Vec<Edge> {
    let mut edges = Vec::new();
    for (id, class) in (0u32..).zip(&program.classes) {
        let from = program.class_node(id);
        let mut seen = FxHashSet::default();
        for base in &class.order {
            let info = &program.classes[*base as usize];
            let file = &program.files[info.file as usize];
            let methods = &file.code.classes[info.local as usize].methods;
            let fresh: Vec<_> = methods.iter().filter(|(name, _)| !seen.contains(&file.word(*name))).collect();
            for (name, unit) in fresh {
                seen.insert(file.word(*name));
                let text = file.code.word(*name);
                let kind = match text {
                    _ if text.starts_with("__") && text.ends_with("__") => special(text),
                    _ if class.is_called_back && externals::is_callback(text) => EdgeKind::Callback,
                    _ if class.is_called_back => EdgeKind::Inherited,
                    _ => continue,
                };
                let to = file.units + unit;
                edges.push(Edge { from, block: 0, to, kind, is_named: false, gate: Gate::Open });
            }
        }
    }
    edges
}

/// The group of a special method.
fn special(name: &str) -> EdgeKind {
    match name {
        "__init__" | "__new__" | "__post_init__" | "__attrs_post_init__" => EdgeKind::Constructor,
        "__repr__" | "__str__" | "__unicode__" | "__format__" | "__bytes__" | "__html__" => EdgeKind::Shown,
        "__reduce__" | "__reduce_ex__" | "__getstate__" | "__setstate__" | "__copy__" | "__deepcopy__"
        | "__sizeof__" | "__dir__" | "__del__" | "__getnewargs__" | "__getinitargs__" | "__fspath__" | "__index__"
        | "__instancecheck__" | "__subclasscheck__" | "__prepare__" | "__subclasshook__" | "__missing__" => {
            EdgeKind::Rare
        }
        "__eq__" | "__ne__" | "__hash__" | "__lt__" | "__le__" | "__gt__" | "__ge__" => EdgeKind::Compared,
        "__getattr__" | "__setattr__" | "__delattr__" | "__getattribute__" => EdgeKind::AttributeHook,
        "__len__" | "__iter__" | "__next__" | "__getitem__" | "__setitem__" | "__delitem__" | "__contains__"
        | "__reversed__" | "__bool__" | "__nonzero__" => EdgeKind::Container,
        "__enter__" | "__exit__" | "__aenter__" | "__aexit__" => EdgeKind::Context,
        "__call__" => EdgeKind::Callable,
        "__get__" | "__set__" | "__delete__" | "__set_name__" => EdgeKind::Descriptor,
        "__await__" | "__aiter__" | "__anext__" => EdgeKind::Awaited,
        _ => EdgeKind::Numeric,
    }
}
