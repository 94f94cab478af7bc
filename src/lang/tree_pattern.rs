//! Patterns of nodes, matched against a tree: the part of tree-sitter's query language that the built-in detectors are
//! written in. tree-sitter's own queries find the same; but before the first match they work out, from the whole grammar,
//! which node can follow which, and that takes longer than to read a handful of files.
//!
//! Knows nodes, fields, wildcards, alternatives, captures and the anchor before a node: "Query Syntax" of tree-sitter's
//! documentation. What it does not know is no pattern.

use smallvec::SmallVec;
use tree_sitter::{Language, Node, TreeCursor};

/// The number of the capture that a pattern reports.
pub(crate) const REPORTED: u32 = 0;

/// Nodes by the numbers of their captures, in the order in which they were bound.
pub(crate) type Captured<'t> = SmallVec<[(u32, Node<'t>); 4]>;

/// A node that may have one of several forms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TreePattern {
    /// The field that it must stand in.
    field: Option<u16>,
    /// Whether no named sibling may stand between it and the one before, or its parent's beginning.
    immediate: bool,
    forms: Vec<Form>,
}

/// One form of a node.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Form {
    /// `None`: any named node.
    kind: Option<u16>,
    captures: SmallVec<[u32; 2]>,
    /// Children in their order; others may stand between.
    children: Vec<TreePattern>,
}

/// The children of a node with their fields.
type Children<'t> = SmallVec<[(Node<'t>, Option<u16>); 8]>;

impl TreePattern {
    /// Reads a pattern's text, without predicates. `capture` numbers the names of captures; the name of the reported one
    /// is empty. `None` where something is not known here, or not to the grammar.
    pub(crate) fn new(language: &Language, text: &str, capture: &mut dyn FnMut(&str) -> u32) -> Option<Self> {
        let mut reader = Reader { language, words: words(text), at: 0, capture };
        let pattern = reader.node()?;
        (reader.at == reader.words.len()).then_some(pattern)
    }

    /// The kinds of nodes that it can match; `None` among them stands for any.
    pub(crate) fn kinds(&self) -> impl Iterator<Item = Option<u16>> + '_ {
        self.forms.iter().map(|form| form.kind)
    }

    /// Each way in which the pattern matches at this node. `cursor` is scratch.
    pub(crate) fn matches<'t>(
        &self,
        node: Node<'t>,
        cursor: &mut TreeCursor<'t>,
        found: &mut dyn FnMut(&Captured<'t>),
    ) {
        let mut captured = Captured::new();
        self.at(node, cursor, &mut captured, &mut |captured, _| found(captured));
    }

    fn at<'t>(&self, node: Node<'t>, cursor: &mut TreeCursor<'t>, captured: &mut Captured<'t>, then: Then<'_, 't>) {
        for form in &self.forms {
            let fits = match form.kind {
                Some(kind) => node.kind_id() == kind,
                None => node.is_named() && !node.is_error(),
            };
            if !fits {
                continue;
            }
            let bound = captured.len();
            captured.extend(form.captures.iter().map(|capture| (*capture, node)));
            if form.children.is_empty() {
                then(captured, cursor);
            } else {
                let children = children(node, cursor);
                among(&form.children, &children, cursor, captured, then);
            }
            captured.truncate(bound);
        }
    }
}

/// What happens with each match of a part.
type Then<'a, 't> = &'a mut dyn FnMut(&mut Captured<'t>, &mut TreeCursor<'t>);

