//! That both refuse is what a comparison sees. Why ours does stands in `errors.txt`; `SNAPSHOTS=overwrite` writes it anew.

use lesson::testing;
use snapbox::{assert_data_eq, file};

#[test]
#[cfg_attr(
    any(feature = "openblas", feature = "python"),
    ignore = "errors.txt is without lessons 17 and 47"
)]
fn say_what_happened() {
    assert_data_eq!(
        testing::errors::<ndarray_demo::NdarrayDemo>(),
        file!["errors.txt"]
    );
}
