use polars::prelude::*;

/// The column that an expression comes to, where pandas answers with a Series: a frame is asked, and has only this one.
///
/// # Errors
/// Those of the query.
pub fn column(frame: &LazyFrame, expression: Expr) -> PolarsResult<Column> {
    let mut columns = frame.clone().select([expression]).collect()?.into_columns();
    columns
        .pop()
        .ok_or_else(|| polars_err!(NoData: "the expression comes to no column"))
}
