//! Tables of functions and classes: who mentions a container may call what it holds.

use std::rc::Rc;

use super::{
    edges::Builder,
    values::{Holder, Value},
};
use crate::model::{
    code::{CodeExpr, ExprId, Word},
    graph::{EdgeKind, Gate},
};

/// How deeply containers in containers are entered.
const MAX_TABLES: u8 = 3;

/// What a container holds: functions and classes, and whether a test says the key of each.
pub(super) type Held = Rc<[(u32, EdgeKind, bool)]>;

impl Builder<'_, '_> {
    /// Who mentions a container may call what it holds.
    pub(super) fn table(&mut self, holder: Holder) {
        let held = match self.tables.get(&holder) {
            Some(known) => Rc::clone(known),
            None => {
                let mut found = Vec::new();
                self.held(holder, 0, &mut found);
                found.sort_unstable();
                found.dedup();
                let found: Held = found.into();
                self.tables.insert(holder, Rc::clone(&found));
                found
            }
        };
        for (to, kind, is_named) in &*held {
            self.edge(*to, *kind, *is_named, Gate::Open);
        }
    }

    /// The functions and classes that a display or mapping holds, and whether a test says their keys.
    fn held(&self, holder: Holder, depth: u8, found: &mut Vec<(u32, EdgeKind, bool)>) {
        let Holder::Display(anywhere) = holder else { return };
        if depth > MAX_TABLES {
            return;
        }
        let (file, id) = self.program.locate(anywhere);
        let code = self.program.files[file as usize].code;
        let entries: Vec<(Option<Word>, ExprId)> = match code.expression(id) {
            CodeExpr::Display(list) => self.evaluator.parts(file, list).map(|item| (None, item)).collect(),
            CodeExpr::Mapping(list) => self.evaluator.mapping(file, list).collect(),
            _ => return,
        };
        for (key, value) in entries {
            let is_followed = matches!(
                code.expression(value),
                CodeExpr::Name(_)
                    | CodeExpr::InClass(..)
                    | CodeExpr::Attribute(..)
                    | CodeExpr::Display(_)
                    | CodeExpr::Mapping(_)
                    | CodeExpr::Call(..)
            );
            if !is_followed {
                continue;
            }
            let is_named = self.is_said(key.map(|key| self.program.files[file as usize].word(key)));
            for value in self.evaluator.values(file, value) {
                match value {
                    Value::Function(unit) | Value::Bound(unit, ..) => found.push((unit, EdgeKind::Table, is_named)),
                    Value::Class(class, _) => {
                        found.push((self.program.class_node(class), EdgeKind::ClassTable, is_named));
                    }
                    Value::Holder(inner) if inner != holder => self.held(inner, depth + 1, found),
                    _ => {}
                }
            }
        }
    }

    /// A function or class under a literal key.
    pub(super) fn entry(&mut self, key: Word, id: ExprId) {
        let is_named = self.is_said(Some(self.program.files[self.file as usize].word(key)));
        let values = self.evaluator.values(self.file, id);
        for value in values {
            match value {
                Value::Function(unit) => self.edge(unit, EdgeKind::Entry, is_named, Gate::Open),
                Value::Bound(unit, class, tag) => self.lead_to_method(unit, class, tag, EdgeKind::Load),
                Value::Class(class, _) => {
                    self.edge(self.program.class_node(class), EdgeKind::ClassEntry, is_named, Gate::Open);
                }
                _ => {}
            }
        }
    }

    /// What a class that is live leads to: what its body has in tables, and the call of its metaclass.
    pub(super) fn of_class(&mut self, local: u32) {
        let own = &self.program.files[self.file as usize];
        let class = own.classes + local;
        (self.from, self.block) = (self.program.class_node(class), 0);
        for (_, value) in &own.code.classes[local as usize].attributes {
            if matches!(own.code.expression(*value), CodeExpr::Display(_) | CodeExpr::Mapping(_)) {
                self.table(Holder::Display(own.expressions + value.0));
            }
        }
        for meta in self.evaluator.metaclasses(class, 0) {
            if let Some(method) = self.evaluator.special(meta, "__call__") {
                self.to(method, EdgeKind::Constructor);
            }
        }
    }
}
