//! The named scenes that `oracle_parity` and `gpu_parity` draw both: what is on them, and how it is drawn by the library
//! and by the oracle.
//!
//! A scene is a plot area without a frame, so that every pixel of the picture is the canvas over its backgrounds.

use pointillist::color::Rgba8;
use pointillist::{BackendChoice as Backend, Chunk, Figure, Frame, Marker, Plot};

use crate::harness::oracle::{self, Dot, Look, Paper, Shape};
use crate::harness::{Picture, Random};

/// Where the colours come from.
#[derive(Clone, Debug)]
pub(crate) enum Paint {
    One([u8; 3]),
    /// Viridis over these limits.
    Values(Vec<f64>, (f64, f64)),
    /// Indices into names, which are in the palette's order.
    Categories(Vec<u32>, Vec<&'static str>),
    Rgb(Vec<[u8; 3]>),
}

/// Which promise holds between two backends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// Integer canvases, and opaque hard edges: byte for byte.
    Exact,
    /// f32 blending: within one, and nearly all equal.
    Close,
}

#[derive(Clone, Debug)]
pub(crate) struct Scene {
    pub(crate) name: &'static str,
    pub(crate) look: Look,
    pub(crate) alpha: f64,
    pub(crate) alphas: Option<Vec<f32>>,
    pub(crate) paint: Paint,
    pub(crate) paper: Paper,
    pub(crate) points: Vec<(f64, f64)>,
    pub(crate) class: Class,
    pub(crate) sizes: Option<Sizes>,
}

/// A number for each point, those at both ends, and the diameters there.
#[derive(Clone, Debug)]
pub(crate) struct Sizes {
    numbers: Vec<f64>,
    limits: (f64, f64),
    range_px: (f64, f64),
}

impl Sizes {
    /// The diameter that a point is drawn with: of 64 in equal ratios, the one nearest to that of its area.
    fn diameter_px(&self, point: usize) -> f64 {
        let (a, b) = self.range_px;
        let share = ((self.numbers[point] - self.limits.0) / (self.limits.1 - self.limits.0)).clamp(0.0, 1.0);
        let diameter = (a * a + share * (b * b - a * a)).sqrt();
        let (least, most) = (a.min(b), a.max(b));
        let classes = (0..64).map(|class| match class {
            0 => least,
            63 => most,
            class => least * (most / least).powf(f64::from(class) / 63.0),
        });
        classes.min_by(|a, b| (a / diameter).ln().abs().total_cmp(&(b / diameter).ln().abs())).unwrap()
    }
}

const WHITE: Option<[u8; 4]> = Some([255; 4]);
const DARK: Option<[u8; 4]> = Some([0x12, 0x14, 0x1a, 255]);
const GLASS: Option<[u8; 4]> = Some([250, 240, 200, 96]);
const BLUE: [u8; 3] = [0x1f, 0x77, 0xb4];

/// The colours of the first categories, as the documentation has them.
const CATEGORIES: [[u8; 3]; 8] = [
    [31, 119, 180],
    [242, 145, 17],
    [28, 184, 148],
    [204, 26, 10],
    [196, 143, 245],
    [148, 142, 91],
    [156, 90, 120],
    [63, 105, 72],
];

fn viridis() -> Vec<[u8; 3]> {
    let bytes = |line: &str| line.split(' ').map(|byte| byte.parse().unwrap()).collect::<Vec<u8>>();
    include_str!("../data/viridis.txt").lines().map(|line| bytes(line).try_into().unwrap()).collect()
}

/// `count` points spread over the plot area 0..10 x 0..5 and a little beyond it.
pub(crate) fn cloud(count: usize, seed: u64) -> Vec<(f64, f64)> {
    let mut random = Random(seed);
    (0..count).map(|_| (random.unit() * 10.6 - 0.3, random.unit() * 5.4 - 0.2)).collect()
}

