//! The HTML page: what it may hold, whatever the tree is called. How it behaves in a browser, `.ci/html` looks at.

use std::collections::{BTreeMap, HashSet};

use data_encoding::BASE64;
use roxmltree::{Document, Node};
use sha2::{Digest, Sha256};
use testaudit::model::{FileRole, Problem, ProblemKind, Suite};
use testaudit::render::{Format, Links, Style, render_linked};
use testaudit::views::{Section, audit};

use crate::build::{File, suite};
use crate::hostile::hostile;
use crate::hostile_names::NAMES;

fn page(suite: &Suite, links: &Links) -> String {
    let all: Vec<Section> = Section::all().collect();
    let mut out = Vec::new();
    render_linked(&audit(suite, &all), Format::Html, &mut out, Style::default(), links)
        .expect("writing to memory cannot fail");
    String::from_utf8(out).expect("every format writes UTF-8")
}

fn unlinked(suite: &Suite) -> String {
    page(suite, &Links::default())
}

#[test]
fn the_ending_of_a_file_asks_for_a_page_and_links_lead_where_they_were_told() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("test_a.py"), "def test_a(): ...\n").unwrap();
    let run = |base: &str| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_testaudit"));
        command.args(["audit", ".", "-o", "report.html", "--link-base", base]).current_dir(folder.path());
        command.output().unwrap()
    };
    assert_eq!(run("https://example.org/tree/").status.code(), Some(0));
    let page = std::fs::read_to_string(folder.path().join("report.html")).unwrap();
    assert!(page.starts_with("<!DOCTYPE html>\n") && page.contains("href=\"https://example.org/tree/test_a.py\""));
    let refused = run("javascript:alert(1)//");
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("begins with `https://`"));
}

/// What stands between these marks.
fn between<'t>(text: &'t str, from: &str, to: &str) -> &'t str {
    text.split_once(from).and_then(|(_, rest)| rest.split_once(to)).map_or("", |(found, _)| found)
}

/// The page as XML, which it is but for its first line and the contents of these two elements.
fn xml(page: &str) -> String {
    let mut xml = page.strip_prefix("<!DOCTYPE html>\n").expect("a page of HTML").to_owned();
    for name in ["style", "script"] {
        let content = between(&xml, &format!("<{name}>"), &format!("</{name}>")).to_owned();
        assert!(content.len() > 1000, "`{name}` is in the page");
        xml = xml.replacen(&content, "", 1);
    }
    xml
}

/// The elements with the names of their attributes, and the values of those that are never names of the tree.
fn skeleton(document: &Document<'_>) -> Vec<String> {
    let fixed = |name: &str| ["class", "role", "scope", "tabindex", "rel", "http-equiv", "type"].contains(&name);
    let element = |node: Node<'_, '_>| {
        let attribute = |own: roxmltree::Attribute<'_, '_>| match fixed(own.name()) {
            true => format!("{}={}", own.name(), own.value()),
            false => own.name().to_owned(),
        };
        let attributes: Vec<_> = node.attributes().map(attribute).collect();
        format!("{} {}", node.tag_name().name(), attributes.join(" "))
    };
    let elements = document.descendants().filter(Node::is_element);
    // Where a line may end, how a map is cut, and whether a message's backticks pair up depend on the name.
    let dependent = ["wbr", "text", "rect", "code"];
    elements.filter(|node| !dependent.contains(&node.tag_name().name())).map(element).collect()
}

#[test]
fn whatever_a_tree_is_called_the_page_has_the_same_elements_and_attributes() {
    for name in NAMES {
        // Names with as many slashes sort and nest alike.
        let plain = if name.contains('/') { "a/b.py" } else { "a.py" };
        let pages = [hostile(name), hostile(plain)].map(|suite| xml(&unlinked(&suite)));
        let [own, other] = pages
            .each_ref()
            .map(|page| Document::parse(page).unwrap_or_else(|error| panic!("{name:?}: {error}\n{page}")));
        let differs = skeleton(&own).into_iter().zip(skeleton(&other)).find(|(own, other)| own != other);
        assert_eq!(differs, None, "{name:?}");
        assert_eq!(skeleton(&own).len(), skeleton(&other).len(), "{name:?}");
    }
}

#[test]
fn every_name_can_be_read_in_the_page_and_runs_nowhere() {
    for name in NAMES {
        let page = unlinked(&hostile(name));
        let xml = xml(&page);
        let document = Document::parse(&xml).unwrap();
        let text: String = document.descendants().filter(Node::is_text).filter_map(|node| node.text()).collect();
        assert!(text.contains(&*testaudit::render::escape::visible(name)), "{name:?}");
        assert_eq!(page.matches("<script").count(), 1);
        let attributes = document.descendants().flat_map(|node| node.attributes());
        let handlers = attributes.filter(|own| own.name().starts_with("on") || own.name() == "style");
        assert_eq!(handlers.count(), 0, "{name:?}");
    }
}

