//! Which module may know which: the walls of the design as a table, held by a scan of the source text.
//!
//! The scan sees `crate::`, `pointillist::` and `super::` paths and the names of outside crates in everything but
//! comments and `#[cfg(test)]` items. A file that no row covers fails: whoever adds a module says here what it may know.

use std::path::{Path, PathBuf};

/// A module (or a part of one: the longest match holds), what of this crate it may know, and why it is not less.
struct Wall {
    module: &'static str,
    may_know: &'static [&'static str],
}

const fn wall(module: &'static str, may_know: &'static [&'static str]) -> Wall {
    Wall { module, may_know }
}

/// The house, from the ground up. A module may always know itself.
const WALLS: &[Wall] = &[
    // Words.
    wall("error", &["escape"]),
    wall("escape", &[]),
    wall("mark", &[]),
    wall("nearest", &[]),
    wall("litter", &[]),
    wall("stop", &["error"]),
    wall("units", &["error"]),
    wall("keys", &[]),
    wall("fixed", &[]),
    wall("distribution", &["keys"]),
    wall("color", &["error", "nearest", "distribution"]),
    wall("data", &["error", "distribution"]),
    wall("stamp", &["error"]),
    wall("program", &["error", "stamp"]),
    wall("scale", &["error", "data", "mark", "nearest"]),
    wall("view", &["scale"]),
    // Data in. Arrow stays inside.
    wall("source", &["error", "data", "escape", "nearest", "units", "stop"]),
    // Values to marks: the only place that knows both.
    wall("encode", &["error", "data", "scale", "color", "mark", "stamp", "program", "ledger", "fixed", "keys"]),
    wall("ledger", &["error", "data"]),
    // Marks to pixels: no data, no scales, no figures.
    wall("canvas", &["error", "program"]),
    wall("raster", &["error", "escape", "nearest", "mark", "stamp", "program", "canvas"]),
    // Canvases to numbers to colours.
    wall("reduce", &["error", "nearest", "canvas", "fixed", "keys"]),
    wall("content", &["color", "reduce", "scale"]),
    wall("shade", &["error", "program", "canvas", "color", "reduce"]),
    // The picture: no data, no marks.
    wall("figure", &["error", "escape", "nearest", "units", "scale", "color"]),
    wall("picture", &["error", "color", "figure"]),
    wall("document", &["error", "color", "figure", "picture"]),
    wall("output", &["litter", "error"]),
    wall("array", &["error", "canvas", "content", "reduce"]),
    wall(
        "canvas_file",
        &[
            "error", "data", "fixed", "keys", "color", "scale", "view", "program", "canvas", "reduce", "content",
            "ledger",
        ],
    ),
    // What is asked for, and what that comes to.
    wall("spec", &["error", "color", "figure", "reduce", "scale", "stamp"]),
    wall(
        "plan",
        &[
            "error",
            "escape",
            "data",
            "distribution",
            "fixed",
            "keys",
            "color",
            "scale",
            "stamp",
            "view",
            "program",
            "reduce",
            "content",
            "encode",
            "figure",
            "spec",
            "drawing",
            "units",
        ],
    ),
    wall("report", &["ledger"]),
    // Drawing: no sources.
    wall("drawing", &["stop", "error", "data", "encode", "ledger", "mark", "program", "canvas", "raster"]),
    wall("engine", &["error", "program", "raster", "spec"]),
    wall(
        "render",
        &[
            "error",
            "escape",
            "distribution",
            "canvas",
            "color",
            "content",
            "document",
            "figure",
            "ledger",
            "picture",
            "plan",
            "reduce",
            "scale",
            "shade",
            "spec",
            "units",
            "view",
        ],
    ),
    // A canvas file shown again: no data, no drawing.
    wall(
        "show",
        &[
            "engine",
            "error",
            "canvas",
            "canvas_file",
            "color",
            "content",
            "document",
            "figure",
            "nearest",
            "ledger",
            "reduce",
            "scale",
            "spec",
            "stamp",
            "plan",
            "render",
            "output",
            "array",
        ],
    ),
    wall(
        "plot",
        &[
            "error", "data", "keys", "color", "scale", "stamp", "figure", "ledger", "reduce", "spec", "plan",
            "document", "drawing", "engine", "render", "output",
        ],
    ),
    // The pipeline: the only one that knows sources and rasterizers.
    wall(
        "run",
        &[
            "error",
            "escape",
            "keys",
            "data",
            "color",
            "scale",
            "view",
            "program",
            "canvas",
            "canvas_file",
            "raster",
            "reduce",
            "source",
            "ledger",
            "report",
            "spec",
            "encode",
            "plan",
            "drawing",
            "engine",
            "render",
            "output",
            "array",
            "content",
            "document",
            "units",
            "stop",
        ],
    ),
    wall(
        "bench",
        &[
            "error", "color", "stamp", "source", "reduce", "spec", "report", "run", "picture", "output", "doctor",
            "raster", "stop", "litter", "document",
        ],
    ),
    wall("colormaps", &["error", "color", "document", "figure", "picture", "output"]),
    // A written picture in a terminal: its rows, and no printing.
    wall("preview", &["error", "picture"]),
    wall("doctor", &["error", "raster"]),
    wall("inspect", &["error", "escape", "data", "source", "units"]),
    // What is typed, in the binary. No drawing here.
    wall(
        "cli",
        &[
            "Error",
            "Result",
            "error",
            "escape",
            "data",
            "color",
            "scale",
            "stamp",
            "figure",
            "source",
            "spec",
            "run",
            "report",
            "ledger",
            "output",
            "preview",
            "bench",
            "colormaps",
            "doctor",
            "document",
            "inspect",
            "reduce",
            "show",
            "nearest",
            "units",
            "litter",
            "Stop",
        ],
    ),
    wall("main", &["cli", "error", "raster", "Error", "ErrorKind"]),
];

/// Outside crates that stay within some modules.
const OUTSIDE: &[(&str, &[&str])] = &[
    ("wgpu", &["raster/gpu"]),
    ("pollster", &["raster/gpu"]),
    ("clap", &["cli", "main"]),
    ("rustix", &["output", "source/interruptible"]),
    ("clap_complete", &["cli"]),
    ("clap_mangen", &["cli"]),
    ("toml", &["cli"]),
    ("image", &["picture", "render", "plot", "figure/underlay"]),
    ("png", &["picture", "document"]),
    ("base64", &["document/svg", "preview", "source/parquet"]),
    ("color_quant", &["preview"]),
    ("terminal_size", &["cli"]),
    ("arrow", &["source"]),
    ("parquet", &["source"]),
    ("csv", &["source"]),
    ("zstd", &["source", "canvas_file"]),
    ("brotli", &["source/parquet"]),
    ("lz4_flex", &["source/ipc", "source/parquet"]),
    ("npyz", &["source", "array"]),
    ("zip", &["array", "source"]),
    ("flate2", &["document/pdf", "source"]),
    ("glob", &["source"]),
    ("las", &["source/las"]),
    ("crc32fast", &["canvas_file", "document/pdf", "figure", "source"]),
    ("pulp", &["encode", "raster/cpu"]),
    ("signal_hook", &["main", "cli"]),
    ("tiny_skia", &["figure", "picture"]),
    ("cosmic_text", &["figure"]),
    ("ttf_parser", &["figure/text", "document"]),
    ("subsetter", &["document/pdf"]),
    ("pdf_writer", &["document/pdf"]),
    ("csscolorparser", &["color"]),
    ("anyhow", &["cli", "main"]),
];

/// Macros that print: a library returns, `main` and `cli` speak.
const PRINTING: &[&str] = &["println!", "eprintln!", "print!", "eprint!", "dbg!", "todo!", "unimplemented!"];

fn source_files() -> Vec<(PathBuf, String)> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    walk(&root, &mut found);
    found.sort();
    assert!(found.len() > 20, "the scan finds the sources: {found:?}");
    let read = |path: PathBuf| {
        let text = std::fs::read_to_string(&path).unwrap();
        (path.strip_prefix(&root).unwrap().to_owned(), text)
    };
    found.into_iter().map(read).collect()
}

