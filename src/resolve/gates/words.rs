//! What names say where nothing else is known: of markers, of decorators from elsewhere, of probes. Owns the words.

use super::{
    super::devices::{device, number, of_word, words},
    need::Need,
};
use crate::model::{Confidence, Expr, GateKind, expr::Call};

/// Words with which names of decorators begin that skip where something is missing.
const NEEDS: [&str; 9] = ["require", "requires", "need", "needs", "only", "requiring", "run", "ensure", "test"];

/// Keywords that say how many devices.
pub(super) const NUMBERS: [&str; 12] = [
    "num_gpus",
    "min_gpus",
    "n_gpus",
    "ngpus",
    "gpus",
    "num_gpu",
    "gpu_count",
    "num_devices",
    "n_devices",
    "min_devices",
    "device_count",
    "num_gpus_required",
];

/// What a marker of this name asks for, with the call that made it.
pub(super) fn marker(name: &str, call: Option<&Call>) -> Option<Need> {
    let counted = call.and_then(|call| {
        NUMBERS.iter().find_map(|keyword| match call.keyword(keyword) {
            Some(Expr::Int(number)) => u32::try_from(*number).ok(),
            _ => None,
        })
    });
    let words = words(name);
    let negative = |word: &String| {
        matches!(
            word.as_str(),
            "no" | "non" | "not" | "without" | "skip" | "cpu" | "mock" | "fake" | "free" | "disable" | "xfail"
        )
    };
    if words.iter().any(negative) {
        return None;
    }
    let Some(at) = words.iter().position(|word| is_device(word)) else {
        // `distributed(num_gpus=2)`.
        return counted.filter(|least| *least > 0).map(|least| Need::devices(GateKind::Gpu, Some(least)));
    };
    let kind = of_marker_word(&words[at])?;
    // `multigpu`, `2gpu`.
    let joined = words[at].trim_end_matches("gpus").trim_end_matches("gpu");
    let around = words.iter().skip(at + 1).chain(at.checked_sub(1).map(|before| &words[before]));
    let told = || around.map(String::as_str).chain([joined]).find_map(|word| exact(word).or_else(|| number(word)));
    let argument = call.and_then(|call| match call.arguments.first() {
        Some(Expr::Int(number)) => u32::try_from(*number).ok(),
        _ => None,
    });
    let least = counted.or(argument).or_else(told).unwrap_or(1);
    (least > 0).then(|| Need { confidence: Confidence::Medium, ..Need::devices(kind, Some(least)) })
}

fn is_device(word: &str) -> bool {
    of_marker_word(word).is_some()
}

fn of_marker_word(word: &str) -> Option<GateKind> {
    let joined = word.strip_suffix("gpus").or_else(|| word.strip_suffix("gpu"));
    let counted = joined.is_some_and(|before| before.parse::<u32>().is_ok());
    if counted { Some(GateKind::Gpu) } else { of_word(word) }
}

fn exact(word: &str) -> Option<u32> {
    word.parse().ok().filter(|number| *number <= 1024)
}

/// What a decorator of this name asks for, of which nothing else is known; whether it is about something being absent.
pub(super) fn decorator(name: &str, call: Option<&Call>) -> Option<(Need, bool)> {
    let last = name.trim_end_matches("()").rsplit('.').next().unwrap_or(name);
    let all = words(last);
    let words: Vec<&str> = all.iter().map(String::as_str).collect();
    let sure = |need: Need| Need { confidence: Confidence::Medium, ..need };
    let asks = words.first().is_some_and(|first| NEEDS.contains(first))
        || words.last().is_some_and(|last| matches!(*last, "only" | "required" | "test" | "tests"))
        || words.contains(&"requires")
        || words.contains(&"required");
    let denied =
        |at: usize| at.checked_sub(1).is_some_and(|before| matches!(words[before], "non" | "no" | "not" | "without"));
    // `require_non_cpu`, `require_cpu`.
    if let Some(at) = words.iter().position(|word| *word == "cpu").filter(|_| asks) {
        return denied(at).then(|| (sure(Need::devices(GateKind::Gpu, Some(1))), false));
    }
    let (kind, named) = device(last).or_else(|| {
        // `skip_if_no_gpu`, `skip_unless_cuda`: what stands behind says no.
        let of_device = words.iter().find_map(|word| of_word(word)).map(|kind| (kind, 1));
        // `require_multi_device`.
        let several =
            || words.windows(2).find(|pair| matches!(pair[1], "device" | "devices")).and_then(|pair| number(pair[0]));
        of_device.or_else(|| several().map(|least| (GateKind::Gpu, least)))
    })?;
    let at = words.iter().position(|word| of_word(word).is_some());
    if asks && at.is_some_and(denied) {
        return Some((sure(Need::of(GateKind::NoDevice, kind.name())), true));
    }
    let skips = words.first() == Some(&"skip")
        || words.iter().any(|word| matches!(*word, "skipif" | "skipped" | "ignore" | "ignored"));
    let missing = words
        .iter()
        .any(|word| matches!(*word, "no" | "not" | "unless" | "without" | "lt" | "missing" | "unavailable"));
    let counted = call.and_then(|call| {
        let keyword = NUMBERS.iter().find_map(|keyword| call.keyword(keyword));
        match keyword.or_else(|| call.arguments.first()) {
            Some(Expr::Int(number)) => u32::try_from(*number).ok(),
            _ => None,
        }
    });
    let least = counted.unwrap_or(named).max(1);
    if skips {
        return Some(match missing {
            true => (sure(Need::devices(kind, Some(least))), false),
            false => (sure(Need::of(GateKind::NoDevice, kind.name())), true),
        });
    }
    (asks && !missing).then(|| (sure(Need::devices(kind, Some(least))), false))
}