fn scene(name: &'static str, shape: Shape, diameter_px: f64, is_antialiased: bool) -> Scene {
    Scene {
        name,
        look: Look { shape, diameter_px, is_antialiased },
        alpha: 1.0,
        alphas: None,
        paint: Paint::One(BLUE),
        paper: Paper {
            width: 120,
            height: 80,
            xlim: (0.0, 10.0),
            ylim: (0.0, 5.0),
            background: WHITE,
            plot_background: None,
        },
        points: cloud(300, 1),
        class: Class::Close,
        sizes: None,
    }
}

impl Scene {
    fn alpha(self, alpha: f64) -> Self {
        Self { alpha, ..self }
    }

    fn points(self, points: Vec<(f64, f64)>) -> Self {
        Self { points, ..self }
    }

    fn cloud(self, count: usize, seed: u64) -> Self {
        self.points(cloud(count, seed))
    }

    fn on(mut self, background: Option<[u8; 4]>, plot_background: Option<[u8; 4]>) -> Self {
        (self.paper.background, self.paper.plot_background) = (background, plot_background);
        self
    }

    fn exact(self) -> Self {
        Self { class: Class::Exact, ..self }
    }

    fn rgb(self, seed: u64) -> Self {
        let mut random = Random(seed);
        let rgb = self.points.iter().map(|_| std::array::from_fn(|_| random.next() as u8)).collect();
        Self { paint: Paint::Rgb(rgb), ..self }
    }

    /// A value for each point from -2 to 3, half of them beyond the limits at either end.
    fn values(self, seed: u64) -> Self {
        let mut random = Random(seed);
        let values = self.points.iter().map(|_| random.unit() * 5.0 - 2.0).collect();
        Self { paint: Paint::Values(values, (-0.75, 1.75)), ..self }
    }

    /// Numbers from -1 to 5 as sizes, some of them beyond 0 to 4, which have the diameters of `range_px`.
    fn sizes(self, range_px: (f64, f64), seed: u64) -> Self {
        let mut random = Random(seed);
        let numbers = self.points.iter().map(|_| random.unit() * 6.0 - 1.0).collect();
        Self { sizes: Some(Sizes { numbers, limits: (0.0, 4.0), range_px }), ..self }
    }

