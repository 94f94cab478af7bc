//! tree-sitter-python's node kinds and fields by number, so that the walk compares integers and not names.

use std::num::NonZeroU16;

use smallvec::SmallVec;
use tree_sitter::{Language, Node};

/// Few nodes.
pub(super) type Nodes<'t> = SmallVec<[Node<'t>; 6]>;

macro_rules! kinds {
    ($($kind:ident = $name:literal),* $(,)?) => {
        /// The node kinds that extraction tells apart.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Kind { $($kind,)* Other }
        const KINDS: &[(&str, Kind)] = &[$(($name, Kind::$kind)),*];
    };
}

kinds! {
    AliasedImport = "aliased_import", ArgumentList = "argument_list", AsPattern = "as_pattern",
    AsPatternTarget = "as_pattern_target", AssertStatement = "assert_statement", Assignment = "assignment", Attribute = "attribute",
    AugmentedAssignment = "augmented_assignment", Await = "await", BinaryOperator = "binary_operator", BooleanOperator = "boolean_operator", Block = "block",
    Call = "call", CaseClause = "case_clause", ComparisonOperator = "comparison_operator", ClassDefinition = "class_definition", Comment = "comment",
    ConcatenatedString = "concatenated_string", ConditionalExpression = "conditional_expression", DecoratedDefinition = "decorated_definition", Decorator = "decorator",
    DefaultParameter = "default_parameter", DeleteStatement = "delete_statement", Dictionary = "dictionary",
    DictionaryComprehension = "dictionary_comprehension", DictionarySplat = "dictionary_splat",
    DictionarySplatPattern = "dictionary_splat_pattern", DottedName = "dotted_name", ElifClause = "elif_clause",
    Ellipsis = "ellipsis", ElseClause = "else_clause", ExceptClause = "except_clause", ExpressionList = "expression_list",
    ExpressionStatement = "expression_statement", False = "false", FinallyClause = "finally_clause", Float = "float",
    ForInClause = "for_in_clause", ForStatement = "for_statement", FunctionDefinition = "function_definition",
    FutureImportStatement = "future_import_statement", GeneratorExpression = "generator_expression",
    GlobalStatement = "global_statement", Identifier = "identifier", IfClause = "if_clause",
    IfStatement = "if_statement", ImportFromStatement = "import_from_statement",
    ImportStatement = "import_statement", Integer = "integer", Interpolation = "interpolation",
    KeywordArgument = "keyword_argument", Lambda = "lambda", LambdaParameters = "lambda_parameters", List = "list",
    ListComprehension = "list_comprehension", ListSplat = "list_splat", ListSplatPattern = "list_splat_pattern",
    MatchStatement = "match_statement", NamedExpression = "named_expression", None = "none",
    NonlocalStatement = "nonlocal_statement", NotOperator = "not_operator", Pair = "pair", Parameters = "parameters",
    ParenthesizedExpression = "parenthesized_expression", PassStatement = "pass_statement", PatternList = "pattern_list",
    RaiseStatement = "raise_statement", RelativeImport = "relative_import", ReturnStatement = "return_statement",
    PositionalSeparator = "positional_separator", Set = "set", SetComprehension = "set_comprehension", String = "string",
    StringContent = "string_content", Subscript = "subscript", True = "true", TryStatement = "try_statement",
    Tuple = "tuple", TuplePattern = "tuple_pattern", ListPattern = "list_pattern", Type = "type",
    TypedDefaultParameter = "typed_default_parameter", TypedParameter = "typed_parameter",
    UnaryOperator = "unary_operator", WhileStatement = "while_statement", WildcardImport = "wildcard_import",
    WithClause = "with_clause", WithItem = "with_item", WithStatement = "with_statement",
    Yield = "yield",
}

macro_rules! fields {
    ($($field:ident = $name:literal),* $(,)?) => {
        /// The fields that extraction asks for.
        #[derive(Debug, Clone, Copy)]
        pub(super) struct Fields { $(pub(super) $field: NonZeroU16),* }
        impl Fields {
            fn new(language: &Language) -> Self {
                Self { $($field: language.field_id_for_name($name).expect("the grammar has this field: every test would fail")),* }
            }
        }
    };
}

fields! {
    alias = "alias", argument = "argument", arguments = "arguments", attribute = "attribute", body = "body", definition = "definition",
    function = "function", key = "key",
    left = "left", module_name = "module_name", name = "name", object = "object", operator = "operator",
    return_type = "return_type", type_of = "type",
    parameters = "parameters", right = "right", superclasses = "superclasses", value = "value",
}

/// The grammar with its numbers looked up.
#[derive(Debug, Clone)]
pub(super) struct Grammar {
    pub(super) language: Language,
    pub(super) field: Fields,
    kinds: Vec<Kind>,
}

impl Grammar {
    pub(super) fn new() -> Self {
        let language: Language = tree_sitter_python::LANGUAGE.into();
        let count = u16::try_from(language.node_kind_count()).unwrap_or(u16::MAX);
        let kind = |id| {
            let name = language.node_kind_for_id(id).filter(|_| language.node_kind_is_named(id))?;
            KINDS.iter().find(|(known, _)| *known == name).map(|(_, kind)| *kind)
        };
        let kinds = (0..count).map(|id| kind(id).unwrap_or(Kind::Other)).collect();
        Self { field: Fields::new(&language), kinds, language }
    }

    pub(super) fn kind(&self, node: Node<'_>) -> Kind {
        self.kinds.get(usize::from(node.kind_id())).copied().unwrap_or(Kind::Other)
    }

    /// The child in a field.
    pub(super) fn child<'t>(&self, node: Node<'t>, field: NonZeroU16) -> Option<Node<'t>> {
        node.child_by_field_id(field.get())
    }

    /// Named children without comments.
    pub(super) fn children<'t>(&self, node: Node<'t>) -> Nodes<'t> {
        let mut cursor = node.walk();
        node.named_children(&mut cursor).filter(|child| self.kind(*child) != Kind::Comment).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_in_the_grammar() {
        let grammar = Grammar::new();
        for (name, kind) in KINDS {
            assert!(grammar.kinds.contains(kind), "{name}");
        }
    }
}