/// Each way to find the patterns among siblings, in order.
fn among<'t>(
    patterns: &[TreePattern],
    siblings: &[(Node<'t>, Option<u16>)],
    cursor: &mut TreeCursor<'t>,
    captured: &mut Captured<'t>,
    then: Then<'_, 't>,
) {
    let Some((pattern, others)) = patterns.split_first() else { return then(captured, cursor) };
    for (place, (node, field)) in siblings.iter().enumerate() {
        if pattern.field.is_none() || pattern.field == *field {
            pattern.at(*node, cursor, captured, &mut |captured, cursor| {
                among(others, &siblings[place + 1..], cursor, captured, then);
            });
        }
        if pattern.immediate && node.is_named() {
            return;
        }
    }
}

fn children<'t>(node: Node<'t>, cursor: &mut TreeCursor<'t>) -> Children<'t> {
    let mut children = Children::new();
    cursor.reset(node);
    if cursor.goto_first_child() {
        loop {
            children.push((cursor.node(), cursor.field_id().map(Into::into)));
            if !cursor.goto_next_sibling() {
                break;
            }
        }
    }
    children
}

/// The words of a pattern: brackets, anchors and quoted texts by themselves, names with their `:` or `@`.
fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '(' | ')' | '[' | ']' => 1,
            '"' => rest[1..].find('"').map_or(rest.len(), |end| end + 2),
            _ => rest.find(|letter: char| letter.is_whitespace() || "()[]\"".contains(letter)).unwrap_or(rest.len()),
        };
        let (word, behind) = rest.split_at(length);
        words.push(word);
        rest = behind.trim_start();
    }
    words
}

struct Reader<'a, 't> {
    language: &'a Language,
    words: Vec<&'t str>,
    at: usize,
    capture: &'a mut dyn FnMut(&str) -> u32,
}

impl<'t> Reader<'_, 't> {
    fn peek(&self) -> Option<&'t str> {
        self.words.get(self.at).copied()
    }

    fn take(&mut self, word: &str) -> bool {
        let is_next = self.peek() == Some(word);
        self.at += usize::from(is_next);
        is_next
    }

    /// A node with its anchor, field and captures.
    fn node(&mut self) -> Option<TreePattern> {
        let immediate = self.take(".");
        let mut field = None;
        if let Some(name) = self.peek().and_then(|word| word.strip_suffix(':')) {
            field = Some(self.language.field_id_for_name(name)?.into());
            self.at += 1;
        }
        let mut forms = if self.take("[") { self.alternatives()? } else { vec![self.form()?] };
        while let Some(name) = self.peek().and_then(|word| word.strip_prefix('@')) {
            let capture = (self.capture)(name);
            forms.iter_mut().for_each(|form| form.captures.push(capture));
            self.at += 1;
        }
        Some(TreePattern { field, immediate, forms })
    }

    fn alternatives(&mut self) -> Option<Vec<Form>> {
        let mut forms = Vec::new();
        while !self.take("]") {
            let pattern = self.node()?;
            // A field of one alternative alone is not known here.
            if pattern.field.is_some() || pattern.immediate {
                return None;
            }
            forms.extend(pattern.forms);
        }
        (!forms.is_empty()).then_some(forms)
    }

    fn form(&mut self) -> Option<Form> {
        let kind_of = |name: &str, named| Some(self.language.id_for_node_kind(name, named)).filter(|kind| *kind != 0);
        if let Some(text) = self.peek().and_then(|word| word.strip_prefix('"')?.strip_suffix('"')) {
            let kind = Some(kind_of(text, false)?);
            self.at += 1;
            return Some(Form { kind, captures: SmallVec::new(), children: Vec::new() });
        }
        if !self.take("(") {
            return None;
        }
        let kind = match self.peek()? {
            "_" => None,
            "ERROR" | "MISSING" => return None,
            name => Some(self.language.id_for_node_kind(name, true)).filter(|kind| *kind != 0).map(Some)?,
        };
        self.at += 1;
        let mut children = Vec::new();
        while !self.take(")") {
            children.push(self.node()?);
        }
        Some(Form { kind, captures: SmallVec::new(), children })
    }
}

#[cfg(test)]
mod tests {
    use tree_sitter::{Parser, Query, QueryCursor, StreamingIterator};

    use super::*;

    fn python() -> Language {
        tree_sitter_python::LANGUAGE.into()
    }

