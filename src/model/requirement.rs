//! Distributions that a project says it depends on, and which of their versions it allows. Refuses to know in which
//! files such statements stand and how they are written there.

use pep440_rs::{Version, VersionSpecifiers};
use serde::Serialize;

use super::marker::Location;
use super::problem::Problem;

/// One statement that a distribution is needed, for whatever purpose: to build, to run, to test.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Requirement {
    /// The distribution's name, normalized as PEP 503 says: see [`normalized`].
    pub name: String,
    /// The versions allowed, as PEP 440 writes them, with alternatives between `||`; empty where any is. What is no
    /// specifier stands as it is written: see [`allows`].
    pub specifier: String,
    /// Where it stands, relative to the root, with `..` for a file above it.
    pub path: String,
    /// 1-based.
    pub line: u32,
}

/// Everything a project requires, as far as its files say so literally.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Requirements {
    /// Sorted by name, then by specifier and place.
    pub list: Vec<Requirement>,
    /// The normalized names of the project's own distribution, and of those whose folders hold it. Its tests run where
    /// it is installed. Sorted.
    pub own: Vec<String>,
    /// Statements of further requirements that the files do not tell: computed, or in a file that cannot be read.
    /// Sorted. Where there are any, what is missing in the list may be required nevertheless.
    pub unread: Vec<Location>,
    /// Files that are there and could not be read, sorted.
    pub problems: Vec<Problem>,
}

/// Distributions that bring plugins along: each with what it requires itself, without extras and in every environment.
/// Taken from the metadata of the published packages; by no means complete.
const UMBRELLAS: &[(&str, &[&str])] = &[
    ("fastapi", &["starlette"]),
    ("httpx", &["anyio"]),
    ("pytest-aiohttp", &["aiohttp", "pytest-asyncio"]),
    ("pytest-html", &["pytest-metadata"]),
    ("pytest-httpx", &["httpx"]),
    ("starlette", &["anyio"]),
];

/// Names of modules that differ from those of their distributions.
const DISTRIBUTIONS: [(&str, &str); 50] = [
    ("attr", "attrs"),
    ("bs4", "beautifulsoup4"),
    ("cairo", "pycairo"),
    ("Crypto", "pycryptodome"),
    ("cv2", "opencv-python"),
    ("dateutil", "python-dateutil"),
    ("discord", "discord-py"),
    ("docx", "python-docx"),
    ("dotenv", "python-dotenv"),
    ("faiss", "faiss-cpu"),
    ("fitz", "pymupdf"),
    ("gi", "pygobject"),
    ("git", "gitpython"),
    ("github", "pygithub"),
    ("icu", "pyicu"),
    ("jose", "python-jose"),
    ("jpype", "jpype1"),
    ("jwt", "pyjwt"),
    ("kafka", "kafka-python"),
    ("ldap", "python-ldap"),
    ("Levenshtein", "python-levenshtein"),
    ("linkify_it", "linkify-it-py"),
    ("magic", "python-magic"),
    ("markdown_it", "markdown-it-py"),
    ("memcache", "python-memcached"),
    ("mpl_toolkits", "matplotlib"),
    ("mysql", "mysql-connector-python"),
    ("MySQLdb", "mysqlclient"),
    ("nacl", "pynacl"),
    ("OpenSSL", "pyopenssl"),
    ("osgeo", "gdal"),
    ("PIL", "pillow"),
    ("pkg_resources", "setuptools"),
    ("psycopg2", "psycopg2-binary"),
    ("ruamel", "ruamel-yaml"),
    ("serial", "pyserial"),
    ("skimage", "scikit-image"),
    ("sklearn", "scikit-learn"),
    ("slugify", "python-slugify"),
    ("snappy", "python-snappy"),
    ("stdnum", "python-stdnum"),
    ("telegram", "python-telegram-bot"),
    ("umap", "umap-learn"),
    ("usb", "pyusb"),
    ("websocket", "websocket-client"),
    ("win32api", "pywin32"),
    ("wx", "wxpython"),
    ("xdist", "pytest-xdist"),
    ("yaml", "pyyaml"),
    ("zmq", "pyzmq"),
];

impl Requirements {
    /// The statements that require a distribution by its own name, however that is spelt.
    pub fn of(&self, distribution: &str) -> impl Iterator<Item = &Requirement> {
        let name = normalized(distribution);
        let from = self.list.partition_point(|requirement| requirement.name < name);
        self.list[from..].iter().take_while(move |requirement| requirement.name == name)
    }

