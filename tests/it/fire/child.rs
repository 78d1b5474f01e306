//! The program as a process under the limits of a hostile file: ten seconds, a gigabyte of address space; and what may
//! become of it.

use std::io::Read;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// No file takes longer.
pub(super) const MOST_TIME: Duration = Duration::from_secs(10);

/// No file takes more: what `ulimit -v` counts, in KiB.
const MOST_ADDRESS_SPACE_KIB: u32 = 1 << 20;

/// How a file may end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// Exit 0, with what was asked for.
    Done,
    /// Exit 1 and one line.
    Refused,
    /// Exit 2 and one line: the file is fine, and the request does not fit it.
    Impossible,
}

/// A command under the limits of address space.
pub(super) fn limited(program: &str) -> Command {
    let mut command = Command::new("sh");
    let script = format!("ulimit -v {MOST_ADDRESS_SPACE_KIB} && ulimit -c 0 && exec \"$0\" \"$@\"");
    command.args(["-c", &script, program]).stdin(Stdio::null());
    command
}

/// Waits, and kills at the limit of time; `None` then.
pub(super) fn wait(child: &mut Child, most: Duration) -> Option<ExitStatus> {
    let begun = Instant::now();
    let mut pause = Duration::from_millis(1);
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return Some(status);
        }
        if begun.elapsed() > most {
            child.kill().unwrap();
            child.wait().unwrap();
            return None;
        }
        std::thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(20));
    }
}

/// A run of the program.
#[derive(Debug)]
pub(super) struct Ended {
    /// The command to type.
    shown: String,
    /// `None` after the time was up.
    status: Option<ExitStatus>,
    pub(super) stdout: Vec<u8>,
    stderr: Vec<u8>,
    /// How long it took.
    pub(super) took: Duration,
}

/// Runs the program in a folder; one that takes too long is run once more, as other work may have held it up.
pub(super) fn run(folder: &Path, args: &[&str]) -> Ended {
    let first = run_once(folder, args);
    if first.status.is_none() { run_once(folder, args) } else { first }
}

fn run_once(folder: &Path, args: &[&str]) -> Ended {
    let program = env!("CARGO_BIN_EXE_pointillist");
    let mut command = limited(program);
    command.args(args).current_dir(folder).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.env_remove("RUST_BACKTRACE").env("NODEVICE_SELECT", "1").env("XDG_RUNTIME_DIR", folder);
    let begun = Instant::now();
    let mut child = command.spawn().unwrap();
    let collect = |mut stream: Box<dyn Read + Send>| {
        std::thread::spawn(move || {
            let mut bytes = Vec::new();
            stream.read_to_end(&mut bytes).unwrap();
            bytes
        })
    };
    let stdout = collect(Box::new(child.stdout.take().unwrap()));
    let stderr = collect(Box::new(child.stderr.take().unwrap()));
    let status = wait(&mut child, MOST_TIME);
    let shown = format!("{program} {}", args.iter().map(|arg| quoted(arg)).collect::<Vec<_>>().join(" "));
    Ended { shown, status, stdout: stdout.join().unwrap(), stderr: stderr.join().unwrap(), took: begun.elapsed() }
}

/// An argument as a shell takes it, without what a terminal acts on.
fn quoted(arg: &str) -> String {
    if raw_control(arg.as_bytes()).is_none() {
        return format!("'{}'", arg.replace('\'', r"'\''"));
    }
    let character = |c: char| match c {
        '\'' | '\\' => format!("\\{c}"),
        c if c.is_ascii_graphic() || c == ' ' => c.to_string(),
        c => format!("\\U{:08x}", u32::from(c)),
    };
    format!("$'{}'", arg.chars().map(character).collect::<String>())
}

impl Ended {
    /// How it ended, or what is wrong with that.
    pub(super) fn verdict(&self) -> Result<End, String> {
        let stderr = String::from_utf8_lossy(&self.stderr);
        let wrong = |what: String| Err(format!("{what}: {}\n    {}", self.shown, first_lines(&stderr)));
        let Some(status) = self.status else { return wrong("more than ten seconds".to_owned()) };
        let Some(code) = status.code() else {
            return wrong(format!("ended by signal {}", status.signal().unwrap_or_default()));
        };
        if stderr.contains("panicked") || stderr.contains("allocation of") {
            return wrong("a panic or an abort".to_owned());
        }
        for (name, bytes) in [("standard output", &self.stdout), ("standard error", &self.stderr)] {
            if let Some(character) = raw_control(bytes) {
                return wrong(format!("{character} on {name}"));
            }
        }
        // A note that all of it is read again may come before the error of that reading.
        let is_note = |line: &str| line.trim().is_empty() || line.ends_with("and all of it is read again");
        let lines = stderr.lines().filter(|line| !is_note(line)).count();
        let errors = stderr.lines().filter(|line| line.starts_with("pointillist: ")).count();
        match code {
            0 if errors == 0 => Ok(End::Done),
            1 if errors == 1 && lines == 1 => Ok(End::Refused),
            // What is wrong with a command line may take a usage and a hint besides.
            2 if errors == 1 => Ok(End::Impossible),
            1 | 2 => wrong(format!("exit {code} with {errors} errors in {lines} lines")),
            code => wrong(format!("exit {code}")),
        }
    }
}

fn first_lines(text: &str) -> String {
    text.lines().take(3).map(|line| line.chars().take(300).collect::<String>()).collect::<Vec<_>>().join("\n    ")
}

/// The first character that a terminal acts on, or bytes that are no text.
fn raw_control(bytes: &[u8]) -> Option<String> {
    let Ok(text) = std::str::from_utf8(bytes) else { return Some("bytes that are no UTF-8".to_owned()) };
    let acts = |c: char| {
        (c.is_control() && c != '\n')
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}')
    };
    text.chars().find(|c| acts(*c)).map(|c| format!("raw {}", c.escape_unicode()))
}