    /// What each match captures, as sorted texts: ours and tree-sitter's.
    fn both(pattern: &str, source: &str) -> (Vec<String>, Vec<String>) {
        let mut parser = Parser::new();
        parser.set_language(&python()).unwrap();
        let tree = parser.parse(source, None).unwrap();
        let query = Query::new(&python(), pattern).unwrap();
        let name = |(capture, node): (u32, Node<'_>)| {
            format!("{}={}@{}", query.capture_names()[capture as usize], &source[node.byte_range()], node.start_byte())
        };
        let shown = |captured: Vec<(u32, Node<'_>)>| {
            let mut names: Vec<_> = captured.into_iter().map(name).collect();
            names.sort();
            names.join(" ")
        };
        let ours = TreePattern::new(&python(), pattern, &mut |name| query.capture_index_for_name(name).unwrap());
        let ours = ours.expect("the pattern is known");
        let mut own = Vec::new();
        let mut nodes = vec![tree.root_node()];
        let mut scratch = tree.walk();
        while let Some(node) = nodes.pop() {
            ours.matches(node, &mut scratch, &mut |captured| own.push(shown(captured.to_vec())));
            nodes.extend(node.children(&mut tree.walk()));
        }
        let mut cursor = QueryCursor::new();
        let mut matches = cursor.matches(&query, tree.root_node(), source.as_bytes());
        let mut real = Vec::new();
        while let Some(found) = matches.next() {
            real.push(shown(found.captures().iter().map(|capture| (capture.index, capture.node)).collect()));
        }
        own.sort();
        own.dedup();
        real.sort();
        real.dedup();
        (own, real)
    }

    #[test]
    fn matches_are_those_of_tree_sitter() {
        let source = "a.b(1, x, *y, k=2, # c\n m=True, n='s')\n@d.e(f)\n@g\ndef h(i=1): return not (j < 3 < 4)\n\
                      class K(L, metaclass=M, N()): o = [p, 'q', *r]\nfor s in t(u): v(w)(z, 1, 'x')\nif a < : b(\n";
        let patterns = [
            "(call function: (_) @f)",
            "(call function: (attribute object: (_) @_o attribute: (identifier) @a))",
            "(call arguments: (argument_list (keyword_argument name: (identifier) @k value: (true))))",
            "(call function: (_) @f arguments: (argument_list (keyword_argument name: (identifier) @k)))",
            "(call arguments: (argument_list . (_) @first))",
            "(call arguments: (argument_list . (_) @first (_) @later))",
            "(call arguments: (argument_list . (_) @first . (_) @second))",
            "(call arguments: (argument_list (_) @one (_) @two (_) @three))",
            "[(identifier) (attribute)] @name",
            "(decorator [(call function: (_) @x) [(identifier) (attribute)] @x])",
            "(class_definition superclasses: (argument_list (_) @base))",
            "(comparison_operator . (identifier) @left operators: \"<\" . (integer) @right)",
            "(comparison_operator operators: \"<\" @sign (integer) @right)",
            "[(list (string (string_content) @text)) (tuple (_) @text)]",
            "(for_statement right: (call function: (_) @loop)) @all",
            "(_ (identifier) @_a (identifier) @b)",
            "(call) @whole",
            "(not_operator argument: (_) @not)",
        ];
        let mut matched = 0;
        for pattern in patterns {
            let (own, real) = both(pattern, source);
            assert_eq!(own, real, "{pattern}");
            matched += usize::from(!own.is_empty());
        }
        assert!(matched >= patterns.len() - 1, "{matched} patterns match something");
    }

    #[test]
    fn what_is_not_known_is_no_pattern() {
        for text in [
            "",
            "call",
            "(call",
            "(call))",
            "(call)+ @x",
            "(call (_)* @x)",
            "(call !function)",
            "(unheard)",
            "(call unheard: (_))",
            "[]",
            "[function: (call)]",
            "(ERROR)",
            "(MISSING)",
            "(expression/call)",
            "(call) (call)",
            "(call . )",
            "\"unheard\"",
            "_ @x",
        ] {
            assert_eq!(TreePattern::new(&python(), text, &mut |_| 1), None, "{text}");
        }
    }
}
