//! Memory maps: an array view of a file, which the system reads page by page, and only where it is looked at.

#![allow(unsafe_code, reason = "a map is safe only while nobody else writes its file")]

use std::{
    fs::{self, File, OpenOptions},
    io,
    path::Path,
};

use anyhow::{Context, Result, anyhow};
use memmap2::{Mmap, MmapMut, MmapOptions};
use ndarray::{Array2, ArrayView2, ArrayViewMut2, Axis, array, s};
use ndarray_npy::{ViewMutNpyExt, ViewNpyExt, read_npy, write_zeroed_npy};

use crate::{Session, show};

pub fn run(session: &mut Session) -> Result<()> {
    let original = session.folder().join("heights.npy");
    // SAFETY: the lesson's files are written by nobody while it runs, nor are the copies that it makes itself.
    let file = unsafe { map(&original) }?;
    // The map owns the memory, the view borrows it: the compiler keeps the order in which they end.
    let heights = ArrayView2::<i16>::view_npy(&file)?;

    show!(session, "heights.shape", heights.shape());
    show!(session, "heights[63, 90:]", heights.slice(s![63, 90..]));
    show!(session, "heights[::16, ::32]", heights.slice(s![..;16, ..;32]));
    show!(session, "heights.max()", heights.iter().max());
    // NumPy sums small integers as int64 by itself.
    show!(
        session,
        "heights.sum(axis=1)[:5]",
        heights.slice(s![..5, ..]).mapv(i64::from).sum_axis(Axis(1))
    );
    show!(
        session,
        "np.asarray(heights[40:42, 40:43])",
        heights.slice(s![40..42, 40..43]).to_owned()
    );

    // SAFETY: as above.
    let bytes = unsafe { map(&session.folder().join("heights.raw")) }?;
    let raw = raw_view(&bytes, 96 * 2, (63, 96))?;
    show!(session, "raw[0, :5]", raw.slice(s![0, ..5]));
    show!(
        session,
        "bool((raw == heights[1:]).all())",
        raw == heights.slice(s![1.., ..])
    );
    show!(
        session,
        r#"np.memmap("heights.raw", dtype="<i2", mode="r", shape=(64, 97))"#,
        raw_view(&bytes, 0, (64, 97))
    );

    let folder = tempfile::tempdir()?;
    let copy = folder.path().join("heights.npy");
    fs::copy(&original, &copy)?;
    // SAFETY: as above.
    let mut shared = unsafe { map_mut(&copy) }?;
    let mut heights = ArrayViewMut2::<i16>::view_mut_npy(&mut shared)?;
    heights.row_mut(0).mapv_inplace(|height| height + 7);
    // Other programs see it at once; `flush` waits until the disk has it.
    shared.flush()?;
    show!(
        session,
        "np.load(copy)[0, :4]",
        read_npy::<_, Array2<i16>>(&copy)?.slice(s![0, ..4])
    );

    // SAFETY: as above.
    let mut private = unsafe { map_copy(&copy) }?;
    let mut heights = ArrayViewMut2::<i16>::view_mut_npy(&mut private)?;
    heights.row_mut(0).fill(-1);
    show!(session, "private[0, 4:8]", heights.slice(s![0, 4..8]));
    show!(
        session,
        "np.load(copy)[0, 4:8]",
        read_npy::<_, Array2<i16>>(&copy)?.slice(s![0, 4..8])
    );

    let made = folder.path().join("made.npy");
    write_zeroed_npy::<f64, _>(&File::create(&made)?, (3, 4))?;
    // SAFETY: as above.
    let mut filled = unsafe { map_mut(&made) }?;
    let mut table = ArrayViewMut2::<f64>::view_mut_npy(&mut filled)?;
    table.row_mut(1).assign(&array![1.0, 2.0, 3.0, 4.0]);
    filled.flush()?;
    show!(
        session,
        r#"np.load(Path(folder.name, "made.npy"))"#,
        read_npy::<_, Array2<f64>>(&made)
    );

    let cut = folder.path().join("cut.npy");
    let whole = fs::read(&original)?;
    fs::write(&cut, whole.get(..whole.len() - 2).unwrap_or_default())?;
    show!(session, r#"np.load(cut, mmap_mode="r")"#, greatest(&cut));
    let empty = folder.path().join("empty.npy");
    fs::write(&empty, "")?;
    show!(session, r#"np.load(empty, mmap_mode="r")"#, greatest(&empty));
    show!(
        session,
        r#"np.load("nowhere.npy", mmap_mode="r")"#,
        greatest(&session.folder().join("nowhere.npy"))
    );
    Ok(())
}

/// The greatest height in a file.
///
/// # Errors
/// Where there is no such file, or it is not a whole matrix of 16-bit integers, or one without elements.
fn greatest(path: &Path) -> Result<i16> {
    // SAFETY: nobody writes the lesson's files while it runs.
    let file = unsafe { map(path) }.with_context(|| format!("cannot map {}", path.display()))?;
    let heights = ArrayView2::<i16>::view_npy(&file)?;
    heights.iter().copied().max().context("there are no heights")
}

/// A matrix of 16-bit integers that begins after `offset` bytes.
///
/// # Errors
/// Where the bytes end before the matrix does, or an element would not begin at an even address.
pub fn raw_view(bytes: &[u8], offset: usize, shape: (usize, usize)) -> Result<ArrayView2<'_, i16>> {
    let bytes = bytes.get(offset..).context("the file ends before the offset")?;
    let elements = bytemuck::try_cast_slice(bytes)
        .map_err(|error| anyhow!("these bytes are not 16-bit integers: {error}"))?;
    ArrayView2::from_shape(shape, elements).context("the file is too short")
}

/// Maps a file to be read. `np.load` with `mmap_mode="r"`.
///
/// # Errors
/// Where the file cannot be opened or mapped.
///
/// # Safety
/// Nobody may write the file while it is mapped: what another program changes would change under a `&[u8]`, and where it
/// shortens the file, this process ends.
pub unsafe fn map(path: &Path) -> io::Result<Mmap> {
    let file = File::open(path)?;
    // SAFETY: the caller answers for it.
    unsafe { Mmap::map(&file) }
}

/// Maps a file to be read and written. `mmap_mode="r+"`.
///
/// # Errors
/// Where the file cannot be opened or mapped.
///
/// # Safety
/// As for [`map`], and the file may be mapped only once.
pub unsafe fn map_mut(path: &Path) -> io::Result<MmapMut> {
    let file = OpenOptions::new().read(true).write(true).open(path)?;
    // SAFETY: the caller answers for it.
    unsafe { MmapMut::map_mut(&file) }
}

/// Maps a file to be read, and written for this process alone. `mmap_mode="c"`.
///
/// # Errors
/// Where the file cannot be opened or mapped.
///
/// # Safety
/// As for [`map`].
pub unsafe fn map_copy(path: &Path) -> io::Result<MmapMut> {
    let file = File::open(path)?;
    // SAFETY: the caller answers for it.
    unsafe { MmapOptions::new().map_copy(&file) }
}
