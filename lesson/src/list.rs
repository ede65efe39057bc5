//! The table of contents: which lessons a demo has, and how one of them is found.

use std::{fs, io, path::PathBuf};

use anyhow::{Context, Result, anyhow, bail};

/// One lesson: a folder named `<number>-<name>`, and what the demo runs for it.
#[derive(Debug)]
pub struct Lesson<E> {
    /// The demo's own folder.
    pub root: &'static str,
    /// `lesson.rs`, as seen from the demo's `src`.
    pub path: &'static str,
    /// The Cargo feature without which the lesson is not built.
    pub feature: Option<&'static str>,
    /// What must run beside the lesson: `the cluster`, for example.
    pub beside: Option<&'static str>,
    /// What the demo runs; `None` where the lesson is not built.
    pub entry: Option<E>,
}

impl<E> Lesson<E> {
    /// Where the lesson's files lie.
    pub fn folder(&self) -> PathBuf {
        let file = PathBuf::from(self.root).join("src").join(self.path);
        file.parent().map(PathBuf::from).unwrap_or_default()
    }

    fn folder_name(&self) -> &'static str {
        self.path.rsplit('/').nth(1).unwrap_or(self.path)
    }

    /// `09` of `09-onion`.
    pub fn number(&self) -> &'static str {
        self.folder_name()
            .split_once('-')
            .map_or("", |(number, _)| number)
    }

    /// `onion` of `09-onion`.
    pub fn name(&self) -> &'static str {
        self.folder_name()
            .split_once('-')
            .map_or(self.folder_name(), |(_, name)| name)
    }

    /// The text of one of the lesson's files.
    ///
    /// # Errors
    /// Where the file cannot be read; the message names it.
    pub fn read(&self, file: &str) -> Result<String> {
        let path = self.folder().join(file);
        fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))
    }

    /// What the lesson is about: the first line of `lesson.rs`.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn about(&self) -> Result<String> {
        let text = self.read("lesson.rs")?;
        Ok(text
            .lines()
            .next()
            .unwrap_or_default()
            .trim_start_matches("//!")
            .trim()
            .to_owned())
    }

    /// The name of the original program's file, `original.js` for example; `original.test.js` is not it.
    ///
    /// # Errors
    /// Where there is none.
    pub fn original(&self) -> Result<String> {
        let names: io::Result<Vec<_>> = fs::read_dir(self.folder())?
            .map(|entry| entry.map(|e| e.file_name()))
            .collect();
        names?
            .iter()
            .filter_map(|name| name.to_str())
            .find(|name| {
                name.strip_prefix("original.")
                    .is_some_and(|kind| !kind.contains('.'))
            })
            .map(str::to_owned)
            .ok_or_else(|| anyhow!("no original.* in {}", self.folder().display()))
    }

    /// What the demo runs.
    ///
    /// # Errors
    /// Where this build is without the lesson: says how to build it.
    pub fn entry(&self, demo: &str) -> Result<&E> {
        self.entry.as_ref().ok_or_else(|| {
            let (name, feature) = (self.name(), self.feature.unwrap_or_default());
            anyhow!(
                "lesson {name} is not in this build: run cargo run -p {demo} --features {feature} -- {name}"
            )
        })
    }
}

/// The lessons up to the one with this number.
pub fn up_to<E>(lessons: &'static [Lesson<E>], number: &str) -> &'static [Lesson<E>] {
    lessons
        .split_at(lessons.partition_point(|lesson| lesson.number() <= number))
        .0
}

/// The lesson with this number (`09`, `9`), name (`onion`) or both (`09-onion`).
pub(crate) fn find<'a, E>(lessons: &'a [Lesson<E>], wanted: &str) -> Result<&'a Lesson<E>> {
    let number = wanted.parse::<u32>().ok();
    let found = lessons.iter().find(|lesson| {
        wanted == lesson.folder_name()
            || wanted == lesson.name()
            || number.is_some() && lesson.number().parse().ok() == number
    });
    if let Some(lesson) = found {
        return Ok(lesson);
    }
    let likeness = |lesson: &&Lesson<E>| (strsim::jaro_winkler(wanted, lesson.name()) * 1e6) as u32;
    match lessons.iter().max_by_key(likeness) {
        Some(nearest) if number.is_none() => {
            bail!(
                "no lesson {wanted:?}: did you mean {}? (list shows all)",
                nearest.name()
            )
        }
        _ => bail!("no lesson {wanted:?}: list shows all"),
    }
}

/// Declares a demo's lessons, one line each, in their order: the module, its `lesson.rs` as seen from `src`, the Cargo
/// feature that it `needs`, if any, and what it runs `beside`, if anything. Makes the modules, the static `LESSONS`, and
/// a test for each lesson that compares it with its recording. A lesson that runs beside something gets no test here:
/// whoever starts what it needs tests it.
///
/// ```text
/// lesson::lessons! {
///     crate::KoaLikeHttp, app: fn() -> Router;
///     onion = "../lessons/09-onion/lesson.rs",
///     tls = "../lessons/34-tls/lesson.rs" needs "full",
/// }
/// ```
///
/// With `async` before the entry it is an `async fn` of one argument, and its type that of a function which returns a
/// pinned and boxed future.
#[macro_export]
macro_rules! lessons {
    ($demo:ty, async $entry:ident: $type:ty; $($lesson:tt)*) => {
        $crate::lessons! { @all $demo, boxed $entry: $type; $($lesson)* }
    };
    ($demo:ty, $entry:ident: $type:ty; $($lesson:tt)*) => {
        $crate::lessons! { @all $demo, plain $entry: $type; $($lesson)* }
    };
    (
        @all $demo:ty, $kind:ident $entry:ident: $type:ty;
        $($name:ident = $path:tt $(needs $feature:literal)? $(beside $beside:literal)?),* $(,)?
    ) => {
        $(
            $(#[cfg(feature = $feature)])?
            #[path = $path]
            pub mod $name;
        )*

        /// The table of contents.
        pub static LESSONS: &[$crate::Lesson<$type>] = &[$(
            $crate::Lesson {
                root: env!("CARGO_MANIFEST_DIR"),
                path: $path,
                feature: $crate::lessons!(@option $($feature)?),
                beside: $crate::lessons!(@option $($beside)?),
                entry: {
                    $(
                        #[cfg(not(feature = $feature))]
                        const ENTRY: Option<$type> = None;
                        #[cfg(feature = $feature)]
                    )?
                    const ENTRY: Option<$type> = Some($crate::lessons!(@$kind $name::$entry));
                    ENTRY
                },
            }
        ),*];

        #[cfg(test)]
        mod same_as_the_original {
            $($crate::lessons! { @test $demo, $name = $path $(needs $feature)? $(beside $beside)? })*
        }
    };
    (@test $demo:ty, $name:ident = $path:tt $(needs $feature:literal)? beside $beside:literal) => {};
    (@test $demo:ty, $name:ident = $path:tt $(needs $feature:literal)?) => {
        $(#[cfg(feature = $feature)])?
        #[test]
        fn $name() {
            $crate::assert_same::<$demo>($path);
        }
    };
    (@plain $entry:path) => { $entry };
    (@boxed $entry:path) => { |argument| Box::pin($entry(argument)) };
    (@option) => { None };
    (@option $word:literal) => { Some($word) };
}