#[test]
fn links_lead_within_the_page_or_to_the_sources_that_were_named() {
    let targets = |page: &str| {
        let xml = xml(page);
        let document = Document::parse(&xml).unwrap();
        let names = ["href", "src", "srcset", "action", "data", "poster"];
        let attributes = document.descendants().flat_map(|node| node.attributes());
        let own = attributes.filter(|own| names.contains(&own.name())).map(|own| own.value().to_owned());
        own.filter(|href| !href.starts_with('#') && !href.starts_with("data:")).collect::<Vec<_>>()
    };
    for name in NAMES {
        assert_eq!(targets(&unlinked(&hostile(name))), [""; 0]);
        let linked = targets(&page(&hostile(name), &Links::to("https://example.org/tree").unwrap()));
        assert!(!linked.is_empty());
        for href in linked {
            let path = href.strip_prefix("https://example.org/tree/").unwrap_or_else(|| panic!("{href}"));
            assert!(path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~/%#".contains(&byte)), "{href}");
        }
    }
}

#[test]
fn every_anchor_is_there_once_and_every_link_finds_its_own() {
    let files = (0..30).map(|number| File::new(&format!("a/test-{number}.py")).test("test_a", |_| ()));
    let mut sample = suite(files.chain([File::new("a/test_1.py").test("test_a", |_| ())]));
    sample.problems = vec![Problem::file("a/test-1.py", ProblemKind::Unreadable, "cannot read it")];
    let xml = xml(&unlinked(&sample));
    let document = Document::parse(&xml).unwrap();
    let mut ids = HashSet::new();
    for id in document.descendants().filter_map(|node| node.attribute("id")) {
        assert!(ids.insert(id), "`{id}` is there twice");
    }
    for href in document.descendants().filter_map(|node| node.attribute("href")) {
        if let Some(anchor) = href.strip_prefix('#') {
            assert!(ids.contains(anchor), "`{anchor}` is nowhere");
        }
    }
    assert!(ids.contains("inventory") && ids.contains("inventory-a-test-1-py") && ids.contains("problems"));
}

#[test]
fn the_policy_forbids_the_network_and_names_the_style_and_the_script_of_the_page() {
    let page = unlinked(&suite([]));
    let policy = between(&page, "Content-Security-Policy\" content=\"", "\"");
    let directives: BTreeMap<_, _> = policy.split("; ").filter_map(|own| own.split_once(' ')).collect();
    let hash = |name: &str| {
        let content = between(&page, &format!("<{name}>"), &format!("</{name}>"));
        format!("'sha256-{}'", BASE64.encode(&Sha256::digest(content)))
    };
    let expected = [
        ("default-src", "'none'".to_owned()),
        ("style-src", hash("style")),
        ("script-src", hash("script")),
        ("img-src", "data:".to_owned()),
        ("base-uri", "'none'".to_owned()),
        ("form-action", "'none'".to_owned()),
    ];
    assert_eq!(directives, expected.iter().map(|(name, value)| (*name, value.as_str())).collect());
}

#[test]
fn a_very_long_table_is_cut_and_says_so() {
    let files = |number| (0..number).map(|at| File::with_role(&format!("f{at:04}.py"), FileRole::TestModule));
    let rows = |page: &str| page.matches("<tr id=\"inventory-f").count();
    let (short, long) = (unlinked(&suite(files(1000))), unlinked(&suite(files(1001))));
    assert_eq!((rows(&short), rows(&long)), (1000, 1000));
    let words = "The first 1,000 of 1,001 rows are shown";
    assert!(!short.contains(words) && long.contains(words));
}

#[test]
fn the_page_can_be_read_without_scripts() {
    let page = unlinked(&suite((0..30).map(|at| File::new(&format!("test_{at}.py")).test("test_a", |_| ()))));
    let xml = xml(&page);
    let document = Document::parse(&xml).unwrap();
    for name in ["button", "input", "select", "textarea", "form", "iframe", "img"] {
        assert_eq!(document.descendants().filter(|node| node.has_tag_name(name)).count(), 0, "`{name}`");
    }
    assert!(document.descendants().all(|node| node.attribute("hidden").is_none()));
    for table in document.descendants().filter(|node| node.has_tag_name("table")) {
        assert_eq!(table.children().filter(|node| node.has_tag_name("caption")).count(), 1);
    }
}