    fn categories(self, names: &[&'static str], seed: u64) -> Self {
        let mut random = Random(seed);
        let keys = self.points.iter().map(|_| (random.next() % names.len() as u64) as u32).collect();
        Self { paint: Paint::Categories(keys, names.to_vec()), ..self }
    }

    fn alphas(self, seed: u64) -> Self {
        let mut random = Random(seed);
        // Some are 0: drawn, and painting nothing.
        let alphas = self.points.iter().map(|_| (random.unit() as f32 - 0.1).max(0.0)).collect();
        Self { alphas: Some(alphas), ..self }
    }
}

/// Corners, the middles of the borders, the pixels' own edges along the border, and just beyond each.
fn on_all_borders() -> Vec<(f64, f64)> {
    let mut points = Vec::new();
    for x in [0.0, 5.0, 10.0_f64.next_down(), 10.0, 10.0_f64.next_up(), -1e-12] {
        for y in [0.0, 2.5, 5.0_f64.next_down(), 5.0, 5.0_f64.next_up(), -1e-12] {
            points.push((x, y));
        }
    }
    points.extend((0..=120).step_by(7).map(|i| (f64::from(i) / 12.0, 0.0)));
    points.extend((0..=80).step_by(7).map(|i| (10.0, f64::from(i) / 16.0)));
    points
}

fn not_finite_among_others() -> Vec<(f64, f64)> {
    let (nan, inf) = (f64::NAN, f64::INFINITY);
    let mut points = vec![(nan, 1.0), (1.0, nan), (inf, 1.0), (1.0, -inf), (nan, nan), (-inf, inf), (1e308, -1e308)];
    points.extend([(2.0, 2.0), (-0.0, 5e-324), (8.0, 4.0)]);
    points
}

/// All of them; names start with their topic.
pub(crate) fn all() -> Vec<Scene> {
    use Shape::{Circle, Cross, Diamond, Pixel, Plus, Ring, Square, Star, Triangle};
    let stack = || vec![(3.3, 2.2); 5000];
    let scenes = vec![
        scene("pixel_one_colour_opaque", Pixel, 1.0, false).exact(),
        scene("pixel_one_colour_faint", Pixel, 1.0, false).alpha(0.01).cloud(20_000, 2).exact(),
        scene("pixel_rgb_opaque", Pixel, 1.0, false).cloud(20_000, 3).rgb(4).exact(),
        scene("pixel_values_faint_dark", Pixel, 1.0, false).alpha(0.2).cloud(20_000, 5).values(6).on(DARK, None),
        scene("square_hard_half_px", Square, 0.5, false).cloud(20_000, 7).alpha(0.4).exact(),
        scene("square_hard_5_px_opaque_rgb", Square, 5.0, false).rgb(8).exact(),
        scene("square_hard_7_px_one_colour_faint", Square, 7.3, false).alpha(0.05).cloud(3000, 9).exact(),
        scene("square_antialiased_7_px", Square, 7.3, true).alpha(0.6),
        scene("square_antialiased_33_px_values", Square, 33.0, true).alpha(0.3).cloud(60, 10).values(11),
        scene("circle_antialiased_0_3_px", Circle, 0.3, true).cloud(20_000, 12),
        scene("circle_antialiased_3_px_default", Circle, 3.0, true),
        scene("circle_antialiased_3_px_categories", Circle, 3.0, true)
            .alpha(0.7)
            .categories(&["pear", "apple", "fig", "Zucchini", "10", "9", "élan", ""], 13),
        scene("circle_antialiased_5_px_rgb_transparent", Circle, 5.0, true).alpha(0.3).rgb(14).on(None, None),
        scene("circle_antialiased_5_px_alpha_column", Circle, 5.0, true).cloud(500, 15).alphas(16).on(DARK, GLASS),
        scene("circle_antialiased_5_px_rgb_alpha_column", Circle, 5.0, true).rgb(17).alphas(18).on(None, WHITE),
        scene("circle_antialiased_64_px", Circle, 64.0, true).alpha(0.1).cloud(40, 19).on(None, None),
        scene("circle_hard_9_px", Circle, 9.0, false).alpha(0.25).cloud(500, 20).on(None, None).exact(),
        scene("circle_hard_0_3_px_values", Circle, 0.3, false).cloud(5000, 21).values(22),
        scene("circle_stack_alpha_1e-3", Circle, 6.0, true).alpha(1e-3).points(stack()),
        scene("circle_stack_alpha_1e-5_rgb", Circle, 6.0, true).alpha(1e-5).points(stack()).rgb(23),
        scene("border_pixels", Pixel, 1.0, false).points(on_all_borders()).exact(),
        scene("border_squares_2_px", Square, 2.0, false).points(on_all_borders()).alpha(0.5).exact(),
        scene("border_circles_11_px_transparent", Circle, 11.0, true)
            .points(on_all_borders())
            .alpha(0.5)
            .on(None, GLASS),
        scene("offscreen_all", Circle, 5.0, true).points(vec![(-1.0, 2.0), (11.0, 2.0), (5.0, 99.0), (5.0, -1.0)]),
        scene("offscreen_touching", Circle, 24.0, true).points(vec![
            (-0.9, 2.0),
            (10.9, 2.0),
            (5.0, 5.7),
            (-0.5, -0.5),
        ]),
        scene("invalid_among_others", Circle, 5.0, true).points(not_finite_among_others()).rgb(24),
        scene("single_point", Circle, 3.0, true).points(vec![(6.54, 3.21)]).on(None, None),
        scene("nothing", Circle, 3.0, true).points(Vec::new()).on(GLASS, None),
        scene("diamond_antialiased", Diamond, 9.3, true).alpha(0.6).cloud(60, 30),
        scene("triangle_antialiased", Triangle, 9.3, true).alpha(0.6).cloud(60, 31),
        scene("plus_antialiased", Plus, 9.3, true).alpha(0.6).cloud(60, 32),
        scene("cross_antialiased", Cross, 9.3, true).alpha(0.6).cloud(60, 33),
        scene("star_antialiased", Star, 9.3, true).alpha(0.6).cloud(60, 34),
        scene("ring_antialiased", Ring, 9.3, true).alpha(0.6).cloud(60, 35),
        scene("diamond_hard", Diamond, 9.3, false).alpha(0.3).cloud(300, 36).exact(),
        scene("triangle_hard_rgb", Triangle, 9.3, false).cloud(300, 37).rgb(38).exact(),
        scene("plus_hard", Plus, 9.3, false).alpha(0.3).cloud(300, 39).exact(),
        scene("cross_hard", Cross, 9.3, false).alpha(0.3).cloud(300, 40).exact(),
        scene("star_hard_half_px", Star, 0.7, false).alpha(0.9).cloud(3000, 41).exact(),
        scene("ring_hard", Ring, 9.3, false).alpha(0.3).cloud(300, 42).exact(),
        scene("sizes_circles_one_colour", Circle, 3.0, true).alpha(0.4).cloud(60, 43).sizes((2.0, 20.0), 44),
        scene("sizes_squares_hard_faint", Square, 3.0, false).alpha(0.1).cloud(400, 45).sizes((1.0, 15.3), 46).exact(),
        scene("sizes_squares_hard_rgb", Square, 3.0, false).cloud(400, 47).rgb(48).sizes((1.2, 15.7), 49).exact(),
        scene("sizes_hard_below_a_pixel", Circle, 3.0, false).cloud(2000, 50).sizes((0.2, 4.3), 51),
        scene("sizes_falling_values", Diamond, 3.0, true).alpha(0.5).cloud(50, 52).values(53).sizes((16.0, 3.0), 54),
        scene("sizes_alphas_rgb", Circle, 3.0, true).cloud(60, 55).rgb(56).alphas(57).sizes((1.0, 12.0), 58),
        scene("sizes_alphas_values", Square, 3.0, true).cloud(60, 59).values(60).alphas(61).sizes((1.0, 9.0), 62),
        scene("sizes_alphas_one_colour", Square, 3.0, false).cloud(300, 63).alphas(64).sizes((0.4, 9.1), 65),
        scene("sizes_categories", Circle, 3.0, true).cloud(40, 66).categories(&["a", "b"], 67).sizes((2.0, 24.0), 68),
        scene("sizes_outside", Square, 3.0, false)
            .alpha(0.5)
            .points((0..60).map(|i| (-0.02 * f64::from(i), f64::from(i % 6))).collect())
            .sizes((1.0, 24.3), 69)
            .exact(),
        scene("values_alphas", Circle, 5.0, true).cloud(300, 70).values(71).alphas(72),
        scene("categories_alphas", Square, 5.0, false).cloud(300, 73).categories(&["a", "b", "c"], 74).alphas(75),
        Scene {
            paper: Paper { xlim: (10.0, 0.0), ylim: (5.0, 0.0), ..scene("", Circle, 1.0, true).paper },
            ..scene("reversed_axes", Square, 4.0, false).cloud(100, 25).rgb(26).exact()
        },
    ];
    assert!(scenes.len() >= 20, "about 20 scenes");
    scenes
}

impl Scene {
    /// Draws it with the library, in chunks of `chunk_rows`.
    pub(crate) fn draw(&self, backend: Backend, chunk_rows: usize) -> pointillist::Result<Picture> {
        let plot = self.plot(backend, chunk_rows)?;
        let image = plot.render()?;
        Ok(Picture::new(format!("{backend:?}"), image.width(), image.height(), image.into_raw()))
    }

