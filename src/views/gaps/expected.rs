//! What the estimate of coverage says of the symbols and modules of the project. Finds no gap, and follows no call itself.

use std::collections::HashMap;

use crate::model::{
    Suite,
    coverage::{FunctionCoverage, UNREACHED},
    project::{ProjectModule, Symbol, SymbolKind},
};

/// What is likelier entered than not is no gap, whatever its name is. A function that nothing leads to has a chance all the
/// same, by what is expected of its neighbours: names that say that it is not reached need no more than that it is low.
const LIKELY: f64 = 0.5;
/// Functions that are less likely entered than this are told though names lead to them.
const NEARLY_CERTAIN: f64 = 0.05;

/// What is expected of a function, or of all methods of a class.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Expected {
    /// How likely some test enters it; of a class: the likeliest of its methods.
    pub(super) chance: f64,
    /// How many statements there are in what may be entered.
    pub(super) statements: u32,
}

impl Expected {
    /// Whether no test is expected to enter it.
    pub(super) fn is_unreached(self) -> bool {
        self.chance < LIKELY
    }

    /// Whether it is all but sure that none does.
    pub(super) fn is_certain(self) -> bool {
        self.chance < NEARLY_CERTAIN
    }

    /// The chance in words.
    pub(super) fn words(self) -> String {
        let percent = self.chance * 100.0;
        if percent < 1.0 {
            "a chance below 1 % that a test enters it".to_owned()
        } else {
            format!("a chance of {percent:.0} % that a test enters it")
        }
    }
}

/// The estimate, by place.
pub(super) struct Estimate<'s> {
    functions: HashMap<(&'s str, u32), &'s FunctionCoverage>,
    shares: HashMap<&'s str, f64>,
    /// Whether it began with every test of the tree: what it does not reach, no other test does.
    pub(super) is_whole: bool,
}

impl<'s> Estimate<'s> {
    pub(super) fn new(suite: &'s Suite) -> Self {
        let Some(coverage) = suite.coverage.as_ref().filter(|coverage| coverage.tests > 0) else {
            return Self { functions: HashMap::new(), shares: HashMap::new(), is_whole: false };
        };
        let functions = coverage.functions.iter().map(|own| ((own.path.as_str(), own.line), own)).collect();
        let files = coverage.files.iter().filter(|file| !file.is_omitted);
        let shares = files.map(|file| (file.path.as_str(), file.estimate)).collect();
        Self { functions, shares, is_whole: suite.whole }
    }

    /// What is expected of a symbol; nothing where the estimate does not know it, or it has no function.
    pub(super) fn of(&self, module: &ProjectModule, symbol: &Symbol) -> Option<Expected> {
        let at = |line: u32| self.functions.get(&(module.path.as_str(), line)).copied();
        let own = |function: &FunctionCoverage| Expected { chance: function.chance, statements: function.statements };
        if symbol.kind != SymbolKind::Class {
            return at(symbol.line).map(own);
        }
        let class = module.facts.symbols.iter().position(|other| std::ptr::eq(other, symbol))?;
        let methods = module.facts.symbols.iter().filter(|other| {
            other.kind != SymbolKind::Class && other.parent.is_some_and(|place| place as usize == class)
        });
        methods.filter_map(|method| at(method.line)).map(own).reduce(|all, one| Expected {
            chance: all.chance.max(one.chance),
            statements: all.statements.saturating_add(one.statements),
        })
    }

    /// Whether a good part of a module is expected to run.
    pub(super) fn runs(&self, module: &ProjectModule) -> bool {
        self.shares.get(module.path.as_str()).is_some_and(|share| *share >= UNREACHED)
    }

    /// The share of a module that is expected to run.
    pub(super) fn share(&self, module: &ProjectModule) -> Option<f64> {
        self.shares.get(module.path.as_str()).copied()
    }
}
