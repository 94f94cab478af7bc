//! Conditions of marks that are texts: `pytest.mark.skipif("sys.platform == 'win32'")`. pytest evaluates them among the names of
//! the test's module.

use super::{
    expr::Converter,
    grammar::{Grammar, Kind},
    names::MODULE,
    parser,
    structure::Structure,
};
use crate::model::Expr;

/// Texts longer than this are no conditions.
const MAX_LENGTH: usize = 2000;

/// The expression that a text is; `None` where it is none.
pub(super) fn parse(grammar: &Grammar, text: &str) -> Option<Expr> {
    let text = text.trim();
    if text.len() > MAX_LENGTH {
        return None;
    }
    let tree = parser(grammar).parse(text, None)?;
    let root = tree.root_node();
    if root.has_error() {
        return None;
    }
    let structure = Structure::new(grammar, root, text.as_bytes(), "", (false, false), &|_, _| true);
    let [statement] = grammar.children(root)[..] else { return None };
    if grammar.kind(statement) != Kind::ExpressionStatement {
        return None;
    }
    let [value] = grammar.children(statement)[..] else { return None };
    Some(Converter::new(&structure.names).expr(value, MODULE))
}
