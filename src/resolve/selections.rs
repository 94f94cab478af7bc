//! Which markers the project's mark expressions ask for. Refuses to know which markers there are.

use super::{mark_expression, plugins};
use crate::model::{
    Invocation, Location, MarkerInput, PytestConfig,
    command::{MarkerSelection, Program},
};

/// The mark expressions of commands and of inputs to CI jobs, but for those that are only known when they run.
pub fn selections(invocations: &[Invocation], inputs: &[MarkerInput]) -> Vec<MarkerSelection> {
    let pytest = invocations.iter().filter(|own| matches!(own.program, Program::Pytest | Program::Forwarded(_)));
    let given = pytest.flat_map(|own| {
        let certain = own.program == Program::Pytest;
        own.mark_expressions()
            .into_iter()
            .filter(|selection| selection.counts && !selection.computed)
            .filter_map(move |selection| of_tree(&own.path, selection.line, &selection.expression, certain))
    });
    let inputs = inputs.iter().filter(|own| !own.computed);
    given.chain(inputs.filter_map(|own| of_tree(&own.path, own.line, &own.expression, false))).collect()
}

/// The mark expression in pytest's own configuration.
pub fn configured_selection(pytest: &PytestConfig) -> Option<MarkerSelection> {
    let source = pytest.source.as_ref()?;
    let line = pytest.options.iter().find(|option| option.name == "addopts").map_or(1, |option| option.line);
    of_tree(&source.path, line, pytest.addopts.markexpr.as_ref()?, true)
}

/// `None` where pytest would refuse the expression: that is the matter of whoever runs it.
fn of_tree(path: &str, line: u32, expression: &str, certain: bool) -> Option<MarkerSelection> {
    let parsed = mark_expression::marks(expression).ok()??;
    let mut names: Vec<String> = Vec::new();
    for name in parsed.names() {
        if plugins::marker(name).is_none() && !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    let at = Location { path: path.to_owned(), line };
    Some(MarkerSelection { at, expression: expression.to_owned(), names, certain })
}
