//! What stands at the end of --help and in the manual: examples, which a test runs, and exit codes.

/// Examples of the program.
pub(super) const PROGRAM: &str = "\
Examples:
  pointillist plot quakes.parquet -x longitude -y latitude -o quakes.png
  pointillist plot flights.csv -x distance -y delay --marker pixel --alpha 0.05 -o flights.png
  pointillist plot trips.parquet -x lon -y lat --reduce count --norm eq-hist -o trips.png
  pointillist plot trips.parquet -x lon -y lat --series 'stops.csv -x lon -y lat' -o map.png
  pointillist inspect quakes.parquet
  pointillist doctor";

/// Where more is said; no part of the manual, which says it.
const MORE: &str = "'pointillist plot --help' explains every option and the exit codes; 'pointillist man' has it all.";

/// Of the program, for --help.
pub(super) fn program() -> String {
    format!("{PROGRAM}\n\n{MORE}")
}

/// Exit codes, as lines.
pub(super) const EXIT_STATUS: &str = "\
Exit status:
  0  done
  1  the input cannot be read or makes no sense
  2  the command line is wrong, or the plan is refused (--max-memory, --max-area, alpha, limits)
  3  no usable GPU where one was asked for, or one that draws other pictures than the CPU (bench)
  4  the output cannot be written
  129, 130, 143  ended by HUP, INT, TERM, with --partial too
  141  whoever read the standard output went away";

/// Of `plot`.
pub(super) const PLOT: &str = "\
Counts take k, M, G, T (powers of 1000), bytes also Ki, Mi, Gi, Ti (of 1024): 64k, 512M, 4GiB.

Examples:
  # points: their colour from a column, fainter ones where they lie on one another
  pointillist plot quakes.parquet -x longitude -y latitude --color magnitude -o quakes.png
  pointillist plot flights.csv -x distance -y delay --marker pixel --alpha 0.05 -o flights.png
  # numbers instead of points: counts, and the mean of a column
  pointillist plot trips.parquet -x lon -y lat --reduce count --norm eq-hist -o trips.png
  pointillist plot trips.parquet -x lon -y lat --reduce mean:fare --clim p1,p99 -o fare.png
  # several data sets over the same axes
  pointillist plot a.csv -x time -y value --series 'b.csv -x time -y value' -o both.png
  pointillist plot trips.parquet -x lon -y lat --reduce count \\
      --series 'stops.csv -x lon -y lat --color red --label stops' -o map.png
  # a part of time, several files
  pointillist plot a.csv b.csv -x time -y value --xlim 2024-01-01,2024-02-01 -o january.png
  # from a program to a program, without a file
  producer | pointillist plot - --raw f32x2 -x 0 -y 1 --xlim 0,1 --ylim 0,1 -o - > points.png
  # keep the command line, and draw it again, wider
  pointillist plot quakes.parquet -x longitude -y latitude -o quakes.png --write-spec quakes.toml
  pointillist plot --spec quakes.toml --width 2000";

/// The same with the exit codes, for --help.
pub(super) fn plot_and_exit_status() -> String {
    format!("{PLOT}\n\n{EXIT_STATUS}")
}

/// Of `shade`.
pub(super) const SHADE: &str = "\
Examples:
  pointillist plot trips.parquet -x lon -y lat --reduce mean:fare --canvas fare.canvas -o fare.png
  pointillist shade fare.canvas --norm log --cmap magma --title 'Mean fare' -o fare-log.png";

/// Of `inspect`.
pub(super) const INSPECT: &str = "\
Examples:
  pointillist inspect quakes.parquet
  pointillist inspect a.csv b.csv --json
  producer | pointillist inspect - --raw f32x2";

/// Of `bench`.
pub(super) const BENCH: &str = "\
Every picture is drawn once on each backend and compared; only then it is timed. Pictures that
differ by more than their class allows give no times and exit code 3. Times are those from values
in memory to the canvas; starts are told apart.

Examples:
  # every case: about a minute on two cores
  pointillist bench
  # some cases; with --backend gpu on a software driver too
  pointillist bench --only disc5
  pointillist bench trips.parquet -x lon -y lat --value fare --json trips.json";

/// Of `colormaps`.
pub(super) const COLORMAPS: &str = "\
Examples:
  pointillist colormaps
  pointillist colormaps -o colormaps.png
  pointillist colormaps viridis fire 'white,orange 30%,#800000' -o three.png";

/// Of `doctor`.
pub(super) const DOCTOR: &str = "\
Examples:
  pointillist doctor
  pointillist doctor --json";

/// Of `completions`.
pub(super) const COMPLETIONS: &str = "\
Examples:
  pointillist completions bash > pointillist.bash    # then: source pointillist.bash
  pointillist completions zsh > _pointillist         # into a folder of $fpath
  pointillist completions fish > pointillist.fish    # into ~/.config/fish/completions";

/// Of `man`.
pub(super) const MAN: &str = "\
Examples:
  pointillist man > pointillist.1    # then: man ./pointillist.1
  pointillist man --dir .            # a page for every command";
