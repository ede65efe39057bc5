//! Series: a column with a name and one type, whose missing values are nulls and whose rows have numbers only.

use anyhow::Result;
use polars::prelude::*;

use crate::{Session, column, show};

pub fn run(session: &mut Session) -> Result<()> {
    let unnamed = || PlSmallStr::EMPTY;
    show!(
        session,
        "pd.Series([1, 3, 5])",
        Series::new(unnamed(), [1_i64, 3, 5])
    );
    show!(
        session,
        "pd.Series([1.5, 2.0])",
        Series::new(unnamed(), [1.5, 2.0])
    );
    show!(
        session,
        "pd.Series([\"ape\", \"bee\"])",
        Series::new(unnamed(), ["ape", "bee"])
    );
    show!(
        session,
        "pd.Series([True, False])",
        Series::new(unnamed(), [true, false])
    );
    show!(
        session,
        "pd.Series(np.linspace(0, 1, 5), name=\"x\")",
        Float64Chunked::from_iter_values("x".into(), (0..5).map(|i| f64::from(i) / 4.0))
    );
    show!(
        session,
        "pd.Series(7, index=range(3))",
        Int64Chunked::full(unnamed(), 7, 3)
    );
    show!(
        session,
        "pd.Series([], dtype=\"float64\")",
        Series::new_empty(unnamed(), &DataType::Float64)
    );
    show!(
        session,
        "pd.Series([1, 2], dtype=\"int16\")",
        Series::new(unnamed(), [1_i16, 2])
    );

    let s = Series::new(
        unnamed(),
        [Some(1.0), Some(3.0), Some(5.0), None, Some(6.0), Some(8.0)],
    );
    show!(session, "s", s);
    // Any type can have nulls: whole numbers stay whole.
    show!(
        session,
        "pd.Series([1, None, 3], dtype=\"Int64\")",
        Series::new(unnamed(), [Some(1_i64), None, Some(3)])
    );
    show!(session, "s.isna()", s.is_null());
    show!(session, "s.count()", s.len() - s.null_count());
    show!(session, "len(s)", s.len());

    show!(session, "s[1]", s.get(1));
    show!(session, "s.iloc[-1]", s.get(s.len() - 1));
    show!(session, "s[6]", s.get(6));
    show!(session, "s.head(2)", s.head(Some(2)));
    show!(session, "s.iloc[1:3].reset_index(drop=True)", s.slice(1, 2));
    show!(session, "s[s > 4].reset_index(drop=True)", s.filter(&s.gt(4)?)?);
    show!(
        session,
        "s.iloc[[4, 0]].reset_index(drop=True)",
        s.take_slice(&[4, 0])?
    );

    show!(session, "s * 2 + 1", &s * 2 + 1);
    show!(session, "1 / s", 1.div(&s));
    show!(session, "s + s", (&s + &s)?);
    // What a Series has no method for, expressions have. They are about a frame's columns.
    let frame = s.clone().into_frame().lazy();
    show!(session, "np.sqrt(s)", column(&frame, col("").sqrt())?);
    show!(session, "s > 4", s.gt(4)?);
    show!(
        session,
        "s.clip(2, 6)",
        column(&frame, col("").clip(lit(2), lit(6)))?
    );
    show!(session, "s.cumsum()", column(&frame, col("").cum_sum(false))?);
    show!(
        session,
        "s.isin([1, 8])",
        column(
            &frame,
            col("").is_in(lit(Series::new(unnamed(), [1.0, 8.0])).implode(true), false)
        )?
    );

    show!(session, "s.sum()", s.sum::<f64>()?);
    show!(session, "s.mean()", s.mean());
    show!(session, "s.std()", s.std(1));
    show!(session, "s.min()", s.min::<f64>()?);
    show!(session, "s.median()", s.median());
    show!(
        session,
        "s.quantile(0.25)",
        s.quantile_reduce(0.25, QuantileMethod::Linear)?
    );
    // A null has no effect on a sum: whoever wants to know of it asks.
    show!(
        session,
        "s.sum(skipna=False)",
        if s.has_nulls() { f64::NAN } else { s.sum()? }
    );
    show!(session, "s.idxmax()", s.arg_max());

    show!(
        session,
        "pd.Series([1.9, -1.9]).astype(\"int64\")",
        Series::new(unnamed(), [1.9, -1.9]).cast(&DataType::Int64)?
    );
    show!(
        session,
        "pd.Series([\"1\", \"2\"]).astype(\"int64\")",
        Series::new(unnamed(), ["1", "2"]).strict_cast(&DataType::Int64)
    );
    show!(
        session,
        "pd.Series([\"1\", \"two\"]).astype(\"int64\")",
        Series::new(unnamed(), ["1", "two"]).strict_cast(&DataType::Int64)
    );
    show!(
        session,
        "pd.to_numeric(pd.Series([\"1\", \"two\"]), errors=\"coerce\")",
        Series::new(unnamed(), ["1", "two"]).cast(&DataType::Float64)?
    );
    show!(
        session,
        "pd.Series([300]).astype(\"int8\")",
        Series::new(unnamed(), [300_i64]).strict_cast(&DataType::Int8)
    );

    // Where a result does not fit, it wraps round without a word.
    let narrow = Series::new(unnamed(), [100_i8, 127]);
    show!(session, "pd.Series([100, 127], dtype=\"int8\") + 1", &narrow + 1);
    show!(
        session,
        "pd.Series([2**62, 3]) * 2",
        Series::new(unnamed(), [1_i64 << 62, 3]) * 2
    );
    show!(
        session,
        "pd.Series([100, 127], dtype=\"int8\").sum()",
        narrow.sum::<i64>()?
    );
    show!(
        session,
        "pd.Series([100, 127], dtype=\"int8\").astype(\"int64\") + 1",
        narrow.cast(&DataType::Int64)? + 1
    );

    let last = SortOptions::default().with_nulls_last(true);
    show!(
        session,
        "s.sort_values().reset_index(drop=True)",
        s.sort_with(last)?
    );
    show!(
        session,
        "s.sort_values(ascending=False, na_position=\"first\").reset_index(drop=True)",
        s.sort_with(SortOptions::default().with_order_descending(true))?
    );
    let repeated = Series::new("value".into(), [3_i64, 1, 3, 2]);
    show!(
        session,
        "pd.Series([3, 1, 3, 2]).unique()",
        Series::new(unnamed(), [3_i64, 1, 3, 2]).unique_stable()?
    );
    show!(
        session,
        "pd.Series([3, 1, 3, 2], name=\"value\").value_counts().sort_index()",
        repeated
            .into_frame()
            .lazy()
            .group_by([col("value")])
            .agg([len().alias("count")])
            .sort(["value"], SortMultipleOptions::default())
            .collect()?
    );
    Ok(())
}
