//! The figures of the lessons, drawn into a folder, and the tables that one of them is about.

use std::{fs, io::Read, path::Path};

use flate2::read::GzDecoder;
use image::DynamicImage;
use lesson::python::Python;

use crate::{complaint, demo, stdout};

/// Runs the lesson and holds its figures to those beside it, which the README shows.
#[track_caller]
fn assert_draws(lesson: &str, figures: &[&str]) {
    let (_, name) = lesson.split_once('-').unwrap();
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("pictures");
    let output = demo(&[name, "--out", out.to_str().unwrap()]).output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("lessons").join(lesson);
    for figure in figures {
        let svg = fs::read_to_string(out.join(figure).with_extension("svg")).unwrap();
        let tree = roxmltree::Document::parse(&svg).unwrap();
        let title = tree.root_element().first_element_child().unwrap();
        assert_eq!(title.tag_name().name(), "title", "{figure}");
        let shown = folder.join(format!("plotters/{figure}.svg"));
        assert!(
            svg == fs::read_to_string(&shown).unwrap_or_default(),
            "lessons/{lesson}/plotters/{figure}.svg is not what is drawn: copy it from target/gallery"
        );
        let png = image::open(out.join(figure).with_extension("png")).unwrap();
        assert_eq!((png.width(), png.height()), (1280, 960), "{figure}");
        let ink = |png: &DynamicImage| png.to_luma8().pixels().filter(|pixel| pixel.0[0] < 128).count();
        assert!(ink(&png.crop_imm(0, 0, 1280, 160)) > 500, "{figure} has no title");
        assert!(ink(&png) > 3000, "{figure} has no text");
        assert!(
            folder.join(format!("matplotlib/{figure}.png")).exists(),
            "{figure}"
        );
        assert!(stdout(&output).contains(&format!("{figure}.svg, {figure}.png")));
    }
    assert_eq!(fs::read_dir(&out).unwrap().count(), 2 * figures.len());
    assert_eq!(
        fs::read_dir(folder.join("plotters")).unwrap().count(),
        figures.len()
    );
}

#[test]
fn plots_are_what_the_readme_shows() {
    assert_draws(
        "43-plots",
        &["rolling_mean", "totals", "distribution", "boxes", "correlations"],
    );
}

#[test]
fn the_chart_is_what_the_readme_shows() {
    assert_draws("44-analysis", &["rides"]);
}

#[test]
fn a_folder_that_cannot_be_made_is_one_line() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let below = file.path().join("gallery");
    for (lesson, what) in [("plots", "plots"), ("analysis", "chart")] {
        let complaint = complaint(&[lesson, "--out", below.to_str().unwrap()]);
        assert!(
            complaint.contains(&format!("cannot write the {what} to")),
            "{complaint}"
        );
    }
}

#[test]
#[ignore = "needs Python"]
fn the_script_makes_the_tables() {
    let lesson = Path::new(env!("CARGO_MANIFEST_DIR")).join("lessons/44-analysis");
    let folder = tempfile::tempdir().unwrap();
    let python = Python::with_packages_of("dataframe-demo").unwrap();
    let status = python
        .command()
        .arg(lesson.join("generate.py"))
        .arg(folder.path())
        .status()
        .unwrap();
    assert!(status.success());
    for table in ["stations.csv", "weather.csv"] {
        let [made, kept] = [folder.path(), &lesson].map(|folder| fs::read(folder.join(table)).unwrap());
        assert!(made == kept, "{table}");
    }
    // Packed, they differ by the version of zlib.
    let [made, kept] = [folder.path(), &lesson].map(|folder| {
        let compressed = fs::File::open(folder.join("rides.csv.gz")).unwrap();
        let mut table = String::new();
        GzDecoder::new(compressed).read_to_string(&mut table).unwrap();
        table
    });
    assert!(made == kept, "rides.csv.gz");
}
