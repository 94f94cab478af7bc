//! Compound statements: their branches, and which of them the compiler drops.

use smallvec::smallvec;
use tree_sitter::Node;

use super::{super::grammar::Kind, Flow, Walker, platform, statements::row};
use crate::{
    lang::anchors::words,
    model::code::{BlockKind, CodeExpr, Use},
};

/// A branch of an `if` as far as it decides how the statement ends.
struct Branch {
    truth: Option<bool>,
    ends: bool,
}

impl<'t> Walker<'_, 't> {
    /// Joins the rows of the header of a compound statement or clause; says whether it is excluded.
    pub(super) fn header(&mut self, node: Node<'t>) -> bool {
        let mut cursor = node.walk();
        let colon = node.children(&mut cursor).find(|child| child.kind() == ":");
        let end = colon.map_or(row(node), |colon| colon.start_position().row);
        self.lines.join(row(node), end)
    }

    fn block_of(&self, node: Node<'t>) -> Option<Node<'t>> {
        self.grammar.children(node).into_iter().find(|child| self.kind(*child) == Kind::Block)
    }

    /// A branch whose header may be excluded with all that is in it.
    fn guarded(&mut self, is_excluded: bool, kind: BlockKind, block: Option<Node<'t>>) -> (Flow, Option<u32>) {
        let Some(block) = block else { return (Flow::default(), None) };
        self.excluded += u32::from(is_excluded);
        let (flow, own) = self.branch(kind, block);
        self.excluded -= u32::from(is_excluded);
        (flow, Some(own))
    }

    pub(super) fn if_statement(&mut self, node: Node<'t>) -> Flow {
        let (outer, mut dead) = (self.block, 0);
        let mut flow = Flow::default();
        let mut branches: Vec<Branch> = Vec::new();
        let mut open: Vec<(u32, u32)> = Vec::new();
        let mut otherwise = BlockKind::Else;
        let mut clauses = vec![node];
        let is_clause = |kind| matches!(kind, Kind::ElifClause | Kind::ElseClause);
        clauses.extend(self.grammar.children(node).into_iter().filter(|child| is_clause(self.kind(*child))));
        let mut ends_otherwise = false;
        let mut exits = None;
        for (place, clause) in clauses.iter().enumerate() {
            let is_excluded = self.header(*clause);
            let block = self.block_of(*clause);
            if self.kind(*clause) == Kind::ElseClause {
                let (own, _) = self.guarded(is_excluded, otherwise, block);
                ends_otherwise = own.ends;
                flow.breaks |= own.breaks;
                if place == 1 {
                    exits = exits.or(own.exits);
                }
                continue;
            }
            if place > 0 {
                let kind = if otherwise == BlockKind::Else { BlockKind::Elif } else { otherwise };
                self.block = self.new_block(kind);
                open.push((self.block, self.count));
            }
            self.count += 1;
            self.line(row(*clause));
            let Some(condition) = clause.named_child(0).filter(|child| self.kind(*child) != Kind::Comment) else {
                continue;
            };
            self.expr(condition);
            let truth = self.constant_truth(condition);
            let (yes, no) = kinds(self.str(condition), truth);
            otherwise = no;
            self.dead += u32::from(truth == Some(false));
            let (own, made) = self.guarded(is_excluded, yes, block);
            self.dead -= u32::from(truth == Some(false));
            if truth == Some(true) {
                self.dead += 1;
                dead += 1;
            }
            let asks = self.asks_parameter(condition);
            if let Some(made) = made {
                self.here().blocks[made as usize].asks_parameter = asks;
            }
            flow.breaks |= own.breaks;
            if place == 0 && truth.is_none() {
                exits = own.exits.or(own.ends.then_some(BlockKind::AfterJump));
            }
            branches.push(Branch { truth, ends: own.ends });
        }
        self.dead -= dead;
        for (block, before) in open {
            let statements = self.count - before;
            self.here().blocks[block as usize].statements = statements;
        }
        self.block = outer;
        flow.ends = branches.iter().rev().fold(ends_otherwise, |rest, branch| match branch.truth {
            Some(true) => branch.ends,
            Some(false) => rest,
            None => branch.ends && rest,
        });
        flow.exits = exits;
        flow
    }

    /// Whether a condition names a parameter of the function at hand.
    fn asks_parameter(&self, condition: Node<'t>) -> bool {
        let parameters = &self.code.units[self.current as usize].parameters;
        let is_one = |word: &[u8]| parameters.iter().any(|parameter| self.code.word(parameter.name).as_bytes() == word);
        !parameters.is_empty() && words(&self.text[condition.byte_range()]).any(|(_, word)| is_one(word))
    }

    pub(super) fn for_statement(&mut self, node: Node<'t>) -> Flow {
        let is_excluded = self.header(node);
        self.count += 1;
        self.line(row(node));
        let field = &self.grammar.field;
        let is_async = node.child(0).is_some_and(|first| first.kind() == "async");
        let (left, right) = (self.grammar.child(node, field.left), self.grammar.child(node, field.right));
        if let (Some(left), Some(right)) = (left, right) {
            let iterated = self.expr(right);
            for name in if is_async { ["__aiter__", "__anext__"] } else { ["__iter__", "__next__"] } {
                let name = self.word(name);
                self.uses(Use::Operator(name, iterated));
            }
            let item = self.push(CodeExpr::Item(iterated));
            self.assign(left, item, 0);
        }
        let block = self.block_of(node);
        self.guarded(is_excluded, BlockKind::For, block);
        self.loop_else(node)
    }

    /// The `else` of a loop: a `break` in it breaks the loop around.
    fn loop_else(&mut self, node: Node<'t>) -> Flow {
        let clause = self.grammar.children(node).into_iter().find(|child| self.kind(*child) == Kind::ElseClause);
        let Some(clause) = clause else { return Flow::default() };
        let is_excluded = self.header(clause);
        let block = self.block_of(clause);
        let (own, _) = self.guarded(is_excluded, BlockKind::LoopElse, block);
        Flow { breaks: own.breaks, ..Flow::default() }
    }

    pub(super) fn while_statement(&mut self, node: Node<'t>) -> Flow {
        let is_excluded = self.header(node);
        self.count += 1;
        self.line(row(node));
        let condition = node.named_child(0);
        let truth = condition.and_then(|condition| self.constant_truth(condition));
        if let Some(condition) = condition {
            self.expr(condition);
        }
        let kind = if truth == Some(true) { BlockKind::Always } else { BlockKind::While };
        let block = self.block_of(node);
        self.dead += u32::from(truth == Some(false));
        let (own, _) = self.guarded(is_excluded, kind, block);
        self.dead -= u32::from(truth == Some(false));
        self.dead += u32::from(truth == Some(true));
        let flow = self.loop_else(node);
        self.dead -= u32::from(truth == Some(true));
        Flow { ends: truth == Some(true) && !own.breaks, ..flow }
    }

    pub(super) fn with_statement(&mut self, node: Node<'t>) -> Flow {
        let is_excluded = self.header(node);
        self.count += 1;
        self.line(row(node));
        let is_async = node.child(0).is_some_and(|first| first.kind() == "async");
        let clauses = self.grammar.children(node).into_iter().filter(|child| self.kind(*child) == Kind::WithClause);
        let items: Vec<_> = clauses.flat_map(|clause| self.grammar.children(clause)).collect();
        for item in items {
            let Some(value) = self.grammar.child(item, self.grammar.field.value) else { continue };
            let (context, target) = match self.kind(value) {
                Kind::AsPattern => (value.named_child(0), self.grammar.child(value, self.grammar.field.alias)),
                _ => (Some(value), None),
            };
            let Some(context) = context else { continue };
            let entered = self.expr(context);
            for name in if is_async { ["__aenter__", "__aexit__"] } else { ["__enter__", "__exit__"] } {
                let name = self.word(name);
                self.uses(Use::Operator(name, entered));
            }
            if let Some(target) = target {
                let bound = self.push(CodeExpr::Entered(entered));
                self.assign(target, bound, 0);
            }
        }
        self.excluded += u32::from(is_excluded);
        let own = self.block_of(node).map(|block| self.body(block, false)).unwrap_or_default();
        self.excluded -= u32::from(is_excluded);
        // A context can swallow what is raised in it.
        Flow { breaks: own.breaks, ..Flow::default() }
    }

    pub(super) fn try_statement(&mut self, node: Node<'t>) -> Flow {
        let is_excluded = self.header(node);
        self.count += 1;
        self.line(row(node));
        let children = self.grammar.children(node);
        let Some(block) = self.block_of(node) else { return Flow::default() };
        let imports = self.imports_of(block);
        let is_import = !imports.is_empty();
        let kind = if is_import { BlockKind::TryImport } else { BlockKind::Try };
        let (tried, made) = self.guarded(is_excluded, kind, Some(block));
        if let Some(made) = made {
            self.here().blocks[made as usize].imports.clone_from(&imports);
        }
        let mut breaks = tried.breaks;
        let (mut handled, mut otherwise, mut finally) = (true, false, false);
        for clause in children {
            let kind = self.kind(clause);
            if !matches!(kind, Kind::ExceptClause | Kind::ElseClause | Kind::FinallyClause) {
                continue;
            }
            let is_excluded = self.header(clause);
            let block = self.block_of(clause);
            match kind {
                Kind::ExceptClause => {
                    let own = self.handler(clause, block, is_excluded, &imports);
                    handled &= own.ends;
                    breaks |= own.breaks;
                }
                // Behind a `try` that does not end it is not compiled.
                Kind::ElseClause if !tried.ends => {
                    let (own, _) = self.guarded(is_excluded, BlockKind::TryElse, block);
                    otherwise = own.ends;
                    breaks |= own.breaks;
                }
                Kind::FinallyClause => {
                    self.excluded += u32::from(is_excluded);
                    let own = block.map(|block| self.body(block, false)).unwrap_or_default();
                    self.excluded -= u32::from(is_excluded);
                    finally = own.ends;
                    breaks |= own.breaks;
                }
                _ => {}
            }
        }
        Flow { ends: finally || (tried.ends || otherwise) && handled, breaks, ..Flow::default() }
    }

    fn handler(
        &mut self,
        clause: Node<'t>,
        block: Option<Node<'t>>,
        is_excluded: bool,
        imports: &[crate::model::code::Word],
    ) -> Flow {
        let value = self.grammar.child(clause, self.grammar.field.value);
        let (caught, alias) = match value {
            Some(value) if self.kind(value) == Kind::AsPattern => {
                (value.named_child(0), self.grammar.child(value, self.grammar.field.alias))
            }
            value => (value, None),
        };
        if let Some(caught) = caught {
            // To name an exception is not to use it.
            let uses = self.here().uses.len();
            self.expr(caught);
            self.here().uses.truncate(uses);
            if let Some(alias) = alias {
                let types = match self.kind(caught) {
                    Kind::Tuple => self.grammar.children(caught),
                    _ => smallvec![caught],
                };
                for node in types.into_iter().take(8) {
                    if let Some(annotation) = self.annotation(self.str(node)) {
                        let value = self.push(CodeExpr::Annotated(annotation));
                        self.assign(alias, value, 0);
                    }
                }
            }
        }
        let kind = if imports.is_empty() { BlockKind::Except } else { BlockKind::ImportFails };
        let (outer, before) = (self.block, self.count);
        let own = self.new_block(kind);
        self.block = own;
        self.excluded += u32::from(is_excluded);
        self.line(row(clause));
        let flow = block.map(|block| self.body(block, false)).unwrap_or_default();
        self.excluded -= u32::from(is_excluded);
        let statements = self.count - before;
        let block = &mut self.here().blocks[own as usize];
        block.statements = statements;
        block.raises = flow.raises;
        block.imports = imports.to_vec();
        self.block = outer;
        flow
    }

    pub(super) fn match_statement(&mut self, node: Node<'t>) -> Flow {
        self.header(node);
        self.count += 1;
        self.line(row(node));
        let mut flow = Flow { ends: false, ..Flow::default() };
        let children = self.grammar.children(node);
        let mut subject = None;
        for child in &children {
            if self.kind(*child) != Kind::Block {
                let value = self.expr(*child);
                subject = subject.or(Some(value));
            }
        }
        let Some(body) = self.block_of(node) else { return flow };
        let cases = self.grammar.children(body);
        let (mut all_end, mut is_whole) = (true, false);
        for case in cases {
            let is_excluded = self.header(case);
            self.excluded += u32::from(is_excluded);
            self.line(row(case));
            self.excluded -= u32::from(is_excluded);
            let mut guarded = false;
            let mut pattern = "";
            for child in self.grammar.children(case) {
                match child.kind() {
                    "case_pattern" => {
                        pattern = self.str(child);
                        let unknown = self.push(CodeExpr::Unknown);
                        let names: Vec<&str> = words(pattern.as_bytes())
                            .filter_map(|(_, word)| std::str::from_utf8(word).ok())
                            .filter(|word| word.starts_with(|first: char| first.is_lowercase()))
                            .take(40)
                            .collect();
                        for name in names {
                            let name = self.word(name);
                            self.bind(name, unknown);
                        }
                    }
                    "if_clause" => {
                        guarded = true;
                        for condition in self.grammar.children(child) {
                            self.expr(condition);
                        }
                    }
                    _ => {}
                }
            }
            is_whole = !guarded && pattern.bytes().all(|byte| byte == b'_' || byte.is_ascii_alphanumeric());
            let block = self.block_of(case);
            let (own, _) = self.guarded(is_excluded, BlockKind::Case, block);
            all_end &= own.ends;
            flow.breaks |= own.breaks;
        }
        flow.ends = all_end && is_whole;
        flow
    }
}

/// The branches that a condition makes.
fn kinds(condition: &str, truth: Option<bool>) -> (BlockKind, BlockKind) {
    let is_main = condition.contains("__name__") && condition.contains("__main__");
    if truth == Some(false) || condition.contains("TYPE_CHECKING") || is_main {
        return (BlockKind::Never, BlockKind::Always);
    }
    if truth == Some(true) {
        return (BlockKind::Always, BlockKind::Never);
    }
    match platform::truth(condition) {
        Some(true) => (BlockKind::ThisPlatform, BlockKind::OtherPlatform),
        Some(false) => (BlockKind::OtherPlatform, BlockKind::ThisPlatform),
        None if platform::is_about(condition) => (BlockKind::Platform, BlockKind::PlatformElse),
        None => (BlockKind::If, BlockKind::Else),
    }
}
