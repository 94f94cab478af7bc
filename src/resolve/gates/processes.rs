//! How many processes a test runs in: by base classes that start them, by what it calls, by markers.

use super::{
    super::{
        collection::Item,
        devices::words,
        marks::Marks,
        modules::Module,
        names::{Entity, Located, Place, stem},
        reach::Step,
    },
    condition::{Env, Judge, inside},
    need::Need,
};
use crate::model::{Confidence, DefinitionKind, Expr, FlowKind, expr::Call, suite::Processes};

/// How deeply calls are followed, and how many functions for one test.
const MAX_CALLS: u8 = 5;
const MAX_FOLLOWED: usize = 48;

/// Published base classes that start processes for each test, with how many where the test's class does not say.
const BASES: [(&str, Option<u32>); 12] = [
    ("MultiProcessTestCase", Some(4)),
    ("MultiProcContinousTest", Some(2)),
    ("MultiProcContinuousTest", Some(2)),
    ("DistributedTestBase", Some(4)),
    ("DistributedTest", None),
    ("DTensorTestBase", None),
    ("DTensorContinuousTestBase", None),
    ("FSDPTest", None),
    ("ShardedTensorTestBase", Some(4)),
    ("RpcAgentTestFixture", None),
    ("RpcTestFixture", None),
    ("TestDistBackend", None),
];

/// Functions that start processes, by the ends of their names.
const STARTERS: [&str; 15] = [
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
    "torch.distributed.run.main",
    "torch.distributed.run.run",
    "torch.distributed.launch.main",
    "LocalElasticAgent",
    "elastic_launch",
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
        let last = |name: &str| name.rsplit('.').next().unwrap_or(name).to_owned();
        let own = class.mro.iter().skip(1).map(|place| place.definition().name.clone());
        let Some(by) = own.chain(class.external.iter().map(|base| last(base))).find(|name| starts(name)) else {
            continue;
        };
        // What the class says and cannot be worked out is not known.
        let says = item.classes.iter().any(|class| class.binder("world_size").is_some());
        let usual = BASES.iter().find(|(name, _)| *name == by).and_then(|(_, count)| *count).filter(|_| !says);
        let count = marked(marks).and_then(|(_, count)| count).or_else(|| judge.world_size()).or(usual);
        let definition = class.mro[0].definition();
        let path = path(module, class.mro[0].module);
        return Some(Processes { count, by, path, line: definition.line }).filter(|found| found.count != Some(1));
    }
    let mut seen = Vec::new();
    for step in steps.iter().filter(|step| step.depth == 0) {
        if let Some(found) = followed(judge, module, step.place, MAX_CALLS, &mut seen) {
            return Some(found).filter(|found| found.count != Some(1));
        }
    }
    if let Some(found) = by_decorator(judge, module, item) {
        return Some(found);
    }
    let (name, count) = marked(marks)?;
    let line = item.function.map_or(1, |function| function.definition().span.line);
    Some(Processes { count, by: format!("marker {name}"), path: None, line })
}

/// Whether a base class of this name starts processes: a published one, or one that says so, as `MultiProcTestCase`.
fn starts(name: &str) -> bool {
    if BASES.iter().any(|(known, _)| *known == name) {
        return true;
    }
    let words = words(name);
    let is_base = words.iter().any(|word| matches!(word.as_str(), "test" | "case" | "base" | "mixin" | "tests"));
    let is_process = |word: &str| matches!(word, "proc" | "process" | "processes");
    let joined = words.iter().any(|word| matches!(word.as_str(), "multiproc" | "multiprocess"));
    is_base && (joined || words.windows(2).any(|pair| pair[0] == "multi" && is_process(&pair[1])))
}

/// What starts processes in a function, in what it calls, or in methods that it hands over.
fn followed<'w>(
    judge: &Judge<'_, 'w>,
    module: &'w Module,
    place: Place<'w>,
    depth: u8,
    seen: &mut Vec<Place<'w>>,
) -> Option<Processes> {
    let depth = depth.checked_sub(1)?;
    if seen.len() >= MAX_FOLLOWED || seen.contains(&place) {
        return None;
    }
    seen.push(place);
    let calls = || {
        place.module.flows_of(Some(place.id)).filter_map(|flow| match &flow.kind {
            FlowKind::Call(call) => Some((&**call, flow)),
            FlowKind::Return(Some(Expr::Call(call))) => Some((&**call, flow)),
            _ => None,
        })
    };
    let own = calls().find_map(|(call, flow)| {
        let (by, count) = started(judge, place.module, call)?;
        Some(Processes { count, by, path: path(module, place.module), line: flow.evidence.line })
    });
    own.or_else(|| {
        calls().find_map(|(call, _)| {
            let called = judge.called(place, call).map(|(callee, _)| callee);
            let passed = call.arguments.iter().chain(call.keywords.iter().map(|(_, value)| value));
            let handed = passed.filter_map(|value| handed(judge, place, value));
            called.into_iter().chain(handed).find_map(|next| followed(judge, module, next, depth, seen))
        })
    })
}

/// The function that a value is, where it is one of the tests.
fn handed<'w>(judge: &Judge<'_, 'w>, place: Place<'w>, value: &'w Expr) -> Option<Place<'w>> {
    let (Expr::Local(written) | Expr::Dotted(written) | Expr::Name(written)) = value else { return None };
    if let Some(method) = written.strip_prefix("self.") {
        return judge.method(method);
    }
    match judge.names.written(inside(place.module, value), written) {
        Entity::Definition(found) if found.definition().kind == DefinitionKind::Function => Some(found),
        _ => None,
    }
}

/// The devices that the number of processes follows: where it is no more than these, and there are none, nothing starts.
pub(super) fn limited(judge: &Judge<'_, '_>) -> Option<Need> {
    let size = judge.attribute("self.world_size")?;
    let counted = |at| judge.counted(at, &Env::default(), 8);
    let found = match size.expr {
        Expr::Call(call) if call.callee == "builtins.min" => {
            call.arguments.iter().find_map(|expr| counted(Located { expr, ..size }))
        }
        Expr::Call(call) if call.callee == "builtins.max" => None,
        _ => counted(size),
    }?;
    Some(Need { least: Some(1), confidence: Confidence::Medium, ..found })
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
    // Of the environment only the default is known.
    let number = |expr| {
        let at = inside(module, expr);
        let given = judge.number_of_environment(at, 6).is_none();
        given.then(|| u32::try_from(judge.integer(at, &Env::default(), 8)?).ok()).flatten()
    };
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