    /// Whether the distribution is installed where these requirements are: it is the project's own, is required by name,
    /// or by something that is known to bring it along. Every plugin of pytest brings pytest.
    ///
    /// `false` is certain only where nothing is [`unread`](Self::unread).
    pub fn depends_on(&self, distribution: &str) -> bool {
        let name = normalized(distribution);
        let mut wanted = vec![&*name];
        while let Some(name) = wanted.pop() {
            if self.of(name).next().is_some() || self.own.iter().any(|own| own == name) {
                return true;
            }
            // The table has no circles: a test follows every row.
            wanted
                .extend(UMBRELLAS.iter().filter(|(_, brought)| brought.contains(&name)).map(|(umbrella, _)| *umbrella));
        }
        let mut names = self.list.iter().map(|requirement| &requirement.name).chain(&self.own);
        name == "pytest" && names.any(|name| name.starts_with("pytest-"))
    }
}

/// The distribution that brings a module, where it has another name.
pub fn distribution(module: &str) -> Option<&'static str> {
    DISTRIBUTIONS.iter().find(|(name, _)| *name == module).map(|(_, distribution)| *distribution)
}

/// A distribution's name as PEP 503 compares them: in lower case, with one `-` for each run of `-`, `_` and `.`.
pub fn normalized(name: &str) -> String {
    let mut normal = String::with_capacity(name.len());
    for letter in name.chars() {
        let letter = if matches!(letter, '_' | '.') { '-' } else { letter.to_ascii_lowercase() };
        if letter != '-' || !normal.ends_with('-') {
            normal.push(letter);
        }
    }
    normal
}

/// Whether a specifier of [`Requirement::specifier`] allows this version. `None` where either is not written as
/// PEP 440 says.
pub fn allows(specifier: &str, version: &str) -> Option<bool> {
    let version: Version = version.parse().ok()?;
    let alternatives = alternatives(specifier)?;
    Some(alternatives.iter().any(|specifiers| specifiers.contains(&version)))
}

/// Whether a specifier allows any version older than this release. Pre-releases of it are not older: they have its
/// features. `None` where either is not written as PEP 440 says.
pub fn allows_below(specifier: &str, version: &str) -> Option<bool> {
    let limit = version.parse::<Version>().ok()?.only_release();
    let alternatives = alternatives(specifier)?;
    let allowed = |specifiers: &VersionSpecifiers| {
        let mut candidates = vec![Version::new([0])];
        candidates.extend(around(&limit));
        candidates.extend(specifiers.iter().flat_map(|specifier| around(specifier.version())));
        candidates.iter().any(|version| version.only_release() < limit && specifiers.contains(version))
    };
    Some(alternatives.iter().any(allowed))
}

/// The most bytes of a specifier that anybody wrote for a reader: its clauses are compared with each other.
const MAX_LENGTH: usize = 1000;

/// The most digits of a number within a version: more are no release, and could overflow.
const MAX_DIGITS: usize = 12;

fn alternatives(specifier: &str) -> Option<Vec<VersionSpecifiers>> {
    let digits = specifier.split(|letter: char| !letter.is_ascii_digit()).map(str::len).max();
    if specifier.len() > MAX_LENGTH || digits.is_some_and(|digits| digits > MAX_DIGITS) {
        return None;
    }
    specifier.split("||").map(|part| part.trim().parse().ok()).collect()
}

