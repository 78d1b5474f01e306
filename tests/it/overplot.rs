//! 200,000 points of one colour on one spot at alpha 1e-5: opacity 1 - (1 - 1e-5)^200000, where eight bits show nothing
//! and half floats stop at a tenth.

use crate::harness::binary::{Bench, f32_bytes};
use crate::harness::gpu::{INSTALL, is_required};

const POINTS: i32 = 200_000;

fn stack_opaquely(backend: &str) {
    // In a form that neither subtracts nearly equal numbers nor takes a library's word for it.
    let expected = 1.0 - (f64::from(POINTS) * (-1e-5_f64).ln_1p()).exp();
    assert!((expected - 0.864_666).abs() < 1e-5, "about 1 - exp(-2)");
    let points = f32_bytes(&vec![[5.5_f32, 5.5]; POINTS as usize]);
    for (canvas, look) in [
        ("count", &["--marker", "pixel"][..]),
        ("count of stamps", &["--marker", "square", "--size", "3"]),
        ("veil", &["--marker", "circle", "--size", "5"]),
    ] {
        let bench = Bench::new();
        let mut args = vec!["plot", "-", "--raw", "f32x2", "-x", "0", "-y", "1", "--xlim", "0,11", "--ylim", "0,11"];
        args.extend(["--width", "11", "--height", "11", "--frame", "none", "--background", "none"]);
        args.extend(["--plot-background", "none", "--color", "#ff8000", "--alpha", "1e-5", "--backend", backend]);
        args.extend(look);
        args.extend(["-o", "out.png"]);
        let run = bench.pipe(&args, &points, 1 << 16);
        assert_eq!(run.code, Some(0), "{canvas} on {backend}:\n{}\n{INSTALL}", run.stderr);
        let [r, g, b, alpha] = bench.picture("out.png").pixel(5, 5);
        assert_eq!([r, g, b], [255, 128, 0], "{canvas} on {backend}: the colour is untouched");
        let error = (f64::from(alpha) / 255.0 - expected).abs() * 255.0;
        assert!(error <= 1.0, "{canvas} on {backend}: alpha {alpha}, expected {}", expected * 255.0);
        assert_eq!(bench.picture("out.png").pixel(0, 0), [0; 4], "{canvas} on {backend}: nothing elsewhere");
    }
}

#[test]
fn overplot_keeps_faint_alpha_on_the_cpu() {
    stack_opaquely("cpu");
}

#[test]
fn overplot_keeps_faint_alpha_on_the_gpu() {
    if is_required("overplot_keeps_faint_alpha_on_the_gpu") {
        stack_opaquely("gpu");
    }
}
