//! Views and copies: a view borrows the array, and who may write to it is known before the program runs.
//!
//! What the compiler refuses, each beside what it takes. A second name is not a second array:
//!
//! ```compile_fail,E0382
//! # use ndarray::array;
//! let a = array![1, 2, 3];
//! let b = a;
//! println!("{a} {b}");
//! ```
//!
//! ```
//! # use ndarray::array;
//! let a = array![1, 2, 3];
//! let b = &a;
//! println!("{a} {b}");
//! ```
//!
//! While a part is read, nothing writes to the whole:
//!
//! ```compile_fail,E0502
//! # use ndarray::array;
//! let mut a = array![[1, 2], [3, 4]];
//! let row = a.row(0);
//! a[[0, 0]] = 5;
//! println!("{row}");
//! ```
//!
//! ```
//! # use ndarray::array;
//! let mut a = array![[1, 2], [3, 4]];
//! let row = a.row(0).to_owned();
//! a[[0, 0]] = 5;
//! println!("{row}");
//! ```
//!
//! Two views to write to are taken in one go, which sees that they do not overlap:
//!
//! ```compile_fail,E0499
//! # use ndarray::{array, s};
//! let mut a = array![1, 2, 3, 4];
//! let (mut left, right) = (a.slice_mut(s![..2]), a.slice_mut(s![2..]));
//! left += &right;
//! ```
//!
//! ```
//! # use ndarray::{array, s};
//! let mut a = array![1, 2, 3, 4];
//! let (mut left, right) = a.multi_slice_mut((s![..2], s![2..]));
//! left += &right;
//! ```
//!
//! A view outlives no array, where Python would keep all of the array for it:
//!
//! ```compile_fail,E0515
//! # use ndarray::{Array1, ArrayView1, s};
//! fn first<'a>() -> ArrayView1<'a, f64> {
//!     Array1::zeros(1000).slice(s![..1])
//! }
//! ```
//!
//! ```
//! # use ndarray::{Array1, ArrayView1, s};
//! fn first(of: &Array1<f64>) -> ArrayView1<'_, f64> {
//!     of.slice(s![..1])
//! }
//! ```
//!
//! What is not declared `mut` is read-only, and so is a view that is not `ArrayViewMut`:
//!
//! ```compile_fail,E0596
//! # use ndarray::array;
//! let fixed = array![1, 2, 3];
//! fixed.fill(0);
//! ```
//!
//! ```
//! # use ndarray::array;
//! let mut fixed = array![1, 2, 3];
//! fixed.fill(0);
//! ```

use anyhow::Result;
use ndarray::{Array, Array1, Array2, ArrayRef1, Axis, array, s};

use crate::{Session, show};

pub fn run(session: &mut Session) -> Result<()> {
    let mut a = Array::from_iter(0_i64..6).into_shape_with_order((2, 3))?;
    let mut row = a.row_mut(0);
    row[1] = 100;
    show!(session, "a", &a);

    let mut copy = a.clone();
    copy.row_mut(1).fill(0);
    show!(session, "copy", &copy);
    show!(session, "a[1]", a.row(1));

    let mut b = array![0_i64, 1, 2];
    // For as long as the alias is used, b is not.
    let alias = &mut b;
    alias[0] = -1;
    show!(session, "b", &b);
    show!(session, "doubled(b)", doubled(&b));
    show!(session, "double(b[1:])", double(&mut b.slice_mut(s![1..])));
    show!(session, "b + 0", &b + 0);

    let mut c = Array2::<f64>::ones((2, 4));
    let (mut left, mut right) = c.view_mut().split_at(Axis(1), 1);
    left += &right.sum_axis(Axis(1)).insert_axis(Axis(1));
    right *= &left;
    show!(session, "c", &c);

    let mut d = Array::from_iter(0_i64..5);
    let before = d.slice(s![..-1]).to_owned();
    d.slice_mut(s![1..]).assign(&before);
    show!(session, "d", &d);

    // Nobody has to ask: the type is `ArrayView` or `Array`, and where only the run can tell, `CowArray`.
    show!(
        session,
        "np.shares_memory(a, a[0])",
        a.row(0).as_ptr() == a.as_ptr()
    );
    show!(
        session,
        "np.shares_memory(a, a.copy())",
        a.clone().as_ptr() == a.as_ptr()
    );
    show!(
        session,
        "np.shares_memory(a, a.reshape(3, 2))",
        a.to_shape((3, 2))?.is_view()
    );
    show!(
        session,
        "np.shares_memory(a, a.T.reshape(6))",
        a.t().to_shape(6)?.is_view()
    );
    show!(
        session,
        "np.shares_memory(a, np.ascontiguousarray(a))",
        a.as_standard_layout().is_view()
    );
    show!(
        session,
        "np.shares_memory(a, np.ascontiguousarray(a.T))",
        a.t().as_standard_layout().is_view()
    );

    // A `Vec` becomes an array, and the array a `Vec` again: the elements stay where they are.
    let buffer = vec![1_u8, 2, 3, 4];
    let address = buffer.as_ptr();
    let mut square = Array::from_shape_vec((2, 2), buffer)?;
    square += 1;
    show!(
        session,
        "np.shares_memory(buffer, square)",
        square.as_ptr() == address
    );
    let (buffer, _) = square.into_raw_vec_and_offset();
    show!(session, "buffer", buffer);
    Ok(())
}

/// `ArrayRef` is what arrays and views have in common, as `[T]` is for `Vec` and slices.
fn doubled(x: &ArrayRef1<i64>) -> Array1<i64> {
    2 * x
}

fn double(x: &mut ArrayRef1<i64>) {
    *x *= 2;
}
