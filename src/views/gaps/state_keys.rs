//! State that is saved by its keys, where no test compares them: state dicts, and classes that say themselves how they are
//! pickled.

use std::collections::HashSet;

use super::{
    Draft, Found, Kind, PasteFile,
    look::{Look, TestFunction, apart, of_symbol, some},
    paste,
};
use crate::model::{
    Confidence,
    gap::GapKind,
    project::{ProjectModule, Symbol, SymbolKind},
};

pub(super) const KIND: Kind =
    Kind { kind: GapKind::StateKeys, title: "Regression test of the keys of saved state", find };

/// Classes whose subclasses have a state dict.
const MODULES: [&str; 5] = [
    "torch.nn.Module",
    "torch.nn.modules.module.Module",
    "nn.Module",
    "torch.optim.Optimizer",
    "lightning.LightningModule",
];
/// Words by which a module is given state of its own, or the state of others below it.
const KEEPING: [&str; 16] = [
    "Parameter",
    "UninitializedParameter",
    "UninitializedBuffer",
    "Buffer",
    "register_buffer",
    "register_parameter",
    "register_module",
    "add_module",
    "add_param_group",
    "ModuleList",
    "ModuleDict",
    "ParameterList",
    "ParameterDict",
    "Sequential",
    "add_state",
    // What an optimizer keeps for each parameter.
    "state",
];
/// Beginnings of the names of layers that have parameters or buffers; activations, pooling and losses have none.
const LAYERS: [&str; 17] = [
    "BatchNorm",
    "Bilinear",
    "Conv",
    "Embedding",
    "GRU",
    "GroupNorm",
    "InstanceNorm",
    "LSTM",
    "LayerNorm",
    "Lazy",
    "Linear",
    "MultiheadAttention",
    "PReLU",
    "RMSNorm",
    "RNN",
    "SyncBatchNorm",
    "Transformer",
];
/// Methods by which a class says how it is pickled.
const PICKLED: [&str; 5] = ["__getstate__", "__setstate__", "__reduce__", "__reduce_ex__", "__getnewargs__"];

/// A class with what makes its state saved.
#[derive(Clone, Copy)]
struct Saved<'s> {
    module: &'s ProjectModule,
    class: &'s Symbol,
    /// The method that says so, where one does.
    method: Option<&'s Symbol>,
    has_state_dict: bool,
}

fn find(look: &Look<'_>) -> Found {
    if !look.has_python_tests() {
        return Found::nothing("there are no tests in Python");
    }
    let mut saved: Vec<Saved<'_>> = look.project.product().flat_map(saved).collect();
    let keeping = keeping(&saved);
    saved.retain(|own| look.is_offered(own.module, own.class));
    saved.retain(|own| own.method.is_some() || keeping.contains(own.class.name.as_str()));
    if saved.is_empty() {
        return Found::nothing("no class has a state dict or says how it is pickled");
    }
    let mut found = Found::default();
    let (dicts, pickled): (Vec<_>, Vec<_>) = saved.into_iter().partition(|own| own.has_state_dict);
    if !dicts.is_empty() {
        let tests: Vec<TestFunction<'_>> = look.test_functions().filter(|test| test.has("state_dict")).collect();
        let compares = |test: &&TestFunction<'_>| {
            const LOOKING: [&str; 8] = [
                "keys",
                "expected_keys",
                "missing_keys",
                "unexpected_keys",
                "_keys",
                "items",
                "assertIn",
                "OrderedDict",
            ];
            // A test of nothing but the dict asks for its keys one by one.
            let is_about = test.symbol.name.contains("state_dict") && !test.has("load_state_dict");
            is_about || LOOKING.iter().any(|word| test.has(word))
        };
        let closing: Vec<_> = tests.iter().filter(compares).take(5).map(TestFunction::at).collect();
        if closing.is_empty() {
            found.drafts.push(dicts_gap(look, &dicts, !tests.is_empty()));
        } else {
            found.why = Some("tests look at the keys of state dicts".to_owned());
            found.closed_by.extend(closing);
        }
    }
    if !pickled.is_empty() {
        const SAVING: [&str; 8] =
            ["pickle", "cloudpickle", "dill", "copy", "deepcopy", "joblib", "__reduce__", "__getstate__"];
        let is_saving = |module: &&ProjectModule| module.facts.words.iter().any(|word| SAVING.contains(&&**word));
        let saving: Vec<&ProjectModule> = look.project.tests().filter(is_saving).collect();
        let is_tested = |own: &Saved<'_>| {
            saving.iter().any(|module| module.facts.words.iter().any(|word| **word == *own.class.name))
        };
        let untested: Vec<Saved<'_>> = pickled.into_iter().filter(|own| !is_tested(own)).collect();
        if untested.is_empty() {
            found.why.get_or_insert_with(|| {
                "a test that pickles or copies names each class that says how that is done".to_owned()
            });
        } else {
            found.drafts.push(pickle_gap(&untested, saving.is_empty()));
        }
    }
    found
}