/// What lies on, just below and just above the bound that a clause with this version sets. Between the bounds of its
/// clauses a specifier allows all or nothing.
fn around(version: &Version) -> Vec<Version> {
    let release = version.release().to_vec();
    let mut above = release.clone();
    above.extend([0, 0, 1]);
    let mut next = release.clone();
    if let Some(last) = next.last_mut() {
        *last = last.saturating_add(1);
    }
    // `~=8.1.2` ends before 8.2, whose next one is 8.3.
    let parent = release.len().checked_sub(1).filter(|parent| *parent > 0).map(|parent| {
        let mut parent = release[..parent].to_vec();
        if let Some(last) = parent.last_mut() {
            *last = last.saturating_add(1);
        }
        parent
    });
    let mut below = release;
    while below.last() == Some(&0) {
        below.pop();
    }
    if let Some(last) = below.last_mut() {
        *last -= 1;
        below.push(999_999);
    }
    let epoch = version.epoch();
    let releases = [Some(above), Some(next), parent, Some(below).filter(|below| !below.is_empty())];
    let releases = releases.into_iter().flatten().map(|release| Version::new(release).with_epoch(epoch));
    std::iter::once(version.clone()).chain(releases).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn requirements(names: &[&str]) -> Requirements {
        let requirement = |name: &&str| Requirement {
            name: normalized(name),
            specifier: String::new(),
            path: "requirements.txt".to_owned(),
            line: 1,
        };
        let mut list: Vec<_> = names.iter().map(requirement).collect();
        list.sort();
        Requirements { list, ..Requirements::default() }
    }

    #[test]
    fn names_are_compared_as_pep_503_says() {
        for (name, expected) in
            [("Pytest_AsyncIO", "pytest-asyncio"), ("a.-_b", "a-b"), ("zope.interface", "zope-interface"), ("", "")]
        {
            assert_eq!(normalized(name), expected);
        }
    }

    #[test]
    fn a_version_is_allowed_by_a_specifier_or_not() {
        for (specifier, version, expected) in [
            ("", "8.4", true),
            (">=7,<9", "8.4.2", true),
            (">=7,<9", "9.0", false),
            ("~=8.1", "8.4", true),
            ("~=8.1", "9.0", false),
            ("==8.*", "8.9", true),
            ("!=8.0", "8.0.0", false),
            (">=6,<7||>=8", "7.1", false),
            (">=6,<7||>=8", "8.1", true),
        ] {
            assert_eq!(allows(specifier, version), Some(expected), "{specifier} {version}");
        }
    }

    #[test]
    fn an_older_release_is_allowed_by_a_specifier_or_not() {
        for (specifier, expected) in [
            ("", true),
            (">=7", true),
            (">=8.99", true),
            ("<10", true),
            ("==8.4.2", true),
            ("==8.*", true),
            ("~=8.4", true),
            ("!=8.4", true),
            (">8.4,<8.5", true),
            (">=8,!=8.*", false),
            (">=8.4,!=8.4.0", true),
            (">=9", false),
            (">=9.0.0", false),
            (">=9.0.0rc1", false),
            (">8.4,<8.4", false),
            ("==9.*", false),
            ("~=9.0", false),
            (">9", false),
            ("<1", true),
            (">=9||==7.1", true),
            (">=9||>=10", false),
        ] {
            assert_eq!(allows_below(specifier, "9.0"), Some(expected), "{specifier}");
        }
    }

    #[test]
    fn what_is_no_specifier_is_not_judged() {
        let long = format!("=={}", "9".repeat(50));
        let endless = ">=8,".repeat(100_000) + ">=8";
        for specifier in ["^8", "== ${VERSION}", "8", ">=18446744073709551615", &long, &endless, "~=8"] {
            assert_eq!((allows(specifier, "8"), allows_below(specifier, "9")), (None, None), "{specifier}");
        }
        assert_eq!((allows("", "new"), allows_below("", "new")), (None, None));
    }

    #[test]
    fn a_distribution_is_depended_on_by_name_or_through_what_brings_it_along() {
        let project = requirements(&["FastAPI", "pytest_aiohttp"]);
        for (distribution, expected) in [
            ("fastapi", true),
            ("Pytest-Aiohttp", true),
            ("pytest-asyncio", true),
            ("anyio", true),
            ("pytest", true),
            ("pytest-mock", false),
            ("httpx", false),
            ("pytest-aio", false),
        ] {
            assert_eq!(project.depends_on(distribution), expected, "{distribution}");
        }
        assert!(!requirements(&["aiohttp", "pytestify"]).depends_on("pytest"));
        assert_eq!(project.of("fastapi").count(), 1);
        assert_eq!(project.of("anyio").count(), 0);
        let own = Requirements { own: vec!["pytest-aiohttp".to_owned()], ..Requirements::default() };
        assert!(own.depends_on("pytest_aiohttp") && own.depends_on("pytest-asyncio"));
        assert!(own.depends_on("pytest") && !own.depends_on("pytest-mock"));
    }

    #[test]
    fn the_table_of_umbrellas_has_normal_names_and_no_circles() {
        let none = Requirements::default();
        for (umbrella, brought) in UMBRELLAS {
            for name in brought.iter().chain([umbrella]) {
                assert_eq!(normalized(name), *name);
                assert!(!none.depends_on(name));
            }
        }
    }
}