/// `raster/cpu/mod.rs` is the module `raster/cpu`, `mark.rs` is `mark`.
fn module_of(path: &Path) -> String {
    let module = path.with_extension("").to_str().unwrap().replace('\\', "/");
    module.strip_suffix("/mod").map_or(module.clone(), str::to_owned)
}

fn is_within(module: &str, wall: &str) -> bool {
    module.strip_prefix(wall).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The text without comments and without items under `#[cfg(test)]`.
fn code_of(text: &str) -> String {
    let mut code = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if line.trim() == "#[cfg(test)]" {
            // The item ends with a `;` or with the brace that closes at its own indentation.
            let indentation = line.len() - line.trim_start().len();
            for item in lines.by_ref() {
                let is_at_start = item.len() - item.trim_start().len() == indentation;
                if is_at_start && (item.trim_end().ends_with(';') || item.trim() == "}") {
                    break;
                }
            }
            continue;
        }
        code.push_str(line.split_once("//").map_or(line, |(code, _)| code));
        code.push('\n');
    }
    code
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Where `word` stands as a path's first part: not inside another word, not behind `::` or `.`.
fn path_starts<'a>(code: &'a str, word: &'a str) -> impl Iterator<Item = &'a str> {
    code.match_indices(word).filter_map(move |(i, _)| {
        let (before, after) = (&code[..i], &code[i + word.len()..]);
        let is_inside = before.ends_with(|c| is_word(c) || c == '.' || c == '"') || before.ends_with("::");
        (!is_inside && !after.starts_with(is_word)).then_some(after)
    })
}

/// The first names behind `crate::` and its like: one, or those of a `{..}` group.
fn names_behind(after: &str) -> Vec<String> {
    let Some(rest) = after.trim_start().strip_prefix("::") else { return Vec::new() };
    let word = |text: &str| text.trim_start().chars().take_while(|c| is_word(*c)).collect::<String>();
    let Some(group) = rest.strip_prefix('{') else { return vec![word(rest)] };
    let (mut depth, mut names, mut start) = (0, Vec::new(), 0);
    for (i, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            ',' if depth == 0 => {
                names.push(word(&group[start..i]));
                start = i + 1;
            }
            '}' if depth == 0 => {
                names.push(word(&group[start..i]));
                break;
            }
            '}' => depth -= 1,
            _ => {}
        }
    }
    names.retain(|name| !name.is_empty());
    names
}