/// The classes of a module whose state is saved.
fn saved(module: &ProjectModule) -> impl Iterator<Item = Saved<'_>> {
    let facts = &module.facts;
    (0u32..).zip(&facts.symbols).filter(|(_, own)| own.kind == SymbolKind::Class && own.is_public()).filter_map(
        move |(place, class)| {
            let mut methods =
                facts.symbols.iter().filter(move |own| own.parent == Some(place) && own.kind == SymbolKind::Method);
            let state = facts
                .symbols
                .iter()
                .find(|own| own.parent == Some(place) && own.name == "state_dict" && own.statements > 1);
            let is_module = class.bases.iter().any(|base| MODULES.contains(&base.as_str()));
            // Pickling that is refused saves nothing.
            let pickled = methods.find(|own| {
                PICKLED.contains(&own.name.as_str())
                    && own.statements > 0
                    && !facts.words_of(&own.uses).any(|(word, _)| {
                        word == "TypeError" || word == "NotImplementedError" || word == "PicklingError"
                    })
            });
            let has_state_dict = state.is_some() || is_module;
            (has_state_dict || pickled.is_some()).then_some(Saved {
                module,
                class,
                method: state.or(pickled),
                has_state_dict,
            })
        },
    )
}

/// The names of classes that keep something: parameters, buffers, layers that have some, or others of these classes.
/// What only computes has a state dict without keys.
fn keeping<'s>(saved: &[Saved<'s>]) -> HashSet<&'s str> {
    // How deep classes made of each other are followed.
    const DEPTH: usize = 8;
    let names: HashSet<&str> = saved.iter().map(|own| own.class.name.as_str()).collect();
    let mut kept = HashSet::new();
    let mut made_of: Vec<(&str, Vec<&str>)> = Vec::new();
    for own in saved {
        let facts = &own.module.facts;
        let is_within = |symbol: &Symbol| {
            std::ptr::eq(symbol, own.class)
                || symbol
                    .parent
                    .and_then(|place| facts.symbols.get(place as usize))
                    .is_some_and(|parent| std::ptr::eq(parent, own.class))
        };
        let within = || facts.symbols.iter().filter(|symbol| is_within(symbol));
        let words: HashSet<&str> =
            within().flat_map(|symbol| facts.words_of(&symbol.uses)).map(|(word, _)| word).collect();
        let is_layer = |word: &&str| LAYERS.iter().any(|layer| word.starts_with(layer));
        if words.iter().any(|word| KEEPING.contains(word)) || words.iter().any(is_layer) {
            kept.insert(own.class.name.as_str());
        } else {
            let others = words.into_iter().filter(|word| names.contains(word) && *word != own.class.name).collect();
            made_of.push((own.class.name.as_str(), others));
        }
    }
    for _ in 0..DEPTH {
        let before = kept.len();
        let more: Vec<&str> = made_of
            .iter()
            .filter(|(_, others)| others.iter().any(|other| kept.contains(other)))
            .map(|(class, _)| *class)
            .collect();
        kept.extend(more);
        if kept.len() == before {
            break;
        }
    }
    kept
}

