//! Figures drawn by plotters that look as Matplotlib's do, as SVG and as PNG.

pub mod axes;
mod pixels;
pub mod viridis;

use std::{fs, io, path::Path, sync::LazyLock};

use anyhow::{Context, Result, ensure};
use plotters::{prelude::*, style::register_font};

use axes::{Canvas, SIZE};
pub use pixels::Pixels;

/// DejaVu Sans with the characters that the figures have, for pictures made of pixels: these know no fonts of the
/// system. Its licence stands beside it.
const FONT: &[u8] = include_bytes!("plot/font/DejaVuSans.ttf");

/// What is drawn the same way on any canvas.
pub trait Figure {
    /// The name of its files.
    const NAME: &'static str;
    /// What it shows, for those who do not see it.
    const ALT: &'static str;

    /// Draws it.
    ///
    /// # Errors
    /// Where the canvas cannot be drawn on, or there is nothing to draw.
    fn draw<DB: DrawingBackend<ErrorType: 'static>>(&self, canvas: &Canvas<DB>) -> Result<()>;

    /// The files that it becomes: name and content.
    ///
    /// # Errors
    /// Where it cannot be drawn.
    fn files(&self) -> Result<[(String, Vec<u8>); 2]> {
        let drawn = || -> Result<_> {
            let svg = svg(Self::ALT, |canvas| self.draw(canvas))?.into_bytes();
            Ok((svg, png(|canvas| self.draw(canvas))?))
        };
        let name = Self::NAME;
        let (svg, png) = drawn().with_context(|| format!("cannot draw {name}"))?;
        Ok([(format!("{name}.svg"), svg), (format!("{name}.png"), png)])
    }
}

/// A figure as SVG, with a text for those to whom it is read aloud.
///
/// # Errors
/// Where it cannot be drawn.
pub fn svg(alt: &str, draw: impl FnOnce(&Canvas<SVGBackend<'_>>) -> Result<()>) -> Result<String> {
    let mut svg = String::new();
    let canvas = SVGBackend::with_string(&mut svg, SIZE).into_drawing_area();
    on_white(&canvas, draw)?;
    drop(canvas);
    Ok(svg.replacen('>', &format!(" role=\"img\">\n<title>{alt}</title>"), 1))
}

/// A figure as PNG.
///
/// # Errors
/// Where it cannot be drawn.
pub fn png(draw: impl FnOnce(&Canvas<Pixels<'_>>) -> Result<()>) -> Result<Vec<u8>> {
    let (width, height) = SIZE;
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_compression(png::Compression::Fast);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&bitmap(draw)?)?;
    writer.finish()?;
    Ok(bytes)
}

/// The pixels of a figure, line by line: red, green and blue of each.
///
/// # Errors
/// Where it cannot be drawn.
pub fn bitmap(draw: impl FnOnce(&Canvas<Pixels<'_>>) -> Result<()>) -> Result<Vec<u8>> {
    let (width, height) = SIZE;
    let mut pixels = vec![0; (width * height * 3) as usize];
    let canvas = Pixels(BitMapBackend::with_buffer(&mut pixels, SIZE)).into_drawing_area();
    on_white(&canvas, draw)?;
    drop(canvas);
    Ok(pixels)
}

fn on_white<DB: DrawingBackend<ErrorType: 'static>>(
    canvas: &Canvas<DB>,
    draw: impl FnOnce(&Canvas<DB>) -> Result<()>,
) -> Result<()> {
    static REGISTERED: LazyLock<bool> =
        LazyLock::new(|| register_font("sans-serif", FontStyle::Normal, FONT).is_ok());
    ensure!(*REGISTERED, "the font is broken");
    canvas.fill(&WHITE)?;
    draw(canvas)?;
    Ok(canvas.present()?)
}

/// Writes files, whose names may have a folder in front, to a folder: first all into one beside, which is on the same
/// disk; then each to its place, which needs no room.
///
/// # Errors
/// Where one cannot be written: those that were there are as they were.
pub fn save(folder: &Path, files: &[(String, Vec<u8>)]) -> Result<()> {
    fs::create_dir_all(folder)?;
    let beside = tempfile::Builder::new().prefix(".gallery-").tempdir_in(folder)?;
    let place = |root: &Path, name: &String| {
        let place = root.join(name);
        fs::create_dir_all(place.parent().unwrap_or(root))?;
        io::Result::Ok(place)
    };
    for (name, content) in files {
        place(beside.path(), name)
            .and_then(|place| fs::write(place, content))
            .with_context(|| name.clone())?;
    }
    for (name, _) in files {
        place(folder, name)
            .and_then(|place| fs::rename(beside.path().join(name), place))
            .with_context(|| name.clone())?;
    }
    Ok(beside.close()?)
}
