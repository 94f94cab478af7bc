//! Which devices a name speaks of: of features, functions, markers, decorators, and reasons for ignoring a test. Owns the
//! words; refuses to know where a name stands.

use crate::model::GateKind;

/// How a word begins, or the whole word, and what it speaks of. Libraries for processors (`mkl`, `accelerate`) are none.
const WORDS: [(&str, bool, GateKind); 36] = [
    ("cuda", false, GateKind::Cuda),
    ("cublas", false, GateKind::Cuda),
    ("cudnn", false, GateKind::Cuda),
    ("cufft", false, GateKind::Cuda),
    ("cupti", false, GateKind::Cuda),
    ("nccl", false, GateKind::Nccl),
    ("nvidia", false, GateKind::Cuda),
    ("nvml", false, GateKind::Cuda),
    ("tensorrt", false, GateKind::Cuda),
    ("h100", true, GateKind::Cuda),
    ("h200", true, GateKind::Cuda),
    ("a100", true, GateKind::Cuda),
    ("v100", true, GateKind::Cuda),
    ("b200", true, GateKind::Cuda),
    ("rocm", false, GateKind::Rocm),
    ("hip", true, GateKind::Rocm),
    ("hipblas", false, GateKind::Rocm),
    ("miopen", false, GateKind::Rocm),
    ("amdgpu", false, GateKind::Rocm),
    ("metal", true, GateKind::Metal),
    ("mps", true, GateKind::Mps),
    ("wgpu", false, GateKind::Wgpu),
    ("webgpu", false, GateKind::Wgpu),
    ("vulkan", false, GateKind::Vulkan),
    ("opencl", false, GateKind::Opencl),
    ("sycl", true, GateKind::Xpu),
    ("xpu", true, GateKind::Xpu),
    ("xpus", true, GateKind::Xpu),
    ("tpu", true, GateKind::Tpu),
    ("tpus", true, GateKind::Tpu),
    ("npu", true, GateKind::Npu),
    ("npus", true, GateKind::Npu),
    ("hpu", true, GateKind::Hpu),
    ("hpus", true, GateKind::Hpu),
    ("accelerator", true, GateKind::Gpu),
    ("vram", true, GateKind::Gpu),
];

/// Words in front of such a word that make it mean something else: `no-cuda`, `mock_gpu`, `bare-metal`.
const OTHERWISE: [&str; 12] =
    ["no", "non", "not", "without", "mock", "mocked", "fake", "stub", "dummy", "bare", "heavy", "disable"];

/// A device that a name or a sentence asks for, with the fewest of them.
pub(super) fn device(text: &str) -> Option<(GateKind, u32)> {
    let words = words(text);
    words.iter().enumerate().find_map(|(at, word)| {
        let kind = of_word(word)?;
        let before = at.checked_sub(1).map(|at| words[at].as_str()).unwrap_or_default();
        let behind = |distance: usize| words.get(at + distance).map(String::as_str).unwrap_or_default();
        let optional = behind(1) == "if" && behind(2) == "available" || behind(1) == "or" && behind(2) == "cpu";
        let pretended = matches!(behind(1), "mock" | "stub" | "stubs" | "simulator" | "emulator");
        if OTHERWISE.contains(&before) || optional || pretended {
            return None;
        }
        Some((kind, number(before).unwrap_or(1)))
    })
}

/// A number of devices, as a word says it.
pub(super) fn number(word: &str) -> Option<u32> {
    match word {
        "two" | "multi" | "multiple" | "several" => Some(2),
        "four" => Some(4),
        "eight" => Some(8),
        number => number.trim_end_matches('x').parse().ok().filter(|number| (1..=64).contains(number)),
    }
}

/// The kind of device that a word speaks of.
pub(super) fn of_word(word: &str) -> Option<GateKind> {
    let plain = word.trim_end_matches(|character: char| character.is_ascii_digit());
    if matches!(plain, "gpu" | "gpus" | "multigpu") {
        return Some(GateKind::Gpu);
    }
    WORDS
        .iter()
        .find(|(known, whole, _)| if *whole { plain == *known || word == *known } else { plain.starts_with(known) })
        .map(|row| row.2)
}

/// The words of a name, in lower case: parts between signs, and those that begin with a capital letter.
pub(super) fn words(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for part in text.split(|character: char| !character.is_alphanumeric()).filter(|part| !part.is_empty()) {
        let characters: Vec<char> = part.chars().collect();
        let mut word = String::new();
        for (at, character) in characters.iter().enumerate() {
            let before = at.checked_sub(1).map(|at| characters[at]);
            let is_begin = character.is_uppercase()
                && (before.is_some_and(char::is_lowercase)
                    || before.is_some_and(char::is_uppercase)
                        && characters.get(at + 1).is_some_and(|next| next.is_lowercase() && *next != 's'));
            if is_begin {
                found.push(std::mem::take(&mut word));
            }
            word.extend(character.to_lowercase());
        }
        found.push(word);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_devices_are_words_and_not_parts_of_others() {
        let cases: [(&str, Option<(GateKind, u32)>); 26] = [
            ("cuda", Some((GateKind::Cuda, 1))),
            ("testing-cuda", Some((GateKind::Cuda, 1))),
            ("cudarc", Some((GateKind::Cuda, 1))),
            ("cuda12050", Some((GateKind::Cuda, 1))),
            ("CudaContext::new", Some((GateKind::Cuda, 1))),
            ("CUDADevice", Some((GateKind::Cuda, 1))),
            ("objc2-metal", Some((GateKind::Metal, 1))),
            ("HAS_GPU", Some((GateKind::Gpu, 1))),
            ("requires a GPU", Some((GateKind::Gpu, 1))),
            ("needs 2 GPUs", Some((GateKind::Gpu, 2))),
            ("multi-gpu", Some((GateKind::Gpu, 2))),
            ("tons of VRAM", Some((GateKind::Gpu, 1))),
            ("hip", Some((GateKind::Rocm, 1))),
            ("mkl", None),
            ("accelerate", None),
            ("ship", None),
            ("chips", None),
            ("bare-metal", None),
            ("metallic", None),
            ("no-cuda", None),
            ("cuda_if_available", None),
            ("cuda_or_cpu", None),
            ("mock_gpu", None),
            ("miri", None),
            ("needs no GPU", None),
            ("gputter", None),
        ];
        for (text, expected) in cases {
            assert_eq!(device(text), expected, "{text}");
        }
    }
}