fn names(saved: &[Saved<'_>]) -> Vec<String> {
    let mut names = apart(&saved.iter().map(|own| (own.module, own.class)).collect::<Vec<_>>());
    names.sort();
    names
}

fn sized(mut draft: Draft, saved: &[Saved<'_>]) -> Draft {
    let mut modules: Vec<&ProjectModule> = saved.iter().map(|own| own.module).collect();
    modules.dedup_by_key(|module| module.path.as_str());
    draft.importers = modules.iter().map(|module| module.importers).sum();
    draft.statements = saved.iter().map(|own| own.class.statements).sum();
    draft.symbols = u32::try_from(saved.len()).unwrap_or(u32::MAX);
    // The snapshot is one test over all of them.
    draft.items = saved.len().min(20);
    draft.evidence = saved.iter().map(|own| of_symbol(own.module, own.method.unwrap_or(own.class))).collect();
    draft
}

fn dicts_gap(look: &Look<'_>, saved: &[Saved<'_>], is_mentioned: bool) -> Draft {
    let confidence = if is_mentioned { Confidence::Medium } else { Confidence::High };
    let mut draft = Draft::new(
        GapKind::StateKeys,
        confidence,
        format!("No regression test of the state-dict keys of {}", some(names(saved), saved.len())),
    );
    draft.description = format!(
        "{} a state dict. {}",
        if saved.len() == 1 { "1 public class has".to_owned() } else { format!("{} public classes have", saved.len()) },
        if is_mentioned { "Tests save and load some; none looks at the keys." } else { "No test names `state_dict`." }
    );
    draft.impact =
        "Renaming an attribute renames a key: every checkpoint that was saved before no longer loads.".to_owned();
    draft.recommendation = "Keep the keys of each class in a snapshot, and compare.".to_owned();
    draft.test_plan = vec![
        "Make each class with small arguments, and compare the sorted keys of its state with the snapshot.".to_owned(),
        "Load a checkpoint that an earlier version saved.".to_owned(),
    ];
    let makes = |own: &&Saved<'_>| {
        let facts = &own.module.facts;
        let class = facts
            .symbols
            .iter()
            .position(|symbol| std::ptr::eq(symbol, own.class))
            .and_then(|place| u32::try_from(place).ok());
        let init = facts.symbols.iter().find(|symbol| symbol.parent == class && symbol.name == "__init__");
        own.class.parent.is_none()
            && !own.module.name.is_empty()
            && init.is_some_and(|init| init.required == 0 && !init.text.contains('*'))
    };
    let classes: Vec<(&str, &str)> =
        saved.iter().filter(makes).map(|own| (own.module.name.as_str(), own.class.name.as_str())).collect();
    if !classes.is_empty() {
        let path = look.new_file("test_state_dict_keys.py");
        draft.verification = Some(format!("pytest -q {path}"));
        draft.file = Some(PasteFile { path, language: "python", text: paste::state_keys(&classes) });
    }
    sized(draft, saved)
}

fn pickle_gap(saved: &[Saved<'_>], none: bool) -> Draft {
    // An object of a subclass, or one that holds it, may be pickled without its name.
    let confidence = if none { Confidence::High } else { Confidence::Low };
    let mut draft = Draft::new(
        GapKind::StateKeys,
        confidence,
        format!("No test pickles or copies {}", some(names(saved), saved.len())),
    );
    draft.description = format!(
        "{} how {} pickled; {}.",
        if saved.len() == 1 { "1 public class says".to_owned() } else { format!("{} public classes say", saved.len()) },
        if saved.len() == 1 { "it is" } else { "they are" },
        if none { "no test pickles or copies anything" } else { "no test module that pickles or copies names them" }
    );
    draft.impact = "An attribute that is added or renamed is lost, or breaks what was pickled before.".to_owned();
    draft.recommendation =
        "Pickle an object of each, load it, and compare; keep one pickle of an earlier version.".to_owned();
    draft.test_plan = saved
        .iter()
        .take(8)
        .map(|own| {
            format!("`{}`: `pickle.loads(pickle.dumps(value)) == value`, with every attribute set.", own.class.name)
        })
        .collect();
    sized(draft, saved)
}
