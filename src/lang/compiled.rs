//! Shapes of patterns compiled into queries: all of them into one for a tree, or those that a file needs for a few files.
//! Knows tree-sitter's queries and which shapes are asked for, not what a match means.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use tree_sitter::{Language, Query, QueryError};

/// A set of shapes, by their numbers.
pub(crate) type Shapes = u128;

/// So many queries of some shapes are compiled before all shapes are compiled into one.
const MAX_PARTIAL: usize = 4;

/// The set of this shape alone; of all, where there are more shapes than a set can tell.
pub(crate) fn shape(number: usize) -> Shapes {
    u32::try_from(number).ok().and_then(|number| 1_u128.checked_shl(number)).unwrap_or(Shapes::MAX)
}

/// A query and the shape of each of its patterns.
#[derive(Debug)]
pub(crate) struct Compiled {
    pub(crate) query: Query,
    shapes: Vec<Option<usize>>,
}

impl Compiled {
    /// A query whose patterns are the shapes in their order.
    pub(super) fn whole(query: Query) -> Self {
        let shapes = (0..query.pattern_count()).map(Some).collect();
        Self { query, shapes }
    }

    /// The shape of a pattern.
    pub(crate) fn shape(&self, pattern: usize) -> Option<usize> {
        self.shapes.get(pattern).copied().flatten()
    }
}

/// The shapes of a language's detectors, compiled when they are needed.
#[derive(Debug)]
pub(crate) struct Queries {
    language: Language,
    /// The names that captures have in every query, by their numbers.
    captures: Vec<String>,
    texts: Vec<String>,
    all: OnceLock<Arc<Compiled>>,
    partial: Mutex<Vec<(Shapes, Arc<Compiled>)>>,
}

impl Queries {
    pub(super) fn new(language: &Language, captures: Vec<String>, texts: Vec<String>) -> Self {
        let (all, partial) = (OnceLock::new(), Mutex::new(Vec::new()));
        Self { language: language.clone(), captures, texts, all, partial }
    }

    /// Those of a query that is compiled already.
    pub(super) fn compiled(language: &Language, query: Query) -> Self {
        let queries = Self::new(language, Vec::new(), Vec::new());
        queries.all.get_or_init(|| Arc::new(Compiled::whole(query)));
        queries
    }

    /// Compiles all shapes.
    pub(super) fn all(&self) -> Result<Arc<Compiled>, QueryError> {
        if self.all.get().is_none() {
            let compiled = self.compile(Shapes::MAX)?;
            self.all.get_or_init(|| Arc::new(compiled));
        }
        Ok(Arc::clone(self.all.get().expect("it was just set")))
    }

    /// A query that has at least these shapes.
    pub(crate) fn with(&self, wanted: Shapes) -> Result<Arc<Compiled>, QueryError> {
        if let Some(all) = self.all.get() {
            return Ok(Arc::clone(all));
        }
        let mut partial = self.partial.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, compiled)) = partial.iter().find(|(shapes, _)| wanted & !shapes == 0) {
            return Ok(Arc::clone(compiled));
        }
        if partial.len() == MAX_PARTIAL {
            return self.all();
        }
        // Files of one project resemble each other.
        let shapes = wanted | partial.last().map_or(0, |(shapes, _)| *shapes);
        let compiled = Arc::new(self.compile(shapes)?);
        partial.push((shapes, Arc::clone(&compiled)));
        Ok(compiled)
    }

    fn compile(&self, wanted: Shapes) -> Result<Compiled, QueryError> {
        // Captures are numbered as they appear: these patterns are there for that alone.
        let mut text: String = self.captures.iter().map(|name| format!("(ERROR) @{name}\n")).collect();
        let mut shapes = vec![None; self.captures.len()];
        for (number, own) in self.texts.iter().enumerate().filter(|(number, _)| wanted & shape(*number) != 0) {
            text.push_str(own);
            text.push('\n');
            shapes.push(Some(number));
        }
        let mut query = Query::new(&self.language, &text)?;
        (0..self.captures.len()).for_each(|pattern| query.disable_pattern(pattern));
        Ok(Compiled { query, shapes })
    }
}
