//! NPY and NPZ files: read with the type that is expected, written so that NumPy reads them.

use std::{
    fs::{self, File},
    io::{Cursor, Read},
};

use anyhow::{Context, Result, ensure};
use ndarray::{Array1, Array2, ArrayRef, ArrayView2, Dimension, Ix1, Ix2, OwnedRepr, array, s};
use ndarray_npy::{
    NpzReader, NpzWriter, ReadNpyExt, ViewNpyError, ViewNpyExt, WritableElement, WriteNpyError, WriteNpyExt,
    WriteNpzError, read_npy,
};
use num_complex::Complex;
use zip::ZipArchive;

use crate::{Session, show};

pub fn run(session: &mut Session) -> Result<()> {
    // The files that NumPy wrote lie beside this one.
    let folder = session.folder().to_owned();
    let file = |name: &str| folder.join(name);

    show!(
        session,
        r#"np.load("table.npy")"#,
        read_npy::<_, Array2<f64>>(file("table.npy"))
    );
    show!(
        session,
        r#"np.load("ids.npy")"#,
        read_npy::<_, Array1<i64>>(file("ids.npy"))
    );
    let columns: Array2<f64> = read_npy(file("columns.npy"))?;
    show!(
        session,
        r#"np.load("columns.npy").flags.f_contiguous"#,
        columns.t().is_standard_layout()
    );
    show!(
        session,
        r#"np.load("columns.npy")[:, 0]"#,
        columns.slice(s![.., 0])
    );
    show!(
        session,
        r#"np.load("big_endian.npy").astype("f8")"#,
        read_npy::<_, Array2<f64>>(file("big_endian.npy"))
    );
    show!(
        session,
        r#"np.load("waves.npy")"#,
        read_npy::<_, Array1<Complex<f64>>>(file("waves.npy"))
    );
    show!(
        session,
        r#"np.load("mask.npy")"#,
        read_npy::<_, Array1<bool>>(file("mask.npy"))
    );
    let mut npz = NpzReader::new(File::open(file("savez.npz"))?)?;
    show!(session, r#"np.load("savez.npz").files"#, npz.names());
    show!(
        session,
        r#"np.load("savez.npz")["ids"]"#,
        npz.by_name::<OwnedRepr<i64>, Ix1>("ids")
    );
    let mut compressed = NpzReader::new(File::open(file("savez_compressed.npz"))?)?;
    show!(
        session,
        r#"np.load("savez_compressed.npz")["table"]"#,
        compressed.by_name::<OwnedRepr<f64>, Ix2>("table")
    );

    let table = array![[1.5, -0.25, 0.1], [f64::NAN, f64::INFINITY, -0.0]];
    let npy = fs::read(file("table.npy"))?;
    let (written, transposed) = (saved(&table)?, saved(&table.t())?);
    for bytes in [&npy, &written, &transposed] {
        ensure!(bytes.len() > 128, "a header has 128 bytes");
    }
    show!(
        session,
        "list(saved(table)[:8])",
        written
            .iter()
            .take(8)
            .map(|&byte| i64::from(byte))
            .collect::<Vec<_>>()
    );
    // NumPy has a comma after the last entry, too.
    show!(
        session,
        r#"saved(table)[10:128].decode().rstrip(", }\n")"#,
        String::from_utf8_lossy(&written[10..128]).trim_end_matches(['}', '\n', ' '])
    );
    show!(
        session,
        r#"saved(table.T)[10:128].decode().rstrip(", }\n")"#,
        String::from_utf8_lossy(&transposed[10..128]).trim_end_matches(['}', '\n', ' '])
    );
    show!(
        session,
        r#"saved(table)[128:] == Path("table.npy").read_bytes()[128:]"#,
        written[128..] == npy[128..]
    );
    show!(
        session,
        r#"saved(table.T)[128:] == Path("table.npy").read_bytes()[128:]"#,
        transposed[128..] == npy[128..]
    );
    show!(
        session,
        "np.load(BytesIO(saved(table.T[1:])))",
        read(&saved(&table.slice(s![.., 1..]).t())?)
    );
    let ids = array![3, 1, 2];
    let mut archive = NpzReader::new(Cursor::new(archive(&table, &ids)?))?;
    show!(
        session,
        "np.load(BytesIO(archive(table=table, ids=ids))).files",
        archive.names()
    );
    show!(
        session,
        r#"np.load(BytesIO(archive(table=table, ids=ids)))["ids"]"#,
        archive.by_name::<OwnedRepr<i64>, Ix1>("ids")
    );
    show!(
        session,
        r#"np.load(BytesIO(archive(table=table, ids=ids)))["table"]"#,
        archive.by_name::<OwnedRepr<f64>, Ix2>("table")
    );

    // Each is read with a type; whoever does not know it tries one after the other.
    show!(
        session,
        r#"floats("ids.npy")"#,
        read_npy::<_, Array2<f64>>(file("ids.npy"))
    );
    show!(
        session,
        r#"floats("waves.npy")"#,
        read_npy::<_, Array2<f64>>(file("waves.npy"))
    );
    show!(
        session,
        r#"np.load("objects.npy")"#,
        read_npy::<_, Array1<f64>>(file("objects.npy"))
    );
    show!(
        session,
        r#"np.load("savez.npz")["volume"]"#,
        npz.by_name::<OwnedRepr<f64>, Ix2>("volume")
    );

    show!(
        session,
        r#"np.load("nowhere.npy")"#,
        read_npy::<_, Array2<f64>>(file("nowhere.npy"))
    );
    show!(session, r#"np.load(BytesIO(b""))"#, read(b""));
    show!(
        session,
        r#"np.load(BytesIO(b"1.5,-0.25,0.1"))"#,
        read(b"1.5,-0.25,0.1")
    );
    show!(session, "np.load(BytesIO(npy[:40]))", read(&npy[..40]));
    show!(session, "np.load(BytesIO(npy[:-1]))", read(&npy[..npy.len() - 1]));
    let altered = |from: &str, to: &str| replaced(&npy, from.as_bytes(), to.as_bytes());
    show!(
        session,
        r#"np.load(BytesIO(npy.replace(b"(2, 3)", b"(2, 4)")))"#,
        read(&altered("(2, 3)", "(2, 4)"))
    );
    show!(
        session,
        r#"np.load(BytesIO(npy.replace(b"(2, 3)", b"(2,-3)")))"#,
        read(&altered("(2, 3)", "(2,-3)"))
    );
    show!(
        session,
        r#"np.load(BytesIO(npy.replace(b"3), }" + 15 * b" ", b"3000000000000000), }")))"#,
        read(&altered("3), }               ", "3000000000000000), }"))
    );
    show!(
        session,
        r#"np.load(BytesIO(npy.replace(b"<f8", b"<z8")))"#,
        read(&altered("<f8", "<z8"))
    );
    show!(
        session,
        r#"np.load(BytesIO(npy + b"and more"))"#,
        read(&[&npy[..], b"and more"].concat())
    );
    let npz = fs::read(file("savez.npz"))?;
    show!(
        session,
        r#"np.load(BytesIO(npz))["table"]"#,
        read_from_npz(&npz, "table")
    );
    show!(
        session,
        r#"np.load(BytesIO(npz[:-1]))["table"]"#,
        read_from_npz(&npz[..npz.len() - 1], "table")
    );
    let damaged = replaced(&npz, b"3), }               ", b"3000000000000000), }");
    show!(
        session,
        r#"np.load(BytesIO(npz.replace(b"3), }" + 15 * b" ", b"3000000000000000), }")))["table"]"#,
        read_from_npz(&damaged, "table")
    );
    show!(
        session,
        r#"np.load(BytesIO(npz))["volume"]"#,
        read_from_npz(&npz, "volume")
    );
    Ok(())
}

/// The bytes of an NPY file.
///
/// # Errors
/// None: a vector takes whatever is written.
pub fn saved<A: WritableElement, D: Dimension>(array: &ArrayRef<A, D>) -> Result<Vec<u8>, WriteNpyError> {
    let mut file = Vec::new();
    array.write_npy(&mut file)?;
    Ok(file)
}

/// The bytes of an NPZ file: an NPY file for each array, compressed.
///
/// # Errors
/// None: a vector takes whatever is written.
pub fn archive(table: &Array2<f64>, ids: &Array1<i64>) -> Result<Vec<u8>, WriteNpzError> {
    let mut npz = NpzWriter::new_compressed(Cursor::new(Vec::new()));
    npz.add_array("table", table)?;
    npz.add_array("ids", ids)?;
    Ok(npz.finish()?.into_inner())
}

/// A matrix from the bytes of an NPZ file that may be damaged. `by_name` believes the header before the archive's checksum is
/// compared, which is when all has been read.
///
/// # Errors
/// Where the bytes are not a whole NPZ file, or none in it has this name, or as those of [`read`].
pub fn read_from_npz(npz: &[u8], name: &str) -> Result<Array2<f64>> {
    let mut npy = Vec::new();
    ZipArchive::new(Cursor::new(npz))
        .context("not a whole NPZ file")?
        .by_name(&format!("{name}.npy"))?
        .read_to_end(&mut npy)?;
    read(&npy)
}

/// With another text of the same length in the place of this one.
fn replaced(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_owned();
    let at = bytes.windows(from.len()).position(|window| window == from);
    if let Some(at) = at {
        bytes[at..at + to.len()].copy_from_slice(to);
    }
    bytes
}

/// A matrix from the bytes of an NPY file that may be damaged. `read_npy` makes room for as many elements as the header
/// claims, and ends the process where there is no such room; a view compares the claim with the bytes first.
///
/// # Errors
/// Where the bytes are not a whole NPY file, or of other elements or shape.
pub fn read(npy: &[u8]) -> Result<Array2<f64>> {
    match ArrayView2::<f64>::view_npy(npy) {
        Ok(view) => Ok(view.to_owned()),
        // By now the length is right.
        Err(ViewNpyError::MisalignedData) => Ok(Array2::read_npy(npy)?),
        Err(error) => Err(error.into()),
    }
}
