//! The program as a process: arguments and standard input in, exit code and both outputs back, in a folder of its own.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::harness::Picture;

/// What one run left behind.
#[derive(Debug)]
pub(crate) struct Run {
    /// The exit code; `None` when a signal ended it.
    pub(crate) code: Option<i32>,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: String,
}

impl Run {
    /// Asserts that a line on standard error holds a text.
    pub(crate) fn says(self, text: &str) -> Self {
        assert!(self.stderr.contains(text), "'{text}' is not in: {}", self.stderr);
        self
    }

    /// Fails with everything the program said unless it ended with `code`.
    pub(crate) fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "exit code; stderr:\n{}", self.stderr);
        self
    }

    /// The one line of an error: nothing but it, no panic, no backtrace.
    pub(crate) fn error_line(&self) -> &str {
        let lines: Vec<_> = self.stderr.lines().filter(|line| !line.trim().is_empty()).collect();
        assert_eq!(lines.len(), 1, "an error is one line; stderr:\n{}", self.stderr);
        assert!(!self.stderr.contains("panicked"), "no panic; stderr:\n{}", self.stderr);
        assert!(self.stdout.is_empty(), "errors go to stderr alone");
        lines[0]
    }
}

/// A folder of its own in which the program runs; gone when dropped.
#[derive(Debug)]
pub(crate) struct Bench {
    folder: tempfile::TempDir,
    variables: Vec<(String, String)>,
}

impl Bench {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), variables: Vec::new() }
    }

    /// Sets an environment variable for the runs that follow.
    pub(crate) fn variable(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.into(), value.into()));
        self
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file into the folder and returns its name, ready to be an argument.
    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        std::fs::write(self.path(name), bytes).unwrap();
        name.to_owned()
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        let path = self.path(name);
        std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    pub(crate) fn picture(&self, name: &str) -> Picture {
        Picture::read(name, &self.path(name))
    }

    pub(crate) fn json(&self, name: &str) -> serde_json::Value {
        serde_json::from_slice(&self.read(name)).unwrap()
    }

    /// What lies in the folder, sorted: a failed run leaves nothing behind.
    pub(crate) fn files(&self) -> Vec<String> {
        let mut names: Vec<_> = std::fs::read_dir(self.folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pointillist"));
        command.args(args).current_dir(self.folder.path());
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        // What a developer has set must not change what is tested.
        command.env_remove("RUST_LOG").env_remove("RUST_BACKTRACE");
        if std::env::var_os("XDG_RUNTIME_DIR").is_none() {
            // Without it, Mesa's drivers complain on stderr of a display that nobody asked for.
            command.env("XDG_RUNTIME_DIR", self.folder.path());
        }
        command
    }

    /// Runs with nothing on standard input.
    pub(crate) fn run(&self, args: &[&str]) -> Run {
        finished(self.command(args).stdin(Stdio::null()).output().unwrap())
    }

    /// Runs with `input` on standard input, written in pieces of `piece` bytes, each flushed by itself.
    pub(crate) fn pipe(&self, args: &[&str], input: &[u8], piece: usize) -> Run {
        let mut child =
            self.command(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let output = std::thread::scope(|scope| {
            scope.spawn(move || {
                for piece in input.chunks(piece) {
                    // The program may have given up already; its exit code says so.
                    if stdin.write_all(piece).and_then(|()| stdin.flush()).is_err() {
                        return;
                    }
                }
            });
            child.wait_with_output().unwrap()
        });
        finished(output)
    }
}

fn finished(output: Output) -> Run {
    Run {
        code: output.status.code(),
        stdout: output.stdout,
        stderr: String::from_utf8(output.stderr).expect("messages are UTF-8"),
    }
}

/// A file of the repository, by its path from the root.
pub(crate) fn repository_file(path: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path).to_str().unwrap().to_owned()
}

/// Little-endian bytes of rows of f32.
pub(crate) fn f32_bytes<const N: usize>(rows: &[[f32; N]]) -> Vec<u8> {
    rows.iter().flatten().flat_map(|value| value.to_le_bytes()).collect()
}

/// Little-endian bytes of rows of f64.
pub(crate) fn f64_bytes<const N: usize>(rows: &[[f64; N]]) -> Vec<u8> {
    rows.iter().flatten().flat_map(|value| value.to_le_bytes()).collect()
}
