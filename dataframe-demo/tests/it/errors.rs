//! That both refuse is what a comparison sees. Why ours does stands in `errors.txt`; `SNAPSHOTS=overwrite` writes it anew.

use lesson::testing;
use snapbox::{assert_data_eq, file};

#[test]
#[cfg_attr(feature = "distributed", ignore = "errors.txt is without lesson 42")]
fn say_what_happened() {
    assert_data_eq!(
        testing::errors::<dataframe_demo::DataframeDemo>(),
        file!["errors.txt"]
    );
}
