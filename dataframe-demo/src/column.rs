use polars::prelude::*;

/// The column that an expression comes to, where pandas answers with a Series: a frame is asked, and has only this one.
///
/// # Errors
/// Those of the query.
pub fn column(frame: &(impl IntoLazy + Clone), expression: Expr) -> PolarsResult<Column> {
    let selected = frame.clone().lazy().select([expression]);
    let mut columns = selected.collect()?.into_columns();
    columns
        .pop()
        .ok_or_else(|| polars_err!(NoData: "the expression comes to no column"))
}

/// A single row, laid out as pandas does: a row for each column, with its name in front.
///
/// # Errors
/// Those of the query.
pub fn labelled(row: LazyFrame) -> PolarsResult<DataFrame> {
    row.unpivot(UnpivotArgsDSL {
        on: None,
        index: empty(),
        variable_name: Some("index".into()),
        value_name: Some(PlSmallStr::EMPTY),
    })
    .collect()
}