/// The modules of this crate that some code names; `depth` is the number of parts of its own module path.
fn known_modules(code: &str, depth: usize) -> Vec<String> {
    let to_root = vec!["super"; depth].join("::");
    let roots = ["crate", "pointillist", &to_root];
    let mut names: Vec<_> = roots.iter().flat_map(|root| path_starts(code, root)).flat_map(names_behind).collect();
    names.retain(|name| name != "super" && name != "self");
    names.sort();
    names.dedup();
    names
}

/// What is wrong with a file, one line each.
fn faults(module: &str, text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let code = code_of(text);
    if module != "lib" {
        let Some(wall) =
            WALLS.iter().filter(|wall| is_within(module, wall.module)).max_by_key(|wall| wall.module.len())
        else {
            return vec![format!("{module} stands in no row of WALLS: say what it may know")];
        };
        let own = module.split('/').next().unwrap();
        for name in known_modules(&code, module.split('/').count()) {
            // The crate's own facade is for its callers.
            if name != own && !wall.may_know.contains(&name.as_str()) {
                faults.push(format!("{module} knows {name}; it may know {:?}", wall.may_know));
            }
        }
        for (outside, homes) in OUTSIDE {
            let is_named = path_starts(&code, outside).any(|after| after.starts_with("::"))
                || code.contains(&format!("use {outside};"));
            if is_named && !homes.iter().any(|home| is_within(module, home)) {
                faults.push(format!("{module} knows the crate {outside}, which stays within {homes:?}"));
            }
        }
        if !["cli", "main"].iter().any(|home| is_within(module, home)) {
            for macro_name in PRINTING {
                if path_starts(&code, macro_name).next().is_some() {
                    faults.push(format!("{module} prints with {macro_name}; libraries return"));
                }
            }
        }
    }
    let lines = text.lines().count();
    if lines > 400 {
        faults.push(format!("{module} has {lines} lines: split it at 400"));
    }
    if !text.starts_with("//!") {
        faults.push(format!("{module} has no head: its first line says with //! what the file owns"));
    }
    if let Some(name) = ["utils", "util", "helpers", "common", "misc"].iter().find(|name| module.ends_with(**name)) {
        faults.push(format!("{module}: '{name}' says nothing of what it owns"));
    }
    faults
}