/// What a probe of this name answers, of which nothing else is known: `is_cuda_available`, `HAS_GPU`, `is_torch_available`.
pub(super) fn probe(name: &str) -> Option<Need> {
    let last = name.trim_end_matches("()").rsplit(['.', ':']).next().unwrap_or(name);
    let words = words(last);
    let first = words.first().map(String::as_str)?;
    let asks = matches!(first, "has" | "have" | "is" | "test" | "with" | "supports" | "cuda" | "gpu" | "use")
        || last.ends_with("_available");
    if !asks {
        return None;
    }
    let sure = |need: Need| Need { confidence: Confidence::Medium, ..need };
    if let Some((kind, least)) = device(last) {
        return Some(sure(Need::devices(kind, Some(least))));
    }
    // `is_deepspeed_available`.
    let package = last.strip_prefix("is_")?.strip_suffix("_available")?;
    Some(sure(Need::of(GateKind::MissingDependency, package)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(keywords: Vec<(String, Expr)>, arguments: Vec<Expr>) -> Call {
        Call { callee: String::new(), receiver: None, arguments, keywords, line: 1 }
    }

    #[test]
    fn markers_tell_devices_and_their_number_by_words() {
        let cases: [(&str, Option<(GateKind, u32)>); 20] = [
            ("gpu", Some((GateKind::Gpu, 1))),
            ("gpu_2", Some((GateKind::Gpu, 2))),
            ("gpu_0", None),
            ("gpus_needed_4", Some((GateKind::Gpu, 4))),
            ("gpus_needed_0", None),
            ("multi_gpu", Some((GateKind::Gpu, 2))),
            ("multigpu", Some((GateKind::Gpu, 2))),
            ("two_gpus", Some((GateKind::Gpu, 2))),
            ("4gpu", Some((GateKind::Gpu, 4))),
            ("requires_cuda", Some((GateKind::Cuda, 1))),
            ("xpu_1", Some((GateKind::Xpu, 1))),
            ("h100", Some((GateKind::Cuda, 1))),
            ("tpu", Some((GateKind::Tpu, 1))),
            ("no_gpu", None),
            ("cpu_only", None),
            ("skip_cuda", None),
            ("slow", None),
            ("group_gpustat", None),
            ("world_size", None),
            ("gpu_cpu", None),
        ];
        for (name, expected) in cases {
            let found = marker(name, None).map(|need| (need.kind, need.least.unwrap()));
            assert_eq!(found, expected, "{name}");
        }
        let call = made(vec![("num_gpus".to_owned(), Expr::Int(8))], Vec::new());
        assert_eq!(marker("distributed", Some(&call)).unwrap().least, Some(8));
        assert_eq!(marker("gpu", Some(&made(Vec::new(), vec![Expr::Int(3)]))).unwrap().least, Some(3));
    }

    #[test]
    fn decorators_need_a_verb_and_say_by_it_which_way_they_skip() {
        let of = |name: &str| decorator(name, None).map(|(need, absent)| (need.kind, need.least, absent));
        assert_eq!(of("helpers.requires_cuda"), Some((GateKind::Cuda, Some(1), false)));
        assert_eq!(of("helpers.require_torch_multi_gpu()"), Some((GateKind::Gpu, Some(2), false)));
        assert_eq!(of("helpers.skip_if_no_gpu"), Some((GateKind::Gpu, Some(1), false)));
        assert_eq!(of("helpers.skip_unless_cuda"), Some((GateKind::Cuda, Some(1), false)));
        assert_eq!(of("helpers.skipIfRocm"), Some((GateKind::NoDevice, None, true)));
        assert_eq!(of("helpers.mps_ignored_test"), Some((GateKind::NoDevice, None, true)));
        assert_eq!(of("helpers.onlyXPU"), Some((GateKind::Xpu, Some(1), false)));
        for name in
            ["helpers.patch_cuda", "helpers.with_gpu_memory", "helpers.requires_dask", "helpers.parametrize_gpu"]
        {
            assert_eq!(of(name), None, "{name}");
        }
    }
}
