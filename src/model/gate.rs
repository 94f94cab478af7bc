//! What decides at run time whether a test runs: the vocabulary of gates. Refuses to know how they are found.

use serde::Serialize;

use super::Confidence;

/// What a gate asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum GateKind {
    /// GPUs of NVIDIA, or what torch calls so.
    Cuda,
    /// GPUs of AMD.
    Rocm,
    /// GPUs of Intel.
    Xpu,
    /// GPUs of Apple, as torch has them.
    Mps,
    /// GPUs of Apple, as Rust has them.
    Metal,
    /// TPUs.
    Tpu,
    /// Neural processors.
    Npu,
    /// Gaudi processors.
    Hpu,
    /// A graphics device of any maker.
    Wgpu,
    /// A device that speaks Vulkan.
    Vulkan,
    /// A device that speaks OpenCL.
    Opencl,
    /// Any of several devices.
    Gpu,
    /// NVIDIA's library of collectives, and the devices that it needs.
    Nccl,
    /// What a device of this generation can do.
    ComputeCapability,
    /// An amount of memory, of a device or of the machine.
    LargeMemory,
    /// That a device is absent.
    NoDevice,
    /// An operating system or an architecture.
    Platform,
    /// A version of Python.
    PythonVersion,
    /// A package that may be missing, or too old.
    MissingDependency,
    /// Something that a library was built with.
    BuildFeature,
    /// A variable of the environment.
    EnvironmentVariable,
    /// An option of the test runner.
    Option,
    /// A condition that is not known to be any of these.
    Condition,
}

impl GateKind {
    /// All of them, in the order of reports.
    pub const ALL: [Self; 23] = [
        Self::Cuda,
        Self::Rocm,
        Self::Xpu,
        Self::Mps,
        Self::Metal,
        Self::Tpu,
        Self::Npu,
        Self::Hpu,
        Self::Wgpu,
        Self::Vulkan,
        Self::Opencl,
        Self::Gpu,
        Self::Nccl,
        Self::ComputeCapability,
        Self::LargeMemory,
        Self::NoDevice,
        Self::Platform,
        Self::PythonVersion,
        Self::MissingDependency,
        Self::BuildFeature,
        Self::EnvironmentVariable,
        Self::Option,
        Self::Condition,
    ];

    /// The name used in JSON and in text.
    pub fn name(self) -> &'static str {
        match self {
            Self::Cuda => "cuda",
            Self::Rocm => "rocm",
            Self::Xpu => "xpu",
            Self::Mps => "mps",
            Self::Metal => "metal",
            Self::Tpu => "tpu",
            Self::Npu => "npu",
            Self::Hpu => "hpu",
            Self::Wgpu => "wgpu",
            Self::Vulkan => "vulkan",
            Self::Opencl => "opencl",
            Self::Gpu => "gpu",
            Self::Nccl => "nccl",
            Self::ComputeCapability => "compute-capability",
            Self::LargeMemory => "large-memory",
            Self::NoDevice => "no-device",
            Self::Platform => "platform",
            Self::PythonVersion => "python-version",
            Self::MissingDependency => "missing-dependency",
            Self::BuildFeature => "build-feature",
            Self::EnvironmentVariable => "environment-variable",
            Self::Option => "option",
            Self::Condition => "condition",
        }
    }

    /// The kind of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Whether devices of it can be counted.
    pub fn is_device(self) -> bool {
        matches!(
            self,
            Self::Cuda
                | Self::Rocm
                | Self::Xpu
                | Self::Mps
                | Self::Metal
                | Self::Tpu
                | Self::Npu
                | Self::Hpu
                | Self::Wgpu
                | Self::Vulkan
                | Self::Opencl
                | Self::Gpu
        )
    }

    /// Whether a machine that has nothing but a CPU lacks it.
    pub fn needs_device(self) -> bool {
        self.is_device() || matches!(self, Self::Nccl | Self::ComputeCapability)
    }
}

/// How a gate is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mechanism {
    /// A decorator, or a mark that skips by a condition, on the test, its class or its module.
    Decorator,
    /// A marker that says so by its name or arguments; it skips nothing by itself.
    Marker,
    /// The test returns before it checks anything, and passes.
    EarlyReturn,
    /// The test, or a helper, skips while it runs.
    SkipCall,
    /// A method or function that sets the test up skips.
    SetUp,
    /// A fixture skips.
    Fixture,
    /// The module skips, ends, or does not import.
    ModuleLevel,
    /// The test or its class is defined under a condition.
    GuardedDefinition,
    /// `cfg` of Rust.
    Cfg,
    /// `#[ignore]` of Rust.
    Ignore,
    /// `required-features` of cargo.
    RequiredFeatures,
}

impl Mechanism {
    /// The name used in JSON and in text.
    pub fn name(self) -> &'static str {
        match self {
            Self::Decorator => "decorator",
            Self::Marker => "marker",
            Self::EarlyReturn => "early-return",
            Self::SkipCall => "skip-call",
            Self::SetUp => "set-up",
            Self::Fixture => "fixture",
            Self::ModuleLevel => "module-level",
            Self::GuardedDefinition => "guarded-definition",
            Self::Cfg => "cfg",
            Self::Ignore => "ignore",
            Self::RequiredFeatures => "required-features",
        }
    }
}

/// Something that decides at run time whether a test runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Gate {
    /// What it asks for.
    pub kind: GateKind,
    /// The fewest devices that it asks for, where it asks for devices and the source tells how many.
    pub min_devices: Option<u32>,
    /// How it is made.
    pub mechanism: Mechanism,
    /// 1-based, in `path` where that is given, else in the test's file.
    pub line: u32,
    /// What stands there, by its resolved name or as a condition: `torch.cuda.device_count() < 2`.
    pub condition: String,
    /// What exactly: `linux`, `>= 3.11`, the package, the variable, `40 GB`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The file in which it stands, where that is not the test's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The helper, fixture or method that makes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub via: Option<String>,
    /// How sure it is; `high` unless a name was all that could be seen.
    #[serde(skip_serializing_if = "is_high")]
    pub confidence: Confidence,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_high(confidence: &Confidence) -> bool {
    *confidence == Confidence::High
}

impl Gate {
    /// A gate of which nothing else is known.
    pub fn new(kind: GateKind, mechanism: Mechanism, line: u32, condition: impl Into<String>) -> Self {
        Self {
            kind,
            min_devices: None,
            mechanism,
            line,
            condition: condition.into(),
            detail: None,
            path: None,
            via: None,
            confidence: Confidence::High,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_kinds_are_those_of_json() {
        for kind in GateKind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.name());
            assert_eq!(GateKind::from_name(kind.name()), Some(kind));
        }
    }
}
