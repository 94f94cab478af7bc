//! Why a run cannot be done (exit code 2). What goes wrong with one file is a problem in the report, never this.

use std::{fmt, io, path::PathBuf};

use crate::{config::ConfigError, discover::DiscoverError, lang::QueryError, model::path};

/// The one error type of the command line.
#[derive(Debug)]
pub enum Error {
    /// The arguments have no meaning.
    Usage(String),
    /// The configuration cannot be used.
    Config(ConfigError),
    /// The walk cannot start.
    Discover(DiscoverError),
    /// A detector cannot be used.
    Query(QueryError),
    /// The worker threads cannot be started.
    Threads(String),
    /// The baseline cannot be used.
    Baseline {
        /// The file.
        path: PathBuf,
        /// Why not, and what to do.
        message: String,
    },
    /// Fixes undo each other.
    Fixes,
    /// A document that was given cannot be used.
    Input {
        /// The document.
        path: PathBuf,
        /// What is wrong with it, as the end of a sentence that begins with its name.
        reason: String,
    },
    /// The report cannot be written.
    Output {
        /// The file of `-o`; `None` for standard output.
        path: Option<PathBuf>,
        /// What the system said.
        source: io::Error,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(message) => f.write_str(message),
            Self::Config(error) => error.fmt(f),
            Self::Discover(error) => error.fmt(f),
            Self::Query(error) => error.fmt(f),
            Self::Threads(message) => write!(f, "cannot start the worker threads: {message}; try `--jobs 1`"),
            Self::Baseline { path, message } => {
                write!(f, "cannot use the baseline `{}`: {message}", path::shown(path))
            }
            Self::Fixes => f.write_str(
                "fixes come to no end, which is a defect of testaudit: please report it; nothing was changed",
            ),
            Self::Input { path, reason } => write!(f, "`{}` {reason}", path::shown(path)),
            Self::Output { path: Some(path), source } => {
                write!(f, "cannot write `{}`: {source}; give another file to `-o`", path.display())
            }
            Self::Output { path: None, source } => write!(f, "cannot write to standard output: {source}"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Config(error) => Some(error),
            Self::Discover(error) => Some(error),
            Self::Query(error) => Some(error),
            Self::Usage(_) | Self::Threads(_) | Self::Baseline { .. } | Self::Fixes | Self::Input { .. } => None,
            Self::Output { source, .. } => Some(source),
        }
    }
}

impl From<ConfigError> for Error {
    fn from(error: ConfigError) -> Self {
        Self::Config(error)
    }
}

impl From<DiscoverError> for Error {
    fn from(error: DiscoverError) -> Self {
        Self::Discover(error)
    }
}

impl From<QueryError> for Error {
    fn from(error: QueryError) -> Self {
        Self::Query(error)
    }
}
