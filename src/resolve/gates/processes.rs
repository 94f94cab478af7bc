//! How many processes a test runs in: by base classes that start them, by what it calls, by markers.

use super::{
    super::{
        collection::Item,
        marks::Marks,
        modules::Module,
        names::{Entity, stem},
        reach::Step,
    },
    condition::{Env, Judge, inside},
};
use crate::model::{Expr, FlowKind, expr::Call, suite::Processes};

/// Published base classes that start processes for each test.
const BASES: [&str; 14] = [
    "MultiProcessTestCase",
    "MultiProcContinousTest",
    "MultiProcContinuousTest",
    "DistributedTestBase",
    "DistributedTest",
    "DTensorTestBase",
    "DTensorContinuousTestBase",
    "FSDPTest",
    "ShardedTensorTestBase",
    "RpcAgentTestFixture",
    "RpcTestFixture",
    "CommonDistributedDataParallelTest",
    "TestDistBackend",
    "MultiProcessInductorTestCase",
];

/// Functions that start processes, by the ends of their names.
const STARTERS: [&str; 10] = [
    "multiprocessing.spawn",
    "multiprocessing.start_processes",
    "spawn.spawn",
    "multiprocessing.Process",
    "get_context().Process",
    "xla_multiprocessing.spawn",
    "notebook_launcher",
    "debug_launcher",
    "start_processes",
    "launch_agent",
];

/// Programs that start processes.
const LAUNCHERS: [&str; 6] =
    ["torchrun", "mpirun", "mpiexec", "torch.distributed.run", "torch.distributed.launch", "accelerate"];

/// Markers of tests that run in several processes.
const MARKERS: [&str; 4] = ["world_size", "distributed", "mpi", "multiprocess"];

/// Keywords that say how many.
const NUMBERS: [&str; 5] = ["num_gpus", "world_size", "nprocs", "min_size", "num_processes"];

/// What starts processes for a test, if anything does.
pub(super) fn processes<'w>(
    judge: &Judge<'_, 'w>,
    module: &'w Module,
    item: &Item<'w>,
    marks: &Marks<'w>,
    steps: &[Step<'w>],
) -> Option<Processes> {
    for class in &item.classes {
        let named = |name: &str| BASES.contains(&name.rsplit('.').next().unwrap_or(name));
        let own = class
            .mro
            .iter()
            .skip(1)
            .find(|place| named(&place.definition().name))
            .map(|place| place.definition().name.as_str());
        let base = class.external.iter().find(|base| named(base)).map(String::as_str).or(own);
        if let Some(base) = base {
            let by = base.rsplit('.').next().unwrap_or(base).to_owned();
            let count = marked(marks).and_then(|(_, count)| count).or_else(|| judge.world_size());
            let definition = class.mro[0].definition();
            return Some(Processes { count, by, path: path(module, class.mro[0].module), line: definition.line });
        }
    }
    for step in steps.iter().filter(|step| step.depth == 0) {
        for flow in step.place.module.flows_of(Some(step.place.id)) {
            let FlowKind::Call(call) = &flow.kind else { continue };
            if let Some((by, count)) = started(judge, step.place.module, call) {
                return Some(Processes { count, by, path: path(module, step.place.module), line: flow.evidence.line });
            }
        }
    }
    if let Some(found) = by_decorator(judge, module, item) {
        return Some(found);
    }
    let (name, count) = marked(marks)?;
    let line = item.function.map_or(1, |function| function.definition().span.line);
    Some(Processes { count, by: format!("marker {name}"), path: None, line })
}

