//! Creation and dtypes: a dtype is the type of the elements, and one becomes another where the program says so.

use anyhow::Result;
use ndarray::{Array, Array1, Array2, Zip, array};
use num_complex::Complex;

use crate::{Session, show};

pub fn run(session: &mut Session) -> Result<()> {
    show!(session, "np.array([1, 2, 3])", array![1_i64, 2, 3]);
    show!(
        session,
        "np.array([[1.5, 2.0], [3.0, 4.0]])",
        array![[1.5, 2.0], [3.0, 4.0]]
    );
    // The number of axes is part of the type, as the dtype is.
    show!(session, "np.zeros((2, 3))", Array2::<f64>::zeros((2, 3)));
    show!(
        session,
        "np.ones((2, 2), dtype=np.int32)",
        Array2::<i32>::ones((2, 2))
    );
    show!(session, "np.full((2, 2), 7)", Array::from_elem((2, 2), 7_i64));
    show!(session, "np.eye(3)", Array2::<f64>::eye(3));
    show!(
        session,
        "np.diag([1.0, 2.0, 3.0])",
        Array2::from_diag(&array![1.0, 2.0, 3.0])
    );
    show!(session, "np.arange(5)", Array::from_iter(0_i64..5));
    show!(session, "np.arange(1.0, 2.0, 0.25)", Array::range(1.0, 2.0, 0.25));
    show!(session, "np.linspace(0.0, 1.0, 5)", Array::linspace(0.0, 1.0, 5));
    show!(
        session,
        "np.logspace(0.0, 3.0, 4)",
        Array::logspace(10.0_f64, 0.0, 3.0, 4)
    );
    show!(
        session,
        "np.fromfunction(lambda i, j: 10 * i + j, (2, 3), dtype=int)",
        Array::from_shape_fn((2, 3), |(i, j)| 10 * i + j)
    );
    // `array![[1, 2], [3]]` does not compile. What comes from outside is told its shape.
    show!(
        session,
        "np.array([[1, 2], [3]])",
        Array::from_shape_vec((2, 2), vec![1_i64, 2, 3])
    );

    show!(session, "np.iinfo(np.int8).max", i64::from(i8::MAX));
    show!(session, "np.finfo(np.float64).eps", f64::EPSILON);
    // `From` is for what loses nothing, `parse` and `TryFrom` for what may fail, `as` for the rest.
    show!(
        session,
        "np.array([0.1], dtype=np.float32).astype(np.float64)",
        array![0.1_f32].mapv(f64::from)
    );
    show!(
        session,
        "np.array([\"1.5\", \"-2e3\"]).astype(np.float64)",
        ["1.5", "-2e3"]
            .iter()
            .map(|text| text.parse())
            .collect::<Result<Array1<f64>, _>>()
    );
    show!(
        session,
        "np.array([\"1.5\", \"two\"]).astype(np.float64)",
        ["1.5", "two"]
            .iter()
            .map(|text| text.parse())
            .collect::<Result<Array1<f64>, _>>()
    );
    show!(
        session,
        "np.array([3, 0, -2]).astype(bool)",
        array![3, 0, -2].mapv(|x| x != 0)
    );
    show!(
        session,
        "np.array([1.9, -1.9]).astype(np.int64)",
        array![1.9, -1.9].mapv(|x| x as i64)
    );
    show!(
        session,
        "np.array([300, -1]).astype(np.uint8)",
        array![300_i64, -1].mapv(|x| x as u8)
    );
    show!(
        session,
        "np.array([1e20, np.nan]).astype(np.int64)",
        array![1e20, f64::NAN].mapv(|x| x as i64)
    );
    show!(session, "np.uint8(300)", u8::try_from(300));

    // Without a promotion written out, none of these sums would compile.
    let whole = array![1_i32, 2];
    let half = array![0.5_f32, 0.25];
    show!(
        session,
        "whole + half",
        whole.mapv(f64::from) + half.mapv(f64::from)
    );
    show!(
        session,
        "np.array([1, 2]) / 2",
        array![1_i64, 2].mapv(|x| x as f64) / 2.0
    );
    show!(
        session,
        "np.array([1, 2]) * 1j",
        array![1_i32, 2].mapv(|x| Complex::from(f64::from(x))) * Complex::i()
    );
    // `/` rounds towards zero and `%` has the sign of the left side. These two round as Python's where the right side
    // is positive.
    show!(
        session,
        "np.array([7, -7]) // 2",
        array![7_i64, -7].mapv(|x| x.div_euclid(2))
    );
    show!(
        session,
        "np.array([7, -7]) % 3",
        array![7_i64, -7].mapv(|x| x.rem_euclid(3))
    );
    show!(
        session,
        "np.array([True, True, False]) + np.array([1, 2, 3])",
        array![true, true, false].mapv(i64::from) + array![1, 2, 3]
    );

    // `+` would panic in a debug build: that it may wrap is said by name, as are checked_add and saturating_add.
    show!(
        session,
        "np.array([200, 1], dtype=np.uint8) + np.array([100, 1], dtype=np.uint8)",
        Zip::from(&array![200_u8, 1])
            .and(&array![100_u8, 1])
            .map_collect(|&a, &b| a.wrapping_add(b))
    );
    show!(
        session,
        "np.abs(np.array([-128], dtype=np.int8))",
        array![-128_i8].mapv(i8::wrapping_abs)
    );
    Ok(())
}
