//! NPY and NPZ files: read with the type that is expected, written so that NumPy reads them.

use std::fs::{self, File};

use anyhow::{Result, ensure};
use ndarray::{Array1, Array2, ArrayRef, ArrayView2, Dimension, Ix1, Ix2, OwnedRepr, array, s};
use ndarray_npy::{
    NpzReader, ReadNpyExt, ViewNpyError, ViewNpyExt, WritableElement, WriteNpyError, WriteNpyExt, read_npy,
};
use num_complex::Complex;

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
    let altered = |from: &str, to: &str| {
        let header = String::from_utf8_lossy(&npy[10..128]).replacen(from, to, 1);
        [&npy[..10], header.as_bytes(), &npy[128..]].concat()
    };
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
