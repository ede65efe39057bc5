//! The gallery, drawn into a folder of its own.

use std::{fs, path::Path};

use image::{AnimationDecoder, DynamicImage, ImageFormat, codecs::gif::GifDecoder};

use crate::{complaint, demo, stdout};

const FIGURES: [&str; 12] = [
    "line",
    "scatter",
    "bar",
    "histogram",
    "box_plot",
    "heat_map",
    "contour",
    "surface",
    "subplots",
    "error_bars",
    "log_axes",
    "polar",
];

#[test]
fn every_figure_is_there_and_on_the_page() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("pictures");
    let output = demo(&["gallery", "--out", out.to_str().unwrap()])
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert_eq!(output.stderr, b"", "piped, it says nothing of its progress");
    assert!(stdout(&output).contains("index.html"));

    let page = fs::read_to_string(out.join("index.html")).unwrap();
    for name in FIGURES {
        let svg = fs::read_to_string(out.join(name).with_extension("svg")).unwrap();
        let tree = roxmltree::Document::parse(&svg).unwrap();
        let root = tree.root_element();
        assert_eq!(root.tag_name().name(), "svg");
        assert_eq!(
            [root.attribute("width"), root.attribute("height")],
            [Some("1280"), Some("960")]
        );
        assert!(root.descendants().count() > 20, "{name} is empty");
        let png = image::open(out.join(name).with_extension("png")).unwrap();
        assert_eq!((png.width(), png.height()), (1280, 960), "{name}");
        let ink = |png: &DynamicImage| png.to_luma8().pixels().filter(|pixel| pixel.0[0] < 128).count();
        assert!(ink(&png.crop_imm(0, 0, 1280, 160)) > 500, "{name} has no title");
        assert!(ink(&png) > 3000, "{name} has no text");
        assert!(page.contains(&format!("src=\"{name}.svg\"")), "{name}");
        assert!(page.contains(&format!("src=\"matplotlib/{name}.png\"")), "{name}");
        let theirs = fs::read(out.join(format!("matplotlib/{name}.png"))).unwrap();
        assert_eq!(image::guess_format(&theirs).unwrap(), ImageFormat::Png);
    }
    assert_eq!(frames(&out.join("animation.gif")), (480, 360, 40));
    assert_eq!(frames(&out.join("matplotlib/animation.gif")).2, 40);
    assert!(page.contains("src=\"animation.gif\""));
    assert!(!page.contains("://"), "the page needs nothing from outside");
    let images = page.matches("<img ").count();
    assert_eq!(images, page.matches(" alt=\"").count());
    assert_eq!(images, 26);
    assert_eq!(page.matches("<code>def ").count(), 13);
    assert_eq!(page.matches("<code>pub fn draw").count(), 13);

    let left: Vec<_> = fs::read_dir(&out)
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(left.len(), 2 * FIGURES.len() + 3, "{left:?}");

    // The README shows the figures that the lesson has beside it.
    let shown = Path::new(env!("CARGO_MANIFEST_DIR")).join("lessons/45-gallery/plotters");
    for name in FIGURES
        .map(|name| format!("{name}.svg"))
        .iter()
        .chain(&["animation.gif".to_owned()])
    {
        let same = fs::read(out.join(name)).unwrap() == fs::read(shown.join(name)).unwrap_or_default();
        assert!(
            same,
            "lessons/45-gallery/plotters/{name} is not what the gallery draws: copy it from target/gallery"
        );
    }
}

fn frames(gif: &Path) -> (u32, u32, usize) {
    let decoder = GifDecoder::new(std::io::Cursor::new(fs::read(gif).unwrap())).unwrap();
    let frames = decoder.into_frames().collect_frames().unwrap();
    let (width, height) = frames[0].buffer().dimensions();
    (width, height, frames.len())
}

#[test]
fn a_folder_that_cannot_be_made_is_one_line() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let below = file.path().join("gallery");
    let complaint = complaint(&["gallery", "--out", below.to_str().unwrap()]);
    assert!(complaint.contains("cannot write the gallery to"), "{complaint}");
}