/// What a decorator of the tree marks a test with.
fn by_decorator<'w>(judge: &Judge<'_, 'w>, module: &'w Module, item: &Item<'w>) -> Option<Processes> {
    let function = item.function?;
    function.definition().decorators.iter().find_map(|decorator| {
        if !judge.names.is_of_tests(function.module, stem(&decorator.name)) {
            return None;
        }
        let Entity::Definition(made) = judge.names.dotted(function.module, stem(&decorator.name)) else { return None };
        let call = decorator.call.as_ref()?;
        let env = judge.bind(made, call, inside(function.module, &Expr::Opaque), &Env::default(), false);
        made.module.flows_of(Some(made.id)).find_map(|flow| {
            let FlowKind::Call(call) = &flow.kind else { return None };
            let name = call.callee.strip_prefix("pytest.mark.").filter(|name| MARKERS.contains(name))?;
            let number = NUMBERS.iter().find_map(|name| call.keyword(name)).or_else(|| call.arguments.first());
            let count = number.and_then(|expr| judge.integer(inside(made.module, expr), &env, 8));
            let line = flow.evidence.line;
            let count = count.and_then(|count| u32::try_from(count).ok());
            Some(Processes { count, by: format!("marker {name}"), path: path(module, made.module), line })
        })
    })
}

fn path(own: &Module, other: &Module) -> Option<String> {
    (!std::ptr::eq(own, other)).then(|| other.path().to_owned())
}

fn marked<'m>(marks: &'m Marks<'_>) -> Option<(&'m str, Option<u32>)> {
    let mark = marks.list.iter().find(|mark| MARKERS.contains(&mark.name.as_str()))?;
    let number = |expr: &Expr| match expr {
        Expr::Int(number) => u32::try_from(*number).ok(),
        _ => None,
    };
    let count = mark.call.and_then(|call| {
        let keyword = NUMBERS.iter().find_map(|name| call.keyword(name));
        keyword.or_else(|| call.arguments.first()).and_then(number)
    });
    Some((&mark.name, count))
}

/// What a call starts, and how many of it.
fn started<'w>(judge: &Judge<'_, 'w>, module: &'w Module, call: &'w Call) -> Option<(String, Option<u32>)> {
    let name = stem(&call.callee);
    let number = |expr| u32::try_from(judge.integer(inside(module, expr), &Env::default(), 8)?).ok();
    if STARTERS.iter().any(|ending| name == *ending || name.ends_with(&format!(".{ending}"))) {
        let keyword = ["nprocs", "num_processes", "world_size"].iter().find_map(|name| call.keyword(name));
        let position = name.ends_with("spawn").then(|| call.arguments.get(2)).flatten();
        return Some((name.to_owned(), keyword.or(position).and_then(number)));
    }
    if !name.starts_with("subprocess.") && name != "os.system" {
        return None;
    }
    let mut words = Vec::new();
    collect(call.arguments.first()?, &mut words, 6);
    let launcher =
        words.iter().find_map(|word| LAUNCHERS.iter().find(|launcher| word.rsplit('/').next() == Some(launcher)))?;
    let count = words.iter().enumerate().find_map(|(at, word)| {
        let option = word.trim_start_matches('-').replace('-', "_");
        let (option, value) =
            option.split_once('=').map_or((option.as_str(), None), |(name, value)| (name, Some(value)));
        let counts = matches!(option, "nproc_per_node" | "np" | "n" | "num_processes");
        counts.then(|| value.or_else(|| words.get(at + 1).copied())?.parse().ok()).flatten()
    });
    Some(((*launcher).to_owned(), count))
}

/// The words of a command.
fn collect<'e>(expr: &'e Expr, words: &mut Vec<&'e str>, depth: u8) {
    let Some(depth) = depth.checked_sub(1) else { return };
    match expr {
        Expr::Str(text) => words.extend(text.split_whitespace()),
        Expr::Sequence(items) | Expr::Tuple(items) => items.iter().for_each(|item| collect(item, words, depth)),
        Expr::Sum(left, right) => {
            collect(left, words, depth);
            collect(right, words, depth);
        }
        Expr::Starred(inner) => collect(inner, words, depth),
        Expr::Call(call) => {
            if let Some(Expr::Str(text)) = &call.receiver {
                words.extend(text.split_whitespace());
            }
        }
        _ => {}
    }
}