    /// The plot with all points drawn, before its picture is made.
    pub(crate) fn plot(&self, backend: Backend, chunk_rows: usize) -> pointillist::Result<Plot> {
        let color = |color: Option<[u8; 4]>| color.map(|[r, g, b, a]| Rgba8 { r, g, b, a });
        let marker = match self.look.shape {
            Shape::Pixel => Marker::Pixel,
            Shape::Square => Marker::Square,
            Shape::Circle => Marker::Circle,
            Shape::Diamond => Marker::Diamond,
            Shape::Triangle => Marker::Triangle,
            Shape::Plus => Marker::Plus,
            Shape::Cross => Marker::Cross,
            Shape::Star => Marker::Star,
            Shape::Ring => Marker::Ring,
        };
        let paper = &self.paper;
        let figure = Figure::new(paper.width, paper.height)
            .frame(Frame::None)
            .xlim(paper.xlim.0, paper.xlim.1)
            .ylim(paper.ylim.0, paper.ylim.1)
            .background(color(paper.background))
            .plot_background(color(paper.plot_background));
        let mut points =
            figure.points(marker).size(self.look.diameter_px).antialiased(self.look.is_antialiased).alpha(self.alpha);
        match &self.paint {
            Paint::One([r, g, b]) => points = points.color(Rgba8::opaque(*r, *g, *b)),
            Paint::Values(_, (lo, hi)) => points = points.clim(*lo, *hi).colormap("viridis"),
            Paint::Categories(..) | Paint::Rgb(_) => {}
        }
        if let Some(Sizes { limits, range_px, .. }) = &self.sizes {
            points = points.size_limits(limits.0, limits.1).size_range(range_px.0, range_px.1);
        }
        let mut plot = points.open(backend)?;
        let (x, y): (Vec<_>, Vec<_>) = self.points.iter().copied().unzip();
        let mut first = 0;
        while first < x.len() {
            let rows = first..(first + chunk_rows).min(x.len());
            let mut chunk = Chunk::xy(&x[rows.clone()], &y[rows.clone()]);
            match &self.paint {
                Paint::One(_) => {}
                Paint::Values(values, _) => chunk = chunk.values(&values[rows.clone()]),
                Paint::Categories(keys, names) => chunk = chunk.categories(&keys[rows.clone()], names),
                Paint::Rgb(rgb) => chunk = chunk.rgb(&rgb[rows.clone()]),
            }
            if let Some(alphas) = &self.alphas {
                chunk = chunk.alphas(&alphas[rows.clone()]);
            }
            if let Some(sizes) = &self.sizes {
                chunk = chunk.sizes(&sizes.numbers[rows.clone()]);
            }
            plot.draw(&chunk)?;
            first = rows.end;
        }
        Ok(plot)
    }