#[test]
fn layers_hold_in_every_file() {
    // Unit tests in files of their own may know what they test against.
    let files = source_files().into_iter().filter(|(path, _)| !path.ends_with("tests.rs"));
    let faults: Vec<_> = files.flat_map(|(path, text)| faults(&module_of(&path), &text)).collect();
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn layers_table_names_only_what_there_is() {
    let modules: Vec<_> = source_files().iter().map(|(path, _)| module_of(path)).collect();
    for wall in WALLS {
        assert!(
            modules.iter().any(|module| is_within(module, wall.module)),
            "no file of {}: drop its row",
            wall.module
        );
        for known in wall.may_know {
            assert!(
                // A capital is a type that lib.rs hands on.
                known.starts_with(char::is_uppercase) || WALLS.iter().any(|wall| wall.module == *known),
                "{} may know {known}, which has no row",
                wall.module
            );
        }
    }
}

#[test]
fn layers_scan_sees_what_it_must_refuse() {
    let refused = [
        ("raster/cpu/blend", "//! .\nuse crate::scale::Scale;\n", "raster/cpu/blend knows scale"),
        ("raster/mod", "//! .\nuse crate::{\n    mark::{Cell, Glyph},\n    figure,\n};\n", "knows figure"),
        ("encode/paint", "//! .\nfn f() -> crate::source::Share {}\n", "knows source"),
        ("mark", "//! .\nuse super::canvas::Canvas;\n", "mark knows canvas"),
        ("raster/gpu/ring", "//! .\nuse super::super::super::plan::Plan;\n", "knows plan"),
        ("raster/cpu/mod", "//! .\nfn f(d: &wgpu::Device) {}\n", "knows the crate wgpu"),
        ("figure/text", "//! .\nuse image::RgbaImage;\n", "knows the crate image"),
        ("data/chunk", "//! .\nuse arrow::array::Array;\n", "knows the crate arrow"),
        ("plan", "//! .\nfn f() { println!(\"x\"); }\n", "prints with println!"),
        ("brush", "//! .\n", "no row of WALLS"),
        ("mark", "use bytemuck::Pod;\n", "no head"),
        ("mark", &format!("//! .\n{}", "\n".repeat(400)), "split it at 400"),
        ("data/utils", "//! .\n", "says nothing"),
    ];
    for (module, text, expected) in refused {
        let faults = faults(module.strip_suffix("/mod").unwrap_or(module), text);
        assert!(faults.iter().any(|fault| fault.contains(expected)), "{module} with {text:?}: {faults:?}");
    }
    let accepted = [
        ("raster/gpu/ring", "//! .\nuse crate::mark::Glyph;\nuse super::device::Device;\nuse wgpu::Buffer;\n"),
        ("mark", "//! .\n/// Like [`crate::canvas::Layer`].\nfn f() {} // crate::scale\n"),
        ("mark", "//! .\n#[cfg(test)]\nmod tests {\n    use crate::canvas::Canvas;\n}\n"),
        ("mark", "//! .\n#[cfg(test)]\nuse crate::canvas::Canvas;\nconst A: u8 = 0;\n"),
        ("figure/text", "//! .\nfn f(x: &Y) { x.image::<u8>(); self::image::f(); }\n"),
        ("main", "//! .\nuse pointillist::cli;\nfn main() { eprintln!(\"\"); }\n"),
    ];
    for (module, text) in accepted {
        assert_eq!(faults(module, text), Vec::<String>::new(), "{module} with {text:?}");
    }
}
