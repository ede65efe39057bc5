//! All figures: drawn, written to a folder, and shown on a page.

use std::{fs, path::Path};

use anyhow::{Context, Result};
use image::{
    Delay, DynamicImage, Frame, RgbImage, RgbaImage,
    codecs::gif::{GifEncoder, Repeat},
};
use indicatif::{ProgressBar, ProgressStyle};
use lesson::plot::{
    self, Pixels,
    axes::{Canvas, SIZE},
};
use plotters::backend::SVGBackend;

/// Pixels of the animation.
const GIF_SIZE: (u32, u32) = (480, 360);

/// One figure, whose Python is the function of the same name in `original.py`.
pub struct Figure {
    pub name: &'static str,
    /// What it shows, for those who do not see it.
    pub alt: &'static str,
    source: &'static str,
    draw: Draw,
}

/// A figure is drawn the same way on either canvas; only its type is another.
enum Draw {
    Once {
        svg: fn(&Canvas<SVGBackend<'_>>) -> Result<()>,
        pixels: fn(&Canvas<Pixels<'_>>) -> Result<()>,
    },
    Frames {
        count: usize,
        pixels: fn(&Canvas<Pixels<'_>>, usize) -> Result<()>,
    },
}

macro_rules! figures {
    ($($name:ident: $alt:literal,)*) => {
        /// In the order of the page.
        pub const FIGURES: &[Figure] = &[
            $(Figure {
                name: stringify!($name),
                alt: $alt,
                source: include_str!(concat!(stringify!($name), ".rs")),
                draw: Draw::Once {
                    svg: |canvas| super::$name::draw(canvas),
                    pixels: |canvas| super::$name::draw(canvas),
                },
            },)*
            Figure {
                name: "animation",
                alt: "A wave packet through which a wave travels to the right",
                source: include_str!("animation.rs"),
                draw: Draw::Frames {
                    count: super::animation::FRAMES,
                    pixels: |canvas, frame| super::animation::draw(canvas, frame),
                },
            },
        ];
    };
}

figures! {
    line: "Three curves with a legend: a sine, an oscillation that is damped, and one with a gap",
    scatter: "300 points in spirals, as the seeds of a sunflower, from violet in the middle to yellow outside",
    bar: "Two bars for each of four quarters, with their numbers on top",
    histogram: "20 bins of a bell shape, and the normal curve over them",
    box_plot: "Five boxes with whiskers, each higher than the one before, and circles for the values beyond",
    heat_map: "A grid of coloured cells with two yellow hills and two violet hollows, and a bar that tells the heights",
    contour: "Contour lines around the same hills and hollows",
    surface: "A round ripple with a peak in the middle, as a surface in three dimensions",
    subplots: "Four plots in two rows: the Chebyshev polynomials of order 1 to 4",
    error_bars: "Ten means, each with a bar up and down, around a grey line at 2",
    log_axes: "What two low-pass filters leave of a frequency: straight lines on logarithmic axes",
    polar: "A cardioid and a rose of four petals on polar axes",
}

impl Figure {
    /// The files that it becomes: name and content.
    ///
    /// # Errors
    /// Where it cannot be drawn.
    fn files(&self, progress: &ProgressBar) -> Result<Vec<(String, Vec<u8>)>> {
        let name = self.name;
        let files = match self.draw {
            Draw::Once { svg, pixels } => vec![
                (format!("{name}.svg"), plot::svg(self.alt, svg)?.into_bytes()),
                (format!("{name}.png"), plot::png(pixels)?),
            ],
            Draw::Frames { count, pixels } => {
                let mut gif = Vec::new();
                let mut encoder = GifEncoder::new_with_speed(&mut gif, 30);
                encoder.set_repeat(Repeat::Infinite)?;
                for frame in 0..count {
                    let picture = for_gif(plot::bitmap(|canvas| pixels(canvas, frame))?)?;
                    let delay = Delay::from_numer_denom_ms(50, 1);
                    encoder.encode_frame(Frame::from_parts(picture, 0, 0, delay))?;
                    progress.inc(1);
                }
                drop(encoder);
                vec![(format!("{name}.gif"), gif)]
            }
        };
        progress.inc(1);
        Ok(files)
    }

    fn picture(&self) -> String {
        match self.draw {
            Draw::Once { .. } => format!("{}.svg", self.name),
            Draw::Frames { .. } => format!("{}.gif", self.name),
        }
    }
}

/// A smaller picture, its colours in steps of eight, so that it has fewer than the 256 of a GIF.
fn for_gif(pixels: Vec<u8>) -> Result<RgbaImage> {
    let picture = RgbImage::from_raw(SIZE.0, SIZE.1, pixels).context("the picture has another size")?;
    let (width, height) = GIF_SIZE;
    let mut picture = DynamicImage::from(picture)
        .thumbnail_exact(width, height)
        .into_rgba8();
    for channel in picture.iter_mut() {
        *channel = ((u16::from(*channel) + 4) / 8 * 8).min(255) as u8;
    }
    Ok(picture)
}

/// Draws all figures and writes them to the folder, with a page that shows each beside its Python and its Rust.
/// Matplotlib's pictures are copied from the lesson. Returns how many files that are. Where one of them cannot be
/// written, none is.
///
/// # Errors
/// What could not be written, and why.
pub fn write(folder: &Path, lesson: &Path) -> Result<usize> {
    let unwritten = || format!("cannot write the gallery to {}", folder.display());
    fs::create_dir_all(folder).with_context(unwritten)?;
    let progress = ProgressBar::new((FIGURES.len() + super::animation::FRAMES) as u64);
    progress.set_style(ProgressStyle::with_template("drawing {bar:30} {pos}/{len}")?);
    let mut files = Vec::new();
    for figure in FIGURES {
        let drawn = figure.files(&progress);
        files.extend(drawn.with_context(|| format!("cannot draw {}", figure.name))?);
        let theirs = format!("matplotlib/{}", matplotlib(figure));
        if let Ok(picture) = fs::read(lesson.join(&theirs)) {
            files.push((theirs, picture));
        }
    }
    progress.finish_and_clear();
    let original = fs::read_to_string(lesson.join("original.py")).context("cannot read original.py")?;
    files.push(("index.html".to_owned(), page(&original, &files).into_bytes()));
    plot::save(folder, &files).with_context(unwritten)?;
    Ok(files.len())
}

fn matplotlib(figure: &Figure) -> String {
    figure.picture().replace(".svg", ".png")
}

fn page(original: &str, files: &[(String, Vec<u8>)]) -> String {
    let there = |name: &str| files.iter().any(|(file, _)| file == name);
    let figure = |figure: &Figure| {
        let (name, alt, ours) = (figure.name, figure.alt, figure.picture());
        let theirs = format!("matplotlib/{}", matplotlib(figure));
        let theirs = if there(&theirs) {
            picture(&theirs, alt)
        } else {
            "<p>not recorded</p>".to_owned()
        };
        let python = item(original, &format!("def {name}("));
        let rust = item(figure.source, "pub fn draw");
        format!(
            "<section id=\"{name}\">\n<h2>{}</h2>\n<div class=\"pair\">\n{}{}</div>\n</section>\n",
            name.replace('_', " "),
            side("Matplotlib", &theirs, &python),
            side("plotters", &picture(&ours, alt), &rust),
        )
    };
    let links = FIGURES.iter().map(|figure| {
        let (name, heading) = (figure.name, figure.name.replace('_', " "));
        format!("<a href=\"#{name}\">{heading}</a>\n")
    });
    include_str!("index.html")
        .replace("{links}", &links.collect::<String>())
        .replace("{figures}", &FIGURES.iter().map(figure).collect::<String>())
}

fn picture(file: &str, alt: &str) -> String {
    format!("<img src=\"{file}\" alt=\"{alt}\" width=\"640\" height=\"480\" loading=\"lazy\">")
}

/// A figure, and the code that made it.
fn side(by: &str, picture: &str, code: &str) -> String {
    let code = escaped(code);
    format!(
        "<div>\n<figure>{picture}<figcaption>{by}</figcaption></figure>\n\
         <pre tabindex=\"0\"><code>{code}</code></pre>\n</div>\n"
    )
}

/// The function that begins so, up to the next line that is not indented, with the brace that closes it if it has one.
fn item(source: &str, begin: &str) -> String {
    let lines = source.lines().skip_while(|line| !line.starts_with(begin));
    let mut taken: Vec<&str> = Vec::new();
    for line in lines {
        let inside = taken.is_empty() || line.is_empty() || line.starts_with(' ');
        if !inside {
            taken.extend((line == "}").then_some(line));
            break;
        }
        taken.push(line);
    }
    taken.join("\n").trim_end().to_owned()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