    /// Draws it with the oracle.
    pub(crate) fn truth(&self) -> Picture {
        let viridis = viridis();
        let color_of = |i: usize| match &self.paint {
            Paint::One(rgb) => *rgb,
            Paint::Values(values, (lo, hi)) => {
                let t = ((values[i] - lo) / (hi - lo)).clamp(0.0, 1.0);
                viridis[((t * 256.0) as usize).min(255)]
            }
            // The caller's names are the palette's order.
            Paint::Categories(keys, _) => CATEGORIES[keys[i] as usize],
            Paint::Rgb(rgb) => rgb[i],
        };
        let alpha_of = |i: usize| self.alphas.as_ref().map_or(self.alpha, |alphas| f64::from(alphas[i]));
        let dots: Vec<_> = self
            .points
            .iter()
            .enumerate()
            .map(|(i, (x, y))| {
                let diameter_px = self.sizes.as_ref().map(|sizes| sizes.diameter_px(i));
                Dot { x: *x, y: *y, rgb: color_of(i), alpha: alpha_of(i), diameter_px }
            })
            .collect();
        let rgba = oracle::draw(&self.paper, &self.look, &dots);
        Picture::new("oracle", self.paper.width, self.paper.height, rgba)
    }

    /// The faintest opacity that a point brings, to choose the promise that holds.
    pub(crate) fn faintest_alpha(&self) -> f64 {
        match &self.alphas {
            Some(_) => 1e-3,
            // Hard marks below a pixel are dimmed by their areas.
            None if self.sizes.is_some() => self.alpha.min(1e-3),
            None => self.alpha,
        }
    }
}
