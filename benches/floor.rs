//! How far `audit` is from the floor: reading, and merely parsing the same files with tree-sitter on the same threads.
//!
//!     cargo bench --bench floor -- TREE [ROUNDS]
use std::{path::PathBuf, time::Instant};
use rayon::prelude::*;
use testaudit::{lang, model::*};
fn main() {
    let root = std::env::args().nth(1).unwrap();
    let t=Instant::now();
    let ex = lang::Extractor::new(&Settings{inventory:true,..Settings::default()}).unwrap_or_else(|e|panic!("{e}"));
    println!("compile {:?}",t.elapsed());
    let files: Vec<PathBuf> = walkdir::WalkDir::new(&root).into_iter().flatten().filter(|e|e.path().extension().is_some_and(|x|x=="py")).map(|e|e.path().to_owned()).collect();
    if std::env::var("ONLY").is_ok() { let texts: Vec<Source> = files.par_iter().map(|p|Source{text:std::fs::read(p).unwrap()}).collect(); for _ in 0..3 { let f: Vec<_> = texts.par_iter().zip(&files).map_init(||ex.worker(),|w,(s,p)|ex.extract(w,Language::Python,FileRole::TestModule,&p.to_string_lossy(),s)).collect(); println!("{}",f.len()); } return; }
    for _ in 0..3 {
    let t=Instant::now();
    let texts: Vec<Source> = files.par_iter().map(|p|Source{text:std::fs::read(p).unwrap()}).collect();
    println!("read {:?}",t.elapsed());
    let t=Instant::now();
    let n:usize=texts.par_iter().map_init(lang::parse_only,|p,s|p(&s.text)).sum();
    let floor=t.elapsed(); println!("parse {n} {:?}",floor);
    let t=Instant::now();
    let facts: Vec<_> = texts.par_iter().zip(&files).map_init(||ex.worker(),|w,(s,p)|{
      let name=p.file_name().unwrap().to_string_lossy();
      let role=if name.starts_with("test_")||name.ends_with("_test.py"){FileRole::TestModule}else{FileRole::Other};
      ex.extract(w,Language::Python,role,&p.to_string_lossy(),s)}).collect();
    let e=t.elapsed();
    println!("extract {:?} ratio {:.3} parsed {} signals {} defs {} refs {} problems {}",e,e.as_secs_f64()/floor.as_secs_f64(),facts.iter().filter(|f|f.parsed).count(),facts.iter().map(|f|f.signals.len()).sum::<usize>(),facts.iter().map(|f|f.definitions.len()).sum::<usize>(),facts.iter().map(|f|f.references.len()).sum::<usize>(),facts.iter().map(|f|f.problems.len()).sum::<usize>());
    }
}
